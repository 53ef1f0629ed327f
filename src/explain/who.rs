//! Who may do something, as a person reads it: those who may first, those who only would last.

use super::page::Page;
use crate::answer::{Able, AccountView, Clients, RowView, Standing, Who};
use crate::client::{Client, From};
use crate::emit::paper::{Paper, Tone};
use crate::emit::table::Listing;
use crate::emit::words;

/// How many sets of clients of one account are told; JSON and CSV have them all.
const FEW: usize = 4;
/// How many rows on parts of the object are told; JSON has them all.
const FEW_ROWS: usize = 10;

/// The answer of `who`.
pub fn who(answer: &Who, paper: &Paper) -> String {
    let mut page = Page::new(paper);
    let accounts = |able: &[&Able]| match able.len() {
        1 => "1 account".to_owned(),
        many => format!("{many} accounts"),
    };
    let sure: Vec<&Able> = answer.able.iter().filter(|able| !matches!(rank(&able.standing), 3..)).collect();
    let (tone, head) = match (sure.is_empty(), answer.unsure()) {
        (false, _) => (Tone::Good, accounts(&sure)),
        (true, true) => (Tone::Doubt, "undetermined".to_owned()),
        (true, false) => (Tone::Bad, "nobody".to_owned()),
    };
    page.line(&format!("{}: {}", paper.say(tone, &head), answer.asked));
    for of_rank in 0..6 {
        let group: Vec<&Able> = answer.able.iter().filter(|able| rank(&able.standing) == of_rank).collect();
        if let Some(first) = group.first() {
            page.heading(heading(&first.standing));
            group.iter().for_each(|able| lines(&mut page, able));
        }
    }
    if !answer.parts.is_empty() {
        page.heading("On parts of it only, by these rows; ask about the parts to see by whom");
        page.columns(2, &answer.parts.iter().take(FEW_ROWS).map(|row| placed(row, paper)).collect::<Vec<_>>());
        if answer.parts.len() > FEW_ROWS {
            page.item(&format!("and {} more rows", answer.parts.len() - FEW_ROWS));
        }
    }
    if !answer.gave_up.is_empty() {
        page.heading("Clients of these user names may be missing: the search for sets of them was given up");
        page.item(&answer.gave_up.join(", "));
    }
    page.finish()
}

fn rank(standing: &Standing) -> usize {
    match standing {
        Standing::May => 0,
        Standing::AfterSetPassword => 1,
        Standing::AfterSetRole(_) => 2,
        Standing::Undetermined(_) => 3,
        Standing::CannotLogIn(_) => 4,
        Standing::NeverSelected(_) => 5,
    }
}

fn heading(standing: &Standing) -> &'static str {
    match standing {
        Standing::May => "May",
        Standing::AfterSetPassword => "May after setting the password, which is expired (M4.10)",
        Standing::AfterSetRole(_) => "May after SET ROLE",
        Standing::Undetermined(_) => "Undetermined",
        Standing::CannotLogIn(_) => "Would, but cannot log in",
        Standing::NeverSelected(_) => "Would, but no client gets the row: only as the definer of a view or routine",
    }
}

/// What is to be said of the standing beside its heading.
fn note(standing: &Standing) -> &str {
    match standing {
        Standing::May | Standing::AfterSetPassword => "",
        Standing::AfterSetRole(note)
        | Standing::Undetermined(note)
        | Standing::CannotLogIn(note)
        | Standing::NeverSelected(note) => note,
    }
}

/// One word for scripts.
pub fn standing(standing: &Standing) -> &'static str {
    match standing {
        Standing::May => "may",
        Standing::AfterSetPassword => "after-set-password",
        Standing::AfterSetRole(_) => "after-set-role",
        Standing::Undetermined(_) => "undetermined",
        Standing::CannotLogIn(_) => "cannot-log-in",
        Standing::NeverSelected(_) => "never-selected",
    }
}

