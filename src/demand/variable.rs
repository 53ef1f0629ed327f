//! SET: which variables ask for what, and the other statements that begin with it (M8.4).

use super::draft::Draft;
use super::query::{Reads, parse_expr};
use super::words::{Kind, Words};
use super::{Check, DemandError, Need, On, Refusal};
use crate::server::behaviour::Behaviour;
use crate::server::catalogue::Privilege;
use crate::server::errors::mariadb;

/// Session values that ask for SUPER, SYSTEM_VARIABLES_ADMIN or SESSION_VARIABLES_ADMIN.
const RESTRICTED: &str = "binlog_direct_non_transactional_updates binlog_format binlog_row_image binlog_row_value_options \
    binlog_rows_query_log_events binlog_transaction_compression binlog_transaction_compression_level_zstd \
    bulk_insert_buffer_size character_set_database character_set_filesystem collation_database \
    connection_memory_chunk_size connection_memory_limit global_connection_memory_tracking \
    histogram_generation_max_mem_size pseudo_thread_id sql_generate_invisible_primary_key sql_log_bin sql_log_off \
    sql_require_primary_key xa_detach_on_prepare";

/// Session values that REPLICATION_APPLIER may set too.
const REPLICATION: &str = "gtid_next immediate_server_version original_commit_timestamp original_server_version \
    pseudo_replica_mode pseudo_slave_mode";

/// Session values for which SUPER does not count.
const WITHOUT_SUPER: &str = "innodb_strict_mode internal_tmp_mem_storage_engine low_priority_updates max_delayed_threads \
    max_error_count max_insert_delayed_threads min_examined_row_limit preload_buffer_size select_into_buffer_size \
    select_into_disk_sync_delay";

