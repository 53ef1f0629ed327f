//! What matters for one user name: its clients, its choices of roles, its objects.

use super::objects::{self, Place, Relevant};
use super::points::{self, Hosts, Point, Way};
use crate::answer::Engine;
use crate::client::{Object, Roles};
use crate::demand::Demands;
use crate::matching::language::DatabaseText;
use crate::name::Symbol;
use crate::server::behaviour::Behaviour;
use crate::server::catalogue::plugins::{self, Compares};
use crate::server::ordering::Rank;
use crate::server::variables::Variable;
use crate::syntax::statement::{Credential, Require};
use crate::tables::row::{AccountKey, UserRow};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// Roles of which every choice is tried; of more, none, all and each.
const MOST_ROLES: usize = 3;

/// Host texts of other accounts are told apart up to this many, to tell clients that are refused as unknown hosts from
/// those that are refused as unknown users (M2.20).
const MOST_HOSTS: usize = 24;

/// Everything that is to be decided for one user name.
#[derive(Debug, Clone)]
pub struct Scope {
    /// The name that clients give.
    pub user: String,
    /// Some policy has an account of this name.
    pub known: bool,
    /// The sets of its clients.
    pub points: Vec<Point>,
    /// How they can come; the plainest way is first.
    pub ways: Vec<Way>,
    /// Which roles they can choose; those of the login are first. Who may not choose some keeps those of the login.
    pub choices: Vec<Roles>,
    /// What can be asked about.
    pub places: Vec<Place>,
    /// Some search was given up: there may be more clients or objects than these.
    pub gave_up: bool,
    pub(super) databases: Vec<String>,
    pub(super) demands: Demands,
    pub(super) texts: Vec<DatabaseText>,
    pub(super) hosts: Hosts,
}

