//! Statements of a shape that was parsed before, made from what stands in their slots.
//!
//! Dumps and generated scripts repeat a few shapes: the same words, other names and texts. The grammar stays the
//! definition: it parses each shape twice, as it was found and with a name of its own in every slot, and so tells
//! which slot became which part of the tree. A shape is kept only when every slot became one text of the tree as it
//! stands and the found statement comes out of it as the grammar read it; everything else is left to the grammar,
//! and so is every statement that it refuses.

mod places;
mod scan;

use super::grammar::Rule;
use super::lower::Lower;
use super::statement::{StatementKind, Written};
use crate::source::Span;
use places::Place;
use rustc_hash::{FxHashMap, FxHashSet};
pub(super) use scan::Scan;
use scan::{Slot, SlotKind, Slots};
use smallvec::SmallVec;
use smol_str::SmolStr;

/// More shapes than this are not kept.
const MOST: usize = 4096;
/// Longer statements have no shape: each would be one of its own.
const LONGEST: usize = 2048;
/// So many shapes are tried before a statement is scanned.
const RECENT: usize = 8;
/// More hashes of shapes that were seen once are not remembered.
const MOST_SEEN: usize = 1 << 16;

/// The shapes that were met so far.
#[derive(Debug, Default)]
pub(super) struct Shapes {
    all: Vec<Shape>,
    /// Their numbers by the hash of their statements.
    known: FxHashMap<u64, usize>,
    /// The numbers of those that came last: most statements are of one of them.
    recent: SmallVec<[usize; RECENT]>,
    /// Shapes that were met once; most of those do not come again.
    seen: FxHashSet<u64>,
}

/// A statement as it is read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found<'a> {
    pub(super) text: &'a str,
    pub(super) rule: Rule,
    pub(super) lower: Lower,
}

/// What the grammar makes of statements of one shape.
#[derive(Debug)]
struct Shape {
    /// It is of statements for MariaDB.
    mariadb: bool,
    /// What stands between the slots, one behind the other.
    fixed: Box<str>,
    /// Where each of these parts ends, with the slot behind it; the last part has none.
    parts: Box<[(u32, Option<SlotKind>)]>,
    /// `None`: the grammar must read each of them.
    template: Option<Template>,
}

/// A tree without names and places, and where they come from.
#[derive(Debug)]
struct Template {
    kind: StatementKind,
    written: Written,
    sources: Box<[From]>,
}

/// Where one part of the tree comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum From {
    /// The text stays as it is.
    Fixed,
    /// What stands in that slot.
    Slot(usize),
    /// A place from here to there.
    Span(Anchor, Anchor),
}

/// A place in a statement: so many bytes behind the end of the slot before it, or behind the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Anchor {
    /// How many slots end before it.
    slots: usize,
    bytes: usize,
}

impl Shapes {
    /// A statement of a known shape, as the grammar would read it. For others what there is to [learn](Self::learn).
    pub(super) fn read(&mut self, text: &str, lower: Lower) -> Result<(StatementKind, Written), Option<Box<Scan>>> {
        if text.len() > LONGEST || lower.lexing.no_backslash_escapes || !places::may_cover(text) {
            return Err(None);
        }
        if let Some(read) = self.read_as_before(text, lower) {
            return Ok(read);
        }
        let Some(scan) = Scan::of(text, u64::from(lower.lexing.mariadb)) else { return Err(None) };
        let Some(&number) = self.known.get(&scan.hash) else { return Err(Some(Box::new(scan))) };
        match self.all.get(number) {
            Some(shape @ Shape { template: Some(template), .. }) if shape.is_of(text, &scan.slots) => {
                self.recent.truncate(RECENT - 1);
                self.recent.insert(0, number);
                Ok(template.fill(text, lower, &scan.slots))
            }
            _ => Err(None),
        }
    }

    /// A statement of a shape that came lately. What stands between its slots tells that, with no need to scan it.
    fn read_as_before(&mut self, text: &str, lower: Lower) -> Option<(StatementKind, Written)> {
        let (place, read) = self.recent.iter().enumerate().find_map(|(place, number)| {
            let shape = self.all.get(*number).filter(|shape| shape.mariadb == lower.lexing.mariadb)?;
            let slots = shape.slots_of(text)?;
            Some((place, shape.template.as_ref()?.fill(text, lower, &slots)))
        })?;
        // The shapes that come often get to the front.
        if let Some(before) = place.checked_sub(1) {
            self.recent.swap(before, place);
        }
        Some(read)
    }

