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

impl Server {
    /// The rules of an internal schema; none for an ordinary database. The name is compared without case.
    pub fn internal_schema(&self, db: &str) -> Option<InternalSchema> {
        let level = self.privileges_at(Level::Database);
        if db.eq_ignore_ascii_case("information_schema") {
            let everybody = PrivilegeSet::of(Privilege::SELECT);
            return Some(InternalSchema { everybody, nobody: level.minus(everybody) });
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
            return Some(InternalSchema { everybody: PrivilegeSet::EMPTY, nobody: level.minus(kept) });
        }
        None
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
