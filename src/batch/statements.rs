//! What became of each statement of the policy, a line for each (`grantc batch --statements`).

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::policy::{Outcome, Policy};
use crate::source::{Sources, Span};
use serde::ser::{Serialize, SerializeMap, Serializer};

/// The errno of a statement that cannot be read.
const SYNTAX_ERROR: u16 = 1064;

/// One line for each statement, in the order of their places, without line breaks. What is cut off
/// before it becomes a statement has a line too, at the place of the fault.
pub fn statement_lines(policy: &Policy) -> impl Iterator<Item = String> {
    let mut all: Vec<(Span, What<'_>)> =
        policy.statements.iter().map(|statement| (statement.span, What::Read(&statement.outcome))).collect();
    all.sort_by_key(|(span, _)| (span.source, span.start));
    let counted = |span: Span| {
        let behind = all.partition_point(|(s, _)| (s.source, s.start) <= (span.source, span.start));
        behind
            .checked_sub(1)
            .and_then(|i| all.get(i))
            .is_some_and(|(s, _)| s.source == span.source && span.start < s.end)
    };
    let cut_off: Vec<_> = policy.diagnostics.iter().filter_map(unreadable).filter(|(s, _)| !counted(*s)).collect();
    all.extend(cut_off);
    all.sort_by_key(|(span, _)| (span.source, span.start));
    all.into_iter()
        .zip(1..)
        .map(|((span, what), number)| super::to_line(&Line { number, line: line(&policy.sources, span), what }))
}

fn line(sources: &Sources, span: Span) -> u32 {
    sources.locate(span).map_or(0, |(_, place)| place.line)
}

fn unreadable(diagnostic: &Diagnostic) -> Option<(Span, What<'_>)> {
    let statement = matches!(diagnostic.code, Code::Syntax | Code::Unterminated);
    let span = diagnostic.span.filter(|_| statement && diagnostic.severity == Severity::Error)?;
    Some((span, What::Unreadable(diagnostic)))
}

enum What<'a> {
    Read(&'a Outcome),
    Unreadable(&'a Diagnostic),
}

struct Line<'a> {
    number: u32,
    line: u32,
    what: What<'a>,
}

impl Serialize for Line<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (errno, message) = match &self.what {
            What::Read(Outcome::Refused(error)) => (Some(error.errno), Some(&error.message)),
            What::Read(_) => (None, None),
            What::Unreadable(diagnostic) => {
                (Some(diagnostic.error.as_ref().map_or(SYNTAX_ERROR, |e| e.errno)), Some(&diagnostic.message))
            }
        };
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("statement", &self.number)?;
        map.serialize_entry("line", &self.line)?;
        map.serialize_entry("ok", &errno.is_none())?;
        map.serialize_entry("errno", &errno)?;
        map.serialize_entry("message", &message)?;
        if let What::Read(Outcome::Rows(rows)) = self.what {
            map.serialize_entry("result", rows)?;
        }
        map.end()
    }
}
