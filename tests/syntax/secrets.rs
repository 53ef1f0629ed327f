//! No output tells a secret.

use super::{read, sources};
use grantc::diagnostic::render::{to_json, to_text};
use grantc::syntax::redact::redact;

/// Statements with the secret `hunter2`, well formed or not.
const TELLING: [&str; 24] = [
    "CREATE USER a IDENTIFIED BY 'hunter2'",
    "CREATE USER a IDENTIFIED BY \"hunter2\"",
    "create user a identified by/* c */'hunter2' password expire",
    "CREATE USER a IDENTIFIED WITH p BY 'hunter2', b IDENTIFIED WITH q AS 'hunter2'",
    "CREATE USER a IDENTIFIED BY 'x''hunter2', b@%",
    "CREATE USER a IDENTIFIED BY 'x\\'hunter2', b@%",
    "CREATE USER a IDENTIFIED BY 'x' 'hunter2'",
    "CREATE USER a IDENTIFIED BY hunter2",
    "CREATE USER a IDENTIFIED BY 'hunter2",
    "CREATE USER a IDENTIFIED BY PASSWORD 'hunter2'",
    "CREATE USER a IDENTIFIED VIA ed25519 USING PASSWORD('hunter2') OR p USING 'hunter2'",
    "ALTER USER USER() IDENTIFIED BY 'x' REPLACE 'hunter2' b",
    "ALTER USER a ADD 2 FACTOR IDENTIFIED BY 'hunter2' WITH",
    "ALTER USER a 2 FACTOR FINISH REGISTRATION SET CHALLENGE_RESPONSE AS 'hunter2'",
    "SET PASSWORD = 'hunter2'",
    "SET PASSWORD FOR 'a'@'%' = 'hunter2' x",
    "SET PASSWORD FOR a := 'hunter2' x",
    "SET PASSWORD FOR a = PASSWORD('hunter2') x",
    "GRANT SELECT ON *.* TO a IDENTIFIED BY 'hunter2' x",
    "GRANT SELECT ON *.* TO b@%, a IDENTIFIED BY 'hunter2'",
    "CREATE USER a IDENTIFIED BY\n  'hunter2' x y",
    "/*!50000 CREATE USER a IDENTIFIED BY 'hunter2' x */",
    "GRNT ALL TO a IDENTIFIED BY 'hunter2'",
    "CREATE USER a IDENTIFIED BY 'first;\nhunter2', b@%",
];

#[test]
fn redacted_statements_tell_no_secret() {
    for text in TELLING {
        let shown = redact(text);
        assert!(!shown.contains("hunter2"), "{shown}");
        assert!(shown.contains("<secret>"), "{shown}");
    }
}

#[test]
fn diagnostics_tell_no_secret() {
    for text in TELLING {
        for text in [text.to_owned(), format!("CREATE USER x;\n{text};\nDROP USER y;\n")] {
            let sources = sources(&text);
            for diagnostic in read(&text).diagnostics {
                let error = diagnostic.error.as_ref().map(|e| e.message.clone()).unwrap_or_default();
                for shown in [to_text(&diagnostic, &sources, false), to_json(&diagnostic, &sources).to_string(), error]
                {
                    assert!(!shown.contains("hunter2"), "{text}\n{shown}");
                }
            }
        }
    }
}

#[test]
fn printed_statements_tell_no_secret() {
    for text in TELLING {
        for statement in read(text).statements {
            assert!(!statement.to_string().contains("hunter2"), "{statement}");
            assert!(!format!("{statement:?}").contains("hunter2"), "{statement:?}");
        }
    }
}

#[test]
fn what_is_no_secret_stays() {
    assert_eq!(redact("GRANT  SELECT ON `d`.*\n  TO 'a'@'%' -- why\n"), "GRANT SELECT ON `d`.* TO 'a'@'%'");
    assert_eq!(
        redact("CREATE USER 'a'@'h' IDENTIFIED BY 'x' COMMENT 'c'"),
        "CREATE USER 'a'@'h' IDENTIFIED BY <secret> COMMENT 'c'"
    );
    assert_eq!(redact("GRANT PROXY ON 'a'@'' TO 'b'@'%'"), "GRANT PROXY ON 'a'@'' TO 'b'@'%'");
    assert_eq!(redact("SET GLOBAL x = 'y'"), "SET GLOBAL x = 'y'");
}

#[test]
fn hashes_are_redacted_wherever_they_stand() {
    let hash = "*0123456789ABCDEF0123456789ABCDEF01234567";
    assert_eq!(redact(&format!("SELECT '{hash}'")), "SELECT <secret>");
    assert_eq!(redact("VALUES ('$A$005$abc')"), "VALUES (<secret>)");
    assert_eq!(redact(&format!("x 0x{}", "24".repeat(35))), "x <secret>");
}

#[test]
fn the_mask_keeps_columns() {
    let text = "CREATE USER a IDENTIFIED BY 'hüntér2', b@%;";
    let sources = sources(text);
    let parsed = read(text);
    let shown = to_text(&parsed.diagnostics[0], &sources, false);
    let lines: Vec<&str> = shown.lines().collect();
    let column = |line: &str, c: char| line.chars().position(|x| x == c).unwrap();
    assert_eq!(column(lines[3], '%'), column(lines[4], '^'), "{shown}");
}

/// Rows with credentials that are written by hand: whatever is long enough for a hash, and JSON, is one.
#[test]
fn rows_with_credentials_tell_no_secret() {
    let rows = [
        "INSERT INTO mysql.user VALUES ('%','joe','606717496665bcba')",
        "REPLACE `mysql`.`global_priv` VALUES ('%','joe','{\"authentication_string\":\"606717496665bcba\"}')",
        "UPDATE mysql.user SET authentication_string = '606717496665bcba' WHERE User = 'joe'",
        "/*!40000 x */ SELECT 1; INSERT INTO `user` VALUES ('h','joe','ZIgUREUg5PVgQ6LskhXmO606717496665bcba')",
    ];
    for row in rows {
        assert!(!redact(row).contains("606717"), "{}", redact(row));
        assert!(redact(row).contains("joe"), "{}", redact(row));
    }
    let db = "INSERT INTO mysql.db VALUES ('%','a_long_name_of_a_database','joe')";
    assert_eq!(redact(db), db);
}
