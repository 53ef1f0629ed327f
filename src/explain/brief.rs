//! The answer of `check` on one screen: the verdict first, then what decided it.

use super::needs;
use super::page::Page;
use crate::answer::{Decision, NeedView, RowView, Verdict};
use crate::emit::paper::{Paper, Tone};
use crate::emit::words;
use crate::mend::Help;

/// How many needs and rows are shown.
const FEW: usize = 12;

/// The short form of an answer, with the narrowest change that would allow the request, or why there is none.
pub fn check(decision: &Decision, help: &Help, paper: &Paper) -> String {
    let mut page = Page::new(paper);
    page.line(&super::headline(decision, paper, false));
    let mut rows = Vec::new();
    who(&mut rows, decision, paper);
    match decision.verdict {
        Verdict::Allow => allowed(&mut rows, decision, paper),
        _ => missing(&mut rows, decision, paper),
    }
    if !rows.is_empty() {
        page.line("");
        page.columns(2, &rows);
    }
    if let Some(mend) = help.mends.first() {
        let text = if mend.statements.is_empty() { mend.what.clone() } else { mend.statements.join("; ") + ";" };
        page.line(&format!("  mend     {text}"));
    }
    if let Some(why) = &help.why_none {
        page.line(&format!("  no mend  {why}"));
    }
    for note in &decision.notes {
        page.faint(2, &format!("note: {note}"));
    }
    page.finish()
}

fn who(rows: &mut Vec<Vec<String>>, decision: &Decision, paper: &Paper) {
    let login = &decision.login;
    let selected = login.account.as_ref();
    let row = login.candidates.iter().map(|c| &c.row).find(|row| Some(&row.account) == selected);
    if let Some(account) = selected {
        let place = row.map(words::places).unwrap_or_default();
        rows.push(vec!["account".into(), words::account(account), paper.say(Tone::Faint, &place)]);
    }
    if let Some(why) = &login.refused_because {
        rows.push(vec!["because".into(), why.clone()]);
    }
    if login.ambiguous {
        rows.push(vec!["or".into(), words::accounts(login.tied.iter().filter(|a| Some(*a) != selected))]);
    }
    if let Some((account, row)) = &login.proxied {
        rows.push(vec!["acts as".into(), words::account(account), place_of(row, paper)]);
    }
    if !login.roles.is_empty() {
        rows.push(vec!["roles".into(), words::accounts(login.roles.iter().map(|(role, _)| role))]);
    }
}

fn allowed(rows: &mut Vec<Vec<String>>, decision: &Decision, paper: &Paper) {
    let all: Vec<&NeedView> = decision.checks.iter().flat_map(|check| &check.needs).collect();
    for need in all.iter().take(FEW) {
        let name = paper.say(Tone::Good, &format!("✓ {}", needs::need(need)));
        rows.push(match (need.rows.first(), &need.because) {
            (Some(row), _) => vec![name, words::row(row), place_of(row, paper)],
            (None, Some(because)) => vec![name, because.clone()],
            (None, None) => vec![name],
        });
    }
    if all.len() > FEW {
        rows.push(vec![format!("and {} more needs, all met", all.len() - FEW)]);
    }
}

fn missing(rows: &mut Vec<Vec<String>>, decision: &Decision, paper: &Paper) {
    let word = if matches!(decision.verdict, Verdict::Undetermined(_)) { "open" } else { "missing" };
    let unmet = decision.checks.iter().flat_map(|check| &check.needs).filter(|need| !need.met);
    for need in unmet.take(FEW) {
        rows.push(vec![word.into(), needs::need(need)]);
        if let Some((row, why)) = need.near.first() {
            rows.push(vec!["closest".into(), format!("{}: {why}", words::row(row)), place_of(row, paper)]);
        }
    }
}

fn place_of(row: &RowView, paper: &Paper) -> String {
    paper.say(Tone::Faint, &words::places(row))
}
