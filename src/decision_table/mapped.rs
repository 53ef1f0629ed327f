//! The bytes of a table: a file mapped into memory, or bytes in memory.

use super::format::GctError;
use memmap2::Mmap;
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// Where the bytes are.
#[derive(Debug)]
pub enum Bytes {
    /// In a file that is mapped.
    Mapped(Mmap),
    /// In memory.
    Owned(Vec<u8>),
}

impl Bytes {
    /// A file, mapped where that is possible and read where it is not.
    pub fn open(path: &Path) -> Result<Self, GctError> {
        let unreadable = |error: std::io::Error| GctError::Unreadable(words(&error));
        let mut file = File::open(path).map_err(unreadable)?;
        if let Some(mapped) = map(&file) {
            return Ok(Self::Mapped(mapped));
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(unreadable)?;
        Ok(Self::Owned(bytes))
    }

    /// The bytes.
    #[inline]
    pub fn get(&self) -> &[u8] {
        match self {
            Self::Mapped(map) => map,
            Self::Owned(bytes) => bytes,
        }
    }
}

fn words(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "no such file or directory".to_owned(),
        std::io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => error.to_string().to_lowercase(),
    }
}

/// The file in memory; `None` for what cannot be mapped, such as a pipe or an empty file.
#[allow(unsafe_code, reason = "mapping a file is unsafe by its nature; the proof is below")]
fn map(file: &File) -> Option<Mmap> {
    let length = file.metadata().ok().filter(|about| about.is_file())?.len();
    if length == 0 {
        return None;
    }
    // SAFETY: The map is private to this value, is never written through, and lives as long as every borrow of its
    // bytes, which all go through `Bytes::get`. What remains is that somebody changes the file meanwhile. `grantc compile`
    // never does: it writes a new file and renames it over the old one, whose bytes stay as they are while they are
    // mapped. Bytes are only ever read as plain numbers at checked places and text is checked for UTF-8 at each use, so
    // no value of a byte, even one that changes between two reads, is relied on. A file that is cut off by somebody else
    // while it is mapped ends the program by a signal (SIGBUS), which is no read out of bounds.
    unsafe { Mmap::map(file) }.ok()
}
