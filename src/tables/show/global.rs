//! The first rows of `SHOW GRANTS`: global privileges, static and dynamic.

use super::levels::Printer;
use super::named;
use crate::server::behaviour::Behaviour;
use crate::server::catalogue::Level;

/// The global row, then one row for the dynamic privileges without grant option and one for those with.
pub(super) fn rows(printer: &Printer<'_>, secrets: bool) -> Vec<String> {
    let held = printer.held;
    if printer.tables.server.has(Behaviour::CredentialsInGrants) {
        return vec![named::global(printer, secrets)];
    }
    let spelled_out = printer.tables.server.has(Behaviour::GlobalPrivilegesSpelledOut);
    let names = if spelled_out { printer.names(held.global) } else { printer.names_or_all(held.global, Level::Global) };
    let grant = Printer::with_grant(held.global);
    let mut rows = vec![format!("GRANT {names} ON *.* TO {}{grant}", printer.account)];
    for (option, words) in [(false, ""), (true, " WITH GRANT OPTION")] {
        let of = held.dynamic.iter().filter(|(_, with)| **with == option);
        let mut names: Vec<&str> = of.map(|(privilege, _)| privilege.display(&printer.tables.names)).collect();
        names.sort_unstable();
        if !names.is_empty() {
            rows.push(format!("GRANT {} ON *.* TO {}{words}", names.join(","), printer.account));
        }
    }
    rows
}
