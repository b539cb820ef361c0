//! How far a run is, and what came of it so far.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::refusal::{Refusal, RefusedCounts};
use super::store::RunRow;
use crate::features::publication::HeldBackFor;
use crate::platform::clock::new_id;

/// What came of the rows of a file, those of broken-off runs before this one included.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// Rows dealt with.
    pub read: u64,
    /// Tickets made.
    pub imported: u64,
    /// Rows whose letter was here already, or stood in the file before.
    pub known: u64,
    /// Rows refused, by code.
    pub refused: RefusedCounts,
    /// Tickets published at once.
    pub published: u64,
    /// Tickets in which an editor has to look at something before they are published.
    pub held_back: u64,
    /// Why, by reason.
    pub held_back_for: BTreeMap<String, u64>,
}

impl Summary {
    /// Rows refused, all codes together.
    pub fn refused_rows(&self) -> u64 {
        self.refused.values().sum()
    }

    pub(super) fn count_refusal(&mut self, refusal: &Refusal) {
        *self.refused.entry(refusal.code.to_string()).or_default() += 1;
    }

    pub(super) fn hold_back(&mut self, reason: HeldBackFor) {
        self.held_back += 1;
        *self.held_back_for.entry(reason.to_string()).or_default() += 1;
    }

    pub(super) fn add(&mut self, other: &Summary) {
        self.read += other.read;
        self.imported += other.imported;
        self.known += other.known;
        self.published += other.published;
        self.held_back += other.held_back;
        for (reason, count) in &other.held_back_for {
            *self.held_back_for.entry(reason.clone()).or_default() += count;
        }
        for (code, count) in &other.refused {
            *self.refused.entry(code.clone()).or_default() += count;
        }
    }
}

/// The run of a file from a source.
#[derive(Debug, Clone)]
pub(super) struct Run {
    row: RunRow,
    pub summary: Summary,
}

impl Run {
    /// A run that begins now.
    pub fn begin(source: &str, digest: &[u8], now: DateTime<Utc>) -> Run {
        let row = RunRow {
            id: new_id(now),
            source: source.to_owned(),
            file_digest: digest.to_vec(),
            next_row: 1,
            imported: 0,
            known: 0,
            published: 0,
            held_back: 0,
            held_back_for: serde_json::json!({}),
            refused: serde_json::json!({}),
            started_at: now,
            updated_at: now,
            finished_at: None,
        };
        Run { row, summary: Summary::default() }
    }

    /// A run that was broken off.
    pub fn resume(row: RunRow) -> Run {
        let count = |value: i64| u64::try_from(value).unwrap_or(0);
        let summary = Summary {
            read: count(row.next_row - 1),
            imported: count(row.imported),
            known: count(row.known),
            refused: serde_json::from_value(row.refused.clone()).unwrap_or_default(),
            published: count(row.published),
            held_back: count(row.held_back),
            held_back_for: serde_json::from_value(row.held_back_for.clone()).unwrap_or_default(),
        };
        Run { row, summary }
    }

    /// Rows dealt with by earlier runs and by this one.
    pub fn is_done(&self, row: u64) -> bool {
        row <= self.summary.read
    }

    /// The run as it stood, for the look whether another process is at it.
    pub fn row(&self) -> &RunRow {
        &self.row
    }

    /// Goes on by what a batch came to.
    pub fn advance(&mut self, batch: &Summary, now: DateTime<Utc>) {
        self.summary.add(batch);
        let count = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
        self.row.next_row = count(self.summary.read).saturating_add(1);
        self.row.imported = count(self.summary.imported);
        self.row.known = count(self.summary.known);
        self.row.published = count(self.summary.published);
        self.row.held_back = count(self.summary.held_back);
        self.row.held_back_for = serde_json::json!(self.summary.held_back_for);
        self.row.refused = serde_json::json!(self.summary.refused);
        self.row.updated_at = now;
    }

    /// Every row was dealt with.
    pub fn finish(&mut self, now: DateTime<Utc>) {
        self.row.updated_at = now;
        self.row.finished_at = Some(now);
    }
}
