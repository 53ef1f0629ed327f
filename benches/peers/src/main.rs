//! grantc beside general policy engines: the same grants, the same questions, every answer asserted before anything is
//! timed. `cargo run --release` prints the table.
//!
//! Each engine has the encoding that suits it best, made before the clock runs: Cedar one policy for each privilege that
//! looks into sets of its principals, with requests that are ready; regorus one rule that looks into objects by user and
//! name, with inputs that are ready; casbin its plain matcher. grantc is asked from the client's strings: it selects the
//! account row by host, settles the login, and checks; the others are told who it is.

mod casbin;
mod cedar;
mod grants;
mod rego;

use divan::Bencher;
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
fn grantc(bencher: Bencher<'_, '_>, accounts: u32) {
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
