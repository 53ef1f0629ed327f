//! What roles bring to roles: MariaDB keeps rows of its own for it, which take slots like others.

use super::follow::ranked_database;
use super::hash::LinearHash;
use super::{Memory, ObjectKey, object_number};
use crate::name::Symbol;
use crate::syntax::statement::ObjectKind;
use crate::tables::GrantTables;
use crate::tables::row::AccountKey;

impl Memory {
    /// Brings the rows of a role and of the roles that it is granted to up to date, each behind those that it depends on.
    pub(super) fn merge_upwards(&mut self, tables: &GrantTables, role: AccountKey) {
        for role in self.dependents(tables, role) {
            let brought = self.roles(role).to_vec();
            self.merge_databases(tables, role, &brought);
            let direct = |item: ObjectKey| tables.tables.get(&item).is_some();
            merge(&mut self.tables, tables, role, &brought, direct);
            self.merge_columns(tables, role, &brought);
            for (kind, hash) in &mut self.routines {
                let direct = |(key, db, name): ObjectKey| has_routine(tables, (key, *kind, db, name));
                merge(hash, tables, role, &brought, direct);
            }
        }
    }

    /// The columns of the role's table rows, with those of the rows of its roles.
    fn merge_columns(&mut self, tables: &GrantTables, role: AccountKey, brought: &[AccountKey]) {
        let all: Vec<ObjectKey> = self.tables.iter().filter(|(key, _, _)| brought.contains(key)).collect();
        let own: Vec<(Symbol, Symbol)> = self.tables(role).collect();
        for table in own {
            let others = all.iter().filter(|(_, db, name)| (*db, *name) == table);
            let others: Vec<Vec<Symbol>> = others.map(|(key, _, _)| self.columns(*key, table).collect()).collect();
            self.columns.entry((role, table.0, table.1)).or_default().merge(&tables.names, &others);
        }
        let there = &self.tables;
        let gone = |item: &ObjectKey| item.0 == role && !there.contains(object_number(tables, *item), *item);
        self.columns.retain(|item, _| !gone(item));
    }

    /// The role and all roles that have it, in the order in which they are brought up to date.
    fn dependents(&self, tables: &GrantTables, role: AccountKey) -> Vec<AccountKey> {
        let mut last_first = Vec::new();
        self.visit(tables, role, &mut Vec::new(), &mut last_first);
        last_first.reverse();
        last_first
    }

    fn visit(&self, tables: &GrantTables, role: AccountKey, seen: &mut Vec<AccountKey>, done: &mut Vec<AccountKey>) {
        seen.push(role);
        for grantee in self.grantees.get(&role).into_iter().flatten().rev() {
            let is_role = tables.users.get(grantee).is_some_and(|row| row.is_role);
            if is_role && !seen.contains(grantee) {
                self.visit(tables, *grantee, seen, done);
            }
        }
        done.push(role);
    }

    fn merge_databases(&mut self, tables: &GrantTables, role: AccountKey, brought: &[AccountKey]) {
        let mut named: Vec<Symbol> = brought.iter().flat_map(|role| self.databases(*role)).collect();
        named.sort_by_key(|db| tables.names.text(*db));
        named.dedup();
        let own: Vec<Symbol> = self.databases(role).collect();
        let stays = |db: Symbol| named.contains(&db) || tables.dbs.get(&(role, db)).is_some();
        self.dbs.retain(|(_, key, db)| *key != role || stays(*db));
        let new: Vec<Symbol> = named.iter().copied().filter(|db| !own.contains(db)).collect();
        if !new.is_empty() {
            self.dbs.extend(new.into_iter().map(|db| ranked_database(tables, role, db)));
            self.sort_databases(tables);
        }
    }
}

fn has_routine(tables: &GrantTables, key: (AccountKey, ObjectKind, Symbol, Symbol)) -> bool {
    tables.routines.get(&key).is_some()
}

/// Puts in what the role gets from others, takes out what it no longer has, by name of database and object.
fn merge(
    hash: &mut LinearHash<ObjectKey>,
    tables: &GrantTables,
    role: AccountKey,
    brought: &[AccountKey],
    direct: impl Fn(ObjectKey) -> bool,
) {
    let concerns = |key: &AccountKey| *key == role || brought.contains(key);
    let mut all: Vec<ObjectKey> = hash.iter().filter(|(key, _, _)| concerns(key)).collect();
    let text = |symbol| tables.names.text(symbol);
    all.sort_by_key(|(_, db, object)| (text(*db), text(*object)));
    for group in all.chunk_by(|a, b| (a.1, a.2) == (b.1, b.2)) {
        let Some((_, db, object)) = group.first() else { continue };
        let item = (role, *db, *object);
        let number = object_number(tables, item);
        let (there, others) = (group.contains(&item), group.iter().any(|(key, _, _)| *key != role));
        if !there {
            hash.insert(number, item);
        } else if !others && !direct(item) {
            hash.remove(number, item);
        }
    }
}
