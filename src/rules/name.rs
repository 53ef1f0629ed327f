//! The names of the rules, each with its gloss and reference.
//!
//! A rule whose head several rules share carries its name as a column; a rule alone with its head is known by the
//! relation. [`Model::fired`] tells which rules derived something, so that a test can say which never do.

use crate::facts::id::User;
use crate::model::Model;
use crate::rules;
use crate::tables::row::Table;
use std::collections::BTreeSet;

macro_rules! rule_names {
    ($($name:ident $kebab:literal $gloss:literal;)*) => {
        /// The rules that derive what answers read.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum RuleName { $(#[doc = $gloss] $name,)* }

        impl RuleName {
            /// Every rule.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The kebab-case name that stands above the rule.
            pub fn name(self) -> &'static str {
                match self { $(Self::$name => $kebab,)* }
            }

            /// What it says, with its reference.
            pub fn gloss(self) -> &'static str {
                match self { $(Self::$name => $gloss,)* }
            }
        }
    };
}

rule_names! {
    PreCheckSkipsSockets "pre-check-skips-sockets" "M2.1";
    PreCheckAdmitsAll "pre-check-admits-all" "M2.20 step 1";
    PreCheckLiteral "pre-check-literal" "M2.20 step 3";
    PreCheckWild "pre-check-wild" "M2.20 step 3";
    CandidateNamed "candidate-named" "M4.3";
    CandidateAnonymous "candidate-anonymous" "a definer is looked up by its own name only, M4.3, M7.37";
    OutrankedByRank "outranked-by-rank" "M3.4, M3.5";
    OutrankedByName "outranked-by-name" "a named row precedes an anonymous one of equal rank, M3.7";
    OutrankedByArrayOrder "outranked-by-array-order" "rows of equal rank keep the order in which the server holds them, M3.8";
    Selected "selected" "M4.3";
    AccountNamed "account-named" "M7.41";
    AddressDecides "address-decides" "the row would come before the selected one, M2.10";
    AddressDecidesAlone "address-decides-alone" "nothing is selected without it, M2.10";
    FailsEmptyPassword "fails-empty-password" "no password is stored and a wrong one is sent, M4.6";
    FailsPassword "fails-password" "a password is stored and none or a wrong one is sent, M4.6";
    FailsExternal "fails-external" "an outside check with no or a wrong password, M4.8";
    FailsSocketPeer "fails-socket-peer" "not a socket, or the OS user does not fit, M4.8";
    FailsNever "fails-never" "mysql_no_login, M4.8";
    FailsNotLoaded "fails-not-loaded" "M4.7";
    OpenOsUser "open-os-user" "a socket client's OS user decides, M4.8";
    OpenCertificate "open-certificate" "the texts of the client's certificate decide, M4.11";
    Authenticated "authenticated" "M4.9";
    ProxyCandidate "proxy-candidate" "for an anonymous account the name that means `server chooses` is its own, M4.12, M4.13";
    ProxySelected "proxy-selected" "M4.13";
    EffectiveProxied "effective-proxied" "M4.12";
    EffectiveSelf "effective-self" "M4.12";
    EffectiveRunning "effective-running" "a session that was opened before keeps its account, M5.49";
    LoginFailsAuthentication "login-fails-authentication" "the last method's error, M4.9";
    LoginFailsUnmentioned "login-fails-unmentioned" "after a method of the OS user the error of one without a password is that of the OS user, M4.9";
    LoginFailsInsecureUnsaid "login-fails-insecure-unsaid" "M4.1, M9.29";
    MustSetPassword "must-set-password" "M4.2, M4.10";
    UnknownUnmentioned "unknown-unmentioned" "the decoy's method of the OS user was tried, and no password was read after it, M4.4";
    LoginFailsTls "login-fails-tls" "the effective account asks for encryption, M4.11, M4.14";
    LoginFailsCertificate "login-fails-certificate" "M4.11";
    LoginFailsLocked "login-fails-locked" "the lock of the authenticating account counts, M4.1 step 14";
    LoginFailsSecureTransport "login-fails-secure-transport" "a socket is secure, M4.1 step 15, M9.29";
    LoginFailsExpired "login-fails-expired" "M4.1 step 16";
    LoginFailsOffline "login-fails-offline" "offline_mode lets only SUPER and CONNECTION_ADMIN in, M4.1 step 12";
    LoginFailsDatabase "login-fails-database" "the default database is not visible, M5.40";
    LoginFailsRole "login-fails-role" "a role asked for by name is neither granted nor mandatory, M7.35";
    LoginFailsAbsentDatabase "login-fails-absent-database" "the default database was dropped, M4.1 step 19";
    LoginRefused "login-refused" "M4.1";
    RoleGrantee "role-grantee" "M7.41";
    RoleSeen "role-seen" "M7.41";
    RoleByDefault "role-by-default" "a default role that is still granted, M7.34";
    RoleByActivateAll "role-by-activate-all" "activate_all_roles_on_login, M7.34";
    RoleByMandatory "role-by-mandatory" "mandatory roles are active at login in 9.x, not by SET ROLE DEFAULT, M7.34, M7.35";
    RoleByAll "role-by-all" "SET ROLE ALL, M7.35";
    RoleByName "role-by-name" "SET ROLE, M7.35";
    RoleBySessionForGood "role-by-session-for-good" "revoking it does not matter, M5.47";
    RoleBySession "role-by-session" "a role that the session activated, while it is granted, M5.48";
    RoleReached "role-reached" "M7.34";
    RoleInherited "role-inherited" "M5.10";
    ByAccount "by-account" "M5.10";
    ByHost "by-host" "M5.1";
    FeedsItself "feeds-itself" "M5.11";
    FeedsGrantee "feeds-grantee" "with a current role the global privileges are those of the account that it is granted to, M7.41";
    FeedsMergedRole "feeds-merged-role" "the current role and PUBLIC with the roles that are granted to them, M5.16, M7.42";
    SourceCurrentRole "source-current-role" "M5.16";
    SourcePublic "source-public" "M5.16, M7.42";
    FeedsRole "feeds-role" "M5.11";
    GlobalFed "global-fed" "M5.14";
    GlobalHeld "global-held" "M5.1, M5.14";
    GlobalKept "global-kept" "M5.46";
    LiftedGlobally "lifted-globally" "M7.62";
    LiftedByDatabase "lifted-by-database" "M7.62";
    Withheld "withheld" "M7.60";
    DbCandidateNamed "db-candidate-named" "M5.1";
    DbCandidateAnonymous "db-candidate-anonymous" "rows of the empty user are for every session, M5.3";
    DbOutranked "db-outranked" "M5.2";
    DbOutrankedByOrder "db-outranked-by-order" "rows of equal rank keep the order in which the server holds them, M3.8";
    DbFirstMatch "db-first-match" "M5.2";
    RoleDbCandidate "role-db-candidate" "rows of the roles that are granted to the role are merged into its own, M5.16";
    RoleDbCandidateNamesake "role-db-candidate-namesake" "a user's rows count for the role of the same name, where its host matches nothing, M5.16";
    RoleDbCandidateAnonymous "role-db-candidate-anonymous" "so do rows of the empty user, M5.3, M5.16";
    DbFirstOfRole "db-first-of-role" "rows of one text, which the merged roles may each have, count together, M5.16";
    DbExactKey "db-exact-key" "M5.12";
    DbFirstKey "db-first-key" "M5.12";
    UnsureOfTiedRow "unsure-of-tied-row" "rows tie, this one gives the privilege and another does not, M3.8";
    UnsureOfPossibleRow "unsure-of-possible-row" "with some address of the client the row would come first, M2.10";
    UnsureBesidePossibleRow "unsure-beside-possible-row" "with some address of the client another row would come first, M2.10";
    HostRowChosen "host-row-chosen" "the first that matches, M5.9";
    DbHeld "db-held" "M5.2, M5.12";
    TableCandidate "table-candidate" "rows of the empty user serve only anonymous sessions, M5.1, M5.3";
    TableOutranked "table-outranked" "M5.7";
    TableOutrankedByOrder "table-outranked-by-order" "among rows of equal rank the one that the server finds first, M5.7";
    TableBestRow "table-best-row" "M5.7";
    TableOfSource "table-of-source" "M5.11";
    TableOfRole "table-of-role" "in MariaDB the rows of the current role, of PUBLIC and of the roles that are granted to them, M5.16";
    TableUnsureOfTiedRow "table-unsure-of-tied-row" "rows tie, this one gives the privilege and another does not, M5.7";
    TableUnsureOfPossibleRow "table-unsure-of-possible-row" "with some address of the client the row would be the best, M2.10";
    TableUnsureBesidePossibleRow "table-unsure-beside-possible-row" "with some address of the client another row would be the best, M2.10";
    TableHeld "table-held" "M5.21";
    SomeColumnHeld "some-column-held" "M5.21";
    SomeColumnClaimed "some-column-claimed" "the row says that some column has it, which is not looked up here, M5.13";
    ColumnHeld "column-held" "names compare without case, M5.13";
    ColumnSpelled "column-spelled" "with an active role names compare letter by letter, M5.13, M9.32";
    RoutineCandidate "routine-candidate" "M5.4";
    RoutineBestRow "routine-best-row" "M5.4";
    RoutineOfRole "routine-of-role" "M5.16";
    RoutineOfSource "routine-of-source" "M5.11";
    DatabaseFromGlobal "database-from-global" "M5.20 step 3";
    DatabaseFromRow "database-from-row" "M5.20 step 5";
    DatabaseKept "database-kept" "what the current database gave when it was made current, M5.45";
    DatabaseForEverybody "database-for-everybody" "M5.50";
    EntersByGlobal "enters-by-global" "whoever holds all but GRANT OPTION globally is not looked up in the database's rows, M5.45";
    GivesAsEver "gives-as-ever" "M5.45";
    GivesAnew "gives-anew" "M5.45";
    TableFromDatabase "table-from-database" "M5.21";
    TableFromRow "table-from-row" "M5.21";
    TableForEverybody "table-for-everybody" "M5.51";
    ColumnFromTable "column-from-table" "M5.22";
    ColumnFromTableRow "column-from-table-row" "M5.21, M5.22";
    ColumnFromRow "column-from-row" "M5.22";
    RoutineFromDatabase "routine-from-database" "M5.25";
    RoutineFromRow "routine-from-row" "M5.25";
    VisibleByPrivilege "visible-by-privilege" "M5.40";
    VisibleThoughRefused "visible-though-refused" "in one of its own schemas the server gives the privilege to nobody, and it opens the schema all the same, M5.40, M5.51";
    VisibleWhicheverRow "visible-whichever-row" "rows tie or may each come first, and every one of them opens the database, M3.8, M5.40";
    VisibleByTable "visible-by-table" "M5.40";
    VisibleByColumn "visible-by-column" "M5.40";
    VisibleByClaimedColumn "visible-by-claimed-column" "M5.13, M5.40";
    VisibleByProcedure "visible-by-procedure" "with an active role functions do not count, M5.40";
    VisibleAsPattern "visible-as-pattern" "what counts for its name as a pattern opens it too, with an active role, M5.40";
    VisibleByGrantOption "visible-by-grant-option" "with an active role GRANT OPTION is enough, on the database or a table in it, M5.40";
    VisibleByRoutine "visible-by-routine" "the client's host counts here, unlike in M5.4, M5.40";
    MetGlobally "met-globally" "M5.20 step 4";
    MetOnDatabase "met-on-database" "M5.20";
    MetOnDatabaseAnew "met-on-database-anew" "M5.45, M7.12";
    MetOnTable "met-on-table" "M5.21";
    MetOnAnyColumnByTable "met-on-any-column-by-table" "M5.23";
    MetOnAnyColumn "met-on-any-column" "M5.23";
    MetOnColumn "met-on-column" "M5.22";
    MetByFirstColumnRow "met-by-first-column-row" "of all columns the first is named only where no row names it, whatever the row gives, M5.22";
    MetOnEveryColumnByTable "met-on-every-column-by-table" "M5.22";
    MetOnEveryColumn "met-on-every-column" "each column of the table is given by a row, M5.22";
    MetOnAnyTableRowByDatabase "met-on-any-table-row-by-database" "M5.42";
    MetOnAnyTableRow "met-on-any-table-row" "any row for the table will do, whatever it holds, M5.42";
    MetOnRoutine "met-on-routine" "M5.25";
    MetOnShownRoutineGlobally "met-on-shown-routine-globally" "M8.3";
    MetOnShownRoutineByDatabase "met-on-shown-routine-by-database" "SELECT on the database does not do, M8.3";
    MetOnShownRoutine "met-on-shown-routine" "the row counts as without active roles, theirs do not, M5.4, M8.3";
    MetOnShownRoutineOfRole "met-on-shown-routine-of-role" "in MariaDB rows of the current role count too, those of PUBLIC do not, M5.16, M8.3";
    MetOnShownRoutineByProc "met-on-shown-routine-by-proc" "who reads the server's table of routines sees them all, M8.3";
    MetOnParent "met-on-parent" "M8.2";
    MetByVisibility "met-by-visibility" "M5.40";
    MetByVisiblePrivilege "met-by-visible-privilege" "the current database is opened anew by the rows as they are now, M5.40, M5.45";
    MetByListedPrivilege "met-by-listed-privilege" "and listed by what it gave when it was made current, M5.42, M5.45";
    MetByTableGrantOption "met-by-table-grant-option" "to list tables, GRANT OPTION on one of them is enough, M5.42, M8.3";
    MetByAnyGlobalPrivilege "met-by-any-global-privilege" "to list tables, any global privilege at all is enough, M8.3";
    MetByListingVisible "met-by-listing-visible" "SHOW DATABASES lists what can be made current, M5.41";
    MetByListingAll "met-by-listing-all" "M5.41";
    MetByListingForEverybody "met-by-listing-for-everybody" "M5.41";
    MetByListingGrantOption "met-by-listing-grant-option" "GRANT OPTION on the database or on something in it lists a database even where it does not open it, M5.41";
    MetOnListedTable "met-on-listed-table" "M5.42";
    MetOnListedTableRow "met-on-listed-table-row" "any row for the table will do, whatever it holds, M5.42";
    MetByPassingOn "met-by-passing-on" "a dynamic privilege with its own grant option, M7.12";
    MetByWritingGrants "met-by-writing-grants" "UPDATE on the database mysql serves as well, M7.12";
    MetByRoleAdministration "met-by-role-administration" "a privilege over all roles, M7.31";
    MetByAdminOption "met-by-admin-option" "on the account's own edge or a role's, M7.31";
    MetByReadingGrants "met-by-reading-grants" "whoever reads the grant tables may be shown them, M6.15";
    MetByCurrentRole "met-by-current-role" "everybody may see what his current role has, M6.15";
    MetByBeingProxied "met-by-being-proxied" "everybody may let others stand in for himself, M4.16";
    MetByProxyGrant "met-by-proxy-grant" "M4.16";
    MetOnAllOfColumns "met-on-all-of-columns" "whichever column it is, it is given, M5.22";
    UnsureWhichColumn "unsure-which-column" "some of the columns that it may be are given, M5.22";
    UnsureColumnsUntold "unsure-columns-untold" "some columns are given and the table's columns are not told, M5.22";
    UnsureDbTie "unsure-db-tie" "rows of equal rank differ, M3.8";
    UnsureTableTie "unsure-table-tie" "M5.7";
    UnsureColumnRows "unsure-column-rows" "it is not sure which row's columns count, M5.7, M2.10";
    UnsureRoutineAddress "unsure-routine-address" "with some address of the client a routine row would match, M5.4";
    UnsureVisibilityAddress "unsure-visibility-address" "with some address of the client a row in the database would match, M5.40";
    UnsureVisibilityTie "unsure-visibility-tie" "rows of equal rank differ, and some of them make the database visible, M3.8, M5.40";
    NeedOpen "need-open" "M3.8, M5.22";
    CheckFails "check-fails" "section 8";
    Refused "refused" "the first check that fails decides, section 8";
    NearOutranked "near-outranked" "another row comes first, M5.2";
    NearTableOutranked "near-table-outranked" "M5.7";
    NearHostDiffers "near-host-differs" "the row is for another host, M5.1";
    NearTableHostDiffers "near-table-host-differs" "M5.1";
    NearLostByRole "near-lost-by-role" "the row would count without an active role, M5.10";
    NearWithheld "near-withheld" "M7.60";
    NearHostTable "near-host-table" "M5.9";
    NearOnlyColumns "near-only-columns" "M5.22";
    NearIdleRoleGlobal "near-idle-role-global" "M9.14";
    NearIdleRoleDatabase "near-idle-role-database" "M9.14";
    NearIdleRoleTable "near-idle-role-table" "M9.14";
    NearIdleRoleRoutine "near-idle-role-routine" "M9.14";
}

