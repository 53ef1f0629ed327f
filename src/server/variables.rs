//! Server variables that change decisions, their defaults, and where their values came from.

use super::Server;
use super::behaviour::Since;
use crate::source::Span;

/// A variable that changes a decision (contract §1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs, reason = "each is the server variable of that name")]
pub enum Variable {
    PartialRevokes,
    MandatoryRoles,
    ActivateAllRolesOnLogin,
    ActivateMandatoryRoles,
    SkipNameResolve,
    LowerCaseTableNames,
    SqlMode,
    CheckProxyUsers,
    Sha256PasswordProxyUsers,
    MysqlNativePasswordProxyUsers,
    MysqlNativePassword,
    SkipGrantTables,
    ReadOnly,
    SuperReadOnly,
    OfflineMode,
    RequireSecureTransport,
    DefaultAuthenticationPlugin,
    DefaultPasswordLifetime,
    DisconnectOnExpiredPassword,
    SkipShowDatabase,
    LogBinTrustFunctionCreators,
    PrintIdentifiedWithAsHex,
    SqlQuoteShowCreate,
    AutomaticSpPrivileges,
}

/// How a value came to be known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SettingOrigin {
    /// Nobody said; this is the server's default.
    Assumed,
    /// `--set NAME=VALUE`.
    Argument,
    /// A statement, a dump's header or a `-- grantc:` comment.
    Text(Span),
}

struct Entry {
    variable: Variable,
    name: &'static str,
    default: &'static str,
    since: Since,
}

const fn entry(variable: Variable, name: &'static str, default: &'static str, since: Since) -> Entry {
    Entry { variable, name, default, since }
}

const ENTRIES: &[Entry] = &[
    entry(Variable::PartialRevokes, "partial_revokes", "OFF", Since::mysql((8, 0, 16))),
    entry(Variable::MandatoryRoles, "mandatory_roles", "", Since::mysql((8, 0, 0))),
    entry(Variable::ActivateAllRolesOnLogin, "activate_all_roles_on_login", "OFF", Since::mysql((8, 0, 0))),
    entry(Variable::ActivateMandatoryRoles, "activate_mandatory_roles", "ON", Since::mysql((9, 0, 0))),
    entry(Variable::SkipNameResolve, "skip_name_resolve", "OFF", Since::ALWAYS),
    entry(Variable::LowerCaseTableNames, "lower_case_table_names", "0", Since::ALWAYS),
    entry(Variable::SqlMode, "sql_mode", "", Since::ALWAYS),
    entry(Variable::CheckProxyUsers, "check_proxy_users", "OFF", Since::mysql((5, 7, 7))),
    entry(Variable::Sha256PasswordProxyUsers, "sha256_password_proxy_users", "OFF", Since::mysql((5, 7, 7))),
    entry(
        Variable::MysqlNativePasswordProxyUsers,
        "mysql_native_password_proxy_users",
        "OFF",
        Since::mysql((5, 7, 7)).until((9, 0, 0)),
    ),
    entry(Variable::MysqlNativePassword, "mysql_native_password", "OFF", Since::mysql((8, 4, 0)).until((9, 0, 0))),
    entry(Variable::SkipGrantTables, "skip_grant_tables", "OFF", Since::ALWAYS),
    entry(Variable::ReadOnly, "read_only", "OFF", Since::ALWAYS),
    entry(Variable::SuperReadOnly, "super_read_only", "OFF", Since::mysql((5, 7, 8))),
    entry(Variable::OfflineMode, "offline_mode", "OFF", Since::mysql((5, 7, 5))),
    entry(
        Variable::RequireSecureTransport,
        "require_secure_transport",
        "OFF",
        Since::mysql((5, 7, 8)).and_mariadb((10, 5, 2)),
    ),
    entry(
        Variable::DefaultAuthenticationPlugin,
        "default_authentication_plugin",
        "",
        Since::mysql((5, 6, 6)).until((8, 4, 0)),
    ),
    entry(
        Variable::DefaultPasswordLifetime,
        "default_password_lifetime",
        "0",
        Since::mysql((5, 7, 4)).and_mariadb((10, 4, 3)),
    ),
    entry(
        Variable::DisconnectOnExpiredPassword,
        "disconnect_on_expired_password",
        "ON",
        Since::mysql((5, 6, 10)).and_mariadb((10, 4, 3)),
    ),
    entry(Variable::SkipShowDatabase, "skip_show_database", "OFF", Since::ALWAYS),
    entry(Variable::LogBinTrustFunctionCreators, "log_bin_trust_function_creators", "OFF", Since::ALWAYS),
    entry(Variable::PrintIdentifiedWithAsHex, "print_identified_with_as_hex", "OFF", Since::mysql((8, 0, 17))),
    entry(Variable::SqlQuoteShowCreate, "sql_quote_show_create", "ON", Since::ALWAYS),
    entry(Variable::AutomaticSpPrivileges, "automatic_sp_privileges", "ON", Since::ALWAYS),
];

/// Defaults of some servers that are not those above.
const OTHER_DEFAULTS: &[(Variable, &str, Since)] = &[(Variable::DisconnectOnExpiredPassword, "OFF", Since::MARIADB)];

