//! A compiled table answers as the policy that it was compiled from.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use grantc::answer::{Decision, Engine, Verdict};
use grantc::client::{Ask, Client, Password};
use grantc::decision_table::{Admission, Answer, AnswerCache, DecisionTable};
use grantc::expectation::Question;
use grantc::expectation::parse::parse;
use grantc::expectation::run::run_seen;
use grantc::policy::{self, Options, Policy};
use grantc::source::Source;
use proptest::prelude::*;
use rayon::prelude::*;
use std::fs;
use std::path::Path;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use support::{case_files, random};
use xxhash_rust::xxh3::xxh3_64;

fn compiled(policy: &Policy) -> DecisionTable {
    let table = DecisionTable::compile(policy).unwrap();
    table.check_contents().unwrap();
    table
}

/// The places of rows are each policy's own; the rows stand beside them in words.
fn without_ids(mut decision: Decision) -> Decision {
    decision.checks.iter_mut().flat_map(|check| &mut check.needs).for_each(|need| need.reasons.clear());
    decision
}

/// How often the table told by itself, and how often the interpreter had to be asked.
#[derive(Default)]
struct Told {
    alone: AtomicUsize,
    not_alone: AtomicUsize,
}

impl Told {
    /// Holds what the table says by itself against the interpreter.
    fn compare(&self, (policy, table): (&str, &DecisionTable), rebuilt: &Engine<'_>, client: &Client, ask: &Ask) {
        let Ask::Can { privilege, on } = ask else { return };
        let Some(found) = table.find_privilege(privilege) else { return };
        let decision = rebuilt.check(client, ask);
        let about = || format!("{policy}: {client:?} {ask:?}\n{decision:#?}");
        let answer = match table.admit(client) {
            Admission::In(session) => session.may(found, on),
            Admission::Refused(errno) => {
                assert_eq!(decision.login.error.as_ref().map(|error| error.errno), Some(errno), "{}", about());
                Answer::Deny
            }
            Admission::Unsure => Answer::Unsure,
        };
        let counter = if answer == Answer::Unsure { &self.not_alone } else { &self.alone };
        counter.fetch_add(1, Ordering::Relaxed);
        match answer {
            Answer::Allow(row) => {
                assert_eq!(decision.verdict, Verdict::Allow, "{row:?} {}", about());
                assert_eq!(decision.rows.first(), rebuilt.row(row, Some(found)).as_ref(), "{}", about());
            }
            Answer::Deny => assert_eq!(decision.verdict, Verdict::Deny, "{}", about()),
            Answer::Unsure => {}
        }
    }
}

/// Every question of every case gets the same answer, to the last byte.
#[test]
fn cases_are_answered_alike() {
    let files = case_files().into_iter().filter(|(name, _)| !name.contains("/fail-")).collect::<Vec<_>>();
    let told = Told::default();
    let asked: usize = files
        .par_iter()
        .map(|(name, path)| {
            let file = parse(name, &fs::read_to_string(path).unwrap());
            let read = |policy: &str| {
                let text =
                    fs::read_to_string(path.parent().unwrap().join(policy)).map_err(|error| error.to_string())?;
                Ok(vec![Source::new(policy, text)])
            };
            let (mut asked, mut last) = (0, None);
            run_seen(&file, &read, &mut |engine, question, running| {
                if running.is_some() || !matches!(question, Question::Login(_) | Question::Check(..)) {
                    return;
                }
                // Most questions are asked of the policy of the question before.
                let policy = engine.policy();
                let texts: Vec<std::sync::Arc<String>> =
                    policy.sources.iter().map(|(_, source)| source.text.clone()).collect();
                let key = (texts, format!("{:?}", policy.settings()));
                if last.as_ref().is_none_or(|(before, _, _)| *before != key) {
                    let table = compiled(policy);
                    let rebuilt = table.policy();
                    last = Some((key, table, rebuilt));
                }
                let (_, table, rebuilt) = last.as_ref().unwrap();
                let rebuilt = Engine::new(rebuilt);
                match question {
                    Question::Login(client) => {
                        let expected = engine.login(client);
                        assert_eq!(rebuilt.login(client), expected, "{name}: {client:?}");
                        assert_eq!(table.login(client), expected, "{name}: {client:?}");
                    }
                    Question::Check(client, ask) => {
                        let expected = without_ids(engine.check(client, ask));
                        assert_eq!(without_ids(rebuilt.check(client, ask)), expected, "{name}: {client:?} {ask:?}");
                        assert_eq!(without_ids(table.explain(client, ask)), expected, "{name}: {client:?} {ask:?}");
                        told.compare((name, table), &rebuilt, client, ask);
                    }
                    _ => {}
                }
                asked += 1;
            });
            asked
        })
        .sum();
    assert!(asked > 1000, "{asked} questions only");
    assert!(told.alone.into_inner() > told.not_alone.into_inner());
}

