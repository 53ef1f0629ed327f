//! What the next statements name, looked up for many of them at once.
//!
//! In large tables most of a GRANT's time goes by waiting for memory. What statements that follow each other look up does
//! not depend on each other, so that for many at once the waits overlap. Nothing is changed here, and what is not known
//! yet, or not plain, is left to the statement itself.

use super::Replay;
use super::object::Target;
use crate::name::Symbol;
use crate::source::Span;
use crate::syntax::statement::{
    AccountName, AccountRef, Grant, GrantObject, ObjectKind, ObjectName, Statement, StatementKind,
};
use crate::tables::row::AccountKey;
use smallvec::SmallVec;

/// What was found, by where it stands; both lists are in the order of the text.
#[derive(Debug, Clone, Default)]
pub(super) struct Ahead {
    accounts: Found<AccountKey>,
    objects: Found<Target>,
    /// The user that was found last: scripts grant to accounts in the order in which they make them.
    last: Symbol,
}

/// Things that were found, and how many of them lie behind.
#[derive(Debug, Clone)]
struct Found<T> {
    list: SmallVec<[(Span, T); 32]>,
    next: usize,
}

impl<T> Default for Found<T> {
    fn default() -> Self {
        Self { list: SmallVec::new(), next: 0 }
    }
}

impl<T: Copy> Found<T> {
    /// What stands there. Statements ask in order.
    fn at(&mut self, span: Span) -> Option<T> {
        while let Some((place, found)) = self.list.get(self.next) {
            if *place >= span {
                return (*place == span).then_some(*found);
            }
            self.next += 1;
        }
        None
    }
}

impl Ahead {
    /// The account that is named there.
    pub(super) fn account(&mut self, span: Span) -> Option<AccountKey> {
        self.accounts.at(span)
    }

    /// The object that is named there.
    pub(super) fn object(&mut self, span: Span) -> Option<Target> {
        self.objects.at(span)
    }
}

impl Replay {
    /// Looks up what the next statements name, and their rows.
    pub fn look_ahead(&mut self, next: &[Statement]) {
        let mut ahead = Ahead { last: self.ahead.last, ..Ahead::default() };
        let mut grants: SmallVec<[(AccountKey, Target); 32]> = SmallVec::new();
        for statement in next {
            // Places behind 4 GiB are all the same.
            let StatementKind::Grant(grant) = &statement.kind else { continue };
            if statement.span.end == u32::MAX {
                continue;
            }
            let (account, target) = (self.known_grantee(grant, ahead.last), self.known_object(&grant.object));
            if let Some(account) = account {
                ahead.last = account.1.user;
                ahead.accounts.list.push(account);
            }
            if let Some(target) = target {
                ahead.objects.list.push((grant.object.span, target));
            }
            if let (Some((_, key)), Some(target)) = (account, target) {
                grants.push((key, target));
            }
        }
        self.ahead = ahead;
        std::hint::black_box(grants.iter().filter(|(key, target)| self.holds(*key, *target)).count());
    }

    fn known_grantee(&self, grant: &Grant, near: Symbol) -> Option<(Span, AccountKey)> {
        let AccountRef { span, name: AccountName::Named { user, host } } = &grant.grantees.first()?.account else {
            return None;
        };
        Some((*span, self.known_account(user, host.as_deref(), near)?))
    }

    fn known_object(&self, object: &GrantObject) -> Option<Target> {
        match &object.name {
            ObjectName::Database(db) => Some(Target::Database(self.known_name(db)?)),
            ObjectName::Object { db: Some(db), name } if object.kind == ObjectKind::Table => {
                Some(Target::Table(self.known_name(db)?, self.known_name(name)?))
            }
            _ => None,
        }
    }

    /// A name of a database or table with which nothing is wrong.
    fn known_name(&self, name: &str) -> Option<Symbol> {
        let plain = !name.is_empty() && !name.ends_with(' ') && self.check_name(name).is_ok();
        if plain { self.find_object(name) } else { None }
    }

    /// Looks at the places where the statement will look.
    fn holds(&self, key: AccountKey, target: Target) -> bool {
        let tables = &self.tables;
        let row = match target {
            Target::Database(db) => tables.dbs.index_of(&(key, db)).is_some(),
            Target::Table(db, table) => tables.tables.index_of(&(key, db, table)).is_some(),
            Target::Global | Target::Routine(..) => false,
        };
        // A GRANT asks for the plugin of the account.
        tables.users.get(&key).is_some_and(|user| !user.authentication.is_empty()) && row
    }
}
