//! Facts about the rows that hold privileges.

use super::super::id::{DbText, Position, User};
use super::{CLIENT, Extract};
use crate::facts::base;
use crate::matching::host::HostPattern;
use crate::matching::wild;
use crate::name::Symbol;
use crate::server::behaviour::Behaviour;
use crate::syntax::statement::ObjectKind;
use crate::tables::ArrayOrder;
use crate::tables::row::{AccountKey, RowId, Table, TableRow};
use rustc_hash::FxHashSet;

impl Extract<'_, '_> {
    /// Every row that could hold a privilege for one of the sessions on what is asked about.
    pub(super) fn rows(&mut self) {
        let mut accounts: Vec<AccountKey> = self.effective.iter().chain(&self.roles).copied().collect();
        accounts.sort_unstable();
        accounts.dedup();
        let mut users: Vec<Symbol> = self.effective.iter().map(|key| key.user).collect();
        if self.index.tables.server.has(Behaviour::RolesAreNames) {
            // A user's rows can count for the role of the same name.
            users.extend(self.roles.iter().map(|key| key.user));
        }
        users.sort_unstable();
        users.dedup();
        for &account in &accounts {
            self.global_rows(account);
            self.restrictions(account);
        }
        self.db_rows(&users);
        self.host_rows();
        self.table_rows(&users);
        self.routine_rows(&users);
        self.db_texts();
    }

    fn global_rows(&mut self, key: AccountKey) {
        let tables = self.index.tables;
        let account = self.account_id(key);
        if let (Some(row), Some(at)) = (tables.users.get(&key), tables.users.index_of(&key)) {
            let id = RowId { table: Table::User, index: at };
            self.facts.global_row.push(base::GlobalRow(id, account));
            self.gives(id, row.privileges);
        }
        for (at, row) in tables.dynamic.of(key) {
            let id = RowId { table: Table::GlobalGrants, index: at };
            self.facts.global_row.push(base::GlobalRow(id, account));
            self.facts.row_gives.push(base::RowGives(id, row.privilege));
            if row.grant_option {
                self.facts.row_passes_on.push(base::RowPassesOn(id));
            }
        }
    }

    fn restrictions(&mut self, key: AccountKey) {
        let account = self.account_id(key);
        for (at, row) in self.index.tables.restrictions.of(key) {
            let id = RowId { table: Table::Restrictions, index: at };
            self.db_texts.insert(row.db);
            let held = row.privileges.iter();
            self.facts.restriction.extend(held.map(|p| base::Restriction(id, account, DbText(row.db), p)));
        }
    }

    /// `db` rows of the users, of the anonymous user and of the roles, that have to do with a database asked about.
    fn db_rows(&mut self, users: &[Symbol]) {
        let index = self.index;
        let mut at: Vec<u32> = Vec::new();
        let anonymous = (!users.contains(&Symbol::EMPTY)).then_some(Symbol::EMPTY);
        for &user in users.iter().chain(&anonymous) {
            at.extend(index.dbs(user));
        }
        for &role in &self.roles {
            at.extend(index.tables.dbs.of(role).map(|(i, _)| i));
        }
        at.sort_unstable();
        at.dedup();
        let mut kept = Vec::new();
        let mut known: FxHashSet<Symbol> = FxHashSet::default();
        let mut useless: FxHashSet<Symbol> = FxHashSet::default();
        for at in at {
            let Some(row) = index.tables.dbs.at(at) else { continue };
            if useless.contains(&row.db) {
                continue;
            }
            if !known.contains(&row.db) {
                if !self.is_about_a_database_asked(row.db) {
                    useless.insert(row.db);
                    continue;
                }
                known.insert(row.db);
            }
            let id = RowId { table: Table::Db, index: at };
            let (user, host, db) = (self.text(row.key.user), self.text(row.key.host), self.text(row.db));
            let was = index.tables.ranked_as.db(row.key, row.db);
            let rank = index.tables.server.renamed_db_rank(user, host, db, index.tables.account_text(was));
            let account = self.account_id(row.key);
            let host = self.host_id(row.key.host);
            self.db_texts.insert(row.db);
            self.facts.db_row.push(base::DbRow(id, account, User(row.key.user), host, DbText(row.db), rank));
            self.gives(id, row.privileges);
            if at >= index.tables.loaded_dbs {
                self.facts.granted_since_load.push(base::GrantedSinceLoad(id));
            }
            kept.push((id, [was.host, was.user, row.db, Symbol::EMPTY]));
        }
        let magic = index.tables.server.has(Behaviour::MagicOrder);
        let mut ranks: Vec<_> = self.facts.db_row.iter().map(|row| row.5).collect();
        ranks.sort_unstable();
        // Following MariaDB's array takes long, and only ties ask for it.
        if !magic || ranks.windows(2).any(|pair| pair.first() == pair.last()) {
            self.order(kept, &index.tables.db_order);
        }
    }

