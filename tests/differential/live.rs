//! A live server, by way of `tests/live/differential.py`, which knows nothing of grantc.

use crate::recording::{Case, Reader};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Lines, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// The program that asks, and what it was asked but has not been read.
pub struct Live {
    child: Child,
    requests: Option<ChildStdin>,
    answers: Lines<BufReader<ChildStdout>>,
    reader: Reader,
}

impl Live {
    /// `settings` is the file that `mysql-up` or `mariadb-up` printed.
    pub fn start(settings: &str) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/live/differential.py");
        let mut command = Command::new("python3");
        command.arg(script).arg(settings).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().expect("python3 runs");
        let requests = child.stdin.take();
        let answers = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, requests, answers, reader: Reader::default() }
    }

    fn request(&mut self, request: &Value) {
        writeln!(self.requests.as_mut().unwrap(), "{request}").expect("the asking program runs");
    }

    /// Asks about a policy of a seed; [`Live::answer`] returns the answers in order.
    pub fn ask(&mut self, seed: u64, policy: u64) {
        self.request(&json!({ "seed": seed, "policy": policy }));
    }

    /// The answer to the oldest request.
    pub fn answer(&mut self) -> Case {
        let line = self.answers.next().expect("the asking program has an answer to every request").unwrap();
        self.reader.line(&line)
    }

    /// Asks about any case; `fresh` takes away the schema too. Nothing else may be waited for.
    pub fn again(&mut self, case: &Case, fresh: bool) -> Case {
        let statements: Vec<&str> = case.statements.iter().map(|asked| asked.sql.as_str()).collect();
        let clients: Vec<Value> = case
            .clients
            .iter()
            .map(|connects| {
                let client: Value = serde_json::from_str(&connects.text).unwrap();
                json!([client, connects.probes.iter().map(|asked| asked.sql.as_str()).collect::<Vec<_>>()])
            })
            .collect();
        self.request(&json!({ "statements": statements, "clients": clients, "fresh": fresh }));
        Case { number: case.number, ..self.answer() }
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        self.requests = None; // the end of its input ends it
        let _ = self.child.wait();
    }
}
