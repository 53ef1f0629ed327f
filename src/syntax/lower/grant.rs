//! GRANT and REVOKE.

use super::{Lower, Result, has};
use crate::source::Span;
use crate::syntax::grammar::Rule;
use crate::syntax::refusal::Refusal;
use crate::syntax::statement::{
    AccountOptions, AccountRef, Grant, GrantAs, GrantObject, ObjectKind, ObjectName, PrivilegeItem, Revoke,
    StatementKind, UserSpec,
};
use pest::iterators::{Pair, Pairs};
use smol_str::SmolStr;

/// The parts of a GRANT as they come.
#[derive(Default)]
struct Parts {
    privileges: Vec<PrivilegeItem>,
    object: Option<GrantObject>,
    account: Option<AccountRef>,
    roles: Vec<AccountRef>,
    grantees: Vec<UserSpec>,
    with_option: bool,
    options: AccountOptions,
    as_user: Option<GrantAs>,
}

impl Lower {
    pub(super) fn grant(self, inner: Pairs<'_, Rule>) -> Result<StatementKind> {
        let mut inner = inner;
        let Some(form) = inner.nth(1) else { return Err(Refusal::at(0..0, "nothing is granted")) };
        let rule = form.as_rule();
        let mut parts = Parts::default();
        for pair in form.into_inner() {
            self.grant_part(&mut parts, pair)?;
        }
        parts.privileges.shrink_to_fit();
        let Parts { privileges, object, account, roles, grantees, with_option, options, as_user } = parts;
        Ok(match (rule, account, object) {
            (Rule::grant_proxy, Some(proxied), _) => {
                StatementKind::GrantProxy { proxied, grantees, grant_option: with_option }
            }
            (Rule::grant_roles, _, _) => StatementKind::GrantRoles { roles, grantees, admin_option: with_option },
            (_, _, Some(object)) => StatementKind::Grant(Grant {
                privileges,
                object,
                grantees,
                grant_option: with_option,
                options: (options != AccountOptions::default()).then(|| Box::new(options)),
                as_user: as_user.map(Box::new),
            }),
            _ => return Err(Refusal::at(0..0, "nothing is granted")),
        })
    }

    fn grant_part(self, out: &mut Parts, pair: Pair<'_, Rule>) -> Result<()> {
        match pair.as_rule() {
            Rule::privilege => out.privileges.push(self.privilege(pair)?),
            Rule::ALL => out.privileges.push(self.all(&pair)),
            Rule::object => out.object = Some(self.object(pair)?),
            Rule::grantee => {
                // Most grants have one grantee; a growing vector would begin with room for four.
                out.grantees.reserve_exact(usize::from(out.grantees.is_empty()));
                out.grantees.push(self.user(pair)?);
            }
            Rule::account => out.account = Some(self.account(&pair)?),
            Rule::roles => out.roles = self.role_names(pair)?,
            Rule::with_grant_option | Rule::with_admin_option => out.with_option = true,
            Rule::grant_with => {
                for part in pair.into_inner() {
                    match part.as_rule() {
                        Rule::grant_option => out.with_option = true,
                        Rule::limit => out.options.limits.extend(self.limit(&part)?),
                        _ => {}
                    }
                }
            }
            Rule::grant_as => out.as_user = self.grant_as(pair)?,
            Rule::require => self.option(&mut out.options, pair)?,
            _ => {}
        }
        Ok(())
    }

