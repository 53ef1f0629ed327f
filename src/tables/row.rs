//! One struct per grant table, each with the statements that made it what it is.

use crate::name::Symbol;
use crate::server::catalogue::{Privilege, PrivilegeSet};
use crate::syntax::statement::{Authentication, ObjectKind, PasswordOption, Require};
use smallvec::SmallVec;

/// The grant tables (contract §1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Table {
    /// `mysql.user`: accounts and global static privileges
    User,
    /// `mysql.db`
    Db,
    /// `mysql.host`, which the oldest servers read beside `mysql.db` (M5.9)
    Host,
    /// `mysql.tables_priv`
    TablesPriv,
    /// `mysql.columns_priv`
    ColumnsPriv,
    /// `mysql.procs_priv`
    ProcsPriv,
    /// `mysql.proxies_priv`
    ProxiesPriv,
    /// `mysql.role_edges` (MariaDB: `roles_mapping`)
    RoleEdges,
    /// `mysql.default_roles`
    DefaultRoles,
    /// `mysql.global_grants`: dynamic privileges
    GlobalGrants,
    /// the restrictions kept in `mysql.user.User_attributes`: partial revokes
    Restrictions,
    /// no table: the rows that a running session keeps as it took them (M5.45, M5.46)
    Kept,
}

/// A row of any grant table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RowId {
    /// Its table.
    pub table: Table,
    /// Its place there; never reused while a policy is replayed.
    pub index: u32,
}

/// The (user, host) pair that keys every row. `host` is lower case (M1.5), its text is compared
/// without case (M1.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct AccountKey {
    /// The user part; [`Symbol::EMPTY`] is anonymous.
    pub user: Symbol,
    /// The host part as stored.
    pub host: Symbol,
}

/// Index of a statement of the policy, in the order they were replayed.
/// [`StatementId::INITIAL`] stands for the server's own accounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StatementId(pub u32);

impl StatementId {
    /// No statement: what a fresh server already has.
    pub const INITIAL: Self = Self(u32::MAX);
}

/// One statement's part in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Contribution {
    /// The statement.
    pub statement: StatementId,
    /// Which of the rows that an INSERT of several puts in, from 1 on; else 0.
    pub inserted: u32,
    /// The static privileges it gave here; a later REVOKE takes bits out again.
    pub privileges: PrivilegeSet,
}

impl Contribution {
    /// The statement, and which of several rows that it inserts.
    pub fn place(&self) -> (StatementId, u32) {
        (self.statement, self.inserted)
    }
}

/// The statements that made a row what it is, oldest first.
pub type Origin = SmallVec<[Contribution; 1]>;

/// One row of `mysql.user`: an account or, in MySQL, a role.
#[derive(Debug, Clone)]
pub struct UserRow {
    /// Who.
    pub key: AccountKey,
    /// Global static privileges.
    pub privileges: PrivilegeSet,
    /// The first factor. MariaDB can have several alternatives; never empty.
    pub authentication: SmallVec<[Authentication; 1]>,
    /// Second and third factor.
    pub more_factors: Vec<Authentication>,
    /// The connection it asks for.
    pub require: Require,
    /// `MAX_QUERIES_PER_HOUR`, `MAX_UPDATES_PER_HOUR`, `MAX_CONNECTIONS_PER_HOUR`, `MAX_USER_CONNECTIONS`,
    /// `MAX_STATEMENT_TIME` in microseconds
    pub limits: [i64; 5],
    /// `ACCOUNT LOCK`
    pub locked: bool,
    /// The password is expired at once (`PASSWORD EXPIRE`, or a role's).
    pub expired: bool,
    /// `PASSWORD EXPIRE …` other than at once, HISTORY, REUSE, REQUIRE CURRENT, FAILED_LOGIN_ATTEMPTS, LOCK TIME:
    /// the last one of each kind that was said.
    pub password_options: Vec<PasswordOption>,
    /// `COMMENT`/`ATTRIBUTE`, as one JSON object without the server's own keys.
    pub attributes: Option<serde_json::Map<String, serde_json::Value>>,
    /// `RETAIN CURRENT PASSWORD` is in force.
    pub second_password: bool,
    /// Made by CREATE ROLE.
    pub is_role: bool,
    /// The statements behind it.
    pub origin: Origin,
}

