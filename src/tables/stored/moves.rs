//! What statements by hand do to the rows of `mysql.db` and `roles_mapping` on disk, where a load reads them (M3.11).

use super::load::Load;
use super::{Stored, StoredRow};
use crate::name::Symbol;
use crate::server::grant_tables::GrantTable;
use crate::tables::GrantTables;
use crate::tables::memory::Move;
use crate::tables::row::AccountKey;

/// What was done to rows of two tables, whose keys are those that a load reads.
#[derive(Debug, Default)]
pub struct Moves {
    /// `mysql.db`
    pub dbs: Vec<Move<(AccountKey, Symbol)>>,
    /// `mysql.roles_mapping`
    pub mappings: Vec<Move<(AccountKey, AccountKey)>>,
}

impl Stored {
    /// Notes what a statement does, where somebody follows it.
    pub(super) fn note(&mut self, table: GrantTable, done: impl FnOnce() -> Move<StoredRow>) {
        if let (Some(moves), GrantTable::Db | GrantTable::RolesMapping) = (&mut self.moves, table) {
            moves.push((table, done()));
        }
    }

    /// What was noted since it was last taken.
    pub fn take_moves(&mut self, tables: &mut GrantTables) -> Moves {
        let noted = self.moves.as_mut().map(std::mem::take).unwrap_or_default();
        let mut moves = Moves::default();
        for (table, done) in noted {
            let Some(rows) = self.tables.get(&table) else { continue };
            let mut load = Load::new(self, tables);
            match table {
                GrantTable::Db => moves.dbs.push(done.map(|row| load.db_key(rows, row))),
                _ => moves.mappings.push(done.map(|row| load.mapping_key(rows, row))),
            }
        }
        moves
    }
}
