//! The grant tables written by hand: for nobody is in force what stands there until FLUSH PRIVILEGES reads all of it at
//! once (M7.70). This is for where no order of other statements keeps within the two policies.

use super::state::{On, string};
use super::steps::{Candidate, Kind, Maker};
use super::under_way;
use crate::answer::AccountView;
use crate::server::Server;
use crate::server::grant_tables::GrantTable;
use std::collections::BTreeSet;

impl Maker<'_> {
    /// All accounts and roles that are otherwise than they shall be, in the place of those that are there: made under other
    /// names, then put in place by one load. Roles that are to come must be there, those that are to go wait.
    pub(super) fn by_hand(&self) -> Option<Candidate> {
        let mut others = self.others();
        let is_kept = |name: &&AccountView| self.is.has(name) && self.is_secret(name);
        let mut roles = self.shall.accounts.iter().filter(|(_, account)| account.is_role);
        if others.iter().any(is_kept) || roles.any(|(role, _)| !self.is.has(role)) {
            return None;
        }
        let is_going_role =
            |name: &AccountView| !self.shall.has(name) && self.is.accounts.get(name).is_some_and(|is| is.is_role);
        others.retain(|name| !is_going_role(name));
        if others.is_empty() {
            return None;
        }
        let (mut statements, mut in_place) = (Vec::new(), Vec::new());
        let tables = AccountTable::all(&self.policy.tables.server);
        for (number, name) in others.iter().enumerate() {
            let Some(account) = self.shall.accounts.get(*name) else { continue };
            let made = self.made(name, account.is_role, number);
            statements.extend(self.making(&made, name, account));
            let rights = self.shall.rights.keys().filter(|on| on.whose() == *name);
            let kinds: BTreeSet<GrantTable> = rights.flat_map(tables_of).copied().collect();
            let with_rows = tables.iter().filter(|one| one.is_of_account() || kinds.contains(&one.table));
            in_place.extend(with_rows.map(|one| one.moved(&made, name)));
            in_place.extend(tables.iter().filter(|_| account.is_role).filter_map(|one| one.without_members(&made)));
        }
        statements.extend(tables.iter().map(|one| one.without(&others)));
        statements.extend(in_place);
        statements.push("FLUSH PRIVILEGES".to_owned());
        let under_way = Some(under_way::user("", 0));
        Some(Candidate { statements, user: None, under_way, whose: None, kind: Kind::ByHand })
    }

    fn made(&self, name: &AccountView, is_role: bool, number: usize) -> AccountView {
        let made = under_way::account(&self.policy.tables.server, name, number);
        if is_role && name.host.is_empty() { AccountView { host: String::new(), ..made } } else { made }
    }
}

/// A grant table, and the columns that say whose a row is.
struct AccountTable {
    table: GrantTable,
    user: &'static str,
    host: &'static str,
}

impl AccountTable {
    /// Those of a server.
    fn all(server: &Server) -> Vec<Self> {
        let of = |table: GrantTable| {
            let columns = table.columns(server);
            let find = |names: [&str; 2]| {
                let is_one = |name: &&str| names.iter().any(|one| name.eq_ignore_ascii_case(one));
                columns.iter().map(|column| column.name).find(is_one)
            };
            Some(Self { table, user: find(["User", "TO_USER"])?, host: find(["Host", "TO_HOST"])? })
        };
        GrantTable::ALL.iter().filter(|table| table.since().holds(server)).filter_map(|table| of(*table)).collect()
    }

    fn is_of_account(&self) -> bool {
        matches!(self.table, GrantTable::User | GrantTable::GlobalPriv)
    }

    fn is(&self, account: &AccountView) -> String {
        format!("{} = {} AND {} = {}", self.host, string(&account.host), self.user, string(&account.user))
    }

    fn without(&self, accounts: &BTreeSet<&AccountView>) -> String {
        let all: Vec<String> = accounts.iter().map(|account| self.is(account)).collect();
        format!("DELETE FROM mysql.{} WHERE {}", self.table.name(), all.join(" OR "))
    }

    fn moved(&self, from: &AccountView, to: &AccountView) -> String {
        let (table, host, user) = (self.table.name(), string(&to.host), string(&to.user));
        format!("UPDATE mysql.{table} SET {} = {host}, {} = {user} WHERE {}", self.host, self.user, self.is(from))
    }

    /// Who makes a role has it (M7.40), but shall not have this one.
    fn without_members(&self, role: &AccountView) -> Option<String> {
        let is_mapping = self.table == GrantTable::RolesMapping;
        is_mapping.then(|| format!("DELETE FROM mysql.roles_mapping WHERE Role = {}", string(&role.user)))
    }
}

/// Where rights are stored.
fn tables_of(on: &On) -> &'static [GrantTable] {
    use GrantTable as T;
    match on {
        On::Global(_) | On::Withheld(..) => &[],
        On::Dynamic(_) => &[T::GlobalGrants],
        On::Database(..) => &[T::Db],
        On::Table(..) => &[T::TablesPriv, T::ColumnsPriv],
        On::Routine(..) => &[T::ProcsPriv],
        On::Proxy(..) => &[T::ProxiesPriv],
        On::Role(..) => &[T::RoleEdges, T::RolesMapping],
        On::Defaults(_) => &[T::DefaultRoles],
    }
}
