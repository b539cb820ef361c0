//! The rows of a file, one at a time: JSON Lines, a JSON array or CSV, plain or gzip. A row that cannot be read is a row
//! all the same, with the reason; only a file that cannot be read at all is an error.

mod array;
mod csv_rows;
mod lines;
mod opening;

use std::io;

use serde_json::Value;

use super::refusal::{Refusal, RefusalCode};

pub use opening::{FileFormat, OpenError, Opened, Opening, open};

/// The most bytes of one row. A letter and an answer of the most characters, every one of them escaped, are well below.
const MOST_ROW_BYTES: usize = 1 << 20;

/// A row of the file.
#[derive(Debug)]
pub struct Row {
    /// Its place among the rows, from 1.
    pub number: u64,
    /// The line on which it begins, from 1.
    pub line: u64,
    /// Its fields, or why they cannot be read.
    pub fields: Result<Fields, Refusal>,
}

/// The fields of a row: a JSON object.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Fields(Value);

impl Fields {
    /// The value of a field by its name, or by a JSON pointer (`/reply/text`) inside nested objects.
    pub fn get(&self, name: &str) -> Option<&Value> {
        let value = if name.starts_with('/') { self.0.pointer(name) } else { self.0.get(name) };
        value.filter(|value| !value.is_null())
    }

    /// What two rows have in common when they are the same.
    pub fn canonical(&self) -> String {
        self.0.to_string()
    }

    fn from_columns(names: &[String], values: impl Iterator<Item = String>) -> Fields {
        let columns = names.iter().cloned().zip(values.map(Value::String));
        Fields(Value::Object(columns.collect()))
    }

    fn from_json(bytes: &[u8]) -> Result<Fields, Refusal> {
        let text = std::str::from_utf8(bytes).map_err(|_| Refusal::of(RefusalCode::NotUtf8))?;
        match serde_json::from_str(text) {
            Ok(object @ Value::Object(_)) => Ok(Fields(object)),
            Ok(_) => Err(Refusal::of(RefusalCode::NotAnObject)),
            Err(_) => Err(Refusal::of(RefusalCode::MalformedJson)),
        }
    }
}

/// A source of rows. An error means that the file ends here, unreadable.
pub type Rows = Box<dyn Iterator<Item = io::Result<Row>> + Send>;

/// Bytes of one row, unless there are too many.
#[derive(Debug, Default)]
struct Gathered {
    bytes: Vec<u8>,
    is_too_long: bool,
}

impl Gathered {
    fn push(&mut self, more: &[u8]) {
        if self.bytes.len() + more.len() > MOST_ROW_BYTES {
            self.is_too_long = true;
            self.bytes = Vec::new();
        }
        if !self.is_too_long {
            self.bytes.extend_from_slice(more);
        }
    }

    fn fields(&self) -> Result<Fields, Refusal> {
        if self.is_too_long {
            Err(Refusal::of(RefusalCode::RowTooLong))
        } else {
            Fields::from_json(&self.bytes)
        }
    }
}
