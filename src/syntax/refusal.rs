//! Why a statement's text is no statement: the place, what was expected there, and help
//! for the mistakes that people make often. No message holds a secret.

use super::grammar::{Rule, describe};
use super::redact::{redact, redacted_word};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::server::errors::ServerError;
use crate::source::{SourceId, Span};
use pest::error::{Error, ErrorVariant, InputLocation};
use std::ops::Range;

/// A refusal, its place relative to the statement's text.
#[derive(Debug, Clone)]
pub(super) struct Refusal {
    range: Range<usize>,
    message: String,
    label: Option<String>,
    help: Option<String>,
}

impl Refusal {
    /// A refusal of what stands at `range`.
    pub(super) fn at(range: Range<usize>, message: impl Into<String>) -> Self {
        Self { range, message: message.into(), label: None, help: None }
    }

    /// The same, with help.
    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// What the parser could not go on with.
    pub(super) fn from_pest(error: &Error<Rule>, text: &str) -> Self {
        let at = match error.location {
            InputLocation::Pos(at) | InputLocation::Span((at, _)) => at,
        };
        let expected = expectation(&error.variant);
        let range = at..at + found(text, at).len();
        let what = match redacted_word(text, range.clone()) {
            None => "the statement ends".to_owned(),
            Some(word) => format!("{word} stands"),
        };
        Self {
            message: format!("{what} where {expected} is expected"),
            label: Some(format!("expected {expected}")),
            help: hint(text, at),
            range,
        }
    }

    /// A text that begins like no statement.
    pub(super) fn no_statement(text: &str) -> Self {
        let word = found(text, 0);
        let shown = redacted_word(text, 0..word.len()).unwrap_or_else(|| "this".to_owned());
        let refusal = Self::at(0..word.len(), format!("{shown} begins no statement"));
        match closest(word) {
            Some(known) => refusal.help(format!("did you mean `{known}`?")),
            None => refusal.help("a statement begins with a word such as CREATE, GRANT or SET and ends with `;`"),
        }
    }

    /// The diagnostic for a statement whose text starts at `base` of that source.
    pub(super) fn diagnostic(self, source: SourceId, base: usize, text: &str) -> Diagnostic {
        let span = Span::new(source, base + self.range.start..base + self.range.end);
        let mut diagnostic = Diagnostic::new(Code::Syntax, Severity::Error, self.message).at(span);
        diagnostic.label = self.label;
        diagnostic.help = self.help;
        diagnostic.error = Some(parse_error(text, self.range.start));
        diagnostic
    }
}

/// ER_PARSE_ERROR, with the text from the place on as the server quotes it, secrets aside.
fn parse_error(text: &str, at: usize) -> ServerError {
    let near: String =
        redact(text).get(redact(text.get(..at).unwrap_or("")).len()..).unwrap_or("").trim().chars().take(80).collect();
    let line = text.get(..at).unwrap_or("").matches('\n').count() + 1;
    let message = format!(
        "You have an error in your SQL syntax; check the manual that corresponds to your MySQL server version for the right syntax to use near '{near}' at line {line}"
    );
    ServerError::new(1064, "42000", message)
}

