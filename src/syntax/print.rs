//! Statements as canonical SQL: one blank between words, every name quoted, every secret as
//! `<secret>`.
//!
//! What the tree does not keep (a table's types, a view's query, a body) prints as `…`.
//! Printing and parsing again gives the same tree, spans and secrets aside.

mod account;
mod data;
mod grant;
mod schema;
mod session;

use super::redact::SECRET;
use super::statement::{AccountName, AccountRef, RoleSet, Secret, Statement, StatementKind};
use std::fmt::{self, Display, Formatter, Write};

impl Display for Statement {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)
    }
}

impl Display for StatementKind {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::CreateUser(_)
            | Self::AlterUser(_)
            | Self::DropUser { .. }
            | Self::RenameUser(_)
            | Self::CreateRole { .. }
            | Self::DropRole { .. } => account::print(self, f),
            Self::Grant(_) | Self::GrantProxy { .. } | Self::GrantRoles { .. } => grant::print_grant(self, f),
            Self::Revoke(_) | Self::RevokeAll { .. } | Self::RevokeProxy { .. } | Self::RevokeRoles { .. } => {
                grant::print_revoke(self, f)
            }
            Self::Data(change) => change.fmt(f),
            Self::Schema(change) => schema::print(change, f),
            Self::Irrelevant(words) | Self::Unsupported(words) => f.write_str(words),
            _ => session::print(self, f),
        }
    }
}

impl Display for AccountName {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Named { user, host } => {
                Text(user).fmt(f)?;
                host.iter().try_for_each(|host| write!(f, "@{}", Text(host)))
            }
            Self::CurrentUser => f.write_str("CURRENT_USER()"),
            Self::SessionUser => f.write_str("USER()"),
            Self::CurrentRole => f.write_str("CURRENT_ROLE()"),
        }
    }
}

impl Display for AccountRef {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.name.fmt(f)
    }
}

/// A string literal.
struct Text<'a>(&'a str);

impl Display for Text<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_char('\'')?;
        for c in self.0.chars() {
            match c {
                '\'' => f.write_str("''")?,
                '\\' => f.write_str("\\\\")?,
                '\0' => f.write_str("\\0")?,
                '\n' => f.write_str("\\n")?,
                '\r' => f.write_str("\\r")?,
                '\u{1a}' => f.write_str("\\Z")?,
                c => f.write_char(c)?,
            }
        }
        f.write_char('\'')
    }
}

/// A name in backticks.
struct Name<'a>(&'a str);

impl Display for Name<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.0.replace('`', "``"))
    }
}

/// A secret as a string literal; the empty one shows, since it is none.
struct Hidden<'a>(&'a Secret);

impl Display for Hidden<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() { f.write_str("''") } else { write!(f, "'{SECRET}'") }
    }
}

/// Items with commas between them.
struct List<'a, T>(&'a [T]);

impl<T: Display> Display for List<'_, T> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (i, item) in self.0.iter().enumerate() {
            f.write_str(if i == 0 { "" } else { ", " })?;
            item.fmt(f)?;
        }
        Ok(())
    }
}

/// Names with commas between them, in parentheses.
struct Columns<'a>(&'a [smol_str::SmolStr]);

impl Display for Columns<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let names: Vec<Name<'_>> = self.0.iter().map(|name| Name(name)).collect();
        write!(f, "({})", List(&names))
    }
}

impl Display for RoleSet {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("NONE"),
            Self::Default => f.write_str("DEFAULT"),
            Self::All => f.write_str("ALL"),
            Self::AllExcept(roles) => write!(f, "ALL EXCEPT {}", List(roles)),
            Self::Named(roles) => List(roles).fmt(f),
        }
    }
}

/// The text when `on`, else nothing.
fn when(on: bool, text: &str) -> &str {
    if on { text } else { "" }
}
