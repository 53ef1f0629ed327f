//! CREATE, ALTER, DROP and RENAME of what a database holds (M8.2).

use super::DemandError;
use super::draft::{Draft, Table};
use super::words::Words;
use crate::server::behaviour::Behaviour;
use crate::server::catalogue::Privilege;
use crate::server::errors::access;
use crate::syntax::statement::ObjectKind;
use crate::tables::row::AccountKey;

/// `DEFINER = …` of a statement.
pub(super) enum Definer {
    /// The session's own account.
    Own,
    /// Another account, `None` when it does not exist.
    Other(Option<AccountKey>),
}

impl Draft<'_> {
    /// CREATE, ALTER, DROP, RENAME.
    pub fn definition(&mut self, words: &mut Words<'_>) -> Result<(), DemandError> {
        let start = words.position();
        let verb = words.next().map(|t| t.text.to_uppercase()).unwrap_or_default();
        let replace = words.eat("OR REPLACE");
        let definer = self.definer(words)?;
        words.eat_any(&["ALGORITHM = UNDEFINED", "ALGORITHM = MERGE", "ALGORITHM = TEMPTABLE"]);
        let definer = match definer {
            None => self.definer(words)?,
            some => some,
        };
        let invoker = words.eat("SQL SECURITY INVOKER");
        let _ = invoker || words.eat("SQL SECURITY DEFINER");
        if verb == "ALTER" {
            words.eat_any(&["ONLINE", "OFFLINE", "IGNORE"]);
        }
        let mut kind = words.peek().map(|t| t.text.to_uppercase()).unwrap_or_default();
        if words.is("TEMPORARY SEQUENCE") {
            kind = "SEQUENCE".to_owned();
        }
        match (verb.as_str(), kind.as_str()) {
            (_, "SEQUENCE") if self.has(Behaviour::Sequences) => self.sequence(&verb, replace, words),
            (_, "PACKAGE") if self.has(Behaviour::Packages) => self.package(&verb, replace, definer, words),
            ("CREATE", "TABLE" | "TEMPORARY") => self.create_table(words, replace),
            ("ALTER", "TABLE") => self.alter_table(words),
            ("DROP", "TABLE" | "TABLES" | "TEMPORARY") => self.drop_table(words),
            ("RENAME", "TABLE" | "TABLES") => self.rename_table(words),
            ("CREATE", "INDEX" | "UNIQUE" | "FULLTEXT" | "SPATIAL")
                if words.is(&kind) && !words.is("SPATIAL REFERENCE") =>
            {
                self.index(words, "CREATE INDEX")
            }
            ("DROP", "INDEX") => self.index(words, "DROP INDEX"),
            (_, "DATABASE" | "SCHEMA") => self.database_statement(&verb, replace, words),
            (_, "VIEW") => self.view_statement(&verb, replace, definer, words),
            (_, "TRIGGER") => self.trigger(&verb, definer, words),
            (_, "EVENT") => self.event(&verb, definer, words),
            (_, "PROCEDURE" | "FUNCTION" | "LIBRARY" | "AGGREGATE") => {
                self.routine_statement(&verb, replace, definer, words)
            }
            (_, "USER" | "ROLE") => {
                words.go_to(start);
                self.account_statement(words)
            }
            _ => {
                words.go_to(start);
                self.administration(words)
            }
        }
    }

    fn create_table(&mut self, words: &mut Words<'_>, replace: bool) -> Result<(), DemandError> {
        let temporary = words.eat("TEMPORARY");
        words.expect("TABLE")?;
        words.eat("IF NOT EXISTS");
        let table = self.read_table(words)?;
        let body = words.clone();
        let like = words.eat("LIKE") || words.eat("( LIKE");
        let query = (!like).then(|| body_query(&body)).flatten();
        self.named(match (like, &query) {
            (true, _) => "CREATE TABLE … LIKE",
            (_, Some(_)) => "CREATE TABLE … SELECT",
            _ if temporary => "CREATE TEMPORARY TABLE",
            _ => "CREATE TABLE",
        });
        if self.has(Behaviour::DirectoriesNeedFile) && body.clone().find(&["DATA DIRECTORY", "INDEX DIRECTORY"]) {
            self.denied(&[Privilege::FILE], "a directory of the server");
        }
        let mut merge = body.clone();
        if !like && query.is_none() && (merge.find(&["UNION = (", "UNION ("])) {
            merge.next();
            merge.eat("=");
            merge.eat("(");
            for table in self.read_tables(&mut merge)? {
                let wanted = [Privilege::SELECT, Privilege::UPDATE, Privilege::DELETE];
                self.table(&table, &wanted, "the tables below a MERGE table")?;
            }
        }
        if temporary {
            self.database(&table.0, &[Privilege::CREATE_TEMPORARY_TABLES], "the database of the temporary table")?;
        } else {
            let insert = query.as_ref().map(|_| Privilege::INSERT);
            let drop = replace.then_some(Privilege::DROP);
            let privileges: Vec<Privilege> = insert.into_iter().chain([Privilege::CREATE]).chain(drop).collect();
            self.table(&table, &privileges, "the new table")?;
        }
        self.sequences_in(&body)?;
        if like {
            let source = self.read_table(words)?;
            return self.table(&source, &[Privilege::SELECT], "the table whose form is taken");
        }
        if let Some(query) = query {
            let found = self.query_of(&query)?;
            self.reads(found, "the tables read")?;
        }
        self.references(&body, &table)
    }

    /// REFERENCES, or any change where that is enough, on each parent table; column privileges do not count.
    pub fn references(&mut self, words: &Words<'_>, child: &Table) -> Result<(), DemandError> {
        let mut reader = words.clone();
        while !reader.at_end() {
            if reader.eat("REFERENCES") {
                let (db, name) = reader.qualified("a table name")?;
                let parent = (db.unwrap_or_else(|| child.0.clone()), name);
                self.refuse_internal(&parent.0, &[Privilege::REFERENCES])?;
                self.push(self.parent(parent));
            } else {
                reader.next();
            }
        }
        Ok(())
    }

    fn parent(&self, (db, table): Table) -> super::Check {
        const ANY: &[Privilege] =
            &[Privilege::REFERENCES, Privilege::SELECT, Privilege::INSERT, Privilege::UPDATE, Privilege::DELETE];
        let any = self.has(Behaviour::AnyChangeReferences);
        let any_of = if any { ANY } else { &[Privilege::REFERENCES] };
        let refusal = super::Refusal::Table {
            db: db.clone(),
            table: access::parent_shown(&self.context.server, &db, &table),
            verb: Some("REFERENCES".to_owned()),
        };
        super::Check {
            needs: vec![super::Need {
                any_of: any_of.to_vec(),
                on: if any { super::On::Parent(db, table) } else { super::On::Table(db, table) },
            }],
            refusal,
            purpose: "the parent of a foreign key".to_owned(),
        }
    }

    fn alter_table(&mut self, words: &mut Words<'_>) -> Result<(), DemandError> {
        words.expect("TABLE")?;
        words.eat("IF EXISTS");
        let table = self.read_table(words)?;
        no_waiting(words);
        self.named("ALTER TABLE");
        let body = words.clone();
        let mut privileges = Vec::new();
        let mut renamed = None;
        for start in body.parts() {
            let mut part = body.clone();
            part.go_to(start);
            if self.converted(&mut part, &table)? {
                return Ok(());
            }
            if let Some(exchanged) = self.alter_part(&mut part, &mut privileges, &mut renamed)? {
                let wanted = [Privilege::INSERT, Privilege::CREATE, Privilege::DROP, Privilege::ALTER];
                self.named("ALTER TABLE … EXCHANGE PARTITION");
                self.table(&table, &wanted, "the partitioned table")?;
                return self.table(&exchanged, &wanted, "the table that is exchanged");
            }
        }
        privileges.sort_unstable();
        privileges.dedup();
        if body.is("CHECK PARTITION") && self.has(Behaviour::CheckTableByAny) {
            self.checked_by_any(&[table])?;
            return Ok(());
        }
        if privileges == [Privilege::ALTER] {
            self.note(
                "for ALTER TABLE the manual also asks for CREATE and INSERT; the server checks ALTER only (M8.2)",
            );
        }
        self.table(&table, &privileges, "the table that is altered")?;
        if let Some(renamed) = renamed {
            self.table(&renamed, &[Privilege::INSERT, Privilege::CREATE], "the new name")?;
        }
        self.references(&body, &table)
    }

    /// CONVERT PARTITION … TO TABLE and CONVERT TABLE … TO PARTITION, which move a table.
    fn converted(&mut self, part: &mut Words<'_>, table: &Table) -> Result<bool, DemandError> {
        let both = [Privilege::ALTER, Privilege::DROP];
        let new = [Privilege::INSERT, Privilege::CREATE];
        let out = part.eat("CONVERT PARTITION");
        if !out && !part.eat("CONVERT TABLE") {
            return Ok(false);
        }
        if out {
            part.find(&["TO TABLE"]);
            part.expect("TO TABLE")?;
        }
        let other = self.read_table(part)?;
        self.named("ALTER TABLE … CONVERT");
        self.table(table, &both, "the partitioned table")?;
        if !out {
            self.table(&other, &both, "the table that becomes a partition")?;
        }
        self.table(&other, &new, "the table that is converted")?;
        Ok(true)
    }

    /// What one clause of ALTER TABLE adds; the table of EXCHANGE PARTITION.
    fn alter_part(
        &mut self,
        part: &mut Words<'_>,
        privileges: &mut Vec<Privilege>,
        renamed: &mut Option<Table>,
    ) -> Result<Option<Table>, DemandError> {
        if part.eat("RENAME") {
            privileges.push(Privilege::ALTER);
            if !["COLUMN", "INDEX", "KEY"].iter().any(|w| part.is(w)) {
                part.eat_any(&["TO", "AS", "="]);
                *renamed = Some(self.read_table(part)?);
                privileges.push(Privilege::DROP);
            }
        } else if part.eat("EXCHANGE PARTITION") {
            part.find(&["TABLE"]);
            part.eat("TABLE");
            return self.read_table(part).map(Some);
        } else if part.is("DROP PARTITION") {
            privileges.extend([Privilege::ALTER, Privilege::DROP]);
        } else if part.is("TRUNCATE PARTITION") {
            privileges.push(Privilege::DROP);
        } else if ["ANALYZE PARTITION", "OPTIMIZE PARTITION", "REPAIR PARTITION"].iter().any(|w| part.is(w)) {
            privileges.extend([Privilege::SELECT, Privilege::INSERT]);
        } else if part.is("CHECK PARTITION") && !self.has(Behaviour::CheckTableByAny) {
            privileges.push(Privilege::SELECT);
        } else {
            privileges.push(Privilege::ALTER);
        }
        Ok(None)
    }

    fn drop_table(&mut self, words: &mut Words<'_>) -> Result<(), DemandError> {
        let temporary = words.eat("TEMPORARY");
        if !words.eat("TABLES") {
            words.expect("TABLE")?;
        }
        words.eat("IF EXISTS");
        let tables = self.read_tables(words)?;
        self.named(if temporary { "DROP TEMPORARY TABLE" } else { "DROP TABLE" });
        for table in tables.iter().filter(|_| !temporary) {
            self.table(table, &[Privilege::DROP], "the tables that are dropped")?;
        }
        Ok(())
    }

    fn rename_table(&mut self, words: &mut Words<'_>) -> Result<(), DemandError> {
        words.next();
        words.eat("IF EXISTS");
        self.named("RENAME TABLE");
        loop {
            let old = self.read_table(words)?;
            no_waiting(words);
            words.expect("TO")?;
            let new = self.read_table(words)?;
            self.table(&old, &[Privilege::ALTER, Privilege::DROP], "the old name")?;
            self.table(&new, &[Privilege::INSERT, Privilege::CREATE], "the new name")?;
            if !words.eat(",") {
                return Ok(());
            }
        }
    }

    fn index(&mut self, words: &mut Words<'_>, name: &str) -> Result<(), DemandError> {
        words.eat_any(&["UNIQUE", "FULLTEXT", "SPATIAL"]);
        words.expect("INDEX")?;
        words.name("an index name")?;
        words.find(&["ON"]);
        words.expect("ON")?;
        let table = self.read_table(words)?;
        self.named(name);
        self.table(&table, &[Privilege::INDEX], "the table of the index")
    }

    fn database_statement(&mut self, verb: &str, replace: bool, words: &mut Words<'_>) -> Result<(), DemandError> {
        words.next();
        words.eat("IF NOT EXISTS");
        words.eat("IF EXISTS");
        const OPTIONS: &[&str] = &["DEFAULT", "CHARACTER", "CHARSET", "COLLATE", "ENCRYPTION", "READ ONLY"];
        let current = verb == "ALTER" && OPTIONS.iter().any(|o| words.is(o));
        let said = if current { None } else { Some(words.name("a database name")?) };
        let db = self.db(said)?;
        self.named(format!("{verb} DATABASE"));
        let (privilege, purpose) = match verb {
            "CREATE" => (Privilege::CREATE, "the new database"),
            "DROP" => (Privilege::DROP, "the database that is dropped"),
            _ => (Privilege::ALTER, "the database that is altered"),
        };
        let own = self.has(Behaviour::PerformanceSchemaDropped) && !db.eq_ignore_ascii_case("information_schema");
        self.refuse_internal(&db, &[if own { privilege } else { Privilege::ALTER }])?;
        if replace {
            let need = |p| super::Need { any_of: vec![p], on: super::On::Database(db.clone()) };
            self.push(super::Check {
                needs: vec![need(Privilege::CREATE), need(Privilege::DROP)],
                refusal: super::Refusal::Database(db.clone()),
                purpose: "the database that is replaced".to_owned(),
            });
            return Ok(());
        }
        self.database(&db, &[privilege], purpose)
    }

    fn trigger(&mut self, verb: &str, definer: Option<Definer>, words: &mut Words<'_>) -> Result<(), DemandError> {
        words.expect("TRIGGER")?;
        let exists = words.eat("IF EXISTS") || words.eat("IF NOT EXISTS");
        let (db, name) = words.qualified("a trigger name")?;
        self.named(format!("{verb} TRIGGER"));
        if verb == "CREATE" {
            words.find(&["ON"]);
            words.expect("ON")?;
            let table = match words.qualified("a table name")? {
                (None, table) => self.full((db, table))?,
                said => self.full(said)?,
            };
            self.table(&table, &[Privilege::TRIGGER], "the trigger's table")?;
            self.other_definer(definer);
            return Ok(());
        }
        let db = self.db(db)?;
        match self.trigger_table(&db, &name) {
            Some(table) => self.table(&(db, table), &[Privilege::TRIGGER], "the trigger's table"),
            None if exists && !self.context.tables.schema.is_untold() => Ok(()),
            None => Err(DemandError::Unsupported(format!("{verb} TRIGGER of `{name}`, whose table is not told"))),
        }
    }

    /// The table of a trigger that the policy tells of.
    pub fn trigger_table(&self, db: &str, name: &str) -> Option<String> {
        let tables = self.context.tables;
        let key = (tables.names.find(db)?, tables.names.find(name)?);
        tables.schema.triggers.get(&key).map(|(table, _)| tables.names.text(*table).to_owned())
    }

    fn event(&mut self, verb: &str, definer: Option<Definer>, words: &mut Words<'_>) -> Result<(), DemandError> {
        words.expect("EVENT")?;
        words.eat("IF NOT EXISTS");
        words.eat("IF EXISTS");
        let event = self.full(words.qualified("an event name")?)?;
        self.named(format!("{verb} EVENT"));
        self.other_definer(definer);
        self.database(&event.0, &[Privilege::EVENT], "the event's database")?;
        if verb == "ALTER" && words.find(&["RENAME TO"]) {
            words.eat("RENAME TO");
            let (db, _) = words.qualified("an event name")?;
            if let Some(db) = db {
                self.database(&db, &[Privilege::EVENT], "the new name")?;
            }
        }
        if verb != "CREATE" {
            let tables = self.context.tables;
            let key = tables.names.find(&event.0).zip(tables.names.find(&event.1));
            let owner = key.and_then(|k| tables.schema.events.get(&k)).map(|e| e.definer);
            self.system_user_of(owner, "the event's definer has SYSTEM_USER");
        }
        Ok(())
    }

    fn routine_statement(
        &mut self,
        verb: &str,
        replace: bool,
        definer: Option<Definer>,
        words: &mut Words<'_>,
    ) -> Result<(), DemandError> {
        words.eat("AGGREGATE");
        let (kind, word) = match words.next().map(|t| t.text.to_uppercase()).as_deref() {
            Some("PROCEDURE") => (ObjectKind::Procedure, "PROCEDURE"),
            Some("LIBRARY") => (ObjectKind::Library, "LIBRARY"),
            _ => (ObjectKind::Function, "FUNCTION"),
        };
        words.eat("IF NOT EXISTS");
        words.eat("IF EXISTS");
        let said = words.qualified("a routine name")?;
        self.named(format!("{verb} {word}"));
        if verb == "CREATE" && words.is("RETURNS") {
            self.named("CREATE FUNCTION … SONAME");
            if replace {
                let need = |p| super::Need { any_of: vec![p], on: super::On::Database("mysql".to_owned()) };
                self.push(super::Check {
                    needs: vec![need(Privilege::INSERT), need(Privilege::DELETE)],
                    refusal: super::Refusal::Database("mysql".to_owned()),
                    purpose: "the list of loadable functions".to_owned(),
                });
                return Ok(());
            }
            return self.database("mysql", &[Privilege::INSERT], "the list of loadable functions");
        }
        let routine = self.full(said)?;
        if verb == "CREATE" {
            self.database(&routine.0, &[Privilege::CREATE_ROUTINE], "the database of the new routine")?;
            if replace {
                self.routine(kind, &routine, Privilege::ALTER_ROUTINE, "the routine that is replaced");
            }
            self.other_definer(definer);
            return Ok(());
        }
        self.refuse_internal(&routine.0, &[Privilege::ALTER_ROUTINE])?;
        self.routine(kind, &routine, Privilege::ALTER_ROUTINE, "the routine");
        let tables = self.context.tables;
        let key = tables.names.find(&routine.0).zip(tables.names.find(&routine.1.to_lowercase()));
        let owner = key.and_then(|(db, name)| tables.schema.routines.get(&(kind, db, name))).map(|r| r.definer);
        self.system_user_of(owner, "the routine's definer has SYSTEM_USER");
        Ok(())
    }

    /// Reads `DEFINER = …`.
    fn definer(&self, words: &mut Words<'_>) -> Result<Option<Definer>, DemandError> {
        if !words.eat("DEFINER") {
            return Ok(None);
        }
        words.expect("=")?;
        if words.is("CURRENT_ROLE") {
            return Err(DemandError::Unsupported("DEFINER = CURRENT_ROLE".to_owned()));
        }
        let account = self.read_account(words)?;
        if account.own {
            return Ok(Some(Definer::Own));
        }
        let tables = self.context.tables;
        let key = tables.find_account(&account.user, &account.host).filter(|k| tables.users.get(k).is_some());
        Ok(Some(Definer::Other(key)))
    }

    /// What an object demands that is to run as somebody else.
    pub fn other_definer(&mut self, definer: Option<Definer>) {
        let Some(Definer::Other(account)) = definer else { return };
        self.needs_one_of(&["SUPER", "SET_USER_ID", "SET_ANY_DEFINER", "SET USER"], "a definer other than oneself");
        match account {
            Some(_) => self.system_user_of(account, "the definer has SYSTEM_USER"),
            None if !self.context.tables.users.is_empty() => {
                self.needs_one_of(
                    &["SUPER", "SET_USER_ID", "ALLOW_NONEXISTENT_DEFINER", "SET USER"],
                    "a definer that does not exist",
                );
            }
            None => {}
        }
    }
}

/// Steps over `WAIT n` and `NOWAIT`.
fn no_waiting(words: &mut Words<'_>) {
    if words.eat("WAIT") {
        words.next();
    }
    words.eat("NOWAIT");
}

/// The query of CREATE TABLE … SELECT, where there is one.
fn body_query<'a>(words: &Words<'a>) -> Option<Words<'a>> {
    let mut reader = words.clone();
    while reader.find(&["SELECT", "WITH", "TABLE", "VALUES ROW", "( SELECT"]) && !reader.is("TABLE") {
        if !reader.is("WITH SYSTEM VERSIONING") && !reader.is("WITH PARSER") {
            return Some(reader);
        }
        reader.next();
    }
    let mut reader = words.clone();
    reader.find(&["AS TABLE"]).then(|| {
        reader.next();
        reader
    })
}