    /// The rows of `mysql.host`, where the server reads them (M5.9).
    fn host_rows(&mut self) {
        let index = self.index;
        if !index.tables.server.has(Behaviour::HostTable) {
            return;
        }
        let mut kept = Vec::new();
        for (at, _, row) in index.tables.hosts.iter() {
            if row.db != Symbol::EMPTY && !self.is_about_a_database_asked(row.db) {
                continue;
            }
            let id = RowId { table: Table::Host, index: at };
            let rank = index.tables.server.host_rank(self.text(row.host), self.text(row.db));
            let host = self.host_id(row.host);
            self.db_texts.insert(row.db);
            self.facts.host_row.push(base::HostRow(id, host, DbText(row.db), rank));
            self.gives(id, row.privileges);
            kept.push((id, [row.host, row.db, Symbol::EMPTY, Symbol::EMPTY]));
        }
        self.order(kept, &index.tables.host_order);
    }

    /// The places of rows among rows of equal rank, by age where they are not known.
    pub(super) fn order_or(&mut self, rows: Vec<(RowId, [Symbol; 4])>, order: &ArrayOrder) {
        let known = !self.index.tables.server.is_mariadb() && !matches!(order, ArrayOrder::Unknown);
        match known {
            true => self.order(rows, order),
            false => self
                .facts
                .row_order
                .extend(rows.iter().zip((0u32..).map(Position)).map(|((row, _), place)| base::RowOrder(*row, place))),
        }
    }

    /// The places of rows among rows of equal rank, where the server fixes them (M3.8, M3.11, M5.7).
    fn order(&mut self, rows: Vec<(RowId, [Symbol; 4])>, order: &ArrayOrder) {
        let index = self.index;
        let mut placed: Vec<_> =
            rows.iter().filter_map(|(row, key)| Some((index.place(*row, *key, order)?, *row))).collect();
        placed.sort_unstable();
        let places = placed.iter().zip((0u32..).map(Position));
        self.facts.row_order.extend(places.map(|((_, row), place)| base::RowOrder(*row, place)));
    }

    fn is_about_a_database_asked(&self, text: Symbol) -> bool {
        let text = self.text(text);
        let quirks = self.index.quirks;
        self.objects.databases().any(|(_, name)| {
            name.eq_ignore_ascii_case(text) || wild::matches_bytes(name.as_bytes(), text.as_bytes(), quirks)
        }) || self
            .objects
            .database_patterns()
            .any(|(_, pattern)| pattern == text || wild::covers_pattern(pattern.as_bytes(), text.as_bytes(), quirks))
    }

