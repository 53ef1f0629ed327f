//! What is in memory behind a load of the tables: at the start of the server and at FLUSH PRIVILEGES.

use super::follow::ranked_database;
use super::hash::{LinearHash, number_of_bytes};
use super::sort::sort;
use super::{Memory, mapping_number, object_number};
use crate::name::Symbol;
use crate::tables::GrantTables;
use crate::tables::row::AccountKey;

impl GrantTables {
    /// Makes [`GrantTables::memory`] anew from the rows, as a load does.
    pub fn load_memory(&mut self) {
        if self.memory.is_none() {
            return;
        }
        let Memory { disk, role_disk, .. } = self.memory.take().unwrap_or_default();
        self.keep_changes();
        let mut memory = Memory { disk, role_disk, ..Memory::default() };
        memory.load(self);
        self.memory = Some(memory);
    }
}

impl Memory {
    fn load(&mut self, tables: &GrantTables) {
        let rows: Vec<(AccountKey, Symbol)> = tables.dbs.iter().map(|(_, key, _)| *key).collect();
        let read = self.disk.read(rows.len(), |row| tables.dbs.index_of(row).is_some());
        self.misread = read.is_none() && !rows.is_empty();
        let read = read.unwrap_or(rows);
        self.dbs = read.into_iter().map(|(key, db)| ranked_database(tables, key, db)).collect();
        self.sort_databases(tables);
        let rank = |proxy, proxied| tables.server.proxy_rank(tables.account_text(proxy), tables.account_text(proxied));
        self.proxies = tables.proxies.iter().map(|(_, key, _)| (rank(key.0, key.1), key.0, key.1)).collect();
        sort(&mut self.proxies, |a, b| a.0.cmp(&b.0));
        let edges: Vec<(AccountKey, AccountKey)> = tables.role_edges.iter().map(|(_, item, _)| *item).collect();
        let read = self.role_disk.read(edges.len(), |edge| tables.role_edges.index_of(edge).is_some());
        for item in read.unwrap_or(edges) {
            self.mappings.insert(mapping_number(tables, item), item);
            self.granted.entry(item.0).or_default().push(item.1);
            self.grantees.entry(item.1).or_default().push(item.0);
        }
        self.load_objects(tables);
        for role in roles(tables).iter() {
            self.merge_upwards(tables, role);
        }
        self.bring_all(tables, &roles(tables).iter().collect::<Vec<_>>());
    }

    /// Table and routine rows, in the order of the primary key: host, database, user, object.
    fn load_objects(&mut self, tables: &GrantTables) {
        let text = |symbol: Symbol| tables.names.text(symbol);
        let order = |key: AccountKey, db, object| (text(key.host), text(db), text(key.user), text(object));
        let mut rows: Vec<_> = tables.tables.iter().map(|(_, item, _)| *item).collect();
        rows.sort_by_key(|(key, db, table)| order(*key, *db, *table));
        for item in rows {
            self.tables.insert(object_number(tables, item), item);
            self.load_columns(tables, item);
        }
        let mut rows: Vec<_> = tables.routines.iter().map(|(_, item, _)| *item).collect();
        rows.sort_by_key(|(key, _, db, name)| order(*key, *db, *name));
        for (key, kind, db, name) in rows {
            let item = (key, db, name);
            self.routines.entry(kind).or_default().insert(object_number(tables, item), item);
        }
    }

    /// By name.
    fn load_columns(&mut self, tables: &GrantTables, item: (AccountKey, Symbol, Symbol)) {
        let Some(row) = tables.tables.get(&item) else { return };
        let mut columns: Vec<Symbol> = row.columns.iter().map(|column| column.column).collect();
        columns.sort_by_key(|column| tables.names.text(*column));
        self.columns.entry(item).or_default().set(&tables.names, &columns, &[]);
    }
}

/// The roles in the order of their hash table.
fn roles(tables: &GrantTables) -> LinearHash<AccountKey> {
    let mut roles = LinearHash::default();
    for (_, key, _) in tables.users.iter().filter(|(_, _, row)| row.is_role) {
        roles.insert(number_of_bytes(tables.names.text(key.user).as_bytes()), *key);
    }
    roles
}
