//! Every named difference between servers, one entry each.
//!
//! A difference is data: a name, one sentence, since and until per flavour, a
//! reference. The rules see it as the base relation `ServerHas(Behaviour)`.

use super::{Flavour, Server, Version};

/// The versions of each flavour that something holds for.
#[derive(Debug, Clone, Copy)]
pub struct Since {
    mysql: Option<(Version, Option<Version>)>,
    mariadb: Option<(Version, Option<Version>)>,
}

impl Since {
    /// Every server.
    pub const ALWAYS: Self = Self { mysql: Some(((0, 0, 0), None)), mariadb: Some(((0, 0, 0), None)) };
    /// Every MariaDB and no MySQL.
    pub const MARIADB: Self = Self { mysql: None, mariadb: Some(((0, 0, 0), None)) };

    /// MySQL from that version on, and no MariaDB.
    pub const fn mysql(since: Version) -> Self {
        Self { mysql: Some((since, None)), mariadb: None }
    }

    /// MariaDB from that version on, and no MySQL.
    pub const fn mariadb(since: Version) -> Self {
        Self { mysql: None, mariadb: Some((since, None)) }
    }

    /// The same for MySQL, and MariaDB from that version on too.
    #[must_use]
    pub const fn and_mariadb(self, since: Version) -> Self {
        Self { mysql: self.mysql, mariadb: Some((since, None)) }
    }

    /// The same, up to but not including that MySQL version.
    #[must_use]
    pub const fn until(self, until: Version) -> Self {
        match self.mysql {
            Some((since, _)) => Self { mysql: Some((since, Some(until))), mariadb: self.mariadb },
            None => self,
        }
    }

    /// The same, up to but not including that MariaDB version.
    #[must_use]
    pub const fn until_mariadb(self, until: Version) -> Self {
        match self.mariadb {
            Some((since, _)) => Self { mysql: self.mysql, mariadb: Some((since, Some(until))) },
            None => self,
        }
    }

    /// True when it holds for that server.
    pub fn holds(&self, server: &Server) -> bool {
        let range = match server.flavour {
            Flavour::Mysql => self.mysql,
            Flavour::Mariadb => self.mariadb,
        };
        range.is_some_and(|(since, until)| since <= server.version && until.is_none_or(|u| server.version < u))
    }
}

