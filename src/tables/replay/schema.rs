//! DDL that tells what exists (contract §1), and what dropping it takes along.

use super::{Flow, Replay};
use crate::name::Symbol;
use crate::server::errors::object as errors;
use crate::syntax::statement::{AccountRef, ObjectKind, QualifiedName, SchemaChange};
use crate::tables::row::AccountKey;
use crate::tables::schema::{StoredObject, TableObject, View};

impl Replay {
    pub(super) fn change_schema(&mut self, change: &SchemaChange) -> Flow {
        if let Some(done) = self.change_grant_tables(change) {
            return done;
        }
        match change {
            SchemaChange::CreateDatabase { name, if_not_exists } => self.create_database(name, *if_not_exists),
            SchemaChange::DropDatabase { name, if_exists } => self.drop_database(name, *if_exists),
            SchemaChange::CreateTable { temporary: true, .. } => Ok(()),
            SchemaChange::CreateTable { name, columns, like, if_not_exists, .. } => {
                self.create_table(name, columns.as_deref(), like.as_ref(), *if_not_exists)
            }
            SchemaChange::DropTables { names, views, if_exists } => self.drop_tables(names, *views, *if_exists),
            SchemaChange::RenameTables(pairs) => self.rename_tables(pairs),
            SchemaChange::AlterColumns { table, add, drop, rename, to } => {
                self.alter_columns(table, add, drop, rename)?;
                to.iter().try_for_each(|to| self.rename_tables(&[(table.clone(), to.clone())]))
            }
            SchemaChange::CreateView { .. } => self.create_view(change),
            SchemaChange::CreateRoutine { kind, name, definer, invoker, tolerant } => {
                self.create_routine(*kind, name, definer.as_ref(), *invoker, *tolerant)
            }
            SchemaChange::DropRoutine { kind, name, if_exists } => self.drop_routine(*kind, name, *if_exists),
            SchemaChange::CreateTrigger { name, table, definer } => self.create_trigger(name, table, definer.as_ref()),
            SchemaChange::DropTrigger(name) => {
                let id = self.qualified(name)?;
                self.tables.schema.triggers.remove(&id);
                Ok(())
            }
            SchemaChange::CreateEvent { name, definer } => {
                let id = self.qualified(name)?;
                let object = self.stored_object(definer.as_ref(), false)?;
                self.tables.schema.events.insert(id, object);
                Ok(())
            }
            SchemaChange::DropEvent(name) => {
                let id = self.qualified(name)?;
                self.tables.schema.events.remove(&id);
                Ok(())
            }
        }
    }

    fn qualified(&mut self, name: &QualifiedName) -> Flow<(Symbol, Symbol)> {
        let db = match &name.db {
            Some(db) => self.database_symbol(db)?,
            None => self.current_database()?,
        };
        self.check_name(&name.name)?;
        Ok((db, self.object_symbol(&name.name)))
    }

    fn create_database(&mut self, name: &str, if_not_exists: bool) -> Flow {
        let db = self.database_symbol(name)?;
        let span = self.span;
        let schema = &mut self.tables.schema;
        if schema.databases.get(&db).is_some_and(Option::is_some) {
            let error = errors::database_exists(name);
            return self.unless(if_not_exists, error);
        }
        schema.databases.insert(db, Some(span));
        Ok(())
    }

    fn drop_database(&mut self, name: &str, if_exists: bool) -> Flow {
        let db = self.database_symbol(name)?;
        let schema = &mut self.tables.schema;
        if schema.tells_database(db) && !schema.databases.contains_key(&db) {
            return self.unless(if_exists, errors::database_missing(name));
        }
        schema.databases.remove(&db);
        schema.dropped_databases.insert(db);
        schema.tables.retain(|(d, _), _| *d != db);
        schema.triggers.retain(|(d, _), _| *d != db);
        schema.events.retain(|(d, _), _| *d != db);
        // The rows of `procs_priv` stay, unlike after DROP PROCEDURE (M9.13).
        schema.routines.retain(|(_, d, _), _| *d != db);
        if self.tables.current_db == Some(db) {
            self.tables.current_db = None;
        }
        Ok(())
    }

