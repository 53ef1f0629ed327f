//! What the tree says for each kind of clause.

use super::{only, printed};
use grantc::syntax::statement::{
    AccountName, Credential, FactorAction, Limit, ObjectKind, ObjectName, PasswordOption, Require, RoleSet,
    SchemaChange, Scope, StatementKind,
};

#[test]
fn accounts_as_written() {
    let StatementKind::DropUser { users, .. } =
        only("DROP USER a, a@, a@127.0.0.1, 'A B'@`H`, CURRENT_USER(), 'me@localhost', x @h")
    else {
        panic!()
    };
    let names: Vec<(&str, Option<&str>)> = users
        .iter()
        .map(|u| match &u.name {
            AccountName::Named { user, host } => (user.as_str(), host.as_deref()),
            _ => ("current", None),
        })
        .collect();
    let expected = [
        ("a", None),
        ("a", Some("")),
        ("a", Some("127.0.0.1")),
        ("A B", Some("H")),
        ("current", None),
        ("me@localhost", None),
        ("x", Some("h")),
    ];
    assert_eq!(names, expected);
}

#[test]
fn every_clause_of_create_user() {
    let text = "CREATE USER IF NOT EXISTS a IDENTIFIED BY 'x' AND IDENTIFIED WITH p AS 'y', b IDENTIFIED WITH q \
        INITIAL AUTHENTICATION IDENTIFIED BY RANDOM PASSWORD DEFAULT ROLE r, s@h \
        REQUIRE SUBJECT 's' AND CIPHER 'c' WITH MAX_USER_CONNECTIONS 4 MAX_QUERIES_PER_HOUR 5 \
        PASSWORD EXPIRE INTERVAL 9 DAY PASSWORD_LOCK_TIME UNBOUNDED ACCOUNT LOCK COMMENT 'why'";
    let StatementKind::CreateUser(create) = only(text) else { panic!() };
    assert!(create.if_not_exists);
    assert_eq!(create.users[0].factors.len(), 2);
    assert!(matches!(&create.users[0].factors[0][0].credential, Credential::Password(s) if s.reveal() == "x"));
    assert!(matches!(&create.users[0].factors[1][0].credential, Credential::Stored(s) if s.reveal() == "y"));
    assert_eq!(create.users[1].factor_changes[0].action, FactorAction::InitialAuthentication);
    assert_eq!(create.default_roles.len(), 2);
    let subject = Require::Specified { subject: Some("s".into()), issuer: None, cipher: Some("c".into()) };
    assert_eq!(create.options.require, Some(subject));
    assert_eq!(create.options.limits, [(Limit::UserConnections, 4), (Limit::QueriesPerHour, 5)]);
    assert_eq!(create.options.password, [PasswordOption::ExpireInterval(9), PasswordOption::LockTime(None)]);
    assert_eq!((create.options.locked, create.options.comment.as_deref()), (Some(true), Some("why")));
}

#[test]
fn hexadecimal_hashes_are_their_bytes() {
    let StatementKind::CreateUser(create) = only("CREATE USER a IDENTIFIED WITH p AS 0x2441") else { panic!() };
    assert!(matches!(&create.users[0].factors[0][0].credential, Credential::Stored(s) if s.reveal() == "$A"));
}

#[test]
fn privileges_are_words() {
    let StatementKind::Grant(grant) = only(
        "grant select (`a`, b), create  temporary\n tables, Backup_Admin, GRANT OPTION on `d_`.t to u with grant option",
    ) else {
        panic!()
    };
    let names: Vec<&str> = grant.privileges.iter().map(|p| p.name.as_str()).collect();
    assert_eq!(names, ["SELECT", "CREATE TEMPORARY TABLES", "BACKUP_ADMIN", "GRANT OPTION"]);
    assert_eq!(grant.privileges[0].columns, ["a", "b"]);
    assert!(grant.grant_option);
    assert_eq!(grant.object.name, ObjectName::Object { db: Some("d_".into()), name: "t".into() });
    assert_eq!(printed("GRANT ALL PRIVILEGES ON * TO u")[0], "GRANT ALL ON * TO 'u'");
}

#[test]
fn privileges_end_at_their_last_character() {
    let text = "GRANT SELECT\u{b} (`a`) , CREATE  VIEW\t, `backup_admin` (b), DROP\n ON t TO u";
    let StatementKind::Grant(grant) = only(text) else { panic!() };
    let words: Vec<(&str, usize)> = grant.privileges.iter().map(|p| (&text[p.span.range()], p.columns.len())).collect();
    assert_eq!(words, [("SELECT", 1), ("CREATE  VIEW", 0), ("`backup_admin`", 1), ("DROP", 0)]);
}

