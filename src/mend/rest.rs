//! What a request still needs behind a first change: the further refusals of the login one by one, then its privileges.

use super::{Denial, Kind, Mend, after, grant, sql};
use crate::answer::{AccountView, Decision, Engine, Login};
use crate::client::{Client, Roles};
use crate::facts::id::Step;
use crate::server::behaviour::Behaviour;

/// How many refusals behind one another are answered: the role, the default database, the request, and one to spare.
const MOST: usize = 4;

/// A mend that begins with these statements and this client: with what the request then still needs, and nothing that
/// it does not.
pub(super) fn complete(
    denial: &Denial<'_>,
    kind: Kind,
    what: String,
    statements: Vec<String>,
    client: &Client,
) -> Option<Mend> {
    let mut mend = Mend { kind, what, statements, caution: None, client: client.clone() };
    for _ in 0..=MOST {
        let policy = after(denial.policy, &mend.statements)?;
        let then = Denial { policy: &policy, client, ask: denial.ask };
        if then.is_allowed(&policy, client) {
            mend.statements = needed(denial, client, mend.statements);
            return Some(mend);
        }
        let (statements, caution) = next(&then)?;
        mend.statements.extend(statements);
        mend.caution = mend.caution.or(caution);
    }
    None
}

/// The answer to the request as it now stands; the login alone where nothing is asked.
pub(super) fn decided(denial: &Denial<'_>) -> Decision {
    let engine = Engine::new(denial.policy);
    match denial.ask {
        Some(ask) => engine.check(denial.client, ask),
        None => Decision { login: engine.login(denial.client), ..Decision::default() },
    }
}

/// The statements against the next refusal, and what somebody who runs them should know.
fn next(denial: &Denial<'_>) -> Option<(Vec<String>, Option<String>)> {
    let decision = decided(denial);
    let login = &decision.login;
    let account = effective(login)?;
    match login.refused_at {
        Some(Step::RoleNotGranted) => Some((roles(denial, account), None)),
        Some(Step::DefaultDatabase) => Some((vec![database(denial, account)?], None)),
        Some(_) => None,
        None => {
            let grants = grant::least(denial, &decision)?;
            Some((grants.statements, grants.caution))
        }
    }
}

/// The account whose privileges the session has.
pub(super) fn effective(login: &Login) -> Option<&AccountView> {
    login.proxied.as_ref().map(|(account, _)| account).or(login.account.as_ref())
}

/// Access to the database that the connection names: any privilege there is enough (M5.40).
pub(super) fn database(denial: &Denial<'_>, account: &AccountView) -> Option<String> {
    let db = sql::database(denial.policy, denial.client.db.as_deref()?);
    Some(format!("GRANT SELECT ON {db}.* TO {}", sql::account_name(denial.policy, account)))
}

/// The roles that the session asks for.
pub(super) fn asked_roles(denial: &Denial<'_>) -> Vec<AccountView> {
    let Roles::Named(wanted) = &denial.client.roles else { return Vec::new() };
    let hostless = denial.policy.tables.server.has(Behaviour::RolesAreNames);
    let role = |(user, host): &(String, String)| AccountView {
        user: user.clone(),
        host: if hostless { String::new() } else { host.clone() },
    };
    wanted.iter().map(role).collect()
}

/// The roles that the session asks for, granted to its account.
pub(super) fn roles(denial: &Denial<'_>, account: &AccountView) -> Vec<String> {
    let name = |account: &AccountView| sql::account_name(denial.policy, account);
    asked_roles(denial).iter().map(|role| format!("GRANT {} TO {}", name(role), name(account))).collect()
}

/// Without the statements that can go: what is granted for the request may make needless what was granted for the login.
fn needed(denial: &Denial<'_>, client: &Client, mut statements: Vec<String>) -> Vec<String> {
    let mut at = 0;
    while at < statements.len() {
        let mut without = statements.clone();
        without.remove(at);
        let does = after(denial.policy, &without).is_some_and(|policy| denial.is_allowed(&policy, client));
        if does {
            statements = without;
        } else {
            at += 1;
        }
    }
    statements
}
