//! What would change without a statement or a row: the policy is read again without it, and every session class is asked
//! anew. Reachability in the graph would not tell: another row may take the place of the one that is gone.

use crate::answer::{AccountView, Engine, HeldOn, HostsOf, RowView, SessionHoldings, SourceView};
use crate::client::{Client, Object};
use crate::policy::{Outcome, Policy};
use crate::server::catalogue::Level;
use crate::server::errors::ServerError;
use crate::source::{Source, Span};
use crate::tables::row::StatementId;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// What became of a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// It is gone.
    Lost,
    /// It is new.
    Gained,
    /// It holds all the same, by other rows.
    Moved,
}

/// A decision that is another without the statement.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Changed {
    /// What became of it.
    pub change: Change,
    /// On what.
    pub on: String,
    /// The privilege.
    pub privilege: String,
    /// The rows that gave it.
    pub before: Vec<RowView>,
    /// The rows that give it then.
    pub after: Vec<RowView>,
}

/// Clients that would fare otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedClass {
    /// The clients in words, behind their user name.
    pub clients: String,
    /// One of them.
    pub example: Client,
    /// The account they get, or the error.
    pub before: Result<AccountView, ServerError>,
    /// And then.
    pub after: Result<AccountView, ServerError>,
    /// The decisions that are others.
    pub decisions: Vec<Changed>,
}

/// All that would change.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Removed {
    /// What is taken out.
    pub statements: Vec<SourceView>,
    /// Statements that the server would refuse then.
    pub refused: Vec<(SourceView, ServerError)>,
    /// The classes of clients that would fare otherwise.
    pub classes: Vec<ChangedClass>,
}

/// What would change if these statements were not there. `reload` reads texts as the policy was read.
/// It is given the texts and those that tell what exists.
pub fn without(
    engine: &Engine<'_>,
    statements: &[StatementId],
    reload: impl FnOnce(Vec<Source>, Vec<Source>) -> Policy,
) -> Removed {
    let policy = engine.policy();
    let spans: Vec<Span> =
        statements.iter().filter_map(|at| policy.statements.get(at.0 as usize)).map(|s| s.span).collect();
    let mut texts = blanked(policy, &spans);
    // Texts that only tell what exists come behind those of the policy.
    let schema = texts.split_off(policy.forms.len().min(texts.len()));
    let then = reload(texts, schema);
    let after = Engine::new(&then);
    Removed {
        statements: statements.iter().filter_map(|at| engine.statement(*at)).collect(),
        refused: refused(engine, &after, &spans),
        classes: compare(engine, &after),
    }
}

/// The texts of the policy, with blanks in the place of these statements.
fn blanked(policy: &Policy, spans: &[Span]) -> Vec<Source> {
    let all = policy.sources.iter();
    all.map(|(id, source)| {
        let mut text = source.text.to_string();
        for span in spans.iter().filter(|span| span.source == id) {
            let blank = |part: &str| part.chars().map(|c| if c == '\n' { c } else { ' ' }).collect::<String>();
            if let Some(part) = text.get(span.range()).map(blank) {
                text.replace_range(span.range(), &part);
            }
        }
        Source::new(source.name.clone(), text)
    })
    .collect()
}

/// Statements that were carried out and would be refused.
fn refused(before: &Engine<'_>, after: &Engine<'_>, gone: &[Span]) -> Vec<(SourceView, ServerError)> {
    let place = |span: Span| (span.source, span.range().start);
    let done: BTreeSet<_> = before
        .policy()
        .statements
        .iter()
        .filter(|statement| matches!(statement.outcome, Outcome::Done(_)) && !gone.contains(&statement.span))
        .map(|statement| place(statement.span))
        .collect();
    let then = after.policy().statements.iter().enumerate();
    then.filter_map(|(at, statement)| match &statement.outcome {
        Outcome::Refused(error) if done.contains(&place(statement.span)) => {
            Some((after.statement(StatementId(at as u32))?, error.clone()))
        }
        _ => None,
    })
    .collect()
}

/// Every class of clients that fares otherwise.
fn compare(before: &Engine<'_>, after: &Engine<'_>) -> Vec<ChangedClass> {
    let names: BTreeSet<(bool, String)> = before
        .client_names()
        .into_iter()
        .chain(after.client_names())
        .map(|(name, stranger)| (stranger, name))
        .collect();
    let names: Vec<(bool, String)> = names.into_iter().collect();
    let found = names.par_iter().map(|(_, name)| of_name(before, after, name));
    let found: Vec<Vec<ChangedClass>> = found.collect();
    found.into_iter().flatten().collect()
}

