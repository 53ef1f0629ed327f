//! Facts about the question: its objects, checks and needs, and what is known of these objects.

use super::super::id::{Check, Column, Database, Need, Routine, Table};
use super::{CLIENT, Extract};
use crate::demand::On;
use crate::facts::base;
use crate::server::behaviour::Behaviour;
use crate::server::catalogue::Privilege;
use crate::syntax::statement::ObjectKind;

impl Extract<'_, '_> {
    /// Objects and needs of the demands, and the default database.
    pub(super) fn asks(&mut self) {
        if let Some(db) = self.question.client.db.as_deref().filter(|db| !db.is_empty()) {
            let pattern = self.database_pattern(db);
            let db = self.database(db);
            self.facts.database_as_pattern.push(base::DatabaseAsPattern(db, pattern));
            self.facts.client_database.push(base::ClientDatabase(CLIENT, db));
        }
        for db in self.question.databases {
            self.database(db);
        }
        let Some(demands) = self.question.demands else { return };
        for (place, check) in demands.checks.iter().enumerate() {
            let id = Check(place as u32);
            self.facts.check_of.push(base::CheckOf(id, CLIENT));
            for (at, need) in check.needs.iter().enumerate() {
                let need_id = Need(self.needs.len() as u32);
                self.needs.push((place, at));
                self.facts.need_of.push(base::NeedOf(need_id, id));
                self.facts.need_any_of.extend(need.any_of.iter().map(|p| base::NeedAnyOf(need_id, *p)));
                self.on(need_id, &need.on);
            }
        }
    }

    /// What a need is on.
    fn on(&mut self, need: Need, on: &On) {
        match on {
            On::Global => self.facts.on_global.push(base::OnGlobal(need)),
            On::Database(db) => {
                let db = self.database(db);
                self.facts.on_database.push(base::OnDatabase(need, db));
            }
            On::DatabaseAnew(text) => {
                let db = match self.index.tables.server.internal_schema(text) {
                    Some(_) => self.database(text),
                    None => self.database_pattern(text),
                };
                self.facts.on_database_anew.push(base::OnDatabaseAnew(need, db));
            }
            On::Table(db, table) => {
                let table = self.table(db, table);
                self.facts.on_table.push(base::OnTable(need, table));
            }
            On::Parent(db, table) => {
                let table = self.table(db, table);
                self.facts.on_parent.push(base::OnParent(need, table));
            }
            On::AnyColumn(db, table) => {
                let table = self.table(db, table);
                self.facts.on_any_column.push(base::OnAnyColumn(need, table));
            }
            On::Column(db, table, column) => {
                let column = self.column(db, table, column);
                self.facts.on_column.push(base::OnColumn(need, column));
            }
            On::FirstColumn(db, table, column) => {
                let column = self.column(db, table, column);
                self.facts.on_column.push(base::OnColumn(need, column));
                self.facts.on_first_column.push(base::OnFirstColumn(need, column));
            }
            On::EveryColumn(db, table) => {
                self.every_column(db, table);
                let table = self.table(db, table);
                self.facts.on_every_column.push(base::OnEveryColumn(need, table));
            }
            On::ColumnOfOneOf(tables, column) => {
                for (db, table) in tables {
                    let column = self.column(db, table, column);
                    self.facts.on_one_of_columns.push(base::OnOneOfColumns(need, column));
                }
            }
            On::AnyTableRow(db, table) => {
                let table = self.table(db, table);
                self.facts.on_any_table_row.push(base::OnAnyTableRow(need, table));
            }
            On::Routine(kind, db, name) => {
                let routine = self.routine(*kind, db, name);
                self.facts.on_routine.push(base::OnRoutine(need, routine));
            }
            On::ShownRoutine(kind, db, name) => {
                let routine = self.routine(*kind, db, name);
                self.facts.on_shown_routine.push(base::OnShownRoutine(need, routine));
                if self.index.tables.server.has(Behaviour::RoutinesInProc) {
                    let table = self.table("mysql", "proc");
                    self.facts.proc_table.push(base::ProcTable(table));
                }
            }
            On::VisibleDatabase(db) => {
                let pattern = self.database_pattern(db);
                let db = self.database(db);
                self.facts.database_as_pattern.push(base::DatabaseAsPattern(db, pattern));
                self.facts.on_visible.push(base::OnVisible(need, db));
            }
            On::ListedDatabase(db) => {
                let everybody = self.index.tables.server.everybody_lists(db);
                let db = self.database(db);
                self.facts.on_listed_database.push(base::OnListedDatabase(need, db));
                self.facts.listed_for_everybody.extend(everybody.then_some(base::ListedForEverybody(db)));
            }
            On::ListedTable(db, table) => {
                let table = self.table(db, table);
                self.facts.on_listed_table.push(base::OnListedTable(need, table));
            }
            On::Grantable => {
                let db = self.database("mysql");
                self.facts.on_grantable.push(base::OnGrantable(need, db));
            }
            On::GrantsOfRole(role) => {
                let (role, db) = (self.account_named(role, ""), self.database("mysql"));
                self.facts.on_grants_of_role.push(base::OnGrantsOfRole(need, role, db));
            }
            On::RoleAdmin(user, host) => {
                let role = self.account_named(user, host);
                self.facts.on_role_admin.push(base::OnRoleAdmin(need, role));
            }
            On::ProxyOf(user, host) => {
                let account = self.account_named(user, host);
                self.facts.on_proxy_of.push(base::OnProxyOf(need, account));
                self.proxy_grants(need, (user, host));
            }
        }
    }

