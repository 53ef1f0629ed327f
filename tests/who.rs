//! Who may do something: by hand on small policies, and on random ones against each client's own answer.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use grantc::answer::{Engine, Standing, Verdict, Who};
use grantc::client::set::{ClientSet, Member, Partition};
use grantc::client::{Ask, Client, From, Object, Roles};
use grantc::facts::extract::client_host;
use grantc::matching::language::Matched;
use grantc::policy::{self, Options, Policy};
use grantc::server::variables::Variable;
use grantc::source::Source;
use std::collections::BTreeMap;
use support::random;

fn load(text: &str) -> Policy {
    policy::load(vec![Source::new("p.sql", text)], &Options::default())
}

/// Each account with its standing and the rows, in short; accounts of the server itself are left out.
fn told(policy: &Policy, privilege: &str, on: &str) -> Vec<String> {
    let who = Engine::new(policy).who(privilege, &on.parse().unwrap()).unwrap();
    let own = who.able.iter().filter(|able| able.account.user != "root" && !able.account.user.starts_with("mysql."));
    own.map(|able| {
        let standing = match &able.standing {
            Standing::May => "may".to_owned(),
            Standing::AfterSetRole(how) => how.clone(),
            Standing::AfterSetPassword => "after SET PASSWORD".to_owned(),
            Standing::Undetermined(_) => "undetermined".to_owned(),
            Standing::CannotLogIn(why) | Standing::NeverSelected(why) => format!("not: {why}"),
        };
        let clients: Vec<String> = able.clients.iter().map(|c| format!("{} from {}", c.user, c.from)).collect();
        let rows: Vec<String> = able.rows.iter().map(|row| row.words()).collect();
        format!("{} {standing} | {} | {}", able.account.quoted(), clients.join(", "), rows.join(", "))
    })
    .collect()
}

#[test]
fn rows_of_every_level_and_patterns() {
    let policy = load(
        "CREATE USER g, d, p, t, c, n;
         GRANT SELECT ON *.* TO g; GRANT SELECT ON shop.* TO d; GRANT SELECT ON `sh%`.* TO p;
         CREATE DATABASE shop; CREATE TABLE shop.a (id INT, v INT);
         GRANT SELECT ON shop.a TO t; GRANT SELECT (id) ON shop.a TO c; GRANT INSERT ON shop.* TO n;",
    );
    let expected = [
        "'c'@'%' may | c from every client | columns_priv row 'c'@'%' shop.a.id",
        "'d'@'%' may | d from every client | db row 'd'@'%' shop",
        "'g'@'%' may | g from every client | user row 'g'@'%'",
        "'p'@'%' may | p from every client | db row 'p'@'%' sh%",
        "'t'@'%' may | t from every client | tables_priv row 't'@'%' shop.a",
    ];
    assert_eq!(told(&policy, "SELECT", "shop.a.id"), expected);
    assert_eq!(told(&policy, "SELECT", "shop.a").len(), 4, "a column of it is not the table");
    assert_eq!(told(&policy, "SELECT", "shop.*").len(), 3);
    assert_eq!(told(&policy, "SELECT", "*.*"), ["'g'@'%' may | g from every client | user row 'g'@'%'"]);
    assert!(Engine::new(&policy).who("SELECTT", &Object::Global).is_err());
}

#[test]
fn roles_at_login_and_after_set_role() {
    let policy = load(
        "CREATE ROLE inner_r, outer_r; GRANT DELETE ON shop.* TO inner_r; GRANT inner_r TO outer_r;
         CREATE USER ann DEFAULT ROLE outer_r; CREATE USER bob, eve; GRANT outer_r TO bob;",
    );
    let expected = [
        "'ann'@'%' may | ann from every client | db row 'inner_r'@'%' shop",
        "'bob'@'%' SET ROLE 'outer_r' | bob from every client | db row 'inner_r'@'%' shop",
        "'inner_r'@'%' not: it is a role; it is locked | inner_r from every client | db row 'inner_r'@'%' shop",
        "'outer_r'@'%' not: it is a role; it is locked | outer_r from every client | db row 'inner_r'@'%' shop",
    ];
    assert_eq!(told(&policy, "DELETE", "shop.orders"), expected);
    let who = Engine::new(&policy).who("DELETE", &"shop.orders".parse().unwrap()).unwrap();
    let ways: Vec<String> = who.able[0].roles[0].iter().map(|role| role.user.clone()).collect();
    assert_eq!(ways, ["inner_r", "outer_r"]);
}

