//! A text in which bytes are overwritten and none is moved; it is copied only when there is one to overwrite.

use super::{Aside, LeftOut};
use std::ops::Range;
use std::sync::Arc;

/// The text while it is cleaned.
pub(super) struct Scrub<'a> {
    original: &'a Arc<String>,
    /// The copy, once a byte is overwritten.
    copy: Option<Vec<u8>>,
    left_out: Vec<LeftOut>,
}

/// One line of a text, without its line break.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line<'a> {
    /// Its first byte.
    pub start: usize,
    /// One past its last byte; the line break, if any, begins here.
    pub end: usize,
    /// Its text.
    pub text: &'a str,
}

impl Line<'_> {
    /// Its bytes.
    pub fn range(self) -> Range<usize> {
        self.start..self.end
    }
}

/// The lines of a text; `\r\n` counts as one break.
pub(super) fn lines(text: &str) -> impl Iterator<Item = Line<'_>> {
    let mut start = 0;
    text.split_inclusive('\n').map(move |whole| {
        let line = whole.trim_end_matches(['\n', '\r']);
        let at = start;
        start += whole.len();
        Line { start: at, end: at + line.len(), text: line }
    })
}

impl<'a> Scrub<'a> {
    pub fn new(original: &'a Arc<String>) -> Self {
        Self { original, copy: None, left_out: Vec::new() }
    }

    fn bytes(&mut self) -> &mut Vec<u8> {
        self.copy.get_or_insert_with(|| self.original.as_bytes().to_vec())
    }

    /// Overwrites a range with blanks; line breaks stay.
    pub fn blank(&mut self, range: Range<usize>) {
        for byte in self.bytes().get_mut(range).into_iter().flatten() {
            if !matches!(*byte, b'\n' | b'\r') {
                *byte = b' ';
            }
        }
    }

    /// Overwrites a range and says why.
    pub fn leave_out(&mut self, range: Range<usize>, what: Aside) {
        self.blank(range.clone());
        self.note(range, what);
    }

    /// Says what stands there, and leaves it.
    pub fn note(&mut self, range: Range<usize>, what: Aside) {
        self.left_out.push(LeftOut { range, what });
    }

    /// Puts a statement end over the byte at `at`, which is a line break or a border.
    pub fn end_statement(&mut self, at: usize) {
        if let Some(byte) = self.bytes().get_mut(at) {
            *byte = b';';
        }
    }

    /// Overwrites a range with bytes of the same number.
    pub fn put(&mut self, range: Range<usize>, bytes: &[u8]) {
        if let Some(place) = self.bytes().get_mut(range)
            && place.len() == bytes.len()
        {
            place.copy_from_slice(bytes);
        }
    }

    /// The cleaned text; the original where there was nothing to clean, or cleaning broke a character, which it never does.
    pub fn finish(mut self) -> (Arc<String>, Vec<LeftOut>) {
        self.left_out.sort_by_key(|l| l.range.start);
        let cleaned = self.copy.and_then(|bytes| String::from_utf8(bytes).ok());
        (cleaned.map_or_else(|| self.original.clone(), Arc::new), self.left_out)
    }
}
