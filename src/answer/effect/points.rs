//! The clients of a scope: one for each set that no policy tells apart, and the ways in which it can come.

use crate::answer::Engine;
use crate::client::set::{Member, Partition, partition};
use crate::client::{Client, From, Password, Roles, Tls};
use crate::facts::extract;
use crate::matching::host::{ClientHost, HostPattern};
use crate::matching::language::Matched;
use crate::server::variables::Variable;
use std::collections::BTreeSet;

/// One set of clients, by an example.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Point {
    /// The example, as it comes in the plainest way.
    pub client: Client,
    /// The set in words: `10.% except 10.1.%`.
    pub words: String,
    /// The host texts that match it, in the order of precedence.
    pub hosts: Vec<String>,
}

/// How a client comes: what it sends, its encryption, the OS user behind a socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Way {
    /// A password or none.
    pub password: bool,
    /// Its encryption.
    pub tls: Tls,
    /// Over a socket: the OS user has another name than the one it gives.
    pub other_os_user: bool,
}

/// An OS user that is nobody's namesake.
const SOMEBODY_ELSE: &str = "somebody-else";

impl Way {
    /// With the right password, unencrypted, as the OS user of that name.
    pub const PLAIN: Self = Self { password: true, tls: Tls::None, other_os_user: false };

    /// The client as it comes in this way.
    pub(super) fn client(self, mut client: Client, roles: Roles) -> Client {
        client.password = if self.password { Password::Given } else { Password::None };
        client.tls = self.tls;
        client.roles = roles;
        if client.from == From::Socket {
            let name = if self.other_os_user { SOMEBODY_ELSE } else { client.user.as_str() };
            client.os_user = Some(name.to_owned());
        }
        client
    }

    /// In words; nothing for the plainest way.
    pub fn words(self) -> String {
        let tls = match self.tls {
            Tls::None => "",
            Tls::Ssl => "with TLS",
            Tls::X509 => "with a client certificate",
        };
        let password = if self.password { "" } else { "without a password" };
        let os_user = if self.other_os_user { "as another OS user" } else { "" };
        [password, tls, os_user].into_iter().filter(|words| !words.is_empty()).collect::<Vec<_>>().join(", ")
    }
}

/// What a point needs to know of the host texts of all policies.
#[derive(Debug, Clone)]
pub(super) struct Hosts {
    /// Those that clients are compared with, in the order of precedence.
    pub all: Vec<String>,
    /// Those of rows for routines, which are compared with addresses alone (M5.4).
    pub of_routines: BTreeSet<String>,
    /// Clients of a socket are told from others that the same texts match.
    pub sockets_apart: bool,
}

/// The points of a scope; true when there may be more than were found.
pub(super) fn points(engines: &[&Engine<'_>], hosts: &Hosts, user: &str) -> (Vec<Point>, bool) {
    let mut seen = BTreeSet::new();
    let mut points = Vec::new();
    let mut gave_up = false;
    let texts: Vec<&str> = hosts.all.iter().map(String::as_str).collect();
    let of_routines: Vec<&str> = hosts.of_routines.iter().map(String::as_str).collect();
    for part in partitions(engines, &texts, &of_routines) {
        gave_up |= part.gave_up;
        let members = part.sets.iter().flat_map(|set| set.members.iter().map(move |member| (set, member)));
        for (set, member) in members {
            if seen.insert(signature(engines, hosts, &member.client(user))) {
                let matched = set.matched.iter().filter_map(|at| part.hosts.get(at).cloned()).collect();
                let words = member_words(&part, set, member, hosts);
                points.push((member.clone(), Point { client: member.client(user), words, hosts: matched }));
            }
        }
    }
    points.sort_by(|one, other| one.0.cmp(&other.0));
    (points.into_iter().map(|(_, point)| point).collect(), gave_up)
}

/// One partition for each way in which the policies' servers compare host texts.
fn partitions(engines: &[&Engine<'_>], hosts: &[&str], of_routines: &[&str]) -> Vec<Partition> {
    let mut done: Vec<(crate::server::Server, bool)> = Vec::new();
    let mut parts = Vec::new();
    for engine in engines {
        let (server, skip) = (engine.policy.tables.server, engine.index.skip_name_resolve);
        if !done.contains(&(server, skip)) {
            done.push((server, skip));
            parts.push(partition(hosts, of_routines, &server, skip));
        }
    }
    parts
}

/// Everything by which the policies could tell a client from another.
pub(super) fn signature(engines: &[&Engine<'_>], hosts: &Hosts, client: &Client) -> Vec<(Matched, Vec<usize>, bool)> {
    let of_engine = |engine: &&Engine<'_>| {
        let server = &engine.policy.tables.server;
        let patterns: Vec<HostPattern<'_>> = hosts.all.iter().map(|text| HostPattern::new(text, server)).collect();
        let host = extract::client_host(client, engine.index.skip_name_resolve);
        let matched = Matched::of(&patterns, &host, engine.index.quirks);
        let address = ClientHost { host: None, ..host.clone() };
        let routines = patterns.iter().enumerate().filter(|(_, p)| hosts.of_routines.contains(p.text));
        let by_address = routines.filter(|(_, p)| p.matches(&address, engine.index.quirks)).map(|(at, _)| at);
        (matched, by_address.collect(), hosts.sockets_apart && client.from == From::Socket)
    };
    engines.iter().map(of_engine).collect()
}

/// The set in words, or the member alone where the set is told apart further.
fn member_words(part: &Partition, set: &crate::client::set::ClientSet, member: &Member, hosts: &Hosts) -> String {
    let socket = set.members.contains(&Member::Socket);
    match member {
        Member::Socket if hosts.sockets_apart => "the socket".to_owned(),
        _ if socket && hosts.sockets_apart => {
            let words = part.describe(set);
            words.strip_prefix("the socket, ").map_or_else(|| format!("{words} over TCP"), str::to_owned)
        }
        _ => part.describe(set),
    }
}

/// The ways that could end differently; the plainest is first.
pub(super) fn ways(engines: &[&Engine<'_>], needs_tls: bool, without_password: bool, socket_peers: bool) -> Vec<Way> {
    let secure = |engine: &&Engine<'_>| engine.policy.tables.variables.on(Variable::RequireSecureTransport);
    let encrypted: &[Tls] = match (needs_tls, engines.iter().any(secure)) {
        (true, _) => &[Tls::None, Tls::Ssl, Tls::X509],
        (false, true) => &[Tls::None, Tls::Ssl],
        (false, false) => &[Tls::None],
    };
    let mut ways = Vec::new();
    for password in [true, false] {
        if password || without_password {
            ways.extend(encrypted.iter().map(|tls| Way { password, tls: *tls, other_os_user: false }));
        }
    }
    if socket_peers {
        ways.push(Way { other_os_user: true, ..Way::PLAIN });
    }
    ways
}