/// An anonymous grant serves everybody, and an anonymous account takes clients of a named one (M5.3, M3.7).
#[test]
fn anonymous_rows() {
    let policy = load(
        "CREATE USER ''@'localhost', joe@'%'; GRANT SELECT ON test.* TO ''@'localhost'; GRANT SELECT ON test.* TO joe@'%';",
    );
    let told = told(&policy, "SELECT", "test.t");
    assert!(told.iter().any(|line| line.starts_with("''@'localhost' may | joe from the socket")), "{told:#?}");
    assert!(told.iter().any(|line| line.starts_with("'joe'@'%' may | joe from any other")), "{told:#?}");
}

#[test]
fn accounts_that_cannot_log_in_are_told_apart() {
    let policy = load(
        "CREATE USER l@'%' ACCOUNT LOCK; CREATE USER e@'%' PASSWORD EXPIRE;
         CREATE USER n@'%' IDENTIFIED WITH mysql_no_login, h@'10.1.2.3/24', s@'10.0.0.1', f@'%';
         GRANT FILE ON *.* TO l@'%', n@'%', e@'%', h@'10.1.2.3/24', s@'10.0.0.1';",
    );
    let told = told(&policy, "FILE", "*.*");
    let starts = [
        "'s'@'10.0.0.1' may | s from 10.0.0.1",
        "'l'@'%' not: it is locked",
        "'n'@'%' not: its method of authentication",
        "'e'@'%' not: its password is expired",
        "'h'@'10.1.2.3/24' not: ",
    ];
    assert_eq!(told.len(), starts.len(), "{told:#?}");
    for (line, start) in told.iter().zip(starts) {
        assert!(line.starts_with(start), "{told:#?}");
    }
}

#[test]
fn an_expired_password_may_be_set_first() {
    let policy =
        load("SET GLOBAL disconnect_on_expired_password = OFF; CREATE USER e PASSWORD EXPIRE; GRANT FILE ON *.* TO e;");
    assert!(told(&policy, "FILE", "*.*")[0].starts_with("'e'@'%' after SET PASSWORD"));
}

#[test]
fn proxies_have_what_the_proxied_have() {
    let policy = load(
        "CREATE USER boss IDENTIFIED WITH mysql_no_login, emp IDENTIFIED WITH sha256_password BY 'x';
         GRANT DROP ON shop.* TO boss; GRANT PROXY ON boss TO emp;
         SET GLOBAL check_proxy_users = ON; SET GLOBAL sha256_password_proxy_users = ON;",
    );
    let who = Engine::new(&policy).who("DROP", &"shop.*".parse().unwrap()).unwrap();
    let emp = who.able.iter().find(|able| able.account.user == "emp").expect("emp stands in for boss");
    assert_eq!(emp.standing, Standing::May);
    assert_eq!(emp.acts_as.as_ref().unwrap().0.user, "boss");
}

#[test]
fn nobody() {
    let policy = load("DROP USER root@localhost; CREATE USER a;");
    let who = Engine::new(&policy).who("SHUTDOWN", &Object::Global).unwrap();
    assert!(!who.anybody() && !who.unsure(), "{who:?}");
}

/// For random clients, the answer is that of `check`: who is listed may, and who is not listed may not.
#[test]
fn agrees_with_each_client() {
    let (mut may, mut may_not, mut after) = (0, 0, 0);
    for server in random::SERVERS {
        for seed in 0..2 {
            let policy = random::load(seed, server);
            let engine = Engine::new(&policy);
            let clients = random::clients(seed, &policy, 30);
            let clients = clients.iter().filter(|c| c.db.is_none() && !matches!(c.from, From::Hostname(_)));
            let mut parts = BTreeMap::new();
            let placed: Vec<(&Client, Place)> =
                clients.filter_map(|client| Some((client, Place::of(&engine, client, &mut parts)?))).collect();
            for ask in random::asks(seed, &policy, 4) {
                let Ask::Can { privilege, on } = &ask else { continue };
                let Ok(who) = engine.who(privilege, on) else { continue };
                for (client, place) in &placed {
                    let listed = place.standing(&who, client);
                    let decision = engine.check(client, &ask);
                    let allowed = decision.verdict == Verdict::Allow;
                    let context = || format!("{server} {seed} {ask:?} {client:?} {listed:?}");
                    match &listed {
                        Some(Standing::May) if client.roles == Roles::Default => {
                            let login = &decision.login;
                            let in_doubt = login.error.is_some() || login.undetermined.is_some();
                            assert!(allowed || in_doubt, "{}", context());
                            may += usize::from(allowed);
                        }
                        Some(Standing::AfterSetRole(_)) if client.roles == Roles::Default => {
                            assert!(!allowed, "{}", context());
                            after += 1;
                        }
                        Some(Standing::CannotLogIn(_)) => assert!(!allowed, "{}", context()),
                        None => {
                            assert!(!allowed, "{}", context());
                            may_not += 1;
                        }
                        _ => {}
                    }
                }
            }
        }
    }
    assert!(may > 10 && may_not > 100 && may + after > 12, "{may} {may_not} {after}");
}

