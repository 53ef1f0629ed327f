//! What every report says beside its answer: which settings were given and which assumed, and in
//! JSON the diagnostics of the policy.

use super::json::extend;
use super::paper::{Paper, Tone};
use crate::diagnostic::render;
use crate::policy::{Policy, Reading};
use serde_json::{Map, Value, json};

/// A JSON document: the answer, then `settings` and `diagnostics`; ends with a line feed.
pub fn document(mut answer: Value, policy: &Policy) -> String {
    let diagnostics: Vec<Value> =
        policy.diagnostics.iter().map(|diagnostic| render::to_json(diagnostic, &policy.sources)).collect();
    extend(&mut answer, json!({ "settings": settings(policy), "diagnostics": diagnostics }));
    format!("{answer:#}\n")
}

/// A text and, unless quiet, one line on settings below it.
pub fn with_footer(mut text: String, policy: &Policy, quiet: bool, paper: &Paper) -> String {
    if !quiet {
        text.push('\n');
        text.push_str(&paper.say(Tone::Faint, &footer(policy)));
        text.push('\n');
    }
    text
}

/// `server mysql-9.7 (assumed) · partial_revokes=ON (shop.sql:3) · other settings assumed to be defaults`
fn footer(policy: &Policy) -> String {
    let settings = policy.settings();
    let server = settings.iter().filter(|setting| setting.name == SERVER);
    let mut parts: Vec<String> = server.map(|s| format!("server {} ({})", s.value, s.origin)).collect();
    let given = settings.iter().filter(|setting| setting.name != SERVER && !setting.assumed);
    parts.extend(given.map(|s| format!("{}={} ({})", s.name, s.value, s.origin)));
    let rest = if parts.len() > 1 { "all other settings" } else { "settings" };
    parts.push(format!("{rest} assumed to be the server's defaults"));
    parts.join(" · ")
}

/// How the server is called among the settings.
const SERVER: &str = "server";

/// Every setting with its value and who said so, and how the texts were taken.
fn settings(policy: &Policy) -> Value {
    let mut members = Map::new();
    for setting in policy.settings() {
        let value = json!({ "value": setting.value, "from": setting.origin, "assumed": setting.assumed });
        members.insert(setting.name, value);
    }
    members.insert("reading".to_owned(), reading(policy).into());
    Value::Object(members)
}

fn reading(policy: &Policy) -> Option<&'static str> {
    policy.reading.map(|reading| match reading {
        Reading::Script => "script",
        Reading::State => "state",
    })
}
