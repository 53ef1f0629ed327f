//! Whether what a policy decides lies between what two others decide.

use super::slices::{Reach, Slices};
use super::stage::Stage;
use super::{steps, under_way};
use crate::answer::effect::{Decided, Held, Holding, Holdings, Point, Right, Scope, Thing, Universe};
use crate::answer::{AccountView, Engine};
use crate::client::Client;
use crate::emit::words;
use crate::policy::Policy;
use crate::source::Source;
use rayon::prelude::*;
use std::cell::{Cell, LazyCell, RefCell};
use std::collections::{BTreeSet, HashMap};

/// Two policies over the clients and objects that they can tell apart.
pub struct Bounds {
    scopes: Vec<(Scope, Vec<Decided>, Vec<Decided>)>,
    /// Whose rows can matter at each of these places.
    reaches: Vec<Vec<Reach>>,
    /// How a decision lies there, by what matters there.
    known: RefCell<HashMap<(Spot, u128), Lies>>,
    /// How often the program ran.
    asked: Cell<usize>,
}

/// Where something is decided: the scope and the set of clients.
pub type Spot = (usize, usize);

/// How a decision lies to those of the two policies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lies {
    /// It is that of the new policy.
    AsNew,
    /// It is between them.
    Within,
    /// It gives or takes what neither does.
    Outside,
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
    pub fn of(old: &Stage, new: &Stage) -> Self {
        let server = new.policy.tables.server;
        let engines = (Engine::new(&old.policy), Engine::new(&new.policy));
        let mut unions = vec![with_accounts_under_way(together(old, new), &new.policy)];
        if old.state.variables != new.state.variables {
            unions.push(together(new, old));
        }
        let unions: Vec<Engine<'_>> = unions.iter().map(Engine::new).collect();
        let all: Vec<&Engine<'_>> = [&engines.0, &engines.1].into_iter().chain(&unions).collect();
        let scopes = Universe::of(&all, None).scopes;
        let decided = scopes.into_par_iter().map(|scope| {
            let (before, after) = (scope.decide(&engines.0), scope.decide(&engines.1));
            (scope, before, after)
        });
        let scopes: Vec<_> = decided.collect();
        let reach = |point: &Point| Reach::of(&point.client, &point.hosts, server);
        let reaches = scopes.iter().map(|(scope, ..): &(Scope, _, _)| scope.points.iter().map(reach).collect());
        let bounds = Self { reaches: reaches.collect(), scopes, known: RefCell::default(), asked: Cell::default() };
        bounds.know_both(old, new);
        bounds
    }

    /// Where all that matters is as in one of the policies nobody needs to ask.
    fn know_both(&self, old: &Stage, new: &Stage) {
        let of_both = [Slices::of(&old.policy, &old.state), Slices::of(&new.policy, &new.state)];
        for spot in self.spots(None) {
            let Some((scope, decided, reach)) = self.at(spot) else { continue };
            for (is, slices) in decided.into_iter().zip(&of_both) {
                let lies = lies(scope, spot.1, decided, is);
                self.known.borrow_mut().insert((spot, slices.number(reach)), lies);
            }
        }
    }

    /// The first place where a policy decides otherwise than between the two; with a user name only those of its clients
    /// are looked at. One of them can be named to begin with: what broke something mostly does so again.
    pub fn outside(&self, stage: &Stage, user: Option<&str>, first: Option<Spot>) -> Option<Spot> {
        self.first(stage, first.into_iter().chain(self.spots(user)), |lies| lies == Lies::Outside)
    }

    /// The policy decides all as the new one does.
    pub fn reached(&self, stage: &Stage) -> bool {
        self.first(stage, self.spots(None), |lies| lies != Lies::AsNew).is_none()
    }

    /// What is decided there outside of both policies.
    pub fn broken(&self, policy: &Policy, spot: Spot) -> Option<Broken> {
        let (scope, [old, new], _) = self.at(spot)?;
        let is = scope.decide_at(&Engine::new(policy), spot.1)?;
        broken(scope, spot.1, [old, new, &is])
    }

    /// How often the program ran.
    pub fn asked(&self) -> usize {
        self.asked.get()
    }

    fn spots(&self, user: Option<&str>) -> impl Iterator<Item = Spot> {
        let wanted =
            self.scopes.iter().enumerate().filter(move |(_, (scope, ..))| user.is_none_or(|user| user == scope.user));
        wanted.flat_map(|(at, (scope, ..))| (0..scope.points.len()).map(move |point| (at, point)))
    }

    /// What the two policies decide there, and whose rows can matter.
    fn at(&self, (at, point): Spot) -> Option<(&Scope, [&Decided; 2], &Reach)> {
        let (scope, old, new) = self.scopes.get(at)?;
        Some((scope, [old.get(point)?, new.get(point)?], self.reaches.get(at)?.get(point)?))
    }

    /// The first of these places where a decision lies so.
    fn first(
        &self,
        stage: &Stage,
        mut spots: impl Iterator<Item = Spot>,
        wanted: impl Fn(Lies) -> bool,
    ) -> Option<Spot> {
        let engine = LazyCell::new(|| Engine::new(&stage.policy));
        let slices = Slices::of(&stage.policy, &stage.state);
        spots.find(|spot| {
            let Some((scope, decided, reach)) = self.at(*spot) else { return false };
            let key = (*spot, slices.number(reach));
            let known = self.known.borrow().get(&key).copied();
            let found = known.or_else(|| {
                let is = scope.decide_at(&engine, spot.1)?;
                self.asked.set(self.asked.get() + scope.ways.len() + scope.choices.len());
                Some(lies(scope, spot.1, decided, &is))
            });
            self.known.borrow_mut().extend(found.map(|lies| (key, lies)));
            found.is_some_and(&wanted)
        })
    }
}

