//! Facts about the client, the accounts it could be, their proxies and roles.

use super::super::id::{Account, AccountTrait, ClientTrait, Method, MethodKind, Need, Position, Session, User};
use super::{CLIENT, Extract};
use crate::client::{From, Password, Roles, Tls};
use crate::facts::base;
use crate::matching::host::HostPattern;
use crate::matching::wild;
use crate::name::Symbol;
use crate::server::behaviour::Behaviour;
use crate::server::catalogue::plugins::{self, Compares};
use crate::server::variables::Variable;
use crate::syntax::statement::{Authentication, Credential, Require};
use crate::tables::GrantTables;
use crate::tables::row::{AccountKey, ProxyRow, RowId, Table, UserRow};

impl Extract<'_, '_> {
    /// What the client is and wants.
    pub(super) fn client(&mut self) {
        let client = self.question.client;
        // A user name that no row has can be no row's; the anonymous rows still count.
        let user = self.index.tables.names.find(&client.user).unwrap_or(Symbol(u32::MAX));
        self.facts.client_user.push(base::ClientUser(CLIENT, User(user)));
        let over_socket = client.from == From::Socket;
        let traits = [
            (over_socket, ClientTrait::OverSocket),
            (client.password == Password::None, ClientTrait::SendsNoPassword),
            (client.password == Password::Wrong, ClientTrait::SendsWrongPassword),
            (client.tls == Tls::None, ClientTrait::Unencrypted),
            (client.tls != Tls::X509, ClientTrait::NoCertificate),
            (over_socket && client.os_user.is_none(), ClientTrait::HidesOsUser),
            (self.question.definer_host.is_some(), ClientTrait::IsDefiner),
            (client.roles == Roles::Default, ClientTrait::WantsDefaultRoles),
            (client.roles == Roles::All, ClientTrait::WantsAllRoles),
        ];
        let true_ones = traits.iter().filter(|(holds, _)| *holds);
        self.facts.client_is.extend(true_ones.map(|(_, is)| base::ClientIs(CLIENT, *is)));
    }

    /// The account rows of the user name and the anonymous ones, and the sessions they would make.
    pub(super) fn accounts(&mut self) {
        let index = self.index;
        let user = index.tables.names.find(&self.question.client.user);
        let named = user.filter(|u| *u != Symbol::EMPTY).map_or(&[][..], |u| index.users(u));
        for &at in named.iter().chain(index.users(Symbol::EMPTY)) {
            let Some(row) = index.tables.users.at(at) else { continue };
            let account = self.account_row(at, row);
            let pattern = HostPattern::new(index.tables.names.text(row.key.host), &index.tables.server);
            if pattern.matches(&self.host, index.quirks) {
                self.session(account, row);
            }
        }
        self.order_proxies();
        if self.sessions.is_empty() {
            self.decoy();
        }
    }

    /// The account whose methods an unknown user goes through (M4.4).
    fn decoy(&mut self) {
        let index = self.index;
        let Some(at) = index.decoy(&self.question.client.user) else { return };
        if let Some(row) = index.tables.users.at(at) {
            let account = self.account_row(at, row);
            self.facts.decoy.push(base::Decoy(CLIENT, account));
        }
    }

