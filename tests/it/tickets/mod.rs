//! A ticket's life over HTTP, as the people in it.

mod audit;
mod authors;
mod commands;
mod contacts;
mod ending;
mod holding;
mod hostile;
mod information_request;
pub mod invariants;
mod joined;
mod leftovers;
mod lost_codes;
mod merging;
mod naming;
mod own_limits;
mod own_ticket;
mod quotas;
mod random;
mod reclassifying;
mod restoring;
mod returned;
mod road;
mod sight;
mod timeline;
mod underway;
mod unrated;
mod unseen_breaches;
