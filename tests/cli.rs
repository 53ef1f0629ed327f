//! The command line as people and scripts meet it: help texts, exit statuses, each command in each
//! format, the batch protocol of contract §4, and that no secret ever comes out.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

#[path = "cli/diagnose.rs"]
mod diagnose;
#[path = "cli/expectations.rs"]
mod expectations;
#[path = "cli/review.rs"]
mod review;
#[path = "cli/run.rs"]
mod run;
#[path = "cli/tables.rs"]
mod tables;

use run::{Run, grantc, grantc_with, shot};
use serde_json::Value;

const COMMANDS: [&str; 19] = [
    "accounts",
    "login",
    "check",
    "explain",
    "privileges",
    "who",
    "graph",
    "show",
    "compile",
    "verify",
    "diagnose",
    "diff",
    "whatif",
    "plan",
    "snapshot",
    "test",
    "batch",
    "completions",
    "man",
];
const JOE: [&str; 4] = ["--user", "joe", "--from", "127.0.5.7"];
const JOE_AT_H1: [&str; 6] = ["--user", "joe", "--from", "127.0.5.7", "--hostname", "h1.example.net"];
const ANN: [&str; 4] = ["--user", "ann", "--from", "10.1.0.9"];
const APP: [&str; 6] = ["--user", "app", "--from", "10.1.2.3", "--hostname", "app.example.net"];
const SELECT_ORDERS: [&str; 4] = ["--can", "SELECT", "--on", "shop.orders"];

/// `grantc COMMAND shop.sql` with these arguments.
fn shop(command: &str, parts: &[&[&str]]) -> Run {
    let mut arguments = vec![command, "shop.sql"];
    arguments.extend(parts.iter().flat_map(|part| part.iter().copied()));
    grantc(&arguments)
}

mod help {
    use super::*;

    #[test]
    fn of_the_program_and_of_each_command() {
        shot("help", &grantc(&["--help"]).fine());
        for command in COMMANDS {
            shot(&format!("help_{command}"), &grantc(&[command, "--help"]).fine());
        }
    }

    #[test]
    fn short_and_long_are_the_same() {
        assert_eq!(grantc(&["check", "-h"]).fine(), grantc(&["check", "--help"]).fine());
    }

    #[test]
    fn commands_that_do_not_work_are_not_listed() {
        let help = grantc(&["--help"]).fine();
        for later in ["audit", "paths", "minimize"] {
            assert!(!help.contains(&format!("\n  {later} ")), "{later}");
            assert_eq!(grantc(&[later, "shop.sql"]).status, 2);
        }
    }

    #[test]
    fn the_manual_names_every_command_and_the_exit_statuses() {
        let page = grantc(&["man"]).fine();
        for command in COMMANDS {
            assert!(page.contains(&format!("grantc\\-{command}(1)")), "{command}");
        }
        assert!(page.starts_with(".ie") && page.contains("Exit status:"), "{page}");
    }

    #[test]
    fn manual_pages_are_written_one_for_each_command() {
        let directory = format!("{}/man", env!("CARGO_TARGET_TMPDIR"));
        assert_eq!(grantc(&["man", "--out", &directory]).fine(), "");
        for command in COMMANDS {
            let page = std::fs::read_to_string(format!("{directory}/grantc-{command}.1")).unwrap();
            assert!(page.contains(".SH SYNOPSIS"), "{command}");
        }
    }

    #[test]
    fn completions_for_every_shell() {
        for (shell, mark) in [
            ("bash", "complete -F _grantc"),
            ("zsh", "#compdef grantc"),
            ("fish", "complete -c grantc"),
            ("powershell", "Register-ArgumentCompleter"),
            ("elvish", "edit:completion"),
        ] {
            assert!(grantc(&["completions", shell]).fine().contains(mark), "{shell}");
        }
        assert_eq!(grantc(&["completions", "tcsh"]).status, 2);
    }
}

mod usage {
    use super::*;

