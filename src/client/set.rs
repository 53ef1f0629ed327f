//! Client sets: all clients there can be, parted into sets that no host text of a policy tells apart.
//!
//! A client is what host texts are compared with: a socket, an address without a name, or an address with a name.
//! Names and addresses are independent of one another (M2.10), so the cells of each are found apart and then paired.

use super::{Client, From};
use crate::matching::host::{ClientHost, HostPattern};
use crate::matching::language::{Cell, Cells, Limit, Matched, Shape, cells};
use crate::matching::wild::Quirks;
use crate::server::Server;
use crate::server::behaviour::Behaviour;
use std::collections::BTreeMap;

/// Clients that the same host texts match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientSet {
    /// The host texts that match them, by their places in [`Partition::hosts`].
    pub matched: Matched,
    /// Kinds of clients in it, each with an example, plainest first; never empty.
    pub members: Vec<Member>,
}

/// One kind of clients of a set.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Member {
    /// The Unix socket (M2.1).
    Socket,
    /// A loopback address that is named `localhost` (M2.3).
    Loopback(&'static str),
    /// Addresses that have no name, such as this one; true when it is the only one.
    Address(String, bool),
    /// Clients with a name, such as this name at this address; true when the name is the only one.
    Named(String, bool, String),
}

/// All clients, parted by some host texts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Partition {
    /// The host texts, in the order in which they were given.
    pub hosts: Vec<String>,
    /// Those that are compared with addresses only; their places follow.
    pub by_address: Vec<String>,
    /// The sets; none is empty and none meets another.
    pub sets: Vec<ClientSet>,
    /// A search gave up: there may be sets that are not listed.
    pub gave_up: bool,
}

/// The addresses that are always named `localhost` (M2.3 step 2).
const LOOPBACK: [&str; 2] = ["127.0.0.1", "::1"];

/// Pairs of name and address cells beyond which only the plainest address of each kind is paired with names.
const MOST_PAIRS: usize = 1 << 20;

impl Member {
    /// Such a client, for a user name.
    pub fn client(&self, user: &str) -> Client {
        let address = |ip: &str, hostname: Option<&str>| From::Address {
            ip: ip.to_owned(),
            hostname: hostname.map(str::to_owned),
        };
        let from = match self {
            Self::Socket => From::Socket,
            Self::Loopback(ip) => address(ip, Some("localhost")),
            Self::Address(ip, _) => address(ip, None),
            Self::Named(name, _, ip) => address(ip, Some(name)),
        };
        Client { user: user.to_owned(), from, ..Client::default() }
    }
}

impl ClientSet {
    /// One client of the set, for a user name.
    pub fn example(&self, user: &str) -> Client {
        self.members.first().unwrap_or(&Member::Socket).client(user)
    }
}

/// Host texts of a partition, read as patterns.
struct Patterns<'h> {
    all: Vec<HostPattern<'h>>,
    /// So many are compared with names too, those behind them with addresses only.
    with_names: usize,
    quirks: Quirks,
}

impl<'h> Patterns<'h> {
    fn new(hosts: impl Iterator<Item = &'h str>, with_names: usize, server: &Server) -> Self {
        let all = hosts.map(|text| HostPattern::new(text, server)).collect();
        Self { all, with_names, quirks: Quirks::of(server) }
    }

    fn for_names(&self) -> &[HostPattern<'h>] {
        self.all.get(..self.with_names).unwrap_or_default()
    }

    /// Those that match a client.
    fn matched(&self, client: &ClientHost) -> Matched {
        let by_either = Matched::of(self.for_names(), client, self.quirks);
        let mut matched = Matched::none(self.all.len()).or(&by_either);
        let behind = self.all.iter().enumerate().skip(self.with_names);
        let fit = behind.filter(|(_, pattern)| pattern.matches_texts(None, client.ip.as_deref(), self.quirks));
        fit.for_each(|(at, _)| matched.put(at));
        matched
    }
}

