//! Logins from a table: which account row a client gets, and whether it gets in.

use super::DecisionTable;
use super::field::Field;
use super::outcome::{Outcome, place};
use crate::client::{Client, From, Roles};
use crate::facts::extract::client_texts;
use crate::matching::host::Texts;
use crate::tables::row::{RowId, Table};
use std::ops::Range;

/// How a login ends.
#[derive(Debug, Clone)]
pub enum Admission<'t> {
    /// The client is in.
    In(Session<'t>),
    /// The server refuses with this error.
    Refused(u16),
    /// The table alone does not tell: see [`DecisionTable::slice`].
    Unsure,
}

/// A client that got in.
#[derive(Debug, Clone)]
pub struct Session<'t> {
    pub(super) table: &'t DecisionTable,
    pub(super) texts: Texts<'t>,
    /// The number of the user of the account row; none for the empty user that no row has.
    pub(super) user: usize,
    /// The place of the account row.
    pub(super) account: usize,
    /// The host of that row.
    pub(super) host: u64,
    /// The list of accounts whose rows count, plus one; 0 when no role is active.
    pub(super) feeds: usize,
    pub(super) must_set_password: bool,
}

/// What became of the selection of an account row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Selected {
    /// This row of this user.
    Row(usize, usize),
    /// None.
    Nobody,
    /// Two rows tie.
    Tie,
}

impl DecisionTable {
    /// Whether the client gets in, and as which account.
    pub fn admit<'t>(&'t self, client: &'t Client) -> Admission<'t> {
        let plain = matches!(client.roles, Roles::Default | Roles::None) && client.db.is_none();
        if self.known.unsure || !plain {
            return Admission::Unsure;
        }
        let texts = client_texts(client, self.known.skip_name_resolve);
        if texts.ip_unknown {
            return Admission::Unsure;
        }
        if client.from != From::Socket && !self.known.admits_every_host && !self.pre_check(&texts) {
            return Admission::Refused(1130);
        }
        match self.select(&client.user, &texts) {
            Selected::Row(user, account) => self.enter(client, texts, (user, account)),
            // Which error an unknown user gets depends in MariaDB on the methods of some other account (M4.4).
            Selected::Nobody if !self.server().is_mariadb() => Admission::Refused(1045),
            Selected::Nobody | Selected::Tie => Admission::Unsure,
        }
    }

    fn enter<'t>(&'t self, client: &Client, texts: Texts<'t>, (user, account): (usize, usize)) -> Admission<'t> {
        // An OS user that is known may be the one that the account asks for.
        if client.os_user.is_some() && client.from == From::Socket {
            return Admission::Unsure;
        }
        let shape = self.value(Field::AccountLogin, account) as usize;
        let code = self.column(Field::LoginOutcome).get(self.bytes.get(), shape * 18 + place(client));
        let feeds = self.value(Field::AccountFeeds, account) as usize;
        let mariadb = self.server().is_mariadb();
        match code.map_or(Outcome::Unsure, Outcome::of_code) {
            Outcome::Unsure => Admission::Unsure,
            Outcome::Refused(errno) => Admission::Refused(errno),
            // A current role of MariaDB depends on the client's host too (M7.41).
            _ if mariadb && client.roles == Roles::Default && self.count(Field::DefaultUser) > 0 => Admission::Unsure,
            outcome => Admission::In(Session {
                table: self,
                texts,
                user,
                account,
                host: self.value(Field::AccountHost, account),
                feeds: if client.roles == Roles::Default { feeds } else { 0 },
                must_set_password: outcome == Outcome::MustSetPassword,
            }),
        }
    }

