//! Every form in `policies/` is recognised and reads into the accounts and grants that the live server
//! listed for the same estate (`policies/dumps/show-grants-bare.txt`).

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use grantc::diagnostic::{Code, Diagnostic, Severity};
use grantc::policy::{self, Options, Policy, Reading};
use grantc::source::{Source, SourceId};
use grantc::syntax::input::Form;
use grantc::tables::row::StatementId;
use grantc::tables::show;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

fn read(path: &str) -> String {
    let full = Path::new(env!("CARGO_MANIFEST_DIR")).join("policies").join(path);
    fs::read_to_string(&full).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn load(path: &str) -> Policy {
    load_text(path, &read(path), &Options::default())
}

fn load_text(name: &str, text: &str, options: &Options) -> Policy {
    policy::load(vec![Source::new(name, text)], options)
}

/// The rows of `SHOW GRANTS` by account, without the server's own accounts.
fn grants(policy: &Policy) -> BTreeMap<String, Vec<String>> {
    let tables = &policy.tables;
    tables
        .users
        .iter()
        .map(|(_, key, _)| (*key, tables.account_text(*key)))
        .filter(|(_, (user, _))| !user.starts_with("mysql."))
        .map(|(key, (user, host))| (format!("{user}@{host}"), show::grants(tables, key, None, false).unwrap()))
        .collect()
}

/// What the live server printed, by account, from the rows of `show-grants-table.txt`.
fn live() -> BTreeMap<String, Vec<String>> {
    let mut all: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut account = String::new();
    for line in read("dumps/show-grants-table.txt").lines() {
        let Some(cell) = line.strip_prefix("| ").and_then(|l| l.strip_suffix('|')) else { continue };
        match cell.strip_prefix("Grants for ") {
            Some(name) => account = name.trim().to_owned(),
            None => all.entry(account.clone()).or_default().push(cell.trim_end().to_owned()),
        }
    }
    assert_eq!(all.len(), 15, "the estate has fifteen accounts with root");
    all
}

fn default_roles(policy: &Policy) -> BTreeSet<(String, String)> {
    let text = |key| {
        let (user, host) = policy.tables.account_text(key);
        format!("{user}@{host}")
    };
    policy.tables.default_roles.iter().map(|(_, _, row)| (text(row.key), text(row.role))).collect()
}

/// Lines and errnos that a fresh 9.7 server gave when that dump was restored. What it lacked only for want
/// of a database, a table or a routine is left out: no dump of accounts tells what exists.
fn refused_live(dump: &str) -> Vec<(u32, u16)> {
    const ABSENT_OBJECT: [u16; 3] = [1049, 1146, 1305];
    read(&format!("dumps/{dump}.restore"))
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once(' '))
        .map(|(line, errno)| (line.parse().unwrap(), errno.parse().unwrap()))
        .filter(|(_, errno)| !ABSENT_OBJECT.contains(errno))
        .collect()
}

fn restore_warnings(policy: &Policy) -> Vec<(u32, u16)> {
    let refused = policy.diagnostics.iter().filter(|d| d.code == Code::RestoreRefused);
    refused.map(|d| (line(policy, d), d.error.as_ref().unwrap().errno)).collect()
}

fn line(policy: &Policy, diagnostic: &Diagnostic) -> u32 {
    policy.sources.locate(diagnostic.span.unwrap()).unwrap().1.line
}

const DUMPS: [(&str, Form); 14] = [
    ("mysqldump-users.sql", Form::Mysqldump),
    ("mysqlpump-users.sql", Form::Mysqlpump),
    ("mysqlsh-@.users.sql", Form::MysqlShell),
    ("pt-show-grants.sql", Form::PtShowGrants),
    ("pt-show-grants-separate.sql", Form::PtShowGrants),
    ("mariadb-dump-system-users.sql", Form::MariadbDump),
    ("mariadb-pt-show-grants.sql", Form::PtShowGrants),
    ("mariadb-show-grants-table.txt", Form::ShowGrants),
    ("show-create-and-grants.txt", Form::ShowGrants),
    ("show-grants-5.6.txt", Form::ShowGrants),
    ("show-grants-bare.txt", Form::ShowGrants),
    ("show-grants-batch.txt", Form::ShowGrants),
    ("show-grants-table.txt", Form::ShowGrants),
    ("show-grants-vertical.txt", Form::ShowGrants),
];

