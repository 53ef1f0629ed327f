//! Runs the cases of a file: loads each policy, puts each question, judges each answer.
//!
//! Reads no file itself: a policy that is named by its path is asked of the caller.

use super::judge::{Answer, Failure, judge, unexpected_statement};
use super::{Case, Expectation, Expected, File, Misread, Question, Statements, Step};
use crate::answer::{Engine, Running};
use crate::batch;
use crate::client::Ask;
use crate::live::{self, Sessions};
use crate::policy::{Options, Outcome, Policy, Reading, Replayed};
use crate::source::Source;
use crate::syntax::redact::{SECRET, mask, redact};
use std::collections::BTreeSet;

/// What running a file came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// The file.
    pub file: String,
    /// Its cases, in order.
    pub cases: Vec<Ran>,
    /// Lines that could not be read, in order.
    pub misread: Vec<Misread>,
}

/// What running a case came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ran {
    /// The line it begins on.
    pub line: u32,
    /// What it shows.
    pub title: String,
    /// How many expectations held.
    pub passed: usize,
    /// Those that did not, in order of line.
    pub failures: Vec<Failure>,
}

impl Report {
    /// How many expectations held.
    pub fn passed(&self) -> usize {
        self.cases.iter().map(|case| case.passed).sum()
    }

    /// The expectations that did not hold.
    pub fn failures(&self) -> impl Iterator<Item = &Failure> {
        self.cases.iter().flat_map(|case| &case.failures)
    }
}

/// How the caller reads a policy that a case names by its path, relative to the `.test` file.
pub type Read<'a> = &'a dyn Fn(&str) -> Result<Vec<Source>, String>;

/// Is told of every question, the engine that it is put to, and the session that it is asked of.
pub type See<'a> = &'a mut dyn FnMut(&Engine<'_>, &Question, Option<&Running>);

/// Runs every case of a file.
pub fn run(file: &File, read: Read<'_>) -> Report {
    run_seen(file, read, &mut |_, _, _| {})
}

/// Runs every case of a file, and lets the caller see each question with its engine.
pub fn run_seen(file: &File, read: Read<'_>, see: See<'_>) -> Report {
    let mut report = Report { file: file.name.clone(), cases: Vec::new(), misread: file.misread.clone() };
    for case in &file.cases {
        let mut ran = Ran { line: case.line, title: case.title.clone(), ..Ran::default() };
        if let Err(misread) = run_case(file, case, read, see, &mut ran) {
            report.misread.push(misread);
        }
        for failure in &mut ran.failures {
            complete(failure, file, case);
        }
        ran.failures.sort_by_key(|failure| failure.line);
        report.cases.push(ran);
    }
    report.misread.sort_by_key(|misread| misread.line);
    report
}

/// Says of a failure where it stands.
fn complete(failure: &mut Failure, file: &File, case: &Case) {
    failure.case.clone_from(&case.title);
    if failure.file.is_empty() {
        failure.file.clone_from(&file.name);
        let index = usize::try_from(failure.line.saturating_sub(1)).unwrap_or(usize::MAX);
        let line = file.text.lines().nth(index).unwrap_or("").trim();
        // A text with a secret is shown as it was asked, without it.
        failure.shown = if redact(&failure.asked).contains(SECRET) || failure.asked.contains(SECRET) {
            redact(&failure.asked)
        } else {
            mask("", line)
        };
    }
}

/// Runs one case: each block of statements adds to the ones before it.
fn run_case(file: &File, case: &Case, read: Read<'_>, see: See<'_>, report: &mut Ran) -> Result<(), Misread> {
    let mut replay = Replay::new(case, &file.name);
    let mut rest = case.steps.as_slice();
    while let Some((step, after)) = rest.split_first() {
        rest = after;
        match step {
            Step::Statements(statements) => {
                let written = matches!(statements, Statements::Inline { .. });
                let by = if written { By::Block } else { By::File };
                sources(&file.name, statements, read)?.into_iter().for_each(|source| replay.add(source, by));
            }
            Step::Expect(first) if replay.acts(first) => replay.act(first, see, report),
            Step::Expect(first) => {
                let more = after.iter().map_while(|step| if let Step::Expect(next) = step { Some(next) } else { None });
                let together: Vec<&Expectation> = std::iter::once(first)
                    .chain(more.take_while(|next| !replay.acts(next)))
                    .map(AsRef::as_ref)
                    .collect();
                rest = after.get(together.len() - 1..).unwrap_or(&[]);
                replay.ask(&together, see, report);
            }
        }
    }
    replay.finish(report);
    Ok(())
}

/// Who wrote a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum By {
    /// It is a block of the case.
    Block,
    /// It is a file of its own.
    File,
    /// A session runs it.
    Session,
}

/// The statements of a case so far and the state they made.
struct Replay<'a> {
    case: &'a Case,
    file: &'a str,
    sources: Vec<Source>,
    /// Who wrote each of them.
    by: Vec<By>,
    policy: Policy,
    sessions: Sessions,
    /// Numbers of the statements that an expectation speaks of.
    expected: BTreeSet<usize>,
}

impl<'a> Replay<'a> {
    fn new(case: &'a Case, file: &'a str) -> Self {
        Self {
            case,
            file,
            sources: Vec::new(),
            by: Vec::new(),
            policy: Policy::default(),
            sessions: Sessions::default(),
            expected: BTreeSet::new(),
        }
    }

    fn add(&mut self, source: Source, by: By) {
        self.sources.push(source);
        self.by.push(by);
        (self.policy, self.sessions) = self.load(self.sources.clone());
    }

