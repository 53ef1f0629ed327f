//! Views: what reading one demands beyond the view itself, and what creating one demands of the tables below.

use super::draft::{Draft, Table};
use super::object::Definer;
use super::plain::plain_query;
use super::query::{Reads, parse_query};
use super::table::Found;
use super::words::Words;
use super::{Check, Context, DemandError, Need, OfDefiner, On, Refusal};
use crate::server::behaviour::Behaviour;
use crate::server::catalogue::Privilege;
use crate::source::Sources;
use crate::tables::GrantTables;
use crate::tables::row::AccountKey;
use crate::tables::schema::{TableObject, View};
use sqlparser::ast::{Expr, Select, SelectItem, SetExpr};

impl Draft<'_> {
    /// The view of that name, where the policy tells of it.
    pub fn known_view(&self, (db, table): &Table) -> Option<&View> {
        let tables = self.context.tables;
        let key = (tables.names.find(db)?, tables.names.find(table)?);
        tables.schema.tables.get(&key)?.view.as_ref()
    }

    /// True for a table that the policy tells of and that is no view.
    pub fn known_table(&self, (db, table): &Table) -> bool {
        let tables = self.context.tables;
        let key = tables.names.find(db).zip(tables.names.find(table));
        key.and_then(|k| tables.schema.tables.get(&k)).is_some_and(|t| t.view.is_none())
    }

    /// What a view demands when it is opened: an INVOKER view the privilege on what is below it, and SELECT on the columns
    /// below those that are used (1356). A DEFINER view asks that of its definer, not of the session (M8.1).
    pub fn view(&mut self, table: &Table, privilege: Privilege, used: &Used) {
        let Some(view) = self.known_view(table).cloned() else { return self.own_view(table, privilege) };
        let shown = format!("`{}`.`{}`", table.0, table.1);
        match self.below(table, &view, privilege, used) {
            Some(needs) if needs.is_empty() => {}
            Some(needs) if view.invoker => self.push(Check {
                needs,
                refusal: lacks_rights(table),
                purpose: format!("what the view {shown} reads as its invoker"),
            }),
            Some(needs) => {
                let (user, host) = self.context.tables.account_text(view.definer);
                let definer = (user.to_owned(), host.to_owned());
                let purpose = format!("what the view {shown} reads as its definer '{user}'@'{host}'");
                let check = Check { needs, refusal: lacks_rights(table), purpose };
                self.out.of_definers.push(OfDefiner { before: self.out.checks.len(), definer, check });
            }
            None => self.note(format!("what the view {shown} reads is not understood; its own tables are not checked")),
        }
    }

    /// A view of the server's own, which nobody can write.
    fn own_view(&mut self, table: &Table, privilege: Privilege) {
        let writes = matches!(privilege, Privilege::INSERT | Privilege::UPDATE);
        if writes && self.context.server.is_own_view(&table.0, &table.1) {
            self.push(Check {
                needs: vec![Need { any_of: Vec::new(), on: On::Table(table.0.clone(), table.1.clone()) }],
                refusal: lacks_rights(table),
                purpose: "a view of the server's own".to_owned(),
            });
        }
    }

    /// The needs of a view's query; none when it cannot be read.
    pub fn below(&self, table: &Table, view: &View, privilege: Privilege, used: &Used) -> Option<Vec<Need>> {
        let context = Context { current_db: Some(&table.0), ..*self.context };
        let mut draft = Draft::new(&context);
        let mut query = parse_query(&plain_query(&draft.words(&view.select))).ok()?;
        let changed_only = used.as_ref().is_some_and(Vec::is_empty) && privilege != Privilege::INSERT;
        let used = used.as_ref().filter(|_| changed_only || !self.has(Behaviour::ViewsResolvedWhole));
        if let (SetExpr::Select(select), Some(used)) = (query.body.as_mut(), used) {
            keep_used(select, self.columns(table).as_deref(), used);
        }
        let mut reads = Reads::new(&draft);
        reads.query(&query).ok()?;
        let mut found = reads.found();
        if privilege != Privilege::SELECT {
            let target = found.tables.first().cloned();
            target.into_iter().try_for_each(|t| draft.table(&t, &[privilege], "what a view writes")).ok()?;
            found.tables.clear();
        }
        draft.reads(found, "what a view reads").ok()?;
        Some(draft.out.checks.into_iter().flat_map(|c| c.needs).collect())
    }

    /// SYSTEM_USER, when the account that owns an object has it (8.0.16 and newer).
    pub fn system_user_of(&mut self, owner: Option<AccountKey>, purpose: &str) {
        if owner.is_some_and(|o| self.has_system_user(o)) {
            self.needs_one_of(&["SYSTEM_USER"], purpose);
        }
    }

    /// True when an account holds SYSTEM_USER itself. What is in force for one that is not there does not count (M7.13,
    /// verified on 9.7.4).
    pub fn has_system_user(&self, account: AccountKey) -> bool {
        let tables = self.context.tables;
        let holds = |p| tables.dynamic.get(&(account, p)).is_some();
        Privilege::dynamic("SYSTEM_USER").is_some_and(holds) && tables.users.get(&account).is_some()
    }
}

