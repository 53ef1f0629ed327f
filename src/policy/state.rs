//! A state: what a dump or the output of `SHOW GRANTS` describes, whatever the order of its lines
//! (contract §1).
//!
//! Accounts come first, without their default roles; then privileges, then roles, then default
//! roles, then what exists. So a user that is dumped before its default role is read as it was, although
//! the server would not restore it (`mysqldump --users`: 3162, then 1410 for each of its grants). What the
//! server would refuse is found out by running the same text in its own order on a server that was just
//! set up, and becomes a warning with the server's errno.
//!
//! Four things a dump says without words:
//! - An account that holds grants but is never created exists (`SHOW GRANTS` alone): its credential is
//!   unknown, and it is a role when it is granted to somebody.
//! - REVOKE on a database is a partial revoke, so `partial_revokes` was on.
//! - A default role that is not granted was mandatory: CREATE USER with DEFAULT ROLE grants it only
//!   where a statement runs (M7.3), not on the server that was dumped.
//! - The order of rows of equal rank is lost (M3.8).

mod implied;

use super::settle::Settled;
use super::{Outcome, Policy, Text, report, script};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::server::behaviour::Behaviour;
use crate::server::catalogue::PrivilegeSet;
use crate::server::errors::ServerError;
use crate::server::grant_tables::GrantTable;
use crate::server::variables::{SettingOrigin, Variable};
use crate::syntax::input::Form;
use crate::syntax::statement::{
    AccountName, AccountRef, CreateUser, ObjectName, RoleSet, SchemaChange, Scope, Statement, StatementKind,
};
use crate::syntax::{self, Parsed};
use crate::tables::initial::initial;
use crate::tables::replay::Replay;
use crate::tables::row::{DefaultRole, Origin, StatementId, contribute};
use crate::tables::{ArrayOrder, GrantTables};

/// When a statement of a state is applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Phase {
    Variables,
    /// Rows of the grant tables.
    Stored,
    Accounts,
    Privileges,
    Roles,
    DefaultRoles,
    Rest,
}

/// One application of a statement, or of a part of it.
struct Step {
    phase: Phase,
    /// The index of the statement in the texts.
    index: usize,
    /// What is applied instead of the statement as it stands.
    instead: Option<Statement>,
}

/// Reads texts that together describe a state.
pub(super) fn run(policy: &mut Policy, texts: &[Text], settled: &Settled) {
    let (statements, forms) = parse(policy, texts, settled);
    let base = policy.statements.len();
    let refused = restore(policy, &statements, &forms, settled);
    let mut tables = std::mem::take(&mut policy.tables);
    let created: Vec<AccountRef> = implied::created(&statements).filter(|a| exists(&tables, a)).cloned().collect();
    tables = script::without(tables, &created);
    partial_revokes(&mut tables, &statements, &mut policy.diagnostics);
    let quiet = texts.iter().all(|text| text.input.form == Form::ShowGrants);
    let mut steps = implied::steps(&tables, &statements, quiet, &mut policy.diagnostics);
    steps.extend(statements.iter().enumerate().flat_map(|(index, statement)| split(index, statement)));
    steps.sort_by_key(|step| (step.phase, step.index));

    let mut outcomes = vec![Outcome::Done(Vec::new()); statements.len()];
    let mut replay = Replay::new(tables);
    replay.tolerant = true;
    let mut rows = Rows::of(&statements);
    rows.without_table.iter().for_each(|table| replay.empty_table(*table));
    for step in &steps {
        if step.phase > Phase::Stored && rows.take() {
            replay.reload();
        }
        let Some(statement) = step.instead.as_ref().or_else(|| statements.get(step.index)) else { continue };
        let id = StatementId(u32::try_from(base + step.index).unwrap_or(u32::MAX - 1));
        let outcome = match step.phase {
            Phase::DefaultRoles => default_roles(&mut replay, id, statement, &mut policy.diagnostics),
            _ => replay.apply(id, statement),
        };
        script::keep_arguments(&mut replay, statement, &settled.variables, &mut policy.diagnostics);
        if let Some(slot) = outcomes.get_mut(step.index) {
            merge(slot, outcome);
        }
    }
    if rows.take() {
        replay.reload();
    }
    policy.tables = if rows.alone(&steps) { replay.tables } else { without_order(replay.tables) };
    conclude(policy, &statements, outcomes, &refused);
}

