//! What changes databases, tables and routines.

use super::{AccountRef, ObjectKind, Span};
use smol_str::SmolStr;

/// DDL that tells what exists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SchemaChange {
    /// `CREATE DATABASE`
    CreateDatabase {
        /// Its name.
        name: SmolStr,
        /// `IF NOT EXISTS`
        if_not_exists: bool,
    },
    /// `DROP DATABASE`
    DropDatabase {
        /// Its name.
        name: SmolStr,
        /// `IF EXISTS`
        if_exists: bool,
    },
    /// `CREATE TABLE`
    CreateTable {
        /// Its name.
        name: QualifiedName,
        /// Its columns in order; `None` when they cannot be read off the statement (`LIKE`, `AS SELECT`).
        columns: Option<Vec<SmolStr>>,
        /// `LIKE other`
        like: Option<QualifiedName>,
        /// `TEMPORARY`
        temporary: bool,
        /// `IF NOT EXISTS`
        if_not_exists: bool,
    },
    /// `DROP TABLE`, `DROP VIEW`
    DropTables {
        /// Their names.
        names: Vec<QualifiedName>,
        /// `DROP VIEW`
        views: bool,
        /// `IF EXISTS`
        if_exists: bool,
    },
    /// `RENAME TABLE`, `ALTER TABLE … RENAME`
    RenameTables(Vec<(QualifiedName, QualifiedName)>),
    /// `ALTER TABLE` that adds, drops or renames columns
    AlterColumns {
        /// The table.
        table: QualifiedName,
        /// Added columns.
        add: Vec<SmolStr>,
        /// Dropped columns.
        drop: Vec<SmolStr>,
        /// Renamed columns, old and new.
        rename: Vec<(SmolStr, SmolStr)>,
        /// The table's new name, where the statement renames it too.
        to: Option<QualifiedName>,
    },
    /// `CREATE VIEW`
    CreateView {
        /// Its name.
        name: QualifiedName,
        /// Its columns where they are listed.
        columns: Option<Vec<SmolStr>>,
        /// `DEFINER`
        definer: Option<AccountRef>,
        /// `SQL SECURITY INVOKER`
        invoker: bool,
        /// `OR REPLACE`, or ALTER VIEW
        or_replace: bool,
        /// The SELECT behind AS.
        select: Span,
    },
    /// `CREATE PROCEDURE`, `CREATE FUNCTION`, …
    CreateRoutine {
        /// Which kind.
        kind: ObjectKind,
        /// Its name.
        name: QualifiedName,
        /// `DEFINER`
        definer: Option<AccountRef>,
        /// `SQL SECURITY INVOKER`
        invoker: bool,
        /// `OR REPLACE` or `IF NOT EXISTS`
        tolerant: bool,
    },
    /// `DROP PROCEDURE`, `DROP FUNCTION`, …
    DropRoutine {
        /// Which kind.
        kind: ObjectKind,
        /// Its name.
        name: QualifiedName,
        /// `IF EXISTS`
        if_exists: bool,
    },
    /// `CREATE TRIGGER`
    CreateTrigger {
        /// Its name.
        name: QualifiedName,
        /// Its table.
        table: QualifiedName,
        /// `DEFINER`
        definer: Option<AccountRef>,
    },
    /// `DROP TRIGGER`
    DropTrigger(QualifiedName),
    /// `CREATE EVENT`
    CreateEvent {
        /// Its name.
        name: QualifiedName,
        /// `DEFINER`
        definer: Option<AccountRef>,
    },
    /// `DROP EVENT`
    DropEvent(QualifiedName),
}

/// `[db.]name`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QualifiedName {
    /// The database, `None` for the current one.
    pub db: Option<SmolStr>,
    /// The name.
    pub name: SmolStr,
}
