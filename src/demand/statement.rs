//! Which statement it is.

use super::DemandError;
use super::draft::Draft;
use super::words::{Kind, Words};
use crate::server::behaviour::Behaviour;
use crate::server::catalogue::Privilege;

/// True for what is checked when it is prepared: queries, changes of data, CREATE TABLE and VIEW, and those SHOW
/// statements that are queries inside.
fn is_checked_at_once(words: &Words<'_>) -> bool {
    const AT_ONCE: &[&str] = &[
        "SELECT",
        "WITH",
        "TABLE",
        "VALUES",
        "(",
        "INSERT",
        "REPLACE",
        "UPDATE",
        "DELETE",
        "DO",
        "CALL",
        "SET",
        "EXPLAIN",
        "DESCRIBE",
        "DESC",
        "CREATE TABLE",
        "CREATE TEMPORARY TABLE",
    ];
    const SHOWN: &[&str] = &["TABLES", "TABLE", "COLUMNS", "FIELDS", "INDEX", "INDEXES", "KEYS", "EVENTS", "TRIGGERS"];
    let mut shown = words.clone();
    if shown.eat("SHOW") {
        shown.eat_any(&["FULL", "EXTENDED"]);
        return SHOWN.iter().any(|w| shown.is(w));
    }
    AT_ONCE.iter().any(|w| words.is(w)) || words.is("CREATE") && words.clone().find(&["VIEW"])
}

