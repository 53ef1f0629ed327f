//! Exit statuses (contract §3), and failures that end a command.

use super::output;
use crate::answer::{Decision, Login, Verdict};
use crate::diagnose::{Cause, Code, Diagnosis, Standing};

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// 0: allowed, accepted, nothing to object.
    Fine,
    /// 1: denied, refused.
    Denied,
    /// 2: bad usage or bad input.
    Bad,
    /// 3: undetermined.
    Undetermined,
}

impl Status {
    /// The number that the process exits with.
    pub fn code(self) -> u8 {
        match self {
            Self::Fine => 0,
            Self::Denied => 1,
            Self::Bad => 2,
            Self::Undetermined => 3,
        }
    }

    /// The status of a login: a tie is undetermined, whatever the likeliest row says.
    pub fn of_login(login: &Login) -> Self {
        match (login.ambiguous, &login.error, &login.undetermined) {
            (true, _, _) => Self::Undetermined,
            (false, Some(_), _) => Self::Denied,
            (false, None, Some(_)) => Self::Undetermined,
            (false, None, None) => Self::Fine,
        }
    }

    /// The status of a diagnosis.
    pub fn of_diagnosis(found: &Diagnosis) -> Self {
        let holding = |cause: &&Cause| cause.standing == Standing::Holds;
        if !found.has_policy {
            return Self::Fine;
        }
        match found.causes.iter().find(holding) {
            Some(cause) if cause.code == Code::OtherServer => Self::Denied,
            Some(_) => Self::Fine,
            None => Self::Undetermined,
        }
    }

    /// The status of a decision.
    pub fn of_decision(decision: &Decision) -> Self {
        match decision.verdict {
            Verdict::Allow => Self::Fine,
            Verdict::Deny => Self::Denied,
            Verdict::Undetermined(_) => Self::Undetermined,
            Verdict::Unreadable(_) => Self::Bad,
            Verdict::NotAsked => Self::of_login(&decision.login),
        }
    }
}

/// Why a command cannot be carried out.
#[derive(Debug)]
pub struct Failure {
    message: String,
    help: Option<String>,
    quiet: Option<Status>,
}

impl Failure {
    /// A failure with its cause.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), help: None, quiet: None }
    }

    /// The same, with what to do about it.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Nobody reads any more; nothing is to be said.
    pub fn closed() -> Self {
        Self { message: String::new(), help: None, quiet: Some(Status::Fine) }
    }

    /// A failure that has been told already.
    pub fn told() -> Self {
        Self { message: String::new(), help: None, quiet: Some(Status::Bad) }
    }

    /// Says it on standard error and gives the exit status.
    pub fn tell(self) -> Status {
        if let Some(status) = self.quiet {
            return status;
        }
        output::complain("error", &self.message, self.help.as_deref());
        Status::Bad
    }
}
