//! Errors of a login and of privilege checks (M4.7, M5.24).

use super::ServerError;
use super::account::AccountText;
use crate::server::Server;

/// 1045 ER_ACCESS_DENIED_ERROR
pub fn access_denied((user, host): AccountText<'_>, using_password: bool) -> ServerError {
    let word = if using_password { "YES" } else { "NO" };
    ServerError::new(1045, "28000", format!("Access denied for user '{user}'@'{host}' (using password: {word})"))
}

/// 1698 ER_ACCESS_DENIED_NO_PASSWORD_ERROR: the plugin says that no password is involved (M4.8).
pub fn access_denied_no_password((user, host): AccountText<'_>) -> ServerError {
    ServerError::new(1698, "28000", format!("Access denied for user '{user}'@'{host}'"))
}

/// 1130 ER_HOST_NOT_PRIVILEGED: no account could be meant from there (M2.20).
pub fn host_not_allowed(server: &Server, host: &str) -> ServerError {
    let kind = if server.is_mariadb() { "MariaDB" } else { "MySQL" };
    ServerError::new(1130, "HY000", format!("Host '{host}' is not allowed to connect to this {kind} server"))
}

/// 3118, in MariaDB 4151. `user` is the row's; the anonymous one prints as `(null)`.
pub fn account_locked(server: &Server, (user, host): AccountText<'_>) -> ServerError {
    if server.is_mariadb() {
        return ServerError::new(4151, "HY000", "Access denied, this account is locked");
    }
    let user = if user.is_empty() { "(null)" } else { user };
    ServerError::new(3118, "HY000", format!("Access denied for user '{user}'@'{host}'. Account is locked."))
}

/// 1820 ER_MUST_CHANGE_PASSWORD: the session may do nothing but set its password (M4.10).
pub fn must_set_password(server: &Server) -> ServerError {
    let message = if server.is_mariadb() {
        "You must SET PASSWORD before executing this statement"
    } else {
        "You must reset your password using ALTER USER statement before executing this statement."
    };
    ServerError::new(1820, "HY000", message)
}

/// 1959 ER_INVALID_ROLE of SET ROLE (M7.41): `known` when the session may know that the role is there.
pub fn role_refused(role: &str, (user, host): AccountText<'_>, known: bool) -> ServerError {
    let message = if known {
        format!("User `{user}`@`{host}` has not been granted role `{role}`")
    } else {
        format!("Invalid role specification `{role}`")
    };
    ServerError::new(1959, "HY000", message)
}

/// 1960 ER_INVALID_CURRENT_USER: SET ROLE in a session whose account is gone (M5.49).
pub fn current_user_invalid() -> ServerError {
    ServerError::new(1960, "0L000", "The current user is invalid")
}

/// 1862 ER_MUST_CHANGE_PASSWORD_LOGIN
pub fn password_expired(server: &Server) -> ServerError {
    let message =
        "Your password has expired. To log in you must change it using a client that supports expired passwords";
    let stop = if server.is_mariadb() { "" } else { "." };
    ServerError::new(1862, "HY000", format!("{message}{stop}"))
}

/// 3159 ER_SECURE_TRANSPORT_REQUIRED
pub fn secure_transport_required() -> ServerError {
    let message = "Connections using insecure transport are prohibited while --require_secure_transport=ON.";
    ServerError::new(3159, "HY000", message)
}

/// 3032 ER_SERVER_OFFLINE_MODE
pub fn offline_mode() -> ServerError {
    ServerError::new(3032, "HY000", "The server is currently in offline mode")
}

/// 1142 ER_TABLEACCESS_DENIED_ERROR, with the row's user and the client's host. MariaDB names the database too.
pub fn table_denied(server: &Server, verb: &str, (user, host): AccountText<'_>, db: &str, table: &str) -> ServerError {
    let table = if server.is_mariadb() { format!("`{db}`.`{table}`") } else { format!("'{table}'") };
    let verb = if server.is_mariadb() { shortened(verb) } else { verb.to_owned() };
    ServerError::new(1142, "42000", format!("{verb} command denied to user '{user}'@'{host}' for table {table}"))
}

/// MariaDB shows no more than 100 characters of a list of privileges.
fn shortened(verb: &str) -> String {
    match verb.get(..97) {
        Some(start) if verb.len() > 100 => format!("{start}..."),
        _ => verb.to_owned(),
    }
}

/// How 1142 shows the parent of a foreign key, as a table: MySQL puts the database before it.
pub fn parent_shown(server: &Server, db: &str, table: &str) -> String {
    if server.is_mariadb() { table.to_owned() } else { format!("{db}.{table}") }
}

/// 1143 ER_COLUMNACCESS_DENIED_ERROR
pub fn column_denied(verb: &str, (user, host): AccountText<'_>, column: &str, table: &str) -> ServerError {
    let message = format!("{verb} command denied to user '{user}'@'{host}' for column '{column}' in table '{table}'");
    ServerError::new(1143, "42000", message)
}

/// 1370 ER_PROCACCESS_DENIED_ERROR, with the account row's user and host (M5.24).
pub fn routine_denied(verb: &str, (user, host): AccountText<'_>, routine: &str) -> ServerError {
    let message = format!("{verb} command denied to user '{user}'@'{host}' for routine '{routine}'");
    ServerError::new(1370, "42000", message)
}

/// 1227 ER_SPECIFIC_ACCESS_DENIED_ERROR
pub fn specific_denied(privileges: &str) -> ServerError {
    let message = format!("Access denied; you need (at least one of) the {privileges} privilege(s) for this operation");
    ServerError::new(1227, "42000", message)
}
