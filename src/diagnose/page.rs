//! A diagnosis for people, as Markdown for a ticket, and as JSON.

use super::{Cause, Complaint, Diagnosis, Fix, Standing};
use crate::answer::RowView;
use crate::diagnose::complaint::KINDS;
use crate::emit::json::{List, Row};
use crate::emit::paper::{Paper, Tone};
use crate::emit::words;
use serde_json::{Value, json};

/// The name of an error in the servers' headers.
fn name(complaint: &Complaint) -> &'static str {
    KINDS
        .iter()
        .find(|(number, kind, _)| *number == complaint.errno && *kind == complaint.kind)
        .map_or("", |(_, _, name)| name)
}

/// What the line says, as pairs of a word and a value.
fn said(complaint: &Complaint) -> Vec<(&'static str, String)> {
    let user = |name: &String| if name.is_empty() { "the anonymous user".to_owned() } else { name.clone() };
    let host = |name: &String| if name.is_empty() { "not known".to_owned() } else { name.clone() };
    let object = match (&complaint.db, &complaint.object) {
        (Some(db), Some(object)) => Some(format!("{db}.{object}")),
        (Some(db), None) => Some(format!("{db}.*")),
        (None, object) => object.clone(),
    };
    let password = complaint.using_password.map(|sent| if sent { "sent" } else { "not sent" }.to_owned());
    let pairs = [
        ("user", complaint.user.as_ref().map(user)),
        ("host", complaint.host.as_ref().map(host)),
        ("password", password),
        ("command", complaint.command.clone()),
        ("object", object),
        ("column", complaint.column.clone()),
        ("plugin or role", complaint.name.clone()),
        ("written by", Some(complaint.form.to_owned())),
    ];
    pairs.into_iter().filter_map(|(word, value)| Some((word, value?))).collect()
}

fn heading(standing: Standing, has_policy: bool) -> &'static str {
    match (standing, has_policy) {
        (Standing::Holds, _) => "What holds in this policy",
        (Standing::CannotTell, true) => "What the policy cannot tell",
        (Standing::CannotTell, false) => "What can be behind it",
        (Standing::Excluded, _) => "Ruled out",
    }
}

fn mark(standing: Standing) -> (&'static str, Tone) {
    match standing {
        Standing::Holds => ("✗", Tone::Bad),
        Standing::CannotTell => ("?", Tone::Doubt),
        Standing::Excluded => ("-", Tone::Faint),
    }
}

const STANDINGS: [Standing; 3] = [Standing::Holds, Standing::CannotTell, Standing::Excluded];

/// For people: what the line says, the row behind it, the causes with their mends. With `brief`, not what is ruled out.
pub fn text(diagnosis: &Diagnosis, brief: bool, paper: &Paper) -> String {
    let complaint = &diagnosis.complaint;
    let mut out = format!("{} {}: {}\n\n", complaint.errno, name(complaint), complaint.kind.meaning());
    for (word, value) in said(complaint) {
        out.push_str(&format!("  {word:<14}  {value}\n"));
    }
    if let Some(row) = &diagnosis.row {
        out.push_str(&format!("\n{}\n", paper.say(Tone::Strong, "The row behind it")));
        out.push_str(&row_lines(row, 2, paper));
    }
    for standing in STANDINGS {
        if brief && standing == Standing::Excluded {
            continue;
        }
        let causes: Vec<&Cause> = diagnosis.causes.iter().filter(|cause| cause.standing == standing).collect();
        if causes.is_empty() {
            continue;
        }
        out.push_str(&format!("\n{}\n", paper.say(Tone::Strong, heading(standing, diagnosis.has_policy))));
        for cause in causes {
            out.push_str(&cause_lines(cause, diagnosis.row.as_ref(), paper));
        }
    }
    for note in &diagnosis.notes {
        out.push_str(&format!("\n{}\n", paper.say(Tone::Faint, &format!("note: {note}"))));
    }
    out
}

fn cause_lines(cause: &Cause, shown: Option<&RowView>, paper: &Paper) -> String {
    let (mark, tone) = mark(cause.standing);
    let mut out = format!("  {} {}\n", paper.say(tone, mark), cause.what);
    if cause.standing == Standing::Excluded {
        return out;
    }
    for row in cause.rows.iter().filter(|row| Some(*row) != shown) {
        out.push_str(&row_lines(row, 6, paper));
    }
    for fix in &cause.fixes {
        out.push_str(&format!("    → {}\n", titled(fix)));
        for line in &fix.lines {
            out.push_str(&format!("        {}\n", ended(fix, line)));
        }
    }
    if let Some(why) = no_fix(cause) {
        out.push_str(&format!("    → {why}\n"));
    }
    out
}

