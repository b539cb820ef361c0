//! What a notice tells, with typed values: one variant a kind of happening.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::DepartmentName;
use super::recipient::{Recipient, SealedCode};
use super::staff_items::{AlarmItem, MorningBrief, OrderNews};
use crate::platform::crypto::{CryptoError, Sealer};
use crate::rules::legal_hold::LegalGround;
use crate::text_enum;

text_enum! {
    /// The kinds of happenings people are told of.
    pub enum NoticeKind {
        /// The letter is here.
        Receipt = "receipt",
        /// We ask the citizen something.
        Question = "question",
        /// The final answer is here.
        ReplySent = "reply_sent",
        /// A supplement to the answer, or a correction of it, is here.
        Supplement = "supplement",
        /// An interim answer is here.
        InterimReply = "interim_reply",
        /// It takes longer.
        Extended = "extended",
        /// It is on legal hold.
        Held = "held",
        /// It was released from legal hold.
        Released = "released",
        /// We cannot take it up.
        Declined = "declined",
        /// Another body takes care of it.
        TransferredOut = "transferred_out",
        /// Closed, because the citizen did not answer our question.
        NoAnswer = "no_answer",
        /// Taken up again.
        Reopened = "reopened",
        /// The citizen withdrew it.
        Withdrawn = "withdrawn",
        /// Joined with another letter of the same submitter.
        Merged = "merged",
        /// The calendar or the time limits were corrected, and the answer comes later.
        DueCorrected = "due_corrected",
        /// To staff: a clock fired.
        Alarm = "alarm",
        /// To staff: many clocks fired.
        AlarmDigest = "alarm_digest",
        /// To the leader: what a working day begins with.
        MorningBrief = "morning_brief",
        /// To staff: news of a supervision order.
        Supervision = "supervision",
        /// To those who look after the system: a storm of alarms has paused the sweep.
        SweepPaused = "sweep_paused",
        /// To system administrators: the holidays of a year are missing.
        CalendarMissing = "calendar_missing",
        /// To staff: clocks of a department were moved.
        RecalculationDigest = "recalculation_digest",
        /// To staff: somebody tries passwords of theirs.
        SignInStorm = "sign_in_storm",
        /// To staff: the one-time code that sets their password.
        ActivationCode = "activation_code",
        /// To administrators: something waits for a second one of them.
        AccountRequest = "account_request",
        /// To administrators: the command line made a code for one of them.
        BreakGlass = "break_glass",
        /// The new access code that was asked for.
        AccessCode = "access_code",
        /// The desk gave the letter a new access code.
        AccessCodeReplaced = "access_code_replaced",
    }
}

