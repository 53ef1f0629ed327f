//! Runs every `tests/cases/**/*.test` file. Adding a case adds no Rust.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use grantc::expectation::parse::parse;
use std::fs;
use support::{case_files, export};

/// No line of a case is misread, no case is empty, every case says where its expectations come from.
#[test]
fn every_case_file_is_understood() {
    let mut wrong = Vec::new();
    let files = case_files();
    assert!(!files.is_empty(), "no .test file below tests/cases");
    for (name, path) in files {
        let file = parse(&name, &fs::read_to_string(&path).unwrap());
        wrong.extend(file.misread.iter().map(|misread| format!("{name}:{}: {}", misread.line, misread.message)));
        for case in &file.cases {
            if case.references.is_empty() {
                wrong.push(format!("{name}:{}: the case has no `reference:`", case.line));
            }
            if case.steps.is_empty() {
                wrong.push(format!("{name}:{}: the case expects nothing", case.line));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Writes all cases as JSON to the path in `GRANTC_CASES_JSON`, for `tests/live/cases.py`.
#[test]
#[ignore = "an export, not a test"]
fn export_cases() {
    let path = std::env::var("GRANTC_CASES_JSON").expect("GRANTC_CASES_JSON names the file to write");
    let files: Vec<_> = case_files()
        .iter()
        .map(|(name, path)| export::file(&parse(name, &fs::read_to_string(path).unwrap())))
        .collect();
    fs::write(path, serde_json::to_string_pretty(&files).unwrap()).unwrap();
}
