//! Expectations and answers in words, for failures.

use super::{Expected, Question, RowName};
use crate::answer::{Able, AccountView, Candidate, Decision, Fate, Login, RowView, Standing, Verdict, Who};
use crate::client::{Ask, Client, From, Object, Password, Roles, Tls};
use crate::policy::Outcome;
use crate::server::errors::ServerError;
use crate::syntax::redact::redact;

/// `'joe'@'%'`
pub fn account(account: &AccountView) -> String {
    format!("'{}'@'{}'", account.user, account.host)
}

/// Several accounts; `none` when there are none.
pub fn accounts<'a>(list: impl IntoIterator<Item = &'a AccountView>) -> String {
    let words: Vec<String> = list.into_iter().map(account).collect();
    if words.is_empty() { "none".to_owned() } else { words.join(", ") }
}

/// `1045 (28000): Access denied …`
pub fn error(error: &ServerError) -> String {
    format!("{} ({}): {}", error.errno, error.sqlstate, error.message)
}

/// What an expectation asks, as a line of the format would say it.
pub fn question(question: &Question) -> String {
    match question {
        Question::Login(client) => self::client(client),
        Question::Check(client, Ask::Sql(sql)) => format!("{} run \"{}\"", self::client(client), redact(sql)),
        Question::Check(client, Ask::Can { privilege, on }) => {
            format!("{} may {privilege} on {}", self::client(client), object(on))
        }
        Question::Connect(name, client) => format!("connect {name}: {}", self::client(client)),
        Question::SessionLogin(name) => format!("as {name}"),
        Question::InSession(name, Ask::Sql(sql)) => format!("as {name} run \"{}\"", redact(sql)),
        Question::InSession(name, Ask::Can { privilege, on }) => format!("as {name} may {privilege} on {}", object(on)),
        Question::Statement(number) => format!("statement {number}"),
        Question::Show(statement) => redact(statement),
        Question::Who(privilege, on) => format!("who may {privilege} on {}", object(on)),
    }
}

/// A client, as a line of the format would say it.
pub fn client(client: &Client) -> String {
    let name = |text: &str| if text.is_empty() || text.contains(' ') { format!("'{text}'") } else { text.to_owned() };
    let mut words = format!("{} from ", name(&client.user));
    words += &match &client.from {
        From::Socket => "socket".to_owned(),
        From::Address { ip, hostname: Some(hostname) } => format!("{hostname} ({ip})"),
        From::Address { ip, hostname: None } => ip.clone(),
        From::Hostname(hostname) => hostname.clone(),
    };
    words += match client.password {
        Password::None => " with no password",
        Password::Wrong => " with a wrong password",
        Password::Given => "",
    };
    words += match client.tls {
        Tls::None => "",
        Tls::Ssl => " over tls",
        Tls::X509 => " with a certificate",
    };
    if let Some(os_user) = &client.os_user {
        words += &format!(" as OS user {os_user}");
    }
    match &client.roles {
        Roles::Default => {}
        Roles::None => words += " with roles none",
        Roles::All => words += " with roles all",
        Roles::Named(roles) => {
            let roles: Vec<AccountView> =
                roles.iter().map(|(user, host)| AccountView { user: user.clone(), host: host.clone() }).collect();
            words += &format!(" with roles {}", accounts(&roles));
        }
    }
    if let Some(db) = &client.db {
        words += &format!(" using db {}", name(db));
    }
    words
}

/// An object as contract §2 writes it.
pub fn object(object: &Object) -> String {
    match object {
        Object::Global => "*.*".to_owned(),
        Object::Database(db) => format!("{db}.*"),
        Object::Table(db, table) => format!("{db}.{table}"),
        Object::Column(db, table, column) => format!("{db}.{table}.{column}"),
        Object::Routine(kind, db, name) => format!("{} {db}.{name}", kind.word().to_lowercase()),
    }
}

