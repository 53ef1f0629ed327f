//! Rows that name nearly the object that is asked about, and the character at which they do not.
//!
//! The program knows only rows that match. A grant on `Shop` when `shop` is asked, or on `shop\_a` where
//! that is no escape, is no row of it; people look for it all the same.

use crate::answer::{Decision, Engine, RowView};
use crate::client::Client;
use crate::matching::wild::{self, Quirks};
use crate::policy::Policy;
use crate::server::variables::Variable;

/// A row whose object is spelled nearly as the one that is needed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alike {
    /// The row.
    pub row: RowView,
    /// The database, table or column that is needed.
    pub wanted: String,
    /// Where the two part.
    pub why: String,
}

/// Most letters that may differ.
const LETTERS: usize = 2;

/// The rows of the session that give a missing privilege on something with nearly that name.
pub fn alike(policy: &Policy, client: &Client, decision: &Decision) -> Vec<Alike> {
    let engine = Engine::new(policy);
    let held = engine.privileges(client).held;
    let mut found: Vec<Alike> = Vec::new();
    for need in decision.checks.iter().flat_map(|check| &check.needs).filter(|need| !need.met) {
        let Some(object) = Named::of(&need.on) else { continue };
        for row in held.iter().map(|held| &held.row) {
            if !need.any_of.iter().any(|privilege| row.privileges.contains(privilege)) {
                continue;
            }
            let near = object.against(policy, row);
            if let Some(near) = near.filter(|near| !found.iter().any(|other| other.row == near.row)) {
                found.push(near);
            }
        }
    }
    found
}

/// The names of an object, as a need says them.
struct Named<'a> {
    db: &'a str,
    table: Option<&'a str>,
}

impl<'a> Named<'a> {
    /// Reads `shop.*`, `table shop.orders`, `column shop.orders.id`.
    fn of(on: &'a str) -> Option<Self> {
        if let Some(db) = on.strip_suffix(".*").filter(|db| *db != "*") {
            return Some(Self { db, table: None });
        }
        let rest = ["table ", "column ", "every column of "].iter().find_map(|word| on.strip_prefix(word))?;
        let rest = rest.split(" or any column").next().unwrap_or(rest);
        let mut parts = rest.split('.');
        Some(Self { db: parts.next()?, table: parts.next() })
    }

    fn against(&self, policy: &Policy, row: &RowView) -> Option<Alike> {
        let near = |wanted: &str, why: String| Some(Alike { row: row.clone(), wanted: wanted.to_owned(), why });
        let db = row.db.as_deref()?;
        match (row.table, self.table, row.object.as_deref()) {
            ("db", _, _) if !matches(policy, db, self.db) && is_alike(db, self.db) => {
                near(self.db, parting(policy, db, self.db))
            }
            ("tables_priv" | "columns_priv", Some(_), Some(_)) if db != self.db && is_alike(db, self.db) => {
                near(self.db, letters(db, self.db))
            }
            ("tables_priv" | "columns_priv", Some(table), Some(own))
                if db == self.db && own != table && is_alike(own, table) =>
            {
                near(table, letters(own, table))
            }
            _ => None,
        }
    }
}

/// The database text of a row covers that database.
pub fn matches(policy: &Policy, text: &str, db: &str) -> bool {
    if policy.tables.variables.on(Variable::PartialRevokes) {
        return text == db;
    }
    wild::matches_bytes(db.as_bytes(), text.as_bytes(), Quirks::of(&policy.tables.server))
}

/// The names are the same but for case, escapes and wildcards, or a letter or two.
fn is_alike(text: &str, name: &str) -> bool {
    let plain: String = text.chars().filter(|c| *c != '\\').collect();
    if plain.eq_ignore_ascii_case(name) {
        return true;
    }
    let stem = plain.trim_end_matches(['%', '_']);
    let by_pattern = plain.contains('%') && stem.len() >= 3 && common(stem, name) + 1 >= stem.chars().count();
    by_pattern || (name.chars().count() > LETTERS * 2 && distance(&plain, name) <= LETTERS)
}

fn common(a: &str, b: &str) -> usize {
    a.chars().zip(b.chars()).take_while(|(a, b)| a == b).count()
}

/// How many letters have to be changed, added or taken away.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, c) in a.chars().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        let mut next = vec![left];
        for (j, d) in b.iter().enumerate() {
            let above = row.get(j + 1).copied().unwrap_or(usize::MAX);
            left = (diagonal + usize::from(c != *d)).min(left + 1).min(above + 1);
            diagonal = above;
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or(usize::MAX)
}

/// Where a database text stops matching a database.
fn parting(policy: &Policy, text: &str, name: &str) -> String {
    if policy.tables.variables.on(Variable::PartialRevokes) {
        let escape = if text.contains('\\') { ": with partial_revokes on, `\\` is no escape but a letter" } else { "" };
        return format!("{}{escape}", letters(text, name));
    }
    let characters: Vec<char> = text.chars().collect();
    let (mut at, mut left) = (0, name.chars());
    while let Some(c) = characters.get(at) {
        let here = left.clone().next();
        match (c, characters.get(at + 1)) {
            ('%', _) => break,
            ('\\', Some(escaped)) if here != Some(*escaped) => {
                let there = here.map_or("the end".to_owned(), |c| format!("`{c}`"));
                return format!(
                    "`\\{escaped}` at character {} of `{text}` stands for `{escaped}` alone, and `{name}` has {there} there",
                    at + 1
                );
            }
            ('\\', Some(_)) => at += 1,
            ('_', _) if here.is_some() => {}
            (c, _) if here == Some(*c) => {}
            _ => return letters_at(text, name, at, here),
        }
        left.next();
        at += 1;
    }
    format!("the pattern `{text}` does not match `{name}`")
}

/// Where two literal names part.
fn letters(text: &str, name: &str) -> String {
    let at = common(text, name);
    letters_at(text, name, at, name.chars().nth(at))
}

fn letters_at(text: &str, name: &str, at: usize, there: Option<char>) -> String {
    let here = text.chars().nth(at);
    let shown = |c: Option<char>| c.map_or("the end".to_owned(), |c| format!("`{c}`"));
    let case = match (here, there) {
        (Some(a), Some(b)) if a.eq_ignore_ascii_case(&b) => {
            ", and names of databases and tables are compared with case"
        }
        _ => "",
    };
    format!("`{text}` has {} at character {}, where `{name}` has {}{case}", shown(here), at + 1, shown(there))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_alike_but_for_case_escapes_and_a_letter_or_two() {
        assert!(is_alike("Shop", "shop") && is_alike("my\\_db", "my_db") && is_alike("orders", "order"));
        assert!(is_alike("app\\_%", "apps_1") && !is_alike("shop", "payroll") && !is_alike("a", "b"));
        assert_eq!((distance("kitten", "sitting"), distance("", "ab"), distance("ab", "ab")), (3, 2, 0));
    }

    #[test]
    fn the_character_is_named_at_which_names_part() {
        let policy = Policy::default();
        assert_eq!(letters("ordres", "orders"), "`ordres` has `r` at character 4, where `orders` has `e`");
        assert!(letters("Shop", "shop").ends_with("compared with case"));
        let escaped = parting(&policy, "shop\\_a", "shop1a");
        assert!(escaped.starts_with("`\\_` at character 5 of `shop\\_a` stands for `_` alone"), "{escaped}");
    }
}
