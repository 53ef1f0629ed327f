//! The two wildcard matchers (M2.14, M2.15, M2.18, M2.19).
//!
//! `%` is any run, `_` one byte, `\` makes the next character literal where there is one.

use crate::server::Server;
use crate::server::behaviour::Behaviour;

/// How a server's matchers differ from `LIKE`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quirks {
    /// A `_` behind a `%` only looks whether text is left (M2.14).
    underscore_peeks: bool,
    /// A `_` that takes the last character of a name ends the match (M2.15).
    underscore_at_end: bool,
    /// An empty host is the one of roles and matches no client (M5.16).
    pub(super) empty_host_is_no_client: bool,
}

/// Pairs of positions that are known not to match: keeps many `%` from being exponential.
struct Failed {
    seen: Vec<bool>,
    width: usize,
}

impl Quirks {
    /// The quirks of that server.
    pub fn of(server: &Server) -> Self {
        Self {
            underscore_peeks: server.has(Behaviour::UnderscoreAfterPercentPeeks),
            underscore_at_end: server.has(Behaviour::NameUnderscoreAtEnd),
            empty_host_is_no_client: server.has(Behaviour::RolesAreNames),
        }
    }

    /// A `_` behind a `%` only looks whether text is left (M2.14).
    pub(super) fn underscore_peeks(self) -> bool {
        self.underscore_peeks
    }

    /// A `_` that takes the last character of a name ends the match (M2.15).
    pub(super) fn underscore_at_end(self) -> bool {
        self.underscore_at_end
    }
}

impl Failed {
    /// Room for every pair of positions, only when the pattern can make them come back.
    fn new(text: &[u8], pattern: &[u8]) -> Self {
        let runs = pattern.iter().filter(|&&b| b == b'%').count();
        let size = if runs > 2 { (text.len() + 1) * (pattern.len() + 1) } else { 0 };
        Self { seen: vec![false; size], width: pattern.len() + 1 }
    }

    fn known(&self, text: usize, pattern: usize) -> bool {
        self.seen.get(text * self.width + pattern).copied().unwrap_or(false)
    }

    fn note(&mut self, text: usize, pattern: usize) {
        if let Some(slot) = self.seen.get_mut(text * self.width + pattern) {
            *slot = true;
        }
    }
}

/// `wild_compare`: addresses and database names. Byte-wise and case-sensitive.
pub fn matches_bytes(text: &[u8], pattern: &[u8], quirks: Quirks) -> bool {
    compare(text, pattern, false, quirks, &mut Failed::new(text, pattern))
}

/// `wild_compare` between two patterns: does `pattern` cover everything that `text` covers (M7.12)?
pub fn covers_pattern(text: &[u8], pattern: &[u8], quirks: Quirks) -> bool {
    compare(text, pattern, true, quirks, &mut Failed::new(text, pattern))
}

/// `wild_case_compare`: host names. Ignores the case of ASCII letters.
pub fn matches_name(text: &[u8], pattern: &[u8], quirks: Quirks) -> bool {
    let (text, pattern) = (text.to_ascii_uppercase(), pattern.to_ascii_uppercase());
    let failed = &mut Failed::new(&text, &pattern);
    if quirks.underscore_at_end { name_strict(&text, &pattern, failed) } else { name_plain(&text, &pattern, failed) }
}

/// True when the text has a `%` or `_`, escaped or not (M5.12).
pub fn has_wildcard(text: &str) -> bool {
    text.bytes().any(|b| matches!(b, b'%' | b'_'))
}

fn is_wild(byte: u8) -> bool {
    matches!(byte, b'%' | b'_')
}

