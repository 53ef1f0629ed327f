//! `grantc diagnose`: what is behind an error line.

use super::args::{Policy, Rules};
use super::{Report, Status, load, output, status::Failure};
use crate::client::From;
use crate::diagnose::{self, Known, complaint, page};
use crate::emit::report;
use clap::ValueEnum;
use std::io::Read;

/// Tell what raised an access error, the row behind it, and what helps
///
/// The line is what a client, a driver or the server's log shows; user, host, object and command are taken from it. Of
/// each thing that can raise the error it is said whether it holds in the policy, cannot be told from it, or is ruled
/// out. Without a policy the error is explained. A text of several lines is read up to its first access error; - is
/// standard input.
#[derive(Debug, clap::Args)]
#[command(
    override_usage = "grantc diagnose [OPTIONS] POLICY LINE\n       grantc diagnose [OPTIONS] POLICY -\n       grantc diagnose [OPTIONS] LINE"
)]
#[command(after_help = "\
Exit status:
  0  the error is explained
  1  the policy does not raise it: the server has other accounts
  2  there is no access error in the text, or bad input
  3  what decides is not in the policy: a password, the address of the client

Examples:
  grantc diagnose shop.sql \"ERROR 1045 (28000): Access denied for user 'joe'@'10.0.0.7' (using password: YES)\"
  mysql --user=joe shop 2>&1 | grantc diagnose shop.sql -
  grantc diagnose shop.sql --db shop \"SELECT command denied to user 'joe'@'10.0.0.7' for table 'orders'\"
  grantc diagnose \"ERROR 1698 (28000): Access denied for user 'root'@'localhost'\"")]
pub struct Arguments {
    /// The policy, and the line; the line alone without a policy
    #[arg(value_name = "POLICY] [LINE", num_args = 1..=2, required = true)]
    words: Vec<String>,

    /// The user name, where the line has none
    #[arg(long, value_name = "NAME", help_heading = "Client")]
    user: Option<String>,

    /// Where the client comes from, where the line does not say so
    #[arg(long, value_name = "IP|HOSTNAME|socket", help_heading = "Client")]
    from: Option<From>,

    /// The current database, or the one that the table is in
    #[arg(long, value_name = "NAME", help_heading = "Client")]
    db: Option<String>,

    /// How to write the answer
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,

    #[command(flatten)]
    rules: Rules,
}

/// `--format`
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    // For people
    Text,
    // One JSON document
    Json,
    // For a ticket
    Markdown,
}

pub fn run(arguments: &Arguments) -> Result<Report, Failure> {
    let (policy, line) = match arguments.words.as_slice() {
        [policy, line] => (Some(policy), line),
        [line] => (None, line),
        _ => return Err(Failure::new("expected a policy and an error line")),
    };
    if policy.is_some_and(|policy| policy == "-") && line == "-" {
        return Err(Failure::new("standard input can be read only once"));
    }
    let text = if line == "-" { standard_input()? } else { line.clone() };
    let complaint = complaint::read(&text).ok_or_else(|| {
        Failure::new("there is no access error of MySQL or MariaDB in this text")
            .help("give the line as the client shows it, such as \"ERROR 1045 (28000): Access denied for user …\"")
    })?;
    let known = Known { user: arguments.user.clone(), from: arguments.from.clone(), db: arguments.db.clone() };
    let loaded = policy.map(|policy| load::load(&Policy::of(policy, &arguments.rules))).transpose()?;
    let found = diagnose::diagnose(complaint, loaded.as_ref().map(|loaded| &loaded.policy), &known);
    let paper = output::paper();
    let text = match (arguments.format, &loaded) {
        (Format::Text, Some(loaded)) => report::with_footer(
            page::text(&found, arguments.rules.quiet, &paper),
            &loaded.policy,
            arguments.rules.quiet,
            &paper,
        ),
        (Format::Text, None) => page::text(&found, arguments.rules.quiet, &paper),
        (Format::Markdown, _) => page::markdown(&found),
        (Format::Json, Some(loaded)) => report::document(page::json(&found), &loaded.policy),
        (Format::Json, None) => format!("{:#}\n", page::json(&found)),
    };
    let status = Status::of_diagnosis(&found);
    Ok(Report { text, status: loaded.map_or(status, |loaded| loaded.status(status)) })
}

fn standard_input() -> Result<String, Failure> {
    let mut bytes = Vec::new();
    let read = std::io::stdin().lock().read_to_end(&mut bytes);
    read.map_err(|error| Failure::new(format!("cannot read standard input: {error}")))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
