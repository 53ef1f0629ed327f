//! What exists: databases, tables with their columns, views, routines, triggers, events.
//!
//! A schema is *told* when the policy (or `--schema`) creates any object; until then every
//! object that is asked about is taken to exist (contract §1).

use super::row::AccountKey;
use crate::name::Symbol;
use crate::source::Span;
use crate::syntax::statement::ObjectKind;
use rustc_hash::FxHashMap;

/// The objects that a policy tells of. Names are lower case where the server's own are
/// (`lower_case_table_names`), else as written.
#[derive(Debug, Clone, Default)]
pub struct Schema {
    /// Databases, and whether one was ever created.
    pub databases: FxHashMap<Symbol, Option<Span>>,
    /// Tables and views.
    pub tables: FxHashMap<(Symbol, Symbol), TableObject>,
    /// Routines; the name is lower case.
    pub routines: FxHashMap<(ObjectKind, Symbol, Symbol), StoredObject>,
    /// Triggers by (database, name), with their table.
    pub triggers: FxHashMap<(Symbol, Symbol), (Symbol, StoredObject)>,
    /// Events by (database, name).
    pub events: FxHashMap<(Symbol, Symbol), StoredObject>,
}

/// A table or view.
#[derive(Debug, Clone)]
pub struct TableObject {
    /// Its columns in order; `None` when they are not known.
    pub columns: Option<Vec<Symbol>>,
    /// What makes it a view.
    pub view: Option<View>,
    /// Where it was created.
    pub span: Option<Span>,
}

/// What a view runs and as whom.
#[derive(Debug, Clone)]
pub struct View {
    /// Whose privileges count, unless `invoker`.
    pub definer: AccountKey,
    /// `SQL SECURITY INVOKER`
    pub invoker: bool,
    /// The SELECT behind AS.
    pub select: String,
}

/// A routine, trigger or event: as whom it runs.
#[derive(Debug, Clone)]
pub struct StoredObject {
    /// Whose privileges count, unless `invoker`.
    pub definer: AccountKey,
    /// `SQL SECURITY INVOKER`
    pub invoker: bool,
    /// Where it was created.
    pub span: Option<Span>,
}

impl Schema {
    /// True when the policy tells of no object at all: then everything asked about exists.
    pub fn is_untold(&self) -> bool {
        self.databases.is_empty() && self.tables.is_empty() && self.routines.is_empty()
    }

    /// True when the policy tells what is in that database.
    pub fn tells_database(&self, db: Symbol) -> bool {
        self.databases.contains_key(&db) || self.tables.keys().any(|(d, _)| *d == db)
    }

    /// The columns of a table, where they are known.
    pub fn columns(&self, db: Symbol, table: Symbol) -> Option<&[Symbol]> {
        self.tables.get(&(db, table)).and_then(|t| t.columns.as_deref())
    }
}
