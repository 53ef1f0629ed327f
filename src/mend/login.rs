//! Mends for who does not get in, or gets in as somebody else.

use super::{Denial, Kind, Mend, after, grant, sql};
use crate::answer::{AccountView, Engine, Fate, Login};
use crate::client::{Client, From, Password, Tls};

/// What gives an account a password that the reader chooses.
const IDENTIFIED: &str = " IDENTIFIED BY '<password>'";

/// For a client that is refused: another way to connect, an account that lets it in; where neither does alone, both.
pub fn mends(denial: &Denial<'_>, login: &Login) -> Vec<Mend> {
    let found = alone(denial, login);
    if !found.is_empty() || denial.client.password == Password::Given {
        return found;
    }
    let client = Client { password: Password::Given, ..denial.client.clone() };
    let then = Denial { client: &client, ..*denial };
    let also = |mend: Mend| Mend { what: format!("{}, and send its password", mend.what), ..mend };
    alone(&then, &Engine::new(denial.policy).login(&client)).into_iter().map(also).collect()
}

fn alone(denial: &Denial<'_>, login: &Login) -> Vec<Mend> {
    let mut found = connections(denial);
    match &login.account {
        None => found.extend(new_account(denial, login)),
        Some(account) => {
            found.extend(opened(denial, account));
            found.extend(default_database(denial, login));
            found.extend(other_rows(denial, login));
        }
    }
    found
}

/// The same client, connecting otherwise: with as little as does.
fn connections(denial: &Denial<'_>) -> Vec<Mend> {
    let client = denial.client;
    let right = client.password != Password::Given;
    let passwords = [(None, client.password), (right.then_some("send the right password"), Password::Given)];
    let channels = [
        (None, client.tls),
        (Some("connect with TLS"), Tls::Ssl),
        (Some("connect with TLS and a client certificate"), Tls::X509),
    ];
    let mut ways: Vec<(Vec<&str>, Client)> = Vec::new();
    for (tls_what, tls) in channels.into_iter().filter(|(what, tls)| what.is_none() || *tls > client.tls) {
        for (password_what, password) in passwords {
            let what: Vec<&str> = [password_what, tls_what].into_iter().flatten().collect();
            ways.push((what, Client { password, tls, ..client.clone() }));
        }
    }
    ways.retain(|(what, _)| !what.is_empty());
    ways.sort_by_key(|(what, _)| what.len());
    let mut ways: Vec<(String, Client)> = ways.into_iter().map(|(what, client)| (what.join(" and "), client)).collect();
    let local = Client { from: From::Socket, os_user: Some(client.user.clone()), ..client.clone() };
    let what = format!("connect over the Unix socket as OS user {}", client.user);
    if *client != local && is_local(&client.from) {
        ways.push((what, local));
    }
    ways.into_iter().find_map(|(what, client)| connected(denial, what, client)).into_iter().collect()
}

/// The request of a client that connects otherwise, with the grants that it then still needs.
fn connected(denial: &Denial<'_>, what: String, client: Client) -> Option<Mend> {
    let then = Denial { client: &client, ..*denial };
    let (mut statements, mut caution) = (Vec::new(), None);
    if !then.is_allowed(denial.policy, &client) {
        let decision = Engine::new(denial.policy).check(&client, denial.ask?);
        if decision.login.error.is_some() || decision.login.account.is_none() {
            return None;
        }
        let grants = grant::least(&then, &decision)?;
        (statements, caution) = (grants.statements, grants.caution);
    }
    Some(Mend { kind: Kind::Connect, what, statements, caution, client })
}

/// The client runs on the server's own machine.
pub fn is_local(from: &From) -> bool {
    match from {
        From::Socket => true,
        From::Address { ip, .. } => ip == "127.0.0.1" || ip == "::1",
        From::Hostname(name) => name == "localhost",
    }
}

/// What keeps an account shut, and the clause that opens it, in the order of ALTER USER.
const OPENED: [(&str, &str); 3] = [
    ("give the account a new password", IDENTIFIED),
    ("ask for no TLS", " REQUIRE NONE"),
    ("unlock the account", " ACCOUNT UNLOCK"),
];

