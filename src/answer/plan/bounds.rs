//! Whether what a policy decides lies between what two others decide.

use super::steps::UNDER_WAY;
use crate::answer::AccountView;
use crate::answer::effect::{Decided, Entry, Held, Holding, Right, Scope, Thing, Universe};
use crate::answer::{Engine, effect};
use crate::client::Client;
use crate::emit::words;
use crate::policy::Policy;
use crate::source::Source;
use std::collections::BTreeSet;

/// Two policies over the clients and objects that they can tell apart.
pub struct Bounds {
    scopes: Vec<(Scope, Vec<Decided>, Vec<Decided>)>,
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
        let (old, new, watched) = (Engine::new(old), Engine::new(new), Engine::new(&watched));
        let scopes = Universe::of(&[&old, &new, &watched], None).scopes;
        let decided = scopes.into_iter().map(|scope| {
            let (before, after) = (scope.decide(&old), scope.decide(&new));
            (scope, before, after)
        });
        Self { scopes: decided.collect() }
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
    let hosts: BTreeSet<&str> = new.tables.users.iter().map(|(_, key, _)| new.tables.account_text(*key).1).collect();
    let create = |host: &&str| {
        let account = AccountView { user: UNDER_WAY.to_owned(), host: (*host).to_owned() };
        format!("CREATE USER {};\n", super::state::quoted(new, &account))
    };
    let text: String = hosts.iter().filter(|host| !host.is_empty()).map(create).collect();
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
