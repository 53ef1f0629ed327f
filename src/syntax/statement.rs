//! The statements: one tree, a [`Span`] on every node that can be blamed.
//!
//! The tree says what was written, not what it means: an account without a host has
//! none here, a privilege is the words that name it. Secrets are held in [`Secret`],
//! which never prints itself.

mod accounts;
pub mod data;

use crate::source::Span;
use smol_str::SmolStr;
use std::fmt;

/// One statement of a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// From its first word to its last, without the delimiter.
    pub span: Span,
    /// What it says.
    pub kind: StatementKind,
    /// How it says that, where servers differ in it.
    pub written: Written,
}

/// Spellings that mean what others mean, and that not every server reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Written {
    /// `IDENTIFIED BY PASSWORD 'hash'`
    pub by_password: bool,
    /// `WITH plugin BY 'text'`
    pub plugin_by: bool,
    /// `IDENTIFIED VIA` for `WITH`
    pub via: bool,
    /// `USING 'hash'` for `AS 'hash'`
    pub using: bool,
    /// `PASSWORD('text')` or `OLD_PASSWORD('text')` for `'text'`
    pub password_function: bool,
    /// `REPLACE 'current password'`
    pub replace_current: bool,
    /// A stored hash as a hexadecimal literal
    pub hexadecimal: bool,
    /// `ACCOUNT LOCK` or `PASSWORD EXPIRE` more than once
    pub repeated: bool,
    /// `SET DEFAULT ROLE role FOR account`
    pub default_role_for: bool,
    /// `SET DEFAULT ROLE roles TO accounts`
    pub default_role_to: bool,
}

impl Statement {
    /// A statement in no special spelling.
    pub fn new(span: Span, kind: StatementKind) -> Self {
        Self { span, kind, written: Written::default() }
    }
}

/// What a statement says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StatementKind {
    /// `CREATE USER`
    CreateUser(Box<CreateUser>),
    /// `ALTER USER`
    AlterUser(Box<AlterUser>),
    /// `DROP USER`
    DropUser {
        /// `IF EXISTS`
        if_exists: bool,
        /// The accounts.
        users: Vec<AccountRef>,
    },
    /// `RENAME USER old TO new, …`
    RenameUser(Vec<(AccountRef, AccountRef)>),
    /// `CREATE ROLE`
    CreateRole {
        /// MariaDB's `OR REPLACE`
        or_replace: bool,
        /// `IF NOT EXISTS`
        if_not_exists: bool,
        /// The roles.
        roles: Vec<AccountRef>,
        /// MariaDB's `WITH ADMIN`
        admin: Option<AccountRef>,
    },
    /// `DROP ROLE`
    DropRole {
        /// `IF EXISTS`
        if_exists: bool,
        /// The roles.
        roles: Vec<AccountRef>,
    },
    /// `GRANT privileges ON object TO accounts`
    Grant(Grant),
    /// `GRANT PROXY ON account TO accounts`
    GrantProxy {
        /// The account that is stood in for.
        proxied: AccountRef,
        /// The proxies, with whatever else older servers allow behind them.
        grantees: Vec<UserSpec>,
        /// `WITH GRANT OPTION`
        grant_option: bool,
    },
    /// `GRANT roles TO accounts`
    GrantRoles {
        /// The roles.
        roles: Vec<AccountRef>,
        /// Who gets them.
        grantees: Vec<UserSpec>,
        /// `WITH ADMIN OPTION`
        admin_option: bool,
    },
    /// `REVOKE privileges ON object FROM accounts`
    Revoke(Revoke),
    /// `REVOKE ALL [PRIVILEGES], GRANT OPTION FROM accounts`
    RevokeAll {
        /// `IF EXISTS`
        if_exists: bool,
        /// `IGNORE UNKNOWN USER`
        ignore_unknown_user: bool,
        /// The accounts.
        users: Vec<AccountRef>,
    },
    /// `REVOKE PROXY ON account FROM accounts`
    RevokeProxy {
        /// `IF EXISTS`
        if_exists: bool,
        /// `IGNORE UNKNOWN USER`
        ignore_unknown_user: bool,
        /// The account that is stood in for.
        proxied: AccountRef,
        /// The proxies.
        users: Vec<AccountRef>,
    },
    /// `REVOKE roles FROM accounts`
    RevokeRoles {
        /// `IF EXISTS`
        if_exists: bool,
        /// `IGNORE UNKNOWN USER`
        ignore_unknown_user: bool,
        /// MariaDB's `ADMIN OPTION FOR`
        admin_option_only: bool,
        /// The roles.
        roles: Vec<AccountRef>,
        /// From whom.
        users: Vec<AccountRef>,
    },
    /// `SET ROLE`
    SetRole(RoleSet),
    /// `SET DEFAULT ROLE … TO accounts` (MariaDB: `FOR account`)
    SetDefaultRole {
        /// Which roles.
        roles: RoleSet,
        /// Whose; empty means one's own.
        users: Vec<AccountRef>,
    },
    /// `SET PASSWORD [FOR account] = …`
    SetPassword {
        /// Whose; `None` means one's own.
        account: Option<AccountRef>,
        /// The new one.
        credential: Credential,
    },
    /// `FLUSH PRIVILEGES`
    FlushPrivileges,
    /// `SET GLOBAL`, `SET PERSIST`, `SET SESSION` of variables
    SetVariables(Vec<Assignment>),
    /// `USE db`
    Use(SmolStr),
    /// DDL that tells what exists
    Schema(SchemaChange),
    /// `SHOW GRANTS [FOR account [USING roles]]`
    ShowGrants {
        /// `None`: of the session itself.
        account: Option<AccountRef>,
        /// `USING`
        using: Vec<AccountRef>,
    },
    /// `SHOW CREATE USER account`
    ShowCreateUser(AccountRef),
    /// INSERT, REPLACE, UPDATE, DELETE, TRUNCATE of a grant table (M7.70)
    Data(data::DataChange),
    /// A statement that changes no account, grant or object (a `SELECT`, `INSERT`, `LOCK TABLES`,
    /// `COMMIT`, …): read over without a word. Holds its leading words, upper case.
    Irrelevant(SmolStr),
    /// A statement that could matter but is outside of what grantc reads: reported and skipped by
    /// these leading words.
    Unsupported(SmolStr),
}

