//! Plans end in the new policy, and no step leaves what the two policies allow.
//!
//! `GRANTC_PAIRS=200 cargo test --release --test plan random` asks more. With `GRANTC_PLANS=FILE` the pairs with their
//! plans are written to `FILE.SERVER`, a JSON object a line, for `tests/live/plan.py`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

mod support;

use grantc::answer::plan::{Plan, Unsafe, plan};
use grantc::answer::{Engine, Verdict};
use grantc::client::{Ask, Client, From, Password, Roles};
use grantc::policy::{self, Options, Policy};
use grantc::source::Source;
use rayon::prelude::*;
use std::fs::File;
use std::io::Write;
use std::sync::Mutex;
use support::random::{self, Random};

fn load(name: &str, text: &str) -> Policy {
    policy::load(vec![Source::new(name, text)], &Options::default())
}

fn made(old: &str, new: &str) -> Plan {
    let (old, new) = (load("old.sql", old), load("new.sql", new));
    let made = plan(&old, &new);
    assert_eq!(made.differs, Vec::<String>::new(), "{:#?}", statements(&made));
    made
}

fn statements(plan: &Plan) -> Vec<&str> {
    plan.steps.iter().map(|step| step.statement.as_str()).collect()
}

#[test]
fn nothing_to_do() {
    let plan =
        made("CREATE USER a@'%' IDENTIFIED BY 'x'", "CREATE USER b; CREATE USER a IDENTIFIED BY 'x'; DROP USER b");
    assert_eq!((statements(&plan), plan.unsafe_because), (vec![], None));
}

/// What is given comes before what is taken: nobody loses what he keeps.
#[test]
fn a_grant_that_moves_to_another_level() {
    let old = "CREATE USER a@'%'; GRANT SELECT, INSERT ON *.* TO a@'%';";
    let plan = made(old, "CREATE USER a@'%'; GRANT SELECT, INSERT ON shop.* TO a@'%';");
    assert_eq!(plan.unsafe_because, None);
    let wanted = ["GRANT INSERT, SELECT ON `shop`.* TO `a`@`%`", "REVOKE INSERT, SELECT ON *.* FROM `a`@`%`"];
    assert_eq!(statements(&plan), wanted);
}

/// A new row that takes clients from another one must not be without its privileges for a moment.
#[test]
fn an_account_that_takes_clients_from_another() {
    let old = "CREATE USER a@'%' IDENTIFIED BY 'x'; GRANT SELECT ON *.* TO a@'%';";
    let new = format!("{old} CREATE USER a@'10.%' IDENTIFIED BY 'x'; GRANT SELECT, INSERT ON *.* TO a@'10.%';");
    let plan = made(old, &new);
    assert_eq!(plan.unsafe_because, None, "{:#?}", statements(&plan));
    let last = statements(&plan).last().copied().unwrap_or_default();
    assert_eq!(last, "RENAME USER `grantc_under_way`@`10.%.grantc.invalid` TO `a`@`10.%`");
    // Nobody gets in by the name under which it is made ready.
    let guest = Client {
        user: "grantc_under_way".into(),
        from: From::Address { ip: "10.1.1.1".into(), hostname: None },
        ..Client::default()
    };
    let mut policy = load("old.sql", old);
    for step in &plan.steps {
        policy = policy.after(&Source::new("plan", step.with_secrets()));
        assert!(Engine::new(&policy).login(&guest).error.is_some(), "{}", step.statement);
    }
}

/// A role is complete before it is granted, and the old way is taken away last.
#[test]
fn from_direct_grants_to_a_role() {
    let old = "CREATE USER a@'%'; GRANT SELECT ON shop.* TO a@'%';";
    let new =
        "CREATE USER a@'%'; CREATE ROLE r; GRANT SELECT ON shop.* TO r; GRANT r TO a@'%'; SET DEFAULT ROLE r TO a@'%';";
    let plan = made(old, new);
    assert_eq!(plan.unsafe_because, None, "{:#?}", statements(&plan));
    assert_eq!(statements(&plan).last().copied(), Some("REVOKE SELECT ON `shop`.* FROM `a`@`%`"));
}

#[test]
fn secrets_stay_secret() {
    let old = "CREATE USER a@'%' IDENTIFIED BY 'tomato'";
    let plan =
        made(old, "CREATE USER a@'%' IDENTIFIED BY 'leek'; CREATE USER b@'%' IDENTIFIED BY 'radish' REQUIRE SSL");
    let text = statements(&plan).join("\n");
    assert!(!text.contains("leek") && !text.contains("radish") && text.contains("<secret>"), "{text}");
    assert!(plan.steps.iter().any(|step| step.with_secrets().contains("radish")));
}

