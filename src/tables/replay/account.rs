//! CREATE, DROP and RENAME of accounts and roles (M7.2–M7.7, M7.30).

use super::{Flow, Replay};
use crate::server::behaviour::Behaviour;
use crate::server::catalogue::PrivilegeSet;
use crate::server::errors::account::{self as errors, Obstacle};
use crate::syntax::statement::{AccountRef, CreateUser, PasswordOption as P};
use crate::tables::row::{AccountKey, Origin, UserRow, contribute};
use indexmap::IndexSet;
use rustc_hash::FxHashSet;
use smallvec::SmallVec;

impl Replay {
    pub(super) fn create_user(&mut self, create: &CreateUser) -> Flow {
        let keys = self.subjects(create.users.iter().map(|u| &u.account))?;
        let default_roles = self.subjects(&create.default_roles)?;
        self.check_options(&create.options)?;
        let mut rows = Vec::with_capacity(keys.len());
        for (spec, &key) in create.users.iter().zip(&keys) {
            let mut row = self.new_row(key);
            self.authenticate(&mut row, spec)?;
            if !(create.if_not_exists && self.exists_or_left_over(key)) {
                self.apply_options(&mut row, &create.options)?;
            }
            rows.push(row);
        }
        let expires = |o: &P| matches!(o, P::Expire | P::ExpireNever | P::ExpireInterval(_));
        let expires = create.options.password.iter().any(expires);
        if !default_roles.is_empty() {
            self.check_default_roles(&default_roles, &keys, create.if_not_exists, expires)?;
        }
        let made = |key: AccountKey| !(create.if_not_exists && self.exists_or_left_over(key));
        if expires && keys.iter().any(|&key| Self::is_anonymous(key) && made(key)) {
            return Err(errors::failed_for_anonymous("CREATE USER").into());
        }
        let new = self.new_accounts("CREATE USER", create.if_not_exists, &keys)?;
        for row in rows.into_iter().filter(|row| new.contains(&row.key)) {
            self.name_limits(row.key, &create.options);
            self.add_account(row);
        }
        // A mandatory role becomes a default one without being granted (M7.34).
        let named: IndexSet<AccountKey> = keys.iter().copied().filter(|key| new.contains(key)).collect();
        for key in named {
            for &role in &default_roles {
                if !self.mandatory.contains(&role) {
                    self.add_role_edge(role, key, false);
                }
                self.add_default_role(key, role, 1);
            }
        }
        Ok(())
    }

    /// DEFAULT ROLE grants the roles account by account, so that a role may be made earlier in the same statement
    /// but not later; behind an account that cannot be made none is made any more (M7.3).
    fn check_default_roles(
        &self,
        roles: &[AccountKey],
        keys: &[AccountKey],
        if_not_exists: bool,
        expires: bool,
    ) -> Flow {
        let mut made: Vec<AccountKey> = Vec::new();
        let mut refused = false;
        for &user in keys {
            if self.exists_or_left_over(user) || made.contains(&user) {
                refused |= !if_not_exists;
                continue;
            }
            if Self::is_anonymous(user) {
                if !expires {
                    return Err(errors::role_to_anonymous().into());
                }
                refused = true;
                continue;
            }
            if refused {
                return Err(errors::missing_default_role(self.text(user)).into());
            }
            made.push(user);
            if let Some(&role) = roles.iter().find(|role| Self::is_anonymous(**role)) {
                return Err(errors::failed_role_grant(self.text(role), self.text(user)).into());
            }
            self.late_refusal()?;
            if let Some(&role) = roles.iter().find(|role| !self.exists(**role) && !made.contains(role)) {
                return Err(errors::missing_default_role(self.text(role)).into());
            }
        }
        Ok(())
    }

    pub(super) fn create_role(&mut self, if_not_exists: bool, roles: &[AccountRef]) -> Flow {
        let keys = self.subjects(roles)?;
        if keys.iter().any(|&key| Self::is_anonymous(key)) {
            return Err(errors::failed_for_anonymous("CREATE ROLE").into());
        }
        if !if_not_exists {
            // A role's password is expired, and the plugin of an account that is there already is asked before all else.
            for &key in &keys {
                self.check_expiry(None, key, &[P::Expire])?;
            }
        }
        let new = self.new_accounts("CREATE ROLE", if_not_exists, &keys)?;
        for &key in keys.iter().filter(|key| new.contains(key)) {
            let row = UserRow { locked: true, expired: true, is_role: true, ..self.new_row(key) };
            self.add_account(row);
        }
        Ok(())
    }

