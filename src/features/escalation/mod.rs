//! Escalation: the sweep that fires the alarms of clocks, each once whatever the number of instances, passes on what
//! nobody acknowledges, and writes the mails; the list in which those who were told acknowledge or snooze; who is away
//! and on duty; the leader's brief; supervision orders. When a level is due is the clocks' matter (tickets); when the sweep runs, the
//! schedule's.

mod brake;
mod brake_views;
mod brief_handlers;
mod brief_mail;
mod brief_views;
mod briefs;
mod control;
mod control_handlers;
mod delivery;
mod error;
mod handlers;
mod hours;
mod ladder;
mod model;
mod notice;
mod raising;
mod recipients;
mod roster;
mod roster_handlers;
mod roster_views;
mod rosters;
mod service;
mod store;
mod supervision;
mod sweep;

pub use brake_views::{ControlSweep, SweepActionView, SweepVerb, SweepView};
pub use brief_views::{
    BriefAlarm, BriefContent, BriefDepartment, BriefOrder, BriefRepeated, ListMorningBriefs, MorningBriefView,
};
pub use briefs::{BriefParts, Briefs};
pub use control::SweepControl;
pub use error::EscalationError;
pub use handlers::configure;
pub use model::{AlarmId, AlarmView, ListAlarms, SnoozeAlarm};
pub use notice::Step;
pub use roster_views::{
    AbsenceId, AbsenceView, DutyId, DutyView, EnterAbsence, EnterDuty, ListAbsences, ListDuties,
};
pub use rosters::Rosters;
pub use service::{AlarmCommand, Alarms};
pub use supervision::{
    AnswerOrder, CloseOrder, IssueContext, IssueNewOrder, IssueOrder, ListOrders, OrderCommand, OrderId,
    OrderStatus, OrderStep, OrderView, Orders, ReturnOrder,
};
pub use sweep::{Sweep, SweepParts, Swept};
