//! Stored rows to memory: what FLUSH PRIVILEGES and a restart read (M7.71, M4.11, M5.6).

use super::{Stored, StoredRow, StoredTable};
use crate::name::Symbol;
use crate::server::behaviour::Behaviour;
use crate::server::catalogue::{Privilege, PrivilegeSet, STATIC, plugins};
use crate::server::grant_tables::GrantTable;
use crate::server::variables::Variable;
use crate::syntax::statement::{Authentication, Credential, ObjectKind, PasswordOption, Require};
use crate::tables::GrantTables;
use crate::tables::row::{
    AccountKey, Claims, ColumnRow, DbRow, DefaultRole, DynamicGrant, HostRow, Origin, ProxyRow, Restriction, RoleEdge,
    RoutineRow, TableRow, UserRow, withdraw,
};
use crate::tables::store::Store;
use serde_json::{Map, Value as Json};
use smallvec::SmallVec;
use smol_str::SmolStr;

/// What a load found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loaded {
    /// Memory holds everything that is stored.
    Whole,
    /// Some rows or parts of rows were passed over.
    InPart,
}

/// The static privilege that a word of a SET column stands for.
pub(super) fn privilege_of(word: &str) -> Option<Privilege> {
    let name = match word {
        "Grant" => "GRANT OPTION".to_owned(),
        "Delete versioning rows" => "DELETE HISTORY".to_owned(),
        other => other.to_ascii_uppercase(),
    };
    STATIC.iter().find(|p| p.name == name).map(|p| p.privilege)
}

fn of_words(words: &str) -> PrivilegeSet {
    let privileges = words.split(',').filter_map(privilege_of);
    privileges.fold(PrivilegeSet::EMPTY, |set, p| set.union(PrivilegeSet::of(p)))
}

impl StoredTable {
    /// The static privileges of a row.
    pub fn privileges(&self, row: &StoredRow) -> PrivilegeSet {
        match self.table {
            GrantTable::TablesPriv => of_words(self.get(row, "Table_priv")),
            GrantTable::ColumnsPriv => of_words(self.get(row, "Column_priv")),
            GrantTable::ProcsPriv => of_words(self.get(row, "Proc_priv")),
            GrantTable::GlobalPriv => crate::server::grant_tables::access_privileges(
                document(self.get(row, "Priv")).get("access").and_then(Json::as_u64).unwrap_or(0),
            ),
            _ => {
                let held = STATIC.iter().filter(|p| !p.column.is_empty() && self.get(row, p.column) == "Y");
                held.fold(PrivilegeSet::EMPTY, |set, p| set.union(PrivilegeSet::of(p.privilege)))
            }
        }
    }

    fn number(&self, row: &StoredRow, name: &str) -> Option<u32> {
        self.get_or_null(row, name)?.parse().ok()
    }

    fn is_yes(&self, row: &StoredRow, name: &str) -> bool {
        self.get(row, name) == "Y"
    }
}

/// A JSON object; anything else is an empty one.
fn document(text: &str) -> Map<String, Json> {
    serde_json::from_str(text).unwrap_or_default()
}

/// The statements of a row, with the privileges that it still has.
fn origin(row: &StoredRow, privileges: PrivilegeSet) -> Origin {
    let mut origin = row.origin.clone();
    let given = origin.iter().fold(PrivilegeSet::EMPTY, |set, c| set.union(c.privileges));
    withdraw(&mut origin, given.minus(privileges), true);
    if let Some(last) = origin.last_mut() {
        last.privileges = last.privileges.union(privileges.minus(given));
    }
    origin
}

/// One load: where rows go, and whether anything was passed over.
pub(super) struct Load<'a> {
    stored: &'a Stored,
    tables: &'a mut GrantTables,
    loaded: Loaded,
}

