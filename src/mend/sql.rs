//! Names as SQL writes them, and the GRANT statements of a list of privileges.

use super::grant::{Target, Wish};
use crate::answer::AccountView;
use crate::policy::Policy;
use crate::server::variables::Variable;

/// `` `name` ``
pub fn identifier(name: &str) -> String {
    format!("`{}`", name.replace('`', "``"))
}

/// A text as a string literal.
pub fn text_literal(policy: &Policy, text: &str) -> String {
    let text = text.replace('\'', "''");
    if policy.tables.variables.sql_mode("NO_BACKSLASH_ESCAPES") {
        return format!("'{text}'");
    }
    format!("'{}'", text.replace('\\', "\\\\"))
}

/// `'joe'@'%'`; a role that is a name is written without a host.
pub fn account_name(policy: &Policy, account: &AccountView) -> String {
    let user = text_literal(policy, &account.user);
    let is_role = policy.tables.server.is_mariadb() && account.host.is_empty();
    if is_role { user } else { format!("{user}@{}", text_literal(policy, &account.host)) }
}

/// What lets an account in with a password that the reader chooses, whatever its method was: behind the method of the OS
/// user, and others that store no password, `IDENTIFIED BY` alone changes nothing on MySQL (M7.2).
pub fn password_method(policy: &Policy) -> String {
    if policy.tables.server.is_mariadb() {
        return " IDENTIFIED BY '<password>'".to_owned();
    }
    format!(" IDENTIFIED WITH '{}' BY '<password>'", policy.tables.default_plugin())
}

/// A database as GRANT names it, so that it means this one only: there `_` and `%` are wildcards (M5.5), unless
/// partial revokes are on (M7.60).
pub fn database(policy: &Policy, db: &str) -> String {
    if policy.tables.variables.on(Variable::PartialRevokes) {
        return identifier(db);
    }
    identifier(&db.replace('\\', "\\\\").replace('_', "\\_").replace('%', "\\%"))
}

/// The fewest GRANT statements that give all of this.
pub fn grants(policy: &Policy, wishes: &[Wish]) -> Vec<String> {
    let mut statements = Vec::new();
    let mut rest: Vec<&Wish> = wishes.iter().collect();
    while let Some(first) = rest.first().copied() {
        let (same, others): (Vec<&Wish>, Vec<&Wish>) = rest.into_iter().partition(|wish| wish.shares_statement(first));
        statements.push(grant(policy, first, &same));
        rest = others;
    }
    statements
}

fn grant(policy: &Policy, first: &Wish, wishes: &[&Wish]) -> String {
    let to = account_name(policy, &first.to);
    let on = match &first.on {
        Target::Role(role) => {
            return format!("GRANT {} TO {to} WITH ADMIN OPTION", account_name(policy, role));
        }
        Target::Proxied(account) => {
            return format!("GRANT PROXY ON {} TO {to} WITH GRANT OPTION", account_name(policy, account));
        }
        Target::Global | Target::GlobalGrantable => "*.*".to_owned(),
        Target::Database(db) => format!("{}.*", database(policy, db)),
        Target::Table(db, table) | Target::Column(db, table, _) => format!("{}.{}", identifier(db), identifier(table)),
        Target::Routine(kind, db, name) => format!("{} {}.{}", kind.word(), identifier(db), identifier(name)),
    };
    let mut names: Vec<String> = Vec::new();
    for wish in wishes.iter().filter(|wish| wish.privilege != GRANT_OPTION) {
        let columns: Vec<String> =
            wishes.iter().filter(|w| w.privilege == wish.privilege).filter_map(|w| w.column()).collect();
        let name = if wish.column().is_some() {
            format!("{} ({})", wish.privilege, columns.join(", "))
        } else {
            wish.privilege.clone()
        };
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let names = if names.is_empty() { "USAGE".to_owned() } else { names.join(", ") };
    let passes_on = matches!(first.on, Target::GlobalGrantable) || wishes.iter().any(|w| w.privilege == GRANT_OPTION);
    format!("GRANT {names} ON {on} TO {to}{}", if passes_on { " WITH GRANT OPTION" } else { "" })
}

/// The privilege that is written as a clause.
const GRANT_OPTION: &str = "GRANT OPTION";

impl Wish {
    fn column(&self) -> Option<String> {
        match &self.on {
            Target::Column(_, _, column) => Some(identifier(column)),
            _ => None,
        }
    }

    /// Both can stand in one GRANT.
    fn shares_statement(&self, other: &Self) -> bool {
        let table = |on: &Target| match on {
            Target::Table(db, table) | Target::Column(db, table, _) => Some((db.clone(), table.clone())),
            _ => None,
        };
        self.to == other.to
            && (self.on == other.on || (table(&self.on).is_some() && table(&self.on) == table(&other.on)))
    }
}
