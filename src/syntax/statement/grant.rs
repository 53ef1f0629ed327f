//! GRANT and REVOKE.

use super::account::NO_OPTIONS;
use super::{AccountOptions, AccountRef, Span, UserSpec};
use smol_str::SmolStr;

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
