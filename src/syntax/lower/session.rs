//! SET in its forms, FLUSH, RESET PERSIST, USE, SHOW GRANTS, SHOW CREATE USER.

use super::{Lower, Result, child, has, read};
use crate::source::SourceId;
use crate::syntax::Lexing;
use crate::syntax::grammar::Rule;
use crate::syntax::refusal::Refusal;
use crate::syntax::statement::{AccountName, AccountRef, Assignment, Credential, Scope, StatementKind};
use pest::iterators::{Pair, Pairs};
use smol_str::SmolStr;

/// What one part of a SET statement sets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::syntax) enum Target {
    /// `@name`, without the `@`.
    User(String),
    /// A server variable, its name in lower case.
    System(Scope, SmolStr),
    /// `NAMES`, `CHARACTER SET`.
    Names,
}

/// One part of a SET statement.
#[derive(Debug, Clone)]
pub(in crate::syntax) struct RawAssignment<'a> {
    pub(in crate::syntax) target: Target,
    /// A literal's text, or the words as written.
    pub(in crate::syntax) value: String,
    pair: Pair<'a, Rule>,
}

/// The parts of a SET statement given as plain text; `None` when it is none.
pub(in crate::syntax) fn raw_assignments(statement: &str) -> Option<Vec<RawAssignment<'_>>> {
    let pair = read(Rule::set_variables, statement).ok()?.next()?;
    let lower = Lower { source: SourceId::default(), base: 0, lexing: Lexing::default() };
    lower.raw(pair.into_inner()).ok()
}

