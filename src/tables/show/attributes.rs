//! User attributes as the server prints a JSON value.

use serde_json::{Map, Number, Value};
use std::fmt::Write;

/// The largest decimal exponent that is written without `e` (`MAX_DECPT_FOR_F_FORMAT`).
const PLAIN_DIGITS: i32 = 15;

/// A JSON object as the server prints it: keys by length, then bytes; a blank behind `:` and `,`.
pub(super) fn object(map: &Map<String, Value>) -> String {
    let mut out = String::new();
    write_object(&mut out, map);
    out
}

fn write_object(out: &mut String, map: &Map<String, Value>) {
    let mut members: Vec<(&String, &Value)> = map.iter().collect();
    members.sort_by_key(|(key, _)| (key.len(), key.as_bytes()));
    out.push('{');
    for (i, (key, value)) in members.into_iter().enumerate() {
        if i > 0 {
            out.push_str(", ");
        }
        write_string(out, key);
        out.push_str(": ");
        write_value(out, value);
    }
    out.push('}');
}

fn write_value(out: &mut String, value: &Value) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(b) => out.push_str(if *b { "true" } else { "false" }),
        Value::Number(n) => write_number(out, n),
        Value::String(s) => write_string(out, s),
        Value::Array(items) => {
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    out.push_str(", ");
                }
                write_value(out, item);
            }
            out.push(']');
        }
        Value::Object(map) => write_object(out, map),
    }
}

fn write_string(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c < ' ' => {
                let _ = write!(out, "\\u{:04x}", c as u32);
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

fn write_number(out: &mut String, number: &Number) {
    match number.as_f64() {
        Some(value) if number.is_f64() => write_double(out, value),
        _ => {
            let _ = write!(out, "{number}");
        }
    }
}

/// Shortest digits that read back the same, like the server's `my_gcvt`.
fn write_double(out: &mut String, value: f64) {
    let text = format!("{value:e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let point = exponent + 1;
    if !(-PLAIN_DIGITS < point && point <= PLAIN_DIGITS) {
        out.push_str(&text);
        return;
    }
    let plain = format!("{value}");
    out.push_str(&plain);
    if !mantissa.is_empty() && !plain.contains('.') {
        out.push_str(".0");
    }
}
