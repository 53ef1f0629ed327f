//! REVOKE of privileges (M7.20–M7.27).

use super::object::{Target, Wanted};
use super::{Flow, Replay};
use crate::name::Symbol;
use crate::server::behaviour::Behaviour;
use crate::server::catalogue::{Level, Privilege, PrivilegeSet};
use crate::server::errors::{ServerError, account as errors};
use crate::syntax::statement::{AccountRef, ObjectKind, Revoke};
use crate::tables::row::{AccountKey, Claims, TableRow, withdraw};

const GRANT_OPTION: PrivilegeSet = PrivilegeSet::of(Privilege::GRANT_OPTION);

/// A routine by kind, database and lower-cased name.
type Routine = (ObjectKind, Symbol, Symbol);

/// What a table row would hold after the statement.
#[derive(Debug, Clone)]
pub(super) struct TableState {
    privileges: PrivilegeSet,
    /// What the row names beside what its columns hold; REVOKE looks at what is stored of that.
    claims: Claims,
    /// By column, in the order of the rows.
    pub(super) columns: Vec<(Symbol, PrivilegeSet)>,
}

impl Replay {
    pub(super) fn revoke(&mut self, revoke: &Revoke) -> Flow {
        let wanted = self.wanted(&revoke.privileges)?;
        let target = self.target(&revoke.object, &wanted)?;
        let users = self.subjects(&revoke.users)?;
        self.check_internal_schema(target, &wanted)?;
        match target {
            Target::Global => self.revoke_global(revoke, &wanted, &users),
            Target::Database(db) => self.revoke_database(revoke, db, &wanted, &users),
            Target::Table(db, table) => self.revoke_table(revoke, (db, table), &wanted, &users),
            Target::Routine(kind, db, name) => self.revoke_routine(revoke, (kind, db, name), &wanted, &users),
        }
    }

    /// Skips an account that is not there under IGNORE UNKNOWN USER (M7.26).
    fn passed_over(&mut self, key: AccountKey, ignore_unknown_user: bool) -> bool {
        let unknown = ignore_unknown_user && !self.exists(key);
        if unknown {
            self.warn_of_unknown_user(key);
        }
        unknown
    }

    /// Something is not held: a warning under IF EXISTS for an account that is there, else the end (M7.26).
    fn not_held(&mut self, key: AccountKey, if_exists: bool, error: ServerError) -> Flow {
        if !if_exists || !self.exists(key) {
            return Err(error.into());
        }
        self.warn(error);
        Ok(())
    }

    /// A dynamic privilege below the global level: a warning under IF EXISTS (M6.4).
    fn refuse_level(&mut self, revoke: &Revoke, what: &str) -> Flow {
        let error = errors::illegal_privilege_level(what);
        if !revoke.if_exists {
            return Err(error.into());
        }
        self.warn(error);
        Ok(())
    }

    fn revoke_global(&mut self, revoke: &Revoke, wanted: &Wanted, users: &[AccountKey]) -> Flow {
        if wanted.statics.has(Privilege::SUPER) {
            self.warn(errors::super_is_deprecated());
        }
        let at = self.known.at(Level::Global);
        let everything = wanted.all || wanted.statics.contains(at);
        if everything && self.has(Behaviour::RevokeAllGlobalWipes) {
            return self.revoke_everything(revoke.ignore_unknown_user, users);
        }
        let mut present = Vec::with_capacity(users.len());
        for &key in users {
            if self.passed_over(key, revoke.ignore_unknown_user) {
                continue;
            }
            if !self.exists(key) {
                return Err(errors::no_such_grant(self.text(key)).into());
            }
            self.reaches_no_further(key, Some(wanted.statics_at(at)))?;
            self.had_nothing_withheld(key, None)?;
            for name in &wanted.unregistered {
                self.warn(errors::unregistered_dynamic_privilege(name));
            }
            present.push(key);
        }
        for key in present {
            let mut statics = wanted.statics_at(at);
            if statics == GRANT_OPTION && !wanted.named_dynamic.is_empty() {
                statics = PrivilegeSet::EMPTY;
            }
            self.take_global(key, statics);
            self.take_dynamic(key, &wanted.dynamic, wanted.statics.contains(GRANT_OPTION));
        }
        Ok(())
    }

    pub(super) fn take_global(&mut self, key: AccountKey, privileges: PrivilegeSet) {
        let Some(row) = self.tables.users.get_mut(&key) else { return };
        let held_all = row.privileges.contains(privileges);
        row.privileges = row.privileges.minus(privileges);
        withdraw(&mut row.origin, privileges, true);
        // Where more is named than is held, the restrictions stay until the next load (M7.61).
        if held_all {
            self.lift_restrictions(key, privileges);
        }
    }

    /// Every privilege of every level goes; roles and proxies stay (M7.24, M7.25).
    pub(super) fn wipe(&mut self, key: AccountKey) {
        let everything = PrivilegeSet(u64::MAX);
        self.take_global(key, everything);
        let t = &mut self.tables;
        t.dbs.remove_account(key);
        t.tables.remove_account(key);
        t.routines.remove_account(key);
        t.remove_dynamic(key);
        t.restrictions.remove_account(key);
    }

