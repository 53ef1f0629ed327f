//! The ids of one evaluation and what they stand for.

use super::id::{Account, Column, Database, Routine, Table};
use crate::syntax::statement::ObjectKind;
use crate::tables::row::AccountKey;
use indexmap::IndexSet;
use rustc_hash::FxBuildHasher;

type Set<T> = IndexSet<T, FxBuildHasher>;

/// Everything that a question asks about, each with its id.
#[derive(Debug, Clone, Default)]
pub struct Objects {
    accounts: Set<AccountKey>,
    /// Names, and whether the name is taken as a pattern text.
    databases: Set<(String, bool)>,
    tables: Set<(Database, String)>,
    columns: Set<(Table, String)>,
    routines: Set<(ObjectKind, Database, String)>,
}

fn id<T: std::hash::Hash + Eq>(set: &mut Set<T>, value: T) -> u32 {
    set.insert_full(value).0 as u32
}

impl Objects {
    /// The id of an account name.
    pub fn account(&mut self, key: AccountKey) -> Account {
        Account(id(&mut self.accounts, key))
    }

    /// The id of an account name that has one.
    pub fn find_account(&self, key: AccountKey) -> Option<Account> {
        self.accounts.get_index_of(&key).map(|i| Account(i as u32))
    }

    /// The id of a database; the name as rows are compared with it.
    pub fn database(&mut self, name: &str) -> Database {
        Database(id(&mut self.databases, (name.to_owned(), false)))
    }

    /// The id of a database text that is itself taken as a pattern (M7.12).
    pub fn database_pattern(&mut self, text: &str) -> Database {
        Database(id(&mut self.databases, (text.to_owned(), true)))
    }

    /// The id of a table.
    pub fn table(&mut self, db: Database, name: &str) -> Table {
        Table(id(&mut self.tables, (db, name.to_owned())))
    }

    /// The id of a column as it is spelled.
    pub fn column(&mut self, table: Table, name: &str) -> Column {
        Column(id(&mut self.columns, (table, name.to_owned())))
    }

    /// The id of a routine; its name in lower case.
    pub fn routine(&mut self, kind: ObjectKind, db: Database, name: &str) -> Routine {
        Routine(id(&mut self.routines, (kind, db, name.to_lowercase())))
    }

    /// The account behind an id.
    pub fn account_key(&self, account: Account) -> Option<AccountKey> {
        self.accounts.get_index(account.0 as usize).copied()
    }

    /// The database's name.
    pub fn database_name(&self, db: Database) -> &str {
        self.databases.get_index(db.0 as usize).map_or("", |(name, _)| name.as_str())
    }

    /// The table's database and name.
    pub fn table_name(&self, table: Table) -> (Database, &str) {
        self.tables.get_index(table.0 as usize).map_or((Database(u32::MAX), ""), |(db, n)| (*db, n.as_str()))
    }

    /// The column's table and name.
    pub fn column_name(&self, column: Column) -> (Table, &str) {
        self.columns.get_index(column.0 as usize).map_or((Table(u32::MAX), ""), |(t, n)| (*t, n.as_str()))
    }

    /// The routine's kind, database and name.
    pub fn routine_name(&self, routine: Routine) -> (ObjectKind, Database, &str) {
        let unknown = (ObjectKind::Procedure, Database(u32::MAX), "");
        self.routines.get_index(routine.0 as usize).map_or(unknown, |(k, db, n)| (*k, *db, n.as_str()))
    }

    /// Every database asked about.
    pub fn databases(&self) -> impl Iterator<Item = (Database, &str)> {
        self.database_texts(false)
    }

    /// Every text asked about that is taken as a pattern.
    pub fn database_patterns(&self) -> impl Iterator<Item = (Database, &str)> {
        self.database_texts(true)
    }

    fn database_texts(&self, pattern: bool) -> impl Iterator<Item = (Database, &str)> {
        let all = self.databases.iter().enumerate();
        all.filter(move |(_, (_, p))| *p == pattern).map(|(i, (name, _))| (Database(i as u32), name.as_str()))
    }

    /// Every table asked about.
    pub fn tables(&self) -> impl Iterator<Item = (Table, Database, &str)> {
        self.tables.iter().enumerate().map(|(i, (db, n))| (Table(i as u32), *db, n.as_str()))
    }

    /// Every column asked about.
    pub fn columns(&self) -> impl Iterator<Item = (Column, Table, &str)> {
        self.columns.iter().enumerate().map(|(i, (t, n))| (Column(i as u32), *t, n.as_str()))
    }

    /// Every routine asked about.
    pub fn routines(&self) -> impl Iterator<Item = (Routine, ObjectKind, Database, &str)> {
        self.routines.iter().enumerate().map(|(i, (k, db, n))| (Routine(i as u32), *k, *db, n.as_str()))
    }

    /// Every account with an id.
    pub fn accounts(&self) -> impl Iterator<Item = (Account, AccountKey)> {
        self.accounts.iter().enumerate().map(|(i, k)| (Account(i as u32), *k))
    }
}
