//! Dumps of the database `mysql` beside what the servers that were dumped said of their accounts.
//!
//! `tests/dumps/*.sql` were taken from live servers, `*.jsonl` holds the rows of SHOW CREATE USER and SHOW GRANTS of
//! every account there; the hashes in them are invented.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use grantc::answer::shown;
use grantc::diagnostic::{Code, Severity};
use grantc::policy::{self, Options, Reading};
use grantc::source::Source;
use serde_json::Value;
use std::fs;
use std::path::Path;

fn compare(name: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/dumps");
    let text = fs::read_to_string(folder.join(format!("{name}.sql"))).unwrap();
    let policy = policy::load(vec![Source::new(name, text)], &Options::default());
    assert_eq!(policy.reading, Some(Reading::State));
    let loud: Vec<_> =
        policy.diagnostics.iter().filter(|d| d.severity >= Severity::Warning && d.code != Code::Server).collect();
    assert!(loud.is_empty(), "{loud:#?}");
    let own = shown::accounts(&policy, true);
    let mut wrong = Vec::new();
    let recorded = fs::read_to_string(folder.join(format!("{name}.jsonl"))).unwrap();
    let mut accounts = 0;
    for line in recorded.lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        let text = |key: &str| line[key].as_str().unwrap_or("").to_owned();
        let (user, host) = (text("user"), text("host"));
        accounts += 1;
        let Some(shown) = own.iter().find(|s| s.account.user == user && s.account.host == host) else {
            wrong.push(format!("'{user}'@'{host}' is missing"));
            continue;
        };
        let mut expected = vec![text("create")];
        expected.extend(line["grants"].as_array().unwrap().iter().map(|row| row.as_str().unwrap().to_owned()));
        let mut told = vec![shown.create.clone().unwrap_or_default()];
        told.extend(shown.grants.iter().cloned());
        if line["create"].is_null() {
            (expected[0], told[0]) = (String::new(), String::new());
        }
        if expected != told {
            wrong.push(format!("server: {}\ngrantc: {}", expected.join("\n        "), told.join("\n        ")));
        }
    }
    assert_eq!(own.len(), accounts, "{:?}", own.iter().map(|s| &s.account).collect::<Vec<_>>());
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn a_dump_of_mysql() {
    compare("mysql-9.7");
}

#[test]
fn a_dump_of_mariadb() {
    compare("mariadb-10.11");
}
