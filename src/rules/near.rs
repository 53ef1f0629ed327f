//! What came close: rows that could give an unmet need, and why they do not.

use crate::facts::{Facts, base};
use crate::facts::id::{Account, Check, Database, Host, NearReason, Need, Routine, Session, Table, User, Witness};
use crate::model::Model;
use crate::server::catalogue::Privilege;
use crate::server::ordering::Rank;
use crate::tables::row::RowId;
use crepe::crepe;
use super::name::RuleName;

crepe! {
    // ---- read: base relations (each one's sentence stands in `facts.rs`) ----------------------------------

    @input struct RoleEdge(Account, Account, RowId);
    @input struct RowGives(RowId, Privilege);
    @input struct GlobalRow(RowId, Account);
    @input struct NeedAnyOf(Need, Privilege);
    @input struct OnRoutine(Need, Routine);

    // ---- read: what the stages before derive ------------------------------------------------------------

    @input struct RoleUsable(Session, Account, Witness);
    @input struct RoleReached(Session, Account, RuleName);
    @input struct ByAccount(Session);
    @input struct ByHost(Session, User);
    @input struct Feeds(Session, Account, RuleName);
    @input struct HostServes(Session, Host);
    @input struct SessionUser(Session, User);
    @input struct TableRowOn(RowId, Account, User, Host, Table, Rank);
    @input struct RoutineRowOn(RowId, Account, User, Host, Routine, Rank);
    @input struct GlobalHeld(Session, Privilege, RowId);
    @input struct Withheld(Session, Database, Privilege, RowId);
    @input struct DbRowCovers(RowId, Account, User, Host, Database, Rank);
    @input struct DbOutranked(Session, Database, RowId, RowId, RuleName);
    @input struct DbChosen(Session, Database, RowId, RuleName);
    @input struct HostTableWithholds(Session, Database, Privilege, RowId);
    @input struct TableOutranked(Session, Table, RowId, RowId, RuleName);
    @input struct SomeColumnHeld(Session, Table, Privilege, RowId);
    @input struct NeedInTable(Need, Table);
    @input struct NeedInDatabase(Need, Database);
    @input struct CheckFails(Session, Check, Need);

    // ---- derived ----------------------------------------------------------------------------------------

    // Near(session, need, row, reason, rule): the row holds what the need asks for, but does not count.
    @output
    #[derive(Debug, PartialOrd, Ord)]
    pub struct Near(pub Session, pub Need, pub RowId, pub NearReason, pub RuleName);

    // Wanting(session, need, privilege): the need is not met, and this would meet it.
    struct Wanting(Session, Need, Privilege);

    Wanting(session, need, privilege)
        <- CheckFails(session, _, need),
           NeedAnyOf(need, privilege);

    // near-outranked: another row comes first, M5.2
    Near(session, need, row, NearReason::Outranked(winner), RuleName::NearOutranked)
        <- Wanting(session, need, privilege),
           NeedInDatabase(need, db),
           DbOutranked(session, db, row, winner, _),
           DbChosen(session, db, winner, _),
           RowGives(row, privilege);

    // near-table-outranked: M5.7
    Near(session, need, row, NearReason::Outranked(winner), RuleName::NearTableOutranked)
        <- Wanting(session, need, privilege),
           NeedInTable(need, table),
           TableOutranked(session, table, row, winner, _),
           RowGives(row, privilege);

    // near-host-differs: the row is for another host, M5.1
    Near(session, need, row, NearReason::HostDiffers, RuleName::NearHostDiffers)
        <- Wanting(session, need, privilege),
           NeedInDatabase(need, db),
           DbRowElsewhere(session, db, row),
           RowGives(row, privilege);

    // DbRowElsewhere(session, db, row): a row of the user for the database whose host does not match the client.
    struct DbRowElsewhere(Session, Database, RowId);

    DbRowElsewhere(session, db, row)
        <- ByHost(session, user),
           DbRowCovers(row, _, user, host, db, _),
           !HostServes(session, host);

    // near-table-host-differs: M5.1
    Near(session, need, row, NearReason::HostDiffers, RuleName::NearTableHostDiffers)
        <- Wanting(session, need, privilege),
           NeedInTable(need, table),
           TableRowElsewhere(session, table, row),
           RowGives(row, privilege);

    // TableRowElsewhere(session, table, row): a row of the user for the table whose host does not match the client.
    struct TableRowElsewhere(Session, Table, RowId);

    TableRowElsewhere(session, table, row)
        <- ByHost(session, user),
           TableRowOn(row, _, user, host, table, _),
           !HostServes(session, host);

    // near-lost-by-role: the row would count without an active role, M5.10
    Near(session, need, row, NearReason::LostByRole, RuleName::NearLostByRole)
        <- Wanting(session, need, privilege),
           NeedInDatabase(need, db),
           DbRowLostByRole(session, db, row),
           RowGives(row, privilege);

    // DbRowLostByRole(session, db, row): without an active role the row would be a candidate, with one it is no source.
    struct DbRowLostByRole(Session, Database, RowId);

    DbRowLostByRole(session, db, row)
        <- ByAccount(session),
           SessionUser(session, user),
           DbRowCovers(row, other, named, host, db, _),
           (named == user || named == User::ANONYMOUS),
           HostServes(session, host),
           !Feeds(session, other, _);

    // near-withheld: M7.60
    Near(session, need, row, NearReason::Withheld(restriction), RuleName::NearWithheld)
        <- Wanting(session, need, privilege),
           NeedInDatabase(need, db),
           Withheld(session, db, privilege, restriction),
           GlobalHeld(session, privilege, row);

    // near-host-table: M5.9
    Near(session, need, row, NearReason::HostTable, RuleName::NearHostTable)
        <- Wanting(session, need, privilege),
           NeedInDatabase(need, db),
           HostTableWithholds(session, db, privilege, row);

    // near-only-columns: M5.22
    Near(session, need, row, NearReason::OnlyColumns, RuleName::NearOnlyColumns)
        <- Wanting(session, need, privilege),
           NeedInTable(need, table),
           SomeColumnHeld(session, table, privilege, row);

    // RoleIdle(session, role): the role is granted, directly or through others, but not active.
    struct RoleIdle(Session, Account);

    RoleIdle(session, role)
        <- RoleGranted(session, role),
           !RoleReached(session, role, _);

    // RoleGranted(session, role): the role could feed the session.
    struct RoleGranted(Session, Account);

    RoleGranted(session, role) <- RoleUsable(session, role, _);

    RoleGranted(session, inner) <- RoleGranted(session, role), RoleEdge(inner, role, _);

    // near-idle-role-global: M9.14
    Near(session, need, row, NearReason::RoleNotActive(role), RuleName::NearIdleRoleGlobal)
        <- Wanting(session, need, privilege),
           RoleIdle(session, role),
           GlobalRow(row, role),
           RowGives(row, privilege);

    // near-idle-role-database: M9.14
    Near(session, need, row, NearReason::RoleNotActive(role), RuleName::NearIdleRoleDatabase)
        <- Wanting(session, need, privilege),
           NeedInDatabase(need, db),
           RoleIdle(session, role),
           DbRowCovers(row, role, _, _, db, _),
           RowGives(row, privilege);

    // near-idle-role-table: M9.14
    Near(session, need, row, NearReason::RoleNotActive(role), RuleName::NearIdleRoleTable)
        <- Wanting(session, need, privilege),
           NeedInTable(need, table),
           RoleIdle(session, role),
           TableRowOn(row, role, _, _, table, _),
           RowGives(row, privilege);

    // near-idle-role-routine: M9.14
    Near(session, need, row, NearReason::RoleNotActive(role), RuleName::NearIdleRoleRoutine)
        <- Wanting(session, need, privilege),
           OnRoutine(need, routine),
           RoleIdle(session, role),
           RoutineRowOn(row, role, _, _, routine, _),
           RowGives(row, privilege);
}

