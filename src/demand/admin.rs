//! Statements that administer the server (M8.4).

use super::draft::Draft;
use super::words::Words;
use super::{Check, DemandError, Need, On, Refusal};
use crate::server::catalogue::Privilege;

/// What steers a replica.
const REPLICA: &[&str] = &["SUPER", "REPLICATION_SLAVE_ADMIN", "REPLICATION SLAVE ADMIN"];

/// Statements that one global privilege out of a list allows: leading words, privileges, purpose.
const GLOBAL: &[(&str, &[&str], &str)] = &[
    ("SHUTDOWN", &["SHUTDOWN"], "stopping the server"),
    ("RESTART", &["SHUTDOWN"], "restarting the server"),
    ("CREATE SERVER", &["SUPER", "FEDERATED ADMIN"], "the definition of a foreign server"),
    ("ALTER SERVER", &["SUPER", "FEDERATED ADMIN"], "the definition of a foreign server"),
    ("DROP SERVER", &["SUPER", "FEDERATED ADMIN"], "the definition of a foreign server"),
    ("CREATE TABLESPACE", &["CREATE TABLESPACE"], "the tablespace"),
    ("ALTER TABLESPACE", &["CREATE TABLESPACE"], "the tablespace"),
    ("DROP TABLESPACE", &["CREATE TABLESPACE"], "the tablespace"),
    ("CREATE UNDO TABLESPACE", &["CREATE TABLESPACE"], "the tablespace"),
    ("ALTER UNDO TABLESPACE", &["CREATE TABLESPACE"], "the tablespace"),
    ("DROP UNDO TABLESPACE", &["CREATE TABLESPACE"], "the tablespace"),
    ("CREATE LOGFILE GROUP", &["CREATE TABLESPACE"], "the log file group"),
    ("ALTER LOGFILE GROUP", &["CREATE TABLESPACE"], "the log file group"),
    ("DROP LOGFILE GROUP", &["CREATE TABLESPACE"], "the log file group"),
    ("CREATE RESOURCE GROUP", &["RESOURCE_GROUP_ADMIN"], "the resource group"),
    ("ALTER RESOURCE GROUP", &["RESOURCE_GROUP_ADMIN"], "the resource group"),
    ("DROP RESOURCE GROUP", &["RESOURCE_GROUP_ADMIN"], "the resource group"),
    ("CLONE LOCAL", &["BACKUP_ADMIN"], "copying the data"),
    ("CLONE INSTANCE", &["CLONE_ADMIN"], "replacing the data"),
    ("PURGE", &["SUPER", "BINLOG_ADMIN", "BINLOG ADMIN"], "the binary logs"),
    ("BINLOG", &["SUPER", "BINLOG_ADMIN", "REPLICATION_APPLIER", "BINLOG REPLAY"], "applying binary log events"),
    ("CHANGE REPLICATION", REPLICA, "replication"),
    ("CHANGE MASTER", REPLICA, "replication"),
    ("START REPLICA", REPLICA, "replication"),
    ("STOP REPLICA", REPLICA, "replication"),
    ("START SLAVE", REPLICA, "replication"),
    ("STOP SLAVE", REPLICA, "replication"),
    ("START GROUP_REPLICATION", &["SUPER", "GROUP_REPLICATION_ADMIN"], "group replication"),
    ("STOP GROUP_REPLICATION", &["SUPER", "GROUP_REPLICATION_ADMIN"], "group replication"),
    ("RESET REPLICA", &["RELOAD"], "replication"),
    ("RESET SLAVE", &["RELOAD"], "replication"),
    ("RESET BINARY LOGS AND GTIDS", &["RELOAD", "FLUSH_TABLES"], "the binary logs"),
    ("RESET MASTER", &["RELOAD", "FLUSH_TABLES"], "the binary logs"),
    ("RESET QUERY CACHE", &["RELOAD"], "the query cache"),
    ("BACKUP STAGE", &["RELOAD"], "the backup locks"),
    ("BACKUP LOCK", &["RELOAD", "LOCK TABLES"], "the backup lock"),
    ("BACKUP UNLOCK", &["RELOAD", "LOCK TABLES"], "the backup lock"),
    ("CREATE OR REPLACE SERVER", &["SUPER", "FEDERATED ADMIN"], "the definition of a foreign server"),
    ("RESET PERSIST", &["SUPER", "SYSTEM_VARIABLES_ADMIN"], "persisted variables"),
    ("ALTER INSTANCE RELOAD TLS", &["CONNECTION_ADMIN"], "the TLS settings"),
    ("ALTER INSTANCE RELOAD KEYRING", &["ENCRYPTION_KEY_ADMIN"], "the keyring"),
    ("ALTER INSTANCE ROTATE INNODB MASTER KEY", &["SUPER", "ENCRYPTION_KEY_ADMIN"], "the encryption keys"),
    ("ALTER INSTANCE ROTATE BINLOG MASTER KEY", &["SUPER", "BINLOG_ENCRYPTION_ADMIN"], "the encryption keys"),
    ("ALTER INSTANCE ENABLE INNODB REDO_LOG", &["INNODB_REDO_LOG_ENABLE"], "the redo log"),
    ("ALTER INSTANCE DISABLE INNODB REDO_LOG", &["INNODB_REDO_LOG_ENABLE"], "the redo log"),
];

