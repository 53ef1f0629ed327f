//! Roles: granted, revoked, by default, active (M7.30–M7.38).

use super::subject::Subjects;
use super::{Flow, Replay};
use crate::server::behaviour::Behaviour;
use crate::server::catalogue::PrivilegeSet;
use crate::server::errors::account as errors;
use crate::syntax::statement::{AccountRef, RoleSet, UserSpec};
use crate::tables::row::{AccountKey, DefaultRole, Origin, RoleEdge, contribute};
use indexmap::IndexSet;

/// An edge as it was before the statement, `None` when it was not there.
type Before = (AccountKey, AccountKey, Option<RoleEdge>);

impl Replay {
    pub(super) fn grant_roles(&mut self, roles: &[AccountRef], grantees: &[UserSpec], admin: bool) -> Flow {
        let roles = self.subjects(roles)?;
        let grantees = self.subjects(grantees.iter().map(|g| &g.account))?;
        let mut done: Vec<Before> = Vec::new();
        let result = self.grant_each_role(&roles, &grantees, admin, &mut done);
        if result.is_err() {
            for (role, to, before) in done.into_iter().rev() {
                match before {
                    Some(edge) => {
                        if edge.stored_admin_option && !edge.admin_option {
                            self.forgotten_admins.insert((to, role));
                        }
                        self.tables.role_edges.insert((to, role), edge);
                    }
                    None => self.forget_edge(role, to),
                }
            }
        }
        result
    }

    /// Edge by edge, as a later one may close a loop with an earlier one.
    fn grant_each_role(
        &mut self,
        roles: &[AccountKey],
        grantees: &[AccountKey],
        admin: bool,
        done: &mut Vec<Before>,
    ) -> Flow {
        for &to in grantees {
            if Self::is_anonymous(to) {
                return Err(errors::role_to_anonymous().into());
            }
            self.must_be_known(to)?;
            for &role in roles {
                if Self::is_anonymous(role) {
                    return Err(errors::failed_role_grant(self.text(role), self.text(to)).into());
                }
                self.must_be_known(role)?;
                self.may_pass_on_role(role)?;
                let mandatory = || self.mandatory.iter().any(|&m| self.reaches(m, to));
                if self.has(Behaviour::RoleLoopsRefused) && (self.reaches(role, to) || mandatory()) {
                    return Err(errors::role_loop(self.text(to), self.text(role)).into());
                }
                done.push((role, to, self.tables.role_edges.get(&(to, role)).cloned()));
                self.add_role_edge(role, to, admin);
            }
        }
        Ok(())
    }

    /// A role with SYSTEM_USER is for those who have it too, which is noticed late (M7.13).
    fn may_pass_on_role(&self, role: AccountKey) -> Flow {
        let system_user = self.known.dynamics.get("SYSTEM_USER");
        if system_user.is_some_and(|privilege| self.tables.dynamic.index_of(&(role, *privilege)).is_some()) {
            return self.late_refusal();
        }
        Ok(())
    }

    fn must_be_known(&self, key: AccountKey) -> Flow {
        if self.exists(key) { Ok(()) } else { Err(errors::unknown_authid(self.text(key)).into()) }
    }

    /// `wanted` is `from`, or granted to it directly or indirectly.
    pub(super) fn reaches(&self, from: AccountKey, wanted: AccountKey) -> bool {
        let (mut open, mut seen) = (vec![from], rustc_hash::FxHashSet::default());
        while let Some(account) = open.pop() {
            if account == wanted {
                return true;
            }
            if seen.insert(account) {
                open.extend(self.tables.role_edges.keys_of(account).map(|(_, role)| role));
            }
        }
        false
    }

    /// A new edge, or the admin option of one that is there; what is stored never loses it (M7.32).
    pub(super) fn add_role_edge(&mut self, role: AccountKey, to: AccountKey, admin: bool) {
        let statement = self.statement;
        self.grantees.entry(role).or_default().insert(to);
        let edge = self.tables.role_edges.get_or_insert_with((to, role), || RoleEdge {
            role,
            to,
            admin_option: false,
            stored_admin_option: false,
            origin: Origin::new(),
        });
        if let Some(edge) = edge {
            edge.admin_option = admin;
            edge.stored_admin_option |= admin;
            if edge.stored_admin_option && !admin {
                self.forgotten_admins.insert((to, role));
            } else {
                self.forgotten_admins.remove(&(to, role));
            }
            contribute(&mut edge.origin, statement, PrivilegeSet::EMPTY);
        }
    }

    /// DROP and RENAME of accounts, and reloads, read the edges and the default roles anew: the stored admin options are
    /// back (M7.32), each default role is there once, and none of an anonymous account (M7.36).
    pub(super) fn read_roles_anew(&mut self) {
        if self.has(Behaviour::RolesAreAccounts) {
            let users = self.tables.default_roles.iter().map(|(_, key, _)| key.0);
            for key in users.filter(|key| Self::is_anonymous(*key)).collect::<Vec<_>>() {
                self.tables.default_roles.remove_account(key);
            }
        }
        let twice = self.tables.default_roles.iter().filter(|(_, _, row)| row.times > 1);
        for key in twice.map(|(_, key, _)| *key).collect::<Vec<_>>() {
            self.tables.default_roles.get_mut(&key).into_iter().for_each(|row| row.times = 1);
        }
        for key in std::mem::take(&mut self.forgotten_admins) {
            if let Some(edge) = self.tables.role_edges.get_mut(&key) {
                edge.admin_option = edge.stored_admin_option;
            }
        }
    }

