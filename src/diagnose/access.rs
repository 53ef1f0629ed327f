//! The causes of a privilege that is missing: 1044, 1142, 1143, 1370, 1227.

use super::login::row_of;
use super::suspects::places;
use super::{Cause, Code, Complaint, Diagnosis, Fix, Kind, Known, Standing, catalogue};
use crate::answer::{AccountView, Decision, Engine, Fate, Verdict};
use crate::client::{Ask, Client, Object};
use crate::facts::id::NearReason;
use crate::mend::{self, Denial, Kind as MendKind, Mend, account_name, identifier};
use crate::policy::Policy;
use crate::syntax::statement::ObjectKind;

/// A session that the line may speak of, what it asked, and the answer.
struct Suspect {
    client: Client,
    ask: Ask,
    decision: Decision,
}

/// Tells of each cause of the error whether it holds.
pub(super) fn causes(diagnosis: &mut Diagnosis, policy: &Policy, known: &Known) {
    let engine = Engine::new(policy);
    let complaint = diagnosis.complaint.clone();
    let sessions = sessions(&engine, &complaint, known);
    let asks = asks(&engine, &complaint, known);
    let mut all: Vec<Suspect> = Vec::new();
    for client in &sessions {
        for ask in &asks {
            let decision = engine.check(client, ask);
            all.push(Suspect { client: client.clone(), ask: ask.clone(), decision });
        }
    }
    let raised: Vec<&Suspect> = all.iter().filter(|suspect| suspect.decision.verdict == Verdict::Deny).collect();
    let Some(first) = raised.first() else {
        diagnosis.causes = nothing_raised(policy, &complaint, &sessions, &all);
        return;
    };
    diagnosis.row = row_of(&first.decision.login);
    diagnosis.causes = of(policy, &engine, &complaint, first);
    diagnosis.notes = notes(&complaint, known, &raised);
}

/// The clients whose session it may be: by its account, where the error names that, else by where it comes from.
fn sessions(engine: &Engine<'_>, complaint: &Complaint, known: &Known) -> Vec<Client> {
    let names: Vec<String> = match known.user.clone().or_else(|| complaint.user.clone()) {
        Some(user) => vec![user],
        None => engine.client_names().into_iter().filter(|(_, stranger)| !stranger).map(|(name, _)| name).collect(),
    };
    let of_row = known.from.is_none()
        && matches!(complaint.kind, Kind::Database | Kind::Routine | Kind::Specific | Kind::Column | Kind::Table);
    let mut found: Vec<Client> = Vec::new();
    for user in &names {
        if known.from.is_some()
            || (complaint.host.is_some() && complaint.kind != Kind::Database && complaint.kind != Kind::Routine)
        {
            found.extend(places(engine, complaint, known).into_iter().map(|from| Client {
                user: user.clone(),
                from,
                ..Client::default()
            }));
        }
        if of_row && found.iter().all(|client| engine.login(client).error.is_some()) {
            found.extend(of_account(engine, user, complaint.host.as_deref()));
        }
    }
    if found.is_empty() {
        let user = names.into_iter().next().unwrap_or_default();
        found.extend(places(engine, complaint, known).into_iter().map(|from| Client {
            user: user.clone(),
            from,
            ..Client::default()
        }));
    }
    // Who does not get in has asked for nothing; and one of several who get in alike is enough.
    let mut seen: Vec<Option<AccountView>> = Vec::new();
    found.retain(|client| {
        let login = engine.login(client);
        let new = login.error.is_none() && !seen.contains(&login.account);
        seen.push(login.account);
        new
    });
    found
}

/// An example of the clients of that name whose session has this account.
fn of_account(engine: &Engine<'_>, user: &str, host: Option<&str>) -> Vec<Client> {
    let mut names: Vec<String> = vec![user.to_owned()];
    if user.is_empty() {
        names = engine.client_names().into_iter().map(|(name, _)| name).collect();
    }
    let classes = names.iter().flat_map(|name| engine.session_classes_of(name).classes);
    let found = classes.filter(|class| class.login.error.is_none()).filter(|class| {
        let account = class.login.proxied.as_ref().map(|(account, _)| account).or(class.login.account.as_ref());
        account.is_some_and(|account| {
            account.user == user && host.is_none_or(|host| account.host.eq_ignore_ascii_case(host))
        })
    });
    found.map(|class| class.example).take(1).collect()
}

