//! What is proposed against a denial allows the request, and nothing less does: over random policies, in the engine; a
//! live server says the same when `GRANTC_MENDS_JSON` names a file for `tests/live/mends.py`, which gets the server's name
//! behind its own.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use grantc::answer::{Decision, Engine, Verdict};
use grantc::client::{Ask, Client, Object};
use grantc::mend::{self, Denial, Kind, Mend};
use grantc::policy::{self, Options, Policy};
use grantc::server::errors::ServerError;
use grantc::source::Source;
use rayon::prelude::*;
use std::collections::BTreeMap;
use support::random;

const POLICIES: u64 = 300;

/// Statements about the tables of the random policies.
const SQL: [&str; 7] = [
    "SELECT a FROM d1.t1",
    "SELECT * FROM d2.t1",
    "INSERT INTO d1.t2 (a) VALUES (1)",
    "UPDATE d_1.t1 SET b = 2 WHERE a = 1",
    "DELETE FROM dx1.t1",
    "INSERT INTO d1.t1 (a) SELECT a FROM d2.t1",
    "CREATE TABLE d1.made (x INT)",
];

/// A denial of a random policy and what is proposed.
struct Found {
    seed: u64,
    server: &'static str,
    client: Client,
    ask: Ask,
    mends: Vec<Mend>,
    /// What is told of a denial that nothing is proposed against.
    why: String,
}

/// How many clients of each policy ask: more of them for a live server.
fn how_many() -> usize {
    if std::env::var("GRANTC_MENDS_JSON").is_ok() { 6 } else { 1 }
}

/// The denials of a random policy: a few for each.
fn denials(seed: u64) -> Vec<Found> {
    let server = random::SERVERS[seed as usize % random::SERVERS.len()];
    let policy = random::load(seed, server);
    let engine = Engine::new(&policy);
    let mut found = Vec::new();
    for (at, client) in random::clients(seed, &policy, how_many()).into_iter().enumerate() {
        let statement = SQL[(seed as usize + at) % SQL.len()];
        for ask in random::asks(seed + at as u64, &policy, 1).into_iter().chain([sql(statement)]) {
            let decision = engine.check(&client, &ask);
            if decision.verdict != Verdict::Deny && decision.login.error.is_none() {
                continue;
            }
            let denial = Denial { policy: &policy, client: &client, ask: Some(&ask) };
            let mends = mend::mends(&denial, &decision);
            let why = kind_of(&decision);
            found.push(Found { seed, server, client: client.clone(), ask: ask.clone(), mends, why });
        }
    }
    found
}

/// The error of the login or of the request, and who is asked about.
fn kind_of(decision: &Decision) -> String {
    let (login, error) = (decision.login.error.as_ref(), decision.error.as_ref());
    let errno = |error: Option<&ServerError>| error.map_or("without an error".to_owned(), |e| e.errno.to_string());
    match (login, &decision.login.account) {
        (Some(_), None) => format!("login {}, no row", errno(login)),
        (Some(_), Some(_)) => {
            format!("login {}, {}", errno(login), decision.login.refused_because.clone().unwrap_or_default())
        }
        (None, _) => format!("request {}", errno(error)),
    }
}

fn allows(policy: &Policy, client: &Client, ask: &Ask) -> bool {
    Engine::new(policy).check(client, ask).verdict == Verdict::Allow
}

/// The policy with the mend's statements behind it, read anew from text: not through what made the proposal.
fn replayed(found: &Found, statements: &[String]) -> Policy {
    let text = random::policy(found.seed, found.server);
    let more = statements.iter().fold(String::new(), |all, statement| all + statement + ";\n");
    policy::load(vec![Source::new("random.sql", text), Source::new("mend.sql", more)], &Options::default())
}

/// A mend with one privilege less, or with one statement less.
fn less(statements: &[String]) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    for (at, statement) in statements.iter().enumerate() {
        let mut without = statements.to_vec();
        without.remove(at);
        found.push(without);
        let Some((list, rest)) = statement.strip_prefix("GRANT ").and_then(|s| s.split_once(" ON ")) else { continue };
        // Commas between privileges, not between columns.
        let privileges: Vec<&str> = list.split(", ").collect();
        if privileges.len() < 2 || list.contains('(') {
            continue;
        }
        for leave in 0..privileges.len() {
            let kept: Vec<&str> = privileges.iter().enumerate().filter(|(i, _)| *i != leave).map(|(_, p)| *p).collect();
            let mut fewer = statements.to_vec();
            fewer[at] = format!("GRANT {} ON {rest}", kept.join(", "));
            found.push(fewer);
        }
    }
    found
}

