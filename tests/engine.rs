//! The engine on a policy small enough to follow by hand.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

use grantc::answer::{Engine, Fate};
use grantc::client::{Client, From, Password, Roles};
use grantc::policy::{self, Options, Policy};
use grantc::source::Source;

fn load(text: &str) -> Policy {
    let policy = policy::load(vec![Source::new("t.sql", text)], &Options::default());
    assert!(policy.diagnostics.is_empty(), "{:?}", policy.diagnostics);
    policy
}

fn at(user: &str, ip: &str, hostname: Option<&str>) -> Client {
    let from = From::Address { ip: ip.into(), hostname: hostname.map(str::to_owned) };
    Client { user: user.into(), from, ..Client::default() }
}

fn selected(policy: &Policy, client: &Client) -> Option<String> {
    Engine::new(policy).login(client).account.map(|a| a.quoted())
}

/// Manual, "Access Control, Stage 1", both sorted-table examples.
#[test]
fn sorted_tables_of_the_manual() {
    let first = load("CREATE USER jeffrey@'%'; CREATE USER ''@localhost;");
    let socket = Client { user: "jeffrey".into(), from: From::Socket, ..Client::default() };
    assert_eq!(selected(&first, &socket).unwrap(), "''@'localhost'");
    let second = load("CREATE USER jeffrey@'%'; CREATE USER ''@'h1.example.net';");
    assert_eq!(selected(&second, &at("jeffrey", "10.0.0.1", Some("h1.example.net"))).unwrap(), "''@'h1.example.net'");
    assert_eq!(selected(&second, &at("jeffrey", "10.0.0.2", None)).unwrap(), "'jeffrey'@'%'");
}

/// M4.3, M4.6, M4.7: only the first row is tried.
#[test]
fn refusals() {
    let policy = load("CREATE USER u@'10.%' IDENTIFIED BY 'x'; CREATE USER u@'%'; CREATE USER l@'%' ACCOUNT LOCK;");
    let engine = Engine::new(&policy);
    let error = |client: &Client| engine.login(client).error.map(|e| (e.errno, e.message));
    let none = Client { password: Password::None, ..at("u", "10.1.1.1", None) };
    let message = "Access denied for user 'u'@'10.1.1.1' (using password: NO)";
    assert_eq!(error(&none).unwrap(), (1045, message.to_owned()));
    assert_eq!(error(&at("u", "11.1.1.1", None)), None);
    assert_eq!(error(&at("l", "11.1.1.1", None)).unwrap().0, 3118);
    assert_eq!(error(&at("nobody", "11.1.1.1", None)).unwrap().0, 1045);
    let login = engine.login(&none);
    assert!(matches!(&login.candidates[1].fate, Fate::Outranked { by, .. } if by.host == "10.%"));
}

/// M7.34, M5.10: default roles, nested roles.
#[test]
fn roles() {
    let policy = load(
        "CREATE ROLE inner_role, outer_role; GRANT inner_role TO outer_role; CREATE USER u@'%';
         GRANT outer_role TO u@'%'; SET DEFAULT ROLE outer_role TO u@'%';",
    );
    let engine = Engine::new(&policy);
    let roles = |roles: Roles| {
        let login = engine.login(&Client { roles, ..at("u", "10.1.1.1", None) });
        (login.roles.iter().map(|(a, _)| a.user.clone()).collect::<Vec<_>>(), login.error.map(|e| e.errno))
    };
    assert_eq!(roles(Roles::Default), (vec!["outer_role".into(), "inner_role".into()], None));
    assert_eq!(roles(Roles::None), (vec![], None));
    assert_eq!(roles(Roles::Named(vec![("inner_role".into(), "%".into())])), (vec![], Some(3530)));
}
