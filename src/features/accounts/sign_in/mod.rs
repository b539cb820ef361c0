//! Signing in and out: passwords, codes, devices, sessions, and storms of failed tries.

pub mod attempt;
pub mod attempts;
pub mod commands;
pub mod device;
pub mod login_request;
pub mod opening;
pub mod session;
pub mod session_store;
pub mod storm;
pub mod storm_store;
