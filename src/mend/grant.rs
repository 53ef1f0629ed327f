//! Mends that grant: the least privileges, at the narrowest level, that meet what is demanded.

use super::alike::{alike, matches};
use super::{Denial, Kind, Mend, sql};
use crate::answer::{AccountView, Decision, Engine};
use crate::demand::{Need, On};
use crate::facts::id::NearReason;
use crate::server::catalogue::Privilege;
use crate::syntax::statement::ObjectKind;

/// A privilege that is to be granted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Wish {
    /// To whom.
    pub to: AccountView,
    /// The privilege's name.
    pub privilege: String,
    /// On what.
    pub on: Target,
}

/// What a privilege is granted on, the widest first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Target {
    GlobalGrantable,
    Global,
    Database(String),
    Table(String, String),
    Routine(ObjectKind, String, String),
    Column(String, String, String),
    Role(AccountView),
    Proxied(AccountView),
}

impl Target {
    /// The next wider object, where there is one.
    fn wider(&self) -> Self {
        match self {
            Self::Column(db, table, _) => Self::Table(db.clone(), table.clone()),
            Self::Table(db, _) | Self::Routine(_, db, _) => Self::Database(db.clone()),
            Self::Database(_) => Self::Global,
            same => same.clone(),
        }
    }
}

/// How often everything is widened by one level.
const LEVELS: usize = 3;
/// More needs than this are not tried one by one.
const MOST_WISHES: usize = 60;

/// The least grants; and where a partial revoke or a row with another spelling is in the way, that.
pub fn mends(denial: &Denial<'_>, decision: &Decision) -> Vec<Mend> {
    let mut found: Vec<Mend> = least(denial, decision).into_iter().collect();
    found.extend(unrestricted(denial, decision));
    found.extend(respelled(denial, decision));
    found
}

/// The least grants that allow the request.
pub(super) fn least(denial: &Denial<'_>, decision: &Decision) -> Option<Mend> {
    let wishes = wishes(denial, decision)?;
    if wishes.len() > MOST_WISHES {
        return None;
    }
    let mut level = wishes;
    for _ in 0..=LEVELS {
        if allows(denial, &level) {
            return Some(mend(denial, Kind::Grant, least_of(denial, level)));
        }
        if let Some(chosen) = another_choice(denial, decision, &level) {
            return Some(mend(denial, Kind::Grant, least_of(denial, chosen)));
        }
        let wider: Vec<Wish> = level.iter().map(|wish| Wish { on: wish.on.wider(), ..wish.clone() }).collect();
        if wider == level {
            break;
        }
        level = wider;
        level.sort();
        level.dedup();
    }
    None
}

fn mend(denial: &Denial<'_>, kind: Kind, wishes: Vec<Wish>) -> Mend {
    let statements = sql::grants(denial.policy, &wishes);
    let caution = wishes.iter().find_map(|wish| hides(denial, wish));
    Mend { kind, what: "grant what is missing".to_owned(), statements, caution, client: denial.client.clone() }
}

/// A new db row comes before rows with wildcards, and only the first one counts (M5.2).
fn hides(denial: &Denial<'_>, wish: &Wish) -> Option<String> {
    let Target::Database(db) = &wish.on else { return None };
    let held = Engine::new(denial.policy).privileges(denial.client).held;
    let hidden = held.iter().find(|held| {
        let pattern = held.row.db.as_deref().unwrap_or("");
        held.level == "database" && pattern != db && matches(denial.policy, pattern, db)
    })?;
    let names = hidden.privileges.join(", ");
    Some(format!("its row will come before {}, whose {names} then do not count on `{db}` (M5.2)", hidden.row.words()))
}

fn allows(denial: &Denial<'_>, wishes: &[Wish]) -> bool {
    let policy = denial.after(&sql::grants(denial.policy, wishes));
    policy.is_some_and(|policy| denial.is_allowed(&policy, denial.client))
}

/// Without what is not needed: each that can go goes, the widest first.
fn least_of(denial: &Denial<'_>, mut wishes: Vec<Wish>) -> Vec<Wish> {
    wishes.sort_by(|a, b| a.on.cmp(&b.on).then_with(|| a.cmp(b)));
    let mut at = 0;
    while at < wishes.len() {
        let mut without = wishes.clone();
        without.remove(at);
        if !without.is_empty() && allows(denial, &without) {
            wishes = without;
        } else {
            at += 1;
        }
    }
    wishes
}

/// Where one of several privileges is enough and the first did not do, another.
fn another_choice(denial: &Denial<'_>, decision: &Decision, wishes: &[Wish]) -> Option<Vec<Wish>> {
    let needs = needs(denial, decision)?;
    for (to, need) in &needs {
        let engine = Engine::new(denial.policy);
        for privilege in ranked(&engine, &need.any_of).into_iter().skip(1) {
            let others =
                wishes.iter().filter(|wish| !need.any_of.iter().any(|p| engine.privilege_name(*p) == wish.privilege));
            let mut chosen: Vec<Wish> = others.cloned().collect();
            chosen.extend(target(&need.on).map(|on| Wish { to: to.clone(), privilege, on }));
            if allows(denial, &chosen) {
                return Some(chosen);
            }
        }
    }
    None
}

/// Everything that is demanded, each need by its narrowest privilege on its narrowest object.
fn wishes(denial: &Denial<'_>, decision: &Decision) -> Option<Vec<Wish>> {
    let engine = Engine::new(denial.policy);
    let mut wishes = Vec::new();
    for (to, need) in needs(denial, decision)? {
        let privilege = least_privilege(&engine, &need);
        let on = target(&need.on);
        if let (Some(privilege), Some(on)) = (privilege, on) {
            wishes.push(Wish { to, privilege, on });
        }
    }
    wishes.sort();
    wishes.dedup();
    (!wishes.is_empty()).then_some(wishes)
}

