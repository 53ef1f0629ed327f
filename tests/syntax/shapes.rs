//! Statements made from shapes are what the grammar makes of them: trees, places, refusals, in every text there is here
//! and in random ones.

use super::{MARIADB, MYSQL};
use grantc::source::{Source, SourceId};
use grantc::syntax::{How, Lexing, Parsed, parse};
use proptest::prelude::*;
use std::fs;
use std::path::{Path, PathBuf};

const LEXINGS: [Lexing; 4] =
    [MYSQL, MARIADB, Lexing { ansi_quotes: true, ..MYSQL }, Lexing { no_backslash_escapes: true, ..MARIADB }];

/// Reads a text both ways.
fn compare(text: &str, lexing: Lexing) {
    let source = Source::new("policy.sql", text);
    let [grammar, shapes] = [true, false].map(|by_grammar| parse(SourceId(0), &source, How { lexing, by_grammar }));
    for (one, other) in grammar.statements.iter().zip(&shapes.statements) {
        // The text form shows no secrets, so these are compared by the trees themselves.
        assert!(one == other, "{:?}\n{one:#?}\n{other:#?}", &text[one.span.range()]);
    }
    assert_eq!(grammar.statements.len(), shapes.statements.len());
    assert_eq!(said(&grammar), said(&shapes));
}

fn said(parsed: &Parsed) -> Vec<String> {
    parsed.diagnostics.iter().map(|diagnostic| format!("{diagnostic:?}")).collect()
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(&path, found);
        } else if path.extension().is_some_and(|e| e == "sql" || e == "test") {
            found.push(path);
        }
    }
}

/// The text with other names: letters in the middle of words and quotes are doubled, or left out.
fn renamed(text: &str, how: usize) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    let mut quote = None;
    for c in text.chars() {
        match quote {
            Some(open) if c == open => quote = None,
            None if matches!(c, '\'' | '`' | '"') => quote = Some(c),
            Some(_) if c == '\n' => quote = None,
            Some(_) if c.is_ascii_lowercase() => out.extend(std::iter::repeat_n(c, how)),
            _ => {}
        }
        out.push(c);
    }
    out
}

/// Policies, dumps and cases, with all that is no SQL in the latter. Each comes three times, with other names each time, so
/// that its shapes are known by then.
#[test]
fn every_text_of_this_repository_is_read_alike() {
    let mut files = Vec::new();
    for folder in ["policies", "tests"] {
        walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut files);
    }
    assert!(files.len() > 100, "{}", files.len());
    for file in files {
        let Ok(text) = fs::read_to_string(&file) else { continue };
        let all = [text.clone(), renamed(&text, 1), renamed(&text, 2)].join("\n;\n");
        compare(&all, if file.to_string_lossy().contains("mariadb") { MARIADB } else { MYSQL });
    }
}

/// Statements with a `?` where a name or text stands.
const STATEMENTS: [&str; 34] = [
    "CREATE USER ?@?",
    "CREATE USER IF NOT EXISTS ?@?, ? IDENTIFIED BY ?",
    "CREATE USER ?@? IDENTIFIED WITH ? AS ? REQUIRE NONE PASSWORD EXPIRE DEFAULT ACCOUNT UNLOCK",
    "CREATE USER ? IDENTIFIED WITH ? BY ? DEFAULT ROLE ?, ?@? REQUIRE SSL WITH MAX_USER_CONNECTIONS 3",
    "CREATE USER ? IDENTIFIED VIA ? USING ? OR ?",
    "CREATE USER ? REQUIRE SUBJECT ? ISSUER ?",
    "CREATE USER ? COMMENT ?",
    "CREATE USER ? IDENTIFIED WITH p AS 0x6162",
    "DROP USER IF EXISTS ?@?, ?",
    "CREATE ROLE ?, ?@?",
    "CREATE OR REPLACE ROLE ? WITH ADMIN ?@?",
    "DROP ROLE ?",
    "GRANT SELECT, INSERT ON ?.* TO ?@?",
    "GRANT select (?, ?), UPDATE (?) ON ?.? TO ?@? WITH GRANT OPTION",
    "GRANT ALL PRIVILEGES ON *.* TO ?@?, ?@?",
    "GRANT ALL ON * TO ?",
    "GRANT EXECUTE ON PROCEDURE ?.? TO ?@?",
    "GRANT ? ON *.* TO ?@?",
    "GRANT CREATE VIEW, ?, SHOW  VIEW ON ?.* TO ?",
    "GRANT USAGE ON *.* TO ? IDENTIFIED BY PASSWORD ? REQUIRE X509 WITH MAX_QUERIES_PER_HOUR 5",
    "GRANT SELECT ON ?.? TO ? AS ?@? WITH ROLE ALL EXCEPT ?",
    "GRANT ? TO ?@?",
    "GRANT ?@?, ? TO ?@?, ? WITH ADMIN OPTION",
    "GRANT PROXY ON ?@? TO ?@? WITH GRANT OPTION",
    "REVOKE SELECT ON ?.* FROM ?@?",
    "REVOKE IF EXISTS INSERT (?), DELETE ON ?.? FROM ?@?, ? IGNORE UNKNOWN USER",
    "REVOKE ALL PRIVILEGES, GRANT OPTION FROM ?, ?@?",
    "REVOKE ? FROM ?@?",
    "REVOKE ADMIN OPTION FOR ? FROM ?",
    "REVOKE PROXY ON ? FROM ?@?",
    "SET DEFAULT ROLE ?, ?@? TO ?@?",
    "SET DEFAULT ROLE ALL TO ?",
    "SET PASSWORD FOR ?@? = ?",
    "ALTER USER ?@? IDENTIFIED BY ? RETAIN CURRENT PASSWORD",
];

