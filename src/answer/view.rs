//! Ids to words: rows, accounts, objects and statements as a person or a script reads them.

use super::{AccountView, RowView, SourceView};
use crate::facts::index::Index;
use crate::policy::Policy;
use crate::server::catalogue::{Privilege, PrivilegeSet};
use crate::syntax::statement::ObjectKind;
use crate::tables::row::{AccountKey, Contribution, KeptRow, Origin, RowId, StatementId, Table};

/// Puts ids into words.
#[derive(Debug, Clone, Copy)]
pub struct Viewer<'p> {
    /// The policy that the ids are of.
    pub policy: &'p Policy,
    /// Its rows.
    pub index: &'p Index<'p>,
}

/// `PROCEDURE`, `FUNCTION`, …: how GRANT names an object type; nothing for tables.
pub fn object_type(kind: ObjectKind) -> Option<&'static str> {
    (kind != ObjectKind::Table).then(|| kind.word())
}

impl<'p> Viewer<'p> {
    /// An account as stored.
    pub fn account(&self, key: AccountKey) -> AccountView {
        let (user, host) = self.policy.tables.account_text(key);
        AccountView { user: user.to_owned(), host: host.to_owned() }
    }

    /// A privilege's name on this server.
    pub fn privilege(&self, privilege: Privilege) -> String {
        let tables = &self.policy.tables;
        if privilege.is_static() {
            return tables.server.privilege_name(privilege).to_owned();
        }
        privilege.display(&tables.names).to_owned()
    }

    /// The names of a set of static privileges, in the order `SHOW GRANTS` renders them.
    pub fn privileges(&self, set: PrivilegeSet) -> Vec<String> {
        set.iter().map(|p| self.privilege(p)).collect()
    }

    /// A row, with the statements that gave `privilege`, or with all of them.
    pub fn row(&self, id: RowId, privilege: Option<Privilege>) -> Option<RowView> {
        let tables = &self.policy.tables;
        let text = |symbol| Some(tables.names.text(symbol).to_owned());
        match id.table {
            Table::User => {
                let row = tables.users.at(id.index)?;
                Some(self.with(id, row.key, &row.origin, row.privileges, privilege))
            }
            Table::Db => {
                let row = tables.dbs.at(id.index)?;
                let view = self.with(id, row.key, &row.origin, row.privileges, privilege);
                Some(RowView { db: text(row.db), ..view })
            }
            Table::Host => {
                let row = tables.hosts.at(id.index)?;
                let key = AccountKey { host: row.host, ..AccountKey::default() };
                let view = self.with(id, key, &row.origin, row.privileges, privilege);
                Some(RowView { db: text(row.db), ..view })
            }
            Table::TablesPriv => {
                let row = tables.tables.at(id.index)?;
                let view = self.with(id, row.key, &row.origin, row.privileges, privilege);
                Some(RowView { db: text(row.db), object: text(row.table), ..view })
            }
            Table::ColumnsPriv => {
                let (of, row) = self.index.column(id.index)?;
                let view = self.with(id, of.key, &row.origin, row.privileges, privilege);
                Some(RowView { db: text(of.db), object: text(of.table), column: text(row.column), ..view })
            }
            Table::ProcsPriv => {
                let row = tables.routines.at(id.index)?;
                let view = self.with(id, row.key, &row.origin, row.privileges, privilege);
                let object_type = object_type(row.kind);
                Some(RowView { db: text(row.db), object: text(row.routine), object_type, ..view })
            }
            Table::Restrictions => {
                let row = tables.restrictions.at(id.index)?;
                let view = self.with(id, row.key, &row.origin, row.privileges, privilege);
                Some(RowView { db: text(row.db), ..view })
            }
            _ => self.row_between_accounts(id),
        }
    }

