use std::collections::BTreeSet;

use super::*;
use crate::rules::permissions::{CityOperation, Operation};

#[test]
fn every_command_is_possible_somewhere() {
    for command in Command::ALL {
        assert!(!command.spec().from.is_empty(), "{command} is never possible");
    }
}

#[test]
fn terminal_states_are_left_only_by_reopening_or_restoring() {
    for state in State::ALL.iter().filter(|state| state.is_terminal()) {
        let onward = commands_in(*state).filter(|command| command.spec().to != Target::Stays);
        for command in onward {
            assert!(matches!(command, Command::Reopen | Command::Restore), "{state}: {command}");
        }
    }
}

#[test]
fn whatever_is_open_can_be_reclassified() {
    for state in State::ALL {
        assert_eq!(Command::Reclassify.spec().from.contains(state), state.is_open(), "{state}");
    }
}

#[test]
fn the_road_of_an_ordinary_letter() {
    let road = [
        (Command::Accept, State::Accepted),
        (Command::Dispatch, State::Dispatched),
        (Command::Sign, State::InProgress),
        (Command::SubmitReply, State::InReview),
        (Command::ReturnReply, State::InProgress),
        (Command::SubmitReply, State::InReview),
        (Command::SendReply, State::Answered),
        (Command::Confirm, State::Closed),
        (Command::Reopen, State::Accepted),
    ];
    let mut state = State::Received;
    for (command, expected) in road {
        state = next(state, command, None).expect("the road is open").state;
        assert_eq!(state, expected);
    }
}

#[test]
fn a_hold_returns_to_where_it_began_and_allows_nothing_but_to_end_it() {
    for from in [State::Accepted, State::Dispatched, State::InProgress, State::InReview] {
        let aside = Step { state: State::OnHold, resume: Some(from) };
        assert_eq!(next(from, Command::Hold, None), Some(aside));
        let back = Step { state: from, resume: None };
        assert_eq!(next(State::OnHold, Command::Release, Some(from)), Some(back));
    }
    assert_eq!(next(State::Received, Command::Hold, None), None, "nobody has taken it on");
    for command in [Command::Urge, Command::SendReply, Command::Merge, Command::AskCitizen, Command::Hold] {
        assert_eq!(next(State::OnHold, command, Some(State::InProgress)), None, "{command}");
    }
}

#[test]
fn a_question_returns_to_where_it_was_asked() {
    for from in [State::Received, State::InProgress] {
        let aside = Step { state: State::AwaitingCitizen, resume: Some(from) };
        assert_eq!(next(from, Command::AskCitizen, None), Some(aside));
        let back = Step { state: from, resume: None };
        assert_eq!(next(State::AwaitingCitizen, Command::Answer, Some(from)), Some(back));
    }
}

#[test]
fn a_command_that_changes_nothing_leaves_a_ticket_aside() {
    let resume = Some(State::InProgress);
    let reclassified = next(State::AwaitingCitizen, Command::Reclassify, resume);
    assert_eq!(reclassified, Some(Step { state: State::AwaitingCitizen, resume }));
}

#[test]
fn an_open_state_is_listed_as_one() {
    let open: Vec<State> = State::ALL.iter().copied().filter(|state| state.is_open()).collect();
    assert_eq!(open, State::OPEN);
}

fn permissions_of(role: Role) -> BTreeSet<&'static str> {
    let operations = Operation::ALL.iter().filter(|operation| operation.roles().contains(&role));
    let commands = Command::ALL.iter().filter_map(|command| command.spec().staff);
    let commands = commands.filter(|staff| staff.roles.contains(&role)).map(|staff| staff.word);
    let of_the_city = CityOperation::ALL.iter().filter(|operation| operation.roles().contains(&role));
    let of_the_city = of_the_city.map(|operation| operation.as_str());
    operations.map(|operation| operation.as_str()).chain(of_the_city).chain(commands).collect()
}

/// The same table read by role, so that a change has to be made twice and knowingly.
fn expected(role: Role) -> &'static str {
    match role {
        Role::Intake => {
            "read_ticket read_submitter read_events enter_ticket accept_ticket decline_ticket \
             decide_decline ask_citizen merge_tickets reclassify_ticket mark_spam restore_ticket reissue_access_code confirm_no_answer add_note \
             preview_routing read_routing read_alarms acknowledge_alarm"
        }
        Role::Dispatcher => {
            "read_ticket read_events dispatch_ticket transfer_out merge_tickets reclassify_ticket add_note recall_work_order \
             preview_routing read_routing read_alarms acknowledge_alarm read_statistics"
        }
        Role::Handler => {
            "read_ticket read_submitter read_events ask_citizen add_note sign_work_order finish_assist \
             draft_reply submit_reply read_alarms acknowledge_alarm read_supervision"
        }
        Role::DepartmentLead => {
            "read_ticket read_submitter read_events ask_citizen add_note sign_work_order refuse_work_order \
             assign_work_order finish_assist waive_assist request_extension draft_reply submit_reply \
             read_alarms acknowledge_alarm manage_duties read_supervision answer_supervision \
             read_statistics"
        }
        Role::Reviewer => {
            "read_ticket read_events add_note return_reply send_reply read_publication review_publication \
             withdraw_publication"
        }
        Role::Editor => "read_ticket read_publication edit_publication withdraw_publication",
        Role::Supervisor => {
            "read_ticket read_events decide_decline arbitrate_ticket reclassify_ticket hold_ticket restore_ticket reopen_ticket add_note \
             recall_work_order waive_assist decide_extension preview_routing read_routing manage_routing \
             read_publication withdraw_publication read_alarms acknowledge_alarm manage_absences \
             manage_duties manage_supervision_duties read_supervision issue_supervision manage_sweep read_briefs read_statistics read_inspection import_tickets"
        }
        Role::DisclosureOfficer => {
            "read_ticket read_submitter read_events ask_citizen add_note sign_work_order finish_assist \
             draft_reply submit_reply read_alarms acknowledge_alarm"
        }
        Role::SystemAdministrator => {
            "preview_routing read_routing manage_routing manage_sweep read_inspection manage_directory manage_time_limits manage_staff manage_grants \
             manage_outbox reindex"
        }
        Role::Auditor => "read_events read_statistics read_inspection read_audit",
    }
}

#[test]
fn every_operation_is_allowed_to_exactly_the_roles_of_the_domain() {
    for role in Role::ALL {
        let expected: BTreeSet<&str> = expected(*role).split_whitespace().collect();
        assert_eq!(permissions_of(*role), expected, "{role}");
    }
}
