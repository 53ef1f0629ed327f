//! The phrases of an expectation line: who, what is asked, what must come back.
//!
//! Knows the words of the format; blocks and files are for [`super::parse`].

use super::cursor::{Cursor, Wanted};
use super::{Expected, Question, RowName};
use crate::answer::AccountView;
use crate::client::{Ask, Client, From, Object, Password, Roles, Tls};
use crate::syntax::statement::ObjectKind;

/// The first words of phrases that speak of the client of the line above.
pub const WITHOUT_CLIENT: [&str; 13] = [
    "logs in",
    "gets in",
    "is refused",
    "is undetermined",
    "is ambiguous",
    "may",
    "run",
    "because of row",
    "has active roles",
    "has no active roles",
    "tries",
    "login",
    "does",
];

/// Reads a whole line. `above` is the client of the line above, and is replaced by this line's.
pub fn line(text: &str, above: &mut Option<Client>) -> Result<Vec<(Question, Expected)>, Wanted> {
    let mut at = Cursor::new(text);
    if at.take("statement") {
        return statement(&mut at).map(|found| vec![found]);
    }
    if at.take("who may") {
        return holders(&mut at, true);
    }
    if at.take("nobody may") {
        return holders(&mut at, false);
    }
    let client = who(&mut at, above)?;
    let found = asked(&mut at, &client)?;
    at.end()?;
    *above = Some(client);
    Ok(found)
}

/// Behind `who may`: `DROP, ALTER on payroll.* is exactly 'dba'@'localhost'`; behind `nobody may` there is no list.
fn holders(at: &mut Cursor<'_>, listed: bool) -> Result<Vec<(Question, Expected)>, Wanted> {
    let asks = privileges(at)?;
    let mut accounts = Vec::new();
    if listed {
        at.want("is exactly")?;
        if !at.take("nobody") {
            accounts = at.list(Cursor::account)?;
        }
    }
    at.end()?;
    let each = asks.into_iter().filter_map(|ask| match ask {
        Ask::Can { privilege, on } => Some((Question::Who(privilege, on), Expected::Exactly(accounts.clone()))),
        Ask::Sql(_) => None,
    });
    Ok(each.collect())
}

/// `connect s1: joe from socket using db shop [is refused with 1044]`, behind the first word.
pub fn connect(at: &mut Cursor<'_>) -> Result<(Question, Expected), Wanted> {
    let name = at.name(&[':'], "a name for the session")?;
    at.want(":")?;
    let client = client(at)?;
    let expected = if at.is_done() { Expected::GetsIn } else { about_login(at)? };
    at.end()?;
    Ok((Question::Connect(name, client), expected))
}

/// The client of a line: written out, or that of the line above.
pub fn who(at: &mut Cursor<'_>, above: &Option<Client>) -> Result<Client, Wanted> {
    let mut ahead = *at;
    let continues = at.is_done() || WITHOUT_CLIENT.iter().any(|phrase| ahead.take(phrase));
    if !continues {
        return client(at);
    }
    above.clone().ok_or_else(|| at.wanted("a client such as `joe from 10.1.2.3`: no line above has one either"))
}

/// `joe from 10.1.2.3 with no password over tls …`
pub fn client(at: &mut Cursor<'_>) -> Result<Client, Wanted> {
    let user = at.name(&[','], "a user name")?;
    at.want("from")?;
    let mut client = Client { user, from: place(at)?, ..Client::default() };
    while modifier(at, &mut client)? {}
    Ok(client)
}

fn place(at: &mut Cursor<'_>) -> Result<From, Wanted> {
    if at.take("socket") {
        return Ok(From::Socket);
    }
    let name = at.name(&['('], "`socket`, an address or a host name")?;
    if at.take("(") {
        let ip = at.name(&[')'], "an address")?;
        at.want(")")?;
        return Ok(From::Address { ip, hostname: Some(name) });
    }
    Ok(match name.parse::<std::net::IpAddr>() {
        Ok(_) => From::Address { ip: name, hostname: None },
        Err(_) => From::Hostname(name),
    })
}