/// One row of `mysql.db`.
#[derive(Debug, Clone)]
pub struct DbRow {
    /// Whose.
    pub key: AccountKey,
    /// The database text as stored: a pattern (M5.5).
    pub db: Symbol,
    /// What it gives.
    pub privileges: PrivilegeSet,
    /// The statements behind it.
    pub origin: Origin,
}

/// One row of `mysql.host`: what `db` rows with an empty host give to clients of this host (M5.9).
#[derive(Debug, Clone)]
pub struct HostRow {
    /// The host pattern; an empty one matches every client.
    pub host: Symbol,
    /// The database text, a pattern; an empty one covers every database.
    pub db: Symbol,
    /// What it lets through.
    pub privileges: PrivilegeSet,
    /// The statements behind it.
    pub origin: Origin,
}

/// One row of `mysql.tables_priv` with its rows of `mysql.columns_priv`.
#[derive(Debug, Clone)]
pub struct TableRow {
    /// Whose.
    pub key: AccountKey,
    /// The database, literal.
    pub db: Symbol,
    /// The table or view.
    pub table: Symbol,
    /// What it gives on the table.
    pub privileges: PrivilegeSet,
    /// Its column rows, in the order they were made.
    pub columns: Vec<ColumnRow>,
    /// What its `Column_priv` names beside what they give.
    pub claims: Claims,
    /// The statements behind the table privileges.
    pub origin: Origin,
}

/// Column privileges that `Column_priv` of a `tables_priv` row names although no column has them (M5.13).
///
/// GRANT does not forget between two accounts what `Column_priv` of the first one names, so the second one's row names it
/// too. A session then passes where a privilege on some column is enough, as `SELECT COUNT(*)` does. REVOKE counts the
/// columns anew; a reload takes the text as it is stored, but only where the row has a column at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Claims {
    /// As stored.
    pub stored: PrivilegeSet,
    /// As held in memory.
    pub in_force: PrivilegeSet,
}

impl TableRow {
    /// What its column rows give together.
    pub fn on_columns(&self) -> PrivilegeSet {
        self.columns.iter().fold(PrivilegeSet::EMPTY, |set, column| set.union(column.privileges))
    }

    /// GRANT lets `Column_priv` name these too, and whatever is stored there already.
    pub fn name_columns(&mut self, named: PrivilegeSet) {
        let all = self.claims.stored.union(named).minus(self.on_columns());
        self.claims = Claims { stored: all, in_force: all };
    }

    /// The row is read from the stored table.
    pub fn read_claims(&mut self) {
        let stored = self.claims.stored.minus(self.on_columns());
        self.claims.in_force = if self.columns.is_empty() { PrivilegeSet::EMPTY } else { stored };
    }
}

/// One row of `mysql.columns_priv`.
#[derive(Debug, Clone)]
pub struct ColumnRow {
    /// Its own number among all column rows, for [`RowId`].
    pub index: u32,
    /// The column as written in the GRANT.
    pub column: Symbol,
    /// What it gives.
    pub privileges: PrivilegeSet,
    /// The statements behind it.
    pub origin: Origin,
}

/// One row of `mysql.procs_priv`.
#[derive(Debug, Clone)]
pub struct RoutineRow {
    /// Whose.
    pub key: AccountKey,
    /// The database, literal.
    pub db: Symbol,
    /// Which kind of routine.
    pub kind: ObjectKind,
    /// The routine's name, lower case.
    pub routine: Symbol,
    /// What it gives.
    pub privileges: PrivilegeSet,
    /// The statements behind it.
    pub origin: Origin,
}

/// One row of `mysql.proxies_priv`.
#[derive(Debug, Clone)]
pub struct ProxyRow {
    /// The proxy: who may stand in.
    pub key: AccountKey,
    /// The proxied: for whom.
    pub proxied: AccountKey,
    /// `WITH GRANT OPTION`
    pub grant_option: bool,
    /// The statements behind it.
    pub origin: Origin,
}

