//! The dependency graph: what decisions rest on, what it is cut to, what would change, and its forms.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use grantc::answer::{Engine, HeldOn, RowView, Verdict};
use grantc::client::{Ask, Client, Object};
use grantc::emit::graph::{Format, write};
use grantc::emit::relations::{self, Export};
use grantc::graph::{Change, Cut, Graph, Node, Removed, ground, without};
use grantc::policy::{self, Options, Policy};
use grantc::server::catalogue::Level;
use grantc::source::Source;
use grantc::tables::row::RowId;
use std::collections::BTreeSet;
use std::path::Path;
use support::random;

fn load(text: &str) -> Policy {
    policy::load(vec![Source::new("p.sql", text)], &Options::default())
}

const ROLES: &str = "\
-- grantc: server=mysql-9.7
CREATE ROLE reader, writer;
GRANT SELECT ON shop.* TO reader;
GRANT INSERT ON shop.* TO writer;
GRANT reader TO writer;
CREATE USER ann DEFAULT ROLE writer;
CREATE USER bob;
GRANT writer TO bob;
GRANT UPDATE ON shop.orders TO ann;
CREATE USER ''@'localhost';
";

/// The decisions of a graph, but for those of the server's own accounts: `ann: SELECT on shop.*`.
fn decisions(graph: &Graph<'_>) -> Vec<String> {
    let kept = graph.each_node().filter_map(|node| if let Node::Decision(at) = node { Some(at) } else { None });
    let told = kept.map(|at| {
        let decision = graph.decision(at).unwrap();
        format!("{}: {}", graph.sessions[decision.session as usize].user, graph.decided(decision))
    });
    let own: BTreeSet<String> = told.filter(|t| !t.starts_with("root") && !t.starts_with("mysql.")).collect();
    own.into_iter().collect()
}

fn cut_at(engine: &Engine<'_>, line: u32) -> Vec<String> {
    let statements = engine.statements_at(&format!("p.sql:{line}")).unwrap();
    decisions(&Graph::cut(engine, &Cut { statements, ..Cut::default() }).unwrap())
}

#[test]
fn decisions_rest_on_statements() {
    let policy = load(ROLES);
    let engine = Engine::new(&policy);
    let all = ["ann: INSERT on shop.*", "ann: SELECT on shop.*", "ann: UPDATE on shop.orders"];
    assert_eq!(decisions(&Graph::new(&engine)), all);
    assert_eq!(cut_at(&engine, 2), ["ann: INSERT on shop.*", "ann: SELECT on shop.*"], "the roles");
    assert_eq!(cut_at(&engine, 3), ["ann: SELECT on shop.*"], "what the inner role gives");
    assert_eq!(cut_at(&engine, 4), ["ann: INSERT on shop.*"], "what the outer role gives");
    assert_eq!(cut_at(&engine, 5), ["ann: SELECT on shop.*"], "the edge between them");
    assert_eq!(cut_at(&engine, 6), all, "the account");
    assert_eq!(cut_at(&engine, 7), Vec::<String>::new(), "bob may nothing");
    assert_eq!(cut_at(&engine, 8), Vec::<String>::new(), "granted, and not active");
    assert_eq!(cut_at(&engine, 9), ["ann: UPDATE on shop.orders"]);
    assert!(engine.statements_at("p.sql:1").is_err() && engine.statements_at("q.sql:2").is_err());
}

#[test]
fn cuts() {
    let policy = load(ROLES);
    let engine = Engine::new(&policy);
    let cut = |cut: Cut| Graph::cut(&engine, &cut).unwrap();
    let select = engine.privilege_named("select").unwrap();
    let on = cut(Cut { object: Some("shop.orders".parse().unwrap()), privilege: Some(select), ..Cut::default() });
    assert_eq!(decisions(&on), ["ann: SELECT on shop.orders"]);
    let within = cut(Cut { object: Some("shop.*".parse().unwrap()), ..Cut::default() });
    assert_eq!(decisions(&within).len(), 3);
    let bob = cut(Cut { account: Some(("bob".into(), "%".into())), ..Cut::default() });
    let nodes: Vec<String> = bob.each_node().map(|node| bob.id(node)).collect();
    assert!(nodes.contains(&"account:'bob'@'%'".to_owned()), "{nodes:?}");
    // The anonymous row takes bob's clients on the host itself.
    assert!(nodes.contains(&"statement:p.sql:10:1".to_owned()), "{nodes:?}");
    assert!(Graph::cut(&engine, &Cut { account: Some(("no".into(), "%".into())), ..Cut::default() }).is_err());
    assert!(engine.privilege_named("SELECTED").is_err());
}

