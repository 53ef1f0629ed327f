//! GRANT and REVOKE: the right to pass something on (M7.12, M7.31).

use super::account::{Account, denied_without_password};
use super::draft::{Draft, Table, has_level};
use super::words::{Kind, Words};
use super::{Check, DemandError, Level, Need, On, Refusal};
use crate::name::Symbol;
use crate::server::behaviour::Behaviour;
use crate::server::catalogue::{Privilege, PrivilegeSet};
use crate::server::errors::{account, mariadb, object};
use crate::syntax::statement::ObjectKind;

const PASSED_ON: &str = "what is passed on, with GRANT OPTION";

/// One privilege of a GRANT or REVOKE, with its columns.
#[derive(Debug, Default)]
struct Item {
    name: String,
    /// Nothing for USAGE, and for a dynamic privilege that the server does not know.
    privileges: Vec<Privilege>,
    columns: Vec<String>,
    /// A dynamic privilege, known or not.
    dynamic: bool,
}

/// What a GRANT or REVOKE is on.
enum Target {
    Global,
    Database(String),
    Table(Table),
    Routine(ObjectKind, Table),
}

impl Draft<'_> {
    pub fn granting(&mut self, verb: &str, words: &mut Words<'_>) -> Result<(), DemandError> {
        let if_exists = words.eat("IF EXISTS");
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
            self.system_users_of_roles(&roles, &accounts);
            if verb == "GRANT" && self.has(Behaviour::GrantSettingsNeedUpdate) {
                self.implied_accounts(&accounts, words);
            }
            return Ok(());
        }
        self.privileges_on((verb, if_exists, to), words)
    }

    fn privileges_on(
        &mut self,
        (verb, if_exists, to): (&str, bool, &str),
        words: &mut Words<'_>,
    ) -> Result<(), DemandError> {
        let start = words.position();
        words.find(&["ON"]);
        words.expect("ON")?;
        let target = self.target(words)?;
        let mut list = words.clone();
        list.go_to(start);
        let all = list.is("ALL ON") || list.is("ALL PRIVILEGES ON");
        let items = self.items(&mut list, &target)?;
        self.columns_stand_on_tables(&items, &target)?;
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
        let (grants, accounts) = (verb == "GRANT", &accounts[..]);
        let granting = Granting { grants, if_exists, target: &target, items: &items, with_grant, accounts };
        self.right_to_grant(&granting)?;
        if verb == "GRANT" && !self.has(Behaviour::GrantNeverCreates) {
            let from = self.out.checks.len();
            self.implied_accounts(accounts, words);
            // MariaDB looks at the table or routine before.
            let looks = matches!(target, Target::Table(_) | Target::Routine(..)) && self.has(Behaviour::OneRoleAtOnce);
            if looks && self.out.checks.len() > from {
                self.out.late = Some(from);
            }
        }
        Ok(())
    }

    /// MariaDB notices columns elsewhere than on a table before it asks for any right (M6.4).
    fn columns_stand_on_tables(&self, items: &[Item], target: &Target) -> Result<(), DemandError> {
        if !self.has(Behaviour::OneRoleAtOnce) || items.iter().all(|item| item.columns.is_empty()) {
            return Ok(());
        }
        match target {
            Target::Table(_) => Ok(()),
            Target::Global | Target::Database(_) => Err(DemandError::Refused(account::illegal_grant())),
            Target::Routine(..) => Err(DemandError::Refused(account::syntax())),
        }
    }

    /// Where GRANT may create accounts and change their credentials: the right to create those that do not exist
    /// (1410), and to change others (M7.10).
    fn implied_accounts(&mut self, accounts: &[Account], words: &Words<'_>) {
        const SETTINGS: &[&str] = &[
            "REQUIRE",
            "WITH MAX_QUERIES_PER_HOUR",
            "WITH MAX_UPDATES_PER_HOUR",
            "WITH MAX_CONNECTIONS_PER_HOUR",
            "WITH MAX_USER_CONNECTIONS",
            "WITH MAX_STATEMENT_TIME",
        ];
        let mut whole = words.clone();
        whole.go_to(0);
        let settings = whole.clone().find(SETTINGS);
        let credentials = self.says_credentials(whole);
        let tables = self.context.tables;
        let exists =
            |a: &Account| tables.find_account(&a.user, &a.host).is_some_and(|k| tables.users.get(&k).is_some());
        let public = |a: &Account| a.user == "PUBLIC" && a.host.is_empty();
        for (place, account) in accounts.iter().enumerate() {
            let on = On::Database("mysql".to_owned());
            // The credentials are those of the account before them.
            let credentials = credentials && place + 1 == accounts.len();
            if !exists(account) && !tables.users.is_empty() && (credentials || public(account)) {
                let error = account::cannot_create_by_grant();
                self.push(Check {
                    needs: vec![Need { any_of: vec![Privilege::CREATE_USER, Privilege::INSERT], on }],
                    refusal: Refusal::Other { errno: error.errno, sqlstate: error.sqlstate, message: error.message },
                    purpose: "an account that GRANT creates".to_owned(),
                });
            } else if !exists(account) && !tables.users.is_empty() && self.has(Behaviour::GrantSettingsNeedUpdate) {
                // It is missed before the settings of those behind it are looked at.
                return;
            } else if (settings || credentials) && self.may_not_change_settings() {
                let error = mariadb::anonymous_settings();
                self.push(Check {
                    needs: vec![Need { any_of: Vec::new(), on }],
                    refusal: Refusal::Other { errno: error.errno, sqlstate: error.sqlstate, message: error.message },
                    purpose: "the settings of an account".to_owned(),
                });
            } else if !account.own && (settings || credentials) && self.has(Behaviour::GrantSettingsNeedUpdate) {
                self.push(Check {
                    needs: vec![Need { any_of: vec![Privilege::UPDATE], on }],
                    refusal: Refusal::Database("mysql".to_owned()),
                    purpose: "the settings of another account".to_owned(),
                });
            } else if !account.own && credentials {
                let error = account::password_of_others();
                self.push(Check {
                    needs: vec![Need { any_of: vec![Privilege::UPDATE], on }],
                    refusal: Refusal::Other { errno: error.errno, sqlstate: error.sqlstate, message: error.message },
                    purpose: "the password of another account".to_owned(),
                });
            }
        }
    }

    /// An empty password is none to MariaDB (M7.10).
    fn says_credentials(&self, mut words: Words<'_>) -> bool {
        if !words.find(&["IDENTIFIED"]) {
            return false;
        }
        words.next();
        let by = words.eat("BY");
        words.eat("PASSWORD");
        let empty = words.peek().is_some_and(|t| t.kind == Kind::Text && t.text.is_empty());
        !(by && empty && self.has(Behaviour::GrantSettingsNeedUpdate))
    }

    /// The privileges themselves and GRANT OPTION, on the same object (M7.12).
    fn right_to_grant(&mut self, grant: &Granting<'_>) -> Result<(), DemandError> {
        let fixed = grant.fixed();
        // Only WITH GRANT OPTION and GRANT OPTION by name bring the static grant option into it.
        let named = |item: &Item| item.privileges.contains(&Privilege::GRANT_OPTION);
        let any_dynamic = grant.items.iter().any(|item| item.dynamic);
        let only_dynamic = fixed.len() == 1 && any_dynamic && !grant.with_grant && !grant.items.iter().any(named);
        match grant.target {
            Target::Global => {
                if !only_dynamic {
                    self.held_globally(&fixed);
                }
                self.system_users(grant.accounts);
                self.dynamic_options(grant.items);
                Ok(())
            }
            Target::Database(db) => {
                if !only_dynamic {
                    self.refuse_internal(db, &fixed)?;
                    self.held_globally(&of_no_database(&fixed));
                    self.push(Check {
                        needs: each(&fixed, &On::DatabaseAnew(db.clone())),
                        refusal: Refusal::Database(db.clone()),
                        purpose: PASSED_ON.to_owned(),
                    });
                }
                self.no_dynamic(grant, None);
                self.system_users(grant.accounts);
                Ok(())
            }
            Target::Table(table) => self.right_on_table(grant, table, &fixed),
            Target::Routine(kind, routine) => self.right_on_routine(grant, *kind, routine, &fixed),
        }
    }

    fn right_on_table(&mut self, grant: &Granting<'_>, table: &Table, fixed: &[Privilege]) -> Result<(), DemandError> {
        self.right_of_wider_levels(&table.0, fixed)?;
        self.no_dynamic(grant, Some(&table.1));
        self.table(table, fixed, PASSED_ON)?;
        // Column privileges count only in a GRANT that names columns, and in every REVOKE.
        if grant.grants && grant.items.iter().all(|item| item.columns.is_empty()) {
            self.whole_table(table, fixed, PASSED_ON)?;
        }
        // Whoever may revoke on some column may on any; and with a privilege that tables do not have it ends before (M6.4).
        let of_tables = self.context.server.privileges_at(Level::Table);
        if grant.grants && fixed.iter().all(|privilege| of_tables.has(*privilege)) {
            self.right_on_columns(grant, table);
        }
        self.system_users_late(grant.accounts);
        Ok(())
    }

    /// Column by column in the order in which they are first named: in MariaDB for each privilege, in MySQL with all of
    /// them at once.
    fn right_on_columns(&mut self, grant: &Granting<'_>, table: &Table) {
        let named = |item: &'_ Item| {
            let pairs = item.columns.iter().flat_map(|c| item.privileges.iter().map(move |p| (c.clone(), *p)));
            pairs.collect::<Vec<_>>()
        };
        let mut columns: Vec<(String, Vec<Privilege>)> = Vec::new();
        for (column, privilege) in grant.items.iter().flat_map(named) {
            let together = !self.has(Behaviour::OneRoleAtOnce);
            match columns.iter_mut().find(|(known, _)| together && known.eq_ignore_ascii_case(&column)) {
                Some((_, privileges)) => privileges.push(privilege),
                None => columns.push((column, vec![privilege])),
            }
        }
        for (column, mut privileges) in columns {
            privileges.sort_unstable();
            privileges.dedup();
            self.column_exists(table, &column);
            let (db, name) = table.clone();
            let on = On::Column(db.clone(), name.clone(), column.clone());
            self.push(Check {
                needs: each(&privileges, &on),
                refusal: Refusal::Column { verb: None, column, table: name, db },
                purpose: "the columns that are passed on".to_owned(),
            });
        }
    }

    /// That a column is not there is noticed when it comes to it.
    fn column_exists(&mut self, table: &Table, column: &str) {
        let tables = self.context.tables;
        let symbol = |name: &str| tables.names.find(name);
        let known = symbol(&table.0).zip(symbol(&table.1)).and_then(|(db, name)| tables.schema.columns(db, name));
        let is_there = |columns: &[Symbol]| columns.iter().any(|c| tables.names.text(*c).eq_ignore_ascii_case(column));
        if known.is_some_and(|columns| !is_there(columns)) {
            let error = object::unknown_column(column, &table.1);
            self.push(Check {
                needs: vec![Need { any_of: Vec::new(), on: On::Global }],
                refusal: Refusal::Other { errno: error.errno, sqlstate: error.sqlstate, message: error.message },
                purpose: "a column that is not there".to_owned(),
            });
        }
    }

    fn right_on_routine(
        &mut self,
        grant: &Granting<'_>,
        kind: ObjectKind,
        routine: &Table,
        fixed: &[Privilege],
    ) -> Result<(), DemandError> {
        self.right_of_wider_levels(&routine.0, fixed)?;
        self.no_dynamic(grant, Some(&routine.1));
        let named = [Privilege::EXECUTE, Privilege::ALTER_ROUTINE, Privilege::GRANT_OPTION];
        let of_tables = fixed.iter().filter(|p| !named.contains(p));
        for privilege in named.iter().filter(|p| fixed.contains(p)).chain(of_tables) {
            self.routine(kind, routine, *privilege, PASSED_ON);
        }
        self.system_users_late(grant.accounts);
        Ok(())
    }

    /// Before a table or routine is looked at: privileges of wider levels only, which cannot be granted on it, have to
    /// be held there all the same.
    fn right_of_wider_levels(&mut self, db: &str, fixed: &[Privilege]) -> Result<(), DemandError> {
        self.refuse_internal(db, fixed)?;
        self.held_globally(&of_no_database(fixed));
        let wider: Vec<Privilege> = fixed.iter().copied().filter(|p| is_of_wider_level(*p)).collect();
        if !wider.is_empty() {
            self.push(Check {
                needs: each(&wider, &On::Database(db.to_owned())),
                refusal: Refusal::Database(db.to_owned()),
                purpose: PASSED_ON.to_owned(),
            });
        }
        Ok(())
    }

    fn held_globally(&mut self, privileges: &[Privilege]) {
        if !privileges.is_empty() {
            self.push(Check {
                needs: each(privileges, &On::Global),
                refusal: Refusal::AccessDenied,
                purpose: PASSED_ON.to_owned(),
            });
        }
    }

    /// Each dynamic privilege is passed on with its own grant option.
    fn dynamic_options(&mut self, items: &[Item]) {
        let need = |any_of: Vec<Privilege>| Need { any_of, on: On::Grantable };
        let known = items.iter().flat_map(|item| &item.privileges).filter(|p| !p.is_static());
        let unknown = items.iter().filter(|item| item.dynamic && item.privileges.is_empty());
        let needs: Vec<Need> = known.map(|p| need(vec![*p])).chain(unknown.map(|_| need(Vec::new()))).collect();
        if !needs.is_empty() {
            self.push(Check {
                needs,
                refusal: Refusal::Specific("GRANT OPTION".to_owned()),
                purpose: "dynamic privileges, each with its own grant option".to_owned(),
            });
        }
    }

    /// Dynamic privileges are global only (M6.4): 3619 names them, or the object. REVOKE IF EXISTS only warns. Nothing meets
    /// the need.
    fn no_dynamic(&mut self, grant: &Granting<'_>, object: Option<&str>) {
        let dynamic = grant.items.iter().filter(|item| item.dynamic && !grant.if_exists);
        let names: Vec<&str> = dynamic.map(|item| item.name.as_str()).collect();
        if !names.is_empty() {
            let all = names.join(",");
            let error = account::illegal_privilege_level(object.unwrap_or(&all));
            self.push(Check {
                needs: vec![Need { any_of: Vec::new(), on: On::Global }],
                refusal: Refusal::Other { errno: error.errno, sqlstate: error.sqlstate, message: error.message },
                purpose: "a dynamic privilege below the global level".to_owned(),
            });
        }
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
            items.push(self.item(name.join(" "), columns, target)?);
            if !words.eat(",") {
                return Ok(items);
            }
        }
    }

    fn item(&self, name: String, columns: Vec<String>, target: &Target) -> Result<Item, DemandError> {
        let level = match target {
            Target::Global => Level::Global,
            Target::Database(_) => Level::Database,
            Target::Table(_) => Level::Table,
            Target::Routine(..) => Level::Routine,
        };
        if name == "USAGE" {
            return Ok(Item { name, columns, ..Item::default() });
        }
        if matches!(name.as_str(), "ALL" | "ALL PRIVILEGES") {
            let fixed: PrivilegeSet = self.context.server.all_privileges(level);
            let dynamic = self.context.server.dynamic_privileges().map(|(p, _)| p);
            let privileges = fixed.iter().chain(dynamic.filter(|_| level == Level::Global)).collect();
            return Ok(Item { name, privileges, columns, dynamic: false });
        }
        let found = self.privilege(&name);
        let dynamic = found.is_none_or(|p| !p.is_static());
        let unreadable = match found {
            Some(privilege) => !dynamic && !columns.is_empty() && !has_level(privilege, Level::Column),
            None => !self.has(Behaviour::DynamicPrivileges) || name.contains(' '),
        };
        if unreadable {
            return Err(DemandError::Syntax(format!("expected a privilege of this level, found `{name}`")));
        }
        Ok(Item { name, privileges: found.into_iter().collect(), columns, dynamic })
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
}

