//! What was judged, for the programs that watch builds: SARIF, JUnit and GitHub's annotations.

use super::xml;
use crate::answer::SourceView;
use serde_json::{Value, json};

/// How much it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Good to know.
    Note,
    /// To be looked at.
    Warning,
    /// To be stopped.
    Error,
}

/// One thing that is to be said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// What kind of thing: kebab-case.
    pub rule: &'static str,
    /// How much it matters.
    pub level: Level,
    /// Whom it is about: `'joe'@'%'`.
    pub subject: String,
    /// All of it in one line.
    pub message: String,
    /// The statement behind it.
    pub source: Option<SourceView>,
}

/// A kind of thing that is said.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// As in [`Verdict::rule`].
    pub id: &'static str,
    /// What it means, in a sentence.
    pub text: &'static str,
}

impl Level {
    /// As SARIF and GitHub call it.
    fn word(self, note: &'static str) -> &'static str {
        match self {
            Self::Note => note,
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// SARIF 2.1.0, one run.
pub fn sarif(rules: &[Rule], verdicts: &[Verdict]) -> String {
    let rules: Vec<Value> =
        rules.iter().map(|rule| json!({ "id": rule.id, "shortDescription": { "text": rule.text } })).collect();
    let results: Vec<Value> = verdicts.iter().map(result).collect();
    let driver = json!({
        "name": "grantc",
        "version": env!("CARGO_PKG_VERSION"),
        "rules": rules,
    });
    let document = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{ "tool": { "driver": driver }, "results": results }],
    });
    format!("{document:#}\n")
}

fn result(verdict: &Verdict) -> Value {
    let location = |source: &SourceView| {
        json!({ "physicalLocation": {
            "artifactLocation": { "uri": source.file },
            "region": { "startLine": source.line, "startColumn": source.column },
        } })
    };
    json!({
        "ruleId": verdict.rule,
        "level": verdict.level.word("note"),
        "message": { "text": format!("{}: {}", verdict.subject, verdict.message) },
        "locations": verdict.source.iter().map(location).collect::<Vec<_>>(),
    })
}

/// JUnit's XML: a test case for each verdict, or one that passes where nothing is to be said.
pub fn junit(name: &str, verdicts: &[Verdict]) -> String {
    let name = xml::attribute(name);
    let (tests, failures) = (verdicts.len().max(1), verdicts.len());
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    text += &format!("<testsuites name=\"grantc\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\">\n");
    text += &format!("  <testsuite name=\"{name}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\">\n");
    if verdicts.is_empty() {
        text += &format!("    <testcase classname=\"{name}\" name=\"nothing to object\"/>\n");
    }
    for verdict in verdicts {
        let place =
            verdict.source.as_ref().map(|s| format!(" file=\"{}\" line=\"{}\"", xml::attribute(&s.file), s.line));
        let (subject, message) = (xml::attribute(&verdict.subject), xml::attribute(&verdict.message));
        text += &format!("    <testcase classname=\"{name}\" name=\"{subject}\"{}>\n", place.unwrap_or_default());
        text += &format!("      <failure message=\"{message}\" type=\"{}\"/>\n    </testcase>\n", verdict.rule);
    }
    text + "  </testsuite>\n</testsuites>\n"
}

/// Annotations as workflow commands of GitHub.
pub fn github(verdicts: &[Verdict]) -> String {
    let mut text = String::new();
    for verdict in verdicts {
        let place =
            verdict.source.as_ref().map(|s| format!("file={},line={},col={},", property(&s.file), s.line, s.column));
        let level = verdict.level.word("notice");
        let (place, title) = (place.unwrap_or_default(), property(&verdict.subject));
        text += &format!("::{level} {place}title={title}::{}\n", data(&verdict.message));
    }
    text
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict() -> Verdict {
        let source = SourceView { file: "a,b.sql".into(), line: 3, column: 1, statement: "GRANT".into() };
        let (subject, message) = ("'a'@'%'".to_owned(), "gains SELECT on a<b.*".to_owned());
        Verdict { rule: "new-access", level: Level::Error, subject, message, source: Some(source) }
    }

    #[test]
    fn github_escapes_what_separates_properties() {
        let text = github(&[verdict()]);
        assert_eq!(text, "::error file=a%2Cb.sql,line=3,col=1,title='a'@'%25'::gains SELECT on a<b.*\n");
    }

    #[test]
    fn xml_holds_no_markup_of_its_own() {
        let text = junit("old.sql → new.sql", &[verdict()]);
        assert!(text.contains("message=\"gains SELECT on a&lt;b.*\""), "{text}");
        assert!(junit("x", &[]).contains("tests=\"1\" failures=\"0\""));
    }
}
