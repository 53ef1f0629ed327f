//! The arguments of commands about one client: who it is, and what it asks.

use super::status::Failure;
use crate::client::{Ask, Client, From, Object, Password, Roles, Tls};
use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};

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
