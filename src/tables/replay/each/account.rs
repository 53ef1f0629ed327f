//! CREATE, DROP and RENAME of accounts and roles, one after the other (M7.1–M7.7, M7.40).

use super::super::{Flow, Replay, Stop};
use super::refusal;
use crate::server::behaviour::Behaviour;
use crate::server::errors::ServerError;
use crate::server::errors::account as errors;
use crate::server::errors::mariadb;
use crate::syntax::statement::{AccountName, AccountRef, CreateUser, UserSpec};
use crate::tables::PUBLIC;
use crate::tables::row::{AccountKey, UserRow};

/// OR REPLACE and IF NOT EXISTS.
type Present = (bool, bool);

/// Whether something is to be made.
enum Making {
    New,
    /// It is there and stays.
    Kept,
    /// It is there and in the way.
    InTheWay,
}

impl Replay {
    pub(super) fn create_each_user(&mut self, create: &CreateUser) -> Flow {
        let present = (create.or_replace, create.if_not_exists);
        self.check_names(create.users.iter().map(|user| &user.account))?;
        self.check_options(&create.options)?;
        let (mut failed, mut first) = (Vec::new(), None);
        for spec in &create.users {
            let key = self.subject(&spec.account)?;
            if matches!(self.making(key, present), Making::Kept) {
                let note = mariadb::user_exists(self.text(key));
                self.warn(note);
                continue;
            }
            match self.create_one_user(key, spec, create, first.is_some()) {
                Ok(true) => continue,
                Ok(false) => {}
                Err(Stop::Skipped) => return Err(Stop::Skipped),
                Err(stop) => first = first.or(refusal(stop)),
            }
            failed.push(self.quoted(key));
        }
        first.map_or_else(|| Self::all_done("CREATE USER", &failed), |error| Err(error.into()))
    }

    /// `false` when the account is in the way, or spared behind a failure: with OR REPLACE it is gone then.
    fn create_one_user(&mut self, key: AccountKey, spec: &UserSpec, create: &CreateUser, failed: bool) -> Flow<bool> {
        if matches!(self.making(key, (create.or_replace, create.if_not_exists)), Making::InTheWay) {
            return Ok(false);
        }
        if create.or_replace && self.exists_or_left_over(key) {
            self.remove_account(key);
        }
        if failed && self.is_spared(key) {
            return Ok(false);
        }
        let mut row = self.new_row(key);
        self.authenticate(&mut row, spec)?;
        self.apply_options(&mut row, &create.options)?;
        self.add_account(row);
        Ok(true)
    }

    fn making(&self, key: AccountKey, (or_replace, if_not_exists): Present) -> Making {
        match self.exists_or_left_over(key) {
            false => Making::New,
            true if or_replace => Making::New,
            true if if_not_exists => Making::Kept,
            true => Making::InTheWay,
        }
    }

    /// A new role is granted to whoever makes it, or to the one WITH ADMIN names (M7.40).
    pub(super) fn create_each_role(
        &mut self,
        present: Present,
        roles: &[AccountRef],
        admin: Option<&AccountRef>,
    ) -> Flow {
        self.check_names(roles)?;
        let admin = match admin {
            Some(account) => self.role_admin(account)?,
            None => self.administrator,
        };
        if !self.exists(admin) {
            let warning = mariadb::no_such_admin(self.text(admin));
            self.warn(warning);
        }
        let (mut failed, mut first) = (Vec::new(), Ok(()));
        for role in roles {
            let key = match self.new_role_name(role) {
                Ok(Some(key)) => key,
                Ok(None) => {
                    failed.push("CURRENT_ROLE".to_owned());
                    continue;
                }
                Err(stop) => {
                    first = first.and(Err(stop));
                    continue;
                }
            };
            if !self.create_one_role(key, present, admin) {
                failed.push(self.quoted(key));
            }
        }
        first?;
        Self::all_done("CREATE ROLE", &failed)
    }

    /// `false` when it is in the way.
    fn create_one_role(&mut self, key: AccountKey, present: Present, admin: AccountKey) -> bool {
        match self.making(key, present) {
            Making::InTheWay => return false,
            Making::Kept => {
                let note = mariadb::role_exists(self.text(key).0);
                self.warn(note);
                return true;
            }
            Making::New if present.0 => self.remove_account(key),
            Making::New => {}
        }
        let row = UserRow { is_role: true, ..self.new_row(key) };
        self.add_account(row);
        self.add_role_edge(key, admin, true);
        true
    }

