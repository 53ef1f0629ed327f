//! Roles of MariaDB: granted one at a time, with an admin option that even the administrator needs
//! (M7.40, M7.41).

use super::super::{Flow, Replay, Stop};
use crate::matching::host::HostPattern;
use crate::matching::wild::Quirks;
use crate::server::errors::account as errors;
use crate::server::errors::mariadb;
use crate::syntax::statement::{AccountName, AccountOptions, AccountRef, RoleSet, UserSpec};
use crate::tables::row::AccountKey;

impl Replay {
    pub(super) fn grant_role_to_each(&mut self, roles: &[AccountRef], grantees: &[UserSpec], admin: bool) -> Flow {
        self.check_names(grantees.iter().map(|grantee| &grantee.account))?;
        let role = self.granted_role(roles)?;
        let (mut failed, mut first) = (Vec::new(), Ok(()));
        for spec in grantees {
            match self.grant_role_to(role, spec, admin, first.is_err()) {
                Ok(None) => {}
                Ok(Some(looped)) => failed.push(self.quoted(looped)),
                Err(Stop::Skipped) => return Err(Stop::Skipped),
                Err(stop) => first = first.and(Err(stop)),
            }
        }
        first?;
        if failed.is_empty() { Ok(()) } else { Err(mariadb::role_not_grantable(self.text(role).0, &failed).into()) }
    }

    /// Whoever would close a loop.
    fn grant_role_to(
        &mut self,
        role: AccountKey,
        spec: &UserSpec,
        admin: bool,
        failed: bool,
    ) -> Flow<Option<AccountKey>> {
        let to = self.role_holder(&spec.account, !spec.factors.is_empty())?;
        if to == self.public_key() {
            self.make_public();
        }
        if !self.exists(to) {
            if failed && self.is_spared(to) {
                return Ok(Some(to));
            }
            self.account_to_grant(to, spec, &AccountOptions::default())?;
        }
        if self.reaches(role, to) {
            return Ok(Some(to));
        }
        let admin = admin || self.tables.role_edges.get(&(to, role)).is_some_and(|edge| edge.admin_option);
        self.add_role_edge(role, to, admin);
        Ok(None)
    }

    pub(super) fn revoke_role_from_each(
        &mut self,
        admin_option_only: bool,
        roles: &[AccountRef],
        users: &[AccountRef],
    ) -> Flow {
        self.check_names(users)?;
        let role = self.granted_role(roles)?;
        let (mut failed, mut first) = (Vec::new(), Ok(()));
        for user in users {
            let key = match self.role_holder(user, false) {
                Ok(key) => key,
                Err(stop) => {
                    first = first.and(Err(stop));
                    continue;
                }
            };
            match self.tables.role_edges.get_mut(&(key, role)).filter(|_| self.tables.users.get(&key).is_some()) {
                None => failed.push(self.quoted(key)),
                Some(edge) if admin_option_only => (edge.admin_option, edge.stored_admin_option) = (false, false),
                Some(_) => self.remove_role_edge(role, key),
            }
        }
        first?;
        if failed.is_empty() { Ok(()) } else { Err(mariadb::role_not_revocable(self.text(role).0, &failed).into()) }
    }

    /// The one role of GRANT and REVOKE, which the administrator may pass on (M7.41).
    fn granted_role(&mut self, roles: &[AccountRef]) -> Flow<AccountKey> {
        let [role] = roles else { return Err(errors::syntax().into()) };
        let key = match &role.name {
            AccountName::CurrentRole => self.current_role.ok_or_else(mariadb::invalid_definer)?,
            _ => self.existing_role(role)?,
        };
        if !self.exists(key) {
            return Err(mariadb::invalid_role(self.text(key).0).into());
        }
        if !self.may_pass_on(key) {
            return Err(crate::server::errors::access::access_denied_no_password(self.text(self.administrator)).into());
        }
        Ok(key)
    }

    /// A renamed account may not pass on its roles before the next load (M7.7).
    pub(super) fn forget_admin_options(&mut self, account: AccountKey) {
        for key in self.tables.role_edges.keys_of(account).collect::<Vec<_>>() {
            if let Some(edge) = self.tables.role_edges.get_mut(&key).filter(|edge| edge.stored_admin_option) {
                edge.admin_option = false;
                self.forgotten_admins.insert(key);
            }
        }
    }