    /// Takes notice of what the grammar made of a statement.
    pub(super) fn learn(&mut self, found: Found<'_>, scan: &Scan, read: &(StatementKind, Written)) {
        if !self.seen.remove(&scan.hash) {
            if self.seen.len() < MOST_SEEN {
                self.seen.insert(scan.hash);
            }
        } else if self.known.len() < MOST {
            let template = Template::of(found, &scan.slots, read);
            self.known.insert(scan.hash, self.all.len());
            self.all.push(Shape::of(found, &scan.slots, template));
        }
    }
}

impl Found<'_> {
    /// What the grammar says.
    pub(super) fn by_grammar(self) -> super::lower::Result<(StatementKind, Written)> {
        self.lower.statement(self.rule, self.text)
    }
}

impl Shape {
    fn of(found: Found<'_>, slots: &[Slot], template: Option<Template>) -> Self {
        let (mut fixed, mut parts) = (String::new(), Vec::with_capacity(slots.len() + 1));
        for (part, kind) in fixed_parts(found.text, slots) {
            fixed.push_str(part);
            parts.push((u32::try_from(fixed.len()).unwrap_or(u32::MAX), kind));
        }
        Self { mariadb: found.lower.lexing.mariadb, fixed: fixed.into(), parts: parts.into(), template }
    }

    /// The slots of a statement of this shape, the same as a [`Scan`] finds: what it finds between two slots follows from
    /// the bytes there. `None` for statements of other shapes.
    fn slots_of(&self, text: &str) -> Option<Slots> {
        let (bytes, fixed) = (text.as_bytes(), self.fixed.as_bytes());
        let (mut slots, mut at, mut from) = (Slots::new(), 0, 0);
        for (end, kind) in &self.parts {
            let part = fixed.get(from..*end as usize)?;
            from = *end as usize;
            at += bytes.get(at..)?.starts_with(part).then_some(part.len())?;
            let Some(kind) = kind else { break };
            let slot = Slot::at(bytes, at, *kind)?;
            at = slot.end;
            slots.push(slot);
        }
        (at == bytes.len()).then_some(slots)
    }

    /// The statement has this shape, and not only its hash.
    fn is_of(&self, text: &str, slots: &[Slot]) -> bool {
        let mut from = 0;
        slots.len() + 1 == self.parts.len()
            && fixed_parts(text, slots).zip(&self.parts).all(|((part, kind), (end, known))| {
                let range = std::mem::replace(&mut from, *end as usize)..*end as usize;
                kind == *known && self.fixed.get(range) == Some(part)
            })
    }
}

/// What stands between the slots, with the kind of the slot behind it.
fn fixed_parts<'a>(text: &'a str, slots: &'a [Slot]) -> impl Iterator<Item = (&'a str, Option<SlotKind>)> {
    let ends = std::iter::once(0).chain(slots.iter().map(|slot| slot.end));
    let starts = slots.iter().map(|slot| (slot.start, Some(slot.kind))).chain([(text.len(), None)]);
    ends.zip(starts).map(|(from, (to, kind))| (text.get(from..to).unwrap_or(""), kind))
}

impl Template {
    /// What the grammar makes of the found statement's shape, if that follows from the slots alone.
    fn of(found: Found<'_>, slots: &[Slot], read: &(StatementKind, Written)) -> Option<Self> {
        let (probe, places) = probe(found.text, slots);
        let lower = Lower { base: 0, ..found.lower };
        let (mut kind, written) = Found { text: &probe, lower, ..found }.by_grammar().ok()?;
        let mut sources = Vec::new();
        let mut used = vec![0; slots.len()];
        let mut whole = true;
        let covered = kind.places(&mut |place| {
            let source = match place {
                Place::Text(text) => match stand_in_of(text) {
                    Some(slot) => {
                        used.get_mut(slot).into_iter().for_each(|times| *times += 1);
                        *text = SmolStr::default();
                        Some(From::Slot(slot))
                    }
                    None => Some(From::Fixed),
                },
                Place::Span(span) => {
                    let both = anchor(&places, span.start).zip(anchor(&places, span.end));
                    *span = Span::default();
                    both.map(|(start, end)| From::Span(start, end))
                }
            };
            whole &= source.is_some();
            sources.extend(source);
        });
        let once = used.iter().all(|times| *times == 1);
        let template = Self { kind, written, sources: sources.into() };
        (covered && whole && once && template.fill(found.text, found.lower, slots) == *read).then_some(template)
    }

