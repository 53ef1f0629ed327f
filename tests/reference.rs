//! The engine beside the independent evaluator: who is selected, what becomes of the login, which roles are active, and by
//! which rows a privilege is held.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use grantc::answer::{AccountView, Decision, Engine, RowView, Verdict};
use grantc::client::{Ask, Client, Object};
use grantc::expectation::Question;
use grantc::expectation::parse::parse;
use grantc::expectation::run::run_seen;
use grantc::policy::{self, Options, Policy};
use grantc::reference::{Held, Login, Outcome, Reference, Session};
use grantc::server::catalogue::Privilege;
use grantc::server::variables::Variable;
use grantc::source::Source;
use rayon::prelude::*;
use std::collections::BTreeMap;
use support::random;

/// What both were asked, and where they differ.
#[derive(Default)]
struct Found {
    logins: usize,
    asks: usize,
    held: usize,
    unsure: usize,
    differences: Vec<String>,
}

impl Found {
    fn add(mut self, other: Self) -> Self {
        self.logins += other.logins;
        self.asks += other.asks;
        self.held += other.held;
        self.unsure += other.unsure;
        self.differences.extend(other.differences);
        self
    }

    fn assert_none(self, what: &str) -> Self {
        println!("{what}: {} logins, {} questions, {} held, {} unsure", self.logins, self.asks, self.held, self.unsure);
        let mut looks: BTreeMap<&str, (usize, &str)> = BTreeMap::new();
        for difference in &self.differences {
            looks.entry(difference.split('|').next().unwrap()).or_insert((0, difference)).0 += 1;
        }
        let shown: Vec<String> = looks.values().map(|(count, first)| format!("{count} x {first}")).collect();
        assert!(shown.is_empty(), "{what}: the engine and the reference differ\n{}", shown.join("\n"));
        self
    }
}

/// Both sides of one policy.
struct Beside<'p> {
    name: &'p str,
    policy: &'p Policy,
    engine: &'p Engine<'p>,
    reference: Reference<'p>,
    found: Found,
}

impl<'p> Beside<'p> {
    fn new(name: &'p str, engine: &'p Engine<'p>) -> Self {
        let policy = engine.policy();
        Self { name, policy, engine, reference: Reference::new(policy), found: Found::default() }
    }

    fn differ(&mut self, look: &str, client: &Client, engine: &str, reference: &str) {
        let server = self.policy.tables.server;
        let text = format!(
            "{look}, {server} | {}: {client:?}\n    engine:    {engine}\n    reference: {reference}",
            self.name
        );
        self.found.differences.push(text);
    }

    fn view(&self, key: grantc::tables::row::AccountKey) -> AccountView {
        let (user, host) = self.policy.tables.account_text(key);
        AccountView { user: user.to_owned(), host: host.to_owned() }
    }

    fn client(&mut self, client: &Client, asks: &[Ask]) {
        let reference = self.reference.login(client);
        if reference == Login::AddressUnknown {
            return;
        }
        self.found.logins += 1;
        let engine = self.engine.login(client);
        let errno = engine.error.as_ref().map(|error| error.errno);
        let sessions = match &reference {
            Login::AddressUnknown => return,
            Login::NotAdmitted if errno == Some(1130) => return,
            Login::Nobody if engine.account.is_none() && self.is_nobody(errno) => return,
            Login::NotAdmitted | Login::Nobody => {
                return self.differ(
                    "selection",
                    client,
                    &format!("{:?} {errno:?}", engine.account),
                    &format!("{reference:?}"),
                );
            }
            Login::Selected(sessions) => sessions,
        };
        let selected = match engine.ambiguous {
            true => engine.tied.clone(),
            false => engine.account.clone().into_iter().collect(),
        };
        let wanted: Vec<AccountView> = sessions.iter().map(|session| self.view(session.row)).collect();
        if selected != wanted || errno == Some(1130) {
            return self.differ("selection", client, &format!("{selected:?} {errno:?}"), &format!("{wanted:?}"));
        }
        let first = &sessions[0];
        self.session(client, &engine, first);
        let outcomes = &first.outcomes;
        let said = match (errno, &engine.undetermined) {
            (Some(errno), _) => vec![Outcome::Refused(errno)],
            (None, Some(_)) => Vec::new(),
            (None, None) if engine.must_set_password => vec![Outcome::MustSetPassword],
            (None, None) => vec![Outcome::In],
        };
        let agrees = match (outcomes.as_slice(), said.as_slice()) {
            ([.., Outcome::Refused(_)], []) => outcomes.len() > 1,
            // Refused whatever the missing fact is; the error is one of those that there can be.
            (all, [Outcome::Refused(_)]) => all.iter().all(is_refusal) && all.contains(&said[0]),
            (all, said) => all == said,
        };
        if !agrees {
            return self.differ("outcome", client, &format!("{said:?}"), &format!("{outcomes:?}"));
        }
        if said == [Outcome::In] {
            asks.iter().for_each(|ask| self.ask(client, sessions, &engine, ask));
        }
    }

