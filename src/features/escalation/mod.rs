//! Escalation: the sweep that fires the alarms of clocks, each once whatever the number of instances, passes on what
//! nobody acknowledges, and writes the mails; the list in which those who were told acknowledge or snooze; who is away
//! and on duty; the leader's brief; supervision orders. When a level is due is the clocks' matter (tickets); when the
//! sweep runs, the schedule's.
//!
//! | module | what stands there |
//! |---|---|
//! | (this one) | the alarms as those see them who were told: listed, acknowledged, snoozed |
//! | `sweep` | fires, passes on, wakes what rested; the storm brake; pause and resume |
//! | `recipients` | whom to tell of a level |
//! | `delivery` | at which hour, in which mail |
//! | `roster` | absences with their substitutes, duties |
//! | `supervision` | supervision orders with their own clock |
//! | `brief` | the leader's morning brief |
//!
//! Imports point one way: `sweep` and `brief` use `supervision`, that uses `delivery`, that uses `recipients`, and that uses
//! `roster`.

mod brief;
mod delivery;
mod due_rows;
mod error;
mod handlers;
mod model;
mod notice;
mod recipients;
mod requests;
mod roster;
mod scope;
mod service;
mod settings;
mod store;
mod supervision;
mod sweep;
mod sweep_parts;
mod views;

pub use brief::{
    BriefAlarm, BriefContent, BriefDepartment, BriefFigures, BriefOrder, BriefParts, BriefRepeated, Briefs,
    DayFigures, FiguresOfDays, ListMorningBriefs, MorningBriefView,
};
pub use error::EscalationError;
pub use handlers::configure;
pub use model::AlarmId;
pub use notice::Step;
pub use requests::{ListAlarms, SnoozeAlarm};
pub use roster::{
    AbsenceId, AbsenceView, DutyId, DutyPost, DutyView, EnterAbsence, EnterDuty, ListAbsences, ListDuties,
    Rosters,
};
pub use service::{AlarmCommand, Alarms};
pub use settings::{Delivery, EscalationSettings};
pub use supervision::{
    AnswerOrder, CloseOrder, IssueContext, IssueNewOrder, IssueOrder, ListOrders, OrderCommand, OrderId,
    OrderStatus, OrderStep, OrderView, Orders, ReturnOrder,
};
pub use sweep::{
    ControlSweep, SetAsideView, Sweep, SweepActionView, SweepControl, SweepVerb, SweepView, Swept,
};
pub use sweep_parts::SweepParts;
pub use views::AlarmView;
