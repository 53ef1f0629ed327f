//! One request line to a client and what it asks.
//!
//! Members that are absent or null take the defaults of contract §2. A member of `client` or `ask`
//! that is not known is refused, because a misspelt one would change the answer unseen.

use crate::client::words::address;
use crate::client::{Ask, Client, From, Roles};
use serde_json::{Map, Value};

/// One request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Its `id`, any JSON value; null when it has none.
    pub id: Value,
    /// Who connects.
    pub client: Client,
    /// What it asks; nothing but the login without.
    pub ask: Option<Ask>,
}

/// A line that is no request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestError {
    /// The line's `id` as far as it can be read.
    pub id: Value,
    /// What is wrong and what was expected.
    pub message: String,
}

/// Reads one line.
///
/// # Errors
/// A line that is not a JSON object, lacks a client, or has a member that cannot be understood.
pub fn read(line: &[u8]) -> Result<Request, RequestError> {
    let value = serde_json::from_slice(line)
        .map_err(|e| RequestError { id: Value::Null, message: format!("not JSON: {}", json_message(&e)) })?;
    let Value::Object(members) = value else {
        return Err(RequestError { id: Value::Null, message: "a request is a JSON object".to_owned() });
    };
    let id = members.get("id").cloned().unwrap_or_default();
    match parts(&members) {
        Ok((client, ask)) => Ok(Request { id, client, ask }),
        Err(message) => Err(RequestError { id, message }),
    }
}

/// Reads a client alone, as a request writes it.
///
/// # Errors
/// What is wrong with it, as for [`read`].
pub fn client(text: &str) -> Result<Client, String> {
    match serde_json::from_str(text) {
        Ok(Value::Object(members)) => read_client(&members),
        Ok(_) => Err("a client is a JSON object".to_owned()),
        Err(error) => Err(format!("not JSON: {}", json_message(&error))),
    }
}

/// A client as a request writes it.
pub fn client_text(client: &Client) -> String {
    let mut members = Map::new();
    let mut member = |name: &str, value: Value| members.insert(name.to_owned(), value);
    member("user", client.user.clone().into());
    match &client.from {
        From::Socket => member("socket", true.into()),
        From::Address { ip, hostname } => {
            member("hostname", hostname.clone().into());
            member("ip", ip.clone().into())
        }
        From::Hostname(name) => member("hostname", name.clone().into()),
    };
    member("password", word_of(client.password, &["none", "wrong", "given"]).into());
    member("tls", word_of(client.tls, &["none", "ssl", "x509"]).into());
    member("os_user", client.os_user.clone().into());
    member("db", client.db.clone().into());
    member("roles", roles_value(&client.roles));
    Value::Object(members).to_string()
}

