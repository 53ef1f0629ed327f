//! Accounts and grants as the server prints them: what `grantc show` writes.

use super::AccountView;
use crate::emit::table::Listing;
use crate::emit::words;
use crate::policy::Policy;
use crate::tables::row::{StatementId, UserRow};
use crate::tables::show;
use serde_json::{Value, json};

/// One account or role with its statements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// Whose.
    pub account: AccountView,
    /// No statement made it: the server comes with it.
    pub own: bool,
    /// The row of SHOW CREATE USER, with what one statement cannot say behind `;` in a second line; absent where the
    /// server refuses it.
    pub create: Option<String>,
    /// The rows of SHOW GRANTS.
    pub grants: Vec<String>,
}

impl Shown {
    /// True for that user and host; hosts are compared without case (M1.6).
    pub fn is(&self, (user, host): &(String, String)) -> bool {
        self.account.user == *user && self.account.host.eq_ignore_ascii_case(host)
    }
}

/// Every account and role, by user and host; those that the server comes with are last.
pub fn accounts(policy: &Policy, show_secrets: bool) -> Vec<Shown> {
    let tables = &policy.tables;
    let own = |row: &UserRow| row.origin.iter().all(|c| c.statement == StatementId::INITIAL);
    let mut keys: Vec<_> = tables.users.iter().map(|(_, key, row)| (own(row), *key)).collect();
    keys.sort_by_key(|(own, key)| (*own, tables.account_text(*key)));
    let shown = keys.into_iter().map(|(own, key)| {
        let (user, host) = tables.account_text(key);
        Shown {
            account: AccountView { user: user.to_owned(), host: host.to_owned() },
            own,
            create: show::create_user(tables, key, show_secrets).ok().map(|rows| rows.join(";\n")),
            grants: show::grants(tables, key, None, show_secrets).unwrap_or_default(),
        }
    });
    shown.collect()
}

/// The JSON of `grantc show` (contract §4).
pub fn to_json(accounts: &[&Shown]) -> Value {
    let list = accounts.iter().map(|shown| {
        json!({
            "user": shown.account.user,
            "host": shown.account.host,
            "create": shown.create,
            "grants": shown.grants,
        })
    });
    json!({ "accounts": list.collect::<Vec<_>>() })
}

/// A statement a line, each account under its name; what it prints can be read again.
pub fn to_text(accounts: &[&Shown]) -> String {
    let mut text = String::new();
    for shown in accounts {
        if !text.is_empty() {
            text.push('\n');
        }
        let own = if shown.own { ", which the server comes with" } else { "" };
        text.push_str(&format!("-- {}{own}\n", words::account(&shown.account).replace(['\n', '\r'], " ")));
        for statement in shown.create.iter().chain(&shown.grants) {
            text.push_str(statement);
            text.push_str(";\n");
        }
    }
    text
}

/// A listing of statements.
pub fn to_listing(accounts: &[&Shown]) -> Listing {
    let mut listing = Listing::new(&["user", "host", "statement"]);
    for shown in accounts {
        for statement in shown.create.iter().chain(&shown.grants) {
            listing.push([shown.account.user.clone(), shown.account.host.clone(), statement.clone()]);
        }
    }
    listing
}
