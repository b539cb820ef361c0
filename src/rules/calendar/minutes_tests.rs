//! Working minutes against a simulation that looks at every minute, in zones with clock changes, and at the ends of time.

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Timelike, Utc, Weekday};
use proptest::prelude::*;

use super::tests::{CN, day};
use super::{Calendar, CalendarError, DayKind};

fn instant(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// The year 2026 in some zone, with New Year's Day off, Sunday 4 January worked for it, and these hours.
fn calendar(zone: &str, hours: &str) -> Calendar {
    Calendar::parse(&document(zone, hours)).unwrap()
}

fn document(zone: &str, hours: &str) -> String {
    format!(
        "code = \"xx\"\nversion = 1\nzone = \"{zone}\"\nfirst_year = 2026\nlast_official_day = \"2026-12-31\"\n\
         holidays = {{ \"元旦\" = \"New Year's Day\" }}\n[hours]\n{hours}\n[[years]]\nyear = 2026\n\
         off = [{{ from = \"2026-01-01\", to = \"2026-01-01\", holiday = \"元旦\" }}]\n\
         make_up = [{{ on = \"2026-01-04\", holiday = \"元旦\" }}]"
    )
}

const OFFICE: &str = "monday = [\"08:30-12:00\", \"13:30-17:30\"]\ntuesday = [\"09:00-17:00\"]\n\
    wednesday = [\"09:00-12:00\"]\nthursday = [\"10:00-19:00\"]\nfriday = [\"09:00-12:00\", \"14:00-16:30\"]\n\
    make_up = \"friday\"";

/// A desk that never closes, holidays included: the hours of a clock change count.
const ALWAYS: &str = "monday = [\"00:00-24:00\"]\ntuesday = [\"00:00-24:00\"]\nwednesday = [\"00:00-24:00\"]\n\
    thursday = [\"00:00-24:00\"]\nfriday = [\"00:00-24:00\"]\nsaturday = [\"00:00-24:00\"]\n\
    sunday = [\"00:00-24:00\"]\nholiday = [\"00:00-24:00\"]\nmake_up = \"sunday\"";

/// A night shift across the hour that clock changes repeat or skip, on Sundays alone.
const SUNDAY_NIGHT: &str = "sunday = [\"00:30-01:15\", \"01:45-03:30\"]\nmake_up = \"sunday\"";

/// Whether the office is open at a local time, written without the calendar's own tables.
fn is_office_open(calendar: &Calendar, at: DateTime<Utc>) -> bool {
    let local = at.with_timezone(&calendar.zone());
    let minute = local.hour() * 60 + local.minute();
    let weekday = match calendar.label(local.date_naive()).kind {
        DayKind::Holiday | DayKind::Weekend => return false,
        DayKind::MakeUp => Weekday::Fri,
        DayKind::Weekday => local.weekday(),
    };
    match weekday {
        Weekday::Mon => (510..720).contains(&minute) || (810..1050).contains(&minute),
        Weekday::Tue => (540..1020).contains(&minute),
        Weekday::Wed => (540..720).contains(&minute),
        Weekday::Thu => (600..1140).contains(&minute),
        Weekday::Fri => (540..720).contains(&minute) || (840..990).contains(&minute),
        Weekday::Sat | Weekday::Sun => false,
    }
}

/// The instant after so many open minutes, a minute at a time.
fn simulate(calendar: &Calendar, from: DateTime<Utc>, minutes: i64) -> DateTime<Utc> {
    let (mut at, mut left) = (from, minutes);
    while left > 0 {
        left -= i64::from(is_office_open(calendar, at));
        at += TimeDelta::minutes(1);
    }
    at
}

#[test]
fn minutes_equal_a_simulation_minute_by_minute() {
    let calendar = calendar("Asia/Shanghai", OFFICE);
    // From before the official span across the holiday, the make-up Sunday and the end of the span.
    for start in
        ["2025-12-30T00:00:00Z", "2026-01-02T07:59:00Z", "2026-03-06T08:30:00Z", "2026-12-30T03:00:00Z"]
    {
        let mut from = instant(start);
        for step in 0..40 {
            for minutes in [1, 59, 180, 450, 1_000, 2_400] {
                let expected = simulate(&calendar, from, minutes);
                let found = calendar.add_working_minutes(from, minutes);
                assert_eq!(found, expected, "{from} plus {minutes}");
                assert_eq!(calendar.working_minutes_between(from, found), minutes);
            }
            from += TimeDelta::minutes(97 + step);
        }
    }
}

#[test]
fn golden_minutes_of_the_city() {
    let cases = [
        // Wednesday 10:00 and two hours: until noon.
        ("2026-09-16T02:00:00Z", 120, "2026-09-16T04:00:00Z"),
        // One minute more is after lunch.
        ("2026-09-16T02:00:00Z", 121, "2026-09-16T05:01:00Z"),
        // Friday 17:30 and an hour: the Sunday is worked for National Day.
        ("2026-09-18T09:30:00Z", 60, "2026-09-20T01:30:00Z"),
        // On the eve of the Spring Festival, Saturday 2026-02-14 at 17:00: the office opens again on the 24th.
        ("2026-02-14T09:00:00Z", 90, "2026-02-24T01:30:00Z"),
        // A working day's hours later it is the same time on the next working day.
        ("2026-09-21T07:20:00Z", 480, "2026-09-22T07:20:00Z"),
        // Received on a day off.
        ("2026-10-03T03:00:00Z", 30, "2026-10-08T01:30:00Z"),
        // What ends at closing time ends there.
        ("2026-09-21T09:00:00Z", 60, "2026-09-21T10:00:00Z"),
    ];
    for (from, minutes, expected) in cases {
        assert_eq!(
            CN.add_working_minutes(instant(from), minutes),
            instant(expected),
            "{from} plus {minutes}"
        );
        assert_eq!(CN.working_minutes_between(instant(from), instant(expected)), minutes);
    }
    // Backwards from just after opening: the reminder of half an hour fires at closing time of the day before.
    let before = CN.add_working_minutes(instant("2026-09-22T01:10:00Z"), -30);
    assert_eq!(before, instant("2026-09-21T09:40:00Z"));
    assert_eq!(CN.add_working_minutes(instant("2026-09-22T01:30:00Z"), -30), instant("2026-09-22T01:00:00Z"));
    assert_eq!(CN.add_working_minutes(instant("2026-10-03T03:00:00Z"), 0), instant("2026-10-03T03:00:00Z"));
}

#[test]
fn closing_time_is_that_of_the_day() {
    assert_eq!(CN.close_of_business(day("2026-09-18")), instant("2026-09-18T10:00:00Z"));
    assert_eq!(CN.close_of_business(day("2026-09-20")), instant("2026-09-20T10:00:00Z"), "a make-up Sunday");
    assert_eq!(CN.close_of_business(day("2026-10-01")), CN.end_of_day(day("2026-10-01")), "never open");
    let friday_hours = calendar("Asia/Shanghai", OFFICE).close_of_business(day("2026-01-04"));
    assert_eq!(friday_hours, instant("2026-01-04T08:30:00Z"), "a make-up day keeps Friday's hours here");
}

#[test]
fn a_calendar_without_hours_is_open_around_the_clock_on_working_days() {
    let text = document("Asia/Shanghai", "").replace("[hours]\n", "");
    let calendar = Calendar::parse(&text).unwrap();
    assert!(!calendar.has_hours() && CN.has_hours());
    let friday = instant("2026-03-06T15:00:00Z");
    assert_eq!(calendar.add_working_minutes(friday, 60), instant("2026-03-06T16:00:00Z"));
    assert_eq!(calendar.add_working_minutes(friday, 61), instant("2026-03-08T16:01:00Z"));
    assert_eq!(calendar.close_of_business(day("2026-03-06")), calendar.end_of_day(day("2026-03-06")));
}

#[test]
fn where_clocks_change_a_desk_that_never_closes_counts_every_minute_that_passes() {
    for zone in ["Europe/Berlin", "America/New_York", "America/Sao_Paulo", "Asia/Shanghai"] {
        let calendar = calendar(zone, ALWAYS);
        let mut from = instant("2026-03-01T00:17:00Z");
        while from.year() == 2026 {
            for minutes in [1, 60, 1_440, 50_000, 600_000] {
                let later = from + TimeDelta::minutes(minutes);
                assert_eq!(
                    calendar.add_working_minutes(from, minutes),
                    later,
                    "{zone} {from} plus {minutes}"
                );
                assert_eq!(calendar.working_minutes_between(from, later), minutes, "{zone} {from}");
                assert_eq!(calendar.add_working_minutes(later, -minutes), from, "{zone} {later} back");
            }
            from += TimeDelta::minutes(1_439);
        }
    }
}

#[test]
fn a_span_lasts_as_long_as_passes_between_its_local_ends() {
    // Berlin 2026: on 29 March 02:00 becomes 03:00, on 25 October 03:00 becomes 02:00. New York: 8 March, 1 November.
    let cases = [
        ("Europe/Berlin", "2026-03-29", 45 + 45),
        ("Europe/Berlin", "2026-10-25", 45 + 165),
        ("Europe/Berlin", "2026-06-07", 45 + 105),
        // 01:45 to 03:30 loses the hour from 02:00 on; in autumn 01:00 to 02:00 is there twice, and both 01:15 and 01:45 are
        // the first of the two.
        ("America/New_York", "2026-03-08", 45 + 45),
        ("America/New_York", "2026-11-01", 45 + 165),
        ("Asia/Shanghai", "2026-03-29", 45 + 105),
    ];
    for (zone, on, minutes) in cases {
        let calendar = calendar(zone, SUNDAY_NIGHT);
        let (from, to) = (calendar.end_of_day(day(on).pred_opt().unwrap()), calendar.end_of_day(day(on)));
        assert_eq!(calendar.working_minutes_between(from, to), minutes, "{zone} {on}");
        let year = |year| calendar.end_of_day(NaiveDate::from_ymd_opt(year, 12, 31).unwrap());
        let sundays = calendar.working_minutes_between(year(2026), year(2027));
        assert_eq!(sundays, 52 * 150, "{zone}: what spring takes, autumn gives back");
    }
}

#[test]
fn no_instant_and_no_number_of_minutes_panics() {
    let extremes = [DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC, instant("2026-03-01T00:00:00Z")];
    let calendars =
        [CN.clone(), calendar("America/New_York", ALWAYS), calendar("Europe/Berlin", SUNDAY_NIGHT)];
    for calendar in &calendars {
        for at in extremes {
            for minutes in [i64::MIN, -1_000_000_000_000, -1, 0, 1, 1_000_000_000_000, i64::MAX] {
                let moved = calendar.add_working_minutes(at, minutes);
                let _ = calendar.working_minutes_between(at, moved);
                assert!((minutes >= 0) == (moved >= at) || moved == at, "{at} {minutes} {moved}");
            }
        }
    }
}

#[test]
fn faulty_hours_are_refused_by_the_day() {
    let refused = |hours: &str| Calendar::parse(&document("Asia/Shanghai", hours)).unwrap_err();
    let error = refused("monday = [\"09:00-12:00\", \"11:00-18:00\"]\nmake_up = \"monday\"");
    assert!(matches!(error, CalendarError::Hours { days: "monday", .. }), "{error}");
    let error = refused("make_up = \"monday\"\nholiday = [\"09:00-12:00\"]");
    assert!(matches!(error, CalendarError::Hours { .. }), "{error}");
    for hours in [
        "monday = [\"12:00-09:00\"]\nmake_up = \"monday\"",
        "monday = [\"09:00\"]\nmake_up = \"monday\"",
        "monday = [\"09:00-25:00\"]\nmake_up = \"monday\"",
        "monday = [\"09:00-12:00\"]",
        "monday = [\"09:00-12:00\"]\nmake_up = \"someday\"",
        "mondays = [\"09:00-12:00\"]\nmake_up = \"monday\"",
    ] {
        assert!(matches!(refused(hours), CalendarError::Syntax(_)), "{hours}");
    }
}

/// Instants of four decades around the official span, at any second.
fn any_instant() -> impl Strategy<Value = DateTime<Utc>> {
    (631_152_000_i64..2_208_988_800).prop_map(|seconds| DateTime::from_timestamp(seconds, 0).unwrap())
}

proptest! {
    #[test]
    fn adding_minutes_then_counting_gives_the_same_number(at in any_instant(), minutes in -200_000_i64..200_000) {
        let moved = CN.add_working_minutes(at, minutes);
        prop_assert_eq!(CN.working_minutes_between(at, moved), minutes);
    }

    #[test]
    fn minutes_add_up(at in any_instant(), first in 1_i64..20_000, second in 1_i64..20_000) {
        let in_steps = CN.add_working_minutes(CN.add_working_minutes(at, first), second);
        prop_assert_eq!(in_steps, CN.add_working_minutes(at, first + second));
    }

    #[test]
    fn a_later_instant_is_never_due_earlier(at in any_instant(), later in 0_i64..1_000_000, minutes in 0_i64..5_000) {
        let due = CN.add_working_minutes(at, minutes);
        prop_assert!(due <= CN.add_working_minutes(at + TimeDelta::seconds(later), minutes));
        prop_assert!(due < CN.add_working_minutes(at, minutes + 1));
    }

    #[test]
    fn open_seconds_grow_by_at_most_what_passes(at in any_instant(), passes in 0_i64..400_000) {
        let grown = CN.open_seconds(at + TimeDelta::seconds(passes)) - CN.open_seconds(at);
        prop_assert!((0..=passes).contains(&grown));
    }

    #[test]
    fn in_a_zone_with_clock_changes_the_laws_hold_too(at in any_instant(), minutes in 1_i64..20_000) {
        let berlin = &*BERLIN;
        let moved = berlin.add_working_minutes(at, minutes);
        prop_assert_eq!(berlin.working_minutes_between(at, moved), minutes);
        prop_assert_eq!(berlin.working_minutes_between(berlin.add_working_minutes(moved, -minutes), moved), minutes);
    }
}

static BERLIN: std::sync::LazyLock<Calendar> =
    std::sync::LazyLock::new(|| calendar("Europe/Berlin", SUNDAY_NIGHT));
