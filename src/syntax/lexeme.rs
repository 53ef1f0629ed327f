//! The byte level that the splitter, the plain view and redaction share: where a quoted
//! text ends, where a comment ends, and which comments are code.
//!
//! It knows neither statements nor delimiters.

use super::Lexing;
use memchr::{memchr, memchr2, memmem};

/// What starts at a place where a comment can start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comment {
    /// A comment up to this offset.
    Until(usize),
    /// `/*!NNNNN`: what follows from this offset on is code, up to `*/`.
    Code(usize),
    /// A comment that never ends.
    Endless,
}

/// What starts at `at`, if a comment does. Manual 11.7 "Comments".
pub(super) fn comment(bytes: &[u8], at: usize, lexing: Lexing) -> Option<Comment> {
    let rest = bytes.get(at..)?;
    match rest {
        [b'#', ..] => Some(line_end(bytes, at)),
        // `--` needs white space, a control character or the end behind it.
        [b'-', b'-'] => Some(line_end(bytes, at)),
        [b'-', b'-', next, ..] if next.is_ascii_whitespace() || next.is_ascii_control() => Some(line_end(bytes, at)),
        [b'/', b'*', ..] => Some(block(rest, at, lexing)),
        _ => None,
    }
}

/// The offset behind the text quoted from `at` on with `quote`; `None` when it never ends.
/// A doubled quote ends one text and starts the next, which comes to the same.
pub(super) fn quoted_end(bytes: &[u8], at: usize, quote: u8, lexing: Lexing) -> Option<usize> {
    let plain = quote == b'`' || lexing.no_backslash_escapes || (quote == b'"' && lexing.ansi_quotes);
    let mut from = at + 1;
    loop {
        let rest = bytes.get(from..)?;
        if plain {
            return memchr(quote, rest).map(|i| from + i + 1);
        }
        let found = from + memchr2(quote, b'\\', rest)?;
        if bytes.get(found) == Some(&quote) {
            return Some(found + 1);
        }
        from = found + 2;
    }
}

/// The digits of a version comment count as a version only when there are five or six.
fn version(rest: &[u8]) -> Option<(u32, usize)> {
    let digits = rest.iter().take(6).take_while(|b| b.is_ascii_digit()).count();
    let text = std::str::from_utf8(rest.get(..digits)?).ok()?;
    (digits >= 5).then(|| text.parse().ok().map(|n| (n, digits)))?
}

fn line_end(bytes: &[u8], at: usize) -> Comment {
    Comment::Until(bytes.get(at..).and_then(|rest| memchr(b'\n', rest)).map_or(bytes.len(), |i| at + i))
}

fn block(rest: &[u8], at: usize, lexing: Lexing) -> Comment {
    let opening = match rest.get(2..) {
        Some([b'!', ..]) => 3,
        Some([b'M', b'!', ..]) if lexing.mariadb => 4,
        _ => {
            return memmem::find(rest.get(2..).unwrap_or(&[]), b"*/")
                .map_or(Comment::Endless, |i| Comment::Until(at + i + 4));
        }
    };
    match version(rest.get(opening..).unwrap_or(&[])) {
        Some((number, digits)) if is_code(number, opening, lexing) => Comment::Code(at + opening + digits),
        None => Comment::Code(at + opening),
        Some(_) => nested_end(rest, opening).map_or(Comment::Endless, |end| Comment::Until(at + end)),
    }
}

/// MariaDB takes `/*!50700` to `/*!99999` for MySQL's own and passes over them.
fn is_code(number: u32, opening: usize, lexing: Lexing) -> bool {
    let foreign = lexing.mariadb && opening == 3 && (50_700..=99_999).contains(&number);
    (lexing.version == 0 || number <= lexing.version) && !foreign
}

/// A version comment that is passed over may hold one level of comments.
fn nested_end(rest: &[u8], opening: usize) -> Option<usize> {
    let mut from = opening;
    loop {
        let tail = rest.get(from..)?;
        let end = memmem::find(tail, b"*/")?;
        match memmem::find(tail.get(..end)?, b"/*") {
            Some(_) => from += end + 2,
            None => return Some(from + end + 2),
        }
    }
}
