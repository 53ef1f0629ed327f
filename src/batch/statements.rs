//! What became of each statement of the policy, a line for each (`grantc batch --statements`).
//!
//! A policy can have statements that other sessions run than the administrator's. A comment on a line of its own says so:
//!
//! ```text
//! CREATE USER joe; GRANT SELECT ON shop.* TO joe WITH GRANT OPTION; CREATE USER jim;
//! -- grantc: connect s1 {"user":"joe","ip":"127.0.0.2","db":"shop"}
//! -- grantc: as s1
//! SELECT * FROM orders;
//! GRANT SELECT ON shop.* TO jim;
//! USE other;
//! -- grantc: as root
//! REVOKE ALL ON shop.* FROM joe;
//! -- grantc: as s1
//! SELECT * FROM shop.orders;
//! ```
//!
//! `connect` opens a session as the policy is at that point; the client is written as in a request. The line gets an answer of its
//! own, `{"connect":"s1","line":2,"ok":…,"errno":…,"message":…}`, which counts as no statement; a session whose login is
//! refused answers each of its statements with the login's error. `as` says who runs what follows in that text; a text begins as root.
//! Every statement of a session is checked with the rights that it has then, what it keeps of its login, its current database
//! and its roles included (M5.45–M5.49): `"ok":false` with the errno if it is refused. One that is done changes the policy as it
//! would change the server: GRANT, DROP USER, CREATE PROCEDURE, FLUSH PRIVILEGES, and so on; `USE` and `SET ROLE` change the session.
//! Whether tables exist that a query names is not looked at. Where it cannot be told whether a statement is
//! done, its line has `"ok":null`.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::policy::{Outcome, Policy, Replayed};
use crate::source::{Sources, Span};
use serde::ser::{Serialize, SerializeMap, Serializer};

/// The errno of a statement that cannot be read.
const SYNTAX_ERROR: u16 = 1064;

/// One line for each statement, in the order of their places, without line breaks. What is cut off
/// before it becomes a statement has a line too, at the place of the fault.
pub fn statement_lines<'p>(policy: &'p Policy) -> impl Iterator<Item = String> + use<'p> {
    let what = |(place, statement): (usize, &'p Replayed)| match policy.connections.get(&place) {
        Some(name) => What::Connect(name, &statement.outcome),
        None => What::Read(&statement.outcome),
    };
    let statements = policy.statements.iter().enumerate();
    let mut all: Vec<(Span, What<'_>)> = statements.map(|(i, s)| (s.span, what((i, s)))).collect();
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
    let mut number = 0;
    all.into_iter().map(move |(span, what)| {
        number += u32::from(!matches!(what, What::Connect(..)));
        super::to_line(&Line { number, line: line(&policy.sources, span), what })
    })
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
    /// A line that opens a session of that name.
    Connect(&'a str, &'a Outcome),
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
            What::Read(Outcome::Refused(error)) | What::Connect(_, Outcome::Refused(error)) => {
                (Some(error.errno), Some(&error.message))
            }
            What::Read(Outcome::Unknown(why)) | What::Connect(_, Outcome::Unknown(why)) => (None, Some(why)),
            What::Read(_) | What::Connect(..) => (None, None),
            What::Unreadable(diagnostic) => {
                (Some(diagnostic.error.as_ref().map_or(SYNTAX_ERROR, |e| e.errno)), Some(&diagnostic.message))
            }
        };
        let mut map = serializer.serialize_map(None)?;
        match self.what {
            What::Connect(name, _) => map.serialize_entry("connect", name)?,
            _ => map.serialize_entry("statement", &self.number)?,
        }
        map.serialize_entry("line", &self.line)?;
        let unknown = matches!(self.what, What::Read(Outcome::Unknown(_)) | What::Connect(_, Outcome::Unknown(_)));
        map.serialize_entry("ok", &(!unknown).then_some(errno.is_none()))?;
        map.serialize_entry("errno", &errno)?;
        map.serialize_entry("message", &message)?;
        if let What::Read(Outcome::Rows(rows)) = self.what {
            map.serialize_entry("result", rows)?;
        }
        map.end()
    }
}
