//! The columns, functions and subqueries of an expression, from left to right.

use super::DemandError;
use super::draft::routine_check;
use super::function::is_native;
use super::query::{Reads, idents};
use super::sequence::sequence_privileges;
use crate::server::behaviour::Behaviour;
use crate::server::catalogue::Privilege;
use crate::syntax::statement::ObjectKind;
use sqlparser::ast::{
    Expr, Function, FunctionArg, FunctionArgExpr, FunctionArgumentClause, FunctionArguments, WindowType,
};

impl Reads<'_, '_> {
    /// Everything that an expression reads.
    pub fn expr(&mut self, expr: &Expr) -> Result<(), DemandError> {
        match expr {
            Expr::Identifier(name) => self.column(std::slice::from_ref(name), Privilege::SELECT, self.purpose),
            Expr::CompoundIdentifier(names) => self.column(names, Privilege::SELECT, self.purpose),
            Expr::Function(function) => self.function(function)?,
            Expr::Subquery(query) | Expr::Exists { subquery: query, .. } => self.subquery(query)?,
            Expr::InSubquery { expr, subquery, .. } => {
                // MySQL resolves the query before what it is compared with
                let first = self.draft.has(Behaviour::ComparedFirst);
                if first {
                    self.expr(expr)?;
                }
                self.subquery(subquery)?;
                if !first {
                    self.expr(expr)?;
                }
            }
            Expr::MatchAgainst { columns, .. } => {
                for column in columns {
                    self.column(&idents(column), Privilege::SELECT, self.purpose);
                }
            }
            other => {
                for part in parts(other) {
                    self.expr(part)?;
                }
            }
        }
        Ok(())
    }

    /// A query inside of an expression: its own ORDER BY may name its own aliases only.
    fn subquery(&mut self, query: &sqlparser::ast::Query) -> Result<(), DemandError> {
        let with_aliases = std::mem::replace(&mut self.with_aliases, false);
        let done = self.query(query);
        self.with_aliases = with_aliases;
        done.map(|_| ())
    }

    fn function(&mut self, function: &Function) -> Result<(), DemandError> {
        if self.sequence_function(function)? {
            return Ok(());
        }
        if let FunctionArguments::List(list) = &function.args {
            for arg in &list.args {
                let (FunctionArg::Unnamed(arg) | FunctionArg::Named { arg, .. } | FunctionArg::ExprNamed { arg, .. }) =
                    arg;
                if let FunctionArgExpr::Expr(expr) = arg {
                    self.expr(expr)?;
                }
            }
            for clause in &list.clauses {
                if let FunctionArgumentClause::OrderBy(exprs) = clause {
                    exprs.iter().try_for_each(|by| self.expr(&by.expr))?;
                }
            }
        }
        if let FunctionArguments::Subquery(query) = &function.args {
            self.subquery(query)?;
        }
        if let Some(WindowType::WindowSpec(window)) = &function.over {
            for expr in window.partition_by.iter().chain(window.order_by.iter().map(|o| &o.expr)) {
                self.expr(expr)?;
            }
        }
        self.stored_function(function);
        Ok(())
    }

    /// NEXTVAL, LASTVAL and SETVAL: the first argument names a sequence.
    fn sequence_function(&mut self, function: &Function) -> Result<bool, DemandError> {
        let names = idents(&function.name);
        let [name] = names.as_slice() else { return Ok(false) };
        let FunctionArguments::List(list) = &function.args else { return Ok(false) };
        let asked = sequence_privileges(&name.value).filter(|_| self.draft.has(Behaviour::Sequences));
        let (Some(asked), Some(FunctionArg::Unnamed(FunctionArgExpr::Expr(first)))) = (asked, list.args.first()) else {
            return Ok(false);
        };
        let said = match first {
            Expr::Identifier(name) => (None, name.value.clone()),
            Expr::CompoundIdentifier(parts) => match parts.as_slice() {
                [db, name] => (Some(db.value.clone()), name.value.clone()),
                _ => return Ok(false),
            },
            _ => return Ok(false),
        };
        self.sequences.push((self.draft.full(said)?, asked));
        Ok(true)
    }

