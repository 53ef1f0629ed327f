//! Demands being put together: names are completed, internal schemas are told apart, checks are worded.

use super::words::Words;
use super::{Check, Context, DemandError, Demands, Level, Need, Object, On, Refusal};
use crate::server::behaviour::Behaviour;
use crate::server::catalogue::{Privilege, STATIC};
use crate::server::errors::ServerError;
use crate::server::errors::object::unknown_database;
use crate::server::variables::Variable;

/// A table or view: database and name.
pub(super) type Table = (String, String);

#[derive(Debug)]
pub(super) struct Draft<'a> {
    pub context: &'a Context<'a>,
    pub out: Demands,
}

impl<'a> Draft<'a> {
    pub fn new(context: &'a Context<'a>) -> Self {
        Self { context, out: Demands::default() }
    }

    /// True when the server has the behaviour.
    pub fn has(&self, behaviour: Behaviour) -> bool {
        self.context.server.has(behaviour)
    }

    pub fn words<'s>(&self, sql: &'s str) -> Words<'s> {
        Words::new(sql, self.context.tables.variables.sql_mode("ANSI_QUOTES"))
    }

    /// Adds a check; one that is already there decides nothing a second time.
    pub fn push(&mut self, check: Check) {
        if !self.out.checks.contains(&check) {
            self.out.checks.push(check);
        }
    }

    pub fn note(&mut self, note: impl Into<String>) {
        let note = note.into();
        if !self.out.notes.contains(&note) {
            self.out.notes.push(note);
        }
    }

    pub fn named(&mut self, statement: impl Into<String>) {
        self.out.statement = statement.into();
    }

    /// The database that was said, or the current one (1046 without).
    pub fn db(&self, said: Option<String>) -> Result<String, DemandError> {
        match said {
            Some(db) => Ok(self.folded(&db)),
            None => self.context.current_db.map(|db| self.folded(db)).ok_or(DemandError::NoDatabase),
        }
    }

    /// A table's full name.
    pub fn full(&self, (db, name): (Option<String>, String)) -> Result<Table, DemandError> {
        Ok((self.db(db)?, self.folded(&name)))
    }

    /// The next words as a table's full name.
    pub fn read_table(&self, words: &mut Words<'_>) -> Result<Table, DemandError> {
        self.full(words.qualified("a table name")?)
    }

    /// Several, with commas between them.
    pub fn read_tables(&self, words: &mut Words<'_>) -> Result<Vec<Table>, DemandError> {
        let mut tables = vec![self.read_table(words)?];
        while words.eat(",") {
            tables.push(self.read_table(words)?);
        }
        Ok(tables)
    }

    fn folded(&self, name: &str) -> String {
        match self.context.tables.variables.get(Variable::LowerCaseTableNames) {
            "1" | "2" => name.to_lowercase(),
            _ => name.to_owned(),
        }
    }

    /// The columns of a table or view, where the policy tells them.
    pub fn columns(&self, (db, table): &Table) -> Option<Vec<String>> {
        let tables = self.context.tables;
        let columns = tables.schema.columns(tables.names.find(db)?, tables.names.find(table)?)?;
        Some(columns.iter().map(|c| tables.names.text(*c).to_owned()).collect())
    }

    /// A check on a table as the server makes it before it opens the table: column privileges may stand in for the
    /// table's own and are looked at later (M5.21).
    pub fn table(&mut self, table: &Table, privileges: &[Privilege], purpose: &str) -> Result<(), DemandError> {
        self.table_check(table, privileges, purpose, true)
    }

    /// A check on a table for which column privileges do not count.
    pub fn whole_table(&mut self, table: &Table, privileges: &[Privilege], purpose: &str) -> Result<(), DemandError> {
        self.table_check(table, privileges, purpose, false)
    }

    fn table_check(
        &mut self,
        table: &Table,
        privileges: &[Privilege],
        purpose: &str,
        columns_count: bool,
    ) -> Result<(), DemandError> {
        let (db, name) = table;
        self.refuse_internal(db, privileges)?;
        let mut privileges = privileges.to_vec();
        privileges.sort_unstable();
        let nobody = self.context.server.nobody_on_table(db, name);
        if privileges.iter().any(|p| nobody.has(*p)) {
            let words: Vec<&str> = privileges.iter().map(|p| self.context.server.privilege_word(*p)).collect();
            self.push(Check {
                needs: vec![Need { any_of: Vec::new(), on: On::Table(db.clone(), name.clone()) }],
                refusal: Refusal::Table { db: db.clone(), table: name.clone(), verb: Some(words.join(", ")) },
                purpose: purpose.to_owned(),
            });
            return Ok(());
        }
        let on = |p: &Privilege| match columns_count && has_level(*p, Level::Column) {
            true => On::AnyColumn(db.clone(), name.clone()),
            false => On::Table(db.clone(), name.clone()),
        };
        self.push(Check {
            needs: privileges.iter().map(|p| Need { any_of: vec![*p], on: on(p) }).collect(),
            refusal: Refusal::Table { db: db.clone(), table: name.clone(), verb: None },
            purpose: purpose.to_owned(),
        });
        Ok(())
    }

    /// A check that any one of some privileges passes, with the word the server puts in its place.
    pub fn table_any(
        &mut self,
        table: &Table,
        any_of: &[Privilege],
        verb: &str,
        purpose: &str,
    ) -> Result<(), DemandError> {
        self.refuse_internal(&table.0, if any_of.contains(&Privilege::SELECT) { &[] } else { any_of })?;
        let (db, name) = table.clone();
        self.push(Check {
            needs: vec![Need { any_of: any_of.to_vec(), on: On::AnyColumn(db.clone(), name.clone()) }],
            refusal: Refusal::Table { db, table: name, verb: Some(verb.to_owned()) },
            purpose: purpose.to_owned(),
        });
        Ok(())
    }

    /// A check on one column.
    pub fn column(&mut self, table: &Table, column: &str, privilege: Privilege, purpose: &str) {
        if let Some(check) = column_check(table, column, privilege, purpose) {
            self.push(check);
        }
    }

    /// A check on every column, for a statement that names none: the first column has an error of its own, the others
    /// are not named (M5.22).
    pub fn every_column(&mut self, table: &Table, privilege: Privilege, purpose: &str) {
        let asked = (&[privilege][..], privilege.name().unwrap_or(""));
        for check in every_column_checks(table, self.columns(table), asked, purpose) {
            self.push(check);
        }
    }

    /// A check on a database.
    pub fn database(&mut self, db: &str, any_of: &[Privilege], purpose: &str) -> Result<(), DemandError> {
        self.refuse_internal(db, any_of)?;
        self.push(Check {
            needs: vec![Need { any_of: any_of.to_vec(), on: On::Database(db.to_owned()) }],
            refusal: Refusal::Database(db.to_owned()),
            purpose: purpose.to_owned(),
        });
        Ok(())
    }

    /// That a database can be made current (M5.40).
    pub fn visible(&mut self, db: &str, purpose: &str) {
        self.visible_or(db, &[], purpose);
    }

    /// That the tables of a database can be listed: also by GRANT OPTION on one of them (M8.3).
    pub fn listed(&mut self, db: &str, purpose: &str) {
        self.visible_or(db, &[Privilege::GRANT_OPTION], purpose);
    }

    fn visible_or(&mut self, db: &str, on_a_table: &[Privilege], purpose: &str) {
        if !db.eq_ignore_ascii_case("information_schema") {
            self.push(Check {
                needs: vec![Need { any_of: on_a_table.to_vec(), on: On::VisibleDatabase(db.to_owned()) }],
                refusal: Refusal::Database(db.to_owned()),
                purpose: purpose.to_owned(),
            });
        }
    }

    /// That a database was not dropped, as far as the policy tells (1049). Nothing meets the need.
    pub fn exists(&mut self, db: &str) {
        let tables = self.context.tables;
        if tables.names.find(db).is_some_and(|symbol| tables.schema.is_dropped(symbol)) {
            let error = unknown_database(db);
            self.push(Check {
                needs: vec![Need { any_of: vec![], on: On::Global }],
                refusal: Refusal::Other { errno: error.errno, sqlstate: error.sqlstate, message: error.message },
                purpose: format!("the database {db}, which the policy drops"),
            });
        }
    }

    /// A global check with the privilege names of its own error text (1227).
    pub fn global(&mut self, any_of: &[Privilege], text: &str, purpose: &str) {
        self.push(Check {
            needs: vec![Need { any_of: any_of.to_vec(), on: On::Global }],
            refusal: Refusal::Specific(text.to_owned()),
            purpose: purpose.to_owned(),
        });
    }

    /// A global check by names; those that this server does not know do not count and are not named.
    pub fn needs_one_of(&mut self, names: &[&str], purpose: &str) {
        let known: Vec<(Privilege, &str)> = names.iter().filter_map(|n| self.privilege(n).map(|p| (p, *n))).collect();
        let any_of: Vec<Privilege> = known.iter().map(|(p, _)| *p).collect();
        if self.has(Behaviour::PrivilegeListsWithCommas) {
            return self.listed_one_of(self.context.server.split_off(&any_of), purpose);
        }
        let words: Vec<&str> = known.iter().map(|(_, n)| *n).collect();
        self.global(&any_of, &listed(&words), purpose);
    }

    /// A global check whose text lists the privileges as this server names them, in order and with commas.
    pub fn listed_one_of(&mut self, any_of: &[Privilege], purpose: &str) {
        let mut any_of = any_of.to_vec();
        any_of.sort_unstable();
        any_of.dedup();
        let text = any_of.iter().map(|p| self.context.server.privilege_name(*p)).collect::<Vec<_>>().join(", ");
        self.global(&any_of, &text, purpose);
    }

    /// A privilege of this server by its SQL name; dynamic ones with underscores.
    pub fn privilege(&self, name: &str) -> Option<Privilege> {
        let server = self.context.server;
        let dynamic = || server.dynamic_privileges().find(|(_, n)| *n == name).map(|(p, _)| p);
        let foreign = || self.context.tables.names.find(name).map(Privilege::foreign);
        let registered = || {
            let tables = self.context.tables;
            foreign().filter(|p| tables.dynamic.iter().any(|(_, _, row)| row.privilege == *p))
        };
        server.static_privilege(name).or_else(dynamic).or_else(registered)
    }

    /// EXECUTE or another privilege on a routine (1370).
    pub fn routine(
        &mut self,
        kind: crate::syntax::statement::ObjectKind,
        routine: &Table,
        privilege: Privilege,
        purpose: &str,
    ) {
        self.push(routine_check(kind, routine, privilege, purpose));
    }

    /// The server refuses some privileges on its own schemas to everybody (M5.50, M5.51).
    pub fn refuse_internal(&self, db: &str, wanted: &[Privilege]) -> Result<(), DemandError> {
        let internal = self.context.server.internal_schema(db);
        let refused = internal.is_some_and(|i| wanted.iter().any(|p| i.nobody.has(*p)));
        if !refused {
            return Ok(());
        }
        let message = format!("Access denied for user '{{user}}'@'{{host}}' to database '{db}'");
        Err(DemandError::Refused(ServerError::new(1044, "42000", message)))
    }
}

