//! `grantc completions`: completion scripts for shells.

use super::{Report, Status, command, status::Failure};
use clap_complete::{Shell, generate};

/// Print the completion script of a shell
#[derive(Debug, clap::Args)]
#[command(override_usage = "grantc completions SHELL")]
#[command(after_help = "\
Examples:
  grantc completions bash > ~/.local/share/bash-completion/completions/grantc
  grantc completions zsh > ~/.zfunc/_grantc
  grantc completions fish > ~/.config/fish/completions/grantc.fish")]
pub struct Arguments {
    /// The shell
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

pub fn run(arguments: &Arguments) -> Result<Report, Failure> {
    let mut script = Vec::new();
    generate(arguments.shell, &mut command(), "grantc", &mut script);
    Ok(Report { text: String::from_utf8_lossy(&script).into_owned(), status: Status::Fine })
}
