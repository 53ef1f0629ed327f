//! The columns of a table row in memory. A column that loses everything it was named for stays in its slot with
//! nothing; granted again, it gets a new one.

use super::hash::{LinearHash, number_of_name};
use crate::name::{Names, Symbol};
use rustc_hash::FxHashMap;

/// A column in a slot, with a number that tells it from earlier ones of that name.
type Instance = (Symbol, u32);

/// The columns of one row.
#[derive(Debug, Clone, Default)]
pub(super) struct Columns {
    hash: LinearHash<Instance>,
    /// The slot of each column that has privileges.
    live: FxHashMap<Symbol, u32>,
    /// The columns that the row itself has; a role has others from its roles.
    own: Vec<Symbol>,
    next: u32,
}

impl Columns {
    /// The columns with privileges, in the order of their slots.
    pub(super) fn iter(&self) -> impl Iterator<Item = Symbol> {
        self.hash.iter().filter(|(column, number)| self.live.get(column) == Some(number)).map(|(column, _)| column)
    }

    fn insert(&mut self, names: &Names, column: Symbol) {
        let instance = (column, self.next);
        self.next += 1;
        self.hash.insert(number_of_name(names.text(column)), instance);
        self.live.insert(column, instance.1);
    }

    fn remove(&mut self, names: &Names, instance: Instance) {
        self.hash.remove(number_of_name(names.text(instance.0)), instance);
        if self.live.get(&instance.0) == Some(&instance.1) {
            self.live.remove(&instance.0);
        }
    }

    /// The row has these columns now; `named` are those that the statement names, in its order. Others are taken out
    /// by name.
    pub(super) fn set(&mut self, names: &Names, columns: &[Symbol], named: &[Symbol]) {
        let mut gone: Vec<Symbol> = self.own.iter().copied().filter(|column| !columns.contains(column)).collect();
        gone.sort_by_key(|column| names.text(*column));
        for column in gone {
            if named.contains(&column) {
                self.live.remove(&column);
            } else if let Some(&number) = self.live.get(&column) {
                self.remove(names, (column, number));
            }
        }
        for &column in columns {
            if !self.live.contains_key(&column) {
                self.insert(names, column);
            }
        }
        self.own = columns.to_vec();
    }

    /// Puts in what the rows of other roles bring, and takes out what has no privileges any more.
    pub(super) fn merge(&mut self, names: &Names, others: &[Vec<Symbol>]) {
        for &column in others.iter().flatten() {
            if self.live.contains_key(&column) {
                continue;
            }
            match self.hash.iter().filter(|(known, _)| *known == column).max_by_key(|(_, number)| *number) {
                Some((_, number)) => {
                    self.live.insert(column, number);
                }
                None => self.insert(names, column),
            }
        }
        let stays = |columns: &Self, (column, number): Instance| {
            let held = columns.own.contains(&column) || others.iter().any(|other| other.contains(&column));
            held && columns.live.get(&column) == Some(&number)
        };
        loop {
            let gone = self.hash.iter().find(|instance| !stays(self, *instance));
            let Some(instance) = gone else { return };
            self.remove(names, instance);
        }
    }
}