/// Global values that ask for one more privilege: the name, the privileges, the text.
const MORE: &[(&str, &[&str], &str)] = &[
    ("binlog_encryption", &["SUPER", "BINLOG_ENCRYPTION_ADMIN"], "SUPER or BINLOG_ENCRYPTION_ADMIN"),
    (
        "default_table_encryption",
        &["SUPER", "TABLE_ENCRYPTION_ADMIN"],
        "SUPER or SYSTEM_VARIABLES_ADMIN and TABLE_ENCRYPTION_ADMIN",
    ),
    ("group_replication_consistency", &["SUPER", "GROUP_REPLICATION_ADMIN"], "SUPER or GROUP_REPLICATION_ADMIN"),
    ("innodb_tmpdir", &["FILE"], "FILE"),
    ("mandatory_roles", &["ROLE_ADMIN"], "SYSTEM_VARIABLES_ADMIN or SUPER privileges, as well as the ROLE_ADMIN"),
    ("offline_mode", &["SUPER", "CONNECTION_ADMIN"], "SYSTEM_VARIABLES_ADMIN plus CONNECTION_ADMIN or SUPER"),
    (
        "replica_allow_higher_version_source",
        &["SUPER", "REPLICATION_SLAVE_ADMIN"],
        "SYSTEM_VARIABLES_ADMIN plus REPLICATION_SLAVE_ADMIN, or SUPER",
    ),
    ("table_encryption_privilege_check", &["SUPER"], "SUPER"),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Scope {
    Session,
    Global,
    PersistOnly,
    User,
}

impl Draft<'_> {
    /// SET.
    pub fn set(&mut self, words: &mut Words<'_>) -> Result<(), DemandError> {
        words.eat("SET");
        self.named("SET");
        if words.is("PASSWORD") {
            return self.set_password(words);
        }
        if words.eat("STATEMENT") {
            return self.set_statement(words);
        }
        if words.eat("DEFAULT ROLE") {
            return self.set_default_role(words);
        }
        if words.eat("RESOURCE GROUP") {
            self.named("SET RESOURCE GROUP");
            let names = ["RESOURCE_GROUP_ADMIN", "RESOURCE_GROUP_USER"];
            let any_of: Vec<Privilege> = names.iter().filter_map(|n| self.privilege(n)).collect();
            self.global(&any_of, "RESOURCE_GROUP_ADMIN OR RESOURCE_GROUP_USER", "the resource group of a thread");
            return Ok(());
        }
        const FREE: &[&str] =
            &["ROLE", "NAMES", "CHARACTER SET", "CHARSET", "TRANSACTION", "SESSION TRANSACTION", "LOCAL TRANSACTION"];
        if let Some(free) = FREE.iter().find(|f| words.is(f)) {
            self.named(format!("SET {free}"));
            return Ok(());
        }
        if words.is("GLOBAL TRANSACTION") {
            self.named("SET GLOBAL TRANSACTION");
            self.system_variables();
            return Ok(());
        }
        self.assignments(words)
    }

    fn assignments(&mut self, words: &mut Words<'_>) -> Result<(), DemandError> {
        let mut scope = Scope::Session;
        let starts = words.parts();
        for (i, start) in starts.iter().enumerate() {
            let end = starts.get(i + 1).map_or(words.len(), |next| next.saturating_sub(1));
            words.go_to(*start);
            let name;
            (scope, name) = variable(words, scope)?;
            if !words.eat("=") {
                words.expect(":")?;
                words.expect("=")?;
            }
            let value = words.between(words.position(), end);
            if scope == Scope::User {
                scope = Scope::Session;
            } else {
                self.one_variable(scope, &name);
            }
            self.value(value)?;
        }
        Ok(())
    }

    /// `SET STATEMENT a = 1, … FOR statement`
    fn set_statement(&mut self, words: &mut Words<'_>) -> Result<(), DemandError> {
        let mut inner = words.clone();
        if !inner.find(&["FOR"]) {
            return Err(inner.expected("`FOR`"));
        }
        let mut variables = words.clone();
        variables.cut(inner.position());
        inner.eat("FOR");
        self.assignments(&mut variables)?;
        self.statement(inner.rest())?;
        let name = format!("SET STATEMENT … {}", self.out.statement);
        self.named(name);
        Ok(())
    }

    /// Subqueries and stored functions of a value.
    fn value(&mut self, value: &str) -> Result<(), DemandError> {
        if !value.contains('(') {
            return Ok(());
        }
        let mut reads = Reads::new(self);
        reads.expr(&parse_expr(value)?)?;
        let found = reads.found();
        self.reads(found, "the tables read for a value")
    }

    fn one_variable(&mut self, scope: Scope, name: &str) {
        let listed = |list: &str| list.split_whitespace().any(|v| v == name);
        let purpose = format!("the variable `{name}`");
        if let Some(any_of) = self.context.server.variable_privileges(name, scope == Scope::Global) {
            if scope == Scope::Global {
                self.named("SET GLOBAL");
            }
            if !any_of.is_empty() {
                self.listed_one_of(any_of, &purpose);
            }
            if scope == Scope::Global && name == "innodb_tmpdir" {
                self.needs_one_of(&["FILE"], &purpose);
            }
            return;
        }
        if scope == Scope::PersistOnly {
            self.named("SET PERSIST_ONLY");
            return self.persist_only(&purpose);
        }
        if scope == Scope::Global {
            self.named("SET GLOBAL");
            self.system_variables();
            if let Some((_, any_of, text)) = MORE.iter().find(|(v, _, _)| *v == name) {
                let any_of: Vec<Privilege> = any_of.iter().filter_map(|n| self.privilege(n)).collect();
                self.global(&any_of, text, &purpose);
            }
            if name == "keyring_operations" {
                self.keyring_operations(&purpose);
            }
            return;
        }
        const ADMINS: [&str; 2] = ["SYSTEM_VARIABLES_ADMIN", "SESSION_VARIABLES_ADMIN"];
        if listed(RESTRICTED) {
            self.needs_one_of(&["SUPER", ADMINS[0], ADMINS[1]], &purpose);
        } else if listed(REPLICATION) {
            self.needs_one_of(&["SUPER", ADMINS[0], ADMINS[1], "REPLICATION_APPLIER"], &purpose);
        } else if listed(WITHOUT_SUPER) {
            self.needs_one_of(&ADMINS, &purpose);
        } else if name == "innodb_tmpdir" {
            self.needs_one_of(&["FILE"], &purpose);
        } else if name == "default_table_encryption" {
            self.table_encryption(&purpose);
        }
    }

    fn system_variables(&mut self) {
        self.needs_one_of(&["SUPER", "SYSTEM_VARIABLES_ADMIN"], "global variables");
    }

    /// SUPER, or both of two others; the second is what tells them apart.
    fn table_encryption(&mut self, purpose: &str) {
        let both = ["SYSTEM_VARIABLES_ADMIN", "TABLE_ENCRYPTION_ADMIN"];
        let need = |name: &str| Need {
            any_of: ["SUPER", name].iter().filter_map(|n| self.privilege(n)).collect(),
            on: On::Global,
        };
        let needs = both.iter().map(|n| need(n)).collect();
        let refusal = Refusal::Specific("SUPER or SYSTEM_VARIABLES_ADMIN and TABLE_ENCRYPTION_ADMIN".to_owned());
        self.push(Check { needs, refusal, purpose: purpose.to_owned() });
    }

    fn persist_only(&mut self, purpose: &str) {
        let names = ["SYSTEM_VARIABLES_ADMIN", "PERSIST_RO_VARIABLES_ADMIN"];
        let message = "Access denied; you need SYSTEM_VARIABLES_ADMIN and PERSIST_RO_VARIABLES_ADMIN privileges for this operation";
        let need = |p: Privilege| Need { any_of: vec![p], on: On::Global };
        self.push(Check {
            needs: names.iter().filter_map(|n| self.privilege(n)).map(need).collect(),
            refusal: Refusal::Other { errno: 3630, sqlstate: "42000", message: message.to_owned() },
            purpose: purpose.to_owned(),
        });
    }

    fn keyring_operations(&mut self, purpose: &str) {
        let any_of = ["SUPER", "ENCRYPTION_KEY_ADMIN"].iter().filter_map(|n| self.privilege(n)).collect();
        let message = "Access denied; you need SUPER or ENCRYPTION_KEY_ADMIN privileges for this operation";
        self.push(Check {
            needs: vec![Need { any_of, on: On::Global }],
            refusal: Refusal::Other { errno: 3202, sqlstate: "HY000", message: message.to_owned() },
            purpose: purpose.to_owned(),
        });
    }

    /// SET PASSWORD: another account's needs UPDATE on `mysql`; CREATE USER does not suffice.
    fn set_password(&mut self, words: &mut Words<'_>) -> Result<(), DemandError> {
        words.eat("PASSWORD");
        self.named("SET PASSWORD");
        self.changes_settings()?;
        let second = words.clone().find(&["RETAIN CURRENT PASSWORD"]);
        let account = if words.eat("FOR") { Some(self.read_account(words)?) } else { None };
        let by_account = self.has(Behaviour::OneRoleAtOnce);
        let is_own = |a: &super::account::Account| if by_account { a.own } else { self.is_own_password(a) };
        match account.filter(|a| !is_own(a)) {
            Some(account) => {
                self.database("mysql", &[Privilege::UPDATE], "another account's password")?;
                self.system_users(&[account]);
            }
            None if second => self.second_password(),
            None => {}
        }
        if !by_account {
            self.no_anonymous_passwords();
        }
        Ok(())
    }

    /// 1131 for an anonymous session, whatever it may do (M7.8).
    fn changes_settings(&self) -> Result<(), DemandError> {
        match self.may_not_change_settings() {
            true => Err(DemandError::Refused(mariadb::anonymous_settings())),
            false => Ok(()),
        }
    }

    /// An anonymous session of MariaDB changes no settings of accounts (M7.8).
    pub(super) fn may_not_change_settings(&self) -> bool {
        self.has(Behaviour::OneRoleAtOnce) && self.context.account.is_some_and(|(user, _)| user.is_empty())
    }

    fn set_default_role(&mut self, words: &mut Words<'_>) -> Result<(), DemandError> {
        self.named("SET DEFAULT ROLE");
        if self.has(Behaviour::OneRoleAtOnce) {
            self.changes_settings()?;
            words.next();
            words.eat("( )");
            let account = if words.eat("FOR") { Some(self.read_account(words)?) } else { None };
            if account.is_some_and(|a| !a.own) {
                self.database("mysql", &[Privilege::UPDATE], "another account's default role")?;
            }
            return Ok(());
        }
        words.find(&["TO"]);
        words.expect("TO")?;
        let accounts = self.read_accounts(words)?;
        self.default_roles_of(&accounts);
        Ok(())
    }
}

