//! The clients that a line may speak of, and what becomes of each.

use super::{Complaint, Kind, Known};
use crate::answer::{Engine, Login};
use crate::client::{Client, From, Password, Tls};
use crate::server::variables::Variable;

/// A client that the line may speak of, and its login.
pub(super) struct Suspect {
    pub client: Client,
    pub login: Login,
}

/// Where the client may come from, as the server names hosts in its errors (M2.4).
pub(super) fn places(engine: &Engine<'_>, complaint: &Complaint, known: &Known) -> Vec<From> {
    if let Some(from) = &known.from {
        return vec![from.clone()];
    }
    let address = |ip: &str| From::Address { ip: ip.to_owned(), hostname: None };
    let resolves = !engine.policy().tables.variables.on(Variable::SkipNameResolve);
    match complaint.host.as_deref() {
        None | Some("") => Vec::new(),
        Some("localhost") if resolves => vec![From::Socket, address("127.0.0.1"), address("::1")],
        Some("localhost") => vec![From::Socket],
        Some(host) if host.parse::<std::net::IpAddr>().is_ok() => vec![address(host)],
        Some(host) => vec![From::Hostname(host.to_owned())],
    }
}

/// Every client that gets the error of the line.
pub(super) fn suspects(engine: &Engine<'_>, complaint: &Complaint, known: &Known) -> Vec<Suspect> {
    let mut found = Vec::new();
    for (user, from) in whence(engine, complaint, known) {
        for client in ways(&user, &from, complaint) {
            let login = engine.login(&client);
            // Where the line names nobody, it is hardly one of the server's own accounts.
            let own =
                complaint.user.is_none() && super::login::row_of(&login).is_some_and(|row| row.sources.is_empty());
            if !own && says(complaint, &login) {
                found.push(Suspect { client, login });
            }
        }
    }
    found
}

/// Who it may be, and from where. Where the line does not say from where, one client of each class of clients.
fn whence(engine: &Engine<'_>, complaint: &Complaint, known: &Known) -> Vec<(String, From)> {
    let users = users(engine, complaint, known);
    let places = places(engine, complaint, known);
    if places.is_empty() {
        let classes = users.iter().flat_map(|user| engine.session_classes_of(user).classes);
        return classes.map(|class| (class.user, class.example.from)).collect();
    }
    places.iter().flat_map(|from| users.iter().map(|user| (user.clone(), from.clone()))).collect()
}

/// The user names: that of the line, or where it names nobody, all there are.
fn users(engine: &Engine<'_>, complaint: &Complaint, known: &Known) -> Vec<String> {
    match known.user.clone().or_else(|| complaint.user.clone()) {
        Some(user) => vec![user],
        None => engine.client_names().into_iter().map(|(name, _)| name).collect(),
    }
}

/// The ways in which a client of that name may have come from there.
fn ways(user: &str, from: &From, complaint: &Complaint) -> Vec<Client> {
    let passwords = match complaint.using_password {
        Some(true) => [Password::Given, Password::Wrong],
        _ => [Password::Given, Password::None],
    };
    let os_users = match from {
        From::Socket => vec![Some(user.to_owned()), Some(SOMEBODY_ELSE.to_owned())],
        _ => vec![None],
    };
    let mut found = Vec::new();
    for password in passwords {
        for tls in [Tls::Ssl, Tls::None] {
            for os_user in &os_users {
                let (user, os_user) = (user.to_owned(), os_user.clone());
                found.push(Client { user, from: from.clone(), password, tls, os_user, ..Client::default() });
            }
        }
    }
    found
}

/// An OS user that is not the one that an account asks for.
const SOMEBODY_ELSE: &str = "somebody-else";

/// The login gets the error of the line.
fn says(complaint: &Complaint, login: &Login) -> bool {
    if complaint.kind == Kind::MustReset || complaint.kind == Kind::Expired {
        return login.must_set_password || login.error.as_ref().is_some_and(|error| matches!(error.errno, 1862 | 1820));
    }
    let Some(error) = &login.error else { return false };
    let same_kind =
        super::complaint::KINDS.iter().any(|(number, kind, _)| *number == error.errno && *kind == complaint.kind);
    let flag = match complaint.using_password {
        Some(true) => error.message.ends_with("(using password: YES)"),
        Some(false) => error.message.ends_with("(using password: NO)"),
        None => true,
    };
    let plugin = complaint.kind != Kind::Plugin
        || complaint.name.as_ref().is_none_or(|name| error.message.contains(&format!("'{name}'")));
    same_kind && flag && plugin
}
