//! The search for an order of statements in which every step keeps within two policies.

use super::Unsafe;
use super::bounds::{Bounds, Spot};
use super::stage::Stage;
use super::state::State;
use super::statement::Statement;
use super::steps::{self, Candidate, Kind};
use crate::answer::AccountView;
use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap, HashSet};

/// The most candidates that are tried in a round.
const MOST_TRIED: usize = 2_000;
/// The most runs of the program.
const MOST_ASKED: usize = 80_000;
/// After how many runs of the program the grant tables are written by hand, or the server started anew, rather than that the
/// search goes on.
const PATIENCE: usize = 40_000;
/// Each time that the search begins.
const ROUNDS: [Round; 7] = {
    let without = Round { ends: 3, asked: 20_000, last: Kind::Lent };
    let with = Round { ends: 3, asked: MOST_ASKED, last: Kind::ByHand };
    [without, without, without, with, Round { ends: 6, ..with }, Round { ends: 12, ..with }, LAST]
};
const LAST: Round = Round { ends: 3, asked: MOST_ASKED + PATIENCE, last: Kind::Restarted };

/// How far one search goes.
#[derive(Clone, Copy)]
struct Round {
    /// The most states from which no step leads on: those that are found first differ in the order of their last steps only.
    ends: usize,
    /// The most runs of the program, with those of the rounds before.
    asked: usize,
    /// What is furthest from what is to be done and tried all the same.
    last: Kind,
}

/// Goes from one policy towards another.
pub struct Search<'a> {
    old: &'a State,
    target: &'a State,
    bounds: &'a Bounds,
    /// The states from where the way was looked for already.
    seen: HashSet<u128>,
    /// The candidates that could not be taken when they were last tried, and what they broke.
    failed: HashMap<Vec<Statement>, Option<Spot>>,
    /// New accounts that are to be made ready under another name: some of their rights were left where no step led on.
    ready: BTreeSet<AccountView>,
    /// Those of them that could not be.
    unready: BTreeSet<AccountView>,
    /// How often a candidate was left where no step led on.
    urgent: HashMap<Vec<Statement>, usize>,
    tried: usize,
    /// What is left of the round.
    round: Round,
}

impl<'a> Search<'a> {
    /// A search that has not begun.
    pub fn new(old: &'a State, target: &'a State, bounds: &'a Bounds) -> Self {
        let (seen, failed, urgent) = Default::default();
        let (ready, unready) = Default::default();
        Self { old, target, bounds, seen, failed, ready, unready, urgent, tried: 0, round: LAST }
    }

    /// The statements in an order that keeps within the bounds. The search begins anew after some states from which no step leads
    /// on, and does first what was left to do there.
    ///
    /// # Errors
    /// There is none, or none was found.
    pub fn order(&mut self, old: &Stage) -> Result<Vec<Statement>, Unsafe> {
        let (first, last) = steps::furthest(&old.state, self.target, &old.policy);
        for round in ROUNDS.into_iter().filter(|round| (first..=last).contains(&round.last)) {
            (self.seen, self.failed, self.round, self.tried) = (HashSet::new(), HashMap::new(), round, 0);
            let mut path = Vec::new();
            if self.from(old, &mut path) {
                return Ok(path);
            }
            // Without the candidates that were left out not every order was tried.
            if !self.gives_up() && self.ready.is_empty() && round.last == last {
                return Err(Unsafe::NoOrder);
            }
        }
        Err(Unsafe::GivenUp)
    }

    /// Goes on from a policy; the statements are those of the path when there is an order.
    fn from(&mut self, stage: &Stage, path: &mut Vec<Statement>) -> bool {
        let Some(candidates) = self.candidates(stage) else { return true };
        if !self.seen.insert(stage.number()) {
            return false;
        }
        let mut leads_on = false;
        for candidate in &candidates {
            if self.gives_up() {
                return false;
            }
            let Some(next) = self.safe(stage, candidate) else { continue };
            leads_on = true;
            let before = path.len();
            path.extend(candidate.statements.iter().cloned());
            if self.from(&next, path) {
                return true;
            }
            path.truncate(before);
        }
        if !leads_on {
            self.round.ends = self.round.ends.saturating_sub(1);
            self.learn(stage, candidates);
        }
        false
    }