stage! {
    reads facts {
        role_edge: RoleEdge(role, to, row),
        row_gives: RowGives(row, privilege),
        global_row: GlobalRow(row, account),
        need_any_of: NeedAnyOf(need, privilege),
        on_routine: OnRoutine(need, routine),
    }
    reads model {
        role_usable: RoleUsable(session, role, witness),
        role_reached: RoleReached(session, role, rule),
        by_account: ByAccount(session),
        by_host: ByHost(session, user),
        feeds: Feeds(session, account, rule),
        host_serves: HostServes(session, host),
        session_user: SessionUser(session, user),
        table_row_on: TableRowOn(row, account, user, host, table, rank),
        routine_row_on: RoutineRowOn(row, account, user, host, routine, rank),
        global_held: GlobalHeld(session, privilege, row),
        withheld: Withheld(session, db, privilege, row),
        db_row_covers: DbRowCovers(row, account, user, host, db, rank),
        db_outranked: DbOutranked(session, db, loser, winner, rule),
        db_chosen: DbChosen(session, db, row, rule),
        host_table_withholds: HostTableWithholds(session, db, privilege, row),
        table_outranked: TableOutranked(session, table, loser, winner, rule),
        some_column_held: SomeColumnHeld(session, table, privilege, row),
        need_in_table: NeedInTable(need, table),
        need_in_database: NeedInDatabase(need, db),
        check_fails: CheckFails(session, check, need),
    }
    derives {
        near: Near,
    }
}
