//! The graph as one JSON document: `{"server":…,"nodes":[…],"edges":[…]}`.

use crate::answer::AccountView;
use crate::emit::json::{Account, List, Place, Row};
use crate::emit::words;
use crate::graph::{Change, ChangedClass, Graph, Node, Removed};
use crate::server::errors::ServerError;
use serde_json::{Value, json};
use std::io::{self, Write};

/// Writes the graph as JSON, a line for each node and edge.
///
/// # Errors
/// The output cannot be written.
pub fn write(graph: &Graph<'_>, out: &mut dyn Write) -> io::Result<()> {
    let server = graph.engine.policy().tables.server.to_string();
    write!(out, "{{\"server\":{},\n\"nodes\":[", json!(server))?;
    let mut before = "\n";
    for node in graph.each_node() {
        write!(out, "{before}{}", of_node(graph, node))?;
        before = ",\n";
    }
    out.write_all(b"\n],\n\"edges\":[")?;
    before = "\n";
    for (from, to, edge) in graph.each_edge() {
        let edge = json!({ "from": graph.id(from), "to": graph.id(to), "kind": edge.name() });
        write!(out, "{before}{edge}")?;
        before = ",\n";
    }
    out.write_all(b"\n]}\n")
}

fn of_node(graph: &Graph<'_>, node: Node) -> Value {
    let mut value = json!({ "id": graph.id(node), "kind": node.kind() });
    let more = match node {
        Node::Statement(_) => graph.source(node).map_or(Value::Null, |source| {
            json!({ "file": source.file, "line": source.line, "column": source.column, "statement": source.statement })
        }),
        Node::Row(row) => graph.row(row).map_or(Value::Null, |view| json!({ "row": Row(&view) })),
        Node::Account(key) | Node::Role(key) => json!(Account(&graph.engine.account(key))),
        Node::Session(at) => of_session(graph, at),
        Node::Decision(at) => of_decision(graph, at),
    };
    crate::emit::json::extend(&mut value, more);
    value
}

fn of_session(graph: &Graph<'_>, at: u32) -> Value {
    let Some(session) = graph.sessions.get(at as usize) else { return Value::Null };
    json!({
        "session": at + 1,
        "account": Account(&graph.engine.account(session.account)),
        "effective": Account(&graph.engine.account(session.effective)),
        "client_user": session.user,
        "client_set": session.clients,
        "example_client": words::client(&session.example),
        "ambiguous": session.ambiguous,
    })
}

fn of_decision(graph: &Graph<'_>, at: u32) -> Value {
    let Some(decision) = graph.decision(at) else { return Value::Null };
    json!({
        "session": decision.session + 1,
        "level": graph.object(decision).map(crate::answer::HeldOn::level_name),
        "on": graph.on(decision),
        "privilege": graph.engine.privilege(decision.privilege),
        "with_grant": decision.grant_option,
    })
}

/// What would change without a statement: `{"without":[…],"refused":[…],"classes":[…]}`.
pub fn without(removed: &Removed) -> Value {
    let statement = |source: &crate::answer::SourceView| {
        let mut value = json!(Place(source));
        crate::emit::json::extend(&mut value, json!({ "statement": source.statement }));
        value
    };
    let refused = removed.refused.iter().map(|(source, error)| {
        let mut value = statement(source);
        crate::emit::json::extend(&mut value, json!({ "errno": error.errno, "message": error.message }));
        value
    });
    json!({
        "without": removed.statements.iter().map(statement).collect::<Vec<_>>(),
        "refused": refused.collect::<Vec<_>>(),
        "classes": removed.classes.iter().map(of_class).collect::<Vec<_>>(),
    })
}

fn of_class(class: &ChangedClass) -> Value {
    let login = |login: &Result<AccountView, ServerError>| match login {
        Ok(account) => json!({ "account": Account(account), "errno": null }),
        Err(error) => json!({ "account": null, "errno": error.errno }),
    };
    let decisions = class.decisions.iter().map(|changed| {
        let change = match changed.change {
            Change::Lost => "lost",
            Change::Gained => "gained",
            Change::Moved => "moved",
        };
        json!({
            "change": change,
            "privilege": changed.privilege,
            "on": changed.on,
            "before": List(&changed.before),
            "after": List(&changed.after),
        })
    });
    json!({
        "clients": class.clients,
        "example": words::client(&class.example),
        "before": login(&class.before),
        "after": login(&class.after),
        "decisions": decisions.collect::<Vec<_>>(),
    })
}
