//! A ticket's history as its citizen is shown it: what happened, and what was written for them with it.

use chrono::NaiveDate;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::features::tickets::read::citizen_views::{StepExplanation, TimelineEntry};
use crate::features::tickets::store::events::EventRow;
use crate::platform::auth::caller::CallerKind;
use crate::platform::locale::Locale;
use crate::rules::legal_hold::LegalGround;
use crate::rules::lifecycle::EventKind;
use crate::rules::texts::Sentence;

/// A step as the citizen is shown it.
pub fn timeline_entry(event: &EventRow, locale: Locale) -> TimelineEntry {
    TimelineEntry {
        kind: event.kind,
        occurred_at: event.occurred_at,
        explanation: explanation(event, locale),
    }
}

/// The steps a citizen is shown; what happens inside the house is left out.
pub fn timeline_kinds() -> Vec<EventKind> {
    EventKind::ALL.iter().copied().filter(|kind| kind.is_shown()).collect()
}

/// What was written for the citizen; `None`: nothing. Particulars for staff stay among staff.
fn explanation(event: &EventRow, locale: Locale) -> Option<StepExplanation> {
    let data = &event.data;
    let text = |name: &str| read::<String>(data, name).filter(|text| !text.is_empty());
    let due_on = read::<NaiveDate>(data, "due_on");
    let none = StepExplanation::default();
    let told = match event.kind {
        EventKind::Declined => StepExplanation { ground: text("ground"), advice: text("advice"), ..none },
        EventKind::TransferredOut => StepExplanation {
            recipient: text("recipient"),
            contact: text("contact"),
            reason: text("reason"),
            ..none
        },
        EventKind::Held => StepExplanation { ground: legal_ground(data, locale), ..none },
        EventKind::Released | EventKind::DueRecalculated => StepExplanation { due_on, ..none },
        EventKind::ExtensionGranted => StepExplanation { reason: text("reason"), due_on, ..none },
        EventKind::Merged => StepExplanation { joined_with: text("into"), ..none },
        EventKind::MergedIn => StepExplanation { joined_with: text("reference"), ..none },
        // Their own words; a supervisor's reason is for staff.
        EventKind::Withdrawn | EventKind::Reopened if event.actor_kind == CallerKind::Citizen => {
            StepExplanation { reason: text("reason"), ..none }
        }
        _ => none,
    };
    (told != StepExplanation::default()).then_some(told)
}

/// The ground of a legal hold in words, with the text it rests on.
fn legal_ground(data: &Value, locale: Locale) -> Option<String> {
    let ground: LegalGround = read(data, "ground")?;
    let said = Sentence::of("legal_ground", ground.as_str()).with("law", ground.source().title);
    Some(locale.say(&said))
}

fn read<T: DeserializeOwned>(data: &Value, name: &str) -> Option<T> {
    data.get(name).and_then(|value| T::deserialize(value).ok())
}
