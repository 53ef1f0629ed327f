//! Answers as JSON, member by member in the order of the contract (§4).
//!
//! One struct for each shape; they borrow the answer and rename nothing.

use crate::answer::{
    AccountLine, AccountView, Candidate, CheckView, Decision, Fate, HeldPrivilege, Login, NeedView, Privileges, Reach,
    RowView, SourceView, Verdict,
};
use crate::client::{Client, From};
use crate::decision_table::verify::Verified;
use crate::emit::words;
use crate::mend::{Alike, Behind, Kind, Proposal};
use crate::server::errors::ServerError;
use serde::{Serialize, Serializer, ser::SerializeMap, ser::SerializeSeq};
use serde_json::{Value, json};

/// `{"user":…,"host":…}`
#[derive(Debug, Clone, Copy)]
pub struct Account<'a>(pub &'a AccountView);

/// `{"file":…,"line":…}`
#[derive(Debug, Clone, Copy)]
pub struct Place<'a>(pub &'a SourceView);

/// A row of a grant table as `batch` writes it. Members that the table does not have are absent;
/// `sources` is there when several statements had a part.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a>(pub &'a RowView);

/// `login` as `batch` writes it.
#[derive(Debug, Clone, Copy)]
pub struct LoginMember<'a>(pub &'a Login);

/// A list of things that have a JSON shape.
#[derive(Debug, Clone, Copy)]
pub struct List<'a, T>(pub &'a [T]);

impl Serialize for Account<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("user", &self.0.user)?;
        map.serialize_entry("host", &self.0.host)?;
        map.end()
    }
}

impl Serialize for Place<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("file", &self.0.file)?;
        map.serialize_entry("line", &self.0.line)?;
        map.end()
    }
}

impl Serialize for Row<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let row = self.0;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("table", row.table)?;
        map.serialize_entry("user", &row.account.user)?;
        map.serialize_entry("host", &row.account.host)?;
        let named = [("db", &row.db), ("object", &row.object), ("column", &row.column)];
        for (name, value) in named.into_iter().filter_map(|(n, v)| v.as_ref().map(|v| (n, v))) {
            map.serialize_entry(name, value)?;
        }
        if let Some(kind) = row.object_type {
            map.serialize_entry("object_type", kind)?;
        }
        if let Some(other) = &row.other {
            let name = if row.table == "proxies_priv" { "proxied" } else { "role" };
            map.serialize_entry(name, &Account(other))?;
        }
        map.serialize_entry("privileges", &row.privileges)?;
        map.serialize_entry("source", &row.sources.first().map(Place))?;
        if row.sources.len() > 1 {
            map.serialize_entry("sources", &List(&row.sources))?;
        }
        map.end()
    }
}

impl Serialize for LoginMember<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let login = self.0;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("ok", &login_ok(login))?;
        // Who is refused is nobody: there is no CURRENT_USER() to tell (contract §4, third example).
        let account = login.account.as_ref().filter(|_| login.error.is_none());
        map.serialize_entry("user", &account.map(|a| &a.user))?;
        map.serialize_entry("host", &account.map(|a| &a.host))?;
        map.serialize_entry("errno", &login.error.as_ref().map(|e| e.errno))?;
        map.serialize_entry("ambiguous", &login.ambiguous)?;
        if !login.tied.is_empty() {
            map.serialize_entry("candidates", &List(&login.tied))?;
        }
        map.end()
    }
}

impl Serialize for List<'_, AccountView> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        sequence(serializer, self.0.iter().map(Account))
    }
}

impl Serialize for List<'_, SourceView> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        sequence(serializer, self.0.iter().map(Place))
    }
}

impl Serialize for List<'_, RowView> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        sequence(serializer, self.0.iter().map(Row))
    }
}

fn sequence<S: Serializer, T: Serialize>(
    serializer: S,
    items: impl ExactSizeIterator<Item = T>,
) -> Result<S::Ok, S::Error> {
    let mut list = serializer.serialize_seq(Some(items.len()))?;
    for item in items {
        list.serialize_element(&item)?;
    }
    list.end()
}

