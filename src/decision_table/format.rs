//! The bytes of a `.gct` file: a header, a directory of columns, and the columns.
//!
//! Everything is little-endian. The header has 48 bytes: the mark, the version of the format, the number of columns, the
//! length of the file, a checksum of header and directory, and one of the rest. The directory has 24 bytes for each
//! column: field, width, number of values, offset. Columns begin at multiples of 8 bytes and 8 bytes of zeros follow
//! each, so that a value is read as one word. Nothing here knows what a column means.

use super::field::Field;
use super::packed::{Column, Packed, SLACK};
use std::cmp::Ordering;
use std::fmt;
use xxhash_rust::xxh3::xxh3_64;

/// The first bytes of a file.
pub const MARK: [u8; 8] = *b"grantct\n";

/// The version of the format that is written, and the only one that is read.
pub const VERSION: u32 = 2;

const HEADER: usize = 48;
const ENTRY: usize = 24;
/// Where the checksum of header and directory stands, and how long it is.
const CHECK: std::ops::Range<usize> = 24..32;

/// Why bytes are not taken as a decision table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GctError {
    /// They do not begin as a table does.
    NotATable,
    /// They were written by a newer grantc.
    Newer(u32),
    /// They were written by an older grantc.
    Older(u32),
    /// There are fewer or more of them than the header tells.
    Length {
        /// What the header tells.
        expected: u64,
        /// What is there.
        found: u64,
    },
    /// They are not what was written: what of them.
    Damaged(&'static str),
    /// The file cannot be read: why.
    Unreadable(String),
}

impl fmt::Display for GctError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotATable => f.write_str("this is no decision table: expected a file that `grantc compile` wrote"),
            Self::Newer(version) => {
                write!(f, "the table has format {version}, and this grantc reads formats up to {VERSION}")
            }
            Self::Older(version) => {
                write!(f, "the table has format {version}, and this grantc reads format {VERSION}: compile it again")
            }
            Self::Length { expected, found } => {
                write!(
                    f,
                    "the table is {found} bytes long where its header tells {expected}: it was cut off or added to"
                )
            }
            Self::Damaged(what) => write!(f, "the table is damaged: {what}"),
            Self::Unreadable(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for GctError {}

/// Columns to bytes.
#[derive(Debug, Default)]
pub struct Writer {
    columns: Vec<(Field, Packed)>,
}

impl Writer {
    /// Adds a column; empty ones need not be written.
    pub fn put(&mut self, field: Field, column: Packed) {
        if column.count() > 0 {
            self.columns.push((field, column));
        }
    }

    /// Adds some columns.
    pub fn extend(&mut self, columns: Vec<(Field, Packed)>) {
        columns.into_iter().for_each(|(field, column)| self.put(field, column));
    }

    /// Adds a column of these values.
    pub fn values<T: Copy + Into<u64>>(&mut self, field: Field, values: &[T]) {
        self.put(field, Packed::of(values));
    }

    /// The whole file.
    pub fn finish(mut self) -> Vec<u8> {
        self.columns.sort_by_key(|(field, _)| *field as u16);
        let start = HEADER + self.columns.len() * ENTRY;
        let body: usize = self.columns.iter().map(|(_, column)| padded(column.bytes().len())).sum();
        let mut out = Vec::with_capacity(start + body);
        out.extend_from_slice(&MARK);
        out.extend_from_slice(&VERSION.to_le_bytes());
        out.extend_from_slice(&(self.columns.len() as u32).to_le_bytes());
        out.extend_from_slice(&((start + body) as u64).to_le_bytes());
        out.extend_from_slice(&[0; HEADER - CHECK.start]);
        let mut offset = start;
        for (field, column) in &self.columns {
            out.extend_from_slice(&(*field as u16).to_le_bytes());
            out.extend_from_slice(&[column.width(), 0, 0, 0, 0, 0]);
            out.extend_from_slice(&column.count().to_le_bytes());
            out.extend_from_slice(&(offset as u64).to_le_bytes());
            offset += padded(column.bytes().len());
        }
        for (_, column) in &self.columns {
            out.extend_from_slice(column.bytes());
            out.resize(out.len() + padded(column.bytes().len()) - column.bytes().len(), 0);
        }
        let body = xxh3_64(out.get(start..).unwrap_or_default());
        set(&mut out, CHECK.end, &body.to_le_bytes());
        let head = checksum_of_head(out.get(..start).unwrap_or_default());
        set(&mut out, CHECK.start, &head.to_le_bytes());
        out
    }
}

/// The length of a column with the zeros behind it.
fn padded(length: usize) -> usize {
    (length + SLACK).next_multiple_of(8)
}

fn set(out: &mut [u8], at: usize, bytes: &[u8]) {
    if let Some(place) = out.get_mut(at..at + bytes.len()) {
        place.copy_from_slice(bytes);
    }
}

fn checksum_of_head(head: &[u8]) -> u64 {
    let before = xxh3_64(head.get(..CHECK.start).unwrap_or_default());
    before ^ xxh3_64(head.get(CHECK.end..).unwrap_or_default()).rotate_left(1)
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 4)?.try_into().ok().map(u32::from_le_bytes)
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    bytes.get(at..at + 8)?.try_into().ok().map(u64::from_le_bytes)
}

