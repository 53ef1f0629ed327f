//! The grant tables as tables: which each server has, and their columns in order (M6.1, M6.3, M7.71, M7.73).

use super::Server;
use super::behaviour::{Behaviour, Since};
use super::catalogue::{Level, Privilege, PrivilegeSet, STATIC, StaticPrivilege};

/// A table that holds accounts or grants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum GrantTable {
    /// `user`
    User,
    /// `global_priv` (MariaDB from 10.4 on, where `user` is a view)
    GlobalPriv,
    /// `db`
    Db,
    /// `host`
    Host,
    /// `tables_priv`
    TablesPriv,
    /// `columns_priv`
    ColumnsPriv,
    /// `procs_priv`
    ProcsPriv,
    /// `proxies_priv`
    ProxiesPriv,
    /// `role_edges`
    RoleEdges,
    /// `default_roles`
    DefaultRoles,
    /// `global_grants`
    GlobalGrants,
    /// `roles_mapping` (MariaDB)
    RolesMapping,
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// A text of so many characters, compared byte by byte.
    Exact(usize),
    /// A text of so many characters, compared without case.
    Folded(usize),
    /// One of these words.
    Word(&'static [&'static str]),
    /// Several of these words.
    Words(&'static [&'static str]),
    /// A whole number from 0 to that.
    Number(u64),
    /// A JSON document.
    Json,
    /// A time that nothing depends on.
    Time,
}

/// One column.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub holds: Holds,
    /// It may be NULL.
    pub null: bool,
    /// What it has when nothing is said; `None` without a default.
    pub default: Option<&'static str>,
    /// It is part of the primary key.
    pub key: bool,
    /// Which servers have it.
    pub since: Since,
}

const NO_YES: Holds = Holds::Word(&["N", "Y"]);
const LONG: Holds = Holds::Exact(65_535);
const TABLE_WORDS: &[&str] = &[
    "Select",
    "Insert",
    "Update",
    "Delete",
    "Create",
    "Drop",
    "Grant",
    "References",
    "Index",
    "Alter",
    "Create View",
    "Show view",
    "Trigger",
];
const TABLE_WORDS_MARIADB: &[&str] = &[
    "Select",
    "Insert",
    "Update",
    "Delete",
    "Create",
    "Drop",
    "Grant",
    "References",
    "Index",
    "Alter",
    "Create View",
    "Show view",
    "Trigger",
    "Delete versioning rows",
];
const COLUMN_WORDS: &[&str] = &["Select", "Insert", "Update", "References"];
const ROUTINE_WORDS: &[&str] = &["Execute", "Alter Routine", "Grant"];
const ROUTINE_WORDS_SHOWN: &[&str] = &["Execute", "Alter Routine", "Grant", "Show Create Routine"];

impl Column {
    /// A column that no server is known to have.
    pub const UNKNOWN: Self = Self::nullable("", LONG);

    const fn new(name: &'static str, holds: Holds, default: &'static str) -> Self {
        Self { name, holds, null: false, default: Some(default), key: false, since: Since::ALWAYS }
    }

    /// Part of the primary key.
    const fn key(name: &'static str, holds: Holds) -> Self {
        Self { key: true, ..Self::new(name, holds, "") }
    }

    /// NULL unless something is said.
    const fn nullable(name: &'static str, holds: Holds) -> Self {
        Self { null: true, default: None, ..Self::new(name, holds, "") }
    }

    /// Without a default.
    const fn needed(name: &'static str, holds: Holds) -> Self {
        Self { default: None, ..Self::new(name, holds, "") }
    }

    const fn since(self, since: Since) -> Self {
        Self { since, ..self }
    }
}

impl GrantTable {
    /// Every table.
    pub const ALL: [Self; 12] = [
        Self::User,
        Self::GlobalPriv,
        Self::Db,
        Self::Host,
        Self::TablesPriv,
        Self::ColumnsPriv,
        Self::ProcsPriv,
        Self::ProxiesPriv,
        Self::RoleEdges,
        Self::DefaultRoles,
        Self::GlobalGrants,
        Self::RolesMapping,
    ];

