//! Texts to a policy: recognise the form, settle server and variables, parse, replay.

use crate::diagnostic::Diagnostic;
use crate::server::Server;
use crate::server::errors::ServerError;
use crate::source::{Source, Sources, Span};
use crate::tables::GrantTables;

/// How the statements of a text are to be taken (contract §1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// Replayed in order, as a server would.
    Script,
    /// A description: accounts first, then default roles and grants, whatever their order.
    State,
}

/// What the caller says about a policy.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// `--server`
    pub server: Option<Server>,
    /// `--set NAME=VALUE`
    pub set: Vec<(String, String)>,
    /// `--read`
    pub reading: Option<Reading>,
    /// `--schema FILE`: DDL only
    pub schema: Vec<Source>,
}

/// How the server came to be known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServerOrigin {
    /// `--server`
    Argument,
    /// a `-- grantc: server=…` comment
    Comment(Span),
    /// the header of a dump
    Header(Span),
    /// nobody said
    Assumed,
}

/// What became of one statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Carried out, with the server's warnings and notes.
    Done(Vec<ServerError>),
    /// `SHOW GRANTS`, `SHOW CREATE USER`: its rows.
    Rows(Vec<String>),
    /// Refused as the server refuses it; nothing changed unless the server changes something.
    Refused(ServerError),
    /// Not for grantc, or not understood: nothing changed.
    Skipped,
}

/// One statement of the policy after replay. [`crate::tables::row::StatementId`] is its index.
#[derive(Debug, Clone)]
pub struct Replayed {
    /// Where it stands.
    pub span: Span,
    /// What became of it.
    pub outcome: Outcome,
}

/// A policy: the accounts and grants of one server, and where each came from.
#[derive(Debug, Clone, Default)]
pub struct Policy {
    /// The texts.
    pub sources: Sources,
    /// The state after replay.
    pub tables: GrantTables,
    /// Every statement in the order it was replayed.
    pub statements: Vec<Replayed>,
    /// What is to be said about the input, in order of place.
    pub diagnostics: Vec<Diagnostic>,
    /// How the texts were taken.
    pub reading: Option<Reading>,
    /// How the server came to be known.
    pub server_origin: Option<ServerOrigin>,
}