fn remove(policy: &Policy, line: u32) -> Removed {
    let engine = Engine::new(policy);
    let statements = engine.statements_at(&format!("p.sql:{line}")).unwrap();
    without(&engine, &statements, |sources, schema| policy::load(sources, &Options { schema, ..Options::default() }))
}

fn changes(removed: &Removed) -> Vec<String> {
    let word = |change| match change {
        Change::Lost => "loses",
        Change::Gained => "gains",
        Change::Moved => "keeps",
    };
    let of_class = removed.classes.iter().flat_map(|class| {
        let user = class.example.user.clone();
        class.decisions.iter().map(move |d| format!("{user} {} {} on {}", word(d.change), d.privilege, d.on))
    });
    let all: BTreeSet<String> = of_class.collect();
    all.into_iter().collect()
}

#[test]
fn what_would_change() {
    let policy = load(ROLES);
    assert_eq!(changes(&remove(&policy, 5)), ["ann loses SELECT on shop.*"]);
    assert_eq!(changes(&remove(&policy, 8)), Vec::<String>::new());
    let roles = remove(&policy, 2);
    assert_eq!(roles.refused.len(), 6, "{:?}", roles.refused);
    let anonymous = remove(&policy, 10);
    let moved = anonymous.classes.iter().find(|class| class.example.user == "bob").unwrap();
    assert_eq!(moved.before.as_ref().unwrap().user, "");
    assert_eq!(moved.after.as_ref().unwrap().user, "bob");
}

/// Another row takes the place of the one that is gone: no privilege is lost, some are gained (M5.2).
#[test]
fn a_row_behind_comes_forward() {
    let policy = load(
        "CREATE USER a@'%';
GRANT SELECT ON `shop`.* TO a@'%';
GRANT SELECT, INSERT ON `sh%`.* TO a@'%';",
    );
    let engine = Engine::new(&policy);
    let removed = remove(&policy, 2);
    assert_eq!(changes(&removed), ["a keeps SELECT on shop.*"]);
    let changed = &removed.classes[0].decisions[0];
    assert_eq!(
        (changed.before[0].words(), changed.after[0].words()),
        ("db row 'a'@'%' shop".to_owned(), "db row 'a'@'%' sh%".to_owned(),)
    );
    assert_eq!(engine.policy().statements.len(), 3);
}

/// All that an answer rests on: the account, the way to the role, the grant; each with the statement that counts.
#[test]
fn what_an_answer_rests_on() {
    let policy = load(
        "CREATE ROLE reader, writer; GRANT SELECT ON shop.* TO reader; GRANT INSERT ON shop.* TO writer;
GRANT reader TO writer;
CREATE USER ann; GRANT writer TO ann; SET DEFAULT ROLE writer TO ann; GRANT USAGE ON *.* TO ann;
CREATE USER bob; GRANT SELECT ON other.* TO bob; GRANT reader TO bob;",
    );
    let engine = Engine::new(&policy);
    let rests_on = |user: &str, privilege: &str, db: &str| -> Vec<String> {
        let client = Client { user: user.into(), ..Client::default() };
        let ask = Ask::Can { privilege: privilege.into(), on: Object::Database(db.into()) };
        let rows = ground(&engine, &client, &engine.check(&client, &ask));
        rows.iter().flat_map(|row| &row.sources).map(|source| source.statement.clone()).collect()
    };
    let ann = [
        "CREATE ROLE reader, writer",
        "CREATE ROLE reader, writer",
        "CREATE USER ann",
        "GRANT SELECT ON shop.* TO reader",
        "GRANT reader TO writer",
        "GRANT writer TO ann",
        "SET DEFAULT ROLE writer TO ann",
    ];
    let mut shown = rests_on("ann", "SELECT", "shop");
    shown.sort();
    assert_eq!(shown, ann);
    assert_eq!(rests_on("bob", "SELECT", "other"), ["CREATE USER bob", "GRANT SELECT ON other.* TO bob"]);
    assert_eq!(rests_on("bob", "SELECT", "shop"), Vec::<String>::new(), "what is refused rests on nothing");
}

