//! Work outside the request: the transactional outbox and what empties it.

pub mod outbox;
