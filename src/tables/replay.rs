//! Statements to rows: what the server does to its grant tables, one function for each kind of
//! statement (section 7 of the rules).
//!
//! The statements are run by an administrator who may do everything, `root@localhost` of a fresh
//! server, so no right is checked here; what is refused is refused to everybody. Nothing here
//! knows files, diagnostics or Datalog.

mod account;
mod actor;
mod ahead;
mod alter;
mod authentication;
mod clause;
mod dynamic;
mod each;
mod form;
mod grant;
mod object;
mod proxy;
mod restriction;
mod revoke;
mod role;
mod schema;
mod settings;
mod stored;
mod subject;

pub use actor::{Actor, Ran};
use ahead::Ahead;

use super::GrantTables;
use super::row::{AccountKey, RoleEdge, StatementId};
use super::show;
use crate::policy::Outcome;
use crate::server::Server;
use crate::server::behaviour::Behaviour;
use crate::server::catalogue::{Level, Privilege, PrivilegeSet};
use crate::server::errors::ServerError;
use crate::source::Span;
use crate::syntax::statement::{AccountName, AccountRef, Statement, StatementKind};
use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;

/// The server that the statements of a policy are run on.
#[derive(Debug, Clone)]
pub struct Replay {
    /// Its state.
    pub tables: GrantTables,
    /// What the server would refuse for want of an object, a plugin or a registered privilege is done
    /// all the same and only warned of: how a dump is read (contract §1).
    pub tolerant: bool,
    /// SHOW CREATE USER prints stored credentials.
    pub show_secrets: bool,
    /// Whom each account is granted to: the other side of `role_edges`.
    grantees: FxHashMap<AccountKey, FxHashSet<AccountKey>>,
    /// How many accounts have host `%` or an empty one.
    open_accounts: usize,
    /// Edges (grantee, role) whose admin option is stored but forgotten in memory (M7.32).
    forgotten_admins: FxHashSet<(AccountKey, AccountKey)>,
    /// The accounts that `mandatory_roles` names.
    mandatory: Vec<AccountKey>,
    known: Known,
    /// Names of databases and tables are kept in lower case (`lower_case_table_names`).
    fold_names: bool,
    administrator: AccountKey,
    /// Who runs the statement, when it is not the administrator.
    actor: Option<Actor>,
    /// The `sql_mode` is that of the administrator's session alone.
    own_mode: bool,
    /// What was looked up of the next statements.
    ahead: Ahead,
    /// The plugin that was found to be loaded last; most accounts have the same.
    loaded_plugin: SmolStr,
    /// The role that SET ROLE made current in a server where one can be (M7.41).
    current_role: Option<AccountKey>,
    /// A server whose memory is what is stored, while that differs from its own.
    shadow: Option<Box<Replay>>,
    statement: StatementId,
    span: Span,
    warnings: Vec<ServerError>,
}

/// What the server knows, looked up once.
#[derive(Debug, Clone, Default)]
struct Known {
    statics: FxHashMap<&'static str, Privilege>,
    dynamics: FxHashMap<&'static str, Privilege>,
    /// The dynamic privileges that ALL gives, in byte order.
    all_dynamic: Vec<Privilege>,
    /// Dynamic privileges that only the policy names.
    foreign: FxHashSet<Privilege>,
    at: [PrivilegeSet; 6],
    roles: bool,
}

/// Why a statement stops.
#[derive(Debug)]
enum Stop {
    /// The server refuses it.
    Refused(ServerError),
    /// It is not for this server, or not for grantc.
    Skipped,
}

type Flow<T = ()> = Result<T, Stop>;

impl From<ServerError> for Stop {
    fn from(error: ServerError) -> Self {
        Self::Refused(error)
    }
}

impl Known {
    fn of(server: &Server) -> Self {
        let levels = [Level::Global, Level::Database, Level::Table, Level::Column, Level::Routine, Level::Proxy];
        Self {
            statics: server.static_privileges().map(|p| (p.name, p.privilege)).collect(),
            dynamics: server.dynamic_privileges().map(|(privilege, name)| (name, privilege)).collect(),
            all_dynamic: server.dynamic_privileges().map(|(privilege, _)| privilege).collect(),
            foreign: FxHashSet::default(),
            at: levels.map(|level| server.privileges_at(level)),
            roles: server.has(Behaviour::RolesAreAccounts),
        }
    }

