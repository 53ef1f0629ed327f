//! Plans end in the new policy, and no step leaves what the two policies allow.
//!
//! `GRANTC_PAIRS=200 cargo test --release --test plan random` asks more, `GRANTC_FROM` begins at another seed,
//! `GRANTC_QUESTIONS` are asked of each step. With
//! `GRANTC_PLANS=FILE` the pairs with their plans are written to `FILE.SERVER`, a JSON object a line, for
//! `tests/live/plan.py`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

mod support;

use grantc::answer::plan::{Plan, Step, Unsafe, plan};
use grantc::answer::{Engine, Verdict};
use grantc::client::{Ask, Client, From, Password, Roles};
use grantc::policy::{self, Options, Policy};
use grantc::source::Source;
use rayon::prelude::*;
use std::fs::File;
use std::io::Write;
use std::sync::Mutex;
use std::time::Instant;
use support::random::{self, Random};

fn load(name: &str, text: &str) -> Policy {
    policy::load(vec![Source::new(name, text)], &Options::default())
}

fn made(old: &str, new: &str) -> Plan {
    let (old, new) = (load("old.sql", old), load("new.sql", new));
    let made = plan(&old, &new);
    assert_eq!(made.differs, Vec::<String>::new(), "{:#?}", statements(&made));
    made
}

fn statements(plan: &Plan) -> Vec<&str> {
    plan.steps.iter().map(|step| step.statement.as_str()).collect()
}

#[test]
fn nothing_to_do() {
    let plan =
        made("CREATE USER a@'%' IDENTIFIED BY 'x'", "CREATE USER b; CREATE USER a IDENTIFIED BY 'x'; DROP USER b");
    assert_eq!((statements(&plan), plan.unsafe_because), (vec![], None));
}

/// What is given comes before what is taken: nobody loses what he keeps.
#[test]
fn a_grant_that_moves_to_another_level() {
    let old = "CREATE USER a@'%'; GRANT SELECT, INSERT ON *.* TO a@'%';";
    let plan = made(old, "CREATE USER a@'%'; GRANT SELECT, INSERT ON shop.* TO a@'%';");
    assert_eq!(plan.unsafe_because, None);
    let wanted = ["GRANT INSERT, SELECT ON `shop`.* TO `a`@`%`", "REVOKE INSERT, SELECT ON *.* FROM `a`@`%`"];
    assert_eq!(statements(&plan), wanted);
}

/// A new row that takes clients from another one must not be without its privileges for a moment.
#[test]
fn an_account_that_takes_clients_from_another() {
    let old = "CREATE USER a@'%' IDENTIFIED BY 'x'; GRANT SELECT ON *.* TO a@'%';";
    let new = format!("{old} CREATE USER a@'10.%' IDENTIFIED BY 'x'; GRANT SELECT, INSERT ON *.* TO a@'10.%';");
    let plan = made(old, &new);
    assert_eq!(plan.unsafe_because, None, "{:#?}", statements(&plan));
    let last = statements(&plan).last().copied().unwrap_or_default();
    assert_eq!(last, "RENAME USER `grantc-under-way`@`10.%.grantc.invalid` TO `a`@`10.%`");
    // Nobody gets in by the name under which it is made ready.
    let guest = Client {
        user: "grantc-under-way".into(),
        from: From::Address { ip: "10.1.1.1".into(), hostname: None },
        ..Client::default()
    };
    let mut policy = load("old.sql", old);
    for step in &plan.steps {
        policy = policy.after(&Source::new("plan", step.with_secrets()));
        assert!(Engine::new(&policy).login(&guest).error.is_some(), "{}", step.statement);
    }
}

