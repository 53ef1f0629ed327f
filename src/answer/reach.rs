//! Which clients an account row can be selected for: over all clients there can be, not for one of them.
//!
//! The clients of a user name fall into sets that no host text of its rows, nor of the anonymous rows, tells apart
//! ([`crate::client::set`]). In each set the first row that matches is selected, as in `account_selected` of the program;
//! the tests hold the two against each other.

use super::AccountView;
use super::accounts::Ranked;
use super::engine::Engine;
use crate::client::Client;
use crate::client::set::{ClientSet, Partition, partition};
use crate::name::Symbol;
use crate::server::variables::Variable;
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

/// What can become of an account row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reach {
    /// Every client that it matches gets it.
    Always,
    /// Some clients that it matches get it, and others are taken by the rows in [`Reachability::shadowed_by`]; or the
    /// search for such others was given up.
    Partly,
    /// It matches clients, and each of them is taken by the rows in [`Reachability::shadowed_by`].
    Never,
    /// No client there can be matches.
    Unmatchable,
    /// Clients match, and each of them is refused before any row is looked for (1130, M2.21).
    Refused,
    /// The search for such a client was given up.
    #[default]
    Unknown,
}

/// Over all clients: who gets an account row.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reachability {
    /// Whether anybody does.
    pub reach: Reach,
    /// The clients that get it, in words; empty when none does.
    pub clients: String,
    /// A client that gets it.
    pub example: Option<Client>,
    /// The rows that take clients which it matches too.
    pub shadowed_by: Vec<AccountView>,
    /// Rows that the server may select in its place, for some client, because they tie.
    pub ties: Vec<AccountView>,
}

/// The rows that compete for the clients of one user name, best first.
type Group<'a> = Vec<&'a Ranked<'a>>;

/// What becomes of each row, by its place in `mysql.user`. `rows` are in the order of precedence.
pub(super) fn reachability(engine: &Engine<'_>, rows: &[Ranked<'_>]) -> FxHashMap<u32, Reachability> {
    let mut anonymous: Group<'_> = Vec::new();
    let mut named: BTreeMap<Symbol, Group<'_>> = BTreeMap::new();
    for row in rows {
        match row.row.key.user {
            Symbol::EMPTY => anonymous.push(row),
            user => named.entry(user).or_default().push(row),
        }
    }
    let places: FxHashMap<u32, usize> = rows.iter().enumerate().map(|(place, row)| (row.at, place)).collect();
    let of_nobody = (Symbol::EMPTY, stranger(engine), anonymous.clone());
    let of_users = named.into_iter().map(|(user, mut group)| {
        group.extend(&anonymous);
        group.sort_by_key(|row| (row.rank, row.row.key.user == Symbol::EMPTY, places.get(&row.at).copied()));
        (user, engine.policy.tables.names.text(user).to_owned(), group)
    });
    let groups: Vec<(Symbol, String, Group<'_>)> = of_users.chain([of_nobody]).collect();
    let parts = partitions(engine, &groups);
    let reached = groups.par_iter().map(|(user, name, group)| {
        let hosts = hosts(group);
        let empty = Partition::default();
        let part = parts.get(&hosts).unwrap_or(&empty);
        let at = places_of(group, part);
        let own = group.iter().zip(&at).filter(|(row, _)| row.row.key.user == *user);
        own.map(|(row, own)| (row.at, of_row(engine, (row, *own), (group, &at), part, name))).collect::<Vec<_>>()
    });
    reached.flatten().collect()
}

/// The host texts of a group in its order, each once.
fn hosts<'a>(group: &Group<'a>) -> Vec<&'a str> {
    let mut seen = rustc_hash::FxHashSet::default();
    group.iter().map(|row| row.pattern.text).filter(|text| seen.insert(*text)).collect()
}

