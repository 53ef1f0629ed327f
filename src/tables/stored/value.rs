//! Values on their way into a column: what fits, what is cut, what is refused.

use super::StoredTable;
use crate::server::errors::ServerError;
use crate::server::errors::data as errors;
use crate::server::grant_tables::{Column, Holds};
use smol_str::SmolStr;

/// A value while a statement runs.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    /// NULL
    Null,
    /// A text.
    Text(SmolStr),
    /// A number.
    Number(f64),
}

/// How values are taken that do not fit.
#[derive(Debug, Clone, Copy)]
pub(super) struct Strictness {
    /// They are refused; else they are made to fit, with a warning.
    pub(super) strict: bool,
    /// JSON columns are texts with a check, as in MariaDB.
    pub(super) checked_json: bool,
}

impl Value {
    /// As text; empty for NULL.
    pub(super) fn text(&self) -> SmolStr {
        match self {
            Self::Null => SmolStr::default(),
            Self::Text(text) => text.clone(),
            Self::Number(number) => format!("{number}").into(),
        }
    }

    /// As a number, as the server reads one off a text.
    pub(super) fn number(&self) -> f64 {
        match self {
            Self::Null => 0.0,
            Self::Number(number) => *number,
            Self::Text(text) => leading_number(text),
        }
    }
}

/// The number that a text begins with, else 0.
fn leading_number(text: &str) -> f64 {
    let text = text.trim_start();
    let numeric = |c: char| c.is_ascii_digit() || matches!(c, '.' | '-' | '+' | 'e' | 'E');
    let mut end = text.find(|c| !numeric(c)).unwrap_or(text.len()).min(40);
    while end > 0 {
        if let Some(number) = text.get(..end).and_then(|head| head.parse::<f64>().ok()) {
            return number;
        }
        end -= 1;
    }
    0.0
}

impl StoredTable {
    /// The value as the column keeps it. What does not fit is refused, or made to fit with a warning.
    pub(super) fn fit(
        &self,
        column: &Column,
        value: &Value,
        row: usize,
        how: Strictness,
        warnings: &mut Vec<ServerError>,
    ) -> Result<Option<SmolStr>, ServerError> {
        if *value == Value::Null && (column.null || column.holds == Holds::Time) {
            return Ok(None);
        }
        let (error, instead) = match self.fitting(column, value, row, how) {
            Ok(kept) => return Ok(Some(kept)),
            Err(misfit) => misfit,
        };
        if how.strict || matches!(column.holds, Holds::Json) {
            return Err(error);
        }
        warnings.push(error);
        Ok(Some(instead))
    }

    /// The value that is kept, or the error and what is kept in spite of it.
    fn fitting(
        &self,
        column: &Column,
        value: &Value,
        row: usize,
        how: Strictness,
    ) -> Result<SmolStr, (ServerError, SmolStr)> {
        if *value == Value::Null {
            return Err((errors::null_column(column.name), column.default.unwrap_or("").into()));
        }
        let text = value.text();
        match column.holds {
            Holds::Exact(most) | Holds::Folded(most) => {
                let kept = text.trim_end_matches(' ');
                match kept.char_indices().nth(most) {
                    Some((at, _)) => {
                        Err((errors::data_too_long(column.name, row), kept.get(..at).unwrap_or("").into()))
                    }
                    None => Ok(SmolStr::new(kept)),
                }
            }
            Holds::Word(words) => match word(words, value) {
                Some(word) => Ok(SmolStr::new_static(word)),
                None => Err((errors::data_truncated(column.name, row), SmolStr::default())),
            },
            Holds::Words(words) => match several(words, value) {
                (kept, true) => Ok(kept),
                (kept, false) => Err((errors::data_truncated(column.name, row), kept)),
            },
            Holds::Number(most) => number(column, value, most, row),
            Holds::Json => match serde_json::from_str::<serde_json::Value>(&text) {
                Ok(_) => Ok(text),
                Err(_) if how.checked_json => Err((errors::check_failed(column.name, self.table.name()), text)),
                Err(_) => Err((errors::invalid_json(column.name, self.table.name()), text)),
            },
            Holds::Time => Ok(SmolStr::default()),
        }
    }
}

/// One of the words, named or by its number.
fn word(words: &'static [&'static str], value: &Value) -> Option<&'static str> {
    let text = value.text();
    let named = || words.iter().find(|word| word.eq_ignore_ascii_case(text.trim_end_matches(' ')));
    let numbered = || words.get(text.parse::<usize>().ok()?.checked_sub(1)?);
    match value {
        Value::Number(_) => numbered().copied(),
        _ => named().or_else(numbered).copied(),
    }
}

/// Several of the words in their order, and whether all of them were known.
fn several(words: &'static [&'static str], value: &Value) -> (SmolStr, bool) {
    let (mut bits, mut all) = (0u64, true);
    if let Value::Number(number) = value {
        bits = *number as u64;
        all = bits < 1 << words.len();
    } else {
        for part in value.text().split(',').filter(|part| !part.is_empty()) {
            match words.iter().position(|word| word.eq_ignore_ascii_case(part.trim_end_matches(' '))) {
                Some(at) => bits |= 1 << at,
                None => all = false,
            }
        }
    }
    let kept: Vec<&str> = words.iter().enumerate().filter(|(i, _)| bits & (1 << i) != 0).map(|(_, w)| *w).collect();
    (kept.join(",").into(), all)
}

fn number(column: &Column, value: &Value, most: u64, row: usize) -> Result<SmolStr, (ServerError, SmolStr)> {
    let number = value.number();
    if let Value::Text(text) = value
        && text.trim().parse::<f64>().is_err()
    {
        return Err((errors::incorrect_integer(text, column.name, row), format!("{}", number.trunc()).into()));
    }
    let whole = number.round();
    if whole < 0.0 || whole > most as f64 {
        let nearest = if whole < 0.0 { 0 } else { most };
        return Err((errors::out_of_range(column.name, row), nearest.to_string().into()));
    }
    Ok(format!("{whole}").into())
}
