//! Stored tables beside those in memory: edits by hand, statements that change both, loads (M7.70, M7.71).

use super::{Flow, Replay, Stop};
use crate::name::Symbol;
use crate::server::behaviour::Behaviour;
use crate::server::catalogue::{Privilege, plugins};
use crate::server::errors::{ServerError, account as errors, data, object};
use crate::server::grant_tables::GrantTable;
use crate::server::variables::Variable;
use crate::syntax::statement::data::{DataAction, DataChange};
use crate::syntax::statement::{ObjectKind, ObjectName, QualifiedName, SchemaChange, StatementKind};
use crate::tables::row::{AccountKey, TableRow};
use crate::tables::stored::{Edit, Fault, Loaded, Stored};
use rustc_hash::FxHashMap;
use std::borrow::Cow;
use std::mem;

/// The rows that a statement touched.
#[derive(Debug, Default)]
struct Touched {
    users: Vec<AccountKey>,
    dbs: Vec<(AccountKey, Symbol)>,
    tables: Vec<(AccountKey, Symbol, Symbol)>,
    routines: Vec<(AccountKey, ObjectKind, Symbol, Symbol)>,
    proxies: Vec<(AccountKey, AccountKey)>,
    role_edges: Vec<(AccountKey, AccountKey)>,
    default_roles: Vec<(AccountKey, AccountKey)>,
}

/// Rows of memory as they were before a statement.
#[derive(Debug, Default)]
struct Before {
    dbs: FxHashMap<(AccountKey, Symbol), bool>,
}

/// What a statement on accounts asks of the two kinds of tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Roles are looked up in memory alone.
    Memory,
    /// An account that either of them has is there.
    Either,
    /// What is changed must be in both.
    Both,
}

fn kind_of(kind: &StatementKind) -> Option<Kind> {
    use StatementKind as K;
    match kind {
        K::GrantRoles { .. } | K::RevokeRoles { .. } | K::SetDefaultRole { .. } => Some(Kind::Memory),
        K::CreateUser(_) | K::CreateRole { .. } | K::DropUser { .. } | K::DropRole { .. } | K::RenameUser(_) => {
            Some(Kind::Either)
        }
        K::AlterUser(_)
        | K::Grant(_)
        | K::GrantProxy { .. }
        | K::Revoke(_)
        | K::RevokeAll { .. }
        | K::RevokeProxy { .. }
        | K::SetPassword { .. } => Some(Kind::Both),
        _ => None,
    }
}

impl Replay {
    /// INSERT, UPDATE, DELETE of a grant table: the stored one alone changes.
    pub(super) fn edit_by_hand(&mut self, change: &DataChange) -> Flow {
        if change.table.db.as_ref().is_some_and(|db| !db.eq_ignore_ascii_case("mysql")) {
            return Ok(());
        }
        // `password_history` decides nothing.
        let Some(table) = GrantTable::find(&change.table.name) else { return Ok(()) };
        if !table.since().holds(&self.server()) {
            return self.no_table(table, &change.action);
        }
        if self.stored_tables().table(table).is_none() {
            return Err(object::no_such_table("mysql", table.name()).into());
        }
        let Some(mut stored) = self.tables.stored.take() else { return Ok(()) };
        let mut edit = Edit {
            stored: &mut stored,
            table,
            statement: self.statement,
            inserted: 0,
            strict: self.is_strict() && !self.tolerant,
            checked_json: self.has(Behaviour::MagicOrder),
            atomic: self.has(Behaviour::TransactionalGrantTables),
            warnings: Vec::new(),
        };
        let result = edit.run(&change.action);
        let mut warnings = mem::take(&mut edit.warnings);
        self.tables.stored = Some(stored);
        self.shadow = None;
        self.warnings.append(&mut warnings);
        result.map_err(|fault| match fault {
            Fault::Refused(error) => Stop::Refused(error),
            Fault::Unread => Stop::Skipped,
        })
    }

