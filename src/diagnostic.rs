//! What grantc has to say about its input: errors, refused statements, warnings.
//!
//! Messages follow one form: lower case, no full stop, no line break, user text in
//! backticks, the cause first, then help on its own line. No message holds a secret.

pub mod render;

use crate::server::errors::ServerError;
use crate::source::Span;

/// How much a diagnostic weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Good to know; nothing is wrong.
    Note,
    /// The input is read, but probably not what was meant.
    Warning,
    /// The server would refuse this statement; it was skipped, as the server skips it.
    Refused,
    /// The input could not be read; exit status 2.
    Error,
}

/// The closed list of diagnostic codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Code {
    /// A string, quoted name or comment that never ends.
    Unterminated,
    /// A statement that the grammar does not accept (the server's 1064).
    Syntax,
    /// Bytes that are not text: NUL bytes or invalid UTF-8 outside of a string.
    NotText,
    /// A file that cannot be opened or read.
    Unreadable,
    /// An input without any statement.
    Empty,
    /// A statement that the server would refuse, with its errno.
    Refused,
    /// A statement that a server would refuse on restoring a dump; the state was read all the same.
    RestoreRefused,
    /// A statement outside of what grantc reads, skipped by name.
    Skipped,
    /// A warning or note that the server itself would raise.
    ServerWarning,
    /// Rows that were edited by hand and that the server has not read yet.
    Unloaded,
    /// A server name or version that no rule set covers, or a rule set not fully carried.
    Server,
    /// A variable that is unknown or has an unusable value.
    Variable,
    /// Settings that a dump or comment names and another source contradicts.
    Conflict,
}

/// One message with its place.
#[derive(Debug, Clone)]
pub struct Diagnostic {
    /// Which kind of message.
    pub code: Code,
    /// How much it weighs.
    pub severity: Severity,
    /// What is wrong, cause first.
    pub message: String,
    /// Where, if it has a place.
    pub span: Option<Span>,
    /// What is at that place, shown under the line.
    pub label: Option<String>,
    /// What to do about it.
    pub help: Option<String>,
    /// The server's own error, where it would raise one.
    pub error: Option<ServerError>,
}

impl Code {
    /// Every code, for the catalogue test and `--help`.
    pub const ALL: [Self; 13] = [
        Self::Unterminated,
        Self::Syntax,
        Self::NotText,
        Self::Unreadable,
        Self::Empty,
        Self::Refused,
        Self::RestoreRefused,
        Self::Skipped,
        Self::ServerWarning,
        Self::Unloaded,
        Self::Server,
        Self::Variable,
        Self::Conflict,
    ];

    /// The kebab-case name that JSON output carries.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unterminated => "unterminated",
            Self::Syntax => "syntax",
            Self::NotText => "not-text",
            Self::Unreadable => "unreadable",
            Self::Empty => "empty-input",
            Self::Refused => "refused",
            Self::RestoreRefused => "restore-refused",
            Self::Skipped => "skipped",
            Self::ServerWarning => "server-warning",
            Self::Unloaded => "unloaded",
            Self::Server => "server",
            Self::Variable => "variable",
            Self::Conflict => "conflict",
        }
    }
}

impl Severity {
    /// The word shown to people.
    pub fn word(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Refused => "refused",
            Self::Error => "error",
        }
    }
}

impl Diagnostic {
    /// A diagnostic with only what every one has.
    pub fn new(code: Code, severity: Severity, message: impl Into<String>) -> Self {
        Self { code, severity, message: message.into(), span: None, label: None, help: None, error: None }
    }

    /// The same, at a place.
    #[must_use]
    pub fn at(mut self, span: Span) -> Self {
        self.span = Some(span);
        self
    }

    /// The same, with a text under the place.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// The same, with help.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}
