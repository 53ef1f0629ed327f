//! `grantc graph`: what every decision rests on.

use super::args::Policy;
use super::{Report, Status, load, output, status::Failure};
use crate::answer::Engine;
use crate::client::{Object, words};
use crate::emit::graph::{Format, write};
use crate::emit::report;
use crate::explain;
use crate::graph::{Cut, Graph, without};
use clap::ValueEnum;
use std::fs::File;
use std::io::{BufWriter, Write};

/// Draw what decisions rest on: statement, row, role, session, decision
///
/// A session is a set of clients that get the same account row; a decision is a privilege that it has
/// on an object. With --statement the graph has the decisions that rest on a statement. With --without
/// it is told what would change if a statement were not there: the policy is read again without it.
#[derive(Debug, clap::Args)]
#[command(override_usage = "grantc graph [OPTIONS] POLICY\n       grantc graph [OPTIONS] POLICY --without FILE:LINE")]
#[command(after_help = "\
Examples:
  grantc graph shop.sql --format svg -o shop.svg
  grantc graph shop.sql --account \"'joe'@'%'\" --object shop.orders | dot -Tpng > joe.png
  grantc graph shop.sql --statement shop.sql:12 --format json
  grantc graph shop.sql --without shop.sql:12")]
pub struct Arguments {
    #[command(flatten)]
    policy: Policy,

    /// Only sessions of this account: 'user'@'host', or user for 'user'@'%'
    #[arg(long, value_name = "ACCOUNT", help_heading = "Cut")]
    account: Option<String>,

    /// Only decisions on this object, by rows of every level, and on what lies within it
    #[arg(long, value_name = "OBJECT", help_heading = "Cut")]
    object: Option<Object>,

    /// Only decisions for this privilege
    #[arg(long, value_name = "PRIVILEGE", help_heading = "Cut")]
    privilege: Option<String>,

    /// Only decisions that rest on the statement on this line
    #[arg(long, value_name = "FILE:LINE", help_heading = "Cut")]
    statement: Option<String>,

    /// Tell what would change without the statement on this line
    #[arg(long, value_name = "FILE:LINE", conflicts_with_all = ["account", "object", "privilege", "statement", "out"])]
    without: Option<String>,

    /// Write to this file
    #[arg(short, long, value_name = "FILE")]
    out: Option<String>,

    /// How to write it [default: by the name of the file, else dot; text for --without]
    #[arg(long, value_name = "FORMAT")]
    format: Option<GraphFormat>,
}

/// The format of a graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum GraphFormat {
    // For Graphviz
    Dot,
    // For programs that read graphs
    Graphml,
    // One JSON document
    Json,
    // A drawing
    Svg,
    // For people; only with --without
    Text,
}

pub fn run(arguments: &Arguments) -> Result<Report, Failure> {
    let loaded = load::load(&arguments.policy)?;
    let status = loaded.status(Status::Fine);
    if let Some(place) = &arguments.without {
        let loaded = loaded.with_statements("`grantc graph --without`")?;
        let engine = Engine::new(&loaded.policy);
        let statements = engine.statements_at(place).map_err(bad)?;
        let removed = without(&engine, &statements, |sources, schema| load::again(&arguments.policy, sources, schema));
        let text = match arguments.format {
            None | Some(GraphFormat::Text) => {
                let paper = output::paper();
                report::with_footer(
                    explain::without(&removed, &paper),
                    &loaded.policy,
                    arguments.policy.rules.quiet,
                    &paper,
                )
            }
            Some(GraphFormat::Json) => report::document(crate::emit::graph::json::without(&removed), &loaded.policy),
            Some(_) => return Err(Failure::new("`--without` is told as text or json")),
        };
        return Ok(Report { text, status });
    }
    let engine = Engine::new(&loaded.policy);
    let graph = Graph::cut(&engine, &cut(arguments, &engine)?).map_err(bad)?;
    let format = format(arguments)?;
    let failed = |error: std::io::Error| Failure::new(format!("the graph cannot be written: {error}"));
    let Some(path) = &arguments.out else {
        let mut text = Vec::new();
        write(&graph, format, &mut text).map_err(failed)?;
        return Ok(Report { text: String::from_utf8_lossy(&text).into_owned(), status });
    };
    let mut file = BufWriter::new(File::create(path).map_err(failed)?);
    write(&graph, format, &mut file).and_then(|()| file.flush()).map_err(failed)?;
    Ok(Report { text: String::new(), status })
}

fn cut(arguments: &Arguments, engine: &Engine<'_>) -> Result<Cut, Failure> {
    Ok(Cut {
        account: arguments.account.as_deref().map(words::account).transpose().map_err(bad)?,
        object: arguments.object.clone(),
        privilege: arguments.privilege.as_deref().map(|name| engine.privilege_named(name)).transpose().map_err(bad)?,
        statements: match &arguments.statement {
            Some(place) => engine.statements_at(place).map_err(bad)?,
            None => Vec::new(),
        },
    })
}

fn bad(error: impl std::fmt::Display) -> Failure {
    Failure::new(error.to_string())
}

/// The format that was asked for, or the one that the file's name says.
fn format(arguments: &Arguments) -> Result<Format, Failure> {
    let by_name = arguments.out.as_deref().and_then(|path| path.rsplit_once('.')).map(|(_, end)| end);
    Ok(match (arguments.format, by_name) {
        (Some(GraphFormat::Text), _) => return Err(Failure::new("a graph is written as dot, graphml, json or svg")),
        (Some(GraphFormat::Graphml), _) | (None, Some("graphml")) => Format::Graphml,
        (Some(GraphFormat::Json), _) | (None, Some("json")) => Format::Json,
        (Some(GraphFormat::Svg), _) | (None, Some("svg")) => Format::Svg,
        _ => Format::Dot,
    })
}
