//! ANALYZE, CHECK, CHECKSUM, OPTIMIZE, REPAIR, CACHE INDEX, FLUSH (M8.3).

use super::DemandError;
use super::draft::Draft;
use super::words::Words;
use super::{Check, Need, On, Refusal};
use crate::server::catalogue::Privilege;

impl Draft<'_> {
    /// Statements that tend tables.
    pub fn maintenance(&mut self, words: &mut Words<'_>) -> Result<(), DemandError> {
        let verb = words.next().map(|t| t.text.to_uppercase()).unwrap_or_default();
        if verb == "FLUSH" {
            return self.flush(words);
        }
        let local = words.eat("LOCAL") || words.eat("NO_WRITE_TO_BINLOG");
        let index = verb == "CACHE" && words.eat("INDEX");
        if !index && !words.eat("TABLES") {
            words.expect("TABLE")?;
        }
        let tables = self.read_tables(words)?;
        self.named(if index { "CACHE INDEX".to_owned() } else { format!("{verb} TABLE") });
        if local && verb == "OPTIMIZE" && self.privilege("OPTIMIZE_LOCAL_TABLE").is_some() {
            // the server asks for nothing on the tables then
            self.needs_one_of(&["OPTIMIZE_LOCAL_TABLE"], "OPTIMIZE without binary log");
            return Ok(());
        }
        for table in &tables {
            match verb.as_str() {
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
