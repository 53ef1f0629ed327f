//! Texts to a policy: recognise the form, settle server and variables, parse, replay.
//!
//! A plain file is a *script*: its statements run on a fresh server, in order. A dump describes a
//! *state*: see [`state`]. Files are taken in the order they were given; dumps that follow each other
//! are one state, and a script behind a dump runs on the state that the dump describes. DDL of
//! `--schema` is told first and concerns nothing but what exists.
//!
//! **Accounts nobody wrote down.** A script runs on a server as it is set up: `root`@`localhost` and,
//! from MySQL 8 on, the locked `mysql.*` accounts, all with [`StatementId::INITIAL`]. A script that
//! begins with `CREATE USER root@localhost` means its own root, so the assumed one makes way. A state
//! has the `mysql.*` accounts too, for no server is without them, but no root of which the dump knows
//! nothing: `mysqldump --users` and `pt-show-grants` write root down, so where it is absent it was
//! left out on purpose or the server has none.

mod more;
pub mod read;
mod report;
mod script;
mod settle;
pub mod state;
mod view;

use crate::diagnostic::{Code, Diagnostic};
use crate::server::Server;
use crate::server::errors::ServerError;
use crate::server::variables::Variables;
use crate::source::{Source, SourceId, Sources, Span};
use crate::syntax::input::{self, Form, Input};
use crate::syntax::redact::redact;
use crate::syntax::statement::data::{DataAction, DataChange};
use crate::syntax::statement::{Statement, StatementKind};
use crate::syntax::{How, Lexing};
use crate::tables::GrantTables;
use crate::tables::replay::Replay;
use crate::tables::row::StatementId;
use settle::Settled;
use std::collections::BTreeMap;

pub use view::SettingView;

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
    /// See [`How::by_grammar`].
    pub by_grammar: bool,
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
    /// A session runs it, and whether the server does it cannot be told: why. Nothing changed.
    Unknown(String),
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
    /// Every statement in the order of the texts; a state is replayed in another order.
    pub statements: Vec<Replayed>,
    /// What is to be said about the input, in order of place.
    pub diagnostics: Vec<Diagnostic>,
    /// How the texts were taken.
    pub reading: Option<Reading>,
    /// How the server came to be known.
    pub server_origin: Option<ServerOrigin>,
    /// What each text looked like, by source.
    pub forms: Vec<Form>,
    /// The lines that open sessions, which stand among [`Policy::statements`]: their places there and the names.
    pub connections: BTreeMap<usize, String>,
    /// Where the rows stand of each statement that inserts several, by its place among [`Policy::statements`].
    pub inserted: BTreeMap<usize, Box<[Span]>>,
}

/// One text of the policy on its way in.
struct Text {
    id: SourceId,
    input: Input,
    reading: Reading,
}

/// Runs what a policy says that sessions run: `-- grantc: connect NAME {client}`, `-- grantc: as NAME`.
pub trait Sessions {
    /// Opens a session under a name, which a session before it may have had.
    fn connect(&mut self, policy: &Policy, name: &str, client: &str) -> Outcome;
    /// Runs a statement in the session of that name; the tables are the replay's.
    fn run(&mut self, policy: &mut Policy, replay: &mut Replay, name: &str, statement: &Statement) -> Outcome;
    /// The server started anew: no session is open any more.
    fn end(&mut self);
}

/// Where nothing is run by sessions: lines that say so have no effect.
struct NoSessions;

impl Sessions for NoSessions {
    fn connect(&mut self, _: &Policy, _: &str, _: &str) -> Outcome {
        Outcome::Unknown("sessions are not run here".to_owned())
    }

    fn run(&mut self, _: &mut Policy, _: &mut Replay, _: &str, _: &Statement) -> Outcome {
        Outcome::Unknown("sessions are not run here".to_owned())
    }

    fn end(&mut self) {}
}

/// Reads texts as one policy. The first errors of [`Policy::diagnostics`] tell what could not be read;
/// everything else was read all the same. Statements that sessions run are skipped: see [`load_with`].
pub fn load(sources: Vec<Source>, options: &Options) -> Policy {
    load_with(sources, options, &mut NoSessions)
}