/// The columns of a view that a statement names; `None` means all of them.
pub(super) type Used = Option<Vec<String>>;

/// The columns of a table that some checks name; `None` when one of them means all.
pub(super) fn used_columns(table: &Table, checks: &[Check]) -> Used {
    let mut used = Vec::new();
    for need in checks.iter().flat_map(|c| &c.needs) {
        match &need.on {
            On::Column(db, name, column) | On::FirstColumn(db, name, column) if (db, name) == (&table.0, &table.1) => {
                used.push(column.clone())
            }
            On::EveryColumn(db, name) if (db, name) == (&table.0, &table.1) => return None,
            On::ColumnOfOneOf(tables, column) if tables.contains(table) => used.push(column.clone()),
            _ => {}
        }
    }
    Some(used)
}

/// Leaves in a view's select list what is below the used columns.
fn keep_used(select: &mut Select, columns: Option<&[String]>, used: &[String]) {
    let is_used = |name: &str| used.iter().any(|u| u.eq_ignore_ascii_case(name));
    let listed = columns.filter(|c| c.len() == select.projection.len());
    let mut place = 0;
    select.projection.retain(|item| {
        let name = listed.and_then(|c| c.get(place)).cloned().or_else(|| item_name(item));
        place += 1;
        name.is_none_or(|n| is_used(&n))
    });
}

fn item_name(item: &SelectItem) -> Option<String> {
    match item {
        SelectItem::UnnamedExpr(Expr::Identifier(name)) | SelectItem::ExprWithAlias { alias: name, .. } => {
            Some(name.value.clone())
        }
        SelectItem::UnnamedExpr(Expr::CompoundIdentifier(names)) => names.last().map(|n| n.value.clone()),
        _ => None,
    }
}

/// Gives every view of the schema its query's text, and its columns where the query tells them.
pub fn tell_views(tables: &mut GrantTables, sources: &Sources) {
    let untold = |t: &TableObject| t.view.as_ref().is_some_and(|v| v.select.is_empty());
    let mut views: Vec<_> = tables.schema.tables.iter().filter(|(_, t)| untold(t)).map(|(k, t)| (t.span, *k)).collect();
    views.sort_unstable();
    for (span, key) in views {
        let Some(text) = span.map(|s| sources.text(s)) else { continue };
        let Some((query, columns)) = view_text(tables, tables.names.text(key.0), text) else { continue };
        let columns = columns.map(|c| c.iter().map(|c| tables.names.intern(c)).collect());
        let Some(object) = tables.schema.tables.get_mut(&key) else { continue };
        object.columns = object.columns.take().or(columns);
        if let Some(view) = &mut object.view {
            view.select = query;
        }
    }
}

/// The query behind AS, and the names of its columns.
fn view_text(tables: &GrantTables, db: &str, text: &str) -> Option<(String, Option<Vec<String>>)> {
    let context = Context { server: tables.server, tables, current_db: Some(db), account: None, login: None };
    let draft = Draft::new(&context);
    let mut words = draft.words(text);
    words.find(&["VIEW"]).then_some(())?;
    words.eat("VIEW");
    words.eat("IF NOT EXISTS");
    words.qualified("a view name").ok()?;
    words.skip_brackets();
    words.expect("AS").ok()?;
    let query = view_body(&words).to_owned();
    let parsed = parse_query(&plain_query(&draft.words(&query))).ok();
    let columns = parsed.and_then(|q| Reads::new(&draft).query(&q).ok()).flatten();
    Some((query, columns))
}

