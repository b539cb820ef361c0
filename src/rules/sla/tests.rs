//! Due dates against an independent table, against a day-by-day simulation, and against their own laws.

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use proptest::prelude::*;

use super::{
    Anchor, DayNote, Deadline, MAX_EXPLAINED_DAYS, Pause, Terms, alarm_at, alarms_due, deadline, due_at,
    due_on, explain, is_broken, is_over, is_provisional, next_alarm,
};
use crate::rules::calendar::tests::{CN, any_day, day, shared_data};
use crate::rules::time_limits::{AlarmRule, Amount, DueMoment, Matter, TimeLimits};
use crate::rules::vocabulary::{AlarmLevel, Channel, Kind, Metric, Priority, Unit};

/// A pause from the beginning of one day to the beginning of another, for limits that count days.
pub(super) fn pause(paused_on: NaiveDate, resumed_on: NaiveDate) -> Pause {
    let at = |on: NaiveDate| CN.at(on, chrono::NaiveTime::MIN);
    Pause { paused_on, resumed_on, paused_at: at(paused_on), resumed_at: at(resumed_on) }
}

pub(super) fn terms(anchor_on: NaiveDate, limit: i32, extension: i32, pauses: &[Pause]) -> Terms<'_> {
    Terms { extension, pauses, ..Terms::new(anchor_on, limit) }
}

/// The end of a day that a clock of one working day is due on.
fn due(on: NaiveDate) -> Deadline {
    Deadline { on, ..deadline(&CN, &Terms::new(CN.add_working_days(on, -1), 1)) }
}

fn ladder() -> Vec<AlarmRule> {
    let limits = TimeLimits::embedded("default").unwrap();
    limits.limit(Metric::Reply, Kind::Complaint, Channel::Web).unwrap().alarms.clone()
}

