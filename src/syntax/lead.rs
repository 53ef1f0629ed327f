//! Which rule a statement's leading words call for, and which statements are none of ours.

use super::grammar::Rule;
use smol_str::SmolStr;

/// What a statement's first words say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Lead {
    /// Read it by this rule.
    Rule(Rule),
    /// It changes a grant table by hand: by this rule, or named by these words where that does not read it.
    Data(Rule, SmolStr),
    /// It changes no account, grant or object.
    Irrelevant(SmolStr),
    /// It could matter but is not read.
    Unsupported(SmolStr),
    /// No statement begins like this.
    Unknown,
}

/// Statements that change no account, grant or object, by their first word.
const IRRELEVANT: &str = " ANALYZE BEGIN BINLOG CACHE CHANGE CHECK CHECKSUM CLONE COMMIT DEALLOCATE DESC DESCRIBE DO END \
    EXECUTE EXIT EXPLAIN GET HANDLER HELP KILL LOAD LOCK OPTIMIZE PURGE QUIT RELEASE REPAIR RESET RESIGNAL \
    ROLLBACK SAVEPOINT SELECT SHUTDOWN SIGNAL START STATUS STOP TABLE UNLOCK VALUES WARNINGS WITH XA BACKUP ( ";

/// Statements that could change accounts, grants or objects in ways that are not followed.
const UNSUPPORTED: &str = " CALL IMPORT INSTALL PREPARE UNINSTALL ";

/// The tables that hold accounts and grants, and who may stand in for whom.
const GRANT_TABLES: &str = " user db host tables_priv columns_priv procs_priv proxies_priv role_edges default_roles \
    global_grants global_priv roles_mapping password_history ";

/// Objects of CREATE, ALTER and DROP that no grant names.
const OTHER_OBJECTS: &str = " INDEX UNIQUE FULLTEXT SPATIAL TABLESPACE UNDO LOGFILE SERVER RESOURCE SPATIAL INSTANCE \
    PREPARE DATABASE SCHEMA JSON VECTOR MASKING ";

/// Reads the leading words of a plain statement text. `in_mysql`: unqualified tables are the server's own.
pub(super) fn lead(text: &str, in_mysql: bool) -> Lead {
    if let Some(rule) = frequent(text) {
        return Lead::Rule(rule);
    }
    let words: Vec<String> = leading(text);
    let word = |i: usize| words.get(i).map_or("", String::as_str);
    match word(0) {
        "CREATE" | "ALTER" | "DROP" => object(&words),
        "GRANT" => Lead::Rule(Rule::grant),
        "REVOKE" => Lead::Rule(Rule::revoke),
        "RENAME" if word(1) == "USER" => Lead::Rule(Rule::rename_user),
        "RENAME" => Lead::Rule(Rule::rename_tables),
        "SET" => set(word(1), word(2)),
        "FLUSH" => Lead::Rule(Rule::flush),
        "RESTART" => Lead::Rule(Rule::restart),
        "RESET" if word(1) == "PERSIST" => Lead::Rule(Rule::reset_persist),
        "USE" => Lead::Rule(Rule::use_database),
        "SHOW" if word(1) == "GRANTS" => Lead::Rule(Rule::show_grants),
        "SHOW" if word(1) == "CREATE" && word(2) == "USER" => Lead::Rule(Rule::show_create_user),
        "SHOW" => Lead::Irrelevant(SmolStr::new_static("SHOW")),
        first @ ("INSERT" | "REPLACE" | "UPDATE" | "DELETE" | "TRUNCATE" | "LOAD") => data(first, text, in_mysql),
        first if listed(IRRELEVANT, first) => Lead::Irrelevant(SmolStr::new(first)),
        first if listed(UNSUPPORTED, first) => Lead::Unsupported(two(&words)),
        _ => Lead::Unknown,
    }
}

/// The statements that there are many of, told without taking the text apart.
fn frequent(text: &str) -> Option<Rule> {
    let (first, rest) = text.split_once(|c: char| c.is_ascii_whitespace())?;
    let is = |word: &str| first.eq_ignore_ascii_case(word);
    if is("GRANT") {
        return Some(Rule::grant);
    }
    if is("REVOKE") {
        return Some(Rule::revoke);
    }
    let (second, _) = rest.split_once(|c: char| c.is_ascii_whitespace())?;
    let of_user = second.eq_ignore_ascii_case("USER");
    if is("CREATE") && of_user {
        return Some(Rule::create_user);
    }
    (is("DROP") && of_user).then_some(Rule::drop_user)
}

fn set(second: &str, third: &str) -> Lead {
    match (second, third) {
        ("ROLE", third) if third != "=" => Lead::Rule(Rule::set_role),
        ("DEFAULT", "ROLE") => Lead::Rule(Rule::set_default_role),
        ("PASSWORD", _) => Lead::Rule(Rule::set_password),
        ("TRANSACTION" | "RESOURCE", _) | ("GLOBAL" | "SESSION" | "LOCAL", "TRANSACTION") => {
            Lead::Irrelevant(SmolStr::new_static("SET TRANSACTION"))
        }
        ("STATEMENT", _) => Lead::Unsupported(SmolStr::new_static("SET STATEMENT")),
        _ => Lead::Rule(Rule::set_variables),
    }
}

