//! ALTER USER, SET PASSWORD, and the clauses that CREATE USER shares with them (M7.8, M6.16).

use super::{Flow, Replay};
use crate::server::behaviour::Behaviour;
use crate::server::catalogue::PrivilegeSet;
use crate::server::catalogue::plugins::{self, Keeps};
use crate::server::errors::account::{self as errors, Obstacle};
use crate::syntax::statement::{
    AccountName, AccountOptions, AccountRef, AlterUser, Authentication, Credential, FactorAction, FactorChange, Limit,
    PasswordOption, UserSpec,
};
use crate::tables::row::{AccountKey, UserRow, contribute};
use rustc_hash::FxHashSet;
use serde_json::{Map, Value};
use smallvec::SmallVec;
use std::mem::discriminant;

impl Replay {
    pub(super) fn alter_user(&mut self, alter: &AlterUser) -> Flow {
        let mut keys = self.subjects(alter.users.iter().map(|u| &u.account))?;
        for (spec, key) in alter.users.iter().zip(&mut keys) {
            if matches!(spec.account.name, AccountName::CurrentUser | AccountName::SessionUser) {
                *key = self.owner_of_password();
            }
        }
        self.check_options(&alter.options)?;
        for (spec, &key) in alter.users.iter().zip(&keys) {
            self.check_expiry(Some(spec), key, &alter.options.password)?;
        }
        if alter.options.password.contains(&PasswordOption::Expire) && keys.iter().any(|key| Self::is_anonymous(*key)) {
            return Err(errors::anonymous_cannot_expire().into());
        }
        if let Some(roles) = &alter.default_roles {
            return self.set_default_roles(roles, &keys);
        }
        let missing: SmallVec<[AccountKey; 2]> = keys.iter().copied().filter(|key| !self.exists(*key)).collect();
        if !missing.is_empty() && !alter.if_exists {
            return Err(self.operation_failed("ALTER USER", &missing, Obstacle::Missing).into());
        }
        for key in missing {
            let note = errors::does_not_exist(self.text(key));
            self.warn(note);
        }
        let mut changed: Vec<UserRow> = Vec::with_capacity(keys.len());
        let mut seen = FxHashSet::default();
        for (spec, key) in alter.users.iter().zip(keys) {
            let Some(mut row) = self.tables.users.get(&key).cloned().filter(|_| seen.insert(key)) else { continue };
            self.alter_row(&mut row, spec, &alter.options)?;
            changed.push(row);
        }
        for row in changed {
            self.tables.users.insert(row.key, row);
        }
        Ok(())
    }

    /// Whether the account's plugin lets its password expire is asked before whether it exists.
    pub(super) fn check_expiry(
        &mut self,
        spec: Option<&UserSpec>,
        key: AccountKey,
        options: &[PasswordOption],
    ) -> Flow {
        let named =
            spec.and_then(|spec| spec.factors.first()).and_then(|factor| factor.first()).and_then(|a| a.plugin.clone());
        let row = self.tables.users.get(&key);
        let kept = || row.and_then(|row| row.authentication.first()).and_then(|a| a.plugin.clone());
        match named.or_else(kept) {
            Some(plugin) => self.refuse_expiry(&plugin, options),
            None => Ok(()),
        }
    }

    /// 3671 where a plugin keeps no password that could expire.
    fn refuse_expiry(&self, plugin: &str, options: &[PasswordOption]) -> Flow {
        let expires = |o: &PasswordOption| matches!(o, PasswordOption::Expire | PasswordOption::ExpireInterval(_));
        if self.ignores_passwords(plugin) && options.iter().any(expires) {
            return Err(errors::no_password_expiry(plugin).into());
        }
        Ok(())
    }

    /// The plugin keeps no password, and the server knows what that means for its age.
    fn ignores_passwords(&self, plugin: &str) -> bool {
        let keeps_password = plugins::find(plugin).is_some_and(|p| p.keeps == Keeps::Hash);
        !keeps_password && self.server().has(Behaviour::PasswordHistory)
    }

