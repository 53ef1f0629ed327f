//! Which rows of a store an account has.
//!
//! Most accounts have few rows, and GRANT asks for none of them: all that it does is to add one. So this is a hash table
//! that keeps nothing but the numbers of rows. A row that is gone, or that has become another account's, stays in it; who
//! asks looks at the row itself.

use super::super::row::AccountKey;
use rustc_hash::FxBuildHasher;
use smallvec::SmallVec;
use std::hash::BuildHasher;

/// The numbers of an account's rows.
pub(super) type Numbers = SmallVec<[u32; 16]>;

/// Row numbers by account.
#[derive(Debug, Clone, Default)]
pub(super) struct Listed {
    /// The newest entry of each hash plus one; 0 for none. As many as a power of two.
    heads: Vec<u32>,
    entries: Vec<Entry>,
}

/// A row that the account had when it was added.
#[derive(Debug, Clone, Copy)]
struct Entry {
    row: u32,
    /// The hash of the account.
    hash: u32,
    /// The entry before it of the same head plus one; 0 for none.
    before: u32,
}

/// There are at least so many heads.
const FEWEST: usize = 16;

impl Listed {
    /// With room for as many rows again.
    pub fn of(rows: usize, listed: impl Iterator<Item = (u32, AccountKey)>) -> Self {
        let heads = vec![0; (rows / 2).max(FEWEST).next_power_of_two()];
        let mut new = Self { heads, entries: Vec::with_capacity(rows) };
        listed.for_each(|(row, account)| new.add(account, row));
        new
    }

    /// It is to be made anew before a row is added.
    pub fn is_full(&self) -> bool {
        self.entries.len() >= 4 * self.heads.len()
    }

    /// A row is the account's from now on.
    pub fn add(&mut self, account: AccountKey, row: u32) {
        let hash = hash(account);
        let next = self.entries.len() as u32 + 1;
        let last = self.heads.len().wrapping_sub(1);
        let Some(head) = self.heads.get_mut(hash as usize & last) else { return };
        self.entries.push(Entry { row, hash, before: std::mem::replace(head, next) });
    }

    /// The rows that were added for the account, the newest first; some are the account's no more, or come twice.
    pub fn added(&self, account: AccountKey) -> impl Iterator<Item = u32> {
        let hash = hash(account);
        let mut next = self.heads.get(hash as usize & self.heads.len().wrapping_sub(1)).copied().unwrap_or_default();
        let entries = std::iter::from_fn(move || {
            let entry = self.entries.get((next as usize).checked_sub(1)?)?;
            next = entry.before;
            Some(entry)
        });
        entries.filter(move |entry| entry.hash == hash).map(|entry| entry.row)
    }
}

fn hash(account: AccountKey) -> u32 {
    FxBuildHasher.hash_one(account) as u32
}
