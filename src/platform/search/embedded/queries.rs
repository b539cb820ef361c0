//! What is asked of the index. Words of a query become terms, one by one: there is no syntax to break out of.

use std::collections::HashSet;
use std::ops::Bound;

use tantivy::query::{
    AllQuery, BooleanQuery, BoostQuery, ConstScoreQuery, Occur, Query, RangeQuery, TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{Searcher, Term};

use super::documents::Fields;
use crate::platform::search::SearchQuery;
use crate::rules::text::{Token, bigrams};

/// Of a query's text, so many characters count.
const MAX_CHARS: usize = 100;

const MAX_TERMS: usize = 64;

/// How much more a word counts that stands in the title.
const TITLE_BOOST: f32 = 1.5;

/// A word in more than one document of so many says nothing about any of them, and costs the most to rank.
const COMMON_SHARE: u64 = 5;

/// In an index of fewer documents no word is too common.
const SMALL_INDEX: u64 = 1_000;

/// So many telling words are enough to leave the common ones out.
const ENOUGH_TELLING: usize = 2;

type Clauses = Vec<(Occur, Box<dyn Query>)>;

/// The different words of a text.
pub(super) fn terms(text: &str) -> Vec<Token> {
    let cut: String = text.chars().take(MAX_CHARS).collect();
    let mut seen = HashSet::new();
    bigrams(&cut).into_iter().filter(|token| seen.insert(token.text.clone())).take(MAX_TERMS).collect()
}

/// Documents that contain every word.
pub(super) fn all_words(fields: &Fields, query: &SearchQuery, terms: &[Token]) -> Box<dyn Query> {
    let mut clauses = filters(fields, query);
    clauses.extend(terms.iter().map(|term| (Occur::Must, word(fields.text, term))));
    clauses.extend(terms.iter().map(|term| (Occur::Should, in_title(fields, term))));
    Box::new(BooleanQuery::new(clauses))
}

/// Documents that contain any telling word. Without filters this is a plain union of terms, which the index
/// ranks without looking at every document.
pub(super) fn any_word(
    fields: &Fields,
    searcher: &Searcher,
    query: &SearchQuery,
    terms: &[Token],
) -> tantivy::Result<Box<dyn Query>> {
    let telling = telling(fields, searcher, terms)?;
    let words = telling.iter().map(|term| (Occur::Should, word(fields.text, term)));
    let titles = telling.iter().map(|term| (Occur::Should, in_title(fields, term)));
    let any = BooleanQuery::new(words.chain(titles).collect());
    let mut clauses = filters(fields, query);
    if clauses.is_empty() {
        return Ok(Box::new(any));
    }
    clauses.push((Occur::Must, Box::new(any)));
    Ok(Box::new(BooleanQuery::new(clauses)))
}

/// All documents that pass the filters.
pub(super) fn filtered(fields: &Fields, query: &SearchQuery) -> Box<dyn Query> {
    let clauses = filters(fields, query);
    if clauses.is_empty() { Box::new(AllQuery) } else { Box::new(BooleanQuery::new(clauses)) }
}

/// The words that are somewhere in the index and not in every fifth document, if there are enough of them.
fn telling<'a>(fields: &Fields, searcher: &Searcher, terms: &'a [Token]) -> tantivy::Result<Vec<&'a Token>> {
    let documents = searcher.num_docs();
    let mut telling = Vec::with_capacity(terms.len());
    for term in terms {
        let having = searcher.doc_freq(&Term::from_field_text(fields.text, &term.text))?;
        let is_common = documents > SMALL_INDEX && having * COMMON_SHARE > documents;
        if having > 0 && !is_common {
            telling.push(term);
        }
    }
    let is_enough = telling.len() >= ENOUGH_TELLING;
    Ok(if is_enough { telling } else { terms.iter().collect() })
}

fn word(field: Field, term: &Token) -> Box<dyn Query> {
    Box::new(TermQuery::new(Term::from_field_text(field, &term.text), IndexRecordOption::WithFreqs))
}

fn in_title(fields: &Fields, term: &Token) -> Box<dyn Query> {
    Box::new(BoostQuery::new(word(fields.title, term), TITLE_BOOST))
}

/// One clause a filter, none of which changes a score.
fn filters(fields: &Fields, query: &SearchQuery) -> Clauses {
    let exact = |field: Field, value: Option<&str>| {
        value.map(|value| -> Box<dyn Query> {
            Box::new(TermQuery::new(Term::from_field_text(field, value), IndexRecordOption::Basic))
        })
    };
    let all = [
        exact(fields.kind, query.kind.map(|kind| kind.as_str())),
        exact(fields.category, query.category.as_deref()),
        exact(fields.department, query.department.as_deref()),
        answered(fields, query),
    ];
    let without_score = |filter| -> Box<dyn Query> { Box::new(ConstScoreQuery::new(filter, 0.0)) };
    all.into_iter().flatten().map(|filter| (Occur::Must, without_score(filter))).collect()
}

fn answered(fields: &Fields, query: &SearchQuery) -> Option<Box<dyn Query>> {
    if query.answered_from.is_none() && query.answered_to.is_none() {
        return None;
    }
    let bound = |day: Option<chrono::NaiveDate>| {
        day.map_or(Bound::Unbounded, |day| {
            Bound::Included(Term::from_field_i64(fields.answered_on, Fields::day(day)))
        })
    };
    Some(Box::new(RangeQuery::new(bound(query.answered_from), bound(query.answered_to))))
}