/// A row that is renamed to `%` keeps a number that no other text has (M3.2), and comes before that of `%.net` until the
/// tables are read anew; one that is renamed to `10.%` keeps the number of its own.
#[test]
fn rows_that_are_renamed_end_in_their_places() {
    let old = "CREATE USER ''@'%' IDENTIFIED BY 'x', ''@'%.net' IDENTIFIED BY 'x';
               GRANT SELECT ON *.* TO ''@'%', ''@'%.net';";
    let steps = |host: &str| {
        let new = format!(
            "{old} GRANT INSERT ON *.* TO ''@'%.net';
             CREATE USER a@'{host}' IDENTIFIED BY 'x'; GRANT SELECT ON *.* TO a@'{host}';"
        );
        let plan = made(old, &new);
        assert_eq!(plan.unsafe_because, None, "{:#?}", statements(&plan));
        let policy = plan.replayed(&load("old.sql", old));
        let guest = Client {
            user: "a".into(),
            from: From::Address { ip: "192.0.2.1".into(), hostname: Some("h.net".into()) },
            ..Client::default()
        };
        assert_eq!(Engine::new(&policy).login(&guest).account.unwrap().host, "%.net");
        statements(&plan).join(";\n")
    };
    let (of_all, of_some) = (steps("%"), steps("10.%"));
    assert!(of_all.contains("RENAME USER") && of_all.ends_with("FLUSH PRIVILEGES"), "{of_all}");
    assert!(of_some.contains("RENAME USER") && !of_some.contains("FLUSH PRIVILEGES"), "{of_some}");
}

/// A method that is named alone leaves an expired password, and only a password ends its expiry.
#[test]
fn passwords_do_not_expire_on_the_way() {
    let old = "CREATE USER a@'%' IDENTIFIED WITH sha256_password BY 'x'; CREATE USER b@'%' PASSWORD EXPIRE;
               CREATE USER c@'%' WITH MAX_USER_CONNECTIONS 7;";
    let new = "CREATE USER a@'%' IDENTIFIED WITH caching_sha2_password; CREATE USER b@'%';
               CREATE USER c@'%' PASSWORD EXPIRE; CREATE USER d@'%' WITH MAX_USER_CONNECTIONS 7;";
    let plan = made(old, new);
    let steps: Vec<&str> = plan.steps.iter().map(|step| step.with_secrets()).collect();
    assert!(steps.contains(&"ALTER USER `a`@`%` IDENTIFIED WITH caching_sha2_password BY ''"), "{steps:#?}");
    assert!(steps.contains(&"ALTER USER `c`@`%` WITH MAX_USER_CONNECTIONS 0 PASSWORD EXPIRE"), "{steps:#?}");
    let made = "CREATE USER `d`@`%` IDENTIFIED WITH caching_sha2_password WITH MAX_USER_CONNECTIONS 7";
    assert!(steps.contains(&made), "no limit is said that nobody set: {steps:#?}");
}

/// One statement tells of the password's age once.
#[test]
fn expired_passwords_keep_how_long_the_next_one_lasts() {
    for server in ["mysql-9.7", "mariadb-10.11"] {
        let (old, new) =
            ("CREATE USER a@'%';", "ALTER USER a@'%' PASSWORD EXPIRE NEVER; ALTER USER a@'%' PASSWORD EXPIRE;");
        let old = format!("-- grantc: server={server}\n{old}");
        let plan = made(&old, &format!("{old} {new}"));
        let wanted = ["ALTER USER `a`@`%` PASSWORD EXPIRE", "ALTER USER `a`@`%` PASSWORD EXPIRE NEVER"];
        assert_eq!((statements(&plan), plan.unsafe_because), (wanted.to_vec(), None));
    }
}

/// A role is complete before it is granted, and the old way is taken away last.
#[test]
fn from_direct_grants_to_a_role() {
    let old = "CREATE USER a@'%'; GRANT SELECT ON shop.* TO a@'%';";
    let new =
        "CREATE USER a@'%'; CREATE ROLE r; GRANT SELECT ON shop.* TO r; GRANT r TO a@'%'; SET DEFAULT ROLE r TO a@'%';";
    let plan = made(old, new);
    assert_eq!(plan.unsafe_because, None, "{:#?}", statements(&plan));
    assert_eq!(statements(&plan).last().copied(), Some("REVOKE SELECT ON `shop`.* FROM `a`@`%`"));
}

#[test]
fn secrets_stay_secret() {
    let old = "CREATE USER a@'%' IDENTIFIED BY 'tomato'";
    let plan =
        made(old, "CREATE USER a@'%' IDENTIFIED BY 'leek'; CREATE USER b@'%' IDENTIFIED BY 'radish' REQUIRE SSL");
    let text = statements(&plan).join("\n");
    assert!(!text.contains("leek") && !text.contains("radish") && text.contains("<secret>"), "{text}");
    assert!(plan.steps.iter().any(|step| step.with_secrets().contains("radish")));
}

