//! The statements that bring a state nearer to another one.

use super::by_hand::Restart;
use super::state::{Account, HAS, OPTION, On, PASSED_ON, STORED, State, quoted};
use super::statement::Statement;
use super::under_way;
use crate::answer::AccountView;
use crate::policy::Policy;
use std::collections::{BTreeMap, BTreeSet};

/// Statements that are run together, and whom they concern: one user name, or everybody.
pub struct Candidate {
    pub statements: Vec<Statement>,
    pub user: Option<String>,
    /// The user name of the accounts that are made ready before the last statement gives them their own.
    pub under_way: Option<String>,
    /// The account that it changes or makes, if it is one only.
    pub whose: Option<AccountView>,
    pub kind: Kind,
}

/// How far a candidate is from what is to be done; the nearer ones are tried first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// It does a part of it.
    Plain,
    /// It makes an account ready under another name.
    ReadyMade,
    /// It gives an account for a time what will go with it.
    Lent,
    /// It puts accounts in the place of others.
    Exchanged,
    /// It writes the grant tables by hand.
    ByHand,
    /// It starts the server anew.
    Restarted,
}

/// What can be done next: settings, then what gives, then what takes; nothing that is further from what is to be done than
/// the last kind.
pub fn candidates(is: &State, shall: &State, policy: &Policy, last: Kind) -> Vec<Candidate> {
    let maker = Maker { is, shall, policy };
    let (mut all, late) = maker.settings();
    all.extend(maker.alterations());
    all.extend(maker.grants());
    all.extend(maker.creations());
    all.extend(late);
    let (staying, going) = maker.revocations();
    all.extend(staying);
    all.extend(maker.drops());
    all.extend(going);
    all.extend(maker.unread());
    all.extend(maker.ready_made());
    all.extend(maker.lendings());
    if last >= Kind::Exchanged {
        all.extend(maker.exchanges());
    }
    if last >= Kind::ByHand {
        let by_hand = maker.by_hand();
        if last >= Kind::Restarted {
            all.extend(maker.restarted(by_hand.as_ref()));
        }
        all.extend(by_hand);
    }
    all
}

/// How far a search must go, and can go: some settings are only set when the server starts.
pub fn furthest(is: &State, shall: &State, policy: &Policy) -> (Kind, Kind) {
    match (Maker { is, shall, policy }).restart() {
        Restart::Must => (Kind::Restarted, Kind::Restarted),
        Restart::May => (Kind::Plain, Kind::Restarted),
        Restart::No => (Kind::Plain, Kind::ByHand),
    }
}

/// The statements that give what one state has and the other has not, whether or not the server runs them.
pub fn gifts(is: &State, shall: &State, policy: &Policy) -> Vec<String> {
    let maker = Maker { is, shall, policy };
    let all = maker.creations().into_iter().chain(maker.grants());
    all.flat_map(|candidate| candidate.statements).map(|statement| statement.text).collect()
}

/// The names under which roles are made ready.
pub type Names<'a> = BTreeMap<&'a AccountView, AccountView>;

/// Makes the statements between two states, as the policy's server runs them.
pub struct Maker<'a> {
    pub is: &'a State,
    pub shall: &'a State,
    pub policy: &'a Policy,
}

/// Rights by what they are on.
pub type Rights = BTreeMap<On, BTreeSet<String>>;

