//! What differs between two policies: for people, and as a listing.

use super::page::Page;
use crate::answer::RowView;
use crate::answer::diff::{AccountDiff, Change, Diff, LoginChange, Relation, Side};
use crate::client::Client;
use crate::emit::diff::words::{ending, place, rights, roles, rows, subject, verb};
use crate::emit::paper::{Paper, Tone};
use crate::emit::table::Listing;
use crate::emit::words;

/// How many rows behind a change are shown to people.
const SHOWN_ROWS: usize = 3;

/// All differences, account by account.
pub fn diff(diff: &Diff, paper: &Paper) -> String {
    let mut page = Page::new(paper);
    page.line(&headline(diff, paper));
    for account in &diff.accounts {
        page.heading(&format!("{}  {}", subject(account), account.relation.word()));
        account.logins.iter().for_each(|login| login_lines(&mut page, account, login));
        account.changes.iter().for_each(|change| change_lines(&mut page, account, change));
    }
    refused(&mut page, diff);
    for user in &diff.unknown {
        page.line("");
        page.line(&format!(
            "the search for all clients and objects of {user} was given up: there may be more differences"
        ));
    }
    page.finish()
}

/// `wider: of the accounts 2 are wider, 5 equal`
pub fn headline(diff: &Diff, paper: &Paper) -> String {
    let tone = match diff.relation {
        Relation::Equal => Tone::Good,
        Relation::Different | Relation::Narrower => Tone::Doubt,
        Relation::Wider | Relation::Incomparable => Tone::Bad,
    };
    let count = |relation: Relation| diff.accounts.iter().filter(|account| account.relation == relation).count();
    let parts = [
        (count(Relation::Wider), "wider"),
        (count(Relation::Narrower), "narrower"),
        (count(Relation::Incomparable), "incomparable"),
        (count(Relation::Different), "different in logins only"),
        (diff.equal, "equal"),
    ];
    let told: Vec<String> =
        parts.iter().filter(|(number, _)| *number > 0).map(|(number, word)| format!("{number} {word}")).collect();
    format!("{}: of the accounts that clients get, {}", paper.say(tone, diff.relation.word()), told.join(", "))
}

fn change_lines(page: &mut Page<'_>, account: &AccountDiff, change: &Change) {
    let tone = if change.relation() == Relation::Wider { Tone::Bad } else { Tone::Doubt };
    let verb = page.paper.say(tone, verb(change));
    let roles = roles(&change.roles);
    let roles = if roles.is_empty() { roles } else { format!(", {roles}") };
    page.item(&format!("{verb} {} on {}{roles}", rights(change), place(&change.place)));
    let whom = whom(&account.clients, &change.clients, &change.example);
    page.at(4, &format!("for {whom}"));
    let mut rows: Vec<Vec<String>> = Vec::new();
    let (now, was) = if change.relation() == Relation::Wider { ("by", "before by") } else { ("still by", "was by") };
    behind(&mut rows, now, &change.gives);
    behind(&mut rows, was, &change.gave);
    behind(&mut rows, "now counts", &change.instead);
    page.columns(4, &rows);
}

fn behind(rows: &mut Vec<Vec<String>>, word: &str, all: &[RowView]) {
    for row in all.iter().take(SHOWN_ROWS) {
        let statement = row.sources.first().map(|source| words::shorten(&source.statement, 100)).unwrap_or_default();
        rows.push(vec![word.to_owned(), words::row(row), words::places(row), statement]);
    }
    let more = all.len().saturating_sub(SHOWN_ROWS);
    if more > 0 {
        rows.push(vec![word.to_owned(), format!("{more} more rows")]);
    }
}

fn login_lines(page: &mut Page<'_>, account: &AccountDiff, login: &LoginChange) {
    let way = login.way.words();
    let way = if way.is_empty() { way } else { format!(" {way}") };
    let word = page.paper.say(Tone::Strong, "login");
    page.item(&format!("{word}{way}: {} → {}", ending(&login.before), ending(&login.after)));
    page.at(4, &format!("for {}", whom(&account.clients, &login.clients, &login.example)));
    let mut rows = Vec::new();
    behind(&mut rows, "was", login.before.row.as_slice());
    behind(&mut rows, "is", login.after.row.as_slice());
    page.columns(4, &rows);
}

fn refused(page: &mut Page<'_>, diff: &Diff) {
    for (side, heading) in [
        (Side::New, "Statements that only the new server refuses"),
        (Side::Old, "Statements that only the old server refuses"),
    ] {
        let of_side = diff.refused.iter().filter(|(of, ..)| *of == side);
        let rows: Vec<Vec<String>> = of_side
            .map(|(_, source, error)| {
                vec![words::place(source), words::shorten(&source.statement, 60), words::error(error)]
            })
            .collect();
        if !rows.is_empty() {
            page.heading(heading);
            page.columns(2, &rows);
        }
    }
}

fn whom(all: &[String], some: &[String], example: &Client) -> String {
    let example = words::brief_client(example);
    if all == some && all.len() == 1 {
        return format!("{}, such as {example}", all.join(", "));
    }
    let some = if all == some { "all its clients".to_owned() } else { some.join("; ") };
    format!("{some}, such as {example}")
}

/// A line for each change and each login.
pub fn diff_listing(diff: &Diff) -> Listing {
    let mut listing = Listing::new(&[
        "account", "relation", "change", "what", "on", "roles", "clients", "example", "before", "after",
    ]);
    for account in &diff.accounts {
        let (whose, relation) = (subject(account), account.relation.word().to_owned());
        for login in &account.logins {
            let (way, clients) = (login.way.words(), login.clients.join("; "));
            let (whose, relation, example) = (whose.clone(), relation.clone(), words::brief_client(&login.example));
            let (before, after) = (ending(&login.before), ending(&login.after));
            let word = login.relation().word().to_owned();
            listing.push([whose, relation, word, "login".into(), way, String::new(), clients, example, before, after]);
        }
        for change in &account.changes {
            listing.push([
                whose.clone(),
                relation.clone(),
                verb(change).to_owned(),
                rights(change),
                place(&change.place),
                roles(&change.roles),
                change.clients.join("; "),
                words::brief_client(&change.example),
                rows(&change.gave),
                rows(&change.gives),
            ]);
        }
    }
    listing
}
