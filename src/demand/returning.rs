//! INSERT where each column is asked for all that the table is, and what RETURNING reads (M8.1).

use super::draft::{Draft, Table, column_check, every_column_checks};
use super::plain::plain_query;
use super::query::{Reads, Scope, Source, parse_query};
use super::table::Found;
use super::words::Words;
use super::write::{Insert, insert_values, on_duplicate_values};
use super::{Check, DemandError, Need, On, Refusal};
use crate::server::catalogue::Privilege;
use sqlparser::ast::SetExpr;

impl<'a> Draft<'a> {
    /// The columns of an INSERT: RETURNING, then the values, the columns, and those of ON DUPLICATE KEY UPDATE.
    pub fn insert_in_order(&mut self, insert: &Insert<'_>) -> Result<(), DemandError> {
        let mut asked = vec![Privilege::INSERT];
        asked.extend(insert.update.map(|_| Privilege::UPDATE));
        asked.extend(insert.returning.map(|_| Privilege::SELECT));
        asked.sort_unstable();
        let source = self.insert_source(insert, &asked)?;
        let returned = self.returned(&insert.table, insert.returning)?;
        let update = self.insert_update(insert)?;
        let mut found = Found::default();
        let is_query = !insert.rows && !insert.set;
        let parts = if is_query { [source, returned] } else { [returned, source] };
        for part in parts {
            found.tables.extend(part.tables);
            found.sequences.extend(part.sequences);
            found.checks.extend(part.checks);
        }
        found.checks.extend(self.written(insert, &asked));
        found.tables.extend(update.tables);
        found.checks.extend(update.checks);
        found.sequences.extend(update.sequences);
        self.sequences(&found)?;
        self.select_tables(&found.tables)?;
        self.opened(&found.tables, &found.checks);
        self.view(&insert.table, Privilege::INSERT, &Some(Vec::new()));
        for check in found.checks {
            self.push(check);
        }
        self.internal_tables(&found.tables);
        Ok(())
    }

    /// The columns that are written.
    fn written(&self, insert: &Insert<'_>, asked: &[Privilege]) -> Vec<Check> {
        let (table, purpose) = (&insert.table, "the columns written");
        if !insert.columns.is_empty() {
            return insert.columns.iter().map(|c| column_for_all(table, c, asked, purpose)).collect();
        }
        let values = insert.source.between(insert.source.position(), insert.end);
        if insert.rows && values.chars().all(|c| "(), ".contains(c) || c.is_whitespace())
            || self.known_view(table).is_some()
        {
            return Vec::new();
        }
        every_column_checks(table, self.columns(table), (&[Privilege::INSERT], "INSERT"), purpose)
    }

    /// What the values or the query read. Columns of the target among the values are asked for what is written.
    fn insert_source(&self, insert: &Insert<'_>, asked: &[Privilege]) -> Result<Found, DemandError> {
        let mut reads = Reads::new(self);
        if insert.rows || insert.set {
            reads.scopes.push(self.target_scope(&insert.table));
            insert_values(&mut reads, insert)?;
            let mut found = reads.found();
            found.checks = found.checks.into_iter().map(|c| as_written(c, &insert.table, asked)).collect();
            return Ok(found);
        }
        let text = insert.source.between(insert.source.position(), insert.end);
        reads.query(&parse_query(&plain_query(&self.words(text)))?)?;
        Ok(reads.found())
    }

    /// What ON DUPLICATE KEY UPDATE reads: its values, then the columns that it sets.
    fn insert_update(&self, insert: &Insert<'_>) -> Result<Found, DemandError> {
        let Some(update) = insert.update else { return Ok(Found::default()) };
        let mut reads = Reads::new(self);
        let mut scope = self.target_scope(&insert.table);
        if !insert.rows && !insert.set {
            let text = insert.source.between(insert.source.position(), insert.end);
            let query = parse_query(&plain_query(&self.words(text)))?;
            if let SetExpr::Select(select) = query.body.as_ref() {
                scope.sources.extend(Reads::new(self).from(&select.from)?.0.sources);
            }
        }
        reads.scopes.push(scope);
        on_duplicate_values(&mut reads, insert, update)?;
        Ok(reads.found())
    }

    /// What RETURNING reads.
    pub fn returned(&self, table: &Table, returning: Option<&str>) -> Result<Found, DemandError> {
        let Some(text) = returning else { return Ok(Found::default()) };
        let query = parse_query(&plain_query(&self.words(&format!("SELECT {text}"))))?;
        let mut reads = Reads::new(self);
        reads.scopes.push(self.target_scope(table));
        if let SetExpr::Select(select) = query.body.as_ref() {
            reads.returned(&select.projection)?;
        }
        Ok(reads.found())
    }

    fn target_scope(&self, table: &Table) -> Scope {
        let source = Source { alias: table.1.clone(), table: Some(table.clone()), columns: self.columns(table) };
        Scope { sources: vec![source], ..Scope::default() }
    }

    /// What LOAD DATA … SET reads, where it counts as written.
    pub fn as_loaded(&self, checks: Vec<Check>, table: &Table) -> Vec<Check> {
        checks.into_iter().map(|c| as_written(c, table, &[Privilege::INSERT])).collect()
    }
}

/// The text behind RETURNING, and the words before it.
pub(super) fn split_returning<'w>(words: &Words<'w>) -> Option<(usize, &'w str)> {
    let mut reader = words.clone();
    reader.find(&["RETURNING"]).then(|| {
        let at = reader.position();
        reader.next();
        (at, reader.rest())
    })
}

/// A check of all of these privileges on one column; the error names those that are missing.
fn column_for_all((db, table): &Table, column: &str, asked: &[Privilege], purpose: &str) -> Check {
    let on = || On::Column(db.clone(), table.clone(), column.to_owned());
    Check {
        needs: asked.iter().map(|p| Need { any_of: vec![*p], on: on() }).collect(),
        refusal: Refusal::Column { verb: None, column: column.to_owned(), table: table.clone(), db: db.clone() },
        purpose: purpose.to_owned(),
    }
}

/// A column of the target that a value reads is asked for what is written.
fn as_written(check: Check, target: &Table, asked: &[Privilege]) -> Check {
    match check.needs.as_slice() {
        [Need { any_of, on: On::Column(db, table, column) }]
            if any_of.as_slice() == [Privilege::SELECT] && (db, table) == (&target.0, &target.1) =>
        {
            column_check(target, column, Privilege::INSERT, &check.purpose)
                .map_or(check.clone(), |_| column_for_all(target, column, asked, &check.purpose))
        }
        _ => check,
    }
}

/// `t`, `db.t`, each with `.*` behind it or not.
pub(super) fn target_name(words: &mut Words<'_>) -> Result<(Option<String>, String), DemandError> {
    let first = words.name("a table name")?;
    if words.eat(". *") || !words.is(".") {
        return Ok((None, first));
    }
    words.next();
    let name = words.name("a table name")?;
    words.eat(". *");
    Ok((Some(first), name))
}

/// True for a check that reads a column of that table.
pub(super) fn reads_column_of(check: &Check, (db, table): &Table) -> bool {
    check.needs.iter().any(|n| match &n.on {
        On::Column(d, t, _) | On::EveryColumn(d, t) => (d, t) == (db, table),
        _ => false,
    })
}
