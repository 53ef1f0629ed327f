//! The errors about databases, tables, columns, routines and variables.

use super::ServerError;
use super::account::AccountText;
use crate::server::Server;

/// 1046: no database was chosen.
pub fn no_database_selected() -> ServerError {
    ServerError::new(1046, "3D000", "No database selected")
}

/// 1049: the database does not exist.
pub fn unknown_database(db: &str) -> ServerError {
    ServerError::new(1049, "42000", format!("Unknown database '{db}'"))
}

/// 1007: the database exists.
pub fn database_exists(db: &str) -> ServerError {
    ServerError::new(1007, "HY000", format!("Can't create database '{db}'; database exists"))
}

/// 1008: the database to drop does not exist.
pub fn database_missing(db: &str) -> ServerError {
    ServerError::new(1008, "HY000", format!("Can't drop database '{db}'; database doesn't exist"))
}

/// 1050: the table exists.
pub fn table_exists(table: &str) -> ServerError {
    ServerError::new(1050, "42S01", format!("Table '{table}' already exists"))
}

/// 1051: the tables to drop do not exist; each is `db.table`.
pub fn unknown_tables(tables: &[String]) -> ServerError {
    ServerError::new(1051, "42S02", format!("Unknown table '{}'", tables.join(",")))
}

/// 1146: the table does not exist.
pub fn no_such_table(db: &str, table: &str) -> ServerError {
    ServerError::new(1146, "42S02", format!("Table '{db}.{table}' doesn't exist"))
}

/// 1054: the column does not exist.
pub fn unknown_column(column: &str, table: &str) -> ServerError {
    ServerError::new(1054, "42S22", format!("Unknown column '{column}' in '{table}'"))
}

/// 1304: the routine exists.
pub fn routine_exists(kind: &str, name: &str) -> ServerError {
    ServerError::new(1304, "42000", format!("{kind} {name} already exists"))
}

/// 1305: the routine does not exist.
pub fn no_such_routine(kind: &str, name: &str) -> ServerError {
    ServerError::new(1305, "42000", format!("{kind} {name} does not exist"))
}

/// 1193: the variable does not exist.
pub fn unknown_variable(name: &str) -> ServerError {
    ServerError::new(1193, "HY000", format!("Unknown system variable '{name}'"))
}

/// 1231: the variable cannot have that value.
pub fn wrong_value(name: &str, value: &str) -> ServerError {
    ServerError::new(1231, "42000", format!("Variable '{name}' can't be set to the value of '{value}'"))
}

/// 1681, a warning: FLUSH PRIVILEGES.
pub fn flush_privileges_deprecated() -> ServerError {
    let text = "'FLUSH PRIVILEGES' is deprecated and will be removed in a future release.";
    ServerError::new(1681, "HY000", text)
}

/// 1229: a global variable set without GLOBAL.
pub fn global_variable(name: &str) -> ServerError {
    let text = format!("Variable '{name}' is a GLOBAL variable and should be set with SET GLOBAL");
    ServerError::new(1229, "HY000", text)
}

/// 1238: a variable that only the start of the server sets.
pub fn read_only_variable(name: &str) -> ServerError {
    ServerError::new(1238, "HY000", format!("Variable '{name}' is a read only variable"))
}

/// 3615: RESET PERSIST of a variable that is not persisted.
pub fn not_persisted(name: &str) -> ServerError {
    ServerError::new(3615, "HY000", format!("Variable {name} does not exist in persisted config file"))
}

/// 1347: a view where a table is, or the other way round.
pub fn wrong_object(db: &str, name: &str, kind: &str) -> ServerError {
    ServerError::new(1347, "HY000", format!("'{db}.{name}' is not {kind}"))
}

/// 1102: no database can have that name.
pub fn wrong_database_name(name: &str) -> ServerError {
    ServerError::new(1102, "42000", format!("Incorrect database name '{name}'"))
}

/// 1103: no table can have that name.
pub fn wrong_table_name(name: &str) -> ServerError {
    ServerError::new(1103, "42000", format!("Incorrect table name '{name}'"))
}

/// 1449: the definer of a stored object has no account (M8.1).
pub fn no_such_definer((user, host): AccountText<'_>) -> ServerError {
    ServerError::new(1449, "HY000", format!("The user specified as a definer ('{user}'@'{host}') does not exist"))
}

/// 1345: EXPLAIN of a view whose tables the session may not read (M8.3).
pub fn view_not_explained(server: &Server) -> ServerError {
    let what = if server.is_mariadb() { "ANALYZE/EXPLAIN/SHOW" } else { "EXPLAIN/SHOW" };
    ServerError::new(1345, "HY000", format!("{what} can not be issued; lacking privileges for underlying table"))
}
