//! How a published matter lies in the index: fields, tokens, and the way there and back.

use chrono::{DateTime, Datelike, NaiveDate};
use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions, Value,
};
use tantivy::tokenizer::{Token as IndexToken, TokenStream, Tokenizer};
use tantivy::{Index, TantivyDocument, Term};

use crate::platform::search::SearchDocument;
use crate::rules::reference::PublicNumber;
use crate::rules::text::{Token, bigrams};

/// The fast field that orders documents without a text.
pub(super) const PUBLISHED_AT: &str = "published_at";

/// The name is part of the layout: tokens that are cut otherwise need a new one, and indexes are built anew.
const TOKENIZER: &str = "bigrams-1";

/// The fields of the index.
pub(super) struct Fields {
    public_no: Field,
    pub(super) kind: Field,
    pub(super) category: Field,
    pub(super) department: Field,
    /// The title alone, for its boost.
    pub(super) title: Field,
    /// Number, title, letter and answer, in which words are looked for.
    pub(super) text: Field,
    question: Field,
    answer: Field,
    received_on: Field,
    pub(super) answered_on: Field,
    published_at: Field,
}

/// The layout. Days are numbered from the Common Era.
pub(super) fn schema() -> Schema {
    let mut schema = Schema::builder();
    for name in ["public_no", "kind", "category", "department"] {
        schema.add_text_field(name, STRING | STORED);
    }
    let indexing =
        TextFieldIndexing::default().set_tokenizer(TOKENIZER).set_index_option(IndexRecordOption::WithFreqs);
    let words = TextOptions::default().set_indexing_options(indexing);
    schema.add_text_field("title", words.clone() | STORED);
    schema.add_text_field("text", words);
    schema.add_text_field("question", STORED);
    schema.add_text_field("answer", STORED);
    schema.add_i64_field("received_on", STORED);
    schema.add_i64_field("answered_on", INDEXED | FAST | STORED);
    schema.add_i64_field(PUBLISHED_AT, FAST | STORED);
    schema.build()
}

/// Makes the tokenizer known to an index that was opened.
pub(super) fn register_tokenizer(index: &Index) {
    index.tokenizers().register(TOKENIZER, Bigrams);
}

impl Fields {
    pub(super) fn of(schema: &Schema) -> tantivy::Result<Self> {
        let field = |name| schema.get_field(name);
        Ok(Self {
            public_no: field("public_no")?,
            kind: field("kind")?,
            category: field("category")?,
            department: field("department")?,
            title: field("title")?,
            text: field("text")?,
            question: field("question")?,
            answer: field("answer")?,
            received_on: field("received_on")?,
            answered_on: field("answered_on")?,
            published_at: field(PUBLISHED_AT)?,
        })
    }

    /// The term that is a document's key.
    pub(super) fn key(&self, public_no: PublicNumber) -> Term {
        Term::from_field_text(self.public_no, &public_no.to_string())
    }

    /// The number of a day in the index.
    pub(super) fn day(day: NaiveDate) -> i64 {
        i64::from(day.num_days_from_ce())
    }

    pub(super) fn write(&self, document: &SearchDocument) -> TantivyDocument {
        let SearchDocument { title, question, answer, .. } = document;
        let public_no = document.public_no.to_string();
        let mut written = TantivyDocument::default();
        written.add_text(self.text, format!("{public_no}\n{title}\n{question}\n{answer}"));
        written.add_text(self.public_no, public_no);
        written.add_text(self.kind, document.kind.as_str());
        document.category_path.iter().for_each(|code| written.add_text(self.category, code));
        document.department_path.iter().for_each(|code| written.add_text(self.department, code));
        written.add_text(self.title, title);
        written.add_text(self.question, question);
        written.add_text(self.answer, answer);
        written.add_i64(self.received_on, Self::day(document.received_on));
        written.add_i64(self.answered_on, Self::day(document.answered_on));
        written.add_i64(self.published_at, document.published_at.timestamp_micros());
        written
    }

    /// Reads a document back. `None` if it is not one that [`Fields::write`] made.
    pub(super) fn read(&self, written: &TantivyDocument) -> Option<SearchDocument> {
        let text = |field| written.get_first(field).and_then(|value| value.as_str()).map(str::to_owned);
        let all =
            |field| written.get_all(field).filter_map(|value| value.as_str()).map(str::to_owned).collect();
        let number = |field| written.get_first(field).and_then(|value| value.as_i64());
        let day = |field| NaiveDate::from_num_days_from_ce_opt(i32::try_from(number(field)?).ok()?);
        Some(SearchDocument {
            public_no: text(self.public_no)?.parse().ok()?,
            kind: text(self.kind)?.parse().ok()?,
            category_path: all(self.category),
            department_path: all(self.department),
            title: text(self.title)?,
            question: text(self.question)?,
            answer: text(self.answer)?,
            received_on: day(self.received_on)?,
            answered_on: day(self.answered_on)?,
            published_at: DateTime::from_timestamp_micros(number(self.published_at)?)?,
        })
    }
}

/// Gives the tokens of [`bigrams`] to the index.
#[derive(Clone)]
struct Bigrams;

impl Tokenizer for Bigrams {
    type TokenStream<'a> = Stream;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Stream {
        Stream { tokens: bigrams(text).into_iter(), current: IndexToken::default() }
    }
}

/// Offsets are those of characters; the index keeps none.
struct Stream {
    tokens: std::vec::IntoIter<Token>,
    current: IndexToken,
}

impl TokenStream for Stream {
    fn advance(&mut self) -> bool {
        let Some(token) = self.tokens.next() else { return false };
        self.current.position = self.current.position.wrapping_add(1);
        self.current.offset_from = token.start;
        self.current.offset_to = token.end;
        self.current.text = token.text;
        true
    }

    fn token(&self) -> &IndexToken {
        &self.current
    }

    fn token_mut(&mut self) -> &mut IndexToken {
        &mut self.current
    }
}
