//! An independent evaluator of a policy, to hold other answers against: slow, and written to be read beside the semantics.
//!
//! It starts from the grant tables and answers with plain loops: who is selected, what becomes of the login, which roles
//! are active, and by which rows a privilege is held. It shares nothing with the Datalog program, nor with
//! [`crate::matching`] and [`crate::server::ordering`]: host matching, the order of rows, the choice among database rows
//! and the union over roles are written a second time, each with the number of its rule. What servers have and have not
//! ([`crate::server::behaviour`], privileges, plugins) is data that both read.

mod held;
pub mod host;
mod login;
pub mod order;
mod role;
pub mod rows;
pub mod wild;
mod words;

use crate::client::Client;
use crate::name::Symbol;
use crate::policy::Policy;
use crate::server::behaviour::Behaviour;
use crate::server::variables::Variable;
use crate::tables::GrantTables;
use crate::tables::row::{AccountKey, RowId};
use host::{Pattern, Rules, Texts};
use rows::Rows;
use std::collections::{BTreeMap, BTreeSet};

pub use held::Held;

/// Answers questions about one policy, slowly.
#[derive(Debug)]
pub struct Reference<'p> {
    tables: &'p GrantTables,
    rules: Rules,
    /// The account rows of each user name, by their places.
    named: BTreeMap<Symbol, Vec<u32>>,
    /// The host texts of all account rows.
    hosts: BTreeSet<Symbol>,
    rows: Rows<'p>,
}

/// What becomes of a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Login {
    /// Only its name is known, and this evaluator does not go through all addresses.
    AddressUnknown,
    /// No account could be anybody's from there: error 1130 (M2.20).
    NotAdmitted,
    /// No row is the client's: 1045, or with some methods of MariaDB 1698 (M4.4).
    Nobody,
    /// The row that is selected; several when they tie and the server may take any of them (M3.8).
    Selected(Vec<Session>),
}

/// The session that a client has when one row is selected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// The selected row.
    pub row: AccountKey,
    /// The account whose privileges it has: another one behind a proxy (M4.12).
    pub account: AccountKey,
    /// The roles that are active by themselves, sorted.
    pub roles: Vec<AccountKey>,
    /// Everything that can become of it: one outcome, or one for each value of a fact that was not given.
    pub outcomes: Vec<Outcome>,
}

/// What becomes of a login once its row is selected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// In.
    In,
    /// In, but the password has to be set before anything else (M4.10).
    MustSetPassword,
    /// Refused with this errno.
    Refused(u16),
}

impl<'p> Reference<'p> {
    /// Reads the accounts of a policy.
    pub fn new(policy: &'p Policy) -> Self {
        Self::of_tables(&policy.tables)
    }

    /// The same for grant tables.
    pub fn of_tables(tables: &'p GrantTables) -> Self {
        let mut named: BTreeMap<Symbol, Vec<u32>> = BTreeMap::new();
        let mut hosts = BTreeSet::new();
        for (at, key, row) in tables.users.iter() {
            // M4.6, M7.40: a role of MariaDB is no account.
            if !(row.is_role && tables.server.has(Behaviour::RolesAreNames)) {
                named.entry(key.user).or_default().push(at);
                hosts.insert(key.host);
            }
        }
        Self { tables, rules: Rules::of(&tables.server), named, hosts, rows: Rows::of(tables) }
    }

    /// The tables it reads.
    pub fn tables(&self) -> &'p GrantTables {
        self.tables
    }

    /// The rows below the global ones, by user name.
    pub fn rows(&self) -> &Rows<'p> {
        &self.rows
    }

    /// The texts that a client's host patterns are compared with; `None` when its address is not known.
    pub fn texts(&self, client: &Client) -> Option<Texts> {
        Texts::of(client, self.tables.variables.on(Variable::SkipNameResolve))
    }

    fn text(&self, symbol: Symbol) -> &'p str {
        self.tables.names.text(symbol)
    }

    /// M2.10 for the host text of a row.
    fn host_matches(&self, host: Symbol, texts: &Texts) -> bool {
        self.text_matches(host, texts.host.as_deref(), texts.ip.as_deref())
    }

    fn text_matches(&self, pattern: Symbol, host: Option<&str>, ip: Option<&str>) -> bool {
        Pattern::new(self.text(pattern), &self.tables.server).matches(host, ip, &self.rules)
    }

    fn host_key(&self, host: Symbol) -> String {
        order::host_key(self.text(host), &self.tables.server)
    }

    fn has(&self, behaviour: Behaviour) -> bool {
        self.tables.server.has(behaviour)
    }

    fn on(&self, variable: Variable) -> bool {
        Variable::of(&self.tables.server).any(|known| known == variable) && self.tables.variables.on(variable)
    }

    /// A name as rows hold it (M5.5).
    fn folded(&self, name: &str) -> String {
        match self.tables.variables.get(Variable::LowerCaseTableNames) {
            "0" => name.to_owned(),
            _ => name.to_lowercase(),
        }
    }
}

/// Those that no other comes before.
fn first<T: Copy>(rows: &[T], compare: impl Fn(T, T) -> std::cmp::Ordering) -> Vec<T> {
    let mut first = Vec::new();
    for row in rows {
        if !rows.iter().any(|other| compare(*other, *row).is_lt()) {
            first.push(*row);
        }
    }
    first
}

/// A row and its place.
fn row_id(table: crate::tables::row::Table, index: u32) -> RowId {
    RowId { table, index }
}
