//! `grantc accounts`: the account rows in the order the server tries them.

use super::args::{ListFormat, Policy};
use super::{Report, Status, load, output, status::Failure};
use crate::answer::Engine;
use crate::emit::{json, report};
use crate::explain;
use serde_json::json;

/// List the account rows in the order the server tries them
///
/// Each row with what is special about it, whether it can ever be selected or which rows shadow it,
/// and which rows tie with it so that the server may take either.
#[derive(Debug, clap::Args)]
#[command(override_usage = "grantc accounts [OPTIONS] POLICY")]
#[command(after_help = "\
Examples:
  grantc accounts shop.sql
  grantc accounts shop.sql --format csv > accounts.csv
  mysqldump --users … | grantc accounts -")]
pub struct Arguments {
    #[command(flatten)]
    policy: Policy,

    /// How to write the answer
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: ListFormat,
}

pub fn run(arguments: &Arguments) -> Result<Report, Failure> {
    let loaded = load::load(&arguments.policy)?;
    let lines = Engine::new(&loaded.policy).accounts();
    let text = match arguments.format {
        ListFormat::Json => {
            let accounts: Vec<_> = lines.iter().map(json::account_line).collect();
            report::document(json!({ "accounts": accounts }), &loaded.policy)
        }
        ListFormat::Csv => explain::accounts(&lines).to_csv(),
        ListFormat::Markdown => explain::accounts(&lines).to_markdown(),
        ListFormat::Text => {
            let listing = explain::accounts(&lines);
            let text = if listing.is_empty() { "no accounts\n".to_owned() } else { listing.to_text(&output::paper()) };
            report::with_footer(text, &loaded.policy, arguments.policy.rules.quiet, &output::paper())
        }
    };
    Ok(Report { text, status: loaded.status(Status::Fine) })
}
