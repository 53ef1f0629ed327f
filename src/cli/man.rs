//! `grantc man`: manual pages.

use super::{Report, Status, command, status::Failure};
use clap_mangen::{Man, generate_to};
use std::path::PathBuf;

/// Print the manual page grantc(1), or write a page for each command
#[derive(Debug, clap::Args)]
#[command(override_usage = "grantc man [--out DIR]")]
#[command(after_help = "\
Examples:
  grantc man | man -l -
  grantc man --out /usr/local/share/man/man1")]
pub struct Arguments {
    /// Write grantc.1 and a page for each command into this directory
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

pub fn run(arguments: &Arguments) -> Result<Report, Failure> {
    let Some(directory) = &arguments.out else {
        let mut page = Vec::new();
        Man::new(command()).render(&mut page).map_err(|error| Failure::new(error.to_string()))?;
        return Ok(Report { text: String::from_utf8_lossy(&page).into_owned(), status: Status::Fine });
    };
    std::fs::create_dir_all(directory)
        .and_then(|()| generate_to(command(), directory))
        .map_err(|error| Failure::new(format!("cannot write to `{}`: {error}", directory.display())))?;
    Ok(Report { text: String::new(), status: Status::Fine })
}