    /// DDL in the database `mysql`: a dump of it makes the grant tables anew, with columns of its own. The other
    /// tables there decide nothing.
    pub(super) fn change_grant_tables(&mut self, change: &SchemaChange) -> Option<Flow> {
        let is_own = |name: &QualifiedName| name.db.as_ref().is_some_and(|db| db.eq_ignore_ascii_case("mysql"));
        match change {
            SchemaChange::DropTables { names, .. } if !names.is_empty() && names.iter().all(is_own) => {
                for table in names.iter().filter_map(|name| GrantTable::find(&name.name)) {
                    self.stored_tables().drop_table(table);
                }
                Some(Ok(()))
            }
            SchemaChange::CreateTable { name, columns, if_not_exists, temporary: false, .. } if is_own(name) => {
                let Some(table) = GrantTable::find(&name.name) else { return Some(Ok(())) };
                let server = self.server();
                let (names, tolerant) = (columns.as_deref().unwrap_or_default(), self.tolerant);
                let there = self.tables.stored.as_ref().is_none_or(|stored| stored.table(table).is_some());
                if there && !tolerant && table.since().holds(&server) {
                    return Some(self.unless(*if_not_exists, object::table_exists(&name.name)));
                }
                self.stored_tables().create_table(table, &server, names);
                Some(Ok(()))
            }
            SchemaChange::CreateView { name, .. } if is_own(name) => Some(Ok(())),
            _ => None,
        }
    }

    /// The stored tables, which are kept apart from now on.
    fn stored_tables(&mut self) -> &mut Stored {
        self.shadow = None;
        if self.tables.stored.is_none() {
            let mut settled = Cow::Borrowed(&self.tables);
            if !settled.dynamic_entries.is_empty() {
                settled.to_mut().settle_entries();
            }
            let stored = Stored::of(&settled);
            self.tables.stored = Some(Box::new(stored));
        }
        self.tables.stored.get_or_insert_default()
    }

    /// Empties a stored table: a dump without its CREATE TABLE holds all of its rows.
    pub fn empty_table(&mut self, table: GrantTable) {
        let server = self.server();
        self.stored_tables().create_table(table, &server, &[]);
    }

    /// The server has no such table, or a view in its place.
    fn no_table(&self, table: GrantTable, action: &DataAction) -> Flow {
        let is_view = table == GrantTable::User && GrantTable::GlobalPriv.since().holds(&self.server());
        match action {
            DataAction::Update { set, .. } if is_view => {
                let column = set.first().map_or("", |(name, _)| name.as_str());
                Err(data::not_updatable(column).into())
            }
            _ if is_view => Err(Stop::Skipped),
            _ => Err(object::no_such_table("mysql", table.name()).into()),
        }
    }

    /// `sql_mode` refuses values that do not fit.
    fn is_strict(&self) -> bool {
        let variables = &self.tables.variables;
        match variables.given(Variable::SqlMode) {
            Some(_) => {
                ["STRICT_TRANS_TABLES", "STRICT_ALL_TABLES", "TRADITIONAL"].iter().any(|mode| variables.sql_mode(mode))
            }
            None => self.has(Behaviour::StrictByDefault),
        }
    }

    /// What is stored is read into memory.
    pub(super) fn load_stored(&mut self) {
        let Some(stored) = self.tables.stored.take() else { return };
        self.shadow = None;
        self.tables.dynamic_entries.clear();
        if stored.load(&mut self.tables) == Loaded::InPart {
            self.tables.stored = Some(stored);
        }
        let Self { tolerant, show_secrets, administrator, statement, span, .. } = *self;
        let (warnings, known) = (mem::take(&mut self.warnings), mem::take(&mut self.known));
        let (actor, current_role) = (self.actor.take(), self.current_role);
        let fresh = Self::new(mem::take(&mut self.tables));
        *self = Self {
            tolerant,
            show_secrets,
            administrator,
            actor,
            current_role,
            statement,
            span,
            warnings,
            known,
            ..fresh
        };
        // A name in `global_grants` is registered by being there (M6.9).
        let foreign = |(_, key, _): (u32, &(AccountKey, Privilege), _)| key.1.foreign_name();
        let names: Vec<Symbol> = self.tables.dynamic.iter().filter_map(foreign).collect();
        for name in names {
            let name = self.tables.names.text(name).to_owned();
            self.register(&name);
        }
    }

    /// Runs a statement on memory, and on what is stored where that is kept apart.
    pub(super) fn run_where_it_counts(&mut self, kind: &StatementKind) -> Flow<Option<Vec<String>>> {
        let how = kind_of(kind);
        if how == Some(Kind::Both) {
            self.check_loaded_plugins(kind)?;
        }
        match how.filter(|_| self.tables.stored.is_some()) {
            None => self.run(kind),
            Some(Kind::Memory) => self.run_in_memory(kind).map(|()| None),
            Some(how) => self.run_beside(kind, how).map(|()| None),
        }
    }

