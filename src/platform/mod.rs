//! Storey 1: what every feature stands on, and what knows no feature.

pub mod auth;
pub mod clock;
pub mod config;
pub mod crypto;
pub mod db;
pub mod http;
pub mod jobs;
pub mod keys;
pub mod locale;
pub mod mail;
pub mod search;
pub mod telemetry;
