//! The index inside the program: Tantivy in a folder of this instance, or in memory.
//!
//! Memory is spent while changes are applied only: the writer is opened for that and closed afterwards. The
//! position in the change log travels in the commit itself, so that it can never disagree with the documents.

use std::collections::HashSet;
use std::fs::{self, File, TryLockError};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use tantivy::collector::TopDocs;
use tantivy::indexer::IndexWriterOptions;
use tantivy::query::Query;
use tantivy::{DocAddress, Index, IndexReader, IndexWriter, Order, ReloadPolicy, Searcher, TantivyDocument};

use super::highlight::Highlighter;
use super::{IndexChange, LogPosition, SearchError, SearchHit, SearchIndex, SearchPage, SearchQuery};
use crate::rules::text::Token;

mod documents;
mod queries;

use documents::Fields;

/// The arena of the writer; Tantivy takes no less than 15 MB.
const WRITER_BYTES: usize = 16_000_000;

/// How deep pages may go.
const MAX_OFFSET: usize = 10_000;

const MAX_LIMIT: usize = 200;

/// The search index of one instance.
pub struct Embedded {
    index: Index,
    fields: Fields,
    reader: IndexReader,
    position: Mutex<Option<LogPosition>>,
    /// Held as long as the index is open; the system lets go of it even when the process is killed.
    _lock: Option<File>,
}

impl Embedded {
    /// Opens the index in a folder, which is created. An index that is damaged or of another layout is thrown
    /// away: its position is `None` then. Fails if another instance uses the folder.
    pub fn open(folder: &Path) -> Result<Self, SearchError> {
        let unusable = |source| SearchError::Folder { folder: folder.to_owned(), source };
        let files = folder.join("index");
        fs::create_dir_all(&files).map_err(unusable)?;
        let lock = lock(folder)?;
        let opened = Self::in_folder(&files).or_else(|error| {
            tracing::warn!(error = %error, "The search index cannot be read and will be built anew");
            fs::remove_dir_all(&files).and_then(|()| fs::create_dir_all(&files)).map_err(unusable)?;
            Self::in_folder(&files)
        })?;
        Ok(Self { _lock: Some(lock), ..opened })
    }

    /// An empty index that lives as long as this value.
    pub fn in_memory() -> Result<Self, SearchError> {
        Self::over(Index::builder().schema(documents::schema()).create_in_ram()?)
    }

    fn in_folder(files: &Path) -> Result<Self, SearchError> {
        let directory =
            tantivy::directory::MmapDirectory::open(files).map_err(tantivy::TantivyError::from)?;
        Self::over(Index::builder().schema(documents::schema()).open_or_create(directory)?)
    }

    fn over(index: Index) -> Result<Self, SearchError> {
        documents::register_tokenizer(&index);
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        let fields = Fields::of(&index.schema())?;
        let position = index.load_metas()?.payload.and_then(|payload| payload.parse().ok());
        Ok(Self { index, fields, reader, position: Mutex::new(position), _lock: None })
    }

    /// Opens a writer, commits what `write` does with the position as payload, and closes the writer again.
    fn commit(
        &self,
        position: Option<LogPosition>,
        write: impl FnOnce(&IndexWriter) -> tantivy::Result<()>,
    ) -> Result<(), SearchError> {
        let mut known = self.position.lock().unwrap_or_else(PoisonError::into_inner);
        let options = IndexWriterOptions::builder()
            .memory_budget_per_thread(WRITER_BYTES)
            .num_worker_threads(1)
            .num_merge_threads(1)
            .build();
        let mut writer: IndexWriter = self.index.writer_with_options(options)?;
        write(&writer)?;
        let mut commit = writer.prepare_commit()?;
        if let Some(position) = position {
            commit.set_payload(&position.to_string());
        }
        commit.commit()?;
        *known = position;
        // Once so that the change is seen at once, and again to let go of the files that were merged.
        self.reader.reload()?;
        writer.wait_merging_threads()?;
        Ok(self.reader.reload()?)
    }

    /// The best documents for words: those with all of them first.
    fn ranked(&self, searcher: &Searcher, search: &Search<'_>) -> tantivy::Result<Vec<(f32, DocAddress)>> {
        let top = |query: Box<dyn Query>| {
            searcher.search(&query, &TopDocs::with_limit(search.wanted).order_by_score())
        };
        let mut found = top(queries::all_words(&self.fields, search.query, &search.terms))?;
        if found.len() < search.wanted && search.terms.len() > 1 {
            let any = top(queries::any_word(&self.fields, searcher, search.query, &search.terms)?)?;
            let complete: HashSet<DocAddress> = found.iter().map(|(_, doc)| *doc).collect();
            found.extend(any.into_iter().filter(|(_, doc)| !complete.contains(doc)));
        }
        Ok(found)
    }

