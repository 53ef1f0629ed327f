//! What a statement changed in the stores, done to the structures in memory as the server does it.

use super::hash::LinearHash;
use super::sort::sort;
use super::{MOST_SORTED, Memory, ObjectKey, mapping_number, object_number};
use crate::name::Symbol;
use crate::server::behaviour::Behaviour;
use crate::server::ordering::Rank;
use crate::syntax::statement::ObjectKind;
use crate::tables::GrantTables;
use crate::tables::row::AccountKey;
use crate::tables::store::Change;
use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;
use std::hash::Hash;

/// What happened to the rows of all stores.
struct Changes {
    columns: Vec<Symbol>,
    users: Vec<Change<AccountKey>>,
    dbs: Vec<Change<(AccountKey, Symbol)>>,
    tables: Vec<Change<ObjectKey>>,
    routines: Vec<Change<(AccountKey, ObjectKind, Symbol, Symbol)>>,
    proxies: Vec<Change<(AccountKey, AccountKey)>>,
    edges: Vec<Change<(AccountKey, AccountKey)>>,
}

impl GrantTables {
    /// Brings [`GrantTables::memory`] up to date with what changed since it was last; `columns` are those that the
    /// statement names, in its order.
    pub fn follow_changes(&mut self, columns: &[SmolStr]) {
        let Some(mut memory) = self.memory.take() else { return };
        let changes = Changes {
            columns: columns.iter().filter_map(|column| self.names.find(column)).collect(),
            users: self.users.take_changes(),
            dbs: self.dbs.take_changes(),
            tables: self.tables.take_changes(),
            routines: self.routines.take_changes(),
            proxies: self.proxies.take_changes(),
            edges: self.role_edges.take_changes(),
        };
        memory.follow(self, &changes);
        if let Some(mut stored) = self.stored.take() {
            let moves = stored.take_moves(self);
            moves.dbs.into_iter().for_each(|done| memory.disk.edit(done));
            moves.mappings.into_iter().for_each(|done| memory.role_disk.edit(done));
            self.stored = Some(stored);
        }
        self.memory = Some(memory);
    }
}

impl GrantTables {
    /// The place of an account or role among those that a role is granted to; the last one where it is not known.
    pub fn grantee_place(&self, role: AccountKey, grantee: AccountKey) -> usize {
        let memory = self.memory.as_ref().filter(|_| !self.from_dump);
        let grantees = memory.and_then(|memory| memory.grantees.get(&role));
        grantees.and_then(|grantees| grantees.iter().position(|key| *key == grantee)).unwrap_or(usize::MAX)
    }

    /// A role is granted to several accounts that one client can be, and its list of them is in another order than the
    /// grants were made in (M7.41).
    pub fn grantees_reordered(&self) -> bool {
        let anonymous: FxHashSet<AccountKey> = self
            .role_edges
            .iter()
            .filter(|(_, _, edge)| edge.to.user == Symbol::EMPTY)
            .map(|(_, _, e)| e.role)
            .collect();
        let mut last: FxHashMap<(AccountKey, Symbol), usize> = FxHashMap::default();
        self.role_edges.iter().any(|(_, _, edge)| {
            let place = self.grantee_place(edge.role, edge.to);
            let user = if anonymous.contains(&edge.role) { Symbol::EMPTY } else { edge.to.user };
            last.insert((edge.role, user), place).is_some_and(|before| before > place)
        })
    }

    /// RENAME USER sorts the database rows anew, refused or not: rows that the order calls equal may change places. (Verified
    /// on 10.11.18.)
    pub fn sort_databases_anew(&mut self) {
        self.memory.iter_mut().for_each(|memory| memory.sorts = true);
    }

    /// GRANT of no privilege makes the row of a table or routine and takes it away again, which moves others in the hash that
    /// they are in. (Verified on 10.11.18.)
    pub fn passes(&mut self, kind: Option<ObjectKind>, row: (AccountKey, Symbol, Symbol)) {
        self.memory.iter_mut().for_each(|memory| memory.passing.push((kind, row)));
    }

    /// DROP USER and RENAME USER make the lists of granted roles anew, refused or not.
    pub fn relink_roles(&mut self) {
        self.memory.iter_mut().for_each(|memory| memory.relinks = true);
    }
}

