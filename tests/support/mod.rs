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
