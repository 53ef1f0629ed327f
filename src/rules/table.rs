//! Table and column level (M5.7, M5.11, M5.13).

use crate::facts::{Facts, base};
use crate::facts::id::{Account, Client, Column, Host, Position, Session, Table, User};
use crate::model::Model;
use crate::server::catalogue::Privilege;
use crate::server::ordering::Rank;
use crate::tables::row::RowId;
use crepe::crepe;
use super::name::RuleName;

crepe! {
    // ---- read: base relations (each one's sentence stands in `facts.rs`) ----------------------------------

    @input struct RowOrder(RowId, Position);
    @input struct RowNotBrought(Account, RowId);
    @input struct RowGives(RowId, Privilege);
    @input struct ColumnRow(RowId, RowId);
    @input struct RowClaimsColumns(RowId, Privilege);
    @input struct RowOnColumn(RowId, Column);
    @input struct RowSpellsColumn(RowId, Column);
    @input struct ColumnAsked(Client, Column, Table);

    // ---- read: what the stages before derive ------------------------------------------------------------

    @input struct ByAccount(Session);
    @input struct ByHost(Session, User);
    @input struct Feeds(Session, Account, RuleName);
    @input struct Merged(Session, Account, Account);
    @input struct HostServes(Session, Host);
    @input struct HostMayServe(Session, Host);
    @input struct AsksTable(Session, Table);
    @input struct TableRowOn(RowId, Account, User, Host, Table, Rank);

    // ---- derived ----------------------------------------------------------------------------------------

    // TableCandidate(session, table, row, rank): the row is for the user, its host matches the client, the table is its own.
    @output
    #[derive(Debug, PartialOrd, Ord)]
    pub struct TableCandidate(pub Session, pub Table, pub RowId, pub Rank);

    // table-candidate: rows of the empty user serve only anonymous sessions, M5.1, M5.3
    TableCandidate(session, table, row, rank)
        <- ByHost(session, user),
           AsksTable(session, table),
           TableRowOn(row, _, user, host, table, rank),
           HostServes(session, host);

    // TableOutranked(session, table, loser, winner, rule): the winner's number is better (M5.7).
    @output
    #[derive(Debug, PartialOrd, Ord)]
    pub struct TableOutranked(pub Session, pub Table, pub RowId, pub RowId, pub RuleName);

    // table-outranked: M5.7
    TableOutranked(session, table, loser, winner, RuleName::TableOutranked)
        <- TableCandidate(session, table, loser, low),
           TableCandidate(session, table, winner, high),
           (high < low);

    // table-outranked-by-order: among rows of equal rank the one that the server finds first, M5.7
    TableOutranked(session, table, loser, winner, RuleName::TableOutrankedByOrder)
        <- TableCandidate(session, table, loser, low),
           TableCandidate(session, table, winner, high),
           (high == low),
           RowOrder(loser, later),
           RowOrder(winner, earlier),
           (earlier < later);

    // TableChosen(session, table, row, rule): the row and its column rows count for the table.
    @output
    #[derive(Debug, PartialOrd, Ord)]
    pub struct TableChosen(pub Session, pub Table, pub RowId, pub RuleName);

    // table-best-row: M5.7
    TableChosen(session, table, row, RuleName::TableBestRow)
        <- TableCandidate(session, table, row, _),
           !TableOutranked(session, table, row, _, _);

    // table-of-source: M5.11
    TableChosen(session, table, row, RuleName::TableOfSource)
        <- ByAccount(session),
           AsksTable(session, table),
           TableRowOn(row, account, _, _, table, _),
           Feeds(session, account, _);

    // table-of-role: in MariaDB the rows of the current role, of PUBLIC and of the roles that are granted to them, M5.16
    TableChosen(session, table, row, RuleName::TableOfRole)
        <- Merged(session, source, role),
           AsksTable(session, table),
           TableRowOn(row, role, _, _, table, _),
           !RowNotBrought(source, row);

    // TableMayCover(session, table, row, rank): with some address of the client the row would be a candidate.
    struct TableMayCover(Session, Table, RowId, Rank);

    TableMayCover(session, table, row, rank)
        <- ByHost(session, user),
           AsksTable(session, table),
           TableRowOn(row, _, user, host, table, rank),
           HostMayServe(session, host);

    // TableCandidateBefore(session, table, row): a certain candidate is better than this possible one.
    struct TableCandidateBefore(Session, Table, RowId);

    TableCandidateBefore(session, table, row)
        <- TableMayCover(session, table, row, low),
           TableCandidate(session, table, _, high),
           (high < low);

    // TablePossible(session, table, row): with some address of the client the row would be the best.
    struct TablePossible(Session, Table, RowId);

    TablePossible(session, table, row)
        <- TableMayCover(session, table, row, _),
           !TableCandidateBefore(session, table, row);

    // TableUnsure(session, table, privilege, row, rule): this row gives the privilege, and it is not sure that it counts.
    @output
    #[derive(Debug, PartialOrd, Ord)]
    pub struct TableUnsure(pub Session, pub Table, pub Privilege, pub RowId, pub RuleName);

    // table-unsure-of-tied-row: rows tie, this one gives the privilege and another does not, M5.7
    TableUnsure(session, table, privilege, row, RuleName::TableUnsureOfTiedRow)
        <- TableChosen(session, table, row, RuleName::TableBestRow),
           RowGives(row, privilege),
           TableChosen(session, table, other, RuleName::TableBestRow),
           (other != row),
           !RowGives(other, privilege);

    // table-unsure-of-possible-row: with some address of the client the row would be the best, M2.10
    TableUnsure(session, table, privilege, row, RuleName::TableUnsureOfPossibleRow)
        <- TablePossible(session, table, row),
           RowGives(row, privilege);

    // table-unsure-beside-possible-row: with some address of the client another row would be the best, M2.10
    TableUnsure(session, table, privilege, row, RuleName::TableUnsureBesidePossibleRow)
        <- TableChosen(session, table, row, RuleName::TableBestRow),
           RowGives(row, privilege),
           TablePossible(session, table, other),
           !RowGives(other, privilege);

    // ColumnsUnsure(session, table): it is not sure which row's columns count for the table.
    struct ColumnsUnsure(Session, Table);

    ColumnsUnsure(session, table)
        <- TablePossible(session, table, _);

    ColumnsUnsure(session, table)
        <- TableChosen(session, table, row, RuleName::TableBestRow),
           TableChosen(session, table, other, RuleName::TableBestRow),
           (other != row);

    // TableHeld(session, table, privilege, row): the session has the privilege on the whole table by this row.
    @output
    #[derive(Debug, PartialOrd, Ord)]
    pub struct TableHeld(pub Session, pub Table, pub Privilege, pub RowId);

    // table-held: M5.21
    TableHeld(session, table, privilege, row)
        <- TableChosen(session, table, row, _),
           RowGives(row, privilege),
           !TableUnsure(session, table, privilege, row, _);

    // SomeColumnHeld(session, table, privilege, row): the session has the privilege on some column of the table.
    @output
    #[derive(Debug, PartialOrd, Ord)]
    pub struct SomeColumnHeld(pub Session, pub Table, pub Privilege, pub RowId);

    // some-column-held: M5.21
    SomeColumnHeld(session, table, privilege, row)
        <- TableChosen(session, table, of, _),
           ColumnRow(row, of),
           RowGives(row, privilege),
           !ColumnsUnsure(session, table);

    // some-column-claimed: the row says that some column has it, which is not looked up here, M5.13
    SomeColumnHeld(session, table, privilege, row)
        <- TableChosen(session, table, row, _),
           RowClaimsColumns(row, privilege),
           !ColumnsUnsure(session, table);

    // SomeColumnPossible(session, table, privilege, row): the column row gives it, and it is not sure that the row counts.
    @output
    #[derive(Debug, PartialOrd, Ord)]
    pub struct SomeColumnPossible(pub Session, pub Table, pub Privilege, pub RowId);

    // some-column-possible: M5.7, M2.10
    SomeColumnPossible(session, table, privilege, row)
        <- ColumnsUnsure(session, table),
           TableChosen(session, table, of, _),
           ColumnRow(row, of),
           RowGives(row, privilege);

    SomeColumnPossible(session, table, privilege, row)
        <- TablePossible(session, table, of),
           ColumnRow(row, of),
           RowGives(row, privilege);

    SomeColumnPossible(session, table, privilege, row)
        <- ColumnsUnsure(session, table),
           TableChosen(session, table, row, _),
           RowClaimsColumns(row, privilege);

    SomeColumnPossible(session, table, privilege, row)
        <- TablePossible(session, table, row),
           RowClaimsColumns(row, privilege);

    // ColumnHeld(session, column, privilege, row, rule): the session has the privilege on this column by this row.
    @output
    #[derive(Debug, PartialOrd, Ord)]
    pub struct ColumnHeld(pub Session, pub Column, pub Privilege, pub RowId, pub RuleName);

    // column-held: names compare without case, M5.13
    ColumnHeld(session, column, privilege, row, RuleName::ColumnHeld)
        <- SomeColumnHeld(session, table, privilege, row),
           !ByAccount(session),
           RowOnColumn(row, column),
           ColumnAsked(_, column, of),
           (of == table);

    // column-spelled: with an active role names compare letter by letter, M5.13, M9.32
    ColumnHeld(session, column, privilege, row, RuleName::ColumnSpelled)
        <- SomeColumnHeld(session, table, privilege, row),
           ByAccount(session),
           RowSpellsColumn(row, column),
           ColumnAsked(_, column, of),
           (of == table);
}

stage! {
    reads facts {
        row_order: RowOrder(row, position),
        row_not_brought: RowNotBrought(role, row),
        row_gives: RowGives(row, privilege),
        column_row: ColumnRow(row, of),
        row_claims_columns: RowClaimsColumns(row, privilege),
        row_on_column: RowOnColumn(row, column),
        row_spells_column: RowSpellsColumn(row, column),
        column_asked: ColumnAsked(client, column, table),
    }
    reads model {
        by_account: ByAccount(session),
        by_host: ByHost(session, user),
        feeds: Feeds(session, account, rule),
        merged: Merged(session, source, role),
        host_serves: HostServes(session, host),
        host_may_serve: HostMayServe(session, host),
        asks_table: AsksTable(session, table),
        table_row_on: TableRowOn(row, account, user, host, table, rank),
    }
    derives {
        table_candidate: TableCandidate,
        table_outranked: TableOutranked,
        table_chosen: TableChosen,
        table_unsure: TableUnsure,
        table_held: TableHeld,
        some_column_held: SomeColumnHeld,
        some_column_possible: SomeColumnPossible,
        column_held: ColumnHeld,
    }
}
