//! What the sessions of a client hold, privilege by privilege, each with the row that gives it: what graphs, exports and
//! comparisons are made of. All of it is read off the derived relations.

use super::engine::{Engine, Evaluation};
use super::login::{effective, live_sessions};
use super::privileges::Rows;
use crate::client::{Client, Object};
use crate::demand::{Check, Demands, Need, On, Refusal};
use crate::facts::id::{Account, Session, Witness};
use crate::rules::name::RuleName;
use crate::server::catalogue::{Level, Privilege, PrivilegeSet};
use crate::syntax::statement::ObjectKind;
use crate::tables::row::{AccountKey, RowId, Table};

/// Where a privilege is held: the level, and the names as the row has them; a database may be a pattern.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct HeldOn {
    /// The level.
    pub level: Level,
    /// The database text; empty at the global level.
    pub db: String,
    /// The table or routine.
    pub object: String,
    /// The column.
    pub column: String,
    /// Which kind of routine.
    pub kind: Option<ObjectKind>,
}

/// A privilege that a session holds, and what gives it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Holding {
    /// On what.
    pub on: HeldOn,
    /// The privilege.
    pub privilege: Privilege,
    /// The row that gives it; none where the server gives it to everybody (M5.50).
    pub row: Option<RowId>,
    /// It may be passed on: the row has the grant option too.
    pub grant_option: bool,
}

/// A role that is active by itself.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ActiveRole {
    /// The role.
    pub role: AccountKey,
    /// The rows that grant it to the session: of `role_edges`; none for a mandatory one and for PUBLIC.
    pub granted_by: Vec<RowId>,
    /// The row that makes it active at login, where it is a row of `default_roles`.
    pub activated_by: Option<RowId>,
}

/// One session that a client may get, and all that it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionHoldings {
    /// The account row that is selected.
    pub account: AccountKey,
    /// The account whose privileges it has; another one where it stands in for somebody (M4.12).
    pub effective: AccountKey,
    /// The row of `proxies_priv` that says so.
    pub proxy: Option<RowId>,
    /// The roles that are active by themselves.
    pub roles: Vec<ActiveRole>,
    /// Rows that withhold global privileges in a database (M7.60).
    pub withheld_by: Vec<RowId>,
    /// What it holds, sorted.
    pub held: Vec<Holding>,
}

impl Engine<'_> {
    /// The sessions that the client may get, each with all that it holds. More than one where rows tie; none where no
    /// account is the client's. Whether the login is refused later does not matter here.
    pub fn holdings(&self, client: &Client) -> Vec<SessionHoldings> {
        let first = self.evaluate(client, None, &[]);
        let sessions = live_sessions(self, &first);
        let of_session = |(session, account): &(Session, Account)| {
            let rows = Rows::of(self, &first, *session);
            let (databases, demands) = rows.question(self);
            let evaluation = self.evaluate(client, Some(&demands), &databases);
            let holder = Reader { engine: self, evaluation: &evaluation, session: *session };
            let mut held = holder.global();
            held.extend(holder.databases(&rows));
            held.extend(holder.tables());
            held.extend(holder.routines());
            holder.session(*account, held)
        };
        sessions.iter().filter_map(of_session).collect()
    }

    /// The same, but what each session holds on one object, by rows of whatever level.
    pub fn holdings_on(&self, client: &Client, object: &Object) -> Vec<SessionHoldings> {
        let need = Need { any_of: Vec::new(), on: on(object) };
        let check = Check { needs: vec![need], refusal: Refusal::AccessDenied, purpose: String::new() };
        let evaluation = self.evaluate(client, Some(&Demands { checks: vec![check], ..Demands::default() }), &[]);
        let sessions = live_sessions(self, &evaluation);
        let of_session = |(session, account): &(Session, Account)| {
            let holder = Reader { engine: self, evaluation: &evaluation, session: *session };
            holder.session(*account, holder.on(object))
        };
        sessions.iter().filter_map(of_session).collect()
    }
}

/// The object as a need is asked on.
fn on(object: &Object) -> On {
    match object.clone() {
        Object::Global => On::Global,
        Object::Database(db) => On::Database(db),
        Object::Table(db, table) => On::AnyColumn(db, table),
        Object::Column(db, table, column) => On::Column(db, table, column),
        Object::Routine(kind, db, name) => On::Routine(kind, db, name),
    }
}

impl HeldOn {
    fn new(level: Level, [db, object, column]: [&str; 3]) -> Self {
        Self { level, db: db.to_owned(), object: object.to_owned(), column: column.to_owned(), kind: None }
    }

    /// The object is of this level.
    pub fn level_matches(&self, object: &Object) -> bool {
        let level = match object {
            Object::Global => Level::Global,
            Object::Database(_) => Level::Database,
            Object::Table(..) => Level::Table,
            Object::Column(..) => Level::Column,
            Object::Routine(..) => Level::Routine,
        };
        self.level == level
    }

