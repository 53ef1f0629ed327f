//! The causes there are: what each is in general, which errors it can raise, what helps where no policy is known.

use super::{Cause, Fix, Kind, Standing};

/// What can raise an access error, in the order a reader looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Code {
    /// The method asks the socket for the OS user.
    SocketOnly,
    /// The method admits nobody with a password.
    AdmitsNobody,
    /// An anonymous account takes the client.
    AnonymousRow,
    /// A row of the same user for a narrower host comes first.
    AnotherRow,
    /// No account of that name.
    NoAccount,
    /// No account at all admits that host.
    HostRefused,
    /// The row names the host otherwise than the server knows it.
    HostSpelling,
    /// `localhost` against `127.0.0.1`.
    Loopback,
    /// The client sent no password.
    NoPasswordSent,
    /// The account has no password.
    PasswordForNone,
    /// The password is not the account's.
    WrongPassword,
    /// TLS or a certificate is required of the account.
    TlsRequired,
    /// TLS is required of everybody.
    SecureTransport,
    /// The account is locked.
    Locked,
    /// The account is locked for some time after failed logins.
    Blocked,
    /// The password is expired.
    Expired,
    /// The plugin is not loaded.
    PluginMissing,
    /// The client does not know the method.
    OldClient,
    /// A role that has it is granted and not active.
    RoleNotActive,
    /// Another db row comes first.
    FirstRowOnly,
    /// A partial revoke withholds it.
    Restricted,
    /// The privilege is held on something with nearly that name.
    Spelling,
    /// The privilege is held on a table of that name in another database.
    OtherDatabase,
    /// The row that has it is for another host.
    OtherHost,
    /// The privilege is not granted.
    NotGranted,
    /// The definer has no account.
    DefinerMissing,
    /// The definer has not the privileges.
    DefinerRights,
    /// GRANT names an account that is not there.
    GrantToNobody,
    /// The role is not granted.
    RoleNotGranted,
    /// Hand-edited grant tables were not read.
    Unloaded,
    /// The policy is not that of the server, or the client is another one.
    OtherServer,
}

/// The codes of each kind of error.
pub(super) fn codes(kind: Kind) -> &'static [Code] {
    use Code::*;
    match kind {
        Kind::Denied => &[
            AnonymousRow,
            AnotherRow,
            NoAccount,
            HostSpelling,
            Loopback,
            NoPasswordSent,
            PasswordForNone,
            WrongPassword,
            AdmitsNobody,
            TlsRequired,
            Unloaded,
            OtherServer,
        ],
        Kind::DeniedNoPassword => &[SocketOnly, AnonymousRow, NoAccount, Unloaded, OtherServer],
        Kind::HostRefused => &[HostRefused, HostSpelling, Loopback, Unloaded, OtherServer],
        Kind::HostBlocked => &[Blocked],
        Kind::Database | Kind::Table | Kind::Column | Kind::Routine => &[
            NotGranted,
            RoleNotActive,
            AnonymousRow,
            AnotherRow,
            FirstRowOnly,
            Restricted,
            Spelling,
            OtherDatabase,
            OtherHost,
            Unloaded,
            OtherServer,
        ],
        Kind::Specific => &[NotGranted, RoleNotActive, AnonymousRow, Unloaded, OtherServer],
        Kind::CreateByGrant => &[GrantToNobody],
        Kind::NoDefiner => &[DefinerMissing],
        Kind::ViewRights => &[DefinerRights, DefinerMissing],
        Kind::Plugin => &[PluginMissing, OtherServer],
        Kind::OldProtocol => &[OldClient],
        Kind::MustReset | Kind::Expired => &[Expired, OtherServer],
        Kind::Locked => &[Locked, OtherServer],
        Kind::Blocked => &[Blocked],
        Kind::Insecure => &[SecureTransport],
        Kind::Role => &[RoleNotGranted],
    }
}

/// The causes of an error of which no policy tells which holds.
pub(super) fn of(kind: Kind) -> Vec<Cause> {
    let causes = codes(kind).iter().filter(|code| **code != Code::OtherServer);
    causes
        .map(|code| code.fixes().into_iter().fold(Cause::new(*code, Standing::CannotTell, code.words()), Cause::fix))
        .collect()
}

