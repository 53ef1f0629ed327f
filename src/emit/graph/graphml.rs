//! The graph as GraphML, for programs that read graphs.

use crate::emit::xml;
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
        let (id, label) = (xml::attribute(&graph.id(node)), xml::attribute(&graph.words(node).join("\n")));
        let kind = node.kind();
        writeln!(
            out,
            "    <node id=\"{id}\"><data key=\"kind\">{kind}</data><data key=\"label\">{label}</data></node>"
        )?;
    }
    for (from, to, edge) in graph.each_edge() {
        let (from, to) = (xml::attribute(&graph.id(from)), xml::attribute(&graph.id(to)));
        let says = edge.name();
        writeln!(out, "    <edge source=\"{from}\" target=\"{to}\"><data key=\"says\">{says}</data></edge>")?;
    }
    out.write_all(b"  </graph>\n</graphml>\n")
}
