#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
use grantc::source::{Source, SourceId};
use grantc::syntax::{Lexing, Parsed, parse};
fn read(text: &str) -> Parsed {
    parse(SourceId(0), &Source::new("t.sql", text), Lexing { version: 90700, ..Lexing::default() })
}
#[test]
fn probe() {
    let Ok(path) = std::env::var("PROBE") else { return };
    for line in std::fs::read_to_string(path).unwrap().lines() {
        let p = read(&line.replace("\\n", "\n"));
        if std::env::var("SHOW").is_ok() {
            println!("{line}\n    {:?}", p.statements.iter().map(|s| &s.kind).collect::<Vec<_>>());
        }
        let v = if p.diagnostics.is_empty() { "ok" } else { "1064" };
        println!(
            "{v:<5} {line}{}",
            p.diagnostics.first().map_or(String::new(), |d| format!(
                "   ## {} | {}",
                d.message,
                d.help.clone().unwrap_or_default()
            ))
        );
    }
}
