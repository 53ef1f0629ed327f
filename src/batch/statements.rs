//! What became of each statement of the policy, a line for each (`grantc batch --statements`).

use crate::policy::{Outcome, Policy, Replayed};
use serde::ser::{Serialize, SerializeMap, Serializer};

/// One line for each statement, in the order of their places, without line breaks.
pub fn statement_lines(policy: &Policy) -> impl Iterator<Item = String> {
    let mut statements: Vec<&Replayed> = policy.statements.iter().collect();
    statements.sort_by_key(|s| (s.span.source, s.span.start));
    statements.into_iter().zip(1..).map(|(statement, number)| {
        let line = policy.sources.locate(statement.span).map_or(0, |(_, place)| place.line);
        super::to_line(&Line { number, line, outcome: &statement.outcome })
    })
}

struct Line<'a> {
    number: u32,
    line: u32,
    outcome: &'a Outcome,
}

impl Serialize for Line<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let refused = match self.outcome {
            Outcome::Refused(error) => Some(error),
            Outcome::Done(_) | Outcome::Rows(_) | Outcome::Skipped => None,
        };
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("statement", &self.number)?;
        map.serialize_entry("line", &self.line)?;
        map.serialize_entry("ok", &refused.is_none())?;
        map.serialize_entry("errno", &refused.map(|e| e.errno))?;
        map.serialize_entry("message", &refused.map(|e| &e.message))?;
        if let Outcome::Rows(rows) = self.outcome {
            map.serialize_entry("result", rows)?;
        }
        map.end()
    }
}
