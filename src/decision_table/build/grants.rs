//! The rows of `db`, `tables_priv`, `columns_priv` and `procs_priv`.

use super::super::field::{Field, kind_number};
use super::super::precedence::{Contender, Contest};
use super::{Build, Numbers};
use crate::name::Symbol;
use crate::server::catalogue::PrivilegeSet;
use crate::server::ordering::Rank;
use crate::tables::ArrayOrder;
use crate::tables::row::{AccountKey, DbRow, Origin, RoutineRow, RowId, Table, TableRow};
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

/// What is copied of rows of `db`, `tables_priv` and `procs_priv`: they are sorted, and going back to each of them in that
/// order would wait for memory every time.
struct GrantRow<'p> {
    key: AccountKey,
    /// The number of the kind of routine; 0 for the others.
    kind: u64,
    db: Symbol,
    /// The table or routine; empty for a database.
    object: Symbol,
    privileges: PrivilegeSet,
    origin: &'p Origin,
    /// See [`Build::plain_origin`].
    plain_origin: Option<u64>,
}

/// One of these two tables: how its rows are ordered, and its columns.
struct ObjectTable<'p> {
    contest: Contest,
    table: Table,
    order: &'p ArrayOrder,
    ends: Field,
    tie: Field,
    host: Field,
    db: Field,
    object: Field,
    birth: Field,
    mask: Field,
    origin: Field,
}

