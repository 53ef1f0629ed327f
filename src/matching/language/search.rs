//! Runs several patterns side by side over all texts of a shape, and finds the sets that they cannot tell apart.

use super::machine::{Machine, State};
use super::shape::{Read, Shape};
use crate::matching::host::{ClientHost, HostPattern};
use crate::matching::wild::{self, Quirks};
use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;
use std::net::Ipv4Addr;

/// Which of the patterns match: one bit each, in their order.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Matched(SmallVec<[u64; 1]>);

/// Texts that no pattern tells apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// The patterns that match them.
    pub matched: Matched,
    /// A shortest one.
    pub example: String,
    /// It is the only one, because a pattern spells it out.
    pub single: bool,
}

/// All cells of a shape.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cells {
    /// The cells: single texts first, sorted; then the others, plainest examples first.
    pub cells: Vec<Cell>,
    /// The search gave up: there may be more cells than these.
    pub gave_up: bool,
}

/// The most states that a search visits.
#[derive(Debug, Clone, Copy)]
pub struct Limit(pub usize);

impl Default for Limit {
    fn default() -> Self {
        Self(50_000)
    }
}

impl Matched {
    /// None of so many.
    pub fn none(count: usize) -> Self {
        Self(SmallVec::from_elem(0, count.div_ceil(64).max(1)))
    }

    /// Those that match a client.
    pub fn of(patterns: &[HostPattern<'_>], client: &ClientHost, quirks: Quirks) -> Self {
        let mut matched = Self::none(patterns.len());
        let fit = patterns.iter().enumerate().filter(|(_, pattern)| pattern.matches(client, quirks));
        fit.for_each(|(at, _)| matched.put(at));
        matched
    }

    /// Adds one.
    pub fn put(&mut self, at: usize) {
        if let Some(word) = self.0.get_mut(at / 64) {
            *word |= 1 << (at % 64);
        }
    }

    /// Takes one out.
    pub fn take(&mut self, at: usize) {
        if let Some(word) = self.0.get_mut(at / 64) {
            *word &= !(1 << (at % 64));
        }
    }

    /// Is it one of them?
    pub fn has(&self, at: usize) -> bool {
        self.0.get(at / 64).is_some_and(|word| word >> (at % 64) & 1 == 1)
    }

    /// Those that match either.
    #[must_use]
    pub fn or(&self, other: &Self) -> Self {
        let longer = if self.0.len() < other.0.len() { other } else { self };
        let word = |at: usize| self.0.get(at).unwrap_or(&0) | other.0.get(at).unwrap_or(&0);
        Self((0..longer.0.len()).map(word).collect())
    }

    /// The places of all of them, in order.
    pub fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        let places = |(at, word): (usize, &u64)| {
            let word = *word;
            (0..64).filter(move |bit| word >> bit & 1 == 1).map(move |bit| at * 64 + bit)
        };
        self.0.iter().enumerate().flat_map(places)
    }
}

/// Where everything is after some text.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Place {
    read: Read,
    machines: SmallVec<[State; 2]>,
    /// Masks that fit so far.
    masks: Matched,
    /// The node among the single texts; 0 is none of them.
    single: u32,
}

/// A place that was reached, and how.
struct Reached {
    place: Place,
    from: usize,
    byte: u8,
    length: usize,
}

struct Search<'a> {
    shape: Shape,
    patterns: &'a [HostPattern<'a>],
    quirks: Quirks,
    /// Patterns that match every text.
    always: Vec<usize>,
    machines: Vec<(usize, Machine)>,
    masks: Vec<(usize, HostPattern<'a>)>,
    singles: Vec<String>,
    trie: FxHashMap<(u32, u8), u32>,
    ends: FxHashSet<u32>,
    alphabet: Vec<u8>,
}