impl Stored {
    /// Reads the stored tables into memory, whose rows go.
    pub fn load(&self, tables: &mut GrantTables) -> Loaded {
        tables.users = Store::default();
        tables.dbs = Store::default();
        tables.hosts = Store::default();
        tables.tables = Store::default();
        tables.routines = Store::default();
        tables.proxies = Store::default();
        tables.role_edges = Store::default();
        tables.default_roles = Store::default();
        tables.dynamic = Store::default();
        tables.restrictions = Store::default();
        let mut load = Load::new(self, tables);
        load.each(GrantTable::User, Load::user);
        load.each(GrantTable::GlobalPriv, Load::global_priv);
        load.each(GrantTable::Db, Load::db);
        load.each(GrantTable::Host, Load::host);
        load.each(GrantTable::TablesPriv, Load::table);
        load.each(GrantTable::ColumnsPriv, Load::column);
        load.each(GrantTable::ProcsPriv, Load::routine);
        load.each(GrantTable::ProxiesPriv, Load::proxy);
        load.each(GrantTable::RoleEdges, Load::role_edge);
        load.each(GrantTable::RolesMapping, Load::role_mapping);
        load.each(GrantTable::DefaultRoles, Load::default_role);
        load.each(GrantTable::GlobalGrants, Load::dynamic);
        load.loaded
    }

    /// The rows of `global_grants` as texts: user, host, privilege, and whether it can be passed on.
    pub fn dynamic_texts(&self) -> impl Iterator<Item = (&str, &str, String, bool)> {
        let table = self.tables.get(&GrantTable::GlobalGrants);
        table.into_iter().flat_map(|table| {
            table.rows.values().map(|row| {
                let name = table.get(row, "PRIV").to_ascii_uppercase();
                (table.get(row, "USER"), table.get(row, "HOST"), name, table.is_yes(row, "WITH_GRANT_OPTION"))
            })
        })
    }

    /// The rows of `global_grants` that belong to these accounts.
    pub fn dynamic_rows(&self, tables: &mut GrantTables, accounts: &[AccountKey]) -> Vec<DynamicGrant> {
        let Some(table) = self.tables.get(&GrantTable::GlobalGrants) else { return Vec::new() };
        let mut load = Load::new(self, tables);
        let rows = table.rows.values().map(|row| load.dynamic_row(table, row));
        rows.filter(|row| accounts.contains(&row.key)).collect()
    }
}

impl<'a> Load<'a> {
    pub(super) fn new(stored: &'a Stored, tables: &'a mut GrantTables) -> Self {
        Self { stored, tables, loaded: Loaded::Whole }
    }
}

