//! The state of the server after replay: its grant tables, its schema, its variables.
//!
//! Rows are kept per table in a [`Store`], which finds a row by its primary key and lists the rows
//! of one account. This stage knows no Datalog.

pub mod initial;
pub mod memory;
pub mod replay;
pub mod row;
pub mod schema;
pub mod show;
pub mod store;
pub mod stored;

use crate::name::{Names, Symbol};
use crate::server::Server;
use crate::server::behaviour::Behaviour;
use crate::server::catalogue::{Privilege, plugins};
use crate::server::ordering::Rank;
use crate::server::variables::{Variable, Variables};
use row::{
    AccountKey, DbRow, DefaultRole, DynamicEntries, DynamicGrant, HostRow, ProxyRow, Restriction, RoleEdge, RoutineRow,
    TableRow, UserRow,
};
use rustc_hash::FxHashMap;
use schema::Schema;
use std::borrow::Cow;
use store::Store;
use stored::Stored;

use crate::syntax::statement::ObjectKind;

/// The name of what every session holds (M7.42).
pub const PUBLIC: &str = "PUBLIC";

/// The grant tables of one server with what decides beside them.
#[derive(Debug, Clone, Default)]
pub struct GrantTables {
    /// Which server this is.
    pub server: Server,
    /// The texts behind all symbols of the tables.
    pub names: Names,
    /// `mysql.user`
    pub users: Store<AccountKey, UserRow>,
    /// `mysql.db` by (account, database text)
    pub dbs: Store<(AccountKey, Symbol), DbRow>,
    /// `mysql.host` by (host, database text); only the oldest servers read it (M5.9)
    pub hosts: Store<(Symbol, Symbol), HostRow>,
    /// `mysql.tables_priv` by (account, database, table), with its column rows
    pub tables: Store<(AccountKey, Symbol, Symbol), TableRow>,
    /// `mysql.procs_priv` by (account, kind, database, routine in lower case)
    pub routines: Store<(AccountKey, ObjectKind, Symbol, Symbol), RoutineRow>,
    /// `mysql.proxies_priv` by (proxy, proxied)
    pub proxies: Store<(AccountKey, AccountKey), ProxyRow>,
    /// `mysql.role_edges` by (grantee, role)
    pub role_edges: Store<(AccountKey, AccountKey), RoleEdge>,
    /// `mysql.default_roles` by (account, role)
    pub default_roles: Store<(AccountKey, AccountKey), DefaultRole>,
    /// `mysql.global_grants` by (account, privilege)
    pub dynamic: Store<(AccountKey, Privilege), DynamicGrant>,
    /// Those of them that are in force otherwise than they are stored
    pub dynamic_entries: FxHashMap<(AccountKey, Privilege), DynamicEntries>,
    /// Partial revokes by (account, database)
    pub restrictions: Store<(AccountKey, Symbol), Restriction>,
    /// The rows come from a dump, which does not tell the order of rows of equal rank.
    pub from_dump: bool,
    /// The order of rows in memory, where it is what SHOW GRANTS lists them in.
    pub memory: Option<memory::Memory>,
    /// The next [`row::ColumnRow::index`].
    pub next_column: u32,
    /// What exists.
    pub schema: Schema,
    /// The variables that change decisions.
    pub variables: Variables,
    /// The names that the rows of renamed accounts are still ranked by.
    pub ranked_as: RankedAs,
    /// The limits that CREATE USER named, in the order of [`UserRow::limits`]: MySQL shows them until the next load, be they 0.
    pub named_limits: FxHashMap<AccountKey, [bool; 5]>,
    /// The order in which the server holds account rows of equal rank, where it is fixed (M3.8).
    pub array_order: ArrayOrder,
    /// The same for rows of `mysql.db`.
    pub db_order: ArrayOrder,
    /// The same for rows of `mysql.host`.
    pub host_order: ArrayOrder,
    /// The same for rows of `tables_priv`.
    pub table_order: ArrayOrder,
    /// The same for rows of `procs_priv`.
    pub routine_order: ArrayOrder,
    /// The order of `proxies_priv` rows of equal rank; the primary key is host, user, proxied host, proxied user.
    pub proxy_order: ArrayOrder,
    /// Some account had host `%` or an empty one since the last load (M2.20).
    pub admits_every_host: bool,
    /// Rows of `mysql.db` with a smaller store index were there at the last load (M5.3).
    pub loaded_dbs: u32,
    /// The database that `USE` selected.
    pub current_db: Option<Symbol>,
    /// The tables as they are stored, where somebody edited them by hand (M7.70).
    pub stored: Option<Box<Stored>>,
}

/// RENAME USER in MySQL does not compute anew how specific a row is: until the tables are loaded again it keeps the
/// number of its old name (M3.1, M7.7), and among rows of equal rank the place that the old name had at the last load (M3.8,
/// verified on 9.7.4). Whether a host is an address does change at once.
#[derive(Debug, Clone, Default)]
pub struct RankedAs {
    /// Rows of `mysql.user`.
    pub users: FxHashMap<AccountKey, AccountKey>,
    /// Rows of `mysql.db`.
    pub dbs: FxHashMap<(AccountKey, Symbol), AccountKey>,
    /// Rows of `proxies_priv`, by proxy and proxied account.
    pub proxies: FxHashMap<(AccountKey, AccountKey), AccountKey>,
}

