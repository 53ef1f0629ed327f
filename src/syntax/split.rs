//! Text to statement slices, so that one bad statement never hides the next.
//!
//! Splitting goes the way of the `mysql` client: it knows quotes, comments, `DELIMITER`
//! lines, `\g` and `\G`, and takes `USE db` without a delimiter. It is one pass over the
//! bytes. It knows what a statement is only as far as `SET sql_mode` changes how the rest
//! is read.
//!
//! A quoted text or comment that never ends loses the statement it is in. Blamed is the first
//! text of that statement with a line end right behind a delimiter in it, since there the
//! closing quote is most likely missing; else the one that is still open at the end. Reading
//! resumes behind it at the first line that follows a line ended by the delimiter and that
//! begins with a word which opens a statement.

use super::Lexing;
use super::lexeme::{Comment, comment, quoted_end};
use super::mode::Modes;
use super::plain::plain;
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::source::{SourceId, Span};
use std::borrow::Cow;

/// One statement's place and how it must be read.
#[derive(Debug, Clone, Copy)]
pub struct Slice {
    /// First byte.
    pub start: u32,
    /// One past the last byte, delimiter excluded.
    pub end: u32,
    /// How it must be read.
    pub lexing: Lexing,
    /// What it is.
    pub kind: SliceKind,
    /// It has comments or quotes that the sql_mode changes.
    pub(super) unplain: bool,
    /// It begins inside of that many version comments.
    pub(super) depth: u8,
    /// `USE mysql` holds, so that unqualified names can be grant tables.
    pub(super) in_mysql: bool,
}

/// What a slice holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SliceKind {
    /// A statement.
    Statement,
    /// A command of the client that reads something else: `source`, `\.`, `system`.
    ClientCommand,
}

/// The slices of a text and what kept it from being split.
#[derive(Debug, Clone, Default)]
pub struct Split {
    /// The statements, in order.
    pub slices: Vec<Slice>,
    /// Quotes and comments that never end.
    pub diagnostics: Vec<Diagnostic>,
}

/// How often reading resumes behind a text that never ends, before the rest is given up.
const RESUMPTIONS: usize = 32;

/// Words that open a statement, for resuming behind an unterminated text.
const OPENINGS: [&str; 16] = [
    "CREATE", "ALTER", "DROP", "RENAME", "GRANT", "REVOKE", "SET", "FLUSH", "USE", "SHOW", "INSERT", "UPDATE",
    "DELETE", "SELECT", "LOCK", "COMMIT",
];

/// Splits a text. Every byte is looked at once, unless something never ends.
pub fn split(id: SourceId, text: &str, lexing: Lexing) -> Split {
    Splitter::new(id, text, lexing).next_slices(usize::MAX).unwrap_or_default()
}

impl Slice {
    /// The slice's text, with comments blanked and quoting resolved where it needs that.
    pub(super) fn plain_text<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let raw = text.get(self.start as usize..self.end as usize).unwrap_or("");
        if self.unplain { Cow::Owned(plain(raw, self.lexing, self.depth)) } else { Cow::Borrowed(raw) }
    }
}

/// The header of a dump of the database `mysql` alone, which has no `USE`.
fn is_of_mysql(text: &str) -> bool {
    let written = text.lines().filter(|line| !line.trim().is_empty()).take(HEADER);
    let comments = written.take_while(|line| line.starts_with(['-', '/', '\u{feff}']));
    let mut databases = comments.filter(|line| line.starts_with("-- Host: "));
    databases.next().and_then(|line| line.split_once("Database: ")).is_some_and(|(_, db)| db.trim() == "mysql")
}

/// The header of a dump ends before this line.
const HEADER: usize = 12;

/// A text while it is split.
pub(super) struct Splitter<'a> {
    id: SourceId,
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    delimiter: Vec<u8>,
    /// The bytes at which the scan stops to look.
    stops: [bool; 256],
    modes: Modes,
    depth: u8,
    in_mysql: bool,
    resumed: usize,
    /// The text is at its end.
    ended: bool,
    out: Split,
}

/// Where and how the scan of one statement ended.
enum End {
    /// Before this delimiter of that length.
    Delimiter(usize, usize),
    /// At the end of a line, without a delimiter.
    Line(usize),
    /// At the end of the text.
    Text,
    /// In a quoted text or comment that starts there.
    Endless(usize),
}

