//! What every question asks of a table, decoded once when it is opened.

use super::field::{Field, Scalar};
use super::packed::Column;
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
    /// Of a table with these columns.
    pub fn of(bytes: &[u8], columns: &[Column; Field::COUNT]) -> Self {
        let value = |field: Field, at: usize| {
            columns.get(field as usize).and_then(|column| column.get(bytes, at)).unwrap_or_default()
        };
        let is_set = |scalar: Scalar| value(Field::Scalar, scalar as usize) != 0;
        let server = Server::of_code(value(Field::Scalar, Scalar::Server as usize) as u32);
        Self {
            server,
            quirks: Quirks::of(&server),
            nobody: value(Field::NameUser, 0).checked_sub(1).map(|user| user as usize),
            unsure: is_set(Scalar::Unusual) || is_set(Scalar::MixedTies),
            admits_every_host: is_set(Scalar::AdmitsEveryHost),
            lower_case: is_set(Scalar::LowerCaseNames),
            exact: is_set(Scalar::PartialRevokes),
            skip_name_resolve: is_set(Scalar::SkipNameResolve),
        }
    }
}
