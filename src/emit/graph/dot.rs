//! The graph as Graphviz reads it.

use super::Grouped;
use crate::emit::words::shorten;
use crate::graph::{Edge, Graph, Node};
use std::io::{self, Write};

/// How long a line of a label may be.
const WIDEST: usize = 60;

/// Writes the graph in the DOT language.
///
/// # Errors
/// The output cannot be written.
pub fn write(graph: &Graph<'_>, out: &mut dyn Write) -> io::Result<()> {
    let grouped = Grouped::of(graph);
    out.write_all(b"digraph grantc {\n  rankdir=LR;\n  ranksep=1.2;\n")?;
    out.write_all(b"  node [shape=box, style=filled, fillcolor=white, fontname=\"sans-serif\", fontsize=10];\n")?;
    out.write_all(b"  edge [fontname=\"sans-serif\", fontsize=9];\n")?;
    for node in grouped.nodes() {
        let lines = grouped.words(node);
        let label: String = lines.iter().map(|line| escaped(&shorten(line, WIDEST)) + "\\l").collect();
        writeln!(out, "  \"{}\" [label=\"{label}\"{}];", escaped(&graph.id(node)), style(node))?;
    }
    for (from, to, edge) in grouped.edges() {
        let (from, to) = (escaped(&graph.id(from)), escaped(&graph.id(to)));
        writeln!(out, "  \"{from}\" -> \"{to}\" [{}];", line(edge))?;
    }
    out.write_all(b"}\n")
}

fn style(node: Node) -> &'static str {
    match node {
        Node::Statement(_) => ", shape=note, fillcolor=\"#f5f5f5\"",
        Node::Row(_) => "",
        Node::Account(_) => ", fillcolor=\"#e3eefa\", shape=ellipse",
        Node::Role(_) => ", fillcolor=\"#efe6fa\", shape=ellipse",
        Node::Session(_) => ", fillcolor=\"#fdf0d5\"",
        Node::Decision(_) => ", fillcolor=\"#e2f4e4\"",
    }
}

fn line(edge: Edge) -> String {
    let name = edge.name();
    match edge {
        Edge::Blocks => format!("label=\"{name}\", style=dashed, color=\"#c0392b\", constraint=false"),
        Edge::Withholds => format!("label=\"{name}\", style=dashed, color=\"#c0392b\""),
        Edge::Gives => format!("tooltip=\"{name}\", color=\"#3a8a4a\""),
        Edge::Granted | Edge::Active | Edge::Activates | Edge::StandsIn => format!("label=\"{name}\""),
        _ => format!("tooltip=\"{name}\""),
    }
}

/// A text between the quotes of DOT. A backslash would begin an escape of its own.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '"' => escaped.push_str("\\\""),
            '\\' => escaped.push_str("\\\\"),
            c if c.is_control() => escaped.push(' '),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn what_would_end_a_text_is_escaped() {
        assert_eq!(escaped("a\"b\\n\n"), "a\\\"b\\\\n ");
    }
}