/// How an account is named in a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountRef {
    /// Where it stands.
    pub span: Span,
    /// The name.
    pub name: AccountName,
}

/// The ways to name an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AccountName {
    /// `user[@host]` as written: not trimmed, not lower-cased.
    Named {
        /// The user part.
        user: SmolStr,
        /// The host part, `None` when there is no `@`.
        host: Option<SmolStr>,
    },
    /// `CURRENT_USER`, `CURRENT_USER()`
    CurrentUser,
    /// `USER()`
    SessionUser,
    /// MariaDB's `CURRENT_ROLE`
    CurrentRole,
}

/// An account with the clauses that stand right behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserSpec {
    /// The account.
    pub account: AccountRef,
    /// Its factors: `IDENTIFIED … AND IDENTIFIED …`. Empty when nothing was said.
    /// MariaDB's `VIA a OR b` gives several alternatives of the first factor.
    pub factors: Vec<Vec<Authentication>>,
    /// `ADD/MODIFY/DROP n FACTOR` and registration steps.
    pub factor_changes: Vec<FactorChange>,
    /// `RETAIN CURRENT PASSWORD`
    pub retain_current: bool,
    /// `DISCARD OLD PASSWORD`
    pub discard_old: bool,
}

/// `ADD n FACTOR …`, `MODIFY n FACTOR …`, `DROP n FACTOR`, or a registration step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactorChange {
    /// Add, modify or drop.
    pub action: FactorAction,
    /// 2 or 3.
    pub factor: u8,
    /// What it becomes; `None` for drop.
    pub authentication: Option<Authentication>,
}

/// What a [`FactorChange`] does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FactorAction {
    /// `ADD`
    Add,
    /// `MODIFY`
    Modify,
    /// `DROP`
    Drop,
    /// `n FACTOR INITIATE REGISTRATION`
    InitiateRegistration,
    /// `n FACTOR FINISH REGISTRATION SET CHALLENGE_RESPONSE AS 'text'`
    FinishRegistration,
    /// `n FACTOR UNREGISTER`
    Unregister,
    /// `INITIAL AUTHENTICATION …` behind the first factor: what is to be known until a device is registered.
    InitialAuthentication,
}

