//! A query's tables, columns and functions, in the order the server resolves them.
//!
//! The server first checks every table of the statement, in the order they are read: FROM, then the subqueries of the
//! select list, of WHERE and so on. Then it resolves derived tables, the select list, WHERE, the join conditions, GROUP
//! BY, HAVING and ORDER BY, and checks columns and stored functions as it meets them.

use super::draft::{Draft, Table, column_check_any, every_column_checks};
use super::view::VIEW_ANY;
use super::{Check, DemandError, Need, On, Refusal};
use crate::server::behaviour::Behaviour;
use crate::server::catalogue::Privilege;
use sqlparser::ast::{
    Cte, Expr, GroupByExpr, Ident, JoinConstraint, JoinOperator, LockType, ObjectName, OrderBy, OrderByKind, Query,
    Select, SelectItem, SelectItemQualifiedWildcardKind, SetExpr, Statement, TableFactor, TableWithJoins, With,
};
use sqlparser::dialect::MySqlDialect;
use sqlparser::parser::{Parser, ParserError};

/// One table of a FROM clause.
#[derive(Debug, Clone)]
pub(super) struct Source {
    /// The name it goes by.
    pub alias: String,
    /// The table behind it; none for a derived one.
    pub table: Option<Table>,
    /// Its columns where they are known.
    pub columns: Option<Vec<String>>,
}

/// The tables that names can mean, and the aliases of the select list.
#[derive(Debug, Clone, Default)]
pub(super) struct Scope {
    pub sources: Vec<Source>,
    pub aliases: Vec<String>,
    /// Columns that a USING clause made one.
    pub joined: Vec<String>,
}

/// What a query reads.
#[derive(Debug)]
pub(super) struct Reads<'d, 'a> {
    pub draft: &'d Draft<'a>,
    /// Tables in the order of the first check.
    pub tables: Vec<Table>,
    /// Tables that a locking clause locks.
    pub locked: Vec<Table>,
    /// Tables of subqueries and derived tables.
    pub inner: Vec<Table>,
    /// Sequences with what their functions ask.
    pub sequences: Vec<(Table, &'static [Privilege])>,
    /// Column and routine checks in the order of resolution.
    pub checks: Vec<Check>,
    pub scopes: Vec<Scope>,
    ctes: Vec<Cte>,
    /// Common table expressions being walked, which a recursive one names itself.
    open_ctes: Vec<String>,
    /// Common table expressions that something named, in lower case.
    used: Vec<String>,
    /// Names may mean aliases of the select list (HAVING, ORDER BY).
    pub with_aliases: bool,
    /// The query of a new view: columns that are only passed on need less.
    pub of_view: bool,
    /// The column that is looked at is only passed on.
    any: bool,
    /// How many derived tables and common table expressions are being walked.
    nested: usize,
    /// What columns are read for, in words.
    pub purpose: &'static str,
}

/// The purpose of columns that are read.
pub(super) const READ: &str = "columns read";

impl<'d, 'a> Reads<'d, 'a> {
    pub fn new(draft: &'d Draft<'a>) -> Self {
        Self {
            draft,
            tables: Vec::new(),
            locked: Vec::new(),
            sequences: Vec::new(),
            inner: Vec::new(),
            checks: Vec::new(),
            scopes: Vec::new(),
            ctes: Vec::new(),
            open_ctes: Vec::new(),
            used: Vec::new(),
            with_aliases: false,
            of_view: false,
            any: false,
            nested: 0,
            purpose: READ,
        }
    }