    /// The level as exports name it.
    pub fn level_name(&self) -> &'static str {
        match self.level {
            Level::Global => "global",
            Level::Database => "database",
            Level::Table => "table",
            Level::Column => "column",
            Level::Routine => "routine",
            Level::Proxy => "proxy",
        }
    }

    /// `*.*`, `shop.*`, `shop.orders`, `shop.orders.id`, `procedure shop.refund`.
    pub fn words(&self) -> String {
        match self.level {
            Level::Global | Level::Proxy => "*.*".to_owned(),
            Level::Database => format!("{}.*", self.db),
            Level::Table => format!("{}.{}", self.db, self.object),
            Level::Column => format!("{}.{}.{}", self.db, self.object, self.column),
            Level::Routine => {
                let kind = self.kind.and_then(super::view::object_type).unwrap_or("ROUTINE").to_lowercase();
                format!("{kind} {}.{}", self.db, self.object)
            }
        }
    }
}

/// Reads what one session holds off the model.
struct Reader<'a> {
    engine: &'a Engine<'a>,
    evaluation: &'a Evaluation,
    session: Session,
}

impl Reader<'_> {
    fn session(&self, account: Account, mut held: Vec<Holding>) -> Option<SessionHoldings> {
        held.sort_unstable();
        held.dedup();
        let model = &self.evaluation.model;
        let mut withheld_by: Vec<RowId> = model.withheld.iter().filter(|w| w.0 == self.session).map(|w| w.3).collect();
        withheld_by.sort_unstable();
        withheld_by.dedup();
        Some(SessionHoldings {
            account: self.evaluation.about.objects.account_key(account)?,
            effective: effective(self.evaluation, self.session)?,
            proxy: model.proxy_selected.iter().find(|p| p.0 == self.session).map(|p| p.1),
            roles: self.roles(),
            withheld_by,
            held,
        })
    }

    /// The roles that are active by themselves, and PUBLIC.
    fn roles(&self) -> Vec<ActiveRole> {
        let (model, objects) = (&self.evaluation.model, &self.evaluation.about.objects);
        let active = model.role_active.iter().filter(|r| r.0 == self.session).map(|r| (r.1, r.2));
        let public = model.role_source.iter().filter(|r| r.0 == self.session && r.2 == RuleName::SourcePublic);
        let mut roles: Vec<ActiveRole> = active
            .chain(public.map(|r| (r.1, Witness::Everybody)))
            .filter_map(|(role, witness)| {
                let key = objects.account_key(role)?;
                let activated_by = match witness {
                    Witness::Row(row) if row.table == Table::DefaultRoles => Some(row),
                    _ => None,
                };
                Some(ActiveRole { role: key, granted_by: self.granted_by(role, key), activated_by })
            })
            .collect();
        roles.sort_unstable();
        roles.dedup();
        roles
    }

    /// The rows of `role_edges` that let the session have the role.
    fn granted_by(&self, role: Account, key: AccountKey) -> Vec<RowId> {
        let grantees = self.evaluation.model.role_grantee.iter();
        let mut rows: Vec<RowId> = grantees.filter(|g| g.0 == self.session && g.1 == role).map(|g| g.3).collect();
        let own = effective(self.evaluation, self.session).map(|account| (account, key));
        let edges = &self.engine.policy.tables.role_edges;
        let own = own.and_then(|key| edges.index_of(&key));
        rows.extend(own.map(|index| RowId { table: Table::RoleEdges, index }));
        rows.sort_unstable();
        rows.dedup();
        rows
    }

    fn global(&self) -> Vec<Holding> {
        let held = self.evaluation.model.global_held.iter().filter(|g| g.0 == self.session);
        held.map(|g| self.holding(HeldOn::new(Level::Global, [""; 3]), g.1, Some(g.2))).collect()
    }

    /// Rows of `db`, each on the database that its text stands for or would be the name of.
    fn databases(&self, rows: &Rows) -> Vec<Holding> {
        let (tables, model) = (&self.engine.policy.tables, &self.evaluation.model);
        let objects = &self.evaluation.about.objects;
        let mut found = Vec::new();
        for (index, row) in rows.dbs.iter().filter_map(|index| Some((*index, tables.dbs.at(*index)?))) {
            let (text, id) = (tables.names.text(row.db), RowId { table: Table::Db, index });
            let asked = super::privileges::asked_name(text);
            let Some((db, _)) = objects.databases().find(|(_, name)| *name == asked) else { continue };
            let held = model.db_held.iter().filter(|h| h.0 == self.session && h.1 == db && h.3 == id);
            found.extend(held.map(|h| self.holding(HeldOn::new(Level::Database, [text, "", ""]), h.2, Some(id))));
        }
        found
    }

    fn tables(&self) -> Vec<Holding> {
        let (tables, model) = (&self.engine.policy.tables, &self.evaluation.model);
        let names = &tables.names;
        let of_tables = model.table_held.iter().filter(|h| h.0 == self.session).filter_map(|h| {
            let row = tables.tables.at(h.3.index)?;
            let on = HeldOn::new(Level::Table, [names.text(row.db), names.text(row.table), ""]);
            Some(self.holding(on, h.2, Some(h.3)))
        });
        let of_columns = model.some_column_held.iter().filter(|h| h.0 == self.session);
        let of_columns = of_columns.filter_map(|h| self.of_column(h.3, h.2));
        of_tables.chain(of_columns).collect()
    }

    fn of_column(&self, row: RowId, privilege: Privilege) -> Option<Holding> {
        if row.table != Table::ColumnsPriv {
            return None;
        }
        let names = &self.engine.policy.tables.names;
        let (of, column) = self.engine.index.column(row.index)?;
        let on = [names.text(of.db), names.text(of.table), names.text(column.column)];
        Some(self.holding(HeldOn::new(Level::Column, on), privilege, Some(row)))
    }

    fn routines(&self) -> Vec<Holding> {
        let tables = &self.engine.policy.tables;
        let held = self.evaluation.model.routine_held.iter().filter(|h| h.0 == self.session);
        held.filter_map(|h| {
            let row = tables.routines.at(h.3.index)?;
            let on = HeldOn::new(Level::Routine, [tables.names.text(row.db), tables.names.text(row.routine), ""]);
            Some(self.holding(HeldOn { kind: Some(row.kind), ..on }, h.2, Some(h.3)))
        })
        .collect()
    }

    /// What is held on the one object that was asked about.
    fn on(&self, object: &Object) -> Vec<Holding> {
        let (model, own) = (&self.evaluation.model, self.session);
        let given: Vec<(HeldOn, Privilege, Witness)> = match object {
            Object::Global => return self.global(),
            Object::Database(db) => {
                let on = HeldOn::new(Level::Database, [db, "", ""]);
                let given = model.gives_on_database.iter().filter(|g| g.0 == own);
                given.map(|g| (on.clone(), g.2, g.3)).collect()
            }
            Object::Table(db, table) => {
                let on = HeldOn::new(Level::Table, [db, table, ""]);
                let given = model.gives_on_table.iter().filter(|g| g.0 == own);
                given.map(|g| (on.clone(), g.2, g.3)).collect()
            }
            Object::Column(db, table, column) => {
                let on = HeldOn::new(Level::Column, [db, table, column]);
                let given = model.gives_on_column.iter().filter(|g| g.0 == own);
                given.map(|g| (on.clone(), g.2, g.3)).collect()
            }
            Object::Routine(kind, db, name) => {
                let on = HeldOn { kind: Some(*kind), ..HeldOn::new(Level::Routine, [db, name, ""]) };
                let given = model.gives_on_routine.iter().filter(|g| g.0 == own);
                given.map(|g| (on.clone(), g.2, g.3)).collect()
            }
        };
        let row = |witness| match witness {
            Witness::Row(row) => Some(row),
            _ => None,
        };
        let mut held: Vec<Holding> = given.into_iter().map(|(on, p, w)| self.holding(on, p, row(w))).collect();
        if matches!(object, Object::Table(..)) {
            let of_columns = model.some_column_held.iter().filter(|h| h.0 == own);
            held.extend(of_columns.filter_map(|h| self.of_column(h.3, h.2)));
        }
        held
    }

    fn holding(&self, on: HeldOn, privilege: Privilege, row: Option<RowId>) -> Holding {
        Holding { on, privilege, row, grant_option: row.is_some_and(|row| self.engine.passes_on(row)) }
    }
}

