//! What statements can change: accounts, rights, settings, as texts that two policies can be compared by.

use crate::answer::AccountView;
use crate::policy::Policy;
use crate::server::behaviour::Behaviour;
use crate::server::catalogue::plugins::{self, Keeps};
use crate::server::catalogue::{Privilege, PrivilegeSet};
use crate::syntax::statement::{Authentication, Credential, PasswordOption, Require};
use crate::tables::row::{AccountKey, StatementId, UserRow};
use crate::tables::show;
use std::collections::{BTreeMap, BTreeSet};

/// The accounts, rights and settings of a policy.
#[derive(Clone, PartialEq, Eq, Hash, Default)]
pub struct State {
    pub variables: BTreeMap<String, String>,
    pub accounts: BTreeMap<AccountView, Account>,
    pub rights: BTreeMap<On, BTreeSet<String>>,
    /// Dynamic privileges that are stored and that memory does not know (M7.7): in force when the tables are read again.
    pub unread: BTreeMap<AccountView, BTreeSet<String>>,
    /// Some account lets every host pass the check before the handshake (M2.20).
    pub admits_every_host: bool,
    /// PUBLIC is there, be it without rights: rows of the anonymous user count for everybody then (M5.16).
    pub has_public: bool,
    /// Accounts that no statement made.
    own: BTreeSet<AccountView>,
}

/// An account without its rights.
#[derive(Clone, PartialEq, Eq, Hash, Default)]
pub struct Account {
    pub is_role: bool,
    /// `IDENTIFIED …`, with what is secret.
    pub identified: String,
    /// The same where it is changed: a method without a word of a password leaves an expired one (M7.2).
    identified_anew: String,
    /// The connection.
    require: String,
    limits: [i64; 4],
    /// How long a password lasts, as a clause.
    lifetime: String,
    /// The password is to be changed.
    expired: bool,
    /// What stands behind it, each clause said: the lock, and the rest.
    clauses: [String; 2],
}

/// Whose rights, on what.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum On {
    Global(AccountView),
    Dynamic(AccountView),
    Database(AccountView, String),
    Table(AccountView, String, String),
    Routine(AccountView, &'static str, String, String),
    Proxy(AccountView, AccountView),
    Role(AccountView, AccountView),
    Defaults(AccountView),
    Withheld(AccountView, String),
}

/// The right that stands for having a role.
pub const HAS: &str = "ROLE";
/// What lets a privilege, a role or the standing in be passed on.
pub const OPTION: &str = "GRANT OPTION";
/// The right to pass a role on that is stored and not in force until the tables are read again (M7.32).
pub const STORED: &str = "GRANT OPTION when loaded";
/// Stands for what only the server knows.
pub const SECRET: &str = "'<secret>'";
/// Behind a dynamic privilege that can be passed on.
pub const PASSED_ON: &str = " WITH GRANT OPTION";

impl State {
    /// Reads a policy.
    pub fn of(policy: &Policy) -> Self {
        let tables = &policy.tables;
        let mut state = Self { admits_every_host: tables.admits_every_host, ..Self::default() };
        for setting in policy.settings().into_iter().filter(|setting| setting.name != "server") {
            state.variables.insert(setting.name, setting.value);
        }
        let view = |key: AccountKey| {
            let (user, host) = tables.account_text(key);
            AccountView { user: user.to_owned(), host: host.to_owned() }
        };
        for (_, key, row) in tables.users.iter() {
            if row.origin.iter().all(|part| part.statement == StatementId::INITIAL) {
                state.own.insert(view(*key));
            }
            state.accounts.insert(view(*key), account(policy, *key, row));
            state.add(On::Global(view(*key)), names(policy, row.privileges));
        }
        if tables.server.has(Behaviour::PublicRole) {
            state.public_is_there();
        }
        for (_, _, row) in tables.dynamic.iter() {
            let name = row.privilege.display(&tables.names).to_owned();
            let option = row.grant_option.then(|| format!("{name}{PASSED_ON}"));
            state.add(On::Dynamic(view(row.key)), std::iter::once(name).chain(option));
        }
        for (user, host, name, option) in tables.unread_dynamic() {
            let right = if option { format!("{name}{PASSED_ON}") } else { name };
            state.unread.entry(AccountView { user, host }).or_default().insert(right);
        }
        let text = |symbol| tables.names.text(symbol).to_owned();
        for (_, _, row) in tables.dbs.iter() {
            state.add(On::Database(view(row.key), text(row.db)), names(policy, row.privileges));
        }
        for (_, _, row) in tables.tables.iter() {
            let on = On::Table(view(row.key), text(row.db), text(row.table));
            state.add(on.clone(), names(policy, row.privileges));
            for column in &row.columns {
                let name = text(column.column).replace('`', "``");
                state.add(on.clone(), names(policy, column.privileges).map(|right| format!("{right} (`{name}`)")));
            }
        }
        for (_, _, row) in tables.routines.iter() {
            let on = On::Routine(view(row.key), row.kind.word(), text(row.db), text(row.routine));
            state.add(on, names(policy, row.privileges));
        }
        for (_, _, row) in tables.proxies.iter() {
            let option = row.grant_option.then(|| OPTION.to_owned());
            state.add(On::Proxy(view(row.key), view(row.proxied)), std::iter::once(HAS.to_owned()).chain(option));
        }
        for (_, _, row) in tables.role_edges.iter() {
            let option = match (row.admin_option, row.stored_admin_option) {
                (true, _) => Some(OPTION.to_owned()),
                (false, true) => Some(STORED.to_owned()),
                (false, false) => None,
            };
            state.add(On::Role(view(row.to), view(row.role)), std::iter::once(HAS.to_owned()).chain(option));
        }
        for (_, _, row) in tables.default_roles.iter() {
            state.add(On::Defaults(view(row.key)), std::iter::once(quoted(policy, &view(row.role))));
        }
        for (_, _, row) in tables.restrictions.iter() {
            state.add(On::Withheld(view(row.key), text(row.db)), names(policy, row.privileges));
        }
        state
    }

