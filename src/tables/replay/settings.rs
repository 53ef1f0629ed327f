//! SET, USE and FLUSH PRIVILEGES: what decides beside the grant tables.

use super::{Ahead, Flow, Replay};
use crate::server::Server;
use crate::server::behaviour::Behaviour;
use crate::server::errors::{account, object as errors};
use crate::server::variables::{SettingOrigin, Variable};
use crate::syntax::statement::{Assignment, Scope};
use crate::tables::row::{AccountKey, Claims, TableRow};
use crate::tables::{ArrayOrder, RankedAs};
use smol_str::SmolStr;

impl Replay {
    pub(super) fn set_variables(&mut self, assignments: &[Assignment]) -> Flow {
        let mut settled = Vec::new();
        for assignment in assignments {
            let Some(variable) = Variable::find(&assignment.name) else { continue };
            if !Variable::of(&self.server()).any(|v| v == variable) {
                return Err(errors::unknown_variable(&assignment.name).into());
            }
            if assignment.scope == Scope::Session && !of_session(variable) {
                return Err(errors::global_variable(variable.name()).into());
            }
            // `SET sql_mode = @OLD_SQL_MODE` of a dump's end: a value that is kept elsewhere says nothing here.
            if variable == Variable::SqlMode && assignment.value.trim_start().starts_with('@') {
                continue;
            }
            if assignment.scope == Scope::PersistOnly {
                settled.push((variable, check_switch(variable, assignment)?, assignment));
                continue;
            }
            if variable.is_read_only() {
                return Err(errors::read_only_variable(variable.name()).into());
            }
            if variable == Variable::SqlMode && self.actor.is_none() {
                self.own_mode = assignment.scope == Scope::Session;
            }
            settled.push((variable, self.check_value(variable, assignment)?, assignment));
        }
        for (variable, value, Assignment { scope, span, .. }) in settled {
            let (variables, origin) = (&mut self.tables.variables, SettingOrigin::Text(*span));
            if matches!(scope, Scope::Persist | Scope::PersistOnly) {
                variables.persist(variable, value.as_str(), origin);
            }
            if *scope != Scope::PersistOnly {
                variables.set_running(variable, value, origin);
            }
        }
        self.variables_changed();
        Ok(())
    }

    /// `RESET PERSIST`: the running server's values stay.
    pub(super) fn reset_persist(&mut self, if_exists: bool, variable: Option<&str>) -> Flow {
        let Some(name) = variable else {
            self.tables.variables.forget_all_persisted();
            return Ok(());
        };
        // Of other variables nobody knows whether they are persisted.
        let Some(variable) = Variable::find(name) else { return Ok(()) };
        if self.tables.variables.forget_persisted(variable) {
            return Ok(());
        }
        let error = errors::not_persisted(name);
        if !if_exists {
            return Err(error.into());
        }
        self.warn(error);
        Ok(())
    }

    /// `RESTART`: persisted values come into force, those of the running server are gone, and the grant tables are read.
    pub(super) fn restart(&mut self) -> Flow {
        self.tables.variables.start_anew();
        self.variables_changed();
        self.tables.current_db = None;
        self.reload();
        Ok(())
    }

    /// The value as the server would keep it, or 1231.
    fn check_value(&mut self, variable: Variable, assignment: &Assignment) -> Flow<String> {
        let value = check_switch(variable, assignment)?;
        if assignment.value.trim().eq_ignore_ascii_case("DEFAULT") {
            return Ok(value);
        }
        if variable == Variable::SqlMode {
            check_sql_mode(&value)?;
        }
        if variable == Variable::MandatoryRoles {
            self.check_mandatory_roles(&value)?;
        }
        if variable == Variable::PartialRevokes && !is_on(&value) && !self.tables.restrictions.is_empty() {
            return Err(account::partial_revokes_in_use().into());
        }
        Ok(value)
    }

