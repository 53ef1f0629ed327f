//! The decision table: a policy compiled to one file that answers for every client.
//!
//! A `.gct` file ([`mod@format`] has its bytes, [`field`] its columns) is mapped into memory and opened without parsing. It
//! carries names, rows in the order in which the server tries them, privileges, the place and text of each statement
//! behind a row, the server and its settings, and what exists; never a secret.

pub mod field;
pub mod format;
pub mod packed;
pub mod verify;

mod build;
mod cache;
mod decide;
mod first;
mod global;
mod host;
mod known;
mod mapped;
mod object;
mod outcome;
mod precedence;
mod read;
mod rebuild;
mod select;

pub use build::build;
pub use cache::AnswerCache;
pub use decide::Answer;
pub use format::GctError;
pub use object::ObjectIds;
pub use select::{Admission, Session};

use crate::answer::{Decision, Engine, Login, Verdict};
use crate::client::{Ask, Client, Object};
use crate::policy::Policy;
use crate::server::Server;
use crate::tables::row::RowId;
use field::Field;
use known::Known;
use mapped::Bytes;
use packed::Column;
use std::path::Path;

/// A compiled policy.
#[derive(Debug)]
pub struct DecisionTable {
    bytes: Bytes,
    columns: Box<[Column; Field::COUNT]>,
    known: Known,
}

/// The short answer of [`DecisionTable::check`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// May it?
    pub verdict: Verdict,
    /// The widest row that gives it, where the table alone told; its index is its place in the order of creation.
    pub row: Option<RowId>,
}

/// How large a table is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// User names that any row has.
    pub users: usize,
    /// Rows of `mysql.user`.
    pub accounts: usize,
    /// Rows of all grant tables.
    pub rows: usize,
    /// Bytes of the file.
    pub bytes: usize,
}

impl DecisionTable {
    /// Opens a file: maps it and reads its header. [`DecisionTable::check_contents`] reads the rest.
    ///
    /// # Errors
    /// The file cannot be read, or it is no table, a newer one, or one that was cut off.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, GctError> {
        Self::of(Bytes::open(path.as_ref())?)
    }

    /// The same for bytes in memory.
    ///
    /// # Errors
    /// They are no table, a newer one, or one that was cut off.
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Self, GctError> {
        Self::of(Bytes::Owned(bytes))
    }

    /// Compiles a policy.
    ///
    /// # Errors
    /// None that is known of: what was made is opened as a file is.
    pub fn compile(policy: &Policy) -> Result<Self, GctError> {
        Self::from_bytes(build(policy))
    }

    fn of(bytes: Bytes) -> Result<Self, GctError> {
        let columns = format::columns(bytes.get())?;
        let known = Known::of(bytes.get(), &columns);
        Ok(Self { bytes, columns, known })
    }

    /// True when these are the first bytes of a table.
    pub fn begins(bytes: &[u8]) -> bool {
        bytes.starts_with(&format::MARK)
    }

    /// Compares the contents with their checksum, which takes a moment for every hundred megabytes.
    ///
    /// # Errors
    /// The contents are not what was written.
    pub fn check_contents(&self) -> Result<(), GctError> {
        format::check_contents(self.bytes.get())?;
        if self.lists_hold() { Ok(()) } else { Err(GctError::Damaged("its lists do not hold together")) }
    }

    /// The server whose rules apply.
    pub fn server(&self) -> Server {
        self.known.server
    }

    /// What `login` of the interpreter says: who the client is, or why it is refused, in words.
    pub fn login(&self, client: &Client) -> Login {
        let policy = self.slice(client);
        Engine::new(&policy).login(client)
    }

    /// Whether the client may, and by which row: from the table alone where it tells, else by the interpreter on the rows
    /// that the client can touch.
    pub fn check(&self, client: &Client, privilege: &str, on: &Object) -> Checked {
        if let Some(privilege) = self.find_privilege(privilege) {
            match self.admit(client) {
                Admission::Refused(_) => return Checked { verdict: Verdict::Deny, row: None },
                Admission::In(session) => match session.may(privilege, on) {
                    Answer::Allow(row) => return Checked { verdict: Verdict::Allow, row: Some(row) },
                    Answer::Deny => return Checked { verdict: Verdict::Deny, row: None },
                    Answer::Unsure => {}
                },
                Admission::Unsure => {}
            }
        }
        let ask = Ask::Can { privilege: privilege.to_owned(), on: on.clone() };
        let decision = self.explain(client, &ask);
        Checked { verdict: decision.verdict, row: None }
    }

    /// The whole answer to a question, as the interpreter gives it for the policy.
    pub fn explain(&self, client: &Client, ask: &Ask) -> Decision {
        // A statement can be about other accounts than the client's.
        let policy = if matches!(ask, Ask::Can { .. }) { self.slice(client) } else { self.policy() };
        Engine::new(&policy).check(client, ask)
    }

    /// How large it is.
    pub fn size(&self) -> Size {
        let tables = [
            Field::AccountHost,
            Field::DbHost,
            Field::TableHost,
            Field::ColumnMask,
            Field::RoutineHost,
            Field::HostRowHost,
            Field::ProxyUser,
            Field::EdgeUser,
            Field::DefaultUser,
            Field::DynamicUser,
            Field::RestrictionUser,
        ];
        Size {
            users: self.count(Field::UserName),
            accounts: self.count(Field::AccountHost),
            rows: tables.iter().map(|field| self.count(*field)).sum(),
            bytes: self.bytes().len(),
        }
    }

    /// The bytes of the file.
    pub fn bytes(&self) -> &[u8] {
        self.bytes.get()
    }
}
