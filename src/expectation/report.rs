//! What running expectation files came to, for people and for the programs that watch builds.
//!
//! Lays out [`Report`]s; it runs nothing and judges nothing.

use super::Misread;
use super::judge::Failure;
use super::run::{Ran, Report};
use crate::emit::paper::{Paper, Tone};
use crate::emit::xml;
use serde_json::{Value, json};
use std::fmt;

/// What each file came to on one line, what failed below, and the sum. With `quiet` only what failed.
pub fn text(reports: &[Report], quiet: bool, paper: &Paper) -> String {
    let mut text = String::new();
    if !quiet {
        let width = reports.iter().map(|report| report.file.chars().count()).max().unwrap_or(0);
        reports.iter().for_each(|report| text.push_str(&file_line(report, width, paper)));
    }
    for report in reports {
        for misread in &report.misread {
            let place = format!("{}:{}:{}", report.file, misread.line, misread.column);
            let blank = usize::try_from(misread.column.saturating_sub(1)).unwrap_or(0);
            text.push_str(&format!("\n{}: {}\n", paper.say(Tone::Bad, &place), misread.message));
            text.push_str(&format!("  {}\n  {:blank$}^\n", misread.shown.replace('\t', " "), ""));
        }
        for failure in report.failures() {
            text.push('\n');
            text.push_str(&failure_text(failure, paper));
        }
    }
    if !quiet {
        text.push_str(&format!("\n{}\n", sum(reports)));
    }
    text
}

fn file_line(report: &Report, width: usize, paper: &Paper) -> String {
    let (held, failed, misread) = (report.passed(), report.failures().count(), report.misread.len());
    let fine = failed == 0 && misread == 0;
    let mark = if fine { paper.say(Tone::Good, "✓") } else { paper.say(Tone::Bad, "✗") };
    let mut words = format!("{mark} {:width$}  {}", report.file, counted(report.cases.len(), "case"));
    words += &format!(", {}", counted(held + failed, "expectation"));
    if failed > 0 {
        words += &format!(", {failed} failed");
    }
    if misread > 0 {
        words += &format!(", {} not understood", counted(misread, "line"));
    }
    words + "\n"
}

fn sum(reports: &[Report]) -> String {
    let cases: usize = reports.iter().map(|report| report.cases.len()).sum();
    let held: usize = reports.iter().map(Report::passed).sum();
    let failed = reports.iter().flat_map(Report::failures).count();
    let misread: usize = reports.iter().map(|report| report.misread.len()).sum();
    let mut words = format!("{} in {}: ", counted(cases, "case"), counted(reports.len(), "file"));
    words += &match (held, failed) {
        (1, 0) => "1 expectation holds".to_owned(),
        (_, 0) => format!("all {held} expectations hold"),
        _ => format!("{failed} of {} failed", counted(held + failed, "expectation")),
    };
    if misread > 0 {
        words += &format!(", {} not understood", counted(misread, "line"));
    }
    words
}

fn counted(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&failure_text(self, &Paper::default()))
    }
}

/// The line that failed, what was expected of it, what came back and why.
fn failure_text(failure: &Failure, paper: &Paper) -> String {
    let place = paper.say(Tone::Bad, &format!("{}:{}", failure.file, failure.line));
    let mut text = format!("{place}: {}\n", failure.shown);
    let mut row = |word: &str, value: &str| {
        let mut word = word;
        for line in value.lines() {
            text.push_str(&format!("  {word:<8}  {line}\n"));
            word = "";
        }
    };
    row("case", &failure.case);
    if failure.shown.is_empty() || !failure.shown.starts_with(&failure.asked) {
        row("asked", &failure.asked);
    }
    row("expected", &failure.expected);
    row("actual", &failure.actual);
    row("because", &failure.reason.join("\n"));
    text
}

/// Everything as one JSON document.
pub fn json(reports: &[Report]) -> String {
    let failed = reports.iter().flat_map(Report::failures).count();
    let document = json!({
        "passed": reports.iter().map(Report::passed).sum::<usize>(),
        "failed": failed,
        "misread": reports.iter().map(|report| report.misread.len()).sum::<usize>(),
        "files": reports.iter().map(file_json).collect::<Vec<_>>(),
    });
    format!("{document:#}\n")
}

