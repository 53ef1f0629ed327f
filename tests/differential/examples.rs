//! The example clients that grantc names: of each account row that somebody gets, and of each session class. A live server
//! must select for each what grantc says.

use crate::recording::{Case, Connects};
use grantc::answer::{AccountView, Engine};
use grantc::batch;
use grantc::client::{Client, From, Tls};
use grantc::policy::Policy;
use std::net::IpAddr;

/// So many clients are connected at once; a server has room for 151.
const AT_ONCE: usize = 100;

/// The same statements, and as clients all examples of their policy, some at a time.
pub fn of(case: &Case, policy: &Policy) -> Vec<Case> {
    let engine = Engine::new(policy);
    let mut clients: Vec<Client> = Vec::new();
    for line in engine.accounts() {
        let Some(example) = line.reached.example else { continue };
        let login = engine.login(&example);
        let selected: Vec<&AccountView> = login.account.iter().chain(&login.tied).collect();
        assert!(selected.contains(&&line.row.account), "{example:?} gets {selected:?}, not {:?}", line.row.account);
        clients.push(example);
    }
    clients.extend(engine.session_classes().classes.into_iter().map(|class| class.example));
    clients.retain(can_be);
    // The MariaDB that is asked has no certificates.
    clients.retain(|client| client.tls == Tls::None || !policy.tables.server.is_mariadb());
    clients.dedup();
    let connects = |client: &Client| Connects {
        text: batch::client_text(client),
        client: client.clone(),
        logins: Vec::new(),
        probes: Vec::new(),
    };
    let of = |some: &[Client]| Case {
        number: case.number,
        statements: case.statements.clone(),
        clients: some.iter().map(connects).collect(),
    };
    clients.chunks(AT_ONCE).map(of).collect()
}

/// The asking program can be such a client: it does not know the passwords of the server's own accounts, nor who is behind a
/// socket, and no address but that of the machine itself can it make resolve to `localhost`.
fn can_be(client: &Client) -> bool {
    let somewhere = match &client.from {
        From::Address { ip, hostname } => ip.parse::<IpAddr>().is_ok_and(|ip| {
            let named_so = hostname.as_deref().is_some_and(|name| name.eq_ignore_ascii_case("localhost"));
            !ip.is_multicast() && !ip.is_unspecified() && (ip.is_loopback() || !named_so)
        }),
        From::Socket => true,
        From::Hostname(_) => false,
    };
    let own = ["mysql.", "mariadb."].iter().any(|prefix| client.user.starts_with(prefix));
    somewhere && !own && client.os_user.is_none()
}
