//! `grantc compile`: a policy to a decision table.

use super::args::Policy;
use super::{Report, Status, load, progress, status::Failure};
use crate::answer::Engine;
use crate::decision_table::DecisionTable;
use crate::emit::relations::{Export, relations};
use crate::graph::Graph;
use clap::ValueEnum;
use std::fs;
use std::path::{Path, PathBuf};

/// Compile the policy to a decision table, which the other commands take in its place
///
/// A table answers as the policy does and opens at once, however large it is. It has no passwords or hashes in it.
/// With --emit the output is a folder: csv and json write what the table says as relations, a file each (accounts,
/// sessions, decisions, rows, edges, findings), dot and graphml the graph of what decisions rest on.
#[derive(Debug, clap::Args)]
#[command(override_usage = "grantc compile [OPTIONS] POLICY -o OUT")]
#[command(after_help = "\
Examples:
  grantc compile shop.sql -o shop.gct
  grantc check shop.gct --user joe --from 10.0.0.7 --can SELECT --on shop.orders
  mysqldump --users … | grantc compile - -o estate.gct
  grantc compile shop.sql -o compiled --emit gct,csv,graphml")]
pub struct Arguments {
    #[command(flatten)]
    policy: Policy,

    /// The file to write, or with --emit the folder
    #[arg(short, long, value_name = "OUT")]
    output: PathBuf,

    /// What to write to a folder, with commas between: gct is the table
    #[arg(long, value_name = "FORMATS", value_delimiter = ',')]
    emit: Vec<Emit>,
}

/// What can be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Emit {
    // The table
    Gct,
    // The relations as CSV
    Csv,
    // The relations as JSON
    Json,
    // The graph for Graphviz
    Dot,
    // The graph as GraphML
    Graphml,
}

pub fn run(arguments: &Arguments) -> Result<Report, Failure> {
    let loaded = load::load(&arguments.policy)?.with_statements("`grantc compile`")?;
    let quiet = arguments.policy.rules.quiet;
    let cannot = |error: std::io::Error| Failure::new(format!("the output cannot be written: {error}"));
    let mut output = arguments.output.clone();
    if !arguments.emit.is_empty() {
        fs::create_dir_all(&output).map_err(cannot)?;
        let exports: Vec<Export> = arguments.emit.iter().filter_map(|emit| emit.export()).collect();
        if !exports.is_empty() {
            let engine = Engine::new(&loaded.policy);
            let write = || relations(&Graph::new(&engine), &output, &exports);
            progress::during(quiet, "asking every client", write).map_err(cannot)?;
        }
        output.push("table.gct");
    }
    if !arguments.emit.is_empty() && !arguments.emit.contains(&Emit::Gct) {
        return Ok(Report { text: String::new(), status: loaded.status(Status::Fine) });
    }
    let table = progress::during(quiet, "compiling", || DecisionTable::compile(&loaded.policy));
    let table = table.map_err(|error| Failure::new(error.to_string()))?;
    write(&output, table.bytes())?;
    let status = loaded.status(Status::Fine);
    // The program ends with this: giving the rows of a large policy back one by one would only take time.
    std::mem::forget(loaded);
    let size = table.size();
    let text = if quiet {
        String::new()
    } else {
        format!(
            "{}: {} accounts of {} user names, {} rows, {} bytes\n",
            output.display(),
            size.accounts,
            size.users,
            size.rows,
            size.bytes
        )
    };
    Ok(Report { text, status })
}

impl Emit {
    fn export(self) -> Option<Export> {
        match self {
            Self::Gct => None,
            Self::Csv => Some(Export::Csv),
            Self::Json => Some(Export::Json),
            Self::Dot => Some(Export::Dot),
            Self::Graphml => Some(Export::Graphml),
        }
    }
}

/// Writes a new file and puts it in the place of the old one, which somebody may have open.
fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let cannot = |error: std::io::Error| Failure::new(format!("`{}` cannot be written: {error}", path.display()));
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.new", std::process::id()));
    let new = path.with_file_name(name);
    fs::write(&new, bytes).map_err(cannot)?;
    fs::rename(&new, path).map_err(|error| {
        // What was written is of no use under that name.
        let _ = fs::remove_file(&new);
        cannot(error)
    })
}
