//! The rows of `mysql.user`, without their secrets.

use super::super::field::Field;
use super::super::precedence::{Contender, Contest};
use super::Build;
use super::order::{Entry, Stored, after, anonymous, columns, sort_within_users, ties};
use crate::name::Symbol;
use crate::server::catalogue::plugins::{self, Compares};
use crate::server::variables::Variables;
use crate::syntax::statement::{Authentication, Credential, PasswordOption, Require};
use crate::tables::row::UserRow;
use rayon::prelude::*;
use serde_json::{Value, json};
use std::cmp::Ordering;

impl Build<'_> {
    fn compare_accounts(&self, one: &Entry<&UserRow>, other: &Entry<&UserRow>) -> Ordering {
        self.precedence.compare(Contest::Accounts, one.contender, other.contender, || {
            Some(self.index.position(one.at)?.cmp(&self.index.position(other.at)?))
        })
    }

    /// `mysql.user`
    pub(super) fn accounts(&mut self) {
        let tables = self.tables;
        let (rows, ends) = self.by_user(&tables.users);
        let made = rows.into_par_iter().map(|Stored { at, birth, user, row }| {
            let (name, host) = tables.account_text(row.key);
            let was = tables.account_text(tables.ranked_as.user(row.key));
            let rank = tables.server.renamed_account_rank(name, host, was);
            Entry { user, at, birth, contender: Contender { rank, anonymous: row.key.user == Symbol::EMPTY }, row }
        });
        let mut entries: Vec<Entry<&UserRow>> = made.collect();
        sort_within_users(&mut entries, |a, b| self.compare_accounts(a, b));
        let (after, mixed) = after(&entries, anonymous(self, &entries), |a, b| self.compare_accounts(a, b));
        let ties = ties(&entries, |a, b| self.compare_accounts(a, b).is_eq());
        self.out.values(Field::UserAccounts, &ends);
        self.mixed_ties |= mixed;
        self.out.values(Field::AccountAfter, &after);
        self.out.values(Field::AccountTie, &ties);
        self.out.extend(columns(
            &entries,
            &[(Field::AccountHost, &|e| self.hosts.get(e.row.key.host)), (Field::AccountBirth, &|e| e.birth)],
        ));
        let masks: Vec<u64> = entries.iter().map(|e| self.mask(e.row.privileges)).collect();
        self.out.values(Field::AccountMask, &masks);
        let origins: Vec<u64> = entries.iter().map(|e| self.origin(&e.row.origin, e.row.privileges)).collect();
        self.out.values(Field::AccountOrigin, &origins);
        let ranked: Vec<u64> =
            entries.iter().map(|e| self.ranked_as(tables.ranked_as.users.get(&e.row.key).copied())).collect();
        self.out.values(Field::AccountRanked, &ranked);
        let said: Vec<String> = entries.par_iter().map(|e| self.detail(e.row)).collect();
        let details: Vec<u64> = said.iter().map(|detail| self.texts.add(detail)).collect();
        self.out.values(Field::AccountDetail, &details);
        self.account_rows = entries.iter().map(|e| e.row.key).collect();
        self.account_details = details;
    }

    /// What is said of an account beside its privileges. What is as usual is left out.
    fn detail(&self, row: &UserRow) -> String {
        let tables = self.tables;
        let methods = |list: &[Authentication]| -> Vec<Value> {
            list.iter().map(|method| self::method(method, &tables.server, &tables.variables)).collect()
        };
        let mut detail = json!({ "by": methods(&row.authentication) });
        let mut say = |name: &str, said: bool, value: Value| {
            if let Some(members) = detail.as_object_mut().filter(|_| said) {
                members.insert(name.to_owned(), value);
            }
        };
        say("and", !row.more_factors.is_empty(), methods(&row.more_factors).into());
        say("require", row.require != Require::None, require(&row.require));
        say("limits", row.limits != [0; 5], json!(row.limits));
        let named = tables.named_limits.get(&row.key);
        say("limits named", named.is_some(), json!(named));
        say("locked", row.locked, true.into());
        say("expired", row.expired, true.into());
        say("options", !row.password_options.is_empty(), row.password_options.iter().map(option).collect());
        say("attributes", row.attributes.is_some(), row.attributes.clone().map_or(Value::Null, Value::Object));
        say("second", row.second_password, true.into());
        say("role", row.is_role, true.into());
        detail.to_string()
    }
}

/// A way of authentication: plugin and kind of credential; only the name of an OS user is told.
fn method(method: &Authentication, server: &crate::server::Server, variables: &Variables) -> Value {
    let plugin = method.plugin.as_deref();
    let peer = plugins::compares(server, variables, plugin) == Some(Compares::SocketPeer);
    let kind = match &method.credential {
        Credential::Unspecified => "nothing",
        Credential::Random => "random",
        Credential::Password(text) if text.is_empty() => "no password",
        Credential::Password(_) => "password",
        Credential::Stored(text) if text.is_empty() => "nothing stored",
        Credential::Stored(text) if peer => return json!([plugin, "peer", text.reveal()]),
        Credential::Stored(text) if plugins::is_unusable(plugin, text.reveal()) => "unusable",
        Credential::Stored(_) => "stored",
    };
    json!([plugin, kind])
}

fn require(require: &Require) -> Value {
    match require {
        Require::None => Value::Null,
        Require::Ssl => "ssl".into(),
        Require::X509 => "x509".into(),
        Require::Specified { subject, issuer, cipher } => json!([subject, issuer, cipher]),
    }
}

fn option(option: &PasswordOption) -> Value {
    match option {
        PasswordOption::Expire => json!(["expire"]),
        PasswordOption::ExpireDefault => json!(["expire default"]),
        PasswordOption::ExpireNever => json!(["expire never"]),
        PasswordOption::ExpireInterval(days) => json!(["expire interval", days]),
        PasswordOption::History(count) => json!(["history", count]),
        PasswordOption::ReuseInterval(days) => json!(["reuse interval", days]),
        PasswordOption::RequireCurrent => json!(["require current"]),
        PasswordOption::RequireCurrentDefault => json!(["require current default"]),
        PasswordOption::RequireCurrentOptional => json!(["require current optional"]),
        PasswordOption::FailedLoginAttempts(count) => json!(["failed logins", count]),
        PasswordOption::LockTime(days) => json!(["lock time", days]),
    }
}
