//! A grant table in memory: rows by primary key, and the rows of one account.

mod listed;

use super::AccountKeyed;
use super::row::AccountKey;
use hashbrown::HashTable;
use hashbrown::hash_table::Entry;
use listed::{Listed, Numbers};
use rustc_hash::{FxBuildHasher, FxHashSet};
use std::hash::{BuildHasher, Hash};

/// Rows with a primary key. A row's index never changes and is never used again.
#[derive(Debug, Clone)]
pub struct Store<K, R> {
    /// The key of each row; of one that is gone the last that it had.
    keys: Vec<K>,
    rows: Vec<Option<R>>,
    by_key: HashTable<Found>,
    listed: Listed,
    changes: Option<Vec<Change<K>>>,
    /// The keys of rows that were put in, taken out, or lent to be changed since [`Store::watch`].
    touched: Option<Vec<K>>,
}

/// A row that is there, with the hash of its key.
#[derive(Debug, Clone, Copy)]
struct Found {
    hash: u32,
    index: u32,
}

/// What happened to a row of a store that keeps its changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change<K> {
    /// A new row.
    Added(K),
    /// The row was there and may be another now.
    Touched(K),
    /// The row is gone.
    Removed(K),
    /// All rows of the account are gone.
    Cleared(AccountKey),
    /// The row has another key.
    Renamed(K, K),
}

impl<K: AccountKeyed> Change<K> {
    /// Whose row.
    pub fn account(&self) -> AccountKey {
        match self {
            Self::Added(key) | Self::Touched(key) | Self::Removed(key) | Self::Renamed(_, key) => key.account(),
            Self::Cleared(account) => *account,
        }
    }
}

impl<K, R> Default for Store<K, R> {
    fn default() -> Self {
        Self {
            keys: Vec::new(),
            rows: Vec::new(),
            by_key: HashTable::new(),
            listed: Listed::default(),
            changes: None,
            touched: None,
        }
    }
}

impl<K: AccountKeyed + Copy + Eq + Hash, R> Store<K, R> {
    /// From now on, every change is kept until it is taken.
    pub fn keep_changes(&mut self) {
        self.changes = Some(Vec::new());
    }

    /// It keeps its changes, and all of them were taken.
    pub fn is_followed(&self) -> bool {
        self.changes.as_ref().is_some_and(Vec::is_empty)
    }

    /// The changes since they were last taken.
    pub fn take_changes(&mut self) -> Vec<Change<K>> {
        self.changes.as_mut().map(std::mem::take).unwrap_or_default()
    }

    fn note(&mut self, change: Change<K>) {
        if let Some(changes) = &mut self.changes {
            changes.push(change);
        }
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.by_key.len()
    }

    /// True without any row.
    pub fn is_empty(&self) -> bool {
        self.by_key.is_empty()
    }

    /// The index that the next new row gets.
    pub fn next_index(&self) -> u32 {
        self.rows.len() as u32
    }

    /// The row of that key.
    pub fn get(&self, key: &K) -> Option<&R> {
        self.at(self.index_of(key)?)
    }

    /// The row of that key, to change it.
    pub fn get_mut(&mut self, key: &K) -> Option<&mut R> {
        let index = self.index_of(key)?;
        self.note(Change::Touched(*key));
        self.touch(*key);
        self.rows.get_mut(index as usize)?.as_mut()
    }

    /// The index of the row of that key.
    pub fn index_of(&self, key: &K) -> Option<u32> {
        let hash = hash(key);
        self.by_key.find(spread(hash), |found| is_of(&self.keys, found, hash, key)).map(|found| found.index)
    }

    /// The row at an index, if it is still there.
    pub fn at(&self, index: u32) -> Option<&R> {
        self.rows.get(index as usize)?.as_ref()
    }

    /// The index of the row of that key; for a new key that of the row that is to be put there.
    fn index_for(&mut self, key: K) -> (u32, bool) {
        let (hash, next) = (hash(&key), self.next_index());
        let found =
            self.by_key.entry(spread(hash), |found| is_of(&self.keys, found, hash, &key), |found| spread(found.hash));
        match found {
            Entry::Occupied(found) => return (found.get().index, false),
            Entry::Vacant(free) => drop(free.insert(Found { hash, index: next })),
        }
        self.keys.push(key);
        self.list(key, next);
        (next, true)
    }

