//! What the definers of views may do: checks that are made of somebody else than the session (M7.37, M8.1).

use super::CheckView;
use super::check::Answer;
use super::login::{effective, live_sessions};
use crate::demand::{Demands, OfDefiner};
use crate::facts::id::Check;
use crate::server::catalogue::Privilege;
use crate::server::errors::{ServerError, access, object};

impl Answer<'_> {
    /// Adds the checks of definers to those of the session, in their order, and gives the error of the first that fails
    /// before one of the session's own does; nothing follows it.
    pub(super) fn definers(&self, checks: &mut Vec<CheckView>) -> Option<ServerError> {
        let refused = self.evaluation.model.refused.iter().find(|r| r.0 == self.session).map(|r| r.1.0 as usize);
        let mut added = 0;
        for of in &self.demands.of_definers {
            if refused.is_some_and(|check| of.before > check) {
                break;
            }
            let (views, error) = self.definer(of);
            let at = (of.before + added).min(checks.len());
            if error.is_some() {
                checks.truncate(at);
                checks.extend(views);
                return error;
            }
            added += views.len();
            checks.splice(at..at, views);
        }
        None
    }

    /// One definer's check and its error, if it fails.
    fn definer(&self, of: &OfDefiner) -> (Vec<CheckView>, Option<ServerError>) {
        let demands = Demands { checks: vec![of.check.clone()], ..Demands::default() };
        let evaluation = self.engine.evaluate_definer((&of.definer.0, &of.definer.1), &demands);
        let Some((session, _)) = live_sessions(self.engine, &evaluation).first().copied() else {
            let view = CheckView { purpose: of.check.purpose.clone(), needs: Vec::new() };
            return (vec![view], Some(self.definer_missing(of)));
        };
        let answer = Answer { evaluation: &evaluation, demands: &demands, session, ..*self };
        let refused = evaluation.model.refused.iter().find(|r| r.0 == session).map(|r| r.1);
        (answer.checks(refused), refused.and_then(|_: Check| answer.error(Check(0))))
    }

    /// The definer has no account: only who could set definers is told so (M8.1).
    fn definer_missing(&self, of: &OfDefiner) -> ServerError {
        let told = [Some(Privilege::SUPER), Privilege::dynamic("SET_ANY_DEFINER"), Privilege::dynamic("SET_USER_ID")];
        let held = &self.evaluation.model.global_held;
        if held.iter().any(|h| h.0 == self.session && told.contains(&Some(h.1))) {
            return object::no_such_definer((&of.definer.0, &of.definer.1));
        }
        let account = effective(self.evaluation, self.session).unwrap_or_default();
        access::access_denied(self.engine.viewer().account(account).text(), self.using_password())
    }
}
