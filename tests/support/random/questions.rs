//! Random clients and questions for a policy.

use super::{DATABASES, Random, TABLES};
use grantc::client::{Ask, Client, From, Object, Password, Roles, Tls};
use grantc::policy::Policy;
use grantc::server::catalogue::Level;
use grantc::syntax::statement::ObjectKind;
use grantc::tables::row::AccountKey;
use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr};

/// Addresses that the patterns of random policies are about.
const ADDRESSES: [&str; 16] = [
    "127.0.0.1",
    "::1",
    "127.0.0.2",
    "127.5.0.1",
    "10.1.2.3",
    "10.1.2.4",
    "10.1.9.3",
    "10.7.2.3",
    "10.1.2.30",
    "10.7.9.4",
    "2001:db8::5",
    "2001:db8::9",
    "2001:DB8:0:0:0:0:0:5",
    "::ffff:10.1.2.3",
    "192.0.2.9",
    "203.0.113.1",
];

/// Names that they are about; some begin like an address (M2.3 step 4).
const NAMES: [&str; 14] = [
    "app1.example.net",
    "App2.Example.NET",
    "app1.example.com",
    "h.example.org",
    "h.corp.example.net",
    "db_1.example.net",
    "dbx1.example.net",
    "1a.example.net",
    "1.2.example.net",
    "10.example.net",
    "app1.example.nex",
    "localhost",
    "localhosx",
    "x",
];

/// Every host text of the policy's account, database, table, routine and proxy rows, sorted.
pub fn hosts(policy: &Policy) -> Vec<String> {
    let tables = &policy.tables;
    let mut keys: Vec<AccountKey> = tables.users.iter().map(|(_, key, _)| *key).collect();
    keys.extend(tables.dbs.iter().map(|(_, key, _)| key.0));
    keys.extend(tables.tables.iter().map(|(_, key, _)| key.0));
    keys.extend(tables.routines.iter().map(|(_, key, _)| key.0));
    keys.extend(tables.proxies.iter().flat_map(|(_, key, _)| [key.0, key.1]));
    let texts: BTreeSet<String> = keys.into_iter().map(|key| tables.account_text(key).1.to_owned()).collect();
    texts.into_iter().collect()
}

/// So many random clients, most of them aimed at the policy's accounts. About one in thirty is [`From::Hostname`].
pub fn clients(seed: u64, policy: &Policy, count: usize) -> Vec<Client> {
    let mut r = Random::new(seed, "clients");
    let hosts = hosts(policy);
    let mut accounts: Vec<(String, String)> =
        policy.tables.users.iter().map(|(_, key, _)| policy.tables.account_text(*key)).map(owned).collect();
    accounts.sort();
    let mariadb = policy.tables.server.is_mariadb();
    (0..count).map(|_| client(&mut r, &accounts, &hosts, mariadb)).collect()
}

fn owned((left, right): (&str, &str)) -> (String, String) {
    (left.to_owned(), right.to_owned())
}

fn client(r: &mut Random, accounts: &[(String, String)], hosts: &[String], mariadb: bool) -> Client {
    let (mut user, mut host) = if accounts.is_empty() { <_>::default() } else { r.one(accounts) };
    if r.percent(20) || user.is_empty() && r.percent(70) {
        user = r.one(&["a", "b", "B", "", "c_1", "stranger", "x", "r1"]).to_owned();
    }
    if r.percent(25) && !hosts.is_empty() {
        host = r.one(hosts);
    }
    let from = if r.percent(20) { anywhere(r) } else { aimed(r, &host) };
    Client {
        user,
        from,
        password: r.one(&[Password::Given, Password::Given, Password::Given, Password::None, Password::Wrong]),
        os_user: r.one(&[None, None, Some("root"), Some("a"), Some("b")]).map(str::to_owned),
        tls: r.one(&[Tls::None, Tls::None, Tls::None, Tls::Ssl, Tls::X509]),
        roles: roles(r, accounts, mariadb),
        db: r.percent(10).then(|| r.one(&DATABASES).to_owned()),
    }
}

