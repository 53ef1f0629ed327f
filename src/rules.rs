//! The Datalog program: what the server does, as rules.
//!
//! This is the single statement of the semantics. A person who knows MySQL but not Rust can check it against
//! the manual: read `head <- body` as "head holds when all of body holds"; `!` is "does not hold"; a lower-case
//! word is a variable, `_` is anything. Numbers such as M5.2 name rules of the semantics; [`name::RuleName`] tells
//! each rule's gloss and reference.
//!
//! Precedence, inheritance, restriction and combination are rules. Whether a pattern matches a text, and which
//! number a row sorts by, come in as facts. Nothing here knows texts, spans or servers' versions: a difference
//! between servers is the atom `ServerHas(…)`.
//!
//! The program is written in stages, each in a file of its own, to be read in the order of [`evaluate`]: a stage reads
//! base relations, whose sentences stand in [`crate::facts`], and what stages before it derive. Above each derived
//! relation stands its sentence, above each rule its name. (One block for everything means the same; the compiler takes
//! ten times as long for it.)

pub mod name;

/// Feeds a stage's program with the relations that it reads, and keeps what it derives.
macro_rules! stage {
    (
        reads facts { $($fact:ident: $base:ident($($column:ident),+),)* }
        reads model { $($before:ident: $relation:ident($($field:ident),+),)* }
        derives { $($derived:ident),+ }
    ) => {
        /// Derives this stage's relations.
        pub(super) fn derive(facts: &Facts, model: &mut Model) {
            let mut program = Crepe::new();
            $(program.extend(facts.$fact.iter().map(|&base::$base($($column),+)| $base($($column),+)));)*
            $(program.extend(model.$before.iter().map(|&super::$relation($($field),+)| $relation($($field),+)));)*
            let ($($derived,)+) = program.run();
            $(model.$derived = super::sorted($derived);)+
        }
    };
}

/// Declares the stages, and how one after the other derives the model.
macro_rules! stages {
    ($($stage:ident)+) => {
        $(
            #[rustfmt::skip]
            #[allow(
                missing_docs, clippy::all, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing,
                clippy::unreachable, clippy::panic,
                reason = "relations are documented by the comments above them; the rest is the macro's code"
            )]
            mod $stage;
            #[allow(ambiguous_glob_reexports, reason = "each stage has a `Crepe` of its own, which nobody else names")]
            pub use $stage::*;
        )+

        /// Derives everything that follows from the facts.
        pub fn evaluate(facts: &Facts) -> Model {
            let mut model = Model::default();
            $($stage::derive(facts, &mut model);)+
            model
        }
    };
}

use crate::facts::Facts;
use crate::model::Model;

stages! { select effective roles global database table routine gives login needs near }

/// The tuples of a derived relation in order: the same facts give the same bytes.
fn sorted<T: Ord, S>(tuples: std::collections::HashSet<T, S>) -> Vec<T> {
    let mut sorted: Vec<T> = tuples.into_iter().collect();
    sorted.sort_unstable();
    sorted
}
