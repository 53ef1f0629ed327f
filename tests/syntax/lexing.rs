//! Splitting: delimiters, comments, quotes and how sql_mode changes them.

use super::{MARIADB, MYSQL, only, printed, read, read_as};
use grantc::syntax::statement::StatementKind;

#[test]
fn delimiters_blanks_and_client_commands() {
    assert_eq!(printed("DROP USER a; DROP USER b").len(), 2);
    assert_eq!(printed("DROP USER a\\G DROP USER b \\g\n;;\n;").len(), 2);
    assert_eq!(printed("\u{feff}DROP USER a;\r\nDROP USER b;\r\n").len(), 2);
    assert_eq!(printed("delimiter $$\nDROP USER a$$\nDELIMITER ;\nDROP USER b;").len(), 2);
    assert_eq!(
        printed("DROP USER a\nDELIMITER ;\nDROP USER b;").len(),
        2,
        "a DELIMITER line ends what stands before it"
    );
    assert_eq!(printed("use shop\nDROP USER a;"), ["USE `shop`", "DROP USER 'a'"]);
    assert_eq!(printed("USE shop;DROP USER a;").len(), 2);
    let parsed = read("source other.sql\nDROP USER a;\n\\. more.sql\n");
    assert!(matches!(&parsed.statements[0].kind, StatementKind::Unsupported(w) if w == "SOURCE"));
    assert!(matches!(&parsed.statements[2].kind, StatementKind::Unsupported(w) if w == "\\."));
}

#[test]
fn bodies_under_another_delimiter_are_one_statement() {
    let text = "DELIMITER ;;\nCREATE PROCEDURE d.p() BEGIN SELECT ';'; DROP USER x; END ;;\nDELIMITER ;\nDROP USER a;";
    assert_eq!(printed(text), ["CREATE PROCEDURE `d`.`p` ()", "DROP USER 'a'"]);
}

#[test]
fn comments_of_all_forms() {
    for text in [
        "DROP USER a -- b; c\n;",
        "DROP USER a # 'b\n;",
        "DROP /* ; ' */ USER/**/a;",
        "-- x\n# y\n/* z */ DROP USER a;",
        "--\nDROP USER a;",
        "DROP USER a; --",
        "/*!50000 DROP USER a */;",
        "/*! DROP USER a */;",
        "DROP /*!99999 ROLE x */ USER a;",
        "DROP /*!99999 ROLE /* y */ x */ USER a;",
        "DROP /*!050000 USER */ a;",
        "DROP USER /*!50000 a /* b */ */;",
        "DROP USER a /*M!100000 , b */;",
    ] {
        assert_eq!(printed(text), ["DROP USER 'a'"], "{text}");
    }
    let mariadb = |text: &str| read_as(text, MARIADB).statements[0].to_string();
    assert_eq!(mariadb("DROP USER a /*M!100000 , b */ /*!80000 , c */ /*!50000 , d */;"), "DROP USER 'a', 'b', 'd'");
}

#[test]
fn statements_keep_their_places_under_comments() {
    let text = "/* one */\n/*!50000 DROP USER  a */;\n";
    let parsed = read(text);
    assert_eq!(&text[parsed.statements[0].span.range()], "DROP USER  a");
    let StatementKind::DropUser { users, .. } = &parsed.statements[0].kind else { panic!() };
    assert_eq!(&text[users[0].span.range()], "a");
}

#[test]
fn quotes_doubled_and_escaped() {
    assert_eq!(
        printed("DROP USER 'a''b', 'a\\'b', 'a;b', `a``b`, \"a\"\"b\";"),
        ["DROP USER 'a''b', 'a''b', 'a;b', 'a`b', 'a\"b'"]
    );
    assert_eq!(printed(r"DROP USER 'a\\';DROP USER 'b';").len(), 2);
    assert_eq!(printed(r"DROP USER 'a\_\%\n';"), [r"DROP USER 'a\\_\\%\n'"]);
}

