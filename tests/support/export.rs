//! Cases as JSON, so that a script can put the same questions to a live server.

use grantc::answer::AccountView;
use grantc::client::{Ask, Client, From, Object, Password, Roles, Tls};
use grantc::expectation::{Case, Expectation, Expected, File, Question, Statements, Step, words};
use serde_json::{Value, json};

pub fn file(file: &File) -> Value {
    json!({ "file": file.name, "cases": file.cases.iter().map(case).collect::<Vec<_>>() })
}

fn case(case: &Case) -> Value {
    json!({
        "line": case.line,
        "title": case.title,
        "server": case.server.map(|server| server.to_string()),
        "set": case.set,
        "not_live": case.not_live,
        "steps": case.steps.iter().map(step).collect::<Vec<_>>(),
    })
}

fn step(step: &Step) -> Value {
    match step {
        Step::Statements(Statements::Inline { line, text }) => json!({ "line": line, "statements": text }),
        Step::Statements(Statements::Path { line, path }) => json!({ "line": line, "path": path }),
        Step::Expect(expectation) => expect(expectation),
    }
}

fn expect(expectation: &Expectation) -> Value {
    let mut value = json!({
        "line": expectation.line,
        "words": words::question(&expectation.question),
        "expected": expected(&expectation.expected),
    });
    match &expectation.question {
        Question::Login(who) => value["client"] = client(who),
        Question::Check(who, Ask::Sql(sql)) => {
            value["client"] = client(who);
            value["sql"] = json!(sql);
        }
        Question::Check(who, Ask::Can { privilege, on }) => {
            value["client"] = client(who);
            value["can"] = json!({ "privilege": privilege, "on": object(on) });
        }
        Question::Connect(name, who) => {
            value["connect"] = json!(name);
            value["client"] = client(who);
        }
        Question::SessionLogin(name) => value["as"] = json!(name),
        Question::InSession(name, ask) => {
            value["as"] = json!(name);
            match ask {
                Ask::Sql(sql) => value["sql"] = json!(sql),
                Ask::Can { privilege, on } => value["can"] = json!({ "privilege": privilege, "on": object(on) }),
            }
        }
        Question::Statement(number) => value["statement"] = json!(number),
        Question::Show(statement) => value["show"] = json!(statement),
        Question::Who(privilege, on) => value["who"] = json!({ "privilege": privilege, "on": object(on) }),
    }
    value
}

fn client(client: &Client) -> Value {
    let (socket, ip, hostname) = match &client.from {
        From::Socket => (true, None, None),
        From::Address { ip, hostname } => (false, Some(ip), hostname.as_ref()),
        From::Hostname(name) => (false, None, Some(name)),
    };
    let roles = match &client.roles {
        Roles::Default => json!("default"),
        Roles::None => json!("none"),
        Roles::All => json!("all"),
        Roles::Named(named) => json!(named),
    };
    json!({
        "user": client.user, "socket": socket, "ip": ip, "hostname": hostname,
        "password": match client.password { Password::None => "none", Password::Wrong => "wrong", Password::Given => "given" },
        "tls": match client.tls { Tls::None => "none", Tls::Ssl => "ssl", Tls::X509 => "x509" },
        "os_user": client.os_user, "db": client.db, "roles": roles,
    })
}

fn object(object: &Object) -> Value {
    match object {
        Object::Global => json!(["global"]),
        Object::Database(db) => json!(["database", db]),
        Object::Table(db, table) => json!(["table", db, table]),
        Object::Column(db, table, column) => json!(["column", db, table, column]),
        Object::Routine(..) => json!(["routine", words::object(object)]),
    }
}

fn account(account: &AccountView) -> Value {
    json!(format!("{}@{}", account.user, account.host))
}

fn accounts(list: &[AccountView]) -> Value {
    list.iter().map(account).collect()
}

fn expected(expected: &Expected) -> Value {
    match expected {
        Expected::LogsIn { account: to, through } => {
            json!({ "logs_in": account(to), "through": through.as_ref().map(account) })
        }
        Expected::GetsIn => json!({ "gets_in": true }),
        Expected::Allowed => json!({ "allowed": true }),
        Expected::Refused { errno, message } => json!({ "refused": true, "errno": errno, "message": message }),
        Expected::Lists(names) => json!({ "lists": names }),
        Expected::Undetermined => json!({ "undetermined": true }),
        Expected::Ambiguous(list) => json!({ "ambiguous": accounts(list) }),
        Expected::Roles(list) => json!({ "roles": accounts(list) }),
        Expected::Tries(list) => json!({ "tries": accounts(list) }),
        Expected::Because(row) => json!({ "because": words::row_name(row) }),
        Expected::Done(errno) => json!({ "done": true, "errno": errno }),
        Expected::Skipped => json!({ "skipped": true }),
        Expected::Returns(rows) => json!({ "returns": rows }),
        Expected::Exactly(list) => json!({ "exactly": accounts(list) }),
    }
}
