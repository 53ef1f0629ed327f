//! A statement's shape: its bytes, except for what stands in slots.
//!
//! A slot is a quoted name, a quoted text, a host behind `@`, or a word that is none of the grammar's and none that is
//! reserved, so that the grammar treats every one like every other. What could be read in another way than it looks here
//! (escapes, doubled quotes, characters beyond ASCII outside of quotes) has no shape.

use crate::syntax::grammar::TEXTS;
use crate::syntax::reserved;
use rustc_hash::{FxHashSet, FxHasher};
use smallvec::SmallVec;
use std::hash::Hasher;
use std::ops::Range;
use std::sync::LazyLock;

/// What a slot holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SlotKind {
    /// `` `name` ``
    Name,
    /// `'text'`
    Single,
    /// `"text"`
    Double,
    /// A name without quotes.
    Word,
    /// A host without quotes.
    Host,
}

/// A slot of a statement.
#[derive(Debug, Clone, Copy)]
pub(super) struct Slot {
    pub(super) start: usize,
    /// One past its last byte, quotes included.
    pub(super) end: usize,
    pub(super) kind: SlotKind,
}

/// The slots of a statement; most have few.
pub(super) type Slots = SmallVec<[Slot; 12]>;

impl Slot {
    /// The slot of that kind that begins there, if one does.
    pub(super) fn at(bytes: &[u8], start: usize, kind: SlotKind) -> Option<Self> {
        let first = *bytes.get(start)?;
        let end = match kind {
            SlotKind::Name | SlotKind::Single | SlotKind::Double => {
                let is_quote = class(first) == Class::Quote && of_quote(first) == kind;
                if is_quote { quoted(bytes, start, first)? } else { return None }
            }
            SlotKind::Word => {
                let end = run(bytes, start, is_word)?;
                let is_name = class(first) == Class::Letter && !is_of_grammar(bytes.get(start..end)?);
                if is_name { end } else { return None }
            }
            SlotKind::Host => run(bytes, start, is_host).filter(|end| *end > start)?,
        };
        Some(Self { start, end, kind })
    }

    /// What it holds, without quotes.
    pub(super) fn inside(&self) -> Range<usize> {
        match self.kind {
            SlotKind::Word | SlotKind::Host => self.start..self.end,
            SlotKind::Name | SlotKind::Single | SlotKind::Double => self.start + 1..self.end - 1,
        }
    }
}

/// The slots of a statement, and a number that statements of the same shape share.
#[derive(Debug)]
pub(in crate::syntax) struct Scan {
    pub(super) slots: Slots,
    pub(super) hash: u64,
}

/// What a byte may begin outside of quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    /// Nothing that matters.
    Sign,
    /// A word.
    Letter,
    /// A number, or a word that begins like one.
    Digit,
    /// A quoted name or text.
    Quote,
    /// `@`
    At,
    /// A statement with it has no shape.
    Other,
}

impl Scan {
    /// `None`: the statement has no shape. `salt` tells statements apart that are read in different ways.
    pub(super) fn of(text: &str, salt: u64) -> Option<Self> {
        let bytes = text.as_bytes();
        let mut scan = Self { slots: SmallVec::new(), hash: 0 };
        let mut hasher = FxHasher::default();
        hasher.write_u64(salt);
        let (mut at, mut from) = (0, 0);
        while let Some(&byte) = bytes.get(at) {
            let start = at;
            let kind = match class(byte) {
                Class::Sign => {
                    at += 1;
                    None
                }
                Class::Letter | Class::Digit => {
                    at = run(bytes, at, is_word)?;
                    let word = bytes.get(start..at)?;
                    (class(byte) == Class::Letter && !is_of_grammar(word)).then_some(SlotKind::Word)
                }
                Class::Quote => {
                    at = quoted(bytes, at, byte)?;
                    Some(of_quote(byte))
                }
                Class::At => {
                    let end = run(bytes, at + 1, is_host)?;
                    let host = at + 1;
                    at = end;
                    if end > host {
                        scan.slot(bytes, &mut hasher, &mut from, Slot { start: host, end, kind: SlotKind::Host })?;
                    }
                    None
                }
                Class::Other => return None,
            };
            if let Some(kind) = kind {
                scan.slot(bytes, &mut hasher, &mut from, Slot { start, end: at, kind })?;
            }
        }
        hasher.write(bytes.get(from..)?);
        scan.hash = hasher.finish();
        Some(scan)
    }

    /// Adds a slot, and what stands before it to the number.
    fn slot(&mut self, bytes: &[u8], hasher: &mut FxHasher, from: &mut usize, slot: Slot) -> Option<()> {
        hasher.write(bytes.get(*from..slot.start)?);
        hasher.write_u8(slot.kind as u8);
        *from = slot.end;
        self.slots.push(slot);
        Some(())
    }
}

fn of_quote(quote: u8) -> SlotKind {
    match quote {
        b'`' => SlotKind::Name,
        b'\'' => SlotKind::Single,
        _ => SlotKind::Double,
    }
}

fn class(byte: u8) -> Class {
    match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'_' => Class::Letter,
        b'0'..=b'9' => Class::Digit,
        b'`' | b'\'' | b'"' => Class::Quote,
        b'@' => Class::At,
        b'\t'..=b'\r' | b' '..=b'~' if byte != b'$' && byte != b'\\' => Class::Sign,
        _ => Class::Other,
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$'
}

