//! The question turned round: who may do this? Every session class is asked, unless no row could give it the privilege.

mod parts;

use super::engine::Engine;
use super::{AccountView, Decision, Login, RowView, SessionClass, Verdict};
use crate::client::set::ClientSet;
use crate::client::{Ask, Client, Object, Roles};
use crate::demand::{self, Context, DemandError, Demands, On};
use crate::matching::wild;
use crate::name::Symbol;
use crate::server::behaviour::Behaviour;
use crate::server::catalogue::{Privilege, PrivilegeSet};
use crate::tables::row::AccountKey;
use rayon::prelude::*;
use rustc_hash::FxHashSet;
use std::collections::{BTreeMap, BTreeSet};

/// How somebody may.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// As soon as it is logged in.
    May,
    /// After SET ROLE, as is said.
    AfterSetRole(String),
    /// After it has set its password, which is expired (M4.10).
    AfterSetPassword,
    /// It depends: on what.
    Undetermined(String),
    /// It holds the privilege, and its login is refused: why.
    CannotLogIn(String),
    /// It holds the privilege, and no client gets its row: why. As the definer of a stored object it counts all the same.
    NeverSelected(String),
}

/// Clients that fare the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clients {
    /// The user name they give.
    pub user: String,
    /// No account row has that user name: it stands for all such names.
    pub is_stranger: bool,
    /// Where they come from, in words.
    pub from: String,
    /// The same, by the host texts that match them.
    pub set: ClientSet,
    /// One of them.
    pub example: Client,
}

/// An account that may, with the clients that get it and the rows that say so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Able {
    /// How it may.
    pub standing: Standing,
    /// The account row.
    pub account: AccountView,
    /// Rows that tie with it, so that the server may take them in its place.
    pub or: Vec<AccountView>,
    /// The account whose privileges it has, and the row of `proxies_priv` that says so.
    pub acts_as: Option<(AccountView, RowView)>,
    /// The clients; none when it is never selected.
    pub clients: Vec<Clients>,
    /// The rows that give the privilege, widest level first; none where the server gives it to everybody.
    pub rows: Vec<RowView>,
    /// The roles that the rows come through, each with the one it is granted to, down to the account: the way of each.
    pub roles: Vec<Vec<AccountView>>,
}

/// Everybody who may do something.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Who {
    /// The privilege and object asked about.
    pub asked: String,
    /// Who may, and who would if it could log in.
    pub able: Vec<Able>,
    /// Rows that give the privilege on a part of the object, of accounts that do not have it on the whole: on tables, columns
    /// and routines within a database, on columns of a table.
    pub parts: Vec<RowView>,
    /// User names for which the search for sets of clients gave up: some of their clients may be missing.
    pub gave_up: Vec<String>,
}

impl Who {
    /// Somebody may, surely.
    pub fn anybody(&self) -> bool {
        self.able
            .iter()
            .any(|able| matches!(able.standing, Standing::May | Standing::AfterSetRole(_) | Standing::AfterSetPassword))
    }

    /// Whether somebody may is not known.
    pub fn unsure(&self) -> bool {
        let unsure = |able: &Able| matches!(able.standing, Standing::Undetermined(_));
        !self.anybody() && (self.able.iter().any(unsure) || !self.gave_up.is_empty())
    }
}

