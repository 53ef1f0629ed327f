//! GRANT of privileges (M6.4–M6.7, M7.10–M7.15).

use super::object::{Target, Wanted};
use super::{Flow, Replay};
use crate::name::Symbol;
use crate::server::behaviour::Behaviour;
use crate::server::catalogue::{Level, Privilege, PrivilegeSet};
use crate::server::errors::account as errors;
use crate::syntax::statement::{Grant, ObjectKind};
use crate::tables::row::{AccountKey, Claims, ColumnRow, DbRow, Origin, RoutineRow, TableRow, contribute};

const GRANT_OPTION: PrivilegeSet = PrivilegeSet::of(Privilege::GRANT_OPTION);

/// True for the clauses that made or changed an account in older servers (M7.10).
fn says_more_than_grant(grant: &Grant) -> bool {
    grant.options.is_some() || grant.grantees.iter().any(|grantee| !grantee.factors.is_empty())
}

impl Replay {
    pub(super) fn grant(&mut self, grant: &Grant) -> Flow {
        if self.has(Behaviour::GrantNeverCreates) && says_more_than_grant(grant) {
            return Err(errors::syntax().into());
        }
        let mut wanted = self.wanted(&grant.privileges)?;
        if grant.grant_option {
            wanted.statics = wanted.statics.union(GRANT_OPTION);
        }
        let target = self.target(&grant.object, &wanted)?;
        let grantees = self.subjects(grant.grantees.iter().map(|g| &g.account))?;
        self.check_internal_schema(target, &wanted)?;
        if grant.as_user.is_some() && target != Target::Global {
            return Err(errors::grant_as_below_global().into());
        }
        match target {
            Target::Global => self.grant_global(grant, &mut wanted, &grantees),
            Target::Database(db) => self.grant_database(db, &wanted, &grantees),
            Target::Table(db, table) => self.grant_table(db, table, &wanted, &grantees),
            Target::Routine(kind, db, routine) => {
                self.grant_routine((kind, db, routine), grant.object.written(), &wanted, &grantees)
            }
        }
    }

    fn grantees_exist(&self, grantees: &[AccountKey]) -> Flow {
        if grantees.iter().all(|key| self.exists(*key)) {
            return Ok(());
        }
        Err(errors::cannot_create_by_grant().into())
    }

    /// What is wrong with the privileges is noticed at the first account, after that is found to exist.
    fn first_exists(&self, grantees: &[AccountKey]) -> Flow {
        self.grantees_exist(grantees.get(..1).unwrap_or_default())
    }

    fn grant_global(&mut self, grant: &Grant, wanted: &mut Wanted, grantees: &[AccountKey]) -> Flow {
        self.mandatory_roles_are_no_system_users(wanted, grantees)?;
        if !wanted.unregistered.is_empty() {
            self.first_exists(grantees)?;
            self.refuse_unless_tolerant(errors::unknown_dynamic_privilege())?;
            for name in std::mem::take(&mut wanted.unregistered) {
                let privilege = self.register(&name);
                wanted.dynamic.push(privilege);
            }
        }
        self.grantees_exist(grantees)?;
        grantees.iter().try_for_each(|key| self.had_nothing_withheld(*key, None))?;
        let restrictions = self.restrictions_of(grant.as_user.as_deref())?;
        if wanted.statics.has(Privilege::SUPER) {
            self.warn(errors::super_is_deprecated());
        }
        let mut statics = wanted.statics_at(self.known.at(Level::Global));
        let with_grant = statics.contains(GRANT_OPTION);
        // GRANT OPTION beside nothing but dynamic privileges is theirs alone (M6.7).
        if statics == GRANT_OPTION && !wanted.dynamic.is_empty() {
            statics = PrivilegeSet::EMPTY;
        }
        for &key in grantees {
            if !self.grant_restricted(key, statics) {
                self.add_global(key, statics);
                self.lift_restrictions(key, statics);
            }
            self.grant_dynamic(key, wanted, with_grant);
            self.restrict(key, &restrictions, statics);
        }
        Ok(())
    }

    /// SYSTEM_USER cannot be given to a role that everybody has (M7.38).
    fn mandatory_roles_are_no_system_users(&self, wanted: &Wanted, grantees: &[AccountKey]) -> Flow {
        let Some(system_user) = self.known.dynamics.get("SYSTEM_USER") else { return Ok(()) };
        if !wanted.all && !wanted.dynamic.contains(system_user) {
            return Ok(());
        }
        match grantees.iter().find(|key| self.mandatory.contains(key)) {
            Some(&role) => Err(errors::system_user_for_mandatory_role(self.text(role)).into()),
            None => Ok(()),
        }
    }

    pub(super) fn add_global(&mut self, key: AccountKey, privileges: PrivilegeSet) {
        let statement = self.statement;
        let Some(row) = self.tables.users.get_mut(&key) else { return };
        row.privileges = row.privileges.union(privileges);
        if !privileges.is_empty() {
            contribute(&mut row.origin, statement, privileges);
        }
    }

