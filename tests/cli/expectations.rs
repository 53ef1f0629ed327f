//! `grantc test`: each format, exit statuses, and what is said of a line that cannot be read.

use super::run::{grantc, shot};
use serde_json::Value;
use std::path::Path;

const WRONG: [&str; 2] = ["test", "expectations/wrong.test"];

fn wrong(more: &[&str]) -> String {
    let run = grantc(&[WRONG.as_slice(), more].concat());
    assert_eq!(run.status, 1, "{}{}", run.out, run.err);
    assert!(!run.out.contains("hush") && !run.out.contains("'secret'"), "{}", run.out);
    run.out
}

#[test]
fn a_failure_says_where_what_was_expected_what_came_back_and_why() {
    shot("test_wrong", &wrong(&[]));
    assert!(wrong(&["--quiet"]).starts_with('\n'), "nothing but the failures");
}

#[test]
fn every_format_says_the_same() {
    let formats = ["json", "junit", "github"].map(|format| (format, wrong(&["--format", format])));
    for (format, text) in &formats {
        shot(&format!("test_wrong_{format}"), text);
    }
    let [(_, json), (_, junit), (_, github)] = formats;
    let json: Value = serde_json::from_str(&json).unwrap();
    let failed = json["failed"].as_u64().unwrap();
    assert_eq!(github.matches("::error ").count() as u64, failed);
    assert_eq!(well_formed(&junit), ["testsuites", "testsuite", "testcase", "failure"]);
}

/// The names of all elements, in order of their first opening; every one is closed in its turn, every text is escaped.
fn well_formed(xml: &str) -> Vec<String> {
    let body = xml.strip_prefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n").unwrap();
    let (mut open, mut seen) = (Vec::new(), Vec::new());
    for piece in body.split('<').skip(1) {
        let (tag, text) = piece.split_once('>').unwrap();
        assert!(!text.contains('>'), "{text}");
        for entity in piece.split('&').skip(1) {
            assert!(["amp;", "lt;", "gt;", "quot;"].iter().any(|e| entity.starts_with(e)), "{entity}");
        }
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop().as_deref(), Some(name));
            continue;
        }
        let name = tag.split([' ', '/']).next().unwrap().to_owned();
        let attributes = tag.strip_prefix(&name).unwrap().trim_end_matches('/');
        assert_eq!(attributes.matches('"').count(), attributes.matches("=\"").count() * 2, "{attributes}");
        if !seen.contains(&name) {
            seen.push(name.clone());
        }
        if !tag.ends_with('/') {
            open.push(name);
        }
    }
    assert!(open.is_empty(), "{open:?}");
    seen
}

#[test]
fn what_cannot_be_read_is_shown_with_line_and_column() {
    let run = grantc(&["test", "expectations/misread.test"]);
    assert_eq!(run.status, 2);
    shot("test_misread", &run.out);
    let run = grantc(&["test", "expectations/misread.test", "--format", "github"]);
    assert!(run.out.contains("::error file=expectations/misread.test,line=5,col=6,"), "{}", run.out);
    let run = grantc(&["test", "expectations/misread.test", "--format", "junit"]);
    assert_eq!(well_formed(&run.out), ["testsuites", "testsuite", "testcase", "error"]);
}

#[test]
fn what_is_not_there_is_bad_input() {
    let status = |path: &str| grantc(&["test", path]).status;
    assert_eq!((status("expectations/nowhere.test"), status("man-of-straw"), status("../recorded")), (2, 2, 2));
    let run = grantc(&["test", "expectations/missing-policy.test"]);
    assert_eq!(run.status, 2);
    assert!(
        run.out.contains("missing-policy.test:2:1: the policy `expectations/nowhere.sql` cannot be read"),
        "{}",
        run.out
    );
}

#[test]
fn a_policy_is_named_by_its_path_or_given() {
    grantc(&["test", "expectations/shop.test"]).fine();
    assert_eq!(grantc(&["test", "expectations/no-policy.test"]).status, 1);
    grantc(&["test", "expectations/no-policy.test", "--policy", "shop.sql"]).fine();
}

#[test]
fn the_cases_of_this_project_hold() {
    let sum = grantc(&["test", "../cases"]).fine();
    let files = format!(" in {} files: ", test_files(Path::new("tests/cases")));
    let last = sum.trim_end().lines().last().unwrap();
    assert!(last.contains(&files) && last.ends_with(" hold"), "{last}");
}

fn test_files(folder: &Path) -> usize {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .map(
            |path| {
                if path.is_dir() {
                    test_files(&path)
                } else {
                    usize::from(path.extension().is_some_and(|e| e == "test"))
                }
            },
        )
        .sum()
}