impl Lower {
    fn raw(self, inner: Pairs<'_, Rule>) -> Result<Vec<RawAssignment<'_>>> {
        // A scope word holds for the assignments behind it that have none (manual 15.7.6.1).
        let mut scope = Scope::Session;
        let mut out = Vec::new();
        for pair in inner.filter(|p| p.as_rule() == Rule::assignment) {
            let mut target = Target::Names;
            for part in pair.clone().into_inner() {
                match part.as_rule() {
                    Rule::user_variable => target = Target::User(part.as_str().get(1..).unwrap_or("").to_owned()),
                    Rule::system_variable => target = self.variable(&part, &mut scope)?,
                    _ => {}
                }
            }
            let value = child(&pair, Rule::value).map(|p| self.value(&p)).transpose()?.unwrap_or_default();
            out.push(RawAssignment { target, value, pair });
        }
        Ok(out)
    }

    fn variable(self, pair: &Pair<'_, Rule>, scope: &mut Scope) -> Result<Target> {
        let mut own = *scope;
        let mut name = String::new();
        for part in pair.clone().into_inner() {
            match part.as_rule() {
                Rule::scope => {
                    own = scope_of(part.as_str());
                    if !part.as_str().starts_with('@') {
                        *scope = own;
                    }
                }
                _ => {
                    let parts: Vec<SmolStr> =
                        part.into_inner().map(|p| self.variable_name(&p)).collect::<Result<_>>()?;
                    name = parts.join(".").to_ascii_lowercase();
                }
            }
        }
        Ok(Target::System(own, name.into()))
    }

    /// Reserved words can stand here (`SET DEFAULT.key_buffer_size`), so they are no mistake.
    fn variable_name(self, pair: &Pair<'_, Rule>) -> Result<SmolStr> {
        if matches!(pair.as_rule(), Rule::bare | Rule::part) {
            Ok(SmolStr::new(pair.as_str()))
        } else {
            self.text(pair)
        }
    }

    /// A single literal's text, else the words as written.
    fn value(self, pair: &Pair<'_, Rule>) -> Result<String> {
        let written = pair.as_str().trim_ascii();
        let parts: Vec<_> = pair.clone().into_inner().collect();
        match parts.as_slice() {
            [only] if matches!(only.as_rule(), Rule::string | Rule::quoted) && only.as_str() == written => {
                self.text(only).map(String::from)
            }
            _ => Ok(written.to_owned()),
        }
    }

    pub(super) fn set_variables(self, inner: Pairs<'_, Rule>) -> Result<StatementKind> {
        let assignments: Vec<Assignment> = self
            .raw(inner)?
            .into_iter()
            .filter_map(|raw| match raw.target {
                Target::System(scope, name) => {
                    let span = raw.pair.as_span();
                    let end = span.start() + span.as_str().trim_ascii_end().len();
                    let span = crate::source::Span::new(self.source, self.base + span.start()..self.base + end);
                    Some(Assignment { span, scope, name, value: raw.value })
                }
                Target::User(_) | Target::Names => None,
            })
            .collect();
        if assignments.is_empty() {
            return Ok(StatementKind::Irrelevant(SmolStr::new_static("SET")));
        }
        Ok(StatementKind::SetVariables(assignments))
    }

    pub(super) fn set_role(self, inner: Pairs<'_, Rule>) -> Result<StatementKind> {
        let mut inner = inner;
        let choice = inner.find(|p| p.as_rule() == Rule::role_choice);
        Ok(StatementKind::SetRole(
            choice.map_or(Ok(crate::syntax::statement::RoleSet::Default), |p| self.role_set(&p))?,
        ))
    }

    pub(super) fn set_default_role(self, inner: Pairs<'_, Rule>) -> Result<StatementKind> {
        use crate::syntax::statement::RoleSet;
        let (mut roles, mut users) = (RoleSet::Default, Vec::new());
        // The first DEFAULT is the statement's own word.
        for pair in inner.skip(2) {
            match pair.as_rule() {
                Rule::NONE => roles = RoleSet::None,
                Rule::ALL => roles = RoleSet::All,
                Rule::roles => roles = RoleSet::Named(self.role_names(pair)?),
                Rule::accounts => users = self.accounts(pair)?,
                _ => {}
            }
        }
        Ok(StatementKind::SetDefaultRole { roles, users })
    }

    pub(super) fn set_password(self, inner: Pairs<'_, Rule>) -> Result<StatementKind> {
        let (mut account, mut credential) = (None, Credential::Random);
        for pair in inner {
            match pair.as_rule() {
                Rule::password_for => account = self.first_account(&pair)?,
                Rule::new_password => {
                    let hashed = self.lexing.mariadb && !has(&pair, Rule::PASSWORD) && !has(&pair, Rule::OLD_PASSWORD);
                    credential = match self.credential(pair)? {
                        // MariaDB takes a bare text for a hash.
                        Credential::Password(text) if hashed => Credential::Stored(text),
                        other => other,
                    };
                }
                _ => {}
            }
        }
        Ok(StatementKind::SetPassword { account, credential })
    }

    fn first_account(self, pair: &Pair<'_, Rule>) -> Result<Option<AccountRef>> {
        child(pair, Rule::account).map(|p| self.account(&p)).transpose()
    }

    pub(super) fn flush(self, inner: Pairs<'_, Rule>) -> StatementKind {
        let mut inner = inner;
        if inner.any(|p| p.as_rule() == Rule::flush_item && has(&p, Rule::PRIVILEGES)) {
            return StatementKind::FlushPrivileges;
        }
        StatementKind::Irrelevant(SmolStr::new_static("FLUSH"))
    }

    pub(super) fn reset_persist(self, inner: Pairs<'_, Rule>) -> Result<StatementKind> {
        let (mut if_exists, mut name) = (false, Vec::new());
        for pair in inner {
            match pair.as_rule() {
                Rule::EXISTS => if_exists = true,
                Rule::bare | Rule::part | Rule::quoted => name.push(self.variable_name(&pair)?),
                _ => {}
            }
        }
        let variable = (!name.is_empty()).then(|| name.join(".").to_ascii_lowercase().into());
        Ok(StatementKind::ResetPersist { if_exists, variable })
    }

    pub(super) fn use_database(self, inner: Pairs<'_, Rule>) -> Result<StatementKind> {
        let mut inner = inner;
        let name = inner.nth(1).map(|p| self.text(&p)).transpose()?;
        Ok(StatementKind::Use(name.unwrap_or_default()))
    }

    pub(super) fn show_grants(self, inner: Pairs<'_, Rule>) -> Result<StatementKind> {
        let (mut account, mut using) = (None, Vec::new());
        for pair in inner {
            match pair.as_rule() {
                Rule::account => account = Some(self.account(&pair)?),
                Rule::roles => using = self.role_names(pair)?,
                _ => {}
            }
        }
        Ok(StatementKind::ShowGrants { account, using })
    }

    /// MariaDB shows the session's own account when none is named.
    pub(super) fn show_create_user(self, inner: Pairs<'_, Rule>) -> Result<StatementKind> {
        let mut own = None;
        for pair in inner {
            match pair.as_rule() {
                Rule::account => return Ok(StatementKind::ShowCreateUser(self.account(&pair)?)),
                Rule::EOI if self.lexing.mariadb => {
                    own = Some(AccountRef { span: self.span(&pair), name: AccountName::CurrentUser });
                }
                Rule::EOI => {
                    let end = pair.as_span().start();
                    return Err(Refusal::at(end..end, "expected an account, found the end of the statement"));
                }
                _ => {}
            }
        }
        Ok(own.map_or(StatementKind::Irrelevant(SmolStr::new_static("SHOW")), StatementKind::ShowCreateUser))
    }
}

/// The scope that a `GLOBAL`, `@@session.` or bare `@@` gives.
fn scope_of(text: &str) -> Scope {
    let upper = text.to_ascii_uppercase();
    match upper.trim_matches(|c: char| !c.is_ascii_alphabetic()) {
        "GLOBAL" => Scope::Global,
        "PERSIST" => Scope::Persist,
        "PERSIST_ONLY" => Scope::PersistOnly,
        _ => Scope::Session,
    }
}
