//! Opening a file: what it is packed in, how it is written, and whether it is UTF-8 at all.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::read::MultiGzDecoder;
use sha2::{Digest, Sha256};

use super::Rows;
use super::array::Elements;
use super::csv_rows::CsvRows;
use super::lines::Lines;
use crate::text_enum;

/// How much of a file is looked at to tell what it is.
const HEAD_BYTES: u64 = 64 << 10;
const GZIP: &[u8] = &[0x1f, 0x8b];
const BYTE_ORDER_MARK: &[u8] = &[0xef, 0xbb, 0xbf];
const DELIMITERS: &[u8] = b",;\t|";

text_enum! {
    /// How rows are written.
    pub enum FileFormat {
        /// A JSON object on every line.
        JsonLines = "json_lines",
        /// A JSON array of objects.
        Json = "json",
        /// Columns under a header line.
        Csv = "csv",
    }
}

/// What is known of a file before it is looked at. What is not known is found out.
#[derive(Debug, Clone, Default)]
pub struct Opening {
    /// The file, plain or gzip.
    pub path: PathBuf,
    /// How its rows are written.
    pub format: Option<FileFormat>,
    /// What stands between columns.
    pub delimiter: Option<u8>,
}

/// A file whose rows can be read.
pub struct Opened {
    /// Its rows.
    pub rows: Rows,
    /// How they are written.
    pub format: FileFormat,
    /// SHA-256 of the file as it lies there.
    pub digest: [u8; 32],
    /// Its bytes as it lies there.
    pub size: u64,
    /// How many of them have been read so far.
    pub read: Arc<AtomicU64>,
}

/// Why a file cannot be imported at all.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// It cannot be read.
    #[error("{path}: {reason}")]
    Unreadable {
        /// Which file.
        path: String,
        /// Why.
        reason: io::Error,
    },
    /// It has no rows.
    #[error("{path} is empty")]
    Empty {
        /// Which file.
        path: String,
    },
    /// It is written in another encoding.
    #[error("{path} is not UTF-8: byte {offset} of its {} is not; {hint}", if *.is_packed { "unpacked text" } else { "text" })]
    NotUtf8 {
        /// Which file.
        path: String,
        /// The first byte, from 0, that is not UTF-8.
        offset: usize,
        /// Whether the file is gzip, so that offsets are those of the text in it.
        is_packed: bool,
        /// What it may be and what to do.
        hint: &'static str,
    },
}

/// Opens a file.
pub fn open(opening: &Opening) -> Result<Opened, OpenError> {
    let path = opening.path.display().to_string();
    let unreadable = |reason| OpenError::Unreadable { path: path.clone(), reason };
    let (digest, size) = digest(&opening.path).map_err(unreadable)?;
    let read = Arc::new(AtomicU64::new(0));
    let (mut text, is_packed) = unpacked(&opening.path, &read).map_err(unreadable)?;
    let mut head = Vec::new();
    text.by_ref().take(HEAD_BYTES).read_to_end(&mut head).map_err(unreadable)?;
    if let Some((offset, hint)) = other_encoding(&head) {
        return Err(OpenError::NotUtf8 { path, offset, is_packed, hint });
    }
    let head = head.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&head).to_vec();
    let Some(first) = head.iter().find(|byte| !byte.is_ascii_whitespace()) else {
        return Err(OpenError::Empty { path });
    };
    let format = opening.format.unwrap_or(match first {
        b'[' => FileFormat::Json,
        b'{' => FileFormat::JsonLines,
        _ => FileFormat::Csv,
    });
    let delimiter = opening.delimiter.unwrap_or_else(|| likely_delimiter(&head));
    let text = BufReader::new(Cursor::new(head).chain(text));
    let rows: Rows = match format {
        FileFormat::JsonLines => Box::new(Lines::new(text)),
        FileFormat::Json => Box::new(Elements::new(text)),
        FileFormat::Csv => Box::new(CsvRows::new(text, delimiter).map_err(unreadable)?),
    };
    Ok(Opened { rows, format, digest, size, read })
}