fn modifier(at: &mut Cursor<'_>, client: &mut Client) -> Result<bool, Wanted> {
    if at.take("with no password") {
        client.password = Password::None;
    } else if at.take("with a wrong password") {
        client.password = Password::Wrong;
    } else if at.take("with the right password") {
        client.password = Password::Given;
    } else if at.take("over tls") {
        client.tls = Tls::Ssl;
    } else if at.take("with a certificate") {
        client.tls = Tls::X509;
    } else if at.take("as OS user") {
        client.os_user = Some(at.name(&[','], "an OS user")?);
    } else if at.take("with roles none") {
        client.roles = Roles::None;
    } else if at.take("with roles all") {
        client.roles = Roles::All;
    } else if at.take("with roles") {
        let roles = at.list(Cursor::account)?;
        client.roles = Roles::Named(roles.into_iter().map(|role| (role.user, role.host)).collect());
    } else if at.take("using db") {
        client.db = Some(at.name(&[','], "a database")?);
    } else {
        return Ok(false);
    }
    Ok(true)
}

/// What is asked for a client, and what must come back.
fn asked(at: &mut Cursor<'_>, client: &Client) -> Result<Vec<(Question, Expected)>, Wanted> {
    if at.take("run") {
        let sql = at.quoted().ok_or_else(|| at.wanted("a statement in quotes"))?;
        return Ok(vec![(Question::Check(client.clone(), Ask::Sql(sql)), outcome(at)?)]);
    }
    if at.take("may not") {
        let asks = privileges(at)?;
        let expected = if at.take("with") { refusal(at)? } else { Expected::Refused { errno: None, message: None } };
        return Ok(each(client, asks, &expected));
    }
    if at.take("may") {
        let asks = privileges(at)?;
        let expected = if at.is_done() { Expected::Allowed } else { outcome(at)? };
        return Ok(each(client, asks, &expected));
    }
    let expected = about_login(at)?;
    Ok(vec![(Question::Login(client.clone()), expected)])
}

fn each(client: &Client, asks: Vec<Ask>, expected: &Expected) -> Vec<(Question, Expected)> {
    asks.into_iter().map(|ask| (Question::Check(client.clone(), ask), expected.clone())).collect()
}

/// `SELECT, INSERT on shop.orders`
pub fn privileges(at: &mut Cursor<'_>) -> Result<Vec<Ask>, Wanted> {
    let names = at.until(" on ").ok_or_else(|| at.wanted("PRIVILEGE on OBJECT"))?;
    at.want("on")?;
    let on = object(at)?;
    let ask = |name: &str| Ask::Can { privilege: name.trim().to_owned(), on: on.clone() };
    Ok(names.split(',').map(ask).collect())
}

/// `*.*`, `shop.*`, `shop.orders`, `shop.orders.id`, `procedure shop.p` (contract §2).
pub fn object(at: &mut Cursor<'_>) -> Result<Object, Wanted> {
    const WHAT: &str = "an object such as shop.orders";
    let kinds =
        [("procedure", ObjectKind::Procedure), ("function", ObjectKind::Function), ("library", ObjectKind::Library)];
    let kind = kinds.iter().find(|(word, _)| at.take(word)).map(|(_, kind)| *kind);
    let parts = at.path(WHAT)?;
    let mut parts = parts.into_iter();
    Ok(match (kind, parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(kind), Some(db), Some(name), None, None) => Object::Routine(kind, db, name),
        (None, Some(db), Some(table), None, None) if db == "*" && table == "*" => Object::Global,
        (None, Some(db), Some(table), None, None) if table == "*" => Object::Database(db),
        (None, Some(db), Some(table), None, None) => Object::Table(db, table),
        (None, Some(db), Some(table), Some(column), None) => Object::Column(db, table, column),
        _ => return Err(at.wanted(WHAT)),
    })
}