    /// Some account's host lets the client pass (M2.20).
    fn pre_check(&self, texts: &Texts<'_>) -> bool {
        let literal = |text: Option<&str>| {
            let Some(text) = text else { return false };
            let host = self.find_name(text.to_ascii_lowercase()).and_then(|name| self.find(Field::HostName, name));
            host.is_some_and(|host| self.value(Field::HostLiteral, host) == 1)
        };
        if literal(texts.host) || literal(texts.ip.as_deref()) {
            return true;
        }
        let server = self.server();
        (0..self.count(Field::PreCheck)).any(|at| {
            let host = self.value(Field::PreCheck, at);
            let text = self.name(self.value(Field::HostName, host as usize));
            let pattern = crate::matching::host::HostPattern::new(text, &server);
            match pattern.is_wild_in_pre_check(&server) {
                true => self.host_matches(host, texts),
                false => texts.equals(text),
            }
        })
    }

    /// The first row that matches (M4.3).
    pub(super) fn select(&self, name: &str, texts: &Texts<'_>) -> Selected {
        let user_of = |text: &str| {
            let name = self.find_name(text)?;
            self.value(Field::NameUser, name as usize).checked_sub(1).map(|user| user as usize)
        };
        let nobody = self.known.nobody;
        let named = user_of(name).filter(|user| Some(*user) != nobody);
        let of_nobody = nobody.map(|user| self.list(Field::UserAccounts, user)).unwrap_or_default();
        let own = named.and_then(|user| self.first(user, texts).map(|row| (user, row)));
        let until = own.map_or(of_nobody.len(), |(_, (row, _))| self.value(Field::AccountAfter, row) as usize);
        let before = of_nobody.start.saturating_add(until);
        let first = |user: usize| self.first(user, texts).filter(|(row, _)| *row < before).map(|found| (user, found));
        let other = nobody.filter(|_| until > 0).and_then(first);
        match other.or(own) {
            Some((_, (_, true))) => Selected::Tie,
            Some((user, (row, false))) => Selected::Row(user, row),
            None => Selected::Nobody,
        }
    }

    /// The first row of a user that matches, and whether another ties with it.
    fn first(&self, user: usize, texts: &Texts<'_>) -> Option<(usize, bool)> {
        let rows = self.list(Field::UserAccounts, user);
        let row = self.first_row(user, rows.clone(), texts)?;
        Some((row, self.ties(row, rows.end, texts)))
    }

    pub(super) fn account_matches(&self, row: usize, texts: &Texts<'_>) -> bool {
        self.host_matches(self.value(Field::AccountHost, row), texts)
    }

    fn ties(&self, row: usize, end: usize, texts: &Texts<'_>) -> bool {
        let tied = (row + 1..end).take_while(|next| self.value(Field::AccountTie, *next) == 1);
        tied.into_iter().any(|next| self.account_matches(next, texts))
    }

    /// The place of a name in a dictionary.
    pub(super) fn find(&self, dictionary: Field, name: u64) -> Option<usize> {
        let count = self.count(dictionary);
        let at = self.partition_point(0..count, |at| self.value(dictionary, at) < name);
        (at < count && self.value(dictionary, at) == name).then_some(at)
    }

    /// The first place of which something is not true, where it is true of all before one place and of none behind it.
    #[inline]
    pub(super) fn partition_point(&self, places: Range<usize>, is_before: impl Fn(usize) -> bool) -> usize {
        let (mut from, mut size) = (places.start, places.len());
        while size > 1 {
            let half = size / 2;
            // Which half it is cannot be foretold.
            from = std::hint::select_unpredictable(is_before(from + half), from + half, from);
            size -= half;
        }
        from + usize::from(size == 1 && is_before(from))
    }
}

impl Session<'_> {
    /// The account row that was selected.
    pub fn account(&self) -> RowId {
        RowId { table: Table::User, index: self.table.value(Field::AccountBirth, self.account) as u32 }
    }

    /// `CURRENT_USER()`: user and host as stored.
    pub fn current_user(&self) -> (&str, &str) {
        let table = self.table;
        let host = table.value(Field::AccountHost, self.account);
        let user = table.value(Field::UserName, self.user);
        (table.name(user), table.name(table.value(Field::HostName, host as usize)))
    }
}
