//! What stands between GRANT or REVOKE and TO or FROM: privileges and the object, brought to the
//! server's terms (M6.2–M6.9, M7.11).

use super::{Flow, Replay};
use crate::name::Symbol;
use crate::server::behaviour::Behaviour;
use crate::server::catalogue::{Level, Privilege, PrivilegeSet};
use crate::server::errors::{account as errors, object, object as object_errors};
use crate::syntax::statement::{GrantObject, ObjectKind, ObjectName, PrivilegeItem};
use crate::tables::memory;
use crate::tables::schema::Schema;
use smallvec::SmallVec;
use smol_str::SmolStr;

/// What a GRANT or REVOKE is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    /// `*.*`
    Global,
    /// `db.*`
    Database(Symbol),
    /// `db.table`
    Table(Symbol, Symbol),
    /// a routine; the name is lower case
    Routine(ObjectKind, Symbol, Symbol),
}

/// What is granted or revoked.
#[derive(Debug, Clone, Default)]
pub(super) struct Wanted {
    /// `ALL [PRIVILEGES]`
    pub all: bool,
    /// `GRANT OPTION` stands among the privileges.
    pub grant_option_named: bool,
    /// Static privileges without a column list.
    pub statics: PrivilegeSet,
    /// Privileges by column, each column once.
    pub columns: SmallVec<[(Symbol, PrivilegeSet); 2]>,
    /// Registered dynamic privileges.
    pub dynamic: SmallVec<[Privilege; 2]>,
    /// Dynamic privileges that the server does not know, in upper case.
    pub unregistered: Vec<SmolStr>,
    /// The dynamic privileges as they were named, with commas between them.
    pub named_dynamic: String,
}

impl GrantObject {
    /// The table or routine as it was written, empty for the wider levels.
    pub(super) fn written(&self) -> &str {
        match &self.name {
            ObjectName::Object { name, .. } => name,
            _ => "",
        }
    }
}

impl Target {
    pub(super) fn level(self) -> Level {
        match self {
            Self::Global => Level::Global,
            Self::Database(_) => Level::Database,
            Self::Table(..) => Level::Table,
            Self::Routine(..) => Level::Routine,
        }
    }

    /// What is granted on below the global level, as roles are brought up to date with it.
    pub(super) fn object(self) -> Option<memory::Object> {
        match self {
            Self::Global => None,
            Self::Database(db) => Some(memory::Object::Database(db)),
            Self::Table(db, table) => Some(memory::Object::Table(db, table)),
            Self::Routine(kind, db, name) => Some(memory::Object::Routine(kind, db, name)),
        }
    }

    fn database(self) -> Option<Symbol> {
        match self {
            Self::Global => None,
            Self::Database(db) | Self::Table(db, _) | Self::Routine(_, db, _) => Some(db),
        }
    }
}

impl Wanted {
    /// The static privileges at a level, ALL expanded (M6.5).
    pub(super) fn statics_at(&self, all: PrivilegeSet) -> PrivilegeSet {
        if self.all { self.statics.union(all.minus(PrivilegeSet::of(Privilege::GRANT_OPTION))) } else { self.statics }
    }

    /// It names dynamic privileges and no static one.
    fn is_only_dynamic(&self) -> bool {
        !self.named_dynamic.is_empty() && self.statics.is_empty() && !self.all
    }

    fn any(&self) -> PrivilegeSet {
        self.statics.union(self.on_columns())
    }

    /// What it names with column lists.
    pub(super) fn on_columns(&self) -> PrivilegeSet {
        self.columns.iter().fold(PrivilegeSet::EMPTY, |set, (_, p)| set.union(*p))
    }
}

impl Replay {
    /// The privileges of a list; what the server's grammar refuses is 1064.
    pub(super) fn wanted(&mut self, items: &[PrivilegeItem]) -> Flow<Wanted> {
        let mut wanted = Wanted::default();
        for item in items {
            match item.name.as_str() {
                "ALL" if items.len() > 1 || !item.columns.is_empty() => return Err(errors::syntax().into()),
                "ALL" => wanted.all = true,
                "USAGE" if !item.columns.is_empty() => return Err(errors::syntax().into()),
                "USAGE" => {}
                name => match self.known.statics.get(name).copied() {
                    Some(privilege) => self.want_static(&mut wanted, privilege, item)?,
                    None => self.want_dynamic(&mut wanted, item)?,
                },
            }
        }
        Ok(wanted)
    }

