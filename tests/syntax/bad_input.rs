//! Bad input: the place, and the other statements still counted.

use super::{places, read, sources};
use grantc::diagnostic::render::{to_json, to_text};

#[test]
fn the_place_of_a_refusal() {
    assert_eq!(places("CREATE USER a;\n  GRANT SELECT ON *.* FROM b;\nCREATE USER c;"), [("syntax", 2, 23)]);
    assert_eq!(places("GRANT SELECT ON *.*"), [("syntax", 1, 20)]);
    assert_eq!(places("GRANT SELECT ON *.* TO é@%, b"), [("syntax", 1, 26)]);
    assert_eq!(places("/* x\n */ GRNAT SELECT ON *.* TO b;"), [("syntax", 2, 5)]);
    assert_eq!(read("CREATE USER a;\nGRANT;\nCREATE USER c;").statements.len(), 2);
}

/// Most grants are read without a look at the clauses that could follow; a refusal names them all the same.
#[test]
fn what_is_expected_in_a_grant() {
    let cases = [
        ("GRANT , ON a TO b", "`,` stands where a role, `ALL`, `PROXY` or a privilege is expected"),
        ("GRANT SELECT x ON a TO b", "`x` stands where `,`, `(`, `@` or another clause is expected"),
        ("GRANT SELECT, ON a TO b", "`ON` stands where a role or a privilege is expected"),
        ("GRANT SELECT ON , TO b", "`,` stands where an object such as `*.*`, `db.*` or `db.table` is expected"),
        (
            "GRANT SELECT ON a.+ TO b",
            "`+` stands where a name or an object such as `*.*`, `db.*` or `db.table` is expected",
        ),
        (
            "GRANT SELECT ON a TO b c",
            "`c` stands where the end of the statement, `,`, `@` or another clause is expected",
        ),
        ("GRANT SELECT ON a TO b,", "the statement ends where an account name is expected"),
        (
            "GRANT PROXY ON a TO b c",
            "`c` stands where the end of the statement, `,`, `@` or another clause is expected",
        ),
        ("GRANT ALL x", "`x` stands where `,`, `(`, `@` or another clause is expected"),
        ("REVOKE , FROM b", "`,` stands where a role, `ADMIN`, `ALL` or another clause is expected"),
        ("REVOKE SELECT ON a FROM b c", "`c` stands where the end of the statement, `,`, `@` or `IGNORE` is expected"),
        ("CREATE USER a b", "`b` stands where the end of the statement, `,`, `@` or another clause is expected"),
        ("CREATE OR USER a", "`USER` stands where `REPLACE` is expected"),
    ];
    for (text, message) in cases {
        let said: Vec<String> = read(text).diagnostics.into_iter().map(|diagnostic| diagnostic.message).collect();
        assert_eq!(said, [message], "{text}");
    }
}

#[test]
fn unterminated_texts_lose_one_statement() {
    assert_eq!(places("CREATE USER a;\nCREATE USER b IDENTIFIED BY 'oops;\n"), [("unterminated", 2, 29)]);
    let text = "CREATE USER a;\nCREATE USER b IDENTIFIED BY 'oops;\nGRANT SELECT ON *.* TO b;\nCREATE USER 'c'@'h';\nCREATE USER d;\n";
    assert_eq!(places(text), [("unterminated", 2, 29)]);
    assert_eq!(read(text).statements.len(), 4);
    let text = "CREATE USER a;\nCREATE USER `b;\nCREATE USER c;\n";
    assert_eq!(places(text), [("unterminated", 2, 13)]);
    assert_eq!(read(text).statements.len(), 2);
    let text = "CREATE USER a;\n/* never closed\nCREATE USER b;\nCREATE USER c;\n";
    assert_eq!(places(text), [("unterminated", 2, 1)]);
    assert_eq!(read(text).statements.len(), 2);
}

#[test]
fn bytes_that_are_no_text() {
    assert_eq!(places("CREATE USER a;\nGRANT \0 ON x;\nCREATE USER b;"), [("not-text", 2, 7)]);
    assert_eq!(read("CREATE USER a;\nGRANT \0 ON x;\nCREATE USER b;").statements.len(), 2);
    assert_eq!(places("CREATE USER \u{fffd};"), [("not-text", 1, 13)]);
    assert!(places("CREATE USER a COMMENT '\0 \u{fffd}';").is_empty(), "in a string every byte may stand");
    let binary: String = (0..10_000u32).map(|i| char::from((i * 7 % 256) as u8)).collect();
    let parsed = read(&binary);
    assert!(!parsed.diagnostics.is_empty() && parsed.diagnostics.len() < 400, "{}", parsed.diagnostics.len());
}

#[test]
fn empty_input_has_no_statement_and_no_complaint() {
    for text in ["", "\n", "-- only a comment", ";;;", "/* c */;", "\u{feff}"] {
        let parsed = read(text);
        assert!(parsed.statements.is_empty() && parsed.diagnostics.is_empty(), "{text:?}");
    }
}

