//! Host patterns and the two texts a client has (sections 2.1–2.5 of the semantics).

use super::wild::{self, Quirks};
use crate::server::Server;
use crate::server::behaviour::Behaviour;
use smol_str::SmolStr;
use std::borrow::Cow;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What an account's host text means (M2.7, M2.8).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HostPattern<'a> {
    /// The text as stored.
    pub text: &'a str,
    /// Its kind, which also sorts.
    pub kind: HostKind,
    /// The IPv4 value, 0 for none. Not masked (M2.11).
    pub value: u32,
    /// The mask, 0 when the pattern is matched as text.
    pub mask: u32,
}

/// How a host text is classified, in the order in which the server sorts address rows (M3.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum HostKind {
    /// An IPv4 address, or one followed by other characters (then with mask 0).
    Exact,
    /// An address with a number of bits.
    Cidr,
    /// An address with a dotted mask.
    Subnet,
    /// A name, a textual pattern, IPv6, or empty.
    Text,
}

/// The two texts that host patterns are compared with (M2.1–M2.3).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ClientHost {
    /// The resolved name, or `localhost`.
    pub host: Option<SmolStr>,
    /// The address as text.
    pub ip: Option<SmolStr>,
    /// The address exists but is not known to the one who asks.
    pub ip_unknown: bool,
}

/// The number reader of M2.5 for numbers of 0..=`most`: value and rest.
fn number(text: &str, most: u32) -> Option<(u32, &str)> {
    let text = text.trim_start_matches([' ', '\t', '\n', '\r', '\x0b', '\x0c']);
    let (negative, text) = match text.as_bytes().first() {
        Some(b'-') => (true, text.get(1..)?),
        Some(b'+') => (false, text.get(1..)?),
        _ => (false, text),
    };
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, rest) = text.split_at_checked(digits)?;
    if digits.is_empty() {
        return None;
    }
    let significant = digits.trim_start_matches('0');
    let value = if significant.is_empty() { 0 } else { significant.parse::<u32>().ok()? };
    (value <= most && (!negative || value == 0)).then_some((value, rest))
}

/// Four numbers with single dots between them (M2.6): value and rest.
fn ipv4(text: &str) -> Option<(u32, &str)> {
    let mut value = 0u32;
    let mut rest = text;
    for place in 0..4 {
        if place > 0 {
            rest = rest.strip_prefix('.')?;
        }
        let (part, after) = number(rest, 255)?;
        value = value << 8 | part;
        rest = after;
    }
    Some((value, rest))
}

/// A whole text as IPv4 address.
pub fn whole_ipv4(text: &str) -> Option<u32> {
    ipv4(text).filter(|(_, rest)| rest.is_empty()).map(|(value, _)| value)
}

fn is_run_of_ones(mask: u32) -> bool {
    mask != 0 && mask.leading_ones() + mask.trailing_zeros() == 32
}

impl<'a> HostPattern<'a> {
    /// Classifies a host text for that server.
    pub fn new(text: &'a str, server: &Server) -> Self {
        let plain = Self { text, kind: HostKind::Text, value: 0, mask: 0 };
        let Some((value, rest)) = ipv4(text) else { return plain };
        let cidr = server.has(Behaviour::CidrHosts);
        if rest.is_empty() {
            return if cidr { Self { text, kind: HostKind::Exact, value, mask: u32::MAX } } else { plain };
        }
        let Some(mask) = rest.strip_prefix('/') else {
            return if cidr { Self { text, kind: HostKind::Exact, value, mask: 0 } } else { plain };
        };
        match (whole_ipv4(mask), number(mask, 32)) {
            (Some(mask), _) if !cidr && mask != 0 => Self { text, kind: HostKind::Subnet, value, mask },
            (Some(mask), _) if cidr && is_run_of_ones(mask) => Self { text, kind: HostKind::Subnet, value, mask },
            (None, Some((bits, ""))) if cidr => {
                let mask = u32::MAX.checked_shl(32 - bits).unwrap_or(0);
                Self { text, kind: HostKind::Cidr, value, mask }
            }
            _ => plain,
        }
    }

    /// Does a client match (M2.10)?
    pub fn matches(&self, client: &ClientHost, quirks: Quirks) -> bool {
        self.matches_texts(client.host.as_deref(), client.ip.as_deref(), quirks)
    }

    /// The same for a host and an address given apart (M5.4 gives the account's host text).
    pub fn matches_texts(&self, host: Option<&str>, ip: Option<&str>, quirks: Quirks) -> bool {
        if self.mask != 0
            && let Some(ip) = ip.and_then(whole_ipv4)
        {
            return ip & self.mask == self.value;
        }
        (self.text.is_empty() && !quirks.empty_host_is_no_client)
            || host.is_some_and(|h| wild::matches_name(h.as_bytes(), self.text.as_bytes(), quirks))
            || ip.is_some_and(|ip| wild::matches_bytes(ip.as_bytes(), self.text.as_bytes(), quirks))
    }