/// Grants that swap places between two roles of one account cannot be reordered one by one: the plan says so or is proved.
#[test]
fn where_no_order_exists_it_says_so() {
    // The row that comes first is exchanged for another privilege, and GRANT OPTION of a dynamic privilege cannot go alone.
    let old = "CREATE USER a@'%'; GRANT BACKUP_ADMIN ON *.* TO a@'%' WITH GRANT OPTION;";
    let plan = made(old, "CREATE USER a@'%'; GRANT BACKUP_ADMIN ON *.* TO a@'%';");
    assert_eq!(plan.unsafe_because, Some(Unsafe::NoOrder));
    assert!(plan.steps.iter().any(|step| step.broken.as_ref().is_some_and(|broken| broken.lost)));
}

fn number(variable: &str, default: usize) -> usize {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

fn texts(seed: u64, server: &str) -> (String, String) {
    let old = random::policy(seed, server);
    if seed.is_multiple_of(2) {
        return (old, random::policy(seed + 2_000_000, server));
    }
    let text = random::policy(seed + 2_000_000, server);
    let mut r = Random::new(seed, "plan");
    let more: Vec<&str> = text.split(";\n").filter(|s| !s.contains("CREATE ") && !s.contains("SET GLOBAL")).collect();
    let more = (0..r.between(1, 8)).map(|_| r.one(&more)).collect::<Vec<_>>().join(";\n");
    let new = format!("{old}{more};\n");
    (old, new)
}

/// From one random policy to another: the plan ends there, and where it calls itself safe no random question finds a
/// step outside of both. `GRANTC_SERVER` names another server; a pair of MariaDB's takes minutes in a debug build.
#[test]
fn random_pairs() {
    let server = std::env::var("GRANTC_SERVER").unwrap_or_else(|_| "mysql-9.7".to_owned());
    random_pairs_of(&server, number("GRANTC_PAIRS", 2));
}

fn random_pairs_of(server: &str, pairs: usize) {
    let out =
        std::env::var("GRANTC_PLANS").ok().map(|path| Mutex::new(File::create(format!("{path}.{server}")).unwrap()));
    let results: Vec<[usize; 5]> = (0..pairs as u64)
        .into_par_iter()
        .map(|seed| {
            let (old_text, new_text) = texts(seed, server);
            let (old, new) = (load("old.sql", &old_text), load("new.sql", &new_text));
            let plan = plan(&old, &new);
            if let Some(out) = &out {
                let run: Vec<&str> = plan.steps.iter().map(|step| step.with_secrets()).collect();
                let line = serde_json::json!({ "seed": seed, "old": old_text, "new": new_text, "plan": run });
                writeln!(out.lock().unwrap(), "{line}").unwrap();
            }
            let safe = plan.unsafe_because.is_none();
            let outside = if safe { outside(seed, &old, &new, &plan) } else { 0 };
            if !plan.differs.is_empty() {
                println!("{seed}: {:#?}\n{:#?}", plan.differs, statements(&plan));
            }
            let given_up = usize::from(plan.unsafe_because == Some(Unsafe::GivenUp));
            [usize::from(plan.differs.is_empty()), usize::from(safe), given_up, outside, plan.steps.len()]
        })
        .collect();
    let [exact, safe, given_up, outside, steps] =
        results.iter().fold([0; 5], |sum, one| std::array::from_fn(|at| sum[at] + one[at]));
    println!(
        "{server}: {pairs} pairs: {exact} exact, {safe} safe, {given_up} given up, {outside} outside, {steps} steps"
    );
    assert_eq!((exact, outside), (pairs, 0));
}

/// Random questions that some step answers outside of both policies.
fn outside(seed: u64, old: &Policy, new: &Policy, plan: &Plan) -> usize {
    let mut clients = random::clients(seed, old, 12);
    clients.extend(random::clients(seed + 7, new, 12));
    let mut asks = random::asks(seed, old, 10);
    asks.extend(random::asks(seed + 7, new, 10));
    let clients: Vec<Client> = clients
        .into_iter()
        .filter(|client| !matches!(client.from, From::Hostname(_)) && client.user != "grantc_under_way")
        .map(|client| Client { db: None, password: Password::Given, roles: Roles::Default, ..client })
        .collect();
    let decide = |policy: &Policy| -> Vec<u8> {
        let engine = Engine::new(policy);
        let one = |client: &Client, ask: &Ask| match engine.check(client, ask).verdict {
            Verdict::Allow => 2,
            Verdict::Deny => 0,
            _ => 1,
        };
        clients.iter().flat_map(|client| asks.iter().map(|ask| one(client, ask)).collect::<Vec<_>>()).collect()
    };
    let (before, after) = (decide(old), decide(new));
    let mut found = 0;
    let mut policy = old.clone();
    for step in &plan.steps {
        policy = policy.after(&Source::new("plan", step.with_secrets()));
        for (at, is) in decide(&policy).into_iter().enumerate() {
            if is < before[at].min(after[at]) || is > before[at].max(after[at]) {
                found += 1;
                println!(
                    "{seed}: {} {:?} {:?}: {} {} {is}",
                    step.statement,
                    clients[at / asks.len()],
                    asks[at % asks.len()],
                    before[at],
                    after[at]
                );
            }
        }
    }
    found
}
