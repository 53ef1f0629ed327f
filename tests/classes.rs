//! Session classes: what is said of a class holds for every client of it, and every client belongs to one.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use grantc::answer::{Engine, Login, SessionClass};
use grantc::client::{Client, From};
use grantc::facts::extract::client_host;
use grantc::policy::{self, Options, Policy};
use grantc::source::Source;

fn load(text: &str) -> Policy {
    let policy = policy::load(vec![Source::new("p.sql", text)], &Options::default());
    assert!(policy.diagnostics.is_empty(), "{:?}", policy.diagnostics);
    policy
}

const POLICY: &str = "
    CREATE USER joe@'%', joe@'10.1.%', ''@'%.example.net', sock@localhost IDENTIFIED WITH auth_socket AS 'root';
    CREATE USER joe@localhost REQUIRE SSL; CREATE USER pat@'10.1.2.0/24' ACCOUNT LOCK;
    CREATE ROLE r; GRANT r TO joe@'10.1.%'; SET DEFAULT ROLE r TO joe@'10.1.%';
    GRANT SELECT ON shop.* TO joe@'%';
    CREATE PROCEDURE shop.p() SELECT 1;
    CREATE USER joe@'10.1.7.%'; GRANT EXECUTE ON PROCEDURE shop.p TO joe@'10.1.7.%';";

fn outcome(login: &Login) -> (Option<String>, Option<u16>, usize) {
    let account = login.account.as_ref().map(|account| account.quoted());
    (account, login.error.as_ref().map(|error| error.errno), login.roles.len())
}

/// A client like the class's example, but from elsewhere.
fn like(class: &SessionClass, from: From) -> Client {
    Client { from, ..class.example.clone() }
}

#[test]
fn every_member_of_a_class_has_its_outcome() {
    let policy = load(POLICY);
    let engine = Engine::new(&policy);
    let found = engine.session_classes();
    assert!(found.gave_up.is_empty());
    for class in &found.classes {
        assert_eq!(engine.login(&class.example), class.login);
        for member in &class.set.members {
            let client = like(class, member.client(&class.user).from);
            assert_eq!(outcome(&engine.login(&client)), outcome(&class.login), "{client:?} of {}", class.clients);
        }
    }
}

#[test]
fn every_client_belongs_to_a_class_and_fares_as_it() {
    let policy = load(POLICY);
    let engine = Engine::new(&policy);
    let found = engine.session_classes();
    let ips = ["127.0.0.1", "::1", "10.1.2.3", "10.1.7.9", "10.9.9.9", "192.0.2.1", "2001:db8::1"];
    let names = [None, Some("a.example.net"), Some("localhost"), Some("b.example.org")];
    for (user, is_stranger) in engine.client_names() {
        let part = engine.client_sets(&engine.hosts_of(&user));
        for (ip, hostname) in ips.iter().flat_map(|ip| names.iter().map(move |name| (*ip, name.map(str::to_owned)))) {
            let from = From::Address { ip: ip.to_owned(), hostname };
            let client = Client { user: user.clone(), from, ..Client::default() };
            let set = part.set_of(&client_host(&client, false), &policy.tables.server).unwrap();
            let own = |class: &&SessionClass| class.user == user && class.set.matched == set.matched;
            // Where the socket is told apart, the class of the others comes second.
            let class = found.classes.iter().rfind(own).unwrap();
            assert_eq!(class.is_stranger, is_stranger);
            let login = engine.login(&like(class, client.from.clone()));
            assert_eq!(outcome(&login), outcome(&class.login), "{client:?} in {}", class.clients);
        }
    }
}

/// M4.8, M4.11: an example has the encryption and the OS user that its account asks for.
#[test]
fn examples_get_in_where_anybody_can() {
    let policy = load(POLICY);
    let classes = Engine::new(&policy).session_classes().classes;
    let gets_in = |user: &str, host: &str| {
        let of = |class: &&SessionClass| class.login.account.as_ref().is_some_and(|a| a.user == user && a.host == host);
        classes.iter().filter(of).any(|class| class.login.error.is_none())
    };
    assert!(gets_in("joe", "localhost"));
    assert!(gets_in("sock", "localhost"));
    assert!(!gets_in("pat", "10.1.2.0/24"));
    let sock: Vec<&SessionClass> = classes.iter().filter(|class| class.user == "sock").collect();
    let socket = sock.iter().find(|class| class.login.error.is_none()).unwrap();
    assert_eq!(socket.example.from, From::Socket);
    assert_eq!(socket.example.os_user.as_deref(), Some("sock"));
    assert_eq!(socket.clients, "the socket");
}
