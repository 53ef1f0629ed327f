//! The grant tables as they are stored, where they differ from those in memory (M7.70).
//!
//! Statements about accounts change both. INSERT, UPDATE and DELETE change the stored ones only, and the server
//! reads them at FLUSH PRIVILEGES, at a restart, and when it refuses certain statements. As long as nobody edits
//! them by hand nothing is kept here.

mod edit;
mod expression;
mod function;
mod load;
mod moves;
mod project;
mod value;

use super::GrantTables;
use super::memory::Move;
use super::row::Origin;
use crate::server::Server;
use crate::server::grant_tables::{Column, GrantTable, Holds};
use crate::syntax::statement::Credential;
use indexmap::IndexMap;
use smol_str::SmolStr;
use std::collections::BTreeMap;
use std::fmt;

pub use edit::{Edit, Fault};
pub use load::Loaded;

/// The stored tables.
#[derive(Debug, Clone, Default)]
pub struct Stored {
    tables: BTreeMap<GrantTable, StoredTable>,
    /// Credentials whose stored text nobody knows; a value stands for them by its number.
    credentials: Vec<Credential>,
    /// What statements by hand did to rows since it was last asked for, where that is followed.
    moves: Option<Vec<(GrantTable, Move<StoredRow>)>>,
}

/// One stored table.
#[derive(Debug, Clone)]
pub struct StoredTable {
    /// Which one.
    pub table: GrantTable,
    /// Its columns, in order.
    pub columns: Vec<Column>,
    /// How errors name its primary key, and the columns of that in order.
    key: (String, Vec<&'static str>),
    /// Its rows by primary key, folded as the key compares.
    rows: IndexMap<String, StoredRow>,
}

/// One stored row.
#[derive(Clone, PartialEq)]
pub struct StoredRow {
    /// A value for each column, `None` for NULL.
    values: Vec<Option<SmolStr>>,
    /// The statements behind it.
    pub origin: Origin,
}

/// Values may be credentials.
impl fmt::Debug for StoredRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredRow").field("origin", &self.origin).finish_non_exhaustive()
    }
}

/// Marks a value that stands for a credential.
const CREDENTIAL: char = '\0';

impl Stored {
    /// The stored tables of a server in whose memory is what they hold.
    pub fn of(tables: &GrantTables) -> Self {
        let mut stored = Self::default();
        for table in GrantTable::ALL.into_iter().filter(|table| table.since().holds(&tables.server)) {
            stored.tables.insert(table, StoredTable::empty(table, &tables.server));
        }
        project::everything(&mut stored, tables);
        stored.moves = tables.memory.is_some().then(Vec::new);
        stored
    }

    /// The table, if the server has it.
    pub fn table(&self, table: GrantTable) -> Option<&StoredTable> {
        self.tables.get(&table)
    }

    /// Takes a table away.
    pub fn drop_table(&mut self, table: GrantTable) {
        self.tables.remove(&table);
        self.note(table, || Move::Emptied);
    }

    /// Makes a table anew, with these columns in this order; none means those that the server gives it. Columns that
    /// no server has hold any text.
    pub fn create_table(&mut self, table: GrantTable, server: &Server, names: &[SmolStr]) {
        let mut empty = StoredTable::empty(table, server);
        if !names.is_empty() {
            let own = |name: &SmolStr| {
                let known = empty.columns.iter().find(|column| column.name.eq_ignore_ascii_case(name));
                known.copied().unwrap_or(Column::UNKNOWN)
            };
            empty.columns = names.iter().map(own).collect();
        }
        self.tables.insert(table, empty);
        self.note(table, || Move::Emptied);
    }

    /// The rows that the two do not hold alike, each as its table and its primary key in words.
    pub fn differences(&self, other: &Self) -> Vec<(GrantTable, String)> {
        let mut found = Vec::new();
        for (name, table) in &self.tables {
            let Some(others) = other.tables.get(name) else { continue };
            let mut keys: Vec<&String> = table.rows.keys().chain(others.rows.keys()).collect();
            keys.sort_unstable();
            keys.dedup();
            for key in keys {
                let (own, their) = (table.rows.get(key), others.rows.get(key));
                if !self.alike(own, other, their)
                    && let Some((table, row)) = own.map(|row| (table, row)).or(their.map(|row| (others, row)))
                {
                    found.push((*name, table.row_words(row)));
                }
            }
        }
        found
    }

    fn alike(&self, own: Option<&StoredRow>, other: &Self, their: Option<&StoredRow>) -> bool {
        let (Some(own), Some(their)) = (own, their) else { return own.is_none() && their.is_none() };
        own.values.iter().zip(&their.values).all(|(a, b)| match (a, b) {
            (Some(a), Some(b)) if a.contains(CREDENTIAL) || b.contains(CREDENTIAL) => {
                a.contains('{') || self.credential(a) == other.credential(b)
            }
            (a, b) => a == b,
        })
    }

    /// Some row is stored for that account, be it one that no load takes (M7.2).
    pub fn has_account(&self, (user, host): (&str, &str)) -> bool {
        GrantTable::WITH_ACCOUNTS
            .iter()
            .filter_map(|table| self.tables.get(table))
            .any(|table| table.rows.values().any(|row| table.is_of(row, ("User", user), ("Host", host))))
    }

    /// The account has a row of its own, be it one that no load takes.
    pub fn has_user(&self, (user, host): (&str, &str)) -> bool {
        self.tables
            .get(&GrantTable::User)
            .is_some_and(|table| table.rows.values().any(|row| table.is_of(row, ("User", user), ("Host", host))))
    }

