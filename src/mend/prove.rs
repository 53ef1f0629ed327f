//! What else a mend changes: for each class of clients, what it gains and loses.

use super::{Kind, Mend, after};
use crate::answer::{Engine, HeldPrivilege, Login, Privileges};
use crate::policy::Policy;
use std::collections::BTreeSet;

/// What becomes of one class of clients.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The user name that they give.
    pub user: String,
    /// The clients in words.
    pub clients: String,
    /// Who they are, before and behind the mend, where that differs.
    pub identity: Option<(String, String)>,
    /// What they may do that they may not do now.
    pub gained: Vec<String>,
    /// What they may no longer do.
    pub lost: Vec<String>,
}

/// A mend, and, where it was asked for, what else it changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// The mend.
    pub mend: Mend,
    /// The classes of clients that it changes something for.
    pub changes: Option<Vec<Change>>,
}

/// The classes of clients that a mend changes something for. None for one that changes nothing but the session.
pub fn changes(policy: &Policy, mend: &Mend) -> Vec<Change> {
    if mend.kind == Kind::SetRole || mend.statements.is_empty() {
        return Vec::new();
    }
    let Some(next) = after(policy, &mend.statements) else { return Vec::new() };
    let (now, then) = (Engine::new(policy), Engine::new(&next));
    let classes = then.session_classes().classes;
    let change = |class: crate::answer::SessionClass| {
        let (before, behind) = (now.privileges(&class.example), then.privileges(&class.example));
        let (old, new) = (identity(&before.login), identity(&behind.login));
        let (had, has) = (held(&before), held(&behind));
        let change = Change {
            user: class.user,
            clients: class.clients,
            identity: (old != new).then_some((old, new)),
            gained: has.difference(&had).cloned().collect(),
            lost: had.difference(&has).cloned().collect(),
        };
        let nothing = change.identity.is_none() && change.gained.is_empty() && change.lost.is_empty();
        (!nothing).then_some(change)
    };
    classes.into_iter().filter_map(change).collect()
}

fn identity(login: &Login) -> String {
    match (&login.error, &login.account) {
        (Some(error), _) => format!("refused with {}", error.errno),
        (None, Some(account)) => account.quoted(),
        (None, None) => "undetermined".to_owned(),
    }
}

/// Each privilege with its object, and what it does not reach.
fn held(privileges: &Privileges) -> BTreeSet<String> {
    let words = |held: &HeldPrivilege| {
        let except = if held.except.is_empty() { String::new() } else { format!(", but {}", held.except.join(", ")) };
        let option = if held.grant_option { ["GRANT OPTION".to_owned()].to_vec() } else { Vec::new() };
        let on = held.on.clone();
        let all: Vec<String> = held.privileges.iter().cloned().chain(option).collect();
        all.into_iter().map(move |privilege| format!("{privilege} on {on}{except}")).collect::<Vec<_>>()
    };
    privileges.held.iter().flat_map(words).collect()
}