/// M7.31: to a mandatory role nothing can be granted any more.
#[test]
fn roles_are_mandatory_when_they_are_complete() {
    let old = "CREATE ROLE r; CREATE USER a@'%';";
    let plan = made(old, &format!("{old} CREATE ROLE s; GRANT r TO s; SET GLOBAL mandatory_roles = 's';"));
    let wanted = ["CREATE ROLE `s`@`%`", "GRANT `r`@`%` TO `s`@`%`", "SET GLOBAL mandatory_roles = s"];
    assert_eq!(statements(&plan), wanted);
}

/// M7.42: PUBLIC is made by what is granted to it, and never dropped.
#[test]
fn public_gets_and_loses_rights() {
    let without = "-- grantc: server=mariadb-10.11\nCREATE USER a@'%';";
    let with = format!("{without} GRANT SELECT ON shop.* TO PUBLIC;");
    assert_eq!(statements(&made(without, &with)), ["GRANT SELECT ON `shop`.* TO PUBLIC"]);
    assert_eq!(statements(&made(&with, without)), ["REVOKE SELECT ON `shop`.* FROM PUBLIC"]);
}

/// M5.16: where PUBLIC is there, rows of the anonymous user count for everybody. No statement drops it, so its row is deleted
/// by hand.
#[test]
fn public_goes_by_hand_where_it_matters() {
    let both = "-- grantc: server=mariadb-10.11\nCREATE USER b@'10.%', ''@'%'; GRANT SELECT ON `%`.* TO b@'10.%';";
    let old = format!("{both} GRANT SELECT ON d.* TO PUBLIC;");
    let new = format!("{both} GRANT INSERT ON d.* TO ''@'%';");
    let plan = made(&old, &new);
    assert_eq!(plan.unsafe_because, None, "{:#?}", statements(&plan));
    let of_public = |verb: &str| {
        let all = statements(&plan).into_iter().filter(|one| one.starts_with(verb) && one.contains("'PUBLIC'"));
        all.filter(|one| one.contains("mysql.global_priv")).count()
    };
    assert_eq!((of_public("DELETE"), of_public("UPDATE")), (1, 0), "{:#?}", statements(&plan));
    // Where no such row is, nobody notices that it stays.
    let plan = made(&old, both);
    assert_eq!(statements(&plan), ["REVOKE SELECT ON `d`.* FROM PUBLIC"]);
}

/// M7.41: a default role stays what it was when the role is revoked, and only who has a role can get it.
#[test]
fn a_default_role_that_is_no_more_held() {
    let without = "-- grantc: server=mariadb-10.11\nCREATE USER a@'%'; CREATE ROLE r;";
    let with = format!("{without} GRANT r TO a@'%'; SET DEFAULT ROLE r FOR a@'%'; REVOKE r FROM a@'%';");
    let plan = made(without, &with);
    let wanted = ["GRANT `r` TO `a`@`%`", "SET DEFAULT ROLE `r` FOR `a`@`%`", "REVOKE `r` FROM `a`@`%`"];
    assert_eq!((statements(&plan), plan.unsafe_because), (wanted.to_vec(), None));
    assert_eq!(statements(&made(&with, without)), ["SET DEFAULT ROLE NONE FOR `a`@`%`"]);
}

/// M7.32: what a role may be passed on by is forgotten before it is lost.
#[test]
fn an_admin_option_that_is_stored_only() {
    let old = "CREATE USER a@'%'; CREATE ROLE r; GRANT r TO a@'%' WITH ADMIN OPTION;";
    let plan = made(old, &format!("{old} GRANT r TO a@'%';"));
    assert_eq!((statements(&plan), plan.unsafe_because), (vec!["GRANT `r`@`%` TO `a`@`%`"], None));
    // A renamed account has forgotten it too, so a new one is renamed before anybody is it.
    let old = "-- grantc: server=mariadb-10.11\nCREATE ROLE r;";
    let new = format!("{old} CREATE USER b@'%'; GRANT r TO b@'%' WITH ADMIN OPTION; RENAME USER b@'%' TO a@'%';");
    let plan = made(old, &new);
    let last = statements(&plan).last().copied().unwrap_or_default();
    assert_eq!((last, plan.unsafe_because), ("RENAME USER `grantc-under-way`@`grantc.invalid` TO `a`@`%`", None));
}

