//! Sessions that were opened before and run on while the policy changes (M5.45–M5.49).
//!
//! What such a session carries is copied from the derived relations at the moment when the server takes it; what
//! counts of it later is for the rules.

use super::engine::{Engine, Evaluation};
use super::login::{effective, knows_of_role, live_sessions, role_names, roles, sends_password};
use super::{AccountView, Login, RowView};
use crate::client::{Client, Password, Roles};
use crate::facts::extract::Carried;
use crate::facts::id::{Session, Step, Witness};
use crate::name::Symbol;
use crate::server::behaviour::Behaviour;
use crate::server::catalogue::{Privilege, PrivilegeSet};
use crate::server::errors::{ServerError, access, account, mariadb};
use crate::tables::replay::Actor;
use crate::tables::row::{AccountKey, KeptRow, RowId, Table};

/// A session that was opened before.
#[derive(Debug, Clone)]
pub struct Running {
    /// The client as it connected.
    pub client: Client,
    /// What its login came to, with the roles that are active now.
    pub login: Login,
    /// What it carries.
    pub carried: Carried,
}

/// The forms of SET ROLE (M7.35).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SetRole {
    /// `NONE`
    None,
    /// `DEFAULT`
    Default,
    /// `ALL [EXCEPT …]`
    All(Vec<(String, String)>),
    /// These.
    Named(Vec<(String, String)>),
}

impl Running {
    /// The client in the middle of its session: no database is to be entered, no password to be compared; it sets
    /// these roles, or none.
    pub(super) fn asking(&self, roles: Option<&Roles>) -> Client {
        Client { db: None, roles: roles.cloned().unwrap_or(Roles::None), ..self.client.clone() }
    }

    /// `CURRENT_USER()`
    pub fn account(&self) -> AccountKey {
        self.carried.account
    }
}

