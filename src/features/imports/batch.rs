//! Rows judged one by one and gathered for one transaction.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};

use super::mapping::Mapping;
use super::refusal::{Refusal, RefusalCode, RefusedRow};
use super::rows::{Fields, Row};
use super::run::Summary;
use crate::features::publication::SourceWas;
use crate::features::tickets::ImportedLetter;

/// What becomes of a row.
pub(super) enum Judged {
    /// It is a letter.
    Letter(Box<TakenRow>),
    /// The same row stood in the file before.
    Repeated,
    /// It is not taken over.
    Refused(RefusedRow),
}

/// A row that is a letter.
#[derive(Clone)]
pub(super) struct TakenRow {
    /// The line on which it begins, from 1.
    pub line: u64,
    /// The letter.
    pub letter: ImportedLetter,
}

/// Judges rows, and remembers the source references of the file: a short digest for each row.
pub(super) struct Judge<'a> {
    mapping: &'a Mapping,
    now: DateTime<Utc>,
    seen: HashMap<String, [u8; 8]>,
}

impl<'a> Judge<'a> {
    pub fn new(mapping: &'a Mapping, now: DateTime<Utc>) -> Judge<'a> {
        Judge { mapping, now, seen: HashMap::new() }
    }

    /// What becomes of the next row of the file.
    pub fn judge(&mut self, row: Row) -> Judged {
        let line = row.line;
        let fields = match row.fields {
            Ok(fields) => fields,
            Err(refusal) => return Judged::Refused(RefusedRow { line, reference: None, refusal }),
        };
        let reference = self.mapping.reference(&fields).ok();
        match self.letter(&fields) {
            Ok(Some(letter)) => Judged::Letter(Box::new(TakenRow { line, letter })),
            Ok(None) => Judged::Repeated,
            Err(refusal) => Judged::Refused(RefusedRow { line, reference, refusal }),
        }
    }

    /// `None`: the same row stood in the file before.
    fn letter(&mut self, fields: &Fields) -> Result<Option<ImportedLetter>, Refusal> {
        let letter = self.mapping.letter(fields, self.now)?;
        let digest = digest(fields);
        match self.seen.get(&letter.source_reference) {
            Some(earlier) if *earlier == digest => return Ok(None),
            Some(_) => {
                let field = &self.mapping.file.reference.field;
                return Err(Refusal::at(RefusalCode::DuplicateReference, field));
            }
            None => {}
        }
        self.seen.insert(letter.source_reference.clone(), digest);
        Ok(Some(letter))
    }
}

fn digest(fields: &Fields) -> [u8; 8] {
    let whole: [u8; 32] = Sha256::digest(fields.canonical()).into();
    let mut short = [0; 8];
    short.iter_mut().zip(whole).for_each(|(to, from)| *to = from);
    short
}

/// Rows for one transaction.
#[derive(Clone)]
pub(super) struct Batch {
    /// Whether the source was public.
    pub source: SourceWas,
    pub letters: Vec<TakenRow>,
    pub refused: Vec<RefusedRow>,
    /// What they come to without the database's word on the letters.
    pub counted: Summary,
}

impl Batch {
    pub fn of(mapping: &Mapping) -> Batch {
        let source = if mapping.file.was_public { SourceWas::Public } else { SourceWas::NotPublic };
        Batch { source, letters: Vec::new(), refused: Vec::new(), counted: Summary::default() }
    }

    pub fn add(&mut self, judged: Judged) {
        self.counted.read += 1;
        match judged {
            Judged::Letter(letter) => self.letters.push(*letter),
            Judged::Repeated => self.counted.known += 1,
            Judged::Refused(row) => self.note_refusal(row),
        }
    }

    /// A letter of the batch is not taken over after all.
    pub fn refuse(&mut self, row: RefusedRow) {
        self.letters.retain(|taken| taken.line != row.line);
        self.note_refusal(row);
    }

    fn note_refusal(&mut self, row: RefusedRow) {
        self.counted.count_refusal(&row.refusal);
        self.refused.push(row);
    }
}
