//! Partial revokes: what a global privilege does not reach (M7.60–M7.64).

use super::{Flow, Replay};
use crate::matching::host::HostPattern;
use crate::matching::wild::Quirks;
use crate::name::Symbol;
use crate::server::behaviour::Behaviour;
use crate::server::catalogue::{Level, Privilege, PrivilegeSet};
use crate::server::errors::account as errors;
use crate::server::variables::{SettingOrigin, Variable};
use crate::syntax::statement::{GrantAs, RoleSet};
use crate::tables::row::{AccountKey, DbRow, Origin, Restriction, contribute, withdraw};
use crate::tables::show::Aggregate;

impl Replay {
    /// Restrictions can be made: the server has them and `partial_revokes` is on.
    pub(super) fn partial_revokes(&self) -> bool {
        self.has(Behaviour::PartialRevokes) && self.tables.variables.on(Variable::PartialRevokes)
    }

    /// Of what the account would not have on the database anyway: the part that restricts global privileges (M7.60).
    /// `planned` is what its row there is to hold, where the statement named it before.
    pub(super) fn restrictable(
        &self,
        key: AccountKey,
        db: Symbol,
        planned: Option<PrivilegeSet>,
        rights: PrivilegeSet,
    ) -> PrivilegeSet {
        if !self.partial_revokes() {
            return PrivilegeSet::EMPTY;
        }
        let rights = rights.minus(planned.unwrap_or_else(|| self.had_on_database(key, db)));
        self.tables.users.get(&key).map_or(PrivilegeSet::EMPTY, |row| row.privileges.intersection(rights))
    }

    /// What a client of the account would have on the database by the row of `mysql.db` that comes first, its own or one
    /// of the anonymous user; the account's host stands for the client's name and address.
    fn had_on_database(&self, key: AccountKey, db: Symbol) -> PrivilegeSet {
        let t = &self.tables;
        let (server, host) = (self.server(), t.names.text(key.host));
        let quirks = Quirks::of(&server);
        let serves = |row: &DbRow| {
            let pattern = HostPattern::new(t.names.text(row.key.host), &server);
            row.db == db
                && (row.key.user == key.user || Self::is_anonymous(row.key))
                && pattern.matches_texts(Some(host), Some(host), quirks)
        };
        let rank = |row: &DbRow| {
            let (user, host) = t.account_text(row.key);
            let was = t.ranked_as.db(row.key, db);
            server.renamed_db_rank(user, host, t.names.text(db), t.account_text(was))
        };
        let first = t.dbs.iter().filter(|(_, _, row)| serves(row)).min_by_key(|(at, _, row)| (rank(row), *at));
        first.map_or(PrivilegeSet::EMPTY, |(_, _, row)| row.privileges)
    }

    /// 3901: on a database where something is withheld from the account, the row that comes first for it has some of that.
    /// Statements on `*.*` look at all such databases, those on one at that. (Verified on 9.7.4.)
    pub(super) fn had_nothing_withheld(&self, key: AccountKey, on: Option<Symbol>) -> Flow {
        if !self.partial_revokes() || !self.tables.restrictions.has_any(key) {
            return Ok(());
        }
        let t = &self.tables;
        let rows = t.restrictions.of(key).map(|(_, row)| row).filter(|row| on.is_none_or(|db| db == row.db));
        let mut had: Vec<(&str, PrivilegeSet)> = rows
            .map(|row| (t.names.text(row.db), row.privileges, self.had_on_database(key, row.db)))
            .filter(|(_, withheld, had)| !withheld.intersection(*had).is_empty())
            .map(|(db, _, had)| (db, had))
            .collect();
        had.sort_unstable_by_key(|(db, _)| *db);
        let first = had.first().and_then(|(db, had)| Some((*db, had.iter().next()?)));
        first.map_or(Ok(()), |(db, privilege)| {
            Err(errors::withheld_and_had(self.server().privilege_name(privilege), db).into())
        })
    }

    /// What is not held globally any more is not read again as withheld somewhere, nor what databases do not have, nor GRANT
    /// OPTION: the server writes it as `GRANT`, a name that no load knows. (Verified on 9.7.4.)
    pub(super) fn forget_idle_restrictions(&mut self) {
        let read = self.known.at(Level::Database).minus(PrivilegeSet::of(Privilege::GRANT_OPTION));
        let keys: Vec<_> = self.tables.restrictions.iter().map(|(_, key, _)| *key).collect();
        for (key, db) in keys {
            let held = self.tables.users.get(&key).map_or(PrivilegeSet::EMPTY, |row| row.privileges);
            self.lift(key, db, PrivilegeSet(u64::MAX).minus(held.intersection(read)));
        }
    }

