//! What a table says by itself, question by question, beside what the reference says of the policy.
//!
//! Clients are those of every set that nothing in the policy tells apart, each coming in every way; a session is asked for
//! every privilege on every object that some row names which could count for it, and on one that none names.

use super::super::DecisionTable;
use super::super::decide::Answer;
use super::super::outcome::WAYS;
use super::super::select::{Admission, Session};
use super::{Difference, Entries};
use crate::answer::{Engine, RowView};
use crate::client::{Client, From, Object, Roles};
use crate::name::Symbol;
use crate::reference::host::Texts;
use crate::reference::{self, Held, Login, Outcome, Reference};
use crate::server::catalogue::{Level, Privilege};
use crate::syntax::statement::ObjectKind;
use crate::tables::GrantTables;
use crate::tables::row::{AccountKey, RowId, Table};
use rayon::prelude::*;
use std::collections::BTreeSet;

/// So many user names are asked for before a difference stops the rest.
const TOGETHER: usize = 64;

/// Asks for all; how many entries there are, or the first that differs.
pub fn compare(table: &DecisionTable, engine: &Engine<'_>, rebuilt: &Engine<'_>) -> Result<Entries, Difference> {
    let tables = &engine.policy().tables;
    let reference = Reference::new(engine.policy());
    let births = Births::of(tables);
    let asker = Asker { table, engine, rebuilt, tables, reference, births };
    let mut names: Vec<String> = engine.client_names().into_iter().map(|(name, _)| name).collect();
    names.push(String::new());
    let mut all = Entries::default();
    for part in names.chunks(TOGETHER) {
        let found: Vec<Result<Entries, Difference>> = part.par_iter().map(|name| asker.user(name)).collect();
        for entries in found {
            all = all.and(entries?);
        }
    }
    Ok(all)
}

/// Both sides.
struct Asker<'a> {
    table: &'a DecisionTable,
    engine: &'a Engine<'a>,
    rebuilt: &'a Engine<'a>,
    tables: &'a GrantTables,
    reference: Reference<'a>,
    births: Births,
}

