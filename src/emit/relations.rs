//! The relations of a compiled policy as files (contract §5): one CSV and one JSON file each.
//!
//! Each relation is written record by record, in its order; nothing is held but one record. Names and types of columns are
//! stable, and later versions only add columns.

mod record;

use crate::answer::{AccountLine, Engine, Reach};
use crate::emit::{graph, words};
use crate::graph::{Edge, Graph, Node, row_id};
use crate::syntax::statement::{Credential, Require};
use crate::tables::row::{RowId, Table};
pub use record::{Cell, Form, Writer};
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// What `compile --emit` can write beside the table itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Export {
    /// The relations, a CSV file each.
    Csv,
    /// The relations, a JSON file each: an array of objects.
    Json,
    /// The dependency graph, `graph.dot`.
    Dot,
    /// The dependency graph, `graph.graphml`.
    Graphml,
}

/// A relation: its name and its columns.
#[derive(Debug, Clone, Copy)]
pub struct Relation {
    /// Its name, and the name of its file.
    pub name: &'static str,
    /// Its columns.
    pub columns: &'static [&'static str],
}

/// `accounts`: the account rows in the order the server tries them.
pub const ACCOUNTS: Relation = Relation {
    name: "accounts",
    columns: &[
        "server",
        "position",
        "user",
        "host",
        "plugin",
        "locked",
        "password_set",
        "tls",
        "reachable",
        "shadowed_by",
        "example_client",
    ],
};
/// `sessions`: the session classes.
pub const SESSIONS: Relation = Relation {
    name: "sessions",
    columns: &["server", "session", "user", "host", "client_user", "client_set", "example_client", "ambiguous"],
};
/// `decisions`: what each session may do, a record for each row that says so.
pub const DECISIONS: Relation = Relation {
    name: "decisions",
    columns: &[
        "server",
        "session",
        "level",
        "db",
        "object",
        "column",
        "object_type",
        "privilege",
        "with_grant",
        "row_id",
    ],
};
/// `rows`: the rows of the grant tables, each with the oldest statement behind it; `edges` has all of them.
pub const ROWS: Relation = Relation {
    name: "rows",
    columns: &[
        "server",
        "row_id",
        "table",
        "user",
        "host",
        "db",
        "object",
        "column",
        "object_type",
        "privileges",
        "file",
        "line",
        "statement",
    ],
};
/// `edges`: the dependency graph.
pub const EDGES: Relation = Relation { name: "edges", columns: &["server", "from_node", "to_node", "kind"] };
/// `findings`: of the audit.
pub const FINDINGS: Relation = Relation {
    name: "findings",
    columns: &["server", "rule", "severity", "user", "host", "row_id", "message", "mend"],
};

/// Every relation, in the order of the contract.
pub const ALL: [Relation; 6] = [ACCOUNTS, SESSIONS, DECISIONS, ROWS, EDGES, FINDINGS];

/// Writes the relations and graphs of a policy to a folder that exists. Returns the files.
///
/// # Errors
/// A file cannot be written.
pub fn relations(graph: &Graph<'_>, folder: &Path, exports: &[Export]) -> io::Result<Vec<PathBuf>> {
    let mut written = Vec::new();
    let mut exports = exports.to_vec();
    exports.sort_unstable();
    exports.dedup();
    for export in exports {
        match export {
            Export::Csv | Export::Json => {
                let (form, end) = if export == Export::Csv { (Form::Csv, "csv") } else { (Form::Json, "json") };
                for relation in ALL {
                    let path = folder.join(format!("{}.{end}", relation.name));
                    to_file(&path, |out| relation_to(graph, relation, form, out))?;
                    written.push(path);
                }
            }
            Export::Dot => {
                written.push(folder.join("graph.dot"));
                to_file(&folder.join("graph.dot"), |out| graph::dot::write(graph, out))?;
            }
            Export::Graphml => {
                written.push(folder.join("graph.graphml"));
                to_file(&folder.join("graph.graphml"), |out| graph::graphml::write(graph, out))?;
            }
        }
    }
    Ok(written)
}

fn to_file(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let named = |error: io::Error| io::Error::new(error.kind(), format!("`{}`: {error}", path.display()));
    let mut out = BufWriter::with_capacity(1 << 16, File::create(path).map_err(named)?);
    write(&mut out).and_then(|()| out.flush()).map_err(named)
}

/// Writes one relation.
///
/// # Errors
/// The output cannot be written.
pub fn relation_to(graph: &Graph<'_>, relation: Relation, form: Form, out: &mut dyn Write) -> io::Result<()> {
    let mut writer = Writer::new(form, relation.columns, out)?;
    let server = graph.engine.policy().tables.server.to_string();
    match relation.name {
        "accounts" => accounts(graph.engine, &server, &mut writer)?,
        "sessions" => sessions(graph, &server, &mut writer)?,
        "decisions" => decisions(graph, &server, &mut writer)?,
        "rows" => rows(graph.engine, &server, &mut writer)?,
        "edges" => edges(graph, &server, &mut writer)?,
        // The audit is not run here.
        _ => {}
    }
    writer.finish()
}

