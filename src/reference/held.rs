//! By which rows a session holds a privilege on an object (section 5 of the semantics, M7.60 to M7.62).

use super::host::Texts;
use super::{Reference, Session, first, order, row_id, wild};
use crate::client::Object;
use crate::name::Symbol;
use crate::server::behaviour::Behaviour;
use crate::server::catalogue::{Level, Privilege, PrivilegeSet};
use crate::server::variables::Variable;
use crate::syntax::statement::ObjectKind;
use crate::tables::memory::Object as Granted;
use crate::tables::row::{AccountKey, DbRow, RoutineRow, RowId, Table, TableRow};
use std::cmp::Ordering;

/// How a privilege is held.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Held {
    /// Every row that gives it, sorted.
    pub rows: Vec<RowId>,
    /// The server gives it to everybody (M5.50, M5.51).
    pub everybody: bool,
    /// Some row gives it, and which row counts is not fixed: rows of equal rank differ (M3.8, M5.7).
    pub unsure: bool,
}

impl Held {
    fn of(rows: Vec<RowId>) -> Self {
        Self { rows, ..Self::default() }
    }

    fn and(mut self, other: Self) -> Self {
        self.rows.extend(other.rows);
        self.rows.sort_unstable();
        self.rows.dedup();
        Self { rows: self.rows, everybody: self.everybody || other.everybody, unsure: self.unsure || other.unsure }
    }

    /// It is held, whatever is unsure besides.
    pub fn is_held(&self) -> bool {
        self.everybody || !self.rows.is_empty()
    }
}

/// Rows of which the first counts; several when they tie.
struct Chosen<'t, R>(Vec<(u32, &'t R)>);

impl<R> Chosen<'_, R> {
    /// The rows with the privilege; unsure when another that ties has not got it.
    fn give(&self, table: Table, gives: impl Fn(&R) -> bool) -> Held {
        let giving: Vec<RowId> =
            self.0.iter().filter(|(_, row)| gives(row)).map(|(at, _)| row_id(table, *at)).collect();
        if giving.len() < self.0.len() {
            return Held { unsure: !giving.is_empty(), ..Held::default() };
        }
        Held::of(giving)
    }
}

impl<'p> Reference<'p> {
    /// How a session holds a privilege on an object. The login is not looked at again.
    pub fn held(&self, texts: &Texts, session: &Session, privilege: Privilege, on: &Object) -> Held {
        let (account, roles) = (session.account, session.roles.as_slice());
        match on {
            Object::Global => Held::of(self.global_rows(texts, account, roles, privilege)),
            Object::Database(db) => self.on_database(texts, account, roles, privilege, &self.folded(db)),
            Object::Table(db, table) => {
                self.on_table(texts, account, roles, privilege, (&self.folded(db), &self.folded(table)))
            }
            Object::Column(db, table, column) => {
                let (db, table) = (self.folded(db), self.folded(table));
                self.on_column(texts, account, roles, privilege, (&db, &table, column))
            }
            Object::Routine(kind, db, name) => {
                self.on_routine(texts, account, roles, privilege, (*kind, &self.folded(db), name))
            }
        }
    }

    /// M5.14: rows of `user` and `global_grants` with the privilege, of every source.
    pub(super) fn global_rows(
        &self,
        texts: &Texts,
        account: AccountKey,
        roles: &[AccountKey],
        privilege: Privilege,
    ) -> Vec<RowId> {
        let mut sources = self.sources(self.global_account(texts, account, roles), roles);
        for (source, merged) in self.beside(roles) {
            let counts = |below: &AccountKey| *below == source || self.tables.brings_globally(source, *below);
            sources.extend(merged.into_iter().filter(counts));
        }
        let mut rows: Vec<RowId> =
            sources.into_iter().flat_map(|source| self.global_rows_of(source, privilege)).collect();
        rows.sort_unstable();
        rows.dedup();
        rows
    }