/// On random policies every decision that is told is one of `check`, and so is every change.
#[test]
fn agrees_with_the_answers() {
    let (mut decided, mut changed, mut explained) = (0, 0, 0);
    for server in random::SERVERS {
        for seed in 0..2 {
            let policy = random::load(seed, server);
            let engine = Engine::new(&policy);
            let graph = Graph::new(&engine);
            let mut supports = graph.supports();
            for at in 0..graph.decisions.len() as u32 {
                let decision = graph.decision(at).unwrap();
                let session = &graph.sessions[decision.session as usize];
                let on = graph.object(decision).unwrap();
                let Some(object) = literal(on) else { continue };
                if session.ambiguous || !decision.privilege.is_static() {
                    continue;
                }
                let ask = Ask::Can { privilege: engine.privilege(decision.privilege), on: object };
                let answer = engine.check(&session.example, &ask);
                let context = || format!("{server} {seed} {} {ask:?}", session.clients);
                if !answer.login.must_set_password && answer.login.undetermined.is_none() {
                    assert_eq!(answer.verdict, Verdict::Allow, "{}", context());
                    decided += 1;
                }
                let rests = supports.of(at);
                assert!(rests.contains(&Node::Session(decision.session)), "{}", context());
                let giving = graph.giving(Node::Decision(at));
                assert!(giving.iter().all(|row| rests.contains(&Node::Row(*row))));
                // What `explain` shows rests on the same rows, where the same ones give it.
                let views = |rows: &mut dyn Iterator<Item = RowId>| -> BTreeSet<RowView> {
                    rows.filter_map(|row| engine.row(row, None)).map(without_sources).collect()
                };
                let decided_by: BTreeSet<RowView> = answer.rows.iter().cloned().map(without_sources).collect();
                if answer.verdict == Verdict::Allow && views(&mut giving.into_iter()) == decided_by {
                    let shown = ground(&engine, &session.example, &answer).into_iter().map(without_sources).collect();
                    let mut rows =
                        rests.iter().filter_map(|node| if let Node::Row(row) = node { Some(*row) } else { None });
                    assert_eq!(views(&mut rows), shown, "{}", context());
                    explained += 1;
                }
            }
            if seed < 1 {
                changed += changes_agree(&policy, &engine, seed);
            }
        }
    }
    assert!(decided > 100 && changed > 5 && explained > 100, "{decided} {changed} {explained}");
}

fn without_sources(view: RowView) -> RowView {
    RowView { sources: Vec::new(), ..view }
}

/// A decision's object, where it names one thing and no pattern.
fn literal(on: &HeldOn) -> Option<Object> {
    let (db, object, column) = (on.db.clone(), on.object.clone(), on.column.clone());
    match (on.level, on.kind) {
        (Level::Global, _) => Some(Object::Global),
        (Level::Database, _) if db.contains(['%', '_', '\\']) => None,
        (Level::Database, _) => Some(Object::Database(db)),
        (Level::Table, _) => Some(Object::Table(db, object)),
        (Level::Column, _) => Some(Object::Column(db, object, column)),
        (Level::Routine, Some(kind)) => Some(Object::Routine(kind, db, object)),
        _ => None,
    }
}

/// Takes out each statement of a random policy and asks both servers for what is said to change.
fn changes_agree(policy: &Policy, engine: &Engine<'_>, seed: u64) -> usize {
    let mut count = 0;
    let statements: Vec<u32> =
        (0..policy.statements.len() as u32).filter(|at| (u64::from(*at) + seed).is_multiple_of(5)).collect();
    for at in statements {
        let mut kept = None;
        let removed = without(engine, &[grantc::tables::row::StatementId(at)], |sources, schema| {
            let then = policy::load(sources, &Options { schema, ..Options::default() });
            kept = Some(then.clone());
            then
        });
        let then = kept.unwrap();
        let after = Engine::new(&then);
        for class in &removed.classes {
            for changed in &class.decisions {
                let Ok(on) = changed.on.parse::<Object>() else { continue };
                if changed.on.contains(['%', '_', '\\']) || changed.change == Change::Moved {
                    continue;
                }
                let ask = Ask::Can { privilege: changed.privilege.clone(), on };
                let (was, is) = (engine.check(&class.example, &ask), after.check(&class.example, &ask));
                if was.login.ambiguous || is.login.ambiguous {
                    continue;
                }
                let verdicts = (was.verdict == Verdict::Allow, is.verdict == Verdict::Allow);
                let expected = if changed.change == Change::Lost { (true, false) } else { (false, true) };
                assert_eq!(verdicts, expected, "{seed} {at} {} {changed:?}", class.clients);
                count += 1;
            }
        }
    }
    count
}

