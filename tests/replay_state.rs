//! What statements leave beside rows: the order of ties, who may knock, admin options, contributions.
//! Each expectation was asked of a live MySQL 9.7.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use grantc::policy::Outcome;
use grantc::server::Server;
use grantc::server::variables::Variable;
use grantc::source::{Source, SourceId};
use grantc::syntax::{Lexing, parse};
use grantc::tables::ArrayOrder;
use grantc::tables::initial::initial;
use grantc::tables::replay::Replay;
use grantc::tables::row::StatementId;

/// A server after these statements, and the errno of each (0 for done).
fn run_on(server: &str, sql: &str) -> (Replay, Vec<u16>) {
    let mut replay = Replay::new(initial(server.parse::<Server>().unwrap()));
    let parsed = parse(SourceId(0), &Source::new("test", sql), Lexing::default());
    assert!(parsed.diagnostics.is_empty(), "{:?}", parsed.diagnostics);
    let errnos = parsed.statements.iter().enumerate().map(|(i, statement)| {
        match replay.apply(StatementId(i as u32), statement) {
            Outcome::Refused(error) => error.errno,
            _ => 0,
        }
    });
    let errnos = errnos.collect();
    (replay, errnos)
}

fn run(sql: &str) -> (Replay, Vec<u16>) {
    run_on("mysql-9.7", sql)
}

fn loaded(sql: &str) -> bool {
    matches!(run(sql).0.tables.array_order, ArrayOrder::Loaded { .. })
}

/// M3.8: a statement that is refused with the grant tables open makes the server read them anew.
#[test]
fn some_refusals_reload_the_tables() {
    assert!(!loaded("CREATE USER a"));
    assert!(loaded("FLUSH PRIVILEGES"));
    for refused in [
        "CREATE USER root@localhost",
        "DROP USER nobody",
        "GRANT SELECT ON *.* TO nobody",
        "GRANT no_such ON *.* TO root@localhost",
        "REVOKE SELECT ON d.* FROM root@localhost",
        "REVOKE SELECT ON d.t FROM root@localhost",
        "REVOKE EXECUTE ON PROCEDURE d.p FROM root@localhost",
        "REVOKE ALL, GRANT OPTION FROM nobody",
        "GRANT r TO root@localhost",
        "GRANT '' TO root@localhost",
        "RENAME USER nobody TO x",
        "ALTER USER nobody ACCOUNT LOCK",
        "SET DEFAULT ROLE r TO root@localhost",
        "CREATE USER z IDENTIFIED WITH caching_sha2_password AS 'x'",
        "CREATE USER z DEFAULT ROLE r",
        "GRANT PROXY ON x TO nobody",
        "REVOKE PROXY ON x FROM nobody",
        "GRANT FILE ON d.* TO root@localhost",
        "ALTER USER root@localhost ATTRIBUTE 'x'",
    ] {
        assert!(loaded(refused), "{refused}");
    }
    for refused in [
        "SET PASSWORD FOR nobody = 'x'",
        "CREATE DATABASE d; GRANT SELECT ON d.t TO root@localhost",
        "GRANT role_admin ON d.* TO root@localhost",
        "GRANT SELECT ON information_schema.* TO root@localhost",
        "ALTER USER root@localhost FAILED_LOGIN_ATTEMPTS 40000",
        "SET ROLE x",
        "SHOW GRANTS FOR nobody",
        "CREATE ROLE m; GRANT m TO root@localhost; RENAME USER m TO mm",
        "CREATE ROLE m; SET GLOBAL mandatory_roles = 'm'; DROP ROLE m",
    ] {
        assert_ne!(run(refused).1.last(), Some(&0), "{refused}");
        assert!(!loaded(refused), "{refused}");
    }
}

/// M3.8: above sixteen rows the order after a load is not fixed.
#[test]
fn a_load_of_many_rows_fixes_no_order() {
    let users: String = (0..13).map(|i| format!("CREATE USER u{i};")).collect();
    assert!(matches!(run(&format!("{users} FLUSH PRIVILEGES;")).0.tables.array_order, ArrayOrder::Unknown));
    assert!(loaded(&format!("{users} DROP USER u0; FLUSH PRIVILEGES;")));
}

/// M2.20
#[test]
fn who_may_knock_is_forgotten_only_by_a_load() {
    let admits = |sql: &str| run(sql).0.tables.admits_every_host;
    assert!(!admits("CREATE USER a@h"));
    assert!(admits("CREATE USER q; DROP USER q"));
    assert!(admits("CREATE ROLE q; DROP ROLE q"));
    assert!(admits("CREATE USER q@''; DROP USER q@''"));
    assert!(!admits("CREATE USER q; DROP USER q; FLUSH PRIVILEGES"));
    assert!(!admits("CREATE USER q; DROP USER q; DROP USER q"));
    assert!(!admits("CREATE USER v@h; CREATE USER q, v@h"));
    assert!(admits("CREATE USER q; FLUSH PRIVILEGES"));
    assert!(admits("CREATE USER q; DROP USER q; CREATE USER z@h; RENAME USER z@h TO z2@h"));
    assert!(admits("CREATE USER q@h; RENAME USER q@h TO q; FLUSH PRIVILEGES"));
    assert!(!admits("CREATE USER q@h; RENAME USER q@h TO q; RENAME USER q TO q@h; FLUSH PRIVILEGES"));
}

