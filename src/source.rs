//! Where text came from: sources, byte spans, lines and columns.
//!
//! Everything that can be blamed carries a [`Span`] from the parser to the
//! report. This module knows no SQL.

use std::ops::Range;
use std::sync::Arc;

/// One text that a policy was read from: a file, standard input, or an argument.
#[derive(Debug, Clone)]
pub struct Source {
    /// The name shown to people, as it was given: a path, `-`, or `<argument>`.
    pub name: String,
    /// The text, decoded lossily from UTF-8 where it was not valid.
    pub text: Arc<String>,
    line_starts: Vec<u32>,
    /// Of excerpts: where each begins, here and in the text that they are from.
    excerpts: Vec<(u32, LineColumn)>,
}

/// Index of a [`Source`] in its [`Sources`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct SourceId(pub u32);

/// A range of bytes in one source. `start..end`, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Span {
    /// The source the bytes are in.
    pub source: SourceId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

/// A place as editors count it: both from 1, the column in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct LineColumn {
    /// Line number, from 1.
    pub line: u32,
    /// Column number in characters, from 1.
    pub column: u32,
}

/// All sources of one policy, in the order they were read.
#[derive(Debug, Clone, Default)]
pub struct Sources(Vec<Source>);

impl Span {
    /// The span of `range` in `source`; offsets past 4 GiB saturate.
    pub fn new(source: SourceId, range: Range<usize>) -> Self {
        let clamp = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Self { source, start: clamp(range.start), end: clamp(range.end) }
    }

    /// The bytes as a range for slicing.
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// The smallest span that holds both; `other` must be of the same source.
    pub fn to(self, other: Self) -> Self {
        Self { source: self.source, start: self.start.min(other.start), end: self.end.max(other.end) }
    }
}

/// So many lines behind a known one are looked at before all are searched.
const CLOSE: usize = 8;

impl Source {
    /// A source with its line index.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        let text = Arc::new(text.into());
        let line_starts = std::iter::once(0)
            .chain(memchr::memchr_iter(b'\n', text.as_bytes()).map(|i| u32::try_from(i + 1).unwrap_or(u32::MAX)))
            .collect();
        Self { name: name.into(), text, line_starts, excerpts: Vec::new() }
    }

    /// Excerpts of a text that is not there itself, each with the place it is from, in the order given. Returns their
    /// ranges too.
    pub fn excerpts<'t>(
        name: impl Into<String>,
        parts: impl Iterator<Item = (LineColumn, &'t str)>,
    ) -> (Self, Vec<Range<usize>>) {
        let (mut text, mut excerpts, mut ranges) = (String::new(), Vec::new(), Vec::new());
        for (place, part) in parts {
            let start = text.len();
            text.push_str(part);
            ranges.push(start..text.len());
            // A line break behind each keeps empty ones apart.
            text.push('\n');
            excerpts.push((u32::try_from(start).unwrap_or(u32::MAX), place));
        }
        (Self { excerpts, ..Self::new(name, text) }, ranges)
    }

    /// Line and column of a byte offset; an offset past the end counts as the end.
    pub fn line_column(&self, offset: usize) -> LineColumn {
        self.line_column_behind(offset, 1)
    }

    /// The same, looked for first in a line and those right behind it: places that are asked for in order are found at once.
    pub fn line_column_behind(&self, offset: usize, line: u32) -> LineColumn {
        let offset = offset.min(self.text.len());
        let before = self.excerpts.partition_point(|(start, _)| *start as usize <= offset);
        if let Some((_, place)) = before.checked_sub(1).and_then(|at| self.excerpts.get(at)) {
            return *place;
        }
        let line = self.line_at(offset, line as usize);
        let start = self.line_start(line);
        let column = self.text.get(start..offset).map_or(0, |s| s.chars().count());
        LineColumn { line: line as u32, column: column as u32 + 1 }
    }

    /// The text of a line (from 1), without its line break.
    pub fn line_text(&self, line: u32) -> &str {
        let start = self.line_start(line as usize);
        let end = self.line_starts.get(line as usize).map_or(self.text.len(), |&e| e as usize);
        self.text.get(start..end).unwrap_or("").trim_end_matches(['\n', '\r'])
    }

    /// The line of an offset: how many lines start there or before.
    fn line_at(&self, offset: usize, near: usize) -> usize {
        let starts_before = |start: &u32| *start as usize <= offset;
        let before = near.saturating_sub(1);
        let behind = self.line_starts.get(before..).filter(|rest| rest.first().is_some_and(starts_before));
        let close = behind.and_then(|rest| rest.iter().take(CLOSE).position(|start| !starts_before(start)));
        close.map_or_else(|| self.line_starts.partition_point(starts_before), |lines| before + lines)
    }

    fn line_start(&self, line: usize) -> usize {
        line.checked_sub(1).and_then(|i| self.line_starts.get(i)).map_or(0, |&s| s as usize)
    }
}

impl Sources {
    /// Adds a source and returns its id.
    pub fn add(&mut self, source: Source) -> SourceId {
        self.0.push(source);
        SourceId(u32::try_from(self.0.len() - 1).unwrap_or(u32::MAX))
    }

    /// The source with that id.
    pub fn get(&self, id: SourceId) -> Option<&Source> {
        self.0.get(id.0 as usize)
    }

    /// All sources, in the order they were added, with their ids.
    pub fn iter(&self) -> impl Iterator<Item = (SourceId, &Source)> {
        self.0.iter().enumerate().map(|(i, s)| (SourceId(i as u32), s))
    }

    /// The text of a span, empty when the span is not of these sources.
    pub fn text(&self, span: Span) -> &str {
        self.get(span.source).and_then(|s| s.text.get(span.range())).unwrap_or("")
    }

    /// Name, line and column of a span's first byte.
    pub fn locate(&self, span: Span) -> Option<(&str, LineColumn)> {
        self.get(span.source).map(|s| (s.name.as_str(), s.line_column(span.start as usize)))
    }
}
