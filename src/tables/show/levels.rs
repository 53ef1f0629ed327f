//! The rows of `SHOW GRANTS`, level by level in the server's order (M6.11).

use super::aggregate::{Aggregate, by_text};
use super::global;
use super::quoting::{Quoting, plain_account};
use crate::matching::wild::has_wildcard;
use crate::server::catalogue::{Level, Privilege, PrivilegeSet};
use crate::server::variables::Variable;
use crate::syntax::statement::ObjectKind;
use crate::tables::memory::Memory;
use crate::tables::row::AccountKey;
use crate::tables::{ArrayOrder, GrantTables};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::hash::Hash;

const GRANT_OPTION: PrivilegeSet = PrivilegeSet::of(Privilege::GRANT_OPTION);

/// What every row needs: the tables, what is held, the quoting, and the account as it is printed.
pub(super) struct Printer<'a> {
    pub(super) tables: &'a GrantTables,
    pub(super) held: &'a Aggregate,
    pub(super) quoting: Quoting,
    pub(super) account: String,
}

/// All rows; `mandatory` are the mandatory roles to list beside those granted.
pub(super) fn rows(tables: &GrantTables, held: &Aggregate, mandatory: &[AccountKey], secrets: bool) -> Vec<String> {
    let printer = Printer::new(tables, held);
    let mut rows = global::rows(&printer, secrets);
    printer.levels(&mut rows);
    printer.proxies(&mut rows);
    printer.roles(&mut rows, mandatory);
    rows
}

/// The kinds of routines in the order of their rows.
const ROUTINES: [(ObjectKind, &str); 5] = [
    (ObjectKind::Procedure, "PROCEDURE"),
    (ObjectKind::Function, "FUNCTION"),
    (ObjectKind::Library, "LIBRARY"),
    (ObjectKind::Package, "PACKAGE"),
    (ObjectKind::PackageBody, "PACKAGE BODY"),
];

impl<'a> Printer<'a> {
    /// For what is held together, with the quoting that the variables ask for.
    pub(super) fn new(tables: &'a GrantTables, held: &'a Aggregate) -> Self {
        let quoting = Quoting::of(&tables.server, &tables.variables);
        Self { tables, held, quoting, account: quoting.account(tables, held.account) }
    }

    /// The rows of databases, tables and routines.
    pub(super) fn levels(&self, rows: &mut Vec<String>) {
        self.databases(rows);
        self.restrictions(rows);
        self.tables(rows);
        for (kind, word) in ROUTINES {
            self.routines(rows, kind, word);
        }
    }

    /// What the server holds in memory for the account, in its order; nothing where the order does not show.
    pub(super) fn memory<T>(&self, of: impl Fn(&'a Memory, AccountKey) -> Vec<T>) -> Vec<T> {
        self.tables.memory.as_ref().map_or_else(Vec::new, |memory| of(memory, self.held.account))
    }

    fn text(&self, symbol: crate::name::Symbol) -> &str {
        self.tables.names.text(symbol)
    }

    /// ` WITH GRANT OPTION`, or nothing.
    pub(super) fn with_grant(privileges: PrivilegeSet) -> &'static str {
        if privileges.has(Privilege::GRANT_OPTION) { " WITH GRANT OPTION" } else { "" }
    }

    /// The names in bit order, or `USAGE`; GRANT OPTION is never among them.
    pub(super) fn names(&self, privileges: PrivilegeSet) -> String {
        let names: Vec<&str> =
            privileges.minus(GRANT_OPTION).iter().map(|p| self.tables.server.privilege_name(p)).collect();
        if names.is_empty() { "USAGE".to_owned() } else { names.join(", ") }
    }

    /// The names, or `ALL PRIVILEGES` when nothing is missing at that level.
    pub(super) fn names_or_all(&self, privileges: PrivilegeSet, level: Level) -> String {
        if privileges.contains(self.tables.server.all_privileges(level)) {
            "ALL PRIVILEGES".to_owned()
        } else {
            self.names(privileges)
        }
    }