/// One way to prove who one is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authentication {
    /// The plugin, where one is named.
    pub plugin: Option<SmolStr>,
    /// What is to be known.
    pub credential: Credential,
}

/// A credential as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Credential {
    /// `IDENTIFIED WITH plugin` and nothing more.
    Unspecified,
    /// `BY 'text'`, `= 'text'`, `PASSWORD('text')`: a clear text, empty or not.
    Password(Secret),
    /// `AS 'hash'`, `USING 'hash'`, `BY PASSWORD 'hash'`: what is stored.
    Stored(Secret),
    /// `BY RANDOM PASSWORD`
    Random,
}

/// A text that must not be shown: prints as `<secret>`.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(SmolStr);

/// `CREATE USER`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateUser {
    /// MariaDB's `OR REPLACE`
    pub or_replace: bool,
    /// `IF NOT EXISTS`
    pub if_not_exists: bool,
    /// The accounts.
    pub users: Vec<UserSpec>,
    /// `DEFAULT ROLE`
    pub default_roles: Vec<AccountRef>,
    /// What follows for all of them.
    pub options: AccountOptions,
}

/// `ALTER USER`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlterUser {
    /// `IF EXISTS`
    pub if_exists: bool,
    /// The accounts.
    pub users: Vec<UserSpec>,
    /// `DEFAULT ROLE …` at its end
    pub default_roles: Option<RoleSet>,
    /// What follows for all of them.
    pub options: AccountOptions,
}

/// The clauses of CREATE and ALTER USER that hold for all accounts of the statement.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AccountOptions {
    /// `REQUIRE …`
    pub require: Option<Require>,
    /// `WITH MAX_… n`
    pub limits: Vec<(Limit, i64)>,
    /// `PASSWORD …`, `FAILED_LOGIN_ATTEMPTS`, `PASSWORD_LOCK_TIME`
    pub password: Vec<PasswordOption>,
    /// `ACCOUNT LOCK` is true, `ACCOUNT UNLOCK` false
    pub locked: Option<bool>,
    /// `COMMENT 'text'`
    pub comment: Option<String>,
    /// `ATTRIBUTE 'json'`
    pub attribute: Option<String>,
}

/// No clause at all.
static NO_OPTIONS: AccountOptions = AccountOptions {
    require: None,
    limits: Vec::new(),
    password: Vec::new(),
    locked: None,
    comment: None,
    attribute: None,
};

/// What the connection itself must be.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Require {
    /// `REQUIRE NONE`
    #[default]
    None,
    /// `REQUIRE SSL`
    Ssl,
    /// `REQUIRE X509`
    X509,
    /// `REQUIRE SUBJECT … ISSUER … CIPHER …`
    Specified {
        /// `SUBJECT`
        subject: Option<String>,
        /// `ISSUER`
        issuer: Option<String>,
        /// `CIPHER`
        cipher: Option<String>,
    },
}

/// A resource limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Limit {
    /// `MAX_QUERIES_PER_HOUR`
    QueriesPerHour,
    /// `MAX_UPDATES_PER_HOUR`
    UpdatesPerHour,
    /// `MAX_CONNECTIONS_PER_HOUR`
    ConnectionsPerHour,
    /// `MAX_USER_CONNECTIONS`; below zero in MariaDB: no connection at all
    UserConnections,
    /// MariaDB's `MAX_STATEMENT_TIME` (microseconds)
    StatementTime,
}

/// A password clause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasswordOption {
    /// `PASSWORD EXPIRE`
    Expire,
    /// `PASSWORD EXPIRE DEFAULT`
    ExpireDefault,
    /// `PASSWORD EXPIRE NEVER`
    ExpireNever,
    /// `PASSWORD EXPIRE INTERVAL n DAY`
    ExpireInterval(u32),
    /// `PASSWORD HISTORY n`; `None` is `DEFAULT`
    History(Option<u32>),
    /// `PASSWORD REUSE INTERVAL n DAY`; `None` is `DEFAULT`
    ReuseInterval(Option<u32>),
    /// `PASSWORD REQUIRE CURRENT`
    RequireCurrent,
    /// `PASSWORD REQUIRE CURRENT DEFAULT`
    RequireCurrentDefault,
    /// `PASSWORD REQUIRE CURRENT OPTIONAL`
    RequireCurrentOptional,
    /// `FAILED_LOGIN_ATTEMPTS n`
    FailedLoginAttempts(u32),
    /// `PASSWORD_LOCK_TIME n`; `None` is `UNBOUNDED`
    LockTime(Option<u32>),
}

