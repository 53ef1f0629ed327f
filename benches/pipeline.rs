//! How long the stages take: parse, replay, index, evaluate. `cargo bench` prints the table; nothing is judged by time.
//!
//! The policies are made from a seed: the same text every time, one account for every ten grants. A stage takes about as
//! long for each grant of a large policy as of a small one: divan's items are grants, so a table of `Mitem/s` that stays
//! level says so (1 Mitem/s is 1,000 ns a grant).

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "benchmarks may stop at the first surprise"
)]

#[path = "support/scripts.rs"]
#[allow(dead_code, reason = "each benchmark takes the scripts that it needs")]
mod scripts;

use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use grantc::answer::Engine;
use grantc::client::{Ask, Client, From, Object};
use grantc::policy::{self, Options, Policy};
use grantc::source::{Source, SourceId};
use grantc::syntax::{self, How};
use scripts::script;

const SIZES: [u32; 3] = [10_000, 100_000, 1_000_000];

fn main() {
    divan::main();
}

fn load(grants: u32) -> Policy {
    policy::load(vec![Source::new("bench.sql", script(grants))], &Options::default())
}

/// Parses a script in parts, as a policy is read, and forgets them.
fn parse_all(bencher: Bencher<'_, '_>, grants: u32, by_grammar: bool) {
    let text = script(grants);
    let how = How { by_grammar, ..How::default() };
    bencher.counter(BytesCount::new(text.len())).counter(ItemsCount::new(grants)).bench(|| {
        let mut statements = 0;
        syntax::parse_parts(SourceId(0), &text, how, |part| statements += part.statements.len());
        statements
    });
}

/// As policies are read: statements of shapes that were met before are made from their names.
#[divan::bench(args = SIZES, sample_count = 5)]
fn parse(bencher: Bencher<'_, '_>, grants: u32) {
    parse_all(bencher, grants, false);
}

/// Every statement by the grammar.
#[divan::bench(args = SIZES, sample_count = 3)]
fn parse_by_grammar(bencher: Bencher<'_, '_>, grants: u32) {
    parse_all(bencher, grants, true);
}

#[divan::bench(args = SIZES, sample_count = 5)]
fn parse_and_replay(bencher: Bencher<'_, '_>, grants: u32) {
    let source = Source::new("bench.sql", script(grants));
    bencher
        .counter(ItemsCount::new(grants))
        .with_inputs(|| vec![source.clone()])
        .bench_values(|sources| policy::load(sources, &Options::default()));
}

#[divan::bench(args = SIZES, sample_count = 3)]
fn index(bencher: Bencher<'_, '_>, grants: u32) {
    let policy = load(grants);
    bencher.counter(ItemsCount::new(grants)).bench(|| Engine::new(&policy));
}

fn question() -> (Client, Ask) {
    let from = From::Address { ip: "10.1.2.3".into(), hostname: Some("web.example.com".into()) };
    let client = Client { user: "app7".into(), from, ..Client::default() };
    let on = Object::Table("db7".into(), "t7".into());
    (client, Ask::Can { privilege: "SELECT".into(), on })
}

#[divan::bench(args = SIZES)]
fn evaluate_login(bencher: Bencher<'_, '_>, grants: u32) {
    let policy = load(grants);
    let engine = Engine::new(&policy);
    let (client, _) = question();
    bencher.counter(ItemsCount::new(1u32)).bench(|| engine.login(&client));
}

#[divan::bench(args = SIZES)]
fn evaluate_check(bencher: Bencher<'_, '_>, grants: u32) {
    let policy = load(grants);
    let engine = Engine::new(&policy);
    let (client, ask) = question();
    bencher.counter(ItemsCount::new(1u32)).bench(|| engine.check(&client, &ask));
}