#[test]
fn every_form_is_recognised_by_its_look() {
    for (name, form) in DUMPS {
        assert_eq!(Form::of(&read(&format!("dumps/{name}"))), form, "{name}");
    }
}

/// A new fixture has to be named above.
#[test]
fn every_dump_is_tested() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("policies/dumps");
    for entry in fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let dump = name.strip_suffix(".restore").unwrap_or(&name);
        assert!(DUMPS.iter().any(|(known, _)| *known == dump), "{name}");
    }
}

#[test]
fn near_misses_are_scripts() {
    let scripts = [
        "",
        "-- Grants for the reporting team\nCREATE USER a;\n",
        "-- Grants for 'app' and others\nCREATE USER app;\n",
        "-- MySQL dumps are made nightly\nCREATE USER a;\n",
        "CREATE USER a; -- Grants dumped by pt-show-grants\n",
        "CREATE USER a;\n-- MySQL dump 10.13  Distrib 8.0.36, for Linux (x86_64)\n",
        "GRANT SELECT ON shop.* TO app;\n",
        "GRANT SELECT ON shop.* TO `app`@`%`;\n",
        "GRANT SELECT ON *.* TO app@localhost;\n",
        "GRANT USAGE ON *.* TO `app`@`%`;\nCREATE USER `b`@`%`;\n",
        "CREATE TABLE t (a INT);\n/*\n+---+\n| a |\n+---+\n*/\n",
        "GRANT SELECT\n  ON shop.*\n  TO `app`@`%`;\n",
        "SELECT 'Grants for a@b';\n",
        "GRANT SELECT ON *.* TO `app`@`%`;\n",
        "CREATE USER 'app'@'%'\n",
        "GRANT SELECT ON *.* TO 'app'@'%'\n",
    ];
    for text in scripts {
        assert_eq!(Form::of(text), Form::Sql, "{text:?}");
    }
}

#[test]
fn other_looks_of_the_same_forms() {
    let looks = [
        ("GRANT USAGE ON *.* TO `app`@`%`", Form::ShowGrants),
        ("GRANT USAGE ON *.* TO 'app'@'%'\nGRANT SELECT ON `shop`.* TO 'app'@'%'\n", Form::ShowGrants),
        ("Grants for app@%\nGRANT USAGE ON *.* TO 'app'@'%'\n", Form::ShowGrants),
        ("GRANT USAGE ON *.* TO `app`@`%`;\nGRANT SELECT ON `shop`.* TO `app`@`%`;\n", Form::ShowGrants),
        ("| GRANT USAGE ON *.* TO `app`@`%` |\n", Form::ShowGrants),
        (
            "mysql> SHOW GRANTS FOR app;\n+-----+\n| Grants for app@% |\n+-----+\n| GRANT USAGE ON *.* TO `app`@`%` |\n+-----+\n1 row in set (0.00 sec)\n",
            Form::ShowGrants,
        ),
        ("MariaDB [(none)]> SHOW GRANTS;\n+-----+\n| Grants for app@% |\n+-----+\n", Form::ShowGrants),
        ("\u{feff}-- MySQLShell dump 2.0.1  Distrib Ver 9.4.0 for Win64\n", Form::MysqlShell),
        ("-- begin user 'a'@'%'\nCREATE USER IF NOT EXISTS 'a'@'%';\n", Form::MysqlShell),
        ("-- Grants for 'a'@'%'\nGRANT USAGE ON *.* TO 'a'@'%';\n", Form::PtShowGrants),
        (
            "mysqldump: [Warning] Using a password on the command line interface can be insecure.\n-- MySQL dump 10.13  Distrib 8.0.36\n",
            Form::Mysqldump,
        ),
        ("-- MySQL dump 10.19  Distrib 10.5.23-MariaDB, for Linux (x86_64)\n", Form::MariadbDump),
        ("-- grantc: partial_revokes=ON\n-- MySQL dump 10.13  Distrib 9.7.4\n", Form::Mysqldump),
    ];
    for (text, form) in looks {
        assert_eq!(Form::of(text), form, "{text:?}");
    }
}