/// What must come back.
pub fn expected(expected: &Expected) -> String {
    match expected {
        Expected::LogsIn { account: to, through: None } => format!("logs in as {}", account(to)),
        Expected::LogsIn { account: to, through: Some(proxy) } => {
            format!("logs in as {} through {}", account(to), account(proxy))
        }
        Expected::GetsIn => "gets in".to_owned(),
        Expected::Allowed => "allowed".to_owned(),
        Expected::Refused { errno: None, .. } => "refused".to_owned(),
        Expected::Refused { errno: Some(errno), message: None } => format!("refused with {errno}"),
        Expected::Refused { errno: Some(errno), message: Some(text) } => format!("refused with {errno}: {text}"),
        Expected::Lists(names) => format!("lists {}", listed(names)),
        Expected::Undetermined => "undetermined".to_owned(),
        Expected::Ambiguous(list) => format!("ambiguous between {}", accounts(list)),
        Expected::Roles(list) => format!("active roles: {}", accounts(list)),
        Expected::Tries(list) => format!("tries {}", accounts(list)),
        Expected::Because(row) => format!("because of row {}", row_name(row)),
        Expected::Done(None) => "done".to_owned(),
        Expected::Done(Some(errno)) => format!("done with warning {errno}"),
        Expected::Skipped => "skipped".to_owned(),
        Expected::Returns(rows) => lines(rows),
        Expected::Exactly(list) if list.is_empty() => "nobody".to_owned(),
        Expected::Exactly(list) => format!("exactly {}", accounts(list)),
    }
}

/// The row as the expectation names it.
pub fn row_name(row: &RowName) -> String {
    let rest = if row.rest.is_empty() { String::new() } else { format!(" {}", row.rest.join(".")) };
    format!("{} {}{rest}", row.table, account(&row.account))
}

/// A row of an answer, in the same form.
pub fn row(row: &RowView) -> String {
    row_name(&super::judge::name_of(row))
}

/// What a login came to.
pub fn login(login: &Login) -> String {
    if let Some(error) = &login.error {
        return format!("refused with {}", self::error(error));
    }
    if let Some(why) = &login.undetermined {
        return format!("undetermined: {why}");
    }
    if login.ambiguous {
        return format!("ambiguous between {}", accounts(&login.tied));
    }
    match (&login.account, &login.proxied) {
        (Some(proxy), Some((target, _))) => format!("logs in as {} through {}", account(target), account(proxy)),
        (Some(selected), None) => format!("logs in as {}", account(selected)),
        (None, _) => "no account".to_owned(),
    }
}

/// What a check came to.
pub fn decision(decision: &Decision) -> String {
    let error = decision.error.as_ref().map(|e| format!(" with {}", self::error(e))).unwrap_or_default();
    match &decision.verdict {
        Verdict::Allow => match &decision.result {
            Some(names) => format!("allowed, lists {}", listed(names)),
            None => "allowed".to_owned(),
        },
        Verdict::Deny => format!("refused{error}"),
        Verdict::Undetermined(why) => format!("undetermined: {why}"),
        Verdict::Unreadable(what) => format!("a question that cannot be read: {what}"),
        Verdict::NotAsked => format!("nothing was asked but the login{error}"),
    }
}

fn listed(names: &[String]) -> String {
    if names.is_empty() { "nothing".to_owned() } else { names.join(", ") }
}

/// What became of a statement.
pub fn outcome(outcome: Option<&Outcome>) -> String {
    match outcome {
        None => "there is no such statement".to_owned(),
        Some(Outcome::Done(warnings)) if warnings.is_empty() => "done".to_owned(),
        Some(Outcome::Done(warnings)) => {
            format!("done with {}", warnings.iter().map(error).collect::<Vec<_>>().join("; "))
        }
        Some(Outcome::Rows(rows)) => lines(rows),
        Some(Outcome::Refused(refusal)) => format!("refused with {}", error(refusal)),
        Some(Outcome::Skipped) => "skipped".to_owned(),
        Some(Outcome::Unknown(why)) => format!("undetermined: {why}"),
    }
}

