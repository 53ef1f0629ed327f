//! The accounts that a statement names.

use super::{AccountRef, StatementKind, UserSpec};
use smallvec::SmallVec;

/// Accounts that a statement names; most name one.
pub type Accounts<'a> = SmallVec<[&'a AccountRef; 2]>;

impl StatementKind {
    /// The accounts that a statement acts on.
    pub fn accounts(&self) -> Accounts<'_> {
        fn accounts(users: &[UserSpec]) -> Accounts<'_> {
            users.iter().map(|user| &user.account).collect()
        }
        match self {
            Self::CreateUser(create) => accounts(&create.users),
            Self::AlterUser(alter) => accounts(&alter.users),
            Self::Grant(grant) => accounts(&grant.grantees),
            Self::GrantProxy { grantees, .. } => accounts(grantees),
            Self::GrantRoles { roles, grantees, .. } => {
                roles.iter().chain(grantees.iter().map(|user| &user.account)).collect()
            }
            Self::DropUser { users, .. }
            | Self::RevokeAll { users, .. }
            | Self::RevokeProxy { users, .. }
            | Self::RevokeRoles { users, .. }
            | Self::SetDefaultRole { users, .. } => users.iter().collect(),
            Self::DropRole { roles, .. } | Self::CreateRole { roles, .. } => roles.iter().collect(),
            Self::Revoke(revoke) => revoke.users.iter().collect(),
            Self::RenameUser(pairs) => pairs.iter().flat_map(|(old, new)| [old, new]).collect(),
            Self::SetPassword { account, .. } => account.iter().collect(),
            _ => Accounts::new(),
        }
    }
}
