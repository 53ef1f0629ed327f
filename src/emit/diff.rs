//! What differs between two policies, for programs.

pub mod words;

use super::json::{self, Account, List};
use super::verdicts::{Level, Rule, Verdict};
use crate::answer::RowView;
use crate::answer::diff::{AccountDiff, Change, Diff, LoginChange, Relation, Side};
use crate::answer::effect::{Entry, Held, Outcome};
use crate::client::Client;
use crate::emit::words as plain;
use serde_json::{Value, json};
use words as told;

/// The kinds of differences that annotations are made of.
pub const RULES: [Rule; 3] = [
    Rule { id: "access-gained", text: "The new policy allows what the old one did not" },
    Rule { id: "access-lost", text: "The new policy no longer allows what the old one did" },
    Rule { id: "login-changed", text: "A login ends in another row or with another error" },
];

/// Everything that differs.
pub fn document(diff: &Diff) -> Value {
    let refused = diff.refused.iter().map(|(side, source, error)| {
        let side = if *side == Side::New { "new" } else { "old" };
        json!({ "by": side, "source": json::Place(source), "statement": source.statement, "error": json::error(error) })
    });
    json!({
        "relation": diff.relation.word(),
        "equal": diff.equal,
        "accounts": diff.accounts.iter().map(account).collect::<Vec<_>>(),
        "refused": refused.collect::<Vec<_>>(),
        "given_up": diff.unknown,
    })
}

fn account(account: &AccountDiff) -> Value {
    json!({
        "user": account.user,
        "also": account.also,
        "anybody": account.anybody,
        "before": account.before.as_ref().map(Account),
        "after": account.after.as_ref().map(Account),
        "relation": account.relation.word(),
        "clients": account.clients,
        "logins": account.logins.iter().map(login).collect::<Vec<_>>(),
        "changes": account.changes.iter().map(change).collect::<Vec<_>>(),
    })
}

fn login(login: &LoginChange) -> Value {
    json!({
        "relation": login.relation().word(),
        "way": login.way.words(),
        "before": entry(&login.before),
        "after": entry(&login.after),
        "clients": login.clients,
        "example": example(&login.example),
    })
}

fn entry(entry: &Entry) -> Value {
    let open = match &entry.outcome {
        Outcome::Open(missing) => Some(missing),
        _ => None,
    };
    json!({
        "ok": entry.outcome.held() != Held::No,
        "account": entry.account.as_ref().map(Account),
        "proxied": entry.proxied.as_ref().map(Account),
        "tied": List(&entry.tied),
        "errno": entry.error.as_ref().map(|error| error.errno),
        "must_set_password": entry.outcome == Outcome::MustSetPassword,
        "undetermined": open,
    })
}

fn change(change: &Change) -> Value {
    json!({
        "relation": change.relation().word(),
        "privileges": change.rights.iter().map(|right| right.name.as_str()).collect::<Vec<_>>(),
        "on": told::place(&change.place),
        "roles": told::roles(&change.roles),
        "before": held(change.before),
        "after": held(change.after),
        "rows_before": List(change.gave.as_slice()),
        "rows_after": List(change.gives.as_slice()),
        "counts_now": List(change.instead.as_slice()),
        "clients": change.clients,
        "example": example(&change.example),
    })
}

/// True, false, or null where it is not sure.
fn held(held: Held) -> Option<bool> {
    match held {
        Held::No => Some(false),
        Held::Open => None,
        Held::Yes => Some(true),
    }
}

fn example(client: &Client) -> Value {
    json!({ "client": json::client(client), "words": plain::brief_client(client) })
}

/// One verdict for each change and each login; what `wanted` asks for is an error, the rest is a warning.
pub fn verdicts(diff: &Diff, wanted: impl Fn(Relation) -> bool) -> Vec<Verdict> {
    let level = |relation| if wanted(relation) { Level::Error } else { Level::Warning };
    let mut verdicts = Vec::new();
    for account in &diff.accounts {
        let subject = told::subject(account);
        for login in &account.logins {
            let way = login.way.words();
            let way = if way.is_empty() { way } else { format!(" {way}") };
            let (before, after) = (told::ending(&login.before), told::ending(&login.after));
            let message = format!("{}{way}: {before} → {after}", plain::brief_client(&login.example));
            let row = login.after.row.as_ref().or(login.before.row.as_ref());
            let source = row.and_then(|row| row.sources.first().cloned());
            let level = level(login.relation());
            verdicts.push(Verdict { rule: "login-changed", level, subject: subject.clone(), message, source });
        }
        verdicts.extend(account.changes.iter().map(|change| of_change(&subject, change, level(change.relation()))));
    }
    verdicts
}

fn of_change(subject: &str, change: &Change, level: Level) -> Verdict {
    let gains = change.relation() == Relation::Wider;
    let (rule, rows) = if gains { ("access-gained", &change.gives) } else { ("access-lost", &change.gave) };
    let roles = told::roles(&change.roles);
    let roles = if roles.is_empty() { roles } else { format!(", {roles}") };
    let what = format!("{} {} on {}{roles}", told::verb(change), told::rights(change), told::place(&change.place));
    let behind = |row: &RowView| format!(", by {}", plain::row(row));
    let behind = rows.first().map(behind).unwrap_or_default();
    let message = format!("{what}, such as {}{behind}", plain::brief_client(&change.example));
    let source = rows.iter().find_map(|row| row.sources.first().cloned());
    Verdict { rule, level, subject: subject.to_owned(), message, source }
}
