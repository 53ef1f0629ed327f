//! Bytes to texts: files, directories, standard input, and the encodings that shells write.
//!
//! Nothing is printed and nothing parsed here; what cannot be read becomes a diagnostic.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::source::{Source, SourceId, Span};
use std::borrow::Cow;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// What a directory is searched for.
const EXTENSION: &str = "sql";

/// This many control characters in a thousand make a file no text.
const CONTROLS_PER_THOUSAND: usize = 50;

/// Texts and what is to be said about them. Spans count sources from `first`.
#[derive(Debug, Clone, Default)]
pub struct Texts {
    /// The texts, in order.
    pub sources: Vec<Source>,
    /// What could not be read, or not well.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads what the caller named: `-` is `input`, a directory gives its `*.sql` files sorted by name.
/// The spans of diagnostics are those of a policy that begins with these texts.
pub fn paths<'a>(names: impl IntoIterator<Item = &'a str>, input: &mut dyn Read) -> Texts {
    let mut texts = Texts::default();
    for name in names {
        if name == "-" {
            let mut bytes = Vec::new();
            match input.read_to_end(&mut bytes) {
                Ok(_) => texts.add("-", bytes),
                Err(error) => texts.unreadable("-", &error),
            }
        } else if Path::new(name).is_dir() {
            texts.directory(name);
        } else {
            texts.file(name);
        }
    }
    texts
}

/// A text from bytes: UTF-8, UTF-16 with its mark (as PowerShell's `>` writes it), or something else read
/// as far as it goes. `id` is the one it will have in its policy.
pub fn text<'b>(name: &str, bytes: impl Into<Cow<'b, [u8]>>, id: SourceId) -> (Source, Vec<Diagnostic>) {
    let bytes = bytes.into();
    let utf16 = match bytes.as_ref() {
        [0xff, 0xfe, rest @ ..] => Some(decode_utf16(rest, u16::from_le_bytes)),
        [0xfe, 0xff, rest @ ..] => Some(decode_utf16(rest, u16::from_be_bytes)),
        _ => None,
    };
    if let Some(text) = utf16 {
        return checked(Source::new(name, text), id, None);
    }
    match String::from_utf8(bytes.into_owned()) {
        Ok(text) => checked(Source::new(name, text), id, None),
        Err(error) => {
            let valid = error.utf8_error().valid_up_to();
            checked(Source::new(name, String::from_utf8_lossy(error.as_bytes())), id, Some(valid))
        }
    }
}

fn is_control(byte: &u8) -> bool {
    *byte < b' ' && !(b'\t'..=b'\r').contains(byte)
}

/// How many control characters there are: counted in groups whose count fits in a byte, which goes many bytes at a time.
fn controls(bytes: &[u8]) -> usize {
    let count = |group: &[u8]| group.iter().fold(0u8, |sum, byte| sum.wrapping_add(u8::from(is_control(byte))));
    bytes.chunks(128).map(|group| usize::from(count(group))).sum()
}

/// Says what is wrong with the characters of a text; one that is no text at all is emptied.
fn checked(source: Source, id: SourceId, invalid: Option<usize>) -> (Source, Vec<Diagnostic>) {
    let bytes = source.text.as_bytes();
    let broken = invalid.map_or(0, |_| source.text.matches('\u{fffd}').count());
    let bad = controls(bytes) + broken;
    if bad * 1000 > bytes.len() * CONTROLS_PER_THOUSAND {
        let at = invalid.or_else(|| bytes.iter().position(is_control)).unwrap_or(0);
        let error = Diagnostic::new(Code::NotText, Severity::Error, "this is no text: grantc reads SQL")
            .at(Span::new(id, at..at))
            .help("a directory of the server's data or a compressed dump cannot be read");
        return (Source::new(source.name, ""), vec![error.at(Span::new(id, 0..0))]);
    }
    let warning = invalid.map(|at| {
        Diagnostic::new(Code::NotText, Severity::Warning, "these bytes are not UTF-8: each is read as `\u{fffd}`")
            .at(Span::new(id, at..at + '\u{fffd}'.len_utf8()))
            .help("names with such bytes will not be equal to those of a client")
    });
    (source, warning.into_iter().collect())
}

fn decode_utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let units = bytes.chunks_exact(2).filter_map(|pair| pair.try_into().ok().map(unit));
    char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

impl Texts {
    fn add(&mut self, name: &str, bytes: Vec<u8>) {
        let id = SourceId(u32::try_from(self.sources.len()).unwrap_or(u32::MAX));
        let (source, diagnostics) = text(name, bytes, id);
        self.sources.push(source);
        self.diagnostics.extend(diagnostics);
    }

    fn file(&mut self, name: &str) {
        match fs::read(name) {
            Ok(bytes) => self.add(name, bytes),
            Err(error) => self.unreadable(name, &error),
        }
    }

    /// The `*.sql` files of a directory, by name; `@.users.sql` of MySQL Shell sorts first.
    fn directory(&mut self, name: &str) {
        match files(Path::new(name)) {
            Ok(files) if files.is_empty() => {
                let message = format!("`{name}` holds no `*.{EXTENSION}` file");
                self.diagnostics.push(Diagnostic::new(Code::Unreadable, Severity::Error, message));
            }
            Ok(files) => files.iter().for_each(|file| self.file(&file.to_string_lossy())),
            Err(error) => self.unreadable(name, &error),
        }
    }

    fn unreadable(&mut self, name: &str, error: &io::Error) {
        let why = match error.kind() {
            io::ErrorKind::NotFound => "no such file or directory".to_owned(),
            io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
            _ => error.to_string().to_lowercase(),
        };
        let message = format!("`{name}` cannot be read: {why}");
        self.diagnostics.push(Diagnostic::new(Code::Unreadable, Severity::Error, message));
    }
}

fn files(directory: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path.extension().is_some_and(|e| e.eq_ignore_ascii_case(EXTENSION)) && path.is_file() {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}
