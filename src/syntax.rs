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
mod run;
mod shape;
pub mod split;
pub mod statement;

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::source::{Source, SourceId, Span};
use lead::{Lead, lead};
use lower::Lower;
use rayon::prelude::*;
use refusal::Refusal;
use run::Run;
use shape::{Found, Shapes};
use split::{Slice, SliceKind, Split, Splitter};
use statement::{Statement, StatementKind, Written};
use std::sync::{Mutex, mpsc};
use std::thread;

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

/// How a text is to be parsed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct How {
    /// How it must be read at its beginning.
    pub lexing: Lexing,
    /// The grammar reads every statement. Else statements of a shape that it has read before are made from that, with the
    /// same result in a fraction of the time.
    pub by_grammar: bool,
}

impl From<Lexing> for How {
    fn from(lexing: Lexing) -> Self {
        Self { lexing, by_grammar: false }
    }
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
const CHUNK: usize = 512;
/// How many slices make a part: few enough that their statements are still in the processor's caches when they are replayed.
const PART: usize = 8 * CHUNK;
/// How many parts wait to be taken, at most.
const WAITING: usize = 2;
/// Texts of fewer bytes are read before another thread would have started.
const SHORT: usize = 1 << 16;

/// Reads every statement of a source.
pub fn parse(id: SourceId, source: &Source, how: impl Into<How>) -> Parsed {
    parse_text(id, &source.text, how)
}

/// Reads every statement of a text.
pub fn parse_text(id: SourceId, text: &str, how: impl Into<How>) -> Parsed {
    let mut all = Parsed::default();
    parse_parts(id, text, how, |mut part| {
        all.statements.append(&mut part.statements);
        all.diagnostics.append(&mut part.diagnostics);
    });
    settle(&mut all.diagnostics);
    all
}

/// Reads the statements of a text in parts, in order. While `each` looks at one part the next ones are read, so that no
/// more than a few are held at a time. What is said about all parts is to be [settled](settle) together.
pub fn parse_parts(id: SourceId, text: &str, how: impl Into<How>, mut each: impl FnMut(Parsed)) {
    let How { lexing, by_grammar } = how.into();
    let parts = Parts {
        splitter: Splitter::new(id, text, lexing),
        ahead: None,
        reader: Reader { id, text, foreign: has_foreign_bytes(text), by_grammar, shapes: Mutex::default() },
    };
    // A thread of the pool must not wait for what the pool has to do.
    if text.len() < SHORT || rayon::current_thread_index().is_some() {
        return parts.for_each(each);
    }
    let (sender, receiver) = mpsc::sync_channel(WAITING);
    let shared = Mutex::new(parts);
    thread::scope(|scope| {
        let parts = &shared;
        let read = move || parts.lock().is_ok_and(|mut parts| parts.try_for_each(|part| sender.send(part)).is_ok());
        // Without a thread there is no sender, and all is left for later.
        let _ = thread::Builder::new().spawn_scoped(scope, read);
        // Taken along, so that the thread ends when this one panics.
        receiver.into_iter().for_each(&mut each);
    });
    shared.into_inner().into_iter().flatten().for_each(each);
}

/// Puts what is said about a text in order of place.
pub fn settle(diagnostics: &mut Vec<Diagnostic>) {
    diagnostics.sort_by_key(|d| d.span.map(|s| s.start));
    fold_foreign(diagnostics);
}

/// A text as it is read, part by part.
struct Parts<'a> {
    splitter: Splitter<'a>,
    /// What was split while the part before it was read.
    ahead: Option<Split>,
    reader: Reader<'a>,
}

impl Iterator for Parts<'_> {
    type Item = Parsed;

    fn next(&mut self) -> Option<Parsed> {
        let split = self.ahead.take().or_else(|| self.splitter.next_slices(PART))?;
        let (chunks, ahead) = match split.slices.len() {
            0..=CHUNK => (vec![self.reader.chunk(&split.slices)], None),
            _ => rayon::join(|| self.reader.chunks(&split.slices), || self.splitter.next_slices(PART)),
        };
        self.ahead = ahead;
        let mut out = Parsed { statements: Vec::with_capacity(split.slices.len()), diagnostics: split.diagnostics };
        for mut chunk in chunks {
            out.statements.append(&mut chunk.statements);
            out.diagnostics.append(&mut chunk.diagnostics);
        }
        Some(out)
    }
}

struct Reader<'a> {
    id: SourceId,
    text: &'a str,
    foreign: bool,
    by_grammar: bool,
    /// What the tasks before learned; each takes one set.
    shapes: Mutex<Vec<Shapes>>,
}

impl Reader<'_> {
    fn chunks(&self, slices: &[Slice]) -> Vec<Parsed> {
        slices.par_chunks(CHUNK).map(|slices| self.chunk(slices)).collect()
    }

    fn chunk(&self, slices: &[Slice]) -> Parsed {
        let mut shapes = self.shapes.lock().ok().and_then(|mut sets| sets.pop()).unwrap_or_default();
        let mut out = Parsed { statements: Vec::with_capacity(slices.len()), diagnostics: Vec::new() };
        let mut run = Run::new(self.text);
        for number in 0..slices.len() {
            match self.statement(slices.get(number..).unwrap_or_default(), &mut shapes, &mut run) {
                Ok(Some(statement)) => out.statements.push(statement),
                Ok(None) => {}
                Err(diagnostic) => out.diagnostics.push(*diagnostic),
            }
        }
        self.shapes.lock().into_iter().for_each(|mut sets| sets.push(std::mem::take(&mut shapes)));
        out
    }

    /// The statement of the first of these slices.
    fn statement(
        &self,
        slices: &[Slice],
        shapes: &mut Shapes,
        run: &mut Run<'_>,
    ) -> Result<Option<Statement>, Box<Diagnostic>> {
        let Some(slice) = slices.first() else { return Ok(None) };
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
        let lower = Lower { source: self.id, base, lexing: slice.lexing };
        let unknown = match self.by_grammar {
            true => None,
            false => match shapes.read(text, lower) {
                Ok((kind, written)) => return Ok(Some(Statement { span, kind, written })),
                Err(unknown) => unknown,
            },
        };
        let refused = |refusal: Refusal| Box::new(refusal.diagnostic(self.id, base, text));
        let mut written = Written::default();
        let mut kind = match lead(text, slice.in_mysql) {
            Lead::Rule(rule) => {
                let found = Found { text, rule, lower };
                let read = run.read(found, slices).map_or_else(|| found.by_grammar(), Ok).map_err(refused)?;
                unknown.iter().for_each(|scan| shapes.learn(found, scan, &read));
                written = read.1;
                read.0
            }
            Lead::Data(rule, words) => {
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
