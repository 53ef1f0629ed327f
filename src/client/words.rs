//! The words in which people and requests name clients, roles, accounts and objects (contract §2).
//!
//! The command line, `batch` and expectation files read them here, so that one spelling means one
//! thing everywhere. Nothing here knows a policy.

use super::{From, Object, Password, Roles, Tls};
use crate::matching::host::ipv4_within;
use crate::syntax::statement::ObjectKind;
use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;

/// A word that cannot be read: what it is, what was expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WordError(String);

impl fmt::Display for WordError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for WordError {}

fn error<T>(message: impl Into<String>) -> Result<T, WordError> {
    Err(WordError(message.into()))
}

impl FromStr for From {
    type Err = WordError;

    /// Reads `--from`: an address, a host name, or `socket`.
    fn from_str(text: &str) -> Result<Self, WordError> {
        if text.eq_ignore_ascii_case("socket") {
            return Ok(Self::Socket);
        }
        if text.is_empty() || text.contains([' ', '%', '/', '\'', '`', '@', '*']) {
            return error(format!("`{text}` is not a client: expected one address, one host name, or socket"));
        }
        if let Some(ip) = address(text)? {
            return Ok(Self::Address { ip, hostname: None });
        }
        Ok(Self::Hostname(text.to_owned()))
    }
}

/// An address as the server writes it, `None` for a text that is a host name.
///
/// A client that comes over IPv4 to an IPv6 socket is known by its IPv4 address (M2.2).
pub fn address(text: &str) -> Result<Option<String>, WordError> {
    match text.parse::<IpAddr>() {
        Ok(IpAddr::V4(ip)) => Ok(Some(ip.to_string())),
        Ok(IpAddr::V6(ip)) => Ok(Some(v6_text(ip))),
        Err(_) if text.contains(':') => error(format!("`{text}` is not an IPv6 address")),
        Err(_) if text.bytes().all(|b| b.is_ascii_digit() || b == b'.') => {
            error(format!("`{text}` is not an IPv4 address: expected four numbers up to 255"))
        }
        Err(_) => Ok(None),
    }
}

fn v6_text(ip: Ipv6Addr) -> String {
    ipv4_within(ip).map_or_else(|| ip.to_string(), |v4| v4.to_string())
}

impl FromStr for Password {
    type Err = WordError;

    fn from_str(text: &str) -> Result<Self, WordError> {
        match text {
            "none" => Ok(Self::None),
            "wrong" => Ok(Self::Wrong),
            "given" => Ok(Self::Given),
            _ => error(format!("`{text}` is not known: expected none, wrong or given")),
        }
    }
}

impl FromStr for Tls {
    type Err = WordError;

    fn from_str(text: &str) -> Result<Self, WordError> {
        match text {
            "none" => Ok(Self::None),
            "ssl" => Ok(Self::Ssl),
            "x509" => Ok(Self::X509),
            _ => error(format!("`{text}` is not known: expected none, ssl or x509")),
        }
    }
}

impl FromStr for Roles {
    type Err = WordError;

    /// Reads `default`, `none`, `all`, or names as in SET ROLE: `'r1','r2'@'%'`.
    /// A role that is called `all` is written in quotes.
    fn from_str(text: &str) -> Result<Self, WordError> {
        match text.trim().to_ascii_lowercase().as_str() {
            "default" => return Ok(Self::Default),
            "none" => return Ok(Self::None),
            "all" => return Ok(Self::All),
            _ => {}
        }
        let mut roles = Vec::new();
        let mut words = Words::new(text);
        loop {
            roles.push(words.account()?);
            if !words.take(',') {
                break;
            }
        }
        words.finish("`,` or the end")?;
        Ok(Self::Named(roles))
    }
}

/// Reads one account name, `user` or `user@host`, each part bare or quoted: user and host, the host
/// `%` when it was not said.
pub fn account(text: &str) -> Result<(String, String), WordError> {
    let mut words = Words::new(text);
    let account = words.account()?;
    words.finish("the end")?;
    Ok(account)
}

impl FromStr for Object {
    type Err = WordError;