impl Engine<'_> {
    /// Every account and set of clients that has the privilege on the object.
    ///
    /// # Errors
    /// The server has no such privilege, or it cannot be held on such an object: what was expected.
    pub fn who(&self, privilege: &str, on: &Object) -> Result<Who, String> {
        let asked = format!("{} on {on}", privilege.to_uppercase());
        let tables = &self.policy.tables;
        let context = Context { server: tables.server, tables, current_db: None, account: None, login: None };
        let demands = match demand::demand_of(privilege, on, &context) {
            Ok(demands) => demands,
            // The server refuses it to everybody.
            Err(DemandError::Refused(_)) => return Ok(Who { asked, ..Who::default() }),
            Err(DemandError::Syntax(what) | DemandError::Unsupported(what)) => return Err(what),
            Err(DemandError::NoDatabase) => return Err("no database is named".to_owned()),
        };
        let ask = Ask::Can { privilege: privilege.to_owned(), on: on.clone() };
        let givers = Givers::of(self, &demands);
        let classes = match &givers.names {
            None => self.session_classes(),
            Some(names) => self.classes_of(names),
        };
        let found: Vec<Able> = classes.classes.par_iter().filter_map(|class| self.able(class, &ask)).collect();
        let mut able = grouped(found);
        able.extend(self.never_selected(&givers, &ask));
        able.sort_by(|a, b| (&a.standing, &a.account, &a.acts_as).cmp(&(&b.standing, &b.account, &b.acts_as)));
        let parts = parts::parts(self, &demands, &able);
        Ok(Who { asked, able, parts, gave_up: classes.gave_up })
    }

    fn classes_of(&self, names: &BTreeSet<Symbol>) -> super::SessionClasses {
        let names: Vec<&str> = names.iter().map(|name| self.policy.tables.names.text(*name)).collect();
        let found: Vec<_> = names.par_iter().map(|name| self.session_classes_of(name)).collect();
        let mut all = super::SessionClasses::default();
        for classes in found {
            all.classes.extend(classes.classes);
            all.gave_up.extend(classes.gave_up);
        }
        all
    }

    /// What a class may, as soon as it may by some way.
    fn able(&self, class: &SessionClass, ask: &Ask) -> Option<Able> {
        class.login.account.as_ref()?;
        let asked = |login: &Login| self.check_logged_in(&class.example, &let_in(login), ask);
        let first = asked(&class.login);
        let standing = match &first.verdict {
            Verdict::Allow => self.standing(&class.login),
            Verdict::Undetermined(why) => self.refused(&class.login).unwrap_or(Standing::Undetermined(why.clone())),
            _ => return self.able_by_role(class, ask),
        };
        Some(self.told(class, &first, &class.login, standing))
    }

    /// The same after SET ROLE, where its roles at login do not do.
    fn able_by_role(&self, class: &SessionClass, ask: &Ask) -> Option<Able> {
        for roles in self.other_roles(class) {
            let client = Client { roles: roles.clone(), ..class.example.clone() };
            let login = self.login(&client);
            let decision = self.check_logged_in(&client, &let_in(&login), ask);
            if decision.verdict == Verdict::Allow {
                let standing = self.refused(&class.login).unwrap_or_else(|| Standing::AfterSetRole(set_role(&roles)));
                return Some(self.told(class, &decision, &login, standing));
            }
        }
        None
    }

    /// What SET ROLE can say: nothing where no role is granted.
    fn other_roles(&self, class: &SessionClass) -> Vec<Roles> {
        let tables = &self.policy.tables;
        let by_name = tables.server.has(Behaviour::RolesAreNames);
        let effective = class.login.proxied.as_ref().map(|(account, _)| account).or(class.login.account.as_ref());
        let Some(key) = effective.and_then(|account| tables.find_account(&account.user, &account.host)) else {
            return Vec::new();
        };
        let of_name = if by_name { self.index.users(key.user) } else { &[] };
        let of_name = of_name.iter().filter_map(|at| tables.users.at(*at)).map(|row| row.key);
        let grantees: BTreeSet<AccountKey> = of_name.chain([key]).collect();
        let edges = grantees.iter().flat_map(|grantee| tables.role_edges.of(*grantee));
        let roles: BTreeSet<AccountKey> =
            edges.map(|(_, row)| row.role).chain(self.index.mandatory_roles.iter().copied()).collect();
        if roles.is_empty() {
            return Vec::new();
        }
        let named = roles.into_iter().map(|role| {
            let (user, host) = tables.account_text(role);
            Roles::Named(vec![(user.to_owned(), host.to_owned())])
        });
        let all = (!by_name).then_some(Roles::All);
        named.chain(all).chain([Roles::None]).collect()
    }

    fn told(&self, class: &SessionClass, decision: &Decision, login: &Login, standing: Standing) -> Able {
        let needs = decision.checks.iter().flat_map(|check| &check.needs);
        let mut rows: Vec<RowView> = Vec::new();
        for row in needs.flat_map(|need| &need.rows) {
            if !rows.contains(row) {
                rows.push(row.clone());
            }
        }
        let account = login.account.clone().unwrap_or_default();
        let roles = rows.iter().filter_map(|row| self.way(&row.account, login)).collect::<BTreeSet<_>>();
        Able {
            standing,
            or: login.tied.iter().filter(|tied| **tied != account).cloned().collect(),
            account,
            acts_as: login.proxied.clone(),
            clients: vec![Clients {
                user: class.user.clone(),
                is_stranger: class.is_stranger,
                from: class.clients.clone(),
                set: class.set.clone(),
                example: Client { roles: Roles::Default, ..class.example.clone() },
            }],
            rows,
            roles: roles.into_iter().collect(),
        }
    }

    /// The shortest way from a role of the session to the one that is active by itself; none when it is no role of it.
    fn way(&self, role: &AccountView, login: &Login) -> Option<Vec<AccountView>> {
        let tables = &self.policy.tables;
        let own = login.proxied.as_ref().map(|(account, _)| account).or(login.account.as_ref());
        if own == Some(role) || !login.roles.iter().any(|(active, _)| active == role) {
            return None;
        }
        let key = |account: &AccountView| tables.find_account(&account.user, &account.host);
        let active: FxHashSet<AccountKey> = login.roles.iter().filter_map(|(role, _)| key(role)).collect();
        let direct: FxHashSet<AccountKey> =
            login.roles.iter().filter(|(_, row)| row.is_some()).filter_map(|(role, _)| key(role)).collect();
        let mut open = std::collections::VecDeque::from([vec![key(role)?]]);
        let mut seen = FxHashSet::default();
        while let Some(way) = open.pop_front() {
            let Some(last) = way.last().copied() else { continue };
            if direct.contains(&last) || direct.is_empty() {
                return Some(way.into_iter().map(|key| self.viewer().account(key)).collect());
            }
            let above = tables.role_edges.iter().filter(|(_, _, row)| row.role == last && active.contains(&row.to));
            for (_, _, row) in above {
                if seen.insert(row.to) {
                    open.push_back(way.iter().copied().chain([row.to]).collect());
                }
            }
        }
        Some(vec![role.clone()])
    }

    fn standing(&self, login: &Login) -> Standing {
        if let Some(refused) = self.refused(login) {
            return refused;
        }
        match (&login.undetermined, login.must_set_password) {
            (Some(why), _) => Standing::Undetermined(why.clone()),
            (None, true) => Standing::AfterSetPassword,
            (None, false) => Standing::May,
        }
    }

    fn refused(&self, login: &Login) -> Option<Standing> {
        let error = login.error.as_ref()?;
        let why = login.refused_because.clone().unwrap_or_else(|| error.message.clone());
        let tables = &self.policy.tables;
        let key = login.account.as_ref().and_then(|account| tables.find_account(&account.user, &account.host));
        let is_role = key.and_then(|key| tables.users.get(&key)).is_some_and(|row| row.is_role);
        Some(Standing::CannotLogIn(if is_role { format!("it is a role; {why}") } else { why }))
    }

    /// Accounts that hold the privilege and that no client gets.
    fn never_selected(&self, givers: &Givers, ask: &Ask) -> Vec<Able> {
        let reached = self.accounts().into_iter().filter(|line| line.reached.example.is_none());
        let tables = &self.policy.tables;
        let wanted = |account: &AccountView| {
            let key = tables.find_account(&account.user, &account.host);
            let row = key.and_then(|key| tables.users.get(&key));
            row.is_some_and(|row| !row.is_role) && givers.have(tables.names.find(&account.user))
        };
        let lines: Vec<_> = reached.filter(|line| wanted(&line.row.account)).collect();
        let able = lines.par_iter().filter_map(|line| {
            let account = line.row.account.clone();
            let decision = super::check::check_definer(self, &account, ask);
            if decision.verdict != Verdict::Allow {
                return None;
            }
            let needs = decision.checks.iter().flat_map(|check| &check.needs);
            let rows = needs.flat_map(|need| need.rows.clone()).collect();
            let by: Vec<String> = line.reached.shadowed_by.iter().map(AccountView::quoted).collect();
            let why = match (&line.unmatchable, by.is_empty()) {
                (Some(why), _) => why.clone(),
                (None, false) => format!("{} come first for all its clients", by.join(", ")),
                (None, true) => "no client is known that gets it".to_owned(),
            };
            let standing = Standing::NeverSelected(why);
            let (or, roles) = (Vec::new(), Vec::new());
            Some(Able { standing, account, or, acts_as: None, clients: Vec::new(), rows, roles })
        });
        able.collect()
    }
}

