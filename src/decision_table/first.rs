//! The first of a user's account rows that matches a client, without going through all of them.
//!
//! For users with many rows a table has an index in front of them: spans of addresses, each with the first row that
//! matches there of those that are numeric, an address, or what an address begins with; the texts without wildcards, and
//! those that are one `%` beside a dot, in a hash table; and a list of the rows that are neither, which are compared one
//! by one. Names never look like addresses (M2.3 step 4), so what is in the spans need not be in the hash table. The first match is the least of what these find, so it is the
//! row that going through all of them would find.

use super::DecisionTable;
use super::field::Field;
use crate::matching::host::Texts;
use smallvec::SmallVec;
use std::ops::Range;
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// How a text in the hash table is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keyed {
    /// As a whole.
    Whole = 0,
    /// What stands before its `%`, a dot last.
    Begin = 1,
    /// What stands behind its `%`, a dot first.
    End = 2,
}

/// Texts of this many bytes and more are not in the hash table when they are beginnings or ends.
pub const LONGEST: usize = 56;

/// Where a text of a user is looked for first among so many slots.
#[inline]
pub fn slot_of(user: u64, keyed: Keyed, text: &[u8], slots: usize) -> usize {
    xxh3_64_with_seed(text, user * 4 + keyed as u64) as usize & slots.saturating_sub(1)
}

/// A user's index, and the client that is looked for.
struct Search<'t> {
    table: &'t DecisionTable,
    user: usize,
    rows: Range<usize>,
    /// The place of the best row until now; the end of the rows when there is none.
    best: usize,
}

/// The lengths in a bit set, the smallest first.
fn lengths(mut set: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let length = (set != 0).then(|| set.trailing_zeros() as usize)?;
        set &= set - 1;
        Some(length)
    })
}

impl DecisionTable {
    /// The first of a user's rows that matches.
    pub(super) fn first_row(&self, user: usize, rows: Range<usize>, texts: &Texts<'_>) -> Option<usize> {
        let index = match self.count(Field::IndexedUser) {
            0 => None,
            _ => self.find(Field::IndexedUser, user as u64).filter(|_| texts.canonical),
        };
        let Some(index) = index else { return rows.clone().find(|row| self.account_matches(*row, texts)) };
        let mut search = Search { table: self, user, best: rows.end, rows };
        search.by_address(index, texts);
        search.by_text(index, texts);
        search.by_rest(index, texts);
        (search.best < search.rows.end).then_some(search.best)
    }
}

impl Search<'_> {
    fn take(&mut self, row: usize) {
        if self.rows.contains(&row) && row < self.best {
            self.best = row;
        }
    }

    /// The first row for the address among those that are spans.
    fn by_address(&mut self, index: usize, texts: &Texts<'_>) {
        let (table, Some(number)) = (self.table, texts.number) else { return };
        let spans = table.list(Field::IndexSpans, index);
        let end = spans.start
            + match table.column(Field::SpanStart).words(table.bytes.get(), &spans) {
                Some(starts) => starts.partition_point(|start| u32::from_le_bytes(*start) <= number),
                None => {
                    let starts_before = |at| table.value(Field::SpanStart, at) <= u64::from(number);
                    table.partition_point(spans.clone(), starts_before) - spans.start
                }
            };
        let span = end.checked_sub(1).filter(|span| *span >= spans.start);
        if let Some(offset) = span.and_then(|span| table.value(Field::SpanRow, span).checked_sub(1)) {
            self.take(self.rows.start.saturating_add(offset as usize));
        }
    }

    fn by_text(&mut self, index: usize, texts: &Texts<'_>) {
        let lengths = |at: usize| self.table.value(Field::IndexLengths, 2 * index + at);
        let lengths = [lengths(0), lengths(1)];
        if let Some(name) = texts.host {
            let lower: SmallVec<[u8; 64]>;
            let name = match name.bytes().fold(false, |any, byte| any | byte.is_ascii_uppercase()) {
                true => {
                    lower = name.bytes().map(|byte| byte.to_ascii_lowercase()).collect();
                    lower.as_slice()
                }
                false => name.as_bytes(),
            };
            self.by_whole(name);
            self.by_parts(name, lengths);
        }
        match texts.ip.as_deref() {
            // As a whole and by what it begins with it is in the spans.
            Some(ip) if texts.number.is_some() => self.by_parts(ip.as_bytes(), [0, lengths[1]]),
            Some(ip) => {
                self.by_whole(ip.as_bytes());
                self.by_parts(ip.as_bytes(), lengths);
            }
            None => {}
        }
    }

    /// By what a text begins with and by what it ends with, for each length that some host of the user has.
    fn by_parts(&mut self, text: &[u8], [begins, ends]: [u64; 2]) {
        for length in lengths(begins).take_while(|length| *length <= text.len()) {
            let begin = text.get(..length).filter(|begin| begin.last() == Some(&b'.'));
            begin.into_iter().for_each(|begin| self.look_up(Keyed::Begin, begin, None));
        }
        for length in lengths(ends).take_while(|length| *length <= text.len()) {
            let end = text.get(text.len() - length..).filter(|end| end.first() == Some(&b'.'));
            end.into_iter().for_each(|end| self.look_up(Keyed::End, end, None));
        }
    }

    /// By a text as a whole. One that is no name of the table can be no row's, as most names of clients are not.
    fn by_whole(&mut self, text: &[u8]) {
        if let Some(name) = self.table.find_name(text) {
            self.look_up(Keyed::Whole, text, Some(name));
        }
    }

    /// The row of this user that has this text, whose number as a name is known or is not.
    fn look_up(&mut self, keyed: Keyed, text: &[u8], name: Option<u64>) {
        let table = self.table;
        let slots = table.count(Field::HostSlot);
        let first = slot_of(self.user as u64, keyed, text, slots);
        for at in (first..slots).chain(0..first) {
            let Some(row) = table.value(Field::HostSlot, at).checked_sub(1) else { return };
            let row = row as usize;
            if self.rows.contains(&row) && self.has_text(row, keyed, text, name) {
                return self.take(row);
            }
        }
    }

    fn has_text(&self, row: usize, keyed: Keyed, text: &[u8], name: Option<u64>) -> bool {
        let table = self.table;
        let host = table.value(Field::HostName, table.value(Field::AccountHost, row) as usize);
        if let Some(name) = name {
            return host == name;
        }
        let stored = table.name_bytes(host);
        let stored = match keyed {
            // A beginning and a whole text are told apart by the `%`.
            Keyed::Whole => stored,
            Keyed::Begin => stored.strip_suffix(b"%").unwrap_or_default(),
            Keyed::End => stored.strip_prefix(b"%").unwrap_or_default(),
        };
        stored == text
    }

    /// Rows that are in no index, as far as they come before what was found.
    fn by_rest(&mut self, index: usize, texts: &Texts<'_>) {
        for at in self.table.list(Field::IndexRest, index) {
            let row = self.rows.start.saturating_add(self.table.value(Field::RestRow, at) as usize);
            if row >= self.best {
                return;
            }
            if self.table.account_matches(row, texts) {
                return self.take(row);
            }
        }
    }
}
