//! Whom to tell of an alarm: the ladder's roles, who is on duty, who stands in for whom.

mod finder;
mod ladder;
mod subjects;

pub(super) use finder::{Recipients, Sources, Subject};
pub(super) use subjects::Subjects;