/// Reads texts as one policy, with the statements that sessions run.
pub fn load_with(sources: Vec<Source>, options: &Options, sessions: &mut dyn Sessions) -> Policy {
    let mut policy = Policy::default();
    let texts = take_in(&mut policy, sources, options.reading);
    let settled = settle::settle(&texts, options, &mut policy.diagnostics);
    policy.server_origin = Some(settled.server_origin);
    policy.reading = texts.first().map(|text| text.reading);
    report::left_out(&texts, &mut policy.diagnostics);
    policy.tables = script::start(&texts, &settled);
    schema(&mut policy, options, &settled);
    let mut rest = texts.as_slice();
    while let Some(first) = rest.first() {
        let same = rest.iter().take_while(|text| text.reading == first.reading).count();
        let (run, others) = rest.split_at_checked(same).unwrap_or((rest, &[]));
        match first.reading {
            Reading::Script => script::run(&mut policy, run, &settled, sessions),
            Reading::State => state::run(&mut policy, run, &settled),
        }
        rest = others;
    }
    report::unloaded(&policy.tables, &mut policy.diagnostics);
    crate::demand::tell_views(&mut policy.tables, &policy.sources);
    if policy.statements.is_empty() {
        report::empty(&texts, &mut policy.diagnostics);
    }
    report::in_order(&mut policy.diagnostics);
    policy
}

/// Recognises and cleans every text.
fn take_in(policy: &mut Policy, sources: Vec<Source>, reading: Option<Reading>) -> Vec<Text> {
    sources
        .into_iter()
        .map(|source| {
            let input = input::read(&source);
            let by_form = if input.form.describes_state() { Reading::State } else { Reading::Script };
            policy.forms.push(input.form);
            Text { id: policy.sources.add(source), input, reading: reading.unwrap_or(by_form) }
        })
        .collect()
}

/// DDL of `--schema`: what exists before the first statement of the policy.
fn schema(policy: &mut Policy, options: &Options, settled: &Settled) {
    for source in &options.schema {
        let id = policy.sources.add(source.clone());
        script::tell_schema(policy, id, source, settled);
    }
}

impl Settled {
    /// How texts are to be parsed under these settings.
    fn how(&self) -> How {
        How { lexing: lexing(self.server, &self.variables), by_grammar: self.by_grammar }
    }
}

/// How a server with these variables reads texts.
fn lexing(server: Server, variables: &Variables) -> Lexing {
    Lexing {
        ansi_quotes: variables.sql_mode("ANSI_QUOTES"),
        no_backslash_escapes: variables.sql_mode("NO_BACKSLASH_ESCAPES"),
        version: server.comment_number(),
        mariadb: server.is_mariadb(),
    }
}

impl Policy {
    /// The same server once it has read its stored grant tables (M7.70).
    pub fn reload(&mut self) {
        let mut replay = Replay::new(std::mem::take(&mut self.tables));
        replay.reload();
        self.tables = replay.tables;
        self.diagnostics.retain(|diagnostic| diagnostic.code != Code::Unloaded);
    }

    /// Where a statement stands, or one of several rows that it inserts, counted from 1. Nothing for the server's own
    /// accounts.
    pub fn span_of(&self, (statement, inserted): (StatementId, u32)) -> Option<Span> {
        let at = statement.0 as usize;
        match (inserted as usize).checked_sub(1) {
            None => self.statements.get(at).map(|statement| statement.span),
            Some(row) => self.inserted.get(&at)?.get(row).copied(),
        }
    }

    /// What a statement says, without secrets; of several rows that it inserts the one, as if it were alone.
    pub fn text_of(&self, (statement, inserted): (StatementId, u32)) -> Option<String> {
        let whole = self.span_of((statement, 0))?;
        let text = |span| self.sources.text(span);
        if inserted == 0 {
            return Some(redact(text(whole)));
        }
        let (first, row) = (self.span_of((statement, 1))?, self.span_of((statement, inserted))?);
        let head = Span { end: first.start, ..whole };
        Some(redact(&format!("{}{}", text(head), text(row))))
    }

    /// Puts a statement and what became of it behind the others.
    fn push(&mut self, statement: &Statement, outcome: Outcome) {
        if let StatementKind::Data(DataChange { action: DataAction::Insert(insert), .. }) = &statement.kind
            && insert.rows.len() > 1
        {
            self.inserted.insert(self.statements.len(), insert.rows.iter().map(|row| row.span).collect());
        }
        self.statements.push(Replayed { span: statement.span, outcome });
    }

    /// The id of the next statement.
    pub fn next_id(&self) -> StatementId {
        StatementId(u32::try_from(self.statements.len()).unwrap_or(u32::MAX - 1))
    }
}
