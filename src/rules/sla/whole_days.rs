//! Working minutes under a calendar that says no hours: then a working day counts from midnight to midnight. That is
//! allowed, and rarely what was meant, so whoever puts such a pair in force is warned.

use crate::rules::calendar::Calendar;
use crate::rules::texts::{Argument, Bilingual, Sentence};
use crate::rules::time_limits::{AlarmWhen, TimeLimit, TimeLimits};
use crate::rules::vocabulary::Unit;

/// The warning about a calendar and time limits that do not fit; `None`: they do.
pub fn whole_days_warning(calendar: &Calendar, limits: &TimeLimits) -> Option<Bilingual> {
    let in_minutes = limits.limits().iter().filter(|limit| counts_minutes(limit));
    let codes: Vec<Argument> = in_minutes.map(|limit| limit.code.as_str().into()).collect();
    if calendar.has_hours() || codes.is_empty() {
        return None;
    }
    let calendar = format!("{} v{}", calendar.code(), calendar.version());
    let set = format!("{} v{}", limits.code(), limits.version());
    let warning = Sentence::new("warning-whole_days").with("limits", set).with("calendar", calendar);
    Some(warning.with("codes", codes).both())
}

/// The limit itself or one of its alarms.
fn counts_minutes(limit: &TimeLimit) -> bool {
    let has_such_alarm =
        limit.alarms.iter().any(|alarm| matches!(alarm.when, AlarmWhen::WorkingMinutes { .. }));
    limit.amount.unit == Unit::WorkingMinutes || has_such_alarm
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::calendar::CALENDARS;

    /// The built-in calendar, its table of hours left out.
    fn without_hours() -> Calendar {
        let (before, rest) = CALENDARS[0].1.split_once("\n[hours]\n").unwrap();
        let (_, after) = rest.split_once("\n[[years]]").unwrap();
        Calendar::parse(&format!("{before}\n[[years]]{after}")).unwrap()
    }

    fn limits(amount: &str, ladder: &str) -> TimeLimits {
        TimeLimits::parse(&format!(
            "code = \"own\"\nversion = 3\n[ladders]\nown = [{ladder}]\n\
             [[limits]]\ncode = \"call-back\"\nmetric = \"reply\"\n{amount}\nladder = \"own\""
        ))
        .unwrap()
    }

    #[test]
    fn minutes_and_alarms_by_the_minute_are_warned_of_where_no_hours_are_said() {
        let (with, without) = (Calendar::embedded("cn").unwrap(), without_hours());
        let due = "{ level = \"l1\", working_days = 0 }";
        let later = "{ level = \"l1\", working_minutes = 30 }";
        let table = [
            ("working_days = 5", due, false),
            ("working_days = 5", later, true),
            ("working_minutes = 240", due, true),
            ("working_minutes = 240", later, true),
        ];
        for (amount, ladder, is_warned) in table {
            let limits = limits(amount, ladder);
            assert_eq!(whole_days_warning(&without, &limits).is_some(), is_warned, "{amount} {ladder}");
            assert_eq!(whole_days_warning(&with, &limits), None, "{amount} {ladder}");
        }
        let said = whole_days_warning(&without, &limits("working_minutes = 240", due)).unwrap();
        let begin = "call-back in the time limits own v3 count working minutes, and the calendar cn v1 has no [hours]";
        assert!(said.en.starts_with(begin), "{said:?}");
        assert!(said.zh_cn.contains("own v3") && said.zh_cn.contains("call-back"), "{said:?}");
    }
}
