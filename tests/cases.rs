//! Runs every `tests/cases/**/*.test` file. Adding a case adds no Rust.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use grantc::answer::{Engine, Running};
use grantc::client::Ask;
use grantc::demand::{self, Context};
use grantc::expectation::Question;
use grantc::expectation::files::beside;
use grantc::expectation::parse::parse;
use grantc::expectation::run::{Report, run_seen};
use grantc::rules::name::RuleName;
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::fs;
use std::sync::LazyLock;
use support::{case_files, export};

/// What does not hold yet: title of the case, end of the question, why.
const OPEN: &[(&str, &str, &str)] = &[];

/// Rules that no case makes derive anything, and why.
const ASLEEP: &[(RuleName, &str)] = &[];

/// No line of a case is misread, no case is empty, every case says where its expectations come from.
#[test]
fn every_case_file_is_understood() {
    let mut wrong = Vec::new();
    let files = case_files();
    assert!(!files.is_empty(), "no .test file below tests/cases");
    for (name, path) in files {
        let file = parse(&name, &fs::read_to_string(&path).unwrap());
        wrong.extend(file.misread.iter().map(|misread| format!("{name}:{}: {}", misread.line, misread.message)));
        for case in &file.cases {
            if case.references.is_empty() {
                wrong.push(format!("{name}:{}: the case has no `reference:`", case.line));
            }
            if case.steps.is_empty() {
                wrong.push(format!("{name}:{}: the case expects nothing", case.line));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What running all cases came to: the reports by file, and the rules that derived something.
type Ran = (Vec<Report>, BTreeSet<RuleName>);

/// All cases, run once for every test below.
static RAN: LazyLock<Ran> = LazyLock::new(|| {
    let files = case_files();
    let ran: Vec<(Report, BTreeSet<RuleName>)> = files
        .par_iter()
        .map(|(name, path)| {
            let mut fired = BTreeSet::new();
            let file = parse(name, &fs::read_to_string(path).unwrap());
            let report = run_seen(&file, &|policy| beside(path, policy), &mut |engine, question, running| {
                fired.extend(fired_by(engine, question));
                fired.extend(running.iter().flat_map(|running| fired_in(engine, running, question)));
            });
            (report, fired)
        })
        .collect();
    let (reports, fired): (Vec<_>, Vec<_>) = ran.into_iter().unzip();
    (reports, fired.into_iter().flatten().collect())
});

/// Every expectation holds, but for those that are known to be open; those still fail.
#[test]
fn every_case_holds() {
    let mut failures = Vec::new();
    let mut open: BTreeSet<(&str, &str)> = OPEN.iter().map(|(case, what, _)| (*case, *what)).collect();
    for failure in RAN.0.iter().flat_map(Report::failures) {
        match OPEN.iter().find(|(case, what, _)| failure.case == *case && failure.asked.ends_with(what)) {
            Some((case, what, _)) => drop(open.remove(&(case, what))),
            None => failures.push(failure.to_string()),
        }
    }
    failures.extend(open.iter().map(|(case, what)| format!("no longer open, take it off the list: {case}: {what}")));
    let passed: usize = RAN.0.iter().map(Report::passed).sum();
    assert!(failures.is_empty(), "{}\n{} failures, {passed} expectations held", failures.join("\n"), failures.len());
}

/// Every rule of the program derives something for some case.
#[test]
fn every_rule_fires_in_some_case() {
    let asleep: Vec<RuleName> = RuleName::ALL.iter().copied().filter(|rule| !RAN.1.contains(rule)).collect();
    let known: Vec<RuleName> = ASLEEP.iter().map(|(rule, _)| *rule).collect();
    assert_eq!(asleep, known, "the rules that no case makes derive anything");
}

fn fired_by(engine: &Engine<'_>, question: &Question) -> BTreeSet<RuleName> {
    match question {
        Question::Login(client) => engine.evaluate(client, None, &[]).model.fired(),
        Question::Check(client, ask) => {
            let login = engine.login(client);
            let tables = &engine.policy().tables;
            let account = login.proxied.map(|(target, _)| target).or(login.account).map(|a| (a.user, a.host));
            let account = account.as_ref().map(|(user, host)| (user.as_str(), host.as_str()));
            let context = Context {
                server: tables.server,
                tables,
                current_db: client.db.as_deref(),
                account,
                login: Some(&client.user),
            };
            let demands = match ask {
                Ask::Sql(sql) => demand::demands(sql, &context),
                Ask::Can { privilege, on } => demand::demand_of(privilege, on, &context),
            };
            let Ok(demands) = demands else { return BTreeSet::new() };
            let listing = demands.lists.as_ref().and_then(|lists| engine.listing_demands(lists));
            let fired = |demands: &demand::Demands| engine.evaluate(client, Some(demands), &[]).model.fired();
            [Some(demands), listing].iter().flatten().flat_map(fired).collect()
        }
        Question::Connect(_, client) => engine.evaluate(client, None, &[]).model.fired(),
        Question::SessionLogin(_)
        | Question::InSession(..)
        | Question::Statement(_)
        | Question::Show(_)
        | Question::Who(..) => BTreeSet::new(),
    }
}

fn fired_in(engine: &Engine<'_>, running: &Running, question: &Question) -> BTreeSet<RuleName> {
    let Question::InSession(_, ask) = question else { return BTreeSet::new() };
    let (tables, account) = (&engine.policy().tables, engine.policy().tables.account_text(running.account()));
    let current_db = running.carried.database.as_deref();
    let login = Some(running.client.user.as_str());
    let context = Context { server: tables.server, tables, current_db, account: Some(account), login };
    let demands = match ask {
        Ask::Sql(sql) => demand::demands(sql, &context),
        Ask::Can { privilege, on } => demand::demand_of(privilege, on, &context),
    };
    let fired = |demands| engine.evaluate_running(running, None, Some(&demands), &[]).model.fired();
    demands.map(fired).unwrap_or_default()
}

/// Writes all cases as JSON to the path in `GRANTC_CASES_JSON`, for `tests/live/cases.py`.
#[test]
#[ignore = "an export, not a test"]
fn export_cases() {
    let path = std::env::var("GRANTC_CASES_JSON").expect("GRANTC_CASES_JSON names the file to write");
    let files: Vec<_> = case_files()
        .iter()
        .map(|(name, path)| export::file(&parse(name, &fs::read_to_string(path).unwrap())))
        .collect();
    fs::write(path, serde_json::to_string_pretty(&files).unwrap()).unwrap();
}
