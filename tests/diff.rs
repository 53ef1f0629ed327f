//! Policies compared by effect: what is told, and that nothing is missed and nothing invented.
//!
//! `GRANTC_PAIRS=200 GRANTC_QUESTIONS=2000 cargo test --release --test diff brute` asks more.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

mod support;

use grantc::answer::diff::{Compared, Diff, Relation, compare, diff, without_ties_before};
use grantc::answer::effect::{Held, Point, Scope, Thing, Way};
use grantc::answer::{Engine, Verdict, snapshot};
use grantc::client::{Ask, Client, From, Object, Roles};
use grantc::policy::{self, Options, Policy};
use grantc::server::catalogue::Level;
use grantc::source::Source;
use grantc::syntax::statement::ObjectKind;
use rayon::prelude::*;
use support::random::{self, Random, SERVERS};

fn load(name: &str, text: &str) -> Policy {
    policy::load(vec![Source::new(name, text)], &Options::default())
}

fn compared(old: &str, new: &str) -> Diff {
    let (old, new) = (load("old.sql", old), load("new.sql", new));
    diff(&Engine::new(&old), &Engine::new(&new), None)
}

/// `a gains SELECT, INSERT on shop.*` for each change, then the logins.
fn told(diff: &Diff) -> Vec<String> {
    let listing = grantc::explain::diff_listing(diff);
    listing
        .rows
        .iter()
        .map(|row| format!("{} {} {} on {} {}", row[0], row[2], row[3], row[4], row[5]).trim().to_owned())
        .collect()
}

#[test]
fn the_same_in_other_words_is_no_difference() {
    let old = "CREATE USER a@'%' IDENTIFIED BY 'x'; GRANT SELECT, INSERT ON shop.* TO a@'%'; CREATE USER b@'10.%';";
    let new = "CREATE USER b@'10.%'; CREATE USER a@'%' IDENTIFIED BY 'y'; GRANT INSERT ON shop.* TO a@'%';
               GRANT SELECT ON shop.* TO a@'%'; GRANT USAGE ON *.* TO b@'10.%'; GRANT DROP ON x.* TO a@'%';
               REVOKE DROP ON x.* FROM a@'%';";
    let diff = compared(old, new);
    assert_eq!((diff.relation, told(&diff)), (Relation::Equal, vec![]));
}

/// M5.2: a db row that comes first gives nothing of what the one behind it gave.
#[test]
fn a_row_that_comes_first_takes_away() {
    let old = "CREATE USER a@'%'; GRANT SELECT, INSERT ON `shop%`.* TO a@'%';";
    let new = "CREATE USER a@'%'; GRANT SELECT, INSERT ON `shop%`.* TO a@'%';
               GRANT SELECT, DELETE ON shopeu.* TO a@'%'; GRANT PROCESS ON *.* TO a@'%';";
    let diff = compared(old, new);
    assert_eq!(diff.relation, Relation::Incomparable);
    assert_eq!(
        told(&diff),
        ["'a'@'%' gains PROCESS on *.*", "'a'@'%' gains DELETE on shopeu.*", "'a'@'%' loses INSERT on shopeu.*"]
    );
    let lost = &diff.accounts[0].changes[2];
    assert_eq!(lost.gave[0].words(), "db row 'a'@'%' shop%");
    assert_eq!(lost.instead[0].words(), "db row 'a'@'%' shopeu");
}

/// What an object shares with what it lies in is told once.
#[test]
fn a_global_privilege_is_told_once() {
    let old = "CREATE USER a@'%'; GRANT SELECT ON shop.t TO a@'%';";
    let diff = compared(old, &format!("{old} GRANT SELECT ON *.* TO a@'%';"));
    assert_eq!(told(&diff), ["'a'@'%' gains SELECT on *.*"]);
}

