//! Why nothing is proposed against a denial, where nothing is.

use super::login::is_reserved;
use super::{Denial, after, rest, sql};
use crate::answer::{AccountView, Decision, Engine, Login, Verdict};
use crate::client::{Client, From};
use crate::facts::id::Step;
use crate::server::behaviour::Behaviour;

/// What keeps a request denied against which [`super::mends`] found nothing.
pub fn why_none(denial: &Denial<'_>, decision: &Decision) -> String {
    let login = &decision.login;
    match (&decision.verdict, &login.undetermined) {
        (Verdict::Undetermined(why), _) | (_, Some(why)) => return format!("it cannot be tried: {why}"),
        _ if login.ambiguous => return "two account rows tie, and the server may take either".to_owned(),
        _ => {}
    }
    match (&login.account, login.refused_at) {
        (None, _) => no_account(denial, login),
        (Some(account), Some(step)) => refused(denial, account, step),
        (Some(account), None) => shut(denial, account).unwrap_or_else(|| not_by_grants(denial, login)),
    }
}

/// No account is the client's, and none is proposed.
fn no_account(denial: &Denial<'_>, login: &Login) -> String {
    let shown = login.client.clone().unwrap_or_default();
    if is_reserved(&shown.user) {
        return format!("{} is a name that the server keeps for itself: log in as another account", shown.user);
    }
    match &denial.client.from {
        From::Hostname(name) if shown.host.is_empty() || shown.host == *name => {
            format!("an account for `{name}` does not do: give the client's address with --from IP --hostname NAME")
        }
        _ => roles_in_the_way(denial).unwrap_or_else(|| format!("no account for {} does", shown.quoted())),
    }
}

/// The login is refused at that step.
fn refused(denial: &Denial<'_>, account: &AccountView, step: Step) -> String {
    let in_the_way = || shut(denial, account).or_else(|| roles_in_the_way(denial));
    match step {
        Step::Offline => "offline_mode is ON: SET GLOBAL offline_mode = OFF lets everybody in again".to_owned(),
        Step::AbsentDatabase => format!(
            "the database {} is not there: CREATE DATABASE makes it, or connect without it",
            sql::identifier(denial.client.db.as_deref().unwrap_or_default())
        ),
        _ => in_the_way().unwrap_or_else(|| match step {
            Step::Tls => "the client would have to send the certificate that the account names".to_owned(),
            _ => format!("no change to {} lets this client in", account.quoted()),
        }),
    }
}

/// The account is one that nobody is to log in with.
fn shut(denial: &Denial<'_>, account: &AccountView) -> Option<String> {
    if is_reserved(&account.user) {
        return Some(format!("{} is the server's own account: log in as another one", account.quoted()));
    }
    let tables = &denial.policy.tables;
    let row = tables.find_account(&account.user, &account.host).and_then(|key| tables.users.get(&key))?;
    row.is_role.then(|| format!("{} is a role: grant it to an account, and log in as that one", account.quoted()))
}

/// A role that the session asks for and that nobody can have.
fn roles_in_the_way(denial: &Denial<'_>) -> Option<String> {
    let tables = &denial.policy.tables;
    let any = [Behaviour::RolesAreAccounts, Behaviour::RolesAreNames];
    if !any.iter().any(|roles| tables.server.has(*roles)) && !rest::asked_roles(denial).is_empty() {
        return Some("this server has no roles, and the session asks for one".to_owned());
    }
    let there = |role: &AccountView| {
        let key = tables.find_account(&role.user, &role.host);
        key.and_then(|key| tables.users.get(&key)).is_some()
    };
    let absent = rest::asked_roles(denial).into_iter().find(|role| !there(role))?;
    Some(format!("the role {} that is asked for does not exist", sql::account_name(denial.policy, &absent)))
}

/// Whether any GRANT at all would do it.
fn not_by_grants(denial: &Denial<'_>, login: &Login) -> String {
    let everything = rest::effective(login).map(|account| {
        let name = sql::account_name(denial.policy, account);
        vec![format!("GRANT ALL PRIVILEGES ON *.* TO {name} WITH GRANT OPTION")]
    });
    let policy = everything.and_then(|statements| after(denial.policy, &statements));
    let helps = policy.is_some_and(|policy| denial.is_allowed(&policy, denial.client));
    if helps {
        return "nothing narrower than GRANT ALL PRIVILEGES ON *.* was found".to_owned();
    }
    if is_allowed_to_root(denial) {
        return "no GRANT to this account does it, not even ALL PRIVILEGES ON *.*".to_owned();
    }
    "the server refuses it to everybody, whatever is granted".to_owned()
}

/// The administrator of a new server may do it, over the socket.
fn is_allowed_to_root(denial: &Denial<'_>) -> bool {
    let root = Client {
        user: "root".to_owned(),
        from: From::Socket,
        os_user: Some("root".to_owned()),
        db: denial.client.db.clone(),
        ..Client::default()
    };
    let Some(ask) = denial.ask else { return false };
    Engine::new(denial.policy).check(&root, ask).verdict == Verdict::Allow
}
