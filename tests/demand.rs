//! What statements demand, against what a live MySQL 9.7.4 and a live MariaDB 10.11.18 refused while
//! `tests/live/demand.py` granted one missing privilege after the other (`tests/demand/recorded.jsonl`, `mariadb.jsonl`).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use grantc::demand::{Check, Context, DemandError, Demands, Need, On, Refusal, demands};
use grantc::policy::{Options, Policy, load};
use grantc::server::behaviour::Behaviour;
use grantc::server::catalogue::{Level, Privilege, PrivilegeSet};
use grantc::server::errors::{ServerError, access, account};
use grantc::source::Source;
use serde_json::Value;

/// A global SELECT shows routines too; a need has one level for all of its privileges.
const KNOWN_GAPS: &[(u64, &str)] = &[(1305, "SELECT ON *.*")];

/// One grant as the recorder writes it: `SELECT (a, b) ON shop.a`.
#[derive(Debug, Clone)]
struct Held {
    privilege: String,
    columns: Vec<String>,
    on: String,
}

impl Held {
    fn read(text: &str) -> Self {
        let (what, on) = text.split_once(" ON ").unwrap();
        let (privilege, columns) = what.split_once(" (").unwrap_or((what, ")"));
        let columns = columns.trim_end_matches(')').split(", ").filter(|c| !c.is_empty()).map(str::to_owned).collect();
        Self { privilege: privilege.to_owned(), columns, on: on.to_owned() }
    }
}

/// Levels, without the order of rows: what the recorded account holds is simple.
struct Session<'a> {
    policy: &'a Policy,
    held: &'a [Held],
}