/// True when the privilege can be granted at that level (M6.1).
pub(super) fn has_level(privilege: Privilege, level: Level) -> bool {
    let letter = match level {
        Level::Global => 'G',
        Level::Database => 'D',
        Level::Table => 'T',
        Level::Column => 'C',
        Level::Routine => 'R',
        Level::Proxy => 'P',
    };
    STATIC.iter().any(|p| p.privilege == privilege && p.levels.contains(letter))
}

/// `a`, `a or b`, `a, b or c`: how the 1227 texts list privileges.
pub(super) fn listed(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [init @ .., last] => format!("{} or {last}", init.join(", ")),
    }
}

/// The check on one column; none in `information_schema`, whose columns everybody may read.
pub(super) fn column_check(table: &Table, column: &str, privilege: Privilege, purpose: &str) -> Option<Check> {
    column_check_any(table, column, (&[privilege], privilege.name().unwrap_or("")), purpose)
}

/// The check that any of some privileges on a column passes, with the word for them.
pub(super) fn column_check_any(
    (db, table): &Table,
    column: &str,
    (any_of, verb): (&[Privilege], &str),
    purpose: &str,
) -> Option<Check> {
    if db.eq_ignore_ascii_case("information_schema") {
        return None;
    }
    Some(Check {
        needs: vec![Need { any_of: any_of.to_vec(), on: On::Column(db.clone(), table.clone(), column.to_owned()) }],
        refusal: Refusal::Column {
            verb: Some(verb.to_owned()),
            column: column.to_owned(),
            table: table.clone(),
            db: db.clone(),
        },
        purpose: purpose.to_owned(),
    })
}

