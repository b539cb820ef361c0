//! Ladders as data: which levels there are, when each fires relative to the deadline, and that they rise with time.

use std::cmp::Ordering;
use std::fmt;

use chrono::NaiveTime;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Amount, DueMoment};
use crate::rules::vocabulary::{AlarmLevel, Unit};

/// No rung may lie further from the due day: four years of working days.
const MAX_DAYS: i32 = 1_000;

/// No rung may lie further from the due instant: four years of working minutes.
const MAX_MINUTES: i32 = 600_000;

/// No rung may fire later than after ten times the limit.
const MAX_PERCENT: i32 = 1_000;

/// The moment of the day at which an alarm fires.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum AlarmAt {
    /// A local time, such as `09:00`.
    Time(NaiveTime),
    /// When the calendar's hours close.
    CloseOfBusiness,
    /// When the day is over.
    EndOfDay,
}

impl TryFrom<String> for AlarmAt {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        match text.as_str() {
            "end_of_day" => Ok(Self::EndOfDay),
            "close_of_business" => Ok(Self::CloseOfBusiness),
            time => NaiveTime::parse_from_str(time, "%H:%M")
                .map(Self::Time)
                .map_err(|_| "must be a local time such as 09:00, close_of_business or end_of_day"),
        }
    }
}

impl From<AlarmAt> for String {
    fn from(at: AlarmAt) -> Self {
        at.to_string()
    }
}

impl From<DueMoment> for AlarmAt {
    fn from(due: DueMoment) -> Self {
        match due {
            DueMoment::EndOfDay => AlarmAt::EndOfDay,
            DueMoment::CloseOfBusiness => AlarmAt::CloseOfBusiness,
        }
    }
}

impl fmt::Display for AlarmAt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Time(time) => write!(f, "{}", time.format("%H:%M")),
            Self::CloseOfBusiness => f.write_str("close_of_business"),
            Self::EndOfDay => f.write_str("end_of_day"),
        }
    }
}

impl AlarmAt {
    /// Which comes first on one day; `None` for a local time and closing time, which only a calendar can tell.
    fn compare(self, other: AlarmAt) -> Option<Ordering> {
        match (self, other) {
            (AlarmAt::Time(one), AlarmAt::Time(two)) => Some(one.cmp(&two)),
            (AlarmAt::EndOfDay, AlarmAt::EndOfDay) | (AlarmAt::CloseOfBusiness, AlarmAt::CloseOfBusiness) => {
                Some(Ordering::Equal)
            }
            (_, AlarmAt::EndOfDay) => Some(Ordering::Less),
            (AlarmAt::EndOfDay, _) => Some(Ordering::Greater),
            (AlarmAt::Time(_), AlarmAt::CloseOfBusiness) | (AlarmAt::CloseOfBusiness, AlarmAt::Time(_)) => {
                None
            }
        }
    }
}

/// A rung of a ladder as a document and the API write it: a level and one of the three ways to say when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Rung {
    /// The level that fires.
    pub level: AlarmLevel,
    /// Working days after the due day; negative before it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub working_days: Option<i32>,
    /// The share of the limit, extensions included, that has passed: 100 is the due day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub percent: Option<i32>,
    /// Working minutes after the due instant; negative before it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub working_minutes: Option<i32>,
    /// The moment of the day: a local time such as `09:00`, `close_of_business` or `end_of_day`. Absent: the moment at
    /// which the limit itself ends. Minutes have none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub at: Option<AlarmAt>,
}

/// When a rung fires, relative to the deadline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AlarmWhen {
    /// On a working day counted from the due day.
    WorkingDays {
        /// After it; negative before it.
        days: i32,
        /// The moment of that day.
        at: AlarmAt,
    },
    /// When a share of the limit has passed.
    Percent {
        /// The share; 100 is the due day.
        percent: i32,
        /// The moment of the day on which it has; of no account for limits in minutes.
        at: AlarmAt,
    },
    /// So many working minutes from the due instant.
    WorkingMinutes {
        /// After it; negative before it.
        minutes: i32,
    },
}

/// One rung of a limit's ladder: when an alarm level fires.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(into = "Rung")]
pub struct AlarmRule {
    /// The level that fires.
    pub level: AlarmLevel,
    /// When.
    pub when: AlarmWhen,
}

impl From<AlarmRule> for Rung {
    fn from(rule: AlarmRule) -> Self {
        let rung =
            Rung { level: rule.level, working_days: None, percent: None, working_minutes: None, at: None };
        match rule.when {
            AlarmWhen::WorkingDays { days, at } => Rung { working_days: Some(days), at: Some(at), ..rung },
            AlarmWhen::Percent { percent, at } => Rung { percent: Some(percent), at: Some(at), ..rung },
            AlarmWhen::WorkingMinutes { minutes } => Rung { working_minutes: Some(minutes), ..rung },
        }
    }
}

/// How much of an amount has passed when this share of it has, in whole units, rounded up.
pub fn share(amount: i64, percent: i32) -> i64 {
    let hundredfold = amount.saturating_mul(i64::from(percent));
    hundredfold.div_euclid(100) + i64::from(hundredfold.rem_euclid(100) != 0)
}

