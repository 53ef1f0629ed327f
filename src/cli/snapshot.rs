//! `grantc snapshot`: a policy's decisions as text to commit.

use super::args::Policy;
use super::judge::Judge;
use super::{Report, Status, load, progress, status::Failure};
use crate::answer::diff::without_ties_before;
use crate::answer::{Engine, snapshot};
use std::path::Path;

/// Write a policy's decisions as sorted text to commit, and tell a later change by its effect
///
/// The snapshot of shop.sql is shop.sql.snap beside it: who gets in from where as which row, and
/// what each session may do; below that the accounts and grants, without secrets. Alone the command
/// prints the snapshot; --update writes it; --check compares the policy with the one that was written
/// and reports as `grantc diff` does. A policy that is only written otherwise passes.
#[derive(Debug, clap::Args)]
#[command(override_usage = "grantc snapshot [OPTIONS] PATH [--check|--update]")]
#[command(after_help = "\
Exit status:
  0  printed, written, or no difference
  1  --check: the decisions differ, or there is no snapshot yet

Examples:
  grantc snapshot shop.sql | less
  grantc snapshot policy/ --update && git add policy.snap
  grantc snapshot shop.sql --check
  grantc snapshot shop.sql --check --fail-on wider --format github")]
pub struct Arguments {
    #[command(flatten)]
    policy: Policy,

    /// Compare the policy with its snapshot, by effect
    #[arg(long, conflicts_with = "update")]
    check: bool,

    /// Write the snapshot
    #[arg(long)]
    update: bool,

    /// The file of the snapshot [default: PATH with .snap behind it]
    #[arg(long, value_name = "FILE")]
    file: Option<String>,

    #[command(flatten)]
    judge: Judge,
}

pub fn run(arguments: &Arguments) -> Result<Report, Failure> {
    let loaded = load::load(&arguments.policy)?;
    if arguments.check {
        return check(arguments, &loaded);
    }
    let quiet = arguments.policy.rules.quiet;
    let text = progress::during(quiet, "deciding", || snapshot::text(&Engine::new(&loaded.policy)));
    if !arguments.update {
        return Ok(Report { text, status: loaded.status(Status::Fine) });
    }
    let file = file(arguments)?;
    std::fs::write(&file, &text).map_err(|error| Failure::new(format!("`{file}` cannot be written: {error}")))?;
    let told = if quiet { String::new() } else { format!("{file} written\n") };
    Ok(Report { text: told, status: loaded.status(Status::Fine) })
}

fn check(arguments: &Arguments, loaded: &load::Loaded) -> Result<Report, Failure> {
    let file = file(arguments)?;
    let text = match std::fs::read_to_string(&file) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let text = format!("there is no snapshot {file}: write it with --update\n");
            return Ok(Report { text, status: loaded.status(Status::Denied) });
        }
        Err(error) => return Err(Failure::new(format!("`{file}` cannot be read: {error}"))),
    };
    if !snapshot::is_snapshot(&text) {
        return Err(Failure::new(format!("`{file}` is not a snapshot")).help("write one with --update"));
    }
    let old = snapshot::read(&file, &text);
    let title = format!("{file} → {}", arguments.policy.first);
    let quiet = (arguments.policy.rules.quiet, title.as_str());
    // A snapshot does not tell the order of rows that tie.
    arguments.judge.report(&old, &loaded.policy, quiet, without_ties_before, |answer| loaded.status(answer))
}

fn file(arguments: &Arguments) -> Result<String, Failure> {
    if let Some(file) = &arguments.file {
        return Ok(file.clone());
    }
    match arguments.policy.first.as_str() {
        "-" => {
            Err(Failure::new("a policy from standard input has no file name")
                .help("name the snapshot with --file FILE"))
        }
        path => Ok(format!("{}.snap", Path::new(path.trim_end_matches('/')).display())),
    }
}