/// What may have been asked.
fn asks(engine: &Engine<'_>, complaint: &Complaint, known: &Known) -> Vec<Ask> {
    let can = |privilege: &str, on: Object| Ask::Can { privilege: privilege.to_owned(), on };
    let object = complaint.object.clone().unwrap_or_default();
    let words = complaint.command.clone().unwrap_or_default();
    match complaint.kind {
        Kind::Database => {
            let db = complaint.db.clone().unwrap_or_default();
            vec![Ask::Sql(format!("USE {}", identifier(&db)))]
        }
        Kind::Specific => words
            .split([','])
            .flat_map(|part| part.split(" OR "))
            .map(|name| can(name.trim(), Object::Global))
            .collect(),
        Kind::Routine => {
            let db = complaint.db.clone().or_else(|| known.db.clone()).unwrap_or_default();
            let privilege = match words.to_ascii_lowercase().as_str() {
                "execute" => "EXECUTE",
                "grant" => "GRANT OPTION",
                _ => "ALTER ROUTINE",
            };
            [ObjectKind::Procedure, ObjectKind::Function]
                .map(|kind| can(privilege, Object::Routine(kind, db.clone(), object.clone())))
                .into()
        }
        _ => {
            let databases = match complaint.db.clone().or_else(|| known.db.clone()) {
                Some(db) => vec![db],
                None => databases(engine, &object),
            };
            let on = |db: &String| match &complaint.column {
                Some(column) => Object::Column(db.clone(), object.clone(), column.clone()),
                None => Object::Table(db.clone(), object.clone()),
            };
            databases
                .iter()
                .flat_map(|db| words.split(',').map(|word| asked(word.trim(), db, &object, on(db))).collect::<Vec<_>>())
                .collect()
        }
    }
}

/// The word before `command denied` as a question.
fn asked(word: &str, db: &str, table: &str, on: Object) -> Ask {
    let name = format!("{}.{}", identifier(db), identifier(table));
    match word {
        "SHOW" => Ask::Sql(format!("SHOW CREATE TABLE {name}")),
        "ANY" => Ask::Sql(format!("SHOW COLUMNS FROM {name}")),
        "GRANT" => Ask::Can { privilege: "GRANT OPTION".to_owned(), on },
        "LOCK TABLES" => Ask::Can { privilege: word.to_owned(), on: Object::Database(db.to_owned()) },
        word => Ask::Can { privilege: word.to_owned(), on },
    }
}

/// The databases that the table may be in: MySQL does not name it.
fn databases(engine: &Engine<'_>, table: &str) -> Vec<String> {
    let tables = &engine.policy().tables;
    let text = |symbol| tables.names.text(symbol).to_owned();
    let mut found: Vec<String> = tables
        .tables
        .iter()
        .filter(|(_, _, row)| tables.names.text(row.table) == table)
        .map(|(_, _, row)| text(row.db))
        .collect();
    let literal = |db: &String| !crate::matching::wild::has_wildcard(db) && !db.contains('\\');
    if found.is_empty() {
        found = tables.dbs.iter().map(|(_, _, row)| text(row.db)).filter(literal).collect();
    }
    found.sort();
    found.dedup();
    if found.is_empty() { vec!["<database>".to_owned()] } else { found }
}

