//! A policy's decisions as sorted text to commit: what every session may do, and below it the accounts and grants that
//! say so, without secrets. The text is itself a policy, so that a later one can be compared with it by effect.

use super::effect::{Decided, Entry, Held, Holdings, Outcome, Place, Right, Scope, Span, Thing, Universe};
use super::{Engine, shown};
use crate::client::Roles;
use crate::emit::diff::words as told;
use crate::policy::{self, Options, Policy, Reading};
use crate::server::behaviour::Behaviour;
use crate::server::catalogue::Privilege;
use crate::source::Source;
use rayon::prelude::*;
use std::collections::BTreeSet;

/// The first line of every snapshot.
const TITLE: &str =
    "-- A snapshot by grantc: what this policy decides, and below it the accounts and grants that say so.";

/// Where the accounts begin.
const ACCOUNTS: &str = "-- ==== accounts and grants ====";

/// The text of a policy's snapshot.
pub fn text(engine: &Engine<'_>) -> String {
    let policy = engine.policy();
    let mut text = format!("{TITLE}\n-- grantc: server={}\n", policy.tables.server);
    text.push_str("\n-- ==== decisions ====\n");
    let universe = Universe::of(&[engine], None);
    let told: Vec<String> = universe.scopes.par_iter().map(|scope| decisions(engine, scope)).collect();
    text.extend(told);
    text.push_str(&format!("\n{ACCOUNTS}\n"));
    for setting in policy.settings().iter().filter(|setting| setting.name != "server" && !setting.assumed) {
        let value = match setting.value.as_str() {
            "ON" | "OFF" => setting.value.clone(),
            other if other.bytes().all(|b| b.is_ascii_digit()) && !other.is_empty() => other.to_owned(),
            other => format!("'{}'", other.replace('\\', "\\\\").replace('\'', "''")),
        };
        text.push_str(&format!("SET GLOBAL {} = {value};\n", setting.name));
    }
    let all = shown::accounts(policy, false);
    let written: Vec<_> =
        all.iter().filter(|account| !account.own || !account.account.user.starts_with("mysql.")).collect();
    let statements = shown::to_text(&written);
    if policy.tables.server.has(Behaviour::RolesAreNames) {
        // SHOW GRANTS creates no role, and the server reads nothing but hashes as such.
        let roles = written.iter().filter(|role| role.create.is_none() && role.account.user != crate::tables::PUBLIC);
        text.extend(roles.map(|role| format!("CREATE ROLE `{}`;\n", role.account.user.replace('`', "``"))));
        text.push_str(&statements.replace("'<secret>'", NO_HASH));
    } else {
        // This plugin takes no other text for a hash, and lets nobody in who has none.
        let native = "'mysql_native_password' AS ";
        text.push_str(&statements.replace(&format!("{native}'<secret>'"), &format!("{native}{NO_HASH}")));
    }
    text
}

/// A hash of no password, in place of a secret one.
const NO_HASH: &str = "'*0000000000000000000000000000000000000000'";

/// Reads a snapshot as the policy that it was made of.
pub fn read(name: &str, text: &str) -> Policy {
    let options = Options { reading: Some(Reading::State), ..Options::default() };
    policy::load(vec![Source::new(name, text)], &options)
}

/// True for a text that is a snapshot.
pub fn is_snapshot(text: &str) -> bool {
    text.starts_with(TITLE)
}

/// Who gets in and what he may do, for one user name.
fn decisions(engine: &Engine<'_>, scope: &Scope) -> String {
    let mut blocks: Vec<(String, Vec<String>)> = Vec::new();
    let mut nobody = true;
    for (point, decided) in scope.points.iter().zip(scope.decide(engine)) {
        nobody &= decided.entries.iter().all(|entry| matches!(entry.outcome, Outcome::Refused(_)));
        let block = block(engine, scope, &decided);
        match blocks.iter_mut().find(|(text, _)| *text == block) {
            Some((_, clients)) if clients.contains(&point.words) => {}
            Some((_, clients)) => clients.push(point.words.clone()),
            None => blocks.push((block, vec![point.words.clone()])),
        }
    }
    let who = if scope.known { line(&scope.user) } else { "any other user name".to_owned() };
    if nobody {
        return format!("\n-- {who}\n--   nobody gets in\n");
    }
    let mut text = format!("\n-- {who}\n");
    for (block, clients) in blocks {
        text.push_str(&format!("--   from {}\n{block}", line(&clients.join("; "))));
    }
    text
}

/// A comment holds no line breaks.
fn line(text: &str) -> String {
    text.replace(['\n', '\r'], " ")
}

