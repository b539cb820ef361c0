//! What staff send, valid once it is parsed.

use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::model::{FindingId, PublicationAction, PublicationStatus};
use crate::features::tickets::GiveReason;
use crate::platform::http::pagination::{Cursor, Limit};
use crate::rules::bounds::digest;
use crate::rules::permissions::Operation;
use crate::rules::text::{PublishedText, Title};

/// The texts as they are to be published. Findings are looked for anew; what was kept stays kept where the same text
/// stands.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EditPublication {
    /// The title.
    pub title: Title,
    /// The letter.
    pub question: PublishedText,
    /// The answer.
    pub answer: PublishedText,
}

/// Shows a revision: the reviewer says which text was read.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PublishRevision {
    /// The `content_digest` of the revision that was reviewed: 64 hexadecimal digits.
    #[serde(deserialize_with = "digest")]
    #[schema(min_length = 64, max_length = 64)]
    pub content_digest: String,
}

/// The list of publications.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListPublications {
    /// Where the newest revision stands.
    pub status: PublicationStatus,
    /// Code of a department: only its publications and those of departments below it.
    pub department: Option<String>,
    /// How many, 1 to 200.
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200, default = 50)]
    pub limit: Limit,
    /// Where the page begins.
    #[param(value_type = Option<String>, max_length = 1024)]
    pub cursor: Option<Cursor>,
}

/// A command with what it needs.
#[derive(Debug, Clone)]
pub enum PublicationCommand {
    /// Change the texts.
    Edit(EditPublication),
    /// Replace what was found by its label.
    Mask(FindingId),
    /// Replace everything that is open by its label.
    MaskAll,
    /// Leave what was found, for a reason.
    Keep(FindingId, GiveReason),
    /// Hand it to a reviewer.
    Submit,
    /// Hand it back to the editors.
    Return(GiveReason),
    /// Show it.
    Publish(PublishRevision),
    /// Take it off, or give it up.
    Withdraw(GiveReason),
    /// Begin the next revision.
    Revise,
}

impl PublicationCommand {
    /// What kind of action this is.
    pub const fn action(&self) -> PublicationAction {
        match self {
            PublicationCommand::Edit(_) => PublicationAction::Edit,
            PublicationCommand::Mask(_) | PublicationCommand::MaskAll | PublicationCommand::Keep(..) => {
                PublicationAction::ResolveFinding
            }
            PublicationCommand::Submit => PublicationAction::Submit,
            PublicationCommand::Return(_) => PublicationAction::Return,
            PublicationCommand::Publish(_) => PublicationAction::Publish,
            PublicationCommand::Withdraw(_) => PublicationAction::Withdraw,
            PublicationCommand::Revise => PublicationAction::Revise,
        }
    }
}

impl PublicationAction {
    /// What a member of staff must be allowed to do.
    pub const fn operation(self) -> Operation {
        match self {
            PublicationAction::Edit
            | PublicationAction::ResolveFinding
            | PublicationAction::Submit
            | PublicationAction::Revise => Operation::EditPublication,
            PublicationAction::Return | PublicationAction::Publish => Operation::ReviewPublication,
            PublicationAction::Withdraw => Operation::WithdrawPublication,
        }
    }
}
