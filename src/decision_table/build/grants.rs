//! The rows of `db`, `tables_priv`, `columns_priv` and `procs_priv`.

use super::super::field::{Field, kind_number};
use super::super::precedence::{Contender, Contest};
use super::{Build, Numbers};
use crate::name::Symbol;
use crate::tables::ArrayOrder;
use crate::tables::row::{AccountKey, DbRow, RoutineRow, RowId, Table, TableRow};
use rayon::prelude::*;
use std::cmp::Ordering;

/// One row on its way to its place.
pub(super) struct Entry<R> {
    /// The number of its user.
    pub user: u64,
    /// Its place in its store.
    pub at: u32,
    /// Its place in the order of creation, without holes.
    pub birth: u64,
    /// What its precedence depends on.
    pub contender: Contender,
    /// The row.
    pub row: R,
}

/// The end of each user's rows, which are sorted by user.
pub(super) fn ends<R>(users: usize, entries: &[Entry<R>]) -> Vec<u64> {
    let mut ends = vec![0; users];
    for entry in entries {
        if let Some(slot) = ends.get_mut(entry.user as usize) {
            *slot += 1;
        }
    }
    let mut sum = 0;
    for end in &mut ends {
        sum += *end;
        *end = sum;
    }
    ends
}

/// For each row, how many rows of the empty user come before it; and whether one of them ties with a named one.
pub(super) fn after<R: Sync>(
    entries: &[Entry<R>],
    anonymous: &[Entry<R>],
    compare: impl Fn(&Entry<R>, &Entry<R>) -> Ordering + Sync,
) -> (Vec<u64>, bool) {
    if anonymous.is_empty() {
        return (vec![0; entries.len()], false);
    }
    let before = |entry: &Entry<R>| anonymous.partition_point(|other| compare(other, entry).is_lt());
    let places: Vec<u64> = entries.par_iter().map(|entry| before(entry) as u64).collect();
    let tied = |(entry, place): (&Entry<R>, &u64)| {
        !entry.contender.anonymous && anonymous.get(*place as usize).is_some_and(|other| compare(other, entry).is_eq())
    };
    let mixed = entries.iter().zip(&places).any(tied);
    (places, mixed)
}

/// The rows of the empty user, which sort first.
pub(super) fn anonymous<'e, R>(build: &Build<'_>, entries: &'e [Entry<R>]) -> &'e [Entry<R>] {
    let named = entries.partition_point(|entry| build.users.names.get(entry.user as usize) == Some(&0));
    entries.get(..named).unwrap_or_default()
}

/// 1 for each row that ties with the one before it.
pub(super) fn ties<R>(entries: &[Entry<R>], tie: impl Fn(&Entry<R>, &Entry<R>) -> bool) -> Vec<u64> {
    let tied = entries.windows(2).map(|pair| match pair {
        [before, entry] => u64::from(before.user == entry.user && tie(before, entry)),
        _ => 0,
    });
    std::iter::once(0).take(entries.len()).chain(tied).collect()
}

impl<'p> Build<'p> {
    fn entry<R>(
        &self,
        (birth, at): (usize, u32),
        key: AccountKey,
        rank: crate::server::ordering::Rank,
        row: R,
    ) -> Entry<R> {
        let contender = Contender { rank, anonymous: key.user == Symbol::EMPTY };
        Entry { user: self.users.get(key.user), at, birth: birth as u64, contender, row }
    }

    /// The places of two rows among rows of equal rank.
    fn places(&self, one: (RowId, [Symbol; 4]), other: (RowId, [Symbol; 4]), order: &ArrayOrder) -> Option<Ordering> {
        Some(self.index.place(one.0, one.1, order)?.cmp(&self.index.place(other.0, other.1, order)?))
    }

    fn compare_dbs(&self, one: &Entry<&DbRow>, other: &Entry<&DbRow>) -> Ordering {
        self.precedence.compare(Contest::Databases, one.contender, other.contender, || {
            let key = |entry: &Entry<&DbRow>| {
                let row = entry.row;
                (RowId { table: Table::Db, index: entry.at }, [row.key.host, row.key.user, row.db, Symbol::EMPTY])
            };
            self.places(key(one), key(other), &self.tables.db_order)
        })
    }

