//! How commands that compare judge what differs: which of it fails, and how it is written.

use super::args::JudgeFormat;
use super::{Report, Status, output, progress, status::Failure};
use crate::answer::Engine;
use crate::answer::diff::{self, Diff, Relation};
use crate::client::Object;
use crate::emit::{diff as emitted, report, verdicts};
use crate::explain;
use crate::policy::Policy;
use clap::ValueEnum;

/// How differences are judged and written.
#[derive(Debug, clap::Args)]
pub struct Judge {
    /// Only what may be done with this object and what lies in it: db.*, db.table, procedure db.name
    #[arg(long, value_name = "OBJECT")]
    only: Option<Object>,

    /// Which differences end with status 1
    #[arg(long, value_name = "WHICH", default_value = "any")]
    fail_on: FailOn,

    /// How to write the answer
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: JudgeFormat,
}

/// `--fail-on`
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FailOn {
    // Any difference
    Any,
    // Something is gained
    Wider,
    // Something is lost
    Narrower,
    // Nothing is
    None,
}

impl Judge {
    /// Compares, judges and writes.
    pub fn report(
        &self,
        old: &Policy,
        new: &Policy,
        (quiet, title): (bool, &str),
        reduce: fn(Diff) -> Diff,
        status: impl Fn(Status) -> Status,
    ) -> Result<Report, Failure> {
        let (old, new) = (Engine::new(old), Engine::new(new));
        let only = self.only.as_ref();
        let diff = progress::during(quiet, "comparing decisions", || reduce(diff::diff(&old, &new, only)));
        let wanted = |relation| self.wanted(relation);
        let verdicts = || emitted::verdicts(&diff, wanted);
        let text = match self.format {
            JudgeFormat::Json => report::document(emitted::document(&diff), new.policy()),
            JudgeFormat::Csv => explain::diff_listing(&diff).to_csv(),
            JudgeFormat::Markdown => explain::diff_listing(&diff).to_markdown(),
            JudgeFormat::Github => verdicts::github(&verdicts()),
            JudgeFormat::Sarif => verdicts::sarif(&emitted::RULES, &verdicts()),
            JudgeFormat::Junit => verdicts::junit(title, &verdicts()),
            JudgeFormat::Text => {
                let paper = output::paper();
                report::with_footer(explain::diff(&diff, &paper), new.policy(), quiet, &paper)
            }
        };
        Ok(Report { text, status: status(self.status(&diff)) })
    }

    fn wanted(&self, relation: Relation) -> bool {
        match self.fail_on {
            FailOn::Any => relation != Relation::Equal,
            FailOn::Wider => relation.gains(),
            FailOn::Narrower => relation.loses(),
            FailOn::None => false,
        }
    }

    fn status(&self, diff: &Diff) -> Status {
        let wanted = |relation| self.wanted(relation);
        match wanted(diff.relation) {
            true if diff.is_open(wanted) => Status::Undetermined,
            true => Status::Denied,
            false if !diff.unknown.is_empty() && self.fail_on != FailOn::None => Status::Undetermined,
            false => Status::Fine,
        }
    }
}