    fn grant_as(self, pair: Pair<'_, Rule>) -> Result<Option<GrantAs>> {
        let (mut account, mut roles) = (None, None);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::account => account = Some(self.account(&part)?),
                Rule::role_choice => roles = Some(self.role_set(&part)?),
                _ => {}
            }
        }
        Ok(account.map(|account| GrantAs { account, roles }))
    }

    pub(super) fn revoke(self, inner: Pairs<'_, Rule>) -> Result<StatementKind> {
        let (mut if_exists, mut ignore_unknown_user, mut form) = (false, false, None);
        for pair in inner {
            match pair.as_rule() {
                Rule::if_exists => if_exists = true,
                Rule::ignore_unknown_user => ignore_unknown_user = true,
                Rule::REVOKE | Rule::EOI => {}
                _ => form = Some(pair),
            }
        }
        let Some(form) = form else { return Err(Refusal::at(0..0, "nothing is revoked")) };
        let rule = form.as_rule();
        let mut parts = Parts::default();
        let mut users = Vec::new();
        for pair in form.into_inner() {
            match pair.as_rule() {
                Rule::accounts => users = self.accounts(pair)?,
                _ => self.grant_part(&mut parts, pair)?,
            }
        }
        let Parts { privileges, object, account, roles, .. } = parts;
        Ok(match (rule, account, object) {
            (Rule::revoke_proxy, Some(proxied), _) => {
                StatementKind::RevokeProxy { if_exists, ignore_unknown_user, proxied, users }
            }
            (_, _, Some(object)) => {
                StatementKind::Revoke(Revoke { if_exists, ignore_unknown_user, privileges, object, users })
            }
            (Rule::revoke_everything, _, None) => StatementKind::RevokeAll { if_exists, ignore_unknown_user, users },
            _ => StatementKind::RevokeRoles {
                if_exists,
                ignore_unknown_user,
                admin_option_only: rule == Rule::revoke_admin,
                roles,
                users,
            },
        })
    }

    /// `ALL [PRIVILEGES]`, named by its first word.
    fn all(self, pair: &Pair<'_, Rule>) -> PrivilegeItem {
        let span = self.span(pair);
        let end = span.start + u32::try_from("ALL".len()).unwrap_or(0);
        PrivilegeItem { span: Span { end, ..span }, name: SmolStr::new_static("ALL"), columns: Vec::new() }
    }

    fn privilege(self, pair: Pair<'_, Rule>) -> Result<PrivilegeItem> {
        let mut out = PrivilegeItem { span: self.span(&pair), name: SmolStr::default(), columns: Vec::new() };
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::columns => {
                    let names = part.into_inner().filter(|p| matches!(p.as_rule(), Rule::bare | Rule::quoted));
                    out.columns = names.map(|p| self.text(&p)).collect::<Result<_>>()?;
                }
                Rule::dynamic_privilege => {
                    out.span = self.span(&part);
                    let name = part.into_inner().next().map(|p| self.text(&p)).transpose()?.unwrap_or_default();
                    out.name = upper_words(&name);
                }
                _ => {
                    out.span = self.span(&part);
                    out.name = upper_words(part.as_str());
                }
            }
        }
        Ok(out)
    }

    fn object(self, pair: Pair<'_, Rule>) -> Result<GrantObject> {
        let mut out = GrantObject { span: self.span(&pair), kind: ObjectKind::Table, name: ObjectName::Star };
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::object_kind => out.kind = object_kind(&part),
                Rule::object_name => out.name = self.object_name(part)?,
                _ => {}
            }
        }
        Ok(out)
    }

    fn object_name(self, pair: Pair<'_, Rule>) -> Result<ObjectName> {
        let mut parts = pair.into_inner();
        let (first, second) = (parts.next(), parts.next());
        Ok(match (first, second) {
            (Some(first), None) if first.as_rule() == Rule::star => ObjectName::Star,
            (Some(first), Some(_)) if first.as_rule() == Rule::star => ObjectName::Global,
            (Some(db), Some(star)) if star.as_rule() == Rule::star => ObjectName::Database(self.text(&db)?),
            (Some(db), Some(name)) => ObjectName::Object { db: Some(self.text(&db)?), name: self.text(&name)? },
            (Some(name), None) => ObjectName::Object { db: None, name: self.text(&name)? },
            (None, _) => ObjectName::Star,
        })
    }
}

/// `TABLE`, `PROCEDURE`, … as an object type.
pub(super) fn object_kind(pair: &Pair<'_, Rule>) -> ObjectKind {
    let word = pair.clone().into_inner().next().map(|p| p.as_rule());
    match word {
        Some(Rule::PROCEDURE) => ObjectKind::Procedure,
        Some(Rule::FUNCTION) => ObjectKind::Function,
        Some(Rule::LIBRARY) => ObjectKind::Library,
        Some(Rule::PACKAGE) if has(pair, Rule::BODY) => ObjectKind::PackageBody,
        Some(Rule::PACKAGE) => ObjectKind::Package,
        _ => ObjectKind::Table,
    }
}

/// Upper case, one blank between words.
fn upper_words(text: &str) -> SmolStr {
    if text.bytes().all(|b| b.is_ascii_uppercase() || b == b'_') {
        return SmolStr::new(text);
    }
    let words: Vec<String> = text.split_ascii_whitespace().map(str::to_ascii_uppercase).collect();
    words.join(" ").into()
}
