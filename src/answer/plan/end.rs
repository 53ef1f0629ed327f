//! Whether a plan ends where it should.

use super::stage::Stage;
use crate::answer::shown::{self, Shown};
use crate::policy::Policy;
use crate::tables::PUBLIC;
use std::borrow::Cow;

/// What is not as in the new policy: rows, settings, and accounts that SHOW CREATE USER and SHOW GRANTS show otherwise.
///
/// The order of lines, and of names in a line, does not count: it tells in which order rows were made and where they lie
/// in the server's memory (M6.13, M6.14), which no statement can set and no dump tells. Where the order of rows decides,
/// the decisions are compared.
pub fn differs(is: &Stage, new: &Stage) -> Vec<String> {
    let mut lines = is.state.differences(&new.state);
    let [shows, shall] = [is, new].map(|stage| shown::accounts(&without_named_limits(&stage.policy), false));
    let is_shown =
        |account: &Shown| shows.iter().any(|one| one.account == account.account && bags(one) == bags(account));
    // PUBLIC without rights is as good as none.
    let counts = |account: &&Shown| {
        let is_none = account.account.user == PUBLIC && account.grants.is_empty();
        !is_none && !is.state.is_left_alone(&new.state, &account.account)
    };
    for account in shall.iter().filter(counts).filter(|account| !is_shown(account)) {
        lines.push(format!("{} is not shown as in the new policy", account.account.quoted()));
    }
    lines.sort();
    lines.dedup();
    lines
}

/// Limits of 0 that CREATE USER named are shown until the next load, and no other statement shows or hides them: they do not
/// count.
fn without_named_limits(policy: &Policy) -> Cow<'_, Policy> {
    let mut policy = Cow::Borrowed(policy);
    if !policy.tables.named_limits.is_empty() {
        policy.to_mut().tables.named_limits.clear();
    }
    policy
}

/// The lines that show an account, without their order: each as its words.
fn bags(account: &Shown) -> Vec<Vec<&str>> {
    let lines = account.create.iter().chain(&account.grants);
    let mut bags: Vec<Vec<&str>> = lines.map(|line| line.split([' ', ',', '(', ')']).collect()).collect();
    bags.iter_mut().for_each(|words| words.sort_unstable());
    bags.sort();
    bags
}
