//! The grant tables as the server itself prints them: `SHOW GRANTS` and `SHOW CREATE USER`.
//!
//! The text is what people compare, so order, spacing and quoting follow the server to the letter,
//! its own inconsistencies included. This stage reads rows and decides nothing; it knows no policy text.

mod account;
mod aggregate;
mod attributes;
mod global;
mod levels;
mod named;
mod parameters;
mod quoting;

use super::GrantTables;
use super::row::AccountKey;
use crate::server::behaviour::Behaviour;
use crate::server::errors::ServerError;

pub use aggregate::Aggregate;

/// The rows of `SHOW GRANTS FOR account [USING roles]` (M6.11).
///
/// Without `using` it is the account alone; with it the aggregate of the account and the roles
/// reached from those named (M5.11), even when none is named. Where roles have no host, a role is shown with the
/// roles that it brings (M6.14). Credentials that the rows tell are shown as by [`create_user`].
///
/// # Errors
/// 1141 when there is no such account, 3530 when a role is not granted to it.
pub fn grants(
    tables: &GrantTables,
    account: AccountKey,
    using: Option<&[AccountKey]>,
    show_secrets: bool,
) -> Result<Vec<String>, ServerError> {
    if tables.server.has(Behaviour::RolesAreNames) {
        return named::grants(tables, account, show_secrets);
    }
    let aggregate = Aggregate::new(tables, account, using.unwrap_or_default())?;
    Ok(levels::rows(tables, &aggregate, &[], show_secrets))
}

/// The rows of `SHOW GRANTS` without FOR: the aggregate of the active roles, and the mandatory
/// roles among those granted (M6.11). Where roles have no host: the account, the active role, PUBLIC and the
/// default role (M6.14).
///
/// # Errors
/// As [`grants`].
pub fn own_grants(
    tables: &GrantTables,
    account: AccountKey,
    active: &[AccountKey],
    show_secrets: bool,
) -> Result<Vec<String>, ServerError> {
    if tables.server.has(Behaviour::RolesAreNames) {
        return named::own_grants(tables, account, active, show_secrets);
    }
    let aggregate = Aggregate::new(tables, account, active)?;
    Ok(levels::rows(tables, &aggregate, &aggregate::mandatory_roles(tables), show_secrets))
}

/// The rows of `SHOW CREATE USER account` (M6.16), one but for what one statement cannot say. What is stored as credential shows as `<secret>`
/// unless `show_secrets`; a password that was given in clear text has a hash that nobody knows, and
/// shows as `<secret>` always.
///
/// # Errors
/// 1396 when there is no such account, in MariaDB 1133.
pub fn create_user(tables: &GrantTables, account: AccountKey, show_secrets: bool) -> Result<Vec<String>, ServerError> {
    account::create_user(tables, account, show_secrets)
}