/// The cells of that shape under these patterns. The texts of `apart` belong to none of them.
pub fn cells(shape: Shape, patterns: &[HostPattern<'_>], apart: &[&str], quirks: Quirks, limit: Limit) -> Cells {
    let search = Search::new(shape, patterns, apart, quirks);
    let singles = search.singles.iter().filter(|text| !apart.contains(&text.as_str()));
    let mut cells: Vec<Cell> =
        singles.map(|text| Cell { matched: search.matched(text), example: text.clone(), single: true }).collect();
    let gave_up = search.run(limit, &mut cells);
    Cells { cells, gave_up }
}

/// The one text of that shape that the pattern spells out.
fn spelled_out(shape: Shape, pattern: &HostPattern<'_>) -> Option<String> {
    let text = match (pattern.mask, shape) {
        (u32::MAX, Shape::Ipv4) => Ipv4Addr::from(pattern.value).to_string(),
        (0, Shape::Name { .. }) => pattern.text.to_ascii_lowercase(),
        (0, _) => pattern.text.to_owned(),
        _ => return None,
    };
    (shape.has(&text) && !wild::has_wildcard(&text)).then_some(text)
}

impl<'a> Search<'a> {
    fn new(shape: Shape, patterns: &'a [HostPattern<'a>], apart: &[&str], quirks: Quirks) -> Self {
        let mut search = Self {
            shape,
            patterns,
            quirks,
            always: Vec::new(),
            machines: Vec::new(),
            masks: Vec::new(),
            singles: apart.iter().map(|text| (*text).to_owned()).collect(),
            trie: FxHashMap::default(),
            ends: FxHashSet::default(),
            alphabet: Vec::new(),
        };
        for (at, pattern) in patterns.iter().enumerate() {
            search.sort_in(at, pattern);
        }
        search.singles.sort_unstable();
        search.singles.dedup();
        search.grow_trie();
        search.choose_alphabet();
        search
    }

    fn sort_in(&mut self, at: usize, pattern: &HostPattern<'a>) {
        let name = matches!(self.shape, Shape::Name { .. });
        if pattern.text.is_empty() && self.quirks.empty_host_is_no_client {
            // It fits nobody (M5.16).
        } else if pattern.text == "%" || pattern.text.is_empty() {
            self.always.push(at);
        } else if let Some(text) = spelled_out(self.shape, pattern) {
            self.singles.push(text);
        } else if pattern.mask != 0 {
            // An impossible mask fits nothing (M2.11); only IPv4 addresses meet masks.
            if self.shape == Shape::Ipv4 && pattern.value & pattern.mask == pattern.value {
                self.masks.push((at, *pattern));
            }
        } else if wild::has_wildcard(pattern.text) || pattern.text.contains('\\') {
            let machine = if name {
                Machine::of_name(pattern.text, self.quirks)
            } else {
                Machine::of_bytes(pattern.text, self.quirks)
            };
            self.machines.push((at, machine));
        }
    }

    fn grow_trie(&mut self) {
        let mut nodes = 1u32;
        for text in &self.singles {
            let mut at = 1;
            for byte in text.bytes() {
                let next = *self.trie.entry((at, byte)).or_insert_with(|| {
                    nodes += 1;
                    nodes
                });
                at = next;
            }
            self.ends.insert(at);
        }
    }

    /// One byte for each kind that no pattern mentions, and every byte that some pattern does.
    fn choose_alphabet(&mut self) {
        let mut used: FxHashSet<u8> = self.machines.iter().flat_map(|(_, machine)| machine.bytes()).collect();
        used.extend(self.trie.keys().map(|(_, byte)| *byte));
        let mut chosen: Vec<u8> = Vec::new();
        for byte in self.shape.alphabet() {
            let alike = |other: &u8| !used.contains(other) && self.shape.alike(*other, *byte);
            if used.contains(byte) || !chosen.iter().any(alike) {
                chosen.push(*byte);
            }
        }
        // Bytes that no pattern has make the plainest examples.
        chosen
            .sort_by_key(|byte| (used.contains(byte) || !byte.is_ascii_alphanumeric(), *byte == b'-' || *byte == b'_'));
        self.alphabet = chosen;
    }

    fn matched(&self, text: &str) -> Matched {
        let client = match self.shape {
            Shape::Name { .. } => ClientHost { host: Some(text.into()), ip: None, ip_unknown: false },
            Shape::Ipv4 | Shape::Ipv6 => ClientHost { host: None, ip: Some(text.into()), ip_unknown: false },
        };
        Matched::of(self.patterns, &client, self.quirks)
    }

    fn start(&self) -> Place {
        let mut masks = Matched::none(self.patterns.len());
        self.masks.iter().for_each(|(at, _)| masks.put(*at));
        let machines = self.machines.iter().map(|(_, machine)| machine.start()).collect();
        Place { read: self.shape.start(), machines, masks, single: 1 }
    }

    /// Masks that do not fit the number that ends at this place are out.
    fn without_unfit(&self, read: Read, masks: &Matched) -> Matched {
        let mut left = masks.clone();
        if let Some((octet, value)) = read.octet() {
            let shift = 24 - 8 * u32::from(octet);
            for (at, pattern) in &self.masks {
                if (u32::from(value) ^ pattern.value >> shift) & (pattern.mask >> shift) & 0xFF != 0 {
                    left.take(*at);
                }
            }
        }
        left
    }

    fn step(&self, place: &Place, byte: u8) -> Option<Place> {
        let read = Shape::step(place.read, byte)?;
        let masks = if byte == b'.' { self.without_unfit(place.read, &place.masks) } else { place.masks.clone() };
        let states = self.machines.iter().zip(&place.machines);
        let machines = states.map(|((_, machine), state)| machine.step(state, byte)).collect();
        let single = self.trie.get(&(place.single, byte)).copied().unwrap_or(0);
        Some(Place { read, machines, masks, single })
    }

    /// The patterns that match the text that ends here.
    fn matched_at(&self, place: &Place) -> Matched {
        let mut matched = self.without_unfit(place.read, &place.masks);
        self.always.iter().for_each(|at| matched.put(*at));
        for ((at, machine), state) in self.machines.iter().zip(&place.machines) {
            if machine.accepts(state) {
                matched.put(*at);
            }
        }
        matched
    }

    /// Breadth first, so that examples are shortest. True when it gave up.
    fn run(&self, limit: Limit, cells: &mut Vec<Cell>) -> bool {
        let start = self.start();
        let mut seen: FxHashSet<Place> = FxHashSet::default();
        let mut found: FxHashSet<Matched> = FxHashSet::default();
        seen.insert(start.clone());
        let mut queue = vec![Reached { place: start, from: 0, byte: 0, length: 0 }];
        let mut at = 0;
        while let Some(reached) = queue.get(at) {
            if reached.place.read.is_whole() && !self.ends.contains(&reached.place.single) {
                let matched = self.matched_at(&reached.place);
                if found.insert(matched.clone()) {
                    cells.push(Cell { matched, example: text_of(&queue, at), single: false });
                }
            }
            if reached.length < self.shape.longest()
                && !(self.machines.is_empty() && self.masks.is_empty() && !found.is_empty())
            {
                let length = reached.length + 1;
                let steps = self.alphabet.iter().filter_map(|byte| Some((*byte, self.step(&reached.place, *byte)?)));
                for (byte, place) in steps.collect::<Vec<_>>() {
                    if seen.insert(place.clone()) {
                        queue.push(Reached { place, from: at, byte, length });
                    }
                }
            }
            if seen.len() > limit.0 {
                return true;
            }
            at += 1;
        }
        false
    }
}

