//! What connects: a client, and what it asks.

pub mod set;
pub mod words;

use crate::syntax::statement::ObjectKind;

/// A client as the server meets it (contract §1).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Client {
    /// The user name it gives.
    pub user: String,
    /// Where it comes from.
    pub from: From,
    /// What it sends as password.
    pub password: Password,
    /// The OS user behind a socket client.
    pub os_user: Option<String>,
    /// Its encryption.
    pub tls: Tls,
    /// The roles it activates after login.
    pub roles: Roles,
    /// The default database of the connection.
    pub db: Option<String>,
}

/// Where a client comes from.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub enum From {
    /// A Unix socket (M2.1).
    #[default]
    Socket,
    /// An address, with the name it resolved to, or none.
    Address {
        /// The address as text.
        ip: String,
        /// The name, if resolving gave one.
        hostname: Option<String>,
    },
    /// A name whose address is not known to the one who asks.
    Hostname(String),
}

/// What a client sends as its password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Password {
    /// Nothing.
    None,
    /// A wrong one.
    Wrong,
    /// The right one for the row that is selected: nothing where its password is empty.
    #[default]
    Given,
}

/// A client's encryption.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Tls {
    /// None.
    #[default]
    None,
    /// Encrypted, without a client certificate.
    Ssl,
    /// Encrypted, with a valid client certificate.
    X509,
}

/// The roles that a client activates.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Roles {
    /// Those that the server activates at login.
    #[default]
    Default,
    /// `SET ROLE NONE`
    None,
    /// `SET ROLE ALL`
    All,
    /// `SET ROLE` of these: user and host, `%` when the host was not said.
    Named(Vec<(String, String)>),
}

/// What is asked for a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ask {
    /// A privilege on an object.
    Can {
        /// The privilege's SQL name, any case.
        privilege: String,
        /// On what.
        on: Object,
    },
    /// A whole statement.
    Sql(String),
}

/// An object that a privilege is asked on (contract §2).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Object {
    /// `*.*`
    Global,
    /// `db.*`
    Database(String),
    /// `db.table`
    Table(String, String),
    /// `db.table.column`
    Column(String, String, String),
    /// `procedure db.name`, `function db.name`, …
    Routine(ObjectKind, String, String),
}
