//! Which of two rows the server tries first (section 3 of the semantics), as plain comparisons.
//!
//! `Less` is tried first; `Equal` is a tie.

use super::host::Pattern;
use crate::server::Server;
use crate::server::behaviour::Behaviour;
use crate::tables::ArrayOrder;
use std::cmp::Ordering;

/// M3.2: how specific one field is.
fn field(text: &str, server: &Server) -> u64 {
    let first = if server.has(Behaviour::WildcardPositionFromTwo) { 2 } else { 1 };
    if text.is_empty() {
        return 0;
    }
    if text == "%" {
        return 1;
    }
    let bytes = text.as_bytes();
    let mut escaped = false;
    for (place, byte) in bytes.iter().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = place + 1 < bytes.len(),
            b'%' | b'_' => return (place as u64 + first).min(127),
            _ => {}
        }
    }
    128
}

/// M3.1: larger sorts first.
fn number(fields: &[&str], server: &Server) -> u64 {
    let mut number = 0;
    for text in fields {
        number = number * 256 + field(text, server);
    }
    number
}

/// M3.9: the magic number of one field; smaller sorts first.
fn magic(text: &str, max_length: u64) -> u64 {
    let (mut n, mut m, mut k, mut p) = (0, 0, 0, 0);
    let mut rest = text.as_bytes();
    let mut before = b' ';
    loop {
        let wild_before = m + k > 0;
        match rest {
            [] => break,
            [b'%', tail @ ..] => {
                k += u64::from(before != b'%');
                (before, rest) = (b'%', tail);
            }
            [b'_', tail @ ..] => {
                m += 1;
                (before, rest) = (b'_', tail);
            }
            [b'\\', _, tail @ ..] | [_, tail @ ..] => {
                n += 1;
                p += u64::from(!wild_before);
                (before, rest) = (b' ', tail);
            }
        }
    }
    if k + m == 0 {
        p = 0;
    }
    let (k, m) = (k.min(31), m.min(31));
    let d = max_length + 1;
    let d1 = d.min(32);
    let l = if k > 0 { max_length.saturating_sub(n + m) } else { 0 };
    if l > m { (((2 * l + 1) * d + k) * d1 + m) * d + p } else { ((2 * m * d + l) * d1 + k) * d + p }
}

fn host_limit(server: &Server) -> u64 {
    if server.has(Behaviour::LongHosts) { 255 } else { 60 }
}

/// M3.9 over the fields host and db with the bit of the user; smaller sorts first.
fn magic_of(host: &str, db: &str, user: &str, server: &Server) -> (u64, u64, bool) {
    (magic(host, host_limit(server)), magic(db, 64), user.is_empty())
}

/// M3.5 steps 1 to 3: by address. `None` when neither is an address row.
fn by_address(one: &str, other: &str, server: &Server) -> Option<Ordering> {
    if !server.has(Behaviour::AddressRowsFirst) {
        return None;
    }
    let (one, other) = (Pattern::new(one, server), Pattern::new(other, server));
    match (one.value != 0, other.value != 0) {
        (false, false) => None,
        (true, false) => Some(Ordering::Less),
        (false, true) => Some(Ordering::Greater),
        (true, true) => Some(one.kind.cmp(&other.kind).then(other.mask.cmp(&one.mask))),
    }
}

/// A row of `mysql.user` for the comparison; `was` is the name its number is still of (M7.7).
#[derive(Debug, Clone, Copy)]
pub struct Account<'a> {
    /// Its user and host.
    pub name: (&'a str, &'a str),
    /// The same when its number was computed.
    pub was: (&'a str, &'a str),
}

