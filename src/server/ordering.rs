//! Sort keys of account, db, table, routine and proxy rows, per rule set (section 3 of the semantics).
//!
//! A key says which row the server tries first and nothing else: smaller is first, equal is a tie.

use super::Server;
use super::behaviour::Behaviour;
use crate::matching::host::{HostKind, HostPattern};

/// A row's place in the server's order: smaller first, equal ties.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Rank(pub u64);

/// Rows without an address sort behind all rows with one (M3.5 step 1).
const NO_ADDRESS: u64 = 1 << 63;

/// One field of the specificity number (M3.2): larger is more specific.
fn specificity(field: &str, server: &Server) -> u64 {
    let first = if server.has(Behaviour::WildcardPositionFromTwo) { 2 } else { 1 };
    let bytes = field.as_bytes();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' if at + 1 < bytes.len() => at += 1,
            b'%' | b'_' if bytes == b"%" => return 1,
            b'%' | b'_' => return (at as u64 + first).min(127),
            _ => {}
        }
        at += 1;
    }
    if bytes.is_empty() { 0 } else { EXACT }
}

/// The largest value of one field.
const EXACT: u64 = 128;

/// The order of the specificity number of M3.1, the first field most significant: smaller is more specific. Four fields
/// take 29 bits.
fn number(fields: &[&str], server: &Server) -> u64 {
    fields.iter().fold(0, |sum, field| sum * (EXACT + 1) + (EXACT - specificity(field, server)))
}

/// MariaDB's number of one wildcard field (M3.9): smaller is more specific.
fn magic(field: &str, max_length: u64) -> u64 {
    let (mut literals, mut singles, mut runs, mut prefix) = (0u64, 0u64, 0u64, 0u64);
    let (mut wild_seen, mut in_run) = (false, false);
    let mut bytes = field.bytes().peekable();
    while let Some(byte) = bytes.next() {
        match byte {
            b'%' => {
                runs += u64::from(!in_run);
                (wild_seen, in_run) = (true, true);
                continue;
            }
            b'_' => {
                singles += 1;
                wild_seen = true;
            }
            _ => {
                if byte == b'\\' && bytes.peek().is_some() {
                    bytes.next();
                }
                literals += 1;
                prefix += u64::from(!wild_seen);
            }
        }
        in_run = false;
    }
    let prefix = if wild_seen { prefix } else { 0 };
    let (runs, capped) = (runs.min(31), singles.min(31));
    let d = max_length + 1;
    let d1 = d.min(32);
    let left = if runs > 0 { max_length.saturating_sub(literals + capped) } else { 0 };
    if left > capped {
        (((2 * left + 1) * d + runs) * d1 + capped) * d + prefix
    } else {
        (((2 * capped) * d + left) * d1 + runs) * d + prefix
    }
}

/// MariaDB concatenates 30 bits for each wildcard field and one for the user.
fn magic_rank(host: &str, db: Option<&str>, user: &str, server: &Server) -> Rank {
    let host_length = if server.has(Behaviour::LongHosts) { 255 } else { 60 };
    let mut key = magic(host, host_length);
    if let Some(db) = db {
        key = key << 30 | magic(db, 64);
    }
    Rank(key << 1 | u64::from(user.is_empty()))
}

/// Address rows: kind, then larger masks (M3.5 steps 2 and 3), then `last` in 29 bits.
fn address_key(host: &HostPattern<'_>, last: u64) -> u64 {
    let kind = match host.kind {
        HostKind::Exact => 0,
        HostKind::Cidr => 1,
        HostKind::Subnet | HostKind::Text => 2,
    };
    // 2 bits of kind, 32 of mask, 29 of the rest.
    (kind << 61) | (u64::from(!host.mask) << 29) | last
}

impl Server {
    /// Up to so many rows a sort keeps the order of rows of equal rank (M3.8): the quick sort of the oldest servers sorts
    /// fewer than ten by insertion, the later ones up to sixteen.
    pub fn stable_sort(&self) -> usize {
        if self.has(Behaviour::QuickSort) { 9 } else { 16 }
    }

    /// The order of rows of `mysql.user` (M3.4, M3.5, M3.10).
    pub fn account_rank(&self, user: &str, host: &str) -> Rank {
        self.renamed_account_rank(user, host, (user, host))
    }

    /// The same for a row whose number is still that of the name `was`.
    pub fn renamed_account_rank(&self, user: &str, host: &str, was: (&str, &str)) -> Rank {
        if self.has(Behaviour::MagicOrder) {
            // The user is no part of the comparison between hosts; a named row wins a tie by M3.10.
            return Rank(magic_rank(was.1, None, "", self).0 >> 1);
        }
        let pattern = HostPattern::new(host, self);
        if self.has(Behaviour::AddressRowsFirst) && pattern.value != 0 {
            return Rank(address_key(&pattern, u64::from(user.is_empty())));
        }
        Rank(NO_ADDRESS | number(&[was.1, was.0], self))
    }

