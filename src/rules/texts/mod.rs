//! Words for people: one catalogue a language (`config/texts/{language}.ftl`), written by hand in Chinese and English and
//! converted to Traditional Chinese. Everything else names a key and arguments, and says them when they are shown.

mod catalogue;
mod replacement;
mod sentence;
mod sources;
mod traditional;

pub use catalogue::Catalogue;
pub use replacement::Replacement;
pub use sentence::{Argument, Bilingual, Sentence};
pub use sources::{Language, SOURCES};
pub use traditional::{EXCEPTIONS, traditional};
