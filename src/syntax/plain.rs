//! The plain view of a statement: the same text, byte for byte as long, without comments
//! and with the sql_mode's quoting resolved, so that the grammar needs to know neither.
//!
//! Comments become blanks, code in version comments stays, and where the sql_mode gives
//! `"` or `\` another meaning they become [`NAME_QUOTE`] and [`BACKSLASH`].

use super::Lexing;
use super::lexeme::{Comment, comment, quoted_end};

/// Stands for `"` around a name under `ANSI_QUOTES`.
pub(crate) const NAME_QUOTE: u8 = 1;
/// Stands for an ordinary `\` in a string under `NO_BACKSLASH_ESCAPES`.
pub(crate) const BACKSLASH: u8 = 2;

/// The plain view of `text`, which begins inside of `depth` version comments.
pub(super) fn plain(text: &str, lexing: Lexing, depth: u8) -> String {
    let mut out = text.as_bytes().to_vec();
    let bytes = text.as_bytes();
    let mut depth = depth;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        at = match byte {
            b'\'' | b'"' | b'`' => {
                let end = quoted_end(bytes, at, byte, lexing).unwrap_or(bytes.len());
                requote(&mut out, at, end, byte, lexing);
                end
            }
            b'*' if depth > 0 && bytes.get(at + 1) == Some(&b'/') => {
                depth -= 1;
                fill(&mut out, at, at + 2)
            }
            b'#' | b'-' | b'/' => match comment(bytes, at, lexing) {
                Some(Comment::Until(end)) => fill(&mut out, at, end),
                Some(Comment::Endless) => fill(&mut out, at, bytes.len()),
                Some(Comment::Code(from)) => {
                    depth = depth.saturating_add(1);
                    fill(&mut out, at, from)
                }
                None => at + 1,
            },
            _ => at + 1,
        };
    }
    String::from_utf8(out).unwrap_or_default()
}

fn fill(out: &mut [u8], from: usize, to: usize) -> usize {
    if let Some(range) = out.get_mut(from..to) {
        range.fill(b' ');
    }
    to
}

fn requote(out: &mut [u8], from: usize, to: usize, quote: u8, lexing: Lexing) {
    let (old, new) = match quote {
        b'"' if lexing.ansi_quotes => (b'"', NAME_QUOTE),
        b'\'' | b'"' if lexing.no_backslash_escapes => (b'\\', BACKSLASH),
        _ => return,
    };
    for byte in out.get_mut(from..to).unwrap_or_default().iter_mut().filter(|b| **b == old) {
        *byte = new;
    }
}
