//! What is said about the input: outcomes of statements, parts left out, empty texts.

use super::{Outcome, Text};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::server::errors::ServerError;
use crate::source::Span;
use crate::syntax::input::{Aside, LeftOut};
use crate::syntax::statement::{Statement, StatementKind};
use crate::tables::GrantTables;
use crate::tables::stored::Stored;
use std::collections::BTreeMap;

/// What is said about one statement of a script.
pub(super) fn outcome(statement: &Statement, outcome: &Outcome, out: &mut Vec<Diagnostic>) {
    match outcome {
        Outcome::Refused(error) => out.push(refused(statement.span, error)),
        Outcome::Done(warnings) => out.extend(warnings.iter().map(|warning| warned(statement.span, warning))),
        Outcome::Skipped => out.extend(skipped(statement)),
        Outcome::Rows(_) => {}
        Outcome::Unknown(why) => {
            let message = format!("whether the server does this cannot be told: {why}");
            out.push(Diagnostic::new(Code::Skipped, Severity::Warning, message).at(statement.span));
        }
    }
}

fn refused(span: Span, error: &ServerError) -> Diagnostic {
    let mut diagnostic = Diagnostic::new(Code::Refused, Severity::Refused, words(error)).at(span);
    diagnostic.error = Some(error.clone());
    match error.errno {
        1410 => diagnostic.help("create the account first: GRANT creates none from MySQL 8.0 on"),
        _ => diagnostic,
    }
}

fn warned(span: Span, warning: &ServerError) -> Diagnostic {
    let mut diagnostic = Diagnostic::new(Code::ServerWarning, Severity::Note, words(warning)).at(span);
    diagnostic.error = Some(warning.clone());
    diagnostic
}

/// A statement of a dump that a server refuses when the dump is restored.
pub(super) fn restore_refused(span: Span, error: &ServerError) -> Diagnostic {
    let message = format!("a server would refuse this on restoring the dump: {}", words(error));
    let mut diagnostic = Diagnostic::new(Code::RestoreRefused, Severity::Warning, message).at(span);
    diagnostic.error = Some(error.clone());
    diagnostic
}

/// `error 1410 (42000): You are not allowed to create a user with GRANT`, in one line.
fn words(error: &ServerError) -> String {
    let message = error.message.replace(['\n', '\r'], " ");
    format!("error {} ({}): {}", error.errno, error.sqlstate, message.trim_end_matches('.'))
}

fn skipped(statement: &Statement) -> Option<Diagnostic> {
    let message = match &statement.kind {
        StatementKind::Unsupported(words) => format!("`{words}` is outside of what grantc reads: skipped"),
        StatementKind::ShowGrants { .. } | StatementKind::ShowCreateUser(_) => return None,
        StatementKind::SetVariables(_) => "only the global value of this variable counts: skipped".to_owned(),
        _ => "this statement has no effect on this server: skipped".to_owned(),
    };
    Some(Diagnostic::new(Code::Skipped, Severity::Warning, message).at(statement.span))
}

/// One note for each kind of thing that was left out of a text.
pub(super) fn left_out(texts: &[Text], out: &mut Vec<Diagnostic>) {
    for text in texts {
        let mut kinds: BTreeMap<Aside, (usize, &LeftOut)> = BTreeMap::new();
        for part in &text.input.left_out {
            kinds.entry(part.what).or_insert((0, part)).0 += 1;
        }
        for (what, (count, first)) in kinds {
            let (code, severity, error) = weight(what);
            let label = if count == 1 { "here".to_owned() } else { format!("here, and {} more", count - 1) };
            let span = Span::new(text.id, first.range.clone());
            let mut diagnostic = Diagnostic::new(code, severity, what.gloss()).at(span).label(label);
            diagnostic.error = error;
            out.push(diagnostic);
        }
    }
}

/// How much it matters that something was not read as it stands, and what a server says to it.
fn weight(what: Aside) -> (Code, Severity, Option<ServerError>) {
    let restore = |errno, sqlstate, message: &str| {
        (Code::RestoreRefused, Severity::Warning, Some(ServerError::new(errno, sqlstate, message)))
    };
    match what {
        Aside::AlterDefaultRole => restore(1064, "42000", "You have an error in your SQL syntax"),
        Aside::AlterAnonymous => restore(3016, "HY000", "The password for anonymous user cannot be expired."),
        Aside::StrippedGrant | Aside::ToolError | Aside::CutOff => (Code::Skipped, Severity::Warning, None),
        _ => (Code::Skipped, Severity::Note, None),
    }
}

/// So many rows are named.
const NAMED: usize = 5;

/// Rows that were edited by hand and that the server has not read yet (M7.70).
pub(super) fn unloaded(tables: &GrantTables, out: &mut Vec<Diagnostic>) {
    let Some(stored) = &tables.stored else { return };
    let mut loaded = tables.clone();
    stored.load(&mut loaded);
    loaded.dynamic_entries.clear();
    loaded.misread_empty_hosts();
    let rows = Stored::of(&loaded).differences(&Stored::of(tables));
    if rows.is_empty() {
        return;
    }
    let mut named: Vec<&str> = rows.iter().take(NAMED).map(|(_, words)| words.as_str()).collect();
    let more = format!("{} more", rows.len().saturating_sub(NAMED));
    if rows.len() > NAMED {
        named.push(&more);
    }
    let what = if rows.len() == 1 { "a row" } else { "rows" };
    let message = format!("{what} of the grant tables differ from what the server has in memory: {}", named.join(", "));
    let warning = Diagnostic::new(Code::Unloaded, Severity::Warning, message);
    out.push(warning.help("they take effect at FLUSH PRIVILEGES or a restart; `grantc show --stored` prints them"));
}

/// No statement at all.
pub(super) fn empty(texts: &[Text], out: &mut Vec<Diagnostic>) {
    if out.iter().any(|d| d.severity == Severity::Error) {
        return;
    }
    let empty = Diagnostic::new(Code::Empty, Severity::Error, "there is no statement in this input");
    out.push(match texts.last() {
        Some(text) => empty.at(Span::new(text.id, 0..0)),
        None => empty,
    });
}

/// In order of place; what has no place comes first.
pub(super) fn in_order(diagnostics: &mut [Diagnostic]) {
    diagnostics.sort_by_key(|d| d.span);
}
