//! The question: needs met, checks failed, the first refusal (M5.20–M5.25, section 8).

use crate::facts::{Facts, base};
use crate::facts::id::{Account, Check, Client, Column, Database, Host, Need, Routine, Session, Table, User, Witness};
use crate::model::Model;
use crate::server::behaviour::Behaviour;
use crate::server::catalogue::Privilege;
use crate::server::ordering::Rank;
use crate::tables::row::RowId;
use crepe::crepe;
use super::name::RuleName;

crepe! {
    // ---- read: base relations (each one's sentence stands in `facts.rs`) ----------------------------------

    @input struct ServerHas(Behaviour);
    @input struct SessionOf(Session, Client, Account);
    @input struct RowGives(RowId, Privilege);
    @input struct TableRow(RowId, Account, User, Host, Rank);
    @input struct RowInDatabase(RowId, Database);
    @input struct TableAsked(Client, Table, Database);
    @input struct RoutineAsked(Client, Routine, Database);
    @input struct TableHasColumn(Table, Column);
    @input struct ColumnsAreTold(Table);
    @input struct OpensDatabase(Privilege);
    @input struct CheckOf(Check, Client);
    @input struct NeedOf(Need, Check);
    @input struct NeedAnyOf(Need, Privilege);
    @input struct OnGlobal(Need);
    @input struct OnDatabase(Need, Database);
    @input struct OnDatabaseAnew(Need, Database);
    @input struct OnTable(Need, Table);
    @input struct OnAnyColumn(Need, Table);
    @input struct OnColumn(Need, Column);
    @input struct OnFirstColumn(Need, Column);
    @input struct OnEveryColumn(Need, Table);
    @input struct OnOneOfColumns(Need, Column);
    @input struct OnAnyTableRow(Need, Table);
    @input struct OnRoutine(Need, Routine);
    @input struct OnShownRoutine(Need, Routine);
    @input struct OnVisible(Need, Database);
    @input struct OnParent(Need, Table);
    @input struct ProcTable(Table);
    @input struct OnListedDatabase(Need, Database);
    @input struct ListedForEverybody(Database);
    @input struct OnListedTable(Need, Table);
    @input struct OnGrantable(Need, Database);
    @input struct RowPassesOn(RowId);
    @input struct OnGrantsOfRole(Need, Account, Database);
    @input struct OnRoleAdmin(Need, Account);
    @input struct RoleAdmin(Account, Account, RowId);
    @input struct OnProxyOf(Need, Account);
    @input struct ProxyPassesOn(Need, RowId);

    // ---- read: what the stages before derive ------------------------------------------------------------

    @input struct Effective(Session, Account, RuleName);
    @input struct RoleSeen(Session, Account);
    @input struct RoleActive(Session, Account, Witness, RuleName);
    @input struct ByHost(Session, User);
    @input struct Feeds(Session, Account, RuleName);
    @input struct HostMayServe(Session, Host);
    @input struct RoutineRowOn(RowId, Account, User, Host, Routine, Rank);
    @input struct GlobalHeld(Session, Privilege, RowId);
    @input struct Withheld(Session, Database, Privilege, RowId);
    @input struct DbUnsure(Session, Database, Privilege, RowId, RuleName);
    @input struct DbHeld(Session, Database, Privilege, RowId);
    @input struct TableChosen(Session, Table, RowId, RuleName);
    @input struct TableUnsure(Session, Table, Privilege, RowId, RuleName);
    @input struct SomeColumnHeld(Session, Table, Privilege, RowId);
    @input struct SomeColumnPossible(Session, Table, Privilege, RowId);
    @input struct ColumnHeld(Session, Column, Privilege, RowId, RuleName);
    @input struct RoutineCandidate(Session, Routine, RowId, Rank);
    @input struct RoutineOutranked(Session, Routine, RowId);
    @input struct RoleRoutineCandidate(Session, Account, Routine, RowId, Rank);
    @input struct RoleRoutineOutranked(Session, Account, Routine, RowId);
    @input struct GivesOnDatabase(Session, Database, Privilege, Witness, RuleName);
    @input struct GivesAnew(Session, Database, Privilege, Witness);
    @input struct GivesOnTable(Session, Table, Privilege, Witness, RuleName);
    @input struct GivesOnColumn(Session, Column, Privilege, Witness, RuleName);
    @input struct GivesOnRoutine(Session, Routine, Privilege, Witness, RuleName);
    @input struct DatabaseVisible(Session, Database, Witness, RuleName);
    @input struct ObjectRowServes(Session, Database, RowId);
    @input struct NeedInTable(Need, Table);
    @input struct NeedInDatabase(Need, Database);

    // ---- derived ----------------------------------------------------------------------------------------

    // Met(session, need, privilege, witness, rule): this gives what the need asks for.
    @output
    #[derive(Debug, PartialOrd, Ord)]
    pub struct Met(pub Session, pub Need, pub Privilege, pub Witness, pub RuleName);

    // met-globally: M5.20 step 4
    Met(session, need, privilege, Witness::Row(row), RuleName::MetGlobally)
        <- OnGlobal(need),
           NeedAnyOf(need, privilege),
           GlobalHeld(session, privilege, row);

    // met-on-database: M5.20
    Met(session, need, privilege, witness, RuleName::MetOnDatabase)
        <- OnDatabase(need, db),
           NeedAnyOf(need, privilege),
           GivesOnDatabase(session, db, privilege, witness, _);

    // met-on-database-anew: M5.45, M7.12
    Met(session, need, privilege, witness, RuleName::MetOnDatabaseAnew)
        <- OnDatabaseAnew(need, db),
           NeedAnyOf(need, privilege),
           GivesAnew(session, db, privilege, witness);

    // met-on-table: M5.21
    Met(session, need, privilege, witness, RuleName::MetOnTable)
        <- OnTable(need, table),
           NeedAnyOf(need, privilege),
           GivesOnTable(session, table, privilege, witness, _);

    // met-on-any-column-by-table: M5.23
    Met(session, need, privilege, witness, RuleName::MetOnAnyColumnByTable)
        <- OnAnyColumn(need, table),
           NeedAnyOf(need, privilege),
           GivesOnTable(session, table, privilege, witness, _);

    // met-on-any-column: M5.23
    Met(session, need, privilege, Witness::Row(row), RuleName::MetOnAnyColumn)
        <- OnAnyColumn(need, table),
           NeedAnyOf(need, privilege),
           SomeColumnHeld(session, table, privilege, row);

    // met-on-column: M5.22
    Met(session, need, privilege, witness, RuleName::MetOnColumn)
        <- OnColumn(need, column),
           NeedAnyOf(need, privilege),
           GivesOnColumn(session, column, privilege, witness, _);

    // met-by-first-column-row: of all columns the first is named only where no row names it, whatever the row gives, M5.22
    Met(session, need, privilege, Witness::Row(row), RuleName::MetByFirstColumnRow)
        <- OnFirstColumn(need, column),
           ColumnHeld(session, column, privilege, row, _);

    // met-on-every-column-by-table: M5.22
    Met(session, need, privilege, witness, RuleName::MetOnEveryColumnByTable)
        <- OnEveryColumn(need, table),
           NeedAnyOf(need, privilege),
           GivesOnTable(session, table, privilege, witness, _);

    // ColumnLacking(session, need): the schema tells a column of the table that the session lacks.
    struct ColumnLacking(Session, Need);

    ColumnLacking(session, need)
        <- OnEveryColumn(need, table),
           TableHasColumn(table, column),
           NeedAnyOf(need, privilege),
           Effective(session, _, _),
           !GivesOnColumn(session, column, privilege, _, _);

    // met-on-every-column: each column of the table is given by a row, M5.22
    Met(session, need, privilege, Witness::Row(row), RuleName::MetOnEveryColumn)
        <- OnEveryColumn(need, table),
           ColumnsAreTold(table),
           NeedAnyOf(need, privilege),
           SomeColumnHeld(session, table, privilege, row),
           !ColumnLacking(session, need);

    // met-on-any-table-row-by-database: M5.42
    Met(session, need, privilege, witness, RuleName::MetOnAnyTableRowByDatabase)
        <- OnAnyTableRow(need, table),
           TableAsked(_, table, db),
           NeedAnyOf(need, privilege),
           GivesOnDatabase(session, db, privilege, witness, _);

    // met-on-any-table-row: any row for the table will do, whatever it holds, M5.42
    Met(session, need, privilege, Witness::Row(row), RuleName::MetOnAnyTableRow)
        <- OnAnyTableRow(need, table),
           NeedAnyOf(need, privilege),
           TableChosen(session, table, row, _);

    // met-on-routine: M5.25
    Met(session, need, privilege, witness, RuleName::MetOnRoutine)
        <- OnRoutine(need, routine),
           NeedAnyOf(need, privilege),
           GivesOnRoutine(session, routine, privilege, witness, _);

    // met-on-shown-routine-globally: M8.3
    Met(session, need, privilege, Witness::Row(row), RuleName::MetOnShownRoutineGlobally)
        <- OnShownRoutine(need, routine),
           RoutineAsked(_, routine, db),
           NeedAnyOf(need, privilege),
           GlobalHeld(session, privilege, row),
           !Withheld(session, db, privilege, _);

    // met-on-shown-routine-by-database: SELECT on the database does not do, M8.3
    Met(session, need, privilege, witness, RuleName::MetOnShownRoutineByDatabase)
        <- OnShownRoutine(need, routine),
           RoutineAsked(_, routine, db),
           NeedAnyOf(need, privilege),
           (privilege != Privilege::SELECT),
           GivesOnDatabase(session, db, privilege, witness, _);

    // met-on-shown-routine: the row counts as without active roles, theirs do not, M5.4, M8.3
    Met(session, need, privilege, Witness::Row(row), RuleName::MetOnShownRoutine)
        <- OnShownRoutine(need, routine),
           NeedAnyOf(need, privilege),
           RoutineCandidate(session, routine, row, _),
           !RoutineOutranked(session, routine, row),
           RowGives(row, privilege);

    // met-on-shown-routine-of-role: in MariaDB rows of the current role count too, those of PUBLIC do not, M5.16, M8.3
    Met(session, need, privilege, Witness::Row(row), RuleName::MetOnShownRoutineOfRole)
        <- OnShownRoutine(need, routine),
           NeedAnyOf(need, privilege),
           RoleActive(session, role, _, _),
           RoleRoutineCandidate(session, role, routine, row, _),
           !RoleRoutineOutranked(session, role, routine, row),
           RowGives(row, privilege);

    // met-on-shown-routine-by-proc: who reads the server's table of routines sees them all, M8.3
    Met(session, need, Privilege::SELECT, witness, RuleName::MetOnShownRoutineByProc)
        <- OnShownRoutine(need, _),
           ProcTable(table),
           GivesOnTable(session, table, Privilege::SELECT, witness, _);

    // ParentSpoiled(session, need): one of the privileges is held on columns of the parent only, and the server then wants
    // it on the columns of the key, which it never asks for, M8.2
    struct ParentSpoiled(Session, Need);

    ParentSpoiled(session, need)
        <- OnParent(need, table),
           NeedAnyOf(need, privilege),
           SomeColumnHeld(session, table, privilege, _),
           !GivesOnTable(session, table, privilege, _, _);

    // met-on-parent: M8.2
    Met(session, need, privilege, witness, RuleName::MetOnParent)
        <- OnParent(need, table),
           NeedAnyOf(need, privilege),
           GivesOnTable(session, table, privilege, witness, _),
           !ParentSpoiled(session, need);

    // met-by-visibility: M5.40
    Met(session, need, Privilege::SHOW_DATABASES, witness, RuleName::MetByVisibility)
        <- OnVisible(need, db),
           DatabaseVisible(session, db, witness, rule),
           (rule != RuleName::VisibleByPrivilege);

    // met-by-visible-privilege: the current database is opened anew by the rows as they are now, M5.40, M5.45
    Met(session, need, Privilege::SHOW_DATABASES, witness, RuleName::MetByVisiblePrivilege)
        <- OnVisible(need, db),
           !ListsDatabase(need),
           DatabaseVisible(session, db, witness, RuleName::VisibleByPrivilege);

    // met-by-listed-privilege: and listed by what it gave when it was made current, M5.42, M5.45
    Met(session, need, Privilege::SHOW_DATABASES, witness, RuleName::MetByListedPrivilege)
        <- OnVisible(need, db),
           ListsDatabase(need),
           GivesOnDatabase(session, db, privilege, witness, _),
           OpensDatabase(privilege);

    // ListsDatabase(need): the tables of the database are to be listed, it is not to be made current.
    struct ListsDatabase(Need);

    ListsDatabase(need)
        <- OnVisible(need, _),
           NeedAnyOf(need, Privilege::GRANT_OPTION);

    // met-by-table-grant-option: to list tables, GRANT OPTION on one of them is enough, M5.42, M8.3
    Met(session, need, Privilege::GRANT_OPTION, Witness::Row(row), RuleName::MetByTableGrantOption)
        <- OnVisible(need, db),
           NeedAnyOf(need, Privilege::GRANT_OPTION),
           ObjectRowServes(session, db, row),
           TableRow(row, _, _, _, _),
           RowGives(row, Privilege::GRANT_OPTION);

    // met-by-any-global-privilege: to list tables, any global privilege at all is enough, M8.3
    Met(session, need, Privilege::GRANT_OPTION, Witness::Row(row), RuleName::MetByAnyGlobalPrivilege)
        <- ServerHas(Behaviour::AnyGlobalListsTables),
           OnVisible(need, _),
           NeedAnyOf(need, Privilege::GRANT_OPTION),
           GlobalHeld(session, _, row);

    // met-by-listing-visible: SHOW DATABASES lists what can be made current, M5.41
    Met(session, need, Privilege::SHOW_DATABASES, witness, RuleName::MetByListingVisible)
        <- OnListedDatabase(need, db),
           DatabaseVisible(session, db, witness, _);

    // met-by-listing-all: M5.41
    Met(session, need, privilege, Witness::Row(row), RuleName::MetByListingAll)
        <- OnListedDatabase(need, _),
           NeedAnyOf(need, privilege),
           GlobalHeld(session, privilege, row);

    // met-by-listing-for-everybody: M5.41
    Met(session, need, Privilege::SHOW_DATABASES, Witness::Everybody, RuleName::MetByListingForEverybody)
        <- OnListedDatabase(need, db),
           ListedForEverybody(db),
           Effective(session, _, _);

    // met-by-listing-grant-option: GRANT OPTION on the database or on something in it lists a database even where it
    // does not open it, M5.41
    Met(session, need, Privilege::GRANT_OPTION, Witness::Row(row), RuleName::MetByListingGrantOption)
        <- OnListedDatabase(need, db),
           DbHeld(session, db, Privilege::GRANT_OPTION, row);

    Met(session, need, Privilege::GRANT_OPTION, Witness::Row(row), RuleName::MetByListingGrantOption)
        <- OnListedDatabase(need, db),
           ObjectRowServes(session, db, row),
           TableRow(row, _, _, _, _),
           RowGives(row, Privilege::GRANT_OPTION);

    // met-on-listed-table: M5.42
    Met(session, need, privilege, witness, RuleName::MetOnListedTable)
        <- OnListedTable(need, table),
           NeedAnyOf(need, privilege),
           GivesOnTable(session, table, privilege, witness, _);

    // met-on-listed-table-row: any row for the table will do, whatever it holds, M5.42
    Met(session, need, Privilege::GRANT_OPTION, Witness::Row(row), RuleName::MetOnListedTableRow)
        <- OnListedTable(need, table),
           TableChosen(session, table, row, _);

    // met-by-passing-on: a dynamic privilege with its own grant option, M7.12
    Met(session, need, privilege, Witness::Row(row), RuleName::MetByPassingOn)
        <- OnGrantable(need, _),
           NeedAnyOf(need, privilege),
           GlobalHeld(session, privilege, row),
           RowPassesOn(row);

    // met-by-writing-grants: UPDATE on the database mysql serves as well, M7.12
    Met(session, need, Privilege::UPDATE, witness, RuleName::MetByWritingGrants)
        <- OnGrantable(need, db),
           GivesOnDatabase(session, db, Privilege::UPDATE, witness, _);

    // met-by-role-administration: a privilege over all roles, M7.31
    Met(session, need, privilege, Witness::Row(row), RuleName::MetByRoleAdministration)
        <- OnRoleAdmin(need, _),
           NeedAnyOf(need, privilege),
           GlobalHeld(session, privilege, row);

    // met-by-admin-option: on the account's own edge or a role's, M7.31
    Met(session, need, Privilege::GRANT_OPTION, Witness::Row(row), RuleName::MetByAdminOption)
        <- OnRoleAdmin(need, role),
           RoleAdmin(role, to, row),
           Administers(session, to);

    // Administers(session, account): the session may grant the roles that this account or role has with the admin option: its
    // active roles count, in MariaDB all roles that it has been granted, active or not, but not PUBLIC (M7.31, M7.41).
    struct Administers(Session, Account);

    Administers(session, account)
        <- Feeds(session, account, _),
           !ServerHas(Behaviour::RolesAreNames);

    Administers(session, account)
        <- ServerHas(Behaviour::RolesAreNames),
           Effective(session, account, _);

    Administers(session, role)
        <- RoleSeen(session, role);

    // met-by-reading-grants: whoever reads the grant tables may be shown them, M6.15
    Met(session, need, privilege, witness, RuleName::MetByReadingGrants)
        <- OnGrantsOfRole(need, _, db),
           NeedAnyOf(need, privilege),
           GivesOnDatabase(session, db, privilege, witness, _);

    // met-by-current-role: everybody may see what his current role has, M6.15
    Met(session, need, privilege, witness, RuleName::MetByCurrentRole)
        <- OnGrantsOfRole(need, role, _),
           NeedAnyOf(need, privilege),
           RoleActive(session, role, witness, _);

    // met-by-being-proxied: everybody may let others stand in for himself, M4.16
    Met(session, need, Privilege::GRANT_OPTION, Witness::Everybody, RuleName::MetByBeingProxied)
        <- OnProxyOf(need, account),
           Effective(session, account, _);

    // met-by-proxy-grant: M4.16
    Met(session, need, Privilege::GRANT_OPTION, Witness::Row(row), RuleName::MetByProxyGrant)
        <- ProxyPassesOn(need, row),
           Effective(session, _, _);

    // OneOfLacking(session, need, privilege): one of the columns that it may be is not given.
    struct OneOfLacking(Session, Need, Privilege);

    OneOfLacking(session, need, privilege)
        <- OnOneOfColumns(need, column),
           NeedAnyOf(need, privilege),
           Effective(session, _, _),
           !GivesOnColumn(session, column, privilege, _, _);

    // met-on-all-of-columns: whichever column it is, it is given, M5.22
    Met(session, need, privilege, witness, RuleName::MetOnAllOfColumns)
        <- OnOneOfColumns(need, column),
           NeedAnyOf(need, privilege),
           GivesOnColumn(session, column, privilege, witness, _),
           !OneOfLacking(session, need, privilege);

    // Unsure(session, need, rule): whether the need is met depends on something that is not known.
    @output
    #[derive(Debug, PartialOrd, Ord)]
    pub struct Unsure(pub Session, pub Need, pub RuleName);

    // unsure-which-column: some of the columns that it may be are given, M5.22
    Unsure(session, need, RuleName::UnsureWhichColumn)
        <- OnOneOfColumns(need, column),
           NeedAnyOf(need, privilege),
           GivesOnColumn(session, column, privilege, _, _),
           OneOfLacking(session, need, privilege);

    // unsure-columns-untold: some columns are given and the table's columns are not told, M5.22
    Unsure(session, need, RuleName::UnsureColumnsUntold)
        <- OnEveryColumn(need, table),
           !ColumnsAreTold(table),
           NeedAnyOf(need, privilege),
           SomeColumnHeld(session, table, privilege, _);

    // unsure-db-tie: rows of equal rank differ, M3.8
    Unsure(session, need, RuleName::UnsureDbTie)
        <- NeedInDatabase(need, db),
           NeedAnyOf(need, privilege),
           DbUnsure(session, db, privilege, _, _);

    // unsure-table-tie: M5.7
    Unsure(session, need, RuleName::UnsureTableTie)
        <- NeedInTable(need, table),
           NeedAnyOf(need, privilege),
           TableUnsure(session, table, privilege, _, _);

    // unsure-column-rows: it is not sure which row's columns count, M5.7, M2.10
    Unsure(session, need, RuleName::UnsureColumnRows)
        <- NeedInTable(need, table),
           NeedAnyOf(need, privilege),
           SomeColumnPossible(session, table, privilege, _);

    // unsure-routine-address: with some address of the client a routine row would match, M5.4
    Unsure(session, need, RuleName::UnsureRoutineAddress)
        <- OnRoutine(need, routine),
           NeedAnyOf(need, privilege),
           RoutinePossible(session, routine, row),
           RowGives(row, privilege);

    // RoutinePossible(session, routine, row): with some address of the client the row would match.
    struct RoutinePossible(Session, Routine, RowId);

    RoutinePossible(session, routine, row)
        <- ByHost(session, user),
           RoutineRowOn(row, _, user, host, routine, _),
           HostMayServe(session, host);

    // unsure-visibility-address: with some address of the client a row in the database would match, M5.40
    Unsure(session, need, RuleName::UnsureVisibilityAddress)
        <- NeedsVisible(need, db),
           RowInDatabase(row, db),
           TableRow(row, _, user, host, _),
           ByHost(session, user),
           HostMayServe(session, host);

    // unsure-visibility-tie: rows of equal rank differ, and some of them make the database visible, M3.8, M5.40
    Unsure(session, need, RuleName::UnsureVisibilityTie)
        <- NeedsVisible(need, db),
           DbUnsure(session, db, privilege, _, _),
           OpensDatabase(privilege);

    // NeedsVisible(need, db): the database must be visible, or listed.
    struct NeedsVisible(Need, Database);

    NeedsVisible(need, db) <- OnVisible(need, db);

    NeedsVisible(need, db) <- OnListedDatabase(need, db);

    // NeedMet(session, need): something gives what the need asks for.
    struct NeedMet(Session, Need);

    NeedMet(session, need) <- Met(session, need, _, _, _);

    // NeedOpen(session, need): whether it is met is not known.
    @output
    #[derive(Debug, PartialOrd, Ord)]
    pub struct NeedOpen(pub Session, pub Need);

    // need-open: M3.8, M5.22
    NeedOpen(session, need)
        <- Unsure(session, need, _),
           !NeedMet(session, need);

    // CheckFails(session, check, need): the check fails because nothing meets this need.
    @output
    #[derive(Debug, PartialOrd, Ord)]
    pub struct CheckFails(pub Session, pub Check, pub Need);

    // check-fails: section 8
    CheckFails(session, check, need)
        <- Effective(session, _, _),
           SessionOf(session, client, _),
           CheckOf(check, client),
           NeedOf(need, check),
           !NeedMet(session, need),
           !NeedOpen(session, need);

    // FailsBefore(session, check): an earlier check fails too.
    struct FailsBefore(Session, Check);

    FailsBefore(session, check)
        <- CheckFails(session, check, _),
           CheckFails(other, earlier, _),
           (other == session && earlier < check);

    // Refused(session, check): the statement is refused, and this check's error is the one the client sees.
    @output
    #[derive(Debug, PartialOrd, Ord)]
    pub struct Refused(pub Session, pub Check);

    // refused: the first check that fails decides, section 8
    Refused(session, check)
        <- CheckFails(session, check, _),
           !FailsBefore(session, check);
}

