//! Words for people: one catalogue a language (`config/texts/{language}.ftl`), written by hand in Chinese and English and
//! converted to Traditional Chinese. Everything else names a key and arguments, and says them when they are shown.

mod catalogue;
mod replacement;
mod sentence;
mod traditional;

pub use catalogue::{Catalogue, Language, SOURCES};
pub use replacement::Replacement;
pub use sentence::{Argument, Bilingual, Sentence};
pub use traditional::{EXCEPTIONS, traditional};