impl Session<'_> {
    fn holds(&self, need: &Need, on: &str, columns: impl Fn(&[String]) -> bool) -> bool {
        let tables = &self.policy.tables;
        let name = |p: &Privilege| match p.is_static() {
            true => tables.server.privilege_name(*p),
            false => p.display(&tables.names),
        };
        let names: Vec<&str> = need.any_of.iter().map(name).collect();
        self.held.iter().any(|h| h.on == on && names.contains(&h.privilege.as_str()) && columns(&h.columns))
    }

    fn met(&self, need: &Need) -> bool {
        let whole = |c: &[String]| c.is_empty();
        let global = || self.holds(need, "*.*", whole);
        let database = |db: &str| global() || self.holds(need, &format!("{db}.*"), whole);
        let table = |db: &str, t: &str| database(db) || self.holds(need, &format!("{db}.{t}"), whole);
        let column = |db: &str, t: &str, c: &str| {
            table(db, t) || self.holds(need, &format!("{db}.{t}"), |cs| cs.iter().any(|x| x.eq_ignore_ascii_case(c)))
        };
        match &need.on {
            On::Global | On::RoleAdmin(..) => global(),
            On::Grantable | On::ListedDatabase(_) | On::ListedTable(..) => false,
            On::ProxyOf(user, host) => (user.as_str(), host.as_str()) == ("u", "localhost"),
            On::Database(db) | On::DatabaseAnew(db) => database(db),
            On::GrantsOfRole(_) => database("mysql"),
            On::Table(db, t) => table(db, t),
            On::Parent(db, t) => {
                let spoiled = need.any_of.iter().any(|p| {
                    let one = Need { any_of: vec![*p], on: need.on.clone() };
                    self.holds(&one, &format!("{db}.{t}"), |c| !c.is_empty())
                        && !self.met(&Need { on: On::Table(db.clone(), t.clone()), ..one })
                });
                !spoiled && table(db, t)
            }
            On::AnyColumn(db, t) => {
                db == "information_schema"
                    || self.policy.tables.server.everybody_reads(db, t)
                    || table(db, t)
                    || self.holds(need, &format!("{db}.{t}"), |_| true)
            }
            On::Column(db, t, c) | On::FirstColumn(db, t, c) => {
                self.policy.tables.server.everybody_reads(db, t) || column(db, t, c)
            }
            On::EveryColumn(db, t) => {
                let names = &self.policy.tables.names;
                let known =
                    names.find(db).zip(names.find(t)).and_then(|(d, t)| self.policy.tables.schema.columns(d, t));
                self.policy.tables.server.everybody_reads(db, t)
                    || table(db, t)
                    || known.is_some_and(|all| all.iter().all(|c| column(db, t, names.text(*c))))
            }
            On::ColumnOfOneOf(tables, c) => tables.iter().any(|(db, t)| column(db, t, c)),
            On::AnyTableRow(db, t) => database(db) || self.held.iter().any(|h| h.on == format!("{db}.{t}")),
            On::Routine(kind, db, r) => {
                let kind = format!("{kind:?}").to_uppercase();
                database(db) || self.holds(need, &format!("{kind} {db}.{r}"), whole)
            }
            On::ShownRoutine(kind, db, r) => {
                let kind = format!("{kind:?}").to_uppercase();
                let any_of = need.any_of.iter().copied().filter(|p| *p != Privilege::SELECT).collect();
                let narrow = Need { any_of, on: need.on.clone() };
                let proc = Need { any_of: vec![Privilege::SELECT], on: On::Table("mysql".into(), "proc".into()) };
                global()
                    || self.has(Behaviour::RoutinesInProc) && self.met(&proc)
                    || self.holds(&narrow, &format!("{db}.*"), whole)
                    || self.holds(&narrow, &format!("{kind} {db}.{r}"), whole)
            }
            On::VisibleDatabase(db) => self.held.iter().any(|h| {
                let inside = h.on.split(' ').next_back().unwrap().split('.').next().unwrap();
                let any_global = self.has(Behaviour::AnyGlobalListsTables) && !need.any_of.is_empty();
                self.opens(&h.privilege) && (inside == db || inside == "*") || any_global && inside == "*"
            }),
        }
    }

    fn has(&self, behaviour: Behaviour) -> bool {
        self.policy.tables.server.has(behaviour)
    }

    /// M5.40
    fn opens(&self, privilege: &str) -> bool {
        let server = &self.policy.tables.server;
        let option = PrivilegeSet::of(Privilege::GRANT_OPTION);
        let kept = if self.has(Behaviour::GrantOptionOpensDatabase) { PrivilegeSet::EMPTY } else { option };
        server.privileges_at(Level::Database).minus(kept).iter().any(|p| server.privilege_name(p) == privilege)
    }

    /// The error of the first check that fails.
    fn refusal(&self, result: &Result<Demands, DemandError>) -> Option<(u64, String)> {
        match result {
            Ok(demands) => demands.checks.iter().find_map(|c| self.failed(c)),
            Err(DemandError::NoDatabase) => Some((1046, "No database selected".into())),
            Err(DemandError::Refused(e)) => Some((e.errno.into(), filled(&e.message))),
            Err(DemandError::Syntax(what)) => Some((1064, what.clone())),
            Err(DemandError::Unsupported(what)) => Some((0, format!("not known: {what}"))),
        }
    }

    fn failed(&self, check: &Check) -> Option<(u64, String)> {
        let missing: Vec<&Need> = check.needs.iter().filter(|n| !self.met(n)).collect();
        if missing.is_empty() {
            return None;
        }
        let server = &self.policy.tables.server;
        let words = || {
            let mut privileges: Vec<_> = missing.iter().map(|n| n.any_of[0]).collect();
            privileges.sort_unstable();
            privileges.iter().map(|p| server.privilege_word(*p)).collect::<Vec<&str>>().join(", ")
        };
        let who = ("u", "localhost");
        let error = match &check.refusal {
            Refusal::Database(db) => account::database_denied(who, db),
            Refusal::Table { db, table, verb } => {
                access::table_denied(server, &verb.clone().unwrap_or_else(words), who, db, table)
            }
            Refusal::Column { verb, column, table, .. } => {
                access::column_denied(&verb.clone().unwrap_or_else(words), who, column, table)
            }
            Refusal::Routine { verb, routine } => access::routine_denied(verb, who, routine),
            Refusal::Specific(privileges) => access::specific_denied(privileges),
            Refusal::AccessDenied => access::access_denied(who, false),
            Refusal::Other { errno, sqlstate, message } => ServerError::new(*errno, sqlstate, filled(message)),
        };
        Some((error.errno.into(), error.message))
    }
}

fn filled(message: &str) -> String {
    message
        .replace("{user}", "u")
        .replace("{login}", "u")
        .replace("{host}", "localhost")
        .replace("{row_host}", "localhost")
}

