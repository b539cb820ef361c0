//! Importing a file: row by row, some two hundred to a transaction that also writes down how far the file was taken
//! over. A run that is broken off goes on there, and a second run makes nothing new.

use std::str::FromStr;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use diesel::PgConnection;
use tracing::error;

use super::batch::{Batch, Judge, TakenRow};
use super::error::ImportError;
use super::mapping::Mapping;
use super::refusal::{Refusal, RefusalCode, RefusedRow};
use super::rows::Opened;
use super::run::{Run, Summary};
use super::store;
use crate::features::publication::{ImportOutcome, Publisher, SourceWas};
use crate::features::tickets::{ImportedLetter, Tickets};
use crate::platform::clock::SharedClock;
use crate::platform::db::Db;
use crate::platform::jobs::isolation::{Next, halve};

/// Rows to a transaction.
pub const BATCH_ROWS: u64 = 200;

/// Rows of a batch that look right and cannot be kept, at most: where more fail, it is not the rows that are broken.
const MOST_NOT_KEPT: usize = 20;

/// The short name of the other system, such as `letters-2019`: 1 to 64 of `a-z 0-9 . _ -`, beginning with a letter or
/// digit. With the source reference it names a letter for ever.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceName(String);

impl FromStr for SourceName {
    type Err = &'static str;

    fn from_str(name: &str) -> Result<SourceName, &'static str> {
        let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
        let fits = name.len() <= 64
            && name.starts_with(is_plain)
            && name.chars().all(|c| is_plain(c) || matches!(c, '.' | '_' | '-'));
        if fits {
            return Ok(SourceName(name.to_owned()));
        }
        Err("must be 1 to 64 of a-z 0-9 . _ - and begin with a letter or digit")
    }
}

/// What becomes of the letters beyond being tickets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Publish {
    /// Nothing.
    Nothing,
    /// Those of a source that was public are published at once if no personal data is found and nothing announces any; the
    /// others wait for an editor.
    WhatIsClean,
}

/// Whether anything is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Everything is.
    Write,
    /// Nothing is: each batch is written, counted and rolled back.
    DryRun,
}

/// What is asked for.
#[derive(Debug, Clone)]
pub struct Order {
    /// The other system.
    pub source: SourceName,
    /// Whether to publish.
    pub publish: Publish,
    /// Whether to keep.
    pub mode: Mode,
    /// Rows to deal with in this run, at most; the next run goes on behind them.
    pub limit: Option<u64>,
}

/// Is told how it goes.
pub trait Observer: Send {
    /// A row was not taken over. Told at least once: again when the process died before the batch was kept.
    fn refused(&mut self, row: &RefusedRow) -> std::io::Result<()>;
    /// A batch was kept.
    fn progressed(&mut self, so_far: &Summary);
}

/// Imports files. Cheap to clone.
#[derive(Clone)]
pub struct Importer {
    db: Db,
    clock: SharedClock,
    tickets: Tickets,
    publisher: Publisher,
}

/// Why nothing of a transaction is kept.
enum Stop {
    RolledBack(Summary),
    CannotBeKept(Vec<RefusedRow>),
    Failed(ImportError),
}

impl<E: Into<ImportError>> From<E> for Stop {
    fn from(error: E) -> Stop {
        Stop::Failed(error.into())
    }
}

impl Importer {
    /// Assembles the service.
    pub fn new(db: Db, clock: SharedClock, tickets: Tickets, publisher: Publisher) -> Importer {
        Importer { db, clock, tickets, publisher }
    }

    /// Takes a file over. Whoever drops the future in between loses nothing that was counted.
    pub async fn run(
        &self,
        file: Opened,
        mapping: &Mapping,
        order: &Order,
        observer: &mut dyn Observer,
    ) -> Result<Summary, ImportError> {
        let mut run = self.begin(&file.digest, order).await?;
        let mut judge = Judge::new(mapping, self.clock.now());
        let mut batch = Batch::of(mapping);
        let (mut last, mut taken, mut is_whole) = (0, 0, true);
        for row in file.rows {
            let row = row.map_err(|reason| ImportError::BrokenOff { row: last, reason })?;
            last = row.number;
            let is_done = run.is_done(row.number);
            // Rows of an earlier run are judged too: their references count when the file repeats them.
            let judged = judge.judge(row);
            if is_done {
                continue;
            }
            if order.limit.is_some_and(|limit| taken >= limit) {
                is_whole = false;
                break;
            }
            taken += 1;
            batch.add(judged);
            if batch.counted.read >= BATCH_ROWS {
                let whole = std::mem::replace(&mut batch, Batch::of(mapping));
                self.keep(&mut run, whole, order, observer).await?;
            }
        }
        self.keep(&mut run, batch, order, observer).await?;
        if is_whole && order.mode == Mode::Write {
            self.finish(&mut run).await?;
        }
        Ok(run.summary)
    }

