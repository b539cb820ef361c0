//! Dates as other systems write them.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;

/// The name of RFC 3339 among the formats.
const RFC_3339: &str = "rfc3339";
/// What is tried when a mapping names no format.
const USUAL: &[&str] = &[
    RFC_3339,
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%Y年%m月%d日",
    "%Y%m%d",
];

/// An instant, or a day whose time is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Moment {
    /// The instant; of a whole day, its beginning.
    pub at: DateTime<Utc>,
    /// Whether only the day is known.
    pub is_whole_day: bool,
}

/// Reads a date in the first format that fits; times without a zone are in `zone`.
pub(super) fn read(text: &str, formats: &[String], zone: Tz) -> Option<Moment> {
    if formats.is_empty() {
        return USUAL.iter().find_map(|format| read_as(text, format, zone));
    }
    formats.iter().find_map(|format| read_as(text, format, zone))
}

fn read_as(text: &str, format: &str, zone: Tz) -> Option<Moment> {
    let instant = |at: DateTime<Utc>| Moment { at, is_whole_day: false };
    if format == RFC_3339 {
        return DateTime::parse_from_rfc3339(text).ok().map(|at| instant(at.to_utc()));
    }
    if let Ok(at) = DateTime::parse_from_str(text, format) {
        return Some(instant(at.to_utc()));
    }
    if let Ok(local) = NaiveDateTime::parse_from_str(text, format) {
        return zone.from_local_datetime(&local).earliest().map(|at| instant(at.to_utc()));
    }
    let day = NaiveDate::parse_from_str(text, format).ok()?;
    let midnight = zone.from_local_datetime(&day.and_time(NaiveTime::MIN)).earliest()?;
    Some(Moment { at: midnight.to_utc(), is_whole_day: true })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_local_times_and_days_are_told_apart() {
        let zone = chrono_tz::Asia::Shanghai;
        let cases = [
            ("2019-04-25T09:32:09+08:00", "2019-04-25T01:32:09Z", false),
            ("2019-04-25 09:32:09", "2019-04-25T01:32:09Z", false),
            ("2019/4/25 9:32", "2019-04-25T01:32:00Z", false),
            ("2019-04-25", "2019-04-24T16:00:00Z", true),
            ("2019年4月25日", "2019-04-24T16:00:00Z", true),
            ("20190425", "2019-04-24T16:00:00Z", true),
        ];
        for (text, at, is_whole_day) in cases {
            let expected = Moment { at: at.parse().unwrap(), is_whole_day };
            assert_eq!(read(text, &[], zone), Some(expected), "{text}");
        }
        for text in ["", "gestern", "2019-02-30", "25.04.2019"] {
            assert_eq!(read(text, &[], zone), None, "{text}");
        }
        let own = ["%d.%m.%Y".to_owned()];
        assert!(read("25.04.2019", &own, zone).is_some());
        assert!(read("2019-04-25", &own, zone).is_none(), "only the formats of the mapping count");
    }
}
