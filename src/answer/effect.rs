//! Decisions by effect: everything that the sessions of one or several policies may do, over the same clients and the
//! same objects, so that policies can be compared by what they decide and not by how they are written.
//!
//! For each user name that a policy knows, and for one that none knows, the `scope` parts all clients by the host
//! texts that matter for the name in any of the policies, and all objects by the texts of the rows that could count
//! for it (`objects`). `decide` then lets the program decide everything for one client of each set at once. What
//! is found for the example holds for its whole set.

pub(super) mod decide;
mod objects;
mod points;
mod scope;

use super::{AccountView, Engine, RowView};
use crate::client::{Client, Object, Roles};
use crate::server::errors::ServerError;
use smol_str::SmolStr;
use std::collections::BTreeMap;

pub use objects::{Place, Span};
pub use points::{Point, Way};
pub use scope::Scope;

/// What a right is on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Thing {
    /// An object that privileges are granted on.
    Object(Object),
    /// A role, which may be passed on.
    Role(AccountView),
    /// An account, for which others may be let stand in.
    Proxied(AccountView),
}

/// A privilege or another right, in the order in which they are listed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Right {
    /// Its place in lists.
    rank: u32,
    /// Its name.
    pub name: SmolStr,
}

/// Whether a right is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Held {
    /// The server refuses.
    #[default]
    No,
    /// The server may break a tie either way, or a fact is missing.
    Open,
    /// The server does it.
    Yes,
}

/// One right on one place, and the rows behind it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Holding {
    /// Whether it is held.
    pub held: Held,
    /// The rows that give it, with the statements that gave it.
    pub rows: Vec<RowView>,
}

/// The rights of a session, by the place in [`Scope::places`].
pub type Holdings = BTreeMap<(usize, Right), Holding>;

/// How a login ended.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// The client is in.
    Accepted,
    /// It is in, and may do nothing but set its password (M4.10).
    MustSetPassword,
    /// It depends on something that the policy does not say: what.
    Open(String),
    /// It is refused, with this errno.
    Refused(u16),
}

/// A login: as which row, and how it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// How it ended.
    pub outcome: Outcome,
    /// The account row that was selected.
    pub account: Option<AccountView>,
    /// The account for which it stands in.
    pub proxied: Option<AccountView>,
    /// The rows that tie with it.
    pub tied: Vec<AccountView>,
    /// The server's error.
    pub error: Option<ServerError>,
    /// The selected row with its statements.
    pub row: Option<RowView>,
}

/// What one policy decides for one client of a set.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Decided {
    /// The login in each of the scope's ways.
    pub entries: Vec<Entry>,
    /// The rights with each of the scope's choices of roles; empty where no way gets in.
    pub holdings: Vec<Holdings>,
    /// For each of these, the rows that could count for a database and do.
    pub chosen: Vec<BTreeMap<usize, Vec<RowView>>>,
}

/// Everything that is to be decided: one scope for each user name.
#[derive(Debug, Clone)]
pub struct Universe {
    /// The scopes, by user name; the name that no policy knows is last.
    pub scopes: Vec<Scope>,
}

impl Universe {
    /// The clients and objects that the policies can tell apart; an object that is asked for is told apart too.
    pub fn of(engines: &[&Engine<'_>], asked: Option<&Object>) -> Self {
        Self { scopes: scope::scopes(engines, asked) }
    }
}

impl Scope {
    /// What a policy decides for each of the scope's points.
    pub fn decide(&self, engine: &Engine<'_>) -> Vec<Decided> {
        self.points.iter().map(|point| decide::decide(engine, self, point)).collect()
    }

    /// The same for one of the points.
    pub fn decide_at(&self, engine: &Engine<'_>, point: usize) -> Option<Decided> {
        self.points.get(point).map(|point| decide::decide(engine, self, point))
    }

    /// The set to which a client belongs; the engines are those that the scope is of.
    pub fn point_of(&self, engines: &[&Engine<'_>], client: &Client) -> Option<usize> {
        let wanted = points::signature(engines, &self.hosts, client);
        self.points.iter().position(|point| points::signature(engines, &self.hosts, &point.client) == wanted)
    }

    /// The place that stands for an object.
    pub fn place_of(&self, object: &Object) -> Option<usize> {
        let named = |place: &Place| matches!(&place.thing, Thing::Object(named) if is_same(named, object));
        if let Some(at) = self.places.iter().position(named) {
            return Some(at);
        }
        match object {
            Object::Global => None,
            Object::Column(db, table, _) => self.place_of(&Object::Table(db.clone(), table.clone())),
            Object::Table(db, _) | Object::Routine(_, db, _) => self.place_of(&Object::Database(db.clone())),
            Object::Database(db) => {
                let texts = self.texts.iter().filter(|text| text.covers(db)).map(|text| text.text.clone());
                let like: std::collections::BTreeSet<String> = texts.collect();
                let span = if like.is_empty() { Span::Others } else { Span::Like(like.into_iter().collect()) };
                self.places.iter().position(|place| place.span == span)
            }
        }
    }

    /// One place lies in another.
    fn lies_below(&self, at: usize, top: usize) -> bool {
        let parent = |at: usize| self.places.get(at).and_then(|place| place.parent);
        std::iter::successors(parent(at), |at| parent(*at)).any(|above| above == top)
    }

    /// One of the scope's clients, with a choice of roles.
    pub fn client(&self, point: &Point, way: &Way, roles: &Roles) -> Client {
        way.client(point.client.clone(), roles.clone())
    }
}

/// The two name one object: names of columns and routines are compared without regard to case.
fn is_same(a: &Object, b: &Object) -> bool {
    match (a, b) {
        (Object::Column(db, table, a), Object::Column(of_db, of_table, b)) => {
            (db, table) == (of_db, of_table) && a.to_lowercase() == b.to_lowercase()
        }
        (Object::Routine(kind, db, a), Object::Routine(of_kind, of_db, b)) => {
            (kind, db) == (of_kind, of_db) && a.to_lowercase() == b.to_lowercase()
        }
        _ => a == b,
    }
}

impl Right {
    /// A privilege by its place in the catalogue and its name.
    pub(super) fn privilege(rank: u32, name: &str) -> Self {
        Self { rank, name: name.into() }
    }

    /// It is that static privilege.
    pub(super) fn is(&self, privilege: crate::server::catalogue::Privilege) -> bool {
        self.rank == privilege.0
    }

    /// A right that is no privilege.
    pub(super) fn other(name: &str) -> Self {
        Self { rank: u32::MAX, name: name.into() }
    }
}

impl Outcome {
    /// From refused to accepted.
    pub fn held(&self) -> Held {
        match self {
            Self::Accepted => Held::Yes,
            Self::MustSetPassword | Self::Open(_) => Held::Open,
            Self::Refused(_) => Held::No,
        }
    }
}

impl Decided {
    /// The way in that the rights are those of: the first that is accepted, else the first that may be.
    pub(crate) fn way(entries: &[Entry]) -> Option<usize> {
        let first = |outcome: fn(&Outcome) -> bool| entries.iter().position(|entry| outcome(&entry.outcome));
        first(|outcome| *outcome == Outcome::Accepted).or_else(|| first(|outcome| matches!(outcome, Outcome::Open(_))))
    }
}