/// The script itself, and every text that the live server's rows can be read out of in full.
#[test]
fn every_form_holds_the_accounts_and_grants_of_the_estate() {
    let complete = [
        "tutorial/90-estate.sql",
        "dumps/pt-show-grants.sql",
        "dumps/show-create-and-grants.txt",
        "dumps/show-grants-bare.txt",
        "dumps/show-grants-batch.txt",
        "dumps/show-grants-table.txt",
        "dumps/show-grants-vertical.txt",
    ];
    for path in complete {
        let policy = load(path);
        assert_eq!(grants(&policy), live(), "{path}");
        assert_eq!(refused(&policy), Vec::<String>::new(), "{path}");
    }
}

fn refused(policy: &Policy) -> Vec<String> {
    let bad = |d: &&Diagnostic| d.severity >= Severity::Refused;
    policy.diagnostics.iter().filter(bad).map(|d| d.message.clone()).collect()
}

/// What a tool left out is missing, and nothing else.
#[test]
fn forms_that_tell_less_hold_the_rest() {
    let without = |account: &str| {
        let mut all = live();
        all.remove(account).unwrap();
        all
    };
    // --exclude-user=@localhost, for mysqldump 9.7 cannot dump an anonymous account
    assert_eq!(grants(&load("dumps/mysqldump-users.sql")), without("@localhost"));

    // the user who dumps is left out, and one grant is a comment
    let mut shell = without("root@localhost");
    shell.get_mut("report@%.office.example.net").unwrap().retain(|row| !row.contains("`hr`.`people`"));
    assert_eq!(grants(&load("dumps/mysqlsh-@.users.sql")), shell);

    // 8.0.36 has fewer dynamic privileges than 9.7
    let (mut pump, mut all) = (grants(&load("dumps/mysqlpump-users.sql")), live());
    for account in ["dba@localhost", "root@localhost"] {
        assert_eq!(pump.get(account).unwrap()[0], all.get(account).unwrap()[0], "{account}");
        pump.remove(account);
        all.remove(account);
    }
    assert_eq!(pump, all);

    // pt-show-grants --separate drops rows that have no ON, and partial revokes
    let mut separate = live();
    for rows in separate.values_mut() {
        rows.retain(|row| row.contains(" ON ") && !row.starts_with("REVOKE "));
    }
    assert_eq!(grants(&load("dumps/pt-show-grants-separate.sql")), separate);
}

#[test]
fn default_roles_end_as_on_the_dumped_server() {
    let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    let wanted = BTreeSet::from([
        pair("app@10.0.0.0/255.255.0.0", "shop_write@%"),
        pair("archiver@10.0.7.7", "ops@localhost"),
        pair("archiver@10.0.7.7", "shop_read@%"),
    ]);
    for path in [
        "tutorial/90-estate.sql",
        "dumps/mysqldump-users.sql",
        "dumps/mysqlpump-users.sql",
        "dumps/mysqlsh-@.users.sql",
        "dumps/pt-show-grants.sql",
        "dumps/pt-show-grants-separate.sql",
        "dumps/show-create-and-grants.txt",
        "dumps/show-grants-batch.txt",
    ] {
        assert_eq!(default_roles(&load(path)), wanted, "{path}");
    }
}

/// A mandatory role can be a default role without being granted (M7.36); CREATE USER … DEFAULT ROLE would
/// grant it too (M7.3), the server that was dumped did not.
#[test]
fn a_default_role_that_is_not_granted_stays_so_in_a_state() {
    let dump = "-- MySQL dump 10.13  Distrib 9.7.4, for Linux (x86_64)\n-- Server version\t9.7.4\n\
                CREATE USER `a`@`%` DEFAULT ROLE `r`@`%`;\nCREATE USER `r`@`%`;\nGRANT USAGE ON *.* TO `a`@`%`;\n";
    let policy = load_text("d.sql", dump, &Options::default());
    assert_eq!(policy.tables.role_edges.len(), 0);
    assert_eq!(default_roles(&policy), BTreeSet::from([("a@%".to_owned(), "r@%".to_owned())]));
    assert!(policy.diagnostics.iter().any(|d| d.code == Code::Conflict && line(&policy, d) == 3));

    let script = "CREATE ROLE r; CREATE USER a DEFAULT ROLE r;";
    assert_eq!(load_text("s.sql", script, &Options::default()).tables.role_edges.len(), 1);
}

