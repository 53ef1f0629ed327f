//! grantc's answers beside the server's.

use crate::recording::{Asked, Case, Connects, Error, Said};
use grantc::answer::{AccountView, Decision, Engine, Login, Verdict};
use grantc::client::Ask;
use grantc::live;
use grantc::policy::{Options, Outcome, Policy, Reading};
use grantc::server::Server;
use grantc::source::Source;
use std::collections::BTreeMap;
use std::fmt;

/// Refusals that speak of rights; with any other errno the statement was allowed and failed later.
const DENIED: [u16; 18] =
    [1044, 1045, 1046, 1095, 1141, 1142, 1143, 1227, 1305, 1345, 1356, 1370, 1419, 1698, 1959, 3530, 3619, 4006];

/// The most account rows of which the order of equal ones is fixed (M3.8).
const SORTED_STABLY: usize = 16;

/// What was compared.
#[derive(Debug, Clone, Default)]
pub struct Tally(pub BTreeMap<String, u64>);

impl Tally {
    pub fn count(&mut self, what: impl Into<String>) {
        *self.0.entry(what.into()).or_default() += 1;
    }

    /// Adds another's counts.
    pub fn add(&mut self, other: &Self) {
        for (what, count) in &other.0 {
            *self.0.entry(what.clone()).or_default() += count;
        }
    }

    /// How often something was counted.
    pub fn of(&self, what: &str) -> u64 {
        self.0.get(what).copied().unwrap_or_default()
    }

    /// Verdicts of statements, logins and probes.
    pub fn decisions(&self) -> u64 {
        ["statements", "logins", "probes"].iter().map(|what| self.of(what)).sum()
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counts: Vec<String> = self.0.iter().map(|(what, count)| format!("{count} {what}")).collect();
        f.write_str(&counts.join(", "))
    }
}

/// Where the two differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// A statement of the policy.
    Statement(usize),
    /// A client's login.
    Login(usize),
    /// A client's probe.
    Probe(usize, usize),
}

/// An answer of the server that is not grantc's.
#[derive(Debug, Clone)]
pub struct Difference {
    pub place: Place,
    /// The statement, or the client in words.
    pub about: String,
    pub server: String,
    pub grantc: String,
}

impl Difference {
    /// What differences of one cause have in common, as far as their looks go.
    pub fn look(&self) -> String {
        let (kind, verb) = match self.place {
            Place::Statement(_) => ("statement", first_words(&self.about)),
            Place::Login(_) => ("login", String::new()),
            Place::Probe(..) => ("probe", first_words(&self.about)),
        };
        let short = |text: &str| text.split([':', ' ', '\n']).next().unwrap_or_default().to_owned();
        format!("{kind} {verb}: {} on the server, {} here", short(&self.server), short(&self.grantc))
    }
}

fn first_words(sql: &str) -> String {
    sql.split(' ').take(2).collect::<Vec<_>>().join(" ")
}

/// Compares cases of one server.
pub struct Comparison {
    pub server: Server,
    /// Account names that may be in the tables before the policy: `root` and the server's own.
    pub own_accounts: usize,
}

impl Comparison {
    /// All differences of one case; those of statements alone when there are any, for they bring the others about.
    pub fn differences(&self, case: &Case, tally: &mut Tally) -> Vec<Difference> {
        let policy = self.load(case);
        tally.count("policies");
        let found = self.statements(case, &policy, tally);
        let unknown = policy.statements.iter().any(|statement| matches!(statement.outcome, Outcome::Unknown(_)));
        if !found.is_empty() || unknown {
            return found;
        }
        let engine = Engine::new(&policy);
        let mut found = Vec::new();
        for (place, connects) in case.clients.iter().enumerate() {
            Asks { comparison: self, case, engine: &engine, place, connects }.all(tally, &mut found);
        }
        self.without_loads(case, &policy, found, tally)
    }

    /// The policy of a case as grantc reads it.
    pub fn load(&self, case: &Case) -> Policy {
        let line = |asked: &Asked| match asked.connects() {
            Some((name, client)) => format!("-- grantc: connect {name} {client}\n"),
            None if asked.is_about_sessions() => format!("-- grantc: {}\n", asked.sql),
            None => format!("{};\n", asked.sql),
        };
        let text: String = case.statements.iter().map(line).collect();
        let options = Options { server: Some(self.server), reading: Some(Reading::Script), ..Options::default() };
        live::load(vec![Source::new("random.sql", text)], &options).0
    }

