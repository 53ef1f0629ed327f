//! Text as people have it to text as the parser wants it: what form it has, told by its look, and
//! everything in it that is no SQL overwritten.
//!
//! Cleaning never moves a byte that stays: borders, headers and prompts become blanks, and a missing
//! statement end becomes a `;` where the line break was. So every span of the cleaned text is a span
//! of the original. This module knows no server and no grant; it reads the marks of tools and clients.

mod client;
mod header;
mod look;
mod scrub;
mod tool;

use crate::source::Source;
use scrub::Scrub;
use std::ops::Range;
use std::sync::Arc;

pub use header::{Comment, SessionLine, Setting};

/// The forms that accounts and grants are handed around in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Form {
    /// SQL statements.
    Sql,
    /// Rows of `SHOW GRANTS`, and of `SHOW CREATE USER`, as a client printed them.
    ShowGrants,
    /// `mysqldump`, with `--users` from 9.x on.
    Mysqldump,
    /// `mariadb-dump`, with `--system=users`.
    MariadbDump,
    /// MySQL Shell's `@.users.sql`.
    MysqlShell,
    /// `pt-show-grants` of the Percona Toolkit.
    PtShowGrants,
    /// `mysqlpump --users`.
    Mysqlpump,
}

/// Part of a text that is SQL but tells nothing of the state that the text describes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// Where it stands.
    pub range: Range<usize>,
    /// What it is.
    pub what: Aside,
}

/// Why a part of a dump is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Aside {
    /// `pt-show-grants --revoke`: the statements that would take everything away again.
    RevokeSection,
    /// `pt-show-grants --drop`: the account is dropped so that it can be made anew.
    DropBefore,
    /// A line of the listing of roles: the role's own section says with which host it is made.
    RoleListing,
    /// `pt-show-grants` makes ALTER USER of a CREATE USER with DEFAULT ROLE, which no server reads (1064).
    AlterDefaultRole,
    /// `pt-show-grants` makes ALTER USER of the CREATE USER of an anonymous account: 3016.
    AlterAnonymous,
    /// MySQL Shell put a grant into a comment, for the server it dumped for would not take it.
    StrippedGrant,
    /// The role that `mariadb-dump` makes for its own use while a dump is loaded.
    ImportRole,
    /// A tool reported an error in the middle of its output.
    ToolError,
    /// A dump that says at its end that it is complete does not say so.
    CutOff,
    /// A client in batch mode doubled the backslashes; they are single again.
    BatchEscapes,
}

/// A text, recognised and cleaned.
#[derive(Debug, Clone)]
pub struct Input {
    /// What it looks like.
    pub form: Form,
    /// The text to parse: as long as the original, every kept byte in its place. The original itself where nothing had
    /// to be cleaned.
    pub text: Arc<String>,
    /// The server that the header of a dump names, such as `mysql-9.7.4`, and where.
    pub server: Option<(String, Range<usize>)>,
    /// What `-- grantc:` comments say, in order.
    pub comments: Vec<Comment>,
    /// What was left out, in order.
    pub left_out: Vec<LeftOut>,
}

impl Form {
    /// Every form.
    pub const ALL: [Self; 7] = [
        Self::Sql,
        Self::ShowGrants,
        Self::Mysqldump,
        Self::MariadbDump,
        Self::MysqlShell,
        Self::PtShowGrants,
        Self::Mysqlpump,
    ];

    /// Its name for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sql => "SQL script",
            Self::ShowGrants => "SHOW GRANTS output",
            Self::Mysqldump => "mysqldump",
            Self::MariadbDump => "mariadb-dump",
            Self::MysqlShell => "MySQL Shell dump",
            Self::PtShowGrants => "pt-show-grants",
            Self::Mysqlpump => "mysqlpump",
        }
    }

    /// The form of a text, told by its look.
    pub fn of(text: &str) -> Self {
        look::form(text)
    }

    /// True for what describes a state; a script is replayed in order (contract §1).
    pub fn describes_state(self) -> bool {
        self != Self::Sql
    }
}

impl Aside {
    /// What it is and why it is not read, for a note.
    pub fn gloss(self) -> &'static str {
        match self {
            Self::RevokeSection => "the REVOKE statements of `pt-show-grants --revoke` are not applied",
            Self::DropBefore => "the DROP USER statements of `pt-show-grants --drop` are not applied",
            Self::RoleListing => {
                "the listing of roles leaves out their hosts: roles are read from their own sections instead"
            }
            Self::AlterDefaultRole => {
                "`pt-show-grants` writes DEFAULT ROLE into ALTER USER, where a server refuses it: it is read as CREATE USER"
            }
            Self::AlterAnonymous => {
                "`pt-show-grants` alters an anonymous account, which a server refuses: it is read as CREATE USER"
            }
            Self::StrippedGrant => "MySQL Shell left grants out of this dump, in comments: they are not read",
            Self::ImportRole => "the role that mariadb-dump makes for its own use is not part of the state",
            Self::ToolError => {
                "the tool that made this dump stopped with an error here: accounts or grants may be missing"
            }
            Self::CutOff => "the last line of this dump is missing: accounts or grants may be missing too",
            Self::BatchEscapes => {
                "the client doubled the backslashes of this text, as it does without --raw: they are read as single ones"
            }
        }
    }
}

/// Recognises a text and cleans it.
pub fn read(source: &Source) -> Input {
    let form = Form::of(&source.text);
    let mut scrub = Scrub::new(&source.text);
    client::blank_noise(&mut scrub, &source.text);
    match form {
        Form::ShowGrants => client::clean(&mut scrub, &source.text),
        Form::PtShowGrants => tool::clean_pt_show_grants(&mut scrub, &source.text),
        Form::MysqlShell => tool::note_stripped_grants(&mut scrub, &source.text),
        Form::MariadbDump => tool::clean_mariadb_dump(&mut scrub, &source.text),
        Form::Sql | Form::Mysqldump | Form::Mysqlpump => {}
    }
    tool::look_for_the_end(&mut scrub, &source.text, form);
    let server = header::server(&source.text, form);
    let comments = header::comments(&source.text);
    let (text, left_out) = scrub.finish();
    Input { form, text, server, comments, left_out }
}