/// The checks on all columns of a table, see [`Draft::every_column`].
pub(super) fn every_column_checks(
    table: &Table,
    columns: Option<Vec<String>>,
    (any_of, verb): (&[Privilege], &str),
    purpose: &str,
) -> Vec<Check> {
    let (db, name) = table;
    if db.eq_ignore_ascii_case("information_schema") {
        return Vec::new();
    }
    let first = columns.as_ref().and_then(|c| c.first()).map(|column| Check {
        needs: vec![Need { any_of: any_of.to_vec(), on: On::FirstColumn(db.clone(), name.clone(), column.clone()) }],
        refusal: Refusal::Column {
            verb: Some(verb.to_owned()),
            column: column.clone(),
            table: name.clone(),
            db: db.clone(),
        },
        purpose: purpose.to_owned(),
    });
    let every = Check {
        needs: vec![Need { any_of: any_of.to_vec(), on: On::EveryColumn(db.clone(), name.clone()) }],
        refusal: Refusal::Table { db: db.clone(), table: name.clone(), verb: Some(verb.to_owned()) },
        purpose: purpose.to_owned(),
    };
    first.into_iter().chain([every]).collect()
}

/// The check on a routine.
pub(super) fn routine_check(
    kind: crate::syntax::statement::ObjectKind,
    (db, name): &Table,
    privilege: Privilege,
    purpose: &str,
) -> Check {
    let verb = match privilege {
        Privilege::ALTER_ROUTINE => "alter routine",
        Privilege::GRANT_OPTION => "grant",
        Privilege::EXECUTE => "execute",
        // Others are none of a routine.
        _ => "",
    };
    Check {
        needs: vec![Need { any_of: vec![privilege], on: On::Routine(kind, db.clone(), name.clone()) }],
        refusal: Refusal::Routine { verb: verb.to_owned(), routine: format!("{db}.{name}") },
        purpose: purpose.to_owned(),
    }
}