/// Whether the login succeeds; `None` when that depends on a missing fact.
pub fn login_ok(login: &Login) -> Option<bool> {
    match (&login.error, &login.undetermined) {
        (Some(_), _) => Some(false),
        (None, Some(_)) => None,
        (None, None) => Some(true),
    }
}

/// `allow` of a verdict: null when it is undetermined or nothing was asked.
pub fn allow(verdict: &Verdict) -> Option<bool> {
    match verdict {
        Verdict::Allow => Some(true),
        Verdict::Deny => Some(false),
        Verdict::Undetermined(_) | Verdict::Unreadable(_) | Verdict::NotAsked => None,
    }
}

/// An answer of `check`: the members of a `batch` answer but its `id`.
pub fn decision(decision: &Decision) -> Value {
    let mut value = json!({ "login": LoginMember(&decision.login), "allow": allow(&decision.verdict) });
    extend(&mut value, json!({ "errno": decision.error.as_ref().map(|e| e.errno) }));
    if let Some(error) = &decision.error {
        extend(&mut value, json!({ "message": error.message }));
    }
    if let Verdict::Undetermined(why) = &decision.verdict {
        extend(&mut value, json!({ "undetermined": why }));
    }
    extend(&mut value, json!({ "rows": List(&decision.rows) }));
    value
}

/// An answer of `explain`: that of `check` and the derivation.
pub fn derivation(answer: &Decision) -> Value {
    let mut value = decision(answer);
    let derivation = json!({
        "asked": answer.asked,
        "session": login(&answer.login),
        "checks": answer.checks.iter().map(check).collect::<Vec<_>>(),
        "notes": answer.notes,
    });
    extend(&mut value, derivation);
    value
}

/// The same with what is spelled nearly so and what would allow the request.
pub fn explained(answer: &Decision, behind: &Behind) -> Value {
    let mut value = derivation(answer);
    let near = |near: &Alike| json!({ "row": Row(&near.row), "wanted": near.wanted, "why": near.why });
    let more = json!({
        "rests_on": List(&behind.ground),
        "alike": behind.alike.iter().map(near).collect::<Vec<_>>(),
        "mends": behind.proposals.all.iter().map(proposal).collect::<Vec<_>>(),
        "no_mend_because": behind.proposals.why_none,
    });
    extend(&mut value, more);
    value
}

fn proposal(proposal: &Proposal) -> Value {
    let mend = &proposal.mend;
    let changes = proposal.changes.as_ref().map(super::diff::document);
    json!({
        "what": mend.what,
        "statements": mend.statements,
        "in_session": mend.kind == Kind::SetRole,
        "caution": mend.caution,
        "changes": changes,
    })
}

/// An answer of `login`: who the client is, every candidate, the proxied account, the active roles.
pub fn login(login: &Login) -> Value {
    json!({
        "ok": login_ok(login),
        "client": login.client.as_ref().map(Account),
        "user": login.account.as_ref().map(|a| &a.user),
        "host": login.account.as_ref().map(|a| &a.host),
        "errno": login.error.as_ref().map(|e| e.errno),
        "message": login.error.as_ref().map(|e| &e.message),
        "because": login.refused_because,
        "ambiguous": login.ambiguous,
        "undetermined": login.undetermined,
        "tied": List(&login.tied),
        "candidates": login.candidates.iter().map(candidate).collect::<Vec<_>>(),
        "proxied": login.proxied.as_ref().map(|(account, row)| json!({
            "user": account.user, "host": account.host, "row": Row(row),
        })),
        "roles": login.roles.iter().map(|(role, row)| json!({
            "user": role.user, "host": role.host, "row": row.as_ref().map(Row),
        })).collect::<Vec<_>>(),
    })
}

