//! What is absent from the source tree: the invariants of its layout, read from the text of the files.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use grantc::rules::name::RuleName;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Uses that go against the order of `lib.rs`, each with its reason.
const UPWARDS: [(&str, &str, &str); 7] = [
    ("diagnostic", "server", "a diagnostic carries the server's own error"),
    ("diagnostic", "syntax", "the lines that are shown are read over for secrets first"),
    ("rules", "model", "evaluating returns the model"),
    ("batch", "emit", "requests are answered in the form that emit writes"),
    ("tables", "policy", "replay tells the outcome of a statement"),
    ("server", "matching", "the order of host patterns depends on how they match"),
    ("answer", "emit", "shown accounts are listed in the form that emit writes"),
];

/// Files that may be longer than 600 lines, each with its reason.
const LONG: [(&str, &str); 1] =
    [("src/syntax/statement.rs", "one tree, documented field by field; there is nothing but types in it")];

/// What may lie at the root, apart from hidden files and build output.
const ROOT: [&str; 11] = [
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE",
    "README.md",
    "benches",
    "grammar",
    "policies",
    "snapshots",
    "src",
    "target",
    "tests",
];

struct SourceFile {
    name: String,
    /// The top module it belongs to; `main` for `main.rs`, `lib` for `lib.rs`.
    module: String,
    /// Without comments, and without what stands below `#[cfg(test)]`.
    code: String,
    text: String,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn sources() -> Vec<SourceFile> {
    let mut paths = Vec::new();
    walk(&root().join("src"), &mut paths);
    paths.sort();
    paths
        .into_iter()
        .map(|path| {
            let name = path.strip_prefix(root()).unwrap().display().to_string();
            let text = fs::read_to_string(&path).unwrap();
            let module = name.trim_start_matches("src/").split(['/', '.']).next().unwrap().to_owned();
            let code =
                text.split("#[cfg(test)]").next().unwrap().lines().map(without_comment).collect::<Vec<_>>().join("\n");
            SourceFile { name, module, code, text }
        })
        .collect()
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

fn without_comment(line: &str) -> &str {
    let trimmed = line.trim_start();
    if trimmed.starts_with("//") { "" } else { line }
}

/// The modules in the order of `lib.rs`: data flows down this list.
fn order() -> Vec<String> {
    let text = fs::read_to_string(root().join("src/lib.rs")).unwrap();
    text.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';').map(str::to_owned)).collect()
}

fn modules_used(code: &str) -> BTreeSet<String> {
    let word = |rest: &str| rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or("").to_owned();
    let mut used = BTreeSet::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        if let Some(list) = rest.strip_prefix('{') {
            let depth_one = list.split_once("};").map_or(list, |(list, _)| list);
            used.extend(depth_one.split(',').map(|item| word(item.trim())));
        } else {
            used.insert(word(rest));
        }
    }
    used
}

