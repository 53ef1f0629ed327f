//! Facts: one documented list per base relation of the program.
//!
//! Facts copy what the grant tables, the server, the client and the question say. Nothing here decides:
//! what matches and how rows rank comes from `matching` and `server::ordering`, the rest is for the rules.

pub mod extract;
pub mod id;
pub mod index;
pub mod objects;

macro_rules! facts {
    ($($(#[doc = $doc:literal])+ $field:ident: $relation:ident($($of:ident),+),)*) => {
        /// The base relations: their tuples.
        pub mod base {
            use super::id::*;
            use crate::server::behaviour::Behaviour;
            use crate::server::catalogue::Privilege;
            use crate::server::ordering::Rank;
            use crate::server::variables::Variable;
            use crate::tables::row::RowId;

            $($(#[doc = $doc])+
            #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
            pub struct $relation($(pub $of),+);)*
        }

        /// The base relations of one evaluation.
        #[derive(Debug, Clone, Default)]
        pub struct Facts {
            $($(#[doc = $doc])+ pub $field: Vec<base::$relation>,)*
        }
    };
}

facts! {
    /// `ClientUser(client, user)`: the client gives this user name.
    client_user: ClientUser(Client, User),
    /// `ClientIs(client, is)`: this is true of the client.
    client_is: ClientIs(Client, ClientTrait),
    /// `ClientDatabase(client, db)`: the connection names this default database.
    client_database: ClientDatabase(Client, Database),
    /// `WantsRole(client, role)`: the client activates this role by name.
    wants_role: WantsRole(Client, Account),
    /// `HostMatches(client, host)`: the host text matches the client, by name or address (M2.10).
    host_matches: HostMatches(Client, Host),
    /// `HostMayMatch(client, host)`: it does not match what is known of the client, but some address would.
    host_may_match: HostMayMatch(Client, Host),
    /// `HostOfRoles(host)`: the host text matches a client without name and address: that is how the rows of a role are looked up by MariaDB (M5.16).
    host_of_roles: HostOfRoles(Host),
    /// `HostEquals(client, host)`: the host text is the client's name or address, letter by letter (M2.20).
    host_equals: HostEquals(Client, Host),
    /// `HostInUse(host)`: some account row has this host text.
    host_in_use: HostInUse(Host),
    /// `HostIsWild(host)`: the pre-check matches this host text as a pattern (M2.20 step 2).
    host_is_wild: HostIsWild(Host),
    /// `AdmitsEveryHost(client)`: some account with host `%` or '' lets everybody pass the pre-check (M2.20 step 1).
    admits_every_host: AdmitsEveryHost(Client),
    /// `ServerHas(behaviour)`: the server has this behaviour.
    server_has: ServerHas(Behaviour),
    /// `SettingOn(variable)`: this variable is ON.
    setting_on: SettingOn(Variable),
    /// `AccountRow(account, user, host, rank, row)`: `mysql.user` has this row; the smaller rank is tried first (M3.4, M3.5).
    account_row: AccountRow(Account, User, Host, Rank, RowId),
    /// `ArrayOrder(account, position)`: among rows of equal rank the server holds this one at that place (M3.8).
    array_order: ArrayOrder(Account, Position),
    /// `RowOrder(row, position)`: among rows of equal rank the server finds this one at that place (M3.8, M5.7).
    row_order: RowOrder(RowId, Position),
    /// `AccountIs(account, is)`: this is true of the account.
    account_is: AccountIs(Account, AccountTrait),
    /// `AccountName(account, user, host)`: the account's name, whether or not `mysql.user` has a row for it.
    account_name: AccountName(Account, User, Host),
    /// `AuthMethod(account, method, kind)`: the account can prove itself this way; methods are tried in order (M4.9).
    auth_method: AuthMethod(Account, Method, MethodKind),
    /// `Decoy(client, account)`: if no account is the client's, the server goes through the methods of this one and fails in the end (M4.4).
    decoy: Decoy(Client, Account),
    /// `SocketPeerFits(session, method)`: the client is on a socket and its OS user is one that the method admits (M4.8).
    socket_peer_fits: SocketPeerFits(Session, Method),
    /// `SessionOf(session, client, account)`: the session that this client has if that account row is selected.
    session_of: SessionOf(Session, Client, Account),
    /// `ProxyFits(session, row, rank)`: this `proxies_priv` row's host, proxied host and user fit (M4.13).
    proxy_fits: ProxyFits(Session, RowId, Rank),
    /// `ProxyRow(row, proxied)`: the row lets its user stand in for this account, which has a user name.
    proxy_row: ProxyRow(RowId, Account),
    /// `RoleEdge(role, to, row)`: the role is granted to the account.
    role_edge: RoleEdge(Account, Account, RowId),
    /// `DefaultRole(account, role, row)`: the role is a default role of the account.
    default_role: DefaultRole(Account, Account, RowId),
    /// `MandatoryRole(role)`: `mandatory_roles` names it and it exists (M7.38).
    mandatory_role: MandatoryRole(Account),
    /// `RowGives(row, privilege)`: the row holds this privilege.
    row_gives: RowGives(RowId, Privilege),
    /// `GlobalRow(row, account)`: the row of `user` or `global_grants` holds global privileges of the account.
    global_row: GlobalRow(RowId, Account),
    /// `Restriction(row, account, db, privilege)`: a partial revoke takes the privilege away in that database (M7.60).
    restriction: Restriction(RowId, Account, DbText, Privilege),
    /// `DbRow(row, account, user, host, db, rank)`: `mysql.db` has this row (M5.1).
    db_row: DbRow(RowId, Account, User, Host, DbText, Rank),
    /// `GrantedSinceLoad(row)`: GRANT made this row of `mysql.db`, and the tables were not loaded since (M5.3).
    granted_since_load: GrantedSinceLoad(RowId),
    /// `HostRow(row, host, db, rank)`: `mysql.host` has this row (M5.9).
    host_row: HostRow(RowId, Host, DbText, Rank),
    /// `DbMatches(db, text)`: the database name matches the text as a pattern (M5.5).
    db_matches: DbMatches(Database, DbText),
    /// `DbEquals(db, text)`: the database name is the text.
    db_equals: DbEquals(Database, DbText),
    /// `DbEqualsIgnoringCase(db, text)`: the database name is the text, but for the case of letters (M5.12).
    db_equals_ignoring_case: DbEqualsIgnoringCase(Database, DbText),
    /// `DbTextIsWild(text)`: the text has a `%` or `_` anywhere, escaped or not (M5.12).
    db_text_is_wild: DbTextIsWild(DbText),
    /// `DbTextOrder(text, position)`: the text's place in byte order (M5.12).
    db_text_order: DbTextOrder(DbText, Position),
    /// `TableRow(row, account, user, host, rank)`: `tables_priv` has this row (M5.1).
    table_row: TableRow(RowId, Account, User, Host, Rank),
    /// `RowOnTable(row, table)`: the `tables_priv` row is for exactly this table.
    row_on_table: RowOnTable(RowId, Table),
    /// `RowInDatabase(row, db)`: the `tables_priv` or `procs_priv` row is for something in exactly this database.
    row_in_database: RowInDatabase(RowId, Database),
    /// `ColumnRow(row, of)`: the `columns_priv` row belongs to that `tables_priv` row.
    column_row: ColumnRow(RowId, RowId),
    /// `RowClaimsColumns(row, privilege)`: the `tables_priv` row says that some column has the privilege, and none has it (M5.13).
    row_claims_columns: RowClaimsColumns(RowId, Privilege),
    /// `RowOnColumn(row, column)`: the `columns_priv` row names this column, but for the case of letters.
    row_on_column: RowOnColumn(RowId, Column),
    /// `RowSpellsColumn(row, column)`: it names this column letter by letter (M5.13).
    row_spells_column: RowSpellsColumn(RowId, Column),
    /// `RoutineRow(row, account, user, host, rank)`: `procs_priv` has this row.
    routine_row: RoutineRow(RowId, Account, User, Host, Rank),
    /// `ProcedureRow(row)`: the `procs_priv` row is for a procedure.
    procedure_row: ProcedureRow(RowId),
    /// `RowOnRoutine(row, routine)`: the `procs_priv` row is for this routine.
    row_on_routine: RowOnRoutine(RowId, Routine),
    /// `AccountHostMatches(client, account, host)`: the host text matches the account's own host text taken as a name, or the client's address: that is how routine rows are looked up (M5.4).
    account_host_matches: AccountHostMatches(Client, Account, Host),
    /// `DatabaseAsked(client, db)`: the question needs to know about this database.
    database_asked: DatabaseAsked(Client, Database),
    /// `DatabaseAsPattern(db, pattern)`: the name of the database, and the same text taken as a pattern (M5.40).
    database_as_pattern: DatabaseAsPattern(Database, Database),
    /// `DatabaseAbsent(db)`: the policy tells that this database was dropped.
    database_absent: DatabaseAbsent(Database),
    /// `TableAsked(client, table, db)`: the question needs to know about this table of that database.
    table_asked: TableAsked(Client, Table, Database),
    /// `ColumnAsked(client, column, table)`: the question needs to know about this column of that table.
    column_asked: ColumnAsked(Client, Column, Table),
    /// `RoutineAsked(client, routine, db)`: the question needs to know about this routine of that database.
    routine_asked: RoutineAsked(Client, Routine, Database),
    /// `TableHasColumn(table, column)`: the schema tells that the table has this column.
    table_has_column: TableHasColumn(Table, Column),
    /// `ColumnsAreTold(table)`: the schema tells all columns of the table.
    columns_are_told: ColumnsAreTold(Table),
    /// `EverybodyHolds(db, privilege)`: the server gives it to everybody (M5.50).
    everybody_holds: EverybodyHolds(Database, Privilege),
    /// `EverybodyHoldsOnTable(table, privilege)`: the server gives it to everybody (M5.51).
    everybody_holds_on_table: EverybodyHoldsOnTable(Table, Privilege),
    /// `NobodyHolds(db, privilege)`: the server refuses it to everybody, whatever the rows say (M5.50, M5.51).
    nobody_holds: NobodyHolds(Database, Privilege),
    /// `OpensDatabase(privilege)`: holding it on a database or globally makes the database visible (M5.40).
    opens_database: OpensDatabase(Privilege),
    /// `OpensDatabaseByTable(privilege)`: holding it on a table or column makes the table's database visible (M5.40).
    opens_database_by_table: OpensDatabaseByTable(Privilege),
    /// `CheckOf(check, client)`: the question makes this check.
    check_of: CheckOf(Check, Client),
    /// `NeedOf(need, check)`: the check has this need, all of which must be met.
    need_of: NeedOf(Need, Check),
    /// `NeedAnyOf(need, privilege)`: the privilege is one of those that meet the need.
    need_any_of: NeedAnyOf(Need, Privilege),
    /// `OnGlobal(need)`: only global privileges meet it.
    on_global: OnGlobal(Need),
    /// `OnDatabase(need, db)`: it is on this database.
    on_database: OnDatabase(Need, Database),
    /// `OnDatabaseAnew(need, db)`: it is on the databases that this text stands for, whose rows are looked up anew (M7.12).
    on_database_anew: OnDatabaseAnew(Need, Database),
    /// `OnTable(need, table)`: it is on this table.
    on_table: OnTable(Need, Table),
    /// `OnAnyColumn(need, table)`: any column of this table is enough (M5.23).
    on_any_column: OnAnyColumn(Need, Table),
    /// `OnColumn(need, column)`: it is on this column.
    on_column: OnColumn(Need, Column),
    /// `OnFirstColumn(need, column)`: all columns of its table are needed, and it is the first of them (M5.22).
    on_first_column: OnFirstColumn(Need, Column),
    /// `OnEveryColumn(need, table)`: it is on all columns of this table (M5.22).
    on_every_column: OnEveryColumn(Need, Table),
    /// `OnOneOfColumns(need, column)`: it is on one of these columns, and which one is not known.
    on_one_of_columns: OnOneOfColumns(Need, Column),
    /// `OnAnyTableRow(need, table)`: any `tables_priv` row for the table meets it too (M5.42).
    on_any_table_row: OnAnyTableRow(Need, Table),
    /// `OnRoutine(need, routine)`: it is on this routine.
    on_routine: OnRoutine(Need, Routine),
    /// `OnShownRoutine(need, routine)`: it is to show this routine.
    on_shown_routine: OnShownRoutine(Need, Routine),
    /// `OnVisible(need, db)`: the database must be visible (M5.40).
    on_visible: OnVisible(Need, Database),
    /// `OnParent(need, table)`: the table is the parent of a foreign key, and any of the privileges on the whole of it is enough (M8.2).
    on_parent: OnParent(Need, Table),
    /// `ProcTable(table)`: the table of the server that has all routines (M8.3).
    proc_table: ProcTable(Table),
    /// `OnListedDatabase(need, db)`: the database must be one that SHOW DATABASES lists (M5.41).
    on_listed_database: OnListedDatabase(Need, Database),
    /// `ListedForEverybody(db)`: SHOW DATABASES lists it whatever the session holds (M5.41).
    listed_for_everybody: ListedForEverybody(Database),
    /// `OnListedTable(need, table)`: the table must be one that SHOW TABLES lists (M5.42).
    on_listed_table: OnListedTable(Need, Table),
    /// `OnGrantable(need, db)`: the dynamic privilege is to be passed on; the database is `mysql` (M7.12).
    on_grantable: OnGrantable(Need, Database),
    /// `OnGrantsOfRole(need, role, db)`: the grants of the role are to be shown; the database is `mysql` (M6.15).
    on_grants_of_role: OnGrantsOfRole(Need, Account, Database),
    /// `RowPassesOn(row)`: the row of `global_grants` has its grant option.
    row_passes_on: RowPassesOn(RowId),
    /// `GlobalNotBrought(role, below)`: the server has not brought the global privileges of the role below to the one that has it (M5.16).
    global_not_brought: GlobalNotBrought(Account, Account),
    /// `RowNotBrought(role, row)`: nor this row of a role below (M5.16).
    row_not_brought: RowNotBrought(Account, RowId),
    /// `OnRoleAdmin(need, role)`: the role is to be passed on (M7.31).
    on_role_admin: OnRoleAdmin(Need, Account),
    /// `RoleAdmin(role, to, row)`: the role is granted to the account with its admin option.
    role_admin: RoleAdmin(Account, Account, RowId),
    /// `OnProxyOf(need, account)`: others are to be let stand in for this account (M4.16).
    on_proxy_of: OnProxyOf(Need, Account),
    /// `ProxyPassesOn(need, row)`: this `proxies_priv` row has its grant option and fits the client's host, the user name it gave, and the account of the need (M4.16).
    proxy_passes_on: ProxyPassesOn(Need, RowId),
    /// `SessionRuns(session, account)`: the session was opened before and runs as this account, whatever became of it (M5.49).
    session_runs: SessionRuns(Session, Account),
    /// `SessionRole(session, role)`: the running session activated this role, whatever became of it since (M5.48).
    session_role: SessionRole(Session, Account),
    /// `CurrentDatabase(session, db)`: the running session made this database current.
    current_database: CurrentDatabase(Session, Database),
    /// `KeptRow(session, row, level)`: the running session keeps the row as it was when the session took it (M5.45, M5.46).
    kept_row: KeptRow(Session, RowId, KeptLevel),
    /// `KeptRestriction(row, db, privilege)`: the kept row withholds the global privilege in that database (M5.46, M7.60).
    kept_restriction: KeptRestriction(RowId, DbText, Privilege),
}
