//! What raised an access error: the line that a client or a log shows, read, and held against a policy.
//!
//! [`complaint`] reads the line. `suspects` asks the [`Engine`](crate::answer::Engine) as every client that the line
//! may speak of, and keeps those that get this very error. From these `login` and `access` tell which of the
//! [`Code`]s hold in the policy, which cannot be told from it and which are ruled out; [`crate::mend`] has what would
//! help. Without a policy nothing is ruled out. Nothing here decides about access.

mod access;
mod catalogue;
pub mod complaint;
mod login;
mod other;
pub mod page;
mod suspects;

pub use catalogue::Code;
pub use complaint::{Complaint, Kind};

use crate::answer::RowView;
use crate::policy::Policy;

/// Whether a cause is the one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// It holds in this policy.
    Holds,
    /// It may be, and the policy cannot tell.
    CannotTell,
    /// The policy rules it out.
    Excluded,
}

/// Something that can raise the error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause {
    /// Which.
    pub code: Code,
    /// Whether it is the one.
    pub standing: Standing,
    /// What is so in this policy, in words.
    pub what: String,
    /// The rows that it is about, each once.
    pub rows: Vec<RowView>,
    /// What helps.
    pub fixes: Vec<Fix>,
    /// Why nothing that would help is proposed, where that is so.
    pub no_fix_because: Option<String>,
}

/// Something to do about a cause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What it does.
    pub what: String,
    /// SQL statements, or commands of a shell.
    pub lines: Vec<String>,
    /// They are for a shell.
    pub is_shell: bool,
    /// It was tried on the policy, and the request is allowed then.
    pub is_tried: bool,
    /// What somebody who does it should know.
    pub caution: Option<String>,
}

/// What is known beside the line.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Known {
    /// The user name, where the line has none.
    pub user: Option<String>,
    /// Where the client comes from, where the line does not say so.
    pub from: Option<crate::client::From>,
    /// The database that is current, or that the table of the line is in.
    pub db: Option<String>,
}

/// An error line and what is behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnosis {
    /// What the line says.
    pub complaint: Complaint,
    /// Whether a policy was asked.
    pub has_policy: bool,
    /// The row that decided: the account row, or that of the session.
    pub row: Option<RowView>,
    /// The causes: those that hold first.
    pub causes: Vec<Cause>,
    /// What a reader should know.
    pub notes: Vec<String>,
}

/// Holds an error line against a policy, or against none.
pub fn diagnose(complaint: Complaint, policy: Option<&Policy>, known: &Known) -> Diagnosis {
    let mut diagnosis =
        Diagnosis { complaint, has_policy: policy.is_some(), row: None, causes: Vec::new(), notes: Vec::new() };
    match policy {
        None => diagnosis.causes = catalogue::of(diagnosis.complaint.kind),
        Some(policy) => match diagnosis.complaint.kind {
            Kind::Database | Kind::Table | Kind::Column | Kind::Routine | Kind::Specific => {
                access::causes(&mut diagnosis, policy, known);
            }
            Kind::Denied
            | Kind::DeniedNoPassword
            | Kind::HostRefused
            | Kind::Locked
            | Kind::Expired
            | Kind::MustReset
            | Kind::Insecure
            | Kind::Plugin => login::causes(&mut diagnosis, policy, known),
            _ => other::causes(&mut diagnosis, policy),
        },
    }
    diagnosis.causes.sort_by_key(|cause| (cause.standing, cause.code));
    diagnosis
}

impl Cause {
    fn new(code: Code, standing: Standing, what: impl Into<String>) -> Self {
        Self { code, standing, what: what.into(), rows: Vec::new(), fixes: Vec::new(), no_fix_because: None }
    }

    fn row(mut self, row: Option<RowView>) -> Self {
        self.rows.extend(row);
        self
    }

    fn fix(mut self, fix: Fix) -> Self {
        if !self.fixes.iter().any(|other| other.lines == fix.lines && other.what == fix.what) {
            self.fixes.push(fix);
        }
        self
    }
}

impl Fix {
    fn sql(what: impl Into<String>, lines: Vec<String>) -> Self {
        Self { what: what.into(), lines, is_shell: false, is_tried: false, caution: None }
    }

    fn shell(what: impl Into<String>, line: impl Into<String>) -> Self {
        Self { what: what.into(), lines: vec![line.into()], is_shell: true, is_tried: false, caution: None }
    }
}

impl From<crate::mend::Mend> for Fix {
    fn from(mend: crate::mend::Mend) -> Self {
        let is_shell = mend.statements.is_empty();
        Self { what: mend.what, lines: mend.statements, is_shell, is_tried: true, caution: mend.caution }
    }
}
