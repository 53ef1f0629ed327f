//! `grantc diff`: what the new policy decides otherwise than the old one.

use super::args::{Policy, ReadAs, Rules};
use super::judge::Judge;
use super::{Report, load, status::Failure};
use crate::server::Server;

/// Compare two policies by what they decide
///
/// For each account: equal, narrower, wider or incomparable, and each login and each privilege that
/// is gained or lost, with a client that notices and the statements behind it. What is only written,
/// ordered or spelled otherwise is no difference. Without NEW, OLD is compared with itself under
/// another server or other settings: what an upgrade or a switch changes.
#[derive(Debug, clap::Args)]
#[command(
    override_usage = "grantc diff [OPTIONS] OLD NEW\n       grantc diff [OPTIONS] OLD --new-server SERVER\n       grantc diff [OPTIONS] OLD --set NAME=VALUE"
)]
#[command(after_help = "\
Exit status:
  0  no difference of the kind that --fail-on names
  1  differences
  2  bad usage or bad input
  3  it depends on ties or missing facts whether there are any

Examples:
  grantc diff old.sql new.sql
  grantc diff old.sql new.sql --fail-on wider          # the gate: no new access
  grantc diff old.sql new.sql --only 'payroll.*' --format markdown
  grantc diff prod.sql --old-server mysql-5.7 --new-server mysql-8.4
  grantc diff prod.sql --set partial_revokes=ON")]
pub struct Arguments {
    /// The old policy: an SQL file, a directory of them, or - for standard input
    #[arg(value_name = "OLD")]
    old: String,

    /// The new policy
    #[arg(value_name = "NEW")]
    new: Option<String>,

    /// The server of the old policy
    #[arg(long, value_name = "SERVER", help_heading = "Policies")]
    old_server: Option<Server>,

    /// The server of the new policy
    #[arg(long, value_name = "SERVER", help_heading = "Policies")]
    new_server: Option<Server>,

    /// A server variable of the old policy; can be given again
    #[arg(long, value_name = "NAME=VALUE", value_parser = super::args::setting, help_heading = "Policies")]
    old_set: Vec<(String, String)>,

    #[command(flatten)]
    both: Both,

    #[command(flatten)]
    judge: Judge,
}

/// What two policies are read with.
#[derive(Debug, clap::Args)]
pub struct Both {
    /// The server of both policies [default: what they say, else mysql-9.7]
    #[arg(long, value_name = "SERVER", help_heading = "Policies")]
    pub server: Option<Server>,

    /// A server variable of the new policy, such as partial_revokes=ON; can be given again
    #[arg(long, value_name = "NAME=VALUE", value_parser = super::args::setting, help_heading = "Policies")]
    pub set: Vec<(String, String)>,

    /// Replay statements in order, or read them as the description of a state [default: by the look of it]
    #[arg(long, value_name = "HOW", help_heading = "Policies")]
    pub read: Option<ReadAs>,

    /// DDL that tells what exists, such as a mysqldump --no-data; can be given again
    #[arg(long, value_name = "FILE", help_heading = "Policies")]
    pub schema: Vec<String>,

    /// Exit with 2 when the server would refuse a statement of a policy
    #[arg(long, help_heading = "Policies")]
    pub strict: bool,

    /// Only the answer: no warnings, no word on settings, no progress
    #[arg(short, long)]
    pub quiet: bool,
}

impl Both {
    /// One of the two policies.
    pub fn policy(&self, first: &str, server: Option<Server>, set: &[(String, String)]) -> Policy {
        Policy {
            first: first.to_owned(),
            more: Vec::new(),
            rules: Rules { server: server.or(self.server), set: set.to_vec(), quiet: self.quiet },
            read: self.read,
            schema: self.schema.clone(),
            strict: self.strict,
        }
    }
}

pub fn run(arguments: &Arguments) -> Result<Report, Failure> {
    let both = &arguments.both;
    let name = arguments.new.as_deref().unwrap_or(&arguments.old);
    let moved = arguments.new_server.is_some() || arguments.old_server.is_some();
    if arguments.new.is_none() && !moved && both.set.is_empty() && arguments.old_set.is_empty() {
        return Err(
            Failure::new("there is nothing to compare with").help("give NEW, --new-server SERVER or --set NAME=VALUE")
        );
    }
    if arguments.old == "-" && name == "-" {
        return Err(Failure::new("standard input can be read only once").help("give `-` for one policy only"));
    }
    let old = load::load(&both.policy(&arguments.old, arguments.old_server, &arguments.old_set))?;
    let mut second = both.policy(name, arguments.new_server, &both.set);
    // What is to be said about the same texts was said.
    second.rules.quiet |= arguments.new.is_none();
    let new = load::load(&second)?;
    let status = |answer| new.status(old.status(answer));
    let title = format!("{} → {name}", arguments.old);
    arguments.judge.report(&old.policy, &new.policy, (both.quiet, &title), |diff| diff, status)
}
