//! Privileges: which there are, at which levels, static or dynamic (M6.1–M6.9).

pub mod plugins;

use super::Server;
use super::behaviour::{Behaviour, Since};

/// One privilege. Static ones are bits of the grant tables; dynamic ones are names.
///
/// The numbers are grantc's own and the order is the one that `SHOW GRANTS` renders (M6.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Privilege(pub u32);

/// A set of static privileges, one bit each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct PrivilegeSet(pub u64);

/// Where a privilege can be granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Level {
    /// `*.*`
    Global,
    /// `db.*`
    Database,
    /// `db.table`
    Table,
    /// a column list on `db.table`
    Column,
    /// `PROCEDURE`, `FUNCTION`, … `db.name`
    Routine,
    /// `GRANT PROXY`
    Proxy,
}

/// One static privilege: its name and where it can be granted.
#[derive(Debug, Clone, Copy)]
pub struct StaticPrivilege {
    /// The privilege.
    pub privilege: Privilege,
    /// Its SQL name.
    pub name: &'static str,
    /// Its column in `mysql.user` and `mysql.db`, empty where it has none.
    pub column: &'static str,
    /// `G`, `D`, `T`, `C`, `R`: the levels of M6.1.
    pub levels: &'static str,
    /// Which servers have it.
    pub since: Since,
}

/// One dynamic privilege: its name and which servers register it.
#[derive(Debug, Clone, Copy)]
pub struct DynamicPrivilege {
    /// Its name, upper case.
    pub name: &'static str,
    /// Which servers have it.
    pub since: Since,
}

macro_rules! privileges {
    ($($bit:literal $constant:ident $name:literal $column:literal $levels:literal $since:expr;)*) => {
        impl Privilege {
            $(#[doc = concat!("`", $name, "`")]
            pub const $constant: Self = Self($bit);)*
        }
        /// Every static privilege, in the order `SHOW GRANTS` renders them.
        pub const STATIC: &[StaticPrivilege] = &[
            $(StaticPrivilege { privilege: Privilege($bit), name: $name, column: $column, levels: $levels, since: $since }),*
        ];
    };
}

