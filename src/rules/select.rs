//! Who is this client: account selection (M2.20, M4.3, sections 3.2 and 3.3).

use crate::facts::{Facts, base};
use crate::facts::id::{Account, AccountTrait, Client, ClientTrait, Host, Position, Session, User};
use crate::model::Model;
use crate::server::behaviour::Behaviour;
use crate::server::ordering::Rank;
use crate::tables::row::RowId;
use crepe::crepe;
use super::name::RuleName;

crepe! {
    // ---- read: base relations (each one's sentence stands in `facts.rs`) ----------------------------------

    @input struct ClientUser(Client, User);
    @input struct ClientIs(Client, ClientTrait);
    @input struct HostMatches(Client, Host);
    @input struct HostMayMatch(Client, Host);
    @input struct HostEquals(Client, Host);
    @input struct HostInUse(Host);
    @input struct HostIsWild(Host);
    @input struct AdmitsEveryHost(Client);
    @input struct ServerHas(Behaviour);
    @input struct AccountRow(Account, User, Host, Rank, RowId);
    @input struct ArrayOrder(Account, Position);
    @input struct AccountIs(Account, AccountTrait);
    @input struct SessionOf(Session, Client, Account);

    // ---- derived ----------------------------------------------------------------------------------------

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

    // AccountNamed(client, account): the first row that matches among those of the client's own user name: whom MariaDB
    // takes the session for at SET ROLE NONE (M7.41).
    @output
    #[derive(Debug, PartialOrd, Ord)]
    pub struct AccountNamed(pub Client, pub Account);

    // NamedLater(client, account): another row of the client's own user name comes before it.
    struct NamedLater(Client, Account);

    NamedLater(client, account)
        <- ClientUser(client, own),
           AccountOutranked(client, account, winner, _),
           AccountCandidate(client, candidate, user, _),
           (candidate == winner && user == own);

    // account-named: M7.41
    AccountNamed(client, account)
        <- ClientUser(client, own),
           AccountCandidate(client, account, user, _),
           (user == own),
           !NamedLater(client, account);

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
    @output
    #[derive(Debug, PartialOrd, Ord)]
    pub struct SessionLive(pub Session);

    SessionLive(session)
        <- SessionOf(session, client, account),
           AccountSelected(client, account);
}

stage! {
    reads facts {
        client_user: ClientUser(client, user),
        client_is: ClientIs(client, is),
        host_matches: HostMatches(client, host),
        host_may_match: HostMayMatch(client, host),
        host_equals: HostEquals(client, host),
        host_in_use: HostInUse(host),
        host_is_wild: HostIsWild(host),
        admits_every_host: AdmitsEveryHost(client),
        server_has: ServerHas(behaviour),
        account_row: AccountRow(account, user, host, rank, row),
        array_order: ArrayOrder(account, position),
        account_is: AccountIs(account, is),
        session_of: SessionOf(session, client, account),
    }
    reads model {}
    derives {
        host_admitted: HostAdmitted,
        account_candidate: AccountCandidate,
        account_outranked: AccountOutranked,
        account_selected: AccountSelected,
        account_named: AccountNamed,
        address_decides: AddressDecides,
        session_live: SessionLive,
    }
}
