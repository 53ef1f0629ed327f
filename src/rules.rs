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
        derives { $($derived:ident: $head:ident,)+ }
    ) => {
        pub mod derived {
            pub use super::{$($head),+};
        }

        /// Derives this stage's relations.
        pub(super) fn derive(facts: &Facts, model: &mut Model) {
            let mut program = Crepe::new();
            $(program.extend(facts.$fact.iter().map(|&base::$base($($column),+)| $base($($column),+)));)*
            $(program.extend(model.$before.iter().map(|&super::$relation($($field),+)| $relation($($field),+)));)*
            let ($($derived,)+) = program.run_with_hasher::<rustc_hash::FxBuildHasher>();
            $(model.$derived = super::sorted($derived);)+
        }
    };
}

/// Declares the stages, and how one after the other derives the model; those behind `asked` read what a question demands.
macro_rules! stages {
    (always $($always:ident)+; asked $($asked:ident)+) => {
        stages! { $($always)+ $($asked)+ }

        /// Derives everything that follows from the facts.
        pub fn evaluate(facts: &Facts) -> Model {
            let mut model = Model::default();
            $($always::derive(facts, &mut model);)+
            // Each rule of the last stages needs a check, so that without one they derive nothing.
            if !facts.check_of.is_empty() {
                $($asked::derive(facts, &mut model);)+
            }
            model
        }
    };
    ($($stage:ident)+) => {
        $(
            #[rustfmt::skip]
            #[allow(
                missing_docs, clippy::all, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing,
                clippy::unreachable, clippy::panic,
                reason = "relations are documented by the comments above them; the rest is the macro's code"
            )]
            mod $stage;
            pub use $stage::derived::*;
        )+
    };
}

use crate::facts::Facts;
use crate::model::Model;

stages! { always select effective roles global database table routine gives login; asked needs near }

/// The tuples of a derived relation in order: the same facts give the same bytes.
fn sorted<T: Ord, S>(tuples: std::collections::HashSet<T, S>) -> Vec<T> {
    let mut sorted: Vec<T> = tuples.into_iter().collect();
    sorted.sort_unstable();
    sorted
}
