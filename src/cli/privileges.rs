//! `grantc privileges`: everything that a session may do.

use super::args::{ListFormat, Policy};
use super::client::ClientArgs;
use super::{Report, Status, load, output, status::Failure};
use crate::answer::Engine;
use crate::emit::{json, report};
use crate::explain;

/// List everything a session may do, with the rows, also those that SHOW GRANTS does not show
#[derive(Debug, clap::Args)]
#[command(override_usage = "grantc privileges [OPTIONS] POLICY --user NAME --from IP|HOSTNAME|socket")]
#[command(after_help = "\
Examples:
  grantc privileges shop.sql --user joe --from 10.0.0.7
  grantc privileges shop.sql --user joe --from 10.0.0.7 --roles all
  grantc privileges shop.sql --user joe --from socket --format markdown")]
pub struct Arguments {
    #[command(flatten)]
    policy: Policy,

    #[command(flatten)]
    client: ClientArgs,

    /// How to write the answer
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: ListFormat,
}

pub fn run(arguments: &Arguments) -> Result<Report, Failure> {
    let client = arguments.client.client()?;
    let loaded = load::load_for(&arguments.policy, Some(&client))?;
    let answer = Engine::new(&loaded.policy).privileges(&client);
    let text = match arguments.format {
        ListFormat::Json => report::document(json::privileges(&answer), &loaded.policy),
        ListFormat::Csv => explain::held(&answer).to_csv(),
        ListFormat::Markdown => explain::held(&answer).to_markdown(),
        ListFormat::Text => {
            let paper = output::paper();
            let text = explain::privileges(&client, &answer, &paper);
            report::with_footer(text, &loaded.policy, arguments.policy.rules.quiet, &paper)
        }
    };
    Ok(Report { text, status: loaded.status(Status::of_login(&answer.login)) })
}