    /// Every entry is a name, and none holds SYSTEM_USER.
    fn check_mandatory_roles(&mut self, text: &str) -> Flow {
        if text.is_empty() {
            return Ok(());
        }
        let system_user = self.known.dynamics.get("SYSTEM_USER").copied();
        for entry in text.split(',') {
            let Some(role) = self.mandatory_role(entry) else {
                return Err(errors::wrong_value("mandatory_roles", text).into());
            };
            let holds = |privilege| self.tables.dynamic.index_of(&(role, privilege)).is_some();
            if self.exists(role) && system_user.is_some_and(holds) {
                return Err(account::mandatory_role_is_system_user(self.text(role)).into());
            }
        }
        Ok(())
    }

    /// Reads again what is kept from the variables.
    pub fn variables_changed(&mut self) {
        let names = self.tables.variables.get(Variable::LowerCaseTableNames).trim();
        self.fold_names = matches!(names, "1" | "2");
        // Names may mean others than those that were found.
        self.ahead = Ahead::default();
        self.loaded_plugin = SmolStr::default();
        let text = self.tables.variables.get(Variable::MandatoryRoles).to_owned();
        self.mandatory = text.split(',').filter_map(|role| self.mandatory_role(role)).collect();
    }

    /// One entry of `mandatory_roles`: `name[@host]`, either part quoted or not.
    fn mandatory_role(&mut self, text: &str) -> Option<AccountKey> {
        let (user, host) = text.rsplit_once('@').unwrap_or((text, "%"));
        let bare = |part: &str| part.trim().trim_matches(['\'', '"', '`']).to_owned();
        let (user, host) = (bare(user), bare(host).to_ascii_lowercase());
        if user.is_empty() {
            return None;
        }
        let names = &mut self.tables.names;
        Some(AccountKey { user: names.intern(&user), host: names.intern(&host) })
    }

    pub(super) fn use_database(&mut self, db: &str) -> Flow {
        let symbol = self.database_symbol(db)?;
        if self.tables.schema.tells_database(symbol) && !self.tables.schema.databases.contains_key(&symbol) {
            return Err(errors::unknown_database(db).into());
        }
        self.tables.current_db = Some(symbol);
        Ok(())
    }

    pub(super) fn flush_privileges(&mut self) -> Flow {
        if self.has(Behaviour::FlushPrivilegesDeprecated) {
            self.warn(errors::flush_privileges_deprecated());
        }
        self.reload();
        Ok(())
    }

    /// Everything is read anew: the order of ties, who may knock, and stored admin options (M3.8, M2.20, M7.32).
    pub fn reload(&mut self) {
        self.load_stored();
        let t = &mut self.tables;
        let claiming = t.tables.iter().filter(|(_, _, row)| row.claims != Claims::default());
        for key in claiming.map(|(_, key, _)| *key).collect::<Vec<_>>() {
            t.tables.get_mut(&key).into_iter().for_each(TableRow::read_claims);
        }
        t.ranked_as = RankedAs::default();
        t.named_limits.clear();
        let server = t.server;
        t.array_order = loaded(&server, t.users.len(), t.users.next_index());
        t.db_order = loaded(&server, t.dbs.len(), t.dbs.next_index());
        t.loaded_dbs = t.dbs.next_index();
        t.host_order = loaded(&server, t.hosts.len(), t.hosts.next_index());
        // These are read in primary-key order into a hash, which keeps it however many there are.
        let hashed = |until| {
            if server.has(Behaviour::ChainedGrants) { ArrayOrder::Unknown } else { ArrayOrder::Loaded { until } }
        };
        t.table_order = hashed(t.tables.next_index());
        t.routine_order = hashed(t.routines.next_index());
        t.proxy_order = loaded(&server, t.proxies.len(), t.proxies.next_index());
        self.tables.load_memory();
        self.tables.admits_every_host = self.open_accounts > 0;
        self.forget_idle_restrictions();
        self.turn_on_partial_revokes();
        self.tables.settle_entries();
        self.tables.misread_empty_hosts();
        self.read_roles_anew();
    }
}

impl Replay {
    /// A row was added to an array of now so many rows: servers that sort it anew keep no order of many (M3.8).
    pub(super) fn order_after_insertion(server: &Server, rows: usize, order: &mut ArrayOrder) {
        if server.has(Behaviour::SortedAtInsertion) && rows > server.stable_sort() {
            *order = ArrayOrder::Unknown;
        }
    }
}

