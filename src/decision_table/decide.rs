//! Checks from a table: a privilege on an object, for a session.
//!
//! What the program derives of one privilege on one object is looked up here: the first `db` row that matches, the best
//! `tables_priv` row, with active roles the rows of the accounts that feed the session. Where rows tie, or where the
//! server has rules of its own, the answer is [`Answer::Unsure`] and the interpreter says it.

use super::DecisionTable;
use super::field::{Field, kind_number};
use super::object::{Below, ObjectIds};
use super::select::Session;
use crate::client::Object;
use crate::matching::wild;
use crate::server::catalogue::{Privilege, PrivilegeSet, STATIC};
use crate::syntax::statement::ObjectKind;
use crate::tables::row::{RowId, Table};
use smallvec::{SmallVec, smallvec};
use std::cmp::Ordering;

/// Whether a session may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// It may, by this row: the widest that gives it.
    Allow(RowId),
    /// It may not.
    Deny,
    /// The table alone does not tell: see [`DecisionTable::slice`].
    Unsure,
}

/// The numbers of a grant table's columns.
struct Columns {
    table: Table,
    host: Field,
    birth: Field,
    mask: Field,
    tie: Field,
}

const ACCOUNTS: Columns = Columns {
    table: Table::User,
    host: Field::AccountHost,
    birth: Field::AccountBirth,
    mask: Field::AccountMask,
    tie: Field::AccountTie,
};
const DBS: Columns =
    Columns { table: Table::Db, host: Field::DbHost, birth: Field::DbBirth, mask: Field::DbMask, tie: Field::DbTie };
const TABLES: Columns = Columns {
    table: Table::TablesPriv,
    host: Field::TableHost,
    birth: Field::TableBirth,
    mask: Field::TableMask,
    tie: Field::TableTie,
};
const ROUTINES: Columns = Columns {
    table: Table::ProcsPriv,
    host: Field::RoutineHost,
    birth: Field::RoutineBirth,
    mask: Field::RoutineMask,
    tie: Field::RoutineTie,
};

/// Rows that count for an object, or a tie between them.
type Rows = Result<Found, ()>;

/// The places of some rows; one, as a rule.
type Found = SmallVec<[usize; 4]>;

impl DecisionTable {
    /// The privilege of that SQL name on this server.
    pub fn find_privilege(&self, name: &str) -> Option<Privilege> {
        let server = self.server();
        let plain = STATIC.iter().find(|known| known.name.eq_ignore_ascii_case(name) && known.since.holds(&server));
        let other = || server.static_privilege(&name.to_ascii_uppercase()).or_else(|| self.find_dynamic(name));
        plain.map(|known| known.privilege).or_else(other)
    }
}

