//! The rows of `user`, `db`, `tables_priv`, `columns_priv` and `procs_priv`, put back in the order of creation.

use super::super::field::{Field, Scalar, kind_of};
use super::{Rebuild, written};
use crate::server::catalogue::{Privilege, PrivilegeSet};
use crate::tables::memory::Memory;
use crate::tables::row::{AccountKey, Claims, ColumnRow, DbRow, RoutineRow, TableRow};

/// A row: the number of its user, and its place in the table.
pub(super) type Row = (usize, usize);

/// A statement that gives these privileges.
fn grant(rebuild: &Rebuild<'_>, key: AccountKey, set: PrivilegeSet, column: Option<&str>, on: &str) -> String {
    let server = &rebuild.tables.server;
    let option = PrivilegeSet::of(Privilege::GRANT_OPTION);
    let of = column.map_or_else(String::new, |column| format!(" (`{column}`)"));
    let names: Vec<String> = set.minus(option).iter().map(|p| format!("{}{of}", server.privilege_name(p))).collect();
    let names = if names.is_empty() { "USAGE".to_owned() } else { names.join(", ") };
    let option = if set.contains(option) { " WITH GRANT OPTION" } else { "" };
    format!("GRANT {names} ON {on} TO {}{option}", written(&rebuild.tables, key))
}

