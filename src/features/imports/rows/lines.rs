//! JSON Lines: an object on every line; blank lines are no rows.

use std::io::{self, BufRead};

use super::{Gathered, Row};

pub(super) struct Lines<R> {
    reader: R,
    line: u64,
    number: u64,
}

impl<R: BufRead> Lines<R> {
    pub fn new(reader: R) -> Lines<R> {
        Lines { reader, line: 0, number: 0 }
    }

    /// The next line without its end; `None` at the end of the file. Never holds more than a row may have.
    fn gather(&mut self) -> io::Result<Option<Gathered>> {
        let mut gathered = Gathered::default();
        let mut is_empty = true;
        loop {
            let held = self.reader.fill_buf()?;
            if held.is_empty() {
                return Ok((!is_empty).then_some(gathered));
            }
            is_empty = false;
            let end = held.iter().position(|byte| *byte == b'\n');
            let (part, used) = match end {
                Some(at) => (held.get(..at).unwrap_or_default(), at + 1),
                None => (held, held.len()),
            };
            gathered.push(part);
            self.reader.consume(used);
            if end.is_some() {
                return Ok(Some(gathered));
            }
        }
    }
}

impl<R: BufRead> Iterator for Lines<R> {
    type Item = io::Result<Row>;

    fn next(&mut self) -> Option<io::Result<Row>> {
        loop {
            let gathered = match self.gather() {
                Ok(gathered) => gathered?,
                Err(error) => return Some(Err(error)),
            };
            self.line += 1;
            if !gathered.is_too_long && gathered.bytes.trim_ascii().is_empty() {
                continue;
            }
            self.number += 1;
            return Some(Ok(Row { number: self.number, line: self.line, fields: gathered.fields() }));
        }
    }
}
