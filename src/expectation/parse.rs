//! Text of a `.test` file to its cases. Reading never fails; what is not understood is collected.
//!
//! Knows lines, blocks and headers; phrases are for [`super::phrase`].

use super::cursor::{Cursor, Wanted};
use super::{Case, Expectation, Expected, File, Misread, Question, Statements, Step, phrase, table};
use crate::client::Client;
use crate::syntax::redact::mask;

/// Reads a whole file.
pub fn parse(name: &str, text: &str) -> File {
    let mut reader = Reader {
        lines: text.lines().enumerate().map(|(i, line)| (u32::try_from(i + 1).unwrap_or(u32::MAX), line)).collect(),
        next: 0,
        file: File { name: name.to_owned(), text: text.to_owned(), ..File::default() },
        header: Case { line: 1, ..Case::default() },
        case: None,
        inherited: 0,
        above: None,
        session: None,
    };
    while let Some((number, line)) = reader.advance() {
        if let Err(wanted) = reader.line(number, line) {
            reader.file.misread.push(misread(number, line, wanted));
        }
    }
    reader.close();
    let Reader { mut file, header, .. } = reader;
    if file.cases.is_empty() && !header.steps.is_empty() {
        file.cases.push(header);
    }
    file
}

struct Reader<'a> {
    lines: Vec<(u32, &'a str)>,
    next: usize,
    file: File,
    /// Holds what stands before the first `case`; its headers hold for every case.
    header: Case,
    case: Option<Case>,
    /// How many steps the case has of the header.
    inherited: usize,
    above: Option<Client>,
    /// The session that the line above spoke of.
    session: Option<String>,
}

impl<'a> Reader<'a> {
    fn advance(&mut self) -> Option<(u32, &'a str)> {
        let line = self.lines.get(self.next).copied();
        self.next += 1;
        line
    }

    fn case(&mut self) -> &mut Case {
        self.case.as_mut().unwrap_or(&mut self.header)
    }

    fn line(&mut self, number: u32, raw: &'a str) -> Result<(), Wanted> {
        let line = raw.trim();
        if line.is_empty() || line.starts_with('#') {
            return Ok(());
        }
        if let Some(title) = line.strip_prefix("case ") {
            self.open(number, title.trim());
            return Ok(());
        }
        if let Some((name, value)) = header(line) {
            return self.header(number, name, value);
        }
        for (question, expected) in self.phrase(line)? {
            let question = match expected {
                Expected::Because(_) => self.question_above().ok_or("no line above that a row could have decided")?,
                _ => question,
            };
            self.expect(number, question, expected);
        }
        Ok(())
    }

    /// A line about a client, a session or a statement.
    fn phrase(&mut self, line: &str) -> Result<Vec<(Question, Expected)>, Wanted> {
        let mut at = Cursor::new(line);
        if at.take("connect") {
            return phrase::connect(&mut at).map(|found| vec![found]);
        }
        if at.take("as") {
            self.session = Some(at.name(&[], "the name of a session")?);
        } else if !phrase::WITHOUT_CLIENT.iter().any(|words| at.take(words)) {
            self.session = None;
        }
        let Some(session) = self.session.clone() else { return phrase::line(line, &mut self.above) };
        let rest = if line.starts_with("as ") { at.rest() } else { line };
        let found = phrase::line(rest, &mut Some(Client::default()))?;
        let of_session = |(question, expected)| match question {
            Question::Login(_) => Ok((Question::SessionLogin(session.clone()), expected)),
            Question::Check(_, ask) => Ok((Question::InSession(session.clone(), ask), expected)),
            _ => Err("expected what the session runs, may or is".into()),
        };
        found.into_iter().map(of_session).collect()
    }

    fn question_above(&mut self) -> Option<Question> {
        match self.case().steps.last()? {
            Step::Expect(expectation) => Some(expectation.question.clone()),
            Step::Statements(_) => None,
        }
    }

    fn open(&mut self, line: u32, title: &str) {
        self.close();
        let header = self.header.clone();
        let is_policy = |step: &Step| matches!(step, Step::Statements(_));
        let steps: Vec<Step> = header.steps.into_iter().take_while(is_policy).collect();
        self.inherited = steps.len();
        self.case = Some(Case { line, title: title.to_owned(), steps, ..header });
        self.above = None;
        self.session = None;
    }

