//! The arguments that commands share: the policy, the client, what is asked, the format.

use crate::client::{Ask, Client, From, Object, Password, Roles, Tls};
use crate::policy::Reading;
use crate::server::Server;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum};

use super::status::Failure;

/// A policy and how it is to be read.
#[derive(Debug, Args)]
pub struct Policy {
    /// The policy: an SQL file, a directory of them, or - for standard input
    #[arg(value_name = "POLICY")]
    pub first: String,

    /// A further file of the same policy, read after POLICY; can be given again
    #[arg(short = 'p', long = "policy", value_name = "FILE", help_heading = "Policy")]
    pub more: Vec<String>,

    /// The server whose rules apply, such as mysql-8.4 [default: what the policy says, else mysql-9.7]
    #[arg(long, value_name = "SERVER", help_heading = "Policy")]
    pub server: Option<Server>,

    /// A server variable, such as partial_revokes=ON; can be given again
    #[arg(long, value_name = "NAME=VALUE", value_parser = setting, help_heading = "Policy")]
    pub set: Vec<(String, String)>,

    /// Replay statements in order, or read them as the description of a state [default: by the look of it]
    #[arg(long, value_name = "HOW", help_heading = "Policy")]
    pub read: Option<ReadAs>,

    /// DDL that tells what exists, such as a mysqldump --no-data; can be given again
    #[arg(long, value_name = "FILE", help_heading = "Policy")]
    pub schema: Vec<String>,

    /// Exit with 2 when the server would refuse a statement of the policy
    #[arg(long, help_heading = "Policy")]
    pub strict: bool,

    /// Only the answer: no warnings, no word on settings, no progress
    #[arg(short, long)]
    pub quiet: bool,
}

impl Policy {
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

fn setting(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => Ok((name.trim().to_owned(), value.trim().to_owned())),
        _ => Err("expected NAME=VALUE".to_owned()),
    }
}

/// What connects.
#[derive(Debug, Args)]
pub struct ClientArgs {
    /// The user name that the client gives; '' is the anonymous user
    #[arg(long, value_name = "NAME", help_heading = "Client")]
    user: String,

    /// Where it comes from: its address, its host name, or socket
    #[arg(long, value_name = "IP|HOSTNAME|socket", help_heading = "Client")]
    from: From,

    /// The name that its address resolves to [default: none]
    #[arg(long, value_name = "NAME", help_heading = "Client")]
    hostname: Option<String>,

    /// The password it sends; given is the right one
    #[arg(long, value_name = "WHICH", default_value = "given", help_heading = "Client")]
    #[arg(value_parser = PossibleValuesParser::new(["none", "wrong", "given"]).try_map(|s| s.parse::<Password>()))]
    password: Password,

    /// The OS user behind a socket client
    #[arg(long, value_name = "NAME", help_heading = "Client")]
    os_user: Option<String>,

    /// Its encryption; x509 is with a valid client certificate
    #[arg(long, value_name = "WHICH", default_value = "none", help_heading = "Client")]
    #[arg(value_parser = PossibleValuesParser::new(["none", "ssl", "x509"]).try_map(|s| s.parse::<Tls>()))]
    tls: Tls,

    /// The roles it activates: default, none, all, or names as in 'r1','r2'
    #[arg(long, value_name = "ROLES", default_value = "default", help_heading = "Client")]
    roles: Roles,

    /// Its default database
    #[arg(long, value_name = "NAME", help_heading = "Client")]
    db: Option<String>,
}

impl ClientArgs {
    /// The client.
    ///
    /// # Errors
    /// A host name for a client that is not known by its address.
    pub fn client(&self) -> Result<Client, Failure> {
        let from = match (&self.from, &self.hostname) {
            (From::Address { ip, .. }, Some(name)) => {
                From::Address { ip: ip.clone(), hostname: Some(name.clone()).filter(|name| !name.is_empty()) }
            }
            (from, None) => from.clone(),
            (_, Some(_)) => {
                return Err(Failure::new("`--hostname` needs a client that is known by its address")
                    .help("give the address: --from 10.0.0.7 --hostname app1.example.net"));
            }
        };
        Ok(Client {
            user: self.user.clone(),
            from,
            password: self.password,
            os_user: self.os_user.clone(),
            tls: self.tls,
            roles: self.roles.clone(),
            db: self.db.clone(),
        })
    }
}

/// What is asked.
#[derive(Debug, Args)]
#[group(id = "question", required = true, multiple = true)]
pub struct AskArgs {
    /// A privilege, such as SELECT or BACKUP_ADMIN
    #[arg(long, value_name = "PRIVILEGE", requires = "on", conflicts_with = "sql", help_heading = "Question")]
    can: Option<String>,

    /// On what: *.*, db.*, db.table, db.table.column, 'procedure db.name', 'function db.name'
    #[arg(long, value_name = "OBJECT", requires = "can", help_heading = "Question")]
    on: Option<Object>,

    /// A whole statement
    #[arg(long, value_name = "STATEMENT", conflicts_with = "on", help_heading = "Question")]
    sql: Option<String>,
}

impl AskArgs {
    /// The question.
    ///
    /// # Errors
    /// Neither a privilege with its object nor a statement.
    pub fn ask(&self) -> Result<Ask, Failure> {
        match (&self.can, &self.on, &self.sql) {
            (Some(privilege), Some(on), _) => Ok(Ask::Can { privilege: privilege.clone(), on: on.clone() }),
            (_, _, Some(sql)) => Ok(Ask::Sql(sql.clone())),
            _ => Err(Failure::new("nothing is asked").help("give --can PRIVILEGE --on OBJECT, or --sql STATEMENT")),
        }
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
