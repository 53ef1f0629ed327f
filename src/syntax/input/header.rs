//! What a text says of the server it is for: the header of a dump, and `-- grantc:` comments.

use super::Form;
use super::scrub::lines;
use std::ops::Range;

/// A header stands within this many lines.
const HEAD: usize = 40;

/// What a `-- grantc:` comment begins with.
const MARK: &str = "grantc:";

/// One `-- grantc: name=value …` comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// The whole comment.
    pub range: Range<usize>,
    /// What it sets, in order.
    pub settings: Vec<Setting>,
    /// What it says of sessions, instead of setting something.
    pub session: Option<SessionLine>,
}

/// `-- grantc: connect NAME {client}` and `-- grantc: as NAME`: who runs what follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SessionLine {
    /// A session is opened under this name.
    Connect {
        /// Its name.
        name: String,
        /// The client, as a request of `batch` writes it.
        client: String,
    },
    /// The session of this name runs the statements that follow; `root` is the administrator.
    As(String),
}

/// One `name=value` of a comment. A word without `=` has no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// Where it stands.
    pub range: Range<usize>,
    /// The name.
    pub name: String,
    /// The value, without quotes.
    pub value: Option<String>,
}

/// The server that the header of a dump names, in the words of `--server`.
pub(super) fn server(text: &str, form: Form) -> Option<(String, Range<usize>)> {
    if !form.describes_state() || form == Form::ShowGrants {
        return None;
    }
    lines(text).take(HEAD).find_map(|line| {
        let (at, version) = version(line.text)?;
        Some((named(version)?, line.start + at..line.start + at + version.len()))
    })
}

/// The version in a line of a header, and where it begins.
fn version(line: &str) -> Option<(usize, &str)> {
    let rest = ["-- Server version", "-- Server version:"]
        .iter()
        .rev()
        .find_map(|mark| line.strip_prefix(mark))
        .or_else(|| line.strip_prefix("-- Dumped from server ")?.rsplit_once(", MySQL ").map(|(_, rest)| rest))?;
    let rest = rest.trim_start();
    let version = rest.split([' ', '\t']).next().filter(|v| v.starts_with(|c: char| c.is_ascii_digit()))?;
    Some((line.len() - rest.len(), version))
}

/// `10.11.18-MariaDB-0+deb12u1` is `mariadb-10.11.18`. MariaDB 10 and newer put `5.5.5-` before their
/// version for old replicas.
fn named(version: &str) -> Option<String> {
    let mariadb = version.to_ascii_lowercase().contains("mariadb");
    let version = if mariadb { version.strip_prefix("5.5.5-").unwrap_or(version) } else { version };
    let numbers: Vec<&str> = version
        .split('.')
        .map(|part| part.split(|c: char| !c.is_ascii_digit()).next().unwrap_or(""))
        .take_while(|digits| !digits.is_empty())
        .take(3)
        .collect();
    let flavour = if mariadb { "mariadb" } else { "mysql" };
    (numbers.len() >= 2).then(|| format!("{flavour}-{}", numbers.join(".")))
}

/// Every `-- grantc:` comment that stands on a line of its own.
pub(super) fn comments(text: &str) -> Vec<Comment> {
    if !text.contains(MARK) {
        return Vec::new();
    }
    lines(text)
        .filter_map(|line| {
            let comment = line.text.trim_start_matches('\u{feff}').trim_start();
            let body = comment.strip_prefix("--").or_else(|| comment.strip_prefix('#'))?.trim_start();
            let body = body.strip_prefix(MARK)?;
            let start = line.end - comment.len();
            let session = session_line(body);
            let settings = if session.is_some() { Vec::new() } else { settings(body, line.end - body.len()) };
            Some(Comment { range: start..line.end, settings, session })
        })
        .collect()
}

fn session_line(body: &str) -> Option<SessionLine> {
    let (word, rest) = body.trim().split_once(char::is_whitespace)?;
    let (name, client) = rest.trim_start().split_once(char::is_whitespace).unwrap_or((rest.trim(), ""));
    let (name, client) = (name.to_owned(), client.trim().to_owned());
    match word {
        "connect" => Some(SessionLine::Connect { name, client }),
        "as" if client.is_empty() => Some(SessionLine::As(name)),
        _ => None,
    }
}

fn settings(body: &str, offset: usize) -> Vec<Setting> {
    let mut settings = Vec::new();
    let mut rest = body;
    loop {
        rest = rest.trim_start();
        let at = offset + body.len() - rest.len();
        let length = word_length(rest);
        let Some(word) = rest.get(..length).filter(|word| !word.is_empty()) else { return settings };
        let (name, value) = word.split_once('=').map_or((word, None), |(name, value)| (name, Some(value)));
        settings.push(Setting {
            range: at..at + length,
            name: name.to_owned(),
            value: value.map(|v| unquoted(v).to_owned()),
        });
        rest = rest.get(length..).unwrap_or("");
    }
}

/// Up to the next blank that stands outside of quotes around the value.
fn word_length(text: &str) -> usize {
    let mut quote = None;
    for (at, c) in text.char_indices() {
        match quote {
            Some(open) if c == open => quote = None,
            None if matches!(c, '\'' | '"') && text.get(..at).is_some_and(|before| before.ends_with('=')) => {
                quote = Some(c);
            }
            None if c.is_whitespace() => return at,
            _ => {}
        }
    }
    text.len()
}

fn unquoted(value: &str) -> &str {
    ['\'', '"'].iter().find_map(|quote| value.strip_prefix(*quote)?.strip_suffix(*quote)).unwrap_or(value)
}
