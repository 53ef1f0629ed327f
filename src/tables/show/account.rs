//! `SHOW CREATE USER` (M6.16).

use super::attributes;
use super::parameters::{LIMITS, OPEN_PLUGINS, limit_text, parameters};
use super::quoting::{Quoting, plain_account};
use crate::server::behaviour::Behaviour;
use crate::server::clause::Clause;
use crate::server::errors::{ServerError, account as errors};
use crate::server::variables::Variable;
use crate::syntax::statement::{Authentication, Credential, PasswordOption, Require};
use crate::tables::GrantTables;
use crate::tables::row::{AccountKey, UserRow};

/// The rows of `SHOW CREATE USER`.
pub(super) fn create_user(tables: &GrantTables, key: AccountKey, secrets: bool) -> Result<Vec<String>, ServerError> {
    if !tables.server.knows(Clause::ShowCreateUser) {
        return Err(errors::syntax());
    }
    let unsaid = tables.server.has(Behaviour::DefaultsUnsaid);
    let Some(row) = tables.users.get(&key).filter(|row| !(unsaid && row.is_role)) else {
        return Err(errors::no_account_to_show(&tables.server, tables.account_text(key)));
    };
    Ok(if unsaid { deviations(tables, row, secrets) } else { vec![everything(tables, key, row, secrets)] })
}

/// What is not as by default, and the lifetime that an expired password hides.
fn deviations(tables: &GrantTables, row: &UserRow, secrets: bool) -> Vec<String> {
    let account = Quoting::of(&tables.server, &tables.variables).account(tables, row.key);
    let lock = if row.locked { " ACCOUNT LOCK" } else { "" };
    let lifetime = lifetime(row).filter(|words| !words.ends_with("DEFAULT")).unwrap_or_default();
    let expiry = if row.expired { " PASSWORD EXPIRE" } else { &lifetime };
    let behind = parameters(tables, row, false, secrets);
    let mut rows = vec![format!("CREATE USER {account}{behind}{lock}{expiry}")];
    if row.expired && !lifetime.is_empty() {
        rows.push(format!("ALTER USER {account}{lifetime}"));
    }
    rows
}

/// Every clause that the server knows.
fn everything(tables: &GrantTables, key: AccountKey, row: &UserRow, secrets: bool) -> String {
    let quoting = Quoting::of(&tables.server, &tables.variables);
    let full = tables.server.has(Behaviour::RolesAreAccounts);
    let mut text = format!("CREATE USER {}", quoting.account(tables, key));
    for (i, factor) in row.authentication.iter().take(1).chain(&row.more_factors).enumerate() {
        text.push_str(if i == 0 { " " } else { " AND " });
        text.push_str(&identified(tables, quoting, factor, i == 0, secrets));
    }
    if full {
        default_roles(&mut text, tables, key);
    }
    require(&mut text, &row.require);
    limits(&mut text, row, tables.named_limits.get(&key));
    text.push_str(expiry(row).as_str());
    text.push_str(if row.locked { " ACCOUNT LOCK" } else { " ACCOUNT UNLOCK" });
    if full {
        password_options(&mut text, tables, row);
        if let Some(map) = row.attributes.as_ref().filter(|_| tables.server.knows(Clause::Attribute)) {
            let json = attributes::object(map).replace('\\', "\\\\").replace('\'', "\\'");
            text.push_str(&format!(" ATTRIBUTE '{json}'"));
        }
    }
    text
}

/// `IDENTIFIED WITH 'plugin'[ AS '…']`. Only the first factor is written in hexadecimal when asked to.
fn identified(tables: &GrantTables, quoting: Quoting, factor: &Authentication, first: bool, secrets: bool) -> String {
    let plugin = factor.plugin.as_deref().unwrap_or_else(|| tables.default_plugin());
    let stored = match &factor.credential {
        Credential::Unspecified => None,
        Credential::Password(text) => (!text.is_empty()).then(|| "'<secret>'".to_owned()),
        Credential::Random => Some("'<secret>'".to_owned()),
        Credential::Stored(text) if text.is_empty() => None,
        Credential::Stored(text) if secrets || OPEN_PLUGINS.contains(&plugin) => {
            let text = text.reveal();
            let hex = first && tables.variables.on(Variable::PrintIdentifiedWithAsHex);
            Some(if hex && text.chars().any(char::is_control) { hexadecimal(text) } else { quoting.string(text) })
        }
        Credential::Stored(_) => Some("'<secret>'".to_owned()),
    };
    match stored {
        Some(stored) => format!("IDENTIFIED WITH '{plugin}' AS {stored}"),
        None => format!("IDENTIFIED WITH '{plugin}'"),
    }
}

fn hexadecimal(text: &str) -> String {
    text.bytes().fold("0x".to_owned(), |out, byte| format!("{out}{byte:02X}"))
}

