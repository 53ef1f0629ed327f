//! Random input: nothing panics, every place is inside of the text, and order is kept.

use super::{MARIADB, MYSQL, read_as, sources};
use grantc::diagnostic::render::{to_json, to_text};
use grantc::syntax::redact::redact;
use proptest::prelude::*;

/// Pieces that statements are made of.
const TOKENS: [&str; 64] = [
    "CREATE",
    "ALTER",
    "DROP",
    "RENAME",
    "USER",
    "ROLE",
    "GRANT",
    "REVOKE",
    "SELECT",
    "ALL",
    "PRIVILEGES",
    "ON",
    "TO",
    "FROM",
    "WITH",
    "OPTION",
    "ADMIN",
    "IDENTIFIED",
    "BY",
    "AS",
    "PASSWORD",
    "'hunter2'",
    "SET",
    "DEFAULT",
    "GLOBAL",
    "sql_mode",
    "=",
    "'ANSI_QUOTES'",
    "\"x\"",
    "`d`",
    "a",
    "@",
    "'h'",
    "%",
    "*",
    ".",
    "*.*",
    ",",
    ";",
    "(",
    ")",
    "--",
    "-- \n",
    "#",
    "\n",
    "/*",
    "*/",
    "/*!50000",
    "/*!99999",
    "'",
    "`",
    "\"",
    "\\",
    "DELIMITER",
    "$$",
    "//",
    "TABLE",
    "VIEW",
    "IF",
    "EXISTS",
    "PROXY",
    "1",
    "0x41",
    "é\u{0}",
];

fn check(text: &str) {
    let sources = sources(text);
    for lexing in [MYSQL, MARIADB] {
        let parsed = read_as(text, lexing);
        let mut last = 0;
        for statement in &parsed.statements {
            let range = statement.span.range();
            assert!(text.get(range.clone()).is_some_and(|t| !t.is_empty()), "{text:?}: {range:?}");
            assert!(range.start >= last, "{text:?}");
            last = range.end;
            let _ = statement.to_string();
        }
        for diagnostic in &parsed.diagnostics {
            let span = diagnostic.span.expect("a place");
            assert!(text.get(span.range()).is_some(), "{text:?}: {span:?}");
            assert!(!diagnostic.message.contains('\n'), "{:?}", diagnostic.message);
            let _ = (to_text(diagnostic, &sources, true), to_json(diagnostic, &sources));
        }
    }
    let _ = redact(text);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_bytes(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        check(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn random_tokens(tokens in prop::collection::vec(prop::sample::select(&TOKENS[..]), 0..60), blank in prop::sample::select(&[" ", "", "\n"][..])) {
        check(&tokens.join(blank));
    }

    #[test]
    fn mutilated_statements(cut in 0usize..200, insert in prop::sample::select(&TOKENS[..])) {
        let text = "CREATE USER 'a'@'%' IDENTIFIED BY 'x' REQUIRE SSL;\nGRANT SELECT (a, b), INSERT ON `d`.`t` TO 'a'@'%', b WITH GRANT OPTION;\nSET ROLE r;\nDROP USER c;\nSHOW GRANTS;";
        let cut = cut.min(text.len());
        check(&format!("{}{insert}{}", &text[..cut], &text[cut..]));
        check(&text[..cut]);
    }
}