    /// Bad usage is status 2 and says what was expected.
    #[test]
    fn bad_usage_says_what_was_expected() {
        let joe = JOE.as_slice();
        let cases: [(&str, &[&[&str]]); 11] = [
            ("no_question", &[joe]),
            ("half_a_question", &[joe, &["--can", "SELECT"]]),
            ("two_questions", &[joe, &SELECT_ORDERS, &["--sql", "SELECT 1"]]),
            ("no_client", &[&SELECT_ORDERS]),
            ("bad_address", &[&["--user", "joe", "--from", "300.1.2.3"], &SELECT_ORDERS]),
            ("name_of_a_socket", &[&["--user", "joe", "--from", "socket", "--hostname", "h"], &SELECT_ORDERS]),
            ("bad_object", &[joe, &["--can", "SELECT", "--on", "shop"]]),
            ("bad_server", &[joe, &SELECT_ORDERS, &["--server", "oracle-23"]]),
            ("bad_set", &[joe, &SELECT_ORDERS, &["--set", "partial_revokes"]]),
            ("bad_roles", &[joe, &SELECT_ORDERS, &["--roles", "'clerk"]]),
            ("bad_format", &[joe, &SELECT_ORDERS, &["--format", "csv"]]),
        ];
        let mut text = String::new();
        for (name, parts) in cases {
            let run = shop("check", parts);
            assert_eq!((run.status, run.out.as_str()), (2, ""), "{name}");
            text.push_str(&format!("== {name}\n{}\n", run.err));
        }
        shot("bad_usage", &text);
    }

    #[test]
    fn a_file_that_is_not_there() {
        let run = grantc(&["accounts", "nowhere.sql"]);
        assert_eq!((run.status, run.out.as_str()), (2, ""));
        assert!(run.err.contains("`nowhere.sql` cannot be read"), "{}", run.err);
    }

    #[test]
    fn standard_input_is_read_once() {
        assert_eq!(grantc(&["accounts", "-", "-p", "-"]).status, 2);
        assert_eq!(grantc(&["batch", "-"]).status, 2);
        let run = grantc_with(&["show", "-", "a"], "CREATE USER a;\n", &[]);
        assert!(run.fine().contains("GRANT USAGE ON *.* TO `a`@`%`"));
    }

    #[test]
    fn an_account_that_is_not_there() {
        let run = grantc(&["show", "shop.sql", "joe@nowhere"]);
        assert_eq!(run.status, 2);
        assert!(run.err.contains("no account `'joe'@'nowhere'`") && run.err.contains("'joe'@'%.example.net'"));
    }

    #[test]
    fn several_files_are_one_policy() {
        let grants = grantc(&["show", "refused.sql", "-p", "more.sql", "a"]).fine();
        assert!(grants.contains("`y`.*") && grants.contains("`more`.*"), "{grants}");
    }
}

mod status {
    use super::*;

    #[test]
    fn of_decisions() {
        assert_eq!(shop("check", &[&JOE, &SELECT_ORDERS]).status, 0);
        assert_eq!(shop("check", &[&JOE, &["--can", "DELETE", "--on", "shop.orders"]]).status, 1);
        // Whether `*` can be read depends on columns that nobody told.
        let unknown = ["--can", "UPDATE", "--on", "shop.orders"];
        assert_eq!(shop("check", &[&JOE_AT_H1, &unknown]).status, 1);
        assert_eq!(shop("explain", &[&JOE, &["--sql", "DELETE FROM shop.a"]]).status, 1);
    }

    #[test]
    fn of_logins() {
        assert_eq!(shop("login", &[&JOE]).status, 0);
        assert_eq!(shop("login", &[&JOE, &["--password", "wrong"]]).status, 1);
        // A script tells which row is older, a state does not (M3.8).
        assert_eq!(shop("login", &[&APP]).status, 0);
        assert_eq!(shop("login", &[&APP, &["--read", "state"]]).status, 3);
        assert_eq!(shop("login", &[&["--user", "ann", "--from", "10.2.0.1"]]).status, 1);
        assert_eq!(shop("check", &[&["--user", "ann", "--from", "10.2.0.1"], &SELECT_ORDERS]).status, 1);
        assert_eq!(shop("privileges", &[&["--user", "ann", "--from", "10.2.0.1"]]).status, 1);
    }

