//! An order's own clock: due at the end of a working day, a reminder the working day before, one alarm when it is late.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};

use crate::rules::calendar::Calendar;
use crate::rules::sla::is_over;
use crate::{sql_text_enum, text_enum};

/// The reminder goes off at this hour.
const REMINDER_HOUR: u32 = 9;

text_enum! {
    /// What an order's clock tells.
    pub enum OrderAlarm {
        /// It is due tomorrow.
        Reminder = "reminder",
        /// It is late.
        Overdue = "overdue",
    }
}

sql_text_enum!(OrderAlarm);

/// When an order is due that is issued or sent back today.
pub(super) fn due(calendar: &Calendar, now: DateTime<Utc>, working_days: i64) -> (NaiveDate, DateTime<Utc>) {
    let due_on = calendar.add_working_days(calendar.local_day(now), working_days);
    (due_on, calendar.end_of_day(due_on))
}

/// When an alarm of an order due that day goes off.
pub(super) fn alarm_at(calendar: &Calendar, due_on: NaiveDate, alarm: OrderAlarm) -> DateTime<Utc> {
    match alarm {
        OrderAlarm::Reminder => {
            let hour = NaiveTime::from_hms_opt(REMINDER_HOUR, 0, 0).unwrap_or_default();
            calendar.at(calendar.add_working_days(due_on, -1), hour)
        }
        OrderAlarm::Overdue => calendar.end_of_day(due_on),
    }
}

/// The first alarm of a clock that starts now: a reminder whose hour has passed is left out.
pub(super) fn first_alarm_at(calendar: &Calendar, due_on: NaiveDate, now: DateTime<Utc>) -> DateTime<Utc> {
    let reminder = alarm_at(calendar, due_on, OrderAlarm::Reminder);
    if reminder > now { reminder } else { alarm_at(calendar, due_on, OrderAlarm::Overdue) }
}

/// What has come due by now: the highest, for what came due together is told once; and when the next one is.
pub(super) fn come_due(
    calendar: &Calendar,
    due_on: NaiveDate,
    now: DateTime<Utc>,
) -> (OrderAlarm, Option<DateTime<Utc>>) {
    let overdue_at = alarm_at(calendar, due_on, OrderAlarm::Overdue);
    if is_over(overdue_at, now) {
        (OrderAlarm::Overdue, None)
    } else {
        (OrderAlarm::Reminder, Some(overdue_at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_reminds_the_working_day_before_and_tells_once_when_it_is_late() {
        let calendar = Calendar::embedded("cn").unwrap();
        let instant = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        // Friday; the 20th, a Sunday, is made up.
        let issued = instant("2026-09-18T02:00:00Z");
        let (due_on, due_at) = due(&calendar, issued, 2);
        assert_eq!((due_on.to_string().as_str(), due_at), ("2026-09-21", instant("2026-09-21T16:00:00Z")));
        let reminder = first_alarm_at(&calendar, due_on, issued);
        assert_eq!(reminder, instant("2026-09-20T01:00:00Z"));
        assert_eq!(come_due(&calendar, due_on, reminder), (OrderAlarm::Reminder, Some(due_at)));
        assert_eq!(come_due(&calendar, due_on, due_at), (OrderAlarm::Overdue, None));
        let (tomorrow, at) = due(&calendar, issued, 1);
        assert_eq!(first_alarm_at(&calendar, tomorrow, issued), at, "its reminder would be in the past");
    }
}
