//! When a mail about an alarm goes out, and by when it must be acknowledged. Pure: calendar and settings in, instants out.

use chrono::{DateTime, NaiveDate, Utc};

use crate::features::escalation::settings::{Delivery, EscalationSettings};
use crate::rules::calendar::Calendar;

/// The first instant at or after `now` at which a mail may go out.
pub(in crate::features::escalation) fn delivery_at(
    calendar: &Calendar,
    settings: &EscalationSettings,
    now: DateTime<Utc>,
) -> DateTime<Utc> {
    if settings.delivery == Delivery::AtOnce {
        return now;
    }
    let today = calendar.local_day(now);
    let opens_at = calendar.at(today, settings.delivery_from);
    let closes_at = calendar.at(today, settings.delivery_until);
    if !calendar.is_working_day(today) || now >= closes_at {
        return calendar.at(calendar.add_working_days(today, 1), settings.delivery_from);
    }
    now.max(opens_at)
}

/// By when somebody must have taken notice of what is delivered then; `None`: nobody is waited for.
pub(in crate::features::escalation) fn acknowledge_by(
    calendar: &Calendar,
    settings: &EscalationSettings,
    delivered_at: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    let days = settings.acknowledge_within_working_days;
    (days > 0).then(|| {
        let local = delivered_at.with_timezone(&calendar.zone());
        calendar.at(calendar.add_working_days(local.date_naive(), days.into()), local.time())
    })
}

/// The last day until whose end an alarm may rest that is snoozed now.
pub(in crate::features::escalation) fn longest_snooze_on(
    calendar: &Calendar,
    settings: &EscalationSettings,
    now: DateTime<Utc>,
) -> NaiveDate {
    calendar.add_working_days(calendar.local_day(now), settings.snooze_working_days.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instant(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn what_comes_at_night_or_on_a_day_off_waits_for_the_next_working_morning() {
        let calendar = Calendar::embedded("cn").unwrap();
        let settings = EscalationSettings::default();
        let table = [
            ("within the hours", "2026-09-18T02:00:00Z", "2026-09-18T02:00:00Z"),
            ("early in the morning", "2026-09-17T22:00:00Z", "2026-09-18T00:30:00Z"),
            ("on Friday evening; Sunday the 20th is made up", "2026-09-18T10:00:00Z", "2026-09-20T00:30:00Z"),
            ("on Saturday", "2026-09-19T02:00:00Z", "2026-09-20T00:30:00Z"),
            ("on the made-up Sunday", "2026-09-20T02:00:00Z", "2026-09-20T02:00:00Z"),
            ("in the Spring Festival", "2026-02-18T02:00:00Z", "2026-02-24T00:30:00Z"),
        ];
        for (when, now, delivered) in table {
            assert_eq!(delivery_at(&calendar, &settings, instant(now)), instant(delivered), "{when}");
        }
        let at_once = EscalationSettings { delivery: Delivery::AtOnce, ..settings };
        let night = instant("2026-09-17T20:00:00Z");
        assert_eq!(delivery_at(&calendar, &at_once, night), night);
    }

    #[test]
    fn an_alarm_is_waited_for_until_the_same_time_some_working_days_later() {
        let calendar = Calendar::embedded("cn").unwrap();
        let settings = EscalationSettings::default();
        let by = |settings: &EscalationSettings, at| acknowledge_by(&calendar, settings, instant(at));
        assert_eq!(by(&settings, "2026-09-18T02:15:00Z"), Some(instant("2026-09-20T02:15:00Z")));
        assert_eq!(by(&settings, "2026-09-22T02:15:00Z"), Some(instant("2026-09-23T02:15:00Z")));
        let never = EscalationSettings { acknowledge_within_working_days: 0, ..settings };
        assert_eq!(by(&never, "2026-09-18T02:15:00Z"), None);
    }

    #[test]
    fn a_snooze_ends_within_so_many_working_days() {
        let calendar = Calendar::embedded("cn").unwrap();
        let settings = EscalationSettings { snooze_working_days: 2, ..EscalationSettings::default() };
        let last = longest_snooze_on(&calendar, &settings, instant("2026-09-18T02:00:00Z"));
        assert_eq!(last.to_string(), "2026-09-21");
    }
}