/// The privilege to grant for a need. Anything at all makes a database visible (M5.40, M5.41).
fn least_privilege(engine: &Engine<'_>, need: &Need) -> Option<String> {
    match need.on {
        On::VisibleDatabase(_) | On::ListedDatabase(_) => Some("SELECT".to_owned()),
        _ => ranked(engine, &need.any_of).into_iter().next(),
    }
}

/// Every need and whose it is: the session's account, and the definers of the views that are read.
fn needs(denial: &Denial<'_>, decision: &Decision) -> Option<Vec<(AccountView, Need)>> {
    let login = &decision.login;
    let account = login.proxied.as_ref().map(|(account, _)| account).or(login.account.as_ref())?;
    let demands = Engine::new(denial.policy).demands(denial.client, login, denial.ask?).ok()?;
    let own = demands.checks.into_iter().flat_map(|check| check.needs).map(|need| (account.clone(), need));
    let of_definers = demands.of_definers.into_iter().flat_map(|of| {
        let definer = AccountView { user: of.definer.0, host: of.definer.1 };
        of.check.needs.into_iter().map(move |need| (definer.clone(), need))
    });
    Some(own.chain(of_definers).collect())
}

/// The privileges of a need by how little each gives beside: those made for a purpose before SUPER.
fn ranked(engine: &Engine<'_>, any_of: &[Privilege]) -> Vec<String> {
    let mut ranked: Vec<(bool, bool, String)> = any_of
        .iter()
        .map(|privilege| (*privilege == Privilege::SUPER, privilege.is_static(), engine.privilege_name(*privilege)))
        .collect();
    ranked.sort_by_key(|(is_super, is_static, _)| (*is_super, *is_static));
    ranked.into_iter().map(|(_, _, name)| name).collect()
}

/// The narrowest object that meets a need.
fn target(on: &On) -> Option<Target> {
    Some(match on {
        On::Global => Target::Global,
        On::Database(db) | On::DatabaseAnew(db) | On::VisibleDatabase(db) | On::ListedDatabase(db) => {
            Target::Database(db.clone())
        }
        On::Table(db, table)
        | On::Parent(db, table)
        | On::AnyColumn(db, table)
        | On::EveryColumn(db, table)
        | On::AnyTableRow(db, table)
        | On::ListedTable(db, table) => Target::Table(db.clone(), table.clone()),
        On::Column(db, table, column) | On::FirstColumn(db, table, column) => {
            Target::Column(db.clone(), table.clone(), column.clone())
        }
        On::ColumnOfOneOf(tables, column) => {
            let (db, table) = tables.first()?;
            Target::Column(db.clone(), table.clone(), column.clone())
        }
        On::Routine(kind, db, name) | On::ShownRoutine(kind, db, name) => {
            Target::Routine(*kind, db.clone(), name.clone())
        }
        On::GrantsOfRole(_) => Target::Database("mysql".to_owned()),
        On::Grantable => Target::GlobalGrantable,
        On::RoleAdmin(user, host) => Target::Role(AccountView { user: user.clone(), host: host.clone() }),
        On::ProxyOf(user, host) => Target::Proxied(AccountView { user: user.clone(), host: host.clone() }),
    })
}

/// A partial revoke that withholds something demanded is taken back.
fn unrestricted(denial: &Denial<'_>, decision: &Decision) -> Option<Mend> {
    let needs: Vec<_> = decision.checks.iter().flat_map(|check| &check.needs).filter(|need| !need.met).collect();
    let withheld = |reason: &NearReason| matches!(reason, NearReason::Withheld(_));
    let restricted = needs.iter().any(|need| need.reasons.iter().any(withheld));
    if !restricted {
        return None;
    }
    let mut wishes: Vec<Wish> = wishes(denial, decision)?;
    while wishes.iter().any(|wish| matches!(wish.on, Target::Column(..) | Target::Table(..) | Target::Routine(..))) {
        wishes = wishes.into_iter().map(|wish| Wish { on: to_database(&wish.on), ..wish }).collect();
    }
    wishes.sort();
    wishes.dedup();
    allows(denial, &wishes).then(|| {
        let what = "take the partial revoke back: a GRANT on the database lifts it".to_owned();
        Mend { what, ..mend(denial, Kind::Unrestrict, least_of(denial, wishes)) }
    })
}

fn to_database(on: &Target) -> Target {
    match on {
        Target::Column(..) | Target::Table(..) | Target::Routine(..) => on.wider(),
        same => same.clone(),
    }
}

/// A db row for a database that is spelled nearly so is replaced by one for this database.
fn respelled(denial: &Denial<'_>, decision: &Decision) -> Option<Mend> {
    let near = alike(denial.policy, denial.client, decision).into_iter().find(|near| near.row.table == "db")?;
    let (db, names) = (near.row.db.as_deref()?, near.row.privileges.join(", "));
    if names.is_empty() || near.row.privileges.iter().any(|p| p == "GRANT OPTION") {
        return None;
    }
    let account = sql::account_name(denial.policy, &near.row.account);
    let statements = vec![
        format!("REVOKE {names} ON {}.* FROM {account}", sql::identifier(db)),
        format!("GRANT {names} ON {}.* TO {account}", sql::database(denial.policy, &near.wanted)),
    ];
    denial.tried(Kind::Spelling, format!("the grant meant `{}` and says `{db}`", near.wanted), statements)
}