    /// M4.4: in MariaDB the error can be the one of the OS user's method.
    fn is_nobody(&self, errno: Option<u16>) -> bool {
        errno == Some(1045) || errno == Some(1698) && self.policy.tables.server.is_mariadb()
    }

    fn session(&mut self, client: &Client, engine: &grantc::answer::Login, session: &Session) {
        let effective = engine.proxied.as_ref().map(|(account, _)| account).or(engine.account.as_ref());
        let wanted = self.view(session.account);
        if effective != Some(&wanted) {
            self.differ("proxied", client, &format!("{effective:?}"), &format!("{wanted:?}"));
        }
        let mut active: Vec<AccountView> = engine.roles.iter().map(|(account, _)| account.clone()).collect();
        active.sort();
        let mut wanted: Vec<AccountView> =
            self.reference.reached(&session.roles).into_iter().map(|role| self.view(role)).collect();
        wanted.sort();
        let refused = session.outcomes.iter().all(is_refusal);
        if active != wanted && !refused {
            self.differ("roles", client, &format!("{active:?}"), &format!("{wanted:?}"));
        }
    }

    fn ask(&mut self, client: &Client, sessions: &[Session], login: &grantc::answer::Login, ask: &Ask) {
        let Ask::Can { privilege, on } = ask else { return };
        let Some(wanted) = self.privilege(privilege) else { return };
        let texts = self.reference.texts(client).unwrap();
        let held: Vec<Held> = sessions.iter().map(|session| self.reference.held(&texts, session, wanted, on)).collect();
        let decision = self.engine.check_logged_in(client, login, ask);
        self.found.asks += 1;
        self.found.held += usize::from(held[0].is_held());
        let is_no = |held: &Held| !held.is_held() && !held.unsure;
        let said = match decision.verdict {
            Verdict::Allow => "held",
            Verdict::Deny => "not held",
            Verdict::Undetermined(_) => "unsure",
            _ => "?",
        };
        let wanted = match () {
            () if held.iter().all(Held::is_held) => "held",
            () if held.iter().all(is_no) => "not held",
            () => "unsure",
        };
        self.found.unsure += usize::from(wanted == "unsure");
        let question = format!("{privilege} on {on}");
        let mut rows: Vec<String> = held[0].rows.iter().map(|row| self.reference.row_words(*row)).collect();
        rows.sort();
        if said != wanted {
            return self.differ("privilege", client, &format!("{said} {question}"), &format!("{wanted} {rows:?}"));
        }
        let named = named(&decision);
        // The server does not look for the row of a table whose columns it changes by what is above it (M5.22).
        let agree = match on {
            Object::Column(..) => named.iter().all(|row| rows.contains(row)) && named.is_empty() == rows.is_empty(),
            _ => named == rows,
        };
        if said == "held" && !agree {
            self.differ("rows", client, &format!("{question} {named:?}"), &format!("{rows:?}"));
        }
    }