/// A role that is granted and not active is access all the same.
#[test]
fn a_role_that_can_be_activated() {
    let old = "CREATE ROLE r; GRANT SELECT ON shop.* TO r; CREATE USER a@'%';";
    let diff = compared(old, &format!("{old} GRANT r TO a@'%';"));
    assert_eq!(told(&diff), ["'a'@'%' gains SELECT on shop.* with 'r'@'%' active"]);
}

#[test]
fn logins_that_end_otherwise() {
    let diff = compared("CREATE USER a@'%' REQUIRE SSL", "CREATE USER a@'%'; CREATE USER a@'10.%' ACCOUNT LOCK");
    let lines: Vec<String> = diff
        .accounts
        .iter()
        .flat_map(|a| &a.logins)
        .map(|l| format!("{:?} {:?}", l.before.outcome, l.after.outcome))
        .collect();
    assert_eq!(lines, ["Refused(1045) Accepted", "Refused(1045) Refused(3118)", "Accepted Refused(3118)"], "{lines:?}");
}

/// What only the rules of another server change.
#[test]
fn an_upgrade() {
    let text = "CREATE USER a@'%'; GRANT SELECT ON shop.* TO b@'%' IDENTIFIED BY 'x'; GRANT SUPER ON *.* TO a@'%';";
    let server = |name: &str| {
        let options = Options { server: Some(name.parse().unwrap()), ..Options::default() };
        policy::load(vec![Source::new("p.sql", text)], &options)
    };
    let (old, new) = (server("mysql-5.7"), server("mysql-8.4"));
    let diff = diff(&Engine::new(&old), &Engine::new(&new), None);
    assert_eq!(diff.refused.len(), 1);
    assert!(told(&diff).iter().any(|line| line.contains("loses SELECT on shop.*")), "{:#?}", told(&diff));
}

#[test]
fn only_what_is_asked_for() {
    let old = "CREATE USER a@'%';";
    let new = "CREATE USER a@'%'; GRANT SELECT ON *.* TO a@'%'; GRANT INSERT ON pay.t TO a@'%'; GRANT INSERT ON x.* TO a@'%';";
    let (old, new) = (load("old.sql", old), load("new.sql", new));
    let only = Object::Database("pay".into());
    let diff = diff(&Engine::new(&old), &Engine::new(&new), Some(&only));
    assert_eq!(told(&diff), ["'a'@'%' gains SELECT on pay.*", "'a'@'%' gains INSERT on pay.t"]);
}