impl Engine<'_> {
    /// Opens a session, as far as the client gets in.
    ///
    /// # Errors
    /// The login that is refused, or cannot be told.
    pub fn open(&self, client: &Client) -> Result<Running, Box<Login>> {
        let arriving = Client { roles: Roles::Default, ..client.clone() };
        let login = self.login(&arriving);
        if login.error.is_some() || login.undetermined.is_some() || login.ambiguous {
            return Err(Box::new(login));
        }
        let database = client.db.as_deref().filter(|db| !db.is_empty());
        let evaluation = self.evaluate(&arriving, None, &self.databases(&[], database));
        let Some((session, selected)) = live_sessions(self, &evaluation).first().copied() else {
            return Err(Box::new(login));
        };
        let proxy = evaluation.about.objects.account_key(selected).unwrap_or_default();
        let account = effective(&evaluation, session).unwrap_or_default();
        let password = if sends_password(self, client, proxy) { Password::Wrong } else { Password::None };
        let carried = Carried {
            account,
            roles: active(&evaluation, session),
            database: database.map(str::to_owned),
            global: self.global_now(&evaluation, session),
            restrictions: self.restrictions_now(&evaluation, session),
            of_database: self.taken_by_entering(&evaluation, session, database),
        };
        let running = Running { client: Client { password, ..arriving }, login, carried };
        let set = match &client.roles {
            Roles::Default => return Ok(running),
            Roles::None => SetRole::None,
            Roles::All => SetRole::All(Vec::new()),
            Roles::Named(roles) => SetRole::Named(roles.clone()),
        };
        let login = running.login.clone();
        self.set_role(&running, &set).map_err(|error| Box::new(Login { error: Some(error), ..login }))
    }

    /// The session with that database current, which it has been found to be allowed (M5.45).
    pub fn enter(&self, running: &Running, db: &str) -> Running {
        let evaluation = self.evaluate_running(running, None, None, &[db.to_owned()]);
        let of_database = self.taken_by_entering(&evaluation, Session(0), Some(db));
        let carried = Carried { database: Some(db.to_owned()), of_database, ..running.carried.clone() };
        Running { carried, ..running.clone() }
    }

    /// The session with other roles active (M7.35). An account that is gone keeps what it has.
    ///
    /// # Errors
    /// 3530 for a role that is not granted. MariaDB: 1959, and 1960 for no role when nobody has the account's name any more.
    pub fn set_role(&self, running: &Running, set: &SetRole) -> Result<Running, ServerError> {
        let by_name = self.policy.tables.server.has(Behaviour::RolesAreNames);
        let set = &if by_name { named_role(set)? } else { set.clone() };
        let wanted = match set {
            SetRole::None => Roles::None,
            SetRole::Default => Roles::Default,
            SetRole::All(_) => Roles::All,
            SetRole::Named(roles) => Roles::Named(roles.clone()),
        };
        let evaluation = self.evaluate_running(running, Some(&wanted), None, &[]);
        if evaluation.model.login_fails.iter().any(|f| f.1 == Step::RoleNotGranted) {
            return Err(self.role_refused(running, &wanted, &evaluation));
        }
        let mut next = running.clone();
        if by_name && *set == SetRole::None {
            let found = self.looked_up(running);
            let named = found.model.account_named.first().and_then(|t| found.about.objects.account_key(t.1));
            next.carried.account = named.ok_or_else(access::current_user_invalid)?;
        }
        next.carried.roles = active(&evaluation, Session(0));
        let some_granted = !next.carried.roles.is_empty();
        if let SetRole::All(except) = set {
            let except = |key: &AccountKey| {
                let view = self.viewer().account(*key);
                except.iter().any(|(user, host)| (user, host) == (&view.user, &view.host))
            };
            next.carried.roles.retain(|key| !except(key));
        }
        self.take_again(running, &mut next, set, some_granted);
        next.carried.account = running.account();
        next.login.roles = self.active_roles(&next);
        Ok(next)
    }

    /// The account rows that the client would get by the name of the session's account: MariaDB looks for one of them
    /// when it is to set a role (M7.41).
    fn looked_up(&self, running: &Running) -> Evaluation {
        let user = self.viewer().account(running.account()).user;
        self.evaluate(&Client { user, ..running.asking(None) }, None, &[])
    }

    /// Whether the session is told that a role is there (M7.41).
    fn knows_of_role(&self, running: &Running, role: &AccountView) -> bool {
        let found = self.looked_up(running);
        let account = found.model.account_selected.first().and_then(|t| found.about.objects.account_key(t.1));
        account.is_some_and(|account| {
            let before = self.evaluate_running(running, None, None, &["mysql".to_owned()]);
            let carried = Carried { account, ..running.carried.clone() };
            let taken = self.evaluate_running(&Running { carried, ..running.clone() }, None, None, &[]);
            knows_of_role(self, (&before, Session(0)), (&taken, Session(0)), role)
        })
    }

    /// The session as one who runs statements; `db` is where it creates a routine (M7.15, M7.61).
    pub fn actor(&self, running: &Running, db: Option<&str>) -> Actor {
        let tables = &self.policy.tables;
        let databases = self.databases(&running.carried.restrictions, db);
        let evaluation = self.evaluate_running(running, None, None, &databases);
        let on_routines = evaluation.model.gives_on_database.iter();
        let on_routines = on_routines.filter(|t| db.is_some_and(|db| self.is_database(&evaluation, t.1, db)));
        Actor {
            account: running.account(),
            login: running.client.user.clone(),
            roles: running.carried.roles.clone(),
            database: running.carried.database.as_deref().and_then(|db| tables.names.find(&self.index.folded(db))),
            restrictions: limits(running.account(), self.restrictions_now(&evaluation, Session(0))),
            on_routines: on_routines.fold(PrivilegeSet::EMPTY, |set, t| set.union(PrivilegeSet::of(t.2))),
            late: None,
        }
    }

    /// How SET DEFAULT ROLE refuses a role that is not granted to the account, when the session is not to know that the
    /// role exists (M7.41).
    pub fn unseen_role(&self, running: &Running, set: &SetRole) -> Option<ServerError> {
        let SetRole::Named(roles) = set else { return None };
        let [(user, host)] = roles.as_slice() else { return None };
        if !self.policy.tables.server.has(Behaviour::RolesAreNames) {
            return None;
        }
        let role = AccountView { user: user.clone(), host: host.clone() };
        let is_role = named_role(set).is_ok_and(|set| set != SetRole::None);
        (is_role && !self.knows_of_role(running, &role)).then(|| mariadb::invalid_role(user))
    }

    /// The error for a role that cannot be set.
    fn role_refused(&self, running: &Running, wanted: &Roles, evaluation: &Evaluation) -> ServerError {
        let role = role_names(self, &running.asking(Some(wanted)), evaluation);
        let account = self.viewer().account(running.account());
        if self.policy.tables.server.has(Behaviour::RolesAreNames) {
            let known = self.knows_of_role(running, &role);
            let host = evaluation.about.host.host.as_deref().unwrap_or(&account.host);
            return access::role_refused(&role.user, (&account.user, host), known);
        }
        account::role_not_granted(role.text(), account.text())
    }

    /// What a session takes anew by SET ROLE. Where that leaves no role active, MySQL reads the account's own global
    /// privileges again for NONE only. The current database then gives what the account has there for NONE and DEFAULT,
    /// nothing at all for ALL EXCEPT the roles that there are, and what it gave before for ALL without any (M5.46).
    fn take_again(&self, before: &Running, next: &mut Running, set: &SetRole, some_granted: bool) {
        let by_account = self.policy.tables.server.has(Behaviour::RolesAreAccounts);
        let nothing_active = next.carried.roles.is_empty();
        let exists = self.policy.tables.users.get(&next.account()).is_some();
        let database = next.carried.database.clone();
        let databases = self.databases(&next.carried.restrictions, database.as_deref());
        if !by_account || (*set == SetRole::None && exists) {
            let evaluation = self.evaluate_running(next, None, None, &databases);
            next.carried.global = self.global_now(&evaluation, Session(0));
            next.carried.restrictions = self.own_restrictions(next.account());
        } else if nothing_active && !before.carried.roles.is_empty() {
            let evaluation = self.evaluate_running(before, None, None, &databases);
            next.carried.global = self.global_now(&evaluation, Session(0));
            next.carried.restrictions = self.restrictions_now(&evaluation, Session(0));
        }
        if by_account && nothing_active && matches!(set, SetRole::All(_)) {
            if some_granted {
                next.carried.of_database.clear();
            }
        } else {
            let evaluation = self.evaluate_running(next, None, None, &databases);
            next.carried.of_database = self.database_rows_now(&evaluation, Session(0), database.as_deref());
        }
    }

    /// The databases that a session takes something of: the current one, and those that partial revokes are about, in the
    /// tables or carried.
    fn databases(&self, carried: &[KeptRow], current: Option<&str>) -> Vec<String> {
        let tables = &self.policy.tables;
        let stored = tables.restrictions.iter().map(|(_, key, _)| key.1);
        let restricted = stored.chain(carried.iter().filter_map(|row| row.db)).map(|db| tables.names.text(db));
        current.into_iter().chain(restricted).map(str::to_owned).collect()
    }

    /// The active roles of a session, with what makes them active now.
    fn active_roles(&self, running: &Running) -> Vec<(AccountView, Option<RowView>)> {
        let evaluation = self.evaluate_running(running, None, None, &[]);
        let mut named = roles(self, &evaluation, Session(0));
        for &key in &running.carried.roles {
            let view = self.viewer().account(key);
            if !named.iter().any(|(role, _)| *role == view) {
                named.push((view, None));
            }
        }
        named
    }

    /// The rows that give static global privileges now.
    fn global_now(&self, evaluation: &Evaluation, session: Session) -> Vec<KeptRow> {
        let fed = evaluation.model.global_fed.iter().filter(|t| t.0 == session && t.1.is_static());
        self.kept(evaluation, fed.map(|t| (t.2, t.1)))
    }

    /// The partial revokes of the account.
    fn own_restrictions(&self, account: AccountKey) -> Vec<KeptRow> {
        let rows = self.policy.tables.restrictions.of(account);
        rows.filter_map(|(index, _)| self.viewer().keep(RowId { table: Table::Restrictions, index })).collect()
    }

    /// The partial revokes that count now.
    fn restrictions_now(&self, evaluation: &Evaluation, session: Session) -> Vec<KeptRow> {
        let withheld = evaluation.model.withheld.iter().filter(|t| t.0 == session);
        self.kept(evaluation, withheld.map(|t| (t.3, t.2)))
    }

    /// The rows that give privileges on the database now, global ones too.
    fn database_now(&self, evaluation: &Evaluation, session: Session, db: Option<&str>) -> Vec<KeptRow> {
        let held = evaluation.model.gives_anew.iter().filter(|t| t.0 == session);
        let held = held.filter(|t| db.is_some_and(|db| self.is_database(evaluation, t.1, db)));
        self.kept(
            evaluation,
            held.filter_map(|t| match t.3 {
                Witness::Row(row) => Some((row, t.2)),
                _ => None,
            }),
        )
    }

    /// What USE takes (M5.45).
    fn taken_by_entering(&self, evaluation: &Evaluation, session: Session, db: Option<&str>) -> Vec<KeptRow> {
        let mut rows = self.database_now(evaluation, session, db);
        let entered = evaluation.model.enters_by_global.iter().filter(|t| t.0 == session);
        if entered.into_iter().any(|t| db.is_some_and(|db| self.is_database(evaluation, t.1, db))) {
            rows.retain(|row| row.table != Table::Db);
        }
        rows
    }

    /// The rows of `mysql.db` alone: what SET ROLE takes.
    fn database_rows_now(&self, evaluation: &Evaluation, session: Session, db: Option<&str>) -> Vec<KeptRow> {
        let mut rows = self.database_now(evaluation, session, db);
        rows.retain(|row| row.table == Table::Db);
        rows
    }

    fn is_database(&self, evaluation: &Evaluation, id: crate::facts::id::Database, db: &str) -> bool {
        let db = self.index.folded(db);
        evaluation.about.objects.databases().any(|(known, name)| known == id && name == db)
    }

    /// Each row once, as they were made, with the privileges that count of it.
    fn kept(&self, evaluation: &Evaluation, given: impl Iterator<Item = (RowId, Privilege)>) -> Vec<KeptRow> {
        let row = |id: RowId| match id.table {
            Table::Kept => evaluation.about.kept.get(id.index as usize).cloned(),
            _ => self.viewer().keep(id),
        };
        let mut rows: Vec<(RowId, KeptRow)> = Vec::new();
        for (id, privilege) in given {
            if !rows.iter().any(|(known, _)| *known == id)
                && let Some(mut row) = row(id)
            {
                row.privileges = PrivilegeSet::EMPTY;
                rows.push((id, row));
            }
            if let Some((_, row)) = rows.iter_mut().find(|(known, _)| *known == id) {
                row.privileges = row.privileges.union(PrivilegeSet::of(privilege));
            }
        }
        rows.sort_unstable_by_key(|(id, _)| *id);
        rows.into_iter().map(|(_, row)| row).collect()
    }
}

