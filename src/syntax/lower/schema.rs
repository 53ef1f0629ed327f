//! The DDL that tells what exists.

use super::grant::object_kind;
use super::{Lower, Result, child, has};
use crate::source::Span;
use crate::syntax::grammar::Rule;
use crate::syntax::statement::{AccountRef, ObjectKind, QualifiedName, SchemaChange, StatementKind};
use pest::iterators::{Pair, Pairs};
use smol_str::SmolStr;

/// What CREATE and DROP statements have in common.
#[derive(Default)]
struct Parts {
    names: Vec<QualifiedName>,
    name: Option<SmolStr>,
    kind: Option<ObjectKind>,
    definer: Option<AccountRef>,
    columns: Option<Vec<SmolStr>>,
    select: Span,
    if_exists: bool,
    if_not_exists: bool,
    or_replace: bool,
    temporary: bool,
    invoker: bool,
    query: bool,
    library: bool,
    like: Option<QualifiedName>,
}

impl Parts {
    fn first(&mut self) -> QualifiedName {
        let empty = QualifiedName { db: None, name: SmolStr::default() };
        if self.names.is_empty() { empty } else { self.names.remove(0) }
    }
}

impl Lower {
    pub(super) fn schema(self, rule: Rule, inner: Pairs<'_, Rule>) -> Result<StatementKind> {
        match rule {
            Rule::alter_table => return self.alter_table(inner),
            Rule::rename_tables => return self.rename_tables(inner).map(StatementKind::Schema),
            _ => {}
        }
        let mut parts = Parts::default();
        for pair in inner {
            self.schema_part(&mut parts, pair)?;
        }
        if parts.library {
            return Ok(StatementKind::Irrelevant(SmolStr::new_static("CREATE FUNCTION SONAME")));
        }
        Ok(StatementKind::Schema(change(rule, parts)))
    }

    fn schema_part(self, out: &mut Parts, pair: Pair<'_, Rule>) -> Result<()> {
        match pair.as_rule() {
            Rule::qualified => out.names.push(self.qualified(pair)?),
            Rule::bare | Rule::quoted if out.name.is_none() => out.name = Some(self.text(&pair)?),
            Rule::routine_kind => out.kind = Some(object_kind(&pair)),
            Rule::definer => out.definer = child(&pair, Rule::account).map(|p| self.account(&p)).transpose()?,
            Rule::table_body => out.columns = Some(self.column_names(pair)?),
            Rule::columns => out.columns = Some(self.names(pair)?),
            Rule::like => {
                out.like = child(&pair, Rule::qualified).map(|p| self.qualified(p)).transpose()?;
            }
            Rule::select => out.select = self.span(&pair),
            Rule::if_exists => out.if_exists = true,
            Rule::if_not_exists => out.if_not_exists = true,
            Rule::or_replace | Rule::ALTER => out.or_replace = true,
            Rule::TEMPORARY => out.temporary = true,
            Rule::sql_security => out.invoker = has(&pair, Rule::INVOKER),
            Rule::query => out.query = true,
            Rule::SONAME => out.library = true,
            _ => {}
        }
        Ok(())
    }

    fn names(self, pair: Pair<'_, Rule>) -> Result<Vec<SmolStr>> {
        pair.into_inner().filter(|p| is_name(p)).map(|p| self.text(&p)).collect()
    }

    /// The names of the `column` children.
    fn column_names(self, pair: Pair<'_, Rule>) -> Result<Vec<SmolStr>> {
        let columns = pair.into_inner().filter(|p| p.as_rule() == Rule::column);
        columns.filter_map(|p| p.into_inner().next()).map(|p| self.text(&p)).collect()
    }

