//! What would allow a request, and what is spelled nearly so.

use super::page::Page;
use crate::answer::diff::{AccountDiff, Change, Diff, LoginChange};
use crate::emit::diff::words::{ending, place, rights, roles, subject, verb};
use crate::emit::words;
use crate::mend::{Alike, Proposal, Proposals};

/// How many changes of one mend are shown.
const FEW: usize = 12;

/// Rows that people take for the ones that would do.
pub fn alike(page: &mut Page<'_>, alike: &[Alike]) {
    if alike.is_empty() {
        return;
    }
    page.heading("What is spelled nearly so");
    for near in alike {
        page.item(&format!("{}: {}", words::row(&near.row), near.why));
        page.faint(4, &words::places(&near.row));
    }
}

/// Each mend with its statements, the narrowest first; or why there is none.
pub fn mends(page: &mut Page<'_>, proposals: &Proposals) {
    if let Some(why) = &proposals.why_none {
        page.heading("What would allow it");
        page.item(&format!("nothing that can be proposed: {why}"));
    }
    if proposals.all.is_empty() {
        return;
    }
    page.heading("What would allow it (each was tried on this policy)");
    for (number, Proposal { mend, changes }) in (1..).zip(&proposals.all) {
        page.bullet(&format!("{number}."), &mend.what);
        for statement in &mend.statements {
            page.at(6, &format!("{statement};"));
        }
        if let Some(caution) = &mend.caution {
            page.at(6, &format!("but {caution}"));
        }
        if let Some(changes) = changes {
            changed(page, changes);
        }
    }
}

/// What else is decided otherwise, a line for each login and each change.
fn changed(page: &mut Page<'_>, changes: &Diff) {
    let lines: Vec<String> = changes.accounts.iter().flat_map(account).collect();
    if lines.is_empty() && changes.unknown.is_empty() {
        page.faint(6, "changes nothing for anybody else, and nothing but this session");
    }
    lines.iter().take(FEW).for_each(|line| page.faint(6, line));
    if lines.len() > FEW {
        page.faint(6, &format!("and {} more changes", lines.len() - FEW));
    }
    if !changes.unknown.is_empty() {
        page.faint(6, &format!("and perhaps more for {}", changes.unknown.join(", ")));
    }
}

fn account(account: &AccountDiff) -> Vec<String> {
    let whose = subject(account);
    let login = |login: &LoginChange| {
        let (before, after) = (ending(&login.before), ending(&login.after));
        let way = login.way.words();
        let way = if way.is_empty() { way } else { format!(" {way}") };
        format!("{whose}: {}{way} is {after} instead of {before}", words::brief_client(&login.example))
    };
    let right = |change: &Change| {
        let roles = roles(&change.roles);
        let roles = if roles.is_empty() { roles } else { format!(" {roles}") };
        let example = words::brief_client(&change.example);
        format!("{whose} {} {} on {}{roles}, such as {example}", verb(change), rights(change), place(&change.place))
    };
    account.logins.iter().map(login).chain(account.changes.iter().map(right)).collect()
}
