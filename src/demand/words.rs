//! A statement as words: enough to read the statements whose demands stand in their first clauses.
//!
//! It splits quotes, comments, names and marks; it knows no statement.

use super::DemandError;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A bare word or number: `SELECT`, `t1`, `10`.
    Word,
    /// A name in backticks, or in double quotes under `ANSI_QUOTES`.
    Name,
    /// A string.
    Text,
    /// `@x`, `@@global.x`
    Variable,
    /// One character that is none of these.
    Mark,
}

/// One token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    pub kind: Kind,
    /// Without its quotes.
    pub text: String,
    /// Its bytes in the statement.
    pub start: usize,
    pub end: usize,
}

/// A reading position in the tokens of a statement.
#[derive(Debug, Clone)]
pub(super) struct Words<'a> {
    /// The statement.
    pub sql: &'a str,
    tokens: Vec<Token>,
    at: usize,
}

impl<'a> Words<'a> {
    pub fn new(sql: &'a str, ansi_quotes: bool) -> Self {
        let mut tokens = Scanner { sql, at: 0, ansi_quotes }.all();
        while tokens.last().is_some_and(|t| t.kind == Kind::Mark && t.text == ";") {
            tokens.pop();
        }
        Self { sql, tokens, at: 0 }
    }

    pub fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    pub fn peek_at(&self, ahead: usize) -> Option<&Token> {
        self.tokens.get(self.at + ahead)
    }

    pub fn next(&mut self) -> Option<Token> {
        let token = self.tokens.get(self.at).cloned();
        self.at += usize::from(token.is_some());
        token
    }

    pub fn at_end(&self) -> bool {
        self.at >= self.tokens.len()
    }

    pub fn position(&self) -> usize {
        self.at
    }

    pub fn go_to(&mut self, position: usize) {
        self.at = position;
    }

    /// True when these words (blank between them) come next; marks count as words.
    pub fn is(&self, words: &str) -> bool {
        words.split(' ').enumerate().all(|(i, w)| self.peek_at(i).is_some_and(|t| t.is(w)))
    }

    /// Steps over these words if they come next.
    pub fn eat(&mut self, words: &str) -> bool {
        let found = self.is(words);
        if found {
            self.at += words.split(' ').count();
        }
        found
    }

    /// Steps over every one of these words that comes next, in any order.
    pub fn eat_any(&mut self, words: &[&str]) -> bool {
        let mut found = false;
        while words.iter().any(|w| self.eat(w)) {
            found = true;
        }
        found
    }

    /// These words, or what is there instead.
    pub fn expect(&mut self, words: &str) -> Result<(), DemandError> {
        if self.eat(words) { Ok(()) } else { Err(self.expected(&format!("`{words}`"))) }
    }

    /// The error that something else should stand here.
    pub fn expected(&self, what: &str) -> DemandError {
        DemandError::Syntax(match self.peek() {
            Some(Token { kind: Kind::Text, .. }) => format!("expected {what}, found a string"),
            Some(token) => format!("expected {what}, found `{}`", token.text),
            None => format!("expected {what}, found the end of the statement"),
        })
    }

    /// A name.
    pub fn name(&mut self, what: &str) -> Result<String, DemandError> {
        match self.peek() {
            Some(t) if matches!(t.kind, Kind::Word | Kind::Name) => {
                let text = t.text.clone();
                self.at += 1;
                Ok(text)
            }
            _ => Err(self.expected(what)),
        }
    }

    /// `[db.]name`
    pub fn qualified(&mut self, what: &str) -> Result<(Option<String>, String), DemandError> {
        let first = self.name(what)?;
        if self.eat(".") { Ok((Some(first), self.name(what)?)) } else { Ok((None, first)) }
    }

    /// The text from the next token to the end.
    pub fn rest(&self) -> &'a str {
        let end = self.tokens.last().map_or(0, |t| t.end);
        self.peek().and_then(|t| self.sql.get(t.start..end)).unwrap_or("")
    }

    /// The text of the tokens from one position up to another.
    pub fn between(&self, from: usize, to: usize) -> &'a str {
        let start = self.tokens.get(from).map_or(self.sql.len(), |t| t.start);
        let end = to.checked_sub(1).and_then(|i| self.tokens.get(i)).map_or(start, |t| t.end);
        self.sql.get(start..end).unwrap_or("")
    }

    /// Drops the tokens from that position on.
    pub fn cut(&mut self, position: usize) {
        self.tokens.truncate(position);
    }

    /// How many tokens there are.
    pub fn len(&self) -> usize {
        self.tokens.len()
    }

    /// Steps behind the bracket that closes the one which comes next; does nothing without one.
    pub fn skip_brackets(&mut self) {
        let mut depth = 0usize;
        while let Some(token) = self.peek() {
            match token.mark() {
                Some('(') => depth += 1,
                Some(')') => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth == 0 && token.mark() != Some(')') {
                return;
            }
            self.at += 1;
            if depth == 0 {
                return;
            }
        }
    }

    /// Steps forward, over whole brackets, until one of these words comes next; false at the end.
    pub fn find(&mut self, words: &[&str]) -> bool {
        while !self.at_end() {
            if words.iter().any(|w| self.is(w)) {
                return true;
            }
            if self.peek().is_some_and(|t| t.mark() == Some('(')) {
                self.skip_brackets();
            } else {
                self.at += 1;
            }
        }
        false
    }

    /// The positions at which the parts between top-level commas begin, from here to the end.
    pub fn parts(&self) -> Vec<usize> {
        let mut reader = self.clone();
        let mut starts = vec![self.at];
        while reader.find(&[","]) {
            reader.at += 1;
            starts.push(reader.at);
        }
        starts
    }

    /// The statement without the tokens at these positions, for the parser of queries.
    pub fn without(&self, dropped: &[std::ops::Range<usize>]) -> String {
        self.rewritten(dropped, &[])
    }

    /// The same, with other words in the place of some tokens.
    pub fn rewritten(&self, dropped: &[std::ops::Range<usize>], replaced: &[(usize, &str)]) -> String {
        let kept = self.tokens.iter().enumerate().filter(|(i, _)| !dropped.iter().any(|r| r.contains(i)));
        let mut text = String::new();
        let mut end = None;
        for (i, token) in kept {
            if end.is_some_and(|e| e != token.start) {
                text.push(' ');
            }
            let other = replaced.iter().find(|(at, _)| *at == i).map(|(_, words)| *words);
            text.push_str(other.or_else(|| self.sql.get(token.start..token.end)).unwrap_or(""));
            end = Some(token.end);
        }
        text
    }
}

