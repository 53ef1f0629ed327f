//! Finds the rows that one client's facts are made of, without reading the whole policy again.
//!
//! Made once per policy, part by part as it is asked for, and shared by all questions.

use crate::matching::wild::Quirks;
use crate::name::Symbol;
use crate::server::behaviour::Behaviour;
use crate::server::variables::Variable;
use crate::tables::row::{AccountKey, ColumnRow, RowId, Table, TableRow};
use crate::tables::store::Store;
use crate::tables::{AccountKeyed, ArrayOrder, GrantTables};
use rustc_hash::FxHashMap;
use std::cmp::Reverse;
use std::hash::Hash;
use std::sync::OnceLock;

/// A row's place among rows of equal rank: smaller is found first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// Its place in the array that MariaDB holds (M3.11).
    Held(u32),
    /// Loaded rows by primary key, then the others by age (M3.8).
    Sorted(Aged),
    /// The newest first, and of loaded ones the last by primary key (M5.7).
    Chained(Reverse<Aged>),
}

/// False for a row that was loaded, which has its primary key; and its place in the store. Most rows were not loaded, and
/// there is nothing to compare of them but that place.
pub type Aged = (bool, Option<Box<[String; 4]>>, u32);

/// The rows of each user name, by grant table.
#[derive(Debug)]
pub struct Index<'t> {
    /// The tables behind it.
    pub tables: &'t GrantTables,
    /// How this server matches.
    pub quirks: Quirks,
    /// `skip_name_resolve`
    pub skip_name_resolve: bool,
    /// `lower_case_table_names` is not 0: names are compared in lower case (M5.5).
    pub lower_case_names: bool,
    /// The existing accounts that `mandatory_roles` names (M7.38).
    pub mandatory_roles: Vec<AccountKey>,
    hosts: Vec<Symbol>,
    positions: FxHashMap<u32, u32>,
    // Who builds a decision table asks for none of these.
    users: OnceLock<ByUser>,
    dbs: OnceLock<ByUser>,
    tables_priv: OnceLock<ByUser>,
    routines: OnceLock<ByUser>,
    decoys: OnceLock<Vec<u32>>,
    held: OnceLock<Option<FxHashMap<u32, u32>>>,
    columns: OnceLock<FxHashMap<u32, (u32, usize)>>,
}

/// The places of the rows of each user name, in their order.
type ByUser = FxHashMap<Symbol, Vec<u32>>;

impl<'t> Index<'t> {
    /// What most questions need at once; the rest is found when it is first asked for.
    pub fn new(tables: &'t GrantTables) -> Self {
        let roles_too = !tables.server.has(Behaviour::RolesAreNames);
        let accounts = tables.users.iter().filter(|(_, _, row)| roles_too || !row.is_role);
        let mut hosts: Vec<Symbol> = accounts.map(|(_, key, _)| key.host).collect();
        hosts.sort_unstable();
        hosts.dedup();
        Self {
            tables,
            quirks: Quirks::of(&tables.server),
            skip_name_resolve: tables.variables.on(Variable::SkipNameResolve),
            lower_case_names: tables.variables.get(Variable::LowerCaseTableNames) != "0",
            mandatory_roles: mandatory_roles(tables),
            hosts,
            positions: positions(tables),
            users: OnceLock::new(),
            dbs: OnceLock::new(),
            tables_priv: OnceLock::new(),
            routines: OnceLock::new(),
            decoys: OnceLock::new(),
            held: OnceLock::new(),
            columns: OnceLock::new(),
        }
    }

    /// The `user` rows of that user name.
    pub fn users(&self, user: Symbol) -> &[u32] {
        rows_of(&self.users, &self.tables.users, user)
    }

    /// The `db` rows of that user name.
    pub fn dbs(&self, user: Symbol) -> &[u32] {
        rows_of(&self.dbs, &self.tables.dbs, user)
    }

    /// The `tables_priv` rows of that user name.
    pub fn tables_priv(&self, user: Symbol) -> &[u32] {
        rows_of(&self.tables_priv, &self.tables.tables, user)
    }

    /// The `procs_priv` rows of that user name.
    pub fn routines(&self, user: Symbol) -> &[u32] {
        rows_of(&self.routines, &self.tables.routines, user)
    }

    /// Every host text of an account that a client could be, each once.
    pub fn hosts(&self) -> &[Symbol] {
        &self.hosts
    }

