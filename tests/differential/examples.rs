//! The example clients that grantc names: of each account row that somebody gets, and of each session class. A live server
//! must select for each what grantc says.

use crate::recording::{Case, Connects};
use grantc::answer::{AccountView, Engine};
use grantc::batch;
use grantc::client::{Client, From};
use grantc::policy::Policy;

/// The same statements, and as clients all examples of their policy.
pub fn of(case: &Case, policy: &Policy) -> Case {
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
    clients.dedup();
    let connects = clients.into_iter().map(|client| Connects {
        text: batch::client_text(&client),
        client,
        logins: Vec::new(),
        probes: Vec::new(),
    });
    Case { number: case.number, statements: case.statements.clone(), clients: connects.collect() }
}

/// The asking program can be such a client: it is root on the socket, and somewhere elsewhere.
fn can_be(client: &Client) -> bool {
    let somewhere = match &client.from {
        From::Address { ip, .. } => {
            ip.parse::<std::net::IpAddr>().is_ok_and(|ip| !ip.is_multicast() && !ip.is_unspecified())
        }
        From::Socket => true,
        From::Hostname(_) => false,
    };
    somewhere && client.os_user.is_none()
}