/// What is wrong with a ladder, whatever limit it is used for.
pub(super) fn check(rungs: &[Rung]) -> Result<(), &'static str> {
    for rung in rungs {
        to_rule(rung, DueMoment::EndOfDay)?;
    }
    let rises = |(lower, upper): (&Rung, &Rung)| lower.level < upper.level;
    if !rungs.iter().zip(rungs.iter().skip(1)).all(rises) {
        return Err("each rung must have a higher level than the one before");
    }
    Ok(())
}

/// The alarms of a limit, whose levels must rise with time: without extension, and with all that may be granted.
pub(super) fn resolve(
    rungs: &[Rung],
    amount: Amount,
    max_extension: i32,
    due: DueMoment,
) -> Result<Vec<AlarmRule>, &'static str> {
    let rules = rungs.iter().map(|rung| to_rule(rung, due)).collect::<Result<Vec<_>, _>>()?;
    for promised in [amount.value, amount.value.saturating_add(max_extension)] {
        let places: Vec<Place> =
            rules.iter().map(|rule| Place::of(rule.when, Amount { value: promised, ..amount })).collect();
        for (lower, upper) in places.iter().zip(places.iter().skip(1)) {
            match lower.compare(*upper) {
                Some(Ordering::Less) => {}
                Some(Ordering::Equal | Ordering::Greater) => {
                    return Err("each rung must have a higher level and a later time than the one before");
                }
                None => return Err("rungs of different sorts on one side of the due instant have no order"),
            }
        }
    }
    Ok(rules)
}

fn to_rule(rung: &Rung, due: DueMoment) -> Result<AlarmRule, &'static str> {
    let at = rung.at.unwrap_or_else(|| due.into());
    let when = match (rung.working_days, rung.percent, rung.working_minutes) {
        (Some(days), None, None) if days.saturating_abs() <= MAX_DAYS => AlarmWhen::WorkingDays { days, at },
        (Some(_), None, None) => return Err("working_days must lie between -1000 and 1000"),
        (None, Some(percent), None) if (1..=MAX_PERCENT).contains(&percent) => {
            AlarmWhen::Percent { percent, at }
        }
        (None, Some(_), None) => return Err("percent must lie between 1 and 1000"),
        (None, None, Some(_)) if rung.at.is_some() => {
            return Err("working_minutes have no moment of the day");
        }
        (None, None, Some(minutes)) if minutes.saturating_abs() <= MAX_MINUTES => {
            AlarmWhen::WorkingMinutes { minutes }
        }
        (None, None, Some(_)) => return Err("working_minutes must lie between -600000 and 600000"),
        _ => return Err("a rung must have exactly one of working_days, percent and working_minutes"),
    };
    Ok(AlarmRule { level: rung.level, when })
}

/// Where a rung stands relative to the due instant, as far as it can be told without a calendar.
#[derive(Debug, Clone, Copy)]
enum Place {
    /// So many working days from the due day.
    Day(i64, AlarmAt),
    /// So many working minutes from the due instant.
    Minute(i64),
    /// So many of something else from the due day: calendar days, or hundredths of months.
    Share(i64, AlarmAt),
}

impl Place {
    fn of(when: AlarmWhen, promised: Amount) -> Place {
        let total = i64::from(promised.value);
        match when {
            AlarmWhen::WorkingDays { days, at } => Place::Day(i64::from(days), at),
            AlarmWhen::WorkingMinutes { minutes } => Place::Minute(i64::from(minutes)),
            AlarmWhen::Percent { percent, at } => match promised.unit {
                Unit::WorkingDays => Place::Day(share(total, percent) - total, at),
                Unit::WorkingMinutes => Place::Minute(share(total, percent) - total),
                Unit::CalendarDays => Place::Share(share(total, percent) - total, at),
                Unit::Months => Place::Share(i64::from(percent) - 100, at),
            },
        }
    }

    fn steps(self) -> i64 {
        match self {
            Place::Day(steps, _) | Place::Minute(steps) | Place::Share(steps, _) => steps,
        }
    }

    fn compare(self, other: Place) -> Option<Ordering> {
        let steps = self.steps().cmp(&other.steps());
        let sides = self.steps().signum().cmp(&other.steps().signum());
        match (self, other) {
            (Place::Day(_, one), Place::Day(_, two)) | (Place::Share(_, one), Place::Share(_, two)) => {
                if steps.is_eq() {
                    one.compare(two)
                } else {
                    Some(steps)
                }
            }
            (Place::Minute(_), Place::Minute(_)) => Some(steps),
            // On the due day itself a share is a day; a moment of that day and minutes before its end may be either way.
            (Place::Share(0, one), Place::Day(0, two)) | (Place::Day(0, one), Place::Share(0, two)) => {
                one.compare(two)
            }
            (Place::Minute(_), Place::Day(0, AlarmAt::Time(_)) | Place::Share(0, AlarmAt::Time(_)))
            | (Place::Day(0, AlarmAt::Time(_)) | Place::Share(0, AlarmAt::Time(_)), Place::Minute(_)) => None,
            _ => Some(sides).filter(|sides| sides.is_ne()),
        }
    }
}
