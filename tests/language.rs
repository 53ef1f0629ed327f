//! Patterns as languages: what the search says is held against the server's own matcher, text by text.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use grantc::matching::host::{ClientHost, HostPattern};
use grantc::matching::language::{Cells, Limit, Matched, Shape, cells};
use grantc::matching::wild::Quirks;
use grantc::server::Server;
use proptest::prelude::*;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

const NAME: Shape = Shape::Name { longest: 60 };
const SERVERS: [&str; 4] = ["mysql-5.7", "mysql-8.0.22", "mysql-9.7", "mariadb-10.11"];

/// Texts of a shape as clients have them.
fn text(shape: Shape) -> BoxedStrategy<String> {
    match shape {
        Shape::Ipv4 => prop_oneof![
            any::<u32>().prop_map(|bits| Ipv4Addr::from(bits).to_string()),
            (0u32..4, 0u32..12).prop_map(|(c, d)| format!("10.1.{c}.{d}")),
        ]
        .boxed(),
        Shape::Ipv6 => prop_oneof![
            prop::array::uniform8(prop_oneof![Just(0u16), Just(0), 0u16..20, any::<u16>()]).prop_map(Ipv6Addr::from),
            (0u16..20).prop_map(|last| Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, last)),
        ]
        .prop_filter("has a form of its own", |ip| ip.to_ipv4().is_none() || ip.segments()[6] == 0)
        .prop_filter("is a client", |ip| !ip.is_unspecified())
        .prop_map(|ip| IpAddr::from(ip).to_string())
        .boxed(),
        Shape::Name { .. } => "[ab1_]{1,3}(\\.[ab1-]{1,2}){0,2}".prop_filter("is a name", |t| NAME.has(t)).boxed(),
    }
}

/// Host texts that have to do with such texts.
fn pattern(shape: Shape) -> BoxedStrategy<String> {
    let wild = match shape {
        Shape::Ipv4 => "(10\\.1\\.|1|%|_)(2|[0-9]|%|_|\\\\_){0,2}(\\.(3|_|%)){0,2}%?",
        Shape::Ipv6 => "(2001:db8::|::|%|fe80:)(5|[0-9a]|%|_){0,2}(:(1|_|%)){0,2}",
        Shape::Name { .. } => "(a|b|1|%|_|\\\\_){1,3}(\\.|%|_)?(a|b|%|_){0,2}",
    };
    let masked = (0u32..4, 0u32..6, 0u32..33).prop_map(|(c, d, bits)| format!("10.1.{c}.{d}/{bits}"));
    let dotted = (0u32..4, prop::sample::select(vec!["255.255.0.0", "255.0.255.0", "255.255.255.254"]))
        .prop_map(|(c, mask)| format!("10.1.{c}.0/{mask}"));
    prop_oneof![8 => wild, 4 => text(shape), 2 => masked, 2 => dotted, 1 => Just(String::new())].boxed()
}

fn client(shape: Shape, text: &str) -> ClientHost {
    match shape {
        Shape::Name { .. } => ClientHost { host: Some(text.into()), ..ClientHost::default() },
        Shape::Ipv4 | Shape::Ipv6 => ClientHost { ip: Some(text.into()), ..ClientHost::default() },
    }
}

fn matched(shape: Shape, text: &str, patterns: &[HostPattern<'_>], quirks: Quirks) -> Matched {
    let mut matched = Matched::none(patterns.len());
    for (at, pattern) in patterns.iter().enumerate() {
        if pattern.matches(&client(shape, text), quirks) {
            matched.put(at);
        }
    }
    matched
}

fn search<'a>(shape: Shape, server: &str, texts: &'a [String]) -> (Vec<HostPattern<'a>>, Quirks, Cells) {
    let server: Server = server.parse().unwrap();
    let patterns: Vec<HostPattern<'_>> = texts.iter().map(|text| HostPattern::new(text, &server)).collect();
    let quirks = Quirks::of(&server);
    let found = cells(shape, &patterns, &[], quirks, Limit::default());
    (patterns, quirks, found)
}

fn agrees(shape: Shape, server: &str, texts: &[String], clients: &[String]) -> Result<(), TestCaseError> {
    let (patterns, quirks, found) = search(shape, server, texts);
    prop_assert!(!found.gave_up);
    for cell in &found.cells {
        prop_assert!(shape.has(&cell.example), "{} is no text of {shape:?}", cell.example);
        prop_assert_eq!(&matched(shape, &cell.example, &patterns, quirks), &cell.matched, "{}", &cell.example);
    }
    for text in clients {
        let wanted = matched(shape, text, &patterns, quirks);
        let known = found.cells.iter().any(|cell| cell.matched == wanted && (!cell.single || cell.example == *text));
        prop_assert!(known, "{text} is in no cell of {texts:?}: {:?}", found.cells);
    }
    Ok(())
}

fn run(shape: Shape) {
    let strategy = (
        prop::sample::select(SERVERS.to_vec()),
        prop::collection::vec(pattern(shape), 1..5),
        prop::collection::vec(text(shape), 20..60),
    );
    let config = ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() };
    let mut runner = proptest::test_runner::TestRunner::new_with_rng(
        config,
        proptest::test_runner::TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha),
    );
    runner.run(&strategy, |(server, texts, clients)| agrees(shape, server, &texts, &clients)).unwrap();
}

#[test]
fn cells_of_ipv4_addresses_are_exact() {
    run(Shape::Ipv4);
}

#[test]
fn cells_of_ipv6_addresses_are_exact() {
    run(Shape::Ipv6);
}

#[test]
fn cells_of_names_are_exact() {
    run(NAME);
}

/// A search that would take too long says so.
#[test]
fn a_search_gives_up_openly() {
    let texts: Vec<String> =
        ["%a%b%c%d%e%", "%e%d%c%b%a%", "%a_b_c_d%", "%b__a__c%", "%c___b%d%"].map(String::from).into();
    let server: Server = "mysql-9.7".parse().unwrap();
    let patterns: Vec<HostPattern<'_>> = texts.iter().map(|text| HostPattern::new(text, &server)).collect();
    assert!(cells(NAME, &patterns, &[], Quirks::of(&server), Limit(500)).gave_up);
}