/// The account is unlocked, gets a password that it can be entered with, or both: with as little as does. A role is
/// shut on purpose.
pub fn opened(denial: &Denial<'_>, account: &AccountView) -> Option<Mend> {
    let tables = &denial.policy.tables;
    let row = tables.find_account(&account.user, &account.host).and_then(|key| tables.users.get(&key));
    if row.is_some_and(|row| row.is_role) {
        return None;
    }
    let name = sql::account_name(denial.policy, account);
    // Fewest clauses first; of these the lock, which asks nobody for anything.
    let mut choices: Vec<Vec<usize>> =
        (1..1_usize << OPENED.len()).map(|set| (0..OPENED.len()).filter(|at| (set >> at) & 1 == 1).collect()).collect();
    choices.sort_by_key(|choice: &Vec<usize>| (choice.len(), std::cmp::Reverse(choice.clone())));
    choices.into_iter().find_map(|choice| {
        let parts: Vec<(&str, &str)> = choice.iter().filter_map(|at| OPENED.get(*at).copied()).collect();
        let what = parts.iter().map(|(what, _)| *what).collect::<Vec<_>>().join(" and ");
        let clauses: String = parts.iter().map(|(_, clause)| *clause).collect();
        with_grants(denial, Kind::Account, what, vec![format!("ALTER USER {name}{clauses}")])
    })
}

/// Access to the database that the connection names.
fn default_database(denial: &Denial<'_>, login: &Login) -> Option<Mend> {
    let db = denial.client.db.as_deref()?;
    let account = login.proxied.as_ref().map(|(account, _)| account).or(login.account.as_ref())?;
    let to = sql::account_name(denial.policy, account);
    let statement = format!("GRANT SELECT ON {}.* TO {to}", sql::database(denial.policy, db));
    with_grants(denial, Kind::Grant, format!("give access to the default database `{db}`"), vec![statement])
}

/// An account for this client: one of the same name for another host is renamed, or a new one is made.
fn new_account(denial: &Denial<'_>, login: &Login) -> Vec<Mend> {
    let Some(shown) = login.client.as_ref().filter(|shown| !shown.host.is_empty()) else { return Vec::new() };
    let name = sql::account_name(denial.policy, shown);
    let mut found = Vec::new();
    let others = login.candidates.iter().filter(|candidate| candidate.row.account.user == shown.user);
    for other in others.filter(|other| matches!(other.fate, Fate::HostDiffers(_))) {
        let old = sql::account_name(denial.policy, &other.row.account);
        let what = format!("let {old} come from this host instead of its own");
        let caution = "its own host no longer gets in with it".to_owned();
        let renamed = with_grants(denial, Kind::Account, what, vec![format!("RENAME USER {old} TO {name}")]);
        found.extend(renamed.map(|mend| Mend { caution: Some(caution), ..mend }));
    }
    let statements = vec![format!("CREATE USER {name}{IDENTIFIED}")];
    found.extend(with_grants(denial, Kind::Account, "make an account for this client".to_owned(), statements));
    found
}

/// Another row of the user becomes the client's: the one that comes first is in the way.
pub fn other_rows(denial: &Denial<'_>, login: &Login) -> Vec<Mend> {
    let mut found = Vec::new();
    for candidate in &login.candidates {
        let Fate::Outranked { by, .. } = &candidate.fate else { continue };
        let (own, first) = (&candidate.row.account, sql::account_name(denial.policy, by));
        if !by.user.is_empty() || own.user.is_empty() {
            continue;
        }
        let what = format!("drop the anonymous account that comes before {}", own.quoted());
        found.extend(denial.tried(Kind::OtherRow, what, vec![format!("DROP USER {first}")]));
        break;
    }
    found
}

/// The statements, and behind them the least grants that the request then still needs.
fn with_grants(denial: &Denial<'_>, kind: Kind, what: String, statements: Vec<String>) -> Option<Mend> {
    if let Some(mend) = denial.tried(kind, what.clone(), statements.clone()) {
        return Some(mend);
    }
    let policy = after(denial.policy, &statements)?;
    let then = Denial { policy: &policy, ..*denial };
    let decision = Engine::new(&policy).check(denial.client, denial.ask?);
    if decision.login.error.is_some() || decision.login.account.is_none() {
        return None;
    }
    let grants = grant::least(&then, &decision)?;
    let mut all: Vec<String> = statements.into_iter().chain(grants.statements).collect();
    // What is granted for the request may make needless what was granted for the login.
    let mut at = 0;
    while at < all.len() {
        let without: Vec<String> = all.iter().enumerate().filter(|(i, _)| *i != at).map(|(_, s)| s.clone()).collect();
        match denial.tried(kind, what.clone(), without.clone()) {
            Some(_) => all = without,
            None => at += 1,
        }
    }
    Some(Mend { kind, what, statements: all, caution: grants.caution, client: denial.client.clone() })
}
