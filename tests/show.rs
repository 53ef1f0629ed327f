//! SHOW GRANTS and SHOW CREATE USER against what live servers printed for random accounts: a MySQL 9.7 and a
//! MariaDB 10.11.
//!
//! Each file of `tests/show` holds the statements of one script in order (`tests/live/show.py` and
//! `tests/live/show_mariadb.py` recorded them), with the errno of those that the server refused and, for SHOW, the
//! rows that it returned. A first line may name the server. To compare with other recordings, name their folder in
//! `GRANTC_SHOWN`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use grantc::policy::Outcome;
use grantc::server::Server;
use grantc::source::{Source, SourceId};
use grantc::syntax::{self, Lexing};
use grantc::tables::GrantTables;
use grantc::tables::initial::initial;
use grantc::tables::replay::Replay;
use grantc::tables::row::StatementId;
use serde_json::Value;
use std::fmt::Write;
use std::fs;
use std::path::Path;

/// Replays a recorded script; the differences between its rows and the server's.
fn differences(path: &Path) -> (usize, String) {
    let mut replay = Replay::new(GrantTables::new(Server::default()));
    let (mut shown, mut out) = (0, String::new());
    let mut lexing = Lexing::default();
    let mariadb = |line: &Value| line["server"].as_str().map(|name| name.parse::<Server>().unwrap());
    for (number, line) in fs::read_to_string(path).unwrap().lines().enumerate() {
        let line: Value = serde_json::from_str(line).unwrap();
        if let Some(server) = mariadb(&line) {
            replay = Replay::new(initial(server));
            lexing.mariadb = true;
            continue;
        }
        let sql = line["sql"].as_str().unwrap();
        if sql.contains("ANSI_QUOTES") {
            lexing.ansi_quotes = true;
        }
        let source = Source::new("statement", sql);
        let parsed = syntax::parse(SourceId(0), &source, lexing);
        let [statement] = parsed.statements.as_slice() else {
            let _ = writeln!(out, "{}:{}: {sql}\n  {:?}", path.display(), number + 1, parsed.diagnostics);
            continue;
        };
        let outcome = replay.apply(StatementId(number as u32), statement);
        match (&outcome, line.get("rows")) {
            (Outcome::Rows(rows), Some(expected)) => {
                shown += 1;
                let expected: Vec<&str> = expected.as_array().unwrap().iter().map(|r| r.as_str().unwrap()).collect();
                if *rows != expected {
                    let _ = writeln!(out, "{}:{}: {sql}", path.display(), number + 1);
                    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
                    for (who, here, there) in [("server", &expected, &rows), ("grantc", &rows, &expected)] {
                        let differs = |(i, row): &(usize, &&str)| there.get(*i) != Some(*row);
                        for (i, row) in here.iter().enumerate().filter(differs) {
                            let _ = writeln!(out, "  {who} {i}: {row}");
                        }
                    }
                }
            }
            (Outcome::Done(_) | Outcome::Skipped, None) if line.get("errno").is_none() => {}
            (Outcome::Refused(error), None) if line["errno"] == error.errno => {}
            _ => {
                let _ = writeln!(out, "{}:{}: {sql}\n  {outcome:?}", path.display(), number + 1);
            }
        }
    }
    (shown, out)
}

#[test]
fn random_accounts_show_as_the_server_shows_them() {
    let folder = std::env::var("GRANTC_SHOWN").unwrap_or_else(|_| "tests/show".to_owned());
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let (mut shown, mut out) = (0, String::new());
    for path in paths {
        let (count, text) = differences(&path);
        shown += count;
        out.push_str(&text);
    }
    assert!(out.is_empty(), "{out}");
    assert!(shown > 300, "{shown} rows of SHOW compared");
}
