//! Dynamic privileges: what is stored of them, and the entries that the server keeps of each in memory (M6.9, M7.5, M7.7).
//!
//! Memory decides, and the table follows; where the two differ, [`GrantTables::dynamic_entries`] tells both. All of it was
//! seen on 9.7.4 (`tests/replay/dynamic.txt`, `tests/replay/empty_host.txt`):
//!
//! * One privilege of one account can have several entries. `REVOKE GRANT OPTION ON *.*` adds one without the option for each
//!   that has it, `GRANT GRANT OPTION ON *.*` one with it for each that has it not, and a REVOKE takes the newest alone. The
//!   privilege is in force as long as one is left, until the tables are read again.
//! * GRANT writes what it changes in memory: nothing where the privilege is in force already, unless it gets the grant option,
//!   and a row that memory did not know stays as it is.
//! * REVOKE, DROP USER and RENAME USER go through the entries: a row that memory does not know stays where it is.
//! * A load takes the empty host of a row for `%`. What is stored of `a@''` is in force for `a@'%'` then, as one entry with what
//!   that has itself, whether or not there is such an account, and `a@''` has nothing.

use super::Replay;
use super::object::Wanted;
use crate::name::Symbol;
use crate::server::catalogue::{Privilege, PrivilegeSet};
use crate::tables::GrantTables;
use crate::tables::row::{AccountKey, DynamicEntries, DynamicGrant, Origin, StatementId, contribute};
use smallvec::SmallVec;

/// More entries of one privilege are not kept.
const MOST_ENTRIES: usize = 1024;

/// The key of an entry and of a row.
type Id = (AccountKey, Privilege);

impl Replay {
    pub(super) fn grant_dynamic(&mut self, key: AccountKey, wanted: &Wanted, with_grant: bool) {
        if wanted.all {
            for privilege in self.known.all_dynamic.clone() {
                self.add_dynamic((key, privilege), with_grant);
            }
            return;
        }
        for &privilege in &wanted.dynamic {
            self.add_dynamic((key, privilege), with_grant);
        }
        // GRANT OPTION named as a privilege reaches all that are held; WITH GRANT OPTION does not (M6.7).
        if wanted.grant_option_named {
            for id in self.tables.dynamic.keys_of(key).collect::<Vec<_>>() {
                self.change_entries(id, true);
                self.add_dynamic(id, true);
            }
        }
    }

    fn add_dynamic(&mut self, id: Id, with_grant: bool) {
        let statement = self.statement;
        if let Some(entries) = self.tables.dynamic_entries.get_mut(&id) {
            entries.grant(id, with_grant, statement);
        }
        if let Some(row) = self.tables.dynamic.get_or_insert_with(id, || new_row(id)) {
            row.grant_option |= with_grant;
            contribute(&mut row.origin, statement, PrivilegeSet::EMPTY);
        }
    }

    /// Takes dynamic privileges, and the grant option of all that are left where that is named.
    pub(super) fn take_dynamic(&mut self, key: AccountKey, privileges: &[Privilege], option_named: bool) {
        for &privilege in privileges {
            let id = (key, privilege);
            let Some(entries) = self.tables.dynamic_entries.get_mut(&id) else {
                self.tables.dynamic.remove(&id);
                continue;
            };
            if entries.in_memory.pop().is_some() {
                entries.stored = None;
                self.tables.settle_row(id);
            }
        }
        if option_named {
            for id in self.tables.dynamic.keys_of(key).collect::<Vec<_>>() {
                self.change_entries(id, false);
            }
        }
    }

    /// Adds an entry with the grant option, or without it, for each that is the other way round.
    fn change_entries(&mut self, id: Id, with_grant: bool) {
        let statement = self.statement;
        if let Some(entries) = self.tables.entries_mut(id) {
            entries.add_for_each(id, with_grant, statement);
        }
    }

