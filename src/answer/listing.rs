//! What SHOW DATABASES and SHOW TABLES list: names that exist, each asked for by a need of its own (M5.41, M5.42).

use super::engine::Engine;
use super::login::live_sessions;
use crate::client::Client;
use crate::demand::{Check, Demands, Lists, Need, On, Refusal};
use crate::facts::id;
use crate::server::behaviour::Behaviour;
use crate::server::catalogue::{Level, Privilege, PrivilegeSet};

/// The names that a statement lists for a client, in byte order. `None` where the policy does not tell what exists, or
/// where it is not sure what the client sees.
pub fn listed(engine: &Engine<'_>, client: &Client, lists: &Lists) -> Option<Vec<String>> {
    let names = names(engine, lists)?;
    if engine.skips_grant_tables() {
        return Some(names);
    }
    let demands = needs_of_each(engine, lists, &names);
    let evaluation = engine.evaluate(client, Some(&demands), &[]);
    let mut sessions = live_sessions(engine, &evaluation).into_iter().map(|(session, _)| {
        let open = evaluation.model.need_open.iter().any(|n| n.0 == session);
        let met: Vec<id::Need> = evaluation.model.met.iter().filter(|m| m.0 == session).map(|m| m.1).collect();
        let seen = names.iter().zip((0u32..).map(id::Need)).filter(|(_, need)| met.contains(need));
        (!open).then(|| seen.map(|(name, _)| name.clone()).collect::<Vec<String>>())
    });
    let first = sessions.next()??;
    sessions.all(|other| other.as_ref() == Some(&first)).then_some(first)
}

/// One check for each name, in their order.
fn needs_of_each(engine: &Engine<'_>, lists: &Lists, names: &[String]) -> Demands {
    let checks = names.iter().map(|name| check(engine, lists, name)).collect();
    Demands { checks, ..Demands::default() }
}

/// What being listed demands, a check for each name that exists; none where the policy does not tell them.
pub fn demands(engine: &Engine<'_>, lists: &Lists) -> Option<Demands> {
    names(engine, lists).map(|names| needs_of_each(engine, lists, &names))
}

/// What exists, as far as it is told.
fn names(engine: &Engine<'_>, lists: &Lists) -> Option<Vec<String>> {
    let tables = &engine.policy.tables;
    let schema = &tables.schema;
    let mut names: Vec<String> = match lists {
        Lists::Databases => {
            if schema.is_untold() && schema.dropped_databases.is_empty() {
                return None;
            }
            let own = tables.server.own_databases().map(str::to_owned);
            own.chain(schema.databases.keys().map(|db| tables.names.text(*db).to_owned())).collect()
        }
        Lists::Tables(db) => {
            let symbol = tables.names.find(db)?;
            if !schema.databases.contains_key(&symbol) || tables.server.own_databases().any(|own| own == db) {
                return None;
            }
            let there = schema.tables.keys().filter(|(of, _)| *of == symbol);
            there.map(|(_, name)| tables.names.text(*name).to_owned()).collect()
        }
    };
    names.sort_unstable();
    names.dedup();
    Some(names)
}

/// The need of one name.
fn check(engine: &Engine<'_>, lists: &Lists, name: &str) -> Check {
    let server = &engine.policy.tables.server;
    let need = match lists {
        Lists::Databases => Need { any_of: vec![Privilege::SHOW_DATABASES], on: On::ListedDatabase(name.to_owned()) },
        Lists::Tables(db) => {
            let option = PrivilegeSet::of(Privilege::GRANT_OPTION);
            let kept = if server.has(Behaviour::GrantOptionOpensDatabase) { PrivilegeSet::EMPTY } else { option };
            let any_of = server.privileges_at(Level::Table).minus(kept).iter().collect();
            Need { any_of, on: On::ListedTable(db.clone(), name.to_owned()) }
        }
    };
    Check { needs: vec![need], refusal: Refusal::AccessDenied, purpose: format!("`{name}`, to be listed") }
}