#[test]
fn a_proxy_and_those_who_stand_in_for_it() {
    let StatementKind::GrantProxy { proxied, grantees, grant_option } =
        only("GRANT PROXY ON a TO b IDENTIFIED BY 'x', c WITH GRANT OPTION")
    else {
        panic!()
    };
    let name = |account: &AccountName| matches!(account, AccountName::Named { user, .. } if user == "a");
    assert!(name(&proxied.name) && !grantees.iter().any(|grantee| name(&grantee.account.name)));
    assert_eq!(grantees.iter().map(|grantee| grantee.factors.len()).collect::<Vec<_>>(), [1, 0]);
    assert!(grant_option);
}

#[test]
fn objects_of_all_types() {
    let object = |text: &str| match only(&format!("REVOKE SELECT ON {text} FROM u")) {
        StatementKind::Revoke(revoke) => (revoke.object.kind, revoke.object.name),
        other => panic!("{other:?}"),
    };
    assert_eq!(object("*.*"), (ObjectKind::Table, ObjectName::Global));
    assert_eq!(object("* . *"), (ObjectKind::Table, ObjectName::Global));
    assert_eq!(object("d.*"), (ObjectKind::Table, ObjectName::Database("d".into())));
    assert_eq!(object("TABLE t"), (ObjectKind::Table, ObjectName::Object { db: None, name: "t".into() }));
    assert_eq!(object("FUNCTION d.f").0, ObjectKind::Function);
    assert_eq!(object("LIBRARY d.l").0, ObjectKind::Library);
    assert_eq!(object("PACKAGE BODY d.p").0, ObjectKind::PackageBody);
    assert_eq!(object("package").1, ObjectName::Object { db: None, name: "package".into() });
}

#[test]
fn grants_of_roles_proxies_and_as_others() {
    assert!(
        matches!(only("GRANT r, 's'@h TO u WITH ADMIN OPTION"), StatementKind::GrantRoles { admin_option: true, roles, .. } if roles.len() == 2)
    );
    assert!(matches!(only("GRANT PROXY ON ''@'' TO u"), StatementKind::GrantProxy { grant_option: false, .. }));
    let StatementKind::Grant(grant) = only("GRANT SELECT ON *.* TO u AS root WITH ROLE ALL EXCEPT r") else { panic!() };
    assert!(matches!(grant.as_user.unwrap().roles, Some(RoleSet::AllExcept(roles)) if roles.len() == 1));
    assert!(matches!(
        only("REVOKE IF EXISTS ALL, GRANT OPTION FROM u IGNORE UNKNOWN USER"),
        StatementKind::RevokeAll { if_exists: true, ignore_unknown_user: true, .. }
    ));
    assert!(matches!(
        only("REVOKE ADMIN OPTION FOR r FROM u"),
        StatementKind::RevokeRoles { admin_option_only: true, .. }
    ));
    assert!(
        matches!(only("GRANT USAGE ON *.* TO u IDENTIFIED BY PASSWORD 'x' REQUIRE SSL WITH GRANT OPTION MAX_USER_CONNECTIONS 1"),
        StatementKind::Grant(g) if g.grant_option && g.options().limits.len() == 1 && g.grantees[0].factors.len() == 1)
    );
}

#[test]
fn roles_of_the_session_and_by_default() {
    assert!(matches!(only("SET ROLE ALL EXCEPT r, s"), StatementKind::SetRole(RoleSet::AllExcept(r)) if r.len() == 2));
    assert!(matches!(only("SET ROLE 'NONE'"), StatementKind::SetRole(RoleSet::Named(_))));
    assert!(matches!(only("SET ROLE NONE"), StatementKind::SetRole(RoleSet::None)));
    assert!(
        matches!(only("SET DEFAULT ROLE r TO a, b"), StatementKind::SetDefaultRole { roles: RoleSet::Named(_), users } if users.len() == 2)
    );
    assert!(
        matches!(only("ALTER USER a DEFAULT ROLE ALL"), StatementKind::AlterUser(a) if a.default_roles == Some(RoleSet::All))
    );
}

#[test]
fn variables_and_their_scopes() {
    let StatementKind::SetVariables(list) =
        only("SET GLOBAL A = ON, b = 'x', @@c = 1, @@persist.d := DEFAULT, SESSION e = f(1, 2), @u = 3, `g` = h")
    else {
        panic!()
    };
    let seen: Vec<(Scope, &str, &str)> = list.iter().map(|a| (a.scope, a.name.as_str(), a.value.as_str())).collect();
    // The last scope word holds on, `@@` is of the session.
    let expected = [
        (Scope::Global, "a", "ON"),
        (Scope::Global, "b", "x"),
        (Scope::Session, "c", "1"),
        (Scope::Persist, "d", "DEFAULT"),
        (Scope::Session, "e", "f(1, 2)"),
        (Scope::Session, "g", "h"),
    ];
    assert_eq!(seen, expected);
}

