//! Statements that a session runs, not the administrator: who is `CURRENT_USER()`, which database is current, and
//! what the grantor's own limits bring along.

use super::{Flow, Replay};
use crate::name::Symbol;
use crate::policy::Outcome;
use crate::server::catalogue::{Privilege, PrivilegeSet};
use crate::server::errors::{ServerError, account as errors};
use crate::server::variables::Variable;
use crate::syntax::statement::{ObjectKind, SchemaChange, Statement, StatementKind};
use crate::tables::row::{AccountKey, Origin, RoutineRow, StatementId, contribute};
use indexmap::IndexMap;

/// Who runs a statement. That it has the right to it was found before.
#[derive(Debug, Clone, Default)]
pub struct Actor {
    /// `CURRENT_USER()`
    pub account: AccountKey,
    /// The user name that the client gave: its password is the session's own (M7.8).
    pub login: String,
    /// The roles that are active by themselves.
    pub roles: Vec<AccountKey>,
    /// The current database.
    pub database: Option<Symbol>,
    /// What its global privileges do not reach (M7.60), in the order in which the server goes through it.
    pub restrictions: Vec<(Symbol, PrivilegeSet)>,
    /// What it holds on the routines of the database where it creates one, and globally (M7.15).
    pub on_routines: PrivilegeSet,
    /// How the server refuses what it asks of a session while it carries a statement out: for GRANT and REVOKE, of the
    /// accounts where it is on a table or routine, or of the roles; for CREATE USER, of the default roles; for SET
    /// DEFAULT ROLE, of accounts other than its own, or of a role that the session is not to know of; for DROP ROLE, of
    /// accounts that are no roles.
    pub late: Option<ServerError>,
}

/// What running a statement came to.
#[derive(Debug, Clone)]
pub struct Ran {
    /// As for anybody.
    pub outcome: Outcome,
    /// The database that is then current.
    pub database: Option<Symbol>,
    /// `CURRENT_USER()` then.
    pub account: AccountKey,
}

impl Replay {
    /// Applies one statement as [`Replay::apply`] does, run by somebody else.
    pub fn apply_by(&mut self, actor: &Actor, id: StatementId, statement: &Statement) -> Ran {
        let administrator = std::mem::replace(&mut self.administrator, actor.account);
        let database = std::mem::replace(&mut self.tables.current_db, actor.database);
        let role = std::mem::replace(&mut self.current_role, actor.roles.first().copied());
        self.actor = Some(actor.clone());
        // What the administrator set for his own session is no other's.
        let mode = if self.own_mode { self.tables.variables.unset(Variable::SqlMode) } else { None };
        let outcome = self.apply(id, statement);
        if let Some((value, origin)) = mode {
            self.tables.variables.set(Variable::SqlMode, value, origin);
        }
        if let (Outcome::Done(_), StatementKind::Schema(change)) = (&outcome, &statement.kind) {
            self.owns_routine(actor, change);
        }
        self.actor = None;
        self.current_role = role;
        Ran {
            outcome,
            database: std::mem::replace(&mut self.tables.current_db, database),
            account: std::mem::replace(&mut self.administrator, administrator),
        }
    }

    /// Where the server asks what it did not ask before.
    pub(super) fn late_refusal(&self) -> Flow {
        let refusal = self.actor.as_ref().and_then(|actor| actor.late.clone());
        refusal.map_or(Ok(()), |error| Err(error.into()))
    }

    /// The roles that are active where the statement is run.
    pub(super) fn active_roles(&self) -> Vec<AccountKey> {
        let own = || self.current_role.iter().copied().collect();
        self.actor.as_ref().map_or_else(own, |actor| actor.roles.clone())
    }