/// A server, its objects, and what it said.
struct Recording {
    server: &'static str,
    schema: &'static str,
    cases: &'static str,
}

const MYSQL: Recording = Recording {
    server: "mysql-9.7",
    schema: include_str!("demand/schema.sql"),
    cases: include_str!("demand/recorded.jsonl"),
};

const MARIADB: Recording = Recording {
    server: "mariadb-10.11",
    schema: include_str!("demand/mariadb.sql"),
    cases: include_str!("demand/mariadb.jsonl"),
};

impl Recording {
    fn policy(&self) -> Policy {
        let options = Options { server: Some(self.server.parse().unwrap()), ..Options::default() };
        load(vec![Source::new("schema.sql", self.schema)], &options)
    }

    fn cases(&self) -> Vec<Value> {
        self.cases.lines().map(|l| serde_json::from_str(l).unwrap()).collect()
    }

    /// Every statement that is not refused as it was.
    fn wrong(&self) -> Vec<String> {
        let policy = self.policy();
        let cases = self.cases();
        assert!(cases.len() > 600, "only {} cases", cases.len());
        let differs = |case: &Value| differs(&policy, case);
        let wrong: Vec<String> = cases.iter().filter_map(differs).collect();
        if !wrong.is_empty() {
            eprintln!("{} of {} differ", wrong.len(), cases.len());
        }
        wrong
    }
}

fn policy() -> Policy {
    MYSQL.policy()
}

fn context<'a>(policy: &'a Policy, db: Option<&'a str>) -> Context<'a> {
    let account = Some(("u", "localhost"));
    Context { server: policy.tables.server, tables: &policy.tables, current_db: db, account, login: Some("u") }
}

fn texts(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().map(|v| v.as_str().unwrap().to_owned()).collect()
}

/// What is wrong with one recorded case, if anything.
fn differs(policy: &Policy, case: &Value) -> Option<String> {
    let sql = case["sql"].as_str().unwrap();
    let result = demands(sql, &context(policy, case["db"].as_str()));
    let mut held: Vec<Held> = texts(&case["given"]).iter().map(|g| Held::read(g)).collect();
    let said = |held: &[Held]| Session { policy, held }.refusal(&result);
    for stage in case["stages"].as_array().unwrap() {
        let expected = (stage["errno"].as_u64().unwrap(), stage["message"].as_str().unwrap().to_owned());
        let got = said(&held);
        if got.as_ref() != Some(&expected) {
            return Some(format!("{sql}\n  holding {held:?}\n  server: {expected:?}\n  grantc: {got:?}"));
        }
        for one in texts(&stage["any_of"]) {
            if KNOWN_GAPS.contains(&(expected.0, one.as_str())) {
                continue;
            }
            let more: Vec<Held> = held.iter().cloned().chain([Held::read(&one)]).collect();
            if said(&more) == got {
                return Some(format!("{sql}\n  {one} gets past {expected:?} on the server, not in grantc"));
            }
        }
        held.extend(texts(&stage["granted"]).iter().map(|g| Held::read(g)));
    }
    let end = &case["end"];
    let last = case["stages"].as_array().unwrap().last();
    let ungranted = end["errno"] == 0 || last.is_some_and(|l| end["message"] == l["message"]);
    let got = said(&held);
    let passes = match &got {
        None => !matches!(end["errno"].as_u64(), Some(1046)),
        Some((errno, _)) => ungranted || end["errno"].as_u64() == Some(*errno),
    };
    (!passes).then(|| format!("{sql}\n  holding {held:?}\n  server: {end}\n  grantc: {got:?}"))
}

