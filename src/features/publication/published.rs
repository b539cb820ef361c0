//! What the public may read, for whoever shows it: nothing here comes from any table but the public projection.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::{PgConnection, QueryResult};

use super::model::ChangeKind;
use super::store::entries::{self, ChangeRow, EntryFilter, EntryRow};
use crate::platform::db::{Db, DbError};
use crate::platform::search::LogPosition;
use crate::rules::reference::PublicNumber;
use crate::rules::vocabulary::Kind;

/// A published matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishedEntry {
    /// Its public number.
    pub public_no: PublicNumber,
    /// Which revision this is.
    pub revision: i32,
    /// What sort of matter.
    pub kind: Kind,
    /// Codes of the categories from the root to the leaf.
    pub category_path: Vec<String>,
    /// The category's Chinese name when it was published.
    pub category_name: String,
    /// The category's English name when it was published.
    pub category_name_en: String,
    /// Codes of the departments from the root to the one that answered; empty when nobody in particular did.
    pub department_path: Vec<String>,
    /// The department's Chinese name when it was published.
    pub department_name: Option<String>,
    /// The department's English name when it was published.
    pub department_name_en: Option<String>,
    /// The title.
    pub title: String,
    /// The letter.
    pub question: String,
    /// The answer.
    pub answer: String,
    /// The day of receipt in the city's zone.
    pub received_on: NaiveDate,
    /// The day of the answer in the city's zone.
    pub answered_on: NaiveDate,
    /// When this revision was published.
    pub published_at: DateTime<Utc>,
    /// The position of its last change in the change log.
    pub change_no: i64,
}

/// When a reply was published last, among what is public now; `None`: nothing is.
pub fn last_published_at(conn: &mut PgConnection) -> QueryResult<Option<DateTime<Utc>>> {
    entries::last_published_at(conn)
}

/// One step of the change log, with the entry as it stands now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishedChange {
    /// The position in the log.
    pub position: LogPosition,
    /// Whose entry changed.
    pub public_no: PublicNumber,
    /// The entry; `None` when it is no longer shown.
    pub entry: Option<Box<PublishedEntry>>,
}

/// What the change log says to who has seen it up to a position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChangesAfter {
    /// What came after; empty when nothing did.
    Changes(Vec<PublishedChange>),
    /// The log never stood there: the database was restored from an earlier state, or is another.
    OtherHistory,
}

/// Reads what is published. Cheap to clone.
#[derive(Clone)]
pub struct Published {
    db: Db,
}

impl Published {
    /// Reads from this database, which may be a replica.
    pub fn new(db: Db) -> Published {
        Published { db }
    }

    /// Entries, newest answer first.
    pub async fn list(&self, filter: EntryFilter) -> Result<Vec<PublishedEntry>, DbError> {
        let rows = self.db.read(move |conn| entries::list(conn, &filter).map_err(DbError::from)).await?;
        rows.into_iter().map(PublishedEntry::try_from).collect()
    }

    /// The entry of this number, if it is shown.
    pub async fn find(&self, public_no: PublicNumber) -> Result<Option<PublishedEntry>, DbError> {
        let key = public_no.to_string();
        let row = self.db.read(move |conn| entries::find(conn, &key).map_err(DbError::from)).await?;
        row.map(PublishedEntry::try_from).transpose()
    }

    /// At most `limit` changes after a position, or from the beginning, in their order. Nothing that commits later has a
    /// lower number.
    pub async fn changes_after(
        &self,
        position: Option<LogPosition>,
        limit: i64,
    ) -> Result<ChangesAfter, DbError> {
        self.db
            .read(move |conn| {
                // On the connection that then reads on, so that no restore comes between.
                if let Some(position) = position
                    && entries::find_mark(conn, position.change_no)? != Some(position.mark)
                {
                    return Ok(ChangesAfter::OtherHistory);
                }
                let after = position.map_or(0, |position| position.change_no);
                let changes = entries::list_changes(conn, after, limit)?;
                let shown = changes.iter().filter(|change| change.op == ChangeKind::Upsert);
                let numbers: Vec<&str> = shown.map(|change| change.public_no.as_str()).collect();
                let rows = entries::list_by_numbers(conn, &numbers)?;
                Ok(ChangesAfter::Changes(with_entries(changes, rows)?))
            })
            .await
    }

    /// The newest position in the change log; 0 before the first change.
    pub async fn newest_change(&self) -> Result<i64, DbError> {
        self.db.read(|conn| entries::newest_change(conn).map_err(DbError::from)).await
    }
}

fn with_entries(changes: Vec<ChangeRow>, rows: Vec<EntryRow>) -> Result<Vec<PublishedChange>, DbError> {
    let entries: HashMap<String, EntryRow> =
        rows.into_iter().map(|row| (row.public_no.clone(), row)).collect();
    let step = |change: ChangeRow| {
        let entry = entries.get(&change.public_no).filter(|_| change.op == ChangeKind::Upsert);
        let entry = entry.cloned().map(PublishedEntry::try_from).transpose()?;
        let public_no = number(&change.public_no)?;
        let position = LogPosition { change_no: change.change_no, mark: change.mark };
        Ok(PublishedChange { position, public_no, entry: entry.map(Box::new) })
    };
    changes.into_iter().map(step).collect()
}

impl TryFrom<EntryRow> for PublishedEntry {
    type Error = DbError;

    fn try_from(row: EntryRow) -> Result<PublishedEntry, DbError> {
        Ok(PublishedEntry {
            public_no: number(&row.public_no)?,
            revision: row.revision,
            kind: row.kind,
            category_path: row.category_path,
            category_name: row.category_name,
            category_name_en: row.category_name_en,
            department_path: row.department_path,
            department_name: row.department_name,
            department_name_en: row.department_name_en,
            title: row.title,
            question: row.question,
            answer: row.answer,
            received_on: row.received_on,
            answered_on: row.answered_on,
            published_at: row.published_at,
            change_no: row.change_no,
        })
    }
}

fn number(stored: &str) -> Result<PublicNumber, DbError> {
    stored.parse().map_err(|error| DbError::Internal(format!("public number {stored}: {error}")))
}
