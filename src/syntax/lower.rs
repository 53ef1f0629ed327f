//! Pest pairs to the tree. With `grammar.rs` the only code that sees [`Rule`].
//!
//! The grammar gives the shape; what it cannot say well in a message (reserved words as
//! names, numbers out of range) is refused here with its own place.

pub(super) mod account;
pub(super) mod data;
pub(super) mod grant;
pub(super) mod schema;
pub(super) mod session;

use super::Lexing;
use super::grammar::{Rule, SqlParser};
use super::plain::{BACKSLASH, NAME_QUOTE};
use super::refusal::Refusal;
use super::reserved::is_reserved;
use super::statement::{AccountName, AccountRef, QualifiedName, StatementKind, Written};
use crate::source::{SourceId, Span};
use pest::Parser;
use pest::iterators::{Pair, Pairs};
use smol_str::SmolStr;

pub(super) type Result<T> = std::result::Result<T, Refusal>;

/// What lowering needs to know besides the pairs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lower {
    /// The source of the statement.
    pub(super) source: SourceId,
    /// Where the statement's text starts in it.
    pub(super) base: usize,
    /// How the text was read.
    pub(super) lexing: Lexing,
}

/// Parentheses that stand in each other: more are not read.
const DEEPEST: usize = 256;

/// What the grammar makes of a text. It calls itself for what stands in parentheses, so there is a limit to those.
pub(super) fn read(rule: Rule, text: &str) -> Result<Pairs<'_, Rule>> {
    if let Some(at) = too_deep(text) {
        return Err(Refusal::at(at..at + 1, format!("more than {DEEPEST} parentheses stand in each other here")));
    }
    SqlParser::parse(rule, text).map_err(|error| Refusal::from_pest(&error, text))
}

/// The first parenthesis that stands in too many others, quotes not minded.
fn too_deep(text: &str) -> Option<usize> {
    let mut depth = 0usize;
    memchr::memchr2_iter(b'(', b')', text.as_bytes()).find(|at| {
        depth = match text.as_bytes().get(*at) {
            Some(b'(') => depth + 1,
            _ => depth.saturating_sub(1),
        };
        depth > DEEPEST
    })
}

impl Lower {
    /// Parses the plain text of one statement by the rule that its leading words call for.
    pub(super) fn statement(self, rule: Rule, text: &str) -> Result<(StatementKind, Written)> {
        let pair = read(rule, text)?.next();
        self.pair(pair.ok_or_else(|| Refusal::at(0..text.len(), "nothing to read here"))?)
    }

    /// A statement that the grammar has read, and how it is written.
    pub(super) fn pair(self, pair: Pair<'_, Rule>) -> Result<(StatementKind, Written)> {
        let rule = pair.as_rule();
        let inner = pair.into_inner();
        let mut written = Written::default();
        if matches!(rule, Rule::create_user | Rule::alter_user | Rule::set_password | Rule::set_default_role) {
            written = spelling(rule, inner.clone());
        }
        let kind = match rule {
            Rule::create_user => self.create_user(inner),
            Rule::alter_user => self.alter_user(inner),
            Rule::drop_user => self.drop_user(inner),
            Rule::rename_user => self.rename_user(inner),
            Rule::create_role => self.create_role(inner),
            Rule::drop_role => self.drop_role(inner),
            Rule::grant => {
                let whole = inner.clone();
                let kind = self.grant(inner)?;
                // Few grants name a method, and there are many grants.
                if names_a_method(&kind) {
                    written = spelling(rule, whole);
                }
                Ok(kind)
            }
            Rule::revoke => self.revoke(inner),
            _ => self.other(rule, inner),
        };
        Ok((kind?, written))
    }

