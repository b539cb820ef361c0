//! What an order is called.

use crate::id_type;

id_type!(
    /// A supervision order.
    OrderId,
);
