//! `grantc show`: the policy after replay, as the server prints it.

use super::args::{ListFormat, Policy};
use super::{Report, Status, load, status::Failure};
use crate::answer::shown::{self, Shown};
use crate::client::words;
use crate::emit::report;
use crate::emit::words::account as account_words;

/// Print accounts and grants as SHOW CREATE USER and SHOW GRANTS do on that server
///
/// Passwords and hashes show as <secret>. With --show-secrets the hashes that the policy itself
/// holds are printed, as SHOW CREATE USER does; clear-text passwords never are.
#[derive(Debug, clap::Args)]
#[command(override_usage = "grantc show [OPTIONS] POLICY [ACCOUNT]")]
#[command(after_help = "\
Examples:
  grantc show shop.sql
  grantc show shop.sql \"'joe'@'%'\"
  grantc show dump.sql joe@10.% --server mysql-8.4 --format json")]
pub struct Arguments {
    #[command(flatten)]
    policy: Policy,

    /// Only this account: 'user'@'host', or user for 'user'@'%' [default: every account and role]
    #[arg(value_name = "ACCOUNT")]
    account: Option<String>,

    /// Print the hashes that the policy holds
    #[arg(long)]
    show_secrets: bool,

    /// What is stored in the grant tables, which edits by hand change: the server after FLUSH PRIVILEGES
    #[arg(long)]
    stored: bool,

    /// How to write the answer
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: ListFormat,
}

pub fn run(arguments: &Arguments) -> Result<Report, Failure> {
    let wanted = arguments.account.as_deref().map(words::account).transpose();
    let wanted = wanted.map_err(|error| Failure::new(error.to_string()))?;
    let load = if arguments.stored { load::load_stored } else { load::load };
    let loaded = load(&arguments.policy)?.with_statements("`grantc show`")?;
    let all = shown::accounts(&loaded.policy, arguments.show_secrets);
    let accounts = match &wanted {
        Some(name) => all.iter().filter(|shown| shown.is(name)).collect::<Vec<_>>(),
        None => all.iter().collect(),
    };
    if let (Some(name), true) = (&wanted, accounts.is_empty()) {
        return Err(missing(name, &all));
    }
    let text = match arguments.format {
        ListFormat::Json => report::document(shown::to_json(&accounts), &loaded.policy),
        ListFormat::Csv => shown::to_listing(&accounts).to_csv(),
        ListFormat::Markdown => shown::to_listing(&accounts).to_markdown(),
        ListFormat::Text => shown::to_text(&accounts),
    };
    Ok(Report { text, status: loaded.status(Status::Fine) })
}

fn missing((user, host): &(String, String), all: &[Shown]) -> Failure {
    let failure = Failure::new(format!("the policy has no account `'{user}'@'{host}'`"));
    let same: Vec<_> = all.iter().map(|s| &s.account).filter(|a| a.user == *user).map(account_words).collect();
    if same.is_empty() { failure } else { failure.help(format!("it has {}", same.join(", "))) }
}