fn candidate(candidate: &Candidate) -> Value {
    let (fate, by, why) = match &candidate.fate {
        Fate::Selected => ("selected", None, None),
        Fate::Tied => ("tied", None, None),
        Fate::Outranked { by, why } => ("outranked", Some(by), Some(why)),
        Fate::HostDiffers(why) => ("host-differs", None, Some(why)),
        Fate::MayMatch => ("may-match", None, None),
    };
    let row = &candidate.row;
    json!({
        "user": row.account.user,
        "host": row.account.host,
        "fate": fate,
        "by": by.map(Account),
        "why": why,
        "source": row.sources.first().map(Place),
    })
}

fn check(check: &CheckView) -> Value {
    json!({ "purpose": check.purpose, "needs": check.needs.iter().map(need).collect::<Vec<_>>() })
}

fn need(need: &NeedView) -> Value {
    json!({
        "any_of": need.any_of,
        "on": need.on,
        "met": need.met,
        "rows": List(&need.rows),
        "because": need.because,
        "near": near(&need.near),
    })
}

fn near(rows: &[(RowView, String)]) -> Vec<Value> {
    rows.iter().map(|(row, why)| json!({ "row": Row(row), "why": why })).collect()
}

/// An answer of `privileges`.
pub fn privileges(answer: &Privileges) -> Value {
    json!({
        "login": login(&answer.login),
        "held": answer.held.iter().map(held).collect::<Vec<_>>(),
        "unused": near(&answer.unused),
    })
}

fn held(held: &HeldPrivilege) -> Value {
    json!({
        "level": held.level,
        "on": held.on,
        "privileges": held.privileges,
        "grant_option": held.grant_option,
        "hidden_from_show_grants": held.hidden_from_show_grants,
        "except": held.except,
        "row": Row(&held.row),
    })
}

/// One account of `accounts`.
pub fn account_line(line: &AccountLine) -> Value {
    let partly = line.reached.reach == Reach::Partly;
    json!({
        "position": line.position,
        "user": line.row.account.user,
        "host": line.row.account.host,
        "marks": line.marks,
        "reachable": words::reach(line.reached.reach),
        "shadowed_by": List(if partly { &[] } else { &line.reached.shadowed_by }),
        "partly_shadowed_by": List(if partly { &line.reached.shadowed_by } else { &[] }),
        "unmatchable": line.unmatchable,
        "ties": List(&line.reached.ties),
        "clients": line.reached.clients,
        "example_client": line.reached.example.as_ref().map(client),
        "source": line.row.sources.first().map(Place),
    })
}

/// Who a client is and where it comes from, as `batch` takes it (contract §4).
pub fn client(client: &Client) -> Value {
    match &client.from {
        From::Socket => json!({ "user": client.user, "socket": true }),
        From::Address { ip, hostname } => json!({ "user": client.user, "ip": ip, "hostname": hostname }),
        From::Hostname(name) => json!({ "user": client.user, "hostname": name }),
    }
}

/// What became of a verification.
pub fn verified(verified: &Verified) -> Value {
    match verified {
        Verified::Same(entries) => json!({
            "verified": true,
            "entries": entries.all(),
            "rows": entries.rows,
            "logins": entries.logins,
            "decisions": entries.decisions,
            "left": entries.left,
        }),
        Verified::Differs(difference) => json!({
            "verified": false,
            "entry": difference.entry,
            "table": difference.table,
            "policy": difference.policy,
            "statements": difference.statements,
        }),
    }
}

/// A server's error: `{"errno":…,"sqlstate":…,"message":…}`.
pub fn error(error: &ServerError) -> Value {
    json!({ "errno": error.errno, "sqlstate": error.sqlstate, "message": error.message, "text": words::error(error) })
}

/// Adds the members of one object to another, behind those it has.
pub fn extend(value: &mut Value, more: Value) {
    if let (Value::Object(members), Value::Object(more)) = (value, more) {
        members.extend(more);
    }
}