#[test]
fn every_mend_of_random_denials_allows_and_nothing_less_does() {
    let all: Vec<Found> = (0..POLICIES).into_par_iter().flat_map_iter(denials).collect();
    let wrong: Vec<String> = all.par_iter().flat_map_iter(faults).collect();
    let mends: usize = all.iter().map(|found| found.mends.len()).sum();
    let helped = all.iter().filter(|found| !found.mends.is_empty()).count();
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    all.iter()
        .flat_map(|found| &found.mends)
        .for_each(|mend| *kinds.entry(format!("{:?}", mend.kind)).or_default() += 1);
    eprintln!("{} denials, {helped} with mends, {mends} mends: {kinds:?}", all.len());
    let mut without: BTreeMap<&str, (usize, u64)> = BTreeMap::new();
    for found in all.iter().filter(|found| found.mends.is_empty()) {
        let entry = without.entry(&found.why).or_insert((0, found.seed));
        entry.0 += 1;
        if std::env::var("GRANTC_MENDS_SHOW").is_ok() {
            eprintln!("{} {} {} {:?} {:?}", found.why, found.server, found.seed, found.client, found.ask);
        }
    }
    without.iter().for_each(|(why, (count, seed))| eprintln!("  without: {count} × {why}, such as in {seed}"));
    assert!(wrong.is_empty(), "{}\n{} of {mends} mends", wrong.join("\n"), wrong.len());
    assert!(all.len() >= 250 && helped * 2 >= all.len(), "{helped} of {} denials", all.len());
    if let Ok(path) = std::env::var("GRANTC_MENDS_JSON") {
        for server in ["mysql-9.7", "mariadb-10.11"] {
            std::fs::write(format!("{path}.{server}"), export(&all, server)).unwrap();
        }
    }
}

fn faults(found: &Found) -> Vec<String> {
    let mut faults = Vec::new();
    for mend in &found.mends {
        let mut fault = |what: &str| {
            let Found { seed, server, client, ask, .. } = found;
            faults.push(format!("{server} {seed}: {client:?} {ask:?}\n  {what}: {:?}", mend.statements));
        };
        let statements: &[String] = if mend.kind == Kind::SetRole { &[] } else { &mend.statements };
        if !allows(&replayed(found, statements), &mend.client, &found.ask) {
            fault("does not allow it");
        }
        if mend.kind != Kind::Grant {
            continue;
        }
        for fewer in less(&mend.statements) {
            if allows(&replayed(found, &fewer), &mend.client, &found.ask) {
                fault(&format!("less does, too: {fewer:?}"));
            }
        }
    }
    faults
}

/// The denials that a live server can be asked about, as JSON lines.
fn export(all: &[Found], server: &str) -> String {
    let mut lines = String::new();
    for found in all.iter().filter(|found| found.server == server) {
        for mend in &found.mends {
            let Some(line) = live(found, mend) else { continue };
            lines.push_str(&line);
            lines.push('\n');
        }
    }
    lines
}

fn live(found: &Found, mend: &Mend) -> Option<String> {
    let Ask::Sql(sql) = &found.ask else { return None };
    let client: serde_json::Value = serde_json::from_str(&grantc::batch::client_text(&mend.client)).unwrap();
    let line = serde_json::json!({
        "seed": found.seed,
        "policy": random::policy(found.seed, found.server),
        "client": client,
        "kind": format!("{:?}", mend.kind),
        "statements": mend.statements,
        "sql": sql,
    });
    Some(line.to_string())
}

fn shop(text: &str) -> Policy {
    policy::load(vec![Source::new("shop.sql", format!("-- grantc: server=mysql-9.7\n{text}"))], &Options::default())
}

fn joe() -> Client {
    Client { user: "joe".into(), ..Client::default() }
}

fn proposed(policy: &Policy, ask: &Ask) -> Vec<(Kind, Vec<String>)> {
    let client = joe();
    let decision = Engine::new(policy).check(&client, ask);
    let mends = mend::mends(&Denial { policy, client: &client, ask: Some(ask) }, &decision);
    mends.into_iter().map(|mend| (mend.kind, mend.statements)).collect()
}

fn sql(text: &str) -> Ask {
    Ask::Sql(text.into())
}

#[test]
fn the_narrowest_grant_names_columns_where_columns_do() {
    let policy = shop("CREATE USER joe; GRANT SELECT (id) ON shop.orders TO joe;");
    let found = proposed(&policy, &sql("SELECT id, total FROM shop.orders WHERE note = 'x'"));
    assert_eq!(
        found,
        [(Kind::Grant, vec!["GRANT SELECT (`note`, `total`) ON `shop`.`orders` TO 'joe'@'%'".to_owned()])]
    );
}

