//! Expectation files (`.test`): a policy, and lines that read aloud.
//!
//! ```text
//! # what the case shows, in a comment
//! case a better row with a wrong password blocks the login
//! reference: M4.3, manual 8.2.6
//! policy:
//!   CREATE USER joe@'%', joe@'10.1.%' IDENTIFIED BY 'secret';
//!
//! joe from 10.1.2.3 with a wrong password is refused with 1045
//! joe from 10.9.9.9 logs in as 'joe'@'%'
//!   may not SELECT on shop.orders
//! ```
//!
//! A file is a list of cases; lines before the first `case` are a case of their own, and
//! header lines there (`server`, `set`, `reference:`, `policy:`) hold for the whole file. `then:`
//! carries out further statements between two expectations. A line without a client asks
//! for the one of the line above. A statement that the server refuses or that is skipped
//! fails the case unless a `statement N …` line expects it; of a policy in a file of its own, only what a script
//! is refused does.
//!
//! `who may DROP on payroll.* is exactly 'dba'@'localhost'` asks for every account whose sessions may, at once or after
//! SET ROLE; `nobody may …` that there is none.
//!
//! Sessions that run while the policy changes are opened by `connect` and spoken of by `as`; what they run is carried out:
//!
//! ```text
//! connect s1: joe from 10.1.2.3 using db shop
//! then:
//!   REVOKE SELECT ON shop.* FROM joe;
//! as s1 run "SELECT * FROM orders" is done
//!   run "GRANT SELECT ON shop.* TO jim" is refused with 1044
//!   run "USE shop" is refused with 1044
//!   may SELECT on shop.orders
//! connect s2: joe from 10.1.2.3 using db shop is refused with 1044
//! ```
//!
//! `connect NAME: CLIENT` expects that the client gets in, unless the line says what else. The lines below `as NAME` that
//! name nobody go on with the same session. `statement N` counts only those of `policy:` and `then:`.
//!
//! Only [`files`] reads files. This module prints nothing: the caller gets [`Report`](run::Report)s back, and
//! [`report`] lays them out. It decides nothing about access; it asks the same questions that a user of the
//! library can ask.

pub mod cursor;
pub mod files;
pub mod judge;
pub mod parse;
pub mod phrase;
pub mod report;
pub mod run;
pub mod table;
pub mod words;

use crate::answer::AccountView;
use crate::client::{Ask, Client, Object};
use crate::server::Server;

/// One `.test` file.
#[derive(Debug, Clone, Default)]
pub struct File {
    /// The name as it was given, shown in failures.
    pub name: String,
    /// Its text.
    pub text: String,
    /// Its cases, in order.
    pub cases: Vec<Case>,
    /// Lines that could not be read.
    pub misread: Vec<Misread>,
}

/// A line of a `.test` file that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misread {
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
    /// What is wrong with it: what was expected there.
    pub message: String,
    /// The line as it is written.
    pub shown: String,
}

/// One policy and what is expected of it.
#[derive(Debug, Clone, Default)]
pub struct Case {
    /// The line it begins on.
    pub line: u32,
    /// What it shows; empty for the unnamed case of a file.
    pub title: String,
    /// Where the expectation comes from: manual sections, rule numbers.
    pub references: Vec<String>,
    /// The server whose rules apply; none leaves it to the policy.
    pub server: Option<Server>,
    /// Server variables, in order.
    pub set: Vec<(String, String)>,
    /// Why a live server is not asked.
    pub not_live: Option<String>,
    /// Policies and expectations, in order.
    pub steps: Vec<Step>,
}

/// One step of a case.
#[derive(Debug, Clone)]
pub enum Step {
    /// Statements: of the policy, or further ones (`then:`).
    Statements(Statements),
    /// Something expected of everything so far.
    Expect(Box<Expectation>),
}

/// Statements and where they stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Statements {
    /// An indented block.
    Inline {
        /// The line of its first statement, from 1.
        line: u32,
        /// The text, without the common indentation.
        text: String,
    },
    /// Another file, by its path relative to the `.test` file.
    Path {
        /// The line that names it.
        line: u32,
        /// The path as written.
        path: String,
    },
}

/// One expectation: a question and its answer.
#[derive(Debug, Clone)]
pub struct Expectation {
    /// The line it stands on, from 1.
    pub line: u32,
    /// What is asked.
    pub question: Question,
    /// What must come back.
    pub expected: Expected,
}

/// What an expectation asks.
#[derive(Debug, Clone)]
pub enum Question {
    /// Whether this client gets in, as whom.
    Login(Client),
    /// Whether this client may.
    Check(Client, Ask),
    /// Opens a session under this name, which runs on while the policy changes.
    Connect(String, Client),
    /// Who that session is.
    SessionLogin(String),
    /// Whether that session may; a statement is carried out.
    InSession(String, Ask),
    /// What became of a statement of the policy, counted from 1.
    Statement(usize),
    /// What a `SHOW GRANTS` or `SHOW CREATE USER` statement returns at this point.
    Show(String),
    /// Who holds this privilege on that object.
    Who(String, Object),
}

/// What must come back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expected {
    /// The login succeeds and `CURRENT_USER()` is this account.
    LogsIn {
        /// `CURRENT_USER()`
        account: AccountView,
        /// The account that authenticated, when it is a proxy for the other (M4.12).
        through: Option<AccountView>,
    },
    /// The login succeeds; nothing is said about the account.
    GetsIn,
    /// The server does it.
    Allowed,
    /// The server refuses; with this number and text where they are given.
    Refused {
        /// The errno.
        errno: Option<u16>,
        /// The server's whole text.
        message: Option<String>,
    },
    /// The server does it, and lists these names and no others; in any order (M5.41, M5.42).
    Lists(Vec<String>),
    /// The answer needs something that is not given.
    Undetermined,
    /// These rows tie; in any order.
    Ambiguous(Vec<AccountView>),
    /// These roles are active after login, directly activated; in any order.
    Roles(Vec<AccountView>),
    /// These are the account rows that may be tried, in this order.
    Tries(Vec<AccountView>),
    /// This row decided the line above.
    Because(RowName),
    /// The statement was carried out; with this warning, where one is given.
    Done(Option<u16>),
    /// The statement is not for grantc.
    Skipped,
    /// The statement returned these rows.
    Returns(Vec<String>),
    /// These accounts and no others; in any order.
    Exactly(Vec<AccountView>),
}

/// A grant-table row as a line names it: `db 'joe'@'%' shop`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowName {
    /// The grant table.
    pub table: String,
    /// Whose row.
    pub account: AccountView,
    /// Database, then table or routine, then column, as stored; the other account of a role edge or proxy row.
    pub rest: Vec<String>,
}
