//! The statements of a random policy.

use super::{DATABASES, Random, TABLES};
use grantc::server::Server;
use grantc::server::behaviour::Behaviour;
use grantc::server::catalogue::Level;

/// Database texts in grants: names, patterns, escaped names.
const PATTERNS: [&str; 20] = [
    "d1", "d1", "d1", "d2", "d2", "d_1", "d_1", "d\\_1", "d\\_1", "dx1", "d%", "d_", "%", "dx%", "d__", "d1%", "%1",
    "D1", "none", "d\\%",
];

/// Hosts whose first wildcard stands at the same place, so that they tie in MySQL's order (M3.2).
const TYING: [&str; 14] = [
    "10.1.2.%",
    "10.1.2._",
    "10.1.2.__",
    "app1.ex%",
    "app1.ex_mple.net",
    "app1.ex%.net",
    "::%",
    "2001:db%",
    "2001:db_::5",
    "127.0.0%",
    "localho%",
    "localho_t",
    "%.1.2.3",
    "%ocalhost",
];

/// Hosts that the server takes in another sense than people do.
const ODD: [&str; 22] = [
    "0.0.0.0/0",
    "10.1.2.3/33",
    "10.1.2.3%",
    "10.0.0.0/255.0.255.0",
    "010.1.2.3",
    "10.1.2.3/0.0.0.0",
    "10.1.2.3/",
    "_%",
    "%%",
    "%_",
    "localhos_",
    "localhos_%",
    "%host",
    "%t",
    "1.2.example.net",
    "%.2.example.net",
    "1_.example.net",
    "%_p1.example.net",
    "%pp1.example.net",
    "%.%",
    "10.1.2._%",
    "app1.example.ne_%",
];

/// Rights to take part of away again.
const WIDE: [&str; 3] = ["SELECT, INSERT, UPDATE, DELETE", "ALL", "SELECT, CREATE, EXECUTE"];

/// One random policy in the making.
pub struct Maker {
    r: Random,
    name: String,
    server: Server,
    accounts: Vec<(String, String)>,
    roles: Vec<String>,
    restricts: bool,
    proxies: bool,
    out: Vec<String>,
}

impl Maker {
    pub fn new(seed: u64, server: &str) -> Self {
        let mut r = Random::new(seed, &format!("policy {server}"));
        let name = server.to_owned();
        let server: Server = server.parse().unwrap();
        let accounts = accounts(&mut r);
        let has_roles = server.is_mariadb() || server.has(Behaviour::RolesAreAccounts);
        let many = r.between(1, 4);
        let roles =
            ["r1", "r2", "r3", "r4"].iter().take(if has_roles { many } else { 0 }).map(|r| (*r).to_owned()).collect();
        let is_new = !server.is_mariadb() && has_roles;
        let (restricts, proxies) = (is_new && r.percent(25), !server.is_mariadb() && r.percent(15));
        Self { r, name, server, accounts, roles, restricts, proxies, out: Vec::new() }
    }

    pub fn policy(mut self) -> String {
        self.settings();
        if self.r.percent(85) {
            self.schema();
        }
        self.create();
        for _ in 0..self.r.between(3, 20) {
            self.grant();
        }
        self.role_grants();
        for _ in 0..if self.proxies { self.r.between(2, 6) } else { self.r.below(2) } {
            self.proxy();
        }
        for _ in 0..self.r.between(0, 10) {
            self.change();
        }
        format!("-- grantc: server={}\n{};\n", self.name, self.out.join(";\n"))
    }

    fn put(&mut self, statement: impl Into<String>) {
        self.out.push(statement.into());
    }

    fn has_roles(&self) -> bool {
        !self.roles.is_empty()
    }

    fn settings(&mut self) {
        if self.restricts {
            self.put("SET GLOBAL partial_revokes = ON");
        }
        if self.proxies {
            self.put("SET GLOBAL check_proxy_users = ON");
            self.put("SET GLOBAL sha256_password_proxy_users = ON");
        }
    }