impl<'a> Splitter<'a> {
    pub(super) fn new(id: SourceId, text: &'a str, lexing: Lexing) -> Self {
        let mut new = Self {
            id,
            text,
            bytes: text.as_bytes(),
            at: if text.starts_with('\u{feff}') { 3 } else { 0 },
            delimiter: Vec::new(),
            stops: [false; 256],
            modes: Modes::new(lexing),
            depth: 0,
            in_mysql: is_of_mysql(text),
            resumed: 0,
            ended: false,
            out: Split::default(),
        };
        new.set_delimiter(b";");
        new
    }

    /// The next slices, about so many; `None` behind the last.
    pub(super) fn next_slices(&mut self, about: usize) -> Option<Split> {
        if self.ended {
            return None;
        }
        while !self.ended && self.out.slices.len() < about {
            self.ended = !self.statement();
        }
        Some(std::mem::take(&mut self.out))
    }

    fn set_delimiter(&mut self, delimiter: &[u8]) {
        self.delimiter = delimiter.to_vec();
        self.stops = [false; 256];
        for byte in b"'\"`#-/*\\\n$".iter().chain(delimiter.first()) {
            if let Some(stop) = self.stops.get_mut(usize::from(*byte)) {
                *stop = true;
            }
        }
    }

    /// Reads one statement or client command; false at the end of the text.
    fn statement(&mut self) -> bool {
        if let Err(opening) = self.skip_blanks() {
            return self.endless(opening, opening);
        }
        let start = self.at;
        let Some(&first) = self.bytes.get(start) else { return false };
        if self.word_is("DELIMITER") {
            self.delimiter_line();
            return true;
        }
        let command = first == b'\\' || self.word_is("SOURCE") || self.word_is("SYSTEM");
        if let Some(end) = command.then(|| self.client_command()).flatten() {
            self.push(start, end, false, 0, SliceKind::ClientCommand);
            self.at = end;
            return true;
        }
        let depth = self.depth;
        let (end, unplain) = self.scan();
        let (stop, next) = match end {
            End::Delimiter(at, length) => (at, at + length),
            End::Line(at) => (at, at),
            End::Text => (self.bytes.len(), self.bytes.len()),
            End::Endless(opening) => return self.endless(start, opening),
        };
        self.push_statement(start, stop, unplain, depth);
        self.at = next;
        true
    }

    /// Skips blanks, comments and delimiters that end nothing.
    fn skip_blanks(&mut self) -> Result<(), usize> {
        while let Some(&byte) = self.bytes.get(self.at) {
            if byte.is_ascii_whitespace() || byte == 0x0b {
                self.at += 1;
            } else if self.at_delimiter() {
                self.at += self.delimiter.len();
            } else if self.depth > 0 && self.bytes.get(self.at..self.at + 2) == Some(b"*/") {
                self.depth -= 1;
                self.at += 2;
            } else {
                match comment(self.bytes, self.at, self.modes.lexing) {
                    Some(Comment::Until(end)) => self.at = end,
                    Some(Comment::Endless) => return Err(self.at),
                    Some(Comment::Code(_)) | None => return Ok(()),
                }
            }
        }
        Ok(())
    }

    /// From `self.at` to the end of the statement, and whether its text is unplain.
    fn scan(&mut self) -> (End, bool) {
        let lexing = self.modes.lexing;
        let mut unplain = lexing.no_backslash_escapes || self.depth > 0;
        let use_line = self.word_is("USE");
        let mut at = self.at;
        loop {
            let Some(stop) = self.next_stop(at) else { return (End::Text, unplain) };
            at = stop;
            self.at = at;
            if self.at_delimiter() {
                return (End::Delimiter(at, self.delimiter.len()), unplain);
            }
            let next = self.bytes.get(at + 1).copied();
            match self.bytes.get(at).copied() {
                Some(quote @ (b'\'' | b'"' | b'`')) => {
                    unplain |= quote == b'"' && lexing.ansi_quotes;
                    let Some(end) = quoted_end(self.bytes, at, quote, lexing) else {
                        return (End::Endless(at), unplain);
                    };
                    at = end;
                }
                Some(b'\n') => {
                    self.at = at + 1;
                    if use_line || self.word_is("DELIMITER") {
                        return (End::Line(at), unplain);
                    }
                    at += 1;
                }
                Some(b'$') => at = self.dollar_quoted(at).unwrap_or(at + 1),
                Some(b'\\') if matches!(next, Some(b'g' | b'G')) => return (End::Delimiter(at, 2), unplain),
                Some(b'*') if self.depth > 0 && next == Some(b'/') => {
                    self.depth -= 1;
                    at += 2;
                }
                _ => match self.behind_comment(at) {
                    Some((end, passed)) => (unplain, at) = (unplain | passed, end),
                    None => return (End::Endless(at), unplain),
                },
            }
        }
    }

