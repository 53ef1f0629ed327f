//! Roles: which sources feed the session (M5.10, M7.34, M7.35).

use crate::facts::{Facts, base};
use crate::facts::id::{Account, AccountTrait, Client, ClientTrait, Database, Host, Position, Routine, Session, Table, User, Witness};
use crate::model::Model;
use crate::server::behaviour::Behaviour;
use crate::server::ordering::Rank;
use crate::server::variables::Variable;
use crate::tables::row::RowId;
use crepe::crepe;
use super::name::RuleName;

crepe! {
    // ---- read: base relations (each one's sentence stands in `facts.rs`) ----------------------------------

    @input struct ClientIs(Client, ClientTrait);
    @input struct WantsRole(Client, Account);
    @input struct HostMatches(Client, Host);
    @input struct HostMayMatch(Client, Host);
    @input struct ServerHas(Behaviour);
    @input struct SettingOn(Variable);
    @input struct RowOrder(RowId, Position);
    @input struct AccountIs(Account, AccountTrait);
    @input struct AccountName(Account, User, Host);
    @input struct SessionOf(Session, Client, Account);
    @input struct RoleEdge(Account, Account, RowId);
    @input struct DefaultRole(Account, Account, RowId);
    @input struct MandatoryRole(Account);
    @input struct GlobalRow(RowId, Account);
    @input struct TableRow(RowId, Account, User, Host, Rank);
    @input struct RowOnTable(RowId, Table);
    @input struct RoutineRow(RowId, Account, User, Host, Rank);
    @input struct RowOnRoutine(RowId, Routine);
    @input struct AccountHostMatches(Client, Account, Host);
    @input struct TableAsked(Client, Table, Database);
    @input struct RoutineAsked(Client, Routine, Database);
    @input struct GlobalNotBrought(Account, Account);
    @input struct SessionRuns(Session, Account);
    @input struct SessionRole(Session, Account);

    // ---- read: what the stages before derive ------------------------------------------------------------

    @input struct Effective(Session, Account, RuleName);

    // ---- derived ----------------------------------------------------------------------------------------

    // RoleUsable(session, role, witness): the role may be activated: it is granted directly, or mandatory.
    @output
    #[derive(Debug, PartialOrd, Ord)]
    pub struct RoleUsable(pub Session, pub Account, pub Witness);

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
        <- Merged(session, source, role),
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

    // Merged(session, source, role): the role is the source, or granted to it, directly or not; what was brought of it counts
    // as the source's own (M5.16).
    @output
    #[derive(Debug, PartialOrd, Ord)]
    pub struct Merged(pub Session, pub Account, pub Account);

    Merged(session, source, source) <- RoleSource(session, source, _);

    Merged(session, source, inner) <- Merged(session, source, role), RoleEdge(inner, role, _);

    // feeds-role: M5.11; the role of an anonymous account is active and gives nothing, M5.15, nor does that of one that is gone
    Feeds(session, role, RuleName::FeedsRole)
        <- ServerHas(Behaviour::RolesAreAccounts),
           RoleReached(session, role, _),
           Effective(session, account, _),
           GlobalRow(_, account),
           AccountName(account, user, _),
           (user != User::ANONYMOUS);

    // HostServes(session, host): the host text matches the session's client.
    @output
    #[derive(Debug, PartialOrd, Ord)]
    pub struct HostServes(pub Session, pub Host);

    HostServes(session, host)
        <- Effective(session, _, _),
           SessionOf(session, client, _),
           HostMatches(client, host);

    // HostMayServe(session, host): it would with some address, and the client's address is not known.
    @output
    #[derive(Debug, PartialOrd, Ord)]
    pub struct HostMayServe(pub Session, pub Host);

    HostMayServe(session, host)
        <- Effective(session, _, _),
           SessionOf(session, client, _),
           HostMayMatch(client, host);

    // SessionUser(session, user): the user name of the account that the session has.
    @output
    #[derive(Debug, PartialOrd, Ord)]
    pub struct SessionUser(pub Session, pub User);

    SessionUser(session, user)
        <- Effective(session, account, _),
           AccountName(account, user, _);

    // AsksTable(session, table): the question needs to know about this table for this session.
    @output
    #[derive(Debug, PartialOrd, Ord)]
    pub struct AsksTable(pub Session, pub Table);

    AsksTable(session, table)
        <- Effective(session, _, _),
           SessionOf(session, client, _),
           TableAsked(client, table, _);

    // AsksRoutine(session, routine): the question needs to know about this routine for this session.
    @output
    #[derive(Debug, PartialOrd, Ord)]
    pub struct AsksRoutine(pub Session, pub Routine);

    AsksRoutine(session, routine)
        <- Effective(session, _, _),
           SessionOf(session, client, _),
           RoutineAsked(client, routine, _);

    // AccountHostServes(session, host): the host text matches the account's own host text or the client's address (M5.4).
    @output
    #[derive(Debug, PartialOrd, Ord)]
    pub struct AccountHostServes(pub Session, pub Host);

    AccountHostServes(session, host)
        <- Effective(session, account, _),
           SessionOf(session, client, _),
           AccountHostMatches(client, account, host);

    // TableRowOn(row, account, user, host, table, rank): the `tables_priv` row is for exactly this table.
    @output
    #[derive(Debug, PartialOrd, Ord)]
    pub struct TableRowOn(pub RowId, pub Account, pub User, pub Host, pub Table, pub Rank);

    TableRowOn(row, account, user, host, table, rank)
        <- RowOnTable(row, table),
           TableRow(row, account, user, host, rank);

    // RoutineRowOn(row, account, user, host, routine, rank): the `procs_priv` row is for this routine.
    @output
    #[derive(Debug, PartialOrd, Ord)]
    pub struct RoutineRowOn(pub RowId, pub Account, pub User, pub Host, pub Routine, pub Rank);

    RoutineRowOn(row, account, user, host, routine, rank)
        <- RowOnRoutine(row, routine),
           RoutineRow(row, account, user, host, rank);
}

