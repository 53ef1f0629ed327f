//! `grantc check`: allow or deny, on one screen.

use super::args::{Format, Policy};
use super::client::{AskArgs, ClientArgs};
use super::{Report, Status, load, output, status::Failure};
use crate::answer::Engine;
use crate::emit::{json, report};
use crate::explain;

/// Tell whether a client may do something
///
/// The first line is the answer: `allowed`, `denied:` with the error that the server raises, or
/// `undetermined:` with what is missing. The exit status says the same: 0, 1 or 3.
#[derive(Debug, clap::Args)]
#[command(
    override_usage = "grantc check [OPTIONS] POLICY --user NAME --from IP|HOSTNAME|socket --can PRIVILEGE --on OBJECT\n       grantc check [OPTIONS] POLICY --user NAME --from IP|HOSTNAME|socket --sql STATEMENT"
)]
#[command(after_help = "\
Examples:
  grantc check shop.sql --user joe --from 10.0.0.7 --can SELECT --on shop.orders
  grantc check shop.sql --user joe --from socket --sql 'INSERT INTO shop.a SELECT * FROM shop.b'
  grantc check shop.sql --user joe --from 10.0.0.7 --can EXECUTE --on 'procedure shop.refund'
  grantc check shop.sql --user joe --from 10.0.0.7 --roles \"'auditor'\" --can SELECT --on 'shop.*'")]
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
        Format::Json => report::document(json::decision(&decision), &loaded.policy),
        Format::Text => {
            let paper = output::paper();
            let text = explain::check(&decision, &paper);
            report::with_footer(text, &loaded.policy, arguments.policy.quiet, &paper)
        }
    };
    Ok(Report { text, status: loaded.status(Status::of_decision(&decision)) })
}