impl Token {
    /// True for that keyword (upper case) or mark; a quoted name is never one.
    pub fn is(&self, word: &str) -> bool {
        matches!(self.kind, Kind::Word | Kind::Mark) && self.text.eq_ignore_ascii_case(word)
    }

    /// The character of a mark.
    pub fn mark(&self) -> Option<char> {
        (self.kind == Kind::Mark).then(|| self.text.chars().next()).flatten()
    }
}

struct Scanner<'a> {
    sql: &'a str,
    at: usize,
    ansi_quotes: bool,
}

impl Scanner<'_> {
    fn all(mut self) -> Vec<Token> {
        let mut tokens = Vec::new();
        while let Some(token) = self.token() {
            tokens.push(token);
        }
        tokens
    }

    fn rest(&self) -> &str {
        self.sql.get(self.at..).unwrap_or("")
    }

    fn skip_blank(&mut self) {
        loop {
            let rest = self.rest();
            let trimmed = rest.trim_start();
            let blank = rest.len() - trimmed.len();
            let comment = if trimmed.starts_with("/*!") || trimmed.starts_with("/*M!") {
                // code for this server: only the frame goes
                let digits = trimmed.find('!').map_or(0, |i| i + 1);
                digits
                    + trimmed
                        .get(digits..)
                        .map_or(0, |t| t.len() - t.trim_start_matches(|c: char| c.is_ascii_digit()).len())
            } else if trimmed.starts_with("*/") {
                2
            } else if trimmed.starts_with("/*") {
                trimmed.find("*/").map_or(trimmed.len(), |i| i + 2)
            } else if trimmed.starts_with('#') || is_dash_comment(trimmed) {
                trimmed.find('\n').map_or(trimmed.len(), |i| i + 1)
            } else {
                0
            };
            self.at += blank + comment;
            if comment == 0 {
                return;
            }
        }
    }

    fn token(&mut self) -> Option<Token> {
        self.skip_blank();
        let start = self.at;
        let first = self.rest().chars().next()?;
        let (kind, text) = match first {
            '`' => (Kind::Name, self.quoted('`', false)),
            '"' if self.ansi_quotes => (Kind::Name, self.quoted('"', false)),
            '\'' | '"' => (Kind::Text, self.quoted(first, true)),
            '@' => (Kind::Variable, self.variable()),
            c if is_word(c) => (Kind::Word, self.take(is_word)),
            c => {
                self.at += c.len_utf8();
                (Kind::Mark, c.to_string())
            }
        };
        Some(Token { kind, text, start, end: self.at })
    }

    fn take(&mut self, keep: impl Fn(char) -> bool) -> String {
        let text: String = self.rest().chars().take_while(|&c| keep(c)).collect();
        self.at += text.len();
        text
    }

    fn variable(&mut self) -> String {
        let marks = self.take(|c| c == '@');
        let name = match self.rest().chars().next() {
            Some(q @ ('`' | '\'' | '"')) => self.quoted(q, q != '`'),
            _ => self.take(|c| is_word(c) || c == '.'),
        };
        marks + &name
    }

    fn quoted(&mut self, quote: char, escapes: bool) -> String {
        let mut text = String::new();
        let mut chars = self.rest().char_indices().skip(1).peekable();
        let mut end = self.rest().len();
        while let Some((i, c)) = chars.next() {
            if c == '\\' && escapes {
                text.extend(chars.next().map(|(_, c)| c));
            } else if c == quote && chars.peek().is_some_and(|(_, n)| *n == quote) {
                chars.next();
                text.push(quote);
            } else if c == quote {
                end = i + quote.len_utf8();
                break;
            } else {
                text.push(c);
            }
        }
        self.at += end;
        text
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$'
}

fn is_dash_comment(text: &str) -> bool {
    text.strip_prefix("--").is_some_and(|t| t.is_empty() || t.starts_with(char::is_whitespace))
}