impl Kind {
    /// What the server means by the error.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Denied => {
                "the account row chosen for the client did not take what it sent as its password, or there is no row for it"
            }
            Self::DeniedNoPassword => {
                "the account row chosen for the client asks for no password but for the OS user behind the socket"
            }
            Self::HostRefused => {
                "no account of any user name admits clients from that host; the server asked for no name and no password yet"
            }
            Self::HostBlocked => {
                "too many connections from that host were broken off, so that the server hears it no more"
            }
            Self::Database => {
                "the session has no privilege on that database, or not the one that the statement needs there"
            }
            Self::Table => "the session lacks the privilege that the statement needs on that table",
            Self::Column => "the session holds the privilege on other columns of the table, not on that one",
            Self::Routine => "the session lacks the privilege that is needed on that procedure or function",
            Self::Specific => "the session lacks a privilege that is held for the whole server",
            Self::CreateByGrant => "GRANT names an account that does not exist, and makes none",
            Self::NoDefiner => "a view, routine, trigger or event runs as an account that does not exist",
            Self::ViewRights => "a view reads something that its definer, or its reader, may not read, or that is gone",
            Self::Plugin => "the account's authentication plugin is not loaded by the server",
            Self::OldProtocol => "the client does not know the account's method of authentication",
            Self::MustReset => "the password is expired: the session may do nothing but set a new one",
            Self::Expired => "the password is expired, and the client said that it cannot deal with that",
            Self::Locked => "the account is locked; the password was right",
            Self::Blocked => "the account is locked for some time because of failed logins",
            Self::Insecure => "the server takes no connection over TCP without TLS",
            Self::Role => {
                "the role is not granted to the account of the session, neither directly nor through another role"
            }
        }
    }
}