fn no_fix(cause: &Cause) -> Option<String> {
    Some(format!("nothing is proposed: {}", cause.no_fix_because.as_ref()?))
}

fn titled(fix: &Fix) -> String {
    let caution = fix.caution.as_ref().map(|text| format!("; but {text}")).unwrap_or_default();
    let tried = if fix.is_tried { " (tried on this policy)" } else { "" };
    format!("{}{caution}{tried}", fix.what)
}

fn ended(fix: &Fix, line: &str) -> String {
    if fix.is_shell { line.to_owned() } else { format!("{line};") }
}

fn row_lines(row: &RowView, indent: usize, paper: &Paper) -> String {
    let mut out = format!("{:indent$}{}\n", "", words::row(row));
    for source in &row.sources {
        let line = format!("{}  {}", words::place(source), words::shorten(&source.statement, 110));
        out.push_str(&format!("{:indent$}  {}\n", "", paper.say(Tone::Faint, &line)));
    }
    out
}

/// For a ticket.
pub fn markdown(diagnosis: &Diagnosis) -> String {
    let complaint = &diagnosis.complaint;
    let mut out = format!("## {} {}\n\n{}.\n\n", complaint.errno, name(complaint), capital(complaint.kind.meaning()));
    for (word, value) in said(complaint) {
        out.push_str(&format!("- {word}: {}\n", code(&value)));
    }
    if let Some(row) = &diagnosis.row {
        out.push_str(&format!("\n### The row behind it\n\n- {}\n", row_markdown(row)));
    }
    for standing in STANDINGS {
        let causes: Vec<&Cause> = diagnosis.causes.iter().filter(|cause| cause.standing == standing).collect();
        if causes.is_empty() {
            continue;
        }
        out.push_str(&format!("\n### {}\n\n", heading(standing, diagnosis.has_policy)));
        for cause in causes {
            out.push_str(&format!("- {}\n", cause.what));
            if standing == Standing::Excluded {
                continue;
            }
            for row in cause.rows.iter().filter(|row| Some(*row) != diagnosis.row.as_ref()) {
                out.push_str(&format!("  - {}\n", row_markdown(row)));
            }
            for fix in &cause.fixes {
                let language = if fix.is_shell { "sh" } else { "sql" };
                out.push_str(&format!("  - {}\n\n    ```{language}\n", titled(fix)));
                fix.lines.iter().for_each(|line| out.push_str(&format!("    {}\n", ended(fix, line))));
                out.push_str("    ```\n");
            }
            out.extend(no_fix(cause).map(|why| format!("  - {why}\n")));
        }
    }
    for note in &diagnosis.notes {
        out.push_str(&format!("\n> {note}\n"));
    }
    out
}

fn row_markdown(row: &RowView) -> String {
    let places: Vec<String> = row.sources.iter().map(words::place).collect();
    let places = if places.is_empty() { String::new() } else { format!(" ({})", places.join(", ")) };
    format!("{}{places}", code(&words::row(row)))
}

/// A text as inline code, whatever backticks it has.
fn code(text: &str) -> String {
    if text.contains('`') { format!("`` {text} ``") } else { format!("`{text}`") }
}

fn capital(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

/// For programs.
pub fn json(diagnosis: &Diagnosis) -> Value {
    let complaint = &diagnosis.complaint;
    json!({
        "errno": complaint.errno,
        "name": name(complaint),
        "meaning": complaint.kind.meaning(),
        "written_by": complaint.form,
        "message": complaint.message,
        "user": complaint.user,
        "host": complaint.host,
        "using_password": complaint.using_password,
        "command": complaint.command,
        "db": complaint.db,
        "object": complaint.object,
        "column": complaint.column,
        "named": complaint.name,
        "row": diagnosis.row.as_ref().map(Row),
        "causes": diagnosis.causes.iter().map(cause).collect::<Vec<_>>(),
        "notes": diagnosis.notes,
    })
}

fn cause(cause: &Cause) -> Value {
    let standing = match cause.standing {
        Standing::Holds => "holds",
        Standing::CannotTell => "cannot-tell",
        Standing::Excluded => "excluded",
    };
    json!({
        "cause": cause.code.name(),
        "standing": standing,
        "what": cause.what,
        "rows": List(&cause.rows),
        "mends": cause.fixes.iter().map(fix).collect::<Vec<_>>(),
        "no_mend_because": cause.no_fix_because,
    })
}

fn fix(fix: &Fix) -> Value {
    let kind = if fix.is_shell { "shell" } else { "sql" };
    json!({ "what": fix.what, kind: fix.lines, "tried": fix.is_tried, "caution": fix.caution })
}
