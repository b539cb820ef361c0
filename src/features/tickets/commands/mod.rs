//! The commands of domain.md §3, each a small function on a locked [`super::case::Case`].

pub(super) mod approvals;
pub(super) mod citizen;
pub(super) mod desk;
pub(super) mod holding;
pub(super) mod import;
pub(super) mod messages;
pub(super) mod reclassification;
pub(super) mod replies;
pub(super) mod submit;
pub(super) mod work_orders;
