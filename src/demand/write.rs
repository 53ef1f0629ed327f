//! INSERT, REPLACE, UPDATE, DELETE, LOAD DATA.

use super::draft::{Draft, Table};
use super::plain::plain_query;
use super::query::{Reads, Scope, Source, parse_expr, parse_query};
use super::returning::{reads_column_of, split_returning, target_name};
use super::table::Found;
use super::view::used_columns;
use super::words::{Kind, Words};
use super::{Check, DemandError, On};
use crate::server::behaviour::Behaviour;
use crate::server::catalogue::Privilege;
use sqlparser::ast::{Expr, Ident, OrderByKind, Query, Select, SetExpr};

/// `column = value`, the value's text as it stands in the statement.
pub(super) struct Assignment {
    column: Vec<Ident>,
    value: String,
}

/// An INSERT or REPLACE.
pub(super) struct Insert<'w> {
    pub table: Table,
    /// Those that are named; none for all.
    pub columns: Vec<String>,
    /// At the rows, the assignments or the query.
    pub source: Words<'w>,
    /// Where these end.
    pub end: usize,
    pub rows: bool,
    pub set: bool,
    assignments: Vec<Assignment>,
    alias: Option<String>,
    /// Where ON DUPLICATE KEY UPDATE stands.
    pub update: Option<usize>,
    /// What RETURNING returns.
    pub returning: Option<&'w str>,
}

const TARGET: &str = "the columns written";

