//! The tables as diesel sees them; the migrations are the truth.
#![allow(missing_docs)]
