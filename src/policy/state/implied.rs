//! Accounts that a state tells of without creating them: whoever holds a grant exists.

use super::{Phase, Step, exists};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::syntax::statement::{
    AccountName, AccountOptions, AccountRef, Authentication, CreateUser, Credential, RoleSet, Statement, StatementKind,
    UserSpec,
};
use crate::tables::GrantTables;
use rustc_hash::FxHashSet;
use std::collections::BTreeMap;

/// So many names are shown.
const SHOWN: usize = 3;

/// The accounts that the statements create.
pub(super) fn created(statements: &[Statement]) -> impl Iterator<Item = &AccountRef> {
    statements.iter().flat_map(|statement| match &statement.kind {
        StatementKind::CreateUser(create) => create.users.iter().map(|user| &user.account).collect(),
        StatementKind::CreateRole { roles, .. } => roles.iter().collect::<Vec<_>>(),
        _ => Vec::new(),
    })
}

/// One mention of an account that must exist.
struct Mention<'a> {
    account: &'a AccountRef,
    /// What stands behind it, where a GRANT of an older server or of MariaDB says it.
    spec: Option<(&'a UserSpec, Option<&'a AccountOptions>)>,
    /// It is granted to somebody.
    as_role: bool,
}

/// An account to be made.
struct Implied<'a> {
    index: usize,
    account: &'a AccountRef,
    spec: Option<(&'a UserSpec, Option<&'a AccountOptions>)>,
    role: bool,
}

/// The steps that make the accounts which only grants tell of.
pub(super) fn steps(
    tables: &GrantTables,
    statements: &[Statement],
    quiet: bool,
    out: &mut Vec<Diagnostic>,
) -> Vec<Step> {
    let known: FxHashSet<(String, String)> = created(statements).filter_map(name).collect();
    let mut order = Vec::new();
    let mut implied: BTreeMap<(String, String), Implied<'_>> = BTreeMap::new();
    for (index, statement) in statements.iter().enumerate() {
        for mention in mentions(&statement.kind) {
            let Some(name) = name(mention.account).filter(|n| !known.contains(n)) else { continue };
            if let Some(entry) = implied.get_mut(&name) {
                entry.role |= mention.as_role;
                entry.spec = entry.spec.or(mention.spec);
            } else if !exists(tables, mention.account) {
                let Mention { account, spec, as_role } = mention;
                implied.insert(name.clone(), Implied { index, account, spec, role: as_role });
                order.push(name);
            }
        }
    }
    let found: Vec<&Implied<'_>> = order.iter().filter_map(|name| implied.get(name)).collect();
    out.extend(note(&found, quiet));
    found.into_iter().map(|implied| step(implied, tables.server.is_mariadb())).collect()
}

/// User and host, for comparing names.
fn name(account: &AccountRef) -> Option<(String, String)> {
    match &account.name {
        AccountName::Named { user, host } => {
            let host = host.as_deref().unwrap_or("%").trim().to_ascii_lowercase();
            Some((user.trim().to_owned(), host))
        }
        _ => None,
    }
}

fn mentions(kind: &StatementKind) -> Vec<Mention<'_>> {
    let account = |account| Mention { account, spec: None, as_role: false };
    let role = |account| Mention { account, spec: None, as_role: true };
    match kind {
        StatementKind::Grant(grant) => {
            grant.grantees.iter().map(|user| with_spec(user, Some(grant.options()))).collect()
        }
        StatementKind::GrantProxy { grantees, .. } => grantees.iter().map(|user| with_spec(user, None)).collect(),
        StatementKind::GrantRoles { roles, grantees, .. } => {
            roles.iter().map(role).chain(grantees.iter().map(|user| with_spec(user, None))).collect()
        }
        StatementKind::Revoke(revoke) => revoke.users.iter().map(account).collect(),
        StatementKind::SetDefaultRole { roles: RoleSet::Named(roles), users } => {
            roles.iter().map(role).chain(users.iter().map(account)).collect()
        }
        StatementKind::CreateUser(create) => create.default_roles.iter().map(role).collect(),
        StatementKind::AlterUser(alter) => {
            let roles = match &alter.default_roles {
                Some(RoleSet::Named(roles)) => roles.as_slice(),
                _ => &[],
            };
            roles.iter().map(role).chain(alter.users.iter().map(|user| with_spec(user, None))).collect()
        }
        _ => Vec::new(),
    }
}

fn with_spec<'a>(user: &'a UserSpec, options: Option<&'a AccountOptions>) -> Mention<'a> {
    let spec = (!user.factors.is_empty() || options.is_some_and(|o| *o != AccountOptions::default()))
        .then_some((user, options));
    Mention { account: &user.account, spec, as_role: false }
}

/// CREATE ROLE, or CREATE USER with what the grant says of it. MySQL's `SHOW GRANTS` has no
/// credentials since 5.7, MariaDB's has them all.
fn step(implied: &Implied<'_>, says_credentials: bool) -> Step {
    let account = implied.account.clone();
    let bare_role = says_credentials && matches!(&account.name, AccountName::Named { host: None, .. });
    let kind = if (implied.role && implied.spec.is_none()) || bare_role {
        StatementKind::CreateRole { or_replace: false, if_not_exists: true, roles: vec![account], admin: None }
    } else {
        let unknown = Authentication { plugin: None, credential: Credential::Random };
        let factors = match implied.spec {
            Some((user, _)) if !user.factors.is_empty() => user.factors.iter().map(|f| with_plugin(f)).collect(),
            _ if says_credentials => Vec::new(),
            _ => vec![vec![unknown]],
        };
        let user = UserSpec { account, factors, factor_changes: Vec::new(), retain_current: false, discard_old: false };
        StatementKind::CreateUser(Box::new(CreateUser {
            or_replace: false,
            if_not_exists: true,
            users: vec![user],
            default_roles: Vec::new(),
            options: implied.spec.and_then(|(_, options)| options.cloned()).unwrap_or_default(),
        }))
    };
    let statement = Statement::new(implied.account.span, kind);
    Step { phase: Phase::Accounts, index: implied.index, instead: Some(statement) }
}

/// `IDENTIFIED BY PASSWORD` without a plugin holds the hash of the one that all servers had then.
fn with_plugin(factor: &[Authentication]) -> Vec<Authentication> {
    let named = |authentication: &Authentication| match (&authentication.plugin, &authentication.credential) {
        (None, Credential::Stored(_)) => {
            Authentication { plugin: Some("mysql_native_password".into()), ..authentication.clone() }
        }
        _ => authentication.clone(),
    };
    factor.iter().map(named).collect()
}

fn note(implied: &[&Implied<'_>], quiet: bool) -> Option<Diagnostic> {
    let first = implied.first()?;
    let mut names: Vec<String> = implied
        .iter()
        .take(SHOWN)
        .filter_map(|i| name(i.account))
        .map(|(user, host)| format!("`{user}`@`{host}`"))
        .collect();
    if implied.len() > SHOWN {
        names.push(format!("{} more", implied.len() - SHOWN));
    }
    let (verb, exist) = if implied.len() == 1 { ("holds", "it is") } else { ("hold", "they are") };
    let message = format!("{} {verb} grants but nothing creates them: {exist} taken to exist", names.join(", "))
        .replace("holds grants but nothing creates them", "holds grants but nothing creates it");
    let severity = if quiet { Severity::Note } else { Severity::Warning };
    let note = Diagnostic::new(Code::Skipped, severity, message).at(first.account.span);
    Some(note.help("SHOW CREATE USER tells their credentials, locks and TLS requirements"))
}