    /// Refused, or only noted under IF [NOT] EXISTS.
    pub(super) fn unless(&mut self, tolerated: bool, error: crate::server::errors::ServerError) -> Flow {
        if !tolerated {
            return self.refuse_unless_tolerant(error);
        }
        self.warn(error);
        Ok(())
    }

    /// A name for a new object: its database exists as far as the policy tells.
    fn new_object(&mut self, name: &QualifiedName) -> Flow<(Symbol, Symbol)> {
        let (db, object) = self.qualified(name)?;
        if self.tables.schema.tells_database(db) && !self.tables.schema.databases.contains_key(&db) {
            self.refuse_unless_tolerant(errors::unknown_database(self.tables.names.text(db)))?;
        }
        self.tables.schema.databases.entry(db).or_insert(None);
        Ok((db, object))
    }

    fn create_table(
        &mut self,
        name: &QualifiedName,
        columns: Option<&[smol_str::SmolStr]>,
        like: Option<&QualifiedName>,
        if_not_exists: bool,
    ) -> Flow {
        let id = self.new_object(name)?;
        if self.tables.schema.tables.contains_key(&id) {
            return self.unless(if_not_exists, errors::table_exists(&name.name));
        }
        let mut columns = columns.map(|list| list.iter().map(|c| self.tables.names.intern(c)).collect::<Vec<_>>());
        if let Some(like) = like {
            let (db, table) = self.qualified(like)?;
            columns = self.tables.schema.columns(db, table).map(<[Symbol]>::to_vec);
        }
        let table = TableObject { columns, view: None, span: Some(self.span) };
        self.tables.schema.tables.insert(id, table);
        Ok(())
    }

    fn drop_tables(&mut self, names: &[QualifiedName], views: bool, if_exists: bool) -> Flow {
        let mut there = Vec::with_capacity(names.len());
        let mut unknown = Vec::new();
        for name in names {
            let (db, table) = self.qualified(name)?;
            let schema = &self.tables.schema;
            let present = schema.tables.get(&(db, table));
            if views && present.is_some_and(|t| t.view.is_none()) {
                return Err(errors::wrong_object(self.tables.names.text(db), &name.name, "VIEW").into());
            }
            let other_kind = present.is_some_and(|t| t.view.is_some() != views);
            if schema.tells_database(db) && (present.is_none() || other_kind) {
                unknown.push(format!("{}.{}", self.tables.names.text(db), name.name));
            } else {
                there.push((db, table));
            }
        }
        if !unknown.is_empty() {
            self.unless(if_exists, errors::unknown_tables(&unknown))?;
        }
        for id in there {
            self.tables.schema.tables.remove(&id);
            self.tables.schema.triggers.retain(|(db, _), (table, _)| (*db, *table) != id);
        }
        Ok(())
    }

    fn rename_tables(&mut self, pairs: &[(QualifiedName, QualifiedName)]) -> Flow {
        for (old, new) in pairs {
            let from = self.qualified(old)?;
            let to = self.qualified(new)?;
            let schema = &mut self.tables.schema;
            if schema.tables.contains_key(&to) {
                return Err(errors::table_exists(&new.name).into());
            }
            match schema.tables.remove(&from) {
                Some(table) => drop(schema.tables.insert(to, table)),
                None if schema.tells_database(from.0) => {
                    let names = &self.tables.names;
                    let error = errors::no_such_table(names.text(from.0), names.text(from.1));
                    self.refuse_unless_tolerant(error)?;
                }
                None => {}
            }
        }
        Ok(())
    }

    fn alter_columns(
        &mut self,
        table: &QualifiedName,
        add: &[smol_str::SmolStr],
        drop: &[smol_str::SmolStr],
        rename: &[(smol_str::SmolStr, smol_str::SmolStr)],
    ) -> Flow {
        let id = self.qualified(table)?;
        let names = &mut self.tables.names;
        let schema = &mut self.tables.schema;
        let told = schema.tells_database(id.0);
        let Some(object) = schema.tables.get_mut(&id) else {
            if !told {
                return Ok(());
            }
            let error = errors::no_such_table(names.text(id.0), names.text(id.1));
            return self.refuse_unless_tolerant(error);
        };
        let Some(columns) = &mut object.columns else { return Ok(()) };
        for (old, new) in rename {
            let new = names.intern(new);
            columns.iter_mut().filter(|c| names.text(**c).eq_ignore_ascii_case(old)).for_each(|c| *c = new);
        }
        columns.retain(|c| !drop.iter().any(|d| names.text(*c).eq_ignore_ascii_case(d)));
        columns.extend(add.iter().map(|c| names.intern(c)));
        Ok(())
    }

