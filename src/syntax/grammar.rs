//! The pest parser made from `grammar/*.pest`, and its rules in plain words.
//!
//! Only this stage's own files see [`Rule`]; nothing here knows the tree.

use pest_derive::Parser;

/// The grammar of one statement.
#[derive(Parser)]
#[grammar = "../grammar/lexical.pest"]
#[grammar = "../grammar/word.pest"]
#[grammar = "../grammar/account.pest"]
#[grammar = "../grammar/grant.pest"]
#[grammar = "../grammar/session.pest"]
#[grammar = "../grammar/schema.pest"]
#[grammar = "../grammar/data.pest"]
pub(crate) struct SqlParser;

/// The texts of the grammar.
pub(super) const TEXTS: [&str; 7] = [
    include_str!("../../grammar/lexical.pest"),
    include_str!("../../grammar/word.pest"),
    include_str!("../../grammar/account.pest"),
    include_str!("../../grammar/grant.pest"),
    include_str!("../../grammar/session.pest"),
    include_str!("../../grammar/schema.pest"),
    include_str!("../../grammar/data.pest"),
];

/// A rule as a message names it: SQL words in backticks, shapes as a noun.
pub(crate) fn describe(rule: Rule) -> String {
    let words = match rule {
        Rule::EOI => "the end of the statement",
        Rule::comma => "`,`",
        Rule::open => "`(`",
        Rule::close => "`)`",
        Rule::at => "`@`",
        Rule::star | Rule::object => "an object such as `*.*`, `db.*` or `db.table`",
        Rule::assign_sign => "`=`",
        Rule::string | Rule::clear | Rule::stored | Rule::new_password => "a quoted text",
        Rule::hex => "a hexadecimal literal",
        Rule::number => "a number",
        Rule::bare | Rule::quoted | Rule::part | Rule::name | Rule::variable => "a name",
        Rule::qualified => "a name",
        Rule::account | Rule::accounts | Rule::user | Rule::altered_user => "an account name",
        Rule::current_user | Rule::own_account | Rule::host_word => "an account name",
        Rule::current_role | Rule::role | Rule::roles | Rule::role_choice => "a role",
        Rule::column_privilege | Rule::static_privilege | Rule::dynamic_privilege => "a privilege",
        Rule::grant_privileges | Rule::revoke_privileges => "a privilege",
        Rule::columns => "a column list",
        Rule::column | Rule::table_body => "a column definition",
        Rule::limit => "`MAX_QUERIES_PER_HOUR` or another limit",
        Rule::tls_part => "`SUBJECT`, `ISSUER` or `CIPHER`",
        Rule::plugin | Rule::method => "an authentication plugin",
        Rule::identified | Rule::identified_own => "`IDENTIFIED`",
        Rule::identified_by => "`BY`",
        Rule::identified_with => "`WITH`",
        Rule::value => "a value",
        Rule::select => "a query",
        Rule::assignment | Rule::system_variable | Rule::user_variable | Rule::scope => "a variable",
        Rule::object_kind => "`TABLE`, `PROCEDURE` or `FUNCTION`",
        Rule::routine_kind => "`PROCEDURE` or `FUNCTION`",
        Rule::require => "`REQUIRE`",
        Rule::limits | Rule::grant_with | Rule::with_grant_option | Rule::with_admin_option => "`WITH`",
        Rule::grant_option => "`GRANT OPTION`",
        Rule::grant_as => "`AS`",
        Rule::ignore_unknown_user => "`IGNORE UNKNOWN USER`",
        Rule::if_exists => "`IF EXISTS`",
        Rule::if_not_exists => "`IF NOT EXISTS`",
        Rule::default_roles => "`DEFAULT ROLE`",
        Rule::expire | Rule::history | Rule::reuse | Rule::require_current => "`PASSWORD` and an option",
        Rule::account_lock => "`ACCOUNT LOCK` or `ACCOUNT UNLOCK`",
        Rule::discard_old => "`DISCARD OLD PASSWORD`",
        Rule::retain_current => "`RETAIN CURRENT PASSWORD`",
        Rule::replacing => "`REPLACE`",
        Rule::factor_change => "`ADD`, `MODIFY` or `DROP` of a factor",
        Rule::registration => "a registration step",
        Rule::failed_logins => "`FAILED_LOGIN_ATTEMPTS`",
        Rule::lock_time => "`PASSWORD_LOCK_TIME`",
        Rule::comment => "`COMMENT`",
        Rule::attribute => "`ATTRIBUTE`",
        Rule::initial => "`INITIAL AUTHENTICATION`",
        Rule::password_for => "`FOR`",
        Rule::with_admin => "`WITH ADMIN`",
        Rule::definer => "`DEFINER`",
        Rule::sql_security => "`SQL SECURITY`",
        Rule::or_replace => "`OR REPLACE`",
        Rule::like => "`LIKE`",
        word => return by_name(word),
    };
    words.to_owned()
}

/// A word's rule bears the word's name (`grammar/word.pest`); a shape's, its own in lower case.
fn by_name(rule: Rule) -> String {
    let name = format!("{rule:?}");
    if name.starts_with(|c: char| c.is_ascii_uppercase()) {
        format!("`{}`", name.trim_end_matches('_'))
    } else {
        name.replace('_', " ")
    }
}