/// The roles that a client wants; in MariaDB at most one, which has no host.
fn roles(r: &mut Random, accounts: &[(String, String)], mariadb: bool) -> Roles {
    match r.below(10) {
        0 => Roles::None,
        1..5 if mariadb => Roles::Named(vec![(r.one(&["r1", "r1", "r2", "r3", "a"]).to_owned(), "%".to_owned())]),
        1..4 => Roles::All,
        4 => {
            let mut known: Vec<(String, String)> =
                ["r1", "r2", "r3"].iter().map(|role| ((*role).to_owned(), "%".to_owned())).collect();
            known.extend(accounts.first().cloned());
            Roles::Named(r.some(&known, 2))
        }
        _ => Roles::Default,
    }
}

fn anywhere(r: &mut Random) -> From {
    match r.below(12) {
        0..2 => From::Socket,
        2 => From::Hostname(r.one(&NAMES).to_owned()),
        _ => {
            let ip = if r.percent(25) { any_address(r) } else { r.one(&ADDRESSES).to_owned() };
            address(r, ip)
        }
    }
}

fn any_address(r: &mut Random) -> String {
    let octet = |r: &mut Random| r.below(256) as u8;
    Ipv4Addr::new(octet(r), octet(r), octet(r), octet(r)).to_string()
}

/// A client at this address, with a name or without.
fn address(r: &mut Random, ip: String) -> From {
    let any = r.one(&NAMES);
    let hostname = match ip.as_str() {
        "127.0.0.1" | "::1" => r.one(&[Some("localhost"), Some("localhost"), None]),
        _ => r.one(&[None, None, Some(NAMES[0]), Some(any)]),
    };
    From::Address { ip, hostname: hostname.map(str::to_owned) }
}

/// A client that the pattern is meant for, or nearly.
pub fn aimed(r: &mut Random, pattern: &str) -> From {
    if pattern == "localhost" {
        return match r.below(3) {
            0 => From::Socket,
            1 => address(r, "127.0.0.1".to_owned()),
            _ => address(r, "::1".to_owned()),
        };
    }
    if let Some((base, mask)) = pattern.split_once('/') {
        let near = near(r, base, mask).unwrap_or_else(|| base.to_owned());
        let ip = if near.parse::<IpAddr>().is_ok() { near } else { r.one(&ADDRESSES).to_owned() };
        return address(r, ip);
    }
    if matches!(pattern, "%" | "") {
        return anywhere(r);
    }
    let text = instance(r, pattern);
    if text.parse::<IpAddr>().is_ok() {
        return address(r, text);
    }
    let host = if r.percent(15) { text.to_ascii_uppercase() } else { text };
    if r.percent(5) {
        return From::Hostname(host);
    }
    From::Address { ip: r.one(&ADDRESSES[2..]).to_owned(), hostname: Some(host) }
}

/// An address inside the net, at its end, or just outside.
fn near(r: &mut Random, base: &str, mask: &str) -> Option<String> {
    let base = u32::from(base.parse::<Ipv4Addr>().ok()?);
    let mask = match mask.parse::<u32>() {
        Ok(bits) => u32::MAX.checked_shl(32_u32.checked_sub(bits)?).unwrap_or(0),
        Err(_) => u32::from(mask.parse::<Ipv4Addr>().ok()?),
    };
    let inside = (base & mask) | (r.next() as u32 & !mask);
    let found = match r.below(6) {
        0 => base,
        1 => base | !mask,
        2 => (base | !mask).wrapping_add(1),
        3 => (base & mask).wrapping_sub(1),
        _ => inside,
    };
    Some(Ipv4Addr::from(found).to_string())
}

