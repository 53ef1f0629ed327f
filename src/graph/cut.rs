//! A part of the graph: what has to do with one account, one object, one privilege or one statement.

use super::{Edge, Graph, Node};
use crate::answer::{AccountView, Engine, Login};
use crate::client::Object;
use crate::server::catalogue::Privilege;
use crate::tables::row::StatementId;
use petgraph::Direction::{Incoming, Outgoing};
use std::collections::BTreeSet;
use std::fmt;

/// What a graph is to be cut to. Empty it is the whole graph.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cut {
    /// Sessions that get the row of this account, or have its privileges: user and host.
    pub account: Option<(String, String)>,
    /// Decisions on this object, by rows of whatever level, and on what lies within it.
    pub object: Option<Object>,
    /// Decisions for this privilege.
    pub privilege: Option<Privilege>,
    /// Decisions that rest on these statements.
    pub statements: Vec<StatementId>,
}

/// Why a graph cannot be cut so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CutError {
    /// The policy has no such account.
    NoAccount(String),
    /// The server has no such privilege.
    NoPrivilege(String),
    /// No statement stands there.
    NoStatement(String),
}

impl fmt::Display for CutError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoAccount(name) => write!(f, "the policy has no account `{name}`"),
            Self::NoPrivilege(name) => write!(f, "the server has no privilege `{name}`"),
            Self::NoStatement(place) => write!(f, "no statement of the policy stands at `{place}`"),
        }
    }
}

impl std::error::Error for CutError {}

impl Cut {
    /// The session of such a login is among those asked for.
    pub(super) fn wants(&self, login: &Login) -> bool {
        let Some((user, host)) = &self.account else { return true };
        let is = |account: &AccountView| account.user == *user && account.host.eq_ignore_ascii_case(host);
        let proxied = login.proxied.iter().map(|(account, _)| account);
        login.account.iter().chain(&login.tied).chain(proxied).any(is)
    }

    fn is_whole(&self) -> bool {
        *self == Self::default()
    }
}

impl Engine<'_> {
    /// The privilege of that name.
    ///
    /// # Errors
    /// The server has none.
    pub fn privilege_named(&self, name: &str) -> Result<Privilege, CutError> {
        let server = &self.policy().tables.server;
        let name = name.trim().to_ascii_uppercase();
        let dynamic = || server.dynamic_privileges().find(|(_, known)| *known == name).map(|(privilege, _)| privilege);
        server.static_privilege(&name).or_else(dynamic).ok_or(CutError::NoPrivilege(name))
    }

    /// The statements that stand on a line of a file, both as in `shop.sql:12`.
    ///
    /// # Errors
    /// None does.
    pub fn statements_at(&self, place: &str) -> Result<Vec<StatementId>, CutError> {
        let none = || CutError::NoStatement(place.to_owned());
        let (file, line) = place.rsplit_once(':').ok_or_else(none)?;
        let line: u32 = line.parse().map_err(|_| none())?;
        let sources = &self.policy().sources;
        let here = self.policy().statements.iter().enumerate().filter(|(_, statement)| {
            let Some((name, start)) = sources.locate(statement.span) else { return false };
            let lines = sources.text(statement.span).matches('\n').count() as u32;
            let same = name == file || name.rsplit('/').next() == Some(file);
            same && (start.line..=start.line.saturating_add(lines)).contains(&line)
        });
        let found: Vec<StatementId> = here.map(|(at, _)| StatementId(at as u32)).collect();
        if found.is_empty() { Err(none()) } else { Ok(found) }
    }
}

impl<'p> Graph<'p> {
    /// The graph cut to what is asked about: the decisions that are, all that they rest on, and the account rows that
    /// take clients from one another there.
    pub fn cut(engine: &'p Engine<'p>, cut: &Cut) -> Result<Self, CutError> {
        if let Some((user, host)) = &cut.account {
            let known = engine.policy().tables.find_account(user, host);
            if known.is_none_or(|key| engine.policy().tables.users.get(&key).is_none()) {
                return Err(CutError::NoAccount(format!("'{user}'@'{host}'")));
            }
        }
        let graph = Self::of(engine, &engine.session_classes().classes, cut);
        Ok(if cut.is_whole() { graph } else { graph.cut_to(cut) })
    }

    fn cut_to(self, cut: &Cut) -> Self {
        let mut keep: BTreeSet<Node> = cut.statements.iter().map(|at| Node::Statement(*at)).collect();
        let statements = keep.clone();
        let wanted = |at: u32| {
            let decision = self.decision(at);
            decision.is_some_and(|decision| cut.privilege.is_none_or(|privilege| decision.privilege == privilege))
        };
        let decisions: Vec<u32> = if statements.is_empty() {
            (0..self.decisions.len() as u32).collect()
        } else {
            // The rows are told even where no decision rests on them.
            keep.extend(statements.iter().flat_map(|node| self.next(*node, Outgoing, |edge| edge == Edge::Made)));
            self.resting_on(&statements)
        };
        let mut supports = self.supports();
        for at in decisions.into_iter().filter(|at| wanted(*at)) {
            keep.extend(supports.of(at));
        }
        if cut.account.is_some() && statements.is_empty() {
            let sessions = (0..self.sessions.len() as u32).map(Node::Session);
            keep.extend(sessions);
            self.with_accounts(&mut keep, cut);
        }
        self.keeping(|node| keep.contains(&node))
    }

    /// The account's own row with the rows that take its clients or lose theirs to it.
    fn with_accounts(&self, keep: &mut BTreeSet<Node>, cut: &Cut) {
        let Some((user, host)) = &cut.account else { return };
        let Some(key) = self.engine.policy().tables.find_account(user, host) else { return };
        for account in [Node::Account(key), Node::Role(key)] {
            for row in self.next(account, Incoming, |edge| edge == Edge::Is) {
                let mut rows = self.next(row, Incoming, |edge| edge == Edge::Blocks);
                rows.extend(self.next(row, Outgoing, |edge| edge == Edge::Blocks));
                rows.insert(row);
                let made = rows.iter().flat_map(|row| self.next(*row, Incoming, |edge| edge == Edge::Made));
                keep.extend(made);
                keep.extend(rows);
                keep.insert(account);
            }
        }
    }
}