/// The tables, in memory in an order that nobody knows (M3.8).
fn without_order(tables: GrantTables) -> GrantTables {
    GrantTables {
        loaded_dbs: tables.dbs.next_index(),
        from_dump: true,
        array_order: ArrayOrder::Unknown,
        db_order: ArrayOrder::Unknown,
        host_order: ArrayOrder::Unknown,
        table_order: ArrayOrder::Unknown,
        routine_order: ArrayOrder::Unknown,
        ..tables
    }
}

/// The rows of a dump of the database `mysql`: its tables hold these and no others, and are read when all are there.
struct Rows {
    /// Some are there and not read yet.
    unread: bool,
    /// Tables whose rows come without a CREATE TABLE.
    without_table: Vec<GrantTable>,
    /// There were some.
    any: bool,
}

impl Rows {
    fn of(statements: &[Statement]) -> Self {
        let (mut made, mut filled) = (Vec::new(), Vec::new());
        for statement in statements {
            match &statement.kind {
                StatementKind::Data(change) => filled.extend(GrantTable::find(&change.table.name)),
                StatementKind::Schema(SchemaChange::CreateTable { name, .. }) => {
                    made.extend(GrantTable::find(&name.name));
                }
                _ => {}
            }
        }
        let any = !filled.is_empty();
        filled.retain(|table| !made.contains(table));
        filled.dedup();
        Self { unread: any, without_table: filled, any }
    }

    /// True once, when there are rows to be read.
    fn take(&mut self) -> bool {
        std::mem::take(&mut self.unread)
    }

    /// Nothing but rows tells of accounts.
    fn alone(&self, steps: &[Step]) -> bool {
        let of_accounts = |step: &Step| !matches!(step.phase, Phase::Variables | Phase::Stored | Phase::Rest);
        self.any && !steps.iter().any(of_accounts)
    }
}

/// The statements of all texts, and for each the form of its text.
fn parse(policy: &mut Policy, texts: &[Text], settled: &Settled) -> (Vec<Statement>, Vec<Form>) {
    let mut all = Vec::new();
    let mut forms = Vec::new();
    for text in texts {
        let Parsed { statements, diagnostics } = syntax::parse_text(text.id, &text.input.text, settled.how());
        policy.diagnostics.extend(diagnostics);
        forms.resize(all.len() + statements.len(), text.input.form);
        all.extend(statements);
    }
    (all, forms)
}

/// What a server would say to each statement, were the text run on it as it stands. `SHOW GRANTS` alone is
/// not made to be restored.
fn restore(policy: &Policy, statements: &[Statement], forms: &[Form], settled: &Settled) -> Vec<Option<ServerError>> {
    if forms.iter().all(|form| *form == Form::ShowGrants) {
        return Vec::new();
    }
    let tables = if policy.statements.is_empty() {
        let mut fresh = initial(settled.server);
        fresh.variables = settled.variables.clone();
        fresh.schema = policy.tables.schema.clone();
        fresh
    } else {
        policy.tables.clone()
    };
    let mut replay = Replay::new(tables);
    let statements = statements.iter().zip(forms);
    statements.map(|(statement, form)| restored(&mut replay, statement, *form)).collect()
}

fn restored(replay: &mut Replay, statement: &Statement, form: Form) -> Option<ServerError> {
    let outcome = match (&statement.kind, form) {
        (_, Form::ShowGrants) => return None,
        // cleaning joined its CREATE USER IF NOT EXISTS and ALTER USER
        (StatementKind::CreateUser(create), Form::PtShowGrants) if !create.if_not_exists => {
            let create = CreateUser { if_not_exists: true, ..CreateUser::clone(create) };
            let kind = StatementKind::CreateUser(Box::new(create));
            replay.apply(StatementId::INITIAL, &Statement { span: statement.span, kind, written: statement.written })
        }
        _ => replay.apply(StatementId::INITIAL, statement),
    };
    match outcome {
        Outcome::Refused(error) => Some(error),
        _ => None,
    }
}

