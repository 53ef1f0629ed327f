//! The grants and the questions, the same for every engine.

use grantc::client::{Client, From, Object};
use grantc::decision_table::{Admission, Answer, DecisionTable, Session};
use grantc::policy::{self, Options};
use grantc::source::Source;
use std::collections::HashMap;

/// One privilege on a database, or on one of its tables.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Grant {
    pub user: String,
    pub privilege: &'static str,
    pub db: String,
    /// None: the whole database.
    pub table: Option<String>,
}

/// May this user do that to a table?
#[derive(Debug)]
pub struct Question {
    pub user: String,
    pub privilege: &'static str,
    pub db: String,
    pub table: String,
    pub allowed: bool,
}

/// Grants, and questions about them of which half are allowed.
pub struct Grants {
    pub grants: Vec<Grant>,
    pub questions: Vec<Question>,
}

/// A question as grantc is asked: who, which privilege, on what.
pub type Asked = (Client, &'static str, Object);

const PRIVILEGES: [&str; 3] = ["SELECT", "INSERT", "UPDATE"];

/// The questions of each run.
const QUESTIONS: usize = 1_000;

impl Grants {
    /// Ten grants of one privilege for each of so many accounts: four on databases, six on tables.
    pub fn of(accounts: u32) -> Self {
        let grants: Vec<Grant> =
            (0..accounts).flat_map(|account| (0..10).map(move |place| grant(account, place))).collect();
        let known: std::collections::BTreeSet<&Grant> = grants.iter().collect();
        let holds = |user: &str, privilege, db: &str, table: &str| {
            let of = |table: Option<&str>| Grant {
                user: user.to_owned(),
                privilege,
                db: db.to_owned(),
                table: table.map(str::to_owned),
            };
            known.contains(&of(None)) || known.contains(&of(Some(table)))
        };
        let questions = (0..QUESTIONS).map(|number| {
            let grant = &grants[(number * 7919) % grants.len()];
            // Every other question is about a privilege that the grant does not give.
            let at = PRIVILEGES.iter().position(|known| *known == grant.privilege).unwrap_or(0);
            let privilege = PRIVILEGES[(at + number % 2) % PRIVILEGES.len()];
            let table = grant.table.clone().unwrap_or_else(|| format!("t{}", number % 40));
            let allowed = holds(&grant.user, privilege, &grant.db, &table);
            Question { user: grant.user.clone(), privilege, db: grant.db.clone(), table, allowed }
        });
        let questions: Vec<Question> = questions.collect();
        let allowed = questions.iter().filter(|question| question.allowed).count();
        assert!((QUESTIONS / 3..=QUESTIONS * 2 / 3).contains(&allowed), "{allowed} of {QUESTIONS} are allowed");
        Self { grants, questions }
    }

    /// grantc's table of the same grants, for accounts with five kinds of hosts.
    pub fn table(&self) -> DecisionTable {
        let hosts = ["%", "10.%", "10.1.2.3", "10.0.0.0/8", "%.example.com"];
        let host = |user: &str| hosts[user.bytes().map(usize::from).sum::<usize>() % hosts.len()];
        let mut text = String::new();
        let mut last = "";
        for grant in &self.grants {
            let Grant { user, privilege, db, table } = grant;
            let on = table.as_ref().map_or_else(|| format!("`{db}`.*"), |table| format!("`{db}`.`{table}`"));
            if user != last {
                text.push_str(&format!("CREATE USER `{user}`@`{}`;\n", host(user)));
                last = user;
            }
            text.push_str(&format!("GRANT {privilege} ON {on} TO `{user}`@`{}`;\n", host(user)));
        }
        let policy = policy::load(vec![Source::new("peers.sql", text)], &Options::default());
        assert!(policy.diagnostics.is_empty(), "the server refuses a grant");
        DecisionTable::compile(&policy).expect("a table carries plain grants")
    }
}

fn grant(account: u32, place: u32) -> Grant {
    let db = format!("db{}", (account * 7 + place * 13) % 500);
    let privilege = PRIVILEGES[((account + place) % 3) as usize];
    let table = (place % 5 >= 2).then(|| format!("t{}", (account + place) % 40));
    Grant { user: format!("app{account}"), privilege, db, table }
}

impl Question {
    /// As grantc is asked.
    pub fn for_grantc(&self) -> Asked {
        let from = From::Address { ip: "10.1.2.3".into(), hostname: Some("web.example.com".into()) };
        let client = Client { user: self.user.clone(), from, ..Client::default() };
        (client, self.privilege, Object::Table(self.db.clone(), self.table.clone()))
    }
}

/// A session of each account that is asked about, by its name. The other engines have their principals by name too.
pub fn sessions<'t>(table: &'t DecisionTable, asked: &'t [Asked]) -> HashMap<&'t str, Session<'t>> {
    let session = |(client, ..): &'t Asked| match table.admit(client) {
        Admission::In(session) => (client.user.as_str(), session),
        _ => panic!("{} does not get in", client.user),
    };
    asked.iter().map(session).collect()
}

/// The answer for an account that is known, from the names of account, privilege and object.
pub fn account_may(sessions: &HashMap<&str, Session<'_>>, table: &DecisionTable, asked: &Asked) -> bool {
    let (client, privilege, on) = asked;
    let privilege = table.find_privilege(privilege).expect("a privilege of the server");
    matches!(sessions[client.user.as_str()].may(privilege, on), Answer::Allow(_))
}

/// The answer from the client's strings: login and check.
pub fn allows(table: &DecisionTable, (client, privilege, on): &Asked) -> bool {
    let privilege = table.find_privilege(privilege).expect("a privilege of the server");
    match table.admit(client) {
        Admission::In(session) => matches!(session.may(privilege, on), Answer::Allow(_)),
        _ => panic!("{} does not get in", client.user),
    }
}
