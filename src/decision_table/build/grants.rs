//! The rows of `db`, `tables_priv`, `columns_priv` and `procs_priv`.

use super::super::field::{Field, kind_number};
use super::super::precedence::{Contender, Contest};
use super::order::{Entry, Stored, after, anonymous, columns, ends_of, sort_within_users, ties};
use super::{Build, Numbers};
use crate::name::Symbol;
use crate::server::catalogue::PrivilegeSet;
use crate::server::ordering::Rank;
use crate::tables::ArrayOrder;
use crate::tables::row::{AccountKey, DbRow, Origin, RoutineRow, RowId, Table, TableRow};
use rayon::prelude::*;
use std::cmp::Ordering;

/// What is copied of rows of `db`, `tables_priv` and `procs_priv`: they are sorted, and going back to each of them in that
/// order would wait for memory every time.
struct GrantRow<'p> {
    key: AccountKey,
    /// The number of the kind of routine; 0 for the others.
    kind: u32,
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
    tie: Field,
    host: Field,
    db: Field,
    object: Field,
    birth: Field,
    mask: Field,
    origin: Field,
}

impl<'p> Build<'p> {
    fn entry<R>(&self, stored: Stored<R>, rank: Rank, row: GrantRow<'p>) -> Entry<GrantRow<'p>> {
        let Stored { at, birth, user, .. } = stored;
        let contender = Contender { rank, anonymous: row.key.user == Symbol::EMPTY };
        Entry { user, at, birth, contender, row }
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
                let was = self.tables.ranked_as.db(row.key, row.db);
                (RowId { table: Table::Db, index: entry.at }, [was.host, was.user, row.db, Symbol::EMPTY])
            };
            self.places(key(one), key(other), &self.tables.db_order)
        })
    }

    /// `mysql.db`
    pub(super) fn databases(&mut self) {
        let tables = self.tables;
        let (rows, ends) = self.by_user(&tables.dbs);
        let made = rows.into_par_iter().map(|stored: Stored<&'p DbRow>| {
            let DbRow { key, db, privileges, ref origin } = *stored.row;
            let was = tables.ranked_as.db(key, db);
            let (user, host) = tables.account_text(key);
            let rank = tables.server.renamed_db_rank(user, host, tables.names.text(db), tables.account_text(was));
            let plain_origin = self.plain_origin(origin, privileges);
            let row = GrantRow { key, kind: 0, db, object: Symbol::EMPTY, privileges, origin, plain_origin };
            self.entry(stored, rank, row)
        });
        let mut entries: Vec<Entry<GrantRow<'p>>> = made.collect();
        sort_within_users(&mut entries, |a, b| self.compare_dbs(a, b));
        let (after, mixed) = after(&entries, anonymous(self, &entries), |a, b| self.compare_dbs(a, b));
        let ties = ties(&entries, |a, b| self.compare_dbs(a, b).is_eq());
        let dbs = Numbers::of(tables.names.len(), self.db_names());
        self.out.values(Field::DbName, &dbs.names);
        self.out.values(Field::NameDb, dbs.by_name());
        let pattern = |name: &u32| u32::from(tables.names.text(Symbol(*name)).contains(['%', '_', '\\']));
        self.out.values(Field::DbPattern, &dbs.names.iter().map(pattern).collect::<Vec<_>>());
        self.out.values(Field::UserDbs, &ends);
        self.mixed_ties |= mixed;
        self.out.values(Field::DbAfter, &after);
        self.out.values(Field::DbTie, &ties);
        self.out.extend(columns(
            &entries,
            &[
                (Field::DbHost, &|e| self.hosts.get(e.row.key.host)),
                (Field::DbDb, &|e| dbs.get(e.row.db)),
                (Field::DbBirth, &|e| e.birth),
            ],
        ));
        if let Some(held) = self.index.held_dbs() {
            self.out.extend(columns(&entries, &[(Field::DbHeld, &|e| held.get(&e.at).map_or(0, |place| *place + 1))]));
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
        self.out.values(Field::NameObject, objects.by_name());
        self.object_numbers = objects;
        let of = ObjectTable {
            contest: Contest::Tables,
            table: Table::TablesPriv,
            order: &tables.table_order,
            tie: Field::TableTie,
            host: Field::TableHost,
            db: Field::TableDb,
            object: Field::TableObject,
            birth: Field::TableBirth,
            mask: Field::TableMask,
            origin: Field::TableOrigin,
        };
        let (rows, ends) = self.by_user(&tables.tables);
        self.out.values(Field::UserTables, &ends);
        let entries = self.object_rows(&of, rows, |row: &'p TableRow| {
            let TableRow { key, db, table: object, privileges, ref origin, .. } = *row;
            GrantRow { key, kind: 0, db, object, privileges, origin, plain_origin: None }
        });
        let rows: Vec<&TableRow> = entries.iter().filter_map(|entry| tables.tables.at(entry.at)).collect();
        let claimed = |row: &&TableRow| Some(row.claims.in_force).filter(|set| !set.is_empty());
        let claims: Vec<u64> = rows.iter().map(|row| claimed(row).map_or(0, |set| self.mask(set) + 1)).collect();
        self.out.values(Field::TableClaims, &claims);
        self.columns(&rows);
    }

    /// `procs_priv`
    pub(super) fn routines(&mut self) {
        let tables = self.tables;
        let of = ObjectTable {
            contest: Contest::Routines,
            table: Table::ProcsPriv,
            order: &tables.routine_order,
            tie: Field::RoutineTie,
            host: Field::RoutineHost,
            db: Field::RoutineDb,
            object: Field::RoutineObject,
            birth: Field::RoutineBirth,
            mask: Field::RoutineMask,
            origin: Field::RoutineOrigin,
        };
        let (rows, ends) = self.by_user(&tables.routines);
        self.out.values(Field::UserRoutines, &ends);
        let entries = self.object_rows(&of, rows, |row: &'p RoutineRow| {
            let RoutineRow { key, db, routine: object, privileges, ref origin, kind } = *row;
            GrantRow { key, kind: kind_number(kind) as u32, db, object, privileges, origin, plain_origin: None }
        });
        self.out.values(Field::RoutineKind, &entries.iter().map(|entry| entry.row.kind).collect::<Vec<_>>());
    }

    /// Writes the rows of a table of objects, sorted by user and object, then in the order of precedence.
    fn object_rows<R: Copy + Send + Sync>(
        &mut self,
        of: &ObjectTable<'_>,
        rows: Vec<Stored<R>>,
        copied: impl Fn(R) -> GrantRow<'p> + Sync,
    ) -> Vec<Entry<GrantRow<'p>>> {
        let tables = self.tables;
        let made = rows.into_par_iter().map(|stored| {
            let row = copied(stored.row);
            let row = GrantRow { plain_origin: self.plain_origin(row.origin, row.privileges), ..row };
            let (user, host) = tables.account_text(row.key);
            let rank = tables.server.object_rank(user, host, tables.names.text(row.db));
            self.entry(stored, rank, row)
        });
        let mut entries: Vec<Entry<GrantRow<'p>>> = made.collect();
        let object = |e: &Entry<GrantRow<'_>>| (e.row.kind, e.row.db, e.row.object);
        sort_within_users(&mut entries, |a, b| object(a).cmp(&object(b)).then_with(|| self.compare_objects(of, a, b)));
        let ties = ties(&entries, |a, b| object(a) == object(b) && self.compare_objects(of, a, b).is_eq());
        self.out.values(of.tie, &ties);
        self.out.extend(columns(
            &entries,
            &[
                (of.host, &|e| self.hosts.get(e.row.key.host)),
                (of.db, &|e| self.db_numbers.get(e.row.db)),
                (of.object, &|e| self.object_numbers.get(e.row.object)),
                (of.birth, &|e| e.birth),
            ],
        ));
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
