//! What would allow a request that is denied: the least changes, each replayed before it is proposed.
//!
//! A mend is found by looking at what is demanded and what came close, and by trying: the statements are run on
//! the policy, and the question is put again. What does not turn the answer to allowed is not proposed, and of a
//! mend that does every part is needed. Nothing here decides about access; [`crate::answer::Engine`] does.

mod alike;
mod grant;
mod login;
mod none;
mod prove;
mod rest;
mod role;
mod sql;

pub use alike::{Alike, alike};
pub use none::why_none;
pub use prove::{Behind, Proposal, Proposals, changes};
pub use sql::{account_name, identifier, password_method, text_literal};

use crate::answer::{Decision, Engine, Verdict};
use crate::client::{Ask, Client};
use crate::policy::{Outcome, Policy};
use crate::source::Source;

/// What kind of change a mend is, in the order they are proposed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// The client connects in another way; the policy stays as it is.
    Connect,
    /// The session activates a role that it has.
    SetRole,
    /// A role that is granted becomes active at login.
    DefaultRole,
    /// The server reads the grant tables that somebody edited.
    Load,
    /// Privileges are granted.
    Grant,
    /// A row whose database text is spelled otherwise than the database is replaced.
    Spelling,
    /// A partial revoke is taken back.
    Unrestrict,
    /// An account is made able to log in.
    Account,
    /// Another account row becomes the client's.
    OtherRow,
}

/// One proposal, which was tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mend {
    /// What kind of change it is.
    pub kind: Kind,
    /// What it does, in words.
    pub what: String,
    /// The statements; an administrator runs them, but for [`Kind::SetRole`]. None where only the client changes.
    pub statements: Vec<String>,
    /// What somebody who applies it should know.
    pub caution: Option<String>,
    /// The client as it asks then.
    pub client: Client,
}

/// Which request is denied, and by which policy.
#[derive(Debug, Clone, Copy)]
pub struct Denial<'a> {
    /// The policy.
    pub policy: &'a Policy,
    /// Who asks.
    pub client: &'a Client,
    /// What is asked; none is the login alone.
    pub ask: Option<&'a Ask>,
}

/// What helps against a denial.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Help {
    /// The mends, the narrowest first.
    pub mends: Vec<Mend>,
    /// Why there is none, where there is none.
    pub why_none: Option<String>,
}

/// What would allow the request, or why nothing can be proposed.
pub fn help(denial: &Denial<'_>, decision: &Decision) -> Help {
    let mends = mends(denial, decision);
    let is_denied = || !denial.is_allowed(denial.policy, denial.client);
    let why_none = (mends.is_empty() && is_denied()).then(|| why_none(denial, decision));
    Help { mends, why_none }
}

/// Everything that would allow the request, the narrowest first.
pub fn mends(denial: &Denial<'_>, decision: &Decision) -> Vec<Mend> {
    if denial.is_allowed(denial.policy, denial.client) {
        return Vec::new();
    }
    let mut found = denial.load();
    let login = &decision.login;
    if login.error.is_some() || login.account.is_none() || login.must_set_password {
        found.extend(login::mends(denial, login));
    } else {
        found.extend(role::mends(denial, decision));
        found.extend(grant::mends(denial, decision));
        found.extend(login::other_rows(denial, login));
    }
    // Where an anonymous account took the client, what is granted to that goes to everybody whom it takes.
    let is_taken = login.account.as_ref().is_some_and(|a| a.user.is_empty()) && !denial.client.user.is_empty();
    found.sort_by_key(|mend| {
        (is_taken && matches!(mend.kind, Kind::Grant | Kind::Unrestrict | Kind::Spelling), mend.kind)
    });
    found.dedup_by(|a, b| a.statements == b.statements && a.client == b.client);
    found
}

impl<'a> Denial<'a> {
    /// The request is allowed under that policy to that client.
    pub fn is_allowed(&self, policy: &Policy, client: &Client) -> bool {
        let engine = Engine::new(policy);
        match self.ask {
            Some(ask) => engine.check(client, ask).verdict == Verdict::Allow,
            None => {
                let login = engine.login(client);
                login.error.is_none() && login.undetermined.is_none() && !login.ambiguous
            }
        }
    }

    /// The policy behind these statements, where the server carries all of them out.
    fn after(&self, statements: &[String]) -> Option<Policy> {
        after(self.policy, statements)
    }

    /// The mend, where it allows the request.
    fn tried(&self, kind: Kind, what: String, statements: Vec<String>) -> Option<Mend> {
        let policy = self.after(&statements)?;
        let mend = Mend { kind, what, statements, caution: None, client: self.client.clone() };
        self.is_allowed(&policy, self.client).then_some(mend)
    }

    /// The grant tables as they are stored would allow it: they were edited and not read since.
    fn load(&self) -> Vec<Mend> {
        if self.policy.tables.stored.is_none() {
            return Vec::new();
        }
        let what = "have the server read the grant tables, which were edited by hand".to_owned();
        self.tried(Kind::Load, what, vec!["FLUSH PRIVILEGES".to_owned()]).into_iter().collect()
    }
}

/// How statements that are only tried are called.
const TRIED: &str = "<mend>";

/// The policy behind these statements, where the server carries all of them out.
pub fn after(policy: &Policy, statements: &[String]) -> Option<Policy> {
    let text = statements.iter().fold(String::new(), |text, statement| text + statement + ";\n");
    let next = policy.after(&Source::new(TRIED, text));
    let outcomes = next.statements.get(policy.statements.len()..).unwrap_or_default();
    outcomes.iter().all(|statement| matches!(statement.outcome, Outcome::Done(_))).then_some(next)
}
