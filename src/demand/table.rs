//! What reading tables demands once they are known: SELECT on each, locks, views, tables of internal schemas.

use super::draft::{Draft, Table};
use super::plain::plain_query;
use super::query::{Reads, parse_query};
use super::view::used_columns;
use super::words::{Kind, Words};
use super::{Check, DemandError};
use crate::server::behaviour::Behaviour;
use crate::server::catalogue::Privilege;

/// What walking a query found.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub tables: Vec<Table>,
    pub locked: Vec<Table>,
    /// Those of subqueries and derived tables only.
    pub nested: Vec<Table>,
    pub sequences: Vec<(Table, &'static [Privilege])>,
    pub checks: Vec<Check>,
}

impl Reads<'_, '_> {
    /// What was found, without the borrow of the draft.
    pub fn found(self) -> Found {
        Found {
            tables: self.tables,
            locked: self.locked,
            nested: self.inner,
            sequences: self.sequences,
            checks: self.checks,
        }
    }
}

impl Draft<'_> {
    /// SELECT and what else reading demands, in the server's order.
    pub fn reads(&mut self, found: Found, purpose: &str) -> Result<(), DemandError> {
        self.sequences(&found)?;
        for table in &found.tables {
            self.table(table, &[Privilege::SELECT], purpose)?;
        }
        for table in found.locked.iter().filter(|_| self.context.server.has(Behaviour::LockingReadsAskMore)) {
            let any_of = [Privilege::UPDATE, Privilege::DELETE, Privilege::LOCK_TABLES];
            self.table_any(table, &any_of, "SELECT with locking clause", "the rows that FOR UPDATE locks")?;
        }
        self.opened(&found.tables, &found.checks);
        for check in found.checks {
            self.push(check);
        }
        self.internal_tables(&found.tables);
        Ok(())
    }

    /// What the functions of sequences ask.
    pub fn sequences(&mut self, found: &Found) -> Result<(), DemandError> {
        found.sequences.iter().try_for_each(|(s, asked)| self.whole_table(s, asked, "the sequences that are used"))
    }

    /// What opening tables demands: an INVOKER view's own tables.
    pub fn opened(&mut self, tables: &[Table], checks: &[Check]) {
        for table in tables {
            self.view(table, Privilege::SELECT, &used_columns(table, checks));
        }
    }

    /// PROCESS for some tables of `information_schema`.
    pub fn internal_tables(&mut self, tables: &[Table]) {
        for (db, table) in tables {
            if self.context.server.needs_process(db, table) {
                self.global(&[Privilege::PROCESS], "PROCESS", "a table that shows the server's insides");
            }
        }
    }

    /// A query as a whole statement.
    pub fn select(&mut self, words: &Words<'_>) -> Result<(), DemandError> {
        let (words, file) = self.without_into(words);
        let (words, locked) = without_locks(words);
        self.named(match (file, locked.is_empty()) {
            (true, _) => "SELECT … INTO OUTFILE",
            (_, false) => "SELECT … FOR UPDATE",
            _ => "SELECT",
        });
        let text = words;
        let mut reads = Reads::new(self);
        let query = parse_query(&text)?;
        reads.query(&query)?;
        let mut found = reads.found();
        for lock in locked {
            found.locked.extend(match lock {
                Some(names) => found.tables.iter().filter(|t| names.contains(&t.1)).cloned().collect::<Vec<_>>(),
                None => found.tables.clone(),
            });
        }
        if file {
            self.global(&[Privilege::FILE], "FILE", "writing a file on the server");
        }
        self.reads(found, "the tables read")
    }

    /// The tables and columns of a query that is part of a statement.
    pub fn query_of(&self, words: &Words<'_>) -> Result<Found, DemandError> {
        let query = parse_query(&plain_query(words))?;
        let mut reads = Reads::new(self);
        reads.query(&query)?;
        Ok(reads.found())
    }

    /// The query's text without its INTO clause, and whether that writes a file.
    fn without_into(&self, words: &Words<'_>) -> (String, bool) {
        const NEXT: &[&str] = &["FROM", "WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "FOR", "LOCK", "UNION", "EXCEPT"];
        let mut reader = words.clone();
        if !reader.find(&["INTO"]) {
            return (plain_query(words), false);
        }
        let from = reader.position();
        let file = reader.eat("INTO OUTFILE") || reader.eat("INTO DUMPFILE");
        reader.find(NEXT);
        let cut = words.without(&[0..words.position(), from..reader.position()]);
        (plain_query(&self.words(&cut)), file)
    }
}

/// The query's text without FOR UPDATE and FOR SHARE at its end, and what each FOR UPDATE locks: all, or those tables.
fn without_locks(text: String) -> (String, Vec<Option<Vec<String>>>) {
    let words = Words::new(&text, false);
    let mut reader = words.clone();
    let mut locked = Vec::new();
    let mut dropped = Vec::new();
    while reader.find(&["FOR UPDATE", "FOR SHARE"]) {
        let from = reader.position();
        let update = reader.eat("FOR UPDATE") || !reader.eat("FOR SHARE");
        let mut names = Vec::new();
        if reader.eat("OF") {
            while reader.peek().is_some_and(|t| matches!(t.kind, Kind::Word | Kind::Name) && !t.is("FOR")) {
                names.extend(reader.next().map(|t| t.text));
                if !reader.eat(",") {
                    break;
                }
            }
        }
        dropped.push(from..reader.position());
        if update {
            locked.push((!names.is_empty()).then_some(names));
        }
    }
    (words.without(&dropped), locked)
}
