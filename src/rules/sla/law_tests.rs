//! A million random clocks against a clerk with a desk calendar, and the laws that hold in every unit.

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use proptest::prelude::*;

use super::tests::{any_terms, instant, pause, terms};
use super::{Anchor, Pause, Terms, alarm_at, deadline, due_at, due_on, explain};
use crate::rules::calendar::tests::{CN, any_day, day};
use crate::rules::time_limits::{AlarmAt, AlarmRule, AlarmWhen, Amount, DueMoment};
use crate::rules::vocabulary::{AlarmLevel, Unit};

/// Marsaglia's xorshift: cheap, and the same numbers in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }

    fn small(&mut self, end: u64) -> i32 {
        i32::try_from(self.below(end)).unwrap()
    }
}

/// Which days of some decades are worked, asked once a day, so that a million simulations take seconds.
struct DeskCalendar {
    first: NaiveDate,
    is_working: Vec<bool>,
}

impl DeskCalendar {
    fn new() -> DeskCalendar {
        let first = day("2000-01-01");
        let is_working = first.iter_days().take(40 * 366).map(|on| CN.is_working_day(on)).collect();
        DeskCalendar { first, is_working }
    }

    /// Strikes out a day at a time; pauses are pairs of days, as offsets from the first day.
    fn due(&self, anchor: usize, promised: i32, pauses: &[(usize, usize)]) -> usize {
        let (mut on, mut left) = (anchor, promised);
        while left > 0 {
            on += 1;
            let is_paused = pauses.iter().any(|(from, to)| *from < on && on <= *to);
            left -= i32::from(self.is_working[on] && !is_paused);
        }
        on
    }

    fn day(&self, offset: usize) -> NaiveDate {
        self.first + Days::new(offset as u64)
    }
}

#[test]
fn a_million_due_days_equal_a_simulation_day_by_day() {
    let (desk, mut random) = (DeskCalendar::new(), Random(0x9E37_79B9_7F4A_7C15));
    let (mut compared, mut paused) = (0, 0);
    while compared < 1_000_000 {
        let anchor = random.below(36 * 365) as usize;
        let (limit, extension) = (1 + random.small(30), random.small(20));
        let mut offsets = Vec::new();
        let mut from = anchor;
        for _ in 0..random.below(4).saturating_sub(1) {
            let paused = from + random.below(6) as usize;
            from = paused + random.below(15) as usize;
            offsets.push((paused, from));
        }
        let due = desk.due(anchor, limit + extension, &offsets);
        // A pause from the due day on has nothing left to hold up; the simulation has stopped by then.
        if offsets.iter().any(|(from, _)| *from >= due) {
            continue;
        }
        let instants = DateTime::<Utc>::UNIX_EPOCH;
        let days = |(from, to): &(usize, usize)| Pause {
            paused_on: desk.day(*from),
            resumed_on: desk.day(*to),
            paused_at: instants,
            resumed_at: instants,
        };
        let pauses: Vec<Pause> = offsets.iter().map(days).collect();
        let found = due_on(&CN, &terms(desk.day(anchor), limit, extension, &pauses));
        assert_eq!(found, desk.day(due), "{} {limit}+{extension} {offsets:?}", desk.day(anchor));
        compared += 1;
        paused += usize::from(!pauses.is_empty());
    }
    eprintln!("compared {compared} due days, {paused} of them paused, 0 mismatches");
    assert!(paused > 100_000);
}

const UNITS: [(Unit, i32); 4] =
    [(Unit::WorkingDays, 60), (Unit::CalendarDays, 120), (Unit::Months, 14), (Unit::WorkingMinutes, 6_000)];

/// Some limit in some unit, ending at either moment.
fn any_limit() -> impl Strategy<Value = (Amount, DueMoment)> {
    let unit = prop::sample::select(UNITS.to_vec());
    let moment = prop::sample::select(DueMoment::ALL.to_vec());
    (unit, moment, 0_i32..10_000)
        .prop_map(|((unit, most), moment, value)| (Amount { value: 1 + value % most, unit }, moment))
}

