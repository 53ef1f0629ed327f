//! A policy with statements run behind it.

use super::{Policy, Replayed, report, script};
use crate::source::Source;
use crate::syntax::{self, Lexing, Parsed};
use crate::tables::replay::Replay;

impl Policy {
    /// The policy after further statements, which the administrator runs on the server as it is. What is to be said
    /// about them stands behind the diagnostics that the policy has.
    #[must_use]
    pub fn and(&self, source: &Source) -> Self {
        let mut policy = self.clone();
        let id = policy.sources.add(source.clone());
        let Parsed { statements, diagnostics } = syntax::parse(id, source, policy.lexing());
        let mut unread = script::unread(&diagnostics);
        policy.diagnostics.extend(diagnostics);
        let mut replay = Replay::new(std::mem::take(&mut policy.tables));
        for statement in &statements {
            let before = unread.partition_point(|refused| refused.span.start < statement.span.start);
            policy.statements.extend(unread.drain(..before));
            let outcome = replay.apply(policy.next_id(), statement);
            report::outcome(statement, &outcome, &mut policy.diagnostics);
            policy.statements.push(Replayed { span: statement.span, outcome });
        }
        policy.statements.extend(unread);
        policy.tables = replay.tables;
        policy
    }

    /// How the server reads texts now.
    fn lexing(&self) -> Lexing {
        let (server, variables) = (&self.tables.server, &self.tables.variables);
        Lexing {
            ansi_quotes: variables.sql_mode("ANSI_QUOTES"),
            no_backslash_escapes: variables.sql_mode("NO_BACKSLASH_ESCAPES"),
            version: server.comment_number(),
            mariadb: server.is_mariadb(),
        }
    }
}