/// Statements that a privilege on a system table allows.
const SYSTEM_TABLES: &[(&str, Privilege, &str)] = &[
    ("INSTALL PLUGIN", Privilege::INSERT, "plugin"),
    ("INSTALL SONAME", Privilege::INSERT, "plugin"),
    ("UNINSTALL SONAME", Privilege::DELETE, "plugin"),
    ("UNINSTALL PLUGIN", Privilege::DELETE, "plugin"),
    ("INSTALL COMPONENT", Privilege::INSERT, "component"),
    ("UNINSTALL COMPONENT", Privilege::DELETE, "component"),
];

impl Draft<'_> {
    /// Any other statement.
    pub fn administration(&mut self, words: &mut Words<'_>) -> Result<(), DemandError> {
        if let Some((name, any_of, purpose)) = GLOBAL.iter().find(|(name, _, _)| words.is(name)) {
            self.named(*name);
            if words.is("RESET PERSIST IF EXISTS") {
                self.note("a variable that is not persisted asks for nothing");
            }
            self.needs_one_of(any_of, purpose);
            return Ok(());
        }
        if let Some((name, privilege, table)) = SYSTEM_TABLES.iter().find(|(name, _, _)| words.is(name)) {
            self.named(*name);
            let table = ("mysql".to_owned(), (*table).to_owned());
            return self.table(&table, &[*privilege], "the list that is changed");
        }
        let first = words.peek().map(|t| t.text.to_uppercase()).unwrap_or_default();
        match first.as_str() {
            "KILL" => self.kill(words),
            "XA" => {
                words.next();
                self.named("XA");
                if words.eat("RECOVER") {
                    self.named("XA RECOVER");
                    self.xa_recover();
                }
                Ok(())
            }
            "START" if words.is("START TRANSACTION") => {
                self.named("START TRANSACTION");
                Ok(())
            }
            "CREATE" | "DROP" if words.is(&format!("{first} SPATIAL REFERENCE SYSTEM")) => self.spatial(&first),
            "CREATE" if words.is("CREATE OR REPLACE SPATIAL REFERENCE SYSTEM") => self.spatial(&first),
            _ => {
                let second = words.peek_at(1).map(|t| format!(" {}", t.text.to_uppercase())).unwrap_or_default();
                Err(DemandError::Unsupported(format!("{first}{second}")))
            }
        }
    }

    fn kill(&mut self, words: &mut Words<'_>) -> Result<(), DemandError> {
        words.next();
        words.eat_any(&["HARD", "SOFT", "CONNECTION", "QUERY", "ID"]);
        if words.eat("USER") {
            self.named("KILL USER");
            self.note("threads of other user names are passed over without CONNECTION ADMIN (M8.4)");
            return Ok(());
        }
        let thread = words.name("a thread number")?;
        self.named("KILL");
        let any_of: Vec<Privilege> =
            ["SUPER", "CONNECTION_ADMIN", "CONNECTION ADMIN"].iter().filter_map(|n| self.privilege(n)).collect();
        let any_of = self.context.server.split_off(&any_of).to_vec();
        self.push(Check {
            needs: vec![Need { any_of, on: On::Global }],
            refusal: Refusal::Other {
                errno: 1095,
                sqlstate: "HY000",
                message: format!("You are not owner of thread {thread}"),
            },
            purpose: "a thread of another user name".to_owned(),
        });
        self.note(
            "threads of the own user name need nothing; one of an account with SYSTEM_USER needs that too (M8.4)",
        );
        Ok(())
    }

    fn xa_recover(&mut self) {
        let any_of: Vec<Privilege> = self.privilege("XA_RECOVER_ADMIN").into_iter().collect();
        if any_of.is_empty() {
            return;
        }
        self.push(Check {
            needs: vec![Need { any_of, on: On::Global }],
            refusal: Refusal::Other {
                errno: 1401,
                sqlstate: "XAE03",
                message: "XAER_RMERR: Fatal error occurred in the transaction branch - check your data for consistency"
                    .to_owned(),
            },
            purpose: "the list of prepared transactions".to_owned(),
        });
    }

    fn spatial(&mut self, verb: &str) -> Result<(), DemandError> {
        let name = format!("{verb} SPATIAL REFERENCE SYSTEM");
        let own = self.privilege("CREATE_SPATIAL_REFERENCE_SYSTEM");
        let named = if own.is_some() { "SUPER or CREATE_SPATIAL_REFERENCE_SYSTEM" } else { "SUPER" };
        self.push(Check {
            needs: vec![Need { any_of: [Privilege::SUPER].into_iter().chain(own).collect(), on: On::Global }],
            refusal: Refusal::Other {
                errno: 6427,
                sqlstate: "HY000",
                message: format!("You need the {named} privilege for command '{name}'"),
            },
            purpose: "the spatial reference system".to_owned(),
        });
        self.named(name);
        Ok(())
    }
}
