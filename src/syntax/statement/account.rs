//! What CREATE USER and ALTER USER say of accounts.

use super::{AccountRef, RoleSet};
use smol_str::SmolStr;
use std::fmt;

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
pub(super) static NO_OPTIONS: AccountOptions = AccountOptions {
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