    /// The tree with the names and places of a statement of this shape.
    fn fill(&self, text: &str, lower: Lower, slots: &[Slot]) -> (StatementKind, Written) {
        let mut kind = self.kind.clone();
        let mut sources = self.sources.iter();
        let place = |anchor: Anchor| {
            let end = anchor.slots.checked_sub(1).and_then(|before| slots.get(before)).map_or(0, |slot| slot.end);
            lower.base + end + anchor.bytes
        };
        kind.places(&mut |part| match (part, sources.next()) {
            (Place::Text(name), Some(From::Slot(slot))) => {
                let inside = slots.get(*slot).and_then(|slot| text.get(slot.inside()));
                *name = inside.map_or_else(SmolStr::default, SmolStr::new);
            }
            (Place::Span(span), Some(From::Span(start, end))) => {
                *span = Span::new(lower.source, place(*start)..place(*end));
            }
            _ => {}
        });
        (kind, self.written)
    }
}

/// What stands in a slot while a shape is learned; no statement has it as a fixed part, since it is no word of the
/// grammar.
fn stand_in(slot: usize) -> String {
    format!("zq{slot}qz")
}

fn stand_in_of(text: &str) -> Option<usize> {
    text.strip_prefix("zq")?.strip_suffix("qz")?.parse().ok()
}

/// The text with a name of its own in each slot, and the slots there.
fn probe(text: &str, slots: &[Slot]) -> (String, Vec<Slot>) {
    let (mut out, mut places) = (String::with_capacity(text.len()), Vec::with_capacity(slots.len()));
    let mut from = 0;
    for (number, slot) in slots.iter().enumerate() {
        let inside = slot.inside();
        out.push_str(text.get(from..inside.start).unwrap_or(""));
        let start = out.len() - (inside.start - slot.start);
        out.push_str(&stand_in(number));
        let end = out.len() + (slot.end - inside.end);
        places.push(Slot { start, end, kind: slot.kind });
        from = inside.end;
    }
    out.push_str(text.get(from..).unwrap_or(""));
    (out, places)
}

/// A place as seen from the slots; `None` inside of one.
fn anchor(slots: &[Slot], at: u32) -> Option<Anchor> {
    let at = at as usize;
    let before = slots.iter().take_while(|slot| slot.end <= at).count();
    let inside = slots.get(before).is_some_and(|slot| slot.start < at);
    let end = before.checked_sub(1).and_then(|last| slots.get(last)).map_or(0, |slot| slot.end);
    (!inside).then(|| Anchor { slots: before, bytes: at - end })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests stop at the first surprise")]

    use super::{Found, Shapes};
    use crate::source::SourceId;
    use crate::syntax::Lexing;
    use crate::syntax::grammar::Rule;
    use crate::syntax::lower::Lower;

    /// How many of the shapes of these statements are kept, each met twice.
    fn kept(statements: &[(Rule, &str)]) -> usize {
        let mut shapes = Shapes::default();
        for (rule, text) in statements.iter().chain(statements) {
            let lower = Lower { source: SourceId(0), base: 7, lexing: Lexing::default() };
            let found = Found { text, rule: *rule, lower };
            let read = found.by_grammar().unwrap();
            if let Err(Some(scan)) = shapes.read(text, lower) {
                shapes.learn(found, &scan, &read);
            }
            assert!(shapes.read(text, lower).is_err() || shapes.read(text, lower).unwrap() == read);
        }
        shapes.all.iter().filter(|shape| shape.template.is_some()).count()
    }

    #[test]
    fn shapes_of_dumps_and_scripts_are_kept() {
        let statements = [
            (
                Rule::create_user,
                "CREATE USER `a`@`%` IDENTIFIED WITH 'caching_sha2_password' AS '$A$005$x' REQUIRE NONE",
            ),
            (Rule::create_user, "CREATE USER IF NOT EXISTS joe@localhost IDENTIFIED BY 'secret'"),
            (Rule::grant, "GRANT SELECT (`a`, `b`), UPDATE (`c`) ON `d`.`t` TO `a`@`%` WITH GRANT OPTION"),
            (Rule::grant, "GRANT ALL PRIVILEGES ON shop.* TO joe@10.0.0.1"),
            (Rule::grant, "GRANT `r`@`%`, s TO `a`@`%`"),
            (Rule::revoke, "REVOKE SELECT ON `d`.* FROM `a`@`%`"),
            (Rule::set_default_role, "SET DEFAULT ROLE `r`@`%` TO `a`@`%`"),
        ];
        assert_eq!(kept(&statements), statements.len());
    }

    /// A dynamic privilege is put in upper case, a comment is no name.
    #[test]
    fn what_does_not_follow_from_the_slots_is_not_kept() {
        let statements = [
            (Rule::grant, "GRANT `backup_admin` ON *.* TO a"),
            (Rule::create_user, "CREATE USER a COMMENT 'x'"),
            (Rule::create_user, "CREATE USER a REQUIRE SUBJECT 'x'"),
        ];
        assert_eq!(kept(&statements), 0);
    }
}
