//! The inspection sentinel's rules: how long before an inspection would punish something we warn. Thresholds are data
//! (`config/inspection.toml`, and a city's own file over it); nothing here knows where an instant comes from.

use chrono::{DateTime, Days, Months, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::rules::calendar::Calendar;

/// The thresholds built into the program.
const EMBEDDED: &str = include_str!("../../config/inspection.toml");

text_enum! {
    /// What is looked at.
    pub enum Check {
        /// The oldest letter without an answer.
        OldestUnanswered = "oldest_unanswered",
        /// When a reply was published last.
        LastPublished = "last_published",
        /// The oldest error report without an answer.
        ErrorReport = "error_report",
        /// The oldest fact that the figures do not hold yet.
        Statistics = "statistics",
        /// The oldest message that routing or mail has not taken yet.
        Messages = "messages",
    }
}

text_enum! {
    /// How bad it is; the later the worse.
    pub enum Severity {
        /// Well.
        Ok = "ok",
        /// The limit comes near.
        Warn = "warn",
        /// The limit is at hand or has passed.
        Critical = "critical",
    }
}

text_enum! {
    /// What limits are counted in.
    pub enum Unit {
        /// Calendar months.
        Months = "months",
        /// Calendar days.
        Days = "days",
        /// Working days.
        WorkingDays = "working_days",
        /// Minutes.
        Minutes = "minutes",
    }
}

/// Where a limit comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// The title of the text.
    pub title: String,
    /// The article.
    pub article: String,
    /// Its date: a day or a year.
    pub dated: Option<String>,
    /// Whether the text was compared.
    pub verified: bool,
}

/// One countdown.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Threshold {
    /// What is looked at.
    pub check: Check,
    /// How long it may last.
    pub limit: u32,
    /// What that is counted in.
    pub unit: Unit,
    /// So long before the limit we warn: days, or minutes when the limit is counted in them.
    pub warn_before: u32,
    /// So long before the limit it is critical.
    pub critical_before: u32,
    /// What it is called, in Chinese.
    pub title: String,
    /// The same in English.
    pub title_en: String,
    /// Where the limit comes from; `None`: the system's own.
    pub source: Option<Source>,
}

/// All countdowns.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Thresholds {
    /// In the order in which they are shown.
    pub checks: Vec<Threshold>,
}

/// The longest limit, in any unit.
const LONGEST_LIMIT: u32 = 10_000;

/// Why thresholds are refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ThresholdsError {
    /// No TOML, or a key that is missing, unknown or of the wrong sort; the message names line and column.
    #[error("the inspection thresholds cannot be read: {0}")]
    Malformed(String),
    /// The same check twice.
    #[error("the check {0} stands twice")]
    Twice(Check),
    /// No limit, or one that nobody can mean.
    #[error("{0}: limit must be 1 to {LONGEST_LIMIT}")]
    Limit(Check),
    /// Critical before the warning.
    #[error("{0}: critical_before must not be longer than warn_before")]
    Order(Check),
    /// The warning would never end.
    #[error("{0}: warn_before must not be longer than the limit itself")]
    AlwaysWarned(Check),
    /// A check without a name.
    #[error("{0}: title and title_en must not be empty")]
    Untitled(Check),
}

impl Thresholds {
    /// Reads thresholds from their TOML text.
    pub fn parse(text: &str) -> Result<Thresholds, ThresholdsError> {
        let thresholds: Thresholds =
            toml::from_str(text).map_err(|error| ThresholdsError::Malformed(error.to_string()))?;
        for (index, threshold) in thresholds.checks.iter().enumerate() {
            threshold.validate()?;
            if thresholds.checks.iter().skip(index + 1).any(|other| other.check == threshold.check) {
                return Err(ThresholdsError::Twice(threshold.check));
            }
        }
        Ok(thresholds)
    }

    /// Those built into the program, each check that a city's own file names replaced by what it says.
    pub fn of_city(text: &str) -> Result<Thresholds, ThresholdsError> {
        let own = Thresholds::parse(text)?.checks;
        let mut thresholds = Thresholds::embedded()?;
        for threshold in &mut thresholds.checks {
            if let Some(own) = own.iter().find(|own| own.check == threshold.check) {
                threshold.clone_from(own);
            }
        }
        Ok(thresholds)
    }

    /// Those built into the program.
    pub fn embedded() -> Result<Thresholds, ThresholdsError> {
        Thresholds::parse(EMBEDDED)
    }
}

impl Threshold {
    /// When it is too late for what has lasted since then: the end of the last day, or the minute.
    pub fn deadline(&self, calendar: &Calendar, since: DateTime<Utc>) -> DateTime<Utc> {
        let day = calendar.local_day(since);
        let last = match self.unit {
            Unit::Minutes => return since + TimeDelta::minutes(self.limit.into()),
            Unit::Months => day.checked_add_months(Months::new(self.limit)).unwrap_or(day),
            Unit::Days => day.checked_add_days(Days::new(self.limit.into())).unwrap_or(day),
            Unit::WorkingDays => calendar.add_working_days(day, self.limit.into()),
        };
        calendar.end_of_day(last)
    }

    /// How bad it is now.
    pub fn severity(&self, deadline: DateTime<Utc>, now: DateTime<Utc>) -> Severity {
        if now >= deadline - self.before(self.critical_before) {
            return Severity::Critical;
        }
        if now >= deadline - self.before(self.warn_before) { Severity::Warn } else { Severity::Ok }
    }

