//! What dump tools write beside the state: sections that take away, listings that guess, roles for
//! their own use.

use super::scrub::{Line, Scrub, lines};
use super::{Aside, Form};
use std::collections::BTreeSet;

/// What `pt-show-grants` prints, without a comment mark, when no role is in use.
pub(super) const NO_ROLES: &str = "No active roles found";

/// How it begins an account.
const CREATE: &str = "CREATE USER IF NOT EXISTS ";

/// How it goes on with it; as long as `CREATE USER`.
const ALTER: &str = "ALTER USER ";

/// The role that `mariadb-dump` makes while a dump is loaded.
const IMPORT_ROLE: &str = "mariadb_dump_import_role";

/// Cleans the output of `pt-show-grants`: what `--revoke` and `--drop` add, and the listing of roles,
/// which gives every role the host `%`. Its `CREATE USER IF NOT EXISTS` and the `ALTER USER` behind it
/// were one `CREATE USER` of the server, and become one again: as ALTER USER a server refuses some of it
/// and marks passwords as expired. A role that the listing makes with its right host keeps both.
pub(super) fn clean_pt_show_grants(scrub: &mut Scrub<'_>, text: &str) {
    let sections = sections(text);
    let mut listed = BTreeSet::new();
    let mut revoking = false;
    let mut listing = false;
    let mut created: Option<Line<'_>> = None;
    for line in lines(text) {
        if let Some(create) = created.take()
            && !listed.iter().any(|role| create.text == format!("{CREATE}`{role}`@`%`;"))
        {
            join_account(scrub, create, line);
        }
        if line.text.starts_with(CREATE) {
            created = Some(line);
        }
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
        } else if let Some(role) = listed_role(line.text).filter(|_| listing) {
            if sections.contains(&(role, "%")) {
                listed.insert(role);
            } else if sections.iter().any(|(user, _)| *user == role) {
                scrub.leave_out(line.range(), Aside::RoleListing);
            }
        }
    }
}

/// `CREATE USER IF NOT EXISTS account;` and `ALTER USER account …;` to `CREATE USER account …;`.
fn join_account(scrub: &mut Scrub<'_>, create: Line<'_>, alter: Line<'_>) {
    let account = create.text.strip_prefix(CREATE).map(|rest| rest.trim_end().trim_end_matches(';'));
    let rest = alter.text.strip_prefix(ALTER).zip(account).and_then(|(rest, account)| rest.strip_prefix(account));
    let Some(rest) = rest.filter(|rest| rest.starts_with([' ', ';'])) else { return };
    scrub.blank(create.range());
    scrub.put(alter.start..alter.start + ALTER.len(), b"CREATE USER");
    if rest.contains(" DEFAULT ROLE ") {
        scrub.note(alter.range(), Aside::AlterDefaultRole);
    } else if account.is_some_and(|account| account.starts_with("``@") || account.starts_with("''@")) {
        scrub.note(alter.range(), Aside::AlterAnonymous);
    }
}

/// User and host of the accounts that have a section of their own.
fn sections(text: &str) -> BTreeSet<(&str, &str)> {
    lines(text)
        .filter_map(|line| line.text.strip_prefix("-- Grants for '")?.trim_end().strip_suffix('\'')?.rsplit_once("'@'"))
        .collect()
}

fn listed_role(line: &str) -> Option<&str> {
    line.strip_prefix("CREATE ROLE IF NOT EXISTS `")?.trim_end().strip_suffix("`;")
}

/// MySQL Shell leaves a grant that the target would refuse as a comment: `/* GRANT … */`.
pub(super) fn note_stripped_grants(scrub: &mut Scrub<'_>, text: &str) {
    for line in lines(text) {
        if line.text.starts_with("/* GRANT ") || line.text.starts_with("/* REVOKE ") {
            scrub.note(line.range(), Aside::StrippedGrant);
        }
    }
}

/// Takes the tool's own role out of a `mariadb-dump --system=users`.
pub(super) fn clean_mariadb_dump(scrub: &mut Scrub<'_>, text: &str) {
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

/// A dump tool that fails leaves a dump that looks well: `mysqldump --users` of 9.7 stops at the first
/// anonymous account, after the accounts and before every grant.
pub(super) fn look_for_the_end(scrub: &mut Scrub<'_>, text: &str, form: Form) {
    let (tool, end) = match form {
        Form::Mysqldump => ("mysqldump: ", "-- Dump completed"),
        Form::MariadbDump => ("mariadb-dump: ", "-- Dump completed"),
        Form::MysqlShell if text.contains("-- Dumping user accounts") => ("", "-- End of dumping user accounts"),
        _ => return,
    };
    let mut last = None;
    let mut complete = false;
    for line in lines(text) {
        if line.text.trim().is_empty() {
            continue;
        }
        if !tool.is_empty() && line.text.starts_with(tool) && !line.text.contains("[Warning]") {
            scrub.leave_out(line.range(), Aside::ToolError);
        }
        complete |= line.text.starts_with(end);
        last = Some(line);
    }
    if let Some(line) = last.filter(|_| !complete) {
        scrub.note(line.range(), Aside::CutOff);
    }
}