    /// One `user` row as facts.
    fn account_row(&mut self, at: u32, row: &UserRow) -> Account {
        let account = self.account_id(row.key);
        let (user, host) = (self.text(row.key.user), self.text(row.key.host));
        let tables = self.index.tables;
        let was = tables.account_text(tables.ranked_as.user(row.key));
        let rank = tables.server.renamed_account_rank(user, host, was);
        let host = self.host_id(row.key.host);
        let id = RowId { table: Table::User, index: at };
        let fact = base::AccountRow(account, User(row.key.user), host, rank, id);
        if self.facts.account_row.contains(&fact) {
            return account;
        }
        self.facts.account_row.push(fact);
        if let Some(place) = self.index.position(at) {
            self.facts.array_order.push(base::ArrayOrder(account, Position(place)));
        }
        let variables = &self.index.tables.variables;
        let first = row.authentication.first();
        let specified = matches!(row.require, Require::Specified { .. });
        let traits = [
            (row.locked, AccountTrait::Locked),
            (row.expired, AccountTrait::Expired),
            (row.require != Require::None, AccountTrait::NeedsTls),
            (specified || row.require == Require::X509, AccountTrait::NeedsCertificate),
            (specified, AccountTrait::NeedsCertificateText),
            (row.authentication.iter().any(|a| plugins::always_sends(a.plugin.as_deref())), AccountTrait::AlwaysSends),
            (row.is_role, AccountTrait::Role),
            (first.is_some_and(|a| maps_proxies(a, tables)), AccountTrait::MapsProxies),
        ];
        let true_ones = traits.iter().filter(|(holds, _)| *holds);
        self.facts.account_is.extend(true_ones.map(|(_, is)| base::AccountIs(account, *is)));
        for (place, authentication) in row.authentication.iter().enumerate() {
            let kind = method_kind(
                plugins::compares(&self.index.tables.server, variables, authentication.plugin.as_deref()),
                authentication,
            );
            self.facts.auth_method.push(base::AuthMethod(account, Method(place as u32), kind));
        }
        account
    }

    /// The session that this account row would make, with its OS user and proxies.
    fn session(&mut self, account: Account, row: &UserRow) {
        let session = Session(self.sessions.len() as u32);
        self.sessions.push((session, account));
        self.facts.session_of.push(base::SessionOf(session, CLIENT, account));
        for (place, authentication) in row.authentication.iter().enumerate() {
            if self.socket_peer_fits(row, authentication) {
                self.facts.socket_peer_fits.push(base::SocketPeerFits(session, Method(place as u32)));
            }
        }
        self.effective.push(row.key);
        if self.facts.account_is.contains(&base::AccountIs(account, AccountTrait::MapsProxies)) {
            self.proxies(session, row.key);
        }
    }

    /// The OS user is the account's name or the stored text; in MariaDB only the name given (M4.8).
    fn socket_peer_fits(&self, row: &UserRow, authentication: &Authentication) -> bool {
        let client = self.question.client;
        let Some(os_user) = client.os_user.as_deref().filter(|_| client.from == From::Socket) else { return false };
        if self.index.tables.server.is_mariadb() {
            return os_user == client.user;
        }
        let stored = match &authentication.credential {
            Credential::Stored(text) => Some(text.reveal()),
            _ => None,
        };
        os_user == self.text(row.key.user) || stored == Some(os_user)
    }

    /// The `proxies_priv` rows that fit a session (M4.13).
    fn proxies(&mut self, session: Session, key: AccountKey) {
        let tables = self.index.tables;
        for (at, _, proxy) in tables.proxies.iter() {
            if !self.proxy_fits(proxy, key) {
                continue;
            }
            let row = RowId { table: Table::ProxiesPriv, index: at };
            let rank = tables.proxy_rank(proxy);
            self.facts.proxy_fits.push(base::ProxyFits(session, row, rank));
            let proxied = self.account_id(proxy.proxied);
            if proxy.proxied.user != Symbol::EMPTY {
                self.facts.proxy_row.push(base::ProxyRow(row, proxied));
            }
            if let Some(user_row) = tables.users.get(&proxy.proxied)
                && let Some(at) = tables.users.index_of(&proxy.proxied)
            {
                self.account_row(at, user_row);
                self.effective.push(proxy.proxied);
            }
        }
    }

