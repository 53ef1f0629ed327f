//! A script: statements in order, on a server that was just set up.

use super::settle::Settled;
use super::{Outcome, Policy, Reading, Replayed, Sessions, Text, report};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::server::variables::{SettingOrigin, Variable, Variables};
use crate::source::{Source, SourceId, Span};
use crate::syntax::input::{Comment, SessionLine};
use crate::syntax::statement::{AccountName, AccountRef, Assignment, Scope, Statement, StatementKind};
use crate::syntax::{self, Parsed};
use crate::tables::GrantTables;
use crate::tables::initial::initial;
use crate::tables::replay::Replay;
use crate::tables::row::{DbRow, StatementId};
use std::collections::VecDeque;

/// Statements that are looked at together before they are replayed one by one.
const AHEAD: usize = 32;

/// The tables before the first statement, with the variables that were given.
pub(super) fn start(texts: &[Text], settled: &Settled) -> GrantTables {
    let mut tables = initial(settled.server);
    tables.variables = settled.variables.clone();
    if texts.first().is_some_and(|text| text.reading == Reading::State) {
        tables = without(tables, &replaced());
    }
    tables
}

/// What a policy that brings its own `root`@`localhost` does without: that account, and the database rows of the
/// anonymous user (in old servers: `test`).
fn replaced() -> [AccountRef; 2] {
    [("root", "localhost"), ("", "%")].map(|(user, host)| {
        let name = AccountName::Named { user: user.into(), host: Some(host.into()) };
        AccountRef { span: crate::source::Span::default(), name }
    })
}

/// The tables without some of the accounts they began with.
pub(super) fn without(tables: GrantTables, accounts: &[AccountRef]) -> GrantTables {
    let mut replay = Replay::new(tables);
    replay.tolerant = true;
    for account in accounts {
        let kind = StatementKind::DropUser { if_exists: true, users: vec![account.clone()] };
        replay.apply(StatementId::INITIAL, &Statement::new(account.span, kind));
    }
    replay.tables
}

/// Replays scripts that follow each other.
pub(super) fn run(policy: &mut Policy, texts: &[Text], settled: &Settled, sessions: &mut dyn Sessions) {
    let first = policy.statements.is_empty();
    let replay = Replay::new(std::mem::take(&mut policy.tables));
    let mut script = Script { policy, replay, settled, sessions, first, own_root: !first };
    for text in texts {
        script.text(text);
    }
    let tables = script.replay.tables;
    policy.tables = tables;
}

/// Scripts while they are replayed.
struct Script<'p> {
    policy: &'p mut Policy,
    replay: Replay,
    settled: &'p Settled,
    sessions: &'p mut dyn Sessions,
    /// Nothing was run before these scripts.
    first: bool,
    /// What becomes of the `root`@`localhost` that is there at first is decided.
    own_root: bool,
}

impl Script<'_> {
    fn text(&mut self, text: &Text) {
        let mut lines = SessionLines::of(text);
        let (mut waiting, mut said) = (VecDeque::new(), Vec::new());
        syntax::parse_parts(text.id, &text.input.text, self.settled.how(), |mut part| {
            waiting.extend(unread(&part.diagnostics));
            said.append(&mut part.diagnostics);
            for statements in part.statements.chunks(AHEAD) {
                self.replay.look_ahead(statements);
                for statement in statements {
                    lines.until(statement.span.start, self);
                    let is_before = |refused: &mut Replayed| refused.span.start < statement.span.start;
                    while let Some(refused) = waiting.pop_front_if(is_before) {
                        self.policy.statements.push(refused);
                    }
                    self.statement(statement, lines.runner());
                }
            }
            // Freeing many statements takes a while that another thread has.
            if part.statements.len() > AHEAD {
                rayon::spawn(move || drop(part));
            }
        });
        syntax::settle(&mut said);
        self.policy.diagnostics.append(&mut said);
        lines.until(u32::MAX, self);
        self.policy.statements.extend(waiting);
    }

    fn statement(&mut self, statement: &Statement, runner: Option<&str>) {
        if !self.own_root {
            self.settle_root(&statement.kind);
        }
        if self.first && creates(&statement.kind, is_everybody) {
            close(&mut self.replay.tables);
        }
        let outcome = match runner {
            Some(name) => self.sessions.run(self.policy, &mut self.replay, name, statement),
            None => self.replay.apply(self.policy.next_id(), statement),
        };
        if statement.kind == StatementKind::Restart && matches!(outcome, Outcome::Done(_)) {
            self.sessions.end();
        }
        report::outcome(statement, &outcome, &mut self.policy.diagnostics);
        keep_arguments(&mut self.replay, statement, &self.settled.variables, &mut self.policy.diagnostics);
        self.policy.push(statement, outcome);
    }

    /// The first statement that names `root`@`localhost` means the one that is there, unless it creates its own.
    fn settle_root(&mut self, kind: &StatementKind) {
        let created = creates(kind, is_root);
        if created {
            let tables = without(std::mem::take(&mut self.replay.tables), &replaced());
            self.replay = Replay::new(tables);
        }
        self.own_root = created
            || match kind {
                // There are many of them, until one names it.
                StatementKind::Grant(grant) => grant.grantees.iter().any(|grantee| is_root(&grantee.account)),
                kind => kind.accounts().into_iter().any(is_root),
            };
    }
}

