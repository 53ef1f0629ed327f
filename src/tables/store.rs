//! A grant table in memory: rows by primary key, and the rows of one account.

use super::AccountKeyed;
use super::row::AccountKey;
use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;
use std::hash::Hash;

/// Rows with a primary key. A row's index never changes and is never used again.
#[derive(Debug, Clone)]
pub struct Store<K, R> {
    rows: Vec<Option<(K, R)>>,
    by_key: FxHashMap<K, u32>,
    by_account: FxHashMap<AccountKey, SmallVec<[u32; 2]>>,
    changes: Option<Vec<Change<K>>>,
    /// The keys of rows that were put in, taken out, or lent to be changed since [`Store::watch`].
    touched: Option<Vec<K>>,
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
            rows: Vec::new(),
            by_key: FxHashMap::default(),
            by_account: FxHashMap::default(),
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
        self.at(*self.by_key.get(key)?)
    }

    /// The row of that key, to change it.
    pub fn get_mut(&mut self, key: &K) -> Option<&mut R> {
        let index = *self.by_key.get(key)?;
        self.note(Change::Touched(*key));
        self.touch(*key);
        self.rows.get_mut(index as usize)?.as_mut().map(|(_, row)| row)
    }

    /// The index of the row of that key.
    pub fn index_of(&self, key: &K) -> Option<u32> {
        self.by_key.get(key).copied()
    }

    /// The row at an index, if it is still there.
    pub fn at(&self, index: u32) -> Option<&R> {
        self.rows.get(index as usize)?.as_ref().map(|(_, row)| row)
    }

    /// The row of that key, made by `new` if there is none.
    pub fn get_or_insert_with(&mut self, key: K, new: impl FnOnce() -> R) -> Option<&mut R> {
        let next = self.next_index();
        let index = *self.by_key.entry(key).or_insert(next);
        if index == next {
            self.touch(key);
            self.note(Change::Added(key));
            self.rows.push(Some((key, new())));
            self.by_account.entry(key.account()).or_default().push(index);
        }
        self.note(Change::Touched(key));
        self.touch(key);
        self.rows.get_mut(index as usize)?.as_mut().map(|(_, row)| row)
    }

    /// Puts a row in, at the end unless the key is there already. Returns its index.
    pub fn insert(&mut self, key: K, row: R) -> u32 {
        self.touch(key);
        if let Some(&index) = self.by_key.get(&key) {
            if let Some(slot) = self.rows.get_mut(index as usize) {
                *slot = Some((key, row));
            }
            self.note(Change::Touched(key));
            return index;
        }
        self.note(Change::Added(key));
        let index = self.next_index();
        self.rows.push(Some((key, row)));
        self.by_key.insert(key, index);
        self.by_account.entry(key.account()).or_default().push(index);
        index
    }

    /// Takes a row out.
    pub fn remove(&mut self, key: &K) -> Option<R> {
        let index = self.by_key.remove(key)?;
        self.note(Change::Removed(*key));
        self.touch(*key);
        self.unlist(key.account(), index);
        self.rows.get_mut(index as usize)?.take().map(|(_, row)| row)
    }

    /// Takes every row of an account out.
    pub fn remove_account(&mut self, account: AccountKey) {
        self.note(Change::Cleared(account));
        for index in self.by_account.remove(&account).unwrap_or_default() {
            if let Some((key, _)) = self.rows.get_mut(index as usize).and_then(Option::take) {
                self.by_key.remove(&key);
                self.touch(key);
            }
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
        if self.by_key.contains_key(&new) {
            return None;
        }
        let index = self.by_key.remove(old)?;
        self.note(Change::Renamed(*old, new));
        self.touch(*old);
        self.touch(new);
        self.unlist(old.account(), index);
        self.by_key.insert(new, index);
        let list = self.by_account.entry(new.account()).or_default();
        let place = list.partition_point(|&i| i < index);
        list.insert(place, index);
        let slot = self.rows.get_mut(index as usize)?.as_mut()?;
        slot.0 = new;
        Some(&mut slot.1)
    }

    /// Indexes only grow, so that an account's list is sorted.
    fn unlist(&mut self, account: AccountKey, index: u32) {
        let Some(list) = self.by_account.get_mut(&account) else { return };
        if let Ok(place) = list.binary_search(&index) {
            list.remove(place);
        }
        if list.is_empty() {
            self.by_account.remove(&account);
        }
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
        self.rows.iter().enumerate().filter_map(|(i, slot)| slot.as_ref().map(|(k, r)| (i as u32, k, r)))
    }

    /// True when the account has any row.
    pub fn has_any(&self, account: AccountKey) -> bool {
        self.by_account.contains_key(&account)
    }

    fn slots_of(&self, account: AccountKey) -> impl Iterator<Item = (u32, &K, &R)> {
        let list = self.by_account.get(&account).map_or(&[][..], SmallVec::as_slice);
        list.iter().filter_map(|&i| self.rows.get(i as usize)?.as_ref().map(|(k, r)| (i, k, r)))
    }
}
