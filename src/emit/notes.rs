//! Diagnostics for people and programs.

use crate::diagnostic::Diagnostic;
use crate::emit::paper::{Paper, Tone};
use crate::emit::words::shorten;
use crate::source::Sources;
use serde_json::{Value, json};

/// No message is longer: a line of megabytes may be quoted in it.
const LONGEST: usize = 400;

/// One diagnostic: what, where, what to do.
pub fn to_text(diagnostic: &Diagnostic, sources: &Sources) -> String {
    let paper = Paper { colour: true, width: None };
    let mut text =
        format!("{}: {}\n", paper.say(Tone::Strong, diagnostic.severity.word()), shorten(&diagnostic.message, LONGEST));
    if let Some((name, at)) = diagnostic.span.and_then(|span| sources.locate(span)) {
        text.push_str(&format!("  --> {name}:{}:{}\n", at.line, at.column));
    }
    if let Some(help) = &diagnostic.help {
        text.push_str(&format!("  help: {help}\n"));
    }
    text
}

/// All diagnostics as JSON.
pub fn to_json(diagnostics: &[Diagnostic], sources: &Sources) -> Vec<Value> {
    let one = |diagnostic: &Diagnostic| {
        let place = diagnostic.span.and_then(|span| sources.locate(span));
        json!({
            "code": diagnostic.code.name(),
            "severity": diagnostic.severity.word(),
            "message": shorten(&diagnostic.message, LONGEST),
            "errno": diagnostic.error.as_ref().map(|e| e.errno),
            "file": place.map(|(name, _)| name),
            "line": place.map(|(_, at)| at.line),
            "column": place.map(|(_, at)| at.column),
            "help": diagnostic.help,
        })
    };
    diagnostics.iter().map(one).collect()
}
