//! The parts of a tree that differ between statements of one shape: names and places.
//!
//! Each node is taken apart field by field, so that a new field does not compile until it is told here what it is.

use crate::source::Span;
use crate::syntax::statement::{
    AccountName, AccountOptions, AccountRef, Authentication, CreateUser, Credential, Grant, GrantAs, GrantObject,
    ObjectName, PrivilegeItem, Revoke, RoleSet, StatementKind, UserSpec,
};
use smol_str::SmolStr;

/// A part of a tree.
pub(super) enum Place<'a> {
    /// A name or text.
    Text(&'a mut SmolStr),
    /// Where something stands.
    Span(&'a mut Span),
}

/// The text may be of a statement whose tree is told here.
pub(super) fn may_cover(text: &str) -> bool {
    matches!(text.as_bytes().first(), Some(b'g' | b'G' | b'r' | b'R' | b'c' | b'C' | b'd' | b'D' | b's' | b'S'))
}

impl StatementKind {
    /// Shows every name and place of the tree, always in the same order; `false` for other statements.
    pub(super) fn places(&mut self, see: &mut impl FnMut(Place<'_>)) -> bool {
        match self {
            Self::Grant(Grant { privileges, object, grantees, grant_option: _, options, as_user }) => {
                privileges.iter_mut().for_each(|item| item.places(see));
                object.places(see);
                grantees.iter_mut().for_each(|user| user.places(see));
                options.iter_mut().for_each(|options| options.places());
                as_user.iter_mut().for_each(|who| who.places(see));
            }
            Self::CreateUser(create) => create.places(see),
            Self::GrantRoles { roles, grantees, admin_option: _ } => {
                roles.iter_mut().for_each(|role| role.places(see));
                grantees.iter_mut().for_each(|user| user.places(see));
            }
            Self::GrantProxy { proxied, grantees, grant_option: _ } => {
                proxied.places(see);
                grantees.iter_mut().for_each(|user| user.places(see));
            }
            Self::Revoke(Revoke { if_exists: _, ignore_unknown_user: _, privileges, object, users }) => {
                privileges.iter_mut().for_each(|item| item.places(see));
                object.places(see);
                users.iter_mut().for_each(|user| user.places(see));
            }
            Self::RevokeRoles { if_exists: _, ignore_unknown_user: _, admin_option_only: _, roles, users } => {
                roles.iter_mut().chain(users).for_each(|account| account.places(see));
            }
            Self::DropUser { if_exists: _, users: accounts }
            | Self::DropRole { if_exists: _, roles: accounts }
            | Self::RevokeAll { if_exists: _, ignore_unknown_user: _, users: accounts } => {
                accounts.iter_mut().for_each(|account| account.places(see));
            }
            Self::CreateRole { or_replace: _, if_not_exists: _, roles, admin } => {
                roles.iter_mut().chain(admin).for_each(|account| account.places(see));
            }
            Self::SetDefaultRole { roles, users } => {
                roles.places(see);
                users.iter_mut().for_each(|user| user.places(see));
            }
            _ => return false,
        }
        true
    }
}

impl CreateUser {
    fn places(&mut self, see: &mut impl FnMut(Place<'_>)) {
        let Self { or_replace: _, if_not_exists: _, users, default_roles, options } = self;
        users.iter_mut().for_each(|user| user.places(see));
        default_roles.iter_mut().for_each(|role| role.places(see));
        options.places();
    }
}

impl AccountOptions {
    /// Its texts are no names: a shape with one of them in a slot is not kept.
    fn places(&mut self) {
        let Self { require: _, limits: _, password: _, locked: _, comment: _, attribute: _ } = self;
    }
}

impl UserSpec {
    fn places(&mut self, see: &mut impl FnMut(Place<'_>)) {
        let Self { account, factors, factor_changes, retain_current: _, discard_old: _ } = self;
        account.places(see);
        factors.iter_mut().flatten().for_each(|method| method.places(see));
        factor_changes.iter_mut().flat_map(|change| &mut change.authentication).for_each(|method| method.places(see));
    }
}

impl Authentication {
    fn places(&mut self, see: &mut impl FnMut(Place<'_>)) {
        let Self { plugin, credential } = self;
        plugin.iter_mut().for_each(|plugin| see(Place::Text(plugin)));
        match credential {
            Credential::Password(secret) | Credential::Stored(secret) => see(Place::Text(secret.text_mut())),
            Credential::Unspecified | Credential::Random => {}
        }
    }
}

impl AccountRef {
    fn places(&mut self, see: &mut impl FnMut(Place<'_>)) {
        let Self { span, name } = self;
        see(Place::Span(span));
        match name {
            AccountName::Named { user, host } => {
                see(Place::Text(user));
                host.iter_mut().for_each(|host| see(Place::Text(host)));
            }
            AccountName::CurrentUser | AccountName::SessionUser | AccountName::CurrentRole => {}
        }
    }
}

impl PrivilegeItem {
    fn places(&mut self, see: &mut impl FnMut(Place<'_>)) {
        let Self { span, name, columns } = self;
        see(Place::Span(span));
        see(Place::Text(name));
        columns.iter_mut().for_each(|column| see(Place::Text(column)));
    }
}

impl GrantObject {
    fn places(&mut self, see: &mut impl FnMut(Place<'_>)) {
        let Self { span, kind: _, name } = self;
        see(Place::Span(span));
        match name {
            ObjectName::Global | ObjectName::Star => {}
            ObjectName::Database(db) => see(Place::Text(db)),
            ObjectName::Object { db, name } => {
                db.iter_mut().for_each(|db| see(Place::Text(db)));
                see(Place::Text(name));
            }
        }
    }
}

impl GrantAs {
    fn places(&mut self, see: &mut impl FnMut(Place<'_>)) {
        let Self { account, roles } = self;
        account.places(see);
        roles.iter_mut().for_each(|roles| roles.places(see));
    }
}

impl RoleSet {
    fn places(&mut self, see: &mut impl FnMut(Place<'_>)) {
        match self {
            Self::None | Self::Default | Self::All => {}
            Self::AllExcept(roles) | Self::Named(roles) => roles.iter_mut().for_each(|role| role.places(see)),
        }
    }
}