/// `is allowed`, `is refused with 1142 "…"`, `lists shop, stock`, `is undetermined`
pub fn outcome(at: &mut Cursor<'_>) -> Result<Expected, Wanted> {
    if at.take("is allowed") {
        Ok(Expected::Allowed)
    } else if at.take("is done") {
        Ok(Expected::Done(None))
    } else if at.take("is refused") {
        if at.take("with") { refusal(at) } else { Ok(Expected::Refused { errno: None, message: None }) }
    } else if at.take("is undetermined") {
        Ok(Expected::Undetermined)
    } else if at.take("lists") {
        names(at).map(Expected::Lists)
    } else {
        Err(at.wanted("`is allowed`, `is refused with …`, `lists …` or `is undetermined`"))
    }
}

/// After `lists`: `a, b and c`, or `nothing`
pub fn names(at: &mut Cursor<'_>) -> Result<Vec<String>, Wanted> {
    if at.take("nothing") {
        return Ok(Vec::new());
    }
    at.list(|at| at.name(&[','], "a name"))
}

fn refusal(at: &mut Cursor<'_>) -> Result<Expected, Wanted> {
    let errno = at.number().ok_or_else(|| at.wanted("an errno"))?;
    Ok(Expected::Refused { errno: Some(errno), message: at.quoted() })
}

fn about_login(at: &mut Cursor<'_>) -> Result<Expected, Wanted> {
    if at.take("logs in as") {
        let account = at.account()?;
        let through = if at.take("through") { Some(at.account()?) } else { None };
        return Ok(Expected::LogsIn { account, through });
    }
    if at.take("gets in") {
        return Ok(Expected::GetsIn);
    }
    if at.take("is ambiguous between") {
        return at.list(Cursor::account).map(Expected::Ambiguous);
    }
    if at.take("has no active roles") {
        return Ok(Expected::Roles(Vec::new()));
    }
    if at.take("has active roles") {
        return at.list(Cursor::account).map(Expected::Roles);
    }
    if at.take("tries") {
        return at.list(Cursor::account).map(Expected::Tries);
    }
    if at.take("because of row") {
        return row(at).map(Expected::Because);
    }
    match outcome(at) {
        Ok(Expected::Allowed | Expected::Lists(_)) | Err(_) => {
            Err(at.wanted("what becomes of the client: `logs in as`, `is refused`, `may`, `run`, …"))
        }
        other => other,
    }
}

/// `db 'joe'@'%' shop`, `tables_priv 'joe'@'%' shop.orders`, `role_edges 'r'@'%' 'joe'@'%'`
fn row(at: &mut Cursor<'_>) -> Result<RowName, Wanted> {
    let table = at.name(&[','], "a grant table")?;
    let account = at.account()?;
    let rest = if at.is_done() {
        Vec::new()
    } else if matches!(table.as_str(), "role_edges" | "default_roles" | "proxies_priv") {
        let AccountView { user, host } = at.account()?;
        vec![user, host]
    } else {
        at.path("a database")?
    };
    Ok(RowName { table, account, rest })
}

