//! What of a policy can matter to one set of clients, as a number: where that is the same, so is every decision about them,
//! and a search need not ask for it twice.

use super::stage::number;
use super::state::{On, State};
use super::under_way;
use crate::answer::AccountView;
use crate::client::Client;
use crate::facts::extract::client_host;
use crate::facts::index::held_dbs;
use crate::matching::host::{ClientHost, HostPattern};
use crate::matching::wild::Quirks;
use crate::name::Symbol;
use crate::policy::Policy;
use crate::server::Server;
use crate::server::behaviour::Behaviour;
use crate::tables::row::{AccountKey, DbRow};
use crate::tables::{ArrayOrder, GrantTables};
use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};

/// A policy in parts: each row or right with its account.
pub struct Slices {
    /// Settings and orders, which matter to everybody.
    common: u128,
    parts: Vec<Part>,
    /// Host texts of accounts, any of which lets a client be asked who it is (M2.20).
    hosts: BTreeSet<String>,
}

struct Part {
    account: AccountView,
    /// Roles matter to whoever has them, from wherever he comes.
    to_all: bool,
    number: u128,
}

/// Whose rows can matter to one set of clients.
pub struct Reach {
    user: String,
    clients: [ClientHost; 2],
    server: Server,
    /// The host texts that were asked about.
    known: RefCell<HashMap<String, bool>>,
    /// Those that match the clients.
    matched: Vec<String>,
}

impl Slices {
    /// The parts of a policy, whose state this is.
    pub fn of(policy: &Policy, state: &State) -> Self {
        let tables = &policy.tables;
        let is_on = |name: &str| state.variables.get(name).is_some_and(|value| value == "ON");
        let mandatory = state.variables.get("mandatory_roles").is_some_and(|roles| !roles.is_empty());
        // Who stands in for another has the other's rights, and mandatory roles are everybody's.
        let entangled = mandatory || is_on("check_proxy_users");
        let roles: BTreeSet<&AccountView> = state.rights.keys().filter_map(On::role).collect();
        let by_name = tables.server.has(Behaviour::RolesAreNames);
        let part = |account: AccountView, number: u128| {
            // The rows of a user can count for a role of his name (M5.16).
            let is_namesake = by_name && roles.iter().any(|role| role.user == account.user);
            // What is made ready has no members but who makes it.
            let is_ready = under_way::is(&account);
            let to_all = !is_ready
                && (entangled
                    || state.is_role(&account)
                    || account.host.is_empty()
                    || roles.contains(&account)
                    || is_namesake);
            Part { account, to_all, number }
        };
        let orders = [&tables.array_order, &tables.db_order, &tables.table_order, &tables.routine_order];
        let kinds = orders.map(std::mem::discriminant);
        let proxies = format!("{:?}", tables.proxy_order);
        let common = number(&(&state.variables, state.admits_every_host, kinds, proxies, memory(tables)));
        let parts = rows(policy, state).into_iter().map(|(account, number)| part(account, number)).collect();
        let hosts = state.accounts.keys().map(|account| account.host.clone()).collect();
        Self { common, parts, hosts }
    }

    /// What can matter to those clients.
    pub fn number(&self, reach: &Reach) -> u128 {
        let counts = |part: &&Part| {
            let is_own = part.account.user.is_empty() || part.account.user == reach.user;
            part.to_all || (is_own && reach.covers(&part.account.host))
        };
        let parts: Vec<u128> = self.parts.iter().filter(counts).map(|part| part.number).collect();
        let is_asked = self.hosts.iter().any(|host| reach.covers(host));
        number(&(self.common, is_asked, parts))
    }
}

/// The rows whose order counts, in their order, then all other rights.
fn rows(policy: &Policy, state: &State) -> Vec<(AccountView, u128)> {
    let tables = &policy.tables;
    let view = |key: AccountKey| {
        let (user, host) = tables.account_text(key);
        AccountView { user: user.to_owned(), host: host.to_owned() }
    };
    let text = |symbol| tables.names.text(symbol).to_owned();
    let mut found = Vec::new();
    for (at, key, _) in tables.users.iter() {
        let (account, was) = (view(*key), tables.ranked_as.users.get(key).copied().map(view));
        let place = (was, is_loaded(&tables.array_order, at));
        found.push((account.clone(), number(&(place, state.accounts.get(&account)))));
    }
    let mut ordered: Vec<(On, u128)> = Vec::new();
    for (at, key, row) in databases(tables) {
        let was = tables.ranked_as.dbs.get(key).copied().map(view);
        let place = (was, is_loaded(&tables.db_order, at), at < tables.loaded_dbs);
        ordered.push((On::Database(view(row.key), text(row.db)), number(&place)));
    }
    for (at, _, row) in tables.tables.iter() {
        let on = On::Table(view(row.key), text(row.db), text(row.table));
        ordered.push((on, number(&is_loaded(&tables.table_order, at))));
    }
    for (at, _, row) in tables.routines.iter() {
        let on = On::Routine(view(row.key), row.kind.word(), text(row.db), text(row.routine));
        ordered.push((on, number(&is_loaded(&tables.routine_order, at))));
    }
    found.extend(ordered.iter().map(|(on, place)| (on.whose().clone(), number(&(place, on, state.rights.get(on))))));
    let placed: BTreeSet<&On> = ordered.iter().map(|(on, _)| on).collect();
    let others = state.rights.iter().filter(|(on, _)| !placed.contains(on));
    found.extend(others.map(|(on, rights)| (on.whose().clone(), number(&(on, rights)))));
    found
}

/// The rows of `mysql.db`, in the order in which the server holds them where that is known (M3.11).
fn databases(tables: &GrantTables) -> Vec<(u32, &(AccountKey, Symbol), &DbRow)> {
    let mut rows: Vec<_> = tables.dbs.iter().collect();
    if let Some(places) = held_dbs(tables) {
        rows.sort_by_key(|(at, ..)| places.get(at));
    }
    rows
}

/// What of the server's memory no row tells: whether the order of rows is known there, and what roles lack of others (M5.16).
fn memory(tables: &GrantTables) -> impl std::hash::Hash {
    let text = |key| tables.account_text(key);
    let lacks: Vec<_> = tables.not_brought().into_iter().map(|(role, of, what)| (text(role), text(of), what)).collect();
    number(&(held_dbs(tables).is_some(), lacks))
}

fn is_loaded(order: &ArrayOrder, at: u32) -> bool {
    matches!(order, ArrayOrder::Loaded { until } if at < *until)
}

impl Reach {
    /// Whose rows can matter to the clients like this one; these host texts match them.
    pub fn of(client: &Client, matched: &[String], server: Server) -> Self {
        let clients = [false, true].map(|skip_name_resolve| client_host(client, skip_name_resolve));
        let (known, matched) = (RefCell::default(), matched.to_vec());
        Self { user: client.user.clone(), clients, server, known, matched }
    }

    /// A row of that host can count: it matches the client, or the host of an account that does (M5.4).
    fn covers(&self, host: &str) -> bool {
        if let Some(known) = self.known.borrow().get(host) {
            return *known;
        }
        let quirks = Quirks::of(&self.server);
        let pattern = HostPattern::new(host, &self.server);
        let is_unknown = self.clients.iter().any(|client| client.ip_unknown);
        let covers = is_unknown
            || self.clients.iter().any(|client| pattern.matches(client, quirks))
            || self.matched.iter().any(|text| pattern.matches_texts(Some(text), Some(text), quirks));
        self.known.borrow_mut().insert(host.to_owned(), covers);
        covers
    }
}
