//! Sessions that run while a policy is read: opened by `-- grantc: connect NAME {client}` between its statements, each
//! running those below `-- grantc: as NAME` with the rights it has at that point (M5.45–M5.49).
//!
//! Whether a statement is done is asked of the [`Engine`]; what it then changes is for the replay. Nothing is decided here.

use crate::answer::{AccountView, Engine, Login, Running, SetRole, Verdict};
use crate::batch;
use crate::client::Ask;
use crate::demand::{self, Context, On};
use crate::policy::{self, Options, Outcome, Policy};
use crate::server::behaviour::Behaviour;
use crate::server::errors::{ServerError, access};
use crate::source::Source;
use crate::syntax::statement::{
    AccountName, AccountRef, AlterUser, Credential, PasswordOption, RoleSet, SchemaChange, Statement, StatementKind,
    UserSpec,
};
use crate::tables::replay::{Actor, Ran, Replay};
use crate::tables::row::{AccountKey, StatementId};
use std::collections::BTreeMap;

/// The sessions of a policy, by name.
#[derive(Debug, Clone, Default)]
pub struct Sessions {
    open: BTreeMap<String, Result<Running, Box<Login>>>,
}

/// Reads texts as one policy, and runs what sessions run in it.
pub fn load(sources: Vec<Source>, options: &Options) -> (Policy, Sessions) {
    let mut sessions = Sessions::default();
    let policy = policy::load_with(sources, options, &mut sessions);
    (policy, sessions)
}

impl Sessions {
    /// The session of that name as it is now.
    pub fn get(&self, name: &str) -> Option<&Running> {
        self.open.get(name)?.as_ref().ok()
    }

    /// What the login of that session came to.
    pub fn login(&self, name: &str) -> Option<&Login> {
        match self.open.get(name)? {
            Ok(running) => Some(&running.login),
            Err(login) => Some(login),
        }
    }
}

impl policy::Sessions for Sessions {
    fn connect(&mut self, policy: &Policy, name: &str, client: &str) -> Outcome {
        let client = match batch::client(client) {
            Ok(client) => client,
            Err(what) => return Outcome::Unknown(format!("the client cannot be read: {what}")),
        };
        let opened = Engine::new(policy).open(&client);
        let outcome = match &opened {
            Ok(_) => Outcome::Done(Vec::new()),
            Err(login) => not_in(login),
        };
        self.open.insert(name.to_owned(), opened);
        outcome
    }

    fn run(&mut self, policy: &mut Policy, replay: &mut Replay, name: &str, statement: &Statement) -> Outcome {
        let running = match self.open.get(name) {
            None => return Outcome::Unknown(format!("there is no session `{name}`, or it ended when the server did")),
            Some(Err(login)) => return not_in(login),
            Some(Ok(running)) => running.clone(),
        };
        let (outcome, next) = match decide(policy, replay, &running, statement) {
            Decided::Refused(error) => return Outcome::Refused(error),
            Decided::Unknown(why) => return Outcome::Unknown(why),
            Decided::Becomes(next) => (Outcome::Done(Vec::new()), *next),
            Decided::Allowed(actor) => {
                let id = policy.next_id();
                let ran = match &statement.kind {
                    // It changes nothing that grantc knows of.
                    StatementKind::Unsupported(_) => {
                        Ran { outcome: Outcome::Done(Vec::new()), database: actor.database, account: actor.account }
                    }
                    _ => replay.apply_by(&actor, id, statement),
                };
                let running = known_as(replay, running, ran.account);
                let next = match ran.outcome {
                    Outcome::Refused(_) => refused(replay, running, &actor, (id, statement)),
                    _ => after(policy, replay, running, statement, ran.database.is_none()),
                };
                (ran.outcome, next)
            }
        };
        self.open.insert(name.to_owned(), Ok(next));
        outcome
    }

    fn end(&mut self) {
        self.open.clear();
    }
}

/// Whether a session's statement is to be carried out.
enum Decided {
    Refused(ServerError),
    /// It cannot be told.
    Unknown(String),
    /// It changes nothing but the session.
    Becomes(Box<Running>),
    Allowed(Actor),
}