    fn grant_database(&mut self, db: Symbol, wanted: &Wanted, grantees: &[AccountKey]) -> Flow {
        if !wanted.named_dynamic.is_empty() {
            return Err(errors::illegal_privilege_level(&wanted.named_dynamic).into());
        }
        let at = self.known.at(Level::Database);
        let privileges = wanted.statics_at(at);
        if !at.contains(privileges) {
            self.first_exists(grantees)?;
            return Err(errors::global_privilege_at_database().into());
        }
        self.grantees_exist(grantees)?;
        grantees.iter().try_for_each(|key| self.had_nothing_withheld(*key, Some(db)))?;
        for &key in grantees {
            let privileges = self.lift_restrictions_on(key, db, privileges);
            if !privileges.is_empty() {
                self.add_database(key, db, privileges);
            }
        }
        Ok(())
    }

    pub(super) fn add_database(&mut self, key: AccountKey, db: Symbol, privileges: PrivilegeSet) {
        let statement = self.statement;
        let t = &mut self.tables;
        if !t.ranked_as.dbs.is_empty() && t.dbs.index_of(&(key, db)).is_none() {
            t.ranked_as.dbs.remove(&(key, db));
        }
        let new = || DbRow { key, db, privileges: PrivilegeSet::EMPTY, origin: Origin::new() };
        if let Some(row) = self.tables.dbs.get_or_insert_with((key, db), new) {
            row.privileges = row.privileges.union(privileges);
            contribute(&mut row.origin, statement, privileges);
        }
        let t = &mut self.tables;
        Self::order_after_insertion(&t.server, t.dbs.len(), &mut t.db_order);
    }

    fn grant_table(&mut self, db: Symbol, table: Symbol, wanted: &Wanted, grantees: &[AccountKey]) -> Flow {
        if !wanted.named_dynamic.is_empty() {
            return Err(errors::illegal_privilege_level(self.tables.names.text(table)).into());
        }
        let at = self.known.at(Level::Table);
        let privileges = wanted.statics_at(at);
        if !at.contains(privileges) {
            return Err(errors::illegal_grant().into());
        }
        self.check_table(db, table, wanted)?;
        self.late_refusal()?;
        self.grantees_exist(grantees)?;
        let mut named = wanted.on_columns();
        for &key in grantees {
            self.add_table((key, db, table), privileges, wanted, &mut named);
        }
        Ok(())
    }

    /// Gives on a table and its columns; `named` is what `Column_priv` names until now, one account after the other.
    pub(super) fn add_table(
        &mut self,
        id: (AccountKey, Symbol, Symbol),
        privileges: PrivilegeSet,
        wanted: &Wanted,
        named: &mut PrivilegeSet,
    ) {
        let (key, db, table) = id;
        let statement = self.statement;
        let t = &mut self.tables;
        match t.tables.get(&id) {
            Some(row) => *named = named.union(row.on_columns()).union(row.claims.in_force),
            None if privileges.is_empty() && named.is_empty() => return t.passes(None, id),
            None => {}
        }
        let row = t.tables.get_or_insert_with(id, || TableRow {
            key,
            db,
            table,
            privileges: PrivilegeSet::EMPTY,
            columns: Vec::new(),
            claims: Claims::default(),
            origin: Origin::new(),
        });
        let Some(row) = row else { return };
        row.privileges = row.privileges.union(privileges);
        if !privileges.is_empty() {
            contribute(&mut row.origin, statement, privileges);
        }
        for &(column, privileges) in &wanted.columns {
            let (names, name) = (&t.names, t.names.text(column));
            let same = |c: &&mut ColumnRow| c.column == column || names.text(c.column).eq_ignore_ascii_case(name);
            if let Some(present) = row.columns.iter_mut().find(same) {
                present.privileges = present.privileges.union(privileges);
                contribute(&mut present.origin, statement, privileges);
                continue;
            }
            let mut origin = Origin::new();
            contribute(&mut origin, statement, privileges);
            row.columns.push(ColumnRow { index: t.next_column, column, privileges, origin });
            t.next_column += 1;
        }
        let claimed = row.claims;
        row.name_columns(*named);
        if row.claims != claimed {
            contribute(&mut row.origin, statement, PrivilegeSet::EMPTY);
        }
    }

    fn grant_routine(
        &mut self,
        (kind, db, routine): (ObjectKind, Symbol, Symbol),
        written: &str,
        wanted: &Wanted,
        grantees: &[AccountKey],
    ) -> Flow {
        if !wanted.named_dynamic.is_empty() {
            return Err(errors::illegal_privilege_level(written).into());
        }
        let at = self.known.at(Level::Routine);
        let privileges = wanted.statics_at(at);
        if !at.contains(privileges) {
            return Err(errors::illegal_grant().into());
        }
        self.check_routine(kind, db, routine, written)?;
        self.late_refusal()?;
        self.grantees_exist(grantees)?;
        for &key in grantees.iter().filter(|_| !privileges.is_empty()) {
            self.add_routine((key, kind, db, routine), privileges);
        }
        Ok(())
    }

    pub(super) fn add_routine(&mut self, id: (AccountKey, ObjectKind, Symbol, Symbol), privileges: PrivilegeSet) {
        let (key, kind, db, routine) = id;
        let statement = self.statement;
        let new = || RoutineRow { key, db, kind, routine, privileges: PrivilegeSet::EMPTY, origin: Origin::new() };
        if let Some(row) = self.tables.routines.get_or_insert_with(id, new) {
            row.privileges = row.privileges.union(privileges);
            contribute(&mut row.origin, statement, privileges);
        }
    }
}