    /// EXECUTE on a stored function. A name without a database is one only when no native function has it.
    fn stored_function(&mut self, function: &Function) {
        let names = idents(&function.name);
        if let [db, package, _] = names.as_slice() {
            let package = (db.value.clone(), package.value.clone());
            let check = routine_check(ObjectKind::PackageBody, &package, Privilege::EXECUTE, "a package's function");
            self.checks.extend(self.draft.has(Behaviour::Packages).then_some(check));
            return;
        }
        let routine = match names.as_slice() {
            [name] if name.quote_style.is_none() && is_native(&name.value) => return,
            [name] => self.draft.db(None).ok().map(|db| (db, name.value.clone())),
            [db, name] => Some((db.value.clone(), name.value.clone())),
            _ => None,
        };
        let check = routine.map(|r| routine_check(ObjectKind::Function, &r, Privilege::EXECUTE, "a stored function"));
        self.checks.extend(check);
    }
}

/// The expressions directly inside of one, in order.
fn parts(expr: &Expr) -> Vec<&Expr> {
    match expr {
        Expr::IsFalse(e) | Expr::IsNotFalse(e) | Expr::IsTrue(e) | Expr::IsNotTrue(e) | Expr::IsNull(e) => vec![e],
        Expr::IsNotNull(e) | Expr::IsUnknown(e) | Expr::IsNotUnknown(e) | Expr::Nested(e) | Expr::Prior(e) => vec![e],
        Expr::IsDistinctFrom(a, b) | Expr::IsNotDistinctFrom(a, b) => vec![a, b],
        Expr::InList { expr, list, .. } => std::iter::once(expr.as_ref()).chain(list).collect(),
        Expr::Between { expr, low, high, .. } => vec![expr, low, high],
        Expr::BinaryOp { left, right, .. } => vec![left, right],
        Expr::AnyOp { left, right, .. } | Expr::AllOp { left, right, .. } => vec![left, right],
        Expr::Like { expr, pattern, .. } | Expr::ILike { expr, pattern, .. } => vec![expr, pattern],
        Expr::SimilarTo { expr, pattern, .. } | Expr::RLike { expr, pattern, .. } => vec![expr, pattern],
        Expr::UnaryOp { expr, .. } | Expr::Convert { expr, .. } | Expr::Cast { expr, .. } => vec![expr],
        Expr::Extract { expr, .. } | Expr::Ceil { expr, .. } | Expr::Floor { expr, .. } => vec![expr],
        Expr::Collate { expr, .. } | Expr::Named { expr, .. } | Expr::IsJson { expr, .. } => vec![expr],
        Expr::Prefixed { value, .. } | Expr::OuterJoin(value) | Expr::JsonAccess { value, .. } => vec![value],
        Expr::CompoundFieldAccess { root, .. } => vec![root],
        Expr::AtTimeZone { timestamp, time_zone } => vec![timestamp, time_zone],
        Expr::Position { expr, r#in } => vec![expr, r#in],
        Expr::Substring { expr, substring_from, substring_for, .. } => {
            [Some(expr), substring_from.as_ref(), substring_for.as_ref()]
                .into_iter()
                .flatten()
                .map(AsRef::as_ref)
                .collect()
        }
        Expr::Trim { trim_what, expr, .. } => trim_what.iter().map(AsRef::as_ref).chain([expr.as_ref()]).collect(),
        Expr::Overlay { expr, overlay_what, overlay_from, .. } => vec![expr, overlay_what, overlay_from],
        Expr::Case { operand, conditions, else_result, .. } => {
            let arms = conditions.iter().flat_map(|w| [&w.condition, &w.result]);
            let operand = operand.iter().map(AsRef::as_ref);
            operand.chain(arms).chain(else_result.iter().map(AsRef::as_ref)).collect()
        }
        Expr::Tuple(list) => list.iter().collect(),
        Expr::Interval(interval) => vec![&interval.value],
        Expr::MemberOf(member) => vec![&member.value, &member.array],
        _ => Vec::new(),
    }
}