    fn privilege(&self, name: &str) -> Option<Privilege> {
        let (server, name) = (self.policy.tables.server, name.to_uppercase());
        let dynamic = || server.dynamic_privileges().find(|(_, known)| *known == name).map(|(privilege, _)| privilege);
        server.static_privilege(&name).or_else(dynamic)
    }
}

/// The rows that the engine says give it, in the words of the reference.
fn named(decision: &Decision) -> Vec<String> {
    let rows = decision.checks.iter().flat_map(|check| &check.needs).flat_map(|need| &need.rows);
    let words = |row: &RowView| {
        let mut parts: Vec<&str> =
            [&row.db, &row.object, &row.column].into_iter().filter_map(Option::as_deref).collect();
        if row.table == "global_grants" {
            parts.extend(row.privileges.first().map(String::as_str));
        }
        let on = parts.join(".");
        format!("{} '{}'@'{}' {on}", row.table, row.account.user, row.account.host).trim_end().to_owned()
    };
    let mut words: Vec<String> = rows.map(words).collect();
    words.sort();
    words.dedup();
    words
}

fn is_refusal(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Refused(_))
}

fn compare(name: &str, policy: &Policy, seed: u64, clients: usize, asks: usize) -> Found {
    let engine = Engine::new(policy);
    let mut beside = Beside::new(name, &engine);
    for (at, client) in random::clients(seed, policy, clients).iter().enumerate() {
        let asks = random::asks(seed.wrapping_mul(1_000).wrapping_add(at as u64), policy, asks);
        beside.client(client, &asks);
    }
    beside.found
}

fn random_policies(server: &str, seeds: std::ops::Range<u64>) -> Found {
    let all = seeds.into_par_iter().map(|seed| {
        let policy = random::load(seed, server);
        compare(&format!("seed {seed}"), &policy, seed, 10, 5)
    });
    all.reduce(Found::default, Found::add).assert_none(server)
}

/// Every policy and dump that is shipped here.
#[test]
fn policies_of_files() {
    let files = support::policy_files();
    let all = files.par_iter().map(|(name, path)| {
        let text = std::fs::read_to_string(path).unwrap();
        let policy = policy::load(vec![Source::new(name.clone(), text)], &Options::default());
        compare(name, &policy, 1, 24, 6)
    });
    all.reduce(Found::default, Found::add).assert_none("policies");
}

/// The clients and questions of the cases, on the policies that they have by then.
#[test]
fn questions_of_cases() {
    // Of MariaDB the second evaluator does not know yet which passwords need not be set anew, nor what roles forget.
    let files: Vec<_> = support::case_files().into_iter().filter(|(name, _)| !name.contains("mariadb")).collect();
    let all = files.par_iter().map(|(name, path)| {
        let file = parse(name, &std::fs::read_to_string(path).unwrap());
        let mut found = Found::default();
        let read = |policy: &str| grantc::expectation::files::beside(path, policy);
        run_seen(&file, &read, &mut |engine, question, running| {
            let mut beside = Beside::new(name, engine);
            match question {
                _ if running.is_some() || engine.policy().tables.variables.on(Variable::SkipGrantTables) => {}
                Question::Login(client) => beside.client(client, &[]),
                Question::Check(client, ask) => beside.client(client, std::slice::from_ref(ask)),
                _ => {}
            }
            found = std::mem::take(&mut found).add(beside.found);
        });
        found
    });
    all.reduce(Found::default, Found::add).assert_none("cases");
}

#[test]
fn random_policies_of_mysql_9_7() {
    let found = random_policies("mysql-9.7", support::seeds(0..125));
    assert!(found.held * 8 > found.asks, "most questions are about nothing");
}

#[test]
fn random_policies_of_mysql_8_4() {
    random_policies("mysql-8.4", support::seeds(0..125));
}

#[test]
fn random_policies_of_mysql_5_7() {
    random_policies("mysql-5.7", support::seeds(0..125));
}

#[test]
fn random_policies_of_mariadb() {
    random_policies("mariadb-10.11", support::seeds(0..125));
}
