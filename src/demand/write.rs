//! INSERT, REPLACE, UPDATE, DELETE, LOAD DATA.

use super::DemandError;
use super::draft::{Draft, Table};
use super::query::{Reads, Scope, Source, parse_expr, parse_query, plain_query};
use super::table::Found;
use super::view::used_columns;
use super::words::{Kind, Words};
use crate::server::catalogue::Privilege;
use sqlparser::ast::{Expr, Ident, OrderByKind, Query, Select, SetExpr};

/// `column = value`, the value's text as it stands in the statement.
struct Assignment {
    column: Vec<Ident>,
    value: String,
}

const TARGET: &str = "the columns written";

impl Draft<'_> {
    /// INSERT and REPLACE.
    pub fn insert(&mut self, words: &mut Words<'_>, replace: bool) -> Result<(), DemandError> {
        let verb = if replace { "REPLACE" } else { "INSERT" };
        words.eat_any(&["LOW_PRIORITY", "DELAYED", "HIGH_PRIORITY", "IGNORE"]);
        words.eat("INTO");
        let table = self.read_table(words)?;
        if words.eat("PARTITION") {
            words.skip_brackets();
        }
        let columns = insert_columns(words)?;
        let body = words.position();
        let update = update_position(words);
        let mut privileges = vec![Privilege::INSERT];
        privileges.extend(replace.then_some(Privilege::DELETE));
        privileges.extend(update.map(|_| Privilege::UPDATE));
        let mut source = words.clone();
        source.go_to(body);
        let rows = source.eat("VALUES") || source.eat("VALUE");
        let set = !rows && source.eat("SET");
        self.named(match (rows || set, update) {
            (true, None) => verb.to_owned(),
            (true, Some(_)) => format!("{verb} … ON DUPLICATE KEY UPDATE"),
            (false, None) => format!("{verb} … SELECT"),
            (false, Some(_)) => format!("{verb} … SELECT … ON DUPLICATE KEY UPDATE"),
        });
        self.table(&table, &privileges, &format!("the target of {verb}"))?;
        let mut alias = source.clone();
        let end = match rows || set {
            true if alias.find(&["AS", "ON DUPLICATE KEY UPDATE"]) => alias.position(),
            true => words.len(),
            false => update.unwrap_or(words.len()),
        };
        let assignments = if set { assignments(&source, end)? } else { Vec::new() };
        let listed: Vec<String> = match columns {
            Some(columns) => columns,
            None => assignments.iter().filter_map(|a| a.column.last().map(|c| c.value.clone())).collect(),
        };
        let mut reads = Reads::new(self);
        let target = reads.draft.columns(&table);
        let mut scope = Scope::default();
        scope.sources.push(Source { alias: table.1.clone(), table: Some(table.clone()), columns: target });
        if alias.eat("AS") {
            let name = alias.name("a row alias")?;
            scope.sources.push(Source { alias: name, table: Some(table.clone()), columns: Some(Vec::new()) });
        }
        if rows {
            reads.scopes.push(scope.clone());
            let text = words.between(source.position(), end);
            if !text.chars().all(|c| "(), ".contains(c) || c.is_whitespace()) {
                reads.expr(&parse_expr(&format!("({})", no_empty_rows(text)))?)?;
            }
            reads.scopes.pop();
        } else if set {
            reads.scopes.push(scope.clone());
            for assignment in &assignments {
                reads.expr(&parse_expr(&assignment.value)?)?;
            }
            reads.scopes.pop();
        } else {
            let text = self.words(words.between(body, end)).without(&[]);
            let query = parse_query(&plain_query(&self.words(&text)))?;
            reads.query(&query)?;
            scope.sources.extend(query_sources(&mut reads, &query)?);
        }
        if let Some(update) = update {
            let mut tail = words.clone();
            tail.go_to(update);
            tail.eat("ON DUPLICATE KEY UPDATE");
            reads.scopes.push(scope);
            let on_duplicate = assignments_to_end(&tail)?;
            let values = reads.checks.len();
            for assignment in &on_duplicate {
                reads.column(&assignment.column, Privilege::UPDATE, "the columns that ON DUPLICATE KEY UPDATE sets");
            }
            if !rows && !set {
                // the columns to update come before those that the query reads
                reads.checks.rotate_left(values);
            }
            for assignment in &on_duplicate {
                reads.expr(&parse_expr(&assignment.value)?)?;
            }
        }
        let mut found = reads.found();
        self.select_tables(&found.tables)?;
        self.opened(&found.tables, &found.checks);
        self.view(&table, Privilege::INSERT, &Some(Vec::new()));
        match listed.is_empty() {
            true => self.every_column(&table, Privilege::INSERT, TARGET),
            false => listed.iter().for_each(|c| self.column(&table, c, Privilege::INSERT, TARGET)),
        }
        for check in std::mem::take(&mut found.checks) {
            self.push(check);
        }
        self.internal_tables(&found.tables);
        Ok(())
    }

    fn select_tables(&mut self, tables: &[Table]) -> Result<(), DemandError> {
        for table in tables {
            self.table(table, &[Privilege::SELECT], "the tables read")?;
        }
        Ok(())
    }

    /// UPDATE, with what stands before it (WITH).
    pub fn update(&mut self, words: &mut Words<'_>, with: &str) -> Result<(), DemandError> {
        words.eat_any(&["LOW_PRIORITY", "IGNORE"]);
        let from = words.position();
        if !words.find(&["SET"]) {
            return Err(words.expected("`SET`"));
        }
        let tables = words.between(from, words.position());
        words.eat("SET");
        let set = words.clone();
        words.find(&["WHERE", "ORDER BY", "LIMIT"]);
        let assignments = assignments(&set, words.position())?;
        let query = as_select(self, with, tables, words.rest())?;
        let select = select_of(&query)?;
        let mut reads = Reads::new(self);
        reads.with(query.with.as_ref());
        let (scope, conditions) = reads.from(&select.from)?;
        let direct: Vec<Table> = scope.sources.iter().filter_map(|s| s.table.clone()).collect();
        let single = scope.sources.len() == 1 && !direct.is_empty();
        reads.scopes.push(scope);
        conditions_of(&mut reads, select, &conditions)?;
        for assignment in &assignments {
            reads.column(&assignment.column, Privilege::UPDATE, "the columns that SET writes");
        }
        for assignment in &assignments {
            reads.expr(&parse_expr(&assignment.value)?)?;
        }
        order_of(&mut reads, &query)?;
        let found = reads.found();
        self.named(if single { "UPDATE" } else { "UPDATE of several tables" });
        for table in &found.tables {
            match direct.contains(table) {
                true if single => self.table(table, &[Privilege::UPDATE], "the target of UPDATE")?,
                true => {
                    let any_of = [Privilege::SELECT, Privilege::UPDATE];
                    self.refuse_internal(&table.0, &[])?;
                    self.table_any(table, &any_of, "SELECT", "the tables that UPDATE joins")?;
                }
                false => self.table(table, &[Privilege::SELECT], "the tables read")?,
            }
        }
        let written = direct.first().filter(|_| single).map(|t| (t, Privilege::UPDATE));
        self.finish(found, written);
        Ok(())
    }

    /// The written table, if it is among those read, is opened for that.
    fn finish(&mut self, found: Found, written: Option<(&Table, Privilege)>) {
        for table in &found.tables {
            let used = used_columns(table, &found.checks);
            match written.filter(|(t, _)| *t == table) {
                Some((_, privilege)) => {
                    self.view(table, privilege, &Some(Vec::new()));
                    if used.as_ref().is_none_or(|u| !u.is_empty()) {
                        self.view(table, Privilege::SELECT, &used);
                    }
                }
                None => self.view(table, Privilege::SELECT, &used),
            }
        }
        for check in found.checks {
            self.push(check);
        }
        self.internal_tables(&found.tables);
    }

    /// DELETE, with what stands before it (WITH).
    pub fn delete(&mut self, words: &mut Words<'_>, with: &str) -> Result<(), DemandError> {
        words.eat_any(&["LOW_PRIORITY", "QUICK", "IGNORE"]);
        let from_first = words.eat("FROM");
        let mut ahead = words.clone();
        let using = from_first && ahead.find(&["USING", "WHERE"]) && ahead.is("USING");
        if from_first && !using {
            return self.delete_single(words, with);
        }
        let mut targets = Vec::new();
        loop {
            targets.push(words.qualified("a table name")?);
            words.eat(". *");
            if !words.eat(",") {
                break;
            }
        }
        words.expect(if using { "USING" } else { "FROM" })?;
        let query = as_select(self, with, "", words.rest())?;
        let select = select_of(&query)?;
        let mut reads = Reads::new(self);
        reads.with(query.with.as_ref());
        let (scope, conditions) = reads.from(&select.from)?;
        let sources = scope.sources.clone();
        reads.scopes.push(scope);
        rest_of(&mut reads, &query, select, &conditions)?;
        let found = reads.found();
        self.named("DELETE from several tables");
        self.select_tables(&found.tables)?;
        for (db, name) in targets {
            let said = self.full((db, name))?;
            let alias = sources.iter().find(|s| s.alias.eq_ignore_ascii_case(&said.1)).and_then(|s| s.table.clone());
            self.table(&alias.unwrap_or(said), &[Privilege::DELETE], "the targets of DELETE")?;
        }
        self.finish(found, None);
        Ok(())
    }

    fn delete_single(&mut self, words: &mut Words<'_>, with: &str) -> Result<(), DemandError> {
        let query = as_select(self, with, "", words.rest())?;
        let select = select_of(&query)?;
        let mut reads = Reads::new(self);
        reads.with(query.with.as_ref());
        let (scope, conditions) = reads.from(&select.from)?;
        let target = scope.sources.first().and_then(|s| s.table.clone());
        reads.scopes.push(scope);
        rest_of(&mut reads, &query, select, &conditions)?;
        let found = reads.found();
        self.named("DELETE");
        for table in &found.tables {
            match target.as_ref() == Some(table) {
                true => self.table(table, &[Privilege::DELETE], "the target of DELETE")?,
                false => self.table(table, &[Privilege::SELECT], "the tables read")?,
            }
        }
        self.finish(found, target.as_ref().map(|t| (t, Privilege::DELETE)));
        Ok(())
    }

    /// LOAD DATA and LOAD XML.
    pub fn load(&mut self, words: &mut Words<'_>) -> Result<(), DemandError> {
        let start = words.position();
        if !words.find(&["INFILE"]) {
            return Err(words.expected("`INFILE`"));
        }
        let local = words.position().checked_sub(1).is_some_and(|p| {
            let mut back = words.clone();
            back.go_to(p);
            p >= start && back.is("LOCAL")
        });
        if !words.find(&["INTO TABLE"]) {
            return Err(words.expected("`INTO TABLE`"));
        }
        let replace = words.position().checked_sub(1).is_some_and(|p| {
            let mut back = words.clone();
            back.go_to(p);
            back.is("REPLACE")
        });
        words.eat("INTO TABLE");
        let table = self.read_table(words)?;
        self.named(if local { "LOAD DATA LOCAL" } else { "LOAD DATA" });
        if !local {
            self.denied(&[Privilege::FILE], "reading a file on the server");
        }
        let privileges: &[Privilege] =
            if replace { &[Privilege::INSERT, Privilege::DELETE] } else { &[Privilege::INSERT] };
        self.table(&table, privileges, "the target of LOAD DATA")?;
        let (columns, set) = load_columns(words)?;
        let all = || self.columns(&table);
        let mut listed = match columns {
            Some(columns) => columns,
            None => all().unwrap_or_default(),
        };
        listed.extend(set.iter().filter_map(|a| a.column.last().map(|c| c.value.clone())));
        if listed.is_empty() {
            self.every_column(&table, Privilege::INSERT, TARGET);
        }
        for column in &listed {
            self.column(&table, column, Privilege::INSERT, TARGET);
        }
        let mut reads = Reads::new(self);
        let columns = reads.draft.columns(&table);
        reads.scopes.push(Scope {
            sources: vec![Source { alias: table.1.clone(), table: Some(table.clone()), columns }],
            ..Scope::default()
        });
        for assignment in &set {
            reads.expr(&parse_expr(&assignment.value)?)?;
        }
        let found = reads.found();
        self.select_tables(&found.tables)?;
        self.finish(found, None);
        Ok(())
    }
}

