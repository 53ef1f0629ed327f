//! A policy with statements run behind it.

use super::{Form, Policy, lexing, report, script};
use crate::demand::tell_views;
use crate::source::Source;
use crate::syntax::{self, Parsed};
use crate::tables::GrantTables;
use crate::tables::replay::Replay;

impl Policy {
    /// The policy after further statements, which the administrator runs on the server as it is. What becomes of each
    /// stands behind the statements that the policy has, in the order of the text, and what is to be said about them
    /// behind its diagnostics; one that cannot be read is refused.
    #[must_use]
    pub fn after(&self, source: &Source) -> Self {
        let mut policy = self.clone();
        let id = policy.sources.add(source.clone());
        policy.forms.push(Form::Sql);
        let how = lexing(policy.tables.server, &policy.tables.variables);
        let Parsed { statements, diagnostics } = syntax::parse(id, source, how);
        let mut unread = script::unread(&diagnostics);
        policy.diagnostics.extend(diagnostics);
        let mut replay = going_on(std::mem::take(&mut policy.tables));
        for statement in &statements {
            let before = unread.partition_point(|refused| refused.span.start < statement.span.start);
            policy.statements.extend(unread.drain(..before));
            let outcome = replay.apply(policy.next_id(), statement);
            report::outcome(statement, &outcome, &mut policy.diagnostics);
            policy.push(statement, outcome);
        }
        policy.statements.extend(unread);
        policy.tables = replay.tables;
        tell_views(&mut policy.tables, &policy.sources);
        policy
    }
}

/// A replay on a server that runs: rows stay where they lie in its memory (M3.11), and roles have what was brought to them
/// (M5.16).
fn going_on(mut tables: GrantTables) -> Replay {
    let memory = tables.take_memory();
    let mut replay = Replay::new(tables);
    replay.tables.memory = memory.or(replay.tables.memory);
    replay
}
