//! An error line to what it says: number, user, host, object, command. Knows how errors are worded and how clients
//! wrap them, and no policy.

use pest::Parser as _;
use pest::iterators::{Pair, Pairs};
use reader::{LineParser, Rule};

/// The grammar of error lines; nobody else sees its rules.
mod reader {
    use pest_derive::Parser;

    #[derive(Parser)]
    #[grammar = "../grammar/complaint.pest"]
    pub(super) struct LineParser;
}

/// Longer lines are read up to here.
const LONGEST: usize = 8 * 1024;

/// Which error it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// 1045: no way in for this client, with the password it sent or did not send.
    Denied,
    /// 1698: the same, by a method that compares no password.
    DeniedNoPassword,
    /// 1130
    HostRefused,
    /// 1129
    HostBlocked,
    /// 1044
    Database,
    /// 1142
    Table,
    /// 1143
    Column,
    /// 1370
    Routine,
    /// 1227
    Specific,
    /// 1410
    CreateByGrant,
    /// 1449
    NoDefiner,
    /// 1356
    ViewRights,
    /// 1524
    Plugin,
    /// 1251
    OldProtocol,
    /// 1820
    MustReset,
    /// 1862
    Expired,
    /// 3118, in MariaDB 4151
    Locked,
    /// 3955, in MariaDB 4150
    Blocked,
    /// 3159
    Insecure,
    /// 3530, in MariaDB 1959
    Role,
}

/// Numbers, kinds and the names that the servers' headers have for them. The first number of a kind is MySQL's.
pub const KINDS: [(u16, Kind, &str); 23] = [
    (1045, Kind::Denied, "ER_ACCESS_DENIED_ERROR"),
    (1698, Kind::DeniedNoPassword, "ER_ACCESS_DENIED_NO_PASSWORD_ERROR"),
    (1130, Kind::HostRefused, "ER_HOST_NOT_PRIVILEGED"),
    (1129, Kind::HostBlocked, "ER_HOST_IS_BLOCKED"),
    (1044, Kind::Database, "ER_DBACCESS_DENIED_ERROR"),
    (1142, Kind::Table, "ER_TABLEACCESS_DENIED_ERROR"),
    (1143, Kind::Column, "ER_COLUMNACCESS_DENIED_ERROR"),
    (1370, Kind::Routine, "ER_PROCACCESS_DENIED_ERROR"),
    (1227, Kind::Specific, "ER_SPECIFIC_ACCESS_DENIED_ERROR"),
    (1410, Kind::CreateByGrant, "ER_CANT_CREATE_USER_WITH_GRANT"),
    (1449, Kind::NoDefiner, "ER_NO_SUCH_USER"),
    (1356, Kind::ViewRights, "ER_VIEW_INVALID"),
    (1524, Kind::Plugin, "ER_PLUGIN_IS_NOT_LOADED"),
    (1251, Kind::OldProtocol, "ER_NOT_SUPPORTED_AUTH_MODE"),
    (1820, Kind::MustReset, "ER_MUST_CHANGE_PASSWORD"),
    (1862, Kind::Expired, "ER_MUST_CHANGE_PASSWORD_LOGIN"),
    (3118, Kind::Locked, "ER_ACCOUNT_HAS_BEEN_LOCKED"),
    (4151, Kind::Locked, "ER_ACCOUNT_HAS_BEEN_LOCKED"),
    (3955, Kind::Blocked, "ER_USER_ACCESS_DENIED_FOR_USER_ACCOUNT_BLOCKED_BY_PASSWORD_LOCK"),
    (4150, Kind::Blocked, "ER_USER_IS_BLOCKED"),
    (3159, Kind::Insecure, "ER_SECURE_TRANSPORT_REQUIRED"),
    (3530, Kind::Role, "ER_ROLE_NOT_GRANTED"),
    (1959, Kind::Role, "ER_INVALID_ROLE"),
];

/// What an error line says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    /// Which error.
    pub kind: Kind,
    /// Its number, from the line or by its text.
    pub errno: u16,
    /// The text of the error, without what is around it; empty where only the number was understood.
    pub message: String,
    /// The user, empty for the anonymous one; none where the error names nobody.
    pub user: Option<String>,
    /// The host beside it, which may be empty.
    pub host: Option<String>,
    /// `using password: YES` or `NO`.
    pub using_password: Option<bool>,
    /// The database.
    pub db: Option<String>,
    /// The table, view or routine.
    pub object: Option<String>,
    /// The column.
    pub column: Option<String>,
    /// The command or the privileges, as the error words them.
    pub command: Option<String>,
    /// The plugin or role.
    pub name: Option<String>,
    /// What wrote the line, as far as its form tells.
    pub form: &'static str,
}

