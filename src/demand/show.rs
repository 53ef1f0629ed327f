//! USE, SHOW, DESCRIBE, EXPLAIN (M8.3).

use super::draft::{Draft, Table};
use super::words::{Kind, Words};
use super::{Check, DemandError, Lists, Need, On, Refusal};
use crate::server::behaviour::Behaviour;
use crate::server::catalogue::{Level, Privilege, PrivilegeSet};
use crate::server::errors::{account, object};
use crate::server::privileged::Replication;
use crate::syntax::statement::ObjectKind;

impl Draft<'_> {
    /// USE, SHOW, DESCRIBE, EXPLAIN.
    pub fn showing(&mut self, words: &mut Words<'_>) -> Result<(), DemandError> {
        if words.eat("USE") {
            let db = self.db(Some(words.name("a database name")?))?;
            self.named("USE");
            self.visible(&db, "the database that is made current");
            self.exists(&db);
            return Ok(());
        }
        if words.eat("SHOW") {
            words.eat_any(&["FULL", "EXTENDED", "GLOBAL", "SESSION", "LOCAL"]);
            return self.show(words);
        }
        words.next();
        self.explain(words)
    }

    fn show(&mut self, words: &mut Words<'_>) -> Result<(), DemandError> {
        let what = words.peek().map(|t| t.text.to_uppercase()).unwrap_or_default();
        self.named(format!("SHOW {what}"));
        match what.as_str() {
            "CREATE" => self.show_create(words),
            "TABLES" | "TRIGGERS" => self.show_in(words, false),
            "TABLE" => {
                self.named("SHOW TABLE STATUS");
                self.show_in(words, false)
            }
            "EVENTS" => self.show_in(words, true),
            "COLUMNS" | "FIELDS" | "INDEX" | "INDEXES" | "KEYS" => self.show_columns(words),
            "GRANTS" => self.show_grants(words),
            "ENGINE" => {
                let logs = words.find(&["LOGS"]);
                if logs && self.has(Behaviour::EngineLogsNeedFile) {
                    self.denied(&[Privilege::FILE], "the log files of a storage engine");
                }
                if !logs {
                    self.needs_one_of(&["PROCESS"], "the insides of a storage engine");
                }
                Ok(())
            }
            "BINARY" | "MASTER" | "REPLICA" | "SLAVE" | "REPLICAS" | "BINLOG" | "RELAYLOG" | "ALL" => {
                self.show_replication(words)
            }
            "" => Err(words.expected("what to show")),
            _ => {
                self.shown_to_all(&what)?;
                words.next();
                self.out.lists = self.out.lists.take().filter(|_| words.at_end());
                Ok(())
            }
        }
    }

    fn shown_to_all(&mut self, what: &str) -> Result<(), DemandError> {
        const FREE: &str = "DATABASES SCHEMAS VARIABLES STATUS PLUGINS ENGINES STORAGE PRIVILEGES WARNINGS ERRORS COLLATION \
            CHARACTER CHARSET PROFILES PROFILE COUNT OPEN PROCEDURE FUNCTION PROCESSLIST LIBRARY PARSE_TREE PACKAGE AUTHORS \
            CONTRIBUTORS USER_STATISTICS CLIENT_STATISTICS TABLE_STATISTICS INDEX_STATISTICS";
        if !FREE.split_whitespace().any(|w| w == what) {
            return Err(DemandError::Unsupported(format!("SHOW {what}")));
        }
        match what {
            "DATABASES" | "SCHEMAS" => {
                use crate::server::variables::Variable;
                if self.context.tables.variables.on(Variable::SkipShowDatabase) {
                    self.needs_one_of(&["SHOW DATABASES"], "the list of databases under `skip_show_database`");
                }
                self.note("only databases with some privilege are listed, all with SHOW DATABASES (M5.41)");
                self.out.lists = Some(Lists::Databases);
            }
            // Without PROCESS a session lists the threads of its user name, and an anonymous one has none.
            "PROCESSLIST" if self.context.account.is_some_and(|(user, _)| user.is_empty()) => {
                self.global(&[Privilege::PROCESS], "PROCESS", "the threads of everybody");
            }
            "PROCESSLIST" => self.note("only own threads are listed without PROCESS (M8.3)"),
            "PROCEDURE" | "FUNCTION" => self.note("only routines with some privilege are listed (M8.3)"),
            _ => {}
        }
        Ok(())
    }

    fn show_replication(&mut self, words: &Words<'_>) -> Result<(), DemandError> {
        let what = match words.peek().map(|t| t.text.to_uppercase()).as_deref() {
            Some("REPLICAS") => Replication::Hosts,
            Some("SLAVE" | "REPLICA") if words.peek_at(1).is_some_and(|t| t.is("HOSTS")) => Replication::Hosts,
            Some("SLAVE" | "REPLICA") => Replication::Slave,
            Some("ALL") if words.is("ALL SLAVES") || words.is("ALL REPLICAS") => Replication::Slave,
            Some("BINLOG") if words.is("BINLOG STATUS") => Replication::Binlog,
            Some("BINLOG") => Replication::BinlogEvents,
            Some("RELAYLOG") => Replication::RelaylogEvents,
            Some("ALL") => return Err(DemandError::Unsupported("SHOW ALL".to_owned())),
            _ => Replication::Binlog,
        };
        let any_of = self.context.server.replication_shown(what);
        let names: Vec<&str> = any_of.iter().map(|p| self.context.server.privilege_name(*p)).collect();
        self.global(any_of, &names.join(", "), "replication");
        Ok(())
    }

    /// SHOW TABLES, TABLE STATUS, TRIGGERS, EVENTS: of a database.
    fn show_in(&mut self, words: &mut Words<'_>, events: bool) -> Result<(), DemandError> {
        let tables = words.is("TABLES");
        let said = match words.find(&["FROM", "IN"]) {
            true => {
                words.next();
                Some(words.name("a database name")?)
            }
            false => None,
        };
        let db = self.db(said)?;
        if events {
            return self.database(&db, &[Privilege::EVENT], "the database of the events");
        }
        let absent_first = self.context.server.has(Behaviour::AbsentDatabaseFirst);
        if absent_first {
            self.exists(&db);
        }
        self.listed(&db, "the database that is shown");
        if !absent_first {
            self.exists(&db);
        }
        self.out.lists = (tables && words.at_end()).then_some(Lists::Tables(db));
        self.note("only tables with some privilege are listed (M5.42)");
        Ok(())
    }

    fn show_columns(&mut self, words: &mut Words<'_>) -> Result<(), DemandError> {
        words.next();
        if !words.eat("FROM") {
            words.expect("IN")?;
        }
        let (db, name) = words.qualified("a table name")?;
        let said = if words.eat("FROM") || words.eat("IN") { Some(words.name("a database name")?) } else { db };
        let table = self.full((said, name))?;
        self.shown_columns(&table);
        Ok(())
    }

    /// SELECT on the table or wider, or any row for it in `tables_priv` (M5.42).
    fn shown_columns(&mut self, (db, table): &Table) {
        let shown = self.has(Behaviour::PerformanceSchemaShown) || db.eq_ignore_ascii_case("information_schema");
        if self.context.server.internal_schema(db).is_some() && shown || self.context.server.everybody_reads(db, table)
        {
            return self.note(format!("the columns of `{db}` are shown to everybody"));
        }
        self.push(Check {
            needs: vec![Need { any_of: vec![Privilege::SELECT], on: On::AnyTableRow(db.clone(), table.clone()) }],
            refusal: Refusal::Table { db: db.clone(), table: table.clone(), verb: Some("SELECT".to_owned()) },
            purpose: "the table that is shown".to_owned(),
        });
    }

    fn show_create(&mut self, words: &mut Words<'_>) -> Result<(), DemandError> {
        words.next();
        let what = words.next().map(|t| t.text.to_uppercase()).unwrap_or_default();
        words.eat("IF NOT EXISTS");
        self.named(format!("SHOW CREATE {what}"));
        match what.as_str() {
            "TABLE" | "SEQUENCE" => {
                let table = self.read_table(words)?;
                self.show_create_table(&table);
                if self.known_view(&table).is_some() || self.context.server.is_own_view(&table.0, &table.1) {
                    self.table(&table, &[Privilege::SHOW_VIEW], "the view that is shown")?;
                }
                Ok(())
            }
            "VIEW" => {
                let view = self.read_table(words)?;
                self.table(&view, &[Privilege::SELECT], "the view that is shown")?;
                if self.known_table(&view) {
                    self.note("it is no view (1347)");
                    return Ok(());
                }
                self.table(&view, &[Privilege::SHOW_VIEW], "the view's text")
            }
            "DATABASE" | "SCHEMA" => {
                let db = self.db(Some(words.name("a database name")?))?;
                if db.eq_ignore_ascii_case("information_schema") {
                    return self.refuse_internal(&db, &[Privilege::ALTER]);
                }
                // Unlike other 1044 errors this one shows the client's host.
                let message = format!("Access denied for user '{{user}}'@'{{host}}' to database '{db}'");
                self.push(Check {
                    needs: vec![Need { any_of: vec![], on: On::VisibleDatabase(db) }],
                    refusal: Refusal::Other { errno: 1044, sqlstate: "42000", message },
                    purpose: "the database that is shown".to_owned(),
                });
                Ok(())
            }
            "PROCEDURE" => self.show_create_routine(words, ObjectKind::Procedure, "PROCEDURE"),
            "FUNCTION" => self.show_create_routine(words, ObjectKind::Function, "FUNCTION"),
            "PACKAGE" if words.eat("BODY") => self.show_create_routine(words, ObjectKind::PackageBody, "PACKAGE BODY"),
            "PACKAGE" => self.show_create_routine(words, ObjectKind::Package, "PACKAGE"),
            "TRIGGER" => self.show_create_trigger(words),
            "EVENT" => {
                let event = self.read_table(words)?;
                self.database(&event.0, &[Privilege::EVENT], "the event's database")
            }
            "USER" => self.show_create_user(words),
            _ => Err(DemandError::Unsupported(format!("SHOW CREATE {what}"))),
        }
    }

    /// The privileges of a table of which any one shows it.
    pub fn showing_privileges(&self) -> Vec<Privilege> {
        let option = PrivilegeSet::of(Privilege::GRANT_OPTION);
        let kept = if self.has(Behaviour::GrantOptionOpensDatabase) { PrivilegeSet::EMPTY } else { option };
        self.context.server.privileges_at(Level::Table).minus(kept).iter().collect()
    }

    fn show_create_table(&mut self, (db, table): &Table) {
        if db.eq_ignore_ascii_case("information_schema") || self.context.server.everybody_reads(db, table) {
            return;
        }
        // DELETE HISTORY lists a table and lets it be checked, but does not show how it was created.
        let any_of = self.showing_privileges().into_iter().filter(|p| *p != Privilege::DELETE_HISTORY).collect();
        self.push(Check {
            needs: vec![Need { any_of, on: On::Table(db.clone(), table.clone()) }],
            refusal: Refusal::Table { db: db.clone(), table: table.clone(), verb: Some("SHOW".to_owned()) },
            purpose: "the table that is shown".to_owned(),
        });
    }

    fn show_create_routine(&mut self, words: &mut Words<'_>, kind: ObjectKind, word: &str) -> Result<(), DemandError> {
        let (db, name) = self.full(words.qualified("a routine name")?)?;
        let mut any_of =
            vec![Privilege::EXECUTE, Privilege::ALTER_ROUTINE, Privilege::CREATE_ROUTINE, Privilege::SELECT];
        any_of.extend(["SHOW_ROUTINE", "SHOW CREATE ROUTINE"].iter().filter_map(|name| self.privilege(name)));
        self.push(Check {
            needs: vec![Need { any_of, on: On::ShownRoutine(kind, db, name.clone()) }],
            refusal: Refusal::Other {
                errno: 1305,
                sqlstate: "42000",
                message: format!("{word} {name} does not exist"),
            },
            purpose: "the routine that is shown".to_owned(),
        });
        self.note(
            "its definer sees it too; the body is shown to its definer, with SHOW_ROUTINE or a global SELECT, which also shows the routine (M8.3)",
        );
        Ok(())
    }

    fn show_create_trigger(&mut self, words: &mut Words<'_>) -> Result<(), DemandError> {
        let (db, name) = self.full(words.qualified("a trigger name")?)?;
        let Some(table) = self.trigger_table(&db, &name) else {
            return Err(DemandError::Unsupported(format!("SHOW CREATE TRIGGER of `{name}`, whose table is not told")));
        };
        self.push(Check {
            needs: vec![Need { any_of: vec![Privilege::TRIGGER], on: On::Table(db, table) }],
            refusal: Refusal::Specific("TRIGGER".to_owned()),
            purpose: "the trigger's table".to_owned(),
        });
        Ok(())
    }

    fn show_grants(&mut self, words: &mut Words<'_>) -> Result<(), DemandError> {
        words.next();
        if !words.eat("FOR") || self.has(Behaviour::RolesAreNames) && words.is("CURRENT_ROLE") {
            return Ok(());
        }
        self.no_role(words)?;
        let account = self.read_account(words)?;
        let by_database = self.has(Behaviour::GrantsOfOthersByDatabase);
        // Whose host it is does not matter, unless the whole database is asked about.
        let same_user = self.context.account.is_some_and(|(user, _)| user == account.user);
        let public = self.has(Behaviour::PublicRole) && account.user == "PUBLIC" && account.host.is_empty();
        if account.own || same_user && !by_database || public {
            return Ok(());
        }
        self.named("SHOW GRANTS FOR another account");
        if by_database && self.has(Behaviour::RolesAreNames) && account.host.is_empty() {
            self.push(Check {
                needs: vec![Need { any_of: vec![Privilege::SELECT], on: On::GrantsOfRole(account.user) }],
                refusal: Refusal::Database("mysql".to_owned()),
                purpose: "the grants of a role".to_owned(),
            });
            return Ok(());
        }
        if by_database {
            return self.database("mysql", &[Privilege::SELECT], "the grants of another account");
        }
        let user = ("mysql".to_owned(), "user".to_owned());
        self.whole_table(&user, &[Privilege::SELECT], "the grants of another account")
    }

    /// 1959 for a bare name that no role can have.
    fn no_role(&self, words: &Words<'_>) -> Result<(), DemandError> {
        let bare = words.peek_at(1).is_none_or(|next| next.kind != Kind::Variable);
        let name = words.peek().map(|name| name.text.to_uppercase()).unwrap_or_default();
        if self.has(Behaviour::RolesAreNames) && bare && matches!(name.as_str(), "" | "NONE") {
            return Err(DemandError::Refused(account::invalid_role(&name)));
        }
        Ok(())
    }

    fn show_create_user(&mut self, words: &mut Words<'_>) -> Result<(), DemandError> {
        if self.has(Behaviour::RolesAreNames) && words.is("CURRENT_ROLE") {
            return Err(DemandError::Refused(account::syntax()));
        }
        if words.at_end() || self.read_account(words)?.own {
            return Ok(());
        }
        self.database("mysql", &[Privilege::SELECT], "another account")
    }

    /// What EXPLAIN asks, and ANALYZE of a statement.
    pub fn explain(&mut self, words: &mut Words<'_>) -> Result<(), DemandError> {
        const STATEMENTS: &[&str] =
            &["SELECT", "WITH", "TABLE", "VALUES", "(", "INSERT", "REPLACE", "UPDATE", "DELETE"];
        words.eat("ANALYZE");
        words.eat("EXTENDED");
        words.eat("PARTITIONS");
        while words.is("FORMAT =") {
            words.eat("FORMAT =");
            words.next();
            if words.eat("INTO") {
                words.next();
            }
        }
        words.eat("ANALYZE");
        if words.eat("FOR CONNECTION") {
            self.named("EXPLAIN FOR CONNECTION");
            self.note("a thread of another account needs PROCESS; whose thread it is, is not known here");
            return Ok(());
        }
        if words.eat("FOR DATABASE") || words.eat("FOR SCHEMA") {
            words.next();
        }
        if STATEMENTS.iter().any(|w| words.is(w)) {
            self.statement(words.rest())?;
            let name = format!("EXPLAIN {}", self.out.statement);
            self.named(name);
            self.explained_views();
            return Ok(());
        }
        let named = words.peek().is_some_and(|t| matches!(t.kind, Kind::Word | Kind::Name));
        if !named {
            return Err(words.expected("a table name or a statement"));
        }
        let table = self.read_table(words)?;
        self.named("DESCRIBE");
        self.shown_columns(&table);
        Ok(())
    }

    /// EXPLAIN of a view: SHOW VIEW on it and SELECT on what is below, both (1345).
    fn explained_views(&mut self) {
        let tables: Vec<Table> = self.out.checks.iter().flat_map(|c| &c.needs).filter_map(table_of).collect();
        let mut after: Vec<Check> = Vec::new();
        for table in tables {
            let Some(view) = self.known_view(&table).cloned() else { continue };
            let (db, name) = table.clone();
            let mut needs = vec![Need { any_of: vec![Privilege::SHOW_VIEW], on: On::Table(db, name) }];
            let used = super::view::used_columns(&table, &self.out.checks);
            needs.extend(self.below(&table, &view, Privilege::SELECT, &used).unwrap_or_default());
            after.push(Check {
                needs,
                refusal: Refusal::Other {
                    errno: 1345,
                    sqlstate: "HY000",
                    message: object::view_not_explained(&self.context.server).message,
                },
                purpose: format!("what EXPLAIN tells of the view `{}`.`{}`", table.0, table.1),
            });
        }
        // for EXPLAIN this stands for what opening an INVOKER view asks
        let explained = !after.is_empty();
        self.out.checks.retain(|c| !(explained && matches!(c.refusal, Refusal::Other { errno: 1356, .. })));
        let on_column = |c: &Check| {
            c.needs.iter().any(|n| {
                matches!(n.on, On::Column(..) | On::FirstColumn(..) | On::EveryColumn(..) | On::ColumnOfOneOf(..))
            })
        };
        let place = self.out.checks.iter().position(on_column).unwrap_or(self.out.checks.len());
        self.out.checks.splice(place..place, after);
    }
}

fn table_of(need: &Need) -> Option<Table> {
    match &need.on {
        On::AnyColumn(db, table) | On::Table(db, table) => Some((db.clone(), table.clone())),
        _ => None,
    }
}
