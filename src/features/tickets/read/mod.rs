//! What can be read of tickets, by whom, and how it is shown.

pub mod citizen;
pub mod citizen_views;
pub mod clock_views;
pub mod correspondence;
pub mod explanation;
pub mod joined;
pub mod presentation;
pub mod publication;
pub mod reveal;
pub mod staff;
pub mod timeline;
pub mod views;
pub mod work_lists;
