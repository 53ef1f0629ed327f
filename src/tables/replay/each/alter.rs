//! ALTER USER and SET PASSWORD, one account after the other (M7.8).

use super::super::{Flow, Replay, Stop};
use crate::server::catalogue::PrivilegeSet;
use crate::server::errors::{account as errors, mariadb};
use crate::syntax::statement::{AccountName, AccountRef, AlterUser, Authentication, Credential, UserSpec};
use crate::tables::row::contribute;
use smol_str::SmolStr;

impl Replay {
    /// Whatever is wrong with an account, it is one of those that the statement failed for.
    pub(super) fn alter_each_user(&mut self, alter: &AlterUser) -> Flow {
        self.check_names(alter.users.iter().map(|user| &user.account))?;
        self.check_options(&alter.options)?;
        let mut failed = Vec::new();
        for spec in &alter.users {
            match self.alter_one(spec, alter) {
                Ok(()) => {}
                Err(Stop::Skipped) => return Err(Stop::Skipped),
                Err(Stop::Refused(_)) => failed.push(self.as_written(spec)?),
            }
        }
        if alter.if_exists && !failed.is_empty() {
            self.warn(errors::operation_failed_for("ALTER USER", &failed));
            return Ok(());
        }
        Self::all_done("ALTER USER", &failed)
    }

    fn alter_one(&mut self, spec: &UserSpec, alter: &AlterUser) -> Flow {
        let key = self.spec_subject(spec, &alter.options)?;
        let Some(mut row) = self.tables.users.get(&key).cloned() else { return Err(errors::no_such_user().into()) };
        if self.is_role(key) {
            return Ok(());
        }
        self.alter_row(&mut row, spec, &alter.options)?;
        self.tables.users.insert(key, row);
        Ok(())
    }

    /// Without a host where none was written and it could have been a role.
    fn as_written(&mut self, spec: &UserSpec) -> Flow<String> {
        match &spec.account.name {
            AccountName::Named { user, host: None } if spec.factors.is_empty() => Ok(format!("'{user}'")),
            _ => self.subject(&spec.account).map(|key| self.quoted(key)),
        }
    }

    pub(super) fn set_one_password(&mut self, account: Option<&AccountRef>, credential: &Credential) -> Flow {
        let key = match account {
            Some(account) => self.subject(account)?,
            None => self.administrator,
        };
        let Some(mut row) = self.tables.users.get(&key).cloned() else { return Err(errors::no_such_user().into()) };
        // The first alternative that keeps passwords gets it; the error is of the first that does not.
        let mut refused = None;
        for place in 0..row.authentication.len() {
            let Some(plugin) = row.authentication.get(place).map(|a| a.plugin.clone()) else { continue };
            match self.settle_password(plugin, credential) {
                Ok(settled) => {
                    row.authentication.get_mut(place).into_iter().for_each(|slot| *slot = settled.clone());
                    row.expired = false;
                    contribute(&mut row.origin, self.statement, PrivilegeSet::EMPTY);
                    self.tables.users.insert(key, row);
                    break;
                }
                Err(stop) => refused = refused.or(Some(stop)),
            }
        }
        refused.map_or(Ok(()), Err)
    }

    /// A plugin that keeps no password takes none from SET PASSWORD, be it a hash or empty. (Verified on 10.11.18.)
    fn settle_password(&mut self, plugin: Option<SmolStr>, credential: &Credential) -> Flow<Authentication> {
        match &plugin {
            Some(plugin) if self.keeps_no_password(plugin) => Err(mariadb::password_not_applicable(plugin).into()),
            _ => self.settle(&Authentication { plugin, credential: credential.clone() }, None),
        }
    }
}