/// CREATE, ALTER, DROP: the object is the first word that names one.
fn object(words: &[String]) -> Lead {
    let verb = words.first().map_or("", String::as_str);
    let mut rest = words.iter().skip(1).map(String::as_str).filter(|w| !listed(" OR REPLACE ", w));
    let Some(object) = rest.find(|w| !is_modifier(w)) else { return Lead::Unknown };
    let rule = match (verb, object) {
        ("CREATE", "USER") => Rule::create_user,
        ("ALTER", "USER") => Rule::alter_user,
        ("DROP", "USER") => Rule::drop_user,
        ("CREATE", "ROLE") => Rule::create_role,
        ("DROP", "ROLE") => Rule::drop_role,
        ("CREATE", "DATABASE" | "SCHEMA") => Rule::create_database,
        ("DROP", "DATABASE" | "SCHEMA") => Rule::drop_database,
        ("CREATE", "TABLE") => Rule::create_table,
        ("ALTER", "TABLE") => Rule::alter_table,
        ("DROP", "TABLE" | "TABLES") => Rule::drop_tables,
        ("CREATE" | "ALTER", "VIEW") => Rule::create_view,
        ("DROP", "VIEW") => Rule::drop_views,
        ("CREATE", "PROCEDURE" | "FUNCTION" | "LIBRARY" | "PACKAGE") => Rule::create_routine,
        ("DROP", "PROCEDURE" | "FUNCTION" | "LIBRARY" | "PACKAGE") => Rule::drop_routine,
        ("CREATE", "TRIGGER") => Rule::create_trigger,
        ("DROP", "TRIGGER") => Rule::drop_trigger,
        ("CREATE", "EVENT") => Rule::create_event,
        ("DROP", "EVENT") => Rule::drop_event,
        _ if listed(OTHER_OBJECTS, object) => return Lead::Irrelevant(format!("{verb} {object}").into()),
        ("ALTER", "PROCEDURE" | "FUNCTION" | "EVENT" | "LIBRARY") | (_, "SEQUENCE") => {
            return Lead::Unsupported(format!("{verb} {object}").into());
        }
        _ => return Lead::Unknown,
    };
    Lead::Rule(rule)
}

/// What may stand between the verb and the object's word.
fn is_modifier(word: &str) -> bool {
    listed(
        " TEMPORARY AGGREGATE ONLINE OFFLINE IGNORE SQL SECURITY INVOKER DEFINER ALGORITHM MERGE UNDEFINED TEMPTABLE = ",
        word,
    ) || word.starts_with('\'')
}

/// INSERT and its like: only into the grant tables do they matter.
fn data(first: &str, text: &str, in_mysql: bool) -> Lead {
    let end = text.char_indices().nth(400).map_or(text.len(), |(i, _)| i);
    let head = text.get(..end).unwrap_or(text).to_ascii_lowercase();
    let words: Vec<&str> = head.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '.').collect();
    let parts: Vec<&str> = words.iter().flat_map(|w| w.split('.')).filter(|w| !w.is_empty()).take(12).collect();
    let table = parts.iter().skip(1).find(|w| {
        !listed(" into from ignore low_priority delayed quick high_priority table mysql data infile local ", w)
    });
    let qualified = parts.iter().take(8).any(|w| *w == "mysql");
    match table {
        Some(table) if (qualified || in_mysql) && listed(GRANT_TABLES, table) => {
            let words: SmolStr = format!("{first} of mysql.{table}").into();
            match first {
                "INSERT" | "REPLACE" => Lead::Data(Rule::insert_rows, words),
                "UPDATE" => Lead::Data(Rule::update_rows, words),
                "DELETE" => Lead::Data(Rule::delete_rows, words),
                "TRUNCATE" => Lead::Data(Rule::truncate_rows, words),
                _ => Lead::Unsupported(words),
            }
        }
        _ => Lead::Irrelevant(SmolStr::new(first)),
    }
}

fn listed(list: &str, word: &str) -> bool {
    !word.is_empty() && list.split(' ').any(|w| w == word)
}

fn two(words: &[String]) -> SmolStr {
    words.get(..2).unwrap_or(words).join(" ").into()
}

/// The first words in upper case, as far as an object's word can stand: `DEFINER = account` and
/// what is quoted count as one.
fn leading(text: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut rest = text.trim_ascii_start();
    while out.len() < 14 && !rest.is_empty() {
        let word = rest.len() - rest.trim_start_matches(|c: char| c.is_alphanumeric() || c == '_' || c == '$').len();
        let (head, tail) = if word > 0 {
            rest.split_at(word)
        } else {
            let sign = rest.chars().next().map_or(0, char::len_utf8);
            rest.split_at(sign)
        };
        let definer = head == "=" && out.last().is_some_and(|w| w == "DEFINER");
        out.push(head.to_ascii_uppercase());
        rest = tail.trim_ascii_start();
        if definer {
            rest = behind_account(rest);
        }
        if out.len() >= 3 && out.first().is_some_and(|w| w != "CREATE" && w != "ALTER" && w != "DROP") {
            break;
        }
    }
    out
}

/// The text behind the definer's account, which may hold blanks only in quotes.
fn behind_account(text: &str) -> &str {
    let mut quote = None;
    for (i, c) in text.char_indices() {
        match quote {
            Some(q) if c == q => quote = None,
            Some(_) => {}
            None if matches!(c, '\'' | '"' | '`' | '\u{1}') => quote = Some(c),
            None if c.is_ascii_whitespace() => return text.get(i..).unwrap_or("").trim_ascii_start(),
            None => {}
        }
    }
    ""
}
