//! What an account and the roles active with it hold together (M5.11), per exact account: rows of other
//! hosts do not count here (M5.10).

use crate::matching::wild::has_wildcard;
use crate::name::Symbol;
use crate::server::catalogue::{Privilege, PrivilegeSet};
use crate::server::errors::ServerError;
use crate::server::variables::Variable;
use crate::syntax::statement::ObjectKind;
use crate::tables::GrantTables;
use crate::tables::row::{AccountKey, RoleEdge};
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, VecDeque};

/// What is held on one table.
#[derive(Debug, Clone, Default)]
pub struct OnTable {
    /// On the whole table.
    pub whole: PrivilegeSet,
    /// On each column, as it is written in the GRANT (M5.13).
    pub columns: FxHashMap<Symbol, PrivilegeSet>,
    /// What its row names beside what the columns have.
    pub claimed: PrivilegeSet,
}

/// The rows of an account and its active roles, united per exact object.
#[derive(Debug, Clone, Default)]
pub struct Aggregate {
    /// Whose.
    pub account: AccountKey,
    /// Global static privileges.
    pub global: PrivilegeSet,
    /// Dynamic privileges; true with grant option.
    pub dynamic: FxHashMap<Privilege, bool>,
    /// Database privileges by the stored text.
    pub databases: FxHashMap<Symbol, PrivilegeSet>,
    /// Partial revokes that are left.
    pub restrictions: FxHashMap<Symbol, PrivilegeSet>,
    /// What is held on tables.
    pub tables: FxHashMap<(Symbol, Symbol), OnTable>,
    /// Routine privileges.
    pub routines: FxHashMap<(ObjectKind, Symbol, Symbol), PrivilegeSet>,
    /// The roles granted to the account itself without admin option.
    pub roles: Vec<AccountKey>,
    /// The roles that the account or an active role holds with admin option.
    pub admin_roles: Vec<AccountKey>,
}

impl Aggregate {
    /// The aggregate of an account with these roles and all that are reached from them.
    ///
    /// # Errors
    /// 1141 when there is no such account, 3530 when a role is neither granted to it nor mandatory.
    pub fn new(tables: &GrantTables, account: AccountKey, using: &[AccountKey]) -> Result<Self, ServerError> {
        if tables.users.get(&account).is_none() {
            let (user, host) = tables.account_text(account);
            let message = format!("There is no such grant defined for user '{user}' on host '{host}'");
            return Err(ServerError::new(1141, "42000", message));
        }
        let mandatory = if using.is_empty() { Vec::new() } else { mandatory_roles(tables) };
        for role in using {
            if edge(tables, account, *role).is_none() && !mandatory.contains(role) {
                let names = [*role, account].map(|key| super::quoting::plain_account(tables, key));
                return Err(ServerError::new(3530, "HY000", format!("{} is not granted to {}", names[0], names[1])));
            }
        }
        let mut aggregate = Self { account, ..Self::default() };
        aggregate.visit(tables, account);
        let direct = tables.role_edges.of(account).map(|(_, edge)| edge);
        aggregate.roles = direct.filter(|edge| !edge.admin_option).map(|edge| edge.role).collect();
        // The roles of an anonymous account give it nothing (M5.15).
        let using = if tables.account_text(account).0.is_empty() { &[] } else { using };
        for role in reached(tables, using) {
            if role != account {
                aggregate.visit(tables, role);
            }
        }
        Ok(aggregate)
    }

    /// Adds the rows of one account or role.
    fn visit(&mut self, tables: &GrantTables, key: AccountKey) {
        let Some(row) = tables.users.get(&key) else { return };
        let keep_rows = self.restrictions.is_empty();
        let own_rows = self.databases.clone();
        for (_, row) in tables.dbs.of(key) {
            let held = self.databases.entry(row.db).or_default();
            *held = held.union(row.privileges);
        }
        let restrictions: FxHashMap<_, _> =
            tables.restrictions.of(key).map(|(_, row)| (row.db, row.privileges)).collect();
        let (all, left) = self.left_of_restrictions(row.privileges, &restrictions);
        self.global = self.global.union(row.privileges);
        let rows = if keep_rows { &own_rows } else { &self.databases };
        let lifted = lifted_by(tables, &all, rows);
        self.restrictions = without(left, &lifted);
        if !keep_rows {
            self.databases = without(std::mem::take(&mut self.databases), &lifted);
        }
        for (_, row) in tables.dynamic.of(key) {
            *self.dynamic.entry(row.privilege).or_default() |= row.grant_option;
        }
        for (_, row) in tables.tables.of(key) {
            let on = self.tables.entry((row.db, row.table)).or_default();
            on.whole = on.whole.union(row.privileges);
            on.claimed = on.claimed.union(row.claims.in_force);
            for column in &row.columns {
                let held = on.columns.entry(column.column).or_default();
                *held = held.union(column.privileges);
            }
        }
        for (_, row) in tables.routines.of(key) {
            let held = self.routines.entry((row.kind, row.db, row.routine)).or_default();
            *held = held.union(row.privileges);
        }
        for (_, edge) in tables.role_edges.of(key).filter(|(_, edge)| edge.admin_option) {
            if !self.admin_roles.contains(&edge.role) {
                self.admin_roles.push(edge.role);
            }
        }
    }

