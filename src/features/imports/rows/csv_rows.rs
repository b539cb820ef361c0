//! CSV with a header line.

use std::io::{self, Read};

use csv::{ByteRecord, ReaderBuilder};

use super::{Fields, MOST_ROW_BYTES, Row};
use crate::features::imports::refusal::{Refusal, RefusalCode};

pub(super) struct CsvRows<R> {
    reader: csv::Reader<R>,
    names: Vec<String>,
    number: u64,
}

impl<R: Read> CsvRows<R> {
    /// Reads the header.
    pub fn new(reader: R, delimiter: u8) -> io::Result<CsvRows<R>> {
        let mut reader = ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(reader);
        let header = reader.headers().map_err(io::Error::from)?;
        let names = header.iter().map(|name| name.trim().to_owned()).collect();
        Ok(CsvRows { reader, names, number: 0 })
    }

    fn fields(&self, record: &ByteRecord) -> Result<Fields, Refusal> {
        if record.len() != self.names.len() {
            return Err(Refusal::of(RefusalCode::WrongColumnCount));
        }
        if record.as_slice().len() > MOST_ROW_BYTES {
            return Err(Refusal::of(RefusalCode::RowTooLong));
        }
        let text = |bytes: &[u8]| std::str::from_utf8(bytes).map(str::to_owned);
        let values: Result<Vec<String>, _> = record.iter().map(text).collect();
        let values = values.map_err(|_| Refusal::of(RefusalCode::NotUtf8))?;
        Ok(Fields::from_columns(&self.names, values.into_iter()))
    }
}

impl<R: Read> Iterator for CsvRows<R> {
    type Item = io::Result<Row>;

    fn next(&mut self) -> Option<io::Result<Row>> {
        let mut record = ByteRecord::new();
        match self.reader.read_byte_record(&mut record) {
            Ok(false) => return None,
            Ok(true) => {}
            Err(error) => return Some(Err(error.into())),
        }
        self.number += 1;
        let line = record.position().map_or(0, csv::Position::line);
        Some(Ok(Row { number: self.number, line, fields: self.fields(&record) }))
    }
}
