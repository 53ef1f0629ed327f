//! What gives what: an object's privileges from all levels above it (M5.20, M5.21, M5.25).

use crate::facts::{Facts, base};
use crate::facts::id::{Account, Check, Client, Column, Database, DbText, Host, KeptLevel, Need, Routine, Session, Table, User, Witness};
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
    @input struct ClientDatabase(Client, Database);
    @input struct SessionOf(Session, Client, Account);
    @input struct RowGives(RowId, Privilege);
    @input struct DbRow(RowId, Account, User, Host, DbText, Rank);
    @input struct TableRow(RowId, Account, User, Host, Rank);
    @input struct RowInDatabase(RowId, Database);
    @input struct ColumnRow(RowId, RowId);
    @input struct RowClaimsColumns(RowId, Privilege);
    @input struct RoutineRow(RowId, Account, User, Host, Rank);
    @input struct ProcedureRow(RowId);
    @input struct DatabaseAsPattern(Database, Database);
    @input struct TableAsked(Client, Table, Database);
    @input struct ColumnAsked(Client, Column, Table);
    @input struct RoutineAsked(Client, Routine, Database);
    @input struct EverybodyHolds(Database, Privilege);
    @input struct EverybodyHoldsOnTable(Table, Privilege);
    @input struct NobodyHolds(Database, Privilege);
    @input struct OpensDatabase(Privilege);
    @input struct OpensDatabaseByTable(Privilege);
    @input struct NeedOf(Need, Check);
    @input struct NeedAnyOf(Need, Privilege);
    @input struct OnDatabase(Need, Database);
    @input struct OnDatabaseAnew(Need, Database);
    @input struct OnTable(Need, Table);
    @input struct OnAnyColumn(Need, Table);
    @input struct OnColumn(Need, Column);
    @input struct OnEveryColumn(Need, Table);
    @input struct OnOneOfColumns(Need, Column);
    @input struct OnAnyTableRow(Need, Table);
    @input struct OnRoutine(Need, Routine);
    @input struct OnShownRoutine(Need, Routine);
    @input struct OnVisible(Need, Database);
    @input struct OnParent(Need, Table);
    @input struct OnListedDatabase(Need, Database);
    @input struct OnListedTable(Need, Table);
    @input struct OnGrantsOfRole(Need, Account, Database);
    @input struct CurrentDatabase(Session, Database);
    @input struct KeptRow(Session, RowId, KeptLevel);
    @input struct RowNotBrought(Account, RowId);

    // ---- read: what the stages before derive ------------------------------------------------------------

    @input struct Effective(Session, Account, RuleName);
    @input struct ByAccount(Session);
    @input struct ByHost(Session, User);
    @input struct Feeds(Session, Account, RuleName);
    @input struct RoleSource(Session, Account, RuleName);
    @input struct Merged(Session, Account, Account);
    @input struct HostServes(Session, Host);
    @input struct GlobalHeld(Session, Privilege, RowId);
    @input struct Withheld(Session, Database, Privilege, RowId);
    @input struct SessionAsks(Session, Database);
    @input struct DbChosen(Session, Database, RowId, RuleName);
    @input struct DbUnsure(Session, Database, Privilege, RowId, RuleName);
    @input struct DbPossible(Session, Database, RowId, Rank);
    @input struct DbHeld(Session, Database, Privilege, RowId);
    @input struct TableHeld(Session, Table, Privilege, RowId);
    @input struct ColumnHeld(Session, Column, Privilege, RowId, RuleName);
    @input struct RoutineHeld(Session, Routine, Privilege, RowId, RuleName);

    // ---- derived ----------------------------------------------------------------------------------------

    // GivesOnDatabase(session, db, privilege, witness, rule): the session has the privilege on the database.
    @output
    #[derive(Debug, PartialOrd, Ord)]
    pub struct GivesOnDatabase(pub Session, pub Database, pub Privilege, pub Witness, pub RuleName);

    // database-from-global: M5.20 step 3
    GivesOnDatabase(session, db, privilege, Witness::Row(row), RuleName::DatabaseFromGlobal)
        <- GlobalHeld(session, privilege, row),
           SessionAsks(session, db),
           !Withheld(session, db, privilege, _),
           !NobodyHolds(db, privilege);

    // HeldGlobally(session, db, privilege): a global row gives the privilege on the database.
    struct HeldGlobally(Session, Database, Privilege);

    HeldGlobally(session, db, privilege)
        <- GlobalHeld(session, privilege, _),
           SessionAsks(session, db),
           !Withheld(session, db, privilege, _);

    // OperationLacking(session, db): what makes a database visible is not all held globally.
    struct OperationLacking(Session, Database);

    OperationLacking(session, db)
        <- SessionAsks(session, db),
           OpensDatabase(privilege),
           !HeldGlobally(session, db, privilege);

    // EntersByGlobal(session, db): made current without an active role, the database gives what the session holds globally.
    @output
    #[derive(Debug, PartialOrd, Ord)]
    pub struct EntersByGlobal(pub Session, pub Database);

    // enters-by-global: whoever holds all but GRANT OPTION globally is not looked up in the database's rows, M5.45
    EntersByGlobal(session, db)
        <- ByHost(session, _),
           SessionAsks(session, db),
           !ServerHas(Behaviour::GrantOptionOpensDatabase),
           !OperationLacking(session, db);

    // RowsNotTaken(session, db): it is current since the login, and its rows do not count.
    struct RowsNotTaken(Session, Database);

    RowsNotTaken(session, db)
        <- EntersByGlobal(session, db),
           SessionOf(session, client, _),
           ClientDatabase(client, db);

    // database-from-row: M5.20 step 5
    GivesOnDatabase(session, db, privilege, Witness::Row(row), RuleName::DatabaseFromRow)
        <- DbHeld(session, db, privilege, row),
           !CurrentDatabase(session, db),
           !RowsNotTaken(session, db),
           !NobodyHolds(db, privilege);

    // database-kept: what the current database gave when it was made current, M5.45
    GivesOnDatabase(session, db, privilege, Witness::Row(row), RuleName::DatabaseKept)
        <- CurrentDatabase(session, db),
           KeptRow(session, row, KeptLevel::Database),
           RowGives(row, privilege),
           !NobodyHolds(db, privilege);

    // database-for-everybody: M5.50
    GivesOnDatabase(session, db, privilege, Witness::Everybody, RuleName::DatabaseForEverybody)
        <- SessionAsks(session, db),
           EverybodyHolds(db, privilege);

    // GivesAnew(session, db, privilege, witness): looked up anew the rows give the privilege on the database. USE does that,
    // and GRANT and REVOKE on a database, even of the current one (M5.45).
    @output
    #[derive(Debug, PartialOrd, Ord)]
    pub struct GivesAnew(pub Session, pub Database, pub Privilege, pub Witness);

    // gives-as-ever: M5.45
    GivesAnew(session, db, privilege, witness)
        <- GivesOnDatabase(session, db, privilege, witness, rule),
           (rule != RuleName::DatabaseKept);

    // gives-anew: M5.45
    GivesAnew(session, db, privilege, Witness::Row(row))
        <- CurrentDatabase(session, db),
           DbHeld(session, db, privilege, row),
           !NobodyHolds(db, privilege);

    GivesAnew(session, db, privilege, Witness::Row(row))
        <- RowsNotTaken(session, db),
           DbHeld(session, db, privilege, row),
           !NobodyHolds(db, privilege);

    // GivesOnTable(session, table, privilege, witness, rule): the session has the privilege on the whole table.
    @output
    #[derive(Debug, PartialOrd, Ord)]
    pub struct GivesOnTable(pub Session, pub Table, pub Privilege, pub Witness, pub RuleName);

    // table-from-database: M5.21
    GivesOnTable(session, table, privilege, witness, RuleName::TableFromDatabase)
        <- GivesOnDatabase(session, db, privilege, witness, _),
           TableAsked(_, table, db);

    // table-from-row: M5.21
    GivesOnTable(session, table, privilege, Witness::Row(row), RuleName::TableFromRow)
        <- TableHeld(session, table, privilege, row);

    // table-for-everybody: M5.51
    GivesOnTable(session, table, privilege, Witness::Everybody, RuleName::TableForEverybody)
        <- Effective(session, _, _),
           SessionOf(session, client, _),
           TableAsked(client, table, _),
           EverybodyHoldsOnTable(table, privilege);

    // ChangesTable(need, table): the statement changes the table, and needs this for it.
    struct ChangesTable(Need, Table);

    ChangesTable(need, table)
        <- NeedInTable(need, table),
           NeedAnyOf(need, privilege),
           (privilege != Privilege::SELECT);

    // MetAboveTable(session, need): the global and the database level meet a need that is in a table.
    struct MetAboveTable(Session, Need);

    MetAboveTable(session, need)
        <- NeedInTable(need, table),
           NeedAnyOf(need, privilege),
           TableAsked(_, table, db),
           GivesOnDatabase(session, db, privilege, _, _);

    // TableRowFetched(session, table): the server looks for the table's row, because what changes the table is not all
    // met above it, nor what is checked together with that, or because the table is read apart from being inserted into.
    struct TableRowFetched(Session, Table);

    TableRowFetched(session, table)
        <- ChangesTable(need, table),
           NeedOf(need, check),
           NeedOf(beside, check),
           NeedInTable(beside, table),
           Effective(session, _, _),
           !MetAboveTable(session, beside);

    TableRowFetched(session, table)
        <- InsertsInto(table),
           ReadsFrom(table),
           Effective(session, _, _);

    // InsertsInto(table): the statement inserts into the table.
    struct InsertsInto(Table);

    InsertsInto(table)
        <- ChangesTable(need, table),
           NeedAnyOf(need, Privilege::INSERT);

    // ReadsFrom(table): the statement reads the table.
    struct ReadsFrom(Table);

    ReadsFrom(table)
        <- OnAnyColumn(need, table),
           NeedAnyOf(need, Privilege::SELECT);

    // TableRowUnseen(session, table): the statement may change the table without its row, so the server never
    // fetches the row, and what it gives on the whole table does not serve to read columns (M5.22).
    struct TableRowUnseen(Session, Table);

    TableRowUnseen(session, table)
        <- ServerHas(Behaviour::TableRowUnseenBelowWider),
           ChangesTable(_, table),
           Effective(session, _, _),
           !TableRowFetched(session, table);

    // GivesOnColumn(session, column, privilege, witness, rule): the session has the privilege on the column.
    @output
    #[derive(Debug, PartialOrd, Ord)]
    pub struct GivesOnColumn(pub Session, pub Column, pub Privilege, pub Witness, pub RuleName);

    // column-from-table: M5.22
    GivesOnColumn(session, column, privilege, witness, RuleName::ColumnFromTable)
        <- GivesOnTable(session, table, privilege, witness, from),
           (from != RuleName::TableFromRow),
           ColumnAsked(_, column, table);

    // column-from-table-row: M5.21, M5.22
    GivesOnColumn(session, column, privilege, Witness::Row(row), RuleName::ColumnFromTableRow)
        <- TableHeld(session, table, privilege, row),
           ColumnAsked(_, column, table),
           !TableRowUnseen(session, table);

    // column-from-row: M5.22
    GivesOnColumn(session, column, privilege, Witness::Row(row), RuleName::ColumnFromRow)
        <- ColumnHeld(session, column, privilege, row, _);

    // GivesOnRoutine(session, routine, privilege, witness, rule): the session has the privilege on the routine.
    @output
    #[derive(Debug, PartialOrd, Ord)]
    pub struct GivesOnRoutine(pub Session, pub Routine, pub Privilege, pub Witness, pub RuleName);

    // routine-from-database: M5.25
    GivesOnRoutine(session, routine, privilege, witness, RuleName::RoutineFromDatabase)
        <- GivesOnDatabase(session, db, privilege, witness, _),
           RoutineAsked(_, routine, db);

    // routine-from-row: M5.25
    GivesOnRoutine(session, routine, privilege, Witness::Row(row), RuleName::RoutineFromRow)
        <- RoutineHeld(session, routine, privilege, row, _);

    // DatabaseVisible(session, db, witness, rule): the session may make the database current and sees it listed (M5.40).
    @output
    #[derive(Debug, PartialOrd, Ord)]
    pub struct DatabaseVisible(pub Session, pub Database, pub Witness, pub RuleName);

    // visible-by-privilege: M5.40
    DatabaseVisible(session, db, witness, RuleName::VisibleByPrivilege)
        <- GivesAnew(session, db, privilege, witness),
           OpensDatabase(privilege);

    // visible-though-refused: in one of its own schemas the server gives the privilege to nobody, and it opens the
    // schema all the same, M5.40, M5.51
    DatabaseVisible(session, db, Witness::Row(row), RuleName::VisibleThoughRefused)
        <- NobodyHolds(db, privilege),
           OpensDatabase(privilege),
           GlobalHeld(session, privilege, row),
           SessionAsks(session, db);

    DatabaseVisible(session, db, Witness::Row(row), RuleName::VisibleThoughRefused)
        <- NobodyHolds(db, privilege),
           OpensDatabase(privilege),
           DbHeld(session, db, privilege, row);

    // visible-whichever-row: rows tie or may each come first, and every one of them opens the database, M3.8, M5.40
    DatabaseVisible(session, db, Witness::Row(row), RuleName::VisibleWhicheverRow)
        <- DbUnsure(session, db, privilege, row, _),
           OpensDatabase(privilege),
           !SomeRowCloses(session, db);

    // RowOpens(row): the row holds something that makes its database visible.
    struct RowOpens(RowId);

    RowOpens(row)
        <- DbRow(row, _, _, _, _, _),
           RowGives(row, privilege),
           OpensDatabase(privilege);

    // SomeRowCloses(session, db): of the rows that may each count for the database, one does not make it visible.
    struct SomeRowCloses(Session, Database);

    SomeRowCloses(session, db)
        <- DbChosen(session, db, row, RuleName::DbFirstMatch),
           !RowOpens(row);

    SomeRowCloses(session, db)
        <- DbPossible(session, db, row, _),
           !RowOpens(row);

    // visible-by-table: M5.40
    DatabaseVisible(session, db, Witness::Row(row), RuleName::VisibleByTable)
        <- ObjectRowServes(session, db, row),
           RowGives(row, privilege),
           OpensDatabaseByTable(privilege);

    // visible-by-column: M5.40
    DatabaseVisible(session, db, Witness::Row(row), RuleName::VisibleByColumn)
        <- ObjectRowServes(session, db, of),
           ColumnRow(row, of);

    // visible-by-claimed-column: M5.13, M5.40
    DatabaseVisible(session, db, Witness::Row(row), RuleName::VisibleByClaimedColumn)
        <- ObjectRowServes(session, db, row),
           RowClaimsColumns(row, _);

    // visible-by-routine: the client's host counts here, unlike in M5.4, M5.40
    DatabaseVisible(session, db, Witness::Row(row), RuleName::VisibleByRoutine)
        <- ObjectRowServes(session, db, row),
           RoutineRow(row, _, _, _, _),
           ByHost(session, _);

    // visible-by-procedure: with an active role functions do not count, M5.40
    DatabaseVisible(session, db, Witness::Row(row), RuleName::VisibleByProcedure)
        <- ObjectRowServes(session, db, row),
           ProcedureRow(row),
           ByAccount(session);

    // visible-by-grant-option: with an active role GRANT OPTION is enough, on the database, whose name is then taken as a
    // pattern as in GRANT, or on a table in it, M5.40, M7.12
    DatabaseVisible(session, db, Witness::Row(row), RuleName::VisibleByGrantOption)
        <- ByAccount(session),
           DatabaseAsPattern(db, pattern),
           DbHeld(session, pattern, Privilege::GRANT_OPTION, row);

    DatabaseVisible(session, db, Witness::Row(row), RuleName::VisibleByGrantOption)
        <- ByAccount(session),
           ObjectRowServes(session, db, row),
           TableRow(row, _, _, _, _),
           RowGives(row, Privilege::GRANT_OPTION);

    // visible-as-pattern: what counts for its name as a pattern opens it too, with an active role, M5.40
    DatabaseVisible(session, db, Witness::Row(row), RuleName::VisibleAsPattern)
        <- ByAccount(session),
           DatabaseAsPattern(db, pattern),
           DbHeld(session, pattern, privilege, row),
           OpensDatabase(privilege);

    // ObjectRowServes(session, db, row): a table or routine row in the database is the session's.
    @output
    #[derive(Debug, PartialOrd, Ord)]
    pub struct ObjectRowServes(pub Session, pub Database, pub RowId);

    ObjectRowServes(session, db, row)
        <- ByHost(session, user),
           SessionAsks(session, db),
           RowInDatabase(row, db),
           TableRow(row, _, user, host, _),
           HostServes(session, host);

    ObjectRowServes(session, db, row)
        <- ByHost(session, user),
           SessionAsks(session, db),
           RowInDatabase(row, db),
           RoutineRow(row, _, user, host, _),
           HostServes(session, host);

    // rows of the current role of MariaDB do, those of PUBLIC do not, M5.40
    ObjectRowServes(session, db, row)
        <- RoleSource(session, source, RuleName::SourceCurrentRole),
           Merged(session, source, role),
           SessionAsks(session, db),
           RowInDatabase(row, db),
           TableRow(row, role, _, _, _),
           !RowNotBrought(source, row);

    ObjectRowServes(session, db, row)
        <- RoleSource(session, source, RuleName::SourceCurrentRole),
           Merged(session, source, role),
           SessionAsks(session, db),
           RowInDatabase(row, db),
           RoutineRow(row, role, _, _, _),
           !RowNotBrought(source, row);

    ObjectRowServes(session, db, row)
        <- ByAccount(session),
           SessionAsks(session, db),
           RowInDatabase(row, db),
           TableRow(row, account, _, _, _),
           Feeds(session, account, _);

    ObjectRowServes(session, db, row)
        <- ByAccount(session),
           SessionAsks(session, db),
           RowInDatabase(row, db),
           RoutineRow(row, account, _, _, _),
           Feeds(session, account, _);

    // NeedInTable(need, table): the need is on this table or something in it.
    @output
    #[derive(Debug, PartialOrd, Ord)]
    pub struct NeedInTable(pub Need, pub Table);

    NeedInTable(need, table) <- OnTable(need, table);

    NeedInTable(need, table) <- OnAnyColumn(need, table);

    NeedInTable(need, table) <- OnEveryColumn(need, table);

    NeedInTable(need, table) <- OnAnyTableRow(need, table);

    NeedInTable(need, table) <- OnListedTable(need, table);

    NeedInTable(need, table) <- OnParent(need, table);

    NeedInTable(need, table) <- OnColumn(need, column), ColumnAsked(_, column, table);

    NeedInTable(need, table) <- OnOneOfColumns(need, column), ColumnAsked(_, column, table);

    // NeedInDatabase(need, db): the need is on this database or something in it.
    @output
    #[derive(Debug, PartialOrd, Ord)]
    pub struct NeedInDatabase(pub Need, pub Database);

    NeedInDatabase(need, db) <- OnDatabase(need, db);

    NeedInDatabase(need, db) <- OnDatabaseAnew(need, db);

    NeedInDatabase(need, db) <- OnGrantsOfRole(need, _, db);

    NeedInDatabase(need, db) <- OnVisible(need, db);

    NeedInDatabase(need, db) <- OnListedDatabase(need, db);

    NeedInDatabase(need, db) <- NeedInTable(need, table), TableAsked(_, table, db);

    NeedInDatabase(need, db) <- OnRoutine(need, routine), RoutineAsked(_, routine, db);

    NeedInDatabase(need, db) <- OnShownRoutine(need, routine), RoutineAsked(_, routine, db);
}