#[test]
fn warnings_say_what_the_live_server_refused_on_restoring() {
    for dump in ["mysqldump-users.sql", "mysqlsh-@.users.sql"] {
        let policy = load(&format!("dumps/{dump}"));
        assert_eq!(restore_warnings(&policy), refused_live(dump), "{dump}");
        assert!(!refused_live(dump).is_empty());
    }
    // the same text was restored to a 9.7 server, the fixture is for 8.0: same errors
    let pump = load("dumps/mysqlpump-users.sql");
    assert_eq!(restore_warnings(&pump), refused_live("mysqlpump-users.sql"));
    // altering root this way marks its password as expired, and everything after that is 1820; and the
    // statements that cleaning joins are told of once each
    let wanted: BTreeSet<(u32, u16)> =
        refused_live("pt-show-grants.sql").into_iter().filter(|(line, errno)| *errno != 1820 && *line != 41).collect();
    let pt = load("dumps/pt-show-grants.sql");
    assert_eq!(restore_warnings(&pt).into_iter().collect::<BTreeSet<_>>(), wanted);
}

#[test]
fn spans_point_into_the_original_text() {
    for (path, account, text) in [
        ("dumps/show-grants-table.txt", ("archiver", "10.0.7.7"), "GRANT INSERT, CREATE, ALTER ON `shop\\_archive`.*"),
        (
            "dumps/show-grants-vertical.txt",
            ("archiver", "10.0.7.7"),
            "GRANT INSERT, CREATE, ALTER ON `shop\\_archive`.*",
        ),
        ("dumps/show-grants-bare.txt", ("archiver", "10.0.7.7"), "GRANT INSERT, CREATE, ALTER ON `shop\\_archive`.*"),
        (
            "dumps/show-grants-batch.txt",
            ("archiver", "10.0.7.7"),
            "GRANT INSERT, CREATE, ALTER ON `shop\\\\_archive`.*",
        ),
        ("dumps/pt-show-grants.sql", ("archiver", "10.0.7.7"), "GRANT ALTER, CREATE, INSERT ON `shop\\_archive`.*"),
        ("dumps/mysqldump-users.sql", ("archiver", "10.0.7.7"), "GRANT INSERT, CREATE, ALTER ON `shop\\_archive`.*"),
    ] {
        let policy = load(path);
        let key = policy.tables.find_account(account.0, account.1).unwrap();
        let (_, row) = policy.tables.dbs.of(key).next().unwrap();
        let StatementId(id) = row.origin[0].statement;
        let span = policy.statements[id as usize].span;
        let said = policy.sources.text(span);
        assert!(said.starts_with(text), "{path}: {said}");
        let original = read(path);
        let wanted = original.lines().position(|line| line.contains(text)).unwrap() + 1;
        assert_eq!(policy.sources.locate(span).unwrap().1.line as usize, wanted, "{path}");
    }
}

#[test]
fn only_what_tells_credentials_leaves_none_unknown() {
    let note = |path: &str| {
        let policy = load(path);
        policy.diagnostics.iter().any(|d| d.message.contains("taken to exist"))
    };
    assert!(note("dumps/show-grants-bare.txt"));
    assert!(!note("dumps/show-create-and-grants.txt"));
    assert!(!note("dumps/mysqldump-users.sql"));
}

#[test]
fn the_header_of_a_dump_names_the_server() {
    for (path, server, origin) in [
        ("dumps/mysqldump-users.sql", "mysql-9.7", "dumps/mysqldump-users.sql:5"),
        ("dumps/mysqlpump-users.sql", "mysql-8.0", "dumps/mysqlpump-users.sql:3"),
        ("dumps/mysqlsh-@.users.sql", "mysql-9.7", "dumps/mysqlsh-@.users.sql:5"),
        ("dumps/pt-show-grants.sql", "mysql-9.7", "dumps/pt-show-grants.sql:2"),
        ("dumps/mariadb-dump-system-users.sql", "mariadb-10.11", "dumps/mariadb-dump-system-users.sql:6"),
        ("dumps/show-grants-table.txt", "mysql-9.7", "assumed"),
        ("tutorial/01-first.sql", "mysql-8.4", "tutorial/01-first.sql:2"),
    ] {
        let setting = load(path).server_setting();
        assert_eq!((setting.value.as_str(), setting.origin.as_str()), (server, origin), "{path}");
    }
    let versions = [
        ("-- MySQL dump 10.13  Distrib 8.0.36\n-- Server version\t8.0.36-28.1\nSELECT 1;", (8, 0, 36)),
        ("-- MySQL dump 10.13\n-- Server version\t8.0.mysql_aurora.3.05.2\nSELECT 1;", (8, 0, u8::MAX)),
        ("-- MySQLShell dump 2.0.1  Distrib Ver 9.4.0 for Win64\n-- Server version\t8.0.40\nSELECT 1;", (8, 0, 40)),
        (
            "-- MySQL dump 10.17  Distrib 10.3.39-MariaDB\n-- Server version\t5.5.5-10.6.12-MariaDB-log\nSELECT 1;",
            (10, 6, 12),
        ),
    ];
    for (text, version) in versions {
        assert_eq!(load_text("d", text, &Options::default()).tables.server.version, version, "{text}");
    }
}

