//! What an alarm is called.

use crate::id_type;

id_type!(
    /// An alarm that fired.
    AlarmId,
);
