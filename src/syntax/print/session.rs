//! SET in its forms, FLUSH, RESTART, RESET PERSIST, USE, SHOW GRANTS, SHOW CREATE USER.

use super::{Hidden, List, Name, Text};
use crate::syntax::statement::{Assignment, Credential, Scope, StatementKind};
use std::fmt::{self, Display, Formatter};

pub(super) fn print(kind: &StatementKind, f: &mut Formatter<'_>) -> fmt::Result {
    match kind {
        StatementKind::SetRole(roles) => write!(f, "SET ROLE {roles}"),
        StatementKind::SetDefaultRole { roles, users } => {
            write!(f, "SET DEFAULT ROLE {roles}")?;
            if users.is_empty() { Ok(()) } else { write!(f, " TO {}", List(users)) }
        }
        StatementKind::SetPassword { account, credential } => {
            f.write_str("SET PASSWORD")?;
            account.iter().try_for_each(|account| write!(f, " FOR {account}"))?;
            match credential {
                Credential::Password(secret) | Credential::Stored(secret) => write!(f, " = {}", Hidden(secret)),
                Credential::Random | Credential::Unspecified => f.write_str(" TO RANDOM"),
            }
        }
        StatementKind::FlushPrivileges => f.write_str("FLUSH PRIVILEGES"),
        StatementKind::Restart => f.write_str("RESTART"),
        StatementKind::ResetPersist { if_exists, variable } => {
            f.write_str(if *if_exists { "RESET PERSIST IF EXISTS" } else { "RESET PERSIST" })?;
            variable.iter().try_for_each(|name| write!(f, " {}", dotted(name)))
        }
        StatementKind::SetVariables(assignments) => write!(f, "SET {}", List(assignments)),
        StatementKind::Use(db) => write!(f, "USE {}", Name(db)),
        StatementKind::ShowGrants { account, using } => {
            f.write_str("SHOW GRANTS")?;
            account.iter().try_for_each(|account| write!(f, " FOR {account}"))?;
            if using.is_empty() { Ok(()) } else { write!(f, " USING {}", List(using)) }
        }
        StatementKind::ShowCreateUser(account) => write!(f, "SHOW CREATE USER {account}"),
        _ => Ok(()),
    }
}

impl Display for Assignment {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let scope = match self.scope {
            Scope::Global => "GLOBAL ",
            Scope::Persist => "PERSIST ",
            Scope::PersistOnly => "PERSIST_ONLY ",
            Scope::Session => "SESSION ",
        };
        write!(f, "{scope}{} = ", dotted(&self.name))?;
        if is_expression(&self.value) { f.write_str(&self.value) } else { Text(&self.value).fmt(f) }
    }
}

/// The parts of a variable's name, each as a name.
fn dotted(name: &str) -> String {
    name.split('.').map(|part| Name(part).to_string()).collect::<Vec<_>>().join(".")
}

/// Words, numbers, variables and calls print as they are, anything else as a string.
fn is_expression(value: &str) -> bool {
    let word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '@' | '.' | '$');
    let call = value.find('(').is_some_and(|i| i > 0 && value.get(..i).is_some_and(|head| head.chars().all(word)));
    !value.is_empty() && value.chars().all(word) || call && value.ends_with(')')
}
