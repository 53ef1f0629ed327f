//! The columns that a table has: the format, field by field.
//!
//! Numbers of fields are for ever: a later version adds fields and changes none. A *list* is a column of ends: list `i` is
//! the places from the end of list `i - 1` (0 for the first) up to end `i` in the columns that it speaks of.

use crate::syntax::statement::ObjectKind;

/// The number of a kind of routines.
pub fn kind_number(kind: ObjectKind) -> u64 {
    match kind {
        ObjectKind::Table => 0,
        ObjectKind::Procedure => 1,
        ObjectKind::Function => 2,
        ObjectKind::Library => 3,
        ObjectKind::Package => 4,
        ObjectKind::PackageBody => 5,
    }
}

/// The kind of routines of a number.
pub fn kind_of(number: u64) -> ObjectKind {
    match number {
        1 => ObjectKind::Procedure,
        2 => ObjectKind::Function,
        3 => ObjectKind::Library,
        4 => ObjectKind::Package,
        5 => ObjectKind::PackageBody,
        _ => ObjectKind::Table,
    }
}

macro_rules! fields {
    ($($(#[doc = $doc:literal])+ $field:ident = $number:literal,)*) => {
        /// One column of a table.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Field {
            $($(#[doc = $doc])+ $field = $number,)*
        }

        impl Field {
            /// Above the number of every field.
            pub const COUNT: usize = {
                let numbers = [$($number,)*];
                let mut most = 0;
                let mut rest: &[usize] = &numbers;
                while let [first, others @ ..] = rest {
                    most = if *first > most { *first } else { most };
                    rest = others;
                }
                most + 1
            };
        }
    };
}

fields! {
    /// Numbers that there are once, in the order of [`Scalar`].
    Scalar = 1,
    /// The bytes of all names.
    NameByte = 2,
    /// List: the bytes of each name. Names are numbered by this; name 0 is the empty one.
    NameEnd = 3,
    /// Hash table of names with open addressing, a power of two long: number of the name plus one, or 0.
    NameSlot = 4,
    /// The bytes of all other texts.
    TextByte = 5,
    /// List: the bytes of each text. Text 0 is the empty one.
    TextEnd = 6,

    /// The text that names the file, for each place.
    PlaceFile = 8,
    /// Line, from 1.
    PlaceLine = 9,
    /// Column, from 1.
    PlaceColumn = 10,
    /// The text of the statement there, without secrets; 0 where the size of the table left it out.
    PlaceText = 11,
    /// List: the statements behind a row where there are several, or where its only one did not give all of it.
    OriginEnd = 12,
    /// The place of the statement plus one; 0 for the server's own accounts.
    OriginPlace = 13,
    /// What it gave.
    OriginMask = 14,
    /// Sets of static privileges, each once, as bits.
    Mask = 15,

    /// Variables that were given: the text of their name.
    SettingName = 16,
    /// The text of their value.
    SettingValue = 17,
    /// Who said so: 0 `--set`, else a place plus one.
    SettingPlace = 18,

    /// Database texts of rows, each once: their names, ascending.
    DbName = 20,
    /// Table and routine names of rows, each once, ascending.
    ObjectName = 21,
    /// Column names of rows, each once, ascending.
    ColumnName = 22,
    /// Host texts of rows, each once, ascending.
    HostName = 23,

    /// How a host is compared, a number of `host::Kind`.
    HostKind = 112,
    /// The address that it is, where it is numeric.
    HostValue = 113,
    /// The mask of that.
    HostMask = 114,
    /// 1: some account has the host, and the pre-check compares it as a whole (M2.20).
    HostLiteral = 115,
    /// The hosts that the pre-check tries one by one.
    PreCheck = 116,
    /// 1: the database text is compared as a pattern, 0: as a whole.
    DbPattern = 117,
    /// How a login with the account ends: its place among the shapes of [`Field::LoginOutcome`].
    AccountLogin = 118,
    /// For each shape of logins 18 numbers, one for each way to come: see `outcome::place`.
    LoginOutcome = 119,
    /// The roles that a login activates: the number of a list of [`Field::FeedEnd`] plus one, or 0 for none.
    AccountFeeds = 120,
    /// List: the accounts whose own rows count for a session, itself among them.
    FeedEnd = 121,
    /// The user of each, a number.
    FeedUser = 122,
    /// The host of each, a number.
    FeedHost = 123,

    /// User names that any row has, ascending.
    UserName = 24,
    /// The user of each name plus one; 0 where no row has that user name.
    NameUser = 25,
    /// The database text of each name plus one; 0 where no row has it.
    NameDb = 134,
    /// The table or routine of each name plus one; 0 where no row has it.
    NameObject = 135,
    /// List: the rows of `mysql.user` of each user, in the order in which the server tries them.
    UserAccounts = 26,
    /// List: the rows of `mysql.db` of each user, in the order in which the server tries them.
    UserDbs = 27,
    /// List: the rows of `tables_priv` of each user, by database and table, then in the order of precedence.
    UserTables = 28,
    /// List: the rows of `procs_priv` of each user, by kind, database and routine, then in the order of precedence.
    UserRoutines = 29,

    /// Its host.
    AccountHost = 32,
    /// Its place in the order of creation.
    AccountBirth = 33,
    /// Its static global privileges, a mask.
    AccountMask = 34,
    /// The statements behind it: twice the place plus one, or one more than twice a list of [`Field::OriginEnd`].
    AccountOrigin = 35,
    /// How it authenticates and what else is said of it: a text.
    AccountDetail = 36,
    /// How many rows of the empty user come before it.
    AccountAfter = 37,
    /// 1: nothing fixes whether the server tries it behind the row before it or before that.
    AccountTie = 38,
    /// The account name that it is still ranked by: its place in [`Field::RankedUser`] plus one.
    AccountRanked = 39,

    /// Its host.
    DbHost = 40,
    /// Its database text.
    DbDb = 41,
    /// Its place in the order of creation.
    DbBirth = 42,
    /// Its privileges, a mask.
    DbMask = 43,
    /// The statements behind it, as for accounts.
    DbOrigin = 44,
    /// How many rows of the empty user come before it.
    DbAfter = 45,
    /// 1: nothing fixes whether the server finds it behind the row before it or before that.
    DbTie = 46,
    /// Its place among those that MariaDB holds plus one, where that is known.
    DbHeld = 47,
    /// The account name that it is still ranked by, as for accounts.
    DbRanked = 48,

    /// Its host.
    TableHost = 50,
    /// Its database.
    TableDb = 51,
    /// Its table.
    TableObject = 52,
    /// Its place in the order of creation.
    TableBirth = 53,
    /// Its privileges on the whole table, a mask.
    TableMask = 54,
    /// The statements behind it, as for accounts.
    TableOrigin = 55,
    /// 1: nothing fixes whether it counts or the row before it.
    TableTie = 56,
    /// List: its rows of `columns_priv`.
    TableColumns = 57,
    /// The privileges that it says some column has, and none has: a mask plus one, or 0.
    TableClaims = 132,

    /// Its column.
    ColumnColumn = 58,
    /// Its place in the order of creation.
    ColumnBirth = 59,
    /// Its privileges, a mask.
    ColumnMask = 60,
    /// The statements behind it, as for accounts.
    ColumnOrigin = 61,

    /// Its host.
    RoutineHost = 62,
    /// Its database.
    RoutineDb = 63,
    /// Its name.
    RoutineObject = 64,
    /// Its kind: 1 procedure, 2 function, 3 library, 4 package, 5 package body.
    RoutineKind = 65,
    /// Its place in the order of creation.
    RoutineBirth = 66,
    /// Its privileges, a mask.
    RoutineMask = 67,
    /// The statements behind it, as for accounts.
    RoutineOrigin = 68,
    /// 1: nothing fixes whether it counts or the row before it.
    RoutineTie = 69,

    /// Rows of `mysql.host`: their host, a name; all tables from here on are in the order of creation.
    HostRowHost = 72,
    /// Their database text, a name.
    HostRowDb = 73,
    /// Their privileges, a mask.
    HostRowMask = 74,
    /// The statements behind them, as for accounts.
    HostRowOrigin = 75,

    /// Rows of `proxies_priv`: the user of the proxy, a name.
    ProxyUser = 76,
    /// Its host, a name.
    ProxyHost = 77,
    /// The user it stands in for, a name.
    ProxiedUser = 78,
    /// The host of that, a name.
    ProxiedHost = 79,
    /// `WITH GRANT OPTION`
    ProxyOption = 80,
    /// The statements behind them, as for accounts.
    ProxyOrigin = 81,

    /// The account name that they are still ranked by, as for accounts.
    ProxyRanked = 133,

    /// Rows of `role_edges`: the user of the grantee, a name.
    EdgeUser = 82,
    /// Its host, a name.
    EdgeHost = 83,
    /// The user of the role, a name.
    EdgeRoleUser = 84,
    /// The host of the role, a name.
    EdgeRoleHost = 85,
    /// 1: the admin option in memory; 2: as stored.
    EdgeOption = 86,
    /// The statements behind them, as for accounts.
    EdgeOrigin = 87,

    /// Where the server lists those that a role is granted to in another order than that of the rows: their places in its
    /// list plus one, or 0 (M7.41).
    EdgePlace = 136,

    /// Roles that lack what a role below them has (M5.16): their user, a name.
    LackingUser = 137,
    /// Their host, a name.
    LackingHost = 138,
    /// The user of the role below, a name.
    LackedUser = 139,
    /// Its host, a name.
    LackedHost = 140,
    /// 1: its global privileges, 2: its rows, 3: both.
    LackedWhat = 141,
    /// Single rows that such roles have all the same: the name of the role, a name.
    SingleTo = 142,
    /// The name of the role below, a name.
    SingleFrom = 143,
    /// 0: a row of `db`, 1: of `tables_priv`, from 2 on of `procs_priv`, by kind.
    SingleKind = 144,
    /// The database, a name.
    SingleDb = 145,
    /// The table or routine, a name.
    SingleObject = 146,

    /// Rows of `default_roles`: the user, a name.
    DefaultUser = 88,
    /// The host, a name.
    DefaultHost = 89,
    /// The user of the role, a name.
    DefaultRoleUser = 90,
    /// The host of the role, a name.
    DefaultRoleHost = 91,
    /// How often the statement named it.
    DefaultTimes = 92,
    /// The statements behind them, as for accounts.
    DefaultOrigin = 93,

    /// Rows of `global_grants`: the user, a name.
    DynamicUser = 94,
    /// The host, a name.
    DynamicHost = 95,
    /// The name of the privilege, a text.
    DynamicPrivilege = 96,
    /// `WITH GRANT OPTION`
    DynamicOption = 97,
    /// The statements behind them, as for accounts.
    DynamicOrigin = 98,

    /// Partial revokes: the user, a name.
    RestrictionUser = 100,
    /// The host, a name.
    RestrictionHost = 101,
    /// The database, a name.
    RestrictionDb = 102,
    /// What is withheld, a mask.
    RestrictionMask = 103,
    /// The statements behind them, as for accounts.
    RestrictionOrigin = 104,

    /// Names that renamed accounts are still ranked by: the user, a name.
    RankedUser = 106,
    /// The host, a name.
    RankedHost = 107,

    /// What exists: the texts that say so.
    Schema = 110,

    /// The users that have an index in front of their account rows, ascending.
    IndexedUser = 124,
    /// List: the spans of addresses of each.
    IndexSpans = 125,
    /// The first address of each span; it ends where the next begins.
    SpanStart = 126,
    /// The first numeric row that matches there, counted from the user's first one, plus one; 0 for none.
    SpanRow = 127,
    /// List: the rows of each indexed user that are compared one by one.
    IndexRest = 128,
    /// Such a row, counted from the user's first one.
    RestRow = 129,
    /// Two numbers for each indexed user: bit sets of the lengths of what hosts begin with, and of what they end with.
    IndexLengths = 130,
    /// Hash table of host texts by user with open addressing, a power of two long: account row plus one, or 0.
    HostSlot = 131,
}

/// Every list.
pub const LISTS: [Field; 11] = [
    Field::NameEnd,
    Field::TextEnd,
    Field::OriginEnd,
    Field::UserAccounts,
    Field::UserDbs,
    Field::UserTables,
    Field::UserRoutines,
    Field::TableColumns,
    Field::FeedEnd,
    Field::IndexSpans,
    Field::IndexRest,
];

impl Field {
    /// A column of what a list speaks of.
    #[inline]
    pub fn listed(self) -> Self {
        match self {
            Self::NameEnd => Self::NameByte,
            Self::TextEnd => Self::TextByte,
            Self::OriginEnd => Self::OriginPlace,
            Self::UserAccounts => Self::AccountHost,
            Self::UserDbs => Self::DbHost,
            Self::UserTables => Self::TableHost,
            Self::UserRoutines => Self::RoutineHost,
            Self::TableColumns => Self::ColumnMask,
            Self::FeedEnd => Self::FeedUser,
            Self::IndexSpans => Self::SpanStart,
            Self::IndexRest => Self::RestRow,
            itself => itself,
        }
    }
}

macro_rules! scalars {
    ($($(#[doc = $doc:literal])+ $scalar:ident,)*) => {
        /// A number that a table has once: its place in [`Field::Scalar`].
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Scalar {
            $($(#[doc = $doc])+ $scalar,)*
        }

        impl Scalar {
            /// Every one, in the order of their places.
            pub const ALL: &'static [Self] = &[$(Self::$scalar,)*];
        }
    };
}

scalars! {
    /// Flavour and version of the server.
    Server,
    /// Who said which server it is: 0 nobody, 1 `--server`, else a place: an even number for a comment, an odd one for a
    /// header, twice the place plus 2 or 3.
    ServerOrigin,
    /// How the texts were read: 0 not at all, 1 as a script, 2 as a state.
    Reading,
    /// 1: the rows come from a dump.
    FromDump,
    /// 1: some account lets every host pass the pre-check.
    AdmitsEveryHost,
    /// Rows of `mysql.db` that were there at the last load.
    LoadedDbs,
    /// The order of account rows of equal rank: 0 of creation, 1 not known, else rows that were loaded plus 2.
    AccountOrder,
    /// The same for rows of `mysql.db`.
    DbOrder,
    /// The same for rows of `mysql.host`.
    HostOrder,
    /// The same for rows of `tables_priv`.
    TableOrder,
    /// The same for rows of `procs_priv`.
    RoutineOrder,
    /// The same for rows of `proxies_priv`.
    ProxyOrder,
    /// 1: the order of database rows that MariaDB holds is known.
    HeldKnown,
    /// 1: every login and check is for the interpreter, because a setting or table decides that plain tables do not have.
    Unusual,
    /// 1: `partial_revokes` is on: database texts are compared as a whole (M5.5).
    PartialRevokes,
    /// 1: names of databases and tables are compared in lower case.
    LowerCaseNames,
    /// 1: `skip_name_resolve`
    SkipNameResolve,
    /// 1: a row of the empty user and a named one tie.
    MixedTies,
}