    /// A row that holds no static privilege: role edges, default roles, proxies, dynamic privileges.
    fn row_between_accounts(&self, id: RowId) -> Option<RowView> {
        let tables = &self.policy.tables;
        match id.table {
            Table::ProxiesPriv => {
                let row = tables.proxies.at(id.index)?;
                let view = self.with(id, row.key, &row.origin, PrivilegeSet::EMPTY, None);
                Some(RowView { other: Some(self.account(row.proxied)), privileges: vec!["PROXY".into()], ..view })
            }
            Table::RoleEdges => {
                let row = tables.role_edges.at(id.index)?;
                let view = self.with(id, row.to, &row.origin, PrivilegeSet::EMPTY, None);
                Some(RowView { other: Some(self.account(row.role)), ..view })
            }
            Table::DefaultRoles => {
                let row = tables.default_roles.at(id.index)?;
                let view = self.with(id, row.key, &row.origin, PrivilegeSet::EMPTY, None);
                Some(RowView { other: Some(self.account(row.role)), ..view })
            }
            Table::GlobalGrants => {
                let row = tables.dynamic.at(id.index)?;
                let view = self.with(id, row.key, &row.origin, PrivilegeSet::EMPTY, None);
                Some(RowView { privileges: vec![self.privilege(row.privilege)], ..view })
            }
            _ => None,
        }
    }

    /// A row as a running session keeps it, with the statements that gave `privilege`, or with all of them.
    pub fn kept(&self, row: &KeptRow, privilege: Option<Privilege>) -> RowView {
        let id = RowId { table: row.table, index: u32::MAX };
        let view = self.with(id, row.key, &row.origin, row.privileges, privilege);
        RowView { db: row.db.map(|db| self.policy.tables.names.text(db).to_owned()), ..view }
    }

    /// A row to be kept as it is now (M5.45, M5.46).
    pub fn keep(&self, id: RowId) -> Option<KeptRow> {
        let tables = &self.policy.tables;
        let kept = |key, db, privileges, origin: &Origin| KeptRow {
            table: id.table,
            key,
            db,
            privileges,
            origin: origin.clone(),
        };
        match id.table {
            Table::User => tables.users.at(id.index).map(|row| kept(row.key, None, row.privileges, &row.origin)),
            Table::Db => tables.dbs.at(id.index).map(|row| kept(row.key, Some(row.db), row.privileges, &row.origin)),
            Table::Restrictions => {
                tables.restrictions.at(id.index).map(|row| kept(row.key, Some(row.db), row.privileges, &row.origin))
            }
            _ => None,
        }
    }

    fn with(
        &self,
        id: RowId,
        key: AccountKey,
        origin: &Origin,
        held: PrivilegeSet,
        wanted: Option<Privilege>,
    ) -> RowView {
        RowView {
            table: id.table.name(),
            account: self.account(key),
            db: None,
            object: None,
            column: None,
            object_type: None,
            other: None,
            privileges: self.privileges(held),
            sources: self.sources(origin, wanted),
        }
    }

    /// The statements behind a row: those that gave the wanted privilege, else all.
    fn sources(&self, origin: &Origin, wanted: Option<Privilege>) -> Vec<SourceView> {
        let gave = |c: &&Contribution| wanted.is_some_and(|p| c.privileges.has(p));
        let mut chosen: Vec<&Contribution> = origin.iter().filter(gave).collect();
        if chosen.is_empty() {
            chosen = origin.iter().collect();
        }
        chosen.iter().filter_map(|c| self.part(c.place())).collect()
    }

    /// Where a statement stands and what it says, without secrets; nothing for the server's own accounts.
    pub fn source(&self, statement: StatementId) -> Option<SourceView> {
        self.part((statement, 0))
    }

    /// The same of one of several rows that a statement inserts.
    fn part(&self, part: (StatementId, u32)) -> Option<SourceView> {
        let (file, place) = self.policy.sources.locate(self.policy.span_of(part)?)?;
        let statement = self.policy.text_of(part)?;
        Some(SourceView { file: file.to_owned(), line: place.line, column: place.column, statement })
    }
}

impl AccountView {
    /// `'user'@'host'`, as MySQL writes accounts in messages.
    pub fn quoted(&self) -> String {
        format!("'{}'@'{}'", self.user, self.host)
    }

    /// Its two parts.
    pub fn text(&self) -> (&str, &str) {
        (&self.user, &self.host)
    }
}

impl RowView {
    /// The row in words: `` db row 'joe'@'%' shop ``.
    pub fn words(&self) -> String {
        let mut words = format!("{} row {}", self.table, self.account.quoted());
        let object = match (&self.db, &self.object, &self.column) {
            (Some(db), Some(object), Some(column)) => format!(" {db}.{object}.{column}"),
            (Some(db), Some(object), None) => format!(" {db}.{object}"),
            (Some(db), None, _) => format!(" {db}"),
            _ => String::new(),
        };
        words.push_str(&object);
        if let Some(other) = &self.other {
            words.push_str(&format!(" ({})", other.quoted()));
        }
        words
    }
}
