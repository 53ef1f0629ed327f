//! Account statements replayed beside what a live MySQL 9.7 or MariaDB 10.11 said to the same ones.
//!
//! `tests/replay/*.jsonl` are recorded by `tests/live/replay.py`: errno and message of each statement, the
//! numbers of its warnings, and at the end of each scenario the grants of every account, for MariaDB every row
//! of the grant tables. To compare with other recordings, name their folder in `GRANTC_RECORDED`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

#[path = "replay/state.rs"]
mod state;

use grantc::policy::{self, Options, Outcome, Policy};
use grantc::server::Server;
use grantc::source::{Source, SourceId};
use grantc::syntax::{Lexing, parse};
use grantc::tables::initial::initial;
use grantc::tables::replay::Replay;
use grantc::tables::row::StatementId;
use serde_json::Value;
use std::fs;
use std::path::Path;

/// Says nothing a test can compare: the server quotes the text that follows the error.
const SYNTAX: u64 = 1064;

struct Comparison {
    file: String,
    scenario: String,
    server: Server,
    replay: Replay,
    statements: usize,
    differences: Vec<String>,
}

impl Comparison {
    fn new(file: &str) -> Self {
        Self {
            file: file.to_owned(),
            scenario: String::new(),
            server: Server::default(),
            replay: Replay::new(initial(Server::default())),
            statements: 0,
            differences: Vec::new(),
        }
    }

    fn line(&mut self, line: &Value) {
        if let Some(name) = line["scenario"].as_str() {
            self.scenario = name.to_owned();
            self.server = line["server"].as_str().map_or_else(Server::default, |name| name.parse().unwrap());
            self.replay = Replay::new(initial(self.server));
        } else if let Some(rows) = line["state"].as_array() {
            self.state(rows);
        } else if let Some(list) = line["default_roles"].as_array() {
            self.default_roles(list);
        } else {
            self.statement(line);
        }
    }

    fn differs(&mut self, what: &str, server: &str, grantc: &str) {
        let (file, scenario) = (&self.file, &self.scenario);
        self.differences.push(format!("{file}, {scenario}: {what}\n   server: {server}\n   grantc: {grantc}"));
    }

    fn state(&mut self, rows: &[Value]) {
        let server: Vec<&str> = rows.iter().filter_map(Value::as_str).collect();
        let own = state::rows(&self.replay.tables);
        let only =
            |a: &[&str], b: &[&str]| a.iter().filter(|row| !b.contains(row)).copied().collect::<Vec<_>>().join(" | ");
        let own: Vec<&str> = own.iter().map(String::as_str).collect();
        let (missing, more) = (only(&server, &own), only(&own, &server));
        if !missing.is_empty() || !more.is_empty() {
            self.differs("rows at the end", &missing, &more);
        }
    }

    fn statement(&mut self, line: &Value) {
        let sql = line["sql"].as_str().unwrap();
        let errno = line["errno"].as_u64().unwrap();
        self.statements += 1;
        let source = Source::new("recorded", format!("{sql};"));
        let lexing = Lexing { mariadb: self.server.is_mariadb(), ..Lexing::default() };
        let parsed = parse(SourceId(0), &source, lexing);
        if errno == SYNTAX && parsed.statements.is_empty() {
            return;
        }
        let [statement] = parsed.statements.as_slice() else {
            self.differs(sql, &format!("{errno}"), &format!("{} statements read", parsed.statements.len()));
            return;
        };
        let outcome = self.replay.apply(StatementId(self.statements as u32), statement);
        let server = self.recorded(line, errno);
        let own = Self::told(&outcome, errno);
        if server != own {
            self.differs(sql, &server, &own);
        }
    }

    fn recorded(&self, line: &Value, errno: u64) -> String {
        if errno == SYNTAX {
            return format!("{errno}");
        }
        if errno != 0 {
            return format!("{errno} {}", line["message"].as_str().unwrap());
        }
        let warnings: Vec<u64> = line["warnings"].as_array().into_iter().flatten().filter_map(Value::as_u64).collect();
        match line["rows"].as_array() {
            Some(rows) => rows.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" | "),
            None => format!("done {warnings:?}"),
        }
    }

    fn told(outcome: &Outcome, errno: u64) -> String {
        match outcome {
            Outcome::Done(warnings) => format!("done {:?}", warnings.iter().map(|w| w.errno).collect::<Vec<_>>()),
            Outcome::Rows(rows) => rows.join(" | "),
            Outcome::Refused(error) if errno == SYNTAX && u64::from(error.errno) == SYNTAX => format!("{errno}"),
            Outcome::Refused(error) => format!("{} {}", error.errno, error.message),
            Outcome::Skipped | Outcome::Unknown(_) => "skipped".to_owned(),
        }
    }

    fn default_roles(&mut self, list: &[Value]) {
        let mut names = list.iter().filter_map(Value::as_str);
        let account = names.next().unwrap();
        let wanted: Vec<&str> = names.collect();
        let (user, host) = account.rsplit_once('@').unwrap();
        let tables = &self.replay.tables;
        let key = tables.find_account(user, host).unwrap();
        let mut own: Vec<String> = tables
            .default_roles
            .of(key)
            .map(|(_, row)| tables.account_text(row.role))
            .map(|(user, host)| format!("{user}@{host}"))
            .collect();
        own.sort();
        if own != wanted {
            let own = own.join(", ");
            self.differs(&format!("default roles of {account}"), &wanted.join(", "), &own);
        }
    }
}

