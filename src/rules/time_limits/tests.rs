//! The default limits say what domain.md says, and faulty documents are refused by name.

use super::{AlarmAt, AlarmWhen, Amount, OnPause, TimeLimits, TimeLimitsError};
use crate::rules::vocabulary::{AlarmLevel, Channel, Kind, Metric, Unit};

fn defaults() -> TimeLimits {
    TimeLimits::embedded("default").unwrap()
}

fn refused(text: &str) -> TimeLimitsError {
    TimeLimits::parse(&format!("code = \"x\"\nversion = 1\n{text}")).unwrap_err()
}

#[test]
fn every_metric_of_every_matter_has_a_default_limit() {
    let limits = defaults();
    for metric in Metric::ALL {
        for kind in Kind::ALL {
            for channel in Channel::ALL {
                let is_for_applications = matches!(metric, Metric::Correction | Metric::ThirdParty);
                let is_expected = !is_for_applications || *kind == Kind::InformationRequest;
                let found = limits.limit(*metric, *kind, *channel).is_some();
                assert_eq!(found, is_expected, "{metric} {kind} {channel}");
            }
        }
    }
}

#[test]
fn the_most_specific_limit_wins() {
    let limits = defaults();
    let cases = [
        (Metric::Reply, Kind::ErrorReport, Channel::Web, 2),
        (Metric::Reply, Kind::Inquiry, Channel::Web, 5),
        (Metric::Reply, Kind::Inquiry, Channel::Hotline, 2),
        (Metric::Reply, Kind::Complaint, Channel::Hotline, 5),
        (Metric::Reply, Kind::MayorLetter, Channel::Mail, 5),
        (Metric::Reply, Kind::InformationRequest, Channel::Counter, 20),
        (Metric::WorkOrder, Kind::ErrorReport, Channel::Web, 1),
        (Metric::WorkOrder, Kind::Suggestion, Channel::Web, 4),
        (Metric::WorkOrder, Kind::InformationRequest, Channel::Web, 19),
        (Metric::Accept, Kind::Inquiry, Channel::Import, 1),
        (Metric::Sign, Kind::Inquiry, Channel::Web, 1),
        (Metric::Refuse, Kind::Complaint, Channel::Web, 3),
        (Metric::Clarification, Kind::Complaint, Channel::Web, 15),
        (Metric::Rating, Kind::Complaint, Channel::Web, 5),
        (Metric::Correction, Kind::InformationRequest, Channel::Web, 7),
        (Metric::ThirdParty, Kind::InformationRequest, Channel::Mail, 15),
        (Metric::ConsultationOutcome, Kind::Suggestion, Channel::Web, 20),
    ];
    for (metric, kind, channel, value) in cases {
        let limit = limits.limit(metric, kind, channel).unwrap();
        let amount = Amount { value, unit: Unit::WorkingDays };
        assert_eq!(limit.amount, amount, "{metric} {kind} {channel}");
        assert_eq!(limits.by_code(&limit.code), Some(limit));
    }
}

#[test]
fn a_department_always_has_less_time_than_the_citizen_was_promised() {
    let limits = defaults();
    for kind in Kind::ALL {
        for channel in Channel::ALL {
            let days = |metric| limits.limit(metric, *kind, *channel).unwrap().amount.value;
            assert!(days(Metric::WorkOrder) < days(Metric::Reply), "{kind} {channel}");
        }
    }
}

#[test]
fn an_information_request_may_be_extended_once_and_restarts() {
    let limits = defaults();
    let limit = limits.limit(Metric::Reply, Kind::InformationRequest, Channel::Web).unwrap();
    assert_eq!((limit.max_extensions, limit.max_extension), (1, 20));
    assert_eq!(limit.on_pause, OnPause::Restart);
    assert!(limit.source.as_ref().unwrap().article.as_ref().unwrap().contains("第三十三条"));
}

#[test]
fn the_default_ladder_has_four_rungs_and_refusing_has_none() {
    let limits = defaults();
    let reply = limits.limit(Metric::Reply, Kind::Complaint, Channel::Web).unwrap();
    let rungs: Vec<_> = reply.alarms.iter().map(|rule| (rule.level, rule.when)).collect();
    let rung = |level, days, at: &str| {
        (level, AlarmWhen::WorkingDays { days, at: at.to_owned().try_into().unwrap() })
    };
    assert_eq!(
        rungs,
        [
            rung(AlarmLevel::L0, -1, "09:00"),
            rung(AlarmLevel::L1, 0, "end_of_day"),
            rung(AlarmLevel::L2, 1, "end_of_day"),
            rung(AlarmLevel::L3, 3, "end_of_day"),
        ]
    );
    for metric in [Metric::Refuse, Metric::Rating, Metric::Clarification] {
        assert!(limits.limit(metric, Kind::Complaint, Channel::Web).unwrap().alarms.is_empty());
    }
}

