//! The dependency graph as DOT, GraphML, JSON and SVG.
//!
//! All but SVG are written node by node: nothing grows with the graph but the graph itself. GraphML and JSON have a node for
//! each privilege; DOT and SVG, which are looked at, put together what a session may do on one object by the same rows.

pub mod dot;
pub mod graphml;
pub mod json;
mod layout;
pub mod svg;

use crate::graph::{Edge, Graph, Node};
use crate::tables::row::{AccountKey, RowId, StatementId, Table};
use rustc_hash::FxHashMap;
use std::io::{self, Write};

/// How a graph can be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For Graphviz.
    Dot,
    /// For programs that read graphs.
    Graphml,
    /// One JSON document.
    Json,
    /// A drawing.
    Svg,
}

/// Writes a graph.
///
/// # Errors
/// The output cannot be written, or the drawing would be too large to be looked at.
pub fn write(graph: &Graph<'_>, format: Format, out: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Dot => dot::write(graph, out),
        Format::Graphml => graphml::write(graph, out),
        Format::Json => json::write(graph, out),
        Format::Svg => svg::draw(graph).map_err(io::Error::other)?.write(out),
    }
}

/// A graph to be looked at: decisions of one session on one object by the same rows are put together, and so are rows of
/// `global_grants` of one account by the same statements.
#[derive(Debug)]
pub struct Grouped<'g, 'p> {
    graph: &'g Graph<'p>,
    /// The first node of the group of each node that is not the first itself.
    first: FxHashMap<Node, Node>,
    /// The nodes of each group, by the first of them.
    members: FxHashMap<Node, Vec<Node>>,
}

/// What the rows of a group have in common: whose they are, and which statements made them.
type OfRows = (AccountKey, Vec<StatementId>);
/// What the decisions of a group have in common: the session, the object, the rows.
type OfDecisions = (u32, u32, Vec<Node>);

impl<'g, 'p> Grouped<'g, 'p> {
    /// Puts nodes together.
    pub fn of(graph: &'g Graph<'p>) -> Self {
        let mut grouped = Self { graph, first: FxHashMap::default(), members: FxHashMap::default() };
        let mut rows: FxHashMap<OfRows, Node> = FxHashMap::default();
        for node in graph.each_node() {
            let Node::Row(row @ RowId { table: Table::GlobalGrants, .. }) = node else { continue };
            let Some(owner) = graph.engine.owner(row) else { continue };
            let statements = graph.engine.origin(row).map(|part| part.statement).collect();
            grouped.put(node, *rows.entry((owner, statements)).or_insert(node));
        }
        let mut giving: FxHashMap<Node, Vec<Node>> = FxHashMap::default();
        for (from, to, edge) in graph.each_edge() {
            if edge == Edge::Gives {
                giving.entry(to).or_default().push(grouped.leader(from));
            }
        }
        let mut decisions: FxHashMap<OfDecisions, Node> = FxHashMap::default();
        for node in graph.each_node() {
            let Node::Decision(at) = node else { continue };
            let Some(decision) = graph.decision(at) else { continue };
            let rows = giving.remove(&node).unwrap_or_default();
            grouped.put(node, *decisions.entry((decision.session, decision.on, rows)).or_insert(node));
        }
        grouped
    }

    fn put(&mut self, node: Node, first: Node) {
        self.members.entry(first).or_default().push(node);
        if node != first {
            self.first.insert(node, first);
        }
    }

    fn leader(&self, node: Node) -> Node {
        self.first.get(&node).copied().unwrap_or(node)
    }

    /// The nodes in their order, each group once.
    pub fn nodes(&self) -> impl Iterator<Item = Node> {
        self.graph.each_node().filter(|node| !self.first.contains_key(node))
    }

    /// The edges between them, in their order.
    pub fn edges(&self) -> impl Iterator<Item = (Node, Node, Edge)> {
        self.graph.each_edge().filter(|(from, to, _)| !self.first.contains_key(from) && !self.first.contains_key(to))
    }

    /// A node in words, line by line.
    pub fn words(&self, node: Node) -> Vec<String> {
        let graph = self.graph;
        let members = self.members.get(&node).map_or(&[][..], Vec::as_slice);
        match node {
            Node::Decision(at) => {
                let decisions = members.iter().filter_map(|member| match member {
                    Node::Decision(at) => graph.decision(*at),
                    _ => None,
                });
                let names: Vec<String> = decisions.map(|d| graph.engine.privilege(d.privilege)).collect();
                let on = graph.decision(at).map(|decision| graph.on(decision)).unwrap_or_default();
                vec![names.join(", "), format!("on {on}")]
            }
            Node::Row(_) if members.len() > 1 => {
                let mut words = graph.words(node);
                words.truncate(1);
                let names = members.iter().flat_map(|member| graph.words(*member).into_iter().skip(1));
                words.push(names.collect::<Vec<_>>().join(", "));
                words
            }
            _ => graph.words(node),
        }
    }
}
