//! What a fresh server already holds: the administrator and the server's own accounts.
//!
//! As a MySQL 9.7 server has them after `--initialize-insecure`; older servers have fewer dynamic
//! privileges, which the catalogue says.

use super::row::{
    AccountKey, Claims, DbRow, DynamicGrant, Origin, ProxyRow, StatementId, TableRow, UserRow, contribute,
};
use super::{ArrayOrder, GrantTables};
use crate::name::Symbol;
use crate::server::Server;
use crate::server::behaviour::Behaviour;
use crate::server::catalogue::plugins;
use crate::server::catalogue::{Level, Privilege, PrivilegeSet};
use crate::syntax::statement::{Authentication, Credential, Require, Secret};
use smallvec::SmallVec;

/// A credential that no password meets.
const UNUSABLE: &str = "$A$005$THISISACOMBINATIONOFINVALIDSALTANDPASSWORDTHATMUSTNEVERBRBEUSED";

/// The same before caching_sha2_password.
const UNUSABLE_NATIVE: &str = "*THISISNOTAVALIDPASSWORDTHATCANBEUSEDHERE";

/// The dynamic privileges of `mysql.session`.
const SESSION: [&str; 9] = [
    "AUTHENTICATION_POLICY_ADMIN",
    "BACKUP_ADMIN",
    "CLONE_ADMIN",
    "CONNECTION_ADMIN",
    "PERSIST_RO_VARIABLES_ADMIN",
    "SESSION_VARIABLES_ADMIN",
    "SYSTEM_VARIABLES_ADMIN",
    "AUDIT_ABORT_EXEMPT",
    "FIREWALL_EXEMPT",
];

/// The tables of a fresh server. Of what `mysql_install_db` made in old servers the anonymous accounts, and those of
/// `root` at other hosts, are left out: who describes accounts names them, and they are the first to be dropped.
pub fn initial(server: Server) -> GrantTables {
    let mut tables = GrantTables::new(server);
    add_system_accounts(&mut tables);
    if server.has(Behaviour::AlternativeMethods) {
        add_mariadb_sys(&mut tables);
    }
    let root = key(&mut tables, "root");
    add_user(&mut tables, root, server.privileges_at(Level::Global), Credential::Unspecified, false);
    for (privilege, _) in server.dynamic_privileges() {
        add_dynamic(&mut tables, root, privilege, true);
    }
    let any = if server.has(Behaviour::EmptyHostIsAny) { "%" } else { "" };
    let proxied = AccountKey { user: tables.names.intern(""), host: tables.names.intern(any) };
    tables.proxies.insert(
        (root, proxied),
        ProxyRow { key: root, proxied, grant_option: true, origin: origin(PrivilegeSet::EMPTY) },
    );
    if server.has(Behaviour::TestDatabases) {
        let everybody = AccountKey { user: Symbol::EMPTY, host: tables.names.intern("%") };
        let all = server.privileges_at(Level::Database);
        let withheld = PrivilegeSet::of_all(&[Privilege::GRANT_OPTION, Privilege::EXECUTE, Privilege::ALTER_ROUTINE]);
        for db in ["test", r"test\_%"] {
            add_db(&mut tables, everybody, db, all.minus(withheld));
        }
    }
    if server.has(Behaviour::ChainedGrants) {
        (tables.table_order, tables.routine_order) = (ArrayOrder::Unknown, ArrayOrder::Unknown);
    }
    tables.loaded_dbs = tables.dbs.next_index();
    tables
}

