//! Rows to their places: user by user, and each user's in the order in which the server tries them.

use super::super::field::Field;
use super::super::packed::Packed;
use super::super::precedence::Contender;
use super::Build;
use crate::tables::AccountKeyed;
use crate::tables::store::Store;
use rayon::prelude::*;
use std::cmp::Ordering;
use std::hash::Hash;

/// A row of a store.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stored<R> {
    /// Its place in the store.
    pub at: u32,
    /// Its place in the order of creation, without holes.
    pub birth: u32,
    /// The number of its user.
    pub user: u32,
    /// The row.
    pub row: R,
}

/// One row in its place.
pub(super) struct Entry<R> {
    /// The number of its user.
    pub user: u32,
    /// Its place in its store.
    pub at: u32,
    /// Its place in the order of creation, without holes.
    pub birth: u32,
    /// What its precedence depends on.
    pub contender: Contender,
    /// What is known of the row.
    pub row: R,
}

/// The ends of lists of these lengths, one behind the other.
pub(super) fn ends_of(lengths: impl Iterator<Item = usize>) -> Vec<u64> {
    let mut end = 0;
    let summed = lengths.map(|length| {
        end += length as u64;
        end
    });
    summed.collect()
}

/// For each row, how many rows of the empty user come before it; and whether one of them ties with a named one.
pub(super) fn after<R: Sync>(
    entries: &[Entry<R>],
    anonymous: &[Entry<R>],
    compare: impl Fn(&Entry<R>, &Entry<R>) -> Ordering + Sync,
) -> (Vec<u64>, bool) {
    if anonymous.is_empty() {
        return (vec![0; entries.len()], false);
    }
    let before = |entry: &Entry<R>| anonymous.partition_point(|other| compare(other, entry).is_lt());
    let places: Vec<u64> = entries.par_iter().map(|entry| before(entry) as u64).collect();
    let tied = |(entry, place): (&Entry<R>, &u64)| {
        !entry.contender.anonymous && anonymous.get(*place as usize).is_some_and(|other| compare(other, entry).is_eq())
    };
    let mixed = entries.iter().zip(&places).any(tied);
    (places, mixed)
}

/// The rows of the empty user, which sort first.
pub(super) fn anonymous<'e, R>(build: &Build<'_>, entries: &'e [Entry<R>]) -> &'e [Entry<R>] {
    let named = entries.partition_point(|entry| build.users.names.get(entry.user as usize) == Some(&0));
    entries.get(..named).unwrap_or_default()
}

/// 1 for each row that ties with the one before it.
pub(super) fn ties<R: Sync>(entries: &[Entry<R>], tie: impl Fn(&Entry<R>, &Entry<R>) -> bool + Sync) -> Vec<u32> {
    let tied = entries.par_windows(2).map(|pair| match pair {
        [before, entry] => u32::from(before.user == entry.user && tie(before, entry)),
        _ => 0,
    });
    let tied: Vec<u32> = tied.collect();
    std::iter::once(0).take(entries.len()).chain(tied).collect()
}

/// What a column says of a row.
type Said<'s, R> = &'s (dyn Fn(&Entry<R>) -> u32 + Sync);

/// Columns of rows in their places.
pub(super) fn columns<R: Sync>(entries: &[Entry<R>], of: &[(Field, Said<'_, R>)]) -> Vec<(Field, Packed)> {
    let column = |said: Said<'_, R>| -> Vec<u32> { entries.iter().map(said).collect() };
    of.par_iter().map(|(field, said)| (*field, Packed::of(&column(*said)))).collect()
}

impl<'p> Build<'p> {
    /// The rows of a store by their users, the users in the order of their numbers; and the end of each user's rows.
    pub(super) fn by_user<K: AccountKeyed + Copy + Eq + Hash, R>(
        &self,
        store: &'p Store<K, R>,
    ) -> (Vec<Stored<&'p R>>, Vec<u32>) {
        let user = |key: &K| self.users.get(key.account().user);
        let stored = store.iter().zip(0..).map(|((at, key, row), birth)| Stored { at, birth, user: user(key), row });
        by_user(self.users.names.len(), &stored.collect::<Vec<_>>())
    }
}

fn by_user<R: Copy>(users: usize, rows: &[Stored<R>]) -> (Vec<Stored<R>>, Vec<u32>) {
    let mut ends = vec![0u32; users];
    for row in rows {
        ends.get_mut(row.user as usize).into_iter().for_each(|count| *count += 1);
    }
    let mut sum = 0;
    for end in &mut ends {
        // Where the user's rows begin, until each has moved it on by one.
        sum += std::mem::replace(end, sum);
    }
    let mut placed = rows.to_vec();
    for row in rows {
        let Some(next) = ends.get_mut(row.user as usize) else { continue };
        placed.get_mut(*next as usize).into_iter().for_each(|slot| *slot = *row);
        *next += 1;
    }
    (placed, ends)
}

/// Entries that are sorted by user, sorted within each; rows that compare as equal by age.
pub(super) fn sort_within_users<R: Send>(
    entries: &mut [Entry<R>],
    compare: impl Fn(&Entry<R>, &Entry<R>) -> Ordering + Sync,
) {
    entries
        .par_chunk_by_mut(|one, other| one.user == other.user)
        .for_each(|rows| rows.par_sort_unstable_by(|a, b| compare(a, b).then(a.birth.cmp(&b.birth))));
}
