//! What would change without a statement, as a person reads it.

use super::page::Page;
use crate::answer::{AccountView, RowView};
use crate::emit::paper::{Paper, Tone};
use crate::emit::words;
use crate::graph::{Change, Changed, Removed};
use crate::server::errors::ServerError;

/// The answer of `graph --without`.
pub fn without(removed: &Removed, paper: &Paper) -> String {
    let mut page = Page::new(paper);
    let statements: Vec<String> = removed
        .statements
        .iter()
        .map(|source| format!("{}  {}", words::place(source), words::shorten(&source.statement, 90)))
        .collect();
    let nothing = removed.classes.is_empty() && removed.refused.is_empty();
    let head = if nothing { "nothing would change without" } else { "this would change without" };
    page.line(&format!("{head} {}", statements.join(" and ")));
    for class in &removed.classes {
        page.heading(&class.clients);
        page.item(&format!("such as {}", words::client(&class.example)));
        if class.before == class.after {
            page.item(&format!("as {}", login(&class.before)));
        } else {
            page.item(&format!("was {}, and would be {}", login(&class.before), login(&class.after)));
        }
        page.columns(2, &class.decisions.iter().map(|changed| decision(changed, paper)).collect::<Vec<_>>());
    }
    if !removed.refused.is_empty() {
        page.heading("The server would refuse then");
        for (source, error) in &removed.refused {
            let statement = words::shorten(&source.statement, 90);
            page.item(&format!("{}  {statement}", words::place(source)));
            page.faint(4, &words::error(error));
        }
    }
    page.finish()
}

fn login(login: &Result<AccountView, ServerError>) -> String {
    match login {
        Ok(account) => words::account(account),
        Err(error) => format!("refused with {}", words::error(error)),
    }
}

fn decision(changed: &Changed, paper: &Paper) -> Vec<String> {
    let (tone, word) = match changed.change {
        Change::Lost => (Tone::Bad, "loses"),
        Change::Gained => (Tone::Good, "gains"),
        Change::Moved => (Tone::Faint, "keeps"),
    };
    let rows = |rows: &[RowView]| rows.iter().map(words::row).collect::<Vec<_>>().join(" and ");
    let by = match changed.change {
        Change::Lost => format!("was given by {}", rows(&changed.before)),
        Change::Gained => format!("given by {}", rows(&changed.after)),
        Change::Moved => format!("by {} instead of {}", rows(&changed.after), rows(&changed.before)),
    };
    vec![paper.say(tone, word), format!("{} on {}", changed.privilege, changed.on), by]
}