    /// Reads `*.*`, `db.*`, `db.table`, `db.table.column`, `procedure db.name`, `function db.name`.
    fn from_str(text: &str) -> Result<Self, WordError> {
        let trimmed = text.trim();
        if let Some((kind, rest)) = routine_kind(trimmed) {
            return match parts(rest)?.as_slice() {
                [Some(db), Some(name)] => Ok(Self::Routine(kind, db.clone(), name.clone())),
                _ => error(format!("`{trimmed}` is not a routine: expected `{} db.name`", kind.word().to_lowercase())),
            };
        }
        let parts = parts(strip_word(trimmed, "table").unwrap_or(trimmed))?;
        match parts.as_slice() {
            [None, None] => Ok(Self::Global),
            [Some(db), None] => Ok(Self::Database(db.clone())),
            [Some(db), Some(table)] => Ok(Self::Table(db.clone(), table.clone())),
            [Some(db), Some(table), Some(column)] => Ok(Self::Column(db.clone(), table.clone(), column.clone())),
            _ => error(format!(
                "`{trimmed}` is not an object: expected `*.*`, `db.*`, `db.table`, `db.table.column`, \
                 `procedure db.name` or `function db.name`"
            )),
        }
    }
}

impl fmt::Display for Object {
    /// The object in words, as `FromStr` reads it; names are quoted where they must be.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Global => f.write_str("*.*"),
            Self::Database(db) => write!(f, "{}.*", name_word(db)),
            Self::Table(db, table) => write!(f, "{}.{}", name_word(db), name_word(table)),
            Self::Column(db, table, column) => {
                write!(f, "{}.{}.{}", name_word(db), name_word(table), name_word(column))
            }
            Self::Routine(kind, db, name) => {
                write!(f, "{} {}.{}", kind.word().to_lowercase(), name_word(db), name_word(name))
            }
        }
    }
}

fn name_word(name: &str) -> String {
    let plain = !name.is_empty() && !name.contains(['.', '`', '*', ' ', '"', '\'']);
    if plain { name.to_owned() } else { format!("`{}`", name.replace('`', "``")) }
}

fn routine_kind(text: &str) -> Option<(ObjectKind, &str)> {
    use ObjectKind::{Function, Library, Package, PackageBody, Procedure};
    [PackageBody, Package, Procedure, Function, Library]
        .into_iter()
        .find_map(|kind| strip_word(text, &kind.word().to_lowercase()).map(|rest| (kind, rest)))
}

/// What follows a word and white space, any case.
fn strip_word<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    let head = text.get(..word.len())?;
    let rest = text.get(word.len()..)?;
    (head.eq_ignore_ascii_case(word) && rest.starts_with(char::is_whitespace)).then(|| rest.trim_start())
}

/// The dotted parts of an object; `None` is `*`.
fn parts(text: &str) -> Result<Vec<Option<String>>, WordError> {
    let mut words = Words::new(text);
    let mut parts = Vec::new();
    loop {
        parts.push(words.part()?);
        if !words.take('.') {
            break;
        }
    }
    words.finish("`.` or the end")?;
    Ok(parts)
}

/// Reads bare and quoted names from a short text.
struct Words<'t> {
    whole: &'t str,
    rest: &'t str,
}

impl<'t> Words<'t> {
    fn new(text: &'t str) -> Self {
        Self { whole: text.trim(), rest: text.trim() }
    }

    fn take(&mut self, c: char) -> bool {
        let rest = self.rest.trim_start();
        match rest.strip_prefix(c) {
            Some(rest) => {
                self.rest = rest.trim_start();
                true
            }
            None => false,
        }
    }

    fn finish(&self, expected: &str) -> Result<(), WordError> {
        if self.rest.is_empty() {
            return Ok(());
        }
        error(format!("`{}`: `{}` is not understood here: expected {expected}", self.whole, self.rest))
    }

    /// `user[@host]`; the last bare `@` divides, as in the server's own reading of quoted parts (M1.1).
    fn account(&mut self) -> Result<(String, String), WordError> {
        let user = match self.quoted()? {
            Some(user) => user,
            None => self.bare(&['@', ',']),
        };
        if !self.take('@') {
            if user.is_empty() && !self.whole.starts_with(['\'', '"', '`']) {
                return error(format!("`{}` is not an account name: expected `'user'@'host'`", self.whole));
            }
            return Ok((user, "%".to_owned()));
        }
        let host = match self.quoted()? {
            Some(host) => host,
            None => self.bare(&[',']),
        };
        Ok((user, host))
    }

    /// A name, or `None` for `*`.
    fn part(&mut self) -> Result<Option<String>, WordError> {
        if let Some(name) = self.quoted()? {
            return Ok(Some(name));
        }
        match self.bare(&['.']).as_str() {
            "" => error(format!("`{}`: a name is missing", self.whole)),
            "*" => Ok(None),
            name if name.contains(['*', '\'', '"', '`', ',', ';']) => {
                error(format!("`{}`: `{name}` is not a name: put other characters into backticks", self.whole))
            }
            name => Ok(Some(name.to_owned())),
        }
    }

