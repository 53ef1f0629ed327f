//! CREATE, ALTER, DROP, RENAME USER; CREATE, DROP ROLE.

use super::{Lower, Result, child, has};
use crate::syntax::grammar::Rule;
use crate::syntax::refusal::Refusal;
use crate::syntax::reserved::is_reserved_role;
use crate::syntax::statement::{
    AccountOptions, AccountRef, AlterUser, Authentication, CreateUser, Credential, FactorAction, FactorChange, Limit,
    PasswordOption, Require, RoleSet, Secret, StatementKind, UserSpec,
};
use pest::iterators::{Pair, Pairs};
use smol_str::SmolStr;

impl Lower {
    pub(super) fn create_user(self, inner: Pairs<'_, Rule>) -> Result<StatementKind> {
        let mut out = CreateUser {
            or_replace: false,
            if_not_exists: false,
            users: Vec::new(),
            default_roles: Vec::new(),
            options: AccountOptions::default(),
        };
        for pair in inner {
            match pair.as_rule() {
                Rule::or_replace => out.or_replace = true,
                Rule::if_not_exists => out.if_not_exists = true,
                Rule::user => out.users.push(self.user(pair)?),
                Rule::default_roles => {
                    out.default_roles = child(&pair, Rule::roles).map_or(Ok(Vec::new()), |p| self.role_names(p))?;
                }
                _ => self.option(&mut out.options, pair)?,
            }
        }
        Ok(StatementKind::CreateUser(Box::new(out)))
    }

    pub(super) fn alter_user(self, inner: Pairs<'_, Rule>) -> Result<StatementKind> {
        let mut out =
            AlterUser { if_exists: false, users: Vec::new(), default_roles: None, options: AccountOptions::default() };
        for pair in inner {
            match pair.as_rule() {
                Rule::if_exists => out.if_exists = true,
                Rule::alter_default => {
                    out.default_roles = Some(self.role_set(&pair)?);
                    let account = child(&pair, Rule::account).map(|p| self.account(&p)).transpose()?;
                    out.users.extend(account.map(user_spec));
                }
                Rule::alter_own => out.users.push(self.user(pair)?),
                Rule::alter_listed => {
                    for part in pair.into_inner() {
                        match part.as_rule() {
                            Rule::altered_user => out.users.push(self.user(part)?),
                            _ => self.option(&mut out.options, part)?,
                        }
                    }
                }
                _ => {}
            }
        }
        Ok(StatementKind::AlterUser(Box::new(out)))
    }

    pub(super) fn drop_user(self, inner: Pairs<'_, Rule>) -> Result<StatementKind> {
        let (if_exists, users) = self.dropped(inner)?;
        Ok(StatementKind::DropUser { if_exists, users })
    }

    pub(super) fn drop_role(self, inner: Pairs<'_, Rule>) -> Result<StatementKind> {
        let (if_exists, roles) = self.dropped(inner)?;
        Ok(StatementKind::DropRole { if_exists, roles })
    }

    fn dropped(self, inner: Pairs<'_, Rule>) -> Result<(bool, Vec<AccountRef>)> {
        let mut out = (false, Vec::new());
        for pair in inner {
            match pair.as_rule() {
                Rule::if_exists => out.0 = true,
                Rule::accounts => out.1 = self.accounts(pair)?,
                Rule::roles => out.1 = self.role_names(pair)?,
                _ => {}
            }
        }
        Ok(out)
    }

    pub(super) fn rename_user(self, inner: Pairs<'_, Rule>) -> Result<StatementKind> {
        let mut out = Vec::new();
        for pair in inner.filter(|p| p.as_rule() == Rule::renaming) {
            let mut both = self.accounts(pair)?.into_iter();
            out.extend(both.next().zip(both.next()));
        }
        Ok(StatementKind::RenameUser(out))
    }

    pub(super) fn create_role(self, inner: Pairs<'_, Rule>) -> Result<StatementKind> {
        let (mut or_replace, mut if_not_exists, mut roles, mut admin) = (false, false, Vec::new(), None);
        for pair in inner {
            match pair.as_rule() {
                Rule::or_replace => or_replace = true,
                Rule::if_not_exists => if_not_exists = true,
                Rule::roles => roles = self.role_names(pair)?,
                Rule::with_admin => admin = self.accounts(pair)?.pop(),
                _ => {}
            }
        }
        Ok(StatementKind::CreateRole { or_replace, if_not_exists, roles, admin })
    }

