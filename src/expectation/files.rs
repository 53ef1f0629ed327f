//! Expectation files on disk: which there are below a folder, and the policies that they name.

use super::run::{Read, Report, run};
use super::{File, Statements, Step, parse};
use crate::policy::read;
use crate::server::Server;
use crate::source::Source;
use rayon::prelude::*;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// How the names of expectation files end.
const EXTENSION: &str = "test";

/// What holds for every case, whatever its file says.
#[derive(Debug, Clone, Default)]
pub struct Under {
    /// The server, in place of the one that a case names.
    pub server: Option<Server>,
    /// Variables, after those of a case.
    pub set: Vec<(String, String)>,
    /// The policy of the cases that have none, by its path.
    pub policy: Option<String>,
}

/// The files that these paths stand for: a folder has every `.test` file below it, by name.
///
/// # Errors
/// A path that cannot be read, or a folder without any.
pub fn find(paths: &[String]) -> Result<Vec<PathBuf>, String> {
    let mut found = Vec::new();
    for path in paths {
        let from = found.len();
        if Path::new(path).is_dir() {
            below(Path::new(path), &mut found).map_err(|error| unreadable(path, &error))?;
            if found.len() == from {
                return Err(format!("`{path}` holds no `*.{EXTENSION}` file"));
            }
        } else {
            found.push(PathBuf::from(path));
        }
    }
    Ok(found)
}

fn below(folder: &Path, found: &mut Vec<PathBuf>) -> io::Result<()> {
    let mut entries = fs::read_dir(folder)?.map(|entry| entry.map(|e| e.path())).collect::<io::Result<Vec<_>>>()?;
    entries.sort();
    for path in entries {
        if path.is_dir() {
            below(&path, found)?;
        } else if path.extension().is_some_and(|extension| extension == EXTENSION) {
            found.push(path);
        }
    }
    Ok(())
}

/// Reads a file under the name that it was found by.
///
/// # Errors
/// It cannot be read.
pub fn open(path: &Path) -> Result<File, String> {
    let name = path.to_string_lossy();
    let bytes = fs::read(path).map_err(|error| unreadable(&name, &error))?;
    Ok(parse::parse(&name, &String::from_utf8_lossy(&bytes)))
}

fn unreadable(name: &str, error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => format!("`{name}` cannot be read: no such file or directory"),
        _ => format!("`{name}` cannot be read: {error}"),
    }
}

/// Runs every file, several at once; the reports are in order.
///
/// # Errors
/// A file that cannot be read.
pub fn run_all(paths: &[PathBuf], under: &Under) -> Result<Vec<Report>, String> {
    paths
        .par_iter()
        .map(|path| {
            let mut file = open(path)?;
            under.apply(&mut file);
            let read: Read<'_> = &|policy| match &under.policy {
                Some(given) if given == policy => texts(given),
                _ => beside(path, policy),
            };
            Ok(run(&file, read))
        })
        .collect()
}

impl Under {
    fn apply(&self, file: &mut File) {
        for case in &mut file.cases {
            case.server = self.server.or(case.server);
            case.set.extend(self.set.iter().cloned());
            let has_policy = case.steps.iter().any(|step| matches!(step, Step::Statements(_)));
            if let Some(path) = self.policy.clone().filter(|_| !has_policy) {
                let line = case.line;
                case.steps.insert(0, Step::Statements(Statements::Path { line, path }));
            }
        }
    }
}

/// The policy that the expectation file at `test` names: a file or a folder, relative to it.
///
/// # Errors
/// It cannot be read, or not as text.
pub fn beside(test: &Path, policy: &str) -> Result<Vec<Source>, String> {
    texts(&test.with_file_name(policy).to_string_lossy())
}

fn texts(path: &str) -> Result<Vec<Source>, String> {
    let texts = read::paths([path], &mut io::empty());
    match texts.diagnostics.into_iter().find(|d| d.severity == crate::diagnostic::Severity::Error) {
        Some(error) => Err(error.message),
        None => Ok(texts.sources),
    }
}
