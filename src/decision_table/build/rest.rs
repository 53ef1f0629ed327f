//! The small tables, and what exists.

use super::super::field::{Field, kind_number};
use super::Build;
use crate::name::Symbol;
use crate::server::behaviour::Behaviour;
use crate::server::catalogue::PrivilegeSet;
use crate::tables::memory::Object;
use crate::tables::row::{AccountKey, ProxyRow, RoleEdge};
use crate::tables::schema::StoredObject;
use serde_json::{Value, json};

impl Build<'_> {
    /// Two columns of names: the users and hosts of some accounts.
    fn keys(&mut self, user: Field, host: Field, keys: &[AccountKey]) {
        self.out.values(user, &keys.iter().map(|key| u64::from(key.user.0)).collect::<Vec<_>>());
        self.out.values(host, &keys.iter().map(|key| u64::from(key.host.0)).collect::<Vec<_>>());
    }

    /// `host`, `proxies_priv`, `role_edges`, `default_roles`, `global_grants` and partial revokes.
    pub(super) fn rest(&mut self) {
        let tables = self.tables;
        let name = |symbol: Symbol| u64::from(symbol.0);
        let of_host = || tables.hosts.iter().map(|(_, _, row)| row);
        self.out.values(Field::HostRowHost, &of_host().map(|row| name(row.host)).collect::<Vec<_>>());
        self.out.values(Field::HostRowDb, &of_host().map(|row| name(row.db)).collect::<Vec<_>>());
        let masks: Vec<u64> = of_host().map(|row| self.mask(row.privileges)).collect();
        self.out.values(Field::HostRowMask, &masks);
        let origins: Vec<u64> = of_host().map(|row| self.origin(&row.origin, row.privileges)).collect();
        self.out.values(Field::HostRowOrigin, &origins);

        let proxies = || tables.proxies.iter().map(|(_, _, row)| row);
        self.keys(Field::ProxyUser, Field::ProxyHost, &proxies().map(|row| row.key).collect::<Vec<_>>());
        self.keys(Field::ProxiedUser, Field::ProxiedHost, &proxies().map(|row| row.proxied).collect::<Vec<_>>());
        let was = |row: &ProxyRow| tables.ranked_as.proxies.get(&(row.key, row.proxied)).copied();
        let ranked: Vec<u64> = proxies().map(|row| self.ranked_as(was(row))).collect();
        self.out.values(Field::ProxyRanked, &ranked);
        self.out.values(Field::ProxyOption, &proxies().map(|row| u64::from(row.grant_option)).collect::<Vec<_>>());
        let origins: Vec<u64> = proxies().map(|row| self.origin(&row.origin, PrivilegeSet::EMPTY)).collect();
        self.out.values(Field::ProxyOrigin, &origins);

        self.roles();

        let dynamic = || tables.dynamic.iter().map(|(_, _, row)| row);
        self.keys(Field::DynamicUser, Field::DynamicHost, &dynamic().map(|row| row.key).collect::<Vec<_>>());
        let names: Vec<u64> = dynamic().map(|row| self.texts.add(row.privilege.display(&tables.names))).collect();
        self.out.values(Field::DynamicPrivilege, &names);
        self.out.values(Field::DynamicOption, &dynamic().map(|row| u64::from(row.grant_option)).collect::<Vec<_>>());
        let origins: Vec<u64> = dynamic().map(|row| self.origin(&row.origin, PrivilegeSet::EMPTY)).collect();
        self.out.values(Field::DynamicOrigin, &origins);

        let revokes = || tables.restrictions.iter().map(|(_, _, row)| row);
        self.keys(Field::RestrictionUser, Field::RestrictionHost, &revokes().map(|row| row.key).collect::<Vec<_>>());
        self.out.values(Field::RestrictionDb, &revokes().map(|row| name(row.db)).collect::<Vec<_>>());
        let masks: Vec<u64> = revokes().map(|row| self.mask(row.privileges)).collect();
        self.out.values(Field::RestrictionMask, &masks);
        let origins: Vec<u64> = revokes().map(|row| self.origin(&row.origin, row.privileges)).collect();
        self.out.values(Field::RestrictionOrigin, &origins);
    }

    fn roles(&mut self) {
        let tables = self.tables;
        let edges = || tables.role_edges.iter().map(|(_, _, row)| row);
        self.keys(Field::EdgeUser, Field::EdgeHost, &edges().map(|row| row.to).collect::<Vec<_>>());
        self.keys(Field::EdgeRoleUser, Field::EdgeRoleHost, &edges().map(|row| row.role).collect::<Vec<_>>());
        let options = edges().map(|row| u64::from(row.admin_option) + 2 * u64::from(row.stored_admin_option));
        self.out.values(Field::EdgeOption, &options.collect::<Vec<_>>());
        let origins: Vec<u64> = edges().map(|row| self.origin(&row.origin, PrivilegeSet::EMPTY)).collect();
        self.out.values(Field::EdgeOrigin, &origins);

        if tables.server.has(Behaviour::OneRoleAtOnce) && tables.grantees_reordered() {
            let place = |row: &RoleEdge| tables.grantee_place(row.role, row.to).checked_add(1).unwrap_or(0) as u64;
            self.out.values(Field::EdgePlace, &edges().map(place).collect::<Vec<_>>());
        }
        let lacking = tables.not_brought();
        let keys =
            |of: fn(&(AccountKey, AccountKey, [bool; 2])) -> AccountKey| lacking.iter().map(of).collect::<Vec<_>>();
        self.keys(Field::LackingUser, Field::LackingHost, &keys(|lack| lack.0));
        self.keys(Field::LackedUser, Field::LackedHost, &keys(|lack| lack.1));
        let what = lacking.iter().map(|(.., [global, rows])| u64::from(*global) + 2 * u64::from(*rows));
        self.out.values(Field::LackedWhat, &what.collect::<Vec<_>>());
        self.single_rows();

        let defaults = || tables.default_roles.iter().map(|(_, _, row)| row);
        self.keys(Field::DefaultUser, Field::DefaultHost, &defaults().map(|row| row.key).collect::<Vec<_>>());
        self.keys(Field::DefaultRoleUser, Field::DefaultRoleHost, &defaults().map(|row| row.role).collect::<Vec<_>>());
        self.out.values(Field::DefaultTimes, &defaults().map(|row| u64::from(row.times)).collect::<Vec<_>>());
        let origins: Vec<u64> = defaults().map(|row| self.origin(&row.origin, PrivilegeSet::EMPTY)).collect();
        self.out.values(Field::DefaultOrigin, &origins);
    }

    /// The single rows that roles have of others (M5.16).
    fn single_rows(&mut self) {
        let single = self.tables.single_rows();
        let column = |of: &dyn Fn(&Object) -> u64| single.iter().map(|(.., object)| of(object)).collect::<Vec<_>>();
        let roles =
            |of: fn(&(AccountKey, AccountKey, Object)) -> AccountKey| single.iter().map(move |row| of(row).user.0);
        self.out.values(Field::SingleTo, &roles(|row| row.0).map(u64::from).collect::<Vec<_>>());
        self.out.values(Field::SingleFrom, &roles(|row| row.1).map(u64::from).collect::<Vec<_>>());
        let kinds = column(&|object| match object {
            Object::Database(_) => 0,
            Object::Table(..) => 1,
            Object::Routine(kind, ..) => 1 + kind_number(*kind),
        });
        self.out.values(Field::SingleKind, &kinds);
        self.out.values(Field::SingleDb, &column(&|object| u64::from(object.database().0)));
        self.out.values(Field::SingleObject, &column(&|object| u64::from(object.name().0)));
    }

    /// What exists: one text for each object, in byte order. Names are numbers.
    pub(super) fn schema(&mut self) {
        let schema = &self.tables.schema;
        let mut said: Vec<Value> = Vec::new();
        said.extend(schema.databases.iter().map(|(db, span)| json!(["database", db.0, span.is_some()])));
        said.extend(schema.dropped_databases.iter().map(|db| json!(["dropped", db.0])));
        said.extend(schema.routine_databases.iter().map(|db| json!(["routines", db.0])));
        for ((db, table), object) in &schema.tables {
            let columns = object.columns.as_ref().map(|c| c.iter().map(|column| column.0).collect::<Vec<_>>());
            let view = object.view.as_ref().map(|v| json!([v.definer.user.0, v.definer.host.0, v.invoker, v.select]));
            said.push(json!(["table", db.0, table.0, columns, view]));
        }
        let runs = |o: &StoredObject| json!([o.definer.user.0, o.definer.host.0, o.invoker]);
        said.extend(
            schema
                .routines
                .iter()
                .map(|((kind, db, name), o)| json!(["routine", kind_number(*kind), db.0, name.0, runs(o)])),
        );
        said.extend(
            schema.triggers.iter().map(|((db, name), (of, o))| json!(["trigger", db.0, name.0, of.0, runs(o)])),
        );
        said.extend(schema.events.iter().map(|((db, name), o)| json!(["event", db.0, name.0, runs(o)])));
        let mut lines: Vec<String> = said.iter().map(Value::to_string).collect();
        lines.sort_unstable();
        let numbers: Vec<u64> = lines.iter().map(|line| self.texts.add(line)).collect();
        self.out.values(Field::Schema, &numbers);
    }
}
