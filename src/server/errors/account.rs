//! The errors, warnings and notes of account statements (section 7 of the rules).

use super::ServerError;
use crate::server::Server;
use crate::server::behaviour::Behaviour;
use std::fmt::Write as _;

/// User and host as texts.
pub type AccountText<'a> = (&'a str, &'a str);

/// Why an account cannot be handled: the words that newer servers add to 1396.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Obstacle {
    /// It is there already.
    Exists,
    /// It is not there.
    Missing,
    /// It would be anonymous and have roles.
    RolesOfAnonymous,
    /// Nothing is said, as RENAME USER does.
    Unsaid,
}

/// `'user'@'host'`
pub fn quoted((user, host): AccountText<'_>) -> String {
    format!("'{user}'@'{host}'")
}

/// The same with the letters escaped that a string literal needs escaped, as lists of accounts have it (M7.1).
pub fn escaped((user, host): AccountText<'_>) -> String {
    let escape = |text: &str| {
        text.chars().fold(String::new(), |mut out, c| {
            match c {
                '\'' | '"' | '\\' => out.extend(['\\', c]),
                '\0' => out.push_str("\\0"),
                '\n' => out.push_str("\\n"),
                '\r' => out.push_str("\\r"),
                '\x1a' => out.push_str("\\Z"),
                _ => out.push(c),
            }
            out
        })
    };
    format!("'{}'@'{}'", escape(user), escape(host))
}

/// `` `user`@`host` ``
pub fn backticked((user, host): AccountText<'_>) -> String {
    format!("`{user}`@`{host}`")
}

