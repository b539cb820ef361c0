//! How long a due date takes: in working days with and without pauses, as an instant, and in working minutes.

// The macros below make functions that nobody reads; a benchmark that cannot start may stop with a panic.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

use std::hint::black_box;

use chrono::{Days, NaiveDate};
use criterion::{Criterion, criterion_group, criterion_main};
use huiyin::rules::calendar::Calendar;
use huiyin::rules::sla::{Anchor, Pause, Terms, due_at, due_on};
use huiyin::rules::time_limits::Amount;
use huiyin::rules::vocabulary::Unit;

/// Days of receipt, so that no branch is learnt by heart.
fn days() -> Vec<NaiveDate> {
    let first = NaiveDate::from_ymd_opt(2007, 1, 1).unwrap();
    (0..1024_u64).map(|step| first + Days::new(step * 2_741 % 7_000)).collect()
}

fn measure(criterion: &mut Criterion) {
    let calendar = Calendar::embedded("cn").unwrap();
    let days = days();
    let mut next = days.iter().copied().cycle();
    let mut day = move || next.next().unwrap();
    criterion.bench_function("due day, 20 working days", |bench| {
        bench.iter(|| due_on(&calendar, &Terms::new(black_box(day()), 20)))
    });
    let noon = |on: NaiveDate| on.and_hms_opt(4, 0, 0).unwrap().and_utc();
    criterion.bench_function("due day, 20 working days, one pause", |bench| {
        bench.iter(|| {
            let on = black_box(day());
            let pauses = [Pause {
                paused_on: on,
                resumed_on: on + Days::new(9),
                paused_at: noon(on),
                resumed_at: noon(on),
            }];
            due_on(&calendar, &Terms { pauses: &pauses, ..Terms::new(on, 20) })
        })
    });
    criterion.bench_function("due instant, 20 working days", |bench| {
        bench.iter(|| due_at(&calendar, &Terms::new(black_box(day()), 20)))
    });
    criterion.bench_function("due instant, 480 working minutes", |bench| {
        bench.iter(|| {
            let on = black_box(day());
            let limit = Amount { value: 480, unit: Unit::WorkingMinutes };
            let anchor = Anchor { on, at: noon(on) };
            due_at(&calendar, &Terms { anchor, limit, ..Terms::new(on, 1) })
        })
    });
}

criterion_group!(benches, measure);
criterion_main!(benches);
