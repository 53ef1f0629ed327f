//! Changes of the grant tables by hand, and the rows of dumps.

use super::{QualifiedName, SchemaChange, Secret, StatementKind};
use crate::source::Span;
use smol_str::SmolStr;

/// INSERT, REPLACE, UPDATE, DELETE or TRUNCATE of one table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataChange {
    /// The table.
    pub table: QualifiedName,
    /// What is done to it.
    pub action: DataAction,
}

/// What a [`DataChange`] does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DataAction {
    /// INSERT, REPLACE
    Insert(Insert),
    /// UPDATE
    Update {
        /// `IGNORE`
        ignore: bool,
        /// What is set, in order.
        set: Vec<(SmolStr, Expression)>,
        /// `WHERE`
        condition: Option<Expression>,
        /// `LIMIT`
        limit: Option<u64>,
    },
    /// DELETE
    Delete {
        /// `WHERE`
        condition: Option<Expression>,
        /// `LIMIT`
        limit: Option<u64>,
    },
    /// TRUNCATE
    Truncate,
}

/// INSERT, REPLACE
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Insert {
    /// `REPLACE`
    pub replace: bool,
    /// `IGNORE`
    pub ignore: bool,
    /// The columns named, `None` for all in the table's order.
    pub columns: Option<Vec<SmolStr>>,
    /// The rows.
    pub rows: Vec<InsertRow>,
    /// `ON DUPLICATE KEY UPDATE`
    pub on_duplicate: Vec<(SmolStr, Expression)>,
}

/// One row of VALUES.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InsertRow {
    /// Where it stands.
    pub span: Span,
    /// Its values, in the order of the columns.
    pub values: Vec<Expression>,
}

/// A value or a condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expression {
    /// A text; it may be a stored credential.
    Text(Secret),
    /// A number as written.
    Number(SmolStr),
    /// `NULL`
    Null,
    /// `DEFAULT`
    Default,
    /// A column.
    Column(SmolStr),
    /// A function, upper case, with its arguments.
    Call(SmolStr, Vec<Expression>),
    /// `NOT`
    Not(Box<Expression>),
    /// `AND`
    All(Vec<Expression>),
    /// `OR`
    Any(Vec<Expression>),
    /// `=`, `<>`, `<`, …
    Compare(Comparison, Box<Expression>, Box<Expression>),
    /// `LIKE`
    Like(Box<Expression>, Box<Expression>),
    /// `IN (…)`
    In(Box<Expression>, Vec<Expression>),
    /// `IS NULL`
    IsNull(Box<Expression>),
}

/// A comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// `=`
    Equal,
    /// `<=>`
    Same,
    /// `<>`, `!=`
    Unequal,
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    Greater,
    /// `>=`
    AtLeast,
}

impl StatementKind {
    /// Names the database `mysql` where a statement on tables counts on it being selected.
    pub(in crate::syntax) fn name_mysql(&mut self) {
        let qualify = |name: &mut QualifiedName| {
            name.db.get_or_insert_with(|| "mysql".into());
        };
        match self {
            Self::Data(change) => qualify(&mut change.table),
            Self::Schema(SchemaChange::CreateTable { name, .. } | SchemaChange::CreateView { name, .. }) => {
                qualify(name)
            }
            Self::Schema(SchemaChange::DropTables { names, .. }) => names.iter_mut().for_each(qualify),
            _ => {}
        }
    }
}

impl SchemaChange {
    /// It makes or drops tables in the database `mysql`.
    pub fn is_of_mysql(&self) -> bool {
        let own = |name: &QualifiedName| name.db.as_ref().is_some_and(|db| db.eq_ignore_ascii_case("mysql"));
        match self {
            Self::CreateTable { name, .. } | Self::CreateView { name, .. } => own(name),
            Self::DropTables { names, .. } => !names.is_empty() && names.iter().all(own),
            _ => false,
        }
    }
}