/// The rules that could have gone on, in SQL words, at most four of them.
fn expectation(variant: &ErrorVariant<Rule>) -> String {
    let mut words: Vec<String> = Vec::new();
    let rules = match variant {
        ErrorVariant::ParsingError { positives, .. } => positives.as_slice(),
        ErrorVariant::CustomError { .. } => &[],
    };
    for rule in rules {
        let word = describe(*rule);
        if !words.contains(&word) {
            words.push(word);
        }
    }
    if words.len() > 4 {
        words.truncate(3);
        words.push("another clause".to_owned());
    }
    match words.split_last() {
        None => "another word".to_owned(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
    }
}

/// The word, quoted text or sign at `at`.
fn found(text: &str, at: usize) -> &str {
    let rest = text.get(at..).unwrap_or("");
    let word = rest.find(|c: char| !c.is_alphanumeric() && c != '_' && c != '$').unwrap_or(rest.len());
    let length = match rest.chars().next() {
        Some(quote @ ('\'' | '"' | '`')) => rest.get(1..).and_then(|r| r.find(quote)).map_or(rest.len(), |i| i + 2),
        Some(sign) if word == 0 => sign.len_utf8(),
        _ => word,
    };
    rest.get(..length).unwrap_or("")
}

fn hint(text: &str, at: usize) -> Option<String> {
    let before = text.get(..at).unwrap_or("");
    let rest = text.get(at..).unwrap_or("");
    let next = rest.chars().next();
    let last = last_words(before);
    let last: Vec<&str> = last.iter().map(String::as_str).collect();
    let host = || before.rsplit(|c: char| c.is_whitespace() || c == ',').next().is_some_and(|word| word.contains('@'));
    let help = match (next, last.as_slice()) {
        (Some('%' | '/' | '-' | ':' | '*' | '['), _) if host() => {
            "quote a host that has other characters than letters, digits, `.`, `_` and `$`: 'user'@'host'"
        }
        (Some('-'), _) if !before.ends_with(char::is_whitespace) => "quote a name with a `-` in it",
        (Some('@'), _) if before.ends_with(char::is_whitespace) => "no blank may stand before the host",
        (Some(c), _) if before.ends_with('@') && c.is_whitespace() => "no blank may stand behind `@`",
        (Some('\'' | '"'), [.., "ON"]) => "a database or table name is quoted with backticks, not as a string",
        (_, [.., "IDENTIFIED", "BY"]) => "write the password as a string in quotes",
        (_, [.., "TO"]) => "name an account: TO 'user'@'host'",
        (_, [.., "FROM"]) => "name an account: FROM 'user'@'host'",
        (_, [.., "USER"]) => "name an account: 'user'@'host'",
        (_, ["GRANT", ..]) if !word_in(before, "ON") => {
            "a grant of privileges reads GRANT privileges ON object TO account; one of roles GRANT roles TO account"
        }
        (_, ["GRANT", ..]) if !word_in(before, "TO") => "a grant needs TO and an account",
        (_, ["REVOKE", ..]) if !word_in(before, "FROM") => "a revoke needs FROM and an account",
        _ => return None,
    };
    Some(help.to_owned())
}

fn word_in(text: &str, word: &str) -> bool {
    text.split_ascii_whitespace().any(|w| w.eq_ignore_ascii_case(word))
}

/// The statement's first word and its last three before the place, upper case.
fn last_words(before: &str) -> Vec<String> {
    let mut words = before.split_ascii_whitespace();
    let first = words.next().map(str::to_ascii_uppercase);
    let mut last: Vec<String> = words.rev().take(3).map(str::to_ascii_uppercase).collect();
    last.reverse();
    first.into_iter().chain(last).collect()
}

/// The opening word that differs in one letter, or in two swapped ones.
fn closest(word: &str) -> Option<&'static str> {
    const OPENINGS: [&str; 12] =
        ["CREATE", "ALTER", "DROP", "RENAME", "GRANT", "REVOKE", "SET", "FLUSH", "USE", "SHOW", "INSERT", "SELECT"];
    let word = word.to_ascii_uppercase();
    let sorted = |text: &str| {
        let mut letters: Vec<char> = text.chars().collect();
        letters.sort_unstable();
        letters
    };
    let common = |a: &str, b: &str| a.chars().zip(b.chars()).take_while(|(x, y)| x == y).count();
    OPENINGS.into_iter().find(|known| {
        let back = |text: &str| text.chars().rev().collect::<String>();
        let same = common(known, &word) + common(&back(known), &back(&word));
        sorted(known) == sorted(&word)
            || (word.len().abs_diff(known.len()) <= 1 && word.len() > 2 && same + 1 >= known.len().max(word.len()))
    })
}