    fn next_stop(&self, from: usize) -> Option<usize> {
        self.bytes.get(from..)?.iter().position(|&b| self.stops_at(b)).map(|i| from + i)
    }

    /// The offset behind a comment or its opening, or behind the byte when none starts here, and
    /// whether one does; `None` when it never ends.
    fn behind_comment(&mut self, at: usize) -> Option<(usize, bool)> {
        match comment(self.bytes, at, self.modes.lexing) {
            Some(Comment::Until(end)) => Some((end, true)),
            Some(Comment::Code(from)) => {
                self.depth = self.depth.saturating_add(1);
                Some((from, true))
            }
            Some(Comment::Endless) => None,
            None => Some((at + 1, false)),
        }
    }

    /// The end of a `$tag$ … $tag$` text (MySQL 9), if one starts here.
    fn dollar_quoted(&self, at: usize) -> Option<usize> {
        let word = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b >= 0x80;
        let before = at.checked_sub(1).and_then(|i| self.bytes.get(i)).copied();
        if self.delimiter.first() == Some(&b'$') || before.is_some_and(|b| word(b) || b == b'$') {
            return None;
        }
        let rest = self.bytes.get(at + 1..)?;
        let length = rest.iter().take_while(|b| word(**b)).count();
        let tag = self.bytes.get(at..=at + 1 + length).filter(|tag| tag.ends_with(b"$"))?;
        let inside = at + tag.len();
        memchr::memmem::find(self.bytes.get(inside..)?, tag).map(|i| inside + i + tag.len())
    }

    fn stops_at(&self, byte: u8) -> bool {
        self.stops.get(usize::from(byte)).copied().unwrap_or(false)
    }

    fn at_delimiter(&self) -> bool {
        self.bytes.get(self.at..).is_some_and(|rest| rest.starts_with(&self.delimiter))
    }

    /// True when that word, in any case, stands at `self.at` with a blank behind it.
    fn word_is(&self, word: &str) -> bool {
        let rest = self.bytes.get(self.at..).unwrap_or(&[]);
        rest.get(..word.len()).is_some_and(|w| w.eq_ignore_ascii_case(word.as_bytes()))
            && rest.get(word.len()).is_some_and(|b| matches!(b, b' ' | b'\t'))
    }

    fn line_end(&self) -> usize {
        let rest = self.bytes.get(self.at..).unwrap_or(&[]);
        memchr::memchr(b'\n', rest).map_or(self.bytes.len(), |i| self.at + i)
    }

    /// `DELIMITER x`: the rest of the line up to a blank, or within its quotes.
    fn delimiter_line(&mut self) {
        let end = self.line_end();
        let rest = self.text.get(self.at + "DELIMITER".len()..end).unwrap_or("").trim();
        let word = rest.split_ascii_whitespace().next().unwrap_or("");
        let word = word.trim_matches(['\'', '"', '`']).to_owned();
        if !word.is_empty() {
            self.set_delimiter(word.as_bytes());
        }
        self.at = end;
    }

    /// The end of the line when a client command stands here that takes the whole line.
    fn client_command(&self) -> Option<usize> {
        let rest = self.bytes.get(self.at..)?;
        let takes_line = match rest {
            [b'\\', b'.' | b'!' | b'T' | b'u', ..] => true,
            [b'\\', ..] => false,
            _ => true,
        };
        takes_line.then(|| self.line_end())
    }

    fn push_statement(&mut self, start: usize, stop: usize, unplain: bool, depth: u8) {
        let trimmed = self.text.get(start..stop).unwrap_or("").trim_ascii_end();
        if trimmed.is_empty() {
            return;
        }
        self.push(start, start + trimmed.len(), unplain, depth, SliceKind::Statement);
        self.follow(trimmed.as_bytes().first().copied());
    }