/// The word that reads as this value.
fn word_of<T: PartialEq + std::str::FromStr>(value: T, words: &[&'static str]) -> &'static str {
    words.iter().find(|word| word.parse::<T>().is_ok_and(|read| read == value)).copied().unwrap_or_default()
}

fn roles_value(roles: &Roles) -> Value {
    let quoted = |text: &str| format!("'{}'", text.replace('\'', "''"));
    match roles {
        Roles::Default => "default".into(),
        Roles::None => "none".into(),
        Roles::All => "all".into(),
        Roles::Named(named) => named.iter().map(|(user, host)| format!("{}@{}", quoted(user), quoted(host))).collect(),
    }
}

/// The reader's message without its line number, which is always 1.
fn json_message(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.split_once(" at line ") {
        Some((cause, _)) => format!("{cause} at column {}", error.column()),
        None => text,
    }
}

fn parts(members: &Map<String, Value>) -> Result<(Client, Option<Ask>), String> {
    let mut client = match present(members, "client") {
        Some(Value::Object(client)) => read_client(client)?,
        Some(_) => return Err("`client` is not an object".to_owned()),
        None => return Err("`client` is missing".to_owned()),
    };
    if let Some(db) = text(members, "db")? {
        client.db = Some(db.to_owned());
    }
    let ask = match present(members, "ask") {
        Some(Value::Object(ask)) => Some(read_ask(ask)?),
        Some(_) => return Err("`ask` is not an object".to_owned()),
        None => None,
    };
    Ok((client, ask))
}

fn read_client(members: &Map<String, Value>) -> Result<Client, String> {
    const KNOWN: [&str; 9] = ["user", "ip", "hostname", "socket", "password", "os_user", "tls", "roles", "db"];
    only_known(members, "client", &KNOWN)?;
    Ok(Client {
        user: text(members, "user")?.ok_or("`client.user` is missing (\"\" is the anonymous user)")?.to_owned(),
        from: read_from(members)?,
        password: word(members, "password")?,
        os_user: text(members, "os_user")?.map(str::to_owned),
        tls: word(members, "tls")?,
        roles: read_roles(members)?,
        db: text(members, "db")?.map(str::to_owned),
    })
}

/// `socket: true` says it all; then an address, with its name or none; then a name alone.
fn read_from(members: &Map<String, Value>) -> Result<From, String> {
    match present(members, "socket") {
        Some(Value::Bool(true)) => return Ok(From::Socket),
        Some(Value::Bool(false)) | None => {}
        Some(_) => return Err("`client.socket` is neither true nor false".to_owned()),
    }
    let hostname = text(members, "hostname")?.filter(|name| !name.is_empty());
    match (text(members, "ip")?, hostname) {
        (Some(ip), hostname) => match address(ip).map_err(|e| format!("`client.ip`: {e}"))? {
            Some(ip) => Ok(From::Address { ip, hostname: hostname.map(str::to_owned) }),
            None => Err(format!("`client.ip`: `{ip}` is not an address")),
        },
        (None, Some(hostname)) => Ok(From::Hostname(hostname.to_owned())),
        (None, None) => Err("`client` says not where it comes from: give `ip`, `hostname` or `socket`".to_owned()),
    }
}

fn read_roles(members: &Map<String, Value>) -> Result<Roles, String> {
    match present(members, "roles") {
        None => Ok(Roles::Default),
        Some(Value::String(text)) => text.parse().map_err(|e| format!("`client.roles`: {e}")),
        Some(Value::Array(list)) => {
            let roles = list.iter().map(|role| match role {
                Value::String(text) => crate::client::words::account(text).map_err(|e| format!("`client.roles`: {e}")),
                _ => Err("`client.roles` has a member that is not a string".to_owned()),
            });
            let roles = roles.collect::<Result<Vec<_>, _>>()?;
            Ok(if roles.is_empty() { Roles::None } else { Roles::Named(roles) })
        }
        Some(_) => Err("`client.roles` is neither a string nor an array".to_owned()),
    }
}

fn read_ask(members: &Map<String, Value>) -> Result<Ask, String> {
    only_known(members, "ask", &["can", "on", "sql"])?;
    match (text_in(members, "ask", "can")?, text_in(members, "ask", "on")?, text_in(members, "ask", "sql")?) {
        (Some(can), Some(on), None) => {
            let on = on.parse().map_err(|e| format!("`ask.on`: {e}"))?;
            Ok(Ask::Can { privilege: can.to_owned(), on })
        }
        (None, None, Some(sql)) => Ok(Ask::Sql(sql.to_owned())),
        _ => Err("`ask` has neither `can` with `on`, nor `sql` alone".to_owned()),
    }
}

fn only_known(members: &Map<String, Value>, of: &str, known: &[&str]) -> Result<(), String> {
    match members.keys().find(|name| !known.contains(&name.as_str())) {
        Some(name) => Err(format!("`{of}.{name}` is not known: expected {}", known.join(", "))),
        None => Ok(()),
    }
}

fn present<'a>(members: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    members.get(name).filter(|value| !value.is_null())
}

fn text<'a>(members: &'a Map<String, Value>, name: &str) -> Result<Option<&'a str>, String> {
    text_in(members, "client", name)
}

fn text_in<'a>(members: &'a Map<String, Value>, of: &str, name: &str) -> Result<Option<&'a str>, String> {
    match present(members, name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(format!("`{of}.{name}` is not a string")),
    }
}

