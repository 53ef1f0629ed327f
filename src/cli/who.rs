//! `grantc who`: everybody who may do something.

use super::args::{ListFormat, Policy};
use super::{Report, Status, load, output, status::Failure};
use crate::answer::{Engine, Who};
use crate::client::Object;
use crate::emit::{report, who};
use crate::explain;

/// List everybody who may do something: accounts and clients, with the rows and roles that say so
///
/// Every set of clients that the policy tells apart is asked, those of anonymous accounts and of those
/// who stand in for others too. Told apart are accounts that may only after SET ROLE, that cannot log
/// in, and that no client gets. Rows that give it only on a part of the object, as on one column of a
/// table, are shown below and give nobody the whole. The exit status is 0 when somebody may, 1 when nobody may, and 3 when
/// it is not determined whether somebody may.
#[derive(Debug, clap::Args)]
#[command(override_usage = "grantc who [OPTIONS] POLICY --can PRIVILEGE --on OBJECT")]
#[command(after_help = "\
Examples:
  grantc who shop.sql --can SELECT --on shop.customers.email
  grantc who shop.sql --can DROP --on 'shop.*'
  grantc who shop.sql --can 'CREATE USER' --on '*.*' --format csv
  grantc who shop.sql --can EXECUTE --on 'procedure shop.refund' --format json")]
pub struct Arguments {
    #[command(flatten)]
    policy: Policy,

    /// A privilege, such as SELECT or BACKUP_ADMIN
    #[arg(long, value_name = "PRIVILEGE", help_heading = "Question")]
    can: String,

    /// On what: *.*, db.*, db.table, db.table.column, 'procedure db.name', 'function db.name'
    #[arg(long, value_name = "OBJECT", help_heading = "Question")]
    on: Object,

    /// How to write the answer
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: ListFormat,
}

pub fn run(arguments: &Arguments) -> Result<Report, Failure> {
    let loaded = load::load(&arguments.policy)?;
    let engine = Engine::new(&loaded.policy);
    let answer = super::progress::during(arguments.policy.rules.quiet, "asking every client", || {
        engine.who(&arguments.can, &arguments.on)
    });
    let answer = answer.map_err(|error| Failure::new(format!("the question cannot be read: {error}")))?;
    let text = match arguments.format {
        ListFormat::Json => report::document(who::who(&answer), &loaded.policy),
        ListFormat::Csv => explain::who_listing(&answer).to_csv(),
        ListFormat::Markdown => explain::who_listing(&answer).to_markdown(),
        ListFormat::Text => {
            let paper = output::paper();
            report::with_footer(explain::who(&answer, &paper), &loaded.policy, arguments.policy.rules.quiet, &paper)
        }
    };
    Ok(Report { text, status: loaded.status(status(&answer)) })
}

fn status(answer: &Who) -> Status {
    match (answer.anybody(), answer.unsure()) {
        (true, _) => Status::Fine,
        (false, true) => Status::Undetermined,
        (false, false) => Status::Denied,
    }
}
