//! What is sent to hand a letter in and to look it up, and what is answered.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::platform::auth::caller::Caller;
use crate::platform::http::idempotency::Idempotency;
use crate::platform::http::locale::Locale;
use crate::rules::contact::{IdentityNumber, MailAddress, Phone};
use crate::rules::lifecycle::State;
use crate::rules::reference::Reference;
use crate::rules::secret_code::AccessCode;
use crate::rules::text::{Body, PersonName, ShortText, Title};
use crate::rules::vocabulary::{Channel, Kind};

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
    #[schema(nullable = false)]
    pub channel: Option<Channel>,
    /// The language of our mails to the submitter; taken from `Accept-Language` when absent.
    #[schema(nullable = false)]
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
    #[schema(value_type = String, max_length = 64)]
    pub reference: Reference,
    /// The secret shown once at submission.
    #[schema(value_type = String, max_length = 100)]
    pub access_code: AccessCode,
}

/// A lost access code.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReissueByMail {
    /// The public number, such as `HY-2026-0918-00042-7`.
    #[schema(value_type = String)]
    pub reference: Reference,
    /// The mail address that was given with the letter.
    pub mail: MailAddress,
}

/// The receipt: the only time the access code is shown.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Receipt {
    /// The public number.
    pub reference: String,
    /// The secret that, with the number, shows the ticket. Keep it: it is not shown again.
    pub access_code: String,
    /// Where it stands.
    pub state: State,
    /// When it was received.
    pub received_at: DateTime<Utc>,
    /// The last day by whose end it will have been accepted, declined or passed on.
    #[serde(default)]
    pub due_on: Option<NaiveDate>,
    /// The instant at which that promise is broken.
    pub due_at: Option<DateTime<Utc>>,
    /// The last day by whose end you will have an answer.
    #[serde(default)]
    pub reply_due_on: Option<NaiveDate>,
    /// The instant at which that promise is broken.
    #[serde(default)]
    pub reply_due_at: Option<DateTime<Utc>>,
    /// The version, as in the ETag.
    pub version: i32,
}

/// How a letter comes in.
#[derive(Debug, Clone)]
pub struct Submission {
    /// Who hands it in.
    pub caller: Caller,
    /// The request's idempotency key.
    pub idempotency: Idempotency,
    /// The way.
    pub channel: Channel,
    /// The language of the mails.
    pub locale: Locale,
    /// The letter.
    pub letter: SubmitTicket,
}
