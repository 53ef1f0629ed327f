//! `grantc`: parse arguments, run, exit status.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(grantc::cli::run(std::env::args_os()).code())
}
