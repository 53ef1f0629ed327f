//! Accounts from what [`super::super::build`] says of them. Where a secret was, something stands that is none.

use super::super::field::Field;
use super::{Rebuild, written};
use crate::syntax::statement::{Authentication, Credential, PasswordOption, Require, Secret};
use crate::tables::row::UserRow;
use serde_json::Value;
use smallvec::SmallVec;

/// A stored hash that is one by its look.
const STORED: &str = "*0000000000000000000000000000000000000000";

impl Rebuild<'_> {
    pub(super) fn accounts(&mut self, rows: &[super::grants::Row]) {
        let table = self.table;
        for &(user, at) in rows {
            let key = self.key_of(user, Field::AccountHost, at);
            let privileges = self.mask(Field::AccountMask, at);
            let detail: Value =
                serde_json::from_str(table.text(table.value(Field::AccountDetail, at))).unwrap_or_default();
            let told = format!("CREATE USER {}", written(&self.tables, key));
            let origin = self.origin(table.value(Field::AccountOrigin, at), privileges, |_| told.clone());
            if let Some(was) = self.ranked(Field::AccountRanked, at) {
                self.tables.ranked_as.users.insert(key, was);
            }
            if let Some(named) = detail.get("limits named").and_then(Value::as_array) {
                let mut limits = [false; 5];
                limits.iter_mut().zip(named).for_each(|(slot, value)| *slot = value.as_bool().unwrap_or_default());
                self.tables.named_limits.insert(key, limits);
            }
            let row = UserRow { key, privileges, origin, ..of_detail(&detail, key) };
            self.tables.users.insert(key, row);
        }
    }
}

fn of_detail(detail: &Value, key: crate::tables::row::AccountKey) -> UserRow {
    let list = |name: &str| detail.get(name).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let is = |name: &str| detail.get(name).and_then(Value::as_bool).unwrap_or_default();
    let mut limits = [0; 5];
    for (slot, value) in limits.iter_mut().zip(list("limits")) {
        *slot = value.as_i64().unwrap_or_default();
    }
    UserRow {
        key,
        privileges: Default::default(),
        authentication: list("by").iter().map(method).collect::<SmallVec<_>>(),
        more_factors: list("and").iter().map(method).collect(),
        require: require(detail.get("require").unwrap_or(&Value::Null)),
        limits,
        locked: is("locked"),
        expired: is("expired"),
        password_options: list("options").iter().filter_map(option).collect(),
        attributes: detail.get("attributes").and_then(Value::as_object).cloned(),
        second_password: is("second"),
        is_role: is("role"),
        origin: Default::default(),
    }
}

fn method(said: &Value) -> Authentication {
    let word = |at: usize| said.get(at).and_then(Value::as_str);
    let credential = match word(1).unwrap_or_default() {
        "random" => Credential::Random,
        "no password" => Credential::Password(Secret::new("")),
        "password" => Credential::Password(Secret::new("x")),
        "nothing stored" => Credential::Stored(Secret::new("")),
        "peer" => Credential::Stored(Secret::new(word(2).unwrap_or_default())),
        "unusable" => Credential::Stored(Secret::new("invalid")),
        "stored" => Credential::Stored(Secret::new(STORED)),
        _ => Credential::Unspecified,
    };
    Authentication { plugin: word(0).map(Into::into), credential }
}

fn require(said: &Value) -> Require {
    let word = |at: usize| said.get(at).and_then(Value::as_str).map(str::to_owned);
    match said {
        Value::String(word) if word == "ssl" => Require::Ssl,
        Value::String(word) if word == "x509" => Require::X509,
        Value::Array(_) => Require::Specified { subject: word(0), issuer: word(1), cipher: word(2) },
        _ => Require::None,
    }
}

fn option(said: &Value) -> Option<PasswordOption> {
    let number = said.get(1).and_then(Value::as_u64).and_then(|number| u32::try_from(number).ok());
    Some(match said.get(0).and_then(Value::as_str)? {
        "expire" => PasswordOption::Expire,
        "expire default" => PasswordOption::ExpireDefault,
        "expire never" => PasswordOption::ExpireNever,
        "expire interval" => PasswordOption::ExpireInterval(number?),
        "history" => PasswordOption::History(number),
        "reuse interval" => PasswordOption::ReuseInterval(number),
        "require current" => PasswordOption::RequireCurrent,
        "require current default" => PasswordOption::RequireCurrentDefault,
        "require current optional" => PasswordOption::RequireCurrentOptional,
        "failed logins" => PasswordOption::FailedLoginAttempts(number?),
        "lock time" => PasswordOption::LockTime(number),
        _ => return None,
    })
}
