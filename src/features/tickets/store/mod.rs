//! The statements of the tickets feature, one a function, with the rows they read and write. One file a table; what joins
//! several tables for one reader bears that reader's name. No rule lives here, and nothing above is named here.

pub mod alarm_context;
pub mod approvals;
pub mod clocks;
pub mod events;
pub mod joined;
pub mod limit_key;
pub mod matters;
pub mod messages;
pub mod recalculation;
pub mod reference_blocks;
pub mod replay;
pub mod replies;
pub mod statistics;
pub mod submitters;
pub mod tickets;
pub mod work_lists;
pub mod work_orders;