    /// The tables whose rows make an account name taken (M7.2).
    pub const WITH_ACCOUNTS: [Self; 7] = [
        Self::User,
        Self::GlobalPriv,
        Self::Db,
        Self::TablesPriv,
        Self::ColumnsPriv,
        Self::ProcsPriv,
        Self::ProxiesPriv,
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::GlobalPriv => "global_priv",
            Self::Db => "db",
            Self::Host => "host",
            Self::TablesPriv => "tables_priv",
            Self::ColumnsPriv => "columns_priv",
            Self::ProcsPriv => "procs_priv",
            Self::ProxiesPriv => "proxies_priv",
            Self::RoleEdges => "role_edges",
            Self::DefaultRoles => "default_roles",
            Self::GlobalGrants => "global_grants",
            Self::RolesMapping => "roles_mapping",
        }
    }

    /// The table of that name, in whatever case.
    pub fn find(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|table| table.name().eq_ignore_ascii_case(name))
    }

    /// Which servers have it; where `user` is a view it is not one of them.
    pub fn since(self) -> Since {
        match self {
            Self::User => Since::ALWAYS.until_mariadb((10, 4, 0)),
            Self::GlobalPriv => Since::mariadb((10, 4, 0)),
            Self::Db | Self::TablesPriv | Self::ColumnsPriv | Self::ProcsPriv => Since::ALWAYS,
            Self::Host => Since::ALWAYS.until((5, 6, 7)),
            Self::ProxiesPriv => Since::mysql((5, 5, 7)).and_mariadb((5, 2, 0)),
            Self::RoleEdges | Self::DefaultRoles | Self::GlobalGrants => Since::mysql((8, 0, 0)),
            Self::RolesMapping => Since::mariadb((10, 0, 5)),
        }
    }

    /// Its columns on that server, in order.
    pub fn columns(self, server: &Server) -> Vec<Column> {
        let host = host_column(server);
        let mut columns = match self {
            Self::User => user_columns(server),
            Self::GlobalPriv => vec![
                host("Host"),
                Column::key("User", USER),
                Column { default: Some("{}"), ..Column::new("Priv", Holds::Json, "") },
            ],
            Self::Db => {
                let mut columns = vec![host("Host"), Column::key("Db", NAME), Column::key("User", USER)];
                columns.extend(privilege_columns(server, Level::Database));
                columns
            }
            Self::Host => {
                let mut columns = vec![host("Host"), Column::key("Db", NAME)];
                columns.extend(privilege_columns(server, Level::Database).filter(|c| c.name != "Event_priv"));
                columns
            }
            Self::TablesPriv => vec![
                host("Host"),
                Column::key("Db", NAME),
                Column::key("User", USER),
                Column::key("Table_name", NAME),
                Column::new("Grantor", Holds::Exact(384), ""),
                Column::new("Timestamp", Holds::Time, ""),
                Column::new("Table_priv", Holds::Words(TABLE_WORDS), "").since(Since::mysql((0, 0, 0))),
                Column::new("Table_priv", Holds::Words(TABLE_WORDS_MARIADB), "").since(Since::MARIADB),
                Column::new("Column_priv", Holds::Words(COLUMN_WORDS), ""),
            ],
            Self::ColumnsPriv => vec![
                host("Host"),
                Column::key("Db", NAME),
                Column::key("User", USER),
                Column::key("Table_name", NAME),
                Column::key("Column_name", NAME),
                Column::new("Timestamp", Holds::Time, ""),
                Column::new("Column_priv", Holds::Words(COLUMN_WORDS), ""),
            ],
            Self::ProcsPriv => vec![
                host("Host"),
                Column::key("Db", NAME),
                Column::key("User", USER),
                Column { holds: Holds::Folded(64), ..Column::key("Routine_name", NAME) },
                routine_type(&["FUNCTION", "PROCEDURE"]).since(Since::mysql((0, 0, 0)).until((9, 2, 0))),
                routine_type(&["FUNCTION", "PROCEDURE", "LIBRARY"]).since(Since::mysql((9, 2, 0))),
                routine_type(&["FUNCTION", "PROCEDURE", "PACKAGE", "PACKAGE BODY"]).since(Since::MARIADB),
                Column::new("Grantor", Holds::Exact(384), ""),
                Column::new("Proc_priv", Holds::Words(ROUTINE_WORDS), "")
                    .since(Since::ALWAYS.until_mariadb((11, 3, 0))),
                Column::new("Proc_priv", Holds::Words(ROUTINE_WORDS_SHOWN), "").since(Since::mariadb((11, 3, 0))),
                Column::new("Timestamp", Holds::Time, ""),
            ],
            Self::ProxiesPriv => vec![
                host("Host"),
                Column::key("User", USER),
                host("Proxied_host"),
                Column::key("Proxied_user", USER),
                Column::new("With_grant", Holds::Number(127), "0"),
                Column::new("Grantor", Holds::Exact(384), ""),
                Column::new("Timestamp", Holds::Time, ""),
            ],
            Self::RoleEdges => vec![
                host("FROM_HOST"),
                Column::key("FROM_USER", USER),
                host("TO_HOST"),
                Column::key("TO_USER", USER),
                Column::new("WITH_ADMIN_OPTION", NO_YES, "N"),
            ],
            Self::DefaultRoles => vec![
                host("HOST"),
                Column::key("USER", USER),
                Column { default: Some("%"), ..host("DEFAULT_ROLE_HOST") },
                Column::key("DEFAULT_ROLE_USER", USER),
            ],
            Self::GlobalGrants => vec![
                Column::key("USER", USER),
                host("HOST"),
                Column::key("PRIV", Holds::Folded(32)),
                Column::new("WITH_GRANT_OPTION", NO_YES, "N"),
            ],
            Self::RolesMapping => vec![
                host("Host"),
                Column::key("User", USER),
                Column::key("Role", USER),
                Column::new("Admin_option", NO_YES, "N"),
            ],
        };
        columns.retain(|column| column.since.holds(server));
        columns.iter_mut().for_each(|column| measure(column, server));
        columns
    }
}

