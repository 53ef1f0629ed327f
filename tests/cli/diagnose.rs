//! `grantc diagnose`: each format, a pipe, no policy, exit statuses.

use super::run::{grantc, grantc_with, shot};

const OFFICE: &str = "../diagnose/office.sql";
const ANONYMOUS: &str = "ERROR 1045 (28000): Access denied for user 'joe'@'localhost' (using password: YES)";

#[test]
fn every_format_tells_the_row_the_causes_and_what_helps() {
    for format in ["text", "json", "markdown"] {
        shot(
            &format!("diagnose_anonymous_{format}"),
            &grantc(&["diagnose", OFFICE, ANONYMOUS, "--format", format]).fine(),
        );
    }
}

#[test]
fn a_role_that_is_not_active_is_found_behind_a_table() {
    let line = "ERROR 1142 (42000): SELECT command denied to user 'joe'@'127.0.0.2' for table 'wages'";
    shot("diagnose_role", &grantc(&["diagnose", OFFICE, line, "--db", "payroll", "--quiet"]).fine());
}

#[test]
fn lines_come_through_a_pipe() {
    let text =
        format!("mysql: [Warning] Using a password on the command line interface can be insecure.\n{ANONYMOUS}\n");
    let piped = grantc_with(&["diagnose", OFFICE, "-"], &text, &[]).fine();
    assert_eq!(piped, grantc(&["diagnose", OFFICE, ANONYMOUS]).fine());
}

#[test]
fn without_a_policy_the_error_is_explained() {
    shot("diagnose_no_policy", &grantc(&["diagnose", "Access denied for user 'root'@'localhost'"]).fine());
}

#[test]
fn statuses_say_how_sure_it_is() {
    let status = |line: &str| grantc(&["diagnose", OFFICE, line]).status;
    assert_eq!(status("Access denied for user 'joe'@'127.0.0.2' (using password: YES)"), 3, "the password decides");
    assert_eq!(status("SELECT command denied to user 'joe'@'127.0.0.2' for table 'orders'"), 1, "it is allowed");
    assert_eq!(status("ERROR 1064 (42000): You have an error in your SQL syntax"), 2);
    let run = grantc(&["diagnose", OFFICE, "no error"]);
    assert!(run.err.contains("there is no access error"), "{}", run.err);
}
