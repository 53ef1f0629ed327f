//! `grantc plan`: the statements that turn one policy into another.

use super::args::Format;
use super::diff::Both;
use super::{Report, Status, load, output, progress, status::Failure};
use crate::answer::Engine;
use crate::answer::plan;
use crate::emit::report;
use crate::explain;

/// Tell the statements that turn one policy into another, in an order that is safe at every step
///
/// No step takes away what both policies allow, nor gives what neither allows; each step is proved by
/// deciding everything again. Where no such order exists the plan says which step does not keep to it.
/// Secrets are left as they are: a password that is to be set shows as <secret>, for you to fill in.
#[derive(Debug, clap::Args)]
#[command(override_usage = "grantc plan [OPTIONS] OLD NEW")]
#[command(after_help = "\
Exit status:
  0  there is such an order, and it ends in the new policy
  1  there is none, or what the statements make is not the new policy
  2  bad usage or bad input

Examples:
  grantc plan prod.sql wanted.sql > change.sql
  grantc plan prod.sql wanted.sql --apply-check
  mysqldump --users … | grantc plan - wanted.sql --format json")]
pub struct Arguments {
    /// The policy as it is: an SQL file, a directory of them, or - for standard input
    #[arg(value_name = "OLD")]
    old: String,

    /// The policy as it shall be
    #[arg(value_name = "NEW")]
    new: String,

    #[command(flatten)]
    both: Both,

    /// Replay the statements and say what is not as in the new policy
    #[arg(long)]
    apply_check: bool,

    /// How to write the answer
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

pub fn run(arguments: &Arguments) -> Result<Report, Failure> {
    let both = &arguments.both;
    if arguments.old == "-" && arguments.new == "-" {
        return Err(Failure::new("standard input can be read only once").help("give `-` for one policy only"));
    }
    let old = load::load(&both.policy(&arguments.old, None, &[]))?.with_statements("`grantc plan`")?;
    let new = load::load(&both.policy(&arguments.new, None, &both.set))?.with_statements("`grantc plan`")?;
    if !plan::is_of_one_server(&Engine::new(&old.policy), &Engine::new(&new.policy)) {
        return Err(Failure::new("the policies are of two servers").help("say with --server SERVER which it is"));
    }
    let made = progress::during(both.quiet, "looking for an order", || plan::plan(&old.policy, &new.policy));
    let text = match arguments.format {
        Format::Json => report::document(crate::emit::plan::document(&made), &new.policy),
        Format::Text => explain::plan(&made, arguments.apply_check, &output::paper()),
    };
    let fine = made.unsafe_because.is_none() && made.differs.is_empty();
    let status = if fine { Status::Fine } else { Status::Denied };
    Ok(Report { text, status: new.status(old.status(status)) })
}
