//! `grantc verify` and what is behind it: tables that are as their policies make them, and tables of which one entry is not.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use grantc::decision_table::DecisionTable;
use grantc::decision_table::field::Field;
use grantc::decision_table::verify::{Difference, Entries, Refusal, Verified};
use grantc::diagnostic::Severity;
use grantc::policy::{self, Options, Policy};
use grantc::source::Source;
use rayon::prelude::*;
use support::random;
use xxhash_rust::xxh3::xxh3_64;

/// Policies with everything that a table has entries for.
const MYSQL: &str = "-- grantc: server=mysql-8.4
CREATE USER app@'10.1.%' IDENTIFIED BY 'secret', app@'%.example.com', ''@'localhost', old@'%' IDENTIFIED BY 'x';
CREATE USER locked@'%' ACCOUNT LOCK;
CREATE USER secure@'192.0.2.0/255.255.255.0' REQUIRE SSL;
CREATE USER expired@'%' PASSWORD EXPIRE;
CREATE DATABASE shop; CREATE TABLE shop.orders (id INT, name TEXT); CREATE PROCEDURE shop.pay() SELECT 1;
CREATE ROLE reader, writer;
GRANT PROCESS ON *.* TO app@'10.1.%';
GRANT SELECT, INSERT ON shop.* TO app@'10.1.%';
GRANT DELETE ON `shop\\_%`.* TO app@'%.example.com';
GRANT SELECT ON `test%`.* TO ''@'localhost';
GRANT UPDATE, SELECT (id, name) ON shop.orders TO app@'10.1.%';
GRANT EXECUTE ON PROCEDURE shop.pay TO secure@'192.0.2.0/255.255.255.0';
GRANT SELECT ON shop.* TO reader;
GRANT INSERT ON shop.orders TO writer;
GRANT reader TO writer WITH ADMIN OPTION;
GRANT reader TO old@'%';
GRANT writer TO app@'%.example.com';
SET DEFAULT ROLE writer TO app@'%.example.com';
GRANT ROLE_ADMIN ON *.* TO app@'10.1.%' WITH GRANT OPTION;
GRANT PROXY ON app@'10.1.%' TO old@'%';
RENAME USER old@'%' TO new@'%.example.org';";

fn load(text: &str, options: &Options) -> Policy {
    let policy = policy::load(vec![Source::new("policy.sql", text)], options);
    assert!(policy.diagnostics.iter().all(|d| d.severity < Severity::Refused), "{:#?}", policy.diagnostics);
    policy
}

/// The entries of a policy's table, all of which hold.
fn entries(policy: &Policy, what: &str) -> Entries {
    match DecisionTable::compile(policy).unwrap().verify(policy) {
        Ok(Verified::Same(entries)) => entries,
        Ok(Verified::Differs(difference)) => panic!("{what}: {difference:#?}"),
        Err(refusal) => panic!("{what}: {refusal}"),
    }
}

#[test]
fn every_kind_of_entry_is_verified() {
    let found = entries(&load(MYSQL, &Options::default()), "the policy");
    assert!(found.rows > 60 && found.logins > 1_000 && found.decisions > 400, "{found:?}");
}

#[test]
fn tables_of_shipped_policies_are_verified() {
    let files = support::policy_files();
    let all: Vec<Entries> = files
        .par_iter()
        .map(|(name, path)| {
            let text = std::fs::read_to_string(path).unwrap();
            let policy = policy::load(vec![Source::new(name.clone(), text)], &Options::default());
            entries(&policy, name)
        })
        .collect();
    assert!(all.len() > 30, "{}", all.len());
    assert!(all.iter().map(|found| found.decisions).sum::<usize>() > 5_000, "{all:?}");
}

/// More of them where the environment says so: `GRANTC_SEEDS=FROM..TO`.
#[test]
fn tables_of_random_policies_are_verified() {
    let seeds = support::seeds(0..6);
    let asked: Vec<(u64, &str)> =
        random::SERVERS.iter().flat_map(|server| seeds.clone().map(move |seed| (seed, *server))).collect();
    let found: Vec<Entries> = asked
        .par_iter()
        .map(|(seed, server)| {
            let policy = random::load(*seed, server);
            entries(&policy, &format!("{server} {seed}"))
        })
        .collect();
    let sum = |of: fn(&Entries) -> usize| found.iter().map(of).sum::<usize>();
    println!(
        "{} policies: {} rows, {} logins, {} decisions, {} left",
        found.len(),
        sum(|e| e.rows),
        sum(|e| e.logins),
        sum(|e| e.decisions),
        sum(|e| e.left)
    );
    assert!(sum(|e| e.decisions) > 3_000);
}

/// A column of a file: where it begins, how wide it is, how many values it has.
fn column(bytes: &[u8], field: Field) -> Option<(usize, usize, usize)> {
    let number = |at: usize, len: usize| {
        bytes[at..at + len].iter().rev().fold(0usize, |sum, byte| sum << 8 | usize::from(*byte))
    };
    let entries = (0..number(12, 4)).map(|at| 48 + 24 * at);
    let mut found = entries.filter(|at| number(*at, 2) == field as usize);
    found.next().map(|at| (number(at + 16, 8), number(at + 2, 1), number(at + 8, 8)))
}

