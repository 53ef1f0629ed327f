//! Whole estates: what a live MySQL 9.7 answered about the accounts that its own mysqldump dumped.
//!
//! `tests/live/estate.py` recorded the directories of `tests/recorded`; its head says what each file holds.
//! Nothing here knows a rule: the expectations are the server's answers.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use grantc::answer::{Engine, Verdict};
use grantc::batch;
use grantc::policy::{self, Options, Policy, Reading};
use grantc::source::Source;
use grantc::tables::show;
use rayon::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

fn read(estate: &str, file: &str) -> String {
    fs::read_to_string(Path::new("tests/recorded").join(estate).join(file)).unwrap_or_default()
}

fn lines(estate: &str, file: &str) -> Vec<Value> {
    read(estate, file).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The policy that the dump describes, with the variables that were set on the server.
fn load(estate: &str) -> Policy {
    let settings: Value = serde_json::from_str(&read(estate, "settings.json")).unwrap();
    let set = settings["set"].as_object().unwrap().iter();
    let options = Options {
        set: set.map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned())).collect(),
        reading: Some(Reading::State),
        schema: vec![Source::new("schema.sql", read(estate, "schema.sql"))],
        ..Options::default()
    };
    let texts = ["users.sql", "left-out.sql"].map(|name| Source::new(name, read(estate, name)));
    policy::load(texts.into_iter().filter(|source| !source.text.is_empty()).collect(), &options)
}

/// SHOW CREATE USER and SHOW GRANTS of every account, and no account more or less.
fn shows_as_the_server(estate: &str) {
    let policy = load(estate);
    let expected = lines(estate, "grants.jsonl");
    let of_server = |user: &str| !user.starts_with("mysql.");
    let count = policy.tables.users.iter().filter(|(_, key, _)| of_server(policy.tables.account_text(**key).0)).count();
    assert_eq!(count, expected.len(), "accounts of {estate}: {:?}", policy.diagnostics);
    for line in &expected {
        let (user, host) = (line["user"].as_str().unwrap(), line["host"].as_str().unwrap());
        let key = policy.tables.find_account(user, host).unwrap_or_else(|| panic!("no account {user}@{host}"));
        let create = show::create_user(&policy.tables, key, false).unwrap().join(";\n");
        assert_eq!(create, line["create"].as_str().unwrap(), "{estate}");
        let grants = show::grants(&policy.tables, key, None, false).unwrap();
        assert_eq!(json!(grants), line["grants"], "{estate}: {user}@{host}");
    }
}

/// What grantc answers, in the words of the recording.
fn answer(engine: &Engine<'_>, request: &Value) -> Value {
    let request = batch::read(request.to_string().as_bytes()).unwrap();
    let mut out = json!({});
    let (login, decision) = match &request.ask {
        None => (engine.login(&request.client), None),
        Some(ask) => {
            let decision = engine.check(&request.client, ask);
            (decision.login.clone(), Some(decision))
        }
    };
    out["login_ok"] = json!(login.error.is_none());
    let error = match &decision {
        Some(decision) if login.error.is_none() => {
            let account = login.account.as_ref().unwrap();
            (out["user"], out["host"]) = (json!(account.user), json!(account.host));
            if let Some((proxied, _)) = &login.proxied {
                out["proxied"] = json!([proxied.user, proxied.host]);
            }
            match &decision.verdict {
                Verdict::Allow => out["allow"] = json!(true),
                Verdict::Deny => out["allow"] = json!(false),
                Verdict::Undetermined(why) | Verdict::Unreadable(why) => out["undetermined"] = json!(why),
                Verdict::NotAsked => out["undetermined"] = json!("not asked"),
            }
            decision.error.clone().filter(|_| decision.verdict == Verdict::Deny)
        }
        _ => login.error.clone(),
    };
    if let Some(error) = error {
        (out["errno"], out["message"]) = (json!(error.errno), json!(error.message));
    }
    out
}

/// What the recording says that is compared: errors behind the privilege checks are not grantc's to foresee.
fn comparable(expect: &Value) -> Value {
    let mut expect = expect.clone();
    if expect["allow"] == json!(true) {
        let members = expect.as_object_mut().unwrap();
        members.remove("errno");
        members.remove("message");
    }
    expect
}

fn answers_as_the_server(estate: &str, least: usize) {
    let policy = load(estate);
    let engine = Engine::new(&policy);
    let recorded = lines(estate, "answers.jsonl");
    assert!(recorded.len() >= least, "{} answers", recorded.len());
    let different: Vec<(String, String)> = recorded
        .par_iter()
        .filter_map(|line| {
            let (expected, got) = (comparable(&line["expect"]), answer(&engine, &line["request"]));
            let asked = line["request"]["ask"]["sql"].as_str().unwrap_or("login").split(' ').next().unwrap().to_owned();
            (expected != got).then(|| (asked, format!("{}\n  server: {expected}\n  grantc: {got}", line["request"])))
        })
        .collect();
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for (kind, _) in &different {
        *kinds.entry(kind).or_default() += 1;
    }
    let texts: Vec<&str> = different.iter().map(|(_, text)| text.as_str()).collect();
    assert!(
        different.is_empty(),
        "{estate}: {} of {} differ: {kinds:?}\n{}",
        texts.len(),
        recorded.len(),
        texts.join("\n")
    );
}

#[test]
fn estate_shows_as_the_server() {
    shows_as_the_server("estate");
}

#[test]
fn restricted_estate_shows_as_the_server() {
    shows_as_the_server("restricted");
}

#[test]
fn proxied_estate_shows_as_the_server() {
    shows_as_the_server("proxied");
}

#[test]
fn estate_answers_as_the_server() {
    answers_as_the_server("estate", 2_400);
}

#[test]
fn restricted_estate_answers_as_the_server() {
    answers_as_the_server("restricted", 400);
}

#[test]
fn proxied_estate_answers_as_the_server() {
    answers_as_the_server("proxied", 300);
}
