//! A compiled table answers as the policy that it was compiled from.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use grantc::answer::{Engine, Verdict};
use grantc::client::{Ask, Client};
use grantc::decision_table::{Admission, Answer, DecisionTable};
use grantc::expectation::Question;
use grantc::expectation::parse::parse;
use grantc::expectation::run::run_seen;
use grantc::policy::{self, Options, Policy};
use grantc::source::Source;
use rayon::prelude::*;
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use support::{case_files, random};

fn compiled(policy: &Policy) -> DecisionTable {
    let table = DecisionTable::compile(policy).unwrap();
    table.check_contents().unwrap();
    table
}

/// How often the table told by itself, and how often the interpreter had to be asked.
#[derive(Default)]
struct Told {
    alone: AtomicUsize,
    not_alone: AtomicUsize,
}

impl Told {
    /// Holds what the table says by itself against the interpreter.
    fn compare(&self, (policy, table): (&str, &DecisionTable), rebuilt: &Engine<'_>, client: &Client, ask: &Ask) {
        let Ask::Can { privilege, on } = ask else { return };
        let Some(found) = table.find_privilege(privilege) else { return };
        let decision = rebuilt.check(client, ask);
        let about = || format!("{policy}: {client:?} {ask:?}\n{decision:#?}");
        let answer = match table.admit(client) {
            Admission::In(session) => session.may(found, on),
            Admission::Refused(errno) => {
                assert_eq!(decision.login.error.as_ref().map(|error| error.errno), Some(errno), "{}", about());
                Answer::Deny
            }
            Admission::Unsure => Answer::Unsure,
        };
        let counter = if answer == Answer::Unsure { &self.not_alone } else { &self.alone };
        counter.fetch_add(1, Ordering::Relaxed);
        match answer {
            Answer::Allow(row) => {
                assert_eq!(decision.verdict, Verdict::Allow, "{row:?} {}", about());
                assert_eq!(decision.rows.first(), rebuilt.row(row, Some(found)).as_ref(), "{}", about());
            }
            Answer::Deny => assert_eq!(decision.verdict, Verdict::Deny, "{}", about()),
            Answer::Unsure => {}
        }
    }
}

/// Every question of every case gets the same answer, to the last byte.
#[test]
fn cases_are_answered_alike() {
    let files = case_files().into_iter().filter(|(name, _)| !name.contains("/fail-")).collect::<Vec<_>>();
    let told = Told::default();
    let asked: usize = files
        .par_iter()
        .map(|(name, path)| {
            let file = parse(name, &fs::read_to_string(path).unwrap());
            let read = |policy: &str| {
                let text =
                    fs::read_to_string(path.parent().unwrap().join(policy)).map_err(|error| error.to_string())?;
                Ok(vec![Source::new(policy, text)])
            };
            let (mut asked, mut last) = (0, None);
            run_seen(&file, &read, &mut |engine, question, running| {
                if running.is_some() || !matches!(question, Question::Login(_) | Question::Check(..)) {
                    return;
                }
                // Most questions are asked of the policy of the question before.
                let policy = engine.policy();
                let texts: Vec<std::sync::Arc<str>> =
                    policy.sources.iter().map(|(_, source)| source.text.clone()).collect();
                let key = (texts, format!("{:?}", policy.settings()));
                if last.as_ref().is_none_or(|(before, _, _)| *before != key) {
                    let table = compiled(policy);
                    let rebuilt = table.policy();
                    last = Some((key, table, rebuilt));
                }
                let (_, table, rebuilt) = last.as_ref().unwrap();
                let rebuilt = Engine::new(rebuilt);
                match question {
                    Question::Login(client) => {
                        assert_eq!(rebuilt.login(client), engine.login(client), "{name}: {client:?}");
                    }
                    Question::Check(client, ask) => {
                        assert_eq!(rebuilt.check(client, ask), engine.check(client, ask), "{name}: {client:?} {ask:?}");
                        told.compare((name, table), &rebuilt, client, ask);
                    }
                    _ => {}
                }
                asked += 1;
            });
            asked
        })
        .sum();
    assert!(asked > 1000, "{asked} questions only");
    assert!(told.alone.into_inner() > told.not_alone.into_inner());
}

/// On random policies the table, the slice that it makes of the policy, and the whole policy say the same.
#[test]
fn random_policies_are_answered_alike() {
    let told = Told::default();
    let seeds: Vec<(u64, &str)> =
        random::SERVERS.iter().flat_map(|server| (0..6).map(move |seed| (seed, *server))).collect();
    seeds.par_iter().for_each(|(seed, server)| {
        let policy = random::load(*seed, server);
        let table = compiled(&policy);
        let rebuilt = table.policy();
        let (whole, other) = (Engine::new(&policy), Engine::new(&rebuilt));
        let asks = random::asks(*seed, &policy, 40);
        for (at, client) in random::clients(*seed, &policy, 20).iter().enumerate() {
            for ask in asks.iter().skip(at % 5).step_by(5) {
                told.compare((&format!("{server} {seed}"), &table), &other, client, ask);
            }
            if let Some(ask) = asks.get(at) {
                assert_eq!(other.check(client, ask), whole.check(client, ask), "{server} {seed}: {client:?} {ask:?}");
            }
        }
    });
    let (alone, not_alone) = (told.alone.into_inner(), told.not_alone.into_inner());
    assert!(alone > 500, "alone {alone}, not alone {not_alone}");
}

fn policy_files() -> Vec<String> {
    let mut found = Vec::new();
    for folder in ["tutorial", "pitfalls", "versions", "dumps"] {
        for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("policies").join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|e| e == "sql" || e == "txt") {
                found.push(path.to_str().unwrap().to_owned());
            }
        }
    }
    found.sort();
    found
}

/// Accounts, settings, and for an example of each client set login and privileges are the same.
#[test]
fn policies_are_answered_alike() {
    for path in policy_files() {
        let text = fs::read_to_string(&path).unwrap();
        let policy = policy::load(vec![Source::new(&path, text)], &Options::default());
        let rebuilt = compiled(&policy).policy();
        let (one, other) = (Engine::new(&policy), Engine::new(&rebuilt));
        assert_eq!(rebuilt.settings(), policy.settings(), "{path}");
        let accounts = one.accounts();
        assert_eq!(other.accounts(), accounts, "{path}");
        let clients: Vec<Client> = accounts.iter().filter_map(|line| line.reached.example.clone()).collect();
        assert!(!clients.is_empty(), "{path}");
        for client in &clients {
            assert_eq!(other.privileges(client), one.privileges(client), "{path}: {client:?}");
        }
    }
}
