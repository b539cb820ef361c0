//! What is delivered of alarms and when: the hours in which mails go out, and the mails. What is to be told, the sweep
//! decides, and whom, `recipients`.

mod hours;
mod mails;
mod round;

pub(super) use hours::{acknowledge_by, delivery_at, longest_snooze_on};
pub(super) use mails::DELIVER;
pub(super) use round::Round;
