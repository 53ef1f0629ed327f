//! What differs in one scope, gathered by account and told once.

use super::{AccountDiff, Change, Compared, Delta, Diff, LoginChange, Relation};
use crate::answer::effect::{Entry, Held, Right, Thing, Way};
use crate::answer::{AccountView, RowView};
use crate::client::{Client, Object, Roles};
use std::collections::{BTreeMap, BTreeSet};

/// Adds what differs in a scope.
pub(super) fn into(compared: &Compared, only: Option<&Object>, diff: &mut Diff) {
    let fold = Fold { compared, only };
    if compared.scope.gave_up {
        diff.unknown.push(compared.scope.user.clone());
    }
    let mut accounts: BTreeMap<(Option<AccountView>, Option<AccountView>), Vec<usize>> = BTreeMap::new();
    for point in 0..compared.scope.points.len() {
        let selected = |side: &[crate::answer::effect::Decided]| {
            side.get(point).and_then(|decided| decided.entries.first()).and_then(|entry| entry.account.clone())
        };
        accounts.entry((selected(&compared.old), selected(&compared.new))).or_default().push(point);
    }
    let told = fold.told();
    for ((before, after), points) in accounts {
        let account = fold.account((before, after), &points, &told);
        match account.relation {
            Relation::Equal => diff.equal += usize::from(account.before.is_some() || account.after.is_some()),
            _ => diff.accounts.push(account),
        }
    }
}

struct Fold<'a> {
    compared: &'a Compared,
    only: Option<&'a Object>,
}

/// What makes changes one: roles, place, before, after, and the rows behind them.
type Kind = (usize, usize, Held, Held, Vec<RowView>, Vec<RowView>, Vec<RowView>);

