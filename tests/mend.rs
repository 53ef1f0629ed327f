//! What is proposed against a denial allows the request, and nothing less does: over random policies, in the engine; a
//! live server says the same when `GRANTC_MENDS_JSON` names a file for `tests/live/mends.py`, which gets the server's name
//! behind its own.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

#[path = "mend/denials.rs"]
mod denials;

use grantc::answer::Engine;
use grantc::client::{Ask, Client, Object, Roles};
use grantc::mend::{self, Denial, Help, Kind};
use grantc::policy::{self, Options, Policy};
use grantc::source::Source;

fn shop(text: &str) -> Policy {
    policy::load(vec![Source::new("shop.sql", format!("-- grantc: server=mysql-9.7\n{text}"))], &Options::default())
}

fn joe() -> Client {
    Client { user: "joe".into(), ..Client::default() }
}

fn proposed(policy: &Policy, ask: &Ask) -> Vec<(Kind, Vec<String>)> {
    let client = joe();
    let decision = Engine::new(policy).check(&client, ask);
    let mends = mend::mends(&Denial { policy, client: &client, ask: Some(ask) }, &decision);
    mends.into_iter().map(|mend| (mend.kind, mend.statements)).collect()
}

fn sql(text: &str) -> Ask {
    Ask::Sql(text.into())
}

#[test]
fn the_narrowest_grant_names_columns_where_columns_do() {
    let policy = shop("CREATE USER joe; GRANT SELECT (id) ON shop.orders TO joe;");
    let found = proposed(&policy, &sql("SELECT id, total FROM shop.orders WHERE note = 'x'"));
    assert_eq!(
        found,
        [(Kind::Grant, vec!["GRANT SELECT (`note`, `total`) ON `shop`.`orders` TO 'joe'@'%'".to_owned()])]
    );
}

#[test]
fn statements_of_several_needs_get_a_grant_for_each_object() {
    let policy = shop("CREATE USER joe;");
    let found = proposed(&policy, &sql("INSERT INTO shop.a SELECT * FROM shop.b"));
    let grants =
        ["GRANT INSERT ON `shop`.`a` TO 'joe'@'%'", "GRANT SELECT ON `shop`.`b` TO 'joe'@'%'"].map(str::to_owned);
    assert_eq!(found, [(Kind::Grant, grants.to_vec())]);
}

#[test]
fn a_role_that_is_not_active_comes_before_a_grant() {
    let policy = shop("CREATE USER joe; CREATE ROLE r; GRANT SELECT ON shop.* TO r; GRANT r TO joe;");
    let found = proposed(&policy, &sql("SELECT * FROM shop.a"));
    let kinds: Vec<Kind> = found.iter().map(|(kind, _)| *kind).collect();
    assert_eq!(kinds, [Kind::SetRole, Kind::DefaultRole, Kind::Grant]);
    assert_eq!(found[0].1, ["SET ROLE 'r'@'%'"]);
    assert_eq!(found[1].1, ["SET DEFAULT ROLE 'r'@'%' TO 'joe'@'%'"]);
}

#[test]
fn an_anonymous_account_in_the_way_is_told() {
    let policy = shop("CREATE USER joe, ''@localhost; GRANT SELECT ON shop.* TO joe;");
    let found =
        proposed(&policy, &Ask::Can { privilege: "SELECT".into(), on: Object::Table("shop".into(), "a".into()) });
    assert_eq!(found[0], (Kind::OtherRow, vec!["DROP USER ''@'localhost'".to_owned()]), "before what all would gain");
    assert_eq!(found[1].0, Kind::Grant);
    let policy = shop("CREATE USER joe, ''@localhost; GRANT PROCESS ON *.* TO joe;");
    let found = proposed(&policy, &Ask::Can { privilege: "PROCESS".into(), on: Object::Global });
    assert!(found.contains(&(Kind::OtherRow, vec!["DROP USER ''@'localhost'".to_owned()])), "{found:?}");
}

#[test]
fn a_partial_revoke_is_taken_back() {
    let policy = shop(
        "SET GLOBAL partial_revokes = ON; CREATE USER joe; GRANT INSERT ON *.* TO joe; REVOKE INSERT ON bank.* FROM joe;",
    );
    let found = proposed(&policy, &Ask::Can { privilege: "INSERT".into(), on: Object::Database("bank".into()) });
    assert_eq!(found[0], (Kind::Grant, vec!["GRANT INSERT ON `bank`.* TO 'joe'@'%'".to_owned()]));
    let found = proposed(&policy, &sql("INSERT INTO bank.t VALUES (1)"));
    assert!(found.contains(&(Kind::Unrestrict, vec!["GRANT INSERT ON `bank`.* TO 'joe'@'%'".to_owned()])), "{found:?}");
}

#[test]
fn a_database_that_is_nearly_spelled_so_is_told() {
    let policy = shop("CREATE USER joe; GRANT SELECT ON `shop\\_a`.* TO joe; GRANT INSERT ON Shop.* TO joe;");
    let (client, ask) = (joe(), sql("SELECT * FROM shop1a.t"));
    let decision = Engine::new(&policy).check(&client, &ask);
    let near = mend::alike(&policy, &client, &decision);
    assert_eq!(near[0].row.words(), "db row 'joe'@'%' shop\\_a");
    assert!(near[0].why.contains("at character 5"), "{}", near[0].why);
    let found = proposed(&policy, &sql("INSERT INTO shop.t VALUES (1)"));
    let swap = ["REVOKE INSERT ON `Shop`.* FROM 'joe'@'%'", "GRANT INSERT ON `shop`.* TO 'joe'@'%'"].map(str::to_owned);
    assert!(found.contains(&(Kind::Spelling, swap.to_vec())), "{found:?}");
}