    fn schema(&mut self) {
        for db in DATABASES {
            self.put(format!("CREATE DATABASE `{db}`"));
        }
        for (db, table, columns) in TABLES {
            let columns: Vec<String> = columns.iter().map(|column| format!("{column} INT")).collect();
            self.put(format!("CREATE TABLE `{db}`.{table} ({})", columns.join(", ")));
        }
        self.put("CREATE PROCEDURE d1.p() SELECT 1");
        self.put("CREATE FUNCTION d1.f() RETURNS INT DETERMINISTIC RETURN 1");
        self.put("CREATE PROCEDURE d_1.p() SELECT 1");
    }

    fn create(&mut self) {
        for (user, host) in self.accounts.clone() {
            let clauses = if self.proxies && self.r.percent(60) {
                " IDENTIFIED WITH sha256_password".to_owned()
            } else if self.r.percent(35) {
                self.clauses()
            } else {
                String::new()
            };
            self.put(format!("CREATE USER '{user}'@'{host}'{clauses}"));
        }
        if self.has_roles() {
            let roles = self.roles.join(", ");
            self.put(format!("CREATE ROLE {roles}"));
        }
    }

    /// What an account may have behind its name.
    fn clauses(&mut self) -> String {
        let methods: &[&str] = if self.server.is_mariadb() {
            &["unix_socket", "unix_socket OR mysql_native_password", "mysql_native_password"]
        } else if self.has_roles() {
            &["auth_socket", "auth_socket AS 'root'", "mysql_no_login", "sha256_password BY 'secret'"]
        } else {
            &["auth_socket", "mysql_native_password", "mysql_no_login", "sha256_password BY 'secret'"]
        };
        let with = if self.server.is_mariadb() { "VIA" } else { "WITH" };
        let mut words = match self.r.below(8) {
            0..4 => String::new(),
            4..6 => " IDENTIFIED BY 'secret'".to_owned(),
            _ => format!(" IDENTIFIED {with} {}", self.r.one(methods)),
        };
        words += self.r.one(&["", "", "", " REQUIRE SSL", " REQUIRE X509", " REQUIRE SUBJECT '/CN=x'"]);
        words += self.r.one(&["", "", "", " WITH MAX_USER_CONNECTIONS 7"]);
        words += self.r.one(&["", "", "", " PASSWORD EXPIRE", " PASSWORD EXPIRE NEVER"]);
        words + self.r.one(&["", "", "", " ACCOUNT LOCK"])
    }

    /// An account, seldom one that does not exist.
    fn account(&mut self) -> String {
        if self.r.percent(3) {
            return "'x'@'%'".to_owned();
        }
        let (user, host) = self.r.one(&self.accounts);
        format!("'{user}'@'{host}'")
    }

    fn role(&mut self) -> String {
        if self.r.percent(94) || self.server.is_mariadb() { self.r.one(&self.roles) } else { self.account() }
    }

    /// An account or, more seldom, a role.
    fn grantee(&mut self) -> String {
        match self.r.below(100) {
            0..4 if self.server.is_mariadb() => "PUBLIC".to_owned(),
            0..28 if self.has_roles() => self.role(),
            _ => self.account(),
        }
    }

    fn names_at(&mut self, level: Level) -> Vec<String> {
        let common: &[&str] = match level {
            Level::Routine => &["EXECUTE", "EXECUTE", "ALTER ROUTINE"],
            Level::Column => &["SELECT", "SELECT", "INSERT", "UPDATE", "REFERENCES"],
            _ => &["SELECT", "SELECT", "INSERT", "UPDATE", "DELETE", "CREATE", "DROP", "TRIGGER"],
        };
        let mut names: Vec<String> = self.r.some(common, 3).iter().map(|name| (*name).to_owned()).collect();
        if self.r.percent(30) && level != Level::Column {
            let all: Vec<String> =
                self.server.all_privileges(level).iter().map(|p| self.server.privilege_name(p).to_owned()).collect();
            names.extend(self.r.some(&all, 3));
        }
        if level == Level::Global && self.r.percent(30) {
            let all: Vec<String> = self.server.dynamic_privileges().map(|(_, name)| name.to_owned()).collect();
            if !all.is_empty() {
                names.extend(self.r.some(&all, 3));
            }
        }
        names.sort();
        names.dedup();
        names
    }