impl Load<'_> {
    /// Every row of a table; `None` is a row that is passed over.
    fn each(&mut self, table: GrantTable, read: fn(&mut Self, &StoredTable, &StoredRow) -> Option<()>) {
        let stored = self.stored;
        let Some(table) = stored.tables.get(&table) else { return };
        let plain = table.table.columns(&self.tables.server).len() == table.columns.len();
        if !plain {
            self.loaded = Loaded::InPart;
        }
        let mut rows: Vec<(&String, &StoredRow)> = table.rows.iter().collect();
        rows.sort_unstable_by_key(|(key, _)| *key);
        for (_, row) in rows {
            if read(self, table, row).is_none() {
                self.loaded = Loaded::InPart;
            }
        }
    }

    fn symbol(&mut self, text: &str) -> Symbol {
        self.tables.names.intern(text)
    }

    /// Names of databases and tables are in lower case where the server keeps them so.
    fn folded(&mut self, text: &str) -> Symbol {
        match self.tables.variables.get(Variable::LowerCaseTableNames).trim() {
            "1" | "2" => self.tables.names.intern(&text.to_lowercase()),
            _ => self.tables.names.intern(text),
        }
    }

    fn key(&mut self, table: &StoredTable, row: &StoredRow, host: &str, user: &str) -> AccountKey {
        let written = table.get(row, host);
        let lower = written.to_ascii_lowercase();
        if lower != written {
            self.loaded = Loaded::InPart;
        }
        AccountKey { user: self.symbol(table.get(row, user)), host: self.symbol(&lower) }
    }

    fn user(&mut self, table: &StoredTable, row: &StoredRow) -> Option<()> {
        let key = self.key(table, row, "Host", "User");
        let privileges = table.privileges(row);
        let authentication = self.authentication(table, row)?;
        let attributes = document(table.get(row, "User_attributes"));
        let (locked, expired) = (table.is_yes(row, "account_locked"), table.is_yes(row, "password_expired"));
        let is_role = locked && expired && authentication.credential == Credential::Unspecified;
        let limits = ["max_questions", "max_updates", "max_connections", "max_user_connections", "max_statement_time"];
        self.restrictions(key, row, &attributes);
        let user = UserRow {
            key,
            privileges,
            authentication: SmallVec::from_elem(authentication, 1),
            more_factors: self.more_factors(&attributes),
            require: require(|name| table.get(row, name).to_owned()),
            limits: limits.map(|name| table.get(row, name).parse().unwrap_or(0)),
            locked,
            expired,
            password_options: password_options(table, row, &attributes),
            attributes: attributes.get("metadata").and_then(Json::as_object).cloned(),
            second_password: attributes.contains_key("additional_password"),
            is_role,
            origin: origin(row, privileges),
        };
        self.tables.users.insert(key, user);
        Some(())
    }

    /// The plugin and what it stores; `None` where the server passes the row over (M4.11).
    fn authentication(&self, table: &StoredTable, row: &StoredRow) -> Option<Authentication> {
        let mut plugin = table.get(row, "plugin");
        let mut stored = table.get(row, "authentication_string");
        let native = plugin.is_empty() || plugin == "mysql_native_password";
        if table.place("Password").is_some() && native {
            stored = table.get(row, "Password");
            plugin = plugins::default_plugin(&self.tables.server);
        }
        if plugin.is_empty() {
            return None;
        }
        let credential = self.stored.credential(stored);
        if let Credential::Stored(text) = &credential
            && self.tables.server.has(Behaviour::MalformedHashIgnored)
            && !plugins::is_absent(&self.tables.server, &self.tables.variables, plugin)
            && !plugins::is_plausible_hash(&self.tables.server, plugin, text.reveal())
        {
            return None;
        }
        Some(Authentication { plugin: Some(SmolStr::new(plugin)), credential })
    }

    fn more_factors(&self, attributes: &Map<String, Json>) -> Vec<Authentication> {
        let list = attributes.get("multi_factor_authentication").and_then(Json::as_array);
        let text = |factor: &Json, name: &str| factor.get(name).and_then(Json::as_str).unwrap_or("").to_owned();
        let read = |factor: &Json| Authentication {
            plugin: Some(text(factor, "plugin").into()),
            credential: self.stored.credential(&text(factor, "authentication_string")),
        };
        list.into_iter().flatten().map(read).collect()
    }

    /// The partial revokes of an account.
    fn restrictions(&mut self, key: AccountKey, row: &StoredRow, attributes: &Map<String, Json>) {
        let list = attributes.get("Restrictions").and_then(Json::as_array);
        for restriction in list.into_iter().flatten() {
            let Some(db) = restriction.get("Database").and_then(Json::as_str) else { continue };
            let names = restriction.get("Privileges").and_then(Json::as_array).into_iter().flatten();
            let privileges = names
                .filter_map(|name| self.tables.server.static_privilege(name.as_str()?))
                .fold(PrivilegeSet::EMPTY, |set, p| set.union(PrivilegeSet::of(p)));
            let db = self.symbol(db);
            let row = Restriction { key, db, privileges, origin: origin(row, privileges) };
            self.tables.restrictions.insert((key, db), row);
        }
    }

    /// MariaDB's accounts and roles (M7.73).
    fn global_priv(&mut self, table: &StoredTable, row: &StoredRow) -> Option<()> {
        let json = document(table.get(row, "Priv"));
        let is_role = json.get("is_role").and_then(Json::as_bool).unwrap_or(false);
        let mut key = self.key(table, row, "Host", "User");
        if !is_role && key.host == Symbol::EMPTY {
            key.host = self.symbol("%");
        }
        let number = |name: &str| json.get(name).and_then(Json::as_u64);
        let privileges = self.tables.server.access_of(number("access").unwrap_or(0), number("version_id").unwrap_or(0));
        let limits = ["max_questions", "max_updates", "max_connections", "max_user_connections"];
        let limits = limits.map(|name| json.get(name).and_then(Json::as_i64).unwrap_or(0));
        let [queries, updates, connections, users] = limits;
        let statement_time = json.get("max_statement_time").and_then(Json::as_f64).unwrap_or(0.0) * 1e6;
        let lifetime = json.get("password_lifetime").and_then(Json::as_i64);
        let user = UserRow {
            key,
            privileges,
            authentication: self.alternatives(&json),
            more_factors: Vec::new(),
            require: require(|name| match json.get(name) {
                Some(Json::Number(n)) => {
                    let words = ["", "ANY", "X509", "SPECIFIED"];
                    n.as_u64().and_then(|n| words.get(n as usize).copied()).unwrap_or("").to_owned()
                }
                value => value.and_then(Json::as_str).unwrap_or("").to_owned(),
            }),
            limits: [queries, updates, connections, users, statement_time as i64],
            locked: json.get("account_locked").and_then(Json::as_bool).unwrap_or(false),
            expired: number("password_last_changed") == Some(0),
            password_options: match lifetime {
                None | Some(i64::MIN..=-1) => Vec::new(),
                Some(0) => vec![PasswordOption::ExpireNever],
                Some(days) => vec![PasswordOption::ExpireInterval(u32::try_from(days).unwrap_or(u32::MAX))],
            },
            attributes: None,
            second_password: false,
            is_role,
            origin: origin(row, privileges),
        };
        self.tables.users.insert(key, user);
        if let Some(role) = json.get("default_role").and_then(Json::as_str).filter(|role| !role.is_empty()) {
            let role = AccountKey { user: self.symbol(role), host: Symbol::EMPTY };
            let row = DefaultRole { key, role, times: 1, origin: origin(row, PrivilegeSet::EMPTY) };
            self.tables.default_roles.insert((key, role), row);
        }
        Some(())
    }

    /// `VIA a OR b`: an empty object in `auth_or` stands for the way beside it.
    fn alternatives(&self, json: &Map<String, Json>) -> SmallVec<[Authentication; 1]> {
        let own = |map: &Map<String, Json>| {
            let text = |name: &str| map.get(name).and_then(Json::as_str).unwrap_or("");
            let plugin = match text("plugin") {
                "" => plugins::default_plugin(&self.tables.server),
                named => named,
            };
            let credential = self.stored.credential(text("authentication_string"));
            Authentication { plugin: Some(SmolStr::new(plugin)), credential }
        };
        let ways = json.get("auth_or").and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_object);
        let mut out: SmallVec<[Authentication; 1]> =
            ways.map(|way| if way.is_empty() { own(json) } else { own(way) }).collect();
        if out.is_empty() {
            out.push(own(json));
        }
        out
    }

    /// A key of MariaDB in which an empty host is either a role or any host.
    fn holder(&mut self, table: &StoredTable, row: &StoredRow) -> AccountKey {
        let key = self.key(table, row, "Host", "User");
        let any = AccountKey { user: key.user, host: self.symbol("%") };
        let is_role = || key.host == Symbol::EMPTY && self.tables.users.get(&key).is_some();
        if self.tables.server.has(Behaviour::EmptyHostIsAny) && key.host == Symbol::EMPTY && !is_role() {
            any
        } else {
            key
        }
    }

    /// Whose a row of `db` is, and on which database.
    pub(super) fn db_key(&mut self, table: &StoredTable, row: &StoredRow) -> (AccountKey, Symbol) {
        (self.holder(table, row), self.folded(table.get(row, "Db")))
    }

    fn db(&mut self, table: &StoredTable, row: &StoredRow) -> Option<()> {
        if table.get(row, "Db").is_empty() {
            return None;
        }
        let (key, db) = self.db_key(table, row);
        let privileges = table.privileges(row);
        self.tables.dbs.insert((key, db), DbRow { key, db, privileges, origin: origin(row, privileges) });
        Some(())
    }

    fn host(&mut self, table: &StoredTable, row: &StoredRow) -> Option<()> {
        let host = table.get(row, "Host").to_ascii_lowercase();
        let (host, db) = (self.symbol(&host), self.folded(table.get(row, "Db")));
        let privileges = table.privileges(row);
        self.tables.hosts.insert((host, db), HostRow { host, db, privileges, origin: origin(row, privileges) });
        Some(())
    }

    fn table(&mut self, table: &StoredTable, row: &StoredRow) -> Option<()> {
        let (db, name) = (table.get(row, "Db"), table.get(row, "Table_name"));
        if db.is_empty() || name.is_empty() {
            return None;
        }
        let (key, db, name) = (self.holder(table, row), self.folded(db), self.folded(name));
        let privileges = table.privileges(row);
        if privileges.is_empty() && table.get(row, "Column_priv").is_empty() {
            return None;
        }
        let claims = Claims { stored: of_words(table.get(row, "Column_priv")), ..Claims::default() };
        let origin = origin(row, privileges);
        let row = TableRow { key, db, table: name, privileges, columns: Vec::new(), claims, origin };
        self.tables.tables.insert((key, db, name), row);
        Some(())
    }

    /// Counts only as far as `Column_priv` of its row in `tables_priv` goes.
    fn column(&mut self, table: &StoredTable, row: &StoredRow) -> Option<()> {
        let key = self.holder(table, row);
        let (db, name) = (self.folded(table.get(row, "Db")), self.folded(table.get(row, "Table_name")));
        let column = self.symbol(table.get(row, "Column_name"));
        let of = self.stored.tables.get(&GrantTable::TablesPriv)?;
        let mut values: Vec<Option<SmolStr>> = of.columns.iter().map(super::edit::default_value).collect();
        for name in ["Host", "User", "Db", "Table_name"] {
            let slot = of.place(name).and_then(|at| values.get_mut(at))?;
            *slot = Some(SmolStr::new(table.get(row, name)));
        }
        let parent = of.rows.get(&of.key_of(&values))?;
        let allowed = of_words(of.get(parent, "Column_priv"));
        let written = table.privileges(row);
        let privileges = written.intersection(allowed);
        let index = self.tables.next_column;
        let parent = self.tables.tables.get_mut(&(key, db, name))?;
        if privileges.is_empty() {
            return None;
        }
        self.tables.next_column += 1;
        parent.columns.push(ColumnRow { index, column, privileges, origin: origin(row, privileges) });
        (privileges == written).then_some(())
    }

    fn routine(&mut self, table: &StoredTable, row: &StoredRow) -> Option<()> {
        let kind = match table.get(row, "Routine_type") {
            "PROCEDURE" => ObjectKind::Procedure,
            "FUNCTION" => ObjectKind::Function,
            "LIBRARY" => ObjectKind::Library,
            "PACKAGE" => ObjectKind::Package,
            "PACKAGE BODY" => ObjectKind::PackageBody,
            _ => return None,
        };
        let (key, db) = (self.holder(table, row), self.folded(table.get(row, "Db")));
        let name = table.get(row, "Routine_name").to_lowercase();
        let routine = self.symbol(&name);
        let privileges = table.privileges(row);
        if privileges.is_empty() {
            return None;
        }
        let row = RoutineRow { key, db, kind, routine, privileges, origin: origin(row, privileges) };
        self.tables.routines.insert((key, kind, db, routine), row);
        Some(())
    }

    fn proxy(&mut self, table: &StoredTable, row: &StoredRow) -> Option<()> {
        let key = self.key(table, row, "Host", "User");
        let mut proxied = self.key(table, row, "Proxied_host", "Proxied_user");
        if proxied.host == Symbol::EMPTY && self.tables.server.has(Behaviour::EmptyHostIsAny) {
            proxied.host = self.symbol("%");
        }
        let grant_option = !matches!(table.get(row, "With_grant"), "" | "0");
        let row = ProxyRow { key, proxied, grant_option, origin: origin(row, PrivilegeSet::EMPTY) };
        self.tables.proxies.insert((key, proxied), row);
        Some(())
    }

    fn role_edge(&mut self, table: &StoredTable, row: &StoredRow) -> Option<()> {
        let to = self.key(table, row, "TO_HOST", "TO_USER");
        let role = self.key(table, row, "FROM_HOST", "FROM_USER");
        self.edge(to, role, table.is_yes(row, "WITH_ADMIN_OPTION"), row)
    }

    /// Who has a role, and which.
    pub(super) fn mapping_key(&mut self, table: &StoredTable, row: &StoredRow) -> (AccountKey, AccountKey) {
        let to = self.key(table, row, "Host", "User");
        (to, AccountKey { user: self.symbol(table.get(row, "Role")), host: Symbol::EMPTY })
    }

    fn role_mapping(&mut self, table: &StoredTable, row: &StoredRow) -> Option<()> {
        let (to, role) = self.mapping_key(table, row);
        self.edge(to, role, table.is_yes(row, "Admin_option"), row)
    }

    /// An edge between accounts that are there.
    fn edge(&mut self, to: AccountKey, role: AccountKey, admin: bool, row: &StoredRow) -> Option<()> {
        self.tables.users.get(&to)?;
        self.tables.users.get(&role)?;
        let origin = origin(row, PrivilegeSet::EMPTY);
        let edge = RoleEdge { role, to, admin_option: admin, stored_admin_option: admin, origin };
        self.tables.role_edges.insert((to, role), edge);
        Some(())
    }

    fn default_role(&mut self, table: &StoredTable, row: &StoredRow) -> Option<()> {
        let key = self.key(table, row, "HOST", "USER");
        let role = self.key(table, row, "DEFAULT_ROLE_HOST", "DEFAULT_ROLE_USER");
        let row = DefaultRole { key, role, times: 1, origin: origin(row, PrivilegeSet::EMPTY) };
        self.tables.default_roles.insert((key, role), row);
        Some(())
    }

    fn dynamic(&mut self, table: &StoredTable, row: &StoredRow) -> Option<()> {
        let row = self.dynamic_row(table, row);
        self.tables.dynamic.insert((row.key, row.privilege), row);
        Some(())
    }

    fn dynamic_row(&mut self, table: &StoredTable, row: &StoredRow) -> DynamicGrant {
        let key = self.key(table, row, "HOST", "USER");
        let name = table.get(row, "PRIV").to_ascii_uppercase();
        let privilege = match Privilege::dynamic(&name) {
            Some(privilege) => privilege,
            None => Privilege::foreign(self.symbol(&name)),
        };
        let grant_option = table.is_yes(row, "WITH_GRANT_OPTION");
        DynamicGrant { key, privilege, grant_option, origin: origin(row, PrivilegeSet::EMPTY) }
    }
}