/// The login as if it had not been refused.
fn let_in(login: &Login) -> Login {
    Login { error: None, undetermined: None, must_set_password: false, ..login.clone() }
}

fn set_role(roles: &Roles) -> String {
    match roles {
        Roles::Default => "SET ROLE DEFAULT".to_owned(),
        Roles::None => "SET ROLE NONE".to_owned(),
        Roles::All => "SET ROLE ALL".to_owned(),
        Roles::Named(names) => {
            let quoted = names.iter().map(|(user, host)| {
                let role = format!("'{user}'");
                if host.is_empty() || host == "%" { role } else { format!("{role}@'{host}'") }
            });
            format!("SET ROLE {}", quoted.collect::<Vec<_>>().join(", "))
        }
    }
}

/// Classes that differ in nothing but their clients become one.
fn grouped(found: Vec<Able>) -> Vec<Able> {
    let mut groups: BTreeMap<String, Able> = BTreeMap::new();
    for able in found {
        let key = format!("{:?}", (&able.standing, &able.account, &able.or, &able.acts_as, &able.rows, &able.roles));
        match groups.get_mut(&key) {
            Some(group) => group.clients.extend(able.clients),
            None => {
                groups.insert(key, able);
            }
        }
    }
    groups.into_values().collect()
}

/// The user names that some row could give what is asked for; a superset.
struct Givers {
    /// Nothing where it could be anybody.
    names: Option<BTreeSet<Symbol>>,
}

