//! The grant tables written by hand: for nobody is in force what stands there until FLUSH PRIVILEGES reads all of it at
//! once (M7.70), or the server that starts anew. This is for where no order of other statements keeps within the two policies.

use super::state::{Account, On, public, string};
use super::statement::Statement;
use super::steps::{Candidate, Kind, Maker, Names, setting};
use super::under_way;
use crate::answer::AccountView;
use crate::server::Server;
use crate::server::behaviour::Behaviour;
use crate::server::clause::Clause;
use crate::server::grant_tables::GrantTable;
use crate::server::variables::Variable;
use crate::tables::stored::Stored;
use std::borrow::Cow;
use std::collections::BTreeSet;

impl Maker<'_> {
    /// All accounts and roles that are otherwise than they shall be, in the place of those that are there: made under other
    /// names, then put in place by one load. Where roles are names those that are to come must be there, and those that are to
    /// go wait: default roles name them in the account's row.
    pub(super) fn by_hand(&self) -> Option<Candidate> {
        let server = &self.policy.tables.server;
        let (mut others, by_name, public) = (self.others(), server.has(Behaviour::RolesAreNames), public());
        if by_name {
            others.retain(|name| self.shall.has(name) || !self.is.is_role(name));
        }
        if !others.is_empty() && self.is.has_public != self.shall.has_public {
            others.insert(&public);
        }
        let is_kept = |name: &&AccountView| self.is.has(name) && self.is_secret(name);
        let granted: BTreeSet<&AccountView> = self.shall.rights.keys().filter_map(On::role).collect();
        let comes =
            |name: &&AccountView| !self.is.has(name) && (granted.contains(name) || by_name && self.shall.is_role(name));
        if others.is_empty() || others.iter().any(is_kept) || by_name && others.iter().any(comes) {
            return None;
        }
        let made: Vec<_> = others.iter().enumerate().filter_map(|(number, name)| self.made(name, number)).collect();
        let coming = made.iter().filter(|one| comes(&one.name));
        let roles: Names<'_> = coming.map(|one| (one.name, one.made.clone())).collect();
        let mut told: Vec<String> = made.iter().map(|one| self.creation(&one.made, one.account)).collect();
        told.extend(made.iter().flat_map(|one| self.giving(&one.made, one.name, &roles)));
        let tables = AccountTable::all(server);
        let mut written = self.without(&others, &tables);
        written.extend(made.iter().flat_map(|one| self.in_place(one, &tables)));
        written.extend(roles.iter().flat_map(|(role, made)| tables.iter().filter_map(|one| one.renamed(made, role))));
        let told = told.into_iter().map(Statement::from);
        let mut statements: Vec<Statement> = told.chain(written.into_iter().map(Statement::by_hand)).collect();
        statements.push(Statement::load());
        let under_way = Some(under_way::user("", 0));
        Some(Candidate { statements, user: None, under_way, whose: None, kind: Kind::ByHand })
    }

    /// The statements that take out every row of these accounts, those too that only the tables have.
    fn without(&self, accounts: &BTreeSet<&AccountView>, tables: &[AccountTable]) -> Vec<String> {
        let memory = &self.policy.tables;
        let stored = memory.stored.as_deref().map_or_else(|| Cow::Owned(Stored::of(memory)), Cow::Borrowed);
        let is_unread =
            |one: &AccountTable, name| one.table == GrantTable::GlobalGrants && self.is.unread.contains_key(name);
        let has_rows = |one: &AccountTable, name| one.has_rows(&stored, name) || is_unread(one, name);
        let of = |one: &AccountTable| {
            let all: Vec<String> =
                accounts.iter().filter(|name| has_rows(one, **name)).map(|name| one.is(name)).collect();
            (!all.is_empty()).then(|| format!("DELETE FROM mysql.{} WHERE {}", one.table.name(), all.join(" OR ")))
        };
        tables.iter().filter_map(of).collect()
    }

    /// The statements that give what was made its name.
    fn in_place(&self, Made { name, made, account }: &Made<'_>, tables: &[AccountTable]) -> Vec<String> {
        let rights = self.shall.rights.keys().filter(|on| on.whose() == *name);
        let kinds: BTreeSet<GrantTable> = rights.flat_map(tables_of).copied().collect();
        let with_rows = tables.iter().filter(|one| one.is_of_account() || kinds.contains(&one.table));
        let moved = with_rows.map(|one| one.moved(made, name));
        moved.chain(tables.iter().filter(|_| account.is_role).filter_map(|one| one.without_members(made))).collect()
    }

    /// Settings that must change at once with rows, and those that only the start of a server sets: they are persisted, and
    /// the server that starts anew reads them and the tables.
    pub(super) fn restarted(&self, by_hand: Option<&Candidate>) -> Option<Candidate> {
        if self.restart() == Restart::No {
            return None;
        }
        let kept = self.persisted();
        let written = by_hand.map(|one| one.statements.as_slice()).unwrap_or_default();
        let mut statements = written.split_last().map(|(_load, rows)| rows.to_vec()).unwrap_or_default();
        statements.extend((!kept.is_empty()).then(|| format!("SET PERSIST_ONLY {}", kept.join(", ")).into()));
        statements.push(Statement::restart());
        let under_way = Some(under_way::user("", 0));
        Some(Candidate { statements, user: None, under_way, whose: None, kind: Kind::Restarted })
    }

    /// Whether settings that are otherwise than they shall be call for a start of the server.
    pub(super) fn restart(&self) -> Restart {
        let other = self.shall.variables.iter().filter(|(name, value)| self.is.variables.get(*name) != Some(*value));
        let other = other.filter_map(|(name, _)| Variable::find(name)).filter(|variable| variable.is_persistable());
        let all: Vec<Variable> = other.collect();
        match () {
            () if all.is_empty() || !self.policy.tables.server.knows(Clause::Restart) => Restart::No,
            () if all.iter().any(|variable| variable.is_read_only()) => Restart::Must,
            () => Restart::May,
        }
    }

    /// What SET PERSIST_ONLY says of every setting that is otherwise now, or would be if the server started without a word of
    /// it: what was only set while it ran is gone then.
    fn persisted(&self) -> Vec<String> {
        let server = &self.policy.tables.server;
        let is_default = |name: &str, value: &str| {
            Variable::find(name).is_some_and(|variable| variable.default_on(server).eq_ignore_ascii_case(value))
        };
        let counts = |(name, value): &(&String, &String)| {
            is_persistable(name) && (self.is.variables.get(*name) != Some(*value) || !is_default(name, value))
        };
        self.shall.variables.iter().filter(counts).map(|(name, value)| setting(name, value)).collect()
    }

    /// The name under which that account is made, if it shall be there. Nothing but this takes PUBLIC away.
    fn made<'b>(&'b self, name: &'b AccountView, number: usize) -> Option<Made<'b>> {
        let is_there = self.shall.has_public || *name != public();
        let account = self.shall.accounts.get(name).filter(|_| is_there)?;
        let made = under_way::account(&self.policy.tables.server, name, number);
        let hostless = account.is_role && name.host.is_empty();
        let made = if hostless { AccountView { host: String::new(), ..made } } else { made };
        Some(Made { name, made, account })
    }
}