    /// A plugin that keeps passwords is named and none is given: it has to be set at the next login (M4.10).
    fn is_left_without_password(&self, spec: &UserSpec) -> bool {
        let keeps = |plugin: Option<&str>| plugin.and_then(plugins::find).is_some_and(|p| p.keeps == Keeps::Hash);
        let first = spec.factors.first().and_then(|alternatives| alternatives.first());
        let left = first.is_some_and(|a| a.credential == Credential::Unspecified && keeps(a.plugin.as_deref()));
        left && self.server().has(Behaviour::PluginAloneExpires)
    }

    pub(super) fn alter_row(&mut self, row: &mut UserRow, spec: &UserSpec, options: &AccountOptions) -> Flow {
        let more = std::mem::take(&mut row.more_factors);
        self.authenticate(row, spec)?;
        if spec.factors.len() < 2 {
            row.more_factors = more;
        }
        if !spec.factors.is_empty() {
            row.expired = self.is_left_without_password(spec);
        }
        for change in &spec.factor_changes {
            self.change_factor(row, change)?;
        }
        row.second_password = (row.second_password || spec.retain_current) && !spec.discard_old;
        self.apply_options(row, options)?;
        contribute(&mut row.origin, self.statement, PrivilegeSet::EMPTY);
        Ok(())
    }

    /// ADD, MODIFY and DROP of the second and third factor.
    fn change_factor(&mut self, row: &mut UserRow, change: &FactorChange) -> Flow {
        let place = usize::from(change.factor.saturating_sub(2));
        let there = place < row.more_factors.len();
        match change.action {
            FactorAction::Add if there => return Err(errors::factor_exists(change.factor).into()),
            FactorAction::Modify | FactorAction::Drop if !there => {
                return Err(errors::factor_missing(change.factor).into());
            }
            FactorAction::Drop => {
                row.more_factors.remove(place);
                return Ok(());
            }
            FactorAction::InitiateRegistration | FactorAction::FinishRegistration | FactorAction::Unregister
                if !there =>
            {
                return Err(errors::factor_missing(change.factor).into());
            }
            // Registered devices are nothing that a policy tells.
            FactorAction::InitiateRegistration
            | FactorAction::FinishRegistration
            | FactorAction::Unregister
            | FactorAction::InitialAuthentication => return Ok(()),
            FactorAction::Add | FactorAction::Modify => {}
        }
        let Some(written) = &change.authentication else { return Ok(()) };
        let settled = self.settle(written, None)?;
        match row.more_factors.get_mut(place) {
            Some(factor) => *factor = settled,
            None => row.more_factors.push(settled),
        }
        Ok(())
    }

    /// Values that no account can have.
    pub(super) fn check_options(&self, options: &AccountOptions) -> Flow {
        for option in &options.password {
            let (what, value, range) = match *option {
                PasswordOption::ExpireInterval(days) => ("DAY", days, 1..=65535),
                PasswordOption::FailedLoginAttempts(n) => ("FAILED_LOGIN_ATTEMPTS", n, 0..=32767),
                PasswordOption::LockTime(Some(n)) => ("PASSWORD_LOCK_TIME", n, 0..=32767),
                _ => continue,
            };
            if !range.contains(&value) {
                return Err(errors::wrong_option_value(what, value).into());
            }
        }
        match options.attribute.as_deref().map(serde_json::from_str::<Value>) {
            None | Some(Ok(Value::Object(_))) => Ok(()),
            Some(_) => Err(errors::attribute_not_object().into()),
        }
    }

    pub(super) fn apply_options(&mut self, row: &mut UserRow, options: &AccountOptions) -> Flow {
        if let Some(require) = &options.require {
            row.require = require.clone();
        }
        for (limit, value) in &options.limits {
            row.limits.get_mut(place_of(*limit)).into_iter().for_each(|slot| *slot = *value);
        }
        for option in self.usable_password_options(row, &options.password)? {
            set_password_option(row, option);
        }
        row.locked = options.locked.unwrap_or(row.locked);
        if let Some(comment) = &options.comment {
            let entry = Map::from_iter([("comment".to_owned(), Value::String(comment.clone()))]);
            merge(row.attributes.get_or_insert_default(), entry);
        }
        if let Some(Ok(Value::Object(attribute))) = options.attribute.as_deref().map(serde_json::from_str) {
            merge(row.attributes.get_or_insert_default(), attribute);
        }
        Ok(())
    }