/// The text that led to a place.
fn text_of(queue: &[Reached], mut at: usize) -> String {
    let mut bytes = Vec::new();
    while let Some(reached) = queue.get(at).filter(|_| at != 0) {
        bytes.push(reached.byte);
        at = reached.from;
    }
    bytes.iter().rev().map(|byte| char::from(*byte)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::Server;

    fn found(server: &str, shape: Shape, texts: &[&str]) -> Vec<(Vec<usize>, String)> {
        let server: Server = server.parse().unwrap_or_default();
        let patterns: Vec<HostPattern<'_>> = texts.iter().map(|text| HostPattern::new(text, &server)).collect();
        let cells = cells(shape, &patterns, &[], Quirks::of(&server), Limit::default());
        assert!(!cells.gave_up);
        cells.cells.into_iter().map(|cell| (cell.matched.iter().collect(), cell.example)).collect()
    }

    const NAME: Shape = Shape::Name { longest: 255 };

    /// M2.7, M2.11: masks, a wildcard inside one, and one with host bits that fits nothing.
    #[test]
    fn addresses_under_masks() {
        let cells = found("mysql-9.7", Shape::Ipv4, &["10.1.2.0/24", "10.1.%", "10.1.2.3", "10.1.2.3/24", "%"]);
        let sets: Vec<Vec<usize>> = cells.iter().map(|(set, _)| set.clone()).collect();
        assert_eq!(
            sets,
            [
                vec![1, 0, 2, 4].into_iter().collect::<std::collections::BTreeSet<_>>().into_iter().collect(),
                vec![4],
                vec![1, 4],
                vec![0, 1, 4]
            ],
            "{cells:?}"
        );
    }

    /// M2.15: no name ends in `_%` where the `_` is its last byte.
    #[test]
    fn names_with_the_quirk_of_mysql_8() {
        let (new, old) = (found("mysql-9.7", NAME, &["localhos_%"]), found("mariadb-10.11", NAME, &["localhos_%"]));
        assert_eq!(new.iter().map(|(_, text)| text.len()).collect::<Vec<_>>(), [1, 10], "{new:?}");
        assert_eq!(old.iter().map(|(_, text)| text.len()).collect::<Vec<_>>(), [1, 9], "{old:?}");
    }

    /// M2.3 step 4: no name begins with digits and a dot; M2.9: no IPv6 address has a slash.
    #[test]
    fn patterns_that_no_text_has() {
        assert_eq!(found("mysql-9.7", NAME, &["1.2.%"]).len(), 1);
        assert_eq!(found("mysql-9.7", Shape::Ipv6, &["2001:db8::/32", "2001:DB8::%"]).len(), 1);
        assert_eq!(found("mysql-9.7", Shape::Ipv6, &["2001:db8::%"]).len(), 2);
    }
}