    fn list(&mut self, key: K, index: u32) {
        if self.listed.is_full() {
            self.listed = Listed::of(self.rows.len(), self.iter().map(|(index, key, _)| (index, key.account())));
        }
        self.listed.add(key.account(), index);
    }

    /// The row of that key, made by `new` if there is none.
    pub fn get_or_insert_with(&mut self, key: K, new: impl FnOnce() -> R) -> Option<&mut R> {
        let (index, is_new) = self.index_for(key);
        if is_new {
            self.touch(key);
            self.note(Change::Added(key));
            self.rows.push(Some(new()));
        }
        self.note(Change::Touched(key));
        self.touch(key);
        self.rows.get_mut(index as usize)?.as_mut()
    }

    /// Puts a row in, at the end unless the key is there already. Returns its index.
    pub fn insert(&mut self, key: K, row: R) -> u32 {
        self.touch(key);
        let (index, is_new) = self.index_for(key);
        if is_new {
            self.note(Change::Added(key));
            self.rows.push(Some(row));
        } else {
            self.note(Change::Touched(key));
            if let Some(slot) = self.rows.get_mut(index as usize) {
                *slot = Some(row);
            }
        }
        index
    }

    /// Takes a row out.
    pub fn remove(&mut self, key: &K) -> Option<R> {
        let index = self.forget(key)?;
        self.note(Change::Removed(*key));
        self.touch(*key);
        self.rows.get_mut(index as usize)?.take()
    }

    /// The key is no row's any more. Returns the index of the one that had it.
    fn forget(&mut self, key: &K) -> Option<u32> {
        let hash = hash(key);
        let found = self.by_key.find_entry(spread(hash), |found| is_of(&self.keys, found, hash, key)).ok()?;
        Some(found.remove().0.index)
    }

    /// Takes every row of an account out.
    pub fn remove_account(&mut self, account: AccountKey) {
        self.note(Change::Cleared(account));
        for index in self.numbers_of(account) {
            let Some(key) = self.keys.get(index as usize).copied() else { continue };
            self.forget(&key);
            self.rows.get_mut(index as usize).into_iter().for_each(|row| *row = None);
            self.touch(key);
        }
    }

    /// From now on keeps the keys of changed rows.
    pub fn watch(&mut self) {
        self.touched = Some(Vec::new());
    }

    /// The keys of the rows that were changed since [`Store::watch`], each once; none are kept any more.
    pub fn unwatch(&mut self) -> Vec<K> {
        let mut seen = FxHashSet::default();
        let mut touched = self.touched.take().unwrap_or_default();
        touched.retain(|key| seen.insert(*key));
        touched
    }

    fn touch(&mut self, key: K) {
        if let Some(touched) = &mut self.touched {
            touched.push(key);
        }
    }

    /// Gives a row another key; its index stays. Does nothing when the new key is taken.
    pub fn rekey(&mut self, old: &K, new: K) -> Option<&mut R> {
        if self.index_of(&new).is_some() {
            return None;
        }
        let index = self.forget(old)?;
        self.note(Change::Renamed(*old, new));
        self.touch(*old);
        self.touch(new);
        self.keys.get_mut(index as usize).into_iter().for_each(|key| *key = new);
        let hash = hash(&new);
        self.by_key.insert_unique(spread(hash), Found { hash, index }, |found| spread(found.hash));
        self.list(new, index);
        self.rows.get_mut(index as usize)?.as_mut()
    }

    /// The keys of an account's rows, in order of creation.
    pub fn keys_of(&self, account: AccountKey) -> impl Iterator<Item = K> {
        self.slots_of(account).map(|(_, key, _)| *key)
    }

    /// An account's rows with their indexes, in order of creation.
    pub fn of(&self, account: AccountKey) -> impl Iterator<Item = (u32, &R)> {
        self.slots_of(account).map(|(index, _, row)| (index, row))
    }

    /// Every row with its index and key, in order of creation.
    pub fn iter(&self) -> impl Iterator<Item = (u32, &K, &R)> {
        (0..).zip(self.keys.iter().zip(&self.rows)).filter_map(|(i, (key, row))| Some((i, key, row.as_ref()?)))
    }

