//! Which rows a client can touch: those of its user name, of the empty one, and of the accounts that these lead to as
//! roles, as proxied accounts or as definers. Too many rows do no harm, they only take time.

use super::super::field::Field;
use super::{Rebuild, Wanted};
use crate::client::{Client, Roles};
use crate::facts::index::split_names;
use crate::name::Symbol;
use crate::server::behaviour::Behaviour;
use crate::server::variables::Variable;
use crate::tables::PUBLIC;
use rustc_hash::FxHashSet;

impl Rebuild<'_> {
    pub(super) fn wanted_by(&self, client: &Client) -> Wanted {
        let tables = &self.tables;
        let mut names: Vec<&str> = vec!["", client.user.as_str(), PUBLIC];
        let mandatory = split_names(tables.variables.get(Variable::MandatoryRoles));
        names.extend(mandatory.iter().map(|(user, _)| user.as_str()));
        if let Roles::Named(roles) = &client.roles {
            names.extend(roles.iter().map(|(user, _)| user.as_str()));
        }
        let mut users: FxHashSet<Symbol> = names.iter().filter_map(|name| tables.names.find(name)).collect();
        let stored = tables.schema.routines.values().chain(tables.schema.events.values());
        users.extend(stored.map(|object| object.definer.user));
        users.extend(tables.schema.triggers.values().map(|(_, object)| object.definer.user));
        users.extend(tables.schema.tables.values().filter_map(|table| table.view.as_ref()).map(|v| v.definer.user));
        let proxied = (0..self.table.count(Field::ProxiedUser)).map(|at| self.symbol(Field::ProxiedUser, at));
        users.extend(proxied);
        self.add_roles(&mut users);
        let number = |name: &Symbol| self.table.value(Field::NameUser, name.0 as usize).checked_sub(1);
        let mut wanted = Wanted { users: users.iter().filter_map(number).collect(), ..Wanted::default() };
        // A decoy can be any account (M4.4).
        wanted.all_accounts = tables.server.has(Behaviour::AlternativeMethods);
        if !tables.admits_every_host {
            wanted.accounts = self.one_of_each_host();
        }
        wanted
    }

    /// The user names of the roles that accounts of these have, directly or through others.
    fn add_roles(&self, users: &mut FxHashSet<Symbol>) {
        loop {
            let before = users.len();
            for at in 0..self.table.count(Field::EdgeUser) {
                if users.contains(&self.symbol(Field::EdgeUser, at)) {
                    users.insert(self.symbol(Field::EdgeRoleUser, at));
                }
            }
            if users.len() == before {
                return;
            }
        }
    }

    /// An account row for each host: the pre-check compares the hosts of all accounts (M2.20).
    fn one_of_each_host(&self) -> FxHashSet<usize> {
        let mut seen = FxHashSet::default();
        let rows = 0..self.table.count(Field::AccountHost);
        rows.filter(|row| seen.insert(self.table.value(Field::AccountHost, *row))).collect()
    }
}