fn add_system_accounts(tables: &mut GrantTables) {
    let server = tables.server;
    let select = PrivilegeSet::of(Privilege::SELECT);
    let unusable = || {
        let hash = if server.has(Behaviour::CachingSha2Default) { UNUSABLE } else { UNUSABLE_NATIVE };
        Credential::Stored(Secret::new(hash))
    };
    if server.has(Behaviour::InfoschemaAccount) {
        let information = key(tables, "mysql.infoschema");
        add_user(tables, information, select, unusable(), true);
        add_named(tables, information, &["AUDIT_ABORT_EXEMPT", "FIREWALL_EXEMPT", "SYSTEM_USER"]);
    }
    if server.has(Behaviour::SessionAccount) {
        let session = key(tables, "mysql.session");
        let shutdown = if server.has(Behaviour::DynamicPrivileges) { Privilege::SHUTDOWN } else { Privilege::SUPER };
        add_user(tables, session, PrivilegeSet::of_all(&[shutdown, Privilege::SUPER]), unusable(), true);
        add_named(tables, session, &SESSION);
        add_named(tables, session, &["SYSTEM_USER"]);
        add_db(tables, session, "performance_schema", select);
        add_table(tables, session, ("mysql", "user"), select);
    }
    if server.has(Behaviour::SysAccount) {
        let sys = key(tables, "mysql.sys");
        add_user(tables, sys, PrivilegeSet::EMPTY, unusable(), true);
        add_named(tables, sys, &["AUDIT_ABORT_EXEMPT", "FIREWALL_EXEMPT", "SYSTEM_USER"]);
        add_db(tables, sys, "sys", PrivilegeSet::of(Privilege::TRIGGER));
        add_table(tables, sys, ("sys", "sys_config"), select);
    }
}

/// The account that defines the views over `mysql.global_priv`, from MariaDB 10.4.13 on.
fn add_mariadb_sys(tables: &mut GrantTables) {
    let sys = key(tables, "mariadb.sys");
    add_user(tables, sys, PrivilegeSet::EMPTY, Credential::Unspecified, true);
    tables.users.get_mut(&sys).into_iter().for_each(|row| row.expired = true);
    let both = PrivilegeSet::of_all(&[Privilege::SELECT, Privilege::DELETE]);
    add_table(tables, sys, ("mysql", "global_priv"), both);
}

fn key(tables: &mut GrantTables, user: &str) -> AccountKey {
    AccountKey { user: tables.names.intern(user), host: tables.names.intern("localhost") }
}

fn origin(privileges: PrivilegeSet) -> Origin {
    let mut origin = Origin::new();
    contribute(&mut origin, StatementId::INITIAL, privileges);
    origin
}

fn add_user(tables: &mut GrantTables, key: AccountKey, privileges: PrivilegeSet, credential: Credential, locked: bool) {
    let authentication = Authentication { plugin: Some(plugins::default_plugin(&tables.server).into()), credential };
    let row = UserRow {
        key,
        privileges,
        authentication: SmallVec::from_elem(authentication, 1),
        more_factors: Vec::new(),
        require: Require::None,
        limits: [0; 5],
        locked,
        expired: false,
        password_options: Vec::new(),
        attributes: None,
        second_password: false,
        is_role: false,
        origin: origin(privileges),
    };
    tables.users.insert(key, row);
}

fn add_named(tables: &mut GrantTables, key: AccountKey, names: &[&str]) {
    for (privilege, name) in tables.server.dynamic_privileges().collect::<Vec<_>>() {
        if names.contains(&name) {
            add_dynamic(tables, key, privilege, false);
        }
    }
}

fn add_dynamic(tables: &mut GrantTables, key: AccountKey, privilege: Privilege, grant_option: bool) {
    let row = DynamicGrant { key, privilege, grant_option, origin: origin(PrivilegeSet::EMPTY) };
    tables.dynamic.insert((key, privilege), row);
}

fn add_db(tables: &mut GrantTables, key: AccountKey, db: &str, privileges: PrivilegeSet) {
    let db = tables.names.intern(db);
    tables.dbs.insert((key, db), DbRow { key, db, privileges, origin: origin(privileges) });
}

fn add_table(tables: &mut GrantTables, key: AccountKey, (db, table): (&str, &str), privileges: PrivilegeSet) {
    let (db, table) = (tables.names.intern(db), tables.names.intern(table));
    let row = TableRow {
        key,
        db,
        table,
        privileges,
        columns: Vec::new(),
        claims: Claims::default(),
        origin: origin(privileges),
    };
    tables.tables.insert((key, db, table), row);
}
