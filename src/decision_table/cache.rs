//! What was asked before, remembered: a service asks the same few things of a table over and over.

use super::{Checked, DecisionTable};
use crate::client::{Client, Object};
use rustc_hash::FxHasher;
use std::hash::{Hash, Hasher};

/// So many answers are remembered where nothing else was said.
const SLOTS: usize = 4096;

/// Asks one table, and remembers what it answered: as many answers as it has slots, each until another takes its slot. A
/// table does not change, so what is remembered stays true. Each thread has its own.
#[derive(Debug)]
pub struct AnswerCache<'t> {
    table: &'t DecisionTable,
    slots: Box<[Option<Remembered>]>,
}

/// A question and its answer.
#[derive(Debug, Clone)]
struct Remembered {
    hash: u64,
    question: Box<(Client, String, Object)>,
    checked: Checked,
}

impl<'t> AnswerCache<'t> {
    /// An empty one for a table.
    pub fn new(table: &'t DecisionTable) -> Self {
        Self::with_slots(table, SLOTS)
    }

    /// The same with so many slots, rounded up to a power of two.
    pub fn with_slots(table: &'t DecisionTable, slots: usize) -> Self {
        Self { table, slots: vec![None; slots.next_power_of_two()].into_boxed_slice() }
    }

    /// What [`DecisionTable::check`] says.
    #[inline]
    pub fn check(&mut self, client: &Client, privilege: &str, on: &Object) -> Checked {
        let hash = hash_of(client, privilege, on);
        let at = hash as usize & (self.slots.len() - 1);
        if let Some(Some(known)) = self.slots.get(at)
            && known.hash == hash
            && known.is_of(client, privilege, on)
        {
            return known.checked.clone();
        }
        self.ask(hash, client, privilege, on)
    }

    #[cold]
    fn ask(&mut self, hash: u64, client: &Client, privilege: &str, on: &Object) -> Checked {
        let checked = self.table.check(client, privilege, on);
        let question = Box::new((client.clone(), privilege.to_owned(), on.clone()));
        let at = hash as usize & (self.slots.len() - 1);
        if let Some(slot) = self.slots.get_mut(at) {
            *slot = Some(Remembered { hash, question, checked: checked.clone() });
        }
        checked
    }
}

impl Remembered {
    fn is_of(&self, client: &Client, privilege: &str, on: &Object) -> bool {
        let (of, named, about) = &*self.question;
        named == privilege && about == on && of == client
    }
}

/// Questions that are equal have the same; others may have it too.
fn hash_of(client: &Client, privilege: &str, on: &Object) -> u64 {
    let mut hasher = FxHasher::default();
    client.user.hash(&mut hasher);
    client.from.hash(&mut hasher);
    privilege.hash(&mut hasher);
    on.hash(&mut hasher);
    hasher.finish()
}
