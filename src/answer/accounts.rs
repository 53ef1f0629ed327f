//! The account rows in the order the server tries them, with what can be told of each without a client.

use super::AccountLine;
use super::engine::Engine;
use super::reach::{self, Reach, Reachability};
use crate::matching::host::HostPattern;
use crate::name::Symbol;
use crate::server::ordering::Rank;
use crate::server::variables::Variable;
use crate::syntax::statement::{Credential, Require};
use crate::tables::row::{RowId, Table, UserRow};

/// One account row with its sort key.
pub(super) struct Ranked<'a> {
    /// Its place in `mysql.user`.
    pub at: u32,
    /// The row.
    pub row: &'a UserRow,
    /// Its sort key.
    pub rank: Rank,
    /// Its host text.
    pub pattern: HostPattern<'a>,
}

/// Puts every account row into words.
pub fn accounts(engine: &Engine<'_>) -> Vec<AccountLine> {
    let tables = &engine.policy.tables;
    let rows: Vec<Ranked<'_>> = in_order(engine, tables.users.iter().map(|(at, _, _)| at));
    let mut reached = reach::reachability(engine, &rows);
    let mut position = 0;
    let mut lines = Vec::new();
    for (place, row) in rows.iter().enumerate() {
        let same = place.checked_sub(1).and_then(|p| rows.get(p)).is_some_and(|before| before.rank == row.rank);
        position = if same { position } else { place as u32 + 1 };
        lines.extend(line(engine, row, reached.remove(&row.at).unwrap_or_default(), position));
    }
    lines
}

/// These account rows in the order the server tries them; of equal ones the first by text.
pub(super) fn in_order<'p>(engine: &Engine<'p>, rows: impl Iterator<Item = u32>) -> Vec<Ranked<'p>> {
    let tables = &engine.policy.tables;
    let ranked = |at: u32| {
        let row = tables.users.at(at)?;
        let (user, host) = tables.account_text(row.key);
        let pattern = HostPattern::new(host, &tables.server);
        let was = tables.account_text(tables.ranked_as.user(row.key));
        Some(Ranked { at, row, rank: tables.server.renamed_account_rank(user, host, was), pattern })
    };
    let mut rows: Vec<Ranked<'p>> = rows.filter_map(ranked).collect();
    let text = |row: &Ranked<'_>| tables.account_text(row.row.key);
    rows.sort_by(|a, b| {
        (a.rank, engine.index.position(a.at), text(a)).cmp(&(b.rank, engine.index.position(b.at), text(b)))
    });
    rows
}

fn line(engine: &Engine<'_>, row: &Ranked<'_>, reached: Reachability, position: u32) -> Option<AccountLine> {
    Some(AccountLine {
        position,
        row: engine.viewer().row(RowId { table: Table::User, index: row.at }, None)?,
        marks: marks(row.row),
        unmatchable: (reached.reach == Reach::Unmatchable).then(|| unmatchable(engine, row)),
        reached,
    })
}

fn unmatchable(engine: &Engine<'_>, row: &Ranked<'_>) -> String {
    let skip = engine.policy.tables.variables.on(Variable::SkipNameResolve);
    let names_only = skip && row.pattern.requires_resolving() && !row.pattern.text.eq_ignore_ascii_case("localhost");
    let useless = names_only.then(|| "skip_name_resolve is ON and only a resolved name could match (M2.22)".to_owned());
    let none = || "no client has such a name or address".to_owned();
    row.pattern.unmatchable().or(useless).unwrap_or_else(none)
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