#[test]
fn a_new_database_row_that_hides_another_is_a_caution() {
    let policy = shop("CREATE USER joe; GRANT SELECT, INSERT ON `sh%`.* TO joe;");
    let (client, ask) = (joe(), Ask::Can { privilege: "LOCK TABLES".into(), on: Object::Database("shop".into()) });
    let decision = Engine::new(&policy).check(&client, &ask);
    let denial = Denial { policy: &policy, client: &client, ask: Some(&ask) };
    let mends = mend::mends(&denial, &decision);
    assert!(mends[0].caution.as_ref().unwrap().contains("sh%"), "{mends:?}");
    let changes = mend::changes(&policy, &mends[0]);
    let told: Vec<String> =
        grantc::explain::diff_listing(&changes).rows.iter().map(|row| row[2..5].join(" ")).collect();
    assert_eq!(told, ["gains LOCK TABLES shop.*", "loses SELECT, INSERT shop.*"]);
}

fn helped(policy: &Policy, client: &Client, ask: &Ask) -> Help {
    let decision = Engine::new(policy).check(client, ask);
    mend::help(&Denial { policy, client, ask: Some(ask) }, &decision)
}

fn statements(help: &Help, kind: Kind) -> Vec<&str> {
    help.mends.iter().filter(|mend| mend.kind == kind).flat_map(|mend| &mend.statements).map(String::as_str).collect()
}

fn select() -> Ask {
    Ask::Can { privilege: "SELECT".into(), on: Object::Database("shop".into()) }
}

#[test]
fn a_role_that_is_asked_for_and_not_granted_is_granted_or_left() {
    let policy =
        shop("CREATE ROLE r, other; CREATE USER joe; GRANT SELECT ON shop.* TO r; GRANT SELECT ON shop.* TO joe;");
    let role = |name: &str| Client { roles: Roles::Named(vec![(name.to_owned(), "%".to_owned())]), ..joe() };
    let help = helped(&policy, &role("r"), &select());
    let kinds: Vec<Kind> = help.mends.iter().map(|mend| mend.kind).collect();
    assert_eq!((kinds, help.why_none.as_deref()), (vec![Kind::Connect, Kind::Grant], None));
    assert_eq!(help.mends[0].client.roles, Roles::Default);
    assert_eq!(statements(&help, Kind::Grant), ["GRANT 'r'@'%' TO 'joe'@'%'"]);
    // What the role does not give is granted beside it.
    let ask = Ask::Can { privilege: "INSERT".into(), on: Object::Database("shop".into()) };
    let help = helped(&policy, &role("other"), &ask);
    let both = ["GRANT 'other'@'%' TO 'joe'@'%'", "GRANT INSERT ON `shop`.* TO 'joe'@'%'"];
    assert_eq!(statements(&help, Kind::Grant), both);
    assert_eq!(statements(&help, Kind::Connect), both[1..]);
    let help = helped(&policy, &role("nobody"), &select());
    assert_eq!(statements(&help, Kind::Grant), Vec::<&str>::new(), "nothing grants a role that is not there");
}

/// IDENTIFIED BY alone leaves the method as it is where that stores no password (M7.2).
#[test]
fn a_method_that_takes_no_password_is_replaced() {
    let policy = shop(
        "CREATE USER joe IDENTIFIED WITH mysql_no_login; GRANT SELECT ON shop.* TO joe;
         CREATE USER ann IDENTIFIED BY 'x' PASSWORD EXPIRE; GRANT SELECT ON shop.* TO ann;",
    );
    let help = helped(&policy, &joe(), &select());
    let wanted = "ALTER USER 'joe'@'%' IDENTIFIED WITH 'caching_sha2_password' BY '<password>'";
    assert_eq!(statements(&help, Kind::Account), [wanted]);
    let ann = Client { user: "ann".into(), ..Client::default() };
    assert_eq!(
        statements(&helped(&policy, &ann, &select()), Kind::Account),
        ["ALTER USER 'ann'@'%' IDENTIFIED BY '<password>'"]
    );
}

#[test]
fn where_nothing_helps_it_says_why() {
    let policy = shop("CREATE USER joe; CREATE ROLE r; GRANT SELECT ON shop.* TO r;");
    let why = |client: &Client, ask: &Ask| {
        let help = helped(&policy, client, ask);
        assert!(help.mends.is_empty() != help.why_none.is_none(), "{help:?}");
        help.why_none
    };
    let named = |user: &str| Client { user: user.into(), ..Client::default() };
    assert_eq!(
        why(&named("r"), &select()).as_deref(),
        Some("'r'@'%' is a role: grant it to an account, and log in as that one")
    );
    assert_eq!(
        why(&named("mysql.sys"), &select()).as_deref(),
        Some("'mysql.sys'@'localhost' is the server's own account: log in as another one")
    );
    let schema = sql("CREATE TABLE information_schema.x (a INT)");
    assert_eq!(why(&joe(), &schema).as_deref(), Some("the server refuses it to everybody, whatever is granted"));
    assert_eq!(why(&joe(), &sql("CREATE TABLE shop.x (a INT)")), None, "a grant does it");
}