/// A text that the pattern matches, or nearly: wildcards filled in at random.
pub fn instance(r: &mut Random, pattern: &str) -> String {
    let numeric = pattern.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'%' | b'_'));
    let runs: &[&str] =
        if numeric { &["3", "2.3", "1", "30", "1.2", ""] } else { &["1", "", "x", "app1", "example", "t", ".net"] };
    let mut text = String::new();
    let mut rest = pattern.chars();
    while let Some(c) = rest.next() {
        match c {
            '%' => text += r.one(runs),
            '_' => text += r.one(if numeric { &["3", "4", "9"] } else { &["1", "x", "t"] }),
            '\\' => text.extend(rest.next()),
            other => text.push(other),
        }
    }
    if numeric && text.parse::<Ipv4Addr>().is_err() && r.percent(80) {
        while text.matches('.').count() < 3 {
            text += if text.ends_with('.') { "3" } else { "." };
        }
        text += if text.ends_with('.') { "4" } else { "" };
    }
    if pattern.contains("::") && text.parse::<IpAddr>().is_err() {
        text = "2001:db8::9".to_owned();
    }
    text
}

/// So many random questions: privilege × object, most of them near the policy's rows.
pub fn asks(seed: u64, policy: &Policy, count: usize) -> Vec<Ask> {
    let mut r = Random::new(seed, "asks");
    let mut databases: Vec<String> =
        policy.tables.dbs.iter().map(|(_, key, _)| policy.tables.names.text(key.1).to_owned()).collect();
    databases.sort();
    databases.dedup();
    (0..count).map(|_| ask(&mut r, policy, &databases)).collect()
}

fn ask(r: &mut Random, policy: &Policy, databases: &[String]) -> Ask {
    let (level, on) = object(r, databases);
    let server = policy.tables.server;
    let common: &[&str] = match level {
        Level::Routine => &["EXECUTE", "ALTER ROUTINE", "GRANT OPTION"],
        Level::Column => &["SELECT", "INSERT", "UPDATE", "REFERENCES"],
        _ => &["SELECT", "INSERT", "UPDATE", "DELETE", "CREATE", "DROP", "TRIGGER", "GRANT OPTION"],
    };
    let mut privilege = r.one(common).to_owned();
    if r.percent(30) {
        let all: Vec<&str> = server.privileges_at(level).iter().map(|p| server.privilege_name(p)).collect();
        privilege = r.one(&all).to_owned();
    }
    let dynamic: Vec<&str> = server.dynamic_privileges().map(|(_, name)| name).collect();
    if level == Level::Global && r.percent(30) && !dynamic.is_empty() {
        privilege = r.one(&dynamic).to_owned();
    }
    if r.percent(5) {
        privilege.make_ascii_lowercase();
    }
    Ask::Can { privilege, on }
}

fn object(r: &mut Random, databases: &[String]) -> (Level, Object) {
    let (db, table, columns) = r.one(&TABLES);
    let db = match r.below(10) {
        0..2 if !databases.is_empty() => {
            let pattern = r.one(databases);
            instance(r, &pattern)
        }
        2 => r.one(&["d1x", "D1", "none", "d", "d%", "d\\_1", "dy1"]).to_owned(),
        _ => db.to_owned(),
    };
    let table = if r.percent(90) { table } else { r.one(&["T1", "t2", "none"]) }.to_owned();
    match r.below(10) {
        0..2 => (Level::Global, Object::Global),
        2..4 => (Level::Database, Object::Database(db)),
        4..7 => (Level::Table, Object::Table(db, table)),
        7..9 => {
            let column = r.one(columns).to_owned();
            let column = if r.percent(10) { column.to_ascii_uppercase() } else { column };
            (Level::Column, Object::Column(db, table, column))
        }
        _ => {
            let kind = r.one(&[ObjectKind::Procedure, ObjectKind::Procedure, ObjectKind::Function]);
            let name = r.one(&["p", "p", "P", "f", "none"]).to_owned();
            (Level::Routine, Object::Routine(kind, r.one(&["d1", "d1", "d_1", "dx1"]).to_owned(), name))
        }
    }
}
