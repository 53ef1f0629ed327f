//! Everything that one policy decides for one client, from one evaluation for each choice of roles.

use super::objects::{admin_right, proxy_right};
use super::{Decided, Entry, Held, Holding, Holdings, Outcome, Point, Right, Scope, Thing, Way};
use crate::answer::engine::{Engine, Evaluation};
use crate::answer::login::{self, live_sessions};
use crate::answer::{Login, RowView};
use crate::client::{Client, Object, Roles};
use crate::facts::id::{Column, Database, Routine, Session, Table, Witness};
use crate::facts::objects::Objects;
use crate::server::catalogue::{Privilege, PrivilegeSet};
use crate::server::variables::Variable;
use crate::tables::row::RowId;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

/// Decides for one client of a set.
pub(super) fn decide(engine: &Engine<'_>, scope: &Scope, point: &Point) -> Decided {
    if engine.policy.tables.variables.on(Variable::SkipGrantTables) {
        return everything(engine, scope, point);
    }
    let client = |way: &Way, roles: &Roles| scope.client(point, way, roles);
    let ask = |client: &Client| engine.evaluate(client, Some(&scope.demands), &scope.databases);
    let mut evaluations = Vec::new();
    let mut entries = Vec::new();
    for way in &scope.ways {
        let client = client(way, &Roles::Default);
        let evaluation = ask(&client);
        entries.push(entry(login::login(engine, &client, &evaluation)));
        evaluations.push(evaluation);
    }
    let taken = Decided::way(&entries);
    let Some((way, evaluation)) = taken.and_then(|at| Some((scope.ways.get(at)?, evaluations.get(at)?))) else {
        return Decided { entries, ..Decided::default() };
    };
    let mut decided = Decided { entries, ..Decided::default() };
    let by_default = held(engine, scope, evaluation);
    for roles in &scope.choices {
        let (holdings, chosen) = match roles {
            Roles::Default => by_default.clone(),
            _ => {
                let client = client(way, roles);
                let evaluation = ask(&client);
                let may = login::login(engine, &client, &evaluation).error.is_none();
                if may { held(engine, scope, &evaluation) } else { by_default.clone() }
            }
        };
        decided.holdings.push(holdings);
        decided.chosen.push(chosen);
    }
    decided
}

fn entry(login: Login) -> Entry {
    let outcome = match (&login.error, &login.undetermined) {
        (Some(error), _) => Outcome::Refused(error.errno),
        (None, Some(missing)) => Outcome::Open(missing.clone()),
        (None, None) if login.must_set_password => Outcome::MustSetPassword,
        (None, None) => Outcome::Accepted,
    };
    let selected = |c: &&crate::answer::Candidate| Some(&c.row.account) == login.account.as_ref();
    let row = login.candidates.iter().find(selected).map(|c| c.row.clone());
    let proxied = login.proxied.as_ref().map(|(account, _)| account.clone());
    Entry { outcome, account: login.account, proxied, tied: login.tied, error: login.error, row }
}

/// `skip_grant_tables`: everybody is in and may do everything.
fn everything(engine: &Engine<'_>, scope: &Scope, point: &Point) -> Decided {
    let server = &engine.policy.tables.server;
    let mut holdings = Holdings::new();
    for (at, place) in scope.places.iter().enumerate() {
        for right in rights(engine, place.privileges(server)) {
            holdings.insert((at, right), Holding { held: Held::Yes, rows: Vec::new() });
        }
    }
    let login = engine.login(&scope.client(point, &Way::PLAIN, &Roles::Default));
    Decided {
        entries: vec![entry(login); scope.ways.len()],
        holdings: vec![holdings; scope.choices.len()],
        chosen: vec![BTreeMap::new(); scope.choices.len()],
    }
}

fn rights(engine: &Engine<'_>, set: PrivilegeSet) -> Vec<Right> {
    set.iter().map(|privilege| right(engine, privilege)).collect()
}

fn right(engine: &Engine<'_>, privilege: Privilege) -> Right {
    match privilege.is_static() {
        true => Right::privilege(privilege.0, privilege.name().unwrap_or("?")),
        false => Right::privilege(u32::from(u16::MAX), &engine.viewer().privilege(privilege)),
    }
}

type Chosen = BTreeMap<usize, Vec<RowView>>;

