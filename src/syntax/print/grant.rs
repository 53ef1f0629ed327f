//! GRANT and REVOKE.

use super::account::{limit_value, limit_word};
use super::{Columns, List, Name, when};
use crate::syntax::statement::{
    Grant, GrantAs, GrantObject, ObjectKind, ObjectName, PrivilegeItem, Revoke, StatementKind,
};
use std::fmt::{self, Display, Formatter};

pub(super) fn print_grant(kind: &StatementKind, f: &mut Formatter<'_>) -> fmt::Result {
    match kind {
        StatementKind::Grant(grant) => privileges(grant, f),
        StatementKind::GrantProxy { proxied, grantees, grant_option } => {
            write!(f, "GRANT PROXY ON {proxied} TO {}{}", List(grantees), when(*grant_option, " WITH GRANT OPTION"))
        }
        StatementKind::GrantRoles { roles, grantees, admin_option } => {
            write!(f, "GRANT {} TO {}{}", List(roles), List(grantees), when(*admin_option, " WITH ADMIN OPTION"))
        }
        _ => Ok(()),
    }
}

pub(super) fn print_revoke(kind: &StatementKind, f: &mut Formatter<'_>) -> fmt::Result {
    let head = |if_exists: bool| when(if_exists, "IF EXISTS ");
    let tail = |ignore: bool| when(ignore, " IGNORE UNKNOWN USER");
    match kind {
        StatementKind::Revoke(Revoke { if_exists, ignore_unknown_user, privileges, object, users }) => {
            let (head, tail) = (head(*if_exists), tail(*ignore_unknown_user));
            write!(f, "REVOKE {head}{} ON {object} FROM {}{tail}", List(privileges), List(users))
        }
        StatementKind::RevokeAll { if_exists, ignore_unknown_user, users } => {
            let (head, tail) = (head(*if_exists), tail(*ignore_unknown_user));
            write!(f, "REVOKE {head}ALL PRIVILEGES, GRANT OPTION FROM {}{tail}", List(users))
        }
        StatementKind::RevokeProxy { if_exists, ignore_unknown_user, proxied, users } => {
            let (head, tail) = (head(*if_exists), tail(*ignore_unknown_user));
            write!(f, "REVOKE {head}PROXY ON {proxied} FROM {}{tail}", List(users))
        }
        StatementKind::RevokeRoles { if_exists, ignore_unknown_user, admin_option_only, roles, users } => {
            let (head, tail) = (head(*if_exists), tail(*ignore_unknown_user));
            let admin = when(*admin_option_only, "ADMIN OPTION FOR ");
            write!(f, "REVOKE {head}{admin}{} FROM {}{tail}", List(roles), List(users))
        }
        _ => Ok(()),
    }
}

fn privileges(grant: &Grant, f: &mut Formatter<'_>) -> fmt::Result {
    write!(f, "GRANT {} ON {} TO {}", List(&grant.privileges), grant.object, List(&grant.grantees))?;
    let options = grant.options();
    options.require.iter().try_for_each(|require| write!(f, " REQUIRE {require}"))?;
    if grant.grant_option || !options.limits.is_empty() {
        f.write_str(" WITH")?;
    }
    f.write_str(when(grant.grant_option, " GRANT OPTION"))?;
    options
        .limits
        .iter()
        .try_for_each(|(limit, number)| write!(f, " {} {}", limit_word(*limit), limit_value(*limit, *number)))?;
    grant.as_user.iter().try_for_each(|who| who.fmt(f))
}

impl Display for GrantAs {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, " AS {}", self.account)?;
        self.roles.iter().try_for_each(|roles| write!(f, " WITH ROLE {roles}"))
    }
}

impl Display for PrivilegeItem {
    /// Words as they are; anything else can only be a quoted name.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let words =
            !self.name.is_empty() && self.name.bytes().all(|b| b.is_ascii_alphabetic() || b == b'_' || b == b' ');
        if words {
            f.write_str(&self.name)?
        } else {
            Name(&self.name).fmt(f)?
        }
        if self.columns.is_empty() { Ok(()) } else { write!(f, " {}", Columns(&self.columns)) }
    }
}

impl Display for GrantObject {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.kind != ObjectKind::Table {
            write!(f, "{} ", self.kind.word())?;
        }
        self.name.fmt(f)
    }
}

impl ObjectKind {
    /// The SQL word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Table => "TABLE",
            Self::Procedure => "PROCEDURE",
            Self::Function => "FUNCTION",
            Self::Library => "LIBRARY",
            Self::Package => "PACKAGE",
            Self::PackageBody => "PACKAGE BODY",
        }
    }
}

impl Display for ObjectName {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Global => f.write_str("*.*"),
            Self::Star => f.write_str("*"),
            Self::Database(db) => write!(f, "{}.*", Name(db)),
            Self::Object { db: Some(db), name } => write!(f, "{}.{}", Name(db), Name(name)),
            Self::Object { db: None, name } => Name(name).fmt(f),
        }
    }
}
