//! Which server's rules apply. The only place that compares versions.

pub mod behaviour;
pub mod catalogue;
pub mod clause;
pub mod errors;
pub mod grant_tables;
pub mod internal;
mod keywords;
pub mod ordering;
pub mod privileged;
pub mod variables;

use std::fmt;
use std::str::FromStr;

/// The two families of servers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Flavour {
    /// MySQL and what follows it (Percona Server, managed MySQL).
    Mysql,
    /// MariaDB.
    Mariadb,
}

/// Major, minor, patch.
pub type Version = (u8, u8, u8);

/// A flavour and the version whose rules apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Server {
    /// MySQL or MariaDB.
    pub flavour: Flavour,
    /// The version as it was asked for; a missing patch number is the newest of that series.
    pub version: Version,
}

/// A server name that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerNameError(String);

/// The rule sets that grantc names (contract §1), oldest first within a flavour.
const RULE_SETS: [(Flavour, Version, &str); 8] = [
    (Flavour::Mysql, (5, 5, 0), "mysql-5.5"),
    (Flavour::Mysql, (5, 7, 0), "mysql-5.7"),
    (Flavour::Mysql, (8, 0, 0), "mysql-8.0.22"),
    (Flavour::Mysql, (8, 0, 23), "mysql-8.0"),
    (Flavour::Mysql, (8, 4, 0), "mysql-8.4"),
    (Flavour::Mysql, (9, 7, 0), "mysql-9.7"),
    (Flavour::Mariadb, (10, 11, 0), "mariadb-10.11"),
    (Flavour::Mariadb, (11, 8, 0), "mariadb-11.8"),
];

impl Default for Server {
    /// `mysql-9.7` (contract §1).
    fn default() -> Self {
        Self { flavour: Flavour::Mysql, version: (9, 7, u8::MAX) }
    }
}

impl Server {
    /// The name of the newest rule set that is not newer than this server.
    pub fn rule_set(&self) -> &'static str {
        let mut of_flavour = RULE_SETS.iter().filter(|(f, _, _)| *f == self.flavour);
        let first = of_flavour.clone().next().map_or("mysql-9.7", |(_, _, n)| *n);
        of_flavour.rfind(|(_, since, _)| *since <= self.version).map_or(first, |(_, _, n)| *n)
    }

    /// The version as version comments write it: 90700 for 9.7.0.
    pub fn comment_number(&self) -> u32 {
        let (major, minor, patch) = self.version;
        u32::from(major) * 10_000 + u32::from(minor) * 100 + u32::from(patch).min(99)
    }

    /// True for MariaDB.
    pub fn is_mariadb(&self) -> bool {
        self.flavour == Flavour::Mariadb
    }
}

impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.rule_set())
    }
}

impl FromStr for Server {
    type Err = ServerNameError;

    /// Reads `FLAVOUR-X.Y[.Z]`, or the version alone: MariaDB's have been from 10 on since its numbers left MySQL's.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = || ServerNameError(text.to_owned());
        let lower = text.trim().to_ascii_lowercase();
        let (flavour, numbers) = lower.split_once('-').unwrap_or(("", &lower));
        let parts: Vec<u8> = numbers.split('.').map(str::parse).collect::<Result<_, _>>().map_err(|_| error())?;
        let flavour = match (flavour, parts.first()) {
            ("", Some(10..)) | ("mariadb", _) => Flavour::Mariadb,
            ("" | "mysql" | "percona", _) => Flavour::Mysql,
            _ => return Err(error()),
        };
        match *parts.as_slice() {
            [major, minor] => Ok(Self { flavour, version: (major, minor, u8::MAX) }),
            [major, minor, patch] => Ok(Self { flavour, version: (major, minor, patch) }),
            _ => Err(error()),
        }
    }
}

impl fmt::Display for ServerNameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not a server: expected FLAVOUR-X.Y[.Z], such as mysql-8.4 or mariadb-10.11", self.0)
    }
}

impl std::error::Error for ServerNameError {}

impl Server {
    /// Flavour and version as one number, for files.
    pub fn code(&self) -> u32 {
        let (major, minor, patch) = self.version;
        let flavour = u32::from(self.flavour == Flavour::Mariadb);
        flavour << 24 | u32::from(major) << 16 | u32::from(minor) << 8 | u32::from(patch)
    }

    /// The server of a [`Server::code`].
    pub fn of_code(code: u32) -> Self {
        let [flavour, major, minor, patch] = code.to_be_bytes();
        let flavour = if flavour == 0 { Flavour::Mysql } else { Flavour::Mariadb };
        Self { flavour, version: (major, minor, patch) }
    }
}