/// Asks with the tables as they are at this point.
fn with_engine<T>(policy: &mut Policy, replay: &mut Replay, ask: impl FnOnce(&Engine<'_>) -> T) -> T {
    std::mem::swap(&mut policy.tables, &mut replay.tables);
    crate::demand::tell_views(&mut policy.tables, &policy.sources);
    let answer = ask(&Engine::new(policy));
    std::mem::swap(&mut policy.tables, &mut replay.tables);
    answer
}

fn decide(policy: &mut Policy, replay: &mut Replay, running: &Running, statement: &Statement) -> Decided {
    if running.login.must_set_password && !is_free_before(replay, running, &statement.kind) {
        return Decided::Refused(access::must_set_password(&replay.tables.server));
    }
    let text = policy.sources.text(statement.span).to_owned();
    with_engine(policy, replay, |engine| {
        if let StatementKind::SetRole(roles) = &statement.kind {
            let named = |role: &AccountRef| name(role).is_some();
            if matches!(roles, RoleSet::Named(list) if !list.iter().all(named)) {
                return Decided::Allowed(engine.actor(running, None));
            }
            return match engine.set_role(running, &set_role(roles)) {
                Ok(next) => Decided::Becomes(Box::new(next)),
                Err(error) => Decided::Refused(error),
            };
        }
        let decision = engine.check_running(running, &Ask::Sql(text));
        match (decision.verdict, decision.error) {
            (Verdict::Deny, Some(error)) if decision.late => {
                Decided::Allowed(Actor { late: Some(error), ..engine.actor(running, None) })
            }
            (Verdict::Deny, Some(error)) => Decided::Refused(error),
            (Verdict::Allow, _) => {
                let actor = engine.actor(running, routine_database(running, &statement.kind));
                let late = match &statement.kind {
                    StatementKind::SetDefaultRole { roles, .. } => engine.unseen_role(running, &set_role(roles)),
                    _ => None,
                };
                Decided::Allowed(Actor { late, ..actor })
            }
            // The replay says what is wrong with a statement of its own that cannot be read.
            (Verdict::Unreadable(_), _) if !matches!(statement.kind, StatementKind::Irrelevant(_)) => {
                Decided::Allowed(engine.actor(running, None))
            }
            (Verdict::Undetermined(why) | Verdict::Unreadable(why), _) => Decided::Unknown(why),
            _ => Decided::Unknown(String::new()),
        }
    })
}

/// The session behind a statement that was refused while it was carried out.
fn refused(replay: &Replay, mut running: Running, actor: &Actor, run: (StatementId, &Statement)) -> Running {
    let (id, statement) = run;
    // MariaDB refuses SET PASSWORD where one of several ways to authenticate has no password, and sets it for another all
    // the same. (Verified on 10.11.18.)
    if matches!(statement.kind, StatementKind::SetPassword { .. })
        && changes_own_password(replay, &running, &statement.kind)
    {
        let row = replay.tables.users.get(&running.account());
        let was_set = row.and_then(|row| row.origin.last()).is_some_and(|last| last.statement == id);
        running.login.must_set_password &= !was_set;
    }
    let StatementKind::AlterUser(alter) = &statement.kind else { return running };
    let own: Vec<UserSpec> =
        alter.users.iter().filter(|user| is_own(replay, &running, &user.account)).cloned().collect();
    let expires = alter.options.password.contains(&PasswordOption::Expire);
    if own.is_empty() || expires || !replay.tables.server.has(Behaviour::OthersRefusedExpireOwn) {
        return running;
    }
    let kind = StatementKind::AlterUser(Box::new(AlterUser { users: own, ..(**alter).clone() }));
    let alone =
        Replay::new(replay.tables.clone()).apply_by(actor, StatementId::INITIAL, &Statement { kind, ..*statement });
    running.login.must_set_password |= matches!(alone.outcome, Outcome::Done(_));
    running
}

/// What a statement comes to in a session that was not opened.
fn not_in(login: &Login) -> Outcome {
    match &login.error {
        Some(error) if !login.ambiguous => Outcome::Refused(error.clone()),
        _ => Outcome::Unknown(login.undetermined.clone().unwrap_or_else(|| "two account rows tie".to_owned())),
    }
}

/// The session behind a statement that was carried out.
fn after(
    policy: &mut Policy,
    replay: &mut Replay,
    mut running: Running,
    statement: &Statement,
    no_database: bool,
) -> Running {
    match &statement.kind {
        StatementKind::Use(db) => with_engine(policy, replay, |engine| engine.enter(&running, db)),
        // Coming back from a routine of another database makes the current one current again.
        StatementKind::Irrelevant(_) | StatementKind::Unsupported(_) => match &running.carried.database {
            Some(db) if calls_elsewhere(policy, replay, &running, statement) => {
                let db = db.clone();
                with_engine(policy, replay, |engine| engine.enter(&running, &db))
            }
            _ => running,
        },
        kind => {
            if no_database && running.carried.database.is_some() {
                running.carried.database = None;
                running.carried.of_database.clear();
            }
            running.login.must_set_password = must_set_password(replay, &running, kind);
            running
        }
    }
}

/// A session that renamed its own account goes on as the new one, unless it came in through a proxy; other sessions of the
/// account do not.
fn known_as(replay: &Replay, mut running: Running, account: AccountKey) -> Running {
    if account != running.account() && running.login.proxied.is_none() {
        running.carried.account = account;
        let (user, host) = replay.tables.account_text(account);
        running.login.account = Some(AccountView { user: user.to_owned(), host: host.to_owned() });
    }
    running
}

/// The statement runs a routine of another database than the current one.
fn calls_elsewhere(policy: &Policy, replay: &Replay, running: &Running, statement: &Statement) -> bool {
    let tables = &replay.tables;
    let current_db = running.carried.database.as_deref();
    let account = Some(tables.account_text(running.account()));
    let login = Some(running.client.user.as_str());
    let context = Context { server: tables.server, tables, current_db, account, login };
    let demands = demand::demands(policy.sources.text(statement.span), &context).unwrap_or_default();
    let needs = demands.checks.iter().flat_map(|check| &check.needs);
    needs.into_iter().any(|need| matches!(&need.on, On::Routine(_, db, _) if Some(db.as_str()) != current_db))
}

/// The database in which a statement creates a routine.
fn routine_database<'a>(running: &'a Running, kind: &'a StatementKind) -> Option<&'a str> {
    match kind {
        StatementKind::Schema(SchemaChange::CreateRoutine { name, .. }) => {
            name.db.as_deref().or(running.carried.database.as_deref())
        }
        _ => None,
    }
}

/// What a session may do before it changes its expired password (M4.10); whether it may change that one is asked as ever.
fn is_free_before(replay: &Replay, running: &Running, kind: &StatementKind) -> bool {
    let tables = &replay.tables;
    if !tables.server.has(Behaviour::ExpiryAtDatabases) {
        return match kind {
            StatementKind::SetVariables(_) => tables.server.has(Behaviour::SetWhileExpired),
            _ => changes_own_password(replay, running, kind),
        };
    }
    // Whoever is anonymous is refused before that.
    let anonymous = || tables.account_text(running.account()).0.is_empty();
    match kind {
        StatementKind::SetVariables(_) => tables.server.has(Behaviour::SetWhileExpired),
        StatementKind::SetRole(_) => true,
        StatementKind::SetDefaultRole { users, .. } => {
            anonymous() || users.iter().all(|user| is_own(replay, running, user))
        }
        StatementKind::SetPassword { .. } => anonymous() || changes_own_password(replay, running, kind),
        _ => false,
    }
}

/// It gives the session's account another password, whatever it does to others.
fn changes_own_password(replay: &Replay, running: &Running, kind: &StatementKind) -> bool {
    match kind {
        StatementKind::SetPassword { account, .. } => account.as_ref().is_none_or(|name| is_own(replay, running, name)),
        StatementKind::AlterUser(alter) => {
            let says = |user: &UserSpec| user.factors.iter().flatten().any(|f| f.credential != Credential::Unspecified);
            alter.users.iter().any(|user| says(user) && is_own(replay, running, &user.account))
        }
        _ => false,
    }
}

/// Whether the session has to set another password behind a statement that was carried out.
fn must_set_password(replay: &Replay, running: &Running, kind: &StatementKind) -> bool {
    let must = running.login.must_set_password && !changes_own_password(replay, running, kind);
    let StatementKind::AlterUser(alter) = kind else { return must };
    let own = |user: &&UserSpec| is_own(replay, running, &user.account);
    let Some(own) = alter.users.iter().find(own) else { return must };
    let says = alter.options.password.contains(&PasswordOption::Expire) || !own.factors.is_empty();
    if !says || !replay.tables.server.has(Behaviour::OwnExpiryAtOnce) {
        return must;
    }
    replay.tables.users.get(&running.account()).is_some_and(|row| row.expired)
}

fn is_own(replay: &Replay, running: &Running, account: &AccountRef) -> bool {
    name(account).is_none_or(|(user, host)| replay.tables.find_account(&user, &host) == Some(running.account()))
}

fn set_role(roles: &RoleSet) -> SetRole {
    let named = |list: &[AccountRef]| list.iter().filter_map(name).collect::<Vec<_>>();
    match roles {
        RoleSet::None => SetRole::None,
        RoleSet::Default => SetRole::Default,
        RoleSet::All => SetRole::All(Vec::new()),
        RoleSet::AllExcept(list) => SetRole::All(named(list)),
        RoleSet::Named(list) => SetRole::Named(named(list)),
    }
}

/// User and host as they are stored.
fn name(account: &AccountRef) -> Option<(String, String)> {
    match &account.name {
        AccountName::Named { user, host } => {
            Some((user.trim().to_owned(), host.as_deref().unwrap_or("%").trim().to_ascii_lowercase()))
        }
        _ => None,
    }
}
