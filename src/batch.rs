//! The batch protocol: one request a line, one answer a line (contract §4).
//!
//! A line in, a line out: whoever moves the lines (a pipe, a server, a test) is not known here.

mod request;
mod statements;

pub use request::{Request, RequestError, client, client_text, read};
pub use statements::statement_lines;

use crate::answer::Engine;
use crate::answer::{Decision, Login, Verdict};
use crate::emit::json::{List, LoginMember, allow};
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use serde_json::Value;

/// The answer to one line, without a line break. `None` for a blank line, which asks nothing.
pub fn answer_line(engine: &Engine<'_>, line: &[u8]) -> Option<String> {
    if line.trim_ascii().is_empty() {
        return None;
    }
    let request = match read(line) {
        Ok(request) => request,
        Err(error) => return Some(to_line(&Refusal { id: &error.id, error: &error.message })),
    };
    let decision = match &request.ask {
        Some(ask) => engine.check(&request.client, ask),
        None => from_login(engine.login(&request.client)),
    };
    if let Verdict::Unreadable(what) = &decision.verdict {
        let error = format!("the question cannot be read: {what}");
        return Some(to_line(&Refusal { id: &request.id, error: &error }));
    }
    Some(to_line(&Answer { id: &request.id, decision: &decision }))
}

/// A decision about nothing but the login.
pub fn from_login(login: Login) -> Decision {
    let verdict = login.undetermined.clone().map_or(Verdict::NotAsked, Verdict::Undetermined);
    Decision { verdict, error: login.error.clone(), login, ..Decision::default() }
}

#[derive(Serialize)]
struct Refusal<'a> {
    id: &'a Value,
    error: &'a str,
}

struct Answer<'a> {
    id: &'a Value,
    decision: &'a Decision,
}

impl Serialize for Answer<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let decision = self.decision;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("id", self.id)?;
        map.serialize_entry("login", &LoginMember(&decision.login))?;
        map.serialize_entry("allow", &allow(&decision.verdict))?;
        map.serialize_entry("errno", &decision.error.as_ref().map(|e| e.errno))?;
        if let Some(error) = &decision.error {
            map.serialize_entry("message", &error.message)?;
        }
        if let Verdict::Undetermined(why) = &decision.verdict {
            map.serialize_entry("undetermined", why)?;
        }
        map.serialize_entry("rows", &List(&decision.rows))?;
        if let Some(result) = &decision.result {
            map.serialize_entry("result", result)?;
        }
        map.end()
    }
}

fn to_line(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_else(|error| format!("{{\"id\":null,\"error\":\"{error}\"}}"))
}
