//! Random policies with sessions that run while they change, as live servers answered them: recorded by `tests/live/sessions.py`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use grantc::live;
use grantc::policy::{Options, Outcome, Reading};
use grantc::source::Source;
use rayon::prelude::*;
use serde_json::Value;
use std::fs;
use std::path::Path;

/// What each policy begins with.
const SETUP: &str = "\
CREATE DATABASE d1; CREATE DATABASE d2; CREATE TABLE d1.t (a INT, b INT); CREATE TABLE d1.u (a INT, b INT);
CREATE TABLE d2.t (a INT, b INT); CREATE PROCEDURE d1.p() SELECT 1; CREATE PROCEDURE d2.p() SELECT 1;
";

/// How many statements that is.
const OF_SETUP: usize = 7;

#[test]
fn sessions_are_answered_as_the_server_did() {
    for (file, server) in [("mysql.jsonl", "mysql-9.7"), ("mariadb.jsonl", "mariadb-10.11")] {
        let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recorded/sessions").join(file));
        let text = text.unwrap_or_default();
        let records: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let wrong: Vec<String> = records.par_iter().flat_map(|record| differences(record, server)).collect();
        assert!(wrong.is_empty(), "{file}: {}\n{} differences", wrong[..wrong.len().min(20)].join("\n"), wrong.len());
    }
}

fn differences(record: &Value, server: &str) -> Vec<String> {
    let text = record["policy"].as_str().unwrap();
    let server = Some(server.parse().unwrap());
    let options = Options { server, reading: Some(Reading::Script), ..Options::default() };
    let sources = vec![Source::new("setup", SETUP), Source::new("policy", text)];
    let (policy, _) = live::load(sources, &options);
    let wanted = record["answers"].as_array().unwrap();
    let told: Vec<Value> = policy.statements.iter().skip(OF_SETUP).map(|s| told(&s.outcome)).collect();
    assert_eq!(wanted.len(), told.len(), "{text}");
    let pairs = wanted.iter().zip(&told).enumerate().filter(|(_, (wanted, told))| wanted != told);
    let line = |at: usize| {
        let span = policy.statements[at + OF_SETUP].span;
        policy.sources.text(span).to_owned()
    };
    pairs.map(|(at, (wanted, told))| format!("{}\n  server: {wanted}\n  grantc: {told}", line(at))).collect()
}

/// An outcome as the recording writes it.
fn told(outcome: &Outcome) -> Value {
    match outcome {
        Outcome::Done(_) | Outcome::Skipped => "ok".into(),
        Outcome::Rows(rows) => rows.clone().into(),
        Outcome::Refused(error) => format!("{} {}", error.errno, error.message).into(),
        Outcome::Unknown(why) => format!("? {why}").into(),
    }
}