/// Which variable an assignment sets. GLOBAL and the like hold for the following ones too.
fn variable(words: &mut Words<'_>, before: Scope) -> Result<(Scope, String), DemandError> {
    let scope = [
        ("GLOBAL", Scope::Global),
        ("PERSIST", Scope::Global),
        ("PERSIST_ONLY", Scope::PersistOnly),
        ("SESSION", Scope::Session),
        ("LOCAL", Scope::Session),
    ];
    if let Some(token) = words.peek().filter(|t| t.kind == Kind::Variable).cloned() {
        words.next();
        let Some(system) = token.text.strip_prefix("@@") else { return Ok((Scope::User, token.text)) };
        let lower = system.to_lowercase();
        let found =
            scope.iter().find_map(|(w, s)| Some((*s, lower.strip_prefix(&w.to_lowercase())?.strip_prefix('.')?)));
        return Ok(found.map_or((Scope::Session, lower.clone()), |(s, name)| (s, name.to_owned())));
    }
    let explicit = scope.iter().find(|(w, _)| words.eat(w)).map(|(_, s)| *s);
    let mut name = words.name("a variable")?.to_lowercase();
    while words.eat(".") {
        name = format!("{name}.{}", words.name("a variable")?.to_lowercase());
    }
    Ok((explicit.unwrap_or(before), name))
}