    /// `mysql.db`
    pub(super) fn databases(&mut self) {
        let tables = self.tables;
        let all: Vec<(u32, &DbRow)> = tables.dbs.iter().map(|(at, _, row)| (at, row)).collect();
        let mut entries: Vec<Entry<&DbRow>> = all
            .into_par_iter()
            .enumerate()
            .map(|(birth, (at, row))| {
                let was = tables.ranked_as.dbs.get(&(row.key, row.db)).copied().unwrap_or(row.key);
                let (user, host) = tables.account_text(row.key);
                let rank =
                    tables.server.renamed_db_rank(user, host, tables.names.text(row.db), tables.account_text(was));
                self.entry((birth, at), row.key, rank, row)
            })
            .collect();
        entries.par_sort_unstable_by(|a, b| {
            a.user.cmp(&b.user).then_with(|| self.compare_dbs(a, b)).then(a.birth.cmp(&b.birth))
        });
        let (after, mixed) = after(&entries, anonymous(self, &entries), |a, b| self.compare_dbs(a, b));
        let ties = ties(&entries, |a, b| self.compare_dbs(a, b).is_eq());
        let dbs = Numbers::of(tables.names.len(), self.db_names());
        self.out.values(Field::DbName, &dbs.names);
        let pattern = |name: &u64| {
            let text = tables.names.text(Symbol(*name as u32));
            u64::from(text.contains(['%', '_', '\\']))
        };
        self.out.values(Field::DbPattern, &dbs.names.iter().map(pattern).collect::<Vec<_>>());
        self.out.values(Field::UserDbs, &ends(self.users.names.len(), &entries));
        self.mixed_ties |= mixed;
        self.out.values(Field::DbAfter, &after);
        self.out.values(Field::DbTie, &ties);
        let column = |of: &dyn Fn(&Entry<&DbRow>) -> u64| -> Vec<u64> { entries.iter().map(of).collect() };
        self.out.values(Field::DbHost, &column(&|e| self.hosts.get(e.row.key.host)));
        self.out.values(Field::DbDb, &column(&|e| dbs.get(e.row.db)));
        self.out.values(Field::DbBirth, &column(&|e| e.birth));
        if let Some(held) = self.index.held_dbs() {
            let place = |e: &Entry<&DbRow>| held.get(&e.at).map_or(0, |place| u64::from(*place) + 1);
            self.out.values(Field::DbHeld, &column(&place));
        }
        let masks: Vec<u64> = entries.iter().map(|e| self.mask(e.row.privileges)).collect();
        self.out.values(Field::DbMask, &masks);
        let origins: Vec<u64> = entries.iter().map(|e| self.origin(&e.row.origin, e.row.privileges)).collect();
        self.out.values(Field::DbOrigin, &origins);
        let was = |e: &Entry<&DbRow>| tables.ranked_as.dbs.get(&(e.row.key, e.row.db)).copied();
        let ranked: Vec<u64> = entries.iter().map(|e| self.ranked_as(was(e))).collect();
        self.out.values(Field::DbRanked, &ranked);
        self.db_numbers = dbs;
    }

