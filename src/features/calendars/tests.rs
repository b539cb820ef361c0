//! The copy in memory: versions side by side, and what is in force.

use std::sync::Arc;

use super::editions::Editions;
use super::model::{CityRules, RulesKind};
use super::store::{DocumentRow, InForceRow};
use crate::rules::calendar::CALENDARS;
use crate::rules::time_limits::TIME_LIMITS;

fn city() -> CityRules {
    CityRules { calendar: "cn".to_owned(), time_limits: "default".to_owned() }
}

fn calendar(version: i32) -> DocumentRow {
    let document = CALENDARS[0].1.replace("version = 1\n", &format!("version = {version}\n"));
    DocumentRow { kind: RulesKind::Calendar, code: "cn".to_owned(), version, document }
}

fn limits(document: &str) -> DocumentRow {
    let (code, document) = ("default".to_owned(), document.to_owned());
    DocumentRow { kind: RulesKind::TimeLimits, code, version: 1, document }
}

fn in_force(calendar: i32) -> Vec<InForceRow> {
    let row = |kind, code: &str, version| InForceRow {
        kind,
        code: code.to_owned(),
        version,
        since: chrono::DateTime::UNIX_EPOCH,
    };
    vec![row(RulesKind::Calendar, "cn", calendar), row(RulesKind::TimeLimits, "default", 1)]
}

#[test]
fn versions_stand_side_by_side_and_one_is_in_force() {
    let documents = [calendar(1), limits(TIME_LIMITS[0].1)];
    let first = Editions::new(1, &city(), None, &documents, &in_force(1)).unwrap();
    let second = Editions::new(2, &city(), Some(&first), &[calendar(2)], &in_force(2)).unwrap();

    assert_eq!(second.city_calendar().version(), 2);
    assert_eq!(second.calendar_codes().collect::<Vec<_>>(), ["cn"]);
    let (before, after) = (first.calendar("cn", 1).unwrap(), second.calendar("cn", 1).unwrap());
    assert!(Arc::ptr_eq(before, after), "what was parsed is parsed once");
    assert!(second.calendar("cn", 3).is_none() && second.calendar("us", 1).is_none());
    assert_eq!(second.known().len(), 3);
}

#[test]
fn a_proposal_that_cannot_be_read_is_left_out_and_nothing_in_force_may_be() {
    let documents = [calendar(1), limits("code = 'default'")];
    let unreadable = Editions::new(1, &city(), None, &documents, &in_force(1));
    assert_eq!(
        unreadable.unwrap_err().to_string(),
        "no time_limits is called \"default\", or this program cannot read it; import it first"
    );
    let mut proposal = calendar(2);
    proposal.document.push_str("nonsense");
    let documents = [calendar(1), proposal, limits(TIME_LIMITS[0].1)];
    let copy = Editions::new(1, &city(), None, &documents, &in_force(1)).unwrap();
    assert!(copy.calendar("cn", 2).is_none());
}
