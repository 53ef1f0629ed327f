//! `grantc batch`: JSON lines in, JSON lines out.

use super::args::Policy;
use super::{Report, Status, load, output, progress, status::Failure};
use crate::answer::Engine;
use crate::batch;
use rayon::prelude::*;
use std::io::{self, BufRead, BufReader, BufWriter, IsTerminal, Read, Write};

/// Answer requests, one JSON object a line, in the same order
///
/// A request is {"id":…,"client":{"user":…,"ip":…|"hostname":…|"socket":true,…},"db":…,
/// "ask":{"can":PRIVILEGE,"on":OBJECT} or {"sql":STATEMENT}}. Further members of client are password,
/// os_user, tls, roles, with the values of the options of the same name. Without ask only the login is
/// answered. A line that is no request is answered with {"id":…,"error":…}. Answers are written as soon
/// as what was read is answered, so a program may ask and wait.
///
/// With --statements, lines of the policy such as `-- grantc: connect s1 {"user":"joe","socket":true}` open
/// sessions; those below `-- grantc: as s1` are run by that session, up to `-- grantc: as root`.
#[derive(Debug, clap::Args)]
#[command(override_usage = "grantc batch [OPTIONS] POLICY")]
#[command(after_help = "\
Examples:
  grantc batch shop.sql < requests.jsonl > answers.jsonl
  echo '{\"client\":{\"user\":\"joe\",\"ip\":\"10.0.0.7\"}}' | grantc batch shop.sql
  grantc batch shop.sql --statements < /dev/null")]
pub struct Arguments {
    #[command(flatten)]
    policy: Policy,

    /// How to write the answers: JSON lines
    #[arg(long, value_name = "FORMAT", default_value = "json", value_parser = ["json"])]
    format: String,

    /// First write a line for each statement of the policy: what became of it
    #[arg(long)]
    statements: bool,
}

/// Requests that are answered together at most.
const MOST: usize = 4096;
/// From how many requests on it pays to use several threads.
const MANY: usize = 32;
/// How much is read at once.
const BUFFER: usize = 1 << 20;

pub fn run(arguments: &Arguments) -> Result<Report, Failure> {
    if arguments.policy.takes_standard_input() {
        return Err(Failure::new("standard input has the requests, so the policy cannot be `-`"));
    }
    let mut loaded = load::load(&arguments.policy)?;
    if arguments.statements {
        loaded = loaded.with_statements("`--statements`")?;
    }
    let mut out = BufWriter::with_capacity(BUFFER, io::stdout().lock());
    if arguments.statements {
        for line in batch::statement_lines(&loaded.policy) {
            writeln!(out, "{line}").map_err(|error| output::failure(&error))?;
        }
        out.flush().map_err(|error| output::failure(&error))?;
    }
    let engine = Engine::new(&loaded.policy);
    answer_all(&engine, io::stdin().lock(), &mut out, !arguments.policy.rules.quiet)?;
    Ok(Report { text: String::new(), status: loaded.status(Status::Fine) })
}

fn answer_all(engine: &Engine<'_>, input: impl Read, out: &mut impl Write, show_progress: bool) -> Result<(), Failure> {
    let bar = (show_progress && io::stderr().is_terminal() && !io::stdin().is_terminal())
        .then(|| progress::spinner("answering"));
    let mut input = BufReader::with_capacity(BUFFER, input);
    loop {
        let lines =
            what_is_there(&mut input).map_err(|error| Failure::new(format!("cannot read standard input: {error}")))?;
        if lines.is_empty() {
            break;
        }
        let answer = |line: &Vec<u8>| batch::answer_line(engine, line);
        let answers: Vec<Option<String>> = if lines.len() < MANY {
            lines.iter().map(answer).collect()
        } else {
            lines.par_iter().map(answer).collect()
        };
        for answer in answers.into_iter().flatten() {
            writeln!(out, "{answer}").map_err(|error| output::failure(&error))?;
        }
        out.flush().map_err(|error| output::failure(&error))?;
        if let Some(bar) = &bar {
            bar.inc(lines.len() as u64);
        }
    }
    if let Some(bar) = &bar {
        bar.finish_and_clear();
    }
    Ok(())
}

/// The next lines: waits for one, then takes what has been read already, so that nobody who asks
/// line by line waits for more lines to come. None at the end.
fn what_is_there(input: &mut BufReader<impl Read>) -> io::Result<Vec<Vec<u8>>> {
    let mut lines = Vec::new();
    loop {
        let mut line = Vec::new();
        if input.read_until(b'\n', &mut line)? == 0 {
            return Ok(lines);
        }
        lines.push(line);
        if lines.len() >= MOST || memchr::memchr(b'\n', input.buffer()).is_none() {
            return Ok(lines);
        }
    }
}
