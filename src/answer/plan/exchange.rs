//! Accounts that are made ready under another name, and those whose place they take.
//!
//! `RENAME USER` with several pairs is one step for everybody who asks the server meanwhile: rows that must come, go or
//! change at once do so by it.

use super::state::SECRET;
use super::steps::{Candidate, Kind, Maker};
use super::under_way;
use crate::answer::AccountView;
use std::collections::BTreeSet;

impl Maker<'_> {
    /// Accounts that must have their rights from their first moment: each is made under another name where no client gets
    /// in, then renamed.
    pub(super) fn ready_made(&self) -> Vec<Candidate> {
        let missing = self.missing().filter(|(_, account)| !account.is_role);
        missing.map(|(name, _)| self.exchange(&[Exchange::of(name)], Kind::ReadyMade)).collect()
    }

    /// Accounts that are otherwise than they shall be: one by one, all of a user name, and all; then those that are to be
    /// dropped, as copies of what their clients will be.
    pub(super) fn exchanges(&self) -> Vec<Candidate> {
        let others = self.exchanged();
        let mut sets: Vec<Vec<Exchange<'_>>> = Vec::new();
        sets.extend(
            others.iter().filter(|one| self.is.has(one.name) && self.shall.has(one.name)).map(|one| vec![*one]),
        );
        let of_each = others.chunk_by(|one, next| one.name.user == next.name.user);
        sets.extend(of_each.filter(|set| set.len() > 1 && set.len() < others.len()).map(<[_]>::to_vec));
        let copies: Vec<_> = self.going().flat_map(|(name, _)| self.copies(name)).map(|copy| vec![copy]).collect();
        sets.extend((others.len() > 1).then_some(others));
        sets.extend(copies);
        sets.iter().map(|set| self.exchange(set, Kind::Exchanged)).collect()
    }

    /// An account as each of those that its clients can be afterwards.
    fn copies<'b>(&'b self, name: &'b AccountView) -> impl Iterator<Item = Exchange<'b>> {
        let next = self.next_of(name).filter(|(next, _)| !self.is_secret(next) && !self.is_secret(name));
        next.map(|(next, _)| Exchange { name, like: next }).filter(|copy| self.is_otherwise(copy))
    }

    /// The account is not what it would be as that copy.
    fn is_otherwise(&self, Exchange { name, like }: &Exchange<'_>) -> bool {
        let mine = self.is.rights.iter().filter(|(on, _)| on.whose() == *name);
        let wanted = self.shall.rights.iter().filter(|(on, _)| on.whose() == *like);
        let is_same =
            mine.map(|(on, rights)| (on.clone(), rights)).eq(wanted.map(|(on, rights)| (on.of(name), rights)));
        self.is.accounts.get(*name) != self.shall.accounts.get(*like) || !is_same
    }

    /// Something of the account only the server knows.
    pub(super) fn is_secret(&self, name: &AccountView) -> bool {
        let both = [self.is.accounts.get(name), self.shall.accounts.get(name)];
        both.into_iter().flatten().any(|account| account.identified.contains(SECRET))
    }

    /// The accounts and roles that are not as they shall be.
    pub(super) fn others(&self) -> BTreeSet<&AccountView> {
        let accounts = self.is.accounts.keys().chain(self.shall.accounts.keys());
        let rights = self.is.rights.keys().chain(self.shall.rights.keys());
        let differs = |name: &&AccountView| self.is.accounts.get(*name) != self.shall.accounts.get(*name);
        let mut others: BTreeSet<&AccountView> = accounts.filter(differs).collect();
        others.extend(rights.filter(|on| self.is.rights.get(on) != self.shall.rights.get(on)).map(|on| on.whose()));
        // What is left of an account that is not there (M7.5) is nobody's, and goes, but does not come.
        let is_left = |name: &AccountView| {
            let left = self.shall.rights.keys().any(|on| on.whose() == name);
            left && !self.is.has(name) && !self.shall.has(name)
        };
        others.retain(|name| !self.is.is_own(name) && !self.shall.is_own(name) && !under_way::is_out(name));
        others.retain(|name| !is_left(name));
        others
    }

    /// The users among them whose rows nothing keeps: of who is there with a secret that only the server knows it stays.
    fn exchanged(&self) -> Vec<Exchange<'_>> {
        let is_role = |name: &AccountView| self.is.is_role(name) || self.shall.is_role(name);
        let is_kept = |name: &AccountView| self.is.has(name) && self.is_secret(name);
        let others = self.others().into_iter().filter(|name| !is_role(name) && !is_kept(name));
        others.map(Exchange::of).collect()
    }

    /// Accounts as they shall be in the place of those that are there, by the last statement.
    fn exchange(&self, all: &[Exchange<'_>], kind: Kind) -> Candidate {
        let server = &self.policy.tables.server;
        let (mut statements, mut out, mut in_place) = (Vec::new(), Vec::new(), Vec::new());
        for (number, Exchange { name, like }) in all.iter().enumerate() {
            if self.is.has(name) {
                out.push(format!("{} TO {}", self.name(name), self.name(&under_way::out(number))));
            }
            let Some(account) = self.shall.accounts.get(*like) else { continue };
            let made = under_way::account(server, name, number);
            statements.extend(self.making(&made, like, account));
            in_place.push(format!("{} TO {}", self.name(&made), self.name(name)));
        }
        out.extend(in_place);
        statements.push(format!("RENAME USER {}", out.join(", ")));
        let [Exchange { name: first, .. }, others @ ..] = all else { return self.together(statements, None) };
        let is_one_user = others.iter().all(|other| other.name.user == first.user);
        let whose = others.is_empty().then(|| (*first).clone());
        let all = self.together(statements, self.alone(first));
        let user = all.user.filter(|_| is_one_user);
        Candidate { user, under_way: Some(under_way::user(&first.user, 0)), whose, kind, ..all }
    }
}

/// An account, and the one of the new policy as which it is made.
#[derive(Clone, Copy)]
struct Exchange<'a> {
    name: &'a AccountView,
    like: &'a AccountView,
}

impl<'a> Exchange<'a> {
    fn of(name: &'a AccountView) -> Self {
        Self { name, like: name }
    }
}