    fn want_static(&mut self, wanted: &mut Wanted, privilege: Privilege, item: &PrivilegeItem) -> Flow {
        let one = PrivilegeSet::of(privilege);
        if item.columns.is_empty() {
            wanted.statics = wanted.statics.union(one);
            wanted.grant_option_named |= privilege == Privilege::GRANT_OPTION;
            return Ok(());
        }
        if !self.known.at(Level::Column).contains(one) {
            return Err(errors::syntax().into());
        }
        for column in &item.columns {
            self.check_name(column)?;
            let name = self.tables.names.intern(column);
            let same = |symbol: Symbol| symbol == name || self.tables.names.text(symbol).eq_ignore_ascii_case(column);
            match wanted.columns.iter_mut().find(|(c, _)| same(*c)) {
                Some((_, set)) => *set = set.union(one),
                None => wanted.columns.push((name, one)),
            }
        }
        Ok(())
    }

    fn want_dynamic(&mut self, wanted: &mut Wanted, item: &PrivilegeItem) -> Flow {
        let known_words = self.tables.server.static_privilege(&item.name);
        if let Some(privilege) = known_words {
            return self.want_static(wanted, privilege, item);
        }
        // The server's grammar takes a column list behind a dynamic privilege and forgets it.
        if !self.has(Behaviour::DynamicPrivileges) || item.name.contains(' ') {
            return Err(errors::syntax().into());
        }
        if !wanted.named_dynamic.is_empty() {
            wanted.named_dynamic.push(',');
        }
        wanted.named_dynamic.push_str(&item.name);
        match self.registered(&item.name) {
            Some(privilege) => wanted.dynamic.push(privilege),
            None => wanted.unregistered.push(item.name.clone()),
        }
        Ok(())
    }

    /// A dynamic privilege that the server knows: of its own, or one that is in `global_grants` (M6.9).
    fn registered(&self, name: &str) -> Option<Privilege> {
        if let Some(&privilege) = self.known.dynamics.get(name) {
            return Some(privilege);
        }
        let foreign = Privilege::foreign(self.tables.names.find(name)?);
        self.known.foreign.contains(&foreign).then_some(foreign)
    }

    /// Makes a dynamic privilege known that only the policy names.
    pub(super) fn register(&mut self, name: &str) -> Privilege {
        let own = Privilege::dynamic(name);
        let privilege = own.unwrap_or_else(|| Privilege::foreign(self.tables.names.intern(name)));
        if self.known.foreign.insert(privilege) && own.is_none() {
            self.known.all_dynamic.push(privilege);
        }
        privilege
    }

    /// The object; a column list needs a table (M6.4).
    pub(super) fn target(&mut self, object: &GrantObject, wanted: &Wanted) -> Flow<Target> {
        let target = match self.ahead.object(object.span) {
            Some(target) => target,
            None => self.named_target(object)?,
        };
        let level = target.level();
        if level == Level::Routine && !wanted.columns.is_empty() {
            return Err(errors::syntax().into());
        }
        let kind_without_routine = object.kind != ObjectKind::Table && level != Level::Routine;
        if kind_without_routine || (level != Level::Table && !wanted.columns.is_empty()) {
            return Err(errors::illegal_grant().into());
        }
        Ok(target)
    }

    fn named_target(&mut self, object: &GrantObject) -> Flow<Target> {
        Ok(match &object.name {
            ObjectName::Global => Target::Global,
            ObjectName::Star => Target::Database(self.current_database()?),
            ObjectName::Database(db) => Target::Database(self.database_symbol(db)?),
            ObjectName::Object { db, name } => {
                let db = match db {
                    Some(db) => self.database_symbol(db)?,
                    None => self.current_database()?,
                };
                self.check_name(name)?;
                if object.kind == ObjectKind::Table && (name.is_empty() || name.ends_with(' ')) {
                    return Err(object_errors::wrong_table_name(name).into());
                }
                match object.kind {
                    ObjectKind::Table => Target::Table(db, self.object_symbol(name)),
                    kind => Target::Routine(kind, db, self.lower_symbol(name)),
                }
            }
        })
    }

    pub(super) fn current_database(&self) -> Flow<Symbol> {
        self.tables.current_db.ok_or_else(|| object::no_database_selected().into())
    }