    /// The places of the `proxies_priv` rows that fit any session. Where the order of a load is not known, and where the
    /// server sorts otherwise, the oldest counts as first.
    fn order_proxies(&mut self) {
        let tables = self.index.tables;
        let mut fitting: Vec<RowId> = self.facts.proxy_fits.iter().map(|fit| fit.1).collect();
        fitting.sort_unstable();
        fitting.dedup();
        let key = |row: RowId| {
            let proxy = tables.proxies.at(row.index)?;
            let was = tables.ranked_as.proxy(proxy.key, proxy.proxied);
            Some((row, [was.host, was.user, proxy.proxied.host, proxy.proxied.user]))
        };
        let kept = fitting.into_iter().filter_map(key).collect();
        self.order_or(kept, &tables.proxy_order);
    }

    /// The id of an account by its texts; one that no row has gets an id that nothing else has.
    pub(super) fn account_named(&mut self, user: &str, host: &str) -> Account {
        match self.index.tables.find_account(user, host) {
            Some(key) => self.account_id(key),
            None => Account(u32::MAX),
        }
    }

    /// The `proxies_priv` rows that let the client pass on the right to stand in for an account (M4.16).
    pub(super) fn proxy_grants(&mut self, need: Need, proxied: (&str, &str)) {
        let index = self.index;
        let is_text = index.tables.server.has(Behaviour::ProxyNamesAreTexts);
        let name_fits = |text: &str, pattern: Symbol| match index.tables.names.text(pattern) {
            "" => true,
            name if is_text => name == text,
            pattern => wild::covers_pattern(text.as_bytes(), pattern.as_bytes(), index.quirks),
        };
        let host_fits = |host: Symbol| {
            HostPattern::new(index.tables.names.text(host), &index.tables.server).matches(&self.host, index.quirks)
        };
        for (at, _, proxy) in index.tables.proxies.iter().filter(|(_, _, proxy)| proxy.grant_option) {
            let fits = name_fits(&self.question.client.user, proxy.key.user)
                && host_fits(proxy.key.host)
                && host_fits(proxy.proxied.host)
                && name_fits(proxied.0, proxy.proxied.user);
            if fits {
                let row = RowId { table: Table::ProxiesPriv, index: at };
                self.facts.proxy_passes_on.push(base::ProxyPassesOn(need, row));
            }
        }
    }

    fn proxy_fits(&self, proxy: &ProxyRow, key: AccountKey) -> bool {
        let index = self.index;
        let host_fits = |host: Symbol| {
            HostPattern::new(index.tables.names.text(host), &index.tables.server).matches(&self.host, index.quirks)
        };
        let (user, pattern) = (self.text(key.user), self.text(proxy.key.user));
        let user_fits = pattern.is_empty() || wild::matches_bytes(user.as_bytes(), pattern.as_bytes(), index.quirks);
        user_fits && host_fits(proxy.key.host) && host_fits(proxy.proxied.host)
    }

    /// Role edges, default and mandatory roles of everything the sessions lead to.
    pub(super) fn roles(&mut self) {
        let tables = self.index.tables;
        for &role in &self.index.mandatory_roles {
            let account = self.account_id(role);
            self.facts.mandatory_role.push(base::MandatoryRole(account));
            self.roles.push(role);
        }
        self.wanted_roles();
        self.public_role();
        let mut seen: Vec<AccountKey> = Vec::new();
        let mut open: Vec<AccountKey> = self.effective.iter().chain(&self.roles).copied().collect();
        while let Some(key) = open.pop() {
            if seen.contains(&key) {
                continue;
            }
            seen.push(key);
            let to = self.account_id(key);
            for (at, edge) in tables.role_edges.of(key) {
                let role = self.account_id(edge.role);
                let row = RowId { table: Table::RoleEdges, index: at };
                self.facts.role_edge.push(base::RoleEdge(role, to, row));
                if edge.admin_option {
                    self.facts.role_admin.push(base::RoleAdmin(role, to, row));
                }
                self.roles.push(edge.role);
                open.push(edge.role);
            }
            for (at, default) in tables.default_roles.of(key) {
                let role = self.account_id(default.role);
                let row = RowId { table: Table::DefaultRoles, index: at };
                self.facts.default_role.push(base::DefaultRole(to, role, row));
            }
        }
        self.roles.sort_unstable();
        self.roles.dedup();
        if tables.server.has(Behaviour::RolesAreNames) {
            self.roles_behind();
        }
    }

