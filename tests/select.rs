//! Whom a decision table selects: users with many rows beside the second evaluator, and rows that nobody can get.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use grantc::answer::{Engine, Reach};
use grantc::client::{Client, From, Password};
use grantc::decision_table::{Admission, DecisionTable};
use grantc::policy::{self, Options, Policy};
use grantc::reference::Reference;
use grantc::source::Source;
use rayon::prelude::*;
use std::collections::BTreeSet;
use support::random::{self, Random};

/// Host texts of every kind, few enough of each to meet and hide one another.
fn host(r: &mut Random) -> String {
    let octet = |r: &mut Random| r.one(&["1", "2", "3", "30"]).to_owned();
    let name = |r: &mut Random| r.one(&["app", "db", "web1", "h", "10"]).to_owned();
    match r.below(16) {
        0..3 => format!("10.{}.{}.{}", octet(r), octet(r), octet(r)),
        3..5 => format!("10.{}.{}.0/24", octet(r), octet(r)),
        5 => format!("10.{}.0.0/{}", octet(r), r.one(&["16", "14", "17"])),
        6 => format!("10.{}.{}.{}/255.255.255.0", octet(r), octet(r), r.one(&["0", "7"])),
        7 => format!("10.{}.0.{}/255.255.0.255", octet(r), octet(r)),
        8 => format!("10.{}.%", octet(r)),
        9 => format!("10.{}.{}%", octet(r), octet(r)),
        10 => format!("{}.{}.example.net", name(r), name(r)),
        11 => format!("%.{}.example.net", name(r)),
        12 => format!("{}.{}.%", name(r), name(r)),
        13 => format!("%{}.example.net", name(r)),
        14 => format!("{}_.{}.%.net", name(r), name(r)),
        _ => r.one(&["%", "localhost", "127.0.0.1", "::1", "2001:db8::%", "%.net", "10.%.3", ""]).to_owned(),
    }
}

/// A policy in which one user and the empty one have many rows, and who may come.
fn crowded(seed: u64, server: &str, most: usize) -> (Policy, Vec<Client>) {
    let mut r = Random::new(seed, "crowded");
    let rows = r.between(8, most);
    let hosts: BTreeSet<String> = (0..rows).map(|_| host(&mut r)).collect();
    let mut text = format!("-- grantc: server={server}\n");
    for host in &hosts {
        for user in ["app", ""] {
            if user == "app" || r.percent(25) {
                text.push_str(&format!("CREATE USER '{user}'@'{host}';\n"));
            }
        }
    }
    let policy = policy::load(vec![Source::new("crowded.sql", text)], &Options::default());
    let hosts: Vec<String> = hosts.into_iter().collect();
    let clients = (0..200).map(|_| {
        let user = r.one(&["app", "app", "app", "", "stranger"]).to_owned();
        let host = if r.percent(80) { r.one(&hosts) } else { host(&mut r) };
        Client { user, from: random::aimed(&mut r, &host), password: Password::None, ..Client::default() }
    });
    let clients = clients.collect();
    (policy, clients)
}

/// The index in front of many rows finds the row that going through them finds.
#[test]
fn users_with_many_rows_get_the_first_that_matches() {
    let seeds = support::seeds(0..5);
    let asked: Vec<(u64, &str)> =
        random::SERVERS.iter().flat_map(|server| seeds.clone().map(move |seed| (seed, *server))).collect();
    let alone: usize = asked
        .par_iter()
        .map(|(seed, server)| {
            let (policy, clients) = crowded(*seed, server, 150);
            let table = DecisionTable::compile(&policy).unwrap();
            let reference = Reference::new(&policy);
            let mut alone = 0;
            for client in clients {
                let Admission::In(session) = table.admit(&client) else { continue };
                let texts = reference.texts(&client).unwrap();
                let selected = reference.selected(&client.user, &texts);
                let wanted: Vec<_> = selected.iter().map(|key| policy.tables.account_text(*key)).collect();
                assert_eq!(vec![session.current_user()], wanted, "{server} {seed}: {client:?}");
                alone += 1;
            }
            alone
        })
        .sum();
    println!("{} policies, {alone} logins", asked.len());
    assert!(alone > asked.len() * 50, "{alone} logins only");
}

/// A row that is said to be nobody's is never selected, whoever comes that its pattern is meant for. More of them where the
/// environment says so: `GRANTC_CLIENTS=10000`.
#[test]
fn rows_that_nobody_gets_are_never_selected() {
    let count: usize = std::env::var("GRANTC_CLIENTS").map_or(300, |count| count.parse().unwrap());
    let seeds = support::seeds(0..12);
    let asked: Vec<(u64, &str)> =
        random::SERVERS.iter().flat_map(|server| seeds.clone().map(move |seed| (seed, *server))).collect();
    let rows: Vec<(usize, usize)> = asked
        .par_iter()
        .map(|(seed, server)| {
            let (policy, _) = crowded(*seed, server, 24);
            let table = DecisionTable::compile(&policy).unwrap();
            let engine = Engine::new(&policy);
            let mut r = Random::new(*seed, "unreachable");
            let mut selected = 0;
            let lines = engine.accounts();
            let unreachable: Vec<_> = lines.iter().filter(|line| line.reached.reach == Reach::Never).collect();
            for line in &unreachable {
                let row = (line.row.account.user.as_str(), line.row.account.host.as_str());
                for _ in 0..count {
                    let from = random::aimed(&mut r, row.1);
                    let user = if row.0.is_empty() { r.one(&["", "a", "b", "x"]) } else { row.0 }.to_owned();
                    let client = Client { user, from, password: Password::None, ..Client::default() };
                    match table.admit(&client) {
                        Admission::In(session) => {
                            assert_ne!(session.current_user(), row, "{server} {seed}: {client:?}");
                            selected += 1;
                        }
                        Admission::Refused(_) => {}
                        // A few are enough where the interpreter has to say it.
                        Admission::Unsure if r.percent(2) && matches!(client.from, From::Address { .. }) => {
                            let login = engine.login(&client);
                            let account = login.account.as_ref().map(grantc::answer::AccountView::text);
                            assert!(account != Some(row) || login.ambiguous, "{server} {seed}: {client:?}");
                        }
                        Admission::Unsure => {}
                    }
                }
            }
            (unreachable.len(), selected)
        })
        .collect();
    let unreachable: usize = rows.iter().map(|(rows, _)| rows).sum();
    let selected: usize = rows.iter().map(|(_, selected)| selected).sum();
    println!("{unreachable} rows, {count} clients for each, of which {selected} got another row");
    assert!(unreachable > 8, "{unreachable} rows only");
}