fn lies(scope: &Scope, point: usize, [old, new]: [&Decided; 2], is: &Decided) -> Lies {
    match () {
        () if broken(scope, point, [new, new, is]).is_none() => Lies::AsNew,
        () if broken(scope, point, [old, new, is]).is_none() => Lies::Within,
        () => Lies::Outside,
    }
}

/// What one policy has and what another one has besides: on the way, roles have what they will have while those have them
/// who had them, so that more objects matter for a user name than in either policy.
fn together(policy: &Stage, other: &Stage) -> Policy {
    let more = |stage: &Stage| {
        let gifts = steps::gifts(&stage.state, &other.state, &stage.policy);
        Stage::of(stage.policy.after(&Source::new("plan", gifts.join(";\n"))))
    };
    // The first time there are accounts that the second time can be given rights.
    more(&more(policy)).policy
}

/// The policy with an account under way for each host of the new one, so that the clients of such accounts are told apart.
fn with_accounts_under_way(policy: Policy, new: &Policy) -> Policy {
    let names = new.tables.users.iter().map(|(_, key, _)| new.tables.account_text(*key));
    let names = names.filter(|(_, host)| !host.is_empty());
    let under_way: BTreeSet<AccountView> =
        names.map(|(user, host)| AccountView { user: under_way::user(user, 0), host: host.to_owned() }).collect();
    let create = |account: &AccountView| format!("CREATE USER {};\n", super::state::quoted(new, account));
    let text: String = under_way.iter().map(create).collect();
    policy.after(&Source::new("plan", text))
}

/// What one decision takes that both others give, or gives that neither does. A right counts as much as the way in: two
/// accounts can let other ways in, and the rights of one through a way that only the other has are nobody's.
fn broken(scope: &Scope, point: usize, decided: [&Decided; 3]) -> Option<Broken> {
    let example = |way: usize, choice: usize| {
        let (way, roles) = (scope.ways.get(way)?, scope.choices.get(choice)?);
        Some(scope.client(scope.points.get(point)?, way, roles))
    };
    let mut looked_at = Vec::new();
    for way in 0..scope.ways.len() {
        let logins = decided.map(|one| one.entries.get(way).map(|entry| entry.outcome.held()).unwrap_or_default());
        if let Some(lost) = outside(logins) {
            return Some(Broken { lost, what: "the login".to_owned(), example: example(way, 0)? });
        }
        if looked_at.contains(&logins) {
            continue;
        }
        looked_at.push(logins);
        if let Some((lost, key, choice)) = broken_right(scope, decided, logins) {
            return Some(Broken { lost, what: what(scope, key)?, example: example(way, choice)? });
        }
    }
    None
}

/// The first right that is outside for who gets in so, with the choice of roles.
fn broken_right<'a>(
    scope: &Scope,
    decided: [&'a Decided; 3],
    logins: [Held; 3],
) -> Option<(bool, &'a (usize, Right), usize)> {
    static NOTHING: Holdings = Holdings::new();
    let [of_old, of_new, of_is] = logins;
    let held = |holding: Option<&Holding>, login: Held| holding.map_or(Held::No, |holding| holding.held.min(login));
    (0..scope.choices.len()).find_map(|choice| {
        let [old, new, is] = decided.map(|decided| decided.holdings.get(choice).unwrap_or(&NOTHING));
        let mut keys = old.keys().filter(|key| new.contains_key(key)).chain(is.keys());
        keys.find_map(|key| {
            let all = [held(old.get(key), of_old), held(new.get(key), of_new), held(is.get(key), of_is)];
            Some((outside(all)?, key, choice))
        })
    })
}

/// Lost: less than both; given: more than both.
fn outside([old, new, is]: [Held; 3]) -> Option<bool> {
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