    /// The newest documents.
    fn newest(&self, searcher: &Searcher, search: &Search<'_>) -> tantivy::Result<Vec<(f32, DocAddress)>> {
        let order = TopDocs::with_limit(search.wanted)
            .order_by_fast_field::<i64>(documents::PUBLISHED_AT, Order::Desc);
        let found = searcher.search(&queries::filtered(&self.fields, search.query), &order)?;
        Ok(found.into_iter().map(|(_, doc)| (0.0, doc)).collect())
    }

    fn page(
        &self,
        searcher: &Searcher,
        search: &Search<'_>,
        found: Vec<(f32, DocAddress)>,
    ) -> tantivy::Result<SearchPage> {
        let highlighter = Highlighter::new(&search.terms);
        let end = search.offset + search.limit;
        let next = (found.len() > end && end <= MAX_OFFSET).then_some(end);
        let shown = found.into_iter().skip(search.offset).take(search.limit);
        let read = shown.map(|(score, doc)| Ok(self.hit(&searcher.doc(doc)?, score, &highlighter)));
        let hits = read.filter_map(Result::transpose).collect::<tantivy::Result<_>>()?;
        Ok(SearchPage { hits, next })
    }

    fn hit(&self, doc: &TantivyDocument, score: f32, highlighter: &Highlighter) -> Option<SearchHit> {
        let document = self.fields.read(doc)?;
        Some(SearchHit {
            public_no: document.public_no,
            score,
            kind: document.kind,
            category: document.category_path.into_iter().next_back(),
            department: document.department_path.into_iter().next_back(),
            title_highlight: highlighter.whole(&document.title),
            snippet: highlighter.snippet(&document.answer, &document.question),
            title: document.title,
            received_on: document.received_on,
            answered_on: document.answered_on,
            published_at: document.published_at,
        })
    }
}

impl SearchIndex for Embedded {
    fn apply(&self, changes: Vec<IndexChange>, position: LogPosition) -> Result<(), SearchError> {
        self.commit(Some(position), |writer| {
            for change in changes {
                match change {
                    IndexChange::Upsert(document) => {
                        writer.delete_term(self.fields.key(document.public_no));
                        writer.add_document(self.fields.write(&document))?;
                    }
                    IndexChange::Delete(public_no) => {
                        writer.delete_term(self.fields.key(public_no));
                    }
                }
            }
            Ok(())
        })
    }

    fn position(&self) -> Option<LogPosition> {
        *self.position.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn search(&self, query: &SearchQuery) -> Result<SearchPage, SearchError> {
        let search = Search::new(query);
        let searcher = self.reader.searcher();
        let finds_nothing = query.text.is_some() && search.terms.is_empty();
        if finds_nothing || search.offset > MAX_OFFSET {
            return Ok(SearchPage::default());
        }
        let found = match query.text {
            Some(_) => self.ranked(&searcher, &search)?,
            None => self.newest(&searcher, &search)?,
        };
        Ok(self.page(&searcher, &search, found)?)
    }

    fn clear(&self) -> Result<(), SearchError> {
        self.commit(None, |writer| writer.delete_all_documents().map(drop))
    }
}

/// A query with its limits kept.
struct Search<'a> {
    query: &'a SearchQuery,
    terms: Vec<Token>,
    limit: usize,
    offset: usize,
    /// How many documents to rank: one more than are shown, to know whether there is a next page.
    wanted: usize,
}

impl<'a> Search<'a> {
    fn new(query: &'a SearchQuery) -> Self {
        let limit = query.limit.clamp(1, MAX_LIMIT);
        let offset = query.offset.min(MAX_OFFSET + 1);
        let terms = query.text.as_deref().map(queries::terms).unwrap_or_default();
        Self { query, terms, limit, offset, wanted: offset + limit + 1 }
    }
}

fn lock(folder: &Path) -> Result<File, SearchError> {
    let unusable = |source| SearchError::Folder { folder: folder.to_owned(), source };
    let file =
        File::options().create(true).append(true).open(folder.join("in-use.lock")).map_err(unusable)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(SearchError::Locked(folder.to_owned())),
        Err(TryLockError::Error(source)) => Err(unusable(source)),
    }
}

#[cfg(test)]
mod tests;
