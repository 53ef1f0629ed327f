//! `grantc compile`: a policy to a decision table.

use super::args::Policy;
use super::{Report, Status, load, progress, status::Failure};
use crate::decision_table::DecisionTable;
use std::fs;
use std::path::{Path, PathBuf};

/// Compile the policy to a decision table, which the other commands take in its place
///
/// A table answers as the policy does and opens at once, however large it is. It has no passwords or hashes in it.
#[derive(Debug, clap::Args)]
#[command(override_usage = "grantc compile [OPTIONS] POLICY -o OUT")]
#[command(after_help = "\
Examples:
  grantc compile shop.sql -o shop.gct
  grantc check shop.gct --user joe --from 10.0.0.7 --can SELECT --on shop.orders
  mysqldump --users … | grantc compile - -o estate.gct")]
pub struct Arguments {
    #[command(flatten)]
    policy: Policy,

    /// The file to write
    #[arg(short, long, value_name = "OUT")]
    output: PathBuf,
}

pub fn run(arguments: &Arguments) -> Result<Report, Failure> {
    let loaded = load::load(&arguments.policy)?.with_statements("`grantc compile`")?;
    let quiet = arguments.policy.quiet;
    let table = progress::during(quiet, "compiling", || DecisionTable::compile(&loaded.policy));
    let table = table.map_err(|error| Failure::new(error.to_string()))?;
    write(&arguments.output, table.bytes())?;
    let size = table.size();
    let text = if quiet {
        String::new()
    } else {
        format!(
            "{}: {} accounts of {} user names, {} rows, {} bytes\n",
            arguments.output.display(),
            size.accounts,
            size.users,
            size.rows,
            size.bytes
        )
    };
    Ok(Report { text, status: loaded.status(Status::Fine) })
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
