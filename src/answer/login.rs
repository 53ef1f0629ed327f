//! Who a client is, from the derived relations.

use super::engine::{Engine, Evaluation};
use super::order;
use super::{AccountView, Candidate, Fate, Login};
use crate::client::{Client, Password, Roles, Tls};
use crate::facts::base::AccountRow;
use crate::facts::id::{Account, Method, Missing, Session, Step, User, Witness};
use crate::rules::Effective;
use crate::rules::name::RuleName;
use crate::server::behaviour::Behaviour;
use crate::server::catalogue::plugins::Compares;
use crate::server::catalogue::{Privilege, plugins};
use crate::server::errors::{ServerError, access, account, object};
use crate::syntax::statement::Credential;
use crate::tables::row::AccountKey;

/// The login of `--skip-grant-tables`: anybody, as nobody in particular.
pub fn skipping_grant_tables(client: &AccountView) -> Login {
    let account = AccountView { user: "skip-grants user".into(), host: "skip-grants host".into() };
    Login { client: Some(client.clone()), account: Some(account), ..Login::default() }
}

/// Puts the login into words.
pub fn login(engine: &Engine<'_>, client: &Client, evaluation: &Evaluation) -> Login {
    let named = engine.client_view(client);
    let mut login =
        Login { client: Some(named.clone()), candidates: candidates(engine, client, evaluation), ..Login::default() };
    if evaluation.model.host_admitted.is_empty() && !evaluation.about.host.ip_unknown {
        login.error = Some(access::host_not_allowed(&engine.policy.tables.server, &named.host));
        return login;
    }
    let sessions = live_sessions(engine, evaluation);
    let tied: Vec<AccountView> = sessions.iter().filter_map(|(_, a)| view(engine, evaluation, *a)).collect();
    login.account = tied.first().cloned();
    login.ambiguous = tied.len() > 1;
    login.tied = if login.ambiguous { tied } else { Vec::new() };
    login.undetermined = undetermined(engine, evaluation);
    let Some((session, account)) = sessions.first().copied() else {
        if login.undetermined.is_none() {
            login.error = Some(unknown(client, &named, evaluation));
        }
        return login;
    };
    login.proxied = proxied(engine, evaluation, session);
    login.roles = roles(engine, evaluation, session);
    login.must_set_password = evaluation.model.must_set_password.iter().any(|m| m.0 == session);
    let key = evaluation.about.objects.account_key(account).unwrap_or_default();
    login.password_unmentioned = unmentioned(engine, client, evaluation, session, key);
    login.error = refusal(engine, client, evaluation, session, account);
    login.refused_at = evaluation.model.login_refused.iter().find(|r| r.0 == session).map(|r| r.1);
    login.refused_because = login.refused_at.map(|step| refusing_step(client, step));
    if login.undetermined.is_none() && login.error.is_none() {
        login.undetermined = missing(evaluation, session);
    }
    login
}

/// The sessions that the selected rows make, the likeliest first (M3.8).
pub fn live_sessions(engine: &Engine<'_>, evaluation: &Evaluation) -> Vec<(Session, Account)> {
    let opened = |e: &Effective| e.2 == RuleName::EffectiveRunning;
    let selected = |account: &Account| {
        evaluation.model.account_selected.iter().any(|s| s.1 == *account)
            || evaluation.model.effective.iter().any(opened)
    };
    let mut live: Vec<(Session, Account)> =
        evaluation.about.sessions.iter().copied().filter(|(_, account)| selected(account)).collect();
    let key = |account: Account| evaluation.about.objects.account_key(account).unwrap_or_default();
    live.sort_by_cached_key(|(_, account)| {
        let view = engine.viewer().account(key(*account));
        (view.host.to_ascii_uppercase(), view.user)
    });
    live
}

/// The account whose privileges a session has.
pub fn effective(evaluation: &Evaluation, session: Session) -> Option<AccountKey> {
    let found = evaluation.model.effective.iter().find(|e| e.0 == session)?;
    evaluation.about.objects.account_key(found.1)
}

fn view(engine: &Engine<'_>, evaluation: &Evaluation, account: Account) -> Option<AccountView> {
    Some(engine.viewer().account(evaluation.about.objects.account_key(account)?))
}