macro_rules! behaviours {
    ($($(#[doc = $doc:literal])+ $name:ident: $since:expr;)*) => {
        /// One named difference between servers.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Behaviour { $($(#[doc = $doc])+ $name,)* }

        impl Behaviour {
            /// Every behaviour.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// Which servers have it.
            pub fn since(self) -> Since {
                match self { $(Self::$name => $since,)* }
            }

            /// What it says, with its reference.
            pub fn gloss(self) -> &'static str {
                match self { $(Self::$name => concat!($($doc),+).trim_ascii(),)* }
            }
        }
    };
}

behaviours! {
    /// Roles are accounts, several can be active, and one active role switches the lookup (M5.10).
    RolesAreAccounts: Since::mysql((8, 0, 0));
    /// Roles are names apart from accounts, one can be current, and its rows are looked up beside those of the
    /// account (M5.16, M7.40).
    RolesAreNames: Since::mariadb((10, 0, 5));
    /// An account can have several methods of authentication, tried in order; whether the error speaks of a password depends on
    /// those that were tried; an unknown user is tried by the methods of some account (M4.4, M4.9).
    AlternativeMethods: Since::mariadb((10, 4, 0));
    /// The row of a table is not read once wider levels give all that changes the table, and then does not serve to read its
    /// columns (M5.22).
    TableRowUnseenBelowWider: Since::mysql((0, 0, 0));
    /// An expired password refuses a statement behind names without a database, and SET only where it asks about a database (M4.10).
    ExpiryAtDatabases: Since::MARIADB;
    /// require_secure_transport refuses as a TLS requirement of the account does, with 1045 (M4.1).
    InsecureTransportUnsaid: Since::MARIADB;
    /// Mandatory roles are active at login without being defaults, unless switched off (M7.34).
    MandatoryRolesActive: Since::mysql((9, 0, 0));
    /// Privileges beyond the bits, kept by name in `global_grants` (M6.9).
    DynamicPrivileges: Since::mysql((8, 0, 0));
    /// REVOKE on a database can restrict a global privilege (M7.60).
    PartialRevokes: Since::mysql((8, 0, 16));
    /// Address, CIDR and netmask rows precede all others (M3.5, M2.7).
    AddressRowsFirst: Since::mysql((8, 0, 23));
    /// Two address rows with one mask fall back to the specificity number (M3.12).
    AddressTieByNumber: Since::mysql((8, 0, 40));
    /// The first wildcard's position counts from the second byte on (M3.2).
    WildcardPositionFromTwo: Since::mysql((5, 7, 0));
    /// Rows are ordered by MariaDB's own number, ties by host text (M3.9, M3.10).
    MagicOrder: Since::MARIADB;
    /// A `_` after a `%` does not consume a byte of an address or database name (M2.14).
    UnderscoreAfterPercentPeeks: Since::mysql((8, 0, 0));
    /// A `_` that takes the last character of a host name ends the match (M2.15).
    NameUnderscoreAtEnd: Since::mysql((8, 0, 0));
    /// An address pattern is also understood with a mask that is a number or exact (M2.7).
    CidrHosts: Since::mysql((8, 0, 23));
    /// A `db` row with an empty host gives only what `mysql.host` lets through (M5.9).
    HostTable: Since::mysql((0, 0, 0)).until((5, 6, 7));
    /// Rows are sorted anew at each insertion, and quickly: only few rows of equal rank keep their order (M3.8).
    QuickSort: Since::mysql((0, 0, 0)).until((5, 7, 0));
    /// Rows are sorted anew at each insertion, not put behind their equals (M3.8).
    SortedAtInsertion: Since::mysql((0, 0, 0)).until((8, 0, 23));
    /// A load reads accounts and database rows in the order of the table's file, not of its key (M3.8).
    ReadInFileOrder: Since::mysql((0, 0, 0)).until((8, 0, 0));
    /// Table and routine rows of equal rank hang in chains that keep no order (M5.7).
    ChainedGrants: Since::mysql((0, 0, 0)).until((8, 0, 0));
    /// A database row that GRANT makes for the anonymous user serves only anonymous sessions until the next load (M5.3).
    AnonymousGrantsWait: Since::mysql((0, 0, 0)).until((8, 0, 23));
    /// The account `mysql.sys`, the definer of what is in `sys`.
    SysAccount: Since::mysql((5, 7, 9));
    /// The account `mysql.session`, for plugins.
    SessionAccount: Since::mysql((5, 7, 19));
    /// The account `mysql.infoschema`, the definer of views in `information_schema`.
    InfoschemaAccount: Since::mysql((8, 0, 3));
    /// mysql_native_password is loaded only with the option of that name.
    NativePasswordOptional: Since::mysql((8, 4, 0)).until((9, 0, 0));
    /// A new server opens the databases `test` and `test\_%` to everybody.
    TestDatabases: Since::mysql((0, 0, 0)).until((5, 7, 6));
    /// GRANT never creates an account (M7.10).
    GrantNeverCreates: Since::mysql((8, 0, 0));
    /// NO_AUTO_CREATE_USER is part of the default `sql_mode` (M7.10).
    NoAutoCreateUser: Since::mysql((5, 7, 7)).until((8, 0, 0)).and_mariadb((10, 1, 7));
    /// Once a statement has failed for an account it does nothing to further accounts, only to roles (M7.1).
    FailureSparesAccounts: Since::mariadb((10, 4, 0));
    /// A routine that GRANT misses is named by its own kind alone.
    MissingRoutineByKind: Since::mysql((8, 0, 0));
    /// IDENTIFIED BY without a plugin means the native password, whatever the account had (M4.6).
    PlainPasswordIsNative: Since::mysql((5, 5, 0)).until((5, 7, 6)).and_mariadb((0, 0, 0));
    /// A stored password of a wrong form is refused with its length, 1372, else with 1827.
    HashesMeasured: Since::mysql((5, 5, 0)).until((5, 7, 6)).and_mariadb((0, 0, 0));
    /// Account statements are all or nothing (M7.1).
    AtomicAccountStatements: Since::mysql((8, 0, 0));
    /// REVOKE of something not held at a database or table refuses the whole statement (M7.21).
    StrictRevoke: Since::mysql((8, 3, 0));
    /// REVOKE ALL ON *.* wipes every level (M7.24).
    RevokeAllGlobalWipes: Since::mysql((8, 0, 0));
    /// White space around user and host is trimmed (M1.4).
    NamesTrimmed: Since::mysql((5, 7, 0));
    /// An empty host is written as `%` (M1.7).
    EmptyHostIsAny: Since::MARIADB;
    /// Host names may have 255 bytes (M1.9).
    LongHosts: Since::mysql((8, 0, 17)).and_mariadb((10, 6, 0));
    /// The new name of REPLICATION CLIENT (M6.1).
    BinlogMonitor: Since::mariadb((10, 5, 2));
    /// REPLICA is understood for SLAVE in privilege names.
    ReplicaWords: Since::mariadb((10, 5, 1));
    /// The sessions of everybody hold what PUBLIC holds (M7.42).
    PublicRole: Since::mariadb((10, 11, 0));
    /// A client's TLS requirement is the one of the proxied account (M4.14).
    ProxiedTlsCounts: Since::mysql((5, 5, 0));
    /// A grantor, revoker or dropper of a SYSTEM_USER account must hold it too (M7.13).
    SystemUser: Since::mysql((8, 0, 16));
    /// Failed proxy mappings have errors of their own, 6126 and 6127 (M4.15).
    ProxyErrors: Since::mysql((9, 0, 0));
    /// 1396 says of every account whether it exists or does not.
    AccountFailureReasons: Since::mysql((9, 0, 0));
    /// FLUSH PRIVILEGES warns of its own end with 1681.
    FlushPrivilegesDeprecated: Since::mysql((9, 0, 0));
    /// Names that lost white space are warned of with 6524 (M1.4).
    TrimWarned: Since::mysql((9, 0, 0));
    /// A role grant that closes a loop is refused with 4027 (M7.31).
    RoleLoopsRefused: Since::mysql((8, 0, 28));
    /// User names may have 32 characters (M1.9).
    LongUsers: Since::mysql((5, 7, 0));
    /// SHOW DATABASES lists performance_schema for everybody (M5.41).
    PerformanceSchemaListed: Since::mysql((8, 0, 0));
    /// The databases that the server comes with include sys (M5.52).
    SysSchema: Since::mysql((5, 7, 7)).and_mariadb((10, 6, 0));
    /// SHOW TABLES and the like of a database that does not exist say so to everybody (M8.3).
    AbsentDatabaseFirst: Since::mysql((8, 0, 0));
    /// Any global privilege at all lets a session list the tables of every database (M8.3).
    AnyGlobalListsTables: Since::MARIADB;
    /// 1227 lists privileges with commas, in the order of their bits (M5.24).
    PrivilegeListsWithCommas: Since::MARIADB;
    /// FOR UPDATE asks for a privilege that changes rows beside SELECT (M8.1).
    LockingReadsAskMore: Since::mysql((8, 0, 0));
    /// A common table expression is checked even when nothing uses it (M8.1).
    UnusedExpressionsChecked: Since::MARIADB;
    /// INSERT asks on each column for what it asks on the table; columns that its values read count as written, and come
    /// before those that it names; the columns of ON DUPLICATE KEY UPDATE are asked for SELECT (M8.1).
    InsertColumnsAskAll: Since::MARIADB;
    /// INSERT, REPLACE and DELETE may return rows (M8.1).
    Returning: Since::mariadb((10, 0, 5));
    /// UPDATE of several tables asks for the privilege on each table when it knows which of them change (M8.1).
    MultiUpdateAsksEachTable: Since::MARIADB;
    /// An UPDATE resolves the columns that it sets before its conditions (M8.1).
    UpdateTargetsFirst: Since::MARIADB;
    /// The arguments of CALL are checked before the procedure (M8.1).
    CallArgumentsFirst: Since::MARIADB;
    /// Any of SELECT, INSERT, UPDATE, DELETE and REFERENCES on the parent lets a foreign key refer to it (M8.2).
    AnyChangeReferences: Since::mysql((5, 5, 41)).until((5, 7, 0)).and_mariadb((0, 0, 0));
    /// A directory of the server in CREATE TABLE asks for FILE (M8.2).
    DirectoriesNeedFile: Since::mysql((5, 7, 0));
    /// Subqueries and derived tables of a new view ask for SELECT, with the error of a view (M8.2).
    ViewSubqueriesAskSelect: Since::MARIADB;
    /// CHECK TABLE passes with any privilege of a table (M8.3).
    CheckTableByAny: Since::MARIADB;
    /// The grants of another account need SELECT on the database mysql, not on its table of accounts (M6.15).
    GrantsOfOthersByDatabase: Since::mysql((5, 0, 0)).until((8, 0, 0)).and_mariadb((0, 0, 0));
    /// Packages hold procedures and functions (M6.2).
    Packages: Since::mariadb((10, 3, 5));
    /// ANALYZE runs a statement, and FLUSH and RESET know more caches and statistics (M8.3).
    AnalyzesStatements: Since::mariadb((10, 1, 0));
    /// LOCK TABLES asks an INVOKER view's invoker for what is below it (M8.1).
    LockOpensViews: Since::MARIADB;
    /// DELETE from several tables asks for no column of those that it deletes from (M8.1).
    DeleteTargetsUnread: Since::MARIADB;
    /// `x IN (SELECT …)` is resolved from left to right (M8.1).
    ComparedFirst: Since::MARIADB;
    /// ORDER BY is resolved before GROUP BY (M8.1).
    OrderBeforeGroup: Since::mysql((5, 0, 0)).until((8, 0, 0)).and_mariadb((0, 0, 0));
    /// A view asks for all that its query reads, whatever of it is used (M8.1).
    ViewsResolvedWhole: Since::MARIADB;
    /// PREPARE checks SHOW CREATE TABLE, SHOW GRANTS and the variables of SET, and not CALL (M8.1).
    PrepareChecksShow: Since::MARIADB;
    /// performance_schema can be dropped and created like any database (M5.51).
    PerformanceSchemaDropped: Since::MARIADB;
    /// What tables of performance_schema look like is shown to everybody (M5.51).
    PerformanceSchemaShown: Since::mysql((5, 5, 0));
    /// An UPDATE of a view asks for no column that it reads of it (M8.1).
    UpdatedViewUnread: Since::MARIADB;
    /// Routines are rows of mysql.proc, and who reads that table sees them (M8.3).
    RoutinesInProc: Since::mysql((5, 0, 0)).until((8, 0, 0)).and_mariadb((0, 0, 0));
    /// A privilege on a system table that nobody can have is refused as on that table (M5.51).
    PerformanceTablesRefuse: Since::MARIADB;
    /// NEXTVAL, LASTVAL and SETVAL name sequences, which are asked for privileges as tables are (M8.1).
    Sequences: Since::mariadb((10, 3, 0));
    /// A session has one role at a time, which is no account (M5.16).
    OneRoleAtOnce: Since::mariadb((10, 0, 5));
    /// ALTER USER asks for CREATE USER even for the own password (M8.4).
    OwnPasswordNeedsCreateUser: Since::MARIADB;
    /// GRANT with credentials, TLS requirements or limits for another account asks for UPDATE on mysql (M7.10).
    GrantSettingsNeedUpdate: Since::MARIADB;
    /// A session with an expired password may set variables (M4.10; MySQL's by its manual of 8.0, 6.2.16, alone).
    SetWhileExpired: Since::mysql((5, 6, 6)).until((8, 0, 27)).and_mariadb((0, 0, 0));
    /// A session that lets its own password expire has to set another one at once (M4.10; read in sources of 5.7).
    OwnExpiryAtOnce: Since::mysql((5, 7, 0));
    /// A session whose ALTER USER of its own account and others is refused for one of the others has to set its password
    /// at once, unless the statement lets passwords expire (M4.10; asked of 9.7 only).
    OthersRefusedExpireOwn: Since::mysql((9, 7, 0));
    /// ALTER USER that names a plugin without a password lets the password expire (M4.10).
    PluginAloneExpires: Since::mysql((5, 7, 6));
    /// SHOW ENGINE … LOGS asks for FILE (M8.3).
    EngineLogsNeedFile: Since::MARIADB;
    /// Each system variable asks for SUPER or for the privilege that took its part (M8.4).
    SuperSplitByVariable: Since::mariadb((10, 5, 2));
    /// SUPER does not stand in for the privileges that were split off it (MDEV-29668; manual of GRANT, SUPER).
    SuperAlone: Since::mariadb((11, 0, 1));
    /// GRANT OPTION alone opens a database for USE (M5.40).
    GrantOptionOpensDatabase: Since::mysql((5, 0, 0)).until((8, 0, 0)).and_mariadb((0, 0, 0));
    /// Who may pass on that he stands in for somebody is found by names letter by letter, not as patterns (M4.16).
    ProxyNamesAreTexts: Since::mariadb((0, 0, 0));
    /// SHOW GRANTS and SHOW CREATE USER print accounts as quoted names, not as strings (M6.11, M6.13).
    AccountsInBackticks: Since::mysql((8, 0, 0)).and_mariadb((10, 5, 0));
    /// SHOW GRANTS lists every global privilege by name, never as ALL PRIVILEGES (M6.11, M6.13).
    GlobalPrivilegesSpelledOut: Since::mysql((8, 0, 0));
    /// SHOW GRANTS lists the rows of a level as the server holds them in memory, not sorted by name (M6.13, M6.14).
    GrantsInMemoryOrder: Since::mysql((5, 0, 0)).until((8, 0, 0)).and_mariadb((0, 0, 0));
    /// Up to 16 rows that are sorted keep the order of equal ones (M3.8, M6.13).
    SmallSortsAreStable: Since::mysql((5, 7, 0));
    /// SHOW GRANTS prints columns without any quotes (M6.13).
    ColumnsUnquoted: Since::mysql((5, 0, 0)).until((8, 0, 0));
    /// SHOW GRANTS tells the plugins of accounts, not just passwords (M6.14).
    PluginsInGrants: Since::mariadb((5, 2, 0));
    /// The first row of SHOW GRANTS tells credentials, required TLS and limits (M6.13, M6.14).
    CredentialsInGrants: Since::mysql((5, 0, 0)).until((5, 7, 6)).and_mariadb((0, 0, 0));
    /// SHOW CREATE USER prints only what is not as by default (M6.16).
    DefaultsUnsaid: Since::MARIADB;
    /// SHOW GRANTS prints the accounts of GRANT PROXY as strings without any escapes (M6.14).
    ProxiesAsPlainStrings: Since::mysql((5, 5, 7)).until((8, 0, 0)).and_mariadb((5, 2, 0));
    /// A name without an ASCII letter is quoted, other letters need no quotes (M6.14).
    LettersNeedNoQuotes: Since::MARIADB;
    /// A new account without a named plugin gets caching_sha2_password, before that mysql_native_password (M7.2).
    CachingSha2Default: Since::mysql((8, 0, 4));
    /// Duplicate keys are named with their table, `user.PRIMARY`.
    KeysWithTables: Since::mysql((8, 0, 19));
    /// An account whose stored hash its plugin cannot read is passed over when the tables are loaded (M4.11).
    MalformedHashIgnored: Since::mysql((5, 7, 0));
    /// Values that do not fit a column are refused, by the `sql_mode` of a fresh server.
    StrictByDefault: Since::mysql((5, 7, 0)).and_mariadb((10, 2, 4));
    /// Rows of a statement that fails half-way are taken back: the grant tables are transactional.
    TransactionalGrantTables: Since::mysql((8, 0, 0));
    /// PASSWORD HISTORY and REUSE INTERVAL, and plugins that say whether they keep passwords (M6.16).
    PasswordHistory: Since::mysql((8, 0, 3));
}

impl Server {
    /// True when this server has the behaviour.
    pub fn has(&self, behaviour: Behaviour) -> bool {
        behaviour.since().holds(self)
    }
}
