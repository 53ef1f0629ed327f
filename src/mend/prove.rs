//! What else a mend changes: the policies before and behind it, compared by what they decide.

use super::{Alike, Kind, Mend, after};
use crate::answer::diff::{self, Diff};
use crate::answer::{Engine, RowView};
use crate::policy::Policy;

/// A mend, and, where it was asked for, what else it changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// The mend.
    pub mend: Mend,
    /// Every decision that is another one behind it.
    pub changes: Option<Diff>,
}

/// What is told of an answer beside itself.
#[derive(Debug, Clone, Default)]
pub struct Behind {
    /// The rows that it rests on, from the graph.
    pub ground: Vec<RowView>,
    /// Rows whose database name is nearly the one that was asked about.
    pub alike: Vec<Alike>,
    /// What would allow it.
    pub proposals: Proposals,
}

/// All proposals against a denial.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Proposals {
    /// The mends, the narrowest first.
    pub all: Vec<Proposal>,
    /// Why there is none, where there is none.
    pub why_none: Option<String>,
}

/// Every decision that a mend changes. None where it changes nothing but the session.
pub fn changes(policy: &Policy, mend: &Mend) -> Diff {
    if mend.kind == Kind::SetRole || mend.statements.is_empty() {
        return Diff::default();
    }
    let Some(next) = after(policy, &mend.statements) else { return Diff::default() };
    diff::diff(&Engine::new(policy), &Engine::new(&next), None)
}
