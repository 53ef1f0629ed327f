//! Two policies compared by what they decide: who gets in and what each session may do, not how it is written.
//!
//! Both are decided over the same clients and objects ([`super::effect`]). What differs is gathered by account and told
//! once: a change that an object shares with what it lies in, or a choice of roles with the roles of the login, is
//! told there only.

mod fold;

use super::effect::{Decided, Entry, Held, Holding, Outcome, Place, Right, Scope, Universe, Way};
use super::{AccountView, Engine, RowView, SourceView};
use crate::client::{Client, Object, Roles};
use crate::policy::Outcome as Replayed;
use crate::server::errors::ServerError;
use rayon::prelude::*;

/// How the new policy stands to the old one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Relation {
    /// Both decide the same.
    #[default]
    Equal,
    /// The same may be done, but logins end in other rows or other errors.
    Different,
    /// Something is lost and nothing is gained.
    Narrower,
    /// Something is gained and nothing is lost.
    Wider,
    /// Something is gained and something is lost.
    Incomparable,
}

/// Everything that differs.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Diff {
    /// All accounts together.
    pub relation: Relation,
    /// The accounts for which something differs.
    pub accounts: Vec<AccountDiff>,
    /// How many others there are.
    pub equal: usize,
    /// Statements that only the server of one side refuses, with its error; the new side's first.
    pub refused: Vec<(Side, SourceView, ServerError)>,
    /// Searches that were given up: user names for which there may be more differences.
    pub unknown: Vec<String>,
}

/// One of two policies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// The first.
    Old,
    /// The second.
    New,
}

/// What differs for the clients that get one account row, in the old policy and in the new one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountDiff {
    /// The user name that the clients give.
    pub user: String,
    /// Other user names for which the same differs: all of them get the row of the empty user.
    pub also: Vec<String>,
    /// No policy has an account of that name: the clients are anybody.
    pub anybody: bool,
    /// The row that they get in the old policy.
    pub before: Option<AccountView>,
    /// The row that they get in the new one.
    pub after: Option<AccountView>,
    /// How the new one stands to the old one.
    pub relation: Relation,
    /// The sets of clients, in words.
    pub clients: Vec<String>,
    /// Logins that end otherwise.
    pub logins: Vec<LoginChange>,
    /// Rights that are gained or lost.
    pub changes: Vec<Change>,
}

/// A login that ends otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoginChange {
    /// How the client comes.
    pub way: Way,
    /// How it ended.
    pub before: Entry,
    /// How it ends.
    pub after: Entry,
    /// The sets of clients, in words.
    pub clients: Vec<String>,
    /// One of them.
    pub example: Client,
}

/// Rights on one object that are gained or lost together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The roles with which.
    pub roles: Roles,
    /// The rights.
    pub rights: Vec<Right>,
    /// On what.
    pub place: Place,
    /// Whether they were held.
    pub before: Held,
    /// Whether they are.
    pub after: Held,
    /// The rows that gave them.
    pub gave: Vec<RowView>,
    /// The rows that give them.
    pub gives: Vec<RowView>,
    /// For what is lost on a database: the rows that count there now.
    pub instead: Vec<RowView>,
    /// The sets of clients, in words.
    pub clients: Vec<String>,
    /// One of them.
    pub example: Client,
}

/// One right of one client that differs: nothing folded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delta {
    /// Places in the scope: the set of clients, the choice of roles, the object.
    pub at: (usize, usize, usize),
    /// The right.
    pub right: Right,
    /// What it was.
    pub before: Holding,
    /// What it is.
    pub after: Holding,
}

/// Both policies over one scope.
#[derive(Debug, Clone)]
pub struct Compared {
    /// The scope.
    pub scope: Scope,
    /// What the old policy decides for each set of clients.
    pub old: Vec<Decided>,
    /// What the new one decides.
    pub new: Vec<Decided>,
    /// Every right that differs.
    pub deltas: Vec<Delta>,
}

