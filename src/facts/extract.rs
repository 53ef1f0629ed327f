//! Grant tables, server, client and question to facts. No decisions: rows are copied, texts are matched.
//!
//! Only the rows that one client's question can touch are copied: those of its user name, the anonymous ones,
//! and those of the accounts and roles that these lead to.

mod asks;
mod login;
mod rows;
mod running;

use super::Facts;
use super::id::{Account, Client, DbText, Host, Session};
use super::index::Index;
use super::objects::Objects;
use crate::client::{Client as ClientText, From};
use crate::demand::Demands;
use crate::facts::base;
use crate::matching::host::{ClientHost, HostPattern, Texts};
use crate::matching::wild;
use crate::name::Symbol;
use crate::server::behaviour::Behaviour;
use crate::server::catalogue::{Level, Privilege, PrivilegeSet};
use crate::server::variables::Variable;
use crate::tables::row::{AccountKey, KeptRow, RowId};
pub(crate) use login::maps_proxies;
pub use running::Carried;
use rustc_hash::FxHashSet;

/// What one evaluation is about: a client, and what it asks.
#[derive(Debug, Clone, Copy)]
pub struct Question<'q> {
    /// The client.
    pub client: &'q ClientText,
    /// The demands of its statement; none when only the login is asked about.
    pub demands: Option<&'q Demands>,
    /// The client is a definer: its host text stands for name and address (M7.37).
    pub definer_host: Option<&'q str>,
    /// Databases that are to be known besides those of the demands.
    pub databases: &'q [String],
    /// What the session carries, when it was opened before.
    pub running: Option<&'q Carried>,
}

/// The facts of one evaluation and what their ids stand for.
#[derive(Debug, Clone)]
pub struct Extracted {
    /// The facts.
    pub facts: Facts,
    /// What the facts are about.
    pub about: About,
}

/// What the ids of one evaluation stand for.
#[derive(Debug, Clone)]
pub struct About {
    /// What the ids stand for.
    pub objects: Objects,
    /// The client's two texts.
    pub host: ClientHost,
    /// The session was opened before, with the password that the client says it sent.
    pub runs: bool,
    /// The account behind each session.
    pub sessions: Vec<(Session, Account)>,
    /// The check and need of the demands behind each need id.
    pub needs: Vec<(usize, usize)>,
    /// The rows that a running session keeps, by the index of their ids.
    pub kept: Vec<KeptRow>,
}

/// The only client of an evaluation.
pub const CLIENT: Client = Client(0);

/// Facts in the making.
struct Extract<'i, 't> {
    index: &'i Index<'t>,
    question: Question<'i>,
    facts: Facts,
    objects: Objects,
    host: ClientHost,
    /// Accounts whose rows count for a session: selected ones, proxied ones.
    effective: Vec<AccountKey>,
    /// Roles that these lead to.
    roles: Vec<AccountKey>,
    hosts_seen: FxHashSet<Symbol>,
    db_texts: FxHashSet<Symbol>,
    sessions: Vec<(Session, Account)>,
    needs: Vec<(usize, usize)>,
    kept: Vec<KeptRow>,
}

/// The client's name and address as the server takes them (M2.1–M2.3).
#[inline]
pub fn client_texts(client: &ClientText, skip_name_resolve: bool) -> Texts<'_> {
    match &client.from {
        From::Socket => Texts::socket(),
        From::Address { ip, hostname } => Texts::address(ip, hostname.as_deref(), skip_name_resolve),
        From::Hostname(name) => Texts::named(name, skip_name_resolve),
    }
}

/// The same, to be kept.
pub fn client_host(client: &ClientText, skip_name_resolve: bool) -> ClientHost {
    client_texts(client, skip_name_resolve).into()
}

/// Copies the facts that a question can touch.
pub fn extract(index: &Index<'_>, question: Question<'_>) -> Extracted {
    let host = match question.definer_host {
        Some(text) => ClientHost { host: Some(text.into()), ip: Some(text.into()), ip_unknown: false },
        None => client_host(question.client, index.skip_name_resolve),
    };
    let mut extract = Extract {
        index,
        question,
        facts: Facts::default(),
        objects: Objects::default(),
        host,
        effective: Vec::new(),
        roles: Vec::new(),
        hosts_seen: FxHashSet::default(),
        db_texts: FxHashSet::default(),
        sessions: Vec::new(),
        needs: Vec::new(),
        kept: Vec::new(),
    };
    extract.server();
    extract.asks();
    extract.client();
    match question.running {
        Some(carried) => extract.running(carried),
        None => extract.accounts(),
    }
    extract.roles();
    extract.rows();
    extract.hosts();
    let about = About {
        objects: extract.objects,
        host: extract.host,
        runs: question.running.is_some(),
        sessions: extract.sessions,
        needs: extract.needs,
        kept: extract.kept,
    };
    Extracted { facts: extract.facts, about }
}

impl Extract<'_, '_> {
    fn text(&self, symbol: Symbol) -> &str {
        self.index.tables.names.text(symbol)
    }