    /// Every database text that rows of `db`, `tables_priv` and `procs_priv` have.
    fn db_names(&self) -> impl Iterator<Item = Symbol> + use<'p> {
        let tables = self.tables;
        let dbs = tables.dbs.iter().map(|(_, key, _)| key.1);
        let objects = tables.tables.iter().map(|(_, key, _)| key.1);
        dbs.chain(objects).chain(tables.routines.iter().map(|(_, key, _)| key.2))
    }

    fn compare_tables(&self, one: &Entry<&TableRow>, other: &Entry<&TableRow>) -> Ordering {
        self.precedence.compare(Contest::Tables, one.contender, other.contender, || {
            let key = |entry: &Entry<&TableRow>| {
                let row = entry.row;
                (RowId { table: Table::TablesPriv, index: entry.at }, [row.key.host, row.key.user, row.db, row.table])
            };
            self.places(key(one), key(other), &self.tables.table_order)
        })
    }

    /// `tables_priv` and `columns_priv`
    pub(super) fn objects(&mut self) {
        let tables = self.tables;
        let all: Vec<(u32, &TableRow)> = tables.tables.iter().map(|(at, _, row)| (at, row)).collect();
        let mut entries: Vec<Entry<&TableRow>> = all
            .into_par_iter()
            .enumerate()
            .map(|(birth, (at, row))| {
                let (user, host) = tables.account_text(row.key);
                let rank = tables.server.object_rank(user, host, tables.names.text(row.db));
                self.entry((birth, at), row.key, rank, row)
            })
            .collect();
        let object = |e: &Entry<&TableRow>| (e.user, e.row.db, e.row.table);
        entries.par_sort_unstable_by(|a, b| {
            object(a).cmp(&object(b)).then_with(|| self.compare_tables(a, b)).then(a.birth.cmp(&b.birth))
        });
        let ties = ties(&entries, |a, b| object(a) == object(b) && self.compare_tables(a, b).is_eq());
        let names = tables.tables.iter().map(|(_, key, _)| key.2);
        let objects = Numbers::of(tables.names.len(), names.chain(tables.routines.iter().map(|(_, key, _)| key.3)));
        self.out.values(Field::ObjectName, &objects.names);
        self.out.values(Field::UserTables, &ends(self.users.names.len(), &entries));
        self.out.values(Field::TableTie, &ties);
        let column = |of: &dyn Fn(&Entry<&TableRow>) -> u64| -> Vec<u64> { entries.iter().map(of).collect() };
        self.out.values(Field::TableHost, &column(&|e| self.hosts.get(e.row.key.host)));
        self.out.values(Field::TableDb, &column(&|e| self.db_numbers.get(e.row.db)));
        self.out.values(Field::TableObject, &column(&|e| objects.get(e.row.table)));
        self.out.values(Field::TableBirth, &column(&|e| e.birth));
        let masks: Vec<u64> = entries.iter().map(|e| self.mask(e.row.privileges)).collect();
        self.out.values(Field::TableMask, &masks);
        let origins: Vec<u64> = entries.iter().map(|e| self.origin(&e.row.origin, e.row.privileges)).collect();
        self.out.values(Field::TableOrigin, &origins);
        self.object_numbers = objects;
        self.columns(&entries);
    }

    /// `columns_priv`, each row beside its table's.
    fn columns(&mut self, entries: &[Entry<&TableRow>]) {
        let tables = self.tables;
        let columns = || entries.iter().flat_map(|e| &e.row.columns);
        let mut end = 0;
        let ends: Vec<u64> = entries
            .iter()
            .map(|e| {
                end += e.row.columns.len() as u64;
                end
            })
            .collect();
        self.out.values(Field::TableColumns, &ends);
        let names = Numbers::of(tables.names.len(), columns().map(|column| column.column));
        self.out.values(Field::ColumnName, &names.names);
        self.out.values(Field::ColumnColumn, &columns().map(|c| names.get(c.column)).collect::<Vec<_>>());
        let mut births: Vec<u32> = columns().map(|column| column.index).collect();
        births.sort_unstable();
        let birth = |index: u32| births.partition_point(|other| *other < index) as u64;
        self.out.values(Field::ColumnBirth, &columns().map(|c| birth(c.index)).collect::<Vec<_>>());
        let masks: Vec<u64> = columns().map(|c| self.mask(c.privileges)).collect();
        self.out.values(Field::ColumnMask, &masks);
        let origins: Vec<u64> = columns().map(|c| self.origin(&c.origin, c.privileges)).collect();
        self.out.values(Field::ColumnOrigin, &origins);
    }

    fn compare_routines(&self, one: &Entry<&RoutineRow>, other: &Entry<&RoutineRow>) -> Ordering {
        self.precedence.compare(Contest::Routines, one.contender, other.contender, || {
            let key = |entry: &Entry<&RoutineRow>| {
                let row = entry.row;
                (RowId { table: Table::ProcsPriv, index: entry.at }, [row.key.host, row.key.user, row.db, row.routine])
            };
            self.places(key(one), key(other), &self.tables.routine_order)
        })
    }

    /// `procs_priv`
    pub(super) fn routines(&mut self) {
        let tables = self.tables;
        let all: Vec<(u32, &RoutineRow)> = tables.routines.iter().map(|(at, _, row)| (at, row)).collect();
        let mut entries: Vec<Entry<&RoutineRow>> = all
            .into_iter()
            .enumerate()
            .map(|(birth, (at, row))| {
                let (user, host) = tables.account_text(row.key);
                let rank = tables.server.object_rank(user, host, tables.names.text(row.db));
                self.entry((birth, at), row.key, rank, row)
            })
            .collect();
        let object = |e: &Entry<&RoutineRow>| (e.user, kind_number(e.row.kind), e.row.db, e.row.routine);
        entries.sort_by(|a, b| {
            object(a).cmp(&object(b)).then_with(|| self.compare_routines(a, b)).then(a.birth.cmp(&b.birth))
        });
        let ties = ties(&entries, |a, b| object(a) == object(b) && self.compare_routines(a, b).is_eq());
        self.out.values(Field::UserRoutines, &ends(self.users.names.len(), &entries));
        self.out.values(Field::RoutineTie, &ties);
        let column = |of: &dyn Fn(&Entry<&RoutineRow>) -> u64| -> Vec<u64> { entries.iter().map(of).collect() };
        self.out.values(Field::RoutineHost, &column(&|e| self.hosts.get(e.row.key.host)));
        self.out.values(Field::RoutineDb, &column(&|e| self.db_numbers.get(e.row.db)));
        self.out.values(Field::RoutineObject, &column(&|e| self.object_numbers.get(e.row.routine)));
        self.out.values(Field::RoutineKind, &column(&|e| kind_number(e.row.kind)));
        self.out.values(Field::RoutineBirth, &column(&|e| e.birth));
        let masks: Vec<u64> = entries.iter().map(|e| self.mask(e.row.privileges)).collect();
        self.out.values(Field::RoutineMask, &masks);
        let origins: Vec<u64> = entries.iter().map(|e| self.origin(&e.row.origin, e.row.privileges)).collect();
        self.out.values(Field::RoutineOrigin, &origins);
    }
}