    /// Those of the accounts that can be made; the others are noted, or refuse the statement (M7.1, M7.2).
    fn new_accounts(
        &mut self,
        operation: &str,
        if_not_exists: bool,
        keys: &[AccountKey],
    ) -> Flow<FxHashSet<AccountKey>> {
        let mut new = FxHashSet::default();
        let mut present: SmallVec<[AccountKey; 2]> = SmallVec::new();
        for &key in keys {
            if self.exists_or_left_over(key) || !new.insert(key) {
                present.push(key);
            }
        }
        if !if_not_exists && !present.is_empty() {
            return Err(self.operation_failed(operation, &present, Obstacle::Exists).into());
        }
        for key in present {
            let note = errors::already_exists(self.text(key));
            self.warn(note);
        }
        Ok(new)
    }

    pub(super) fn operation_failed(
        &self,
        operation: &str,
        failed: &[AccountKey],
        obstacle: Obstacle,
    ) -> crate::server::errors::ServerError {
        let failed: Vec<_> = failed.iter().map(|&key| (self.text(key), obstacle)).collect();
        errors::operation_failed(&self.server(), operation, &failed)
    }

    /// An account that nothing was said about (M7.2).
    pub(super) fn new_row(&self, key: AccountKey) -> UserRow {
        let mut origin = Origin::new();
        contribute(&mut origin, self.statement, PrivilegeSet::EMPTY);
        UserRow {
            key,
            privileges: PrivilegeSet::EMPTY,
            authentication: SmallVec::from_elem(self.default_authentication(), 1),
            more_factors: Vec::new(),
            require: Default::default(),
            limits: [0; 5],
            locked: false,
            expired: false,
            password_options: Vec::new(),
            attributes: None,
            second_password: false,
            is_role: false,
            origin,
        }
    }

    pub(super) fn add_account(&mut self, row: UserRow) {
        if self.tables.is_open(row.key) {
            self.open_accounts += 1;
            self.tables.admits_every_host = true;
        }
        self.tables.ranked_as.users.remove(&row.key);
        let t = &mut self.tables;
        t.users.insert(row.key, row);
        Self::order_after_insertion(&t.server, t.users.len(), &mut t.array_order);
    }

    /// DROP USER and DROP ROLE: one statement in all but its name (M7.5, M7.6).
    pub(super) fn drop_accounts(&mut self, operation: &str, if_exists: bool, accounts: &[AccountRef]) -> Flow {
        let keys = self.subjects(accounts)?;
        if let Some(&role) = keys.iter().find(|key| self.mandatory.contains(key) && self.exists(**key)) {
            return Err(errors::mandatory_role(self.text(role)).into());
        }
        self.late_refusal()?;
        let mut seen = FxHashSet::default();
        let mut missing: SmallVec<[AccountKey; 2]> = SmallVec::new();
        for &key in &keys {
            if !self.exists_or_left_over(key) || !seen.insert(key) {
                missing.push(key);
            }
        }
        if !if_exists && !missing.is_empty() {
            return Err(self.operation_failed(operation, &missing, Obstacle::Missing).into());
        }
        for key in missing {
            let note = errors::does_not_exist(self.text(key));
            self.warn(note);
        }
        for key in seen {
            self.remove_account(key);
        }
        self.read_roles_anew();
        Ok(())
    }

    /// Every row that is keyed by the account; as the proxied side of a proxy it stays (M7.5, M4.18).
    pub(super) fn remove_account(&mut self, key: AccountKey) {
        self.tables.leaves(key);
        for (_, role) in self.tables.role_edges.keys_of(key).collect::<Vec<_>>() {
            self.remove_role_edge(role, key);
        }
        for to in self.grantees.remove(&key).unwrap_or_default() {
            self.tables.role_edges.remove(&(to, key));
            self.forget_default_role(key, to);
        }
        let t = &mut self.tables;
        t.named_limits.remove(&key);
        if t.users.remove(&key).is_some() && t.is_open(key) {
            self.open_accounts = self.open_accounts.saturating_sub(1);
        }
        t.dbs.remove_account(key);
        t.tables.remove_account(key);
        t.routines.remove_account(key);
        t.proxies.remove_account(key);
        t.default_roles.remove_account(key);
        t.remove_dynamic(key);
        t.restrictions.remove_account(key);
    }