    /// RENAME USER grants to the new name what memory has of the old one, and takes it from that.
    pub(super) fn move_dynamic(&mut self, old: AccountKey, new: AccountKey) {
        for id in self.tables.dynamic.keys_of(old).collect::<Vec<_>>() {
            let (t, to) = (&mut self.tables, (new, id.1));
            let entries = t.dynamic_entries.remove(&id);
            if entries.is_none() && !t.dynamic_entries.contains_key(&to) && t.dynamic.index_of(&to).is_none() {
                t.dynamic.rekey(&id, to).into_iter().for_each(|row| row.key = new);
                continue;
            }
            let Some(row) = t.dynamic.remove(&id) else { continue };
            t.entries_mut(to);
            let plain = SmallVec::from_slice(&[row.grant_option]);
            for option in entries.map_or(plain, |entries| entries.in_memory) {
                self.add_dynamic(to, option);
            }
            let moved = self.tables.dynamic.get_mut(&to);
            moved.into_iter().for_each(|there| there.origin.insert_many(0, row.origin.iter().copied()));
        }
    }

    /// What is stored of the accounts' dynamic privileges is looked up for a statement that changes both kinds of tables.
    pub(super) fn look_up_dynamic(&mut self, accounts: &[AccountKey]) {
        let Some(stored) = self.tables.stored.take() else { return };
        for id in accounts.iter().flat_map(|key| self.tables.dynamic_ids(*key)).collect::<Vec<_>>() {
            self.tables.entries_mut(id).into_iter().for_each(|entries| entries.stored = None);
        }
        for row in stored.dynamic_rows(&mut self.tables, accounts) {
            let entries = self.tables.dynamic_entries.entry((row.key, row.privilege)).or_default();
            entries.stored = Some(row);
        }
        self.tables.stored = Some(stored);
    }

    /// What the statement made of it is written.
    pub(super) fn write_dynamic(&mut self, accounts: &[AccountKey]) {
        let Some(mut stored) = self.tables.stored.take() else { return };
        let before = stored.dynamic_rows(&mut self.tables, accounts);
        let t = &self.tables;
        for id in before.iter().map(|row| (row.key, row.privilege)).filter(|id| t.stored_dynamic(*id).is_none()) {
            stored.erase_dynamic(t, id);
        }
        for row in accounts.iter().flat_map(|key| t.dynamic_ids(*key)).filter_map(|id| t.stored_dynamic(id)) {
            stored.write_dynamic(t, row);
        }
        self.tables.stored = Some(stored);
    }
}

impl GrantTables {
    /// What memory has of an account goes, and what is stored of that.
    pub(super) fn remove_dynamic(&mut self, key: AccountKey) {
        self.dynamic_entries.retain(|id, entries| id.0 != key || entries.in_memory.is_empty());
        self.dynamic.remove_account(key);
    }

    /// Dynamic privileges are in force as they are stored.
    pub(super) fn settle_entries(&mut self) {
        for (id, entries) in std::mem::take(&mut self.dynamic_entries) {
            match entries.stored {
                None => drop(self.dynamic.remove(&id)),
                Some(row) => drop(self.dynamic.insert(id, row)),
            }
        }
    }

    /// They are in force as a load takes them: what is stored of an empty host counts for `%`.
    pub(crate) fn misread_empty_hosts(&mut self) {
        let any = self.names.find("%");
        let empty = self.dynamic.iter().map(|(_, id, _)| *id).filter(|id| id.0.host == Symbol::EMPTY);
        for id in empty.collect::<Vec<_>>() {
            let Some(row) = self.dynamic.remove(&id) else { continue };
            let host = any.unwrap_or_else(|| self.names.intern("%"));
            let to = (AccountKey { host, ..id.0 }, id.1);
            if let Some(there) = self.dynamic.get(&to).cloned() {
                self.dynamic.get_mut(&to).into_iter().for_each(|there| there.grant_option |= row.grant_option);
                let in_memory = SmallVec::from_slice(&[there.grant_option || row.grant_option]);
                self.dynamic_entries.insert(to, DynamicEntries { in_memory, stored: Some(there) });
            } else {
                let in_memory = SmallVec::from_slice(&[row.grant_option]);
                self.dynamic_entries.insert(to, DynamicEntries { in_memory, stored: None });
                self.dynamic.insert(to, DynamicGrant { key: to.0, ..row.clone() });
            }
            self.dynamic_entries.insert(id, DynamicEntries { in_memory: SmallVec::new(), stored: Some(row) });
        }
    }