    pub(super) fn revoke_all(&mut self, ignore_unknown_user: bool, users: &[AccountRef]) -> Flow {
        let users = self.subjects(users)?;
        self.revoke_everything(ignore_unknown_user, &users)
    }

    fn revoke_everything(&mut self, ignore_unknown_user: bool, users: &[AccountKey]) -> Flow {
        let mut last_is_missing = false;
        for &key in users {
            if !self.passed_over(key, ignore_unknown_user) {
                last_is_missing = !self.exists(key);
                if !last_is_missing {
                    self.reaches_no_further(key, None)?;
                    self.had_nothing_withheld(key, None)?;
                }
            }
        }
        // The server forgets a missing account when one that is there follows.
        if last_is_missing {
            return Err(errors::cannot_revoke_all().into());
        }
        for &key in users {
            self.wipe(key);
        }
        Ok(())
    }

    fn revoke_database(&mut self, revoke: &Revoke, db: Symbol, wanted: &Wanted, users: &[AccountKey]) -> Flow {
        if !wanted.named_dynamic.is_empty() {
            self.refuse_level(revoke, &wanted.named_dynamic)?;
        }
        let at = self.known.at(Level::Database);
        let rights = wanted.statics_at(at);
        let mut plan: Vec<(AccountKey, PrivilegeSet)> = Vec::new();
        let mut restrict: Vec<(AccountKey, PrivilegeSet)> = Vec::new();
        for &key in users {
            if self.passed_over(key, revoke.ignore_unknown_user) {
                continue;
            }
            let error = errors::no_such_grant(self.text(key));
            if !self.exists(key) {
                return Err(error.into());
            }
            self.had_nothing_withheld(key, Some(db))?;
            let planned = plan.iter().rfind(|(k, _)| *k == key).map(|(_, set)| *set);
            let held = planned.or_else(|| self.tables.dbs.get(&(key, db)).map(|row| row.privileges));
            let withheld = self.restrictable(key, db, planned, rights);
            if !at.contains(rights.minus(withheld)) {
                return Err(errors::global_privilege_at_database().into());
            }
            let lacks = self.lacks(held.filter(|h| !h.is_empty()), rights.minus(withheld), wanted.all);
            if lacks && (withheld.is_empty() || withheld != rights) {
                self.not_held(key, revoke.if_exists, error)?;
            }
            if !withheld.is_empty() {
                restrict.push((key, withheld));
            }
            plan.push((key, held.unwrap_or_default().minus(rights)));
        }
        for (key, left) in plan {
            self.keep_in_database(key, db, left);
        }
        for (key, privileges) in restrict {
            self.add_restriction(key, db, privileges);
        }
        Ok(())
    }

    /// What is to be revoked is not all there (M7.21).
    fn lacks(&self, held: Option<PrivilegeSet>, rights: PrivilegeSet, all: bool) -> bool {
        match held {
            None => all || !rights.is_empty() || !self.has(Behaviour::StrictRevoke),
            Some(held) => self.has(Behaviour::StrictRevoke) && !all && !held.contains(rights),
        }
    }

    pub(super) fn keep_in_database(&mut self, key: AccountKey, db: Symbol, left: PrivilegeSet) {
        let Some(row) = self.tables.dbs.get_mut(&(key, db)) else { return };
        let gone = row.privileges.minus(left);
        row.privileges = left;
        withdraw(&mut row.origin, gone, false);
        if left.is_empty() {
            self.tables.dbs.remove(&(key, db));
        }
    }

    fn revoke_table(
        &mut self,
        revoke: &Revoke,
        (db, table): (Symbol, Symbol),
        wanted: &Wanted,
        users: &[AccountKey],
    ) -> Flow {
        if !wanted.named_dynamic.is_empty() {
            let table = self.tables.names.text(table).to_owned();
            self.refuse_level(revoke, &table)?;
        }
        let at = self.known.at(Level::Table);
        let rights = wanted.statics_at(at);
        if !at.contains(rights) {
            return Err(errors::illegal_grant().into());
        }
        self.late_refusal()?;
        let mut plan: Vec<(AccountKey, TableState)> = Vec::new();
        for &key in users {
            if self.passed_over(key, revoke.ignore_unknown_user) {
                continue;
            }
            let planned = plan.iter().rfind(|(k, _)| *k == key).map(|(_, state)| state.clone());
            let state = planned.or_else(|| self.tables.tables.get(&(key, db, table)).map(TableState::of));
            let state = state.filter(|s| !s.is_empty());
            let Some(mut state) = state else {
                let error = errors::no_such_table_grant(self.text(key), self.tables.names.text(table));
                self.not_held(key, revoke.if_exists, error)?;
                continue;
            };
            let missing =
                if self.has(Behaviour::StrictRevoke) && !wanted.all { self.missing(&state, rights, wanted) } else { 0 };
            for _ in 0..missing {
                let error = errors::no_such_table_grant(self.text(key), self.tables.names.text(table));
                self.not_held(key, revoke.if_exists, error)?;
            }
            self.take_from(&mut state, rights, wanted);
            plan.push((key, state));
        }
        for (key, state) in plan {
            self.keep_on_table((key, db, table), &state);
        }
        Ok(())
    }

