//! What refuses the login (M4.1, M4.11, M4.14).

use crate::facts::{Facts, base};
use crate::facts::id::{Account, AccountTrait, Client, ClientTrait, Database, Method, MethodKind, Session, Step, Witness};
use crate::model::Model;
use crate::server::behaviour::Behaviour;
use crate::server::catalogue::Privilege;
use crate::server::variables::Variable;
use crate::tables::row::RowId;
use crepe::crepe;
use super::name::RuleName;

crepe! {
    // ---- read: base relations (each one's sentence stands in `facts.rs`) ----------------------------------

    @input struct ClientIs(Client, ClientTrait);
    @input struct ClientDatabase(Client, Database);
    @input struct WantsRole(Client, Account);
    @input struct ServerHas(Behaviour);
    @input struct SettingOn(Variable);
    @input struct AccountIs(Account, AccountTrait);
    @input struct AuthMethod(Account, Method, MethodKind);
    @input struct SessionOf(Session, Client, Account);
    @input struct DatabaseAbsent(Database);

    // ---- read: what the stages before derive ------------------------------------------------------------

    @input struct SessionLive(Session);
    @input struct MethodFails(Session, Method, Step, RuleName);
    @input struct Authenticated(Session);
    @input struct Effective(Session, Account, RuleName);
    @input struct PasswordExpired(Session);
    @input struct RoleUsable(Session, Account, Witness);
    @input struct GlobalHeld(Session, Privilege, RowId);
    @input struct DatabaseVisible(Session, Database, Witness, RuleName);

    // ---- derived ----------------------------------------------------------------------------------------

    // LaterMethod(account, method): another method is tried after this one.
    struct LaterMethod(Account, Method);

    LaterMethod(account, method)
        <- AuthMethod(account, method, _),
           AuthMethod(other, later, _),
           (other == account && method < later);

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

    // login-fails-expired: M4.1 step 16
    LoginFails(session, Step::Expired, RuleName::LoginFailsExpired)
        <- SettingOn(Variable::DisconnectOnExpiredPassword),
           PasswordExpired(session);

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
}

stage! {
    reads facts {
        client_is: ClientIs(client, is),
        client_database: ClientDatabase(client, db),
        wants_role: WantsRole(client, role),
        server_has: ServerHas(behaviour),
        setting_on: SettingOn(variable),
        account_is: AccountIs(account, is),
        auth_method: AuthMethod(account, method, kind),
        session_of: SessionOf(session, client, account),
        database_absent: DatabaseAbsent(db),
    }
    reads model {
        session_live: SessionLive(session),
        method_fails: MethodFails(session, method, step, rule),
        authenticated: Authenticated(session),
        effective: Effective(session, account, rule),
        password_expired: PasswordExpired(session),
        role_usable: RoleUsable(session, role, witness),
        global_held: GlobalHeld(session, privilege, row),
        database_visible: DatabaseVisible(session, db, witness, rule),
    }
    derives {
        login_fails: LoginFails,
        login_refused: LoginRefused,
    }
}