#[test]
fn says_what_the_server_said() {
    let folder = std::env::var("GRANTC_RECORDED")
        .map_or_else(|_| Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/replay"), Into::into);
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|e| e == "jsonl"));
    files.sort();
    let (mut statements, mut differences) = (0, Vec::new());
    for path in files {
        let mut comparison = Comparison::new(&path.file_stem().unwrap().to_string_lossy());
        for line in fs::read_to_string(&path).unwrap().lines() {
            comparison.line(&serde_json::from_str(line).unwrap());
        }
        statements += comparison.statements;
        differences.append(&mut comparison.differences);
    }
    assert!(statements > 500, "only {statements} statements were compared");
    let shown = differences.iter().take(40).cloned().collect::<Vec<_>>().join("\n");
    assert!(differences.is_empty(), "{} of {statements} statements differ:\n{shown}", differences.len());
}

/// What a live MySQL 9.7 kept of a dynamic privilege behind each statement (`tests/live/dynamic.py` records it): a REVOKE
/// behind `REVOKE GRANT OPTION ON *.*` leaves it in force until the tables are read.
#[test]
fn dynamic_privileges_are_kept_in_memory_as_recorded() {
    let statement = |letter: char| match letter {
        'G' => "GRANT SYSTEM_VARIABLES_ADMIN ON *.* TO r2 WITH GRANT OPTION",
        'N' => "GRANT SYSTEM_VARIABLES_ADMIN ON *.* TO r2",
        'R' => "REVOKE SYSTEM_VARIABLES_ADMIN ON *.* FROM r2",
        'O' => "REVOKE GRANT OPTION ON *.* FROM r2",
        'A' => "GRANT GRANT OPTION ON *.* TO r2",
        'E' => "REVOKE SYSTEM_VARIABLES_ADMIN, GRANT OPTION ON *.* FROM r2",
        'F' => "FLUSH PRIVILEGES",
        'W' => "REVOKE ALL PRIVILEGES ON *.* FROM r2",
        'X' => "RENAME USER r2 TO r3, r3 TO r2",
        'D' => "DROP USER r2",
        'C' => "CREATE USER r2",
        other => panic!("{other}"),
    };
    let load = |text: &str| policy::load(vec![Source::new("policy.sql", text)], &Options::default());
    let held_in = |policy: &Policy| {
        let tables = &policy.tables;
        let mut rows = tables.dynamic.iter().filter(|(_, key, _)| tables.account_text(key.0).0 == "r2");
        rows.next().map_or('-', |(_, _, row)| if row.grant_option { 'Y' } else { 'N' })
    };
    let held = |text: &str| held_in(&load(text));
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/replay/dynamic.txt");
    let recorded = fs::read_to_string(path).unwrap();
    for line in recorded.lines() {
        let mut words = line.split(' ');
        let sequence = words.next().unwrap();
        let mut text = "CREATE USER r2;".to_owned();
        let mut grown = load(&text);
        for (letter, wanted) in sequence.chars().zip(words) {
            text += &format!("{};", statement(letter));
            let (memory, stored) = (held(&text), held(&format!("{text} FLUSH PRIVILEGES;")));
            assert_eq!(format!("{memory}{stored}"), wanted, "{sequence}: {text}");
            // A policy that grows by a statement at a time remembers the same.
            grown = grown.after(&Source::new("next.sql", statement(letter)));
            assert_eq!(held_in(&grown), memory, "{sequence}: {text}");
            // Written by hand, the tables are kept apart: what is stored is the same.
            let by_hand = "DELETE FROM mysql.db WHERE User = 'nobody'; FLUSH PRIVILEGES;";
            assert_eq!(held(&format!("{text} {by_hand}")), stored, "{sequence}: {text} {by_hand}");
        }
    }
    assert!(recorded.lines().count() > 20);
}
