//! Golden deadlines, alarms and explanations in calendar days, months and minutes, and of anchors by channel.

use chrono::{DateTime, Utc};

use super::tests::{instant, pause};
use super::{Anchor, DayNote, Deadline, Pause, Terms, alarm_at, deadline, explain, is_provisional};
use crate::rules::calendar::tests::{CN, day};
use crate::rules::time_limits::{
    AlarmAt, AlarmRule, AlarmWhen, Amount, AnchorRule, DueMoment, TimeLimit, TimeLimits,
};
use crate::rules::vocabulary::{AlarmLevel, Channel, Unit};

/// What counts from noon of a day in Shanghai.
fn count(on: &str, value: i32, unit: Unit) -> Terms<'static> {
    let anchor = Anchor { on: day(on), at: instant(&format!("{on}T04:00:00Z")) };
    Terms { anchor, limit: Amount { value, unit }, ..Terms::new(day(on), 1) }
}

fn fires(due: &Deadline, when: AlarmWhen) -> DateTime<Utc> {
    alarm_at(&CN, due, &AlarmRule { level: AlarmLevel::L0, when })
}

/// A limit as a document writes it.
fn limit(text: &str) -> TimeLimit {
    let text = format!("code = \"x\"\nversion = 1\n[[limits]]\ncode = \"a\"\nmetric = \"reply\"\n{text}");
    TimeLimits::parse(&text).unwrap().by_code("a").unwrap().clone()
}

#[test]
fn golden_due_days_in_calendar_days_and_months() {
    let cases = [
        ("2026-03-02", 10, Unit::CalendarDays, "2026-03-12"),
        // The tenth day is a Saturday: the next working day.
        ("2026-03-04", 10, Unit::CalendarDays, "2026-03-16"),
        // The last day falls into the Spring Festival.
        ("2026-02-05", 15, Unit::CalendarDays, "2026-02-24"),
        // A Sunday that is worked needs no moving.
        ("2026-09-10", 10, Unit::CalendarDays, "2026-09-20"),
        ("2026-01-31", 1, Unit::Months, "2026-02-28"),
        ("2026-03-10", 3, Unit::Months, "2026-06-10"),
        ("2026-07-04", 3, Unit::Months, "2026-10-08"),
        ("2025-11-30", 3, Unit::Months, "2026-02-28"),
    ];
    for (on, value, unit, due) in cases {
        assert_eq!(deadline(&CN, &count(on, value, unit)).on, day(due), "{on} plus {value} {unit}");
    }
    assert!(is_provisional(&CN, &count("2026-11-01", 3, Unit::Months)));
}

#[test]
fn a_pause_holds_calendar_days_and_months_up_by_the_days_it_lasts() {
    let pauses = [pause(day("2026-03-04"), day("2026-03-09"))];
    let due = |value, unit| deadline(&CN, &Terms { pauses: &pauses, ..count("2026-03-02", value, unit) }).on;
    assert_eq!(due(10, Unit::CalendarDays), day("2026-03-17"));
    assert_eq!(
        due(1, Unit::Months),
        day("2026-04-07"),
        "the fifth to the seventh of April, past the festival's Monday"
    );
}

#[test]
fn minutes_stop_and_go_on_at_the_instants_of_a_pause() {
    let anchor = Anchor::at(&CN, instant("2026-09-21T01:00:00Z"));
    let limit = Amount { value: 120, unit: Unit::WorkingMinutes };
    let at = |text: &str| instant(&format!("2026-09-21T{text}:00Z"));
    let pauses = [Pause::between(&CN, at("01:30"), at("05:30"))];
    let terms = Terms { anchor, limit, ..Terms::new(anchor.on, 1) };
    assert_eq!(deadline(&CN, &terms).at, at("03:00"));
    // Paused from 09:30 to 13:30, lunch within: 180 open minutes.
    assert_eq!(deadline(&CN, &Terms { pauses: &pauses, ..terms }).at, at("07:00"));
    let extended = deadline(&CN, &Terms { extension: 360, ..terms });
    assert_eq!(
        (extended.on, extended.at),
        (day("2026-09-21"), at("10:00")),
        "at closing time of the same day"
    );
}

#[test]
fn close_of_business_ends_a_promise_when_the_office_closes() {
    let terms = Terms { due: DueMoment::CloseOfBusiness, ..Terms::new(day("2026-09-18"), 1) };
    assert_eq!(deadline(&CN, &terms).at, instant("2026-09-20T10:00:00Z"));
    let limit = limit("working_days = 1\ndue = \"close_of_business\"");
    let anchor = Anchor::at(&CN, instant("2026-09-18T02:00:00Z"));
    assert_eq!(deadline(&CN, &Terms::of(&limit, anchor)).at, instant("2026-09-20T10:00:00Z"));
}

