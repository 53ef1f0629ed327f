//! Probes that another one before them made the server read its tables for (M7.70): those that load come last, one behind the
//! other.

use crate::compare::{Comparison, Difference, Place, Tally, same_decision};
use crate::recording::Case;
use grantc::answer::Engine;
use grantc::client::Ask;
use grantc::policy::Policy;
use grantc::source::Source;

/// How the statements begin that `tests/live/differential_mysql.py` leaves for the end.
const LOADS: [&str; 2] = ["GRANT", "DROP USER"];

impl Comparison {
    /// Without the differences of such probes that the server answered as grantc does behind a load.
    pub fn without_loads(
        &self,
        case: &Case,
        policy: &Policy,
        found: Vec<Difference>,
        tally: &mut Tally,
    ) -> Vec<Difference> {
        if found.is_empty() || self.server.is_mariadb() {
            return found;
        }
        let loaded = policy.after(&Source::new("load.sql", "FLUSH PRIVILEGES;"));
        let (before, behind) = (Engine::new(policy), Engine::new(&loaded));
        let mut differences = Vec::new();
        for difference in found {
            if answered(case, &difference, &before, &behind) {
                tally.count("probes answered behind a load");
            } else {
                differences.push(difference);
            }
        }
        differences
    }
}

fn answered(case: &Case, difference: &Difference, before: &Engine<'_>, behind: &Engine<'_>) -> bool {
    let Place::Probe(client, probe) = difference.place else { return false };
    let connects = &case.clients[client];
    let asked = &connects.probes[probe];
    let login = before.login(&connects.client);
    let decision = behind.check_logged_in(&connects.client, &login, &Ask::Sql(asked.sql.clone()));
    LOADS.iter().any(|begin| asked.sql.starts_with(begin)) && same_decision(asked, &decision, &mut Tally::default())
}
