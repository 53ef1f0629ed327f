//! Error lines to their causes: what clients printed at live servers (`tests/live/diagnose.py` records them), and the
//! forms of others. The causes expected of each scenario are written by hand in `tests/diagnose/expected.json`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use grantc::client::From;
use grantc::diagnose::{self, Complaint, Diagnosis, Kind, Known, Standing, complaint, page};
use grantc::emit::paper::Paper;
use grantc::policy::{self, Options, Policy};
use grantc::source::Source;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;

fn data(name: &str) -> String {
    fs::read_to_string(format!("{}/tests/diagnose/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn load(name: &str) -> Policy {
    inline(name, &data(name))
}

fn inline(name: &str, text: &str) -> Policy {
    policy::load(vec![Source::new(name, text)], &Options::default())
}

fn read(line: &str) -> Complaint {
    complaint::read(line).unwrap_or_else(|| panic!("no access error in: {line}"))
}

fn asked(policy: &Policy, line: &str) -> Diagnosis {
    diagnose::diagnose(read(line), Some(policy), &Known::default())
}

/// The names of the causes of that standing.
fn causes(found: &Diagnosis, standing: Standing) -> BTreeSet<&'static str> {
    found.causes.iter().filter(|cause| cause.standing == standing).map(|cause| cause.code.name()).collect()
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

/// How the lines of each recorded client are told.
const CLIENTS: [(&str, &str); 8] = [
    ("mysql", "the mysql client"),
    ("PyMySQL", "PyMySQL"),
    ("Connector/Python", "MySQL Connector/Python"),
    ("mysql2", "mysql2 for Node.js"),
    ("mysqljs", "mysql for Node.js"),
    ("PDO", "PDO"),
    ("mysqli", "mysqli"),
    ("Connector/J", "MariaDB Connector/J"),
];

/// Every line that a client printed at a live server names what it names, and ends in the row and the causes that made
/// the server say so.
#[test]
fn recorded_lines_end_in_the_row_and_the_causes_behind_them() {
    let recorded: Vec<Value> = serde_json::from_str(&data("recorded.json")).unwrap();
    let expected: Value = serde_json::from_str(&data("expected.json")).unwrap();
    let (mut lines, mut wrong) = (0, Vec::new());
    for scenario in &recorded {
        let name = scenario["scenario"].as_str().unwrap();
        let policy = load(scenario["policy"].as_str().unwrap());
        let expected = &expected[name];
        for (at, recorded) in scenario["lines"].as_array().unwrap().iter().enumerate() {
            lines += 1;
            let line = recorded["line"].as_str().unwrap();
            let mut faults = misread(line, recorded["client"].as_str().unwrap(), expected);
            if at == 0 {
                // What is said depends on what the line says, which is the same for all of them.
                faults.extend(misjudged(line, &policy, expected));
            }
            wrong.extend(faults.iter().map(|fault| format!("{name}\n  {line}\n  {fault}")));
        }
    }
    assert!(wrong.is_empty(), "{}\n{} of {lines} lines", wrong.join("\n"), wrong.len());
    assert!(lines >= 150, "{lines} lines");
}

/// Pairs that differ, each with what it is.
#[derive(Default)]
struct Faults(Vec<String>);

impl Faults {
    fn same(&mut self, what: &str, found: String, expected: String) {
        if found != expected {
            self.0.push(format!("{what}: {found} instead of {expected}"));
        }
    }
}

fn misread(line: &str, client: &str, expected: &Value) -> Vec<String> {
    let found = read(line);
    let mut faults = Faults::default();
    let form = CLIENTS.iter().find(|(name, _)| *name == client).unwrap().1;
    faults.same("written by", found.form.to_owned(), form.to_owned());
    faults.same("errno", found.errno.to_string(), expected["errno"].to_string());
    faults.same(
        "password",
        format!("{:?}", found.using_password),
        format!("{:?}", expected["using_password"].as_bool()),
    );
    for (what, found) in [
        ("user", &found.user),
        ("host", &found.host),
        ("db", &found.db),
        ("object", &found.object),
        ("column", &found.column),
        ("command", &found.command),
    ] {
        faults.same(what, format!("{found:?}"), format!("{:?}", text(&expected[what])));
    }
    faults.0
}

fn misjudged(line: &str, policy: &Policy, expected: &Value) -> Vec<String> {
    let mut faults = Faults::default();
    let known = Known {
        user: text(&expected["given_user"]),
        from: text(&expected["given_from"]).map(|ip| From::Address { ip, hostname: None }),
        db: text(&expected["given_db"]),
    };
    let diagnosis = diagnose::diagnose(read(line), Some(policy), &known);
    faults.same(
        "row",
        format!("{:?}", diagnosis.row.as_ref().map(|row| row.words().trim_end().to_owned())),
        format!("{:?}", text(&expected["row"])),
    );
    for (key, standing) in [("holds", Standing::Holds), ("cannot_tell", Standing::CannotTell)] {
        let list: Vec<String> = serde_json::from_value(expected[key].clone()).unwrap_or_default();
        let list: BTreeSet<&str> = list.iter().map(String::as_str).collect();
        faults.same(key, format!("{:?}", causes(&diagnosis, standing)), format!("{list:?}"));
    }
    faults.0
}

/// A line, and what is read from it: the error, user, host, and what speaks.
type Form<'f> = (&'f str, u16, Option<&'f str>, Option<&'f str>, &'f str);

/// Lines in the forms of clients that are not recorded: line, number, user, host.
const FORMS: [Form<'static>; 26] = [
    (
        "MySQLdb.OperationalError: (1045, \"Access denied for user 'joe'@'10.0.0.7' (using password: YES)\")",
        1045,
        Some("joe"),
        Some("10.0.0.7"),
        "mysqlclient",
    ),
    (
        "django.db.utils.OperationalError: (1044, \"Access denied for user 'joe'@'%' to database 'shop'\")",
        1044,
        Some("joe"),
        Some("%"),
        "an error text",
    ),
    (
        "sqlalchemy.exc.OperationalError: (pymysql.err.OperationalError) (1698, \"Access denied for user 'root'@'localhost'\")",
        1698,
        Some("root"),
        Some("localhost"),
        "PyMySQL",
    ),
    (
        "Error 1045 (28000): Access denied for user 'joe'@'10.0.0.7' (using password: NO)",
        1045,
        Some("joe"),
        Some("10.0.0.7"),
        "Go-MySQL-Driver",
    ),
    (
        "2026/11/29 10:00:00 Error 1045: Access denied for user 'joe'@'10.0.0.7' (using password: YES)",
        1045,
        Some("joe"),
        Some("10.0.0.7"),
        "Go-MySQL-Driver",
    ),
    (
        "MySqlConnector.MySqlException (0x80004005): Access denied for user 'joe'@'10.0.0.7' (using password: YES)",
        1045,
        Some("joe"),
        Some("10.0.0.7"),
        "MySqlConnector for .NET",
    ),
    (
        "MySql.Data.MySqlClient.MySqlException (0x80004005): Authentication to host 'db' for user 'joe' using method 'caching_sha2_password' failed with message: Access denied for user 'joe'@'10.0.0.7' (using password: YES)",
        1045,
        Some("joe"),
        Some("10.0.0.7"),
        "MySQL Connector/NET",
    ),
    (
        "java.sql.SQLException: Access denied for user 'joe'@'10.0.0.7' (using password: YES)",
        1045,
        Some("joe"),
        Some("10.0.0.7"),
        "JDBC",
    ),
    (
        "java.sql.SQLException: null,  message from server: \"Host '10.0.0.7' is not allowed to connect to this MySQL server\"",
        1130,
        None,
        Some("10.0.0.7"),
        "JDBC",
    ),
    (
        "Caused by: com.mysql.cj.exceptions.CJException: Access denied for user 'joe'@'10.0.0.7' (using password: YES)",
        1045,
        Some("joe"),
        Some("10.0.0.7"),
        "MySQL Connector/J",
    ),
    (
        "Warning: mysqli_connect(): (HY000/1045): Access denied for user &#039;joe&#039;@&#039;10.0.0.7&#039; (using password: NO)",
        1045,
        Some("joe"),
        Some("10.0.0.7"),
        "mysqli",
    ),
    (
        "SQLSTATE[HY000] [1045] Access denied for user 'joe'@'10.0.0.7' (using password: YES) (Connection: mysql, SQL: select * from `users`)",
        1045,
        Some("joe"),
        Some("10.0.0.7"),
        "PDO",
    ),
    (
        "Mysql2::Error::ConnectionError: Access denied for user 'joe'@'10.0.0.7' (using password: YES)",
        1045,
        Some("joe"),
        Some("10.0.0.7"),
        "mysql2 for Ruby",
    ),
    (
        "DBI connect('database=shop','joe',...) failed: Access denied for user 'joe'@'10.0.0.7' (using password: YES) at x.pl line 3",
        1045,
        Some("joe"),
        Some("10.0.0.7"),
        "Perl DBI",
    ),
    (
        "DBD::mysql::st execute failed: SELECT command denied to user 'joe'@'10.0.0.7' for table 'orders' at x.pl line 3.",
        1142,
        Some("joe"),
        Some("10.0.0.7"),
        "Perl DBI",
    ),
    (
        "[MySQL][ODBC 8.0(w) Driver]Access denied for user 'joe'@'10.0.0.7' (using password: YES)",
        1045,
        Some("joe"),
        Some("10.0.0.7"),
        "ODBC",
    ),
    (
        "error returned from database: 1045 (28000): Access denied for user 'joe'@'10.0.0.7' (using password: YES)",
        1045,
        Some("joe"),
        Some("10.0.0.7"),
        "sqlx for Rust",
    ),
    (
        "MySqlError { ERROR 1045 (28000): Access denied for user 'joe'@'10.0.0.7' (using password: YES) }",
        1045,
        Some("joe"),
        Some("10.0.0.7"),
        "mysql for Rust",
    ),
    (
        "mysqldump: Got error: 1045: Access denied for user 'joe'@'localhost' (using password: NO) when trying to connect",
        1045,
        Some("joe"),
        Some("localhost"),
        "mysqldump",
    ),
    (
        "mysqldump: Couldn't execute 'FLUSH TABLES': Access denied; you need (at least one of) the RELOAD or FLUSH_TABLES privilege(s) for this operation (1227)",
        1227,
        None,
        None,
        "mysqldump",
    ),
    (
        "2026-11-29T10:00:00.000000Z 12 [Note] [MY-010926] [Server] Access denied for user 'joe'@'10.0.0.7' (using password: YES)",
        1045,
        Some("joe"),
        Some("10.0.0.7"),
        "the server's error log",
    ),
    (
        "2026-11-29 10:00:00 12 [Warning] Access denied for user ''@'localhost' (using password: NO)",
        1045,
        Some(""),
        Some("localhost"),
        "the server's error log",
    ),
    (
        "{\"level\":\"error\",\"msg\":\"Error 1142 (42000): INSERT command denied to user \\u0027joe\\u0027@\\u002710.0.0.7\\u0027 for table \\u0027orders\\u0027\"}",
        1142,
        Some("joe"),
        Some("10.0.0.7"),
        "Go-MySQL-Driver",
    ),
    (
        "ERROR 1045 (28000): Accès refusé pour l'utilisateur: 'joe'@'10.0.0.7' (mot de passe: OUI)",
        1045,
        Some("joe"),
        Some("10.0.0.7"),
        "the mysql client",
    ),
    (
        "ERROR 1045 (28000): Access denied for user 'o'brien'@'' (using password: YES)",
        1045,
        Some("o'brien"),
        Some(""),
        "the mysql client",
    ),
    (
        "ERROR 1820 (HY000): You must reset your password using ALTER USER statement before executing this statement.",
        1820,
        None,
        None,
        "the mysql client",
    ),
];

#[test]
fn the_forms_of_other_clients_are_read() {
    for (line, errno, user, host, form) in FORMS {
        let found = read(line);
        assert_eq!(
            (found.errno, found.user.as_deref(), found.host.as_deref(), found.form),
            (errno, user, host, form),
            "{line}"
        );
    }
}

#[test]
fn every_error_of_access_has_its_words() {
    let lines = [
        (1044, Kind::Database, "Access denied for user 'a'@'%' to database 'b'"),
        (
            1129,
            Kind::HostBlocked,
            "Host 'h' is blocked because of many connection errors; unblock with 'mysqladmin flush-hosts'",
        ),
        (1143, Kind::Column, "SELECT command denied to user 'a'@'h' for column 'c' in table 't'"),
        (1142, Kind::Table, "SELECT, LOCK TABLES command denied to user 'a'@'h' for table 't'"),
        (1370, Kind::Routine, "alter routine command denied to user 'a'@'%' for routine 'd.p'"),
        (
            1227,
            Kind::Specific,
            "Access denied; you need (at least one of) the SUPER, READ_ONLY ADMIN privilege(s) for this operation",
        ),
        (1410, Kind::CreateByGrant, "You are not allowed to create a user with GRANT"),
        (1449, Kind::NoDefiner, "The user specified as a definer ('a'@'%') does not exist"),
        (
            1356,
            Kind::ViewRights,
            "View 'd.v' references invalid table(s) or column(s) or function(s) or definer/invoker of view lack rights to use them",
        ),
        (1524, Kind::Plugin, "Plugin 'mysql_native_password' is not loaded"),
        (
            1251,
            Kind::OldProtocol,
            "Client does not support authentication protocol requested by server; consider upgrading MySQL client",
        ),
        (1820, Kind::MustReset, "You must SET PASSWORD before executing this statement"),
        (
            1862,
            Kind::Expired,
            "Your password has expired. To log in you must change it using a client that supports expired passwords",
        ),
        (3118, Kind::Locked, "Access denied for user 'a'@'h'. Account is locked."),
        (4151, Kind::Locked, "Access denied, this account is locked"),
        (
            3159,
            Kind::Insecure,
            "Connections using insecure transport are prohibited while --require_secure_transport=ON.",
        ),
        (
            4150,
            Kind::Blocked,
            "User is blocked because of too many credential errors; unblock with 'ALTER USER / FLUSH PRIVILEGES'",
        ),
        (1959, Kind::Role, "User `a`@`%` has not been granted role `r`"),
        (1959, Kind::Role, "Invalid role specification `r`"),
    ];
    for (errno, kind, line) in lines {
        let found = read(line);
        assert_eq!((found.errno, found.kind), (errno, kind), "{line}");
        let general = diagnose::diagnose(found, None, &Known::default());
        assert!(!general.causes.is_empty(), "{line}: nothing is said of it");
    }
}

#[test]
fn what_is_no_access_error_is_not_taken_for_one() {
    for line in [
        "",
        "ERROR 1064 (42000): You have an error in your SQL syntax",
        "1045",
        "denied",
        "ERROR 2002 (HY000): Can't connect",
    ] {
        assert_eq!(complaint::read(line), None, "{line}");
    }
    let long = "A".repeat(100_000);
    assert_eq!(complaint::read(&long), None);
    assert_eq!(
        complaint::read(&format!(
            "noise\n{long}\nERROR 1130 (HY000): Host 'h' is not allowed to connect to this MariaDB server"
        ))
        .unwrap()
        .host
        .as_deref(),
        Some("h")
    );
}

#[test]
fn edited_tables_that_were_not_read_are_told() {
    let policy = inline(
        "x.sql",
        "-- grantc: server=mysql-9.7\nCREATE USER joe@'10.%' IDENTIFIED BY 'x';\nUPDATE mysql.user SET Host = '%' WHERE User = 'joe';\n",
    );
    let found = asked(&policy, "ERROR 1130 (HY000): Host '127.0.0.2' is not allowed to connect to this MySQL server");
    assert!(causes(&found, Standing::Holds).contains("not-flushed"), "{:?}", found.causes);
    let flush = found.causes.iter().find(|cause| cause.code.name() == "not-flushed").unwrap();
    assert!(flush.fixes[0].is_tried && flush.fixes[0].lines == ["FLUSH PRIVILEGES"]);
}

#[test]
fn a_host_is_spelled_as_dns_gives_it() {
    let policy = inline("x.sql", "-- grantc: server=mysql-9.7\nCREATE USER web@app1 IDENTIFIED BY 'x', other@'%';\n");
    let found = asked(&policy, "Access denied for user 'web'@'app1.example.net' (using password: YES)");
    assert_eq!(causes(&found, Standing::Holds), ["host-spelling", "no-account"].into());
    let fix = &found.causes.iter().find(|cause| cause.code.name() == "host-spelling").unwrap().fixes[0];
    assert_eq!(fix.lines, ["RENAME USER 'web'@'app1' TO 'web'@'app1.example.net'"]);
    assert!(fix.is_tried);
}

#[test]
fn a_policy_that_raises_no_such_error_says_so() {
    let policy = load("office.sql");
    let found =
        asked(&policy, "ERROR 1142 (42000): SELECT command denied to user 'joe'@'127.0.0.2' for table 'orders'");
    assert_eq!(causes(&found, Standing::Holds), ["other-server"].into());
    let found = asked(&policy, "ERROR 3118 (HY000): Access denied for user 'joe'@'10.0.0.7'. Account is locked.");
    assert!(causes(&found, Standing::Holds).contains("other-server"));
}

/// What nobody gets by any statement is said to be so, for people and for programs.
#[test]
fn where_nothing_is_proposed_it_says_why() {
    let policy = inline("views.sql", "CREATE USER joe@'%'; GRANT ALL ON *.* TO joe@'%';");
    let known = Known { db: Some("information_schema".to_owned()), ..Known::default() };
    let line = "ERROR 1142 (42000): INSERT command denied to user 'joe'@'localhost' for table 'TABLES'";
    let found = diagnose::diagnose(read(line), Some(&policy), &known);
    let why = "nothing is proposed: the server refuses it to everybody, whatever is granted";
    let (text, markdown) = (page::text(&found, false, &Paper::default()), page::markdown(&found));
    assert!(text.contains(why) && markdown.contains(why), "{text}");
    let json = page::json(&found);
    let told: Vec<&Value> = json["causes"].as_array().unwrap().iter().map(|cause| &cause["no_mend_because"]).collect();
    assert_eq!(told.iter().filter(|why| why.is_string()).count(), 1, "{json}");
    // Near it: on a database of people a GRANT does it.
    let found = asked(&inline("x.sql", "CREATE USER joe@'%';"), line);
    assert!(!page::text(&found, false, &Paper::default()).contains("nothing is proposed"));
}

#[test]
fn no_secret_comes_out() {
    let policy = load("office.sql");
    for line in [
        "Access denied for user 'joe'@'localhost' (using password: YES)",
        "Access denied for user 'app'@'127.0.0.2' (using password: YES)",
        "Access denied for user 'joe'@'%' to database 'payroll'",
    ] {
        let found = asked(&policy, line);
        for text in
            [page::text(&found, false, &Paper::default()), page::markdown(&found), page::json(&found).to_string()]
        {
            assert!(!text.contains("'right'") && !text.contains("'other'"), "{text}");
        }
    }
}
