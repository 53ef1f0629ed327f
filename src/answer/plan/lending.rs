//! What accounts that are to be dropped are given until then, because their clients keep it afterwards.

use super::state::{Account, On, STORED};
use super::steps::{Candidate, Kind, Maker, Rights};
use super::under_way;
use crate::answer::AccountView;

impl Maker<'_> {
    /// What accounts that are to be dropped can have until then: what others of the same user name will have, whose clients
    /// theirs may become.
    pub(super) fn lent(&self) -> Rights {
        let mut lent = Rights::new();
        for (on, rights) in self.shall.rights.iter().filter(|(on, _)| !matches!(on, On::Defaults(_) | On::Withheld(..)))
        {
            for (name, _) in self.going().filter(|(name, _)| name.user == on.whose().user) {
                lent.entry(on.of(name)).or_default().extend(rights.iter().filter(|right| *right != STORED).cloned());
            }
        }
        lent
    }

    /// The statements that lend.
    pub(super) fn lendings(&self) -> Vec<Candidate> {
        let lent = self.lent();
        let all = self.more(&lent, &self.is.rights);
        let rights = all.flat_map(|(on, rights)| self.grant(on, &rights).into_iter().map(move |one| (one, on.whose())));
        let mut statements: Vec<(String, &AccountView)> = rights.collect();
        // Who comes in only as the next account will let him in can have what that one has.
        for (name, is) in self.going() {
            let mut said: Vec<String> = self.next_of(name).map(|(_, next)| next.other_than(is)).collect();
            said.retain(|said| !said.is_empty());
            said.sort();
            said.dedup();
            statements.extend(said.iter().map(|said| (format!("ALTER USER {}{said}", self.name(name)), name)));
        }
        let lend = |(one, whose)| Candidate { kind: Kind::Lent, ..self.one(one, Some(whose)) };
        statements.into_iter().map(lend).collect()
    }

    /// The users that are to be dropped.
    pub(super) fn going(&self) -> impl Iterator<Item = (&AccountView, &Account)> {
        let is_going = |name: &AccountView, account: &Account| {
            !account.is_role && !self.shall.has(name) && !self.is.is_own(name) && !under_way::is_out(name)
        };
        self.is.accounts.iter().filter(move |(name, account)| is_going(name, account))
    }

    /// The accounts of the new policy that clients of this one can be.
    pub(super) fn next_of<'b>(&'b self, name: &'b AccountView) -> impl Iterator<Item = (&'b AccountView, &'b Account)> {
        let is_next = |(next, account): &(&AccountView, &Account)| {
            !account.is_role && (next.user == name.user || next.user.is_empty() || name.user.is_empty())
        };
        self.shall.accounts.iter().filter(is_next)
    }
}
