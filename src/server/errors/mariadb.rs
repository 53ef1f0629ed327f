//! The errors, warnings and notes that only MariaDB has (M7.2, M7.40, M7.41).

use super::ServerError;
use super::account::{AccountText, backticked, quoted};

/// 1973, a note: IF NOT EXISTS met an account.
pub fn user_exists(account: AccountText<'_>) -> ServerError {
    ServerError::new(1973, "HY000", format!("Can't create user {}; it already exists", quoted(account)))
}

/// 1974, a note: IF EXISTS did not meet an account.
pub fn user_missing(account: AccountText<'_>) -> ServerError {
    ServerError::new(1974, "HY000", format!("Can't drop user {}; it doesn't exist", quoted(account)))
}

/// 1975, a note: IF NOT EXISTS met a role.
pub fn role_exists(role: &str) -> ServerError {
    ServerError::new(1975, "HY000", format!("Can't create role '{role}'; it already exists"))
}

/// 1976, a note: IF EXISTS did not meet a role.
pub fn role_missing(role: &str) -> ServerError {
    ServerError::new(1976, "HY000", format!("Can't drop role '{role}'; it doesn't exist"))
}

/// 1221: two clauses that exclude each other.
pub fn wrong_usage(one: &str, other: &str) -> ServerError {
    ServerError::new(1221, "HY000", format!("Incorrect usage of {one} and {other}"))
}

/// 1449, a note: WITH ADMIN names nobody (M7.40).
pub fn no_such_admin((user, host): AccountText<'_>) -> ServerError {
    ServerError::new(1449, "HY000", format!("The user specified as a definer ('{user}'@'{host}') does not exist"))
}

/// 1446: CURRENT_ROLE without a role.
pub fn invalid_definer() -> ServerError {
    ServerError::new(1446, "0L000", "Invalid definer")
}

/// 1959: no role can have that name, or none has it (M7.40).
pub fn invalid_role(role: &str) -> ServerError {
    ServerError::new(1959, "OP000", format!("Invalid role specification `{role}`"))
}

/// 1959: a role to be active or default that is not granted (M7.41).
pub fn role_not_granted_to(account: AccountText<'_>, role: &str) -> ServerError {
    let text = format!("User {} has not been granted role `{role}`", backticked(account));
    ServerError::new(1959, "OP000", text)
}

/// 1960: SET DEFAULT ROLE for nobody.
pub fn invalid_current_user() -> ServerError {
    ServerError::new(1960, "0L000", "The current user is invalid")
}

/// 1961: a role grant that fails for somebody, as it would close a loop (M7.40).
pub fn role_not_grantable(role: &str, failed: &[String]) -> ServerError {
    ServerError::new(1961, "HY000", format!("Cannot grant role '{role}' to: {}", failed.join(",")))
}

/// 1962: a role that is not granted is to be revoked (M7.40).
pub fn role_not_revocable(role: &str, failed: &[String]) -> ServerError {
    ServerError::new(1962, "HY000", format!("Cannot revoke role '{role}' from: {}", failed.join(",")))
}

/// 1372: a stored password that its plugin does not take.
pub fn wrong_hash_length(plugin: &str) -> ServerError {
    let form = match plugin.to_ascii_lowercase().as_str() {
        "ed25519" => "43 characters long",
        "mysql_old_password" => "a 16-digit hexadecimal number",
        _ => "a 41-digit hexadecimal number",
    };
    ServerError::new(1372, "HY000", format!("Password hash should be {form}"))
}

/// 1131: an anonymous session sets a password or a default role.
pub fn anonymous_settings() -> ServerError {
    let text = "You are using MariaDB as an anonymous user and anonymous users are not allowed to modify user settings";
    ServerError::new(1131, "42000", text)
}

/// 1699: a password for an account whose plugin keeps none.
pub fn password_not_applicable(plugin: &str) -> ServerError {
    let text = format!("SET PASSWORD is not applicable for users authenticating via {plugin} plugin");
    ServerError::new(1699, "HY000", text)
}