fn is_host(byte: u8) -> bool {
    is_word(byte) || byte == b'.'
}

/// The end of a run of such bytes; `None` where something follows that could belong to it.
fn run(bytes: &[u8], from: usize, belongs: fn(u8) -> bool) -> Option<usize> {
    let rest = bytes.get(from..)?;
    let length = rest.iter().position(|byte| !belongs(*byte)).unwrap_or(rest.len());
    let next = rest.get(length).copied().unwrap_or(b' ');
    let ends = next.is_ascii() && !matches!(next, b'\'' | b'"' | b'`') || length == 0;
    ends.then_some(from + length)
}

/// The end of a quoted text without escapes and doubled quotes.
fn quoted(bytes: &[u8], at: usize, quote: u8) -> Option<usize> {
    let rest = bytes.get(at + 1..)?;
    let length = match quote {
        b'`' => memchr::memchr(quote, rest)?,
        _ => memchr::memchr2(quote, b'\\', rest)?,
    };
    let plain = rest.get(length) == Some(&quote) && rest.get(length + 1) != Some(&quote);
    plain.then_some(at + length + 2)
}

/// A word in lower case, filled up with zeros.
type Folded = [u8; LONGEST];

/// Longer words are taken for the grammar's.
const LONGEST: usize = 32;

/// The word means something to the grammar or to what reads its tree.
fn is_of_grammar(word: &[u8]) -> bool {
    folded(word).is_none_or(|word| WORDS.contains(&word))
}

fn folded(word: &[u8]) -> Option<Folded> {
    let mut folded = [0; LONGEST];
    folded.get_mut(..word.len())?.iter_mut().zip(word).for_each(|(to, from)| *to = from.to_ascii_lowercase());
    Some(folded)
}

/// Every word in a literal of the grammar, and the words that are reserved.
static WORDS: LazyLock<FxHashSet<Folded>> = LazyLock::new(|| {
    let literals = TEXTS.iter().flat_map(|text| text.lines()).filter(|line| !line.starts_with("//")).flat_map(literals);
    let words =
        literals.flat_map(|literal| literal.split(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '$'));
    words.chain(reserved::words()).filter_map(|word| folded(word.as_bytes())).collect()
});

/// What stands in double quotes in a line of a grammar.
fn literals(line: &str) -> impl Iterator<Item = &str> {
    let mut rest = line;
    std::iter::from_fn(move || {
        let (_, behind) = rest.split_once('"')?;
        let mut escaped = false;
        let end = behind.find(|c| {
            let ends = c == '"' && !escaped;
            escaped = c == '\\' && !escaped;
            ends
        })?;
        rest = behind.get(end + 1..)?;
        behind.get(..end)
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests stop at the first surprise")]

    use super::{LONGEST, Scan, SlotKind, TEXTS, is_of_grammar, literals};

    fn slots(text: &str) -> Option<Vec<(&str, SlotKind)>> {
        let scan = Scan::of(text, 0)?;
        scan.slots.iter().map(|slot| Some((text.get(slot.inside())?, slot.kind))).collect()
    }

    #[test]
    fn names_and_texts_are_slots() {
        use SlotKind::{Double, Host, Name, Single, Word};
        let text = "GRANT SELECT (a, `b c`) ON shop.* TO 'joe'@\"%\", Ann@10.0.0.1 WITH GRANT OPTION";
        let expected = [
            ("a", Word),
            ("b c", Name),
            ("shop", Word),
            ("joe", Single),
            ("%", Double),
            ("Ann", Word),
            ("10.0.0.1", Host),
        ];
        assert_eq!(slots(text).unwrap(), expected);
    }

    #[test]
    fn what_could_be_read_otherwise_has_no_shape() {
        for text in
            ["'a''b'", "'a\\'b'", "`a``b`", "x'41'", "é", "aé", "a@é", "$a", "\u{1}a\u{1}", "a@b'c'", "'a", "\\g"]
        {
            assert!(Scan::of(text, 0).is_none(), "{text}");
        }
    }

    #[test]
    fn words_of_the_grammar_are_no_slots() {
        for word in ["select", "To", "IDENTIFIED", "library", "cube", "none", "event", "MAX_CONNECTIONS_PER_HOUR"] {
            assert!(is_of_grammar(word.as_bytes()), "{word}");
        }
        assert!(slots("1abc 0x41 5").unwrap().is_empty());
        assert!(!is_of_grammar(b"selects"));
        let longest = TEXTS.iter().flat_map(|text| text.lines()).flat_map(literals).map(str::len).max();
        assert!(longest.unwrap() <= LONGEST);
    }

    #[test]
    fn statements_of_one_shape_have_one_hash() {
        let hash = |text| Scan::of(text, 0).unwrap().hash;
        assert_eq!(hash("DROP USER `a`@`b`"), hash("DROP USER `other`@``"));
        assert_ne!(hash("DROP USER `a`@`b`"), hash("DROP USER 'a'@`b`"));
        assert_ne!(hash("DROP USER `a`@`b`"), hash("DROP USER  `a`@`b`"));
        assert_ne!(hash("DROP USER `a`@`b`"), Scan::of("DROP USER `a`@`b`", 1).unwrap().hash);
    }
}
