//! The server's own schemas, where rows do not decide alone (M5.50–M5.52).

use super::Server;
use super::behaviour::Behaviour;
use super::catalogue::{Level, Privilege, PrivilegeSet};

/// What the server gives everybody, and refuses everybody, in one of its own schemas.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct InternalSchema {
    /// Held by everybody.
    pub everybody: PrivilegeSet,
    /// Held by nobody, whatever the rows say.
    pub nobody: PrivilegeSet,
}

/// Tables of `performance_schema` that everybody reads in MySQL 9.7 (M5.51).
const READABLE_MYSQL: &[&str] = &[
    "global_status",
    "global_variable_attributes",
    "global_variables",
    "persisted_variables",
    "processlist",
    "session_account_connect_attrs",
    "session_status",
    "session_variables",
    "variables_info",
    "variables_metadata",
];

/// The same in MariaDB 10.11 (M5.51).
const READABLE_MARIADB: &[&str] = &["global_status", "session_account_connect_attrs", "session_status"];

/// Tables of `information_schema` that need PROCESS in MySQL (M5.51).
const PROCESS_MYSQL: &[&str] = &[
    "files",
    "innodb_buffer_page",
    "innodb_buffer_page_lru",
    "innodb_buffer_pool_stats",
    "innodb_cached_indexes",
    "innodb_cmp",
    "innodb_cmp_per_index",
    "innodb_cmp_per_index_reset",
    "innodb_cmp_reset",
    "innodb_cmpmem",
    "innodb_cmpmem_reset",
    "innodb_columns",
    "innodb_datafiles",
    "innodb_fields",
    "innodb_foreign",
    "innodb_foreign_cols",
    "innodb_ft_being_deleted",
    "innodb_ft_config",
    "innodb_ft_deleted",
    "innodb_ft_index_cache",
    "innodb_ft_index_table",
    "innodb_indexes",
    "innodb_metrics",
    "innodb_session_temp_tablespaces",
    "innodb_tables",
    "innodb_tablespaces",
    "innodb_tablespaces_brief",
    "innodb_tablestats",
    "innodb_temp_table_info",
    "innodb_trx",
    "innodb_virtual",
];

/// The same in MariaDB 10.11.
const PROCESS_MARIADB: &[&str] = &[
    "innodb_buffer_page",
    "innodb_buffer_page_lru",
    "innodb_buffer_pool_stats",
    "innodb_cmp",
    "innodb_cmp_per_index",
    "innodb_cmp_per_index_reset",
    "innodb_cmp_reset",
    "innodb_cmpmem",
    "innodb_cmpmem_reset",
    "innodb_ft_being_deleted",
    "innodb_ft_config",
    "innodb_ft_deleted",
    "innodb_ft_index_cache",
    "innodb_ft_index_table",
    "innodb_lock_waits",
    "innodb_locks",
    "innodb_metrics",
    "innodb_sys_columns",
    "innodb_sys_fields",
    "innodb_sys_foreign",
    "innodb_sys_foreign_cols",
    "innodb_sys_indexes",
    "innodb_sys_tables",
    "innodb_sys_tablespaces",
    "innodb_sys_tablestats",
    "innodb_sys_virtual",
    "innodb_tablespaces_encryption",
    "innodb_trx",
];

/// Tables of `performance_schema` that can be updated, and those in which rows can be inserted and deleted.
const UPDATABLE: &[&str] = &["setup_consumers", "setup_instruments", "setup_timers", "threads"];
/// See [`UPDATABLE`].
const EDITABLE: &[&str] = &["setup_actors", "setup_objects"];

impl Server {
    /// The rules of an internal schema; none for an ordinary database. The name is compared without case.
    pub fn internal_schema(&self, db: &str) -> Option<InternalSchema> {
        let level = || self.privileges_at(Level::Database);
        if db.eq_ignore_ascii_case("information_schema") {
            let everybody = PrivilegeSet::of(Privilege::SELECT);
            return Some(InternalSchema { everybody, nobody: level().minus(everybody) });
        }
        if db.eq_ignore_ascii_case("performance_schema") {
            let kept = [
                Privilege::SELECT,
                Privilege::INSERT,
                Privilege::UPDATE,
                Privilege::DELETE,
                Privilege::DROP,
                Privilege::LOCK_TABLES,
                Privilege::GRANT_OPTION,
            ];
            let mut kept = PrivilegeSet::of_all(&kept);
            if self.is_mariadb() {
                kept = kept.union(PrivilegeSet::of(Privilege::CREATE));
            }
            return Some(InternalSchema { everybody: PrivilegeSet::EMPTY, nobody: level().minus(kept) });
        }
        None
    }

    /// True for a table of `information_schema` that needs PROCESS (M5.51).
    pub fn needs_process(&self, db: &str, table: &str) -> bool {
        let listed = if self.is_mariadb() { PROCESS_MARIADB } else { PROCESS_MYSQL };
        db.eq_ignore_ascii_case("information_schema") && listed.iter().any(|t| t.eq_ignore_ascii_case(table))
    }

    /// What nobody may do with a table of `performance_schema`, although it can be granted (M5.51).
    pub fn nobody_on_table(&self, db: &str, table: &str) -> PrivilegeSet {
        if !self.has(Behaviour::PerformanceTablesRefuse) || !db.eq_ignore_ascii_case("performance_schema") {
            return PrivilegeSet::EMPTY;
        }
        let listed = |list: &[&str]| list.iter().any(|t| t.eq_ignore_ascii_case(table));
        let rows = PrivilegeSet::of_all(&[Privilege::INSERT, Privilege::DELETE]);
        let update = PrivilegeSet::of(Privilege::UPDATE);
        let refused = match (listed(EDITABLE), listed(UPDATABLE)) {
            (true, _) => PrivilegeSet::EMPTY,
            (_, true) => rows,
            _ => rows.union(update),
        };
        refused.union(PrivilegeSet::of(Privilege::CREATE))
    }

    /// True for a view of `mysql` that is a table elsewhere.
    pub fn is_own_view(&self, db: &str, table: &str) -> bool {
        self.is_mariadb() && self.version >= (10, 4, 0) && db.eq_ignore_ascii_case("mysql") && table == "user"
    }

    /// The databases that the server comes with, in byte order (M5.41).
    pub fn own_databases(&self) -> impl Iterator<Item = &'static str> {
        let sys = self.has(Behaviour::SysSchema).then_some("sys");
        ["information_schema", "mysql", "performance_schema"].into_iter().chain(sys)
    }

    /// True for a database that SHOW DATABASES lists whatever the session holds (M5.41).
    pub fn everybody_lists(&self, db: &str) -> bool {
        db.eq_ignore_ascii_case("information_schema")
            || db.eq_ignore_ascii_case("performance_schema") && self.has(Behaviour::PerformanceSchemaListed)
    }

    /// True for a table of `performance_schema` that everybody may read (M5.51).
    pub fn everybody_reads(&self, db: &str, table: &str) -> bool {
        let readable = if self.is_mariadb() { READABLE_MARIADB } else { READABLE_MYSQL };
        db.eq_ignore_ascii_case("performance_schema") && readable.iter().any(|t| t.eq_ignore_ascii_case(table))
    }
}
