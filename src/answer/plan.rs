//! The statements that turn one policy into another, in an order in which no step takes away what both allow nor gives
//! what neither allows.
//!
//! Steps are found one at a time (`search`): what still differs between the tables as they are and as they shall be makes
//! the candidates (`steps`); each is replayed, and the program decides everything again that it can have changed (`bounds`,
//! `slices`). The first that keeps every decision between those of the two policies is taken; where none does, accounts are
//! put in the place of others at once (`exchange`), in the end by writing the grant tables (`by_hand`), or the search goes
//! back.

mod bounds;
mod by_hand;
mod end;
mod exchange;
mod lending;
mod search;
mod slices;
mod stage;
mod state;
mod statement;
mod steps;
mod under_way;
mod unread;

use super::Engine;
use crate::policy::Policy;
use crate::source::Source;
use bounds::Bounds;
pub use bounds::Broken;
use search::Search;
use stage::Stage;
use statement::{Counts, Statement};

/// How one policy becomes another.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// The statements in order.
    pub steps: Vec<Step>,
    /// Why there is no order in which every step keeps within the two policies; none where this is one.
    pub unsafe_because: Option<Unsafe>,
    /// The new policy is meant as it is when its tables are read anew: in the server's memory its rows lie otherwise now, and
    /// no order was found that leads there.
    pub as_loaded: bool,
    /// What is not as in the new policy after the last step: accounts with what they should have and have.
    pub differs: Vec<String>,
}

/// One statement.
#[derive(Debug, Clone)]
pub struct Step {
    /// The statement, without secrets.
    pub statement: String,
    /// The statement as it is run.
    run: Statement,
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
    let (old, new) = (Stage::of(old.clone()), Stage::of(new.clone()));
    let plan = between(&old, &new);
    if plan.unsafe_because.is_none() {
        return plan;
    }
    // What statements left in the server's memory cannot always be made anew; what the tables say can.
    let Some(loaded) = new.after(&Statement::load()) else { return plan };
    if loaded.state == new.state && Bounds::of(&new, &new).reached(&loaded) {
        return plan;
    }
    let other = between(&old, &loaded);
    if other.unsafe_because.is_none() { Plan { as_loaded: true, ..other } } else { plan }
}

fn between(old: &Stage, new: &Stage) -> Plan {
    let bounds = Bounds::of(old, new);
    let mut search = Search::new(&old.state, &new.state, &bounds);
    let (statements, unsafe_because) = match search.order(old) {
        Ok(statements) => (statements, None),
        Err(why) => (search.at_any_price(old), Some(why)),
    };
    let steps = proved(old, statements, &bounds);
    let is_broken = steps.iter().any(|step| step.broken.is_some());
    let unsafe_because = is_broken.then_some(unsafe_because.unwrap_or(Unsafe::GivenUp));
    let mut plan = Plan { steps, unsafe_because, ..Plan::default() };
    let end = Stage::of(plan.replayed(&old.policy));
    plan.steps.extend(load(&end, new, &bounds));
    plan.differs = end::differs(&end, new);
    plan
}

/// The statements with what each of them breaks, of all that is decided.
fn proved(old: &Stage, statements: Vec<Statement>, bounds: &Bounds) -> Vec<Step> {
    let mut stage: Option<Stage> = None;
    let mut steps = Vec::new();
    for statement in statements {
        let Some(next) = stage.as_ref().unwrap_or(old).after(&statement) else { return steps };
        let spot = bounds.outside(&next, None, None);
        steps.push(Step::new(statement, spot.and_then(|spot| bounds.broken(&next.policy, spot))));
        stage = Some(next);
    }
    steps
}

/// Rows that were renamed may keep another place in memory than the new policy's have (M3.12): then the tables are read
/// anew. Where the new policy itself keeps rows at such places, they are as it has them after its next load.
fn load(end: &Stage, new: &Stage, bounds: &Bounds) -> Option<Step> {
    let statement = Statement::load();
    if !end.state.differences(&new.state).is_empty() || bounds.reached(end) {
        return None;
    }
    let (loaded, new) = (end.after(&statement)?, new.after(&statement)?);
    let helps = bounds.reached(&loaded) || Bounds::of(&new, &new).reached(&loaded);
    let broken = bounds.outside(&loaded, None, None).and_then(|spot| bounds.broken(&loaded.policy, spot));
    helps.then(|| Step::new(statement, broken))
}

impl Plan {
    /// The old policy after every step.
    pub fn replayed(&self, old: &Policy) -> Policy {
        self.steps.iter().fold(old.clone(), |policy, step| policy.after(&Source::new("plan", step.run.text.as_str())))
    }
}

impl Step {
    fn new(run: Statement, broken: Option<Broken>) -> Self {
        Self { statement: run.without_secrets(), run, broken }
    }

    /// It changes the grant tables themselves: what it writes is in force when they are read again (M7.70).
    pub fn is_by_hand(&self) -> bool {
        self.run.counts == Counts::WhenRead
    }

    /// It reads the grant tables again, and does nothing else.
    pub fn reads_tables(&self) -> bool {
        self.run.counts == Counts::Reads
    }

    /// It starts the server anew, which ends every session.
    pub fn restarts(&self) -> bool {
        self.run.counts == Counts::Restarts
    }

    /// The statement as it is run, with what is secret in it: to be run, not to be shown.
    pub fn with_secrets(&self) -> &str {
        &self.run.text
    }
}

/// Both policies are of one server: a plan does not change it.
pub fn is_of_one_server(old: &Engine<'_>, new: &Engine<'_>) -> bool {
    old.policy().tables.server == new.policy().tables.server
}
