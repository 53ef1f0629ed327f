//! One wildcard pattern as a machine (M2.14–M2.19).

use crate::matching::wild::Quirks;
use smallvec::SmallVec;

/// A piece of a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Piece {
    Byte(u8),
    One,
    Many,
}

/// A pattern, ready to read texts.
#[derive(Debug, Clone)]
pub struct Machine {
    pieces: Vec<Piece>,
    /// M2.15: a text may not end just behind a `_` unless the pattern does, nor while a `%` is still open.
    strict: bool,
}

/// A set of places in a pattern.
type Places = SmallVec<[u64; 1]>;

/// Where a machine can be after some text. How it came to a place matters at the end of the text only.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct State {
    by_byte: Places,
    by_one: Places,
    in_many: Places,
}

fn has(places: &Places, at: usize) -> bool {
    places.get(at / 64).is_some_and(|word| word >> (at % 64) & 1 == 1)
}

fn put(places: &mut Places, at: usize) {
    if let Some(word) = places.get_mut(at / 64) {
        *word |= 1 << (at % 64);
    }
}

fn pieces(pattern: &[u8]) -> Vec<Piece> {
    let mut out = Vec::with_capacity(pattern.len());
    let mut rest = pattern;
    loop {
        rest = match rest {
            [] => return out,
            [b'%', after @ ..] => {
                out.push(Piece::Many);
                after
            }
            [b'_', after @ ..] => {
                out.push(Piece::One);
                after
            }
            [b'\\', next, after @ ..] => {
                out.push(Piece::Byte(*next));
                after
            }
            [byte, after @ ..] => {
                out.push(Piece::Byte(*byte));
                after
            }
        };
    }
}

/// Behind a `%` a `_` takes a byte, or in MySQL 8.0 and later only looks whether text is left: at the end of a pattern
/// that asks for one byte, before a literal for nothing (M2.14).
fn gather_percents(pieces: &[Piece], underscore_peeks: bool) -> Vec<Piece> {
    let mut out = Vec::with_capacity(pieces.len());
    let mut rest = pieces;
    while let Some((first, after)) = rest.split_first() {
        if *first != Piece::Many {
            out.push(*first);
            rest = after;
            continue;
        }
        let run = rest.iter().take_while(|p| !matches!(p, Piece::Byte(_))).count();
        let (block, behind) = rest.split_at(run);
        let ones = block.iter().filter(|p| **p == Piece::One).count();
        let taken = match (underscore_peeks, behind.is_empty()) {
            (true, true) => ones.min(1),
            (true, false) => 0,
            (false, _) => ones,
        };
        out.extend(std::iter::repeat_n(Piece::One, taken));
        out.push(Piece::Many);
        rest = behind;
    }
    out
}

impl Machine {
    /// For addresses and database names: byte-wise, case-sensitive (M2.18).
    pub fn of_bytes(pattern: &str, quirks: Quirks) -> Self {
        Self { pieces: gather_percents(&pieces(pattern.as_bytes()), quirks.underscore_peeks()), strict: false }
    }

    /// For host names: reads texts in lower case (M2.19).
    pub fn of_name(pattern: &str, quirks: Quirks) -> Self {
        let pieces = pieces(pattern.to_ascii_lowercase().as_bytes());
        match quirks.underscore_at_end() {
            true => Self { pieces, strict: true },
            false => Self { pieces: gather_percents(&pieces, false), strict: false },
        }
    }

    /// The bytes that it compares.
    pub fn bytes(&self) -> impl Iterator<Item = u8> + '_ {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Byte(byte) => Some(*byte),
            Piece::One | Piece::Many => None,
        })
    }

    fn nowhere(&self) -> Places {
        // One place before each piece, one at the end, one for "matches whatever follows".
        std::iter::repeat_n(0, (self.pieces.len() + 2).div_ceil(64)).collect()
    }

    /// Before any text.
    pub fn start(&self) -> State {
        let mut by_byte = self.nowhere();
        put(&mut by_byte, 0);
        State { by_byte, by_one: self.nowhere(), in_many: self.nowhere() }
    }

    /// After one more byte.
    pub fn step(&self, state: &State, byte: u8) -> State {
        let mut next = State { by_byte: self.nowhere(), by_one: self.nowhere(), in_many: self.nowhere() };
        let end = self.pieces.len();
        if has(&state.in_many, end + 1) {
            put(&mut next.in_many, end + 1);
            return next;
        }
        let mut through = false;
        for (at, piece) in self.pieces.iter().enumerate() {
            let here = through || has(&state.by_byte, at) || has(&state.by_one, at) || has(&state.in_many, at);
            through = here && *piece == Piece::Many;
            match piece {
                _ if !here => {}
                Piece::Byte(b) if *b == byte => put(&mut next.by_byte, at + 1),
                Piece::Byte(_) => {}
                Piece::One => put(&mut next.by_one, at + 1),
                Piece::Many if at + 1 == end => put(&mut next.in_many, end + 1),
                Piece::Many => put(&mut next.in_many, at),
            }
        }
        if has(&next.in_many, end + 1) {
            (next.by_byte, next.by_one) = (self.nowhere(), self.nowhere());
            next.in_many = self.nowhere();
            put(&mut next.in_many, end + 1);
        }
        next
    }

    /// Does it match the text that ends here?
    pub fn accepts(&self, state: &State) -> bool {
        let end = self.pieces.len();
        if has(&state.in_many, end + 1) || has(&state.by_byte, end) || has(&state.by_one, end) {
            return true;
        }
        let open = self.pieces.last() == Some(&Piece::Many) && end > 0;
        let last = end.saturating_sub(1);
        open && (has(&state.by_byte, last) || !self.strict && (has(&state.by_one, last) || has(&state.in_many, last)))
    }
}