    fn create_view(&mut self, change: &SchemaChange) -> Flow {
        let SchemaChange::CreateView { name, columns, definer, invoker, or_replace, select: _ } = change else {
            return Ok(());
        };
        let id = self.new_object(name)?;
        let definer = self.definer(definer.as_ref())?;
        let present = self.tables.schema.tables.get(&id);
        if *or_replace && present.is_some_and(|table| table.view.is_none()) {
            let error = errors::wrong_object(self.tables.names.text(id.0), &name.name, "VIEW");
            return self.refuse_unless_tolerant(error);
        }
        if present.is_some() && !*or_replace {
            return self.refuse_unless_tolerant(errors::table_exists(&name.name));
        }
        let columns = columns.as_ref().map(|list| list.iter().map(|c| self.tables.names.intern(c)).collect());
        let view = View { definer, invoker: *invoker, select: String::new() };
        let table = TableObject { columns, view: Some(view), span: Some(self.span) };
        self.tables.schema.tables.insert(id, table);
        Ok(())
    }

    fn definer(&mut self, definer: Option<&AccountRef>) -> Flow<AccountKey> {
        definer.map_or(Ok(self.administrator), |account| self.subject(account))
    }

    fn stored_object(&mut self, definer: Option<&AccountRef>, invoker: bool) -> Flow<StoredObject> {
        Ok(StoredObject { definer: self.definer(definer)?, invoker, span: Some(self.span) })
    }

    fn create_routine(
        &mut self,
        kind: ObjectKind,
        name: &QualifiedName,
        definer: Option<&AccountRef>,
        invoker: bool,
        tolerant: bool,
    ) -> Flow {
        let (db, _) = self.new_object(name)?;
        let id = (kind, db, self.lower_symbol(&name.name));
        if self.tables.schema.routines.contains_key(&id) && !(tolerant && self.server().is_mariadb()) {
            return self.unless(tolerant, errors::routine_exists(kind.word(), &name.name));
        }
        let object = self.stored_object(definer, invoker)?;
        self.tables.schema.routines.insert(id, object);
        self.tables.schema.routine_databases.insert(db);
        Ok(())
    }

    fn drop_routine(&mut self, kind: ObjectKind, name: &QualifiedName, if_exists: bool) -> Flow {
        let (db, _) = self.qualified(name)?;
        let id = (kind, db, self.lower_symbol(&name.name));
        let schema = &self.tables.schema;
        if schema.tells_routines(db) && !schema.routines.contains_key(&id) {
            let full = format!("{}.{}", self.tables.names.text(db), name.name);
            return self.unless(if_exists, errors::no_such_routine(kind.word(), &full));
        }
        self.forget_routine(id.0, id.1, id.2);
        Ok(())
    }

    /// A routine takes its `procs_priv` rows along (M7.15).
    fn forget_routine(&mut self, kind: ObjectKind, db: Symbol, routine: Symbol) {
        self.tables.schema.routines.remove(&(kind, db, routine));
        let rows: Vec<_> = self
            .tables
            .routines
            .iter()
            .map(|(_, key, _)| *key)
            .filter(|(_, k, d, r)| (*k, *d, *r) == (kind, db, routine))
            .collect();
        for key in rows {
            self.tables.routines.remove(&key);
        }
    }

    fn create_trigger(&mut self, name: &QualifiedName, table: &QualifiedName, definer: Option<&AccountRef>) -> Flow {
        let (db, table) = self.qualified(table)?;
        let object = self.stored_object(definer, false)?;
        let trigger = self.object_symbol(&name.name);
        self.tables.schema.triggers.insert((db, trigger), (table, object));
        Ok(())
    }
}
