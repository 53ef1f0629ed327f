//! The database level: first match, two ways (M5.2, M5.3, M5.12).

use crate::facts::{Facts, base};
use crate::facts::id::{Account, Client, Database, DbText, Host, Position, Session, User};
use crate::model::Model;
use crate::server::behaviour::Behaviour;
use crate::server::catalogue::Privilege;
use crate::server::ordering::Rank;
use crate::server::variables::Variable;
use crate::tables::row::RowId;
use crepe::crepe;
use super::name::RuleName;

crepe! {
    // ---- read: base relations (each one's sentence stands in `facts.rs`) ----------------------------------

    @input struct HostOfRoles(Host);
    @input struct ServerHas(Behaviour);
    @input struct SettingOn(Variable);
    @input struct RowOrder(RowId, Position);
    @input struct RowNotBrought(Account, RowId);
    @input struct AccountName(Account, User, Host);
    @input struct SessionOf(Session, Client, Account);
    @input struct RowGives(RowId, Privilege);
    @input struct DbRow(RowId, Account, User, Host, DbText, Rank);
    @input struct GrantedSinceLoad(RowId);
    @input struct HostRow(RowId, Host, DbText, Rank);
    @input struct DbMatches(Database, DbText);
    @input struct DbEquals(Database, DbText);
    @input struct DbEqualsIgnoringCase(Database, DbText);
    @input struct DbTextIsWild(DbText);
    @input struct DbTextOrder(DbText, Position);
    @input struct DatabaseAsked(Client, Database);

    // ---- read: what the stages before derive ------------------------------------------------------------

    @input struct Effective(Session, Account, RuleName);
    @input struct ByAccount(Session);
    @input struct ByHost(Session, User);
    @input struct Feeds(Session, Account, RuleName);
    @input struct RoleSource(Session, Account, RuleName);
    @input struct Merged(Session, Account, Account);
    @input struct HostServes(Session, Host);
    @input struct HostMayServe(Session, Host);

    // ---- derived ----------------------------------------------------------------------------------------

    // DbCovers(db, text): the row's database text stands for the database: as a pattern, or, with partial_revokes,
    // letter by letter (M5.5).
    struct DbCovers(Database, DbText);

    DbCovers(db, text)
        <- DbMatches(db, text),
           !SettingOn(Variable::PartialRevokes);

    DbCovers(db, text)
        <- DbEquals(db, text),
           SettingOn(Variable::PartialRevokes);

    // DbRowCovers(row, account, user, host, db, rank): the row's database text stands for the database.
    @output
    #[derive(Debug, PartialOrd, Ord)]
    pub struct DbRowCovers(pub RowId, pub Account, pub User, pub Host, pub Database, pub Rank);

    DbRowCovers(row, account, user, host, db, rank)
        <- DbCovers(db, text),
           DbRow(row, account, user, host, text, rank);

    // SessionAsks(session, db): the question needs to know about this database for this session.
    @output
    #[derive(Debug, PartialOrd, Ord)]
    pub struct SessionAsks(pub Session, pub Database);

    SessionAsks(session, db)
        <- Effective(session, _, _),
           SessionOf(session, client, _),
           DatabaseAsked(client, db);

    // ---- without an active role: by the client's host -------------------------------------------------------

    // DbCandidate(session, db, row, rank, rule): the row is for the user or for everybody, its host matches the client and
    // its text covers the database.
    @output
    #[derive(Debug, PartialOrd, Ord)]
    pub struct DbCandidate(pub Session, pub Database, pub RowId, pub Rank, pub RuleName);

    // db-candidate-named: M5.1
    DbCandidate(session, db, row, rank, RuleName::DbCandidateNamed)
        <- ByHost(session, user),
           SessionAsks(session, db),
           DbRowCovers(row, _, user, host, db, rank),
           HostServes(session, host);

    // db-candidate-anonymous: rows of the empty user are for every session, M5.3
    DbCandidate(session, db, row, rank, RuleName::DbCandidateAnonymous)
        <- ByHost(session, user),
           (user != User::ANONYMOUS),
           SessionAsks(session, db),
           DbRowCovers(row, _, User::ANONYMOUS, host, db, rank),
           HostServes(session, host),
           !WaitsForLoad(row);

    // WaitsForLoad(row): older servers let a new row of the empty user serve all sessions only once they loaded it, M5.3
    struct WaitsForLoad(RowId);

    WaitsForLoad(row)
        <- ServerHas(Behaviour::AnonymousGrantsWait),
           GrantedSinceLoad(row);

    // DbOutranked(session, db, loser, winner, rule): both are candidates and the winner sorts first (M3.12).
    @output
    #[derive(Debug, PartialOrd, Ord)]
    pub struct DbOutranked(pub Session, pub Database, pub RowId, pub RowId, pub RuleName);

    // db-outranked: M5.2
    DbOutranked(session, db, loser, winner, RuleName::DbOutranked)
        <- DbCandidate(session, db, loser, low, _),
           DbCandidate(session, db, winner, high, _),
           (high < low);

    // db-outranked-by-order: rows of equal rank keep the order in which the server holds them, M3.8
    DbOutranked(session, db, loser, winner, RuleName::DbOutrankedByOrder)
        <- DbCandidate(session, db, loser, low, _),
           DbCandidate(session, db, winner, high, _),
           (high == low),
           RowOrder(loser, later),
           RowOrder(winner, earlier),
           (earlier < later);

    // ---- in MariaDB: beside that for the current role and for PUBLIC ------------------------------------------

    // RoleDbCandidate(session, source, db, row, rank, rule): the row counts for the role, and its text covers the database.
    @output
    #[derive(Debug, PartialOrd, Ord)]
    pub struct RoleDbCandidate(pub Session, pub Account, pub Database, pub RowId, pub Rank, pub RuleName);

    // role-db-candidate: rows of the roles that are granted to the role are merged into its own, M5.16
    RoleDbCandidate(session, source, db, row, rank, RuleName::RoleDbCandidate)
        <- Merged(session, source, role),
           SessionAsks(session, db),
           DbRowCovers(row, role, _, _, db, rank),
           !RowNotBrought(source, row);

    // role-db-candidate-namesake: a user's rows count for the role of the same name, where its host matches nothing, M5.16
    RoleDbCandidate(session, source, db, row, rank, RuleName::RoleDbCandidateNamesake)
        <- RoleSource(session, source, _),
           AccountName(source, name, _),
           SessionAsks(session, db),
           DbRowCovers(row, account, user, host, db, rank),
           (user == name && account != source),
           HostOfRoles(host);

    // role-db-candidate-anonymous: so do rows of the empty user, M5.3, M5.16
    RoleDbCandidate(session, source, db, row, rank, RuleName::RoleDbCandidateAnonymous)
        <- RoleSource(session, source, _),
           SessionAsks(session, db),
           DbRowCovers(row, _, User::ANONYMOUS, host, db, rank),
           HostOfRoles(host);

    // RoleDbOutranked(session, source, db, row): another candidate of that role sorts first.
    struct RoleDbOutranked(Session, Account, Database, RowId);

    RoleDbOutranked(session, source, db, loser)
        <- RoleDbCandidate(session, source, db, loser, low, _),
           RoleDbCandidate(session, source, db, _, high, _),
           (high < low);

    // ---- with an active role: by exact account ---------------------------------------------------------------

    // DbKey(session, text, row): a source has a row with this database text.
    struct DbKey(Session, DbText, RowId);

    DbKey(session, text, row)
        <- ByAccount(session),
           Feeds(session, account, _),
           DbRow(row, account, _, _, text, _);

    // KeyExact(session, db, text): the database's own name is a key without wildcard characters (M5.12).
    struct KeyExact(Session, Database, DbText);

    KeyExact(session, db, text)
        <- SessionAsks(session, db),
           DbEquals(db, text),
           DbKey(session, text, _),
           !DbTextIsWild(text);

    // KeyCandidate(session, db, text, position): the key with wildcard characters covers the database.
    struct KeyCandidate(Session, Database, DbText, Position);

    KeyCandidate(session, db, text, position)
        <- SessionAsks(session, db),
           DbMatches(db, text),
           !SettingOn(Variable::PartialRevokes),
           DbKey(session, text, _),
           DbTextIsWild(text),
           DbTextOrder(text, position);

    KeyCandidate(session, db, text, position)
        <- SettingOn(Variable::PartialRevokes),
           SessionAsks(session, db),
           DbEqualsIgnoringCase(db, text),
           DbKey(session, text, _),
           DbTextIsWild(text),
           DbTextOrder(text, position);

    // KeyOutranked(session, db, text): an exact key exists, or another key comes first in byte order (M5.12).
    struct KeyOutranked(Session, Database, DbText);

    KeyOutranked(session, db, text)
        <- KeyCandidate(session, db, text, _),
           KeyExact(session, db, _);

    KeyOutranked(session, db, text)
        <- KeyCandidate(session, db, text, later),
           KeyCandidate(session, db, _, earlier),
           (earlier < later);

    // DbChosen(session, db, row, rule): the row counts for the database.
    @output
    #[derive(Debug, PartialOrd, Ord)]
    pub struct DbChosen(pub Session, pub Database, pub RowId, pub RuleName);

    // db-first-match: M5.2
    DbChosen(session, db, row, RuleName::DbFirstMatch)
        <- DbCandidate(session, db, row, _, _),
           !DbOutranked(session, db, row, _, _);

    // db-first-of-role: rows of one text, which the merged roles may each have, count together, M5.16
    DbChosen(session, db, row, RuleName::DbFirstOfRole)
        <- RoleDbCandidate(session, source, db, row, _, _),
           !RoleDbOutranked(session, source, db, row);

    // db-exact-key: M5.12
    DbChosen(session, db, row, RuleName::DbExactKey)
        <- KeyExact(session, db, text),
           DbKey(session, text, row);

    // db-first-key: M5.12
    DbChosen(session, db, row, RuleName::DbFirstKey)
        <- KeyCandidate(session, db, text, _),
           !KeyOutranked(session, db, text),
           DbKey(session, text, row);

    // DbUnsure(session, db, privilege, row, rule): this row gives the privilege, and it is not sure that it counts.
    @output
    #[derive(Debug, PartialOrd, Ord)]
    pub struct DbUnsure(pub Session, pub Database, pub Privilege, pub RowId, pub RuleName);

    // unsure-of-tied-row: rows tie, this one gives the privilege and another does not, M3.8
    DbUnsure(session, db, privilege, row, RuleName::UnsureOfTiedRow)
        <- DbChosen(session, db, row, RuleName::DbFirstMatch),
           RowGives(row, privilege),
           DbChosen(session, db, other, RuleName::DbFirstMatch),
           (other != row),
           !RowGives(other, privilege);

    // unsure-of-possible-row: with some address of the client the row would come first, M2.10
    DbUnsure(session, db, privilege, row, RuleName::UnsureOfPossibleRow)
        <- DbPossible(session, db, row, _),
           RowGives(row, privilege);

    // unsure-beside-possible-row: with some address of the client another row would come first, M2.10
    DbUnsure(session, db, privilege, row, RuleName::UnsureBesidePossibleRow)
        <- DbChosen(session, db, row, RuleName::DbFirstMatch),
           RowGives(row, privilege),
           DbPossible(session, db, other, _),
           !RowGives(other, privilege);

    // DbPossible(session, db, row, rank): with some address of the client the row would come first.
    @output
    #[derive(Debug, PartialOrd, Ord)]
    pub struct DbPossible(pub Session, pub Database, pub RowId, pub Rank);

    // DbMayCover(session, db, row, rank): with some address of the client the row would be a candidate.
    struct DbMayCover(Session, Database, RowId, Rank);

    DbMayCover(session, db, row, rank)
        <- ByHost(session, user),
           SessionAsks(session, db),
           DbRowCovers(row, _, named, host, db, rank),
           (named == user),
           HostMayServe(session, host);

    DbMayCover(session, db, row, rank)
        <- ByHost(session, _),
           SessionAsks(session, db),
           DbRowCovers(row, _, User::ANONYMOUS, host, db, rank),
           HostMayServe(session, host),
           !WaitsForLoad(row);

    // DbCandidateBefore(session, db, row): a certain candidate sorts before this possible one.
    struct DbCandidateBefore(Session, Database, RowId);

    DbCandidateBefore(session, db, row)
        <- DbMayCover(session, db, row, low),
           DbCandidate(session, db, _, high, _),
           (high < low);

    DbPossible(session, db, row, rank)
        <- DbMayCover(session, db, row, rank),
           !DbCandidateBefore(session, db, row);

    // ---- the table `host` of old servers ----------------------------------------------------------------------

    // HostTableAsked(session, db, row): the row counts for the database and has an empty host, so `mysql.host` says what
    // it gives (M5.9).
    struct HostTableAsked(Session, Database, RowId);

    HostTableAsked(session, db, row)
        <- ServerHas(Behaviour::HostTable),
           DbChosen(session, db, row, _),
           DbRow(row, _, _, Host::EMPTY, _, _);

    // HostTextCovers(db, text): the database text of a `host` row stands for the database; an empty one for all.
    struct HostTextCovers(Database, DbText);

    HostTextCovers(db, text) <- DbMatches(db, text);

    HostTextCovers(db, DbText::EMPTY) <- DatabaseAsked(_, db);

    // HostRowCandidate(session, db, row, rank): the `host` row's host matches the client and its text covers the database.
    struct HostRowCandidate(Session, Database, RowId, Rank);

    HostRowCandidate(session, db, row, rank)
        <- HostTableAsked(session, db, _),
           HostTextCovers(db, text),
           HostRow(row, host, text, rank),
           HostServes(session, host);

    // HostRowOutranked(session, db, loser): another candidate comes first, by rank or among equals by order (M3.1, M3.8).
    struct HostRowOutranked(Session, Database, RowId);

    HostRowOutranked(session, db, loser)
        <- HostRowCandidate(session, db, loser, low),
           HostRowCandidate(session, db, _, high),
           (high < low);

    HostRowOutranked(session, db, loser)
        <- HostRowCandidate(session, db, loser, low),
           HostRowCandidate(session, db, winner, high),
           (high == low),
           RowOrder(loser, later),
           RowOrder(winner, earlier),
           (earlier < later);

    // HostRowChosen(session, db, row): the `host` row says what `db` rows without a host give.
    @output
    #[derive(Debug, PartialOrd, Ord)]
    pub struct HostRowChosen(pub Session, pub Database, pub RowId);

    // host-row-chosen: the first that matches, M5.9
    HostRowChosen(session, db, row)
        <- HostRowCandidate(session, db, row, _),
           !HostRowOutranked(session, db, row);

    // HostTableWithholds(session, db, privilege, row): the `db` row gives the privilege and no `host` row lets it through.
    @output
    #[derive(Debug, PartialOrd, Ord)]
    pub struct HostTableWithholds(pub Session, pub Database, pub Privilege, pub RowId);

    HostTableWithholds(session, db, privilege, row)
        <- HostTableAsked(session, db, row),
           RowGives(row, privilege),
           !HostTableLets(session, db, privilege);

    // HostTableLets(session, db, privilege): the chosen `host` row has the privilege.
    struct HostTableLets(Session, Database, Privilege);

    HostTableLets(session, db, privilege)
        <- HostRowChosen(session, db, row),
           RowGives(row, privilege);

    // DbHeld(session, db, privilege, row): the session has the privilege on the database by this row.
    @output
    #[derive(Debug, PartialOrd, Ord)]
    pub struct DbHeld(pub Session, pub Database, pub Privilege, pub RowId);

    // db-held: M5.2, M5.12; old servers let `host` rows restrict a row without a host, M5.9
    DbHeld(session, db, privilege, row)
        <- DbChosen(session, db, row, _),
           RowGives(row, privilege),
           !DbUnsure(session, db, privilege, row, _),
           !HostTableWithholds(session, db, privilege, row);
}

