//! `grantc verify`: a decision table derived again from its policy.

use super::args::{Format, Policy};
use super::{Report, Status, load, progress, status::Failure};
use crate::decision_table::verify::Verified;
use crate::emit::{json, report};

/// Derive every entry of a decision table again from its policy, by a second evaluator
///
/// The second evaluator is slow and was written apart from what compiled the table. Every row is compared, then for
/// each set of clients that nothing tells apart how the login ends and what the session may do. POLICY is read as
/// `grantc compile` was told to read it: with the same --server, --set and files.
#[derive(Debug, clap::Args)]
#[command(override_usage = "grantc verify [OPTIONS] POLICY TABLE")]
#[command(after_help = "\
Exit status:
  0  every entry is as the policy has it
  1  one is not; it is shown, with its row and statement
  2  bad input, a damaged table, or one of another server or other settings

Examples:
  grantc compile shop.sql -o shop.gct && grantc verify shop.sql shop.gct
  grantc verify shop.sql shop.gct --server mysql-8.4 --set partial_revokes=ON
  mysqldump --users … | grantc verify - estate.gct")]
pub struct Arguments {
    #[command(flatten)]
    policy: Policy,

    /// The decision table that was compiled from it
    #[arg(value_name = "TABLE")]
    table: String,

    /// How to write the answer
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

pub fn run(arguments: &Arguments) -> Result<Report, Failure> {
    let name = &arguments.table;
    let table = load::table(name)?;
    let loaded = load::load(&arguments.policy)?.with_statements("`grantc verify`")?;
    let verified = progress::during(arguments.policy.rules.quiet, "verifying", || table.verify(&loaded.policy));
    let verified = verified.map_err(|refusal| {
        Failure::new(format!("`{name}` cannot be verified: {refusal}"))
            .help("give the options that `grantc compile` was given")
    })?;
    let status = match verified {
        Verified::Same(_) => Status::Fine,
        Verified::Differs(_) => Status::Denied,
    };
    let text = match arguments.format {
        Format::Json => report::document(json::verified(&verified), &loaded.policy),
        Format::Text => verified.to_string(),
    };
    Ok(Report { text, status: loaded.status(status) })
}
