//! The lines that `tests/live/differential.py` writes: what a server said to a policy, its clients and their probes.

use grantc::client::Client;
use serde_json::Value;

/// One policy with all that the server said to it.
#[derive(Debug, Clone, Default)]
pub struct Case {
    /// Its number in the seed.
    pub number: u64,
    /// Its statements in order.
    pub statements: Vec<Asked>,
    /// Who connects once they are carried out.
    pub clients: Vec<Connects>,
}

/// A statement and the server's answer.
#[derive(Debug, Clone)]
pub struct Asked {
    pub sql: String,
    pub said: Said,
}

impl Asked {
    /// `connect NAME CLIENT` opens a session, `as NAME` lets it run what follows.
    pub fn is_about_sessions(&self) -> bool {
        self.sql.starts_with("connect ") || self.sql.starts_with("as ")
    }

    /// The name and the client of a `connect` line.
    pub fn connects(&self) -> Option<(&str, Value)> {
        let (name, client) = self.sql.strip_prefix("connect ")?.split_once(' ')?;
        Some((name, client_member(client)))
    }
}

/// What a server says to a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// Carried out.
    Done,
    /// Carried out, with rows that count.
    Rows(Vec<String>),
    /// Refused.
    Refused(Error),
}

/// An errno and its message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    pub errno: u16,
    pub message: String,
}

/// A client, what its login came to, and its probes.
#[derive(Debug, Clone)]
pub struct Connects {
    /// The client as its JSON text, for another request.
    pub text: String,
    pub client: Client,
    /// `CURRENT_USER()` or the refusal; one for each guess at the right password, the last one counts.
    pub logins: Vec<Result<String, Error>>,
    /// What it asks; nothing when it did not get in.
    pub probes: Vec<Asked>,
}

/// Reads lines one after another: each may use the texts of those before it.
#[derive(Default)]
pub struct Reader {
    texts: Vec<String>,
}

impl Reader {
    /// The case of one line.
    pub fn line(&mut self, line: &str) -> Case {
        let value: Value = serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"));
        self.texts.extend(list(&value["t"]).iter().map(|text| text.as_str().unwrap().to_owned()));
        Case {
            number: value["n"].as_u64().unwrap(),
            statements: list(&value["s"]).iter().map(|asked| self.asked(asked)).collect(),
            clients: list(&value["c"]).iter().map(|client| self.connects(list(client))).collect(),
        }
    }

    fn text(&self, number: &Value) -> String {
        self.texts[number.as_u64().unwrap() as usize].clone()
    }

    fn asked(&self, asked: &Value) -> Asked {
        let Some(parts) = asked.as_array() else { return Asked { sql: self.text(asked), said: Said::Done } };
        let said = match self.errno(&parts[1]) {
            0 => Said::Rows(parts[2..].iter().map(|row| self.text(row)).collect()),
            errno => Said::Refused(Error { errno, message: self.text(&parts[2]) }),
        };
        Asked { sql: self.text(&parts[0]), said }
    }

    fn errno(&self, number: &Value) -> u16 {
        number.as_u64().and_then(|n| u16::try_from(n).ok()).unwrap()
    }

    fn connects(&self, parts: &[Value]) -> Connects {
        let text = self.text(&parts[0]);
        let login = |login: &Value| match login.as_array() {
            None => Ok(self.text(login)),
            Some(error) => Err(Error { errno: self.errno(&error[0]), message: self.text(&error[1]) }),
        };
        Connects {
            client: client(&text),
            text,
            logins: list(&parts[1]).iter().map(login).collect(),
            probes: parts[2..].iter().map(|probe| self.asked(probe)).collect(),
        }
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap()
}

/// The client as grantc meets it: a name that begins with digits and a dot is none (M2.3).
fn client_member(text: &str) -> Value {
    let mut client: Value = serde_json::from_str(text).unwrap();
    client.as_object_mut().unwrap().shift_remove("resolves");
    client
}

/// The client of a text.
pub fn client(text: &str) -> Client {
    let request = serde_json::json!({ "client": client_member(text) }).to_string();
    grantc::batch::read(request.as_bytes()).unwrap_or_else(|e| panic!("{}: {text}", e.message)).client
}
