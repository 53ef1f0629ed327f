//! Text to statements: what is read, what is refused and where, and that nothing panics or
//! tells a secret.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

#[path = "syntax/bad_input.rs"]
mod bad_input;
#[path = "syntax/lexing.rs"]
mod lexing;
#[path = "syntax/random.rs"]
mod random;
#[path = "syntax/secrets.rs"]
mod secrets;
#[path = "syntax/shapes.rs"]
mod shapes;
#[path = "syntax/trees.rs"]
mod trees;
#[path = "syntax/verdicts.rs"]
mod verdicts;

use grantc::source::{Source, SourceId, Sources};
use grantc::syntax::statement::StatementKind;
use grantc::syntax::{Lexing, Parsed, parse};

/// MySQL 9.7.
const MYSQL: Lexing = Lexing { ansi_quotes: false, no_backslash_escapes: false, version: 90_700, mariadb: false };
/// MariaDB 10.11.
const MARIADB: Lexing = Lexing { version: 101_100, mariadb: true, ..MYSQL };

fn read_as(text: &str, lexing: Lexing) -> Parsed {
    parse(SourceId(0), &Source::new("policy.sql", text), lexing)
}

fn read(text: &str) -> Parsed {
    read_as(text, MYSQL)
}

/// The statements as canonical SQL; fails on any diagnostic.
fn printed(text: &str) -> Vec<String> {
    let parsed = read(text);
    assert!(parsed.diagnostics.is_empty(), "{text}: {:?}", parsed.diagnostics);
    parsed.statements.iter().map(ToString::to_string).collect()
}

fn only(text: &str) -> StatementKind {
    let mut parsed = read(text);
    assert!(parsed.diagnostics.is_empty(), "{text}: {:?}", parsed.diagnostics);
    assert_eq!(parsed.statements.len(), 1, "{text}");
    parsed.statements.remove(0).kind
}

fn sources(text: &str) -> Sources {
    let mut sources = Sources::default();
    sources.add(Source::new("policy.sql", text));
    sources
}

/// Code, line and column of each diagnostic.
fn places(text: &str) -> Vec<(&'static str, u32, u32)> {
    let sources = sources(text);
    let at = |d: &grantc::diagnostic::Diagnostic| {
        let (_, place) = sources.locate(d.span.expect("a place")).expect("of this source");
        (d.code.name(), place.line, place.column)
    };
    read(text).diagnostics.iter().map(at).collect()
}