    fn global_rows_of(&self, source: AccountKey, privilege: Privilege) -> Vec<RowId> {
        let of_user = self.tables.users.index_of(&source);
        let of_user =
            of_user.filter(|_| self.tables.users.get(&source).is_some_and(|row| row.privileges.has(privilege)));
        let dynamic = self.tables.dynamic.of(source).filter(|(_, row)| row.privilege == privilege);
        let user = of_user.map(|at| row_id(Table::User, at));
        user.into_iter().chain(dynamic.map(|(at, _)| row_id(Table::GlobalGrants, at))).collect()
    }

    /// M7.60, M7.62: some source's global privilege is withheld in the database, and no source lifts that.
    fn is_withheld(&self, account: AccountKey, roles: &[AccountKey], privilege: Privilege, db: &str) -> bool {
        if !self.on(Variable::PartialRevokes) {
            return false;
        }
        let sources = self.sources(account, roles);
        let restricted = |source: &AccountKey| {
            self.tables
                .restrictions
                .of(*source)
                .any(|(_, row)| self.text(row.db) == db && row.privileges.has(privilege))
        };
        let lifts = |source: &AccountKey| {
            let globally = !self.global_rows_of(*source, privilege).is_empty() && !restricted(source);
            let there =
                self.tables.dbs.of(*source).any(|(_, row)| self.text(row.db) == db && row.privileges.has(privilege));
            globally || there
        };
        sources.iter().any(restricted) && !sources.iter().any(lifts)
    }

    /// M5.20: globally without what is withheld, or by database rows.
    fn on_database(
        &self,
        texts: &Texts,
        account: AccountKey,
        roles: &[AccountKey],
        privilege: Privilege,
        db: &str,
    ) -> Held {
        let internal = self.tables.server.internal_schema(db).unwrap_or_default();
        let everybody = Held { everybody: internal.everybody.has(privilege), ..Held::default() };
        if internal.nobody.has(privilege) {
            return everybody; // M5.50, M5.51
        }
        let mut held =
            self.by_database_rows(texts, account, roles, db, |row| row.privileges.has(privilege)).and(everybody);
        if !self.is_withheld(account, roles, privilege, db) {
            held = held.and(Held::of(self.global_rows(texts, account, roles, privilege)));
        }
        held
    }

    /// The database rows that count (M5.2, M5.12, M5.16), and of them those that `gives` is true of.
    fn by_database_rows(
        &self,
        texts: &Texts,
        account: AccountKey,
        roles: &[AccountKey],
        db: &str,
        gives: impl Fn(&DbRow) -> bool,
    ) -> Held {
        if self.is_by_account(roles) {
            let as_name = |text: &str| wild::bytes(db, text, self.rules.matchers);
            let counting = self.first_key(&self.sources(account, roles), db, as_name);
            return Held::of(ids(Table::Db, counting.into_iter().filter(|(_, row)| gives(row))));
        }
        let chosen = self.first_database_row(texts, account, db);
        let mut held = chosen.give(Table::Db, |row| gives(row) && self.host_table_lets(texts, row, db, &gives));
        for side in self.beside(roles) {
            let counting = self.first_of_role(&side, db);
            held = held.and(Held::of(ids(Table::Db, counting.into_iter().filter(|(_, row)| gives(row)))));
        }
        held
    }

    /// M5.5: a row's text stands for the database as a pattern, or with `partial_revokes` letter by letter.
    fn covers(&self, text: Symbol, db: &str) -> bool {
        let text = self.text(text);
        if self.on(Variable::PartialRevokes) { text == db } else { wild::bytes(db, text, self.rules.matchers) }
    }