/// Measured by [`measure`].
const USER: Holds = Holds::Exact(0);
const NAME: Holds = Holds::Exact(64);

/// Names of users are as long as the server allows (M1.9).
fn measure(column: &mut Column, server: &Server) {
    if column.holds == USER {
        column.holds = Holds::Exact(server.longest_user());
    }
}

/// Hosts are compared without case in MySQL (M1.10).
fn host_column(server: &Server) -> fn(&'static str) -> Column {
    match (server.is_mariadb(), server.longest_host()) {
        (true, 255) => |name| Column::key(name, Holds::Exact(255)),
        (true, _) => |name| Column::key(name, Holds::Exact(60)),
        (false, 255) => |name| Column::key(name, Holds::Folded(255)),
        (false, _) => |name| Column::key(name, Holds::Folded(60)),
    }
}

fn routine_type(words: &'static [&'static str]) -> Column {
    Column { key: true, ..Column::needed("Routine_type", Holds::Word(words)) }
}

/// The `…_priv` columns of a level. `Execute_priv` came late to `db` and stands behind `Alter_routine_priv`.
fn privilege_columns(server: &Server, level: Level) -> impl Iterator<Item = Column> {
    let mut privileges: Vec<&'static StaticPrivilege> =
        STATIC.iter().filter(|p| !p.column.is_empty() && server.privileges_at(level).has(p.privilege)).collect();
    if level == Level::Database
        && let Some(execute) = privileges.iter().position(|p| p.column == "Execute_priv")
        && let Some(alter_routine) = privileges.iter().position(|p| p.column == "Alter_routine_priv")
        && let Some(part) = privileges.get_mut(execute..=alter_routine)
    {
        part.rotate_left(1);
    }
    privileges.into_iter().map(|p| Column::new(p.column, NO_YES, "N"))
}

