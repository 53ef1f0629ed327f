//! What the server says when it refuses: errno, SQLSTATE, message (M4.7, M5.24).
//!
//! One constructor for each error, so that a message is written in one place.

pub mod access;
pub mod account;
pub mod data;
pub mod mariadb;
pub mod object;

/// An error as a client receives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerError {
    /// The number: 1045, 1142, …
    pub errno: u16,
    /// The five characters behind it: `28000`, `42000`, …
    pub sqlstate: &'static str,
    /// The server's own text.
    pub message: String,
}

impl ServerError {
    /// An error from its parts; use the named constructors where there is one.
    pub fn new(errno: u16, sqlstate: &'static str, message: impl Into<String>) -> Self {
        Self { errno, sqlstate, message: message.into() }
    }
}
