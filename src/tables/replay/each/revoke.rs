//! REVOKE, one account after the other (M7.20–M7.27).

use super::super::object::{Target, Wanted};
use super::super::revoke::TableState;
use super::super::{Flow, Replay};
use crate::name::Symbol;
use crate::server::catalogue::{Level, PrivilegeSet};
use crate::server::errors::account as errors;
use crate::syntax::statement::{AccountRef, ObjectKind, Revoke};
use crate::tables::memory::Level as Merging;
use crate::tables::row::AccountKey;

impl Replay {
    pub(super) fn revoke_from_each(&mut self, revoke: &Revoke) -> Flow {
        let wanted = self.wanted(&revoke.privileges)?;
        let target = self.target(&revoke.object, &wanted)?;
        self.check_names(&revoke.users)?;
        self.check_internal_schema(target, &wanted)?;
        self.check_level(target, &wanted)?;
        let written = revoke.object.written();
        self.each_grantee(
            &revoke.users,
            |user| user,
            |replay, key, _| {
                replay.account_to_revoke(key)?;
                replay.take(key, target, &wanted, written)
            },
        )
    }

    fn take(&mut self, key: AccountKey, target: Target, wanted: &Wanted, written: &str) -> Flow {
        let level = self.known.at(target.level());
        let rights = wanted.statics_at(level);
        let taken = match target {
            Target::Global => {
                self.take_global(key, rights);
                self.changes_role(key, Merging::Global);
                Ok(())
            }
            Target::Database(db) => self.take_database(key, db, rights),
            Target::Table(db, table) => self.take_table((key, db, table), rights, wanted),
            Target::Routine(kind, db, name) => self.take_routine((key, kind, db, name), rights, written),
        };
        if let Some(object) = target.object() {
            self.changes_role(key, Merging::Rows(object));
        }
        taken
    }

    fn take_database(&mut self, key: AccountKey, db: Symbol, rights: PrivilegeSet) -> Flow {
        if !self.known.at(Level::Database).contains(rights) {
            return Err(errors::global_privilege_at_database().into());
        }
        let Some(row) = self.tables.dbs.get(&(key, db)) else {
            return Err(errors::no_such_grant(self.text(key)).into());
        };
        let left = row.privileges.minus(rights);
        self.keep_in_database(key, db, left);
        Ok(())
    }

    /// A column that holds nothing is an error of its own; the rest is done (M7.22).
    fn take_table(&mut self, id: (AccountKey, Symbol, Symbol), rights: PrivilegeSet, wanted: &Wanted) -> Flow {
        let missing = errors::no_such_table_grant(self.text(id.0), self.tables.names.text(id.2));
        let Some(row) = self.tables.tables.get(&id) else { return Err(missing.into()) };
        let mut state = TableState::of(row);
        let lacking =
            wanted.columns.iter().any(|(column, _)| !state.columns.iter().any(|(c, _)| self.same_column(*c, *column)));
        self.take_from(&mut state, rights, wanted);
        self.keep_on_table(id, &state);
        if lacking { Err(missing.into()) } else { Ok(()) }
    }

    fn take_routine(
        &mut self,
        id: (AccountKey, ObjectKind, Symbol, Symbol),
        rights: PrivilegeSet,
        written: &str,
    ) -> Flow {
        let Some(row) = self.tables.routines.get(&id) else {
            return Err(errors::no_such_routine_grant(self.text(id.0), written).into());
        };
        let left = row.privileges.minus(rights);
        self.keep_on_routine(id, left);
        Ok(())
    }

    /// REVOKE ALL PRIVILEGES, GRANT OPTION: everything but proxies, roles too (M7.25).
    pub(super) fn revoke_all_from_each(&mut self, users: &[AccountRef]) -> Flow {
        self.check_names(users)?;
        let mut missing = false;
        self.each_grantee(
            users,
            |user| user,
            |replay, key, _| {
                replay.check_public(key)?;
                if !replay.exists(key) {
                    missing = true;
                    return Ok(());
                }
                let unheld = replay.unheld(key);
                replay.wipe(key);
                replay.changes_role(key, Merging::All);
                replay.take_roles(key);
                unheld
            },
        )?;
        if missing { Err(errors::cannot_revoke_all().into()) } else { Ok(()) }
    }

    /// From a role the server also tries to take what it has from its own roles, and complains of the first
    /// database or else table of which it has no row itself.
    fn unheld(&self, key: AccountKey) -> Flow {
        if !self.is_role(key) {
            return Ok(());
        }
        let t = &self.tables;
        let inherited = self.tables.roles_below(key);
        let dbs = |role: &AccountKey| t.dbs.keys_of(*role).any(|(_, db)| t.dbs.get(&(key, db)).is_none());
        if inherited.iter().any(dbs) {
            return Err(errors::no_such_grant(self.text(key)).into());
        }
        let mut tables = inherited.iter().flat_map(|role| t.tables.keys_of(*role));
        match tables.find(|(_, db, table)| t.tables.get(&(key, *db, *table)).is_none()) {
            Some((_, _, table)) => Err(errors::no_such_table_grant(self.text(key), t.names.text(table)).into()),
            None => Ok(()),
        }
    }

    fn take_roles(&mut self, key: AccountKey) {
        for (_, role) in self.tables.role_edges.keys_of(key).collect::<Vec<_>>() {
            self.remove_role_edge(role, key);
        }
    }

    pub(super) fn revoke_proxy_from_each(&mut self, proxied: &AccountRef, users: &[AccountRef]) -> Flow {
        self.check_names(users)?;
        let proxied = self.subject(proxied)?;
        let mut failed = false;
        self.each(users, |replay, user| {
            let key = replay.subject(user)?;
            if failed && replay.is_spared(key) {
                return Ok(());
            }
            if replay.tables.proxies.remove(&(key, proxied)).is_some() {
                return Ok(());
            }
            failed = true;
            Err(errors::no_such_grant(replay.text(key)).into())
        })
    }
}
