//! Decision tables in place of policies: the same answers, and clear refusals of what is none.

use super::run::{Run, grantc, grantc_with};
use std::fs;

fn path(name: &str) -> String {
    let folder = format!("{}/tables", env!("CARGO_TARGET_TMPDIR"));
    fs::create_dir_all(&folder).unwrap();
    format!("{folder}/{name}.gct")
}

/// Compiles a policy under a name of its own.
fn compile(policy: &str, name: &str) -> String {
    let out = path(name);
    let run = grantc(&["compile", policy, "-o", &out]);
    assert_eq!(run.status, 0, "{}{}", run.out, run.err);
    assert!(run.out.starts_with(&format!("{out}: ")) && run.out.contains(" accounts of "), "{}", run.out);
    out
}

fn without_diagnostics(run: &Run) -> serde_json::Value {
    let mut value: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    value.as_object_mut().unwrap().remove("diagnostics");
    value
}

#[test]
fn answer_as_their_policies() {
    let policies = [
        "shop.sql",
        "../../policies/tutorial/01-first.sql",
        "../../policies/tutorial/02-roles.sql",
        "../../policies/tutorial/03-partial-revokes.sql",
        "../../policies/tutorial/90-estate.sql",
        "../../policies/tutorial/91-estate-mariadb.sql",
        "../../policies/dumps/mysqldump-users.sql",
        "../../policies/versions/on-5.7.sql",
    ];
    for (number, policy) in policies.iter().enumerate() {
        let table = compile(policy, &format!("same{number}"));
        let report = ["--user", "report", "--from", "10.0.7.9"];
        let root = ["--user", "root", "--from", "socket"];
        let named = ["--user", "app", "--from", "app1.example.net"];
        let mut asked: Vec<Vec<&str>> = vec![vec!["accounts"]];
        for client in [&report[..], &root[..], &named[..]] {
            for command in ["login", "privileges"] {
                asked.push([&[command], client].concat());
            }
            for command in ["check", "explain"] {
                asked.push([&[command], client, &["--can", "SELECT", "--on", "shop.customers"]].concat());
                asked.push(
                    [&[command], client, &["--sql", "INSERT INTO shop.orders SELECT * FROM shop.customers"]].concat(),
                );
            }
        }
        for arguments in asked {
            let run = |policy: &str| {
                let mut all = vec![arguments[0], policy];
                all.extend(&arguments[1..]);
                grantc(&all)
            };
            let (one, other) = (run(policy), run(&table));
            assert_eq!(other.out, one.out, "{policy} {arguments:?}");
            assert_eq!(other.status, one.status, "{policy} {arguments:?}");
        }
        let json = |policy: &str| without_diagnostics(&grantc(&["accounts", policy, "--format", "json"]));
        assert_eq!(json(&table), json(policy), "{policy}");
    }
}

#[test]
fn answer_requests() {
    let table = compile("shop.sql", "requests");
    let requests =
        fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cli/contract-requests.jsonl")).unwrap();
    let run = |policy: &str| grantc_with(&["batch", policy], &requests, &[]);
    assert_eq!(run(&table).out, run("shop.sql").out);
}

#[test]
fn that_are_not_whole_are_refused() {
    let table = compile("shop.sql", "whole");
    let bytes = fs::read(&table).unwrap();
    let refused = |name: &str, bytes: &[u8], why: &str| {
        let file = path(name);
        fs::write(&file, bytes).unwrap();
        let run = grantc(&["accounts", &file]);
        assert_eq!((run.status, run.out.as_str()), (2, ""), "{name}");
        assert!(run.err.contains(why), "{name}: {}", run.err);
    };
    refused("cut", &bytes[..bytes.len() - 9], "it was cut off or added to");
    refused("short", &bytes[..20], "the table is 20 bytes long");
    refused("none", b"", "this is no decision table");
    let mut flipped = bytes.clone();
    let last = flipped.len() - 20;
    flipped[last] ^= 4;
    refused("flipped", &flipped, "its contents do not have their checksum");
    let mut flipped = bytes.clone();
    flipped[60] ^= 4;
    refused("head", &flipped, "header and directory do not have their checksum");
    let mut other = bytes;
    other[8] = 3;
    refused("newer", &other, "the table has format 3, and this grantc reads formats up to 2");
    other[8] = 1;
    refused("older", &other, "the table has format 1, and this grantc reads format 2: compile it again");
}

#[test]
fn take_nothing_in_addition() {
    let table = compile("shop.sql", "alone");
    for more in [&["--server", "mysql-8.0"][..], &["--set", "partial_revokes=ON"], &["-p", "more.sql"]] {
        let run = grantc(&[&["accounts", table.as_str()], more].concat());
        assert_eq!(run.status, 2);
        assert!(run.err.contains("is a decision table, to which nothing can be added"), "{}", run.err);
    }
    let run = grantc(&["show", &table]);
    assert_eq!(run.status, 2);
    assert!(run.err.contains("needs the policy itself, not a decision table"), "{}", run.err);
}

/// Status 0 where every entry is as the policy has it, 1 where one is not, 2 where they cannot be compared.
#[test]
fn are_verified() {
    let table = compile("shop.sql", "verified");
    let run = grantc(&["verify", "shop.sql", &table]);
    assert_eq!(run.status, 0, "{}{}", run.out, run.err);
    assert!(run.out.starts_with("verified ") && run.out.contains(" entries\n  "), "{}", run.out);
    let folder = format!("{}/other", env!("CARGO_TARGET_TMPDIR"));
    fs::create_dir_all(&folder).unwrap();
    let other = format!("{folder}/shop.sql");
    let text = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cli/shop.sql")).unwrap();
    fs::write(&other, format!("{text}\nCREATE USER newcomer@'%';\n")).unwrap();
    let run = grantc(&["verify", &other, &table]);
    assert_eq!(run.status, 1, "{}{}", run.out, run.err);
    assert!(run.out.starts_with("differs: user row 'newcomer'@'%'\n  table   has no such row here\n"), "{}", run.out);
    let run = grantc(&["verify", &other, &table, "--format", "json"]);
    let answer: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!((run.status, &answer["verified"]), (1, &serde_json::Value::Bool(false)));
    let run = grantc(&["verify", "shop.sql", &table, "--server", "mysql-5.7"]);
    assert_eq!(run.status, 2);
    assert!(run.err.contains("the table is one of mysql-"), "{}", run.err);
    let run = grantc(&["verify", &table, &table]);
    assert_eq!(run.status, 2);
    assert!(run.err.contains("needs the policy itself"), "{}", run.err);
}