    /// True when the account has any row.
    pub fn has_any(&self, account: AccountKey) -> bool {
        self.listed.added(account).any(|index| self.is_of(index, account))
    }

    /// The numbers of an account's rows, in order of creation.
    fn numbers_of(&self, account: AccountKey) -> Numbers {
        let mut numbers: Numbers = self.listed.added(account).filter(|index| self.is_of(*index, account)).collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    }

    /// The row is there, and the account's.
    fn is_of(&self, index: u32, account: AccountKey) -> bool {
        self.keys.get(index as usize).is_some_and(|key| key.account() == account) && self.at(index).is_some()
    }

    fn slots_of(&self, account: AccountKey) -> impl Iterator<Item = (u32, &K, &R)> {
        let slot = |i: u32| Some((i, self.keys.get(i as usize)?, self.at(i)?));
        self.numbers_of(account).into_iter().filter_map(slot)
    }
}

/// The row has that key, whose hash is this.
fn is_of<K: Eq>(keys: &[K], found: &Found, hash: u32, key: &K) -> bool {
    found.hash == hash && keys.get(found.index as usize) == Some(key)
}

fn hash<K: Hash>(key: &K) -> u32 {
    FxBuildHasher.hash_one(key) as u32
}

/// The table tells rows apart by the first bits of a hash, which those of a key do not fill.
fn spread(hash: u32) -> u64 {
    u64::from(hash).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::name::Symbol;
    use proptest::prelude::*;

    type Key = (AccountKey, Symbol);

    fn key(user: u32, db: u32) -> Key {
        (AccountKey { user: Symbol(user), host: Symbol(0) }, Symbol(db))
    }

    /// What a store holds, row by row, gone ones too.
    type Rows = Vec<Option<(Key, u32)>>;

    fn place(rows: &Rows, key: Key) -> Option<usize> {
        rows.iter().position(|row| row.is_some_and(|(known, _)| known == key))
    }

    /// One change of both.
    fn change(store: &mut Store<Key, u32>, rows: &mut Rows, (what, key, other): (u32, Key, Key), value: u32) {
        let there = place(rows, key);
        match what {
            0 => drop(store.remove(&key)),
            1 => store.remove_account(key.0),
            2 => drop(store.rekey(&key, other).copied()),
            3 => drop(store.get_or_insert_with(key, || value).copied()),
            _ => drop(store.insert(key, value)),
        }
        let is_free = place(rows, other).is_none();
        let gone = |row: &&mut Option<(Key, u32)>| match what {
            0 => row.is_some_and(|(known, _)| known == key),
            1 => row.is_some_and(|(known, _)| known.0 == key.0),
            _ => false,
        };
        rows.iter_mut().filter(gone).for_each(|row| *row = None);
        let slot = there.and_then(|at| rows.get_mut(at)).and_then(Option::as_mut);
        match (what, slot) {
            (2, Some(row)) if is_free => row.0 = other,
            (3, None) | (4.., None) => rows.push(Some((key, value))),
            (4.., Some(row)) => row.1 = value,
            _ => {}
        }
    }

    proptest! {
        #[test]
        fn a_store_holds_what_a_list_of_rows_holds(
            changes in proptest::collection::vec((0u32..12, 0u32..4, 0u32..5, 0u32..4, 0u32..5), 0..200)
        ) {
            let (mut store, mut rows) = (Store::default(), Rows::new());
            for ((what, user, db, other, name), value) in changes.into_iter().zip(0..) {
                change(&mut store, &mut rows, (what, key(user, db), key(other, name)), value);
                let there = || (0u32..).zip(&rows).filter_map(|(at, row)| row.map(|(key, value)| (at, key, value)));
                prop_assert!(store.iter().map(|(at, key, row)| (at, *key, *row)).eq(there()));
                prop_assert_eq!(store.len(), there().count());
                for account in (0..4).map(|user| key(user, 0).0) {
                    let own = || there().filter(|(_, key, _)| key.0 == account);
                    prop_assert!(store.of(account).map(|(at, row)| (at, *row)).eq(own().map(|(at, _, row)| (at, row))));
                    prop_assert_eq!(store.has_any(account), own().next().is_some());
                }
                for (at, key, row) in there() {
                    prop_assert_eq!((store.index_of(&key), store.get(&key)), (Some(at), Some(&row)));
                }
            }
        }
    }
}