/// After `statement`: `3 is refused with 1410`, `4 is done with 3162`, `5 is skipped`
fn statement(at: &mut Cursor<'_>) -> Result<(Question, Expected), Wanted> {
    let number = at.number().ok_or_else(|| at.wanted("the number of a statement"))?;
    let expected = if at.take("is done with") {
        Expected::Done(Some(at.number().ok_or_else(|| at.wanted("the errno of a warning"))?))
    } else if at.take("is done") {
        Expected::Done(None)
    } else if at.take("is skipped") {
        Expected::Skipped
    } else {
        match outcome(at)? {
            refused @ (Expected::Refused { .. } | Expected::Undetermined) => refused,
            _ => return Err("a statement is done, refused or skipped".into()),
        }
    };
    at.end()?;
    Ok((Question::Statement(usize::from(number)), expected))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::unreachable)]
    use super::*;

    fn one(text: &str) -> (Question, Expected) {
        let mut found = line(text, &mut Some(Client::default())).unwrap();
        assert_eq!(found.len(), 1);
        found.remove(0)
    }

    #[test]
    fn a_client_is_read_with_its_modifiers() {
        let text = "joe from h1.example.net (10.0.0.5) with no password over tls as OS user root with roles r1, 'r2'@'h' using db shop";
        let client = client(&mut Cursor::new(text)).unwrap();
        assert_eq!(client.from, From::Address { ip: "10.0.0.5".into(), hostname: Some("h1.example.net".into()) });
        assert_eq!((client.password, client.tls), (Password::None, Tls::Ssl));
        assert_eq!(client.roles, Roles::Named(vec![("r1".into(), "%".into()), ("r2".into(), "h".into())]));
        assert_eq!((client.os_user.as_deref(), client.db.as_deref()), (Some("root"), Some("shop")));
    }

    #[test]
    fn every_outcome_of_a_login_is_read() {
        let account = |user: &str, host: &str| AccountView { user: user.into(), host: host.into() };
        let expected = |text: &str| one(&format!("'' from socket {text}")).1;
        assert_eq!(
            expected("logs in as a@b through c@d"),
            Expected::LogsIn { account: account("a", "b"), through: Some(account("c", "d")) }
        );
        assert_eq!(
            expected("is refused with 1045 \"no\""),
            Expected::Refused { errno: Some(1045), message: Some("no".into()) }
        );
        assert_eq!(
            expected("is ambiguous between a@b and c@d"),
            Expected::Ambiguous(vec![account("a", "b"), account("c", "d")])
        );
        assert_eq!(expected("has no active roles"), Expected::Roles(Vec::new()));
        assert_eq!(expected("is undetermined"), Expected::Undetermined);
    }

    #[test]
    fn one_line_may_ask_for_several_privileges() {
        let found = line("joe from socket may not SELECT, CREATE VIEW on shop.* with 1142", &mut None).unwrap();
        assert_eq!(found.len(), 2);
        let Question::Check(_, Ask::Can { privilege, on }) = &found[1].0 else { unreachable!() };
        assert_eq!((privilege.as_str(), on), ("CREATE VIEW", &Object::Database("shop".into())));
    }

    #[test]
    fn a_line_without_a_client_speaks_of_the_one_above() {
        let mut above = None;
        assert!(line("may SELECT on a.b", &mut above).is_err());
        line("joe from socket gets in", &mut above).unwrap();
        let found = line("run \"SELECT 1\" is allowed", &mut above).unwrap();
        assert!(matches!(&found[0].0, Question::Check(client, _) if client.user == "joe"));
    }

    #[test]
    fn what_is_not_understood_is_said() {
        let refused = |text: &str| line(text, &mut Some(Client::default())).unwrap_err().message;
        assert_eq!(refused("joe in socket"), "expected `from`, not `in socket`");
        assert!(refused("joe from socket may SELECT shop.t").contains("PRIVILEGE on OBJECT"));
        assert!(refused("joe from socket is allowed").contains("what becomes of the client"));
        assert!(refused("run \"SELECT 1 is allowed").contains("a statement in quotes"));
        assert!(refused("statement x is done").contains("the number of a statement"));
    }

    #[test]
    fn who_may_is_a_question_about_everybody() {
        let account = AccountView { user: "dba".into(), host: "localhost".into() };
        let found = line("who may DROP, ALTER on payroll.* is exactly dba@localhost", &mut None).unwrap();
        assert_eq!(found.len(), 2);
        assert_eq!(found[1].1, Expected::Exactly(vec![account]));
        assert!(matches!(&found[1].0, Question::Who(privilege, Object::Database(_)) if privilege == "ALTER"));
        assert_eq!(one("nobody may SHUTDOWN on *.*").1, Expected::Exactly(Vec::new()));
        assert!(line("who may DROP on payroll.* are dba", &mut None).unwrap_err().message.contains("is exactly"));
    }

    #[test]
    fn rows_are_named_by_table_account_and_object() {
        let Expected::Because(row) = one("because of row tables_priv 'joe'@'%' shop.orders").1 else { unreachable!() };
        assert_eq!((row.table.as_str(), row.rest), ("tables_priv", vec!["shop".to_owned(), "orders".to_owned()]));
    }
}
