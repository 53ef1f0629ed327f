//! Which roles' privileges the server has brought to a role that they are granted to (M5.16).
//!
//! MariaDB keeps with every role what its roles give it, and brings that up to date only where it thinks that something
//! changed: a GRANT or REVOKE below the global level makes a role forget the global privileges of its roles, and a load
//! never gets to a role of which one role got nothing from its own.

use super::Memory;
use crate::name::Symbol;
use crate::server::catalogue::PrivilegeSet;
use crate::syntax::statement::ObjectKind;
use crate::tables::GrantTables;
use crate::tables::row::{AccountKey, RowId, Table};
use indexmap::IndexSet;
use rustc_hash::{FxBuildHasher, FxHashMap};

/// The roles, the role itself apart, whose privileges count as the role's own.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Brought {
    global: Vec<AccountKey>,
    /// All rows of these.
    rows: Vec<AccountKey>,
    /// And single rows of others.
    single: Vec<(AccountKey, Object)>,
}

/// What is brought up to date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Global privileges.
    Global,
    /// Rows for this object.
    Rows(Object),
    /// Global privileges and all rows.
    All,
}

/// What a GRANT or REVOKE below the global level is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Object {
    /// A database, as it is written.
    Database(Symbol),
    /// A table.
    Table(Symbol, Symbol),
    /// A routine.
    Routine(ObjectKind, Symbol, Symbol),
}

impl Object {
    /// The database of it.
    pub fn database(&self) -> Symbol {
        match self {
            Self::Database(db) | Self::Table(db, _) | Self::Routine(_, db, _) => *db,
        }
    }

    /// The table or routine, empty for a database.
    pub fn name(&self) -> Symbol {
        match self {
            Self::Database(_) => Symbol::EMPTY,
            Self::Table(_, name) | Self::Routine(_, _, name) => *name,
        }
    }
}

/// How many roles below a role have still to be brought up to date before it is its turn; 1 once it was.
pub(super) type Turns = FxHashMap<AccountKey, u32>;

impl GrantTables {
    /// A GRANT or REVOKE of privileges changed a role, or would have: the server writes its own global privileges anew, and
    /// brings what it changed to the roles above.
    pub fn changed_role(&mut self, role: AccountKey, level: Level) {
        let Some(mut memory) = self.memory.take() else { return };
        memory.brought.entry(role).or_default().global.clear();
        memory.bring(self, role, level);
        memory.bring_upwards(self, role, level, &mut Turns::default());
        self.memory = Some(memory);
    }

    /// A role is about to be dropped.
    pub fn leaves(&mut self, role: AccountKey) {
        let had = has_rows(self, role) || !global_of(self, role, &[]).is_empty();
        if let Some(memory) = &mut self.memory
            && self.users.get(&role).is_some_and(|row| row.is_role)
        {
            memory.leaving.push((role, had));
        }
    }

    /// True when the role below counts globally for the one that it is granted to, directly or not.
    pub fn brings_globally(&self, role: AccountKey, below: AccountKey) -> bool {
        self.brought(role).is_none_or(|brought| brought.global.contains(&below))
    }

    /// True when the row of the role below for this object counts for the one that it is granted to, directly or not.
    pub fn brings_row(&self, role: AccountKey, below: AccountKey, object: Object) -> bool {
        self.brought(role)
            .is_none_or(|brought| brought.rows.contains(&below) || brought.single.contains(&(below, object)))
    }

    /// The rows of the role below that do not.
    pub fn rows_not_brought(&self, role: AccountKey, below: AccountKey) -> Vec<RowId> {
        if self.brought(role).is_none_or(|brought| brought.rows.contains(&below)) {
            return Vec::new();
        }
        let lacks = |object: Object| !self.brings_row(role, below, object);
        let row = |table: Table| move |index: u32| RowId { table, index };
        let dbs = self.dbs.of(below).filter(|(_, row)| lacks(Object::Database(row.db)));
        let tables = self.tables.of(below).filter(|(_, row)| lacks(Object::Table(row.db, row.table)));
        let routines = self.routines.of(below).filter(|(_, row)| lacks(Object::Routine(row.kind, row.db, row.routine)));
        let dbs = dbs.map(|(at, _)| at).map(row(Table::Db));
        let tables = tables.map(|(at, _)| at).map(row(Table::TablesPriv));
        dbs.chain(tables).chain(routines.map(|(at, _)| at).map(row(Table::ProcsPriv))).collect()
    }

