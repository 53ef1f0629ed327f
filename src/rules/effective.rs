//! As whom it goes on: authentication, proxying, what expired (M4.9, M4.10, M4.12, M4.13).

use crate::facts::{Facts, base};
use crate::facts::id::{Account, AccountTrait, Client, ClientTrait, Host, Method, MethodKind, Missing, Position, Session, Step, User};
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
    @input struct ServerHas(Behaviour);
    @input struct SettingOn(Variable);
    @input struct AccountRow(Account, User, Host, Rank, RowId);
    @input struct RowOrder(RowId, Position);
    @input struct AccountIs(Account, AccountTrait);
    @input struct AccountName(Account, User, Host);
    @input struct AuthMethod(Account, Method, MethodKind);
    @input struct Decoy(Client, Account);
    @input struct SocketPeerFits(Session, Method);
    @input struct SessionOf(Session, Client, Account);
    @input struct ProxyFits(Session, RowId, Rank);
    @input struct ProxyRow(RowId, Account);
    @input struct SessionRuns(Session, Account);

    // ---- read: what the stages before derive ------------------------------------------------------------

    @input struct SessionLive(Session);

    // ---- derived ----------------------------------------------------------------------------------------

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

    // PasswordExpired(session): the password that let the client in is expired; who came in by the OS user in MariaDB needed none.
    @output
    #[derive(Debug, PartialOrd, Ord)]
    pub struct PasswordExpired(pub Session);

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
}

stage! {
    reads facts {
        client_is: ClientIs(client, is),
        server_has: ServerHas(behaviour),
        setting_on: SettingOn(variable),
        account_row: AccountRow(account, user, host, rank, row),
        row_order: RowOrder(row, position),
        account_is: AccountIs(account, is),
        account_name: AccountName(account, user, host),
        auth_method: AuthMethod(account, method, kind),
        decoy: Decoy(client, account),
        socket_peer_fits: SocketPeerFits(session, method),
        session_of: SessionOf(session, client, account),
        proxy_fits: ProxyFits(session, row, rank),
        proxy_row: ProxyRow(row, proxied),
        session_runs: SessionRuns(session, account),
    }
    reads model {
        session_live: SessionLive(session),
    }
    derives {
        method_fails: MethodFails,
        login_open: LoginOpen,
        authenticated: Authenticated,
        proxy_candidate: ProxyCandidate,
        effective: Effective,
        proxy_selected: ProxySelected,
        password_expired: PasswordExpired,
        must_set_password: MustSetPassword,
        unknown_unmentioned: UnknownUnmentioned,
    }
}
