//! What a statement demands: the privileges, on which objects, in the order the server checks
//! them (section 8 of the semantics).
//!
//! A demand says nothing about who asks, except where the statement itself depends on it (`ALTER USER` of
//! the own account, a definer other than oneself); whether it is met is for the rules.

mod account;
mod admin;
mod draft;
mod expression;
mod function;
mod grant;
mod maintenance;
mod object;
mod plain;
mod query;
mod returning;
mod sequence;
mod show;
mod statement;
mod table;
mod variable;
mod view;
mod words;
mod write;

use crate::client::Object;
use crate::server::Server;
use crate::server::catalogue::{Level, Privilege};
use crate::syntax::statement::ObjectKind;
use crate::tables::GrantTables;
use draft::Draft;
pub use view::tell_views;

/// What a statement's demands depend on beside its text.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// Which server it runs on.
    pub server: Server,
    /// What exists, and the variables.
    pub tables: &'a GrantTables,
    /// The database that is current.
    pub current_db: Option<&'a str>,
    /// `CURRENT_USER()`, user and host, where it is known: own accounts and own definers need less.
    pub account: Option<(&'a str, &'a str)>,
    /// The user name that the client gave: whose password is one's own is asked of it (M7.8).
    pub login: Option<&'a str>,
}

/// Everything the server checks for a statement, in its order.
pub fn demands(sql: &str, context: &Context<'_>) -> Result<Demands, DemandError> {
    let mut draft = Draft::new(context);
    draft.statement(sql)?;
    Ok(draft.out)
}

/// What `--can PRIVILEGE --on OBJECT` asks: that privilege on that object, with the refusal of its level.
pub fn demand_of(privilege: &str, on: &Object, context: &Context<'_>) -> Result<Demands, DemandError> {
    let mut draft = Draft::new(context);
    draft.can(privilege, on)?;
    Ok(draft.out)
}

/// Everything the server checks for one statement, in its order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Demands {
    /// The statement's name: `INSERT … SELECT`.
    pub statement: String,
    /// The checks. The first that fails decides the error.
    pub checks: Vec<Check>,
    /// The checks from this place on are made only when the statement is about to be carried out: what else is wrong with
    /// it may come first.
    pub late: Option<usize>,
    /// Checks that are made of somebody else: of the definers of views (M8.1).
    pub of_definers: Vec<OfDefiner>,
    /// What a reader should know: where the manual asks for more than the server does, with rule numbers.
    pub notes: Vec<String>,
    /// What the statement lists, when it passes (M5.41, M5.42).
    pub lists: Option<Lists>,
}

/// What a SHOW statement lists, without a filter of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lists {
    /// Databases (M5.41).
    Databases,
    /// The tables and views of a database (M5.42).
    Tables(String),
}

/// One check: all of its needs, or the error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// All must be met.
    pub needs: Vec<Need>,
    /// The error when one is not.
    pub refusal: Refusal,
    /// What for: `the target of INSERT`, `columns read in WHERE`.
    pub purpose: String,
}

/// A check of what a view's definer may do, whatever the session may (M7.37, M8.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfDefiner {
    /// It is made before the check at this place of [`Demands::checks`].
    pub before: usize,
    /// The definer: user and host text.
    pub definer: (String, String),
    /// What the definer needs.
    pub check: Check,
}

/// Any one of some privileges on one object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    /// One of these is enough.
    pub any_of: Vec<Privilege>,
    /// On what; decides which levels count.
    pub on: On,
}

/// What a need is asked on, and so which rows can meet it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum On {
    /// Only global privileges count.
    Global,
    /// Global and database privileges count (M5.20).
    Database(String),
    /// The same for a text taken as a pattern, with the rows looked up anew even for the current database, as GRANT and
    /// REVOKE do (M5.45, M7.12).
    DatabaseAnew(String),
    /// The first column of a table all of whose columns are needed (M5.22).
    FirstColumn(String, String, String),
    /// Global, database and table privileges count (M5.21).
    Table(String, String),
    /// The parent of a foreign key where any of several privileges will do: as for the table, and no such privilege may be
    /// held on columns of it alone (M8.2).
    Parent(String, String),
    /// As for the table, or the privilege on any column of it (M5.23).
    AnyColumn(String, String),
    /// As for the table, or the privilege on that column (M5.22).
    Column(String, String, String),
    /// As for the table, or the privilege on every column of it: needs the column list (M5.22).
    EveryColumn(String, String),
    /// A column that belongs to one of these tables, which is not known without their columns.
    ColumnOfOneOf(Vec<(String, String)>, String),
    /// Global and database privileges count, or any table or column privilege at all on it in a
    /// `tables_priv` row (M5.42, SHOW COLUMNS).
    AnyTableRow(String, String),
    /// Global, database and routine privileges count (M5.25).
    Routine(ObjectKind, String, String),
    /// SHOW CREATE of a routine: dynamic privileges and SELECT count globally only, the others also on the database
    /// and on the routine, there in the account's own rows and not in those of its roles (M8.3).
    ShownRoutine(ObjectKind, String, String),
    /// The database can be made current (M5.40). GRANT OPTION in `any_of` is enough on a table in it; nothing else there counts.
    VisibleDatabase(String),
    /// The database is listed by SHOW DATABASES (M5.41); `any_of` is the privilege that lists all.
    ListedDatabase(String),
    /// The table is listed by SHOW TABLES: one of the privileges at any level, or any row of `tables_priv` (M5.42).
    ListedTable(String, String),
    /// A dynamic privilege held with its own grant option, or UPDATE on the `mysql` database (M7.12).
    Grantable,
    /// Global and database privileges on `mysql` count, or that this role is the current one (M6.15).
    GrantsOfRole(String),
    /// Global privileges count, or the admin option on the role of that user and host (M7.31).
    RoleAdmin(String, String),
    /// The right to let others stand in for the account of that user and host (M4.16); `any_of` does not count.
    ProxyOf(String, String),
}

/// The error of a failed check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// 1044 … to database
    Database(String),
    /// 1142 `VERB command denied … for table`. The verb is the list of missing privileges unless it is given.
    Table {
        /// The database, which MariaDB shows.
        db: String,
        /// The table.
        table: String,
        /// The words before `command denied`, where they are not the missing privileges.
        verb: Option<String>,
    },
    /// 1143 `VERB command denied … for column`. The verb is the list of missing privileges unless it is given.
    Column {
        /// The privilege's word.
        verb: Option<String>,
        /// The column.
        column: String,
        /// The table.
        table: String,
        /// The database, which MariaDB shows.
        db: String,
    },
    /// 1370 `VERB command denied … for routine 'db.name'`
    Routine {
        /// `execute`, `alter routine`, `grant`
        verb: String,
        /// `db.name`
        routine: String,
    },
    /// 1227 you need (at least one of) these
    Specific(String),
    /// 1045 at statement level: Access denied for user … (using password: …)
    AccessDenied,
    /// Another error, ready made.
    Other {
        /// Its number.
        errno: u16,
        /// Its SQLSTATE.
        sqlstate: &'static str,
        /// Its text; `{user}` and `{host}` stand for the session's, `{row_host}` for its account's host, `{login}` for
        /// the user name that the client gave.
        message: String,
    },
}

/// Why demands cannot be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DemandError {
    /// The statement cannot be read (1064): what was expected.
    Syntax(String),
    /// A name without a database, and none is selected (1046).
    NoDatabase,
    /// A statement whose demands grantc does not know.
    Unsupported(String),
    /// The server refuses it for everybody (a write to information_schema, say).
    Refused(crate::server::errors::ServerError),
}
