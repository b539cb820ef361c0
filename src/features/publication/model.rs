//! The words of a publication, and what may follow what.

use crate::rules::personal_data::{Confidence, FindingKind, Part};
use crate::{id_type, sql_text_enum, text_enum};

id_type!(
    /// A publication.
    PublicationId,
    /// A place in a revision that may hold personal data.
    FindingId,
);

text_enum! {
    /// Where the newest revision of a publication stands.
    pub enum PublicationStatus {
        /// Proposed by the answer; nobody has worked on it.
        Proposed = "proposed",
        /// Being redacted.
        Redacting = "redacting",
        /// With the reviewer.
        InReview = "in_review",
        /// Shown.
        Published = "published",
        /// Not shown, and not to be.
        Withdrawn = "withdrawn",
    }
}

text_enum! {
    /// Where one revision stands.
    pub enum RevisionStatus {
        /// Being redacted.
        Redacting = "redacting",
        /// With the reviewer.
        InReview = "in_review",
        /// Shown.
        Published = "published",
        /// Replaced by a newer one.
        Superseded = "superseded",
        /// Withdrawn, or given up.
        Withdrawn = "withdrawn",
    }
}

text_enum! {
    /// Where a revision's text comes from.
    pub enum RevisionOrigin {
        /// From an answer given here, or redacted by staff.
        Staff = "staff",
        /// From another system, unchanged.
        Import = "import",
    }
}

text_enum! {
    /// What was decided on a finding.
    pub enum FindingStatus {
        /// Nothing yet.
        Open = "open",
        /// A label stands there now.
        Masked = "masked",
        /// It may stay, for a reason.
        Kept = "kept",
    }
}

text_enum! {
    /// What happened to an entry of the public projection.
    pub enum ChangeKind {
        /// Shown, or shown in a new revision.
        Upsert = "upsert",
        /// Taken off.
        Delete = "delete",
    }
}

text_enum! {
    /// What staff can do with a publication.
    pub enum PublicationAction {
        /// Change its texts.
        Edit = "edit",
        /// Mask a finding, or keep it for a reason.
        ResolveFinding = "resolve_finding",
        /// Hand it to a reviewer.
        Submit = "submit",
        /// Hand it back to the editors.
        Return = "return",
        /// Show it.
        Publish = "publish",
        /// Take it off, or give it up.
        Withdraw = "withdraw",
        /// Begin the next revision; the one that is shown stays.
        Revise = "revise",
    }
}

sql_text_enum!(
    PublicationStatus,
    RevisionStatus,
    RevisionOrigin,
    FindingStatus,
    ChangeKind,
    FindingKind,
    Confidence,
    Part,
);

/// The status that an action leads to; `None` when it is not possible.
pub(super) const fn next(from: PublicationStatus, action: PublicationAction) -> Option<PublicationStatus> {
    use PublicationAction as Do;
    use PublicationStatus as Is;
    match (action, from) {
        (Do::Edit | Do::ResolveFinding, Is::Proposed | Is::Redacting) => Some(Is::Redacting),
        (Do::Submit, Is::Proposed | Is::Redacting) => Some(Is::InReview),
        (Do::Return, Is::InReview) => Some(Is::Redacting),
        (Do::Publish, Is::InReview) => Some(Is::Published),
        (Do::Withdraw, Is::Proposed | Is::Redacting | Is::InReview | Is::Published) => Some(Is::Withdrawn),
        (Do::Revise, Is::Published | Is::Withdrawn) => Some(Is::Redacting),
        (Do::Edit | Do::ResolveFinding | Do::Submit, Is::InReview | Is::Published | Is::Withdrawn)
        | (Do::Return | Do::Publish, Is::Proposed | Is::Redacting | Is::Published | Is::Withdrawn)
        | (Do::Withdraw, Is::Withdrawn)
        | (Do::Revise, Is::Proposed | Is::Redacting | Is::InReview) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_published_but_out_of_review() {
        for from in PublicationStatus::ALL {
            for action in PublicationAction::ALL {
                let publishes = next(*from, *action) == Some(PublicationStatus::Published);
                let expected = *from == PublicationStatus::InReview && *action == PublicationAction::Publish;
                assert_eq!(publishes, expected, "{action} from {from}");
            }
        }
    }

    #[test]
    fn texts_change_only_while_they_are_redacted() {
        for from in PublicationStatus::ALL {
            let open = matches!(from, PublicationStatus::Proposed | PublicationStatus::Redacting);
            for action in [PublicationAction::Edit, PublicationAction::ResolveFinding] {
                assert_eq!(next(*from, action).is_some(), open, "{action} from {from}");
            }
        }
    }
}