impl Model {
    /// The rules that derived something here.
    pub fn fired(&self) -> BTreeSet<RuleName> {
        let mut fired = BTreeSet::new();
        fired.extend(self.host_admitted.iter().map(|t| t.1));
        fired.extend(self.account_candidate.iter().map(|t| match t.2 {
            User::ANONYMOUS => RuleName::CandidateAnonymous,
            _ => RuleName::CandidateNamed,
        }));
        fired.extend(self.account_outranked.iter().map(|t| t.3));
        fired.extend((!self.account_selected.is_empty()).then_some(RuleName::Selected));
        fired.extend((!self.account_named.is_empty()).then_some(RuleName::AccountNamed));
        fired.extend(self.address_decides.iter().map(|t| t.2));
        fired.extend(self.method_fails.iter().map(|t| t.3));
        fired.extend(self.login_open.iter().map(|t| t.2));
        fired.extend((!self.authenticated.is_empty()).then_some(RuleName::Authenticated));
        fired.extend((!self.proxy_candidate.is_empty()).then_some(RuleName::ProxyCandidate));
        fired.extend((!self.proxy_selected.is_empty()).then_some(RuleName::ProxySelected));
        fired.extend(self.effective.iter().map(|t| t.2));
        fired.extend(self.login_fails.iter().map(|t| t.2));
        fired.extend((!self.must_set_password.is_empty()).then_some(RuleName::MustSetPassword));
        fired.extend((!self.unknown_unmentioned.is_empty()).then_some(RuleName::UnknownUnmentioned));
        fired.extend((!self.login_refused.is_empty()).then_some(RuleName::LoginRefused));
        fired.extend((!self.role_grantee.is_empty()).then_some(RuleName::RoleGrantee));
        fired.extend((!self.role_seen.is_empty()).then_some(RuleName::RoleSeen));
        fired.extend(self.role_active.iter().map(|t| t.3));
        fired.extend(self.role_reached.iter().map(|t| t.2));
        fired.extend((!self.by_account.is_empty()).then_some(RuleName::ByAccount));
        fired.extend((!self.by_host.is_empty()).then_some(RuleName::ByHost));
        fired.extend(self.feeds.iter().map(|t| t.2));
        fired.extend(self.role_source.iter().map(|t| t.2));
        fired.extend((!self.global_fed.is_empty()).then_some(RuleName::GlobalFed));
        fired.extend(self.global_held.iter().map(|t| match t.2.table {
            Table::Kept => RuleName::GlobalKept,
            _ => RuleName::GlobalHeld,
        }));
        fired.extend(self.lifted.iter().map(|t| t.3));
        fired.extend((!self.withheld.is_empty()).then_some(RuleName::Withheld));
        fired.extend(self.db_candidate.iter().map(|t| t.4));
        fired.extend(self.db_outranked.iter().map(|t| t.4));
        fired.extend(self.role_db_candidate.iter().map(|t| t.5));
        fired.extend(self.db_chosen.iter().map(|t| t.3));
        fired.extend(self.db_unsure.iter().map(|t| t.4));
        fired.extend((!self.host_row_chosen.is_empty()).then_some(RuleName::HostRowChosen));
        fired.extend((!self.db_held.is_empty()).then_some(RuleName::DbHeld));
        fired.extend((!self.table_candidate.is_empty()).then_some(RuleName::TableCandidate));
        fired.extend(self.table_outranked.iter().map(|t| t.4));
        fired.extend(self.table_chosen.iter().map(|t| t.3));
        fired.extend(self.table_unsure.iter().map(|t| t.4));
        fired.extend((!self.table_held.is_empty()).then_some(RuleName::TableHeld));
        fired.extend(self.some_column_held.iter().map(|t| match t.3.table {
            Table::TablesPriv => RuleName::SomeColumnClaimed,
            _ => RuleName::SomeColumnHeld,
        }));
        fired.extend(self.column_held.iter().map(|t| t.4));
        fired.extend((!self.routine_candidate.is_empty()).then_some(RuleName::RoutineCandidate));
        fired.extend(self.routine_held.iter().map(|t| t.4));
        fired.extend(self.gives_on_database.iter().map(|t| t.4));
        fired.extend((!self.enters_by_global.is_empty()).then_some(RuleName::EntersByGlobal));
        fired.extend(self.gives_anew());
        fired.extend(self.gives_on_table.iter().map(|t| t.4));
        fired.extend(self.gives_on_column.iter().map(|t| t.4));
        fired.extend(self.gives_on_routine.iter().map(|t| t.4));
        fired.extend(self.database_visible.iter().map(|t| t.3));
        fired.extend(self.met.iter().map(|t| t.4));
        fired.extend(self.unsure.iter().map(|t| t.2));
        fired.extend((!self.need_open.is_empty()).then_some(RuleName::NeedOpen));
        fired.extend((!self.check_fails.is_empty()).then_some(RuleName::CheckFails));
        fired.extend((!self.refused.is_empty()).then_some(RuleName::Refused));
        fired.extend(self.near.iter().map(|t| t.4));
        fired
    }

    /// A tuple that is also one of the database's own is of the first rule.
    fn gives_anew(&self) -> impl Iterator<Item = RuleName> {
        let ever = |t: &rules::GivesAnew| {
            let same = |g: &&rules::GivesOnDatabase| (g.0, g.1, g.2, g.3) == (t.0, t.1, t.2, t.3);
            self.gives_on_database.iter().any(|g| same(&g))
        };
        self.gives_anew.iter().map(move |t| if ever(t) { RuleName::GivesAsEver } else { RuleName::GivesAnew })
    }
}