    /// How many complaints there are: one for the table, where a privilege is held neither there nor on a column,
    /// and one for each column that lacks one (M7.22). What columns hold is read as the number that `Column_priv` is,
    /// whose fourth word, References, stands where tables have DELETE. (Verified on 9.7.4.)
    fn missing(&self, state: &TableState, rights: PrivilegeSet, wanted: &Wanted) -> usize {
        let mut on_columns = state.columns.iter().fold(state.claims.stored, |set, (_, p)| set.union(*p));
        if on_columns.has(Privilege::REFERENCES) {
            on_columns = on_columns.minus(PrivilegeSet::of(Privilege::REFERENCES));
            on_columns = on_columns.union(PrivilegeSet::of(Privilege::DELETE));
        }
        let lacking = wanted.columns.iter().filter(|(column, set)| {
            !state.columns.iter().any(|(c, held)| self.same_column(*c, *column) && held.contains(*set))
        });
        usize::from(!state.privileges.union(on_columns).contains(rights)) + lacking.count()
    }

    /// A table privilege goes from the table and from every column, a column privilege from its column (M7.22).
    pub(super) fn take_from(&self, state: &mut TableState, rights: PrivilegeSet, wanted: &Wanted) {
        state.privileges = state.privileges.minus(rights);
        state.claims = Claims::default();
        for (column, held) in &mut state.columns {
            *held = held.minus(rights);
            for (_, set) in wanted.columns.iter().filter(|(c, _)| self.same_column(*c, *column)) {
                *held = held.minus(*set);
            }
        }
    }

    pub(super) fn same_column(&self, one: Symbol, other: Symbol) -> bool {
        let names = &self.tables.names;
        one == other || names.text(one).eq_ignore_ascii_case(names.text(other))
    }

    pub(super) fn keep_on_table(&mut self, id: (AccountKey, Symbol, Symbol), state: &TableState) {
        let Some(row) = self.tables.tables.get_mut(&id) else { return };
        let gone = row.privileges.minus(state.privileges);
        row.privileges = state.privileges;
        withdraw(&mut row.origin, gone, false);
        for (column, (_, left)) in row.columns.iter_mut().zip(&state.columns) {
            let gone = column.privileges.minus(*left);
            column.privileges = *left;
            withdraw(&mut column.origin, gone, false);
        }
        row.columns.retain(|column| !column.privileges.is_empty());
        row.claims = state.claims;
        if row.privileges.is_empty() && row.columns.is_empty() {
            self.tables.tables.remove(&id);
        }
    }

    fn revoke_routine(&mut self, revoke: &Revoke, routine: Routine, wanted: &Wanted, users: &[AccountKey]) -> Flow {
        let (kind, db, name) = routine;
        let written = revoke.object.written();
        if !wanted.named_dynamic.is_empty() {
            self.refuse_level(revoke, written)?;
        }
        let at = self.known.at(Level::Routine);
        let rights = wanted.statics_at(at);
        if !at.contains(rights) {
            return Err(errors::illegal_grant().into());
        }
        self.late_refusal()?;
        let mut plan: Vec<(AccountKey, PrivilegeSet)> = Vec::new();
        for &key in users {
            if self.passed_over(key, revoke.ignore_unknown_user) {
                continue;
            }
            let planned = plan.iter().rfind(|(k, _)| *k == key).map(|(_, set)| *set);
            let held = planned.or_else(|| self.tables.routines.get(&(key, kind, db, name)).map(|row| row.privileges));
            let held = held.filter(|h| !h.is_empty());
            if held.is_none() || self.lacks(held, rights, wanted.all) {
                let error = errors::no_such_routine_grant(self.text(key), written);
                self.not_held(key, revoke.if_exists, error)?;
            }
            plan.push((key, held.unwrap_or_default().minus(rights)));
        }
        for (key, left) in plan {
            self.keep_on_routine((key, kind, db, name), left);
        }
        Ok(())
    }

    pub(super) fn keep_on_routine(&mut self, id: (AccountKey, ObjectKind, Symbol, Symbol), left: PrivilegeSet) {
        let Some(row) = self.tables.routines.get_mut(&id) else { return };
        let gone = row.privileges.minus(left);
        row.privileges = left;
        withdraw(&mut row.origin, gone, false);
        if left.is_empty() {
            self.tables.routines.remove(&id);
        }
    }
}

impl TableState {
    pub(super) fn of(row: &TableRow) -> Self {
        let columns = row.columns.iter().map(|c| (c.column, c.privileges)).collect();
        Self { privileges: row.privileges, columns, claims: row.claims }
    }

    fn is_empty(&self) -> bool {
        let empty = |set: PrivilegeSet| set.is_empty();
        empty(self.privileges) && empty(self.claims.in_force) && self.columns.iter().all(|(_, p)| empty(*p))
    }
}