/// `GRANT privileges ON object TO accounts`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// What is granted.
    pub privileges: Vec<PrivilegeItem>,
    /// On what.
    pub object: GrantObject,
    /// To whom, with the `IDENTIFIED` clauses that older servers and MariaDB allow.
    pub grantees: Vec<UserSpec>,
    /// `WITH GRANT OPTION`
    pub grant_option: bool,
    /// `REQUIRE` and `WITH MAX_…` of older servers and MariaDB; `None` where nothing is said.
    pub options: Option<Box<AccountOptions>>,
    /// `AS account [WITH ROLE …]`
    pub as_user: Option<Box<GrantAs>>,
}

impl Grant {
    /// [`Grant::options`], empty where nothing is said.
    pub fn options(&self) -> &AccountOptions {
        self.options.as_deref().unwrap_or(&NO_OPTIONS)
    }
}

/// `AS account [WITH ROLE …]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantAs {
    /// Whose restrictions are applied.
    pub account: AccountRef,
    /// With which roles; `None` when not said.
    pub roles: Option<RoleSet>,
}

/// `REVOKE privileges ON object FROM accounts`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revoke {
    /// `IF EXISTS`
    pub if_exists: bool,
    /// `IGNORE UNKNOWN USER`
    pub ignore_unknown_user: bool,
    /// What is revoked.
    pub privileges: Vec<PrivilegeItem>,
    /// On what.
    pub object: GrantObject,
    /// From whom.
    pub users: Vec<AccountRef>,
}

/// One privilege of a list, as its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrivilegeItem {
    /// Where it stands.
    pub span: Span,
    /// Its words, upper case, one blank between them; `ALL` for `ALL PRIVILEGES`, `USAGE`,
    /// `GRANT OPTION`, or the name of a dynamic privilege.
    pub name: SmolStr,
    /// The columns behind it.
    pub columns: Vec<SmolStr>,
}

/// What stands behind ON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantObject {
    /// Where it stands.
    pub span: Span,
    /// `TABLE`, `PROCEDURE`, …; table when nothing is said.
    pub kind: ObjectKind,
    /// The name.
    pub name: ObjectName,
}

/// The object types of GRANT.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ObjectKind {
    /// Tables and views, and the database and global levels.
    Table,
    /// `PROCEDURE`
    Procedure,
    /// `FUNCTION`
    Function,
    /// `LIBRARY` (MySQL 9.x)
    Library,
    /// `PACKAGE` (MariaDB)
    Package,
    /// `PACKAGE BODY` (MariaDB)
    PackageBody,
}

/// The name forms behind ON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ObjectName {
    /// `*.*`
    Global,
    /// `*`: the current database, or global without one on older servers
    Star,
    /// `db.*`
    Database(SmolStr),
    /// `[db.]name`
    Object {
        /// The database, `None` for the current one.
        db: Option<SmolStr>,
        /// The table, view or routine.
        name: SmolStr,
    },
}

/// Which roles a statement means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RoleSet {
    /// `NONE`
    None,
    /// `DEFAULT`
    Default,
    /// `ALL`
    All,
    /// `ALL EXCEPT …`
    AllExcept(Vec<AccountRef>),
    /// a list
    Named(Vec<AccountRef>),
}

/// `SET [scope] name = value`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    /// Where it stands.
    pub span: Span,
    /// Global, persisted or of the session.
    pub scope: Scope,
    /// The variable, lower case.
    pub name: SmolStr,
    /// The value: a literal's text, or the words as written. `DEFAULT` stays that word.
    pub value: String,
}

/// Which value of a variable is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// `GLOBAL`, `@@GLOBAL.`
    Global,
    /// `PERSIST`
    Persist,
    /// `PERSIST_ONLY`: at the next start only
    PersistOnly,
    /// `SESSION`, `LOCAL`, or nothing
    Session,
}