    /// PUBLIC is made by the first GRANT to it and never dropped (M7.42): what is granted to it is all that statements about
    /// accounts can change.
    fn public_is_there(&mut self) {
        self.has_public = self.accounts.insert(public(), Account { is_role: true, ..Account::default() }).is_some();
        self.own.remove(&public());
    }

    fn add(&mut self, on: On, rights: impl Iterator<Item = String>) {
        let mut rights = rights.peekable();
        if rights.peek().is_some() {
            self.rights.entry(on).or_default().extend(rights);
        }
    }

    /// The account is there.
    pub fn has(&self, account: &AccountView) -> bool {
        self.accounts.contains_key(account)
    }

    /// A role of that name is there.
    pub fn is_role(&self, name: &AccountView) -> bool {
        self.accounts.get(name).is_some_and(|account| account.is_role)
    }

    /// Nobody wrote the account down, so nobody who leaves it out wants it dropped.
    pub fn is_own(&self, account: &AccountView) -> bool {
        self.own.contains(account)
    }

    /// Where this is not what it shall be.
    pub fn differences(&self, target: &Self) -> Vec<String> {
        let mut lines = Vec::new();
        let accounts: BTreeSet<&AccountView> = self.accounts.keys().chain(target.accounts.keys()).collect();
        for account in accounts.into_iter().filter(|account| !self.is_left_alone(target, account)) {
            match (self.accounts.get(account), target.accounts.get(account)) {
                (Some(is), Some(shall)) if is != shall => lines.push(format!("{} is made otherwise", account.quoted())),
                (Some(_), None) => lines.push(format!("{} is still there", account.quoted())),
                (None, Some(_)) => lines.push(format!("{} is missing", account.quoted())),
                _ => {}
            }
        }
        let all: BTreeSet<&On> = self.rights.keys().chain(target.rights.keys()).collect();
        for on in all.into_iter().filter(|on| !self.is_left_alone(target, on.whose())) {
            if self.rights.get(on) != target.rights.get(on) {
                lines.push(format!("{} has other rights than it shall have: {on:?}", on.whose().quoted()));
            }
        }
        if self.unread != target.unread {
            lines.push("mysql.global_grants has rows that no account has, or lacks some".to_owned());
        }
        for (name, value) in &target.variables {
            if self.variables.get(name) != Some(value) {
                lines.push(format!("{name} is not {value}"));
            }
        }
        lines
    }

    /// The account is the server's own, and one of the two policies does not speak of it.
    pub fn is_left_alone(&self, target: &Self, account: &AccountView) -> bool {
        self.is_own(account) && !target.has(account) || target.is_own(account) && !self.has(account)
    }
}

impl On {
    /// Whose rights they are.
    pub fn whose(&self) -> &AccountView {
        match self {
            Self::Global(of) | Self::Dynamic(of) | Self::Database(of, _) | Self::Table(of, ..) => of,
            Self::Routine(of, ..) | Self::Proxy(of, _) | Self::Role(of, _) => of,
            Self::Defaults(of) | Self::Withheld(of, _) => of,
        }
    }

