//! The figures that the leader's brief begins with.

use chrono::NaiveDate;
use diesel::{PgConnection, QueryResult};

use super::counting::Measure;
use super::requests::Grouping;
use super::service::Statistics;
use super::store;
use crate::features::escalation::{DayFigures, FiguresOfDays};

impl FiguresOfDays for Statistics {
    fn of(&self, conn: &mut PgConnection, from: NaiveDate, to: NaiveDate) -> QueryResult<DayFigures> {
        let sums = store::sum_daily(conn, from, to, Grouping::Whole)?;
        let sum = |measure| sums.iter().filter(|row| row.measure == measure).map(|row| row.count).sum();
        Ok(DayFigures {
            received: sum(Measure::Received),
            answered: sum(Measure::Answered),
            answered_on_time: sum(Measure::OnTime),
        })
    }
}