/// DDL that tells what exists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SchemaChange {
    /// `CREATE DATABASE`
    CreateDatabase {
        /// Its name.
        name: SmolStr,
        /// `IF NOT EXISTS`
        if_not_exists: bool,
    },
    /// `DROP DATABASE`
    DropDatabase {
        /// Its name.
        name: SmolStr,
        /// `IF EXISTS`
        if_exists: bool,
    },
    /// `CREATE TABLE`
    CreateTable {
        /// Its name.
        name: QualifiedName,
        /// Its columns in order; `None` when they cannot be read off the statement (`LIKE`, `AS SELECT`).
        columns: Option<Vec<SmolStr>>,
        /// `LIKE other`
        like: Option<QualifiedName>,
        /// `TEMPORARY`
        temporary: bool,
        /// `IF NOT EXISTS`
        if_not_exists: bool,
    },
    /// `DROP TABLE`, `DROP VIEW`
    DropTables {
        /// Their names.
        names: Vec<QualifiedName>,
        /// `DROP VIEW`
        views: bool,
        /// `IF EXISTS`
        if_exists: bool,
    },
    /// `RENAME TABLE`, `ALTER TABLE … RENAME`
    RenameTables(Vec<(QualifiedName, QualifiedName)>),
    /// `ALTER TABLE` that adds, drops or renames columns
    AlterColumns {
        /// The table.
        table: QualifiedName,
        /// Added columns.
        add: Vec<SmolStr>,
        /// Dropped columns.
        drop: Vec<SmolStr>,
        /// Renamed columns, old and new.
        rename: Vec<(SmolStr, SmolStr)>,
        /// The table's new name, where the statement renames it too.
        to: Option<QualifiedName>,
    },
    /// `CREATE VIEW`
    CreateView {
        /// Its name.
        name: QualifiedName,
        /// Its columns where they are listed.
        columns: Option<Vec<SmolStr>>,
        /// `DEFINER`
        definer: Option<AccountRef>,
        /// `SQL SECURITY INVOKER`
        invoker: bool,
        /// `OR REPLACE`, or ALTER VIEW
        or_replace: bool,
        /// The SELECT behind AS.
        select: Span,
    },
    /// `CREATE PROCEDURE`, `CREATE FUNCTION`, …
    CreateRoutine {
        /// Which kind.
        kind: ObjectKind,
        /// Its name.
        name: QualifiedName,
        /// `DEFINER`
        definer: Option<AccountRef>,
        /// `SQL SECURITY INVOKER`
        invoker: bool,
        /// `OR REPLACE` or `IF NOT EXISTS`
        tolerant: bool,
    },
    /// `DROP PROCEDURE`, `DROP FUNCTION`, …
    DropRoutine {
        /// Which kind.
        kind: ObjectKind,
        /// Its name.
        name: QualifiedName,
        /// `IF EXISTS`
        if_exists: bool,
    },
    /// `CREATE TRIGGER`
    CreateTrigger {
        /// Its name.
        name: QualifiedName,
        /// Its table.
        table: QualifiedName,
        /// `DEFINER`
        definer: Option<AccountRef>,
    },
    /// `DROP TRIGGER`
    DropTrigger(QualifiedName),
    /// `CREATE EVENT`
    CreateEvent {
        /// Its name.
        name: QualifiedName,
        /// `DEFINER`
        definer: Option<AccountRef>,
    },
    /// `DROP EVENT`
    DropEvent(QualifiedName),
}

/// `[db.]name`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QualifiedName {
    /// The database, `None` for the current one.
    pub db: Option<SmolStr>,
    /// The name.
    pub name: SmolStr,
}

impl Secret {
    /// Wraps a text.
    pub fn new(text: impl Into<SmolStr>) -> Self {
        Self(text.into())
    }

    /// True for the empty text.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The text itself, to put another in its place.
    pub(in crate::syntax) fn text_mut(&mut self) -> &mut SmolStr {
        &mut self.0
    }

    /// The text itself: only for `--show-secrets` and for comparing what is stored.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_empty() { "<empty secret>" } else { "<secret>" })
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<secret>")
    }
}
