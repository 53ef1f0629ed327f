//! CREATE, ALTER, DROP, RENAME USER; CREATE, DROP ROLE.

use super::{Hidden, List, Text, when};
use crate::syntax::statement::{
    AccountOptions, AlterUser, Authentication, CreateUser, Credential, FactorAction, FactorChange, Limit,
    PasswordOption, Require, StatementKind, UserSpec,
};
use std::fmt::{self, Display, Formatter};

pub(super) fn print(kind: &StatementKind, f: &mut Formatter<'_>) -> fmt::Result {
    match kind {
        StatementKind::CreateUser(create) => create_user(create, f),
        StatementKind::AlterUser(alter) => alter_user(alter, f),
        StatementKind::DropUser { if_exists, users } => {
            write!(f, "DROP USER {}{}", when(*if_exists, "IF EXISTS "), List(users))
        }
        StatementKind::DropRole { if_exists, roles } => {
            write!(f, "DROP ROLE {}{}", when(*if_exists, "IF EXISTS "), List(roles))
        }
        StatementKind::CreateRole { or_replace, if_not_exists, roles, admin } => {
            let (replace, exists) = (when(*or_replace, "OR REPLACE "), when(*if_not_exists, "IF NOT EXISTS "));
            write!(f, "CREATE {replace}ROLE {exists}{}", List(roles))?;
            admin.iter().try_for_each(|admin| write!(f, " WITH ADMIN {admin}"))
        }
        StatementKind::RenameUser(pairs) => {
            let pairs: Vec<String> = pairs.iter().map(|(old, new)| format!("{old} TO {new}")).collect();
            write!(f, "RENAME USER {}", List(&pairs))
        }
        _ => Ok(()),
    }
}

fn create_user(create: &CreateUser, f: &mut Formatter<'_>) -> fmt::Result {
    let (replace, exists) = (when(create.or_replace, "OR REPLACE "), when(create.if_not_exists, "IF NOT EXISTS "));
    write!(f, "CREATE {replace}USER {exists}{}", List(&create.users))?;
    if !create.default_roles.is_empty() {
        write!(f, " DEFAULT ROLE {}", List(&create.default_roles))?;
    }
    create.options.fmt(f)
}

fn alter_user(alter: &AlterUser, f: &mut Formatter<'_>) -> fmt::Result {
    write!(f, "ALTER USER {}{}", when(alter.if_exists, "IF EXISTS "), List(&alter.users))?;
    alter.default_roles.iter().try_for_each(|roles| write!(f, " DEFAULT ROLE {roles}"))?;
    alter.options.fmt(f)
}

impl Display for UserSpec {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.account.fmt(f)?;
        for (i, factor) in self.factors.iter().enumerate() {
            f.write_str(if i == 0 { " " } else { " AND " })?;
            alternatives(factor, f)?;
        }
        self.factor_changes.iter().try_for_each(|change| write!(f, " {change}"))?;
        f.write_str(when(self.retain_current, " RETAIN CURRENT PASSWORD"))?;
        f.write_str(when(self.discard_old, " DISCARD OLD PASSWORD"))
    }
}

/// One factor: a single method as MySQL writes it, several as MariaDB does.
fn alternatives(methods: &[Authentication], f: &mut Formatter<'_>) -> fmt::Result {
    if let [only] = methods {
        return only.fmt(f);
    }
    for (i, method) in methods.iter().enumerate() {
        f.write_str(if i == 0 { "IDENTIFIED VIA " } else { " OR " })?;
        Text(method.plugin.as_deref().unwrap_or_default()).fmt(f)?;
        match &method.credential {
            Credential::Password(secret) => write!(f, " USING PASSWORD({})", Hidden(secret))?,
            Credential::Stored(secret) => write!(f, " USING {}", Hidden(secret))?,
            Credential::Random => f.write_str(" BY RANDOM PASSWORD")?,
            Credential::Unspecified => {}
        }
    }
    Ok(())
}

impl Display for Authentication {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("IDENTIFIED")?;
        if let Some(plugin) = &self.plugin {
            write!(f, " WITH {}", Text(plugin))?;
        }
        match &self.credential {
            Credential::Password(secret) => write!(f, " BY {}", Hidden(secret)),
            Credential::Stored(secret) if self.plugin.is_some() => write!(f, " AS {}", Hidden(secret)),
            Credential::Stored(secret) => write!(f, " BY PASSWORD {}", Hidden(secret)),
            Credential::Random => f.write_str(" BY RANDOM PASSWORD"),
            Credential::Unspecified => Ok(()),
        }
    }
}

