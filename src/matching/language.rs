//! Patterns as languages: which texts there are that some patterns match and others do not.
//!
//! A pattern is a small non-deterministic machine that reads a text byte by byte, with the server's quirks. Several of
//! them are run side by side over the texts that clients can really have: host names, IPv4 and IPv6 addresses as the
//! server writes them. What comes out are *cells*: sets of texts that no pattern tells apart, each with a shortest
//! example. The search is exact and bounded: when it would take too many steps it says so and nothing else.

mod database;
mod machine;
mod search;
mod shape;

pub use database::{DatabaseText, database_cells};
pub use search::{Cell, Cells, Limit, Matched, cells};
pub use shape::Shape;
