//! `huiyin renew-contacts`: brings stored contacts to the normal form that new ones have.

use std::sync::Arc;

use super::{DONE, PARTLY};
use crate::app::settings::Settings;
use crate::app::state::AppState;
use crate::features::tickets::{RenewedContacts, TicketId};
use crate::platform::clock::SystemClock;
use crate::platform::config::Sources;
use crate::platform::search::Embedded;

const EXAMPLES: &str = "\
Examples:
  huiyin renew-contacts --config /etc/huiyin.toml

Run it once after an upgrade that changed how telephone numbers and mail addresses are written, and after the lowest sealing
key was retired: letters of one person are found by the index of their contacts. It may run beside the instances and may be
repeated; it works through the letters two hundred at a time.

Exit codes: 0 every letter was looked at, 3 the data of some cannot be opened, 1 failed.";

/// Bring stored contacts to their normal form and index them anew
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct RenewContacts {}

impl RenewContacts {
    pub(super) async fn run(self, sources: &Sources) -> anyhow::Result<u8> {
        let settings = Settings::load(sources)?;
        let search = Arc::new(Embedded::in_memory()?);
        let state = AppState::assemble_with(settings, Arc::new(SystemClock), search).await?;
        let mut all = RenewedContacts::default();
        let mut after: Option<TicketId> = None;
        loop {
            let batch = state.tickets.renew_contacts(after).await?;
            all.looked_at += batch.looked_at;
            all.changed += batch.changed;
            all.unreadable += batch.unreadable;
            match batch.last {
                Some(last) => after = Some(last),
                None => break,
            }
        }
        println!("{} looked at, {} changed, {} cannot be opened", all.looked_at, all.changed, all.unreadable);
        Ok(if all.unreadable == 0 { DONE } else { PARTLY })
    }
}
