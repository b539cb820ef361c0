//! Who hears of an alarm: the roles of a rung, the one to be told first.

use crate::features::escalation::roster::DutyPost;
use crate::rules::vocabulary::{AlarmLevel, Metric, Role};

/// Whether somebody's reminder goes to the person who works on it, before any role is asked.
pub(super) const fn reminds_assignee(metric: Metric, level: AlarmLevel) -> bool {
    matches!(level, AlarmLevel::L0) && !is_for_intake(metric)
}

/// Whose duty is asked before any role: at the desk and in the departments, then that of the supervisors. The leader's
/// brief has readers and no duty.
pub(super) const fn duty_at(level: AlarmLevel) -> Option<DutyPost> {
    match level {
        AlarmLevel::L0 | AlarmLevel::L1 => Some(DutyPost::Work),
        AlarmLevel::L2 => Some(DutyPost::Supervision),
        AlarmLevel::L3 => None,
    }
}

/// Whose work it is: the department's, or the city's desk's (`None`).
pub(super) const fn duty_of(metric: Metric, department_id: Option<i32>) -> Option<i32> {
    if is_for_intake(metric) { None } else { department_id }
}

/// The roles to try in this order: the holders of the first that has any are told. `is_dispatched`: a department is in
/// charge, and not the desk. L3 stands in the leader's brief, whose readers are set by name; by default they are these.
pub(super) const fn roles(metric: Metric, level: AlarmLevel, is_dispatched: bool) -> &'static [Role] {
    match level {
        AlarmLevel::L0 | AlarmLevel::L1 if is_for_intake(metric) => &[Role::Intake, Role::Supervisor],
        AlarmLevel::L0 | AlarmLevel::L1 if is_dispatched => &[Role::DepartmentLead, Role::Supervisor],
        AlarmLevel::L0 | AlarmLevel::L1 => &[Role::Dispatcher, Role::Supervisor],
        AlarmLevel::L2 | AlarmLevel::L3 => &[Role::Supervisor],
    }
}

/// What intake promised, whoever has the ticket.
const fn is_for_intake(metric: Metric) -> bool {
    match metric {
        Metric::Accept | Metric::Clarification | Metric::Correction => true,
        Metric::Sign
        | Metric::WorkOrder
        | Metric::Reply
        | Metric::Refuse
        | Metric::Rating
        | Metric::ThirdParty
        | Metric::ReviewBeforePublication
        | Metric::ConsultationOutcome => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_alarm_climbs_the_ladder_and_ends_at_the_supervisor() {
        use AlarmLevel::{L0, L1, L2, L3};
        let first = |metric, level, is_dispatched| roles(metric, level, is_dispatched).first().copied();
        let table = [
            (Metric::Accept, L0, false, Role::Intake),
            (Metric::Accept, L1, false, Role::Intake),
            (Metric::Accept, L2, false, Role::Supervisor),
            (Metric::Clarification, L1, true, Role::Intake),
            (Metric::Reply, L0, true, Role::DepartmentLead),
            (Metric::Reply, L1, true, Role::DepartmentLead),
            (Metric::Reply, L1, false, Role::Dispatcher),
            (Metric::Sign, L1, true, Role::DepartmentLead),
            (Metric::WorkOrder, L2, true, Role::Supervisor),
            (Metric::Reply, L3, true, Role::Supervisor),
        ];
        for (metric, level, is_dispatched, role) in table {
            assert_eq!(first(metric, level, is_dispatched), Some(role), "{metric} {level}");
            assert_eq!(roles(metric, level, is_dispatched).last(), Some(&Role::Supervisor));
        }
        let duties = [L0, L1, L2, L3].map(duty_at);
        let (work, supervision) = (Some(DutyPost::Work), Some(DutyPost::Supervision));
        assert_eq!(duties, [work, work, supervision, None]);
        assert!(reminds_assignee(Metric::Reply, L0) && !reminds_assignee(Metric::Reply, L1));
        assert!(!reminds_assignee(Metric::Accept, L0));
    }
}
