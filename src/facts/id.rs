//! The ids that facts are made of: small `Copy` newtypes, so that swapped columns do not compile.
//!
//! Ids are numbers of one evaluation; `facts::Names` of that evaluation tells what they stand for.

use crate::name::Symbol;
use crate::server::variables::Variable;
use crate::tables::row::RowId;

macro_rules! ids {
    ($($(#[doc = $doc:literal])+ $name:ident;)*) => {
        $($(#[doc = $doc])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub u32);)*
    };
}

ids! {
    /// One client of the evaluation.
    Client;
    /// One client on one account row it could be given: what it would be if that row were selected.
    Session;
    /// An account name (user and host text), whether or not a `user` row has it.
    Account;
    /// One way of authentication of an account, in the order they are tried.
    Method;
    /// A database that is asked about.
    Database;
    /// A table or view that is asked about.
    Table;
    /// A column that is asked about.
    Column;
    /// A routine that is asked about.
    Routine;
    /// One check of the statement asked about; smaller is made earlier.
    Check;
    /// One need of a check.
    Need;
    /// A row's place among rows of equal rank, where the server fixes one (M3.8).
    Position;
}

/// A user name: the client's or a row's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct User(pub Symbol);

/// A host text of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Host(pub Symbol);

/// A database text of a row, which is a pattern (M5.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DbText(pub Symbol);

impl User {
    /// The empty user name.
    pub const ANONYMOUS: Self = Self(Symbol::EMPTY);
}

impl Host {
    /// The empty host text, which matches every client.
    pub const EMPTY: Self = Self(Symbol::EMPTY);
}

impl DbText {
    /// The empty database text of a `host` row, which covers every database (M5.9).
    pub const EMPTY: Self = Self(Symbol::EMPTY);
}

/// What gives something: a row, or the server itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Witness {
    /// A row of a grant table.
    Row(RowId),
    /// A variable's value.
    Setting(Variable),
    /// The server gives it to everybody (M5.50, M5.51).
    Everybody,
    /// The session itself, which activated it before.
    Session,
}

/// What is true of a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ClientTrait {
    /// It comes over a Unix socket, so the pre-check is skipped (M2.1).
    OverSocket,
    /// It sends no password.
    SendsNoPassword,
    /// It sends a wrong password.
    SendsWrongPassword,
    /// It is not encrypted.
    Unencrypted,
    /// It shows no client certificate.
    NoCertificate,
    /// It comes over a socket and its OS user was not given.
    HidesOsUser,
    /// It is no client but the definer of an object, looked up by name (M7.37).
    IsDefiner,
    /// It wants the roles that login activates.
    WantsDefaultRoles,
    /// It wants every role it may have.
    WantsAllRoles,
}

/// What is true of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AccountTrait {
    /// `ACCOUNT LOCK`
    Locked,
    /// Its password is expired.
    Expired,
    /// `REQUIRE SSL` or more
    NeedsTls,
    /// `REQUIRE X509` or more
    NeedsCertificate,
    /// `REQUIRE SUBJECT`, `ISSUER` or `CIPHER`: texts that a client description does not have.
    NeedsCertificateText,
    /// It has a method whose errors always speak of a password, sent or not (ed25519).
    AlwaysSends,
    /// It was made by CREATE ROLE.
    Role,
    /// It is the role PUBLIC, which every session has (M7.42).
    Public,
    /// Its plugin and the server's settings map it to a proxied account (M4.12).
    MapsProxies,
}

/// How one authentication method decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum MethodKind {
    /// A password, and none is stored (M4.6).
    EmptyPassword,
    /// A password is stored.
    Password,
    /// The OS user behind the socket (M4.8).
    SocketPeer,
    /// Never succeeds (`mysql_no_login`).
    Never,
    /// The plugin is not loaded (1524).
    NotLoaded,
    /// A plugin whose checks are outside of the server (LDAP, PAM, Kerberos, FIDO): right when given.
    External,
}

/// The steps of a login that can fail, in the order the server makes them (M4.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Step {
    /// The plugin is not loaded (1524).
    PluginNotLoaded,
    /// The credentials are wrong (1045).
    Credentials,
    /// The OS user does not fit (1698).
    SocketPeer,
    /// `offline_mode` (3032).
    Offline,
    /// The encryption that the effective account asks for is missing (1045).
    Tls,
    /// The account is locked (3118).
    Locked,
    /// `require_secure_transport` (3159).
    SecureTransport,
    /// The password is expired (1862).
    Expired,
    /// The default database cannot be used (1044).
    DefaultDatabase,
    /// The default database does not exist (1049).
    AbsentDatabase,
    /// A role that was asked for is not granted (3530).
    RoleNotGranted,
}

/// Why a row that could give a privilege does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum NearReason {
    /// Another row comes first (M5.2).
    Outranked(RowId),
    /// Its host does not match the client.
    HostDiffers,
    /// It belongs to a role that is granted but not active.
    RoleNotActive(Account),
    /// It belongs to another host of the user, and an active role makes only exact rows count (M5.10).
    LostByRole,
    /// A partial revoke withholds it (M7.60).
    Withheld(RowId),
    /// Its host is empty, and no `host` row lets the privilege through (M5.9).
    HostTable,
    /// It gives the privilege on columns only.
    OnlyColumns,
}

/// What a running session keeps a row for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum KeptLevel {
    /// Its static global privileges (M5.46).
    Global,
    /// The restrictions of these (M5.46).
    Restriction,
    /// Its current database (M5.45).
    Database,
}

/// A fact about the client that was not given and decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Missing {
    /// The OS user behind the socket.
    OsUser,
    /// Subject, issuer and cipher of the client's certificate.
    CertificateTexts,
}
