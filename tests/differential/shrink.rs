//! The least case that still shows a difference, and its text as a `.test` file.

use crate::compare::{Comparison, Difference, Place, Tally};
use crate::live::Live;
use crate::recording::{self, Asked, Case, Connects, Error, Said};
use grantc::expectation::words;
use std::fmt::Write;

/// A case and one difference in it.
pub struct Shown {
    pub case: Case,
    pub difference: Difference,
}

/// Takes away statements as long as a difference of the same look remains.
pub fn shrink(live: &mut Live, comparison: &Comparison, shown: Shown) -> Shown {
    let look = shown.difference.look();
    let mut again = |case: &Case, fresh: bool| {
        let case = live.again(case, fresh);
        let found = comparison.differences(&case, &mut Tally::default());
        let difference = found.into_iter().find(|difference| difference.look() == look)?;
        Some(Shown { case, difference })
    };
    let Some(mut least) = again(&narrowed(&shown).case, false) else { return shown };
    // Without the schema a case takes ten times as long.
    for fresh in [false, true] {
        let mut size = (least.case.statements.len() / 4).max(1);
        loop {
            let before = least.case.statements.len();
            let mut at = before;
            while at > 0 {
                at = at.saturating_sub(size);
                let part = without(&least.case, at, size);
                if is_schema(&least.case, at, size) == fresh
                    && let Some(less) = again(&part, fresh)
                {
                    least = less;
                }
            }
            if size == 1 && least.case.statements.len() == before {
                break;
            }
            size = (size / 2).max(1);
        }
    }
    least
}

/// The case up to the difference: statements before it, or its client alone.
pub fn narrowed(shown: &Shown) -> Shown {
    let Shown { case, difference } = shown;
    let client = |client: usize, probe: Option<usize>| {
        let connects = &case.clients[client];
        vec![Connects { probes: probe.map(|p| connects.probes[p].clone()).into_iter().collect(), ..connects.clone() }]
    };
    let (statements, clients) = match difference.place {
        Place::Statement(place) => (&case.statements[..=place], Vec::new()),
        Place::Login(place) => (&case.statements[..], client(place, None)),
        Place::Probe(place, probe) => (&case.statements[..], client(place, Some(probe))),
    };
    let case = Case { number: case.number, statements: statements.to_vec(), clients };
    Shown { case, difference: difference.clone() }
}

fn without(case: &Case, at: usize, size: usize) -> Case {
    let mut part = case.clone();
    part.statements.drain(at..(at + size).min(case.statements.len()));
    part
}

/// Does this part hold statements that make the schema?
fn is_schema(case: &Case, at: usize, size: usize) -> bool {
    let objects = ["CREATE DATABASE", "DROP DATABASE", "CREATE TABLE", "CREATE PROCEDURE", "CREATE FUNCTION"];
    case.statements.iter().skip(at).take(size).any(|asked| objects.iter().any(|object| asked.sql.starts_with(object)))
}

/// The case as a `.test` file that expects what the server said.
pub fn written(shown: &Shown, server: &str) -> String {
    let Shown { case, difference } = shown;
    let grantc = difference.grantc.replace('\n', "\n#");
    let mut out =
        format!("# grantc says: {grantc}\ncase policy {}: {}\nserver {server}\n", case.number, difference.about);
    let mut policy = Policy { out: String::new(), block: Vec::new(), number: 0, by: "root" };
    for (place, asked) in case.statements.iter().enumerate() {
        policy.statement(asked, difference.place == Place::Statement(place));
    }
    policy.flush();
    out += &policy.out;
    for connects in &case.clients {
        client(&mut out, connects);
    }
    out
}

/// The statements of a case: blocks of root's, and lines of sessions between them.
struct Policy<'a> {
    out: String,
    /// Statements of root since the last line, and what is expected of each.
    block: Vec<(&'a str, String)>,
    /// How many statements of root were written.
    number: usize,
    by: &'a str,
}

impl<'a> Policy<'a> {
    fn statement(&mut self, asked: &'a Asked, differs: bool) {
        if let Some((name, _)) = asked.connects() {
            self.flush();
            let words =
                asked.sql.splitn(3, ' ').nth(2).map(|text| words::client(&recording::client(text))).unwrap_or_default();
            let refused = if let Said::Refused(error) = &asked.said {
                format!(" is refused with {}", error.errno)
            } else {
                String::new()
            };
            let _ = writeln!(self.out, "connect {name}: {words}{refused}");
        } else if let Some(name) = asked.sql.strip_prefix("as ") {
            self.by = name;
        } else if self.by != "root" {
            self.flush();
            let answer = if let Said::Refused(error) = &asked.said { refused(error) } else { "is done".to_owned() };
            let _ = writeln!(self.out, "as {} run {} {answer}", self.by, quoted(&asked.sql));
        } else if let (Said::Rows(rows), true) = (&asked.said, differs) {
            self.flush();
            let words =
                asked.sql.replacen("SHOW GRANTS", "show grants", 1).replacen("SHOW CREATE USER", "show create user", 1);
            let _ = writeln!(self.out, "{words} is{}", rows.iter().fold(String::new(), |all, row| all + "\n  " + row));
        } else {
            let expected = match &asked.said {
                Said::Refused(error) => refused(error),
                _ if differs => "is done".to_owned(),
                _ => String::new(),
            };
            self.block.push((&asked.sql, expected));
        }
    }

    fn flush(&mut self) {
        if self.block.is_empty() {
            return;
        }
        self.out += if self.number == 0 { "policy:\n" } else { "then:\n" };
        for (sql, _) in &self.block {
            let _ = writeln!(self.out, "  {sql};");
        }
        for (_, expected) in self.block.drain(..) {
            self.number += 1;
            if !expected.is_empty() {
                let _ = writeln!(self.out, "statement {} {expected}", self.number);
            }
        }
    }
}

fn refused(error: &Error) -> String {
    format!("is refused with {} {}", error.errno, quoted(&error.message))
}

fn client(out: &mut String, connects: &Connects) {
    let words = words::client(&connects.client);
    let _ = match connects.logins.last() {
        Some(Ok(who)) => {
            let (user, host) = who.rsplit_once('@').unwrap_or((who, ""));
            writeln!(out, "{words} logs in as '{user}'@'{host}'")
        }
        Some(Err(error)) => writeln!(out, "{words} {}", refused(error)),
        None => Ok(()),
    };
    for asked in &connects.probes {
        let answer = match &asked.said {
            Said::Done => "is allowed".to_owned(),
            Said::Rows(rows) => format!("is allowed\n  # rows: {}", rows.join(", ")),
            Said::Refused(error) => refused(error),
        };
        let _ = writeln!(out, "  run {} {answer}", quoted(&asked.sql));
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}
