//! `SHOW GRANTS` where roles are names without a host (M6.14): an account or role by itself, the roles that a role
//! brings, and what a session has.

use super::aggregate::Aggregate;
use super::levels::Printer;
use super::parameters::parameters;
use super::quoting::Quoting;
use crate::server::behaviour::Behaviour;
use crate::server::catalogue::{Level, Privilege, PrivilegeSet};
use crate::server::errors::ServerError;
use crate::tables::GrantTables;
use crate::tables::row::{AccountKey, RoleEdge};

/// The rows of an account, or of a role and all that it brings.
///
/// # Errors
/// 1141 when there is no such account.
pub(super) fn grants(tables: &GrantTables, key: AccountKey, secrets: bool) -> Result<Vec<String>, ServerError> {
    if is_role(tables, key) || Some(key) == tables.public() {
        return Ok(with_inherited(tables, key));
    }
    let mut rows = account(tables, key, secrets)?;
    rows.extend(default_role(tables, key));
    Ok(rows)
}

/// The rows of a session: its account, its role, PUBLIC, and the default role.
///
/// # Errors
/// 1141 when there is no such account.
pub(super) fn own_grants(
    tables: &GrantTables,
    key: AccountKey,
    active: &[AccountKey],
    secrets: bool,
) -> Result<Vec<String>, ServerError> {
    let mut rows = account(tables, key, secrets)?;
    let public = tables.public().filter(|public| tables.server.has(Behaviour::PublicRole) && is_role(tables, *public));
    for role in active.iter().copied().chain(public) {
        rows.extend(with_inherited(tables, role));
    }
    rows.extend(default_role(tables, key));
    Ok(rows)
}

fn is_role(tables: &GrantTables, key: AccountKey) -> bool {
    tables.users.get(&key).is_some_and(|row| row.is_role)
}

fn account(tables: &GrantTables, key: AccountKey, secrets: bool) -> Result<Vec<String>, ServerError> {
    let held = Aggregate::new(tables, key, &[])?;
    let printer = Printer::new(tables, &held);
    let mut rows = role_rows(&printer);
    rows.push(global(&printer, secrets));
    printer.levels(&mut rows);
    printer.proxies(&mut rows);
    Ok(rows)
}

/// A role and the roles granted to it, deeper ones before its neighbours, each once. Behind itself, among the roles granted
/// to a role that is its own administrator, the server looks no further.
fn with_inherited(tables: &GrantTables, role: AccountKey) -> Vec<String> {
    let (mut rows, mut open, mut seen) = (Vec::new(), vec![role], Vec::new());
    while let Some(role) = open.pop() {
        if seen.contains(&role) {
            continue;
        }
        seen.push(role);
        rows.extend(one_role(tables, role));
        let granted = edges(tables, role).map(|edge| edge.role).take_while(|granted| *granted != role);
        let mut granted: Vec<AccountKey> = granted.collect();
        granted.reverse();
        open.extend(granted);
    }
    rows
}

fn one_role(tables: &GrantTables, role: AccountKey) -> Vec<String> {
    let Ok(held) = Aggregate::new(tables, role, &[]) else { return Vec::new() };
    let printer = Printer::new(tables, &held);
    let mut rows = role_rows(&printer);
    let nothing = held.global.minus(PrivilegeSet::of(Privilege::GRANT_OPTION)).is_empty();
    if !nothing || Some(role) != tables.public() {
        rows.push(global(&printer, false));
    }
    printer.levels(&mut rows);
    rows
}

/// The roles granted to an account or role, in the order in which the server holds them.
fn edges(tables: &GrantTables, key: AccountKey) -> impl Iterator<Item = &RoleEdge> {
    let mut edges: Vec<&RoleEdge> = tables.role_edges.of(key).map(|(_, edge)| edge).collect();
    if let Some(memory) = &tables.memory {
        edges.sort_by_key(|edge| memory.roles(key).iter().position(|role| *role == edge.role));
    }
    edges.into_iter()
}

fn role_rows(printer: &Printer<'_>) -> Vec<String> {
    let rows = edges(printer.tables, printer.held.account).map(|edge| {
        let role = printer.quoting.account(printer.tables, edge.role);
        let admin = if edge.admin_option { " WITH ADMIN OPTION" } else { "" };
        format!("GRANT {role} TO {}{admin}", printer.account)
    });
    rows.collect()
}

/// `GRANT … ON *.*`, for an account with its credentials, required TLS and limits.
pub(super) fn global(printer: &Printer<'_>, secrets: bool) -> String {
    let held = printer.held;
    let names = printer.names_or_all(held.global, Level::Global);
    let grant_option = held.global.has(Privilege::GRANT_OPTION);
    let behind = match printer.tables.users.get(&held.account) {
        Some(row) if !row.is_role => parameters(printer.tables, row, grant_option, secrets),
        _ => Printer::with_grant(held.global).to_owned(),
    };
    format!("GRANT {names} ON *.* TO {}{behind}", printer.account)
}

fn default_role(tables: &GrantTables, key: AccountKey) -> Option<String> {
    let (_, default) = tables.default_roles.of(key).next()?;
    let quoting = Quoting::of(&tables.server, &tables.variables);
    let [role, account] = [default.role, key].map(|key| quoting.account(tables, key));
    Some(format!("SET DEFAULT ROLE {role} FOR {account}"))
}