    /// RENAME USER: pair by pair, all or nothing (M7.7). The session that renames its own account is the new one's from
    /// then on, even when another pair fails.
    pub(super) fn rename_user(&mut self, pairs: &[(AccountRef, AccountRef)]) -> Flow {
        let mut keys = Vec::with_capacity(pairs.len());
        for (old, new) in pairs {
            keys.push((self.subject(old)?, self.subject(new)?));
        }
        if self.known.roles
            && keys.iter().any(|(old, new)| self.grantees.contains_key(old) || self.grantees.contains_key(new))
        {
            return Err(errors::role_cannot_be_renamed().into());
        }
        let (mut gone, mut come) = (FxHashSet::default(), FxHashSet::default());
        let mut failed: SmallVec<[(AccountKey, Obstacle); 2]> = SmallVec::new();
        for &(old, new) in &keys {
            let there =
                |key: AccountKey| come.contains(&key) || (self.exists_or_left_over(key) && !gone.contains(&key));
            if Self::is_anonymous(new) && self.tables.role_edges.has_any(old) {
                failed.push((old, Obstacle::RolesOfAnonymous));
                continue;
            }
            if !there(old) || there(new) {
                failed.push((old, Obstacle::Unsaid));
                continue;
            }
            if old == self.administrator && self.has(Behaviour::AtomicAccountStatements) {
                self.administrator = new;
            }
            gone.insert(old);
            come.remove(&old);
            come.insert(new);
            gone.remove(&new);
        }
        if !failed.is_empty() && self.has(Behaviour::AtomicAccountStatements) {
            let failed: Vec<_> = failed.iter().map(|&(key, obstacle)| (self.text(key), obstacle)).collect();
            return Err(errors::operation_failed(&self.server(), "RENAME USER", &failed).into());
        }
        for (old, new) in keys {
            self.move_account(old, new);
        }
        self.read_roles_anew();
        Ok(())
    }

    /// Gives every row of an account another key.
    pub(super) fn move_account(&mut self, old: AccountKey, new: AccountKey) {
        self.move_dynamic(old, new);
        let t = &mut self.tables;
        if let Some(row) = t.users.rekey(&old, new) {
            row.key = new;
            let was = t.ranked_as.users.remove(&old).unwrap_or(old);
            t.ranked_as.users.insert(new, was);
            if let Some(named) = t.named_limits.remove(&old) {
                t.named_limits.insert(new, named);
            }
            // Unlike CREATE USER, this lets everybody knock only while the account has that host (M2.20).
            self.open_accounts += usize::from(t.is_open(new));
            self.open_accounts = self.open_accounts.saturating_sub(usize::from(t.is_open(old)));
        }
        for key in t.dbs.keys_of(old).collect::<Vec<_>>() {
            t.dbs.rekey(&key, (new, key.1)).into_iter().for_each(|row| row.key = new);
            let was = t.ranked_as.dbs.remove(&key).unwrap_or(old);
            t.ranked_as.dbs.insert((new, key.1), was);
        }
        for key in t.tables.keys_of(old).collect::<Vec<_>>() {
            t.tables.rekey(&key, (new, key.1, key.2)).into_iter().for_each(|row| row.key = new);
        }
        for key in t.routines.keys_of(old).collect::<Vec<_>>() {
            t.routines.rekey(&key, (new, key.1, key.2, key.3)).into_iter().for_each(|row| row.key = new);
        }
        for key in t.proxies.keys_of(old).collect::<Vec<_>>() {
            t.proxies.rekey(&key, (new, key.1)).into_iter().for_each(|row| row.key = new);
            let was = t.ranked_as.proxies.remove(&key).unwrap_or(old);
            t.ranked_as.proxies.insert((new, key.1), was);
        }
        for key in t.default_roles.keys_of(old).collect::<Vec<_>>() {
            t.default_roles.rekey(&key, (new, key.1)).into_iter().for_each(|row| (row.key, row.times) = (new, 1));
        }
        for key in t.restrictions.keys_of(old).collect::<Vec<_>>() {
            t.restrictions.rekey(&key, (new, key.1)).into_iter().for_each(|row| row.key = new);
        }
        for key in t.role_edges.keys_of(old).collect::<Vec<_>>() {
            t.role_edges.rekey(&key, (new, key.1)).into_iter().for_each(|row| row.to = new);
            let grantees = self.grantees.entry(key.1).or_default();
            grantees.remove(&old);
            grantees.insert(new);
        }
    }
}