stage! {
    reads facts {
        client_is: ClientIs(client, is),
        wants_role: WantsRole(client, role),
        host_matches: HostMatches(client, host),
        host_may_match: HostMayMatch(client, host),
        server_has: ServerHas(behaviour),
        setting_on: SettingOn(variable),
        row_order: RowOrder(row, position),
        account_is: AccountIs(account, is),
        account_name: AccountName(account, user, host),
        session_of: SessionOf(session, client, account),
        role_edge: RoleEdge(role, to, row),
        default_role: DefaultRole(account, role, row),
        mandatory_role: MandatoryRole(role),
        global_row: GlobalRow(row, account),
        table_row: TableRow(row, account, user, host, rank),
        row_on_table: RowOnTable(row, table),
        routine_row: RoutineRow(row, account, user, host, rank),
        row_on_routine: RowOnRoutine(row, routine),
        account_host_matches: AccountHostMatches(client, account, host),
        table_asked: TableAsked(client, table, db),
        routine_asked: RoutineAsked(client, routine, db),
        global_not_brought: GlobalNotBrought(role, below),
        session_runs: SessionRuns(session, account),
        session_role: SessionRole(session, role),
    }
    reads model {
        effective: Effective(session, account, rule),
    }
    derives {
        role_usable: RoleUsable,
        role_grantee: RoleGrantee,
        role_seen: RoleSeen,
        role_active: RoleActive,
        role_reached: RoleReached,
        by_account: ByAccount,
        by_host: ByHost,
        feeds: Feeds,
        role_source: RoleSource,
        merged: Merged,
        host_serves: HostServes,
        host_may_serve: HostMayServe,
        session_user: SessionUser,
        asks_table: AsksTable,
        asks_routine: AsksRoutine,
        account_host_serves: AccountHostServes,
        table_row_on: TableRowOn,
        routine_row_on: RoutineRowOn,
    }
}
