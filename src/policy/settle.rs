//! Which server, and which values of its variables: what the caller says counts most, then the
//! comments of the policy, then the header of a dump, then what is assumed.

use super::{Options, ServerOrigin, Text};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::server::Server;
use crate::server::variables::{SettingOrigin, Variable, Variables};
use crate::source::Span;
use crate::syntax::input::Setting;

/// The server of a policy, and its variables before the first statement.
pub(super) struct Settled {
    /// Which one.
    pub server: Server,
    /// Who said so.
    pub server_origin: ServerOrigin,
    /// What was given; the rest has its default.
    pub variables: Variables,
    /// The grammar reads every statement.
    pub by_grammar: bool,
}

/// One word on which server it is.
struct Claim {
    server: Server,
    origin: ServerOrigin,
    words: String,
}

/// Settles server and variables.
pub(super) fn settle(texts: &[Text], options: &Options, out: &mut Vec<Diagnostic>) -> Settled {
    let (server, server_origin) = settle_server(texts, options, out);
    let mut variables = Variables::of(server);
    for text in texts {
        for (setting, span) in settings(text) {
            if !setting.name.eq_ignore_ascii_case("server") {
                from_comment(&mut variables, &server, setting, span, out);
            }
        }
    }
    for (name, value) in &options.set {
        match checked(&server, name, value) {
            Ok((variable, value)) => variables.set(variable, value, SettingOrigin::Argument),
            Err(error) => out.push(*error),
        }
    }
    Settled { server, server_origin, variables, by_grammar: options.by_grammar }
}

fn settings(text: &Text) -> impl Iterator<Item = (&Setting, Span)> {
    text.input
        .comments
        .iter()
        .flat_map(|comment| &comment.settings)
        .map(|setting| (setting, Span::new(text.id, setting.range.clone())))
}

fn settle_server(texts: &[Text], options: &Options, out: &mut Vec<Diagnostic>) -> (Server, ServerOrigin) {
    let mut claims: Vec<Claim> = Vec::new();
    if let Some(server) = options.server {
        claims.push(Claim { server, origin: ServerOrigin::Argument, words: "--server".to_owned() });
    }
    for text in texts {
        for (setting, span) in settings(text).filter(|(s, _)| s.name.eq_ignore_ascii_case("server")) {
            match setting.value.as_deref().unwrap_or("").parse() {
                Ok(server) => {
                    claims.push(Claim { server, origin: ServerOrigin::Comment(span), words: "this comment".to_owned() })
                }
                Err(error) => out.push(Diagnostic::new(Code::Server, Severity::Error, error.to_string()).at(span)),
            }
        }
    }
    for text in texts {
        if let Some((name, range)) = &text.input.server
            && let Ok(server) = name.parse()
        {
            let origin = ServerOrigin::Header(Span::new(text.id, range.clone()));
            claims.push(Claim { server, origin, words: "the header of this dump".to_owned() });
        }
    }
    let Some(first) = claims.first() else {
        return (Server::default(), ServerOrigin::Assumed);
    };
    for claim in claims.iter().skip(1) {
        out.extend(conflict(first, claim));
    }
    (first.server, first.origin)
}

/// Two places name servers with different rules.
fn conflict(first: &Claim, other: &Claim) -> Option<Diagnostic> {
    if first.server.rule_set() == other.server.rule_set() {
        return None;
    }
    let (used, named) = (first.server, other.server);
    let message = match first.origin {
        ServerOrigin::Argument => format!("{} names `{named}`, `--server` says `{used}`", other.words),
        ServerOrigin::Comment(_) => format!("{} names `{named}`, a `-- grantc:` comment says `{used}`", other.words),
        ServerOrigin::Header(_) | ServerOrigin::Assumed => {
            format!("{} names `{named}`, the first dump says `{used}`", other.words)
        }
    };
    let diagnostic = Diagnostic::new(Code::Conflict, Severity::Warning, message);
    Some(at(diagnostic, other.origin).help(format!("the rules of `{used}` are used")))
}

fn at(diagnostic: Diagnostic, origin: ServerOrigin) -> Diagnostic {
    match origin {
        ServerOrigin::Comment(span) | ServerOrigin::Header(span) => diagnostic.at(span),
        ServerOrigin::Argument | ServerOrigin::Assumed => diagnostic,
    }
}

fn from_comment(variables: &mut Variables, server: &Server, setting: &Setting, span: Span, out: &mut Vec<Diagnostic>) {
    let Some(value) = &setting.value else {
        let message = format!("`{}` has no value: expected name=value", setting.name);
        out.push(Diagnostic::new(Code::Variable, Severity::Error, message).at(span));
        return;
    };
    match checked(server, &setting.name, value) {
        Ok((variable, value)) => {
            if variables.given(variable).is_some_and(|(old, _)| old != value) {
                let message = format!("`{}` was set to another value before", variable.name());
                let warning = Diagnostic::new(Code::Conflict, Severity::Warning, message);
                out.push(warning.at(span).help(format!("`{value}` is used")));
            }
            variables.set(variable, value, SettingOrigin::Text(span));
        }
        Err(error) => out.push((*error).at(span)),
    }
}

/// The variable and its value, if the server has the one and takes the other.
fn checked(server: &Server, name: &str, value: &str) -> Result<(Variable, String), Box<Diagnostic>> {
    let error =
        |message: String, help: String| Box::new(Diagnostic::new(Code::Variable, Severity::Error, message).help(help));
    let variable = Variable::find(name).filter(|v| Variable::of(server).any(|other| other == *v)).ok_or_else(|| {
        let mut known: Vec<&str> = Variable::of(server).map(Variable::name).collect();
        known.sort_unstable();
        let what = if Variable::find(name).is_some() {
            format!("`{server}` has no variable `{name}`")
        } else {
            format!("`{name}` is no variable that changes a decision")
        };
        error(what, format!("known are {}", known.join(", ")))
    })?;
    let value = value.trim();
    match expected(variable, value) {
        None => Ok((variable, value.to_owned())),
        Some(expected) => {
            Err(error(format!("`{value}` is no value of `{}`", variable.name()), format!("expected {expected}")))
        }
    }
}

/// What the variable takes, when that value is not it.
fn expected(variable: Variable, value: &str) -> Option<&'static str> {
    let upper = value.to_ascii_uppercase();
    match variable {
        Variable::LowerCaseTableNames => (!matches!(upper.as_str(), "0" | "1" | "2")).then_some("0, 1 or 2"),
        Variable::DefaultPasswordLifetime => {
            value.parse::<u16>().is_err().then_some("a number of days from 0 to 65535")
        }
        Variable::SqlMode => {
            let named = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | ',' | ' ');
            (!value.chars().all(named)).then_some("names of modes, with a comma between them")
        }
        _ if matches!(variable.default(), "ON" | "OFF") => {
            (!matches!(upper.as_str(), "ON" | "OFF" | "1" | "0" | "TRUE" | "FALSE")).then_some("ON or OFF")
        }
        _ => None,
    }
}