/// Compares two policies; with `only`, what they say about that object and what lies in it.
pub fn diff(old: &Engine<'_>, new: &Engine<'_>, only: Option<&Object>) -> Diff {
    let compared = compare(old, new, only);
    let mut diff = Diff { refused: refused(old, new), ..Diff::default() };
    for one in &compared {
        fold::into(one, only, &mut diff);
    }
    diff.accounts
        .sort_by(|a, b| (a.anybody, &a.user, &a.before, &a.after).cmp(&(b.anybody, &b.user, &b.before, &b.after)));
    diff.accounts = together(std::mem::take(&mut diff.accounts));
    diff.relation = diff.accounts.iter().fold(Relation::Equal, |all, one| all.and(one.relation));
    diff
}

/// What is the same for several user names is told once.
fn together(accounts: Vec<AccountDiff>) -> Vec<AccountDiff> {
    let mut told: Vec<(AccountDiff, AccountDiff)> = Vec::new();
    for account in accounts {
        let key = account.without_names();
        match told.iter_mut().find(|(same, _)| *same == key) {
            Some((_, first)) => first.also.push(account.user),
            None => told.push((key, account)),
        }
    }
    told.into_iter().map(|(_, account)| account).collect()
}

/// A comparison with a policy that does not tell the order of its rows: what a tie left open there is no difference.
#[must_use]
pub fn without_ties_before(mut diff: Diff) -> Diff {
    for account in &mut diff.accounts {
        account.changes.retain(|change| change.before != Held::Open);
        account.logins.retain(|login| {
            let tied = &login.before.tied;
            let same = login.before.outcome == login.after.outcome && login.before.proxied == login.after.proxied;
            !(same && login.after.account.as_ref().is_some_and(|account| tied.contains(account)))
        });
        let changes = account.changes.iter().map(Change::relation);
        account.relation =
            changes.chain(account.logins.iter().map(LoginChange::relation)).fold(Relation::Equal, Relation::and);
    }
    let before = diff.accounts.len();
    diff.accounts.retain(|account| account.relation != Relation::Equal);
    diff.equal += before - diff.accounts.len();
    diff.relation = diff.accounts.iter().fold(Relation::Equal, |all, one| all.and(one.relation));
    diff
}

impl AccountDiff {
    /// The same for clients of no particular name.
    fn without_names(&self) -> Self {
        let mut same = Self { user: String::new(), anybody: false, ..self.clone() };
        for login in &mut same.logins {
            login.example = Client::default();
            (login.before.error, login.after.error) = (None, None);
        }
        same.changes.iter_mut().for_each(|change| change.example = Client::default());
        same
    }
}

/// Both policies over all scopes, with every right that differs.
pub fn compare(old: &Engine<'_>, new: &Engine<'_>, only: Option<&Object>) -> Vec<Compared> {
    let universe = Universe::of(&[old, new], only);
    universe.scopes.into_par_iter().map(|scope| compare_scope(old, new, scope)).collect()
}

fn compare_scope(old: &Engine<'_>, new: &Engine<'_>, scope: Scope) -> Compared {
    let (old, new) = (scope.decide(old), scope.decide(new));
    let mut deltas = Vec::new();
    for (point, (before, after)) in old.iter().zip(&new).enumerate() {
        for choice in 0..scope.choices.len() {
            let nothing = Default::default();
            let was = before.holdings.get(choice).unwrap_or(&nothing);
            let is = after.holdings.get(choice).unwrap_or(&nothing);
            let gone = was.iter().map(|(key, holding)| (key, holding, is.get(key)));
            for ((place, right), holding, now) in gone {
                let now = now.cloned().unwrap_or_default();
                if now.held != holding.held {
                    let at = (point, choice, *place);
                    deltas.push(Delta { at, right: right.clone(), before: holding.clone(), after: now });
                }
            }
            for ((place, right), holding) in
                is.iter().filter(|(key, holding)| !was.contains_key(*key) && holding.held != Held::No)
            {
                let at = (point, choice, *place);
                deltas.push(Delta { at, right: right.clone(), before: Holding::default(), after: holding.clone() });
            }
        }
    }
    deltas.sort_by(|a, b| (a.at, &a.right).cmp(&(b.at, &b.right)));
    Compared { scope, old, new, deltas }
}