    /// Everything that can be granted at a level, GRANT OPTION included.
    fn at(&self, level: Level) -> PrivilegeSet {
        self.at.get(level as usize).copied().unwrap_or_default()
    }
}

impl Replay {
    /// A server in that state.
    pub fn new(mut tables: GrantTables) -> Self {
        let administrator = AccountKey { user: tables.names.intern("root"), host: tables.names.intern("localhost") };
        let known = Known::of(&tables.server);
        let mut grantees: FxHashMap<AccountKey, FxHashSet<AccountKey>> = FxHashMap::default();
        for (_, _, edge) in tables.role_edges.iter() {
            grantees.entry(edge.role).or_default().insert(edge.to);
        }
        let forgotten = |edge: &RoleEdge| edge.stored_admin_option && !edge.admin_option;
        let forgotten_admins =
            tables.role_edges.iter().filter(|(_, _, e)| forgotten(e)).map(|(_, key, _)| *key).collect();
        let open_accounts = tables.users.iter().filter(|(_, key, _)| tables.is_open(**key)).count();
        let mut replay = Self {
            tables,
            tolerant: false,
            show_secrets: false,
            grantees,
            open_accounts,
            forgotten_admins,
            mandatory: Vec::new(),
            known,
            fold_names: false,
            administrator,
            actor: None,
            own_mode: false,
            ahead: Ahead::default(),
            loaded_plugin: SmolStr::default(),
            current_role: None,
            shadow: None,
            statement: StatementId::INITIAL,
            span: Span::default(),
            warnings: Vec::new(),
        };
        replay.variables_changed();
        replay.tables.load_memory();
        replay
    }

    /// Applies one statement as the server applies it, run by an administrator who may do everything.
    pub fn apply(&mut self, id: StatementId, statement: &Statement) -> Outcome {
        self.statement = id;
        self.span = statement.span;
        self.warnings.clear();
        let result = self.check_clauses(statement).and_then(|()| self.run_where_it_counts(&statement.kind));
        if self.tables.memory.is_some() {
            self.tables.follow_changes(&named_columns(&statement.kind));
        }
        match result {
            Ok(None) => Outcome::Done(std::mem::take(&mut self.warnings)),
            Ok(Some(rows)) => Outcome::Rows(rows),
            Err(Stop::Refused(error)) => {
                if self.has(Behaviour::AtomicAccountStatements) && reloads(&statement.kind, error.errno) {
                    self.reload();
                }
                Outcome::Refused(error)
            }
            Err(Stop::Skipped) => Outcome::Skipped,
        }
    }

    /// The rows of a statement that shows something, `None` for the others.
    fn run(&mut self, kind: &StatementKind) -> Flow<Option<Vec<String>>> {
        self.check_form(kind)?;
        if !self.has(Behaviour::AtomicAccountStatements)
            && let Some(result) = self.run_by_account(kind)
        {
            return result.map(|()| None);
        }
        match kind {
            StatementKind::CreateUser(create) => self.create_user(create),
            StatementKind::AlterUser(alter) => self.alter_user(alter),
            StatementKind::DropUser { if_exists, users } => self.drop_accounts("DROP USER", *if_exists, users),
            StatementKind::RenameUser(pairs) => self.rename_user(pairs),
            StatementKind::CreateRole { if_not_exists, roles, .. } => self.create_role(*if_not_exists, roles),
            StatementKind::DropRole { if_exists, roles } => self.drop_accounts("DROP ROLE", *if_exists, roles),
            StatementKind::Grant(grant) => self.grant(grant),
            StatementKind::GrantProxy { proxied, grantees, grant_option } => {
                self.grant_proxy(proxied, grantees, *grant_option)
            }
            StatementKind::GrantRoles { roles, grantees, admin_option } => {
                self.grant_roles(roles, grantees, *admin_option)
            }
            StatementKind::Revoke(revoke) => self.revoke(revoke),
            StatementKind::RevokeAll { if_exists: _, ignore_unknown_user, users } => {
                self.revoke_all(*ignore_unknown_user, users)
            }
            StatementKind::RevokeProxy { if_exists, ignore_unknown_user, proxied, users } => {
                self.revoke_proxy(*if_exists, *ignore_unknown_user, proxied, users)
            }
            StatementKind::RevokeRoles { if_exists, ignore_unknown_user, roles, users, .. } => {
                self.revoke_roles(*if_exists, *ignore_unknown_user, roles, users)
            }
            StatementKind::SetRole(roles) => self.set_role(roles),
            StatementKind::SetDefaultRole { roles, users } => self.set_default_role(roles, users),
            StatementKind::SetPassword { account, credential } => self.set_password(account.as_ref(), credential),
            StatementKind::FlushPrivileges => self.flush_privileges(),
            StatementKind::Restart => self.restart(),
            StatementKind::ResetPersist { if_exists, variable } => self.reset_persist(*if_exists, variable.as_deref()),
            StatementKind::SetVariables(assignments) => self.set_variables(assignments),
            StatementKind::Use(db) => self.use_database(db),
            StatementKind::Schema(change) => self.change_schema(change),
            StatementKind::ShowGrants { account, using } => return self.show_grants(account.as_ref(), using).map(Some),
            StatementKind::ShowCreateUser(account) => {
                let key = self.subject(account)?;
                return Ok(Some(show::create_user(&self.tables, key, self.show_secrets)?));
            }
            StatementKind::Data(change) => self.edit_by_hand(change),
            StatementKind::Irrelevant(_) => Ok(()),
            StatementKind::Unsupported(_) => Err(Stop::Skipped),
        }?;
        Ok(None)
    }

