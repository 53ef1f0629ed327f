//! What stands behind an account in `GRANT … ON *.*` and in MariaDB's `CREATE USER`: credentials, the connection
//! asked for, limits (M6.13, M6.14, M6.16).

use crate::server::behaviour::Behaviour;
use crate::server::catalogue::plugins;
use crate::syntax::statement::{Authentication, Credential, Require};
use crate::tables::GrantTables;
use crate::tables::row::UserRow;

/// Plugins whose stored text is the name of an OS user or service and no secret.
pub(super) const OPEN_PLUGINS: [&str; 5] =
    ["auth_socket", "unix_socket", "mysql_no_login", "authentication_pam", "pam"];

/// Plugins whose accounts are shown with `IDENTIFIED BY PASSWORD`.
const PASSWORD_PLUGINS: [&str; 2] = ["mysql_native_password", "mysql_old_password"];

/// The order in which limits are printed, as [`UserRow::limits`] holds them.
pub(super) const LIMITS: [&str; 5] = [
    "MAX_QUERIES_PER_HOUR",
    "MAX_UPDATES_PER_HOUR",
    "MAX_CONNECTIONS_PER_HOUR",
    "MAX_USER_CONNECTIONS",
    "MAX_STATEMENT_TIME",
];

/// Microseconds in a second.
const MICRO: i64 = 1_000_000;

/// ` IDENTIFIED …[ REQUIRE …][ WITH …]`, only what is not as by default.
pub(super) fn parameters(tables: &GrantTables, row: &UserRow, grant_option: bool, secrets: bool) -> String {
    let mut text = identified(tables, &row.authentication, secrets);
    require(&mut text, &row.require);
    let option = if grant_option { " GRANT OPTION" } else { "" };
    let limits: String = {
        let set = row.limits.iter().zip(LIMITS).filter(|(limit, _)| **limit != 0);
        set.map(|(limit, name)| limit_text(name, *limit)).collect()
    };
    if !option.is_empty() || !limits.is_empty() {
        text.push_str(&format!(" WITH{option}{limits}"));
    }
    text
}

/// A password alone, or the plugins that are tried in turn.
fn identified(tables: &GrantTables, alternatives: &[Authentication], secrets: bool) -> String {
    let plugin = |a: &Authentication| a.plugin.as_deref().unwrap_or(plugins::default_plugin(&tables.server)).to_owned();
    if let [only] = alternatives
        && PASSWORD_PLUGINS.contains(&plugin(only).as_str())
    {
        let stored = stored(only, &plugin(only), secrets);
        return stored.map_or_else(String::new, |text| format!(" IDENTIFIED BY PASSWORD '{text}'"));
    }
    if !tables.server.has(Behaviour::PluginsInGrants) {
        return String::new();
    }
    let list = alternatives.iter().map(|alternative| {
        let plugin = plugin(alternative);
        let using = stored(alternative, &plugin, secrets).map_or_else(String::new, |text| format!(" USING '{text}'"));
        format!("{plugin}{using}")
    });
    format!(" IDENTIFIED VIA {}", list.collect::<Vec<_>>().join(" OR "))
}

/// What is stored, without escapes as the server prints it; nothing when it is empty.
fn stored(authentication: &Authentication, plugin: &str, secrets: bool) -> Option<String> {
    match &authentication.credential {
        Credential::Unspecified => None,
        Credential::Password(text) => (!text.is_empty()).then(|| "<secret>".to_owned()),
        Credential::Random => Some("<secret>".to_owned()),
        Credential::Stored(text) if text.is_empty() => None,
        Credential::Stored(text) if secrets || OPEN_PLUGINS.contains(&plugin) => Some(text.reveal().to_owned()),
        Credential::Stored(_) => Some("<secret>".to_owned()),
    }
}

/// Issuer, subject and cipher in that order, without escapes.
fn require(text: &mut String, require: &Require) {
    match require {
        Require::None => {}
        Require::Ssl => text.push_str(" REQUIRE SSL"),
        Require::X509 => text.push_str(" REQUIRE X509"),
        Require::Specified { subject, issuer, cipher } => {
            text.push_str(" REQUIRE");
            for (word, value) in [("ISSUER", issuer), ("SUBJECT", subject), ("CIPHER", cipher)] {
                if let Some(value) = value.as_deref().filter(|value| !value.is_empty()) {
                    text.push_str(&format!(" {word} '{value}'"));
                }
            }
        }
    }
}

/// One limit, or nothing where there is none; time is printed in seconds with six places.
pub(super) fn limit_text(name: &str, limit: i64) -> String {
    match limit {
        _ if name == "MAX_STATEMENT_TIME" => format!(" {name} {}.{:06}", limit / MICRO, limit % MICRO),
        _ => format!(" {name} {limit}"),
    }
}
