//! grantc beside general policy engines: the same grants, the same questions, every answer asserted before anything is
//! timed. `cargo run --release` prints the table.
//!
//! Each engine has the encoding that suits it best, made before the clock runs: Cedar one policy for each privilege that
//! looks into sets of its principals, with requests that are ready; regorus one rule that looks into objects by user and
//! name, with inputs that are ready; casbin its plain matcher.
//!
//! grantc is asked three questions. `grantc_account_known` is the one that the others are asked: the account is told, and
//! its session, which is there, is found by the name. `grantc_all_known` has the session, the privilege and the object at
//! hand, as Cedar has its requests and regorus its inputs. `grantc_with_login` is asked from the client's strings: it
//! selects the account row by host, settles the login, and checks, which the others do not do.

mod casbin;
mod cedar;
mod grants;
mod rego;

use divan::Bencher;
use grantc::decision_table::Answer;
use grants::{Grants, Question};

/// Accounts, each with ten grants.
const ACCOUNTS: [u32; 2] = [1_000, 10_000];

fn main() {
    divan::main();
}

/// Asserts every answer, then asks one question after the other.
fn ask(bencher: Bencher<'_, '_>, questions: &[Question], mut allows: impl FnMut(usize) -> bool) {
    for (at, question) in questions.iter().enumerate() {
        assert_eq!(allows(at), question.allowed, "{question:?}");
    }
    let mut at = 0;
    bencher.bench_local(|| {
        at = (at + 1) % questions.len();
        allows(at)
    });
}

#[divan::bench(args = ACCOUNTS)]
fn grantc_account_known(bencher: Bencher<'_, '_>, accounts: u32) {
    let grants = Grants::of(accounts);
    let table = grants.table();
    let asked: Vec<_> = grants.questions.iter().map(Question::for_grantc).collect();
    let sessions = grants::sessions(&table, &asked);
    ask(bencher, &grants.questions, |at| grants::account_may(&sessions, &table, &asked[at]));
}

#[divan::bench(args = ACCOUNTS)]
fn grantc_all_known(bencher: Bencher<'_, '_>, accounts: u32) {
    let grants = Grants::of(accounts);
    let table = grants.table();
    let asked: Vec<_> = grants.questions.iter().map(Question::for_grantc).collect();
    let sessions = grants::sessions(&table, &asked);
    let ready = asked.iter().map(|(client, privilege, on)| {
        let privilege = table.find_privilege(privilege).expect("a privilege of the server");
        (&sessions[client.user.as_str()], privilege, table.find_object(on))
    });
    let ready: Vec<_> = ready.collect();
    ask(bencher, &grants.questions, |at| {
        let (session, privilege, on) = &ready[at];
        matches!(session.may_on(*privilege, on), Answer::Allow(_))
    });
}

#[divan::bench(args = ACCOUNTS)]
fn grantc_with_login(bencher: Bencher<'_, '_>, accounts: u32) {
    let grants = Grants::of(accounts);
    let table = grants.table();
    let asked: Vec<_> = grants.questions.iter().map(Question::for_grantc).collect();
    ask(bencher, &grants.questions, |at| grants::allows(&table, &asked[at]));
}

#[divan::bench(args = ACCOUNTS)]
fn cedar_policy(bencher: Bencher<'_, '_>, accounts: u32) {
    let grants = Grants::of(accounts);
    let cedar = cedar::Cedar::of(&grants);
    ask(bencher, &grants.questions, |at| cedar.allows(at));
}

#[divan::bench(args = ACCOUNTS)]
fn regorus(bencher: Bencher<'_, '_>, accounts: u32) {
    let grants = Grants::of(accounts);
    let mut rego = rego::Rego::of(&grants);
    ask(bencher, &grants.questions, |at| rego.allows(at));
}

/// Its matcher goes through all policies, so few questions are asked.
#[divan::bench(args = ACCOUNTS, sample_count = 10)]
fn casbin_rs(bencher: Bencher<'_, '_>, accounts: u32) {
    let grants = Grants::of(accounts);
    let few = &grants.questions[..grants.questions.len().min(20)];
    let casbin = casbin::Casbin::of(&grants);
    ask(bencher, few, |at| casbin.allows(&few[at]));
}
