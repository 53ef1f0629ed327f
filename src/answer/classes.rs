//! Session classes: over all clients there can be, who gets in, as which account, with which roles.
//!
//! For each user name the clients are parted by every host text that has a say in what becomes of them
//! ([`Engine::hosts_of`]). The clients of one set are the same to the server, but for the transport: where it matters
//! that they come over the socket, or over TLS, a class says so by its example. The program answers for the example,
//! and so for all clients of the class.

use super::accounts::in_order;
use super::engine::Engine;
use super::reach::{is_spelled_otherwise, stranger};
use super::{Login, accounts::Ranked};
use crate::client::set::{ClientSet, Member, Partition, partition};
use crate::client::{Client, Tls};
use crate::matching::wild;
use crate::name::Symbol;
use crate::server::behaviour::Behaviour;
use crate::server::variables::Variable;
use crate::syntax::statement::Credential;
use crate::tables::row::AccountKey;
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;

/// Clients of one user name that nothing in the policy tells apart, and what becomes of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionClass {
    /// The user name that they give.
    pub user: String,
    /// No account row has that user name: it stands for all such names.
    pub is_stranger: bool,
    /// The clients in words.
    pub clients: String,
    /// The clients.
    pub set: ClientSet,
    /// One of them, with the encryption and OS user that lets it in, if any does.
    pub example: Client,
    /// What becomes of it, and so of all.
    pub login: Login,
}

/// The session classes of a policy.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SessionClasses {
    /// By user name, strangers last; within one by client set.
    pub classes: Vec<SessionClass>,
    /// User names for which the search for client sets gave up: there may be classes that are not listed.
    pub gave_up: Vec<String>,
}

/// The host texts that have a say for a user name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct HostsOf<'p> {
    /// Compared with the client's name and address: those of the account rows in their order, then the others.
    pub hosts: Vec<&'p str>,
    /// Compared with the address only (M5.4).
    pub by_address: Vec<&'p str>,
}

impl<'p> Engine<'p> {
    /// Every user name of an account row, in byte order, and last a name that no row has. True for that one.
    pub fn client_names(&self) -> Vec<(String, bool)> {
        let tables = &self.policy.tables;
        let names: BTreeSet<&str> = tables.users.iter().map(|(_, key, _)| tables.names.text(key.user)).collect();
        let named = names.into_iter().filter(|name| !name.is_empty()).map(|name| (name.to_owned(), false));
        named.chain([(stranger(self), true)]).collect()
    }