    fn close(&mut self) {
        let expects = self.header.steps.iter().any(|step| matches!(step, Step::Expect(_)));
        match self.case.take() {
            Some(case) => self.file.cases.push(case),
            None if expects => self.file.cases.push(self.header.clone()),
            None => {}
        }
    }

    fn expect(&mut self, line: u32, question: Question, expected: Expected) {
        self.case().steps.push(Step::Expect(Box::new(Expectation { line, question, expected })));
    }

    fn header(&mut self, number: u32, name: &str, value: &'a str) -> Result<(), Wanted> {
        match name {
            "server" => {
                let server = value.parse().map_err(|e| Wanted { message: format!("{e}"), left: Some(value.len()) })?;
                self.case().server = Some(server);
            }
            "set" => {
                let (variable, value) = value.split_once('=').ok_or("expected `set NAME=VALUE`")?;
                let pair = (variable.trim().to_owned(), value.trim().to_owned());
                self.case().set.push(pair);
            }
            "reference" => self.case().references.push(value.to_owned()),
            "not live" => self.case().not_live = Some(value.to_owned()),
            "table" => self.table(),
            "show" => {
                let rows = self.block().1.into_iter().map(|row| row.trim_end_matches(';').to_owned()).collect();
                let statement = value.trim_end_matches(" is").trim();
                self.expect(number, Question::Show(format!("SHOW {statement}")), Expected::Returns(rows));
            }
            _ => self.statements(number, name, value)?,
        }
        Ok(())
    }

    fn statements(&mut self, number: u32, name: &str, value: &str) -> Result<(), Wanted> {
        if name == "policy" {
            // The policy of the file makes way for one of the case.
            let inherited = std::mem::take(&mut self.inherited);
            self.case().steps.drain(..inherited);
            if self.case().steps.iter().any(|step| matches!(step, Step::Statements(_))) {
                return Err("a case has one policy: `then:` adds statements, `case` begins another".into());
            }
        }
        let statements = if value.is_empty() {
            let (line, rows) = self.block();
            if rows.is_empty() && name == "then" {
                return Err(format!("`{name}:` has no statements: indent them below it").into());
            }
            Statements::Inline { line: line.unwrap_or(number), text: rows.join("\n") }
        } else {
            Statements::Path { line: number, path: value.to_owned() }
        };
        self.case().steps.push(Step::Statements(statements));
        Ok(())
    }

    /// The indented lines that follow, without their common indentation.
    fn block(&mut self) -> (Option<u32>, Vec<String>) {
        let mut rows: Vec<(u32, &str)> = Vec::new();
        while let Some(&(number, line)) = self.lines.get(self.next) {
            if !line.trim().is_empty() && !line.starts_with([' ', '\t']) {
                break;
            }
            rows.push((number, line));
            self.next += 1;
        }
        while rows.last().is_some_and(|(_, line)| line.trim().is_empty()) {
            rows.pop();
        }
        let indent = |line: &str| line.len() - line.trim_start().len();
        let common =
            rows.iter().filter(|(_, line)| !line.trim().is_empty()).map(|(_, line)| indent(line)).min().unwrap_or(0);
        let texts = rows.iter().map(|(_, line)| line.get(common..).unwrap_or("").trim_end().to_owned()).collect();
        (rows.first().map(|(number, _)| *number), texts)
    }

    fn table(&mut self) {
        let from = self.next;
        let rows = self.block().1.len();
        let block: Vec<(u32, &str)> = self.lines.iter().skip(from).take(rows).copied().collect();
        for (number, raw) in block {
            let row = raw.trim();
            if row.is_empty() || row.starts_with('#') || row.replace(' ', "") == "client|ask|expected" {
                continue;
            }
            self.session = None;
            match table::line(row, &mut self.above) {
                Ok(found) => found.into_iter().for_each(|(question, expected)| self.expect(number, question, expected)),
                Err(wanted) => self.file.misread.push(misread(number, raw, wanted)),
            }
        }
    }
}