    /// A list of roles; some words are names of accounts but not of roles.
    pub(super) fn role_names(self, pair: Pair<'_, Rule>) -> Result<Vec<AccountRef>> {
        let mut out = Vec::new();
        for role in pair.into_inner().filter(|p| p.as_rule() == Rule::role) {
            let bare = child(&role, Rule::bare).filter(|p| is_reserved_role(p.as_str()));
            if let Some(word) = bare.filter(|_| !self.lexing.mariadb) {
                let range = word.as_span().start()..word.as_span().end();
                let refusal = Refusal::at(range, format!("`{}` cannot be a role as it stands", word.as_str()));
                return Err(refusal.help(format!("quote the name: `` `{}` ``", word.as_str())));
            }
            out.push(self.account(&role)?);
        }
        Ok(out)
    }

    /// NONE, DEFAULT, ALL [EXCEPT …] or a list below a pair.
    pub(super) fn role_set(self, pair: &Pair<'_, Rule>) -> Result<RoleSet> {
        let list = child(pair, Rule::roles).map(|p| self.role_names(p)).transpose()?;
        let mut out = RoleSet::Named(list.unwrap_or_default());
        for word in pair.clone().into_inner() {
            out = match (word.as_rule(), out) {
                (Rule::EXCEPT, RoleSet::All) => RoleSet::AllExcept(Vec::new()),
                (Rule::roles, RoleSet::AllExcept(_)) => RoleSet::AllExcept(self.role_names(word)?),
                (Rule::NONE, _) => RoleSet::None,
                (Rule::ALL, _) => RoleSet::All,
                (Rule::DEFAULT, RoleSet::Named(list)) if list.is_empty() => RoleSet::Default,
                (_, out) => out,
            };
        }
        Ok(out)
    }