    /// A `columns_priv` row with the `tables_priv` row it belongs to.
    pub fn column(&self, index: u32) -> Option<(&'t TableRow, &'t ColumnRow)> {
        let (table, place) = self.columns.get_or_init(|| columns(self.tables)).get(&index)?;
        let row = self.tables.tables.at(*table)?;
        Some((row, row.columns.get(*place)?))
    }

    /// An account row's place among rows of equal rank, where the server fixes one (M3.8, M3.10).
    pub fn position(&self, user_row: u32) -> Option<u32> {
        self.positions.get(&user_row).copied()
    }

    /// The place of each `db` row in the order in which MariaDB holds them, where it can be told (M3.11).
    pub fn held_dbs(&self) -> Option<&FxHashMap<u32, u32>> {
        self.held.get_or_init(|| held_dbs(self.tables)).as_ref()
    }

    /// The place of a row of `db`, `host`, `tables_priv`, `procs_priv` or `proxies_priv` among rows of equal rank, where the
    /// server fixes one. `key` is its primary key at the last load: host, user, and what follows.
    pub fn place(&self, row: RowId, key: [Symbol; 4], order: &ArrayOrder) -> Option<Place> {
        let magic = self.tables.server.has(Behaviour::MagicOrder);
        if magic && row.table == Table::Db {
            return self.held_dbs()?.get(&row.index).copied().map(Place::Held);
        }
        let until = match order {
            ArrayOrder::Created => 0,
            ArrayOrder::Loaded { until } => *until,
            ArrayOrder::Unknown => return None,
        };
        let loaded = row.index < until;
        let mut text = loaded.then(|| Box::new(key.map(|symbol| self.tables.names.text(symbol).to_owned())));
        if magic {
            return Some(Place::Chained(Reverse((!loaded, text, row.index))));
        }
        // Hosts are compared by their upper-case letters, the rest byte by byte (M1.10).
        if let Some([host, _, third, _]) = text.as_deref_mut() {
            host.make_ascii_uppercase();
            if row.table == Table::ProxiesPriv {
                third.make_ascii_uppercase(); // the proxied host
            }
        }
        Some(Place::Sorted((!loaded, text, row.index)))
    }

    /// The `user` row whose methods an unknown user name goes through (M4.4).
    pub fn decoy(&self, user: &str) -> Option<u32> {
        let decoys = self.decoys.get_or_init(|| decoys(self.tables));
        let place = decoy_number(user).checked_rem(decoys.len() as u64)?;
        decoys.get(place as usize).copied()
    }

    /// A database or table name as rows are compared with it.
    pub fn folded(&self, name: &str) -> String {
        if self.lower_case_names { name.to_lowercase() } else { name.to_owned() }
    }
}

/// The rows of a user in a store, all of which are parted by user when the first is asked for.
fn rows_of<'i, K: AccountKeyed + Copy + Eq + Hash, R>(
    known: &'i OnceLock<ByUser>,
    store: &Store<K, R>,
    user: Symbol,
) -> &'i [u32] {
    let by_user = known.get_or_init(|| {
        let mut by_user = ByUser::default();
        store.iter().for_each(|(at, key, _)| by_user.entry(key.account().user).or_default().push(at));
        by_user
    });
    by_user.get(&user).map_or(&[], Vec::as_slice)
}

/// Where each column row is kept.
fn columns(tables: &GrantTables) -> FxHashMap<u32, (u32, usize)> {
    let rows = tables.tables.iter();
    rows.flat_map(|(at, _, row)| row.columns.iter().enumerate().map(move |(i, c)| (c.index, (at, i)))).collect()
}

/// The order of rows of equal rank: MariaDB by host text downwards (M3.10), MySQL as it holds them (M3.8).
fn positions(tables: &GrantTables) -> FxHashMap<u32, u32> {
    let mut rows: Vec<(u32, AccountKey)> = tables.users.iter().map(|(i, key, _)| (i, *key)).collect();
    // The collation of the column compares upper-case letters, which come before `_` (M1.10).
    let host = |key: AccountKey| tables.names.text(key.host).to_ascii_uppercase();
    if tables.server.has(Behaviour::MagicOrder) {
        rows.sort_by_key(|(_, key)| std::cmp::Reverse(tables.names.text(key.host)));
    } else {
        match tables.array_order {
            ArrayOrder::Created => {}
            ArrayOrder::Loaded { until } => rows.sort_by_cached_key(|(i, key)| {
                if *i < until {
                    let was = tables.ranked_as.user(*key);
                    (0, host(was), tables.names.text(was.user).to_owned())
                } else {
                    (*i + 1, String::new(), String::new())
                }
            }),
            ArrayOrder::Unknown => return FxHashMap::default(),
        }
    }
    rows.iter().enumerate().map(|(place, (i, _))| (*i, place as u32)).collect()
}

