//! A policy on the way from one to another.

use super::state::State;
use super::statement::Statement;
use crate::policy::{Outcome, Policy};
use crate::source::Source;
use xxhash_rust::xxh3::Xxh3;

/// A policy with what statements can change of it.
pub struct Stage {
    pub policy: Policy,
    pub state: State,
}

impl Stage {
    /// Reads a policy.
    pub fn of(policy: Policy) -> Self {
        Self { state: State::of(&policy), policy }
    }

    /// After one statement, unless the server refuses it.
    pub fn after(&self, statement: &Statement) -> Option<Self> {
        Some(Self::of(run(&self.policy, &statement.text)?))
    }

    /// A number that no other state has.
    pub fn number(&self) -> u128 {
        number(&self.state)
    }
}

/// A number that only equal values have.
pub fn number(value: &impl std::hash::Hash) -> u128 {
    let mut hasher = Xxh3::new();
    value.hash(&mut hasher);
    hasher.digest128()
}

/// The policy after one statement, unless the server refuses it.
fn run(policy: &Policy, statement: &str) -> Option<Policy> {
    let next = policy.after(&Source::new("plan", statement));
    let ran = next.statements.get(policy.statements.len()..).unwrap_or_default();
    let done = !ran.is_empty() && ran.iter().all(|one| matches!(one.outcome, Outcome::Done(_)));
    done.then_some(next)
}
