//! Statements about accounts, roles and grants (M8.4, M7.12).

use super::draft::{Draft, Table, has_level};
use super::words::{Kind, Words};
use super::{Check, DemandError, Level, Need, On, Refusal};
use crate::server::behaviour::Behaviour;
use crate::server::catalogue::{Privilege, PrivilegeSet};
use crate::server::errors::account;
use crate::syntax::statement::ObjectKind;
use crate::tables::row::AccountKey;

/// An account as a statement names it.
#[derive(Debug, Clone)]
pub(super) struct Account {
    pub user: String,
    pub host: String,
    /// It is the session's own.
    pub own: bool,
}

/// One privilege of a GRANT or REVOKE, with its columns.
struct Item {
    privileges: Vec<Privilege>,
    columns: Vec<String>,
}

/// What a GRANT or REVOKE is on.
enum Target {
    Global,
    Database(String),
    Table(Table),
    Routine(ObjectKind, Table),
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
                Ok(())
            }
            ("DROP", true) => self.drop_role(words),
            _ => Err(DemandError::Unsupported(self.out.statement.clone())),
        }
    }

    /// CREATE USER, or a change of the `mysql` database itself.
    fn create_user_or(&mut self, change: Privilege, purpose: &str) {
        self.push(Check {
            needs: vec![Need { any_of: vec![Privilege::CREATE_USER, change], on: On::Database("mysql".to_owned()) }],
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
            let administrator = self.read_account(words)?;
            if !administrator.own {
                self.needs_one_of(&["SUPER", "SET USER"], "an administrator other than oneself");
            }
        }
        Ok(())
    }

    fn create_user(&mut self, words: &mut Words<'_>) -> Result<(), DemandError> {
        self.create_user_or(Privilege::INSERT, "the new accounts");
        if words.find(&["DEFAULT ROLE"]) {
            words.eat("DEFAULT ROLE");
            let roles = self.read_accounts(words)?;
            self.role_admin(&roles, "the roles that are granted");
        }
        Ok(())
    }

    /// What ALTER USER asks of one who changes nothing but his own password: nothing.
    fn alter_user(&mut self, words: &mut Words<'_>) -> Result<(), DemandError> {
        const OTHER: &[&str] = &[
            "ACCOUNT",
            "ATTRIBUTE",
            "COMMENT",
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
        let mut accounts = Vec::new();
        let mut second = words.clone();
        let second = second.find(&["RETAIN CURRENT PASSWORD", "DISCARD OLD PASSWORD"]);
        let options = words.clone().find(OTHER);
        loop {
            accounts.push(self.read_account(words)?);
            words.find(&[",", "DEFAULT ROLE"]);
            if !words.eat(",") {
                break;
            }
        }
        if accounts.iter().any(|a| !a.own) || options || self.has(Behaviour::OwnPasswordNeedsCreateUser) {
            self.create_user_or(Privilege::UPDATE, "the accounts that are changed");
            self.system_users(&accounts);
        } else if second {
            self.second_password();
        }
        Ok(())
    }

    /// A second password of one's own.
    pub fn second_password(&mut self) {
        self.needs_one_of(&[CREATE_USER, "APPLICATION_PASSWORD_ADMIN"], "the own second password");
    }

    fn rename_user(&mut self, words: &mut Words<'_>) -> Result<(), DemandError> {
        let mut old = Vec::new();
        loop {
            old.push(self.read_account(words)?);
            words.expect("TO")?;
            self.read_account(words)?;
            if !words.eat(",") {
                break;
            }
        }
        self.create_user_or(Privilege::UPDATE, "the accounts that are renamed");
        self.system_users(&old);
        Ok(())
    }

    fn drop_role(&mut self, words: &mut Words<'_>) -> Result<(), DemandError> {
        let roles = self.read_accounts(words)?;
        let any_of = [Privilege::CREATE_USER, Privilege::DROP_ROLE];
        self.global(&any_of, "CREATE USER, DROP ROLE", "the roles that are dropped");
        self.system_users(&roles);
        let tables = self.context.tables;
        let is_user = |a: &Account| self.key(a).and_then(|k| tables.users.get(&k)).is_some_and(|row| !row.is_role);
        if roles.iter().any(is_user) {
            self.global(&[Privilege::CREATE_USER], CREATE_USER, "an account that is no role");
        }
        Ok(())
    }

    /// SYSTEM_USER, when one of the accounts has it (M7.13).
    pub fn system_users(&mut self, accounts: &[Account]) {
        let owner = accounts.iter().filter_map(|a| self.key(a)).find(|k| self.has_system_user(*k));
        self.system_user_of(owner, "an account of the statement has SYSTEM_USER");
    }

    fn key(&self, account: &Account) -> Option<AccountKey> {
        self.context.tables.find_account(&account.user, &account.host)
    }

    /// ROLE_ADMIN, SUPER or the admin option on each role (M7.31).
    fn role_admin(&mut self, roles: &[Account], purpose: &str) {
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

    fn granting(&mut self, verb: &str, words: &mut Words<'_>) -> Result<(), DemandError> {
        words.eat("IF EXISTS");
        words.eat("ADMIN OPTION FOR");
        let to = if verb == "GRANT" { "TO" } else { "FROM" };
        if words.eat("PROXY ON") {
            return self.proxy(words);
        }
        let mut ahead = words.clone();
        let on = ahead.find(&["ON", to]) && ahead.is("ON");
        if ahead.at_end() {
            return Err(ahead.expected(&format!("`{to}`")));
        }
        if !on && (words.is("ALL PRIVILEGES , GRANT OPTION") || words.is("ALL , GRANT OPTION")) {
            words.find(&[to]);
            words.expect(to)?;
            let accounts = self.read_accounts(words)?;
            self.create_user_or(Privilege::UPDATE, "the accounts that lose everything");
            self.system_users(&accounts);
            return Ok(());
        }
        if !on {
            let roles = self.read_roles(words)?;
            words.find(&[to]);
            words.expect(to)?;
            let accounts = self.read_accounts(words)?;
            self.named(format!("{verb} role"));
            self.roles_exist(&roles)?;
            self.role_admin(&roles, "the roles");
            self.system_users(&accounts);
            return Ok(());
        }
        self.privileges_on(verb, to, words)
    }

    fn privileges_on(&mut self, verb: &str, to: &str, words: &mut Words<'_>) -> Result<(), DemandError> {
        let start = words.position();
        words.find(&["ON"]);
        words.expect("ON")?;
        let target = self.target(words)?;
        let mut list = words.clone();
        list.go_to(start);
        let all = list.is("ALL ON") || list.is("ALL PRIVILEGES ON");
        let items = self.items(&mut list, &target)?;
        words.find(&[to]);
        words.expect(to)?;
        let accounts = self.read_accounts(words)?;
        let with_grant = words.find(&["WITH GRANT OPTION"]);
        let wipes = self.context.server.has(Behaviour::RevokeAllGlobalWipes);
        if verb == "REVOKE" && all && matches!(target, Target::Global) && wipes {
            self.create_user_or(Privilege::UPDATE, "the accounts that lose everything");
            self.system_users(&accounts);
            return Ok(());
        }
        self.right_to_grant(verb, &target, &items, with_grant)?;
        self.system_users(&accounts);
        if verb == "GRANT" && !self.has(Behaviour::GrantNeverCreates) {
            self.implied_accounts(&accounts, words);
        }
        Ok(())
    }

    /// Where GRANT may create accounts and change their credentials: the right to create those that do not exist
    /// (1410), and to change others (M7.10).
    fn implied_accounts(&mut self, accounts: &[Account], words: &Words<'_>) {
        const CREDENTIALS: &[&str] = &["IDENTIFIED"];
        const SETTINGS: &[&str] = &[
            "IDENTIFIED",
            "REQUIRE",
            "WITH MAX_QUERIES_PER_HOUR",
            "WITH MAX_UPDATES_PER_HOUR",
            "WITH MAX_CONNECTIONS_PER_HOUR",
            "WITH MAX_USER_CONNECTIONS",
            "WITH MAX_STATEMENT_TIME",
        ];
        let mut whole = words.clone();
        whole.go_to(0);
        let says = |list: &[&str]| whole.clone().find(list);
        let tables = self.context.tables;
        let exists =
            |a: &Account| tables.find_account(&a.user, &a.host).is_some_and(|k| tables.users.get(&k).is_some());
        let public = |a: &Account| a.user == "PUBLIC" && a.host.is_empty();
        for account in accounts {
            let on = On::Database("mysql".to_owned());
            if !exists(account) && !tables.users.is_empty() && (says(CREDENTIALS) || public(account)) {
                let error = account::cannot_create_by_grant();
                self.push(Check {
                    needs: vec![Need { any_of: vec![Privilege::CREATE_USER, Privilege::INSERT], on }],
                    refusal: Refusal::Other { errno: error.errno, sqlstate: error.sqlstate, message: error.message },
                    purpose: "an account that GRANT creates".to_owned(),
                });
            } else if !account.own && says(SETTINGS) && self.has(Behaviour::GrantSettingsNeedUpdate) {
                self.push(Check {
                    needs: vec![Need { any_of: vec![Privilege::UPDATE], on }],
                    refusal: Refusal::Database("mysql".to_owned()),
                    purpose: "the settings of another account".to_owned(),
                });
            } else if !account.own && says(CREDENTIALS) {
                let error = account::password_of_others();
                self.push(Check {
                    needs: vec![Need { any_of: vec![Privilege::UPDATE], on }],
                    refusal: Refusal::Other { errno: error.errno, sqlstate: error.sqlstate, message: error.message },
                    purpose: "the password of another account".to_owned(),
                });
            }
        }
    }

    /// The privileges themselves and GRANT OPTION, on the same object (M7.12).
    fn right_to_grant(
        &mut self,
        verb: &str,
        target: &Target,
        items: &[Item],
        with_grant: bool,
    ) -> Result<(), DemandError> {
        let named = items.iter().flat_map(|i| i.privileges.iter().copied());
        let (mut fixed, dynamic): (Vec<Privilege>, Vec<Privilege>) = named.partition(|p| p.is_static());
        let only_dynamic = fixed.is_empty() && !dynamic.is_empty();
        fixed.push(Privilege::GRANT_OPTION);
        fixed.sort_unstable();
        fixed.dedup();
        let purpose = "what is passed on, with GRANT OPTION";
        let needs = |on: &On| fixed.iter().map(|p| Need { any_of: vec![*p], on: on.clone() }).collect::<Vec<_>>();
        match target {
            // Only WITH GRANT OPTION brings the static grant option into it.
            Target::Global if only_dynamic && !with_grant => {}
            Target::Global => {
                self.push(Check {
                    needs: needs(&On::Global),
                    refusal: Refusal::AccessDenied,
                    purpose: purpose.to_owned(),
                });
            }
            Target::Database(db) => {
                self.refuse_internal(db, &fixed)?;
                self.push(Check {
                    needs: needs(&On::DatabaseAnew(db.clone())),
                    refusal: Refusal::Database(db.clone()),
                    purpose: purpose.to_owned(),
                });
            }
            Target::Table(table) => {
                self.table(table, &fixed, purpose)?;
                // Column privileges count only in a GRANT that names columns, and in every REVOKE.
                if verb == "GRANT" && items.iter().all(|item| item.columns.is_empty()) {
                    self.whole_table(table, &fixed, purpose)?;
                }
                // Whoever may revoke on some column may on any.
                for item in items.iter().filter(|_| verb == "GRANT") {
                    for (column, privilege) in
                        item.columns.iter().flat_map(|c| item.privileges.iter().map(move |p| (c, *p)))
                    {
                        self.column(table, column, privilege, "the columns that are passed on");
                    }
                }
            }
            Target::Routine(kind, routine) => {
                for privilege in [Privilege::EXECUTE, Privilege::ALTER_ROUTINE, Privilege::GRANT_OPTION] {
                    if fixed.contains(&privilege) {
                        self.routine(*kind, routine, privilege, purpose);
                    }
                }
            }
        }
        if !dynamic.is_empty() {
            self.push(Check {
                needs: dynamic.iter().map(|p| Need { any_of: vec![*p], on: On::Grantable }).collect(),
                refusal: Refusal::Specific("GRANT OPTION".to_owned()),
                purpose: "dynamic privileges, each with its own grant option".to_owned(),
            });
        }
        Ok(())
    }

    fn target(&mut self, words: &mut Words<'_>) -> Result<Target, DemandError> {
        let kind = [
            ("TABLE", ObjectKind::Table),
            ("PROCEDURE", ObjectKind::Procedure),
            ("FUNCTION", ObjectKind::Function),
            ("LIBRARY", ObjectKind::Library),
        ];
        let kind = kind.iter().find(|(w, _)| words.eat(w)).map_or(ObjectKind::Table, |(_, k)| *k);
        if words.eat("* . *") {
            return Ok(Target::Global);
        }
        if words.eat("*") {
            return Ok(Target::Database(self.db(None)?));
        }
        let name = words.name("an object")?;
        if words.eat(". *") {
            return Ok(Target::Database(self.db(Some(name))?));
        }
        let said = if words.eat(".") { (Some(name), words.name("an object")?) } else { (None, name) };
        let full = self.full(said)?;
        Ok(if kind == ObjectKind::Table { Target::Table(full) } else { Target::Routine(kind, full) })
    }

    /// The privileges before ON.
    fn items(&self, words: &mut Words<'_>, target: &Target) -> Result<Vec<Item>, DemandError> {
        let mut items = Vec::new();
        loop {
            let mut name: Vec<String> = Vec::new();
            while words.peek().is_some_and(|t| matches!(t.kind, Kind::Word | Kind::Name) && !t.is("ON")) {
                name.extend(words.next().map(|t| t.text.to_uppercase()));
            }
            let mut columns = Vec::new();
            if words.eat("(") {
                while !words.eat(")") {
                    columns.push(words.name("a column name")?);
                    words.eat(",");
                }
            }
            items.push(Item { privileges: self.privileges_named(&name.join(" "), target)?, columns });
            if !words.eat(",") {
                return Ok(items);
            }
        }
    }

    fn privileges_named(&self, name: &str, target: &Target) -> Result<Vec<Privilege>, DemandError> {
        let level = match target {
            Target::Global => Level::Global,
            Target::Database(_) => Level::Database,
            Target::Table(_) => Level::Table,
            Target::Routine(..) => Level::Routine,
        };
        match name {
            "USAGE" => Ok(Vec::new()),
            "ALL" | "ALL PRIVILEGES" => {
                let fixed: PrivilegeSet = self.context.server.all_privileges(level);
                let dynamic = self.context.server.dynamic_privileges().map(|(p, _)| p);
                Ok(fixed.iter().chain(dynamic.filter(|_| level == Level::Global)).collect())
            }
            _ => {
                let found = self.privilege(name).filter(|p| level == Level::Global || has_level(*p, level));
                let known = || DemandError::Syntax(format!("expected a privilege of this level, found `{name}`"));
                Ok(vec![found.ok_or_else(known)?])
            }
        }
    }

    fn proxy(&mut self, words: &mut Words<'_>) -> Result<(), DemandError> {
        let proxied = self.read_account(words)?;
        self.named("GRANT PROXY");
        self.push(Check {
            needs: vec![Need { any_of: Vec::new(), on: On::ProxyOf(proxied.user.clone(), proxied.host.clone()) }],
            refusal: denied_without_password("{login}", "{host}"),
            purpose: "the right to let others stand in for the account".to_owned(),
        });
        words.find(&["TO", "FROM"]);
        words.next();
        let accounts = self.read_accounts(words)?;
        self.system_users(&accounts);
        Ok(())
    }

    /// One account.
    pub fn read_account(&self, words: &mut Words<'_>) -> Result<Account, DemandError> {
        if words.is("CURRENT_USER") || words.is("USER ( )") {
            words.next();
            words.eat("( )");
            let (user, host) = self.context.account.unwrap_or(("", ""));
            return Ok(Account { user: user.to_owned(), host: host.to_owned(), own: true });
        }
        let user = match words.peek() {
            Some(t) if matches!(t.kind, Kind::Word | Kind::Name | Kind::Text) => t.text.clone(),
            _ => return Err(words.expected("an account")),
        };
        words.next();
        let bare = words.peek().is_none_or(|t| t.kind != Kind::Variable);
        if bare && self.has(Behaviour::OneRoleAtOnce) && self.is_role(&user) {
            return Ok(Account { user, host: String::new(), own: false });
        }
        let host = words.peek().filter(|t| t.kind == Kind::Variable).map(|t| t.text.trim_start_matches('@').to_owned());
        if host.is_some() {
            words.next();
        }
        let any = self.has(Behaviour::EmptyHostIsAny);
        let host = host.filter(|host| !(any && host.is_empty())).unwrap_or_else(|| "%".to_owned());
        let own = self.context.account.is_some_and(|(u, h)| u == user && h.eq_ignore_ascii_case(&host));
        Ok(Account { user, host, own })
    }

    /// 1959 for a role that does not exist, as far as it is told.
    fn roles_exist(&self, roles: &[Account]) -> Result<(), DemandError> {
        let absent = roles.iter().find(|r| !self.is_role(&r.user));
        match absent {
            Some(role) if self.has(Behaviour::OneRoleAtOnce) && !self.context.tables.users.is_empty() => {
                Err(DemandError::Refused(account::invalid_role(&role.user)))
            }
            _ => Ok(()),
        }
    }

    /// Roles with commas between them. Where a role is no account it has a name only.
    fn read_roles(&self, words: &mut Words<'_>) -> Result<Vec<Account>, DemandError> {
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

/// 1698, for that user and host.
fn denied_without_password(user: &str, host: &str) -> Refusal {
    Refusal::Other { errno: 1698, sqlstate: "28000", message: format!("Access denied for user '{user}'@'{host}'") }
}
