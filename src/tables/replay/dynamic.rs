//! Dynamic privileges: what is stored of them, and the entries that the server keeps of each in memory.
//!
//! One privilege of one account can have several entries there. `REVOKE GRANT OPTION ON *.*` adds one without the option for
//! each that has it, `GRANT GRANT OPTION ON *.*` one with it for each that has it not, and a REVOKE takes the newest alone.
//! The privilege is in force as long as one is left, until the tables are read again. (Verified on 9.7.4.)

use super::Replay;
use super::object::Wanted;
use crate::server::catalogue::{Privilege, PrivilegeSet};
use crate::tables::GrantTables;
use crate::tables::row::{AccountKey, DynamicEntries, DynamicGrant, Origin, contribute};
use smallvec::SmallVec;

/// More entries of one privilege are not kept.
const MOST_ENTRIES: usize = 1024;

impl Replay {
    pub(super) fn grant_dynamic(&mut self, key: AccountKey, wanted: &Wanted, with_grant: bool) {
        if wanted.all {
            for privilege in self.known.all_dynamic.clone() {
                self.add_dynamic(key, privilege, with_grant);
            }
            return;
        }
        for &privilege in &wanted.dynamic {
            self.add_dynamic(key, privilege, with_grant);
        }
        // GRANT OPTION named as a privilege reaches all that are held; WITH GRANT OPTION does not (M6.7).
        if wanted.grant_option_named {
            for (_, privilege) in self.tables.dynamic.keys_of(key).collect::<Vec<_>>() {
                self.change_entries((key, privilege), |entries| entries.add_for_each(true));
                self.add_dynamic(key, privilege, true);
            }
        }
    }

    fn add_dynamic(&mut self, key: AccountKey, privilege: Privilege, with_grant: bool) {
        let statement = self.statement;
        self.left_behind.remove(&(key, privilege));
        // What is in force already is not written, unless it changes.
        let in_force = self.tables.dynamic.index_of(&(key, privilege)).is_some();
        if with_grant || !in_force {
            self.misread.remove(&(key, privilege));
        }
        if let Some(entries) = self.tables.dynamic_entries.get_mut(&(key, privilege)).filter(|_| with_grant) {
            entries.give_option();
        }
        let row = self.tables.dynamic.get_or_insert_with((key, privilege), || DynamicGrant {
            key,
            privilege,
            grant_option: false,
            origin: Origin::new(),
        });
        if let Some(row) = row {
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
            entries.in_memory.pop();
            entries.stored = None;
            let (is_empty, option) = (entries.in_memory.is_empty(), entries.in_memory.contains(&true));
            if is_empty {
                self.tables.dynamic.remove(&id);
                self.tables.dynamic_entries.remove(&id);
            } else if let Some(row) = self.tables.dynamic.get_mut(&id) {
                row.grant_option = option;
            }
        }
        if option_named {
            for id in self.tables.dynamic.keys_of(key).collect::<Vec<_>>() {
                self.change_entries(id, |entries| entries.add_for_each(false));
            }
        }
    }

    fn change_entries(&mut self, id: (AccountKey, Privilege), change: impl FnOnce(&mut DynamicEntries)) {
        let Some(row) = self.tables.dynamic.get(&id) else { return };
        let option = row.grant_option;
        let plain = || DynamicEntries { in_memory: SmallVec::from_slice(&[option]), stored: Some(option) };
        change(self.tables.dynamic_entries.entry(id).or_insert_with(plain));
    }
}

impl GrantTables {
    /// Nothing is known of entries of that account: it is gone, or its one entry of each is that of the row.
    pub(super) fn forget_entries(&mut self, key: AccountKey) {
        self.dynamic_entries.retain(|id, _| id.0 != key);
    }

    /// Dynamic privileges are in force as they are stored.
    pub(super) fn settle_entries(&mut self) {
        for (id, entries) in std::mem::take(&mut self.dynamic_entries) {
            match entries.stored {
                None => drop(self.dynamic.remove(&id)),
                Some(option) => self.dynamic.get_mut(&id).into_iter().for_each(|row| row.grant_option = option),
            }
        }
    }
}

impl DynamicEntries {
    /// For each entry that has the option, or has it not, one is added that has the other.
    fn add_for_each(&mut self, with_grant: bool) {
        let count = self.in_memory.iter().filter(|entry| **entry != with_grant).count();
        if count > 0 {
            self.stored = Some(with_grant);
        }
        let room = MOST_ENTRIES.saturating_sub(self.in_memory.len());
        self.in_memory.extend(std::iter::repeat_n(with_grant, count.min(room)));
    }

    /// The newest entry has the option now, and so has the row.
    fn give_option(&mut self) {
        if let Some(newest) = self.in_memory.last_mut().filter(|newest| !**newest) {
            *newest = true;
            self.stored = Some(true);
        }
    }
}