/// The value, DEFAULT as what it stands for; 1231 where the variable is a switch and this is not one of its positions. More
/// is not asked of what is persisted only.
fn check_switch(variable: Variable, assignment: &Assignment) -> Flow<String> {
    let value = assignment.value.trim();
    if value.eq_ignore_ascii_case("DEFAULT") {
        return Ok(variable.default().to_owned());
    }
    let is_switch = matches!(variable.default(), "ON" | "OFF");
    let fits = ["ON", "OFF", "1", "0", "TRUE", "FALSE"].iter().any(|one| value.eq_ignore_ascii_case(one));
    if is_switch && !fits {
        return Err(errors::wrong_value(variable.name(), value).into());
    }
    Ok(value.to_owned())
}

/// Variables whose session value decides how the rest of a text is read.
fn of_session(variable: Variable) -> bool {
    matches!(variable, Variable::SqlMode | Variable::SqlQuoteShowCreate | Variable::PrintIdentifiedWithAsHex)
}

fn is_on(value: &str) -> bool {
    matches!(value.to_ascii_uppercase().as_str(), "ON" | "1" | "TRUE")
}

/// The order of rows behind a load, which sorts them with a sort that is stable for a few only (M3.8). In a file the
/// place of a deleted row is used again.
fn loaded(server: &Server, rows: usize, until: u32) -> ArrayOrder {
    let in_file = server.has(Behaviour::ReadInFileOrder);
    if rows > server.stable_sort() || (in_file && rows < until as usize) {
        return ArrayOrder::Unknown;
    }
    if in_file { ArrayOrder::Created } else { ArrayOrder::Loaded { until } }
}

/// The modes of the MySQL and MariaDB servers; what only one of them has is not told apart.
const SQL_MODES: &[&str] = &[
    "REAL_AS_FLOAT",
    "PIPES_AS_CONCAT",
    "ANSI_QUOTES",
    "IGNORE_SPACE",
    "IGNORE_BAD_TABLE_OPTIONS",
    "ONLY_FULL_GROUP_BY",
    "NO_UNSIGNED_SUBTRACTION",
    "NO_DIR_IN_CREATE",
    "POSTGRESQL",
    "ORACLE",
    "MSSQL",
    "DB2",
    "MAXDB",
    "NO_KEY_OPTIONS",
    "NO_TABLE_OPTIONS",
    "NO_FIELD_OPTIONS",
    "MYSQL323",
    "MYSQL40",
    "ANSI",
    "NO_AUTO_VALUE_ON_ZERO",
    "NO_BACKSLASH_ESCAPES",
    "STRICT_TRANS_TABLES",
    "STRICT_ALL_TABLES",
    "NO_ZERO_IN_DATE",
    "NO_ZERO_DATE",
    "ALLOW_INVALID_DATES",
    "ERROR_FOR_DIVISION_BY_ZERO",
    "TRADITIONAL",
    "NO_AUTO_CREATE_USER",
    "HIGH_NOT_PRECEDENCE",
    "NO_ENGINE_SUBSTITUTION",
    "PAD_CHAR_TO_FULL_LENGTH",
    "TIME_TRUNCATE_FRACTIONAL",
    "EMPTY_STRING_IS_NULL",
    "SIMULTANEOUS_ASSIGNMENT",
    "TIME_ROUND_FRACTIONAL",
    "INTERPRET_UTF8_AS_UTF8MB4",
];

/// Every word of a plain list is a mode; expressions and numbers are taken as they are.
fn check_sql_mode(value: &str) -> Flow {
    let plain = value.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b','));
    if !plain || value.parse::<u64>().is_ok() {
        return Ok(());
    }
    for mode in value.split(',').filter(|mode| !mode.is_empty()) {
        if !SQL_MODES.iter().any(|m| m.eq_ignore_ascii_case(mode)) {
            return Err(errors::wrong_value("sql_mode", mode).into());
        }
    }
    Ok(())
}