/// What happened. In JSON the word of the [`NoticeKind`] stands under `kind`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum NoticeContent {
    /// The letter is here.
    Receipt {
        /// The ticket's public number.
        reference: String,
        /// The day by whose end we answer; `None`: nothing is promised.
        reply_due_on: Option<NaiveDate>,
    },
    /// We ask the citizen something.
    Question {
        /// The ticket's public number.
        reference: String,
        /// The day by whose end we wait for the answer.
        answer_by_on: Option<NaiveDate>,
    },
    /// The final answer is here.
    ReplySent {
        /// The ticket's public number.
        reference: String,
        /// The day by whose end the answer may be rated.
        rate_by_on: Option<NaiveDate>,
    },
    /// A supplement to the answer, or a correction of it, is here.
    Supplement {
        /// The ticket's public number.
        reference: String,
    },
    /// An interim answer is here.
    InterimReply {
        /// The ticket's public number.
        reference: String,
        /// The day by whose end we answer; `None`: nothing is promised.
        reply_due_on: Option<NaiveDate>,
    },
    /// It takes longer.
    Extended {
        /// The ticket's public number.
        reference: String,
        /// The day by whose end it is due.
        due_on: Option<NaiveDate>,
    },
    /// It is on legal hold.
    Held {
        /// The ticket's public number.
        reference: String,
        /// Why.
        ground: LegalGround,
    },
    /// It was released from legal hold.
    Released {
        /// The ticket's public number.
        reference: String,
        /// The day by whose end it is due.
        due_on: Option<NaiveDate>,
    },
    /// We cannot take it up.
    Declined {
        /// The ticket's public number.
        reference: String,
    },
    /// Another body takes care of it.
    TransferredOut {
        /// The ticket's public number.
        reference: String,
        /// That body's name.
        recipient: String,
        /// How to reach it.
        contact: Option<String>,
    },
    /// Closed, because the citizen did not answer our question.
    NoAnswer {
        /// The ticket's public number.
        reference: String,
    },
    /// Taken up again.
    Reopened {
        /// The ticket's public number.
        reference: String,
        /// The day by whose end we answer; `None`: nothing is promised.
        reply_due_on: Option<NaiveDate>,
    },
    /// The citizen withdrew it.
    Withdrawn {
        /// The ticket's public number.
        reference: String,
    },
    /// Joined with another letter of the same submitter.
    Merged {
        /// The ticket's public number.
        reference: String,
        /// The public number of that letter.
        into: String,
    },
    /// The calendar or the time limits were corrected, and the answer comes later.
    DueCorrected {
        /// The ticket's public number.
        reference: String,
        /// The day by whose end it is due.
        due_on: NaiveDate,
    },
    /// To staff: a clock fired.
    Alarm(AlarmItem),
    /// To staff: many clocks fired.
    AlarmDigest {
        /// Them.
        items: Vec<AlarmItem>,
    },
    /// To the leader: what a working day begins with.
    MorningBrief(MorningBrief),
    /// To staff: news of a supervision order.
    Supervision {
        /// The ticket's public number.
        reference: String,
        /// Whose; `None`: the intake desk.
        department: Option<DepartmentName>,
        /// The day by whose end it is due.
        due_on: NaiveDate,
        /// What happened to it.
        step: OrderNews,
    },
    /// To those who look after the system: a storm of alarms has paused the sweep.
    SweepPaused {
        /// Alarms in a minute.
        count: i32,
        /// How many are allowed.
        limit: u32,
        /// The day it happened.
        paused_on: NaiveDate,
    },
    /// To system administrators: the holidays of a year are missing.
    CalendarMissing {
        /// The year.
        year: i32,
        /// The last official day.
        last_on: NaiveDate,
    },
    /// To staff: clocks of a department were moved.
    RecalculationDigest {
        /// Whose; `None`: the intake desk.
        department: Option<DepartmentName>,
        /// How many.
        moved: i64,
        /// Of them, how many are later now.
        later: i64,
        /// Of them, how many are earlier now.
        earlier: i64,
        /// Public numbers of their tickets, the first of them.
        references: Vec<String>,
        /// Whether there are further ones.
        has_more: bool,
        /// The day the new version came into force.
        since_on: NaiveDate,
    },
    /// To staff: somebody tries passwords of theirs.
    SignInStorm {
        /// The name that is tried.
        username: String,
        /// How often so far.
        failures: i32,
    },
    /// To staff: the one-time code that sets their password.
    ActivationCode {
        /// The name to sign in with.
        username: String,
        /// The code.
        code: SealedCode,
        /// For how many hours it is good.
        hours: u32,
    },
    /// To administrators: something waits for a second one of them.
    AccountRequest {
        /// Whose account.
        username: String,
        /// The role that is asked for; `None`: a one-time code.
        role: Option<String>,
    },
    /// To administrators: the command line made a code for one of them.
    BreakGlass {
        /// For whom.
        username: String,
    },
    /// The new access code that was asked for.
    AccessCode {
        /// The ticket's public number.
        reference: String,
        /// The code.
        code: SealedCode,
    },
    /// The desk gave the letter a new access code.
    AccessCodeReplaced {
        /// The ticket's public number.
        reference: String,
    },
}

