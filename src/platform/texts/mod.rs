//! Words for people.

mod traditional;

pub use traditional::traditional;