/// Any second of a century around the official span.
fn any_anchor() -> impl Strategy<Value = Anchor> {
    (any_day(), 0_i64..86_400).prop_map(|(on, seconds)| Anchor {
        on,
        at: CN.at(on, chrono::NaiveTime::MIN) + TimeDelta::seconds(seconds),
    })
}

fn of((limit, due): (Amount, DueMoment), anchor: Anchor) -> Terms<'static> {
    Terms { anchor, limit, due, ..Terms::new(anchor.on, 1) }
}

/// Rungs that are levelled before the deadline or on it, in every sort of offset.
fn any_early_rung() -> impl Strategy<Value = AlarmWhen> {
    let at = prop::sample::select(vec![
        AlarmAt::Time("09:00".parse::<chrono::NaiveTime>().unwrap_or_default()),
        AlarmAt::CloseOfBusiness,
        AlarmAt::EndOfDay,
    ]);
    prop_oneof![
        (-30_i32..0, at.clone()).prop_map(|(days, at)| AlarmWhen::WorkingDays { days, at }),
        (1_i32..=100, at).prop_map(|(percent, at)| AlarmWhen::Percent { percent, at }),
        (-5_000_i32..=0).prop_map(|minutes| AlarmWhen::WorkingMinutes { minutes }),
    ]
}

