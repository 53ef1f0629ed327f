//! grantc beside live servers on random policies: every statement's verdict, every login, what each session may do, and
//! what is shown of accounts, databases and tables.
//!
//! Plain `cargo test` compares with the answers recorded in `tests/recorded/differential`. A live run needs:
//!
//! | variable | meaning |
//! |---|---|
//! | `GRANTC_LIVE_MYSQL`, `GRANTC_LIVE_MARIADB` | the settings file of a server to ask |
//! | `GRANTC_ORACLE` | the folder of `probe.py`, which opens connections from any address |
//! | `GRANTC_SEED` | which policies: the same seed gives the same ones; 1 when not given |
//! | `GRANTC_FIRST` | the number of the first policy; 0 when not given |
//! | `GRANTC_POLICIES` | how many; no limit when not given |
//! | `GRANTC_MINUTES` | how long; 5 when not given |
//!
//! Of each kind of difference one case is shrunk and printed as a `.test` file with the server's answers.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod compare;
mod examples;
mod live;
mod loads;
mod recording;
mod shrink;

use compare::{Comparison, Tally};
use grantc::server::Server;
use live::Live;
use rayon::prelude::*;
use recording::{Case, Reader};
use shrink::Shown;
use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

/// Policies that are asked before they are compared together.
const TOGETHER: u64 = 24;

/// Kinds of difference of which a case is shrunk and printed.
const PRINTED: usize = 40;

/// Differences by their look: how many, and the first of them.
#[derive(Default)]
struct Findings {
    tally: Tally,
    /// Example clients that were asked about besides.
    examples: u64,
    looks: BTreeMap<String, (u64, Option<Shown>)>,
}

impl Findings {
    /// Keeps the differences of some cases, and returns what was compared.
    fn compare(&mut self, comparison: &Comparison, cases: Vec<Case>) -> Tally {
        let mut all = Tally::default();
        let compared: Vec<_> = cases
            .into_par_iter()
            .map(|case| {
                let mut tally = Tally::default();
                let found = comparison.differences(&case, &mut tally);
                (case, tally, found)
            })
            .collect();
        for (case, tally, found) in compared {
            all.add(&tally);
            for difference in found {
                let seen = self.looks.entry(difference.look()).or_default();
                seen.0 += 1;
                if seen.0 == 1 {
                    seen.1 = Some(Shown { case: case.clone(), difference });
                }
            }
        }
        all
    }

    fn assert_none(&self, what: &str) {
        println!("{what}: {} decisions; {}; {} example clients", self.tally.decisions(), self.tally, self.examples);
        let looks: Vec<String> = self.looks.iter().map(|(look, (count, _))| format!("{count} x {look}")).collect();
        assert!(looks.is_empty(), "{what} says otherwise:\n{}", looks.join("\n"));
    }
}

fn comparison(server: &str) -> Comparison {
    let server: Server = server.parse().unwrap();
    Comparison { own_accounts: if server.is_mariadb() { 2 } else { 4 }, server }
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok().map(|text| text.parse().unwrap_or_else(|_| panic!("{variable} is not a number")))
}

/// Compares with a live server when its settings are in the environment.
fn live(variable: &str, server: &str) {
    let Ok(settings) = std::env::var(variable) else {
        println!("{variable} is not set: {server} was not asked");
        return;
    };
    let (seed, policies) = (number("GRANTC_SEED").unwrap_or(1), number("GRANTC_POLICIES").unwrap_or(u64::MAX));
    let until = Instant::now() + Duration::from_secs(60 * number("GRANTC_MINUTES").unwrap_or(5));
    let comparison = comparison(server);
    let mut live = Live::start(&settings);
    let mut findings = Findings::default();
    let first = number("GRANTC_FIRST").unwrap_or(0);
    let end = first.saturating_add(policies);
    let next = |from: u64| from..from.saturating_add(TOGETHER).min(end);
    let mut asked = next(first);
    asked.clone().for_each(|policy| live.ask(seed, policy));
    while !asked.is_empty() {
        let cases: Vec<Case> = asked.clone().map(|_| live.answer()).collect();
        // One policy of them for its examples too.
        let examples = cases.first().map(|first| examples::of(first, &comparison.load(first))).unwrap_or_default();
        let examples: Vec<Case> = examples.iter().map(|some| live.again(some, false)).collect();
        asked = if Instant::now() < until { next(asked.end) } else { 0..0 };
        asked.clone().for_each(|policy| live.ask(seed, policy));
        let tally = findings.compare(&comparison, cases);
        findings.tally.add(&tally);
        // Not among the others: many of them are there to show ties.
        findings.examples += findings.compare(&comparison, examples).of("logins");
    }
    for (look, (_, shown)) in findings.looks.iter_mut().take(PRINTED) {
        let least = shrink::shrink(&mut live, &comparison, shown.take().unwrap());
        println!("# seed {seed}, {look}\n{}", shrink::written(&least, server));
    }
    findings.assert_none(&format!("{server}, seed {seed}"));
    let (ambiguous, logins) = (findings.tally.of("logins ambiguous"), findings.tally.of("logins"));
    assert!(ambiguous * 200 <= logins, "{ambiguous} of {logins} logins are ambiguous");
}

/// Compares with recorded answers.
fn recorded(name: &str, least: u64) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/recorded/differential/{name}.jsonl"));
    let text = std::fs::read_to_string(path).unwrap();
    let mut reader = Reader::default();
    let cases = text.lines().map(|line| reader.line(line)).collect();
    let mut findings = Findings::default();
    findings.tally = findings.compare(&comparison(name), cases);
    for (_, shown) in findings.looks.values() {
        let Some(shown) = shown else { continue };
        println!("{}", shrink::written(&shrink::narrowed(shown), name));
    }
    findings.assert_none(&format!("recorded {name}"));
    assert!(findings.tally.decisions() >= least, "only {} decisions", findings.tally.decisions());
}

#[test]
fn as_recorded_of_mysql() {
    recorded("mysql-9.7", 20_000);
}

#[test]
fn as_recorded_of_mariadb() {
    recorded("mariadb-10.11", 20_000);
}

#[test]
fn as_mysql_says() {
    live("GRANTC_LIVE_MYSQL", "mysql-9.7");
}

#[test]
fn as_mariadb_says() {
    live("GRANTC_LIVE_MARIADB", "mariadb-10.11");
}