    /// The run that was broken off, or a new one.
    async fn begin(&self, digest: &[u8; 32], order: &Order) -> Result<Run, ImportError> {
        let new = Run::begin(&order.source.0, digest, self.clock.now());
        if order.mode == Mode::DryRun {
            return Ok(new);
        }
        self.db
            .transaction(move |conn| {
                let row = new.row();
                if let Some(unfinished) = store::find_unfinished(conn, &row.source, &row.file_digest)? {
                    return Ok(Run::resume(unfinished));
                }
                store::insert(conn, row)?;
                Ok(new.clone())
            })
            .await
    }

    /// Writes a batch in one transaction with the run's progress.
    async fn keep(
        &self,
        run: &mut Run,
        batch: Batch,
        order: &Order,
        observer: &mut dyn Observer,
    ) -> Result<(), ImportError> {
        if batch.counted.read == 0 {
            return Ok(());
        }
        for row in &batch.refused {
            observer.refused(row).map_err(ImportError::Report)?;
        }
        let mut batch = batch;
        let (counted, now) = loop {
            let now = self.clock.now();
            match self.write_batch(run, Arc::new(batch.clone()), order, now).await {
                Ok(counted) | Err(Stop::RolledBack(counted)) => break (counted, now),
                // Told before the batch is kept, as every refused row is; then the batch is written without them.
                Err(Stop::CannotBeKept(rows)) => {
                    for row in rows {
                        observer.refused(&row).map_err(ImportError::Report)?;
                        batch.refuse(row);
                    }
                }
                Err(Stop::Failed(error)) => return Err(error),
            }
        };
        run.advance(&counted, now);
        observer.progressed(&run.summary);
        Ok(())
    }

    /// One attempt at a batch: all of it is written, or nothing.
    async fn write_batch(
        &self,
        run: &Run,
        batch: Arc<Batch>,
        order: &Order,
        now: DateTime<Utc>,
    ) -> Result<Summary, Stop> {
        let (this, order, before) = (self.clone(), order.clone(), run.clone());
        let written = self.db.transaction(move |conn| {
            let mut counted = batch.counted.clone();
            counted.add(&this.write(conn, &order, &batch)?);
            if order.mode == Mode::DryRun {
                return Err(Stop::RolledBack(counted));
            }
            let mut after = before.clone();
            after.advance(&counted, now);
            save(conn, &before, &after)?;
            Ok(counted)
        });
        written.await
    }

    /// Writes the letters; those that cannot be written are named, and then nothing is to be kept.
    fn write(&self, conn: &mut PgConnection, order: &Order, batch: &Batch) -> Result<Summary, Stop> {
        let mut refused = Vec::new();
        let mut work = |conn: &mut PgConnection, rows: &[TakenRow]| {
            self.write_letters(conn, (order, batch.source), rows)
        };
        let parts = halve(conn, &batch.letters, &mut work, &mut |_, row, error| {
            error!(row.line = row.line, error = %error, "Row {} cannot be kept: {error}", row.line);
            refused.push(RefusedRow {
                line: row.line,
                reference: Some(row.letter.source_reference.clone()),
                refusal: Refusal::of(RefusalCode::CannotBeKept),
            });
            if refused.len() > MOST_NOT_KEPT { Err(error) } else { Ok(Next::GoOn) }
        })?;
        if !refused.is_empty() {
            return Err(Stop::CannotBeKept(refused));
        }
        let mut written = Summary::default();
        parts.iter().for_each(|part| written.add(part));
        Ok(written)
    }

    fn write_letters(
        &self,
        conn: &mut PgConnection,
        (order, source): (&Order, SourceWas),
        rows: &[TakenRow],
    ) -> Result<Summary, ImportError> {
        let letters: Vec<&ImportedLetter> = rows.iter().map(|row| &row.letter).collect();
        let matters = self.tickets.import_within(conn, &order.source.0, &letters)?;
        let mut counted = Summary {
            imported: matters.len() as u64,
            known: letters.len().saturating_sub(matters.len()) as u64,
            ..Summary::default()
        };
        if order.publish == Publish::Nothing || matters.is_empty() {
            return Ok(counted);
        }
        for publication in self.publisher.publish_imported(conn, self.clock.now(), &matters, source)? {
            match publication.outcome {
                ImportOutcome::Published => counted.published += 1,
                ImportOutcome::HeldBack(reason) => counted.hold_back(reason),
                ImportOutcome::NotProposed => {}
            }
        }
        Ok(counted)
    }

    async fn finish(&self, run: &mut Run) -> Result<(), ImportError> {
        let before = run.clone();
        run.finish(self.clock.now());
        let after = run.clone();
        self.db.transaction(move |conn| save(conn, &before, &after)).await
    }
}

/// Writes a run down, unless another process went on with it.
fn save(conn: &mut PgConnection, before: &Run, after: &Run) -> Result<(), ImportError> {
    if store::lock_next_row(conn, before.row().id)? != Some(before.row().next_row) {
        return Err(ImportError::UnderWay);
    }
    store::update(conn, after.row())?;
    Ok(())
}
