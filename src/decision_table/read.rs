//! Reading single values of a table. What is not there is `None` or empty, whatever the bytes are.

use super::DecisionTable;
use super::build::slot_of;
use super::field::{Field, LISTS, Scalar};
use super::packed::Column;
use crate::name::Symbol;
use crate::server::catalogue::PrivilegeSet;
use crate::tables::row::AccountKey;
use std::ops::Range;

impl DecisionTable {
    /// A column by its field.
    #[inline]
    pub(super) fn column(&self, field: Field) -> Column {
        self.columns.get(field as usize).copied().unwrap_or_default()
    }

    /// One value of a column; 0 where there is none.
    #[inline]
    pub(super) fn value(&self, field: Field, at: usize) -> u64 {
        self.column(field).get(self.bytes.get(), at).unwrap_or_default()
    }

    /// How many values a column has.
    #[inline]
    pub(super) fn count(&self, field: Field) -> usize {
        self.column(field).count()
    }

    /// A number that there is once.
    pub(super) fn scalar(&self, scalar: Scalar) -> u64 {
        self.value(Field::Scalar, scalar as usize)
    }

    /// The places of a list, all of which are there.
    #[inline]
    pub(super) fn list(&self, ends: Field, at: usize) -> Range<usize> {
        let most = self.count(ends.listed());
        let from = at.checked_sub(1).map_or(0, |before| self.value(ends, before));
        (from as usize).min(most)..(self.value(ends, at) as usize).min(most)
    }

    /// Every list begins where the one before it ends, and ends within what it speaks of.
    pub(super) fn lists_hold(&self) -> bool {
        LISTS.iter().all(|ends| {
            let mut before = 0;
            (0..self.count(*ends)).all(|at| {
                let end = self.value(*ends, at);
                std::mem::replace(&mut before, end) <= end && end <= self.count(ends.listed()) as u64
            })
        })
    }

    /// The text of a name; empty where it is none.
    #[inline]
    pub(super) fn name(&self, name: u64) -> &str {
        self.joined(Field::NameByte, Field::NameEnd, name)
    }

    /// The same, to be compared.
    #[inline]
    pub(super) fn name_bytes(&self, name: u64) -> &[u8] {
        self.joined_bytes(Field::NameByte, Field::NameEnd, name)
    }

    /// A text; empty where it is none.
    pub(super) fn text(&self, text: u64) -> &str {
        self.joined(Field::TextByte, Field::TextEnd, text)
    }

    #[inline]
    fn joined(&self, bytes: Field, ends: Field, at: u64) -> &str {
        std::str::from_utf8(self.joined_bytes(bytes, ends, at)).unwrap_or_default()
    }

    #[inline]
    fn joined_bytes(&self, bytes: Field, ends: Field, at: u64) -> &[u8] {
        let range = self.list(ends, at as usize);
        self.column(bytes).slice(self.bytes.get(), range.start, range.end).unwrap_or_default()
    }

    /// The number of a name.
    #[inline]
    pub(super) fn find_name(&self, text: impl AsRef<[u8]>) -> Option<u64> {
        let text = text.as_ref();
        let slots = self.count(Field::NameSlot);
        let first = slot_of(text, slots);
        // Slots that are all full would be no table that was written; each is looked at once.
        for at in (first..slots).chain(0..first) {
            let name = self.value(Field::NameSlot, at).checked_sub(1)?;
            if self.name_bytes(name) == text {
                return Some(name);
            }
        }
        None
    }

    /// The privileges of a mask.
    #[inline]
    pub(super) fn mask(&self, mask: u64) -> PrivilegeSet {
        PrivilegeSet(self.value(Field::Mask, mask as usize))
    }

    /// A name that a dictionary numbers.
    #[inline]
    pub(super) fn numbered(&self, dictionary: Field, number: u64) -> Symbol {
        Symbol(self.value(dictionary, number as usize) as u32)
    }

    /// An account in two columns of names.
    pub(super) fn key(&self, user: Field, host: Field, at: usize) -> AccountKey {
        AccountKey { user: Symbol(self.value(user, at) as u32), host: Symbol(self.value(host, at) as u32) }
    }
}