#[test]
fn a_share_of_the_limit_fires_in_its_own_unit() {
    let percent = |percent, at| AlarmWhen::Percent { percent, at };
    let morning = AlarmAt::Time("09:00".parse::<chrono::NaiveTime>().unwrap_or(chrono::NaiveTime::MIN));
    // Of 20 working days from 18 September the 16th is 16 October, the 20th the 22nd and the 22nd the 26th.
    let due = deadline(&CN, &Terms::new(day("2026-09-18"), 20));
    assert_eq!(due.on, day("2026-10-22"));
    assert_eq!(fires(&due, percent(80, AlarmAt::EndOfDay)), CN.end_of_day(day("2026-10-16")));
    assert_eq!(
        fires(&due, percent(80, morning)),
        CN.at(day("2026-10-16"), chrono::NaiveTime::from_hms_opt(9, 0, 0).unwrap())
    );
    assert_eq!(fires(&due, percent(100, AlarmAt::EndOfDay)), due.at);
    assert_eq!(fires(&due, percent(110, AlarmAt::EndOfDay)), CN.end_of_day(day("2026-10-26")));
    // Of 30 calendar days the 24th is a Friday, the 26th a Sunday.
    let due = deadline(&CN, &count("2026-03-03", 30, Unit::CalendarDays));
    assert_eq!(due.on, day("2026-04-02"));
    assert_eq!(fires(&due, percent(80, AlarmAt::EndOfDay)), CN.end_of_day(day("2026-03-27")));
    // A share that ends on a day off fires on the working day before.
    assert_eq!(fires(&due, percent(85, AlarmAt::EndOfDay)), CN.end_of_day(day("2026-03-27")));
    // Three months, 92 days: nine tenths are 83 days.
    let due = deadline(&CN, &count("2026-03-10", 3, Unit::Months));
    assert_eq!(fires(&due, percent(90, AlarmAt::EndOfDay)), CN.end_of_day(day("2026-06-01")));
    // Two hours: at four fifths 24 minutes are left.
    let due = deadline(&CN, &count("2026-09-21", 120, Unit::WorkingMinutes));
    assert_eq!(due.at, instant("2026-09-21T07:00:00Z"));
    assert_eq!(fires(&due, percent(80, AlarmAt::EndOfDay)), instant("2026-09-21T06:36:00Z"));
}

#[test]
fn minutes_before_and_after_the_deadline_are_open_minutes() {
    let due = deadline(&CN, &Terms::new(day("2026-09-18"), 1));
    let minutes = |minutes| fires(&due, AlarmWhen::WorkingMinutes { minutes });
    assert_eq!(minutes(0), due.at);
    assert_eq!(
        minutes(-30),
        instant("2026-09-20T09:30:00Z"),
        "half an hour before closing time on the due day"
    );
    assert_eq!(minutes(60), instant("2026-09-21T02:00:00Z"));
}

#[test]
fn the_anchor_follows_the_rule_of_the_channel() {
    let limit = limit("working_days = 1\nanchor_by_channel = { mail = \"next_working_day\" }");
    let saturday = instant("2026-09-19T03:00:00Z");
    let of = |channel| Anchor::of(&CN, &limit, channel, saturday);
    assert_eq!(of(Channel::Web), Anchor { on: day("2026-09-19"), at: saturday });
    assert_eq!(of(Channel::Mail), Anchor { on: day("2026-09-20"), at: instant("2026-09-19T16:00:00Z") });
    let due = |channel| deadline(&CN, &Terms::of(&limit, of(channel))).on;
    assert_eq!((due(Channel::Web), due(Channel::Mail)), (day("2026-09-20"), day("2026-09-21")));
    assert_eq!(limit.anchor_rule(Channel::Counter), AnchorRule::ReceiptDay);
}

#[test]
fn explanations_name_each_day_in_its_unit() {
    let notes = |terms: &Terms<'_>| -> Vec<_> {
        let days = explain(&CN, terms);
        days.iter().map(|one| (one.on.to_string(), one.note, one.ordinal, one.working_minutes)).collect()
    };
    let entry = |on: &str, note, ordinal, minutes| (on.to_owned(), note, ordinal, minutes);
    // Three calendar days end on a Saturday; Monday is due and counts no more.
    assert_eq!(
        notes(&count("2026-03-04", 3, Unit::CalendarDays)),
        [
            entry("2026-03-04", DayNote::Anchor, None, None),
            entry("2026-03-05", DayNote::Counted, Some(1), None),
            entry("2026-03-06", DayNote::Counted, Some(2), None),
            entry("2026-03-07", DayNote::Counted, Some(3), None),
            entry("2026-03-08", DayNote::NotWorking, None, None),
            entry("2026-03-09", DayNote::Due, None, None),
        ]
    );
    // From noon on Friday the 18th: five hours that day, three on the Sunday that is worked.
    assert_eq!(
        notes(&count("2026-09-18", 480, Unit::WorkingMinutes)),
        [
            entry("2026-09-18", DayNote::Anchor, None, Some(300)),
            entry("2026-09-19", DayNote::NotWorking, None, Some(0)),
            entry("2026-09-20", DayNote::Due, None, Some(180)),
        ]
    );
}
