//! The texts of `--help`, and the order of the commands in it.

use super::Arguments;
use clap::builder::{StyledStr, Styles};
use clap::{Arg, ArgAction, CommandFactory};
use std::fmt::Write;

/// One line.
pub const ABOUT: &str =
    "Tell what a MySQL server would do: who gets in, what they may do, and which row and statement says so";

/// What `grantc --help` begins with.
pub const LONG_ABOUT: &str = "\
grantc reads accounts and grants as SQL, a dump or the output of SHOW GRANTS, and answers what the
server would do, without a server: which account row a client gets, what it may do there, and which
row of which grant table, made by which statement, says so.";

/// What `grantc --help` ends with.
pub const AFTER: &str = "\
Exit status:
  0  allowed, accepted
  1  denied, refused
  2  bad usage or bad input
  3  undetermined: it depends on something that the policy does not say

Examples:
  grantc accounts shop.sql
  grantc check shop.sql --user joe --from 10.0.0.7 --can SELECT --on shop.orders
  grantc explain shop.sql --user joe --from socket --sql 'DROP TABLE shop.orders'

`grantc COMMAND --help` has the options and examples of a command.";

/// The commands by what they are for.
const GROUPS: [(&str, &[&str]); 5] = [
    ("Who gets in", &["accounts", "login"]),
    ("Who may do what", &["check", "explain", "privileges", "who", "graph"]),
    ("The policy itself", &["show", "compile", "verify"]),
    ("Review and operations", &["diff", "whatif", "plan", "snapshot", "diagnose", "test"]),
    ("For programs and packagers", &["batch", "completions", "man"]),
];

/// The whole command line, for parsing, completions and manual pages.
pub fn command() -> clap::Command {
    let help = Arg::new("help").short('h').long("help").action(ArgAction::HelpShort).global(true);
    let command = Arguments::command()
        .styles(styles())
        .disable_help_flag(true)
        .arg(help.help("Print this help").display_order(1000))
        .before_help(LONG_ABOUT)
        .mut_subcommands(|command| {
            let about = command.get_long_about().or_else(|| command.get_about()).map(ToString::to_string);
            command.before_help(about.unwrap_or_default()).help_template(TEMPLATE)
        });
    let template = template(&command);
    command.help_template(template)
}

/// How the help of a command is laid out.
const TEMPLATE: &str = "{before-help}{usage-heading} {usage}\n\n{all-args}{after-help}";

fn styles() -> Styles {
    let bold = anstyle::Style::new().bold();
    Styles::plain().header(bold).usage(bold).literal(bold).error(anstyle::AnsiColor::Red.on_default().bold())
}

/// clap lists commands in one run; people find them sooner by what they are for.
fn template(command: &clap::Command) -> StyledStr {
    let bold = anstyle::Style::new().bold();
    let mut text = String::from("{before-help}{usage-heading} {usage}\n");
    for (heading, names) in GROUPS {
        let _ = write!(text, "\n{bold}{heading}:{bold:#}\n");
        for name in names {
            let about = command.find_subcommand(name).and_then(|c| c.get_about()).map(ToString::to_string);
            let _ = writeln!(text, "  {bold}{name:<12}{bold:#} {}", about.unwrap_or_default());
        }
    }
    let _ = write!(text, "\n{bold}Options:{bold:#}\n{{options}}{{after-help}}");
    StyledStr::from(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_is_in_one_group() {
        let mut grouped: Vec<&str> = GROUPS.iter().flat_map(|(_, names)| names.iter().copied()).collect();
        let command = Arguments::command();
        let mut all: Vec<&str> = command.get_subcommands().map(clap::Command::get_name).collect();
        grouped.sort_unstable();
        all.sort_unstable();
        assert_eq!(grouped, all);
    }

    #[test]
    fn the_command_line_is_sound() {
        command().debug_assert();
    }
}