#[test]
fn the_argument_outweighs_comment_and_header() {
    let text = "-- grantc: server=mysql-8.4\nCREATE USER a;";
    let options = Options { server: Some("mysql-8.0".parse().unwrap()), ..Options::default() };
    let policy = load_text("p.sql", text, &options);
    assert_eq!(policy.server_setting().origin, "--server");
    let conflict = policy.diagnostics.iter().find(|d| d.code == Code::Conflict).unwrap();
    assert_eq!((conflict.severity, line(&policy, conflict)), (Severity::Warning, 1));

    let alone = load_text("p.sql", text, &Options::default());
    assert!(alone.diagnostics.is_empty(), "{:?}", alone.diagnostics);
}

#[test]
fn variables_come_from_statements_arguments_and_comments() {
    let set = |name: &str, value: &str| Options { set: vec![(name.into(), value.into())], ..Options::default() };
    let find = |policy: &Policy, name: &str| policy.settings().into_iter().find(|s| s.name == name).unwrap();

    let text =
        "-- grantc: mandatory_roles='r1, r2' skip_name_resolve=ON\nCREATE USER a;\nSET PERSIST partial_revokes = ON;\n";
    let policy = load_text("p.sql", text, &Options::default());
    let roles = find(&policy, "mandatory_roles");
    assert_eq!((roles.value.as_str(), roles.origin.as_str()), ("r1, r2", "p.sql:1"));
    assert_eq!(find(&policy, "partial_revokes").origin, "p.sql:3");
    assert_eq!(find(&policy, "skip_name_resolve").value, "ON");
    assert!(find(&policy, "read_only").assumed);

    let against = load_text("p.sql", text, &set("partial_revokes", "OFF"));
    let setting = find(&against, "partial_revokes");
    assert_eq!((setting.value.as_str(), setting.origin.as_str()), ("OFF", "--set"));
    assert!(against.diagnostics.iter().any(|d| d.code == Code::Conflict && line(&against, d) == 3));

    for (name, value) in [("no_such", "1"), ("partial_revokes", "maybe"), ("lower_case_table_names", "3")] {
        let policy = load_text("p.sql", "CREATE USER a;", &set(name, value));
        let error = policy.diagnostics.iter().find(|d| d.code == Code::Variable).unwrap();
        assert_eq!(error.severity, Severity::Error, "{name}");
    }
    let unknown = load_text("p.sql", "CREATE USER a;", &set("no_such", "1"));
    assert!(unknown.diagnostics[0].help.as_ref().unwrap().contains("mandatory_roles"));
}

/// As the live server has them after set-up; a script that creates its own root replaces the assumed one.
#[test]
fn a_script_begins_on_a_server_that_was_just_set_up() {
    let root = |policy: &Policy| {
        policy.tables.find_account("root", "localhost").map(|k| policy.tables.users.get(&k).is_some())
    };
    let fresh = load_text("p.sql", "CREATE USER a;", &Options::default());
    assert_eq!(root(&fresh), Some(true));
    assert_eq!(fresh.tables.users.iter().count(), 5);

    let own =
        load_text("p.sql", "CREATE USER root@localhost; GRANT SELECT ON *.* TO root@localhost;", &Options::default());
    assert_eq!(refused(&own), Vec::<String>::new());
    assert_eq!(grants(&own)["root@localhost"], ["GRANT SELECT ON *.* TO `root`@`localhost`"]);

    let after =
        load_text("p.sql", "GRANT USAGE ON *.* TO root@localhost; CREATE USER root@localhost;", &Options::default());
    assert_eq!(refused(&after).len(), 1, "the server has a root already: 1396");

    let state = load("dumps/mysqlsh-@.users.sql");
    assert_ne!(root(&state), Some(true), "the dump leaves root out");
}

