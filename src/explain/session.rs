//! Who the client is to the server: the row selected, each that lost and why, the proxied identity,
//! the active roles.

use super::page::Page;
use crate::answer::{AccountView, Candidate, Fate, Login};
use crate::client::Client;
use crate::emit::paper::{Paper, Tone};
use crate::emit::words;

/// How many of the rows that lost are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Losers {
    /// All that match, and the first few of those that do not.
    Some,
    /// All.
    All,
}

/// How many rows that do not even match are shown in a derivation.
const FEW: usize = 6;

/// The answer of `login`: accepted or refused, as whom, and every candidate.
pub fn login(client: &Client, login: &Login, paper: &Paper) -> String {
    let mut page = Page::new(paper);
    page.line(&headline(login, paper));
    page.line("");
    page.item(&words::client(client));
    lines(&mut page, login, Losers::All);
    page.finish()
}

/// The first line about a login.
pub fn headline(login: &Login, paper: &Paper) -> String {
    let name = |account: &Option<AccountView>| account.as_ref().map_or_else(|| "nobody".to_owned(), words::account);
    let selected = || paper.say(Tone::Strong, &name(&login.account));
    if login.ambiguous {
        let refused = login.error.as_ref().map(|error| format!(", which is refused: {}", words::error(error)));
        return format!(
            "{}: the server may take any of {}; {} is the likeliest{}",
            paper.say(Tone::Doubt, "ambiguous"),
            words::accounts(&login.tied),
            selected(),
            refused.unwrap_or_default(),
        );
    }
    match (&login.error, &login.undetermined) {
        (Some(error), _) => format!("{}: {}", paper.say(Tone::Bad, "refused"), words::error(error)),
        (None, Some(why)) => format!("{}: {why}", paper.say(Tone::Doubt, "undetermined")),
        (None, None) => format!("{}: {} is {}", paper.say(Tone::Good, "accepted"), name(&login.client), selected()),
    }
}

/// The lines about a login, from the server's name for the client to the active roles.
pub fn lines(page: &mut Page<'_>, login: &Login, losers: Losers) {
    if let Some(client) = &login.client {
        page.item(&format!("the server calls it {}", words::account(client)));
    }
    candidates(page, login, losers);
    if login.account.is_none() && login.candidates.is_empty() {
        page.item("no account row has this user name, and there is no anonymous one");
    }
    identity(page, login);
}

/// The proxied identity and the active roles.
pub fn identity(page: &mut Page<'_>, login: &Login) {
    if let Some((account, row)) = &login.proxied {
        page.item(&format!("it acts as {}, proxied", page.paper.say(Tone::Strong, &words::account(account))));
        page.columns(4, &[vec![words::row(row), page.paper.say(Tone::Faint, &words::places(row))]]);
    }
    roles(page, login);
}

fn candidates(page: &mut Page<'_>, login: &Login, losers: Losers) {
    if login.candidates.is_empty() {
        return;
    }
    let mut unmatched = 0;
    let mut rows = Vec::new();
    for candidate in &login.candidates {
        if matches!(candidate.fate, Fate::HostDiffers(_)) {
            unmatched += 1;
            if losers == Losers::Some && unmatched > FEW {
                continue;
            }
        }
        rows.push(candidate_row(candidate, login, page.paper));
    }
    page.item("account rows in the order the server tries them");
    page.columns(2, &rows);
    if losers == Losers::Some && unmatched > FEW {
        page.faint(4, &format!("and {} more whose host differs", unmatched - FEW));
    }
}

fn candidate_row(candidate: &Candidate, login: &Login, paper: &Paper) -> Vec<String> {
    let account = words::account(&candidate.row.account);
    let place = paper.say(Tone::Faint, &words::places(&candidate.row));
    let row = |mark: &str, account: String, fate: &str| vec![mark.to_owned(), account, place.clone(), fate.to_owned()];
    match &candidate.fate {
        Fate::Selected => {
            let (tone, fate) = match &login.refused_because {
                Some(why) => (Tone::Bad, format!("selected, but {why}")),
                None => (Tone::Good, "selected".to_owned()),
            };
            row(&paper.say(tone, "→"), paper.say(Tone::Strong, &account), &fate)
        }
        Fate::Tied if Some(&candidate.row.account) == login.account.as_ref() => {
            row(&paper.say(Tone::Doubt, "→"), paper.say(Tone::Strong, &account), "tied, the likeliest")
        }
        Fate::Tied => row(&paper.say(Tone::Doubt, "="), account, "tied"),
        Fate::MayMatch => row(&paper.say(Tone::Doubt, "?"), account, "may match: the address is not known"),
        Fate::Outranked { by, why } => row("", account, &format!("outranked by {}: {why}", words::account(by))),
        Fate::HostDiffers(why) => row("", paper.say(Tone::Faint, &account), why),
    }
}

fn roles(page: &mut Page<'_>, login: &Login) {
    if login.roles.is_empty() {
        if login.account.is_some() && login.error.is_none() {
            page.item("no active roles");
        }
        return;
    }
    page.item("active roles");
    let rows: Vec<Vec<String>> = login
        .roles
        .iter()
        .map(|(role, row)| {
            let (why, place) = match row {
                Some(row) => (words::row(row), words::places(row)),
                None => ("mandatory, asked for, or granted to another one".to_owned(), String::new()),
            };
            vec![words::account(role), why, page.paper.say(Tone::Faint, &place)]
        })
        .collect();
    page.columns(4, &rows);
}