    fn push(&mut self, start: usize, end: usize, unplain: bool, depth: u8, kind: SliceKind) {
        let clamp = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        self.out.slices.push(Slice {
            start: clamp(start),
            end: clamp(end),
            lexing: self.modes.lexing,
            kind,
            unplain,
            depth,
            in_mysql: self.in_mysql,
        });
    }

    /// Lets `SET sql_mode` and `USE` count for what follows.
    fn follow(&mut self, first: Option<u8>) {
        if !matches!(first, Some(b's' | b'S' | b'u' | b'U' | b'/')) {
            return;
        }
        let Some(slice) = self.out.slices.last() else { return };
        let plain = slice.plain_text(self.text);
        let statement = plain.trim_ascii();
        let word = |word: &str| statement.get(..word.len()).is_some_and(|w| w.eq_ignore_ascii_case(word));
        if word("SET") {
            self.modes.apply(statement);
        } else if word("USE") {
            let name = statement.get(3..).unwrap_or("").trim_ascii();
            self.in_mysql = name.trim_matches(['`', '"', '\u{1}']).eq_ignore_ascii_case("mysql");
        }
    }

    /// Reports what never ends and resumes behind it; false when the rest is given up.
    fn endless(&mut self, start: usize, opening: usize) -> bool {
        let blamed = self.blamed(start, opening);
        let what = match self.bytes.get(blamed) {
            Some(b'/') => ("this comment never ends", "close it with `*/`"),
            Some(b'`') => ("this quoted name never ends", "close it with a backtick; a backtick in a name is doubled"),
            Some(b'"') if self.modes.lexing.ansi_quotes => ("this quoted name never ends", "close it with `\"`"),
            _ => (
                "this string never ends",
                "close it with the same quote; a quote in a string is doubled or has `\\` before it",
            ),
        };
        let span = Span::new(self.id, blamed..blamed + if self.bytes.get(blamed) == Some(&b'/') { 2 } else { 1 });
        let diagnostic =
            Diagnostic::new(Code::Unterminated, Severity::Error, what.0).at(span).label("opened here").help(what.1);
        self.out.diagnostics.push(diagnostic);
        self.resumed += 1;
        self.depth = 0;
        match self.resumption(blamed + 1) {
            Some(at) if self.resumed <= RESUMPTIONS => {
                self.at = at;
                true
            }
            _ => false,
        }
    }

    /// The first text of the statement that runs over a delimiter at a line's end, else `opening`.
    fn blamed(&self, start: usize, opening: usize) -> usize {
        let lexing = self.modes.lexing;
        let mut at = start;
        while at < opening {
            let Some(&byte) = self.bytes.get(at) else { break };
            at = match byte {
                b'\'' | b'"' | b'`' => {
                    let end = quoted_end(self.bytes, at, byte, lexing).unwrap_or(opening);
                    if self.delimited_line_end(at, end).is_some() {
                        return at;
                    }
                    end
                }
                b'#' | b'-' | b'/' => match comment(self.bytes, at, lexing) {
                    Some(Comment::Until(end)) => end,
                    _ => at + 1,
                },
                _ => at + 1,
            };
        }
        opening
    }

    /// The offset behind the first line end in the range that stands right behind a delimiter.
    fn delimited_line_end(&self, from: usize, to: usize) -> Option<usize> {
        let part = self.bytes.get(from..to)?;
        memchr::memchr_iter(b'\n', part)
            .find(|&i| part.get(..i).is_some_and(|line| line.trim_ascii_end().ends_with(&self.delimiter)))
            .map(|i| from + i + 1)
    }

    fn resumption(&self, from: usize) -> Option<usize> {
        let mut at = from;
        loop {
            at = self.delimited_line_end(at, self.bytes.len())?;
            let rest = self.bytes.get(at..)?;
            let opens = |word: &&str| {
                rest.get(..word.len()).is_some_and(|w| w.eq_ignore_ascii_case(word.as_bytes()))
                    && rest.get(word.len()).is_some_and(u8::is_ascii_whitespace)
            };
            if OPENINGS.iter().any(opens) {
                return Some(at);
            }
        }
    }
}