/// A dump that revokes from a database was made with `partial_revokes` on (M7.60).
fn partial_revokes(tables: &mut GrantTables, statements: &[Statement], out: &mut Vec<Diagnostic>) {
    let variable = Variable::PartialRevokes;
    if !tables.server.has(Behaviour::PartialRevokes) || tables.variables.given(variable).is_some() {
        return;
    }
    let partial = statements.iter().find(|statement| {
        matches!(&statement.kind, StatementKind::Revoke(revoke) if matches!(revoke.object.name, ObjectName::Database(_)))
    });
    if let Some(statement) = partial {
        tables.variables.set(variable, "ON", SettingOrigin::Text(statement.span));
        let message = "a grant is withheld from a database, so `partial_revokes` is taken to be on";
        let note = Diagnostic::new(Code::Variable, Severity::Note, message).at(statement.span);
        out.push(note.help("no dump says it; `--set partial_revokes=ON` or `OFF` settles it"));
    }
}

fn exists(tables: &GrantTables, account: &AccountRef) -> bool {
    key(tables, account).is_some_and(|key| tables.users.get(&key).is_some())
}

fn key(tables: &GrantTables, account: &AccountRef) -> Option<crate::tables::row::AccountKey> {
    match &account.name {
        AccountName::Named { user, host } => tables.find_account(user.trim(), host.as_deref().unwrap_or("%").trim()),
        _ => None,
    }
}

/// The steps of one statement: what makes accounts goes before what needs them.
fn split(index: usize, statement: &Statement) -> Vec<Step> {
    let whole = |phase| vec![Step { phase, index, instead: None }];
    let part = |phase, kind| Step {
        phase,
        index,
        instead: Some(Statement { span: statement.span, kind, written: statement.written }),
    };
    match &statement.kind {
        StatementKind::CreateUser(create) if !create.default_roles.is_empty() => {
            let mut bare = create.clone();
            let roles = RoleSet::Named(std::mem::take(&mut bare.default_roles));
            let users = create.users.iter().map(|user| user.account.clone()).collect();
            let defaults = StatementKind::SetDefaultRole { roles, users };
            vec![part(Phase::Accounts, StatementKind::CreateUser(bare)), part(Phase::DefaultRoles, defaults)]
        }
        StatementKind::AlterUser(alter) if alter.default_roles.is_some() => {
            let mut bare = alter.clone();
            let roles = bare.default_roles.take().unwrap_or(RoleSet::None);
            let users = alter.users.iter().map(|user| user.account.clone()).collect();
            let defaults = StatementKind::SetDefaultRole { roles, users };
            vec![part(Phase::Accounts, StatementKind::AlterUser(bare)), part(Phase::DefaultRoles, defaults)]
        }
        // credentials behind a GRANT belong to the account, which exists by now
        StatementKind::Grant(grant) if grant.grantees.iter().any(|user| !user.factors.is_empty()) => {
            let mut bare = grant.clone();
            bare.options = None;
            bare.grantees.iter_mut().for_each(|user| user.factors.clear());
            vec![part(Phase::Privileges, StatementKind::Grant(bare))]
        }
        StatementKind::CreateUser(_)
        | StatementKind::AlterUser(_)
        | StatementKind::DropUser { .. }
        | StatementKind::RenameUser(_)
        | StatementKind::DropRole { .. }
        | StatementKind::SetPassword { .. } => whole(Phase::Accounts),
        StatementKind::Grant(_)
        | StatementKind::GrantProxy { .. }
        | StatementKind::Revoke(_)
        | StatementKind::RevokeAll { .. }
        | StatementKind::RevokeProxy { .. } => whole(Phase::Privileges),
        StatementKind::GrantRoles { .. } | StatementKind::RevokeRoles { .. } => whole(Phase::Roles),
        StatementKind::SetDefaultRole { .. } => whole(Phase::DefaultRoles),
        StatementKind::SetVariables(assignments) => {
            let lasting = assignments.iter().filter(|a| a.scope != Scope::Session).cloned().collect();
            vec![part(Phase::Variables, StatementKind::SetVariables(lasting))]
        }
        // a listing of roles or a second administrator names a role again
        StatementKind::CreateRole { roles, admin, .. } => {
            let (or_replace, if_not_exists) = (false, true);
            let kind =
                StatementKind::CreateRole { or_replace, if_not_exists, roles: roles.clone(), admin: admin.clone() };
            vec![part(Phase::Accounts, kind)]
        }
        StatementKind::Data(_) => whole(Phase::Stored),
        StatementKind::Schema(change) if change.is_of_mysql() => whole(Phase::Stored),
        // of the session that restores, not of the state
        StatementKind::SetRole(_) | StatementKind::FlushPrivileges | StatementKind::Restart => Vec::new(),
        StatementKind::ResetPersist { .. }
        | StatementKind::Use(_)
        | StatementKind::Schema(_)
        | StatementKind::ShowGrants { .. }
        | StatementKind::ShowCreateUser(_)
        | StatementKind::Irrelevant(_)
        | StatementKind::Unsupported(_) => whole(Phase::Rest),
    }
}