/// 1396: the accounts of a statement that stand in its way (M7.1).
pub fn operation_failed(server: &Server, operation: &str, failed: &[(AccountText<'_>, Obstacle)]) -> ServerError {
    let mut message = format!("Operation {operation} failed for ");
    for (i, (account, obstacle)) in failed.iter().enumerate() {
        let comma = if i > 0 { "," } else { "" };
        let _ = write!(message, "{comma}{}", escaped(*account));
        if server.has(Behaviour::AccountFailureReasons) {
            message.push_str(match obstacle {
                Obstacle::Exists => " (User account already exists)",
                Obstacle::Missing => " (User account does not exist)",
                Obstacle::RolesOfAnonymous => {
                    " (User account is renamed to anonymous user, but roles are granted to it)"
                }
                Obstacle::Unsaid => "",
            });
        }
    }
    ServerError::new(1396, "HY000", message)
}

/// 1396: CREATE ROLE of an anonymous account, or CREATE USER of one whose password is to expire.
pub fn failed_for_anonymous(operation: &str) -> ServerError {
    ServerError::new(1396, "HY000", format!("Operation {operation} failed for anonymous user"))
}

/// 1131: an anonymous session sets a password.
pub fn anonymous_password() -> ServerError {
    let text = "You are using MySQL as an anonymous user and anonymous users are not allowed to change passwords";
    ServerError::new(1131, "42000", text)
}

/// 3016: ALTER USER … PASSWORD EXPIRE of an anonymous account.
pub fn anonymous_cannot_expire() -> ServerError {
    ServerError::new(3016, "HY000", "The password for anonymous user cannot be expired.")
}

/// 3671: PASSWORD EXPIRE of an account whose plugin keeps no password.
pub fn no_password_expiry(plugin: &str) -> ServerError {
    let message = format!("The selected authentication method {plugin} does not support password expiration");
    ServerError::new(3671, "HY000", message)
}

/// 3639, a warning: PASSWORD HISTORY or REUSE INTERVAL of an account whose plugin keeps no password.
pub fn password_history_ignored(account: AccountText<'_>, plugin: &str) -> ServerError {
    let message = format!(
        "Non-zero password history clauses ignored for user {} as its authentication plugin {plugin} does not \
         support password history",
        quoted(account)
    );
    ServerError::new(3639, "HY000", message)
}

/// 3163, a note: IF NOT EXISTS met an account (M7.2).
pub fn already_exists(account: AccountText<'_>) -> ServerError {
    ServerError::new(3163, "HY000", format!("Authorization ID {} already exists.", quoted(account)))
}

/// 3162, a note: IF EXISTS did not meet an account (M7.5).
pub fn does_not_exist(account: AccountText<'_>) -> ServerError {
    ServerError::new(3162, "HY000", format!("Authorization ID {} does not exist.", quoted(account)))
}

/// 3162, an error: CREATE USER … DEFAULT ROLE names no account (M7.3).
pub fn missing_default_role(role: AccountText<'_>) -> ServerError {
    ServerError::new(3162, "HY000", format!("Authorization ID {} does not exist.", backticked(role)))
}

/// 3162, a warning: IGNORE UNKNOWN USER met an account that is not there (M7.26).
pub fn ignored_unknown_user(user: &str) -> ServerError {
    ServerError::new(3162, "HY000", format!("Authorization ID {user} does not exist."))
}

/// 6524, a warning: white space around a name was taken away (M1.4).
pub fn trimmed(account: AccountText<'_>) -> ServerError {
    let account = quoted(account);
    let text = format!("Leading or trailing spaces have been trimmed from user or host, account: {account}.");
    ServerError::new(6524, "HY000", text)
}

/// 1470: a user or host name is too long (M1.9).
pub fn too_long(text: &str, what: &str, limit: usize) -> ServerError {
    let shown: String = text.chars().take(70).collect();
    ServerError::new(
        1470,
        "HY000",
        format!("String '{shown}' is too long for {what} (should be no longer than {limit})"),
    )
}

/// 1105: a host with `@` (M1.8).
pub fn malformed_host() -> ServerError {
    ServerError::new(1105, "HY000", "Malformed hostname (illegal symbol: '@')")
}

/// 1059: an object name of more than 64 characters (M1.9).
pub fn name_too_long(name: &str) -> ServerError {
    ServerError::new(1059, "42000", format!("Identifier name '{name}' is too long"))
}

/// 1959: a role that does not exist is granted or revoked (MariaDB).
pub fn invalid_role(role: &str) -> ServerError {
    ServerError::new(1959, "HY000", format!("Invalid role specification `{role}`"))
}

/// 1132: GRANT with a password for somebody else, before MySQL 8.0.
pub fn password_of_others() -> ServerError {
    let message =
        "You must have privileges to update tables in the mysql database to be able to change passwords for others";
    ServerError::new(1132, "42000", message)
}

/// 1410: GRANT to an account that is not there (M7.10).
pub fn cannot_create_by_grant() -> ServerError {
    ServerError::new(1410, "42000", "You are not allowed to create a user with GRANT")
}

/// 1133: SET PASSWORD and the GRANT of older servers find no account (M7.8).
pub fn no_such_user() -> ServerError {
    ServerError::new(1133, "42000", "Can't find any matching row in the user table")
}

/// 1141: nothing to revoke at global or database level, or no account (M7.21).
pub fn no_such_grant((user, host): AccountText<'_>) -> ServerError {
    ServerError::new(1141, "42000", format!("There is no such grant defined for user '{user}' on host '{host}'"))
}

/// 1147: nothing to revoke on a table (M7.21).
pub fn no_such_table_grant((user, host): AccountText<'_>, table: &str) -> ServerError {
    let text = format!("There is no such grant defined for user '{user}' on host '{host}' on table '{table}'");
    ServerError::new(1147, "42000", text)
}

/// 1403: nothing to revoke on a routine (M7.21).
pub fn no_such_routine_grant((user, host): AccountText<'_>, routine: &str) -> ServerError {
    let text = format!("There is no such grant defined for user '{user}' on host '{host}' on routine '{routine}'");
    ServerError::new(1403, "42000", text)
}

/// 1269: REVOKE ALL PRIVILEGES, GRANT OPTION from an account that is not there (M7.25).
pub fn cannot_revoke_all() -> ServerError {
    ServerError::new(1269, "HY000", "Can't revoke all privileges for one or more of the requested users")
}

/// 1221: a global privilege at database level (M6.4).
pub fn global_privilege_at_database() -> ServerError {
    ServerError::new(1221, "HY000", "Incorrect usage of DB GRANT and GLOBAL PRIVILEGES")
}

/// 1144: a privilege or column list that the level does not have (M6.4).
pub fn illegal_grant() -> ServerError {
    let text = "Illegal GRANT/REVOKE command; please consult the manual to see which privileges can be used";
    ServerError::new(1144, "42000", text)
}

/// 1064: a form that the server's own grammar refuses.
pub fn syntax() -> ServerError {
    let text = "You have an error in your SQL syntax; check the manual that corresponds to your MySQL server version \
                for the right syntax to use";
    ServerError::new(1064, "42000", text)
}

/// 1149: GRANT of a dynamic privilege that is not registered (M6.9).
pub fn unknown_dynamic_privilege() -> ServerError {
    let text = "You have an error in your SQL syntax; check the manual that corresponds to your MySQL server version \
                for the right syntax to use";
    ServerError::new(1149, "42000", text)
}

/// 3619: a dynamic privilege below the global level; the server names it, or the table (M6.4).
pub fn illegal_privilege_level(what: &str) -> ServerError {
    ServerError::new(3619, "HY000", format!("Illegal privilege level specified for {what}"))
}

/// 3929, a warning: REVOKE of a dynamic privilege that is not registered (M6.9).
pub fn unregistered_dynamic_privilege(name: &str) -> ServerError {
    ServerError::new(3929, "HY000", format!("Dynamic privilege '{name}' is not registered with the server."))
}

/// 1287, a warning: the SUPER privilege (M6.1).
pub fn super_is_deprecated() -> ServerError {
    ServerError::new(1287, "HY000", "The SUPER privilege identifier is deprecated")
}

/// 3523: a role statement names an account that is not there (M7.31).
pub fn unknown_authid(account: AccountText<'_>) -> ServerError {
    ServerError::new(3523, "HY000", format!("Unknown authorization ID {}", backticked(account)))
}

/// 3524: an anonymous account as a role; the server's quotes do not pair.
pub fn failed_role_grant((user, host): AccountText<'_>, to: AccountText<'_>) -> ServerError {
    let text = format!("Failed to grant `{user}`@`{host}`` to {}", backticked(to));
    ServerError::new(3524, "HY000", text)
}

/// 1396 of a server that names the failed accounts and nothing more (M7.1).
pub fn operation_failed_for(operation: &str, failed: &[String]) -> ServerError {
    ServerError::new(1396, "HY000", format!("Operation {operation} failed for {}", failed.join(",")))
}

/// 3876: a role granted to the anonymous account (M7.31).
pub fn role_to_anonymous() -> ServerError {
    ServerError::new(3876, "HY000", "Cannot grant roles to an anonymous user.")
}

/// 4027: a role grant that closes a loop (M7.31).
pub fn role_loop(account: AccountText<'_>, role: AccountText<'_>) -> ServerError {
    let (account, role) = (backticked(account), backticked(role));
    let text = format!(
        "User account {account} is directly or indirectly granted to the role {role}. The GRANT would create a loop"
    );
    ServerError::new(4027, "HY000", text)
}

/// 3530: a role that is not granted is to be active, default or used (M7.35, M7.36).
pub fn role_not_granted(role: AccountText<'_>, account: AccountText<'_>) -> ServerError {
    let text = format!("{} is not granted to {}", backticked(role), backticked(account));
    ServerError::new(3530, "HY000", text)
}

/// 3532: RENAME USER of an account that is granted as a role (M7.7).
pub fn role_cannot_be_renamed() -> ServerError {
    ServerError::new(3532, "HY000", "Renaming of a role identifier is forbidden")
}

/// 3628: a mandatory role is to be revoked or dropped (M7.6, M7.33).
pub fn mandatory_role(role: AccountText<'_>) -> ServerError {
    let role = backticked(role);
    let text = format!(
        "The role {role} is a mandatory role and can't be revoked or dropped. The restriction can be lifted by \
         excluding the role identifier from the global variable mandatory_roles."
    );
    ServerError::new(3628, "HY000", text)
}

/// 1524: an authentication plugin that the server has not loaded.
pub fn plugin_not_loaded(plugin: &str) -> ServerError {
    ServerError::new(1524, "HY000", format!("Plugin '{plugin}' is not loaded"))
}

/// 1827: a stored credential that its plugin does not accept.
pub fn malformed_hash() -> ServerError {
    ServerError::new(1827, "HY000", "The password hash doesn't have the expected format.")
}

/// 1044: a database is refused to an account (M5.50, M5.51).
pub fn database_denied((user, host): AccountText<'_>, db: &str) -> ServerError {
    let text = format!("Access denied for user '{user}'@'{host}' to database '{db}'");
    ServerError::new(1044, "42000", text)
}

/// 3835: GRANT … AS below the global level (M7.64).
pub fn grant_as_below_global() -> ServerError {
    ServerError::new(3835, "HY000", "GRANT ... AS is currently supported only for global privileges.")
}

/// 3896: `partial_revokes` is to be switched off while restrictions exist (M7.63).
pub fn partial_revokes_in_use() -> ServerError {
    let text =
        "At least one partial revoke exists on a database. The system variable '@@partial_revokes' must be set to ON.";
    ServerError::new(3896, "HY000", text)
}

/// 3901: what is withheld on a database is had there by a row of `mysql.db`; the first privilege of that is named.
pub fn withheld_and_had(privilege: &str, db: &str) -> ServerError {
    let text = format!(
        "'{privilege}' privilege for database '{db}' exists both as partial revoke and mysql.db simultaneously. It could mean \
         that the 'mysql' schema is corrupted."
    );
    ServerError::new(3901, "HY000", text)
}

/// 3879: a grantor whose global privileges are restricted takes wider ones from somebody (M7.61).
pub fn denied_in_database(account: AccountText<'_>, db: &str) -> ServerError {
    ServerError::new(3879, "42000", format!("Access denied for AuthId {} to database '{db}'.", backticked(account)))
}

/// 4056: ADD of a factor that is there.
pub fn factor_exists(factor: u8) -> ServerError {
    let text = format!(
        "{factor} factor authentication method exists. Please do ALTER USER... DROP {factor} factor before doing this \
         operation OR do ALTER USER... MODIFY {factor} factor... to modify existing {factor} factor authentication method."
    );
    ServerError::new(4056, "HY000", text)
}

/// 4057: MODIFY or DROP of a factor that is not there.
pub fn factor_missing(factor: u8) -> ServerError {
    let text = format!(
        "{factor} factor authentication method doesn't exist. Please do ALTER USER... ADD {factor} factor... before doing \
         this operation."
    );
    ServerError::new(4057, "HY000", text)
}

/// 1525: a number that a clause of CREATE or ALTER USER does not take.
pub fn wrong_option_value(what: &str, value: u32) -> ServerError {
    ServerError::new(1525, "HY000", format!("Incorrect {what} value: '{value}'"))
}

/// 3982: ATTRIBUTE is not a JSON object.
pub fn attribute_not_object() -> ServerError {
    ServerError::new(3982, "HY000", "The user attribute must be a valid JSON object")
}

/// 4102: SET PASSWORD for an account whose plugin keeps none.
pub fn no_password_kept(account: AccountText<'_>) -> ServerError {
    let account = quoted(account);
    let text = format!(
        "SET PASSWORD has no significance for user {account} as the authentication method used doesn't store \
         authentication data in the MySQL server. Please consider using ALTER USER instead if you want to change \
         authentication parameters."
    );
    ServerError::new(4102, "HY000", text)
}

/// 3836: GRANT … AS an account, or with roles, that cannot be taken on (M7.64).
pub fn grant_as_invalid() -> ServerError {
    let text = "Either some of the authorization IDs in the AS clause are invalid or the current user lacks privileges to \
                execute the statement.";
    ServerError::new(3836, "HY000", text)
}

/// 3526: default roles of an account that is not there.
pub fn default_roles_not_set() -> ServerError {
    ServerError::new(3526, "HY000", "Failed to set default roles")
}

/// 3897: SYSTEM_USER for a role that `mandatory_roles` names.
pub fn system_user_for_mandatory_role(role: AccountText<'_>) -> ServerError {
    let role = backticked(role);
    let text = format!("AuthId {role} is set as mandatory_roles. Cannot grant the 'SYSTEM_USER' privilege.");
    ServerError::new(3897, "HY000", text)
}

/// 3880: `mandatory_roles` names an account that holds SYSTEM_USER.
pub fn mandatory_role_is_system_user(role: AccountText<'_>) -> ServerError {
    let text = format!("Cannot set mandatory_roles: AuthId {} has 'SYSTEM_USER' privilege.", backticked(role));
    ServerError::new(3880, "HY000", text)
}

/// SHOW CREATE USER of an account that is not there.
pub fn no_account_to_show(server: &Server, account: (&str, &str)) -> ServerError {
    if server.has(Behaviour::DefaultsUnsaid) {
        return ServerError::new(1133, "42000", "Can't find any matching row in the user table");
    }
    let account = escaped(account);
    let message = format!("Operation SHOW CREATE USER failed for {account} (User account does not exist)");
    ServerError::new(1396, "HY000", message)
}
