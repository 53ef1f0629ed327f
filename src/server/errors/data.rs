//! The errors of changes to the grant tables by hand.

use super::ServerError;

/// 1048: NULL for a column that takes none.
pub fn null_column(column: &str) -> ServerError {
    ServerError::new(1048, "23000", format!("Column '{column}' cannot be null"))
}

/// 1054: no such column, in that part of the statement.
pub fn unknown_column(column: &str, part: &str) -> ServerError {
    ServerError::new(1054, "42S22", format!("Unknown column '{column}' in '{part}'"))
}

/// 1062: the primary key is there already.
pub fn duplicate_entry(entry: &str, key: &str) -> ServerError {
    ServerError::new(1062, "23000", format!("Duplicate entry '{entry}' for key '{key}'"))
}

/// 1110: a column is named twice.
pub fn column_twice(column: &str) -> ServerError {
    ServerError::new(1110, "42000", format!("Column '{column}' specified twice"))
}

/// 1136: a row has more or fewer values than columns.
pub fn value_count(row: usize) -> ServerError {
    ServerError::new(1136, "21S01", format!("Column count doesn't match value count at row {row}"))
}

/// 1264: a number does not fit.
pub fn out_of_range(column: &str, row: usize) -> ServerError {
    ServerError::new(1264, "22003", format!("Out of range value for column '{column}' at row {row}"))
}

/// 1265: a value is none of the column's words.
pub fn data_truncated(column: &str, row: usize) -> ServerError {
    ServerError::new(1265, "01000", format!("Data truncated for column '{column}' at row {row}"))
}

/// 1348: a column of a view.
pub fn not_updatable(column: &str) -> ServerError {
    ServerError::new(1348, "HY000", format!("Column '{column}' is not updatable"))
}

/// 1364: nothing is said for a column without a default.
pub fn no_default(column: &str) -> ServerError {
    ServerError::new(1364, "HY000", format!("Field '{column}' doesn't have a default value"))
}

/// 1366: a text is no number.
pub fn incorrect_integer(text: &str, column: &str, row: usize) -> ServerError {
    let message = format!("Incorrect integer value: '{text}' for column '{column}' at row {row}");
    ServerError::new(1366, "HY000", message)
}

/// 1406: a text is too long.
pub fn data_too_long(column: &str, row: usize) -> ServerError {
    ServerError::new(1406, "22001", format!("Data too long for column '{column}' at row {row}"))
}

/// 3140: a text is no JSON. Where and why is the server's own wording, and is left out.
pub fn invalid_json(column: &str, table: &str) -> ServerError {
    ServerError::new(3140, "22032", format!("Invalid JSON text in value for column '{table}.{column}'."))
}

/// 4025: a check of a MariaDB table.
pub fn check_failed(column: &str, table: &str) -> ServerError {
    let message = format!("CONSTRAINT `{table}.{column}` failed for `mysql`.`{table}`");
    ServerError::new(4025, "23000", message)
}
