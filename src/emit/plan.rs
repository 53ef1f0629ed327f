//! A plan for programs.

use super::{json, words};
use crate::answer::plan::{Plan, Step, Unsafe};
use serde_json::{Value, json};

/// The whole plan.
pub fn document(plan: &Plan) -> Value {
    json!({
        "safe": plan.unsafe_because.is_none(),
        "as_loaded": plan.as_loaded,
        "because": plan.unsafe_because.map(because),
        "steps": plan.steps.iter().map(step).collect::<Vec<_>>(),
        "differs": plan.differs,
    })
}

fn step(step: &Step) -> Value {
    let broken = step.broken.as_ref().map(|broken| {
        json!({
            "takes_away": broken.lost,
            "what": broken.what,
            "example": { "client": json::client(&broken.example), "words": words::brief_client(&broken.example) },
        })
    });
    json!({
        "statement": step.statement,
        "by_hand": step.is_by_hand(),
        "restarts": step.restarts(),
        "outside": broken,
    })
}

/// Why a plan is not safe.
pub fn because(why: Unsafe) -> &'static str {
    match why {
        Unsafe::NoOrder => "no order of such statements keeps every step between the two policies",
        Unsafe::GivenUp => "the search for an order that keeps every step between the two policies was given up",
    }
}