fn of_name(before: &Engine<'_>, after: &Engine<'_>, name: &str) -> Vec<ChangedClass> {
    let (hosts, others) = (before.hosts_of(name), after.hosts_of(name));
    let union = HostsOf {
        hosts: merged(&hosts.hosts, &others.hosts),
        by_address: merged(&hosts.by_address, &others.by_address),
    };
    let part = before.client_sets(&union);
    let classes = before.classes_in(name, false, &part).into_iter().chain(after.classes_in(name, false, &part));
    let mut found: Vec<ChangedClass> = Vec::new();
    for class in classes {
        let changed = of_client(before, after, format!("{name} from {}", class.clients), &class.example);
        let told = |known: &ChangedClass, new: &ChangedClass| {
            known.decisions == new.decisions
                && known.before == new.before
                && known.after == new.after
                && known.clients == new.clients
        };
        found.extend(changed.filter(|new| !found.iter().any(|known| told(known, new))));
    }
    found
}

fn merged<'a>(one: &[&'a str], other: &[&'a str]) -> Vec<&'a str> {
    one.iter().copied().chain(other.iter().copied().filter(|text| !one.contains(text))).collect()
}

/// What is other for one client.
fn of_client(before: &Engine<'_>, after: &Engine<'_>, clients: String, client: &Client) -> Option<ChangedClass> {
    let (was, is) = (Side::of(before, client), Side::of(after, client));
    let mut decisions = Vec::new();
    let all: BTreeSet<&Key> = was.held.keys().chain(is.held.keys()).collect();
    for key in all {
        let gave = was.held.get(key).cloned().unwrap_or_else(|| was.anywhere(client, key));
        let gives = is.held.get(key).cloned().unwrap_or_else(|| is.anywhere(client, key));
        let change = match (gave.is_empty(), gives.is_empty()) {
            (false, true) => Change::Lost,
            (true, false) => Change::Gained,
            (false, false) if gave.iter().any(|row| !is_among(row, &gives)) => Change::Moved,
            _ => continue,
        };
        let (on, privilege) = (key.0.words(), key.1.clone());
        decisions.push(Changed { change, on, privilege, before: gave, after: gives });
    }
    if decisions.is_empty() && was.login == is.login {
        return None;
    }
    decisions.sort_unstable();
    Some(ChangedClass { clients, example: client.clone(), before: was.login, after: is.login, decisions })
}

/// The same row, whatever made it.
fn is_among(row: &RowView, rows: &[RowView]) -> bool {
    rows.iter().any(|other| other.words() == row.words())
}

/// Object and privilege.
type Key = (HeldOn, String);

/// What one of the two policies says of a client.
struct Side<'e, 'p> {
    engine: &'e Engine<'p>,
    login: Result<AccountView, ServerError>,
    held: BTreeMap<Key, Vec<RowView>>,
}

impl<'e, 'p> Side<'e, 'p> {
    fn of(engine: &'e Engine<'p>, client: &Client) -> Self {
        let login = engine.login(client);
        let login = match login.error {
            Some(error) => Err(error),
            None => Ok(login.account.unwrap_or_default()),
        };
        let mut side = Self { engine, login, held: BTreeMap::new() };
        if side.login.is_ok() {
            side.held = side.rows(engine.holdings(client));
        }
        side
    }

    fn rows(&self, sessions: Vec<SessionHoldings>) -> BTreeMap<Key, Vec<RowView>> {
        let mut rows: BTreeMap<Key, Vec<RowView>> = BTreeMap::new();
        for holding in sessions.into_iter().next().map(|session| session.held).unwrap_or_default() {
            let key = (holding.on, self.engine.privilege(holding.privilege));
            rows.entry(key).or_default().extend(holding.row.and_then(|row| self.engine.row(row, None)));
        }
        rows
    }

    /// The rows that give the privilege there though none is for just that.
    fn anywhere(&self, client: &Client, (on, privilege): &Key) -> Vec<RowView> {
        if self.login.is_err() {
            return Vec::new();
        }
        let (db, object, column) = (on.db.clone(), on.object.clone(), on.column.clone());
        let asked = match (on.level, on.kind) {
            (Level::Database, _) => Object::Database(crate::answer::asked_name(&db)),
            (Level::Table, _) => Object::Table(db, object),
            (Level::Column, _) => Object::Column(db, object, column),
            (Level::Routine, Some(kind)) => Object::Routine(kind, db, object),
            _ => return Vec::new(),
        };
        let found = self.rows(self.engine.holdings_on(client, &asked));
        let same = found.into_iter().filter(|((on, name), _)| name == privilege && on.level_matches(&asked));
        same.flat_map(|(_, rows)| rows).collect()
    }
}