/// Rows below each other, without their secrets.
fn lines(rows: &[String]) -> String {
    rows.iter().map(|row| redact(row)).collect::<Vec<_>>().join("\n")
}

/// Why a login came out as it did: the rows it could have had.
pub fn login_reason(login: &Login) -> Vec<String> {
    let mut lines: Vec<String> = login.refused_because.iter().cloned().collect();
    lines.extend(login.candidates.iter().map(candidate));
    if login.candidates.is_empty() {
        lines.push("no account row of that user name".to_owned());
    }
    lines
}

fn candidate(candidate: &Candidate) -> String {
    let fate = match &candidate.fate {
        Fate::Selected => "is selected".to_owned(),
        Fate::Tied => "ties".to_owned(),
        Fate::Outranked { by, why } => format!("is outranked by {}: {why}", account(by)),
        Fate::HostDiffers(why) => format!("does not match: {why}"),
        Fate::MayMatch => "may match".to_owned(),
    };
    format!("{}{} {fate}", account(&candidate.row.account), places(&candidate.row))
}

/// Why a check came out as it did: each need, the rows that meet it or come close.
pub fn decision_reason(decision: &Decision) -> Vec<String> {
    let mut lines = vec![login(&decision.login)];
    if decision.login.error.is_some() {
        lines = login_reason(&decision.login);
    }
    for need in decision.checks.iter().flat_map(|check| &check.needs) {
        let rows: Vec<String> = need.rows.iter().map(|row| format!("{}{}", self::row(row), places(row))).collect();
        let met = match (need.met, &need.because) {
            (true, _) if !rows.is_empty() => format!("given by {}", rows.join(", ")),
            (true, Some(because)) => because.clone(),
            (true, None) => "given".to_owned(),
            (false, _) => "missing".to_owned(),
        };
        lines.push(format!("{} on {}: {met}", need.any_of.join(" or "), need.on));
        if !need.met {
            let near = |(row, why): &(RowView, String)| format!("close: {}{}: {why}", self::row(row), places(row));
            lines.extend(need.near.iter().map(near));
        }
    }
    lines
}

/// The accounts whose sessions may, at once or by a statement of their own.
pub fn holders(who: &Who) -> Vec<AccountView> {
    let may =
        |able: &&Able| matches!(able.standing, Standing::May | Standing::AfterSetRole(_) | Standing::AfterSetPassword);
    let account = |able: &Able| able.acts_as.as_ref().map_or(&able.account, |(account, _)| account).clone();
    let mut found: Vec<AccountView> = who.able.iter().filter(may).map(account).collect();
    found.sort();
    found.dedup();
    found
}

/// Who may, all of them.
pub fn who(who: &Who) -> String {
    match holders(who).as_slice() {
        [] if who.unsure() => "nobody surely, and it is not known of all".to_owned(),
        [] => "nobody".to_owned(),
        list => accounts(list),
    }
}

/// The rows that give it to each, and the clients that have it.
pub fn who_reason(who: &Who) -> Vec<String> {
    let line = |able: &Able| {
        let rows: Vec<String> = able.rows.iter().map(|row| format!("{}{}", self::row(row), places(row))).collect();
        let from = able.clients.first().map(|clients| format!(", such as {}", client(&clients.example)));
        let standing = match &able.standing {
            Standing::May | Standing::AfterSetPassword => String::new(),
            Standing::AfterSetRole(statement) => format!(" after {statement}"),
            Standing::Undetermined(why) => format!(", undetermined: {why}"),
            Standing::CannotLogIn(why) | Standing::NeverSelected(why) => format!(", but it gets in nowhere: {why}"),
        };
        format!("{}{standing}: {}{}", account(&able.account), rows.join(", "), from.unwrap_or_default())
    };
    who.able.iter().map(line).collect()
}

/// ` (shop.sql:7)`: the statements behind a row.
fn places(row: &RowView) -> String {
    let places: Vec<String> = row.sources.iter().map(|source| format!("{}:{}", source.file, source.line)).collect();
    if places.is_empty() { String::new() } else { format!(" ({})", places.join(", ")) }
}