fn file_json(report: &Report) -> Value {
    let misread = |m: &Misread| json!({ "line": m.line, "column": m.column, "message": m.message });
    json!({
        "file": report.file,
        "cases": report.cases.iter().map(case_json).collect::<Vec<_>>(),
        "misread": report.misread.iter().map(misread).collect::<Vec<_>>(),
    })
}

fn case_json(case: &Ran) -> Value {
    let failure = |f: &Failure| {
        json!({
            "file": f.file,
            "line": f.line,
            "text": f.shown,
            "asked": f.asked,
            "expected": f.expected,
            "actual": f.actual,
            "reason": f.reason,
        })
    };
    json!({
        "line": case.line,
        "title": case.title,
        "passed": case.passed,
        "failures": case.failures.iter().map(failure).collect::<Vec<_>>(),
    })
}

/// JUnit's XML: a suite for each file, a test case for each case.
pub fn junit(reports: &[Report]) -> String {
    let cases: usize = reports.iter().map(tests).sum();
    let failures: usize = reports.iter().map(failing).sum();
    let errors: usize = reports.iter().map(|report| report.misread.len()).sum();
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    xml += &format!("<testsuites name=\"grantc\" tests=\"{cases}\" failures=\"{failures}\" errors=\"{errors}\">\n");
    for report in reports {
        xml += &suite(report);
    }
    xml + "</testsuites>\n"
}

/// The cases of a file, and one for each line that could not be read.
fn tests(report: &Report) -> usize {
    report.cases.len() + report.misread.len()
}

fn failing(report: &Report) -> usize {
    report.cases.iter().filter(|case| !case.failures.is_empty()).count()
}

fn suite(report: &Report) -> String {
    let file = xml::attribute(&report.file);
    let mut text = format!(
        "  <testsuite name=\"{file}\" tests=\"{}\" failures=\"{}\" errors=\"{}\">\n",
        tests(report),
        failing(report),
        report.misread.len()
    );
    for case in &report.cases {
        let title = if case.title.is_empty() { "the file" } else { &case.title };
        let open = format!(
            "    <testcase classname=\"{file}\" name=\"{}\" file=\"{file}\" line=\"{}\"",
            xml::attribute(title),
            case.line
        );
        if case.failures.is_empty() {
            text += &format!("{open}/>\n");
            continue;
        }
        text += &format!("{open}>\n");
        // Readers of this format show one failure of a test case.
        let told: Vec<String> = case.failures.iter().map(ToString::to_string).collect();
        let message = case.failures.first().map_or_else(String::new, message);
        text += &format!("      <failure message=\"{}\" type=\"expectation\">", xml::attribute(&message));
        text += &format!("{}</failure>\n    </testcase>\n", xml::content(&told.join("\n")));
    }
    for misread in &report.misread {
        let name = format!("line {}", misread.line);
        text +=
            &format!("    <testcase classname=\"{file}\" name=\"{name}\" file=\"{file}\" line=\"{}\">\n", misread.line);
        text += &format!(
            "      <error message=\"{}\" type=\"syntax\"/>\n    </testcase>\n",
            xml::attribute(&misread.message)
        );
    }
    text + "  </testsuite>\n"
}

fn message(failure: &Failure) -> String {
    format!("{}: expected {}, actual {}", failure.asked, one_line(&failure.expected), one_line(&failure.actual))
}

fn one_line(text: &str) -> String {
    text.lines().map(str::trim).collect::<Vec<_>>().join("; ")
}

/// Annotations as workflow commands of GitHub, one for each thing that is wrong.
pub fn github(reports: &[Report]) -> String {
    let mut text = String::new();
    for report in reports {
        for misread in &report.misread {
            let place = format!("file={},line={},col={}", property(&report.file), misread.line, misread.column);
            text += &format!("::error {place},title=line not understood::{}\n", data(&misread.message));
        }
        for failure in report.failures() {
            let title = if failure.case.is_empty() { "expectation failed" } else { &failure.case };
            let place = format!("file={},line={}", property(&failure.file), failure.line);
            let told = failure.to_string();
            let told = told.split_once(": ").map_or(told.as_str(), |(_, rest)| rest);
            text += &format!("::error {place},title={}::{}\n", property(title), data(told.trim_end()));
        }
    }
    text + &format!("{}\n", sum(reports))
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