    /// The order of rows of `mysql.db` (M3.11, M3.12).
    pub fn db_rank(&self, user: &str, host: &str, db: &str) -> Rank {
        self.renamed_db_rank(user, host, db, (user, host))
    }

    /// The same for a row whose number is still that of the account name `was`.
    pub fn renamed_db_rank(&self, user: &str, host: &str, db: &str, was: (&str, &str)) -> Rank {
        if self.has(Behaviour::MagicOrder) {
            return magic_rank(was.1, Some(db), user, self);
        }
        let number = number(&[was.1, db, was.0], self);
        let pattern = HostPattern::new(host, self);
        if self.has(Behaviour::AddressRowsFirst) && pattern.value != 0 {
            let last = if self.has(Behaviour::AddressTieByNumber) { number } else { 0 };
            return Rank(address_key(&pattern, last));
        }
        Rank(NO_ADDRESS | number)
    }

    /// The order of rows of `mysql.host` (M5.9).
    pub fn host_rank(&self, host: &str, db: &str) -> Rank {
        Rank(number(&[host, db], self))
    }

    /// The order of rows of `tables_priv` and `procs_priv`, without any regard for addresses (M5.7).
    pub fn object_rank(&self, user: &str, host: &str, db: &str) -> Rank {
        if self.has(Behaviour::MagicOrder) {
            return magic_rank(host, Some(db), user, self);
        }
        Rank(number(&[host, db, user], self))
    }

    /// The order of rows of `proxies_priv` (M4.13, M3.12).
    pub fn proxy_rank(&self, proxy: (&str, &str), proxied: (&str, &str)) -> Rank {
        if self.has(Behaviour::MagicOrder) {
            let part = |(user, host): (&str, &str)| magic_rank(host, None, user, self).0;
            return Rank(part(proxy) << 31 | part(proxied));
        }
        let number = number(&[proxy.1, proxy.0, proxied.1, proxied.0], self);
        let pattern = HostPattern::new(proxy.1, self);
        if self.has(Behaviour::AddressRowsFirst) && pattern.value != 0 {
            return Rank(address_key(&pattern, number));
        }
        Rank(NO_ADDRESS | number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order<'a>(server: &str, hosts: &[&'a str]) -> Vec<&'a str> {
        let server: Server = server.parse().unwrap_or_default();
        let mut sorted = hosts.to_vec();
        sorted.sort_by_key(|h| server.account_rank("u", h));
        sorted
    }

    /// M3.5: the full order verified on 9.7.
    #[test]
    fn account_order_of_mysql_9() {
        let wanted = [
            "10.1.2.3",
            "10.1.2.0/24",
            "10.0.0.0/8",
            "10.1.2.0/255.255.255.0",
            "10.0.0.0/255.0.0.0",
            "client.example.com",
            "10.1.2._",
            "10.1.%",
            "%.example.com",
            "%",
            "",
        ];
        let mut shuffled = wanted;
        shuffled.reverse();
        assert_eq!(order("mysql-9.7", &shuffled), wanted);
        let server = Server::default();
        assert_eq!(server.account_rank("u", "client.%"), server.account_rank("u", "10.1.2._"));
    }

    /// M3.6: anonymous rows in between.
    #[test]
    fn anonymous_rows_in_between() {
        let server = Server::default();
        let rows =
            [("", "10.1.2.3"), ("u", "10.1.2.0/24"), ("", "10.1.2.0/24"), ("", "client.example.com"), ("u", "%")];
        assert!(rows.is_sorted_by(|a, b| server.account_rank(a.0, a.1) < server.account_rank(b.0, b.1)));
    }

    /// M3.9: more literals first wherever the wildcard stands.
    #[test]
    fn account_order_of_mariadb() {
        assert_eq!(order("mariadb-10.11", &["10.%", "10.%.3"]), ["10.%.3", "10.%"]);
        let wanted = ["10.1.2._", "%.example.com", "client.%", "%"];
        assert_eq!(order("mariadb-10.11", &["%", "client.%", "%.example.com", "10.1.2._"]), wanted);
        let server: Server = "mariadb-10.11".parse().unwrap_or_default();
        assert!(server.db_rank("u", "%", "a_p1") < server.db_rank("u", "%", "app_"));
        assert!(server.db_rank("u", "%", "%app1") < server.db_rank("u", "%", "app%"));
        assert!(server.db_rank("u", "%", "a%1") < server.db_rank("u", "%", "%a%1"));
    }

    /// M3.3, M3.13: an escaped name is exact, and the host counts before the database.
    #[test]
    fn db_order() {
        let server = Server::default();
        assert!(server.db_rank("u", "%", r"my\_db") < server.db_rank("u", "%", "my_db"));
        assert!(server.db_rank("u", "localhost", "%") < server.db_rank("u", "%", "app"));
        assert!(server.db_rank("u", "10.0.0.1", "app") < server.db_rank("u", "10.0.0.1", "a%"));
    }
}