/// M7.32
#[test]
fn an_admin_option_that_was_granted_away_comes_back_with_a_load() {
    let admin = |sql: &str| {
        let (replay, _) = run(&format!("CREATE USER a@h; CREATE ROLE r; GRANT r TO a@h WITH ADMIN OPTION; {sql}"));
        let t = &replay.tables;
        let (a, r) = (t.find_account("a", "h").unwrap(), t.find_account("r", "%").unwrap());
        t.role_edges.get(&(a, r)).map(|edge| edge.admin_option)
    };
    assert_eq!(admin(""), Some(true));
    assert_eq!(admin("GRANT r TO a@h"), Some(false));
    assert_eq!(admin("GRANT r TO a@h; FLUSH PRIVILEGES"), Some(true));
    assert_eq!(admin("GRANT r TO a@h; DROP USER nobody"), Some(true));
    assert_eq!(admin("REVOKE r FROM a@h; GRANT r TO a@h; FLUSH PRIVILEGES"), Some(false));
}

/// M7.60: a load switches `partial_revokes` on where it finds some, but not where none of them is about what is held.
#[test]
fn a_load_that_finds_partial_revokes() {
    let is_on = |privileges: &str, more: &str| {
        let attributes = format!(r#"{{"Restrictions": [{{"Database": "payroll", "Privileges": ["{privileges}"]}}]}}"#);
        let sql = format!(
            "CREATE USER a; GRANT INSERT ON *.* TO a; UPDATE mysql.user SET User_attributes = '{attributes}' WHERE User = 'a'; FLUSH PRIVILEGES; {more}"
        );
        run(&sql).0.tables.variables.on(Variable::PartialRevokes)
    };
    assert!(is_on("INSERT", ""));
    assert!(!is_on("SELECT", ""));
    assert!(!is_on("GRANT", ""));
    assert!(is_on("INSERT", "RESTART"));
}

/// A row names the statements that gave what it still holds; the account row also the one that made it.
#[test]
fn contributions_follow_what_is_left() {
    let (replay, _) = run("CREATE USER a; GRANT SELECT, INSERT ON *.* TO a; GRANT INSERT, DELETE ON *.* TO a;\
         REVOKE INSERT, SELECT ON *.* FROM a; GRANT SELECT ON d.* TO a; REVOKE SELECT ON d.* FROM a;\
         GRANT UPDATE (x), UPDATE (y) ON d.t TO a; REVOKE UPDATE (x) ON d.t FROM a");
    let t = &replay.tables;
    let a = t.find_account("a", "%").unwrap();
    let statements: Vec<u32> = t.users.get(&a).unwrap().origin.iter().map(|c| c.statement.0).collect();
    assert_eq!(statements, [0, 2]);
    assert!(!t.dbs.has_any(a));
    let columns: Vec<&str> = t.tables.of(a).flat_map(|(_, row)| &row.columns).map(|c| t.names.text(c.column)).collect();
    assert_eq!(columns, ["y"]);
}

/// M7.21: before 8.3 a REVOKE takes what is there; M7.26: the clauses are younger still.
#[test]
fn older_servers_revoke_leniently() {
    let sql =
        "CREATE USER a; GRANT SELECT ON d.* TO a; REVOKE SELECT, INSERT ON d.* FROM a; REVOKE SELECT ON d.* FROM a";
    assert_eq!(run_on("mysql-8.0", sql).1, [0, 0, 0, 1141]);
    assert_eq!(run_on("mysql-8.4", sql).1, [0, 0, 1141, 0]);
    let sql = "CREATE USER a; REVOKE IF EXISTS SELECT ON d.* FROM a; REVOKE SELECT ON *.* FROM b IGNORE UNKNOWN USER";
    assert_eq!(run_on("mysql-8.0.29", sql).1, [0, 1064, 1064]);
    assert_eq!(run_on("mysql-8.0.30", sql).1, [0, 0, 0]);
}

/// Names that are told nowhere exist; once a database is told, what it was not given does not (contract §1).
#[test]
fn only_told_databases_are_checked() {
    let sql = "CREATE USER a; GRANT SELECT ON e.t TO a; CREATE TABLE d.t (a INT); GRANT SELECT (a) ON d.t TO a;\
               GRANT SELECT (b) ON d.t TO a; GRANT SELECT ON d.u TO a; GRANT EXECUTE ON PROCEDURE d.p TO a;\
               GRANT SELECT ON e.u TO a; DROP DATABASE d; GRANT SELECT ON d.t TO a; USE d";
    assert_eq!(run(sql).1, [0, 0, 0, 0, 1054, 1146, 0, 0, 0, 1146, 1049]);
}

/// A plugin that only this server lacks or leaves out is refused, one that no community server has is warned of.
#[test]
fn plugins() {
    let sql =
        "CREATE USER a IDENTIFIED WITH mysql_native_password; CREATE USER b IDENTIFIED WITH authentication_ldap_simple";
    assert_eq!(run(sql).1, [1524, 0]);
    assert_eq!(run_on("mysql-8.4", sql).1, [1524, 0], "it is there and not loaded");
    assert_eq!(run_on("mysql-8.0", sql).1, [0, 0]);
}