/// The place of each `db` row among those that the server holds in memory (M3.11).
pub fn held_dbs(tables: &GrantTables) -> Option<FxHashMap<u32, u32>> {
    let held = tables.memory.as_ref().filter(|_| !tables.from_dump)?.all_databases()?;
    Some(held.zip(0..).filter_map(|(key, place)| Some((tables.dbs.index_of(&key)?, place))).collect())
}

/// The accounts in the order in which MariaDB holds them: by user name, number and host (M3.10).
fn decoys(tables: &GrantTables) -> Vec<u32> {
    if !tables.server.has(Behaviour::AlternativeMethods) {
        return Vec::new();
    }
    let mut rows: Vec<(u32, AccountKey)> =
        tables.users.iter().filter(|(_, _, row)| !row.is_role).map(|(i, key, _)| (i, *key)).collect();
    rows.sort_by_cached_key(|(_, key)| {
        let (user, host) = tables.account_text(*key);
        (user.to_owned(), tables.server.account_rank(user, host), std::cmp::Reverse(host.to_owned()))
    });
    rows.into_iter().map(|(i, _)| i).collect()
}

/// The number that MariaDB makes of an unknown user name, to choose an account by (M4.4): the hash of
/// `latin1_swedish_ci`, which ignores the case of letters and blanks at the end.
fn decoy_number(user: &str) -> u64 {
    let (mut number, mut factor) = (1u64, 4u64);
    for byte in user.trim_end_matches(' ').bytes() {
        let weight = u64::from(swedish_weight(byte));
        number ^= ((number & 63) + factor).wrapping_mul(weight).wrapping_add(number << 8);
        factor += 3;
    }
    number
}

/// How `latin1_swedish_ci` sorts a byte.
fn swedish_weight(byte: u8) -> u8 {
    match byte {
        0xE0..=0xF6 | 0xF8..=0xFE => swedish_weight(byte - 0x20),
        0xC0..=0xC3 => b'A',
        0xC4 | 0xC6 => b'\\',
        0xC5 => b'[',
        0xC7 => b'C',
        0xC8..=0xCB => b'E',
        0xCC..=0xCF => b'I',
        0xD0 => b'D',
        0xD1 => b'N',
        0xD2..=0xD5 => b'O',
        0xD6 => b']',
        0xD9..=0xDB => b'U',
        0xDC | 0xDD => b'Y',
        other => other.to_ascii_uppercase(),
    }
}

/// Reads `mandatory_roles`: account names with commas between them.
fn mandatory_roles(tables: &GrantTables) -> Vec<AccountKey> {
    let mut roles: Vec<AccountKey> = split_names(tables.variables.get(Variable::MandatoryRoles))
        .iter()
        .filter_map(|(user, host)| tables.find_account(user, host))
        .filter(|key| tables.users.get(key).is_some())
        .collect();
    roles.sort_unstable();
    roles.dedup();
    roles
}

/// Splits `` 'r1'@'h', `r2`, r3 `` into user and host parts; a missing host is `%`.
pub fn split_names(text: &str) -> Vec<(String, String)> {
    let mut names = Vec::new();
    let (mut parts, mut part, mut quote) = (Vec::new(), String::new(), None);
    for c in text.chars().chain([',']) {
        match (c, quote) {
            (c, Some(q)) if c == q => quote = None,
            (c, Some(_)) => part.push(c),
            ('\'' | '"' | '`', None) => quote = Some(c),
            ('@', None) => parts.push(std::mem::take(&mut part)),
            (',', None) => {
                parts.push(std::mem::take(&mut part));
                let mut all = std::mem::take(&mut parts).into_iter();
                let user = all.next().unwrap_or_default();
                let host = all.next().unwrap_or_else(|| "%".to_owned());
                if !user.is_empty() {
                    names.push((user, host));
                }
            }
            (c, None) if c.is_whitespace() => {}
            (c, None) => part.push(c),
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::split_names;

    #[test]
    fn names_with_and_without_hosts() {
        let names = split_names("`r1`@`%`, 'r 2'@localhost,r3");
        let names: Vec<(&str, &str)> = names.iter().map(|(u, h)| (u.as_str(), h.as_str())).collect();
        assert_eq!(names, [("r1", "%"), ("r 2", "localhost"), ("r3", "%")]);
        assert!(split_names("").is_empty());
    }
}
