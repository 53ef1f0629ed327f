//! INSERT, REPLACE, UPDATE, DELETE, TRUNCATE of grant tables. What is not read becomes a statement that is
//! named as such, so nothing here says why.

use super::{Lower, Result, child, has, read};
use crate::syntax::grammar::Rule;
use crate::syntax::refusal::Refusal;
use crate::syntax::statement::Secret;
use crate::syntax::statement::data::{Comparison, DataAction, DataChange, Expression, Insert, InsertRow};
use pest::iterators::Pair;
use smol_str::SmolStr;

impl Lower {
    /// The statement, if the grammar reads it.
    pub(in crate::syntax) fn data(self, rule: Rule, text: &str) -> Option<DataChange> {
        let pair = read(rule, text).ok()?.next()?;
        let table = self.qualified(child(&pair, Rule::qualified)?).ok()?;
        let action = match rule {
            Rule::insert_rows => DataAction::Insert(self.insert(&pair).ok()?),
            Rule::update_rows => DataAction::Update {
                ignore: is_ignoring(&pair),
                set: self.set_columns(&pair).ok()?,
                condition: self.condition(&pair).ok()?,
                limit: self.row_limit(&pair).ok()?,
            },
            Rule::delete_rows => {
                DataAction::Delete { condition: self.condition(&pair).ok()?, limit: self.row_limit(&pair).ok()? }
            }
            _ => DataAction::Truncate,
        };
        Some(DataChange { table, action })
    }

    fn insert(self, pair: &Pair<'_, Rule>) -> Result<Insert> {
        let mut insert = Insert {
            replace: has(pair, Rule::REPLACE),
            ignore: is_ignoring(pair),
            columns: None,
            rows: Vec::new(),
            on_duplicate: Vec::new(),
        };
        let set = self.set_columns(pair)?;
        if !set.is_empty() {
            let (columns, values) = set.into_iter().unzip();
            insert.columns = Some(columns);
            insert.rows.push(InsertRow { span: self.span(pair), values });
        }
        for part in pair.clone().into_inner() {
            match part.as_rule() {
                Rule::insert_columns => {
                    insert.columns =
                        Some(part.into_inner().filter(is_column).map(|p| self.column_name(&p)).collect::<Result<_>>()?);
                }
                Rule::insert_row => {
                    let span = self.span(&part);
                    let values = part.into_inner().filter(|p| p.as_rule() == Rule::written_value);
                    insert.rows.push(InsertRow {
                        span,
                        values: values.map(|p| self.written_value(p)).collect::<Result<_>>()?,
                    });
                }
                Rule::on_duplicate => insert.on_duplicate = self.set_columns(&part)?,
                _ => {}
            }
        }
        Ok(insert)
    }

    fn set_columns(self, pair: &Pair<'_, Rule>) -> Result<Vec<(SmolStr, Expression)>> {
        let mut out = Vec::new();
        for set in pair.clone().into_inner().filter(|p| p.as_rule() == Rule::set_column) {
            let mut parts = set.into_inner();
            let (Some(column), Some(value)) = (parts.next(), parts.next()) else { continue };
            out.push((self.column_name(&column)?, self.written_value(value)?));
        }
        Ok(out)
    }

    fn condition(self, pair: &Pair<'_, Rule>) -> Result<Option<Expression>> {
        let Some(inner) = child(pair, Rule::where_).and_then(|p| child(&p, Rule::expression)) else { return Ok(None) };
        self.expression(inner).map(Some)
    }

    fn row_limit(self, pair: &Pair<'_, Rule>) -> Result<Option<u64>> {
        child(pair, Rule::row_limit).and_then(|p| child(&p, Rule::number)).map(|p| self.number(&p)).transpose()
    }

    /// The last part of `[[db.]table.]column`.
    fn column_name(self, pair: &Pair<'_, Rule>) -> Result<SmolStr> {
        let last = pair.clone().into_inner().last();
        last.map_or(Ok(SmolStr::default()), |p| match p.as_rule() {
            Rule::quoted => self.text(&p),
            _ => Ok(SmolStr::new(p.as_str())),
        })
    }

    fn written_value(self, pair: Pair<'_, Rule>) -> Result<Expression> {
        match pair.into_inner().next() {
            Some(p) if p.as_rule() == Rule::expression => self.expression(p),
            _ => Ok(Expression::Default),
        }
    }

    fn expression(self, pair: Pair<'_, Rule>) -> Result<Expression> {
        let several = |mut parts: Vec<Expression>, join: fn(Vec<Expression>) -> Expression| match parts.len() {
            1 => parts.pop().unwrap_or(Expression::Null),
            _ => join(parts),
        };
        match pair.as_rule() {
            Rule::expression => {
                Ok(several(pair.into_inner().map(|p| self.expression(p)).collect::<Result<_>>()?, Expression::Any))
            }
            Rule::conjunction => {
                Ok(several(pair.into_inner().map(|p| self.expression(p)).collect::<Result<_>>()?, Expression::All))
            }
            Rule::negation => {
                let negated = pair.clone().into_inner().filter(|p| p.as_rule() == Rule::not_sign).count() % 2 == 1;
                let inner = child(&pair, Rule::test).map_or(Ok(Expression::Null), |p| self.test(p))?;
                Ok(if negated { Expression::Not(Box::new(inner)) } else { inner })
            }
            _ => self.term(pair),
        }
    }

