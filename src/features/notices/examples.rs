//! Examples of every kind of notice, to try the words of mails with.

use super::content::{NoticeContent, NoticeKind};
use super::example::Example;
use super::recipient::SealedCode;
use super::staff_items::{AlarmItem, MorningBrief, OrderNews};
use crate::rules::legal_hold::LegalGround;

impl NoticeContent {
    /// Examples of a kind, to try templates with: first the one that tells least.
    pub fn examples(kind: NoticeKind) -> Vec<NoticeContent> {
        let examples = [Example { is_full: false }, Example { is_full: true }];
        examples.iter().flat_map(|example| Self::examples_of(kind, example)).collect()
    }

    fn examples_of(kind: NoticeKind, example: &Example) -> Vec<NoticeContent> {
        let reference = example.reference();
        let one = match kind {
            NoticeKind::Receipt => {
                NoticeContent::Receipt { reference, reply_due_on: example.perhaps(example.day()) }
            }
            NoticeKind::Question => {
                NoticeContent::Question { reference, answer_by_on: example.perhaps(example.day()) }
            }
            NoticeKind::ReplySent => {
                NoticeContent::ReplySent { reference, rate_by_on: example.perhaps(example.day()) }
            }
            NoticeKind::Supplement => NoticeContent::Supplement { reference },
            NoticeKind::InterimReply => {
                NoticeContent::InterimReply { reference, reply_due_on: example.perhaps(example.day()) }
            }
            NoticeKind::Extended => {
                NoticeContent::Extended { reference, due_on: example.perhaps(example.day()) }
            }
            NoticeKind::Held => return Self::held_examples(example),
            NoticeKind::Released => {
                NoticeContent::Released { reference, due_on: example.perhaps(example.day()) }
            }
            NoticeKind::Declined => NoticeContent::Declined { reference },
            NoticeKind::TransferredOut => NoticeContent::TransferredOut {
                reference,
                recipient: example.outside_body(),
                contact: example.perhaps("010-0000".to_owned()),
            },
            NoticeKind::NoAnswer => NoticeContent::NoAnswer { reference },
            NoticeKind::Reopened => {
                NoticeContent::Reopened { reference, reply_due_on: example.perhaps(example.day()) }
            }
            NoticeKind::Withdrawn => NoticeContent::Withdrawn { reference },
            NoticeKind::Merged => {
                NoticeContent::Merged { reference, into: "HY-2026-0918-00017-3".to_owned() }
            }
            NoticeKind::DueCorrected => NoticeContent::DueCorrected { reference, due_on: example.day() },
            NoticeKind::Alarm => {
                return AlarmItem::examples(example).into_iter().map(NoticeContent::Alarm).collect();
            }
            NoticeKind::AlarmDigest => NoticeContent::AlarmDigest { items: AlarmItem::examples(example) },
            NoticeKind::MorningBrief => NoticeContent::MorningBrief(MorningBrief::example(example)),
            NoticeKind::Supervision => return Self::supervision_examples(example),
            NoticeKind::SweepPaused => {
                NoticeContent::SweepPaused { count: 612, limit: 600, paused_on: example.day() }
            }
            NoticeKind::CalendarMissing => {
                NoticeContent::CalendarMissing { year: 2027, last_on: example.day() }
            }
            NoticeKind::RecalculationDigest => NoticeContent::RecalculationDigest {
                department: example.department(),
                moved: 3,
                later: 2,
                earlier: 1,
                references: vec![reference, "HY-2026-0918-00017-3".to_owned()],
                has_more: example.is_full,
                since_on: example.day(),
            },
            NoticeKind::SignInStorm => {
                NoticeContent::SignInStorm { username: example.username(), failures: 10 }
            }
            NoticeKind::ActivationCode => NoticeContent::ActivationCode {
                username: example.username(),
                code: SealedCode::example("7QK2-M0XA-9T4R-C8WD-15ZB-HNEV-3G"),
                hours: 24,
            },
            NoticeKind::AccountRequest => NoticeContent::AccountRequest {
                username: example.username(),
                role: example.perhaps("reviewer".to_owned()),
            },
            NoticeKind::BreakGlass => NoticeContent::BreakGlass { username: example.username() },
            NoticeKind::AccessCode => {
                NoticeContent::AccessCode { reference, code: SealedCode::example("7QK2-M0XA-9T4R") }
            }
            NoticeKind::AccessCodeReplaced => NoticeContent::AccessCodeReplaced { reference },
        };
        vec![one]
    }

    fn held_examples(example: &Example) -> Vec<NoticeContent> {
        let held =
            |ground: &LegalGround| NoticeContent::Held { reference: example.reference(), ground: *ground };
        LegalGround::ALL.iter().map(held).collect()
    }

    fn supervision_examples(example: &Example) -> Vec<NoticeContent> {
        let news = |step: &OrderNews| NoticeContent::Supervision {
            reference: example.reference(),
            department: example.department(),
            due_on: example.day(),
            step: *step,
        };
        OrderNews::ALL.iter().map(news).collect()
    }
}
