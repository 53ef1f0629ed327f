//! A plan as SQL to be read and run.

use crate::answer::plan::{Plan, Step};
use crate::emit::paper::{Paper, Tone};
use crate::emit::plan::because;
use crate::emit::words;

/// The statements in order, what they are good for as comments.
pub fn plan(plan: &Plan, apply_check: bool, paper: &Paper) -> String {
    let mut text = String::new();
    let comment = |text: &str| format!("{}\n", paper.say(Tone::Faint, &format!("-- {text}")));
    let warn = |text: &str| format!("{}\n", paper.say(Tone::Bad, &format!("-- {text}")));
    if plan.steps.is_empty() {
        text += &comment("nothing is to be done");
    }
    match plan.unsafe_because {
        None if plan.steps.is_empty() => {}
        None => {
            let count = plan.steps.len();
            text += &comment(&format!(
                "{count} statement{}; after each of them everything is decided as in the old policy or as in the new one",
                if count == 1 { "" } else { "s" }
            ));
        }
        Some(why) => text += &warn(because(why)),
    }
    if plan.as_loaded {
        text +=
            &comment("the new policy is meant as it is after FLUSH PRIVILEGES: until then memory has other rows first");
    }
    if plan.steps.iter().any(|step| step.statement.contains("<secret>")) {
        text += &comment("fill in what stands as <secret>");
    }
    for (at, step) in plan.steps.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|before| plan.steps.get(before));
        if step.is_by_hand() && !before.is_some_and(Step::is_by_hand) {
            let until = read_by(plan.steps.get(at..).unwrap_or_default());
            text +=
                &comment(&format!("the grant tables written by hand: in force for nobody until {until} reads them"));
        }
        if step.restarts() {
            text += &comment(
                "this ends every session; a server that nothing watches over is to be stopped and started instead",
            );
        }
        text += &format!("{};\n", step.statement);
        text.extend(broken(step).map(|line| warn(&line)));
    }
    for line in &plan.differs {
        text += &warn(&format!("after all of that: {line}"));
    }
    if apply_check && plan.differs.is_empty() {
        text += &comment("replayed: every account is shown as in the new policy");
    }
    text
}

/// What reads the tables that these steps write.
fn read_by(steps: &[Step]) -> &'static str {
    let reads = |step: &&Step| step.restarts() || step.reads_tables();
    if steps.iter().find(reads).is_some_and(Step::restarts) {
        "the server that starts anew"
    } else {
        "FLUSH PRIVILEGES"
    }
}

/// What a step takes or gives that it should not.
fn broken(step: &Step) -> Option<String> {
    let broken = step.broken.as_ref()?;
    let verb = if broken.lost { "takes away" } else { "gives" };
    let until = if broken.lost { "both policies allow it" } else { "neither policy allows it" };
    Some(format!(
        "^ for a time this {verb} {}, such as for {}: {until}",
        broken.what,
        words::brief_client(&broken.example)
    ))
}