    /// Whoever creates a routine is granted what he lacks on it (M7.15).
    fn owns_routine(&mut self, actor: &Actor, change: &SchemaChange) {
        let SchemaChange::CreateRoutine { kind: kind @ (ObjectKind::Procedure | ObjectKind::Function), name, .. } =
            change
        else {
            return;
        };
        let owned = PrivilegeSet::of_all(&[Privilege::EXECUTE, Privilege::ALTER_ROUTINE]);
        if !self.tables.variables.on(Variable::AutomaticSpPrivileges)
            || actor.on_routines.contains(owned)
            || !self.exists(actor.account)
        {
            return;
        }
        let db = match &name.db {
            Some(db) => self.database_symbol(db).ok(),
            None => self.tables.current_db,
        };
        let Some(db) = db else { return };
        let (key, kind, routine, statement) = (actor.account, *kind, self.lower_symbol(&name.name), self.statement);
        let new = || RoutineRow { key, db, kind, routine, privileges: PrivilegeSet::EMPTY, origin: Origin::new() };
        if let Some(row) = self.tables.routines.get_or_insert_with((key, kind, db, routine), new) {
            row.privileges = row.privileges.union(owned);
            contribute(&mut row.origin, statement, owned);
        }
    }

    /// The limits of the grantor that go along with global privileges (M7.61).
    fn grantor_restrictions(&self, granted: PrivilegeSet) -> Vec<(Symbol, PrivilegeSet)> {
        let all = self.actor.iter().flat_map(|actor| &actor.restrictions);
        let all = all.map(|(db, privileges)| (*db, privileges.intersection(granted)));
        all.filter(|(_, privileges)| !privileges.is_empty()).collect()
    }

    /// What a grantor with restrictions gives globally: what the grantee has already stays as wide as it is, and where
    /// both are restricted it stays so (M7.61). False when the grantor has none.
    pub(super) fn grant_restricted(&mut self, key: AccountKey, granted: PrivilegeSet) -> bool {
        let limits = self.grantor_restrictions(granted);
        if limits.is_empty() {
            return false;
        }
        let had = self.tables.users.get(&key).map_or(PrivilegeSet::EMPTY, |row| row.privileges);
        let before: Vec<(Symbol, PrivilegeSet)> =
            self.tables.restrictions.of(key).map(|(_, row)| (row.db, row.privileges)).collect();
        self.add_global(key, granted);
        self.lift_restrictions(key, granted);
        for (db, withheld) in limits {
            let was = before.iter().find(|(d, _)| *d == db).map_or(PrivilegeSet::EMPTY, |(_, p)| *p);
            let in_database = self.tables.dbs.get(&(key, db)).map_or(PrivilegeSet::EMPTY, |row| row.privileges);
            let kept = withheld.minus(had).minus(in_database).union(withheld.intersection(was));
            if !kept.is_empty() {
                self.add_restriction(key, db, kept);
            }
        }
        true
    }

    /// A revoker with restrictions takes nothing from others that is wider than that (M7.61): from an account with
    /// restrictions of its own not what only he is restricted in, and from others nothing of which all is withheld from
    /// him somewhere. `None` stands for everything.
    pub(super) fn reaches_no_further(&self, key: AccountKey, revoked: Option<PrivilegeSet>) -> Flow {
        let mut limits: IndexMap<Symbol, PrivilegeSet> = IndexMap::new();
        for (db, privileges) in self.actor.iter().flat_map(|actor| &actor.restrictions) {
            let limit = limits.entry(*db).or_insert(PrivilegeSet::EMPTY);
            *limit = limit.union(*privileges);
        }
        let restricted = self.tables.restrictions.has_any(key);
        let theirs = |db| self.tables.restrictions.get(&(key, db)).map_or(PrivilegeSet::EMPTY, |row| row.privileges);
        let is_wider = |(db, withheld): &(&Symbol, &PrivilegeSet)| match revoked {
            _ if restricted => !theirs(**db).contains(revoked.map_or(**withheld, |set| set.intersection(**withheld))),
            None => true,
            Some(revoked) => withheld.contains(revoked),
        };
        let wider = limits.iter().find(is_wider);
        // Where there is nothing to compare them with, the first is named.
        match wider.and(if restricted { wider } else { limits.first() }) {
            Some((db, _)) => {
                let db = self.tables.names.text(*db);
                Err(errors::denied_in_database(self.text(self.administrator), db).into())
            }
            None => Ok(()),
        }
    }

    /// The account whose password is the session's own: of the name that the client gave, with the host of its account.
    pub(super) fn owner_of_password(&mut self) -> AccountKey {
        match &self.actor {
            Some(actor) => AccountKey { user: self.tables.names.intern(&actor.login), ..self.administrator },
            None => self.administrator,
        }
    }
}