impl Changes {
    /// Accounts and roles that are gone.
    fn gone(&self) -> impl Iterator<Item = AccountKey> + '_ {
        self.users.iter().filter_map(|change| match change {
            Change::Removed(key) | Change::Cleared(key) => Some(*key),
            _ => None,
        })
    }

    /// Old and new names of accounts.
    fn renamed(&self) -> impl Iterator<Item = (AccountKey, AccountKey)> {
        self.users.iter().filter_map(|change| match change {
            Change::Renamed(old, new) => Some((*old, *new)),
            _ => None,
        })
    }

    /// Accounts that are new; the server makes its lists of granted roles anew when it makes one.
    fn adds_account(&self, tables: &GrantTables) -> bool {
        let is_account = |key| tables.users.get(key).is_some_and(|row| !row.is_role);
        self.users.iter().any(|change| matches!(change, Change::Added(key) if is_account(key)))
    }

    /// Roles whose rows or granted roles changed.
    fn roles(&self, tables: &GrantTables) -> Vec<AccountKey> {
        let objects = self.tables.iter().map(Change::account);
        let routines = self.routines.iter().map(Change::account);
        let databases = self.dbs.iter().map(Change::account);
        let edges = self.edges.iter().map(Change::account);
        let all = databases.chain(objects).chain(routines).chain(edges);
        let mut roles: Vec<AccountKey> =
            all.filter(|key| tables.users.get(key).is_some_and(|row| row.is_role)).collect();
        roles.dedup();
        roles
    }
}

impl Memory {
    fn follow(&mut self, tables: &GrantTables, changes: &Changes) {
        for (old, new) in changes.renamed() {
            self.rename(tables, old, new);
        }
        if std::mem::take(&mut self.sorts) {
            self.sort_databases(tables);
        }
        for (kind, row) in std::mem::take(&mut self.passing) {
            self.pass(tables, kind, row);
        }
        for key in changes.gone() {
            self.forget(tables, key);
        }
        for change in &changes.dbs {
            self.follow_database(tables, change);
        }
        for change in &changes.routines {
            self.follow_routine(tables, change);
        }
        for change in &changes.tables {
            self.follow_table(tables, change, &changes.columns);
        }
        for change in &changes.proxies {
            self.follow_proxy(tables, change);
        }
        if changes.adds_account(tables) {
            self.link_roles();
        }
        for change in &changes.edges {
            self.follow_role(tables, change);
        }
        let relinks = std::mem::take(&mut self.relinks);
        // A role that is gone is taken from the lists, which stay as they are.
        let is_account = |key: AccountKey| !tables.account_text(key).1.is_empty();
        if relinks || changes.gone().any(is_account) || changes.renamed().next().is_some() {
            self.link_roles();
        }
        for role in changes.roles(tables) {
            self.merge_upwards(tables, role);
        }
        self.follow_brought(tables, changes);
    }

    /// What roles have of others, where the roles that are granted to them changed.
    fn follow_brought(&mut self, tables: &GrantTables, changes: &Changes) {
        let leaving = std::mem::take(&mut self.leaving);
        let is_role = |key: AccountKey| tables.users.get(&key).is_some_and(|row| row.is_role);
        for (gone, had_privileges) in leaving {
            let former = changes.edges.iter().filter_map(|change| match change {
                Change::Removed((to, role)) if *role == gone && is_role(*to) => Some(*to),
                _ => None,
            });
            self.bring_without(tables, gone, &former.collect::<Vec<_>>(), had_privileges);
        }
        let gone = |change: &Change<(AccountKey, AccountKey)>| matches!(change, Change::Removed((_, role)) if tables.users.get(role).is_none());
        let regranted = changes.edges.iter().filter(|change| !gone(change)).map(Change::account);
        for role in regranted.filter(|to| is_role(*to)) {
            self.regrant(tables, role);
        }
    }

    /// DROP: everything of an account goes, last slots first.
    fn forget(&mut self, tables: &GrantTables, key: AccountKey) {
        self.disk.clear(|row| row.0 == key);
        self.role_disk.clear(|row| row.0 == key || row.1 == key);
        self.dbs.retain(|(_, account, _)| *account != key);
        self.proxies.retain(|(_, account, _)| *account != key);
        for hash in self.routines.values_mut() {
            remove_backwards(hash, |item| object_number(tables, item), |(account, _, _)| account == key);
        }
        remove_backwards(&mut self.tables, |item| object_number(tables, item), |(account, _, _)| account == key);
        self.columns.retain(|(account, _, _), _| *account != key);
        let mine = |(grantee, role)| grantee == key || role == key;
        remove_backwards(&mut self.mappings, |item| mapping_number(tables, item), mine);
    }

