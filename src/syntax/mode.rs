//! Which sql_mode holds at a place of the text, as far as it changes how text is read.
//!
//! Only the session's own value counts: `SET GLOBAL sql_mode` leaves the session that runs
//! it as it was.

use super::Lexing;
use super::lower::session::{RawAssignment, Target, raw_assignments};
use super::statement::Scope;

/// Modes that are short for a list with `ANSI_QUOTES` in it (manual 7.1.11, MariaDB "SQL_MODE").
const WITH_ANSI_QUOTES: [&str; 7] = ["ANSI_QUOTES", "ANSI", "ORACLE", "MSSQL", "POSTGRESQL", "DB2", "MAXDB"];
/// The bits of `ANSI_QUOTES` and `NO_BACKSLASH_ESCAPES` in the variable's number.
const ANSI_QUOTES_BIT: u64 = 1 << 2;
const NO_BACKSLASH_ESCAPES_BIT: u64 = 1 << 20;

/// The lexing that holds now, and the user variables that hold an earlier one.
#[derive(Debug)]
pub(super) struct Modes {
    pub(super) lexing: Lexing,
    initial: Lexing,
    saved: Vec<(String, Lexing)>,
}

impl Modes {
    pub(super) fn new(lexing: Lexing) -> Self {
        Self { lexing, initial: lexing, saved: Vec::new() }
    }

    /// Lets a SET statement (its plain text) count.
    pub(super) fn apply(&mut self, statement: &str) {
        let mentioned = statement.as_bytes().windows(8).any(|w| w.eq_ignore_ascii_case(b"sql_mode"));
        if !mentioned {
            return;
        }
        for RawAssignment { target, value, .. } in raw_assignments(statement).unwrap_or_default() {
            match target {
                Target::User(name) if is_own_mode(&value) => {
                    self.saved.retain(|(known, _)| !known.eq_ignore_ascii_case(&name));
                    self.saved.push((name, self.lexing));
                }
                Target::System(Scope::Session, name) if name == "sql_mode" => self.assign(&value),
                _ => {}
            }
        }
    }

    fn assign(&mut self, value: &str) {
        let upper = value.to_ascii_uppercase();
        let value = upper.trim();
        if value == "DEFAULT" {
            self.lexing = self.initial;
        } else if let Ok(bits) = value.parse::<u64>() {
            self.set(bits & ANSI_QUOTES_BIT != 0, bits & NO_BACKSLASH_ESCAPES_BIT != 0);
        } else if let Some(name) = value.strip_prefix('@').filter(|name| !name.starts_with('@')) {
            let saved = self.saved.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
            self.lexing = saved.map_or(self.lexing, |(_, lexing)| *lexing);
        } else if value.contains("@@") {
            self.edit(value);
        } else {
            self.set(has_ansi_quotes(value), has(value, "NO_BACKSLASH_ESCAPES"));
        }
    }

    /// `CONCAT(@@sql_mode, ',x')` adds, `REPLACE(@@sql_mode, 'x', '')` takes away.
    fn edit(&mut self, value: &str) {
        let added = !value.contains("REPLACE");
        let now = self.lexing;
        let ansi = if has_ansi_quotes(value) { added } else { now.ansi_quotes };
        let plain = if has(value, "NO_BACKSLASH_ESCAPES") { added } else { now.no_backslash_escapes };
        self.set(ansi, plain);
    }

    fn set(&mut self, ansi_quotes: bool, no_backslash_escapes: bool) {
        self.lexing = Lexing { ansi_quotes, no_backslash_escapes, ..self.lexing };
    }
}

fn is_own_mode(value: &str) -> bool {
    ["@@sql_mode", "@@session.sql_mode", "@@local.sql_mode"].iter().any(|name| value.trim().eq_ignore_ascii_case(name))
}

fn has(value: &str, mode: &str) -> bool {
    value.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').any(|word| word == mode)
}

fn has_ansi_quotes(value: &str) -> bool {
    WITH_ANSI_QUOTES.iter().any(|mode| has(value, mode))
}
