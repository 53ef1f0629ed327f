//! A policy to the bytes of a table.
//!
//! Rows are copied, each user's in the order in which the server tries them, which [`super::precedence`] has from the
//! program. No secret is copied: of credentials only what kind they are, of statements the text without secrets.

mod account;
mod feeds;
mod first;
mod grants;
mod hosts;
mod order;
mod outcome;
mod rest;
mod texts;

use super::field::{Field, Scalar};
use super::format::Writer;
use super::precedence::Precedence;
use crate::facts::index::Index;
use crate::name::Symbol;
use crate::policy::{Policy, Reading, ServerOrigin};
use crate::server::behaviour::Behaviour;
use crate::server::catalogue::PrivilegeSet;
use crate::server::variables::{SettingOrigin, Variable};
use crate::tables::row::{AccountKey, Origin};
use crate::tables::{ArrayOrder, GrantTables};
use rustc_hash::FxHashMap;
use std::sync::Arc;
use texts::Texts;
pub(super) use texts::slot_of;

/// A table in the making.
struct Build<'p> {
    policy: &'p Policy,
    tables: &'p GrantTables,
    index: Index<'p>,
    precedence: Arc<Precedence>,
    out: Writer,
    texts: Texts<'p>,
    masks: FxHashMap<u64, u64>,
    origin_ends: Vec<u64>,
    origin_places: Vec<u64>,
    origin_masks: Vec<u64>,
    ranked: Vec<AccountKey>,
    mixed_ties: bool,
    /// The accounts in the order of their rows, and the detail of each.
    account_rows: Vec<AccountKey>,
    account_details: Vec<u64>,
    users: Numbers,
    hosts: Numbers,
    db_numbers: Numbers,
    object_numbers: Numbers,
}

/// The bytes of the table of a policy.
pub fn build(policy: &Policy) -> Vec<u8> {
    let tables = &policy.tables;
    let known = || rayon::join(|| (Index::new(tables), dictionaries(tables)), || texts::names(&tables.names));
    let (((index, (users, hosts)), names), texts) = rayon::join(known, || Texts::of(policy));
    let mut build = Build {
        policy,
        tables,
        index,
        precedence: Precedence::of(&tables.server),
        out: Writer::default(),
        texts,
        masks: FxHashMap::default(),
        origin_ends: Vec::new(),
        origin_places: Vec::new(),
        origin_masks: Vec::new(),
        ranked: Vec::new(),
        mixed_ties: false,
        account_rows: Vec::new(),
        account_details: Vec::new(),
        users,
        hosts,
        db_numbers: Numbers::default(),
        object_numbers: Numbers::default(),
    };
    build.out.values(Field::UserName, &build.users.names);
    build.out.values(Field::HostName, &build.hosts.names);
    build.out.values(Field::NameUser, build.users.by_name());
    build.out.extend(names);
    build.hosts();
    build.accounts();
    build.first_rows();
    build.logins();
    build.feeds();
    build.databases();
    build.objects();
    build.routines();
    build.rest();
    build.schema();
    build.settings();
    build.finish()
}

/// Names that some rows have, numbered in the order of names.
#[derive(Debug, Default)]
struct Numbers {
    /// The number of each name plus one; 0 for those that no row has.
    of_name: Vec<u32>,
    names: Vec<u32>,
}

impl Numbers {
    fn of(names: usize, used: impl Iterator<Item = Symbol>) -> Self {
        let mut of_name = vec![0u32; names];
        for symbol in used {
            if let Some(slot) = of_name.get_mut(symbol.0 as usize) {
                *slot = 1;
            }
        }
        let mut numbered = Vec::new();
        for (name, slot) in of_name.iter_mut().enumerate().filter(|(_, slot)| **slot == 1) {
            numbered.push(name as u32);
            *slot = numbered.len() as u32;
        }
        Self { of_name, names: numbered }
    }

    fn get(&self, symbol: Symbol) -> u32 {
        self.of_name.get(symbol.0 as usize).map_or(0, |number| number.saturating_sub(1))
    }

    /// The number of each name plus one, to be written; nothing behind the last name that has one.
    fn by_name(&self) -> &[u32] {
        let end = self.names.last().map_or(0, |name| *name as usize + 1);
        self.of_name.get(..end).unwrap_or_default()
    }
}

/// The users and the hosts that any row has.
fn dictionaries(tables: &GrantTables) -> (Numbers, Numbers) {
    let count = tables.names.len();
    let keys = || {
        let users = tables.users.iter().map(|(_, key, _)| *key);
        let dbs = tables.dbs.iter().map(|(_, key, _)| key.0);
        let objects = tables.tables.iter().map(|(_, key, _)| key.0);
        users.chain(dbs).chain(objects).chain(tables.routines.iter().map(|(_, key, _)| key.0))
    };
    (Numbers::of(count, keys().map(|key| key.user)), Numbers::of(count, keys().map(|key| key.host)))
}