    /// The edge goes, and the default role with it (M7.33).
    pub(super) fn remove_role_edge(&mut self, role: AccountKey, to: AccountKey) {
        self.forget_default_role(role, to);
        self.forget_edge(role, to);
    }

    /// The edge goes as if it had never been: a role that is mandatory can be a default one without it (M7.36).
    fn forget_edge(&mut self, role: AccountKey, to: AccountKey) {
        self.tables.role_edges.remove(&(to, role));
        if let Some(grantees) = self.grantees.get_mut(&role) {
            grantees.remove(&to);
            if grantees.is_empty() {
                self.grantees.remove(&role);
            }
        }
    }

    /// Where roles are names the default role stays, and counts again once the role is granted again (M7.41).
    pub(super) fn forget_default_role(&mut self, role: AccountKey, of: AccountKey) {
        if !self.has(Behaviour::RolesAreNames) {
            self.tables.default_roles.remove(&(of, role));
        }
    }

    pub(super) fn revoke_roles(
        &mut self,
        if_exists: bool,
        ignore_unknown_user: bool,
        roles: &[AccountRef],
        users: &[AccountRef],
    ) -> Flow {
        let roles = self.subjects(roles)?;
        let users = self.subjects(users)?;
        if let Some(&role) = roles.iter().find(|role| self.mandatory.contains(role) && self.exists(**role)) {
            let error = errors::mandatory_role(self.text(role));
            if !if_exists {
                return Err(error.into());
            }
            self.warn(error);
        }
        let mut edges = Vec::new();
        for &user in &users {
            if !self.exists(user) {
                if !ignore_unknown_user {
                    return Err(errors::unknown_authid(self.text(user)).into());
                }
                self.warn_of_unknown_user(user);
                continue;
            }
            for &role in &roles {
                if self.exists(role) {
                    self.may_pass_on_role(role)?;
                    edges.push((role, user));
                    continue;
                }
                let error = errors::unknown_authid(self.text(role));
                if !if_exists {
                    return Err(error.into());
                }
                self.warn(error);
            }
        }
        for (role, user) in edges {
            self.remove_role_edge(role, user);
        }
        Ok(())
    }

    pub(super) fn warn_of_unknown_user(&mut self, user: AccountKey) {
        let warning = errors::ignored_unknown_user(self.text(user).0);
        self.warn(warning);
    }

    /// SET DEFAULT ROLE, and the same clause of ALTER USER (M7.36).
    pub(super) fn set_default_role(&mut self, roles: &RoleSet, users: &[AccountRef]) -> Flow {
        let mut users = self.subjects(users)?;
        if users.is_empty() {
            users.push(self.administrator);
        }
        self.set_default_roles(roles, &users)
    }

    pub(super) fn set_default_roles(&mut self, roles: &RoleSet, users: &[AccountKey]) -> Flow {
        let named = match roles {
            RoleSet::Named(list) | RoleSet::AllExcept(list) => self.subjects(list)?,
            RoleSet::None | RoleSet::Default | RoleSet::All => Subjects::new(),
        };
        let mut chosen = Vec::with_capacity(users.len());
        for &user in users {
            if user != self.administrator {
                self.late_refusal()?;
            }
            self.check_granted(&named, user)?;
            if !named.is_empty() && !self.exists(user) {
                return Err(errors::default_roles_not_set().into());
            }
            chosen.push(match roles {
                RoleSet::All | RoleSet::AllExcept(_) => {
                    self.must_be_known(user)?;
                    let granted = self.tables.role_edges.keys_of(user).map(|(_, role)| role);
                    let mandatory = self.mandatory.iter().copied().filter(|role| self.exists(*role));
                    let all: IndexSet<AccountKey> =
                        granted.chain(mandatory).filter(|role| !named.contains(role)).collect();
                    all.into_iter().collect()
                }
                _ => named.clone(),
            });
        }
        // The list of named roles is drawn up anew for each account, and nothing is taken from it: the second account gets
        // each role twice. The last mention of an account counts.
        let named = !named.is_empty();
        for (place, (&user, roles)) in (1..).zip(users.iter().zip(chosen)) {
            if !self.exists(user) {
                continue;
            }
            self.tables.default_roles.remove_account(user);
            for role in roles {
                self.add_default_role(user, role, if named { place } else { 1 });
            }
        }
        Ok(())
    }

    /// Every one is granted to the user or mandatory, else 3530.
    fn check_granted(&self, roles: &[AccountKey], user: AccountKey) -> Flow {
        let granted = |role| self.tables.role_edges.index_of(&(user, role)).is_some() || self.mandatory.contains(&role);
        match roles.iter().find(|role| !granted(**role)) {
            Some(&role) => Err(errors::role_not_granted(self.text(role), self.text(user)).into()),
            None => Ok(()),
        }
    }

    pub(super) fn add_default_role(&mut self, key: AccountKey, role: AccountKey, times: u32) {
        let statement = self.statement;
        let row = self.tables.default_roles.get_or_insert_with((key, role), || DefaultRole {
            key,
            role,
            times: 0,
            origin: Origin::new(),
        });
        if let Some(row) = row {
            row.times += times;
            contribute(&mut row.origin, statement, PrivilegeSet::EMPTY);
        }
    }

    /// SET ROLE changes the administrator's session only; its refusals are still the server's (M7.35).
    pub(super) fn set_role(&mut self, roles: &RoleSet) -> Flow {
        match roles {
            RoleSet::Named(list) | RoleSet::AllExcept(list) => {
                let roles = self.subjects(list)?;
                self.check_granted(&roles, self.administrator)
            }
            RoleSet::None | RoleSet::Default | RoleSet::All => Ok(()),
        }
    }
}