/// The rights of the sessions that an evaluation derived: where several rows tie, what all of them give is sure.
fn held(engine: &Engine<'_>, scope: &Scope, evaluation: &Evaluation) -> (Holdings, Chosen) {
    let sessions = live_sessions(engine, evaluation);
    let places = &Places::of(engine, scope, &evaluation.about.objects);
    let reader = |session| Reader { engine, scope, evaluation, places, session, holdings: Holdings::new() };
    let mut all = sessions.iter().map(|(session, _)| reader(*session).read());
    let Some((mut merged, chosen)) = all.next() else { return Default::default() };
    for (other, _) in all {
        for (key, holding) in &mut merged {
            let same = other.get(key).is_some_and(|o| o.held == holding.held);
            holding.held = if same { holding.held } else { Held::Open };
        }
        for (key, holding) in other {
            merged.entry(key).or_insert(Holding { held: Held::Open, ..holding });
        }
    }
    (merged, chosen)
}

/// Where the ids of one evaluation are among the places. Names that the server folds to one are several places.
#[derive(Default)]
struct Places {
    databases: FxHashMap<Database, Vec<usize>>,
    tables: FxHashMap<Table, Vec<usize>>,
    columns: FxHashMap<Column, Vec<usize>>,
    routines: FxHashMap<Routine, Vec<usize>>,
}

impl Places {
    fn of(engine: &Engine<'_>, scope: &Scope, objects: &Objects) -> Self {
        let databases: FxHashMap<&str, Database> = objects.databases().map(|(id, name)| (name, id)).collect();
        let tables: FxHashMap<_, _> = objects.tables().map(|(id, db, name)| ((db, name), id)).collect();
        let columns: FxHashMap<_, _> = objects.columns().map(|(id, table, name)| ((table, name), id)).collect();
        let routines: FxHashMap<_, _> = objects.routines().map(|(id, kind, db, name)| ((kind, db, name), id)).collect();
        let database = |name: &str| databases.get(folded(engine, name).as_str()).copied();
        let table = |db: &str, name: &str| tables.get(&(database(db)?, engine.index.folded(name).as_str())).copied();
        let mut places = Self::default();
        for (at, place) in scope.places.iter().enumerate() {
            let Thing::Object(object) = &place.thing else { continue };
            match object {
                Object::Global => {}
                Object::Database(db) => put(&mut places.databases, database(db), at),
                Object::Table(db, name) => put(&mut places.tables, table(db, name), at),
                Object::Column(db, name, column) => {
                    let id = table(db, name).and_then(|table| columns.get(&(table, column.as_str())).copied());
                    put(&mut places.columns, id, at);
                }
                Object::Routine(kind, db, name) => {
                    let name = name.to_lowercase();
                    let id = database(db).and_then(|db| routines.get(&(*kind, db, name.as_str())).copied());
                    put(&mut places.routines, id, at);
                }
            }
        }
        places
    }
}

fn put<K: std::hash::Hash + Eq>(places: &mut FxHashMap<K, Vec<usize>>, id: Option<K>, at: usize) {
    if let Some(id) = id {
        places.entry(id).or_default().push(at);
    }
}

/// A database name as the question names it.
fn folded(engine: &Engine<'_>, name: &str) -> String {
    let name = engine.index.folded(name);
    let internal = engine.policy.tables.server.internal_schema(&name).is_some();
    if internal { name.to_ascii_lowercase() } else { name }
}

/// Reads what one session holds.
struct Reader<'a> {
    engine: &'a Engine<'a>,
    scope: &'a Scope,
    evaluation: &'a Evaluation,
    places: &'a Places,
    session: Session,
    holdings: Holdings,
}

