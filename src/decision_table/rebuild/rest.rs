//! The small tables, and what exists.

use super::super::field::{Field, kind_of};
use super::{Rebuild, written};
use crate::name::Symbol;
use crate::server::catalogue::{Privilege, PrivilegeSet};
use crate::source::Span;
use crate::tables::memory::{Memory, Object};
use crate::tables::row::{AccountKey, DefaultRole, DynamicGrant, HostRow, ProxyRow, Restriction, RoleEdge};
use crate::tables::schema::{StoredObject, TableObject, View};
use serde_json::Value;
use std::collections::BTreeMap;

impl Rebuild<'_> {
    pub(super) fn rest(&mut self) {
        self.hosts();
        self.proxies();
        self.roles();
        self.dynamic();
        self.restrictions();
    }

    fn hosts(&mut self) {
        let table = self.table;
        for at in 0..table.count(Field::HostRowHost) {
            let (host, db) = (self.symbol(Field::HostRowHost, at), self.symbol(Field::HostRowDb, at));
            let privileges = self.mask(Field::HostRowMask, at);
            let origin = self.origin(table.value(Field::HostRowOrigin, at), privileges, |_| String::new());
            self.tables.hosts.insert((host, db), HostRow { host, db, privileges, origin });
        }
    }

    fn proxies(&mut self) {
        let table = self.table;
        for at in 0..table.count(Field::ProxyUser) {
            let key = table.key(Field::ProxyUser, Field::ProxyHost, at);
            let proxied = table.key(Field::ProxiedUser, Field::ProxiedHost, at);
            let grant_option = table.value(Field::ProxyOption, at) == 1;
            let told = format!("GRANT PROXY ON {} TO {}", written(&self.tables, proxied), written(&self.tables, key));
            let code = table.value(Field::ProxyOrigin, at);
            let origin = self.origin(code, PrivilegeSet::EMPTY, |_| told.clone());
            if let Some(was) = self.ranked(Field::ProxyRanked, at) {
                self.tables.ranked_as.proxies.insert((key, proxied), was);
            }
            self.tables.proxies.insert((key, proxied), ProxyRow { key, proxied, grant_option, origin });
        }
    }

    fn roles(&mut self) {
        let table = self.table;
        for at in 0..table.count(Field::EdgeUser) {
            let to = table.key(Field::EdgeUser, Field::EdgeHost, at);
            let role = table.key(Field::EdgeRoleUser, Field::EdgeRoleHost, at);
            let option = table.value(Field::EdgeOption, at);
            let told = format!("GRANT {} TO {}", written(&self.tables, role), written(&self.tables, to));
            let origin = self.origin(table.value(Field::EdgeOrigin, at), PrivilegeSet::EMPTY, |_| told.clone());
            let (admin_option, stored_admin_option) = (option & 1 == 1, option & 2 == 2);
            let row = RoleEdge { role, to, admin_option, stored_admin_option, origin };
            self.tables.role_edges.insert((to, role), row);
        }
        self.memory_of_roles();
        for at in 0..table.count(Field::DefaultUser) {
            let key = table.key(Field::DefaultUser, Field::DefaultHost, at);
            let role = table.key(Field::DefaultRoleUser, Field::DefaultRoleHost, at);
            let times = table.value(Field::DefaultTimes, at) as u32;
            let told = format!("SET DEFAULT ROLE {} TO {}", written(&self.tables, role), written(&self.tables, key));
            let origin = self.origin(table.value(Field::DefaultOrigin, at), PrivilegeSet::EMPTY, |_| told.clone());
            self.tables.default_roles.insert((key, role), DefaultRole { key, role, times, origin });
        }
    }

    /// What the server does not tell of roles in its tables: whom it finds first (M7.41), and what they lack (M5.16).
    fn memory_of_roles(&mut self) {
        let table = self.table;
        let mut places: BTreeMap<AccountKey, Vec<(u64, AccountKey)>> = BTreeMap::new();
        for at in 0..table.count(Field::EdgePlace) {
            let Some(place) = table.value(Field::EdgePlace, at).checked_sub(1) else { continue };
            let role = table.key(Field::EdgeRoleUser, Field::EdgeRoleHost, at);
            places.entry(role).or_default().push((place, table.key(Field::EdgeUser, Field::EdgeHost, at)));
        }
        let mut lacked: BTreeMap<AccountKey, [Vec<AccountKey>; 2]> = BTreeMap::new();
        for at in 0..table.count(Field::LackedWhat) {
            let [global, rows] = lacked.entry(table.key(Field::LackingUser, Field::LackingHost, at)).or_default();
            let (below, what) =
                (table.key(Field::LackedUser, Field::LackedHost, at), table.value(Field::LackedWhat, at));
            global.extend((what & 1 == 1).then_some(below));
            rows.extend((what & 2 == 2).then_some(below));
        }
        if places.is_empty() && lacked.is_empty() {
            return;
        }
        let mut memory = self.tables.memory.take().unwrap_or_else(Memory::unknown);
        for (role, mut grantees) in places {
            grantees.sort_unstable();
            memory.has_grantees(role, grantees.into_iter().map(|(_, to)| to).collect());
        }
        for (role, [global, rows]) in lacked {
            let below = self.tables.roles_below(role);
            let but = |lacked: &[AccountKey]| below.iter().copied().filter(|key| !lacked.contains(key)).collect();
            memory.has_brought(role, but(&global), but(&rows));
        }
        for at in 0..table.count(Field::SingleTo) {
            let role = |field| AccountKey { user: self.symbol(field, at), host: Symbol::EMPTY };
            let (db, name) = (self.symbol(Field::SingleDb, at), self.symbol(Field::SingleObject, at));
            let object = match table.value(Field::SingleKind, at) {
                0 => Object::Database(db),
                1 => Object::Table(db, name),
                kind => Object::Routine(kind_of(kind - 1), db, name),
            };
            memory.has_brought_row(role(Field::SingleTo), role(Field::SingleFrom), object);
        }
        self.tables.memory = Some(memory);
    }

    fn dynamic(&mut self) {
        let table = self.table;
        for at in 0..table.count(Field::DynamicUser) {
            let key = table.key(Field::DynamicUser, Field::DynamicHost, at);
            let name = table.text(table.value(Field::DynamicPrivilege, at));
            let foreign = self.tables.names.find(name).map(Privilege::foreign);
            let Some(privilege) = Privilege::dynamic(name).or(foreign) else { continue };
            let grant_option = table.value(Field::DynamicOption, at) == 1;
            let told = format!("GRANT {name} ON *.* TO {}", written(&self.tables, key));
            let origin = self.origin(table.value(Field::DynamicOrigin, at), PrivilegeSet::EMPTY, |_| told.clone());
            self.tables.dynamic.insert((key, privilege), DynamicGrant { key, privilege, grant_option, origin });
        }
    }

    fn restrictions(&mut self) {
        let table = self.table;
        for at in 0..table.count(Field::RestrictionUser) {
            let key = table.key(Field::RestrictionUser, Field::RestrictionHost, at);
            let db = self.symbol(Field::RestrictionDb, at);
            let privileges = self.mask(Field::RestrictionMask, at);
            let names: Vec<&str> = privileges.iter().map(|p| self.tables.server.privilege_name(p)).collect();
            let on = self.tables.names.text(db);
            let told = format!("REVOKE {} ON `{on}`.* FROM {}", names.join(", "), written(&self.tables, key));
            let origin = self.origin(table.value(Field::RestrictionOrigin, at), privileges, |_| told.clone());
            self.tables.restrictions.insert((key, db), Restriction { key, db, privileges, origin });
        }
    }

    /// What exists.
    pub(super) fn schema(&mut self) {
        for at in 0..self.table.count(Field::Schema) {
            let line = self.table.text(self.table.value(Field::Schema, at));
            let said: Value = serde_json::from_str(line).unwrap_or_default();
            self.told_of(&said);
        }
    }

    fn told_of(&mut self, said: &Value) -> Option<()> {
        let name = |at: usize| said.get(at).and_then(symbol);
        let span = Some(Span::default());
        let schema = &mut self.tables.schema;
        match said.get(0)?.as_str()? {
            "database" => {
                let created = said.get(2)?.as_bool()?;
                schema.databases.insert(name(1)?, span.filter(|_| created));
            }
            "dropped" => {
                schema.dropped_databases.insert(name(1)?);
            }
            "routines" => {
                schema.routine_databases.insert(name(1)?);
            }
            "table" => {
                let columns = said.get(3)?.as_array().map(|list| list.iter().filter_map(symbol).collect());
                let view = said.get(4).filter(|view| !view.is_null()).and_then(|view| {
                    let (definer, invoker) = runs(view)?;
                    Some(View { definer, invoker, select: view.get(3)?.as_str()?.to_owned() })
                });
                schema.tables.insert((name(1)?, name(2)?), TableObject { columns, view, span });
            }
            "routine" => {
                let kind = kind_of(said.get(1)?.as_u64()?);
                schema.routines.insert((kind, name(2)?, name(3)?), stored(said.get(4)?)?);
            }
            "trigger" => {
                schema.triggers.insert((name(1)?, name(2)?), (name(3)?, stored(said.get(4)?)?));
            }
            "event" => {
                schema.events.insert((name(1)?, name(2)?), stored(said.get(3)?)?);
            }
            _ => {}
        }
        Some(())
    }
}

fn symbol(value: &Value) -> Option<Symbol> {
    value.as_u64().and_then(|number| u32::try_from(number).ok()).map(Symbol)
}

fn runs(said: &Value) -> Option<(AccountKey, bool)> {
    let definer = AccountKey { user: symbol(said.get(0)?)?, host: symbol(said.get(1)?)? };
    Some((definer, said.get(2)?.as_bool()?))
}

fn stored(said: &Value) -> Option<StoredObject> {
    let (definer, invoker) = runs(said)?;
    Some(StoredObject { definer, invoker, span: Some(Span::default()) })
}