/// The lines of a text that say who runs what follows.
struct SessionLines<'t> {
    id: SourceId,
    lines: Vec<&'t Comment>,
    next: usize,
    runner: Option<&'t str>,
}

impl<'t> SessionLines<'t> {
    fn of(text: &'t Text) -> Self {
        let lines = text.input.comments.iter().filter(|comment| comment.session.is_some()).collect();
        Self { id: text.id, lines, next: 0, runner: None }
    }

    /// The session that runs the next statement; none is the administrator.
    fn runner(&self) -> Option<&'t str> {
        self.runner
    }

    /// Obeys every line that stands before this place.
    fn until(&mut self, place: u32, script: &mut Script<'_>) {
        while let Some(comment) = self.lines.get(self.next).filter(|c| c.range.start < place as usize) {
            self.next += 1;
            match &comment.session {
                Some(SessionLine::As(name)) => self.runner = (name != "root").then_some(name),
                Some(SessionLine::Connect { name, client }) => {
                    let Script { policy, replay, sessions, .. } = script;
                    std::mem::swap(&mut policy.tables, &mut replay.tables);
                    let outcome = sessions.connect(policy, name, client);
                    std::mem::swap(&mut policy.tables, &mut replay.tables);
                    policy.connections.insert(policy.statements.len(), name.clone());
                    policy.statements.push(Replayed { span: Span::new(self.id, comment.range.clone()), outcome });
                }
                None => {}
            }
        }
    }
}

/// The statements that a server refuses to parse: they count as statements too.
pub(super) fn unread(diagnostics: &[Diagnostic]) -> Vec<Replayed> {
    let refused = diagnostics.iter().filter(|diagnostic| diagnostic.code == Code::Syntax);
    let mut refused: Vec<Replayed> =
        refused.filter_map(|d| Some(Replayed { span: d.span?, outcome: Outcome::Refused(d.error.clone()?) })).collect();
    refused.sort_by_key(|refused| refused.span.start);
    refused
}

/// What `--set` says holds throughout, whatever a statement sets later.
pub(super) fn keep_arguments(replay: &mut Replay, statement: &Statement, given: &Variables, out: &mut Vec<Diagnostic>) {
    let StatementKind::SetVariables(assignments) = &statement.kind else { return };
    for assignment in assignments {
        let Some((variable, value)) = argument(assignment, given) else { continue };
        if replay.tables.variables.get(variable) == value {
            continue;
        }
        replay.tables.variables.set(variable, value, SettingOrigin::Argument);
        replay.variables_changed();
        let message = format!("this statement sets `{}`, and so does `--set`", variable.name());
        let warning = Diagnostic::new(Code::Conflict, Severity::Warning, message);
        out.push(warning.at(assignment.span).help(format!("`{value}` is used, as `--set` says")));
    }
}

fn argument<'a>(assignment: &Assignment, given: &'a Variables) -> Option<(Variable, &'a str)> {
    let variable = Variable::find(&assignment.name).filter(|_| assignment.scope != Scope::PersistOnly)?;
    match given.given(variable)? {
        (value, SettingOrigin::Argument) => Some((variable, value)),
        _ => None,
    }
}

/// DDL of `--schema`; everything else in it is read over.
pub(super) fn tell_schema(policy: &mut Policy, id: SourceId, source: &Source, settled: &Settled) {
    let Parsed { statements, diagnostics } = syntax::parse(id, source, settled.how());
    policy.diagnostics.extend(diagnostics);
    let mut replay = Replay::new(std::mem::take(&mut policy.tables));
    replay.tolerant = true;
    for statement in &statements {
        if matches!(statement.kind, StatementKind::Schema(_) | StatementKind::Use(_)) {
            let outcome = replay.apply(StatementId::INITIAL, statement);
            if matches!(outcome, Outcome::Refused(_)) {
                report::outcome(statement, &outcome, &mut policy.diagnostics);
            }
        }
    }
    replay.tables.current_db = None;
    policy.tables = replay.tables;
}

/// The statement makes such an account.
fn creates(kind: &StatementKind, such: fn(&AccountRef) -> bool) -> bool {
    matches!(kind, StatementKind::CreateUser(create)
        if !create.if_not_exists && create.users.iter().any(|user| such(&user.account)))
}

/// `''@'%'`
fn is_everybody(account: &AccountRef) -> bool {
    matches!(&account.name, AccountName::Named { user, host } if user.is_empty() && host.as_deref().is_none_or(|h| h == "%"))
}

/// A policy that makes `''@'%'` is not for a server that was just set up where that has database rows of its own.
fn close(tables: &mut GrantTables) {
    let everybody = tables.find_account("", "%").unwrap_or_default();
    let initial = |row: &DbRow| row.origin.iter().all(|part| part.statement == StatementId::INITIAL);
    let rows: Vec<_> = tables.dbs.of(everybody).filter(|(_, row)| initial(row)).map(|(_, row)| row.db).collect();
    for db in rows {
        tables.dbs.remove(&(everybody, db));
    }
}

fn is_root(account: &AccountRef) -> bool {
    matches!(&account.name, AccountName::Named { user, host: Some(host) }
        if user == "root" && host.eq_ignore_ascii_case("localhost"))
}
