//! The figures as the rest of the program asks for them.

use std::sync::Arc;

use chrono::{DateTime, Days, DurationRound, NaiveDate, TimeDelta, Utc};

use super::error::StatisticsError;
use super::figures::Groups;
use super::requests::{Grouping, OverviewQuery};
use super::store;
use super::views::{Figures, GroupView, OverviewView};
use crate::features::directory::Snapshot;
use crate::features::tickets::{Overdue, Tickets, count_overdue};
use crate::platform::clock::SharedClock;
use crate::platform::db::Db;
use crate::platform::http::locale::Locale;
use crate::rules::texts::Sentence;

/// The most days one answer covers: three years, one of them a leap year.
const MOST_DAYS: i64 = 1_096;
const DAYS_OF_A_YEAR: u64 = 365;

/// Figures. Cheap to clone.
#[derive(Clone)]
pub struct Statistics {
    db: Db,
    clock: SharedClock,
    tickets: Tickets,
}

/// A question with nothing left open: which days, how split, as of which minute, in which language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    /// The first day.
    pub from: NaiveDate,
    /// The last day.
    pub to: NaiveDate,
    /// How split.
    pub grouping: Grouping,
    /// The whole minute.
    pub as_of: DateTime<Utc>,
    /// The language of names.
    pub locale: Locale,
}

impl Statistics {
    /// Assembles the service.
    pub fn new(db: Db, clock: SharedClock, tickets: Tickets) -> Statistics {
        Statistics { db, clock, tickets }
    }

    /// Completes a question, or says what is wrong with it.
    pub fn ask(&self, query: &OverviewQuery, locale: Locale) -> Result<Asked, StatisticsError> {
        let now = self.clock.now();
        let to = query.to.unwrap_or_else(|| self.tickets.rulebook().day(now));
        let year_before = to.checked_sub_days(Days::new(DAYS_OF_A_YEAR)).unwrap_or(to);
        let from = query.from.unwrap_or(year_before);
        if from > to {
            return Err(StatisticsError::DaysReversed);
        }
        if (to - from).num_days() >= MOST_DAYS {
            return Err(StatisticsError::TooManyDays { most: MOST_DAYS });
        }
        let as_of = now.duration_trunc(TimeDelta::minutes(1)).unwrap_or(now);
        Ok(Asked { from, to, grouping: query.group_by.into(), as_of, locale })
    }

    /// Grows with everything that is counted: the same question in the same minute at the same version has the same
    /// answer.
    pub async fn version(&self) -> Result<i64, StatisticsError> {
        self.db.read(|conn| Ok(store::get_version(conn)?)).await
    }

    /// The figures.
    pub async fn overview(&self, asked: Asked) -> Result<OverviewView, StatisticsError> {
        let city = self.tickets.rulebook().directory;
        let tree = Tree { city: city.clone(), grouping: asked.grouping };
        let (total, groups) = self
            .db
            .read(move |conn| {
                let daily = store::sum_daily(conn, asked.from, asked.to, asked.grouping)?;
                let open = store::sum_open(conn, asked.grouping)?;
                let overdue = count_overdue(conn, asked.as_of)?;
                let overdue = overdue.iter().map(|row| (group_of(asked.grouping, row), row.count)).collect();
                let groups = Groups::gather(daily, open, overdue, |group| tree.upwards(group));
                Ok::<_, StatisticsError>((groups.total(), groups.figures()))
            })
            .await?;
        let groups = match asked.grouping {
            Grouping::Whole => Vec::new(),
            _ => groups.into_iter().map(|(id, figures)| named(&city, asked, id, figures)).collect(),
        };
        Ok(OverviewView { as_of: asked.as_of, from: asked.from, to: asked.to, total, groups })
    }
}

/// The tree that groups stand in.
#[derive(Clone)]
struct Tree {
    city: Arc<Snapshot>,
    grouping: Grouping,
}

impl Tree {
    /// A group and all above it. One that this instance does not know yet stands for itself alone.
    fn upwards(&self, group: Option<i32>) -> Vec<Option<i32>> {
        let above: Vec<i32> = match (self.grouping, group) {
            (Grouping::Category, Some(id)) => self
                .city
                .category_path(id)
                .into_iter()
                .map(|above| above.id)
                .filter(|above| *above != id)
                .collect(),
            (Grouping::Department, Some(id)) => {
                self.city.ancestors(id).into_iter().map(|above| above.id).collect()
            }
            (Grouping::Whole, _) | (_, None) => Vec::new(),
        };
        std::iter::once(group).chain(above.into_iter().map(Some)).collect()
    }
}

fn group_of(grouping: Grouping, overdue: &Overdue) -> Option<i32> {
    match grouping {
        Grouping::Whole => None,
        Grouping::Category => Some(overdue.category_id),
        Grouping::Department => overdue.department_id,
    }
}

fn named(city: &Snapshot, asked: Asked, id: Option<i32>, figures: Figures) -> GroupView {
    let found = match asked.grouping {
        Grouping::Category => id.and_then(|id| city.category(id)).map(|c| (&c.code, &c.name, &c.name_en)),
        _ => id.and_then(|id| city.department(id)).map(|d| (&d.code, &d.name, &d.name_en)),
    };
    let Some((code, zh, en)) = found else {
        let name = asked.locale.say(&Sentence::new("department_name-undispatched"));
        return GroupView { code: None, name, figures };
    };
    let name = if asked.locale == Locale::En { en } else { zh };
    GroupView { code: Some(code.clone()), name: name.clone(), figures }
}
