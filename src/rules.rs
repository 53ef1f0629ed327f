//! The Datalog program: what the server does, as rules.
//!
//! This is the single statement of the semantics. A person who knows MySQL but not Rust can check it against
//! the manual: read `head <- body` as "head holds when all of body holds"; `!` is "does not hold"; a lower-case
//! word is a variable, `_` is anything. Numbers such as M5.2 name rules of the semantics; [`name::RuleName`] tells
//! each rule's gloss and reference.
//!
//! Precedence, inheritance, restriction and combination are rules. Whether a pattern matches a text, and which
//! number a row sorts by, come in as facts. Nothing here knows texts, spans or servers' versions: a difference
//! between servers is the atom `ServerHas(…)`.

pub mod name;

use crate::facts::Facts;
use crate::facts::id::{
    Account, AccountTrait, Check, Client, ClientTrait, Column, Database, DbText, Host, KeptLevel, Method, MethodKind,
    Missing, NearReason, Need, Position, Routine, Session, Step, Table, User, Witness,
};
use crate::model::Model;
use crate::server::behaviour::Behaviour;
use crate::server::catalogue::Privilege;
use crate::server::ordering::Rank;
use crate::server::variables::Variable;
use crate::tables::row::RowId;
use crepe::crepe;
use name::RuleName;