    /// The name of a role to be made; NONE and PUBLIC are none.
    fn new_role_name(&mut self, role: &AccountRef) -> Flow<Option<AccountKey>> {
        let AccountName::Named { user, .. } = &role.name else { return Ok(None) };
        let name = user.trim_end_matches(' ');
        if matches!(name.to_ascii_uppercase().as_str(), "" | "NONE" | "PUBLIC") {
            return Err(mariadb::invalid_role(&name.to_ascii_uppercase()).into());
        }
        Ok(Some(self.role_key(name)))
    }

    /// WITH ADMIN: an account or a role, not PUBLIC.
    fn role_admin(&mut self, account: &AccountRef) -> Flow<AccountKey> {
        let key = self.grantee(account)?;
        if key == self.public_key() {
            let AccountName::Named { user, .. } = &account.name else { return Ok(key) };
            return Err(mariadb::invalid_role(user).into());
        }
        Ok(key)
    }

    pub(super) fn drop_each_user(&mut self, if_exists: bool, users: &[AccountRef]) -> Flow {
        self.check_names(users)?;
        self.tables.relink_roles();
        let mut failed = Vec::new();
        for user in users {
            let key = self.subject(user)?;
            if self.drop_one(key, if_exists, mariadb::user_missing) {
                failed.push(self.quoted(key));
            }
        }
        Self::all_done("DROP USER", &failed)
    }

    pub(super) fn drop_each_role(&mut self, if_exists: bool, roles: &[AccountRef]) -> Flow {
        self.check_names(roles)?;
        let mut failed = Vec::new();
        for role in roles {
            let AccountName::Named { user, .. } = &role.name else { return Err(Stop::Skipped) };
            let name = user.trim_end_matches(' ').to_owned();
            if name.eq_ignore_ascii_case("PUBLIC") {
                failed.push("PUBLIC".to_owned());
                continue;
            }
            let name = if name.eq_ignore_ascii_case("NONE") { "NONE".to_owned() } else { name };
            let key = self.role_key(&name);
            if self.drop_one(key, if_exists, |account| mariadb::role_missing(account.0)) {
                failed.push(self.quoted(key));
            }
        }
        Self::all_done("DROP ROLE", &failed)
    }

    /// Drops it; `true` when it is not there and should be.
    fn drop_one(
        &mut self,
        key: AccountKey,
        if_exists: bool,
        note: impl Fn(errors::AccountText<'_>) -> ServerError,
    ) -> bool {
        if self.exists_or_left_over(key) || self.tables.role_edges.has_any(key) {
            self.remove_account(key);
            return false;
        }
        if if_exists {
            let note = note(self.text(key));
            self.warn(note);
        }
        !if_exists
    }

    /// Pair by pair: a later one may rename what an earlier one renamed (M7.7).
    pub(super) fn rename_each_user(&mut self, pairs: &[(AccountRef, AccountRef)]) -> Flow {
        self.check_names(pairs.iter().flat_map(|(old, new)| [old, new]))?;
        self.tables.relink_roles();
        self.tables.sort_databases_anew();
        let mut failed = Vec::new();
        for (old, new) in pairs {
            let (old, new) = (self.subject(old)?, self.subject(new)?);
            let there = self.exists_or_left_over(old) || self.tables.role_edges.has_any(old);
            if self.exists_or_left_over(new) || !there {
                failed.push(self.quoted(old));
                continue;
            }
            self.move_account(old, new);
            self.forget_admin_options(new);
        }
        Self::all_done("RENAME USER", &failed)
    }

    /// The key of a role of that name.
    pub(in super::super) fn role_key(&mut self, name: &str) -> AccountKey {
        let names = &mut self.tables.names;
        AccountKey { user: names.intern(name), host: names.intern("") }
    }

    /// The key of what everybody holds (M7.42).
    pub(in super::super) fn public_key(&mut self) -> AccountKey {
        self.role_key(PUBLIC)
    }

    /// PUBLIC comes into being with the first grant to it.
    pub(super) fn make_public(&mut self) {
        let key = self.public_key();
        if !self.exists(key) && self.has(Behaviour::PublicRole) {
            let row = UserRow { is_role: true, ..self.new_row(key) };
            self.add_account(row);
        }
    }
}
