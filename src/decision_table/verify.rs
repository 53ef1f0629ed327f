//! A second opinion on a table: every entry derived again from the policy, by [`crate::reference`].
//!
//! First the rows that the table holds are compared with the policy's. Then, for each user name and each set of clients
//! that nothing in the policy tells apart, the table is asked who gets in and what the session may do, and the reference
//! is asked the same of the policy. What the table leaves to the interpreter it has no entry for.

mod asks;
mod lookups;
mod rows;

use super::DecisionTable;
use crate::answer::Engine;
use crate::policy::Policy;
use crate::server::variables::Variable;
use std::fmt;

/// What became of a verification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verified {
    /// Every entry is what the policy makes it.
    Same(Entries),
    /// One is not.
    Differs(Box<Difference>),
}

/// How many entries were derived again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Entries {
    /// Rows, and what else is carried as it is: names, what exists, the orders that the server keeps, who gave settings.
    pub rows: usize,
    /// Ends of logins.
    pub logins: usize,
    /// Privileges on objects.
    pub decisions: usize,
    /// Questions that the table leaves to the interpreter.
    pub left: usize,
}

/// An entry that is not what the policy makes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Which: a row, or a question.
    pub entry: String,
    /// What the table says.
    pub table: String,
    /// What the policy says.
    pub policy: String,
    /// The statements behind the row that says so.
    pub statements: Vec<String>,
}

/// Why a table cannot be verified against a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// They speak of different servers: the table's and the policy's.
    Servers(String, String),
    /// A variable has another value: its name, the table's and the policy's.
    Setting(&'static str, String, String),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Servers(table, policy) => write!(f, "the table is one of {table}, and the policy one of {policy}"),
            Self::Setting(name, table, policy) => {
                write!(f, "the table was compiled with {name}=`{table}`, and the policy has {name}=`{policy}`")
            }
        }
    }
}

impl Entries {
    /// Those of all kinds.
    pub fn all(self) -> usize {
        self.rows + self.logins + self.decisions
    }

    fn and(self, other: Self) -> Self {
        Self {
            rows: self.rows + other.rows,
            logins: self.logins + other.logins,
            decisions: self.decisions + other.decisions,
            left: self.left + other.left,
        }
    }
}

impl fmt::Display for Verified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Same(entries) => {
                writeln!(f, "verified {} entries", entries.all())?;
                writeln!(
                    f,
                    "  {} rows, {} logins, {} decisions; {} questions are left to the interpreter",
                    entries.rows, entries.logins, entries.decisions, entries.left
                )
            }
            Self::Differs(difference) => {
                writeln!(f, "differs: {}", difference.entry)?;
                writeln!(f, "  table   {}", difference.table)?;
                writeln!(f, "  policy  {}", difference.policy)?;
                difference.statements.iter().try_for_each(|statement| writeln!(f, "  row     {statement}"))
            }
        }
    }
}

impl DecisionTable {
    /// Derives every entry again from the policy that the table is said to be compiled from.
    ///
    /// # Errors
    /// They are of different servers or settings.
    pub fn verify(&self, policy: &Policy) -> Result<Verified, Refusal> {
        let rebuilt = self.policy();
        same_server(&rebuilt, policy)?;
        let carried = rows::compare(self, &rebuilt, policy).and_then(|rows| Ok(rows + lookups::compare(self)?));
        let rows = match carried {
            Ok(rows) => rows,
            Err(difference) => return Ok(Verified::Differs(Box::new(difference))),
        };
        let engine = Engine::new(policy);
        let rest = asks::compare(self, &engine, &Engine::new(&rebuilt));
        Ok(match rest {
            Ok(entries) => Verified::Same(entries.and(Entries { rows, ..Entries::default() })),
            Err(difference) => Verified::Differs(Box::new(difference)),
        })
    }
}

fn same_server(table: &Policy, policy: &Policy) -> Result<(), Refusal> {
    let (one, other) = (table.tables.server, policy.tables.server);
    if one != other {
        return Err(Refusal::Servers(one.to_string(), other.to_string()));
    }
    for variable in Variable::of(&one) {
        let (one, other) = (table.tables.variables.get(variable), policy.tables.variables.get(variable));
        if one != other {
            return Err(Refusal::Setting(variable.name(), one.to_owned(), other.to_owned()));
        }
    }
    Ok(())
}