fn user_columns(server: &Server) -> Vec<Column> {
    const NUMBER: Holds = Holds::Number(u32::MAX as u64);
    const SHORT: Holds = Holds::Number(u16::MAX as u64);
    let old = Since::ALWAYS.until((5, 7, 6));
    let mut columns = vec![host_column(server)("Host"), Column::key("User", USER)];
    columns.push(Column::new("Password", Holds::Exact(41), "").since(old));
    let is_late = |c: &Column| matches!(c.name, "Create_role_priv" | "Drop_role_priv");
    let (late, early): (Vec<Column>, Vec<Column>) = privilege_columns(server, Level::Global).partition(is_late);
    columns.extend(early);
    columns.extend([
        Column::new("ssl_type", Holds::Word(&["", "ANY", "X509", "SPECIFIED"]), ""),
        Column::needed("ssl_cipher", LONG),
        Column::needed("x509_issuer", LONG),
        Column::needed("x509_subject", LONG),
        Column::new("max_questions", NUMBER, "0"),
        Column::new("max_updates", NUMBER, "0"),
        Column::new("max_connections", NUMBER, "0"),
        Column::new("max_user_connections", NUMBER, "0"),
        Column::new("plugin", Holds::Exact(64), server.default_plugin_column()),
        Column::nullable("authentication_string", LONG).since(Since::mysql((0, 0, 0))),
        Column::new("authentication_string", LONG, "").since(Since::MARIADB),
        Column::new("password_expired", NO_YES, "N").since(Since::mysql((5, 6, 6)).and_mariadb((10, 0, 0))),
        Column::new("is_role", NO_YES, "N").since(Since::MARIADB),
        Column::new("default_role", Holds::Exact(80), "").since(Since::MARIADB),
        Column::nullable("password_last_changed", Holds::Time).since(Since::mysql((5, 7, 4))),
        Column::nullable("password_lifetime", SHORT).since(Since::mysql((5, 7, 4))),
        Column::new("account_locked", NO_YES, "N").since(Since::mysql((5, 7, 6))),
    ]);
    columns.extend(late);
    columns.extend([
        Column::nullable("Password_reuse_history", SHORT).since(Since::mysql((8, 0, 3))),
        Column::nullable("Password_reuse_time", SHORT).since(Since::mysql((8, 0, 3))),
        Column::nullable("Password_require_current", NO_YES).since(Since::mysql((8, 0, 13))),
        Column::nullable("User_attributes", Holds::Json).since(Since::mysql((8, 0, 14))),
    ]);
    columns
}

impl Server {
    /// The primary key of a table as errors print it: the names of its columns in order.
    pub fn key_columns(&self, table: GrantTable, columns: &[Column]) -> Vec<&'static str> {
        let mut names: Vec<&'static str> = columns.iter().filter(|c| c.key).map(|c| c.name).collect();
        let with_database =
            matches!(table, GrantTable::Db | GrantTable::TablesPriv | GrantTable::ColumnsPriv | GrantTable::ProcsPriv);
        if with_database && self.has(Behaviour::RolesAreAccounts) {
            names.get_mut(1..3).into_iter().for_each(|part| part.reverse());
        }
        names
    }

    /// How errors name the primary key of a table.
    pub fn primary_key_name(&self, table: GrantTable) -> String {
        if self.has(Behaviour::KeysWithTables) { format!("{}.PRIMARY", table.name()) } else { "PRIMARY".to_owned() }
    }

    /// The most characters of a user name (M1.9).
    fn longest_user(&self) -> usize {
        match (self.is_mariadb(), self.has(Behaviour::LongUsers)) {
            (true, _) => 128,
            (false, true) => 32,
            (false, false) => 16,
        }
    }

    /// The most bytes of a host (M1.9).
    fn longest_host(&self) -> usize {
        if self.has(Behaviour::LongHosts) { 255 } else { 60 }
    }

    /// The default of `user.plugin`.
    fn default_plugin_column(&self) -> &'static str {
        let named = Since::mysql((5, 6, 6));
        if named.holds(self) { super::catalogue::plugins::default_plugin(self) } else { "" }
    }
}