#[test]
fn tables_and_their_columns() {
    let columns = |text: &str| match only(text) {
        StatementKind::Schema(SchemaChange::CreateTable { columns, .. }) => columns.map(|c| c.join(" ")),
        other => panic!("{other:?}"),
    };
    let text = "CREATE TABLE `d`.`t` (\n `id` int NOT NULL AUTO_INCREMENT COMMENT 'a, (b',\n `k,ey` enum('a)','b') DEFAULT 'a)',\n \
        g int GENERATED ALWAYS AS ((`id` + 1)) STORED,\n PRIMARY KEY (`id`),\n UNIQUE KEY `u` (`k,ey`),\n KEY `x` (g),\n \
        CONSTRAINT `f` FOREIGN KEY (g) REFERENCES o (i) ON DELETE CASCADE,\n CHECK (g > 0)\n) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 \
        PARTITION BY RANGE (id) (PARTITION p0 VALUES LESS THAN (10))";
    assert_eq!(columns(text).as_deref(), Some("id k,ey g"));
    assert_eq!(columns("CREATE TABLE t (a INT) AS SELECT 1 b"), None);
    assert_eq!(columns("CREATE TABLE t (a INT) SELECT 1 b"), None);
    assert_eq!(columns("CREATE TABLE t AS SELECT 1 b"), None);
    assert_eq!(columns("CREATE TABLE t (LIKE o)"), None);
    assert_eq!(
        columns("CREATE TEMPORARY TABLE IF NOT EXISTS t (select_x INT, `key` INT, period INT)").as_deref(),
        Some("select_x key period")
    );
}

#[test]
fn altered_tables() {
    let StatementKind::Schema(SchemaChange::AlterColumns { add, drop, rename, to, .. }) = only(
        "ALTER TABLE d.t ADD COLUMN a INT FIRST, ADD (b INT, c DECIMAL(1,2)), DROP d, DROP COLUMN e, CHANGE f g INT, \
         CHANGE h h INT, RENAME COLUMN i TO j, ADD INDEX (k), DROP PRIMARY KEY, MODIFY l INT, RENAME TO d.u",
    ) else {
        panic!()
    };
    assert_eq!((add.join(" "), drop.join(" ")), ("a b c".into(), "d e".into()));
    assert_eq!(rename, [("f".into(), "g".into()), ("i".into(), "j".into())]);
    assert_eq!(to.unwrap().name, "u");
    assert!(matches!(only("ALTER TABLE t RENAME u"), StatementKind::Schema(SchemaChange::RenameTables(_))));
}

#[test]
fn views_routines_triggers_events() {
    let text =
        "CREATE OR REPLACE ALGORITHM=UNDEFINED DEFINER=`a`@`h` SQL SECURITY INVOKER VIEW d.v (x, y) AS select 1, 2";
    let StatementKind::Schema(SchemaChange::CreateView { columns, definer, invoker, or_replace, select, .. }) =
        only(text)
    else {
        panic!()
    };
    assert_eq!((columns.unwrap().join(" "), invoker, or_replace), ("x y".into(), true, true));
    assert!(definer.is_some());
    assert_eq!(&text[select.range()], "select 1, 2");
    let routine = |text: &str| match only(text) {
        StatementKind::Schema(SchemaChange::CreateRoutine { kind, invoker, .. }) => (kind, invoker),
        other => panic!("{other:?}"),
    };
    assert_eq!(
        routine("CREATE FUNCTION f(a INT) RETURNS INT DETERMINISTIC SQL SECURITY INVOKER RETURN 1"),
        (ObjectKind::Function, true)
    );
    assert_eq!(routine("CREATE PROCEDURE p() COMMENT 'SQL SECURITY INVOKER' SELECT 1"), (ObjectKind::Procedure, false));
    assert_eq!(
        printed("CREATE DEFINER=a@h TRIGGER d.g AFTER UPDATE ON d.t FOR EACH ROW SET @x = 1")[0],
        "CREATE DEFINER = 'a'@'h' TRIGGER `d`.`g` BEFORE INSERT ON `d`.`t` FOR EACH ROW …"
    );
    assert_eq!(
        printed("CREATE DEFINER = 'a b'@h EVENT e ON SCHEDULE EVERY 1 DAY DO SELECT 1")[0],
        "CREATE DEFINER = 'a b'@'h' EVENT `e` ON SCHEDULE …"
    );
}
