//! The calendar against the notices, against an independent table of every day, and against its own laws.

use std::path::PathBuf;
use std::sync::LazyLock;

use chrono::{Datelike, NaiveDate, NaiveTime, TimeDelta};
use proptest::prelude::*;

use super::{Calendar, CalendarError, DayKind, is_weekday};

/// The calendar of China, parsed once for all tests.
pub(crate) static CN: LazyLock<Calendar> = LazyLock::new(|| Calendar::embedded("cn").unwrap());

pub(crate) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Any day of three centuries: before, inside and after the official span.
pub(crate) fn any_day() -> impl Strategy<Value = NaiveDate> {
    (693_596..803_168).prop_map(|days| NaiveDate::from_num_days_from_ce_opt(days).unwrap())
}

/// A file of the shared data folder, which is not part of the project; `None`, said loudly, when it is absent.
pub(crate) fn shared_data(name: &str) -> Option<String> {
    let manifest = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let given = std::env::var_os("HUIYIN_SHARED_DATA").map(PathBuf::from);
    let around = ["../shared/data", "../../shared/data"].map(|folder| manifest.join(folder));
    let found = given.into_iter().chain(around).map(|folder| folder.join(name)).find(|path| path.exists());
    if found.is_none() {
        eprintln!("SKIPPED: ../shared/data is absent, {name} was not compared");
    }
    found.map(|path| std::fs::read_to_string(path).unwrap())
}

fn small(years: &str) -> String {
    format!(
        "code = \"xx\"\nversion = 1\nzone = \"Asia/Shanghai\"\nfirst_year = 2026\n\
         last_official_day = \"2026-12-31\"\nholidays = {{ \"元旦\" = \"New Year's Day\" }}\n\
         [[years]]\nyear = 2026\n{years}"
    )
}

#[test]
fn every_day_from_2007_to_2026_agrees_with_the_independent_table() {
    let Some(text) = shared_data("workday_calendar_cn_2007_2026.csv") else { return };
    let mut compared = 0;
    for record in csv::Reader::from_reader(text.as_bytes()).records() {
        let record = record.unwrap();
        let (on, is_working) = (day(&record[0]), &record[1] == "1");
        assert_eq!(CN.is_working_day(on), is_working, "{on}");
        let label = CN.label(on);
        assert_eq!(label.is_working, is_working, "{on}");
        let follows_the_week = record[1] == record[2];
        assert_eq!(label.kind == DayKind::MakeUp, is_working && !follows_the_week, "{on}");
        compared += 1;
    }
    eprintln!("compared {compared} days");
    assert_eq!(compared, 7_305);
}

#[test]
fn the_make_up_weekends_of_2026_are_worked() {
    for on in ["2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"] {
        assert!(!is_weekday(day(on)), "{on} is a weekend");
        assert!(CN.is_working_day(day(on)), "{on} is worked");
        assert_eq!(CN.label(day(on)).kind, DayKind::MakeUp);
    }
}

#[test]
fn labels_say_why_in_both_languages() {
    let texts = |on| {
        let text = CN.label(day(on)).text;
        (text.zh_cn, text.en)
    };
    let pair = |zh: &str, en: &str| (zh.to_owned(), en.to_owned());
    assert_eq!(
        texts("2026-09-20"),
        pair("2026-09-20 星期日，上班：国庆节调休", "2026-09-20 Sunday, working: make-up for National Day")
    );
    assert_eq!(
        texts("2026-02-17"),
        pair("2026-02-17 星期二，放假：春节", "2026-02-17 Tuesday, holiday: Spring Festival")
    );
    assert_eq!(texts("2026-03-07"), pair("2026-03-07 星期六，周末", "2026-03-07 Saturday, weekend"));
    assert_eq!(texts("2026-03-09"), pair("2026-03-09 星期一，工作日", "2026-03-09 Monday, working"));
}

#[test]
fn every_covered_year_names_its_notice() {
    for year in 2007..=2026 {
        let notices = CN.notices(year);
        assert!(notices.iter().any(|notice| notice.title.contains(&year.to_string())), "{year}");
    }
    assert!(CN.notices(2006).is_empty());
}

#[test]
fn days_past_the_last_official_one_are_provisional_and_follow_the_week() {
    assert!(!CN.is_provisional(day("2026-12-31")));
    assert!(CN.is_provisional(day("2027-01-01")));
    assert!(CN.is_working_day(day("2027-01-01")), "a Friday, until its notice is entered");
    assert_eq!(CN.label(day("2027-01-02")).kind, DayKind::Weekend);
}

#[test]
fn the_ends_of_time_neither_panic_nor_wrap() {
    for extreme in [NaiveDate::MIN, NaiveDate::MAX] {
        let ordinal = CN.ordinal(extreme);
        assert!(CN.day_at(ordinal).signed_duration_since(extreme).num_days().abs() <= 3);
        let _ = CN.label(extreme);
        let _ = CN.end_of_day(extreme);
    }
    assert_eq!(CN.day_at(i64::MIN), NaiveDate::MIN);
    assert_eq!(CN.day_at(i64::MAX), NaiveDate::MAX);
    assert_eq!(CN.add_working_days(NaiveDate::MAX, 20), NaiveDate::MAX);
}

