//! The words for absences and duties.

use crate::{id_type, sql_text_enum, text_enum};

id_type!(
    /// Somebody is away for some days.
    AbsenceId,
    /// Somebody is on duty for some days.
    DutyId,
);

text_enum! {
    /// What somebody is on duty for.
    pub enum DutyPost {
        /// For the letters, at the desk or in a department: told of reminders and due alarms (L0, L1).
        Work = "work",
        /// As the supervisor: told of what is overdue (L2). The leader's level (L3) stands in the brief and has no duty.
        Supervision = "supervision",
    }
}

sql_text_enum!(DutyPost);

pub(super) const fn work() -> DutyPost {
    DutyPost::Work
}
