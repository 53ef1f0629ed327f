//! The command line: arguments to questions, answers to text. One file per command.
//!
//! Nothing here decides: a command reads its arguments, asks the library, and prints. What is
//! answered here is answered the same from the library and by `batch`.

mod accounts;
mod args;
mod batch;
mod check;
mod client;
mod compile;
mod completions;
mod diagnose;
mod diff;
mod explain;
mod graph;
mod help;
mod judge;
mod load;
mod login;
mod man;
mod output;
mod plan;
mod privileges;
mod progress;
mod show;
mod snapshot;
mod status;
mod test;
mod verify;
mod whatif;
mod who;

pub use help::command;
pub use status::Status;

use clap::{FromArgMatches, Parser, Subcommand};
use std::ffi::OsString;

/// Everything that `grantc` was told.
#[derive(Debug, Parser)]
#[command(override_usage = "grantc COMMAND [OPTIONS] …")]
#[command(name = "grantc", version, about = help::ABOUT, long_about = help::LONG_ABOUT, after_help = help::AFTER)]
#[command(disable_help_subcommand = true, max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Accounts(accounts::Arguments),
    Login(login::Arguments),
    Check(check::Arguments),
    Explain(explain::Arguments),
    Privileges(privileges::Arguments),
    Who(who::Arguments),
    Graph(graph::Arguments),
    Show(show::Arguments),
    Diagnose(diagnose::Arguments),
    Test(test::Arguments),
    Compile(compile::Arguments),
    Verify(verify::Arguments),
    Diff(diff::Arguments),
    Whatif(whatif::Arguments),
    Plan(plan::Arguments),
    Snapshot(snapshot::Arguments),
    Batch(batch::Arguments),
    Completions(completions::Arguments),
    Man(man::Arguments),
}

/// What a command has to say: the text for standard output, and the exit status.
struct Report {
    text: String,
    status: Status,
}

/// Runs `grantc` with these arguments, the program's name first. Prints, and returns the exit status.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> Status {
    let parsed = command()
        .try_get_matches_from(arguments)
        .and_then(|matches| Arguments::from_arg_matches(&matches).map_err(|error| error.format(&mut command())));
    let arguments = match parsed {
        Ok(arguments) => arguments,
        Err(error) => {
            // A closed pipe behind `--help` is nobody's mistake.
            let _ = error.print();
            return if error.use_stderr() { Status::Bad } else { Status::Fine };
        }
    };
    let report = match arguments.command {
        Command::Accounts(arguments) => accounts::run(&arguments),
        Command::Login(arguments) => login::run(&arguments),
        Command::Check(arguments) => check::run(&arguments),
        Command::Explain(arguments) => explain::run(&arguments),
        Command::Privileges(arguments) => privileges::run(&arguments),
        Command::Who(arguments) => who::run(&arguments),
        Command::Graph(arguments) => graph::run(&arguments),
        Command::Show(arguments) => show::run(&arguments),
        Command::Diagnose(arguments) => diagnose::run(&arguments),
        Command::Test(arguments) => test::run(&arguments),
        Command::Compile(arguments) => compile::run(&arguments),
        Command::Verify(arguments) => verify::run(&arguments),
        Command::Diff(arguments) => diff::run(&arguments),
        Command::Whatif(arguments) => whatif::run(&arguments),
        Command::Plan(arguments) => plan::run(&arguments),
        Command::Snapshot(arguments) => snapshot::run(&arguments),
        Command::Batch(arguments) => batch::run(&arguments),
        Command::Completions(arguments) => completions::run(&arguments),
        Command::Man(arguments) => man::run(&arguments),
    };
    match report {
        Ok(report) => output::print(&report.text).map_or_else(|failure| failure.tell(), |()| report.status),
        Err(failure) => failure.tell(),
    }
}