stage! {
    reads facts {
        server_has: ServerHas(behaviour),
        session_of: SessionOf(session, client, account),
        row_gives: RowGives(row, privilege),
        table_row: TableRow(row, account, user, host, rank),
        row_in_database: RowInDatabase(row, db),
        table_asked: TableAsked(client, table, db),
        routine_asked: RoutineAsked(client, routine, db),
        table_has_column: TableHasColumn(table, column),
        columns_are_told: ColumnsAreTold(table),
        opens_database: OpensDatabase(privilege),
        check_of: CheckOf(check, client),
        need_of: NeedOf(need, check),
        need_any_of: NeedAnyOf(need, privilege),
        on_global: OnGlobal(need),
        on_database: OnDatabase(need, db),
        on_database_anew: OnDatabaseAnew(need, db),
        on_table: OnTable(need, table),
        on_any_column: OnAnyColumn(need, table),
        on_column: OnColumn(need, column),
        on_first_column: OnFirstColumn(need, column),
        on_every_column: OnEveryColumn(need, table),
        on_one_of_columns: OnOneOfColumns(need, column),
        on_any_table_row: OnAnyTableRow(need, table),
        on_routine: OnRoutine(need, routine),
        on_shown_routine: OnShownRoutine(need, routine),
        on_visible: OnVisible(need, db),
        on_parent: OnParent(need, table),
        proc_table: ProcTable(table),
        on_listed_database: OnListedDatabase(need, db),
        listed_for_everybody: ListedForEverybody(db),
        on_listed_table: OnListedTable(need, table),
        on_grantable: OnGrantable(need, db),
        row_passes_on: RowPassesOn(row),
        on_grants_of_role: OnGrantsOfRole(need, role, db),
        on_role_admin: OnRoleAdmin(need, role),
        role_admin: RoleAdmin(role, to, row),
        on_proxy_of: OnProxyOf(need, account),
        proxy_passes_on: ProxyPassesOn(need, row),
    }
    reads model {
        effective: Effective(session, account, rule),
        role_seen: RoleSeen(session, role),
        role_active: RoleActive(session, role, witness, rule),
        by_host: ByHost(session, user),
        feeds: Feeds(session, account, rule),
        host_may_serve: HostMayServe(session, host),
        routine_row_on: RoutineRowOn(row, account, user, host, routine, rank),
        global_held: GlobalHeld(session, privilege, row),
        withheld: Withheld(session, db, privilege, row),
        db_unsure: DbUnsure(session, db, privilege, row, rule),
        db_held: DbHeld(session, db, privilege, row),
        table_chosen: TableChosen(session, table, row, rule),
        table_unsure: TableUnsure(session, table, privilege, row, rule),
        some_column_held: SomeColumnHeld(session, table, privilege, row),
        some_column_possible: SomeColumnPossible(session, table, privilege, row),
        column_held: ColumnHeld(session, column, privilege, row, rule),
        routine_candidate: RoutineCandidate(session, routine, row, rank),
        routine_outranked: RoutineOutranked(session, routine, loser),
        role_routine_candidate: RoleRoutineCandidate(session, source, routine, row, rank),
        role_routine_outranked: RoleRoutineOutranked(session, source, routine, row),
        gives_on_database: GivesOnDatabase(session, db, privilege, witness, rule),
        gives_anew: GivesAnew(session, db, privilege, witness),
        gives_on_table: GivesOnTable(session, table, privilege, witness, rule),
        gives_on_column: GivesOnColumn(session, column, privilege, witness, rule),
        gives_on_routine: GivesOnRoutine(session, routine, privilege, witness, rule),
        database_visible: DatabaseVisible(session, db, witness, rule),
        object_row_serves: ObjectRowServes(session, db, row),
        need_in_table: NeedInTable(need, table),
        need_in_database: NeedInDatabase(need, db),
    }
    derives {
        met: Met,
        unsure: Unsure,
        need_open: NeedOpen,
        check_fails: CheckFails,
        refused: Refused,
    }
}