    /// The roles that are granted to a role, directly or not.
    pub fn roles_below(&self, role: AccountKey) -> Vec<AccountKey> {
        let mut found: IndexSet<AccountKey, FxBuildHasher> = std::iter::once(role).collect();
        let mut next = 0;
        while let Some(key) = found.get_index(next).copied() {
            found.extend(self.role_edges.of(key).map(|(_, edge)| edge.role));
            next += 1;
        }
        found.into_iter().skip(1).collect()
    }

    /// Every role that lacks what a role below it has (M5.16), and that one; true where it lacks the global privileges, and
    /// true where it lacks the rows, but for [`GrantTables::single_rows`].
    pub fn not_brought(&self) -> Vec<(AccountKey, AccountKey, [bool; 2])> {
        if self.memory.is_none() {
            return Vec::new();
        }
        let roles = self.users.iter().filter(|(_, _, row)| row.is_role).map(|(_, key, _)| *key);
        let lacks = |role: AccountKey, below: AccountKey| {
            let brings_rows = self.brought(role).is_none_or(|brought| brought.rows.contains(&below));
            let lacks = [!self.brings_globally(role, below), !brings_rows];
            lacks.contains(&true).then_some((role, below, lacks))
        };
        let of_role = |role| self.roles_below(role).into_iter().filter_map(move |below| lacks(role, below));
        roles.flat_map(of_role).collect()
    }

    /// Every role that has single rows of a role below it, and the objects that they are for.
    pub fn single_rows(&self) -> Vec<(AccountKey, AccountKey, Object)> {
        let roles = self.users.iter().filter(|(_, _, row)| row.is_role).map(|(_, key, _)| *key);
        let single = |role| self.brought(role).into_iter().flat_map(|brought| &brought.single);
        let there = |below: &AccountKey, object: &Object| has_row(self, *below, *object);
        let of_role =
            |role| single(role).filter(|(below, object)| there(below, object)).map(move |row| (role, row.0, row.1));
        roles.flat_map(of_role).collect()
    }

    fn brought(&self, role: AccountKey) -> Option<&Brought> {
        self.memory.as_ref().filter(|_| !self.from_dump).and_then(|memory| memory.brought.get(&role))
    }
}

impl Memory {
    /// A role has the global privileges of these roles below it, and the rows of those.
    pub fn has_brought(&mut self, role: AccountKey, global: Vec<AccountKey>, rows: Vec<AccountKey>) {
        self.brought.insert(role, Brought { global, rows, single: Vec::new() });
    }

    /// And the row of another one for this object.
    pub fn has_brought_row(&mut self, role: AccountKey, below: AccountKey, object: Object) {
        self.brought.entry(role).or_default().single.push((below, object));
    }

    /// Brings a role up to date with its own roles; true when that changes what it has.
    fn bring(&mut self, tables: &GrantTables, role: AccountKey, level: Level) -> bool {
        let before = self.brought.get(&role).cloned().unwrap_or_default();
        let mut now = before.clone();
        if !matches!(level, Level::Rows(_)) {
            now.global = self.with_theirs(role, |brought| &brought.global);
        }
        match level {
            Level::Global => {}
            Level::All => {
                now.rows = self.with_theirs(role, |brought| &brought.rows);
                now.single = self.single_of_theirs(role);
            }
            Level::Rows(object) => {
                let theirs = self.with_theirs(role, |brought| &brought.rows);
                let of_object = self.single_of_theirs(role).into_iter().filter(|row| row.1 == object);
                now.single.retain(|row| row.1 != object);
                now.single.extend(theirs.iter().map(|below| (*below, object)).chain(of_object));
                now.single.retain(|(below, object)| has_row(tables, *below, *object));
                now.rows.retain(|below| theirs.contains(below));
            }
        }
        now.single.retain(|(below, _)| !now.rows.contains(below));
        now.single.sort_unstable();
        now.single.dedup();
        let global = |brought: &Brought| global_of(tables, role, &brought.global);
        let counts = |key: &&AccountKey| has_rows(tables, **key);
        let same_rows = before.rows.iter().filter(counts).eq(now.rows.iter().filter(counts));
        let same_rows = same_rows && before.single == now.single;
        let changes = global(&before) != global(&now) || !same_rows || matches!(level, Level::Rows(_));
        self.brought.insert(role, now);
        changes
    }