fn word<T: Default + std::str::FromStr<Err = crate::client::words::WordError>>(
    members: &Map<String, Value>,
    name: &str,
) -> Result<T, String> {
    match text(members, name)? {
        None => Ok(T::default()),
        Some(text) => text.parse().map_err(|e| format!("`client.{name}`: {e}")),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::client::{Object, Password, Tls};

    fn error(line: &str) -> String {
        read(line.as_bytes()).unwrap_err().message
    }

    /// The three requests of contract §4.
    #[test]
    fn the_requests_of_the_contract() {
        let one = read(br#"{"id":1,"client":{"user":"joe","ip":"127.0.5.7","hostname":"h1.example.net","socket":false,"password":"given","os_user":null,"tls":"none","roles":"default"},"db":null,"ask":{"can":"SELECT","on":"shop.orders"}}"#).unwrap();
        let from = From::Address { ip: "127.0.5.7".into(), hostname: Some("h1.example.net".into()) };
        assert_eq!(one.client, Client { user: "joe".into(), from, ..Client::default() });
        let on = Object::Table("shop".into(), "orders".into());
        assert_eq!(one.ask, Some(Ask::Can { privilege: "SELECT".into(), on }));

        let two = read(br#"{"id":2,"client":{"user":"joe","ip":"127.0.5.7","hostname":null},"ask":{"sql":"INSERT INTO shop.a SELECT * FROM shop.b"}}"#).unwrap();
        assert_eq!(two.ask, Some(Ask::Sql("INSERT INTO shop.a SELECT * FROM shop.b".into())));
        assert_eq!(two.client.from, From::Address { ip: "127.0.5.7".into(), hostname: None });

        let three = read(br#"{"id":3,"client":{"user":"joe","socket":true}}"#).unwrap();
        assert_eq!((three.id, three.client.from, three.ask), (3.into(), From::Socket, None));
    }

    #[test]
    fn every_member_is_read() {
        let request = read(br#"{"id":"x","client":{"user":"","hostname":"h","password":"wrong","os_user":"root","tls":"x509","roles":["r1","'r2'@'10.%'"]},"db":"shop"}"#).unwrap();
        let roles = Roles::Named(vec![("r1".into(), "%".into()), ("r2".into(), "10.%".into())]);
        let wanted = Client {
            user: String::new(),
            from: From::Hostname("h".into()),
            password: Password::Wrong,
            os_user: Some("root".into()),
            tls: Tls::X509,
            roles,
            db: Some("shop".into()),
        };
        assert_eq!(request.client, wanted);
    }

    #[test]
    fn bad_lines_say_what_is_wrong() {
        assert_eq!(error("{"), "not JSON: EOF while parsing an object at column 1");
        assert_eq!(error("7"), "a request is a JSON object");
        assert_eq!(error("{}"), "`client` is missing");
        assert_eq!(
            error(r#"{"client":{"user":"a"}}"#),
            "`client` says not where it comes from: give `ip`, `hostname` or `socket`"
        );
        assert_eq!(error(r#"{"client":{"ip":"1.2.3.4"}}"#), "`client.user` is missing (\"\" is the anonymous user)");
        assert!(error(r#"{"client":{"user":"a","hostnmae":"h"}}"#).starts_with("`client.hostnmae` is not known"));
        assert!(error(r#"{"client":{"user":"a","ip":"h1.example"}}"#).contains("not an address"));
        assert!(
            error(r#"{"client":{"user":"a","socket":true},"ask":{"can":"SELECT"}}"#).starts_with("`ask` has neither")
        );
        assert!(
            error(r#"{"client":{"user":"a","socket":true},"ask":{"can":"SELECT","on":"shop"}}"#)
                .starts_with("`ask.on`")
        );
    }

    #[test]
    fn the_id_of_a_bad_line_is_kept() {
        assert_eq!(read(br#"{"id":[7],"client":3}"#).unwrap_err().id, serde_json::json!([7]));
    }
}