/// An account that is made under another name.
struct Made<'a> {
    name: &'a AccountView,
    made: AccountView,
    account: &'a Account,
}

/// Whether starting the server anew sets what shall be set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Restart {
    /// There is no such setting, or the server starts at no statement.
    No,
    /// It does, and a statement does too.
    May,
    /// Nothing else does.
    Must,
}

fn is_persistable(name: &str) -> bool {
    Variable::find(name).is_some_and(Variable::is_persistable)
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

    /// Some row may be the account's, as the server compares texts.
    fn has_rows(&self, stored: &Stored, account: &AccountView) -> bool {
        let is = |text: &str, name: &str| text.trim_end().to_lowercase() == name.trim_end().to_lowercase();
        stored.table(self.table).is_some_and(|table| {
            table
                .rows()
                .any(|row| is(table.get(row, self.user), &account.user) && is(table.get(row, self.host), &account.host))
        })
    }

    fn moved(&self, from: &AccountView, to: &AccountView) -> String {
        let (table, host, user) = (self.table.name(), string(&to.host), string(&to.user));
        format!("UPDATE mysql.{table} SET {} = {host}, {} = {user} WHERE {}", self.host, self.user, self.is(from))
    }

    /// Where the role is named as one that others have.
    fn renamed(&self, from: &AccountView, to: &AccountView) -> Option<String> {
        let (user, host) = match self.table {
            GrantTable::RoleEdges => ("FROM_USER", "FROM_HOST"),
            GrantTable::DefaultRoles => ("DEFAULT_ROLE_USER", "DEFAULT_ROLE_HOST"),
            _ => return None,
        };
        Some(Self { table: self.table, user, host }.moved(from, to))
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
