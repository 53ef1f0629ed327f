//! Every denial of random policies: what is proposed allows it, and nothing less does; else it is told why nothing is.

use super::sql;
use super::support::random;
use grantc::answer::{Decision, Engine, Verdict};
use grantc::client::{Ask, Client};
use grantc::mend::{self, Denial, Help, Kind, Mend};
use grantc::policy::{self, Options, Policy};
use grantc::server::errors::ServerError;
use grantc::source::Source;
use rayon::prelude::*;
use std::collections::BTreeMap;

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
    /// Which error the server raises, at which step.
    kind: String,
    /// What is told of a denial that nothing is proposed against.
    why_none: Option<String>,
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
            let Help { mends, why_none } = mend::help(&denial, &decision);
            let kind = kind_of(&decision);
            found.push(Found { seed, server, client: client.clone(), ask: ask.clone(), mends, kind, why_none });
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

/// A mend with one statement less, one clause less, one privilege less, or one privilege on less.
fn less(of: &Found, mend: &Mend) -> Vec<Vec<String>> {
    let (mut found, statements) = (Vec::new(), mend.statements.as_slice());
    // A role is set with nothing less, and a row is replaced by one that would do alone.
    if matches!(mend.kind, Kind::SetRole | Kind::Spelling) {
        return found;
    }
    for (at, statement) in statements.iter().enumerate() {
        let mut without = statements.to_vec();
        without.remove(at);
        found.push(without);
        // Anything on any table lets a client into its default database, and not to what it wants there.
        let is_access = of.client.db.as_ref().is_some_and(|db| statement.contains(&format!(" ON {}.* ", quoted(db))));
        // A partial revoke lies on a database, and is lifted there.
        let privileges =
            if is_access || mend.kind == Kind::Unrestrict { Vec::new() } else { privileges_less(statement) };
        for fewer in clauses_less(statement).into_iter().chain(privileges) {
            let mut all = statements.to_vec();
            all[at] = fewer;
            found.push(all);
        }
    }
    found
}

fn quoted(db: &str) -> String {
    format!("`{}`", db.replace('_', "\\_"))
}

/// An ALTER USER with one of its clauses less.
fn clauses_less(statement: &str) -> Vec<String> {
    let Some(at) = statement.find(" IDENTIFIED ").filter(|_| statement.starts_with("ALTER USER ")) else {
        let both = statement.starts_with("ALTER USER ") && statement.contains(" REQUIRE NONE ACCOUNT UNLOCK");
        let without = |clause: &str| statement.replace(clause, "");
        return if both { vec![without(" REQUIRE NONE"), without(" ACCOUNT UNLOCK")] } else { Vec::new() };
    };
    let end = statement.find("BY '<password>'").map(|at| at + "BY '<password>'".len()).unwrap();
    let without = |clause: &str| statement.replace(clause, "");
    let (identified, rest) = (&statement[at..end], &statement[end..]);
    if rest.is_empty() {
        return Vec::new();
    }
    [identified, " REQUIRE NONE", " ACCOUNT UNLOCK"]
        .iter()
        .filter(|c| statement.contains(**c))
        .map(|c| without(c))
        .collect()
}

/// A GRANT with a privilege less, and each with one of its privileges on less than it names.
fn privileges_less(statement: &str) -> Vec<String> {
    let parts = statement.strip_prefix("GRANT ").and_then(|s| s.split_once(" ON "));
    let Some((list, (on, to))) = parts.and_then(|(list, rest)| Some((list, rest.split_once(" TO ")?))) else {
        return Vec::new();
    };
    // Commas between privileges, not between columns.
    let privileges: Vec<&str> = list.split(", ").collect();
    if list.contains('(') {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (at, privilege) in privileges.iter().enumerate() {
        let kept: Vec<&str> = privileges.iter().enumerate().filter(|(i, _)| *i != at).map(|(_, p)| *p).collect();
        if !kept.is_empty() {
            found.push(format!("GRANT {} ON {on} TO {to}", kept.join(", ")));
        }
        for (narrower, columns) in narrower(privilege, on) {
            let mut all: Vec<String> = kept.iter().map(|kept| format!("GRANT {kept} ON {on} TO {to}")).collect();
            all.push(format!("GRANT {privilege}{columns} ON {narrower} TO {to}"));
            found.push(all.join(";\n"));
        }
    }
    found
}

/// What lies in an object, as GRANT names it, and some of the columns of a table: all of them are the table.
fn narrower(privilege: &str, on: &str) -> Vec<(String, String)> {
    let is_of_columns = ["SELECT", "INSERT", "UPDATE", "REFERENCES"].contains(&privilege);
    if on == "*.*" {
        return random::DATABASES.iter().map(|db| (format!("{}.*", quoted(db)), String::new())).collect();
    }
    let tables = random::TABLES.iter().chain(&[("d1", "made", &["x"] as &[&str])]);
    let mut found = Vec::new();
    for (db, table, columns) in tables {
        if on == format!("{}.*", quoted(db)) {
            found.push((format!("`{db}`.`{table}`"), String::new()));
        } else if on == format!("`{db}`.`{table}`") && is_of_columns {
            found.extend(
                columns.iter().filter(|_| columns.len() > 1).map(|column| (on.to_owned(), format!(" ({column})"))),
            );
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
    let mut without: BTreeMap<(&str, String), (usize, u64)> = BTreeMap::new();
    for found in all.iter().filter(|found| found.mends.is_empty()) {
        let why = found.why_none.as_deref().unwrap_or("NOTHING SAID");
        let entry = without.entry((&found.kind, in_short(why))).or_insert((0, found.seed));
        entry.0 += 1;
        if std::env::var("GRANTC_MENDS_SHOW").is_ok() {
            eprintln!("{} {} {} {:?} {:?}\n  {why}", found.kind, found.server, found.seed, found.client, found.ask);
        }
    }
    without.iter().for_each(|((kind, why), (count, seed))| eprintln!("  without: {count} × {kind}: {why}, in {seed}"));
    let silent: Vec<u64> =
        all.iter().filter(|f| f.mends.is_empty() != f.why_none.is_some()).map(|found| found.seed).collect();
    assert!(silent.is_empty(), "neither a mend nor why there is none, or both: {silent:?}");
    assert!(wrong.is_empty(), "{}\n{} of {mends} mends", wrong.join("\n"), wrong.len());
    assert!(all.len() >= 250 && helped * 2 >= all.len(), "{helped} of {} denials", all.len());
    if let Ok(path) = std::env::var("GRANTC_MENDS_JSON") {
        for server in ["mysql-9.7", "mariadb-10.11"] {
            std::fs::write(format!("{path}.{server}"), export(&all, server)).unwrap();
        }
    }
}

/// Without the names in it.
fn in_short(why: &str) -> String {
    let mut quotes = why.split(['\'', '`']).step_by(2);
    let first = quotes.next().unwrap_or_default().to_owned();
    quotes.fold(first, |all, part| all + "…" + part)
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
        for fewer in less(found, mend) {
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
    let client =
        |client: &Client| -> serde_json::Value { serde_json::from_str(&grantc::batch::client_text(client)).unwrap() };
    let line = serde_json::json!({
        "seed": found.seed,
        "policy": random::policy(found.seed, found.server),
        "before": client(&found.client),
        "behind": client(&mend.client),
        "kind": format!("{:?}", mend.kind),
        "statements": mend.statements,
        "less": less(found, mend),
        "sql": sql,
    });
    Some(line.to_string())
}