    fn privileges(&mut self, level: Level) -> String {
        if self.r.percent(10) {
            return "ALL".to_owned();
        }
        if level == Level::Table && self.r.percent(45) {
            let columns: &[&str] = if self.r.percent(15) { &["a", "B", "zz"] } else { &["a", "b"] };
            let named = self.names_at(Level::Column);
            let mut parts: Vec<String> =
                named.iter().map(|name| format!("{name} ({})", self.r.some(columns, 2).join(", "))).collect();
            if self.r.percent(30) {
                parts.push("DELETE".to_owned());
            }
            return parts.join(", ");
        }
        self.names_at(level).join(", ")
    }

    fn target(&mut self) -> (Level, String) {
        match self.r.below(10) {
            0..2 => (Level::Global, "*.*".to_owned()),
            2..6 => (Level::Database, format!("`{}`.*", self.r.one(&PATTERNS))),
            6..9 => {
                let (db, table, _) = self.r.one(&TABLES);
                let table = self.r.one(&[table, table, table, table, "none", "T1"]);
                (Level::Table, format!("`{db}`.`{table}`"))
            }
            _ => {
                let routines =
                    ["PROCEDURE d1.p", "PROCEDURE d1.P", "FUNCTION d1.f", "PROCEDURE `d_1`.p", "PROCEDURE d1.none"];
                (Level::Routine, self.r.one(&routines).to_owned())
            }
        }
    }

    fn grant(&mut self) {
        let (level, on) = self.target();
        let (words, to) = (self.privileges(level), self.grantee());
        let option = self.r.one(&["", "", "", "", " WITH GRANT OPTION"]);
        self.put(format!("GRANT {words} ON {on} TO {to}{option}"));
        if self.restricts && self.r.percent(25) {
            let (wide, db) = (self.r.one(&WIDE), self.r.one(&DATABASES));
            self.put(format!("GRANT {wide} ON *.* TO {to}"));
            let taken = self.privileges(Level::Database);
            self.put(format!("REVOKE {taken} ON `{db}`.* FROM {to}"));
        }
    }

    fn role_grants(&mut self) {
        if !self.has_roles() {
            return;
        }
        for _ in 0..self.r.between(1, 8) {
            let to = if self.r.percent(35) { self.role() } else { self.account() };
            let (role, admin) = (self.role(), self.r.one(&["", "", "", " WITH ADMIN OPTION"]));
            self.put(format!("GRANT {role} TO {to}{admin}"));
            if self.r.percent(60) {
                let which = if self.server.is_mariadb() { role } else { self.r.one(&["ALL".to_owned(), role]) };
                let to_for = if self.server.is_mariadb() { "FOR" } else { "TO" };
                self.put(format!("SET DEFAULT ROLE {which} {to_for} {to}"));
            }
        }
        if self.server.is_mariadb() {
            return;
        }
        if self.r.percent(15) {
            let mandatory = self.role().replace('\'', "");
            self.put(format!("SET GLOBAL mandatory_roles = '{mandatory}'"));
        }
        if self.r.percent(15) {
            self.put("SET GLOBAL activate_all_roles_on_login = ON");
        }
    }

    fn proxy(&mut self) {
        let (user, host) = self.r.one(&self.accounts);
        let proxied = match self.r.below(10) {
            0 => format!("'{}'@'{}'", self.r.one(&["_", "%", "x", ""]), self.r.one(&["%", "localhost", ""])),
            _ => format!("'{user}'@'{host}'"),
        };
        let (to, option) = (self.account(), self.r.one(&["", "", "", " WITH GRANT OPTION"]));
        self.put(format!("GRANT PROXY ON {proxied} TO {to}{option}"));
    }

