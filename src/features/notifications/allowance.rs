//! At most so many mails an hour to one address, whoever causes them. What is too much waits for the next hour and is never
//! lost. Receipts, which anybody can cause who knows an address, get half of it, so that they hold up nothing else.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::PgConnection;

use super::allowance_store::{self, OneMore};
use crate::features::notices::{NoticeContent, NoticeKind};
use crate::platform::crypto::Sealer;
use crate::platform::db::{Db, DbError};
use crate::platform::jobs::consumer::DeliveryError;
use crate::platform::mail::MailAddress;

const WINDOW: TimeDelta = TimeDelta::hours(1);

/// What the delay is remembered as with a message.
const CODE: &str = "mails_per_hour";

/// Counts mails by address. Cheap to clone.
#[derive(Clone)]
pub struct MailAllowance {
    db: Db,
    sealer: Sealer,
    most_per_hour: u32,
}

/// A mail that was counted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Counted {
    address: [u8; 32],
    is_receipt: bool,
}

impl MailAllowance {
    /// So many an hour; 0 is no limit.
    pub fn new(db: Db, sealer: Sealer, most_per_hour: u32) -> MailAllowance {
        MailAllowance { db, sealer, most_per_hour }
    }

    /// Counts a mail that is about to leave, or puts it off until there is room again.
    pub(super) async fn take(
        &self,
        to: &MailAddress,
        content: &NoticeContent,
        now: DateTime<Utc>,
    ) -> Result<Option<Counted>, DeliveryError> {
        let Some(most) = i32::try_from(self.most_per_hour).ok().filter(|most| *most > 0) else {
            return Ok(None);
        };
        let address = self.sealer.blind_index("mail_allowance", &to.expose().to_ascii_lowercase());
        let counted = Counted { address, is_receipt: content.kind() == NoticeKind::Receipt };
        let begins_again = self.db.transaction::<_, DbError, _>(move |conn| {
            let one = OneMore {
                address: &counted.address,
                is_receipt: counted.is_receipt,
                now,
                since: now - WINDOW,
                most,
                most_receipts: (most / 2).max(1),
            };
            if allowance_store::take(conn, &one)? == 1 {
                return Ok(None);
            }
            Ok(allowance_store::find_window(conn, &counted.address)?.map(|began_at| began_at + WINDOW))
        });
        match begins_again.await? {
            None => Ok(Some(counted)),
            Some(at) => Err(DeliveryError::not_before(CODE, at)),
        }
    }

    /// Takes a mail back that did not leave. One that cannot be taken back costs its address a place for an hour.
    pub(super) async fn give_back(&self, counted: Counted) {
        let given = self.db.transaction::<_, DbError, _>(move |conn| {
            Ok(allowance_store::give_back(conn, &counted.address, counted.is_receipt)?)
        });
        if let Err(error) = given.await {
            tracing::debug!(error = %error, "A mail that did not leave stays counted");
        }
    }

    /// Forgets at most `limit` windows that began before `before`. Returns how many.
    pub fn purge(conn: &mut PgConnection, before: DateTime<Utc>, limit: i64) -> Result<usize, DbError> {
        Ok(allowance_store::delete_old(conn, before, limit)?)
    }
}