fn lines(page: &mut Page<'_>, able: &Able) {
    let mut head = page.paper.say(Tone::Strong, &words::account(&able.account));
    if !able.or.is_empty() {
        head.push_str(&format!(", or {}, which ties with it (M3.8)", words::accounts(&able.or)));
    }
    if let Some((account, row)) = &able.acts_as {
        head.push_str(&format!(" as {} ({})", words::account(account), words::places(row)));
    }
    let note = note(&able.standing);
    if !note.is_empty() {
        head.push_str(&format!(": {note}"));
    }
    page.item(&head);
    for clients in able.clients.iter().take(FEW) {
        page.at(4, &format!("{}, such as {}", from(clients), example(&clients.example)));
    }
    if able.clients.len() > FEW {
        page.at(4, &format!("and {} more sets of clients", able.clients.len() - FEW));
    }
    let rows: Vec<Vec<String>> = able.rows.iter().map(|row| placed(row, page.paper)).collect();
    if rows.is_empty() {
        page.at(4, "the server gives it to everybody");
    }
    page.columns(4, &rows);
    for way in &able.roles {
        page.at(4, &format!("through role {}", through(way)));
    }
}

/// A row, and where it comes from.
fn placed(row: &RowView, paper: &Paper) -> Vec<String> {
    vec![words::row(row), paper.say(Tone::Faint, &words::places(row))]
}

/// `'inner'@'%', granted to 'outer'@'%'`
fn through(way: &[AccountView]) -> String {
    way.iter().map(words::account).collect::<Vec<_>>().join(", granted to ")
}

/// `joe from any client`
fn from(clients: &Clients) -> String {
    match (clients.is_stranger, clients.user.is_empty()) {
        (true, _) => format!("any other user name from {}", clients.from),
        (false, true) => format!("no user name from {}", clients.from),
        (false, false) => format!("{} from {}", clients.user, clients.from),
    }
}

/// A client as short as can be: `10.0.0.7`, `10.0.0.7 (app1.example.net) with TLS`.
fn example(client: &Client) -> String {
    let from = match &client.from {
        From::Socket => "the socket".to_owned(),
        From::Address { ip, hostname: None } => ip.clone(),
        From::Address { ip, hostname: Some(name) } => format!("{ip} ({name})"),
        From::Hostname(name) => name.clone(),
    };
    let tls = match client.tls {
        crate::client::Tls::None => "",
        crate::client::Tls::Ssl => " with TLS",
        crate::client::Tls::X509 => " with a client certificate",
    };
    let os_user = client.os_user.as_ref().map(|name| format!(" as OS user {name}")).unwrap_or_default();
    format!("{from}{tls}{os_user}")
}

/// `who` as a listing: a line for each set of clients.
pub fn who_listing(answer: &Who) -> Listing {
    let columns = ["standing", "account", "note", "acts as", "user", "clients", "example", "rows", "roles", "source"];
    let mut listing = Listing::new(&columns);
    for able in &answer.able {
        let acts_as = able.acts_as.as_ref().map(|(account, _)| words::account(account)).unwrap_or_default();
        let tie = (!able.or.is_empty()).then(|| format!("or {}", words::accounts(&able.or)));
        let note = tie.into_iter().chain(Some(note(&able.standing).to_owned()).filter(|note| !note.is_empty()));
        let note = note.collect::<Vec<_>>().join("; ");
        let rows = able.rows.iter().map(words::row).collect::<Vec<_>>().join("; ");
        let roles = able.roles.iter().map(|way| through(way)).collect::<Vec<_>>().join("; ");
        let source = able.rows.iter().map(words::places).collect::<Vec<_>>().join("; ");
        let none = (String::new(), String::new(), String::new());
        let of_clients = able
            .clients
            .iter()
            .map(|clients| (clients.user.clone(), clients.from.clone(), words::client(&clients.example)));
        let all: Vec<_> = if able.clients.is_empty() { vec![none] } else { of_clients.collect() };
        for (user, clients, example) in all {
            listing.push([
                standing(&able.standing).to_owned(),
                words::account(&able.account),
                note.clone(),
                acts_as.clone(),
                user,
                clients,
                example,
                rows.clone(),
                roles.clone(),
                source.clone(),
            ]);
        }
    }
    listing
}
