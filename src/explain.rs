//! What a tired person reads: derivations from derived tuples.
//!
//! These functions lay out what an answer says. They look nothing up and decide nothing: what is
//! not in the answer is not explained.

mod brief;
mod diff;
mod lists;
mod mends;
mod needs;
mod page;
mod plan;
mod session;
mod who;
mod without;

pub use brief::check;
pub use diff::{diff, diff_listing};
pub use lists::{accounts, held, privileges};
pub use plan::plan;
pub use session::login;
pub use who::{who, who_listing};
pub use without::without;

use crate::answer::{Decision, Verdict};
use crate::client::Client;
use crate::emit::paper::{Paper, Tone};
use crate::emit::words;
use crate::mend::Behind;
use page::Page;

/// The derivation of an answer: who the client is to the server, each need with the row and the
/// statement that meets it, all that it rests on, what is missing and what came closest, the server's own error, and what
/// would allow it.
pub fn derivation(client: &Client, decision: &Decision, behind: &Behind, paper: &Paper) -> String {
    let mut page = Page::new(paper);
    page.line(&headline(decision, paper, true));
    page.heading("Who it is");
    page.item(&words::client(client));
    session::lines(&mut page, &decision.login, session::Losers::Some);
    if !decision.checks.is_empty() {
        page.heading(&format!("What {} needs", asked(decision)));
        needs::lines(&mut page, decision);
    }
    needs::ground(&mut page, &behind.ground);
    if let Some(error) = &decision.error {
        page.heading("What the server says");
        page.item(&words::error(error));
    }
    mends::alike(&mut page, &behind.alike);
    mends::mends(&mut page, &behind.proposals);
    if !decision.notes.is_empty() {
        page.heading("Good to know");
        for note in &decision.notes {
            page.bullet("-", note);
        }
    }
    page.finish()
}

fn asked(decision: &Decision) -> String {
    if decision.asked.is_empty() { "it".to_owned() } else { words::shorten(&decision.asked, 80) }
}

/// The first line of every decision. With `named` it says what was asked, else the error.
fn headline(decision: &Decision, paper: &Paper, named: bool) -> String {
    let about = |tone, word: &str, text: &str| {
        let word = paper.say(tone, word);
        if text.is_empty() { word } else { format!("{word}: {text}") }
    };
    let asked = if named { decision.asked.as_str() } else { "" };
    match (&decision.verdict, &decision.error) {
        (Verdict::Undetermined(why), _) => about(Tone::Doubt, "undetermined", why),
        (Verdict::Unreadable(what), _) => about(Tone::Bad, "the question cannot be read", what),
        (Verdict::Allow, _) => about(Tone::Good, "allowed", asked),
        (_, Some(error)) if decision.login.error.is_some() => {
            let text = if named { "the server does not let it in".to_owned() } else { words::error(error) };
            about(Tone::Bad, "denied", &text)
        }
        (Verdict::Deny, Some(error)) if !named => about(Tone::Bad, "denied", &words::error(error)),
        (Verdict::Deny, _) => about(Tone::Bad, "denied", asked),
        (Verdict::NotAsked, _) => about(Tone::Doubt, "nothing was asked", ""),
    }
}