    fn rename_tables(self, inner: Pairs<'_, Rule>) -> Result<SchemaChange> {
        let mut out = Vec::new();
        for pair in inner.filter(|p| p.as_rule() == Rule::table_renaming) {
            let names = pair.into_inner().filter(|p| p.as_rule() == Rule::qualified);
            let mut both = names.map(|p| self.qualified(p)).collect::<Result<Vec<_>>>()?.into_iter();
            out.extend(both.next().zip(both.next()));
        }
        Ok(SchemaChange::RenameTables(out))
    }

    fn alter_table(self, inner: Pairs<'_, Rule>) -> Result<StatementKind> {
        let mut table = QualifiedName { db: None, name: SmolStr::default() };
        let (mut add, mut drop, mut rename, mut moved) = (Vec::new(), Vec::new(), Vec::new(), None);
        for pair in inner {
            match pair.as_rule() {
                Rule::qualified => table = self.qualified(pair)?,
                Rule::add_columns => add.extend(self.column_names(pair)?),
                Rule::drop_column => drop.extend(self.names(pair)?.into_iter().next()),
                Rule::rename_column => rename.extend(pair_of(self.names(pair)?)),
                Rule::change_column => rename.extend(pair_of(self.names(pair)?).filter(|(old, new)| old != new)),
                Rule::rename_table => moved = child(&pair, Rule::qualified).map(|p| self.qualified(p)).transpose()?,
                _ => {}
            }
        }
        let columns = !(add.is_empty() && drop.is_empty() && rename.is_empty());
        Ok(match (columns, moved) {
            (true, Some(to)) => {
                StatementKind::Schema(SchemaChange::AlterColumns { table, add, drop, rename, to: Some(to) })
            }
            (true, None) => StatementKind::Schema(SchemaChange::AlterColumns { table, add, drop, rename, to: None }),
            (false, Some(to)) => StatementKind::Schema(SchemaChange::RenameTables(vec![(table, to)])),
            (false, None) => StatementKind::Irrelevant(SmolStr::new_static("ALTER TABLE")),
        })
    }
}

fn change(rule: Rule, mut parts: Parts) -> SchemaChange {
    let name = parts.first();
    let definer = parts.definer.take();
    let plain = parts.name.take().unwrap_or_default();
    let kind = parts.kind.unwrap_or(ObjectKind::Procedure);
    let Parts { if_exists, if_not_exists, or_replace, invoker, .. } = parts;
    match rule {
        Rule::create_database => {
            SchemaChange::CreateDatabase { name: plain, if_not_exists: if_not_exists || or_replace }
        }
        Rule::drop_database => SchemaChange::DropDatabase { name: plain, if_exists },
        Rule::create_table => SchemaChange::CreateTable {
            name,
            // A query behind the list adds columns of its own.
            columns: parts.columns.filter(|_| !parts.query),
            like: parts.like,
            temporary: parts.temporary,
            if_not_exists,
        },
        Rule::drop_tables | Rule::drop_views => {
            let mut names = vec![name];
            names.append(&mut parts.names);
            SchemaChange::DropTables { names, views: rule == Rule::drop_views, if_exists }
        }
        Rule::create_view => SchemaChange::CreateView {
            name,
            columns: parts.columns,
            definer,
            invoker,
            or_replace,
            select: parts.select,
        },
        Rule::create_routine => {
            SchemaChange::CreateRoutine { kind, name, definer, invoker, tolerant: or_replace || if_not_exists }
        }
        Rule::drop_routine => SchemaChange::DropRoutine { kind, name, if_exists },
        Rule::create_trigger => SchemaChange::CreateTrigger { name, table: parts.first(), definer },
        Rule::drop_trigger => SchemaChange::DropTrigger(name),
        Rule::create_event => SchemaChange::CreateEvent { name, definer },
        _ => SchemaChange::DropEvent(name),
    }
}

fn is_name(pair: &Pair<'_, Rule>) -> bool {
    matches!(pair.as_rule(), Rule::bare | Rule::quoted)
}

fn pair_of(names: Vec<SmolStr>) -> Option<(SmolStr, SmolStr)> {
    let mut names = names.into_iter();
    names.next().zip(names.next())
}
