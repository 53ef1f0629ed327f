//! Listings: account rows in the order the server tries them, and what a session may do.

use crate::answer::{AccountLine, AccountView, HeldPrivilege, Privileges, SourceView};
use crate::emit::table::Listing;
use crate::emit::words;

/// `accounts` as a listing.
pub fn accounts(lines: &[AccountLine]) -> Listing {
    let mut listing = Listing::new(&["position", "account", "marks", "never selected", "ties with", "source"]);
    for line in lines {
        listing.push([
            line.position.to_string(),
            words::account(&line.row.account),
            line.marks.join(", "),
            never(line),
            words::accounts(&line.ties),
            words::places(&line.row),
        ]);
    }
    listing
}

fn never(line: &AccountLine) -> String {
    let shadowed = |by: &[AccountView]| format!("shadowed by {}", words::accounts(by));
    match (&line.unmatchable, line.shadowed_by.as_slice()) {
        (Some(why), _) => why.clone(),
        (None, []) => String::new(),
        (None, by) => shadowed(by),
    }
}

/// What a session holds as a listing: for a table of privileges one line a row.
pub fn privileges(answer: &Privileges) -> Listing {
    let mut listing = Listing::new(&["level", "on", "privileges", "but", "row", "source"]);
    for held in &answer.held {
        listing.push([
            held.level.to_owned(),
            held.on.clone(),
            held_privileges(held),
            but(held),
            words::row(&held.row),
            held.row.sources.iter().map(|s: &SourceView| words::place(s)).collect::<Vec<_>>().join(", "),
        ]);
    }
    listing
}

fn held_privileges(held: &HeldPrivilege) -> String {
    let mut text = held.privileges.join(", ");
    if held.grant_option && !held.privileges.iter().any(|p| p == "GRANT OPTION") {
        text.push_str(if text.is_empty() { "GRANT OPTION" } else { " WITH GRANT OPTION" });
    }
    text
}

fn but(held: &HeldPrivilege) -> String {
    let mut parts = held.except.clone();
    if held.hidden_from_show_grants {
        parts.push("not shown by SHOW GRANTS".to_owned());
    }
    parts.join("; ")
}