    /// A query; the names of its columns where all are known.
    pub fn query(&mut self, query: &Query) -> Result<Option<Vec<String>>, DemandError> {
        let known = self.ctes.len();
        self.with(query.with.as_ref());
        let locks_before = self.tables.len();
        let columns = match query.body.as_ref() {
            SetExpr::Select(select) => self.select(select, query.order_by.as_ref())?,
            body => {
                let columns = self.set(body)?;
                self.order_subqueries(query.order_by.as_ref())?;
                columns
            }
        };
        for lock in query.locks.iter().filter(|l| l.lock_type == LockType::Update) {
            let of = lock.of.as_ref().map(last_name);
            let tables = self.tables.get(locks_before..).unwrap_or(&[]);
            let locked = tables.iter().filter(|t| of.as_ref().is_none_or(|o| *o == t.1)).cloned();
            self.locked.extend(locked.collect::<Vec<_>>());
        }
        self.unused(known)?;
        self.ctes.truncate(known);
        Ok(columns)
    }

    /// Walks the common table expressions that nothing used, where the server checks them too.
    fn unused(&mut self, known: usize) -> Result<(), DemandError> {
        if !self.draft.has(Behaviour::UnusedExpressionsChecked) {
            return Ok(());
        }
        let idle: Vec<Cte> = self
            .ctes
            .iter()
            .skip(known)
            .filter(|c| !self.used.contains(&c.alias.name.value.to_lowercase()))
            .cloned()
            .collect();
        for cte in idle {
            let outer = std::mem::take(&mut self.scopes);
            let done = self.query(&cte.query);
            self.scopes = outer;
            done?;
        }
        Ok(())
    }

    /// Makes the common table expressions known. They are walked where they are used; unused ones are never checked.
    pub fn with(&mut self, with: Option<&With>) {
        self.ctes.extend(with.into_iter().flat_map(|w| w.cte_tables.iter().cloned()));
    }

    fn set(&mut self, body: &SetExpr) -> Result<Option<Vec<String>>, DemandError> {
        match body {
            SetExpr::Select(select) => self.select(select, None),
            SetExpr::Query(query) => self.query(query),
            SetExpr::SetOperation { left, right, .. } => {
                let columns = self.set(left)?;
                self.set(right)?;
                Ok(columns)
            }
            SetExpr::Values(values) => {
                for expr in values.rows.iter().flat_map(|row| row.content.iter()) {
                    self.expr(expr)?;
                }
                Ok(None)
            }
            SetExpr::Table(table) => {
                let name = (table.schema_name.clone(), table.table_name.clone().unwrap_or_default());
                let table = self.draft.full(name)?;
                self.tables.push(table.clone());
                let columns = self.draft.columns(&table);
                self.any = self.passes_on();
                let checks = every_column_checks(&table, columns.clone(), self.asked(Privilege::SELECT), self.purpose);
                self.any = false;
                self.checks.extend(checks);
                Ok(columns)
            }
            SetExpr::Insert(_) | SetExpr::Update(_) | SetExpr::Delete(_) | SetExpr::Merge(_) => {
                Err(DemandError::Unsupported("a statement inside of a query".to_owned()))
            }
        }
    }

    fn order_subqueries(&mut self, order: Option<&OrderBy>) -> Result<(), DemandError> {
        // the names in the ORDER BY of a UNION are those of its result
        self.scopes.push(Scope::default());
        let done = self.order(order);
        self.scopes.pop();
        done
    }

    fn order(&mut self, order: Option<&OrderBy>) -> Result<(), DemandError> {
        if let Some(OrderBy { kind: OrderByKind::Expressions(exprs), .. }) = order {
            for by in exprs {
                self.expr(&by.expr)?;
            }
        }
        Ok(())
    }

    fn select(&mut self, select: &Select, order: Option<&OrderBy>) -> Result<Option<Vec<String>>, DemandError> {
        let (scope, conditions) = self.from(&select.from)?;
        self.scopes.push(scope);
        let with_aliases = std::mem::replace(&mut self.with_aliases, false);
        let done = self.select_body(select, order, &conditions);
        self.with_aliases = with_aliases;
        self.scopes.pop();
        done
    }

