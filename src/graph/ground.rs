//! What the answer for one client rests on: the part of the graph that its own session and roles make.

use super::{Graph, Node};
use crate::answer::{Decision, Engine, RowView, Verdict};
use crate::client::{Client, Object};
use crate::tables::row::{AccountKey, RowId};
use rustc_hash::FxHashSet;
use std::collections::BTreeSet;

/// The rows that an allowed answer rests on: those of the account and its roles, those that grant and activate these or let
/// it stand in for another account, last those that give what was asked; each with the statements that count. None where it is refused,
/// or where rows tie.
pub fn ground(engine: &Engine<'_>, client: &Client, decision: &Decision) -> Vec<RowView> {
    if decision.verdict != Verdict::Allow || decision.login.ambiguous {
        return Vec::new();
    }
    let sessions = engine.holdings_on(client, &Object::Global);
    let [session] = sessions.as_slice() else { return Vec::new() };
    let mut accounts = vec![session.account, session.effective];
    accounts.extend(session.roles.iter().map(|active| active.role));
    let tables = &engine.policy().tables;
    let given_by = decision.rows.iter().map(|row| &row.account);
    accounts.extend(given_by.filter_map(|account| tables.find_account(&account.user, &account.host)));
    let graph = Graph::of_client(engine, client, sessions, &with_roles(engine, accounts));
    let mut supports = graph.supports();
    let mut rests = supports.of_session(Node::Session(0));
    let mut views: Vec<(RowId, RowView)> = Vec::new();
    for node in graph.each_node() {
        let Node::Row(row) = node else { continue };
        if let Some(view) = given(engine, row, decision) {
            rests.extend(supports.of_row(row, 0, None));
            views.push((row, view));
        }
    }
    let known: BTreeSet<RowId> = views.iter().map(|(row, _)| *row).collect();
    for node in rests.iter() {
        let Node::Row(row) = *node else { continue };
        if let Some(view) = engine.row(row, None).filter(|_| !known.contains(&row)) {
            let counts = engine.origin(row).filter(|part| rests.contains(&Node::Statement(part.statement)));
            let sources = counts.filter_map(|part| engine.statement(part.statement)).collect();
            views.push((row, RowView { sources, ..view }));
        }
    }
    views.sort_by_key(|(row, _)| (known.contains(row), *row));
    views.into_iter().map(|(_, view)| view).collect()
}

/// These accounts and all roles that they have, by whatever way.
fn with_roles(engine: &Engine<'_>, mut open: Vec<AccountKey>) -> FxHashSet<AccountKey> {
    let mut seen = FxHashSet::default();
    while let Some(account) = open.pop() {
        if seen.insert(account) {
            open.extend(engine.policy().tables.role_edges.of(account).map(|(_, edge)| edge.role));
        }
    }
    seen
}

/// The row as the answer shows it, if it is one that decided.
fn given(engine: &Engine<'_>, row: RowId, decision: &Decision) -> Option<RowView> {
    let without_sources = |view: RowView| RowView { sources: Vec::new(), ..view };
    let view = without_sources(engine.row(row, None)?);
    decision.rows.iter().find(|shown| without_sources((*shown).clone()) == view).cloned()
}
