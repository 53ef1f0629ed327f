//! How logins end: the program is asked once for each kind of account and each way to come.
//!
//! What an account asks of its client is looked at apart from who else is there: a server with this account alone is
//! asked, with the same settings. Accounts that may stand in for others are left to the interpreter, and so is what
//! depends on roles and databases.

use super::super::field::Field;
use super::super::outcome::{self, Outcome};
use super::Build;
use crate::answer::{Engine, Login};
use crate::client::{Client, From, Roles};
use crate::policy::Policy;
use crate::server::variables::Variable;
use crate::tables::GrantTables;
use crate::tables::row::{AccountKey, UserRow};
use rayon::prelude::*;
use rustc_hash::FxHashMap;

impl Build<'_> {
    pub(super) fn logins(&mut self) {
        let tables = self.tables;
        let mut shapes: FxHashMap<u64, u64> = FxHashMap::default();
        let mut examples: Vec<&UserRow> = Vec::new();
        let mut numbers = Vec::with_capacity(self.account_rows.len());
        for (key, detail) in self.account_rows.iter().zip(&self.account_details) {
            let Some(row) = tables.users.get(key) else { continue };
            numbers.push(*shapes.entry(*detail).or_insert_with(|| {
                examples.push(row);
                examples.len() as u64 - 1
            }));
        }
        self.out.values(Field::AccountLogin, &numbers);
        let outcomes: Vec<u64> = examples.par_iter().flat_map_iter(|row| outcomes(tables, row)).collect();
        self.out.values(Field::LoginOutcome, &outcomes);
    }
}

/// How logins with such an account end.
fn outcomes(tables: &GrantTables, row: &UserRow) -> Vec<u64> {
    let mut alone = GrantTables::new(tables.server);
    for variable in Variable::of(&tables.server) {
        let beside = matches!(variable, Variable::MandatoryRoles | Variable::OfflineMode | Variable::SkipGrantTables);
        if let Some((value, origin)) = tables.variables.given(variable).filter(|_| !beside) {
            alone.variables.set(variable, value, origin);
        }
    }
    let key = AccountKey { user: alone.names.intern("u"), host: alone.names.intern("%") };
    let admitted = AccountKey { user: alone.names.intern("somebody else"), host: key.host };
    for key in [key, admitted] {
        alone.users.insert(key, UserRow { key, is_role: row.is_role && alone.users.is_empty(), ..row.clone() });
    }
    alone.admits_every_host = true;
    let maps = row.authentication.first().is_some_and(|a| crate::facts::extract::maps_proxies(a, tables));
    let policy = Policy { tables: alone, ..Policy::default() };
    let engine = Engine::new(&policy);
    outcome::WAYS
        .iter()
        .map(|way| {
            let from =
                if way.socket { From::Socket } else { From::Address { ip: "192.0.2.1".to_owned(), hostname: None } };
            let client = Client {
                user: "u".to_owned(),
                from,
                password: way.password,
                tls: way.tls,
                roles: Roles::None,
                ..Client::default()
            };
            if maps { Outcome::Unsure.code() } else { of_login(&engine.login(&client)).code() }
        })
        .collect()
}

fn of_login(login: &Login) -> Outcome {
    match (&login.error, &login.undetermined) {
        _ if login.account.is_none() || login.ambiguous => Outcome::Unsure,
        (_, Some(_)) => Outcome::Unsure,
        (Some(error), None) => Outcome::Refused(error.errno),
        (None, None) if login.must_set_password => Outcome::MustSetPassword,
        (None, None) => Outcome::In,
    }
}
