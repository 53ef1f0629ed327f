//! What a server's grammar came to know only later, or forgot: the clauses that are 1064 on the other servers.

use super::Server;
use super::behaviour::Since;

macro_rules! clauses {
    ($($name:ident $words:literal: $since:expr;)*) => {
        /// One clause or statement that not every server's grammar has.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Clause { $(#[doc = concat!("`", $words, "`")] $name,)* }

        impl Clause {
            /// Every clause.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// Which servers know it.
            pub fn since(self) -> Since {
                match self { $(Self::$name => $since,)* }
            }

            /// How it reads.
            pub fn words(self) -> &'static str {
                match self { $(Self::$name => $words,)* }
            }
        }
    };
}

clauses! {
    OrReplace "OR REPLACE": Since::mariadb((10, 1, 3));
    IfExists "IF [NOT] EXISTS": Since::mysql((5, 7, 8)).and_mariadb((10, 1, 3));
    CreateUserOptions "CREATE USER … REQUIRE, WITH, PASSWORD EXPIRE": Since::mysql((5, 7, 6)).and_mariadb((10, 2, 0));
    AlterUser "ALTER USER": Since::mysql((5, 6, 6)).and_mariadb((10, 2, 0));
    AlterUserMore "ALTER USER … other than PASSWORD EXPIRE": Since::mysql((5, 7, 6)).and_mariadb((10, 2, 0));
    ExpiryTimes "PASSWORD EXPIRE DEFAULT, NEVER, INTERVAL": Since::mysql((5, 7, 4)).and_mariadb((10, 4, 3));
    AccountLock "ACCOUNT LOCK": Since::mysql((5, 7, 6)).and_mariadb((10, 4, 2));
    ByPassword "IDENTIFIED BY PASSWORD 'hash'": Since::mysql((0, 0, 0)).until((8, 0, 11)).and_mariadb((0, 0, 0));
    PluginBy "IDENTIFIED WITH plugin BY 'password'": Since::mysql((5, 7, 6));
    PluginUsing "IDENTIFIED WITH plugin USING 'hash'": Since::MARIADB;
    Via "IDENTIFIED VIA": Since::MARIADB;
    Alternatives "IDENTIFIED VIA … OR …": Since::mariadb((10, 4, 3));
    PasswordFunction "PASSWORD('password')": Since::mysql((0, 0, 0)).until((8, 0, 11)).and_mariadb((0, 0, 0));
    Hexadecimal "AS 0x…": Since::mysql((8, 0, 17));
    Repeated "ACCOUNT LOCK or PASSWORD EXPIRE twice": Since::mysql((5, 7, 6));
    DefaultRoleFor "SET DEFAULT ROLE … FOR": Since::mariadb((10, 1, 1));
    DefaultRoleTo "SET DEFAULT ROLE … TO": Since::mysql((8, 0, 0));
    OwnAccountByUser "ALTER USER USER()": Since::mysql((5, 7, 6));
    Roles "roles": Since::mysql((8, 0, 0)).and_mariadb((10, 0, 5));
    RoleAdministrator "CREATE ROLE … WITH ADMIN": Since::mariadb((10, 0, 5));
    AdminOptionFor "REVOKE ADMIN OPTION FOR": Since::mariadb((10, 0, 5));
    DefaultRole "CREATE or ALTER USER … DEFAULT ROLE": Since::mysql((8, 0, 0));
    ShowGrantsUsing "SHOW GRANTS … USING": Since::mysql((8, 0, 0));
    ShowCreateUser "SHOW CREATE USER": Since::mysql((5, 7, 6)).and_mariadb((10, 2, 0));
    Persist "SET PERSIST": Since::mysql((8, 0, 0));
    ResetPersist "RESET PERSIST": Since::mysql((8, 0, 0));
    Restart "RESTART": Since::mysql((8, 0, 4));
    PasswordHistory "PASSWORD HISTORY, REUSE INTERVAL": Since::mysql((8, 0, 3));
    RequireCurrent "PASSWORD REQUIRE CURRENT": Since::mysql((8, 0, 13));
    ReplaceCurrent "REPLACE 'current password'": Since::mysql((8, 0, 13));
    DualPasswords "RETAIN CURRENT PASSWORD, DISCARD OLD PASSWORD": Since::mysql((8, 0, 14));
    GrantAs "GRANT … AS": Since::mysql((8, 0, 16));
    RandomPassword "BY RANDOM PASSWORD": Since::mysql((8, 0, 18));
    FailedLogins "FAILED_LOGIN_ATTEMPTS, PASSWORD_LOCK_TIME": Since::mysql((8, 0, 19));
    Attribute "COMMENT, ATTRIBUTE": Since::mysql((8, 0, 21));
    Factors "second and third factors": Since::mysql((8, 0, 27));
    RevokeIfExists "REVOKE IF EXISTS, IGNORE UNKNOWN USER": Since::mysql((8, 0, 30));
    StatementTime "MAX_STATEMENT_TIME": Since::mariadb((10, 1, 1));
    Libraries "ON LIBRARY": Since::mysql((9, 2, 0));
    Packages "ON PACKAGE": Since::mariadb((10, 3, 5));
}

impl Server {
    /// True when this server's grammar has the clause; else it is 1064.
    pub fn knows(&self, clause: Clause) -> bool {
        clause.since().holds(self)
    }
}
