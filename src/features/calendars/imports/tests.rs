//! What is read, and what is refused with which line.

use chrono::NaiveDate;

use super::{YearDays, read_csv, read_json};
use crate::features::calendars::refusal::{Reason, Refusal};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// A file of the holiday-cn shape, one day a line from line 4 on.
fn json(days: &[(&str, &str, bool)]) -> String {
    let line = |(name, date, off): &(&str, &str, bool)| {
        format!("    {{\"name\": \"{name}\", \"date\": \"{date}\", \"isOffDay\": {off}}}")
    };
    let days: Vec<String> = days.iter().map(line).collect();
    format!(
        "{{\n  \"$id\": \"2027\", \"year\": 2027, \"papers\": [\"https://www.gov.cn/x\"],\n  \"days\": [\n{}\n  ]\n}}\n",
        days.join(",\n")
    )
}

const NEW_YEAR: [(&str, &str, bool); 4] = [
    ("元旦", "2026-12-31", true),
    ("元旦", "2027-01-01", true),
    ("元旦", "2027-01-02", true),
    ("元旦", "2027-01-09", false),
];

fn refused(read: Result<YearDays, Refusal>) -> (Option<usize>, Reason) {
    let refusal = read.unwrap_err();
    (refusal.line, refusal.reason)
}

#[test]
fn a_year_is_read_with_the_december_that_belongs_to_its_new_year() {
    let year = read_json(&format!("\u{feff}{}", json(&NEW_YEAR))).unwrap();
    assert_eq!((year.year, year.papers.len()), (2027, 1));
    let off: Vec<NaiveDate> = year.off.keys().copied().collect();
    assert_eq!(off, [day("2026-12-31"), day("2027-01-01"), day("2027-01-02")]);
    assert_eq!(year.make_up.get(&day("2027-01-09")), Some(&Some("元旦".to_owned())));
}

#[test]
fn json_is_refused_with_line_and_reason() {
    let with = |name, date, off| json(&[NEW_YEAR.as_slice(), &[(name, date, off)]].concat());
    let cases = [
        (with("元旦", "2027-01-01", true), Some(8), Reason::Twice(day("2027-01-01"))),
        (with("元旦", "2027-01-11", false), Some(8), Reason::MakeUpOnWeekday(day("2027-01-11"))),
        (with("元旦", "2027-01-04", true), None, Reason::Gap(day("2027-01-03"))),
        (
            with("元旦", "2026-11-30", true),
            Some(8),
            Reason::OutsideYear { day: day("2026-11-30"), year: 2027 },
        ),
        (
            with("元旦", "2028-01-01", true),
            Some(8),
            Reason::OutsideYear { day: day("2028-01-01"), year: 2027 },
        ),
        (with("元旦", "2027-02-30", true), Some(8), Reason::NotADay("2027-02-30".to_owned())),
        (json(&[]), None, Reason::Empty),
    ];
    for (text, line, reason) in cases {
        assert_eq!(refused(read_json(&text)), (line, reason), "{text}");
    }
    let (line, reason) = refused(read_json("{\n \"year\": 2027,\n \"days\": 1}"));
    assert!(line == Some(3) && matches!(reason, Reason::Unreadable(_)), "{line:?} {reason:?}");
}

#[test]
fn csv_lists_exceptions_or_every_day() {
    let exceptions =
        "date,is_working,name\n2027-01-01,false,元旦\n2027-01-02,false,元旦\n2027-01-10,true,元旦\n";
    let year = read_csv(exceptions).unwrap();
    assert_eq!((year.year, year.off.len(), year.make_up.len()), (2027, 2, 1));

    let all = |skipped: &str| {
        let days = day("2027-01-01").iter_days().take(365).filter(|on| on.to_string() != skipped);
        let line = |on: NaiveDate| {
            let is_working = !super::is_weekend(on) && on != day("2027-01-01");
            format!("{on},{}\n", u8::from(is_working))
        };
        format!("date,is_working\n{}", days.map(line).collect::<String>())
    };
    let year = read_csv(&all("")).unwrap();
    assert_eq!(year.off.keys().collect::<Vec<_>>(), [&day("2027-01-01")]);
    assert_eq!(refused(read_csv(&all("2027-07-07"))), (None, Reason::Gap(day("2027-07-07"))));
}

#[test]
fn csv_is_refused_with_line_and_reason() {
    let cases = [
        ("day,is_working\n", Some(1), Reason::Header),
        ("date,is_working\n", None, Reason::Empty),
        (
            "date,is_working\n2027-01-01,false\n2027-13-01,false\n",
            Some(3),
            Reason::NotADay("2027-13-01".into()),
        ),
        ("date,is_working\n2027-01-01,no\n", Some(2), Reason::NotABoolean("no".into())),
        ("date,is_working\n2027-01-04,true\n", Some(2), Reason::MakeUpOnWeekday(day("2027-01-04"))),
    ];
    for (text, line, reason) in cases {
        assert_eq!(refused(read_csv(text)), (line, reason), "{text}");
    }
}
