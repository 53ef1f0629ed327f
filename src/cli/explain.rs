//! `grantc explain`: the derivation of an answer.

use super::args::{Format, Policy};
use super::client::{AskArgs, ClientArgs};
use super::{Report, Status, load, output, status::Failure};
use crate::answer::Engine;
use crate::emit::{json, report};
use crate::explain;

/// Show why: the account row chosen, each needed privilege, its row, the statement behind it
///
/// Where something is missing it shows what, the rows that came closest and why they do not count,
/// and the error that the server raises. The exit status is that of `check`.
#[derive(Debug, clap::Args)]
#[command(
    override_usage = "grantc explain [OPTIONS] POLICY --user NAME --from IP|HOSTNAME|socket --can PRIVILEGE --on OBJECT\n       grantc explain [OPTIONS] POLICY --user NAME --from IP|HOSTNAME|socket --sql STATEMENT"
)]
#[command(after_help = "\
Examples:
  grantc explain shop.sql --user joe --from 10.0.0.7 --can SELECT --on shop.orders
  grantc explain shop.sql --user joe --from 10.0.0.7 --db shop --sql 'ALTER TABLE a RENAME TO b'
  grantc explain dump.sql --server mysql-8.4 --user app --from app1.example.net --sql 'SHUTDOWN'")]
pub struct Arguments {
    #[command(flatten)]
    policy: Policy,

    #[command(flatten)]
    client: ClientArgs,

    #[command(flatten)]
    ask: AskArgs,

    /// How to write the answer
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

pub fn run(arguments: &Arguments) -> Result<Report, Failure> {
    let (client, ask) = (arguments.client.client()?, arguments.ask.ask()?);
    let loaded = load::load(&arguments.policy)?;
    let decision = Engine::new(&loaded.policy).check(&client, &ask);
    let text = match arguments.format {
        Format::Json => report::document(json::derivation(&decision), &loaded.policy),
        Format::Text => {
            let paper = output::paper();
            let text = explain::derivation(&client, &decision, &paper);
            report::with_footer(text, &loaded.policy, arguments.policy.quiet, &paper)
        }
    };
    Ok(Report { text, status: loaded.status(Status::of_decision(&decision)) })
}