/// The values of all variables that change decisions.
#[derive(Debug, Clone, Default)]
pub struct Variables {
    server: Server,
    given: Vec<Given>,
    /// What held at the start for each variable that a statement set since.
    at_start: Vec<(Variable, Option<Given>)>,
    /// What statements persisted: it holds from the next start on.
    persisted: Vec<Given>,
}

type Given = (Variable, String, SettingOrigin);

impl Variable {
    /// The variable of that name, if it is one that changes decisions.
    pub fn find(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase().replace('-', "_");
        ENTRIES.iter().find(|e| e.name == name).map(|e| e.variable)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        self.entry().map_or("", |e| e.name)
    }

    /// Only the command line, the option file and PERSIST_ONLY set it.
    pub fn is_read_only(self) -> bool {
        matches!(
            self,
            Self::LowerCaseTableNames | Self::SkipNameResolve | Self::SkipGrantTables | Self::MysqlNativePassword
        )
    }

    /// PERSIST_ONLY sets it for the next start. The others are options only, or must be as when the data was made.
    pub fn is_persistable(self) -> bool {
        !self.is_read_only() || self == Self::SkipNameResolve
    }

    /// Its default, on most servers.
    pub fn default(self) -> &'static str {
        self.entry().map_or("", |e| e.default)
    }

    /// Its default on that server.
    pub fn default_on(self, server: &Server) -> &'static str {
        let other = OTHER_DEFAULTS.iter().find(|(variable, _, since)| *variable == self && since.holds(server));
        other.map_or(self.default(), |(_, value, _)| value)
    }

    fn entry(self) -> Option<&'static Entry> {
        ENTRIES.iter().find(|e| e.variable == self)
    }

    /// The variables that a server has.
    pub fn of(server: &Server) -> impl Iterator<Item = Self> {
        let server = *server;
        ENTRIES.iter().filter(move |e| e.since.holds(&server)).map(|e| e.variable)
    }
}

impl Variables {
    /// The defaults of that server.
    pub fn of(server: Server) -> Self {
        Self { server, ..Self::default() }
    }

    /// Sets a value; the last one said wins.
    pub fn set(&mut self, variable: Variable, value: impl Into<String>, origin: SettingOrigin) {
        self.given.retain(|(v, _, _)| *v != variable);
        self.given.push((variable, value.into(), origin));
    }

    /// Sets a value of the running server: the next start forgets it.
    pub fn set_running(&mut self, variable: Variable, value: impl Into<String>, origin: SettingOrigin) {
        if !self.at_start.iter().any(|(v, _)| *v == variable) {
            let given = self.given.iter().find(|(v, ..)| *v == variable);
            self.at_start.push((variable, given.cloned()));
        }
        self.set(variable, value, origin);
    }

    /// Keeps a value for the next start.
    pub fn persist(&mut self, variable: Variable, value: impl Into<String>, origin: SettingOrigin) {
        self.forget_persisted(variable);
        self.persisted.push((variable, value.into(), origin));
    }

    /// What is persisted for a variable is forgotten; false where nothing is.
    pub fn forget_persisted(&mut self, variable: Variable) -> bool {
        let before = self.persisted.len();
        self.persisted.retain(|(v, ..)| *v != variable);
        self.persisted.len() < before
    }

    /// Nothing is persisted any more.
    pub fn forget_all_persisted(&mut self) {
        self.persisted.clear();
    }

    /// The server starts anew: what was set while it ran is gone, what is persisted holds.
    pub fn start_anew(&mut self) {
        for (variable, given) in std::mem::take(&mut self.at_start) {
            self.given.retain(|(v, ..)| *v != variable);
            self.given.extend(given);
        }
        for (variable, value, origin) in self.persisted.clone() {
            self.set(variable, value, origin);
        }
    }

    /// Takes a value back; returns what it was, and who gave it.
    pub fn unset(&mut self, variable: Variable) -> Option<(String, SettingOrigin)> {
        let place = self.given.iter().position(|(v, _, _)| *v == variable)?;
        let (_, value, origin) = self.given.remove(place);
        Some((value, origin))
    }

    /// The value, or the server's default.
    pub fn get(&self, variable: Variable) -> &str {
        self.given(variable).map_or(variable.default_on(&self.server), |(value, _)| value)
    }

    /// The value and who gave it, if anybody did.
    pub fn given(&self, variable: Variable) -> Option<(&str, SettingOrigin)> {
        self.given.iter().find(|(v, _, _)| *v == variable).map(|(_, value, origin)| (value.as_str(), *origin))
    }

    /// True for `ON`, `1`, `TRUE` and `YES`.
    pub fn on(&self, variable: Variable) -> bool {
        let value = self.get(variable);
        ["ON", "1", "TRUE", "YES"].iter().any(|on| value.eq_ignore_ascii_case(on))
    }

    /// True when the `sql_mode` names that mode.
    pub fn sql_mode(&self, mode: &str) -> bool {
        self.get(Variable::SqlMode).split(',').any(|m| m.trim().eq_ignore_ascii_case(mode))
    }
}
