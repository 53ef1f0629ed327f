//! Random policies, clients and questions: the same for the same seed, on every machine.
//!
//! ```text
//! let text = random::policy(7, "mysql-9.7");        // SQL that names its server in its first line
//! let policy = random::load(7, "mysql-9.7");        // the same, loaded
//! let clients = random::clients(7, &policy, 100);   // most of them aimed at the host patterns of its rows
//! let asks = random::asks(7, &policy, 50);          // privilege × object, most of them near its rows
//! ```
//!
//! Names are few, so that rows meet, hide and tie with one another. Some statements are refused, as in real scripts.

mod accounts;
mod questions;

#[allow(unused_imports)] // no test program uses all of it
pub use questions::{aimed, asks, clients, hosts};

use accounts::Maker;
use grantc::policy::{self, Options, Policy};
use grantc::source::Source;

/// The rule sets that there are random policies for; [`policy`] takes any server's name.
pub const SERVERS: [&str; 4] = ["mysql-9.7", "mysql-8.4", "mysql-5.7", "mariadb-10.11"];

/// Databases that the policies make, one of which is a pattern too.
pub const DATABASES: [&str; 4] = ["d1", "d2", "d_1", "dx1"];

/// Their tables with the columns.
pub const TABLES: [(&str, &str, &[&str]); 5] = [
    ("d1", "t1", &["a", "b"]),
    ("d1", "t2", &["a"]),
    ("d2", "t1", &["a", "c"]),
    ("d_1", "t1", &["a", "b"]),
    ("dx1", "t1", &["a", "b"]),
];

/// The SQL text of a policy.
pub fn policy(seed: u64, server: &str) -> String {
    Maker::new(seed, server).policy()
}

/// The policy of [`policy`], under the name `random.sql`.
pub fn load(seed: u64, server: &str) -> Policy {
    policy::load(vec![Source::new("random.sql", policy(seed, server))], &Options::default())
}

/// SplitMix64.
pub struct Random(u64);

impl Random {
    /// Numbers for a seed and a purpose, so that each purpose has a row of numbers of its own.
    pub fn new(seed: u64, purpose: &str) -> Self {
        let mixed = purpose.bytes().fold(seed, |sum, byte| sum.wrapping_mul(0x0100_0000_01b3) ^ u64::from(byte));
        let mut random = Self(mixed);
        random.next();
        random
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number smaller than `end`.
    pub fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }

    /// A number of `from..=to`.
    pub fn between(&mut self, from: usize, to: usize) -> usize {
        from + self.below(to - from + 1)
    }

    /// True that often in a hundred.
    pub fn percent(&mut self, often: usize) -> bool {
        self.below(100) < often
    }

    /// One of them.
    pub fn one<T: Clone>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())].clone()
    }

    /// Between one and `most` of them, in the order of the list.
    pub fn some<T: Clone>(&mut self, list: &[T], most: usize) -> Vec<T> {
        let wanted = self.between(1, most.min(list.len()));
        let mut places: Vec<usize> = (0..list.len()).collect();
        while places.len() > wanted {
            let out = self.below(places.len());
            places.remove(out);
        }
        places.into_iter().map(|place| list[place].clone()).collect()
    }
}
