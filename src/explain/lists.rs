//! Listings: account rows in the order the server tries them, and what a session may do.

use super::page::Page;
use super::session;
use crate::answer::{AccountLine, HeldPrivilege, Privileges, Reach};
use crate::client::Client;
use crate::emit::paper::Paper;
use crate::emit::table::Listing;
use crate::emit::words;

/// `accounts` as a listing.
pub fn accounts(lines: &[AccountLine]) -> Listing {
    let mut listing = Listing::new(&["position", "account", "marks", "selected for", "ties with", "source"]);
    for line in lines {
        listing.push([
            line.position.to_string(),
            words::account(&line.row.account),
            line.marks.join(", "),
            selected_for(line),
            words::accounts(&line.reached.ties),
            words::places(&line.row),
        ]);
    }
    listing
}

fn selected_for(line: &AccountLine) -> String {
    let by = words::accounts(&line.reached.shadowed_by);
    match line.reached.reach {
        Reach::Always | Reach::Partly => line.reached.clients.clone(),
        Reach::Never => format!("nobody: shadowed by {by}"),
        Reach::Unmatchable => format!("nobody: {}", line.unmatchable.as_deref().unwrap_or_default()),
        Reach::Refused => "nobody: its clients are refused with 1130 before any row is looked for (M2.21)".to_owned(),
        Reach::Unknown => "not known: the search for a client was given up".to_owned(),
    }
}

/// The answer of `privileges`: who it is, what it holds, which rows of this user do not count and why.
pub fn privileges(client: &Client, answer: &Privileges, paper: &Paper) -> String {
    let mut page = Page::new(paper);
    page.line(&session::headline(&answer.login, paper));
    page.line("");
    page.item(&words::client(client));
    session::identity(&mut page, &answer.login);
    if !answer.held.is_empty() {
        page.line("");
        page.block(&held(answer).to_text(paper));
    } else if answer.login.error.is_none() {
        page.heading("It may do nothing but connect");
    }
    if !answer.unused.is_empty() {
        page.heading("Rows of this user that do not count for this client");
        let rows = answer.unused.iter().map(|(row, why)| vec![words::row(row), why.clone(), words::places(row)]);
        page.columns(2, &rows.collect::<Vec<_>>());
    }
    page.finish()
}

/// What a session holds as a listing, a line for each row.
pub fn held(answer: &Privileges) -> Listing {
    let mut listing = Listing::new(&["level", "on", "privileges", "but", "row", "source"]);
    for held in &answer.held {
        listing.push([
            held.level.to_owned(),
            held.on.clone(),
            held_privileges(held),
            but(held),
            words::row(&held.row),
            words::places(&held.row),
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