impl Session<'_> {
    /// Whether the session has a privilege on an object, by whatever row.
    pub fn may(&self, privilege: Privilege, on: &Object) -> Answer {
        self.may_on(privilege, &self.table.find_object(on))
    }

    /// The same for an object whose numbers were found before.
    pub fn may_on(&self, privilege: Privilege, on: &ObjectIds<'_>) -> Answer {
        if on.internal || !privilege.is_static() && !on.global {
            return Answer::Unsure;
        }
        if self.must_set_password {
            return Answer::Deny;
        }
        if !privilege.is_static() {
            return self.dynamic(privilege);
        }
        match self.levels(privilege, on) {
            Ok(Some(row)) => Answer::Allow(row),
            Ok(None) => Answer::Deny,
            Err(()) => Answer::Unsure,
        }
    }

    /// The widest row that gives it; an error where that is not sure.
    fn levels(&self, privilege: Privilege, on: &ObjectIds<'_>) -> Result<Option<RowId>, ()> {
        let globally = self.least(&ACCOUNTS, &self.accounts(), privilege);
        if on.global || globally.is_some() && !self.is_withheld(privilege, &on.db_name) {
            return Ok(globally);
        }
        let rows = if self.feeds == 0 { self.dbs_by_host(on)? } else { self.dbs_by_account(&on.db_name) };
        if let Some(row) = self.least(&DBS, &rows, privilege) {
            return Ok(Some(row));
        }
        let Some(db) = on.db else { return Ok(None) };
        Ok(match on.below {
            Below::Table(Some(name)) => self.least(&TABLES, &self.tables(db, name)?, privilege),
            Below::Column(Some(name), column) => {
                let rows = self.tables(db, name)?;
                let whole = self.least(&TABLES, &rows, privilege);
                whole.or_else(|| self.column(&rows, column, privilege))
            }
            Below::Routine(kind, Some(name)) => self.least(&ROUTINES, &self.routines(kind, db, name)?, privilege),
            _ => None,
        })
    }

    /// Of the rows that give a privilege the oldest.
    fn least(&self, columns: &Columns, rows: &[usize], privilege: Privilege) -> Option<RowId> {
        let table = self.table;
        let gives = |row: &&usize| table.mask(table.value(columns.mask, **row)).has(privilege);
        let birth = |row: &usize| table.value(columns.birth, *row) as u32;
        let index = rows.iter().filter(gives).map(birth).min()?;
        Some(RowId { table: columns.table, index })
    }

    /// The accounts whose own rows count, with an active role: users and hosts.
    pub(super) fn feeding(&self) -> impl Iterator<Item = (usize, u64)> {
        let table = self.table;
        let list = self.feeds.checked_sub(1).map(|list| table.list(Field::FeedEnd, list)).unwrap_or_default();
        list.map(|at| (table.value(Field::FeedUser, at) as usize, table.value(Field::FeedHost, at)))
    }

    /// User and host of the accounts whose own rows count, where a role is active.
    pub fn sources(&self) -> Vec<(&str, &str)> {
        let table = self.table;
        let name = |dictionary, number| table.name(table.value(dictionary, number));
        self.feeding().map(|(user, host)| (name(Field::UserName, user), name(Field::HostName, host as usize))).collect()
    }

    /// The account rows whose global privileges count.
    fn accounts(&self) -> Found {
        if self.feeds == 0 {
            return smallvec![self.account];
        }
        let table = self.table;
        let rows = self.feeding().flat_map(|(user, host)| {
            table.list(Field::UserAccounts, user).filter(move |row| table.value(Field::AccountHost, *row) == host)
        });
        rows.collect()
    }

    /// Does the database text of a `db` row cover the database (M5.5)?
    fn covers(&self, row: usize, on: &ObjectIds<'_>) -> bool {
        let (table, known) = (self.table, &self.table.known);
        let db = table.value(Field::DbDb, row);
        if known.exact || table.value(Field::DbPattern, db as usize) == 0 {
            return Some(db) == on.db;
        }
        let pattern = table.name_bytes(table.value(Field::DbName, db as usize));
        wild::matches_bytes(on.db_name.as_bytes(), pattern, known.quirks)
    }

    /// Does a host match the session's client? That of its own account does.
    fn matches(&self, host: u64) -> bool {
        host == self.host || self.table.host_matches(host, &self.texts)
    }

    /// The first row of the user and of the empty one whose host matches and whose text covers the database (M5.2, M5.3).
    fn dbs_by_host(&self, on: &ObjectIds<'_>) -> Rows {
        let table = self.table;
        let counts = |row: &usize| self.covers(*row, on) && self.matches(table.value(Field::DbHost, *row));
        let rows = |user: usize| table.list(Field::UserDbs, user);
        let nobody = table.known.nobody;
        let own = Some(self.user).filter(|user| Some(*user) != nobody);
        let named = own.and_then(|user| rows(user).find(counts).map(|row| (row, rows(user).end)));
        let of_nobody = nobody.map(rows).unwrap_or_default();
        let until = named.map_or(of_nobody.len(), |(row, _)| table.value(Field::DbAfter, row) as usize);
        let other = of_nobody.clone().take(until).find(counts).map(|row| (row, of_nobody.end));
        let Some((row, end)) = other.or(named) else { return Ok(Found::new()) };
        let tied = (row + 1..end).take_while(|next| table.value(DBS.tie, *next) == 1).any(|next| counts(&next));
        if tied { Err(()) } else { Ok(smallvec![row]) }
    }

    /// The rows of the feeding accounts for the database's own name, else for the first pattern in byte order (M5.12).
    fn dbs_by_account(&self, name: &str) -> Found {
        let table = self.table;
        let (exact, quirks) = (table.known.exact, table.known.quirks);
        let text = |row: usize| table.name(table.value(Field::DbName, table.value(Field::DbDb, row) as usize));
        let all: Vec<usize> = self
            .feeding()
            .flat_map(|(user, host)| {
                table.list(Field::UserDbs, user).filter(move |row| table.value(Field::DbHost, *row) == host)
            })
            .collect();
        let named: Found = all.iter().copied().filter(|row| text(*row) == name).collect();
        if !named.is_empty() && !wild::has_wildcard(name) {
            return named;
        }
        let covers = |row: &usize| {
            let pattern = text(*row);
            wild::has_wildcard(pattern)
                && match exact {
                    true => pattern.eq_ignore_ascii_case(name),
                    false => wild::matches_bytes(name.as_bytes(), pattern.as_bytes(), quirks),
                }
        };
        let wild: Vec<usize> = all.into_iter().filter(covers).collect();
        let first = wild.iter().map(|row| text(*row)).min().unwrap_or_default();
        wild.iter().copied().filter(|row| text(*row) == first).collect()
    }

    /// Of a user's rows, which are sorted by some numbers, those that have these.
    fn equal(&self, ends: Field, user: usize, wanted: &[(Field, u64)]) -> std::ops::Range<usize> {
        let table = self.table;
        let list = table.list(ends, user);
        let order = |row: usize| {
            let unlike = wanted.iter().map(|(field, number)| table.value(*field, row).cmp(number));
            unlike.into_iter().find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
        };
        let low = table.partition_point(list.clone(), |row| order(row).is_lt());
        let end = (low..list.end).find(|row| order(*row).is_ne()).unwrap_or(list.end);
        low..end
    }

    /// Of rows in the order of precedence the first that matches.
    fn best(&self, columns: &Columns, rows: std::ops::Range<usize>, matches: impl Fn(u64) -> bool) -> Rows {
        let table = self.table;
        let counts = |row: &usize| matches(table.value(columns.host, *row));
        let end = rows.end;
        let Some(row) = rows.clone().find(counts) else { return Ok(Found::new()) };
        let tied = (row + 1..end).take_while(|next| table.value(columns.tie, *next) == 1).any(|next| counts(&next));
        if tied { Err(()) } else { Ok(smallvec![row]) }
    }

    /// The `tables_priv` rows that count for a table (M5.7, M5.11).
    fn tables(&self, db: u64, name: u64) -> Rows {
        let wanted = [(Field::TableDb, db), (Field::TableObject, name)];
        if self.feeds == 0 {
            let rows = self.equal(Field::UserTables, self.user, &wanted);
            return self.best(&TABLES, rows, |host| self.matches(host));
        }
        let own = |(user, host)| {
            let rows = self.equal(Field::UserTables, user, &wanted);
            rows.filter(move |row| self.table.value(Field::TableHost, *row) == host)
        };
        Ok(self.feeding().flat_map(own).collect())
    }

    /// The `procs_priv` rows that count for a routine (M5.4, M5.11).
    fn routines(&self, kind: ObjectKind, db: u64, name: u64) -> Rows {
        let wanted = [(Field::RoutineKind, kind_number(kind)), (Field::RoutineDb, db), (Field::RoutineObject, name)];
        let table = self.table;
        if self.feeds == 0 {
            let rows = self.equal(Field::UserRoutines, self.user, &wanted);
            let own = self.current_user().1;
            let ip = self.texts.ip.as_deref();
            return self.best(&ROUTINES, rows, |host| {
                table.host_matches_texts(table.name(table.value(Field::HostName, host as usize)), Some(own), ip)
            });
        }
        let own = |(user, host)| {
            let rows = self.equal(Field::UserRoutines, user, &wanted);
            rows.filter(move |row| table.value(Field::RoutineHost, *row) == host)
        };
        Ok(self.feeding().flat_map(own).collect())
    }

    /// The oldest `columns_priv` row of these `tables_priv` rows that gives it on a column (M5.13).
    fn column(&self, rows: &[usize], name: &str, privilege: Privilege) -> Option<RowId> {
        let table = self.table;
        let same = |text: &str| match self.feeds {
            0 => text.eq_ignore_ascii_case(name) || text.to_lowercase() == name.to_lowercase(),
            _ => text == name,
        };
        let columns = rows.iter().flat_map(|row| table.list(Field::TableColumns, *row));
        let gives = columns.filter(|at| {
            let mask: PrivilegeSet = table.mask(table.value(Field::ColumnMask, *at));
            let column = table.value(Field::ColumnColumn, *at) as usize;
            mask.has(privilege) && same(table.name(table.value(Field::ColumnName, column)))
        });
        let index = gives.map(|at| table.value(Field::ColumnBirth, at) as u32).min()?;
        Some(RowId { table: Table::ColumnsPriv, index })
    }
}