impl Givers {
    fn have(&self, name: Option<Symbol>) -> bool {
        match (&self.names, name) {
            (None, _) => true,
            (Some(names), Some(name)) => names.contains(&name),
            (Some(_), None) => false,
        }
    }

    fn of(engine: &Engine<'_>, demands: &Demands) -> Self {
        let tables = &engine.policy.tables;
        let mut names: BTreeSet<Symbol> = BTreeSet::new();
        for need in demands.checks.iter().flat_map(|check| &check.needs) {
            let Some(wanted) = Wanted::of(engine, &need.on, &need.any_of) else { return Self { names: None } };
            wanted.owners(engine, &mut names);
        }
        let everybody = |names: &BTreeSet<Symbol>| {
            names.contains(&Symbol::EMPTY)
                || engine.index.mandatory_roles.iter().any(|role| names.contains(&role.user))
                || tables.public().is_some_and(|public| names.contains(&public.user))
        };
        loop {
            if everybody(&names) {
                return Self { names: None };
            }
            let edges = tables.role_edges.iter().filter(|(_, _, row)| names.contains(&row.role.user));
            let proxies = tables.proxies.iter().filter(|(_, _, row)| names.contains(&row.proxied.user));
            let more: Vec<Symbol> =
                edges.map(|(_, _, row)| row.to.user).chain(proxies.map(|(_, _, row)| row.key.user)).collect();
            if more.iter().any(|name| wild::has_wildcard(tables.names.text(*name))) {
                return Self { names: None };
            }
            let before = names.len();
            names.extend(more);
            if names.len() == before {
                return Self { names: Some(names) };
            }
        }
    }
}

/// What is looked for in rows: some of these privileges where the names are these, whatever the case of their letters.
struct Wanted {
    set: PrivilegeSet,
    dynamic: Vec<Privilege>,
    db: Option<String>,
    object: Option<String>,
}

impl Wanted {
    /// Nothing where more than rows of privileges on that object decides.
    fn of(engine: &Engine<'_>, on: &On, any_of: &[Privilege]) -> Option<Self> {
        let (db, object) = match on {
            On::Global => (None, None),
            On::Database(db) => (Some(db), None),
            On::Table(db, object) | On::AnyColumn(db, object) | On::Routine(_, db, object) => (Some(db), Some(object)),
            On::Column(db, object, _) => (Some(db), Some(object)),
            _ => return None,
        };
        let server = &engine.policy.tables.server;
        if db.is_some_and(|db| server.internal_schema(&db.to_lowercase()).is_some()) {
            return None;
        }
        let (of_rows, dynamic): (Vec<Privilege>, Vec<Privilege>) = any_of.iter().partition(|p| p.is_static());
        let set = PrivilegeSet::of_all(&of_rows);
        Some(Self { set, dynamic, db: db.map(|db| db.to_lowercase()), object: object.map(|name| name.to_lowercase()) })
    }

    fn gives(&self, held: PrivilegeSet) -> bool {
        !held.intersection(self.set).is_empty()
    }

    fn owners(&self, engine: &Engine<'_>, names: &mut BTreeSet<Symbol>) {
        let tables = &engine.policy.tables;
        let text = |symbol| tables.names.text(symbol);
        let users = tables.users.iter().filter(|(_, _, row)| self.gives(row.privileges));
        names.extend(users.map(|(_, key, _)| key.user));
        let dynamic = tables.dynamic.iter().filter(|(_, _, row)| self.dynamic.contains(&row.privilege));
        names.extend(dynamic.map(|(_, _, row)| row.key.user));
        let Some(db) = &self.db else { return };
        let covers = |text: &str| {
            let lower = text.to_lowercase();
            lower == *db || wild::matches_bytes(db.as_bytes(), lower.as_bytes(), engine.index.quirks)
        };
        let dbs = tables.dbs.iter().filter(|(_, _, row)| self.gives(row.privileges) && covers(text(row.db)));
        names.extend(dbs.map(|(_, _, row)| row.key.user));
        let Some(object) = &self.object else { return };
        let here = |of: Symbol, name: Symbol| text(of).to_lowercase() == *db && text(name).to_lowercase() == *object;
        let on_tables = tables.tables.iter().filter(|(_, _, row)| {
            (self.gives(row.privileges) || row.columns.iter().any(|column| self.gives(column.privileges)))
                && here(row.db, row.table)
        });
        names.extend(on_tables.map(|(_, _, row)| row.key.user));
        let routines =
            tables.routines.iter().filter(|(_, _, row)| self.gives(row.privileges) && here(row.db, row.routine));
        names.extend(routines.map(|(_, _, row)| row.key.user));
    }
}
