//! The statements: one tree, a [`Span`] on every node that can be blamed.
//!
//! The tree says what was written, not what it means: an account without a host has
//! none here, a privilege is the words that name it. Secrets are held in [`Secret`],
//! which never prints itself.

mod account;
mod accounts;
pub mod data;
mod grant;
mod schema;

use crate::source::Span;
pub use account::*;
pub use grant::*;
pub use schema::*;
use smol_str::SmolStr;

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
    /// `RESTART`: what is persisted holds from now on, and the grant tables are read
    Restart,
    /// `RESET PERSIST [IF EXISTS] [name]`
    ResetPersist {
        /// `IF EXISTS`
        if_exists: bool,
        /// The variable, lower case; `None`: every one.
        variable: Option<SmolStr>,
    },
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
