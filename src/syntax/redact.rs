//! Statements without their secrets, for messages and reports.
//!
//! This works on any text, parsed or not: it follows words, not the grammar. When in doubt
//! it redacts.

use super::Lexing;
use super::lexeme::{Comment, comment, quoted_end};
use std::ops::Range;

/// What stands for a secret.
pub const SECRET: &str = "<secret>";

/// The statement on one line, comments and white space collapsed to one blank each, every
/// secret as `<secret>`.
pub fn redact(statement: &str) -> String {
    let mut out = String::with_capacity(statement.len());
    let mut gap = false;
    for token in Tokens::new(statement) {
        match token.kind {
            Kind::Gap => gap = !out.is_empty(),
            _ => {
                if std::mem::take(&mut gap) {
                    out.push(' ');
                }
                out.push_str(if token.secret { SECRET } else { statement.get(token.range).unwrap_or("") });
            }
        }
    }
    out
}

/// A line of input with every secret in it overwritten by `*`, as many characters long as it
/// was, so that columns stay. `before` is the statement's text before the line.
pub(crate) fn mask(before: &str, line: &str) -> String {
    let whole = format!("{before}{line}");
    let mut out = String::with_capacity(line.len());
    for token in Tokens::new(&whole) {
        let range = token.range.start.max(before.len())..token.range.end.max(before.len());
        let text = whole.get(range).unwrap_or("");
        if token.secret { out.extend(text.chars().map(|_| '*')) } else { out.push_str(text) }
    }
    out
}

/// The word at `range` for a message: in backticks, or as a noun when it is a text or a secret.
pub(super) fn redacted_word(text: &str, range: Range<usize>) -> Option<String> {
    let word = text.get(range.clone())?;
    let first = word.chars().next()?;
    let secret = Tokens::new(text).any(|t| t.secret && t.range.start < range.end && range.start < t.range.end);
    Some(match first {
        _ if secret => "what may be a secret".to_owned(),
        '\'' | '"' => "a quoted text".to_owned(),
        '`' if word.len() > LONG_WORD || word.chars().any(char::is_control) => "a quoted name".to_owned(),
        '`' => word.to_owned(),
        _ if word.len() > LONG_WORD => "a very long word".to_owned(),
        c if c.is_control() => "a control character".to_owned(),
        _ => format!("`{word}`"),
    })
}

/// Words longer than this are not repeated in messages.
const LONG_WORD: usize = 80;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Gap,
    Word,
    Text,
    Sign,
}

struct Token {
    range: Range<usize>,
    kind: Kind,
    secret: bool,
}

/// The tokens of a text that holds a whole number of statements or the start of one.
struct Tokens<'a> {
    text: &'a str,
    at: usize,
    /// The next text or word is a secret.
    armed: bool,
    /// SET PASSWORD was read, so `=` arms.
    set_password: bool,
    /// Rows of some table are written.
    writing: bool,
    /// Rows of a table that holds credentials are written.
    writing_credentials: bool,
    previous: &'a str,
}

impl<'a> Tokens<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            armed: false,
            set_password: false,
            writing: false,
            writing_credentials: false,
            previous: "",
        }
    }

    fn next_range(&self) -> Option<(Range<usize>, Kind)> {
        let bytes = self.text.as_bytes();
        let at = self.at;
        let first = *bytes.get(at)?;
        let lexing = Lexing::default();
        if let Some(found) = comment(bytes, at, lexing) {
            let end = match found {
                Comment::Until(end) | Comment::Code(end) => end,
                Comment::Endless => at + 2,
            };
            return Some((at..end, Kind::Gap));
        }
        let run =
            |test: &dyn Fn(u8) -> bool| at + bytes.get(at..).unwrap_or(&[]).iter().take_while(|b| test(**b)).count();
        let (end, kind) = match first {
            b'\'' | b'"' => (quoted_run(bytes, at, first, lexing), Kind::Text),
            b'`' => (quoted_end(bytes, at, first, lexing).unwrap_or(bytes.len()), Kind::Word),
            b'*' if bytes.get(at + 1) == Some(&b'/') => (at + 2, Kind::Gap),
            b if is_blank(b) => (run(&is_blank), Kind::Gap),
            b if is_word(b) => (run(&is_word), Kind::Word),
            _ => (at + 1, Kind::Sign),
        };
        Some((at..end, kind))
    }

    /// What this token says about the next one.
    fn arm(&mut self, word: &'a str, kind: Kind) {
        let is = |name: &str| word.eq_ignore_ascii_case(name);
        let was = |name: &str| self.previous.eq_ignore_ascii_case(name);
        self.follow_writing(word, kind);
        match kind {
            Kind::Word if is("BY") || is("PASSWORD") || is("OLD_PASSWORD") || is("REPLACE") || is("AUTH_STRING") => {
                self.set_password |= is("PASSWORD") && was("SET");
                self.armed = true;
            }
            Kind::Word if is("AS") || is("USING") => self.armed = true,
            Kind::Word => self.armed = false,
            Kind::Sign if word == "=" => {
                self.armed |= self.set_password || was("PASSWORD") || was("AUTH_STRING") || was("AUTHENTICATION_STRING")
            }
            Kind::Sign if word == "(" || word == ":" => {}
            Kind::Sign => {
                self.armed = false;
                self.set_password &= word != ";";
            }
            Kind::Text | Kind::Gap => self.armed = false,
        }
        self.previous = word;
    }
}