/// One row of `mysql.role_edges`: `role` is granted to `to`.
#[derive(Debug, Clone)]
pub struct RoleEdge {
    /// What is granted.
    pub role: AccountKey,
    /// To whom.
    pub to: AccountKey,
    /// `WITH ADMIN OPTION`, in memory
    pub admin_option: bool,
    /// `WITH ADMIN OPTION`, as stored (M7.32)
    pub stored_admin_option: bool,
    /// The statements behind it.
    pub origin: Origin,
}

/// One row of `mysql.default_roles`.
#[derive(Debug, Clone)]
pub struct DefaultRole {
    /// Whose.
    pub key: AccountKey,
    /// Which role.
    pub role: AccountKey,
    /// How often the statement named it: SHOW CREATE USER repeats it so often until the tables are read anew.
    pub times: u32,
    /// The statements behind it.
    pub origin: Origin,
}

/// One row of `mysql.global_grants`.
#[derive(Debug, Clone)]
pub struct DynamicGrant {
    /// Whose.
    pub key: AccountKey,
    /// Which dynamic privilege.
    pub privilege: Privilege,
    /// `WITH GRANT OPTION`
    pub grant_option: bool,
    /// The statements behind it.
    pub origin: Origin,
}

/// A dynamic privilege of an account that is in force otherwise than it is stored, until the next load. The row in memory
/// tells what is in force; there is one as long as there is an entry.
#[derive(Debug, Clone, Default)]
pub struct DynamicEntries {
    /// The entries that the server keeps: of each whether it has the grant option; the newest is the last.
    pub in_memory: SmallVec<[bool; 4]>,
    /// The stored row, if there is one.
    pub stored: Option<DynamicGrant>,
}

/// One partial revoke: the global privileges that do not count in that database (M7.60).
#[derive(Debug, Clone)]
pub struct Restriction {
    /// Whose.
    pub key: AccountKey,
    /// The database, literal.
    pub db: Symbol,
    /// What is withheld.
    pub privileges: PrivilegeSet,
    /// The statements behind it.
    pub origin: Origin,
}

/// A row as a running session took it: what it gave then, whatever the table has now (M5.45, M5.46).
#[derive(Debug, Clone)]
pub struct KeptRow {
    /// The table it is from.
    pub table: Table,
    /// Whose.
    pub key: AccountKey,
    /// The database text, where the table has one.
    pub db: Option<Symbol>,
    /// What it gave.
    pub privileges: PrivilegeSet,
    /// The statements behind it.
    pub origin: Origin,
}

impl Table {
    /// Its name without the schema.
    pub fn name(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Db => "db",
            Self::Host => "host",
            Self::TablesPriv => "tables_priv",
            Self::ColumnsPriv => "columns_priv",
            Self::ProcsPriv => "procs_priv",
            Self::ProxiesPriv => "proxies_priv",
            Self::RoleEdges => "role_edges",
            Self::DefaultRoles => "default_roles",
            Self::GlobalGrants => "global_grants",
            Self::Restrictions => "restrictions",
            Self::Kept => "kept",
        }
    }
}

/// Adds a statement's part to a row. Statements come in order, so only the last part can be its own.
pub fn contribute(origin: &mut Origin, statement: StatementId, privileges: PrivilegeSet) {
    contribute_inserted(origin, statement, 0, privileges);
}

/// As [`contribute`], for one of several rows that a statement inserts.
pub fn contribute_inserted(origin: &mut Origin, statement: StatementId, inserted: u32, privileges: PrivilegeSet) {
    match origin.last_mut() {
        Some(c) if c.statement == statement && c.inserted == inserted => c.privileges = c.privileges.union(privileges),
        _ => origin.push(Contribution { statement, inserted, privileges }),
    }
}

/// Takes privileges out of every contribution; statements that give nothing any more go.
/// `keep_first` keeps the statement that made the row itself.
pub fn withdraw(origin: &mut Origin, privileges: PrivilegeSet, keep_first: bool) {
    let mut first = true;
    origin.retain(|c| {
        c.privileges = c.privileges.minus(privileges);
        let keep = !c.privileges.is_empty() || (first && keep_first);
        first = false;
        keep
    });
}