    /// 0 when somebody may, 1 when nobody may, 3 when it depends.
    #[test]
    fn of_who() {
        let who = |text: &str, can: &str| grantc_with(&["who", "-", "--can", can, "--on", "*.*"], text, &[]).status;
        assert_eq!(who("CREATE USER a;", "SHUTDOWN"), 0);
        assert_eq!(who("DROP USER root@localhost;", "SHUTDOWN"), 1);
        assert_eq!(who("CREATE USER a;", "SHUTDOWNS"), 2);
        let tied =
            "DROP USER root@localhost; CREATE USER a@'10.1.2.%', a@'app.exa%'; GRANT FILE ON *.* TO a@'app.exa%';";
        let run = grantc_with(&["who", "-", "--can", "FILE", "--on", "*.*", "--read", "state"], tied, &[]);
        assert_eq!(run.status, 0, "other clients of that row may: {}", run.out);
        assert!(run.out.contains("\nUndetermined\n"), "{}", run.out);
    }

    /// With other forms than the table the output is a folder, with a file for each relation.
    #[test]
    fn of_compile_to_a_folder() {
        let folder = format!("{}/compiled", env!("CARGO_TARGET_TMPDIR"));
        let run = grantc(&["compile", "shop.sql", "-o", &folder, "--emit", "gct,csv,json,dot,graphml"]);
        assert_eq!(run.status, 0, "{}", run.err);
        let names = ["accounts.csv", "decisions.json", "findings.csv", "graph.dot", "graph.graphml", "table.gct"];
        for name in names {
            assert!(std::path::Path::new(&folder).join(name).exists(), "{name}");
        }
        let accounts = std::fs::read_to_string(format!("{folder}/accounts.csv")).unwrap();
        assert!(accounts.starts_with("server,position,user,host,plugin,"), "{accounts}");
        assert!(!accounts.contains("tomato") && !accounts.contains("INVALIDSALT"));
    }

    #[test]
    fn of_graph() {
        assert_eq!(grantc(&["graph", "shop.sql"]).status, 0);
        for bad in
            [["--account", "nobody"], ["--privilege", "READ"], ["--statement", "shop.sql:1"], ["--format", "text"]]
        {
            assert_eq!(grantc(&["graph", "shop.sql", bad[0], bad[1]]).status, 2, "{bad:?}");
        }
    }

    /// Contract §3: bad input is 2, and the other statements still count.
    #[test]
    fn of_bad_input() {
        let run =
            grantc(&["check", "faults.sql", "--user", "a", "--from", "10.0.0.1", "--can", "SELECT", "--on", "y.t"]);
        assert_eq!(run.status, 2);
        assert!(run.out.starts_with("allowed\n"), "{}", run.out);
        shot("faults_stderr", &run.err);
    }

    #[test]
    fn of_refused_statements() {
        let arguments = ["check", "refused.sql", "--user", "a", "--from", "10.0.0.1", "--can", "SELECT", "--on", "y.t"];
        let run = grantc(&arguments);
        assert_eq!(run.status, 0);
        assert!(run.err.contains("1410"), "{}", run.err);
        let strict: Vec<&str> = arguments.into_iter().chain(["--strict"]).collect();
        assert_eq!(grantc(&strict).status, 2);
    }

    #[test]
    fn quiet_says_only_the_answer() {
        let run = grantc(&["accounts", "refused.sql", "--quiet"]);
        assert_eq!((run.status, run.err.as_str()), (0, ""));
        assert!(!run.out.contains("assumed"), "{}", run.out);
    }
}

mod text {
    use super::*;

    #[test]
    fn accounts() {
        shot("accounts", &shop("accounts", &[]).fine());
    }

    #[test]
    fn login() {
        let mut text = shop("login", &[&JOE_AT_H1]).out;
        text.push_str(&shop("login", &[&["--user", "joe", "--from", "socket"]]).out);
        text.push_str(&shop("login", &[&APP, &["--read", "state"]]).out);
        text.push_str(&shop("login", &[&["--user", "eve", "--from", "10.9.9.9"]]).out);
        text.push_str(&shop("login", &[&ANN]).out);
        shot("login", &text);
    }

    #[test]
    fn check() {
        let mut text = shop("check", &[&JOE_AT_H1, &SELECT_ORDERS]).out;
        text.push_str(&shop("check", &[&JOE, &["--sql", "INSERT INTO shop.a SELECT * FROM shop.b"]]).out);
        text.push_str(&shop("check", &[&ANN, &["--sql", "UPDATE orders SET total = 1", "--db", "shop"]]).out);
        text.push_str(&shop("check", &[&APP, &SELECT_ORDERS, &["--read", "state"]]).out);
        shot("check", &text);
    }