impl Tokens<'_> {
    /// Notes whether rows with credentials are written by hand.
    fn follow_writing(&mut self, word: &str, kind: Kind) {
        let is = |names: &[&str]| names.iter().any(|name| word.trim_matches('`').eq_ignore_ascii_case(name));
        if matches!(self.previous, "" | ";") || kind == Kind::Sign && word == ";" {
            (self.writing, self.writing_credentials) = (is(&["INSERT", "REPLACE", "UPDATE"]), false);
        } else if kind == Kind::Word && is(&["user", "global_priv", "password_history"]) {
            self.writing_credentials = self.writing;
        }
    }
}

/// In a row with credentials: a text as long as a hash, or a JSON object, which may have one in it.
fn may_be_a_credential(word: &str) -> bool {
    let inside = word.trim_matches(['\'', '"']);
    inside.len() >= 16 || inside.starts_with('{')
}

impl Iterator for Tokens<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        let (range, kind) = self.next_range()?;
        let word = self.text.get(range.clone()).unwrap_or("");
        self.at = range.end;
        // An unquoted word behind BY is a forgotten quote, unless it is one of the grammar's own.
        let unquoted = self.previous.eq_ignore_ascii_case("BY") && kind == Kind::Word && !is_keyword(word);
        let number = word.as_bytes().first().is_some_and(u8::is_ascii_digit) || word.eq_ignore_ascii_case("x");
        let written = self.writing_credentials && kind == Kind::Text && may_be_a_credential(word);
        let secret = written
            || self.armed && (kind == Kind::Text || unquoted || (number && kind == Kind::Word))
            || is_hash(word, kind);
        if kind != Kind::Gap {
            self.arm(word, kind);
            // `x'…'` is one literal in two tokens, and adjacent strings are one string.
            self.armed |= secret && (kind == Kind::Text || word.eq_ignore_ascii_case("x"));
        }
        Some(Token { range, kind, secret })
    }
}

/// The end of a text, adjacent parts and doubled quotes included; the end of all when it never ends.
fn quoted_run(bytes: &[u8], at: usize, quote: u8, lexing: Lexing) -> usize {
    let mut end = at;
    while bytes.get(end) == Some(&quote) {
        match quoted_end(bytes, end, quote, lexing) {
            Some(next) => end = next,
            None => return bytes.len(),
        }
    }
    end
}

/// What looks like a stored hash is one wherever it stands: `*` and 40 hex digits, `$A$005$…`, `0x2441…`.
fn is_hash(word: &str, kind: Kind) -> bool {
    let inside = word.trim_matches(['\'', '"']);
    let hex = |text: &str| text.len() >= 40 && text.bytes().all(|b| b.is_ascii_hexdigit());
    match kind {
        Kind::Text => {
            inside.strip_prefix('*').is_some_and(hex) || inside.starts_with("$A$") || inside.starts_with("$5$")
        }
        Kind::Word => word.strip_prefix("0x").or_else(|| word.strip_prefix("0X")).is_some_and(hex),
        Kind::Gap | Kind::Sign => false,
    }
}

fn is_keyword(word: &str) -> bool {
    ["RANDOM", "PASSWORD", "DEFAULT", "RANGE", "HASH", "LIST", "KEY"].iter().any(|k| k.eq_ignore_ascii_case(word))
}

fn is_blank(byte: u8) -> bool {
    byte.is_ascii_whitespace() || byte == 0x0b
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' || byte >= 0x80
}