    /// The account's row names no plugin, so that no load takes it (M4.11).
    pub fn lacks_plugin(&self, (user, host): (&str, &str)) -> bool {
        self.tables.get(&GrantTable::User).filter(|table| table.place("plugin").is_some()).is_some_and(|table| {
            let own = |row: &&StoredRow| table.is_of(row, ("User", user), ("Host", host));
            table.rows.values().find(own).is_some_and(|row| table.get(row, "plugin").is_empty())
        })
    }

    /// Takes every row of an account out, be it one that no load takes (M7.5), but for its dynamic privileges: of those the
    /// server takes what its memory has.
    pub fn erase_account(&mut self, (user, host): (&str, &str)) {
        for (_, table) in self.tables.iter_mut().filter(|(name, _)| **name != GrantTable::GlobalGrants) {
            let mut rows = std::mem::take(&mut table.rows);
            rows.retain(|_, row| {
                !(table.is_of(row, ("User", user), ("Host", host))
                    || table.is_of(row, ("TO_USER", user), ("TO_HOST", host))
                    || table.is_of(row, ("FROM_USER", user), ("FROM_HOST", host))
                    || table.is_of(row, ("DEFAULT_ROLE_USER", user), ("DEFAULT_ROLE_HOST", host)))
            });
            table.rows = rows;
        }
    }

    /// Rows that no load takes move with their account too (M7.7).
    pub fn rename_account(&mut self, (user, host): (&str, &str), (new_user, new_host): (&str, &str)) {
        for table in GrantTable::WITH_ACCOUNTS.iter() {
            let Some(table) = self.tables.get_mut(table) else { continue };
            let (Some(u), Some(h)) = (table.place("User"), table.place("Host")) else { continue };
            let own = |(key, row): (&String, &StoredRow)| {
                table.is_of(row, ("User", user), ("Host", host)).then(|| key.clone())
            };
            let keys: Vec<String> = table.rows.iter().filter_map(own).collect();
            for key in keys {
                let Some(mut row) = table.rows.swap_remove(&key) else { continue };
                for (place, text) in [(u, new_user), (h, new_host)] {
                    row.values.get_mut(place).into_iter().for_each(|slot| *slot = Some(SmolStr::new(text)));
                }
                table.rows.insert(table.key_of(&row.values), row);
            }
        }
    }

    /// A value that stands for a credential.
    fn keep(&mut self, credential: &Credential) -> SmolStr {
        match credential {
            Credential::Stored(text) => SmolStr::new(text.reveal()),
            Credential::Unspecified => SmolStr::default(),
            Credential::Password(text) if text.is_empty() => SmolStr::default(),
            Credential::Password(_) | Credential::Random => {
                self.credentials.push(credential.clone());
                format!("{CREDENTIAL}{}", self.credentials.len() - 1).into()
            }
        }
    }

    /// The credential of a value.
    fn credential(&self, value: &str) -> Credential {
        match value.strip_prefix(CREDENTIAL) {
            Some(number) => {
                number.parse().ok().and_then(|n: usize| self.credentials.get(n).cloned()).unwrap_or(Credential::Random)
            }
            None if value.is_empty() => Credential::Unspecified,
            None => Credential::Stored(crate::syntax::statement::Secret::new(value)),
        }
    }
}

impl StoredTable {
    /// Without rows, with the columns that the server has by itself.
    pub fn empty(table: GrantTable, server: &Server) -> Self {
        let columns = table.columns(server);
        let key = (server.primary_key_name(table), server.key_columns(table, &columns));
        Self { table, columns, key, rows: IndexMap::new() }
    }

    /// The place of a column.
    fn place(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name.eq_ignore_ascii_case(name))
    }

    /// The rows.
    pub fn rows(&self) -> impl Iterator<Item = &StoredRow> {
        self.rows.values()
    }

    /// A value of a row; empty for NULL and for a column that is not there.
    pub fn get<'a>(&self, row: &'a StoredRow, name: &str) -> &'a str {
        self.get_or_null(row, name).unwrap_or("")
    }

    /// A value of a row; `None` for NULL and for a column that is not there.
    pub fn get_or_null<'a>(&self, row: &'a StoredRow, name: &str) -> Option<&'a str> {
        row.values.get(self.place(name)?)?.as_deref()
    }

    /// The row has that user and host in these columns.
    fn is_of(&self, row: &StoredRow, (user, u): (&str, &str), (host, h): (&str, &str)) -> bool {
        self.place(user).is_some() && self.get(row, user) == u && self.get(row, host).eq_ignore_ascii_case(h)
    }

    /// The primary key of a row, folded as it compares.
    fn key_of(&self, values: &[Option<SmolStr>]) -> String {
        let mut key = String::new();
        for (column, value) in self.columns.iter().zip(values).filter(|(column, _)| column.key) {
            let value = value.as_deref().unwrap_or("").trim_end_matches(' ');
            match column.holds {
                Holds::Exact(_) => key.push_str(value),
                _ => key.push_str(&value.to_lowercase()),
            }
            key.push(CREDENTIAL);
        }
        key
    }

    /// The row in words: `db row 'joe'@'%' shop`.
    fn row_words(&self, row: &StoredRow) -> String {
        let mut words = format!("{} row '{}'@'{}'", self.table.name(), self.get(row, "User"), self.get(row, "Host"));
        for column in self.columns.iter().filter(|c| c.key && !matches!(c.name, "User" | "Host" | "USER" | "HOST")) {
            words.push(' ');
            words.push_str(self.get(row, column.name));
        }
        words
    }

    /// The primary key of a row as errors print it.
    fn key_words(&self, values: &[Option<SmolStr>]) -> String {
        let value = |name: &&str| self.place(name).and_then(|at| values.get(at)?.as_deref()).unwrap_or("");
        self.key.1.iter().map(value).collect::<Vec<_>>().join("-")
    }
}
