//! The operations of the public: browse, read, search, be suggested to.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::timeout;

use super::error::KnowledgeError;
use super::indexer::Indexer;
use super::requests::{ListPublished, Search, Suggest};
use crate::features::publication::{EntryFilter, EntryKey, Published, PublishedEntry};
use crate::platform::http::pagination::{Cursor, Page};
use crate::platform::search::{SearchHit, SearchIndex, SearchPage, SearchQuery};
use crate::rules::reference::PublicNumber;
use crate::rules::text::{Name, is_blank};

/// How long a search waits for an index that is being filled.
const PATIENCE: Duration = Duration::from_secs(5);

/// How many suggestions are made.
const SUGGESTIONS: usize = 5;

/// What the public knows. Cheap to clone.
#[derive(Clone)]
pub struct Knowledge {
    published: Published,
    index: Arc<dyn SearchIndex>,
    is_filled: watch::Receiver<bool>,
}

impl Knowledge {
    /// Reads this projection, and searches this instance's index of it, which answers once the indexer has filled it.
    pub fn new(published: Published, index: Arc<dyn SearchIndex>, indexer: &Indexer) -> Knowledge {
        Knowledge { published, index, is_filled: indexer.is_filled() }
    }

    /// Published matters, newest answer first.
    pub async fn list(
        &self,
        query: &ListPublished,
        after: Option<EntryKey>,
    ) -> Result<Page<PublishedEntry>, KnowledgeError> {
        if query.answered_from.zip(query.answered_to).is_some_and(|(from, to)| to < from) {
            return Err(KnowledgeError::DaysReversed);
        }
        let filter = EntryFilter {
            kind: query.kind,
            category: query.category.as_ref().map(code),
            department: query.department.as_ref().map(code),
            answered_from: query.answered_from,
            answered_to: query.answered_to,
            after,
            limit: query.limit.with_one_more(),
        };
        let entries = self.published.list(filter).await?;
        Ok(Page::new(entries, query.limit, |entry| (entry.answered_on, entry.public_no.to_string())))
    }

    /// The published matter of this number.
    pub async fn get(&self, public_no: PublicNumber) -> Result<PublishedEntry, KnowledgeError> {
        self.published.find(public_no).await?.ok_or(KnowledgeError::NotFound)
    }

    /// Finds published matters, best first; `offset` hits are left out.
    pub async fn search(&self, query: &Search, offset: usize) -> Result<Page<SearchHit>, KnowledgeError> {
        if query.answered_from.zip(query.answered_to).is_some_and(|(from, to)| to < from) {
            return Err(KnowledgeError::DaysReversed);
        }
        let page = self
            .find(SearchQuery {
                text: query.q.clone(),
                kind: query.kind,
                category: query.category.as_ref().map(code),
                department: query.department.as_ref().map(code),
                answered_from: query.answered_from,
                answered_to: query.answered_to,
                limit: query.limit.get(),
                offset,
            })
            .await?;
        Ok(Page { data: page.hits, next_cursor: page.next.map(|next| Cursor::encode(&next)) })
    }

    /// The best few matters for what was typed so far.
    pub async fn suggest(&self, query: &Suggest) -> Result<Vec<SearchHit>, KnowledgeError> {
        let text = Some(if is_blank(&query.q) { String::new() } else { query.q.clone() });
        let page = self.find(SearchQuery { text, limit: SUGGESTIONS, ..SearchQuery::default() }).await?;
        Ok(page.hits)
    }

    /// Whether the index is filled now or before long. What was seen is let go at once: whoever fills the index could not say
    /// so while somebody holds it.
    async fn is_filled(&self) -> bool {
        let mut is_filled = self.is_filled.clone();
        matches!(timeout(PATIENCE, is_filled.wait_for(|is_filled| *is_filled)).await, Ok(Ok(_)))
    }

    /// The index blocks, so it is asked on a thread that may.
    async fn find(&self, query: SearchQuery) -> Result<SearchPage, KnowledgeError> {
        if !self.is_filled().await {
            return Err(KnowledgeError::NotFilled);
        }
        let index = Arc::clone(&self.index);
        let found = tokio::task::spawn_blocking(move || index.search(&query)).await;
        Ok(found.map_err(|error| KnowledgeError::CutOff(error.to_string()))??)
    }
}

fn code(code: &Name) -> String {
    code.as_str().to_owned()
}
