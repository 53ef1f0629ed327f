//! Which roles are active and what they bring (M5.10 to M5.16, M7.34 to M7.42).

use super::Reference;
use super::host::Texts;
use crate::client::{Client, Roles};
use crate::name::Symbol;
use crate::server::behaviour::Behaviour;
use crate::server::variables::Variable;
use crate::tables::memory::Object as Granted;
use crate::tables::row::AccountKey;

impl Reference<'_> {
    /// The roles that a session may activate: granted directly to its account, or mandatory.
    pub(super) fn usable_roles(&self, texts: &Texts, account: AccountKey) -> Vec<AccountKey> {
        let mut usable: Vec<AccountKey> = Vec::new();
        for (_, edge) in self.rows.role_edges.named([account.user]) {
            // M7.41: in MariaDB to any account of the user name whose host matches the client.
            let granted = if self.has(Behaviour::RolesAreNames) {
                self.host_matches(edge.to.host, texts)
            } else {
                edge.to == account
            };
            if granted {
                usable.push(edge.role);
            }
        }
        usable.extend(self.mandatory_roles());
        sorted(usable)
    }

    /// M7.38: those of `mandatory_roles` that exist.
    fn mandatory_roles(&self) -> Vec<AccountKey> {
        if !self.has(Behaviour::RolesAreAccounts) {
            return Vec::new();
        }
        let named = names(self.tables.variables.get(Variable::MandatoryRoles));
        let known = named.iter().filter_map(|(user, host)| self.tables.find_account(user, host));
        known.filter(|key| self.tables.users.get(key).is_some()).collect()
    }

    /// M7.34: the roles that are active after the login.
    pub(super) fn roles_at_login(&self, texts: &Texts, account: AccountKey) -> Vec<AccountKey> {
        let usable = self.usable_roles(texts, account);
        if self.on(Variable::ActivateAllRolesOnLogin) {
            return usable;
        }
        let defaults = self.tables.default_roles.of(account).map(|(_, default)| default.role);
        let mut active: Vec<AccountKey> = defaults.filter(|role| usable.contains(role)).collect();
        if self.has(Behaviour::MandatoryRolesActive) && self.on(Variable::ActivateMandatoryRoles) {
            active.extend(self.mandatory_roles());
        }
        sorted(active)
    }

    /// The active roles after the client's own SET ROLE (M7.35); `None` when that is refused.
    pub(super) fn roles_wanted(
        &self,
        client: &Client,
        texts: &Texts,
        account: AccountKey,
        at_login: &[AccountKey],
    ) -> Option<Vec<AccountKey>> {
        let usable = || self.usable_roles(texts, account);
        match &client.roles {
            Roles::Default => Some(at_login.to_vec()),
            Roles::None => Some(Vec::new()),
            Roles::All => Some(usable()),
            Roles::Named(wanted) => {
                let usable = usable();
                let hostless = self.has(Behaviour::RolesAreNames);
                let found = wanted.iter().map(|(user, host)| {
                    let key = self.tables.find_account(user, if hostless { "" } else { host });
                    key.filter(|key| usable.contains(key))
                });
                found.collect::<Option<Vec<_>>>().map(sorted)
            }
        }
    }

    /// M5.10: with an active role MySQL looks rows up by account, not by the client's host.
    pub fn is_by_account(&self, roles: &[AccountKey]) -> bool {
        self.has(Behaviour::RolesAreAccounts) && !roles.is_empty()
    }

    /// These roles and all that are granted to them, to whatever depth.
    pub fn reached(&self, roles: &[AccountKey]) -> Vec<AccountKey> {
        let mut reached: Vec<AccountKey> = Vec::new();
        let mut open = roles.to_vec();
        while let Some(role) = open.pop() {
            if !reached.contains(&role) {
                reached.push(role);
                open.extend(self.tables.role_edges.of(role).map(|(_, edge)| edge.role));
            }
        }
        sorted(reached)
    }

    /// The accounts and roles whose own rows are added up: of MySQL with an active role the account and all that is
    /// reached (M5.10, M5.11), else the account alone. An anonymous one gets nothing from roles (M5.15).
    pub fn sources(&self, account: AccountKey, roles: &[AccountKey]) -> Vec<AccountKey> {
        let mut sources = vec![account];
        if self.is_by_account(roles) && account.user != Symbol::EMPTY {
            sources.extend(self.reached(roles));
        }
        sorted(sources)
    }

    /// In MariaDB the current role and PUBLIC, whose rows are looked up beside the account's, each with itself and the roles
    /// that are granted to it, to whatever depth (M5.16, M7.42).
    pub(super) fn beside(&self, roles: &[AccountKey]) -> Vec<(AccountKey, Vec<AccountKey>)> {
        if !self.has(Behaviour::RolesAreNames) {
            return Vec::new();
        }
        let public = self.tables.public().filter(|_| self.has(Behaviour::PublicRole));
        let public = public.filter(|key| self.tables.users.get(key).is_some());
        roles.iter().copied().chain(public).map(|source| (source, self.reached(&[source]))).collect()
    }

    /// The row of that account for the object counts as one of the source, by now (M5.16).
    pub(super) fn is_merged(
        &self,
        (source, roles): &(AccountKey, Vec<AccountKey>),
        key: AccountKey,
        on: Granted,
    ) -> bool {
        roles.contains(&key) && (key == *source || self.tables.brings_row(*source, key, on))
    }

    /// Whose global row counts: the account's, or in MariaDB with a current role that of the first account of the user
    /// name to which the role is granted (M7.41).
    pub(super) fn global_account(&self, texts: &Texts, account: AccountKey, roles: &[AccountKey]) -> AccountKey {
        if !self.has(Behaviour::RolesAreNames) {
            return account;
        }
        let edges = self.rows.role_edges.named([account.user]).into_iter().map(|(_, edge)| edge);
        let grantees = edges.filter(|edge| roles.contains(&edge.role) && self.host_matches(edge.to.host, texts));
        let first = grantees.min_by_key(|edge| self.tables.grantee_place(edge.role, edge.to));
        first.map_or(account, |edge| edge.to)
    }
}

fn sorted(mut keys: Vec<AccountKey>) -> Vec<AccountKey> {
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// The account names of a list with commas, quoted or not; a missing host is `%`.
fn names(list: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let (mut user, mut host): (String, Option<String>) = (String::new(), None);
    let mut quote = None;
    for c in list.chars().chain([',']) {
        match (c, quote) {
            (_, Some(open)) if c == open => quote = None,
            ('\'' | '"' | '`', None) => quote = Some(c),
            ('@', None) => host = Some(String::new()),
            (',', None) => {
                let (user, host) = (std::mem::take(&mut user), host.take());
                if !user.is_empty() {
                    found.push((user, host.unwrap_or_else(|| "%".to_owned())));
                }
            }
            (_, None) if c.is_whitespace() => {}
            _ => host.as_mut().unwrap_or(&mut user).push(c),
        }
    }
    found
}
