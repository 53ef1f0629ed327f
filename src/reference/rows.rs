//! The rows of a table by their user names, so that a question does not go through those of all others.

use crate::name::Symbol;
use crate::tables::GrantTables;
use crate::tables::row::{DbRow, Restriction, RoleEdge, RoutineRow, TableRow};
use std::collections::BTreeMap;

/// The rows of one table with their places, by user name.
#[derive(Debug)]
pub struct ByUser<'p, R>(BTreeMap<Symbol, Vec<(u32, &'p R)>>);

/// The tables in which rows are looked for by user name.
#[derive(Debug)]
pub struct Rows<'p> {
    /// `db`
    pub dbs: ByUser<'p, DbRow>,
    /// `tables_priv`
    pub tables: ByUser<'p, TableRow>,
    /// `procs_priv`
    pub routines: ByUser<'p, RoutineRow>,
    /// What is withheld in databases (M7.60).
    pub restrictions: ByUser<'p, Restriction>,
    /// `role_edges`, by the user name of whom the role is granted to.
    pub role_edges: ByUser<'p, RoleEdge>,
}

impl<'p> Rows<'p> {
    pub(super) fn of(tables: &'p GrantTables) -> Self {
        Self {
            dbs: ByUser::of(tables.dbs.iter().map(|(at, key, row)| (at, key.0.user, row))),
            tables: ByUser::of(tables.tables.iter().map(|(at, key, row)| (at, key.0.user, row))),
            routines: ByUser::of(tables.routines.iter().map(|(at, key, row)| (at, key.0.user, row))),
            restrictions: ByUser::of(tables.restrictions.iter().map(|(at, key, row)| (at, key.0.user, row))),
            role_edges: ByUser::of(tables.role_edges.iter().map(|(at, _, row)| (at, row.to.user, row))),
        }
    }
}

impl<'p, R> ByUser<'p, R> {
    fn of(rows: impl Iterator<Item = (u32, Symbol, &'p R)>) -> Self {
        let mut by_user: BTreeMap<Symbol, Vec<(u32, &'p R)>> = BTreeMap::new();
        for (at, user, row) in rows {
            by_user.entry(user).or_default().push((at, row));
        }
        Self(by_user)
    }

    /// The rows of these user names, in order of place.
    pub fn named(&self, users: impl IntoIterator<Item = Symbol>) -> Vec<(u32, &'p R)> {
        let lists = users.into_iter().filter_map(|user| self.0.get(&user));
        let mut rows: Vec<(u32, &'p R)> = lists.flatten().copied().collect();
        rows.sort_by_key(|(at, _)| *at);
        rows.dedup_by_key(|(at, _)| *at);
        rows
    }
}
