//! A policy from files, with what is to be said about it on standard error.

use super::args;
use super::output;
use super::progress;
use super::status::{Failure, Status};
use crate::client::Client;
use crate::decision_table::{DecisionTable, GctError};
use crate::diagnostic::{Code, Severity, render};
use crate::live;
use crate::policy::{self, Options, Policy};
use crate::source::Source;
use std::io::Read;

/// How many diagnostics are shown to people; the rest are counted.
const SHOWN: usize = 40;

/// And of what a server would refuse on restoring a dump.
const SHOWN_OF_RESTORING: usize = 3;

/// A policy that was read, and the status that its own faults ask for.
pub struct Loaded {
    /// The policy.
    pub policy: Policy,
    fault: bool,
    /// It was read from a decision table.
    compiled: bool,
}

impl Loaded {
    /// The exit status of a command whose answer has this status. An input that could not be read as
    /// a whole is bad input, whatever was answered from the rest.
    pub fn status(&self, answer: Status) -> Status {
        if self.fault { Status::Bad } else { answer }
    }

    /// Refuses a decision table, for what needs the statements themselves.
    ///
    /// # Errors
    /// The policy was read from a decision table.
    pub fn with_statements(self, what: &str) -> Result<Self, Failure> {
        match self.compiled {
            true => Err(Failure::new(format!("{what} needs the policy itself, not a decision table"))),
            false => Ok(self),
        }
    }
}

/// Reads the policy and says on standard error what is to be said.
///
/// # Errors
/// Standard input is asked for twice, or there is nothing that can be read.
pub fn load(arguments: &args::Policy) -> Result<Loaded, Failure> {
    load_for(arguments, None)
}

/// The same server after FLUSH PRIVILEGES: what is stored in its grant tables.
///
/// # Errors
/// As for [`load`].
pub fn load_stored(arguments: &args::Policy) -> Result<Loaded, Failure> {
    read(arguments, None, Policy::reload)
}

/// The same; of a decision table only what this client can touch.
///
/// # Errors
/// As for [`load`].
pub fn load_for(arguments: &args::Policy, client: Option<&Client>) -> Result<Loaded, Failure> {
    read(arguments, client, |_| ())
}

fn read(arguments: &args::Policy, client: Option<&Client>, then: impl FnOnce(&mut Policy)) -> Result<Loaded, Failure> {
    if arguments.files().chain(arguments.schema.iter().map(String::as_str)).filter(|name| *name == "-").count() > 1 {
        return Err(Failure::new("standard input can be read only once").help("give `-` for one file only"));
    }
    if let Some(policy) = compiled(arguments, client)? {
        return Ok(Loaded { policy, fault: false, compiled: true });
    }
    let (mut policy, any) = progress::during(arguments.rules.quiet, "reading the policy", || read_all(arguments));
    then(&mut policy);
    tell(&policy, arguments.rules.quiet || !any);
    if !any {
        return Err(Failure::told());
    }
    let least = if arguments.strict { Severity::Refused } else { Severity::Error };
    let fault = policy.diagnostics.iter().any(|diagnostic| diagnostic.severity >= least);
    Ok(Loaded { policy, fault, compiled: false })
}

/// The policy of a decision table, if one is named.
fn compiled(arguments: &args::Policy, client: Option<&Client>) -> Result<Option<Policy>, Failure> {
    let is_table = |name: &&str| *name != "-" && begins_as_table(name);
    let Some(name) = arguments.files().find(is_table) else { return Ok(None) };
    let said = arguments.rules.server.is_some() || !arguments.rules.set.is_empty() || arguments.read.is_some();
    if said || arguments.files().count() > 1 || !arguments.schema.is_empty() {
        let failure = Failure::new(format!("`{name}` is a decision table, to which nothing can be added"));
        return Err(failure.help("give --server, --set, --read, --schema and further files to `grantc compile`"));
    }
    let table = table(name)?;
    let open = || client.map_or_else(|| table.policy(), |client| table.slice(client));
    Ok(Some(progress::during(arguments.rules.quiet, "opening the table", open)))
}

/// A decision table, with its contents as they were written.
///
/// # Errors
/// It cannot be read, or it is damaged.
pub fn table(name: &str) -> Result<DecisionTable, Failure> {
    let unusable = |error: GctError| Failure::new(format!("`{name}` cannot be used: {error}"));
    let table = DecisionTable::open(name).map_err(unusable)?;
    table.check_contents().map_err(unusable)?;
    Ok(table)
}

fn begins_as_table(name: &str) -> bool {
    let mut first = [0; 8];
    let read = std::fs::File::open(name).and_then(|mut file| file.read_exact(&mut first));
    name.ends_with(".gct") || (read.is_ok() && DecisionTable::begins(&first))
}

/// The policy, and whether any of its files could be read.
fn read_all(arguments: &args::Policy) -> (Policy, bool) {
    let mut stdin = std::io::stdin().lock();
    let inputs = policy::read::paths(arguments.files(), &mut stdin);
    let mut schema = policy::read::paths(arguments.schema.iter().map(String::as_str), &mut stdin);
    // The texts of the schema are numbered behind those of the policy.
    let before = u32::try_from(inputs.sources.len()).unwrap_or(u32::MAX);
    for diagnostic in &mut schema.diagnostics {
        if let Some(span) = &mut diagnostic.span {
            span.source.0 = span.source.0.saturating_add(before);
        }
    }
    let any = !inputs.sources.is_empty();
    let (mut policy, _) = live::load(inputs.sources, &options(arguments, schema.sources));
    let first = inputs.diagnostics.into_iter().chain(schema.diagnostics);
    policy.diagnostics = first.chain(std::mem::take(&mut policy.diagnostics)).collect();
    (policy, any)
}

fn options(arguments: &args::Policy, schema: Vec<Source>) -> Options {
    Options {
        server: arguments.rules.server,
        set: arguments.rules.set.clone(),
        reading: arguments.read.map(Into::into),
        schema,
        ..Options::default()
    }
}

/// Reads other texts as the policy was read, with what exists as before.
pub fn again(arguments: &args::Policy, sources: Vec<Source>, schema: Vec<Source>) -> Policy {
    live::load(sources, &options(arguments, schema)).0
}

/// Says what is to be said about statements that were added to a policy; true when that is a fault.
pub fn tell_added(added: &Policy, before: &Policy, arguments: &args::Policy) -> bool {
    let new = added.diagnostics.get(before.diagnostics.len()..).unwrap_or_default().to_vec();
    let least = if arguments.strict { Severity::Refused } else { Severity::Error };
    let fault = new.iter().any(|diagnostic| diagnostic.severity >= least);
    let shown = if arguments.rules.quiet { Severity::Error } else { Severity::Note };
    for diagnostic in new.iter().filter(|diagnostic| diagnostic.severity >= shown) {
        output::tell(&format!("{}\n\n", render::to_text(diagnostic, &added.sources, true)));
    }
    fault
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