    /// RENAME USER: rows keep their rank in arrays, and are put elsewhere in hash tables.
    fn rename(&mut self, tables: &GrantTables, old: AccountKey, new: AccountKey) {
        let renamed = |key: &mut AccountKey| *key = if *key == old { new } else { *key };
        self.disk.rename(|row| renamed(&mut row.0));
        self.role_disk.rename(|row| renamed(&mut row.0));
        for (_, account, _) in self.dbs.iter_mut().filter(|(_, account, _)| *account == old) {
            *account = new;
        }
        for (_, account, _) in self.proxies.iter_mut().filter(|(_, account, _)| *account == old) {
            *account = new;
        }
        let renamed = |(account, db, object): ObjectKey| (account == old).then_some((new, db, object));
        for hash in self.routines.values_mut() {
            rename_backwards(hash, |item| object_number(tables, item), renamed);
        }
        rename_backwards(&mut self.tables, |item| object_number(tables, item), renamed);
        let columns: Vec<ObjectKey> = self.columns.keys().copied().filter(|(account, _, _)| *account == old).collect();
        for (account, db, table) in columns {
            if let Some(columns) = self.columns.remove(&(account, db, table)) {
                self.columns.insert((new, db, table), columns);
            }
        }
        let renamed = |(grantee, role): (AccountKey, AccountKey)| (grantee == old).then_some((new, role));
        rename_backwards(&mut self.mappings, |item| mapping_number(tables, item), renamed);
    }

    /// Puts a row into its hash and takes it out.
    fn pass(&mut self, tables: &GrantTables, kind: Option<ObjectKind>, row: ObjectKey) {
        let hash = match kind {
            Some(kind) => self.routines.entry(kind).or_default(),
            None => &mut self.tables,
        };
        let number = object_number(tables, row);
        if !hash.contains(number, row) {
            hash.insert(number, row);
            hash.remove(number, row);
        }
    }

    fn follow_database(&mut self, tables: &GrantTables, change: &Change<(AccountKey, Symbol)>) {
        match *change {
            Change::Added(row) => self.disk.put(row),
            Change::Removed(row) => self.disk.take(row),
            // REVOKE ALL goes by the rows in memory; who is dropped has none on disk any more.
            Change::Cleared(key) => {
                let rows = self.dbs.iter().filter(|(_, account, _)| *account == key);
                rows.for_each(|(_, account, db)| self.disk.take((*account, *db)));
                self.disk.clear(|row| row.0 == key);
            }
            Change::Touched(_) | Change::Renamed(..) => {}
        }
        match *change {
            Change::Added((key, db)) if !self.databases(key).any(|known| known == db) => {
                self.dbs.push(ranked_database(tables, key, db));
                self.sort_databases(tables);
            }
            Change::Removed((key, db)) => self.dbs.retain(|(_, account, known)| (*account, *known) != (key, db)),
            Change::Cleared(key) => self.dbs.retain(|(_, account, _)| *account != key),
            _ => {}
        }
    }

    /// By user name, then rank; the sort decides about the rest.
    pub(super) fn sort_databases(&mut self, tables: &GrantTables) {
        let by_user = tables.server.has(Behaviour::MagicOrder);
        let user = |key: AccountKey| if by_user { tables.names.text(key.user) } else { "" };
        let compare = |a: &(Rank, AccountKey, Symbol), b: &(Rank, AccountKey, Symbol)| {
            user(a.1).cmp(user(b.1)).then_with(|| a.0.cmp(&b.0))
        };
        if self.dbs.len() > MOST_SORTED || tables.server.has(Behaviour::SmallSortsAreStable) {
            self.dbs.sort_by(compare);
        } else {
            sort(&mut self.dbs, compare);
        }
    }

    fn follow_proxy(&mut self, tables: &GrantTables, change: &Change<(AccountKey, AccountKey)>) {
        match *change {
            Change::Added((key, proxied)) if !self.proxied(key).any(|known| known == proxied) => {
                let rank = tables.server.proxy_rank(tables.account_text(key), tables.account_text(proxied));
                self.proxies.push((rank, key, proxied));
                sort(&mut self.proxies, |a, b| a.0.cmp(&b.0));
            }
            Change::Removed((key, proxied)) => {
                self.proxies.retain(|(_, account, known)| (*account, *known) != (key, proxied));
            }
            Change::Cleared(key) => self.proxies.retain(|(_, account, _)| *account != key),
            _ => {}
        }
    }

    fn follow_table(&mut self, tables: &GrantTables, change: &Change<ObjectKey>, named: &[Symbol]) {
        let number = |item| object_number(tables, item);
        match *change {
            Change::Added(item) | Change::Touched(item) => {
                if tables.tables.get(&item).is_some() && !self.tables.contains(number(item), item) {
                    self.tables.insert(number(item), item);
                }
                self.follow_columns(tables, item, named);
            }
            Change::Removed(item) => {
                self.tables.remove(number(item), item);
                self.columns.remove(&item);
            }
            Change::Cleared(key) => {
                remove_forwards(&mut self.tables, number, |(account, _, _)| account == key);
                self.columns.retain(|(account, _, _), _| *account != key);
            }
            Change::Renamed(..) => {}
        }
    }