    #[test]
    fn explain_allowed() {
        shot("explain_allowed", &shop("explain", &[&JOE_AT_H1, &SELECT_ORDERS]).fine());
        let roles = ["--roles", "'auditor'", "--can", "SELECT", "--on", "shop.orders"];
        shot("explain_role", &shop("explain", &[&ANN, &roles]).fine());
    }

    #[test]
    fn explain_denied() {
        let sql = ["--sql", "INSERT INTO shop.a SELECT * FROM shop.b"];
        shot("explain_denied", &shop("explain", &[&JOE, &sql]).out);
        shot("explain_refused", &shop("explain", &[&["--user", "joe", "--from", "socket"], &sql]).out);
    }

    #[test]
    fn privileges() {
        shot("privileges", &shop("privileges", &[&JOE_AT_H1]).fine());
    }

    #[test]
    fn who() {
        let mut text = shop("who", &[&["--can", "INSERT", "--on", "shop.orders"]]).fine();
        text.push_str(&shop("who", &[&["--can", "SELECT", "--on", "shop.orders.note"]]).fine());
        text.push_str(&shop("who", &[&["--can", "EXECUTE", "--on", "procedure shop.refund"]]).fine());
        text.push_str(&shop("who", &[&["--can", "UPDATE", "--on", "shop.*"]]).fine());
        shot("who", &text);
    }

    #[test]
    fn what_would_change() {
        let mut text = grantc(&["graph", "shop.sql", "--without", "shop.sql:13"]).fine();
        text.push_str(&grantc(&["graph", "shop.sql", "--without", "shop.sql:20", "--quiet"]).fine());
        shot("graph_without", &text);
    }

    #[test]
    fn show() {
        shot("show", &grantc(&["show", "shop.sql", "ann@10.1.%"]).fine());
    }

    /// Contract §1: every report says which settings were given and which assumed.
    #[test]
    fn stored_rows_that_were_edited_by_hand() {
        let edits = "CREATE USER joe, jim; GRANT SELECT ON shop.* TO joe;
            UPDATE mysql.db SET Insert_priv = 'Y' WHERE User = 'joe'; DELETE FROM mysql.user WHERE User = 'jim';";
        let show = |arguments: &[&str], text: &str| grantc_with(&[&["show", "-"], arguments].concat(), text, &[]);
        let in_memory = show(&["joe"], edits);
        let warning = "rows of the grant tables differ from what the server has in memory: user row 'jim'@'%', db row 'joe'@'%' shop";
        assert!(in_memory.err.contains(warning), "{}", in_memory.err);
        assert!(in_memory.err.contains("`grantc show --stored` prints them"), "{}", in_memory.err);
        assert!(in_memory.fine().contains("GRANT SELECT ON `shop`.*"));
        let stored = show(&["joe", "--stored"], edits);
        assert!(!stored.err.contains("--stored"), "it is what was advised: {}", stored.err);
        assert!(stored.fine().contains("GRANT SELECT, INSERT ON `shop`.*"));
        show(&["jim"], edits).fine();
        assert!(show(&["jim", "--stored"], edits).err.contains("the policy has no account `'jim'@'%'`"));

        let flushed = show(&["joe"], &format!("{edits} FLUSH PRIVILEGES;"));
        assert!(!flushed.err.contains("differ from what the server has in memory"), "{}", flushed.err);
        assert!(flushed.fine().contains("GRANT SELECT, INSERT ON `shop`.*"));
    }

    #[test]
    fn settings() {
        let run = shop("accounts", &[&["--server", "mysql-8.4", "--set", "partial_revokes=ON"]]).fine();
        let last = run.lines().last().unwrap();
        assert_eq!(
            last,
            "server mysql-8.4 (--server) · partial_revokes=ON (--set) · all other settings assumed to be the server's defaults"
        );
    }

    #[test]
    fn colour_only_where_it_is_wanted() {
        let arguments = ["explain", "shop.sql", "--user", "joe", "--from", "127.0.5.7", "--sql", "DROP TABLE shop.a"];
        assert!(!grantc(&arguments).out.contains('\x1b'));
        assert!(grantc_with(&arguments, "", &[("CLICOLOR_FORCE", "1")]).out.contains("\x1b["));
        assert!(!grantc_with(&arguments, "", &[("NO_COLOR", "1")]).out.contains('\x1b'));
        let plain = grantc(&arguments).out;
        let dressed = grantc_with(&arguments, "", &[("CLICOLOR_FORCE", "1")]).out;
        assert_eq!(anstream::adapter::strip_str(&dressed).to_string(), plain);
    }
}