    fn show_grants(&mut self, account: Option<&AccountRef>, using: &[AccountRef]) -> Flow<Vec<String>> {
        let Some(account) = account else {
            return Ok(show::own_grants(&self.tables, self.administrator, &self.active_roles(), self.show_secrets)?);
        };
        let key = self.shown(account)?;
        let using = self.subjects(using)?;
        Ok(show::grants(&self.tables, key, (!using.is_empty()).then_some(using.as_slice()), self.show_secrets)?)
    }

    /// Whose grants are to be shown; CURRENT_ROLE without a role is the session's account, which has no grants as a role.
    fn shown(&mut self, account: &AccountRef) -> Flow<AccountKey> {
        if account.name == AccountName::CurrentRole && self.current_role.is_none() {
            return Err(crate::server::errors::account::no_such_grant(self.text(self.administrator)).into());
        }
        self.grantee(account)
    }

    fn server(&self) -> Server {
        self.tables.server
    }

    fn has(&self, behaviour: Behaviour) -> bool {
        self.tables.server.has(behaviour)
    }

    fn warn(&mut self, warning: ServerError) {
        self.warnings.push(warning);
    }

    /// What is only warned of when a dump is read, and refused else.
    fn refuse_unless_tolerant(&mut self, error: ServerError) -> Flow {
        if !self.tolerant {
            return Err(error.into());
        }
        self.warn(error);
        Ok(())
    }
}

/// The columns that GRANT and REVOKE name, in order.
fn named_columns(kind: &StatementKind) -> Vec<SmolStr> {
    let items = match kind {
        StatementKind::Grant(grant) => &grant.privileges,
        StatementKind::Revoke(revoke) => &revoke.privileges,
        _ => return Vec::new(),
    };
    items.iter().flat_map(|item| item.columns.iter().cloned()).collect()
}

/// True when the server notices the error with its grant tables open: it then rolls back and reads them
/// all anew, which changes the order of ties (M3.8), who may knock (M2.20) and admin options (M7.32).
fn reloads(kind: &StatementKind, errno: u16) -> bool {
    use StatementKind as K;
    let only_looks = matches!(
        kind,
        K::ShowGrants { .. } | K::ShowCreateUser(_) | K::SetRole(_) | K::SetVariables(_) | K::Use(_) | K::Schema(_)
    );
    const NOTICED_LATE: &[u16] = &[
        1141, 1147, 1149, 1221, 1269, 1396, 1403, 1410, 1524, 1827, 3016, 3162, 3523, 3524, 3530, 3671, 3876, 3893,
        3894, 3895, 3982, 4027, 4056, 4057,
    ];
    let asked_late = matches!(
        kind,
        K::CreateUser(_)
            | K::AlterUser(_)
            | K::DropRole { .. }
            | K::GrantRoles { .. }
            | K::RevokeRoles { .. }
            | K::SetDefaultRole { .. }
    );
    !only_looks && (NOTICED_LATE.binary_search(&errno).is_ok() || asked_late && errno == 1227)
}
