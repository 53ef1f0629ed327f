//! The clauses that a statement uses and not every server's grammar knows.

use super::{Flow, Replay};
use crate::server::clause::Clause;
use crate::server::errors::account as errors;
use crate::syntax::statement::{
    AccountName, AccountOptions, AlterUser, CreateUser, Credential, Grant, GrantObject, Limit, ObjectKind,
    PasswordOption, Scope, Statement, StatementKind as K, UserSpec, Written,
};

/// What a statement uses.
#[derive(Debug, Default)]
struct Used(Vec<Clause>);

impl Replay {
    /// 1064 for a clause that this server's grammar does not have. A dump describes a state, whatever server it is
    /// read for.
    pub(super) fn check_clauses(&self, statement: &Statement) -> Flow {
        if self.tolerant {
            return Ok(());
        }
        let mut used = Used::default();
        used.written(statement.written);
        used.statement(&statement.kind);
        let server = self.server();
        match used.0.iter().all(|clause| server.knows(*clause)) {
            true => Ok(()),
            false => Err(errors::syntax().into()),
        }
    }
}

impl Used {
    fn when(&mut self, holds: bool, clause: Clause) {
        if holds {
            self.0.push(clause);
        }
    }

    fn written(&mut self, written: Written) {
        self.when(written.by_password, Clause::ByPassword);
        self.when(written.plugin_by, Clause::PluginBy);
        self.when(written.via, Clause::Via);
        self.when(written.using, Clause::PluginUsing);
        self.when(written.password_function, Clause::PasswordFunction);
        self.when(written.replace_current, Clause::ReplaceCurrent);
        self.when(written.hexadecimal, Clause::Hexadecimal);
        self.when(written.repeated, Clause::Repeated);
        self.when(written.default_role_for, Clause::DefaultRoleFor);
        self.when(written.default_role_to, Clause::DefaultRoleTo);
    }

    fn statement(&mut self, kind: &K) {
        match kind {
            K::CreateUser(create) => self.create_user(create),
            K::AlterUser(alter) => self.alter_user(alter),
            K::DropUser { if_exists, .. } => self.when(*if_exists, Clause::IfExists),
            K::Grant(grant) => self.grant(grant),
            K::GrantProxy { grantees, .. } => self.users(grantees),
            K::CreateRole { or_replace, admin, .. } => {
                self.0.push(Clause::Roles);
                self.when(*or_replace, Clause::OrReplace);
                self.when(admin.is_some(), Clause::RoleAdministrator);
            }
            K::DropRole { .. } | K::GrantRoles { .. } | K::SetRole(_) | K::SetDefaultRole { .. } => {
                self.0.push(Clause::Roles);
            }
            K::RevokeRoles { if_exists, ignore_unknown_user, admin_option_only, .. } => {
                self.0.push(Clause::Roles);
                self.when(*admin_option_only, Clause::AdminOptionFor);
                self.when(*if_exists || *ignore_unknown_user, Clause::RevokeIfExists);
            }
            K::Revoke(revoke) => {
                self.object(&revoke.object);
                self.when(revoke.if_exists || revoke.ignore_unknown_user, Clause::RevokeIfExists);
            }
            K::RevokeAll { if_exists, ignore_unknown_user, .. }
            | K::RevokeProxy { if_exists, ignore_unknown_user, .. } => {
                self.when(*if_exists || *ignore_unknown_user, Clause::RevokeIfExists);
            }
            K::SetPassword { credential, .. } => self.when(*credential == Credential::Random, Clause::RandomPassword),
            K::SetVariables(assignments) => {
                let persists = |scope| matches!(scope, Scope::Persist | Scope::PersistOnly);
                self.when(assignments.iter().any(|a| persists(a.scope)), Clause::Persist);
            }
            K::ResetPersist { .. } => self.0.push(Clause::ResetPersist),
            K::Restart => self.0.push(Clause::Restart),
            K::ShowGrants { using, .. } => self.when(!using.is_empty(), Clause::ShowGrantsUsing),
            K::ShowCreateUser(_) => self.0.push(Clause::ShowCreateUser),
            K::RenameUser(_)
            | K::FlushPrivileges
            | K::Use(_)
            | K::Schema(_)
            | K::Data(_)
            | K::Irrelevant(_)
            | K::Unsupported(_) => {}
        }
    }

    fn create_user(&mut self, create: &CreateUser) {
        self.when(create.or_replace, Clause::OrReplace);
        self.when(create.if_not_exists, Clause::IfExists);
        self.when(!create.default_roles.is_empty(), Clause::DefaultRole);
        self.when(create.options != AccountOptions::default(), Clause::CreateUserOptions);
        self.users(&create.users);
        self.options(&create.options);
    }

    fn alter_user(&mut self, alter: &AlterUser) {
        self.0.push(Clause::AlterUser);
        self.when(alter.if_exists, Clause::IfExists);
        self.when(alter.default_roles.is_some(), Clause::DefaultRole);
        let expire = AccountOptions { password: vec![PasswordOption::Expire], ..AccountOptions::default() };
        let more = alter.options != expire || alter.users.iter().any(|user| !user.factors.is_empty());
        self.when(more, Clause::AlterUserMore);
        self.users(&alter.users);
        self.options(&alter.options);
    }

    fn grant(&mut self, grant: &Grant) {
        self.object(&grant.object);
        self.when(grant.as_user.is_some(), Clause::GrantAs);
        self.users(&grant.grantees);
        self.options(grant.options());
    }

    fn object(&mut self, object: &GrantObject) {
        self.when(object.kind == ObjectKind::Library, Clause::Libraries);
        self.when(matches!(object.kind, ObjectKind::Package | ObjectKind::PackageBody), Clause::Packages);
    }

    fn users(&mut self, users: &[UserSpec]) {
        for user in users {
            self.when(user.factors.len() > 1 || !user.factor_changes.is_empty(), Clause::Factors);
            self.when(user.factors.iter().any(|alternatives| alternatives.len() > 1), Clause::Alternatives);
            self.when(user.account.name == AccountName::SessionUser, Clause::OwnAccountByUser);
            self.when(user.retain_current || user.discard_old, Clause::DualPasswords);
            for method in user.factors.iter().flatten() {
                self.when(method.credential == Credential::Random, Clause::RandomPassword);
            }
        }
    }

    fn options(&mut self, options: &AccountOptions) {
        use PasswordOption as P;
        for option in &options.password {
            match option {
                P::Expire => {}
                P::ExpireDefault | P::ExpireNever | P::ExpireInterval(_) => self.0.push(Clause::ExpiryTimes),
                P::History(_) | P::ReuseInterval(_) => self.0.push(Clause::PasswordHistory),
                P::RequireCurrent | P::RequireCurrentDefault | P::RequireCurrentOptional => {
                    self.0.push(Clause::RequireCurrent);
                }
                P::FailedLoginAttempts(_) | P::LockTime(_) => self.0.push(Clause::FailedLogins),
            }
        }
        self.when(options.locked.is_some(), Clause::AccountLock);
        self.when(options.comment.is_some() || options.attribute.is_some(), Clause::Attribute);
        self.when(options.limits.iter().any(|(limit, _)| *limit == Limit::StatementTime), Clause::StatementTime);
    }
}
