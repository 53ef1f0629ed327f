//! The objects of a scope: each that a row names, and one for each set of database names that no row tells apart.

use super::{Right, Thing};
use crate::answer::{AccountView, Engine};
use crate::client::Object;
use crate::demand::{Check, Demands, Need, On, Refusal};
use crate::matching::language::{DatabaseText, Limit, database_cells};
use crate::matching::wild::Quirks;
use crate::name::Symbol;
use crate::server::catalogue::{Level, PrivilegeSet};
use crate::server::variables::Variable;
use crate::tables::row::AccountKey;
use std::collections::BTreeSet;

/// Which objects a place stands for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Span {
    /// The one that it names.
    One,
    /// All databases that these texts cover and nothing else tells apart.
    Like(Vec<String>),
    /// All databases that no text covers.
    Others,
}

/// An object, or one that stands for many.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The object that is asked about.
    pub thing: Thing,
    /// For which others it stands.
    pub span: Span,
    /// The place in the list whose rights it has as well: its database's, its table's; the whole server's for a database.
    pub parent: Option<usize>,
}

/// The accounts whose rows could count for a user name in one policy.
pub(super) struct Relevant<'e, 'p> {
    pub engine: &'e Engine<'p>,
    /// User names whose rows count by host: the own one, the anonymous one, those of proxied accounts and roles.
    pub users: BTreeSet<Symbol>,
    /// Roles and proxied accounts.
    pub accounts: BTreeSet<AccountKey>,
}

/// What the rows of all policies name, for one user name.
#[derive(Default)]
struct Named {
    /// Database texts, as patterns.
    texts: Vec<DatabaseText>,
    /// Names of databases.
    databases: BTreeSet<String>,
    /// Tables, columns and routines.
    objects: BTreeSet<Object>,
    roles: BTreeSet<AccountView>,
    proxied: BTreeSet<AccountView>,
}

/// The places of a scope, the texts that part databases, and whether there may be more places than were found.
pub(super) fn places(relevant: &[Relevant<'_, '_>], asked: Option<&Object>) -> (Vec<Place>, Vec<DatabaseText>, bool) {
    let mut named = Named::default();
    relevant.iter().for_each(|one| named.read(one));
    asked.into_iter().for_each(|object| named.object(object));
    let mut places = vec![Place { thing: Thing::Object(Object::Global), span: Span::One, parent: None }];
    let gave_up = named.databases(&mut places);
    named.objects(&mut places);
    let roles = named.roles.iter().cloned().map(Thing::Role);
    let others = roles.chain(named.proxied.iter().cloned().map(Thing::Proxied));
    places.extend(others.map(|thing| Place { thing, span: Span::One, parent: None }));
    (places, named.texts, gave_up)
}

impl Relevant<'_, '_> {
    fn counts(&self, key: AccountKey) -> bool {
        self.users.contains(&key.user) || self.accounts.contains(&key)
    }
}

impl Named {
    /// Reads the rows of one policy that could count.
    fn read(&mut self, relevant: &Relevant<'_, '_>) {
        let tables = &relevant.engine.policy.tables;
        let text = |symbol: Symbol| tables.names.text(symbol).to_owned();
        let exact = tables.variables.on(Variable::PartialRevokes);
        let quirks = Quirks::of(&tables.server);
        let mut db_texts: BTreeSet<Symbol> = tables.hosts.iter().map(|(_, _, row)| row.db).collect();
        for user in &relevant.users {
            let rows = relevant.engine.index.dbs(*user).iter().filter_map(|at| tables.dbs.at(*at));
            db_texts.extend(rows.map(|row| row.db));
        }
        for account in &relevant.accounts {
            db_texts.extend(tables.dbs.of(*account).map(|(_, row)| row.db));
        }
        db_texts
            .into_iter()
            .filter(|db| *db != Symbol::EMPTY)
            .for_each(|db| self.database_text(text(db), exact, quirks));
        let restricted = tables.restrictions.iter().filter(|(_, key, _)| relevant.counts(key.0));
        self.databases.extend(restricted.map(|(_, _, row)| text(row.db)));
        self.tables(relevant);
        self.routines(relevant);
        self.rights_over_accounts(relevant);
    }

    fn database_text(&mut self, text: String, exact: bool, quirks: Quirks) {
        let plain = unescaped(&text);
        if exact || plain.is_none() {
            // With partial_revokes a text is a name, wildcards and all (M5.5).
            self.databases.extend(exact.then(|| text.clone()));
        }
        self.databases.extend(plain);
        let text = DatabaseText { text, quirks };
        if !self.texts.contains(&text) {
            self.texts.push(text);
        }
    }

    /// An object with those in which it lies.
    fn object(&mut self, object: &Object) {
        match object {
            Object::Global => return,
            Object::Database(db) => {
                self.databases.insert(db.clone());
                return;
            }
            Object::Column(db, table, _) => {
                self.objects.insert(Object::Table(db.clone(), table.clone()));
                self.databases.insert(db.clone());
            }
            Object::Table(db, _) | Object::Routine(_, db, _) => {
                self.databases.insert(db.clone());
            }
        }
        self.objects.insert(object.clone());
    }

    fn tables(&mut self, relevant: &Relevant<'_, '_>) {
        let tables = &relevant.engine.policy.tables;
        let text = |symbol: Symbol| tables.names.text(symbol).to_owned();
        for row in tables.tables.iter().filter(|(_, key, _)| relevant.counts(key.0)).map(|(_, _, row)| row) {
            let (db, table) = (text(row.db), text(row.table));
            for column in &row.columns {
                self.objects.insert(Object::Column(db.clone(), table.clone(), text(column.column)));
            }
            self.objects.insert(Object::Table(db.clone(), table));
            self.databases.insert(db);
        }
    }