impl Code {
    /// The name that JSON output carries.
    pub fn name(self) -> &'static str {
        match self {
            Self::SocketOnly => "socket-only",
            Self::AdmitsNobody => "admits-nobody",
            Self::AnonymousRow => "anonymous-row",
            Self::AnotherRow => "another-row",
            Self::NoAccount => "no-account",
            Self::HostRefused => "host-refused",
            Self::HostSpelling => "host-spelling",
            Self::Loopback => "localhost-or-loopback",
            Self::NoPasswordSent => "no-password-sent",
            Self::PasswordForNone => "password-for-none",
            Self::WrongPassword => "wrong-password",
            Self::TlsRequired => "tls-required",
            Self::SecureTransport => "secure-transport",
            Self::Locked => "locked",
            Self::Blocked => "blocked",
            Self::Expired => "expired",
            Self::PluginMissing => "plugin-missing",
            Self::OldClient => "old-client",
            Self::NotGranted => "not-granted",
            Self::RoleNotActive => "role-not-active",
            Self::FirstRowOnly => "first-row-only",
            Self::Restricted => "partial-revoke",
            Self::Spelling => "spelling",
            Self::OtherDatabase => "other-database",
            Self::OtherHost => "other-host",
            Self::DefinerMissing => "definer-missing",
            Self::DefinerRights => "definer-rights",
            Self::GrantToNobody => "grant-to-nobody",
            Self::RoleNotGranted => "role-not-granted",
            Self::Unloaded => "not-flushed",
            Self::OtherServer => "other-server",
        }
    }

    /// What it is, where no policy is known.
    fn words(self) -> &'static str {
        match self {
            Self::SocketOnly => {
                "the account admits one OS user over the Unix socket (auth_socket, unix_socket), as root@localhost often does"
            }
            Self::AdmitsNobody => "the account's method of authentication admits nobody with a password",
            Self::AnonymousRow => {
                "an anonymous account such as ''@'localhost' comes before the user's own and takes the client"
            }
            Self::AnotherRow => {
                "another row of the same user, for a narrower host, comes first, with a password of its own"
            }
            Self::NoAccount => "there is no account of that name for that host",
            Self::HostRefused => "no account is for that host",
            Self::HostSpelling => {
                "the account names the host otherwise than the server knows it: short name or full name, name or address"
            }
            Self::Loopback => "the account is for 127.0.0.1 and the client is `localhost`, or the other way round",
            Self::NoPasswordSent => "the account has a password, and the client sent none",
            Self::PasswordForNone => "the account has no password, and the client sent one",
            Self::WrongPassword => "the password is not that of the account row that was chosen",
            Self::TlsRequired => "the account requires TLS or a client certificate",
            Self::SecureTransport => "require_secure_transport is ON",
            Self::Locked => "the account is locked, or it is a role",
            Self::Blocked => "there were too many failed attempts",
            Self::Expired => "the password is expired",
            Self::PluginMissing => "the account names a plugin that the server has not loaded, or has no more",
            Self::OldClient => "the client is older than the account's method of authentication",
            Self::NotGranted => "the privilege is not granted",
            Self::RoleNotActive => "a role that has the privilege is granted to the account and not active",
            Self::FirstRowOnly => "several db rows match the database, and only the first counts",
            Self::Restricted => "a partial revoke withholds the privilege on that database",
            Self::Spelling => {
                "the privilege is granted on something with nearly that name: another case, `_` and `\\_`"
            }
            Self::OtherDatabase => "the privilege is held in another database than the current one",
            Self::OtherHost => "the row that has the privilege is for another host of the user",
            Self::DefinerMissing => "the account that made it was dropped or not brought along",
            Self::DefinerRights => "the definer lost a privilege on what the view reads",
            Self::GrantToNobody => "the account was never created, or for another host than the GRANT names",
            Self::RoleNotGranted => "the role is not granted to the account",
            Self::Unloaded => "the grant tables were edited by hand, and FLUSH PRIVILEGES was not run",
            Self::OtherServer => "the server has other accounts than the policy",
        }
    }

    /// What is said of it when a policy rules it out.
    pub(super) fn excluded(self) -> &'static str {
        match self {
            Self::SocketOnly => "no account row that the client gets asks for its OS user",
            Self::AdmitsNobody => "the method of the account takes a password",
            Self::AnonymousRow => "the client is not taken for an anonymous account",
            Self::AnotherRow => "no other row of the user would have matched",
            Self::NoAccount => "an account row matches the client",
            Self::HostRefused => "some account admits clients from there",
            Self::HostSpelling => "no row of the user names the host in another spelling",
            Self::Loopback => "no row of the user is for the other name of the same machine",
            Self::NoPasswordSent => "a password was sent, or none was asked for",
            Self::PasswordForNone => "the account has a password, or none was sent",
            Self::WrongPassword => "the password does not matter here",
            Self::TlsRequired => "the account does not ask for TLS",
            Self::SecureTransport => "require_secure_transport is OFF",
            Self::Locked => "the account is not locked",
            Self::Blocked => "the account is never locked after failed logins",
            Self::Expired => "the password is not expired",
            Self::PluginMissing => "the plugin is there",
            Self::OldClient => "the method is one that every client knows",
            Self::NotGranted => "the privilege is granted",
            Self::RoleNotActive => "no role that is granted and not active would do",
            Self::FirstRowOnly => "no later db row has the privilege",
            Self::Restricted => "no partial revoke withholds it",
            Self::Spelling => "it is not held on anything with nearly that name",
            Self::OtherDatabase => "it is not held on a table of that name elsewhere",
            Self::OtherHost => "no row for another host has it",
            Self::DefinerMissing => "the definer has an account",
            Self::DefinerRights => "the definer has what the view needs",
            Self::GrantToNobody => "the account exists",
            Self::RoleNotGranted => "the role is granted",
            Self::Unloaded => "the server has read its grant tables as they are",
            Self::OtherServer => "the policy raises the same error",
        }
    }

    /// What helps, where nothing is known of the accounts.
    fn fixes(self) -> Vec<Fix> {
        let sql = |what: &str, line: &str| vec![Fix::sql(what, vec![line.to_owned()])];
        match self {
            Self::SocketOnly => vec![
                Fix::shell("be that OS user", "sudo mysql"),
                Fix::sql(
                    "give the application an account of its own",
                    vec![
                        "CREATE USER '<application>'@'localhost' IDENTIFIED BY '<password>'".to_owned(),
                        "GRANT SELECT, INSERT, UPDATE, DELETE ON `<database>`.* TO '<application>'@'localhost'"
                            .to_owned(),
                    ],
                ),
            ],
            Self::AnonymousRow => sql("drop the anonymous account", "DROP USER ''@'localhost'"),
            Self::NoAccount | Self::HostRefused => {
                sql("make an account for that host", "CREATE USER '<user>'@'<host>' IDENTIFIED BY '<password>'")
            }
            Self::HostSpelling => {
                sql("name the host as the error does", "RENAME USER '<user>'@'<old host>' TO '<user>'@'<host>'")
            }
            Self::Loopback => {
                vec![Fix::shell("come over TCP, or over the socket", "mysql --protocol=TCP --host=127.0.0.1")]
            }
            Self::NoPasswordSent => vec![Fix::shell("send the password", "mysql --user=<user> --password")],
            Self::WrongPassword | Self::PasswordForNone | Self::Expired => {
                sql("give the account a new password", "ALTER USER '<user>'@'<host>' IDENTIFIED BY '<password>'")
            }
            Self::TlsRequired | Self::SecureTransport => {
                vec![Fix::shell("connect with TLS", "mysql --ssl-mode=REQUIRED")]
            }
            Self::Locked => sql("unlock it", "ALTER USER '<user>'@'<host>' ACCOUNT UNLOCK"),
            Self::Blocked => sql("let it try again", "FLUSH PRIVILEGES"),
            Self::NotGranted => sql("grant it", "GRANT <privilege> ON <object> TO '<user>'@'<host>'"),
            Self::RoleNotActive => sql("activate it at login", "SET DEFAULT ROLE <role> TO '<user>'@'<host>'"),
            Self::Unloaded => sql("have them read", "FLUSH PRIVILEGES"),
            Self::GrantToNobody => {
                sql("make the account first", "CREATE USER '<user>'@'<host>' IDENTIFIED BY '<password>'")
            }
            _ => Vec::new(),
        }
    }
}
