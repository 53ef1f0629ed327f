//! The statements that turn one policy into another, in an order in which no step takes away what both allow nor gives
//! what neither allows.
//!
//! Steps are found one at a time: what still differs between the tables as they are and as they shall be makes the
//! candidates (`steps`); each is replayed, and the program decides everything again (`bounds`). The first that keeps
//! every decision between those of the two policies is taken; where none does, the search goes back.

mod bounds;
mod slices;
mod state;
mod steps;
mod under_way;

use super::{Engine, shown};
use crate::policy::{Outcome, Policy};
use crate::source::Source;
use crate::syntax::redact::redact;
use crate::tables::PUBLIC;
use bounds::Bounds;
pub use bounds::Broken;
use state::State;
use std::collections::HashSet;
use steps::Candidate;

/// The most states that are looked at before the search for an order is given up.
const MOST_STATES: usize = 1_000;
/// And the most from which no step leads on: those that are found first differ in the order of their last steps only.
const MOST_DEAD_ENDS: usize = 60;

/// How one policy becomes another.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// The statements in order.
    pub steps: Vec<Step>,
    /// Why there is no order in which every step keeps within the two policies; none where this is one.
    pub unsafe_because: Option<Unsafe>,
    /// What is not as in the new policy after the last step: accounts with what they should have and have.
    pub differs: Vec<String>,
}

/// One statement.
#[derive(Debug, Clone)]
pub struct Step {
    /// The statement, without secrets.
    pub statement: String,
    /// The statement as it is run.
    run: String,
    /// What it takes away or gives that it should not, for the time until later steps.
    pub broken: Option<Broken>,
}

/// Why some step does not keep within the two policies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unsafe {
    /// Every order was tried.
    NoOrder,
    /// The search was given up.
    GivenUp,
}

/// Makes the plan and replays it.
pub fn plan(old: &Policy, new: &Policy) -> Plan {
    let target = State::of(new);
    let bounds = Bounds::of(old, new);
    let (seen, broken) = <(HashSet<State>, HashSet<State>)>::default();
    let mut search = Search { target: &target, bounds: &bounds, seen, broken, left: MOST_STATES, ends: MOST_DEAD_ENDS };
    let mut path = Vec::new();
    let mut plan = Plan::default();
    if search.from(old, &mut path) {
        plan.steps = path;
    } else {
        plan.unsafe_because = Some(if search.left == 0 { Unsafe::GivenUp } else { Unsafe::NoOrder });
        plan.steps = search.at_any_price(old);
    }
    let end = plan.replayed(old);
    plan.steps.extend(load(&end, new, &bounds));
    plan.differs = differs(&end, new, &target);
    plan
}

/// Rows that were renamed may keep another place in memory than the new policy's have (M3.12): then the tables are read
/// anew. Where the new policy itself keeps rows at such places, they are as it has them after its next load.
fn load(end: &Policy, new: &Policy, bounds: &Bounds) -> Option<Step> {
    let statement = "FLUSH PRIVILEGES";
    if bounds.reached(end) {
        return None;
    }
    let (loaded, new) = (run(end, statement)?, run(new, statement)?);
    let helps = bounds.reached(&loaded) || Bounds::of(&new, &new).reached(&loaded);
    helps.then(|| step(statement.to_owned(), bounds.broken(&loaded, None)))
}

impl Plan {
    /// The old policy after every step.
    pub fn replayed(&self, old: &Policy) -> Policy {
        self.steps.iter().fold(old.clone(), |policy, step| policy.after(&Source::new("plan", step.run.as_str())))
    }
}

impl Step {
    /// The statement as it is run, with what is secret in it: to be run, not to be shown.
    pub fn with_secrets(&self) -> &str {
        &self.run
    }
}

struct Search<'a> {
    target: &'a State,
    bounds: &'a Bounds,
    /// From where the way was looked for already.
    seen: HashSet<State>,
    /// What no step may lead to.
    broken: HashSet<State>,
    left: usize,
    ends: usize,
}

