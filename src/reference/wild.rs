//! The two wildcard matchers as M2.18 and M2.19 state them, by recursion on the two texts.

use std::collections::BTreeSet;

/// How a server's matchers go about `_` (M2.14, M2.15).
#[derive(Debug, Clone, Copy)]
pub struct Matchers {
    /// MySQL 8.0 and later: a `_` behind a `%` only looks whether text is left.
    pub peeks: bool,
    /// MySQL 8.0 and later: a `_` that takes the last character of a name ends the match.
    pub ends: bool,
}

/// Pairs of rests that do not match, so that nothing is tried twice.
type Tried = BTreeSet<(usize, usize)>;

/// `wild_compare(text, pattern)`: addresses and database names (M2.18, `text_is_pattern` false).
pub fn bytes(text: &str, pattern: &str, matchers: Matchers) -> bool {
    any(text.as_bytes(), pattern.as_bytes(), matchers, &mut Tried::new())
}

fn any(text: &[u8], pattern: &[u8], matchers: Matchers, tried: &mut Tried) -> bool {
    if tried.contains(&(text.len(), pattern.len())) {
        return false;
    }
    let matched = match (pattern, text) {
        ([], _) => text.is_empty(),
        ([b'%', rest @ ..], _) => behind_percent(text, rest, matchers, tried),
        ([b'_', rest @ ..], [_, left @ ..]) => any(left, rest, matchers, tried),
        ([b'\\', literal, rest @ ..], [first, left @ ..]) | ([literal, rest @ ..], [first, left @ ..]) => {
            first == literal && any(left, rest, matchers, tried)
        }
        (_, []) => false,
    };
    if !matched {
        tried.insert((text.len(), pattern.len()));
    }
    matched
}

/// M2.18 step 4: `%` and `_` that follow are consumed first, then each place of the next literal is tried.
fn behind_percent(text: &[u8], pattern: &[u8], matchers: Matchers, tried: &mut Tried) -> bool {
    match (pattern, text) {
        ([], _) => true,
        ([b'%', rest @ ..], _) => behind_percent(text, rest, matchers, tried),
        ([b'_', _, ..] | [b'_'], []) => false,
        ([b'_', rest @ ..], [_, left @ ..]) => {
            behind_percent(if matchers.peeks { text } else { left }, rest, matchers, tried)
        }
        ([b'\\', literal, ..] | [literal, ..], _) => {
            places(text, *literal).into_iter().any(|rest| any(rest, pattern, matchers, tried))
        }
    }
}

/// Every rest of the text that begins with that byte.
fn places(text: &[u8], literal: u8) -> Vec<&[u8]> {
    (0..text.len()).filter_map(|at| text.get(at..)).filter(|rest| rest.first() == Some(&literal)).collect()
}

/// `wild_compare(text, pattern)` with `text_is_pattern`, on MySQL 8.0 and later: everything that the text taken as a
/// pattern stands for, the pattern stands for too (M2.18, M5.40).
pub fn covers(text: &str, pattern: &str) -> bool {
    covering(text.as_bytes(), pattern.as_bytes())
}

fn covering(text: &[u8], pattern: &[u8]) -> bool {
    match (pattern, text) {
        ([], _) => text.is_empty(),
        ([b'%', rest @ ..], _) => covering_percent(without_percent(text), rest),
        ([b'_', ..], [] | [b'%', ..]) => false,
        ([b'_', rest @ ..], [b'\\', _, left @ ..] | [_, left @ ..]) => covering(left, rest),
        ([b'\\', literal, rest @ ..], [b'\\', first, left @ ..]) => first == literal && covering(left, rest),
        ([b'\\', _, ..], _) => false,
        ([literal, rest @ ..], [first, left @ ..]) => first == literal && covering(left, rest),
        (_, []) => false,
    }
}

/// Step 4. The `\` of an escaped literal is itself looked for in the text.
fn covering_percent(text: &[u8], pattern: &[u8]) -> bool {
    match (pattern, text) {
        ([], _) => true,
        ([b'%', rest @ ..], _) => covering_percent(without_percent(text), rest),
        ([b'_', rest @ ..], [b'\\', _, left @ ..]) => covering_percent(left, rest),
        ([b'_', ..], []) => false,
        ([b'_', rest @ ..], _) => covering_percent(text, rest),
        ([literal, ..], _) => places(text, *literal).into_iter().any(|rest| covering(rest, pattern)),
    }
}

fn without_percent(text: &[u8]) -> &[u8] {
    let runs = text.iter().take_while(|byte| **byte == b'%').count();
    text.get(runs..).unwrap_or_default()
}

/// `name_wild(text, pattern)`: host names, compared after upper-casing (M2.19).
pub fn name(text: &str, pattern: &str, matchers: Matchers) -> bool {
    let (text, pattern) = (text.to_ascii_uppercase(), pattern.to_ascii_uppercase());
    let tried = &mut Tried::new();
    match matchers.ends {
        true if text.is_empty() => pattern == "%",
        true => new_name(text.as_bytes(), pattern.as_bytes(), tried),
        false => old_name(text.as_bytes(), pattern.as_bytes(), tried),
    }
}

/// M2.19, 5.x and MariaDB: as LIKE.
fn old_name(text: &[u8], pattern: &[u8], tried: &mut Tried) -> bool {
    if tried.contains(&(text.len(), pattern.len())) {
        return false;
    }
    let matched = match (pattern, text) {
        ([], _) => text.is_empty(),
        ([b'%'], _) => true,
        ([b'%', rest @ ..], _) => {
            (0..=text.len()).filter_map(|at| text.get(at..)).any(|left| old_name(left, rest, tried))
        }
        ([b'_', rest @ ..], [_, left @ ..]) => old_name(left, rest, tried),
        ([b'\\', literal, rest @ ..], [first, left @ ..]) | ([literal, rest @ ..], [first, left @ ..]) => {
            first == literal && old_name(left, rest, tried)
        }
        (_, []) => false,
    };
    if !matched {
        tried.insert((text.len(), pattern.len()));
    }
    matched
}

/// M2.19, 8.0 and later. The text is not empty when it is called first.
fn new_name(text: &[u8], pattern: &[u8], tried: &mut Tried) -> bool {
    if tried.contains(&(text.len(), pattern.len())) {
        return false;
    }
    let matched = match (pattern, text) {
        ([], _) => text.is_empty(),
        (_, []) => pattern == b"%",
        ([b'%'], _) => true,
        ([b'%', rest @ ..], _) => {
            (0..text.len()).filter_map(|at| text.get(at..)).any(|left| new_name(left, rest, tried))
        }
        ([b'_', rest @ ..], [_]) => rest.is_empty(),
        ([b'_', rest @ ..], [_, left @ ..]) => new_name(left, rest, tried),
        ([b'\\', literal, rest @ ..], [first, left @ ..]) | ([literal, rest @ ..], [first, left @ ..]) => {
            first == literal && new_name(left, rest, tried)
        }
    };
    if !matched {
        tried.insert((text.len(), pattern.len()));
    }
    matched
}