    /// Could a client match whose address is not known? True when some address would.
    pub fn may_match_some_address(&self, client: &ClientHost, quirks: Quirks) -> bool {
        if !client.ip_unknown {
            return false;
        }
        if client.host.as_deref().is_some_and(|h| h.eq_ignore_ascii_case("localhost")) {
            return ["127.0.0.1", "::1"].iter().any(|ip| self.matches_texts(None, Some(ip), quirks));
        }
        if self.mask != 0 {
            return self.value & self.mask == self.value;
        }
        let addressy = |b: u8| b.is_ascii_hexdigit() || matches!(b, b'.' | b':' | b'%' | b'_' | b'\\');
        let starts =
            self.text.bytes().next().is_some_and(|b| b.is_ascii_digit() || matches!(b, b'f' | b'%' | b'_' | b':'));
        let letters = self.text.bytes().any(|b| b.is_ascii_alphabetic());
        self.text.bytes().all(addressy) && (starts || !letters || self.text.contains(':'))
    }

    /// Why it can match no client at all, if so (M2.11, M2.7, M2.9).
    pub fn unmatchable(&self) -> Option<String> {
        if self.mask != 0 && self.value & self.mask != self.value {
            return Some("host bits are set under the mask, so no address can equal it (M2.11)".into());
        }
        if self.kind == HostKind::Text || self.mask == 0 {
            if !self.text.contains('/') {
                return None;
            }
            let reason = if self.text.contains(':') {
                "there is no CIDR notation for IPv6 (M2.9)"
            } else {
                "this is no mask that the server understands, so it is compared as text (M2.7, M2.8)"
            };
            return Some(reason.into());
        }
        None
    }

    /// In the pre-check, is it among the patterns that are matched, not compared (M2.20 step 2)?
    pub fn is_wild_in_pre_check(&self, server: &Server) -> bool {
        let masked =
            if server.has(Behaviour::CidrHosts) { self.mask != 0 && self.mask != u32::MAX } else { self.mask != 0 };
        masked || wild::has_wildcard(self.text)
    }

    /// True when only name resolution could make it match (M2.22).
    pub fn requires_resolving(&self) -> bool {
        let text = self.text;
        !text.is_empty()
            && !text.contains([':', '%', '_', '/'])
            && !text.bytes().all(|b| b.is_ascii_digit() || b == b'.')
    }
}

/// The same texts, where they are the client's own not copied.
#[derive(Debug, Clone)]
pub struct Texts<'c> {
    /// The resolved name, or `localhost`.
    pub host: Option<&'c str>,
    /// The address as the server writes it.
    pub ip: Option<Cow<'c, str>>,
    /// The address, where the server reads its text as an IPv4 one.
    pub number: Option<u32>,
    /// The address, if any, is written as a server writes it.
    pub canonical: bool,
    /// The address exists but is not known to the one who asks.
    pub ip_unknown: bool,
}

impl<'c> Texts<'c> {
    /// A socket client (M2.1).
    pub fn socket() -> Self {
        Self { host: Some("localhost"), ip: None, number: None, canonical: true, ip_unknown: false }
    }

    /// A TCP client from an address, with the name it resolves to (M2.2, M2.3).
    #[inline]
    pub fn address(ip: &'c str, hostname: Option<&'c str>, skip_name_resolve: bool) -> Self {
        let (ip, number, canonical) = normalised(ip);
        let host = match ip.as_ref() {
            _ if skip_name_resolve => None,
            "127.0.0.1" | "::1" => Some("localhost"),
            _ => hostname.filter(|h| !h.is_empty() && !begins_like_an_address(h)),
        };
        Self { host, ip: Some(ip), number, canonical, ip_unknown: false }
    }

    /// A TCP client of which only the name is known.
    pub fn named(hostname: &'c str, skip_name_resolve: bool) -> Self {
        let host = (!skip_name_resolve && !begins_like_an_address(hostname)).then_some(hostname);
        Self { host, ip: None, number: None, canonical: true, ip_unknown: true }
    }

    /// One of them equals a host text literally, as the pre-check compares (M2.20 step 3).
    pub fn equals(&self, text: &str) -> bool {
        equals(self.host, self.ip.as_deref(), text)
    }
}

fn equals(host: Option<&str>, ip: Option<&str>, text: &str) -> bool {
    [host, ip].into_iter().flatten().any(|own| own.eq_ignore_ascii_case(text))
}

impl From<Texts<'_>> for ClientHost {
    fn from(texts: Texts<'_>) -> Self {
        let Texts { host, ip, ip_unknown, .. } = texts;
        Self { host: host.map(SmolStr::new), ip: ip.map(SmolStr::from), ip_unknown }
    }
}

impl ClientHost {
    /// A socket client (M2.1).
    pub fn socket() -> Self {
        Texts::socket().into()
    }

    /// A TCP client from an address, with the name it resolves to (M2.2, M2.3).
    pub fn address(ip: &str, hostname: Option<&str>, skip_name_resolve: bool) -> Self {
        Texts::address(ip, hostname, skip_name_resolve).into()
    }

    /// What `USER()` and messages show: the name, else the address (M2.4).
    pub fn shown(&self) -> &str {
        self.host.as_deref().or(self.ip.as_deref()).unwrap_or("")
    }