    fn select_body(
        &mut self,
        select: &Select,
        order: Option<&OrderBy>,
        conditions: &[Expr],
    ) -> Result<Option<Vec<String>>, DemandError> {
        let mut columns = Some(Vec::new());
        let mut aliases = Vec::new();
        for item in &select.projection {
            let names = self.item(item, &mut aliases)?;
            columns = columns.zip(names).map(|(mut all, names)| {
                all.extend(names);
                all
            });
        }
        for expr in select.selection.iter().chain(conditions) {
            self.expr(expr)?;
        }
        if let Some(scope) = self.scopes.last_mut() {
            scope.aliases = aliases;
        }
        self.with_aliases = true;
        let order_first = self.draft.has(Behaviour::OrderBeforeGroup);
        if order_first {
            self.order(order)?;
        }
        if let GroupByExpr::Expressions(exprs, _) = &select.group_by {
            for expr in exprs {
                self.expr(expr)?;
            }
        }
        if let Some(expr) = &select.having {
            self.expr(expr)?;
        }
        if !order_first {
            self.order(order)?;
        }
        Ok(columns)
    }

    /// One item of the select list: its column names, where they are known.
    fn item(&mut self, item: &SelectItem, aliases: &mut Vec<String>) -> Result<Option<Vec<String>>, DemandError> {
        Ok(match item {
            SelectItem::UnnamedExpr(expr) => {
                self.passed_on(expr)?;
                match expr {
                    Expr::Identifier(name) => Some(vec![name.value.clone()]),
                    Expr::CompoundIdentifier(names) => names.last().map(|n| vec![n.value.clone()]),
                    _ => Some(vec![expr.to_string()]),
                }
            }
            SelectItem::ExprWithAlias { expr, alias } => {
                self.passed_on(expr)?;
                aliases.push(alias.value.to_lowercase());
                Some(vec![alias.value.clone()])
            }
            SelectItem::ExprWithAliases { expr, .. } => {
                self.expr(expr)?;
                None
            }
            SelectItem::Wildcard(_) => self.all_columns(None),
            SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::ObjectName(name), _) => {
                self.all_columns(Some(name))
            }
            SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::Expr(expr), _) => {
                self.expr(expr)?;
                None
            }
        })
    }

    /// The items of RETURNING, which are a select list on the table that is changed.
    pub fn returned(&mut self, items: &[SelectItem]) -> Result<(), DemandError> {
        let mut aliases = Vec::new();
        for item in items {
            self.item(item, &mut aliases)?;
        }
        Ok(())
    }

    /// An item of the select list; in a new view a bare column is only passed on.
    fn passed_on(&mut self, expr: &Expr) -> Result<(), DemandError> {
        self.any = self.passes_on() && matches!(expr, Expr::Identifier(_) | Expr::CompoundIdentifier(_));
        let done = self.expr(expr);
        self.any = false;
        done
    }

    /// True in the outermost select list of a new view.
    fn passes_on(&self) -> bool {
        self.of_view && self.nested == 0 && self.scopes.len() <= 1
    }

    fn all_columns(&mut self, of: Option<&ObjectName>) -> Option<Vec<String>> {
        self.any = self.passes_on();
        let columns = self.wildcard(of);
        self.any = false;
        columns
    }

    /// The privileges asked for a column, and the word for them.
    fn asked(&self, privilege: Privilege) -> (&'static [Privilege], &'static str) {
        const ONE: [&[Privilege]; 3] = [&[Privilege::SELECT], &[Privilege::INSERT], &[Privilege::UPDATE]];
        if self.any {
            return (&VIEW_ANY, "ANY");
        }
        let one = ONE.into_iter().find(|o| o.contains(&privilege)).unwrap_or(&[Privilege::SELECT]);
        (one, privilege.name().unwrap_or(""))
    }

    /// `*` or `t.*`: every column of those tables.
    fn wildcard(&mut self, of: Option<&ObjectName>) -> Option<Vec<String>> {
        let wanted = of.map(last_name);
        let none = Scope::default();
        let scope = self.scopes.last().unwrap_or(&none);
        let (sources, joined) = (&scope.sources, &scope.joined);
        let mut columns = Some(Vec::new());
        let mut checks = Vec::new();
        let is_meant = |s: &Source| wanted.as_ref().is_none_or(|w| s.alias.eq_ignore_ascii_case(w));
        for (i, source) in sources.iter().enumerate().filter(|(_, s)| is_meant(s)) {
            if let Some(table) = &source.table {
                let asked = self.asked(Privilege::SELECT);
                checks.extend(every_column_checks(table, own_columns(source, i, joined), asked, self.purpose));
            }
            columns = columns.zip(source.columns.clone()).map(|(mut all, names): (Vec<String>, _)| {
                all.extend(names);
                all
            });
        }
        self.checks.extend(checks);
        columns
    }

    /// The tables of a FROM clause, and its join conditions.
    pub fn from(&mut self, from: &[TableWithJoins]) -> Result<(Scope, Vec<Expr>), DemandError> {
        let mut scope = Scope::default();
        let mut conditions = Vec::new();
        for item in from {
            self.joins(item, &mut scope, &mut conditions)?;
        }
        Ok((scope, conditions))
    }

    fn joins(
        &mut self,
        item: &TableWithJoins,
        scope: &mut Scope,
        conditions: &mut Vec<Expr>,
    ) -> Result<(), DemandError> {
        self.factor(&item.relation, scope, conditions)?;
        for join in &item.joins {
            self.factor(&join.relation, scope, conditions)?;
            match constraint(&join.join_operator) {
                Some(JoinConstraint::On(expr)) => conditions.push(expr.clone()),
                Some(JoinConstraint::Using(names)) => {
                    scope.joined.extend(names.iter().map(|n| last_name(n).to_lowercase()));
                }
                Some(JoinConstraint::Natural) => natural(scope),
                _ => {}
            }
        }
        Ok(())
    }

    fn factor(
        &mut self,
        factor: &TableFactor,
        scope: &mut Scope,
        conditions: &mut Vec<Expr>,
    ) -> Result<(), DemandError> {
        match factor {
            TableFactor::Table { name, alias, .. } => {
                let alias = alias.as_ref().map(|a| a.name.value.clone());
                self.named_table(name, alias, scope)
            }
            TableFactor::Derived { subquery, alias, lateral, .. } => {
                if *lateral {
                    self.scopes.push(scope.clone());
                }
                self.nested += 1;
                let columns = self.query(subquery);
                self.nested -= 1;
                if *lateral {
                    self.scopes.pop();
                }
                let columns = columns?;
                let alias = alias.as_ref();
                let listed = alias.map(|a| a.columns.iter().map(|c| c.name.value.clone()).collect::<Vec<_>>());
                let columns = listed.filter(|l| !l.is_empty()).or(columns);
                let alias = alias.map(|a| a.name.value.clone()).unwrap_or_default();
                scope.sources.push(Source { alias, table: None, columns });
                Ok(())
            }
            TableFactor::NestedJoin { table_with_joins, .. } => self.joins(table_with_joins, scope, conditions),
            TableFactor::JsonTable { json_expr, columns: _, alias, .. } => {
                self.scopes.push(scope.clone());
                let done = self.expr(json_expr);
                self.scopes.pop();
                let alias = alias.as_ref().map(|a| a.name.value.clone()).unwrap_or_default();
                scope.sources.push(Source { alias, table: None, columns: None });
                done
            }
            other => Err(DemandError::Unsupported(format!("the table `{other}` in FROM"))),
        }
    }

    fn named_table(&mut self, name: &ObjectName, alias: Option<String>, scope: &mut Scope) -> Result<(), DemandError> {
        let parts = idents(name);
        let (db, table) = match parts.as_slice() {
            [table] => (None, table),
            [db, table] => (Some(db.value.clone()), table),
            _ => return Err(DemandError::Syntax(format!("expected a table name, found `{name}`"))),
        };
        if db.is_none() && table.quote_style.is_none() && table.value.eq_ignore_ascii_case("dual") {
            return Ok(());
        }
        if db.is_none() && self.common(&table.value, alias.as_deref(), scope)? {
            return Ok(());
        }
        let table = self.draft.full((db, table.value.clone()))?;
        self.tables.push(table.clone());
        if self.nested > 0 || !self.scopes.is_empty() {
            self.inner.push(table.clone());
        }
        let columns = self.draft.columns(&table);
        scope.sources.push(Source { alias: alias.unwrap_or_else(|| table.1.clone()), table: Some(table), columns });
        Ok(())
    }

    /// Walks the common table expression of that name, if there is one.
    fn common(&mut self, name: &str, alias: Option<&str>, scope: &mut Scope) -> Result<bool, DemandError> {
        let Some(cte) = self.ctes.iter().rfind(|c| c.alias.name.value.eq_ignore_ascii_case(name)).cloned() else {
            return Ok(false);
        };
        let key = name.to_lowercase();
        self.used.push(key.clone());
        let columns = if self.open_ctes.contains(&key) {
            None
        } else {
            self.open_ctes.push(key);
            let outer = std::mem::take(&mut self.scopes);
            self.nested += 1;
            let columns = self.query(&cte.query);
            self.nested -= 1;
            self.scopes = outer;
            self.open_ctes.pop();
            columns?
        };
        let listed: Vec<String> = cte.alias.columns.iter().map(|c| c.name.value.clone()).collect();
        let columns = Some(listed).filter(|l| !l.is_empty()).or(columns);
        scope.sources.push(Source { alias: alias.unwrap_or(name).to_owned(), table: None, columns });
        Ok(true)
    }

    /// A column by the names that were said for it.
    pub fn column(&mut self, names: &[Ident], privilege: Privilege, purpose: &str) {
        let Some((column, qualifier)) = names.split_last() else { return };
        // DEFAULT stands where a value may stand
        let default = column.quote_style.is_none() && column.value.eq_ignore_ascii_case("default");
        if qualifier.is_empty() && (default || self.is_alias(&column.value)) {
            return;
        }
        let name = column.value.as_str();
        let mut unsure: Vec<Table> = Vec::new();
        for scope in self.scopes.iter().rev() {
            match resolve(scope, qualifier, name) {
                Found::Table(table) => {
                    let asked = self.asked(privilege);
                    return self.checks.extend(column_check_any(&table, name, asked, purpose));
                }
                Found::Derived => return,
                Found::Nowhere => {}
                Found::Perhaps(tables) => {
                    unsure = tables;
                    break;
                }
            }
        }
        match unsure.as_slice() {
            [] => {}
            [table] => self.checks.extend(column_check_any(table, name, self.asked(privilege), purpose)),
            [(db, table), ..] => self.checks.push(Check {
                needs: vec![Need {
                    any_of: self.asked(privilege).0.to_vec(),
                    on: On::ColumnOfOneOf(unsure.clone(), name.to_owned()),
                }],
                refusal: Refusal::Column {
                    verb: Some(self.asked(privilege).1.to_owned()),
                    column: name.to_owned(),
                    table: table.clone(),
                    db: db.clone(),
                },
                purpose: purpose.to_owned(),
            }),
        }
    }

    fn is_alias(&self, name: &str) -> bool {
        let known = |s: &Scope| s.aliases.iter().any(|a| a.eq_ignore_ascii_case(name));
        self.with_aliases && self.scopes.last().is_some_and(known)
    }
}