/// Long texts are read in parts, the next one split meanwhile.
#[test]
fn a_long_text_keeps_its_order() {
    let lines = 30_000;
    let line = |number: usize| if number % 1000 == 7 { "GRANT ;\n" } else { "GRANT SELECT ON a.b TO c;\n" };
    let text: String = (0..lines).map(line).collect();
    let parsed = read(&text);
    assert_eq!((parsed.statements.len(), parsed.diagnostics.len()), (lines - 30, 30));
    assert!(parsed.statements.is_sorted_by_key(|statement| statement.span.start));
    let refused: Vec<u32> = places(&text).iter().map(|(_, line, _)| *line).collect();
    assert_eq!(refused, (0..30).map(|number| number * 1000 + 8).collect::<Vec<u32>>());
}

#[test]
fn a_line_of_50_mb() {
    let mut text = String::with_capacity(50_000_000);
    text.push_str("CREATE USER first; ");
    while text.len() < 49_990_000 {
        text.push_str("INSERT INTO t VALUES ('");
        text.extend(std::iter::repeat_n('x', 1_000_000));
        text.push_str("'); ");
    }
    text.push_str("GRANT SELECT ON *.* FROM x; CREATE USER last;");
    let parsed = read(&text);
    assert_eq!(parsed.statements.len(), 52);
    assert_eq!(parsed.diagnostics.len(), 1);
    let shown = to_text(&parsed.diagnostics[0], &sources(&text), false);
    assert!(shown.len() < 1000, "{shown}");
    assert!(shown.contains("…") && shown.contains("GRANT SELECT ON *.* FROM x"), "{shown}");
}

#[test]
fn deep_nesting_is_refused_or_read() {
    let deep = |depth: usize| format!("{}1{}", "(".repeat(depth), ")".repeat(depth));
    for depth in [10, 200, 255] {
        let parsed = read(&format!("CREATE TABLE t (a INT DEFAULT {});", deep(depth)));
        assert_eq!((parsed.statements.len(), parsed.diagnostics.len()), (1, 0), "{depth}");
        read(&format!("UPDATE mysql.user SET host = 1 WHERE {};", deep(depth)));
    }
    for depth in [256, 1_000, 200_000] {
        let parsed = read(&format!("CREATE TABLE t (a INT DEFAULT {});", deep(depth)));
        assert_eq!(parsed.diagnostics.len(), 1, "{depth}");
        assert!(parsed.diagnostics[0].message.contains("256 parentheses"), "{}", parsed.diagnostics[0].message);
        read(&format!("UPDATE mysql.user SET host = 1 WHERE {};", deep(depth)));
    }
}

#[test]
fn hints_for_frequent_mistakes() {
    let help = |text: &str| read(text).diagnostics[0].help.clone().unwrap_or_default();
    for text in ["CREATE USER x@%", "CREATE USER x@10.0.0.0/8", "CREATE USER x@my-host"] {
        assert!(help(text).contains("quote a host"), "{text}: {}", help(text));
    }
    assert!(help("CREATE USER test-user@h").contains("quote a name"));
    assert!(help("GRANT SELECT ON *.*").contains("needs TO"));
    assert!(help("GRANT SELECT ON *.* TO").contains("name an account"));
    assert!(help("REVOKE SELECT ON *.*").contains("needs FROM"));
    assert!(help("DROP USER").contains("name an account"));
    assert!(help("CREATE USER a IDENTIFIED BY hunter2").contains("in quotes"));
    assert!(help("GRANT SELECT ON 'd'.* TO a").contains("backticks"));
    assert!(help("CREATE USER rank").contains("`rank`"));
    assert!(help("GRNAT SELECT ON *.* TO a").contains("`GRANT`"));
    assert!(read("CREATE USER 'me@localhost'").diagnostics.is_empty(), "one string is a user at any host (M1.2)");
}

#[test]
fn text_and_json_for_people_and_programs() {
    let text = "CREATE USER a;\nGRANT SELECT ON *.* FROM b;\n";
    let parsed = read(text);
    let sources = sources(text);
    let shown = to_text(&parsed.diagnostics[0], &sources, false);
    assert_eq!(
        shown,
        "error: `FROM` stands where `TO` is expected\n --> policy.sql:2:21\n  |\n2 | GRANT SELECT ON *.* FROM b;\n  |                     ^^^^ expected `TO`\n  |\n  = help: a grant needs TO and an account"
    );
    assert!(to_text(&parsed.diagnostics[0], &sources, true).contains("\u{1b}["));
    let json = to_json(&parsed.diagnostics[0], &sources);
    assert_eq!(json["code"], "syntax");
    assert_eq!((&json["file"], &json["line"], &json["column"]), (&"policy.sql".into(), &2.into(), &21.into()));
    assert_eq!((&json["severity"], &json["errno"]), (&"error".into(), &1064.into()));
}