/// In which order rows were made is nothing that a plan could change.
#[test]
fn the_order_of_what_is_shown_does_not_count() {
    for server in ["mysql-9.7", "mariadb-10.11"] {
        let first = format!("-- grantc: server={server}\nCREATE USER a@'%'; CREATE ROLE r; CREATE ROLE s;");
        let grants =
            ["GRANT r TO a@'%';", "GRANT s TO a@'%';", "GRANT SELECT ON d.* TO a@'%';", "GRANT DROP ON e.t TO a@'%';"];
        let new = format!("{first} {}", grants.iter().rev().copied().collect::<String>());
        assert_eq!(statements(&made(&format!("{first} {}", grants.concat()), &new)), Vec::<&str>::new());
    }
}

/// What the dropped have goes with them.
#[test]
fn accounts_are_dropped_with_all_they_have() {
    let old = "CREATE USER a@'%'; GRANT SELECT ON *.* TO a@'%'; GRANT INSERT ON d.* TO a@'%'; CREATE USER b@'%';";
    assert_eq!(statements(&made(old, "CREATE USER b@'%';")), ["DROP USER `a`@`%`"]);
}

/// Two rows of one account that count in one order by themselves and in another one beside a role (M5.10) come at once:
/// the account is made ready before anybody is it.
#[test]
fn rows_that_must_come_at_once() {
    let old = "CREATE ROLE r; SET GLOBAL mandatory_roles = 'r'; CREATE USER b@'%';";
    let new = format!("{old} CREATE USER a@'%'; GRANT DELETE ON `%1`.* TO a@'%'; GRANT UPDATE ON `d\\_1`.* TO a@'%';");
    let plan = made(old, &new);
    assert_eq!(plan.unsafe_because, None, "{:#?}", statements(&plan));
    let last = statements(&plan).last().copied().unwrap_or_default();
    assert!(last.starts_with("RENAME USER"), "{:#?}", statements(&plan));
}

/// A role gets what nobody shall have by it when those are gone who have the role.
#[test]
fn roles_get_their_rights_when_their_old_members_are_gone() {
    let old = "CREATE ROLE r; CREATE USER a@'%'; GRANT r TO a@'%'; SET DEFAULT ROLE r TO a@'%';";
    let plan = made(old, "CREATE ROLE r; GRANT SELECT ON d.t TO r;");
    assert_eq!(plan.unsafe_because, None);
    assert_eq!(statements(&plan), ["DROP USER `a`@`%`", "GRANT SELECT ON `d`.`t` TO `r`@`%`"]);
}

/// What all have goes before new clients come, but not what the old ones keep: an account on its way out has that until then.
#[test]
fn an_account_on_its_way_out_is_lent_what_its_clients_keep() {
    let old = "-- grantc: server=mariadb-10.11\nCREATE USER a@'10.%'; GRANT SELECT ON *.* TO PUBLIC;";
    let new = "-- grantc: server=mariadb-10.11\nCREATE USER a@'%'; GRANT SELECT ON d.* TO a@'%';";
    let plan = made(old, new);
    assert_eq!(plan.unsafe_because, None, "{:#?}", statements(&plan));
    let steps = statements(&plan);
    assert_eq!(steps.first().copied(), Some("GRANT SELECT ON `d`.* TO `a`@`10.%`"));
    assert_eq!(steps.last().copied(), Some("DROP USER `a`@`10.%`"));
}

