//! Replay from hand-made trees: the parts that need no parser.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use grantc::policy::Outcome;
use grantc::server::Server;
use grantc::source::Span;
use grantc::syntax::statement::*;
use grantc::tables::initial::initial;
use grantc::tables::replay::Replay;
use grantc::tables::row::StatementId;

fn account(user: &str, host: Option<&str>) -> AccountRef {
    let name = AccountName::Named { user: user.into(), host: host.map(Into::into) };
    AccountRef { span: Span::default(), name }
}

fn spec(user: &str) -> UserSpec {
    UserSpec {
        account: account(user, None),
        factors: Vec::new(),
        factor_changes: Vec::new(),
        retain_current: false,
        discard_old: false,
    }
}

fn create(users: &[&str]) -> StatementKind {
    StatementKind::CreateUser(Box::new(CreateUser {
        or_replace: false,
        if_not_exists: false,
        users: users.iter().map(|u| spec(u)).collect(),
        default_roles: Vec::new(),
        options: AccountOptions::default(),
    }))
}

fn run(replay: &mut Replay, id: u32, kind: StatementKind) -> Outcome {
    replay.apply(StatementId(id), &Statement::new(Span::default(), kind))
}

fn errno(outcome: &Outcome) -> u16 {
    match outcome {
        Outcome::Refused(error) => error.errno,
        _ => 0,
    }
}

#[test]
fn a_refused_create_user_makes_nothing() {
    let mut replay = Replay::new(initial(Server::default()));
    assert_eq!(errno(&run(&mut replay, 0, create(&["a"]))), 0);
    assert_eq!(errno(&run(&mut replay, 1, create(&["b", "a"]))), 1396); // M7.1
    assert!(replay.tables.find_account("b", "%").is_none_or(|key| replay.tables.users.get(&key).is_none()));
}

#[test]
fn each_privilege_is_blamed_on_its_statement() {
    let mut replay = Replay::new(initial(Server::default()));
    run(&mut replay, 0, create(&["a"]));
    let grant = |name: &str| {
        StatementKind::Grant(Grant {
            privileges: vec![PrivilegeItem { span: Span::default(), name: name.into(), columns: Vec::new() }],
            object: GrantObject {
                span: Span::default(),
                kind: ObjectKind::Table,
                name: ObjectName::Database("d".into()),
            },
            grantees: vec![spec("a")],
            grant_option: false,
            options: None,
            as_user: None,
        })
    };
    run(&mut replay, 1, grant("SELECT"));
    run(&mut replay, 2, grant("INSERT"));
    let key = replay.tables.find_account("a", "%").unwrap();
    let (_, row) = replay.tables.dbs.of(key).next().unwrap();
    let statements: Vec<u32> = row.origin.iter().map(|c| c.statement.0).collect();
    assert_eq!(statements, [1, 2]);
}
