//! Statements of servers that handle one account after the other (M7.1): MySQL before 8.0 and MariaDB.
//!
//! What was done for one account stays done when the next one is refused; the first error is the statement's.

mod account;
mod alter;
mod grant;
mod implied;
mod revoke;
mod role;

use super::{Flow, Replay, Stop};
use crate::server::behaviour::Behaviour;
use crate::server::errors::ServerError;
use crate::server::errors::account as errors;
use crate::syntax::statement::{AccountName, AccountOptions, AccountRef, StatementKind as K, UserSpec};
use crate::tables::row::AccountKey;

impl Replay {
    /// Runs a statement about accounts; `None` for one that every server runs alike.
    pub(super) fn run_by_account(&mut self, kind: &K) -> Option<Flow> {
        Some(match kind {
            K::CreateUser(create) => self.create_each_user(create),
            K::AlterUser(alter) => self.alter_each_user(alter),
            K::DropUser { if_exists, users } => self.drop_each_user(*if_exists, users),
            K::RenameUser(pairs) => self.rename_each_user(pairs),
            K::CreateRole { or_replace, if_not_exists, roles, admin } => {
                self.create_each_role((*or_replace, *if_not_exists), roles, admin.as_ref())
            }
            K::DropRole { if_exists, roles } => self.drop_each_role(*if_exists, roles),
            K::Grant(grant) => self.grant_to_each(grant),
            K::GrantProxy { proxied, grantees, grant_option } => {
                self.grant_proxy_to_each(proxied, grantees, *grant_option)
            }
            K::GrantRoles { roles, grantees, admin_option } => self.grant_role_to_each(roles, grantees, *admin_option),
            K::Revoke(revoke) => self.revoke_from_each(revoke),
            K::RevokeAll { users, .. } => self.revoke_all_from_each(users),
            K::RevokeProxy { proxied, users, .. } => self.revoke_proxy_from_each(proxied, users),
            K::RevokeRoles { admin_option_only, roles, users, .. } => {
                self.revoke_role_from_each(*admin_option_only, roles, users)
            }
            K::SetRole(roles) => self.set_current_role(roles),
            K::SetDefaultRole { roles, users } => self.set_one_default_role(roles, users),
            K::SetPassword { account, credential } => self.set_one_password(account.as_ref(), credential),
            _ => return None,
        })
    }

    /// Does something to each; the first refusal is the statement's.
    fn each<T>(&mut self, items: &[T], mut act: impl FnMut(&mut Self, &T) -> Flow) -> Flow {
        let mut first = Ok(());
        for item in items {
            let result = act(self, item);
            if matches!(result, Err(Stop::Skipped)) {
                return result;
            }
            first = first.and(result);
        }
        first
    }

    /// The same for those that privileges are granted to or revoked from: behind a refusal some servers
    /// leave accounts alone, but not roles.
    fn each_grantee<T>(
        &mut self,
        items: &[T],
        account: impl Fn(&T) -> &AccountRef,
        mut act: impl FnMut(&mut Self, AccountKey, &T) -> Flow,
    ) -> Flow {
        let mut failed = false;
        self.each(items, |replay, item| {
            let result = replay.grantee(account(item)).and_then(|key| {
                if failed && replay.is_spared(key) {
                    return Ok(());
                }
                act(replay, key, item)
            });
            failed |= result.is_err();
            result
        })
    }

    /// Lengths and hosts are checked while the statement is read, before anything is done (M1.8, M1.9).
    fn check_names<'a>(&mut self, accounts: impl IntoIterator<Item = &'a AccountRef>) -> Flow {
        self.subjects(accounts.into_iter().filter(|a| a.name != AccountName::CurrentRole)).map(|_| ())
    }

    /// Behind a refusal it is left alone.
    fn is_spared(&self, key: AccountKey) -> bool {
        !self.is_role(key) && self.has(Behaviour::FailureSparesAccounts)
    }

    /// True for a role of a server whose roles have no host.
    fn is_role(&self, key: AccountKey) -> bool {
        self.text(key).1.is_empty() && self.has(Behaviour::RolesAreNames)
    }

    /// 1396 for those that a statement failed for, if there are any.
    fn all_done(operation: &str, failed: &[String]) -> Flow {
        if failed.is_empty() { Ok(()) } else { Err(errors::operation_failed_for(operation, failed).into()) }
    }

    /// `'user'@'host'`, or `'role'`.
    fn quoted(&self, key: AccountKey) -> String {
        let (user, host) = self.text(key);
        if self.is_role(key) { format!("'{user}'") } else { errors::quoted((user, host)) }
    }

    /// An account of a list; with credentials, TLS or limits in the statement a bare name means no role.
    fn spec_subject(&mut self, spec: &UserSpec, options: &AccountOptions) -> Flow<AccountKey> {
        if spec.factors.is_empty() && options.require.is_none() && options.limits.is_empty() {
            return self.grantee(&spec.account);
        }
        self.subject(&spec.account)
    }
}

/// The error of a refusal; `None` for what is skipped.
fn refusal(stop: Stop) -> Option<ServerError> {
    match stop {
        Stop::Refused(error) => Some(error),
        Stop::Skipped => None,
    }
}