privileges! {
    0 SELECT "SELECT" "Select_priv" "GDTC" Since::ALWAYS;
    1 INSERT "INSERT" "Insert_priv" "GDTC" Since::ALWAYS;
    2 UPDATE "UPDATE" "Update_priv" "GDTC" Since::ALWAYS;
    3 DELETE "DELETE" "Delete_priv" "GDT" Since::ALWAYS;
    4 CREATE "CREATE" "Create_priv" "GDT" Since::ALWAYS;
    5 DROP "DROP" "Drop_priv" "GDT" Since::ALWAYS;
    6 RELOAD "RELOAD" "Reload_priv" "G" Since::ALWAYS;
    7 SHUTDOWN "SHUTDOWN" "Shutdown_priv" "G" Since::ALWAYS;
    8 PROCESS "PROCESS" "Process_priv" "G" Since::ALWAYS;
    9 FILE "FILE" "File_priv" "G" Since::ALWAYS;
    10 GRANT_OPTION "GRANT OPTION" "Grant_priv" "GDTR" Since::ALWAYS;
    11 REFERENCES "REFERENCES" "References_priv" "GDTC" Since::ALWAYS;
    12 INDEX "INDEX" "Index_priv" "GDT" Since::ALWAYS;
    13 ALTER "ALTER" "Alter_priv" "GDT" Since::ALWAYS;
    14 SHOW_DATABASES "SHOW DATABASES" "Show_db_priv" "G" Since::ALWAYS;
    15 SUPER "SUPER" "Super_priv" "G" Since::ALWAYS;
    16 CREATE_TEMPORARY_TABLES "CREATE TEMPORARY TABLES" "Create_tmp_table_priv" "GD" Since::ALWAYS;
    17 LOCK_TABLES "LOCK TABLES" "Lock_tables_priv" "GD" Since::ALWAYS;
    18 EXECUTE "EXECUTE" "Execute_priv" "GDR" Since::ALWAYS;
    19 REPLICATION_SLAVE "REPLICATION SLAVE" "Repl_slave_priv" "G" Since::ALWAYS;
    20 REPLICATION_CLIENT "REPLICATION CLIENT" "Repl_client_priv" "G" Since::ALWAYS;
    21 CREATE_VIEW "CREATE VIEW" "Create_view_priv" "GDT" Since::ALWAYS;
    22 SHOW_VIEW "SHOW VIEW" "Show_view_priv" "GDT" Since::ALWAYS;
    23 CREATE_ROUTINE "CREATE ROUTINE" "Create_routine_priv" "GD" Since::ALWAYS;
    24 ALTER_ROUTINE "ALTER ROUTINE" "Alter_routine_priv" "GDR" Since::ALWAYS;
    25 CREATE_USER "CREATE USER" "Create_user_priv" "G" Since::ALWAYS;
    26 EVENT "EVENT" "Event_priv" "GD" Since::ALWAYS;
    27 TRIGGER "TRIGGER" "Trigger_priv" "GDT" Since::ALWAYS;
    28 CREATE_TABLESPACE "CREATE TABLESPACE" "Create_tablespace_priv" "G" Since::ALWAYS;
    29 CREATE_ROLE "CREATE ROLE" "Create_role_priv" "G" Since::mysql((8, 0, 0));
    30 DROP_ROLE "DROP ROLE" "Drop_role_priv" "G" Since::mysql((8, 0, 0));
    31 DELETE_HISTORY "DELETE HISTORY" "Delete_history_priv" "GDT" Since::mariadb((10, 3, 4));
    32 SET_USER "SET USER" "" "G" Since::mariadb((10, 5, 2));
    33 FEDERATED_ADMIN "FEDERATED ADMIN" "" "G" Since::mariadb((10, 5, 2));
    34 CONNECTION_ADMIN "CONNECTION ADMIN" "" "G" Since::mariadb((10, 5, 2));
    35 READ_ONLY_ADMIN "READ_ONLY ADMIN" "" "G" Since::mariadb((10, 5, 2));
    36 REPLICATION_SLAVE_ADMIN "REPLICATION SLAVE ADMIN" "" "G" Since::mariadb((10, 5, 2));
    37 REPLICATION_MASTER_ADMIN "REPLICATION MASTER ADMIN" "" "G" Since::mariadb((10, 5, 2));
    38 BINLOG_ADMIN "BINLOG ADMIN" "" "G" Since::mariadb((10, 5, 2));
    39 BINLOG_REPLAY "BINLOG REPLAY" "" "G" Since::mariadb((10, 5, 2));
    40 SLAVE_MONITOR "SLAVE MONITOR" "" "G" Since::mariadb((10, 5, 8));
    41 SHOW_CREATE_ROUTINE "SHOW CREATE ROUTINE" "Show_create_routine_priv" "GDR" Since::mariadb((11, 3, 0));
}

