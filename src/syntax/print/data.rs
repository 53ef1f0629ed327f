//! Changes of the grant tables: every text is taken for a secret.

use super::{Name, SECRET};
use crate::syntax::statement::data::{Comparison, DataAction, DataChange, Expression, Insert};
use smol_str::SmolStr;
use std::fmt::{self, Display, Formatter};

impl Display for DataChange {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let db = self.table.db.iter().map(|db| format!("{}.", Name(db))).collect::<String>();
        let table = format!("{db}{}", Name(&self.table.name));
        match &self.action {
            DataAction::Insert(insert) => insert.print(f, &table),
            DataAction::Update { ignore, set, condition, limit } => {
                write!(f, "UPDATE {}{table} SET {}", if *ignore { "IGNORE " } else { "" }, assignments(set))?;
                behind(f, condition.as_ref(), *limit)
            }
            DataAction::Delete { condition, limit } => {
                write!(f, "DELETE FROM {table}")?;
                behind(f, condition.as_ref(), *limit)
            }
            DataAction::Truncate => write!(f, "TRUNCATE TABLE {table}"),
        }
    }
}

impl Insert {
    fn print(&self, f: &mut Formatter<'_>, table: &str) -> fmt::Result {
        let verb = if self.replace { "REPLACE" } else { "INSERT" };
        write!(f, "{verb} {}INTO {table}", if self.ignore { "IGNORE " } else { "" })?;
        if let Some(columns) = &self.columns {
            let names: Vec<String> = columns.iter().map(|c| Name(c).to_string()).collect();
            write!(f, " ({})", names.join(", "))?;
        }
        let rows: Vec<String> = self.rows.iter().map(|row| format!("({})", list(&row.values))).collect();
        write!(f, " VALUES {}", rows.join(", "))?;
        if self.on_duplicate.is_empty() {
            return Ok(());
        }
        write!(f, " ON DUPLICATE KEY UPDATE {}", assignments(&self.on_duplicate))
    }
}

fn behind(f: &mut Formatter<'_>, condition: Option<&Expression>, limit: Option<u64>) -> fmt::Result {
    condition.iter().try_for_each(|condition| write!(f, " WHERE {condition}"))?;
    limit.iter().try_for_each(|limit| write!(f, " LIMIT {limit}"))
}

fn assignments(set: &[(SmolStr, Expression)]) -> String {
    set.iter().map(|(name, value)| format!("{} = {value}", Name(name))).collect::<Vec<_>>().join(", ")
}

fn list(values: &[Expression]) -> String {
    values.iter().map(Expression::to_string).collect::<Vec<_>>().join(", ")
}

impl Display for Expression {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let joined = |parts: &[Self], word: &str| parts.iter().map(Self::to_string).collect::<Vec<_>>().join(word);
        match self {
            Self::Text(text) if text.is_empty() => f.write_str("''"),
            Self::Text(_) => write!(f, "'{SECRET}'"),
            Self::Number(number) => f.write_str(number),
            Self::Null => f.write_str("NULL"),
            Self::Default => f.write_str("DEFAULT"),
            Self::Column(name) => Name(name).fmt(f),
            Self::Call(name, arguments) => write!(f, "{name}({})", list(arguments)),
            Self::Not(inner) => write!(f, "NOT ({inner})"),
            Self::All(parts) => write!(f, "({})", joined(parts, " AND ")),
            Self::Any(parts) => write!(f, "({})", joined(parts, " OR ")),
            Self::Compare(sign, a, b) => write!(f, "{a} {} {b}", sign.sign()),
            Self::Like(a, b) => write!(f, "{a} LIKE {b}"),
            Self::In(a, values) => write!(f, "{a} IN ({})", list(values)),
            Self::IsNull(a) => write!(f, "{a} IS NULL"),
        }
    }
}

impl Comparison {
    fn sign(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::Same => "<=>",
            Self::Unequal => "<>",
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::Greater => ">",
            Self::AtLeast => ">=",
        }
    }
}