mod formats {
    use super::*;

    fn json(run: &Run) -> Value {
        serde_json::from_str(&run.out).unwrap_or_else(|e| panic!("{e}: {}", run.out))
    }

    /// Every command's JSON is one document that ends with the settings and the diagnostics.
    #[test]
    fn json_documents() {
        let mut text = String::new();
        let questions: [(&str, &[&[&str]]); 8] = [
            ("accounts", &[]),
            ("login", &[&JOE_AT_H1]),
            ("check", &[&JOE_AT_H1, &SELECT_ORDERS]),
            ("explain", &[&JOE, &["--can", "DELETE", "--on", "shop.orders"]]),
            ("privileges", &[&JOE_AT_H1]),
            ("who", &[&["--can", "INSERT", "--on", "shop.orders"]]),
            ("graph", &[&["--without", "shop.sql:13"]]),
            ("show", &[&["joe"]]),
        ];
        for (command, parts) in questions {
            let run = shop(command, &[parts, &[&["--format", "json"]]].concat());
            let mut document = json(&run);
            let members = document.as_object_mut().unwrap();
            let settings = members.remove("settings").unwrap();
            assert_eq!(settings["server"]["value"], "mysql-9.7", "{command}");
            assert_eq!(settings["server"]["assumed"], true, "{command}");
            assert_eq!(settings["reading"], "script", "{command}");
            assert_eq!(members.remove("diagnostics").unwrap(), serde_json::json!([]), "{command}");
            text.push_str(&format!("== {command}\n{document:#}\n"));
        }
        shot("json", &text);
    }

    #[test]
    fn diagnostics_are_in_the_document() {
        let document = json(&grantc(&["accounts", "faults.sql", "--format", "json"]));
        let diagnostics = document["diagnostics"].as_array().unwrap();
        assert_eq!(diagnostics.len(), 4, "{diagnostics:#?}");
    }

    #[test]
    fn listings() {
        let mut text = String::new();
        for format in ["csv", "markdown"] {
            text.push_str(&shop("accounts", &[&["--format", format]]).fine());
            text.push_str(&shop("privileges", &[&JOE_AT_H1, &["--format", format]]).fine());
            text.push_str(&shop("who", &[&["--can", "INSERT", "--on", "shop.orders", "--format", format]]).fine());
            text.push_str(&shop("show", &[&["joe", "--format", format]]).fine());
        }
        shot("listings", &text);
    }
}

mod batch {
    use super::*;

    /// The three requests and answers of contract §4, byte for byte.
    #[test]
    fn the_example_of_the_contract() {
        let requests = include_str!("cli/contract-requests.jsonl");
        let answers = include_str!("cli/contract-answers.jsonl");
        assert_eq!(grantc_with(&["batch", "shop.sql"], requests, &[]).fine(), answers);
    }

    #[test]
    fn bad_lines_are_answered_and_the_next_line_too() {
        let requests = "{\"id\":7}\nnonsense\n\n{\"id\":8,\"client\":{\"user\":\"joe\",\"ip\":\"127.0.5.7\"}}";
        let out = grantc_with(&["batch", "shop.sql"], requests, &[]).fine();
        let lines: Vec<Value> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(lines.len(), 3);
        assert_eq!(lines[0], serde_json::json!({"id": 7, "error": "`client` is missing"}));
        assert_eq!(lines[1]["id"], Value::Null);
        assert!(lines[1]["error"].as_str().unwrap().starts_with("not JSON"));
        assert_eq!(lines[2]["login"]["host"], "%");
    }

    #[test]
    fn a_tie_names_its_candidates() {
        let request = "{\"id\":1,\"client\":{\"user\":\"app\",\"ip\":\"10.1.2.3\",\"hostname\":\"app.example.net\"}}\n";
        let out = grantc_with(&["batch", "shop.sql", "--read", "state"], request, &[]).fine();
        let answer: Value = serde_json::from_str(&out).unwrap();
        assert_eq!(answer["login"]["ambiguous"], true);
        assert_eq!(answer["login"]["candidates"].as_array().unwrap().len(), 2);
    }