/// M2.18, step by step.
fn compare(mut text: &[u8], mut pat: &[u8], text_is_pattern: bool, quirks: Quirks, failed: &mut Failed) -> bool {
    let entry = (text.len(), pat.len());
    if failed.known(entry.0, entry.1) {
        return false;
    }
    loop {
        while let Some((&first, rest)) = pat.split_first() {
            if is_wild(first) {
                break;
            }
            let mut literal = (first, rest);
            if let (b'\\', Some((&next, after))) = (first, rest.split_first()) {
                literal = (next, after);
                if text_is_pattern {
                    match text.split_first() {
                        Some((b'\\', after)) => text = after,
                        _ => return false,
                    }
                }
            }
            match text.split_first() {
                Some((&b, after)) if b == literal.0 => text = after,
                _ => return false,
            }
            pat = literal.1;
        }
        let Some((&wild, rest)) = pat.split_first() else { return text.is_empty() };
        pat = rest;
        if wild == b'_' {
            match text.split_first() {
                None => return false,
                Some((b'%', _)) if text_is_pattern => return false,
                Some((b'\\', after)) if text_is_pattern => text = after.get(1..).unwrap_or(&[]),
                Some((_, after)) => text = after,
            }
            continue;
        }
        let found = after_percent(text, pat, text_is_pattern, quirks, failed);
        if !found {
            failed.note(entry.0, entry.1);
        }
        return found;
    }
}

/// M2.18 step 4, behind the first `%`.
fn after_percent(mut text: &[u8], mut pat: &[u8], text_is_pattern: bool, quirks: Quirks, failed: &mut Failed) -> bool {
    if text_is_pattern {
        text = skip_percents(text);
    }
    while let Some((&first, rest)) = pat.split_first() {
        match first {
            b'%' if text_is_pattern => text = skip_percents(text),
            b'%' => {}
            b'_' => match text.split_first() {
                Some((b'\\', after)) if text_is_pattern && !after.is_empty() => text = after.get(1..).unwrap_or(&[]),
                None => return false,
                Some((_, after)) if !quirks.underscore_peeks => text = after,
                Some(_) => {}
            },
            _ => break,
        }
        pat = rest;
    }
    let literal = match pat {
        [] => return true,
        [b'\\', next, ..] if !text_is_pattern => *next,
        [first, ..] => *first,
    };
    let mut from = text;
    while let Some(at) = memchr::memchr(literal, from) {
        let here = from.get(at..).unwrap_or(&[]);
        if compare(here, pat, text_is_pattern, quirks, failed) {
            return true;
        }
        from = here.get(1..).unwrap_or(&[]);
    }
    false
}

fn skip_percents(text: &[u8]) -> &[u8] {
    let n = text.iter().take_while(|&&b| b == b'%').count();
    text.get(n..).unwrap_or(&[])
}

/// One literal of a pattern and what follows it.
fn literal(pat: &[u8]) -> Option<(u8, &[u8])> {
    match pat {
        [] | [b'%' | b'_', ..] => None,
        [b'\\', next, rest @ ..] => Some((*next, rest)),
        [first, rest @ ..] => Some((*first, rest)),
    }
}

/// M2.19, MySQL 5.x and MariaDB: as LIKE.
fn name_plain(mut text: &[u8], mut pat: &[u8], failed: &mut Failed) -> bool {
    let entry = (text.len(), pat.len());
    if failed.known(entry.0, entry.1) {
        return false;
    }
    loop {
        while let Some((byte, rest)) = literal(pat) {
            match text.split_first() {
                Some((&b, after)) if b == byte => (text, pat) = (after, rest),
                _ => return false,
            }
        }
        match pat {
            [] => return text.is_empty(),
            [b'_', rest @ ..] => match text.split_first() {
                Some((_, after)) => (text, pat) = (after, rest),
                None => return false,
            },
            [_, rest @ ..] => {
                let found =
                    rest.is_empty() || (0..=text.len()).any(|i| name_plain(text.get(i..).unwrap_or(&[]), rest, failed));
                if !found {
                    failed.note(entry.0, entry.1);
                }
                return found;
            }
        }
    }
}

