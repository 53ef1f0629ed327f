//! Texts, names and places of a table in the making.

use super::super::field::Field;
use super::super::format::Writer;
use super::super::packed::Packed;
use crate::name::{Names, Symbol};
use crate::policy::Policy;
use crate::source::{LineColumn, SourceId, Span};
use crate::tables::row::{Contribution, Origin, StatementId};
use indexmap::IndexSet;
use rayon::prelude::*;
use rustc_hash::{FxBuildHasher, FxHashMap};
use std::collections::BTreeSet;
use xxhash_rust::xxh3::xxh3_64;

/// Up to so many bytes of statements the table has their texts; else they are told from their rows.
const MOST_TEXT: u64 = 4 << 20;

/// Texts that are no names, and the places of statements.
pub(super) struct Texts<'p> {
    policy: &'p Policy,
    all: IndexSet<String, FxBuildHasher>,
    /// The place plus one of each statement that a row comes from.
    numbers: Vec<u32>,
    /// The same of the rows of statements that insert several.
    inserted: FxHashMap<(StatementId, u32), u32>,
    places: Places,
    last_file: Option<(SourceId, u64)>,
}

#[derive(Default)]
struct Places {
    files: Vec<u32>,
    lines: Vec<u32>,
    columns: Vec<u32>,
    texts: Vec<u32>,
}

/// Where a statement stands.
#[derive(Debug, Clone, Copy)]
struct Spot {
    source: SourceId,
    at: LineColumn,
    /// In bytes.
    length: u32,
}

impl Default for Spot {
    fn default() -> Self {
        Self { source: SourceId::default(), at: LineColumn { line: 1, column: 1 }, length: 0 }
    }
}

impl Spot {
    /// Of a statement's part; `before` is the one that was found last.
    fn of(policy: &Policy, part: (StatementId, u32), before: &mut Self) -> Option<Self> {
        let span = policy.span_of(part)?;
        let line = if before.source == span.source { before.at.line } else { 1 };
        let at = policy.sources.get(span.source).map(|source| source.line_column_behind(span.start as usize, line));
        let length = span.range().len() as u32;
        *before = Self { source: span.source, at: at.unwrap_or(NOWHERE), length };
        Some(*before)
    }
}

/// The place of what stands in no source.
const NOWHERE: LineColumn = LineColumn { line: 0, column: 0 };

impl Places {
    fn add(&mut self, file: u64, at: LineColumn, text: u64) -> u32 {
        self.files.push(file as u32);
        self.lines.push(at.line);
        self.columns.push(at.column);
        self.texts.push(text as u32);
        self.files.len() as u32 - 1
    }
}

impl<'p> Texts<'p> {
    /// The places of all statements that rows come from, in their order.
    pub fn of(policy: &'p Policy) -> Self {
        let mut all = IndexSet::with_hasher(FxBuildHasher);
        all.insert(String::new());
        let (numbers, inserted) = (vec![0; policy.statements.len()], FxHashMap::default());
        let mut texts = Self { policy, all, numbers, inserted, places: Places::default(), last_file: None };
        let parts = texts.parts();
        let spots: Vec<Option<Spot>> =
            parts.par_iter().map_init(Spot::default, |before, part| Spot::of(policy, *part, before)).collect();
        let bytes: u64 = spots.iter().flatten().map(|spot| u64::from(spot.length)).sum();
        for (part, spot) in parts.into_iter().zip(spots) {
            let Some(spot) = spot else { continue };
            let file = texts.file(spot.source);
            let text = if bytes <= MOST_TEXT { texts.add(&policy.text_of(part).unwrap_or_default()) } else { 0 };
            let place = texts.places.add(file, spot.at, text);
            texts.remember(part, place + 1);
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
        let at = self.policy.sources.locate(span).map_or(NOWHERE, |(_, at)| at);
        let file = self.file(span.source);
        u64::from(self.places.add(file, at, 0))
    }

    /// The number of a source's name. Places that follow each other are of one source, as a rule.
    fn file(&mut self, source: SourceId) -> u64 {
        if let Some((_, number)) = self.last_file.filter(|(known, _)| *known == source) {
            return number;
        }
        let number = self.add(self.policy.sources.get(source).map_or("", |source| &source.name));
        self.last_file = Some((source, number));
        number
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

/// All names with the table that finds them.
pub(super) fn names(names: &Names) -> Vec<(Field, Packed)> {
    let texts = || (0..names.len() as u32).map(|number| names.text(Symbol(number)));
    let (bytes, ends) = joined(texts());
    let size = (names.len() * 2).next_power_of_two();
    let mut slots = vec![0u32; size];
    for (number, text) in (1u32..).zip(texts()) {
        let first = slot_of(text.as_bytes(), size);
        let free = (first..size).chain(0..first).find(|at| slots.get(*at) == Some(&0));
        if let Some(slot) = free.and_then(|at| slots.get_mut(at)) {
            *slot = number;
        }
    }
    vec![
        (Field::NameByte, Packed::bytes_of(bytes)),
        (Field::NameEnd, Packed::of(&ends)),
        (Field::NameSlot, Packed::of(&slots)),
    ]
}