    #[test]
    fn statements_first() {
        let run = grantc_with(&["batch", "faults.sql", "--statements"], "", &[]);
        assert_eq!(run.status, 2);
        shot("batch_statements", &run.out);
    }

    /// Answers keep the order of requests when many are answered at once.
    #[test]
    fn many_requests_keep_their_order() {
        let line = |i: usize| format!("{{\"id\":{i},\"client\":{{\"user\":\"joe\",\"ip\":\"127.0.5.7\"}}}}\n");
        let requests: String = (0..2_000).map(line).collect();
        let out = grantc_with(&["batch", "shop.sql"], &requests, &[]).fine();
        for (i, line) in out.lines().enumerate() {
            assert!(line.starts_with(&format!("{{\"id\":{i},")), "{line}");
        }
        assert_eq!(out.lines().count(), 2_000);
    }

    /// Who asks one line and waits is answered before the input ends.
    #[test]
    fn one_line_is_answered_at_once() {
        let mut talk = run::Talk::start(&["batch", "shop.sql"]);
        for id in 1..=3 {
            let answer = talk.ask(&format!("{{\"id\":{id},\"client\":{{\"user\":\"joe\",\"socket\":true}}}}"));
            assert!(answer.starts_with(&format!("{{\"id\":{id},")), "{answer}");
        }
        assert_eq!(talk.end(), 0);
    }

    #[test]
    fn a_reader_that_goes_away_is_no_error() {
        let line = "{\"id\":1,\"client\":{\"user\":\"joe\",\"ip\":\"127.0.5.7\"}}\n";
        let run = run::cut_off(&["batch", "shop.sql"], &line.repeat(5_000));
        assert_eq!((run.status, run.err.as_str()), (0, ""));
        let run = run::cut_off(&["completions", "bash"], "");
        assert_eq!((run.status, run.err.as_str()), (0, ""));
    }
}

mod secrets {
    use super::*;

    /// Neither passwords nor hashes come out of any command, on either output.
    #[test]
    fn never_come_out() {
        let client = ["--user", "a", "--from", "10.0.0.1"];
        let can = ["--can", "SELECT", "--on", "shop.t"];
        let sql = ["--sql", "ALTER USER 'a'@'%' IDENTIFIED BY 'SECRETasked'"];
        let bad_sql = ["--sql", "ALTER USER 'a'@'%' IDENTIFIED BY 'SECRETasked' NONSENSE"];
        let mut runs = Vec::new();
        for format in ["text", "json"] {
            let format = ["--format", format];
            for parts in [&[][..], &["--statements"]] {
                if format[1] == "json" {
                    runs.push(grantc_with(&[&["batch", "secrets.sql"], parts].concat(), "{\"id\":1,\"client\":{\"user\":\"a\",\"ip\":\"10.0.0.1\"},\"ask\":{\"sql\":\"SET PASSWORD = 'SECRETbatch'\"}}\n", &[]));
                }
            }
            runs.push(grantc(&[&["accounts", "secrets.sql"][..], &format].concat()));
            runs.push(grantc(&[&["show", "secrets.sql"][..], &format].concat()));
            runs.push(grantc(&[&["login", "secrets.sql"][..], &client, &format].concat()));
            runs.push(grantc(&[&["privileges", "secrets.sql"][..], &client, &format].concat()));
            for ask in [&can[..], &sql, &bad_sql] {
                runs.push(grantc(&[&["check", "secrets.sql"][..], &client, ask, &format].concat()));
                runs.push(grantc(&[&["explain", "secrets.sql"][..], &client, ask, &format].concat()));
            }
        }
        for run in &runs {
            assert!(!run.out.is_empty(), "{}", run.err);
            for text in [&run.out, &run.err] {
                assert!(!text.contains("SECR") && !text.contains("5EC2E7"), "{text}");
            }
        }
    }

    #[test]
    fn show_gives_hashes_when_asked_but_never_passwords() {
        let run = grantc(&["show", "secrets.sql", "--show-secrets"]);
        assert!(run.out.contains("*5EC2E70000000000000000000000000000000000"), "{}", run.out);
        assert!(!run.out.contains("SECRET"), "{}", run.out);
    }
}
