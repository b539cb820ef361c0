//! Hands out references. Each instance takes the numbers of a day in blocks, so that submissions do not queue behind one
//! row; what is left of a block when an instance stops is never used.

use chrono::NaiveDate;
use tokio::sync::Mutex;

use crate::features::tickets::error::TicketError;
use crate::features::tickets::store::reference_blocks;
use crate::platform::db::Db;
use crate::rules::reference::{Prefix, Reference};

const BLOCK: i64 = 32;

/// The numbers this instance holds.
pub struct Numbers {
    prefix: Prefix,
    block: Mutex<Option<Block>>,
}

struct Block {
    day: NaiveDate,
    next: i64,
    left: i64,
}

impl Numbers {
    pub fn new(prefix: Prefix) -> Numbers {
        Numbers { prefix, block: Mutex::new(None) }
    }

    /// What references begin with.
    pub fn prefix(&self) -> &Prefix {
        &self.prefix
    }

    /// The next reference of the day.
    pub async fn next(&self, db: &Db, day: NaiveDate) -> Result<Reference, TicketError> {
        let mut held = self.block.lock().await;
        let mut block = match held.take() {
            Some(block) if block.day == day && block.left > 0 => block,
            _ => Block { day, next: db.read(move |conn| take(conn, day)).await?, left: BLOCK },
        };
        let number = block.next;
        block.next += 1;
        block.left -= 1;
        *held = Some(block);
        let number = u32::try_from(number)
            .map_err(|_| TicketError::Internal("the day has no numbers left".to_owned()))?;
        Reference::new(&self.prefix, day, number).map_err(|error| TicketError::Internal(error.to_string()))
    }
}

fn take(conn: &mut diesel::PgConnection, day: NaiveDate) -> Result<i64, TicketError> {
    Ok(reference_blocks::take(conn, day, BLOCK)?)
}
