//! A JSON array of objects, cut into its elements without reading the whole of it.

use std::io::{self, BufRead};

use super::{Gathered, Row};

pub(super) struct Elements<R> {
    reader: R,
    line: u64,
    number: u64,
    place: Place,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    BeforeArray,
    Inside,
    Behind,
}

/// Where in an element a byte stands.
#[derive(Default)]
struct Nesting {
    depth: u32,
    is_in_string: bool,
    is_escaped: bool,
}

impl Nesting {
    /// Whether the element ends before this byte. Otherwise the byte is taken in.
    fn ends_before(&mut self, byte: u8) -> bool {
        if self.is_in_string {
            self.is_in_string = self.is_escaped || byte != b'"';
            self.is_escaped = !self.is_escaped && byte == b'\\';
            return false;
        }
        match byte {
            b'"' => self.is_in_string = true,
            b'{' | b'[' => self.depth += 1,
            b',' | b']' if self.depth == 0 => return true,
            b'}' | b']' => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
        false
    }
}

impl<R: BufRead> Elements<R> {
    pub fn new(reader: R) -> Elements<R> {
        Elements { reader, line: 1, number: 0, place: Place::BeforeArray }
    }

    fn peek(&mut self) -> io::Result<Option<u8>> {
        Ok(self.reader.fill_buf()?.first().copied())
    }

    fn take(&mut self, byte: u8) {
        self.line += u64::from(byte == b'\n');
        self.reader.consume(1);
    }

    /// Goes to the first byte of the next element. `false`: there is none.
    fn find_element(&mut self) -> io::Result<bool> {
        while let Some(byte) = self.peek()? {
            match (byte, self.place) {
                (b'[', Place::BeforeArray) => self.place = Place::Inside,
                (b']', Place::Inside) => self.place = Place::Behind,
                (b' ' | b'\t' | b'\r' | b'\n', _) | (b',', Place::Inside) => {}
                (_, Place::Inside) => return Ok(true),
                (_, Place::BeforeArray | Place::Behind) => return Ok(false),
            }
            self.take(byte);
        }
        Ok(false)
    }

    fn gather(&mut self) -> io::Result<Gathered> {
        let (mut gathered, mut nesting) = (Gathered::default(), Nesting::default());
        while let Some(byte) = self.peek()? {
            if nesting.ends_before(byte) {
                break;
            }
            gathered.push(&[byte]);
            self.take(byte);
        }
        Ok(gathered)
    }
}

impl<R: BufRead> Iterator for Elements<R> {
    type Item = io::Result<Row>;

    fn next(&mut self) -> Option<io::Result<Row>> {
        match self.find_element() {
            Ok(true) => {}
            Ok(false) => return None,
            Err(error) => return Some(Err(error)),
        }
        let line = self.line;
        self.number += 1;
        Some(self.gather().map(|gathered| Row { number: self.number, line, fields: gathered.fields() }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<(u64, u64, bool)> {
        Elements::new(text.as_bytes())
            .map(|row| row.unwrap())
            .map(|row| (row.number, row.line, row.fields.is_ok()))
            .collect()
    }

    #[test]
    fn elements_are_cut_where_they_end_and_a_broken_one_harms_no_other() {
        assert_eq!(rows("[]"), []);
        assert_eq!(rows(" [\n{\"a\": \"],}\\\"{\"},\n{\"b\": [1, {}]}]"), [(1, 2, true), (2, 3, true)]);
        assert_eq!(
            rows("[{\"a\":1},\n{\"a\":},\n7,\n{\"a\":2}]"),
            [(1, 1, true), (2, 2, false), (3, 3, false), (4, 4, true)]
        );
        assert_eq!(rows("[{\"a\":1},{\"b\":"), [(1, 1, true), (2, 1, false)]);
    }

    #[test]
    fn an_endless_element_is_one_refused_row() {
        let text = format!("[{{\"a\": \"{}\"}}, {{\"a\": 1}}]", "x".repeat(2 << 20));
        assert_eq!(rows(&text), [(1, 1, false), (2, 1, true)]);
    }
}
