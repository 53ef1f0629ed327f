//! GRANT and REVOKE.

use super::account::user_spec;
use super::{Lower, Result, has};
use crate::source::Span;
use crate::syntax::grammar::Rule;
use crate::syntax::refusal::Refusal;
use crate::syntax::statement::{
    AccountOptions, AccountRef, Grant, GrantAs, GrantObject, ObjectKind, ObjectName, PrivilegeItem, Revoke,
    StatementKind, UserSpec,
};
use pest::iterators::{Pair, Pairs};
use smallvec::SmallVec;
use smol_str::SmolStr;

/// The parts of a GRANT as they come.
#[derive(Default)]
struct Parts {
    /// The first account is the one that is stood in for.
    of_proxy: bool,
    privileges: SmallVec<[PrivilegeItem; 4]>,
    object: Option<GrantObject>,
    account: Option<AccountRef>,
    roles: Vec<AccountRef>,
    grantees: Vec<UserSpec>,
    with_option: bool,
    options: Option<Box<AccountOptions>>,
    as_user: Option<GrantAs>,
}

impl Lower {
    pub(super) fn grant(self, inner: Pairs<'_, Rule>) -> Result<StatementKind> {
        let mut inner = inner;
        let Some(form) = inner.nth(1) else { return Err(Refusal::at(0..0, "nothing is granted")) };
        let rule = form.as_rule();
        let mut parts = Parts { of_proxy: rule == Rule::grant_proxy, ..Parts::default() };
        for pair in form.into_inner() {
            self.grant_part(&mut parts, pair)?;
        }
        let Parts { privileges, object, account, roles, grantees, with_option, options, as_user, .. } = parts;
        Ok(match (rule, account, object) {
            (Rule::grant_proxy, Some(proxied), _) => {
                StatementKind::GrantProxy { proxied, grantees, grant_option: with_option }
            }
            (Rule::grant_roles, _, _) => StatementKind::GrantRoles { roles, grantees, admin_option: with_option },
            (_, _, Some(object)) => StatementKind::Grant(Grant {
                privileges: exact(privileges),
                object,
                grantees,
                grant_option: with_option,
                options: options.filter(|options| **options != AccountOptions::default()),
                as_user: as_user.map(Box::new),
            }),
            _ => return Err(Refusal::at(0..0, "nothing is granted")),
        })
    }

    fn grant_part(self, out: &mut Parts, pair: Pair<'_, Rule>) -> Result<()> {
        match pair.as_rule() {
            Rule::column_privilege | Rule::static_privilege => out.privileges.push(self.words(&pair)),
            Rule::dynamic_privilege => out.privileges.push(self.dynamic(pair)?),
            // The columns of the privilege before them.
            Rule::bare | Rule::quoted => {
                let Some(privilege) = out.privileges.last_mut() else { return Ok(()) };
                privilege.columns.push(self.text(&pair)?);
            }
            Rule::ALL => out.privileges.push(self.all(&pair)),
            Rule::object => out.object = Some(self.object(pair)?),
            Rule::account if out.of_proxy && out.account.is_none() => out.account = Some(self.account(&pair)?),
            Rule::account => {
                // Most grants have one grantee; a growing vector would begin with room for four.
                out.grantees.reserve_exact(usize::from(out.grantees.is_empty()));
                out.grantees.push(user_spec(self.account(&pair)?));
            }
            Rule::identified => {
                let Some(grantee) = out.grantees.last_mut() else { return Ok(()) };
                self.identify(grantee, pair)?;
            }
            Rule::roles => out.roles = self.role_names(pair)?,
            Rule::with_grant_option | Rule::with_admin_option => out.with_option = true,
            Rule::grant_with => {
                for part in pair.into_inner() {
                    match part.as_rule() {
                        Rule::grant_option => out.with_option = true,
                        Rule::limit => out.options.get_or_insert_default().limits.extend(self.limit(&part)?),
                        _ => {}
                    }
                }
            }
            Rule::grant_as => out.as_user = self.grant_as(pair)?,
            Rule::require => self.option(out.options.get_or_insert_default(), pair)?,
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
        let mut parts = Parts { of_proxy: rule == Rule::revoke_proxy, ..Parts::default() };
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
                let privileges = exact(privileges);
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

    /// A privilege that is words, with the blanks behind it.
    fn words(self, pair: &Pair<'_, Rule>) -> PrivilegeItem {
        let words = pair.as_str().trim_end_matches(|c: char| c.is_ascii_whitespace() || c == '\u{b}');
        let start = self.base + pair.as_span().start();
        let span = Span::new(self.source, start..start + words.len());
        PrivilegeItem { span, name: upper_words(words), columns: Vec::new() }
    }

    fn dynamic(self, pair: Pair<'_, Rule>) -> Result<PrivilegeItem> {
        let span = self.span(&pair);
        let name = pair.into_inner().next().map(|p| self.text(&p)).transpose()?.unwrap_or_default();
        Ok(PrivilegeItem { span, name: upper_words(&name), columns: Vec::new() })
    }

    fn object(self, pair: Pair<'_, Rule>) -> Result<GrantObject> {
        let (span, mut kind) = (self.span(&pair), ObjectKind::Table);
        let mut parts = pair.into_inner();
        let mut first = parts.next();
        if let Some(word) = first.take_if(|part| part.as_rule() == Rule::object_kind) {
            kind = object_kind(&word);
            first = parts.next();
        }
        Ok(GrantObject { span, kind, name: self.object_name(first, parts.next())? })
    }

    fn object_name(self, first: Option<Pair<'_, Rule>>, second: Option<Pair<'_, Rule>>) -> Result<ObjectName> {
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

/// The list in no more room than it needs.
fn exact(list: SmallVec<[PrivilegeItem; 4]>) -> Vec<PrivilegeItem> {
    let mut out = Vec::with_capacity(list.len());
    out.extend(list);
    out
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
