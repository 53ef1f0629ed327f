//! One answer against what was expected of it.
//!
//! Compares and words the difference; it asks nothing itself.

use super::{Expectation, Expected, Question, RowName, words};
use crate::answer::{AccountView, Decision, Login, RowView, Verdict, Who};
use crate::policy::Outcome;
use crate::server::errors::ServerError;
use std::collections::BTreeSet;

/// An expectation that did not hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Failure {
    /// The `.test` file.
    pub file: String,
    /// The line.
    pub line: u32,
    /// The title of its case.
    pub case: String,
    /// The line as it is written.
    pub shown: String,
    /// What was asked.
    pub asked: String,
    /// What was expected.
    pub expected: String,
    /// What came back.
    pub actual: String,
    /// The rows and needs behind it, with the places of the statements that made them.
    pub reason: Vec<String>,
}

/// What came back for a question.
#[derive(Debug, Clone)]
pub enum Answer {
    /// For [`Question::Login`].
    Login(Box<Login>),
    /// For [`Question::Check`].
    Check(Box<Decision>),
    /// For [`Question::InSession`] with a statement: the decision, and what became of it.
    Ran(Box<Decision>, Outcome),
    /// For [`Question::Statement`] and [`Question::Show`].
    Outcome(Option<Outcome>),
    /// For [`Question::Who`]: everybody, or what cannot be read in the question.
    Who(Result<Box<Who>, String>),
}

/// Nothing when the answer is the expected one.
pub fn judge(expectation: &Expectation, answer: &Answer) -> Option<Failure> {
    let (held, actual, reason) = match answer {
        Answer::Login(login) => {
            (of_login(&expectation.expected, login), words::login(login), words::login_reason(login))
        }
        Answer::Check(decision) => {
            (of_check(&expectation.expected, decision), words::decision(decision), words::decision_reason(decision))
        }
        Answer::Ran(decision, outcome) => (
            of_statement(&expectation.expected, decision, outcome),
            words::outcome(Some(outcome)),
            words::decision_reason(decision),
        ),
        Answer::Outcome(outcome) => {
            (of_outcome(&expectation.expected, outcome.as_ref()), words::outcome(outcome.as_ref()), Vec::new())
        }
        Answer::Who(Ok(who)) => (of_who(&expectation.expected, who), words::who(who), words::who_reason(who)),
        Answer::Who(Err(what)) => (false, format!("a question that cannot be read: {what}"), Vec::new()),
    };
    if held {
        return None;
    }
    Some(Failure {
        line: expectation.line,
        asked: words::question(&expectation.question),
        expected: words::expected(&expectation.expected),
        actual: more(&expectation.expected, answer, actual),
        reason,
        ..Failure::default()
    })
}

/// Rows and roles are part of an answer only where they were asked for.
fn more(expected: &Expected, answer: &Answer, actual: String) -> String {
    match (expected, answer) {
        (Expected::Because(_), Answer::Check(decision) | Answer::Ran(decision, _)) => {
            let rows: Vec<String> = decision.rows.iter().map(words::row).collect();
            format!("{actual}, rows: {}", if rows.is_empty() { "none".to_owned() } else { rows.join(", ") })
        }
        (Expected::Roles(_), Answer::Login(login)) => {
            format!("{actual}, active roles: {}", words::accounts(login.roles.iter().map(|(role, _)| role)))
        }
        (Expected::Tries(_), Answer::Login(login)) => {
            format!("tries {}", words::accounts(login.candidates.iter().map(|candidate| &candidate.row.account)))
        }
        _ => actual,
    }
}

