//! Answers: login, check, privileges, accounts. What a caller, the command line and `batch` read.
//!
//! An answer is made from the derived relations only; nothing here decides.

mod accounts;
mod check;
mod classes;
mod definer;
pub mod diff;
pub mod effect;
mod engine;
mod holdings;
mod listing;
mod login;
mod order;
mod origin;
pub mod plan;
mod privileges;
mod reach;
mod running;
pub mod shown;
pub mod snapshot;
mod view;
mod who;

pub use classes::{HostsOf, SessionClass, SessionClasses};
pub use engine::{Engine, Evaluation};
pub use holdings::{ActiveRole, HeldOn, Holding, SessionHoldings};
pub use privileges::asked_name;
pub use reach::{Reach, Reachability};
pub use running::{Running, SetRole};
pub use view::object_type;
pub use who::{Able, Clients, Standing, Who};

use crate::facts::id::{NearReason, Step};
use crate::server::errors::ServerError;

/// An account as stored: its user and host columns.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct AccountView {
    /// The user column; empty is anonymous.
    pub user: String,
    /// The host column.
    pub host: String,
}

/// A statement that had a part in a row.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SourceView {
    /// The source's name as it was given.
    pub file: String,
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1.
    pub column: u32,
    /// The statement's text on one line, without secrets.
    pub statement: String,
}

/// A grant-table row that had a part in an answer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RowView {
    /// The grant table: `user`, `db`, …
    pub table: &'static str,
    /// Whose row.
    pub account: AccountView,
    /// The database text as stored, where the table has one.
    pub db: Option<String>,
    /// The table or routine.
    pub object: Option<String>,
    /// The column.
    pub column: Option<String>,
    /// `PROCEDURE`, `FUNCTION`, … for routines.
    pub object_type: Option<&'static str>,
    /// The other account: the role of a `role_edges` or `default_roles` row, the proxied one of `proxies_priv`.
    pub other: Option<AccountView>,
    /// The privileges it holds, in the order `SHOW GRANTS` renders them.
    pub privileges: Vec<String>,
    /// The statements behind it that matter here, oldest first; empty for the server's own accounts.
    pub sources: Vec<SourceView>,
}

/// Who gets in, as whom.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Login {
    /// The client as the server names it in `USER()` and in messages: user and host-or-address.
    pub client: Option<AccountView>,
    /// The selected account row (the likeliest one when ambiguous, M3.8); none when nothing matches.
    pub account: Option<AccountView>,
    /// Two rows tie and the server may take either.
    pub ambiguous: bool,
    /// The rows that tie, the selected one first; empty without a tie.
    pub tied: Vec<AccountView>,
    /// Every account row of this user name and every anonymous one, in the order the server tries them.
    pub candidates: Vec<Candidate>,
    /// The account whose privileges the session has, when it is not `account` (M4.12).
    pub proxied: Option<(AccountView, RowView)>,
    /// The active roles, directly activated ones first, each with the row that makes it active.
    pub roles: Vec<(AccountView, Option<RowView>)>,
    /// The error, when the server refuses.
    pub error: Option<ServerError>,
    /// Which step refuses a row that was selected, in words; the error often does not tell.
    pub refused_because: Option<String>,
    /// That step as the program knows it.
    pub refused_at: Option<Step>,
    /// A fact that is missing and would decide.
    pub undetermined: Option<String>,
    /// The session may do nothing but set its password (M4.10).
    pub must_set_password: bool,
    /// It came in by its OS user, and sent no password after that: later errors do not speak of any (M4.9).
    pub password_unmentioned: bool,
}

/// One account row and what became of it in the selection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The row, with the statements that made it.
    pub row: RowView,
    /// Its fate.
    pub fate: Fate,
}

/// What became of an account row in the selection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// It is the one.
    Selected,
    /// It is as good as the selected one, and the server may take either.
    Tied,
    /// It matches, but a better row comes first.
    Outranked {
        /// The row that comes first.
        by: AccountView,
        /// Why it comes first, with the rule number.
        why: String,
    },
    /// Its host does not match the client; why, as exactly as can be told.
    HostDiffers(String),
    /// It may match: the client's address is not known.
    MayMatch,
}

/// Allow, deny, or what is missing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Verdict {
    /// The server does it.
    Allow,
    /// The server refuses.
    Deny,
    /// It depends on something the policy does not say: what.
    Undetermined(String),
    /// The question itself cannot be read: what was expected.
    Unreadable(String),
    /// Nothing was asked but the login.
    #[default]
    NotAsked,
}

/// One check of a statement and what met it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckView {
    /// What for.
    pub purpose: String,
    /// Its needs in order.
    pub needs: Vec<NeedView>,
}

/// One need and the rows that meet it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NeedView {
    /// The privileges, any one of which is enough.
    pub any_of: Vec<String>,
    /// The object in words: `table shop.orders`, `column shop.orders.id`, `*.*`.
    pub on: String,
    /// Whether it is met.
    pub met: bool,
    /// The rows that give it, widest level first; the first of them is the witness.
    pub rows: Vec<RowView>,
    /// Rows that came close and why they do not give it.
    pub near: Vec<(RowView, String)>,
    /// Of each of these rows, the reason as the program derived it.
    pub reasons: Vec<NearReason>,
    /// How a privilege without a row is given (information_schema, and so on).
    pub because: Option<String>,
}

/// The answer to a question about one client.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Decision {
    /// Who it is.
    pub login: Login,
    /// May it?
    pub verdict: Verdict,
    /// The error a server raises (that of the login when it fails there).
    pub error: Option<ServerError>,
    /// The rows that decided it, each once.
    pub rows: Vec<RowView>,
    /// The statement's name, or the privilege and object asked about.
    pub asked: String,
    /// Each check in the order the server makes it; after the first refusal nothing follows.
    pub checks: Vec<CheckView>,
    /// The server comes to this refusal only when it is about to carry the statement out: what else is wrong with the
    /// statement may come first.
    pub late: bool,
    /// What a reader should know, with rule numbers.
    pub notes: Vec<String>,
    /// What the statement lists, in byte order, where the policy tells it (M5.41, M5.42).
    pub result: Option<Vec<String>>,
}

/// One line of what a session may do.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct HeldPrivilege {
    /// `global`, `database`, `table`, `column`, `routine`, `dynamic`
    pub level: &'static str,
    /// The object in words: `*.*`, `shop.*`, `procedure shop.p`.
    pub on: String,
    /// The privileges.
    pub privileges: Vec<String>,
    /// `WITH GRANT OPTION`
    pub grant_option: bool,
    /// The row.
    pub row: RowView,
    /// `SHOW GRANTS` for the account does not show this row (M6.12).
    pub hidden_from_show_grants: bool,
    /// What limits it: databases where another row comes first, or where it is withheld.
    pub except: Vec<String>,
}

/// Everything a session may do.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Privileges {
    /// Who it is.
    pub login: Login,
    /// What it holds, widest level first.
    pub held: Vec<HeldPrivilege>,
    /// Rows of this user that do not count for this client, and why.
    pub unused: Vec<(RowView, String)>,
}

/// One account row in the order the server tries them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountLine {
    /// Place in that order, from 1; rows of equal rank share it.
    pub position: u32,
    /// The row.
    pub row: RowView,
    /// Locked, expired, role, without password, …: words.
    pub marks: Vec<String>,
    /// Over all clients: who gets it, and what takes them away.
    pub reached: Reachability,
    /// It can match no client at all: why (host bits under a mask, …).
    pub unmatchable: Option<String>,
}