#[test]
fn an_alarm_time_reads_and_writes_the_same_words() {
    for word in ["09:00", "23:59", "close_of_business", "end_of_day"] {
        assert_eq!(String::from(AlarmAt::try_from(word.to_owned()).unwrap()), word);
    }
    for word in ["24:00", "nine", "", "09:00:00"] {
        assert!(AlarmAt::try_from(word.to_owned()).is_err(), "{word:?}");
    }
}

#[test]
fn two_limits_that_could_both_win_are_refused() {
    let entry = |code: &str, rest: &str| {
        format!("[[limits]]\ncode = \"{code}\"\nmetric = \"reply\"\nworking_days = 5\n{rest}\n")
    };
    let tied = |first: &str, second: &str| refused(&(entry("a", first) + &entry("b", second)));
    let tie = TimeLimitsError::Tie { first: "a".to_owned(), second: "b".to_owned() };
    assert_eq!(tied("", ""), tie);
    assert_eq!(tied("kinds = [\"inquiry\"]", "kinds = [\"complaint\", \"inquiry\"]"), tie);
    assert_eq!(tied("channels = [\"web\"]", "channels = [\"web\"]"), tie);
    let apart = "[[limits]]\ncode = \"c\"\nmetric = \"reply\"\nworking_days = 5\nkinds = [\"complaint\"]\n";
    let text = format!("code = \"x\"\nversion = 1\n{}{apart}", entry("a", "kinds = [\"inquiry\"]"));
    assert_eq!(TimeLimits::parse(&text).unwrap().limits().len(), 2);
}

#[test]
fn a_faulty_entry_is_named() {
    let with = |line: &str| refused(&format!("[[limits]]\ncode = \"slow\"\nmetric = \"reply\"\n{line}\n"));
    let faults = [
        "working_days = 0",
        "working_days = 1001",
        "working_days = 5\nmax_extensions = 1",
        "working_days = 5\nmax_extensions = -1\nmax_extension_working_days = 5",
        "working_days = 5\nmax_extensions = 1\nmax_extension_working_days = -5",
        "working_days = 5\nkinds = []",
        "working_days = 5\ncategories = []",
        "working_days = 5\nmonths = 1",
        "months = 121",
        "calendar_days = 3651",
        "working_minutes = 0",
        "working_minutes = 60\ndue = \"close_of_business\"",
        "months = 1\nmax_extensions = 1\nmax_extension_working_days = 5",
        "max_extensions = 1\nmax_extension = 5",
        "working_days = 5\nladder = \"none\"",
    ];
    for fault in faults {
        assert!(with(fault).to_string().contains("\"slow\""), "{fault}");
    }
    assert!(matches!(with("working_days = 5\nkinds = [\"gossip\"]"), TimeLimitsError::Syntax(_)));
    assert!(matches!(with("working_days = 5\nladers = \"default\""), TimeLimitsError::Syntax(_)));
    assert!(matches!(TimeLimits::embedded("atlantis"), Err(TimeLimitsError::Unknown(_))));
}

#[test]
fn a_ladder_that_does_not_rise_is_refused() {
    let ladder = |upper: &str| {
        let lower = "{ level = \"l0\", working_days = 0, at = \"end_of_day\" }";
        let limit = "{ code = \"a\", metric = \"reply\", working_days = 5, ladder = \"odd\" }";
        refused(&format!("limits = [{limit}]\n[ladders]\nodd = [{lower}, {upper}]"))
    };
    for upper in [
        "{ level = \"l0\", working_days = 1, at = \"end_of_day\" }",
        "{ level = \"l1\", working_days = 0, at = \"09:00\" }",
        "{ level = \"l1\", working_days = 0, at = \"end_of_day\" }",
        "{ level = \"l1\", working_days = 100000, at = \"end_of_day\" }",
    ] {
        let refusal = ladder(upper);
        let is_named = match &refusal {
            TimeLimitsError::Ladder { name, .. } => name == "odd",
            TimeLimitsError::Limit { code, .. } => code == "a",
            _ => false,
        };
        assert!(is_named, "{upper}: {refusal}");
    }
}