    /// Names without wildcard characters first, then the others, both in byte order.
    fn databases(&self, rows: &mut Vec<String>) {
        let sorted = by_text(&self.held.databases, |db| {
            let text = self.text(db);
            format!("{}{text}", u8::from(has_wildcard(text)))
        });
        let in_memory = self.memory(|memory, account| memory.databases(account).collect());
        // A row that gives nothing still hides others; only an edit by hand leaves one (M7.70).
        for (db, &privileges) in arranged(sorted, &in_memory).filter(|(_, privileges)| !privileges.is_empty()) {
            let names = self.names_or_all(privileges, Level::Database);
            let (db, grant) = (self.quoting.name(self.text(db)), Self::with_grant(privileges));
            rows.push(format!("GRANT {names} ON {db}.* TO {}{grant}", self.account));
        }
    }

    /// Partial revokes show only while the variable is on.
    fn restrictions(&self, rows: &mut Vec<String>) {
        if !self.tables.variables.on(Variable::PartialRevokes) {
            return;
        }
        for (db, &privileges) in by_text(&self.held.restrictions, |db| self.text(db).to_owned()).into_values() {
            let db = self.quoting.name(self.text(db));
            // A restriction of GRANT OPTION alone has no name at all.
            let nameless = privileges.minus(GRANT_OPTION).is_empty();
            let names = if nameless { String::new() } else { self.names(privileges) };
            rows.push(format!("REVOKE {names} ON {db}.* FROM {}", self.account));
        }
    }

    /// The order is that of the names as printed: `` `a b` `` comes before `` `a` ``.
    fn tables(&self, rows: &mut Vec<String>) {
        let sorted = by_text(&self.held.tables, |(db, table)| {
            format!("{}.{}", self.quoting.name(self.text(db)), self.quoting.name(self.text(table)))
        });
        let in_memory = self.memory(|memory, account| memory.tables(account).collect());
        for ((db, table), on) in arranged(sorted, &in_memory) {
            if on.whole.is_empty() && on.columns.is_empty() && on.claimed.is_empty() {
                continue;
            }
            let sorted = by_text(&on.columns, |c| self.text(c).to_owned());
            let in_memory = self.memory(|memory, account| memory.columns(account, (db, table)).collect());
            let columns: Vec<(&str, PrivilegeSet)> =
                arranged(sorted, &in_memory).map(|(c, &p)| (self.text(c), p)).collect();
            let names = self.table_names(on.whole, &columns, on.claimed);
            let (db, table) = (self.quoting.name(self.text(db)), self.quoting.name(self.text(table)));
            let grant = Self::with_grant(on.whole);
            rows.push(format!("GRANT {names} ON {db}.{table} TO {}{grant}", self.account));
        }
    }

    /// In bit order, each privilege of the table and then of its columns; one that no column has shows as if of the table.
    fn table_names(&self, privileges: PrivilegeSet, columns: &[(&str, PrivilegeSet)], claimed: PrivilegeSet) -> String {
        if privileges.contains(self.tables.server.all_privileges(Level::Table)) {
            return "ALL PRIVILEGES".to_owned();
        }
        let on_columns = columns.iter().fold(PrivilegeSet::EMPTY, |all, (_, p)| all.union(*p));
        let plain = privileges.union(claimed.minus(on_columns));
        let mut names = Vec::new();
        for privilege in plain.union(on_columns).minus(GRANT_OPTION).iter() {
            let name = self.tables.server.privilege_name(privilege);
            if plain.has(privilege) {
                names.push(name.to_owned());
            }
            let of: Vec<String> =
                columns.iter().filter(|(_, p)| p.has(privilege)).map(|(c, _)| self.quoting.column(c)).collect();
            if !of.is_empty() {
                names.push(format!("{name} ({})", of.join(", ")));
            }
        }
        if names.is_empty() { "USAGE".to_owned() } else { names.join(", ") }
    }

