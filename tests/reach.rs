//! Which clients an account row can be selected for: the client sets are held against the program, client by client.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use grantc::answer::{AccountLine, AccountView, Engine, Reach};
use grantc::client::{Client, From};
use grantc::policy::{self, Options, Policy};
use grantc::source::Source;
use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};

const USERS: [&str; 3] = ["a", "b", ""];
const HOSTS: [&str; 32] = [
    "%",
    "localhost",
    "127.0.0.1",
    "::1",
    "10.1.2.3",
    "10.1.2.0/24",
    "10.1.2.3/24",
    "10.1.0.0/16",
    "10.1.0.0/255.255.0.0",
    "10.1.2.3/32",
    "10.1.%",
    "10.1.2._",
    "10.%.3",
    "10.1.2.3%",
    "app1.example.net",
    "%.example.net",
    "app_.example.net",
    "app%",
    "localhos_%",
    "localhos_",
    "%host",
    "2001:db8::5",
    "2001:db8::%",
    "2001:db8::/32",
    "1.2.example.net",
    "%.net",
    "0.0.0.0/0",
    "10.0.0.0/255.0.255.0",
    "127.%",
    "_%",
    "%_",
    "app1.example.n%",
];
const ADDRESSES: [&str; 12] = [
    "127.0.0.1",
    "::1",
    "10.1.2.3",
    "10.1.2.4",
    "10.1.9.3",
    "10.7.2.3",
    "127.0.0.2",
    "2001:db8::5",
    "2001:db8::9",
    "192.0.2.9",
    "10.0.7.3",
    "10.1.2.30",
];
const NAMES: [&str; 8] = [
    "app1.example.net",
    "App2.Example.NET",
    "h.example.org",
    "app.example.com",
    "x",
    "app1.example.nx",
    "localhost",
    "1a.net",
];

fn load(server: &str, accounts: &[(usize, usize)]) -> Policy {
    let names: Vec<(&str, &str)> = accounts.iter().map(|(user, host)| (USERS[*user], HOSTS[*host])).collect();
    let statements: String = names.iter().map(|(user, host)| format!("CREATE USER '{user}'@'{host}';\n")).collect();
    let options = Options { server: Some(server.parse().unwrap()), ..Options::default() };
    policy::load(vec![Source::new("random.sql", statements)], &options)
}

fn clients() -> Vec<Client> {
    let mut clients = vec![Client::default()];
    for ip in ADDRESSES {
        let names = NAMES.iter().map(|name| Some((*name).to_owned()));
        for hostname in names.chain([None]) {
            clients.push(Client { from: From::Address { ip: ip.into(), hostname }, ..Client::default() });
        }
    }
    clients
}

/// The row that the program selects, or all that tie.
fn selected(engine: &Engine<'_>, client: &Client) -> Vec<AccountView> {
    let login = engine.login(client);
    if login.ambiguous { login.tied } else { login.account.into_iter().collect() }
}

fn gets_it(line: &AccountLine, account: &AccountView) -> bool {
    line.row.account == *account
}

fn agrees(server: &str, accounts: &[(usize, usize)]) -> Result<(), TestCaseError> {
    let policy = load(server, accounts);
    let engine = Engine::new(&policy);
    let lines = engine.accounts();
    for line in &lines {
        let reached = &line.reached;
        prop_assert_ne!(reached.reach, Reach::Unknown);
        let hopeless = matches!(reached.reach, Reach::Never | Reach::Unmatchable | Reach::Refused);
        prop_assert_eq!(hopeless, reached.example.is_none(), "{:?}", line);
        if let Some(example) = &reached.example {
            let got = selected(&engine, example);
            prop_assert!(got.iter().any(|account| gets_it(line, account)), "{example:?} gets {got:?}, not {line:?}");
        }
    }
    for client in clients() {
        for user in ["a", "b", "stranger"] {
            let client = Client { user: user.into(), ..client.clone() };
            for account in selected(&engine, &client) {
                let line = lines.iter().find(|line| gets_it(line, &account)).unwrap();
                let reachable = matches!(line.reached.reach, Reach::Always | Reach::Partly);
                // An anonymous row is asked about for user names without rows of their own.
                prop_assert!(reachable || account.user.is_empty() && user != "stranger", "{client:?} gets {line:?}");
            }
        }
    }
    Ok(())
}

#[test]
fn reachability_agrees_with_the_program() {
    let accounts = prop::collection::vec((0..USERS.len(), 0..HOSTS.len()), 1..8);
    let servers = prop::sample::select(vec!["mysql-9.7", "mysql-8.0.22", "mysql-5.7", "mariadb-10.11"]);
    let config = ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() };
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(config, rng);
    runner.run(&(servers, accounts), |(server, accounts)| agrees(server, &accounts)).unwrap();
}

fn line(policy: &Policy, host: &str) -> AccountLine {
    Engine::new(policy).accounts().into_iter().find(|line| line.row.account.host == host).unwrap()
}

/// M9.3, M9.4: rows that two others cover together, rows that nobody matches, rows in part.
#[test]
fn rows_that_are_never_selected_name_their_blockers() {
    let text = "CREATE USER j@'10.1.2.0/25', j@'10.1.2.128/25', j@'10.1.2.%', j@'10.1.2.3/24', j@'%';";
    let policy = policy::load(vec![Source::new("p.sql", text)], &Options::default());
    let covered = line(&policy, "10.1.2.%");
    assert_eq!(covered.reached.reach, Reach::Never);
    let blockers: Vec<&str> = covered.reached.shadowed_by.iter().map(|account| account.host.as_str()).collect();
    assert_eq!(blockers, ["10.1.2.0/25", "10.1.2.128/25"]);
    assert_eq!(line(&policy, "10.1.2.3/24").reached.reach, Reach::Unmatchable);
    assert!(line(&policy, "10.1.2.3/24").unmatchable.unwrap().contains("M2.11"));
    assert_eq!(line(&policy, "%").reached.reach, Reach::Partly);
    assert_eq!(line(&policy, "10.1.2.0/25").reached.reach, Reach::Always);
}
