//! Whether what a policy decides lies between what two others decide.

use super::slices::{Reach, Slices};
use super::state::State;
use super::under_way;
use crate::answer::AccountView;
use crate::answer::effect::{Decided, Entry, Held, Holding, Point, Right, Scope, Thing, Universe};
use crate::answer::{Engine, effect};
use crate::client::Client;
use crate::emit::words;
use crate::policy::Policy;
use crate::source::Source;
use std::cell::{Cell, LazyCell, RefCell};
use std::collections::{BTreeSet, HashMap};

/// Two policies over the clients and objects that they can tell apart.
pub struct Bounds {
    scopes: Vec<(Scope, Vec<Decided>, Vec<Decided>)>,
    /// The scope and the set of clients that the last broken decision was found at: it is looked at first, since most
    /// steps that break something break the same.
    last: Cell<(usize, usize)>,
    /// Whose rows can matter at each of these places.
    reaches: Vec<Vec<Reach>>,
    /// Whether a decision there is outside, by what matters there.
    known: RefCell<HashMap<(usize, usize, u128), bool>>,
}

/// A decision that lies outside of both policies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// Both allow it and the step takes it away; else neither does and the step gives it.
    pub lost: bool,
    /// What: the login, or a right on an object.
    pub what: String,
    /// A client that notices.
    pub example: Client,
}

impl Bounds {
    /// The bounds of two policies.
    pub fn of(old: &Policy, new: &Policy) -> Self {
        let watched = with_accounts_under_way(new);
        let server = new.tables.server;
        let (old, new, watched) = (Engine::new(old), Engine::new(new), Engine::new(&watched));
        let scopes = Universe::of(&[&old, &new, &watched], None).scopes;
        let decided = scopes.into_iter().map(|scope| {
            let (before, after) = (scope.decide(&old), scope.decide(&new));
            (scope, before, after)
        });
        let scopes: Vec<_> = decided.collect();
        let reach = |point: &Point| Reach::of(&point.client, &point.hosts, server);
        let reaches = scopes.iter().map(|(scope, ..): &(Scope, _, _)| scope.points.iter().map(reach).collect());
        Self { reaches: reaches.collect(), scopes, last: Cell::default(), known: RefCell::default() }
    }

    /// No decision of a policy is outside; with a user name only those of its clients are looked at.
    pub fn hold(&self, policy: &Policy, user: Option<&str>) -> bool {
        let engine = LazyCell::new(|| Engine::new(policy));
        let slices = Slices::of(policy, &State::of(policy));
        let wanted =
            self.scopes.iter().enumerate().filter(|(_, (scope, ..))| user.is_none_or(|user| user == scope.user));
        let mut all: Vec<(usize, usize)> =
            wanted.flat_map(|(at, (_, old, _))| (0..old.len()).map(move |point| (at, point))).collect();
        let last = self.last.get();
        all.sort_by_key(|at| *at != last);
        let found = all.into_iter().find(|at| self.is_broken(&engine, &slices, *at));
        found.into_iter().for_each(|at| self.last.set(at));
        found.is_none()
    }

    fn is_broken<'p>(
        &self,
        engine: &LazyCell<Engine<'p>, impl FnOnce() -> Engine<'p>>,
        slices: &Slices,
        (at, point): (usize, usize),
    ) -> bool {
        let Some((scope, old, new)) = self.scopes.get(at) else { return false };
        let (Some(old), Some(new)) = (old.get(point), new.get(point)) else { return false };
        let Some(reach) = self.reaches.get(at).and_then(|all| all.get(point)) else { return false };
        let key = (at, point, slices.number(reach));
        if let Some(known) = self.known.borrow().get(&key) {
            return *known;
        }
        let is = scope.decide_at(engine, point);
        let is_broken = is.is_some_and(|is| broken(scope, point, [old, new, &is]).is_some());
        self.known.borrow_mut().insert(key, is_broken);
        is_broken
    }

    /// The policy decides all as the new one does.
    pub fn reached(&self, policy: &Policy) -> bool {
        let engine = Engine::new(policy);
        self.scopes.iter().all(|(scope, _, new)| {
            let is = scope.decide(&engine);
            let all = new.iter().zip(&is).enumerate();
            all.into_iter().all(|(point, (new, is))| broken(scope, point, [new, new, is]).is_none())
        })
    }

    /// The first decision of a policy that is outside; with a user name only those of its clients are looked at.
    pub fn broken(&self, policy: &Policy, user: Option<&str>) -> Option<Broken> {
        let engine = Engine::new(policy);
        let wanted = self.scopes.iter().filter(|(scope, ..)| user.is_none_or(|user| user == scope.user));
        wanted.into_iter().find_map(|(scope, old, new)| {
            let is = scope.decide(&engine);
            let all = old.iter().zip(new).zip(&is).enumerate();
            all.into_iter().find_map(|(point, ((old, new), is))| broken(scope, point, [old, new, is]))
        })
    }
}

/// A policy that has an account under way for each host, so that the clients of such accounts are told apart.
fn with_accounts_under_way(new: &Policy) -> Policy {
    let names = new.tables.users.iter().map(|(_, key, _)| new.tables.account_text(*key));
    let names = names.filter(|(_, host)| !host.is_empty());
    let under_way: BTreeSet<AccountView> =
        names.map(|(user, host)| AccountView { user: under_way::user(user), host: host.to_owned() }).collect();
    let create = |account: &AccountView| format!("CREATE USER {};\n", super::state::quoted(new, account));
    let text: String = under_way.iter().map(create).collect();
    new.after(&Source::new("plan", text))
}

fn broken(scope: &Scope, point: usize, [old, new, is]: [&Decided; 3]) -> Option<Broken> {
    let client = |way: usize, choice: usize| {
        let (way, roles) = (scope.ways.get(way)?, scope.choices.get(choice)?);
        Some(scope.client(scope.points.get(point)?, way, roles))
    };
    for (way, ((old, new), is)) in old.entries.iter().zip(&new.entries).zip(&is.entries).enumerate() {
        let held = |entry: &Entry| entry.outcome.held();
        if let Some(lost) = outside(held(old), held(new), held(is)) {
            return Some(Broken { lost, what: "the login".to_owned(), example: client(way, 0)? });
        }
    }
    let nothing = effect::Holdings::new();
    for choice in 0..scope.choices.len() {
        let [old, new, is] = [old, new, is].map(|decided| decided.holdings.get(choice).unwrap_or(&nothing));
        let held = |holding: Option<&Holding>| holding.map(|holding| holding.held).unwrap_or_default();
        let keys = old.keys().filter(|key| new.contains_key(key)).chain(is.keys());
        for key in keys {
            if let Some(lost) = outside(held(old.get(key)), held(new.get(key)), held(is.get(key))) {
                return Some(Broken { lost, what: what(scope, key)?, example: client(0, choice)? });
            }
        }
    }
    None
}

/// Lost: less than both; given: more than both.
fn outside(old: Held, new: Held, is: Held) -> Option<bool> {
    match (is < old.min(new), is > old.max(new)) {
        (true, _) => Some(true),
        (_, true) => Some(false),
        _ => None,
    }
}

fn what(scope: &Scope, (place, right): &(usize, Right)) -> Option<String> {
    let on = match &scope.places.get(*place)?.thing {
        Thing::Object(object) => object.to_string(),
        Thing::Role(account) | Thing::Proxied(account) => quoted(account),
    };
    Some(format!("{} on {on}", right.name))
}

fn quoted(account: &AccountView) -> String {
    words::account(account)
}
