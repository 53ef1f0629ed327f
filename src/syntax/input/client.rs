//! What the command line clients put around the rows of `SHOW GRANTS` and `SHOW CREATE USER`: borders,
//! headings, prompts, row counts, the vertical form, and the doubled backslashes of batch mode.

use super::Aside;
use super::scrub::{Line, Scrub, lines};

/// What a row of these two statements begins with.
const ROW_WORDS: [&str; 8] =
    ["GRANT ", "REVOKE ", "CREATE USER ", "CREATE ROLE ", "ALTER USER ", "SET DEFAULT ROLE ", "DENY ", "SET ROLE "];

/// What the client calls the column.
const HEADINGS: [&str; 2] = ["Grants for ", "CREATE USER for "];

/// What tools say on standard error, which ends up at the top of a file when both are redirected.
const NOISE: [&str; 9] = [
    "mysqldump: ",
    "mysql: [Warning]",
    "mariadb-dump: ",
    "mariadb: ",
    "mysqlpump: ",
    "WARNING: option --",
    "Warning: A partial dump from a server that has GTIDs",
    "Warning: A dump from a server that has GTIDs",
    "Warning: Using a password on the command line",
];

/// Says that the line begins as a row of `SHOW GRANTS` or `SHOW CREATE USER` does.
pub(super) fn starts_statement(line: &str) -> bool {
    ROW_WORDS.iter().any(|word| line.starts_with(word)) && !is_row_heading(line)
}

/// `+-------+`
pub(super) fn is_border(line: &str) -> bool {
    line.len() > 2 && line.starts_with('+') && line.ends_with('+') && line.bytes().all(|b| matches!(b, b'+' | b'-'))
}

/// `*************************** 1. row ***************************`
pub(super) fn is_vertical_row(line: &str) -> bool {
    let line = line.trim();
    line.starts_with("***") && line.ends_with("***") && line.trim_matches('*').trim().ends_with(". row")
}

/// `Grants for user@host`, alone or before the value of the vertical form.
pub(super) fn is_row_heading(line: &str) -> bool {
    HEADINGS
        .iter()
        .any(|word| line.trim_start().strip_prefix(word).is_some_and(|rest| rest.contains('@') || is_word(rest)))
}

/// `Grants for role`, as MariaDB heads the rows of a role.
fn is_word(rest: &str) -> bool {
    let name = rest.split_once(": ").map_or(rest, |(name, _)| name).trim();
    !name.is_empty() && !name.contains([' ', '`', '\''])
}

/// `mysql> `, `MariaDB [db]> ` or the prompt of a line that goes on.
pub(super) fn is_prompt(line: &str) -> bool {
    prompt_length(line).is_some()
}

fn prompt_length(line: &str) -> Option<usize> {
    if line.starts_with("mysql> ") {
        return Some("mysql> ".len());
    }
    if line.starts_with("    -> ") {
        return Some("    -> ".len());
    }
    let rest = line.strip_prefix("MariaDB [")?;
    let end = rest.find("]> ")?;
    Some(line.len() - rest.len() + end + "]> ".len())
}

/// `2 rows in set (0.00 sec)`, `Query OK, 0 rows affected (0.01 sec)`
pub(super) fn is_row_count(line: &str) -> bool {
    let digits = line.trim_start_matches(|c: char| c.is_ascii_digit());
    (digits.len() < line.len() && (digits.starts_with(" row in set") || digits.starts_with(" rows in set")))
        || line.starts_with("Query OK, ")
        || line.starts_with("Empty set")
}

/// A line that a tool wrote on standard error.
pub(super) fn is_noise(line: &str) -> bool {
    NOISE.iter().any(|word| line.starts_with(word))
}

/// Blanks a byte order mark, and what a tool said before the first statement.
pub(super) fn blank_noise(scrub: &mut Scrub<'_>, text: &str) {
    if text.starts_with('\u{feff}') {
        scrub.blank(0..'\u{feff}'.len_utf8());
    }
    for line in lines(text) {
        let rest = line.text.trim_start_matches('\u{feff}').trim();
        if is_noise(rest) {
            scrub.blank(line.range());
        } else if !(rest.is_empty() || rest.starts_with("--") || rest.starts_with("/*")) {
            return;
        }
    }
}

