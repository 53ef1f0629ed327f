//! Random policies are the same each time, of every kind, and mostly accepted.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use grantc::policy::Outcome;
use support::random::{SERVERS, asks, clients, load, policy};

#[test]
fn same_seed_same_policy() {
    for server in SERVERS {
        assert_eq!(policy(7, server), policy(7, server));
        assert_ne!(policy(7, server), policy(8, server));
        let loaded = load(7, server);
        assert_eq!(clients(3, &loaded, 50), clients(3, &loaded, 50));
        assert_eq!(asks(3, &loaded, 50), asks(3, &loaded, 50));
    }
}

/// What is refused is for a reason that real scripts have too; what is not understood would be the generator's fault.
#[test]
fn most_statements_are_accepted() {
    for server in SERVERS {
        let (mut done, mut refused) = (0, 0);
        for seed in 0..60 {
            let loaded = load(seed, server);
            for statement in &loaded.statements {
                match &statement.outcome {
                    Outcome::Refused(error) => {
                        refused += 1;
                        assert_ne!(error.errno, 1064, "{server} {seed}: {error:?}");
                    }
                    Outcome::Skipped | Outcome::Unknown(_) => {
                        let text = loaded.sources.text(statement.span);
                        panic!("{server} {seed}: `{text:?}` is not understood");
                    }
                    _ => done += 1,
                }
            }
        }
        assert!(done > refused * 3, "{server}: {done} done, {refused} refused");
    }
}