    /// The host texts that have a say in what becomes of the clients of a user name.
    pub fn hosts_of(&self, user: &str) -> HostsOf<'p> {
        Hosts::of(self, self.policy.tables.names.find(user)).sorted()
    }

    /// The client sets of a user name, parted by these host texts.
    pub fn client_sets(&self, hosts: &HostsOf<'_>) -> Partition {
        let skip = self.policy.tables.variables.on(Variable::SkipNameResolve);
        partition(&hosts.hosts, &hosts.by_address, &self.policy.tables.server, skip)
    }

    /// All session classes.
    pub fn session_classes(&self) -> SessionClasses {
        let names: Vec<(String, bool, HostsOf<'p>)> = self
            .client_names()
            .into_iter()
            .map(|(name, is_stranger)| {
                let hosts = self.hosts_of(&name);
                (name, is_stranger, hosts)
            })
            .collect();
        let mut lists: Vec<&HostsOf<'p>> = names.iter().map(|(_, _, hosts)| hosts).collect();
        lists.sort_unstable();
        lists.dedup();
        let parts: FxHashMap<&HostsOf<'p>, Partition> =
            lists.into_par_iter().map(|hosts| (hosts, self.client_sets(hosts))).collect();
        let found: Vec<(Vec<SessionClass>, Option<String>)> = names
            .par_iter()
            .filter_map(|(name, is_stranger, hosts)| {
                let part = parts.get(hosts)?;
                Some((self.classes_in(name, *is_stranger, part), part.gave_up.then(|| name.clone())))
            })
            .collect();
        let mut all = SessionClasses::default();
        for (classes, gave_up) in found {
            all.classes.extend(classes);
            all.gave_up.extend(gave_up);
        }
        all
    }

    /// The session classes of one user name.
    pub fn session_classes_of(&self, user: &str) -> SessionClasses {
        let named = self.policy.tables.names.find(user).is_some_and(|name| !self.index.users(name).is_empty());
        let part = self.client_sets(&self.hosts_of(user));
        let classes = self.classes_in(user, !named, &part);
        SessionClasses { classes, gave_up: part.gave_up.then(|| user.to_owned()).into_iter().collect() }
    }

    /// The classes that the sets of a partition make for a user name: one each, two where the socket is told apart.
    pub fn classes_in(&self, user: &str, is_stranger: bool, part: &Partition) -> Vec<SessionClass> {
        let mut classes = Vec::new();
        for set in &part.sets {
            let (socket, others): (Vec<Member>, Vec<Member>) =
                set.members.iter().cloned().partition(|member| *member == Member::Socket);
            let parts = [socket, others].into_iter().filter(|members| !members.is_empty());
            let mut made: Vec<SessionClass> = parts
                .map(|members| {
                    let set = ClientSet { matched: set.matched.clone(), members };
                    let (example, login) = self.best_example(user, &set);
                    SessionClass {
                        user: user.to_owned(),
                        is_stranger,
                        clients: part.describe(&set),
                        set,
                        example,
                        login,
                    }
                })
                .collect();
            if let [one, other] = made.as_slice()
                && same_outcome(&one.login, &other.login)
            {
                let clients = part.describe(set);
                made.truncate(1);
                made.iter_mut().for_each(|class| {
                    class.set = set.clone();
                    class.clients.clone_from(&clients);
                });
            }
            classes.extend(made);
        }
        classes
    }

    /// A client of a set that is let in, or one that shows how all are refused.
    fn best_example(&self, user: &str, set: &ClientSet) -> (Client, Login) {
        let plain = set.example(user);
        let first = self.login(&plain);
        if first.error.is_none() && first.undetermined.is_none() {
            return (plain, first);
        }
        let mut others = Vec::new();
        for os_user in self.os_users(user, &first) {
            for tls in [Tls::None, Tls::Ssl, Tls::X509] {
                others.push(Client { tls, os_user: os_user.clone(), ..plain.clone() });
            }
        }
        for client in others {
            let login = self.login(&client);
            if login.error.is_none() && login.undetermined.is_none() {
                return (client, login);
            }
        }
        (plain, first)
    }

    /// OS users that may be the ones an account asks for: none, the name given, and those that its row has (M4.8).
    fn os_users(&self, user: &str, login: &Login) -> Vec<Option<String>> {
        let tables = &self.policy.tables;
        let account = login.account.as_ref().and_then(|account| tables.find_account(&account.user, &account.host));
        let row = account.and_then(|key| tables.users.get(&key));
        let mut users = vec![None, Some(user.to_owned())];
        let plugins = row.map_or(&[][..], |row| row.authentication.as_slice());
        users.extend(plugins.iter().filter(|a| a.plugin.as_deref().is_some_and(|p| p.contains("socket"))).filter_map(
            |a| match &a.credential {
                Credential::Stored(text) => Some(Some(text.reveal().to_owned())),
                _ => None,
            },
        ));
        users
    }
}

/// The same account, roles and error.
fn same_outcome(one: &Login, other: &Login) -> bool {
    let roles = |login: &Login| login.roles.iter().map(|(role, _)| role.clone()).collect::<Vec<_>>();
    let errno = |login: &Login| login.error.as_ref().map(|error| error.errno);
    let proxied = |login: &Login| login.proxied.as_ref().map(|(account, _)| account.clone());
    one.account == other.account
        && one.tied == other.tied
        && errno(one) == errno(other)
        && one.undetermined == other.undetermined
        && one.must_set_password == other.must_set_password
        && proxied(one) == proxied(other)
        && roles(one) == roles(other)
}