/// Users with the same hosts share one partition.
fn partitions<'a>(engine: &Engine<'_>, groups: &[(Symbol, String, Group<'a>)]) -> FxHashMap<Vec<&'a str>, Partition> {
    let tables = &engine.policy.tables;
    let skip = tables.variables.on(Variable::SkipNameResolve);
    let mut lists: Vec<Vec<&str>> = groups.iter().map(|(_, _, group)| hosts(group)).collect();
    lists.sort_unstable();
    lists.dedup();
    lists
        .into_par_iter()
        .map(|hosts| {
            let part = partition(&hosts, &[], &tables.server, skip);
            (hosts, part)
        })
        .collect()
}

/// A user name without a row of its own.
pub(super) fn stranger(engine: &Engine<'_>) -> String {
    let names = &engine.policy.tables;
    let taken = |name: &str| names.users.iter().any(|(_, key, _)| names.account_text(*key).0 == name);
    let numbered = (1..).map(|number| format!("anybody{number}"));
    std::iter::once("anybody".to_owned()).chain(numbered).find(|name| !taken(name)).unwrap_or_default()
}

/// The place of each row's host text in a partition.
fn places_of(group: &Group<'_>, part: &Partition) -> Vec<Option<usize>> {
    let places: FxHashMap<&str, usize> = part.hosts.iter().enumerate().map(|(at, host)| (host.as_str(), at)).collect();
    group.iter().map(|row| places.get(row.pattern.text).copied()).collect()
}

fn of_row(
    engine: &Engine<'_>,
    (row, own): (&Ranked<'_>, Option<usize>),
    (group, at): (&Group<'_>, &[Option<usize>]),
    part: &Partition,
    name: &str,
) -> Reachability {
    let viewer = engine.viewer();
    let matches = |set: &ClientSet, place: &Option<usize>| place.is_some_and(|place| set.matched.has(place));
    let (mut selected, mut matched) = (Vec::new(), 0usize);
    let (mut shadowed_by, mut ties): (Vec<AccountView>, Vec<AccountView>) = (Vec::new(), Vec::new());
    for set in part.sets.iter().filter(|set| matches(set, &own)) {
        matched += 1;
        let mut there = group.iter().zip(at).filter(|(_, place)| matches(set, place)).map(|(row, _)| *row);
        let Some(first) = there.next() else { continue };
        let tied = |other: &Ranked<'_>| row.at != other.at && is_tie(engine, row, other);
        if first.at == row.at || tied(first) {
            selected.push(set);
            ties.extend(there.chain([first]).filter(|other| tied(other)).map(|other| viewer.account(other.row.key)));
        } else {
            shadowed_by.push(viewer.account(first.row.key));
        }
    }
    for views in [&mut shadowed_by, &mut ties] {
        views.sort_unstable();
        views.dedup();
    }
    let reach = match (selected.len(), matched, part.gave_up) {
        (0, _, true) => Reach::Unknown,
        (0, 0, false) => Reach::Unmatchable,
        (0, _, false) => Reach::Never,
        (all, matched, false) if all == matched => Reach::Always,
        _ => Reach::Partly,
    };
    let clients = if selected.is_empty() { String::new() } else { clients(engine, row, &shadowed_by) };
    let mut example = selected.iter().min_by_key(|set| set.members.first()).map(|set| set.example(name));
    if example.is_some() && is_spelled_otherwise(row) {
        example = admitted(engine, row, name);
        if example.is_none() {
            return Reachability { reach: Reach::Refused, ..Reachability::default() };
        }
    }
    Reachability { reach, clients, example, shadowed_by, ties }
}

/// The clients of a row, in words: those of its host text, but for those of the rows that come first.
fn clients(engine: &Engine<'_>, row: &Ranked<'_>, shadowed_by: &[AccountView]) -> String {
    let skip = engine.policy.tables.variables.on(Variable::SkipNameResolve);
    let own = match row.pattern.text {
        "%" | "" => "any client",
        text if text.eq_ignore_ascii_case("localhost") && skip => "the socket",
        text if text.eq_ignore_ascii_case("localhost") => "localhost, the socket",
        text => text,
    };
    let mut but: Vec<&str> = shadowed_by.iter().map(|account| account.host.as_str()).collect();
    but.dedup();
    if but.is_empty() { own.to_owned() } else { format!("{own} except {}", but.join(", ")) }
}

/// An exact address in another spelling: the check before the handshake compares texts, with the hosts of all accounts,
/// and may let few or none of its clients pass (M2.21).
pub(super) fn is_spelled_otherwise(row: &Ranked<'_>) -> bool {
    let spelled = std::net::Ipv4Addr::from(row.pattern.value).to_string();
    row.pattern.mask == u32::MAX && row.pattern.text != spelled
}

/// A client that gets the row and is admitted.
fn admitted(engine: &Engine<'_>, row: &Ranked<'_>, name: &str) -> Option<Client> {
    let tables = &engine.policy.tables;
    let account = engine.viewer().account(row.row.key);
    let hosts: Vec<&str> = engine.index.hosts().iter().map(|host| tables.names.text(*host)).collect();
    let part = partition(&hosts, &[], &tables.server, tables.variables.on(Variable::SkipNameResolve));
    let mut clients = part.sets.iter().flat_map(|set| set.members.iter().map(|member| member.client(name)));
    clients.find(|client| engine.login(client).account.as_ref() == Some(&account))
}

/// Equal in the server's order, and nothing fixes which of them it finds first (M3.8).
fn is_tie(engine: &Engine<'_>, one: &Ranked<'_>, other: &Ranked<'_>) -> bool {
    let position = |row: &Ranked<'_>| engine.index.position(row.at);
    one.rank == other.rank
        && (one.row.key.user == Symbol::EMPTY) == (other.row.key.user == Symbol::EMPTY)
        && (position(one).is_none() || position(one) == position(other))
}
