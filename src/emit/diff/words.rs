//! Differences in words, one spelling for every report.

use crate::answer::diff::{AccountDiff, Change};
use crate::answer::effect::{Entry, Held, Outcome, Place, Span, Thing};
use crate::answer::{AccountView, RowView};
use crate::client::Roles;
use crate::emit::words;

/// Which rows the clients get: `'a'@'%'`, or `'a'@'%' → 'a'@'10.%'`.
pub fn subject(account: &AccountDiff) -> String {
    let row = |view: &Option<AccountView>| view.as_ref().map_or_else(|| "no account".to_owned(), words::account);
    let rows = if account.before == account.after {
        row(&account.before)
    } else {
        format!("{} → {}", row(&account.before), row(&account.after))
    };
    let named = [&account.before, &account.after].into_iter().flatten().all(|row| row.user == account.user);
    let called = match (account.anybody, account.also.as_slice()) {
        (true, _) => "any other user name".to_owned(),
        (false, []) => account.user.clone(),
        (false, also) => format!("{}, {}", account.user, also.join(", ")),
    };
    if named && !account.anybody { rows } else { format!("{rows} for {called}") }
}

/// How a login ended: `accepted as 'a'@'%'`, `refused with 1045`.
pub fn ending(entry: &Entry) -> String {
    let row = entry.account.as_ref().map(words::account);
    let proxied = entry.proxied.as_ref().map(|p| format!(" for {}", words::account(p))).unwrap_or_default();
    let tied = if entry.tied.len() > 1 {
        format!(" or {}", words::accounts(entry.tied.iter().skip(1)))
    } else {
        String::new()
    };
    let who = row.map(|row| format!(" as {row}{tied}{proxied}")).unwrap_or_default();
    match &entry.outcome {
        Outcome::Accepted => format!("accepted{who}"),
        Outcome::MustSetPassword => format!("accepted{who}, and must set a password first"),
        Outcome::Open(missing) => format!("undetermined{who}: {missing}"),
        Outcome::Refused(errno) => format!("refused with {errno}{who}"),
    }
}

/// What became of a right.
pub fn verb(change: &Change) -> &'static str {
    match (change.before, change.after) {
        (Held::No, Held::Open) => "may gain",
        (Held::Open, Held::Yes) => "gains for sure",
        (Held::Yes, Held::Open) => "may lose",
        (Held::Open, Held::No) => "loses for sure",
        (before, after) if before < after => "gains",
        _ => "loses",
    }
}

/// The rights of a change in one list.
pub fn rights(change: &Change) -> String {
    list(change.rights.iter().map(|right| right.name.as_str()))
}

/// Names of rights in one list: a privilege that can be passed on stands there once.
pub fn list<'a>(names: impl Iterator<Item = &'a str> + Clone) -> String {
    let passed_on = |name: &str| names.clone().any(|other| other.strip_suffix(" WITH GRANT OPTION") == Some(name));
    let told: Vec<&str> = names.clone().filter(|name| !passed_on(name)).collect();
    told.join(", ")
}

/// The object in words.
pub fn place(place: &Place) -> String {
    let thing = match &place.thing {
        Thing::Object(object) => object.to_string(),
        Thing::Role(role) => format!("role {}", words::account(role)),
        Thing::Proxied(account) => format!("account {}", words::account(account)),
    };
    match &place.span {
        Span::One => thing,
        Span::Like(texts) => format!("databases like {}, such as {thing}", texts.join(" and ")),
        Span::Others => format!("any other database, such as {thing}"),
    }
}

/// A choice of roles in words; nothing for those of the login.
pub fn roles(roles: &Roles) -> String {
    match roles {
        Roles::Default => String::new(),
        Roles::None => "without roles".to_owned(),
        Roles::All => "with all roles".to_owned(),
        Roles::Named(names) => {
            let named = names
                .iter()
                .map(|(user, host)| words::account(&AccountView { user: user.clone(), host: host.clone() }));
            format!("with {} active", named.collect::<Vec<_>>().join(", "))
        }
    }
}

/// Rows with the places of their statements.
pub fn rows(rows: &[RowView]) -> String {
    let told = rows.iter().map(|row| format!("{} ({})", words::row(row), words::places(row)));
    told.collect::<Vec<_>>().join("; ")
}