/// Where a client stands among the client sets.
struct Place {
    matched: Matched,
    is_stranger: bool,
}

impl Place {
    /// None where the search for sets gave up before it came to this client's.
    fn of(engine: &Engine<'_>, client: &Client, parts: &mut BTreeMap<String, Partition>) -> Option<Self> {
        let tables = &engine.policy().tables;
        let part =
            parts.entry(client.user.clone()).or_insert_with(|| engine.client_sets(&engine.hosts_of(&client.user)));
        let host = client_host(client, tables.variables.on(Variable::SkipNameResolve));
        let Some(set) = part.set_of(&host, &tables.server) else {
            assert!(
                part.gave_up,
                "{} {client:?} belongs to no set of {:?} {:?}",
                tables.server, part.hosts, part.by_address
            );
            return None;
        };
        let known = engine.client_names().into_iter().any(|(name, is_stranger)| name == client.user && !is_stranger);
        Some(Self { matched: set.matched.clone(), is_stranger: !known })
    }

    /// What is said of the set that a client belongs to; of the socket apart from the others where it is told apart.
    fn standing(&self, who: &Who, client: &Client) -> Option<Standing> {
        let all = who.able.iter().flat_map(|able| able.clients.iter().map(move |clients| (able, clients)));
        let named = |user: &str, stranger: bool| if self.is_stranger { stranger } else { user == client.user };
        let mut own = all.filter(|(_, c)| c.set.matched == self.matched && named(&c.user, c.is_stranger));
        let socket = client.from == From::Socket;
        let here = |set: &ClientSet| set.members.iter().any(|member| (*member == Member::Socket) == socket);
        own.find(|(_, clients)| here(&clients.set)).map(|(able, _)| able.standing.clone())
    }
}

/// Who has it on a part only is not among those who may, and is shown beside them.
#[test]
fn rows_on_parts_are_shown_beside_those_who_may() {
    let policy = load(
        "CREATE DATABASE shop; CREATE TABLE shop.a (id INT, v INT); CREATE TABLE shop.b (id INT);
         CREATE DATABASE shop2; CREATE TABLE shop2.a (id INT);
         CREATE USER d, t, c, r, o; CREATE ROLE some;
         GRANT SELECT, EXECUTE ON shop.* TO d; GRANT SELECT ON shop.a TO d;
         GRANT SELECT, INSERT (v) ON shop.a TO t; GRANT SELECT (id), INSERT (v) ON shop.a TO c, some;
         CREATE PROCEDURE shop.p() SELECT 1; GRANT EXECUTE ON PROCEDURE shop.p TO r;
         GRANT SELECT ON shop2.a TO o; GRANT DELETE ON shop.a TO o; GRANT SELECT (id) ON shop.b TO o;",
    );
    let parts = |privilege: &str, on: &str| -> Vec<String> {
        let who = Engine::new(&policy).who(privilege, &on.parse().unwrap()).unwrap();
        who.parts.iter().map(|row| row.words()).collect()
    };
    let columns = ["columns_priv row 'c'@'%' shop.a.id", "columns_priv row 'some'@'%' shop.a.id"];
    let within = ["tables_priv row 't'@'%' shop.a", columns[0], columns[1], "columns_priv row 'o'@'%' shop.b.id"];
    assert_eq!(parts("SELECT", "shop.*"), within);
    assert_eq!(parts("SELECT", "shop.a"), columns);
    assert_eq!(parts("EXECUTE", "shop.*"), ["procs_priv row 'r'@'%' shop.p"]);
    for (privilege, on) in [("SELECT", "shop.a.id"), ("SELECT", "*.*"), ("UPDATE", "shop.*"), ("DELETE", "shop.b")] {
        assert!(parts(privilege, on).is_empty(), "{privilege} {on}");
    }
    assert_eq!(told(&policy, "SELECT", "shop.*").len(), 1);
}