/// Parts all clients by these host texts, and by those of `by_address`, which are compared with addresses only (M5.4):
/// they have the places behind `hosts`.
pub fn partition(hosts: &[&str], by_address: &[&str], server: &Server, skip_name_resolve: bool) -> Partition {
    let patterns = Patterns::new(hosts.iter().chain(by_address).copied(), hosts.len(), server);
    let apart: &[&str] = if skip_name_resolve { &[] } else { &LOOPBACK };
    let find = |shape: Shape, among: &[HostPattern<'_>]| cells(shape, among, apart, patterns.quirks, Limit::default());
    let longest = if server.has(Behaviour::LongHosts) { 255 } else { 60 };
    let name = Shape::Name { longest };
    let names = if skip_name_resolve { Cells::default() } else { find(name, patterns.for_names()) };
    let addresses = [Shape::Ipv4, Shape::Ipv6].map(|shape| find(shape, &patterns.all));
    let mut sets: BTreeMap<Matched, Vec<Member>> = BTreeMap::new();
    sets.entry(patterns.matched(&ClientHost::socket())).or_default().push(Member::Socket);
    for ip in apart {
        let matched = patterns.matched(&ClientHost::address(ip, None, false));
        sets.entry(matched).or_default().push(Member::Loopback(ip));
    }
    let all: Vec<&Cell> = addresses.iter().flat_map(|found| &found.cells).collect();
    for address in &all {
        let member = Member::Address(address.example.clone(), address.single);
        sets.entry(address.matched.clone()).or_default().push(member);
    }
    let too_many = names.cells.len().saturating_mul(all.len()) > MOST_PAIRS;
    for name in &names.cells {
        pair(name, &all, too_many, &mut sets);
    }
    let gave_up = too_many || names.gave_up || addresses.iter().any(|found| found.gave_up);
    let sets = sets.into_iter().map(|(matched, members)| ClientSet { matched, members: plainest(members) }).collect();
    let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    Partition { hosts: owned(hosts), by_address: owned(by_address), sets, gave_up }
}

/// Clients of a name with an address each, one for every set that comes of it.
fn pair(name: &Cell, addresses: &[&Cell], too_many: bool, sets: &mut BTreeMap<Matched, Vec<Member>>) {
    let mut seen = std::collections::BTreeSet::new();
    for address in addresses.iter().filter(|cell| !too_many || !cell.single) {
        let matched = name.matched.or(&address.matched);
        if seen.insert(matched.clone()) {
            let member = Member::Named(name.example.clone(), name.single, address.example.clone());
            sets.entry(matched).or_default().push(member);
        }
    }
}

/// Sorted, and of clients with a name only the first where one without a name or with a wider name is there.
fn plainest(mut members: Vec<Member>) -> Vec<Member> {
    members.sort_by_key(|member| match member {
        Member::Socket => (0, 0, String::new()),
        Member::Loopback(ip) => (1, 0, (*ip).to_owned()),
        Member::Address(ip, single) => (2, usize::from(*single) + ip.len() * 2, ip.clone()),
        Member::Named(name, single, _) => (3, usize::from(*single) + name.len() * 2, name.clone()),
    });
    members
}

impl Partition {
    /// The set that a client belongs to; none where a search gave up before it was found.
    pub fn set_of(&self, client: &ClientHost, server: &Server) -> Option<&ClientSet> {
        let texts = self.hosts.iter().chain(&self.by_address).map(String::as_str);
        let matched = Patterns::new(texts, self.hosts.len(), server).matched(client);
        self.sets.iter().find(|set| set.matched == matched)
    }

    /// A set in words, for a reader who has the host texts before him in the order of precedence.
    pub fn describe(&self, set: &ClientSet) -> String {
        if self.sets.len() == 1 {
            return "every client".to_owned();
        }
        let nameless = set.members.iter().any(|member| matches!(member, Member::Address(..)));
        let localhost =
            set.members.iter().any(|member| matches!(member, Member::Named(name, true, _) if name == "localhost"));
        let mut words: Vec<String> = Vec::new();
        for member in &set.members {
            let word = match member {
                Member::Socket => "the socket".to_owned(),
                Member::Loopback(_) if localhost => continue,
                Member::Loopback(ip) => (*ip).to_owned(),
                Member::Address(text, true) | Member::Named(text, true, _) => text.clone(),
                Member::Named(_, false, _) if nameless => continue,
                Member::Address(..) => self.wider(set, "address", |member| matches!(member, Member::Address(..))),
                Member::Named(..) => self.wider(set, "name", |member| matches!(member, Member::Named(..))),
            };
            if !words.contains(&word) {
                words.push(word);
            }
        }
        words.join(", ")
    }

    /// Clients of a kind that match the set's first host text, and none that goes before it.
    fn wider(&self, set: &ClientSet, kind: &str, of_kind: impl Fn(&Member) -> bool) -> String {
        let text = |at: usize| self.hosts.get(at).map_or("", String::as_str);
        let first = set.matched.iter().next();
        let Some(first) = first.filter(|at| !matches!(text(*at), "%" | "")) else {
            return format!("any other {kind}");
        };
        let beside = |at: usize| {
            self.sets
                .iter()
                .any(|other| other.matched.has(first) && other.matched.has(at) && other.members.iter().any(&of_kind))
        };
        let before: Vec<&str> = (0..first).filter(|at| beside(*at)).map(text).collect();
        match before.as_slice() {
            [] => text(first).to_owned(),
            before => format!("{} except {}", text(first), before.join(" and ")),
        }
    }
}
