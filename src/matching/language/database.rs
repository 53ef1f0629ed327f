//! Database names as a language: which names some database texts cover and others do not (M5.5).

use super::machine::{Machine, State};
use super::search::{Cell, Cells, Limit, Matched};
use crate::matching::wild::{self, Quirks};
use rustc_hash::FxHashSet;
use smallvec::SmallVec;

/// The longest database name, in bytes of the plain letters that examples are made of.
const LONGEST: usize = 64;

/// Letters for what no text spells out, the plainest first.
const FILLERS: &[u8] = b"xyzwvutsrqponmlkjihgfedcba0123456789_";

/// A database text with the quirks of the server that reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatabaseText {
    /// The text as stored.
    pub text: String,
    /// How that server matches.
    pub quirks: Quirks,
}

impl DatabaseText {
    /// Does it cover that name?
    pub fn covers(&self, name: &str) -> bool {
        wild::matches_bytes(name.as_bytes(), self.text.as_bytes(), self.quirks)
    }
}

/// Where everything is after some text.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Place {
    machines: SmallVec<[State; 2]>,
    /// The text itself, while one of the names that are told begins so.
    told: Option<Vec<u8>>,
}

struct Search<'a> {
    texts: &'a [DatabaseText],
    names: &'a [String],
    machines: Vec<(usize, Machine)>,
    alphabet: Vec<u8>,
}

/// The cells of all database names under these texts: each of `names` by itself, then the others.
///
/// Names that only bytes beyond ASCII tell apart are found where they are among `names`.
pub fn database_cells(texts: &[DatabaseText], names: &[String], limit: Limit) -> Cells {
    let search = Search::new(texts, names);
    let mut cells: Vec<Cell> = names.iter().map(|name| search.cell(name.clone(), true)).collect();
    let gave_up = search.run(limit, &mut cells);
    Cells { cells, gave_up }
}

impl<'a> Search<'a> {
    fn new(texts: &'a [DatabaseText], names: &'a [String]) -> Self {
        let wild = texts.iter().enumerate().filter(|(_, text)| wild::has_wildcard(&text.text));
        let machines: Vec<(usize, Machine)> =
            wild.map(|(at, text)| (at, Machine::of_bytes(&text.text, text.quirks))).collect();
        let mut used: Vec<u8> = machines.iter().flat_map(|(_, machine)| machine.bytes()).collect();
        used.retain(|byte| byte.is_ascii_graphic());
        used.sort_unstable();
        used.dedup();
        let filler = FILLERS.iter().find(|byte| !used.contains(byte)).copied();
        let alphabet = filler.into_iter().chain(used).collect();
        Self { texts, names, machines, alphabet }
    }

    fn cell(&self, example: String, single: bool) -> Cell {
        let mut matched = Matched::none(self.texts.len());
        let covering = self.texts.iter().enumerate().filter(|(_, text)| text.covers(&example));
        covering.for_each(|(at, _)| matched.put(at));
        Cell { matched, example, single }
    }

    fn start(&self) -> Place {
        let machines = self.machines.iter().map(|(_, machine)| machine.start()).collect();
        Place { machines, told: Some(Vec::new()) }
    }

    fn step(&self, place: &Place, byte: u8) -> Place {
        let states = self.machines.iter().zip(&place.machines);
        let machines = states.map(|((_, machine), state)| machine.step(state, byte)).collect();
        let longer = place.told.clone().map(|mut text| {
            text.push(byte);
            text
        });
        let told = longer.filter(|text| self.names.iter().any(|name| name.as_bytes().starts_with(text)));
        Place { machines, told }
    }

    /// The wild texts that cover the name that ends here.
    fn accepting(&self, place: &Place) -> Vec<usize> {
        let states = self.machines.iter().zip(&place.machines);
        states.filter(|((_, machine), state)| machine.accepts(state)).map(|((at, _), _)| *at).collect()
    }

    fn is_told(&self, place: &Place) -> bool {
        place.told.as_ref().is_some_and(|text| self.names.iter().any(|name| name.as_bytes() == text.as_slice()))
    }

    /// Breadth first, so that examples are shortest. True when it gave up.
    fn run(&self, limit: Limit, cells: &mut Vec<Cell>) -> bool {
        let mut seen: FxHashSet<Place> = FxHashSet::default();
        let mut found: FxHashSet<Vec<usize>> = FxHashSet::default();
        let mut queue = vec![(self.start(), String::new())];
        let mut at = 0;
        while let Some((place, text)) = queue.get(at).cloned() {
            at += 1;
            if !text.is_empty() && !self.is_told(&place) && found.insert(self.accepting(&place)) {
                cells.push(self.cell(text.clone(), false));
            }
            if text.len() >= LONGEST || (self.machines.is_empty() && !found.is_empty()) {
                continue;
            }
            for byte in &self.alphabet {
                let next = self.step(&place, *byte);
                if seen.insert(next.clone()) {
                    queue.push((next, format!("{text}{}", char::from(*byte))));
                }
            }
            if seen.len() > limit.0 {
                return true;
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::Server;

    fn examples(texts: &[&str], names: &[&str]) -> Vec<(String, Vec<usize>)> {
        let quirks = Quirks::of(&Server::default());
        let texts: Vec<DatabaseText> =
            texts.iter().map(|text| DatabaseText { text: (*text).to_owned(), quirks }).collect();
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let cells = database_cells(&texts, &names, Limit::default());
        assert!(!cells.gave_up);
        cells.cells.into_iter().map(|cell| (cell.example, cell.matched.iter().collect())).collect()
    }

    #[test]
    fn patterns_that_meet() {
        let cells = examples(&["shop%", "%_eu", "shop\\_eu"], &["shop_eu", "x"]);
        let has = |name: &str, set: &[usize]| cells.iter().any(|(n, s)| n == name && s == set);
        assert!(has("shop_eu", &[0, 1, 2]) && has("x", &[]) && has("shop", &[0]), "{cells:?}");
        assert_eq!(cells.len(), 6, "{cells:?}");
        assert!(cells.iter().any(|(name, set)| set == &[0, 1] && name != "shop_eu"), "{cells:?}");
    }

    #[test]
    fn nothing_but_names() {
        assert_eq!(examples(&["shop"], &["shop"]), [("shop".to_owned(), vec![0]), ("x".to_owned(), vec![])]);
        assert_eq!(examples(&[], &["x"]).len(), 2);
    }
}