stage! {
    reads facts {
        server_has: ServerHas(behaviour),
        client_database: ClientDatabase(client, db),
        session_of: SessionOf(session, client, account),
        row_gives: RowGives(row, privilege),
        db_row: DbRow(row, account, user, host, db, rank),
        table_row: TableRow(row, account, user, host, rank),
        row_in_database: RowInDatabase(row, db),
        column_row: ColumnRow(row, of),
        row_claims_columns: RowClaimsColumns(row, privilege),
        routine_row: RoutineRow(row, account, user, host, rank),
        procedure_row: ProcedureRow(row),
        database_as_pattern: DatabaseAsPattern(db, pattern),
        table_asked: TableAsked(client, table, db),
        column_asked: ColumnAsked(client, column, table),
        routine_asked: RoutineAsked(client, routine, db),
        everybody_holds: EverybodyHolds(db, privilege),
        everybody_holds_on_table: EverybodyHoldsOnTable(table, privilege),
        nobody_holds: NobodyHolds(db, privilege),
        opens_database: OpensDatabase(privilege),
        opens_database_by_table: OpensDatabaseByTable(privilege),
        need_of: NeedOf(need, check),
        need_any_of: NeedAnyOf(need, privilege),
        on_database: OnDatabase(need, db),
        on_database_anew: OnDatabaseAnew(need, db),
        on_table: OnTable(need, table),
        on_any_column: OnAnyColumn(need, table),
        on_column: OnColumn(need, column),
        on_every_column: OnEveryColumn(need, table),
        on_one_of_columns: OnOneOfColumns(need, column),
        on_any_table_row: OnAnyTableRow(need, table),
        on_routine: OnRoutine(need, routine),
        on_shown_routine: OnShownRoutine(need, routine),
        on_visible: OnVisible(need, db),
        on_parent: OnParent(need, table),
        on_listed_database: OnListedDatabase(need, db),
        on_listed_table: OnListedTable(need, table),
        on_grants_of_role: OnGrantsOfRole(need, role, db),
        current_database: CurrentDatabase(session, db),
        kept_row: KeptRow(session, row, level),
        row_not_brought: RowNotBrought(role, row),
    }
    reads model {
        effective: Effective(session, account, rule),
        by_account: ByAccount(session),
        by_host: ByHost(session, user),
        feeds: Feeds(session, account, rule),
        role_source: RoleSource(session, role, rule),
        merged: Merged(session, source, role),
        host_serves: HostServes(session, host),
        global_held: GlobalHeld(session, privilege, row),
        withheld: Withheld(session, db, privilege, row),
        session_asks: SessionAsks(session, db),
        db_chosen: DbChosen(session, db, row, rule),
        db_unsure: DbUnsure(session, db, privilege, row, rule),
        db_possible: DbPossible(session, db, row, rank),
        db_held: DbHeld(session, db, privilege, row),
        table_held: TableHeld(session, table, privilege, row),
        column_held: ColumnHeld(session, column, privilege, row, rule),
        routine_held: RoutineHeld(session, routine, privilege, row, rule),
    }
    derives {
        gives_on_database: GivesOnDatabase,
        enters_by_global: EntersByGlobal,
        gives_anew: GivesAnew,
        gives_on_table: GivesOnTable,
        gives_on_column: GivesOnColumn,
        gives_on_routine: GivesOnRoutine,
        database_visible: DatabaseVisible,
        object_row_serves: ObjectRowServes,
        need_in_table: NeedInTable,
        need_in_database: NeedInDatabase,
    }
}
