//! From the session classes of a policy, and what each holds, to nodes and edges.

use super::cut::Cut;
use super::{Decision, Edge, Graph, Node, Session};
use crate::answer::{AccountView, Engine, HeldOn, SessionClass, SessionHoldings};
use crate::client::{Client, Object};
use crate::tables::row::{AccountKey, RowId, Table};
use indexmap::IndexSet;
use petgraph::graph::DiGraph;
use rayon::prelude::*;
use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};

/// A graph in the making.
struct Build<'p> {
    engine: &'p Engine<'p>,
    roles: FxHashSet<AccountKey>,
    nodes: Vec<Node>,
    edges: Vec<(Node, Node, Edge)>,
    sessions: Vec<Session>,
    decisions: Vec<Decision>,
    objects: IndexSet<HeldOn, FxBuildHasher>,
}

impl<'p> Graph<'p> {
    /// The whole graph of a policy.
    pub fn new(engine: &'p Engine<'p>) -> Self {
        Self::of(engine, &engine.session_classes().classes, &Cut::default())
    }

    /// The graph of some session classes, as far as the cut asks for them: of their decisions only those on its object.
    pub(super) fn of(engine: &'p Engine<'p>, classes: &[SessionClass], cut: &Cut) -> Self {
        let mut build = Build::begin(engine);
        build.rows(|_| true);
        build.blocks();
        let asked: Vec<&SessionClass> =
            classes.iter().filter(|class| class.login.error.is_none() && cut.wants(&class.login)).collect();
        let held: Vec<Vec<SessionHoldings>> =
            asked.par_iter().map(|class| holdings(engine, class, cut.object.as_ref())).collect();
        for (class, sessions) in asked.into_iter().zip(held) {
            let ambiguous = sessions.len() > 1;
            for session in sessions {
                build.session((&class.user, &class.clients, &class.example), session, ambiguous);
            }
        }
        build.finish()
    }

    /// The graph of the sessions that one client gets, and of the rows of some accounts.
    pub(super) fn of_client(
        engine: &'p Engine<'p>,
        client: &Client,
        sessions: Vec<SessionHoldings>,
        accounts: &FxHashSet<AccountKey>,
    ) -> Self {
        let mut build = Build::begin(engine);
        build.rows(|row| engine.owner(row).is_some_and(|owner| accounts.contains(&owner)));
        let ambiguous = sessions.len() > 1;
        for session in sessions {
            build.session((&client.user, "", client), session, ambiguous);
        }
        build.finish()
    }
}

/// What the sessions of a class hold: all of it, or what they hold on an object and within it.
fn holdings(engine: &Engine<'_>, class: &SessionClass, object: Option<&Object>) -> Vec<SessionHoldings> {
    let Some(object) = object else { return engine.holdings(&class.example) };
    let mut on = engine.holdings_on(&class.example, object);
    if let Object::Database(db) = object {
        let db = engine.folded(db);
        for (session, all) in on.iter_mut().zip(engine.holdings(&class.example)) {
            let within = |held: &HeldOn| !held.object.is_empty() && held.db == db;
            session.held.extend(all.held.into_iter().filter(|holding| within(&holding.on)));
        }
    }
    on
}

impl<'p> Build<'p> {
    fn begin(engine: &'p Engine<'p>) -> Self {
        let edges = engine.policy().tables.role_edges.iter();
        Self {
            engine,
            roles: edges.map(|(_, _, row)| row.role).collect(),
            nodes: Vec::new(),
            edges: Vec::new(),
            sessions: Vec::new(),
            decisions: Vec::new(),
            objects: IndexSet::default(),
        }
    }

    fn edge(&mut self, from: Node, to: Node, edge: Edge) {
        self.nodes.extend([from, to]);
        self.edges.push((from, to, edge));
    }

    fn account_node(&self, key: AccountKey) -> Node {
        let is_role = self.roles.contains(&key) || self.engine.is_role(key);
        if is_role { Node::Role(key) } else { Node::Account(key) }
    }

