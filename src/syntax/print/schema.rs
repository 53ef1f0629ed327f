//! The DDL that tells what exists.

use super::{Columns, List, Name, when};
use crate::syntax::statement::{AccountRef, QualifiedName, SchemaChange};
use smol_str::SmolStr;
use std::fmt::{self, Display, Formatter};

pub(super) fn print(change: &SchemaChange, f: &mut Formatter<'_>) -> fmt::Result {
    let absent = |on: &bool| when(*on, "IF NOT EXISTS ");
    let exists = |on: &bool| when(*on, "IF EXISTS ");
    match change {
        SchemaChange::CreateDatabase { name, if_not_exists } => {
            write!(f, "CREATE DATABASE {}{}", absent(if_not_exists), Name(name))
        }
        SchemaChange::DropDatabase { name, if_exists } => {
            write!(f, "DROP DATABASE {}{}", exists(if_exists), Name(name))
        }
        SchemaChange::CreateTable { name, columns, like, temporary, if_not_exists } => {
            write!(f, "CREATE {}TABLE {}{name}", when(*temporary, "TEMPORARY "), absent(if_not_exists))?;
            table(columns.as_deref(), like.as_ref(), f)
        }
        SchemaChange::DropTables { names, views, if_exists } => {
            write!(f, "DROP {} {}{}", if *views { "VIEW" } else { "TABLE" }, exists(if_exists), List(names))
        }
        SchemaChange::RenameTables(pairs) => {
            let pairs: Vec<String> = pairs.iter().map(|(old, new)| format!("{old} TO {new}")).collect();
            write!(f, "RENAME TABLE {}", List(&pairs))
        }
        SchemaChange::AlterColumns { table, add, drop, rename, to } => {
            write!(f, "ALTER TABLE {table} {}", List(&alterations(add, drop, rename, to.as_ref())))
        }
        SchemaChange::CreateView { name, columns, definer, invoker, or_replace, .. } => {
            write!(f, "CREATE {}{}", when(*or_replace, "OR REPLACE "), Definer(definer))?;
            write!(f, "{}VIEW {name} ", when(*invoker, "SQL SECURITY INVOKER "))?;
            columns.iter().try_for_each(|columns| write!(f, "{} ", Columns(columns)))?;
            f.write_str("AS SELECT …")
        }
        SchemaChange::CreateRoutine { kind, name, definer, invoker, tolerant } => {
            write!(f, "CREATE {}{} {}{name} ()", Definer(definer), kind.word(), absent(tolerant))?;
            f.write_str(when(*invoker, " SQL SECURITY INVOKER"))
        }
        SchemaChange::DropRoutine { kind, name, if_exists } => {
            write!(f, "DROP {} {}{name}", kind.word(), exists(if_exists))
        }
        SchemaChange::CreateTrigger { name, table, definer } => {
            write!(f, "CREATE {}TRIGGER {name} BEFORE INSERT ON {table} FOR EACH ROW …", Definer(definer))
        }
        SchemaChange::DropTrigger(name) => write!(f, "DROP TRIGGER {name}"),
        SchemaChange::CreateEvent { name, definer } => {
            write!(f, "CREATE {}EVENT {name} ON SCHEDULE …", Definer(definer))
        }
        SchemaChange::DropEvent(name) => write!(f, "DROP EVENT {name}"),
    }
}

struct Definer<'a>(&'a Option<AccountRef>);

impl Display for Definer<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|account| write!(f, "DEFINER = {account} "))
    }
}

fn table(columns: Option<&[SmolStr]>, like: Option<&QualifiedName>, f: &mut Formatter<'_>) -> fmt::Result {
    match (columns, like) {
        (_, Some(other)) => write!(f, " LIKE {other}"),
        (Some(columns), None) => {
            let columns: Vec<String> = columns.iter().map(|name| format!("{} …", Name(name))).collect();
            write!(f, " ({})", List(&columns))
        }
        (None, None) => f.write_str(" AS SELECT …"),
    }
}

fn alterations(
    add: &[SmolStr],
    drop: &[SmolStr],
    rename: &[(SmolStr, SmolStr)],
    to: Option<&QualifiedName>,
) -> Vec<String> {
    let added = add.iter().map(|name| format!("ADD COLUMN {} …", Name(name)));
    let dropped = drop.iter().map(|name| format!("DROP COLUMN {}", Name(name)));
    let renamed = rename.iter().map(|(old, new)| format!("RENAME COLUMN {} TO {}", Name(old), Name(new)));
    added.chain(dropped).chain(renamed).chain(to.map(|name| format!("RENAME TO {name}"))).collect()
}

impl Display for QualifiedName {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.db.iter().try_for_each(|db| write!(f, "{}.", Name(db)))?;
        Name(&self.name).fmt(f)
    }
}
