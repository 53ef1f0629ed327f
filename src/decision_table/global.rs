//! What a session holds globally and not by rows of `user`: dynamic privileges; and what partial revokes withhold.

use super::DecisionTable;
use super::decide::Answer;
use super::field::Field;
use super::select::Session;
use crate::server::catalogue::Privilege;
use crate::tables::row::{RowId, Table};
use smallvec::{SmallVec, smallvec};

/// User and host of accounts, as names.
type Accounts = SmallVec<[(u64, u64); 4]>;

impl DecisionTable {
    /// A dynamic privilege that this server registers by itself, by its name in whatever letters.
    pub(super) fn find_dynamic(&self, name: &str) -> Option<Privilege> {
        let server = self.server();
        server.dynamic_privileges().find(|(_, known)| known.eq_ignore_ascii_case(name)).map(|(privilege, _)| privilege)
    }
}

impl Session<'_> {
    /// The accounts whose own global privileges count.
    fn own(&self) -> Accounts {
        let table = self.table;
        let names = |(user, host): (usize, u64)| {
            (table.value(Field::UserName, user), table.value(Field::HostName, host as usize))
        };
        match self.feeds {
            0 => smallvec![names((self.user, table.value(Field::AccountHost, self.account)))],
            _ => self.feeding().map(names).collect(),
        }
    }

    /// Whether the session has a dynamic privilege, by the oldest row that gives it.
    pub(super) fn dynamic(&self, privilege: Privilege) -> Answer {
        let (table, own) = (self.table, self.own());
        let gives = |at: &usize| {
            own.contains(&(table.value(Field::DynamicUser, *at), table.value(Field::DynamicHost, *at)))
                && self.table.find_dynamic(table.text(table.value(Field::DynamicPrivilege, *at))) == Some(privilege)
        };
        let row = (0..table.count(Field::DynamicUser)).find(gives);
        row.map_or(Answer::Deny, |at| Answer::Allow(RowId { table: Table::GlobalGrants, index: at as u32 }))
    }

    /// A partial revoke withholds what is held globally in this database, and no other account lifts that (M7.60, M7.62).
    pub(super) fn is_withheld(&self, privilege: Privilege, db: &str) -> bool {
        let table = self.table;
        if !table.known.exact || table.count(Field::RestrictionUser) == 0 {
            return false;
        }
        let own = self.own();
        let restricted = |account: &(u64, u64)| {
            (0..table.count(Field::RestrictionUser)).any(|at| {
                (table.value(Field::RestrictionUser, at), table.value(Field::RestrictionHost, at)) == *account
                    && table.mask(table.value(Field::RestrictionMask, at)).has(privilege)
                    && table.name(table.value(Field::RestrictionDb, at)) == db
            })
        };
        own.iter().any(restricted)
            && !own.iter().any(|account| self.lifts(*account, privilege, db, restricted(account)))
    }

    /// The account has the privilege globally without such a revoke, or on the very database.
    fn lifts(&self, (user, host): (u64, u64), privilege: Privilege, db: &str, restricted: bool) -> bool {
        let table = self.table;
        let Some(number) = table.find(Field::UserName, user) else { return false };
        let is_hosts = |field, row| table.value(Field::HostName, table.value(field, row) as usize) == host;
        let globally = || {
            let mut rows = table.list(Field::UserAccounts, number).filter(|row| is_hosts(Field::AccountHost, *row));
            rows.any(|row| table.mask(table.value(Field::AccountMask, row)).has(privilege))
        };
        let there = || {
            let mut rows = table.list(Field::UserDbs, number).filter(|row| is_hosts(Field::DbHost, *row));
            rows.any(|row| {
                let text = table.value(Field::DbName, table.value(Field::DbDb, row) as usize);
                table.mask(table.value(Field::DbMask, row)).has(privilege) && table.name(text) == db
            })
        };
        !restricted && globally() || there()
    }
}
