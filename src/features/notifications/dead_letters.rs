//! Dead letters: what was given up, and sending it again once the cause is gone.

use uuid::Uuid;

use super::NotificationError;
use crate::platform::auth::caller::StaffCaller;
use crate::platform::clock::SharedClock;
use crate::platform::crypto::Sealer;
use crate::platform::db::Db;
use crate::platform::http::idempotency::{Idempotency, Once, once};
use crate::platform::jobs::notify::Notifier;
use crate::platform::jobs::outbox::{self, DeadMessage};
use crate::rules::permissions::CityOperation;

/// The operator's view of the outbox.
#[derive(Clone)]
pub struct DeadLetters {
    db: Db,
    clock: SharedClock,
    sealer: Sealer,
    notifier: Notifier,
}

impl DeadLetters {
    /// A view of the outbox in this database; `notifier` is the worker's.
    pub fn new(db: Db, clock: SharedClock, sealer: Sealer, notifier: Notifier) -> DeadLetters {
        DeadLetters { db, clock, sealer, notifier }
    }

    /// Dead messages, the youngest first, after the one named `before`.
    pub async fn list(
        &self,
        caller: &StaffCaller,
        before: Option<(Uuid, String)>,
        limit: i64,
    ) -> Result<Vec<DeadMessage>, NotificationError> {
        authorise(caller)?;
        self.db.read(move |conn| Ok(outbox::list_dead(conn, before.as_ref(), limit)?)).await
    }

    /// Makes a dead message due again, with all its attempts.
    pub async fn replay(
        &self,
        caller: &StaffCaller,
        id: Uuid,
        idempotency: Idempotency,
    ) -> Result<Once<()>, NotificationError> {
        authorise(caller)?;
        let (now, sealer) = (self.clock.now(), self.sealer.clone());
        let replayed = self
            .db
            .transaction(move |conn| {
                once(conn, &idempotency, &sealer, now, |conn| match outbox::replay(conn, id, now)? {
                    true => Ok::<(), NotificationError>(()),
                    false => Err(NotificationError::NotFound),
                })
            })
            .await?;
        self.notifier.notify();
        Ok(replayed)
    }
}

fn authorise(caller: &StaffCaller) -> Result<(), NotificationError> {
    if caller.may_city_wide(CityOperation::ManageOutbox) {
        return Ok(());
    }
    Err(NotificationError::Forbidden)
}
