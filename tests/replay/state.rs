//! The rows of the grant tables in the words of `tests/live/replay_mariadb.py`.

use grantc::server::catalogue::PrivilegeSet;
use grantc::syntax::statement::{ObjectKind, Require};
use grantc::tables::GrantTables;
use grantc::tables::row::{AccountKey, UserRow};

/// Every row but the server's own, sorted. Of the administrator only the roles are told.
pub fn rows(tables: &GrantTables) -> Vec<String> {
    let told = Told { tables };
    let mut out: Vec<String> = tables.users.iter().map(|(_, _, row)| told.user(row)).collect();
    for (_, (key, db), row) in tables.dbs.iter() {
        out.push(told.held(format!("db {} {}", told.account(*key), told.text(*db)), row.privileges));
    }
    for (_, (key, db, table), row) in tables.tables.iter() {
        let place = format!("{} {}.{}", told.account(*key), told.text(*db), told.text(*table));
        out.push(told.held(format!("table {place}"), row.privileges));
        for column in &row.columns {
            out.push(told.held(format!("column {place}.{}", told.text(column.column)), column.privileges));
        }
    }
    for (_, (key, kind, db, routine), row) in tables.routines.iter() {
        let kind = if *kind == ObjectKind::Function { "function" } else { "procedure" };
        let place = format!("{kind} {} {}.{}", told.account(*key), told.text(*db), told.text(*routine));
        out.push(told.held(place, row.privileges));
    }
    for (_, (key, proxied), row) in tables.proxies.iter() {
        let option = if row.grant_option { "; GRANT OPTION" } else { "" };
        out.push(format!("proxy {} for {}{option}", told.account(*key), told.account(*proxied)));
    }
    for (_, (to, role), edge) in tables.role_edges.iter() {
        let option = if edge.stored_admin_option { "; ADMIN OPTION" } else { "" };
        out.push(format!("role {} to {}{option}", told.text(role.user), told.account(*to)));
    }
    let own = |row: &String| row.contains(" root@localhost") || row.contains(" mariadb.sys@localhost");
    out.retain(|row| row.starts_with("role ") || !own(row));
    out.sort();
    out
}

struct Told<'a> {
    tables: &'a GrantTables,
}

impl Told<'_> {
    fn text(&self, symbol: grantc::name::Symbol) -> &str {
        self.tables.names.text(symbol)
    }

    fn account(&self, key: AccountKey) -> String {
        format!("{}@{}", self.text(key.user), self.text(key.host))
    }

    fn names(&self, privileges: PrivilegeSet) -> String {
        let mut names: Vec<_> = privileges.iter().map(|p| self.tables.server.privilege_name(p)).collect();
        names.sort_unstable();
        names.join(", ")
    }

    fn held(&self, place: String, privileges: PrivilegeSet) -> String {
        if privileges.is_empty() { place } else { format!("{place}; {}", self.names(privileges)) }
    }

    fn user(&self, row: &UserRow) -> String {
        let plugins: Vec<&str> = row.authentication.iter().map(|a| a.plugin.as_deref().unwrap_or("")).collect();
        let default = self.tables.default_roles.keys_of(row.key).next().map(|(_, role)| role);
        let limits = row.limits.map(|n| n.to_string()).join("/");
        let tls = match row.require {
            Require::None => "",
            Require::Ssl => "ssl 1",
            Require::X509 => "ssl 2",
            Require::Specified { .. } => "ssl 3",
        };
        let facts = [
            format!("user {}", self.account(row.key)),
            self.names(row.privileges),
            if row.is_role { "role".to_owned() } else { plugins.join("+") },
            default.map_or_else(String::new, |role| format!("default role {}", self.text(role.user))),
            if limits == "0/0/0/0/0" { String::new() } else { format!("limits {limits}") },
            tls.to_owned(),
            if row.locked { "locked".to_owned() } else { String::new() },
        ];
        facts.iter().filter(|fact| !fact.is_empty()).cloned().collect::<Vec<_>>().join("; ")
    }
}
