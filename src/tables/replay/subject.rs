//! Names in statements to accounts: trimmed, lower-cased, measured (M1.1–M1.9).

use super::{Flow, Replay};
use crate::name::Symbol;
use crate::server::behaviour::Behaviour;
use crate::server::errors::{account as errors, mariadb};
use crate::syntax::statement::{AccountName, AccountRef};
use crate::tables::row::AccountKey;
use crate::tables::{PUBLIC, lower};
use smallvec::SmallVec;

/// The accounts of a statement; most name one.
pub(super) type Subjects = SmallVec<[AccountKey; 2]>;

impl Replay {
    /// The account that a name means, whether or not it exists.
    pub(super) fn subject(&mut self, account: &AccountRef) -> Flow<AccountKey> {
        if let Some(key) = self.ahead.account(account.span) {
            return Ok(key);
        }
        match &account.name {
            AccountName::Named { user, host } => self.named(user, host.as_deref()),
            AccountName::CurrentUser | AccountName::SessionUser => Ok(self.administrator),
            AccountName::CurrentRole => self.current_role.ok_or_else(|| mariadb::invalid_definer().into()),
        }
    }

    /// Whom privileges are granted to or revoked from: where roles have no host, a name without one means the
    /// role if there is one (M1.2).
    pub(super) fn grantee(&mut self, account: &AccountRef) -> Flow<AccountKey> {
        let AccountName::Named { user, host: None } = &account.name else { return self.subject(account) };
        if !self.has(Behaviour::RolesAreNames) {
            return self.subject(account);
        }
        let name = user.trim_end_matches(' ');
        if name.is_empty() || name.eq_ignore_ascii_case("NONE") {
            return Err(mariadb::invalid_role(name).into());
        }
        if name.eq_ignore_ascii_case(PUBLIC) && self.has(Behaviour::PublicRole) {
            return Ok(self.public_key());
        }
        let role = self.role_key(name);
        if self.exists(role) { Ok(role) } else { self.subject(account) }
    }

    /// All of them, in order; the first bad name stops.
    pub(super) fn subjects<'a>(&mut self, accounts: impl IntoIterator<Item = &'a AccountRef>) -> Flow<Subjects> {
        accounts.into_iter().map(|account| self.subject(account)).collect()
    }

    fn named(&mut self, user: &str, host: Option<&str>) -> Flow<AccountKey> {
        let (user, host, trimmed) = self.trimmed(user, host.unwrap_or("%"));
        let host = if host.is_empty() && self.has(Behaviour::EmptyHostIsAny) { "%" } else { host };
        self.check_lengths(user, host)?;
        let host = lower(host);
        let key = AccountKey { user: self.tables.names.intern(user), host: self.tables.names.intern(&host) };
        if trimmed && self.has(Behaviour::TrimWarned) {
            self.warn(errors::trimmed((user, &host)));
        }
        Ok(key)
    }

    /// The account that a name means with which nothing is wrong, if both its texts were named before; the user is looked for
    /// first near another.
    pub(super) fn known_account(&self, user: &str, host: Option<&str>, near: Symbol) -> Option<AccountKey> {
        let (user, host, trimmed) = self.trimmed(user, host.unwrap_or("%"));
        if trimmed || host.is_empty() || self.check_lengths(user, host).is_err() {
            return None;
        }
        let names = &self.tables.names;
        Some(AccountKey { user: names.find_near(user, near)?, host: names.find(&lower(host))? })
    }

    fn trimmed<'a>(&self, user: &'a str, host: &'a str) -> (&'a str, &'a str, bool) {
        if !self.has(Behaviour::NamesTrimmed) {
            return (user.trim_end_matches(' '), host.trim_end_matches(' '), false);
        }
        let blank = |c: char| c == ' ' || ('\t'..='\r').contains(&c);
        let (u, h) = (user.trim_matches(blank), host.trim_matches(blank));
        (u, h, u.len() != user.len() || h.len() != host.len())
    }

    /// User names are measured in characters, hosts in bytes (M1.9).
    fn check_lengths(&self, user: &str, host: &str) -> Flow {
        let longest_user = match (self.server().is_mariadb(), self.has(Behaviour::LongUsers)) {
            (true, _) => 128,
            (false, true) => 32,
            (false, false) => 16,
        };
        let longest_host = if self.has(Behaviour::LongHosts) { 255 } else { 60 };
        if user.len() > longest_user && user.chars().count() > longest_user {
            return Err(errors::too_long(user, "user name", longest_user).into());
        }
        if host.len() > longest_host {
            return Err(errors::too_long(host, "host name", longest_host).into());
        }
        if host.contains('@') {
            return Err(errors::malformed_host().into());
        }
        Ok(())
    }

    /// User and host as texts.
    pub(super) fn text(&self, key: AccountKey) -> (&str, &str) {
        self.tables.account_text(key)
    }

    pub(super) fn exists(&self, key: AccountKey) -> bool {
        self.tables.users.index_of(&key).is_some()
    }

    /// The account exists, or rows of it were left over (M7.2).
    pub(super) fn exists_or_left_over(&self, key: AccountKey) -> bool {
        let t = &self.tables;
        self.exists(key)
            || t.dbs.has_any(key)
            || t.tables.has_any(key)
            || t.routines.has_any(key)
            || t.proxies.has_any(key)
    }

    pub(super) fn is_anonymous(key: AccountKey) -> bool {
        key.user == Symbol::EMPTY
    }
}
