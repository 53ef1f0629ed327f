//! How the server quotes names and strings in what it prints.

use crate::server::Server;
use crate::server::behaviour::Behaviour;
use crate::server::variables::{Variable, Variables};
use crate::tables::GrantTables;
use crate::tables::row::AccountKey;

/// The quoting that `sql_mode` and `sql_quote_show_create` ask for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Quoting {
    server: Server,
    quote: char,
    always: bool,
    backslash: bool,
    account_quote: char,
}

impl Quoting {
    /// The quoting of that server with those variables.
    pub(super) fn of(server: &Server, variables: &Variables) -> Self {
        let ansi = variables.sql_mode("ANSI_QUOTES") || variables.sql_mode("ANSI");
        let quote = if ansi { '"' } else { '`' };
        Self {
            server: *server,
            quote,
            always: variables.on(Variable::SqlQuoteShowCreate),
            backslash: !variables.sql_mode("NO_BACKSLASH_ESCAPES"),
            account_quote: if server.has(Behaviour::AccountsInBackticks) { quote } else { '\'' },
        }
    }

    /// A database, table, column or routine name.
    pub(super) fn name(self, text: &str) -> String {
        if self.always || needs_quotes(&self.server, text) { quoted(text, self.quote) } else { text.to_owned() }
    }

    /// A column in a list of columns.
    pub(super) fn column(self, text: &str) -> String {
        if self.server.has(Behaviour::ColumnsUnquoted) { text.to_owned() } else { self.name(text) }
    }

    /// `` `user`@`host` ``, or `` `role` `` where roles have no host.
    pub(super) fn account(self, tables: &GrantTables, key: AccountKey) -> String {
        let (user, host) = tables.account_text(key);
        if host.is_empty() && self.server.has(Behaviour::RolesAreNames) {
            return if Some(key) == tables.public() { user.to_owned() } else { self.name(user) };
        }
        if self.account_quote == '\'' {
            return format!("'{user}'@'{host}'");
        }
        format!("{}@{}", self.name(user), self.name(host))
    }

    /// An account in GRANT PROXY.
    pub(super) fn proxy_account(self, tables: &GrantTables, key: AccountKey) -> String {
        if self.server.has(Behaviour::ProxiesAsPlainStrings) {
            let (user, host) = tables.account_text(key);
            return format!("'{user}'@'{host}'");
        }
        self.account(tables, key)
    }

    /// A string literal with the server's escapes (`escape_string_for_mysql`).
    pub(super) fn string(self, text: &str) -> String {
        if !self.backslash {
            return quoted(text, '\'');
        }
        let mut out = String::with_capacity(text.len() + 2);
        out.push('\'');
        for c in text.chars() {
            match c {
                '\0' => out.push_str("\\0"),
                '\n' => out.push_str("\\n"),
                '\r' => out.push_str("\\r"),
                '\u{1a}' => out.push_str("\\Z"),
                '\\' | '\'' | '"' => out.extend(['\\', c]),
                _ => out.push(c),
            }
        }
        out.push('\'');
        out
    }
}

/// `` `user`@`host` `` in backticks whatever the variables say: the server keeps some lists in that form.
pub(super) fn plain_account(tables: &GrantTables, key: AccountKey) -> String {
    let (user, host) = tables.account_text(key);
    format!("{}@{}", quoted(user, '`'), quoted(host, '`'))
}

/// `text` between two `quote`, which is doubled inside.
pub(super) fn quoted(text: &str, quote: char) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push(quote);
    for c in text.chars() {
        if c == quote {
            out.push(quote);
        }
        out.push(c);
    }
    out.push(quote);
    out
}

/// True when a name cannot stand without quotes: empty, digits only, a keyword, or any other character.
fn needs_quotes(server: &Server, text: &str) -> bool {
    let letters = server.has(Behaviour::LettersNeedNoQuotes);
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '$' || (letters && !c.is_ascii());
    let digits = |c: char| c.is_ascii_digit() || !c.is_ascii();
    text.chars().all(digits) || !text.chars().all(plain) || server.is_keyword(text)
}