/// The first line of a text that is an access error.
pub fn read(text: &str) -> Option<Complaint> {
    text.lines().find_map(line)
}

/// Words one of which is in every text of the grammar; most lines of a log have none.
const MARKS: [&str; 15] = [
    "denied",
    "is not allowed to connect",
    "is blocked because",
    "does not exist",
    "is not loaded",
    "authentication protocol",
    "You must",
    "has expired",
    "insecure transport",
    "is locked",
    "not allowed to create",
    "not granted",
    "not been granted",
    "Invalid role",
    "lack rights",
];

/// Reads one line.
fn line(line: &str) -> Option<Complaint> {
    let end = (0..=line.len().min(LONGEST)).rev().find(|at| line.is_char_boundary(*at)).unwrap_or(0);
    let line = unescaped(line.get(..end).unwrap_or(line));
    let form = form(&line);
    if !MARKS.iter().any(|mark| line.contains(mark)) {
        return by_number(&line, form);
    }
    match LineParser::parse(Rule::found, &line) {
        Ok(pairs) => complaint(pairs, &line, form),
        Err(_) => by_number(&line, form),
    }
}

/// Without the escapes of the texts, pages and logs that lines are copied from.
fn unescaped(line: &str) -> String {
    let pairs = [
        ("\\'", "'"),
        ("\\\"", "\""),
        ("&#039;", "'"),
        ("&#39;", "'"),
        ("&apos;", "'"),
        ("&quot;", "\""),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&amp;", "&"),
        ("\u{2018}", "'"),
        ("\u{2019}", "'"),
        ("\\u0027", "'"),
        ("\u{a0}", " "),
    ];
    pairs.iter().fold(line.to_owned(), |line, (escaped, plain)| line.replace(escaped, plain))
}

fn complaint(mut pairs: Pairs<'_, Rule>, line: &str, form: &'static str) -> Option<Complaint> {
    let pair = pairs.next()?;
    let kind = kind(pair.as_rule())?;
    let mut found = Complaint { message: pair.as_str().trim().to_owned(), ..empty(kind, 0, form) };
    for part in pair.into_inner() {
        found.take(part);
    }
    if kind == Kind::Routine && found.db.is_none() {
        let name = found.object.take().unwrap_or_default();
        let (db, routine) = name.split_once('.').unwrap_or(("", &name));
        found.db = Some(db.to_owned()).filter(|db| !db.is_empty());
        found.object = Some(routine.to_owned());
    }
    found.errno = errno(kind, line, &found.message);
    Some(found)
}

fn empty(kind: Kind, errno: u16, form: &'static str) -> Complaint {
    Complaint {
        kind,
        errno,
        message: String::new(),
        user: None,
        host: None,
        using_password: None,
        db: None,
        object: None,
        column: None,
        command: None,
        name: None,
        form,
    }
}

impl Complaint {
    fn take(&mut self, part: Pair<'_, Rule>) {
        let text = part.as_str().trim().to_owned();
        match part.as_rule() {
            Rule::backtick_account if self.name.is_none() && self.message.contains(" is not granted to ") => {
                self.name = Some(text);
            }
            Rule::account | Rule::backtick_account | Rule::somebody => {
                part.into_inner().for_each(|inner| self.take(inner));
            }
            Rule::user | Rule::backtick_user | Rule::plain_user => self.user = Some(text),
            Rule::host | Rule::backtick_host => self.host = Some(text),
            Rule::using => self.using_password = Some(text.eq_ignore_ascii_case("YES")),
            Rule::db | Rule::quoted_db => self.db = Some(text),
            Rule::object => self.object = Some(text),
            Rule::quoted_table if self.kind == Kind::Role => self.name = Some(text),
            Rule::quoted_table => self.object = Some(text),
            Rule::column_name => self.column = Some(text),
            Rule::verbs | Rule::action | Rule::privileges => self.command = Some(text),
            Rule::text if self.kind == Kind::Plugin => self.name = Some(text),
            Rule::text => self.host = Some(text),
            _ => {}
        }
    }
}