fn of_login(expected: &Expected, login: &Login) -> bool {
    let inside = login.error.is_none() && login.undetermined.is_none() && login.account.is_some();
    match expected {
        Expected::LogsIn { account, through } => {
            let (current, proxy) = match &login.proxied {
                Some((target, _)) => (Some(target), login.account.as_ref()),
                None => (login.account.as_ref(), None),
            };
            inside && !login.ambiguous && current == Some(account) && (through.is_none() || through.as_ref() == proxy)
        }
        Expected::GetsIn => inside,
        Expected::Refused { errno, message } => refused(login.error.as_ref(), *errno, message.as_deref()),
        Expected::Undetermined => login.undetermined.is_some(),
        Expected::Ambiguous(list) => login.ambiguous && same_set(list, login.tied.iter()),
        Expected::Roles(list) => inside && active(list, &login.roles),
        Expected::Tries(list) => login.candidates.iter().map(|candidate| &candidate.row.account).eq(list),
        Expected::Because(row) => {
            login
                .candidates
                .iter()
                .any(|candidate| candidate.fate == crate::answer::Fate::Selected && name_of(&candidate.row) == *row)
                || login.proxied.iter().any(|(_, witness)| name_of(witness) == *row)
                || login
                    .roles
                    .iter()
                    .filter_map(|(_, witness)| witness.as_ref())
                    .any(|witness| name_of(witness) == *row)
        }
        _ => false,
    }
}

fn of_check(expected: &Expected, decision: &Decision) -> bool {
    match expected {
        Expected::Allowed | Expected::Done(None) => decision.verdict == Verdict::Allow,
        Expected::Refused { errno, message } => {
            let denied = decision.verdict == Verdict::Deny
                || (decision.verdict == Verdict::NotAsked && decision.error.is_some());
            denied && (errno.is_none() || refused(decision.error.as_ref(), *errno, message.as_deref()))
        }
        Expected::Lists(names) => {
            decision.verdict == Verdict::Allow
                && decision
                    .result
                    .as_ref()
                    .is_some_and(|found| names.iter().collect::<BTreeSet<_>>() == found.iter().collect::<BTreeSet<_>>())
        }
        Expected::Undetermined => matches!(decision.verdict, Verdict::Undetermined(_)),
        Expected::Because(row) => decision.rows.iter().any(|found| name_of(found) == *row),
        _ => of_login(expected, &decision.login),
    }
}

/// A statement that a session ran.
fn of_statement(expected: &Expected, decision: &Decision, outcome: &Outcome) -> bool {
    match expected {
        Expected::Allowed => of_outcome(&Expected::Done(None), Some(outcome)),
        Expected::Undetermined => matches!(outcome, Outcome::Unknown(_)),
        Expected::Because(_) => of_check(expected, decision),
        _ => of_outcome(expected, Some(outcome)),
    }
}

fn of_outcome(expected: &Expected, outcome: Option<&Outcome>) -> bool {
    match (expected, outcome) {
        (Expected::Done(None), Some(Outcome::Done(_) | Outcome::Rows(_)))
        | (Expected::Skipped, Some(Outcome::Skipped)) => true,
        (Expected::Done(Some(errno)), Some(Outcome::Done(warnings))) => {
            warnings.iter().any(|warning| warning.errno == *errno)
        }
        (Expected::Refused { errno, message }, Some(Outcome::Refused(error))) => {
            refused(Some(error), *errno, message.as_deref())
        }
        (Expected::Returns(rows), Some(Outcome::Rows(found))) => rows == found,
        _ => false,
    }
}

fn of_who(expected: &Expected, who: &Who) -> bool {
    let found = words::holders(who);
    !who.unsure() && matches!(expected, Expected::Exactly(list) if same_set(list, found.iter()))
}

fn refused(error: Option<&ServerError>, errno: Option<u16>, message: Option<&str>) -> bool {
    error
        .is_some_and(|error| errno.is_none_or(|n| n == error.errno) && message.is_none_or(|text| text == error.message))
}

fn same_set<'a>(expected: &'a [AccountView], found: impl Iterator<Item = &'a AccountView>) -> bool {
    expected.iter().collect::<BTreeSet<_>>() == found.collect::<BTreeSet<_>>()
}