impl<'a> Fold<'a> {
    /// The deltas that are to be told: within the object asked for, and not implied by another one.
    fn told(&self) -> Vec<&'a Delta> {
        let deltas: Vec<&Delta> = self.compared.deltas.iter().filter(|delta| self.wanted(delta.at.2)).collect();
        let known: BTreeSet<_> = deltas.iter().map(|d| (d.at, &d.right, d.before.held, d.after.held)).collect();
        let has = |delta: &Delta, at| known.contains(&(at, &delta.right, delta.before.held, delta.after.held));
        let implied = |delta: &&Delta| {
            let (point, choice, place) = delta.at;
            let parent = self.compared.scope.places.get(place).and_then(|place| place.parent);
            choice != 0 && has(delta, (point, 0, place))
                || parent.is_some_and(|above| has(delta, (point, choice, above)))
        };
        deltas.iter().filter(|delta| !implied(delta)).copied().collect()
    }

    fn wanted(&self, place: usize) -> bool {
        let Some(only) = self.only else { return true };
        let Some(Thing::Object(object)) = self.compared.scope.places.get(place).map(|place| &place.thing) else {
            return false;
        };
        object == only || contains(only, object)
    }

    fn account(
        &self,
        (before, after): (Option<AccountView>, Option<AccountView>),
        points: &[usize],
        told: &[&'a Delta],
    ) -> AccountDiff {
        let own: Vec<&Delta> = told.iter().filter(|delta| points.contains(&delta.at.0)).copied().collect();
        let logins = if self.only.is_some() { Vec::new() } else { self.logins(points) };
        let changes = self.changes(&own);
        let of_changes = changes.iter().map(Change::relation);
        let of_all = of_changes.chain(logins.iter().map(LoginChange::relation));
        let relation = of_all.fold(Relation::Equal, Relation::and);
        let scope = &self.compared.scope;
        let clients = self.clients(points.iter().copied());
        AccountDiff {
            user: scope.user.clone(),
            also: Vec::new(),
            anybody: !scope.known,
            before,
            after,
            relation,
            clients,
            logins,
            changes,
        }
    }

    fn clients(&self, points: impl Iterator<Item = usize>) -> Vec<String> {
        let mut words: Vec<String> = Vec::new();
        for point in points.filter_map(|at| self.compared.scope.points.get(at)) {
            if !words.contains(&point.words) {
                words.push(point.words.clone());
            }
        }
        words
    }

    fn example(&self, point: usize, way: Way, roles: &Roles) -> Client {
        let scope = &self.compared.scope;
        scope.points.get(point).map(|point| scope.client(point, &way, roles)).unwrap_or_default()
    }

    /// Changes of several rights and several sets of clients that are alike are one.
    fn changes(&self, own: &[&Delta]) -> Vec<Change> {
        // First the rights of each set of clients together, then the sets of clients with the same rights.
        let mut by_point: BTreeMap<(usize, Kind), Vec<Right>> = BTreeMap::new();
        for delta in own {
            by_point.entry((delta.at.0, self.kind(delta))).or_default().push(delta.right.clone());
        }
        let mut by_kind: BTreeMap<(Kind, Vec<Right>), Vec<usize>> = BTreeMap::new();
        for ((point, kind), rights) in by_point {
            by_kind.entry((kind, rights)).or_default().push(point);
        }
        let changes = by_kind.into_iter().filter_map(|((kind, rights), points)| self.change(kind, rights, &points));
        changes.collect()
    }

    fn kind(&self, delta: &Delta) -> Kind {
        let (point, choice, place) = delta.at;
        let lost = delta.after.held < delta.before.held;
        let chosen = self.compared.new.get(point).and_then(|decided| decided.chosen.get(choice));
        let database = self.database_of(place);
        let instead = database.and_then(|db| chosen?.get(&db)).filter(|_| lost).cloned().unwrap_or_default();
        let rows = |rows: &[RowView]| {
            let mut rows = rows.to_vec();
            rows.sort();
            rows.dedup();
            rows
        };
        (choice, place, delta.before.held, delta.after.held, rows(&delta.before.rows), rows(&delta.after.rows), instead)
    }

    /// The place of the database in which another place lies.
    fn database_of(&self, place: usize) -> Option<usize> {
        let places = &self.compared.scope.places;
        let is_database =
            |at: &usize| matches!(places.get(*at).map(|place| &place.thing), Some(Thing::Object(Object::Database(_))));
        std::iter::successors(Some(place), |at| places.get(*at)?.parent).find(is_database)
    }

    fn change(&self, kind: Kind, rights: Vec<Right>, points: &[usize]) -> Option<Change> {
        let (choice, place, before, after, gave, gives, instead) = kind;
        let scope = &self.compared.scope;
        let roles = scope.choices.get(choice)?.clone();
        let first = *points.first()?;
        let side = if after > before { &self.compared.new } else { &self.compared.old };
        let entries = side.get(first).map(|decided| decided.entries.as_slice()).unwrap_or_default();
        let way = super::Decided::way(entries).and_then(|at| scope.ways.get(at)).copied().unwrap_or(Way::PLAIN);
        Some(Change {
            rights,
            place: scope.places.get(place)?.clone(),
            before,
            after,
            gave,
            gives,
            instead,
            clients: self.clients(points.iter().copied()),
            example: self.example(first, way, &roles),
            roles,
        })
    }

    /// Logins that end otherwise; those of other ways only where they do not end as those of a way before.
    fn logins(&self, points: &[usize]) -> Vec<LoginChange> {
        let mut logins: Vec<(usize, usize, Entry, Entry, Vec<usize>)> = Vec::new();
        for &point in points {
            let entries = |side: &'a [super::Decided]| side.get(point).map(|decided| decided.entries.as_slice());
            let pairs = entries(&self.compared.old)
                .into_iter()
                .flatten()
                .zip(entries(&self.compared.new).into_iter().flatten());
            let pairs: Vec<(&Entry, &Entry)> = pairs.collect();
            for (way, (before, after)) in pairs.iter().enumerate() {
                let as_before = pairs.iter().take(way).any(|(b, a)| b.ends_like(before) && a.ends_like(after));
                if before.ends_like(after) || as_before {
                    continue;
                }
                let same = logins.iter_mut().find(|l| l.1 == way && l.2.ends_like(before) && l.3.ends_like(after));
                match same {
                    Some(login) => login.4.push(point),
                    None => logins.push((point, way, (*before).clone(), (*after).clone(), vec![point])),
                }
            }
        }
        let scope = &self.compared.scope;
        let told = logins.into_iter().filter_map(|(point, way, before, after, points)| {
            let way = *scope.ways.get(way)?;
            let example = self.example(point, way, &Roles::Default);
            Some(LoginChange { way, before, after, clients: self.clients(points.into_iter()), example })
        });
        told.collect()
    }
}

/// An object lies in another one.
fn contains(outer: &Object, inner: &Object) -> bool {
    match (outer, inner) {
        (Object::Global, _) => true,
        (Object::Database(db), Object::Table(of, _) | Object::Column(of, _, _) | Object::Routine(_, of, _)) => db == of,
        (Object::Table(db, table), Object::Column(of, in_table, _)) => db == of && table == in_table,
        _ => false,
    }
}