fn accounts(engine: &Engine<'_>, server: &str, out: &mut Writer<'_>) -> io::Result<()> {
    let tables = &engine.policy().tables;
    for line in engine.accounts() {
        let account = &line.row.account;
        let key = tables.find_account(&account.user, &account.host);
        let Some(row) = key.and_then(|key| tables.users.get(&key)) else { continue };
        let first = row.authentication.first();
        let password_set = first.is_some_and(|method| match &method.credential {
            Credential::Unspecified => false,
            Credential::Password(text) | Credential::Stored(text) => !text.is_empty(),
            Credential::Random => true,
        });
        let example = line.reached.example.as_ref().map(words::client);
        out.record(&[
            Cell::Text(server),
            Cell::Number(line.position.into()),
            Cell::Text(&account.user),
            Cell::Text(&account.host),
            Cell::Text(first.and_then(|method| method.plugin.as_deref()).unwrap_or(tables.default_plugin())),
            Cell::Truth(row.locked),
            Cell::Truth(password_set),
            Cell::Text(tls(&row.require)),
            Cell::Text(reachable(&line)),
            Cell::Text(&words::accounts(&line.reached.shadowed_by)),
            Cell::Maybe(example.as_deref()),
        ])?;
    }
    Ok(())
}

fn tls(require: &Require) -> &'static str {
    match require {
        Require::None => "none",
        Require::Ssl => "ssl",
        Require::X509 => "x509",
        Require::Specified { .. } => "specified",
    }
}

fn reachable(line: &AccountLine) -> &'static str {
    match line.reached.reach {
        Reach::Always | Reach::Partly => "yes",
        Reach::Unknown => "unknown",
        Reach::Never | Reach::Unmatchable | Reach::Refused => "no",
    }
}

fn sessions(graph: &Graph<'_>, server: &str, out: &mut Writer<'_>) -> io::Result<()> {
    for (at, session) in graph.sessions.iter().enumerate() {
        let account = graph.engine.account(session.account);
        out.record(&[
            Cell::Text(server),
            Cell::Number(at as u64 + 1),
            Cell::Text(&account.user),
            Cell::Text(&account.host),
            Cell::Text(&session.user),
            Cell::Text(&session.clients),
            Cell::Text(&words::client(&session.example)),
            Cell::Truth(session.ambiguous),
        ])?;
    }
    Ok(())
}

/// The rows that give each decision are those of its edges.
fn decisions(graph: &Graph<'_>, server: &str, out: &mut Writer<'_>) -> io::Result<()> {
    for (at, decision) in graph.decisions.iter().enumerate() {
        let Some(on) = graph.object(decision) else { continue };
        let rows = graph.giving(Node::Decision(at as u32));
        let ids: Vec<Option<String>> =
            if rows.is_empty() { vec![None] } else { rows.iter().map(|row| Some(row_id(*row))).collect() };
        let text = |text: &'_ str| (!text.is_empty()).then(|| text.to_owned());
        let (db, object, column) = (text(&on.db), text(&on.object), text(&on.column));
        let kind = on.kind.and_then(crate::answer::object_type);
        for id in ids {
            out.record(&[
                Cell::Text(server),
                Cell::Number(u64::from(decision.session) + 1),
                Cell::Text(on.level_name()),
                Cell::Maybe(db.as_deref()),
                Cell::Maybe(object.as_deref()),
                Cell::Maybe(column.as_deref()),
                Cell::Maybe(kind),
                Cell::Text(&graph.engine.privilege(decision.privilege)),
                Cell::Truth(decision.grant_option),
                Cell::Maybe(id.as_deref()),
            ])?;
        }
    }
    Ok(())
}

fn rows(engine: &Engine<'_>, server: &str, out: &mut Writer<'_>) -> io::Result<()> {
    for row in engine.rows() {
        let Some(view) = engine.row(row, None) else { continue };
        let id = row_id(row);
        let other = other_account(row, &view);
        let source = view.sources.first();
        out.record(&[
            Cell::Text(server),
            Cell::Text(&id),
            Cell::Text(view.table),
            Cell::Text(&view.account.user),
            Cell::Text(&view.account.host),
            Cell::Maybe(view.db.as_deref()),
            Cell::Maybe(other.as_deref().or(view.object.as_deref())),
            Cell::Maybe(view.column.as_deref()),
            Cell::Maybe(view.object_type),
            Cell::Text(&view.privileges.join(",")),
            Cell::Maybe(source.map(|source| source.file.as_str())),
            source.map_or(Cell::None, |source| Cell::Number(source.line.into())),
            Cell::Maybe(source.map(|source| source.statement.as_str())),
        ])?;
    }
    Ok(())
}

/// The account that a row between accounts is about, as its object: the role, the proxied one.
fn other_account(row: RowId, view: &crate::answer::RowView) -> Option<String> {
    matches!(row.table, Table::RoleEdges | Table::DefaultRoles | Table::ProxiesPriv)
        .then(|| view.other.as_ref().map(words::account))
        .flatten()
}

fn edges(graph: &Graph<'_>, server: &str, out: &mut Writer<'_>) -> io::Result<()> {
    for (from, to, edge) in graph.each_edge() {
        edge_record(graph, server, (from, to, edge), out)?;
    }
    Ok(())
}

fn edge_record(
    graph: &Graph<'_>,
    server: &str,
    (from, to, edge): (Node, Node, Edge),
    out: &mut Writer<'_>,
) -> io::Result<()> {
    out.record(&[Cell::Text(server), Cell::Text(&graph.id(from)), Cell::Text(&graph.id(to)), Cell::Text(edge.name())])
}