    /// The columns that the schema tells of a table.
    fn every_column(&mut self, db: &str, table: &str) {
        let tables = self.index.tables;
        let (db_name, table_name) = (self.index.folded(db), self.index.folded(table));
        let symbols = tables.names.find(&db_name).zip(tables.names.find(&table_name));
        let Some(columns) = symbols.and_then(|(db, table)| tables.schema.columns(db, table)) else { return };
        let id = self.table(db, table);
        self.facts.columns_are_told.push(base::ColumnsAreTold(id));
        for &column in columns {
            let column = self.column(db, table, tables.names.text(column));
            self.facts.table_has_column.push(base::TableHasColumn(id, column));
        }
    }

    /// A database text taken as a pattern.
    fn database_pattern(&mut self, text: &str) -> Database {
        let db = self.objects.database_pattern(&self.index.folded(text));
        let asked = base::DatabaseAsked(CLIENT, db);
        if !self.facts.database_asked.contains(&asked) {
            self.facts.database_asked.push(asked);
        }
        db
    }

    pub(super) fn database(&mut self, name: &str) -> Database {
        let name = self.index.folded(name);
        let internal = self.index.tables.server.internal_schema(&name);
        // The server's own schemas are found whatever the case of their letters.
        let name = if internal.is_some() { name.to_ascii_lowercase() } else { name };
        let db = self.objects.database(&name);
        let asked = base::DatabaseAsked(CLIENT, db);
        if self.facts.database_asked.contains(&asked) {
            return db;
        }
        self.facts.database_asked.push(asked);
        let symbol = self.index.tables.names.find(&name);
        if symbol.is_some_and(|db| self.index.tables.schema.is_dropped(db)) {
            self.facts.database_absent.push(base::DatabaseAbsent(db));
        }
        if let Some(internal) = internal {
            self.facts.everybody_holds.extend(internal.everybody.iter().map(|p| base::EverybodyHolds(db, p)));
            self.facts.nobody_holds.extend(internal.nobody.iter().map(|p| base::NobodyHolds(db, p)));
        }
        db
    }

    fn table(&mut self, db: &str, table: &str) -> Table {
        let db_id = self.database(db);
        let name = self.index.folded(table);
        let id = self.objects.table(db_id, &name);
        let asked = base::TableAsked(CLIENT, id, db_id);
        if !self.facts.table_asked.contains(&asked) {
            self.facts.table_asked.push(asked);
            if self.index.tables.server.everybody_reads(db, table) {
                self.facts.everybody_holds_on_table.push(base::EverybodyHoldsOnTable(id, Privilege::SELECT));
            }
        }
        id
    }

    fn column(&mut self, db: &str, table: &str, column: &str) -> Column {
        let table = self.table(db, table);
        let id = self.objects.column(table, column);
        let asked = base::ColumnAsked(CLIENT, id, table);
        if !self.facts.column_asked.contains(&asked) {
            self.facts.column_asked.push(asked);
        }
        id
    }

    fn routine(&mut self, kind: ObjectKind, db: &str, name: &str) -> Routine {
        let db = self.database(db);
        let id = self.objects.routine(kind, db, name);
        let asked = base::RoutineAsked(CLIENT, id, db);
        if !self.facts.routine_asked.contains(&asked) {
            self.facts.routine_asked.push(asked);
        }
        id
    }
}
