//! What administrators do to the accounts of others, alone or with a second one.

pub mod admin_handlers;
pub mod approval_handlers;
pub mod approvals;
pub mod authority;
pub mod break_glass;
pub mod commands;
pub mod new_account;
pub mod staff_plan;
