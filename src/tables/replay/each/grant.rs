//! GRANT of privileges and proxies, one account after the other (M7.10–M7.15).

use super::super::object::{Target, Wanted};
use super::super::{Flow, Replay};
use crate::server::catalogue::{Level, Privilege, PrivilegeSet};
use crate::server::errors::account as errors;
use crate::syntax::statement::{AccountOptions, AccountRef, Grant, UserSpec};
use crate::tables::memory::Level as Merging;
use crate::tables::row::AccountKey;

const GRANT_OPTION: PrivilegeSet = PrivilegeSet::of(Privilege::GRANT_OPTION);

impl Replay {
    pub(super) fn grant_to_each(&mut self, grant: &Grant) -> Flow {
        let mut wanted = self.wanted(&grant.privileges)?;
        if grant.grant_option {
            wanted.statics = wanted.statics.union(GRANT_OPTION);
        }
        let target = self.target(&grant.object, &wanted)?;
        self.check_names(grant.grantees.iter().map(|grantee| &grantee.account))?;
        self.check_internal_schema(target, &wanted)?;
        self.check_level(target, &wanted)?;
        match target {
            Target::Table(db, table) => self.check_table(db, table, &wanted)?,
            Target::Routine(kind, db, name) => self.check_routine(kind, db, name, grant.object.written())?,
            Target::Global | Target::Database(_) => {}
        }
        self.late_refusal()?;
        let mut failed = false;
        let mut named = wanted.on_columns();
        self.each(&grant.grantees, |replay, spec| {
            let what = (target, &wanted, &mut named);
            let result = replay.grant_to(spec, what, grant.options(), failed);
            failed |= result.is_err();
            result
        })
    }

    fn grant_to(
        &mut self,
        spec: &UserSpec,
        what: (Target, &Wanted, &mut PrivilegeSet),
        options: &AccountOptions,
        failed: bool,
    ) -> Flow {
        let key = self.spec_subject(spec, options)?;
        if failed && self.is_spared(key) {
            return Ok(());
        }
        self.account_to_grant(key, spec, options)?;
        self.give(key, what)
    }

    fn give(&mut self, key: AccountKey, (target, wanted, named): (Target, &Wanted, &mut PrivilegeSet)) -> Flow {
        let level = self.known.at(target.level());
        let privileges = wanted.statics_at(level);
        match target {
            Target::Global => {
                self.add_global(key, privileges.intersection(level));
                self.changes_role(key, Merging::Global);
            }
            Target::Routine(kind, db, name) if privileges.is_empty() => {
                if self.tables.routines.get(&(key, kind, db, name)).is_none() {
                    self.tables.passes(Some(kind), (key, db, name));
                }
            }
            Target::Database(_) | Target::Routine(..) if privileges.is_empty() || !level.contains(privileges) => {}
            Target::Database(db) => self.add_database(key, db, privileges),
            Target::Table(db, table) => self.add_table((key, db, table), privileges, wanted, named),
            Target::Routine(kind, db, name) => self.add_routine((key, kind, db, name), privileges),
        }
        if let Some(object) = target.object() {
            self.changes_role(key, Merging::Rows(object));
        }
        match target {
            Target::Database(_) if !level.contains(privileges) => Err(errors::global_privilege_at_database().into()),
            _ => Ok(()),
        }
    }

    /// What a role has of others is brought up to date, even where nothing changes.
    pub(super) fn changes_role(&mut self, key: AccountKey, what: Merging) {
        if self.is_role(key) {
            self.tables.changed_role(key, what);
        }
    }

    /// A privilege that tables or routines do not have (M6.4).
    pub(super) fn check_level(&self, target: Target, wanted: &Wanted) -> Flow {
        let level = target.level();
        let at = self.known.at(level);
        if matches!(level, Level::Table | Level::Routine) && !at.contains(wanted.statics_at(at)) {
            return Err(errors::illegal_grant().into());
        }
        Ok(())
    }

    /// GRANT PROXY; to a role only when an account of that name has host `%`, though it is kept for the role (M4.16).
    pub(super) fn grant_proxy_to_each(
        &mut self,
        proxied: &AccountRef,
        grantees: &[UserSpec],
        grant_option: bool,
    ) -> Flow {
        self.check_names(grantees.iter().map(|grantee| &grantee.account))?;
        let proxied = self.subject(proxied)?;
        let mut failed = false;
        self.each(grantees, |replay, spec| {
            let result = replay.grant_proxy_to(spec, proxied, grant_option, failed);
            failed |= result.is_err();
            result
        })
    }

    fn grant_proxy_to(&mut self, spec: &UserSpec, proxied: AccountKey, grant_option: bool, failed: bool) -> Flow {
        let options = AccountOptions::default();
        let key = self.spec_subject(spec, &options)?;
        if failed && self.is_spared(key) {
            return Ok(());
        }
        self.account_to_grant(key, spec, &options)?;
        if self.is_role(key) && !self.has_account_named(key) {
            if grant_option {
                self.add_global(key, GRANT_OPTION);
            }
            return Err(errors::no_such_user().into());
        }
        self.add_proxy(key, proxied, grant_option);
        Ok(())
    }

    /// Beside the role there is an account of that name with host `%`.
    fn has_account_named(&self, role: AccountKey) -> bool {
        self.tables.find_account(self.text(role).0, "%").is_some_and(|key| self.exists(key))
    }
}
