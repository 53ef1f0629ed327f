//! How large decision tables are and how fast they are made and asked. `cargo bench --bench table` prints both; nothing is
//! judged by time.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::panic,
    reason = "benchmarks may stop at the first surprise"
)]

#[path = "support/scripts.rs"]
#[allow(dead_code, reason = "each benchmark takes the scripts that it needs")]
mod scripts;

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use grantc::client::{Client, From, Object};
use grantc::decision_table::{Admission, Answer, AnswerCache, Checked, DecisionTable, build};
use grantc::policy::{self, Options, Policy};
use grantc::server::catalogue::Privilege;
use grantc::source::Source;
use scripts::{one_row_grants, one_user};

const SIZES: [u32; 3] = [1_000, 10_000, 100_000];

fn main() {
    println!("grants of one row     bytes of the table     bytes for each");
    for grants in SIZES {
        let bytes = build(&load(&one_row_grants(grants))).len();
        println!("{grants:>17} {bytes:>22} {:>18.1}", bytes as f64 / f64::from(grants));
    }
    divan::main();
}

fn load(text: &str) -> Policy {
    policy::load(vec![Source::new("bench.sql", text)], &Options::default())
}

fn client(user: &str) -> Client {
    let from = From::Address { ip: "10.1.2.3".into(), hostname: Some("web.example.com".into()) };
    Client { user: user.into(), from, ..Client::default() }
}

#[divan::bench(args = SIZES, sample_count = 10)]
fn compile(bencher: Bencher<'_, '_>, grants: u32) {
    let policy = load(&one_row_grants(grants));
    bencher.counter(ItemsCount::new(grants)).bench(|| build(&policy));
}

#[divan::bench(args = SIZES)]
fn open(bencher: Bencher<'_, '_>, grants: u32) {
    let path = std::env::temp_dir().join(format!("grantc-bench-{}-{grants}.gct", std::process::id()));
    std::fs::write(&path, build(&load(&one_row_grants(grants)))).unwrap();
    bencher.bench(|| DecisionTable::open(&path).unwrap());
    std::fs::remove_file(&path).unwrap();
}

/// A user, an address and names of objects, from their texts each time; another user each time.
#[divan::bench(args = SIZES, sample_size = 1_000)]
fn check_from_strings_cold(bencher: Bencher<'_, '_>, grants: u32) {
    let table = DecisionTable::from_bytes(build(&load(&one_row_grants(grants)))).unwrap();
    let clients: Vec<Client> = (0..grants / 10).map(|user| client(&format!("app{user}"))).collect();
    let on = Object::Table("db7".into(), "t7".into());
    let mut at = 0;
    bencher.bench_local(|| {
        at = (at + 7919) % clients.len();
        ask(&table, &clients[at], &on)
    });
}

/// The same user each time, from its texts each time.
#[divan::bench(args = SIZES, sample_size = 1_000)]
fn check_from_strings_warm(bencher: Bencher<'_, '_>, grants: u32) {
    let table = DecisionTable::from_bytes(build(&load(&one_row_grants(grants)))).unwrap();
    let (client, on) = (client("app7"), Object::Table("db7".into(), "t7".into()));
    bencher.bench_local(|| ask(&table, black_box(&client), black_box(&on)));
}

/// From texts, with the answers remembered: as many clients as a service has, 64.
#[divan::bench(args = SIZES, sample_size = 1_000)]
fn check_from_strings_hot(bencher: Bencher<'_, '_>, grants: u32) {
    let table = DecisionTable::from_bytes(build(&load(&one_row_grants(grants)))).unwrap();
    let clients: Vec<Client> = (0..64).map(|user| client(&format!("app{user}"))).collect();
    let on = Object::Table("db7".into(), "t7".into());
    let mut cache = AnswerCache::new(&table);
    let mut at = 0;
    bencher.bench_local(|| -> Checked {
        at = (at + 1) % clients.len();
        cache.check(black_box(&clients[at]), "SELECT", black_box(&on))
    });
}

/// A session that is there, and a privilege and an object whose numbers are known.
#[divan::bench(args = SIZES, sample_size = 1_000)]
fn check_by_ids(bencher: Bencher<'_, '_>, grants: u32) {
    let table = DecisionTable::from_bytes(build(&load(&one_row_grants(grants)))).unwrap();
    let on = Object::Table("db7".into(), "t7".into());
    let on = table.find_object(&on);
    let client = client("app2");
    let Admission::In(session) = table.admit(&client) else { panic!("not in") };
    bencher.bench_local(|| session.may_on(Privilege::SELECT, black_box(&on)));
}

/// A session that is there, and a privilege that is known.
#[divan::bench(args = SIZES, sample_size = 1_000)]
fn check_in_session(bencher: Bencher<'_, '_>, grants: u32) {
    let table = DecisionTable::from_bytes(build(&load(&one_row_grants(grants)))).unwrap();
    let on = Object::Table("db7".into(), "t7".into());
    let client = client("app2");
    let Admission::In(session) = table.admit(&client) else { panic!("not in") };
    bencher.bench_local(|| session.may(Privilege::SELECT, black_box(&on)));
}

#[divan::bench(args = [10, 100, 1_000], sample_size = 1_000)]
fn login_against_rows_of_one_user(bencher: Bencher<'_, '_>, rows: u32) {
    let table = DecisionTable::from_bytes(build(&load(&one_user(rows)))).unwrap();
    let client = client("app");
    bencher.bench_local(|| matches!(table.admit(black_box(&client)), Admission::In(_)));
}

fn ask(table: &DecisionTable, client: &Client, on: &Object) -> Option<Answer> {
    let privilege = table.find_privilege("SELECT")?;
    match table.admit(client) {
        Admission::In(session) => Some(session.may(privilege, on)),
        _ => None,
    }
}