/// `ssl_type` and what it asks for, from where it is kept.
fn require(get: impl Fn(&str) -> String) -> Require {
    let part = |name: &str| Some(get(name)).filter(|text| !text.is_empty());
    match get("ssl_type").as_str() {
        "ANY" => Require::Ssl,
        "X509" => Require::X509,
        "SPECIFIED" => Require::Specified {
            subject: part("x509_subject"),
            issuer: part("x509_issuer"),
            cipher: part("ssl_cipher"),
        },
        _ => Require::None,
    }
}

fn password_options(table: &StoredTable, row: &StoredRow, attributes: &Map<String, Json>) -> Vec<PasswordOption> {
    let mut options = Vec::new();
    let number = |name: &str| table.number(row, name);
    options.extend(number("password_lifetime").map(|days| match days {
        0 => PasswordOption::ExpireNever,
        days => PasswordOption::ExpireInterval(days),
    }));
    options.extend(number("Password_reuse_history").map(|n| PasswordOption::History(Some(n))));
    options.extend(number("Password_reuse_time").map(|n| PasswordOption::ReuseInterval(Some(n))));
    options.extend(table.get_or_null(row, "Password_require_current").map(|word| match word {
        "Y" => PasswordOption::RequireCurrent,
        _ => PasswordOption::RequireCurrentOptional,
    }));
    let locking = attributes.get("Password_locking");
    let locking = |name: &str| locking.and_then(|l| l.get(name)).and_then(Json::as_i64);
    let attempts = locking("failed_login_attempts").and_then(|n| u32::try_from(n).ok());
    options.extend(attempts.map(PasswordOption::FailedLoginAttempts));
    options.extend(locking("password_lock_time_days").map(|days| PasswordOption::LockTime(u32::try_from(days).ok())));
    options
}
