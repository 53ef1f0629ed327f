//! What dump tools write beside the state: sections that take away, listings that guess, roles for
//! their own use.

use super::Aside;
use super::scrub::{Scrub, lines};
use std::collections::BTreeSet;

/// What `pt-show-grants` prints, without a comment mark, when no role is in use.
pub(super) const NO_ROLES: &str = "No active roles found";

/// The role that `mariadb-dump` makes while a dump is loaded.
const IMPORT_ROLE: &str = "mariadb_dump_import_role";

/// Cleans the output of `pt-show-grants`: what `--revoke` and `--drop` add, and the listing of roles,
/// which gives every role the host `%`.
pub(super) fn clean_pt_show_grants(scrub: &mut Scrub, text: &str) {
    let own_section = sections(text);
    let mut revoking = false;
    let mut listing = false;
    for line in lines(text) {
        if let Some(comment) = line.text.strip_prefix("-- ") {
            revoking = comment.starts_with("Revoke statements for ");
            listing = match comment.trim() {
                "Roles" => true,
                "End of roles listing" => false,
                _ => listing,
            };
        } else if revoking && line.text.starts_with("REVOKE ") {
            scrub.leave_out(line.range(), Aside::RevokeSection);
        } else if line.text.starts_with("DROP USER ") || line.text.starts_with("DELETE FROM `mysql`.`user` ") {
            scrub.leave_out(line.range(), Aside::DropBefore);
        } else if line.text.trim() == NO_ROLES {
            scrub.blank(line.range());
        } else if listing && listed_role(line.text).is_some_and(|role| own_section.contains(role)) {
            scrub.leave_out(line.range(), Aside::RoleListing);
        }
    }
}

/// The user parts of the accounts that have a section of their own.
fn sections(text: &str) -> BTreeSet<&str> {
    lines(text)
        .filter_map(|line| line.text.strip_prefix("-- Grants for '")?.rsplit_once("'@'").map(|(user, _)| user))
        .collect()
}

fn listed_role(line: &str) -> Option<&str> {
    line.strip_prefix("CREATE ROLE IF NOT EXISTS `")?.trim_end().strip_suffix("`;")
}

/// MySQL Shell leaves a grant that the target would refuse as a comment: `/* GRANT … */`.
pub(super) fn note_stripped_grants(scrub: &mut Scrub, text: &str) {
    for line in lines(text) {
        if line.text.starts_with("/* GRANT ") || line.text.starts_with("/* REVOKE ") {
            scrub.note(line.range(), Aside::StrippedGrant);
        }
    }
}

/// Takes the tool's own role out of a `mariadb-dump --system=users`.
pub(super) fn clean_mariadb_dump(scrub: &mut Scrub, text: &str) {
    if !text.contains(IMPORT_ROLE) {
        return;
    }
    let with_admin = format!(" WITH ADMIN {IMPORT_ROLE}");
    for line in lines(text) {
        let role = line.text.trim_end_matches(';');
        if let Some(at) = line.text.find(&with_admin) {
            let start = line.start + at;
            scrub.blank(start..start + with_admin.len());
        } else if role.ends_with(&format!("ROLE {IMPORT_ROLE}"))
            || role.ends_with(&format!("ROLE IF NOT EXISTS {IMPORT_ROLE}"))
            || role.starts_with(&format!("GRANT {IMPORT_ROLE} "))
        {
            scrub.leave_out(line.range(), Aside::ImportRole);
        }
    }
}