/// Default roles as they were: those that are not granted are kept too.
fn default_roles(replay: &mut Replay, id: StatementId, statement: &Statement, out: &mut Vec<Diagnostic>) -> Outcome {
    let outcome = replay.apply(id, statement);
    let StatementKind::SetDefaultRole { roles: RoleSet::Named(roles), users } = &statement.kind else { return outcome };
    if !matches!(&outcome, Outcome::Refused(error) if error.errno == 3530) {
        return outcome;
    }
    for user in users {
        let Some(of) = key(&replay.tables, user) else { return outcome };
        for role in roles {
            let Some(role_key) = key(&replay.tables, role) else { return outcome };
            if replay.tables.role_edges.get(&(of, role_key)).is_none() {
                let (name, host) = replay.tables.account_text(role_key);
                let message = format!("`{name}`@`{host}` is a default role here but is not granted");
                let warning = Diagnostic::new(Code::Conflict, Severity::Warning, message).at(role.span);
                out.push(warning.help("it is active only where `mandatory_roles` names it"));
            }
            let mut origin = Origin::new();
            contribute(&mut origin, id, PrivilegeSet::EMPTY);
            replay
                .tables
                .default_roles
                .insert((of, role_key), DefaultRole { key: of, role: role_key, times: 1, origin });
        }
    }
    Outcome::Done(Vec::new())
}

/// The outcome of a statement is the worst of its parts.
fn merge(slot: &mut Outcome, outcome: Outcome) {
    match (&slot, &outcome) {
        (Outcome::Refused(_), _) | (Outcome::Skipped, Outcome::Done(_)) => {}
        (Outcome::Done(old), Outcome::Done(new)) if new.is_empty() && !old.is_empty() => {}
        _ => *slot = outcome,
    }
}

/// Records the outcomes, and warns of what could not be restored.
fn conclude(policy: &mut Policy, statements: &[Statement], outcomes: Vec<Outcome>, refused: &[Option<ServerError>]) {
    for (index, (statement, outcome)) in statements.iter().zip(outcomes).enumerate() {
        match (&outcome, refused.get(index)) {
            (Outcome::Refused(_) | Outcome::Skipped, _) => {
                report::outcome(statement, &outcome, &mut policy.diagnostics);
            }
            (_, Some(Some(error))) => {
                policy.diagnostics.push(report::restore_refused(statement.span, error));
            }
            _ => {}
        }
        policy.push(statement, outcome);
    }
}