enum Found {
    Table(Table),
    Derived,
    Perhaps(Vec<Table>),
    Nowhere,
}

/// Where a column of a scope belongs.
fn resolve(scope: &Scope, qualifier: &[Ident], column: &str) -> Found {
    let knows = |s: &Source| s.columns.as_ref().map(|c| c.iter().any(|c| c.eq_ignore_ascii_case(column)));
    if let Some((table, db)) = qualifier.split_last() {
        let named = |s: &&Source| {
            s.alias.eq_ignore_ascii_case(&table.value)
                && db.last().is_none_or(|db| s.table.as_ref().is_some_and(|t| t.0.eq_ignore_ascii_case(&db.value)))
        };
        return match scope.sources.iter().find(named) {
            Some(Source { table: Some(table), .. }) => Found::Table(table.clone()),
            Some(_) => Found::Derived,
            None => Found::Nowhere,
        };
    }
    if let Some(source) = scope.sources.iter().find(|s| knows(s) == Some(true)) {
        return source.table.clone().map_or(Found::Derived, Found::Table);
    }
    let open: Vec<&Source> = scope.sources.iter().filter(|s| knows(s).is_none()).collect();
    let tables: Vec<Table> = open.iter().filter_map(|s| s.table.clone()).collect();
    let joined = scope.joined.iter().any(|j| j.eq_ignore_ascii_case(column));
    match (open.as_slice(), tables.as_slice()) {
        ([], _) => Found::Nowhere,
        ([first, ..], [table, ..]) if joined && first.table.is_some() => Found::Table(table.clone()),
        (_, []) => Found::Derived,
        _ => Found::Perhaps(tables),
    }
}

