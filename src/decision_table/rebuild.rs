//! A table back to a policy: what the interpreter of policies answers from.
//!
//! Everything that an answer can depend on comes back, in the same order; secrets do not, nor what never counts, such as
//! the texts of statements that left no row behind.

mod account;
mod grants;
mod rest;
mod wanted;

use super::DecisionTable;
use super::field::{Field, Scalar};
use crate::client::Client;
use crate::name::Symbol;
use crate::policy::{Outcome, Policy, Reading, Replayed, ServerOrigin};
use crate::server::catalogue::PrivilegeSet;
use crate::server::variables::{SettingOrigin, Variable, Variables};
use crate::source::{LineColumn, Source, Span};
use crate::tables::row::{AccountKey, Contribution, Origin, StatementId};
use crate::tables::{ArrayOrder, GrantTables};
use indexmap::IndexMap;
use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};

/// A policy in the making.
struct Rebuild<'t> {
    table: &'t DecisionTable,
    tables: GrantTables,
    /// Of which users rows are wanted, by number; none means all.
    wanted: Option<Wanted>,
    /// The places of the statements behind rows, numbered as they come, and their texts where the table left them out.
    places: IndexMap<u64, Option<String>, FxBuildHasher>,
}

/// The rows that a client can touch.
#[derive(Debug, Default)]
struct Wanted {
    /// Users whose rows of all tables are wanted.
    users: FxHashSet<u64>,
    /// Account rows that are wanted besides.
    accounts: FxHashSet<usize>,
    /// All account rows are wanted.
    all_accounts: bool,
}

impl DecisionTable {
    /// The whole policy; of a table whose lists do not hold together nothing but the server.
    pub fn policy(&self) -> Policy {
        self.rebuild(|_| None)
    }

    /// The policy as far as a client can touch it: what the interpreter is to be asked about who it is and what it may.
    pub fn slice(&self, client: &Client) -> Policy {
        self.rebuild(|rebuild| Some(rebuild.wanted_by(client)))
    }

    fn rebuild(&self, wanted: impl FnOnce(&Rebuild<'_>) -> Option<Wanted>) -> Policy {
        let server = self.server();
        let tables = GrantTables { server, variables: Variables::of(server), ..GrantTables::default() };
        if !self.lists_hold() {
            // Nothing that was written is like this; lists that overlap would only take time and room.
            return Policy { tables, ..Policy::default() };
        }
        let mut rebuild = Rebuild { table: self, tables, wanted: None, places: IndexMap::default() };
        rebuild.names();
        rebuild.schema();
        rebuild.values();
        rebuild.wanted = wanted(&rebuild);
        rebuild.rows();
        let (mut policy, spans) = rebuild.policy();
        rebuild.settings(&mut policy, &spans);
        policy.tables = rebuild.tables;
        policy
    }
}

impl Rebuild<'_> {
    fn names(&mut self) {
        for name in 0..self.table.count(Field::NameEnd) as u64 {
            self.tables.names.intern(self.table.name(name));
        }
    }

    fn symbol(&self, field: Field, at: usize) -> Symbol {
        Symbol(self.table.value(field, at) as u32)
    }

    fn mask(&self, field: Field, at: usize) -> PrivilegeSet {
        self.table.mask(self.table.value(field, at))
    }

    /// The statements behind a row that holds `held`; `tell` says what the statement is when its text was left out.
    fn origin(&mut self, code: u64, held: PrivilegeSet, tell: impl Fn(PrivilegeSet) -> String) -> Origin {
        let mut origin = Origin::new();
        if code.is_multiple_of(2) {
            origin.push(self.part(code / 2, held, &tell));
            return origin;
        }
        let table = self.table;
        for at in table.list(Field::OriginEnd, (code / 2) as usize) {
            let (place, mask) = (table.value(Field::OriginPlace, at), table.value(Field::OriginMask, at));
            origin.push(self.part(place, table.mask(mask), &tell));
        }
        origin
    }

    fn part(&mut self, place: u64, privileges: PrivilegeSet, tell: impl Fn(PrivilegeSet) -> String) -> Contribution {
        let Some(place) = place.checked_sub(1) else {
            return Contribution { statement: StatementId::INITIAL, inserted: 0, privileges };
        };
        let left_out = self.table.value(Field::PlaceText, place as usize) == 0;
        let entry = self.places.entry(place);
        let number = entry.index() as u32;
        entry.or_insert_with(|| left_out.then(|| tell(privileges)));
        Contribution { statement: StatementId(number), inserted: 0, privileges }
    }