    fn statements(&self, case: &Case, policy: &Policy, tally: &mut Tally) -> Vec<Difference> {
        let asked = said_to(case);
        if policy.statements.len() != asked.len() {
            let grantc = format!("{} of {} statements read", policy.statements.len(), asked.len());
            return vec![Difference {
                place: Place::Statement(0),
                about: "the whole policy".into(),
                server: "all".into(),
                grantc,
            }];
        }
        let mut found = Vec::new();
        for ((place, asked, never_in), replayed) in asked.into_iter().zip(&policy.statements) {
            tally.count(if asked.is_about_sessions() { "sessions" } else { "statements" });
            if matches!(asked.said, Said::Rows(_)) {
                tally.count("accounts shown");
            }
            if let Outcome::Unknown(why) = &replayed.outcome {
                tally.count(format!("policies left at a statement that cannot be told ({why})"));
                break;
            }
            if !same_outcome(asked, never_in, &replayed.outcome) {
                found.push(Difference {
                    place: Place::Statement(place),
                    about: asked.sql.clone(),
                    server: said(&asked.said),
                    grantc: outcome(&replayed.outcome),
                });
                break;
            }
        }
        found
    }

    /// Account rows there can have been at any time.
    fn most_accounts(&self, case: &Case) -> usize {
        let creates = case.statements.iter().filter(|asked| asked.sql.starts_with("CREATE"));
        self.own_accounts + creates.map(|asked| asked.sql.matches('@').count()).sum::<usize>()
    }
}

/// One client beside what the server said to it.
struct Asks<'a> {
    comparison: &'a Comparison,
    case: &'a Case,
    engine: &'a Engine<'a>,
    place: usize,
    connects: &'a Connects,
}

impl Asks<'_> {
    fn all(&self, tally: &mut Tally, found: &mut Vec<Difference>) {
        let client = &self.connects.client;
        let login = self.engine.login(client);
        tally.count("logins");
        if login.ambiguous {
            found.extend(self.tie(&login, tally));
            return;
        }
        if let Some(why) = &login.undetermined {
            tally.count(format!("logins undetermined ({why})"));
            return;
        }
        if !self.same_login(&login) {
            let server = self.connects.logins.last().map(said_login).unwrap_or_default();
            found.push(self.differs(Place::Login(self.place), self.about(), server, own_login(&login)));
            return;
        }
        for (place, asked) in self.connects.probes.iter().enumerate() {
            tally.count("probes");
            let decision = self.engine.check_logged_in(client, &login, &Ask::Sql(asked.sql.clone()));
            let place = Place::Probe(self.place, place);
            if !same_decision(asked, &decision, tally) {
                found.push(self.differs(place, asked.sql.clone(), said(&asked.said), own_decision(&decision)));
            } else if let Said::Rows(rows) = &asked.said {
                found.extend(self.listed(place, &asked.sql, rows, tally));
            }
        }
    }

    /// What SHOW DATABASES and SHOW TABLES list.
    fn listed(&self, place: Place, sql: &str, rows: &[String], tally: &mut Tally) -> Option<Difference> {
        let client = &self.connects.client;
        let own = match sql.strip_prefix("SHOW TABLES FROM ") {
            Some(db) => self.engine.shown_tables(client, db),
            None => self.engine.shown_databases(client),
        };
        tally.count(if own.is_some() { "lists" } else { "lists undetermined" });
        let own = own.filter(|own| own != rows)?;
        Some(self.differs(place, sql.to_owned(), said(&Said::Rows(rows.to_vec())), said(&Said::Rows(own))))
    }

    fn about(&self) -> String {
        grantc::expectation::words::client(&self.connects.client)
    }

    fn differs(&self, place: Place, about: String, server: String, grantc: String) -> Difference {
        Difference { place, about, server, grantc }
    }

    fn same_login(&self, login: &Login) -> bool {
        let logins = &self.connects.logins;
        match (&login.error, logins.last()) {
            (Some(error), Some(Err(_))) => logins.iter().any(|told| matches!(told, Err(e) if same_error(e, error))),
            (None, Some(Ok(who))) => who.is_empty() || current_user(login) == *who,
            _ => false,
        }
    }

    /// A session can have the rights of another account than that of its row.
    fn may_stand_in(&self) -> bool {
        !self.engine.policy().tables.proxies.is_empty()
    }

    /// Ambiguous only where the order is not fixed, between rows that tie, of which the server took one.
    fn tie(&self, login: &Login, tally: &mut Tally) -> Option<Difference> {
        tally.count("logins ambiguous");
        let candidates: Vec<String> = login.tied.iter().map(shown).collect();
        let own = format!("a tie of {}", candidates.join(", "));
        let differs = |server: String| Some(self.differs(Place::Login(self.place), self.about(), server, own.clone()));
        if self.comparison.most_accounts(self.case) <= SORTED_STABLY || self.comparison.server.is_mariadb() {
            return differs("an order that is fixed".into());
        }
        if !login.tied.windows(2).all(|pair| rank(&pair[0]) == rank(&pair[1])) {
            return differs("not a tie".into());
        }
        match self.connects.logins.last() {
            Some(Ok(who)) if !candidates.contains(who) && !self.may_stand_in() => differs(format!("is {who}")),
            Some(Ok(who)) if candidates.first() == Some(who) => {
                tally.count("ties decided as grantc thinks likeliest");
                None
            }
            Some(Ok(_)) => {
                tally.count("ties decided otherwise");
                None
            }
            _ => {
                tally.count("ties refused");
                None
            }
        }
    }
}