    /// The same rights of another account.
    pub fn of(&self, account: &AccountView) -> Self {
        let account = account.clone();
        match self.clone() {
            Self::Global(_) => Self::Global(account),
            Self::Dynamic(_) => Self::Dynamic(account),
            Self::Database(_, db) => Self::Database(account, db),
            Self::Table(_, db, table) => Self::Table(account, db, table),
            Self::Routine(_, kind, db, name) => Self::Routine(account, kind, db, name),
            Self::Proxy(_, proxied) => Self::Proxy(account, proxied),
            Self::Role(_, role) => Self::Role(account, role),
            Self::Defaults(_) => Self::Defaults(account),
            Self::Withheld(_, db) => Self::Withheld(account, db),
        }
    }

    /// The role, or the user as a role, that is had.
    pub fn role(&self) -> Option<&AccountView> {
        if let Self::Role(_, role) = self { Some(role) } else { None }
    }
}

/// The role that everybody has.
pub fn public() -> AccountView {
    AccountView { user: crate::tables::PUBLIC.to_owned(), host: String::new() }
}

fn names(policy: &Policy, set: PrivilegeSet) -> impl Iterator<Item = String> {
    let server = policy.tables.server;
    let name = move |privilege: Privilege| server.privilege_name(privilege).to_owned();
    set.iter().map(name).collect::<Vec<_>>().into_iter()
}

/// An account as statements name it.
pub fn quoted(policy: &Policy, account: &AccountView) -> String {
    let quote = |text: &str| format!("`{}`", text.replace('`', "``"));
    let hostless = policy.tables.server.has(Behaviour::RolesAreNames) && account.host.is_empty();
    match hostless {
        true if account.user == crate::tables::PUBLIC => account.user.clone(),
        true => quote(&account.user),
        false => format!("{}@{}", quote(&account.user), quote(&account.host)),
    }
}

fn account(policy: &Policy, key: AccountKey, row: &UserRow) -> Account {
    let tables = &policy.tables;
    let shown = show::create_user(tables, key, true).map(|rows| rows.join(";\n")).unwrap_or_default();
    let said = shown.split_once(" PASSWORD EXPIRE").and_then(|(_, said)| said.split_once(" ACCOUNT "));
    let said = said.filter(|_| tables.server.has(Behaviour::RolesAreAccounts) || !tables.server.is_mariadb());
    let rest = said.and_then(|(_, behind)| behind.split_once(' ')).map(|(_, rest)| format!(" {rest}"));
    let clauses = [if row.locked { LOCK } else { UNLOCK }.to_owned(), rest.unwrap_or_default()];
    let (lifetime, expired) = (lifetime(row), row.expired);
    let [queries, updates, connections, at_once, _] = row.limits;
    let (require, limits) = (require(&row.require), [queries, updates, connections, at_once]);
    let identified = |empty| identified(policy, row, empty);
    let (identified, identified_anew) = (identified(""), identified(" BY ''"));
    Account { is_role: row.is_role, identified, identified_anew, require, limits, lifetime, expired, clauses }
}

fn require(require: &Require) -> String {
    match require {
        Require::None => REQUIRE_NONE.to_owned(),
        Require::Ssl => " REQUIRE SSL".to_owned(),
        Require::X509 => " REQUIRE X509".to_owned(),
        Require::Specified { subject, issuer, cipher } => {
            let parts = [("SUBJECT", subject), ("ISSUER", issuer), ("CIPHER", cipher)];
            let said = parts.iter().filter_map(|(word, text)| Some(format!(" {word} {}", string(text.as_deref()?))));
            format!(" REQUIRE{}", said.collect::<String>())
        }
    }
}

/// The limits that are others than these: SHOW CREATE USER shows every one that was said, also 0.
fn limits(shall: [i64; 4], is: [i64; 4]) -> String {
    let names = ["MAX_QUERIES_PER_HOUR", "MAX_UPDATES_PER_HOUR", "MAX_CONNECTIONS_PER_HOUR", "MAX_USER_CONNECTIONS"];
    let other = names.iter().zip(shall.into_iter().zip(is)).filter(|(_, (shall, is))| shall != is);
    let said: String = other.map(|(name, (limit, _))| format!(" {name} {limit}")).collect();
    if said.is_empty() { said } else { format!(" WITH{said}") }
}

/// A connection of any kind.
const REQUIRE_NONE: &str = " REQUIRE NONE";

