//! Mends for who does not get in, or gets in as somebody else.

use super::{Denial, Kind, Mend, rest, sql};
use crate::answer::{AccountView, Engine, Fate, Login};
use crate::client::{Client, From, Password, Roles, Tls};
use crate::facts::id::Step;

/// What gives an account a password that the reader chooses.
const IDENTIFIED: &str = " IDENTIFIED BY '<password>'";

/// For a client that is refused, or may only set its password: another way to connect, an account that lets it in; where
/// neither does alone, both.
pub fn mends(denial: &Denial<'_>, login: &Login) -> Vec<Mend> {
    let found = alone(denial, login);
    if !found.is_empty() {
        return found;
    }
    let tried = |(words, client): (&str, Client)| {
        let then = Denial { client: &client, ..*denial };
        let also = |mend: Mend| Mend { what: format!("{}, {words}", mend.what), ..mend };
        alone(&then, &Engine::new(denial.policy).login(&client)).into_iter().map(also).collect::<Vec<Mend>>()
    };
    others(denial.client).into_iter().map(tried).find(|found| !found.is_empty()).unwrap_or_default()
}

/// The client with the right password, without a role that nobody can have, or with both.
fn others(client: &Client) -> Vec<(&'static str, Client)> {
    let sends = Client { password: Password::Given, ..client.clone() };
    let leaves = Client { roles: Roles::Default, ..client.clone() };
    let both = Client { roles: Roles::Default, ..sends.clone() };
    let all = [
        ("and send its password", sends),
        ("and do not ask for a role", leaves),
        ("send its password, and do not ask for a role", both),
    ];
    let mut seen = vec![client.clone()];
    all.into_iter()
        .filter(|(_, other)| {
            let is_new = !seen.contains(other);
            seen.push(other.clone());
            is_new
        })
        .collect()
}

fn alone(denial: &Denial<'_>, login: &Login) -> Vec<Mend> {
    let mut found = connections(denial);
    match &login.account {
        None => found.extend(new_account(denial, login)),
        Some(account) => {
            found.extend(without_roles(denial, login));
            found.extend(without_database(denial, login));
            found.extend(opened(denial, account));
            found.extend(granted(denial, login));
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
    ways.into_iter().find_map(|(what, client)| connected(denial, what, &client)).into_iter().collect()
}

/// The request of a client that connects otherwise, where the statements behind it do not do without that.
fn connected(denial: &Denial<'_>, what: String, client: &Client) -> Option<Mend> {
    let mend = rest::complete(denial, Kind::Connect, what, Vec::new(), client)?;
    let alone = denial.after(&mend.statements).is_some_and(|policy| denial.is_allowed(&policy, denial.client));
    (!alone).then_some(mend)
}

/// The session keeps the roles of its login, where it asks for one that it does not have.
fn without_roles(denial: &Denial<'_>, login: &Login) -> Option<Mend> {
    if login.refused_at != Some(Step::RoleNotGranted) {
        return None;
    }
    let client = Client { roles: Roles::Default, ..denial.client.clone() };
    let what = "do not ask for a role that is not granted: keep the roles of the login".to_owned();
    connected(denial, what, &client)
}

/// The connection names no default database, where it names one that it has no access to, or that is not there.
fn without_database(denial: &Denial<'_>, login: &Login) -> Option<Mend> {
    if !matches!(login.refused_at, Some(Step::DefaultDatabase | Step::AbsentDatabase)) {
        return None;
    }
    let client = Client { db: None, ..denial.client.clone() };
    connected(denial, "connect without a default database".to_owned(), &client)
}

/// The client runs on the server's own machine.
pub fn is_local(from: &From) -> bool {
    match from {
        From::Socket => true,
        From::Address { ip, .. } => ip == "127.0.0.1" || ip == "::1",
        From::Hostname(name) => name == "localhost",
    }
}

/// The account is unlocked, gets a password that it can be entered with, is asked for no TLS, or several of these: with
/// as little as does. A role is shut on purpose, and so are the accounts that the server keeps for itself.
pub fn opened(denial: &Denial<'_>, account: &AccountView) -> Option<Mend> {
    let tables = &denial.policy.tables;
    let row = tables.find_account(&account.user, &account.host).and_then(|key| tables.users.get(&key));
    if is_reserved(&account.user) || row.is_some_and(|row| row.is_role) {
        return None;
    }
    let name = sql::account_name(denial.policy, account);
    let method = sql::password_method(denial.policy);
    // In the order of ALTER USER; a password of the method that the account has asks for less than another method.
    let opened = [
        ("give the account a new password", IDENTIFIED),
        ("let the account in with a password", method.as_str()),
        ("ask for no TLS", " REQUIRE NONE"),
        ("unlock the account", " ACCOUNT UNLOCK"),
    ];
    let both = |choice: &Vec<usize>| choice.starts_with(&[0, 1]);
    let chosen = |set: usize| (0..opened.len()).filter(move |at| (set >> at) & 1 == 1).collect();
    let mut choices: Vec<Vec<usize>> = (1..1_usize << opened.len()).map(chosen).collect();
    choices.retain(|choice| !both(choice));
    // Fewest clauses first; of these the lock, which asks nobody for anything, and the method last.
    choices.sort_by_key(|choice| (choice.len(), choice.contains(&1), std::cmp::Reverse(choice.clone())));
    choices.into_iter().find_map(|choice| {
        let parts: Vec<(&str, &str)> = choice.iter().filter_map(|at| opened.get(*at).copied()).collect();
        let what = parts.iter().map(|(what, _)| *what).collect::<Vec<_>>().join(" and ");
        let clauses: String = parts.iter().map(|(_, clause)| *clause).collect();
        with_grants(denial, Kind::Account, what, vec![format!("ALTER USER {name}{clauses}")])
    })
}

/// The user name is of the accounts that the server keeps for itself.
pub(super) fn is_reserved(user: &str) -> bool {
    user.starts_with("mysql.") || user == "mariadb.sys"
}

/// Access to the database that the connection names, the roles that the session asks for, or both.
fn granted(denial: &Denial<'_>, login: &Login) -> Option<Mend> {
    let account = rest::effective(login)?;
    let (what, statements) = match login.refused_at? {
        Step::DefaultDatabase => {
            let what = format!("give access to the default database `{}`", denial.client.db.as_deref()?);
            (what, vec![rest::database(denial, account)?])
        }
        Step::RoleNotGranted => ("grant the role that is asked for".to_owned(), rest::roles(denial, account)),
        _ => return None,
    };
    with_grants(denial, Kind::Grant, what, statements)
}

/// An account for this client: one of the same name for another host is renamed, or a new one is made.
fn new_account(denial: &Denial<'_>, login: &Login) -> Vec<Mend> {
    let shown = login.client.as_ref().filter(|shown| !shown.host.is_empty() && !is_reserved(&shown.user));
    let Some(shown) = shown else { return Vec::new() };
    let name = sql::account_name(denial.policy, shown);
    let mut found = Vec::new();
    let others = login.candidates.iter().filter(|candidate| candidate.row.account.user == shown.user);
    // Nobody takes the server's own accounts away from its own machine: no statement made them.
    let movable = others.filter(|other| !other.row.sources.is_empty());
    for other in movable.filter(|other| matches!(other.fate, Fate::HostDiffers(_))) {
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

/// The statements, and behind them what the request then still needs.
fn with_grants(denial: &Denial<'_>, kind: Kind, what: String, statements: Vec<String>) -> Option<Mend> {
    rest::complete(denial, kind, what, statements, denial.client)
}
