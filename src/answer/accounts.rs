//! The account rows in the order the server tries them, with what can be told of each without a client.

use super::engine::Engine;
use super::{AccountLine, AccountView};
use crate::matching::host::{HostKind, HostPattern};
use crate::matching::wild;
use crate::name::Symbol;
use crate::server::ordering::Rank;
use crate::server::variables::Variable;
use crate::syntax::statement::{Credential, Require};
use crate::tables::row::{RowId, Table, UserRow};

/// One account row with its sort key.
struct Ranked<'a> {
    at: u32,
    row: &'a UserRow,
    rank: Rank,
    pattern: HostPattern<'a>,
}

/// Puts every account row into words.
pub fn accounts(engine: &Engine<'_>) -> Vec<AccountLine> {
    let tables = &engine.policy.tables;
    let mut rows: Vec<Ranked<'_>> = tables
        .users
        .iter()
        .map(|(at, _, row)| {
            let (user, host) = tables.account_text(row.key);
            let pattern = HostPattern::new(host, &tables.server);
            let was = tables.account_text(tables.ranked_as.users.get(&row.key).copied().unwrap_or(row.key));
            Ranked { at, row, rank: tables.server.renamed_account_rank(user, host, was), pattern }
        })
        .collect();
    let text = |row: &Ranked<'_>| tables.account_text(row.row.key);
    rows.sort_by(|a, b| {
        (a.rank, engine.index.position(a.at), text(a)).cmp(&(b.rank, engine.index.position(b.at), text(b)))
    });
    let mut position = 0;
    let mut lines = Vec::new();
    for (place, row) in rows.iter().enumerate() {
        let same = place.checked_sub(1).and_then(|p| rows.get(p)).is_some_and(|before| before.rank == row.rank);
        position = if same { position } else { place as u32 + 1 };
        let before = rows.get(..place).unwrap_or(&[]);
        lines.extend(line(engine, row, before, &rows, position));
    }
    lines
}

fn line(
    engine: &Engine<'_>,
    row: &Ranked<'_>,
    before: &[Ranked<'_>],
    all: &[Ranked<'_>],
    position: u32,
) -> Option<AccountLine> {
    let viewer = engine.viewer();
    let can_meet = |other: &&Ranked<'_>| other.row.key.user == row.row.key.user || other.row.key.user == Symbol::EMPTY;
    let shadowed_by = before.iter().filter(can_meet).filter(|other| covers(engine, other, row));
    let ties = all.iter().filter(|other| {
        other.at != row.at
            && other.row.key.user == row.row.key.user
            && other.rank == row.rank
            && may_overlap(other, row)
    });
    Some(AccountLine {
        position,
        row: viewer.row(RowId { table: Table::User, index: row.at }, None)?,
        marks: marks(row.row),
        shadowed_by: shadowed_by.map(|other| viewer.account(other.row.key)).collect(),
        unmatchable: unmatchable(engine, row),
        ties: ties.map(|other| viewer.account(other.row.key)).collect::<Vec<AccountView>>(),
    })
}

fn unmatchable(engine: &Engine<'_>, row: &Ranked<'_>) -> Option<String> {
    let skip = engine.policy.tables.variables.on(Variable::SkipNameResolve);
    let names_only = skip && row.pattern.requires_resolving() && !row.pattern.text.eq_ignore_ascii_case("localhost");
    let useless = names_only.then(|| "skip_name_resolve is ON and only a resolved name could match (M2.22)".to_owned());
    row.pattern.unmatchable().or(useless)
}

/// Every client that `row` matches is matched by `other` too. True only when that is certain.
fn covers(engine: &Engine<'_>, other: &Ranked<'_>, row: &Ranked<'_>) -> bool {
    let (wide, narrow) = (&other.pattern, &row.pattern);
    if wide.text == "%" || wide.text.is_empty() || wide.text.eq_ignore_ascii_case(narrow.text) {
        return true;
    }
    match (wide.mask != 0, narrow_range(narrow)) {
        (true, Some((value, mask))) => wide.mask & mask == wide.mask && value & wide.mask == wide.value,
        (true, None) => false,
        (false, _) if narrow.mask != 0 && narrow.kind != HostKind::Exact => false,
        (false, _) => wild::covers_pattern(
            narrow.text.to_ascii_lowercase().as_bytes(),
            wide.text.to_ascii_lowercase().as_bytes(),
            engine.index.quirks,
        ),
    }
}

/// The addresses that a host can only match: those of its mask, or of whole literal octets before `%`.
fn narrow_range(pattern: &HostPattern<'_>) -> Option<(u32, u32)> {
    if pattern.mask != 0 {
        return Some((pattern.value, pattern.mask));
    }
    let literal = pattern.text.strip_suffix(".%")?;
    let octets: Vec<u32> = literal.split('.').map(|o| o.parse::<u8>().map(u32::from)).collect::<Result<_, _>>().ok()?;
    if octets.len() > 3 {
        return None;
    }
    let value = octets.iter().enumerate().fold(0, |sum, (i, o)| sum | o << (24 - 8 * i));
    Some((value, u32::MAX << (32 - 8 * octets.len())))
}

/// Could one client match both? Two texts without wildcards cannot be one client's name and address at once
/// unless they are equal.
fn may_overlap(one: &Ranked<'_>, other: &Ranked<'_>) -> bool {
    let exact = |p: &HostPattern<'_>| p.mask == 0 && !wild::has_wildcard(p.text);
    if one.pattern.mask != 0 && other.pattern.mask != 0 {
        return one.pattern.value == other.pattern.value;
    }
    let localhost = |p: &HostPattern<'_>| p.text.eq_ignore_ascii_case("localhost") || p.text == "::1";
    !(exact(&one.pattern) && exact(&other.pattern)) || (localhost(&one.pattern) && localhost(&other.pattern))
}

fn marks(row: &UserRow) -> Vec<String> {
    let without_password = row.authentication.first().is_some_and(|a| match &a.credential {
        Credential::Unspecified => true,
        Credential::Password(text) | Credential::Stored(text) => text.is_empty(),
        Credential::Random => false,
    });
    let plugin = row.authentication.first().and_then(|a| a.plugin.as_deref()).unwrap_or_default();
    let needs_no_password = plugin.contains("socket") || plugin == "mysql_no_login";
    let words = [
        (row.is_role, "role"),
        (row.key.user == Symbol::EMPTY, "anonymous"),
        (row.locked && !row.is_role, "locked"),
        (row.expired && !row.is_role, "password expired"),
        (without_password && !needs_no_password && !row.is_role, "no password"),
        (row.require != Require::None, "requires TLS"),
    ];
    words.iter().filter(|(holds, _)| *holds).map(|(_, word)| (*word).to_owned()).collect()
}