/// A view's query without its CHECK OPTION.
fn view_body<'a>(words: &Words<'a>) -> &'a str {
    const OPTIONS: [&str; 3] = ["WITH CHECK OPTION", "WITH CASCADED CHECK OPTION", "WITH LOCAL CHECK OPTION"];
    let mut end = words.clone();
    if end.find(&OPTIONS) { words.between(words.position(), end.position()) } else { words.rest() }
}

impl Draft<'_> {
    /// CREATE, ALTER and DROP VIEW.
    pub fn view_statement(
        &mut self,
        verb: &str,
        replace: bool,
        definer: Option<Definer>,
        words: &mut Words<'_>,
    ) -> Result<(), DemandError> {
        words.expect("VIEW")?;
        words.eat("IF NOT EXISTS");
        words.eat("IF EXISTS");
        self.named(if replace { "CREATE OR REPLACE VIEW".to_owned() } else { format!("{verb} VIEW") });
        if verb == "DROP" {
            return self.drop_view(words);
        }
        let view = self.read_table(words)?;
        words.skip_brackets();
        words.expect("AS")?;
        let found = self.view_query(words)?;
        self.table(&view, &[Privilege::CREATE_VIEW], "the view")?;
        if replace || verb == "ALTER" {
            self.table(&view, &[Privilege::DROP], "the view that is replaced")?;
        }
        self.sequences(&found)?;
        for table in &found.tables {
            if found.nested.contains(table) && self.has(Behaviour::ViewSubqueriesAskSelect) {
                self.below_new_view(table);
            } else {
                self.table_any(table, &VIEW_ANY, "ANY", "the tables below the view")?;
            }
        }
        let kept = || self.known_view(&view).map(|v| v.definer);
        let definer = match definer {
            None if verb == "ALTER" => kept().filter(|k| !self.is_own_key(*k)).map(|k| Definer::Other(Some(k))),
            said => said,
        };
        self.other_definer(definer);
        for check in found.checks {
            self.push(check);
        }
        Ok(())
    }

    /// SELECT on a table that only a subquery of a new view reads, with the error of a view that has no name yet.
    fn below_new_view(&mut self, (db, table): &Table) {
        let unnamed = ("(null)".to_owned(), "(null)".to_owned());
        self.push(Check {
            needs: vec![Need { any_of: vec![Privilege::SELECT], on: On::AnyColumn(db.clone(), table.clone()) }],
            refusal: lacks_rights(&unnamed),
            purpose: "the tables below the view".to_owned(),
        });
    }

    fn drop_view(&mut self, words: &mut Words<'_>) -> Result<(), DemandError> {
        let views = self.read_tables(words)?;
        for view in &views {
            self.table(view, &[Privilege::DROP], "the views that are dropped")?;
        }
        for view in &views {
            let owner = self.known_view(view).map(|v| v.definer);
            self.system_user_of(owner, "the view's definer has SYSTEM_USER");
        }
        Ok(())
    }

    /// What the query of a new view reads. Columns that it only passes on need any of four privileges (M8.2).
    fn view_query(&self, words: &Words<'_>) -> Result<Found, DemandError> {
        let query = parse_query(&plain_query(&self.words(view_body(words))))?;
        let mut reads = Reads::new(self);
        reads.of_view = true;
        reads.query(&query)?;
        Ok(reads.found())
    }

    fn is_own_key(&self, key: AccountKey) -> bool {
        let (user, host) = self.context.tables.account_text(key);
        self.context.account.is_some_and(|(u, h)| u == user && h.eq_ignore_ascii_case(host))
    }
}

/// Any of these on a column is enough to pass it on in a view.
pub(super) const VIEW_ANY: [Privilege; 4] =
    [Privilege::SELECT, Privilege::INSERT, Privilege::UPDATE, Privilege::DELETE];

/// 1356
fn lacks_rights((db, table): &Table) -> Refusal {
    Refusal::Other {
        errno: 1356,
        sqlstate: "HY000",
        message: format!(
            "View '{db}.{table}' references invalid table(s) or column(s) or function(s) or definer/invoker of view lack \
             rights to use them"
        ),
    }
}
