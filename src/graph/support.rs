//! What a decision rests on, and which decisions rest on something.

use super::{Edge, Graph, Node};
use crate::server::catalogue::Privilege;
use crate::tables::row::{RowId, StatementId, Table};
use petgraph::Direction::{Incoming, Outgoing};
use petgraph::graph::NodeIndex;
use petgraph::visit::EdgeRef;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeSet;

/// Finds supports, and remembers the ways from roles to sessions.
#[derive(Debug)]
pub struct Supports<'g, 'p> {
    graph: &'g Graph<'p>,
    ways: FxHashMap<(Node, Node), BTreeSet<Node>>,
    sessions: FxHashMap<Node, BTreeSet<Node>>,
}

impl<'p> Graph<'p> {
    /// What the decisions of this graph rest on, one after the other.
    pub fn supports(&self) -> Supports<'_, 'p> {
        Supports { graph: self, ways: FxHashMap::default(), sessions: FxHashMap::default() }
    }

    /// The decisions that rest on any of these nodes, by their places.
    pub fn resting_on(&self, on: &BTreeSet<Node>) -> Vec<u32> {
        let reached = self.reach(on.iter().copied(), Outgoing, |edge| edge != Edge::Blocks && edge != Edge::Withholds);
        let mut supports = self.supports();
        let candidates = reached.into_iter().filter_map(|node| match node {
            Node::Decision(at) => Some(at),
            _ => None,
        });
        let mut resting: Vec<u32> = candidates.filter(|at| !supports.of(*at).is_disjoint(on)).collect();
        resting.sort_unstable();
        resting
    }

    /// The rows that a statement made, or gave something.
    pub fn rows_of(&self, statement: StatementId) -> Vec<RowId> {
        let rows = self.next(Node::Statement(statement), Outgoing, |edge| edge == Edge::Made);
        rows.into_iter().filter_map(|node| if let Node::Row(row) = node { Some(row) } else { None }).collect()
    }

    /// The rows that give a decision.
    pub fn giving(&self, decision: Node) -> Vec<RowId> {
        let rows = self.next(decision, Incoming, |edge| edge == Edge::Gives);
        rows.into_iter().filter_map(|node| if let Node::Row(row) = node { Some(row) } else { None }).collect()
    }

    /// The neighbours of a node over some edges, in their order.
    pub(super) fn next(
        &self,
        node: Node,
        direction: petgraph::Direction,
        over: impl Fn(Edge) -> bool,
    ) -> BTreeSet<Node> {
        let Some(at) = self.place(node) else { return BTreeSet::new() };
        let edges = self.nodes.edges_directed(at, direction).filter(|edge| over(*edge.weight()));
        let other = |edge: petgraph::graph::EdgeReference<'_, Edge>| -> NodeIndex {
            if direction == Outgoing { edge.target() } else { edge.source() }
        };
        edges.filter_map(|edge| self.node(other(edge))).collect()
    }

    /// Everything that can be reached over some edges, with where it starts.
    fn reach(
        &self,
        from: impl Iterator<Item = Node>,
        direction: petgraph::Direction,
        over: impl Fn(Edge) -> bool + Copy,
    ) -> FxHashSet<Node> {
        let mut open: Vec<Node> = from.collect();
        let mut seen: FxHashSet<Node> = open.iter().copied().collect();
        while let Some(node) = open.pop() {
            open.extend(self.next(node, direction, over).into_iter().filter(|next| seen.insert(*next)));
        }
        seen
    }
}

impl Supports<'_, '_> {
    /// The nodes that a decision rests on, itself among them: its session with its account, the rows that give it, the
    /// roles between these, and the statements behind them all.
    pub fn of(&mut self, at: u32) -> BTreeSet<Node> {
        let graph = self.graph;
        let Some(decision) = graph.decision(at) else { return BTreeSet::new() };
        let node = Node::Decision(at);
        let session = Node::Session(decision.session);
        let mut found = self.of_session(session);
        found.insert(node);
        for giving in graph.next(node, Incoming, |edge| edge == Edge::Gives) {
            let Node::Row(row) = giving else { continue };
            found.extend(self.of_row(row, decision.session, Some(decision.privilege)));
        }
        found
    }