fn number(variable: &str, default: usize) -> usize {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// Two policies: every other time they are strangers, else the second is the first with more statements.
fn pair(seed: u64) -> (Policy, Policy) {
    let server = SERVERS[seed as usize % SERVERS.len()];
    let old = random::load(seed, server);
    if (seed / 4).is_multiple_of(2) {
        return (old, random::load(seed + 1_000_000, server));
    }
    let text = random::policy(seed + 1_000_000, server);
    let mut r = Random::new(seed, "pair");
    let statements: Vec<&str> =
        text.split(";\n").filter(|s| !s.contains("CREATE ") && !s.contains("SET GLOBAL")).collect();
    let more = (0..r.between(1, 5)).map(|_| r.one(&statements)).collect::<Vec<_>>().join(";\n");
    let new = old.after(&Source::new("more.sql", more));
    (old, new)
}

/// Names of columns and routines are compared without regard to case, those of tables with it.
#[test]
fn an_object_is_found_as_the_server_finds_it() {
    let old =
        load("old.sql", "CREATE USER a@'%'; GRANT SELECT (total) ON shop.t TO a@'%'; GRANT SELECT ON shop.T TO a@'%';");
    let new = old.after(&Source::new("more.sql", "GRANT EXECUTE ON PROCEDURE shop.refund TO a@'%'"));
    let (old, new) = (Engine::new(&old), Engine::new(&new));
    let all = compare(&old, &new, None);
    let scope = &all.iter().find(|one| one.scope.user == "a").unwrap().scope;
    let place = |on: Object| scope.place_of(&on).map(|at| scope.places[at].thing.clone());
    let named = |on: Object| Some(Thing::Object(on));
    let (db, table) = ("shop".to_owned(), "t".to_owned());
    let column = |name: &str| Object::Column(db.clone(), table.clone(), name.to_owned());
    let routine = |name: &str| Object::Routine(ObjectKind::Procedure, db.clone(), name.to_owned());
    assert_eq!(place(column("Total")), named(column("total")));
    assert_eq!(place(routine("REFUND")), named(routine("refund")));
    assert_eq!(
        place(column("other")),
        named(Object::Table(db.clone(), table.clone())),
        "another column is as the table"
    );
    assert_eq!(place(Object::Table(db.clone(), "T".into())), named(Object::Table(db.clone(), "T".into())));
}

/// For random clients and objects the comparison says of both policies what the engine says one by one: it misses no
/// difference and invents none.
#[test]
fn brute_force_agrees() {
    let (pairs, questions) = (number("GRANTC_PAIRS", 5), number("GRANTC_QUESTIONS", 36));
    let counts: Vec<(usize, usize)> = (0..pairs as u64).into_par_iter().map(|seed| ask(seed, questions)).collect();
    let (asked, differ) = counts.iter().fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
    println!("{pairs} pairs, {asked} clients × objects, {differ} of them differ");
    assert!(asked > pairs * questions / 4 && differ > 0, "{asked} asked, {differ} differ");
}

/// Whether the client is one of those that are parted into sets: its address is known, and a name is one that hosts have
/// (M2.3), which the random filling of an IPv6 pattern need not be.
fn is_placed(from: &From) -> bool {
    match from {
        From::Hostname(_) => false,
        From::Address { hostname: Some(name), .. } => !name.contains(':'),
        _ => true,
    }
}

fn ask(seed: u64, questions: usize) -> (usize, usize) {
    let (old, new) = pair(seed);
    let engines = (Engine::new(&old), Engine::new(&new));
    let both = [&engines.0, &engines.1];
    let all = compare(both[0], both[1], None);
    let mut r = Random::new(seed, "brute");
    let each = (questions as f64).sqrt() as usize;
    let mut clients = random::clients(seed, &old, each / 2);
    clients.extend(random::clients(seed + 7, &new, each - each / 2));
    let mut asks = random::asks(seed, &old, each / 2);
    asks.extend(random::asks(seed + 7, &new, each - each / 2));
    let (mut asked, mut differ) = (0, 0);
    for client in clients.iter().filter(|client| is_placed(&client.from)) {
        let known = all.iter().find(|one| one.scope.user == client.user && one.scope.known);
        let one = known.unwrap_or_else(|| all.iter().find(|one| !one.scope.known).unwrap());
        if one.scope.gave_up {
            continue;
        }
        let base = Client { user: client.user.clone(), from: client.from.clone(), ..Client::default() };
        let point = one.scope.point_of(&both, &base);
        let point = point.unwrap_or_else(|| panic!("{seed}: no set for {client:?} in {:#?}", one.scope.points));
        logins(seed, &both, one, point, &base);
        let choice = r.below(one.scope.choices.len());
        for ask in &asks {
            let Ask::Can { privilege, on } = ask else { continue };
            let said = held(&both, one, (point, choice), &base, (privilege, on));
            let Some([said_old, said_new]) = said else { continue };
            asked += 1;
            differ += usize::from(said_old != said_new);
            let place = one.scope.place_of(on).unwrap();
            let delta = one
                .deltas
                .iter()
                .any(|d| d.at == (point, choice, place) && d.right.name.eq_ignore_ascii_case(privilege));
            assert_eq!(
                delta,
                said_old != said_new,
                "{seed}: {base:?} {:?} {privilege} on {on}: {said_old:?} {said_new:?}\n{:?}",
                one.scope.choices[choice],
                one.scope.places[place]
            );
        }
    }
    (asked, differ)
}

fn as_point(scope: &Scope, base: &Client, way: &Way, roles: &Roles) -> Client {
    scope.client(&Point { client: base.clone(), words: String::new(), hosts: Vec::new() }, way, roles)
}

/// Logins in every way end as they do for the example of the set.
fn logins(seed: u64, both: &[&Engine<'_>; 2], one: &Compared, point: usize, base: &Client) {
    for (engine, decided) in both.iter().zip([&one.old[point], &one.new[point]]) {
        for (way, entry) in one.scope.ways.iter().zip(&decided.entries) {
            let login = engine.login(&as_point(&one.scope, base, way, &Roles::Default));
            let errno = |error: &Option<grantc::server::errors::ServerError>| error.as_ref().map(|e| e.errno);
            assert_eq!(login.account, entry.account, "{seed}: {base:?} {way:?}");
            // An unknown user is refused in the name of a known one, which its own name chooses (M4.4).
            if entry.account.is_some() || !engine.policy().tables.server.is_mariadb() {
                assert_eq!(errno(&login.error), errno(&entry.error), "{seed}: {base:?} {way:?}");
            }
        }
    }
}

/// What the engine says of a client of the set, under both policies; nothing where the privilege has no such level.
fn held(
    both: &[&Engine<'_>; 2],
    one: &Compared,
    (point, choice): (usize, usize),
    base: &Client,
    (privilege, on): (&String, &Object),
) -> Option<[Held; 2]> {
    let server = both[0].policy().tables.server;
    let (level, db) = match on {
        Object::Global => (Level::Global, None),
        Object::Database(db) => (Level::Database, Some(db)),
        Object::Table(db, _) => (Level::Table, Some(db)),
        Object::Column(db, ..) => (Level::Column, Some(db)),
        Object::Routine(_, db, _) => (Level::Routine, Some(db)),
    };
    let known = server.static_privilege(&privilege.to_uppercase());
    if db.is_some_and(|db| server.internal_schema(db).is_some() || db.contains(['%', '\\']))
        || known.is_some_and(|p| !server.privileges_at(level).has(p))
        || known.is_some_and(|p| !p.name().unwrap_or("").eq_ignore_ascii_case(privilege))
        || known.is_none() && level != Level::Global
    {
        return None;
    }
    let mut said = [Held::No; 2];
    for ((engine, decided), said) in both.iter().zip([&one.old[point], &one.new[point]]).zip(&mut said) {
        let ok = |accepted: Held| decided.entries.iter().position(|entry| entry.outcome.held() == accepted);
        let Some(way) = ok(Held::Yes).and_then(|at| one.scope.ways.get(at)) else {
            if ok(Held::Open).is_some() {
                return None;
            }
            continue;
        };
        let ask = Ask::Can { privilege: privilege.clone(), on: on.clone() };
        let mut decision = engine.check(&as_point(&one.scope, base, way, &one.scope.choices[choice]), &ask);
        if decision.login.error.is_some() {
            // Who cannot choose these roles keeps those of the login.
            decision = engine.check(&as_point(&one.scope, base, way, &Roles::Default), &ask);
        }
        *said = match decision.verdict {
            Verdict::Allow => Held::Yes,
            Verdict::Deny => Held::No,
            Verdict::Undetermined(_) => Held::Open,
            other => panic!("{other:?}"),
        };
    }
    Some(said)
}

/// A snapshot is a policy that decides the same, and says nothing that is secret.
#[test]
fn snapshots_decide_the_same() {
    let count = number("GRANTC_PAIRS", 4);
    for seed in 0..count as u64 {
        let policy = random::load(seed, SERVERS[seed as usize % SERVERS.len()]);
        let engine = Engine::new(&policy);
        let text = snapshot::text(&engine);
        assert!(!text.contains("BY 'secret'"), "{text}");
        let again = snapshot::read("snap", &text);
        let diff = without_ties_before(diff(&Engine::new(&again), &engine, None));
        assert_eq!(told(&diff), Vec::<String>::new(), "{seed}\n{text}");
    }
}