impl RankedAs {
    /// Whose name a row of `mysql.user` is ranked by, and was loaded under.
    pub fn user(&self, key: AccountKey) -> AccountKey {
        self.users.get(&key).copied().unwrap_or(key)
    }

    /// The same for a row of `mysql.db`.
    pub fn db(&self, key: AccountKey, db: Symbol) -> AccountKey {
        self.dbs.get(&(key, db)).copied().unwrap_or(key)
    }

    /// The same for a row of `proxies_priv`.
    pub fn proxy(&self, key: AccountKey, proxied: AccountKey) -> AccountKey {
        self.proxies.get(&(key, proxied)).copied().unwrap_or(key)
    }
}

/// The order of account rows that the comparator calls equal (M3.8).
#[derive(Debug, Clone, Default)]
pub enum ArrayOrder {
    /// The order of creation; the index of a [`UserRow`] in its store tells it.
    #[default]
    Created,
    /// The tables were loaded, with rows up to that store index in the order of their primary keys then and the later ones
    /// in order of creation.
    Loaded {
        /// Rows with a smaller store index were loaded.
        until: u32,
    },
    /// Not fixed: more than 16 rows were loaded, or a dump does not tell.
    Unknown,
}

/// A key that belongs to an account.
pub trait AccountKeyed {
    /// The account.
    fn account(&self) -> AccountKey;
}

impl AccountKeyed for AccountKey {
    fn account(&self) -> AccountKey {
        *self
    }
}

/// Rows of `mysql.host` are nobody's own.
impl AccountKeyed for (Symbol, Symbol) {
    fn account(&self) -> AccountKey {
        AccountKey { user: Symbol::EMPTY, host: self.0 }
    }
}

impl<A> AccountKeyed for (AccountKey, A) {
    fn account(&self) -> AccountKey {
        self.0
    }
}

impl<A, B> AccountKeyed for (AccountKey, A, B) {
    fn account(&self) -> AccountKey {
        self.0
    }
}

impl<A, B, C> AccountKeyed for (AccountKey, A, B, C) {
    fn account(&self) -> AccountKey {
        self.0
    }
}

impl GrantTables {
    /// Empty tables of that server.
    pub fn new(server: Server) -> Self {
        let memory = server.has(Behaviour::GrantsInMemoryOrder).then(memory::Memory::default);
        let mut tables = Self { server, variables: Variables::of(server), memory, ..Self::default() };
        if tables.memory.is_some() {
            tables.keep_changes();
        }
        tables
    }

    /// The stores keep their changes for [`GrantTables::follow_changes`] from now on.
    fn keep_changes(&mut self) {
        self.users.keep_changes();
        self.dbs.keep_changes();
        self.tables.keep_changes();
        self.routines.keep_changes();
        self.proxies.keep_changes();
        self.role_edges.keep_changes();
    }

    /// The order of rows in memory, where every change of the stores was followed there: it is to be had back by who goes on.
    pub fn take_memory(&mut self) -> Option<memory::Memory> {
        let stores = [self.users.is_followed(), self.dbs.is_followed(), self.tables.is_followed()];
        let others = [self.routines.is_followed(), self.proxies.is_followed(), self.role_edges.is_followed()];
        self.memory.take_if(|_| stores.into_iter().chain(others).all(|is_followed| is_followed))
    }

    /// True when the account's host is `%` or empty, which lets every client knock (M2.20).
    pub fn is_open(&self, key: AccountKey) -> bool {
        match self.names.text(key.host) {
            "%" => true,
            // A role of MariaDB is no account that a client could be.
            "" => !self.server.has(Behaviour::RolesAreNames),
            _ => false,
        }
    }

    /// The texts of an account's user and host.
    pub fn account_text(&self, key: AccountKey) -> (&str, &str) {
        (self.names.text(key.user), self.names.text(key.host))
    }

    /// How specific a row of `proxies_priv` is (M4.13).
    pub fn proxy_rank(&self, row: &ProxyRow) -> Rank {
        let was = self.ranked_as.proxy(row.key, row.proxied);
        self.server.proxy_rank(self.account_text(was), self.account_text(row.proxied))
    }

    /// The account of that exact user and lower-cased host, if both texts are known.
    pub fn find_account(&self, user: &str, host: &str) -> Option<AccountKey> {
        Some(AccountKey { user: self.names.find(user)?, host: self.names.find(&lower(host))? })
    }

    /// The key of PUBLIC: no account nor role of that name can be made (M7.40).
    pub fn public(&self) -> Option<AccountKey> {
        Some(AccountKey { user: self.names.find(PUBLIC)?, host: Symbol::EMPTY })
    }

    /// The plugin of an account for which none is named (M7.2).
    pub fn default_plugin(&self) -> &str {
        match self.variables.get(Variable::DefaultAuthenticationPlugin) {
            "" => plugins::default_plugin(&self.server),
            named => named,
        }
    }
}

/// Host names are stored in lower case (M1.5).
fn lower(host: &str) -> Cow<'_, str> {
    if host.bytes().any(|b| b.is_ascii_uppercase()) {
        Cow::Owned(host.to_ascii_lowercase())
    } else {
        Cow::Borrowed(host)
    }
}