    fn other(self, rule: Rule, inner: Pairs<'_, Rule>) -> Result<StatementKind> {
        match rule {
            Rule::set_role => self.set_role(inner),
            Rule::set_default_role => self.set_default_role(inner),
            Rule::set_password => self.set_password(inner),
            Rule::set_variables => self.set_variables(inner),
            Rule::flush => Ok(self.flush(inner)),
            Rule::restart => Ok(StatementKind::Restart),
            Rule::reset_persist => self.reset_persist(inner),
            Rule::use_database => self.use_database(inner),
            Rule::show_grants => self.show_grants(inner),
            Rule::show_create_user => self.show_create_user(inner),
            _ => self.schema(rule, inner),
        }
    }

    /// The place of a pair in its source.
    pub(super) fn span(self, pair: &Pair<'_, Rule>) -> Span {
        let span = pair.as_span();
        Span::new(self.source, self.base + span.start()..self.base + span.end())
    }

    /// The text that a string, a name or a host word stands for.
    pub(super) fn text(self, pair: &Pair<'_, Rule>) -> Result<SmolStr> {
        let raw = pair.as_str();
        match pair.as_rule() {
            Rule::string => Ok(self.unescape(raw)),
            Rule::quoted => self.unquote(raw, pair),
            Rule::bare if is_reserved(raw, self.lexing.mariadb) => {
                let range = pair.as_span().start()..pair.as_span().end();
                let refusal =
                    Refusal::at(range, format!("`{raw}` is a reserved word and cannot be a name as it stands"));
                Err(refusal.help(format!("quote the name: `` `{raw}` ``")))
            }
            _ => Ok(SmolStr::new(raw)),
        }
    }

    fn unquote(self, raw: &str, pair: &Pair<'_, Rule>) -> Result<SmolStr> {
        let inside = raw.get(1..raw.len().saturating_sub(1)).unwrap_or("");
        if raw.as_bytes().first() == Some(&NAME_QUOTE) {
            if !self.lexing.ansi_quotes {
                let range = pair.as_span().start()..pair.as_span().end();
                return Err(Refusal::at(range, "a control character that is no SQL"));
            }
            return Ok(inside.replace("\u{1}\u{1}", "\"").replace('\u{1}', "\"").into());
        }
        Ok(if inside.contains('`') { inside.replace("``", "`").into() } else { SmolStr::new(inside) })
    }

    /// A string literal's value: manual 11.1.1, table of escape sequences.
    fn unescape(self, raw: &str) -> SmolStr {
        let quote = raw.chars().next().unwrap_or('\'');
        let inside = raw.get(1..raw.len().saturating_sub(1)).unwrap_or("");
        if !inside.contains(['\\', quote, BACKSLASH as char]) {
            return SmolStr::new(inside);
        }
        let mut out = String::with_capacity(inside.len());
        let mut chars = inside.chars();
        while let Some(c) = chars.next() {
            match c {
                '\\' => escape(&mut out, chars.next()),
                '\u{2}' if self.lexing.no_backslash_escapes => out.push('\\'),
                c if c == quote => {
                    out.push(c);
                    chars.next();
                }
                c => out.push(c),
            }
        }
        out.into()
    }

    /// `account` or `role`: the name, and the host if there is an `@` (M1.1, M1.2).
    pub(super) fn account(self, pair: &Pair<'_, Rule>) -> Result<AccountRef> {
        let span = self.span(pair);
        let mut user = None;
        let mut host = None;
        for part in pair.clone().into_inner() {
            match part.as_rule() {
                Rule::current_user => return Ok(AccountRef { span, name: AccountName::CurrentUser }),
                Rule::current_role if self.lexing.mariadb => {
                    return Ok(AccountRef { span, name: AccountName::CurrentRole });
                }
                Rule::at => host = Some(SmolStr::default()),
                _ if host.is_some() => host = Some(self.text(&part)?),
                _ => user = Some(self.text(&part)?),
            }
        }
        Ok(AccountRef { span, name: AccountName::Named { user: user.unwrap_or_default(), host } })
    }

