//! `grantc check`: allow or deny, on one screen.

use super::args::{Format, Policy};
use super::client::{AskArgs, ClientArgs};
use super::{Report, Status, load, output, status::Failure};
use crate::answer::{Decision, Engine, Verdict};
use crate::client::{Ask, Client};
use crate::emit::paper::Paper;
use crate::emit::{json, report};
use crate::explain;
use crate::mend::{self, Denial, Help};
use serde_json::Value;

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
    let question = (&arguments.policy, &arguments.client, &arguments.ask);
    let text = |answer: &Answered<'_>, paper: &Paper| explain::check(&answer.decision, &answer.help(), paper);
    decide(question, arguments.format, |answer| json::decision(&answer.decision), text)
}

/// A question and its answer.
pub struct Answered<'a> {
    /// What it was asked of.
    pub engine: &'a Engine<'a>,
    /// Who asks.
    pub client: Client,
    /// What is asked.
    pub ask: Ask,
    /// The answer.
    pub decision: Decision,
}

impl Answered<'_> {
    /// What would allow it, where it is denied, or why nothing would.
    pub fn help(&self) -> Help {
        if self.decision.verdict == Verdict::Allow {
            return Help::default();
        }
        let denial = Denial { policy: self.engine.policy(), client: &self.client, ask: Some(&self.ask) };
        mend::help(&denial, &self.decision)
    }
}

/// Answers a question and puts the decision into words: what `check` and `explain` have in common.
pub fn decide(
    (policy, client, ask): (&Policy, &ClientArgs, &AskArgs),
    format: Format,
    json: impl Fn(&Answered<'_>) -> Value,
    text: impl Fn(&Answered<'_>, &Paper) -> String,
) -> Result<Report, Failure> {
    let (client, ask) = (client.client()?, ask.ask()?);
    // A statement can be about other accounts than the client's.
    let about = Some(&client).filter(|_| matches!(ask, Ask::Can { .. }));
    let loaded = load::load_for(policy, about)?;
    let engine = Engine::new(&loaded.policy);
    let decision = engine.check(&client, &ask);
    if let Verdict::Unreadable(what) = &decision.verdict {
        return Err(Failure::new(format!("the question cannot be read: {what}")));
    }
    let status = loaded.status(Status::of_decision(&decision));
    let answer = Answered { engine: &engine, client, ask, decision };
    let text = match format {
        Format::Json => report::document(json(&answer), &loaded.policy),
        Format::Text => {
            let paper = output::paper();
            report::with_footer(text(&answer, &paper), &loaded.policy, policy.rules.quiet, &paper)
        }
    };
    Ok(Report { text, status })
}