impl Asker<'_> {
    fn user(&self, name: &str) -> Result<Entries, Difference> {
        let mut entries = Entries::default();
        let sets = self.engine.client_sets(&self.engine.hosts_of(name)).sets;
        for set in &sets {
            for roles in [Roles::Default, Roles::None] {
                let mut asked = false;
                for client in set.members.iter().flat_map(|member| ways(&member.client(name), &roles)) {
                    let Some((session, wanted)) = self.login(&client, &mut entries)? else { continue };
                    // All clients of a set have the same session.
                    if !std::mem::replace(&mut asked, true)
                        && let Some(texts) = self.reference.texts(&client)
                    {
                        self.roles(&client, (&session, &wanted))?;
                        self.decisions(&client, (&session, &wanted), &texts, &mut entries)?;
                    }
                }
            }
        }
        Ok(entries)
    }

    /// The session of a client on both sides, where it is let in and need not set its password first.
    fn login<'c>(
        &'c self,
        client: &'c Client,
        entries: &mut Entries,
    ) -> Result<Option<(Session<'c>, reference::Session)>, Difference> {
        let admitted = self.table.admit(client);
        let said = match &admitted {
            Admission::Unsure => {
                entries.left += 1;
                return Ok(None);
            }
            Admission::Refused(errno) => refused(*errno),
            Admission::In(session) => {
                let (user, host) = session.current_user();
                let end = if session.must_set_password { Outcome::MustSetPassword } else { Outcome::In };
                ended(&format!("'{user}'@'{host}'"), end)
            }
        };
        let wanted = self.reference.login(client);
        let (words, all_refused) = self.ends(&wanted);
        if words.as_slice() != [said.as_str()] && !(all_refused && words.contains(&said)) {
            return Err(Difference {
                entry: format!("the login of {}", described(client)),
                table: said,
                policy: words.join(", or "),
                statements: Vec::new(),
            });
        }
        entries.logins += 1;
        let first = match wanted {
            Login::Selected(sessions) => sessions.into_iter().next(),
            _ => None,
        };
        Ok(match (admitted, first) {
            (Admission::In(session), Some(wanted)) if !session.must_set_password => Some((session, wanted)),
            _ => None,
        })
    }

    /// How a login can end as the reference has it, and whether all of that is refusals.
    fn ends(&self, login: &Login) -> (Vec<String>, bool) {
        let sessions = match login {
            Login::AddressUnknown => return (vec!["depends on the address".to_owned()], false),
            Login::NotAdmitted => return (vec![refused(1130)], true),
            Login::Nobody => return (vec![refused(1045)], true),
            Login::Selected(sessions) => sessions,
        };
        let mut words = Vec::new();
        for session in sessions {
            let mut account = self.reference.account_words(session.row);
            if session.account != session.row {
                account.push_str(&format!(" standing in for {}", self.reference.account_words(session.account)));
            }
            words.extend(session.outcomes.iter().map(|outcome| ended(&account, *outcome)));
        }
        words.dedup();
        let refusals = sessions.iter().flat_map(|session| &session.outcomes);
        (words, refusals.into_iter().all(|outcome| matches!(outcome, Outcome::Refused(_))))
    }

    /// The account row is the one that was selected, and the accounts whose rows count are those that the roles lead to.
    fn roles(&self, client: &Client, (session, wanted): (&Session<'_>, &reference::Session)) -> Result<(), Difference> {
        let reference = &self.reference;
        let listed = |mut words: Vec<String>| {
            words.sort();
            if words.is_empty() { "the client's host tells which rows count".to_owned() } else { words.join(", ") }
        };
        let sources = match reference.is_by_account(&wanted.roles) {
            true => reference.sources(wanted.account, &wanted.roles),
            false => Vec::new(),
        };
        let (table, policy) = (
            listed(session.sources().iter().map(|(user, host)| format!("'{user}'@'{host}'")).collect()),
            listed(sources.iter().map(|key| reference.account_words(*key)).collect()),
        );
        let row = self.tables.users.index_of(&wanted.account).map(|index| RowId { table: Table::User, index });
        if table == policy && row.map(|row| self.births.place(row)) == Some(session.account()) {
            return Ok(());
        }
        let entry = format!("the accounts whose rows count for {}", described(client));
        Err(Difference { entry, table, policy, statements: Vec::new() })
    }

    fn decisions(
        &self,
        client: &Client,
        (session, wanted): (&Session<'_>, &reference::Session),
        texts: &Texts,
        entries: &mut Entries,
    ) -> Result<(), Difference> {
        for object in self.objects(wanted) {
            for privilege in self.privileges(&object) {
                let answer = session.may(privilege, &object);
                if answer == Answer::Unsure {
                    entries.left += 1;
                    continue;
                }
                let held = self.reference.held(texts, wanted, privilege, &object);
                let row = held.rows.first().map(|row| self.births.place(*row));
                let agrees = match answer {
                    Answer::Allow(said) => row == Some(said),
                    _ => !held.is_held() && !held.unsure,
                };
                if !agrees {
                    return Err(self.differs(client, wanted, (privilege, &object), answer, &held));
                }
                entries.decisions += 1;
            }
        }
        Ok(())
    }

    /// Everything that can be asked on an object.
    fn privileges(&self, object: &Object) -> Vec<Privilege> {
        let server = &self.tables.server;
        let mut all: Vec<Privilege> = server.privileges_at(level(object)).iter().collect();
        if *object == Object::Global {
            all.extend(server.dynamic_privileges().map(|(privilege, _)| privilege));
        }
        all
    }

    fn differs(
        &self,
        client: &Client,
        session: &reference::Session,
        (privilege, object): (Privilege, &Object),
        answer: Answer,
        held: &Held,
    ) -> Difference {
        let of_table = match answer {
            Answer::Allow(row) => self.rebuilt.row(row, Some(privilege)),
            _ => None,
        };
        let of_policy = held.rows.first().and_then(|row| self.engine.row(*row, Some(privilege)));
        let said = |row: &Option<RowView>| row.as_ref().map(|row| format!("allowed by {}", row.words()));
        let policy = match () {
            () if held.unsure && !held.is_held() => "not settled, because rows tie".to_owned(),
            () if held.everybody => "allowed to everybody".to_owned(),
            () => said(&of_policy).unwrap_or_else(|| "denied".to_owned()),
        };
        let name = match privilege.is_static() {
            true => self.tables.server.privilege_name(privilege),
            false => privilege.display(&self.tables.names),
        };
        let account = self.reference.account_words(session.row);
        Difference {
            entry: format!("{name} on {object} for {}, who is {account}", described(client)),
            table: said(&of_table).unwrap_or_else(|| "denied".to_owned()),
            policy,
            statements: of_policy.or(of_table).map(|row| statements(&row)).unwrap_or_default(),
        }
    }

    /// The objects of all rows that could count for a session, and one that no row names.
    fn objects(&self, session: &reference::Session) -> BTreeSet<Object> {
        let tables = self.tables;
        let reached = self.reference.reached(&session.roles);
        let counts =
            |key: AccountKey| key.user == session.account.user || key.user == Symbol::EMPTY || reached.contains(&key);
        let users = || reached.iter().map(|key| key.user).chain([session.account.user, Symbol::EMPTY]);
        let rows = self.reference.rows();
        let text = |symbol: Symbol| tables.names.text(symbol).to_owned();
        let nowhere = "a database that no row names".to_owned();
        let mut objects = BTreeSet::from([Object::Global, Object::Table(nowhere.clone(), "t".to_owned())]);
        objects.insert(Object::Database(nowhere));
        for (_, row) in rows.dbs.named(users()).into_iter().filter(|(_, row)| counts(row.key)) {
            objects.extend(instances(tables.names.text(row.db)).map(Object::Database));
        }
        for (_, row) in rows.tables.named(users()).into_iter().filter(|(_, row)| counts(row.key)) {
            let (db, table) = (text(row.db), text(row.table));
            objects.insert(Object::Database(db.clone()));
            for column in &row.columns {
                objects.insert(Object::Column(db.clone(), table.clone(), text(column.column)));
            }
            objects.insert(Object::Column(db.clone(), table.clone(), "a column that no row names".to_owned()));
            objects.insert(Object::Table(db, table));
        }
        for (_, row) in rows.routines.named(users()).into_iter().filter(|(_, row)| counts(row.key)) {
            objects.insert(Object::Routine(row.kind, text(row.db), text(row.routine)));
            let other = if row.kind == ObjectKind::Procedure { ObjectKind::Function } else { ObjectKind::Procedure };
            objects.insert(Object::Routine(other, text(row.db), text(row.routine)));
        }
        for (_, row) in rows.restrictions.named(users()).into_iter().filter(|(_, row)| counts(row.key)) {
            objects.insert(Object::Database(text(row.db)));
        }
        objects
    }
}

/// Databases that a database text may cover: the text itself, what it says without escapes, and with its wildcards filled.
fn instances(text: &str) -> impl Iterator<Item = String> {
    let plain = text.replace('\\', "");
    let filled = plain.replace('%', "").replace('_', "x");
    [text.to_owned(), plain.clone(), filled].into_iter().filter(|name| !name.is_empty())
}

fn level(object: &Object) -> Level {
    match object {
        Object::Global => Level::Global,
        Object::Database(_) => Level::Database,
        Object::Table(..) => Level::Table,
        Object::Column(..) => Level::Column,
        Object::Routine(..) => Level::Routine,
    }
}

/// The client with every password and encryption.
fn ways(client: &Client, roles: &Roles) -> Vec<Client> {
    let ways = WAYS.iter().filter(|way| way.socket == (client.from == From::Socket));
    let coming = |way: &super::super::outcome::Way| Client {
        password: way.password,
        tls: way.tls,
        roles: roles.clone(),
        ..client.clone()
    };
    ways.map(coming).collect()
}

fn refused(errno: u16) -> String {
    format!("refused with {errno}")
}

fn ended(account: &str, outcome: Outcome) -> String {
    match outcome {
        Outcome::In => format!("accepted as {account}"),
        Outcome::MustSetPassword => format!("accepted as {account}, to set its password"),
        Outcome::Refused(errno) => refused(errno),
    }
}

/// A client in words.
fn described(client: &Client) -> String {
    let from = match &client.from {
        From::Socket => "the socket".to_owned(),
        From::Address { ip, hostname: None } => ip.clone(),
        From::Address { ip, hostname: Some(name) } => format!("{ip} ({name})"),
        other => format!("{other:?}"),
    };
    let roles = if client.roles == Roles::None { ", without roles" } else { "" };
    let (password, tls) = (client.password, client.tls);
    format!("'{}' from {from}, password {password:?}, TLS {tls:?}{roles}", client.user).to_lowercase()
}

fn statements(row: &RowView) -> Vec<String> {
    let words = |source: &crate::answer::SourceView| {
        format!("{}:{}  {}", source.file, source.line, source.statement).trim_end().to_owned()
    };
    std::iter::once(row.words()).chain(row.sources.iter().map(words)).collect()
}

/// The places of a policy's rows in the order of creation, without holes: how a table numbers them.
struct Births([(Table, Vec<u32>); 6]);

impl Births {
    fn of(tables: &GrantTables) -> Self {
        let mut columns: Vec<u32> =
            tables.tables.iter().flat_map(|(_, _, row)| row.columns.iter().map(|column| column.index)).collect();
        columns.sort_unstable();
        Self([
            (Table::User, tables.users.iter().map(|(at, ..)| at).collect()),
            (Table::Db, tables.dbs.iter().map(|(at, ..)| at).collect()),
            (Table::TablesPriv, tables.tables.iter().map(|(at, ..)| at).collect()),
            (Table::ColumnsPriv, columns),
            (Table::ProcsPriv, tables.routines.iter().map(|(at, ..)| at).collect()),
            (Table::GlobalGrants, tables.dynamic.iter().map(|(at, ..)| at).collect()),
        ])
    }

    fn place(&self, row: RowId) -> RowId {
        let list = self.0.iter().find(|(table, _)| *table == row.table);
        let index = list.map_or(0, |(_, rows)| rows.partition_point(|at| *at < row.index) as u32);
        RowId { index, ..row }
    }
}