/// `(a, b)` behind the table; none when a query or VALUES follows.
fn insert_columns(words: &mut Words<'_>) -> Result<Option<Vec<String>>, DemandError> {
    let query = |t: &super::words::Token| ["SELECT", "WITH", "TABLE", "VALUES", "("].iter().any(|w| t.is(w));
    if !words.is("(") || words.peek_at(1).is_none_or(query) {
        return Ok(None);
    }
    words.eat("(");
    let mut columns = Vec::new();
    while !words.eat(")") {
        let mut name = words.name("a column name")?;
        while words.eat(".") {
            name = words.name("a column name")?;
        }
        columns.push(name);
        if !words.eat(",") && !words.is(")") {
            return Err(words.expected("`,` or `)`"));
        }
    }
    Ok(Some(columns))
}

fn update_position(words: &Words<'_>) -> Option<usize> {
    let mut reader = words.clone();
    reader.find(&["ON DUPLICATE KEY UPDATE"]).then(|| reader.position())
}

/// `()` has no expression in it, and the parser of queries wants one.
fn no_empty_rows(text: &str) -> String {
    text.replace("()", "(0)").replace("( )", "(0)")
}

/// The assignments from here up to a position.
fn assignments(words: &Words<'_>, end: usize) -> Result<Vec<Assignment>, DemandError> {
    let mut found = Vec::new();
    let mut starts = words.parts();
    starts.retain(|s| *s < end);
    for (i, start) in starts.iter().enumerate() {
        let stop = starts.get(i + 1).map_or(end, |next| next.saturating_sub(1)).min(end);
        let mut reader = words.clone();
        reader.go_to(*start);
        let mut column = Vec::new();
        loop {
            let quoted = reader.peek().is_some_and(|t| t.kind == Kind::Name);
            let name = reader.name("a column name")?;
            column.push(if quoted { Ident::with_quote('`', name) } else { Ident::new(name) });
            if !reader.eat(".") {
                break;
            }
        }
        if !reader.eat("=") {
            reader.expect(":")?;
            reader.expect("=")?;
        }
        found.push(Assignment { column, value: words.between(reader.position(), stop).to_owned() });
    }
    Ok(found)
}