stage! {
    reads facts {
        host_of_roles: HostOfRoles(host),
        server_has: ServerHas(behaviour),
        setting_on: SettingOn(variable),
        row_order: RowOrder(row, position),
        row_not_brought: RowNotBrought(role, row),
        account_name: AccountName(account, user, host),
        session_of: SessionOf(session, client, account),
        row_gives: RowGives(row, privilege),
        db_row: DbRow(row, account, user, host, db, rank),
        granted_since_load: GrantedSinceLoad(row),
        host_row: HostRow(row, host, db, rank),
        db_matches: DbMatches(db, text),
        db_equals: DbEquals(db, text),
        db_equals_ignoring_case: DbEqualsIgnoringCase(db, text),
        db_text_is_wild: DbTextIsWild(text),
        db_text_order: DbTextOrder(text, position),
        database_asked: DatabaseAsked(client, db),
    }
    reads model {
        effective: Effective(session, account, rule),
        by_account: ByAccount(session),
        by_host: ByHost(session, user),
        feeds: Feeds(session, account, rule),
        role_source: RoleSource(session, role, rule),
        merged: Merged(session, source, role),
        host_serves: HostServes(session, host),
        host_may_serve: HostMayServe(session, host),
    }
    derives {
        db_row_covers: DbRowCovers,
        session_asks: SessionAsks,
        db_candidate: DbCandidate,
        db_outranked: DbOutranked,
        role_db_candidate: RoleDbCandidate,
        db_chosen: DbChosen,
        db_unsure: DbUnsure,
        db_possible: DbPossible,
        host_row_chosen: HostRowChosen,
        host_table_withholds: HostTableWithholds,
        db_held: DbHeld,
    }
}
