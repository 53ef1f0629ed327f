//! Standard output and standard error. Colour follows the terminal, `NO_COLOR` and `CLICOLOR_FORCE`.

use super::status::Failure;
use crate::emit::paper::{Paper, Tone};
use anstream::{AutoStream, ColorChoice};
use std::io::{self, ErrorKind, IsTerminal, Write};

/// What text for people is written on: the terminal's width and colour, or neither.
pub fn paper() -> Paper {
    let stdout = io::stdout();
    let colour = AutoStream::choice(&stdout) != ColorChoice::Never;
    let width = if stdout.is_terminal() { comfy_table::Table::new().width() } else { None };
    Paper { colour, width }
}

/// Writes text to standard output.
///
/// # Errors
/// The output cannot be written. A reader that has gone away is a quiet failure.
pub fn print(text: &str) -> Result<(), Failure> {
    let mut out = anstream::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(|error| failure(&error))
}

/// What a failed write means.
pub fn failure(error: &io::Error) -> Failure {
    match error.kind() {
        ErrorKind::BrokenPipe => Failure::closed(),
        _ => Failure::new(format!("cannot write to standard output: {error}")),
    }
}

/// Says something on standard error: `error: …`, help on its own line.
pub fn complain(word: &str, message: &str, help: Option<&str>) {
    let paper = Paper { colour: true, width: None };
    let tone = if word == "error" { Tone::Bad } else { Tone::Doubt };
    let mut text = format!("{}: {message}\n", paper.say(tone, word));
    if let Some(help) = help {
        text.push_str(&format!("  {}: {help}\n", paper.say(Tone::Strong, "help")));
    }
    tell(&text);
}

/// Writes ready text to standard error; its styles are taken out where they are not wanted.
pub fn tell(text: &str) {
    // A closed standard error leaves nobody to tell.
    let _ = anstream::stderr().lock().write_all(text.as_bytes());
}
