//! The grant tables as the server itself prints them: `SHOW GRANTS` and `SHOW CREATE USER`.
//!
//! The text is what people compare, so order, spacing and quoting follow the server to the letter,
//! its own inconsistencies included. This stage reads rows and decides nothing; it knows no policy text.

mod account;
mod aggregate;
mod attributes;
mod global;
mod keywords;
mod levels;
mod quoting;

use super::GrantTables;
use super::row::AccountKey;
use crate::server::errors::ServerError;

pub use aggregate::Aggregate;

/// The rows of `SHOW GRANTS FOR account [USING roles]` (M6.11).
///
/// Without `using` it is the account alone; with it the aggregate of the account and the roles
/// reached from those named (M5.11), even when none is named.
///
/// # Errors
/// 1141 when there is no such account, 3530 when a role is not granted to it.
pub fn grants(
    tables: &GrantTables,
    account: AccountKey,
    using: Option<&[AccountKey]>,
) -> Result<Vec<String>, ServerError> {
    let aggregate = Aggregate::new(tables, account, using.unwrap_or_default())?;
    Ok(levels::rows(tables, &aggregate, &[]))
}

/// The rows of `SHOW GRANTS` without FOR: the aggregate of the active roles, and the mandatory
/// roles among those granted (M6.11).
///
/// # Errors
/// As [`grants`].
pub fn own_grants(
    tables: &GrantTables,
    account: AccountKey,
    active: &[AccountKey],
) -> Result<Vec<String>, ServerError> {
    let aggregate = Aggregate::new(tables, account, active)?;
    Ok(levels::rows(tables, &aggregate, &aggregate::mandatory_roles(tables)))
}

/// The row of `SHOW CREATE USER account` (M6.16). What is stored as credential shows as `<secret>`
/// unless `show_secrets`; a password that was given in clear text has a hash that nobody knows, and
/// shows as `<secret>` always.
///
/// # Errors
/// 1396 when there is no such account.
pub fn create_user(tables: &GrantTables, account: AccountKey, show_secrets: bool) -> Result<String, ServerError> {
    account::create_user(tables, account, show_secrets)
}
