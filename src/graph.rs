//! The dependency graph: statement → row → (role →)* → session → decision, and account row → shadowed row.
//!
//! It is built from what the program derived for each session class, and from the origin of each row. Nothing is decided
//! here: an edge says what a row, a role or a session has to do with another, and `support` tells which of them a
//! decision rests on.

mod build;
mod cut;
mod ground;
mod names;
mod support;
mod without;

pub use cut::{Cut, CutError};
pub use ground::ground;
pub use names::row_id;
pub use without::{Change, Changed, ChangedClass, Removed, without};

use crate::answer::{Engine, HeldOn};
use crate::client::Client;
use crate::server::catalogue::Privilege;
use crate::tables::row::{AccountKey, RowId, StatementId};
use petgraph::graph::{DiGraph, NodeIndex};
use rustc_hash::FxHashMap;

/// What stands at a node. The order is the one in which nodes are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Node {
    /// A statement of the policy.
    Statement(StatementId),
    /// A row of a grant table.
    Row(RowId),
    /// An account that is no role.
    Account(AccountKey),
    /// A role, or PUBLIC.
    Role(AccountKey),
    /// A session class: its place in [`Graph::sessions`].
    Session(u32),
    /// What a session may do: its place in [`Graph::decisions`].
    Decision(u32),
}

/// What an edge says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Edge {
    /// The statement made the row, or gave it something.
    Made,
    /// The row of `user` is the account.
    Is,
    /// The row is the role's or the account's own.
    Owned,
    /// The role is granted by this row of `role_edges`, or the row grants it to this role or session.
    Granted,
    /// The role is active in the session without being granted: a mandatory one, or PUBLIC.
    Active,
    /// The row of `default_roles` activates its role at login.
    Activates,
    /// The account row is selected for the session's clients.
    Selected,
    /// The session stands in for this account, by this row of `proxies_priv` (M4.12).
    StandsIn,
    /// The session has what is decided.
    Holds,
    /// The row gives what is decided.
    Gives,
    /// The row withholds global privileges of the session in a database (M7.60).
    Withholds,
    /// The account row takes clients that the other one matches too.
    Blocks,
}

/// A session class: clients that get in as the same account with the same privileges. Those who are refused have none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// The user name that the clients give.
    pub user: String,
    /// The account row that is selected.
    pub account: AccountKey,
    /// The account whose privileges the session has.
    pub effective: AccountKey,
    /// The clients in words.
    pub clients: String,
    /// One of them.
    pub example: Client,
    /// Another account row may be selected in its place, because they tie.
    pub ambiguous: bool,
}

/// What a session may do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// The session: its place in [`Graph::sessions`].
    pub session: u32,
    /// On what: its place in [`Graph::objects`].
    pub on: u32,
    /// The privilege.
    pub privilege: Privilege,
    /// It may be passed on.
    pub grant_option: bool,
}

/// The dependency graph of a policy, whole or cut to what somebody asked about.
#[derive(Debug)]
pub struct Graph<'p> {
    /// What answers for the policy.
    pub engine: &'p Engine<'p>,
    /// Nodes and edges, in their order.
    pub nodes: DiGraph<Node, Edge>,
    /// The session classes.
    pub sessions: Vec<Session>,
    /// The decisions.
    pub decisions: Vec<Decision>,
    /// What decisions are on, each once.
    pub objects: Vec<HeldOn>,
    places: FxHashMap<Node, NodeIndex>,
}

impl Edge {
    /// Its name in exports and on drawings.
    pub fn name(self) -> &'static str {
        match self {
            Self::Made => "made",
            Self::Is => "is",
            Self::Owned => "owned",
            Self::Granted => "granted",
            Self::Active => "active",
            Self::Activates => "activates",
            Self::Selected => "selected",
            Self::StandsIn => "stands-in",
            Self::Holds => "holds",
            Self::Gives => "gives",
            Self::Withholds => "withholds",
            Self::Blocks => "blocks",
        }
    }
}

impl Node {
    /// Which kind of node it is, in exports and on drawings.
    pub fn kind(self) -> &'static str {
        match self {
            Self::Statement(_) => "statement",
            Self::Row(_) => "row",
            Self::Account(_) => "account",
            Self::Role(_) => "role",
            Self::Session(_) => "session",
            Self::Decision(_) => "decision",
        }
    }
}

impl Graph<'_> {
    /// What stands at a place.
    pub fn node(&self, at: NodeIndex) -> Option<Node> {
        self.nodes.node_weight(at).copied()
    }

    /// Where a node is.
    pub fn place(&self, node: Node) -> Option<NodeIndex> {
        self.places.get(&node).copied()
    }

    /// Every node in its order.
    pub fn each_node(&self) -> impl Iterator<Item = Node> {
        self.nodes.node_weights().copied()
    }

    /// Every edge in its order.
    pub fn each_edge(&self) -> impl Iterator<Item = (Node, Node, Edge)> {
        self.nodes
            .raw_edges()
            .iter()
            .filter_map(|edge| Some((self.node(edge.source())?, self.node(edge.target())?, edge.weight)))
    }

    /// The same graph with these nodes only.
    fn keeping(mut self, keep: impl Fn(Node) -> bool) -> Self {
        let kept = |nodes: &DiGraph<Node, Edge>, at: NodeIndex| nodes.node_weight(at).is_some_and(|node| keep(*node));
        let nodes = self.nodes.filter_map(|at, node| kept(&self.nodes, at).then_some(*node), |_, edge| Some(*edge));
        self.places = nodes.node_indices().filter_map(|at| Some((*nodes.node_weight(at)?, at))).collect();
        self.nodes = nodes;
        self
    }
}
