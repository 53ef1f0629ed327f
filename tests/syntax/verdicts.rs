//! Each line of the fixtures against the verdict of a MySQL 9.7.4 server.

use super::{MYSQL, read_as};
use grantc::syntax::Lexing;
use grantc::syntax::statement::StatementKind;

const FIXTURES: [(&str, &str); 5] = [
    ("account", include_str!("account.txt")),
    ("grant", include_str!("grant.txt")),
    ("session", include_str!("session.txt")),
    ("schema", include_str!("schema.txt")),
    ("lexical", include_str!("lexical.txt")),
];

/// Verdict and statement of each line.
fn lines() -> impl Iterator<Item = (&'static str, &'static str, String)> {
    FIXTURES.into_iter().flat_map(|(file, text)| {
        text.lines().filter(|line| !line.starts_with('#')).map(move |line| {
            let (verdict, statement) = line.split_once(' ').expect("a verdict and a statement");
            (file, verdict, statement.trim_start().replace("\\n", "\n"))
        })
    })
}

/// Each line is one statement for the server, `;` in a body or not.
fn delimited(statement: &str) -> String {
    if statement.contains("BEGIN") { format!("DELIMITER //\n{statement}\n//") } else { statement.to_owned() }
}

#[test]
fn verdicts_are_the_servers() {
    let mut wrong = Vec::new();
    for (file, verdict, statement) in lines() {
        let parsed = read_as(&delimited(&statement), MYSQL);
        let refused = !parsed.diagnostics.is_empty();
        if refused != (verdict == "1064") {
            wrong.push(format!("{file}: {verdict} {statement}: {:?}", parsed.diagnostics.first().map(|d| &d.message)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn refusals_are_syntax_errors_with_the_servers_errno() {
    for (file, _, statement) in lines().filter(|(_, verdict, _)| *verdict == "1064") {
        for diagnostic in read_as(&delimited(&statement), MYSQL).diagnostics {
            assert_eq!(diagnostic.code.name(), "syntax", "{file}: {statement}");
            assert_eq!(diagnostic.error.map(|e| e.errno), Some(1064), "{file}: {statement}");
            assert!(diagnostic.span.is_some(), "{file}: {statement}");
            let rule_name = diagnostic
                .message
                .split(['`', ' ', ','])
                .find(|w| w.contains('_') && w.to_lowercase() == *w && !statement.contains(w));
            assert_eq!(rule_name, None, "{file}: {}", diagnostic.message);
        }
    }
}

#[test]
fn there_is_no_statement_for_each_refused_line_and_one_for_each_accepted() {
    for (file, verdict, statement) in lines().filter(|(_, _, statement)| !statement.contains(';')) {
        let found = read_as(&statement, MYSQL).statements.len();
        assert_eq!(found, usize::from(verdict != "1064"), "{file}: {statement}");
    }
}

/// The tree without its spans.
fn tree(text: &str, lexing: Lexing) -> Vec<String> {
    let parsed = read_as(text, lexing);
    assert!(parsed.diagnostics.is_empty(), "{text}: {:?}", parsed.diagnostics);
    parsed.statements.iter().map(|s| without_spans(&format!("{:?}", s.kind))).collect()
}

fn without_spans(debug: &str) -> String {
    debug
        .split("Span {")
        .enumerate()
        .map(|(i, part)| if i == 0 { part } else { part.split_once("end: ").unwrap().1 })
        .map(|part| part.trim_start_matches(|c: char| c.is_ascii_digit()))
        .collect()
}

#[test]
fn printing_and_parsing_gives_the_same_tree() {
    let mut compared = 0;
    for (file, _, statement) in lines().filter(|(_, verdict, _)| *verdict != "1064") {
        let parsed = read_as(&delimited(&statement), MYSQL);
        for kind in parsed.statements.iter().map(|s| &s.kind) {
            if matches!(kind, StatementKind::Irrelevant(_) | StatementKind::Unsupported(_)) {
                continue;
            }
            let printed = kind.to_string();
            assert_eq!(tree(&printed, MYSQL), [without_spans(&format!("{kind:?}"))], "{file}: {statement}\n{printed}");
            compared += 1;
        }
    }
    assert!(compared > 200, "{compared}");
}