#[test]
fn a_day_ends_when_the_next_one_begins_in_its_zone() {
    assert_eq!(CN.end_of_day(day("2026-03-09")).to_rfc3339(), "2026-03-09T16:00:00+00:00");
    let before_midnight = "2026-03-09T15:59:59Z".parse().unwrap();
    let at_midnight = "2026-03-09T16:00:00Z".parse().unwrap();
    assert_eq!(CN.local_day(before_midnight), day("2026-03-09"));
    assert_eq!(CN.local_day(at_midnight), day("2026-03-10"));
}

#[test]
fn clock_changes_move_neither_days_nor_hours() {
    let in_zone = |zone: &str| Calendar::parse(&small("").replace("Asia/Shanghai", zone)).unwrap();
    let cases = [
        // Clocks jump from 00:00 to 01:00: the day begins at 01:00.
        ("America/Sao_Paulo", "2018-11-03", "2018-11-04T03:00:00+00:00"),
        // Clocks go back from 02:00 to 01:00: the day has 25 hours.
        ("America/New_York", "2026-11-01", "2026-11-02T05:00:00+00:00"),
        // The whole of 2011-12-30 was skipped.
        ("Pacific/Apia", "2011-12-29", "2011-12-30T10:00:00+00:00"),
    ];
    for (zone, on, end) in cases {
        let calendar = in_zone(zone);
        assert_eq!(calendar.end_of_day(day(on)).to_rfc3339(), end, "{zone}");
        assert_eq!(
            calendar.local_day(calendar.end_of_day(day(on)) - TimeDelta::seconds(1)),
            day(on),
            "{zone}"
        );
    }
    let twice = in_zone("America/New_York").at(day("2026-11-01"), NaiveTime::from_hms_opt(1, 30, 0).unwrap());
    assert_eq!(twice.to_rfc3339(), "2026-11-01T05:30:00+00:00", "the earlier of the two");
}

#[test]
fn a_faulty_document_is_refused_with_the_day_at_fault() {
    let refused = |years: &str| Calendar::parse(&small(years)).unwrap_err();
    let off =
        |from: &str, to: &str| format!("off = [{{ from = \"{from}\", to = \"{to}\", holiday = \"元旦\" }}]");
    let on = day("2026-01-05");
    let error = refused(&off("2026-01-05", "2026-01-04"));
    assert_eq!(error, CalendarError::Day { day: on, reason: "the range ends before it begins" });
    let error = refused("make_up = [{ on = \"2026-01-05\", holiday = \"元旦\" }]");
    assert_eq!(error, CalendarError::Day { day: on, reason: "a make-up day must be a Saturday or a Sunday" });
    let error = refused(&off("2027-01-05", "2027-01-05"));
    assert!(matches!(error, CalendarError::Day { reason: "the day is outside the official span", .. }));
    let error = refused("make_up = [{ on = \"2026-01-04\", holiday = \"立春\" }]");
    assert_eq!(error, CalendarError::Holiday { day: day("2026-01-04"), holiday: "立春".to_owned() });
    let twice = format!(
        "{}\nmake_up = [{{ on = \"2026-01-04\", holiday = \"元旦\" }}]",
        off("2026-01-04", "2026-01-05")
    );
    assert_eq!(
        refused(&twice),
        CalendarError::Day { day: day("2026-01-04"), reason: "the day is given twice" }
    );
    assert_eq!(refused("[[years]]\nyear = 2026\n"), CalendarError::Year(2026));
    assert_eq!(refused("[[years]]\nyear = 2031\n"), CalendarError::Year(2031));
    assert!(matches!(refused("holidy = 1"), CalendarError::Syntax(_)));
    let backwards = small("").replace("first_year = 2026", "first_year = 2030");
    assert!(matches!(Calendar::parse(&backwards), Err(CalendarError::Span { first_year: 2030, .. })));
    assert_eq!(Calendar::embedded("atlantis"), Err(CalendarError::Unknown("atlantis".to_owned())));
}

#[test]
fn a_million_ordinals_lead_back_to_their_days() {
    let mut state = 88_172_645_463_325_252_u64;
    for _ in 0..1_000_000 {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        let ordinal = i64::try_from(state % 40_000).unwrap() - 15_000;
        assert_eq!(CN.ordinal(CN.day_at(ordinal)), ordinal);
    }
}

proptest! {
    #[test]
    fn an_ordinal_rises_by_one_on_working_days_only(on in any_day()) {
        let rise = CN.ordinal(on.succ_opt().unwrap()) - CN.ordinal(on);
        prop_assert_eq!(rise, i64::from(CN.is_working_day(on.succ_opt().unwrap())));
    }

    #[test]
    fn the_day_at_an_ordinal_is_the_first_with_it(on in any_day()) {
        let found = CN.day_at(CN.ordinal(on));
        prop_assert!(found <= on && CN.is_working_day(found));
        prop_assert_eq!(CN.ordinal(found), CN.ordinal(on));
        prop_assert_eq!(CN.ordinal(found.pred_opt().unwrap()), CN.ordinal(on) - 1);
    }

    #[test]
    fn adding_then_counting_gives_the_same_number(on in any_day(), working_days in -500_i64..500) {
        prop_assert_eq!(CN.working_days_between(on, CN.add_working_days(on, working_days)), working_days);
    }

    #[test]
    fn the_end_of_a_day_is_the_start_of_the_next(on in any_day().prop_filter("modern", |day| day.year() > 1992)) {
        let end = CN.end_of_day(on);
        prop_assert_eq!(CN.local_day(end), on.succ_opt().unwrap());
        prop_assert_eq!(CN.local_day(end - TimeDelta::nanoseconds(1)), on);
    }
}