    /// A load that finds partial revokes, other than idle ones, switches `partial_revokes` on. (Verified on 9.7.4.)
    pub(super) fn turn_on_partial_revokes(&mut self) {
        let variables = &mut self.tables.variables;
        if !self.tables.restrictions.is_empty() && !variables.on(Variable::PartialRevokes) {
            variables.set(Variable::PartialRevokes, "ON", SettingOrigin::Text(Default::default()));
        }
    }

    /// Withholds global privileges in a database.
    pub(super) fn add_restriction(&mut self, key: AccountKey, db: Symbol, privileges: PrivilegeSet) {
        let statement = self.statement;
        let new = || Restriction { key, db, privileges: PrivilegeSet::EMPTY, origin: Origin::new() };
        if let Some(row) = self.tables.restrictions.get_or_insert_with((key, db), new) {
            row.privileges = row.privileges.union(privileges);
            contribute(&mut row.origin, statement, privileges);
        }
    }

    /// GRANT or REVOKE of global privileges ends their restrictions (M7.61).
    pub(super) fn lift_restrictions(&mut self, key: AccountKey, privileges: PrivilegeSet) {
        if !self.tables.restrictions.has_any(key) {
            return;
        }
        let databases: Vec<Symbol> = self.tables.restrictions.keys_of(key).map(|(_, db)| db).collect();
        for db in databases {
            self.lift(key, db, privileges);
        }
    }

    fn lift(&mut self, key: AccountKey, db: Symbol, privileges: PrivilegeSet) {
        let Some(row) = self.tables.restrictions.get_mut(&(key, db)) else { return };
        row.privileges = row.privileges.minus(privileges);
        withdraw(&mut row.origin, privileges, false);
        if row.privileges.is_empty() {
            self.tables.restrictions.remove(&(key, db));
        }
    }

    /// GRANT on a database ends the restrictions there; what is left to grant is returned (M7.61).
    pub(super) fn lift_restrictions_on(
        &mut self,
        key: AccountKey,
        db: Symbol,
        privileges: PrivilegeSet,
    ) -> PrivilegeSet {
        if !self.partial_revokes() {
            return privileges;
        }
        let Some(withheld) = self.tables.restrictions.get(&(key, db)).map(|row| row.privileges) else {
            return privileges;
        };
        self.lift(key, db, privileges);
        privileges.minus(withheld)
    }

    /// The restrictions that `GRANT … AS account WITH ROLE …` brings along (M7.64).
    pub(super) fn restrictions_of(&mut self, as_user: Option<&GrantAs>) -> Flow<Vec<(Symbol, PrivilegeSet)>> {
        let Some(as_user) = as_user else { return Ok(Vec::new()) };
        let account = self.subject(&as_user.account)?;
        let granted = |replay: &Self| replay.tables.role_edges.keys_of(account).map(|(_, role)| role).collect();
        let roles: Vec<AccountKey> = match &as_user.roles {
            None | Some(RoleSet::Default) => self.tables.default_roles.keys_of(account).map(|(_, role)| role).collect(),
            Some(RoleSet::None) => Vec::new(),
            Some(RoleSet::All) => granted(self),
            Some(RoleSet::AllExcept(except)) => {
                let except = self.subjects(except)?;
                let all: Vec<AccountKey> = granted(self);
                all.into_iter().filter(|role| !except.contains(role)).collect()
            }
            Some(RoleSet::Named(roles)) => self.subjects(roles)?.into_vec(),
        };
        let aggregate = Aggregate::new(&self.tables, account, &roles).map_err(|_| errors::grant_as_invalid())?;
        let mut restrictions: Vec<_> = aggregate.restrictions.into_iter().collect();
        restrictions.sort_unstable_by(|a, b| self.tables.names.text(a.0).cmp(self.tables.names.text(b.0)));
        Ok(restrictions)
    }

    /// Applies them to a grantee.
    pub(super) fn restrict(&mut self, key: AccountKey, restrictions: &[(Symbol, PrivilegeSet)], granted: PrivilegeSet) {
        for &(db, privileges) in restrictions {
            let withheld = privileges.intersection(granted);
            if !withheld.is_empty() {
                self.add_restriction(key, db, withheld);
            }
        }
    }
}