    /// The plugin of an account that is granted to or changed must be loaded, unless it gets another.
    fn check_loaded_plugins(&mut self, kind: &StatementKind) -> Flow {
        let changes = match kind {
            StatementKind::AlterUser(alter) => alter.users.iter().any(|user| !user.factors.is_empty()),
            StatementKind::RevokeAll { .. } => true,
            _ => false,
        };
        if changes || !self.has(Behaviour::MalformedHashIgnored) {
            return Ok(());
        }
        for key in self.subjects(kind.accounts())? {
            let Some(row) = self.tables.users.get(&key) else { return Ok(()) };
            let plugin = row.authentication.first().and_then(|a| a.plugin.as_ref());
            let Some(plugin) = plugin.filter(|name| **name != self.loaded_plugin).cloned() else { continue };
            if plugins::is_absent(&self.server(), &self.tables.variables, &plugin) {
                self.refuse_unless_tolerant(errors::plugin_not_loaded(&plugin))?;
            } else {
                self.loaded_plugin = plugin;
            }
        }
        Ok(())
    }

    /// What is decided in memory and then written.
    fn run_in_memory(&mut self, kind: &StatementKind) -> Flow {
        self.watch();
        let result = self.run(kind);
        let touched = self.unwatch();
        if result.is_ok() {
            let mut stored = self.tables.stored.take();
            stored.iter_mut().for_each(|stored| touched.write(stored, self));
            self.tables.stored = stored;
            self.shadow = None;
        }
        result.map(|_| ())
    }

    /// Runs a statement on what is stored, then on memory, and settles what each holds.
    fn run_beside(&mut self, kind: &StatementKind, how: Kind) -> Flow {
        let accounts = self.subjects(kind.accounts())?;
        if how == Kind::Both
            && let Some(refused) = self.unusable(kind, &accounts)
        {
            self.reload();
            return Err(refused.into());
        }
        let dynamic = may_change_dynamic(kind);
        if dynamic {
            self.look_up_dynamic(&accounts);
        }
        if how == Kind::Both && self.decided_in_memory(kind) && accounts.iter().any(|key| !self.exists(*key)) {
            self.run_in_memory(kind)?;
        } else {
            self.run_on_both(kind, how, &accounts)?;
        }
        if dynamic {
            self.write_dynamic(&accounts);
        }
        Ok(())
    }

    /// The statement as each of the two takes it; of dynamic privileges memory alone decides.
    fn run_on_both(&mut self, kind: &StatementKind, how: Kind, accounts: &[AccountKey]) -> Flow {
        let known: Vec<AccountKey> = accounts.iter().copied().filter(|key| self.exists(*key)).collect();
        let mut shadow = self.shadow();
        self.lend(&mut shadow);
        let by_name = how == Kind::Either || looks_in_memory(kind);
        let ghosts = if by_name { self.ghosts(&mut shadow, accounts, how) } else { Vec::new() };
        let gone = |key: &&AccountKey| self.exists(**key) && !shadow.exists(**key);
        let lost = accounts.iter().find(gone).copied();
        shadow.warnings.clear();
        shadow.watch();
        let result = shadow.run(kind);
        let mut touched = shadow.unwatch();
        ghosts.iter().filter(|key| !touched.users.contains(key)).for_each(|key| drop(shadow.tables.users.remove(key)));
        self.lend(&mut shadow);
        if let (Err(_), Some(lost), StatementKind::RevokeAll { .. }) = (&result, lost, kind) {
            return Err(errors::no_such_grant(self.text(lost)).into());
        }
        if let (Err(_), StatementKind::SetPassword { .. }) = (&result, kind) {
            self.reload();
        }
        result?;
        let before = self.before(&touched);
        self.warnings.clear();
        self.watch();
        let memory = self.run(&self.for_memory(kind));
        let own = self.unwatch();
        match memory {
            Err(stop) if how == Kind::Both && !is_of_stored(kind, &stop) => return Err(stop),
            _ => {}
        }
        let strangers = own.users.iter().filter(|key| !touched.users.contains(key) && !known.contains(key));
        // made here although what is stored was in its way
        strangers.for_each(|key| drop(self.tables.users.remove(key)));
        self.read_back(&shadow, &touched, &before);
        if matches!(kind, StatementKind::RevokeAll { .. }) {
            touched.keep_known(&own);
        }
        self.warnings = mem::take(&mut shadow.warnings);
        let mut stored = self.tables.stored.take();
        self.lend(&mut shadow);
        stored.iter_mut().for_each(|stored| touched.write(stored, &shadow));
        self.lend(&mut shadow);
        for stored in stored.iter_mut() {
            match kind {
                StatementKind::DropUser { .. } | StatementKind::DropRole { .. } => {
                    accounts.iter().for_each(|&key| stored.erase_account(self.text(key)));
                }
                StatementKind::RenameUser(_) => {
                    for pair in accounts.chunks(2) {
                        if let [old, new] = pair {
                            stored.rename_account(self.text(*old), self.text(*new));
                        }
                    }
                }
                _ => {}
            }
        }
        self.tables.stored = stored;
        let same = matches!(how, Kind::Both) && !matches!(kind, StatementKind::RevokeAll { .. });
        self.shadow = Some(shadow).filter(|_| same);
        Ok(())
    }