/// Cleans the output of a client.
pub(super) fn clean(scrub: &mut Scrub<'_>, text: &str) {
    let escaped = is_batch_escaped(text);
    let mut in_cell = false;
    let mut lines = lines(text).peekable();
    let mut first_escape = None;
    while let Some(line) = lines.next() {
        let trimmed = line.text.trim();
        if in_cell {
            in_cell = !close_cell(scrub, line);
        } else if let Some(length) = prompt_length(line.text) {
            clean_prompt(scrub, line, length);
        } else if is_border(trimmed) || is_vertical_row(trimmed) || is_row_count(trimmed) || is_noise(trimmed) {
            scrub.blank(line.range());
        } else if let Some(cell) = line.text.trim_start().strip_prefix('|') {
            in_cell = open_cell(scrub, line, cell);
        } else if is_row_heading(line.text) {
            clean_heading(scrub, line);
        } else if !trimmed.is_empty() && !trimmed.starts_with("--") {
            if escaped {
                single_backslashes(scrub, line);
                first_escape = first_escape.or(Some(line.range()));
            }
            if !lines.peek().is_some_and(|next| continues(next.text)) && !trimmed.ends_with(';') {
                scrub.end_statement(line.end);
            }
        }
    }
    if let Some(range) = first_escape {
        scrub.note(range, Aside::BatchEscapes);
    }
}

/// A line that goes on where the one before it was wrapped.
fn continues(line: &str) -> bool {
    let line = line.trim_end();
    !(line.is_empty()
        || line.starts_with("--")
        || starts_statement(line)
        || is_row_heading(line)
        || is_border(line)
        || is_vertical_row(line)
        || is_row_count(line)
        || is_noise(line)
        || line.starts_with('|')
        || is_prompt(line))
}

/// `SHOW` at the prompt asks only; any other statement counts, without its prompt.
fn clean_prompt(scrub: &mut Scrub<'_>, line: Line<'_>, length: usize) {
    let statement = line.text.get(length..).unwrap_or("").trim_start();
    let asks = statement.get(..4).is_some_and(|word| word.eq_ignore_ascii_case("show"));
    let blank = if asks { line.range() } else { line.start..line.start + length };
    scrub.blank(blank);
}

/// `| GRANT … |`; true when the cell goes on in the next line.
fn open_cell(scrub: &mut Scrub<'_>, line: Line<'_>, cell: &str) -> bool {
    let inner = cell.trim_end().trim_end_matches('|').trim();
    if is_row_heading(inner) {
        scrub.blank(line.range());
        return false;
    }
    let border = line.end - cell.len() - 1;
    scrub.blank(border..border + 1);
    !close_cell(scrub, line)
}

fn close_cell(scrub: &mut Scrub<'_>, line: Line<'_>) -> bool {
    let text = line.text.trim_end();
    let closes = text.ends_with('|');
    if closes {
        scrub.end_statement(line.start + text.len() - 1);
    }
    closes
}

/// `Grants for user@host`, or with the value behind it in the vertical form.
fn clean_heading(scrub: &mut Scrub<'_>, line: Line<'_>) {
    let value = line
        .text
        .match_indices(": ")
        .map(|(at, mark)| at + mark.len())
        .find(|at| line.text.get(*at..).is_some_and(starts_statement));
    match value {
        Some(at) => {
            scrub.blank(line.start..line.start + at);
            if !line.text.trim_end().ends_with(';') {
                scrub.end_statement(line.end);
            }
        }
        None => scrub.blank(line.range()),
    }
}

/// In batch mode the client writes `\\` for `\`: ``ON `my\\_db`.*`` cannot have come from a server
/// that was told `my\_db`, and hardly from one that was told `my\\_db`.
fn is_batch_escaped(text: &str) -> bool {
    lines(text).any(|line| starts_statement(line.text) && [r"\\_", r"\\%"].iter().any(|mark| line.text.contains(mark)))
}

/// Takes the client's escapes back. A byte that goes leaves a blank before the quote that opens its
/// token, so that what stands outside of that token stays in its place.
fn single_backslashes(scrub: &mut Scrub<'_>, line: Line<'_>) {
    let mut out = Vec::with_capacity(line.text.len());
    let mut token: Option<Token> = None;
    let mut bytes = line.text.bytes().peekable();
    let mut literal = false;
    while let Some(byte) = bytes.next() {
        let (byte, dropped) = match (byte, bytes.peek().copied()) {
            (b'\\', Some(next)) => {
                bytes.next();
                (unescaped(next), true)
            }
            _ => (byte, false),
        };
        match &mut token {
            None => {
                if dropped {
                    out.push(b' ');
                }
                if matches!(byte, b'\'' | b'"' | b'`') {
                    token = Some(Token { quote: byte, start: out.len(), dropped: 0 });
                }
                out.push(byte);
            }
            Some(open) => {
                open.dropped += usize::from(dropped);
                out.push(byte);
                if literal {
                    literal = false;
                } else if byte == b'\\' && open.quote != b'`' {
                    literal = true;
                } else if byte == open.quote {
                    let pad = std::iter::repeat_n(b' ', open.dropped);
                    out.splice(open.start..open.start, pad);
                    token = None;
                }
            }
        }
    }
    if token.is_none() {
        scrub.put(line.range(), &out);
    }
}

struct Token {
    quote: u8,
    start: usize,
    dropped: usize,
}

fn unescaped(byte: u8) -> u8 {
    match byte {
        b'n' => b'\n',
        b't' => b'\t',
        b'0' => 0,
        other => other,
    }
}
