//! `grantc whatif`: the decisions that adding statements would change.

use super::args::Policy;
use super::judge::Judge;
use super::{Report, load, status::Failure};
use crate::source::Source;

/// Tell which decisions adding statements would change
///
/// The statements are run behind the policy, as the administrator would run them on the server that
/// it describes; the report is that of `grantc diff`.
#[derive(Debug, clap::Args)]
#[command(override_usage = "grantc whatif [OPTIONS] POLICY STATEMENT…")]
#[command(after_help = "\
Examples:
  grantc whatif shop.sql \"GRANT SELECT ON shop.* TO 'report'@'%'\"
  grantc whatif shop.sql \"CREATE USER ''@localhost\" --fail-on narrower
  grantc whatif shop.sql \"REVOKE INSERT ON shop.* FROM app@'%'\" \"DROP USER old@'%'\" --format json")]
pub struct Arguments {
    #[command(flatten)]
    policy: Policy,

    /// What to add: SQL statements
    #[arg(value_name = "STATEMENT", required = true)]
    statements: Vec<String>,

    #[command(flatten)]
    judge: Judge,
}

pub fn run(arguments: &Arguments) -> Result<Report, Failure> {
    let old = load::load(&arguments.policy)?.with_statements("`grantc whatif`")?;
    let added = old.policy.after(&Source::new("added", arguments.statements.join(";\n")));
    let fault = load::tell_added(&added, &old.policy, &arguments.policy);
    let status = |answer| if fault { super::Status::Bad } else { old.status(answer) };
    let title = format!("{} + statements", arguments.policy.first);
    arguments.judge.report(&old.policy, &added, (arguments.policy.rules.quiet, &title), |diff| diff, status)
}