/// One scope for each user name of the policies, and one for a name that none has.
pub(super) fn scopes(engines: &[&Engine<'_>], asked: Option<&Object>) -> Vec<Scope> {
    let mut names = BTreeSet::new();
    for engine in engines {
        let tables = &engine.policy.tables;
        let roles_too = !tables.server.has(Behaviour::RolesAreNames);
        let users = tables.users.iter().filter(|(_, _, row)| roles_too || !row.is_role);
        names.extend(users.map(|(_, key, _)| tables.names.text(key.user).to_owned()));
    }
    let stranger = stranger(engines);
    let known = names.into_iter().filter(|name| !name.is_empty()).map(|name| (name, true));
    let all: Vec<(String, bool)> = known.chain([(stranger, false)]).collect();
    all.into_par_iter().map(|(name, known)| scope(engines, name, known, asked)).collect()
}

/// A user name that no row of any policy has.
fn stranger(engines: &[&Engine<'_>]) -> String {
    let taken = |name: &str| engines.iter().any(|engine| engine.policy.tables.names.find(name).is_some());
    let numbered = (1..).map(|number| format!("anybody{number}"));
    std::iter::once("anybody".to_owned()).chain(numbered).find(|name| !taken(name)).unwrap_or_default()
}

fn scope(engines: &[&Engine<'_>], user: String, known: bool, asked: Option<&Object>) -> Scope {
    let relevant: Vec<Relevant<'_, '_>> = engines.iter().map(|engine| relevant(engine, &user)).collect();
    let accounts: Vec<(&Engine<'_>, &UserRow)> = relevant.iter().flat_map(accounts).collect();
    let methods = |wanted: fn(&Engine<'_>, &UserRow) -> bool| accounts.iter().any(|(engine, row)| wanted(engine, row));
    let needs_tls = methods(|_, row| row.require != Require::None);
    let socket_peers = methods(compares_socket_peer);
    let ways = points::ways(engines, needs_tls, methods(|_, row| has_no_password(row)), socket_peers);
    let admits = engines.iter().all(|engine| engine.policy.tables.admits_every_host);
    let hosts = Hosts {
        all: host_texts(&relevant, admits).into_iter().map(str::to_owned).collect(),
        of_routines: routine_hosts(&relevant).into_iter().map(str::to_owned).collect(),
        sockets_apart: socket_peers || !admits || ways.len() > 1,
    };
    let (points, more_clients) = points::points(engines, &hosts, &user);
    let choices = choices(&relevant);
    let (places, texts, more_objects) = objects::places(&relevant, asked);
    let (databases, demands) = objects::question(&places);
    let gave_up = more_clients || more_objects;
    Scope { user, known, points, ways, choices, places, gave_up, databases, demands, texts, hosts }
}

/// The accounts and user names whose rows could count for clients of this name.
fn relevant<'e, 'p>(engine: &'e Engine<'p>, user: &str) -> Relevant<'e, 'p> {
    let tables = &engine.policy.tables;
    let mut users: BTreeSet<Symbol> = tables.names.find(user).into_iter().chain([Symbol::EMPTY]).collect();
    let own: Vec<AccountKey> =
        tables.users.iter().map(|(_, key, _)| *key).filter(|key| users.contains(&key.user)).collect();
    let mut accounts: BTreeSet<AccountKey> = BTreeSet::new();
    let mut open = own.clone();
    if tables.variables.on(Variable::CheckProxyUsers) {
        open.extend(tables.proxies.iter().map(|(_, _, row)| row.proxied));
        users.extend(open.iter().map(|key| key.user));
        let proxied = tables.users.iter().map(|(_, key, _)| *key).filter(|key| users.contains(&key.user));
        open.extend(proxied.collect::<Vec<_>>());
    }
    open.extend(&engine.index.mandatory_roles);
    open.extend(tables.find_account(crate::tables::PUBLIC, "").filter(|_| tables.server.has(Behaviour::PublicRole)));
    while let Some(key) = open.pop() {
        if accounts.insert(key) {
            open.extend(tables.role_edges.of(key).map(|(_, edge)| edge.role));
        }
    }
    if tables.server.has(Behaviour::RolesAreNames) {
        // A user's rows can count for the role of the same name (M5.16).
        users.extend(accounts.iter().map(|key| key.user));
    }
    Relevant { engine, users, accounts }
}

/// The account rows that clients can get or stand in for.
fn accounts<'a>(relevant: &'a Relevant<'_, '_>) -> Vec<(&'a Engine<'a>, &'a UserRow)> {
    let engine = relevant.engine;
    let users = relevant.users.iter().flat_map(|user| engine.index.users(*user));
    users.filter_map(|at| engine.policy.tables.users.at(*at)).map(|row| (engine, row)).collect()
}

fn has_no_password(row: &UserRow) -> bool {
    row.authentication.iter().any(|a| match &a.credential {
        Credential::Unspecified => true,
        Credential::Password(text) | Credential::Stored(text) => text.is_empty(),
        Credential::Random => false,
    })
}

fn compares_socket_peer(engine: &Engine<'_>, row: &UserRow) -> bool {
    let tables = &engine.policy.tables;
    let compares = |plugin: Option<&str>| plugins::compares(&tables.server, &tables.variables, plugin);
    row.authentication.iter().any(|a| compares(a.plugin.as_deref()) == Some(Compares::SocketPeer))
}

/// The host texts of all rows that could count, in the order of precedence.
fn host_texts<'a>(relevant: &[Relevant<'a, '_>], admits_every_host: bool) -> Vec<&'a str> {
    let mut ranked: BTreeMap<&'a str, Rank> = BTreeMap::new();
    for one in relevant {
        let tables = &one.engine.policy.tables;
        let mut hosts: BTreeSet<Symbol> = tables.hosts.iter().map(|(_, _, row)| row.host).collect();
        hosts.extend(one.accounts.iter().map(|key| key.host));
        for user in &one.users {
            let rows = one.engine.index.dbs(*user).iter().filter_map(|at| tables.dbs.at(*at)).map(|row| row.key.host);
            hosts.extend(rows);
            let rows = one.engine.index.tables_priv(*user).iter().filter_map(|at| tables.tables.at(*at));
            hosts.extend(rows.map(|row| row.key.host));
            let rows = one.engine.index.routines(*user).iter().filter_map(|at| tables.routines.at(*at));
            hosts.extend(rows.map(|row| row.key.host));
            let rows = one.engine.index.users(*user).iter().filter_map(|at| tables.users.at(*at));
            hosts.extend(rows.map(|row| row.key.host));
        }
        hosts.extend(tables.proxies.iter().flat_map(|(_, _, row)| [row.key.host, row.proxied.host]));
        if !admits_every_host && one.engine.index.hosts().len() <= MOST_HOSTS {
            hosts.extend(one.engine.index.hosts());
        }
        for host in hosts {
            let text = tables.names.text(host);
            ranked.entry(text).or_insert_with(|| tables.server.account_rank("", text));
        }
    }
    let mut texts: Vec<(Rank, &str)> = ranked.into_iter().map(|(text, rank)| (rank, text)).collect();
    texts.sort();
    texts.into_iter().map(|(_, text)| text).collect()
}

fn routine_hosts<'a>(relevant: &[Relevant<'a, '_>]) -> BTreeSet<&'a str> {
    let mut hosts = BTreeSet::new();
    for one in relevant {
        let tables = &one.engine.policy.tables;
        let rows = one.users.iter().flat_map(|user| one.engine.index.routines(*user));
        hosts.extend(rows.filter_map(|at| tables.routines.at(*at)).map(|row| tables.names.text(row.key.host)));
    }
    hosts
}

/// The choices of roles: by default first; without roles, each set of roles of a few, each role of many.
fn choices(relevant: &[Relevant<'_, '_>]) -> Vec<Roles> {
    let mut roles: BTreeSet<(String, String)> = BTreeSet::new();
    for one in relevant {
        let tables = &one.engine.policy.tables;
        let holders = one.accounts.iter().filter(|key| one.users.contains(&key.user));
        let granted = holders.flat_map(|key| tables.role_edges.of(*key)).map(|(_, edge)| edge.role);
        let all = granted.chain(one.engine.index.mandatory_roles.iter().copied());
        let text = |key| tables.account_text(key);
        roles.extend(all.map(text).map(|(user, host)| (user.to_owned(), host.to_owned())));
    }
    let one_at_a_time = relevant.iter().any(|one| one.engine.policy.tables.server.has(Behaviour::RolesAreNames));
    let roles: Vec<(String, String)> = roles.into_iter().collect();
    let mut choices = vec![Roles::Default];
    if roles.is_empty() {
        return choices;
    }
    choices.push(Roles::None);
    if one_at_a_time || roles.len() > MOST_ROLES {
        choices.extend(roles.iter().map(|role| Roles::Named(vec![role.clone()])));
        choices.extend((!one_at_a_time).then_some(Roles::All));
        return choices;
    }
    for set in 1u32..1 << roles.len() {
        let chosen = roles.iter().enumerate().filter(|(at, _)| set >> at & 1 == 1);
        choices.push(Roles::Named(chosen.map(|(_, role)| role.clone()).collect()));
    }
    choices
}