impl Draft<'_> {
    /// INSERT and REPLACE.
    pub fn insert(&mut self, words: &mut Words<'_>, replace: bool) -> Result<(), DemandError> {
        let verb = if replace { "REPLACE" } else { "INSERT" };
        let insert = self.read_insert(words)?;
        self.named(match (insert.rows || insert.set, insert.update) {
            (true, None) => verb.to_owned(),
            (true, Some(_)) => format!("{verb} … ON DUPLICATE KEY UPDATE"),
            (false, None) => format!("{verb} … SELECT"),
            (false, Some(_)) => format!("{verb} … SELECT … ON DUPLICATE KEY UPDATE"),
        });
        let mut privileges = vec![Privilege::INSERT];
        privileges.extend(replace.then_some(Privilege::DELETE));
        privileges.extend(insert.update.map(|_| Privilege::UPDATE));
        self.table(&insert.table, &privileges, &format!("the target of {verb}"))?;
        if self.has(Behaviour::InsertColumnsAskAll) {
            return self.insert_in_order(&insert);
        }
        let found = self.insert_reads(&insert)?;
        self.select_tables(&found.tables)?;
        self.opened(&found.tables, &found.checks);
        self.view(&insert.table, Privilege::INSERT, &Some(Vec::new()));
        match insert.columns.is_empty() {
            // The server goes through the fields of the table, which a view has none of: one column is enough.
            true if self.known_view(&insert.table).is_some() => {
                self.note("without a column list INSERT into a view asks for no column of it (M5.22)");
            }
            true => self.every_column(&insert.table, Privilege::INSERT, TARGET),
            false => insert.columns.iter().for_each(|c| self.column(&insert.table, c, Privilege::INSERT, TARGET)),
        }
        for check in found.checks {
            self.push(check);
        }
        self.internal_tables(&found.tables);
        Ok(())
    }

    /// The parts of an INSERT.
    fn read_insert<'w>(&self, words: &mut Words<'w>) -> Result<Insert<'w>, DemandError> {
        let returning = split_returning(words).filter(|_| self.has(Behaviour::Returning));
        if let Some((at, _)) = returning {
            words.cut(at);
        }
        let returning = returning.map(|(_, text)| text);
        words.eat_any(&["LOW_PRIORITY", "DELAYED", "HIGH_PRIORITY", "IGNORE"]);
        words.eat("INTO");
        let table = self.read_table(words)?;
        if words.eat("PARTITION") {
            words.skip_brackets();
        }
        let columns = insert_columns(words)?;
        let update = update_position(words);
        let mut source = words.clone();
        let rows = source.eat("VALUES") || source.eat("VALUE");
        let set = !rows && source.eat("SET");
        let mut behind = source.clone();
        let end = match rows || set {
            true if behind.find(&["AS", "ON DUPLICATE KEY UPDATE"]) => behind.position(),
            true => words.len(),
            false => update.unwrap_or(words.len()),
        };
        let alias = if behind.eat("AS") { Some(behind.name("a row alias")?) } else { None };
        let assignments = if set { assignments(&source, end)? } else { Vec::new() };
        let set_columns = || assignments.iter().filter_map(|a| a.column.last().map(|c| c.value.clone())).collect();
        let columns = columns.unwrap_or_else(set_columns);
        Ok(Insert { table, columns, source, end, rows, set, assignments, alias, update, returning })
    }

    /// What the values, the query and ON DUPLICATE KEY UPDATE of an INSERT read.
    fn insert_reads(&self, insert: &Insert<'_>) -> Result<Found, DemandError> {
        let mut reads = Reads::new(self);
        let mut scope = Scope::default();
        let target = insert.table.clone();
        scope.sources.push(Source {
            alias: target.1.clone(),
            columns: self.columns(&target),
            table: Some(target.clone()),
        });
        // a row alias names the values for the table's own columns, and the server checks those
        let alias = insert.alias.iter().map(|a| Source {
            alias: a.clone(),
            table: Some(target.clone()),
            columns: Some(Vec::new()),
        });
        scope.sources.extend(alias);
        if insert.rows || insert.set {
            reads.scopes.push(scope.clone());
            insert_values(&mut reads, insert)?;
            reads.scopes.pop();
        } else {
            let text = insert.source.between(insert.source.position(), insert.end);
            let query = parse_query(&plain_query(&self.words(text)))?;
            reads.query(&query)?;
            scope.sources.extend(query_sources(&mut reads, &query)?);
        }
        if let Some(update) = insert.update {
            reads.scopes.push(scope);
            on_duplicate(&mut reads, insert, update)?;
        }
        Ok(reads.found())
    }

    pub fn select_tables(&mut self, tables: &[Table]) -> Result<(), DemandError> {
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
        let targets_first = self.has(Behaviour::UpdateTargetsFirst) && !single;
        let order_first = self.has(Behaviour::UpdateTargetsFirst) && single;
        if !targets_first {
            conditions_of(&mut reads, select, &conditions)?;
        }
        if order_first {
            order_of(&mut reads, &query)?;
        }
        for assignment in &assignments {
            reads.column(&assignment.column, Privilege::UPDATE, "the columns that SET writes");
        }
        if targets_first {
            conditions_of(&mut reads, select, &conditions)?;
        }
        for assignment in &assignments {
            reads.expr(&parse_expr(&assignment.value)?)?;
        }
        if !order_first {
            order_of(&mut reads, &query)?;
        }
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
        if !single && self.has(Behaviour::MultiUpdateAsksEachTable) {
            self.each_updated(&direct, &found.checks)?;
        }
        let mut found = found;
        if single && self.has(Behaviour::UpdatedViewUnread) {
            let views: Vec<&Table> = direct.iter().filter(|t| self.known_view(t).is_some()).collect();
            let reads = |c: &Check, t: &&Table| {
                c.needs.iter().all(|n| n.any_of == [Privilege::SELECT]) && reads_column_of(c, t)
            };
            found.checks.retain(|c| !views.iter().any(|t| reads(c, t)));
        }
        let written = direct.first().filter(|_| single).map(|t| (t, Privilege::UPDATE));
        self.finish(found, written);
        Ok(())
    }

    /// UPDATE on the tables that change, SELECT on the others.
    fn each_updated(&mut self, direct: &[Table], checks: &[Check]) -> Result<(), DemandError> {
        let sets = |(db, table): &Table| {
            checks.iter().flat_map(|c| &c.needs).any(|n| {
                n.any_of == [Privilege::UPDATE] && matches!(&n.on, On::Column(d, t, _) if (d, t) == (db, table))
            })
        };
        let mut seen: Vec<&Table> = Vec::new();
        for table in direct {
            let changes = sets(table) && !seen.contains(&table);
            seen.push(table);
            let privilege = if changes { Privilege::UPDATE } else { Privilege::SELECT };
            self.table(table, &[privilege], "the tables that UPDATE joins")?;
        }
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
        if words.is("HISTORY FROM") && self.privilege("DELETE HISTORY").is_some() {
            words.eat("HISTORY FROM");
            let table = self.read_table(words)?;
            self.named("DELETE HISTORY");
            return self.table(&table, &[Privilege::DELETE_HISTORY], "the table whose history is deleted");
        }
        let from_first = words.eat("FROM");
        let mut ahead = words.clone();
        let using = from_first && ahead.find(&["USING", "WHERE"]) && ahead.is("USING");
        if from_first && !using {
            return self.delete_single(words, with);
        }
        let mut targets = Vec::new();
        loop {
            targets.push(target_name(words)?);
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
        let mut found = reads.found();
        self.named("DELETE from several tables");
        self.select_tables(&found.tables)?;
        for (db, name) in targets {
            let said = self.full((db, name))?;
            let alias = sources.iter().find(|s| s.alias.eq_ignore_ascii_case(&said.1)).and_then(|s| s.table.clone());
            let target = alias.unwrap_or(said);
            self.table(&target, &[Privilege::DELETE], "the targets of DELETE")?;
            if self.has(Behaviour::DeleteTargetsUnread) {
                found.checks.retain(|c| !reads_column_of(c, &target));
            }
        }
        self.finish(found, None);
        Ok(())
    }

    fn delete_single(&mut self, words: &mut Words<'_>, with: &str) -> Result<(), DemandError> {
        let returning = split_returning(words).filter(|_| self.has(Behaviour::Returning));
        if let Some((at, _)) = returning {
            words.cut(at);
        }
        let query = as_select(self, with, "", words.rest())?;
        let select = select_of(&query)?;
        let mut reads = Reads::new(self);
        reads.with(query.with.as_ref());
        let (scope, conditions) = reads.from(&select.from)?;
        let target = scope.sources.first().and_then(|s| s.table.clone());
        reads.scopes.push(scope);
        rest_of(&mut reads, &query, select, &conditions)?;
        let mut found = reads.found();
        if let (Some((_, text)), Some(target)) = (returning, &target) {
            let returned = self.returned(target, Some(text))?;
            found.tables.extend(returned.tables);
            found.checks.splice(0..0, returned.checks);
        }
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
        if !words.find(&["INFILE"]) {
            return Err(words.expected("`INFILE`"));
        }
        let local = stands_before(words, "LOCAL");
        if !words.find(&["INTO TABLE"]) {
            return Err(words.expected("`INTO TABLE`"));
        }
        let replace = stands_before(words, "REPLACE");
        words.eat("INTO TABLE");
        let table = self.read_table(words)?;
        self.named(if local { "LOAD DATA LOCAL" } else { "LOAD DATA" });
        if !local {
            self.denied(&[Privilege::FILE], "reading a file on the server");
        }
        let delete = replace.then_some(Privilege::DELETE);
        let privileges: Vec<Privilege> = [Privilege::INSERT].into_iter().chain(delete).collect();
        self.table(&table, &privileges, "the target of LOAD DATA")?;
        let (columns, set) = load_columns(words)?;
        let untold = || self.columns(&table).filter(|_| !self.has(Behaviour::InsertColumnsAskAll));
        let mut listed = columns.or_else(untold).unwrap_or_default();
        listed.extend(set.iter().filter_map(|a| a.column.last().map(|c| c.value.clone())));
        let all = self.has(Behaviour::InsertColumnsAskAll);
        if listed.is_empty() && !all {
            self.every_column(&table, Privilege::INSERT, TARGET);
        }
        for column in &listed {
            self.column(&table, column, Privilege::INSERT, TARGET);
        }
        let mut found = self.load_reads(&table, &set)?;
        if all {
            found.checks = self.as_loaded(found.checks, &table);
        }
        self.select_tables(&found.tables)?;
        self.finish(found, None);
        Ok(())
    }

    /// What the SET clause of LOAD DATA reads.
    fn load_reads(&self, table: &Table, set: &[Assignment]) -> Result<Found, DemandError> {
        let mut reads = Reads::new(self);
        let source = Source { alias: table.1.clone(), table: Some(table.clone()), columns: self.columns(table) };
        reads.scopes.push(Scope { sources: vec![source], ..Scope::default() });
        for assignment in set {
            reads.expr(&parse_expr(&assignment.value)?)?;
        }
        Ok(reads.found())
    }
}