    /// Behaviours, settings, and which privileges open a database.
    fn server(&mut self) {
        let tables = self.index.tables;
        let has = Behaviour::ALL.iter().filter(|b| tables.server.has(**b));
        self.facts.server_has.extend(has.map(|b| base::ServerHas(*b)));
        let on = Variable::of(&tables.server).filter(|v| tables.variables.on(*v));
        self.facts.setting_on.extend(on.map(base::SettingOn));
        let option = PrivilegeSet::of(Privilege::GRANT_OPTION);
        let kept = if tables.server.has(Behaviour::GrantOptionOpensDatabase) { PrivilegeSet::EMPTY } else { option };
        let database = tables.server.privileges_at(Level::Database).minus(kept);
        self.facts.opens_database.extend(database.iter().map(base::OpensDatabase));
        let table = tables.server.privileges_at(Level::Table).minus(kept);
        self.facts.opens_database_by_table.extend(table.iter().map(base::OpensDatabaseByTable));
    }

    /// Remembers a host text, to be compared with the client at the end.
    fn host_id(&mut self, host: Symbol) -> Host {
        self.hosts_seen.insert(host);
        Host(host)
    }

    /// The account's id, and its name as a fact the first time.
    fn account_id(&mut self, key: AccountKey) -> Account {
        if let Some(known) = self.objects.find_account(key) {
            return known;
        }
        let account = self.objects.account(key);
        let host = self.host_id(key.host);
        self.facts.account_name.push(base::AccountName(account, super::id::User(key.user), host));
        account
    }

    fn gives(&mut self, row: RowId, privileges: PrivilegeSet) {
        self.facts.row_gives.extend(privileges.iter().map(|p| base::RowGives(row, p)));
    }

    /// Compares every host text that was seen with the client.
    fn hosts(&mut self) {
        let tables = self.index.tables;
        if tables.admits_every_host {
            self.facts.admits_every_host.push(base::AdmitsEveryHost(CLIENT));
        }
        let pre_check = !tables.admits_every_host && self.question.client.from != From::Socket;
        let in_use = if pre_check { self.index.hosts() } else { &[] };
        for &host in in_use {
            self.hosts_seen.insert(host);
            self.facts.host_in_use.push(base::HostInUse(Host(host)));
        }
        let mut seen: Vec<Symbol> = self.hosts_seen.iter().copied().collect();
        seen.sort_unstable();
        for host in seen {
            let text = tables.names.text(host);
            let pattern = HostPattern::new(text, &tables.server);
            if pattern.matches(&self.host, self.index.quirks) {
                self.facts.host_matches.push(base::HostMatches(CLIENT, Host(host)));
            } else if pattern.may_match_some_address(&self.host, self.index.quirks) {
                self.facts.host_may_match.push(base::HostMayMatch(CLIENT, Host(host)));
            }
            if tables.server.has(Behaviour::RolesAreNames)
                && pattern.matches_texts(Some(""), Some(""), self.index.quirks)
            {
                self.facts.host_of_roles.push(base::HostOfRoles(Host(host)));
            }
            if self.host.equals(text) {
                self.facts.host_equals.push(base::HostEquals(CLIENT, Host(host)));
            }
            if pattern.is_wild_in_pre_check(&tables.server) {
                self.facts.host_is_wild.push(base::HostIsWild(Host(host)));
            }
        }
    }

    /// Compares every database text that was seen with the databases asked about, and orders them.
    fn db_texts(&mut self) {
        let mut seen: Vec<Symbol> = self.db_texts.iter().copied().collect();
        seen.sort_unstable_by_key(|s| self.index.tables.names.text(*s));
        for (place, &symbol) in seen.iter().enumerate() {
            let text = self.index.tables.names.text(symbol);
            let id = DbText(symbol);
            self.facts.db_text_order.push(base::DbTextOrder(id, super::id::Position(place as u32)));
            if wild::has_wildcard(text) {
                self.facts.db_text_is_wild.push(base::DbTextIsWild(id));
            }
            for (db, name) in self.objects.database_patterns() {
                if wild::covers_pattern(name.as_bytes(), text.as_bytes(), self.index.quirks) {
                    self.facts.db_matches.push(base::DbMatches(db, id));
                }
                if name == text {
                    self.facts.db_equals.push(base::DbEquals(db, id));
                }
                if name.eq_ignore_ascii_case(text) {
                    self.facts.db_equals_ignoring_case.push(base::DbEqualsIgnoringCase(db, id));
                }
            }
            for (db, name) in self.objects.databases() {
                if wild::matches_bytes(name.as_bytes(), text.as_bytes(), self.index.quirks) {
                    self.facts.db_matches.push(base::DbMatches(db, id));
                }
                if name == text {
                    self.facts.db_equals.push(base::DbEquals(db, id));
                }
                if name.eq_ignore_ascii_case(text) {
                    self.facts.db_equals_ignoring_case.push(base::DbEqualsIgnoringCase(db, id));
                }
            }
        }
    }
}