impl NoticeContent {
    /// What sort of thing this is.
    pub const fn kind(&self) -> NoticeKind {
        match self {
            NoticeContent::Receipt { .. } => NoticeKind::Receipt,
            NoticeContent::Question { .. } => NoticeKind::Question,
            NoticeContent::ReplySent { .. } => NoticeKind::ReplySent,
            NoticeContent::Supplement { .. } => NoticeKind::Supplement,
            NoticeContent::InterimReply { .. } => NoticeKind::InterimReply,
            NoticeContent::Extended { .. } => NoticeKind::Extended,
            NoticeContent::Held { .. } => NoticeKind::Held,
            NoticeContent::Released { .. } => NoticeKind::Released,
            NoticeContent::Declined { .. } => NoticeKind::Declined,
            NoticeContent::TransferredOut { .. } => NoticeKind::TransferredOut,
            NoticeContent::NoAnswer { .. } => NoticeKind::NoAnswer,
            NoticeContent::Reopened { .. } => NoticeKind::Reopened,
            NoticeContent::Withdrawn { .. } => NoticeKind::Withdrawn,
            NoticeContent::Merged { .. } => NoticeKind::Merged,
            NoticeContent::DueCorrected { .. } => NoticeKind::DueCorrected,
            NoticeContent::Alarm { .. } => NoticeKind::Alarm,
            NoticeContent::AlarmDigest { .. } => NoticeKind::AlarmDigest,
            NoticeContent::MorningBrief { .. } => NoticeKind::MorningBrief,
            NoticeContent::Supervision { .. } => NoticeKind::Supervision,
            NoticeContent::SweepPaused { .. } => NoticeKind::SweepPaused,
            NoticeContent::CalendarMissing { .. } => NoticeKind::CalendarMissing,
            NoticeContent::RecalculationDigest { .. } => NoticeKind::RecalculationDigest,
            NoticeContent::SignInStorm { .. } => NoticeKind::SignInStorm,
            NoticeContent::ActivationCode { .. } => NoticeKind::ActivationCode,
            NoticeContent::AccountRequest { .. } => NoticeKind::AccountRequest,
            NoticeContent::BreakGlass { .. } => NoticeKind::BreakGlass,
            NoticeContent::AccessCode { .. } => NoticeKind::AccessCode,
            NoticeContent::AccessCodeReplaced { .. } => NoticeKind::AccessCodeReplaced,
        }
    }

    /// The same for the writer of a letter that was joined to the one it speaks of: it names theirs. `None`: it is not told
    /// to the writer of a letter.
    pub fn for_joined(&self, own: &str) -> Option<NoticeContent> {
        let mut content = self.clone();
        match &mut content {
            NoticeContent::Receipt { reference, .. }
            | NoticeContent::Question { reference, .. }
            | NoticeContent::ReplySent { reference, .. }
            | NoticeContent::Supplement { reference, .. }
            | NoticeContent::InterimReply { reference, .. }
            | NoticeContent::Extended { reference, .. }
            | NoticeContent::Held { reference, .. }
            | NoticeContent::Released { reference, .. }
            | NoticeContent::Declined { reference, .. }
            | NoticeContent::TransferredOut { reference, .. }
            | NoticeContent::NoAnswer { reference, .. }
            | NoticeContent::Reopened { reference, .. }
            | NoticeContent::Withdrawn { reference, .. }
            | NoticeContent::Merged { reference, .. }
            | NoticeContent::DueCorrected { reference, .. } => own.clone_into(reference),
            NoticeContent::Alarm(_)
            | NoticeContent::AlarmDigest { .. }
            | NoticeContent::MorningBrief(_)
            | NoticeContent::Supervision { .. }
            | NoticeContent::SweepPaused { .. }
            | NoticeContent::CalendarMissing { .. }
            | NoticeContent::RecalculationDigest { .. }
            | NoticeContent::SignInStorm { .. }
            | NoticeContent::ActivationCode { .. }
            | NoticeContent::AccountRequest { .. }
            | NoticeContent::BreakGlass { .. }
            // The code of a letter is its own writer's.
            | NoticeContent::AccessCode { .. }
            | NoticeContent::AccessCodeReplaced { .. } => return None,
        }
        Some(content)
    }

    /// The same with its code open, for whoever tells it. It must not be kept so.
    pub fn opened(self, sealer: &Sealer, recipient: Recipient) -> Result<NoticeContent, CryptoError> {
        Ok(match self {
            NoticeContent::ActivationCode { username, code, hours } => {
                NoticeContent::ActivationCode { username, code: code.open(sealer, recipient)?, hours }
            }
            NoticeContent::AccessCode { reference, code } => {
                NoticeContent::AccessCode { reference, code: code.open(sealer, recipient)? }
            }
            other => other,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kind_in_json_is_the_kinds_word() {
        let content = NoticeContent::Merged { reference: "R".into(), into: "S".into() };
        let written = serde_json::to_value(&content).unwrap();
        assert_eq!(written, serde_json::json!({"kind": "merged", "reference": "R", "into": "S"}));
        assert_eq!(serde_json::from_value::<NoticeContent>(written).unwrap(), content);
    }
}
