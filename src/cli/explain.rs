//! `grantc explain`: the derivation of an answer.

use super::args::{Format, Policy};
use super::check::decide;
use super::client::{AskArgs, ClientArgs};
use super::{Report, status::Failure};
use crate::emit::json;
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
    let question = (&arguments.policy, &arguments.client, &arguments.ask);
    decide(question, arguments.format, json::derivation, explain::derivation)
}
