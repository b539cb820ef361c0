//! Publications: an answered ticket's letter and answer, redacted by one person, reviewed by another, and shown.
//!
//! It consumes what tickets tell through the outbox, and writes the one table that everything public is built from,
//! with the change log that search indexes follow. It knows no index and no visitor.

mod commands;
mod error;
mod handlers;
mod imported;
mod jobs;
mod model;
mod proposal;
mod published;
mod published_copy;
mod redaction;
mod requests;
mod service;
mod settings;
mod store;
mod views;
mod work;

pub use error::PublicationError;
pub use handlers::configure;
pub use imported::{HeldBackFor, ImportOutcome, ImportedPublication, SourceWas};
pub use jobs::{ObjectionConsumer, ProposalConsumer};
pub use model::{
    ChangeKind, FindingId, FindingStatus, PublicationAction, PublicationId, PublicationStatus,
    RevisionOrigin, RevisionStatus,
};
pub use published::{ChangesAfter, Published, PublishedChange, PublishedEntry, last_published_at};
pub use requests::{EditPublication, ListPublications, PublicationCommand, PublishRevision};
pub use service::{Context, Publisher, PublisherParts};
pub use settings::PublicationSettings;
pub use store::entries::{EntryFilter, EntryKey};
pub use views::{FindingView, PublicationItem, PublicationView, RevisionView};