    /// `tables_priv` and `columns_priv` rows of the users and roles in the databases asked about.
    fn table_rows(&mut self, users: &[Symbol]) {
        let index = self.index;
        let mut at: Vec<u32> = users.iter().flat_map(|u| index.tables_priv(*u)).copied().collect();
        for &role in &self.roles {
            at.extend(index.tables.tables.of(role).map(|(i, _)| i));
        }
        at.sort_unstable();
        at.dedup();
        let mut kept = Vec::new();
        for at in at {
            let Some(row) = index.tables.tables.at(at) else { continue };
            let name = self.text(row.db);
            let Some((db, _)) = self.objects.databases().find(|(_, n)| *n == name) else { continue };
            let id = RowId { table: Table::TablesPriv, index: at };
            let (user, host) = (self.text(row.key.user), self.text(row.key.host));
            let rank = index.tables.server.object_rank(user, host, name);
            let table_name = self.text(row.table);
            let table = self.objects.tables().find(|(_, d, n)| *d == db && *n == table_name).map(|(t, _, _)| t);
            let account = self.account_id(row.key);
            let host = self.host_id(row.key.host);
            self.facts.table_row.push(base::TableRow(id, account, User(row.key.user), host, rank));
            self.facts.row_in_database.push(base::RowInDatabase(id, db));
            self.gives(id, row.privileges);
            if let Some(table) = table {
                self.facts.row_on_table.push(base::RowOnTable(id, table));
            }
            let claims = row.claims.in_force.iter().map(|privilege| base::RowClaimsColumns(id, privilege));
            self.facts.row_claims_columns.extend(claims);
            self.column_rows(id, row, table);
            kept.push((id, [row.key.host, row.key.user, row.db, row.table]));
        }
        self.order(kept, &index.tables.table_order);
    }

    fn column_rows(&mut self, of: RowId, row: &TableRow, table: Option<super::super::id::Table>) {
        for column in &row.columns {
            let id = RowId { table: Table::ColumnsPriv, index: column.index };
            self.facts.column_row.push(base::ColumnRow(id, of));
            self.gives(id, column.privileges);
            let spelled = self.index.tables.names.text(column.column);
            for (asked, in_table, name) in self.objects.columns() {
                if Some(in_table) == table && name.to_lowercase() == spelled.to_lowercase() {
                    self.facts.row_on_column.push(base::RowOnColumn(id, asked));
                    if name == spelled {
                        self.facts.row_spells_column.push(base::RowSpellsColumn(id, asked));
                    }
                }
            }
        }
    }

    /// `procs_priv` rows of the users and roles in the databases asked about.
    fn routine_rows(&mut self, users: &[Symbol]) {
        let index = self.index;
        let mut at: Vec<u32> = users.iter().flat_map(|u| index.routines(*u)).copied().collect();
        for &role in &self.roles {
            at.extend(index.tables.routines.of(role).map(|(i, _)| i));
        }
        at.sort_unstable();
        at.dedup();
        let mut kept = Vec::new();
        for at in at {
            let Some(row) = index.tables.routines.at(at) else { continue };
            let name = self.text(row.db);
            let Some((db, _)) = self.objects.databases().find(|(_, n)| *n == name) else { continue };
            let id = RowId { table: Table::ProcsPriv, index: at };
            let rank = index.tables.server.object_rank(self.text(row.key.user), self.text(row.key.host), name);
            let account = self.account_id(row.key);
            let host = self.host_id(row.key.host);
            self.facts.routine_row.push(base::RoutineRow(id, account, User(row.key.user), host, rank));
            if row.kind == ObjectKind::Procedure {
                self.facts.procedure_row.push(base::ProcedureRow(id));
            }
            self.facts.row_in_database.push(base::RowInDatabase(id, db));
            self.gives(id, row.privileges);
            let routine_name = self.text(row.routine);
            let routine = self
                .objects
                .routines()
                .find(|(_, kind, d, n)| *kind == row.kind && *d == db && *n == routine_name)
                .map(|(r, ..)| r);
            if let Some(routine) = routine {
                self.facts.row_on_routine.push(base::RowOnRoutine(id, routine));
                self.account_hosts(row.key.host);
            }
            kept.push((id, [row.key.host, row.key.user, row.db, row.routine]));
        }
        self.order(kept, &index.tables.routine_order);
    }

    /// Routine rows are compared with the account's own host text and the client's address (M5.4).
    fn account_hosts(&mut self, row_host: Symbol) {
        let pattern = HostPattern::new(self.index.tables.names.text(row_host), &self.index.tables.server);
        for key in self.effective.clone() {
            let account_host = self.index.tables.names.text(key.host);
            if pattern.matches_texts(Some(account_host), self.host.ip.as_deref(), self.index.quirks) {
                let account = self.account_id(key);
                let host = self.host_id(row_host);
                self.facts.account_host_matches.push(base::AccountHostMatches(CLIENT, account, host));
            }
        }
    }
}
