//! A policy from files, with what is to be said about it on standard error.

use super::args;
use super::output;
use super::progress;
use super::status::{Failure, Status};
use crate::diagnostic::{Code, Severity, render};
use crate::live;
use crate::policy::{Options, Policy, read};

/// How many diagnostics are shown to people; the rest are counted.
const SHOWN: usize = 40;

/// And of what a server would refuse on restoring a dump.
const SHOWN_OF_RESTORING: usize = 3;

/// A policy that was read, and the status that its own faults ask for.
pub struct Loaded {
    /// The policy.
    pub policy: Policy,
    fault: bool,
}

impl Loaded {
    /// The exit status of a command whose answer has this status. An input that could not be read as
    /// a whole is bad input, whatever was answered from the rest.
    pub fn status(&self, answer: Status) -> Status {
        if self.fault { Status::Bad } else { answer }
    }
}

/// Reads the policy and says on standard error what is to be said.
///
/// # Errors
/// Standard input is asked for twice, or there is nothing that can be read.
pub fn load(arguments: &args::Policy) -> Result<Loaded, Failure> {
    if arguments.files().chain(arguments.schema.iter().map(String::as_str)).filter(|name| *name == "-").count() > 1 {
        return Err(Failure::new("standard input can be read only once").help("give `-` for one file only"));
    }
    let (policy, any) = progress::during(arguments.quiet, "reading the policy", || read_all(arguments));
    tell(&policy, arguments.quiet || !any);
    if !any {
        return Err(Failure::told());
    }
    let least = if arguments.strict { Severity::Refused } else { Severity::Error };
    let fault = policy.diagnostics.iter().any(|diagnostic| diagnostic.severity >= least);
    Ok(Loaded { policy, fault })
}

/// The policy, and whether any of its files could be read.
fn read_all(arguments: &args::Policy) -> (Policy, bool) {
    let mut stdin = std::io::stdin().lock();
    let inputs = read::paths(arguments.files(), &mut stdin);
    let mut schema = read::paths(arguments.schema.iter().map(String::as_str), &mut stdin);
    // The texts of the schema are numbered behind those of the policy.
    let before = u32::try_from(inputs.sources.len()).unwrap_or(u32::MAX);
    for diagnostic in &mut schema.diagnostics {
        if let Some(span) = &mut diagnostic.span {
            span.source.0 = span.source.0.saturating_add(before);
        }
    }
    let any = !inputs.sources.is_empty();
    let options = Options {
        server: arguments.server,
        set: arguments.set.clone(),
        reading: arguments.read.map(Into::into),
        schema: schema.sources,
    };
    let (mut policy, _) = live::load(inputs.sources, &options);
    let first = inputs.diagnostics.into_iter().chain(schema.diagnostics);
    policy.diagnostics = first.chain(std::mem::take(&mut policy.diagnostics)).collect();
    (policy, any)
}

/// Diagnostics in order of place: all kinds, or only errors when quiet.
fn tell(policy: &Policy, quiet: bool) {
    let least = if quiet { Severity::Error } else { Severity::Note };
    let (restoring, others): (Vec<_>, Vec<_>) =
        policy.diagnostics.iter().filter(|d| d.severity >= least).partition(|d| d.code == Code::RestoreRefused);
    // What restoring a dump would refuse is all of a kind: a few tell the story.
    for (messages, most) in [(others, SHOWN), (restoring, SHOWN_OF_RESTORING)] {
        for diagnostic in messages.iter().take(most) {
            output::tell(&format!("{}\n\n", render::to_text(diagnostic, &policy.sources, true)));
        }
        let rest = messages.len().saturating_sub(most);
        if rest > 0 {
            output::complain("note", &format!("{rest} more messages like these; --format json has them all"), None);
        }
    }
}
