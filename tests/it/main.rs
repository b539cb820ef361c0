//! Everything that is tested from outside, in one binary so that it links once: one module a subject, `support`
//! for what they share.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    unreachable_pub
)]

mod accounts;
mod architecture;
mod bodies;
mod calendars;
mod city_files;
mod cluster;
mod commands;
mod crash;
mod database;
mod deadlines;
mod demo;
mod directory;
mod directory_http;
mod escalation;
mod explanations;
mod http;
mod idempotency;
mod imports;
mod inspection;
mod keys;
mod knowledge;
mod monitoring;
mod openapi;
mod openapi_limits;
mod outbox;
mod permissions;
mod problems;
mod publication;
mod real_letters;
mod routing;
mod routing_http;
mod snapshots;
mod statistics;
mod support;
mod texts;
mod tickets;