/// A password that is to be changed.
const EXPIRED: &str = " PASSWORD EXPIRE";

/// A password that lasts as long as the server says.
const BY_DEFAULT: &str = " PASSWORD EXPIRE DEFAULT";

const LOCK: &str = " ACCOUNT LOCK";
const UNLOCK: &str = " ACCOUNT UNLOCK";

/// What else a new account has without a word.
const DEFAULTS: [&str; 3] =
    [UNLOCK, " PASSWORD HISTORY DEFAULT PASSWORD REUSE INTERVAL DEFAULT PASSWORD REQUIRE CURRENT DEFAULT", ""];

impl Account {
    /// The clauses that a new account needs. Only one can tell of the password's age: for how long another one than an
    /// expired one will last is said afterwards.
    pub fn unusual(&self) -> String {
        let require = if self.require == REQUIRE_NONE { "" } else { self.require.as_str() };
        let limits = limits(self.limits, [0; 4]);
        let age = if self.expired { EXPIRED } else { &self.lifetime };
        let others = self.clauses.iter().map(String::as_str).filter(|clause| !DEFAULTS.contains(clause));
        let age = Some(age).filter(|age| *age != BY_DEFAULT);
        [require, limits.as_str()].into_iter().chain(age).chain(others).collect()
    }

    /// The clauses that another account has otherwise; where the password's age is otherwise in two ways, one of them.
    pub fn other_than(&self, is: &Self) -> String {
        let changed = |shall: &str, is: &str| if shall == is { String::new() } else { shall.to_owned() };
        let limits = limits(self.limits, is.limits);
        // Nothing but a password ends the expiry of one.
        let is_same = self.identified == is.identified && self.expired >= is.expired;
        let identified = if is_same { String::new() } else { self.identified_anew.clone() };
        let expires = self.expired && !(is.expired && is_same);
        let age = if expires { EXPIRED.to_owned() } else { changed(&self.lifetime, &is.lifetime) };
        let first = [identified, changed(&self.require, &is.require), limits, age];
        let pairs = self.clauses.iter().zip(&is.clauses);
        first.into_iter().chain(pairs.map(|(shall, is)| changed(shall, is))).collect()
    }
}

/// How long a password lasts.
fn lifetime(row: &UserRow) -> String {
    let lifetime = row.password_options.iter().rev().find_map(|option| match option {
        PasswordOption::ExpireNever => Some(" PASSWORD EXPIRE NEVER".to_owned()),
        PasswordOption::ExpireInterval(days) => Some(format!(" PASSWORD EXPIRE INTERVAL {days} DAY")),
        PasswordOption::ExpireDefault => Some(BY_DEFAULT.to_owned()),
        _ => None,
    });
    lifetime.unwrap_or_else(|| BY_DEFAULT.to_owned())
}

/// `IDENTIFIED …` with what is to be known, as far as the policy tells it; the empty password as it is said there.
fn identified(policy: &Policy, row: &UserRow, empty: &str) -> String {
    let tables = &policy.tables;
    let mariadb = tables.server.is_mariadb();
    let (with, between) = if mariadb { ("VIA", " OR ") } else { ("WITH", " AND IDENTIFIED WITH ") };
    let method = |a: &Authentication| {
        let plugin = a.plugin.as_deref().unwrap_or_else(|| tables.default_plugin());
        let keeps_hash = plugins::find(plugin).is_some_and(|plugin| plugin.keeps == Keeps::Hash);
        let empty = if keeps_hash && !mariadb { empty } else { "" };
        match &a.credential {
            Credential::Unspecified => format!("{plugin}{empty}"),
            Credential::Password(text) if text.is_empty() => format!("{plugin}{empty}"),
            Credential::Stored(text) if text.is_empty() => format!("{plugin}{empty}"),
            Credential::Password(text) if mariadb => format!("{plugin} USING PASSWORD({})", string(text.reveal())),
            Credential::Password(text) => format!("{plugin} BY {}", string(text.reveal())),
            Credential::Stored(text) if mariadb => format!("{plugin} USING {}", string(text.reveal())),
            Credential::Stored(text) => format!("{plugin} AS {}", string(text.reveal())),
            Credential::Random if mariadb => format!("{plugin} USING {SECRET}"),
            Credential::Random => format!("{plugin} AS {SECRET}"),
        }
    };
    let all: Vec<String> = row.authentication.iter().chain(&row.more_factors).map(method).collect();
    format!(" IDENTIFIED {with} {}", all.join(between))
}

pub fn string(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "''"))
}