/// What is to be granted or revoked, where, and whose it is.
struct Granting<'a> {
    /// It is no REVOKE.
    grants: bool,
    /// It is REVOKE IF EXISTS.
    if_exists: bool,
    target: &'a Target,
    items: &'a [Item],
    with_grant: bool,
    accounts: &'a [Account],
}

impl Granting<'_> {
    /// The static privileges, and GRANT OPTION, each once.
    fn fixed(&self) -> Vec<Privilege> {
        let named = self.items.iter().flat_map(|i| i.privileges.iter().copied());
        let mut fixed: Vec<Privilege> = named.filter(|p| p.is_static()).collect();
        fixed.push(Privilege::GRANT_OPTION);
        fixed.sort_unstable();
        fixed.dedup();
        fixed
    }
}

fn each(privileges: &[Privilege], on: &On) -> Vec<Need> {
    privileges.iter().map(|p| Need { any_of: vec![*p], on: on.clone() }).collect()
}

/// Those that cannot be granted on a database.
fn of_no_database(privileges: &[Privilege]) -> Vec<Privilege> {
    privileges.iter().copied().filter(|p| !has_level(*p, Level::Database)).collect()
}

/// It can be granted on databases, and neither on tables nor on routines.
fn is_of_wider_level(privilege: Privilege) -> bool {
    has_level(privilege, Level::Database)
        && !has_level(privilege, Level::Table)
        && !has_level(privilege, Level::Routine)
}
