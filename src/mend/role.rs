//! Mends that need nothing new: roles that are granted and not active, or active and in the way.

use super::{Denial, Kind, Mend, sql};
use crate::answer::{AccountView, Decision};
use crate::client::{Client, Roles};
use crate::server::behaviour::Behaviour;
use crate::tables::row::AccountKey;

/// Roles to activate: in the session, and after each login.
pub fn mends(denial: &Denial<'_>, decision: &Decision) -> Vec<Mend> {
    let login = &decision.login;
    let Some(account) = login.proxied.as_ref().map(|(account, _)| account).or(login.account.as_ref()) else {
        return Vec::new();
    };
    let policy = denial.policy;
    let names = policy.tables.server.has(Behaviour::RolesAreNames);
    let mut found = Vec::new();
    if !login.roles.is_empty() {
        let without = Client { roles: Roles::None, ..denial.client.clone() };
        let what = "no active role: an active one makes rows not count that count without it (M5.10)".to_owned();
        found.extend(set_role(denial, without, what, "SET ROLE NONE".to_owned()));
    }
    let active: Vec<&AccountView> = login.roles.iter().map(|(role, _)| role).collect();
    for role in granted(denial, account).iter().filter(|role| !active.contains(role)) {
        let named = sql::account_name(policy, role);
        let host = if names { "%".to_owned() } else { role.host.clone() };
        let with = Client { roles: Roles::Named(vec![(role.user.clone(), host)]), ..denial.client.clone() };
        let what = format!("activate role {named}, which is granted and not active");
        let Some(set) = set_role(denial, with, what, format!("SET ROLE {named}")) else { continue };
        found.push(set);
        found.extend(by_default(denial, account, &named, names));
    }
    found
}

fn set_role(denial: &Denial<'_>, client: Client, what: String, statement: String) -> Option<Mend> {
    let mend = Mend { kind: Kind::SetRole, what, statements: vec![statement], caution: None, client };
    denial.is_allowed(denial.policy, &mend.client).then_some(mend)
}

/// The role becomes active at login, beside those that do already.
fn by_default(denial: &Denial<'_>, account: &AccountView, role: &str, names: bool) -> Option<Mend> {
    let to = sql::account_name(denial.policy, account);
    let (statement, caution) = if names {
        (format!("SET DEFAULT ROLE {role} FOR {to}"), Some("an account has one default role here".to_owned()))
    } else {
        let mut roles: Vec<String> =
            default_roles(denial, account).iter().map(|role| sql::account_name(denial.policy, role)).collect();
        roles.push(role.to_owned());
        (format!("SET DEFAULT ROLE {} TO {to}", roles.join(", ")), None)
    };
    let what = format!("activate role {role} at every login");
    let client = Client { roles: Roles::Default, ..denial.client.clone() };
    let policy = denial.after(std::slice::from_ref(&statement))?;
    let mend = Mend { kind: Kind::DefaultRole, what, statements: vec![statement], caution, client };
    denial.is_allowed(&policy, &mend.client).then_some(mend)
}

/// The roles that are granted to the account itself, in byte order.
fn granted(denial: &Denial<'_>, account: &AccountView) -> Vec<AccountView> {
    let tables = &denial.policy.tables;
    let key = tables.find_account(&account.user, &account.host);
    let edges = tables.role_edges.iter().filter(|(_, _, edge)| Some(edge.to) == key);
    in_order(denial, edges.map(|(_, _, edge)| edge.role))
}

fn default_roles(denial: &Denial<'_>, account: &AccountView) -> Vec<AccountView> {
    let tables = &denial.policy.tables;
    let key = tables.find_account(&account.user, &account.host);
    let rows = tables.default_roles.iter().filter(|(_, _, row)| Some(row.key) == key);
    in_order(denial, rows.map(|(_, _, row)| row.role))
}

fn in_order(denial: &Denial<'_>, roles: impl Iterator<Item = AccountKey>) -> Vec<AccountView> {
    let view = |key| {
        let (user, host) = denial.policy.tables.account_text(key);
        AccountView { user: user.to_owned(), host: host.to_owned() }
    };
    let mut roles: Vec<AccountView> = roles.map(view).collect();
    roles.sort();
    roles
}