fn kind(rule: Rule) -> Option<Kind> {
    Some(match rule {
        Rule::denied => Kind::Denied,
        Rule::no_password => Kind::DeniedNoPassword,
        Rule::to_database => Kind::Database,
        Rule::locked | Rule::locked_unnamed => Kind::Locked,
        Rule::blocked | Rule::blocked_unnamed => Kind::Blocked,
        Rule::table => Kind::Table,
        Rule::column => Kind::Column,
        Rule::routine => Kind::Routine,
        Rule::specific => Kind::Specific,
        Rule::host_refused => Kind::HostRefused,
        Rule::host_blocked => Kind::HostBlocked,
        Rule::no_definer => Kind::NoDefiner,
        Rule::plugin => Kind::Plugin,
        Rule::old_protocol => Kind::OldProtocol,
        Rule::must_reset => Kind::MustReset,
        Rule::expired => Kind::Expired,
        Rule::insecure => Kind::Insecure,
        Rule::create_by_grant => Kind::CreateByGrant,
        Rule::role => Kind::Role,
        Rule::view_rights => Kind::ViewRights,
        _ => return None,
    })
}

/// The number of a kind: the one in the line where it has one of them, else by the words.
fn errno(kind: Kind, line: &str, message: &str) -> u16 {
    let mut numbers = KINDS.iter().filter(|(_, of, _)| *of == kind).map(|(number, _, _)| *number);
    let first = numbers.next().unwrap_or(0);
    let second = numbers.next();
    let unnamed = ["this account is locked", "User is blocked", "has not been granted", "Invalid role"];
    match second {
        Some(second) if line.contains(&second.to_string()) || unnamed.iter().any(|words| message.contains(words)) => {
            second
        }
        _ => first,
    }
}

/// A line in another language, or in other words: its number tells what it is.
fn by_number(line: &str, form: &'static str) -> Option<Complaint> {
    let mut rest = line;
    loop {
        let pair = LineParser::parse(Rule::numbered, rest).ok()?.next()?;
        let number: u16 = pair.as_str().parse().ok()?;
        if let Some((errno, kind, _)) = KINDS.iter().find(|(errno, _, _)| *errno == number) {
            let mut found = empty(*kind, *errno, form);
            if let Some(account) = LineParser::parse(Rule::anyone, rest).ok().and_then(|mut pairs| pairs.next()) {
                found.take(account);
            }
            return Some(found);
        }
        rest = rest.get(pair.as_span().end()..)?;
    }
}

/// How what wrote a line can be told by its form; the first that is in it.
const FORMS: [(&str, &str); 27] = [
    ("pymysql.err", "PyMySQL"),
    ("MySQLdb", "mysqlclient"),
    ("_mysql_exceptions", "mysqlclient"),
    ("mysql.connector.errors", "MySQL Connector/Python"),
    ("mariadb.OperationalError", "MariaDB Connector/Python"),
    ("MySqlConnector.", "MySqlConnector for .NET"),
    ("MySql.Data.", "MySQL Connector/NET"),
    ("Mysql2::Error", "mysql2 for Ruby"),
    ("Error: ER_", "mysql for Node.js"),
    ("UNKNOWN_CODE_PLEASE_REPORT", "mysql for Node.js"),
    ("sqlMessage", "mysql2 for Node.js"),
    ("(conn=", "MariaDB Connector/J"),
    ("HostAddress{", "MariaDB Connector/J"),
    ("org.mariadb.jdbc", "MariaDB Connector/J"),
    ("com.mysql.", "MySQL Connector/J"),
    ("java.sql.", "JDBC"),
    ("SQLSTATE[", "PDO"),
    ("mysqli", "mysqli"),
    ("DBI connect(", "Perl DBI"),
    ("DBD::mysql", "Perl DBI"),
    ("DBD::MariaDB", "Perl DBI"),
    ("ODBC", "ODBC"),
    ("returned from database", "sqlx for Rust"),
    ("MySqlError {", "mysql for Rust"),
    ("[MY-0", "the server's error log"),
    ("mysqldump:", "mysqldump"),
    ("mysqladmin:", "mysqladmin"),
];

fn form(line: &str) -> &'static str {
    if let Some((_, name)) = FORMS.iter().find(|(mark, _)| line.contains(mark)) {
        return name;
    }
    let trimmed = line.trim_start();
    if trimmed.starts_with("ERROR ") {
        "the mysql client"
    } else if line.contains("[Warning] ") || line.contains("[Note] ") {
        "the server's error log"
    } else if line.contains("Error 1") || line.contains("Error 3") || line.contains("Error 4") {
        "Go-MySQL-Driver"
    } else if trimmed.starts_with("Error: ") {
        "mysql2 for Node.js"
    } else if trimmed.starts_with("(1") || trimmed.starts_with("(3") {
        "a Python driver"
    } else {
        "an error text"
    }
}
