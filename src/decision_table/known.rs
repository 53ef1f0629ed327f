//! What every question asks of a table, decoded once when it is opened.

use super::DecisionTable;
use super::field::{Field, Scalar};
use crate::matching::wild::Quirks;
use crate::server::Server;

/// The server, its settings, and the empty user.
#[derive(Debug, Clone, Copy)]
pub struct Known {
    /// The server whose rules apply.
    pub server: Server,
    /// How its matchers differ from `LIKE`.
    pub quirks: Quirks,
    /// The number of the empty user, where a row has it.
    pub nobody: Option<usize>,
    /// Every login and check is for the interpreter.
    pub unsure: bool,
    /// Some account lets every host pass the pre-check (M2.20).
    pub admits_every_host: bool,
    /// Names of databases and tables are compared in lower case.
    pub lower_case: bool,
    /// Database texts are compared as a whole (M5.5).
    pub exact: bool,
    /// `skip_name_resolve`
    pub skip_name_resolve: bool,
}

impl Known {
    /// Of that table.
    pub fn of(table: &DecisionTable) -> Self {
        let is_set = |scalar| table.scalar(scalar) != 0;
        let server = Server::of_code(table.scalar(Scalar::Server) as u32);
        Self {
            server,
            quirks: Quirks::of(&server),
            nobody: table.value(Field::NameUser, 0).checked_sub(1).map(|user| user as usize),
            unsure: is_set(Scalar::Unusual) || is_set(Scalar::MixedTies),
            admits_every_host: is_set(Scalar::AdmitsEveryHost),
            lower_case: is_set(Scalar::LowerCaseNames),
            exact: is_set(Scalar::PartialRevokes),
            skip_name_resolve: is_set(Scalar::SkipNameResolve),
        }
    }
}

impl Default for Known {
    /// Of a table that says nothing.
    fn default() -> Self {
        let server = Server::of_code(0);
        Self {
            server,
            quirks: Quirks::of(&server),
            nobody: None,
            unsure: true,
            admits_every_host: false,
            lower_case: false,
            exact: false,
            skip_name_resolve: false,
        }
    }
}