/// What was said to the administrator and to sessions, in order; true for a session that never got in.
fn said_to(case: &Case) -> Vec<(usize, &Asked, bool)> {
    let (mut by, mut shut_out, mut all) = ("root", Vec::new(), Vec::new());
    for (place, asked) in case.statements.iter().enumerate() {
        if let Some(name) = asked.sql.strip_prefix("as ") {
            by = name;
            continue;
        }
        if let (Some((name, _)), Said::Refused(_)) = (asked.connects(), &asked.said) {
            shut_out.push(name);
        }
        all.push((place, asked, shut_out.contains(&by)));
    }
    all
}

/// The rank of an account row, as M3.2 and M3.5 have it; addresses are told apart by their text.
fn rank(account: &AccountView) -> (bool, usize, &str) {
    let address =
        account.host.split('.').take(4).filter(|part| part.starts_with(|c: char| c.is_ascii_digit())).count() == 4;
    if address && !account.host.split('/').next().is_some_and(|ip| ip.contains(['%', '_'])) {
        return (account.user.is_empty(), 1000, &account.host);
    }
    let mut escaped = false;
    let wild = account.host.bytes().position(|byte| {
        let here = !escaped && matches!(byte, b'%' | b'_');
        escaped = !escaped && byte == b'\\';
        here
    });
    let rank = match (account.host.as_str(), wild) {
        ("", _) => 0,
        ("%", _) => 1,
        (_, Some(place)) => (place + 2).min(127),
        (_, None) => 128,
    };
    (account.user.is_empty(), rank, "")
}

fn same_error(server: &Error, own: &grantc::server::errors::ServerError) -> bool {
    server.errno == own.errno && server.message == own.message
}

fn same_outcome(asked: &Asked, never_in: bool, outcome: &Outcome) -> bool {
    match (&asked.said, outcome) {
        // Nothing was run: what the login came to is compared where it was tried.
        _ if never_in => true,
        // What a login says of the password depends on which was tried, and so does whether it speaks of one.
        (Said::Refused(error), Outcome::Refused(own)) if asked.is_about_sessions() => {
            let of_password = |errno| matches!(errno, 1045 | 1698);
            error.errno == own.errno || of_password(error.errno) && of_password(own.errno)
        }
        (Said::Done, Outcome::Done(_) | Outcome::Skipped) => true,
        (Said::Rows(rows), Outcome::Rows(own)) => rows == own,
        (Said::Refused(error), Outcome::Refused(own)) => same_error(error, own),
        _ => false,
    }
}

pub fn same_decision(asked: &Asked, decision: &Decision, tally: &mut Tally) -> bool {
    match (&decision.verdict, &decision.error, &asked.said) {
        (Verdict::Undetermined(why), ..) => {
            tally.count(format!("probes undetermined ({why})"));
            true
        }
        (Verdict::Deny, Some(own), Said::Refused(error)) => same_error(error, own),
        (Verdict::Allow, _, Said::Refused(error)) => {
            tally.count("probes allowed");
            // 1141 speaks of the account that is to be shown here, not of rights.
            let of_the_account = error.errno == 1141 && asked.sql.starts_with("SHOW GRANTS");
            of_the_account || !DENIED.contains(&error.errno)
        }
        (Verdict::Allow, _, _) => {
            tally.count("probes allowed");
            true
        }
        _ => false,
    }
}

/// `user@host`, as `CURRENT_USER()` tells it.
fn shown(account: &AccountView) -> String {
    format!("{}@{}", account.user, account.host)
}

fn current_user(login: &Login) -> String {
    let proxied = login.proxied.as_ref().map(|(account, _)| account);
    proxied.or(login.account.as_ref()).map(shown).unwrap_or_default()
}

/// What the server said, in words.
pub fn said(said: &Said) -> String {
    match said {
        Said::Done => "done".into(),
        Said::Rows(rows) => rows.iter().fold("rows".into(), |all, row| all + "\n      " + row),
        Said::Refused(error) => format!("{}: {}", error.errno, error.message),
    }
}

fn said_login(login: &Result<String, Error>) -> String {
    match login {
        Ok(who) => format!("is {who}"),
        Err(error) => format!("{}: {}", error.errno, error.message),
    }
}

fn outcome(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Done(_) => "done".into(),
        Outcome::Skipped | Outcome::Unknown(_) => format!("{outcome:?}"),
        Outcome::Rows(rows) => said(&Said::Rows(rows.clone())),
        Outcome::Refused(error) => format!("{}: {}", error.errno, error.message),
    }
}

fn own_login(login: &Login) -> String {
    match &login.error {
        Some(error) => format!("{}: {} for {}", error.errno, error.message, current_user(login)),
        None => format!("is {}", current_user(login)),
    }
}

fn own_decision(decision: &Decision) -> String {
    match (&decision.verdict, &decision.error) {
        (Verdict::Deny, Some(error)) => format!("{}: {}", error.errno, error.message),
        (Verdict::Allow, _) => "done".into(),
        (other, _) => format!("{other:?}"),
    }
}