    /// An account and what stands right behind it.
    pub(super) fn user(self, pair: Pair<'_, Rule>) -> Result<UserSpec> {
        let mut out =
            user_spec(AccountRef { span: self.span(&pair), name: crate::syntax::statement::AccountName::SessionUser });
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::account => out.account = self.account(&part)?,
                Rule::own_account => out.account.span = self.span(&part),
                Rule::identified => self.identify(&mut out, part)?,
                Rule::identified_own => out.factors.push(self.identified(part)?),
                Rule::retain_current => {
                    out.retain_current = true;
                    retaining(&out, &part)?;
                }
                Rule::discard_old => out.discard_old = true,
                Rule::factor_change => out.factor_changes.push(self.factor_change(part)?),
                Rule::registration => out.factor_changes.push(self.registration(part)?),
                _ => {}
            }
        }
        Ok(out)
    }

    /// `IDENTIFIED …` behind an account.
    pub(super) fn identify(self, user: &mut UserSpec, identified: Pair<'_, Rule>) -> Result<()> {
        user.factor_changes.extend(self.initial(&identified)?);
        user.factors.push(self.identified(identified)?);
        Ok(())
    }

    fn factor_change(self, pair: Pair<'_, Rule>) -> Result<FactorChange> {
        let mut out = FactorChange { action: FactorAction::Drop, factor: 0, authentication: None };
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::ADD => out.action = FactorAction::Add,
                Rule::MODIFY => out.action = FactorAction::Modify,
                Rule::number => out.factor = self.number(&part)?,
                Rule::identified => {
                    let place = part.as_span().start()..part.as_span().end();
                    if self.initial(&part)?.is_some() {
                        return Err(Refusal::at(place, "`INITIAL AUTHENTICATION` belongs to CREATE USER"));
                    }
                    out.authentication = self.identified(part)?.into_iter().next();
                }
                _ => {}
            }
        }
        Ok(out)
    }

    fn registration(self, pair: Pair<'_, Rule>) -> Result<FactorChange> {
        let mut out = FactorChange { action: FactorAction::Unregister, factor: 0, authentication: None };
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::INITIATE => out.action = FactorAction::InitiateRegistration,
                Rule::FINISH => out.action = FactorAction::FinishRegistration,
                Rule::number => out.factor = self.number(&part)?,
                Rule::stored => {
                    out.authentication = Some(Authentication { plugin: None, credential: self.stored(part)? });
                }
                _ => {}
            }
        }
        Ok(out)
    }

    /// The alternatives of one factor.
    pub(super) fn identified(self, pair: Pair<'_, Rule>) -> Result<Vec<Authentication>> {
        let Some(form) = pair.into_inner().nth(1) else { return Ok(Vec::new()) };
        if form.as_rule() == Rule::identified_by {
            return Ok(vec![self.identified_by(form)?]);
        }
        form.into_inner().filter(|p| p.as_rule() == Rule::method).map(|p| self.method(p)).collect()
    }

    /// `INITIAL AUTHENTICATION` of a factor.
    fn initial(self, pair: &Pair<'_, Rule>) -> Result<Option<FactorChange>> {
        let form = pair.clone().into_inner().nth(1);
        let initial = form.and_then(|form| child(&form, Rule::initial)).and_then(|p| child(&p, Rule::identified));
        let Some(identified) = initial else { return Ok(None) };
        let authentication = self.identified(identified)?.into_iter().next();
        Ok(Some(FactorChange { action: FactorAction::InitialAuthentication, factor: 1, authentication }))
    }

    fn identified_by(self, pair: Pair<'_, Rule>) -> Result<Authentication> {
        Ok(Authentication { plugin: None, credential: self.credential(pair)? })
    }

    fn method(self, pair: Pair<'_, Rule>) -> Result<Authentication> {
        let name = child(&pair, Rule::plugin).and_then(|p| p.into_inner().next());
        let plugin: Option<SmolStr> = name.map(|p| self.text(&p)).transpose()?;
        Ok(Authentication { plugin, credential: self.credential(pair)? })
    }

    /// The credential among the children of a clause.
    pub(super) fn credential(self, pair: Pair<'_, Rule>) -> Result<Credential> {
        let mut out = Credential::Unspecified;
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::RANDOM => out = Credential::Random,
                Rule::clear => {
                    let text = part.into_inner().next().map(|p| self.text(&p)).transpose()?;
                    out = Credential::Password(Secret::new(text.unwrap_or_default()));
                }
                Rule::stored => out = self.stored(part)?,
                _ => {}
            }
        }
        Ok(out)
    }

    /// A stored hash; a hexadecimal literal gives its bytes, kept as that literal when they are no text.
    fn stored(self, pair: Pair<'_, Rule>) -> Result<Credential> {
        let Some(literal) = pair.into_inner().next() else { return Ok(Credential::Unspecified) };
        let text = match literal.as_rule() {
            Rule::hex => unhex(literal.as_str()),
            _ => self.text(&literal)?,
        };
        Ok(Credential::Stored(Secret::new(text)))
    }

    /// One clause of [`AccountOptions`]; other pairs are passed over.
    pub(super) fn option(self, out: &mut AccountOptions, pair: Pair<'_, Rule>) -> Result<()> {
        match pair.as_rule() {
            Rule::require => out.require = Some(self.require(&pair)?),
            Rule::limits => {
                for limit in pair.into_inner().filter(|p| p.as_rule() == Rule::limit) {
                    out.limits.extend(self.limit(&limit)?);
                }
            }
            Rule::account_lock => out.locked = Some(has(&pair, Rule::LOCK)),
            Rule::comment => out.comment = self.literal(&pair)?,
            Rule::attribute => out.attribute = self.literal(&pair)?,
            _ => out.password.extend(self.password_option(&pair)?),
        }
        Ok(())
    }

    fn literal(self, pair: &Pair<'_, Rule>) -> Result<Option<String>> {
        child(pair, Rule::string).map(|p| self.text(&p).map(String::from)).transpose()
    }

    fn require(self, pair: &Pair<'_, Rule>) -> Result<Require> {
        let (mut subject, mut issuer, mut cipher) = (None, None, None);
        for part in pair.clone().into_inner() {
            match part.as_rule() {
                Rule::NONE => return Ok(Require::None),
                Rule::SSL => return Ok(Require::Ssl),
                Rule::X509 => return Ok(Require::X509),
                Rule::tls_part if has(&part, Rule::SUBJECT) => subject = self.literal(&part)?,
                Rule::tls_part if has(&part, Rule::ISSUER) => issuer = self.literal(&part)?,
                Rule::tls_part => cipher = self.literal(&part)?,
                _ => {}
            }
        }
        Ok(Require::Specified { subject, issuer, cipher })
    }

    pub(super) fn limit(self, pair: &Pair<'_, Rule>) -> Result<Option<(Limit, i64)>> {
        let mut parts = pair.clone().into_inner();
        let word = parts.next().map(|p| p.as_rule());
        let Some(number) = parts.next() else { return Ok(None) };
        let limit = match word {
            Some(Rule::MAX_QUERIES_PER_HOUR) => Limit::QueriesPerHour,
            Some(Rule::MAX_UPDATES_PER_HOUR) => Limit::UpdatesPerHour,
            Some(Rule::MAX_CONNECTIONS_PER_HOUR) => Limit::ConnectionsPerHour,
            Some(Rule::MAX_USER_CONNECTIONS) => Limit::UserConnections,
            _ => Limit::StatementTime,
        };
        let value = match number.as_rule() {
            Rule::negative => number.as_str().parse().unwrap_or(i64::MIN),
            _ if limit == Limit::StatementTime => self.microseconds(&number)?,
            _ => self.number::<u64>(&number)?.min(i64::MAX as u64) as i64,
        };
        Ok(Some((limit, value)))
    }

    /// Seconds with up to six decimal places; what is behind them is cut off.
    fn microseconds(self, pair: &Pair<'_, Rule>) -> Result<i64> {
        let whole: u32 = self.number(pair)?;
        let places = pair.as_str().split_once('.').map_or("", |(_, places)| places);
        let digits: String = places.chars().chain("000000".chars()).take(6).collect();
        Ok(i64::from(whole) * 1_000_000 + digits.parse::<i64>().unwrap_or(0))
    }

    fn password_option(self, pair: &Pair<'_, Rule>) -> Result<Option<PasswordOption>> {
        let number: Option<u32> = child(pair, Rule::number).map(|p| self.number(&p)).transpose()?;
        Ok(Some(match pair.as_rule() {
            Rule::expire => match number {
                Some(days) => PasswordOption::ExpireInterval(days),
                None if has(pair, Rule::DEFAULT) => PasswordOption::ExpireDefault,
                None if has(pair, Rule::NEVER) => PasswordOption::ExpireNever,
                None => PasswordOption::Expire,
            },
            Rule::history => PasswordOption::History(number),
            Rule::reuse => PasswordOption::ReuseInterval(number),
            Rule::require_current if has(pair, Rule::DEFAULT) => PasswordOption::RequireCurrentDefault,
            Rule::require_current if has(pair, Rule::OPTIONAL) => PasswordOption::RequireCurrentOptional,
            Rule::require_current => PasswordOption::RequireCurrent,
            Rule::failed_logins => PasswordOption::FailedLoginAttempts(number.unwrap_or(0)),
            Rule::lock_time => PasswordOption::LockTime(number),
            _ => return Ok(None),
        }))
    }
}