/// Statements of the same texts that only one of the two servers refuses.
fn refused(old: &Engine<'_>, new: &Engine<'_>) -> Vec<(Side, SourceView, ServerError)> {
    let (before, after) = (old.policy(), new.policy());
    let text = |engine: &Engine<'_>, at: usize| engine.viewer().source(crate::tables::row::StatementId(at as u32));
    let mut refused = Vec::new();
    for (at, (was, is)) in before.statements.iter().zip(&after.statements).enumerate() {
        if text(old, at) != text(new, at) {
            break;
        }
        let (side, error, source) = match (&was.outcome, &is.outcome) {
            (Replayed::Refused(_), Replayed::Refused(_)) => continue,
            (_, Replayed::Refused(error)) => (Side::New, error, text(new, at)),
            (Replayed::Refused(error), _) => (Side::Old, error, text(old, at)),
            _ => continue,
        };
        refused.extend(source.map(|source| (side, source, error.clone())));
    }
    refused.sort_by_key(|(side, source, _)| (std::cmp::Reverse(*side), source.clone()));
    refused
}

impl Relation {
    /// Both together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Equal, other) | (other, Self::Equal) => other,
            (Self::Different, other) | (other, Self::Different) => other,
            (one, other) if one == other => one,
            _ => Self::Incomparable,
        }
    }

    /// That of something that was held and is held.
    pub fn of(before: Held, after: Held) -> Self {
        match before.cmp(&after) {
            std::cmp::Ordering::Less => Self::Wider,
            std::cmp::Ordering::Equal => Self::Equal,
            std::cmp::Ordering::Greater => Self::Narrower,
        }
    }

    /// In one word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Equal => "equal",
            Self::Different => "different",
            Self::Narrower => "narrower",
            Self::Wider => "wider",
            Self::Incomparable => "incomparable",
        }
    }

    /// Something is gained.
    pub fn gains(self) -> bool {
        matches!(self, Self::Wider | Self::Incomparable)
    }

    /// Something is lost.
    pub fn loses(self) -> bool {
        matches!(self, Self::Narrower | Self::Incomparable)
    }
}

impl Change {
    /// Whether it is gained or lost.
    pub fn relation(&self) -> Relation {
        Relation::of(self.before, self.after)
    }

    /// It is not sure, before or after.
    pub fn is_open(&self) -> bool {
        self.before == Held::Open || self.after == Held::Open
    }
}

impl LoginChange {
    /// Whether more or fewer get in; [`Relation::Different`] when as many do.
    pub fn relation(&self) -> Relation {
        match Relation::of(self.before.outcome.held(), self.after.outcome.held()) {
            Relation::Equal => Relation::Different,
            other => other,
        }
    }

    /// It is not sure, before or after.
    pub fn is_open(&self) -> bool {
        matches!(self.before.outcome, Outcome::Open(_)) || matches!(self.after.outcome, Outcome::Open(_))
    }
}

impl Entry {
    /// Two logins end alike: in the same row, for the same account, with the same error.
    pub fn ends_like(&self, other: &Self) -> bool {
        self.outcome == other.outcome
            && self.account == other.account
            && self.proxied == other.proxied
            && self.tied == other.tied
    }
}

impl Diff {
    /// Some of what is gained (or lost) is not sure.
    pub fn is_open(&self, wanted: impl Fn(Relation) -> bool) -> bool {
        let sure = |account: &AccountDiff| {
            account.changes.iter().any(|c| wanted(c.relation()) && !c.is_open())
                || account.logins.iter().any(|l| wanted(l.relation()) && !l.is_open())
        };
        wanted(self.relation) && !self.accounts.iter().any(sure)
    }
}
