//! `grantc login`: which account row a client gets, or the error.

use super::args::{Format, Policy};
use super::client::ClientArgs;
use super::{Report, Status, load, output, status::Failure};
use crate::answer::Engine;
use crate::emit::{json, report};
use crate::explain;

/// Tell which account row a client gets, why each other row lost, or the server's error
#[derive(Debug, clap::Args)]
#[command(override_usage = "grantc login [OPTIONS] POLICY --user NAME --from IP|HOSTNAME|socket")]
#[command(after_help = "\
Examples:
  grantc login shop.sql --user joe --from 198.51.100.177
  grantc login shop.sql --user joe --from 10.0.0.7 --hostname app1.example.net
  grantc login shop.sql --user root --from socket --os-user alice
  grantc login shop.sql --user '' --from localhost --password none")]
pub struct Arguments {
    #[command(flatten)]
    policy: Policy,

    #[command(flatten)]
    client: ClientArgs,

    /// How to write the answer
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

pub fn run(arguments: &Arguments) -> Result<Report, Failure> {
    let client = arguments.client.client()?;
    let loaded = load::load_for(&arguments.policy, Some(&client))?;
    let login = Engine::new(&loaded.policy).login(&client);
    let text = match arguments.format {
        Format::Json => report::document(json::login(&login), &loaded.policy),
        Format::Text => {
            let paper = output::paper();
            let text = explain::login(&client, &login, &paper);
            report::with_footer(text, &loaded.policy, arguments.policy.rules.quiet, &paper)
        }
    };
    Ok(Report { text, status: loaded.status(Status::of_login(&login)) })
}