    /// Equals a host text literally, as the pre-check compares (M2.20 step 3).
    pub fn equals(&self, text: &str) -> bool {
        equals(self.host.as_deref(), self.ip.as_deref(), text)
    }
}

/// Digits, then a dot: such a name is never used (M2.3 step 4).
pub fn begins_like_an_address(name: &str) -> bool {
    let digits = name.bytes().take_while(u8::is_ascii_digit).count();
    digits > 0 && name.as_bytes().get(digits) == Some(&b'.')
}

/// The IPv4 address that the server takes for an IPv6 one: of `::ffff:10.1.2.3`, and of `::10.1.2.3` too, which is no more used;
/// both servers write 0.0.0.4 for `::4` (M2.2).
pub fn ipv4_within(ip: Ipv6Addr) -> Option<Ipv4Addr> {
    ip.to_ipv4().filter(|_| !ip.is_loopback() && !ip.is_unspecified())
}

/// The address as the server writes it (M2.2), as a number where it is read as an IPv4 one, and whether it is an address.
fn normalised(ip: &str) -> (Cow<'_, str>, Option<u32>, bool) {
    match ip.parse::<IpAddr>() {
        // What is read as IPv4 was written in the one way there is: without zeros in front.
        Ok(IpAddr::V4(v4)) => (Cow::Borrowed(ip), Some(v4.to_bits()), true),
        Ok(IpAddr::V6(v6)) => match ipv4_within(v6) {
            Some(v4) => (Cow::Owned(v4.to_string()), Some(v4.to_bits()), true),
            None => (Cow::Owned(v6.to_string()), None, true),
        },
        Err(_) => (Cow::Borrowed(ip), whole_ipv4(ip), false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(server: &str, pattern: &str, client: &ClientHost) -> bool {
        let server: Server = server.parse().unwrap_or_default();
        HostPattern::new(pattern, &server).matches(client, Quirks::of(&server))
    }

    fn at(ip: &str, name: Option<&str>) -> ClientHost {
        ClientHost::address(ip, name, false)
    }

    /// M2.7–M2.9, M2.11 on both flavours.
    #[test]
    fn addresses_and_masks() {
        let client = at("198.51.100.177", None);
        for (pattern, mysql, mariadb) in [
            ("198.51.100.0/255.255.255.0", true, true),
            ("198.51.100.0/24", true, false),
            ("198.51.100.44/24", false, false),
            ("192.0.2.21/8", false, false),
            ("198.51.100.177", true, true),
            ("198.51.100.0177", true, false),
            ("198.0.100.0/255.0.255.0", false, true),
            ("198.51.100.177/0", false, false),
            ("198.51.100.177/33", false, false),
            ("198.51.100.%", true, true),
            ("198.51.100._%", true, true),
            ("", true, false),
        ] {
            assert_eq!(matches("mysql-9.7", pattern, &client), mysql, "{pattern}");
            assert_eq!(matches("mariadb-10.11", pattern, &client), mariadb, "{pattern}");
        }
    }

    /// M2.2: asked of MySQL 9.7.4 and MariaDB 10.11.18.
    #[test]
    fn addresses_within_others() {
        for (ip, written) in [
            ("::4", "0.0.0.4"),
            ("::1:2", "0.1.0.2"),
            ("::1.2.3.4", "1.2.3.4"),
            ("::ffff:10.1.2.3", "10.1.2.3"),
            ("::1", "::1"),
            ("1::4", "1::4"),
        ] {
            assert_eq!(at(ip, None).ip.as_deref(), Some(written), "{ip}");
        }
    }

    /// M2.9: IPv6 is text.
    #[test]
    fn ipv6_is_text() {
        let client = at("2001:DB8:0:0::5", None);
        assert!(matches("mysql-9.7", "2001:db8::%", &client));
        assert!(matches("mysql-9.7", "2001:db8::5", &client));
        assert!(!matches("mysql-9.7", "2001:db8:0:0:0:0:0:5", &client));
        assert!(!matches("mysql-9.7", "2001:db8::/32", &client));
        assert!(matches("mysql-9.7", "10.1.2.3", &at("::ffff:10.1.2.3", None)));
    }

    /// M2.3, M2.12: loopback is localhost, 127.0.0.2 is not, digits and a dot are no name.
    #[test]
    fn names_of_clients() {
        assert!(matches("mysql-9.7", "localhost", &at("127.0.0.1", None)));
        assert!(matches("mysql-9.7", "LOCALHOST", &at("::1", Some("box"))));
        assert!(!matches("mysql-9.7", "localhost", &at("127.0.0.2", None)));
        assert!(!matches("mysql-9.7", "1.2.example.com", &at("10.0.0.9", Some("1.2.example.com"))));
        assert!(matches("mysql-9.7", "1a.example.com", &at("10.0.0.9", Some("1a.example.com"))));
        assert!(!matches("mysql-9.7", "127.0.0.1", &ClientHost::socket()));
        let unresolved = ClientHost::address("127.0.0.1", None, true);
        assert!(!matches("mysql-9.7", "localhost", &unresolved));
    }
}
