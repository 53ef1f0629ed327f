//! Rows, accounts and places in words, one spelling for every report.

use crate::answer::{AccountView, Reach, RowView, SourceView};
use crate::client::{Client, From, Password, Tls};
use crate::server::errors::ServerError;

/// An account name: `'joe'@'%'`.
pub fn account(account: &AccountView) -> String {
    format!("'{}'@'{}'", account.user.replace('\'', "''"), account.host.replace('\'', "''"))
}

/// Several account names: `'a'@'%', 'b'@'%'`.
pub fn accounts<'a>(list: impl IntoIterator<Item = &'a AccountView>) -> String {
    list.into_iter().map(account).collect::<Vec<_>>().join(", ")
}

/// What can become of an account row, in one word.
pub fn reach(reach: Reach) -> &'static str {
    match reach {
        Reach::Always => "always",
        Reach::Partly => "partly",
        Reach::Never => "never",
        Reach::Unmatchable => "unmatchable",
        Reach::Refused => "refused",
        Reach::Unknown => "unknown",
    }
}

/// A row by its table and key: `db row 'joe'@'%' shop`.
pub fn row(row: &RowView) -> String {
    let whose = account(&row.account);
    let other = row.other.as_ref().map(account).unwrap_or_default();
    match row.table {
        "role_edges" => format!("role_edges row {whose} has role {other}"),
        "default_roles" => format!("default_roles row {whose} default role {other}"),
        "proxies_priv" => format!("proxies_priv row {whose} for {other}"),
        "restrictions" => format!("partial revoke {whose} {}", object(row)),
        table => format!("{table} row {whose} {}", object(row)).trim_end().to_owned(),
    }
}

/// The object of a row: `shop`, `shop.orders`, `shop.orders.id`, `procedure shop.refund`; empty for
/// a row that is about the whole server.
pub fn object(row: &RowView) -> String {
    let parts = [row.db.as_deref(), row.object.as_deref(), row.column.as_deref()];
    let name = parts.into_iter().flatten().collect::<Vec<_>>().join(".");
    match row.object_type {
        Some(kind) => format!("{} {name}", kind.to_ascii_lowercase()),
        None => name,
    }
}

/// A place as compilers write it: `shop.sql:12`.
pub fn place(source: &SourceView) -> String {
    format!("{}:{}", source.file, source.line)
}

/// The places of a row's statements, or who else made it: `shop.sql:12, shop.sql:40`.
pub fn places(row: &RowView) -> String {
    if row.sources.is_empty() {
        return "the server's own".to_owned();
    }
    row.sources.iter().map(place).collect::<Vec<_>>().join(", ")
}

/// A list as people read it: `a`, `a or b`, `a, b or c`.
pub fn any_of(list: &[String]) -> String {
    match list {
        [] => "nothing".to_owned(),
        [one] => one.clone(),
        [head @ .., last] => format!("{} or {last}", head.join(", ")),
    }
}

/// An error as the `mysql` client prints it: `ERROR 1142 (42000): …`.
pub fn error(error: &ServerError) -> String {
    format!("ERROR {} ({}): {}", error.errno, error.sqlstate, error.message)
}

/// A client as it was described: `joe from 127.0.5.7 (h1.example.net), without TLS, with the right password`.
pub fn client(client: &Client) -> String {
    let who = if client.user.is_empty() { "somebody without a user name" } else { client.user.as_str() };
    let from = match &client.from {
        From::Socket => "over the Unix socket".to_owned(),
        From::Address { ip, hostname: None } => format!("from {ip}, which resolves to no name"),
        From::Address { ip, hostname: Some(name) } => format!("from {ip}, which resolves to {name}"),
        From::Hostname(name) => format!("from {name}, whose address is not known"),
    };
    let tls = match client.tls {
        Tls::None => "without TLS",
        Tls::Ssl => "with TLS",
        Tls::X509 => "with TLS and a client certificate",
    };
    let password = match client.password {
        Password::None => "without a password",
        Password::Wrong => "with a wrong password",
        Password::Given => "with the right password",
    };
    let os_user = client.os_user.as_ref().map(|name| format!(", as OS user {name}")).unwrap_or_default();
    let db = client.db.as_ref().map(|db| format!(", in database {db}")).unwrap_or_default();
    format!("{who} {from}, {tls}, {password}{os_user}{db}")
}

/// Who a client is and where it comes from: `joe from 127.0.5.7 (h1.example.net)`.
pub fn brief_client(client: &Client) -> String {
    let who = if client.user.is_empty() { "somebody without a user name" } else { client.user.as_str() };
    match &client.from {
        From::Socket => format!("{who} over the socket"),
        From::Address { ip, hostname: None } => format!("{who} from {ip}"),
        From::Address { ip, hostname: Some(name) } => format!("{who} from {ip} ({name})"),
        From::Hostname(name) => format!("{who} from {name}"),
    }
}

/// A text cut to at most `most` characters, for texts that people may have made long.
pub fn shorten(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most.saturating_sub(1)).chain(['…']).collect()
}
