//! Values and conditions of a statement, for one row. What is not carried is a [`Fault::Unread`].

use super::edit::Fault;
use super::value::Value;
use super::{CREDENTIAL, StoredRow, StoredTable};
use crate::server::errors::data as errors;
use crate::server::grant_tables::Holds;
use crate::syntax::statement::data::{Comparison, Expression};
use std::cmp::Ordering;

type Result<T> = std::result::Result<T, Fault>;

/// How texts are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Collation {
    /// Byte by byte.
    Exact,
    /// Without case.
    Folded,
}

impl StoredTable {
    /// Every column that an expression names is there, else 1054.
    pub(super) fn check_columns(&self, expression: &Expression, part: &str) -> Result<()> {
        let all = |list: &[Expression]| list.iter().try_for_each(|e| self.check_columns(e, part));
        match expression {
            Expression::Column(name) => match self.place(name) {
                Some(_) => Ok(()),
                None => Err(errors::unknown_column(name, part).into()),
            },
            Expression::Call(_, list) | Expression::All(list) | Expression::Any(list) => all(list),
            Expression::Not(inner) | Expression::IsNull(inner) => self.check_columns(inner, part),
            Expression::Compare(_, a, b) | Expression::Like(a, b) => {
                self.check_columns(a, part)?;
                self.check_columns(b, part)
            }
            Expression::In(a, list) => {
                self.check_columns(a, part)?;
                all(list)
            }
            _ => Ok(()),
        }
    }

    /// The keys of the rows that a condition holds for, sorted.
    pub(super) fn matching(&self, condition: Option<&Expression>) -> Result<Vec<String>> {
        let mut keys = Vec::new();
        for (key, row) in &self.rows {
            let holds = condition.map_or(Ok(Some(true)), |condition| self.truth(condition, row))?;
            if holds == Some(true) {
                keys.push(key.clone());
            }
        }
        keys.sort_unstable();
        Ok(keys)
    }

    /// True, false, or neither when NULL decides.
    fn truth(&self, expression: &Expression, row: &StoredRow) -> Result<Option<bool>> {
        match expression {
            Expression::All(parts) => self.fold(parts, row, false),
            Expression::Any(parts) => self.fold(parts, row, true),
            Expression::Not(inner) => Ok(self.truth(inner, row)?.map(|truth| !truth)),
            Expression::IsNull(inner) => Ok(Some(self.value(inner, row)? == Value::Null)),
            Expression::Compare(sign, a, b) => self.compare(*sign, a, b, row),
            Expression::Like(a, b) => self.like(a, b, row),
            Expression::In(a, list) => {
                let mut unknown = false;
                for b in list {
                    match self.compare(Comparison::Equal, a, b, row)? {
                        Some(true) => return Ok(Some(true)),
                        Some(false) => {}
                        None => unknown = true,
                    }
                }
                Ok((!unknown).then_some(false))
            }
            _ => {
                let value = self.value(expression, row)?;
                Ok((value != Value::Null).then(|| value.number() != 0.0))
            }
        }
    }

    /// AND and OR: `decisive` settles it, else NULL counts.
    fn fold(&self, parts: &[Expression], row: &StoredRow, decisive: bool) -> Result<Option<bool>> {
        let mut unknown = false;
        for part in parts {
            match self.truth(part, row)? {
                Some(truth) if truth == decisive => return Ok(Some(decisive)),
                Some(_) => {}
                None => unknown = true,
            }
        }
        Ok((!unknown).then_some(!decisive))
    }

    fn compare(&self, sign: Comparison, a: &Expression, b: &Expression, row: &StoredRow) -> Result<Option<bool>> {
        let (left, right) = (self.value(a, row)?, self.value(b, row)?);
        if left == Value::Null || right == Value::Null {
            return Ok((sign == Comparison::Same).then_some(left == right));
        }
        let order = match (&left, &right) {
            (Value::Text(l), Value::Text(r)) if !self.is_number(a) && !self.is_number(b) => {
                let (l, r) = (l.trim_end_matches(' '), r.trim_end_matches(' '));
                // Nobody knows the hash of a password, but that it is not empty.
                if l.starts_with(CREDENTIAL) != r.starts_with(CREDENTIAL) && !l.is_empty() && !r.is_empty() {
                    return Err(Fault::Unread);
                }
                match self.collation(a, b) {
                    Collation::Exact => l.cmp(r),
                    Collation::Folded => l.to_lowercase().cmp(&r.to_lowercase()),
                }
            }
            _ => self.as_number(a, &left).total_cmp(&self.as_number(b, &right)),
        };
        Ok(Some(match sign {
            Comparison::Equal | Comparison::Same => order == Ordering::Equal,
            Comparison::Unequal => order != Ordering::Equal,
            Comparison::Less => order == Ordering::Less,
            Comparison::AtMost => order != Ordering::Greater,
            Comparison::Greater => order == Ordering::Greater,
            Comparison::AtLeast => order != Ordering::Less,
        }))
    }

