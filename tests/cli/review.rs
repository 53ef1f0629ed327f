//! What a change does: `diff`, `whatif`, `plan`, `snapshot`.

use super::run::{grantc, grantc_with, shot};
use serde_json::Value;

#[test]
fn differences_in_every_format() {
    for format in ["text", "json", "csv", "markdown", "github", "sarif", "junit"] {
        let run = grantc(&["diff", "shop.sql", "shop-next.sql", "--format", format]);
        assert_eq!(run.status, 1, "{format}: {}", run.err);
        shot(&format!("diff_{format}"), &run.out);
        if matches!(format, "json" | "sarif") {
            let _: Value = serde_json::from_str(&run.out).unwrap();
        }
    }
}

#[test]
fn which_differences_fail() {
    let status =
        |arguments: &[&str]| grantc(&[&["diff", "shop.sql", "shop-next.sql", "-q"], arguments].concat()).status;
    assert_eq!(status(&["--fail-on", "wider"]), 1);
    assert_eq!(status(&["--fail-on", "narrower"]), 1);
    assert_eq!(status(&["--fail-on", "none"]), 0);
    assert_eq!(status(&["--only", "payroll.*"]), 0);
    assert_eq!(grantc(&["diff", "shop.sql", "shop.sql", "-q"]).status, 0);
}

#[test]
fn one_policy_under_other_rules() {
    let run = grantc(&["diff", "shop.sql", "--new-server", "mysql-5.7"]);
    assert_eq!(run.status, 1);
    assert!(run.out.contains("Statements that only the new server refuses"), "{}", run.out);
    let run = grantc(&["diff", "shop.sql", "--set", "activate_all_roles_on_login=ON", "--only", "shop.orders"]);
    assert!(run.out.contains("gains SELECT on shop.orders"), "{}", run.out);
    let run = grantc(&["diff", "shop.sql"]);
    assert_eq!(run.status, 2);
    assert!(run.err.contains("there is nothing to compare with"), "{}", run.err);
}

#[test]
fn what_statements_would_change() {
    let run = grantc(&["whatif", "shop.sql", "GRANT DROP ON shop.a TO joe@'%'", "--fail-on", "wider"]);
    assert_eq!(run.status, 1);
    shot("whatif", &run.out);
    let run = grantc(&["whatif", "shop.sql", "GRANT DROP ON shop.a TO nobody@'%'"]);
    assert_eq!(run.status, 0);
    assert!(run.err.contains("1410"), "{}", run.err);
}

/// Each mend with every decision that it changes, as `diff` tells them.
#[test]
fn what_mends_change() {
    let policy = "../../policies/tutorial/01-first.sql";
    let asked = ["explain", policy, "--user", "report", "--from", "10.0.7.9", "--sql", "SELECT * FROM shop.customers"];
    let run = grantc(&[asked.as_slice(), &["--prove"]].concat());
    assert_eq!(run.status, 1, "{}", run.err);
    let (_, mends) = run.out.split_once("What would allow it").unwrap();
    shot("explain_prove", mends);
    let run = grantc(&[asked.as_slice(), &["--prove", "--format", "json"]].concat());
    let told: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(told["mends"][0]["changes"]["relation"], "wider");
}

#[test]
fn plans() {
    let run = grantc(&["plan", "shop.sql", "shop-next.sql", "--apply-check"]);
    assert_eq!(run.status, 0, "{}{}", run.out, run.err);
    shot("plan", &run.out);
    for secret in ["tomato", "leek", "radish", "THISISA"] {
        assert!(!run.out.contains(secret), "{secret}");
    }
    let run = grantc(&["plan", "shop.sql", "shop-next.sql", "--format", "json"]);
    let plan: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(plan["safe"], true);
}

/// What must change at once with a setting is written by hand, and the server starts anew: the text says so where it begins.
#[test]
fn a_plan_with_a_restart() {
    let old =
        "SET GLOBAL partial_revokes = ON; CREATE USER a IDENTIFIED BY 'tomato'; GRANT SELECT, INSERT ON `d_`.* TO a;";
    let new = "restart-next.sql";
    let run = grantc_with(&["plan", "-", new], old, &[]);
    assert_eq!(run.status, 0, "{}{}", run.out, run.err);
    shot("plan_restart", &run.out);
    let run = grantc_with(&["plan", "-", new, "--format", "json"], old, &[]);
    let plan: Value = serde_json::from_str(&run.out).unwrap();
    let restarts: Vec<&Value> = plan["steps"].as_array().unwrap().iter().map(|step| &step["restarts"]).collect();
    assert!(restarts.iter().rev().skip(1).all(|step| **step == false), "{restarts:?}");
    assert_eq!(restarts.last().unwrap(), &&Value::Bool(true));
}

#[test]
fn snapshots() {
    let file = format!("{}/shop.snap", env!("CARGO_TARGET_TMPDIR"));
    let with = |more: &[&str]| grantc(&[&["snapshot", "--file", file.as_str()], more].concat());
    let _ = std::fs::remove_file(&file);
    assert_eq!(with(&["shop.sql", "--check"]).status, 1);
    assert_eq!(with(&["shop.sql", "--update", "-q"]).fine(), "");
    let text = std::fs::read_to_string(&file).unwrap();
    assert_eq!(text, grantc(&["snapshot", "shop.sql"]).fine());
    shot("snapshot", &text);
    for secret in ["tomato", "leek", "radish", "THISISA"] {
        assert!(!text.contains(secret), "{secret}");
    }
    let run = with(&["shop.sql", "--check", "-q"]);
    assert_eq!(run.status, 0, "{}", run.out);
    let run = with(&["shop-next.sql", "--check", "-q"]);
    assert_eq!(run.status, 1);
    assert!(run.out.contains("gains DELETE on shop.orders"), "{}", run.out);
}