#[rustfmt::skip]
#[allow(missing_docs, clippy::all, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::unreachable, clippy::panic, reason = "relations are documented by the comments above them")]
mod program {
use super::*;

crepe! {
    // =====================================================================================================
    // WHAT IS THERE: base relations. Each comment is a sentence that is true of every tuple.
    // =====================================================================================================

    // ClientUser(client, user): the client gives this user name.
    @input
    #[derive(Debug, PartialOrd, Ord)]
    pub struct ClientUser(pub Client, pub User);

    // ClientIs(client, is): this is true of the client.
    @input
    #[derive(Debug, PartialOrd, Ord)]
    pub struct ClientIs(pub Client, pub ClientTrait);

    // ClientDatabase(client, db): the connection names this default database.
    @input
    #[derive(Debug, PartialOrd, Ord)]
    pub struct ClientDatabase(pub Client, pub Database);

    // WantsRole(client, role): the client activates this role by name.
    @input
    #[derive(Debug, PartialOrd, Ord)]
    pub struct WantsRole(pub Client, pub Account);

    // HostMatches(client, host): the host text matches the client, by name or address (M2.10).
    @input
    #[derive(Debug, PartialOrd, Ord)]
    pub struct HostMatches(pub Client, pub Host);

    // HostMayMatch(client, host): it does not match what is known of the client, but some address would.
    @input
    #[derive(Debug, PartialOrd, Ord)]
    pub struct HostMayMatch(pub Client, pub Host);

    // HostOfRoles(host): the host text matches a client without name and address: that is how the rows of a role are looked
    // up by MariaDB (M5.16).
    @input
    #[derive(Debug, PartialOrd, Ord)]
    pub struct HostOfRoles(pub Host);

    // HostEquals(client, host): the host text is the client's name or address, letter by letter (M2.20).
    @input
    #[derive(Debug, PartialOrd, Ord)]
    pub struct HostEquals(pub Client, pub Host);

    // HostInUse(host): some account row has this host text.
    @input
    #[derive(Debug, PartialOrd, Ord)]
    pub struct HostInUse(pub Host);

    // HostIsWild(host): the pre-check matches this host text as a pattern (M2.20 step 2).
    @input
    #[derive(Debug, PartialOrd, Ord)]
    pub struct HostIsWild(pub Host);

    // AdmitsEveryHost(client): some account with host `%` or '' lets everybody pass the pre-check (M2.20 step 1).
    @input
    #[derive(Debug, PartialOrd, Ord)]
    pub struct AdmitsEveryHost(pub Client);

    // ServerHas(behaviour): the server has this behaviour.
    @input
    #[derive(Debug, PartialOrd, Ord)]
    pub struct ServerHas(pub Behaviour);

    // SettingOn(variable): this variable is ON.
    @input
    #[derive(Debug, PartialOrd, Ord)]
    pub struct SettingOn(pub Variable);

    // AccountRow(account, user, host, rank, row): `mysql.user` has this row; the smaller rank is tried first (M3.4, M3.5).
    @input
    #[derive(Debug, PartialOrd, Ord)]
    pub struct AccountRow(pub Account, pub User, pub Host, pub Rank, pub RowId);

    // ArrayOrder(account, position): among rows of equal rank the server holds this one at that place (M3.8).
    @input
    #[derive(Debug, PartialOrd, Ord)]
    pub struct ArrayOrder(pub Account, pub Position);

    // RowOrder(row, position): among rows of equal rank the server finds this one at that place (M3.8, M5.7).
    @input
    #[derive(Debug, PartialOrd, Ord)]
    pub struct RowOrder(pub RowId, pub Position);

    // AccountIs(account, is): this is true of the account.
    @input
    #[derive(Debug, PartialOrd, Ord)]
    pub struct AccountIs(pub Account, pub AccountTrait);

    // AccountName(account, user, host): the account's name, whether or not `mysql.user` has a row for it.
    @input
    #[derive(Debug, PartialOrd, Ord)]
    pub struct AccountName(pub Account, pub User, pub Host);

    // AuthMethod(account, method, kind): the account can prove itself this way; methods are tried in order (M4.9).
    @input
    #[derive(Debug, PartialOrd, Ord)]
    pub struct AuthMethod(pub Account, pub Method, pub MethodKind);

    // Decoy(client, account): if no account is the client's, the server goes through the methods of this one and fails in
    // the end (M4.4).
    @input
    #[derive(Debug, PartialOrd, Ord)]
    pub struct Decoy(pub Client, pub Account);

    // SocketPeerFits(session, method): the client is on a socket and its OS user is one that the method admits (M4.8).
    @input
    #[derive(Debug, PartialOrd, Ord)]
    pub struct SocketPeerFits(pub Session, pub Method);

    // SessionOf(session, client, account): the session that this client has if that account row is selected.
    @input
    #[derive(Debug, PartialOrd, Ord)]
    pub struct SessionOf(pub Session, pub Client, pub Account);

    // ProxyFits(session, row, rank): this `proxies_priv` row's host, proxied host and user fit (M4.13).
    @input
    #[derive(Debug, PartialOrd, Ord)]
    pub struct ProxyFits(pub Session, pub RowId, pub Rank);

    // ProxyRow(row, proxied): the row lets its user stand in for this account, which has a user name.
    @input
    #[derive(Debug, PartialOrd, Ord)]
    pub struct ProxyRow(pub RowId, pub Account);

    // RoleEdge(role, to, row): the role is granted to the account.
    @input
    #[derive(Debug, PartialOrd, Ord)]
    pub struct RoleEdge(pub Account, pub Account, pub RowId);

    // DefaultRole(account, role, row): the role is a default role of the account.
    @input
    #[derive(Debug, PartialOrd, Ord)]
    pub struct DefaultRole(pub Account, pub Account, pub RowId);

    // MandatoryRole(role): `mandatory_roles` names it and it exists (M7.38).
    @input
    #[derive(Debug, PartialOrd, Ord)]
    pub struct MandatoryRole(pub Account);

    // RowGives(row, privilege): the row holds this privilege.
    @input
    #[derive(Debug, PartialOrd, Ord)]
    pub struct RowGives(pub RowId, pub Privilege);

    // GlobalRow(row, account): the row of `user` or `global_grants` holds global privileges of the account.
    @input
    #[derive(Debug, PartialOrd, Ord)]
    pub struct GlobalRow(pub RowId, pub Account);

    // Restriction(row, account, db, privilege): a partial revoke takes the privilege away in that database (M7.60).
    @input
    #[derive(Debug, PartialOrd, Ord)]
    pub struct Restriction(pub RowId, pub Account, pub DbText, pub Privilege);

    // DbRow(row, account, user, host, db, rank): `mysql.db` has this row (M5.1).
    @input
    #[derive(Debug, PartialOrd, Ord)]
    pub struct DbRow(pub RowId, pub Account, pub User, pub Host, pub DbText, pub Rank);

    // GrantedSinceLoad(row): GRANT made this row of `mysql.db`, and the tables were not loaded since (M5.3).
    @input
    #[derive(Debug, PartialOrd, Ord)]
    pub struct GrantedSinceLoad(pub RowId);

    // HostRow(row, host, db, rank): `mysql.host` has this row (M5.9).
    @input
    #[derive(Debug, PartialOrd, Ord)]
    pub struct HostRow(pub RowId, pub Host, pub DbText, pub Rank);

    // DbMatches(db, text): the database name matches the text as a pattern (M5.5).
    @input
    #[derive(Debug, PartialOrd, Ord)]
    pub struct DbMatches(pub Database, pub DbText);

    // DbEquals(db, text): the database name is the text.
    @input
    #[derive(Debug, PartialOrd, Ord)]
    pub struct DbEquals(pub Database, pub DbText);

    // DbEqualsIgnoringCase(db, text): the database name is the text, but for the case of letters (M5.12).
    @input
    #[derive(Debug, PartialOrd, Ord)]
    pub struct DbEqualsIgnoringCase(pub Database, pub DbText);

    // DbTextIsWild(text): the text has a `%` or `_` anywhere, escaped or not (M5.12).
    @input
    #[derive(Debug, PartialOrd, Ord)]
    pub struct DbTextIsWild(pub DbText);

    // DbTextOrder(text, position): the text's place in byte order (M5.12).
    @input
    #[derive(Debug, PartialOrd, Ord)]
    pub struct DbTextOrder(pub DbText, pub Position);

    // TableRow(row, account, user, host, rank): `tables_priv` has this row (M5.1).
    @input
    #[derive(Debug, PartialOrd, Ord)]
    pub struct TableRow(pub RowId, pub Account, pub User, pub Host, pub Rank);

    // RowOnTable(row, table): the `tables_priv` row is for exactly this table.
    @input
    #[derive(Debug, PartialOrd, Ord)]
    pub struct RowOnTable(pub RowId, pub Table);

    // RowInDatabase(row, db): the `tables_priv` or `procs_priv` row is for something in exactly this database.
    @input
    #[derive(Debug, PartialOrd, Ord)]
    pub struct RowInDatabase(pub RowId, pub Database);

    // ColumnRow(row, of): the `columns_priv` row belongs to that `tables_priv` row.
    @input
    #[derive(Debug, PartialOrd, Ord)]
    pub struct ColumnRow(pub RowId, pub RowId);

    // RowOnColumn(row, column): the `columns_priv` row names this column, but for the case of letters.
    @input
    #[derive(Debug, PartialOrd, Ord)]
    pub struct RowOnColumn(pub RowId, pub Column);

    // RowSpellsColumn(row, column): it names this column letter by letter (M5.13).
    @input
    #[derive(Debug, PartialOrd, Ord)]
    pub struct RowSpellsColumn(pub RowId, pub Column);

    // RoutineRow(row, account, user, host, rank): `procs_priv` has this row.
    @input
    #[derive(Debug, PartialOrd, Ord)]
    pub struct RoutineRow(pub RowId, pub Account, pub User, pub Host, pub Rank);

    // ProcedureRow(row): the `procs_priv` row is for a procedure.
    @input
    #[derive(Debug, PartialOrd, Ord)]
    pub struct ProcedureRow(pub RowId);

    // RowOnRoutine(row, routine): the `procs_priv` row is for this routine.
    @input
    #[derive(Debug, PartialOrd, Ord)]
    pub struct RowOnRoutine(pub RowId, pub Routine);

    // AccountHostMatches(client, account, host): the host text matches the account's own host text taken as a name, or
    // the client's address: that is how routine rows are looked up (M5.4).
    @input
    #[derive(Debug, PartialOrd, Ord)]
    pub struct AccountHostMatches(pub Client, pub Account, pub Host);

    // DatabaseAsked(client, db): the question needs to know about this database.
    @input
    #[derive(Debug, PartialOrd, Ord)]
    pub struct DatabaseAsked(pub Client, pub Database);

    // DatabaseAsPattern(db, pattern): the name of the database, and the same text taken as a pattern (M5.40).
    @input
    #[derive(Debug, PartialOrd, Ord)]
    pub struct DatabaseAsPattern(pub Database, pub Database);

    // DatabaseAbsent(db): the policy tells that this database was dropped.
    @input
    #[derive(Debug, PartialOrd, Ord)]
    pub struct DatabaseAbsent(pub Database);

    // TableAsked(client, table, db): the question needs to know about this table of that database.
    @input
    #[derive(Debug, PartialOrd, Ord)]
    pub struct TableAsked(pub Client, pub Table, pub Database);

    // ColumnAsked(client, column, table): the question needs to know about this column of that table.
    @input
    #[derive(Debug, PartialOrd, Ord)]
    pub struct ColumnAsked(pub Client, pub Column, pub Table);

    // RoutineAsked(client, routine, db): the question needs to know about this routine of that database.
    @input
    #[derive(Debug, PartialOrd, Ord)]
    pub struct RoutineAsked(pub Client, pub Routine, pub Database);

    // TableHasColumn(table, column): the schema tells that the table has this column.
    @input
    #[derive(Debug, PartialOrd, Ord)]
    pub struct TableHasColumn(pub Table, pub Column);

    // ColumnsAreTold(table): the schema tells all columns of the table.
    @input
    #[derive(Debug, PartialOrd, Ord)]
    pub struct ColumnsAreTold(pub Table);

    // EverybodyHolds(db, privilege): the server gives it to everybody (M5.50).
    @input
    #[derive(Debug, PartialOrd, Ord)]
    pub struct EverybodyHolds(pub Database, pub Privilege);

    // EverybodyHoldsOnTable(table, privilege): the server gives it to everybody (M5.51).
    @input
    #[derive(Debug, PartialOrd, Ord)]
    pub struct EverybodyHoldsOnTable(pub Table, pub Privilege);

    // NobodyHolds(db, privilege): the server refuses it to everybody, whatever the rows say (M5.50, M5.51).
    @input
    #[derive(Debug, PartialOrd, Ord)]
    pub struct NobodyHolds(pub Database, pub Privilege);

    // OpensDatabase(privilege): holding it on a database or globally makes the database visible (M5.40).
    @input
    #[derive(Debug, PartialOrd, Ord)]
    pub struct OpensDatabase(pub Privilege);

    // OpensDatabaseByTable(privilege): holding it on a table or column makes the table's database visible (M5.40).
    @input
    #[derive(Debug, PartialOrd, Ord)]
    pub struct OpensDatabaseByTable(pub Privilege);

    // CheckOf(check, client): the question makes this check.
    @input
    #[derive(Debug, PartialOrd, Ord)]
    pub struct CheckOf(pub Check, pub Client);

    // NeedOf(need, check): the check has this need, all of which must be met.
    @input
    #[derive(Debug, PartialOrd, Ord)]
    pub struct NeedOf(pub Need, pub Check);

    // NeedAnyOf(need, privilege): the privilege is one of those that meet the need.
    @input
    #[derive(Debug, PartialOrd, Ord)]
    pub struct NeedAnyOf(pub Need, pub Privilege);

    // OnGlobal(need): only global privileges meet it.
    @input
    #[derive(Debug, PartialOrd, Ord)]
    pub struct OnGlobal(pub Need);

    // OnDatabase(need, db): it is on this database.
    @input
    #[derive(Debug, PartialOrd, Ord)]
    pub struct OnDatabase(pub Need, pub Database);

    // OnDatabaseAnew(need, db): it is on the databases that this text stands for, whose rows are looked up anew (M7.12).
    @input
    #[derive(Debug, PartialOrd, Ord)]
    pub struct OnDatabaseAnew(pub Need, pub Database);

    // OnTable(need, table): it is on this table.
    @input
    #[derive(Debug, PartialOrd, Ord)]
    pub struct OnTable(pub Need, pub Table);

    // OnAnyColumn(need, table): any column of this table is enough (M5.23).
    @input
    #[derive(Debug, PartialOrd, Ord)]
    pub struct OnAnyColumn(pub Need, pub Table);

    // OnColumn(need, column): it is on this column.
    @input
    #[derive(Debug, PartialOrd, Ord)]
    pub struct OnColumn(pub Need, pub Column);

    // OnFirstColumn(need, column): all columns of its table are needed, and it is the first of them (M5.22).
    @input
    #[derive(Debug, PartialOrd, Ord)]
    pub struct OnFirstColumn(pub Need, pub Column);

    // OnEveryColumn(need, table): it is on all columns of this table (M5.22).
    @input
    #[derive(Debug, PartialOrd, Ord)]
    pub struct OnEveryColumn(pub Need, pub Table);

    // OnOneOfColumns(need, column): it is on one of these columns, and which one is not known.
    @input
    #[derive(Debug, PartialOrd, Ord)]
    pub struct OnOneOfColumns(pub Need, pub Column);

    // OnAnyTableRow(need, table): any `tables_priv` row for the table meets it too (M5.42).
    @input
    #[derive(Debug, PartialOrd, Ord)]
    pub struct OnAnyTableRow(pub Need, pub Table);

    // OnRoutine(need, routine): it is on this routine.
    @input
    #[derive(Debug, PartialOrd, Ord)]
    pub struct OnRoutine(pub Need, pub Routine);

    // OnShownRoutine(need, routine): it is to show this routine.
    @input
    #[derive(Debug, PartialOrd, Ord)]
    pub struct OnShownRoutine(pub Need, pub Routine);

    // OnVisible(need, db): the database must be visible (M5.40).
    @input
    #[derive(Debug, PartialOrd, Ord)]
    pub struct OnVisible(pub Need, pub Database);

    // OnParent(need, table): the table is the parent of a foreign key, and any of the privileges on the whole of it is
    // enough (M8.2).
    @input
    #[derive(Debug, PartialOrd, Ord)]
    pub struct OnParent(pub Need, pub Table);

    // ProcTable(table): the table of the server that has all routines (M8.3).
    @input
    #[derive(Debug, PartialOrd, Ord)]
    pub struct ProcTable(pub Table);

    // OnListedDatabase(need, db): the database must be one that SHOW DATABASES lists (M5.41).
    @input
    #[derive(Debug, PartialOrd, Ord)]
    pub struct OnListedDatabase(pub Need, pub Database);

    // ListedForEverybody(db): SHOW DATABASES lists it whatever the session holds (M5.41).
    @input
    #[derive(Debug, PartialOrd, Ord)]
    pub struct ListedForEverybody(pub Database);

    // OnListedTable(need, table): the table must be one that SHOW TABLES lists (M5.42).
    @input
    #[derive(Debug, PartialOrd, Ord)]
    pub struct OnListedTable(pub Need, pub Table);

    // OnGrantable(need, db): the dynamic privilege is to be passed on; the database is `mysql` (M7.12).
    @input
    #[derive(Debug, PartialOrd, Ord)]
    pub struct OnGrantable(pub Need, pub Database);

    // RowPassesOn(row): the row of `global_grants` has its grant option.
    @input
    #[derive(Debug, PartialOrd, Ord)]
    pub struct RowPassesOn(pub RowId);

    // OnGrantsOfRole(need, role, db): the grants of the role are to be shown; the database is `mysql` (M6.15).
    @input
    #[derive(Debug, PartialOrd, Ord)]
    pub struct OnGrantsOfRole(pub Need, pub Account, pub Database);

    // GlobalNotBrought(role, below): the server has not brought the global privileges of the role below to the one that has it
    // (M5.16).
    @input
    #[derive(Debug, PartialOrd, Ord)]
    pub struct GlobalNotBrought(pub Account, pub Account);

    // RowsNotBrought(role, below): nor the rows of the role below (M5.16).
    @input
    #[derive(Debug, PartialOrd, Ord)]
    pub struct RowsNotBrought(pub Account, pub Account);

    // OnRoleAdmin(need, role): the role is to be passed on (M7.31).
    @input
    #[derive(Debug, PartialOrd, Ord)]
    pub struct OnRoleAdmin(pub Need, pub Account);

    // RoleAdmin(role, to, row): the role is granted to the account with its admin option.
    @input
    #[derive(Debug, PartialOrd, Ord)]
    pub struct RoleAdmin(pub Account, pub Account, pub RowId);

    // OnProxyOf(need, account): others are to be let stand in for this account (M4.16).
    @input
    #[derive(Debug, PartialOrd, Ord)]
    pub struct OnProxyOf(pub Need, pub Account);

    // ProxyPassesOn(need, row): this `proxies_priv` row has its grant option and fits the client's host, the user name it
    // gave, and the account of the need (M4.16).
    @input
    #[derive(Debug, PartialOrd, Ord)]
    pub struct ProxyPassesOn(pub Need, pub RowId);

    // SessionRuns(session, account): the session was opened before and runs as this account, whatever became of it (M5.49).
    @input
    #[derive(Debug, PartialOrd, Ord)]
    pub struct SessionRuns(pub Session, pub Account);

    // SessionRole(session, role): the running session activated this role, whatever became of it since (M5.48).
    @input
    #[derive(Debug, PartialOrd, Ord)]
    pub struct SessionRole(pub Session, pub Account);

    // CurrentDatabase(session, db): the running session made this database current.
    @input
    #[derive(Debug, PartialOrd, Ord)]
    pub struct CurrentDatabase(pub Session, pub Database);

    // KeptRow(session, row, level): the running session keeps the row as it was when the session took it (M5.45, M5.46).
    @input
    #[derive(Debug, PartialOrd, Ord)]
    pub struct KeptRow(pub Session, pub RowId, pub KeptLevel);

    // KeptRestriction(row, db, privilege): the kept row withholds the global privilege in that database (M5.46, M7.60).
    @input
    #[derive(Debug, PartialOrd, Ord)]
    pub struct KeptRestriction(pub RowId, pub DbText, pub Privilege);

    // =====================================================================================================
    // WHO IS THIS CLIENT: account selection (M2.20, M4.3, sections 3.2 and 3.3).
    // =====================================================================================================

    // HostAdmitted(client, rule): the pre-check lets the client's host pass; else 1130.
    @output
    #[derive(Debug, PartialOrd, Ord)]
    pub struct HostAdmitted(pub Client, pub RuleName);

    // pre-check-skips-sockets: M2.1
    HostAdmitted(client, RuleName::PreCheckSkipsSockets)
        <- ClientIs(client, ClientTrait::OverSocket);

    // pre-check-admits-all: M2.20 step 1
    HostAdmitted(client, RuleName::PreCheckAdmitsAll)
        <- AdmitsEveryHost(client);

    // pre-check-literal: M2.20 step 3
    HostAdmitted(client, RuleName::PreCheckLiteral)
        <- HostEquals(client, host),
           HostInUse(host),
           !HostIsWild(host);

    // pre-check-wild: M2.20 step 3
    HostAdmitted(client, RuleName::PreCheckWild)
        <- HostMatches(client, host),
           HostInUse(host),
           HostIsWild(host);

    // AccountCandidate(client, account, user, rank): the row's user is the client's or empty, and its host matches (M4.3).
    @output
    #[derive(Debug, PartialOrd, Ord)]
    pub struct AccountCandidate(pub Client, pub Account, pub User, pub Rank);

    // MayBeClients(account): a client can be this account; a role only where roles are accounts (M4.6).
    struct MayBeClients(Account);

    MayBeClients(account)
        <- AccountRow(account, _, _, _, _),
           !AccountIs(account, AccountTrait::Role);

    MayBeClients(account)
        <- ServerHas(Behaviour::RolesAreAccounts),
           AccountRow(account, _, _, _, _);

    // candidate-named: M4.3
    AccountCandidate(client, account, user, rank)
        <- ClientUser(client, user),
           AccountRow(account, named, host, rank, _),
           (named == user),
           MayBeClients(account),
           HostMatches(client, host);

    // candidate-anonymous: a definer is looked up by its own name only, M4.3, M7.37
    AccountCandidate(client, account, User::ANONYMOUS, rank)
        <- ClientUser(client, _),
           AccountRow(account, User::ANONYMOUS, host, rank, _),
           HostMatches(client, host),
           !ClientIs(client, ClientTrait::IsDefiner);

    // AccountOutranked(client, loser, winner, rule): both match and the server tries the winner first.
    @output
    #[derive(Debug, PartialOrd, Ord)]
    pub struct AccountOutranked(pub Client, pub Account, pub Account, pub RuleName);

    // outranked-by-rank: M3.4, M3.5
    AccountOutranked(client, loser, winner, RuleName::OutrankedByRank)
        <- AccountCandidate(client, loser, _, low),
           AccountCandidate(client, winner, _, high),
           (high < low);

    // outranked-by-name: a named row precedes an anonymous one of equal rank, M3.7
    AccountOutranked(client, loser, winner, RuleName::OutrankedByName)
        <- AccountCandidate(client, loser, User::ANONYMOUS, low),
           AccountCandidate(client, winner, user, high),
           (high == low),
           (user != User::ANONYMOUS);

    // outranked-by-array-order: rows of equal rank keep the order in which the server holds them, M3.8
    AccountOutranked(client, loser, winner, RuleName::OutrankedByArrayOrder)
        <- AccountCandidate(client, loser, user, low),
           AccountCandidate(client, winner, other, high),
           (high == low && user == other),
           ArrayOrder(loser, later),
           ArrayOrder(winner, earlier),
           (earlier < later);

    // AccountSelected(client, account): the first row that matches. Two of them are a tie that the server may break
    // either way.
    @output
    #[derive(Debug, PartialOrd, Ord)]
    pub struct AccountSelected(pub Client, pub Account);

    // selected: M4.3
    AccountSelected(client, account)
        <- AccountCandidate(client, account, _, _),
           !AccountOutranked(client, account, _, _);

    // AddressDecides(client, account, rule): the client's address is not known, and with some address this row would come before
    // the selected one.
    @output
    #[derive(Debug, PartialOrd, Ord)]
    pub struct AddressDecides(pub Client, pub Account, pub RuleName);

    // PossibleCandidate(client, account, rank): with some address this row would match.
    struct PossibleCandidate(Client, Account, Rank);

    PossibleCandidate(client, account, rank)
        <- ClientUser(client, user),
           AccountRow(account, named, host, rank, _),
           (named == user || named == User::ANONYMOUS),
           HostMayMatch(client, host);

    // SelectedRank(client, rank): the rank of a selected row.
    struct SelectedRank(Client, Rank);

    SelectedRank(client, rank)
        <- AccountSelected(client, account),
           AccountCandidate(client, candidate, _, rank),
           (candidate == account);

    // address-decides: the row would come before the selected one, M2.10
    AddressDecides(client, account, RuleName::AddressDecides)
        <- PossibleCandidate(client, account, high),
           SelectedRank(client, low),
           (high <= low);

    // address-decides-alone: nothing is selected without it, M2.10
    AddressDecides(client, account, RuleName::AddressDecidesAlone)
        <- PossibleCandidate(client, account, _),
           !SelectedRank(client, _);

    // SessionLive(session): the client gets this session, if the rest of the login succeeds.
    struct SessionLive(Session);

    SessionLive(session)
        <- SessionOf(session, client, account),
           AccountSelected(client, account);

    // =====================================================================================================
    // AS WHOM IT GOES ON: authentication, proxying, what refuses the login (M4.1, M4.12–M4.14).
    // =====================================================================================================

    // MethodFails(session, method, step, rule): this way of authentication does not succeed, and this is its error.
    @output
    #[derive(Debug, PartialOrd, Ord)]
    pub struct MethodFails(pub Session, pub Method, pub Step, pub RuleName);

    // fails-empty-password: no password is stored and a wrong one is sent, M4.6
    MethodFails(session, method, Step::Credentials, RuleName::FailsEmptyPassword)
        <- SessionLive(session),
           SessionOf(session, client, account),
           AuthMethod(account, method, MethodKind::EmptyPassword),
           ClientIs(client, ClientTrait::SendsWrongPassword);

    // fails-password: a password is stored and none or a wrong one is sent, M4.6
    MethodFails(session, method, Step::Credentials, RuleName::FailsPassword)
        <- SessionLive(session),
           SessionOf(session, client, account),
           AuthMethod(account, method, MethodKind::Password),
           ClientIs(client, sends),
           (sends == ClientTrait::SendsNoPassword || sends == ClientTrait::SendsWrongPassword);

    // fails-external: an outside check with no or a wrong password, M4.8
    MethodFails(session, method, Step::Credentials, RuleName::FailsExternal)
        <- SessionLive(session),
           SessionOf(session, client, account),
           AuthMethod(account, method, MethodKind::External),
           ClientIs(client, sends),
           (sends == ClientTrait::SendsNoPassword || sends == ClientTrait::SendsWrongPassword);

    // fails-socket-peer: not a socket, or the OS user does not fit, M4.8
    MethodFails(session, method, Step::SocketPeer, RuleName::FailsSocketPeer)
        <- SessionLive(session),
           SessionOf(session, client, account),
           AuthMethod(account, method, MethodKind::SocketPeer),
           !ClientIs(client, ClientTrait::HidesOsUser),
           !SocketPeerFits(session, method);

    // fails-never: mysql_no_login, M4.8
    MethodFails(session, method, Step::Credentials, RuleName::FailsNever)
        <- SessionLive(session),
           SessionOf(session, _, account),
           AuthMethod(account, method, MethodKind::Never);

    // fails-not-loaded: M4.7
    MethodFails(session, method, Step::PluginNotLoaded, RuleName::FailsNotLoaded)
        <- SessionLive(session),
           SessionOf(session, _, account),
           AuthMethod(account, method, MethodKind::NotLoaded);

    // LoginOpen(session, missing, rule): the login succeeds or not by a fact that was not given.
    @output
    #[derive(Debug, PartialOrd, Ord)]
    pub struct LoginOpen(pub Session, pub Missing, pub RuleName);

    // open-os-user: a socket client's OS user decides, M4.8
    LoginOpen(session, Missing::OsUser, RuleName::OpenOsUser)
        <- SessionLive(session),
           SessionOf(session, client, account),
           AuthMethod(account, _, MethodKind::SocketPeer),
           ClientIs(client, ClientTrait::HidesOsUser),
           !AuthenticatedOtherwise(session);

    // open-certificate: the texts of the client's certificate decide, M4.11
    LoginOpen(session, Missing::CertificateTexts, RuleName::OpenCertificate)
        <- Effective(session, account, _),
           AccountIs(account, AccountTrait::NeedsCertificateText),
           SessionOf(session, client, _),
           !ClientIs(client, ClientTrait::NoCertificate);

    // AuthenticatedOtherwise(session): a method other than the OS user's succeeds.
    struct AuthenticatedOtherwise(Session);

    AuthenticatedOtherwise(session)
        <- SessionLive(session),
           SessionOf(session, _, account),
           AuthMethod(account, method, kind),
           (kind != MethodKind::SocketPeer),
           !MethodFails(session, method, _, _);

    // Authenticated(session): some method succeeds (M4.9).
    @output
    #[derive(Debug, PartialOrd, Ord)]
    pub struct Authenticated(pub Session);

    // authenticated: M4.9
    Authenticated(session)
        <- SessionLive(session),
           SessionOf(session, _, account),
           AuthMethod(account, method, _),
           !MethodFails(session, method, _, _);

    // LaterMethod(account, method): another method is tried after this one.
    struct LaterMethod(Account, Method);

    LaterMethod(account, method)
        <- AuthMethod(account, method, _),
           AuthMethod(other, later, _),
           (other == account && method < later);

    // ProxyOutranked(session, loser): another fitting `proxies_priv` row, whose proxied account exists, sorts first.
    struct ProxyOutranked(Session, RowId);

    // ProxyCandidate(session, row, proxied, rank): the row would map the session to this account, which exists (M4.13).
    @output
    #[derive(Debug, PartialOrd, Ord)]
    pub struct ProxyCandidate(pub Session, pub RowId, pub Account, pub Rank);

    // proxy-candidate: for an anonymous account the name that means `server chooses` is its own, M4.12, M4.13
    ProxyCandidate(session, row, proxied, rank)
        <- MapsProxies(session),
           ProxyFits(session, row, rank),
           ProxyRow(row, proxied),
           AccountRow(proxied, _, _, _, _);

    // MapsProxies(session): the selected account has a name and a plugin that lets the server choose (M4.12).
    struct MapsProxies(Session);

    MapsProxies(session)
        <- SessionLive(session),
           SessionOf(session, _, account),
           AccountIs(account, AccountTrait::MapsProxies),
           AccountName(account, user, _),
           (user != User::ANONYMOUS);

    ProxyOutranked(session, loser)
        <- ProxyCandidate(session, loser, _, low),
           ProxyCandidate(session, _, _, high),
           (high < low);

    ProxyOutranked(session, loser)
        <- ProxyCandidate(session, loser, _, low),
           ProxyCandidate(session, winner, _, high),
           (high == low),
           RowOrder(loser, later),
           RowOrder(winner, earlier),
           (earlier < later);

    // Effective(session, account, rule): the session has this account's privileges.
    @output
    #[derive(Debug, PartialOrd, Ord)]
    pub struct Effective(pub Session, pub Account, pub RuleName);

    // ProxySelected(session, row, proxied): the session stands in for this account.
    @output
    #[derive(Debug, PartialOrd, Ord)]
    pub struct ProxySelected(pub Session, pub RowId, pub Account);

    // proxy-selected: M4.13
    ProxySelected(session, row, proxied)
        <- ProxyCandidate(session, row, proxied, _),
           !ProxyOutranked(session, row);

    // effective-proxied: M4.12
    Effective(session, proxied, RuleName::EffectiveProxied)
        <- ProxySelected(session, _, proxied);

    // effective-self: M4.12
    Effective(session, account, RuleName::EffectiveSelf)
        <- SessionLive(session),
           SessionOf(session, _, account),
           !ProxySelected(session, _, _);

    // effective-running: a session that was opened before keeps its account, M5.49
    Effective(session, account, RuleName::EffectiveRunning)
        <- SessionRuns(session, account);

    // LoginFails(session, step, rule): this step of the login fails.
    @output
    #[derive(Debug, PartialOrd, Ord)]
    pub struct LoginFails(pub Session, pub Step, pub RuleName);

    // login-fails-authentication: the last method's error, M4.9
    LoginFails(session, step, RuleName::LoginFailsAuthentication)
        <- MethodFails(session, method, step, _),
           SessionOf(session, _, account),
           !LaterMethod(account, method),
           !PasswordUnmentioned(session, method),
           !Authenticated(session);

    // PasswordUnmentioned(session, method): the method fails for want of a password, and one before it has made the error
    // speak of none.
    struct PasswordUnmentioned(Session, Method);

    PasswordUnmentioned(session, method)
        <- ServerHas(Behaviour::AlternativeMethods),
           MethodFails(session, method, Step::Credentials, _),
           SessionOf(session, client, account),
           ClientIs(client, ClientTrait::SendsNoPassword),
           !AccountIs(account, AccountTrait::AlwaysSends),
           AuthMethod(account, before, MethodKind::SocketPeer),
           (before < method);

    // login-fails-unmentioned: after a method of the OS user the error of one without a password is that of the OS user, M4.9
    LoginFails(session, Step::SocketPeer, RuleName::LoginFailsUnmentioned)
        <- PasswordUnmentioned(session, method),
           SessionOf(session, _, account),
           !LaterMethod(account, method),
           !Authenticated(session);

    // login-fails-tls: the effective account asks for encryption, M4.11, M4.14
    LoginFails(session, Step::Tls, RuleName::LoginFailsTls)
        <- Effective(session, account, _),
           AccountIs(account, AccountTrait::NeedsTls),
           SessionOf(session, client, _),
           ClientIs(client, ClientTrait::Unencrypted);

    // login-fails-certificate: M4.11
    LoginFails(session, Step::Tls, RuleName::LoginFailsCertificate)
        <- Effective(session, account, _),
           AccountIs(account, AccountTrait::NeedsCertificate),
           SessionOf(session, client, _),
           ClientIs(client, ClientTrait::NoCertificate);

    // login-fails-locked: the lock of the authenticating account counts, M4.1 step 14
    LoginFails(session, Step::Locked, RuleName::LoginFailsLocked)
        <- SessionLive(session),
           SessionOf(session, _, account),
           AccountIs(account, AccountTrait::Locked);

    // login-fails-insecure-unsaid: M4.1, M9.29
    LoginFails(session, Step::Tls, RuleName::LoginFailsInsecureUnsaid)
        <- ServerHas(Behaviour::InsecureTransportUnsaid),
           SettingOn(Variable::RequireSecureTransport),
           SessionLive(session),
           SessionOf(session, client, _),
           ClientIs(client, ClientTrait::Unencrypted),
           !ClientIs(client, ClientTrait::OverSocket);

    // login-fails-secure-transport: a socket is secure, M4.1 step 15, M9.29
    LoginFails(session, Step::SecureTransport, RuleName::LoginFailsSecureTransport)
        <- SettingOn(Variable::RequireSecureTransport),
           !ServerHas(Behaviour::InsecureTransportUnsaid),
           SessionLive(session),
           SessionOf(session, client, _),
           ClientIs(client, ClientTrait::Unencrypted),
           !ClientIs(client, ClientTrait::OverSocket);

    // PasswordExpired(session): the password that let the client in is expired; who came in by the OS user in MariaDB needed none.
    struct PasswordExpired(Session);

    PasswordExpired(session)
        <- SessionLive(session),
           SessionOf(session, _, account),
           AccountIs(account, AccountTrait::Expired),
           !PasswordUnneeded(session);

    // PasswordUnneeded(session): a method of the OS user succeeds, and none before it; or it fails, and one that is content with
    // no password succeeds behind it.
    struct PasswordUnneeded(Session);

    PasswordUnneeded(session)
        <- ServerHas(Behaviour::AlternativeMethods),
           FirstSuccess(session, _, _, MethodKind::SocketPeer);

    PasswordUnneeded(session)
        <- ServerHas(Behaviour::AlternativeMethods),
           FirstSuccess(session, account, method, MethodKind::EmptyPassword),
           AuthMethod(other, before, MethodKind::SocketPeer),
           (other == account && before < method),
           !PasswordRead(account, before, method);

    // PasswordRead(account, before, method): a method between the two reads a password even where none is given.
    struct PasswordRead(Account, Method, Method);

    PasswordRead(account, before, method)
        <- AccountIs(account, AccountTrait::AlwaysSends),
           AuthMethod(account, before, MethodKind::SocketPeer),
           AuthMethod(other, between, kind),
           AuthMethod(third, method, MethodKind::EmptyPassword),
           (other == account && third == account && before < between && between < method),
           (kind == MethodKind::Password || kind == MethodKind::External);

    // FirstSuccess(session, account, method, kind): the method of the account that lets the client in.
    struct FirstSuccess(Session, Account, Method, MethodKind);

    FirstSuccess(session, account, method, kind)
        <- SessionLive(session),
           SessionOf(session, _, account),
           AuthMethod(account, method, kind),
           !MethodFails(session, method, _, _),
           !SucceedsBefore(session, method);

    // SucceedsBefore(session, method): an earlier method succeeds.
    struct SucceedsBefore(Session, Method);

    SucceedsBefore(session, method)
        <- SessionLive(session),
           SessionOf(session, _, account),
           AuthMethod(account, method, _),
           AuthMethod(other, before, _),
           (other == account && before < method),
           !MethodFails(session, before, _, _);

    // login-fails-expired: M4.1 step 16
    LoginFails(session, Step::Expired, RuleName::LoginFailsExpired)
        <- SettingOn(Variable::DisconnectOnExpiredPassword),
           PasswordExpired(session);

    // MustSetPassword(session): the session may do nothing but set its password (M4.10).
    @output
    #[derive(Debug, PartialOrd, Ord)]
    pub struct MustSetPassword(pub Session);

    // must-set-password: M4.2, M4.10
    MustSetPassword(session)
        <- PasswordExpired(session),
           !SettingOn(Variable::DisconnectOnExpiredPassword);

    // UnknownUnmentioned(client): no account is the client's, and the error does not speak of a password (M4.4).
    @output
    #[derive(Debug, PartialOrd, Ord)]
    pub struct UnknownUnmentioned(pub Client);

    // unknown-unmentioned: the decoy's method of the OS user was tried, and no password was read after it, M4.4
    UnknownUnmentioned(client)
        <- DecoyTries(client, method, MethodKind::SocketPeer),
           !DecoyReads(client, method);

    // DecoyTries(client, method, kind): no earlier method of the decoy ends the attempt.
    struct DecoyTries(Client, Method, MethodKind);

    DecoyTries(client, method, kind)
        <- Decoy(client, account),
           AuthMethod(account, method, kind),
           !DecoyEnds(client, method);

    // DecoyEnds(client, method): an earlier method is content with no password.
    struct DecoyEnds(Client, Method);

    DecoyEnds(client, method)
        <- Decoy(client, account),
           ClientIs(client, ClientTrait::SendsNoPassword),
           AuthMethod(account, before, MethodKind::EmptyPassword),
           AuthMethod(other, method, _),
           (other == account && before < method);

    // DecoyReads(client, method): a method behind this one reads a password.
    struct DecoyReads(Client, Method);

    DecoyReads(client, method)
        <- Decoy(client, account),
           AuthMethod(account, method, _),
           AuthMethod(other, behind, kind),
           (other == account && method < behind && kind != MethodKind::SocketPeer),
           !ClientIs(client, ClientTrait::SendsNoPassword);

    DecoyReads(client, method)
        <- Decoy(client, account),
           AccountIs(account, AccountTrait::AlwaysSends),
           AuthMethod(account, method, _),
           AuthMethod(other, behind, kind),
           (other == account && method < behind && kind != MethodKind::SocketPeer);

    // login-fails-offline: offline_mode lets only SUPER and CONNECTION_ADMIN in, M4.1 step 12
    LoginFails(session, Step::Offline, RuleName::LoginFailsOffline)
        <- SettingOn(Variable::OfflineMode),
           Effective(session, _, _),
           !PassesOffline(session);

    // PassesOffline(session): the session may be there in offline mode.
    struct PassesOffline(Session);

    PassesOffline(session)
        <- GlobalHeld(session, privilege, _),
           (privilege == Privilege::SUPER || Some(privilege) == Privilege::dynamic("CONNECTION_ADMIN"));

    // login-fails-database: the default database is not visible, M5.40
    LoginFails(session, Step::DefaultDatabase, RuleName::LoginFailsDatabase)
        <- Effective(session, _, _),
           SessionOf(session, client, _),
           ClientDatabase(client, db),
           !DatabaseVisible(session, db, _, _);

    // login-fails-role: a role asked for by name is neither granted nor mandatory, M7.35
    LoginFails(session, Step::RoleNotGranted, RuleName::LoginFailsRole)
        <- Effective(session, _, _),
           SessionOf(session, client, _),
           WantsRole(client, role),
           !RoleUsable(session, role, _);

    // login-fails-absent-database: the default database was dropped, M4.1 step 19
    LoginFails(session, Step::AbsentDatabase, RuleName::LoginFailsAbsentDatabase)
        <- Effective(session, _, _),
           SessionOf(session, client, _),
           ClientDatabase(client, db),
           DatabaseAbsent(db);

    // LoginRefused(session, step): the step whose error the client sees: the first that fails (M4.1).
    @output
    #[derive(Debug, PartialOrd, Ord)]
    pub struct LoginRefused(pub Session, pub Step);

    // FailsEarlier(session, step): an earlier step fails too.
    struct FailsEarlier(Session, Step);

    FailsEarlier(session, step)
        <- LoginFails(session, step, _),
           LoginFails(other, earlier, _),
           (other == session && earlier < step);

    // login-refused: M4.1
    LoginRefused(session, step)
        <- LoginFails(session, step, _),
           !FailsEarlier(session, step);

    // =====================================================================================================
    // ROLES: which sources feed the session (M5.10, M7.34, M7.35).
    // =====================================================================================================

    // RoleUsable(session, role, witness): the role may be activated: it is granted directly, or mandatory.
    struct RoleUsable(Session, Account, Witness);

    RoleUsable(session, role, Witness::Row(row))
        <- ServerHas(Behaviour::RolesAreAccounts),
           Effective(session, account, _),
           RoleEdge(role, account, row);

    RoleUsable(session, role, Witness::Row(row))
        <- RoleGrantee(session, role, _, row);

    RoleUsable(session, role, Witness::Setting(Variable::MandatoryRoles))
        <- Effective(session, _, _),
           MandatoryRole(role);

    // RoleGrantee(session, role, account, row): in MariaDB it is enough that the role is granted to some account of the
    // session's user name whose host matches the client (M7.41).
    @output
    #[derive(Debug, PartialOrd, Ord)]
    pub struct RoleGrantee(pub Session, pub Account, pub Account, pub RowId);

    // role-grantee: M7.41
    RoleGrantee(session, role, account, row)
        <- ServerHas(Behaviour::RolesAreNames),
           SessionUser(session, user),
           RoleEdge(role, account, row),
           AccountName(account, named, host),
           (named == user),
           HostServes(session, host);

    // RoleSeen(session, role): the role is granted to the account, or to one that is (M7.41).
    @output
    #[derive(Debug, PartialOrd, Ord)]
    pub struct RoleSeen(pub Session, pub Account);

    // role-seen: M7.41
    RoleSeen(session, role)
        <- ServerHas(Behaviour::RolesAreNames),
           Effective(session, account, _),
           RoleEdge(role, account, _);

    // role-seen-through: M7.41
    RoleSeen(session, inner)
        <- RoleSeen(session, role),
           RoleEdge(inner, role, _);

    // RoleActive(session, role, witness, rule): the role is activated by itself.
    @output
    #[derive(Debug, PartialOrd, Ord)]
    pub struct RoleActive(pub Session, pub Account, pub Witness, pub RuleName);

    // role-by-default: a default role that is still granted, M7.34
    RoleActive(session, role, Witness::Row(row), RuleName::RoleByDefault)
        <- Effective(session, account, _),
           SessionOf(session, client, _),
           ClientIs(client, ClientTrait::WantsDefaultRoles),
           !SettingOn(Variable::ActivateAllRolesOnLogin),
           DefaultRole(account, role, row),
           RoleUsable(session, role, _);

    // role-by-activate-all: activate_all_roles_on_login, M7.34
    RoleActive(session, role, witness, RuleName::RoleByActivateAll)
        <- SettingOn(Variable::ActivateAllRolesOnLogin),
           SessionOf(session, client, _),
           ClientIs(client, ClientTrait::WantsDefaultRoles),
           RoleUsable(session, role, witness);

    // role-by-mandatory: mandatory roles are active at login in 9.x, not by SET ROLE DEFAULT, M7.34, M7.35
    RoleActive(session, role, Witness::Setting(Variable::MandatoryRoles), RuleName::RoleByMandatory)
        <- ServerHas(Behaviour::MandatoryRolesActive),
           SettingOn(Variable::ActivateMandatoryRoles),
           SessionOf(session, client, _),
           ClientIs(client, ClientTrait::WantsDefaultRoles),
           RoleUsable(session, role, _),
           !SessionRuns(session, _),
           MandatoryRole(role);

    // role-by-all: SET ROLE ALL, M7.35
    RoleActive(session, role, witness, RuleName::RoleByAll)
        <- SessionOf(session, client, _),
           ClientIs(client, ClientTrait::WantsAllRoles),
           RoleUsable(session, role, witness);

    // role-by-name: SET ROLE, M7.35
    RoleActive(session, role, witness, RuleName::RoleByName)
        <- SessionOf(session, client, _),
           WantsRole(client, role),
           RoleUsable(session, role, witness);

    // role-by-session: a role that the session activated, while it is granted, M5.48
    RoleActive(session, role, witness, RuleName::RoleBySession)
        <- SessionRole(session, role),
           RoleUsable(session, role, witness);

    // role-by-session-for-good: revoking it does not matter, M5.47
    RoleActive(session, role, Witness::Session, RuleName::RoleBySessionForGood)
        <- ServerHas(Behaviour::RolesAreNames),
           SessionRole(session, role);

    // RoleReached(session, role, rule): the role feeds the session, by itself or through another role.
    @output
    #[derive(Debug, PartialOrd, Ord)]
    pub struct RoleReached(pub Session, pub Account, pub RuleName);

    // role-reached: M7.34
    RoleReached(session, role, RuleName::RoleReached)
        <- RoleActive(session, role, _, _);

    // role-inherited: M5.10
    RoleReached(session, inner, RuleName::RoleInherited)
        <- RoleReached(session, role, _),
           RoleEdge(inner, role, _);

    // ByAccount(session): a role is active, so rows count by exact account, not by the client's host (M5.10).
    @output
    #[derive(Debug, PartialOrd, Ord)]
    pub struct ByAccount(pub Session);

    // by-account: M5.10
    ByAccount(session)
        <- ServerHas(Behaviour::RolesAreAccounts),
           RoleActive(session, _, _, _);

    // a role that the session activated counts for this even when it is revoked or dropped, M5.48
    ByAccount(session)
        <- ServerHas(Behaviour::RolesAreAccounts),
           SessionRole(session, _);

    // ByHost(session, user): no role is active, so rows of this user name count whose host matches the client (M5.1).
    @output
    #[derive(Debug, PartialOrd, Ord)]
    pub struct ByHost(pub Session, pub User);

    // by-host: M5.1
    ByHost(session, user)
        <- SessionUser(session, user),
           !ByAccount(session);

    // Feeds(session, account, rule): the account's own rows are a source of the session's privileges.
    @output
    #[derive(Debug, PartialOrd, Ord)]
    pub struct Feeds(pub Session, pub Account, pub RuleName);

    // feeds-itself: M5.11
    Feeds(session, account, RuleName::FeedsItself)
        <- Effective(session, account, _),
           !ActsAsGrantee(session);

    // ActsAsGrantee(session): a role is current in MariaDB.
    struct ActsAsGrantee(Session);

    ActsAsGrantee(session)
        <- RoleActive(session, role, _, _),
           RoleGrantee(session, role, _, _);

    // GranteeBefore(session, role, row): the role was granted before to another account that serves.
    struct GranteeBefore(Session, Account, RowId);

    GranteeBefore(session, role, row)
        <- RoleGrantee(session, role, _, row),
           RoleGrantee(other, same, _, first),
           (other == session && same == role),
           RowOrder(row, later),
           RowOrder(first, earlier),
           (earlier < later);

    // feeds-grantee: with a current role the global privileges are those of the account that it is granted to, M7.41
    Feeds(session, account, RuleName::FeedsGrantee)
        <- RoleActive(session, role, _, _),
           RoleGrantee(session, role, account, row),
           !GranteeBefore(session, role, row);

    // feeds-merged-role: the current role and PUBLIC with the roles that are granted to them, M5.16, M7.42
    Feeds(session, role, RuleName::FeedsMergedRole)
        <- Below(session, source, role),
           !GlobalNotBrought(source, role);

    // RoleSource(session, role, rule): MariaDB looks for rows of this role beside those of the account.
    @output
    #[derive(Debug, PartialOrd, Ord)]
    pub struct RoleSource(pub Session, pub Account, pub RuleName);

    // source-current-role: M5.16
    RoleSource(session, role, RuleName::SourceCurrentRole)
        <- ServerHas(Behaviour::RolesAreNames),
           RoleActive(session, role, _, _);

    // source-public: M5.16, M7.42
    RoleSource(session, role, RuleName::SourcePublic)
        <- ServerHas(Behaviour::PublicRole),
           AccountIs(role, AccountTrait::Public),
           Effective(session, _, _);

    // Below(session, source, role): the role is the source, or granted to it, directly or not.
    struct Below(Session, Account, Account);

    Below(session, source, source) <- RoleSource(session, source, _);
    Below(session, source, inner) <- Below(session, source, role), RoleEdge(inner, role, _);

    // Merged(session, source, role): rows of the role count as rows of the source (M5.16).
    struct Merged(Session, Account, Account);

    Merged(session, source, role)
        <- Below(session, source, role),
           !RowsNotBrought(source, role);

    // feeds-role: M5.11; the role of an anonymous account is active and gives nothing, M5.15
    Feeds(session, role, RuleName::FeedsRole)
        <- ServerHas(Behaviour::RolesAreAccounts),
           RoleReached(session, role, _),
           Effective(session, account, _),
           AccountName(account, user, _),
           (user != User::ANONYMOUS);

    // HostServes(session, host): the host text matches the session's client.
    struct HostServes(Session, Host);

    HostServes(session, host)
        <- Effective(session, _, _),
           SessionOf(session, client, _),
           HostMatches(client, host);

    // HostMayServe(session, host): it would with some address, and the client's address is not known.
    struct HostMayServe(Session, Host);

    HostMayServe(session, host)
        <- Effective(session, _, _),
           SessionOf(session, client, _),
           HostMayMatch(client, host);

    // SessionUser(session, user): the user name of the account that the session has.
    struct SessionUser(Session, User);

    SessionUser(session, user)
        <- Effective(session, account, _),
           AccountName(account, user, _);

    // AsksTable(session, table): the question needs to know about this table for this session.
    struct AsksTable(Session, Table);

    AsksTable(session, table)
        <- Effective(session, _, _),
           SessionOf(session, client, _),
           TableAsked(client, table, _);

    // AsksRoutine(session, routine): the question needs to know about this routine for this session.
    struct AsksRoutine(Session, Routine);

    AsksRoutine(session, routine)
        <- Effective(session, _, _),
           SessionOf(session, client, _),
           RoutineAsked(client, routine, _);

    // AccountHostServes(session, host): the host text matches the account's own host text or the client's address (M5.4).
    struct AccountHostServes(Session, Host);

    AccountHostServes(session, host)
        <- Effective(session, account, _),
           SessionOf(session, client, _),
           AccountHostMatches(client, account, host);

    // TableRowOn(row, account, user, host, table, rank): the `tables_priv` row is for exactly this table.
    struct TableRowOn(RowId, Account, User, Host, Table, Rank);

    TableRowOn(row, account, user, host, table, rank)
        <- RowOnTable(row, table),
           TableRow(row, account, user, host, rank);

    // RoutineRowOn(row, account, user, host, routine, rank): the `procs_priv` row is for this routine.
    struct RoutineRowOn(RowId, Account, User, Host, Routine, Rank);

    RoutineRowOn(row, account, user, host, routine, rank)
        <- RowOnRoutine(row, routine),
           RoutineRow(row, account, user, host, rank);

    // =====================================================================================================
    // GLOBAL LEVEL, with restrictions (M5.14, M7.60–M7.62).
    // =====================================================================================================

    // GlobalHeld(session, privilege, row): a source has the privilege globally.
    @output
    #[derive(Debug, PartialOrd, Ord)]
    pub struct GlobalHeld(pub Session, pub Privilege, pub RowId);

    // GlobalsKept(session): the session runs without an active role, so its static global privileges and their restrictions
    // are those it took at login or by its last SET ROLE (M5.46).
    struct GlobalsKept(Session);

    GlobalsKept(session)
        <- SessionRuns(session, _),
           !ByAccount(session);

    // GlobalFed(session, privilege, row): the row gives a source the privilege globally as the tables are now.
    @output
    #[derive(Debug, PartialOrd, Ord)]
    pub struct GlobalFed(pub Session, pub Privilege, pub RowId);

    // global-fed: M5.14
    GlobalFed(session, privilege, row)
        <- Feeds(session, account, _),
           GlobalRow(row, account),
           RowGives(row, privilege);

    // global-held: M5.1, M5.14
    GlobalHeld(session, privilege, row)
        <- GlobalFed(session, privilege, row),
           !GlobalsKept(session);

    // dynamic privileges are looked up each time, M5.46
    GlobalHeld(session, privilege, row)
        <- GlobalFed(session, privilege, row),
           GlobalsKept(session),
           (!privilege.is_static());

    // global-kept: M5.46
    GlobalHeld(session, privilege, row)
        <- GlobalsKept(session),
           KeptRow(session, row, KeptLevel::Global),
           RowGives(row, privilege);

    // RestrictedIn(session, account, db, privilege, row): the source's global privilege does not count in the database.
    struct RestrictedIn(Session, Account, Database, Privilege, RowId);

    RestrictedIn(session, account, db, privilege, row)
        <- SettingOn(Variable::PartialRevokes),
           Feeds(session, account, _),
           !GlobalsKept(session),
           Restriction(row, account, text, privilege),
           DbEquals(db, text);

    RestrictedIn(session, account, db, privilege, row)
        <- GlobalsKept(session),
           Effective(session, account, _),
           KeptRow(session, row, KeptLevel::Restriction),
           KeptRestriction(row, text, privilege),
           DbEquals(db, text);

    // Lifted(session, db, privilege, rule): another source has it there without that restriction (M7.62).
    @output
    #[derive(Debug, PartialOrd, Ord)]
    pub struct Lifted(pub Session, pub Database, pub Privilege, pub RuleName);

    // lifted-globally: M7.62
    Lifted(session, db, privilege, RuleName::LiftedGlobally)
        <- RestrictedIn(session, _, db, privilege, _),
           !GlobalsKept(session),
           Feeds(session, other, _),
           GlobalRow(row, other),
           RowGives(row, privilege),
           !RestrictedIn(session, other, db, privilege, _);

    // lifted-by-database: M7.62
    Lifted(session, db, privilege, RuleName::LiftedByDatabase)
        <- RestrictedIn(session, _, db, privilege, _),
           !GlobalsKept(session),
           Feeds(session, other, _),
           DbRow(row, other, _, _, text, _),
           DbEquals(db, text),
           RowGives(row, privilege);

    // Withheld(session, db, privilege, row): a partial revoke takes the global privilege away in the database.
    @output
    #[derive(Debug, PartialOrd, Ord)]
    pub struct Withheld(pub Session, pub Database, pub Privilege, pub RowId);

    // withheld: M7.60
    Withheld(session, db, privilege, row)
        <- RestrictedIn(session, _, db, privilege, row),
           !Lifted(session, db, privilege, _);

    // =====================================================================================================
    // DATABASE LEVEL: first match, two ways (M5.2, M5.3, M5.12).
    // =====================================================================================================

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
    struct DbRowCovers(RowId, Account, User, Host, Database, Rank);

    DbRowCovers(row, account, user, host, db, rank)
        <- DbCovers(db, text),
           DbRow(row, account, user, host, text, rank);

    // SessionAsks(session, db): the question needs to know about this database for this session.
    struct SessionAsks(Session, Database);

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
           DbRowCovers(row, role, _, _, db, rank);

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
    struct DbPossible(Session, Database, RowId, Rank);

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
    struct HostTableWithholds(Session, Database, Privilege, RowId);

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

    // =====================================================================================================
    // TABLE AND COLUMN LEVEL (M5.7, M5.11, M5.13).
    // =====================================================================================================

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
        <- Merged(session, _, role),
           AsksTable(session, table),
           TableRowOn(row, role, _, _, table, _);

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

    // =====================================================================================================
    // ROUTINE LEVEL (M5.4, M5.25).
    // =====================================================================================================

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
    struct RoutineOutranked(Session, Routine, RowId);

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
    struct RoleRoutineCandidate(Session, Account, Routine, RowId, Rank);

    RoleRoutineCandidate(session, source, routine, row, rank)
        <- Merged(session, source, role),
           AsksRoutine(session, routine),
           RoutineRowOn(row, role, _, _, routine, rank);

    RoleRoutineCandidate(session, source, routine, row, rank)
        <- RoleSource(session, source, _),
           AccountName(source, name, _),
           AsksRoutine(session, routine),
           RoutineRowOn(row, _, user, host, routine, rank),
           (user == name),
           HostOfRoles(host);

    // RoleRoutineOutranked(session, source, routine, row): another candidate of that role has a better number.
    struct RoleRoutineOutranked(Session, Account, Routine, RowId);

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

    // =====================================================================================================
    // WHAT GIVES WHAT: an object's privileges from all levels above it (M5.20, M5.21, M5.25).
    // =====================================================================================================

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

    // database-from-row: M5.20 step 5
    GivesOnDatabase(session, db, privilege, Witness::Row(row), RuleName::DatabaseFromRow)
        <- DbHeld(session, db, privilege, row),
           !CurrentDatabase(session, db),
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
    // met above it, or because the table is read apart from being inserted into.
    struct TableRowFetched(Session, Table);

    TableRowFetched(session, table)
        <- ChangesTable(need, table),
           Effective(session, _, _),
           !MetAboveTable(session, need);

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
    struct ObjectRowServes(Session, Database, RowId);

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
           TableRow(row, role, _, _, _);

    ObjectRowServes(session, db, row)
        <- RoleSource(session, source, RuleName::SourceCurrentRole),
           Merged(session, source, role),
           SessionAsks(session, db),
           RowInDatabase(row, db),
           RoutineRow(row, role, _, _, _);

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

    // =====================================================================================================
    // THE QUESTION: needs met, checks failed, the first refusal (M5.20–M5.25, section 8).
    // =====================================================================================================

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

    // NeedInTable(need, table): the need is on this table or something in it.
    struct NeedInTable(Need, Table);

    NeedInTable(need, table) <- OnTable(need, table);
    NeedInTable(need, table) <- OnAnyColumn(need, table);
    NeedInTable(need, table) <- OnEveryColumn(need, table);
    NeedInTable(need, table) <- OnAnyTableRow(need, table);
    NeedInTable(need, table) <- OnListedTable(need, table);
    NeedInTable(need, table) <- OnParent(need, table);
    NeedInTable(need, table) <- OnColumn(need, column), ColumnAsked(_, column, table);
    NeedInTable(need, table) <- OnOneOfColumns(need, column), ColumnAsked(_, column, table);

    // NeedInDatabase(need, db): the need is on this database or something in it.
    struct NeedInDatabase(Need, Database);

    NeedInDatabase(need, db) <- OnDatabase(need, db);
    NeedInDatabase(need, db) <- OnDatabaseAnew(need, db);
    NeedInDatabase(need, db) <- OnGrantsOfRole(need, _, db);
    NeedInDatabase(need, db) <- OnVisible(need, db);
    NeedInDatabase(need, db) <- OnListedDatabase(need, db);
    NeedInDatabase(need, db) <- NeedInTable(need, table), TableAsked(_, table, db);
    NeedInDatabase(need, db) <- OnRoutine(need, routine), RoutineAsked(_, routine, db);
    NeedInDatabase(need, db) <- OnShownRoutine(need, routine), RoutineAsked(_, routine, db);

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

    // =====================================================================================================
    // WHAT CAME CLOSE: rows that could give an unmet need, and why they do not.
    // =====================================================================================================

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

}

pub use program::*;

/// Derives everything that follows from the facts.
pub fn evaluate(facts: Facts) -> Model {
    let mut program = Crepe::new();
    facts.load(&mut program);
    Model::derive(program)
}
