//! Telling people of alarms: whom (the ladder's roles, who is on duty, who stands in), when (working hours), and the mails
//! that go out then. What is to be told, the sweep decides.

mod delivery;
mod hours;
mod ladder;
mod recipients;
mod round;

pub(super) use delivery::{deliver, department_name};
pub(super) use hours::{acknowledge_by, delivery_at, longest_snooze_on};
pub(super) use recipients::{Recipients, Sources, Subject};
pub(super) use round::Round;