fn assert_none(wrong: &[String]) {
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn data_flows_down_the_list_of_modules() {
    let order = order();
    let place = |module: &str| order.iter().position(|m| m == module);
    let mut wrong = Vec::new();
    for file in sources() {
        let Some(own) = place(&file.module) else { continue };
        for used in modules_used(&file.code) {
            let upwards = place(&used).is_some_and(|place| place > own);
            if upwards && !UPWARDS.iter().any(|(from, to, _)| *from == file.module && *to == used) {
                wrong.push(format!("{} uses `{used}`, which lib.rs declares after `{}`", file.name, file.module));
            }
        }
    }
    assert_none(&wrong);
}

#[test]
fn the_program_knows_no_text() {
    for (file, rules) in stages() {
        let code: String = rules.lines().map(without_comment).collect::<Vec<_>>().join("\n");
        for word in ["String", "&str", "Span", "crate::source", "crate::name", "crate::syntax", "Symbol"] {
            assert!(!code.contains(word), "{file} mentions `{word}`");
        }
    }
}

#[test]
fn answers_read_the_model_and_not_the_tables() {
    let readers = ["answer", "audit", "emit", "explain", "batch"];
    let mentions =
        |file: &SourceFile| readers.contains(&file.module.as_str()) && file.code.contains("tables::GrantTables");
    assert_none(
        &sources()
            .iter()
            .filter(|f| mentions(f))
            .map(|f| format!("{} reads `GrantTables`", f.name))
            .collect::<Vec<_>>(),
    );
}

#[test]
fn only_server_compares_versions() {
    let words = ["server.version", "server().version", "Flavour::", "Version,", ": Version", "server.flavour"];
    let mut wrong = Vec::new();
    for file in sources().iter().filter(|file| file.module != "server") {
        wrong.extend(
            words
                .iter()
                .filter(|word| file.code.contains(*word))
                .map(|word| format!("{} speaks of `{word}`", file.name)),
        );
    }
    assert_none(&wrong);
}

#[test]
fn only_the_command_line_prints_and_reads_the_environment() {
    let words = [
        "println!",
        "print!",
        "eprintln!",
        "eprint!",
        "dbg!",
        "std::env",
        "env::var",
        "env::args",
        "io::stdout",
        "io::stderr",
    ];
    let mut wrong = Vec::new();
    for file in sources() {
        for word in words.iter().filter(|word| file.code.contains(*word)) {
            if !matches!(file.module.as_str(), "cli" | "main") {
                wrong.push(format!("{} uses `{word}`", file.name));
            }
        }
        if file.code.contains("process::exit") && file.module != "main" {
            wrong.push(format!("{} ends the process", file.name));
        }
    }
    assert_none(&wrong);
}

#[test]
fn files_are_short() {
    let long = |file: &&SourceFile| file.text.lines().count() > 600 && !LONG.iter().any(|(name, _)| *name == file.name);
    assert_none(
        &sources()
            .iter()
            .filter(long)
            .map(|f| format!("{} has {} lines", f.name, f.text.lines().count()))
            .collect::<Vec<_>>(),
    );
}

#[test]
fn modules_are_files_beside_their_folders() {
    let files = sources();
    assert_none(&files.iter().filter(|f| f.name.ends_with("/mod.rs")).map(|f| f.name.clone()).collect::<Vec<_>>());
    let lib = files.iter().find(|f| f.name == "src/lib.rs").unwrap();
    let functions = lib.code.matches("fn ").count();
    assert!(functions <= 1, "src/lib.rs holds {functions} functions: it is the map, and at most `compile`");
    let main = files.iter().find(|f| f.name == "src/main.rs").unwrap();
    assert!(main.text.lines().count() <= 60, "src/main.rs only parses, runs and exits");
}

#[test]
fn every_module_says_why_it_exists() {
    assert_none(
        &sources()
            .iter()
            .filter(|f| !f.text.starts_with("//! "))
            .map(|f| format!("{} has no module doc", f.name))
            .collect::<Vec<_>>(),
    );
}

#[test]
fn the_root_is_closed() {
    let mut wrong = Vec::new();
    for entry in fs::read_dir(root()).unwrap() {
        let name = entry.unwrap().file_name().to_string_lossy().into_owned();
        if !name.starts_with('.') && !ROOT.contains(&name.as_str()) {
            wrong.push(format!("`{name}` lies at the root"));
        }
    }
    assert_none(&wrong);
}

/// Above each relation stands what it says; above each rule its name; one atom a line.
#[test]
fn the_program_is_laid_out_to_be_read() {
    let mut wrong = Vec::new();
    let mut headings = BTreeSet::new();
    for (file, text) in stages() {
        let (_, program) = text.split_once("// ---- derived ").expect("what the stage derives");
        let lines: Vec<&str> = program.lines().map(str::trim).collect();
        for (number, line) in lines.iter().enumerate() {
            if let Some(relation) = line.trim_start_matches("pub ").strip_prefix("struct ") {
                let name = relation.split(['(', ';']).next().unwrap();
                let above = lines[..number].iter().rev().take_while(|l| !l.is_empty() && !l.ends_with(';'));
                if !above.into_iter().any(|l| l.starts_with(&format!("// {name}("))) {
                    wrong.push(format!("{file}: relation `{name}` has no comment `// {name}(…): …` above it"));
                }
            }
            let is_atom = |l: &str| l.starts_with("<- ") || l.ends_with(',') && !l.starts_with("//");
            let several = line.matches("),").count() > 1 && line.matches('(').count() > 2;
            if is_atom(line) && several && !line.starts_with('(') {
                wrong.push(format!("{file}: more than one atom in `{line}`"));
            }
        }
        let comments = lines.iter().filter_map(|l| l.strip_prefix("// "));
        headings.extend(comments.filter_map(|comment| comment.split_once(": ")).map(|(heading, _)| heading.to_owned()));
    }
    for rule in RuleName::ALL {
        if !headings.contains(rule.name()) {
            wrong.push(format!("no rule has the heading `{}: `", rule.name()));
        }
    }
    assert_none(&wrong);
}

/// The stages of the program, each with its file's name: all files under `src/rules` that hold a block of rules.
fn stages() -> Vec<(String, String)> {
    let mut found = Vec::new();
    walk(&root().join("src/rules"), &mut found);
    found.sort();
    let read = |path: &PathBuf| (path.display().to_string(), fs::read_to_string(path).unwrap());
    let stages: Vec<_> = found.iter().map(read).filter(|(_, text)| text.contains("crepe! {")).collect();
    assert!(stages.len() > 5, "the program has its stages under `src/rules`");
    stages
}

/// No name or gloss twice, and every rule says where it comes from.
#[test]
fn rule_names_are_unique_and_have_references() {
    let names: BTreeSet<_> = RuleName::ALL.iter().map(|rule| rule.name()).collect();
    assert_eq!(names.len(), RuleName::ALL.len());
    for rule in RuleName::ALL {
        let has_reference = rule.gloss().contains("section ") || rule.gloss().chars().any(|c| c.is_ascii_digit());
        assert!(has_reference, "`{}` has no reference: {}", rule.name(), rule.gloss());
    }
}