#[test]
fn reading_can_be_told() {
    let text = "GRANT USAGE ON *.* TO `a`@`%`;\nCREATE USER `a`@`%`;\n";
    let with = |reading| load_text("p.sql", text, &Options { reading, ..Options::default() });
    assert_eq!(with(None).reading, Some(Reading::Script));
    assert_eq!(refused(&with(None)).len(), 1, "1410");
    assert_eq!(refused(&with(Some(Reading::State))), Vec::<String>::new());
    let bare = "GRANT USAGE ON *.* TO `a`@`%`\n";
    let script = load_text("p.sql", bare, &Options { reading: Some(Reading::Script), ..Options::default() });
    assert_eq!(refused(&script).len(), 1);
}

/// A change on top of a dump: the script runs on the state that the dump describes.
#[test]
fn a_script_behind_a_dump_runs_on_it() {
    let change = "GRANT DELETE ON hr.people TO 'report'@'%.office.example.net';";
    let sources = vec![Source::new("dump.sql", read("dumps/pt-show-grants.sql")), Source::new("change.sql", change)];
    let policy = policy::load(sources, &Options::default());
    let rows = &grants(&policy)["report@%.office.example.net"];
    assert!(
        rows.iter().any(|row| row == "GRANT SELECT, DELETE ON `hr`.`people` TO `report`@`%.office.example.net`"),
        "{rows:?}"
    );
    assert_eq!(policy.sources.text(policy.statements.last().unwrap().span), change.trim_end_matches(';'));
}

#[test]
fn a_schema_file_tells_only_what_exists() {
    let schema = Source::new("schema.sql", "CREATE DATABASE shop; USE shop; CREATE TABLE t (a INT); CREATE USER x;");
    let options = Options { schema: vec![schema], ..Options::default() };
    let policy =
        load_text("p.sql", "CREATE USER a; GRANT SELECT ON shop.t TO a; GRANT SELECT ON shop.u TO a;", &options);
    assert_eq!(policy.statements.len(), 3);
    assert!(policy.tables.find_account("x", "%").is_none());
    assert_eq!(refused(&policy).len(), 1, "shop.u does not exist: 1146");
}

#[test]
fn the_tutorial_and_the_pitfalls_are_accepted_as_a_server_accepts_them() {
    let base = Path::new(env!("CARGO_MANIFEST_DIR")).join("policies");
    for folder in ["tutorial", "pitfalls", "versions"] {
        for entry in fs::read_dir(base.join(folder)).unwrap() {
            let path = format!("{folder}/{}", entry.unwrap().file_name().into_string().unwrap());
            let policy = load(&path);
            let errnos: Vec<u16> = policy
                .diagnostics
                .iter()
                .filter(|d| d.severity == Severity::Refused)
                .map(|d| d.error.as_ref().unwrap().errno)
                .collect();
            let wanted: &[u16] = if path.ends_with("04-refused.sql") { &[1396, 1410, 1221, 3523, 1141] } else { &[] };
            assert_eq!(errnos, wanted, "{path}");
            assert!(
                policy.diagnostics.iter().all(|d| d.severity != Severity::Error),
                "{path}: {:?}",
                policy.diagnostics
            );
        }
    }
}