    /// Sources and statements: of each file the excerpts that are needed. Also the spans of their places.
    fn policy(&mut self) -> (Policy, Spans) {
        let table = self.table;
        for place in self.places_of_settings() {
            self.places.entry(place).or_default();
        }
        let mut by_file: IndexMap<u64, Vec<u64>, FxBuildHasher> = IndexMap::default();
        for place in self.places.keys() {
            by_file.entry(table.value(Field::PlaceFile, *place as usize)).or_default().push(*place);
        }
        let mut policy = Policy::default();
        let mut spans = Spans::default();
        for (file, places) in by_file {
            let parts = places.iter().map(|place| {
                let number = |field| table.value(field, *place as usize) as u32;
                let at = LineColumn { line: number(Field::PlaceLine), column: number(Field::PlaceColumn) };
                let text = table.text(table.value(Field::PlaceText, *place as usize));
                (at, self.places.get(place).and_then(Option::as_deref).unwrap_or(text))
            });
            let (source, ranges) = Source::excerpts(table.text(file), parts);
            let id = policy.sources.add(source);
            spans.extend(places.iter().zip(ranges).map(|(place, range)| (*place, Span::new(id, range))));
        }
        let span = |place: &u64| spans.get(place).copied().unwrap_or_default();
        let replayed = |place| Replayed { span: span(place), outcome: Outcome::Done(Vec::new()) };
        policy.statements = self.places.keys().map(replayed).collect();
        (policy, spans)
    }

    /// The places at which settings were said.
    fn places_of_settings(&self) -> Vec<u64> {
        let table = self.table;
        let said = (0..table.count(Field::SettingPlace)).map(|at| table.value(Field::SettingPlace, at));
        let mut places: Vec<u64> = said.filter_map(|place| place.checked_sub(1)).collect();
        places.extend((table.scalar(Scalar::ServerOrigin) / 2).checked_sub(1));
        places
    }

    fn settings(&mut self, policy: &mut Policy, spans: &Spans) {
        let table = self.table;
        let span = |place: u64| spans.get(&place).copied().unwrap_or_default();
        for (at, variable) in self.variables() {
            let origin = match table.value(Field::SettingPlace, at).checked_sub(1) {
                None => SettingOrigin::Argument,
                Some(place) => SettingOrigin::Text(span(place)),
            };
            self.tables.variables.set(variable, table.text(table.value(Field::SettingValue, at)), origin);
        }
        policy.server_origin = Some(match table.scalar(Scalar::ServerOrigin) {
            0 => ServerOrigin::Assumed,
            1 => ServerOrigin::Argument,
            even if even.is_multiple_of(2) => ServerOrigin::Comment(span(even / 2 - 1)),
            odd => ServerOrigin::Header(span(odd / 2 - 1)),
        });
        policy.reading = match table.scalar(Scalar::Reading) {
            1 => Some(Reading::Script),
            2 => Some(Reading::State),
            _ => None,
        };
    }

    /// The variables that were given, with their places among the settings.
    fn variables(&self) -> Vec<(usize, Variable)> {
        let name = |at| self.table.text(self.table.value(Field::SettingName, at));
        (0..self.table.count(Field::SettingName)).filter_map(|at| Some((at, Variable::find(name(at))?))).collect()
    }

    /// The values of the variables; who gave them is said by [`Rebuild::settings`].
    fn values(&mut self) {
        for (at, variable) in self.variables() {
            let value = self.table.text(self.table.value(Field::SettingValue, at));
            self.tables.variables.set(variable, value, SettingOrigin::Assumed);
        }
        self.tables.from_dump = self.table.scalar(Scalar::FromDump) == 1;
        self.tables.admits_every_host = self.table.scalar(Scalar::AdmitsEveryHost) == 1;
    }

    /// Which order the server fixes among rows of equal rank; `births` are those of the rows that are there.
    fn order(&self, scalar: Scalar, births: impl Iterator<Item = u64>) -> ArrayOrder {
        match self.table.scalar(scalar) {
            0 => ArrayOrder::Created,
            1 => ArrayOrder::Unknown,
            loaded => ArrayOrder::Loaded { until: births.filter(|birth| *birth < loaded - 2).count() as u32 },
        }
    }
}

/// The spans of places.
type Spans = FxHashMap<u64, Span>;

/// An account as statements write it.
fn written(tables: &GrantTables, key: AccountKey) -> String {
    let (user, host) = tables.account_text(key);
    let quote = |text: &str| format!("`{}`", text.replace('`', "``"));
    if host.is_empty() { quote(user) } else { format!("{}@{}", quote(user), quote(host)) }
}