impl Reader<'_> {
    fn read(mut self) -> (Holdings, Chosen) {
        let model = &self.evaluation.model;
        let session = self.session;
        for held in model.global_held.iter().filter(|held| held.0 == session) {
            self.give(0, held.1, Witness::Row(held.2));
            self.passed_on(held.2, held.1);
        }
        for gives in model.gives_on_database.iter().filter(|gives| gives.0 == session) {
            self.give_each(self.places.databases.get(&gives.1), gives.2, gives.3);
        }
        for gives in model.gives_on_table.iter().filter(|gives| gives.0 == session) {
            self.give_each(self.places.tables.get(&gives.1), gives.2, gives.3);
        }
        for gives in model.gives_on_column.iter().filter(|gives| gives.0 == session) {
            self.give_each(self.places.columns.get(&gives.1), gives.2, gives.3);
        }
        for gives in model.gives_on_routine.iter().filter(|gives| gives.0 == session) {
            self.give_each(self.places.routines.get(&gives.1), gives.2, gives.3);
        }
        self.over_accounts();
        self.unsure();
        let chosen = self.chosen();
        (self.holdings, chosen)
    }

    fn give_each(&mut self, places: Option<&Vec<usize>>, privilege: Privilege, witness: Witness) {
        places.into_iter().flatten().for_each(|at| self.give(*at, privilege, witness));
    }

    fn give(&mut self, at: usize, privilege: Privilege, witness: Witness) {
        let server = &self.engine.policy.tables.server;
        let asked = self.scope.places.get(at).map(|place| place.privileges(server)).unwrap_or_default();
        if !asked.has(privilege) && (at != 0 || privilege.is_static()) {
            return;
        }
        let holding = self.holdings.entry((at, right(self.engine, privilege))).or_default();
        holding.held = Held::Yes;
        let row = match witness {
            Witness::Row(row) => self.engine.viewer().row(row, Some(privilege)),
            _ => None,
        };
        holding.rows.extend(row);
    }

    /// The grant option of a dynamic privilege is its own (M7.12).
    fn passed_on(&mut self, row: RowId, privilege: Privilege) {
        let tables = &self.engine.policy.tables;
        let passes = row.table == crate::tables::row::Table::GlobalGrants
            && tables.dynamic.at(row.index).is_some_and(|row| row.grant_option);
        if passes {
            let name = format!("{} WITH GRANT OPTION", self.engine.viewer().privilege(privilege));
            let rows = self.engine.viewer().row(row, None).into_iter().collect();
            let right = Right::privilege(u32::from(u16::MAX), &name);
            self.holdings.insert((0, right), Holding { held: Held::Yes, rows });
        }
    }

    /// Roles that may be passed on, accounts for which others may be let stand in.
    fn over_accounts(&mut self) {
        for met in self.evaluation.model.met.iter().filter(|met| met.0 == self.session) {
            let Some((_, at)) = self.evaluation.about.needs.get(met.1.0 as usize).copied() else { continue };
            let right = match self.scope.places.get(at).map(|place| &place.thing) {
                Some(Thing::Role(_)) => admin_right(),
                Some(Thing::Proxied(_)) => proxy_right(),
                _ => continue,
            };
            let row = match met.3 {
                Witness::Row(row) => self.engine.viewer().row(row, None),
                _ => None,
            };
            let holding = self.holdings.entry((at, right)).or_default();
            holding.held = Held::Yes;
            holding.rows.extend(row);
        }
    }

    /// What rows that tie do not all give is open, there and in all that lies below.
    fn unsure(&mut self) {
        let model = &self.evaluation.model;
        let database = |id| self.places.databases.get(&id).cloned().unwrap_or_default();
        let table = |id| self.places.tables.get(&id).cloned().unwrap_or_default();
        let mut open: Vec<(Vec<usize>, Privilege, RowId)> = Vec::new();
        let own = model.db_unsure.iter().filter(|unsure| unsure.0 == self.session);
        open.extend(own.map(|unsure| (database(unsure.1), unsure.2, unsure.3)));
        let own = model.table_unsure.iter().filter(|unsure| unsure.0 == self.session);
        open.extend(own.map(|unsure| (table(unsure.1), unsure.2, unsure.3)));
        let own = model.some_column_possible.iter().filter(|possible| possible.0 == self.session);
        open.extend(own.map(|possible| (table(possible.1), possible.2, possible.3)));
        for (tops, privilege, row) in open {
            tops.into_iter().for_each(|at| self.open_below(at, privilege, row));
        }
    }

    fn open_below(&mut self, top: usize, privilege: Privilege, row: RowId) {
        let server = &self.engine.policy.tables.server;
        for (at, place) in self.scope.places.iter().enumerate() {
            let lies_below = at == top || self.scope.lies_below(at, top);
            if lies_below && place.privileges(server).has(privilege) {
                let holding = self.holdings.entry((at, right(self.engine, privilege))).or_default();
                if holding.held != Held::Yes {
                    holding.held = Held::Open;
                    holding.rows.extend(self.engine.viewer().row(row, Some(privilege)));
                }
            }
        }
    }

    /// The rows that count for each database.
    fn chosen(&self) -> Chosen {
        let mut chosen = Chosen::new();
        for row in self.evaluation.model.db_chosen.iter().filter(|row| row.0 == self.session) {
            for at in self.places.databases.get(&row.1).into_iter().flatten() {
                chosen.entry(*at).or_default().extend(self.engine.viewer().row(row.2, None));
            }
        }
        chosen
    }
}