proptest! {
    #[test]
    fn a_deadline_is_after_its_anchor_and_on_its_day((limit, moment) in any_limit(), anchor in any_anchor()) {
        let due = deadline(&CN, &of((limit, moment), anchor));
        prop_assert!(due.at > anchor.at && due.on >= anchor.on);
        prop_assert!(CN.is_working_day(due.on));
        prop_assert!(CN.local_day(due.at - TimeDelta::seconds(1)) == due.on);
        prop_assert_eq!(due.promised, limit);
    }

    #[test]
    fn more_is_never_due_earlier_and_a_later_anchor_neither(limit in any_limit(), anchor in any_anchor(), later in 0_u64..40) {
        let due = |terms: &Terms<'_>| due_at(&CN, terms);
        let terms = of(limit, anchor);
        let extended = Terms { extension: 1, ..terms };
        prop_assert!(due(&terms) <= due(&extended));
        let moved = Anchor { on: anchor.on + Days::new(later), at: anchor.at + Days::new(later) };
        let received_later = Terms { anchor: moved, ..terms };
        prop_assert!(due(&terms) <= due(&received_later));
    }

    #[test]
    fn a_pause_within_one_instant_adds_nothing(limit in any_limit(), anchor in any_anchor(), hours in 0_i64..2_000) {
        let at = anchor.at + TimeDelta::hours(hours);
        let pauses = [Pause::between(&CN, at, at)];
        let terms = of(limit, anchor);
        prop_assert_eq!(deadline(&CN, &Terms { pauses: &pauses, ..terms }), deadline(&CN, &terms));
    }

    #[test]
    fn a_pause_never_makes_a_promise_earlier(limit in any_limit(), anchor in any_anchor(), after in 0_i64..500, hours in 0_i64..500) {
        let paused_at = anchor.at + TimeDelta::hours(after);
        let pauses = [Pause::between(&CN, paused_at, paused_at + TimeDelta::hours(hours))];
        let terms = of(limit, anchor);
        let paused = Terms { pauses: &pauses, ..terms };
        prop_assert!(due_at(&CN, &terms) <= due_at(&CN, &paused));
    }

    #[test]
    fn a_pause_counts_from_the_anchor_on(limit in any_limit(), anchor in any_anchor(), before in 0_i64..500, hours in 0_i64..500) {
        let paused_at = anchor.at - TimeDelta::hours(before);
        let resumed_at = paused_at + TimeDelta::hours(hours);
        let whole = [Pause::between(&CN, paused_at, resumed_at)];
        let from_the_anchor = [Pause::between(&CN, anchor.at, resumed_at.max(anchor.at))];
        let due = |pauses| deadline(&CN, &Terms { pauses, ..of(limit, anchor) });
        prop_assert_eq!(due(&whole), due(&from_the_anchor));
    }

    #[test]
    fn an_alarm_levelled_before_the_deadline_never_fires_after_it(limit in any_limit(), anchor in any_anchor(), when in any_early_rung()) {
        let due = deadline(&CN, &of(limit, anchor));
        let rung = AlarmRule { level: AlarmLevel::L0, when };
        prop_assert!(alarm_at(&CN, &due, &rung) <= due.at);
    }

    #[test]
    fn a_larger_share_never_fires_earlier(limit in any_limit(), anchor in any_anchor(), percent in 1_i32..200, more in 0_i32..100) {
        let due = deadline(&CN, &of(limit, anchor));
        let fires = |percent| {
            let when = AlarmWhen::Percent { percent, at: limit.1.into() };
            alarm_at(&CN, &due, &AlarmRule { level: AlarmLevel::L0, when })
        };
        prop_assert!(fires(percent) <= fires(percent + more));
        prop_assert_eq!(fires(100), due.at);
    }

    #[test]
    fn an_explanation_of_any_unit_ends_with_the_due_day_and_counts_the_promise((limit, moment) in any_limit(), anchor in any_anchor()) {
        let terms = of((limit, moment), anchor);
        let days = explain(&CN, &terms);
        prop_assert_eq!(days.last().map(|last| last.on), Some(due_on(&CN, &terms)));
        prop_assert_eq!(days[0].on, anchor.on);
        let counted = days.iter().filter(|explained| explained.is_counted).count();
        let minutes: i64 = days.iter().filter_map(|explained| explained.working_minutes).sum();
        match limit.unit {
            Unit::WorkingDays | Unit::CalendarDays => prop_assert_eq!(counted, limit.value as usize),
            Unit::WorkingMinutes => prop_assert!((minutes - i64::from(limit.value)).abs() <= days.len() as i64),
            Unit::Months => prop_assert!(counted >= 28),
        }
    }

    #[test]
    fn nothing_panics_whatever_the_numbers(days in any::<i32>(), value in any::<i32>(), extension in any::<i32>(), unit in prop::sample::select(Unit::ALL.to_vec())) {
        let on = NaiveDate::from_num_days_from_ce_opt(days).unwrap_or(NaiveDate::MAX);
        let terms = Terms { extension, limit: Amount { value, unit }, ..Terms::new(on, 1) };
        let due = deadline(&CN, &terms);
        for when in [
            AlarmWhen::WorkingDays { days: value, at: AlarmAt::EndOfDay },
            AlarmWhen::Percent { percent: value, at: AlarmAt::CloseOfBusiness },
            AlarmWhen::WorkingMinutes { minutes: value },
        ] {
            let _ = alarm_at(&CN, &due, &AlarmRule { level: AlarmLevel::L0, when });
        }
        let _ = explain(&CN, &terms);
    }

    #[test]
    fn days_paused_in_one_piece_or_in_two_that_meet_count_alike((anchor_on, limit, extension, _) in any_terms(), gap in 0_u64..10, first in 0_u64..15, second in 0_u64..15) {
        let begin = anchor_on + Days::new(gap);
        let (middle, end) = (begin + Days::new(first), begin + Days::new(first + second));
        let (whole, parts) = ([pause(begin, end)], [pause(begin, middle), pause(middle, end)]);
        prop_assert_eq!(due_on(&CN, &terms(anchor_on, limit, extension, &whole)), due_on(&CN, &terms(anchor_on, limit, extension, &parts)));
    }
}

#[test]
fn the_ends_of_time_neither_panic_nor_wrap() {
    for on in [NaiveDate::MIN, NaiveDate::MAX] {
        for unit in Unit::ALL {
            let limit = Amount { value: i32::MAX, unit: *unit };
            let terms = Terms { limit, extension: i32::MAX, ..Terms::new(on, 1) };
            assert!(deadline(&CN, &terms).on >= on, "{on} {unit}");
        }
    }
    let far = Terms {
        limit: Amount { value: i32::MAX, unit: Unit::WorkingMinutes },
        ..Terms::new(day("2026-01-01"), 1)
    };
    assert!(due_at(&CN, &far) > instant("9999-01-01T00:00:00Z"));
}