fn assignments_to_end(words: &Words<'_>) -> Result<Vec<Assignment>, DemandError> {
    assignments(words, words.len())
}

/// The column list and the SET clause behind the table of LOAD DATA.
fn load_columns(words: &mut Words<'_>) -> Result<(Option<Vec<String>>, Vec<Assignment>), DemandError> {
    let mut columns = None;
    let mut set = Vec::new();
    while !words.at_end() {
        if words.is("PARTITION (") {
            words.next();
            words.skip_brackets();
        } else if words.eat("(") {
            let mut names = Vec::new();
            while let Some(token) = words.next() {
                if token.mark() == Some(')') {
                    break;
                }
                names.extend(matches!(token.kind, Kind::Word | Kind::Name).then_some(token.text));
            }
            columns = Some(names);
        } else if columns.is_some() && words.is("SET")
            || words.is("SET") && !words.is("SET utf8mb4") && is_assignment(words)
        {
            words.next();
            set = assignments_to_end(words)?;
            break;
        } else {
            words.next();
        }
    }
    Ok((columns, set))
}

/// `SET a =`, and not `CHARACTER SET utf8mb4`.
fn is_assignment(words: &Words<'_>) -> bool {
    words.peek_at(2).is_some_and(|t| t.is("=") || t.is("."))
}

