//! Why a row is not taken over: stable codes, for reports and for whoever repairs the file.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::rules::text::TextError;
use crate::text_enum;

text_enum! {
    /// What is wrong with a row.
    pub enum RefusalCode {
        /// Not JSON.
        MalformedJson = "malformed_json",
        /// JSON, and no object.
        NotAnObject = "not_an_object",
        /// Bytes that are not UTF-8.
        NotUtf8 = "not_utf8",
        /// More than a mebibyte.
        RowTooLong = "row_too_long",
        /// More or fewer columns than the header.
        WrongColumnCount = "wrong_column_count",
        /// A list or an object where a text is wanted.
        NotText = "not_text",
        /// No source reference.
        MissingReference = "missing_reference",
        /// A source reference of more than 100 characters or with control characters.
        InvalidReference = "invalid_reference",
        /// Another row of the file has the same source reference and says something else.
        DuplicateReference = "duplicate_reference",
        /// No title.
        MissingTitle = "missing_title",
        /// No letter.
        MissingBody = "missing_body",
        /// No answer: only answered letters are taken over.
        NoReply = "no_reply",
        /// No day on which it came in or was answered.
        MissingDate = "missing_date",
        /// Not a date in any of the formats of the mapping.
        InvalidDate = "invalid_date",
        /// Before 1990.
        DateTooEarly = "date_too_early",
        /// Later than now.
        DateInFuture = "date_in_future",
        /// Answered before it came in.
        AnsweredBeforeReceived = "answered_before_received",
        /// Longer than such a text may be.
        TextTooLong = "text_too_long",
        /// A control character.
        ControlCharacter = "text_control_character",
        /// No such department, and the mapping has none for such rows.
        UnknownDepartment = "unknown_department",
        /// No such category, and the mapping has none for such rows.
        UnknownCategory = "unknown_category",
        /// No such kind, and the mapping has none for such rows.
        UnknownKind = "unknown_kind",
        /// The category takes no letters of this kind.
        KindNotInCategory = "kind_not_in_category",
        /// Everything looks right, and the letter cannot be kept all the same; the log says why.
        CannotBeKept = "cannot_be_kept",
    }
}

/// Why a row is not taken over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Refusal {
    /// What is wrong.
    pub code: RefusalCode,
    /// With which field of the file, if with one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
}

impl Refusal {
    /// The row as a whole is at fault.
    pub fn of(code: RefusalCode) -> Refusal {
        Refusal { code, field: None }
    }

    /// A field is at fault.
    pub fn at(code: RefusalCode, field: &str) -> Refusal {
        Refusal { code, field: Some(field.to_owned()) }
    }

    /// A text that cannot be what it should be; `missing` is what an empty one is called.
    pub(super) fn of_text(error: TextError, missing: RefusalCode, field: &str) -> Refusal {
        let code = match error {
            TextError::Empty => missing,
            TextError::TooLong { .. } => RefusalCode::TextTooLong,
            TextError::ControlCharacter | TextError::LineBreak => RefusalCode::ControlCharacter,
        };
        Refusal::at(code, field)
    }
}

/// A refused row, as a report names it: no text of the letter, no person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RefusedRow {
    /// The line on which it begins, from 1.
    pub line: u64,
    /// What the other system calls it, if that is known.
    pub reference: Option<String>,
    /// Why.
    #[serde(flatten)]
    pub refusal: Refusal,
}

/// How many rows were refused, by code.
pub type RefusedCounts = BTreeMap<String, u64>;
