//! The index in front of the account rows of users that have many: see [`super::super::first`].

use super::super::field::Field;
use super::super::first::{Keyed, LONGEST, slot_of};
use super::super::host::Kind;
use super::Build;
use super::order::ends_of;
use crate::matching::host::{HostPattern, begins_like_an_address};
use std::collections::BTreeSet;
use std::net::Ipv4Addr;

/// Users with fewer rows have no index: their rows are gone through.
const MANY: usize = 16;

/// The index of one user.
#[derive(Default)]
struct User {
    /// Where spans of addresses begin, and the first row of each plus one.
    spans: Vec<(u32, u64)>,
    /// Rows that are compared one by one.
    rest: Vec<u64>,
    /// Bit sets of the lengths of beginnings and of ends.
    lengths: [u64; 2],
}

/// A text in the hash table.
struct Key<'t> {
    user: u64,
    keyed: Keyed,
    text: &'t str,
    row: u64,
}

impl Build<'_> {
    /// For each user with many rows; rows are numbered from the user's first one.
    pub(super) fn first_rows(&mut self) {
        let tables = self.tables;
        let (mut users, mut indexes, mut keys): (Vec<u64>, Vec<User>, Vec<Key<'_>>) = Default::default();
        let mut from = 0;
        for rows in self.account_rows.chunk_by(|one, other| one.user == other.user) {
            if let Some(first) = rows.first().filter(|_| rows.len() >= MANY) {
                let user = u64::from(self.users.get(first.user));
                let hosts: Vec<&str> = rows.iter().map(|key| tables.names.text(key.host)).collect();
                users.push(user);
                indexes.push(index(&hosts, &tables.server, |keyed, text, at| {
                    keys.push(Key { user, keyed, text, row: from + at });
                }));
            }
            from += rows.len() as u64;
        }
        self.out.values(Field::IndexedUser, &users);
        self.out.values(Field::IndexSpans, &ends_of(indexes.iter().map(|index| index.spans.len())));
        let spans = || indexes.iter().flat_map(|index| &index.spans);
        self.out.values(Field::SpanStart, &spans().map(|(start, _)| u64::from(*start)).collect::<Vec<_>>());
        self.out.values(Field::SpanRow, &spans().map(|(_, row)| *row).collect::<Vec<_>>());
        self.out.values(Field::IndexRest, &ends_of(indexes.iter().map(|index| index.rest.len())));
        self.out.values(Field::RestRow, &indexes.iter().flat_map(|index| &index.rest).copied().collect::<Vec<_>>());
        self.out.values(Field::IndexLengths, &indexes.iter().flat_map(|index| index.lengths).collect::<Vec<_>>());
        self.out.values(Field::HostSlot, &slots(&keys));
    }
}

/// The hash table of these texts, at most half full.
fn slots(keys: &[Key<'_>]) -> Vec<u64> {
    let size = if keys.is_empty() { 0 } else { (keys.len() * 2).next_power_of_two() };
    let mut slots = vec![0; size];
    for key in keys {
        let first = slot_of(key.user, key.keyed, key.text.as_bytes(), size);
        let free = (first..size).chain(0..first).find(|at| slots.get(*at) == Some(&0));
        if let Some(slot) = free.and_then(|at| slots.get_mut(at)) {
            *slot = key.row + 1;
        }
    }
    slots
}

/// The index of hosts in the order in which they are tried; texts go to `key`.
fn index<'t>(hosts: &[&'t str], server: &crate::server::Server, mut key: impl FnMut(Keyed, &'t str, u64)) -> User {
    let mut user = User::default();
    let mut addresses: Vec<(u32, u32, u64)> = Vec::new();
    for (host, at) in hosts.iter().zip(0u64..) {
        let lower = !host.bytes().any(|byte| byte.is_ascii_uppercase());
        let text = |text: &&'t str| lower && text.len() < LONGEST;
        let begin = host.strip_suffix('%').filter(|begin| begin.ends_with('.')).filter(text);
        let end = host.strip_prefix('%').filter(|end| end.starts_with('.')).filter(text);
        if let Some(span) = span(host, server) {
            addresses.extend(span.map(|(from, to)| (from, to, at)));
            continue;
        }
        match (Kind::of(host, server), begin, end) {
            (Kind::Literal, ..) if lower => key(Keyed::Whole, host, at),
            (Kind::Prefix, Some(begin), _) => {
                user.lengths[0] |= 1 << begin.len();
                key(Keyed::Begin, begin, at);
            }
            (Kind::Suffix, _, Some(end)) => {
                user.lengths[1] |= 1 << end.len();
                key(Keyed::End, end, at);
            }
            _ => user.rest.push(at),
        }
    }
    user.spans = spans(&addresses);
    user
}

/// The addresses that a host matches, where they are all those between two and no name is; within it `None` for no address.
fn span(host: &str, server: &crate::server::Server) -> Option<Option<(u32, u32)>> {
    // A name that looks like this is never used.
    if !begins_like_an_address(host) {
        return None;
    }
    let HostPattern { value, mask, .. } = HostPattern::new(host, server);
    if mask != 0 {
        let is_span = mask.leading_ones() + mask.trailing_zeros() == 32;
        // With host bits under the mask no address is equal to it (M2.11).
        return is_span.then(|| (value & mask == value).then_some((value, value | !mask)));
    }
    if let Ok(address) = host.parse::<Ipv4Addr>() {
        return Some(Some((address.to_bits(), address.to_bits())));
    }
    // What an address begins with, whole numbers: the others are anything.
    let begin = host.strip_suffix(".%")?;
    let numbers = begin.bytes().filter(|byte| *byte == b'.').count() + 1;
    let first = format!("{begin}{}", ".0".repeat(4usize.checked_sub(numbers)?)).parse::<Ipv4Addr>().ok()?.to_bits();
    let free = 8 * (4 - numbers as u32);
    (free > 0).then(|| Some((first, first | ((1 << free) - 1))))
}

/// Where the first of these rows changes, and which it is from there on plus one; 0 for none.
fn spans(numeric: &[(u32, u32, u64)]) -> Vec<(u32, u64)> {
    let begins = numeric.iter().map(|(from, _, row)| (u64::from(*from), true, *row));
    let ends = numeric.iter().map(|(_, to, row)| (u64::from(*to) + 1, false, *row));
    let mut events: Vec<(u64, bool, u64)> = begins.chain(ends).collect();
    events.sort_unstable();
    let mut there: BTreeSet<u64> = BTreeSet::new();
    let mut spans: Vec<(u32, u64)> = Vec::new();
    for at in events.chunk_by(|one, other| one.0 == other.0) {
        for (_, begins, row) in at {
            if *begins {
                there.insert(*row)
            } else {
                there.remove(row)
            };
        }
        let first = there.first().map_or(0, |row| row + 1);
        let start = at.first().and_then(|(start, ..)| u32::try_from(*start).ok());
        if let Some(start) = start.filter(|_| spans.last().is_none_or(|(_, row)| *row != first)) {
            spans.push((start, first));
        }
    }
    spans
}