    /// Dynamic privileges that are stored and that memory does not know: user, host, privilege, and whether it can be passed on.
    pub fn unread_dynamic(&self) -> Vec<(String, String, String, bool)> {
        let Some(stored) = &self.stored else {
            let unread = self.dynamic_entries.values().filter(|entries| entries.in_memory.is_empty());
            let text = |row: &DynamicGrant| {
                let (user, host) = self.account_text(row.key);
                (user.to_owned(), host.to_owned(), row.privilege.display(&self.names).to_owned(), row.grant_option)
            };
            return unread.filter_map(|entries| entries.stored.as_ref()).map(text).collect();
        };
        let is_known = |user: &str, host: &str, name: &str| {
            let privilege = Privilege::dynamic(name).or_else(|| self.names.find(name).map(Privilege::foreign));
            let id = self.find_account(user, host).zip(privilege);
            id.is_some_and(|id| self.dynamic.index_of(&id).is_some())
        };
        let rows = stored.dynamic_texts().filter(|(user, host, name, _)| !is_known(user, host, name));
        rows.map(|(user, host, name, option)| (user.to_owned(), host.to_owned(), name, option)).collect()
    }

    /// The stored row of a privilege, as the statements made it.
    fn stored_dynamic(&self, id: Id) -> Option<&DynamicGrant> {
        match self.dynamic_entries.get(&id) {
            Some(entries) => entries.stored.as_ref(),
            None => self.dynamic.get(&id),
        }
    }

    /// The dynamic privileges that memory has of an account or that are known to be stored of it.
    fn dynamic_ids(&self, key: AccountKey) -> Vec<Id> {
        let mut ids: Vec<Id> = self.dynamic.keys_of(key).collect();
        ids.extend(self.dynamic_entries.keys().filter(|id| id.0 == key && self.dynamic.index_of(id).is_none()));
        ids
    }

    /// The entries of a privilege that is in force or stored; those of a plain row are that row's.
    fn entries_mut(&mut self, id: Id) -> Option<&mut DynamicEntries> {
        if !self.dynamic_entries.contains_key(&id) {
            let row = self.dynamic.get(&id)?.clone();
            let in_memory = SmallVec::from_slice(&[row.grant_option]);
            self.dynamic_entries.insert(id, DynamicEntries { in_memory, stored: Some(row) });
        }
        self.dynamic_entries.get_mut(&id)
    }

    /// An entry was taken: the row tells what is in force by those that are left.
    fn settle_row(&mut self, id: Id) {
        let Some(entries) = self.dynamic_entries.get(&id) else { return };
        let option = entries.in_memory.contains(&true);
        if !entries.in_memory.is_empty() {
            self.dynamic.get_mut(&id).into_iter().for_each(|row| row.grant_option = option);
            return;
        }
        self.dynamic.remove(&id);
        if entries.stored.is_none() {
            self.dynamic_entries.remove(&id);
        }
    }
}

impl DynamicEntries {
    /// Without an entry there is one now; else the newest gets the option, and so does the row.
    fn grant(&mut self, id: Id, with_grant: bool, statement: StatementId) {
        match self.in_memory.last_mut() {
            None => {
                self.in_memory.push(with_grant);
                // A row that is there is not written.
                if self.stored.is_none() {
                    self.store(id, with_grant, statement);
                }
            }
            Some(newest) if with_grant && !*newest => {
                *newest = true;
                self.store(id, true, statement);
            }
            Some(_) => {}
        }
    }

    /// For each entry that has the option, or has it not, one is added that has the other.
    fn add_for_each(&mut self, id: Id, with_grant: bool, statement: StatementId) {
        let count = self.in_memory.iter().filter(|entry| **entry != with_grant).count();
        if count > 0 {
            self.store(id, with_grant, statement);
        }
        let room = MOST_ENTRIES.saturating_sub(self.in_memory.len());
        self.in_memory.extend(std::iter::repeat_n(with_grant, count.min(room)));
    }

    /// The row has the option or not; it is made if there is none.
    fn store(&mut self, id: Id, grant_option: bool, statement: StatementId) {
        let is_new = self.stored.is_none();
        let row = self.stored.get_or_insert_with(|| new_row(id));
        row.grant_option = grant_option;
        if is_new || grant_option {
            contribute(&mut row.origin, statement, PrivilegeSet::EMPTY);
        }
    }
}

fn new_row((key, privilege): Id) -> DynamicGrant {
    DynamicGrant { key, privilege, grant_option: false, origin: Origin::new() }
}