/// The ends of lists of these lengths, one behind the other.
pub(super) fn ends_of(lengths: impl Iterator<Item = usize>) -> Vec<u64> {
    let mut end = 0;
    let summed = lengths.map(|length| {
        end += length as u64;
        end
    });
    summed.collect()
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
    fn entry(&self, (birth, at): (usize, u32), rank: Rank, row: GrantRow<'p>) -> Entry<GrantRow<'p>> {
        let contender = Contender { rank, anonymous: row.key.user == Symbol::EMPTY };
        Entry { user: self.users.get(row.key.user), at, birth: birth as u64, contender, row }
    }

    /// The statements behind each row.
    fn origins(&mut self, field: Field, entries: &[Entry<GrantRow<'_>>]) {
        let origin = |Entry { row, .. }: &Entry<GrantRow<'_>>| {
            row.plain_origin.unwrap_or_else(|| self.origin(row.origin, row.privileges))
        };
        let origins: Vec<u64> = entries.iter().map(origin).collect();
        self.out.values(field, &origins);
    }

    /// The places of two rows among rows of equal rank.
    fn places(&self, one: (RowId, [Symbol; 4]), other: (RowId, [Symbol; 4]), order: &ArrayOrder) -> Option<Ordering> {
        Some(self.index.place(one.0, one.1, order)?.cmp(&self.index.place(other.0, other.1, order)?))
    }

    fn compare_dbs(&self, one: &Entry<GrantRow<'_>>, other: &Entry<GrantRow<'_>>) -> Ordering {
        self.precedence.compare(Contest::Databases, one.contender, other.contender, || {
            let key = |entry: &Entry<GrantRow<'_>>| {
                let row = &entry.row;
                (RowId { table: Table::Db, index: entry.at }, [row.key.host, row.key.user, row.db, Symbol::EMPTY])
            };
            self.places(key(one), key(other), &self.tables.db_order)
        })
    }

    /// `mysql.db`
    pub(super) fn databases(&mut self) {
        let tables = self.tables;
        let all: Vec<(u32, &DbRow)> = tables.dbs.iter().map(|(at, _, row)| (at, row)).collect();
        let made = all.into_par_iter().enumerate().map(|(birth, (at, row))| {
            let DbRow { key, db, privileges, ref origin } = *row;
            let was = tables.ranked_as.dbs.get(&(key, db)).copied().unwrap_or(key);
            let (user, host) = tables.account_text(key);
            let rank = tables.server.renamed_db_rank(user, host, tables.names.text(db), tables.account_text(was));
            let plain_origin = self.plain_origin(origin, privileges);
            let row = GrantRow { key, kind: 0, db, object: Symbol::EMPTY, privileges, origin, plain_origin };
            self.entry((birth, at), rank, row)
        });
        let mut entries: Vec<Entry<GrantRow<'p>>> = made.collect();
        entries.par_sort_unstable_by(|a, b| {
            a.user.cmp(&b.user).then_with(|| self.compare_dbs(a, b)).then(a.birth.cmp(&b.birth))
        });
        let (after, mixed) = after(&entries, anonymous(self, &entries), |a, b| self.compare_dbs(a, b));
        let ties = ties(&entries, |a, b| self.compare_dbs(a, b).is_eq());
        let dbs = Numbers::of(tables.names.len(), self.db_names());
        self.out.values(Field::DbName, &dbs.names);
        self.out.values(Field::NameDb, &dbs.by_name());
        let pattern = |name: &u64| {
            let text = tables.names.text(Symbol(*name as u32));
            u64::from(text.contains(['%', '_', '\\']))
        };
        self.out.values(Field::DbPattern, &dbs.names.iter().map(pattern).collect::<Vec<_>>());
        self.out.values(Field::UserDbs, &ends(self.users.names.len(), &entries));
        self.mixed_ties |= mixed;
        self.out.values(Field::DbAfter, &after);
        self.out.values(Field::DbTie, &ties);
        let column =
            |of: &(dyn Fn(&Entry<GrantRow<'_>>) -> u64 + Sync)| -> Vec<u64> { entries.par_iter().map(of).collect() };
        self.out.values(Field::DbHost, &column(&|e| self.hosts.get(e.row.key.host)));
        self.out.values(Field::DbDb, &column(&|e| dbs.get(e.row.db)));
        self.out.values(Field::DbBirth, &column(&|e| e.birth));
        if let Some(held) = self.index.held_dbs() {
            let place = |e: &Entry<GrantRow<'_>>| held.get(&e.at).map_or(0, |place| u64::from(*place) + 1);
            self.out.values(Field::DbHeld, &column(&place));
        }
        let masks: Vec<u64> = entries.iter().map(|e| self.mask(e.row.privileges)).collect();
        self.out.values(Field::DbMask, &masks);
        self.origins(Field::DbOrigin, &entries);
        let was = |e: &Entry<GrantRow<'_>>| tables.ranked_as.dbs.get(&(e.row.key, e.row.db)).copied();
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

    /// Rows of equal rank and object by where the server holds them.
    fn compare_objects(
        &self,
        of: &ObjectTable<'_>,
        one: &Entry<GrantRow<'_>>,
        other: &Entry<GrantRow<'_>>,
    ) -> Ordering {
        self.precedence.compare(of.contest, one.contender, other.contender, || {
            let key = |entry: &Entry<GrantRow<'_>>| {
                let row = &entry.row;
                (RowId { table: of.table, index: entry.at }, [row.key.host, row.key.user, row.db, row.object])
            };
            self.places(key(one), key(other), of.order)
        })
    }

    /// `tables_priv` and `columns_priv`
    pub(super) fn objects(&mut self) {
        let tables = self.tables;
        let names = tables.tables.iter().map(|(_, key, _)| key.2);
        let objects = Numbers::of(tables.names.len(), names.chain(tables.routines.iter().map(|(_, key, _)| key.3)));
        self.out.values(Field::ObjectName, &objects.names);
        self.out.values(Field::NameObject, &objects.by_name());
        self.object_numbers = objects;
        let rows: Vec<(u32, &TableRow)> = tables.tables.iter().map(|(at, _, row)| (at, row)).collect();
        let rows = rows.into_par_iter().map(|(at, row)| {
            let TableRow { key, db, table: object, privileges, ref origin, .. } = *row;
            let plain_origin = self.plain_origin(origin, privileges);
            (at, GrantRow { key, kind: 0, db, object, privileges, origin, plain_origin })
        });
        let rows = rows.collect();
        let of = ObjectTable {
            contest: Contest::Tables,
            table: Table::TablesPriv,
            order: &tables.table_order,
            ends: Field::UserTables,
            tie: Field::TableTie,
            host: Field::TableHost,
            db: Field::TableDb,
            object: Field::TableObject,
            birth: Field::TableBirth,
            mask: Field::TableMask,
            origin: Field::TableOrigin,
        };
        let entries = self.object_rows(&of, rows);
        let rows: Vec<&TableRow> = entries.iter().filter_map(|entry| tables.tables.at(entry.at)).collect();
        let claimed = |row: &&TableRow| Some(row.claims.in_force).filter(|set| !set.is_empty());
        let claims: Vec<u64> = rows.iter().map(|row| claimed(row).map_or(0, |set| self.mask(set) + 1)).collect();
        self.out.values(Field::TableClaims, &claims);
        self.columns(&rows);
    }

    /// `procs_priv`
    pub(super) fn routines(&mut self) {
        let tables = self.tables;
        let rows = tables.routines.iter().map(|(at, _, row)| {
            let RoutineRow { key, db, routine: object, privileges, ref origin, kind } = *row;
            let (kind, plain_origin) = (kind_number(kind), self.plain_origin(origin, privileges));
            (at, GrantRow { key, kind, db, object, privileges, origin, plain_origin })
        });
        let rows = rows.collect();
        let of = ObjectTable {
            contest: Contest::Routines,
            table: Table::ProcsPriv,
            order: &tables.routine_order,
            ends: Field::UserRoutines,
            tie: Field::RoutineTie,
            host: Field::RoutineHost,
            db: Field::RoutineDb,
            object: Field::RoutineObject,
            birth: Field::RoutineBirth,
            mask: Field::RoutineMask,
            origin: Field::RoutineOrigin,
        };
        let entries = self.object_rows(&of, rows);
        self.out.values(Field::RoutineKind, &entries.iter().map(|entry| entry.row.kind).collect::<Vec<_>>());
    }

    /// Writes the rows of a table of objects, sorted by user and object, then in the order of precedence.
    fn object_rows(&mut self, of: &ObjectTable<'_>, rows: Vec<(u32, GrantRow<'p>)>) -> Vec<Entry<GrantRow<'p>>> {
        let tables = self.tables;
        let made = rows.into_par_iter().enumerate().map(|(birth, (at, row))| {
            let (user, host) = tables.account_text(row.key);
            let rank = tables.server.object_rank(user, host, tables.names.text(row.db));
            self.entry((birth, at), rank, row)
        });
        let mut entries: Vec<Entry<GrantRow<'p>>> = made.collect();
        let object = |e: &Entry<GrantRow<'_>>| (e.user, e.row.kind, e.row.db, e.row.object);
        entries.par_sort_unstable_by(|a, b| {
            object(a).cmp(&object(b)).then_with(|| self.compare_objects(of, a, b)).then(a.birth.cmp(&b.birth))
        });
        let ties = ties(&entries, |a, b| object(a) == object(b) && self.compare_objects(of, a, b).is_eq());
        self.out.values(of.ends, &ends(self.users.names.len(), &entries));
        self.out.values(of.tie, &ties);
        let column = |value: &(dyn Fn(&Entry<GrantRow<'_>>) -> u64 + Sync)| -> Vec<u64> {
            entries.par_iter().map(value).collect()
        };
        self.out.values(of.host, &column(&|e| self.hosts.get(e.row.key.host)));
        self.out.values(of.db, &column(&|e| self.db_numbers.get(e.row.db)));
        self.out.values(of.object, &column(&|e| self.object_numbers.get(e.row.object)));
        self.out.values(of.birth, &column(&|e| e.birth));
        let masks: Vec<u64> = entries.iter().map(|e| self.mask(e.row.privileges)).collect();
        self.out.values(of.mask, &masks);
        self.origins(of.origin, &entries);
        entries
    }

    /// `columns_priv`, each row beside its table's.
    fn columns(&mut self, rows: &[&TableRow]) {
        let tables = self.tables;
        let columns = || rows.iter().flat_map(|row| &row.columns);
        self.out.values(Field::TableColumns, &ends_of(rows.iter().map(|row| row.columns.len())));
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
}