    /// What the server has not brought from a role to those that have it (M5.16), and in which order it finds those (M7.41).
    fn roles_behind(&mut self) {
        let tables = self.index.tables;
        let key = |account| self.objects.account_key(account).unwrap_or_default();
        let place = |edge: &base::RoleEdge| tables.grantee_place(key(edge.0), key(edge.1));
        let mut edges: Vec<_> = self.facts.role_edge.iter().map(|edge| (place(edge), edge.2)).collect();
        edges.sort_unstable();
        let places = edges.iter().zip((0u32..).map(Position));
        self.facts.row_order.extend(places.map(|((_, row), place)| base::RowOrder(*row, place)));
        for role in self.roles.clone() {
            for below in tables.roles_below(role) {
                let (to, from) = (self.account_id(role), self.account_id(below));
                if !tables.brings_globally(role, below) {
                    self.facts.global_not_brought.push(base::GlobalNotBrought(to, from));
                }
                let lacking = tables.rows_not_brought(role, below).into_iter();
                self.facts.row_not_brought.extend(lacking.map(|row| base::RowNotBrought(to, row)));
            }
        }
    }

    /// PUBLIC, once something was granted to it (M7.42).
    fn public_role(&mut self) {
        let tables = self.index.tables;
        let public = tables.find_account("PUBLIC", "").filter(|_| tables.server.has(Behaviour::PublicRole));
        if let Some(key) = public.filter(|key| tables.users.get(key).is_some()) {
            let account = self.account_id(key);
            self.facts.account_is.push(base::AccountIs(account, AccountTrait::Public));
            self.roles.push(key);
        }
    }

    /// The roles that the client names.
    fn wanted_roles(&mut self) {
        let Roles::Named(wanted) = &self.question.client.roles else { return };
        let hostless = self.index.tables.server.has(Behaviour::RolesAreNames);
        for (user, host) in wanted {
            let role = self.account_named(user, if hostless { "" } else { host });
            self.facts.wants_role.push(base::WantsRole(CLIENT, role));
        }
    }
}

/// `check_proxy_users` and the plugin's own switch (M4.12).
pub(crate) fn maps_proxies(authentication: &Authentication, tables: &GrantTables) -> bool {
    let named = authentication.plugin.as_deref().filter(|plugin| !plugin.is_empty());
    let switch = match named.unwrap_or(tables.default_plugin()) {
        "sha256_password" => Variable::Sha256PasswordProxyUsers,
        "mysql_native_password" => Variable::MysqlNativePasswordProxyUsers,
        _ => return false,
    };
    let variables = &tables.variables;
    variables.on(Variable::CheckProxyUsers) && variables.on(switch)
}

fn method_kind(compares: Option<Compares>, authentication: &Authentication) -> MethodKind {
    let empty = match &authentication.credential {
        Credential::Unspecified => true,
        Credential::Password(text) | Credential::Stored(text) => text.is_empty(),
        Credential::Random => false,
    };
    let unusable = match &authentication.credential {
        Credential::Stored(hash) => plugins::is_unusable(authentication.plugin.as_deref(), hash.reveal()),
        _ => false,
    };
    match compares {
        Some(Compares::Password) if unusable => MethodKind::Never,
        Some(Compares::Password) if empty => MethodKind::EmptyPassword,
        Some(Compares::Password) => MethodKind::Password,
        Some(Compares::SocketPeer) => MethodKind::SocketPeer,
        Some(Compares::Nothing) => MethodKind::Never,
        Some(Compares::Outside) => MethodKind::External,
        None => MethodKind::NotLoaded,
    }
}
