//! The derived relations, sorted: what an answer reads. Read-only.

use crate::rules;

macro_rules! model {
    ($($(#[doc = $doc:literal])+ $field:ident: $relation:ident,)*) => {
        /// Everything that follows from the facts of one evaluation.
        #[derive(Debug, Clone, Default)]
        pub struct Model {
            $($(#[doc = $doc])+ pub $field: Vec<rules::$relation>,)*
        }
    };
}

model! {
    /// `HostAdmitted(client, rule)`: the pre-check lets the client's host pass; else 1130.
    host_admitted: HostAdmitted,
    /// `AccountCandidate(client, account, user, rank)`: the row's user is the client's or empty, and its host matches (M4.3).
    account_candidate: AccountCandidate,
    /// `AccountOutranked(client, loser, winner, rule)`: both match and the server tries the winner first.
    account_outranked: AccountOutranked,
    /// `AccountSelected(client, account)`: the first row that matches. Two of them are a tie that the server may break either way.
    account_selected: AccountSelected,
    /// `AccountNamed(client, account)`: the first row that matches among those of the client's own user name: whom MariaDB takes the session for at SET ROLE NONE (M7.41).
    account_named: AccountNamed,
    /// `AddressDecides(client, account, rule)`: the client's address is not known, and with some address this row would come before the selected one.
    address_decides: AddressDecides,
    /// `MethodFails(session, method, step, rule)`: this way of authentication does not succeed, and this is its error.
    method_fails: MethodFails,
    /// `LoginOpen(session, missing, rule)`: the login succeeds or not by a fact that was not given.
    login_open: LoginOpen,
    /// `Authenticated(session)`: some method succeeds (M4.9).
    authenticated: Authenticated,
    /// `ProxyCandidate(session, row, proxied, rank)`: the row would map the session to this account, which exists (M4.13).
    proxy_candidate: ProxyCandidate,
    /// `Effective(session, account, rule)`: the session has this account's privileges.
    effective: Effective,
    /// `ProxySelected(session, row, proxied)`: the session stands in for this account.
    proxy_selected: ProxySelected,
    /// `LoginFails(session, step, rule)`: this step of the login fails.
    login_fails: LoginFails,
    /// `MustSetPassword(session)`: the session may do nothing but set its password (M4.10).
    must_set_password: MustSetPassword,
    /// `UnknownUnmentioned(client)`: no account is the client's, and the error does not speak of a password (M4.4).
    unknown_unmentioned: UnknownUnmentioned,
    /// `LoginRefused(session, step)`: the step whose error the client sees: the first that fails (M4.1).
    login_refused: LoginRefused,
    /// `RoleGrantee(session, role, account, row)`: in MariaDB it is enough that the role is granted to some account of the session's user name whose host matches the client (M7.41).
    role_grantee: RoleGrantee,
    /// `RoleSeen(session, role)`: the role is granted to the account, or to one that is (M7.41).
    role_seen: RoleSeen,
    /// `RoleActive(session, role, witness, rule)`: the role is activated by itself.
    role_active: RoleActive,
    /// `RoleReached(session, role, rule)`: the role feeds the session, by itself or through another role.
    role_reached: RoleReached,
    /// `ByAccount(session)`: a role is active, so rows count by exact account, not by the client's host (M5.10).
    by_account: ByAccount,
    /// `ByHost(session, user)`: no role is active, so rows of this user name count whose host matches the client (M5.1).
    by_host: ByHost,
    /// `Feeds(session, account, rule)`: the account's own rows are a source of the session's privileges.
    feeds: Feeds,
    /// `RoleSource(session, role, rule)`: MariaDB looks for rows of this role beside those of the account.
    role_source: RoleSource,
    /// `GlobalHeld(session, privilege, row)`: a source has the privilege globally.
    global_held: GlobalHeld,
    /// `GlobalFed(session, privilege, row)`: the row gives a source the privilege globally as the tables are now.
    global_fed: GlobalFed,
    /// `Lifted(session, db, privilege, rule)`: another source has it there without that restriction (M7.62).
    lifted: Lifted,
    /// `Withheld(session, db, privilege, row)`: a partial revoke takes the global privilege away in the database.
    withheld: Withheld,
    /// `DbCandidate(session, db, row, rank, rule)`: the row is for the user or for everybody, its host matches the client and its text covers the database.
    db_candidate: DbCandidate,
    /// `DbOutranked(session, db, loser, winner, rule)`: both are candidates and the winner sorts first (M3.12).
    db_outranked: DbOutranked,
    /// `RoleDbCandidate(session, source, db, row, rank, rule)`: the row counts for the role, and its text covers the database.
    role_db_candidate: RoleDbCandidate,
    /// `DbChosen(session, db, row, rule)`: the row counts for the database.
    db_chosen: DbChosen,
    /// `DbUnsure(session, db, privilege, row, rule)`: this row gives the privilege, and it is not sure that it counts.
    db_unsure: DbUnsure,
    /// `HostRowChosen(session, db, row)`: the `host` row says what `db` rows without a host give.
    host_row_chosen: HostRowChosen,
    /// `DbHeld(session, db, privilege, row)`: the session has the privilege on the database by this row.
    db_held: DbHeld,
    /// `TableCandidate(session, table, row, rank)`: the row is for the user, its host matches the client, the table is its own.
    table_candidate: TableCandidate,
    /// `TableOutranked(session, table, loser, winner, rule)`: the winner's number is better (M5.7).
    table_outranked: TableOutranked,
    /// `TableChosen(session, table, row, rule)`: the row and its column rows count for the table.
    table_chosen: TableChosen,
    /// `TableUnsure(session, table, privilege, row, rule)`: this row gives the privilege, and it is not sure that it counts.
    table_unsure: TableUnsure,
    /// `TableHeld(session, table, privilege, row)`: the session has the privilege on the whole table by this row.
    table_held: TableHeld,
    /// `SomeColumnHeld(session, table, privilege, row)`: the session has the privilege on some column of the table.
    some_column_held: SomeColumnHeld,
    /// `SomeColumnPossible(session, table, privilege, row)`: the column row gives it, and it is not sure that the row counts.
    some_column_possible: SomeColumnPossible,
    /// `ColumnHeld(session, column, privilege, row, rule)`: the session has the privilege on this column by this row.
    column_held: ColumnHeld,
    /// `RoutineCandidate(session, routine, row, rank)`: the row is for the user and the routine, and its host matches the account's host text or the client's address (M5.4).
    routine_candidate: RoutineCandidate,
    /// `RoutineHeld(session, routine, privilege, row, rule)`: the session has the privilege on the routine by this row.
    routine_held: RoutineHeld,
    /// `GivesOnDatabase(session, db, privilege, witness, rule)`: the session has the privilege on the database.
    gives_on_database: GivesOnDatabase,
    /// `EntersByGlobal(session, db)`: made current without an active role, the database gives what the session holds globally.
    enters_by_global: EntersByGlobal,
    /// `GivesAnew(session, db, privilege, witness)`: looked up anew the rows give the privilege on the database, even where the session keeps what they gave before.
    gives_anew: GivesAnew,
    /// `GivesOnTable(session, table, privilege, witness, rule)`: the session has the privilege on the whole table.
    gives_on_table: GivesOnTable,
    /// `GivesOnColumn(session, column, privilege, witness, rule)`: the session has the privilege on the column.
    gives_on_column: GivesOnColumn,
    /// `GivesOnRoutine(session, routine, privilege, witness, rule)`: the session has the privilege on the routine.
    gives_on_routine: GivesOnRoutine,
    /// `DatabaseVisible(session, db, witness, rule)`: the session may make the database current and sees it listed (M5.40).
    database_visible: DatabaseVisible,
    /// `Met(session, need, privilege, witness, rule)`: this gives what the need asks for.
    met: Met,
    /// `Unsure(session, need, rule)`: whether the need is met depends on something that is not known.
    unsure: Unsure,
    /// `NeedOpen(session, need)`: whether it is met is not known.
    need_open: NeedOpen,
    /// `CheckFails(session, check, need)`: the check fails because nothing meets this need.
    check_fails: CheckFails,
    /// `Refused(session, check)`: the statement is refused, and this check's error is the one the client sees.
    refused: Refused,
    /// `Near(session, need, row, reason, rule)`: the row holds what the need asks for, but does not count.
    near: Near,
    /// `AccountHostServes(session, host)`: the host text matches the account's own host text or the client's address (M5.4).
    account_host_serves: AccountHostServes,
    /// `AsksRoutine(session, routine)`: the question needs to know about this routine for this session.
    asks_routine: AsksRoutine,
    /// `AsksTable(session, table)`: the question needs to know about this table for this session.
    asks_table: AsksTable,
    /// `DbPossible(session, db, row, rank)`: with some address of the client the row would come first.
    db_possible: DbPossible,
    /// `DbRowCovers(row, account, user, host, db, rank)`: the row's database text stands for the database.
    db_row_covers: DbRowCovers,
    /// `HostMayServe(session, host)`: it would with some address, and the client's address is not known.
    host_may_serve: HostMayServe,
    /// `HostServes(session, host)`: the host text matches the session's client.
    host_serves: HostServes,
    /// `HostTableWithholds(session, db, privilege, row)`: the `db` row gives the privilege and no `host` row lets it through.
    host_table_withholds: HostTableWithholds,
    /// `Merged(session, source, role)`: the role is the source or below it; what was brought of it counts as the source's
    /// own (M5.16).
    merged: Merged,
    /// `NeedInDatabase(need, db)`: the need is on this database or something in it.
    need_in_database: NeedInDatabase,
    /// `NeedInTable(need, table)`: the need is on this table or something in it.
    need_in_table: NeedInTable,
    /// `ObjectRowServes(session, db, row)`: a table or routine row in the database is the session's.
    object_row_serves: ObjectRowServes,
    /// `PasswordExpired(session)`: the password that let the client in is expired; who came in by the OS user in MariaDB needed none.
    password_expired: PasswordExpired,
    /// `RoleRoutineCandidate(session, source, routine, row, rank)`: the row counts for the role: its own, merged ones, and those of the user of the same name whose host matches nothing (M5.16).
    role_routine_candidate: RoleRoutineCandidate,
    /// `RoleRoutineOutranked(session, source, routine, row)`: another candidate of that role has a better number.
    role_routine_outranked: RoleRoutineOutranked,
    /// `RoleUsable(session, role, witness)`: the role may be activated: it is granted directly, or mandatory.
    role_usable: RoleUsable,
    /// `RoutineOutranked(session, routine, loser)`: another candidate's number is better.
    routine_outranked: RoutineOutranked,
    /// `RoutineRowOn(row, account, user, host, routine, rank)`: the `procs_priv` row is for this routine.
    routine_row_on: RoutineRowOn,
    /// `SessionAsks(session, db)`: the question needs to know about this database for this session.
    session_asks: SessionAsks,
    /// `SessionLive(session)`: the client gets this session, if the rest of the login succeeds.
    session_live: SessionLive,
    /// `SessionUser(session, user)`: the user name of the account that the session has.
    session_user: SessionUser,
    /// `TableRowOn(row, account, user, host, table, rank)`: the `tables_priv` row is for exactly this table.
    table_row_on: TableRowOn,
}
