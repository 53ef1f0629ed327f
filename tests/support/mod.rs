//! What several test programs share.

#![allow(dead_code)] // no test program uses all of it

pub mod export;
pub mod random;

use grantc::expectation::files::find;
use std::path::{Path, PathBuf};

/// Every `.test` file below `tests/cases`, as (name shown in failures, path), sorted.
pub fn case_files() -> Vec<(String, PathBuf)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let found = find(&[root.join("tests/cases").display().to_string()]).unwrap();
    found.into_iter().map(|path| (path.strip_prefix(root).unwrap().display().to_string(), path)).collect()
}

/// The seeds of random policies: these, or more of them where the environment says so, `GRANTC_SEEDS=FROM..TO`.
pub fn seeds(plain: std::ops::Range<u64>) -> std::ops::Range<u64> {
    let Ok(text) = std::env::var("GRANTC_SEEDS") else { return plain };
    let (from, to) = text.split_once("..").unwrap();
    from.parse().unwrap()..to.parse().unwrap()
}

/// Every policy below `policies`, as (name, path), sorted.
pub fn policy_files() -> Vec<(String, PathBuf)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    collect(&root.join("policies"), &mut found);
    let mut named: Vec<_> =
        found.into_iter().map(|path| (path.strip_prefix(root).unwrap().display().to_string(), path)).collect();
    named.sort();
    named
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, found);
        } else if path.extension().and_then(|e| e.to_str()).is_some_and(|e| matches!(e, "sql" | "txt")) {
            found.push(path);
        }
    }
}