    fn validate(&self) -> Result<(), ThresholdsError> {
        if !(1..=LONGEST_LIMIT).contains(&self.limit) {
            return Err(ThresholdsError::Limit(self.check));
        }
        if self.critical_before > self.warn_before {
            return Err(ThresholdsError::Order(self.check));
        }
        if self.before(self.warn_before) > self.shortest() {
            return Err(ThresholdsError::AlwaysWarned(self.check));
        }
        if self.title.trim().is_empty() || self.title_en.trim().is_empty() {
            return Err(ThresholdsError::Untitled(self.check));
        }
        Ok(())
    }

    /// The limit lasts at least so long, whatever the day.
    fn shortest(&self) -> TimeDelta {
        match self.unit {
            Unit::Minutes => TimeDelta::minutes(self.limit.into()),
            Unit::Days | Unit::WorkingDays => TimeDelta::days(self.limit.into()),
            Unit::Months => TimeDelta::days(i64::from(self.limit) * 28),
        }
    }

    fn before(&self, count: u32) -> TimeDelta {
        match self.unit {
            Unit::Minutes => TimeDelta::minutes(count.into()),
            Unit::Months | Unit::Days | Unit::WorkingDays => TimeDelta::days(count.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instant(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn the_built_in_thresholds_look_at_everything_once_and_warn_before_it_is_critical() {
        let thresholds = Thresholds::embedded().unwrap();
        let checks: Vec<Check> = thresholds.checks.iter().map(|threshold| threshold.check).collect();
        assert_eq!(checks, Check::ALL);
        assert!(thresholds.checks.iter().all(|threshold| threshold.warn_before >= threshold.critical_before));
    }

    /// A check of a city's own, two weeks instead of three months.
    const OWN: &str = r#"
        [[checks]]
        check = "oldest_unanswered"
        limit = 14
        unit = "days"
        warn_before = 7
        critical_before = 2
        title = "最久未答复的来信(本市要求)"
        title_en = "Oldest unanswered letter (the city's own rule)"
    "#;

    #[test]
    fn a_citys_own_file_replaces_the_checks_it_names_and_no_other() {
        let (built_in, own) = (Thresholds::embedded().unwrap(), Thresholds::of_city(OWN).unwrap());
        assert_eq!((own.checks[0].limit, own.checks[0].unit, &own.checks[0].source), (14, Unit::Days, &None));
        assert_eq!(own.checks[1..], built_in.checks[1..]);
    }

    #[test]
    fn a_file_that_cannot_be_meant_is_refused_with_the_check_and_the_key() {
        let cases = [
            ("limit = 14", "limit = 0", "oldest_unanswered: limit must be 1 to 10000"),
            ("limit = 14", "limit = 10001", "oldest_unanswered: limit must be 1 to 10000"),
            (
                "warn_before = 7",
                "warn_before = 1",
                "oldest_unanswered: critical_before must not be longer than warn_before",
            ),
            (
                "warn_before = 7",
                "warn_before = 15",
                "oldest_unanswered: warn_before must not be longer than the limit itself",
            ),
            ("最久未答复的来信(本市要求)", " ", "oldest_unanswered: title and title_en must not be empty"),
        ];
        for (from, to, message) in cases {
            let error = Thresholds::of_city(&OWN.replace(from, to)).unwrap_err();
            assert_eq!(error.to_string(), message);
        }
        let twice = Thresholds::of_city(&format!("{OWN}{OWN}")).unwrap_err();
        assert_eq!(twice, ThresholdsError::Twice(Check::OldestUnanswered));
        for malformed in ["", "checks = 3", &OWN.replace("days", "weeks"), &OWN.replace("unit", "units")] {
            let error = Thresholds::of_city(malformed).unwrap_err();
            assert!(matches!(error, ThresholdsError::Malformed(_)), "{malformed}: {error}");
        }
    }

    #[test]
    fn levels_change_at_their_instants() {
        let calendar = Calendar::embedded("cn").unwrap();
        let thresholds = Thresholds::embedded().unwrap();
        // Received on 18 September 2026 in the city; what follows is the deadline, the first warning, the first alarm.
        let since = instant("2026-09-18T02:00:00Z");
        let table = [
            (Check::OldestUnanswered, "2026-12-18T16:00:00Z", "2026-11-18T16:00:00Z", "2026-12-11T16:00:00Z"),
            (Check::LastPublished, "2026-11-18T16:00:00Z", "2026-11-04T16:00:00Z", "2026-11-15T16:00:00Z"),
            (Check::ErrorReport, "2026-09-21T16:00:00Z", "2026-09-20T16:00:00Z", "2026-09-21T16:00:00Z"),
            (Check::Statistics, "2026-09-18T03:00:00Z", "2026-09-18T02:15:00Z", "2026-09-18T03:00:00Z"),
            (Check::Messages, "2026-09-18T02:30:00Z", "2026-09-18T02:10:00Z", "2026-09-18T02:30:00Z"),
        ];
        let moment = TimeDelta::microseconds(1);
        for (check, deadline, warn, critical) in table {
            let threshold = thresholds.checks.iter().find(|threshold| threshold.check == check).unwrap();
            let at = threshold.deadline(&calendar, since);
            assert_eq!(at, instant(deadline), "{check}");
            let severity = |now| threshold.severity(at, now);
            assert_eq!(severity(instant(warn) - moment), Severity::Ok, "{check}");
            assert_eq!(severity(instant(warn)), Severity::Warn, "{check}");
            assert_eq!(severity(instant(critical) - moment), Severity::Warn, "{check}");
            assert_eq!(severity(instant(critical)), Severity::Critical, "{check}");
        }
    }
}