    /// What is left of the restrictions of both, where nobody has the privilege globally without one (M7.62);
    /// before that, the same with all that were there so far.
    fn left_of_restrictions(
        &self,
        global: PrivilegeSet,
        restrictions: &FxHashMap<Symbol, PrivilegeSet>,
    ) -> (FxHashMap<Symbol, PrivilegeSet>, FxHashMap<Symbol, PrivilegeSet>) {
        let of = |map: &FxHashMap<Symbol, PrivilegeSet>, db: Symbol| map.get(&db).copied().unwrap_or_default();
        let (mut all, mut left) = (FxHashMap::default(), FxHashMap::default());
        for &db in self.restrictions.keys().chain(restrictions.keys()) {
            let (old, new) = (of(&self.restrictions, db), of(restrictions, db));
            let open = self.global.minus(old).union(global.minus(new));
            let stays = old.union(new).minus(open);
            all.insert(db, old.union(stays));
            left.insert(db, stays);
        }
        (all, left)
    }
}

/// What rows of databases lift: by their text, and only without wildcard characters in it. Where
/// restrictions were there before a role brought more, the server then lists the lifted privileges no longer
/// as database privileges either.
fn lifted_by(
    tables: &GrantTables,
    restrictions: &FxHashMap<Symbol, PrivilegeSet>,
    rows: &FxHashMap<Symbol, PrivilegeSet>,
) -> FxHashMap<Symbol, PrivilegeSet> {
    let literal = restrictions.iter().filter(|(db, _)| !has_wildcard(tables.names.text(**db)));
    literal.filter_map(|(db, set)| Some((*db, rows.get(db)?.intersection(*set)))).collect()
}

/// A map without some privileges, and without what is empty then.
fn without(
    mut map: FxHashMap<Symbol, PrivilegeSet>,
    taken: &FxHashMap<Symbol, PrivilegeSet>,
) -> FxHashMap<Symbol, PrivilegeSet> {
    map.retain(|db, set| {
        *set = set.minus(taken.get(db).copied().unwrap_or_default());
        !set.is_empty()
    });
    map
}

/// The accounts that `mandatory_roles` names and that exist (M7.38).
pub(super) fn mandatory_roles(tables: &GrantTables) -> Vec<AccountKey> {
    let list = tables.variables.get(Variable::MandatoryRoles);
    let named = list.split(',').filter(|item| !item.trim().is_empty()).filter_map(|item| {
        let unquote = |text: &str| text.trim().trim_matches(['`', '\'', '"']).to_owned();
        let (user, host) = item.split_once('@').map_or((item, "%"), |(user, host)| (user, host));
        tables.find_account(&unquote(user), &unquote(host))
    });
    let mut roles: Vec<AccountKey> = named.filter(|key| tables.users.get(key).is_some()).collect();
    roles.dedup();
    roles
}

/// The edge by which `role` is granted to `account`.
fn edge(tables: &GrantTables, account: AccountKey, role: AccountKey) -> Option<&RoleEdge> {
    tables.role_edges.get(&(account, role))
}

/// These roles and all that are reached from them, each once, nearest first and otherwise in the order of
/// `role_edges` after a load: by host, then user. The order shows in what is left of restrictions.
fn reached(tables: &GrantTables, roles: &[AccountKey]) -> Vec<AccountKey> {
    let by_key = |mut roles: Vec<AccountKey>| {
        roles.sort_by_key(|role| (tables.names.text(role.host), tables.names.text(role.user)));
        roles
    };
    let mut queue: VecDeque<AccountKey> = by_key(roles.to_vec()).into();
    let mut seen = Vec::new();
    while let Some(role) = queue.pop_front() {
        if !seen.contains(&role) {
            seen.push(role);
            queue.extend(by_key(tables.role_edges.of(role).map(|(_, edge)| edge.role).collect()));
        }
    }
    seen
}

/// A map sorted by the text of its keys.
pub(super) fn by_text<K: Copy, V>(map: &FxHashMap<K, V>, text: impl Fn(K) -> String) -> BTreeMap<String, (K, &V)> {
    map.iter().map(|(&key, value)| (text(key), (key, value))).collect()
}
