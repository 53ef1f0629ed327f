//! Objects by the numbers that a table has for their names: found once, asked about often.

use super::DecisionTable;
use super::field::Field;
use crate::client::Object;
use crate::syntax::statement::ObjectKind;
use std::borrow::Cow;

/// An object as a table knows it: what [`Session::may_on`](super::Session::may_on) asks about.
#[derive(Debug, Clone)]
pub struct ObjectIds<'o> {
    /// The database's name as rows are compared with it; empty for `*.*`.
    pub(super) db_name: Cow<'o, str>,
    /// The number of the database, where a row has its very text.
    pub(super) db: Option<u64>,
    /// What it is, below a database.
    pub(super) below: Below<'o>,
    /// It is `*.*`.
    pub(super) global: bool,
    /// It lies in a schema that the server has rules of its own for.
    pub(super) internal: bool,
}

/// What an object is, below a database; with the number of its name, where a row has that.
#[derive(Debug, Clone, Copy)]
pub(super) enum Below<'o> {
    /// The database itself.
    Nothing,
    /// A table.
    Table(Option<u64>),
    /// A column of it.
    Column(Option<u64>, &'o str),
    /// A routine.
    Routine(ObjectKind, Option<u64>),
}

impl DecisionTable {
    /// The numbers of an object's names. They are those of this table and mean nothing in another.
    pub fn find_object<'o>(&self, on: &'o Object) -> ObjectIds<'o> {
        let object = |name: &str| self.number(Field::NameObject, name);
        let (db, below) = match on {
            Object::Global => ("", Below::Nothing),
            Object::Database(db) => (db.as_str(), Below::Nothing),
            Object::Table(db, table) => (db.as_str(), Below::Table(object(&self.folded(table)))),
            Object::Column(db, table, column) => {
                (db.as_str(), Below::Column(object(&self.folded(table)), column.as_str()))
            }
            Object::Routine(kind, db, name) => (db.as_str(), Below::Routine(*kind, object(&name.to_lowercase()))),
        };
        let internal = self.known.server.internal_schema(db).is_some();
        let db_name = self.folded(db);
        let db = self.number(Field::NameDb, &db_name);
        ObjectIds { db_name, db, below, global: *on == Object::Global, internal }
    }

    /// A name as rows are compared with it.
    fn folded<'n>(&self, name: &'n str) -> Cow<'n, str> {
        if self.known.lower_case { Cow::Owned(name.to_lowercase()) } else { Cow::Borrowed(name) }
    }

    /// The number of a text in a dictionary, by the column that has it for each name.
    fn number(&self, numbers: Field, text: &str) -> Option<u64> {
        self.find_name(text).and_then(|name| self.value(numbers, name as usize).checked_sub(1))
    }
}