impl Rebuild<'_> {
    pub(super) fn rows(&mut self) {
        let table = self.table;
        let births =
            |rows: &[Row], birth: Field| -> Vec<u64> { rows.iter().map(|(_, at)| table.value(birth, *at)).collect() };
        let rows = self.born(Field::UserAccounts, Field::AccountBirth);
        self.tables.array_order = self.order(Scalar::AccountOrder, births(&rows, Field::AccountBirth).into_iter());
        self.accounts(&rows);
        let rows = self.born(Field::UserDbs, Field::DbBirth);
        let born = births(&rows, Field::DbBirth);
        let loaded = born.iter().filter(|birth| **birth < table.scalar(Scalar::LoadedDbs)).count();
        self.tables.loaded_dbs = loaded as u32;
        self.tables.db_order = self.order(Scalar::DbOrder, born.into_iter());
        self.databases(&rows);
        let rows = self.born(Field::UserTables, Field::TableBirth);
        self.tables.table_order = self.order(Scalar::TableOrder, births(&rows, Field::TableBirth).into_iter());
        self.objects(&rows);
        let rows = self.born(Field::UserRoutines, Field::RoutineBirth);
        self.tables.routine_order = self.order(Scalar::RoutineOrder, births(&rows, Field::RoutineBirth).into_iter());
        self.routines(&rows);
        let all = |field| 0..table.count(field) as u64;
        self.tables.host_order = self.order(Scalar::HostOrder, all(Field::HostRowHost));
        self.tables.proxy_order = self.order(Scalar::ProxyOrder, all(Field::ProxyUser));
        self.rest();
    }

    /// The rows that are wanted, in the order of creation.
    fn born(&self, ends: Field, birth: Field) -> Vec<Row> {
        let table = self.table;
        let wanted = self.wanted.as_ref().filter(|wanted| !(wanted.all_accounts && ends == Field::UserAccounts));
        let users: Vec<usize> = match wanted {
            None => (0..table.count(ends)).collect(),
            Some(wanted) => wanted.users.iter().map(|user| *user as usize).collect(),
        };
        let mut rows: Vec<(u64, usize, usize)> = Vec::new();
        for user in users {
            rows.extend(table.list(ends, user).map(|at| (table.value(birth, at), user, at)));
        }
        if let Some(wanted) = wanted.filter(|_| ends == Field::UserAccounts) {
            rows.extend(wanted.accounts.iter().map(|at| (table.value(birth, *at), self.user_of(*at), *at)));
        }
        rows.sort_unstable();
        rows.dedup();
        rows.into_iter().map(|(_, user, at)| (user, at)).collect()
    }

    /// The number of the user of an account row.
    fn user_of(&self, at: usize) -> usize {
        let (mut low, mut high) = (0, self.table.count(Field::UserAccounts));
        while low < high {
            let middle = low.midpoint(high);
            if self.table.value(Field::UserAccounts, middle) as usize <= at { low = middle + 1 } else { high = middle }
        }
        low
    }

    pub(super) fn key_of(&self, user: usize, host: Field, at: usize) -> AccountKey {
        AccountKey {
            user: self.symbol(Field::UserName, user),
            host: self.table.numbered(Field::HostName, self.table.value(host, at)),
        }
    }

    /// The name that a row is still ranked by.
    pub(super) fn ranked(&self, field: Field, at: usize) -> Option<AccountKey> {
        let place = self.table.value(field, at).checked_sub(1)?;
        Some(self.table.key(Field::RankedUser, Field::RankedHost, place as usize))
    }

    fn databases(&mut self, rows: &[Row]) {
        let table = self.table;
        let mut held = Vec::new();
        for &(user, at) in rows {
            let key = self.key_of(user, Field::DbHost, at);
            let db = table.numbered(Field::DbName, table.value(Field::DbDb, at));
            let privileges = self.mask(Field::DbMask, at);
            let on = format!("`{}`.*", self.tables.names.text(db));
            let told = grant(self, key, privileges, None, &on);
            let origin = self.origin(table.value(Field::DbOrigin, at), privileges, |_| told.clone());
            if let Some(was) = self.ranked(Field::DbRanked, at) {
                self.tables.ranked_as.dbs.insert((key, db), was);
            }
            held.extend(table.value(Field::DbHeld, at).checked_sub(1).map(|place| (place, key, db)));
            self.tables.dbs.insert((key, db), DbRow { key, db, privileges, origin });
        }
        if table.scalar(Scalar::HeldKnown) == 1 {
            held.sort_unstable();
            self.tables.memory = Some(Memory::of_databases(held.into_iter().map(|(_, key, db)| (key, db))));
        }
    }

    fn objects(&mut self, rows: &[Row]) {
        let table = self.table;
        self.tables.next_column = table.count(Field::ColumnBirth) as u32;
        for &(user, at) in rows {
            let key = self.key_of(user, Field::TableHost, at);
            let db = table.numbered(Field::DbName, table.value(Field::TableDb, at));
            let name = table.numbered(Field::ObjectName, table.value(Field::TableObject, at));
            let privileges = self.mask(Field::TableMask, at);
            let on = format!("`{}`.`{}`", self.tables.names.text(db), self.tables.names.text(name));
            let told = grant(self, key, privileges, None, &on);
            let origin = self.origin(table.value(Field::TableOrigin, at), privileges, |_| told.clone());
            let mut columns: Vec<ColumnRow> = Vec::new();
            for place in table.list(Field::TableColumns, at) {
                columns.push(self.column(place, key, &on));
            }
            let claimed =
                table.value(Field::TableClaims, at).checked_sub(1).map(|mask| table.mask(mask)).unwrap_or_default();
            let claims = Claims { stored: claimed, in_force: claimed };
            let row = TableRow { key, db, table: name, privileges, columns, claims, origin };
            self.tables.tables.insert((key, db, name), row);
        }
    }

    fn column(&mut self, at: usize, key: AccountKey, on: &str) -> ColumnRow {
        let table = self.table;
        let column = table.numbered(Field::ColumnName, table.value(Field::ColumnColumn, at));
        let privileges = self.mask(Field::ColumnMask, at);
        let told = grant(self, key, privileges, Some(self.tables.names.text(column)), on);
        let origin = self.origin(table.value(Field::ColumnOrigin, at), privileges, |_| told.clone());
        ColumnRow { index: table.value(Field::ColumnBirth, at) as u32, column, privileges, origin }
    }

    fn routines(&mut self, rows: &[Row]) {
        let table = self.table;
        for &(user, at) in rows {
            let key = self.key_of(user, Field::RoutineHost, at);
            let db = table.numbered(Field::DbName, table.value(Field::RoutineDb, at));
            let routine = table.numbered(Field::ObjectName, table.value(Field::RoutineObject, at));
            let kind = kind_of(table.value(Field::RoutineKind, at));
            let privileges = self.mask(Field::RoutineMask, at);
            let (in_db, name) = (self.tables.names.text(db), self.tables.names.text(routine));
            let on = format!("{} `{in_db}`.`{name}`", kind.word());
            let told = grant(self, key, privileges, None, &on);
            let origin = self.origin(table.value(Field::RoutineOrigin, at), privileges, |_| told.clone());
            let row = RoutineRow { key, db, kind, routine, privileges, origin };
            self.tables.routines.insert((key, kind, db, routine), row);
        }
    }
}
