//! One statement of a plan, and when it counts.

use crate::syntax::redact::redact;

/// A statement as it is run.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Statement {
    /// What is said, with what is secret in it.
    pub text: String,
    /// When it counts.
    pub counts: Counts,
}

/// When a statement counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Counts {
    /// At once.
    AtOnce,
    /// It writes the grant tables, and counts when they are read again (M7.70).
    WhenRead,
    /// It reads them again.
    Reads,
    /// It starts the server anew, which reads them and ends every session.
    Restarts,
}

impl From<String> for Statement {
    fn from(text: String) -> Self {
        Self { text, counts: Counts::AtOnce }
    }
}

impl Statement {
    /// INSERT, UPDATE or DELETE in the grant tables.
    pub fn by_hand(text: String) -> Self {
        Self { text, counts: Counts::WhenRead }
    }

    /// The grant tables are read again.
    pub fn load() -> Self {
        Self { text: "FLUSH PRIVILEGES".to_owned(), counts: Counts::Reads }
    }

    /// The server starts anew.
    pub fn restart() -> Self {
        Self { text: "RESTART".to_owned(), counts: Counts::Restarts }
    }

    /// The statement as it is shown; what is written by hand here is names of accounts.
    pub fn without_secrets(&self) -> String {
        if self.counts == Counts::WhenRead { self.text.clone() } else { redact(&self.text) }
    }
}