impl Draft<'_> {
    /// The demands of one statement.
    pub fn statement(&mut self, sql: &str) -> Result<(), DemandError> {
        let mut words = self.words(sql);
        let Some(first) = words.peek().cloned() else {
            return Err(words.expected("a statement"));
        };
        if !matches!(first.kind, Kind::Word) && !first.is("(") {
            return Err(words.expected("a statement"));
        }
        match first.text.to_uppercase().as_str() {
            "SELECT" | "(" | "TABLE" | "VALUES" => self.select(&words),
            "WITH" => self.with(&words),
            "INSERT" | "REPLACE" | "UPDATE" | "DELETE" | "TRUNCATE" | "LOAD" | "IMPORT" | "HANDLER" => {
                words.next();
                self.data(&first.text.to_uppercase(), &mut words)
            }
            "LOCK" | "UNLOCK" | "PREPARE" | "CALL" | "DO" => {
                words.next();
                self.session(&first.text.to_uppercase(), &mut words)
            }
            "CREATE" | "ALTER" | "DROP" | "RENAME" => self.definition(&mut words),
            "SHOW" | "DESCRIBE" | "DESC" | "EXPLAIN" | "USE" => self.showing(&mut words),
            "ANALYZE" | "CHECK" | "CHECKSUM" | "OPTIMIZE" | "REPAIR" | "CACHE" | "FLUSH" => {
                self.maintenance(&mut words)
            }
            "SET" => self.set(&mut words),
            "GRANT" | "REVOKE" => self.account_statement(&mut words),
            "BEGIN" | "COMMIT" | "ROLLBACK" | "SAVEPOINT" | "RELEASE" | "HELP" | "SIGNAL" | "RESIGNAL" | "GET"
            | "DEALLOCATE" | "EXECUTE" => self.free(&words),
            _ => self.administration(&mut words),
        }
    }

    /// A statement that demands nothing.
    fn free(&mut self, words: &Words<'_>) -> Result<(), DemandError> {
        let name = words.peek().map(|t| t.text.to_uppercase()).unwrap_or_default();
        if name == "EXECUTE" && words.is("EXECUTE IMMEDIATE") && self.has(Behaviour::AnalyzesStatements) {
            return match words.peek_at(2) {
                Some(token) if token.kind == Kind::Text => self.statement(&token.text.clone()),
                _ => Err(DemandError::Unsupported("EXECUTE IMMEDIATE of an expression".to_owned())),
            };
        }
        if words.is("BEGIN NOT ATOMIC") {
            return Err(DemandError::Unsupported("BEGIN NOT ATOMIC".to_owned()));
        }
        if name == "EXECUTE" {
            let what = "EXECUTE of a prepared statement; ask about the statement that was prepared";
            return Err(DemandError::Unsupported(what.to_owned()));
        }
        self.named(name);
        Ok(())
    }

    /// `WITH … SELECT`, `WITH … UPDATE`, `WITH … DELETE`
    fn with(&mut self, words: &Words<'_>) -> Result<(), DemandError> {
        let mut reader = words.clone();
        reader.find(&["SELECT", "UPDATE", "DELETE", "TABLE", "VALUES", "INSERT", "REPLACE"]);
        let with = words.between(words.position(), reader.position());
        if reader.eat("UPDATE") {
            self.update(&mut reader, with)
        } else if reader.eat("DELETE") {
            self.delete(&mut reader, with)
        } else {
            self.select(words)
        }
    }

    fn data(&mut self, verb: &str, words: &mut Words<'_>) -> Result<(), DemandError> {
        match verb {
            "INSERT" => self.insert(words, false),
            "REPLACE" => self.insert(words, true),
            "UPDATE" => self.update(words, ""),
            "DELETE" => self.delete(words, ""),
            "TRUNCATE" => {
                words.eat("TABLE");
                let table = self.read_table(words)?;
                self.named("TRUNCATE TABLE");
                self.table(&table, &[Privilege::DROP], "the table that is emptied")
            }
            "LOAD" if words.is("INDEX") => self.load_index(words),
            "LOAD" => self.load(words),
            "IMPORT" => {
                self.named("IMPORT TABLE");
                self.note("the tables that the files name need CREATE; they are not known here");
                self.denied(&[Privilege::FILE], "reading files on the server");
                Ok(())
            }
            _ => self.handler(words),
        }
    }

    fn handler(&mut self, words: &mut Words<'_>) -> Result<(), DemandError> {
        let table = self.full(words.qualified("a table name")?);
        self.named("HANDLER");
        if words.eat("OPEN") {
            self.table(&table?, &[Privilege::SELECT], "the table that HANDLER opens")?;
        }
        Ok(())
    }

    fn load_index(&mut self, words: &mut Words<'_>) -> Result<(), DemandError> {
        words.expect("INDEX INTO CACHE")?;
        let table = self.read_table(words)?;
        self.named("LOAD INDEX INTO CACHE");
        if self.has(Behaviour::CheckTableByAny) {
            return self.any_privilege(&table, "LOAD INDEX INTO CACHE");
        }
        self.table(&table, &[Privilege::INDEX], "the table whose indexes are loaded")
    }

    fn session(&mut self, verb: &str, words: &mut Words<'_>) -> Result<(), DemandError> {
        match verb {
            "LOCK" => self.lock(words),
            "UNLOCK" if words.eat("INSTANCE") => {
                self.named("UNLOCK INSTANCE");
                self.needs_one_of(&["BACKUP_ADMIN"], "the backup lock");
                Ok(())
            }
            "PREPARE" => self.prepare(words),
            "CALL" => self.call(words),
            "DO" => {
                self.named("DO");
                let text = format!("SELECT {}", words.rest());
                let found = self.query_of(&self.words(&text))?;
                self.reads(found, "the tables read")
            }
            _ => {
                self.named(format!("{verb} TABLES"));
                Ok(())
            }
        }
    }

    fn lock(&mut self, words: &mut Words<'_>) -> Result<(), DemandError> {
        if words.eat("INSTANCE FOR BACKUP") {
            self.named("LOCK INSTANCE FOR BACKUP");
            self.needs_one_of(&["BACKUP_ADMIN"], "the backup lock");
            return Ok(());
        }
        if !words.eat("TABLES") {
            words.expect("TABLE")?;
        }
        self.named("LOCK TABLES");
        loop {
            let table = self.read_table(words)?;
            self.database(&table.0, &[Privilege::LOCK_TABLES], "the database whose tables are locked")?;
            self.table(&table, &[Privilege::SELECT], "the tables that are locked")?;
            if self.has(Behaviour::LockOpensViews) {
                self.view(&table, Privilege::SELECT, &None);
            }
            if !words.find(&[","]) {
                return Ok(());
            }
            words.eat(",");
        }
    }

    /// What is checked when a statement is prepared: all of a query or a change of data, nothing of most others.
    fn prepare(&mut self, words: &mut Words<'_>) -> Result<(), DemandError> {
        words.name("the name of a prepared statement")?;
        words.expect("FROM")?;
        let text = match words.next() {
            Some(token) if token.kind == Kind::Text => token.text,
            _ => return Err(DemandError::Unsupported("PREPARE from a variable".to_owned())),
        };
        let inner = self.words(&text);
        let shows = self.has(Behaviour::PrepareChecksShow);
        const SHOWN: &[&str] = &["SHOW CREATE TABLE", "SHOW GRANTS", "SHOW CREATE VIEW"];
        if shows && inner.is("SHOW EVENTS") {
            return self.prepared_events(&inner);
        }
        if is_checked_at_once(&inner) && !(shows && inner.is("CALL")) || shows && SHOWN.iter().any(|w| inner.is(w)) {
            self.statement(&text)?;
            if inner.is("SET") && !inner.is("SET PASSWORD") && !shows {
                self.note("the variables are checked when it is executed");
                self.out.checks.retain(|c| !matches!(c.refusal, super::Refusal::Specific(_)));
            }
        } else {
            self.note("this statement is checked when it is executed, not when it is prepared (M8.1)");
        }
        let name = format!("PREPARE {}", self.out.statement);
        self.named(name.trim_end());
        Ok(())
    }

    /// PREPARE of SHOW EVENTS: only that the database can be listed.
    fn prepared_events(&mut self, inner: &Words<'_>) -> Result<(), DemandError> {
        let mut words = inner.clone();
        let said = words.find(&["FROM", "IN"]).then(|| {
            words.next();
            words.name("a database name")
        });
        let db = self.db(said.transpose()?)?;
        self.listed(&db, "the database that is shown");
        self.named("PREPARE SHOW EVENTS");
        Ok(())
    }

    fn call(&mut self, words: &mut Words<'_>) -> Result<(), DemandError> {
        let routine = self.full(words.qualified("a procedure name")?)?;
        self.named("CALL");
        let kind = crate::syntax::statement::ObjectKind::Procedure;
        let first = self.has(Behaviour::CallArgumentsFirst);
        if first {
            self.arguments(words)?;
        }
        self.routine(kind, &routine, Privilege::EXECUTE, "the procedure");
        if !first {
            self.arguments(words)?;
        }
        self.note(
            "what the procedure does is checked for its definer, or for the session when it is SQL SECURITY INVOKER",
        );
        Ok(())
    }

    /// What the arguments of CALL read.
    fn arguments(&mut self, words: &Words<'_>) -> Result<(), DemandError> {
        let arguments = words.rest();
        if arguments.chars().all(|c| "() ".contains(c)) {
            return Ok(());
        }
        let text = format!("SELECT ROW{arguments}");
        let found = self.query_of(&self.words(&text))?;
        self.reads(found, "the tables read for an argument")
    }

    /// A global check whose refusal is a plain 1045.
    pub fn denied(&mut self, any_of: &[Privilege], purpose: &str) {
        self.push(super::Check {
            needs: vec![super::Need { any_of: any_of.to_vec(), on: super::On::Global }],
            refusal: super::Refusal::AccessDenied,
            purpose: purpose.to_owned(),
        });
    }
}
