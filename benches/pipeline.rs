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

use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use grantc::answer::Engine;
use grantc::client::{Ask, Client, From, Object};
use grantc::policy::{self, Options, Policy};
use grantc::source::{Source, SourceId};
use grantc::syntax::{self, How};

const SIZES: [u32; 3] = [10_000, 100_000, 1_000_000];

fn main() {
    divan::main();
}

/// A small generator of numbers (xorshift), so that texts are the same on every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}

/// A script with that many GRANT statements.
fn script(grants: u32) -> String {
    let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15);
    let accounts = (grants / 10).max(1);
    let hosts = ["%", "localhost", "10.%", "192.0.2.0/24", "%.example.com"];
    let host = |account: u64| hosts[account as usize % hosts.len()];
    let mut text = String::new();
    for account in 0..u64::from(accounts) {
        text.push_str(&format!("CREATE USER `app{account}`@`{}`;\n", host(account)));
    }
    for _ in 0..grants {
        let account = numbers.below(u64::from(accounts));
        let (db, table) = (numbers.below(500), numbers.below(40));
        let what = match numbers.below(4) {
            0 => format!("SELECT, INSERT ON `db{db}`.*"),
            1 => format!("SELECT ON `db{db}`.`t{table}`"),
            2 => format!("SELECT (`a`, `b`), UPDATE (`c`) ON `db{db}`.`t{table}`"),
            _ => format!("SELECT, INSERT, UPDATE, DELETE ON `team\\_{db}%`.*"),
        };
        text.push_str(&format!("GRANT {what} TO `app{account}`@`{}`;\n", host(account)));
    }
    text
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
