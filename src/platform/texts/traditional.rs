//! Traditional Chinese, converted from what we write in Simplified.

use std::sync::OnceLock;

use ferrous_opencc::OpenCC;
use ferrous_opencc::config::BuiltinConfig;

/// The text in Traditional Chinese; the dictionaries are read when first needed.
pub fn traditional(text: &str) -> String {
    static OPENCC: OnceLock<Option<OpenCC>> = OnceLock::new();
    let opencc = OPENCC.get_or_init(|| OpenCC::from_config(BuiltinConfig::S2t).ok());
    opencc.as_ref().map_or_else(|| text.to_owned(), |opencc| opencc.convert(text))
}