    /// What a row that counts for a session rests on: the statements that gave it the privilege, whose it is, and the roles
    /// between that and the session.
    pub(super) fn of_row(&mut self, row: RowId, session: u32, privilege: Option<Privilege>) -> BTreeSet<Node> {
        let graph = self.graph;
        let mut found = BTreeSet::from([Node::Row(row)]);
        found.extend(self.statements(row, privilege));
        let Some(owner) = graph.engine.owner(row) else { return found };
        let effective = graph.sessions.get(session as usize).map(|session| session.effective);
        for node in graph.next(Node::Row(row), Outgoing, |edge| matches!(edge, Edge::Owned | Edge::Is)) {
            found.insert(node);
            if matches!(node, Node::Role(_)) && Some(owner) != effective {
                found.extend(self.way(node, Node::Session(session)));
            }
        }
        found
    }

    /// What a session rests on: the account row selected, the row that lets it stand in for somebody, their statements.
    pub(super) fn of_session(&mut self, session: Node) -> BTreeSet<Node> {
        if let Some(known) = self.sessions.get(&session) {
            return known.clone();
        }
        let graph = self.graph;
        let mut found = BTreeSet::from([session]);
        for node in graph.next(session, Incoming, |edge| matches!(edge, Edge::Selected | Edge::StandsIn)) {
            found.insert(node);
            let rows = if let Node::Row(_) = node {
                BTreeSet::from([node])
            } else {
                graph.next(node, Incoming, |edge| edge == Edge::Is)
            };
            for row in rows {
                found.insert(row);
                if let Node::Row(row) = row {
                    found.extend(self.statements(row, None));
                }
            }
        }
        self.sessions.insert(session, found.clone());
        found
    }

    /// The roles between a role and a session, the rows that grant and activate them, and their statements.
    fn way(&mut self, role: Node, session: Node) -> BTreeSet<Node> {
        if let Some(known) = self.ways.get(&(role, session)) {
            return known.clone();
        }
        let graph = self.graph;
        let granted = |edge| matches!(edge, Edge::Granted | Edge::Active);
        let down = graph.reach(std::iter::once(role), Outgoing, granted);
        let up = graph.reach(std::iter::once(session), Incoming, granted);
        let mut found: BTreeSet<Node> = down.intersection(&up).copied().collect();
        for row in graph.next(session, Incoming, |edge| edge == Edge::Activates) {
            let Node::Row(id) = row else { continue };
            if graph.engine.role_of(id).is_some_and(|active| found.contains(&Node::Role(active))) {
                found.insert(row);
            }
        }
        // A role is there because of its row of `user`.
        let roles: Vec<Node> = found.iter().copied().filter(|node| matches!(node, Node::Role(_))).collect();
        found.extend(roles.into_iter().flat_map(|role| graph.next(role, Incoming, |edge| edge == Edge::Is)));
        let rows: Vec<RowId> =
            found.iter().filter_map(|node| if let Node::Row(row) = node { Some(*row) } else { None }).collect();
        found.extend(rows.into_iter().flat_map(|row| self.statements(row, None)));
        self.ways.insert((role, session), found.clone());
        found
    }

    /// The statements behind a row: those that gave the privilege; else, for an account, those that made it and said how
    /// it is to be let in; else all.
    fn statements(&self, row: RowId, privilege: Option<Privilege>) -> Vec<Node> {
        let all: Vec<_> = self.graph.engine.origin(row).collect();
        let gave: Vec<_> = all.iter().filter(|part| privilege.is_some_and(|p| part.privileges.has(p))).collect();
        let first = all.first().map(|part| part.statement);
        let made = all
            .iter()
            .filter(|part| row.table != Table::User || part.privileges.is_empty() || Some(part.statement) == first);
        let chosen: Vec<_> = if gave.is_empty() { made.collect() } else { gave };
        chosen.into_iter().map(|part| Node::Statement(part.statement)).collect()
    }
}