fn block(engine: &Engine<'_>, scope: &Scope, decided: &Decided) -> String {
    let mut text = String::new();
    let first = decided.entries.first();
    for (way, entry) in scope.ways.iter().zip(&decided.entries) {
        let way = way.words();
        if way.is_empty() {
            text.push_str(&format!("--     {}\n", line(&told::ending(entry))));
        } else if first.is_none_or(|first| !first.ends_like(entry) && tells_more(first, entry)) {
            text.push_str(&format!("--     {way}: {}\n", line(&told::ending(entry))));
        }
    }
    let by_default = decided.holdings.first();
    for (roles, holdings) in scope.choices.iter().zip(&decided.holdings) {
        let base = by_default.filter(|_| *roles != Roles::Default);
        let rights = rights(engine, scope, holdings, base);
        if *roles != Roles::Default && !rights.is_empty() {
            text.push_str(&format!("--     {}\n", line(&told::roles(roles))));
        }
        let indent = if *roles == Roles::Default { "" } else { "  " };
        for (place, rights) in rights {
            text.push_str(&format!("--     {indent}{place}: {}\n", line(&rights)));
        }
    }
    text
}

/// That another way in is refused like the plainest one, or for want of a password, goes without saying.
fn tells_more(first: &Entry, other: &Entry) -> bool {
    !matches!(other.outcome, Outcome::Refused(_))
        || first.outcome == Outcome::Accepted && first.account != other.account
}

/// The rights on each place that are not those of what it lies in, nor of another session where one is given.
fn rights(engine: &Engine<'_>, scope: &Scope, holdings: &Holdings, base: Option<&Holdings>) -> Vec<(String, String)> {
    let held = |all: &Holdings, at: usize, right: &Right| {
        all.get(&(at, right.clone())).map(|holding| holding.held).unwrap_or_default()
    };
    let mut all: BTreeSet<&Right> = holdings.keys().map(|(_, right)| right).collect();
    all.extend(base.into_iter().flat_map(|base| base.keys()).map(|(_, right)| right));
    let mut lines = Vec::new();
    for (at, place) in scope.places.iter().enumerate() {
        let mut words = Vec::new();
        for right in &all {
            let is = held(holdings, at, right);
            let above = place.parent.filter(|_| place.has(&engine.policy().tables.server, right));
            let (is_above, base_above) = (above.map(|at| held(holdings, at, right)), base.zip(above));
            let expected = match base {
                Some(base) => held(base, at, right),
                None => is_above.unwrap_or_default(),
            };
            // What another session lacks above it lacks here too, and is told there.
            let told =
                base_above.is_some_and(|(base, above)| is_above == Some(is) && held(base, above, right) == expected);
            match is {
                _ if is == expected || told => {}
                Held::Yes => words.push(right.name.to_string()),
                Held::Open => words.push(format!("perhaps {}", right.name)),
                Held::No => words.push(format!("not {}", right.name)),
            }
        }
        if !words.is_empty() {
            lines.push((place_words(place), in_short(engine, place, &words)));
        }
    }
    lines
}

/// A list of rights, in which all of a level are one.
fn in_short(engine: &Engine<'_>, place: &Place, words: &[String]) -> String {
    let server = &engine.policy().tables.server;
    let option = Privilege::GRANT_OPTION.name().unwrap_or_default();
    let every: Vec<&str> =
        place.privileges(server).iter().filter_map(Privilege::name).filter(|n| *n != option).collect();
    let dynamic: Vec<String> =
        server.dynamic_privileges().map(|(_, name)| format!("{name} WITH GRANT OPTION")).collect();
    let has = |name: &str| words.iter().any(|word| word == name);
    let all = every.len() > 1 && every.iter().all(|name| has(name));
    let all_dynamic = !dynamic.is_empty() && dynamic.iter().all(|name| has(name));
    let said = |word: &str| {
        let is_dynamic =
            dynamic.iter().any(|name| name == word || name.strip_suffix(" WITH GRANT OPTION") == Some(word));
        !(all && every.contains(&word) || all_dynamic && is_dynamic)
    };
    let rest: Vec<&str> = words.iter().map(String::as_str).filter(|word| said(word)).collect();
    let short = [(all, "ALL PRIVILEGES"), (all_dynamic, "all dynamic privileges WITH GRANT OPTION")];
    let short = short.iter().filter(|(holds, _)| *holds).map(|(_, word)| *word);
    told::list(short.chain(rest.iter().copied()))
}

fn place_words(place: &Place) -> String {
    match (&place.span, &place.thing) {
        (Span::Others, _) => "any other database".to_owned(),
        (Span::Like(texts), Thing::Object(_)) => format!("databases like {}", texts.join(" and ")),
        _ => line(&told::place(place)),
    }
}
