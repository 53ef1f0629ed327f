//! ANALYZE, CHECK, CHECKSUM, OPTIMIZE, REPAIR, CACHE INDEX, FLUSH (M8.3).

use super::DemandError;
use super::draft::Draft;
use super::words::Words;
use super::{Check, Need, On, Refusal};
use crate::server::behaviour::Behaviour;
use crate::server::catalogue::Privilege;

/// True when ANALYZE runs a statement rather than looks at a table.
fn explained(words: &Words<'_>) -> bool {
    const STATEMENTS: &[&str] = &["FORMAT", "SELECT", "WITH", "(", "INSERT", "REPLACE", "UPDATE", "DELETE", "VALUES"];
    STATEMENTS.iter().any(|w| words.is(w))
}

impl Draft<'_> {
    /// Statements that tend tables.
    pub fn maintenance(&mut self, words: &mut Words<'_>) -> Result<(), DemandError> {
        let verb = words.next().map(|t| t.text.to_uppercase()).unwrap_or_default();
        if verb == "FLUSH" {
            return self.flush(words);
        }
        if verb == "ANALYZE" && self.has(Behaviour::AnalyzesStatements) && explained(words) {
            return self.explain(words);
        }
        let local = words.eat("LOCAL") || words.eat("NO_WRITE_TO_BINLOG");
        let index = verb == "CACHE" && words.eat("INDEX");
        let view = matches!(verb.as_str(), "CHECK" | "REPAIR") && self.has(Behaviour::CheckTableByAny);
        let named = index || words.eat("TABLES") || view && words.eat("VIEW");
        if !named {
            words.expect("TABLE")?;
        }
        let tables = self.read_tables(words)?;
        self.named(if index { "CACHE INDEX".to_owned() } else { format!("{verb} TABLE") });
        if local && verb == "OPTIMIZE" && self.privilege("OPTIMIZE_LOCAL_TABLE").is_some() {
            // the server asks for nothing on the tables then
            self.needs_one_of(&["OPTIMIZE_LOCAL_TABLE"], "OPTIMIZE without binary log");
            return Ok(());
        }
        if verb == "CHECK" && self.has(Behaviour::CheckTableByAny) {
            return self.checked_by_any(&tables);
        }
        let first_only = verb == "CACHE" && self.has(Behaviour::CheckTableByAny);
        for table in tables.iter().take(if first_only { 1 } else { tables.len() }) {
            match verb.as_str() {
                "CACHE" if first_only => self.any_privilege(table, "CACHE INDEX")?,
                "CACHE" => self.table(table, &[Privilege::INDEX], "the table whose indexes are cached")?,
                "CHECKSUM" => self.table(table, &[Privilege::SELECT], "the tables read")?,
                "CHECK" if self.context.server.internal_schema(&table.0).is_some() => {}
                "CHECK" => {
                    self.push(Check {
                        needs: vec![Need {
                            any_of: vec![Privilege::SELECT],
                            on: On::AnyTableRow(table.0.clone(), table.1.clone()),
                        }],
                        refusal: Refusal::Table {
                            db: table.0.clone(),
                            table: table.1.clone(),
                            verb: Some("SELECT".to_owned()),
                        },
                        purpose: "the table that is checked".to_owned(),
                    });
                }
                _ => self.table(table, &[Privilege::SELECT, Privilege::INSERT], "the table that is tended")?,
            }
        }
        Ok(())
    }

    /// CHECK TABLE where any privilege of a table will do.
    pub fn checked_by_any(&mut self, tables: &[super::draft::Table]) -> Result<(), DemandError> {
        tables.iter().take(1).try_for_each(|table| self.any_privilege(table, "CHECK TABLE"))
    }

    /// Any privilege at all of a table, with the statement's own words in the error.
    pub fn any_privilege(&mut self, (db, table): &super::draft::Table, verb: &str) -> Result<(), DemandError> {
        if db.eq_ignore_ascii_case("information_schema") {
            return Ok(());
        }
        let any_of = self.showing_privileges();
        self.table_any(&(db.clone(), table.clone()), &any_of, verb, "the table that is tended")
    }

    fn flush(&mut self, words: &mut Words<'_>) -> Result<(), DemandError> {
        words.eat("LOCAL");
        words.eat("NO_WRITE_TO_BINLOG");
        if words.is("TABLES") || words.is("TABLE") {
            words.next();
            return self.flush_tables(words);
        }
        let mut names = Vec::new();
        loop {
            words.eat_any(&["BINARY", "ENGINE", "ERROR", "GENERAL", "RELAY", "SLOW"]);
            let what = words.name("what to flush")?.to_uppercase();
            let purpose = format!("flushing {}", what.to_lowercase());
            match what.as_str() {
                "PRIVILEGES" => self.needs_one_of(&["RELOAD", "FLUSH_PRIVILEGES"], &purpose),
                "STATUS" => self.needs_one_of(&["RELOAD", "FLUSH_STATUS"], &purpose),
                "USER_RESOURCES" => self.needs_one_of(&["RELOAD", "FLUSH_USER_RESOURCES"], &purpose),
                "OPTIMIZER_COSTS" => self.needs_one_of(&["RELOAD", "FLUSH_OPTIMIZER_COSTS"], &purpose),
                "LOGS" | "HOSTS" => self.needs_one_of(&["RELOAD"], &purpose),
                "QUERY" if words.eat("CACHE") => self.needs_one_of(&["RELOAD"], &purpose),
                "MASTER" | "SLAVE" | "DES_KEY_FILE" | "SSL" | "USER_STATISTICS" | "CLIENT_STATISTICS"
                | "TABLE_STATISTICS" | "INDEX_STATISTICS" | "USER_VARIABLES"
                    if self.has(Behaviour::AnalyzesStatements) =>
                {
                    self.needs_one_of(&["RELOAD"], &purpose);
                }
                _ => return Err(DemandError::Unsupported(format!("FLUSH {what}"))),
            }
            names.push(what);
            words.find(&[","]);
            if !words.eat(",") {
                break;
            }
        }
        self.named(format!("FLUSH {}", names.join(", ")));
        Ok(())
    }

    fn flush_tables(&mut self, words: &mut Words<'_>) -> Result<(), DemandError> {
        self.named("FLUSH TABLES");
        self.needs_one_of(&["RELOAD", "FLUSH_TABLES"], "flushing tables");
        if words.at_end() || words.is("WITH READ LOCK") {
            return Ok(());
        }
        let tables = self.read_tables(words)?;
        if words.is("WITH READ LOCK") || words.is("FOR EXPORT") {
            for table in &tables {
                self.database(&table.0, &[Privilege::LOCK_TABLES], "the database whose tables are locked")?;
                self.table(table, &[Privilege::SELECT], "the tables that are locked")?;
            }
        }
        Ok(())
    }
}