/// M3.4, M3.5, M3.10.
pub fn accounts(one: &Account<'_>, other: &Account<'_>, server: &Server) -> Ordering {
    let anonymous = one.name.0.is_empty().cmp(&other.name.0.is_empty());
    if server.has(Behaviour::MagicOrder) {
        let limit = host_limit(server);
        // M3.10: an anonymous row goes before a named one only when it is strictly more specific.
        return magic(one.was.1, limit).cmp(&magic(other.was.1, limit)).then(anonymous);
    }
    match by_address(one.name.1, other.name.1, server) {
        Some(Ordering::Equal) => anonymous, // step 4
        Some(decided) => decided,
        None => {
            let of = |row: &Account<'_>| number(&[row.was.1, row.was.0], server);
            // M3.7: on a tie named rows precede anonymous ones.
            of(other).cmp(&of(one)).then(anonymous)
        }
    }
}

/// A row of `mysql.db`.
#[derive(Debug, Clone, Copy)]
pub struct Db<'a> {
    /// Whose.
    pub account: Account<'a>,
    /// The database text.
    pub db: &'a str,
}

/// M3.11, M3.12.
pub fn dbs(one: &Db<'_>, other: &Db<'_>, server: &Server) -> Ordering {
    if server.has(Behaviour::MagicOrder) {
        let of = |row: &Db<'_>| magic_of(row.account.was.1, row.db, row.account.was.0, server);
        return of(one).cmp(&of(other));
    }
    let of = |row: &Db<'_>| number(&[row.account.was.1, row.db, row.account.was.0], server);
    let by_number = of(other).cmp(&of(one));
    match by_address(one.account.name.1, other.account.name.1, server) {
        Some(Ordering::Equal) if !server.has(Behaviour::AddressTieByNumber) => Ordering::Equal,
        Some(decided) => decided.then(by_number),
        None => by_number,
    }
}

/// M3.1 for rows of `mysql.host` (M5.9): host, database.
pub fn hosts(one: (&str, &str), other: (&str, &str), server: &Server) -> Ordering {
    number(&[other.0, other.1], server).cmp(&number(&[one.0, one.1], server))
}

/// M5.7: rows of `tables_priv` and `procs_priv`, addresses or not; user, host, database of each.
pub fn objects(one: (&str, &str, &str), other: (&str, &str, &str), server: &Server) -> Ordering {
    if server.has(Behaviour::MagicOrder) {
        let of = |row: (&str, &str, &str)| magic_of(row.1, row.2, row.0, server);
        return of(one).cmp(&of(other));
    }
    let of = |row: (&str, &str, &str)| number(&[row.1, row.2, row.0], server);
    of(other).cmp(&of(one))
}

/// A proxy's user and host, then the proxied one's.
type Proxy<'a> = ((&'a str, &'a str), (&'a str, &'a str));

/// M4.13: rows of `proxies_priv`.
pub fn proxies(one: Proxy<'_>, other: Proxy<'_>, server: &Server) -> Ordering {
    let of = |row: Proxy<'_>| number(&[row.0.1, row.0.0, row.1.1, row.1.0], server);
    let by_number = of(other).cmp(&of(one));
    by_address(one.0.1, other.0.1, server).unwrap_or(Ordering::Equal).then(by_number)
}

/// M3.8: two rows of equal rank by where the server holds them: loaded ones by primary key, then newer ones by age.
/// Each is its place in its store and its primary key at the load, made by [`host_key`] and as the other texts are. `Equal` where it
/// is not known.
pub fn held(one: (u32, &[String]), other: (u32, &[String]), order: &ArrayOrder) -> Ordering {
    let until = match order {
        ArrayOrder::Created => 0,
        ArrayOrder::Loaded { until } => *until,
        ArrayOrder::Unknown => return Ordering::Equal,
    };
    match (one.0 < until, other.0 < until) {
        (true, true) => one.1.cmp(other.1),
        (true, false) => Ordering::Less,
        (false, true) => Ordering::Greater,
        (false, false) => one.0.cmp(&other.0),
    }
}

/// M1.10: MySQL compares hosts by their upper-case letters, all else byte by byte.
pub fn host_key(host: &str, server: &Server) -> String {
    if server.has(Behaviour::MagicOrder) { host.to_owned() } else { host.to_ascii_uppercase() }
}