fn of(policy: &Policy, engine: &Engine<'_>, complaint: &Complaint, suspect: &Suspect) -> Vec<Cause> {
    let denial = Denial { policy, client: &suspect.client, ask: Some(&suspect.ask) };
    let help = mend::help(&denial, &suspect.decision);
    let decision = &suspect.decision;
    let mut found: Vec<Cause> = Vec::new();
    found.extend(session_row(policy, decision));
    let not_granted = not_granted(policy, decision);
    found.extend(not_granted.map(|cause| Cause { no_fix_because: help.why_none, ..cause }));
    found.extend(near(decision));
    for near in mend::alike(policy, &suspect.client, decision) {
        found.push(Cause::new(Code::Spelling, Standing::Holds, near.why).row(Some(near.row)));
    }
    found.extend(other_database(engine, complaint, suspect));
    for mend in help.mends {
        attach(&mut found, mend);
    }
    for code in catalogue::codes(complaint.kind) {
        if !found.iter().any(|cause| cause.code == *code) && *code != Code::OtherServer {
            found.push(Cause::new(*code, Standing::Excluded, code.excluded()));
        }
    }
    found
}

/// Which account the session has, where that is not what people expect.
fn session_row(policy: &Policy, decision: &Decision) -> Option<Cause> {
    let login = &decision.login;
    let account = login.account.as_ref()?;
    let user = login.client.as_ref()?.user.as_str();
    let own =
        login.candidates.iter().find(|c| matches!(c.fate, Fate::Outranked { .. }) && c.row.account.user == user)?;
    let (first, other) = (account_name(policy, account), account_name(policy, &own.row.account));
    let (code, what) = if account.user.is_empty() && !user.is_empty() {
        (
            Code::AnonymousRow,
            format!("the session is that of the anonymous account {first}, which comes before {other}"),
        )
    } else {
        (
            Code::AnotherRow,
            format!("the session is that of {first}, which comes before {other}; grants to {other} are not its own"),
        )
    };
    let standing = if account.user.is_empty() { Standing::Holds } else { Standing::CannotTell };
    Some(Cause::new(code, standing, what).row(row_of(login)).row(Some(own.row.clone())))
}

fn not_granted(policy: &Policy, decision: &Decision) -> Option<Cause> {
    let login = &decision.login;
    let account = login.proxied.as_ref().map(|(account, _)| account).or(login.account.as_ref())?;
    let unmet: Vec<String> = decision
        .checks
        .iter()
        .flat_map(|check| &check.needs)
        .filter(|need| !need.met)
        .map(|need| {
            if need.any_of.is_empty() {
                need.on.clone()
            } else {
                format!("{} on {}", need.any_of.join(" or "), need.on)
            }
        })
        .collect();
    let what = match unmet.as_slice() {
        [] => format!("the session of {} may not do that", account_name(policy, account)),
        list => {
            format!("no row that counts for the session of {} gives {}", account_name(policy, account), list.join(", "))
        }
    };
    Some(Cause::new(Code::NotGranted, Standing::Holds, what))
}

/// The rows that came close, by the reason that the program has.
fn near(decision: &Decision) -> Vec<Cause> {
    let mut found: Vec<Cause> = Vec::new();
    for need in decision.checks.iter().flat_map(|check| &check.needs).filter(|need| !need.met) {
        for ((row, why), reason) in need.near.iter().zip(&need.reasons) {
            let code = match reason {
                NearReason::Outranked(_) => Code::FirstRowOnly,
                NearReason::HostDiffers => Code::OtherHost,
                NearReason::RoleNotActive(_) => Code::RoleNotActive,
                NearReason::Withheld(_) => Code::Restricted,
                NearReason::LostByRole | NearReason::HostTable | NearReason::OnlyColumns => continue,
            };
            match found.iter_mut().find(|cause| cause.code == code) {
                Some(cause) if cause.rows.contains(row) => {}
                Some(cause) => cause.rows.push(row.clone()),
                None => found
                    .push(Cause::new(code, Standing::Holds, format!("{}: {why}", row.words())).row(Some(row.clone()))),
            }
        }
    }
    found
}

