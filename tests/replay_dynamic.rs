//! What a live MySQL 9.7 kept of a dynamic privilege, in memory and stored, behind each statement of a sequence.
//!
//! `tests/live/dynamic_hosts.py` recorded `tests/replay/dynamic_hosts.txt` and tells what a line means. Most of it is about
//! `a@''`, whose rows of `mysql.global_grants` a load takes for those of `a@'%'`, and which later statements leave behind
//! (M7.5, M7.7).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use grantc::policy::{self, Options, Outcome, Policy};
use grantc::server::grant_tables::GrantTable;
use grantc::source::Source;
use std::collections::BTreeMap;
use std::fs;

const ACCOUNTS: [(&str, &str); 3] = [("a", ""), ("a", "%"), ("b", "%")];

/// Whether the privilege is in force for each account, and stored.
fn state(policy: &Policy) -> String {
    // An edit that finds nothing keeps what is stored apart.
    let edited = policy.after(&Source::new("edit.sql", "DELETE FROM mysql.db WHERE User = 'nobody';"));
    let stored = edited.tables.stored.as_ref().unwrap().table(GrantTable::GlobalGrants).unwrap();
    let letter = |option: Option<bool>| option.map_or('-', |option| if option { 'Y' } else { 'N' });
    let words = ACCOUNTS.map(|(user, host)| {
        let tables = &policy.tables;
        let key = tables.find_account(user, host).filter(|key| tables.users.get(key).is_some());
        let of = |privilege: &str| privilege == "SYSTEM_VARIABLES_ADMIN";
        let held = |key| tables.dynamic.of(key).find(|(_, row)| of(row.privilege.display(&tables.names)));
        let memory = key.map_or('?', |key| letter(held(key).map(|(_, row)| row.grant_option)));
        let own = |row: &&_| (stored.get(row, "USER"), stored.get(row, "HOST")) == (user, host);
        let row = stored.rows().filter(own).find(|row| of(stored.get(row, "PRIV")));
        format!("{memory}{}", letter(row.map(|row| stored.get(row, "WITH_GRANT_OPTION") == "Y")))
    });
    words.join(",")
}

/// The errno of the last statement.
fn errno(policy: &Policy) -> String {
    match policy.statements.last().map(|last| &last.outcome) {
        Some(Outcome::Refused(error)) => format!("!{}", error.errno),
        _ => String::new(),
    }
}

#[test]
fn dynamic_privileges_without_a_host_are_kept_as_recorded() {
    let load = |text: &str| policy::load(vec![Source::new("policy.sql", text)], &Options::default());
    let recorded = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/replay/dynamic_hosts.txt")).unwrap();
    let said = recorded.lines().filter_map(|line| line.strip_prefix("= ")?.split_once(' '));
    let statements: BTreeMap<&str, &str> = said.collect();
    let mut differences = Vec::new();
    let sequences = recorded.lines().filter_map(|line| line.split_once(" | "));
    for (sequence, states) in sequences.clone() {
        let mut text = "CREATE USER a@'', a@'%';".to_owned();
        let mut grown = load(&text);
        for (place, (letters, wanted)) in sequence.split(' ').zip(states.split(' ')).enumerate() {
            let statement = statements[letters];
            text += &format!("\n{statement};");
            grown = grown.after(&Source::new("next.sql", format!("{statement};")));
            let whole = load(&text);
            // A policy that grows by a statement at a time remembers the same.
            for (policy, how) in [(&whole, "at once"), (&grown, "grown")] {
                let own = format!("{}{}", state(policy), errno(policy));
                if own != wanted {
                    differences
                        .push(format!("{sequence}, {place} {letters}, {how}: {wanted} on the server, {own} here"));
                }
            }
            if !differences.is_empty() {
                break;
            }
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
    assert!(sequences.count() > 150);
}
