//! What would allow a request, and what is spelled nearly so.

use super::page::Page;
use crate::emit::words;
use crate::mend::{Alike, Change, Proposal};

/// What is shown of the changes of one mend.
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

/// Each mend with its statements, the narrowest first.
pub fn mends(page: &mut Page<'_>, proposals: &[Proposal]) {
    if proposals.is_empty() {
        return;
    }
    page.heading("What would allow it (each was tried on this policy)");
    for (number, Proposal { mend, changes }) in (1..).zip(proposals) {
        page.bullet(&format!("{number}."), &mend.what);
        for statement in &mend.statements {
            page.at(6, &format!("{statement};"));
        }
        if let Some(caution) = &mend.caution {
            page.at(6, &format!("but {caution}"));
        }
        let Some(changes) = changes else { continue };
        if changes.is_empty() {
            page.faint(6, "changes nothing for anybody else, and nothing but this session");
        }
        for change in changes.iter().take(FEW) {
            page.faint(6, &change_line(change));
        }
        if changes.len() > FEW {
            page.faint(6, &format!("and {} more classes of clients", changes.len() - FEW));
        }
    }
}

fn change_line(change: &Change) -> String {
    let user = if change.user.is_empty() { "the anonymous user" } else { change.user.as_str() };
    let mut parts = Vec::new();
    parts.extend(change.identity.as_ref().map(|(old, new)| format!("is {new} instead of {old}")));
    if !change.gained.is_empty() {
        parts.push(format!("gains {}", change.gained.join(", ")));
    }
    if !change.lost.is_empty() {
        parts.push(format!("loses {}", change.lost.join(", ")));
    }
    format!("{user} from {}: {}", change.clients, parts.join("; "))
}