/// Turns the lowest bit of a value over, and puts the right checksums in.
fn change(bytes: &[u8], field: Field, at: usize) -> Vec<u8> {
    let (offset, width, _) = column(bytes, field).unwrap();
    let mut bytes = bytes.to_vec();
    bytes[offset + at * width / 8] ^= 1 << (at * width % 8);
    let start = 48 + 24 * u32::from_le_bytes(bytes[12..16].try_into().unwrap()) as usize;
    let body = xxh3_64(&bytes[start..]);
    bytes[32..40].copy_from_slice(&body.to_le_bytes());
    let head = xxh3_64(&bytes[..24]) ^ xxh3_64(&bytes[32..start]).rotate_left(1);
    bytes[24..32].copy_from_slice(&head.to_le_bytes());
    bytes
}

/// What verifying says of a table that was changed in one place; nothing when it is found sound.
fn caught(policy: &Policy, field: Field, at: usize) -> Option<Difference> {
    let bytes = change(&grantc::decision_table::build(policy), field, at);
    let table = DecisionTable::from_bytes(bytes).unwrap();
    table.check_contents().err().map_or_else(
        || match table.verify(policy) {
            Ok(Verified::Same(_)) => None,
            Ok(Verified::Differs(difference)) => Some(*difference),
            Err(refusal) => panic!("{field:?} {at}: {refusal}"),
        },
        |error| {
            Some(Difference {
                entry: error.to_string(),
                table: String::new(),
                policy: String::new(),
                statements: vec![],
            })
        },
    )
}

/// Whatever row, login or role is changed, it is found; of accounts that nobody can be, the roles are no entry.
#[test]
fn one_entry_that_is_changed_is_found() {
    let policy = load(MYSQL, &Options::default());
    let bytes = grantc::decision_table::build(&policy);
    let fields = [
        Field::AccountHost,
        Field::AccountMask,
        Field::AccountBirth,
        Field::AccountOrigin,
        Field::AccountRanked,
        Field::AccountDetail,
        Field::DbHost,
        Field::DbDb,
        Field::DbMask,
        Field::DbOrigin,
        Field::TableHost,
        Field::TableObject,
        Field::TableMask,
        Field::ColumnColumn,
        Field::ColumnMask,
        Field::RoutineKind,
        Field::RoutineMask,
        Field::EdgeUser,
        Field::EdgeOption,
        Field::DefaultRoleUser,
        Field::DynamicOption,
        Field::ProxiedHost,
        Field::PlaceLine,
        Field::AccountFeeds,
        Field::FeedUser,
        Field::UserAccounts,
        Field::NameUser,
    ];
    let places: Vec<(Field, usize)> = fields
        .iter()
        .flat_map(|field| {
            let (_, width, count) = column(&bytes, *field).unwrap_or_else(|| panic!("no {field:?}"));
            (0..if width == 0 { 0 } else { count }).step_by(count.div_ceil(4)).map(|at| (*field, at))
        })
        .collect();
    let missed: Vec<(Field, usize)> =
        places.par_iter().filter(|(field, at)| caught(&policy, *field, *at).is_none()).copied().collect();
    assert!(places.len() > 80, "{}", places.len());
    assert!(missed.is_empty(), "{missed:?}");
}

/// The row is named, with what both sides say.
#[test]
fn a_changed_privilege_is_named() {
    let policy = load(MYSQL, &Options::default());
    let differences: Vec<Difference> = (0..4).filter_map(|at| caught(&policy, Field::DbMask, at)).collect();
    let shop = differences.iter().find(|d| d.entry == "db row 'app'@'10.1.%' shop").expect("the row is named");
    assert_eq!(shop.policy, "gives SELECT, INSERT");
    assert_ne!(shop.table, shop.policy);
    assert!(shop.statements[0].starts_with("policy.sql:9:1 gives SELECT, INSERT"), "{:?}", shop.statements);
}

#[test]
fn another_server_or_setting_is_refused() {
    let table = DecisionTable::compile(&load(MYSQL, &Options::default())).unwrap();
    let other = Options { server: Some("mysql-9.7".parse().unwrap()), ..Options::default() };
    assert!(matches!(table.verify(&load(MYSQL, &other)), Err(Refusal::Servers(..))));
    let set = vec![("skip_name_resolve".to_owned(), "ON".to_owned())];
    let refused = table.verify(&load(MYSQL, &Options { set, ..Options::default() })).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "the table was compiled with skip_name_resolve=`OFF`, and the policy has skip_name_resolve=`ON`"
    );
}

/// A row more or less on one side is named as such.
#[test]
fn a_row_that_is_missing_is_named() {
    let (one, other) = (
        load(MYSQL, &Options::default()),
        load(&MYSQL.replace("GRANT SELECT ON `test%`.* TO ''@'localhost';", ""), &Options::default()),
    );
    let difference = |table: &Policy, policy: &Policy| match DecisionTable::compile(table).unwrap().verify(policy) {
        Ok(Verified::Differs(difference)) => *difference,
        other => panic!("{other:?}"),
    };
    let found = difference(&one, &other);
    assert_eq!((found.entry.as_str(), found.policy.as_str()), ("db row ''@'localhost' test%", "has no such row here"));
    let found = difference(&other, &one);
    assert_eq!((found.entry.as_str(), found.table.as_str()), ("db row ''@'localhost' test%", "has no such row here"));
}
