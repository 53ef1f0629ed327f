//! Forms that a server's grammar refuses although it knows every clause: 1064, before anything else is looked at.

use super::{Flow, Replay};
use crate::server::behaviour::Behaviour;
use crate::server::errors::{account as errors, mariadb};
use crate::syntax::statement::{
    AccountName, AccountRef, GrantObject, ObjectKind, RoleSet, StatementKind as K, UserSpec,
};

impl Replay {
    /// Where roles have no host, one role stands in a statement, and only some places take CURRENT_ROLE (M7.40).
    pub(super) fn check_form(&self, kind: &K) -> Flow {
        if !self.has(Behaviour::RolesAreNames) {
            return Ok(());
        }
        let contradicts = match kind {
            K::CreateUser(create) => create.or_replace && create.if_not_exists,
            K::CreateRole { or_replace, if_not_exists, .. } => *or_replace && *if_not_exists,
            _ => false,
        };
        // The server sees this before it has read on.
        if contradicts {
            return Err(mariadb::wrong_usage("OR REPLACE", "IF NOT EXISTS").into());
        }
        let known = match kind {
            K::CreateUser(create) => create.users.iter().all(is_user),
            K::AlterUser(alter) => alter.users.iter().all(is_user),
            K::DropUser { users, .. } => users.iter().all(is_no_role),
            K::RenameUser(pairs) => pairs.iter().all(|(old, new)| is_no_role(old) && is_no_role(new)),
            K::SetPassword { account, .. } => account.iter().all(is_no_role),
            K::ShowCreateUser(account) => is_no_role(account),
            K::Grant(grant) => self.knows_object(&grant.object) && grant.grantees.iter().all(is_user),
            K::Revoke(revoke) => self.knows_object(&revoke.object),
            K::GrantProxy { proxied, grantees, .. } => is_no_role(proxied) && grantees.iter().all(is_user),
            K::RevokeProxy { proxied, users, .. } => is_no_role(proxied) && users.iter().all(is_no_role),
            _ => knows_roles(kind),
        };
        if known { Ok(()) } else { Err(errors::syntax().into()) }
    }

    fn knows_object(&self, object: &GrantObject) -> bool {
        let package = matches!(object.kind, ObjectKind::Package | ObjectKind::PackageBody);
        !package || self.tables.variables.sql_mode("ORACLE")
    }
}

fn knows_roles(kind: &K) -> bool {
    match kind {
        K::CreateRole { roles, .. } | K::DropRole { roles, .. } => roles.iter().all(is_role_name),
        K::GrantRoles { roles, grantees, .. } => is_one_role(roles) && grantees.iter().all(is_user),
        K::RevokeRoles { roles, .. } => is_one_role(roles),
        K::SetDefaultRole { users, .. } if users.len() > 1 || !users.iter().all(is_no_role) => false,
        K::SetRole(roles) | K::SetDefaultRole { roles, .. } => match roles {
            RoleSet::None => true,
            RoleSet::Named(list) if matches!(kind, K::SetRole(_)) => is_one_role(list) && list.iter().all(is_no_role),
            RoleSet::Named(list) => is_one_role(list),
            RoleSet::All | RoleSet::AllExcept(_) | RoleSet::Default => false,
        },
        _ => true,
    }
}

/// CURRENT_ROLE takes no credentials.
fn is_user(spec: &UserSpec) -> bool {
    spec.factors.is_empty() || is_no_role(&spec.account)
}

fn is_no_role(account: &AccountRef) -> bool {
    account.name != AccountName::CurrentRole
}

/// A name without a host, or CURRENT_ROLE.
fn is_role_name(role: &AccountRef) -> bool {
    matches!(role.name, AccountName::Named { host: None, .. } | AccountName::CurrentRole)
}

fn is_one_role(roles: &[AccountRef]) -> bool {
    matches!(roles, [role] if is_role_name(role))
}
