//! What was needed, need by need: the row and the statement that met it, or what came closest.

use super::page::Page;
use crate::answer::{AccountView, Decision, Login, NeedView, RowView, Verdict};
use crate::emit::paper::Tone;
use crate::emit::words;

/// How many rows beyond the witness, and how many that came close, are shown.
const FEW: usize = 3;
/// How long a statement's text may be before it is cut.
const STATEMENT: usize = 110;

/// Every check and its needs, in the order the server makes them.
pub fn lines(page: &mut Page<'_>, decision: &Decision) {
    for check in &decision.checks {
        for need in &check.needs {
            need_lines(page, decision, &check.purpose, need);
        }
    }
}

/// The rows that an answer rests on, where there are more of them than the account's and those that meet its needs.
pub fn ground(page: &mut Page<'_>, rows: &[RowView]) {
    if !rows.iter().any(|row| matches!(row.table, "role_edges" | "roles_mapping" | "default_roles" | "proxies_priv")) {
        return;
    }
    page.heading("What it rests on");
    for row in rows {
        row_lines(page, row, &words::row(row));
    }
}

/// A need in words: `INSERT on table shop.a`.
pub fn need(need: &NeedView) -> String {
    match need.any_of.as_slice() {
        [] => need.on.clone(),
        any_of => format!("{} on {}", words::any_of(any_of), need.on),
    }
}

/// What a row gives and to whom it does, beyond its name: `gives SELECT through role 'r'@'%'`.
pub fn gives(row: &RowView, login: &Login) -> String {
    let gives = match row.privileges.as_slice() {
        [] => String::new(),
        list => format!(" gives {}", words::shorten(&list.join(", "), 60)),
    };
    format!("{}{gives}{}", words::row(row), through(&row.account, login))
}

/// Why a row of another account counts for this session.
fn through(account: &AccountView, login: &Login) -> String {
    let own = login.proxied.as_ref().map(|(account, _)| account).or(login.account.as_ref());
    if own == Some(account) {
        return String::new();
    }
    if login.roles.iter().any(|(role, _)| role == account) {
        return format!(", through role {}", words::account(account));
    }
    ", which counts too: its host matches this client".to_owned()
}

fn need_lines(page: &mut Page<'_>, decision: &Decision, purpose: &str, view: &NeedView) {
    let undetermined = matches!(decision.verdict, Verdict::Undetermined(_));
    let (tone, mark) = match (view.met, undetermined) {
        (true, _) => (Tone::Good, "✓"),
        (false, true) => (Tone::Doubt, "?"),
        (false, false) => (Tone::Bad, "✗"),
    };
    let purpose = if purpose.is_empty() { String::new() } else { format!("  ({purpose})") };
    let mark = page.paper.say(tone, mark);
    page.bullet(&mark, &format!("{}{}", need(view), page.paper.say(Tone::Faint, &purpose)));
    if let Some(because) = &view.because {
        page.at(6, because);
    }
    if let Some((witness, more)) = view.rows.split_first() {
        row_lines(page, witness, &gives(witness, &decision.login));
        for row in more.iter().take(FEW) {
            page.faint(6, &format!("also {} ({})", gives(row, &decision.login), words::places(row)));
        }
        if more.len() > FEW {
            page.faint(6, &format!("and {} more rows", more.len() - FEW));
        }
    }
    if view.met {
        return;
    }
    if view.rows.is_empty() && view.because.is_none() && !undetermined {
        page.at(6, "no row that counts for this session gives it");
    }
    for (row, why) in view.near.iter().take(FEW) {
        row_lines(page, row, &format!("close: {}: {why}", words::row(row)));
    }
}

fn row_lines(page: &mut Page<'_>, row: &RowView, text: &str) {
    page.at(6, text);
    if row.sources.is_empty() {
        page.faint(8, &words::places(row));
    }
    for source in &row.sources {
        let statement = words::shorten(&source.statement, STATEMENT);
        page.faint(8, &format!("{}  {statement}", words::place(source)));
    }
}
