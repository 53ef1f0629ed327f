//! The names under which accounts are made ready before they get their own: no client has them, and the server orders
//! them as the names to come, because a renamed row keeps its place in memory until the next load (M3.12).

use crate::answer::AccountView;
use crate::server::Server;
use crate::server::behaviour::Behaviour;

/// The end of the user names.
const USER: &str = "grantc-under-way";
/// The user name of accounts that were taken out of their place.
const OUT: &str = "grantc-on-its-way-out";
/// The end of the hosts: `.invalid` names no machine (RFC 6761).
const HOST: &str = "grantc.invalid";
/// A letter that is in no host name and no address.
const NOT_OF_HOSTS: char = '!';

/// The name under which that account is made ready; those that are made together have numbers of their own.
pub fn account(server: &Server, name: &AccountView, number: usize) -> AccountView {
    AccountView { user: user(&name.user, number), host: host(server, &name.host) }
}

/// The user name under which accounts of that user name are made ready: the wildcards of a user name count as those of a
/// host do (M3.2).
pub fn user(name: &str, number: usize) -> String {
    format!("{}{}", through_wildcard(name).unwrap_or_default(), numbered(USER, number))
}

/// The name that an account gets whose place another one takes.
pub fn out(number: usize) -> AccountView {
    AccountView { user: numbered(OUT, number), host: HOST.to_owned() }
}

/// Another account took the place of this one.
pub fn is_out(account: &AccountView) -> bool {
    account.user.ends_with(OUT)
}

fn numbered(name: &str, number: usize) -> String {
    if number == 0 { name.to_owned() } else { format!("{number}-{name}") }
}

/// The account has such a name, and no client its host; roles that are names have none.
pub fn is(account: &AccountView) -> bool {
    let host = account.host.as_str();
    account.user.ends_with(USER) && (host.is_empty() || host.ends_with(HOST) || host.contains(NOT_OF_HOSTS))
}

/// A host that no client has: where only the place of the first wildcard counts (M3.2), with the same begin; where all
/// of the text counts (M3.9), with as many letters and wildcards at the same places. A text of wildcards alone has no
/// such host.
fn host(server: &Server, name: &str) -> String {
    match through_wildcard(name) {
        Some(_) if server.has(Behaviour::MagicOrder) => {
            let other = replaced(name);
            if other.contains(NOT_OF_HOSTS) { other } else { HOST.to_owned() }
        }
        Some(prefix) => format!("{prefix}.{HOST}"),
        None => HOST.to_owned(),
    }
}

/// The text up to its first wildcard and with it.
fn through_wildcard(text: &str) -> Option<&str> {
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '%' | '_' => return text.get(..=at),
            _ => {}
        }
    }
    None
}

/// Each letter that stands for itself replaced by one that no host has.
fn replaced(text: &str) -> String {
    let mut chars = text.chars();
    let mut other = String::new();
    while let Some(c) = chars.next() {
        match c {
            '%' | '_' => other.push(c),
            '\\' => {
                chars.next();
                other.push(NOT_OF_HOSTS);
            }
            _ => other.push(NOT_OF_HOSTS),
        }
    }
    other
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view(user: &str, host: &str) -> AccountView {
        AccountView { user: user.into(), host: host.into() }
    }

    /// A row that is renamed to its own name stands where one stands that was made with it.
    #[test]
    fn the_names_are_ordered_as_the_names_to_come() {
        let hosts =
            ["10.1.2.3", "10.%", "10.1.%", "%.example.net", "a\\_b.%", "app_.example.%", "10.0.0.0/8", "localhost"];
        for server in ["mysql-9.7", "mysql-8.0", "mysql-5.7", "mariadb-10.11"] {
            let server: Server = server.parse().unwrap_or_default();
            for (user, host) in hosts.iter().flat_map(|host| ["a", "c_1", "%x"].map(|user| (user, *host))) {
                let was = account(&server, &view(user, host), 0);
                let (user_was, host_was) = (was.user.as_str(), was.host.as_str());
                let rank = server.renamed_account_rank(user, host, (user_was, host_was));
                assert_eq!(rank, server.account_rank(user, host), "{user}@{host} {was:?}");
                let rank = server.renamed_db_rank(user, host, "d\\_1", (user_was, host_was));
                assert_eq!(rank, server.db_rank(user, host, "d\\_1"), "{user}@{host} {was:?}");
            }
        }
        let server: Server = "mariadb-10.11".parse().unwrap_or_default();
        assert_eq!(account(&server, &view("a", "10.%"), 0), view(USER, "!!!%"));
        assert_eq!(account(&server, &view("a", "%"), 0), view(USER, HOST), "no text of wildcards alone is nobody's");
    }
}
