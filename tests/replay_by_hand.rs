//! In which order a live MariaDB 10.11 listed the databases of accounts, behind each statement of a sequence: rows of equal
//! rank as they lie in memory, at a load as they lie on disk (M3.11), where statements by hand move them too.
//!
//! `tests/live/by_hand.py` recorded `tests/replay/by_hand.txt` and tells what a line means.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use grantc::policy::{self, Options, Outcome, Policy};
use grantc::source::Source;
use std::collections::BTreeMap;
use std::fs;

/// The databases of an account, by their numbers.
fn listed(policy: &Policy, user: &str) -> String {
    let shown = policy.after(&Source::new("show.sql", format!("SHOW GRANTS FOR {user}@'%';")));
    let Some(Outcome::Rows(rows)) = shown.statements.last().map(|last| &last.outcome) else { return "?".to_owned() };
    rows.iter().filter_map(|row| row.split_once(" ON `d")?.1.chars().next()).collect()
}

fn state(policy: &Policy) -> String {
    let errno = match policy.statements.last().map(|last| &last.outcome) {
        Some(Outcome::Refused(error)) => format!("!{}", error.errno),
        _ => String::new(),
    };
    format!("{},{}{errno}", listed(policy, "a"), listed(policy, "b"))
}

#[test]
fn databases_are_listed_as_recorded() {
    let load = |text: &str| policy::load(vec![Source::new("policy.sql", text)], &Options::default());
    let recorded = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/replay/by_hand.txt")).unwrap();
    let statements: BTreeMap<&str, &str> =
        recorded.lines().filter_map(|line| line.strip_prefix("= ")?.split_once(' ')).collect();
    let sequences: Vec<(&str, &str)> = recorded.lines().filter_map(|line| line.split_once(" | ")).collect();
    let (mut differences, mut known, mut unknown) = (Vec::new(), 0, 0);
    for (sequence, states) in &sequences {
        let mut text = "-- grantc: server=mariadb-10.11\nCREATE USER a@'%', b@'%';".to_owned();
        let mut grown = load(&text);
        for (place, (word, wanted)) in sequence.split(' ').zip(states.split(' ')).enumerate() {
            let statement = statements[word];
            text += &format!("\n{statement};");
            grown = grown.after(&Source::new("next.sql", format!("{statement};")));
            if grown.tables.memory.as_ref().unwrap().all_databases().is_none() {
                unknown += 1;
                continue;
            }
            known += 1;
            // A policy that grows by a statement at a time remembers the same.
            for (policy, how) in [(&load(&text), "at once"), (&grown, "grown")] {
                let own = state(policy);
                if own != wanted {
                    differences.push(format!("{sequence}, {place} {word}, {how}: {wanted} on the server, {own} here"));
                }
            }
        }
    }
    assert!(differences.is_empty(), "{} of {known}:\n{}", differences.len(), differences.join("\n"));
    assert!(sequences.len() == 200 && known > 15 * unknown, "{known} known, {unknown} unknown");
}
