//! Rungs in every sort of offset, the order they must keep, and limits chosen by category and department.

use super::{AlarmWhen, AnchorRule, DueMoment, Matter, Rung, TimeLimit, TimeLimits, share};
use crate::rules::vocabulary::{AlarmLevel, Channel, Kind, Metric, Priority, Unit};

fn parse(limits: &str) -> Result<TimeLimits, String> {
    TimeLimits::parse(&format!("code = \"x\"\nversion = 1\n{limits}")).map_err(|error| error.to_string())
}

/// A limit with a ladder of two rungs, l0 and l1.
fn limit(amount: &str, lower: &str, upper: &str) -> Result<TimeLimit, String> {
    let text = format!(
        "limits = [{{ code = \"a\", metric = \"reply\", {amount}, ladder = \"two\" }}]\n[ladders]\n\
         two = [{{ level = \"l0\", {lower} }}, {{ level = \"l1\", {upper} }}]"
    );
    parse(&text).map(|limits| limits.by_code("a").unwrap().clone())
}

#[test]
fn a_rung_takes_the_moment_at_which_its_limit_ends_when_it_names_none() {
    let limit =
        limit("working_days = 5, due = \"close_of_business\"", "percent = 80", "working_days = 1").unwrap();
    assert_eq!(limit.due, DueMoment::CloseOfBusiness);
    let at = DueMoment::CloseOfBusiness.into();
    let when: Vec<_> = limit.alarms.iter().map(|rule| rule.when).collect();
    assert_eq!(when, [AlarmWhen::Percent { percent: 80, at }, AlarmWhen::WorkingDays { days: 1, at }]);
    let shown: Rung = limit.alarms[0].into();
    assert_eq!((shown.level, shown.percent, shown.working_days), (AlarmLevel::L0, Some(80), None));
}

#[test]
fn levels_must_rise_with_time_whatever_they_are_counted_in() {
    let accepted = [
        ("working_days = 5", "percent = 50", "percent = 80"),
        ("working_days = 5", "percent = 60", "working_days = -1"),
        ("working_days = 5", "working_days = -1", "percent = 100"),
        ("working_days = 5", "working_days = -1, at = \"09:00\"", "working_days = -1"),
        ("working_minutes = 120", "working_minutes = -30", "percent = 90"),
        ("working_minutes = 120", "percent = 80", "working_days = 1"),
        ("months = 3", "percent = 90", "working_days = 0"),
        ("calendar_days = 30", "percent = 90", "percent = 100"),
        ("calendar_days = 30", "percent = 90", "working_minutes = 0"),
    ];
    for (amount, lower, upper) in accepted {
        assert_eq!(
            limit(amount, lower, upper).map(|limit| limit.alarms.len()),
            Ok(2),
            "{amount} {lower} {upper}"
        );
    }
    let refused = [
        ("working_days = 5", "percent = 80", "percent = 80"),
        ("working_days = 5", "percent = 80", "percent = 50"),
        // Of five days nine tenths round up to the fifth: both fire at the end of the due day.
        ("working_days = 5", "percent = 90", "percent = 100"),
        ("working_days = 5", "percent = 80", "working_days = -1"),
        (
            "working_days = 5",
            "working_days = 0, at = \"18:00\"",
            "working_days = 0, at = \"close_of_business\"",
        ),
        ("working_days = 5", "working_days = -1", "working_minutes = -30"),
        ("working_days = 5", "working_days = 0, at = \"09:00\"", "working_minutes = 0"),
        ("working_minutes = 120", "percent = 80", "working_minutes = -30"),
        ("months = 3", "percent = 50", "working_days = -1"),
        ("months = 3", "working_days = 1", "percent = 120"),
    ];
    for (amount, lower, upper) in refused {
        assert!(limit(amount, lower, upper).is_err(), "{amount} {lower} {upper}");
    }
}

#[test]
fn order_must_hold_with_every_extension_too() {
    let amount = |extension| format!("working_days = 1, max_extensions = 1, max_extension = {extension}");
    let rungs = ("percent = 50, at = \"09:00\"", "working_days = 0, at = \"10:00\"");
    assert!(limit(&amount(10), rungs.0, rungs.1).is_ok());
    let rungs = ("working_days = -1, at = \"10:00\"", "percent = 50, at = \"09:00\"");
    assert!(limit("working_days = 1", rungs.0, rungs.1).is_ok(), "half of one day is the day itself");
    assert!(limit(&amount(10), rungs.0, rungs.1).is_err(), "half of eleven days is long before");
}

#[test]
fn a_faulty_rung_is_refused() {
    for rung in [
        "working_days = 1, percent = 80",
        "at = \"09:00\"",
        "percent = 0",
        "percent = 1001",
        "working_minutes = 5, at = \"09:00\"",
        "working_minutes = 700000",
        "working_days = 1001",
        "days = 1",
    ] {
        assert!(limit("working_days = 5", "working_days = -5", rung).is_err(), "{rung}");
    }
}

#[test]
fn a_share_rounds_up_to_whole_units() {
    let cases = [(5, 80, 4), (5, 50, 3), (20, 80, 16), (1, 1, 1), (480, 80, 384), (5, 120, 6), (0, 80, 0)];
    for (amount, percent, expected) in cases {
        assert_eq!(share(amount, percent), expected, "{percent} % of {amount}");
    }
}