    /// A role by its name: there, and neither NONE nor PUBLIC.
    fn existing_role(&mut self, role: &AccountRef) -> Flow<AccountKey> {
        let AccountName::Named { user, host: None } = &role.name else { return Err(errors::syntax().into()) };
        let name = user.trim_end_matches(' ');
        if matches!(name.to_ascii_uppercase().as_str(), "" | "NONE" | "PUBLIC") {
            return Err(mariadb::invalid_role(&name.to_ascii_uppercase()).into());
        }
        let key = self.role_key(name);
        if self.exists(key) { Ok(key) } else { Err(mariadb::invalid_role(name).into()) }
    }

    /// The administrator, or a role that he reaches, has the role with admin option.
    fn may_pass_on(&self, role: AccountKey) -> bool {
        let passes = |holder| self.tables.role_edges.get(&(holder, role)).is_some_and(|edge| edge.admin_option);
        passes(self.administrator) || self.tables.roles_below(self.administrator).into_iter().any(passes)
    }

    /// Who a role is granted to or revoked from.
    fn role_holder(&mut self, account: &AccountRef, is_user: bool) -> Flow<AccountKey> {
        match &account.name {
            AccountName::CurrentRole => self.current_role.ok_or_else(|| mariadb::invalid_role("NONE").into()),
            _ if is_user => self.subject(account),
            _ => self.grantee(account),
        }
    }

    /// SET ROLE: one role that is granted to the administrator himself (M7.41).
    pub(super) fn set_current_role(&mut self, roles: &RoleSet) -> Flow {
        self.current_role = match roles {
            RoleSet::None => None,
            RoleSet::Named(list) => match list.as_slice() {
                [role] if is_none(role) => None,
                [role] => Some(self.role_of(role, self.administrator)?),
                _ => return Err(errors::syntax().into()),
            },
            RoleSet::All | RoleSet::AllExcept(_) | RoleSet::Default => return Err(errors::syntax().into()),
        };
        Ok(())
    }

    /// A role that is granted to the account; what is granted to PUBLIC does not count.
    fn role_of(&mut self, role: &AccountRef, account: AccountKey) -> Flow<AccountKey> {
        let key = match &role.name {
            AccountName::CurrentRole => self.current_role.ok_or_else(mariadb::invalid_definer)?,
            _ => self.existing_role(role)?,
        };
        let granted = |to| self.tables.role_edges.get(&(to, key)).is_some();
        if self.accounts_like(account).into_iter().any(granted) {
            return Ok(key);
        }
        self.late_refusal()?;
        Err(mariadb::role_not_granted_to(self.text(account), self.text(key).0).into())
    }

    /// Every account of that user whose host matches the text of this one's host.
    fn accounts_like(&self, wanted: AccountKey) -> Vec<AccountKey> {
        let (server, host) = (self.server(), self.text(wanted).1);
        let matches = |key: &AccountKey| {
            let pattern = HostPattern::new(self.text(*key).1, &server);
            key.user == wanted.user && pattern.matches_texts(Some(host), Some(host), Quirks::of(&server))
        };
        self.tables.users.iter().map(|(_, key, _)| *key).filter(|key| !self.is_role(*key) && matches(key)).collect()
    }

    /// SET DEFAULT ROLE role | NONE [FOR account].
    pub(super) fn set_one_default_role(&mut self, roles: &RoleSet, users: &[AccountRef]) -> Flow {
        let user = match users {
            [] => self.administrator,
            [user] => self.subject(user)?,
            _ => return Err(errors::syntax().into()),
        };
        let role = match roles {
            RoleSet::None => None,
            RoleSet::Named(list) => match list.as_slice() {
                [role] if is_none(role) => None,
                [role] if role.name == AccountName::CurrentRole && self.current_role.is_none() => None,
                [role] => Some(self.role_of(role, user)?),
                _ => return Err(errors::syntax().into()),
            },
            RoleSet::All | RoleSet::AllExcept(_) | RoleSet::Default => return Err(errors::syntax().into()),
        };
        if role.is_none() && self.accounts_like(user).is_empty() {
            return Err(mariadb::invalid_current_user().into());
        }
        if !self.exists(user) {
            return Err(errors::no_such_user().into());
        }
        self.tables.default_roles.remove_account(user);
        if let Some(role) = role {
            self.add_default_role(user, role, 1);
        }
        Ok(())
    }
}

/// The word for no role means that in quotes too.
fn is_none(role: &AccountRef) -> bool {
    matches!(&role.name, AccountName::Named { user, host: None } if user.eq_ignore_ascii_case("NONE"))
}
