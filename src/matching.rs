//! The server's own matchers: host patterns against clients, wildcards against names.
//!
//! Quirks included, byte by byte (section 2 of the semantics). What matches is told to the rules as
//! facts; nothing here knows accounts, rows or decisions.

pub mod host;
pub mod language;
pub mod wild;