/// Host texts in the making.
struct Hosts<'e, 'p> {
    engine: &'e Engine<'p>,
    /// Of the account rows, best first.
    ordered: Vec<Symbol>,
    others: BTreeSet<Symbol>,
    by_address: BTreeSet<Symbol>,
}

impl<'e, 'p> Hosts<'e, 'p> {
    fn of(engine: &'e Engine<'p>, user: Option<Symbol>) -> Self {
        let mut hosts = Self { engine, ordered: Vec::new(), others: BTreeSet::new(), by_address: BTreeSet::new() };
        let named = user.filter(|name| *name != Symbol::EMPTY);
        let names: Vec<Symbol> = named.into_iter().chain([Symbol::EMPTY]).collect();
        let accounts = names.iter().flat_map(|name| engine.index.users(*name)).copied();
        let rows = in_order(engine, accounts);
        hosts.ordered.extend(rows.iter().map(|row| row.row.key.host));
        for name in &names {
            hosts.rows_of(*name);
        }
        hosts.proxies(&names);
        if engine.policy.tables.server.has(Behaviour::HostTable) {
            hosts.others.extend(engine.policy.tables.hosts.iter().map(|(_, _, row)| row.host));
        }
        hosts.pre_check(&rows);
        hosts
    }

    /// Hosts of the rows that hold privileges of a user name (M5.1); routine rows are compared with the address and with
    /// the account's own host text (M5.4).
    fn rows_of(&mut self, user: Symbol) {
        let (index, tables) = (&self.engine.index, &self.engine.policy.tables);
        self.others.extend(index.dbs(user).iter().filter_map(|at| tables.dbs.at(*at)).map(|row| row.key.host));
        let on_tables = index.tables_priv(user).iter().filter_map(|at| tables.tables.at(*at));
        self.others.extend(on_tables.map(|row| row.key.host));
        let on_routines = index.routines(user).iter().filter_map(|at| tables.routines.at(*at));
        self.by_address.extend(on_routines.map(|row| row.key.host));
    }

    /// Both hosts of the proxy rows that may serve, and the rows of those who are stood in for (M4.13).
    fn proxies(&mut self, users: &[Symbol]) {
        let tables = &self.engine.policy.tables;
        let serves = |key: &AccountKey| users.contains(&key.user) || wild::has_wildcard(tables.names.text(key.user));
        let rows: Vec<(AccountKey, AccountKey)> =
            tables.proxies.iter().map(|(_, _, row)| (row.key, row.proxied)).filter(|(key, _)| serves(key)).collect();
        for (key, proxied) in rows {
            self.others.extend([key.host, proxied.host]);
            if !users.contains(&proxied.user) {
                self.rows_of(proxied.user);
            }
        }
    }

    /// An exact address in another spelling lets its clients in only where another host does (M2.21).
    fn pre_check(&mut self, rows: &[Ranked<'_>]) {
        if !self.engine.policy.tables.admits_every_host && rows.iter().any(is_spelled_otherwise) {
            self.others.extend(self.engine.index.hosts());
        }
    }

    fn sorted(self) -> HostsOf<'p> {
        let names = &self.engine.policy.tables.names;
        let mut seen = BTreeSet::new();
        let mut hosts: Vec<&'p str> = Vec::new();
        hosts.extend(self.ordered.iter().filter(|host| seen.insert(**host)).map(|host| names.text(*host)));
        let mut others: Vec<&'p str> =
            self.others.iter().filter(|host| seen.insert(**host)).map(|host| names.text(*host)).collect();
        others.sort_unstable();
        hosts.extend(others);
        let mut by_address: Vec<&'p str> = self.by_address.iter().map(|host| names.text(*host)).collect();
        by_address.sort_unstable();
        HostsOf { hosts, by_address }
    }
}
