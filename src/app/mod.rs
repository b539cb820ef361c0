//! Storey 3: assembly. The parts are put together here and nowhere else; nothing is decided here.

pub mod background;
mod build;
pub mod city;
pub mod commands;
pub mod demo;
pub mod endpoints;
mod key_check;
pub mod metrics;
pub mod openapi;
mod openapi_parts;
pub mod operations;
mod recalculating;
pub mod server;
pub mod settings;
pub mod state;
mod sweeps;