/// A line that could not be read, and where it stops making sense.
fn misread(line: u32, raw: &str, wanted: Wanted) -> Misread {
    let text = raw.trim_end();
    let first = text.len() - text.trim_start().len();
    let byte = wanted.left.map_or(first, |left| text.len().saturating_sub(left));
    let before = text.get(..byte).unwrap_or(text).chars().count();
    let column = u32::try_from(before + 1).unwrap_or(u32::MAX);
    Misread { line, column, message: wanted.message, shown: mask("", text) }
}

/// `name: value` and the headers that take no colon.
fn header(line: &str) -> Option<(&'static str, &str)> {
    for name in ["reference", "not live", "policy", "then", "table"] {
        if let Some(value) = line.strip_prefix(name).and_then(|rest| rest.strip_prefix(':')) {
            return Some((name, value.trim()));
        }
    }
    let (word, rest) = line.split_once(' ')?;
    match word {
        "server" if !rest.contains(' ') => Some(("server", rest.trim())),
        "set" if rest.contains('=') => Some(("set", rest.trim())),
        "show" if rest.ends_with(" is") => Some(("show", rest.trim())),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::unreachable)]
    use super::*;

    const TEXT: &str = "\
# about
server mysql-8.4
set partial_revokes=ON

case first
reference: M4.3
policy:
  CREATE USER joe;

  GRANT SELECT ON a.* TO joe;
joe from socket logs in as 'joe'@'%'
  may SELECT on a.b
show grants for joe is
  GRANT USAGE ON *.* TO `joe`@`%`
then:
  DROP USER joe;
table:
  client | ask | expected
  joe from socket | login | 1045

case second
policy: other.sql
nonsense here
";

    #[test]
    fn headers_before_the_first_case_hold_for_all() {
        let file = parse("x.test", TEXT);
        assert_eq!(file.cases.len(), 2);
        assert!(file.cases.iter().all(|case| case.set.len() == 1 && case.server.is_some()));
        assert_eq!((file.cases[0].references.len(), file.cases[1].references.len()), (1, 0));
    }

    #[test]
    fn a_policy_before_the_first_case_is_that_of_each_case_without_one() {
        let file = parse("x.test", "policy: a.sql\ncase one\njoe from socket gets in\ncase two\npolicy: b.sql\n");
        let paths = |case: &Case| {
            let path = |step: &Step| match step {
                Step::Statements(Statements::Path { path, .. }) => Some(path.clone()),
                _ => None,
            };
            case.steps.iter().filter_map(path).collect::<Vec<_>>()
        };
        assert_eq!(file.cases.iter().map(paths).collect::<Vec<_>>(), [["a.sql"], ["b.sql"]]);
    }

    #[test]
    fn blocks_keep_their_lines() {
        let file = parse("x.test", TEXT);
        let steps = &file.cases[0].steps;
        let Step::Statements(Statements::Inline { line, text }) = &steps[0] else { unreachable!() };
        assert_eq!((*line, text.as_str()), (8, "CREATE USER joe;\n\nGRANT SELECT ON a.* TO joe;"));
        let lines: Vec<u32> =
            steps.iter().filter_map(|step| if let Step::Expect(e) = step { Some(e.line) } else { None }).collect();
        assert_eq!(lines, [11, 12, 13, 19]);
    }

    #[test]
    fn what_is_not_understood_is_collected_with_its_line() {
        let file = parse("x.test", TEXT);
        assert_eq!(file.misread.len(), 1);
        assert_eq!((file.misread[0].line, file.misread[0].column), (23, 10));
    }

    #[test]
    fn the_column_is_where_a_line_stops_making_sense() {
        let column = |text: &str| {
            let file = parse("x.test", text);
            (file.misread[0].line, file.misread[0].column)
        };
        assert_eq!(column("  joe from socket logs in to x\n"), (1, 19));
        assert_eq!(column("jö\nserver mysql-x\n"), (1, 3));
        assert_eq!(column("table:\n  joe from socket | login | yes\n   | SELECT at x.y | no\n"), (3, 6));
        assert_eq!(column("table:\n  joe from socket | login | maybe so \n"), (2, 35));
        assert_eq!(column("may SELECT on a.b"), (1, 1));
    }

    #[test]
    fn a_case_has_one_policy() {
        let file = parse("x.test", "policy: a\npolicy: b\n");
        assert!(file.misread[0].message.contains("one policy"));
    }
}
