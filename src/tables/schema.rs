//! What exists: databases, tables with their columns, views, routines, triggers, events.
//!
//! A schema is *told* when the policy (or `--schema`) creates any object; until then every
//! object that is asked about is taken to exist (contract §1).

use super::row::AccountKey;
use crate::name::Symbol;
use crate::source::Span;
use crate::syntax::statement::ObjectKind;
use rustc_hash::{FxHashMap, FxHashSet};

/// The objects that a policy tells of. Names are lower case where the server's own are
/// (`lower_case_table_names`), else as written.
#[derive(Debug, Clone, Default)]
pub struct Schema {
    /// Databases, and whether one was ever created.
    pub databases: FxHashMap<Symbol, Option<Span>>,
    /// Databases that were dropped: known not to exist unless they are in `databases` again.
    pub dropped_databases: FxHashSet<Symbol>,
    /// Databases in which some routine was ever created.
    pub routine_databases: FxHashSet<Symbol>,
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
        self.databases.contains_key(&db) || self.dropped_databases.contains(&db)
    }

    /// True when the policy tells that the database was dropped and not made again.
    pub fn is_dropped(&self, db: Symbol) -> bool {
        self.dropped_databases.contains(&db) && !self.databases.contains_key(&db)
    }

    /// True when the policy tells which routines that database has: it created the database, or a
    /// routine in it. A dump without routines tells of tables only.
    pub fn tells_routines(&self, db: Symbol) -> bool {
        self.databases.get(&db).is_some_and(Option::is_some)
            || self.routine_databases.contains(&db)
            || self.dropped_databases.contains(&db)
    }

    /// The columns of a table, where they are known.
    pub fn columns(&self, db: Symbol, table: Symbol) -> Option<&[Symbol]> {
        self.tables.get(&(db, table)).and_then(|t| t.columns.as_deref())
    }
}