fn denied(client: &AccountView, using_password: bool) -> ServerError {
    access::access_denied(client.text(), using_password)
}

/// No row is the client's: what the error speaks of depends on the methods that were gone through in vain (M4.4).
fn unknown(client: &Client, named: &AccountView, evaluation: &Evaluation) -> ServerError {
    if !evaluation.model.unknown_unmentioned.is_empty() {
        return access::access_denied_no_password(named.text());
    }
    denied(named, client.password != Password::None)
}

/// The rows that this user name could be, in the order the server tries them.
fn candidates(engine: &Engine<'_>, client: &Client, evaluation: &Evaluation) -> Vec<Candidate> {
    let user = engine.policy.tables.names.find(&client.user);
    let rows = evaluation.account_rows.iter().filter(|row| Some(row.1.0) == user || row.1 == User::ANONYMOUS);
    rows.filter_map(|row| {
        Some(Candidate { row: engine.viewer().row(row.4, None)?, fate: fate(engine, evaluation, row) })
    })
    .collect()
}

fn fate(engine: &Engine<'_>, evaluation: &Evaluation, row: &AccountRow) -> Fate {
    let model = &evaluation.model;
    let account = row.0;
    let selected: Vec<Account> = model.account_selected.iter().map(|s| s.1).collect();
    if selected.contains(&account) {
        return if selected.len() > 1 { Fate::Tied } else { Fate::Selected };
    }
    let winner =
        selected.iter().find(|winner| model.account_outranked.iter().any(|o| o.1 == account && o.2 == **winner));
    if let Some(by) = winner.and_then(|w| evaluation.account_rows.iter().find(|r| r.0 == *w)) {
        let rule = model.account_outranked.iter().find(|o| o.1 == account && o.2 == by.0).map(|o| o.3);
        let why = order::why_first(engine, by, row, rule);
        let by = engine.viewer().account(evaluation.about.objects.account_key(by.0).unwrap_or_default());
        return Fate::Outranked { by, why };
    }
    if model.address_decides.iter().any(|d| d.1 == account) {
        return Fate::MayMatch;
    }
    Fate::HostDiffers(order::why_host_differs(engine, &evaluation.about.host, row))
}

fn undetermined(engine: &Engine<'_>, evaluation: &Evaluation) -> Option<String> {
    let decides = evaluation.model.address_decides.first()?;
    let account = view(engine, evaluation, decides.1)?;
    let name = evaluation.about.host.host.as_deref().unwrap_or("the client");
    Some(format!(
        "the address of {name} decides whether {} comes first: give it with --from IP --hostname NAME",
        account.quoted()
    ))
}

fn missing(evaluation: &Evaluation, session: Session) -> Option<String> {
    let open = evaluation.model.login_open.iter().find(|o| o.0 == session)?;
    Some(match open.1 {
        Missing::OsUser => "the OS user behind the socket decides: give it with --os-user NAME".to_owned(),
        Missing::CertificateTexts => {
            "the account asks for a certificate's subject, issuer or cipher, which is not part of the question"
                .to_owned()
        }
    })
}

fn proxied(engine: &Engine<'_>, evaluation: &Evaluation, session: Session) -> Option<(AccountView, super::RowView)> {
    let selected = evaluation.model.proxy_selected.iter().find(|p| p.0 == session)?;
    Some((view(engine, evaluation, selected.2)?, engine.viewer().row(selected.1, None)?))
}

/// Active roles: the ones activated by themselves, then those that they reach.
pub fn roles(
    engine: &Engine<'_>,
    evaluation: &Evaluation,
    session: Session,
) -> Vec<(AccountView, Option<super::RowView>)> {
    let mut roles: Vec<(AccountView, Option<super::RowView>)> = Vec::new();
    let active = evaluation.model.role_active.iter().filter(|r| r.0 == session);
    for role in active {
        let Some(account) = view(engine, evaluation, role.1) else { continue };
        let row = match role.2 {
            Witness::Row(row) => engine.viewer().row(row, None),
            _ => None,
        };
        if !roles.iter().any(|(a, _)| *a == account) {
            roles.push((account, row));
        }
    }
    roles.sort_by(|a, b| a.0.cmp(&b.0));
    let reached = evaluation.model.role_reached.iter().filter(|r| r.0 == session);
    let mut inherited: Vec<AccountView> = reached
        .filter_map(|r| view(engine, evaluation, r.1))
        .filter(|account| !roles.iter().any(|(a, _)| a == account))
        .collect();
    inherited.sort();
    inherited.dedup();
    roles.extend(inherited.into_iter().map(|account| (account, None)));
    roles
}

