//! Texts, names and places of a table in the making.

use super::super::field::Field;
use super::super::format::Writer;
use super::super::packed::Packed;
use super::Build;
use crate::policy::Policy;
use crate::source::{LineColumn, Span};
use crate::tables::row::{Contribution, Origin, StatementId};
use indexmap::IndexSet;
use rayon::prelude::*;
use rustc_hash::{FxBuildHasher, FxHashMap};
use std::collections::BTreeSet;
use xxhash_rust::xxh3::xxh3_64;

/// Up to so many bytes of statements the table has their texts; else they are told from their rows.
const MOST_TEXT: usize = 4 << 20;

/// Texts that are no names, and the places of statements.
pub(super) struct Texts<'p> {
    policy: &'p Policy,
    all: IndexSet<String, FxBuildHasher>,
    /// The place plus one of each statement that a row comes from.
    numbers: Vec<u32>,
    /// The same of the rows of statements that insert several.
    inserted: FxHashMap<(StatementId, u32), u32>,
    places: Places,
}

#[derive(Default)]
struct Places {
    files: Vec<u64>,
    lines: Vec<u64>,
    columns: Vec<u64>,
    texts: Vec<u64>,
}

impl<'p> Texts<'p> {
    /// The places of all statements that rows come from, in their order.
    pub fn of(policy: &'p Policy) -> Self {
        let mut all = IndexSet::with_hasher(FxBuildHasher);
        all.insert(String::new());
        let (numbers, inserted) = (vec![0; policy.statements.len()], FxHashMap::default());
        let mut texts = Self { policy, all, numbers, inserted, places: Places::default() };
        let parts = texts.parts();
        let located = parts.into_par_iter().filter_map(|part| {
            let span = policy.span_of(part)?;
            Some((part, span, policy.sources.locate(span)))
        });
        let located: Vec<_> = located.collect();
        let bytes: usize = located.iter().map(|(_, span, _)| span.range().len()).sum();
        for (part, _, spot) in located {
            let place = texts.spot(spot);
            texts.remember(part, place as u32 + 1);
            if bytes <= MOST_TEXT {
                let text = texts.add(&policy.text_of(part).unwrap_or_default());
                texts.places.texts.pop();
                texts.places.texts.push(text);
            }
        }
        texts
    }

    fn remember(&mut self, part: (StatementId, u32), number: u32) {
        match part {
            (statement, 0) => self.numbers.get_mut(statement.0 as usize).into_iter().for_each(|slot| *slot = number),
            part => drop(self.inserted.insert(part, number)),
        }
    }

    /// The statements, and the rows that they insert, that rows come from, in order.
    fn parts(&mut self) -> Vec<(StatementId, u32)> {
        let tables = &self.policy.tables;
        let (numbers, mut inserted) = (&mut self.numbers, BTreeSet::new());
        let mut mark = |origin: &Origin| {
            for part in origin {
                match (part.inserted, numbers.get_mut(part.statement.0 as usize)) {
                    (0, Some(slot)) => *slot = 1,
                    (_, Some(_)) => drop(inserted.insert(part.place())),
                    (_, None) => {}
                }
            }
        };
        tables.users.iter().for_each(|(_, _, row)| mark(&row.origin));
        tables.dbs.iter().for_each(|(_, _, row)| mark(&row.origin));
        tables.hosts.iter().for_each(|(_, _, row)| mark(&row.origin));
        for (_, _, row) in tables.tables.iter() {
            mark(&row.origin);
            row.columns.iter().for_each(|column| mark(&column.origin));
        }
        tables.routines.iter().for_each(|(_, _, row)| mark(&row.origin));
        tables.proxies.iter().for_each(|(_, _, row)| mark(&row.origin));
        tables.role_edges.iter().for_each(|(_, _, row)| mark(&row.origin));
        tables.default_roles.iter().for_each(|(_, _, row)| mark(&row.origin));
        tables.dynamic.iter().for_each(|(_, _, row)| mark(&row.origin));
        tables.restrictions.iter().for_each(|(_, _, row)| mark(&row.origin));
        let marked = self.numbers.iter().enumerate().filter(|(_, number)| **number > 0);
        let mut parts: Vec<_> = marked.map(|(at, _)| (StatementId(at as u32), 0)).chain(inserted).collect();
        parts.sort_unstable();
        parts
    }

    /// The place of a statement's part in a row, plus one; 0 for the server's own accounts.
    pub fn part(&self, part: &Contribution) -> u64 {
        let number = match part.place() {
            (statement, 0) => self.numbers.get(statement.0 as usize),
            inserted => self.inserted.get(&inserted),
        };
        number.copied().map_or(0, u64::from)
    }

    /// The number of a text.
    pub fn add(&mut self, text: &str) -> u64 {
        match self.all.get_index_of(text) {
            Some(known) => known as u64,
            None => self.all.insert_full(text.to_owned()).0 as u64,
        }
    }

    /// A place where something stands.
    pub fn place(&mut self, span: Span) -> u64 {
        self.spot(self.policy.sources.locate(span))
    }

    fn spot(&mut self, spot: Option<(&str, LineColumn)>) -> u64 {
        let (file, LineColumn { line, column }) = spot.unwrap_or(("", LineColumn { line: 0, column: 0 }));
        let file = self.add(file);
        self.places.files.push(file);
        self.places.lines.push(u64::from(line));
        self.places.columns.push(u64::from(column));
        self.places.texts.push(0);
        self.places.files.len() as u64 - 1
    }

    /// Writes texts and places.
    pub fn write(self, out: &mut Writer) {
        out.values(Field::PlaceFile, &self.places.files);
        out.values(Field::PlaceLine, &self.places.lines);
        out.values(Field::PlaceColumn, &self.places.columns);
        out.values(Field::PlaceText, &self.places.texts);
        let (bytes, ends) = joined(self.all.iter().map(String::as_str));
        out.put(Field::TextByte, Packed::bytes_of(bytes));
        out.values(Field::TextEnd, &ends);
    }
}

fn joined<'t>(texts: impl Iterator<Item = &'t str>) -> (Vec<u8>, Vec<u64>) {
    let (mut bytes, mut ends) = (Vec::new(), Vec::new());
    for text in texts {
        bytes.extend_from_slice(text.as_bytes());
        ends.push(bytes.len() as u64);
    }
    (bytes, ends)
}

/// Where a name is looked for first among so many slots.
pub fn slot_of(name: &[u8], slots: usize) -> usize {
    (xxh3_64(name) as usize) & slots.saturating_sub(1)
}

impl Build<'_> {
    /// All names with the table that finds them.
    pub(super) fn names(&mut self) {
        let names = &self.tables.names;
        let texts = || (0..names.len() as u32).map(|number| names.text(crate::name::Symbol(number)));
        let (bytes, ends) = joined(texts());
        self.out.put(Field::NameByte, Packed::bytes_of(bytes));
        self.out.values(Field::NameEnd, &ends);
        let size = (names.len() * 2).next_power_of_two();
        let mut slots = vec![0u64; size];
        for (number, text) in texts().enumerate() {
            let first = slot_of(text.as_bytes(), size);
            let free = (first..size).chain(0..first).find(|at| slots.get(*at) == Some(&0));
            if let Some(slot) = free.and_then(|at| slots.get_mut(at)) {
                *slot = number as u64 + 1;
            }
        }
        self.out.values(Field::NameSlot, &slots);
    }
}
