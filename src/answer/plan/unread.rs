//! Rows of `global_grants` that memory does not know, as those of an account without a host behind a load (M7.7): they go and
//! come by hand, since no other statement finds them. What they give to nobody's name, a load gives and takes.

use super::state::{On, PASSED_ON, string};
use super::statement::Statement;
use super::steps::{Candidate, Maker, Rights};
use crate::answer::AccountView;
use std::collections::BTreeSet;

impl Maker<'_> {
    /// The statements for such rows, then the load.
    pub(super) fn unread(&self) -> Vec<Candidate> {
        let nothing = BTreeSet::new();
        let accounts: BTreeSet<&AccountView> = self.is.unread.keys().chain(self.shall.unread.keys()).collect();
        let mut statements = Vec::new();
        for account in accounts {
            let [is, shall] = [self.is, self.shall].map(|state| state.unread.get(account).unwrap_or(&nothing));
            statements.extend(going(account, is.difference(shall)).map(Statement::by_hand));
            statements.extend(coming(account, shall.difference(is)).map(Statement::by_hand));
        }
        let (is, shall) = (&self.is.rights, &self.shall.rights);
        if self.is_nobodys(is, shall) || self.is_nobodys(shall, is) {
            statements.push(Statement::load());
        }
        statements.into_iter().map(|statement| self.one(statement, None)).collect()
    }

    /// Some of the rights are of a name that is no account, and others in the second state.
    fn is_nobodys(&self, of: &Rights, than: &Rights) -> bool {
        let is_nobodys = |on: &On| matches!(on, On::Dynamic(name) if !self.is.has(name) && !self.shall.has(name));
        of.iter().any(|(on, rights)| is_nobodys(on) && than.get(on) != Some(rights))
    }
}

fn going<'a>(account: &AccountView, rights: impl Iterator<Item = &'a String>) -> Option<String> {
    let (user, host) = (string(&account.user), string(&account.host));
    let names = rights.map(|right| name(right)).collect::<Vec<_>>().join(", ");
    let is_any = !names.is_empty();
    is_any
        .then(|| format!("DELETE FROM mysql.global_grants WHERE USER = {user} AND HOST = {host} AND PRIV IN ({names})"))
}

fn coming<'a>(account: &AccountView, rights: impl Iterator<Item = &'a String>) -> Option<String> {
    let (user, host) = (string(&account.user), string(&account.host));
    let row = |right: &'a String| {
        let option = if right.ends_with(PASSED_ON) { 'Y' } else { 'N' };
        format!("({user}, {host}, {}, '{option}')", name(right))
    };
    let rows = rights.map(row).collect::<Vec<_>>().join(", ");
    let is_any = !rows.is_empty();
    is_any.then(|| format!("INSERT INTO mysql.global_grants (USER, HOST, PRIV, WITH_GRANT_OPTION) VALUES {rows}"))
}

fn name(right: &str) -> String {
    string(right.strip_suffix(PASSED_ON).unwrap_or(right))
}