/// NATURAL JOIN makes the columns one that the last table shares with those before it.
fn natural(scope: &mut Scope) {
    let Some((last, before)) = scope.sources.split_last() else { return };
    let known = |name: &String| before.iter().any(|s| s.columns.iter().flatten().any(|c| c.eq_ignore_ascii_case(name)));
    let shared: Vec<String> = last.columns.iter().flatten().filter(|c| known(c)).map(|c| c.to_lowercase()).collect();
    scope.joined.extend(shared);
}

/// The columns that `*` takes from a table: those that USING or NATURAL joined are the first table's.
fn own_columns(source: &Source, place: usize, joined: &[String]) -> Option<Vec<String>> {
    let mut columns = source.columns.clone()?;
    if place > 0 {
        columns.retain(|c| !joined.iter().any(|j| j.eq_ignore_ascii_case(c)));
    }
    Some(columns)
}

fn constraint(operator: &JoinOperator) -> Option<&JoinConstraint> {
    use JoinOperator as J;
    match operator {
        J::Join(c) | J::Inner(c) | J::Left(c) | J::LeftOuter(c) | J::Right(c) | J::RightOuter(c) => Some(c),
        J::FullOuter(c) | J::CrossJoin(c) | J::StraightJoin(c) => Some(c),
        _ => None,
    }
}

