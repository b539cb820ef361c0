//! One transaction of a sweep: what everybody who tells people in it needs.

use chrono::{DateTime, Utc};
use diesel::PgConnection;

use crate::features::accounts::Accounts;
use crate::features::escalation::error::EscalationError;
use crate::features::escalation::recipients::{Recipients, Sources, Subject};
use crate::features::escalation::settings::EscalationSettings;
use crate::features::tickets::Rulebook;

/// What one transaction of a sweep works with.
pub(in crate::features::escalation) struct Round<'a> {
    /// Who is told.
    pub accounts: &'a Accounts,
    /// The rules in force.
    pub rules: &'a Rulebook,
    /// How the ladder is climbed.
    pub settings: &'a EscalationSettings,
    /// The instant of the sweep.
    pub now: DateTime<Utc>,
    /// When mails of this sweep may go out.
    pub deliver_at: DateTime<Utc>,
    /// By when what is told now must be acknowledged; `None`: nobody is waited for.
    pub acknowledge_by: Option<DateTime<Utc>>,
}

impl Round<'_> {
    /// Finds recipients as of the day on which mails go out.
    pub fn recipients(
        &self,
        conn: &mut PgConnection,
        subjects: &[Subject],
    ) -> Result<Recipients<'_>, EscalationError> {
        let sources = Sources {
            accounts: self.accounts,
            directory: &self.rules.directory,
            brief_readers: &self.settings.brief_readers,
        };
        Recipients::of(sources, conn, self.rules.day(self.deliver_at), subjects)
    }
}