    /// 1133: memory and the stored row of an account do not go together.
    fn unusable(&self, kind: &StatementKind, accounts: &[AccountKey]) -> Option<ServerError> {
        let stored = self.tables.stored.as_ref()?;
        let tolerant = matches!(kind, StatementKind::Revoke(revoke) if revoke.ignore_unknown_user);
        let looks_in_table = match kind {
            StatementKind::Revoke(revoke) => matches!(revoke.object.name, ObjectName::Global | ObjectName::Database(_)),
            StatementKind::RevokeProxy { .. } => true,
            StatementKind::RevokeAll { ignore_unknown_user, .. } => *ignore_unknown_user,
            _ => false,
        };
        let unusable = |key: &AccountKey| {
            let name = self.text(*key);
            let lost = looks_in_table && !tolerant && !self.exists(*key) && stored.has_user(name);
            lost || (self.exists(*key) && stored.lacks_plugin(name))
        };
        accounts.iter().any(unusable).then(errors::no_such_user)
    }

    /// Whether an account is there is looked up in memory first.
    fn decided_in_memory(&self, kind: &StatementKind) -> bool {
        !matches!(kind, StatementKind::RevokeAll { .. })
    }

    /// A server whose memory is what is stored.
    fn shadow(&mut self) -> Box<Self> {
        if let Some(shadow) = self.shadow.take() {
            return shadow;
        }
        let mut tables = crate::tables::GrantTables::new(self.server());
        tables.variables = self.tables.variables.clone();
        tables.names = mem::take(&mut self.tables.names);
        if let Some(stored) = &self.tables.stored {
            stored.load(&mut tables);
        }
        let mut shadow = Box::new(Self::new(tables));
        mem::swap(&mut self.tables.names, &mut shadow.tables.names);
        shadow
    }

    /// Swaps what the two have in common, and tells the other which statement it is.
    fn lend(&mut self, shadow: &mut Self) {
        mem::swap(&mut self.tables.names, &mut shadow.tables.names);
        mem::swap(&mut self.tables.schema, &mut shadow.tables.schema);
        mem::swap(&mut self.tables.variables, &mut shadow.tables.variables);
        mem::swap(&mut self.known, &mut shadow.known);
        shadow.mandatory.clone_from(&self.mandatory);
        shadow.tables.current_db = self.tables.current_db;
        shadow.administrator = self.administrator;
        shadow.current_role = self.current_role;
        shadow.actor.clone_from(&self.actor);
        shadow.tolerant = self.tolerant;
        shadow.fold_names = self.fold_names;
        shadow.statement = self.statement;
        shadow.span = self.span;
    }

    /// Accounts that memory has and the stored tables lack stand in there for a while.
    fn ghosts(&self, shadow: &mut Self, accounts: &[AccountKey], how: Kind) -> Vec<AccountKey> {
        // The names are the other's for now.
        let text = |key: &AccountKey| (shadow.tables.names.text(key.user), shadow.tables.names.text(key.host));
        let stored = |key: &AccountKey| self.tables.stored.as_ref().is_some_and(|s| s.has_account(text(key)));
        let here = |key: &&AccountKey| match how {
            Kind::Either => !shadow.exists_or_left_over(**key) && (self.exists_or_left_over(**key) || stored(key)),
            _ => !shadow.exists(**key) && self.exists(**key),
        };
        let ghosts: Vec<AccountKey> = accounts.iter().filter(here).copied().collect();
        for &key in &ghosts {
            let row = shadow.new_row(key);
            shadow.tables.users.insert(key, row);
        }
        ghosts
    }

    /// The statement as memory carries it out: accounts that only the stored tables have do not hinder it.
    fn for_memory(&self, kind: &StatementKind) -> StatementKind {
        match kind.clone() {
            StatementKind::DropUser { users, .. } => StatementKind::DropUser { if_exists: true, users },
            StatementKind::DropRole { roles, .. } => StatementKind::DropRole { if_exists: true, roles },
            other => other,
        }
    }

    fn before(&self, touched: &Touched) -> Before {
        let t = &self.tables;
        Before { dbs: touched.dbs.iter().map(|key| (*key, t.dbs.get(key).is_some())).collect() }
    }

