//! `grantc explain`: the derivation of an answer.

use super::args::{Format, Policy};
use super::check::{Answered, decide};
use super::client::{AskArgs, ClientArgs};
use super::{Report, status::Failure};
use crate::emit::json;
use crate::explain;
use crate::graph;
use crate::mend::{self, Behind, Proposal, Proposals};

/// Show why: the account row chosen, each needed privilege, its row, the statement behind it
///
/// Where something is missing it shows what, the rows that came closest and why they do not count, the error that the
/// server raises, and the least changes that would allow it: each was tried before it is shown. The exit status is that
/// of `check`.
#[derive(Debug, clap::Args)]
#[command(
    override_usage = "grantc explain [OPTIONS] POLICY --user NAME --from IP|HOSTNAME|socket --can PRIVILEGE --on OBJECT\n       grantc explain [OPTIONS] POLICY --user NAME --from IP|HOSTNAME|socket --sql STATEMENT"
)]
#[command(after_help = "\
Examples:
  grantc explain shop.sql --user joe --from 10.0.0.7 --can SELECT --on shop.orders
  grantc explain shop.sql --user joe --from 10.0.0.7 --db shop --sql 'ALTER TABLE a RENAME TO b'
  grantc explain dump.sql --server mysql-8.4 --user app --from app1.example.net --sql 'SHUTDOWN'
  grantc explain shop.sql --user joe --from 10.0.0.7 --can DROP --on shop.orders --prove")]
pub struct Arguments {
    #[command(flatten)]
    policy: Policy,

    #[command(flatten)]
    client: ClientArgs,

    #[command(flatten)]
    ask: AskArgs,

    /// Tell of each mend what else it changes: which clients gain or lose what
    #[arg(long)]
    prove: bool,

    /// How to write the answer
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

pub fn run(arguments: &Arguments) -> Result<Report, Failure> {
    let question = (&arguments.policy, &arguments.client, &arguments.ask);
    let proposals = |answer: &Answered<'_>| {
        let propose = |mend| {
            let changes = arguments.prove.then(|| mend::changes(answer.engine.policy(), &mend));
            Proposal { mend, changes }
        };
        let help = answer.help();
        Proposals { all: help.mends.into_iter().map(propose).collect(), why_none: help.why_none }
    };
    let behind = |answer: &Answered<'_>| Behind {
        ground: graph::ground(answer.engine, &answer.client, &answer.decision),
        alike: mend::alike(answer.engine.policy(), &answer.client, &answer.decision),
        proposals: proposals(answer),
    };
    decide(
        question,
        arguments.format,
        |answer| json::explained(&answer.decision, &behind(answer)),
        |answer, paper| explain::derivation(&answer.client, &answer.decision, &behind(answer), paper),
    )
}
