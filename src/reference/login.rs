//! Who is selected and whether the login succeeds (sections 2.5, 3.2 and 4 of the semantics).

use super::host::{Pattern, Texts};
use super::{Login, Outcome, Reference, Session, first, order, wild};
use crate::client::{Client, Password, Tls};
use crate::name::Symbol;
use crate::server::behaviour::Behaviour;
use crate::server::catalogue::Privilege;
use crate::server::catalogue::plugins::{self, Compares};
use crate::server::variables::Variable;
use crate::syntax::statement::{Authentication, Credential, Require};
use crate::tables::row::{AccountKey, UserRow};
use std::cmp::Ordering;
use std::collections::BTreeSet;

/// A fact that the question may leave open, as it is taken for one outcome.
#[derive(Clone, Copy)]
struct Assumed {
    /// The OS user behind the socket is the right one.
    os_user: bool,
    /// The texts of the client's certificate are those that the account asks for.
    certificate: bool,
}

impl Reference<'_> {
    /// What becomes of a client.
    pub fn login(&self, client: &Client) -> Login {
        let Some(texts) = self.texts(client) else { return Login::AddressUnknown };
        if !self.is_admitted(&texts) {
            return Login::NotAdmitted;
        }
        let rows = self.selected(&client.user, &texts);
        if rows.is_empty() {
            return Login::Nobody;
        }
        Login::Selected(rows.into_iter().map(|row| self.session(client, &texts, row)).collect())
    }

    /// The pre-check of M2.20.
    pub fn is_admitted(&self, texts: &Texts) -> bool {
        if texts.socket || self.tables.admits_every_host {
            return true; // M2.1, step 1
        }
        self.hosts.iter().any(|host| {
            let text = self.text(*host);
            if Pattern::new(text, &self.tables.server).is_wild(&self.rules) {
                return self.host_matches(*host, texts);
            }
            let equals =
                |known: &Option<String>| known.as_deref().is_some_and(|known| known.eq_ignore_ascii_case(text));
            equals(&texts.host) || equals(&texts.ip) // step 3
        })
    }

    /// M4.3: of the rows of this user name and the anonymous ones that match, the first; several when they tie.
    pub fn selected(&self, user: &str, texts: &Texts) -> Vec<AccountKey> {
        let user = self.tables.names.find(user);
        let mut candidates: Vec<(u32, AccountKey)> = Vec::new();
        let names = BTreeSet::from([Symbol::EMPTY, user.unwrap_or(Symbol::EMPTY)]);
        for at in names.iter().filter_map(|name| self.named.get(name)).flatten() {
            let Some(row) = self.tables.users.at(*at) else { continue };
            if self.host_matches(row.key.host, texts) {
                candidates.push((*at, row.key));
            }
        }
        let mut rows = first(&candidates, |one, other| self.compare_accounts(one, other));
        // M3.8: after a load the smaller (Host, User) is the likeliest.
        rows.sort_by_key(|(_, key)| (self.text(key.host).to_ascii_uppercase(), self.text(key.user).to_owned()));
        rows.into_iter().map(|(_, key)| key).collect()
    }

    fn compare_accounts(&self, one: (u32, AccountKey), other: (u32, AccountKey)) -> Ordering {
        let tables = self.tables;
        let account = |key: AccountKey| order::Account {
            name: tables.account_text(key),
            was: tables.account_text(tables.ranked_as.user(key)),
        };
        let by_rank = order::accounts(&account(one.1), &account(other.1), &tables.server);
        let (host, other_host) = (self.text(one.1.host), self.text(other.1.host));
        if self.has(Behaviour::MagicOrder) {
            return by_rank.then(other_host.cmp(host)); // M3.10: host text downwards
        }
        let primary = |key: AccountKey| {
            let was = tables.ranked_as.user(key);
            [self.host_key(was.host), self.text(was.user).to_owned()]
        };
        by_rank.then(order::held((one.0, &primary(one.1)), (other.0, &primary(other.1)), &tables.array_order))
    }

    fn session(&self, client: &Client, texts: &Texts, key: AccountKey) -> Session {
        let account = self.proxied(texts, key).unwrap_or(key);
        let default = self.roles_at_login(texts, account);
        let roles = self.roles_wanted(client, texts, account, &default);
        let mut outcomes: Vec<Outcome> = Vec::new();
        for (os_user, certificate) in [(true, true), (true, false), (false, true), (false, false)] {
            let assumed = Assumed { os_user, certificate };
            let outcome = self.outcome(client, texts, (key, account), &default, assumed);
            let outcome = match (&roles, outcome) {
                (None, Outcome::In | Outcome::MustSetPassword) => Outcome::Refused(self.no_such_role()),
                (_, outcome) => outcome,
            };
            if !outcomes.contains(&outcome) {
                outcomes.push(outcome);
            }
        }
        outcomes.sort_unstable();
        Session { row: key, account, roles: roles.unwrap_or_default(), outcomes }
    }

    /// M7.35, M7.41: SET ROLE of a role that is not granted.
    fn no_such_role(&self) -> u16 {
        if self.has(Behaviour::RolesAreNames) { 1959 } else { 3530 }
    }

    /// M4.1 and M4.2: the first step that fails decides the error.
    fn outcome(
        &self,
        client: &Client,
        texts: &Texts,
        (key, account): (AccountKey, AccountKey),
        roles: &[AccountKey],
        assumed: Assumed,
    ) -> Outcome {
        let (Some(row), Some(effective)) = (self.tables.users.get(&key), self.tables.users.get(&account)) else {
            return Outcome::Refused(1045);
        };
        let by_socket_peer = match self.authenticate(client, row, assumed) {
            Ok(by_socket_peer) => by_socket_peer,
            Err(errno) => return Outcome::Refused(errno), // steps 7 and 10
        };
        let first_method = row.authentication.first().and_then(|method| self.compares(method));
        // M4.8: a plugin without passwords makes 1698 of what is 1045 elsewhere.
        let denied = if first_method == Some(Compares::SocketPeer) { 1698 } else { 1045 };
        let insecure = client.tls == Tls::None && !texts.socket && self.on(Variable::RequireSecureTransport);
        if self.on(Variable::OfflineMode) && !self.passes_offline(texts, account, roles) {
            return Outcome::Refused(3032); // step 12
        }
        if !self.tls_suffices(client, effective, assumed) {
            return Outcome::Refused(denied); // step 13: of the effective account
        }
        if insecure && self.has(Behaviour::InsecureTransportUnsaid) {
            return Outcome::Refused(denied); // M9.29: MariaDB
        }
        if row.locked {
            return Outcome::Refused(if self.tables.server.is_mariadb() { 4151 } else { 3118 }); // step 14
        }
        if insecure {
            return Outcome::Refused(3159); // step 15
        }
        // M4.10; in MariaDB who came in by the OS user needed no password.
        let expired = row.expired && !(by_socket_peer && self.has(Behaviour::AlternativeMethods));
        if expired && self.on(Variable::DisconnectOnExpiredPassword) {
            return Outcome::Refused(1862); // step 16
        }
        if let Some(db) = client.db.as_deref().filter(|db| !db.is_empty()) {
            let db = self.folded(db);
            if !self.opens(texts, account, roles, &db) {
                return Outcome::Refused(1044); // step 19
            }
            if self.tables.names.find(&db).is_some_and(|name| self.tables.schema.is_dropped(name)) {
                return Outcome::Refused(1049);
            }
        }
        if expired { Outcome::MustSetPassword } else { Outcome::In }
    }

    fn passes_offline(&self, texts: &Texts, account: AccountKey, roles: &[AccountKey]) -> bool {
        let connection_admin = Privilege::dynamic("CONNECTION_ADMIN");
        [Some(Privilege::SUPER), connection_admin]
            .into_iter()
            .flatten()
            .any(|privilege| !self.global_rows(texts, account, roles, privilege).is_empty())
    }

    fn compares(&self, method: &Authentication) -> Option<Compares> {
        plugins::compares(&self.tables.server, &self.tables.variables, method.plugin.as_deref())
    }

    /// M4.6 to M4.9: whether some method lets the client in, and then whether it was the OS user's; else the errno.
    fn authenticate(&self, client: &Client, row: &UserRow, assumed: Assumed) -> Result<bool, u16> {
        let mut errno = 1045;
        let mut a_socket_peer_failed = false;
        for method in &row.authentication {
            let compares = self.compares(method);
            errno = match compares {
                Some(Compares::Password) if password_fits(client, method) => return Ok(false),
                Some(Compares::Outside) if client.password == Password::Given => return Ok(false),
                Some(Compares::SocketPeer) if self.peer_fits(client, row, method, assumed) => return Ok(true),
                Some(Compares::SocketPeer) => 1698,
                None => 1524,
                // M4.9: without a password the error stays the one of the OS user's method.
                Some(_) if a_socket_peer_failed && self.keeps_1698(client, row) => 1698,
                Some(_) => 1045,
            };
            a_socket_peer_failed |= compares == Some(Compares::SocketPeer);
        }
        Err(errno)
    }

    fn keeps_1698(&self, client: &Client, row: &UserRow) -> bool {
        let always = row.authentication.iter().any(|method| plugins::always_sends(method.plugin.as_deref()));
        self.has(Behaviour::AlternativeMethods) && client.password == Password::None && !always
    }

    /// M4.8: over the socket, as the OS user of that name; MySQL also takes the stored text.
    fn peer_fits(&self, client: &Client, row: &UserRow, method: &Authentication, assumed: Assumed) -> bool {
        if client.from != crate::client::From::Socket {
            return false;
        }
        let Some(os_user) = client.os_user.as_deref() else { return assumed.os_user };
        if self.tables.server.is_mariadb() {
            return os_user == client.user;
        }
        let stored = matches!(&method.credential, Credential::Stored(text) if text.reveal() == os_user);
        os_user == self.text(row.key.user) || stored
    }

    /// M4.11.
    fn tls_suffices(&self, client: &Client, account: &UserRow, assumed: Assumed) -> bool {
        match account.require {
            Require::None => true,
            Require::Ssl => client.tls != Tls::None,
            Require::X509 => client.tls == Tls::X509,
            Require::Specified { .. } => client.tls == Tls::X509 && assumed.certificate,
        }
    }

    /// M4.12, M4.13: the account that the session has instead, if any.
    pub fn proxied(&self, texts: &Texts, key: AccountKey) -> Option<AccountKey> {
        let row = self.tables.users.get(&key)?;
        let named = row.authentication.first()?.plugin.as_deref().filter(|plugin| !plugin.is_empty());
        let switch = match named.unwrap_or(self.tables.default_plugin()) {
            "sha256_password" => Variable::Sha256PasswordProxyUsers,
            "mysql_native_password" => Variable::MysqlNativePasswordProxyUsers,
            _ => return None,
        };
        if key.user == Symbol::EMPTY || !self.on(Variable::CheckProxyUsers) || !self.on(switch) {
            return None;
        }
        let user = self.text(key.user);
        let mut found: Vec<(u32, (AccountKey, AccountKey))> = Vec::new();
        for (at, keys, row) in self.tables.proxies.iter() {
            let pattern = self.text(row.key.user);
            let user_fits = pattern.is_empty() || wild::bytes(user, pattern, self.rules.matchers);
            let hosts_fit = self.host_matches(row.key.host, texts) && self.host_matches(row.proxied.host, texts);
            let chosen = row.proxied.user != Symbol::EMPTY && self.tables.users.get(&row.proxied).is_some();
            if user_fits && hosts_fit && chosen {
                found.push((at, *keys));
            }
        }
        let primary = |(proxy, proxied): (AccountKey, AccountKey)| {
            let part = |key: AccountKey| [self.host_key(key.host), self.text(key.user).to_owned()];
            [part(self.tables.ranked_as.proxy(proxy, proxied)), part(proxied)].concat()
        };
        let texts_of = |(proxy, proxied)| {
            let was = self.tables.ranked_as.proxy(proxy, proxied);
            (self.tables.account_text(was), self.tables.account_text(proxied))
        };
        let chosen = first(&found, |one, other| {
            let (a, b) = (texts_of(one.1), texts_of(other.1));
            let held = order::held((one.0, &primary(one.1)), (other.0, &primary(other.1)), &self.tables.proxy_order);
            order::proxies(a, b, &self.tables.server).then(held).then(one.0.cmp(&other.0))
        });
        chosen.first().map(|(_, (_, proxied))| *proxied)
    }
}

/// M4.6: an empty stored password wants none sent, another one the right one.
fn password_fits(client: &Client, method: &Authentication) -> bool {
    let stored_empty = match &method.credential {
        Credential::Unspecified => true,
        Credential::Password(text) => text.is_empty(),
        Credential::Stored(hash) if plugins::is_unusable(method.plugin.as_deref(), hash.reveal()) => return false,
        Credential::Stored(hash) => hash.is_empty(),
        Credential::Random => false,
    };
    match client.password {
        Password::Given => true,
        Password::None => stored_empty,
        Password::Wrong => false,
    }
}
