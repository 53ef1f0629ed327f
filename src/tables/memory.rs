//! Where the old servers hold rows in memory (M6.13, M6.14): the order in which SHOW GRANTS lists them.
//!
//! MariaDB keeps table, column and routine rows and granted roles in hash tables, database and proxy rows in an
//! array that it sorts anew at each change. Both orders follow from the statements, so the changes of each are
//! followed here. This module knows no statement: it reads what changed in the stores.

mod brought;
mod column;
mod disk;
mod follow;
mod hash;
mod load;
mod merge;
mod sort;

use super::GrantTables;
use super::row::AccountKey;
use crate::name::Symbol;
use crate::server::ordering::Rank;
use crate::syntax::statement::ObjectKind;
use brought::Brought;
pub use brought::{Level, Object};
use column::Columns;
use disk::Disk;
pub use disk::Move;
use hash::LinearHash;
use rustc_hash::FxHashMap;

/// A row of `tables_priv` or `procs_priv`: whose, database, object.
type ObjectKey = (AccountKey, Symbol, Symbol);

/// With more rows the array is no longer sorted as the server does it, which takes too long.
const MOST_SORTED: usize = 2_000;

/// The rows of the stores in the order of the server's memory.
#[derive(Debug, Clone, Default)]
pub struct Memory {
    dbs: Vec<(Rank, AccountKey, Symbol)>,
    disk: Disk<(AccountKey, Symbol)>,
    role_disk: Disk<(AccountKey, AccountKey)>,
    /// Where the rows were on disk was not certain when they were loaded.
    misread: bool,
    proxies: Vec<(Rank, AccountKey, AccountKey)>,
    tables: LinearHash<ObjectKey>,
    columns: FxHashMap<ObjectKey, Columns>,
    routines: FxHashMap<ObjectKind, LinearHash<ObjectKey>>,
    /// Every role that is granted, with the grantee first.
    mappings: LinearHash<(AccountKey, AccountKey)>,
    /// The roles of each grantee.
    granted: FxHashMap<AccountKey, Vec<AccountKey>>,
    /// The grantees of each role.
    grantees: FxHashMap<AccountKey, Vec<AccountKey>>,
    /// What each role has of others.
    brought: FxHashMap<AccountKey, Brought>,
    /// The statement makes the lists of granted roles anew, whatever it changes.
    relinks: bool,
    /// The statement sorts the database rows anew, whatever it changes.
    sorts: bool,
    /// Rows of tables, and of routines of a kind, that the statement puts in and takes out again.
    passing: Vec<(Option<ObjectKind>, ObjectKey)>,
    /// Roles that the statement drops; true for one that had privileges.
    leaving: Vec<(AccountKey, bool)>,
}

impl Memory {
    /// A memory of which nothing is known but the order of database rows.
    pub fn of_databases(rows: impl Iterator<Item = (AccountKey, Symbol)>) -> Self {
        Self { dbs: rows.map(|(key, db)| (Rank(0), key, db)).collect(), ..Self::default() }
    }

    /// A memory of which not even that is known.
    pub fn unknown() -> Self {
        Self { misread: true, ..Self::default() }
    }

    /// Whom a role is granted to, in the server's own order.
    pub fn has_grantees(&mut self, role: AccountKey, grantees: Vec<AccountKey>) {
        self.grantees.insert(role, grantees);
    }

    /// The databases in the rows of an account.
    pub fn databases(&self, key: AccountKey) -> impl Iterator<Item = Symbol> {
        self.dbs.iter().filter(move |(_, account, _)| *account == key).map(|(_, _, db)| *db)
    }

    /// All database rows, those too that a role has from others, in the order in which they are tried; `None` where it is
    /// not certain.
    pub fn all_databases(&self) -> Option<impl Iterator<Item = (AccountKey, Symbol)>> {
        let certain = !self.misread && self.dbs.len() <= MOST_SORTED;
        certain.then(|| self.dbs.iter().map(|(_, account, db)| (*account, *db)))
    }

    /// The accounts that an account is proxy for.
    pub fn proxied(&self, key: AccountKey) -> impl Iterator<Item = AccountKey> {
        self.proxies.iter().filter(move |(_, proxy, _)| *proxy == key).map(|(_, _, proxied)| *proxied)
    }

    /// Database and table of the table rows of an account.
    pub fn tables(&self, key: AccountKey) -> impl Iterator<Item = (Symbol, Symbol)> {
        self.tables.iter().filter(move |(account, _, _)| *account == key).map(|(_, db, table)| (db, table))
    }

    /// The columns in a table row.
    pub fn columns(&self, key: AccountKey, (db, table): (Symbol, Symbol)) -> impl Iterator<Item = Symbol> {
        self.columns.get(&(key, db, table)).into_iter().flat_map(Columns::iter)
    }

    /// Database and name in the routine rows of an account.
    pub fn routines(&self, kind: ObjectKind, key: AccountKey) -> impl Iterator<Item = (Symbol, Symbol)> {
        let all = self.routines.get(&kind).into_iter().flat_map(LinearHash::iter);
        all.filter(move |(account, _, _)| *account == key).map(|(_, db, name)| (db, name))
    }

    /// The roles that are granted to an account or role.
    pub fn roles(&self, key: AccountKey) -> &[AccountKey] {
        self.granted.get(&key).map_or(&[], Vec::as_slice)
    }
}

/// The hash number of a key that is three names, each with a zero byte behind it.
fn number_of(tables: &GrantTables, names: [Symbol; 3]) -> u32 {
    let key = names.map(|name| tables.names.text(name)).join("\0") + "\0";
    hash::number_of_bytes(key.as_bytes())
}

/// The hash number of a table or routine row.
fn object_number(tables: &GrantTables, (key, db, object): ObjectKey) -> u32 {
    number_of(tables, [key.user, db, object])
}

/// The hash number of a granted role.
fn mapping_number(tables: &GrantTables, (grantee, role): (AccountKey, AccountKey)) -> u32 {
    number_of(tables, [grantee.user, grantee.host, role.user])
}