/// The server prints this list in backticks whatever the `sql_mode`.
fn default_roles(text: &mut String, tables: &GrantTables, key: AccountKey) {
    // RENAME USER leaves the old name of a default role behind (M7.7).
    let exists = |role: &AccountKey| tables.users.get(role).is_some();
    let named = tables.default_roles.of(key).map(|(_, row)| row).filter(|row| exists(&row.role));
    let mut roles: Vec<AccountKey> =
        named.flat_map(|row| std::iter::repeat_n(row.role, row.times.max(1) as usize)).collect();
    roles.sort_by_key(|role| tables.account_text(*role));
    let list: Vec<String> = roles.into_iter().map(|role| plain_account(tables, role)).collect();
    if !list.is_empty() {
        text.push_str(&format!(" DEFAULT ROLE {}", list.join(",")));
    }
}

/// Subject, issuer and cipher stand as they are, without escapes.
fn require(text: &mut String, require: &Require) {
    text.push_str(" REQUIRE");
    match require {
        Require::None => text.push_str(" NONE"),
        Require::Ssl => text.push_str(" SSL"),
        Require::X509 => text.push_str(" X509"),
        Require::Specified { subject, issuer, cipher } => {
            for (word, value) in [("SUBJECT", subject), ("ISSUER", issuer), ("CIPHER", cipher)] {
                if let Some(value) = value {
                    text.push_str(&format!(" {word} '{value}'"));
                }
            }
        }
    }
}

/// Those that are set, and those that were named when the account was made.
fn limits(text: &mut String, row: &UserRow, named: Option<&[bool; 5]>) {
    let mut word = " WITH";
    let named = named.copied().unwrap_or_default();
    for ((name, limit), named) in LIMITS.iter().zip(row.limits).zip(named) {
        if limit != 0 || named {
            text.push_str(word);
            text.push_str(&limit_text(name, limit));
            word = "";
        }
    }
}

/// An expired password hides what is said about its lifetime.
fn expiry(row: &UserRow) -> String {
    if row.expired {
        " PASSWORD EXPIRE".to_owned()
    } else {
        lifetime(row).unwrap_or_else(|| " PASSWORD EXPIRE DEFAULT".to_owned())
    }
}

/// What was said last about the lifetime of passwords.
fn lifetime(row: &UserRow) -> Option<String> {
    row.password_options.iter().rev().find_map(|option| match option {
        PasswordOption::ExpireDefault => Some(" PASSWORD EXPIRE DEFAULT".to_owned()),
        PasswordOption::ExpireNever => Some(" PASSWORD EXPIRE NEVER".to_owned()),
        PasswordOption::ExpireInterval(days) => Some(format!(" PASSWORD EXPIRE INTERVAL {days} DAY")),
        _ => None,
    })
}

/// The last option of each kind that was said; the first three groups are always printed.
fn password_options(text: &mut String, tables: &GrantTables, row: &UserRow) {
    let [mut history, mut reuse, mut current, mut attempts, mut lock] = [
        " PASSWORD HISTORY DEFAULT".to_owned(),
        " PASSWORD REUSE INTERVAL DEFAULT".to_owned(),
        " PASSWORD REQUIRE CURRENT DEFAULT".to_owned(),
        String::new(),
        String::new(),
    ];
    for option in &row.password_options {
        match option {
            PasswordOption::Expire
            | PasswordOption::ExpireDefault
            | PasswordOption::ExpireNever
            | PasswordOption::ExpireInterval(_) => {}
            PasswordOption::History(None) => history = " PASSWORD HISTORY DEFAULT".to_owned(),
            PasswordOption::History(Some(n)) => history = format!(" PASSWORD HISTORY {n}"),
            PasswordOption::ReuseInterval(None) => reuse = " PASSWORD REUSE INTERVAL DEFAULT".to_owned(),
            PasswordOption::ReuseInterval(Some(n)) => reuse = format!(" PASSWORD REUSE INTERVAL {n} DAY"),
            PasswordOption::RequireCurrent => current = " PASSWORD REQUIRE CURRENT".to_owned(),
            PasswordOption::RequireCurrentDefault => current = " PASSWORD REQUIRE CURRENT DEFAULT".to_owned(),
            PasswordOption::RequireCurrentOptional => current = " PASSWORD REQUIRE CURRENT OPTIONAL".to_owned(),
            PasswordOption::FailedLoginAttempts(0) => attempts.clear(),
            PasswordOption::FailedLoginAttempts(n) => attempts = format!(" FAILED_LOGIN_ATTEMPTS {n}"),
            PasswordOption::LockTime(Some(0)) => lock.clear(),
            PasswordOption::LockTime(Some(n)) => lock = format!(" PASSWORD_LOCK_TIME {n}"),
            PasswordOption::LockTime(None) => lock = " PASSWORD_LOCK_TIME UNBOUNDED".to_owned(),
        }
    }
    let [history, reuse] = [history, reuse].map(|words| (Clause::PasswordHistory, words));
    let [attempts, lock] = [attempts, lock].map(|words| (Clause::FailedLogins, words));
    for (clause, words) in [history, reuse, (Clause::RequireCurrent, current), attempts, lock] {
        if tables.server.knows(clause) {
            text.push_str(&words);
        }
    }
}