/// The columns of a file by field; one that is not there is empty. Reads header and directory and nothing else.
pub fn columns(bytes: &[u8]) -> Result<Box<[Column; Field::COUNT]>, GctError> {
    let cut = GctError::Length { expected: HEADER as u64, found: bytes.len() as u64 };
    if bytes.get(..MARK.len()) != Some(&MARK[..]) {
        return Err(GctError::NotATable);
    }
    let (Some(version), Some(count), Some(length)) = (u32_at(bytes, 8), u32_at(bytes, 12), u64_at(bytes, 16)) else {
        return Err(cut);
    };
    match version.cmp(&VERSION) {
        Ordering::Greater => return Err(GctError::Newer(version)),
        Ordering::Less => return Err(GctError::Older(version)),
        Ordering::Equal => {}
    }
    if length != bytes.len() as u64 {
        return Err(GctError::Length { expected: length, found: bytes.len() as u64 });
    }
    let start = (count as usize).checked_mul(ENTRY).and_then(|size| size.checked_add(HEADER));
    let head = start.and_then(|start| bytes.get(..start)).ok_or(GctError::Damaged("its directory is cut off"))?;
    if u64_at(head, CHECK.start) != Some(checksum_of_head(head)) {
        return Err(GctError::Damaged("header and directory do not have their checksum"));
    }
    let mut columns = Box::new([Column::default(); Field::COUNT]);
    for at in 0..count as usize {
        let entry = head.get(HEADER + at * ENTRY..).unwrap_or_default();
        let (field, width) = (u32_at(entry, 0).unwrap_or_default() & 0xffff, entry.get(2).copied().unwrap_or_default());
        let (count, offset) = (u64_at(entry, 8).unwrap_or_default(), u64_at(entry, 16).unwrap_or_default());
        // A field that this grantc does not know is one that it does not need.
        if let Some(slot) = columns.get_mut(field as usize) {
            *slot = Column::within(bytes.len(), offset, width, count)
                .ok_or(GctError::Damaged("a column lies outside of it"))?;
        }
    }
    Ok(columns)
}

/// Compares the contents with their checksum: reads the whole file once.
pub fn check_contents(bytes: &[u8]) -> Result<(), GctError> {
    let start = HEADER + u32_at(bytes, 12).unwrap_or_default() as usize * ENTRY;
    let fits = u64_at(bytes, CHECK.end) == Some(xxh3_64(bytes.get(start..).unwrap_or_default()));
    if fits { Ok(()) } else { Err(GctError::Damaged("its contents do not have their checksum")) }
}
