//! Routine level (M5.4, M5.25).

use crate::facts::{Facts, base};
use crate::facts::id::{Account, Host, Position, Routine, Session, User};
use crate::model::Model;
use crate::server::catalogue::Privilege;
use crate::server::ordering::Rank;
use crate::tables::row::RowId;
use crepe::crepe;
use super::name::RuleName;

crepe! {
    // ---- read: base relations (each one's sentence stands in `facts.rs`) ----------------------------------

    @input struct HostOfRoles(Host);
    @input struct RowOrder(RowId, Position);
    @input struct RowNotBrought(Account, RowId);
    @input struct AccountName(Account, User, Host);
    @input struct RowGives(RowId, Privilege);

    // ---- read: what the stages before derive ------------------------------------------------------------

    @input struct ByAccount(Session);
    @input struct ByHost(Session, User);
    @input struct Feeds(Session, Account, RuleName);
    @input struct RoleSource(Session, Account, RuleName);
    @input struct Merged(Session, Account, Account);
    @input struct SessionUser(Session, User);
    @input struct AsksRoutine(Session, Routine);
    @input struct AccountHostServes(Session, Host);
    @input struct RoutineRowOn(RowId, Account, User, Host, Routine, Rank);

    // ---- derived ----------------------------------------------------------------------------------------

    // RoutineCandidate(session, routine, row, rank): the row is for the user and the routine, and its host matches the
    // account's host text or the client's address (M5.4).
    @output
    #[derive(Debug, PartialOrd, Ord)]
    pub struct RoutineCandidate(pub Session, pub Routine, pub RowId, pub Rank);

    // routine-candidate: M5.4
    RoutineCandidate(session, routine, row, rank)
        <- SessionUser(session, user),
           AsksRoutine(session, routine),
           RoutineRowOn(row, _, user, host, routine, rank),
           AccountHostServes(session, host);

    // RoutineOutranked(session, routine, loser): another candidate's number is better.
    @output
    #[derive(Debug, PartialOrd, Ord)]
    pub struct RoutineOutranked(pub Session, pub Routine, pub RowId);

    RoutineOutranked(session, routine, loser)
        <- RoutineCandidate(session, routine, loser, low),
           RoutineCandidate(session, routine, _, high),
           (high < low);

    RoutineOutranked(session, routine, loser)
        <- RoutineCandidate(session, routine, loser, low),
           RoutineCandidate(session, routine, winner, high),
           (high == low),
           RowOrder(loser, later),
           RowOrder(winner, earlier),
           (earlier < later);

    // RoutineHeld(session, routine, privilege, row, rule): the session has the privilege on the routine by this row.
    @output
    #[derive(Debug, PartialOrd, Ord)]
    pub struct RoutineHeld(pub Session, pub Routine, pub Privilege, pub RowId, pub RuleName);

    // routine-best-row: M5.4
    RoutineHeld(session, routine, privilege, row, RuleName::RoutineBestRow)
        <- ByHost(session, _),
           RoutineCandidate(session, routine, row, _),
           !RoutineOutranked(session, routine, row),
           RowGives(row, privilege);

    // RoleRoutineCandidate(session, source, routine, row, rank): the row counts for the role: its own, merged ones, and those
    // of the user of the same name whose host matches nothing (M5.16).
    @output
    #[derive(Debug, PartialOrd, Ord)]
    pub struct RoleRoutineCandidate(pub Session, pub Account, pub Routine, pub RowId, pub Rank);

    RoleRoutineCandidate(session, source, routine, row, rank)
        <- Merged(session, source, role),
           AsksRoutine(session, routine),
           RoutineRowOn(row, role, _, _, routine, rank),
           !RowNotBrought(source, row);

    RoleRoutineCandidate(session, source, routine, row, rank)
        <- RoleSource(session, source, _),
           AccountName(source, name, _),
           AsksRoutine(session, routine),
           RoutineRowOn(row, _, user, host, routine, rank),
           (user == name),
           HostOfRoles(host);

    // RoleRoutineOutranked(session, source, routine, row): another candidate of that role has a better number.
    @output
    #[derive(Debug, PartialOrd, Ord)]
    pub struct RoleRoutineOutranked(pub Session, pub Account, pub Routine, pub RowId);

    RoleRoutineOutranked(session, source, routine, loser)
        <- RoleRoutineCandidate(session, source, routine, loser, low),
           RoleRoutineCandidate(session, source, routine, _, high),
           (high < low);

    // routine-of-role: M5.16
    RoutineHeld(session, routine, privilege, row, RuleName::RoutineOfRole)
        <- RoleRoutineCandidate(session, source, routine, row, _),
           !RoleRoutineOutranked(session, source, routine, row),
           RowGives(row, privilege);

    // routine-of-source: M5.11
    RoutineHeld(session, routine, privilege, row, RuleName::RoutineOfSource)
        <- ByAccount(session),
           AsksRoutine(session, routine),
           RoutineRowOn(row, account, _, _, routine, _),
           Feeds(session, account, _),
           RowGives(row, privilege);
}

stage! {
    reads facts {
        host_of_roles: HostOfRoles(host),
        row_order: RowOrder(row, position),
        row_not_brought: RowNotBrought(role, row),
        account_name: AccountName(account, user, host),
        row_gives: RowGives(row, privilege),
    }
    reads model {
        by_account: ByAccount(session),
        by_host: ByHost(session, user),
        feeds: Feeds(session, account, rule),
        role_source: RoleSource(session, role, rule),
        merged: Merged(session, source, role),
        session_user: SessionUser(session, user),
        asks_routine: AsksRoutine(session, routine),
        account_host_serves: AccountHostServes(session, host),
        routine_row_on: RoutineRowOn(row, account, user, host, routine, rank),
    }
    derives {
        routine_candidate: RoutineCandidate,
        routine_outranked: RoutineOutranked,
        routine_held: RoutineHeld,
        role_routine_candidate: RoleRoutineCandidate,
        role_routine_outranked: RoleRoutineOutranked,
    }
}