impl Build<'_> {
    /// Something decides here that the plain lookups do not know.
    fn is_unusual(&self) -> bool {
        let tables = self.tables;
        let on = |variable| tables.variables.on(variable);
        let public = tables.find_account(crate::tables::PUBLIC, "").is_some_and(|key| tables.users.get(&key).is_some());
        let waits = tables.server.has(Behaviour::AnonymousGrantsWait);
        on(Variable::OfflineMode)
            || on(Variable::SkipGrantTables)
            || tables.server.has(Behaviour::HostTable)
            || (waits && tables.dbs.iter().any(|(at, key, _)| at >= tables.loaded_dbs && key.0.user == Symbol::EMPTY))
            || (public && tables.server.has(Behaviour::PublicRole))
    }

    /// The number of a set of privileges.
    fn mask(&mut self, set: PrivilegeSet) -> u64 {
        let next = self.masks.len() as u64;
        *self.masks.entry(set.0).or_insert(next)
    }

    /// The statements behind a row, of which it holds `held`.
    fn origin(&mut self, origin: &Origin, held: PrivilegeSet) -> u64 {
        if let Some(only) = self.plain_origin(origin, held) {
            return only;
        }
        for part in origin {
            let (place, mask) = (self.texts.part(part), self.mask(part.privileges));
            self.origin_places.push(place);
            self.origin_masks.push(mask);
        }
        self.origin_ends.push(self.origin_places.len() as u64);
        2 * (self.origin_ends.len() as u64 - 1) + 1
    }

    /// The same where one statement gave all that the row holds, as most do.
    fn plain_origin(&self, origin: &Origin, held: PrivilegeSet) -> Option<u64> {
        match origin.as_slice() {
            [only] if only.privileges == held => Some(2 * self.texts.part(only)),
            _ => None,
        }
    }

    /// The place of a name that rows are still ranked by, plus one.
    fn ranked_as(&mut self, was: Option<AccountKey>) -> u64 {
        let Some(was) = was else { return 0 };
        self.ranked.push(was);
        self.ranked.len() as u64
    }

    fn settings(&mut self) {
        let tables = self.tables;
        let (mut names, mut values, mut places) = (Vec::new(), Vec::new(), Vec::new());
        for variable in Variable::of(&tables.server) {
            let Some((value, origin)) = tables.variables.given(variable) else { continue };
            names.push(self.texts.add(variable.name()));
            values.push(self.texts.add(value));
            places.push(match origin {
                SettingOrigin::Text(span) => self.texts.place(span) + 1,
                SettingOrigin::Argument | SettingOrigin::Assumed => 0,
            });
        }
        self.out.values(Field::SettingName, &names);
        self.out.values(Field::SettingValue, &values);
        self.out.values(Field::SettingPlace, &places);
        let scalars: Vec<u64> = Scalar::ALL.iter().map(|scalar| self.scalar(*scalar)).collect();
        self.out.values(Field::Scalar, &scalars);
    }

    fn scalar(&mut self, scalar: Scalar) -> u64 {
        let tables = self.tables;
        match scalar {
            Scalar::Server => u64::from(tables.server.code()),
            Scalar::ServerOrigin => match self.policy.server_origin {
                None | Some(ServerOrigin::Assumed) => 0,
                Some(ServerOrigin::Argument) => 1,
                Some(ServerOrigin::Comment(span)) => 2 * self.texts.place(span) + 2,
                Some(ServerOrigin::Header(span)) => 2 * self.texts.place(span) + 3,
            },
            Scalar::Reading => match self.policy.reading {
                None => 0,
                Some(Reading::Script) => 1,
                Some(Reading::State) => 2,
            },
            Scalar::FromDump => u64::from(tables.from_dump),
            Scalar::AdmitsEveryHost => u64::from(tables.admits_every_host),
            Scalar::LoadedDbs => before(tables.dbs.iter().map(|(at, ..)| at), tables.loaded_dbs),
            Scalar::AccountOrder => order(&tables.array_order, tables.users.iter().map(|(at, ..)| at)),
            Scalar::DbOrder => order(&tables.db_order, tables.dbs.iter().map(|(at, ..)| at)),
            Scalar::HostOrder => order(&tables.host_order, tables.hosts.iter().map(|(at, ..)| at)),
            Scalar::TableOrder => order(&tables.table_order, tables.tables.iter().map(|(at, ..)| at)),
            Scalar::RoutineOrder => order(&tables.routine_order, tables.routines.iter().map(|(at, ..)| at)),
            Scalar::ProxyOrder => order(&tables.proxy_order, tables.proxies.iter().map(|(at, ..)| at)),
            Scalar::HeldKnown => u64::from(self.index.held_dbs().is_some()),
            Scalar::Unusual => u64::from(self.is_unusual()),
            Scalar::PartialRevokes => u64::from(tables.variables.on(Variable::PartialRevokes)),
            Scalar::LowerCaseNames => u64::from(self.index.lower_case_names),
            Scalar::SkipNameResolve => u64::from(self.index.skip_name_resolve),
            Scalar::MixedTies => u64::from(self.mixed_ties),
        }
    }

    fn finish(mut self) -> Vec<u8> {
        let mut masks = vec![0; self.masks.len()];
        for (bits, number) in &self.masks {
            if let Some(slot) = masks.get_mut(*number as usize) {
                *slot = *bits;
            }
        }
        self.out.values(Field::Mask, &masks);
        self.out.values(Field::OriginEnd, &self.origin_ends);
        self.out.values(Field::OriginPlace, &self.origin_places);
        self.out.values(Field::OriginMask, &self.origin_masks);
        let names = |of: fn(&AccountKey) -> Symbol| -> Vec<u64> {
            self.ranked.iter().map(|key| u64::from(of(key).0)).collect()
        };
        let (users, hosts) = (names(|key| key.user), names(|key| key.host));
        self.out.values(Field::RankedUser, &users);
        self.out.values(Field::RankedHost, &hosts);
        self.texts.write(&mut self.out);
        self.out.finish()
    }
}

/// How many of the rows have a smaller index.
fn before(indexes: impl Iterator<Item = u32>, until: u32) -> u64 {
    indexes.take_while(|at| *at < until).count() as u64
}

fn order(order: &ArrayOrder, indexes: impl Iterator<Item = u32>) -> u64 {
    match order {
        ArrayOrder::Created => 0,
        ArrayOrder::Unknown => 1,
        ArrayOrder::Loaded { until } => before(indexes, *until) + 2,
    }
}