    /// True for what opens a session, or is carried out by one.
    fn acts(&self, expectation: &Expectation) -> bool {
        match &expectation.question {
            Question::Connect(..) => true,
            Question::InSession(_, Ask::Sql(_)) => !matches!(expectation.expected, Expected::Because(_)),
            _ => false,
        }
    }

    /// Opens a session, or runs a statement in one, and judges what came of it.
    fn act(&mut self, expectation: &Expectation, see: See<'_>, report: &mut Ran) {
        let above = "\n".repeat(usize::try_from(expectation.line.saturating_sub(1)).unwrap_or(0));
        let answer = match &expectation.question {
            Question::Connect(name, client) => {
                see(&Engine::new(&self.policy), &expectation.question, None);
                let line = format!("{above}-- grantc: connect {name} {}", batch::client_text(client));
                self.add(Source::new(self.file, line), By::Session);
                Answer::Login(Box::new(self.sessions.login(name).cloned().unwrap_or_default()))
            }
            Question::InSession(name, ask @ Ask::Sql(sql)) => {
                let running = self.sessions.get(name);
                let engine = Engine::new(&self.policy);
                see(&engine, &expectation.question, running);
                let decision = running.map(|running| engine.check_running(running, ask)).unwrap_or_default();
                let above = above.strip_suffix('\n').unwrap_or("");
                self.add(Source::new(self.file, format!("{above}-- grantc: as {name}\n{sql};")), By::Session);
                let outcome = self.policy.statements.last().map(|statement| statement.outcome.clone());
                Answer::Ran(Box::new(decision), outcome.unwrap_or(Outcome::Skipped))
            }
            _ => return,
        };
        match judge(expectation, &answer) {
            None => report.passed += 1,
            Some(failure) => report.failures.push(failure),
        }
    }

    fn load(&self, sources: Vec<Source>) -> (Policy, Sessions) {
        let inline = self.case.steps.iter().all(|step| !matches!(step, Step::Statements(Statements::Path { .. })));
        let reading = inline.then_some(Reading::Script);
        live::load(
            sources,
            &Options { server: self.case.server, set: self.case.set.clone(), reading, ..Options::default() },
        )
    }

    /// Puts the questions that are asked of one and the same state.
    fn ask(&mut self, expectations: &[&Expectation], see: See<'_>, report: &mut Ran) {
        let engine = Engine::new(&self.policy);
        for expectation in expectations {
            let session = match &expectation.question {
                Question::SessionLogin(name) | Question::InSession(name, _) => self.sessions.get(name),
                _ => None,
            };
            see(&engine, &expectation.question, session);
            let answer = match &expectation.question {
                Question::Connect(..) => continue,
                Question::SessionLogin(name) => {
                    Answer::Login(Box::new(self.sessions.login(name).cloned().unwrap_or_default()))
                }
                Question::InSession(_, ask) => {
                    let decision = session.map(|running| engine.check_running(running, ask));
                    Answer::Check(Box::new(decision.unwrap_or_default()))
                }
                Question::Statement(number) => {
                    self.expected.insert(*number);
                    Answer::Outcome(self.outcome(*number))
                }
                Question::Show(statement) => Answer::Outcome(self.show(statement)),
                Question::Who(privilege, on) => Answer::Who(engine.who(privilege, on).map(Box::new)),
                Question::Login(client) => Answer::Login(Box::new(engine.login(client))),
                Question::Check(client, ask) => Answer::Check(Box::new(engine.check(client, ask))),
            };
            match judge(expectation, &answer) {
                None => report.passed += 1,
                Some(failure) => report.failures.push(failure),
            }
        }
    }

    /// The statements that no session runs.
    fn statements(&self) -> impl Iterator<Item = &Replayed> {
        self.policy.statements.iter().filter(|statement| self.by(statement) != By::Session)
    }

    fn by(&self, statement: &Replayed) -> By {
        self.by.get(statement.span.source.0 as usize).copied().unwrap_or(By::Block)
    }

    fn outcome(&self, number: usize) -> Option<Outcome> {
        let index = number.checked_sub(1)?;
        self.statements().nth(index).map(|statement| statement.outcome.clone())
    }

    /// What a `SHOW` statement at the end of the policy returns.
    fn show(&self, statement: &str) -> Option<Outcome> {
        let mut sources = self.sources.clone();
        sources.push(Source::new("<show>", statement));
        self.load(sources).0.statements.pop().map(|statement| statement.outcome)
    }

    /// A statement that was refused must have been expected.
    fn finish(&self, report: &mut Ran) {
        for (number, statement) in (1..).zip(self.statements()) {
            let in_file = self.by(statement) == By::File;
            let usual =
                in_file && (statement.outcome == Outcome::Skipped || self.policy.reading == Some(Reading::State));
            if usual || self.expected.contains(&number) {
                continue;
            }
            let Some(failure) = unexpected_statement(number, &statement.outcome) else { continue };
            let (file, line) = self
                .policy
                .sources
                .locate(statement.span)
                .map_or(("", self.case.line), |(file, place)| (file, place.line));
            let file = if in_file { file.to_owned() } else { String::new() };
            let shown = redact(self.policy.sources.text(statement.span));
            report.failures.push(Failure { file, line, shown, ..failure });
        }
    }
}

/// A block as a source whose lines are those of the `.test` file, or the files that it names.
fn sources(file: &str, statements: &Statements, read: Read<'_>) -> Result<Vec<Source>, Misread> {
    match statements {
        Statements::Inline { line, text } => {
            let above = "\n".repeat(usize::try_from(line.saturating_sub(1)).unwrap_or(0));
            Ok(vec![Source::new(file, above + text)])
        }
        Statements::Path { line, path } => read(path).map_err(|why| Misread {
            line: *line,
            column: 1,
            message: format!("the policy {why}"),
            shown: path.clone(),
        }),
    }
}