impl Engine<'_> {
    /// A database name as rows are compared with it.
    pub fn folded(&self, name: &str) -> String {
        self.index.folded(name)
    }

    /// The row has the grant option.
    pub fn passes_on(&self, row: RowId) -> bool {
        let tables = &self.policy.tables;
        let option = |set: PrivilegeSet| set.has(Privilege::GRANT_OPTION);
        match row.table {
            Table::User => tables.users.at(row.index).is_some_and(|r| option(r.privileges)),
            Table::Db => tables.dbs.at(row.index).is_some_and(|r| option(r.privileges)),
            Table::TablesPriv => tables.tables.at(row.index).is_some_and(|r| option(r.privileges)),
            // The grant option of columns is that of their table.
            Table::ColumnsPriv => self.index.column(row.index).is_some_and(|(of, _)| option(of.privileges)),
            Table::ProcsPriv => tables.routines.at(row.index).is_some_and(|r| option(r.privileges)),
            Table::GlobalGrants => tables.dynamic.at(row.index).is_some_and(|r| r.grant_option),
            Table::ProxiesPriv => tables.proxies.at(row.index).is_some_and(|r| r.grant_option),
            Table::RoleEdges => tables.role_edges.at(row.index).is_some_and(|r| r.admin_option),
            Table::Host | Table::DefaultRoles | Table::Restrictions | Table::Kept => false,
        }
    }
}
