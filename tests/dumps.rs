//! Dumps of the database `mysql` beside what the servers that were dumped said of their accounts.
//!
//! `tests/dumps/*.sql` were taken from live servers, `*.jsonl` holds the rows of SHOW CREATE USER and SHOW GRANTS of
//! every account there; the hashes in them are invented.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use grantc::answer::{Engine, RowView, shown};
use grantc::decision_table::DecisionTable;
use grantc::diagnostic::{Code, Severity};
use grantc::policy::{self, Options, Reading};
use grantc::server::Server;
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

/// Three rows that one statement inserts, as `mysqldump mysql` writes them.
const ROWS: &str = "\
-- MySQL dump 10.13  Distrib 5.7.44, for Linux (x86_64)
--
-- Host: localhost    Database: mysql
-- ------------------------------------------------------
-- Server version\t5.7.44
INSERT INTO `user` (Host, User, Select_priv, ssl_cipher, x509_issuer, x509_subject, authentication_string) VALUES
('%','a','Y','','','','*94BDCEBE19083CE2A1F959FD02F964C7AF4CFC29'),
('%','b','N','','','','*0123456789ABCDEF0123456789ABCDEF01234567');
INSERT INTO mysql.db (Host, Db, User, Select_priv, Insert_priv) VALUES ('%','shop','a','Y','N'),('%','shop','b','Y','Y');
-- Dump completed on 2026-01-01  0:00:00
";

/// Where each row is told to be from, and what stands there.
fn told(engine: &Engine<'_>) -> Vec<String> {
    let views = engine.rows().filter_map(|row| engine.row(row, None));
    let words = |view: RowView| {
        let words = view.words();
        view.sources.into_iter().map(move |s| format!("{words}: {}:{} {}", s.line, s.column, s.statement))
    };
    let mut told: Vec<String> = views.flat_map(words).collect();
    told.sort();
    told
}

#[test]
fn each_row_of_an_insert_has_its_place() {
    let options = Options { server: Some("5.7".parse().unwrap()), ..Options::default() };
    let policy = policy::load(vec![Source::new("rows.sql", ROWS)], &options);
    let head =
        "INSERT INTO `user` (Host, User, Select_priv, ssl_cipher, x509_issuer, x509_subject, authentication_string)";
    let db = "INSERT INTO mysql.db (Host, Db, User, Select_priv, Insert_priv) VALUES";
    let expected = [
        format!("db row 'a'@'%' shop: 9:72 {db} ('%','shop','a','Y','N')"),
        format!("db row 'b'@'%' shop: 9:97 {db} ('%','shop','b','Y','Y')"),
        format!("user row 'a'@'%': 7:1 {head} VALUES ('%','a','Y','','','',<secret>)"),
        format!("user row 'b'@'%': 8:1 {head} VALUES ('%','b','N','','','',<secret>)"),
    ];
    assert_eq!(told(&Engine::new(&policy)), expected);
    let table = DecisionTable::compile(&policy).unwrap();
    let rebuilt = table.policy();
    assert_eq!(told(&Engine::new(&rebuilt)), expected);
}

#[test]
fn a_version_alone_is_a_server() {
    for (text, server) in [("5.7", "mysql-5.7"), ("8.0.22", "mysql-8.0.22"), ("10.11", "mariadb-10.11")] {
        assert_eq!(text.parse::<Server>(), server.parse::<Server>());
    }
    for text in ["", "8", "oracle-8.4", "8.4.x", "mysql-"] {
        assert!(text.parse::<Server>().is_err(), "{text}");
    }
}