impl Search<'_> {
    /// Goes on from a policy; the steps are those of the path when there is an order.
    fn from(&mut self, policy: &Policy, path: &mut Vec<Step>) -> bool {
        let state = State::of(policy);
        let candidates = steps::candidates(&state, self.target, policy);
        if candidates.is_empty() {
            return true;
        }
        if !self.seen.insert(state) {
            return false;
        }
        for candidate in candidates {
            if self.left == 0 {
                return false;
            }
            self.left -= 1;
            let Some(next) = self.fresh(policy, &candidate) else { continue };
            let before = path.len();
            path.extend(candidate.statements.into_iter().map(|run| step(run, None)));
            if self.from(&next, path) {
                return true;
            }
            path.truncate(before);
        }
        self.ends = self.ends.saturating_sub(1);
        self.left = if self.ends == 0 { 0 } else { self.left };
        false
    }

    /// The policy after a candidate, if it is safe and leads to a state that was not looked at.
    fn fresh(&mut self, policy: &Policy, candidate: &Candidate) -> Option<Policy> {
        let state = State::of(&all(policy, candidate)?);
        if self.seen.contains(&state) || self.broken.contains(&state) {
            return None;
        }
        let next = self.safe(policy, candidate);
        // Of several statements it may be one before the last that breaks something.
        if next.is_none() && candidate.statements.len() == 1 {
            self.broken.insert(state);
        }
        next
    }

    /// The policy after a candidate, if the server runs it and each of its statements keeps within the bounds.
    fn safe(&self, policy: &Policy, candidate: &Candidate) -> Option<Policy> {
        let mut next = policy.clone();
        let last = candidate.statements.len().saturating_sub(1);
        for (place, statement) in candidate.statements.iter().enumerate() {
            next = run(&next, statement)?;
            // What an account under way has is for nobody until it gets its name: not for clients that know its name either.
            let whose = if place == last { candidate.user.as_deref() } else { candidate.under_way.as_deref() };
            if !self.bounds.hold(&next, whose) {
                return None;
            }
        }
        Some(next)
    }

    /// The steps in an order that keeps within the bounds where it can.
    fn at_any_price(&mut self, old: &Policy) -> Vec<Step> {
        let mut steps = Vec::new();
        let mut policy = old.clone();
        let mut seen = HashSet::from([State::of(old)]);
        loop {
            let state = State::of(&policy);
            let candidates = steps::candidates(&state, self.target, &policy);
            let fresh = |next: &Policy| !seen.contains(&State::of(next));
            let safe = candidates.iter().find_map(|c| Some((c, self.safe(&policy, c).filter(fresh)?)));
            let any = || candidates.iter().find_map(|c| Some((c, all(&policy, c).filter(fresh)?)));
            let Some((candidate, _)) = safe.or_else(any) else { return steps };
            for statement in &candidate.statements {
                let Some(next) = run(&policy, statement) else { return steps };
                policy = next;
                steps.push(step(statement.clone(), self.bounds.broken(&policy, None)));
            }
            seen.insert(State::of(&policy));
        }
    }
}

fn step(run: String, broken: Option<Broken>) -> Step {
    Step { statement: redact(&run), run, broken }
}

/// The policy after one statement, unless the server refuses it.
fn run(policy: &Policy, statement: &str) -> Option<Policy> {
    let next = policy.after(&Source::new("plan", statement));
    let ran = next.statements.get(policy.statements.len()..).unwrap_or_default();
    let done = !ran.is_empty() && ran.iter().all(|one| matches!(one.outcome, Outcome::Done(_)));
    done.then_some(next)
}

fn all(policy: &Policy, candidate: &Candidate) -> Option<Policy> {
    candidate.statements.iter().try_fold(policy.clone(), |policy, statement| run(&policy, statement))
}

/// The accounts that SHOW CREATE USER and SHOW GRANTS do not show as in the new policy, and settings that are others.
fn differs(is: &Policy, new: &Policy, target: &State) -> Vec<String> {
    let state = State::of(is);
    let mut lines = state.differences(target);
    let (is, new) = (shown::accounts(is, false), shown::accounts(new, false));
    let kept = |account: &shown::Shown, others: &[shown::Shown]| {
        others.iter().any(|o| o.account == account.account && o.create == account.create && o.grants == account.grants)
    };
    // PUBLIC without rights is as good as none.
    let shows = |account: &&shown::Shown| account.account.user != PUBLIC || !account.grants.is_empty();
    for account in new.iter().filter(shows).filter(|account| !kept(account, &is) && target.has(&account.account)) {
        lines.push(format!("{} is not shown as in the new policy", account.account.quoted()));
    }
    lines.sort();
    lines.dedup();
    lines
}

/// Both policies are of one server: a plan does not change it.
pub fn is_of_one_server(old: &Engine<'_>, new: &Engine<'_>) -> bool {
    old.policy().tables.server == new.policy().tables.server
}