/// True when that word stands right before the next one.
fn stands_before(words: &Words<'_>, word: &str) -> bool {
    words.position().checked_sub(1).is_some_and(|before| {
        let mut back = words.clone();
        back.go_to(before);
        back.is(word)
    })
}

/// The expressions of VALUES or SET.
pub(super) fn insert_values(reads: &mut Reads<'_, '_>, insert: &Insert<'_>) -> Result<(), DemandError> {
    for assignment in &insert.assignments {
        reads.expr(&parse_expr(&assignment.value)?)?;
    }
    let text = insert.source.between(insert.source.position(), insert.end);
    if insert.rows && !text.chars().all(|c| "(), ".contains(c) || c.is_whitespace()) {
        reads.expr(&parse_expr(&format!("({})", no_empty_rows(text)))?)?;
    }
    Ok(())
}

/// ON DUPLICATE KEY UPDATE. Behind a query, the columns to update come before those that the query reads.
fn on_duplicate(reads: &mut Reads<'_, '_>, insert: &Insert<'_>, update: usize) -> Result<(), DemandError> {
    let mut words = insert.source.clone();
    words.go_to(update);
    words.eat("ON DUPLICATE KEY UPDATE");
    let assignments = assignments_to_end(&words)?;
    let before = reads.checks.len();
    for assignment in &assignments {
        reads.column(&assignment.column, Privilege::UPDATE, "the columns that ON DUPLICATE KEY UPDATE sets");
    }
    if !insert.rows && !insert.set {
        reads.checks.rotate_left(before);
    }
    for assignment in &assignments {
        reads.expr(&parse_expr(&assignment.value)?)?;
    }
    Ok(())
}

/// ON DUPLICATE KEY UPDATE where its columns are asked for SELECT, after its values.
pub(super) fn on_duplicate_values(
    reads: &mut Reads<'_, '_>,
    insert: &Insert<'_>,
    update: usize,
) -> Result<(), DemandError> {
    let mut words = insert.source.clone();
    words.go_to(update);
    words.eat("ON DUPLICATE KEY UPDATE");
    let assignments = assignments_to_end(&words)?;
    for assignment in &assignments {
        reads.expr(&parse_expr(&assignment.value)?)?;
    }
    for assignment in &assignments {
        reads.column(&assignment.column, Privilege::SELECT, "the columns that ON DUPLICATE KEY UPDATE sets");
    }
    Ok(())
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