    /// Every `account` or `role` below a pair.
    pub(super) fn accounts(self, pair: Pair<'_, Rule>) -> Result<Vec<AccountRef>> {
        let of_list = |p: &Pair<'_, Rule>| matches!(p.as_rule(), Rule::account | Rule::role);
        pair.into_inner().filter(of_list).map(|p| self.account(&p)).collect()
    }

    /// `[db.]name`
    pub(super) fn qualified(self, pair: Pair<'_, Rule>) -> Result<QualifiedName> {
        let mut parts = pair.into_inner();
        let first = parts.next().map(|p| self.text(&p)).transpose()?.unwrap_or_default();
        match parts.next() {
            Some(second) => Ok(QualifiedName { db: Some(first), name: self.text(&second)? }),
            None => Ok(QualifiedName { db: None, name: first }),
        }
    }

    /// A number that must fit: 1.5 counts as 1, as `ulong_num` takes it, `0x10` as 16.
    pub(super) fn number<T: TryFrom<u64>>(self, pair: &Pair<'_, Rule>) -> Result<T> {
        let text = pair.as_str();
        let digits = text.split('.').next().unwrap_or("");
        let number = match text.strip_prefix("0x") {
            Some(hex) => u64::from_str_radix(hex, 16),
            None => digits.parse(),
        };
        let range = pair.as_span().start()..pair.as_span().end();
        number.ok().and_then(|n| T::try_from(n).ok()).ok_or_else(|| Refusal::at(range, "this number is too large"))
    }
}

/// `GRANT … TO account IDENTIFIED …`
fn names_a_method(kind: &StatementKind) -> bool {
    matches!(kind, StatementKind::Grant(grant) if grant.grantees.iter().any(|spec| !spec.factors.is_empty()))
}

/// Which of the spellings that servers differ in a statement uses.
fn spelling(statement: Rule, parts: Pairs<'_, Rule>) -> Written {
    let mut written = Written::default();
    let (mut locks, mut expiries) = (0, 0);
    for pair in parts.flatten() {
        match pair.as_rule() {
            Rule::identified_by => written.by_password |= has(&pair, Rule::stored),
            Rule::VIA => written.via = true,
            Rule::USING => written.using = true,
            Rule::FOR if statement == Rule::set_default_role => written.default_role_for = true,
            Rule::TO if statement == Rule::set_default_role => written.default_role_to = true,
            Rule::stored => written.hexadecimal |= has(&pair, Rule::hex),
            Rule::account_lock => locks += 1,
            Rule::expire => expiries += 1,
            Rule::new_password | Rule::method => {
                written.plugin_by |= has(&pair, Rule::BY);
                written.password_function |=
                    has(&pair, Rule::PASSWORD) && has(&pair, Rule::open) || has(&pair, Rule::OLD_PASSWORD);
            }
            Rule::replacing => written.replace_current = true,
            _ => {}
        }
    }
    written.repeated = locks > 1 || expiries > 1;
    written
}

/// The child of that rule, if there is one.
pub(super) fn child<'a>(pair: &Pair<'a, Rule>, rule: Rule) -> Option<Pair<'a, Rule>> {
    pair.clone().into_inner().find(|p| p.as_rule() == rule)
}

/// True when a child has that rule.
pub(super) fn has(pair: &Pair<'_, Rule>, rule: Rule) -> bool {
    child(pair, rule).is_some()
}

fn escape(out: &mut String, next: Option<char>) {
    match next {
        Some('0') => out.push('\0'),
        Some('b') => out.push('\u{8}'),
        Some('n') => out.push('\n'),
        Some('r') => out.push('\r'),
        Some('t') => out.push('\t'),
        Some('Z') => out.push('\u{1a}'),
        // `\%` and `\_` keep their backslash: they only mean something in patterns.
        Some(c @ ('%' | '_')) => out.extend(['\\', c]),
        Some(c) => out.push(c),
        None => {}
    }
}
