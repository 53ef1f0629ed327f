//! Whose a row is, which statements made it, and what ids are called: what graphs and exports are written with.

use super::engine::Engine;
use super::{AccountView, SourceView};
use crate::server::catalogue::Privilege;
use crate::tables::row::{AccountKey, Contribution, RowId, StatementId, Table};

impl Engine<'_> {
    /// Every row of the grant tables, by table and number.
    pub fn rows(&self) -> impl Iterator<Item = RowId> {
        let tables = &self.policy.tables;
        let of = |table| move |index| RowId { table, index };
        let columns = tables.tables.iter().flat_map(|(_, _, row)| row.columns.iter().map(|column| column.index));
        let mut columns: Vec<u32> = columns.collect();
        columns.sort_unstable();
        // A row of `tables_priv` is there for its columns even where it gives nothing itself.
        let users = tables.users.iter().map(|(at, ..)| at).map(of(Table::User));
        let dbs = tables.dbs.iter().map(|(at, ..)| at).map(of(Table::Db));
        let hosts = tables.hosts.iter().map(|(at, ..)| at).map(of(Table::Host));
        let on_tables = tables.tables.iter().map(|(at, ..)| at).map(of(Table::TablesPriv));
        let routines = tables.routines.iter().map(|(at, ..)| at).map(of(Table::ProcsPriv));
        let proxies = tables.proxies.iter().map(|(at, ..)| at).map(of(Table::ProxiesPriv));
        let edges = tables.role_edges.iter().map(|(at, ..)| at).map(of(Table::RoleEdges));
        let defaults = tables.default_roles.iter().map(|(at, ..)| at).map(of(Table::DefaultRoles));
        let dynamic = tables.dynamic.iter().map(|(at, ..)| at).map(of(Table::GlobalGrants));
        let restrictions = tables.restrictions.iter().map(|(at, ..)| at).map(of(Table::Restrictions));
        let before =
            users.chain(dbs).chain(hosts).chain(on_tables).chain(columns.into_iter().map(of(Table::ColumnsPriv)));
        before.chain(routines).chain(proxies).chain(edges).chain(defaults).chain(dynamic).chain(restrictions)
    }

    /// Whose row it is; for `role_edges` the account that the role is granted to.
    pub fn owner(&self, row: RowId) -> Option<AccountKey> {
        let tables = &self.policy.tables;
        match row.table {
            Table::User => tables.users.at(row.index).map(|r| r.key),
            Table::Db => tables.dbs.at(row.index).map(|r| r.key),
            Table::TablesPriv => tables.tables.at(row.index).map(|r| r.key),
            Table::ColumnsPriv => self.index.column(row.index).map(|(of, _)| of.key),
            Table::ProcsPriv => tables.routines.at(row.index).map(|r| r.key),
            Table::ProxiesPriv => tables.proxies.at(row.index).map(|r| r.key),
            Table::RoleEdges => tables.role_edges.at(row.index).map(|r| r.to),
            Table::DefaultRoles => tables.default_roles.at(row.index).map(|r| r.key),
            Table::GlobalGrants => tables.dynamic.at(row.index).map(|r| r.key),
            Table::Restrictions => tables.restrictions.at(row.index).map(|r| r.key),
            Table::Host | Table::Kept => None,
        }
    }

    /// The role that a row of `role_edges` or `default_roles` is about.
    pub fn role_of(&self, row: RowId) -> Option<AccountKey> {
        match row.table {
            Table::RoleEdges => self.policy.tables.role_edges.at(row.index).map(|r| r.role),
            Table::DefaultRoles => self.policy.tables.default_roles.at(row.index).map(|r| r.role),
            _ => None,
        }
    }

    /// The statements that made a row what it is, oldest first; none for what the server has of itself.
    pub fn origin(&self, row: RowId) -> impl Iterator<Item = Contribution> {
        let tables = &self.policy.tables;
        let origin = match row.table {
            Table::User => tables.users.at(row.index).map(|r| &r.origin),
            Table::Db => tables.dbs.at(row.index).map(|r| &r.origin),
            Table::Host => tables.hosts.at(row.index).map(|r| &r.origin),
            Table::TablesPriv => tables.tables.at(row.index).map(|r| &r.origin),
            Table::ColumnsPriv => self.index.column(row.index).map(|(_, r)| &r.origin),
            Table::ProcsPriv => tables.routines.at(row.index).map(|r| &r.origin),
            Table::ProxiesPriv => tables.proxies.at(row.index).map(|r| &r.origin),
            Table::RoleEdges => tables.role_edges.at(row.index).map(|r| &r.origin),
            Table::DefaultRoles => tables.default_roles.at(row.index).map(|r| &r.origin),
            Table::GlobalGrants => tables.dynamic.at(row.index).map(|r| &r.origin),
            Table::Restrictions => tables.restrictions.at(row.index).map(|r| &r.origin),
            Table::Kept => None,
        };
        origin.into_iter().flatten().copied().filter(|c| c.statement != StatementId::INITIAL)
    }

    /// An account as stored.
    pub fn account(&self, key: AccountKey) -> AccountView {
        self.viewer().account(key)
    }

    /// A privilege's name on this server.
    pub fn privilege(&self, privilege: Privilege) -> String {
        self.viewer().privilege(privilege)
    }

    /// Where a statement stands and what it says, without secrets.
    pub fn statement(&self, statement: StatementId) -> Option<SourceView> {
        self.viewer().source(statement)
    }

    /// The account is a role: made as one, granted to somebody, mandatory, or PUBLIC.
    pub fn is_role(&self, key: AccountKey) -> bool {
        let tables = &self.policy.tables;
        tables.users.get(&key).is_some_and(|row| row.is_role)
            || self.index.mandatory_roles.contains(&key)
            || tables.public() == Some(key)
    }
}
