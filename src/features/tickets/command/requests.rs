//! What callers send: one type a command, valid once it is parsed.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::features::tickets::model::{ReplyKind, WorkOrderId};
use crate::platform::auth::caller::StaffId;
use crate::platform::http::locale::Locale;
use crate::rules::contact::{IdentityNumber, MailAddress, Phone};
use crate::rules::legal_hold::LegalGround;
use crate::rules::reference::{AccessCode, Reference};
use crate::rules::text::{Body, PersonName, Reason, ShortText, Title};
use crate::rules::transitions::Outcome;
use crate::rules::vocabulary::{Channel, Kind, Priority};

/// Who writes. All of it is optional; without a phone or mail address the answer is found by reference and access code.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SubmitterInput {
    /// How you want to be called.
    pub name: Option<PersonName>,
    /// A telephone number.
    pub phone: Option<Phone>,
    /// A mail address for the receipt and the answer.
    pub mail: Option<MailAddress>,
    /// An identity number, where the law asks for one.
    pub identity_number: Option<IdentityNumber>,
    /// A postal address.
    pub address: Option<ShortText>,
}

/// A letter.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SubmitTicket {
    /// What sort of matter.
    pub kind: Kind,
    /// The category's code, from `GET /v1/categories`.
    pub category: String,
    /// The district's code, from `GET /v1/districts`.
    pub district: Option<String>,
    /// What it is about, on one line.
    pub title: Title,
    /// The letter.
    pub body: Body,
    /// The category's form, filled in.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub form: Map<String, Value>,
    /// Who writes.
    #[serde(default)]
    pub submitter: SubmitterInput,
    /// The way it came in. The public may say `web` or `mobile`; staff may also say `hotline`, `mail` or `counter`.
    pub channel: Option<Channel>,
    /// The language of our mails to the submitter; taken from `Accept-Language` when absent.
    pub locale: Option<Locale>,
    /// Whether the submitter refuses that the reviewed, redacted answer is published.
    #[serde(default)]
    pub publication_refused: bool,
}

/// Reference and access code.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LookUpTicket {
    /// The public number, such as `HY-2026-0918-00042-7`.
    #[schema(value_type = String)]
    pub reference: Reference,
    /// The secret shown once at submission.
    #[schema(value_type = String)]
    pub access_code: AccessCode,
}

/// Proposes to decline; a second person decides.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestDecline {
    /// The legal ground and the reason, as the citizen will read it.
    pub ground: Reason,
    /// Where the citizen can go instead.
    pub advice: ShortText,
}

/// The second person's decision.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Decide {
    /// Whether it is granted.
    pub granted: bool,
}

/// A question to the citizen.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AskCitizen {
    /// The question.
    pub question: Body,
}

/// A message in words: an answer, an addition, a note.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WriteMessage {
    /// The words.
    pub body: Body,
}

/// Hands the ticket to a body outside this system.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TransferOut {
    /// The body's name.
    pub recipient: ShortText,
    /// How the citizen reaches it.
    pub contact: ShortText,
    /// Why it is competent.
    pub reason: Reason,
}

/// Gives the ticket to a lead department and to others.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Dispatch {
    /// The lead department's code.
    pub department: String,
    /// Codes of departments that contribute.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub assists: Vec<String>,
    /// Codes of departments that are told.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub informs: Vec<String>,
    /// What is expected of them.
    pub instruction: Option<ShortText>,
}

/// Hands the work order back.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Refuse {
    /// Why the department is not competent.
    pub reason: Reason,
    /// The code of the department that is.
    pub proposed_department: Option<String>,
}

/// A reason and nothing else.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GiveReason {
    /// Why.
    pub reason: Reason,
}

/// Gives the lead work order to a member of the department.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Assign {
    /// Who is to handle it.
    pub staff_id: StaffId,
}

/// An assisting department's part is done.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FinishAssist {
    /// Which work order.
    pub work_order_id: WorkOrderId,
    /// What the department contributes.
    pub contribution: Body,
}

/// An assisting department's part is not needed any more.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WaiveAssist {
    /// Which work order.
    pub work_order_id: WorkOrderId,
    /// Why.
    pub reason: Reason,
}

/// A reply in the making.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WriteReply {
    /// What sort of reply.
    pub kind: ReplyKind,
    /// The reply.
    pub body: Body,
    /// For a final reply: how the matter ended (`resolved`, `partly_resolved`, `explained`, `not_feasible`).
    pub outcome: Option<Outcome>,
}

/// Sends a reply: the reviewer says which text was read.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SendReply {
    /// The `content_digest` of the reply that was reviewed: 64 hexadecimal digits.
    #[schema(min_length = 64, max_length = 64)]
    pub content_digest: String,
}

/// Asks for more time on the citizen's clock.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestExtension {
    /// How much, in the unit in which the promise is counted.
    #[schema(minimum = 1, maximum = 60)]
    pub amount: i32,
    /// Why, as the citizen will read it.
    pub reason: Reason,
}

/// The citizen is content, or at least done.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Confirm {
    /// From 1 (not at all content) to 5 (very content).
    #[schema(minimum = 1, maximum = 5)]
    pub satisfaction: Option<i16>,
}

/// Joins the ticket to another of the same submitter.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Merge {
    /// The ticket that goes on.
    #[schema(value_type = String)]
    pub into: Reference,
}

/// Says what the ticket is about, or how urgent it is. At least one of the two must change.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Reclassify {
    /// The code of another category; absent: as it is.
    pub category: Option<String>,
    /// Another priority; absent: as it is.
    pub priority: Option<Priority>,
    /// Why.
    pub reason: Reason,
}

/// Puts the ticket on legal hold.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Hold {
    /// The legal ground, which the citizen is told.
    pub ground: LegalGround,
    /// The particulars, for staff: which court or authority, which case.
    pub reason: Reason,
}

/// The receipt: the only time the access code is shown.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Receipt {
    /// The public number.
    pub reference: String,
    /// The secret that, with the number, shows the ticket. Keep it: it is not shown again.
    pub access_code: String,
    /// Where it stands.
    pub state: crate::rules::transitions::State,
    /// When it was received.
    pub received_at: chrono::DateTime<chrono::Utc>,
    /// By when it will have been accepted, declined or passed on.
    pub due_at: Option<chrono::DateTime<chrono::Utc>>,
    /// The version, as in the ETag.
    pub version: i32,
}
