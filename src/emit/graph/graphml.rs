//! The graph as GraphML, for programs that read graphs.

use crate::graph::Graph;
use std::io::{self, Write};

const HEAD: &str = "\
<?xml version=\"1.0\" encoding=\"UTF-8\"?>
<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" \
xsi:schemaLocation=\"http://graphml.graphdrawing.org/xmlns http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd\">
  <key id=\"kind\" for=\"node\" attr.name=\"kind\" attr.type=\"string\"/>
  <key id=\"label\" for=\"node\" attr.name=\"label\" attr.type=\"string\"/>
  <key id=\"says\" for=\"edge\" attr.name=\"kind\" attr.type=\"string\"/>
  <graph id=\"grantc\" edgedefault=\"directed\">
";

/// Writes the graph as GraphML.
///
/// # Errors
/// The output cannot be written.
pub fn write(graph: &Graph<'_>, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(HEAD.as_bytes())?;
    for node in graph.each_node() {
        let (id, label) = (escaped(&graph.id(node)), escaped(&graph.words(node).join("\n")));
        let kind = node.kind();
        writeln!(
            out,
            "    <node id=\"{id}\"><data key=\"kind\">{kind}</data><data key=\"label\">{label}</data></node>"
        )?;
    }
    for (from, to, edge) in graph.each_edge() {
        let (from, to) = (escaped(&graph.id(from)), escaped(&graph.id(to)));
        let says = edge.name();
        writeln!(out, "    <edge source=\"{from}\" target=\"{to}\"><data key=\"says\">{says}</data></edge>")?;
    }
    out.write_all(b"  </graph>\n</graphml>\n")
}

/// A text in XML: markup is escaped, and what XML 1.0 has no place for becomes U+FFFD.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '"' => escaped.push_str("&quot;"),
            '\n' => escaped.push_str("&#10;"),
            '\t' => escaped.push_str("&#9;"),
            '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            c if (c as u32) < 0x20 => escaped.push('\u{fffd}'),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn markup_and_controls_do_not_reach_xml() {
        assert_eq!(escaped("<a b=\"&\">\u{1}\n"), "&lt;a b=&quot;&amp;&quot;&gt;\u{fffd}&#10;");
    }
}