    /// What is left where no step leads on is done sooner the next time; rights of new accounts together with the account.
    fn learn(&mut self, stage: &Stage, left: Vec<Candidate>) {
        let is_new = |name: &AccountView| {
            let is_user = self.target.accounts.get(name).is_some_and(|account| !account.is_role);
            is_user && stage.state.has(name) && !self.old.has(name)
        };
        for Candidate { kind, whose, .. } in &left {
            match (kind, whose) {
                (Kind::Plain, Some(name)) if is_new(name) && !self.unready.contains(name) => {
                    self.ready.insert(name.clone());
                }
                (Kind::ReadyMade, Some(name)) if self.ready.remove(name) => {
                    self.unready.insert(name.clone());
                }
                _ => {}
            }
        }
        for one in left.into_iter().filter(|one| one.kind < Kind::Lent && self.failed.contains_key(&one.statements)) {
            *self.urgent.entry(one.statements).or_default() += 1;
        }
    }

    fn gives_up(&self) -> bool {
        self.tried >= MOST_TRIED || self.bounds.asked() >= self.round.asked || self.round.ends == 0
    }

    /// What can be done next: first what was left where no step led on; what could not be done before comes after what was
    /// not tried; the rest is for where nothing else is left. None where nothing is to be done.
    fn candidates(&self, stage: &Stage) -> Option<Vec<Candidate>> {
        let until = |last| steps::candidates(&stage.state, self.target, &stage.policy, last);
        let mut candidates = until(self.round.last);
        // All that is left to do can be what this round leaves out.
        if candidates.is_empty() && until(Kind::Restarted).is_empty() {
            return None;
        }
        let is_to_be_ready = |name: &AccountView| self.ready.contains(name) && !stage.state.has(name);
        candidates.retain(|one| one.kind != Kind::Plain || !one.whose.as_ref().is_some_and(is_to_be_ready));
        candidates.sort_by_cached_key(|one| {
            let urgency = self.urgent.get(&one.statements).copied().unwrap_or_default();
            let failed = urgency == 0 && self.failed.contains_key(&one.statements);
            let is_late = self.bounds.asked() >= PATIENCE && one.kind >= Kind::ByHand;
            (!is_late, Reverse(urgency), one.kind, failed)
        });
        Some(candidates)
    }

    /// The policy after a candidate, if the server runs it, each of its statements keeps within the bounds, and it leads to
    /// a state that was not looked at.
    fn safe(&mut self, stage: &Stage, candidate: &Candidate) -> Option<Stage> {
        self.tried += 1;
        let first = self.failed.get(&candidate.statements).copied().flatten();
        match self.tried_from(stage, candidate, first) {
            Ok(next) => Some(next).filter(|next| !self.seen.contains(&next.number())),
            Err(spot) => {
                self.failed.insert(candidate.statements.clone(), spot);
                None
            }
        }
    }

    /// The policy after a candidate; else what it breaks, if the server runs it.
    fn tried_from(&self, stage: &Stage, candidate: &Candidate, first: Option<Spot>) -> Result<Stage, Option<Spot>> {
        let mut next: Option<Stage> = None;
        let last = candidate.statements.len().saturating_sub(1);
        for (place, statement) in candidate.statements.iter().enumerate() {
            let after = next.as_ref().unwrap_or(stage).after(statement).ok_or(None)?;
            // What an account under way has is for nobody until it gets its name: not for clients that know its name either.
            let under_way = candidate.under_way.as_deref().filter(|_| place != last);
            let whose = under_way.or(candidate.user.as_deref());
            match self.bounds.outside(&after, whose, first.filter(|_| under_way.is_none())) {
                None => next = Some(after),
                broken => return Err(broken),
            }
        }
        next.ok_or(None)
    }

    /// The statements in an order that keeps within the bounds where it can.
    pub fn at_any_price(&mut self, old: &Stage) -> Vec<Statement> {
        (self.seen, self.failed, self.urgent) = Default::default();
        self.ready.clear();
        let mut statements = Vec::new();
        let mut stage: Option<Stage> = None;
        loop {
            let is = stage.as_ref().unwrap_or(old);
            self.seen.insert(is.number());
            let Some(candidates) = self.candidates(is) else { return statements };
            let safe = candidates.iter().find_map(|one| Some((one, self.safe(is, one)?)));
            let any = || candidates.iter().find_map(|one| Some((one, self.fresh(is, one)?)));
            let Some((candidate, next)) = safe.or_else(any) else { return statements };
            statements.extend(candidate.statements.iter().cloned());
            stage = Some(next);
        }
    }

    /// The policy after a candidate at any price, if it is one that was not looked at.
    fn fresh(&self, stage: &Stage, candidate: &Candidate) -> Option<Stage> {
        let (first, others) = candidate.statements.split_first()?;
        let next = others.iter().try_fold(stage.after(first)?, |next, statement| next.after(statement))?;
        (!self.seen.contains(&next.number())).then_some(next)
    }
}