    fn bare(&mut self, ends: &[char]) -> String {
        let end = self.rest.find(ends).unwrap_or(self.rest.len());
        let (name, rest) = self.rest.split_at(end);
        self.rest = rest;
        name.trim_end().to_owned()
    }

    fn quoted(&mut self) -> Result<Option<String>, WordError> {
        let Some(quote) = self.rest.chars().next().filter(|c| matches!(c, '\'' | '"' | '`')) else {
            return Ok(None);
        };
        let mut name = String::new();
        let mut chars = self.rest.char_indices().skip(1).peekable();
        while let Some((i, c)) = chars.next() {
            if c != quote {
                name.push(c);
                continue;
            }
            if chars.peek().is_some_and(|(_, next)| *next == quote) {
                name.push(quote);
                chars.next();
                continue;
            }
            self.rest = self.rest.get(i + quote.len_utf8()..).unwrap_or("").trim_start();
            return Ok(Some(name));
        }
        error(format!("`{}`: the quote {quote} is never closed", self.whole))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn object(text: &str) -> String {
        match text.parse::<Object>() {
            Ok(object) => format!("{object:?}"),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn objects_of_every_level() {
        assert_eq!(object("*.*"), "Global");
        assert_eq!(object("shop.*"), r#"Database("shop")"#);
        assert_eq!(object("`shop`.`or.d``ers`"), r#"Table("shop", "or.d`ers")"#);
        assert_eq!(object("shop.orders.id"), r#"Column("shop", "orders", "id")"#);
        assert_eq!(object("PROCEDURE shop.refund"), r#"Routine(Procedure, "shop", "refund")"#);
        assert_eq!(object("function shop.`vat rate`"), r#"Routine(Function, "shop", "vat rate")"#);
        assert_eq!(object("`*`.t"), r#"Table("*", "t")"#);
        assert_eq!(object("procedures.x"), r#"Table("procedures", "x")"#);
    }

    #[test]
    fn objects_that_are_none() {
        for text in ["", "shop", "*", "*.t", "shop.*.id", "a.b.c.d", "procedure p", "procedure db.*", "a..b", "`a.b"] {
            assert!(text.parse::<Object>().is_err(), "{text}");
        }
    }

    #[test]
    fn objects_print_as_they_are_read() {
        for text in ["*.*", "shop.*", "shop.orders", "shop.`a.b`.id", "procedure shop.`p``q`"] {
            assert_eq!(text.parse::<Object>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn clients_by_where_they_come_from() {
        assert_eq!("socket".parse(), Ok(From::Socket));
        assert_eq!("127.0.5.7".parse(), Ok(From::Address { ip: "127.0.5.7".into(), hostname: None }));
        assert_eq!("::ffff:10.0.0.1".parse(), Ok(From::Address { ip: "10.0.0.1".into(), hostname: None }));
        assert_eq!("FE80:0::1".parse(), Ok(From::Address { ip: "fe80::1".into(), hostname: None }));
        assert_eq!("1.2.example.com".parse(), Ok(From::Hostname("1.2.example.com".into())));
        for text in ["300.1.1.1", "10.0.0", "::g", "", "10.%", "198.51.100.0/24", "joe@h"] {
            assert!(text.parse::<From>().is_err(), "{text}");
        }
    }

    #[test]
    fn roles_by_word_or_name() {
        let named = |list: &[(&str, &str)]| {
            Ok(Roles::Named(list.iter().map(|(u, h)| (String::from(*u), String::from(*h))).collect()))
        };
        assert_eq!("DEFAULT".parse(), Ok(Roles::Default));
        assert_eq!("none".parse(), Ok(Roles::None));
        assert_eq!("'all'".parse(), named(&[("all", "%")]));
        assert_eq!(
            "'r1', `r2`@'10.%',r3@localhost".parse(),
            named(&[("r1", "%"), ("r2", "10.%"), ("r3", "localhost")])
        );
        assert!("".parse::<Roles>().is_err());
        assert!("'r1' 'r2'".parse::<Roles>().is_err());
        assert!("r1,".parse::<Roles>().is_err());
    }

    #[test]
    fn accounts_quoted_and_bare() {
        let pair = |u: &str, h: &str| Ok((u.to_owned(), h.to_owned()));
        assert_eq!(account("'me@localhost'"), pair("me@localhost", "%"));
        assert_eq!(account("joe@10.%"), pair("joe", "10.%"));
        assert_eq!(account("''@'localhost'"), pair("", "localhost"));
        assert_eq!(account("@localhost"), pair("", "localhost"));
        assert!(account("'joe").is_err());
        assert!(account("").is_err());
    }
}
