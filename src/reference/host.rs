//! What a client's texts are and which host patterns match them (sections 2.1 to 2.3 of the semantics).

use super::wild::{self, Matchers};
use crate::client::{Client, From};
use crate::server::Server;
use crate::server::behaviour::Behaviour;
use std::net::IpAddr;

/// The two texts of a client that host patterns are compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Texts {
    /// The resolved name or `localhost`.
    pub host: Option<String>,
    /// The address.
    pub ip: Option<String>,
    /// The client is on the Unix socket.
    pub socket: bool,
}

impl Texts {
    /// M2.1 to M2.3. `None` for a client of which only the name is known.
    pub fn of(client: &Client, skip_name_resolve: bool) -> Option<Self> {
        let (ip, hostname) = match &client.from {
            From::Socket => return Some(Self { host: Some("localhost".into()), ip: None, socket: true }),
            From::Hostname(_) => return None,
            From::Address { ip, hostname } => (written(ip), hostname.as_deref()),
        };
        let host = if skip_name_resolve {
            None // M2.3 step 1
        } else if ip == "127.0.0.1" || ip == "::1" {
            Some("localhost".to_owned()) // step 2
        } else {
            hostname.filter(|name| !name.is_empty() && !digits_then_dot(name)).map(str::to_owned) // steps 3, 4
        };
        Some(Self { host, ip: Some(ip), socket: false })
    }
}

/// An address as the server writes it (M2.2).
fn written(ip: &str) -> String {
    match ip.parse() {
        Ok(IpAddr::V6(v6)) => match v6.segments() {
            // An IPv4 address is in it; `::` and `::1` are none.
            [0, 0, 0, 0, 0, within @ (0 | 0xffff), high, low] if (within, high, low) > (0, 0, 1) => {
                let [a, b] = high.to_be_bytes();
                let [c, d] = low.to_be_bytes();
                format!("{a}.{b}.{c}.{d}")
            }
            _ => v6.to_string(),
        },
        Ok(IpAddr::V4(v4)) => v4.to_string(),
        Err(_) => ip.to_owned(),
    }
}

/// M2.3 step 4.
fn digits_then_dot(name: &str) -> bool {
    let rest = name.trim_start_matches(|c: char| c.is_ascii_digit());
    rest.len() < name.len() && rest.starts_with('.')
}

/// The kinds of address rows in the order in which MySQL 8.0.23 and later sorts them (M3.5 step 2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// An address.
    Exact,
    /// An address and a number of bits.
    Cidr,
    /// An address and a dotted mask.
    Subnet,
    /// Anything else.
    Text,
}

/// A host pattern as the server classifies it.
#[derive(Debug, Clone, Copy)]
pub struct Pattern<'a> {
    /// Its text.
    pub text: &'a str,
    /// Its kind.
    pub kind: Kind,
    /// The address in it, else 0.
    pub value: u32,
    /// Its mask; 0 where the text is matched.
    pub mask: u32,
}

/// M2.5: the number at the head of a text, and the rest.
fn number(text: &str) -> Option<(i64, &str)> {
    let text = text.trim_start_matches([' ', '\t', '\n', '\x0b', '\x0c', '\r']);
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let rest = unsigned.trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = unsigned.strip_suffix(rest)?;
    let value: i64 = digits.parse().ok()?; // fails without any digit
    Some((if text.starts_with('-') { -value } else { value }, rest))
}

/// M2.6: the IPv4 address at the head of a text, and the rest.
fn address(text: &str) -> Option<(u32, &str)> {
    let (mut value, mut rest) = (0, text);
    for place in 0..4 {
        if place > 0 {
            rest = rest.strip_prefix('.')?;
        }
        let (part, behind) = number(rest)?;
        value = value * 256 + u32::from(u8::try_from(part).ok()?);
        rest = behind;
    }
    Some((value, rest))
}

/// A text that is an IPv4 address and nothing more.
fn whole_address(text: &str) -> Option<u32> {
    address(text).filter(|(_, rest)| rest.is_empty()).map(|(value, _)| value)
}

impl<'a> Pattern<'a> {
    /// M2.7 and M2.8.
    pub fn new(text: &'a str, server: &Server) -> Self {
        let row = |kind, value, mask| Self { text, kind, value, mask };
        let string = row(Kind::Text, 0, 0);
        let Some((value, rest)) = address(text) else { return string };
        let dotted = rest.strip_prefix('/').and_then(whole_address);
        if !server.has(Behaviour::CidrHosts) {
            return match dotted {
                Some(mask) if mask != 0 => row(Kind::Subnet, value, mask), // M2.8: contiguous or not
                _ => string,
            };
        }
        if rest.is_empty() {
            return row(Kind::Exact, value, u32::MAX);
        }
        let Some(mask) = rest.strip_prefix('/') else { return row(Kind::Exact, value, 0) }; // the note of M2.7
        if let Some(dotted) = dotted {
            let ones_then_zeros = dotted != 0 && dotted.count_ones() == dotted.leading_ones();
            return if ones_then_zeros { row(Kind::Subnet, value, dotted) } else { string };
        }
        match number(mask) {
            Some((0, "")) => row(Kind::Cidr, value, 0),
            Some((bits @ 1..=32, "")) => row(Kind::Cidr, value, u32::MAX << (32 - bits)),
            _ => string,
        }
    }

    /// M2.10.
    pub fn matches(&self, host: Option<&str>, ip: Option<&str>, rules: &Rules) -> bool {
        if self.mask != 0
            && let Some(ip) = ip.and_then(whole_address)
        {
            return ip & self.mask == self.value;
        }
        (self.text.is_empty() && rules.empty_matches)
            || host.is_some_and(|host| wild::name(host, self.text, rules.matchers))
            || ip.is_some_and(|ip| wild::bytes(ip, self.text, rules.matchers))
    }

    /// M2.20 step 2.
    pub fn is_wild(&self, rules: &Rules) -> bool {
        self.text.contains(['%', '_']) || self.mask != 0 && !(rules.exact_is_literal && self.mask == u32::MAX)
    }
}

/// What of matching differs between servers.
#[derive(Debug, Clone, Copy)]
pub struct Rules {
    /// The wildcard matchers.
    pub matchers: Matchers,
    /// The empty host matches every client; in MariaDB it is the host of roles (M2.10, M5.16).
    pub empty_matches: bool,
    /// A mask of all ones leaves a pattern literal (M2.20 step 2).
    pub exact_is_literal: bool,
}

impl Rules {
    /// Those of a server.
    pub fn of(server: &Server) -> Self {
        let matchers = Matchers {
            peeks: server.has(Behaviour::UnderscoreAfterPercentPeeks),
            ends: server.has(Behaviour::NameUnderscoreAtEnd),
        };
        Self {
            matchers,
            empty_matches: !server.has(Behaviour::RolesAreNames),
            exact_is_literal: server.has(Behaviour::CidrHosts),
        }
    }
}