    /// A statement that takes away, renames or alters.
    fn change(&mut self) {
        let statement = match self.r.below(12) {
            0..4 => {
                let (level, on) = self.target();
                let (words, from) = (self.privileges(level), self.grantee());
                format!("REVOKE {words} ON {on} FROM {from}")
            }
            4 => format!("REVOKE ALL PRIVILEGES, GRANT OPTION FROM {}", self.grantee()),
            5 => format!("DROP USER {}", self.account()),
            6 => format!("RENAME USER {} TO {}", self.account(), self.account()),
            7 => {
                let (user, host) = (self.r.one(&["a", "b", "c"]), host(&mut self.r));
                format!("RENAME USER {} TO '{user}'@'{host}'", self.account())
            }
            8 => {
                let clauses = Some(self.clauses()).filter(|text| !text.is_empty());
                format!("ALTER USER {}{}", self.account(), clauses.as_deref().unwrap_or(" ACCOUNT UNLOCK"))
            }
            9 if self.has_roles() => format!("REVOKE {} FROM {}", self.role(), self.grantee()),
            10 if self.has_roles() => format!("DROP ROLE {}", self.role()),
            11 => "FLUSH PRIVILEGES".to_owned(),
            _ => return self.grant(),
        };
        self.put(statement);
    }
}

/// The accounts of a policy: few users, and hosts that serve the same clients; seldom more than the 16 rows up to which a
/// sort keeps ties in order (M3.8).
fn accounts(r: &mut Random) -> Vec<(String, String)> {
    let crowded = r.percent(4);
    let mut hosts: Vec<String> = (0..r.between(2, 6)).map(|_| host(r)).collect();
    let mut count = r.between(2, 9);
    if crowded {
        hosts.extend(r.some(&TYING, 8).iter().map(|text| (*text).to_owned()));
        count = r.between(17, 30);
    }
    let mut found = Vec::new();
    for _ in 0..count {
        let account = (r.one(&["a", "a", "a", "b", "b", "", "", "B", "c_1"]).to_owned(), r.one(&hosts));
        if !found.contains(&account) {
            found.push(account);
        }
    }
    found
}

/// A host text of any kind.
pub fn host(r: &mut Random) -> String {
    let octets = [r.one(&[1, 1, 7]), r.one(&[2, 2, 9]), r.one(&[3, 4, 30])];
    let address = format!("10.{}.{}.{}", octets[0], octets[1], octets[2]);
    let domain = r.one(&["example.net", "example.net", "example.com", "corp.example.net"]);
    let label = r.one(&["app1", "app1", "app2", "h", "db_1", "1a"]);
    match r.below(13) {
        0..2 => "%".to_owned(),
        2 => r.one(&["localhost", "localhost", "127.0.0.1", "::1", ""]).to_owned(),
        3 => address,
        4 => r.one(&["10.0.0.0/8", "10.1.0.0/16", "10.1.2.0/24", "10.1.2.0/28", "127.0.0.0/8", "0.0.0.0/1"]).to_owned(),
        5 => format!("{address}/{}", r.one(&["32", "24", "8", "31", "0"])),
        6 => r.one(&["10.0.0.0/255.0.0.0", "10.1.0.0/255.255.0.0", "10.1.2.0/255.255.255.0"]).to_owned(),
        7 => format!("{address}/{}", r.one(&["255.255.255.255", "255.255.255.0", "255.0.255.0", "0.0.0.0"])),
        8 => r.one(&["10.%", "10.1.%", "10.1.2.%", "10.1.2._", "10.%.3", "1%", "127.0.0.%", "192.0.2._%"]).to_owned(),
        9 => format!("{label}.{domain}"),
        10 => match r.below(5) {
            0 => format!("%.{domain}"),
            1 => format!("app_.{domain}"),
            2 => format!("{label}.%"),
            3 => r.one(&["%.net", "app%", "%example%", "a%p1.%", "APP1.Example.%"]).to_owned(),
            _ => format!("{}.{domain}", label.replace('_', "\\_")),
        },
        11 => r
            .one(&["2001:db8::5", "2001:db8::%", "2001:DB8::5", "2001:db8::/32", "2001:db8:0:0:0:0:0:5", "%:%"])
            .to_owned(),
        _ => r.one(&ODD).to_owned(),
    }
}
