//! Statements about accounts and roles (M8.4).

use super::draft::Draft;
use super::words::{Kind, Words};
use super::{Check, DemandError, Need, On, Refusal};
use crate::server::behaviour::Behaviour;
use crate::server::catalogue::Privilege;
use crate::server::catalogue::plugins::{self, Keeps};
use crate::server::errors::{account, mariadb};
use crate::tables::row::AccountKey;

/// An account as a statement names it.
#[derive(Debug, Clone)]
pub(super) struct Account {
    pub user: String,
    pub host: String,
    /// It is the session's own.
    pub own: bool,
    /// Where accounts are described: how ALTER USER changes its password.
    pub password: Password,
}

/// What ALTER USER says of an account's password.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Password {
    /// Nothing, or more than that: a plugin, a factor.
    #[default]
    Other,
    /// `IDENTIFIED BY` alone.
    Set,
    /// `DISCARD OLD PASSWORD`
    Discarded,
}

const CREATE_USER: &str = "CREATE USER";

impl Draft<'_> {
    /// CREATE, ALTER, DROP, RENAME of users and roles; GRANT, REVOKE.
    pub fn account_statement(&mut self, words: &mut Words<'_>) -> Result<(), DemandError> {
        let verb = words.next().map(|t| t.text.to_uppercase()).unwrap_or_default();
        if verb == "GRANT" || verb == "REVOKE" {
            self.named(verb.as_str());
            return self.granting(&verb, words);
        }
        let replace = words.eat("OR REPLACE");
        let role = words.eat("ROLE");
        if !role {
            words.expect("USER")?;
        }
        words.eat("IF NOT EXISTS");
        words.eat("IF EXISTS");
        self.named(format!("{verb} {}", if role { "ROLE" } else { "USER" }));
        match (verb.as_str(), role) {
            ("CREATE", _) if replace && self.has(Behaviour::OneRoleAtOnce) => self.create_or_replace(words, role),
            ("CREATE", false) => self.create_user(words),
            ("ALTER", false) => self.alter_user(words),
            ("DROP", false) => {
                let accounts = self.read_accounts(words)?;
                self.create_user_or(Privilege::DELETE, "the accounts that are dropped");
                self.system_users(&accounts);
                Ok(())
            }
            ("RENAME", false) => self.rename_user(words),
            ("CREATE", true) if self.has(Behaviour::OneRoleAtOnce) => {
                self.create_user_or(Privilege::INSERT, "the new roles");
                self.role_administrator(words)
            }
            ("DROP", true) if self.has(Behaviour::OneRoleAtOnce) => {
                self.create_user_or(Privilege::DELETE, "the roles that are dropped");
                Ok(())
            }
            ("CREATE", true) => {
                self.global(
                    &[Privilege::CREATE_USER, Privilege::CREATE_ROLE],
                    "CREATE USER, CREATE ROLE",
                    "the new roles",
                );
                let roles = self.read_accounts(words)?;
                self.system_users(&roles);
                Ok(())
            }
            ("DROP", true) => self.drop_role(words),
            _ => Err(DemandError::Unsupported(self.out.statement.clone())),
        }
    }

    /// CREATE USER, or a change of the `mysql` database itself.
    pub fn create_user_or(&mut self, change: Privilege, purpose: &str) {
        self.push(Check {
            needs: vec![administers(change)],
            refusal: Refusal::Specific(CREATE_USER.to_owned()),
            purpose: purpose.to_owned(),
        });
    }

    /// CREATE OR REPLACE: what creating and what dropping asks.
    fn create_or_replace(&mut self, words: &mut Words<'_>, role: bool) -> Result<(), DemandError> {
        let need = |change| Need { any_of: vec![Privilege::CREATE_USER, change], on: On::Database("mysql".to_owned()) };
        self.push(Check {
            needs: vec![need(Privilege::INSERT), need(Privilege::DELETE)],
            refusal: Refusal::Specific(CREATE_USER.to_owned()),
            purpose: "the accounts that are replaced".to_owned(),
        });
        if role { self.role_administrator(words) } else { Ok(()) }
    }

    /// `WITH ADMIN` of a new role: somebody else asks for the right to name definers.
    fn role_administrator(&mut self, words: &mut Words<'_>) -> Result<(), DemandError> {
        if words.find(&["WITH ADMIN"]) {
            words.eat("WITH ADMIN");
            if words.is("CURRENT_ROLE") {
                return Ok(());
            }
            self.may_administer(words);
            let administrator = self.read_account(words)?;
            if !administrator.own {
                self.needs_one_of(&["SUPER", "SET USER"], "an administrator other than oneself");
            }
        }
        Ok(())
    }

    /// 1959 for a bare name that neither an account nor a role can have.
    fn may_administer(&mut self, words: &Words<'_>) {
        let bare = words.peek_at(1).is_none_or(|next| next.kind != Kind::Variable);
        let name = words.peek().map(|name| name.text.as_str()).unwrap_or_default();
        if bare && matches!(name.to_ascii_uppercase().as_str(), "" | "NONE" | "PUBLIC") {
            let error = mariadb::invalid_role(name);
            self.push(Check {
                needs: vec![Need { any_of: Vec::new(), on: On::Global }],
                refusal: Refusal::Other { errno: error.errno, sqlstate: error.sqlstate, message: error.message },
                purpose: "an administrator that can be".to_owned(),
            });
        }
    }

    fn create_user(&mut self, words: &mut Words<'_>) -> Result<(), DemandError> {
        self.create_user_or(Privilege::INSERT, "the new accounts");
        let accounts = self.read_described(words)?;
        self.system_users(&accounts);
        if words.eat("DEFAULT ROLE") {
            let roles = self.read_accounts(words)?;
            self.late();
            self.role_admin(&roles, "the roles that are granted");
            self.system_users(&roles);
        }
        Ok(())
    }

    /// Accounts, each with its credentials and options, up to DEFAULT ROLE or the end.
    fn read_described(&self, words: &mut Words<'_>) -> Result<Vec<Account>, DemandError> {
        let mut accounts = Vec::new();
        loop {
            let mut account = self.read_account(words)?;
            if words.is("IDENTIFIED BY") {
                account.password = Password::Set;
            } else if words.is("DISCARD OLD PASSWORD") {
                account.password = Password::Discarded;
            }
            accounts.push(account);
            words.find(&[",", "DEFAULT ROLE"]);
            if !words.eat(",") {
                return Ok(accounts);
            }
        }
    }

    /// What follows is asked only once the server is about to carry the statement out.
    pub fn late(&mut self) {
        self.out.late = Some(self.out.checks.len());
    }

    /// What ALTER USER asks of one who changes nothing but his own password: nothing.
    fn alter_user(&mut self, words: &mut Words<'_>) -> Result<(), DemandError> {
        const OTHER: &[&str] = &[
            "ACCOUNT",
            "FACTOR",
            "FAILED_LOGIN_ATTEMPTS",
            "PASSWORD EXPIRE",
            "PASSWORD HISTORY",
            "PASSWORD REQUIRE",
            "PASSWORD REUSE",
            "PASSWORD_LOCK_TIME",
            "REQUIRE",
            "IDENTIFIED WITH",
            "WITH MAX_QUERIES_PER_HOUR",
            "WITH MAX_UPDATES_PER_HOUR",
            "WITH MAX_CONNECTIONS_PER_HOUR",
            "WITH MAX_USER_CONNECTIONS",
        ];
        let mut second = words.clone();
        let second = second.find(&["RETAIN CURRENT PASSWORD", "DISCARD OLD PASSWORD"]);
        let options = words.clone().find(OTHER) && !words.clone().find(&["PASSWORD EXPIRE DEFAULT"]);
        let by_name = words.is("CURRENT_USER") || words.is("USER ( )");
        let mut accounts = self.read_described(words)?;
        if words.is("DEFAULT ROLE") && !self.has(Behaviour::OneRoleAtOnce) {
            self.default_roles_of(&accounts);
            return Ok(());
        }
        if self.has(Behaviour::OwnPasswordNeedsCreateUser) {
            self.create_user_or(Privilege::UPDATE, "the accounts that are changed");
            self.system_users(&accounts);
            return Ok(());
        }
        if let (true, Some(login), Some(account)) = (by_name, self.context.login, accounts.first_mut()) {
            login.clone_into(&mut account.user);
        }
        self.change_accounts(&accounts, options, second);
        Ok(())
    }

    /// Whoever changes nothing but his own password needs no right to it; an anonymous session changes no other's alone
    /// (M7.8).
    fn change_accounts(&mut self, accounts: &[Account], options: bool, second: bool) {
        let (mut others, mut unkept) = (false, false);
        for account in accounts {
            let alone = account.password == Password::Set && !options;
            if self.is_own_password(account) && (alone || account.password == Password::Discarded) {
                if second {
                    self.second_password();
                }
                unkept |= alone && self.keeps_no_password();
                continue;
            }
            others = true;
            self.create_user_or(Privilege::UPDATE, "the accounts that are changed");
            if alone {
                self.no_anonymous_passwords();
            }
        }
        if others {
            self.system_users(accounts);
        }
        if unkept {
            self.push(Check {
                needs: vec![administers(Privilege::UPDATE)],
                refusal: Refusal::AccessDenied,
                purpose: "the own password, where the method keeps none".to_owned(),
            });
        }
    }

    /// The session's account has a method that keeps no password, as `auth_socket`: then even its own is not its to give.
    fn keeps_no_password(&self) -> bool {
        let tables = self.context.tables;
        let row = self.context.account.and_then(|(user, host)| tables.users.get(&tables.find_account(user, host)?));
        let keeps_text = |plugin: Option<&str>| plugin.and_then(plugins::find).is_some_and(|p| p.keeps == Keeps::Text);
        self.has(Behaviour::AtomicAccountStatements)
            && row.is_some_and(|row| row.authentication.iter().any(|method| keeps_text(method.plugin.as_deref())))
    }

    /// One's own password is that of the user name that the client gave, with the host of the account that it got (M7.8).
    pub fn is_own_password(&self, account: &Account) -> bool {
        match (self.context.login, self.context.account) {
            (Some(login), Some((_, host))) => account.user == login && account.host.eq_ignore_ascii_case(host),
            _ => account.own,
        }
    }

    /// 1131 for an anonymous session, whatever it may do (M7.8). Nothing meets the need.
    pub fn no_anonymous_passwords(&mut self) {
        if self.context.account.is_some_and(|(user, _)| user.is_empty()) {
            let error = account::anonymous_password();
            self.push(Check {
                needs: vec![Need { any_of: Vec::new(), on: On::Global }],
                refusal: Refusal::Other { errno: error.errno, sqlstate: error.sqlstate, message: error.message },
                purpose: "a password in an anonymous session".to_owned(),
            });
        }
    }

    /// A second password of one's own.
    pub fn second_password(&mut self) {
        self.needs_one_of(&[CREATE_USER, "APPLICATION_PASSWORD_ADMIN"], "the own second password");
    }

    fn rename_user(&mut self, words: &mut Words<'_>) -> Result<(), DemandError> {
        let mut accounts = Vec::new();
        loop {
            accounts.push(self.read_account(words)?);
            words.expect("TO")?;
            accounts.push(self.read_account(words)?);
            if !words.eat(",") {
                break;
            }
        }
        self.create_user_or(Privilege::UPDATE, "the accounts that are renamed");
        self.system_users(&accounts);
        Ok(())
    }

    fn drop_role(&mut self, words: &mut Words<'_>) -> Result<(), DemandError> {
        let roles = self.read_accounts(words)?;
        let any_of = [Privilege::CREATE_USER, Privilege::DROP_ROLE];
        self.global(&any_of, "CREATE USER, DROP ROLE", "the roles that are dropped");
        self.system_users(&roles);
        let tables = self.context.tables;
        // What is locked passes for a role.
        let is_user = |a: &Account| self.key(a).and_then(|k| tables.users.get(&k)).is_some_and(|row| !row.locked);
        if roles.iter().any(is_user) {
            self.late();
            self.global(&[Privilege::CREATE_USER], CREATE_USER, "an account that is no role");
        }
        Ok(())
    }

    /// SYSTEM_USER, when one of the accounts has it (M7.13).
    pub fn system_users(&mut self, accounts: &[Account]) {
        let owner = accounts.iter().filter_map(|a| self.key(a)).find(|k| self.has_system_user(*k));
        self.system_user_of(owner, "an account or role of the statement has SYSTEM_USER");
    }

    /// The same where the server asks only once it is about to carry the statement out.
    pub fn system_users_late(&mut self, accounts: &[Account]) {
        let from = self.out.checks.len();
        self.system_users(accounts);
        if self.out.checks.len() > from {
            self.out.late = Some(from);
        }
    }

    /// SYSTEM_USER for the roles of a GRANT or REVOKE. For one account after the other the roles are looked at in their
    /// order, until one of either is not there (M7.13, M7.31).
    pub fn system_users_of_roles(&mut self, roles: &[Account], accounts: &[Account]) {
        let users = &self.context.tables.users;
        let is_there = |account: &Account| self.key(account).is_some_and(|key| users.get(&key).is_some());
        if accounts.first().is_some_and(is_there) {
            let known = roles.iter().take_while(|role| is_there(role)).count();
            self.system_users_late(roles.get(..known).unwrap_or_default());
        }
    }

    /// Default roles of others: the accounts are looked at one by one while they are changed (M7.36).
    pub fn default_roles_of(&mut self, accounts: &[Account]) {
        self.system_users(accounts);
        if accounts.iter().any(|account| !account.own) {
            self.late();
            self.create_user_or(Privilege::UPDATE, "another account's default roles");
        }
    }

    fn key(&self, account: &Account) -> Option<AccountKey> {
        self.context.tables.find_account(&account.user, &account.host)
    }

    /// ROLE_ADMIN, SUPER or the admin option on each role (M7.31).
    pub fn role_admin(&mut self, roles: &[Account], purpose: &str) {
        let any_of: Vec<Privilege> = ["ROLE_ADMIN", "SUPER"].iter().filter_map(|n| self.privilege(n)).collect();
        let on = |r: &Account| On::RoleAdmin(r.user.clone(), r.host.clone());
        let refusal = match self.has(Behaviour::OneRoleAtOnce) {
            true => denied_without_password("{user}", "{row_host}"),
            false => Refusal::Specific("WITH ADMIN, ROLE_ADMIN, SUPER".to_owned()),
        };
        let any_of = if self.has(Behaviour::OneRoleAtOnce) { Vec::new() } else { any_of };
        self.push(Check {
            needs: roles.iter().map(|r| Need { any_of: any_of.clone(), on: on(r) }).collect(),
            refusal,
            purpose: purpose.to_owned(),
        });
    }

    /// One account.
    pub fn read_account(&self, words: &mut Words<'_>) -> Result<Account, DemandError> {
        if words.is("CURRENT_USER") || words.is("USER ( )") {
            words.next();
            words.eat("( )");
            let (user, host) = self.context.account.unwrap_or(("", ""));
            return Ok(Account { user: user.to_owned(), host: host.to_owned(), own: true, password: Password::Other });
        }
        let user = match words.peek() {
            Some(t) if matches!(t.kind, Kind::Word | Kind::Name | Kind::Text) => t.text.clone(),
            _ => return Err(words.expected("an account")),
        };
        words.next();
        let bare = words.peek().is_none_or(|t| t.kind != Kind::Variable);
        if bare && self.has(Behaviour::OneRoleAtOnce) && self.is_role(&user) {
            return Ok(Account { user, host: String::new(), own: false, password: Password::Other });
        }
        let host = words.peek().filter(|t| t.kind == Kind::Variable).map(|t| t.text.trim_start_matches('@').to_owned());
        if host.is_some() {
            words.next();
        }
        let any = self.has(Behaviour::EmptyHostIsAny);
        let host = host.filter(|host| !(any && host.is_empty())).unwrap_or_else(|| "%".to_owned());
        let own = self.context.account.is_some_and(|(u, h)| u == user && h.eq_ignore_ascii_case(&host));
        Ok(Account { user, host, own, password: Password::Other })
    }

    /// 1959 for a role that does not exist, as far as it is told.
    pub fn roles_exist(&self, roles: &[Account]) -> Result<(), DemandError> {
        let absent = roles.iter().find(|r| r.user.eq_ignore_ascii_case("PUBLIC") || !self.is_role(&r.user));
        match absent {
            Some(role) if self.has(Behaviour::OneRoleAtOnce) && !self.context.tables.users.is_empty() => {
                Err(DemandError::Refused(account::invalid_role(&role.user)))
            }
            _ => Ok(()),
        }
    }

    /// Roles with commas between them. Where a role is no account it has a name only.
    pub fn read_roles(&self, words: &mut Words<'_>) -> Result<Vec<Account>, DemandError> {
        let mut roles = self.read_accounts(words)?;
        if self.has(Behaviour::OneRoleAtOnce) {
            roles.iter_mut().for_each(|r| r.host.clear());
        }
        Ok(roles)
    }

    /// True for the name of a role, or of everybody, where roles are no accounts.
    fn is_role(&self, name: &str) -> bool {
        let tables = self.context.tables;
        let named = tables.names.find(name);
        let is_role = || tables.users.iter().any(|(_, key, row)| row.is_role && Some(key.user) == named);
        name.eq_ignore_ascii_case("PUBLIC") || is_role()
    }

    /// Accounts with commas between them; what stands behind each is stepped over.
    pub fn read_accounts(&self, words: &mut Words<'_>) -> Result<Vec<Account>, DemandError> {
        let mut accounts = vec![self.read_account(words)?];
        while words.eat(",") {
            accounts.push(self.read_account(words)?);
        }
        Ok(accounts)
    }
}

/// CREATE USER, or that change of the `mysql` database.
fn administers(change: Privilege) -> Need {
    Need { any_of: vec![Privilege::CREATE_USER, change], on: On::Database("mysql".to_owned()) }
}

/// 1698, for that user and host.
pub(super) fn denied_without_password(user: &str, host: &str) -> Refusal {
    Refusal::Other { errno: 1698, sqlstate: "28000", message: format!("Access denied for user '{user}'@'{host}'") }
}