    fn like(&self, a: &Expression, b: &Expression, row: &StoredRow) -> Result<Option<bool>> {
        let (left, right) = (self.value(a, row)?, self.value(b, row)?);
        if left == Value::Null || right == Value::Null {
            return Ok(None);
        }
        let (mut left, mut right) = (left.text().to_string(), right.text().to_string());
        if left.contains(CREDENTIAL) {
            return Err(Fault::Unread);
        }
        if self.collation(a, b) == Collation::Folded {
            (left, right) = (left.to_lowercase(), right.to_lowercase());
        }
        let (left, right): (Vec<char>, Vec<char>) = (left.chars().collect(), right.chars().collect());
        Ok(Some(is_like(&left, &right)))
    }

    fn holds(&self, expression: &Expression) -> Option<Holds> {
        match expression {
            Expression::Column(name) => Some(self.columns.get(self.place(name)?)?.holds),
            _ => None,
        }
    }

    fn is_number(&self, expression: &Expression) -> bool {
        matches!(self.holds(expression), Some(Holds::Number(_)))
    }

    /// Words of a column compare with numbers by their place.
    fn as_number(&self, expression: &Expression, value: &Value) -> f64 {
        match (self.holds(expression), value) {
            (Some(Holds::Word(words)), Value::Text(text)) => {
                words.iter().position(|word| *word == text.as_str()).map_or(0.0, |at| at as f64 + 1.0)
            }
            _ => value.number(),
        }
    }

    fn collation(&self, a: &Expression, b: &Expression) -> Collation {
        let exact = |e: &Expression| matches!(self.holds(e), Some(Holds::Exact(_) | Holds::Json));
        if exact(a) || exact(b) { Collation::Exact } else { Collation::Folded }
    }

    /// The value of an expression for a row.
    pub(super) fn value(&self, expression: &Expression, row: &StoredRow) -> Result<Value> {
        match expression {
            Expression::Text(text) => Ok(Value::Text(text.reveal().into())),
            Expression::Number(number) => number.parse().map(Value::Number).map_err(|_| Fault::Unread),
            Expression::Null => Ok(Value::Null),
            Expression::Default => Err(Fault::Unread),
            Expression::Column(name) => {
                let place = self.place(name).ok_or(Fault::Unread)?;
                if self.columns.get(place).is_some_and(|c| c.holds == Holds::Time) {
                    return Err(Fault::Unread);
                }
                Ok(row.values.get(place).cloned().flatten().map_or(Value::Null, Value::Text))
            }
            Expression::Call(name, arguments) => {
                let values = arguments.iter().map(|a| self.value(a, row)).collect::<Result<Vec<_>>>()?;
                super::function::call(name, &values)
            }
            _ => {
                let truth = self.truth(expression, row)?;
                Ok(truth.map_or(Value::Null, |truth| Value::Number(f64::from(u8::from(truth)))))
            }
        }
    }
}

/// LIKE with `%`, `_` and `\`.
fn is_like(text: &[char], pattern: &[char]) -> bool {
    let (mut t, mut p) = (0, 0);
    let mut again: Option<(usize, usize)> = None;
    loop {
        let step = match (pattern.get(p), text.get(t)) {
            (Some('%'), _) => {
                again = Some((t, p + 1));
                Some((t, p + 1))
            }
            (Some('_'), Some(_)) => Some((t + 1, p + 1)),
            (Some('\\'), Some(c)) if pattern.get(p + 1).is_some() => {
                (pattern.get(p + 1) == Some(c)).then_some((t + 1, p + 2))
            }
            (Some(l), Some(c)) => (l == c).then_some((t + 1, p + 1)),
            (None, None) => return true,
            _ => None,
        };
        match (step, again) {
            (Some(next), _) => (t, p) = next,
            (None, Some((at, behind))) if at < text.len() => {
                again = Some((at + 1, behind));
                (t, p) = (at + 1, behind);
            }
            _ => return false,
        }
    }
}