/// M8.1–M8.4: for every recorded statement the same refusals in the same order, and none when the server has none.
#[test]
fn statements_are_refused_as_mysql_refuses_them() {
    let wrong = MYSQL.wrong();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The same for MariaDB.
#[test]
fn statements_are_refused_as_mariadb_refuses_them() {
    let wrong = MARIADB.wrong();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn untold(sql: &str) -> Result<Demands, DemandError> {
    let policy = load(vec![Source::new("-", "SET @x = 1")], &Options::default());
    demands(sql, &context(&policy, Some("d")))
}

/// Contract §1: without a schema every object exists, and a column may belong to either table.
#[test]
fn without_a_schema_a_column_of_two_tables_stays_open() {
    let demands = untold("SELECT x, t.y FROM t, u WHERE z = 1").unwrap();
    let on: Vec<&On> = demands.checks.iter().map(|c| &c.needs[0].on).collect();
    let table = |t: &str| ("d".to_owned(), t.to_owned());
    let open = |c: &str| On::ColumnOfOneOf(vec![table("t"), table("u")], c.to_owned());
    let expected = [
        On::AnyColumn("d".into(), "t".into()),
        On::AnyColumn("d".into(), "u".into()),
        open("x"),
        On::Column("d".into(), "t".into(), "y".into()),
        open("z"),
    ];
    assert_eq!(on, expected.iter().collect::<Vec<_>>());
}

/// M5.22: which columns `*` means is not known without a schema.
#[test]
fn without_a_schema_a_star_needs_every_column() {
    let demands = untold("SELECT * FROM t").unwrap();
    assert_eq!(demands.checks[1].needs[0].on, On::EveryColumn("d".into(), "t".into()));
}

/// What cannot be told is said, and why.
#[test]
fn what_is_not_known_is_named() {
    let error = |sql: &str| untold(sql).unwrap_err();
    assert_eq!(error("FROBNICATE TABLE t"), DemandError::Unsupported("FROBNICATE TABLE".into()));
    assert_eq!(
        error("DROP TABLE"),
        DemandError::Syntax("expected a table name, found the end of the statement".into())
    );
    assert_eq!(error(""), DemandError::Syntax("expected a statement, found the end of the statement".into()));
    assert!(matches!(error("EXECUTE st"), DemandError::Unsupported(_)));
    assert!(matches!(error("SELECT FROM WHERE"), DemandError::Syntax(_)));
    let nowhere = load(vec![Source::new("-", "SET @x = 1")], &Options::default());
    assert_eq!(demands("SELECT a FROM t", &context(&nowhere, None)), Err(DemandError::NoDatabase));
}

/// Where the manual asks for more than the server does, a note says so (M8.2).
#[test]
fn extra_demands_of_the_manual_are_notes() {
    let notes = untold("ALTER TABLE t ADD c INT").unwrap().notes;
    assert!(notes.iter().any(|n| n.contains("the server checks ALTER only (M8.2)")), "{notes:?}");
}

/// M6.1: a privilege asked on an object is asked at the levels that count there, with that level's refusal.
#[test]
fn a_privilege_on_an_object_has_the_refusal_of_its_level() {
    use grantc::client::Object;
    let policy = policy();
    let of = |privilege: &str, on: Object| grantc::demand::demand_of(privilege, &on, &context(&policy, None));
    let table = of("select", Object::Table("shop".into(), "a".into())).unwrap();
    assert_eq!(table.checks[0].needs[0].on, On::Table("shop".into(), "a".into()));
    assert!(matches!(table.checks[0].refusal, Refusal::Table { .. }));
    let global = of("BACKUP_ADMIN", Object::Global).unwrap();
    assert_eq!(global.checks[0].refusal, Refusal::Specific("BACKUP_ADMIN".into()));
    let denied = of("CREATE", Object::Database("information_schema".into()));
    assert!(matches!(denied, Err(DemandError::Refused(e)) if e.errno == 1044));
    assert!(matches!(of("FLY", Object::Global), Err(DemandError::Syntax(_))));
}

/// No statement, cut off or damaged anywhere, makes the reader panic.
#[test]
fn no_statement_panics() {
    let recordings = [&MYSQL, &MARIADB].map(|r| (r.policy(), r.cases()));
    for (policy, case) in recordings.iter().flat_map(|(p, cases)| cases.iter().step_by(5).map(move |c| (p, c))) {
        let sql = case["sql"].as_str().unwrap();
        for end in (0..sql.len()).step_by(3).filter(|e| sql.is_char_boundary(*e)) {
            let _ = demands(&sql[..end], &context(policy, None));
            let _ = demands(&format!("{} ( {}", &sql[..end], &sql[end..]), &context(policy, Some("shop")));
            let _ = demands(&format!("{}'{}", &sql[..end], &sql[end..]), &context(policy, Some("shop")));
        }
    }
}