/// The table references and conditions of an UPDATE or DELETE as the query they are.
fn as_select(draft: &Draft<'_>, with: &str, tables: &str, rest: &str) -> Result<Query, DemandError> {
    let text = format!("{with} SELECT 1 FROM {tables} {rest}");
    parse_query(&plain_query(&draft.words(&text)))
}

fn select_of(query: &Query) -> Result<&Select, DemandError> {
    match query.body.as_ref() {
        SetExpr::Select(select) => Ok(select),
        _ => Err(DemandError::Syntax("expected table names".to_owned())),
    }
}

/// WHERE, the join conditions and ORDER BY.
fn rest_of(reads: &mut Reads<'_, '_>, query: &Query, select: &Select, joins: &[Expr]) -> Result<(), DemandError> {
    conditions_of(reads, select, joins)?;
    order_of(reads, query)
}

fn conditions_of(reads: &mut Reads<'_, '_>, select: &Select, joins: &[Expr]) -> Result<(), DemandError> {
    for expr in select.selection.iter().chain(joins) {
        reads.expr(expr)?;
    }
    Ok(())
}

fn order_of(reads: &mut Reads<'_, '_>, query: &Query) -> Result<(), DemandError> {
    if let Some(OrderByKind::Expressions(exprs)) = query.order_by.as_ref().map(|o| &o.kind) {
        for by in exprs {
            reads.expr(&by.expr)?;
        }
    }
    Ok(())
}

/// The tables of INSERT … SELECT, which ON DUPLICATE KEY UPDATE may name.
fn query_sources(reads: &mut Reads<'_, '_>, query: &Query) -> Result<Vec<Source>, DemandError> {
    let SetExpr::Select(select) = query.body.as_ref() else { return Ok(Vec::new()) };
    let (tables, checks) = (reads.tables.len(), reads.checks.len());
    let (scope, _) = reads.from(&select.from)?;
    reads.tables.truncate(tables);
    reads.checks.truncate(checks);
    Ok(scope.sources)
}