/// What restricts a session, as the server goes through it: what roles bring begins with the oldest, and what is the
/// account's own with the newest. (Verified on 9.7.4.)
fn limits(account: AccountKey, rows: Vec<KeptRow>) -> Vec<(Symbol, PrivilegeSet)> {
    let (own, of_roles): (Vec<KeptRow>, Vec<KeptRow>) = rows.into_iter().partition(|row| row.key == account);
    let rows = of_roles.into_iter().chain(own.into_iter().rev());
    rows.filter_map(|row| Some((row.db?, row.privileges))).collect()
}

/// What MariaDB takes a name for: that of no role means that, and PUBLIC is never current (M7.41).
fn named_role(set: &SetRole) -> Result<SetRole, ServerError> {
    match set {
        SetRole::Named(roles) => match roles.as_slice() {
            [(name, _)] if name.eq_ignore_ascii_case("NONE") => Ok(SetRole::None),
            [(name, _)] if name.eq_ignore_ascii_case("PUBLIC") => Err(mariadb::invalid_role("PUBLIC")),
            _ => Ok(set.clone()),
        },
        _ => Ok(set.clone()),
    }
}

/// The roles that are active by themselves.
fn active(evaluation: &Evaluation, session: Session) -> Vec<AccountKey> {
    let active = evaluation.model.role_active.iter().filter(|r| r.0 == session);
    let mut roles: Vec<AccountKey> = active.filter_map(|r| evaluation.about.objects.account_key(r.1)).collect();
    roles.sort_unstable();
    roles.dedup();
    roles
}