/// What one account may do is nothing for those whom only another one lets in: the grant waits until the other is gone.
#[test]
fn rights_of_an_account_that_asks_for_tls() {
    let old = "CREATE USER a@'%net';";
    let plan = made(old, "CREATE USER a@'%' REQUIRE SSL; GRANT SELECT ON d.* TO a@'%';");
    assert_eq!(plan.unsafe_because, None, "{:#?}", statements(&plan));
    let wanted = ["CREATE USER `a`@`%` IDENTIFIED WITH caching_sha2_password REQUIRE SSL", "DROP USER `a`@`%net`"];
    assert_eq!(statements(&plan), [wanted.as_slice(), &["GRANT SELECT ON `d`.* TO `a`@`%`"]].concat());
}

/// GRANT OPTION of a dynamic privilege cannot go alone, nor a privilege come but for one database (M7.60): the account as it
/// shall be takes the place of the old one.
#[test]
fn an_account_takes_the_place_of_itself() {
    let of_one = "CREATE USER a@'%'; GRANT BACKUP_ADMIN ON *.* TO a@'%' WITH GRANT OPTION;";
    let without = of_one.replace(" WITH GRANT OPTION", "");
    let partly = "SET GLOBAL partial_revokes = ON; CREATE USER a@'%' IDENTIFIED BY 'x'; GRANT INSERT ON *.* TO a@'%';";
    let more = format!("{partly} GRANT SELECT ON *.* TO a@'%'; REVOKE SELECT ON payroll.* FROM a@'%';");
    for (old, new) in [(of_one, &without), (partly, &more)] {
        let plan = made(old, new);
        assert_eq!(plan.unsafe_because, None, "{:#?}", statements(&plan));
        let out = "`grantc-on-its-way-out`@`grantc.invalid`";
        let into = "`grantc-under-way`@`%.grantc.invalid` TO `a`@`%`";
        let last = [format!("RENAME USER `a`@`%` TO {out}, {into}"), format!("DROP USER {out}")];
        assert!(statements(&plan).ends_with(&[last[0].as_str(), last[1].as_str()]), "{:#?}", statements(&plan));
        // Neither name lets anybody in meanwhile.
        let mut policy = load("old.sql", old);
        for step in &plan.steps {
            policy = policy.after(&Source::new("plan", step.with_secrets()));
            for user in ["grantc-under-way", "grantc-on-its-way-out"] {
                let from = From::Address { ip: "10.1.1.1".into(), hostname: Some("grantc.net".into()) };
                let guest = Client { user: user.into(), from, ..Client::default() };
                assert!(Engine::new(&policy).login(&guest).error.is_some(), "{}", step.statement);
            }
        }
    }
}

/// A role cannot be renamed while somebody has it (M7.7): the tables are written by hand, and all of it is in force at once.
#[test]
fn a_role_that_must_change_at_once() {
    let old =
        "SET GLOBAL partial_revokes = ON; CREATE ROLE r; GRANT INSERT ON *.* TO r; CREATE USER a@'%' IDENTIFIED BY 'x';
               GRANT r TO a@'%'; SET DEFAULT ROLE r TO a@'%'; CREATE USER b@'%'; GRANT r TO b@'%';";
    let new = format!("{old} GRANT SELECT ON *.* TO r; REVOKE SELECT ON payroll.* FROM r;");
    let plan = made(old, &new);
    assert_eq!(plan.unsafe_because, None, "{:#?}", statements(&plan));
    let steps = statements(&plan);
    let by_hand: Vec<&str> =
        plan.steps.iter().filter(|step| step.is_by_hand()).map(|step| step.statement.as_str()).collect();
    let moved =
        "UPDATE mysql.user SET Host = '%', User = 'r' WHERE Host = '%.grantc.invalid' AND User = 'grantc-under-way'";
    assert!(by_hand.contains(&moved), "{steps:#?}");
    assert!(by_hand.iter().all(|step| !step.contains("'a'") && !step.contains("'b'")), "members stay: {steps:#?}");
    assert_eq!(steps.last().copied(), Some("FLUSH PRIVILEGES"));
    // Only tables that hold rows of it are deleted from, be they rows that memory does not know.
    fn deletes(plan: &Plan) -> Vec<&str> {
        statements(plan).into_iter().filter(|one| one.starts_with("DELETE")).collect()
    }
    let own = "DELETE FROM mysql.user WHERE Host = '%' AND User = 'r'";
    assert_eq!(deletes(&plan), [own], "{steps:#?}");
    let stray = "INSERT INTO mysql.db (Host, Db, User, Select_priv) VALUES ('%', 'payroll', 'r', 'Y');";
    let plan = made(&format!("{old} {stray}"), &new);
    assert_eq!(plan.unsafe_because, None, "{:#?}", statements(&plan));
    assert_eq!(deletes(&plan), [own, &own.replace("user", "db")], "{:#?}", statements(&plan));
}

