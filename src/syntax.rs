//! Text to statements. Parsing never fails: it collects.
//!
//! A text is first split into statement slices ([`mod@split`]), then each slice is parsed by
//! itself, so that one bad statement hides nothing. This stage knows no server state.

pub(crate) mod grammar;
pub mod input;
mod lead;
mod lexeme;
mod lower;
mod mode;
mod plain;
pub mod print;
pub mod redact;
mod refusal;
mod reserved;
pub mod split;
pub mod statement;

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::source::{Source, SourceId, Span};
use lead::{Lead, lead};
use lower::Lower;
use rayon::prelude::*;
use refusal::Refusal;
use split::{Slice, SliceKind, split};
use statement::{Statement, StatementKind, Written};

/// How text must be read; all of it can change in the middle of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Lexing {
    /// `"x"` is a name, not a string (`ANSI_QUOTES`).
    pub ansi_quotes: bool,
    /// `\` is an ordinary character in strings (`NO_BACKSLASH_ESCAPES`).
    pub no_backslash_escapes: bool,
    /// The version that decides which `/*!NNNNN */` comments are code, as MySQL writes it: 90700.
    /// Zero takes every one of them as code.
    pub version: u32,
    /// MariaDB: `/*M!` comments are code and `/*!5.7…9.x` ones are not.
    pub mariadb: bool,
}

/// The statements of one source, in order, and what could not be read.
#[derive(Debug, Clone, Default)]
pub struct Parsed {
    /// What could be read.
    pub statements: Vec<Statement>,
    /// What could not, in order of place.
    pub diagnostics: Vec<Diagnostic>,
}

/// How many slices one task parses.
const CHUNK: usize = 1024;
/// How many tasks run before their statements are gathered, so that few are held twice.
const WAVE: usize = 64;

/// Reads every statement of a source.
pub fn parse(id: SourceId, source: &Source, lexing: Lexing) -> Parsed {
    let split = split(id, &source.text, lexing);
    let reader = Reader { id, text: &source.text, foreign: has_foreign_bytes(&source.text) };
    let mut out = Parsed { statements: Vec::with_capacity(split.slices.len()), diagnostics: split.diagnostics };
    for wave in split.slices.chunks(CHUNK * WAVE) {
        // A short text is read before a pool of threads would have started.
        let chunks: Vec<Parsed> = match wave.len() {
            0..=CHUNK => vec![reader.chunk(wave)],
            _ => wave.par_chunks(CHUNK).map(|slices| reader.chunk(slices)).collect(),
        };
        for mut chunk in chunks {
            out.statements.append(&mut chunk.statements);
            out.diagnostics.append(&mut chunk.diagnostics);
        }
    }
    out.diagnostics.sort_by_key(|d| d.span.map(|s| s.start));
    fold_foreign(&mut out.diagnostics);
    out
}

#[derive(Clone, Copy)]
struct Reader<'a> {
    id: SourceId,
    text: &'a str,
    foreign: bool,
}

impl Reader<'_> {
    fn chunk(self, slices: &[Slice]) -> Parsed {
        let mut out = Parsed { statements: Vec::with_capacity(slices.len()), diagnostics: Vec::new() };
        for slice in slices {
            match self.statement(slice) {
                Ok(Some(statement)) => out.statements.push(statement),
                Ok(None) => {}
                Err(diagnostic) => out.diagnostics.push(*diagnostic),
            }
        }
        out
    }

    fn statement(self, slice: &Slice) -> Result<Option<Statement>, Box<Diagnostic>> {
        let plain = slice.plain_text(self.text);
        let text = plain.trim_ascii();
        if text.is_empty() {
            return Ok(None);
        }
        let base = slice.start as usize + (plain.len() - plain.trim_ascii_start().len());
        let span = Span::new(self.id, base..base + text.len());
        if slice.kind == SliceKind::ClientCommand {
            let word = text.split_ascii_whitespace().next().unwrap_or("").to_ascii_uppercase();
            return Ok(Some(Statement::new(span, StatementKind::Unsupported(word.into()))));
        }
        if let Some(at) = self.foreign.then(|| foreign_byte(text, slice.lexing)).flatten() {
            let length = text.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
            return Err(Box::new(not_text(Span::new(self.id, base + at..base + at + length))));
        }
        let refused = |refusal: Refusal| Box::new(refusal.diagnostic(self.id, base, text));
        let mut written = Written::default();
        let mut kind = match lead(text, slice.in_mysql) {
            Lead::Rule(rule) => {
                let lower = Lower { source: self.id, base, lexing: slice.lexing };
                lower.statement(rule, text, &mut written).map_err(refused)?
            }
            Lead::Data(rule, words) => {
                let lower = Lower { source: self.id, base, lexing: slice.lexing };
                lower.data(rule, text).map_or(StatementKind::Unsupported(words), StatementKind::Data)
            }
            Lead::Irrelevant(words) => StatementKind::Irrelevant(words),
            Lead::Unsupported(words) => StatementKind::Unsupported(words),
            Lead::Unknown => return Err(refused(Refusal::no_statement(text))),
        };
        if slice.in_mysql {
            kind.name_mysql();
        }
        Ok(Some(Statement { span, kind, written }))
    }
}

/// NUL and U+FFFD, which stands for bytes that are no UTF-8, are no SQL outside of quotes.
fn has_foreign_bytes(text: &str) -> bool {
    memchr::memchr(0, text.as_bytes()).is_some()
        || memchr::memmem::find(text.as_bytes(), "\u{fffd}".as_bytes()).is_some()
}

/// The first such character outside of quotes.
fn foreign_byte(text: &str, lexing: Lexing) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        at = match byte {
            b'\'' | b'"' | b'`' => lexeme::quoted_end(bytes, at, byte, lexing)?,
            0 => return Some(at),
            0xef if bytes.get(at..at + 3) == Some("\u{fffd}".as_bytes()) => return Some(at),
            _ => at + 1,
        };
    }
    None
}

fn not_text(span: Span) -> Diagnostic {
    Diagnostic::new(Code::NotText, Severity::Error, "this is not text")
        .at(span)
        .label("a byte that no SQL text has")
        .help("give a file of SQL text in UTF-8")
}

/// Binary data makes many statements; those in a row say it once.
fn fold_foreign(diagnostics: &mut Vec<Diagnostic>) {
    let mut last = None;
    diagnostics.retain(|d| {
        let again = d.code == Code::NotText && last == Some(Code::NotText);
        last = Some(d.code);
        !again
    });
}