/// The error of the first step that fails (M4.1).
fn refusal(
    engine: &Engine<'_>,
    client: &Client,
    evaluation: &Evaluation,
    session: Session,
    selected: Account,
) -> Option<ServerError> {
    let step = evaluation.model.login_refused.iter().find(|r| r.0 == session)?.1;
    let named = engine.client_view(client);
    let key = evaluation.about.objects.account_key(selected)?;
    let row = engine.viewer().account(key);
    let effective = engine.viewer().account(effective(evaluation, session)?);
    let server = &engine.policy.tables.server;
    Some(match step {
        Step::PluginNotLoaded => account::plugin_not_loaded(&last_plugin(engine, key)),
        Step::Tls if unmentioned(engine, client, evaluation, session, key) => {
            access::access_denied_no_password(named.text())
        }
        Step::Credentials | Step::Tls => denied(&named, sends_password(engine, client, key)),
        Step::SocketPeer => access::access_denied_no_password(named.text()),
        Step::Offline => access::offline_mode(),
        Step::Locked => access::account_locked(server, (&row.user, &named.host)),
        Step::SecureTransport => access::secure_transport_required(),
        Step::Expired => access::password_expired(server),
        Step::DefaultDatabase => account::database_denied(effective.text(), client.db.as_deref().unwrap_or("")),
        Step::AbsentDatabase => object::unknown_database(client.db.as_deref().unwrap_or("")),
        Step::RoleNotGranted if server.has(Behaviour::RolesAreNames) => {
            let role = role_names(engine, client, evaluation);
            // A client with a name is called by it, another by the host of its account.
            let host = evaluation.about.host.host.as_deref().unwrap_or(&effective.host);
            let known = knows_on_arrival(engine, client, key, &role);
            access::role_refused(&role.user, (&effective.user, host), known)
        }
        Step::RoleNotGranted => {
            account::role_not_granted(role_names(engine, client, evaluation).text(), effective.text())
        }
    })
}

/// The step that refuses a session, in words.
fn refusing_step(client: &Client, step: Step) -> String {
    let words = match step {
        Step::PluginNotLoaded => "its authentication plugin is not loaded",
        Step::Credentials => match client.password {
            Password::None => "it has a password, and the client sends none",
            Password::Wrong => "the password is not the one of this account",
            Password::Given => "its method of authentication admits nobody with a password",
        },
        Step::Tls => match client.tls {
            Tls::None => "it requires TLS, and the client comes without",
            Tls::Ssl | Tls::X509 => "it requires another client certificate than the client has",
        },
        Step::SocketPeer => "it admits only its own OS user over the Unix socket",
        Step::Offline => "offline_mode is ON",
        Step::Locked => "it is locked",
        Step::SecureTransport => "require_secure_transport is ON, and the client comes over TCP without TLS",
        Step::Expired => "its password is expired",
        Step::DefaultDatabase => "it may not use the default database",
        Step::AbsentDatabase => "the default database was dropped",
        Step::RoleNotGranted => "a role that is asked for is not granted to it",
    };
    words.to_owned()
}

/// The plugin of the last method of an account.
fn last_plugin(engine: &Engine<'_>, key: AccountKey) -> String {
    let row = engine.policy.tables.users.get(&key);
    let last = row.and_then(|r| r.authentication.last());
    last.and_then(|a| a.plugin.as_deref()).unwrap_or_default().to_owned()
}

/// Whether the session with its default roles knows of the role that it then asks for.
fn knows_on_arrival(engine: &Engine<'_>, client: &Client, selected: AccountKey, role: &AccountView) -> bool {
    let arriving = Client { roles: Roles::Default, ..client.clone() };
    let evaluation = engine.evaluate(&arriving, None, &["mysql".to_owned()]);
    let is_selected = |account| evaluation.about.objects.account_key(account) == Some(selected);
    let found = live_sessions(engine, &evaluation).into_iter().find(|(_, account)| is_selected(*account));
    found.is_some_and(|(session, _)| {
        let of = (&evaluation, session);
        knows_of_role(engine, of, of, role)
    })
}

