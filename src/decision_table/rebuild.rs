//! A table back to a policy: what the interpreter of policies answers from.
//!
//! Everything that an answer can depend on comes back, in the same order; secrets do not, nor what never counts, such as
//! the texts of statements that left no row behind.

mod account;
mod grants;
mod rest;

use super::DecisionTable;
use super::field::{Field, Scalar};
use crate::name::Symbol;
use crate::policy::{Outcome, Policy, Reading, Replayed, ServerOrigin};
use crate::server::Server;
use crate::server::catalogue::PrivilegeSet;
use crate::server::variables::{SettingOrigin, Variable, Variables};
use crate::source::{LineColumn, Source, Span};
use crate::tables::row::{AccountKey, Contribution, Origin, StatementId};
use crate::tables::{ArrayOrder, GrantTables};
use rustc_hash::{FxHashMap, FxHashSet};

/// A policy in the making.
struct Rebuild<'t> {
    table: &'t DecisionTable,
    tables: GrantTables,
    /// Texts of statements that the table left out.
    told: FxHashMap<u64, String>,
    /// The spans of places.
    spans: Vec<Span>,
}

impl DecisionTable {
    /// The whole policy.
    pub fn policy(&self) -> Policy {
        let server = Server::of_code(self.scalar(Scalar::Server) as u32);
        let tables = GrantTables { server, variables: Variables::of(server), ..GrantTables::default() };
        let mut rebuild = Rebuild { table: self, tables, told: FxHashMap::default(), spans: Vec::new() };
        rebuild.names();
        rebuild.rows();
        rebuild.schema();
        let mut policy = rebuild.places();
        rebuild.settings(&mut policy);
        rebuild.orders();
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
        let range = table.list(Field::OriginEnd, (code / 2) as usize);
        for at in range.start..range.end.min(table.count(Field::OriginPlace)) {
            let (place, mask) = (table.value(Field::OriginPlace, at), table.value(Field::OriginMask, at));
            origin.push(self.part(place, table.mask(mask), &tell));
        }
        origin
    }

    fn part(&mut self, place: u64, privileges: PrivilegeSet, tell: impl Fn(PrivilegeSet) -> String) -> Contribution {
        let Some(place) = place.checked_sub(1) else {
            return Contribution { statement: StatementId::INITIAL, privileges };
        };
        if self.table.value(Field::PlaceText, place as usize) == 0 {
            self.told.entry(place).or_insert_with(|| tell(privileges));
        }
        Contribution { statement: StatementId(place as u32), privileges }
    }

    /// Sources and statements: of each file the excerpts that the table has.
    fn places(&mut self) -> Policy {
        let table = self.table;
        let count = table.count(Field::PlaceFile);
        let mut files: Vec<u64> = Vec::new();
        let mut known: FxHashSet<u64> = FxHashSet::default();
        files.extend((0..count).map(|at| table.value(Field::PlaceFile, at)).filter(|file| known.insert(*file)));
        let mut by_file: FxHashMap<u64, Vec<usize>> = FxHashMap::default();
        for at in 0..count {
            by_file.entry(table.value(Field::PlaceFile, at)).or_default().push(at);
        }
        let mut policy = Policy::default();
        self.spans = vec![Span::default(); count];
        for file in files {
            let places = by_file.remove(&file).unwrap_or_default();
            let parts = places.iter().map(|at| {
                let number = |field| table.value(field, *at) as u32;
                let place = LineColumn { line: number(Field::PlaceLine), column: number(Field::PlaceColumn) };
                let text = table.text(table.value(Field::PlaceText, *at));
                (place, self.told.get(&(*at as u64)).map_or(text, String::as_str))
            });
            let (source, ranges) = Source::excerpts(table.text(file), parts);
            let id = policy.sources.add(source);
            for (at, range) in places.iter().zip(ranges) {
                if let Some(span) = self.spans.get_mut(*at) {
                    *span = Span::new(id, range);
                }
            }
        }
        let replayed = |span: &Span| Replayed { span: *span, outcome: Outcome::Done(Vec::new()) };
        policy.statements = self.spans.iter().map(replayed).collect();
        policy
    }

    fn span(&self, place: u64) -> Span {
        self.spans.get(place as usize).copied().unwrap_or_default()
    }

    fn settings(&mut self, policy: &mut Policy) {
        let table = self.table;
        for at in 0..table.count(Field::SettingName) {
            let Some(variable) = Variable::find(table.text(table.value(Field::SettingName, at))) else { continue };
            let origin = match table.value(Field::SettingPlace, at).checked_sub(1) {
                None => SettingOrigin::Argument,
                Some(place) => SettingOrigin::Text(self.span(place)),
            };
            self.tables.variables.set(variable, table.text(table.value(Field::SettingValue, at)), origin);
        }
        policy.server_origin = Some(match table.scalar(Scalar::ServerOrigin) {
            0 => ServerOrigin::Assumed,
            1 => ServerOrigin::Argument,
            even if even.is_multiple_of(2) => ServerOrigin::Comment(self.span(even / 2 - 1)),
            odd => ServerOrigin::Header(self.span(odd / 2 - 1)),
        });
        policy.reading = match table.scalar(Scalar::Reading) {
            1 => Some(Reading::Script),
            2 => Some(Reading::State),
            _ => None,
        };
    }

    fn orders(&mut self) {
        let table = self.table;
        let order = |scalar| match table.scalar(scalar) {
            0 => ArrayOrder::Created,
            1 => ArrayOrder::Unknown,
            loaded => ArrayOrder::Loaded { until: (loaded - 2) as u32 },
        };
        let tables = &mut self.tables;
        tables.from_dump = table.scalar(Scalar::FromDump) == 1;
        tables.admits_every_host = table.scalar(Scalar::AdmitsEveryHost) == 1;
        tables.loaded_dbs = table.scalar(Scalar::LoadedDbs) as u32;
        tables.array_order = order(Scalar::AccountOrder);
        tables.db_order = order(Scalar::DbOrder);
        tables.host_order = order(Scalar::HostOrder);
        tables.table_order = order(Scalar::TableOrder);
        tables.routine_order = order(Scalar::RoutineOrder);
        tables.proxy_order = order(Scalar::ProxyOrder);
    }
}

/// An account as statements write it.
fn written(tables: &GrantTables, key: AccountKey) -> String {
    let (user, host) = tables.account_text(key);
    let quote = |text: &str| format!("`{}`", text.replace('`', "``"));
    if host.is_empty() { quote(user) } else { format!("{}@{}", quote(user), quote(host)) }
}