fn text(graph: &Graph<'_>, format: Format) -> String {
    let mut out = Vec::new();
    write(graph, format, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn shot(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../snapshots/graph");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

fn tutorial(name: &str) -> Policy {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("policies/tutorial").join(name);
    policy::load(vec![Source::new(name, std::fs::read_to_string(path).unwrap())], &Options::default())
}

#[test]
fn the_tutorial_in_every_form() {
    let policy = tutorial("02-roles.sql");
    let engine = Engine::new(&policy);
    let cut = Cut { account: Some(("ann".into(), "%".into())), ..Cut::default() };
    let graph = Graph::cut(&engine, &cut).unwrap();
    for (format, name) in
        [(Format::Dot, "dot"), (Format::Graphml, "graphml"), (Format::Json, "json"), (Format::Svg, "svg")]
    {
        let written = text(&graph, format);
        assert_eq!(written, text(&Graph::cut(&engine, &cut).unwrap(), format), "{name}");
        shot(&format!("02-roles_{name}"), &written);
    }
}

#[test]
fn json_is_read_back() {
    let policy = load(ROLES);
    let engine = Engine::new(&policy);
    let graph = Graph::new(&engine);
    let document: serde_json::Value = serde_json::from_str(&text(&graph, Format::Json)).unwrap();
    let ids: BTreeSet<&str> =
        document["nodes"].as_array().unwrap().iter().map(|node| node["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), document["nodes"].as_array().unwrap().len(), "every id is there once");
    for edge in document["edges"].as_array().unwrap() {
        assert!(ids.contains(edge["from"].as_str().unwrap()) && ids.contains(edge["to"].as_str().unwrap()));
    }
}

/// Names with markup, quotes and backslashes in them.
#[test]
fn names_are_escaped() {
    let policy = load("CREATE USER 'a<b>&\"\\\\c'@'%'; GRANT SELECT ON `x\"<y>`.* TO 'a<b>&\"\\\\c'@'%';");
    let engine = Engine::new(&policy);
    let graph = Graph::new(&engine);
    let dot = text(&graph, Format::Dot);
    assert!(dot.contains("'a<b>&\\\"\\\\c'@'%'"), "{dot}");
    for format in [Format::Graphml, Format::Svg] {
        let xml = text(&graph, format);
        assert!(xml.contains("a&lt;b&gt;&amp;&quot;\\c"), "{xml}");
        assert!(!xml.contains("<b>") && !xml.contains("<y>"), "{xml}");
    }
}

#[test]
fn relations_of_the_tutorial() {
    let policy = tutorial("01-first.sql");
    let engine = Engine::new(&policy);
    let graph = Graph::new(&engine);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("relations");
    std::fs::create_dir_all(&folder).unwrap();
    let written =
        relations::relations(&graph, &folder, &[Export::Csv, Export::Json, Export::Dot, Export::Graphml]).unwrap();
    assert_eq!(written.len(), 14);
    let mut all = String::new();
    for path in written.iter().filter(|path| path.extension().is_some_and(|end| end == "csv")) {
        let text = std::fs::read_to_string(path).unwrap();
        let name = path.file_stem().unwrap().to_str().unwrap();
        // The server's own accounts and all that root may fill pages.
        let long =
            |line: &&str| ["mysql.", "global_grants:", "on *.*", ",global,"].iter().any(|part| line.contains(part));
        let own = text.lines().filter(|line| !long(line));
        all.push_str(&format!("== {name}\n{}\n", own.collect::<Vec<_>>().join("\n")));
        let json: serde_json::Value =
            serde_json::from_str(&std::fs::read_to_string(path.with_extension("json")).unwrap()).unwrap();
        assert_eq!(json.as_array().unwrap().len() + 1, text.lines().count(), "{name}");
    }
    shot("01-first_relations", &all);
}