    /// Routine rows never say ALL.
    fn routines(&self, rows: &mut Vec<String>, kind: ObjectKind, word: &str) {
        let of = self.held.routines.iter().filter(|((k, _, _), _)| *k == kind);
        let sorted: BTreeMap<_, _> = of
            .map(|((_, db, name), privileges)| {
                let key = format!("{}.{}", self.quoting.name(self.text(*db)), self.quoting.name(self.text(*name)));
                (key, ((*db, *name), *privileges))
            })
            .collect();
        let in_memory = self.memory(|memory, account| memory.routines(kind, account).collect());
        for ((db, name), privileges) in arranged(sorted, &in_memory) {
            let (db, name) = (self.quoting.name(self.text(db)), self.quoting.name(self.text(name)));
            let (names, grant) = (self.names(privileges), Self::with_grant(privileges));
            rows.push(format!("GRANT {names} ON {word} {db}.{name} TO {}{grant}", self.account));
        }
    }

    /// In the order of the proxy rows in memory: most specific first (M3.1, M3.12), among equals those of the
    /// last load by primary key and then the later ones (M3.8).
    pub(super) fn proxies(&self, rows: &mut Vec<String>) {
        let mut proxies: Vec<_> = self.tables.proxies.of(self.held.account).collect();
        let loaded = match self.tables.proxy_order {
            ArrayOrder::Loaded { until } => until,
            ArrayOrder::Created | ArrayOrder::Unknown => 0,
        };
        proxies.sort_by_key(|(index, row)| {
            let (user, host) = self.tables.account_text(row.proxied);
            let place = if *index < loaded { (0, host, user) } else { (*index, "", "") };
            (self.tables.proxy_rank(row), place)
        });
        let in_memory = self.memory(|memory, account| memory.proxied(account).collect());
        if !in_memory.is_empty() {
            proxies.sort_by_key(|(_, row)| in_memory.iter().position(|proxied| *proxied == row.proxied));
        }
        for (_, row) in proxies {
            let grant = if row.grant_option { " WITH GRANT OPTION" } else { "" };
            let name = |key| self.quoting.proxy_account(self.tables, key);
            rows.push(format!("GRANT PROXY ON {} TO {}{grant}", name(row.proxied), name(self.held.account)));
        }
    }

    /// Roles without admin option by user and host, then those with. The server keeps the latter as
    /// quoted text, so that list is in backticks whatever the `sql_mode`.
    fn roles(&self, rows: &mut Vec<String>, mandatory: &[AccountKey]) {
        let held = self.held;
        let mandatory = mandatory.iter().filter(|role| !held.admin_roles.contains(role));
        let mut plain: Vec<AccountKey> = held.roles.iter().chain(mandatory).copied().collect();
        plain.sort_by_key(|role| self.tables.account_text(*role));
        plain.dedup();
        if !plain.is_empty() {
            let list: Vec<String> = plain.iter().map(|role| self.quoting.account(self.tables, *role)).collect();
            rows.push(format!("GRANT {} TO {}", list.join(","), self.account));
        }
        let mut admin: Vec<String> = held.admin_roles.iter().map(|role| plain_account(self.tables, *role)).collect();
        admin.sort();
        if !admin.is_empty() {
            rows.push(format!("GRANT {} TO {} WITH ADMIN OPTION", admin.join(","), self.account));
        }
    }
}

/// Sorted rows in the order of memory; what is not told of there comes last.
fn arranged<K: Copy + Eq + Hash, V>(sorted: BTreeMap<String, (K, V)>, order: &[K]) -> impl Iterator<Item = (K, V)> {
    let places: FxHashMap<K, usize> = order.iter().enumerate().map(|(place, key)| (*key, place)).collect();
    let mut rows: Vec<(K, V)> = sorted.into_values().collect();
    rows.sort_by_key(|(key, _)| places.get(key).copied().unwrap_or(usize::MAX));
    rows.into_iter()
}
