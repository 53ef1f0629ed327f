//! Statements that follow each other, read by the grammar at once (rule `run`), which costs less than to set out for each.
//!
//! The grammar reads as far as it gets. What it made of a statement is taken only where it read the very text that the
//! splitter found; all else, and so every statement that it refuses, is left to be read by itself.

use super::grammar::Rule;
use super::lower::{self, Lower};
use super::shape::Found;
use super::split::Slice;
use super::statement::{StatementKind, Written};
use pest::iterators::Pairs;
use std::iter::Peekable;

/// So many statements are read at once: their pairs stay in the processor's caches.
const LONGEST: usize = 64;

/// What was read ahead in a text.
pub(super) struct Run<'a> {
    text: &'a str,
    pairs: Option<Peekable<Pairs<'a, Rule>>>,
    /// Where the text of these pairs starts.
    base: usize,
    /// How many statements were read at once last.
    length: usize,
    /// How many slices were left behind the last statement that the grammar read.
    left: usize,
}

impl<'a> Run<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, pairs: None, base: 0, length: 0, left: 0 }
    }

    /// A statement, if it can be read with those behind it. `rest` are the slices from its own on.
    ///
    /// Nothing is read ahead but where the grammar read the statement before it too, and the more the longer it goes on: most
    /// statements of most texts are of a known [shape](super::shape).
    pub(super) fn read(&mut self, found: Found<'_>, rest: &[Slice]) -> Option<(StatementKind, Written)> {
        let in_a_row = self.left == rest.len();
        self.left = rest.len().saturating_sub(1);
        if let Some(read) = self.take(found) {
            return Some(read);
        }
        self.length = if in_a_row { LONGEST.min(self.length * 2) } else { 1 };
        let ahead = rest.get(..self.length).unwrap_or(rest);
        if ahead.len() < 2 {
            return None;
        }
        self.base = found.lower.base;
        let text = self.text.get(self.base..ahead.last()?.end as usize)?;
        let run = lower::read(Rule::run, text).ok()?.next()?;
        self.pairs = Some(run.into_inner().peekable());
        self.take(found)
    }

    /// What was read ahead of that statement.
    fn take(&mut self, found: Found<'_>) -> Option<(StatementKind, Written)> {
        let pairs = self.pairs.as_mut()?;
        let start = |pair: &pest::iterators::Pair<'_, Rule>| self.base + pair.as_span().start();
        while pairs.next_if(|pair| start(pair) < found.lower.base).is_some() {}
        let pair = pairs.next_if(|pair| start(pair) == found.lower.base)?;
        let text = pair.as_str();
        let whole = text.strip_suffix(';').unwrap_or(text).trim_ascii_end() == found.text;
        if !whole || pair.as_rule() != found.rule {
            return None;
        }
        Lower { base: self.base, ..found.lower }.pair(pair).ok()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests stop at the first surprise")]

    use super::Run;
    use crate::source::SourceId;
    use crate::syntax::Lexing;
    use crate::syntax::lead::{Lead, lead};
    use crate::syntax::lower::Lower;
    use crate::syntax::shape::Found;
    use crate::syntax::split::split;
    use std::fs;
    use std::path::{Path, PathBuf};

    /// How many statements of a text are read and how many of them with others, which must make no difference.
    fn compare(text: &str, lexing: Lexing) -> (usize, usize) {
        let slices = split(SourceId(0), text, lexing).slices;
        let (mut run, mut read, mut ahead) = (Run::new(text), 0, 0);
        for (number, slice) in slices.iter().enumerate() {
            let plain = slice.plain_text(text);
            let base = slice.start as usize + (plain.len() - plain.trim_ascii_start().len());
            let Lead::Rule(rule) = lead(plain.trim_ascii(), slice.in_mysql) else { continue };
            let lower = Lower { source: SourceId(0), base, lexing: slice.lexing };
            let found = Found { text: plain.trim_ascii(), rule, lower };
            let alone = found.by_grammar().ok();
            if let Some(together) = run.read(found, slices.get(number..).unwrap()) {
                assert!(Some(&together) == alone.as_ref(), "{}", found.text);
                ahead += 1;
            }
            read += usize::from(alone.is_some());
        }
        (read, ahead)
    }

    fn texts(folder: &Path, found: &mut Vec<PathBuf>) {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                texts(&path, found);
            } else if path.extension().is_some_and(|e| e == "sql" || e == "test" || e == "txt") {
                found.push(path);
            }
        }
    }

    #[test]
    fn policies_cases_and_dumps_are_read_in_a_row_as_one_by_one() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut paths = Vec::new();
        ["policies", "tests"].iter().for_each(|folder| texts(&root.join(folder), &mut paths));
        let (mut read, mut ahead) = (0, 0);
        for path in paths {
            let text = String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned();
            for (mariadb, ansi_quotes) in [(false, false), (true, false), (false, true)] {
                let (all, together) = compare(&text, Lexing { mariadb, ansi_quotes, ..Lexing::default() });
                (read, ahead) = (read + all, ahead + together);
            }
        }
        assert!(ahead > 1000 && ahead < read, "{ahead} of {read}");
    }

    /// How many of these are read with others: all that is not refused but the first, which nothing was read before.
    #[test]
    fn a_run_ends_at_what_is_no_part_of_it_and_goes_on_behind_it() {
        let grant = |n: usize| format!("GRANT SELECT ON `d{n}`.* TO `u{n}`@`%`");
        let script = |odd: &str| {
            let mut statements: Vec<String> = (0..20).map(grant).collect();
            statements.insert(7, odd.to_owned());
            compare(&statements.join(" ;\n"), Lexing::default())
        };
        assert_eq!(script("GRANT INSERT ON d.* TO 'a;b'@'%'"), (21, 20));
        assert_eq!(script("CREATE USER a IDENTIFIED BY 'x'';'"), (21, 20));
        assert_eq!(script("GRANT SELECT ON d.* a"), (20, 19));
        assert_eq!(script("-- words\nGRANT SELECT ON d.* TO a"), (21, 20));
        // A comment in a statement is blanks, which the text of the run does not know.
        assert_eq!(script("GRANT /* b */ SELECT ON d.* TO a"), (21, 19));
        assert_eq!(script("DROP USER a"), (21, 19));
    }

    #[test]
    fn another_delimiter_ends_no_statement_of_a_run() {
        let statements = "GRANT SELECT ON a.* TO b$$ GRANT SELECT ON a.* TO c$$ GRANT SELECT ON a.* TO c; $$";
        assert_eq!(compare(&format!("DELIMITER $$\n{statements}"), Lexing::default()), (2, 0));
    }
}
