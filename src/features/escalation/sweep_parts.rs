//! What the sweep and those who act on what it found stand on.

use std::sync::Arc;

use crate::features::accounts::Accounts;
use crate::features::escalation::settings::EscalationSettings;
use crate::features::tickets::Tickets;
use crate::platform::db::Db;
use crate::platform::jobs::notify::Notifier;

/// What the sweep stands on.
#[derive(Clone)]
pub struct SweepParts {
    /// The database.
    pub db: Db,
    /// The clocks.
    pub tickets: Tickets,
    /// Who is told.
    pub accounts: Accounts,
    /// The worker's notifier, told of the mails.
    pub notifier: Notifier,
    /// How the ladder is climbed.
    pub settings: Arc<EscalationSettings>,
    /// Batches of alarms fired side by side: nearly all of the work is the database's, which has more than one core.
    pub sweepers: u8,
}