    pub(super) fn database_symbol(&mut self, db: &str) -> Flow<Symbol> {
        self.check_name(db)?;
        if db.is_empty() || db.ends_with(' ') {
            return Err(object::wrong_database_name(db).into());
        }
        Ok(self.object_symbol(db))
    }

    /// A database or table name as the server keeps it.
    pub(super) fn object_symbol(&mut self, name: &str) -> Symbol {
        if self.fold_names { self.lower_symbol(name) } else { self.tables.names.intern(name) }
    }

    /// The same, if it was named before.
    pub(super) fn find_object(&self, name: &str) -> Option<Symbol> {
        let names = &self.tables.names;
        if self.fold_names { names.find(&name.to_lowercase()) } else { names.find(name) }
    }

    /// Routine names are kept in lower case (M1.11).
    pub(super) fn lower_symbol(&mut self, name: &str) -> Symbol {
        if name.bytes().any(|b| b.is_ascii_uppercase() || !b.is_ascii()) {
            return self.tables.names.intern(&name.to_lowercase());
        }
        self.tables.names.intern(name)
    }

    /// Names have at most 64 characters (M1.9).
    pub(super) fn check_name(&self, name: &str) -> Flow {
        if name.len() > 64 && name.chars().count() > 64 {
            return Err(errors::name_too_long(name).into());
        }
        Ok(())
    }

    /// The server's own schemas refuse some privileges to everybody (M5.50, M5.51).
    pub(super) fn check_internal_schema(&self, target: Target, wanted: &Wanted) -> Flow {
        let Some(db) = target.database() else { return Ok(()) };
        let name = self.tables.names.text(db);
        let Some(internal) = self.tables.server.internal_schema(name) else { return Ok(()) };
        // That dynamic privileges are global only comes first.
        if matches!(target, Target::Database(_)) && wanted.is_only_dynamic() {
            return Ok(());
        }
        let level = self.known.at(if matches!(target, Target::Routine(..)) { Level::Routine } else { target.level() });
        let asked = wanted.statics_at(level).union(wanted.any());
        // Where everybody holds something already, nothing can be granted at all.
        if !internal.everybody.is_empty() || !asked.intersection(internal.nobody).is_empty() {
            return Err(errors::database_denied(self.text(self.administrator), name).into());
        }
        Ok(())
    }

    /// The table and its columns exist as far as the policy tells (contract §1).
    pub(super) fn check_table(&mut self, db: Symbol, table: Symbol, wanted: &Wanted) -> Flow {
        let schema = &self.tables.schema;
        let names = &self.tables.names;
        if !schema.tells_database(db) {
            return Ok(());
        }
        if !wanted.columns.is_empty() {
            if !schema.databases.contains_key(&db) {
                let error = object::unknown_database(names.text(db));
                return self.refuse_unless_tolerant(error);
            }
            return self.check_columns(db, table, wanted);
        }
        if wanted.statics.has(Privilege::CREATE) || wanted.all || schema.tables.contains_key(&(db, table)) {
            return Ok(());
        }
        let error = object::no_such_table(names.text(db), names.text(table));
        self.refuse_unless_tolerant(error)
    }

    fn check_columns(&mut self, db: Symbol, table: Symbol, wanted: &Wanted) -> Flow {
        let names = &self.tables.names;
        if !self.tables.schema.tables.contains_key(&(db, table)) {
            let error = object::no_such_table(names.text(db), names.text(table));
            return self.refuse_unless_tolerant(error);
        }
        let Some(columns) = self.tables.schema.columns(db, table) else { return Ok(()) };
        let there = |wanted: Symbol| {
            columns.iter().any(|c| *c == wanted || names.text(*c).eq_ignore_ascii_case(names.text(wanted)))
        };
        let Some(&(missing, _)) = wanted.columns.iter().find(|(c, _)| !there(*c)) else { return Ok(()) };
        let error = object::unknown_column(names.text(missing), names.text(table));
        self.refuse_unless_tolerant(error)
    }

    /// The routine exists as far as the policy tells.
    pub(super) fn check_routine(&mut self, kind: ObjectKind, db: Symbol, routine: Symbol, written: &str) -> Flow {
        let schema: &Schema = &self.tables.schema;
        if !schema.tells_routines(db) || schema.routines.contains_key(&(kind, db, routine)) {
            return Ok(());
        }
        let word = if self.has(Behaviour::MissingRoutineByKind) { kind.word() } else { "FUNCTION or PROCEDURE" };
        self.refuse_unless_tolerant(object::no_such_routine(word, written))
    }
}
