//! Diagnostics as text for people and as JSON for programs.
//!
//! The line shown is the input's own, with secrets overwritten: nothing here may print one.

use super::{Diagnostic, Severity};
use crate::source::{LineColumn, Source, Sources};
use crate::syntax::redact::mask;
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use serde_json::{Value, json};
use std::ops::Range;

/// A line longer than this is shown only around the place.
const LONG_LINE: usize = 160;
/// How many bytes of a long line are shown before and behind the place.
const AROUND: usize = 60;
/// How far back the start of a statement is looked for, so that secrets are told by the words before them.
const LOOK_BACK: usize = 32 * 1024;

/// The diagnostic as people read it: message, file, line and column, the line with the place
/// marked, help.
pub fn to_text(diagnostic: &Diagnostic, sources: &Sources, colour: bool) -> String {
    let level = match diagnostic.severity {
        Severity::Note => Level::NOTE,
        Severity::Warning => Level::WARNING,
        Severity::Refused => Level::ERROR.with_name("refused"),
        Severity::Error => Level::ERROR,
    };
    let mut group = Group::with_title(level.primary_title(diagnostic.message.as_str()));
    if let Some(shown) = Shown::of(diagnostic, sources) {
        let annotation = AnnotationKind::Primary.span(shown.range).label(diagnostic.label.as_deref());
        let snippet = Snippet::source(shown.line).line_start(shown.place.line as usize).annotation(annotation);
        group = if shown.cut {
            // The columns of a cut line are not those of the input, so the place is given apart.
            let place = Origin::path(shown.file).line(shown.place.line as usize);
            group.element(place.char_column(shown.place.column as usize)).element(snippet)
        } else {
            group.element(snippet.path(shown.file))
        };
    }
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    renderer.render(&[group])
}

/// The diagnostic as one JSON object; what it has not is null.
pub fn to_json(diagnostic: &Diagnostic, sources: &Sources) -> Value {
    let place = diagnostic.span.and_then(|span| sources.locate(span));
    json!({
        "code": diagnostic.code.name(),
        "severity": diagnostic.severity.word(),
        "file": place.map(|(file, _)| file),
        "line": place.map(|(_, place)| place.line),
        "column": place.map(|(_, place)| place.column),
        "message": diagnostic.message,
        "help": diagnostic.help,
        "errno": diagnostic.error.as_ref().map(|error| error.errno),
    })
}

/// What is shown of the input.
struct Shown<'a> {
    file: &'a str,
    place: LineColumn,
    /// The line, masked and cut.
    line: String,
    /// The place in it.
    range: Range<usize>,
    /// Only a part of the line is shown.
    cut: bool,
}

impl<'a> Shown<'a> {
    fn of(diagnostic: &Diagnostic, sources: &'a Sources) -> Option<Self> {
        let span = diagnostic.span?;
        let source = sources.get(span.source)?;
        let place = source.line_column(span.start as usize);
        let line = source.line_text(place.line);
        let line_start = line.as_ptr() as usize - source.text.as_ptr() as usize;
        let from = (span.start as usize).saturating_sub(line_start).min(line.len());
        let to = (span.end as usize).saturating_sub(line_start).clamp(from, line.len());
        let masked = mask(before(source, line_start), line);
        // A mask is as long in characters, not in bytes.
        let moved = |at: usize| moved(line, &masked, at);
        let (line, range) = window(&masked, moved(from)..moved(to));
        Some(Self { file: source.name.as_str(), place, cut: masked.len() > LONG_LINE, line, range })
    }
}

/// The text from where the statement probably starts up to a line.
fn before(source: &Source, line_start: usize) -> &str {
    let text = source.text.get(..line_start).unwrap_or("");
    let Some(earliest) = text.len().checked_sub(LOOK_BACK) else { return text };
    let near = text.get(ceil(text, earliest)..).unwrap_or("");
    near.find(";\n").and_then(|i| near.get(i + 2..)).unwrap_or(near)
}

/// The byte offset in `masked` of the character at byte `at` of `line`.
fn moved(line: &str, masked: &str, at: usize) -> usize {
    if line.len() == masked.len() {
        return at;
    }
    let characters = line.get(..at).unwrap_or(line).chars().count();
    masked.char_indices().nth(characters).map_or(masked.len(), |(i, _)| i)
}

/// A long line around the place, with `…` where it is cut.
fn window(line: &str, range: Range<usize>) -> (String, Range<usize>) {
    if line.len() <= LONG_LINE {
        return (line.to_owned(), range);
    }
    let start = floor(line, range.start.saturating_sub(AROUND));
    let end = ceil(line, range.end.min(range.start + AROUND) + AROUND).min(line.len());
    let (head, tail) = (if start > 0 { "…" } else { "" }, if end < line.len() { "…" } else { "" });
    let text = format!("{head}{}{tail}", line.get(start..end).unwrap_or(""));
    let shift = |at: usize| (at.min(end).saturating_sub(start) + head.len()).min(text.len());
    let range = shift(range.start)..shift(range.end);
    (text, range)
}

fn floor(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|i| text.is_char_boundary(*i)).unwrap_or(0)
}

fn ceil(text: &str, at: usize) -> usize {
    (at..=text.len()).find(|i| text.is_char_boundary(*i)).unwrap_or(text.len())
}
