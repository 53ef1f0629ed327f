//! The form of a text, told by its look: the header of a dump, the borders of a client.

use super::Form;
use super::client::{is_border, is_noise, is_prompt, is_row_count, is_row_heading, is_vertical_row, starts_statement};
use super::scrub::{Line, lines};

/// A header stands within this many lines.
const HEAD: usize = 200;

/// The form of a text.
pub(super) fn form(text: &str) -> Form {
    let text = text.trim_start_matches('\u{feff}');
    if let Some(form) = by_header(text) {
        return form;
    }
    if is_client_output(text) || is_bare_rows(text) || is_ended_rows(text) { Form::ShowGrants } else { Form::Sql }
}

/// The tool that the first comments name.
fn by_header(text: &str) -> Option<Form> {
    lines(text).take(HEAD).take_while(|line| is_comment(line.text)).find_map(|line| tool(line.text))
}

fn tool(line: &str) -> Option<Form> {
    let rest = line.strip_prefix("-- ")?;
    let mariadb = rest.contains("MariaDB");
    if rest.starts_with("MariaDB dump ") || (rest.starts_with("MySQL dump ") && mariadb) {
        Some(Form::MariadbDump)
    } else if rest.starts_with("MySQL dump ") {
        Some(Form::Mysqldump)
    } else if rest.starts_with("MySQLShell dump ") || is_section(rest, "begin user ") {
        Some(Form::MysqlShell)
    } else if rest.starts_with("Dump created by MySQL pump utility") {
        Some(Form::Mysqlpump)
    } else if rest.starts_with("Grants dumped by pt-show-grants")
        || is_section(rest, "Grants for ")
        || is_section(rest, "Revoke statements for ")
    {
        Some(Form::PtShowGrants)
    } else {
        None
    }
}

/// `WORD 'user'@'host'` and nothing behind it.
fn is_section(rest: &str, word: &str) -> bool {
    rest.strip_prefix(word).is_some_and(|account| {
        account.starts_with('\'') && account.trim_end().ends_with('\'') && account.contains("'@'")
    })
}

/// Blank lines, comments, and what a tool says on standard error, before the first statement. The
/// listing of roles of `pt-show-grants` counts too.
fn is_comment(line: &str) -> bool {
    let line = line.trim();
    line.is_empty()
        || line.starts_with("--")
        || line.starts_with('#')
        || (line.starts_with("/*") && !line.starts_with("/*!"))
        || line.starts_with("CREATE ROLE IF NOT EXISTS ")
        || line == super::tool::NO_ROLES
        || is_noise(line)
}

fn content(text: &str) -> impl Iterator<Item = Line<'_>> {
    lines(text).filter(|line| {
        let text = line.text.trim();
        !(text.is_empty() || text.starts_with("--") || text.starts_with('#') || is_noise(text) || is_row_count(text))
    })
}

/// The first thing in it is a border, a heading or a prompt of a client, and rows follow.
fn is_client_output(text: &str) -> bool {
    let mut content = content(text);
    let Some(first) = content.next().map(|line| line.text.trim_end()) else { return false };
    if is_prompt(first) {
        return content.any(|line| is_border(line.text.trim()) || is_vertical_row(line.text));
    }
    if is_border(first) {
        return content.any(|line| line.text.trim_start().strip_prefix('|').is_some_and(is_cell));
    }
    first.trim_start().strip_prefix('|').is_some_and(is_cell) || is_vertical_row(first) || is_row_heading(first)
}

fn is_cell(rest: &str) -> bool {
    starts_statement(rest.trim_start()) || is_row_heading(rest.trim().trim_end_matches('|'))
}

/// `mysql -N`: every line is a row, and none has an end. One line alone could be a script that lacks its
/// last `;`, unless it names accounts in the quotes of the server.
fn is_bare_rows(text: &str) -> bool {
    let mut rows = 0;
    let mut seen = false;
    let mut quoted = false;
    for line in content(text) {
        let row = line.text.trim_end();
        if row.ends_with(';') || !starts_statement(row) {
            return false;
        }
        rows += 1;
        seen |= names_account(row);
        quoted |= grantee(row).is_some() || row.starts_with("CREATE USER `");
    }
    seen && (rows > 1 || quoted)
}

/// Rows that somebody put a `;` behind: only grants, all to names in the quotes of the server, and
/// the first of each run of them at the global level, where the server begins. One alone says too little,
/// unless it is the USAGE that only the server writes.
fn is_ended_rows(text: &str) -> bool {
    let mut last = None;
    let mut rows = 0;
    for line in content(text) {
        rows += if line.text.starts_with("GRANT USAGE ON *.* TO ") { 2 } else { 1 };
        let row = line.text.trim_end();
        let grant = ["GRANT ", "REVOKE "].iter().any(|word| row.starts_with(word));
        let Some(account) = grantee(row).filter(|_| grant && row.ends_with(';')) else { return false };
        if last != Some(account) && !(row.starts_with("GRANT ") && row.contains(" ON *.* TO ")) {
            return false;
        }
        last = Some(account);
    }
    rows > 1
}

/// ``TO `user`@`host` `` at the end of a row.
fn grantee(row: &str) -> Option<&str> {
    let row = row.trim_end_matches(';');
    let row = row.strip_suffix(" WITH GRANT OPTION").or_else(|| row.strip_suffix(" WITH ADMIN OPTION")).unwrap_or(row);
    let at = [" TO `", " FROM `"].iter().filter_map(|word| row.rfind(word)).max()?;
    let account = row.get(at..)?.trim_start().split_once(' ')?.1;
    (account.contains("`@`") && account.ends_with('`')).then_some(account)
}

/// The row names an account or role as the server writes it, in quotes.
fn names_account(row: &str) -> bool {
    const WORDS: [&str; 6] = [" TO `", " TO '", " FROM `", "CREATE USER `", "CREATE USER '", " FOR `"];
    WORDS.iter().any(|word| row.contains(word))
}