#[test]
fn units_and_anchors_are_read_as_they_are_written() {
    let limits = parse(
        "[[limits]]\ncode = \"a\"\nmetric = \"reply\"\nmonths = 3\nmax_extensions = 1\nmax_extension = 1\n\
         anchor_by_channel = { mail = \"next_working_day\" }\n\
         [[limits]]\ncode = \"b\"\nmetric = \"accept\"\nworking_minutes = 120\nanchor = \"next_working_day\"\n",
    )
    .unwrap();
    let (months, minutes) = (limits.by_code("a").unwrap(), limits.by_code("b").unwrap());
    assert_eq!((months.amount.value, months.amount.unit, months.max_extension), (3, Unit::Months, 1));
    assert_eq!(months.anchor_rule(Channel::Mail), AnchorRule::NextWorkingDay);
    assert_eq!(months.anchor_rule(Channel::Web), AnchorRule::ReceiptDay);
    assert_eq!((minutes.amount.value, minutes.amount.unit), (120, Unit::WorkingMinutes));
    assert_eq!(minutes.anchor_rule(Channel::Web), AnchorRule::NextWorkingDay);
}

/// Limits for nobody in particular, a channel, two categories of which one is above the other, and a department.
const CHOICE: &str = "
    limits = [
        { code = \"any\", metric = \"reply\", working_days = 5 },
        { code = \"hotline\", metric = \"reply\", working_days = 4, channels = [\"hotline\"] },
        { code = \"housing\", metric = \"reply\", working_days = 3, categories = [\"housing\"] },
        { code = \"heating\", metric = \"reply\", working_days = 2, categories = [\"heating\"] },
        { code = \"bureau\", metric = \"reply\", working_days = 10, departments = [\"housing-bureau\"] },
    ]";

#[test]
fn the_department_wins_over_the_category_and_the_nearer_code_over_the_one_above() {
    let limits = parse(CHOICE).unwrap();
    let choose = |channel, categories: &[&str], departments: &[&str]| {
        let (kind, priority) = (Kind::Complaint, Priority::Normal);
        let matter = Matter { kind, channel, priority, categories, departments };
        limits.limit_for(Metric::Reply, &matter).unwrap().code.clone()
    };
    assert_eq!(choose(Channel::Web, &[], &[]), "any");
    assert_eq!(choose(Channel::Web, &["parks"], &["parks-bureau"]), "any");
    assert_eq!(choose(Channel::Hotline, &["parks"], &[]), "hotline");
    assert_eq!(choose(Channel::Hotline, &["repairs", "housing"], &[]), "housing");
    assert_eq!(choose(Channel::Web, &["heating", "housing"], &[]), "heating");
    assert_eq!(
        choose(Channel::Web, &["heating", "housing"], &["heating-office", "housing-bureau"]),
        "bureau"
    );
}

#[test]
fn two_limits_for_the_same_code_are_a_tie_and_for_two_codes_are_none() {
    let two = |first: &str, second: &str| {
        parse(&format!(
            "limits = [{{ code = \"a\", metric = \"reply\", working_days = 5, {first} }}, \
             {{ code = \"b\", metric = \"reply\", working_days = 6, {second} }}]"
        ))
    };
    assert!(two("categories = [\"heating\"]", "categories = [\"parks\", \"heating\"]").is_err());
    assert!(two("departments = [\"x\"]", "departments = [\"x\"]").is_err());
    assert!(two("categories = [\"heating\"]", "categories = [\"parks\"]").is_ok());
    assert!(two("categories = [\"heating\"]", "departments = [\"x\"]").is_ok());
    assert!(
        two("categories = [\"a\"], kinds = [\"inquiry\"]", "categories = [\"a\"], kinds = [\"complaint\"]")
            .is_ok()
    );
}

/// What a priority weighs: less than a category, more than a channel or a kind.
const PRIORITIES: &str = "
    limits = [
        { code = \"any\", metric = \"reply\", working_days = 5 },
        { code = \"hotline\", metric = \"reply\", working_days = 4, channels = [\"hotline\"], kinds = [\"complaint\"] },
        { code = \"raised\", metric = \"reply\", working_days = 2, priorities = [\"urgent\", \"critical\"] },
        { code = \"heating\", metric = \"reply\", working_days = 3, categories = [\"heating\"] },
    ]";

#[test]
fn a_priority_wins_over_channel_and_kind_and_gives_way_to_a_category() {
    let limits = parse(PRIORITIES).unwrap();
    let choose = |priority, categories: &[&str]| {
        let (kind, channel) = (Kind::Complaint, Channel::Hotline);
        let matter = Matter { kind, channel, priority, categories, departments: &[] };
        limits.limit_for(Metric::Reply, &matter).unwrap().code.clone()
    };
    assert_eq!(choose(Priority::Normal, &[]), "hotline");
    assert_eq!(choose(Priority::Urgent, &[]), "raised");
    assert_eq!(choose(Priority::Critical, &["parks"]), "raised");
    assert_eq!(choose(Priority::Critical, &["heating"]), "heating");
}

#[test]
fn two_limits_of_one_priority_are_refused_and_of_two_are_not() {
    let entry = |code: &str, priority: &str| {
        format!(
            "{{ code = \"{code}\", metric = \"reply\", working_days = 2, priorities = [\"{priority}\"] }}"
        )
    };
    let both = |one, other| parse(&format!("limits = [{}, {}]", entry("a", one), entry("b", other)));
    assert!(both("urgent", "urgent").is_err());
    assert!(both("urgent", "critical").is_ok());
    assert!(
        parse("limits = [{ code = \"a\", metric = \"reply\", working_days = 2, priorities = [] }]").is_err()
    );
}