/// Rows of an account without a host that memory does not know any more (M7.7) go and come by hand.
#[test]
fn rows_that_only_the_tables_have() {
    let left =
        "CREATE USER a@''; GRANT BACKUP_ADMIN ON *.* TO a@''; CREATE USER b@'%'; FLUSH PRIVILEGES; DROP USER a@'';";
    let gone = format!("{left} DELETE FROM mysql.global_grants WHERE USER = 'a'; FLUSH PRIVILEGES;");
    let plan = made(left, &gone);
    assert_eq!(plan.unsafe_because, None, "{:#?}", statements(&plan));
    let delete = "DELETE FROM mysql.global_grants WHERE USER = 'a' AND HOST = '' AND PRIV IN ('BACKUP_ADMIN')";
    assert!(statements(&plan).contains(&delete), "{:#?}", statements(&plan));
    let plan = made(&gone, left);
    assert_eq!(plan.unsafe_because, None, "{:#?}", statements(&plan));
    let insert =
        "INSERT INTO mysql.global_grants (USER, HOST, PRIV, WITH_GRANT_OPTION) VALUES ('a', '', 'BACKUP_ADMIN', 'N')";
    assert!(statements(&plan).contains(&insert), "{:#?}", statements(&plan));
}

/// Only the start of a server sets `skip_name_resolve`: what is wanted is persisted, and the server starts anew.
#[test]
fn a_setting_that_only_a_start_sets() {
    let old = "SET GLOBAL check_proxy_users = ON; CREATE USER a@'h.net' IDENTIFIED BY 'x';
               CREATE USER a@'10.%' IDENTIFIED BY 'x'; GRANT SELECT ON *.* TO a@'10.%'";
    let found = made(old, &format!("-- grantc: skip_name_resolve=ON\n{old}"));
    assert_eq!(found.unsafe_because, None, "{:#?}", statements(&found));
    // What was only set while the server ran would be gone.
    assert_eq!(statements(&found), ["SET PERSIST_ONLY check_proxy_users = ON, skip_name_resolve = ON", "RESTART"]);
    assert!(found.steps[1].restarts() && !found.steps[0].restarts());
    // MariaDB starts at no statement.
    let old = "-- grantc: server=mariadb-10.11\nCREATE USER a@'%'";
    let found = plan(&load("old.sql", old), &load("new.sql", &old.replace("10.11", "10.11 skip_name_resolve=ON")));
    assert_eq!(statements(&found), Vec::<&str>::new());
    assert_eq!(found.differs, ["skip_name_resolve is not ON"]);
}

/// With `partial_revokes` names of databases are no patterns: neither the rows nor the setting can change first.
#[test]
fn a_setting_that_must_change_with_rows_at_once() {
    let account = "CREATE USER a@'%' IDENTIFIED BY 'x';";
    let old = format!("SET GLOBAL partial_revokes = ON; {account} GRANT SELECT, INSERT ON `d_`.* TO a@'%';");
    let new = format!("{account} GRANT SELECT, INSERT ON `d\\_`.* TO a@'%'; GRANT SELECT ON `d_`.* TO a@'%';");
    let plan = made(&old, &new);
    assert_eq!(plan.unsafe_because, None, "{:#?}", statements(&plan));
    let steps = statements(&plan);
    assert!(steps.ends_with(&["SET PERSIST_ONLY partial_revokes = OFF", "RESTART"]), "{steps:#?}");
    assert!(plan.steps.iter().any(Step::is_by_hand), "{steps:#?}");
}

