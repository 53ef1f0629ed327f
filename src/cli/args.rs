//! The arguments that commands share: the policy and the format. The client is in [`super::client`].

use crate::policy::Reading;
use crate::server::Server;
use clap::{Args, ValueEnum};

/// A policy and how it is to be read.
#[derive(Debug, Args)]
pub struct Policy {
    /// The policy: an SQL file, a directory of them, or - for standard input
    #[arg(value_name = "POLICY")]
    pub first: String,

    /// A further file of the same policy, read after POLICY; can be given again
    #[arg(short = 'p', long = "policy", value_name = "FILE", help_heading = "Policy")]
    pub more: Vec<String>,

    #[command(flatten)]
    #[allow(missing_docs)]
    pub rules: Rules,

    /// Replay statements in order, or read them as the description of a state [default: by the look of it]
    #[arg(long, value_name = "HOW", help_heading = "Policy")]
    pub read: Option<ReadAs>,

    /// DDL that tells what exists, such as a mysqldump --no-data; can be given again
    #[arg(long, value_name = "FILE", help_heading = "Policy")]
    pub schema: Vec<String>,

    /// Exit with 2 when the server would refuse a statement of the policy
    #[arg(long, help_heading = "Policy")]
    pub strict: bool,
}

/// Which rules apply, and how much is said.
#[derive(Debug, Clone, Args)]
pub struct Rules {
    /// The server whose rules apply, such as mysql-8.4 [default: what the policy says, else mysql-9.7]
    #[arg(long, value_name = "SERVER", help_heading = "Policy")]
    pub server: Option<Server>,

    /// A server variable, such as partial_revokes=ON; can be given again
    #[arg(long, value_name = "NAME=VALUE", value_parser = setting, help_heading = "Policy")]
    pub set: Vec<(String, String)>,

    /// Only the answer: no warnings, no word on settings, no progress
    #[arg(short, long)]
    pub quiet: bool,
}

impl Policy {
    /// One file, read by these rules.
    pub fn of(first: &str, rules: &Rules) -> Self {
        let first = first.to_owned();
        Self { first, more: Vec::new(), rules: rules.clone(), read: None, schema: Vec::new(), strict: false }
    }

    /// True when `-` is among the files.
    pub fn takes_standard_input(&self) -> bool {
        self.files().chain(self.schema.iter().map(String::as_str)).any(|name| name == "-")
    }

    /// The files of the policy, in order.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.first.as_str()).chain(self.more.iter().map(String::as_str))
    }
}

/// `--read`
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum ReadAs {
    // In order, as a server would
    Script,
    // Accounts first, then default roles and grants
    State,
}

impl std::convert::From<ReadAs> for Reading {
    fn from(read: ReadAs) -> Self {
        match read {
            ReadAs::Script => Self::Script,
            ReadAs::State => Self::State,
        }
    }
}

/// `NAME=VALUE` of `--set`.
pub fn setting(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => Ok((name.trim().to_owned(), value.trim().to_owned())),
        _ => Err("expected NAME=VALUE".to_owned()),
    }
}

/// The format of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    // For people: aligned, coloured on a terminal
    Text,
    // One JSON document
    Json,
}

/// The format of a listing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ListFormat {
    // For people: aligned, coloured on a terminal
    Text,
    // One JSON document
    Json,
    // Comma-separated values with a heading
    Csv,
    // A Markdown table
    Markdown,
}

/// The format of what judges.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum JudgeFormat {
    // For people: aligned, coloured on a terminal
    Text,
    // One JSON document
    Json,
    // Comma-separated values with a heading
    Csv,
    // A Markdown table
    Markdown,
    // Annotations as workflow commands of GitHub
    Github,
    // SARIF 2.1.0
    Sarif,
    // JUnit's XML
    Junit,
}