/// On random policies the table, the slice that it makes of the policy, and the whole policy say the same. More of them, and
/// more clients for each, where the environment says so: `GRANTC_SEEDS=0..500 GRANTC_CLIENTS=1000`.
#[test]
fn random_policies_are_answered_alike() {
    let told = Told::default();
    let seeds: Vec<(u64, &str)> =
        random::SERVERS.iter().flat_map(|server| support::seeds(0..6).map(move |seed| (seed, *server))).collect();
    let count = std::env::var("GRANTC_CLIENTS").ok().map(|count| count.parse::<usize>().unwrap());
    let clients: usize = seeds.par_iter().map(|(seed, server)| compare_random(*seed, server, count, &told)).sum();
    let (alone, not_alone) = (told.alone.into_inner(), told.not_alone.into_inner());
    println!("{} policies, {clients} clients, alone {alone}, not alone {not_alone}", seeds.len());
    assert!(alone > 500, "alone {alone}, not alone {not_alone}");
}

/// Random clients, and an example of those who get each account row; in a large run of every set of clients.
fn compare_random(seed: u64, server: &str, count: Option<usize>, told: &Told) -> usize {
    let policy = random::load(seed, server);
    let table = compiled(&policy);
    let rebuilt = table.policy();
    let (whole, other) = (Engine::new(&policy), Engine::new(&rebuilt));
    let asks = random::asks(seed, &policy, 40);
    let mut clients = random::clients(seed, &policy, count.unwrap_or(20));
    match count {
        None => clients.extend(whole.accounts().iter().filter_map(|line| line.reached.example.clone())),
        Some(_) => {
            for (name, _) in whole.client_names() {
                let sets = whole.client_sets(&whole.hosts_of(&name)).sets;
                clients.extend(sets.iter().flat_map(|set| &set.members).map(|member| member.client(&name)));
            }
        }
    }
    let step = if count.is_some() { 20 } else { 8 };
    for (at, client) in clients.iter().enumerate() {
        for ask in asks.iter().skip(at % step).step_by(step) {
            told.compare((&format!("{server} {seed}"), &table), &other, client, ask);
        }
        if let Some(ask) = asks.get(at) {
            let expected = without_ids(whole.check(client, ask));
            assert_eq!(without_ids(other.check(client, ask)), expected, "{server} {seed}: {client:?} {ask:?}");
            let slice = table.slice(client);
            let slice = Engine::new(&slice).check(client, ask);
            assert_eq!(without_ids(slice), expected, "{server} {seed}: {client:?} {ask:?}");
        }
    }
    clients.len()
}

/// What is remembered is what the table says, where questions share a slot too.
#[test]
fn remembered_answers_are_those_of_the_table() {
    let policy = random::load(3, "mysql-9.7");
    let table = compiled(&policy);
    let (mut clients, asks) = (random::clients(3, &policy, 12), random::asks(3, &policy, 40));
    let other = clients.iter().map(|client| Client { password: Password::Wrong, ..client.clone() });
    clients.extend(other.collect::<Vec<_>>());
    let mut caches = [1, 16, 4096].map(|slots| AnswerCache::with_slots(&table, slots));
    let mut allowed = 0;
    for _ in 0..2 {
        for (client, ask) in clients.iter().flat_map(|client| asks.iter().map(move |ask| (client, ask))) {
            let Ask::Can { privilege, on } = ask else { continue };
            let wanted = table.check(client, privilege, on);
            allowed += usize::from(wanted.verdict == Verdict::Allow);
            for cache in &mut caches {
                assert_eq!(cache.check(client, privilege, on), wanted, "{client:?} {ask:?}");
            }
        }
    }
    assert!(allowed > 20, "{allowed} allowed only");
}

fn policy_files() -> Vec<String> {
    let mut found = Vec::new();
    for folder in ["tutorial", "pitfalls", "versions", "dumps"] {
        for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("policies").join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|e| e == "sql" || e == "txt") {
                found.push(path.to_str().unwrap().to_owned());
            }
        }
    }
    found.sort();
    found
}

/// Accounts, settings, and for an example of each client set login and privileges are the same.
#[test]
fn policies_are_answered_alike() {
    for path in policy_files() {
        let text = fs::read_to_string(&path).unwrap();
        let policy = policy::load(vec![Source::new(&path, text)], &Options::default());
        let rebuilt = compiled(&policy).policy();
        let (one, other) = (Engine::new(&policy), Engine::new(&rebuilt));
        assert_eq!(rebuilt.settings(), policy.settings(), "{path}");
        let accounts = one.accounts();
        assert_eq!(other.accounts(), accounts, "{path}");
        let clients: Vec<Client> = accounts.iter().filter_map(|line| line.reached.example.clone()).collect();
        assert!(!clients.is_empty(), "{path}");
        for client in &clients {
            assert_eq!(other.privileges(client), one.privileges(client), "{path}: {client:?}");
        }
    }
}