    /// Every row that is asked for, its statements, whose it is, and which role it grants.
    fn rows(&mut self, is_asked_for: impl Fn(RowId) -> bool) {
        let engine = self.engine;
        for row in engine.rows().filter(|row| is_asked_for(*row)) {
            let node = Node::Row(row);
            self.nodes.push(node);
            for part in engine.origin(row) {
                self.edge(Node::Statement(part.statement), node, Edge::Made);
            }
            let Some(owner) = engine.owner(row) else { continue };
            let owner = self.account_node(owner);
            match row.table {
                Table::User => self.edge(node, owner, Edge::Is),
                Table::RoleEdges => {
                    if let Some(role) = engine.role_of(row) {
                        self.edge(Node::Role(role), node, Edge::Granted);
                        // To an account it is granted for each of its sessions.
                        if matches!(owner, Node::Role(_)) {
                            self.edge(node, owner, Edge::Granted);
                        }
                    }
                }
                Table::ProxiesPriv | Table::DefaultRoles | Table::Restrictions => {}
                _ => self.edge(node, owner, Edge::Owned),
            }
        }
    }

    /// Which account rows take clients from which.
    fn blocks(&mut self) {
        let tables = &self.engine.policy().tables;
        let row = |account: &AccountView| {
            let key = tables.find_account(&account.user, &account.host)?;
            Some(Node::Row(RowId { table: Table::User, index: tables.users.index_of(&key)? }))
        };
        let mut found = Vec::new();
        for line in self.engine.accounts() {
            let Some(loser) = row(&line.row.account) else { continue };
            found.extend(line.reached.shadowed_by.iter().filter_map(row).map(|winner| (winner, loser)));
        }
        for (winner, loser) in found {
            self.edge(winner, loser, Edge::Blocks);
        }
    }

    /// A session of clients: the user name they give, they in words, one of them.
    fn session(&mut self, (user, clients, example): (&str, &str, &Client), holdings: SessionHoldings, ambiguous: bool) {
        let at = self.sessions.len() as u32;
        let node = Node::Session(at);
        self.sessions.push(Session {
            user: user.to_owned(),
            account: holdings.account,
            effective: holdings.effective,
            clients: clients.to_owned(),
            example: example.clone(),
            ambiguous,
        });
        let account = self.account_node(holdings.account);
        self.edge(account, node, Edge::Selected);
        if let Some(row) = holdings.proxy {
            let other = self.account_node(holdings.effective);
            self.edge(other, node, Edge::StandsIn);
            self.edge(Node::Row(row), node, Edge::StandsIn);
        }
        for active in holdings.roles {
            for row in &active.granted_by {
                self.edge(Node::Row(*row), node, Edge::Granted);
            }
            if active.granted_by.is_empty() {
                self.edge(Node::Role(active.role), node, Edge::Active);
            }
            if let Some(row) = active.activated_by {
                self.edge(Node::Row(row), node, Edge::Activates);
            }
        }
        for row in holdings.withheld_by {
            self.edge(Node::Row(row), node, Edge::Withholds);
        }
        let mut decided: FxHashMap<(u32, crate::server::catalogue::Privilege), u32> = FxHashMap::default();
        for holding in holdings.held {
            let on = self.objects.insert_full(holding.on).0 as u32;
            let next = self.decisions.len() as u32;
            let place = *decided.entry((on, holding.privilege)).or_insert(next);
            if place == next {
                let (privilege, grant_option) = (holding.privilege, holding.grant_option);
                self.decisions.push(Decision { session: at, on, privilege, grant_option });
                self.edge(node, Node::Decision(place), Edge::Holds);
            } else if let Some(decision) = self.decisions.get_mut(place as usize) {
                decision.grant_option |= holding.grant_option;
            }
            if let Some(row) = holding.row {
                self.edge(Node::Row(row), Node::Decision(place), Edge::Gives);
            }
        }
    }

    fn finish(mut self) -> Graph<'p> {
        self.nodes.sort_unstable();
        self.nodes.dedup();
        self.edges.sort_unstable();
        self.edges.dedup();
        let mut nodes = DiGraph::with_capacity(self.nodes.len(), self.edges.len());
        let places: FxHashMap<Node, _> = self.nodes.into_iter().map(|node| (node, nodes.add_node(node))).collect();
        for (from, to, edge) in self.edges {
            if let (Some(from), Some(to)) = (places.get(&from), places.get(&to)) {
                nodes.add_edge(*from, *to, edge);
            }
        }
        let objects = self.objects.into_iter().collect();
        Graph { engine: self.engine, nodes, sessions: self.sessions, decisions: self.decisions, objects, places }
    }
}