impl Draft<'_> {
    /// One privilege on one object, as `--can` asks it.
    pub fn can(&mut self, privilege: &str, on: &Object) -> Result<(), DemandError> {
        let name = privilege.split_whitespace().collect::<Vec<_>>().join(" ").to_uppercase();
        let unknown = || DemandError::Syntax(format!("expected a privilege of this server, found `{name}`"));
        let wanted = self.privilege(&name).ok_or_else(unknown)?;
        self.named(format!("{name} on {}", object_text(on)));
        let level = match on {
            Object::Global => Level::Global,
            Object::Database(_) => Level::Database,
            Object::Table(..) => Level::Table,
            Object::Column(..) => Level::Column,
            Object::Routine(..) => Level::Routine,
        };
        let narrow = level != Level::Global && !(wanted.is_static() && fits(wanted, level));
        if narrow {
            self.note(format!("{name} has no such level; it is held globally or in a database, or not at all (M6.1)"));
        }
        let purpose = "the privilege asked about";
        match on {
            Object::Global => self.global_or_denied(wanted, &name, purpose),
            Object::Database(db) => self.database(db, &[wanted], purpose)?,
            Object::Table(db, table) => self.whole_table(&(db.clone(), table.clone()), &[wanted], purpose)?,
            Object::Column(db, table, column) => {
                self.refuse_internal(db, &[wanted])?;
                self.column(&(db.clone(), table.clone()), column, wanted, purpose);
            }
            Object::Routine(kind, db, routine) => {
                self.routine(*kind, &(db.clone(), routine.clone()), wanted, purpose);
            }
        }
        Ok(())
    }

    fn global_or_denied(&mut self, wanted: Privilege, name: &str, purpose: &str) {
        if has_level(wanted, Level::Database) {
            let needs = vec![Need { any_of: vec![wanted], on: On::Global }];
            self.push(Check { needs, refusal: Refusal::AccessDenied, purpose: purpose.to_owned() });
        } else {
            self.global(&[wanted], name, purpose);
        }
    }
}

fn fits(privilege: Privilege, level: Level) -> bool {
    has_level(privilege, level)
        || level == Level::Column && has_level(privilege, Level::Table)
        || matches!(level, Level::Table | Level::Routine) && has_level(privilege, Level::Database)
}

fn object_text(on: &Object) -> String {
    match on {
        Object::Global => "*.*".to_owned(),
        Object::Database(db) => format!("{db}.*"),
        Object::Table(db, table) => format!("{db}.{table}"),
        Object::Column(db, table, column) => format!("{db}.{table}.{column}"),
        Object::Routine(kind, db, name) => format!("{} {db}.{name}", kind_word(*kind)),
    }
}

/// The word of an object type, lower case.
pub(super) fn kind_word(kind: crate::syntax::statement::ObjectKind) -> &'static str {
    use crate::syntax::statement::ObjectKind as K;
    match kind {
        K::Table => "table",
        K::Procedure => "procedure",
        K::Function => "function",
        K::Library => "library",
        K::Package => "package",
        K::PackageBody => "package body",
    }
}