#[test]
fn sql_mode_of_the_session_switches_quotes() {
    let grant = "GRANT SELECT ON \"d\"\"x\".* TO a;";
    assert_eq!(read(grant).diagnostics.len(), 1);
    for set in [
        "SET sql_mode = 'ANSI_QUOTES';",
        "SET SESSION sql_mode='ANSI,STRICT_ALL_TABLES';",
        "/*!50003 SET sql_mode              = 'ANSI_QUOTES' */ ;",
        "SET @@sql_mode = CONCAT(@@sql_mode, ',ANSI_QUOTES');",
        "SET sql_mode = 4;",
    ] {
        assert_eq!(printed(&format!("{set}{grant}"))[1], "GRANT SELECT ON `d\"x`.* TO 'a'", "{set}");
    }
    // Only new sessions see the global value.
    assert_eq!(read(&format!("SET GLOBAL sql_mode = 'ANSI_QUOTES';{grant}")).diagnostics.len(), 1);
    let back = "SET @old = @@sql_mode, sql_mode = 'ANSI_QUOTES'; SET sql_mode = @old;";
    assert_eq!(read(&format!("{back}{grant}")).diagnostics.len(), 1);
    let taken = "SET sql_mode='ANSI_QUOTES'; SET sql_mode=REPLACE(@@sql_mode,'ANSI_QUOTES','');";
    assert_eq!(read(&format!("{taken}{grant}")).diagnostics.len(), 1);
}

#[test]
fn backslashes_under_no_backslash_escapes() {
    let text = "SET sql_mode='NO_BACKSLASH_ESCAPES'; DROP USER 'a\\'; DROP USER 'b\\n';";
    assert_eq!(printed(text)[1..], [r"DROP USER 'a\\'", r"DROP USER 'b\\n'"]);
}

#[test]
fn dollar_quotes_hide_delimiters() {
    assert_eq!(printed("CREATE LIBRARY d.l LANGUAGE JAVASCRIPT AS $$ a; b' $$; DROP USER a;").len(), 2);
    assert_eq!(printed("CREATE LIBRARY d.l LANGUAGE JAVASCRIPT AS $x$ $$ a; $x$; DROP USER a;").len(), 2);
    assert_eq!(printed("DROP USER a$$; DROP USER b$$;").len(), 2);
}

#[test]
fn what_changes_nothing_is_read_over_and_what_could_is_named() {
    let irrelevant = [
        "SELECT 1",
        "INSERT INTO d.t VALUES ('a;b')",
        "LOCK TABLES t WRITE",
        "COMMIT",
        "SET NAMES utf8mb4",
        "SET @x = 1",
        "SHOW VARIABLES",
        "(SELECT 1)",
        "FLUSH TABLES",
        "CREATE INDEX i ON t (a)",
        "ALTER TABLE t ENGINE=InnoDB",
        "INSERT INTO user VALUES (1)",
        "DELETE FROM d.user",
    ];
    for text in irrelevant {
        assert!(matches!(only(text), StatementKind::Irrelevant(_)), "{text}");
    }
    let unsupported = ["INSTALL PLUGIN p SONAME 'x'", "CALL p()", "PREPARE s FROM 'DROP USER a'"];
    for text in unsupported {
        assert!(matches!(only(text), StatementKind::Unsupported(_)), "{text}");
    }
    let by_hand = [
        "INSERT INTO mysql.user VALUES (1)",
        "UPDATE mysql.user SET host = '%'",
        "DELETE FROM `mysql`.`db`",
        "TRUNCATE TABLE mysql.db",
        "REPLACE INTO mysql.tables_priv VALUES (1)",
    ];
    for text in by_hand {
        assert!(matches!(only(text), StatementKind::Data(_)), "{text}");
    }
    let parsed = read("USE mysql; INSERT INTO `user` VALUES (1); USE d; INSERT INTO `user` VALUES (1);");
    assert!(matches!(parsed.statements[1].kind, StatementKind::Data(_)));
    assert!(matches!(parsed.statements[3].kind, StatementKind::Irrelevant(_)));
}

#[test]
fn public_is_a_name_that_the_server_understands() {
    use grantc::syntax::statement::AccountName;
    let grantee = |lexing| match &read_as("GRANT SELECT ON *.* TO PUBLIC", lexing).statements[0].kind {
        StatementKind::Grant(grant) => grant.grantees[0].account.name.clone(),
        other => panic!("{other:?}"),
    };
    for lexing in [MARIADB, MYSQL] {
        assert!(matches!(grantee(lexing), AccountName::Named { host: None, .. }));
    }
}
