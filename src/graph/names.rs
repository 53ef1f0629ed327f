//! What nodes are called: an id that is the same on every run, and words for people.

use super::{Decision, Graph, Node};
use crate::answer::{HeldOn, RowView, SourceView};
use crate::tables::row::{AccountKey, RowId};

impl Graph<'_> {
    /// The node's id in exports: unique, and the same on every run for the same policy.
    pub fn id(&self, node: Node) -> String {
        match node {
            Node::Statement(statement) => match self.engine.statement(statement) {
                Some(source) => format!("statement:{}:{}:{}", source.file, source.line, source.column),
                None => "statement:server".to_owned(),
            },
            Node::Row(row) => row_id(row),
            Node::Account(key) => format!("account:{}", self.account(key)),
            Node::Role(key) => format!("role:{}", self.account(key)),
            Node::Session(at) => format!("session:{}", at + 1),
            Node::Decision(at) => match self.decision(at) {
                Some(decision) => format!("decision:{}:{}", decision.session + 1, self.decided(decision)),
                None => format!("decision:{at}"),
            },
        }
    }

    /// The node in words: what stands at it, then what is to be said about it.
    pub fn words(&self, node: Node) -> Vec<String> {
        match node {
            Node::Statement(statement) => match self.engine.statement(statement) {
                Some(source) => vec![format!("{}:{}", source.file, source.line), source.statement],
                None => vec!["the server's own".to_owned()],
            },
            Node::Row(row) => match self.row(row) {
                Some(view) if view.privileges.is_empty() => vec![view.words()],
                Some(view) => vec![view.words(), view.privileges.join(", ")],
                None => vec![row_id(row)],
            },
            Node::Account(key) => vec![self.account(key)],
            Node::Role(key) => vec![format!("role {}", self.account(key))],
            Node::Session(at) => self.session_words(at),
            Node::Decision(at) => self.decision(at).map(|decision| vec![self.decided(decision)]).unwrap_or_default(),
        }
    }

    fn session_words(&self, at: u32) -> Vec<String> {
        let Some(session) = self.sessions.get(at as usize) else { return Vec::new() };
        let user = if session.user.is_empty() { "nobody" } else { session.user.as_str() };
        let mut words =
            vec![format!("{user} from {}", session.clients), format!("as {}", self.account(session.account))];
        if session.effective != session.account {
            words.push(format!("stands in for {}", self.account(session.effective)));
        }
        if session.ambiguous {
            words.push("the server may take another row (M3.8)".to_owned());
        }
        words
    }

    /// `SELECT on shop.orders`
    pub fn decided(&self, decision: &Decision) -> String {
        format!("{} on {}", self.engine.privilege(decision.privilege), self.on(decision))
    }

    /// What a decision is on, in words.
    pub fn on(&self, decision: &Decision) -> String {
        self.object(decision).map(HeldOn::words).unwrap_or_default()
    }

    /// What a decision is on.
    pub fn object(&self, decision: &Decision) -> Option<&HeldOn> {
        self.objects.get(decision.on as usize)
    }

    /// A decision by its place.
    pub fn decision(&self, at: u32) -> Option<&Decision> {
        self.decisions.get(at as usize)
    }

    /// A row in words.
    pub fn row(&self, row: RowId) -> Option<RowView> {
        self.engine.row(row, None)
    }

    /// `'joe'@'%'`
    pub fn account(&self, key: AccountKey) -> String {
        self.engine.account(key).quoted()
    }

    /// The statement at a node, if one is.
    pub fn source(&self, node: Node) -> Option<SourceView> {
        match node {
            Node::Statement(statement) => self.engine.statement(statement),
            _ => None,
        }
    }
}

/// A row's id in exports: its grant table and its number there.
pub fn row_id(row: RowId) -> String {
    format!("{}:{}", row.table.name(), row.index)
}