/// The parts of a dotted name.
pub(super) fn idents(name: &ObjectName) -> Vec<Ident> {
    name.0.iter().filter_map(|p| p.as_ident().cloned()).collect()
}

/// The last part of a dotted name.
pub(super) fn last_name(name: &ObjectName) -> String {
    idents(name).pop().map(|i| i.value).unwrap_or_default()
}

/// Reads a query.
pub(super) fn parse_query(text: &str) -> Result<Query, DemandError> {
    let mut statements = Parser::parse_sql(&MySqlDialect {}, text).map_err(unreadable)?;
    match statements.pop() {
        Some(Statement::Query(query)) if statements.is_empty() => Ok(*query),
        _ => Err(DemandError::Syntax("expected a query".to_owned())),
    }
}

/// Reads `a = 1, b = 2` or the like as the select list it would be.
pub(super) fn parse_expr(text: &str) -> Result<Expr, DemandError> {
    let mut parser = Parser::new(&MySqlDialect {}).try_with_sql(text).map_err(unreadable)?;
    parser.parse_expr().map_err(unreadable)
}

fn unreadable(error: ParserError) -> DemandError {
    let text = match error {
        ParserError::TokenizerError(text) | ParserError::ParserError(text) => text,
        ParserError::RecursionLimitExceeded => return DemandError::Unsupported("a query nested this deep".to_owned()),
    };
    let text = text.split(" at Line:").next().unwrap_or("").replace("Expected: ", "expected ");
    DemandError::Syntax(text)
}