/// Every dynamic privilege of the community servers, in byte order (M6.9).
pub const DYNAMIC: &[DynamicPrivilege] = &[
    dynamic("ALLOW_NONEXISTENT_DEFINER", Since::mysql((8, 2, 0))),
    dynamic("APPLICATION_PASSWORD_ADMIN", Since::mysql((8, 0, 14))),
    dynamic("AUDIT_ABORT_EXEMPT", Since::mysql((8, 0, 28))),
    dynamic("AUDIT_ADMIN", Since::mysql((8, 0, 0))),
    dynamic("AUTHENTICATION_POLICY_ADMIN", Since::mysql((8, 0, 27))),
    dynamic("BACKUP_ADMIN", Since::mysql((8, 0, 0))),
    dynamic("BINLOG_ADMIN", Since::mysql((8, 0, 0))),
    dynamic("BINLOG_ENCRYPTION_ADMIN", Since::mysql((8, 0, 14))),
    dynamic("CLONE_ADMIN", Since::mysql((8, 0, 17))),
    dynamic("CONNECTION_ADMIN", Since::mysql((8, 0, 0))),
    dynamic("CREATE_SPATIAL_REFERENCE_SYSTEM", Since::mysql((9, 1, 0))),
    dynamic("ENCRYPTION_KEY_ADMIN", Since::mysql((8, 0, 0))),
    dynamic("FIREWALL_EXEMPT", Since::mysql((8, 0, 27))),
    dynamic("FLUSH_OPTIMIZER_COSTS", Since::mysql((8, 0, 23))),
    dynamic("FLUSH_PRIVILEGES", Since::mysql((8, 4, 0))),
    dynamic("FLUSH_STATUS", Since::mysql((8, 0, 23))),
    dynamic("FLUSH_TABLES", Since::mysql((8, 0, 23))),
    dynamic("FLUSH_USER_RESOURCES", Since::mysql((8, 0, 23))),
    dynamic("GROUP_REPLICATION_ADMIN", Since::mysql((8, 0, 0))),
    dynamic("GROUP_REPLICATION_STREAM", Since::mysql((8, 0, 27))),
    dynamic("INNODB_REDO_LOG_ARCHIVE", Since::mysql((8, 0, 17))),
    dynamic("INNODB_REDO_LOG_ENABLE", Since::mysql((8, 0, 21))),
    dynamic("MANAGE_DATA_MASKING_POLICY", Since::mysql((9, 6, 0))),
    dynamic("OPTIMIZE_LOCAL_TABLE", Since::mysql((8, 4, 0))),
    dynamic("PASSWORDLESS_USER_ADMIN", Since::mysql((8, 0, 27))),
    dynamic("PERSIST_RO_VARIABLES_ADMIN", Since::mysql((8, 0, 0))),
    dynamic("REPLICATION_APPLIER", Since::mysql((8, 0, 18))),
    dynamic("REPLICATION_SLAVE_ADMIN", Since::mysql((8, 0, 0))),
    dynamic("RESOURCE_GROUP_ADMIN", Since::mysql((8, 0, 0))),
    dynamic("RESOURCE_GROUP_USER", Since::mysql((8, 0, 0))),
    dynamic("ROLE_ADMIN", Since::mysql((8, 0, 0))),
    dynamic("SENSITIVE_VARIABLES_OBSERVER", Since::mysql((8, 0, 29))),
    dynamic("SERVICE_CONNECTION_ADMIN", Since::mysql((8, 0, 14))),
    dynamic("SESSION_VARIABLES_ADMIN", Since::mysql((8, 0, 14))),
    dynamic("SET_ANY_DEFINER", Since::mysql((8, 2, 0))),
    dynamic("SET_USER_ID", Since::mysql((8, 0, 0)).until((8, 4, 0))),
    dynamic("SHOW_ROUTINE", Since::mysql((8, 0, 20))),
    dynamic("SYSTEM_USER", Since::mysql((8, 0, 16))),
    dynamic("SYSTEM_VARIABLES_ADMIN", Since::mysql((8, 0, 0))),
    dynamic("TABLE_ENCRYPTION_ADMIN", Since::mysql((8, 0, 16))),
    dynamic("TELEMETRY_LOG_ADMIN", Since::mysql((8, 0, 33))),
    dynamic("TRANSACTION_GTID_TAG", Since::mysql((8, 3, 0))),
    dynamic("XA_RECOVER_ADMIN", Since::mysql((8, 0, 0))),
];

const fn dynamic(name: &'static str, since: Since) -> DynamicPrivilege {
    DynamicPrivilege { name, since }
}

/// First number of the catalogue's dynamic privileges.
const DYNAMIC_BASE: u32 = 64;
/// First number of dynamic privileges that only the policy names (components, newer servers).
const FOREIGN_BASE: u32 = 4096;

impl Privilege {
    /// True for a bit of the grant tables.
    pub fn is_static(self) -> bool {
        self.0 < DYNAMIC_BASE
    }

    /// The dynamic privilege of that (upper case) name, if the catalogue has it.
    pub fn dynamic(name: &str) -> Option<Self> {
        DYNAMIC.binary_search_by(|d| d.name.cmp(name)).ok().map(|i| Self(DYNAMIC_BASE + i as u32))
    }

    /// A dynamic privilege that only the policy names, by its interned name.
    pub fn foreign(name: crate::name::Symbol) -> Self {
        Self(FOREIGN_BASE.saturating_add(name.0))
    }

    /// The interned name of a privilege made by [`Privilege::foreign`].
    pub fn foreign_name(self) -> Option<crate::name::Symbol> {
        self.0.checked_sub(FOREIGN_BASE).map(crate::name::Symbol)
    }

    /// The SQL name of a privilege of the catalogue; `None` for a foreign one.
    pub fn name(self) -> Option<&'static str> {
        if self.is_static() {
            return STATIC.get(self.0 as usize).map(|p| p.name);
        }
        DYNAMIC.get((self.0 - DYNAMIC_BASE) as usize).map(|p| p.name)
    }

    /// The SQL name, also of foreign ones.
    pub fn display(self, names: &crate::name::Names) -> &str {
        match self.foreign_name() {
            Some(symbol) => names.text(symbol),
            None => self.name().unwrap_or("?"),
        }
    }
}

impl PrivilegeSet {
    /// No privilege: `USAGE`.
    pub const EMPTY: Self = Self(0);

