//! How host texts are compared with a client: numbers by their mask, plain texts as such, the rest by the server's own
//! matcher. Which way a text goes was settled when the table was made.

use super::DecisionTable;
use super::field::Field;
use crate::matching::host::{HostPattern, Texts};
use crate::server::Server;

/// How a host text is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// By the server's own matcher.
    Pattern = 0,
    /// `%`: every client.
    Any = 1,
    /// An address under a mask.
    Number = 2,
    /// A text without wildcards: equal to the name but for the case of letters, or to the address.
    Literal = 3,
    /// A text and a `%`: what name or address begin with.
    Prefix = 4,
    /// A `%` and a text: what name or address end with.
    Suffix = 5,
}

impl Kind {
    /// The way a host text goes.
    pub fn of(text: &str, server: &Server) -> Self {
        let plain = |part: &str| !part.is_empty() && !part.contains(['%', '_', '\\']);
        if HostPattern::new(text, server).mask != 0 {
            return Self::Number;
        }
        match (text.strip_suffix('%'), text.strip_prefix('%')) {
            (Some(""), _) => Self::Any,
            (Some(begin), _) if plain(begin) => Self::Prefix,
            (_, Some(end)) if plain(end) => Self::Suffix,
            _ if plain(text) => Self::Literal,
            _ => Self::Pattern,
        }
    }
}

fn begins(text: &str, begin: &[u8], same: fn(&[u8], &[u8]) -> bool) -> bool {
    text.as_bytes().get(..begin.len()).is_some_and(|part| same(part, begin))
}

fn ends(text: &str, end: &[u8], same: fn(&[u8], &[u8]) -> bool) -> bool {
    let from = text.len().checked_sub(end.len());
    from.and_then(|from| text.as_bytes().get(from..)).is_some_and(|part| same(part, end))
}

fn letters_alike(one: &[u8], other: &[u8]) -> bool {
    one.eq_ignore_ascii_case(other)
}

fn alike(one: &[u8], other: &[u8]) -> bool {
    one == other
}

impl DecisionTable {
    /// Does a host, by its number, match the client (M2.10)?
    #[inline]
    pub(super) fn host_matches(&self, host: u64, client: &Texts<'_>) -> bool {
        let at = host as usize;
        let kind = self.value(Field::HostKind, at);
        let (name, ip) = (client.host, client.ip.as_deref());
        if kind == Kind::Any as u64 {
            return name.is_some() || ip.is_some();
        }
        if kind == Kind::Number as u64
            && let Some(number) = client.number
        {
            let mask = self.value(Field::HostMask, at) as u32;
            return number & mask == self.value(Field::HostValue, at) as u32;
        }
        let text = self.value(Field::HostName, at);
        let bytes = self.name_bytes(text);
        match kind {
            _ if !client.canonical => self.host_matches_texts(self.name(text), name, ip),
            kind if kind == Kind::Literal as u64 => {
                name.is_some_and(|name| letters_alike(name.as_bytes(), bytes))
                    || ip.is_some_and(|ip| alike(ip.as_bytes(), bytes))
            }
            kind if kind == Kind::Prefix as u64 => {
                let begin = bytes.strip_suffix(b"%").unwrap_or(bytes);
                name.is_some_and(|name| begins(name, begin, letters_alike))
                    || ip.is_some_and(|ip| begins(ip, begin, alike))
            }
            kind if kind == Kind::Suffix as u64 => {
                let end = bytes.strip_prefix(b"%").unwrap_or(bytes);
                name.is_some_and(|name| ends(name, end, letters_alike)) || ip.is_some_and(|ip| ends(ip, end, alike))
            }
            _ => self.host_matches_texts(self.name(text), name, ip),
        }
    }

    /// The server's own matcher.
    pub(super) fn host_matches_texts(&self, text: &str, name: Option<&str>, ip: Option<&str>) -> bool {
        HostPattern::new(text, &self.known.server).matches_texts(name, ip, self.known.quirks)
    }
}