/// M2.19, MySQL 8.0 and later.
fn name_strict(mut text: &[u8], mut pat: &[u8], failed: &mut Failed) -> bool {
    if text.is_empty() {
        return pat == b"%";
    }
    let entry = (text.len(), pat.len());
    if failed.known(entry.0, entry.1) {
        return false;
    }
    loop {
        while let (Some((byte, rest)), Some((&b, after))) = (literal(pat), text.split_first()) {
            if b != byte {
                return false;
            }
            (text, pat) = (after, rest);
        }
        match (pat, text) {
            ([], _) => return text.is_empty(),
            (_, []) => return pat == b"%",
            ([b'_', rest @ ..], [_, after @ ..]) => {
                (text, pat) = (after, rest);
                if text.is_empty() {
                    return pat.is_empty();
                }
            }
            ([_, rest @ ..], _) => {
                let found =
                    rest.is_empty() || (0..text.len()).any(|i| name_strict(text.get(i..).unwrap_or(&[]), rest, failed));
                if !found {
                    failed.note(entry.0, entry.1);
                }
                return found;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quirks(server: &str) -> Quirks {
        Quirks::of(&server.parse().unwrap_or_default())
    }

    fn ip(server: &str, text: &str, pattern: &str) -> bool {
        matches_bytes(text.as_bytes(), pattern.as_bytes(), quirks(server))
    }

    fn name(server: &str, text: &str, pattern: &str) -> bool {
        matches_name(text.as_bytes(), pattern.as_bytes(), quirks(server))
    }

    /// M2.14, M2.16: `_` behind `%` peeks in MySQL 8.0+, consumes in MariaDB.
    #[test]
    fn underscore_after_percent() {
        assert!(ip("mysql-9.7", "app1", "app%__"));
        assert!(!ip("mariadb-10.11", "app1", "app%__"));
        assert!(ip("mysql-9.7", "10.1.2.3", "10.1.2._%"));
        assert!(!ip("mysql-9.7", "app", "app%_"));
    }

    /// M2.15: a `_` that takes the last character of a name.
    #[test]
    fn underscore_at_the_end_of_a_name() {
        for (text, pattern) in [("localhost", "localhos_%"), ("client.example.com", "client.example.co_%")] {
            assert!(!name("mysql-9.7", text, pattern));
            assert!(name("mariadb-10.11", text, pattern));
        }
        for pattern in ["%_", "_%", "__%", "LOCALHOST", "local%", "%"] {
            assert!(name("mysql-9.7", "localhost", pattern), "{pattern}");
        }
    }

    /// M2.17: an escaped underscore is literal.
    #[test]
    fn escaped_wildcards() {
        assert!(name("mysql-9.7", "client_example.com", r"client\_example.com"));
        assert!(!name("mysql-9.7", "clientXexample.com", r"client\_example.com"));
        assert!(ip("mysql-9.7", "my_db", r"my\_db"));
        assert!(!ip("mysql-9.7", "myXdb", r"my\_db"));
        assert!(ip("mysql-9.7", "myXdb", "my_db"));
    }

    /// M2.19: an empty name matches only `%` in MySQL 8.0+.
    #[test]
    fn empty_text() {
        assert!(name("mysql-9.7", "", "%"));
        assert!(!name("mysql-9.7", "", "%%"));
        assert!(name("mariadb-10.11", "", "%%"));
        assert!(!name("mysql-9.7", "", ""));
    }

    /// M7.12: containment of one pattern in another.
    #[test]
    fn pattern_containment() {
        let covers =
            |text: &str, pattern: &str| covers_pattern(text.as_bytes(), pattern.as_bytes(), quirks("mysql-9.7"));
        for text in ["d%", "d2%", "d_x", r"d\_x", "d2"] {
            assert!(covers(text, "d%"), "{text}");
        }
        assert!(!covers("%", "d%"));
        assert!(!covers("d_", "d1"));
        assert!(!covers("d%", "d1"));
    }

    /// Many `%` must not take exponential time.
    #[test]
    fn many_percents_are_quick() {
        let text = "a".repeat(200);
        let pattern = format!("{}b", "%a".repeat(60));
        assert!(!ip("mysql-9.7", &text, &pattern));
        assert!(!name("mysql-9.7", &text, &pattern));
        assert!(!name("mariadb-10.11", &text, &pattern));
    }
}
