//! Authentication plugins: which a server has, and what each does with a credential.

use crate::server::Server;
use crate::server::behaviour::{Behaviour, Since};
use crate::server::variables::{Variable, Variables};

/// What becomes of the credential of an account (M4.6–M4.9).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keeps {
    /// A hash of the password is stored.
    Hash,
    /// A text of another kind is stored, such as an OS user or a directory entry; `BY` stores nothing.
    Text,
}

/// What a plugin compares to let a client in (M4.6, M4.8).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compares {
    /// A password with what is stored.
    Password,
    /// The OS user behind the socket.
    SocketPeer,
    /// Nothing: it never lets anybody in.
    Nothing,
    /// Something outside of the server: a directory, a token, a ticket.
    Outside,
}

/// An authentication plugin of the community servers.
#[derive(Debug, Clone, Copy)]
pub struct Plugin {
    /// Its name.
    pub name: &'static str,
    /// Which servers come with it, loaded or ready to be loaded.
    pub since: Since,
    /// What it stores.
    pub keeps: Keeps,
    /// What it compares.
    pub compares: Compares,
}

const PLUGINS: &[Plugin] = &[
    plugin(
        "mysql_native_password",
        Since::mysql((5, 5, 7)).until((9, 0, 0)).and_mariadb((5, 5, 0)),
        Keeps::Hash,
        Compares::Password,
    ),
    plugin(
        "mysql_old_password",
        Since::mysql((5, 5, 7)).until((5, 7, 5)).and_mariadb((5, 5, 0)),
        Keeps::Hash,
        Compares::Password,
    ),
    plugin("sha256_password", Since::mysql((5, 6, 6)), Keeps::Hash, Compares::Password),
    plugin("caching_sha2_password", Since::mysql((8, 0, 4)), Keeps::Hash, Compares::Password),
    plugin("ed25519", Since::MARIADB, Keeps::Hash, Compares::Password),
    plugin("parsec", Since::mariadb((11, 6, 1)), Keeps::Hash, Compares::Password),
    plugin("auth_socket", Since::mysql((5, 5, 10)), Keeps::Text, Compares::SocketPeer),
    plugin("unix_socket", Since::MARIADB, Keeps::Text, Compares::SocketPeer),
    plugin("mysql_no_login", Since::mysql((5, 7, 0)), Keeps::Text, Compares::Nothing),
];

const fn plugin(name: &'static str, since: Since, keeps: Keeps, compares: Compares) -> Plugin {
    Plugin { name, since, keeps, compares }
}

/// The plugin of that name, on whatever server.
pub fn find(name: &str) -> Option<&'static Plugin> {
    PLUGINS.iter().find(|p| p.name.eq_ignore_ascii_case(name))
}

/// The server has not loaded that plugin although others have it: naming it is 1524. A plugin that no community
/// server has may well be loaded in the server that a policy describes.
pub fn is_absent(server: &Server, variables: &Variables, name: &str) -> bool {
    find(name).is_some_and(|p| !p.since.holds(server) || p.is_left_out(server, variables))
}

/// What the plugin of that name compares; no name is the server's default plugin. `None`: it is not loaded (1524).
pub fn compares(server: &Server, variables: &Variables, name: Option<&str>) -> Option<Compares> {
    let name = name.filter(|n| !n.is_empty()).unwrap_or(default_plugin(server));
    match find(name) {
        Some(plugin) => (!is_absent(server, variables, name)).then_some(plugin.compares),
        None => Some(Compares::Outside),
    }
}

impl Plugin {
    /// It is there and must be asked for.
    fn is_left_out(&self, server: &Server, variables: &Variables) -> bool {
        self.name == "mysql_native_password"
            && server.has(Behaviour::NativePasswordOptional)
            && !variables.on(Variable::MysqlNativePassword)
    }
}

/// The errors of this method always speak of a password, sent or not (M4.9).
pub fn always_sends(plugin: Option<&str>) -> bool {
    plugin.is_some_and(|plugin| plugin.eq_ignore_ascii_case("ed25519"))
}

/// A stored hash that no password has, such as MariaDB's `invalid`.
pub fn is_unusable(plugin: Option<&str>, hash: &str) -> bool {
    let native = plugin.is_some_and(|plugin| plugin.eq_ignore_ascii_case("mysql_native_password"));
    native && !hash.is_empty() && !hash.bytes().skip(1).all(|b| b.is_ascii_hexdigit())
}

/// What an account gets that names no plugin (M7.2).
pub fn default_plugin(server: &Server) -> &'static str {
    if server.has(Behaviour::CachingSha2Default) { "caching_sha2_password" } else { "mysql_native_password" }
}

/// A stored credential that the plugin takes; others are 1827 or 1372. Plugins that are not known take any.
pub fn is_plausible_hash(server: &Server, plugin: &str, hash: &str) -> bool {
    if hash.is_empty() {
        return true;
    }
    match plugin.to_ascii_lowercase().as_str() {
        "caching_sha2_password" => is_caching_sha2(hash),
        "sha256_password" => hash.starts_with("$5$") && hash.len() > 24,
        "mysql_native_password" if server.has(Behaviour::HashesMeasured) => {
            is_native(hash) || is_hex(hash, 16) || hash == "invalid"
        }
        "mysql_native_password" => is_native(hash),
        "mysql_old_password" => is_hex(hash, 16),
        "ed25519" => hash.chars().count() == 43,
        _ => true,
    }
}

/// `*` and the 40 digits of a double SHA-1.
fn is_native(hash: &str) -> bool {
    hash.strip_prefix('*').is_some_and(|digits| is_hex(digits, 40))
}

fn is_hex(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|b| b.is_ascii_hexdigit())
}

/// `$A$005$`, 20 bytes of salt, 43 characters of digest. The salt may hold any byte, so that a text that
/// was decoded lossily can be longer.
fn is_caching_sha2(hash: &str) -> bool {
    let digits = hash.strip_prefix("$A$").and_then(|rest| rest.get(..4));
    let count = hash.chars().count();
    digits.is_some_and(|d| d.ends_with('$')) && (69..=71).contains(&count)
}