/// The role exists, and the session reads the grant tables, or the role is granted to the account that it is taken for,
/// perhaps through another (M7.41).
pub fn knows_of_role(
    engine: &Engine<'_>,
    (evaluation, session): (&Evaluation, Session),
    (taken, taken_session): (&Evaluation, Session),
    role: &AccountView,
) -> bool {
    let tables = &engine.policy.tables;
    let Some(key) = tables.find_account(&role.user, "").filter(|key| tables.users.get(key).is_some()) else {
        return false;
    };
    let about = &evaluation.about.objects;
    let reads =
        evaluation.model.gives_on_database.iter().any(|g| {
            g.0 == session && g.2 == Privilege::SELECT && about.database_name(g.1).eq_ignore_ascii_case("mysql")
        });
    let mut seen = taken.model.role_seen.iter().filter(|s| s.0 == taken_session);
    let seen = seen.any(|s| taken.about.objects.account_key(s.1) == Some(key));
    // The server takes the account for the role when the names are the same.
    let namesake = effective(taken, taken_session).is_some_and(|account| account.user == key.user);
    reads || seen || namesake
}

/// Does the client send any password? The right one for an account without any is none.
pub fn sends_password(engine: &Engine<'_>, client: &Client, key: AccountKey) -> bool {
    if compared(engine, key).first() == Some(&Some(Compares::Nothing)) {
        // The plugin reads nothing of what the client sends.
        return false;
    }
    let row = engine.policy.tables.users.get(&key);
    let methods = row.map_or(&[][..], |r| r.authentication.as_slice());
    if methods.iter().any(|a| plugins::always_sends(a.plugin.as_deref())) {
        return true;
    }
    let empty = methods.iter().all(|a| match &a.credential {
        Credential::Unspecified => true,
        Credential::Password(text) | Credential::Stored(text) => text.is_empty(),
        Credential::Random => false,
    });
    match client.password {
        Password::None => false,
        Password::Wrong => true,
        Password::Given => !empty,
    }
}

/// What the methods of an account compare, in order.
fn compared(engine: &Engine<'_>, key: AccountKey) -> Vec<Option<Compares>> {
    let tables = &engine.policy.tables;
    let methods = tables.users.get(&key).map_or(&[][..], |row| row.authentication.as_slice());
    methods.iter().map(|a| plugins::compares(&tables.server, &tables.variables, a.plugin.as_deref())).collect()
}

/// The error of a client that was let in by a method, and refused after it, does not speak of a password: the OS user
/// was asked, and no password was read after that (M4.9).
fn unmentioned(
    engine: &Engine<'_>,
    client: &Client,
    evaluation: &Evaluation,
    session: Session,
    key: AccountKey,
) -> bool {
    let methods = compared(engine, key);
    let fails = |place: &usize| {
        let fails = &evaluation.model.method_fails;
        fails.iter().any(|failed| failed.0 == session && failed.1 == Method(*place as u32))
    };
    let succeeds = (0..methods.len()).find(|place| !fails(place)).unwrap_or_default();
    let asks_peer = |method: &&Option<Compares>| **method == Some(Compares::SocketPeer);
    methods.iter().take(succeeds + 1).any(|method| asks_peer(&method))
        && (methods.get(succeeds).is_some_and(|method| asks_peer(&method)) || !sends_password(engine, client, key))
}

/// The first role asked for that is not the session's.
pub fn role_names(engine: &Engine<'_>, client: &Client, evaluation: &Evaluation) -> AccountView {
    let Roles::Named(wanted) = &client.roles else { return AccountView::default() };
    let active: Vec<AccountView> =
        evaluation.model.role_active.iter().filter_map(|r| view(engine, evaluation, r.1)).collect();
    let asked = wanted.iter().map(|(user, host)| AccountView { user: user.clone(), host: host.clone() });
    asked.into_iter().find(|role| !active.contains(role)).unwrap_or_default()
}