impl Maker<'_> {
    pub(super) fn name(&self, account: &AccountView) -> String {
        quoted(self.policy, account)
    }

    pub(super) fn one(&self, statement: impl Into<Statement>, of: Option<&AccountView>) -> Candidate {
        self.together([statement], of)
    }

    pub(super) fn together(
        &self,
        statements: impl IntoIterator<Item = impl Into<Statement>>,
        of: Option<&AccountView>,
    ) -> Candidate {
        // Rows of roles and of the empty user count for others too.
        let own = |account: &&AccountView| {
            let is_role = self
                .is
                .rights
                .keys()
                .chain(self.shall.rights.keys())
                .any(|on| matches!(on, On::Role(_, role) if role == *account));
            let mandatory = self.is.variables.get("mandatory_roles").is_some_and(|roles| !roles.is_empty());
            let proxied = self.is.variables.get("check_proxy_users").is_some_and(|value| value == "ON");
            !account.user.is_empty() && !account.host.is_empty() && !is_role && !mandatory && !proxied
        };
        let statements = statements.into_iter().map(Into::into).collect();
        let user = of.filter(own).map(|account| account.user.clone());
        Candidate { statements, user, under_way: None, whose: of.cloned(), kind: Kind::Plain }
    }

    /// The account, where it matters to clients of its own name only whether it is there.
    pub(super) fn alone<'a>(&self, name: &'a AccountView) -> Option<&'a AccountView> {
        Some(name).filter(|_| self.is.admits_every_host && self.shall.admits_every_host)
    }

    /// Settings, and those that wait: nothing can be granted to a mandatory role that it would have of itself then (M7.31).
    fn settings(&self) -> (Vec<Candidate>, Vec<Candidate>) {
        let other = self.shall.variables.iter().filter(|(name, value)| self.is.variables.get(*name) != Some(*value));
        let (late, early): (Vec<_>, Vec<_>) = other.partition(|(name, _)| *name == "mandatory_roles");
        let set = |(name, value): (&String, &String)| self.one(format!("SET GLOBAL {}", setting(name, value)), None);
        (early.into_iter().map(set).collect(), late.into_iter().map(set).collect())
    }

    /// Accounts that are there and shall be otherwise.
    fn alterations(&self) -> Vec<Candidate> {
        let both =
            self.shall.accounts.iter().filter_map(|(name, shall)| Some((name, self.is.accounts.get(name)?, shall)));
        let other = both.filter(|(_, is, shall)| is != shall && !shall.is_role && !is.is_role);
        let alter = other.map(|(name, is, shall)| {
            self.one(format!("ALTER USER {}{}", self.name(name), shall.other_than(is)), Some(name))
        });
        alter.collect()
    }

    pub(super) fn missing(&self) -> impl Iterator<Item = (&AccountView, &Account)> {
        let missing = self.shall.accounts.iter().filter(|(name, _)| !self.is.has(name));
        missing.filter(|(name, _)| !self.is.is_left_alone(self.shall, name))
    }

    fn creations(&self) -> Vec<Candidate> {
        // What is stored only, an account gets on its way.
        let is_stored = |name: &AccountView| {
            let mut mine = self.shall.rights.iter().filter(|(on, _)| on.whose() == name);
            self.forgets_when_renamed() && mine.any(|(_, rights)| rights.contains(STORED))
        };
        let missing = self.missing().filter(|(name, account)| account.is_role || !is_stored(name));
        let create = |(name, account): (&AccountView, &Account)| Candidate {
            whose: Some(name.clone()),
            ..self.one(self.creation(name, account), self.alone(name))
        };
        missing.map(create).collect()
    }

    pub(super) fn creation(&self, name: &AccountView, account: &Account) -> String {
        let name = self.name(name);
        match account.is_role {
            true => format!("CREATE ROLE {name}"),
            false => format!("CREATE USER {name}{}{}", account.identified, account.unusual()),
        }
    }

    /// Rights that `of` has and `than` has not, on accounts that are there.
    pub(super) fn more<'a>(
        &'a self,
        of: &'a Rights,
        than: &'a Rights,
    ) -> impl Iterator<Item = (&'a On, BTreeSet<String>)> {
        let mine =
            of.iter().filter(|(on, _)| self.is.has(on.whose()) && !self.is.is_left_alone(self.shall, on.whose()));
        mine.filter_map(|(on, rights)| {
            let nothing = BTreeSet::new();
            let had = than.get(on).unwrap_or(&nothing);
            let more: BTreeSet<String> = rights.difference(had).cloned().collect();
            (!more.is_empty()).then_some((on, more))
        })
    }

    fn grants(&self) -> Vec<Candidate> {
        let mut grants = Vec::new();
        for (on, rights) in self.more(&self.shall.rights, &self.is.rights) {
            if let Some(statements) = self.dangling(on, &rights, on.whose()).or_else(|| self.stored(on, &rights)) {
                grants.push(self.together(statements, Some(on.whose())));
                continue;
            }
            grants.extend(self.grant(on, &rights).into_iter().map(|statement| self.one(statement, Some(on.whose()))));
        }
        grants
    }

    /// Of accounts that stay, and of those that are to be dropped.
    fn revocations(&self) -> (Vec<Candidate>, Vec<Candidate>) {
        let (mut staying, mut going) = (Vec::new(), Vec::new());
        let lent = self.lent();
        for (on, mut rights) in self.more(&self.is.rights, &self.shall.rights) {
            rights.retain(|right| !lent.get(on).is_some_and(|lent| lent.contains(right)));
            let statements = if rights.is_empty() { Vec::new() } else { self.revoke(on, &rights) };
            let candidate = statements.into_iter().map(|statement| self.one(statement, Some(on.whose())));
            if self.shall.has(on.whose()) { staying.extend(candidate) } else { going.extend(candidate) }
        }
        (staying, going)
    }

    fn drops(&self) -> Vec<Candidate> {
        let superfluous = self.is.accounts.iter().filter(|(name, _)| !self.shall.has(name));
        let superfluous = superfluous.filter(|(name, _)| !self.is.is_left_alone(self.shall, name));
        let drop = superfluous.map(|(name, account)| {
            let word = if account.is_role { "ROLE" } else { "USER" };
            self.one(format!("DROP {word} {}", self.name(name)), self.alone(name))
        });
        drop.collect()
    }

    /// The statements that give rights.
    pub(super) fn grant(&self, on: &On, rights: &BTreeSet<String>) -> Vec<String> {
        let to = self.name(on.whose());
        let option = rights.contains(OPTION);
        let plain: Vec<&str> = rights.iter().map(String::as_str).filter(|right| *right != OPTION).collect();
        let with = |words: &str| if option { format!(" {words}") } else { String::new() };
        match on {
            On::Dynamic(_) => self.grant_dynamic(&to, rights),
            On::Proxy(_, proxied) => {
                vec![format!("GRANT PROXY ON {} TO {to}{}", self.name(proxied), with("WITH GRANT OPTION"))]
            }
            On::Role(_, role) => self
                .stored(on, rights)
                .unwrap_or_else(|| vec![format!("GRANT {} TO {to}{}", self.name(role), with("WITH ADMIN OPTION"))]),
            On::Defaults(of) => self.defaults(of, self.shall.rights.get(on)),
            On::Withheld(_, db) => vec![format!("REVOKE {} ON {} FROM {to}", plain.join(", "), database(db))],
            On::Global(_) | On::Database(..) | On::Table(..) | On::Routine(..) => {
                let list = if plain.is_empty() { "USAGE".to_owned() } else { plain.join(", ") };
                vec![format!("GRANT {list} ON {} TO {to}{}", object(on), with("WITH GRANT OPTION"))]
            }
        }
    }

    /// The statements that make one account, under another name, with all that it shall have.
    pub(super) fn making(&self, made: &AccountView, like: &AccountView, account: &Account) -> Vec<String> {
        let given = self.giving(made, like, &BTreeMap::new());
        std::iter::once(self.creation(made, account)).chain(given).collect()
    }

    /// The statements that give an account under another name what it shall have, with roles that have other names too.
    pub(super) fn giving(&self, made: &AccountView, like: &AccountView, roles: &Names<'_>) -> Vec<String> {
        let rights = self.shall.rights.iter().filter(|(on, _)| on.whose() == like);
        let given = |(on, rights): (&On, &BTreeSet<String>)| {
            if let Some(statements) = self.dangling(on, rights, made) {
                return statements;
            }
            match on.of(made) {
                On::Role(of, role) => self.grant(&On::Role(of, roles.get(&role).cloned().unwrap_or(role)), rights),
                On::Defaults(of) => {
                    let quoted: BTreeMap<String, String> =
                        roles.iter().map(|(role, made)| (self.name(role), self.name(made))).collect();
                    let named = rights.iter().map(|role| quoted.get(role).unwrap_or(role).clone()).collect();
                    self.defaults(&of, Some(&named))
                }
                on => self.grant(&on, rights),
            }
        };
        rights.flat_map(given).collect()
    }

    /// A default role that the account has no more, or that is no more, for it or for who takes its place: where roles are
    /// names it stays what it was when the role is revoked or dropped (M7.41), but only who has a role can get it.
    fn dangling(&self, on: &On, roles: &BTreeSet<String>, to: &AccountView) -> Option<Vec<String>> {
        let (On::Defaults(of), Some(role)) = (on, roles.first()) else { return None };
        let named = |rights: &Rights, holder: &AccountView| {
            rights.keys().any(|on| matches!(on, On::Role(to, of) if to == holder && self.name(of) == *role))
        };
        let is_there = |state: &State| state.accounts.iter().any(|(name, one)| one.is_role && self.name(name) == *role);
        let is_mariadb = self.policy.tables.server.is_mariadb();
        if !is_mariadb || named(&self.shall.rights, of) || named(&self.is.rights, of) {
            return None;
        }
        let mut statements = self.defaults(to, Some(roles));
        let to = self.name(to);
        statements.insert(0, format!("GRANT {role} TO {to}"));
        match (is_there(self.is), is_there(self.shall)) {
            (true, _) => statements.push(format!("REVOKE {role} FROM {to}")),
            (false, true) => return None,
            (false, false) => {
                statements.insert(0, format!("CREATE ROLE {role}"));
                statements.push(format!("DROP ROLE {role}"));
            }
        }
        Some(statements)
    }

    /// The right to pass a role on that is stored only: it goes out of force where the role is granted without it, or where
    /// the server renames the account, as for an account under way.
    fn stored(&self, on: &On, rights: &BTreeSet<String>) -> Option<Vec<String>> {
        let On::Role(of, role) = on else { return None };
        if !rights.contains(STORED) {
            return None;
        }
        let (to, role) = (self.name(of), self.name(role));
        let with = format!("GRANT {role} TO {to} WITH ADMIN OPTION");
        if under_way::is(of) && self.forgets_when_renamed() {
            return Some(vec![with]);
        }
        if self.forgets_when_renamed() {
            let other = self.name(&under_way::account(&self.policy.tables.server, of, 0));
            let renamed = |from: &str, to: &str| format!("RENAME USER {from} TO {to}");
            return Some(vec![with, renamed(&to, &other), renamed(&other, &to)]);
        }
        let plain = format!("GRANT {role} TO {to}");
        let is_in_force = self.is.rights.get(on).is_some_and(|rights| rights.contains(OPTION));
        Some(if is_in_force { vec![plain] } else { vec![with, plain] })
    }

    /// Renamed accounts may not pass their roles on until the tables are read again.
    fn forgets_when_renamed(&self) -> bool {
        self.policy.tables.server.is_mariadb()
    }

    fn grant_dynamic(&self, to: &str, rights: &BTreeSet<String>) -> Vec<String> {
        let passed_on: Vec<&str> = rights.iter().filter_map(|right| right.strip_suffix(PASSED_ON)).collect();
        let plain: Vec<&str> = rights
            .iter()
            .map(String::as_str)
            .filter(|right| !right.ends_with(PASSED_ON) && !passed_on.contains(right))
            .collect();
        let mut statements = Vec::new();
        if !plain.is_empty() {
            statements.push(format!("GRANT {} ON *.* TO {to}", plain.join(", ")));
        }
        if !passed_on.is_empty() {
            statements.push(format!("GRANT {} ON *.* TO {to} WITH GRANT OPTION", passed_on.join(", ")));
        }
        statements
    }

    /// The whole list of default roles, which one statement sets.
    fn defaults(&self, of: &AccountView, roles: Option<&BTreeSet<String>>) -> Vec<String> {
        let list: Vec<&str> = roles.into_iter().flatten().map(String::as_str).collect();
        let list = if list.is_empty() { "NONE".to_owned() } else { list.join(", ") };
        let to = if self.policy.tables.server.is_mariadb() { "FOR" } else { "TO" };
        vec![format!("SET DEFAULT ROLE {list} {to} {}", self.name(of))]
    }

    /// The statement that takes rights away.
    fn revoke(&self, on: &On, rights: &BTreeSet<String>) -> Vec<String> {
        let from = self.name(on.whose());
        let list = rights.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
        let statement = match on {
            On::Dynamic(_) => {
                let names: BTreeSet<&str> =
                    rights.iter().map(|right| right.strip_suffix(PASSED_ON).unwrap_or(right)).collect();
                format!("REVOKE {} ON *.* FROM {from}", names.into_iter().collect::<Vec<_>>().join(", "))
            }
            On::Proxy(_, proxied) => format!("REVOKE PROXY ON {} FROM {from}", self.name(proxied)),
            On::Role(_, role) if !rights.contains(HAS) && self.policy.tables.server.is_mariadb() => {
                format!("REVOKE ADMIN OPTION FOR {} FROM {from}", self.name(role))
            }
            On::Role(_, role) => format!("REVOKE {} FROM {from}", self.name(role)),
            On::Defaults(of) => return self.defaults(of, self.shall.rights.get(on)),
            On::Withheld(_, db) => format!("GRANT {list} ON {} TO {from}", database(db)),
            On::Global(_) | On::Database(..) | On::Table(..) | On::Routine(..) => {
                format!("REVOKE {list} ON {} FROM {from}", object(on))
            }
        };
        vec![statement]
    }
}

/// What SET says of a variable.
pub(super) fn setting(name: &str, value: &str) -> String {
    let plain = !value.is_empty() && value.bytes().all(|b| b.is_ascii_alphanumeric());
    if plain { format!("{name} = {value}") } else { format!("{name} = '{}'", value.replace('\'', "''")) }
}

fn quote(text: &str) -> String {
    format!("`{}`", text.replace('`', "``"))
}

fn database(db: &str) -> String {
    format!("{}.*", quote(db))
}

/// What GRANT names.
fn object(on: &On) -> String {
    match on {
        On::Database(_, db) => database(db),
        On::Table(_, db, table) => format!("{}.{}", quote(db), quote(table)),
        On::Routine(_, kind, db, name) => format!("{kind} {}.{}", quote(db), quote(name)),
        _ => "*.*".to_owned(),
    }
}