/// An account with nothing behind it.
pub(super) fn user_spec(account: AccountRef) -> UserSpec {
    UserSpec { account, factors: Vec::new(), factor_changes: Vec::new(), retain_current: false, discard_old: false }
}

/// `RETAIN CURRENT PASSWORD` needs a new credential before it.
fn retaining(user: &UserSpec, pair: &Pair<'_, Rule>) -> Result<()> {
    let new = user.factors.iter().flatten().all(|a| a.credential != Credential::Unspecified);
    let range = pair.as_span().start()..pair.as_span().end();
    if new { Ok(()) } else { Err(Refusal::at(range, "`RETAIN CURRENT PASSWORD` without a new password")) }
}

/// `0x61` or `x'61'` as the text of its bytes; the literal itself when that is no text.
fn unhex(literal: &str) -> SmolStr {
    let digits = literal.trim_start_matches("0x").trim_start_matches(['x', 'X']).trim_matches('\'');
    let padded = if digits.len() % 2 == 1 { format!("0{digits}") } else { digits.to_owned() };
    let bytes: Option<Vec<u8>> =
        padded.as_bytes().chunks(2).map(|two| u8::from_str_radix(std::str::from_utf8(two).ok()?, 16).ok()).collect();
    bytes.and_then(|b| String::from_utf8(b).ok()).map_or_else(|| SmolStr::new(literal), SmolStr::from)
}
