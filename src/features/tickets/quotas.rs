//! How much a citizen may write about one ticket.

use serde::Deserialize;

use crate::platform::config::{ConfigProblem, outside};

/// The section `quotas`.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuotaSettings {
    /// Messages that a citizen may add to one ticket on one day in the city's zone.
    pub messages_per_ticket_and_day: u32,
    /// Messages that a citizen may add to one ticket at all.
    pub messages_per_ticket: u32,
    /// New access codes that one ticket gets by mail on one day.
    pub reissues_by_mail_per_ticket_and_day: u32,
}

impl QuotaSettings {
    /// What lies outside its range.
    pub fn problems(&self) -> Vec<ConfigProblem> {
        outside([
            ("quotas.messages_per_ticket_and_day", self.messages_per_ticket_and_day.into(), 1, 1000),
            ("quotas.messages_per_ticket", self.messages_per_ticket.into(), 1, 100_000),
            (
                "quotas.reissues_by_mail_per_ticket_and_day",
                self.reissues_by_mail_per_ticket_and_day.into(),
                1,
                100,
            ),
        ])
    }
}
