//! The roles that a login activates, from the program: many accounts at once, each with a client of its own.

use super::super::field::Field;
use super::Build;
use super::order::ends_of;
use crate::facts::Facts;
use crate::facts::base;
use crate::facts::id::Method;
use crate::facts::id::{Account, Client, ClientTrait, Host, MethodKind, Session, User};
use crate::name::Symbol;
use crate::rules;
use crate::server::behaviour::Behaviour;
use crate::server::ordering::Rank;
use crate::server::variables::Variable;
use crate::tables::row::{AccountKey, RowId, Table};
use indexmap::IndexSet;
use rayon::prelude::*;
use rustc_hash::{FxBuildHasher, FxHashMap};

/// So many accounts are put to the program together.
const TOGETHER: usize = 256;

impl Build<'_> {
    /// For each account row the accounts whose own rows count, where a role is active.
    pub(super) fn feeds(&mut self) {
        let tables = self.tables;
        let for_all = !self.index.mandatory_roles.is_empty();
        let has_some =
            |key: &AccountKey| for_all || tables.role_edges.has_any(*key) || tables.default_roles.has_any(*key);
        let asked: Vec<AccountKey> = self.account_rows.iter().filter(|key| has_some(key)).copied().collect();
        let found: Vec<Vec<AccountKey>> = asked.par_chunks(TOGETHER).flat_map_iter(|keys| self.active(keys)).collect();
        let mut of_key: FxHashMap<AccountKey, u64> = FxHashMap::default();
        let mut lists: IndexSet<Vec<AccountKey>, FxBuildHasher> = IndexSet::default();
        for (key, feeds) in asked.into_iter().zip(found) {
            if !feeds.is_empty() {
                of_key.insert(key, lists.insert_full(feeds).0 as u64 + 1);
            }
        }
        let numbers: Vec<u64> =
            self.account_rows.iter().map(|key| of_key.get(key).copied().unwrap_or_default()).collect();
        self.out.values(Field::AccountFeeds, &numbers);
        self.out.values(Field::FeedEnd, &ends_of(lists.iter().map(Vec::len)));
        let all = || lists.iter().flatten();
        self.out.values(Field::FeedUser, &all().map(|key| self.users.get(key.user)).collect::<Vec<_>>());
        self.out.values(Field::FeedHost, &all().map(|key| self.hosts.get(key.host)).collect::<Vec<_>>());
    }

    /// The accounts that feed a session of each account; none where no role is active.
    fn active(&self, keys: &[AccountKey]) -> Vec<Vec<AccountKey>> {
        let mut asked = Asked { facts: Facts::default(), accounts: IndexSet::default() };
        let server = &self.tables.server;
        asked.facts.server_has.extend(Behaviour::ALL.iter().filter(|b| server.has(**b)).map(|b| base::ServerHas(*b)));
        let on = Variable::of(server).filter(|variable| self.tables.variables.on(*variable));
        asked.facts.setting_on.extend(on.map(base::SettingOn));
        keys.iter().for_each(|key| asked.client(*key));
        for role in &self.index.mandatory_roles {
            let role = asked.account(*role);
            asked.facts.mandatory_role.push(base::MandatoryRole(role));
        }
        self.edges(&mut asked);
        let accounts = asked.accounts;
        let model = rules::evaluate(&asked.facts);
        let mut feeds = vec![Vec::new(); keys.len()];
        for fed in &model.feeds {
            let by_account = model.by_account.iter().any(|by| by.0 == fed.0);
            if let (Some(list), Some(key)) = (feeds.get_mut(fed.0.0 as usize), accounts.get_index(fed.1.0 as usize))
                && by_account
            {
                list.push(*key);
            }
        }
        for list in &mut feeds {
            list.sort_unstable();
            list.dedup();
        }
        feeds
    }

    /// The role edges and default roles of all accounts that these lead to.
    fn edges(&self, asked: &mut Asked) {
        let tables = self.tables;
        let mut at = 0;
        while let Some(key) = asked.accounts.get_index(at).copied() {
            let to = Account(at as u32);
            at += 1;
            for (index, edge) in tables.role_edges.of(key) {
                let role = asked.account(edge.role);
                asked.facts.role_edge.push(base::RoleEdge(role, to, RowId { table: Table::RoleEdges, index }));
            }
            for (index, default) in tables.default_roles.of(key) {
                let role = asked.account(default.role);
                asked.facts.default_role.push(base::DefaultRole(to, role, RowId { table: Table::DefaultRoles, index }));
            }
        }
    }
}

/// The facts about some accounts, and what account ids stand for.
struct Asked {
    facts: Facts,
    accounts: IndexSet<AccountKey, FxBuildHasher>,
}

impl Asked {
    fn account(&mut self, key: AccountKey) -> Account {
        let (at, new) = self.accounts.insert_full(key);
        let account = Account(at as u32);
        if new {
            self.facts.account_name.push(base::AccountName(account, User(key.user), Host(key.host)));
        }
        account
    }

    /// A client that gets this account and no other: names and hosts are numbered apart.
    fn client(&mut self, key: AccountKey) {
        let account = self.account(key);
        let (client, session, own) = (Client(account.0), Session(account.0), Symbol(u32::MAX - 1 - account.0));
        let facts = &mut self.facts;
        facts.client_user.push(base::ClientUser(client, User(own)));
        facts.client_is.push(base::ClientIs(client, ClientTrait::WantsDefaultRoles));
        let id = RowId { table: Table::User, index: account.0 };
        facts.account_row.push(base::AccountRow(account, User(own), Host(own), Rank(0), id));
        facts.global_row.push(base::GlobalRow(id, account));
        facts.host_matches.push(base::HostMatches(client, Host(own)));
        facts.session_of.push(base::SessionOf(session, client, account));
        facts.auth_method.push(base::AuthMethod(account, Method(0), MethodKind::Password));
    }
}