/// What can stand for a `?`.
fn filling() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        4 => "[a-z][a-z0-9_]{0,8}",
        1 => "[A-Za-z0-9_$]{1,4}",
        1 => prop::sample::select(&WORDS[..]).prop_map(str::to_owned),
        1 => (prop::sample::select(&WORDS[..]), "[a-z0-9_.$]{1,3}").prop_map(|(word, more)| format!("{word}{more}")),
        1 => "[a-zé. ]{0,3}",
    ];
    let inside = prop_oneof![4 => "[a-z0-9%_. -]{0,30}", 1 => "[a-z`'\"\\\\\u{1}\u{2}é@]{0,4}"];
    prop_oneof![
        word,
        (inside, prop::sample::select(vec!['`', '\'', '"'])).prop_map(|(text, quote)| format!("{quote}{text}{quote}")),
    ]
}

const WORDS: [&str; 24] = [
    "to",
    "ON",
    "from",
    "select",
    "create",
    "user",
    "role",
    "ALL",
    "none",
    "default",
    "public",
    "event",
    "read",
    "x",
    "X",
    "0x1",
    "1e5",
    "cube",
    "current_user",
    "current_role",
    "option",
    "grant",
    "identified",
    "library",
];

fn filled(statement: &str, fillings: &[String]) -> String {
    let mut out = String::new();
    for (part, filling) in statement.split_inclusive('?').zip(fillings.iter().cycle()) {
        match part.strip_suffix('?') {
            Some(part) => out.extend([part, filling.as_str()]),
            None => out.push_str(part),
        }
    }
    out
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    /// The same few statements again and again, with anything at all for names.
    #[test]
    fn random_names(
        chosen in prop::collection::vec(0..STATEMENTS.len(), 1..4),
        fillings in prop::collection::vec(prop::collection::vec(filling(), 8), 4..16),
        lexing in prop::sample::select(&LEXINGS[..]),
    ) {
        let all = fillings.iter().flat_map(|fillings| chosen.iter().map(move |at| filled(STATEMENTS[*at], fillings)));
        compare(&all.collect::<Vec<_>>().join(";\n"), lexing);
    }

    /// Statements of the same kinds of names, so that most are read, with something wrong in the middle.
    #[test]
    fn mutilated_statements(
        statement in prop::sample::select(&STATEMENTS[..]),
        (cut, gone) in (0usize..80, 0usize..4),
        insert in "[a-z0-9 @.,('`\"]{0,3}",
        names in prop::collection::vec("[a-z]{1,9}", 4..9),
        quote in prop::sample::select(vec!["`", "'", ""]),
        lexing in prop::sample::select(&LEXINGS[..]),
    ) {
        let cut = cut.min(statement.len());
        let rest = statement.get((cut + gone).min(statement.len())..).unwrap_or("");
        let wrong = format!("{}{insert}{rest}", &statement[..cut]);
        let quoted = |shift: usize| names.iter().cycle().skip(shift).take(8).map(|name| format!("{quote}{name}{quote}")).collect::<Vec<_>>();
        let all: Vec<String> = (0..4).flat_map(|shift| [statement, wrong.as_str()].map(|text| filled(text, &quoted(shift)))).collect();
        compare(&all.join(";\n"), lexing);
    }
}