    /// The columns of a row.
    fn follow_columns(&mut self, tables: &GrantTables, item: ObjectKey, named: &[Symbol]) {
        let Some(row) = tables.tables.get(&item) else { return };
        let columns: Vec<Symbol> = row.columns.iter().map(|column| column.column).collect();
        self.columns.entry(item).or_default().set(&tables.names, &columns, named);
    }

    fn follow_routine(&mut self, tables: &GrantTables, change: &Change<(AccountKey, ObjectKind, Symbol, Symbol)>) {
        let number = |item| object_number(tables, item);
        match *change {
            Change::Added((key, kind, db, name)) => {
                let (hash, item) = (self.routines.entry(kind).or_default(), (key, db, name));
                if !hash.contains(number(item), item) {
                    hash.insert(number(item), item);
                }
            }
            Change::Removed((key, kind, db, name)) => {
                let item = (key, db, name);
                self.routines.entry(kind).or_default().remove(number(item), item);
            }
            Change::Cleared(key) => {
                for hash in self.routines.values_mut() {
                    remove_forwards(hash, number, |(account, _, _)| account == key);
                }
            }
            Change::Touched(_) | Change::Renamed(..) => {}
        }
    }

    fn follow_role(&mut self, tables: &GrantTables, change: &Change<(AccountKey, AccountKey)>) {
        let number = |item| mapping_number(tables, item);
        match *change {
            Change::Added(item) => self.role_disk.put(item),
            Change::Removed(item) => self.role_disk.take(item),
            Change::Cleared(key) => self.role_disk.clear(|row| row.0 == key),
            Change::Touched(_) | Change::Renamed(..) => {}
        }
        match *change {
            Change::Added(item) if !self.mappings.contains(number(item), item) => {
                self.mappings.insert(number(item), item);
                self.granted.entry(item.0).or_default().push(item.1);
                self.grantees.entry(item.1).or_default().push(item.0);
            }
            Change::Removed(item) => self.ungrant(tables, item),
            Change::Cleared(key) => {
                let items: Vec<_> = self.mappings.iter().filter(|(grantee, _)| *grantee == key).collect();
                items.into_iter().for_each(|item| self.ungrant(tables, item));
            }
            _ => {}
        }
    }

    fn ungrant(&mut self, tables: &GrantTables, item: (AccountKey, AccountKey)) {
        self.mappings.remove(mapping_number(tables, item), item);
        self.granted.entry(item.0).or_default().retain(|role| *role != item.1);
        self.grantees.entry(item.1).or_default().retain(|grantee| *grantee != item.0);
    }

    /// Makes the lists of granted roles anew, in the order of the hash table.
    pub(super) fn link_roles(&mut self) {
        self.granted.clear();
        self.grantees.clear();
        for (grantee, role) in self.mappings.iter() {
            self.granted.entry(grantee).or_default().push(role);
            self.grantees.entry(role).or_default().push(grantee);
        }
    }
}

/// A database row with its rank.
pub(super) fn ranked_database(tables: &GrantTables, key: AccountKey, db: Symbol) -> (Rank, AccountKey, Symbol) {
    let (user, host) = tables.account_text(key);
    (tables.server.db_rank(user, host, tables.names.text(db)), key, db)
}

/// From the last slot to the first, again until nothing is left, as a removal moves other slots.
fn remove_backwards<T: Copy + Eq + Hash>(
    hash: &mut LinearHash<T>,
    number: impl Fn(T) -> u32,
    goes: impl Fn(T) -> bool,
) {
    let mut again = true;
    while std::mem::take(&mut again) {
        for index in (0..hash.len()).rev() {
            if let Some(item) = hash.at(index).filter(|item| goes(*item)) {
                hash.remove(number(item), item);
                again = true;
            }
        }
    }
}

/// From the first slot on, again until nothing is left.
fn remove_forwards<T: Copy + Eq>(hash: &mut LinearHash<T>, number: impl Fn(T) -> u32, goes: impl Fn(T) -> bool) {
    let mut again = true;
    while std::mem::take(&mut again) {
        let mut index = 0;
        while let Some(item) = hash.at(index) {
            if goes(item) {
                hash.remove(number(item), item);
                again = true;
            } else {
                index += 1;
            }
        }
    }
}

fn rename_backwards<T: Copy + Eq>(
    hash: &mut LinearHash<T>,
    number: impl Fn(T) -> u32,
    renamed: impl Fn(T) -> Option<T>,
) {
    let mut again = true;
    while std::mem::take(&mut again) {
        for index in (0..hash.len()).rev() {
            if let Some((old, new)) = hash.at(index).and_then(|old| Some((old, renamed(old)?))) {
                hash.rekey((number(old), old), (number(new), new));
                again = true;
            }
        }
    }
}