/// The privilege is held on a table of the same name elsewhere: the default database may be another than thought.
fn other_database(engine: &Engine<'_>, complaint: &Complaint, suspect: &Suspect) -> Option<Cause> {
    let table =
        complaint.object.as_deref().filter(|_| complaint.kind == Kind::Table || complaint.kind == Kind::Column)?;
    let words = complaint.command.as_deref()?;
    let held = engine.privileges(&suspect.client).held;
    let asked = match &suspect.ask {
        Ask::Can { on: Object::Table(db, _) | Object::Column(db, _, _), .. } => Some(db.as_str()),
        _ => None,
    };
    let row = held.iter().map(|held| &held.row).find(|row| {
        row.object.as_deref() == Some(table)
            && row.db.as_deref() != asked
            && words.split(',').any(|word| row.privileges.iter().any(|p| p == word.trim()))
    })?;
    let db = row.db.clone().unwrap_or_default();
    let what = format!("the privilege is held on {db}.{table}: the statement names or uses another database");
    Some(Cause::new(Code::OtherDatabase, Standing::CannotTell, what).row(Some(row.clone())))
}

/// A mend goes to the cause that it is about.
fn attach(found: &mut Vec<Cause>, mend: Mend) {
    let code = match mend.kind {
        MendKind::SetRole | MendKind::DefaultRole => Code::RoleNotActive,
        MendKind::Load => Code::Unloaded,
        MendKind::Unrestrict => Code::Restricted,
        MendKind::Spelling => Code::Spelling,
        MendKind::OtherRow => Code::AnonymousRow,
        MendKind::Grant | MendKind::Account | MendKind::Connect => Code::NotGranted,
    };
    let fix = Fix::from(mend);
    match found.iter_mut().find(|cause| cause.code == code) {
        Some(cause) => cause.fixes.push(fix),
        None => {
            let what = match code {
                Code::RoleNotActive => "a role has it that is granted and not active".to_owned(),
                _ => fix.what.clone(),
            };
            found.push(Cause::new(code, Standing::Holds, what).fix(fix));
        }
    }
}

/// No session that the line may speak of is refused: who it is, and what the policy says.
fn nothing_raised(policy: &Policy, complaint: &Complaint, sessions: &[Client], all: &[Suspect]) -> Vec<Cause> {
    let named = complaint.user.as_ref().zip(complaint.host.as_ref());
    let account =
        named.map(|(user, host)| account_name(policy, &AccountView { user: user.clone(), host: host.clone() }));
    let what = match (sessions.is_empty(), all.first(), account) {
        (true, _, Some(account)) => format!("no client gets a session of {account} under this policy"),
        (true, _, None) => "the line does not say whose session it was: --user and --from give it".to_owned(),
        (false, Some(suspect), _) => {
            let unclear = match &suspect.decision.verdict {
                Verdict::Undetermined(why) | Verdict::Unreadable(why) => format!(": {why}"),
                _ => String::new(),
            };
            format!(
                "this policy allows {}{unclear}; the server has other grants, or the session began before they were made",
                suspect.decision.asked
            )
        }
        (false, None, _) => "the line does not say on what".to_owned(),
    };
    let asks_more = sessions.is_empty() && complaint.user.is_none();
    let standing = if asks_more { Standing::CannotTell } else { Standing::Holds };
    let rows = all.first().and_then(|suspect| row_of(&suspect.decision.login));
    vec![Cause::new(Code::OtherServer, standing, what).row(rows)]
}

fn notes(complaint: &Complaint, known: &Known, raised: &[&Suspect]) -> Vec<String> {
    let mut notes = Vec::new();
    let of_table = matches!(complaint.kind, Kind::Table | Kind::Column);
    if of_table && complaint.db.is_none() && known.db.is_none() {
        let mut asked: Vec<&str> = raised.iter().map(|suspect| suspect.decision.asked.as_str()).collect();
        asked.dedup();
        let list = asked.join("; ");
        notes.push(format!("MySQL does not say which database the table is in: --db gives it; denied here: {list}"));
    }
    if complaint.kind == Kind::Database {
        notes.push(
            "the error does not say which privilege was needed; here it is taken that the database was to be used"
                .to_owned(),
        );
    }
    notes
}