pub(super) fn instant(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// The due day as a clerk with a desk calendar finds it: strike out a day at a time.
fn simulate(terms: &Terms<'_>) -> NaiveDate {
    let is_paused =
        |on: NaiveDate| terms.pauses.iter().any(|pause| pause.paused_on < on && on <= pause.resumed_on);
    let mut left = terms.limit.value + terms.extension;
    let mut on = terms.anchor.on;
    while left > 0 {
        on = on.succ_opt().unwrap();
        left -= i32::from(CN.is_working_day(on) && !is_paused(on));
    }
    on
}

/// Terms whose pauses follow one another, the first perhaps from before the anchor: gaps and lengths in calendar days.
pub(super) fn any_terms() -> impl Strategy<Value = (NaiveDate, i32, i32, Vec<Pause>)> {
    let pauses = prop::collection::vec((0_u64..6, 0_u64..15), 0..4);
    let terms = (any_day(), 0_u64..12, 1_i32..60, 0_i32..30, pauses);
    terms.prop_map(|(anchor_on, before, limit, extension, lengths)| {
        let mut from = anchor_on - Days::new(before);
        let mut pauses = Vec::new();
        for (gap, length) in lengths {
            let paused_on = from + Days::new(gap);
            let resumed_on = paused_on + Days::new(length);
            pauses.push(pause(paused_on, resumed_on));
            from = resumed_on;
        }
        (anchor_on, limit, extension, pauses)
    })
}

#[test]
fn due_dates_agree_with_the_independent_table() {
    let Some(text) = shared_data("working_day_deadlines_2015_2024.csv") else { return };
    let limits = [1, 2, 5, 10, 15, 20, 30];
    let mut compared = 0;
    for record in csv::Reader::from_reader(text.as_bytes()).records() {
        let record = record.unwrap();
        assert_eq!(record.len(), limits.len() + 1);
        for (limit, expected) in limits.iter().zip(record.iter().skip(1)) {
            let terms = Terms::new(day(&record[0]), *limit);
            assert_eq!(due_on(&CN, &terms), day(expected), "{} plus {limit}", &record[0]);
            compared += 1;
        }
    }
    eprintln!("compared {compared} due dates, 0 mismatches");
    assert_eq!(compared, 3_653 * 7);
}

#[test]
fn golden_due_dates_of_2026() {
    let cases = [
        // Received on a Friday; day 1 is the Saturday worked for the Spring Festival, the other days follow the holiday.
        ("2026-02-13", 5, "2026-02-27"),
        // Received in the holiday, anchored there: day 1 is the first working day after it.
        ("2026-02-18", 1, "2026-02-24"),
        // The Sunday worked for National Day counts.
        ("2026-09-18", 1, "2026-09-20"),
        ("2026-09-30", 2, "2026-10-09"),
        ("2026-09-30", 3, "2026-10-10"),
    ];
    for (received, limit, due) in cases {
        assert_eq!(due_on(&CN, &Terms::new(day(received), limit)), day(due), "{received} plus {limit}");
    }
    assert_eq!(due_at(&CN, &Terms::new(day("2026-09-18"), 1)), instant("2026-09-20T16:00:00Z"));
}

#[test]
fn a_limit_is_over_from_its_due_instant_on() {
    let due_at = |due| {
        let terms = Terms { due, ..Terms::new(day("2026-09-18"), 1) };
        due_at(&CN, &terms)
    };
    let minutes = {
        let limit = Amount { value: 30, unit: Unit::WorkingMinutes };
        super::due_at(&CN, &Terms { limit, ..Terms::new(day("2026-09-18"), 1) })
    };
    let table = [
        // The end of Sunday the 20th in the city is the beginning of the 21st: an answer at that instant is of the 21st.
        (due_at(DueMoment::EndOfDay), "2026-09-20T15:59:59.999999Z", false),
        (due_at(DueMoment::EndOfDay), "2026-09-20T16:00:00Z", true),
        (due_at(DueMoment::EndOfDay), "2026-09-20T16:00:00.000001Z", true),
        // The office closes at six and nobody is there at that instant.
        (due_at(DueMoment::CloseOfBusiness), "2026-09-20T09:59:59.999999Z", false),
        (due_at(DueMoment::CloseOfBusiness), "2026-09-20T10:00:00Z", true),
        (minutes, "2026-09-18T01:29:59.999999Z", false),
        (minutes, "2026-09-18T01:30:00Z", true),
    ];
    for (due_at, at, is_late) in table {
        assert_eq!(is_over(due_at, instant(at)), is_late, "due at {due_at}, answered at {at}");
    }
}

#[test]
fn what_somebody_else_may_do_within_a_time_lapses_and_all_else_breaks() {
    let due_at = instant("2026-09-20T16:00:00Z");
    let lapsing = [Metric::Refuse, Metric::Clarification, Metric::Rating, Metric::ThirdParty];
    for metric in Metric::ALL.iter().copied() {
        assert_eq!(is_broken(metric, due_at, due_at), !lapsing.contains(&metric), "{metric}");
        assert!(!is_broken(metric, due_at, due_at - TimeDelta::microseconds(1)), "{metric}");
    }
}

#[test]
fn a_due_day_past_the_official_calendar_is_provisional() {
    assert!(!is_provisional(&CN, &Terms::new(day("2026-12-30"), 1)));
    assert!(is_provisional(&CN, &Terms::new(day("2026-12-30"), 2)));
}

#[test]
fn an_explanation_numbers_the_days_across_the_spring_festival() {
    let pauses = [pause(day("2026-02-24"), day("2026-02-26"))];
    let terms = terms(day("2026-02-12"), 4, 1, &pauses);
    let days = explain(&CN, &terms);
    let find = |on: &str| days.iter().find(|explained| explained.on == day(on)).unwrap();
    let notes = [
        ("2026-02-12", DayNote::Anchor, None),
        ("2026-02-13", DayNote::Counted, Some(1)),
        ("2026-02-14", DayNote::Counted, Some(2)),
        ("2026-02-16", DayNote::NotWorking, None),
        ("2026-02-24", DayNote::Counted, Some(3)),
        ("2026-02-25", DayNote::Paused, None),
        ("2026-02-26", DayNote::Paused, None),
        ("2026-02-27", DayNote::Counted, Some(4)),
        ("2026-02-28", DayNote::Due, Some(5)),
    ];
    for (on, note, ordinal) in notes {
        assert_eq!((find(on).note, find(on).ordinal), (note, ordinal), "{on}");
    }
    assert_eq!(find("2026-02-14").label.text.en, "2026-02-14 Saturday, working: make-up for Spring Festival");
    assert_eq!(days.last().unwrap().on, due_on(&CN, &terms));
}

#[test]
fn an_explanation_of_years_is_cut_but_still_ends_with_the_due_day() {
    let terms = Terms::new(day("2020-01-01"), 1_000);
    let days = explain(&CN, &terms);
    assert_eq!(days.len(), MAX_EXPLAINED_DAYS);
    let last = days.last().unwrap();
    assert_eq!((last.on, last.note, last.ordinal), (due_on(&CN, &terms), DayNote::Due, Some(1_000)));
}

#[test]
fn the_default_ladder_fires_around_the_due_day() {
    let due = deadline(&CN, &Terms::new(day("2026-09-28"), 3));
    assert_eq!(due.on, day("2026-10-08"));
    let times: Vec<_> = ladder().iter().map(|rule| alarm_at(&CN, &due, rule).to_rfc3339()).collect();
    let expected =
        ["2026-09-30T01:00:00", "2026-10-08T16:00:00", "2026-10-09T16:00:00", "2026-10-12T16:00:00"];
    assert_eq!(times, expected.map(|time| format!("{time}+00:00")));
}

#[test]
fn arming_absorbs_a_reminder_that_is_already_past() {
    let (due, rules) = (due(day("2026-03-10")), ladder());
    let next =
        |after, armed_at| next_alarm(&CN, &due, &rules, after, instant(armed_at)).map(|alarm| alarm.level);
    assert_eq!(next(None, "2026-03-09T00:59:59Z"), Some(AlarmLevel::L0));
    assert_eq!(next(None, "2026-03-09T01:00:00Z"), Some(AlarmLevel::L1));
    assert_eq!(next(None, "2026-06-01T00:00:00Z"), Some(AlarmLevel::L1), "overdue when armed: fires at once");
    assert_eq!(next(Some(AlarmLevel::L1), "2026-06-01T00:00:00Z"), Some(AlarmLevel::L2));
    assert_eq!(next(Some(AlarmLevel::L3), "2026-06-01T00:00:00Z"), None);
}

#[test]
fn levels_that_came_due_together_are_listed_lowest_first() {
    let (due, rules) = (due(day("2026-03-10")), ladder());
    let levels = |after, now| -> Vec<_> {
        alarms_due(&CN, &due, &rules, after, instant(now)).iter().map(|alarm| alarm.level).collect()
    };
    assert_eq!(levels(None, "2026-03-09T00:59:59Z"), []);
    assert_eq!(levels(None, "2026-03-10T16:00:00Z"), [AlarmLevel::L0, AlarmLevel::L1]);
    let after_an_outage = levels(Some(AlarmLevel::L0), "2026-06-01T00:00:00Z");
    assert_eq!(after_an_outage, [AlarmLevel::L1, AlarmLevel::L2, AlarmLevel::L3]);
}

proptest! {
    #[test]
    fn the_closed_form_equals_a_simulation((anchor_on, limit, extension, pauses) in any_terms()) {
        let terms = terms(anchor_on, limit, extension, &pauses);
        let simulated = simulate(&terms);
        // A pause from the due day on has nothing left to hold up; the simulation has stopped by then.
        prop_assume!(pauses.iter().all(|pause| pause.paused_on < simulated));
        prop_assert_eq!(due_on(&CN, &terms), simulated);
    }

    #[test]
    fn a_late_pause_leaves_a_broken_promise_as_late_as_it_was(anchor_on in any_day(), limit in 1_i32..40,
        late in 1_u64..30, length in 0_u64..30) {
        let due = due_on(&CN, &Terms::new(anchor_on, limit));
        let paused_on = due + Days::new(late);
        let resumed_on = paused_on + Days::new(length);
        let pauses = [pause(paused_on, resumed_on)];
        let moved = due_on(&CN, &Terms { pauses: &pauses, ..Terms::new(anchor_on, limit) });
        prop_assert_eq!(CN.working_days_between(moved, resumed_on), CN.working_days_between(due, paused_on));
    }

    #[test]
    fn pausing_and_resuming_on_one_day_adds_nothing(anchor_on in any_day(), limit in 1_i32..60, gap in 0_u64..60) {
        let paused_on = anchor_on + Days::new(gap);
        let pauses = [pause(paused_on, paused_on)];
        let terms = Terms::new(anchor_on, limit);
        prop_assert_eq!(due_on(&CN, &Terms { pauses: &pauses, ..terms }), due_on(&CN, &terms));
    }

    #[test]
    fn a_later_receipt_is_never_due_earlier(anchor_on in any_day(), limit in 1_i32..60, later in 0_u64..30) {
        let due = due_on(&CN, &Terms::new(anchor_on, limit));
        prop_assert!(due <= due_on(&CN, &Terms::new(anchor_on + Days::new(later), limit)));
        prop_assert!(due < due_on(&CN, &Terms::new(anchor_on, limit + 1)));
        prop_assert!(anchor_on < due && CN.is_working_day(due));
    }

    #[test]
    fn limits_and_extensions_add_up(anchor_on in any_day(), first in 1_i32..60, second in 1_i32..60) {
        let in_steps = due_on(&CN, &Terms::new(due_on(&CN, &Terms::new(anchor_on, first)), second));
        let extended = Terms { extension: second, ..Terms::new(anchor_on, first) };
        prop_assert_eq!(in_steps, due_on(&CN, &Terms::new(anchor_on, first + second)));
        prop_assert_eq!(in_steps, due_on(&CN, &extended));
    }

    #[test]
    fn alarms_follow_one_another_and_only_the_reminder_precedes_the_due_instant(anchor_on in any_day(), limit in 1_i32..60) {
        let terms = Terms::new(anchor_on, limit);
        let (due, due_at) = (deadline(&CN, &terms), due_at(&CN, &terms));
        let times: Vec<_> = ladder().iter().map(|rule| alarm_at(&CN, &due, rule)).collect();
        prop_assert!(times.is_sorted() && times[0] < due_at);
        prop_assert_eq!(times[1], due_at);
        prop_assert!(times[2] > due_at && times[3] > times[2]);
    }

    #[test]
    fn climbing_the_ladder_visits_every_level_once(due in any_day(), armed_hours in -500_i64..500) {
        let due = super::tests::due(CN.add_working_days(due, 1));
        let rules = ladder();
        let armed_at = due.at + TimeDelta::hours(armed_hours);
        let mut climbed = Vec::new();
        let mut after = None;
        while let Some(alarm) = next_alarm(&CN, &due, &rules, after, armed_at) {
            prop_assert!(after < Some(alarm.level));
            after = Some(alarm.level);
            climbed.push(alarm.level);
        }
        prop_assert!(climbed.ends_with(&[AlarmLevel::L1, AlarmLevel::L2, AlarmLevel::L3]));
    }

    #[test]
    fn an_explanation_counts_exactly_what_was_promised((anchor_on, limit, extension, pauses) in any_terms()) {
        let terms = terms(anchor_on, limit, extension, &pauses);
        prop_assume!(pauses.iter().all(|pause| pause.paused_on < simulate(&terms)));
        let days = explain(&CN, &terms);
        let counted: Vec<i32> = days.iter().filter_map(|explained| explained.ordinal).collect();
        prop_assert_eq!(counted, (1..=limit + extension).collect::<Vec<_>>());
        let last = days.last().unwrap();
        prop_assert_eq!((last.on, last.note), (due_on(&CN, &terms), DayNote::Due));
    }
}

#[test]
fn what_is_more_urgent_never_has_more_time_and_the_department_always_less_than_the_citizen_was_promised() {
    let limits = TimeLimits::embedded("default").unwrap();
    let at = "2026-09-21T02:00:00Z".parse().unwrap();
    let due = |metric, kind, channel, priority| {
        let matter = Matter { kind, channel, priority, categories: &[], departments: &[] };
        let limit = limits.limit_for(metric, &matter).unwrap();
        due_at(&CN, &Terms::of(limit, Anchor::of(&CN, limit, channel, at)))
    };
    for kind in Kind::ALL.iter().copied() {
        for channel in Channel::ALL.iter().copied() {
            for metric in [Metric::Reply, Metric::WorkOrder] {
                let rising = Priority::ALL.iter().map(|priority| due(metric, kind, channel, *priority));
                assert!(rising.is_sorted_by(|slower, faster| slower >= faster), "{metric} {kind} {channel}");
            }
            for priority in Priority::ALL.iter().copied() {
                let ours = |metric| due(metric, kind, channel, priority);
                assert!(ours(Metric::WorkOrder) < ours(Metric::Reply), "{kind} {channel} {priority}");
            }
        }
    }
}
