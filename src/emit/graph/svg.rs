//! The graph as a drawing that any browser shows: statements to the left, what they lead to right of them.

use super::Grouped;
use super::layout::{Input, Layout, layout};
use crate::emit::words::shorten;
use crate::emit::xml;
use crate::graph::{Edge, Graph, Node};
use rustc_hash::FxHashMap;
use std::fmt::{self, Display, Write as _};
use std::io::{self, Write};

/// More nodes than this nobody can read, nor any browser show.
pub const MOST: usize = 1_500;
/// How long a line of text may be.
const WIDEST: usize = 48;
/// The width of a character of the font, and the height of a line.
const CHARACTER: f64 = 6.65;
const LINE: f64 = 14.0;
const PADDING: f64 = 7.0;
const MARGIN: f64 = 20.0;
/// Room for what the colours mean.
const LEGEND: f64 = 34.0;

const STYLE: &str = "\
    text { font: 11px ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace; fill: #1c2733; }
    rect { stroke: #8593a3; fill: #ffffff; rx: 4px; }
    .statement rect { fill: #f4f4f2; stroke: #b9b9b0; }
    .account rect { fill: #e3eefa; stroke: #6d97c4; }
    .role rect { fill: #efe6fa; stroke: #9a78c7; }
    .session rect { fill: #fdf0d5; stroke: #c9a04e; }
    .decision rect { fill: #e2f4e4; stroke: #6aa872; }
    path { fill: none; stroke: #a3adb8; stroke-width: 1.1; }
    .gives path { stroke: #6aa872; }
    .granted path, .active path, .activates path { stroke: #9a78c7; }
    .blocks path, .withholds path { stroke: #c0392b; stroke-dasharray: 5 3; }
    .head { font-weight: bold; }
";

/// What can be said against a drawing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooLarge(
    /// So many nodes it would have.
    pub usize,
);

impl Display for TooLarge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the drawing would have {} nodes, and {MOST} is the most that can be looked at", self.0)
    }
}

impl std::error::Error for TooLarge {}

/// A box with its lines of text.
struct Shape {
    id: String,
    kind: &'static str,
    full: Vec<String>,
    lines: Vec<String>,
}

/// Draws the graph.
///
/// # Errors
/// It is too large to be looked at.
pub fn draw(graph: &Graph<'_>) -> Result<Drawing, TooLarge> {
    let grouped = Grouped::of(graph);
    let nodes: Vec<Node> = grouped.nodes().collect();
    if nodes.len() > MOST {
        return Err(TooLarge(nodes.len()));
    }
    let places: FxHashMap<Node, usize> = nodes.iter().enumerate().map(|(place, node)| (*node, place)).collect();
    let shapes: Vec<Shape> = nodes.iter().map(|node| shape(graph, &grouped, *node)).collect();
    let drawn = |edge: Edge, from: Node| edge != Edge::Owned || matches!(from, Node::Row(_));
    let edges: Vec<(usize, usize, Edge)> = grouped
        .edges()
        .filter(|(from, to, edge)| drawn(*edge, *from) && !(*edge == Edge::Owned && matches!(to, Node::Account(_))))
        .filter_map(|(from, to, edge)| Some((*places.get(&from)?, *places.get(&to)?, edge)))
        .collect();
    let (apart, through): (Vec<_>, Vec<_>) = edges.into_iter().partition(|(_, _, edge)| *edge == Edge::Blocks);
    let input = Input {
        sizes: shapes.iter().map(Shape::size).collect(),
        stages: nodes.iter().map(|node| stage(*node)).collect(),
        edges: through.iter().map(|(from, to, _)| (*from, *to)).collect(),
    };
    let layout = layout(&input);
    Ok(Drawing { shapes, through, apart, layout })
}

/// Sessions stand in one column, and decisions in another.
fn stage(node: Node) -> Option<usize> {
    match node {
        Node::Session(_) => Some(0),
        Node::Decision(_) => Some(1),
        _ => None,
    }
}

fn shape(graph: &Graph<'_>, grouped: &Grouped<'_, '_>, node: Node) -> Shape {
    let full = grouped.words(node);
    let lines = full.iter().map(|line| shorten(line, WIDEST)).collect();
    Shape { id: graph.id(node), kind: node.kind(), full, lines }
}

impl Shape {
    fn size(&self) -> (f64, f64) {
        let widest = self.lines.iter().map(|line| line.chars().count()).max().unwrap_or(1);
        (widest as f64 * CHARACTER + 2.0 * PADDING, self.lines.len() as f64 * LINE + PADDING)
    }
}

/// A graph that is laid out.
pub struct Drawing {
    shapes: Vec<Shape>,
    through: Vec<(usize, usize, Edge)>,
    apart: Vec<(usize, usize, Edge)>,
    layout: Layout,
}

impl Drawing {
    /// Writes it as SVG.
    ///
    /// # Errors
    /// The output cannot be written.
    pub fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let (width, height) = self.layout.size;
        let (width, height) = ((width + 2.0 * MARGIN).max(640.0), height + 2.0 * MARGIN + LEGEND);
        writeln!(
            out,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height:.0}\" \
             viewBox=\"0 0 {width:.0} {height:.0}\">"
        )?;
        writeln!(out, "  <style>\n{STYLE}  </style>")?;
        out.write_all(b"  <defs><marker id=\"end\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" markerWidth=\"7\" \
            markerHeight=\"7\" orient=\"auto\"><path d=\"M0,0 L8,4 L0,8 z\" style=\"fill:#8593a3;stroke:none\"/></marker></defs>\n")?;
        writeln!(out, "  <rect width=\"{width:.0}\" height=\"{height:.0}\" style=\"fill:#ffffff;stroke:none\"/>")?;
        self.legend(out)?;
        for ((from, to, edge), path) in self.through.iter().zip(&self.layout.paths) {
            self.edge(out, (*from, *to), *edge, &curve(path))?;
        }
        for (from, to, edge) in &self.apart {
            self.edge(out, (*from, *to), *edge, &self.beside(*from, *to))?;
        }
        for (shape, corner) in self.shapes.iter().zip(&self.layout.corners) {
            write_shape(out, shape, *corner)?;
        }
        out.write_all(b"</svg>\n")
    }

    /// What the colours mean.
    fn legend(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut x = MARGIN;
        for kind in ["statement", "row", "account", "role", "session", "decision"] {
            writeln!(
                out,
                "  <g class=\"{kind}\"><rect x=\"{x:.1}\" y=\"12\" width=\"12\" height=\"12\"/>\
                 <text x=\"{:.1}\" y=\"22\">{kind}</text></g>",
                x + 17.0
            )?;
            x += 17.0 + kind.len() as f64 * CHARACTER + 22.0;
        }
        writeln!(
            out,
            "  <g class=\"blocks\"><path d=\"M{x:.1},18 h22\"/><text x=\"{:.1}\" y=\"22\">takes clients from, withholds</text></g>",
            x + 28.0
        )
    }

    fn edge(&self, out: &mut dyn Write, (from, to): (usize, usize), edge: Edge, path: &str) -> io::Result<()> {
        let name =
            |at: usize| self.shapes.get(at).map(|shape| xml::attribute(&shape.full.join(" "))).unwrap_or_default();
        writeln!(
            out,
            "  <g class=\"{kind}\"><path d=\"{path}\" marker-end=\"url(#end)\"/><title>{} {kind} {}</title></g>",
            name(from),
            name(to),
            kind = edge.name(),
        )
    }

    /// A line from one box to another of its column, on their left.
    fn beside(&self, from: usize, to: usize) -> String {
        let middle = |at: usize| {
            let corner = self.layout.corners.get(at).copied().unwrap_or_default();
            let size = self.shapes.get(at).map(Shape::size).unwrap_or_default();
            (corner.0 + MARGIN, corner.1 + size.1 / 2.0 + MARGIN + LEGEND)
        };
        let ((x, y), (end_x, end_y)) = (middle(from), middle(to));
        let bow = x.min(end_x) - 18.0 - (y - end_y).abs() / 14.0;
        let bow = bow.max(4.0);
        format!("M{x:.1},{y:.1} C{bow:.1},{y:.1} {bow:.1},{end_y:.1} {end_x:.1},{end_y:.1}")
    }
}

/// A smooth line through points that goes straight where it crosses a column.
fn curve(points: &[(f64, f64)]) -> String {
    let mut path = String::new();
    let mut before: Option<(f64, f64)> = None;
    for (place, (x, y)) in points.iter().map(|(x, y)| (x + MARGIN, y + MARGIN + LEGEND)).enumerate() {
        // Writing to a string does not fail.
        let _ = match before {
            None => write!(path, "M{x:.1},{y:.1}"),
            // Between two columns; within one it goes straight.
            Some((from, height)) if place % 2 == 1 => {
                let half = (from + x) / 2.0;
                write!(path, " C{half:.1},{height:.1} {half:.1},{y:.1} {x:.1},{y:.1}")
            }
            Some(_) => write!(path, " L{x:.1},{y:.1}"),
        };
        before = Some((x, y));
    }
    path
}

fn write_shape(out: &mut dyn Write, shape: &Shape, corner: (f64, f64)) -> io::Result<()> {
    let (x, y) = (corner.0 + MARGIN, corner.1 + MARGIN + LEGEND);
    let (width, height) = shape.size();
    writeln!(out, "  <g class=\"{}\" id=\"{}\">", shape.kind, xml::attribute(&shape.id))?;
    writeln!(out, "    <title>{}</title>", xml::attribute(&shape.full.join("\n")))?;
    writeln!(out, "    <rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\"/>")?;
    for (place, line) in shape.lines.iter().enumerate() {
        let class = if place == 0 { " class=\"head\"" } else { "" };
        let baseline = y + PADDING / 2.0 + (place as f64 + 0.78) * LINE;
        writeln!(out, "    <text{class} x=\"{:.1}\" y=\"{baseline:.1}\">{}</text>", x + PADDING, xml::attribute(line))?;
    }
    out.write_all(b"  </g>\n")
}
