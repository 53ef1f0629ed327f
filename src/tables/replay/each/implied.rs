//! Accounts that a GRANT makes or changes on the way (M7.10).

use super::super::{Flow, Replay};
use crate::server::behaviour::Behaviour;
use crate::server::catalogue::PrivilegeSet;
use crate::server::errors::{account as errors, mariadb};
use crate::server::variables::Variable;
use crate::syntax::statement::{AccountOptions, Credential, UserSpec};
use crate::tables::row::{AccountKey, contribute};

impl Replay {
    /// The account is there, or it is made; its IDENTIFIED, REQUIRE and WITH clauses are put into it.
    pub(super) fn account_to_grant(&mut self, key: AccountKey, spec: &UserSpec, options: &AccountOptions) -> Flow {
        if key == self.public_key() {
            self.make_public();
        }
        let present = self.tables.users.get(&key).cloned();
        let mut row = match present {
            Some(row) => row,
            None if self.is_left_out(spec) => return Err(errors::no_such_user().into()),
            None => self.new_row(key),
        };
        if !spec.factors.is_empty() {
            self.authenticate(&mut row, spec)?;
            row.expired = false;
        }
        self.apply_options(&mut row, options)?;
        if self.exists(key) {
            if !spec.factors.is_empty() || *options != AccountOptions::default() {
                contribute(&mut row.origin, self.statement, PrivilegeSet::EMPTY);
                self.tables.users.insert(key, row);
            }
            return Ok(());
        }
        self.add_account(row);
        Ok(())
    }

    /// Nothing can be revoked from PUBLIC before something was granted to it (M7.42).
    pub(super) fn check_public(&mut self, key: AccountKey) -> Flow {
        if key == self.public_key() && !self.exists(key) {
            return Err(mariadb::invalid_role("PUBLIC").into());
        }
        Ok(())
    }

    /// NO_AUTO_CREATE_USER lets only those in that come with a password or a plugin.
    fn is_left_out(&self, spec: &UserSpec) -> bool {
        let identified = spec.factors.iter().flatten().any(|authentication| match &authentication.credential {
            Credential::Password(secret) | Credential::Stored(secret) if authentication.plugin.is_none() => {
                !secret.is_empty()
            }
            _ => true,
        });
        !identified && self.no_auto_create_user()
    }

    /// NO_AUTO_CREATE_USER is on, said or by default (M7.10).
    fn no_auto_create_user(&self) -> bool {
        match self.tables.variables.given(Variable::SqlMode) {
            Some((mode, _)) if !mode.eq_ignore_ascii_case("DEFAULT") => {
                self.tables.variables.sql_mode("NO_AUTO_CREATE_USER")
            }
            _ => self.has(Behaviour::NoAutoCreateUser),
        }
    }

    /// REVOKE needs the account (M7.21).
    pub(super) fn account_to_revoke(&mut self, key: AccountKey) -> Flow {
        self.check_public(key)?;
        if self.exists(key) { Ok(()) } else { Err(errors::no_such_grant(self.text(key)).into()) }
    }
}