    /// The set of one static privilege; empty for a dynamic one.
    pub const fn of(privilege: Privilege) -> Self {
        Self(if privilege.0 < DYNAMIC_BASE { 1 << privilege.0 } else { 0 })
    }

    /// The set of several static privileges.
    pub const fn of_all(privileges: &[Privilege]) -> Self {
        let mut bits = 0;
        let mut rest = privileges;
        while let [first, tail @ ..] = rest {
            bits |= Self::of(*first).0;
            rest = tail;
        }
        Self(bits)
    }

    /// True when no privilege is in it.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// True when every privilege of `other` is in it.
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// True when the privilege is in it.
    pub const fn has(self, privilege: Privilege) -> bool {
        self.0 & Self::of(privilege).0 != 0
    }

    /// Both together.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// What both have.
    #[must_use]
    pub const fn intersection(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// This without the other.
    #[must_use]
    pub const fn minus(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// The privileges in it, in the order `SHOW GRANTS` renders them.
    pub fn iter(self) -> impl Iterator<Item = Privilege> {
        STATIC.iter().map(|p| p.privilege).filter(move |&p| self.has(p))
    }
}

impl Level {
    /// The letter of this level in [`StaticPrivilege::levels`].
    fn letter(self) -> char {
        match self {
            Self::Global => 'G',
            Self::Database => 'D',
            Self::Table => 'T',
            Self::Column => 'C',
            Self::Routine => 'R',
            Self::Proxy => 'P',
        }
    }
}

impl Server {
    /// The static privileges that this server knows.
    pub fn static_privileges(&self) -> impl Iterator<Item = &'static StaticPrivilege> {
        let server = *self;
        STATIC.iter().filter(move |p| p.since.holds(&server))
    }

    /// Everything that can be granted at a level, GRANT OPTION included (M6.2).
    pub fn privileges_at(&self, level: Level) -> PrivilegeSet {
        let at = self.static_privileges().filter(|p| p.levels.contains(level.letter()));
        at.fold(PrivilegeSet::EMPTY, |set, p| set.union(PrivilegeSet::of(p.privilege)))
    }

    /// What ALL PRIVILEGES expands to at a level: everything but GRANT OPTION (M6.5).
    pub fn all_privileges(&self, level: Level) -> PrivilegeSet {
        self.privileges_at(level).minus(PrivilegeSet::of(Privilege::GRANT_OPTION))
    }

    /// The dynamic privileges that this server registers by itself, in byte order.
    pub fn dynamic_privileges(&self) -> impl Iterator<Item = (Privilege, &'static str)> {
        let server = *self;
        let dynamic = if self.has(Behaviour::DynamicPrivileges) { DYNAMIC } else { &[] };
        dynamic
            .iter()
            .enumerate()
            .filter(move |(_, d)| d.since.holds(&server))
            .map(|(i, d)| (Privilege(DYNAMIC_BASE + i as u32), d.name))
    }

    /// The static privilege of that (upper case) SQL name on this server.
    pub fn static_privilege(&self, name: &str) -> Option<Privilege> {
        let alias = match name {
            "BINLOG MONITOR" if self.has(Behaviour::BinlogMonitor) => "REPLICATION CLIENT",
            "REPLICATION REPLICA" if self.has(Behaviour::ReplicaWords) => "REPLICATION SLAVE",
            "REPLICATION REPLICA ADMIN" if self.has(Behaviour::ReplicaWords) => "REPLICATION SLAVE ADMIN",
            "REPLICA MONITOR" if self.has(Behaviour::ReplicaWords) => "SLAVE MONITOR",
            "READ ONLY ADMIN" if self.has(Behaviour::BinlogMonitor) => "READ_ONLY ADMIN",
            "CREATE TEMPORARY TABLE" => return None,
            other => other,
        };
        self.static_privileges().find(|p| p.name == alias).map(|p| p.privilege)
    }

    /// The name of a static privilege as this server prints it.
    pub fn privilege_name(&self, privilege: Privilege) -> &'static str {
        if privilege == Privilege::REPLICATION_CLIENT && self.has(Behaviour::BinlogMonitor) {
            return "BINLOG MONITOR";
        }
        privilege.name().unwrap_or("?")
    }

    /// The word for a static privilege in a list of missing ones (1142): it has one of two for GRANT OPTION.
    pub fn privilege_word(&self, privilege: Privilege) -> &'static str {
        match privilege {
            Privilege::GRANT_OPTION => "GRANT",
            other => self.privilege_name(other),
        }
    }
}
