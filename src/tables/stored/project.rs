//! Rows of memory to stored rows: what a statement about accounts writes.

use super::{Stored, StoredRow, StoredTable};
use crate::name::Symbol;
use crate::server::catalogue::{Privilege, PrivilegeSet, STATIC};
use crate::server::grant_tables::{self, GrantTable, Holds};
use crate::syntax::statement::{Authentication, ObjectKind, PasswordOption, Require};
use crate::tables::GrantTables;
use crate::tables::row::{
    AccountKey, DbRow, DefaultRole, DynamicGrant, HostRow, Origin, ProxyRow, RoleEdge, RoutineRow, TableRow, UserRow,
};
use serde_json::{Map, Value as Json, json};
use smol_str::SmolStr;

/// Values by column.
type Pairs = Vec<(&'static str, Option<SmolStr>)>;

/// Writes every row of memory.
pub(super) fn everything(stored: &mut Stored, tables: &GrantTables) {
    tables.users.iter().for_each(|(_, _, row)| stored.write_user(tables, row));
    tables.dbs.iter().for_each(|(_, _, row)| stored.write_db(tables, row));
    tables.hosts.iter().for_each(|(_, _, row)| stored.write_host(tables, row));
    tables.tables.iter().for_each(|(_, _, row)| stored.write_table(tables, row));
    tables.routines.iter().for_each(|(_, _, row)| stored.write_routine(tables, row));
    tables.proxies.iter().for_each(|(_, _, row)| stored.write_proxy(tables, row));
    tables.role_edges.iter().for_each(|(_, _, row)| stored.write_role_edge(tables, row));
    tables.default_roles.iter().for_each(|(_, _, row)| stored.write_default_role(tables, row));
    tables.dynamic.iter().for_each(|(_, _, row)| stored.write_dynamic(tables, row));
}

fn some(text: impl AsRef<str>) -> Option<SmolStr> {
    Some(SmolStr::new(text.as_ref()))
}

fn yes(flag: bool) -> Option<SmolStr> {
    Some(SmolStr::new_static(if flag { "Y" } else { "N" }))
}

impl StoredTable {
    /// Writes values into the row of their key, which is made if there is none.
    fn write(&mut self, pairs: &Pairs, origin: &Origin) {
        let key = self.key_of(&self.set_all(self.defaults(), pairs));
        let values = match self.rows.get(&key) {
            Some(row) => row.values.clone(),
            None => self.defaults(),
        };
        let values = self.set_all(values, pairs);
        self.rows.insert(key, StoredRow { values, origin: origin.clone() });
    }

    /// Takes the row out that has the key of these values.
    fn erase(&mut self, pairs: &Pairs) {
        let key = self.key_of(&self.set_all(self.defaults(), pairs));
        self.rows.swap_remove(&key);
    }

    fn defaults(&self) -> Vec<Option<SmolStr>> {
        self.columns.iter().map(super::edit::default_value).collect()
    }

    /// Parts of the primary key that are there already keep their case.
    fn set_all(&self, mut values: Vec<Option<SmolStr>>, pairs: &Pairs) -> Vec<Option<SmolStr>> {
        for (name, value) in pairs {
            let Some(place) = self.place(name) else { continue };
            let Some(slot) = values.get_mut(place) else { continue };
            let same = |old: &SmolStr| value.as_ref().is_some_and(|new| old.eq_ignore_ascii_case(new));
            let folded = self.columns.get(place).is_some_and(|c| c.key && matches!(c.holds, Holds::Folded(_)));
            if !(folded && slot.as_ref().is_some_and(same)) {
                slot.clone_from(value);
            }
        }
        values
    }

    /// The `…_priv` columns of a set.
    fn privilege_pairs(&self, privileges: PrivilegeSet) -> Pairs {
        let known = STATIC.iter().filter(|p| !p.column.is_empty() && self.place(p.column).is_some());
        known.map(|p| (p.column, yes(privileges.has(p.privilege)))).collect()
    }

    /// The words of a SET column that stand for a set of privileges.
    fn words(&self, column: &str, privileges: PrivilegeSet) -> Option<SmolStr> {
        let Some(Holds::Words(words)) = self.place(column).and_then(|at| self.columns.get(at)).map(|c| c.holds) else {
            return None;
        };
        let held = words.iter().filter(|word| super::load::privilege_of(word).is_some_and(|p| privileges.has(p)));
        some(held.copied().collect::<Vec<_>>().join(","))
    }
}

impl Stored {
    fn write(&mut self, table: GrantTable, pairs: &Pairs, origin: &Origin) {
        if let Some(table) = self.tables.get_mut(&table) {
            table.write(pairs, origin);
        }
    }

    /// Takes the row out that has the key of these values.
    fn erase(&mut self, table: GrantTable, pairs: &Pairs) {
        if let Some(table) = self.tables.get_mut(&table) {
            table.erase(pairs);
        }
    }

    /// The row of an account; partial revokes are a part of it.
    pub fn write_user(&mut self, tables: &GrantTables, row: &UserRow) {
        let (user, host) = tables.account_text(row.key);
        let mut pairs = vec![("Host", some(host)), ("User", some(user))];
        if self.tables.contains_key(&GrantTable::GlobalPriv) {
            let json = self.global_priv(tables, row);
            pairs.push(("Priv", some(json)));
            return self.write(GrantTable::GlobalPriv, &pairs, &row.origin);
        }
        let Some(table) = self.tables.get(&GrantTable::User) else { return };
        pairs.extend(table.privilege_pairs(row.privileges));
        let has_plugin_column = table.place("authentication_string").is_some();
        let old_password = table.place("Password").is_some();
        if let Some(first) = row.authentication.first() {
            pairs.extend(self.authentication_pairs(tables, first, has_plugin_column, old_password));
        }
        pairs.extend(require_pairs(&row.require));
        let limits = ["max_questions", "max_updates", "max_connections", "max_user_connections"];
        pairs.extend(limits.into_iter().zip(row.limits).map(|(name, limit)| (name, some(limit.to_string()))));
        pairs.extend([("account_locked", yes(row.locked)), ("password_expired", yes(row.expired))]);
        pairs.extend(password_pairs(row));
        pairs.push(("User_attributes", self.attributes(tables, row)));
        self.write(GrantTable::User, &pairs, &row.origin);
    }

    /// Before 5.7 the hash of a native password stands in a column of its own.
    fn authentication_pairs(
        &mut self,
        tables: &GrantTables,
        first: &Authentication,
        has_plugin_column: bool,
        old_password: bool,
    ) -> Pairs {
        let plugin = first.plugin.clone().unwrap_or_else(|| tables.default_plugin().into());
        let kept = self.keep(&first.credential);
        let native = plugin == "mysql_native_password" || !has_plugin_column;
        let string = if old_password && native { SmolStr::default() } else { kept.clone() };
        let plugin = if old_password && native { grant_tables::native_plugin(&tables.server).into() } else { plugin };
        let mut pairs = vec![("plugin", Some(plugin)), ("authentication_string", Some(string))];
        if old_password {
            pairs.push(("Password", Some(if native { kept } else { SmolStr::default() })));
        }
        pairs
    }

    /// `User_attributes`: comment, restrictions, failed logins, more factors.
    fn attributes(&mut self, tables: &GrantTables, row: &UserRow) -> Option<SmolStr> {
        let mut map = Map::new();
        if let Some(own) = &row.attributes {
            map.insert("metadata".to_owned(), Json::Object(own.clone()));
        }
        let restrictions: Vec<Json> = tables
            .restrictions
            .of(row.key)
            .map(|(_, r)| {
                let names: Vec<&str> = r.privileges.iter().filter_map(Privilege::name).collect();
                json!({"Database": tables.names.text(r.db), "Privileges": names})
            })
            .collect();
        if !restrictions.is_empty() {
            map.insert("Restrictions".to_owned(), Json::Array(restrictions));
        }
        let mut locking = Map::new();
        for option in &row.password_options {
            match option {
                PasswordOption::FailedLoginAttempts(n) => {
                    drop(locking.insert("failed_login_attempts".into(), json!(n)))
                }
                PasswordOption::LockTime(days) => {
                    let days = days.map_or(-1, i64::from);
                    locking.insert("password_lock_time_days".into(), json!(days));
                }
                _ => {}
            }
        }
        if locking.values().any(|n| n.as_i64() != Some(0)) {
            map.insert("Password_locking".to_owned(), Json::Object(locking));
        }
        if row.second_password {
            map.insert("additional_password".to_owned(), json!(super::CREDENTIAL.to_string()));
        }
        if !row.more_factors.is_empty() {
            let factors: Vec<Json> = row
                .more_factors
                .iter()
                .map(|f| json!({"plugin": f.plugin.as_deref(), "authentication_string": self.keep(&f.credential).as_str()}))
                .collect();
            map.insert("multi_factor_authentication".to_owned(), Json::Array(factors));
        }
        (!map.is_empty()).then(|| Json::Object(map).to_string().into())
    }

    /// The JSON of `global_priv`.
    fn global_priv(&mut self, tables: &GrantTables, row: &UserRow) -> String {
        let mut map = Map::new();
        map.insert("access".into(), json!(grant_tables::access_number(row.privileges)));
        map.insert("version_id".into(), json!(tables.server.writer_id()));
        if row.is_role {
            map.insert("is_role".into(), json!(true));
            return Json::Object(map).to_string();
        }
        let mut ways: Vec<Json> = Vec::new();
        for way in &row.authentication {
            let plugin = way.plugin.as_deref().unwrap_or_else(|| tables.default_plugin()).to_owned();
            ways.push(json!({"plugin": plugin, "authentication_string": self.keep(&way.credential).as_str()}));
        }
        if let Some(Json::Object(last)) = ways.last().cloned() {
            map.extend(last);
        }
        if ways.len() > 1 {
            ways.pop();
            ways.push(json!({}));
            map.insert("auth_or".into(), Json::Array(ways));
        }
        if row.locked {
            map.insert("account_locked".into(), json!(true));
        }
        if row.expired {
            map.insert("password_last_changed".into(), json!(0));
        }
        for (name, value) in require_pairs(&row.require) {
            let value = value.unwrap_or_default();
            let number = ["", "ANY", "X509", "SPECIFIED"].iter().position(|word| *word == value);
            match (name, number) {
                ("ssl_type", Some(0)) => {}
                ("ssl_type", number) => drop(map.insert(name.into(), json!(number))),
                _ if value.is_empty() => {}
                _ => drop(map.insert(name.into(), json!(value.as_str()))),
            }
        }
        let limits = ["max_questions", "max_updates", "max_connections", "max_user_connections"];
        for (name, limit) in limits.into_iter().zip(row.limits).filter(|(_, limit)| *limit != 0) {
            map.insert(name.into(), json!(limit));
        }
        if let Some(time) = row.limits.last().filter(|time| **time > 0) {
            map.insert("max_statement_time".into(), json!(*time as f64 / 1e6));
        }
        for option in &row.password_options {
            match option {
                PasswordOption::ExpireNever => drop(map.insert("password_lifetime".into(), json!(0))),
                PasswordOption::ExpireInterval(days) => drop(map.insert("password_lifetime".into(), json!(days))),
                PasswordOption::ExpireDefault => drop(map.insert("password_lifetime".into(), json!(-1))),
                _ => {}
            }
        }
        if let Some((_, default)) = tables.default_roles.of(row.key).next() {
            map.insert("default_role".into(), json!(tables.names.text(default.role.user)));
        }
        Json::Object(map).to_string()
    }

    /// The stored tables have that row of `db`, whatever it holds.
    pub fn has_db(&self, tables: &GrantTables, key: (AccountKey, Symbol)) -> bool {
        self.tables.get(&GrantTable::Db).is_some_and(|table| {
            let values = table.set_all(table.defaults(), &db_key(tables, key.0, key.1));
            table.rows.contains_key(&table.key_of(&values))
        })
    }

    /// A row of `db`.
    pub fn write_db(&mut self, tables: &GrantTables, row: &DbRow) {
        let mut pairs = db_key(tables, row.key, row.db);
        let Some(table) = self.tables.get(&GrantTable::Db) else { return };
        pairs.extend(table.privilege_pairs(row.privileges));
        self.write(GrantTable::Db, &pairs, &row.origin);
    }

    fn write_host(&mut self, tables: &GrantTables, row: &HostRow) {
        let mut pairs = vec![("Host", some(tables.names.text(row.host))), ("Db", some(tables.names.text(row.db)))];
        let Some(table) = self.tables.get(&GrantTable::Host) else { return };
        pairs.extend(table.privilege_pairs(row.privileges));
        self.write(GrantTable::Host, &pairs, &row.origin);
    }

    /// A row of `tables_priv` and its rows of `columns_priv`.
    pub fn write_table(&mut self, tables: &GrantTables, row: &TableRow) {
        let mut pairs = table_key(tables, row.key, row.db, row.table);
        let named = row.on_columns().union(row.claims.stored);
        let Some(table) = self.tables.get(&GrantTable::TablesPriv) else { return };
        pairs.push(("Table_priv", table.words("Table_priv", row.privileges)));
        pairs.push(("Column_priv", table.words("Column_priv", named)));
        self.write(GrantTable::TablesPriv, &pairs, &row.origin);
        for column in &row.columns {
            let mut pairs = table_key(tables, row.key, row.db, row.table);
            pairs.push(("Column_name", some(tables.names.text(column.column))));
            let Some(table) = self.tables.get(&GrantTable::ColumnsPriv) else { return };
            pairs.push(("Column_priv", table.words("Column_priv", column.privileges)));
            self.write(GrantTable::ColumnsPriv, &pairs, &column.origin);
        }
    }

    /// Takes a row of `columns_priv` out.
    pub fn erase_column(&mut self, tables: &GrantTables, key: (AccountKey, Symbol, Symbol), column: Symbol) {
        let mut pairs = table_key(tables, key.0, key.1, key.2);
        pairs.push(("Column_name", some(tables.names.text(column))));
        self.erase(GrantTable::ColumnsPriv, &pairs);
    }

    /// A row of `procs_priv`.
    pub fn write_routine(&mut self, tables: &GrantTables, row: &RoutineRow) {
        let mut pairs = routine_key(tables, (row.key, row.kind, row.db, row.routine));
        let Some(table) = self.tables.get(&GrantTable::ProcsPriv) else { return };
        pairs.push(("Proc_priv", table.words("Proc_priv", row.privileges)));
        self.write(GrantTable::ProcsPriv, &pairs, &row.origin);
    }

    /// A row of `proxies_priv`.
    pub fn write_proxy(&mut self, tables: &GrantTables, row: &ProxyRow) {
        let mut pairs = proxy_key(tables, (row.key, row.proxied));
        pairs.push(("With_grant", some(if row.grant_option { "1" } else { "0" })));
        self.write(GrantTable::ProxiesPriv, &pairs, &row.origin);
    }

    /// A row of `role_edges` or `roles_mapping`.
    pub fn write_role_edge(&mut self, tables: &GrantTables, row: &RoleEdge) {
        let mut pairs = edge_key(tables, (row.to, row.role));
        let admin = yes(row.stored_admin_option || row.admin_option);
        pairs.extend([("WITH_ADMIN_OPTION", admin.clone()), ("Admin_option", admin)]);
        self.write(GrantTable::RoleEdges, &pairs, &row.origin);
        self.write(GrantTable::RolesMapping, &pairs, &row.origin);
    }

    /// A row of `default_roles`.
    pub fn write_default_role(&mut self, tables: &GrantTables, row: &DefaultRole) {
        self.write(GrantTable::DefaultRoles, &default_role_key(tables, (row.key, row.role)), &row.origin);
    }

    /// A row of `global_grants`.
    pub fn write_dynamic(&mut self, tables: &GrantTables, row: &DynamicGrant) {
        let mut pairs = dynamic_key(tables, (row.key, row.privilege));
        pairs.push(("WITH_GRANT_OPTION", yes(row.grant_option)));
        self.write(GrantTable::GlobalGrants, &pairs, &row.origin);
    }

    /// Takes the row of an account out.
    pub fn erase_user(&mut self, tables: &GrantTables, key: AccountKey) {
        let (user, host) = tables.account_text(key);
        let pairs = vec![("Host", some(host)), ("User", some(user))];
        self.erase(GrantTable::User, &pairs);
        self.erase(GrantTable::GlobalPriv, &pairs);
    }

    /// Takes a row of `db` out.
    pub fn erase_db(&mut self, tables: &GrantTables, key: (AccountKey, Symbol)) {
        self.erase(GrantTable::Db, &db_key(tables, key.0, key.1));
    }

    /// Takes a row of `tables_priv` out, with its columns.
    pub fn erase_table(&mut self, tables: &GrantTables, key: (AccountKey, Symbol, Symbol)) {
        let pairs = table_key(tables, key.0, key.1, key.2);
        self.erase(GrantTable::TablesPriv, &pairs);
        let Some(columns) = self.tables.get_mut(&GrantTable::ColumnsPriv) else { return };
        let prefix = columns.key_of(&columns.set_all(columns.defaults(), &pairs));
        let prefix = prefix.trim_end_matches(super::CREDENTIAL).to_owned() + &super::CREDENTIAL.to_string();
        columns.rows.retain(|key, _| !key.starts_with(&prefix));
    }

    /// Takes a row of `procs_priv` out.
    pub fn erase_routine(&mut self, tables: &GrantTables, key: (AccountKey, ObjectKind, Symbol, Symbol)) {
        self.erase(GrantTable::ProcsPriv, &routine_key(tables, key));
    }

    /// Takes a row of `proxies_priv` out.
    pub fn erase_proxy(&mut self, tables: &GrantTables, key: (AccountKey, AccountKey)) {
        self.erase(GrantTable::ProxiesPriv, &proxy_key(tables, key));
    }

    /// Takes a row of `role_edges` or `roles_mapping` out.
    pub fn erase_role_edge(&mut self, tables: &GrantTables, key: (AccountKey, AccountKey)) {
        self.erase(GrantTable::RoleEdges, &edge_key(tables, key));
        self.erase(GrantTable::RolesMapping, &edge_key(tables, key));
    }

    /// Takes a row of `default_roles` out.
    pub fn erase_default_role(&mut self, tables: &GrantTables, key: (AccountKey, AccountKey)) {
        self.erase(GrantTable::DefaultRoles, &default_role_key(tables, key));
    }

    /// Takes a row of `global_grants` out.
    pub fn erase_dynamic(&mut self, tables: &GrantTables, key: (AccountKey, Privilege)) {
        self.erase(GrantTable::GlobalGrants, &dynamic_key(tables, key));
    }
}

fn account_pairs(tables: &GrantTables, key: AccountKey, host: &'static str, user: &'static str) -> Pairs {
    let (u, h) = tables.account_text(key);
    vec![(host, some(h)), (user, some(u))]
}

fn db_key(tables: &GrantTables, key: AccountKey, db: Symbol) -> Pairs {
    let mut pairs = account_pairs(tables, key, "Host", "User");
    pairs.push(("Db", some(tables.names.text(db))));
    pairs
}

fn table_key(tables: &GrantTables, key: AccountKey, db: Symbol, table: Symbol) -> Pairs {
    let mut pairs = db_key(tables, key, db);
    pairs.push(("Table_name", some(tables.names.text(table))));
    pairs
}

fn routine_key(tables: &GrantTables, (key, kind, db, routine): (AccountKey, ObjectKind, Symbol, Symbol)) -> Pairs {
    let mut pairs = db_key(tables, key, db);
    pairs.push(("Routine_name", some(tables.names.text(routine))));
    pairs.push(("Routine_type", some(kind.word())));
    pairs
}

fn proxy_key(tables: &GrantTables, (key, proxied): (AccountKey, AccountKey)) -> Pairs {
    let mut pairs = account_pairs(tables, key, "Host", "User");
    pairs.extend(account_pairs(tables, proxied, "Proxied_host", "Proxied_user"));
    pairs
}

fn edge_key(tables: &GrantTables, (to, role): (AccountKey, AccountKey)) -> Pairs {
    let mut pairs = account_pairs(tables, role, "FROM_HOST", "FROM_USER");
    pairs.extend(account_pairs(tables, to, "TO_HOST", "TO_USER"));
    pairs.extend(account_pairs(tables, to, "Host", "User"));
    pairs.push(("Role", some(tables.names.text(role.user))));
    pairs
}

fn default_role_key(tables: &GrantTables, (key, role): (AccountKey, AccountKey)) -> Pairs {
    let mut pairs = account_pairs(tables, key, "HOST", "USER");
    pairs.extend(account_pairs(tables, role, "DEFAULT_ROLE_HOST", "DEFAULT_ROLE_USER"));
    pairs
}

fn dynamic_key(tables: &GrantTables, (key, privilege): (AccountKey, Privilege)) -> Pairs {
    let mut pairs = account_pairs(tables, key, "HOST", "USER");
    pairs.push(("PRIV", some(privilege.display(&tables.names))));
    pairs
}

fn require_pairs(require: &Require) -> Pairs {
    let (kind, parts) = match require {
        Require::None => ("", [None, None, None]),
        Require::Ssl => ("ANY", [None, None, None]),
        Require::X509 => ("X509", [None, None, None]),
        Require::Specified { subject, issuer, cipher } => {
            ("SPECIFIED", [cipher.as_deref(), issuer.as_deref(), subject.as_deref()])
        }
    };
    let mut pairs = vec![("ssl_type", some(kind))];
    let columns = ["ssl_cipher", "x509_issuer", "x509_subject"];
    pairs.extend(columns.into_iter().zip(parts).map(|(name, part)| (name, some(part.unwrap_or("")))));
    pairs
}

/// The lifetime, history and reuse of a password.
fn password_pairs(row: &UserRow) -> Pairs {
    let number = |n: Option<u32>| n.map(|n| SmolStr::from(n.to_string()));
    let mut pairs: Pairs = vec![
        ("password_lifetime", None),
        ("Password_reuse_history", None),
        ("Password_reuse_time", None),
        ("Password_require_current", None),
    ];
    let mut set = |name: &str, value: Option<SmolStr>| {
        pairs.iter_mut().filter(|(n, _)| *n == name).for_each(|(_, slot)| slot.clone_from(&value));
    };
    for option in &row.password_options {
        match option {
            PasswordOption::ExpireDefault => set("password_lifetime", None),
            PasswordOption::ExpireNever => set("password_lifetime", some("0")),
            PasswordOption::ExpireInterval(days) => set("password_lifetime", number(Some(*days))),
            PasswordOption::History(n) => set("Password_reuse_history", number(*n)),
            PasswordOption::ReuseInterval(n) => set("Password_reuse_time", number(*n)),
            PasswordOption::RequireCurrent => set("Password_require_current", yes(true)),
            PasswordOption::RequireCurrentDefault => set("Password_require_current", None),
            PasswordOption::RequireCurrentOptional => set("Password_require_current", yes(false)),
            PasswordOption::Expire | PasswordOption::FailedLoginAttempts(_) | PasswordOption::LockTime(_) => {}
        }
    }
    pairs
}
