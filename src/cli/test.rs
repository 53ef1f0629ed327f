//! `grantc test`: runs expectation files.

use super::args::Rules;
use super::{Report, Status, output, progress, status::Failure};
use crate::expectation::files::{self, Under};
use crate::expectation::{report, run};
use clap::ValueEnum;

/// Run expectation files: what must hold of a policy, in lines that read aloud
///
/// A file is a list of cases. A case has a policy, written below `policy:` or in a file that it names, and
/// lines that say who gets in, what they may do, and because of which row:
///
///   server mysql-8.4
///   set partial_revokes=ON
///   policy: ../shop.sql
///
///   case the application
///   app from 10.1.2.3 logs in as 'app'@'10.1.%'
///     may SELECT, INSERT on shop.orders
///     because of row db 'app'@'10.1.%' shop
///     may not DROP on shop.*
///     run "DELETE FROM shop.orders" is refused with 1142
///   app from 198.51.100.7 is refused with 1045
///   who may DROP on payroll.* is exactly 'dba'@'localhost'
///   show grants for 'app'@'10.1.%' is
///     GRANT USAGE ON *.* TO `app`@`10.1.%`
///   then:
///     REVOKE INSERT ON shop.* FROM 'app'@'10.1.%';
///   table:
///     client                            | ask                   | expected
///     app from 10.1.2.3                 | INSERT on shop.orders | no
///     joe from h1.example.net           | login                 | 'joe'@'%.example.net'
///                                       | run "SELECT 1"        | yes
///
/// What stands before the first `case` holds for every case. A line without a client goes on about the one
/// of the line above. A client may be followed by `with no password`, `with a wrong password`, `over tls`,
/// `with a certificate`, `as OS user NAME`, `with roles none|all|NAMES`, `using db NAME`; one of which name
/// and address are known is `joe from h1.example.net (10.0.0.7)`, one on the Unix socket `joe from socket`.
/// A statement of the policy that the server refuses fails the case, unless a line such as
/// `statement 2 is refused with 1410` expects it. `connect s1: CLIENT` opens a session that runs on while
/// `then:` changes the policy; `as s1 may …` and `as s1 run "…"` speak of it.
/// `who may … is exactly ACCOUNTS` counts who may at once or after SET ROLE; `nobody may …` says that there is none.
/// --server and --set hold whatever a case says.
#[derive(Debug, clap::Args)]
#[command(override_usage = "grantc test [OPTIONS] PATH…", verbatim_doc_comment)]
#[command(after_help = "\
Exit status:
  0  every expectation holds
  1  some do not
  2  a line that cannot be read, or a file that is not there

Examples:
  grantc test policy/
  grantc test policy/shop.test --format junit > report.xml
  grantc test policy/ --server mysql-9.7 --set partial_revokes=ON
  grantc test expectations/ --policy production.sql --format github")]
pub struct Arguments {
    /// Expectation files, and folders that hold such files
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<String>,

    /// The policy of the cases that have none: an SQL file or a directory of them
    #[arg(short = 'p', long, value_name = "FILE", help_heading = "Policy")]
    policy: Option<String>,

    /// How to write what came of it
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,

    #[command(flatten)]
    rules: Rules,
}

/// `--format`
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    // For people
    Text,
    // One JSON document
    Json,
    // JUnit's XML
    Junit,
    // Annotations of a GitHub workflow
    Github,
}

pub fn run(arguments: &Arguments) -> Result<Report, Failure> {
    let Arguments { policy, rules: Rules { server, set, quiet }, .. } = arguments;
    let under = Under { server: *server, set: set.clone(), policy: policy.clone() };
    let paths = files::find(&arguments.paths).map_err(Failure::new)?;
    let reports = progress::during(*quiet, "testing", || files::run_all(&paths, &under)).map_err(Failure::new)?;
    let text = match arguments.format {
        Format::Text => report::text(&reports, *quiet, &output::paper()),
        Format::Json => report::json(&reports),
        Format::Junit => report::junit(&reports),
        Format::Github => report::github(&reports),
    };
    Ok(Report { text, status: status(&reports) })
}

fn status(reports: &[run::Report]) -> Status {
    if reports.iter().any(|report| !report.misread.is_empty()) {
        return Status::Bad;
    }
    if reports.iter().any(|report| report.failures().next().is_some()) { Status::Denied } else { Status::Fine }
}