    /// The roles that are granted to a role, and what they have of others.
    fn with_theirs(&self, role: AccountKey, of: impl Fn(&Brought) -> &Vec<AccountKey>) -> Vec<AccountKey> {
        let direct = self.roles(role);
        let theirs = direct.iter().filter_map(|below| self.brought.get(below)).flat_map(of);
        let mut all: Vec<AccountKey> = direct.iter().chain(theirs).copied().collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// The single rows that the roles that are granted to a role have of others.
    fn single_of_theirs(&self, role: AccountKey) -> Vec<(AccountKey, Object)> {
        let theirs = self.roles(role).iter().filter_map(|below| self.brought.get(below));
        theirs.flat_map(|brought| &brought.single).copied().collect()
    }

    /// Brings the roles up to date that have this one, each when its turn comes, and those above it when that changes it.
    pub(super) fn bring_upwards(&mut self, tables: &GrantTables, role: AccountKey, level: Level, turns: &mut Turns) {
        let mut explored = vec![role];
        turns.insert(role, 0);
        self.count_turns(tables, role, &mut explored, turns);
        self.take_turns(tables, &mut vec![role], level, turns);
    }

    fn count_turns(&self, tables: &GrantTables, role: AccountKey, explored: &mut Vec<AccountKey>, turns: &mut Turns) {
        for above in self.roles_above(tables, role) {
            let new = !explored.contains(&above);
            let count = turns.entry(above).or_default();
            *count = if new { 1 } else { *count + 1 };
            if new {
                explored.push(above);
                self.count_turns(tables, above, explored, turns);
            }
        }
    }

    /// The last role of the path was brought up to date. A new role can be its own administrator, so that the path closes.
    fn take_turns(&mut self, tables: &GrantTables, path: &mut Vec<AccountKey>, level: Level, turns: &mut Turns) {
        let above = path.last().map(|role| self.roles_above(tables, *role)).unwrap_or_default();
        for above in above {
            if path.contains(&above) {
                continue;
            }
            let count = turns.entry(above).or_default();
            *count = count.saturating_sub(1);
            if *count > 0 {
                continue;
            }
            *count = 1;
            if self.bring(tables, above, level) {
                path.push(above);
                self.take_turns(tables, path, level, turns);
                path.pop();
            }
        }
    }

    /// The roles that a role is granted to.
    fn roles_above(&self, tables: &GrantTables, role: AccountKey) -> Vec<AccountKey> {
        let is_role = |key: &AccountKey| tables.users.get(key).is_some_and(|row| row.is_role);
        self.grantees.get(&role).into_iter().flatten().copied().filter(is_role).collect()
    }

    /// GRANT or REVOKE of roles gave this role others, or took them.
    pub(super) fn regrant(&mut self, tables: &GrantTables, role: AccountKey) {
        self.bring(tables, role, Level::All);
        self.bring_upwards(tables, role, Level::All, &mut Turns::default());
    }

    /// A role is gone; those that had it are brought up to date.
    pub(super) fn bring_without(&mut self, tables: &GrantTables, gone: AccountKey, former: &[AccountKey], had: bool) {
        self.brought.remove(&gone);
        for &role in former {
            if self.bring(tables, role, Level::All) || had {
                self.bring_upwards(tables, role, Level::All, &mut Turns::default());
            }
        }
    }

    /// As a load does it: from each role that has none. It is another's turn once all of its roles changed something.
    pub(super) fn bring_all(&mut self, tables: &GrantTables, roles: &[AccountKey]) {
        let mut turns = Turns::default();
        for &role in roles {
            self.brought.entry(role).or_default();
            turns.insert(role, self.roles(role).len() as u32);
        }
        for &role in roles {
            if turns.get(&role) == Some(&0) {
                self.take_turns(tables, &mut vec![role], Level::All, &mut turns);
            }
        }
    }
}

/// What a role has globally, with these roles.
fn global_of(tables: &GrantTables, role: AccountKey, below: &[AccountKey]) -> PrivilegeSet {
    let own = |key: &AccountKey| tables.users.get(key).map_or(PrivilegeSet::EMPTY, |row| row.privileges);
    below.iter().map(own).fold(own(&role), PrivilegeSet::union)
}

fn has_row(tables: &GrantTables, key: AccountKey, object: Object) -> bool {
    match object {
        Object::Database(db) => tables.dbs.get(&(key, db)).is_some(),
        Object::Table(db, table) => tables.tables.get(&(key, db, table)).is_some(),
        Object::Routine(kind, db, name) => tables.routines.get(&(key, kind, db, name)).is_some(),
    }
}

fn has_rows(tables: &GrantTables, key: AccountKey) -> bool {
    tables.dbs.keys_of(key).next().is_some()
        || tables.tables.keys_of(key).next().is_some()
        || tables.routines.keys_of(key).next().is_some()
}