fn digest(path: &Path) -> io::Result<([u8; 32], u64)> {
    let mut hasher = Sha256::new();
    let mut reader = BufReader::new(File::open(path)?);
    let mut size = 0;
    loop {
        let held = reader.fill_buf()?;
        let length = held.len();
        if length == 0 {
            return Ok((hasher.finalize().into(), size));
        }
        hasher.update(held);
        size += length as u64;
        reader.consume(length);
    }
}

/// The text of a file, and whether it was packed.
fn unpacked(path: &Path, read: &Arc<AtomicU64>) -> io::Result<(Box<dyn Read + Send>, bool)> {
    let mut file = BufReader::new(Counted { file: File::open(path)?, read: Arc::clone(read) });
    let is_packed = file.fill_buf()?.starts_with(GZIP);
    let text: Box<dyn Read + Send> =
        if is_packed { Box::new(MultiGzDecoder::new(file)) } else { Box::new(file) };
    Ok((text, is_packed))
}

/// Counts what is read, for a progress bar.
struct Counted {
    file: File,
    read: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.file.read(buffer)?;
        self.read.fetch_add(length as u64, Ordering::Relaxed);
        Ok(length)
    }
}

/// The first byte that is not UTF-8 when most of what is not ASCII is not. A few bad bytes only spoil their own rows.
fn other_encoding(head: &[u8]) -> Option<(usize, &'static str)> {
    if head.starts_with(&[0xff, 0xfe]) || head.starts_with(&[0xfe, 0xff]) {
        return Some((0, "it looks like UTF-16; convert it: iconv -f UTF-16 -t UTF-8"));
    }
    let (mut valid, mut invalid, mut at, mut first) = (0, 0, 0, None);
    for chunk in head.utf8_chunks() {
        valid += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        at += chunk.valid().len();
        // The last character may have been cut by the end of what is looked at.
        let is_cut = at + chunk.invalid().len() == head.len() && chunk.invalid().len() < 4;
        if !(chunk.invalid().is_empty() || is_cut && head.len() as u64 == HEAD_BYTES) {
            invalid += 1;
            first = first.or(Some(at));
        }
        at += chunk.invalid().len();
    }
    let hint = "if it is GB18030 or GBK, convert it: iconv -f GB18030 -t UTF-8";
    first.filter(|_| invalid > valid).map(|offset| (offset, hint))
}

/// What stands most often in the first line.
fn likely_delimiter(head: &[u8]) -> u8 {
    let line = head.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let count = |delimiter: &u8| line.iter().filter(|byte| *byte == delimiter).count();
    // Of equals the last is taken, and the comma shall win.
    DELIMITERS.iter().rev().copied().max_by_key(count).unwrap_or(b',')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delimiter_is_what_the_first_line_has_most_of() {
        assert_eq!(likely_delimiter("a;b;c,d\n1,2,3,4,5".as_bytes()), b';');
        assert_eq!(likely_delimiter(b"a\tb\n"), b'\t');
        assert_eq!(likely_delimiter(b"alone"), b',');
    }

    #[test]
    fn another_encoding_is_told_from_a_few_bad_bytes() {
        let gbk = [0xc2, 0xb7, 0xb5, 0xc6, 0xb2, 0xbb, 0xc1, 0xc1, 0xa3, 0xac, 0xc7, 0xeb, 0xd0, 0xde];
        assert!(other_encoding(&gbk).is_some());
        assert!(other_encoding(&[0xff, 0xfe, 0x7b, 0x00]).is_some());
        let mut mostly = "路灯不亮，请派人来修".as_bytes().to_vec();
        mostly.push(0xff);
        assert_eq!(other_encoding(&mostly), None);
        assert_eq!(other_encoding(b"plain"), None);
    }
}