    /// What memory holds behind a statement that both carried out: the privileges of a row that was written are
    /// read back, but a row of `db` that was stored and not loaded stays unknown.
    fn read_back(&mut self, shadow: &Self, touched: &Touched, before: &Before) {
        let stored = self.tables.stored.take();
        let t = &mut self.tables;
        for key in &touched.users {
            if let (Some(row), Some(written)) = (t.users.get_mut(key), shadow.tables.users.get(key)) {
                row.privileges = written.privileges;
                row.origin = written.origin.clone();
            }
        }
        for key in &touched.dbs {
            let known = before.dbs.get(key).copied().unwrap_or(false);
            let was_stored = stored.as_ref().is_some_and(|stored| stored.has_db(t, *key));
            match shadow.tables.dbs.get(key) {
                Some(_) if was_stored && !known => drop(t.dbs.remove(key)),
                Some(row) => drop(t.dbs.insert(*key, row.clone())),
                None => drop(t.dbs.remove(key)),
            }
        }
        for key in &touched.tables {
            let row = shadow.tables.tables.get(key);
            let columns = t.tables.get(key).map(|row| row.columns.clone()).unwrap_or_default();
            match row {
                Some(row) => drop(t.tables.insert(*key, TableRow { columns, ..row.clone() })),
                None => drop(t.tables.remove(key)),
            }
        }
        for key in &touched.routines {
            match shadow.tables.routines.get(key) {
                Some(row) => drop(t.routines.insert(*key, row.clone())),
                None => drop(t.routines.remove(key)),
            }
        }
        self.tables.stored = stored;
    }

    fn watch(&mut self) {
        let t = &mut self.tables;
        t.users.watch();
        t.dbs.watch();
        t.tables.watch();
        t.routines.watch();
        t.proxies.watch();
        t.role_edges.watch();
        t.default_roles.watch();
        t.restrictions.watch();
    }

    fn unwatch(&mut self) -> Touched {
        let t = &mut self.tables;
        let mut users = t.users.unwatch();
        // partial revokes are a part of the account's row
        users.extend(t.restrictions.unwatch().into_iter().map(|(key, _)| key));
        users.sort_unstable();
        users.dedup();
        Touched {
            users,
            dbs: t.dbs.unwatch(),
            tables: t.tables.unwatch(),
            routines: t.routines.unwatch(),
            proxies: t.proxies.unwatch(),
            role_edges: t.role_edges.unwatch(),
            default_roles: t.default_roles.unwatch(),
        }
    }
}

/// Below the database level an account need not be stored, only known.
fn looks_in_memory(kind: &StatementKind) -> bool {
    let object = match kind {
        StatementKind::Grant(grant) => &grant.object,
        StatementKind::Revoke(revoke) => &revoke.object,
        _ => return false,
    };
    matches!(object.name, ObjectName::Object { .. })
}

/// Dynamic privileges can come or go by it.
fn may_change_dynamic(kind: &StatementKind) -> bool {
    use StatementKind as K;
    match kind {
        K::Grant(grant) => grant.object.name == ObjectName::Global,
        K::Revoke(revoke) => revoke.object.name == ObjectName::Global,
        K::RevokeAll { .. } | K::DropUser { .. } | K::DropRole { .. } | K::RenameUser(_) => true,
        _ => false,
    }
}

/// What memory says to it does not count: the row is looked up where it is stored (M7.20).
fn is_of_stored(kind: &StatementKind, stop: &Stop) -> bool {
    matches!(kind, StatementKind::Revoke(_)) && matches!(stop, Stop::Refused(error) if error.errno == 1141)
}

impl Touched {
    /// REVOKE ALL goes through the rows of memory: a row that is only stored stays (M7.25).
    fn keep_known(&mut self, own: &Self) {
        self.dbs.retain(|key| own.dbs.contains(key));
        self.tables.retain(|key| own.tables.contains(key));
        self.routines.retain(|key| own.routines.contains(key));
    }

    /// Writes the touched rows as `replay` holds them.
    fn write(&self, stored: &mut Stored, replay: &Replay) {
        let t = &replay.tables;
        macro_rules! write {
            ($($list:ident $store:ident $write:ident $erase:ident)*) => {
                $(for key in &self.$list {
                    match t.$store.get(key) {
                        Some(row) => stored.$write(t, row),
                        None => stored.$erase(t, *key),
                    }
                })*
            };
        }
        write! {
            users users write_user erase_user
            dbs dbs write_db erase_db
            tables tables write_table erase_table
            routines routines write_routine erase_routine
            proxies proxies write_proxy erase_proxy
            role_edges role_edges write_role_edge erase_role_edge
            default_roles default_roles write_default_role erase_default_role
        }
    }
}