    /// What CREATE USER says of limits is shown of the account until the next load, whatever becomes of them (verified on
    /// 9.7.4); ALTER USER leaves no such trace.
    pub(super) fn name_limits(&mut self, key: AccountKey, options: &AccountOptions) {
        if options.limits.is_empty() {
            return;
        }
        let mut named = [false; 5];
        for (limit, _) in &options.limits {
            named.get_mut(place_of(*limit)).into_iter().for_each(|slot| *slot = true);
        }
        self.tables.named_limits.insert(key, named);
    }

    /// Password clauses for the account's first plugin: where it keeps no password, expiry is refused and
    /// a history is ignored with a warning.
    fn usable_password_options(&mut self, row: &UserRow, options: &[PasswordOption]) -> Flow<Vec<PasswordOption>> {
        use PasswordOption as P;
        let plugin = row.authentication.first().and_then(|a| a.plugin.clone()).unwrap_or_default();
        self.refuse_expiry(&plugin, options)?;
        if !self.ignores_passwords(&plugin) {
            return Ok(options.to_vec());
        }
        let history = |o: &P| matches!(o, P::History(_) | P::ReuseInterval(_));
        if !options.iter().any(|o| matches!(o, P::History(Some(1..)) | P::ReuseInterval(Some(1..)))) {
            return Ok(options.to_vec());
        }
        let warning = errors::password_history_ignored(self.text(row.key), &plugin);
        self.warn(warning);
        let rest = options.iter().copied().filter(|o| !history(o));
        Ok(rest.chain([P::History(None), P::ReuseInterval(None)]).collect())
    }

    /// SET PASSWORD (M7.8).
    pub(super) fn set_password(&mut self, account: Option<&AccountRef>, credential: &Credential) -> Flow {
        let key = match account {
            Some(account) => self.subject(account)?,
            None => self.owner_of_password(),
        };
        let Some(row) = self.tables.users.get(&key) else { return Err(errors::no_such_user().into()) };
        let plugin = row.authentication.first().and_then(|a| a.plugin.clone());
        if plugin.as_deref().and_then(plugins::find).is_some_and(|p| p.keeps == Keeps::Text) {
            return Err(errors::no_password_kept(self.text(key)).into());
        }
        let settled = Authentication { plugin, credential: credential.clone() };
        let statement = self.statement;
        if let Some(row) = self.tables.users.get_mut(&key) {
            row.authentication = SmallVec::from_elem(settled, 1);
            row.expired = false;
            contribute(&mut row.origin, statement, PrivilegeSet::EMPTY);
        }
        Ok(())
    }
}

/// `PASSWORD EXPIRE` is a state; of the others the last one of each kind counts.
fn set_password_option(row: &mut UserRow, option: PasswordOption) {
    use PasswordOption as P;
    if option == P::Expire {
        row.expired = true;
        return;
    }
    let kind = |o: &PasswordOption| match o {
        P::Expire | P::ExpireDefault | P::ExpireNever | P::ExpireInterval(_) => discriminant(&P::Expire),
        P::RequireCurrent | P::RequireCurrentDefault | P::RequireCurrentOptional => discriminant(&P::RequireCurrent),
        other => discriminant(other),
    };
    row.password_options.retain(|o| kind(o) != kind(&option));
    row.password_options.push(option);
}

/// Merges as JSON_MERGE_PATCH does: null takes a key away, objects are merged.
fn merge(into: &mut Map<String, Value>, patch: Map<String, Value>) {
    for (key, value) in patch {
        match value {
            Value::Null => drop(into.shift_remove(&key)),
            Value::Object(patch) => {
                let entry = into.entry(key).or_insert_with(|| Value::Object(Map::new()));
                if !entry.is_object() {
                    *entry = Value::Object(Map::new());
                }
                if let Value::Object(map) = entry {
                    merge(map, patch);
                }
            }
            other => drop(into.insert(key, other)),
        }
    }
}

/// Where [`UserRow::limits`] has a limit.
fn place_of(limit: Limit) -> usize {
    match limit {
        Limit::QueriesPerHour => 0,
        Limit::UpdatesPerHour => 1,
        Limit::ConnectionsPerHour => 2,
        Limit::UserConnections => 3,
        Limit::StatementTime => 4,
    }
}