/// What is asked of damaged tables.
fn ask_all(table: &DecisionTable, client: &Client, asks: &[Ask]) {
    let _ = table.check_contents();
    let admitted = table.admit(client);
    for ask in asks {
        let Ask::Can { privilege, on } = ask else { continue };
        if let (Some(privilege), Admission::In(session)) = (table.find_privilege(privilege), &admitted) {
            let _ = (session.may(privilege, on), session.current_user(), session.account());
        }
    }
    let _ = (table.size(), table.login(client));
    let _ = Engine::new(&table.policy()).accounts();
}

/// The bytes of a table, and what it is asked.
type Asked = (Vec<u8>, Vec<Client>, Vec<Ask>);

static TABLES: LazyLock<Vec<Asked>> = LazyLock::new(|| {
    let made = [("mysql-9.7", 1), ("mysql-5.7", 2), ("mariadb-10.11", 3)].into_iter().map(|(server, seed)| {
        let policy = random::load(seed, server);
        let (clients, asks) = (random::clients(seed, &policy, 8), random::asks(seed, &policy, 12));
        (grantc::decision_table::build(&policy), clients, asks)
    });
    made.collect()
});

/// Puts the right checksum of header and directory in, so that what was changed there is looked at.
fn reseal(bytes: &mut [u8]) {
    let Some(columns) = bytes.get(12..16) else { return };
    let start = 48 + 24 * u32::from_le_bytes(columns.try_into().unwrap()) as usize;
    let Some(head) = bytes.get(..start) else { return };
    let sum = xxh3_64(&head[..24]) ^ xxh3_64(&head[32..]).rotate_left(1);
    bytes[24..32].copy_from_slice(&sum.to_le_bytes());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    /// No bytes make it panic or read what is not there, with the right checksums or with wrong ones.
    #[test]
    fn damaged_tables_do_no_harm(
        which in 0usize..3,
        flips in proptest::collection::vec((any::<prop::sample::Index>(), 1u8..=255), 1..12),
        in_head in any::<bool>(),
        cut in proptest::option::of(any::<prop::sample::Index>()),
        client in any::<prop::sample::Index>(),
    ) {
        let (bytes, clients, asks) = &TABLES[which];
        let mut bytes = bytes.clone();
        let until = if in_head { bytes.len().min(48 + 24 * 90) } else { bytes.len() };
        for (at, flip) in flips {
            bytes[at.index(until)] ^= flip;
        }
        bytes[..12].copy_from_slice(&TABLES[which].0[..12]);
        if let Some(cut) = cut.filter(|_| !in_head) {
            bytes.truncate(cut.index(bytes.len()));
        }
        reseal(&mut bytes);
        if let Ok(table) = DecisionTable::from_bytes(bytes) {
            ask_all(&table, &clients[client.index(clients.len())], asks);
        }
    }
}

/// Neither passwords nor hashes are in a table; whose OS user it is may be.
#[test]
fn no_secret_is_in_a_table() {
    let hash = "*2470C0C06DEE42FD1618BB99005ADCA2EC9D1E19";
    let text = format!(
        "-- grantc: server=mysql-5.7\nCREATE USER a IDENTIFIED BY 'open sesame';
         CREATE USER b IDENTIFIED WITH mysql_native_password AS '{hash}';
         GRANT SELECT ON d.* TO c IDENTIFIED BY 'abracadabra';
         CREATE USER d IDENTIFIED WITH auth_socket AS 'operator';"
    );
    let policy = policy::load(vec![Source::new("secrets.sql", text)], &Options::default());
    let bytes = grantc::decision_table::build(&policy);
    let has = |text: &str| bytes.windows(text.len()).any(|part| part == text.as_bytes());
    assert!(has("<secret>") && has("secrets.sql"));
    for secret in ["open sesame", "abracadabra", &hash[1..]] {
        assert!(!has(secret), "{secret}");
    }
}

/// Without the texts of statements, which large tables leave out, statements are told from their rows.
#[test]
fn large_tables_tell_statements_from_rows() {
    let mut text = String::new();
    for user in 0..30_000 {
        text.push_str(&format!("CREATE USER `application{user}`@`%.a-rather-long-domain-name.example.com`;\n"));
        text.push_str(&format!("GRANT SELECT, INSERT ON `shop`.`t{user}` TO `application{user}`@`%.a-rather-long-domain-name.example.com`;\n"));
    }
    let policy = policy::load(vec![Source::new("large.sql", text)], &Options::default());
    let table = compiled(&policy);
    let from = grantc::client::From::Address {
        ip: "192.0.2.1".into(),
        hostname: Some("x.a-rather-long-domain-name.example.com".into()),
    };
    let client = Client { user: "application77".into(), from, ..Client::default() };
    let on = grantc::client::Object::Table("shop".into(), "t77".into());
    let ask = Ask::Can { privilege: "SELECT".into(), on };
    let expected = Engine::new(&policy).check(&client, &ask);
    assert_eq!(table.explain(&client, &ask), expected);
    assert_eq!(expected.verdict, Verdict::Allow);
}
