//! Examples of every kind of notice, with everything that may be absent and without it, to try templates with.

use chrono::NaiveDate;

use crate::features::notices::{
    AlarmItem, AlarmStep, DepartmentName, LateItem, MorningBrief, NoticeContent, NoticeKind, OrderNews,
    OverdueItem, RepeatedItem,
};
use crate::rules::legal_hold::LegalGround;
use crate::rules::vocabulary::AlarmLevel;

/// The examples of a kind: first the one that tells least.
pub(super) fn examples(kind: NoticeKind) -> Vec<NoticeContent> {
    [Example { is_full: false }, Example { is_full: true }]
        .iter()
        .flat_map(|example| example.of(kind))
        .collect()
}

/// Makes examples that tell as little, or as much, as there can be.
struct Example {
    is_full: bool,
}

impl Example {
    fn of(&self, kind: NoticeKind) -> Vec<NoticeContent> {
        let reference = reference();
        let one = match kind {
            NoticeKind::Receipt => NoticeContent::Receipt { reference, reply_due_on: self.perhaps(day()) },
            NoticeKind::Question => NoticeContent::Question { reference, answer_by_on: self.perhaps(day()) },
            NoticeKind::ReplySent => NoticeContent::ReplySent { reference, rate_by_on: self.perhaps(day()) },
            NoticeKind::Supplement => NoticeContent::Supplement { reference },
            NoticeKind::InterimReply => {
                NoticeContent::InterimReply { reference, reply_due_on: self.perhaps(day()) }
            }
            NoticeKind::Extended => NoticeContent::Extended { reference, due_on: self.perhaps(day()) },
            NoticeKind::Held => return self.held(),
            NoticeKind::Released => NoticeContent::Released { reference, due_on: self.perhaps(day()) },
            NoticeKind::Declined => NoticeContent::Declined { reference },
            NoticeKind::TransferredOut => NoticeContent::TransferredOut {
                reference,
                recipient: "<b>邮政 & Post</b>".to_owned(),
                contact: self.perhaps("010-0000".to_owned()),
            },
            NoticeKind::NoAnswer => NoticeContent::NoAnswer { reference },
            NoticeKind::Reopened => NoticeContent::Reopened { reference, reply_due_on: self.perhaps(day()) },
            NoticeKind::Withdrawn => NoticeContent::Withdrawn { reference },
            NoticeKind::Merged => {
                NoticeContent::Merged { reference, into: "HY-2026-0918-00017-3".to_owned() }
            }
            NoticeKind::DueCorrected => NoticeContent::DueCorrected { reference, due_on: day() },
            NoticeKind::Alarm => return self.alarms().into_iter().map(NoticeContent::Alarm).collect(),
            NoticeKind::AlarmDigest => NoticeContent::AlarmDigest { items: self.alarms() },
            NoticeKind::MorningBrief => NoticeContent::MorningBrief(self.brief()),
            NoticeKind::Supervision => return self.supervision(),
            NoticeKind::SweepPaused => {
                NoticeContent::SweepPaused { count: 612, limit: 600, paused_on: day() }
            }
            NoticeKind::CalendarMissing => NoticeContent::CalendarMissing { year: 2027, last_on: day() },
            NoticeKind::RecalculationDigest => NoticeContent::RecalculationDigest {
                department: self.department(),
                moved: 3,
                later: 2,
                earlier: 1,
                references: vec![reference, "HY-2026-0918-00017-3".to_owned()],
                has_more: self.is_full,
                since_on: day(),
            },
        };
        vec![one]
    }

    fn perhaps<T>(&self, value: T) -> Option<T> {
        self.is_full.then_some(value)
    }

    fn department(&self) -> Option<DepartmentName> {
        self.perhaps(DepartmentName { zh: "住建局".to_owned(), en: "Housing Office".to_owned() })
    }

    fn held(&self) -> Vec<NoticeContent> {
        let held = |ground: &LegalGround| NoticeContent::Held { reference: reference(), ground: *ground };
        LegalGround::ALL.iter().map(held).collect()
    }

    fn alarms(&self) -> Vec<AlarmItem> {
        let item = |level: &AlarmLevel, step: AlarmStep| AlarmItem {
            reference: reference(),
            level: *level,
            due_on: day(),
            department: self.department(),
            step,
        };
        let levels = AlarmLevel::ALL.iter();
        levels.flat_map(|level| AlarmStep::ALL.iter().map(move |step| item(level, *step))).collect()
    }

    fn supervision(&self) -> Vec<NoticeContent> {
        let news = |step: &OrderNews| NoticeContent::Supervision {
            reference: reference(),
            department: self.department(),
            due_on: day(),
            step: *step,
        };
        OrderNews::ALL.iter().map(news).collect()
    }

    fn brief(&self) -> MorningBrief {
        let late = LateItem {
            reference: reference(),
            department: self.department(),
            due_on: day(),
            working_days_late: 2,
        };
        let overdue = OverdueItem { department: self.department(), count: 4, oldest_due_on: day() };
        let repeated = RepeatedItem {
            reference: reference(),
            department: self.department(),
            extensions: 2,
            reopenings: 3,
        };
        MorningBrief {
            brief_on: day(),
            new_count: 1,
            new_items: self.perhaps(late.clone()).into_iter().collect(),
            overdue_count: 4,
            overdue_items: self.perhaps(overdue).into_iter().collect(),
            repeated_items: self.perhaps(repeated).into_iter().collect(),
            order_count: 1,
            order_items: self.perhaps(late).into_iter().collect(),
        }
    }
}

fn reference() -> String {
    "HY-2026-0918-00042-7".to_owned()
}

/// Any day.
fn day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 9, 18).unwrap_or_default()
}