/// The roles that are active by themselves, as `CURRENT_ROLE()` tells them: those that come along have no row.
fn active(expected: &[AccountView], roles: &[(AccountView, Option<RowView>)]) -> bool {
    // A role of MariaDB has no host.
    let same =
        |role: &AccountView, wanted: &AccountView| role == wanted || (role.user == wanted.user && role.host.is_empty());
    let all_there = expected.iter().all(|wanted| roles.iter().any(|(role, _)| same(role, wanted)));
    let named = |role: &AccountView| expected.iter().any(|wanted| same(role, wanted));
    let no_other = roles.iter().all(|(role, row)| named(role) || (row.is_none() && !expected.is_empty()));
    all_there && no_other
}

/// The row as an expectation would name it.
pub fn name_of(row: &RowView) -> RowName {
    let other = row.other.iter().flat_map(|other| [other.user.clone(), other.host.clone()]);
    let named = [&row.db, &row.object, &row.column].into_iter().flatten().cloned();
    RowName { table: row.table.to_owned(), account: row.account.clone(), rest: named.chain(other).collect() }
}

/// A statement that was refused or skipped without an expectation that says so.
pub fn unexpected_statement(number: usize, outcome: &Outcome) -> Option<Failure> {
    matches!(outcome, Outcome::Refused(_) | Outcome::Skipped).then(|| Failure {
        asked: words::question(&Question::Statement(number)),
        expected: "done".to_owned(),
        actual: words::outcome(Some(outcome)),
        ..Failure::default()
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::client::Client;

    fn account(user: &str, host: &str) -> AccountView {
        AccountView { user: user.into(), host: host.into() }
    }

    fn judged(expected: Expected, login: Login) -> Option<Failure> {
        let expectation = Expectation { line: 3, question: Question::Login(Client::default()), expected };
        judge(&expectation, &Answer::Login(Box::new(login)))
    }

    #[test]
    fn a_login_is_current_user_so_the_proxied_account() {
        let row = RowView {
            table: "proxies_priv",
            account: account("px", "%"),
            db: None,
            object: None,
            column: None,
            object_type: None,
            other: Some(account("t", "%")),
            privileges: Vec::new(),
            sources: Vec::new(),
        };
        let login =
            Login { account: Some(account("px", "%")), proxied: Some((account("t", "%"), row)), ..Login::default() };
        let expected = |user: &str, through| Expected::LogsIn { account: account(user, "%"), through };
        assert_eq!(judged(expected("t", Some(account("px", "%"))), login.clone()), None);
        assert_eq!(judged(expected("t", None), login.clone()), None);
        assert!(judged(expected("px", None), login).is_some());
    }

    #[test]
    fn an_error_is_compared_by_number_and_where_given_by_text() {
        let error = ServerError::new(1045, "28000", "Access denied");
        let login = Login { error: Some(error), account: Some(account("a", "%")), ..Login::default() };
        let expected = |errno, message: Option<&str>| Expected::Refused {
            errno: Some(errno),
            message: message.map(str::to_owned),
        };
        assert_eq!(judged(expected(1045, None), login.clone()), None);
        assert!(judged(expected(1698, None), login.clone()).is_some());
        assert!(judged(expected(1045, Some("other")), login.clone()).is_some());
        assert!(judged(Expected::GetsIn, login).is_some());
    }

    #[test]
    fn a_failure_reads_as_place_expected_actual_reason() {
        let failure = judged(Expected::GetsIn, Login::default()).unwrap();
        assert_eq!(
            Failure { file: "x.test".into(), case: "a title".into(), shown: "gets in".into(), ..failure }.to_string(),
            "x.test:3: gets in\n  case      a title\n  asked     '' from socket\n  expected  gets in\n  \
             actual    no account\n  because   no account row of that user name\n"
        );
    }

    #[test]
    fn a_statement_that_is_refused_needs_an_expectation() {
        assert!(unexpected_statement(1, &Outcome::Done(Vec::new())).is_none());
        assert!(unexpected_statement(1, &Outcome::Skipped).is_some());
    }
}