    /// M5.1 to M5.3: the user's rows and those of the empty user whose host matches; the first counts.
    fn first_database_row(&self, texts: &Texts, account: AccountKey, db: &str) -> Chosen<'p, DbRow> {
        let mut rows: Vec<(u32, &DbRow)> = Vec::new();
        for (at, row) in self.rows.dbs.named([account.user, Symbol::EMPTY]) {
            let own = row.key.user == account.user;
            // M5.3: older servers let new rows of the empty user wait for the next load.
            let waits = self.has(Behaviour::AnonymousGrantsWait) && at >= self.tables.loaded_dbs;
            let anonymous = row.key.user == Symbol::EMPTY && !waits;
            if (own || anonymous) && self.covers(row.db, db) && self.host_matches(row.key.host, texts) {
                rows.push((at, row));
            }
        }
        let first = first(&rows, |one, other| {
            self.rank_dbs(one.1, other.1).then_with(|| self.held_dbs((one.0, one.1), (other.0, other.1)))
        });
        Chosen(first)
    }

    fn rank_dbs(&self, one: &DbRow, other: &DbRow) -> Ordering {
        let tables = self.tables;
        let of = |row: &DbRow| {
            let was = tables.ranked_as.db(row.key, row.db);
            let account = order::Account { name: tables.account_text(row.key), was: tables.account_text(was) };
            order::Db { account, db: tables.names.text(row.db) }
        };
        order::dbs(&of(one), &of(other), &tables.server)
    }

    /// Rows of equal rank by where the server holds them (M3.8, M3.11).
    fn held_dbs(&self, one: (u32, &DbRow), other: (u32, &DbRow)) -> Ordering {
        if self.has(Behaviour::MagicOrder) {
            let memory = self.tables.memory.as_ref().filter(|_| !self.tables.from_dump);
            let Some(all) = memory.and_then(|memory| memory.all_databases()) else { return Ordering::Equal };
            let all: Vec<(AccountKey, Symbol)> = all.collect();
            let place = |row: &DbRow| all.iter().position(|held| *held == (row.key, row.db));
            return match (place(one.1), place(other.1)) {
                (Some(one), Some(other)) => one.cmp(&other),
                _ => Ordering::Equal,
            };
        }
        let key = |row: &DbRow| {
            let was = self.tables.ranked_as.db(row.key, row.db);
            [self.host_key(was.host), self.text(was.user).to_owned(), self.text(row.db).to_owned()]
        };
        order::held((one.0, &key(one.1)), (other.0, &key(other.1)), &self.tables.db_order)
    }

    /// M5.9: a row without a host gives what the first fitting row of `mysql.host` lets through.
    fn host_table_lets(&self, texts: &Texts, row: &DbRow, db: &str, gives: &impl Fn(&DbRow) -> bool) -> bool {
        if !self.has(Behaviour::HostTable) || row.key.host != Symbol::EMPTY {
            return true;
        }
        let fitting: Vec<_> = (self.tables.hosts.iter())
            .filter(|(_, _, host)| host.db == Symbol::EMPTY || wild::bytes(db, self.text(host.db), self.rules.matchers))
            .filter(|(_, _, host)| self.host_matches(host.host, texts))
            .map(|(at, _, host)| (at, host))
            .collect();
        let first = first(&fitting, |one, other| {
            let key = |row: &crate::tables::row::HostRow| [self.text(row.host), self.text(row.db)];
            let (a, b) = (key(one.1), key(other.1));
            let by_rank = order::hosts(a.into(), b.into(), &self.tables.server);
            let (a, b) = (a.map(str::to_owned), b.map(str::to_owned));
            by_rank.then(order::held((one.0, &a), (other.0, &b), &self.tables.host_order))
        });
        first.iter().any(|(_, host)| gives(&DbRow { privileges: host.privileges, ..row.clone() }))
    }

    /// M5.12: of all sources' rows those of the first key: the name itself, else the first pattern in byte order.
    fn first_key(&self, sources: &[AccountKey], db: &str, matches: impl Fn(&str) -> bool) -> Vec<(u32, &'p DbRow)> {
        let rows: Vec<(u32, &DbRow)> = sources.iter().flat_map(|source| self.tables.dbs.of(*source)).collect();
        let is_wild = |text: &str| text.contains(['%', '_']);
        let exact = rows.iter().map(|(_, row)| self.text(row.db)).find(|text| *text == db && !is_wild(text));
        let covers = |text: &str| match self.on(Variable::PartialRevokes) {
            true => text.eq_ignore_ascii_case(db),
            false => matches(text),
        };
        let patterns = rows.iter().map(|(_, row)| self.text(row.db)).filter(|text| is_wild(text) && covers(text));
        let Some(key) = exact.or(patterns.min()) else { return Vec::new() };
        rows.into_iter().filter(|(_, row)| self.text(row.db) == key).collect()
    }

    /// M5.16: the rows of a role of MariaDB, with those merged into it and those that serve nobody's host; rows of equal
    /// rank count together.
    fn first_of_role(&self, side: &(AccountKey, Vec<AccountKey>), db: &str) -> Vec<(u32, &'p DbRow)> {
        let source = side.0;
        let mut rows: Vec<(u32, &DbRow)> = Vec::new();
        for (at, row) in self.rows.dbs.named(users_of(side).chain([Symbol::EMPTY])) {
            let namesake = row.key.user == source.user || row.key.user == Symbol::EMPTY;
            let serves = self.is_merged(side, row.key, Granted::Database(row.db))
                || namesake && row.key != source && self.serves_roles(row.key.host);
            if serves && self.covers(row.db, db) {
                rows.push((at, row));
            }
        }
        first(&rows, |one, other| self.rank_dbs(one.1, other.1))
    }

    /// A host text that a client without name and address matches: such rows count for the roles of MariaDB (M5.16).
    fn serves_roles(&self, host: Symbol) -> bool {
        self.text_matches(host, Some(""), Some(""))
    }

    /// M5.21: on the database, or by a table row.
    fn on_table(
        &self,
        texts: &Texts,
        account: AccountKey,
        roles: &[AccountKey],
        privilege: Privilege,
        (db, table): (&str, &str),
    ) -> Held {
        if self.tables.server.nobody_on_table(db, table).has(privilege) {
            return Held::default(); // M5.51
        }
        let readable = privilege == Privilege::SELECT && self.tables.server.everybody_reads(db, table);
        let (chosen, beside) = self.table_rows(texts, account, roles, (db, table));
        let beside = beside.into_iter().filter(|(_, row)| row.privileges.has(privilege));
        self.on_database(texts, account, roles, privilege, db)
            .and(Held { everybody: readable, ..Held::default() })
            .and(chosen.give(Table::TablesPriv, |row| row.privileges.has(privilege)))
            .and(Held::of(ids(Table::TablesPriv, beside)))
    }

    /// The table rows that count: the best of those that match the client (M5.7), and those of roles (M5.11, M5.16).
    fn table_rows(
        &self,
        texts: &Texts,
        account: AccountKey,
        roles: &[AccountKey],
        (db, table): (&str, &str),
    ) -> (Chosen<'p, TableRow>, Vec<(u32, &'p TableRow)>) {
        let on_table = |users: Vec<Symbol>| {
            let mut rows = self.rows.tables.named(users);
            rows.retain(|(_, row)| self.text(row.db) == db && self.text(row.table) == table);
            rows
        };
        if self.is_by_account(roles) {
            let sources = self.sources(account, roles);
            let mut rows = on_table(sources.iter().map(|key| key.user).collect());
            rows.retain(|(_, row)| sources.contains(&row.key));
            return (Chosen(Vec::new()), rows);
        }
        let beside = self.beside(roles);
        let is_merged =
            |row: &TableRow| beside.iter().any(|side| self.is_merged(side, row.key, Granted::Table(row.db, row.table)));
        let mut merged = on_table(beside.iter().flat_map(users_of).collect());
        merged.retain(|(_, row)| is_merged(row));
        let mut matching = on_table(vec![account.user]);
        matching.retain(|(_, row)| self.host_matches(row.key.host, texts));
        let key = |row: &TableRow| [row.key.host, row.key.user, row.db, row.table];
        let order = &self.tables.table_order;
        let first =
            first(&matching, |one, other| self.compare_objects((one.0, key(one.1)), (other.0, key(other.1)), order));
        (Chosen(first), merged)
    }

    /// M5.7: rows of `tables_priv` or `procs_priv`, each with host, user, database and object.
    fn compare_objects(
        &self,
        one: (u32, [Symbol; 4]),
        other: (u32, [Symbol; 4]),
        held: &crate::tables::ArrayOrder,
    ) -> Ordering {
        let (a, b) = (one.1.map(|symbol| self.text(symbol)), other.1.map(|symbol| self.text(symbol)));
        let ([a_host, a_user, a_db, _], [b_host, b_user, b_db, _]) = (a, b);
        let by_rank = order::objects((a_user, a_host, a_db), (b_user, b_host, b_db), &self.tables.server);
        let primary = |[host, user, db, object]: [Symbol; 4]| {
            let rest = [user, db, object].map(|symbol| self.text(symbol).to_owned());
            [vec![self.host_key(host)], rest.to_vec()].concat()
        };
        let by_place = order::held((one.0, &primary(one.1)), (other.0, &primary(other.1)), held);
        // MariaDB finds the newest first, and of loaded ones the last by primary key.
        by_rank.then(if self.has(Behaviour::MagicOrder) { by_place.reverse() } else { by_place })
    }

    /// M5.22: on the whole table, or by a column row of a table row that counts.
    fn on_column(
        &self,
        texts: &Texts,
        account: AccountKey,
        roles: &[AccountKey],
        privilege: Privilege,
        (db, table, column): (&str, &str, &str),
    ) -> Held {
        if self.tables.server.internal_schema(db).unwrap_or_default().nobody.has(privilege) {
            return Held::default();
        }
        let by_account = self.is_by_account(roles);
        // M5.13: letter by letter once a role is active.
        let is_named = |named: &str| match by_account {
            true => named == column,
            false => named.to_lowercase() == column.to_lowercase(),
        };
        let of = |row: &TableRow| -> Vec<RowId> {
            let named = row.columns.iter().filter(|c| is_named(self.text(c.column)) && c.privileges.has(privilege));
            named.map(|c| row_id(Table::ColumnsPriv, c.index)).collect()
        };
        let (chosen, beside) = self.table_rows(texts, account, roles, (db, table));
        let mut held = self.on_table(texts, account, roles, privilege, (db, table));
        let found: Vec<RowId> = chosen.0.iter().flat_map(|(_, row)| of(row)).collect();
        held = held.and(match chosen.0.len() {
            0 | 1 => Held::of(found),
            _ => Held { unsure: !found.is_empty(), ..Held::default() },
        });
        held.and(Held::of(beside.into_iter().flat_map(|(_, row)| of(row)).collect()))
    }

    /// M5.25: on the database, or by a routine row.
    fn on_routine(
        &self,
        texts: &Texts,
        account: AccountKey,
        roles: &[AccountKey],
        privilege: Privilege,
        (kind, db, name): (ObjectKind, &str, &str),
    ) -> Held {
        let name = name.to_lowercase();
        let named_so = |users: Vec<Symbol>| {
            let mut rows = self.rows.routines.named(users);
            rows.retain(|(_, row)| row.kind == kind && self.text(row.db) == db && self.text(row.routine) == name);
            rows
        };
        let mut held = self.on_database(texts, account, roles, privilege, db);
        let gives = |row: &RoutineRow| row.privileges.has(privilege);
        if self.is_by_account(roles) {
            let sources = self.sources(account, roles);
            let own = named_so(sources.iter().map(|key| key.user).collect()).into_iter();
            let own = own.filter(|(_, row)| sources.contains(&row.key) && gives(row));
            return held.and(Held::of(ids(Table::ProcsPriv, own)));
        }
        let key = |row: &RoutineRow| [row.key.host, row.key.user, row.db, row.routine];
        // M5.4: the account's host text stands where the client's name would.
        let mut matching = named_so(vec![account.user]);
        let host = Some(self.text(account.host));
        matching.retain(|(_, row)| self.text_matches(row.key.host, host, texts.ip.as_deref()));
        let order = &self.tables.routine_order;
        let best =
            first(&matching, |one, other| self.compare_objects((one.0, key(one.1)), (other.0, key(other.1)), order));
        held = held.and(Chosen(best).give(Table::ProcsPriv, gives));
        for side in self.beside(roles) {
            let mut serving = named_so(users_of(&side).collect());
            serving.retain(|(_, row)| {
                self.is_merged(&side, row.key, Granted::Routine(row.kind, row.db, row.routine))
                    || row.key.user == side.0.user && self.serves_roles(row.key.host)
            });
            let text = |row: &RoutineRow| (self.text(row.key.user), self.text(row.key.host), self.text(row.db));
            let best = first(&serving, |one, other| order::objects(text(one.1), text(other.1), &self.tables.server));
            held = held.and(Held::of(ids(Table::ProcsPriv, best.into_iter().filter(|(_, row)| gives(row)))));
        }
        held
    }

    /// M5.40: the session may make the database current.
    pub(super) fn opens(&self, texts: &Texts, account: AccountKey, roles: &[AccountKey], db: &str) -> bool {
        let server = &self.tables.server;
        let option = PrivilegeSet::of(Privilege::GRANT_OPTION);
        let by_option = self.has(Behaviour::GrantOptionOpensDatabase);
        let opening = |level| {
            let all = server.privileges_at(level);
            if by_option { all } else { all.minus(option) }
        };
        let any = |wanted: PrivilegeSet, has: PrivilegeSet| !wanted.intersection(has).is_empty();
        let database = opening(Level::Database);
        let globally = database.iter().any(|privilege| {
            !self.global_rows(texts, account, roles, privilege).is_empty()
                && !self.is_withheld(account, roles, privilege, db)
        });
        let rows = self.by_database_rows(texts, account, roles, db, |row| any(database, row.privileges));
        if globally || rows.is_held() {
            return true;
        }
        let by_account = self.is_by_account(roles);
        let sources = self.sources(account, roles);
        // Rows of PUBLIC do not open a database.
        let by_name = roles.iter().filter(|_| self.has(Behaviour::RolesAreNames));
        let sides: Vec<_> = by_name.map(|role| (*role, self.reached(&[*role]))).collect();
        let serves = |key: AccountKey, on: Granted| {
            let own = if by_account {
                sources.contains(&key)
            } else {
                key.user == account.user && self.host_matches(key.host, texts)
            };
            own || sides.iter().any(|side| self.is_merged(side, key, on))
        };
        // With an active role GRANT OPTION on a table is enough.
        let table = if by_account { server.privileges_at(Level::Table) } else { opening(Level::Table) };
        let users = || {
            let own = sources.iter().map(|key| key.user);
            own.chain(sides.iter().flat_map(users_of)).chain([account.user])
        };
        let by_table = self.rows.tables.named(users()).iter().any(|(_, row)| {
            self.text(row.db) == db
                && serves(row.key, Granted::Table(row.db, row.table))
                && (any(table, row.privileges) || !row.columns.is_empty() || !row.claims.in_force.is_empty())
        });
        let by_routine = self.rows.routines.named(users()).iter().any(|(_, row)| {
            let counts = !by_account || row.kind == ObjectKind::Procedure;
            self.text(row.db) == db && counts && serves(row.key, Granted::Routine(row.kind, row.db, row.routine))
        });
        // With an active role, what counts for the name taken as a pattern opens it too, GRANT OPTION included (M7.12).
        let as_pattern = |text: &str| wild::covers(db, text);
        let by_pattern = by_account && {
            let wanted = server.privileges_at(Level::Database);
            self.first_key(&sources, db, as_pattern).iter().any(|(_, row)| any(wanted, row.privileges))
        };
        by_table || by_routine || by_pattern
    }
}

/// The user names of a role and of those that it may bring rows of.
fn users_of((source, reached): &(AccountKey, Vec<AccountKey>)) -> impl Iterator<Item = Symbol> {
    reached.iter().map(|key| key.user).chain([source.user])
}

fn ids<'t, R: 't>(table: Table, rows: impl Iterator<Item = (u32, &'t R)>) -> Vec<RowId> {
    rows.map(|(at, _)| row_id(table, at)).collect()
}
