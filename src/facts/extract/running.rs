//! Facts about a session that was opened before: what it carries.

use super::super::id::{DbText, KeptLevel, Session};
use super::{CLIENT, Extract};
use crate::facts::base;
use crate::server::behaviour::Behaviour;
use crate::tables::row::{AccountKey, KeptRow, RowId, Table};

/// What a running session carries of the policy, as it was when the session took it.
#[derive(Debug, Clone, Default)]
pub struct Carried {
    /// The account it has, whether or not that still exists (M5.49).
    pub account: AccountKey,
    /// The roles it activated by themselves, whatever became of them (M5.48).
    pub roles: Vec<AccountKey>,
    /// The current database.
    pub database: Option<String>,
    /// The rows that gave static global privileges at login or at the last SET ROLE (M5.46).
    pub global: Vec<KeptRow>,
    /// Their restrictions (M7.60).
    pub restrictions: Vec<KeptRow>,
    /// The rows that gave privileges on the current database when it was made current (M5.45).
    pub of_database: Vec<KeptRow>,
}

impl Extract<'_, '_> {
    /// The one session, which needs no login.
    pub(super) fn running(&mut self, carried: &Carried) {
        let session = Session(0);
        let account = self.account_id(carried.account);
        self.sessions.push((session, account));
        self.effective.push(carried.account);
        self.namesakes(carried.account);
        self.facts.session_of.push(base::SessionOf(session, CLIENT, account));
        self.facts.session_runs.push(base::SessionRuns(session, account));
        for &role in &carried.roles {
            let id = self.account_id(role);
            self.facts.session_role.push(base::SessionRole(session, id));
            self.roles.push(role);
        }
        if let Some(db) = &carried.database {
            let db = self.database(db);
            self.facts.current_database.push(base::CurrentDatabase(session, db));
        }
        self.kept(session, &carried.global, KeptLevel::Global);
        self.kept(session, &carried.restrictions, KeptLevel::Restriction);
        self.kept(session, &carried.of_database, KeptLevel::Database);
    }

    /// The other accounts of the user name, where a role that is granted to one of them can be set (M7.41).
    fn namesakes(&mut self, account: AccountKey) {
        let index = self.index;
        if index.tables.server.has(Behaviour::RolesAreNames) {
            let rows = index.users(account.user).iter().filter_map(|&at| index.tables.users.at(at));
            self.effective.extend(rows.map(|row| row.key).filter(|key| *key != account));
        }
    }

    fn kept(&mut self, session: Session, rows: &[KeptRow], level: KeptLevel) {
        for row in rows {
            let id = RowId { table: Table::Kept, index: u32::try_from(self.kept.len()).unwrap_or(u32::MAX) };
            self.facts.kept_row.push(base::KeptRow(session, id, level));
            match row.db.filter(|_| level == KeptLevel::Restriction) {
                Some(db) => {
                    self.db_texts.insert(db);
                    let withheld = row.privileges.iter();
                    self.facts.kept_restriction.extend(withheld.map(|p| base::KeptRestriction(id, DbText(db), p)));
                }
                None => self.gives(id, row.privileges),
            }
            self.kept.push(row.clone());
        }
    }
}