#[test]
fn bytes_that_are_no_plain_text() {
    let id = SourceId(0);
    let utf16: Vec<u8> =
        [0xff, 0xfe].into_iter().chain("CREATE USER a;".encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let (source, said) = policy::read::text("w.sql", &utf16, id);
    assert_eq!((source.text.as_str(), said.len()), ("CREATE USER a;", 0));

    let (source, said) = policy::read::text("l.sql", b"-- caf\xe9\nCREATE USER a;", id);
    assert!(source.text.ends_with("CREATE USER a;"));
    assert_eq!((said[0].code, said[0].severity), (Code::NotText, Severity::Warning));

    let (source, said) = policy::read::text("b.ibd", &[0u8; 4096], id);
    assert_eq!((source.text.len(), said[0].severity), (0, Severity::Error));

    let mut noise = 12345u32;
    let garbage: Vec<u8> = std::iter::repeat_with(|| {
        noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (noise >> 24) as u8
    })
    .take(4096)
    .collect();
    let (source, said) = policy::read::text("g.bin", &garbage, id);
    let policy = policy::load(vec![source], &Options::default());
    assert_eq!((said[0].severity, policy.statements.len()), (Severity::Error, 0));
}

#[test]
fn directories_standard_input_and_missing_files() {
    let folder = std::env::temp_dir().join(format!("grantc-policies-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    for (name, text) in [("b.sql", "CREATE USER b;"), ("@.users.sql", "CREATE USER a;"), ("notes.txt", "no SQL")] {
        fs::write(folder.join(name), text).unwrap();
    }
    let name = folder.to_str().unwrap().to_owned();
    let mut input = "CREATE USER c;".as_bytes();
    let texts = policy::read::paths([name.as_str(), "-", "no-such.sql"], &mut input);
    fs::remove_dir_all(&folder).unwrap();
    let read: Vec<&str> = texts.sources.iter().map(|s| s.text.as_str()).collect();
    assert_eq!(read, ["CREATE USER a;", "CREATE USER b;", "CREATE USER c;"]);
    assert_eq!(texts.diagnostics.len(), 1);
    assert_eq!(texts.diagnostics[0].message, "`no-such.sql` cannot be read: no such file or directory");
}

#[test]
fn a_text_without_a_statement_is_an_error() {
    for text in ["", "\n\n-- nothing here\n", "/* only a comment */"] {
        let policy = load_text("p.sql", text, &Options::default());
        assert_eq!(
            policy.diagnostics.last().map(|d| (d.code, d.severity)),
            Some((Code::Empty, Severity::Error)),
            "{text:?}"
        );
    }
}

/// `mysqldump --users` of 9.7 stops with 1064 at an anonymous account, after the accounts, before all grants.
#[test]
fn a_dump_that_stopped_half_way_is_told() {
    let whole = read("dumps/mysqldump-users.sql");
    let grants = whole.find("\nGRANT ").unwrap();
    let error = "mysqldump: Couldn't execute 'SHOW CREATE USER @localhost': You have an error (1064)\n";
    let said = |text: &str| -> Vec<String> {
        let policy = load_text("d.sql", text, &Options::default());
        assert_eq!(refused(&policy), Vec::<String>::new());
        let warned = policy.diagnostics.iter().filter(|d| d.code == Code::Skipped && d.severity == Severity::Warning);
        warned.map(|d| d.message.clone()).collect()
    };
    assert_eq!(said(&whole), Vec::<String>::new());
    assert_eq!(said(&whole[..=grants]).len(), 1, "cut off");
    assert_eq!(said(&format!("{}{error}", &whole[..=grants])).len(), 2, "cut off, with the error in it");
}

/// Whatever is cut off or changed in a dump, reading it ends, and cleaning keeps every line in its place.
#[test]
fn cleaning_keeps_length_and_lines() {
    for (name, _) in DUMPS {
        let text = read(&format!("dumps/{name}"));
        for cut in (0..text.len()).step_by(97).filter(|at| text.is_char_boundary(*at)) {
            let part = &text[cut..];
            let input = grantc::syntax::input::read(&Source::new("x", part));
            assert_eq!(input.text.len(), part.len(), "{name} from {cut}");
        }
    }
}

/// Dumps with bytes overwritten, lines doubled or the start cut off are read to their end, whatever they say.
#[test]
fn damaged_dumps_are_read() {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut random = move |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below as u64) as usize
    };
    for (name, _) in DUMPS {
        let text = read(&format!("dumps/{name}"));
        for _ in 0..12 {
            let mut bytes = text.clone().into_bytes();
            for _ in 0..random(30) {
                let at = random(bytes.len());
                bytes[at] = b" '`\";|+-*/\\\n(@\xff\0"[random(16)];
            }
            let start = random(bytes.len() / 2);
            let (source, _) = policy::read::text(name, &bytes[start..], SourceId(0));
            let policy = policy::load(vec![source], &Options::default());
            assert!(policy.statements.iter().all(|s| policy.sources.get(s.span.source).is_some()));
        }
    }
}
