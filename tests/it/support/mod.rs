//! What the integration tests share.

pub mod app;
pub mod city;
pub mod database;
pub mod overdue;
pub mod personas;
pub mod press;
pub mod sources;
