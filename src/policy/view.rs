//! The settings of a policy for reports: each value, and who said so.

use super::{Policy, ServerOrigin};
use crate::server::variables::{SettingOrigin, Variable};
use crate::source::Span;

/// One setting that answers rest on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingView {
    /// `server`, or the name of a variable.
    pub name: String,
    /// Its value.
    pub value: String,
    /// Who said so: `--set`, `shop.sql:12`, `assumed`, …
    pub origin: String,
    /// Nobody said so.
    pub assumed: bool,
}

impl Policy {
    /// The server and every variable that changes decisions on it, with who said so. Every report says
    /// these (contract §1).
    pub fn settings(&self) -> Vec<SettingView> {
        let server = &self.tables.server;
        let variables = Variable::of(server).map(|variable| {
            let given = self.tables.variables.given(variable).map(|(_, origin)| origin);
            SettingView {
                name: variable.name().to_owned(),
                value: self.tables.variables.get(variable).to_owned(),
                origin: self.setting_words(given.unwrap_or(SettingOrigin::Assumed)),
                assumed: given.is_none(),
            }
        });
        std::iter::once(self.server_setting()).chain(variables).collect()
    }

    /// Which server, and who said so.
    pub fn server_setting(&self) -> SettingView {
        let origin = self.server_origin.unwrap_or(ServerOrigin::Assumed);
        SettingView {
            name: "server".to_owned(),
            value: self.tables.server.to_string(),
            origin: match origin {
                ServerOrigin::Argument => "--server".to_owned(),
                ServerOrigin::Comment(span) | ServerOrigin::Header(span) => self.place(span),
                ServerOrigin::Assumed => "assumed".to_owned(),
            },
            assumed: origin == ServerOrigin::Assumed,
        }
    }

    fn setting_words(&self, origin: SettingOrigin) -> String {
        match origin {
            SettingOrigin::Assumed => "assumed".to_owned(),
            SettingOrigin::Argument => "--set".to_owned(),
            SettingOrigin::Text(span) => self.place(span),
        }
    }

    /// `file:line`
    fn place(&self, span: Span) -> String {
        self.sources.locate(span).map_or_else(|| "the policy".to_owned(), |(name, at)| format!("{name}:{}", at.line))
    }
}
