//! The section `escalation`: how the ladder is climbed, when mails go out, who reads the brief.

use chrono::{NaiveTime, Timelike};
use serde::Deserialize;

use crate::platform::config::{ConfigProblem, Range, outside};
use crate::text_enum;

text_enum! {
    /// When mails about alarms go out.
    pub enum Delivery {
        /// On working days, in the hours that are set; what comes at night waits for the next working morning.
        WorkingHours = "working_hours",
        /// At once, day and night.
        AtOnce = "at_once",
    }
}

/// The section `escalation`. `config/default.toml` explains each key.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EscalationSettings {
    /// Working days after the delivery by which an alarm must be acknowledged, else the next role up is told; 0: never.
    pub acknowledge_within_working_days: u32,
    /// Working days that an alarm may rest at most.
    pub snooze_working_days: u32,
    /// When mails go out.
    pub delivery: Delivery,
    /// The first minute of a working day in which they do.
    pub delivery_from: NaiveTime,
    /// The minute from which on they wait for the next working day.
    pub delivery_until: NaiveTime,
    /// More alarms than this for one person in one delivery become one mail.
    pub digest_above: u32,
    /// When the leader's brief is made on working days.
    pub brief_at: NaiveTime,
    /// User names of those who read it; empty: the supervisors.
    pub brief_readers: Vec<String>,
    /// More alarms than this in a minute, on all instances together, pause the sweep; 0: never.
    pub storm_alarms_per_minute: u32,
    /// Seconds from one canary to the next.
    pub canary_seconds: u32,
    /// A canary or an alarm that is due for longer than so many seconds makes the sweep late.
    pub late_after_seconds: u32,
}

impl Default for EscalationSettings {
    fn default() -> EscalationSettings {
        let at = |hour, minute| NaiveTime::from_hms_opt(hour, minute, 0).unwrap_or_default();
        EscalationSettings {
            acknowledge_within_working_days: 1,
            snooze_working_days: 5,
            delivery: Delivery::WorkingHours,
            delivery_from: at(8, 30),
            delivery_until: at(18, 0),
            digest_above: 3,
            brief_at: at(7, 30),
            brief_readers: Vec::new(),
            storm_alarms_per_minute: 600,
            canary_seconds: 300,
            late_after_seconds: 600,
        }
    }
}

impl EscalationSettings {
    /// When the brief is made, as a cron expression of every day.
    pub fn brief_cron(&self) -> String {
        format!("{} {} * * *", self.brief_at.minute(), self.brief_at.hour())
    }

    fn ranges(&self) -> Vec<Range> {
        vec![
            (
                "escalation.acknowledge_within_working_days",
                self.acknowledge_within_working_days.into(),
                0,
                60,
            ),
            ("escalation.snooze_working_days", self.snooze_working_days.into(), 1, 60),
            ("escalation.digest_above", self.digest_above.into(), 1, 1000),
            ("escalation.storm_alarms_per_minute", self.storm_alarms_per_minute.into(), 0, 1_000_000),
            ("escalation.canary_seconds", self.canary_seconds.into(), 10, 3600),
            ("escalation.late_after_seconds", self.late_after_seconds.into(), 30, 86_400),
        ]
    }

    /// What is out of range, or does not go together.
    pub fn problems(&self) -> Vec<ConfigProblem> {
        let mut problems = outside(self.ranges());
        let message = "must be later than escalation.delivery_from";
        let hours = (self.delivery_from >= self.delivery_until)
            .then(|| ConfigProblem::new("escalation.delivery_until", message));
        problems.extend(hours);
        problems
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_is_what_the_default_file_says() {
        let file: toml::Table = crate::platform::config::DEFAULTS.parse().unwrap();
        let section = EscalationSettings::deserialize(file["escalation"].clone()).unwrap();
        assert_eq!(section, EscalationSettings::default());
        assert_eq!(section.brief_cron(), "30 7 * * *");
    }
}
