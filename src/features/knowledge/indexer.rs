//! Keeps this instance's search index: follows the change log of publications from the position the index remembers.

use std::sync::Arc;

use tokio::sync::{Mutex, watch};
use tracing::{info, warn};

use super::error::KnowledgeError;
use crate::features::publication::{ChangesAfter, Published, PublishedChange, PublishedEntry};
use crate::platform::jobs::notify::Notifier;
use crate::platform::search::{IndexChange, SearchDocument, SearchIndex};

/// Changes applied in one commit of the index.
const BATCH: i64 = 1000;

/// How far a rebuild is: positions in the change log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// What is indexed.
    pub position: i64,
    /// The newest change when it began.
    pub newest: i64,
}

/// Follows the change log. Cheap to clone; clones take turns.
#[derive(Clone)]
pub struct Indexer {
    published: Published,
    index: Arc<dyn SearchIndex>,
    turn: Arc<Mutex<()>>,
    is_filled: watch::Sender<bool>,
}

impl Indexer {
    /// Keeps this index a copy of this projection.
    pub fn new(published: Published, index: Arc<dyn SearchIndex>) -> Indexer {
        Indexer { published, index, turn: Arc::default(), is_filled: watch::Sender::new(false) }
    }

    /// Applies everything that happened since the index last looked. Returns the number of changes.
    pub async fn catch_up(&self) -> Result<usize, KnowledgeError> {
        let _turn = self.turn.lock().await;
        self.follow(|_| {}).await
    }

    /// Throws the index away and fills it anew, telling how far it is.
    pub async fn rebuild(&self, progress: impl Fn(Progress) + Send + Sync) -> Result<usize, KnowledgeError> {
        let _turn = self.turn.lock().await;
        let newest = self.published.newest_change().await?;
        self.empty().await?;
        progress(Progress { position: 0, newest });
        self.follow(|position| progress(Progress { position, newest })).await
    }

    /// Whether the index contains what is published, as it did when this instance last looked: not before the first look,
    /// and not while it is built anew.
    pub fn is_filled(&self) -> watch::Receiver<bool> {
        self.is_filled.subscribe()
    }

    /// Catches up whenever it is notified, until `shutdown` says `true` or is gone.
    pub async fn run(self, notifier: Notifier, mut shutdown: watch::Receiver<bool>) {
        let mut listener = notifier.listen();
        loop {
            match self.catch_up().await {
                Ok(0) => {}
                Ok(changes) => info!(changes, "Indexed {changes} changes of what is published"),
                Err(error) => warn!(error = %error, "The search index falls behind"),
            }
            tokio::select! {
                () = listener.notified() => {}
                _ = shutdown.wait_for(|stop| *stop) => return,
            }
        }
    }

    /// Applies what came since. An index of another history is emptied first, and answers nothing until it is filled.
    async fn follow(&self, progress: impl Fn(i64) + Send + Sync) -> Result<usize, KnowledgeError> {
        let mut applied = 0;
        if self.index.position().is_none() {
            self.empty().await?;
        }
        loop {
            let changes = match self.published.changes_after(self.index.position(), BATCH).await? {
                ChangesAfter::Changes(changes) => changes,
                ChangesAfter::OtherHistory => {
                    warn!("The search index is of another history than the database and is built anew");
                    self.empty().await?;
                    continue;
                }
            };
            let Some(last) = changes.last().map(|change| change.position) else {
                self.is_filled.send_replace(true);
                return Ok(applied);
            };
            applied += changes.len();
            let changes = changes.into_iter().map(index_change).collect();
            let index = Arc::clone(&self.index);
            blocking(move || index.apply(changes, last)).await?;
            progress(last.change_no);
        }
    }

    async fn empty(&self) -> Result<(), KnowledgeError> {
        self.is_filled.send_replace(false);
        let index = Arc::clone(&self.index);
        blocking(move || index.clear()).await
    }
}

async fn blocking<F>(work: F) -> Result<(), KnowledgeError>
where
    F: FnOnce() -> Result<(), crate::platform::search::SearchError> + Send + 'static,
{
    let done = tokio::task::spawn_blocking(work).await;
    Ok(done.map_err(|error| KnowledgeError::CutOff(error.to_string()))??)
}

/// What is no longer shown is deleted, even if the change was a publication that was withdrawn later.
fn index_change(change: PublishedChange) -> IndexChange {
    match change.entry {
        Some(entry) => IndexChange::Upsert(Box::new(document(*entry))),
        None => IndexChange::Delete(change.public_no),
    }
}

fn document(entry: PublishedEntry) -> SearchDocument {
    SearchDocument {
        public_no: entry.public_no,
        kind: entry.kind,
        category_path: entry.category_path,
        department_path: entry.department_path,
        title: entry.title,
        question: entry.question,
        answer: entry.answer,
        received_on: entry.received_on,
        answered_on: entry.answered_on,
        published_at: entry.published_at,
    }
}
