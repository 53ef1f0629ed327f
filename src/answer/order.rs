//! Why one account row comes before another, and why a host does not match: in words.
//!
//! The rules decide; this only tells which part of the order made the difference.

use super::engine::Engine;
use crate::facts::base::AccountRow;
use crate::matching::host::{ClientHost, HostKind, HostPattern};
use crate::matching::wild;
use crate::rules::name::RuleName;
use crate::server::Server;
use crate::server::behaviour::Behaviour;

/// Why the first row is tried before the second.
pub fn why_first(engine: &Engine<'_>, first: &AccountRow, second: &AccountRow, rule: Option<RuleName>) -> String {
    let tables = &engine.policy.tables;
    match rule {
        Some(RuleName::OutrankedByName) if tables.server.has(Behaviour::MagicOrder) => {
            "an anonymous account comes first only with a better host (M3.10)".into()
        }
        Some(RuleName::OutrankedByName) => "at equal rank a named account comes before an anonymous one (M3.7)".into(),
        Some(RuleName::OutrankedByArrayOrder) if tables.server.has(Behaviour::MagicOrder) => {
            "at equal rank the host that is later in the alphabet comes first (M3.10)".into()
        }
        Some(RuleName::OutrankedByArrayOrder) => {
            "at equal rank the older account comes first, or the smaller host after a reload (M3.8)".into()
        }
        _ => why_ranked(tables.names.text(first.2.0), tables.names.text(second.2.0), &tables.server),
    }
}

/// Why the first host text ranks before the second (M3.4, M3.5, M3.9).
fn why_ranked(first: &str, second: &str, server: &Server) -> String {
    if server.has(Behaviour::MagicOrder) {
        return format!("host `{first}` has more literal characters than `{second}`, or fewer wildcards (M3.9)");
    }
    let (a, b) = (HostPattern::new(first, server), HostPattern::new(second, server));
    if server.has(Behaviour::AddressRowsFirst) {
        match (a.value != 0, b.value != 0) {
            (true, false) => {
                return format!("address host `{first}` comes before every host that is no address (M3.5)");
            }
            (true, true) if a.kind != b.kind => {
                return format!("{} comes before {} (M3.5)", kind(a.kind), kind(b.kind));
            }
            (true, true) => return format!("the mask of `{first}` is longer than that of `{second}` (M3.5)"),
            _ => {}
        }
    }
    match (second.is_empty(), wild::has_wildcard(first), second == "%") {
        (true, ..) => "an empty host comes last (M3.2)".into(),
        (_, false, _) => format!("host `{first}` has no wildcard and `{second}` has (M3.2)"),
        (_, _, true) => format!("`%` is the least specific host, after `{first}` (M3.2)"),
        _ => format!("the first wildcard of `{first}` stands later than that of `{second}` (M3.2)"),
    }
}

fn kind(kind: HostKind) -> &'static str {
    match kind {
        HostKind::Exact => "an exact address",
        HostKind::Cidr => "an address with a number of bits",
        HostKind::Subnet => "an address with a dotted mask",
        HostKind::Text => "a text",
    }
}

/// Why a row's host does not match the client.
pub fn why_host_differs(engine: &Engine<'_>, client: &ClientHost, row: &AccountRow) -> String {
    let tables = &engine.policy.tables;
    why_text_differs(tables.names.text(row.2.0), client, &tables.server)
}

/// Why a host text does not match the client.
pub fn why_text_differs(host: &str, client: &ClientHost, server: &Server) -> String {
    let pattern = HostPattern::new(host, server);
    if let Some(reason) = pattern.unmatchable() {
        return format!("`{host}` can match no client: {reason}");
    }
    let mut why = match (&client.host, &client.ip) {
        (Some(name), Some(ip)) => format!("`{host}` matches neither `{name}` nor `{ip}`"),
        (Some(text), None) | (None, Some(text)) => format!("`{host}` does not match `{text}`"),
        (None, None) => format!("`{host}` cannot match a client without name and address"),
    };
    if client.ip.is_none() && !client.ip_unknown {
        why.push_str(", and a socket client has no address (M2.1)");
    } else if client.host.is_none() {
        why.push_str(", and the client has no host name (M2.3)");
    }
    why
}