/// A row that RENAME USER put before others (M3.1) lies there until the next load: nothing else puts one there, so the plan
/// leads to what the tables say.
#[test]
fn what_only_lies_in_memory_is_not_made_anew() {
    let old = "CREATE USER a@'h.%' IDENTIFIED BY 'x'; GRANT SELECT ON *.* TO a@'h.%';";
    let new = format!(
        "{old} CREATE USER a@'h.net' IDENTIFIED BY 'x'; GRANT SELECT ON *.* TO a@'h.net';
         RENAME USER a@'h.net' TO a@'%'; REVOKE SELECT ON *.* FROM a@'h.%';"
    );
    let plan = made(old, &new);
    assert_eq!((plan.unsafe_because, plan.as_loaded), (None, true), "{:#?}", statements(&plan));
    // As the tables say it, nothing is left out.
    let plan = made(old, &format!("{new} FLUSH PRIVILEGES;"));
    assert_eq!((plan.unsafe_because, plan.as_loaded), (None, false), "{:#?}", statements(&plan));
}

/// A password that only the server knows can be written nowhere else: who has it stays in his place.
#[test]
fn where_no_order_exists_it_says_so() {
    let old = "CREATE USER a@'%' IDENTIFIED BY RANDOM PASSWORD; GRANT BACKUP_ADMIN ON *.* TO a@'%' WITH GRANT OPTION;";
    let plan = made(old, &old.replace(" WITH GRANT OPTION", ""));
    assert_eq!(plan.unsafe_because, Some(Unsafe::NoOrder));
    assert!(plan.steps.iter().any(|step| step.broken.as_ref().is_some_and(|broken| broken.lost)));
}