    fn routines(&mut self, relevant: &Relevant<'_, '_>) {
        let tables = &relevant.engine.policy.tables;
        let text = |symbol: Symbol| tables.names.text(symbol).to_owned();
        for row in tables.routines.iter().filter(|(_, key, _)| relevant.counts(key.0)).map(|(_, _, row)| row) {
            self.objects.insert(Object::Routine(row.kind, text(row.db), text(row.routine)));
            self.databases.insert(text(row.db));
        }
    }

    /// Roles that somebody may pass on, and accounts for which somebody may let others stand in.
    fn rights_over_accounts(&mut self, relevant: &Relevant<'_, '_>) {
        let tables = &relevant.engine.policy.tables;
        let viewer = relevant.engine.viewer();
        let edges = tables.role_edges.iter().filter(|(_, key, row)| row.admin_option && relevant.counts(key.0));
        self.roles.extend(edges.map(|(_, _, row)| viewer.account(row.role)));
        let proxies = tables.proxies.iter().filter(|(_, _, row)| row.grant_option && relevant.counts(row.key));
        self.proxied.extend(proxies.map(|(_, _, row)| viewer.account(row.proxied)));
    }

    /// One place for each database that is named and for each set of the others.
    fn databases(&self, places: &mut Vec<Place>) -> bool {
        let names: Vec<String> = self.databases.iter().cloned().collect();
        let found = database_cells(&self.texts, &names, Limit(20_000));
        for cell in found.cells {
            let texts = cell.matched.iter().filter_map(|at| self.texts.get(at)).map(|text| text.text.clone());
            let mut like: Vec<String> = texts.collect();
            like.sort();
            like.dedup();
            let span = match (cell.single, like.is_empty()) {
                (true, _) => Span::One,
                (false, true) => Span::Others,
                (false, false) => Span::Like(like),
            };
            let thing = Thing::Object(Object::Database(cell.example));
            places.push(Place { thing, span, parent: Some(0) });
        }
        found.gave_up
    }

    fn objects(&self, places: &mut Vec<Place>) {
        let tables = self.objects.iter().filter(|object| !matches!(object, Object::Column(..)));
        let columns = self.objects.iter().filter(|object| matches!(object, Object::Column(..)));
        for object in tables.chain(columns) {
            let above = match object {
                Object::Table(db, _) | Object::Routine(_, db, _) => Object::Database(db.clone()),
                Object::Column(db, table, _) => Object::Table(db.clone(), table.clone()),
                Object::Global | Object::Database(_) => Object::Global,
            };
            let above = Thing::Object(above);
            let parent = places.iter().position(|place| place.thing == above);
            places.push(Place { thing: Thing::Object(object.clone()), span: Span::One, parent });
        }
    }
}

/// The name that a text without real wildcards is of.
fn unescaped(text: &str) -> Option<String> {
    let mut name = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '%' | '_' => return None,
            '\\' => name.push(chars.next().unwrap_or('\\')),
            _ => name.push(c),
        }
    }
    Some(name)
}

impl Place {
    /// The right is one that can be had here and above.
    pub(in crate::answer) fn has(&self, server: &crate::server::Server, right: &Right) -> bool {
        self.privileges(server).iter().any(|privilege| right.is(privilege))
    }

    /// The static privileges that can be asked about here on a server.
    pub(in crate::answer) fn privileges(&self, server: &crate::server::Server) -> PrivilegeSet {
        let level = match &self.thing {
            Thing::Object(Object::Global) => Level::Global,
            Thing::Object(Object::Database(_)) => Level::Database,
            Thing::Object(Object::Table(..)) => Level::Table,
            Thing::Object(Object::Column(..)) => Level::Column,
            Thing::Object(Object::Routine(..)) => Level::Routine,
            Thing::Role(_) | Thing::Proxied(_) => return PrivilegeSet::EMPTY,
        };
        server.privileges_at(level)
    }
}

/// Asks about all places at once: the databases, and the demands that name everything else.
pub(super) fn question(places: &[Place]) -> (Vec<String>, Demands) {
    let mut databases = Vec::new();
    let mut needs = Vec::new();
    for place in places {
        let on = match &place.thing {
            Thing::Object(Object::Global) => On::Global,
            Thing::Object(Object::Database(db)) => {
                databases.push(db.clone());
                On::Global
            }
            Thing::Object(Object::Table(db, table)) => On::Table(db.clone(), table.clone()),
            Thing::Object(Object::Column(db, table, column)) => On::Column(db.clone(), table.clone(), column.clone()),
            Thing::Object(Object::Routine(kind, db, name)) => On::Routine(*kind, db.clone(), name.clone()),
            Thing::Role(role) => On::RoleAdmin(role.user.clone(), role.host.clone()),
            Thing::Proxied(account) => On::ProxyOf(account.user.clone(), account.host.clone()),
        };
        // Without a privilege nothing but what lies on the object itself is derived.
        needs.push(Need { any_of: Vec::new(), on });
    }
    let check = Check { needs, refusal: Refusal::AccessDenied, purpose: String::new() };
    (databases, Demands { checks: vec![check], ..Demands::default() })
}

/// The right to pass on a role.
pub(super) fn admin_right() -> Right {
    Right::other("WITH ADMIN OPTION")
}

/// The right to let others stand in for an account.
pub(super) fn proxy_right() -> Right {
    Right::other("PROXY WITH GRANT OPTION")
}
