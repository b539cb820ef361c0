//! What a recalculation is, what it would do, and what it did.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::features::tickets::{MovedBatch, Movement};
use crate::rules::calendar::Bilingual;
use crate::rules::vocabulary::Metric;
use crate::{id_type, sql_text_enum, text_enum};

/// How many clocks a plan shows as examples.
const MOST_SAMPLES: usize = 20;

id_type!(
    /// A recalculation.
    RecalculationId,
);

text_enum! {
    /// Where a recalculation stands.
    pub enum RecalculationStatus {
        /// Counted; it waits for a second person.
        Planned = "planned",
        /// The version is in force; the first clocks are about to move.
        Approved = "approved",
        /// Clocks are moving.
        Running = "running",
        /// Every live clock follows the version, but for those that had to be set aside.
        Done = "done",
        /// The second person said no.
        Rejected = "rejected",
    }
}

sql_text_enum!(RecalculationStatus);

/// How many clocks, by what becomes of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Counts {
    /// Looked at.
    pub looked_at: i64,
    /// Whose due instant or provisional mark changes.
    pub affected: i64,
    /// Whose due day is confirmed: only the provisional mark changes.
    pub confirmed: i64,
    /// Whose due day gets earlier.
    pub earlier: i64,
    /// Whose due day gets later.
    pub later: i64,
    /// Whose promise is broken by it.
    pub newly_breached: i64,
    /// Whose promise was broken and is not any more.
    pub no_longer_breached: i64,
    /// Which cannot be worked on: they keep the version that they have, until the next recalculation.
    #[serde(default)]
    pub set_aside: i64,
}

impl Counts {
    /// Adds what a batch of clocks came to.
    pub(super) fn add(&mut self, batch: &MovedBatch) {
        self.looked_at += i64::try_from(batch.looked_at - batch.skipped).unwrap_or(0);
        self.set_aside += i64::try_from(batch.failed).unwrap_or(0);
        for movement in &batch.movements {
            let (before, after) = (movement.due_at_before, movement.due_at_after);
            self.affected += 1;
            self.confirmed += i64::from(after == before);
            self.earlier += i64::from(after < before);
            self.later += i64::from(after > before);
            self.newly_breached += i64::from(movement.is_newly_breached);
            self.no_longer_breached += i64::from(movement.is_no_longer_breached);
        }
    }

    /// Those whose due day is another.
    pub fn moved(&self) -> i64 {
        self.earlier + self.later
    }
}

/// A clock as an example of what changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Sample {
    /// The ticket's public number.
    pub reference: String,
    /// What the clock measures.
    pub metric: Metric,
    /// Its due day now.
    pub due_on_before: NaiveDate,
    /// Its due day after.
    pub due_on_after: NaiveDate,
}

/// What a recalculation would do, counted when it was planned.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Plan {
    /// How many.
    pub counts: Counts,
    /// Up to 20 of the clocks whose due day moves.
    pub samples: Vec<Sample>,
    /// What the version would make of promises that is hardly meant; nothing is refused for it.
    #[serde(default)]
    pub warnings: Vec<Bilingual>,
}

impl Plan {
    pub(super) fn add(&mut self, batch: &MovedBatch) {
        self.counts.add(batch);
        let moved = batch.movements.iter().filter(|one| one.is_moved());
        let room = MOST_SAMPLES.saturating_sub(self.samples.len());
        self.samples.extend(moved.take(room).map(Sample::from));
    }
}

impl From<&Movement> for Sample {
    fn from(movement: &Movement) -> Sample {
        Sample {
            reference: movement.reference.clone(),
            metric: movement.metric,
            due_on_before: movement.due_on_before,
            due_on_after: movement.due_on_after,
        }
    }
}