fn number(variable: &str, default: usize) -> usize {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

fn texts(seed: u64, server: &str) -> (String, String) {
    let old = random::policy(seed, server);
    if seed.is_multiple_of(2) {
        // A plan makes no tables: both have them, or neither tells of any.
        let has_tables = |text: &str| text.contains("CREATE DATABASE");
        let others = (2..).map(|million| random::policy(seed + million * 1_000_000, server));
        let new = others.into_iter().find(|new| has_tables(new) == has_tables(&old)).unwrap();
        return (old, new);
    }
    let text = random::policy(seed + 2_000_000, server);
    let mut r = Random::new(seed, "plan");
    let more: Vec<&str> = text.split(";\n").filter(|s| !s.contains("CREATE ") && !s.contains("SET GLOBAL")).collect();
    let more = (0..r.between(1, 8)).map(|_| r.one(&more)).collect::<Vec<_>>().join(";\n");
    let new = format!("{old}{more};\n");
    (old, new)
}

/// From one random policy to another: the plan ends there, and where it calls itself safe no random question finds a
/// step outside of both. `GRANTC_SERVER` names another server.
#[test]
fn random_pairs() {
    let server = std::env::var("GRANTC_SERVER").unwrap_or_else(|_| "mysql-9.7".to_owned());
    random_pairs_of(&server, number("GRANTC_PAIRS", 2));
}

fn random_pairs_of(server: &str, pairs: usize) {
    let out =
        std::env::var("GRANTC_PLANS").ok().map(|path| Mutex::new(File::create(format!("{path}.{server}")).unwrap()));
    let from = number("GRANTC_FROM", 0) as u64;
    let results: Vec<[usize; 5]> = (from..from + pairs as u64)
        .into_par_iter()
        .map(|seed| {
            let (old_text, new_text) = texts(seed, server);
            let (old, new) = (load("old.sql", &old_text), load("new.sql", &new_text));
            let start = Instant::now();
            let plan = plan(&old, &new);
            let found = start.elapsed();
            if let Some(out) = &out {
                let run: Vec<&str> = plan.steps.iter().map(|step| step.with_secrets()).collect();
                let line = serde_json::json!({ "seed": seed, "old": old_text, "new": new_text, "as_loaded": plan.as_loaded, "plan": run });
                writeln!(out.lock().unwrap(), "{line}").unwrap();
            }
            let safe = plan.unsafe_because.is_none();
            let new = if plan.as_loaded { new.after(&Source::new("load", "FLUSH PRIVILEGES")) } else { new };
            let outside = if safe { outside(seed, &old, &new, &plan) } else { 0 } + amiss(seed, &old, &new, &plan);
            if !plan.differs.is_empty() {
                println!("{seed}: {:#?}\n{:#?}", plan.differs, statements(&plan));
            }
            for step in plan.steps.iter().filter(|step| step.broken.is_some()) {
                println!("{seed}: {} breaks {:?}", step.statement, step.broken);
            }
            let (found, all) = (found.as_millis(), start.elapsed().as_millis());
            println!(
                "{seed}: {} steps, {:?}, {found} ms to plan, {all} ms in all",
                plan.steps.len(),
                plan.unsafe_because
            );
            let given_up = usize::from(plan.unsafe_because == Some(Unsafe::GivenUp));
            [usize::from(plan.differs.is_empty()), usize::from(safe), given_up, outside, plan.steps.len()]
        })
        .collect();
    let [exact, safe, given_up, outside, steps] =
        results.iter().fold([0; 5], |sum, one| std::array::from_fn(|at| sum[at] + one[at]));
    println!(
        "{server}: {pairs} pairs: {exact} exact, {safe} safe, {given_up} given up, {outside} outside, {steps} steps"
    );
    assert_eq!((exact, outside), (pairs, 0));
}

/// Random questions that the end of a plan answers otherwise than the new policy, as it is or as it is when its tables are
/// read anew.
fn amiss(seed: u64, old: &Policy, new: &Policy, plan: &Plan) -> usize {
    let questions = Questions::of(seed, old, new);
    let end = questions.decide(&plan.replayed(old));
    let loaded = new.after(&Source::new("load", "FLUSH PRIVILEGES"));
    let differ = |new: &Policy| {
        let wanted = questions.decide(new);
        (0..end.len()).filter(|at| end[*at] != wanted[*at]).collect::<Vec<_>>()
    };
    let (now, then) = (differ(new), differ(&loaded));
    let found = if now.len() <= then.len() { now } else { then };
    found.iter().for_each(|at| println!("{seed}: at the end: {}", questions.words(*at)));
    found.len()
}

/// Random clients and what they ask.
struct Questions {
    clients: Vec<Client>,
    asks: Vec<Ask>,
}

impl Questions {
    fn of(seed: u64, old: &Policy, new: &Policy) -> Self {
        let half = (number("GRANTC_QUESTIONS", 400) as f64).sqrt() as usize / 2;
        let mut clients = random::clients(seed, old, half);
        clients.extend(random::clients(seed + 7, new, half));
        let mut asks = random::asks(seed, old, half);
        asks.extend(random::asks(seed + 7, new, half));
        let clients: Vec<Client> = clients
            .into_iter()
            .filter(|client| !matches!(client.from, From::Hostname(_)) && !client.user.ends_with("grantc-under-way"))
            .map(|client| Client { db: None, password: Password::Given, roles: Roles::Default, ..client })
            .collect();
        Self { clients, asks }
    }

    /// Allowed, denied or open, for each client and question.
    fn decide(&self, policy: &Policy) -> Vec<u8> {
        let engine = Engine::new(policy);
        let of_one = |client: &Client| {
            let login = engine.login(client);
            let one = |ask| match engine.check_logged_in(client, &login, ask).verdict {
                Verdict::Allow => 2,
                Verdict::Deny => 0,
                _ => 1,
            };
            self.asks.iter().map(one).collect::<Vec<_>>()
        };
        self.clients.iter().flat_map(of_one).collect()
    }

    fn words(&self, at: usize) -> String {
        format!("{:?} {:?}", self.clients[at / self.asks.len()], self.asks[at % self.asks.len()])
    }
}

/// Random questions that some step answers outside of both policies.
fn outside(seed: u64, old: &Policy, new: &Policy, plan: &Plan) -> usize {
    let questions = Questions::of(seed, old, new);
    let (before, after) = (questions.decide(old), questions.decide(new));
    let mut found = 0;
    let mut policy = old.clone();
    for step in &plan.steps {
        policy = policy.after(&Source::new("plan", step.with_secrets()));
        for (at, is) in questions.decide(&policy).into_iter().enumerate() {
            if is < before[at].min(after[at]) || is > before[at].max(after[at]) {
                found += 1;
                let (was, shall) = (before[at], after[at]);
                println!("{seed}: {} {}: {was} {shall} {is}", step.statement, questions.words(at));
            }
        }
    }
    found
}
