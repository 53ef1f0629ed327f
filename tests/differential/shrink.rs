//! The least case that still shows a difference, and its text as a `.test` file.

use crate::compare::{Comparison, Difference, Place, Tally};
use crate::live::Live;
use crate::recording::{Case, Connects, Said};
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
    let mut out = format!(
        "# grantc says: {}\ncase policy {}: {}\nserver {server}\n",
        difference.grantc, case.number, difference.about
    );
    let last_is_shown = matches!(difference.place, Place::Statement(_)) && is_rows(case.statements.last());
    let count = case.statements.len() - usize::from(last_is_shown);
    out += "policy:\n";
    for asked in &case.statements[..count] {
        let _ = writeln!(out, "  {};", asked.sql);
    }
    for (number, asked) in (1..).zip(&case.statements[..count]) {
        if let Said::Refused(error) = &asked.said {
            let _ = writeln!(out, "statement {number} is refused with {} {}", error.errno, quoted(&error.message));
        } else if difference.place == Place::Statement(number - 1) {
            let _ = writeln!(out, "statement {number} is done");
        }
    }
    if last_is_shown
        && let Some(asked) = case.statements.last()
        && let Said::Rows(rows) = &asked.said
    {
        let _ = writeln!(
            out,
            "show {} is",
            asked.sql.trim_start_matches("SHOW ").replacen("GRANTS", "grants", 1).replacen(
                "CREATE USER",
                "create user",
                1
            )
        );
        for row in rows {
            let _ = writeln!(out, "  {row}");
        }
    }
    for connects in &case.clients {
        client(&mut out, connects);
    }
    out
}

fn is_rows(asked: Option<&crate::recording::Asked>) -> bool {
    asked.is_some_and(|asked| matches!(asked.said, Said::Rows(_)))
}

fn client(out: &mut String, connects: &Connects) {
    let words = grantc::expectation::words::client(&connects.client);
    let _ = match connects.logins.last() {
        Some(Ok(who)) => {
            let (user, host) = who.rsplit_once('@').unwrap_or((who, ""));
            writeln!(out, "{words} logs in as '{user}'@'{host}'")
        }
        Some(Err(error)) => writeln!(out, "{words} is refused with {} {}", error.errno, quoted(&error.message)),
        None => Ok(()),
    };
    for asked in &connects.probes {
        let answer = match &asked.said {
            Said::Done => "is allowed".to_owned(),
            Said::Rows(rows) => format!("is allowed\n  # rows: {}", rows.join(", ")),
            Said::Refused(error) => format!("is refused with {} {}", error.errno, quoted(&error.message)),
        };
        let _ = writeln!(out, "  run {} {answer}", quoted(&asked.sql));
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}