/// The plugin that is stored for an account of `Password`: none before 5.7 named it.
pub fn native_plugin(server: &Server) -> &'static str {
    server.default_plugin_column()
}

/// MariaDB numbers its privileges in `access` without the two that only MySQL has.
pub fn access_number(privileges: PrivilegeSet) -> u64 {
    let low = privileges.0 & ((1 << OWN_NUMBERS) - 1);
    low | (privileges.0 >> (OWN_NUMBERS + 2)) << OWN_NUMBERS
}

/// The privileges of an `access` number.
pub fn access_privileges(access: u64) -> PrivilegeSet {
    let low = access & ((1 << OWN_NUMBERS) - 1);
    PrivilegeSet(low | (access >> OWN_NUMBERS) << (OWN_NUMBERS + 2))
}

/// From this number on the servers number their privileges differently (M6.1).
const OWN_NUMBERS: u32 = 29;

impl Server {
    /// The version as `global_priv` has it: 101118 for 10.11.18.
    pub fn writer_id(&self) -> u64 {
        let (major, minor, patch) = self.version;
        u64::from(major) * 10_000 + u64::from(minor) * 100 + u64::from(patch).min(99)
    }

    /// What an account of MariaDB holds whose row was written by that version with that `access` (M6.8).
    pub fn access_of(&self, access: u64, version_id: u64) -> PrivilegeSet {
        let mut held = access_privileges(access);
        let adds = |held: &mut PrivilegeSet, from: Privilege, more: &[Privilege]| {
            if held.has(from) {
                *held = held.union(PrivilegeSet::of_all(more));
            }
        };
        let written = held;
        let replicates = written.has(Privilege::REPLICATION_SLAVE);
        if version_id < 100_502 {
            adds(&mut held, Privilege::SUPER, SPLIT_FROM_SUPER);
            if replicates || written.has(Privilege::REPLICATION_CLIENT) {
                held = held.union(PrivilegeSet::of(Privilege::SLAVE_MONITOR));
            }
            if replicates && written.has(Privilege::SUPER) {
                held = held.union(PrivilegeSet::of(Privilege::REPLICATION_MASTER_ADMIN));
            }
        } else if version_id < 100_508 && written.has(Privilege::REPLICATION_SLAVE_ADMIN) {
            held = held.union(PrivilegeSet::of(Privilege::SLAVE_MONITOR));
        }
        if version_id < 110_000 && self.has(Behaviour::SuperAlone) {
            adds(&mut held, Privilege::SUPER, SPLIT_FROM_SUPER);
            adds(&mut held, Privilege::SUPER, LATER_SPLIT_FROM_SUPER);
        }
        if version_id < 101_100 {
            adds(&mut held, Privilege::SUPER, &[Privilege::READ_ONLY_ADMIN]);
        }
        held.intersection(self.privileges_at(Level::Global))
    }
}

/// What accounts with SUPER could do besides before 11.0.
const LATER_SPLIT_FROM_SUPER: &[Privilege] =
    &[Privilege::SLAVE_MONITOR, Privilege::REPLICATION_CLIENT, Privilege::REPLICATION_MASTER_ADMIN];

/// What 10.5.2 split off SUPER.
const SPLIT_FROM_SUPER: &[Privilege] = &[
    Privilege::SET_USER,
    Privilege::FEDERATED_ADMIN,
    Privilege::CONNECTION_ADMIN,
    Privilege::READ_ONLY_ADMIN,
    Privilege::REPLICATION_SLAVE_ADMIN,
    Privilege::BINLOG_ADMIN,
    Privilege::BINLOG_REPLAY,
];