    fn test(self, pair: Pair<'_, Rule>) -> Result<Expression> {
        let mut parts = pair.into_inner().filter(is_no_sign);
        let left = parts.next().map_or(Ok(Expression::Null), |p| self.expression(p))?;
        let Some(tail) = parts.next() else { return Ok(left) };
        let negated = has(&tail, Rule::negated);
        let rule = tail.as_rule();
        let mut sign = Comparison::Equal;
        let mut right = Vec::new();
        for part in tail.into_inner().filter(is_no_sign) {
            match part.as_rule() {
                Rule::negated | Rule::null_word if rule == Rule::null_test => {}
                Rule::negated => {}
                Rule::compare_sign => sign = comparison(part.as_str()),
                _ => right.push(self.expression(part)?),
            }
        }
        let left = Box::new(left);
        let test = match rule {
            Rule::null_test => Expression::IsNull(left),
            Rule::in_test => Expression::In(left, right),
            _ => {
                let right = Box::new(right.pop().unwrap_or(Expression::Null));
                if rule == Rule::like_test {
                    Expression::Like(left, right)
                } else {
                    Expression::Compare(sign, left, right)
                }
            }
        };
        Ok(if negated { Expression::Not(Box::new(test)) } else { test })
    }

    fn term(self, pair: Pair<'_, Rule>) -> Result<Expression> {
        let text = |text: &str| Expression::Text(Secret::new(text));
        Ok(match pair.as_rule() {
            Rule::null_word => Expression::Null,
            Rule::truth => {
                Expression::Number(if pair.as_str().trim().eq_ignore_ascii_case("TRUE") { "1" } else { "0" }.into())
            }
            Rule::signed => Expression::Number(pair.as_str().trim().into()),
            Rule::hex => text(&unhex(pair.as_str())),
            Rule::strings => {
                let parts: Vec<SmolStr> = pair.into_inner().map(|p| self.text(&p)).collect::<Result<_>>()?;
                text(&parts.concat())
            }
            Rule::call => {
                let name = child(&pair, Rule::call_name).map(|p| p.as_str().to_ascii_uppercase()).unwrap_or_default();
                let arguments = pair.into_inner().filter(|p| p.as_rule() == Rule::expression);
                Expression::Call(name.into(), arguments.map(|p| self.expression(p)).collect::<Result<_>>()?)
            }
            Rule::written_column => {
                let name = self.column_name(&pair)?;
                match name.to_ascii_uppercase().as_str() {
                    "CURRENT_TIMESTAMP" | "LOCALTIME" | "LOCALTIMESTAMP" | "CURRENT_USER" => {
                        Expression::Call(name.to_ascii_uppercase().into(), Vec::new())
                    }
                    _ => Expression::Column(name),
                }
            }
            _ => return Err(Refusal::at(0..0, "no value")),
        })
    }
}

fn is_column(pair: &Pair<'_, Rule>) -> bool {
    pair.as_rule() == Rule::written_column
}

/// Parentheses and commas are pairs of their own.
fn is_no_sign(pair: &Pair<'_, Rule>) -> bool {
    !matches!(pair.as_rule(), Rule::open | Rule::close | Rule::comma)
}

fn is_ignoring(pair: &Pair<'_, Rule>) -> bool {
    let modifiers = pair.clone().into_inner().filter(|p| p.as_rule() == Rule::write_modifier);
    modifiers.into_iter().any(|p| p.as_str().trim().eq_ignore_ascii_case("IGNORE"))
}

fn comparison(sign: &str) -> Comparison {
    match sign {
        "<=>" => Comparison::Same,
        "<>" | "!=" => Comparison::Unequal,
        "<" => Comparison::Less,
        "<=" => Comparison::AtMost,
        ">" => Comparison::Greater,
        ">=" => Comparison::AtLeast,
        _ => Comparison::Equal,
    }
}

/// The bytes of `0x…` and `x'…'`; what is no UTF-8 is read as far as it goes.
fn unhex(literal: &str) -> String {
    let digits = literal.get(2..).unwrap_or("").trim_end_matches('\'').as_bytes();
    let digit = |b: &u8| char::from(*b).to_digit(16).unwrap_or(0) as u8;
    let odd = digits.len() % 2;
    let head = digits.get(..odd).unwrap_or_default().iter().map(digit);
    let rest =
        digits.get(odd..).unwrap_or_default().chunks(2).map(|pair| pair.iter().fold(0, |n, b| n * 16 + digit(b)));
    String::from_utf8_lossy(&head.chain(rest).collect::<Vec<u8>>()).into_owned()
}
