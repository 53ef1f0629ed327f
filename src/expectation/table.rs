//! Table blocks: one expectation a line, as `client | ask | expected`.
//!
//! An empty client cell means the client of the line above. Asks are `login`,
//! `PRIVILEGE on OBJECT` and `run "…"`; answers are an account, `yes`, `no`, an errno
//! with or without its text, `lists a, b`, `undetermined`, `ambiguous between …`.

use super::cursor::{Cursor, Wanted};
use super::phrase;
use super::{Expected, Question};
use crate::client::{Ask, Client};

/// Reads one line of a table.
pub fn line(text: &str, above: &mut Option<Client>) -> Result<Vec<(Question, Expected)>, Wanted> {
    let cells = cells(text);
    let [first, ask, expected] = cells.as_slice() else {
        return Err(format!("expected three cells `client | ask | expected`, not {}", cells.len()).into());
    };
    // What is left of a cell ends before the rest of the line.
    let behind = |cell: &str| text.len() - (cell.as_ptr() as usize - text.as_ptr() as usize) - cell.len();
    let client = client(first, above).map_err(|wanted| wanted.before(behind(first)))?;
    let questions = questions(ask, &client).map_err(|wanted| wanted.before(behind(ask)))?;
    let of_login = matches!(questions.first(), Some(Question::Login(_)));
    let expected = answer(expected, of_login).map_err(|wanted| wanted.before(behind(expected)))?;
    *above = Some(client);
    Ok(questions.into_iter().map(|question| (question, expected.clone())).collect())
}

fn client(cell: &str, above: &Option<Client>) -> Result<Client, Wanted> {
    let mut at = Cursor::new(cell);
    let client = phrase::who(&mut at, above)?;
    at.end()?;
    Ok(client)
}

fn questions(ask: &str, client: &Client) -> Result<Vec<Question>, Wanted> {
    let mut at = Cursor::new(ask);
    let questions = if at.take("login") {
        vec![Question::Login(client.clone())]
    } else if at.take("run") {
        let sql = at.quoted().ok_or_else(|| at.wanted("a statement in quotes"))?;
        vec![Question::Check(client.clone(), Ask::Sql(sql))]
    } else {
        at.take("may");
        let asks = phrase::privileges(&mut at)?;
        asks.into_iter().map(|ask| Question::Check(client.clone(), ask)).collect()
    };
    at.end()?;
    Ok(questions)
}

fn answer(text: &str, of_login: bool) -> Result<Expected, Wanted> {
    let mut at = Cursor::new(text);
    let expected = if at.take("yes") {
        if of_login { Expected::GetsIn } else { Expected::Allowed }
    } else if at.take("no") {
        Expected::Refused { errno: None, message: None }
    } else if at.take("undetermined") {
        Expected::Undetermined
    } else if at.take("lists") {
        Expected::Lists(phrase::names(&mut at)?)
    } else if at.take("ambiguous between") {
        Expected::Ambiguous(at.list(Cursor::account)?)
    } else if let Some(errno) = at.number() {
        Expected::Refused { errno: Some(errno), message: at.quoted() }
    } else if of_login {
        let account = at.account()?;
        let through = if at.take("through") { Some(at.account()?) } else { None };
        Expected::LogsIn { account, through }
    } else {
        return Err(at.wanted("yes, no, an errno, lists or undetermined"));
    };
    at.end()?;
    Ok(expected)
}

/// The cells of a line: parts between `|` that stand outside of quotes.
fn cells(text: &str) -> Vec<&str> {
    let mut cells = Vec::new();
    let (mut start, mut quote) = (0, None);
    for (at, c) in text.char_indices() {
        match quote {
            None if c == '|' => {
                cells.push(text.get(start..at).unwrap_or("").trim());
                start = at + 1;
            }
            None if matches!(c, '\'' | '"' | '`') => quote = Some(c),
            Some(open) if open == c => quote = None,
            _ => {}
        }
    }
    cells.push(text.get(start..).unwrap_or("").trim());
    cells
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::unreachable)]
    use super::*;

    #[test]
    fn a_bar_in_quotes_is_no_cell_border() {
        assert_eq!(cells("a | run \"SELECT 'x|y'\" | yes"), ["a", "run \"SELECT 'x|y'\"", "yes"]);
    }

    #[test]
    fn an_empty_client_cell_is_the_one_above() {
        let mut above = None;
        line("joe from socket | login | 'joe'@'%'", &mut above).unwrap();
        let found = line(" | SELECT, INSERT on a.b | 1142 \"no\"", &mut above).unwrap();
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].1, Expected::Refused { errno: Some(1142), message: Some("no".into()) });
        assert!(line("joe from socket | login", &mut above).is_err());
        assert!(line(" | SELECT on a.b | 'joe'@'%'", &mut above).is_err());
    }
}
