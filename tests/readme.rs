//! The README shows what the program prints: every `$ grantc …` of it is run and compared.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use std::process::Command;

/// Splits a command line at blanks, as a shell does with single quotes.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for c in line.chars() {
        match c {
            '\'' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            c => words.last_mut().unwrap().push(c),
        }
    }
    words
}

#[test]
fn outputs_in_the_readme_are_real() {
    let readme = include_str!("../README.md");
    let mut shown = 0;
    for block in readme.split("```text\n").skip(1) {
        let block = block.split("\n```").next().unwrap();
        let Some((command, output)) = block.strip_prefix("$ grantc ").and_then(|b| b.split_once('\n')) else {
            continue;
        };
        let ran = Command::new(env!("CARGO_BIN_EXE_grantc"))
            .args(words(command))
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .output()
            .unwrap();
        assert_eq!(String::from_utf8(ran.stdout).unwrap().trim_end(), output.trim_end(), "{command}");
        shown += 1;
    }
    assert_eq!(shown, 3, "examples in the README");
}
