//! Rows on parts of what is asked about: who has the privilege there without having it on the whole.

use super::{Able, Wanted};
use crate::answer::AccountView;
use crate::answer::RowView;
use crate::answer::engine::Engine;
use crate::demand::{Demands, Need, On};
use crate::name::Symbol;
use crate::tables::row::{RowId, Table};
use std::collections::BTreeSet;

/// The rows that give what is asked for on tables, columns and routines within a database, or on columns of a table, of
/// accounts that nothing gives the whole.
pub(super) fn parts(engine: &Engine<'_>, demands: &Demands, able: &[Able]) -> Vec<RowView> {
    let whole: BTreeSet<&AccountView> =
        able.iter().flat_map(|able| able.rows.iter().map(|row| &row.account).chain([&able.account])).collect();
    let needs = demands.checks.iter().flat_map(|check| &check.needs);
    let mut rows: Vec<RowView> = needs.flat_map(|need| rows_within(engine, need)).collect();
    rows.retain(|row| !whole.contains(&row.account));
    rows
}

fn rows_within(engine: &Engine<'_>, need: &Need) -> Vec<RowView> {
    let (of_database, Some(wanted)) = (matches!(need.on, On::Database(_)), Wanted::of(engine, &need.on, &need.any_of))
    else {
        return Vec::new();
    };
    if !of_database && !matches!(need.on, On::Table(..)) {
        return Vec::new();
    }
    let tables = &engine.policy.tables;
    let is = |symbol: Symbol, name: &Option<String>| {
        name.as_ref().is_none_or(|name| tables.names.text(symbol).to_lowercase() == *name)
    };
    let of_table = |table, index| RowId { table, index };
    let mut found: Vec<RowId> = Vec::new();
    for (at, _, row) in tables.tables.iter().filter(|(_, _, row)| is(row.db, &wanted.db)) {
        if is(row.table, &wanted.object) {
            found.extend((of_database && wanted.gives(row.privileges)).then_some(of_table(Table::TablesPriv, at)));
            let columns = row.columns.iter().filter(|column| wanted.gives(column.privileges));
            found.extend(columns.map(|column| of_table(Table::ColumnsPriv, column.index)));
        }
    }
    let routines = tables.routines.iter().filter(|(_, _, row)| of_database && is(row.db, &wanted.db));
    let routines = routines.filter(|(_, _, row)| wanted.gives(row.privileges));
    found.extend(routines.map(|(at, ..)| of_table(Table::ProcsPriv, at)));
    let privilege = need.any_of.first().copied();
    found.into_iter().filter_map(|id| engine.row(id, privilege)).collect()
}