#[test]
fn statements_of_several_needs_get_a_grant_for_each_object() {
    let policy = shop("CREATE USER joe;");
    let found = proposed(&policy, &sql("INSERT INTO shop.a SELECT * FROM shop.b"));
    let grants =
        ["GRANT INSERT ON `shop`.`a` TO 'joe'@'%'", "GRANT SELECT ON `shop`.`b` TO 'joe'@'%'"].map(str::to_owned);
    assert_eq!(found, [(Kind::Grant, grants.to_vec())]);
}

#[test]
fn a_role_that_is_not_active_comes_before_a_grant() {
    let policy = shop("CREATE USER joe; CREATE ROLE r; GRANT SELECT ON shop.* TO r; GRANT r TO joe;");
    let found = proposed(&policy, &sql("SELECT * FROM shop.a"));
    let kinds: Vec<Kind> = found.iter().map(|(kind, _)| *kind).collect();
    assert_eq!(kinds, [Kind::SetRole, Kind::DefaultRole, Kind::Grant]);
    assert_eq!(found[0].1, ["SET ROLE 'r'@'%'"]);
    assert_eq!(found[1].1, ["SET DEFAULT ROLE 'r'@'%' TO 'joe'@'%'"]);
}

#[test]
fn an_anonymous_account_in_the_way_is_told() {
    let policy = shop("CREATE USER joe, ''@localhost; GRANT SELECT ON shop.* TO joe;");
    let found =
        proposed(&policy, &Ask::Can { privilege: "SELECT".into(), on: Object::Table("shop".into(), "a".into()) });
    assert_eq!(found[0], (Kind::OtherRow, vec!["DROP USER ''@'localhost'".to_owned()]), "before what all would gain");
    assert_eq!(found[1].0, Kind::Grant);
    let policy = shop("CREATE USER joe, ''@localhost; GRANT PROCESS ON *.* TO joe;");
    let found = proposed(&policy, &Ask::Can { privilege: "PROCESS".into(), on: Object::Global });
    assert!(found.contains(&(Kind::OtherRow, vec!["DROP USER ''@'localhost'".to_owned()])), "{found:?}");
}

#[test]
fn a_partial_revoke_is_taken_back() {
    let policy = shop(
        "SET GLOBAL partial_revokes = ON; CREATE USER joe; GRANT INSERT ON *.* TO joe; REVOKE INSERT ON bank.* FROM joe;",
    );
    let found = proposed(&policy, &Ask::Can { privilege: "INSERT".into(), on: Object::Database("bank".into()) });
    assert_eq!(found[0], (Kind::Grant, vec!["GRANT INSERT ON `bank`.* TO 'joe'@'%'".to_owned()]));
    let found = proposed(&policy, &sql("INSERT INTO bank.t VALUES (1)"));
    assert!(found.contains(&(Kind::Unrestrict, vec!["GRANT INSERT ON `bank`.* TO 'joe'@'%'".to_owned()])), "{found:?}");
}

#[test]
fn a_database_that_is_nearly_spelled_so_is_told() {
    let policy = shop("CREATE USER joe; GRANT SELECT ON `shop\\_a`.* TO joe; GRANT INSERT ON Shop.* TO joe;");
    let (client, ask) = (joe(), sql("SELECT * FROM shop1a.t"));
    let decision = Engine::new(&policy).check(&client, &ask);
    let near = mend::alike(&policy, &client, &decision);
    assert_eq!(near[0].row.words(), "db row 'joe'@'%' shop\\_a");
    assert!(near[0].why.contains("at character 5"), "{}", near[0].why);
    let found = proposed(&policy, &sql("INSERT INTO shop.t VALUES (1)"));
    let swap = ["REVOKE INSERT ON `Shop`.* FROM 'joe'@'%'", "GRANT INSERT ON `shop`.* TO 'joe'@'%'"].map(str::to_owned);
    assert!(found.contains(&(Kind::Spelling, swap.to_vec())), "{found:?}");
}

#[test]
fn a_new_database_row_that_hides_another_is_a_caution() {
    let policy = shop("CREATE USER joe; GRANT SELECT, INSERT ON `sh%`.* TO joe;");
    let (client, ask) = (joe(), Ask::Can { privilege: "LOCK TABLES".into(), on: Object::Database("shop".into()) });
    let decision = Engine::new(&policy).check(&client, &ask);
    let denial = Denial { policy: &policy, client: &client, ask: Some(&ask) };
    let mends = mend::mends(&denial, &decision);
    assert!(mends[0].caution.as_ref().unwrap().contains("sh%"), "{mends:?}");
    let changes = mend::changes(&policy, &mends[0]);
    let told: Vec<String> =
        grantc::explain::diff_listing(&changes).rows.iter().map(|row| row[2..5].join(" ")).collect();
    assert_eq!(told, ["gains LOCK TABLES shop.*", "loses SELECT, INSERT shop.*"]);
}