impl Display for FactorChange {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let factor = self.factor;
        match self.action {
            FactorAction::Add => write!(f, "ADD {factor} FACTOR")?,
            FactorAction::Modify => write!(f, "MODIFY {factor} FACTOR")?,
            FactorAction::Drop => write!(f, "DROP {factor} FACTOR")?,
            FactorAction::InitiateRegistration => write!(f, "{factor} FACTOR INITIATE REGISTRATION")?,
            FactorAction::Unregister => write!(f, "{factor} FACTOR UNREGISTER")?,
            FactorAction::InitialAuthentication => f.write_str("INITIAL AUTHENTICATION")?,
            FactorAction::FinishRegistration => {
                write!(f, "{factor} FACTOR FINISH REGISTRATION SET CHALLENGE_RESPONSE AS")?;
                return match self.authentication.as_ref().map(|a| &a.credential) {
                    Some(Credential::Stored(secret)) => write!(f, " {}", Hidden(secret)),
                    _ => f.write_str(" ''"),
                };
            }
        }
        self.authentication.iter().try_for_each(|authentication| write!(f, " {authentication}"))
    }
}

impl Display for AccountOptions {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.require.iter().try_for_each(|require| write!(f, " REQUIRE {require}"))?;
        limits(&self.limits, f)?;
        self.password.iter().try_for_each(|option| write!(f, " {option}"))?;
        match self.locked {
            Some(true) => f.write_str(" ACCOUNT LOCK")?,
            Some(false) => f.write_str(" ACCOUNT UNLOCK")?,
            None => {}
        }
        self.comment.iter().try_for_each(|comment| write!(f, " COMMENT {}", Text(comment)))?;
        self.attribute.iter().try_for_each(|attribute| write!(f, " ATTRIBUTE {}", Text(attribute)))
    }
}

/// ` WITH MAX_… n …`, or nothing.
pub(super) fn limits(limits: &[(Limit, i64)], f: &mut Formatter<'_>) -> fmt::Result {
    f.write_str(when(!limits.is_empty(), " WITH"))?;
    limits.iter().try_for_each(|(limit, number)| write!(f, " {} {}", limit_word(*limit), limit_value(*limit, *number)))
}

pub(super) fn limit_value(limit: Limit, number: i64) -> String {
    match limit {
        Limit::StatementTime => format!("{}.{:06}", number / 1_000_000, number % 1_000_000),
        _ => number.to_string(),
    }
}

pub(super) fn limit_word(limit: Limit) -> &'static str {
    match limit {
        Limit::QueriesPerHour => "MAX_QUERIES_PER_HOUR",
        Limit::UpdatesPerHour => "MAX_UPDATES_PER_HOUR",
        Limit::ConnectionsPerHour => "MAX_CONNECTIONS_PER_HOUR",
        Limit::UserConnections => "MAX_USER_CONNECTIONS",
        Limit::StatementTime => "MAX_STATEMENT_TIME",
    }
}

impl Display for Require {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self::Specified { subject, issuer, cipher } = self else {
            return f.write_str(match self {
                Self::None => "NONE",
                Self::Ssl => "SSL",
                _ => "X509",
            });
        };
        let parts = [("SUBJECT", subject), ("ISSUER", issuer), ("CIPHER", cipher)];
        let said = parts.iter().filter_map(|(word, text)| text.as_ref().map(|t| format!("{word} {}", Text(t))));
        f.write_str(&said.collect::<Vec<_>>().join(" AND "))
    }
}

impl Display for PasswordOption {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Expire => f.write_str("PASSWORD EXPIRE"),
            Self::ExpireDefault => f.write_str("PASSWORD EXPIRE DEFAULT"),
            Self::ExpireNever => f.write_str("PASSWORD EXPIRE NEVER"),
            Self::ExpireInterval(days) => write!(f, "PASSWORD EXPIRE INTERVAL {days} DAY"),
            Self::History(None) => f.write_str("PASSWORD HISTORY DEFAULT"),
            Self::History(Some(n)) => write!(f, "PASSWORD HISTORY {n}"),
            Self::ReuseInterval(None) => f.write_str("PASSWORD REUSE INTERVAL DEFAULT"),
            Self::ReuseInterval(Some(days)) => write!(f, "PASSWORD REUSE INTERVAL {days} DAY"),
            Self::RequireCurrent => f.write_str("PASSWORD REQUIRE CURRENT"),
            Self::RequireCurrentDefault => f.write_str("PASSWORD REQUIRE CURRENT DEFAULT"),
            Self::RequireCurrentOptional => f.write_str("PASSWORD REQUIRE CURRENT OPTIONAL"),
            Self::FailedLoginAttempts(n) => write!(f, "FAILED_LOGIN_ATTEMPTS {n}"),
            Self::LockTime(None) => f.write_str("PASSWORD_LOCK_TIME UNBOUNDED"),
            Self::LockTime(Some(days)) => write!(f, "PASSWORD_LOCK_TIME {days}"),
        }
    }
}
